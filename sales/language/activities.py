"""What was done with the customer: one activity per customer, day and kind of event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sales.language.dates import DateMention
from sales.language.frames import Frames, negated, rival_before
from sales.language.lexicon import Cue
from sales.language.moods import later_today, lies_ahead
from sales.language.names import NameKind
from sales.language.pieces import Section
from sales.language.scene import Said
from sales.language.topics import Party, Stretch
from sales.records import ActivityDraft, New, Read, Ref, Span
from sales.stages import ActivityType

_STRONG = {f"activity.{t.value}": t for t in ActivityType}
_WEAK = {"activity.visit_weak": ActivityType.VISIT, "activity.talk_weak": ActivityType.VISIT, "activity.demo_weak": ActivityType.DEMO, "activity.bid_weak": ActivityType.BID}
_DONE_BEATS_WHERE = (ActivityType.BID, ActivityType.DEMO, ActivityType.SOCIAL)
_ONLINE = re.compile(r"线上|视频|远程|腾讯|飞书|钉钉|zoom|teams|webex|online|virtual|video|我们公司|我司|公司来|总部|our office|meet\b")
_SEEING = ("没见", "没碰", "没遇", "没找", "未见", "没约", "没联系", "联系不上", "本来约", "原本约", "还没见", "冇见", "didn't meet", "did not meet", "didn't see", "did not see", "couldn't meet", "could not meet", "couldn't see", "didn't get", "no contact", "missed", "no reply")
_CALLED_OFF = ("取消了", "改期", "cancelled", "canceled", "postponed", "没开成", "rescheduled", "didn't happen", "did not happen", "没去成", "没去", "没成行", "未成行", "没能去", "called off")
_UNANSWERED = ("没接", "没人接", "没打通", "不接", "打不通", "no answer", "didn't pick up", "did not pick up", "didn't answer", "voicemail")
_PART = (("上午", "早上", "今早", "一早", "早晨", "this morning", "morning"), ("中午", "午饭", "午餐", "lunch", "noon"), ("下午", "afternoon"), ("晚上", "今晚", "晚饭", "晚餐", "傍晚", "tonight", "dinner", "evening", "宵夜"))


@dataclass(slots=True)
class Event:
    """Clauses that tell of one thing done."""

    type: ActivityType
    cue: Cue | None
    clauses: list[Said]
    day: date
    day_spans: tuple[Span, ...] = ()
    part: int | None = None
    strong: bool = True
    line: int = 0
    parties: list[Party] = field(default_factory=list)


def activities(frames: Frames, stretch: Stretch) -> list[ActivityDraft]:
    """Activities of a stretch; none for what is planned, denied, supposed or done by others."""
    if stretch.account is None:
        return []
    events = _merged(list(_events(frames, stretch)), weekly=frames.scene.pieces.weekly)
    _assign_parties(frames, stretch, events)
    out = []
    for event in events:
        pin = _pinned_type(frames, event)
        moved = frames.scene.pin("activity_date", event.cue.start, event.cue.end) if event.cue else None
        spans = (frames.span(event.cue.start, event.cue.end),) if event.cue else ()
        start = min(s.start for s in event.clauses)
        end = max(s.end for s in event.clauses)
        out.append(
            ActivityDraft(
                account=frames.account(stretch),
                type=Read(pin or event.type, spans),
                date=Read(date.fromisoformat(moved.value) if moved else event.day, event.day_spans),
                contacts=tuple(_ref(frames, p) for p in event.parties),
                summary=frames.scene.normal.original(start, end).strip(" ,，。;；"),
            )
        )
    return out


def _pinned_type(frames: Frames, event: Event) -> ActivityType | None:
    if event.cue is None:
        return None
    pin = frames.scene.pin("type", event.cue.start, event.cue.end)
    return ActivityType(pin.value) if pin is not None and pin.value in set(ActivityType) else None


def _ref(frames: Frames, party: Party) -> Read[Ref]:
    span = frames.span(party.start, party.end)
    if party.candidates:
        return Read(party.candidates[0].id, (span,))
    return Read(New(party.new_name or ""), (span,))


def _events(frames: Frames, stretch: Stretch) -> Iterator[Event]:
    day: date | None = None
    spans: tuple[Span, ...] = ()
    part: int | None = None
    item: int | None = None
    lines_with_event: set[int] = set()
    for said in stretch.clauses:
        mood = frames.mood(said)
        if item is not None and said.line.item != item and not (said.line.indent and said.line.item == item):
            if frames.scene.pieces.weekly or said.line.is_item:
                day, spans, part = None, (), None
        item = said.line.item
        told = _told_part(said)
        part = told if told is not None else part
        gone = frames.gone(said) if not mood.plan or _dated_heading(said) else []
        if gone and not (mood.hypothetical or mood.originally):
            mention, found = gone[0]
            day, spans = _pinned_day(frames, said, mention, found.last), (frames.span(mention.start, mention.end),)
        found_types = list(_types(frames, said))
        if not found_types:
            continue
        lines_with_event.add(id(said.line))
        when = day or _line_day(frames, stretch, said)
        for kind, cue, strong in found_types:
            yield Event(kind, cue, [said], when or frames.today, spans if day else (), part, strong, said.line.item)
    yield from _by_heading(frames, stretch, lines_with_event)


def _pinned_day(frames: Frames, said: Said, mention: DateMention, day: date) -> date:
    pin = frames.scene.pin("date", mention.start, mention.end)
    if pin is not None:
        try:
            return date.fromisoformat(pin.value)
        except ValueError:
            return day
    return day


def _dated_heading(said: Said) -> bool:
    return said.line.section is Section.PAST


def _line_day(frames: Frames, stretch: Stretch, said: Said) -> date | None:
    """The day written at the head of the line (before the customer), or in another cell of the row."""
    listed = said.line.is_item or said.line.section is Section.PAST
    for other in frames.scene.clauses:
        if other.line is said.line and other.at != said.at and not _is_next(other):
            gone = frames.gone(other)
            head = listed and other.start <= said.line.start + 4
            if gone and (head or other.clause.column) and not frames.mood(other).originally:
                return gone[0][1].last
    return None


def _told_part(said: Said) -> int | None:
    for i, words in enumerate(_PART):
        if any(w in said.text for w in words):
            return i
    return None


def _by_heading(frames: Frames, stretch: Stretch, done: set[int]) -> Iterator[Event]:
    """Items under a heading that names the kind (二、电话沟通) and that name no kind themselves."""
    for said in stretch.clauses:
        line = said.line
        if id(line) in done or not line.kind or line.section not in (Section.PAST, Section.NONE) or line.section is Section.NONE and not line.is_item:
            continue
        if any(id(s.line) in done and s.line.item == line.item for s in stretch.clauses):
            continue
        mood = frames.mood(said)
        if mood.originally or said.has("absent"):
            continue
        gone = [g for s in stretch.clauses if s.line.item == line.item and not frames.mood(s).plan for g in frames.gone(s)]
        done.add(id(line))
        if any(c.phrase in _CALLED_OFF for s in stretch.clauses if s.line.item == line.item for c in s.all("absent", "originally")):
            continue
        day = gone[0][1].last if gone else (_line_day(frames, stretch, said) or frames.today)
        spans = (frames.span(gone[0][0].start, gone[0][0].end),) if gone else ()
        yield Event(_STRONG[line.kind], None, [said], day, spans, None, True, line.item)


def _types(frames: Frames, said: Said) -> Iterator[tuple[ActivityType, Cue, bool]]:
    mood = frames.mood(said)
    section = said.line.section
    if section not in (Section.NONE, Section.PAST) or mood.order or mood.originally or mood.question and not _speaks(frames, said):
        return
    if mood.plan and _is_next(said) or mood.plan and not _speaks(frames, said):
        return
    if later_today(frames.scene, said) and not said.has("past"):
        return
    if any(n.how in _OWN for n in said.of(NameKind.PERSON)) and not _customers_here(said) and said.has("activity.call", "activity.message"):
        return  # 我跟曾丽打了个电话请示: one of our own
    called_off = any(c.phrase in _CALLED_OFF for c in said.all("absent"))
    unanswered = any(c.phrase in _UNANSWERED for c in _following(frames, said, "absent"))
    denied = {kind for family, kind in _STRONG.items() if said.cues.get(family) and all(negated(said, c.start) for c in said.cues[family])}
    seen: set[ActivityType] = set(denied)  # 去了没拜访到: the weak word for it does not outweigh the denial
    for table, strong in ((_STRONG, True), (_WEAK, False)):
        for family, kind in table.items():
            for cue in said.cues.get(family, ()):
                if kind in seen or negated(said, cue.start) or rival_before(said, cue.start):
                    continue
                if mood.hypothetical and any(c.start < cue.start for c in said.all("hypothetical")):
                    continue
                if mood.hearsay and any(c.start < cue.start for c in said.all("hearsay")):
                    continue
                if called_off and kind is not ActivityType.MESSAGE or (kind is ActivityType.CALL and unanswered):
                    continue
                if kind is ActivityType.SOCIAL and not _with_somebody(frames, said):
                    continue
                if kind is ActivityType.CALL and _PHONE_NUMBER.match(said.text[cue.end - said.start :]):
                    continue
                if family in ("activity.demo_weak", "activity.bid_weak") and not _deed(frames, said, cue):
                    continue
                if family == "activity.talk_weak":
                    if ActivityType.VISIT in seen or not _there(frames, said):
                        continue
                seen.add(kind)
                yield kind, cue, strong


_SPEECH = re.compile(
    r"(?:wechat|whatsapp|email|call|电话|来电|致电|微信|邮件|短信|消息|当面|会上|面谈|见面|拜访|通话|办公室|吃饭|饭桌上|酒桌上)[^,。;]{0,6}?(?:说|讲|问|告诉|告知|通知|表示|反馈|回复|确认|要求|同意|答应|约|提出|提到|催|定|聊|沟通|敲定|拍板)|(?:来电|打来电话|来了电话|来了个电话|发来|打了|打过来)|"
    r"\b(?:called|phoned|rang|emailed|texted|messaged|whatsapped|met|visited|spoke|told|said|says|confirmed|asked|had (?:a )?(?:call|lunch|dinner|coffee|meeting|zoom))\b|\b(?:call|meeting|lunch|dinner|coffee|zoom|visit) (?:with|w/|w)\b(?!.{0,30}\b(?:next|tomorrow|tmr|on (?:mon|tue|wed|thu|fri)))"
)


def _speaks(frames: Frames, said: Said) -> bool:
    """微信说月底签不了: what was said lies ahead, but that it was said is past."""
    if said.line.section is Section.PLAN or said.has("remind") or any(c.phrase in _APPOINTMENT for c in said.all("plan")):
        return False
    cues = [c.start for f in said.cues if f.startswith("activity.") for c in said.cues[f]]
    if any((d.is_future_only or lies_ahead(frames.scene, said, d)) and cues and d.start < min(cues) for d in said.dates):
        return False  # 明天给他打电话确认: the talk itself lies ahead
    return bool(_SPEECH.search(said.text)) and not re.match(r"^(?:我|我们)?(?:再|要|会|准备|打算|计划|明天|后天|下周|will|to )", said.text.strip())


_APPOINTMENT = frozenset("约了 约好 约定 约到 约在 约的 再约 重新约 改约 预约 准备 打算 计划 下次 回头 改天 再去 会去 要去 will gonna i'll we'll scheduled arranged booked".split()) | {"going to", "plan to", "planning to", "need to"}


def _with_somebody(frames: Frames, said: Said) -> bool:
    """A meal counts with company: 跟张总吃饭, lunch with May; 先去吃饭 is one's own."""
    before = frames.scene.clauses[said.at - 1] if said.at else None
    near = [said, *([before] if before is not None and before.line is said.line else [])]
    return any(_customers_here(s) for s in near) or bool(re.search(r"跟|和|请|陪|同|与|一起|一齐|他们|他|她|佢|展|会|坛|\b(?:with|w|treated|hosted|invited|them|him|her|at)\b", said.text))


