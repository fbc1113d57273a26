"""What counts as wrong, and why somebody misses: the rules, their thresholds as data. Pure: `today` is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sales.metrics.problems import Cause, Flag, Problem
from sales.stages import ActivityType, Stage


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that a rule compares with, as it is told to people."""

    name: str
    title_zh: str
    title_en: str
    default: float


THRESHOLDS: Mapping[str, Threshold] = {
    one.name: one
    for one in (
        Threshold("stalled_lead", "线索停滞天数", "Days without a move that stall a lead", 45),
        Threshold("stalled_qualified", "立项商机停滞天数", "Days without a move that stall a qualified deal", 30),
        Threshold("stalled_solution", "方案阶段停滞天数", "Days without a move that stall a solution", 21),
        Threshold("stalled_proposal", "报价阶段停滞天数", "Days without a move that stall a proposal", 14),
        Threshold("stalled_negotiation", "谈判阶段停滞天数", "Days without a move that stall a negotiation", 10),
        Threshold("pushes", "预计签约日推迟几次算反复推迟", "Times put off that count as repeatedly", 2),
        Threshold("large", "大单：在手商机金额中位数的几倍", "Large: times the median amount of open deals", 2),
        Threshold("contacts", "大单至少接触过几位联系人", "Contacts that a large deal should have", 2),
        Threshold("unvisited", "大单未见面天数", "Days without meeting too long for a large deal", 30),
        Threshold("misses", "完成率低于百分之几算没完成", "Attainment below this percentage is a miss", 80),
        Threshold("peers", "低于同级中位数的几成算原因", "Share of the peers' median below which it is the cause", 0.8),
        Threshold("few_peers", "至少几个同级才比较", "Peers that it takes to compare", 3),
        Threshold("few_closed", "关闭几单以上才算赢单率", "Closed deals that it takes for a win rate", 5),
        Threshold("product_falls", "产品低于过去均值几成算下滑", "Share of its past below which a product falls", 0.6),
        Threshold("product_deals", "过去至少几单才判断产品", "Past deals that it takes to judge a product", 4),
        Threshold("overdue", "几条以上逾期跟进才提醒", "Follow-ups past due that make a problem", 3),
        Threshold("chance_deals", "至少几单历史才算阶段赢率", "Closed deals that it takes for a stage's chance", 20),
    )
}  # fmt: skip
"""Every threshold there is, by name."""


def limit(name: str) -> float:
    return THRESHOLDS[name].default


OPEN: tuple[Stage, ...] = tuple(stage for stage in Stage if stage.is_open)

STALLED_DAYS: Mapping[Stage, int] = {stage: int(limit(f"stalled_{stage.value}")) for stage in OPEN}
"""Days without an activity or a change of stage after which a deal of the stage has stalled."""

IN_PERSON = (ActivityType.VISIT, ActivityType.MEETING, ActivityType.DEMO, ActivityType.BID, ActivityType.SOCIAL)
"""What counts as having met somebody."""

FLOOR_CHANCES: Mapping[Stage, float] = dict(zip(OPEN, (0.1, 0.2, 0.4, 0.6, 0.8), strict=True))
"""The chance to win from a stage where the company's own history is too thin to say."""

PRODUCT_WINDOW = 90
"""Days of one window in which a product's sales are compared; against the mean of the `PRODUCT_WINDOWS` before."""
PRODUCT_WINDOWS = 4

ACTIVITY_MONTHS = 3
"""Activities of a rep are counted over this month and the two before it."""
CONVERSION_MONTHS = 6
"""The win rate that is compared is that of this month and the five before it."""


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What the rules look at in an open deal. `touched_on`: its last activity, stage or making, whichever is latest.

    `people_met`: how many of the customer's contacts were named in what was done there.
    """

    stage: Stage
    amount: int | None
    close_date: date | None
    touched_on: date | None
    last_met_on: date | None
    people_met: int
    pushes: int


def large_from(median_amount: float | None) -> int | None:
    """The amount (minor units) from which a deal is large; None where no open deal has an amount."""
    return None if median_amount is None else int(limit("large") * median_amount)


def flags_of(deal: DealFacts, today: date, large: int | None) -> tuple[Flag, ...]:
    """Why an open deal is at risk, the gravest first; empty if it isn't. `large` is `large_from(…)`."""
    found = []
    if deal.close_date is not None and deal.close_date < today:
        found.append(Flag.PAST_CLOSE)
    if deal.pushes >= limit("pushes"):
        found.append(Flag.PUSHED)
    if deal.touched_on is not None and (today - deal.touched_on).days > STALLED_DAYS[deal.stage]:
        found.append(Flag.STALLED)
    if large is not None and deal.amount is not None and deal.amount >= large:
        if deal.last_met_on is None or (today - deal.last_met_on).days > limit("unvisited"):
            found.append(Flag.NO_VISIT)
        if deal.people_met < limit("contacts"):
            found.append(Flag.SINGLE_THREADED)
    return tuple(found)


