"""What one turn looks at, and what it decides to do before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from handlers.earlier import EarlierBook
from handlers.lines import Telling, befores
from handlers.state import Entry, State
from handlers.turns import Clarify, Drawn, Heard, Reply
from handlers.words import Words
from sales.book import Book
from sales.language.context import Context, Last, Topic
from sales.language.corrections import company_pins
from sales.language.lexicon import Lexicon
from sales.language.names import NameIndex
from sales.metrics.query import Question
from sales.permissions import Scope
from sales.records import Draft, New, Pin, Reading
from sales.stages import Intent
from storage import changes
from storage.changes import ChangeSet
from storage.conversations import ConversationState
from storage.database import Transaction
from storage.edits import Edit

_GOES_ON = timedelta(hours=12)


class Reader(Protocol):
    """The seam where a language model will read too."""

    def read(self, text: str, context: Context) -> Reading: ...


@dataclass(slots=True)
class Room:
    """Everything that one turn looks at."""

    heard: Heard
    scope: Scope
    book: Book
    names: NameIndex
    stored: ConversationState
    state: State
    words: Words
    reader: Reader
    lexicon: Lexicon

    def tell(self, text: str = "", book: Book | None = None, made: ChangeSet | None = None) -> Telling:
        """What a card about a message needs to be written."""
        zone = ZoneInfo(self.book.company.timezone)
        today = self.heard.at.astimezone(zone).date()
        return Telling(book or self.book, self.words, today, text, befores(made) if made is not None else {})

    def before(self, tx: Transaction, sets: Sequence[str]) -> Book:
        """The book as if these change sets had not been made."""
        return EarlierBook.of(tx, self.book, [changes.read(tx, one) for one in sets]) if sets else self.book

    def read(self, tx: Transaction, entry: Entry, last: Entry | None = None) -> Reading:
        """A message with the decisions about it, read as of its own time and as if it were not recorded yet."""
        zone = ZoneInfo(self.book.company.timezone)
        told = None
        if last is not None:
            told = Last(last.text, last.at.astimezone(zone), self.before(tx, last.sets), last.pins, last.topic)
        context = Context(
            self.before(tx, entry.sets),
            self.names,
            entry.at.astimezone(zone),
            entry.topic,
            entry.pins,
            told,
            self.lexicon,
            self.asked(entry),
        )
        return self.reader.read(entry.text, context)

    def asked(self, entry: Entry) -> Question | None:
        """The question that a message may go on from: the last one of this conversation, of the same half day."""
        last = self.state.figures
        return last.question if last is not None and entry.at - last.at <= _GOES_ON else None

    def company(self, tx: Transaction, reading: Reading) -> list[Pin]:
        """People whom what was just said adds to the one activity of `reading` that nobody is known of."""
        zone = ZoneInfo(self.book.company.timezone)
        topic = Topic(reading.topic_account, reading.topic_opportunity)
        context = Context(self.book, self.names, self.heard.at.astimezone(zone), topic, lexicon=self.lexicon)
        return company_pins(self.heard.text, context, reading)

    def told(self) -> Entry:
        """What was just said, as an entry."""
        return Entry(self.heard.text, self.heard.message_id, self.heard.at, (), self.state.topic)


@dataclass(slots=True)
class Plan:
    """What a turn is going to do: save `reading` of `entry`, or undo a change set, or only answer."""

    intent: Intent
    state: State
    reply: Reply | None = None
    clarify: Clarify | None = None
    entry: Entry | None = None
    reading: Reading | None = None
    undoes: str | None = None
    whole: bool = False
    answered: bool = False
    known: Sequence[Draft] = ()  # what was told of this message before the answer
    corrected: bool = False
    edited: bool = False  # the message itself says something else now
    form: Sequence[Edit] = ()  # fields to change of what `amends` recorded
    amends: str = ""
    weekly: bool = False
    silent: bool = False
    waiting: bool = False
    refused: bool = False
    query: dict[str, Any] | None = None  # what was asked for and answered, as a measurement wants it
    denied: bool = False
    picture: Drawn | None = None


def topic_of(reading: Reading, old: Topic, made: ChangeSet | None = None) -> Topic:
    """What the conversation is about after a reading."""
    account = reading.topic_account
    if account is None and made is not None:
        named = [*(a.account.value for a in reading.activities), *(d.account.value for d in reading.deals)]
        news = any(isinstance(ref, New) for ref in named)
        created = [record for kind, record in made.created if kind == "account"]
        account = created[-1] if news and created else None
    if account is None:
        return old
    contacts = tuple(c.value for a in reading.activities for c in a.contacts if isinstance(c.value, str))
    return Topic(account, reading.topic_opportunity, contacts[-3:])


def answer(intent: Intent, state: State, *lines: str) -> Plan:
    """A plan that only says something."""
    return Plan(intent, state, Reply(lines))
