"""What a tapped button leads to, and taking things back. A button may be old: then it says so and nothing happens."""

from __future__ import annotations

from dataclasses import replace

from handlers import asking, cards, figure_actions, forms, home, questions, tasks
from handlers.figure_actions import Verb
from handlers.room import Plan, Room, answer
from handlers.state import Entry, State
from handlers.turns import Reply
from sales.errors import UnknownRecord
from sales.stages import Intent
from storage import changes, standing
from storage.database import Transaction

SHOWS_MORE = frozenset({"edit", "form", "today", "help", *Verb})
"""Buttons that only show something: their card stays as it is. Any other is used up once it was tapped."""


def on_tap(room: Room, tx: Transaction, action: str) -> Plan:
    """confirm · drop · undo:SET · edit:SET · keep · form:SET · pick:QUESTION:CHOICE · done|tomorrow|reopen:FOLLOW_UP

    today · help · q|why|pic:QUERY · src:KIND:ID
    """
    verb, _, rest = action.partition(":")
    state = room.state
    if verb == "confirm" and state.draft is not None:
        return confirmed(room, tx, state.draft)
    if verb == "drop" and state.draft is not None:
        return answer(Intent.UNDO, replace(state, draft=None), room.words.dropped())
    if verb == "undo" and rest:
        return _undo_set(room, tx, rest)
    if verb in ("done", "tomorrow", "reopen") and rest:
        return tasks.on_tap(room, tx, verb, rest)
    if verb == "today":
        return today(room, tx)
    if figure_actions.is_figure_action(action):
        return asking.on_action(room, tx, action)
    if verb == "help":
        return answer(Intent.HELP, state, *room.words.help())
    if verb == "form" and rest:
        return _filled_in(room, tx, rest)
    if verb == "keep":
        return answer(Intent.CHAT, state, room.words.kept())
    if verb == "edit" and rest:
        return _edit(room, tx, rest)
    if verb == "pick":
        number, _, option = rest.partition(":")
        question = next((q for q in state.questions if str(q.number) == number), None)
        if question is not None and any(o.id == option for o in question.doubt.options):
            return questions.pinned(room, tx, question, option)
    return Plan(Intent.CHAT, state, Reply((room.words.stale_button(),)), refused=True)


def today(room: Room, tx: Transaction) -> Plan:
    """What is on today."""
    reply = home.today_reply(tx, room.scope, room.book.me, room.tell())
    return Plan(Intent.QUERY, room.state, reply)


def confirmed(room: Room, tx: Transaction, draft: Entry) -> Plan:
    """The weekly report that was shown is recorded."""
    reading = replace(room.read(tx, draft), pins=draft.pins)
    state = replace(room.state, draft=None)
    return Plan(Intent.WEEKLY_REPORT, state, entry=draft, reading=reading, weekly=True)


def _filled_in(room: Room, tx: Transaction, change_set: str) -> Plan:
    """A form came back: its changes are one correction of the card."""
    state, words = room.state, room.words
    card = forms.recorded(tx, room.scope, change_set)
    if card is None:
        return answer(Intent.CORRECT, state, words.form_gone())
    got = forms.filled_in(card, room.heard.values or {}, room.tell(), dated=True)
    if got.faults:
        lines = [words.form_faulty(forms.label_of(field, words), why) for field, why in got.faults.items()]
        return answer(Intent.CORRECT, state, *dict.fromkeys(lines))
    if got.stale is not None:
        deal = room.book.opportunity(got.stale[1]) if got.stale[0] == "opportunity" else None
        what = words.of_deal(deal.name, "").strip(" :") if deal is not None else ""
        return answer(Intent.CORRECT, state, words.changed_since(what, undoing=False))
    if not got.edits:
        return answer(Intent.CORRECT, state, words.form_unchanged())
    return Plan(Intent.CORRECT, state, form=got.edits, amends=card.change_set.id)


def _edit(room: Room, tx: Transaction, change_set: str) -> Plan:
    """How to correct this very card; what is said next corrects it, even if others came after it."""
    state = room.state
    entry = next((e for e in state.recent if e.last == change_set), None)
    if entry is None:
        return answer(Intent.HELP, state, room.words.stale_button())
    made = changes.read(tx, change_set)
    return Plan(Intent.HELP, replace(state, aimed=entry.message_id), cards.how_to_correct(made, room.tell(entry.text)))


def undo(room: Room, newest: Entry | None, *, whole: bool) -> Plan:
    """撤销, as it is said: the newest of what was recorded, shown or asked."""
    state, words = room.state, room.words
    if newest is None:
        return answer(Intent.UNDO, state, words.nothing_to_undo())
    if state.draft is not None and newest is state.draft:
        return answer(Intent.UNDO, replace(state, draft=None), words.dropped())
    if not newest.steps:
        return answer(Intent.UNDO, state.unasked(newest.message_id), words.dropped())
    return _undo_entry(state, newest, whole=whole)


def _undo_set(room: Room, tx: Transaction, change_set: str) -> Plan:
    """The button of a card. On the card of a first reading that was corrected since: all of it."""
    state = room.state
    entry = next((e for e in state.recent if change_set in e.sets), None)
    if entry is None:  # older than what is remembered here: the store knows whether it still stands
        try:
            stands = standing.standing_of(tx, change_set)
        except UnknownRecord:
            stands = None
        if stands is not None and stands.id != change_set:
            return Plan(Intent.UNDO, state, undoes=stands.id, whole=True)
        return Plan(Intent.UNDO, state, undoes=change_set)
    return _undo_entry(state, entry, whole=entry.last != change_set)


def _undo_entry(state: State, entry: Entry, *, whole: bool) -> Plan:
    back = None if whole else entry.back()
    target = entry.last
    assert target is not None
    left = state.without(entry.message_id)
    if back is not None:
        left = state.unasked(entry.message_id).with_entry(back)
    return Plan(Intent.UNDO, left, undoes=target, whole=back is None)
