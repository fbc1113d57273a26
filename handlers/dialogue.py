"""One conversation turn: who speaks, what is pending, what was said, what is recorded, what is answered.

The reading happens in a read transaction; then one write transaction saves the records, the state of the conversation
and whatever the caller adds (`also`: the outbox message and the finished inbox row). Either all or none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers import asking, forms, questions, revising, speech, taps, weekly
from handlers.directory import Directory
from handlers.home import home_of
from handlers.lines import Telling
from handlers.recording import carry_out
from handlers.room import Plan, Reader, Room, answer
from handlers.state import Entry, State, from_json, to_json
from handlers.turns import FieldValue, Form, Heard, Home, Reply, Turn
from handlers.words import Words, words_for
from sales.errors import Conflict
from sales.language.context import Topic
from sales.language.lexicon import Lexicon, standard
from sales.records import DealDraft, Read, Reading, Span
from sales.stages import Intent
from storage import conversations
from storage.book import SqlBook, scope_for
from storage.database import Database, Transaction

Also = Callable[[Transaction, Turn | None], None]
Decide = Callable[[Room, Transaction], Plan | None]
_TRIES = 3
_LONGEST_REASON = 60


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
        turn = self._turn(heard, also, _decide)
        assert turn is not None
        return turn

    def revise(self, heard: Heard, also: Also | None = None, said_at: datetime | None = None) -> Turn | None:
        """A message was edited: `heard.message_id` is the original's id, `heard.text` what it says now.

        None if nothing changes by it: no reply, and `also` gets None. `said_at` is when the original was sent: one that
        had led to nothing is read as of then.
        """

        def decide(room: Room, tx: Transaction) -> Plan | None:
            return revising.revised(room, tx, lambda room, tx: _anew(room, tx, said_at))

        return self._turn(heard, also, decide)

    def withdrawn(self, heard: Heard, also: Also | None = None) -> Turn | None:
        """A message was deleted: asks whether what it recorded is to be undone. None if it had led to nothing."""
        return self._turn(heard, also, revising.withdrawn)

    def form(self, channel: str, conversation_id: str, person_id: str, change_set: str) -> Form | None:
        """What a card recorded, field by field; None if it isn't this person's, or nothing of it stands."""
        with self._database.read() as tx:
            card, tell = self._card(tx, channel, conversation_id, person_id, change_set, None)
            return forms.form_of(card, tell) if card is not None else None

    def form_faults(
        self,
        channel: str,
        conversation_id: str,
        person_id: str,
        action: str,
        values: Mapping[str, FieldValue],
        at: datetime | None = None,
    ) -> dict[str, str]:
        """What is wrong with what was filled in, a sentence by field id. With `at`, days that haven't come, too."""
        with self._database.read() as tx:
            change_set = action.removeprefix("form:")
            card, tell = self._card(tx, channel, conversation_id, person_id, change_set, at)
            return dict(forms.filled_in(card, values, tell, dated=at is not None).faults) if card is not None else {}

    def _card(
        self,
        tx: Transaction,
        channel: str,
        conversation_id: str,
        person_id: str,
        change_set: str,
        at: datetime | None,
    ) -> tuple[forms.Recorded | None, Telling]:
        person, scope = scope_for(tx, person_id)
        book = SqlBook(tx, scope, person)
        state = from_json(conversations.load(tx, channel, conversation_id, person_id).state)
        words = _words(state.chinese, book)
        card = forms.recorded(tx, scope, change_set)
        when = at or (card.change_set.at if card is not None else None)
        day = when.astimezone(ZoneInfo(book.company.timezone)).date() if when is not None else date.min
        return card, Telling(book, words, day)

    def home(self, person_id: str, at: datetime, chinese: bool | None = None) -> Home:
        """A person's own page at a moment, in the company's language if none is given."""
        with self._database.read() as tx:
            person, scope = scope_for(tx, person_id)
            book = SqlBook(tx, scope, person)
            day = at.astimezone(ZoneInfo(book.company.timezone)).date()
            return home_of(tx, scope, person, Telling(book, _words(chinese, book), day))

    def warm(self) -> None:
        """Compiles the names now, so that the first message needn't wait for it."""
        with self._database.read() as tx:
            self._directory.index(tx)

    def confirm(self, channel: str, conversation_id: str, person_id: str, at: datetime) -> Turn | None:
        """Record what waits for a confirmation, as tapping the button would; None if nothing waits."""
        with self._database.read() as tx:
            state = from_json(conversations.load(tx, channel, conversation_id, person_id).state)
        if state.draft is None:
            return None
        message_id = state.draft.message_id
        return self.hear(Heard(channel, conversation_id, person_id, message_id, "", at, action="confirm"))

    def _turn(self, heard: Heard, also: Also | None, decide: Decide) -> Turn | None:
        for attempt in range(_TRIES):
            try:
                return self._once(heard, also, decide)
            except Conflict as conflict:
                # the same person wrote from two devices at once: look again at what is pending now
                if conflict.kind != "conversation" or attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _once(self, heard: Heard, also: Also | None, decide: Decide) -> Turn | None:
        with self._database.read() as tx:
            room = self._room(tx, heard)
            plan = decide(room, tx)
        turn = None
        with self._database.begin() as tx:
            if plan is not None:
                done = carry_out(tx, room, plan)
                conversations.store(tx, room.stored, to_json(done.state), heard.at)
                turn = done.turn
            if also is not None:
                also(tx, turn)
        return turn

    def _room(self, tx: Transaction, heard: Heard) -> Room:
        person, scope = scope_for(tx, heard.person_id)
        book = SqlBook(tx, scope, person)
        names = self._directory.index(tx)
        stored = conversations.load(tx, heard.channel, heard.conversation_id, heard.person_id)
        state = from_json(stored.state)
        before = state.chinese if state.chinese is not None else book.company.locale.startswith("zh")
        chinese = before if heard.action is not None else speech.in_chinese(heard.text, names, before)
        state = replace(state, chinese=chinese, turn=state.turn + 1)
        words = words_for(chinese=bool(chinese))
        return Room(heard, scope, book, names, stored, state, words, self._reader, self._lexicon)


