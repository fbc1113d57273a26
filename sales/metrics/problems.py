"""What is wrong and whose it is: the kinds of problems, and one problem with its owner and its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sales.metrics.figures import DealLine, Number
from sales.metrics.query import Target
from sales.periods import Period


class Flag(StrEnum):
    """Why a deal is at risk, the gravest first."""

    PAST_CLOSE = "past_close"  # its close date is over and it is open
    PUSHED = "pushed"  # its close date was put off repeatedly
    STALLED = "stalled"  # nothing was done for longer than its stage allows
    NO_VISIT = "no_visit"  # large, and nobody has met them lately
    SINGLE_THREADED = "single_threaded"  # large, and only one person there is known to us


class ProblemKind(StrEnum):
    MISSES = "misses"  # a unit or a person below plan for the second month in a row
    PRODUCT_FALLS = "product_falls"  # a product sells much less than it used to
    DEALS = "deals"  # deals at risk, of one owner or unit
    OVERDUE = "overdue"  # promises past due


class Cause(StrEnum):
    """Why somebody misses, against the median of their peers."""

    PIPELINE = "pipeline"
    ACTIVITY = "activity"
    CONVERSION = "conversion"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: with what (`subject`), whose it is (`owner`, a person's id), and the figures that say so.

    `numbers` by name, with the peers' median as `peers` where one is compared with; `weight` orders problems: the money
    at stake, in minor units.
    """

    kind: ProblemKind
    subject: Target
    owner: str | None
    weight: int
    cause: Cause | None = None
    flag: Flag | None = None
    numbers: Mapping[str, Number] = field(default_factory=dict)
    deals: tuple[DealLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One child of what is looked at (an office of a region, a person of an office) and how it stands.

    `owner` is who leads it (the person itself for a person). `attainment` in percent, None without a quota.
    """

    target: Target
    owner: str | None
    quota: int | None
    won: int
    attainment: float | None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved since a day: how many deals and their amount, in minor units."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """How a unit, a person or a product stands in a period, what is wrong there and what to do first.

    Money in minor units; `attainment`, `elapsed` in percent; `coverage` a ratio, None without a gap or a quota.
    `parts` are the children with a quota, the furthest behind first. `week` is the last seven days up to today (keys:
    won, created, lost, pushed). `slipping`: deals to close in the period that are at risk, the largest first.
    """

    scope: Target
    period: Period
    as_of: date
    quota: int | None
    won: int
    won_count: int
    attainment: float | None
    elapsed: int
    gap: int | None
    pipeline: int
    forecast: int
    coverage: float | None
    week: Mapping[str, Moved]
    parts: tuple[Part, ...] = ()
    slipping: tuple[DealLine, ...] = ()
    slipping_count: int = 0
    slipping_amount: int = 0
    overdue: int = 0
    problems: tuple[Problem, ...] = ()
    narrowed: Target | None = None
