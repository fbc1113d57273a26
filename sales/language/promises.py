"""Follow-ups: what somebody is to do, by when. Plans, promises, what the customer asked for, and dates to watch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from sales.language.dates import DateMention, Grain, Resolved
from sales.language.deeds import is_next
from sales.language.frames import Frames
from sales.language.layout import Section
from sales.language.mentions import Said
from sales.language.moods import hour_gone
from sales.language.names import NameKind
from sales.language.not_ours import CANNOT, called_off_next, theirs
from sales.language.parties import Stretch
from sales.language.payments import is_payment
from sales.language.todo_words import HOLLOW, Promise, similar, wording
from sales.records import FollowUpDraft, Read

_ACTS = (
    "deliver",
    "activity.visit",
    "activity.visit_weak",
    "activity.call",
    "activity.meeting",
    "activity.message",
    "activity.demo",
    "activity.demo_weak",
    "activity.bid",
    "activity.bid_weak",
    "activity.social",
    "oblige",
    "remind",
)


_STRONG_DEMAND = re.compile(
    r"让(?:我们?|咱们?)|(?:要求|催|叫|请|希望|需要)(?:我们?|咱们?|我方)|(?:还|也|得|需|要)(?:要)?(?:我们)?补|要(?:求)?(?:我们)?(?:再|重新)?(?:出|报|改|做|提供|发|给|准备|安排)(?!了)|让(?:先|再|重|把|发|出|报|补|做|提供|准备|尽快)|要求(?:出|报|补|提供|重新?(?=[报出做提改发])|先|逐|提交|发|对)|"
    r"等(?:我们?|咱们)(?:的)?(?:回|报|发|给|出)|asked (?:us|me) (?:to|for)|wants? (?:us|me) to|needs? (?:us|me) to|i (?:owe|need to|have to|must|will)|we (?:owe|need to|have to|must|will)|i'll|we'll|(?:need|have) to|to send|will (?:send|prepare|share|get|revert|arrange|follow|call|submit|update|revise|check|bring|set|come back|draft|quote|propose|chase)|follow[- ]up (?:with|on)|pls send|please send|next step|action"
)


_NOTHING = re.compile(
    r"^(?:oh |sorry |wait )*(?:no|nope|not|sorry|actually|wait|wrong|不对|不是|错了|不不|哦|噢)+(?: (?:it's|its|it is|on|by))?[\s,，.。!:：]*$|^(?:请|麻烦|帮我|给我|再|另外)?(?:记|加|建|设|添)[一二两三四五六几\d]?\s?(?:个|条|件)?\s?(?:待办|to-?do|事|提醒|任务)?(?:事项|儿)?s?[\s。.!:：]*$|^(?:帮我|给我|请|麻烦|你)?(?:记|提醒|备忘)(?:一?下|着|住)?(?:[,，]?别忘了?)?[\s。.!]*$|^(?:别忘了?|记得|remind me|note it|dont forget|don't forget)[\s。.!]*$|^(?:等|等着|待|在等|再说|继续等|等开标|等消息|等通知|等结果|等回复|等他们|看情况|wait|waiting|tbc|无|none|nil|n/?a|-+|—+|暂无|没有|没了)[\s。.!]*$"
)


_IDLE = re.compile(
    r"^(?:再看|看看再说|以后再说|到时再说|过段时间再|保持联系|继续跟进?|keep in touch|will see|let's see)[\s。.!了吧]*$"
)


_BARE_EN = re.compile(
    r"^(?:and|so|then)?(?:i'?ll|we'?ll|iwill|wewill|will|to|must|needto)?(?:send|share|submit|give|revert|do|email|reply|deliver|provide|finish)(?:it|them|him|her|that|this|over|back|out|out to them|to)*$"
)


_BARE = re.compile(
    r"^(?:就|再|才|要|得|会|能|得要|一定|必须|尽量|争取|我|我们|他|她|他们|要我|都|会把|先)*(?:给|交|发|出|要|报|做|完成|提交|回|弄好|搞定|给他|给她|给他们|发他|发给他|发给她|发给他们|发过去|给过去|交过去|due|deadline|send|done|过来|去|来|看|搞|弄)?(?:掉|好|完|到位|出来|过去|给他|给她|一下)?$"
)


def promises(frames: Frames, *, asked: bool = False) -> list[FollowUpDraft]:
    """Follow-ups of the whole message, in order. `asked`: the person asks the bot to note them (提醒我…)."""
    found: list[Promise] = []
    for stretch in frames.stretches:
        found.extend(_of_stretch(frames, stretch, asked))
    drafts = [d for p in found if (d := _draft(frames, p)) is not None]
    return _without_twins(frames, drafts, found)


def _of_stretch(frames: Frames, stretch: Stretch, asked: bool) -> Iterator[Promise]:
    current: Promise | None = None
    for said in stretch.clauses:
        section = said.line.section
        if section in (Section.RISK, Section.PAY, Section.OTHER) or (
            section is Section.SUPPORT and not frames.later(said)
        ):
            if current is not None:
                yield current
            current = None
            continue
        if current is not None and (said.line is not current.clauses[-1].line):
            yield current
            current = None
        mood = frames.mood(said)
        planned = section in (Section.PLAN, Section.SUPPORT) or is_next(said)
        later = [
            (m, r)
            for m, r in frames.later(said)
            if id(m) not in frames.used_dates
            and not (r.grain in (Grain.YEAR, Grain.HALF, Grain.QUARTER) and not planned and not r.deadline)
        ]
        if planned:
            if _NOTHING.match(said.text.strip()) or not said.text.strip():
                continue
            if current is not None and (not later or current.due is None or not _starts_own(said)):
                current.clauses.append(said)
                if later and current.due is None:
                    current.due_mention, current.due, current.due_said = later[0][0], later[0][1], said
                continue
            if current is not None:
                yield current
            current = Promise(stretch, [said], None, None, None, section=Section.PLAN)
            if later:
                current.due_mention, current.due, current.due_said = later[0][0], later[0][1], said
            continue
        if (
            mood.order
            or mood.hearsay
            or mood.hypothetical
            or mood.question
            or (mood.originally and not _appoints(said))
            or mood.refused
        ):
            if current is not None:
                yield current
                current = None
            continue
        if (is_payment(frames, said) and not (asked and not said.numbers)) or any(
            id(m) in frames.used_dates for m in said.dates
        ):
            if current is not None:
                yield current
                current = None
            continue
        follows = frames.scene.clauses[said.at + 1] if said.at + 1 < len(frames.scene.clauses) else None
        if not later and follows is not None and follows.line is said.line and _AT_ONCE.match(follows.text.strip()):
            continue  # she asked us to trim the offer and I agreed on the spot: done
        if (
            CANNOT.search(said.text)
            or theirs(said)
            or called_off_next(said, follows)
            or (mood.wish and said.has("discount"))
            or (said.has("unchanged") and not asked)
        ):
            if current is not None:
                yield current
            current = None
            continue
        if asked and not mood.plan and not said.has("remind"):
            later = [(m, r) for m, r in later if r.due > frames.today or r.deadline]
        acts = said.has(*_ACTS)
        demand = (bool(_STRONG_DEMAND.search(said.text)) and said.has("deliver", "oblige")) or (asked and acts)
        if (
            later
            and not mood.plan
            and not asked
            and not said.has("oblige", "remind")
            and not _open_date(frames, said, later)
        ):
            later = []
        own = _core(frames, said)
        if (
            current is not None
            and later
            and current.due is None
            and (_BARE.match(own) or _BARE_EN.match(own) or len(own) <= 3)
        ):
            # 方案要改一版,周五给: the date comes after what is to be done
            current.clauses.append(said)
            current.due_mention, current.due, current.due_said = later[-1][0], later[-1][1], said
            continue
        if (
            current is not None
            and later
            and current.due is None
            and current.demand
            and said.at == current.clauses[-1].at + 1
            and said.clause.sentence == current.clauses[-1].clause.sentence
            and said.has("oblige")
        ):
            # 让我们重新报一版,我答应周四前发: what is asked for, then by when
            current.clauses.append(said)
            current.due_mention, current.due, current.due_said = later[-1][0], later[-1][1], said
            continue
        if current is not None and current.due is not None and not later and acts and _only_date(frames, current):
            current.clauses.append(said)
            continue
        if (
            asked
            and current is not None
            and not (later or acts)
            and not said.has("remind")
            and not said.of(NameKind.ACCOUNT)
            and said.clause.sentence == current.clauses[-1].clause.sentence
        ):
            current.clauses.append(said)  # send 甲公司乙 | 调节阀 datasheet: one errand that blanks have parted
            continue
        if later and (acts or asked or (mood.plan and (_appoints(said) or len(own) <= 3))):
            if current is not None:
                yield current
            mention, due = _best_date(later)
            current = Promise(stretch, [said], due, mention, said, demand=demand)
            if (len(own) <= 2 or _BARE.match(own)) and not HOLLOW.match(own):
                before = _leading_clause(frames, stretch, said)
                if before is not None:
                    current.clauses.insert(0, before)
        elif (demand and not mood.past) or (
            demand
            and not frames.scene.pieces.weekly
            and said.has("oblige")
            and not re.search(r"了(?:一[下眼遍次]|$)", said.text)
        ):
            if current is not None:
                yield current
            if frames.scene.pieces.weekly and not asked:
                current = Promise(stretch, [said], None, None, None, demand=False)
            else:
                current = Promise(stretch, [said], None, None, None, demand=True)
        elif (mood.plan and acts and not said.has("negation")) or _may_lead(said):
            if current is not None:
                yield current
            current = Promise(stretch, [said], None, None, None, demand=False)
        else:
            if current is not None:
                yield current
            current = None
    if current is not None:
        yield current


_AT_ONCE = re.compile(
    r"(?:and )?(?:i|we) (?:agreed|did|have done|already|sent|said yes)|我(?:们)?(?:当场|当时|就|已经?|马上|直接)?(?:答应了|同意了|发了|给了|弄好|改了|做了|回了|已)"
)


_APPOINTS = re.compile(
    r"约[了好定到在的]|改[到约期]|再约|重新约|重约|定[在于]|推到|延到|挪到|顺延|安排在|\brescheduled|\bbooked|\bscheduled|\bset for|\bfixed for|\bmoved to|\blined up|\bpencil"
)


def _appoints(said: Said) -> bool:
    """An appointment is made or moved, whatever it is for."""
    return bool(_APPOINTS.search(said.text))


_MAY_LEAD = re.compile(
    r"要(?:改|补|加|重|出|做|提供|修)|需(?:要)?(?:改|补|重|提供|出|修)|得(?:改|补|重)|要求|needs? (?:a|an|the|our|us|to)|wants? (?:a|an|the|our)|requested|asked for"
)


def _may_lead(said: Said) -> bool:
    """A clause without a date that a clause with one may complete (方案要改一版 / 周五给)."""
    return bool(_MAY_LEAD.search(said.text))


def _starts_own(said: Said) -> bool:
    return bool(said.of(NameKind.ACCOUNT) or said.has(*_ACTS))


def _open_date(frames: Frames, said: Said, later: Sequence[tuple[DateMention, Resolved]]) -> bool:
    return any(
        m.is_future_only or r.deadline or (r.first > frames.today and not hour_gone(frames.scene, m)) for m, r in later
    ) and not (said.has("past") or (_went_on(frames, said)))


def _went_on(frames: Frames, said: Said) -> bool:
    """Zoom meeting on Monday, Mark joined: told as done by what follows."""
    after = frames.scene.clauses[said.at + 1] if said.at + 1 < len(frames.scene.clauses) else None
    return (
        after is not None
        and after.clause.sentence == said.clause.sentence
        and after.has("presence")
        and not frames.mood(after).plan
        and not frames.mood(said).plan
    )


def _best_date(later: Sequence[tuple[DateMention, Resolved]]) -> tuple[DateMention, Resolved]:
    deadline = [x for x in later if x[1].deadline]
    days = [x for x in later if x[1].grain is Grain.DAY]
    if (
        not deadline
        and len(later) > 1
        and len(days) == 1
        and all(r.first <= days[0][1].first and days[0][1].last <= r.last for _, r in later)
    ):
        return days[0]  # 下周:…5.26演示: the day within the week
    return deadline[0] if deadline else later[0] if len(later) == 1 else _last_moved(later)


def _last_moved(later: Sequence[tuple[DateMention, Resolved]]) -> tuple[DateMention, Resolved]:
    """本来周三,改到周五: the last one said; otherwise the first."""
    return later[-1] if any("到" in m.text or "to" in m.text for m, _ in later) else later[0]


def _core(frames: Frames, said: Said) -> str:
    """What a clause says besides its dates, customers and fillers."""
    text = said.text
    cuts = [(d.start - said.start, d.end - said.start) for d in said.dates]
    cuts += [(n.start - said.start, n.end - said.start) for n in said.of(NameKind.ACCOUNT)]
    for s, e in sorted(cuts, reverse=True):
        text = text[: max(s, 0)] + text[max(e, 0) :]
    return re.sub(r"[\s,，。:;、\-—()]|之前|以前|前|by\b|on\b|before\b", "", text)


def _only_date(frames: Frames, promise: Promise) -> bool:
    return all(len(_core(frames, s)) <= 2 or _BARE.match(_core(frames, s)) for s in promise.clauses)


def _leading_clause(frames: Frames, stretch: Stretch, said: Said) -> Said | None:
    """The clause before, if it says what is due."""
    for other in stretch.clauses:
        if other.at == said.at - 1 and other.line is said.line and not is_payment(frames, other):
            mood = frames.mood(other)
            if not (mood.hypothetical or mood.refused):
                return other
    return None


def _draft(frames: Frames, promise: Promise) -> FollowUpDraft | None:
    due: Read[date] | None = None
    if promise.due is not None and promise.due_mention is not None:
        day = promise.due.due
        pin = frames.scene.pin("date", promise.due_mention.start, promise.due_mention.end)
        if pin is not None:
            day = date.fromisoformat(pin.value)
        if day < frames.today:
            return None
        due = Read(day, (frames.span(promise.due_mention.start, promise.due_mention.end),))
        frames.used_dates.add(id(promise.due_mention))
    elif promise.section is not Section.PLAN and not promise.demand:
        return None
    text, span = wording(frames, promise)
    if len(text) < 2 or _NOTHING.match(text) or (_IDLE.match(text) and due is None):
        return None
    account = frames.account(promise.stretch) if promise.stretch.account is not None else None
    deadline = promise.due is not None and promise.due.deadline
    return FollowUpDraft(account=account, due=due, text=Read(text, (span,)), deadline=deadline)


def _without_twins(frames: Frames, drafts: Sequence[FollowUpDraft], found: Sequence[Promise]) -> list[FollowUpDraft]:
    """One follow-up where the message says the same thing twice (the customer asks in the log, the plan repeats it)."""
    out: list[FollowUpDraft] = []
    for draft in drafts:
        twin = None
        for i, other in enumerate(out):
            same_account = (other.account.value if other.account else None) == (
                draft.account.value if draft.account else None
            )
            if not same_account:
                continue
            due_a = other.due.value if other.due else None
            due_b = draft.due.value if draft.due else None
            alike = similar(other.text.value, draft.text.value)
            if (
                (due_a == due_b and alike >= 0.34)
                or ((due_a is None or due_b is None) and alike >= 0.3)
                or (due_a == due_b and due_a is not None and frames.scene.pieces.weekly and alike >= 0.2)
            ):
                twin = i
                break
        if twin is None:
            out.append(draft)
            continue
        keep, drop = (
            (draft, out[twin])
            if (out[twin].due is None and draft.due is not None) or len(draft.text.value) > len(out[twin].text.value)
            else (out[twin], draft)
        )
        out[twin] = replace(keep, due=keep.due or drop.due)
    return out
