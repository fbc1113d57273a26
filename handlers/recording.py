"""Carrying out what a turn decided, in the caller's transaction: save, correct, take back, and tell."""

from __future__ import annotations

from dataclasses import dataclass, replace

from handlers import cards, questions, weekly
from handlers.lines import Befores
from handlers.room import Plan, Room, topic_of
from handlers.state import Entry, State
from handlers.turns import Clarify, Reply, Turn
from sales.book import Book
from sales.errors import Conflict, OutOfScope, UnknownRecord
from sales.language.money import Quantity, find_numbers
from sales.language.text import normal
from sales.records import Draft, New, Reading
from storage import changes, records
from storage.book import SqlBook
from storage.changes import ChangeSet, MessageRef, Op, Source
from storage.database import Transaction
from storage.errors import NotUndoable


@dataclass(frozen=True, slots=True)
class Done:
    """The turn, and the state after it."""

    turn: Turn
    state: State


def carry_out(tx: Transaction, room: Room, plan: Plan) -> Done:
    """Does it. What can't be done is said and leaves records and conversation as they were."""
    words = room.words
    room.book = SqlBook(
        tx, room.scope, room.book.me
    )  # as things stand now: the message was read in a transaction before
    try:
        with tx.begin_nested():
            if plan.undoes is not None:
                return _undo(tx, room, plan)
            if plan.reading is not None and plan.entry is not None:
                return _save(tx, room, plan, plan.entry, plan.reading)
    except OutOfScope:
        plan.reply = Reply((words.not_yours("", ""),))
    except NotUndoable:
        plan.reply = Reply((words.already_undone(),))
    except UnknownRecord as error:
        undoing = plan.undoes is not None and error.kind == "change_set"
        plan.reply = Reply(
            (words.stale_button() if undoing else words.changed_since("", undoing=plan.undoes is not None),)
        )
    except Conflict as conflict:
        plan.reply = Reply((words.changed_since(_what(room, conflict), undoing=plan.undoes is not None),))
    else:
        assert plan.reply is not None
        turn = Turn(plan.intent, plan.reply, plan.clarify, waiting=plan.waiting)
        return Done(turn, plan.state)
    return Done(Turn(plan.intent, plan.reply), room.state)


def _what(room: Room, conflict: Conflict) -> str:
    """Which value has changed since, without saying to what."""
    if conflict.kind != "opportunity" or (deal := room.book.opportunity(conflict.id)) is None:
        return ""
    return room.words.of_deal(deal.name, room.words.field(conflict.field) if conflict.field else "")


def _undo(tx: Transaction, room: Room, plan: Plan) -> Done:
    assert plan.undoes is not None
    target = changes.read(tx, plan.undoes)
    made = records.undo(tx, room.scope, plan.undoes, at=room.heard.at, by=room.heard.person_id, whole=plan.whole)
    tell = room.tell(book=SqlBook(tx, room.scope, room.book.me))
    card = cards.undone_card(made, tell, correction=target.source is Source.AMEND and not plan.whole)
    return Done(Turn(plan.intent, card, change_set=made.id), plan.state)