def _words(chinese: bool | None, book: SqlBook) -> Words:
    return words_for(chinese=book.company.locale.startswith("zh") if chinese is None else chinese)


def _anew(room: Room, tx: Transaction, said_at: datetime | None) -> Plan:
    """A message that had led to nothing, in its new words."""
    if said_at is not None:
        room.heard = replace(room.heard, at=said_at)
    return _decide(room, tx)


def _decide(room: Room, tx: Transaction) -> Plan:
    """Which way a turn goes. A question or a draft that waits is looked at first."""
    told_to, room.state = room.state, replace(room.state, lost=None, aimed=None)
    text, state = room.heard.text, room.state
    if room.heard.action is not None:
        return taps.on_tap(room, tx, room.heard.action)
    if speech.asks_today(text):
        return taps.today(room, tx)
    if text.strip():
        answered = questions.on_answer(room, tx, text)
        if answered is not None:
            return answered
    if state.draft is not None and (
        speech.says_record(text) or (state.fresh(state.draft.seq) and speech.says_yes(text))
    ):
        return taps.confirmed(room, tx, state.draft)
    return _on_message(room, tx, told_to)


def _on_message(room: Room, tx: Transaction, told_to: State) -> Plan:
    """A message of its own, a correction or an undo. `told_to`: with what the last reply asked the person to say."""
    state, entry = room.state, room.told()
    earlier = told_to.newest
    if earlier is not None and earlier.tapped and speech.puts_right(room.heard.text):
        return answer(Intent.CORRECT, state, room.words.say_it_whole())
    guessed = questions.guesses(state, earlier)
    spoken = earlier is not None and not earlier.tapped
    last = replace(earlier, pins=(*earlier.pins, *guessed)) if earlier is not None and spoken else None
    reading = room.read(tx, entry, last)
    if reading.intent is Intent.UNDO:
        return taps.undo(room, earlier, whole=speech.means_all(room.heard.text))
    if reading.amends and earlier is not None:
        decided = (pin for pin in reading.pins if pin not in guessed)
        mid = room.heard.message_id
        fixed = replace(earlier, pins=tuple(p if p.message else replace(p, message=mid) for p in decided))
        if guessed:  # what is in doubt stays so
            reading = room.read(tx, fixed)
        reading = replace(reading, pins=fixed.pins)
        if state.draft is not None and earlier is state.draft:
            return weekly.shown(room, fixed, replace(reading, intent=Intent.CORRECT))
        return Plan(Intent.CORRECT, state, entry=fixed, reading=reading, corrected=True)
    if reading.intent is Intent.WEEKLY_REPORT and not (reading.is_empty and not reading.doubts):
        return weekly.shown(room, entry, reading)
    if reading.intent is Intent.QUERY:
        return asking.on_question(room, tx, entry, reading)
    if reading.is_empty and not reading.doubts:
        return _reason(room, entry, reading, told_to.lost) or _talk(room, reading)
    return Plan(reading.intent, state, entry=entry, reading=reading)


