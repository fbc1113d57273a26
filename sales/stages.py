"""The vocabulary of a deal and of what is done with a customer (see the company file's format in docs/company-file.md)."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Stages of an opportunity, in order. `won` is signed; `lost` is lost or closed."""

    LEAD = "lead"
    QUALIFIED = "qualified"
    SOLUTION = "solution"
    PROPOSAL = "proposal"
    NEGOTIATION = "negotiation"
    WON = "won"
    LOST = "lost"

    @property
    def is_open(self) -> bool:
        return self not in (Stage.WON, Stage.LOST)

    @property
    def rank(self) -> int:
        return list(Stage).index(self)


class ActivityType(StrEnum):
    """What was done with a customer. What was done beats where: a demo at the customer's is a demo."""

    VISIT = "visit"
    CALL = "call"
    MEETING = "meeting"
    MESSAGE = "message"
    DEMO = "demo"
    BID = "bid"
    SOCIAL = "social"
    OTHER = "other"


class PaymentStatus(StrEnum):
    RECEIVED = "received"
    EXPECTED = "expected"


class FollowUpStatus(StrEnum):
    OPEN = "open"
    DONE = "done"


class Role(StrEnum):
    """`rep` sees what is theirs, `manager` the unit named and all below, `ops` everything."""

    REP = "rep"
    MANAGER = "manager"
    OPS = "ops"


class Intent(StrEnum):
    """What a message is for."""

    REPORT = "report"
    WEEKLY_REPORT = "weekly_report"
    TASK = "task"
    QUERY = "query"
    METHODOLOGY = "methodology"
    CORRECT = "correct"
    UNDO = "undo"
    HELP = "help"
    CHAT = "chat"