def _save(tx: Transaction, room: Room, plan: Plan, entry: Entry, reading: Reading) -> Done:
    reading, refused = _allowed(reading, room.book)
    message, at, why = MessageRef(entry.message_id, entry.text), room.heard.at, plan.intent.value
    made: ChangeSet | None = None
    originals: Befores = {}
    if entry.last is not None:
        originals = _originals(tx, entry)
        made = records.amend(tx, room.scope, entry.last, reading, message=message, at=at, why=why)
    elif not reading.is_empty:
        made = records.save(tx, room.scope, reading, message=message, at=entry.at, why=why)
    book = SqlBook(tx, room.scope, room.book.me)
    state = replace(plan.state, topic=topic_of(reading, plan.state.topic, made)).unasked(entry.message_id)
    reply = Reply(())
    if made is not None:
        entry = entry.then(made.id, state.turn, answer=plan.answered)
        state = state.with_entry(entry)
        reply = _card(plan, reading, made, room, book, originals, entry)
    if refused or _passed_over(reading, entry.text, room.book):
        reply = Reply((*reply.lines, _refusal(room, refused or list(reading.drafts))), reply.buttons)
    lost = cards.lost_without_reason(reading) if not (plan.corrected or plan.answered) else None
    if lost is not None and not reading.doubts:
        state = replace(state, lost=lost)
        reply = Reply((*reply.lines, room.words.ask_reason()), reply.buttons)
    clarify: Clarify | None = None
    if reading.doubts:
        state, question = state.asking(entry, reading.doubts)
        asked, clarify = questions.ask(question, book, room.words)
        reply = Reply((*reply.lines, *asked.lines), (*asked.buttons, *reply.buttons))
    else:
        state, reply, clarify = questions.repeated(state, reply, book, room.words)
    if not reply.lines:
        reply = Reply((room.words.nothing_new(),))
    return Done(Turn(plan.intent, reply, clarify, change_set=made.id if made else None), state)


def _card(
    plan: Plan, reading: Reading, made: ChangeSet, room: Room, book: Book, originals: Befores, entry: Entry
) -> Reply:
    tell = room.tell(entry.text, book, made)
    if plan.weekly:
        return weekly.recorded(reading, made, room.words)
    if plan.corrected and len(entry.steps) > 1:
        return cards.corrected_card(reading, made, tell, originals)
    return cards.report_card(reading, made, tell, known=plan.known)


def _originals(tx: Transaction, entry: Entry) -> Befores:
    """What the records held before the message was first recorded."""
    out: Befores = {}
    for one in entry.sets:
        for change in changes.read(tx, one).changes:
            if change.op is Op.SET:
                out.setdefault((change.kind, change.id, change.field), change.before)
    return out


def _allowed(reading: Reading, book: Book) -> tuple[Reading, list[Draft]]:
    """The reading without changes of deals and payments that aren't this person's, and those.

    A visit to a colleague's customer is one's own doing and is recorded, only not under a deal that one may not see.
    """
    mine = book.my_accounts()

    def theirs(draft: Draft) -> bool:
        account = draft.account.value if draft.account is not None else None
        deal = getattr(draft, "opportunity", None)
        if deal is not None and isinstance(deal.value, str):
            return book.opportunity(deal.value) is None
        return not isinstance(account, New) and account not in mine

    told: tuple[Draft, ...] = (*reading.deals, *reading.payments)
    refused = [d for d in told if theirs(d)]

    def free(draft: Draft) -> Draft:
        deal = getattr(draft, "opportunity", None)
        hidden = deal is not None and book.opportunity(deal.value) is None
        return replace(draft, opportunity=None) if hidden else draft  # type: ignore[arg-type]

    kept = replace(
        reading,
        activities=tuple(map(free, reading.activities)),  # type: ignore[arg-type]
        follow_ups=tuple(map(free, reading.follow_ups)),  # type: ignore[arg-type]
        deals=tuple(d for d in reading.deals if d not in refused),
        payments=tuple(p for p in reading.payments if p not in refused),
    )
    return kept, refused


def _passed_over(reading: Reading, text: str, book: Book) -> bool:
    """Whether amounts were told of customers that aren't this person's: nothing could be read of them."""
    mine = book.my_accounts()
    accounts = [draft.account.value for draft in reading.drafts if draft.account is not None]
    theirs = bool(accounts) and all(isinstance(ref, str) and ref not in mine for ref in accounts)
    return theirs and any(number.kind is Quantity.AMOUNT for number in find_numbers(normal(text).text))


def _refusal(room: Room, refused: list[Draft]) -> str:
    """Whose customer it is (the directory may be known to all), and nothing of the deal."""
    ref = refused[0].account.value if refused[0].account is not None else None
    account = room.book.account(ref) if isinstance(ref, str) else None
    owner = room.book.person(account.owner) if account is not None else None
    return room.words.not_yours(account.short if account else "", owner.name if owner else "")