def stage_chances(closed: Iterable[tuple[Stage, int, int]]) -> dict[Stage, float]:
    """The chance to win from each open stage, from (furthest open stage reached, won, lost) of the closed deals.

    Won deals have passed every stage. Of a stage that fewer than 20 closed deals have reached: its floor. Never falls
    from an earlier stage to a later one.
    """
    counts = list(closed)
    won = sum(w for _, w, _ in counts)
    found: dict[Stage, float] = {}
    least = 0.0
    for stage in OPEN:
        lost = sum(gone for furthest, _, gone in counts if furthest.rank >= stage.rank)
        known = won + lost
        chance = won / known if known >= limit("chance_deals") else FLOOR_CHANCES[stage]
        least = found[stage] = max(least, chance)
    return found


# Who misses, and why


def complete_months(day: date, count: int = 2) -> tuple[date, ...]:
    """First days of the last `count` calendar months that are over with the end of `day`, the earliest first."""
    first = (day + timedelta(days=1)).replace(day=1)
    found: list[date] = []
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return tuple(reversed(found))


def months_to(day: date, count: int) -> tuple[date, ...]:
    """First days of the month of `day` and of those before it, `count` in all, the earliest first."""
    found = [day.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit or a person stands: won and quota (minor units) of the last two complete months, and of the period.

    `open_amount`: all open deals; `activities` of the last `ACTIVITY_MONTHS`; `closed` and `closed_won` deals of the
    last `CONVERSION_MONTHS`.
    """

    months: tuple[tuple[int, int | None], ...]
    won: int
    quota: int | None
    elapsed: int
    open_amount: int = 0
    activities: int = 0
    reps: int = 1
    closed: int = 0
    closed_won: int = 0

    @property
    def behind(self) -> int:
        """What should have been signed by now and is not, in minor units."""
        return max(0, round((self.quota or 0) * min(100, self.elapsed) / 100) - self.won)

    def measures(self) -> dict[Cause, float]:
        """Where a cause is looked for: pipeline per quota, activities per rep, win rate; what there is of it."""
        found: dict[Cause, float] = {}
        if self.quota:
            found[Cause.PIPELINE] = self.open_amount / self.quota
        if self.reps:
            found[Cause.ACTIVITY] = self.activities / self.reps
        if self.closed >= limit("few_closed"):
            found[Cause.CONVERSION] = self.closed_won / self.closed
        return found


def percent(part: float, whole: float | None) -> float | None:
    """`part` of `whole` in percent; None where there is no whole."""
    return 100 * part / whole if whole else None


def misses(one: Standing) -> bool:
    """Below plan in each of the last two complete months, and so far in the period behind the time elapsed."""
    if not one.quota or percent(one.won, one.quota) >= one.elapsed:  # type: ignore[operator]
        return False
    return len(one.months) > 1 and all(quota and percent(won, quota) < limit("misses") for won, quota in one.months)  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody misses. `ratios`: each measure over the peers' median; `value` and `peers` of the cause."""

    cause: Cause
    ratios: Mapping[Cause, float]
    value: float | None = None
    peers: float | None = None


def reason_of(one: Standing, peers: Sequence[Standing]) -> Reason:
    """The measure that is furthest below the peers' median, if it is below 0.8 of it; else unclear."""
    own = one.measures()
    others = [peer.measures() for peer in peers]
    ratios: dict[Cause, float] = {}
    medians: dict[Cause, float] = {}
    for cause, value in own.items():
        known = [measures[cause] for measures in others if cause in measures]
        middle = median(known) if len(known) >= limit("few_peers") else 0.0
        if middle > 0:
            medians[cause] = middle
            ratios[cause] = value / middle
    lowest = min(ratios, key=lambda cause: ratios[cause], default=None)
    if lowest is None or ratios[lowest] >= limit("peers"):
        return Reason(Cause.UNCLEAR, ratios)
    return Reason(lowest, ratios, own[lowest], medians[lowest])


def product_falls(recent: int, before: int, deals_before: int) -> bool:
    """Won of the last window against the `PRODUCT_WINDOWS` before it (their sum, and how many deals it is)."""
    mean = before / PRODUCT_WINDOWS
    return deals_before >= limit("product_deals") and mean > 0 and recent < limit("product_falls") * mean


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The most money at stake first."""
    return tuple(sorted(problems, key=lambda p: (-p.weight, p.kind.value, p.subject)))