_PHONE_NUMBER = re.compile(r"(?:号码?|是|:|\s)*\+?\d[\d \-]{5,}")
_OWN = ("name", "alias")


def _customers_here(said: Said) -> bool:
    return bool(said.of(NameKind.ACCOUNT) or said.of(NameKind.CONTACT) or said.titles)


def _deed(frames: Frames, said: Said, cue: Cue) -> bool:
    """Whether a noun like 演示, 试用, demo is told as done: in a log, or with a verb that did it."""
    if frames.scene.has("remind") or said.has("close_task") and said.has("task_noun"):
        return False
    if said.line.section is Section.PAST or said.line.cells:
        return cue.phrase in ("演示", "试样", "打样", "试装", "实测", "demo", "demos", "demonstration", "答辩")
    near = said.text[max(0, cue.start - said.start - 4) : cue.end - said.start + 3]
    return bool(re.search(r"[做测试演]了|完了?$|[做搞]完|was|went|did|gave|ran|done", near)) and not frames.mood(said).plan


def _there(frames: Frames, said: Said) -> bool:
    """在鼎新跟张总聊: the talk took place at the customer's."""
    return any(re.search(r"(?:在|到|去|从|跑|\bat|\bto)\s?$", frames.scene.text[max(0, n.start - 3) : n.start]) for n in said.of(NameKind.ACCOUNT))


