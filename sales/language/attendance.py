"""Who took part in what was done: those named in its clauses or beside them, without the absent and the merely mentioned."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from sales.language.frames import Frames
from sales.language.lexicon import Cue
from sales.language.mentions import Said
from sales.language.parties import Party, Stretch
from sales.records import Span
from sales.stages import ActivityType

_SEEING = (
    "没见",
    "没碰",
    "没遇",
    "没找",
    "未见",
    "没约",
    "没联系",
    "联系不上",
    "本来约",
    "原本约",
    "还没见",
    "冇见",
    "didn't meet",
    "did not meet",
    "didn't see",
    "did not see",
    "couldn't meet",
    "could not meet",
    "couldn't see",
    "didn't get",
    "no contact",
    "missed",
    "no reply",
)


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


def assign_parties(frames: Frames, stretch: Stretch, events: list[Event]) -> None:
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
        if (
            not event.parties
            and any(_PRONOUN.search(c.text) for c in event.clauses)
            and frames.scene.has("activity.call")
        ):
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
        if (
            not had[id(nearest)]
            and nearest.parties
            and not in_cells
            and not party.said.has("presence")
            and nearest.parties[0].said is not party.said
            and not frames.scene.pieces.weekly
        ):
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


_PRONOUN = re.compile(
    r"(?:call|拜访|见|打给|给|跟|和|找|约|见|微信|联系|text|email|phoned|rang|called)\s?(?:了|咗)?\s?(?:她|他|佢|her\b|him\b)(?!们)|(?:她|他|佢)(?:又|还|也|刚|今天|昨天)*(?=来电|打来|打电话|打了|发来|微信)"
)


_SPEAKER = re.compile(
    r"\s*(?:今天|刚才|也|还|又|直接|明确|当场|那边|那儿)?(?:说|讲|表示|觉得|认为|提了?|问|要求|同意|答应|反馈|透露|确认|认可|嫌|担心|想|said|says|told|asked|mentioned|confirmed|agreed|wants?|likes?|promised|replied|ok'd|okayed|thinks|needs|was|is)"
)


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
    if (mood.hypothetical and not has_event) or mood.originally:
        return True
    after = said.text[party.end - said.start : party.end - said.start + 3]
    before = said.text[max(0, party.start - said.start - 4) : party.start - said.start]
    if _SUBJECT_ONLY.match(after) and not has_event:
        return True
    if re.search(r"(?:发给|交给|给)$", before) and not mood.plan and said.has("past"):
        return False
    return (
        bool(re.search(r"(?:听|问问|请示|汇报给|转告|转给|告诉|推荐给|等|找不到|约|发给|给|替|代)$", before))
        and not has_event
    )


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
            if (
                between is not None
                and len(between) <= (6 if not between.isascii() else 16)
                and not any(cue.end <= p.start < party.start for p in others)
            ):
                return True
            if cue.start >= party.end and cue.start - party.end <= 2:
                return True
        elif (
            cue.start >= party.end
            and cue.start - party.end <= 12
            and not any(party.end <= p.start < cue.start for p in others)
        ):
            return True
    after = frames.scene.clauses[said.at + 1] if said.at + 1 < len(frames.scene.clauses) else None
    if (
        after is not None
        and after.line is said.line
        and not others
        and after.has("absent")
        and party.end >= said.end - 2
        and not after.titles
        and not after.text.startswith(("前台", "只"))
    ):
        return (
            not after.has("activity.visit", "activity.visit_weak", "activity.call", "activity.message")
            and len(after.text) <= 8
        )
    return False
