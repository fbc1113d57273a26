"""What was done with the customer: one activity per customer, day and kind of event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from sales.language.attendance import Event, assign_parties
from sales.language.dates import DateMention
from sales.language.deeds import CALLED_OFF, STRONG, is_next, types
from sales.language.frames import Frames
from sales.language.layout import Section
from sales.language.mentions import Said
from sales.language.names import NameKind
from sales.language.parties import Party, Stretch
from sales.records import WITH, ActivityDraft, New, Read, Ref, Span
from sales.stages import ActivityType

_DONE_BEATS_WHERE = (ActivityType.BID, ActivityType.DEMO, ActivityType.SOCIAL)


_ONLINE = re.compile(
    r"线上|视频|远程|腾讯|飞书|钉钉|zoom|teams|webex|online|virtual|video|我们公司|我司|公司来|总部|our office|meet\b|来.{0,5}(?:办公室|公司|总部).{0,3}(?:开会|谈|聊|参观)|来我们"
)


_PART = (
    ("上午", "早上", "今早", "一早", "早晨", "this morning", "morning"),
    ("中午", "午饭", "午餐", "lunch", "noon"),
    ("下午", "afternoon"),
    ("晚上", "今晚", "晚饭", "晚餐", "傍晚", "tonight", "dinner", "evening", "宵夜"),
)


def activities(frames: Frames, stretch: Stretch) -> list[ActivityDraft]:
    """Activities of a stretch; none for what is planned, denied, supposed or done by others."""
    if stretch.account is None:
        return []
    events = _merged(list(_events(frames, stretch)), weekly=frames.scene.pieces.weekly)
    assign_parties(frames, stretch, events)
    events = [e for e in events if e.type is not ActivityType.OTHER or e.parties]
    out = []
    for event in events:
        pin = _pinned_type(frames, event)
        moved = frames.scene.pin("activity_date", event.cue.start, event.cue.end) if event.cue else None
        spans = (frames.span(event.cue.start, event.cue.end),) if event.cue else ()
        start = min(s.start for s in event.clauses)
        end = max(s.end for s in event.clauses)
        company = [_ref(frames, p) for p in event.parties]
        company += [c for c in _said_later(frames, event) if c.value not in [known.value for known in company]]
        out.append(
            ActivityDraft(
                account=frames.account(stretch),
                type=Read(pin or event.type, spans),
                date=Read(date.fromisoformat(moved.value) if moved else event.day, event.day_spans),
                contacts=tuple(company),
                summary=frames.scene.normal.original(start, end).strip(" ,，。;；"),
            )
        )
    return out


def _pinned_type(frames: Frames, event: Event) -> ActivityType | None:
    if event.cue is None:
        return None
    pin = frames.scene.pin("type", event.cue.start, event.cue.end)
    return ActivityType(pin.value) if pin is not None and pin.value in set(ActivityType) else None


def _said_later(frames: Frames, event: Event) -> Iterator[Read[Ref]]:
    """People whom an answer or a correction added to what was done (是甲公司,见的王总)."""
    if event.cue is None:
        return
    span = frames.span(event.cue.start, event.cue.end)
    for pin in frames.scene.context.pins:
        if pin.kind == WITH and pin.span.start < span.end and span.start < pin.span.end:
            known = frames.scene.context.book.contact(pin.value)
            yield Read(known.id if known is not None else New(pin.value), (pin.span,))


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
        if (
            item is not None
            and said.line.item != item
            and not (said.line.indent and said.line.item == item)
            and (frames.scene.pieces.weekly or said.line.is_item)
        ):
            day, spans, part = None, (), None
        item = said.line.item
        told = _told_part(said)
        part = told if told is not None else part
        gone = frames.gone(said) if not mood.plan or _dated_heading(said) else []
        if gone and not (mood.hypothetical or mood.originally):
            mention, found = gone[0]
            day, spans = _pinned_day(frames, said, mention, found.last), (frames.span(mention.start, mention.end),)
        found_types = list(types(frames, said))
        if not found_types:
            continue
        lines_with_event.add(id(said.line))
        when = day or _line_day(frames, stretch, said) or _day_led_by(frames, stretch, said)
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
        if other.line is said.line and other.at != said.at and not is_next(other):
            gone = frames.gone(other)
            head = listed and other.start <= said.line.start + 4
            if gone and (head or other.clause.column) and not frames.mood(other).originally:
                return gone[0][1].last
    return None


def _day_led_by(frames: Frames, stretch: Stretch, said: Said) -> date | None:
    """周三回太原,在甲公司…: the day that the clause right before the customer set."""
    first = stretch.clauses[0]
    if first.at == 0 or said is not first:
        return None
    before = frames.scene.clauses[first.at - 1]
    if before.of(NameKind.ACCOUNT) or before.of(NameKind.CONTACT) or before.titles or "\n" in before.text:
        return None
    if before.line is not first.line or before.clause.sentence != first.clause.sentence or frames.mood(before).plan:
        return None
    gone = frames.gone(before)
    return gone[0][1].last if gone else None


def _told_part(said: Said) -> int | None:
    for i, words in enumerate(_PART):
        if any(w in said.text for w in words):
            return i
    return None


def _by_heading(frames: Frames, stretch: Stretch, done: set[int]) -> Iterator[Event]:
    """Items under a heading that names the kind (二、电话沟通) and that name no kind themselves."""
    for said in stretch.clauses:
        line = said.line
        if (
            id(line) in done
            or not line.kind
            or line.section not in (Section.PAST, Section.NONE)
            or (line.section is Section.NONE and not line.is_item)
        ):
            continue
        if any(id(s.line) in done and s.line.item == line.item for s in stretch.clauses):
            continue
        mood = frames.mood(said)
        if mood.originally or said.has("absent"):
            continue
        gone = [
            g for s in stretch.clauses if s.line.item == line.item and not frames.mood(s).plan for g in frames.gone(s)
        ]
        done.add(id(line))
        if any(
            c.phrase in CALLED_OFF
            for s in stretch.clauses
            if s.line.item == line.item
            for c in s.all("absent", "originally")
        ):
            continue
        day = gone[0][1].last if gone else (_line_day(frames, stretch, said) or frames.today)
        spans = (frames.span(gone[0][0].start, gone[0][0].end),) if gone else ()
        yield Event(STRONG[line.kind], None, [said], day, spans, None, True, line.item)


def _merged(events: list[Event], *, weekly: bool) -> list[Event]:
    """One event per day and kind; a demo, tender or dinner swallows the visit or meeting at which it took place."""
    out: list[Event] = []
    for event in events:
        twin = next(
            (
                e
                for e in out
                if e.type is event.type
                and e.day == event.day
                and (e.line == event.line or not (e.strong and event.strong) or _same_time(e, event))
            ),
            None,
        )
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
    if ActivityType.OTHER in (a.type, b.type):
        return b.type is ActivityType.OTHER and a.type is not ActivityType.OTHER
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
    return False