def _is_next(said: Said) -> bool:
    """A cell of the column of next steps."""
    return bool(re.search(r"下一步|计划|待办|后续|行动|next|action|follow|todo|下步", said.clause.column))


def _following(frames: Frames, said: Said, family: str) -> list[Cue]:
    """Cues of this clause and of the next one in the same sentence."""
    found = said.all(family)
    if said.at + 1 < len(frames.scene.clauses):
        after = frames.scene.clauses[said.at + 1]
        if after.line is said.line and after.clause.sentence == said.clause.sentence:
            found = [*found, *after.all(family)]
    return found


def _merged(events: list[Event], *, weekly: bool) -> list[Event]:
    """One event per day and kind; a demo, tender or dinner swallows the visit or meeting at which it took place."""
    out: list[Event] = []
    for event in events:
        twin = next((e for e in out if e.type is event.type and e.day == event.day and (e.line == event.line or not (e.strong and event.strong) or _same_time(e, event))), None)
        if twin is not None:
            if twin.line != event.line and event.strong and twin.strong and twin.part != event.part:
                out.append(event)
                continue
            twin.clauses.extend(c for c in event.clauses if c not in twin.clauses)
            twin.strong |= event.strong
            continue
        out.append(event)
    if weekly:
        # 这周X跑了两趟: a summary without a day, beside the days themselves
        dated = {e.type for e in out if e.day_spans}
        out = [e for e in out if e.day_spans or e.strong or not dated]
    changed = True
    while changed:
        changed = False
        for a in list(out):
            for b in list(out):
                if a is b or a.day != b.day or a not in out or b not in out:
                    continue
                if _swallows(a, b):
                    a.clauses.extend(c for c in b.clauses if c not in a.clauses)
                    out.remove(b)
                    changed = True
    return out


