"""Carrying out what a turn decided, in the caller's transaction: save, correct, take back, and tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers import cards, doubts, forms, questions, revising, weekly
from handlers.lines import Befores
from handlers.room import Plan, Room, topic_of
from handlers.state import Entry, State
from handlers.turns import Clarify, Reply, Turn
from sales.book import Book
from sales.errors import Conflict, OutOfScope, UnknownRecord
from sales.language.money import Quantity, find_numbers
from sales.language.text import normal
from sales.records import Draft, New, Reading
from sales.stages import Stage
from storage import changes, records, standing
from storage.book import SqlBook
from storage.changes import ChangeSet, MessageRef, Op, Source
from storage.database import Transaction
from storage.errors import NotUndoable


@dataclass(frozen=True, slots=True)
class Done:
    """The turn (None: nothing is said), and the state after it."""

    turn: Turn | None
    state: State


def carry_out(tx: Transaction, room: Room, plan: Plan) -> Done:
    """Does it. What can't be done is said and leaves records and conversation as they were."""
    words = room.words
    if plan.silent:
        return Done(None, plan.state)
    # as things stand now: the message was read in a transaction before
    room.book = SqlBook(tx, room.scope, room.book.me)
    try:
        with tx.begin_nested():
            if plan.undoes is not None:
                return _undo(tx, room, plan)
            if plan.form:
                return _fill_in(tx, room, plan)
            if plan.reading is not None and plan.entry is not None:
                return _save(tx, room, plan, plan.entry, plan.reading)
    except _Same as same:
        return Done(None, same.state)
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
        turn = Turn(
            plan.intent, plan.reply, plan.clarify, plan.denied, plan.query,
            waiting=plan.waiting, refused=plan.refused, picture=plan.picture,
        )  # fmt: skip
        return Done(turn, plan.state)
    return Done(Turn(plan.intent, plan.reply, refused=True), room.state)


class _Same(Exception):
    """An edited message reads as before: what was written is rolled back, the words are remembered."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state


def _what(room: Room, conflict: Conflict) -> str:
    """Which value has changed since, without saying to what."""
    if conflict.kind != "opportunity" or (deal := room.book.opportunity(conflict.id)) is None:
        return ""
    return room.words.of_deal(deal.name, room.words.field(conflict.field) if conflict.field else "")


def _undo(tx: Transaction, room: Room, plan: Plan) -> Done:
    assert plan.undoes is not None
    target = changes.read(tx, plan.undoes)
    heard = room.heard
    message = None if plan.edited else MessageRef(heard.message_id, heard.text)
    made = records.undo(tx, room.scope, plan.undoes, at=heard.at, by=heard.person_id, message=message, whole=plan.whole)
    tell = room.tell(book=SqlBook(tx, room.scope, room.book.me))
    card = cards.undone_card(made, tell, correction=target.source is Source.AMEND and not plan.whole)
    if plan.edited:
        card = replace(card, lines=(room.words.nothing_after_edit(), *card.lines))
    return Done(Turn(plan.intent, card, change_set=made.id), plan.state)


def _fill_in(tx: Transaction, room: Room, plan: Plan) -> Done:
    """A form that was filled in, as one correction of what its card recorded."""
    heard, state = room.heard, plan.state
    message = MessageRef(heard.message_id, heard.text)
    chain = standing.chain_of(tx, changes.read(tx, plan.amends))
    originals = _befores(chain)
    made = records.edit(tx, room.scope, plan.amends, plan.form, message=message, at=heard.at)
    entry = next((e for e in state.recent if plan.amends in e.sets), None)
    if entry is not None:
        entry = entry.then(made.id, state.turn, message=heard.message_id)
        state = state.with_entry(entry)
        asked = state.asked_about(entry.message_id)
        state = state.put_question(replace(asked, entry=entry)) if asked is not None else state
    book = SqlBook(tx, room.scope, room.book.me)
    card = forms.card_of(made, room.tell(book=book, made=made), originals)
    lost = next((e.id for e in plan.form if (e.field, e.value) == ("stage", Stage.LOST)), None)
    deal = book.opportunity(lost) if lost is not None else None
    if deal is not None and not deal.lost_reason:
        state = replace(state, lost=(deal.id, deal.account))
        card = replace(card, lines=(*card.lines, room.words.ask_reason()))
    return Done(Turn(plan.intent, card, change_set=made.id), state)


def _save(tx: Transaction, room: Room, plan: Plan, entry: Entry, reading: Reading) -> Done:
    reading, refused = _allowed(reading, room.book)
    message, at, why = MessageRef(entry.message_id, entry.text), room.heard.at, plan.intent.value
    made: ChangeSet | None = None
    originals: Befores = {}
    if entry.last is not None:
        stands = standing.standing_of(tx, entry.last)
        if stands is not None and stands.id != entry.last:  # corrected from another conversation since
            entry = entry.then(stands.id, entry.seq)
        assert entry.last is not None
        originals = _originals(tx, entry)
        made = records.amend(tx, room.scope, entry.last, reading, message=message, at=at, why=why)
        if plan.edited and made.is_empty:
            _still(plan, entry, reading)
        reading = forms.laid_over(reading, made.laid)
    elif not reading.is_empty:
        made = records.save(tx, room.scope, reading, message=message, at=entry.at, why=why)
    book = SqlBook(tx, room.scope, room.book.me)
    state = replace(plan.state, topic=topic_of(reading, plan.state.topic, made)).unasked(entry.message_id)
    reply = Reply(())
    if made is not None:
        entry = entry.then(made.id, state.turn, answer=plan.answered, message=room.heard.message_id)
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
        asked, clarify = doubts.ask(question, book, room.words)
        reply = Reply((*reply.lines, *asked.lines), (*asked.buttons, *reply.buttons))
    else:
        state, reply, clarify = questions.repeated(state, reply, book, room.words)
    if not reply.lines:
        reply = Reply((room.words.nothing_new(),))
    return Done(Turn(plan.intent, reply, clarify, change_set=made.id if made else None), state)


def _still(plan: Plan, entry: Entry, reading: Reading) -> None:
    """Raises _Same if what is asked about is the same, too. Corrections from now on are of the new words."""
    asked = plan.state.asked_about(entry.message_id)
    if not revising.same_doubts(reading.doubts, asked.doubts if asked is not None else ()):
        return
    state = revising.quiet(plan.state).state
    if any(e.message_id == entry.message_id for e in state.recent):
        state = state.with_entry(entry.restated())
    if asked is not None:
        state = state.put_question(replace(asked, entry=entry.restated(), doubts=reading.doubts))
    raise _Same(state)


def _card(
    plan: Plan, reading: Reading, made: ChangeSet, room: Room, book: Book, originals: Befores, entry: Entry
) -> Reply:
    tell = room.tell(entry.text, book, made)
    if plan.weekly:
        return weekly.recorded(reading, made, room.words)
    if plan.edited and reading.is_empty:  # all that is left of it is a question
        return Reply((room.words.held_after_edit(),))
    if plan.corrected and len(entry.steps) > 1:
        return cards.corrected_card(reading, made, tell, originals, edited=plan.edited)
    card = cards.report_card(reading, made, tell, known=plan.known)
    return replace(card, buttons=card.buttons[-1:]) if entry.tapped else card  # no words to be put right


def _originals(tx: Transaction, entry: Entry) -> Befores:
    """What the records held before the message was first recorded."""
    return _befores([changes.read(tx, one) for one in entry.sets])


def _befores(chain: Sequence[ChangeSet]) -> Befores:
    out: Befores = {}
    for one in chain:
        for change in one.changes:
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
