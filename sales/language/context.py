"""What the reader is told besides the text: whose book, when, which names, and what the conversation is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sales.book import Book
from sales.language.lexicon import Lexicon, standard
from sales.language.names import NameIndex
from sales.metrics.query import Question
from sales.records import Pin


@dataclass(frozen=True, slots=True)
class Topic:
    """What the conversation was last about: 他们, 那个单子 and "they" mean this."""

    account: str | None = None
    opportunity: str | None = None
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Last:
    """The last message of this conversation that made records: what a correction corrects."""

    text: str
    now: datetime
    book: Book
    """The book as it stood before that message was recorded."""
    pins: tuple[Pin, ...] = ()
    topic: Topic = field(default_factory=Topic)


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a reading depends on; the same text with an equal context reads the same.

    `now` is aware, in the time zone of the person. `pins` are decisions of the person about spans of this very text.
    `last` is there when this conversation has a record that could be corrected or undone.
    """

    book: Book
    names: NameIndex
    now: datetime
    topic: Topic = field(default_factory=Topic)
    pins: Sequence[Pin] = ()
    last: Last | None = None
    lexicon: Lexicon = field(default_factory=standard)
    asked: Question | None = None
    """The last question of this conversation that was answered with figures: what a short one goes on from."""

    @property
    def today(self) -> date:
        return self.now.date()