def _same_time(a: Event, b: Event) -> bool:
    return a.part == b.part or a.part is None or b.part is None


def _swallows(a: Event, b: Event) -> bool:
    """Whether `b` is only another word for `a`."""
    if not _same_time(a, b) and b.strong and a.strong:
        return False
    same_clause = any(c in a.clauses for c in b.clauses)
    adjacent = same_clause or any(abs(x.at - y.at) <= 2 for x in a.clauses for y in b.clauses)
    if not b.strong and b.type in (ActivityType.DEMO, ActivityType.BID):
        # POC, 投标 as nouns: what the visit was about, not a demo of its own
        return a.strong or a.type not in (ActivityType.DEMO, ActivityType.BID)
    if not a.strong and (b.strong or a.type in (ActivityType.DEMO, ActivityType.BID)):
        return False
    if a.strong and not b.strong:
        return adjacent or b.type is ActivityType.VISIT
    if a.type in _DONE_BEATS_WHERE and b.type in (ActivityType.VISIT, ActivityType.MEETING):
        return adjacent
    if a.type in (ActivityType.DEMO, ActivityType.BID) and b.type in (ActivityType.CALL, ActivityType.MESSAGE):
        return same_clause and b.type is ActivityType.CALL and a.type is ActivityType.DEMO
    text = "".join(c.text for c in (*a.clauses, *b.clauses))
    if a.type is ActivityType.MEETING and b.type is ActivityType.VISIT:
        return adjacent and bool(_ONLINE.search(text))
    if a.type is ActivityType.VISIT and b.type is ActivityType.MEETING:
        return adjacent and not _ONLINE.search(text)
    if a.type is ActivityType.MEETING and b.type in (ActivityType.CALL, ActivityType.MESSAGE):
        return same_clause
    if a.type is ActivityType.CALL and b.type is ActivityType.MESSAGE:
        return same_clause and any(w in text for w in ("微信电话", "语音", "whatsapp call", "wechat call"))
    if a.type is ActivityType.VISIT and b.type in (ActivityType.CALL, ActivityType.MESSAGE):
        return same_clause and b.cue is not None and a.cue is not None and b.cue.start > a.cue.start and False
    return False


def _assign_parties(frames: Frames, stretch: Stretch, events: list[Event]) -> None:
    """Give each event the people who took part in it."""
    if not events:
        return
    present = [p for p in stretch.parties if p.said is not None and not _absent(frames, p, stretch)]
    claimed: set[str] = set()
    for event in events:
        for party in present:
            if party.said in event.clauses and not _only_mentioned(frames, party):
                _join(event, party)
                claimed.add(party.key)
    for event in events:
        if not event.parties and any(_PRONOUN.search(c.text) for c in event.clauses) and frames.scene.has("activity.call"):
            first = min(c.at for c in event.clauses)
            before = [p for p in present if p.said is not None and p.said.at < first]
            if before:
                _join(event, before[-1])
    had = {id(event): bool(event.parties) for event in events}
    for party in present:
        assert party.said is not None
        if party.key in claimed or _only_mentioned(frames, party):
            continue
        nearest = _nearest(party, events)
        if nearest is None:
            continue
        in_cells = any(c.clause.column for c in nearest.clauses)
        if had[id(nearest)] and not (party.said.has("presence") or in_cells):
            continue
        if in_cells and frames.mood(party.said).plan:
            continue
        if not had[id(nearest)] and nearest.parties and not in_cells and not party.said.has("presence") and nearest.parties[0].said is not party.said and not frames.scene.pieces.weekly:
            continue  # the first people named are those who were met; who is quoted later was not there
        _join(nearest, party)
        claimed.add(party.key)


