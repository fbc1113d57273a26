"""What a message is read into: drafts of records, each value with the span of text that it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from sales.metrics.query import Question
from sales.stages import ActivityType, FollowUpStatus, Intent, PaymentStatus, Stage

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """[start, end) in code points of the message as it was sent."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A value and where in the message it stands. No span: it follows from the context, not from words."""

    value: T
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class New:
    """A customer or contact that is not on record yet, by the name as it should be stored."""

    name: str


Ref = str | New
"""The id of a record, or a new one by name."""


@dataclass(frozen=True, slots=True)
class ActivityDraft:
    account: Read[Ref]
    type: Read[ActivityType]
    date: Read[date]
    contacts: tuple[Read[Ref], ...] = ()
    opportunity: Read[str] | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class DealDraft:
    """A change of an opportunity, or a new one (`opportunity.value` is New). Only what changes is set.

    `amount` in minor units, `probability` in percent, `products` and `competitors` are those added.
    """

    opportunity: Read[Ref]
    account: Read[Ref]
    stage: Read[Stage] | None = None
    amount: Read[int] | None = None
    close_date: Read[date] | None = None
    products: tuple[Read[str], ...] = ()
    competitors: tuple[Read[str], ...] = ()
    probability: Read[int] | None = None
    lost_reason: Read[str] | None = None
    name: Read[str] | None = None

    @property
    def is_new(self) -> bool:
        return isinstance(self.opportunity.value, New)


@dataclass(frozen=True, slots=True)
class FollowUpDraft:
    """A follow-up set (`id` None), or one on record that is moved, closed or re-worded (`id` set)."""

    account: Read[Ref] | None
    due: Read[date] | None
    text: Read[str]
    status: FollowUpStatus = FollowUpStatus.OPEN
    id: str | None = None
    opportunity: Read[str] | None = None
    deadline: bool = False
    """Said as "by" (周五前): due on that day at the latest."""


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """A payment received or expected; `id` names an expected one on record that has come in or was moved."""

    account: Read[Ref]
    amount: Read[int]
    date: Read[date] | None
    status: PaymentStatus
    id: str | None = None
    opportunity: Read[str] | None = None


Draft = ActivityDraft | DealDraft | FollowUpDraft | PaymentDraft


@dataclass(frozen=True, slots=True)
class Option:
    """A choice offered. `id` is a record's id, or a value written as text (an amount, a date)."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that the message leaves open: what it is about, and the choices. `span` is what can be pinned."""

    about: str  # account | contact | opportunity | amount | date | scope
    span: Span
    options: tuple[Option, ...]
    words: str = ""


WITH = "with"
"""The kind of pin that adds a person to the activity whose word it points at."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A decision of a person (an answer, a correction) about what a span of an earlier message means.

    `kind` is the kind of mention pinned (account, contact, opportunity, amount, date, type, …), `value` its id or value
    as text; the reader takes it instead of what it would have read there. `message` is the message of the decision.
    """

    span: Span
    kind: str
    value: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message was read as. Drafts hold only what is sure; what is not is a doubt."""

    intent: Intent
    activities: tuple[ActivityDraft, ...] = ()
    deals: tuple[DealDraft, ...] = ()
    follow_ups: tuple[FollowUpDraft, ...] = ()
    payments: tuple[PaymentDraft, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    unread: tuple[Span, ...] = ()
    reader: str = "rules"
    amends: bool = False
    """The drafts replace those of the conversation's last record (a correction); their spans are in that message."""
    pins: tuple[Pin, ...] = ()
    topic_account: str | None = None
    topic_opportunity: str | None = None
    notes: dict[str, str] = field(default_factory=dict)
    question: Question | None = None
    """What is asked for in figures, where the intent is a query."""

    @property
    def drafts(self) -> tuple[Draft, ...]:
        return (*self.activities, *self.deals, *self.follow_ups, *self.payments)

    @property
    def is_empty(self) -> bool:
        return not self.drafts