def _reason(room: Room, entry: Entry, reading: Reading, lost: tuple[str, str] | None) -> Plan | None:
    """A few words right after a deal was reported lost: why."""
    text = room.heard.text.strip()
    if lost is None or reading.intent not in (Intent.CHAT, Intent.REPORT) or not 1 < len(text) <= _LONGEST_REASON:
        return None
    if room.words.small_talk(text) is not None or speech.says_yes(text):
        return None
    why = Read(text.rstrip("。.!！"), (Span(0, len(room.heard.text)),))
    told = replace(reading, intent=Intent.REPORT, deals=(DealDraft(Read(lost[0]), Read(lost[1]), lost_reason=why),))
    return Plan(Intent.REPORT, room.state, entry=entry, reading=told)


def _talk(room: Room, reading: Reading) -> Plan:
    """Nothing to record: help, a question, small talk, or words that were not understood."""
    words, state, text = room.words, room.state, room.heard.text
    if reading.topic_account is not None:
        state = replace(state, topic=Topic(reading.topic_account, reading.topic_opportunity))
    if speech.only_weekly(text):
        return answer(Intent.HELP, state, *words.how_to_weekly())
    if reading.intent is Intent.HELP:
        return answer(
            reading.intent, state, *(words.how_to_correct([]) if speech.asks_correction(text) else words.help())
        )
    if reading.intent is Intent.METHODOLOGY:
        return answer(reading.intent, state, *words.not_yet_method())
    if reading.intent is Intent.CORRECT:
        return answer(reading.intent, state, words.what_is_right())
    account = room.book.account(reading.topic_account) if reading.topic_account is not None else None
    if account is not None and reading.intent is Intent.REPORT and account.id not in room.book.my_accounts():
        owner = room.book.person(account.owner)
        return answer(reading.intent, state, words.not_yours(account.short, owner.name if owner else ""))
    kind = words.small_talk(text)
    if kind is not None:
        return answer(reading.intent, state, kind)
    why = reading.notes.get("why") if account is not None else None
    if why is not None:
        return answer(reading.intent, state, words.nothing_new() if why == "same" else words.not_settled())
    asked = state.questions[-1] if state.questions else None
    if asked is not None and state.fresh(asked.seq) and not asked.doubt.options and asked.doubt.about == "account":
        return answer(reading.intent, state, words.no_such_customer(text.strip()))
    if asked is not None and state.fresh(asked.seq) and not asked.repeated:
        state, reply, clarify = questions.repeated(
            state, Reply((words.question_again(),)), room.book, words, earlier=False
        )
        if clarify is not None:
            return Plan(reading.intent, state, reply, clarify)
    # 恒越二期 80w, 他们还问了付款: about a customer, if nothing to record; not beyond what Canmou is for
    ours = reading.topic_account is not None or (state.topic.account is not None and speech.goes_on(text))
    beyond = reading.intent is Intent.CHAT and not ours and any(ch.isalpha() for ch in text)
    return answer(reading.intent, state, words.beyond_me() if beyond else words.nothing_read())