def _nearest(party: Party, events: list[Event]) -> Event | None:
    """The event that a person named outside of its clauses took part in: of the same item, the last one told before."""
    said = party.said
    assert said is not None
    best: tuple[int, Event] | None = None
    for event in events:
        if said.line.item not in {c.line.item for c in event.clauses}:
            continue
        first, last = min(c.at for c in event.clauses), max(c.at for c in event.clauses)
        if first <= said.at <= last:
            distance = 0
        elif said.at > last:
            distance = said.at - last
        elif first - said.at <= 3:
            distance = 2 * (first - said.at)
        else:
            continue
        if best is None or distance < best[0]:
            best = (distance, event)
    return best[1] if best is not None else None


def _join(event: Event, party: Party) -> None:
    if party.key not in {p.key for p in event.parties}:
        event.parties.append(party)


_PRONOUN = re.compile(r"(?:call|打给|给|跟|和|找|约|见|微信|联系|text|email|phoned|rang|called)\s?(?:了|咗)?\s?(?:她|他|佢|her\b|him\b)(?!们)|(?:她|他|佢)(?:又|还|也|刚|今天|昨天)*(?=来电|打来|打电话|打了|发来|微信)")
_SPEAKER = re.compile(r"\s*(?:今天|刚才|也|还|又|直接|明确|当场|那边|那儿)?(?:说|讲|表示|觉得|认为|提了?|问|要求|同意|答应|反馈|透露|确认|认可|嫌|担心|想|said|says|told|asked|mentioned|confirmed|agreed|wants?|likes?|promised|replied|ok'd|okayed|thinks|needs|was|is)")
_SUBJECT_ONLY = re.compile(r"^(?:让|叫|安排|要求|派|指定|说让|说要让)")


def _only_mentioned(frames: Frames, party: Party) -> bool:
    """Named in a plan, a condition or an order, not as somebody who was there."""
    said = party.said
    assert said is not None
    mood = frames.mood(said)
    has_event = any(f.startswith("activity.") for f in said.cues)
    heard = said.text[: party.start - said.start].rstrip().endswith(("听", "据"))
    if not heard and _SPEAKER.match(said.text[party.end - said.start :]):
        return False
    if mood.plan and not has_event and not said.clause.column:
        return True
    if mood.hypothetical and not has_event or mood.originally:
        return True
    after = said.text[party.end - said.start : party.end - said.start + 3]
    before = said.text[max(0, party.start - said.start - 4) : party.start - said.start]
    if _SUBJECT_ONLY.match(after) and not has_event:
        return True
    if re.search(r"(?:发给|交给|给)$", before) and not mood.plan and said.has("past"):
        return False
    return bool(re.search(r"(?:听|问问|请示|汇报给|转告|转给|告诉|推荐给|等|找不到|约|发给|给|替|代)$", before)) and not has_event


def _absent(frames: Frames, party: Party, stretch: Stretch) -> bool:
    """不在, 出差, no show: named, but was not there."""
    said = party.said
    assert said is not None
    if said.has("originally") and any(c.start <= party.start for c in said.all("originally")):
        return True
    others = [p for p in stretch.parties if p.said is said and p is not party]
    for cue in said.all("absent"):
        if cue.phrase.startswith(_SEEING):
            between = said.text[cue.end - said.start : party.start - said.start] if cue.end <= party.start else None
            if between is not None and len(between) <= (6 if not between.isascii() else 16) and not any(cue.end <= p.start < party.start for p in others):
                return True
            if cue.start >= party.end and cue.start - party.end <= 2:
                return True
        elif cue.start >= party.end and cue.start - party.end <= 12 and not any(party.end <= p.start < cue.start for p in others):
            return True
    after = frames.scene.clauses[said.at + 1] if said.at + 1 < len(frames.scene.clauses) else None
    if after is not None and after.line is said.line and not others and after.has("absent") and party.end >= said.end - 2 and not after.titles and not after.text.startswith(("前台", "只")):
        return not after.has("activity.visit", "activity.visit_weak", "activity.call", "activity.message") and len(after.text) <= 8
    return False
