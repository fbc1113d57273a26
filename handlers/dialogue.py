"""One conversation turn: who speaks, what is pending, what was said, what is recorded, what is answered.

The deterministic reading happens in a read transaction; then one write transaction saves the records, the state of the
conversation and whatever the caller adds (`also`: the outbox message and the finished inbox row). Either all or none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from handlers import cards
from handlers.answers import chosen, declines
from handlers.directory import Directory
from handlers.earlier import EarlierBook
from handlers.state import Entry, State, from_json, to_json
from handlers.turns import Button, Clarify, Heard, Reply, Turn
from handlers.words import Words, words_for
from sales.book import Book
from sales.errors import Conflict, OutOfScope
from sales.language.context import Context, Last, Topic
from sales.language.corrections import merged_pins
from sales.language.lexicon import Lexicon, standard
from sales.language.names import NameIndex
from sales.language.text import has_cjk
from sales.permissions import Scope
from sales.records import Doubt, New, Pin, Reading
from sales.stages import Intent
from storage import changes, conversations, records
from storage.book import SqlBook, scope_for
from storage.changes import ChangeSet, MessageRef
from storage.database import Database, Transaction
from storage.errors import NotUndoable

Also = Callable[[Transaction, Turn], None]
_TRIES = 3


class Reader(Protocol):
    """The seam where a language model will read too."""

    def read(self, text: str, context: Context) -> Reading: ...


@dataclass(slots=True)
class _Room:
    """Everything that one turn looks at."""

    heard: Heard
    scope: Scope
    book: Book
    names: NameIndex
    stored: conversations.ConversationState
    state: State
    words: Words
    now: datetime


@dataclass(slots=True)
class _Plan:
    """What a turn is going to do, decided before anything is written."""

    intent: Intent
    state: State
    entry: Entry | None = None
    reading: Reading | None = None
    replaces: str | None = None
    undoes: str | None = None
    whole: bool = False
    reply: Reply | None = None
    clarify: Clarify | None = None
    waiting: bool = False
    corrected: bool = False


class Dialogue:
    """Handles what people say. Stateless between turns: what it remembers is in the database."""

    def __init__(self, database: Database, reader: Reader, lexicon: Lexicon | None = None) -> None:
        self._database = database
        self._reader = reader
        self._lexicon = lexicon or standard()
        self._directory = Directory()

    def hear(self, heard: Heard, also: Also | None = None) -> Turn:
        """Read, record and answer one message. `also` runs in the same transaction as the records.

        Raises UnknownRecord if `heard.person_id` is nobody's; anything that the person can mend is in the reply.
        """
        for attempt in range(_TRIES):
            try:
                return self._once(heard, also)
            except Conflict as conflict:
                # the same person wrote from two devices at once: look again at what is pending now
                if conflict.kind != "conversation" or attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def confirm(self, channel: str, conversation_id: str, person_id: str, at: datetime) -> Turn | None:
        """Record what waits for a confirmation, as tapping the button would; None if nothing waits."""
        with self._database.read() as tx:
            state = from_json(conversations.load(tx, channel, conversation_id, person_id).state)
        if state.draft is None:
            return None
        message_id = state.draft.message_id
        return self.hear(Heard(channel, conversation_id, person_id, message_id, "", at, action="confirm"))

    # ------------------------------------------------------------------ one turn

    def _once(self, heard: Heard, also: Also | None) -> Turn:
        with self._database.read() as tx:
            room = self._room(tx, heard)
            plan = self._decide(room, tx)
        with self._database.begin() as tx:
            turn = self._carry_out(tx, room, plan)
            if also is not None:
                also(tx, turn)
        return turn

    def _room(self, tx: Transaction, heard: Heard) -> _Room:
        person, scope = scope_for(tx, heard.person_id)
        book = SqlBook(tx, scope, person)
        stored = conversations.load(tx, heard.channel, heard.conversation_id, heard.person_id)
        state = from_json(stored.state)
        chinese = state.chinese
        if heard.text.strip() and (heard.action is None):
            chinese = has_cjk(heard.text) or (chinese if _is_wordless(heard.text) else False)
        if chinese is None:
            chinese = book.company.locale.startswith("zh")
        now = heard.at.astimezone(ZoneInfo(book.company.timezone))
        state = replace(state, chinese=chinese)
        return _Room(heard, scope, book, self._directory.index(tx), stored, state, words_for(chinese=chinese), now)

    def _decide(self, room: _Room, tx: Transaction) -> _Plan:
        heard, state = room.heard, room.state
        if heard.action is not None:
            planned = self._on_action(room, tx, heard.action)
            if planned is not None:
                return planned
        if state.pending is not None and state.doubts and heard.text.strip():
            answered = self._on_answer(room, tx, heard.text)
            if answered is not None:
                return answered
        if state.draft is not None and cards.confirms(heard.text):
            return self._record(room, tx, state.draft, replace(state, draft=None), Intent.WEEKLY_REPORT)
        return self._on_message(room, tx)

    # ------------------------------------------------------------------ taps

    def _on_action(self, room: _Room, tx: Transaction, action: str) -> _Plan | None:
        verb, _, rest = action.partition(":")
        state = room.state
        if verb == "confirm" and state.draft is not None:
            return self._record(room, tx, state.draft, replace(state, draft=None), Intent.WEEKLY_REPORT)
        if verb == "drop":
            return _Plan(Intent.UNDO, replace(state, draft=None, pending=None, doubts=()), reply=Reply((room.words.dropped(),)))
        if verb == "undo":
            return self._undo(room, rest or None, whole=False)
        if verb == "edit":
            return _Plan(Intent.HELP, state, reply=Reply(tuple(room.words.how_to_correct())))
        if verb == "pick" and state.pending is not None and state.doubts:
            place, _, option = rest.partition(":")
            if place.isdecimal() and int(place) == len(state.doubts) and any(o.id == option for o in state.doubts[0].options):
                return self._pinned(room, tx, option)
        if verb in ("confirm", "pick"):
            return _Plan(Intent.CHAT, state, reply=Reply((room.words.stale_button(),)))
        return None

    def _undo(self, room: _Room, change_set: str | None, *, whole: bool) -> _Plan:
        state = room.state
        if change_set is None and state.draft is not None:
            return _Plan(Intent.UNDO, replace(state, draft=None), reply=Reply((room.words.dropped(),)))
        if change_set is None and state.pending is not None and not state.pending.sets:
            return _Plan(Intent.UNDO, replace(state, pending=None, doubts=()), reply=Reply((room.words.dropped(),)))
        if change_set is None:
            entry = next((e for e in reversed(state.recent) if e.sets), None)
            if entry is None:
                return _Plan(Intent.UNDO, state, reply=Reply((room.words.nothing_to_undo(),)))
            change_set = entry.sets[-1]
        kept = tuple(e for e in state.recent if change_set not in e.sets or len(e.sets) > 1)
        kept = tuple(replace(e, sets=e.sets[:-1]) if change_set in e.sets else e for e in kept)
        return _Plan(Intent.UNDO, replace(state, recent=kept, pending=None, doubts=()), undoes=change_set, whole=whole)

    # ------------------------------------------------------------------ answers

    def _on_answer(self, room: _Room, tx: Transaction, text: str) -> _Plan | None:
        doubt = room.state.doubts[0]
        if declines(text):
            state = replace(room.state, pending=None, doubts=())
            return _Plan(Intent.REPORT, state, reply=Reply((room.words.dropped_doubt(),)))
        option = chosen(text, doubt, room.book, room.names)
        return self._pinned(room, tx, option) if option is not None else None

    def _pinned(self, room: _Room, tx: Transaction, option: str) -> _Plan:
        pending = room.state.pending
        assert pending is not None
        doubt = room.state.doubts[0]
        pin = Pin(doubt.span, doubt.about, option, room.heard.message_id)
        entry = replace(pending, pins=merged_pins(pending.pins, [pin]))
        state = replace(room.state, pending=None, doubts=())
        if doubt.about == "scope":
            return _Plan(Intent.QUERY, state, reply=Reply(tuple(room.words.not_yet_query())))
        return self._record(room, tx, entry, state, None)

    def _record(self, room: _Room, tx: Transaction, entry: Entry, state: State, intent: Intent | None) -> _Plan:
        """Read an earlier message again with its decisions, to save it (or to replace what was saved of it)."""
        book = self._before(room, tx, entry.sets)
        reading = self._reader.read(entry.text, self._context(room, book, entry, last=None))
        reading = replace(reading, pins=entry.pins)
        return _Plan(intent or reading.intent, state, entry, reading, replaces=entry.sets[-1] if entry.sets else None)

    def _before(self, room: _Room, tx: Transaction, sets: Sequence[str]) -> Book:
        if not sets:
            return room.book
        return EarlierBook(room.book, [changes.read(tx, i) for i in sets])

    def _context(self, room: _Room, book: Book, entry: Entry, last: Last | None) -> Context:
        zone = ZoneInfo(book.company.timezone)
        return Context(book, room.names, entry.at.astimezone(zone), entry.topic, entry.pins, last, self._lexicon)

    # ------------------------------------------------------------------ messages

    def _on_message(self, room: _Room, tx: Transaction) -> _Plan:
        heard, state = room.heard, room.state
        entry = Entry(heard.text, heard.message_id, room.now, (), state.topic)
        earlier = state.draft or next((e for e in reversed(state.recent)), None)
        last = None
        if earlier is not None:
            zone = ZoneInfo(room.book.company.timezone)
            last = Last(earlier.text, earlier.at.astimezone(zone), self._before(room, tx, earlier.sets), earlier.pins, earlier.topic)
        reading = self._reader.read(heard.text, self._context(room, room.book, entry, last))
        if reading.intent is Intent.UNDO:
            return self._undo(room, None, whole=cards.means_all(heard.text))
        if reading.amends and earlier is not None:
            fixed = replace(earlier, pins=reading.pins)
            if state.draft is not None:
                return self._weekly(room, fixed, replace(reading, intent=Intent.CORRECT), replace(state, draft=None))
            return _Plan(
                Intent.CORRECT,
                state.without_last(),
                replace(fixed, message_id=earlier.message_id),
                reading,
                replaces=earlier.sets[-1] if earlier.sets else None,
                corrected=True,
            )
        if reading.intent is Intent.WEEKLY_REPORT and not reading.is_empty:
            return self._weekly(room, entry, reading, state)
        if reading.is_empty and not reading.doubts:
            return self._talk(room, reading, state)
        if reading.intent is Intent.QUERY:
            return self._ask_scope(room, entry, reading, state)
        return _Plan(reading.intent, state, entry, reading)

    def _weekly(self, room: _Room, entry: Entry, reading: Reading, state: State) -> _Plan:
        """A weekly report is shown as a table first; one button records all that is sure."""
        reply = cards.weekly_table(reading, room.book, room.names, room.words, room.now.date())
        topic = _topic_of(reading, state.topic)
        return _Plan(reading.intent, replace(state, draft=entry, topic=topic), reply=reply, waiting=True)

    def _ask_scope(self, room: _Room, entry: Entry, reading: Reading, state: State) -> _Plan:
        doubt = reading.doubts[0]
        state = replace(state, pending=entry, doubts=reading.doubts)
        return _Plan(Intent.QUERY, state, reply=_question(doubt, room.book, room.words, len(reading.doubts)), clarify=Clarify(doubt.about, tuple(o.id for o in doubt.options)))

    def _talk(self, room: _Room, reading: Reading, state: State) -> _Plan:
        words = room.words
        if reading.topic_account is not None:
            state = replace(state, topic=Topic(reading.topic_account, reading.topic_opportunity))
        if reading.intent is Intent.HELP:
            lines = words.how_to_correct() if cards.asks_correction(room.heard.text) else words.help()
        elif reading.intent is Intent.QUERY:
            lines = words.not_yet_query()
        elif reading.intent is Intent.METHODOLOGY:
            lines = words.not_yet_method()
        elif reading.intent is Intent.CORRECT:
            lines = [words.what_is_right()]
        elif reading.intent is Intent.CHAT:
            lines = [words.small_talk(room.heard.text)]
        else:
            lines = [words.nothing_read()]
        return _Plan(reading.intent, state, reply=Reply(tuple(lines)))

    # ------------------------------------------------------------------ writing

    def _carry_out(self, tx: Transaction, room: _Room, plan: _Plan) -> Turn:
        state, reply, clarify, made = plan.state, plan.reply, plan.clarify, None
        try:
            if plan.undoes is not None:
                with tx.begin_nested():
                    undone = records.undo(tx, room.scope, plan.undoes, at=room.heard.at, by=room.heard.person_id, whole=plan.whole)
                reply = cards.undone(undone, SqlBook(tx, room.scope, room.book.me), room.words, room.now.date())
            elif plan.reading is not None and plan.entry is not None:
                with tx.begin_nested():
                    made, state, reply, clarify = self._save(tx, room, plan)
        except OutOfScope:
            reply = Reply((room.words.not_yours(),))
        except (Conflict, NotUndoable):
            reply = Reply((room.words.changed_since(),))
        assert reply is not None
        conversations.store(tx, room.stored, to_json(state), room.heard.at)
        return Turn(plan.intent, reply, clarify, change_set=made.id if made else None, waiting=plan.waiting)

    def _save(self, tx: Transaction, room: _Room, plan: _Plan) -> tuple[ChangeSet | None, State, Reply, Clarify | None]:
        reading, entry = plan.reading, plan.entry
        assert reading is not None and entry is not None
        made: ChangeSet | None = None
        state = plan.state
        message = MessageRef(entry.message_id, entry.text)
        why = plan.intent.value
        if plan.replaces is not None:
            made = records.amend(tx, room.scope, plan.replaces, reading, message=message, at=room.heard.at, why=why)
        elif not reading.is_empty:
            made = records.save(tx, room.scope, reading, message=message, at=entry.at, why=why)
        if made is not None:
            entry = replace(entry, sets=(*entry.sets, made.id))
        fresh = SqlBook(tx, room.scope, room.book.me)
        state = replace(state, topic=_topic_of(reading, state.topic, made))
        clarify = None
        question: Reply | None = None
        if reading.doubts:
            doubt = reading.doubts[0]
            state = replace(state, pending=entry, doubts=reading.doubts)
            clarify = Clarify(doubt.about, tuple(o.id for o in doubt.options))
            question = _question(doubt, fresh, room.words, len(reading.doubts))
        if made is not None or not reading.doubts:
            state = state.with_entry(entry)
        card = cards.report_card(reading, made, fresh, room.words, room.now.date(), corrected=plan.corrected) if made is not None else None
        if card is None and question is None:
            card = Reply((room.words.nothing_new(),))
        if card is not None and question is not None:
            return made, state, Reply((*card.lines, *question.lines), (*question.buttons, *card.buttons)), clarify
        reply = card or question
        assert reply is not None
        return made, state, reply, clarify


def _question(doubt: Doubt, book: Book, words: Words, place: int) -> Reply:
    owner = None
    if doubt.about == "contact" and doubt.options:
        contact = book.contact(doubt.options[0].id)
        owner = book.account(contact.account) if contact else None
    line = words.question(doubt.about, doubt.words, owner.short if owner else "", len(doubt.options))
    return Reply((line,), tuple(Button(o.label, f"pick:{place}:{o.id}") for o in doubt.options))


def _topic_of(reading: Reading, old: Topic, made: ChangeSet | None = None) -> Topic:
    account = reading.topic_account
    if account is None and made is not None:
        news = [d.account.value for d in (*reading.activities, *reading.deals) if isinstance(d.account.value, New)]
        created = [i for kind, i in made.created if kind == "account"]
        account = created[-1] if news and created else None
    if account is None:
        return old
    contacts = tuple(c.value for a in reading.activities for c in a.contacts if isinstance(c.value, str))
    return Topic(account, reading.topic_opportunity, contacts[-3:])


def _is_wordless(text: str) -> bool:
    return not any(ch.isalpha() for ch in text)
