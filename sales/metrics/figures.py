"""What storage answers a query with. Money in minor units, shares in percent, all as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sales.metrics.query import MetricQuery, Target
from sales.stages import ActivityType, Stage

Number = int | float
"""Money in minor units and counts are int; percent, ratios and days are float."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a split figure or of a list. `key`: an id, a stage, a type, a month 2026-03, the Monday of a week.

    `value` is None where there is none (attainment without a quota). `parts` as in `Figures`.
    """

    key: str
    value: Number | None
    parts: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """The answer to one query as of a day. `value` is the figure asked for; of a list (at_risk, todo) how many.

    `parts` are the figures that it is made of, by name (of attainment: won and quota). `rows` where the query splits,
    or is a list by nature; in the order asked for and cut to its limit; `row_count` is how many there are uncut.
    `narrowed`: the figure covers only what the asker may see of its scope (a product's own part), namely this target.
    `against` is the answer to `query.other()`.
    """

    query: MetricQuery
    as_of: date
    value: Number | None
    parts: Mapping[str, Number] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    row_count: int = 0
    narrowed: Target | None = None
    against: Figures | None = None


@dataclass(frozen=True, slots=True)
class DealLine:
    """A deal in a list, and why it is there. `flags` as in sales.metrics.problems.Flag, the gravest first."""

    id: str
    account: str
    name: str
    owner: str
    stage: Stage
    amount: int | None
    close_date: date | None
    flags: tuple[str, ...] = ()
    last_activity: date | None = None
    pushes: int = 0


@dataclass(frozen=True, slots=True)
class EventLine:
    """Something that happened with a customer or a deal: an activity, a stage reached, money, a promise.

    `kind`: activity, stage, payment, follow_up, created. Only what the kind has is set.
    """

    kind: str
    id: str
    on: date | None
    person: str | None = None
    account: str | None = None
    opportunity: str | None = None
    type: ActivityType | None = None
    stage: Stage | None = None
    amount: int | None = None
    text: str = ""
    contacts: tuple[str, ...] = ()
    done: bool = False
    expected: bool = False


@dataclass(frozen=True, slots=True)
class Behind:
    """The records that a figure was made of: the weightiest first, cut to a limit; `count` is how many there are."""

    query: MetricQuery
    as_of: date
    count: int
    deals: tuple[DealLine, ...] = ()
    events: tuple[EventLine, ...] = ()
    quotas: tuple[tuple[str, date, int], ...] = ()
    """(unit or person, month, amount) of quotas that were counted."""
