"""A message that was edited or deleted after it was sent: the record follows an edit, a deletion is asked about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from handlers import brief, weekly
from handlers.room import Plan, Room, answer
from handlers.state import Entry, Step
from handlers.turns import Button, Reply
from sales.language.context import Topic
from sales.records import Doubt, Pin, Read, Reading, Span
from sales.stages import Intent
from storage import standing
from storage.changes import ChangeSet, Source
from storage.database import Transaction

Otherwise = Callable[[Room, Transaction], Plan]


def revised(room: Room, tx: Transaction, otherwise: Otherwise) -> Plan | None:
    """What an edit leads to; None: nothing to do. `otherwise` handles the new text as a message of its own."""
    state = room.state
    entry, about = _original(room, tx)
    if about is not None:
        return answer(Intent.CORRECT, state, *room.words.edit_not_followed(_stands(tx, about, room)))
    if entry is None:
        plan = otherwise(room, tx)
        # it may be older than what is remembered here, so it may speak of something else than it seems to
        unsure = plan.intent in (Intent.CORRECT, Intent.UNDO) or (plan.answered and _older(room, plan))
        return answer(Intent.CORRECT, state, *room.words.edit_not_followed("")) if unsure else plan
    text = room.heard.text
    if text == entry.text:
        return None
    fresh = entry.reworded(text, moved(entry.pins, entry.text, text))
    reading = replace(room.read(tx, fresh), pins=fresh.pins)
    if entry.steps:
        return _recorded(room, fresh, reading)
    return _waiting(room, tx, entry, fresh, reading)


def _stands(tx: Transaction, about: str, room: Room) -> str:
    stands = standing.standing_of(tx, about) if about else None
    return brief.of_chain(standing.chain_of(tx, stands), room) if stands is not None else ""


def _older(room: Room, plan: Plan) -> bool:
    """Whether the edited message came before the one that is asked about: then it is no answer."""
    mine, asked = room.heard.message_id, plan.entry.message_id if plan.entry is not None else ""
    return mine.isdigit() and asked.isdigit() and int(mine) < int(asked)


def _recorded(room: Room, entry: Entry, reading: Reading) -> Plan:
    """The message is on record: what it recorded is replaced, or taken back if nothing is left of it."""
    state = room.state
    if reading.is_empty and not reading.doubts:
        left = state.without(entry.message_id)
        return Plan(Intent.UNDO, left, undoes=entry.last, whole=True, edited=True)
    return Plan(Intent.CORRECT, state, entry=entry, reading=reading, corrected=True, edited=True)


def _waiting(room: Room, tx: Transaction, old: Entry, entry: Entry, reading: Reading) -> Plan:
    """Nothing is recorded yet: it waits as a draft or as a question."""
    state, mid = room.state, entry.message_id
    asked = state.asked_about(mid)
    is_draft = state.draft is not None and state.draft.message_id == mid
    left = replace(state.unasked(mid), draft=None if is_draft else state.draft)
    if reading.is_empty and not reading.doubts:
        return answer(Intent.UNDO, left, room.words.dropped_after_edit())
    same = _plain(reading) == _plain(room.read(tx, old))
    if same and is_draft:
        return quiet(replace(state, draft=replace(entry, seq=old.seq)))
    if same and asked is not None:
        return quiet(state.put_question(replace(asked, entry=entry, doubts=reading.doubts)))
    if reading.intent is Intent.WEEKLY_REPORT:
        room.state = left
        return weekly.shown(room, entry, reading, corrected=True)
    return Plan(reading.intent, left, entry=entry, reading=reading)


def quiet(state: Any) -> Plan:
    """Nothing is said; what is remembered is as if nothing had been heard in between."""
    return Plan(Intent.CORRECT, replace(state, turn=state.turn - 1), silent=True)


def withdrawn(room: Room, tx: Transaction) -> Plan | None:
    """What a deletion leads to: what waits is dropped, what is recorded is asked about. None: nothing to do."""
    entry, about = _original(room, tx)
    if entry is None or about is not None:
        return None
    state, words = room.state.unasked(entry.message_id), room.words
    if not entry.steps:
        drop = state.draft is not None and state.draft.message_id == entry.message_id
        state = replace(state, draft=None) if drop else state
        return answer(Intent.UNDO, state, words.dropped_with_message())
    first = standing.standing_of(tx, entry.sets[0])
    if first is None:
        return None
    what = brief.of_chain(standing.chain_of(tx, first), room)
    buttons = (Button(words.button_undo(), f"undo:{entry.sets[0]}"), Button(words.button_keep(), "keep"))
    return Plan(Intent.UNDO, state, Reply((words.deleted(what),), buttons))


# -- which message it was


def _original(room: Room, tx: Transaction) -> tuple[Entry | None, str | None]:
    """The message as it was read; or, of one that answered or corrected another, a change set of that (or "")."""
    state, mid = room.state, room.heard.message_id
    waiting = [*([state.draft] if state.draft else []), *(q.entry for q in state.questions)]
    everything = [*state.recent, *waiting]
    known = next((entry for entry in everything if entry.message_id == mid), None)
    if known is not None:
        return known, None
    decided = next((entry for entry in everything if entry.decided_by(mid)), None)
    if decided is not None:
        return None, decided.last or ""
    for one in standing.of_message(tx, room.heard.person_id, mid):
        if one.source is Source.UNDO:
            return None, ""
        stands = standing.standing_of(tx, one.id)
        if stands is None:
            continue
        chain = standing.chain_of(tx, stands)
        if chain[0].message is None or chain[0].message.id != mid:
            return None, stands.id
        return _entry_of(chain, room), None
    return None, None


def _entry_of(chain: Sequence[ChangeSet], room: Room) -> Entry:
    """A message older than what the conversation remembers, from what is on record of it."""
    first = chain[0]
    assert first.message is not None
    said = [one.message.text for one in chain if one.message is not None and one.message.id == first.message.id]
    changed = [c for one in chain for c in one.changes]
    accounts = {str(c.after) for c in changed if c.field == "account" and c.after is not None}
    deals = {c.id for c in changed if c.kind == "opportunity"}
    found = [room.book.opportunity(deal) for deal in sorted(deals)]
    accounts |= {deal.account for deal in found if deal is not None}
    topic = Topic()
    if len(accounts) == 1:
        topic = Topic(accounts.pop(), deals.pop() if len(deals) == 1 else None)
    steps = tuple(Step(one.id) for one in chain)
    return Entry(said[-1], first.message.id, first.at, (), topic, steps)


# -- what stays the same


def moved(pins: Sequence[Pin], old: str, new: str) -> tuple[Pin, ...]:
    """The decisions whose words are still there, where they stand now."""
    if not pins:
        return ()
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    out = []
    for pin in pins:
        start, end = pin.span.start, pin.span.end
        block = next((b for b in blocks if b.a <= start and end <= b.a + b.size and b.size), None)
        if block is None:
            continue
        by = block.b - block.a
        if not _grown(old, new, start, end, by):
            out.append(replace(pin, span=Span(start + by, end + by)))
    return tuple(out)


def _grown(old: str, new: str, start: int, end: int, by: int) -> bool:
    """Whether a number has more digits now: 85 of 85万 is no 85 in 185万 or 85.5万."""
    before = old[start - 1 : start], new[start + by - 1 : start + by] if start + by > 0 else ""
    after = old[end : end + 1], new[end + by : end + by + 1]
    return any(a != b and any(c.isdigit() or c == "." for c in a + b) for a, b in (before, after))


def same_doubts(one: Sequence[Doubt], other: Sequence[Doubt]) -> bool:
    return [(d.about, d.words, d.options) for d in one] == [(d.about, d.words, d.options) for d in other]


def _plain(value: Any) -> Any:
    """What was read, without where it stands."""
    if isinstance(value, Reading):
        return [_plain(d) for d in value.drafts], [(d.about, d.words, d.options) for d in value.doubts]
    if isinstance(value, Read):
        return value.value
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), tuple(_plain(getattr(value, f.name)) for f in fields(value))
    return value
