"""How units and people stand, from the roll-ups: a few rows each, added up the org tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sales import diagnosis
from sales.diagnosis import Standing
from sales.metrics.query import Target, TargetKind
from sales.periods import Period
from sales.stages import Role, Stage
from storage import open_deals
from storage import tables as t
from storage.facts_sql import whole
from storage.metrics.quotas import in_days
from storage.metrics.whom import Whom, people_of
from storage.open_deals import Condition, f, facts_of

_m = t.person_months.c
_o = t.opportunities.c
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ask:
    """What is looked at. `by_unit`: sums are by unit, where there are too many people to look at each.

    `large` and `chances` as in sales.diagnosis.
    """

    tx: Connection
    whom: Whom
    period: Period
    today: date
    large: int | None
    chances: Mapping[Stage, float]
    by_unit: bool = False

    @property
    def day(self) -> date:
        """The last day that counts: today, or the last of a period that is over."""
        return min(self.today, self.period.last)

    @cached_property
    def complete(self) -> tuple[date, ...]:
        return diagnosis.complete_months(self.day)

    @cached_property
    def elapsed(self) -> int:
        return self.period.elapsed(self.today)

    @cached_property
    def active(self) -> tuple[date, ...]:
        return diagnosis.months_to(self.day, diagnosis.ACTIVITY_MONTHS)

    @cached_property
    def closing(self) -> tuple[date, ...]:
        return diagnosis.months_to(self.day, diagnosis.CONVERSION_MONTHS)

    @cached_property
    def whole_months(self) -> tuple[date, ...] | None:
        """The months of the period; None if one of them is only partly in it."""
        months = self.period.months
        return months if self.period.first.day == 1 and _next(months[-1]) == self.period.last + _DAY else None

    @property
    def has_quota(self) -> bool:
        return self.whom.target.kind in (TargetKind.ORG_UNIT, TargetKind.USER)

    @property
    def narrow(self) -> bool:
        """Few deals: those of a person, a customer, a product."""
        return self.whom.target.kind is not TargetKind.ORG_UNIT

    def months_of(self) -> list[Condition]:
        """Rows of `person_months` that count; the asker's scope is in it."""
        if self.whom.target.kind is TargetKind.USER:
            return [_m.person_id == self.whom.target.id, *self.whom.in_scope(_m.person_id)]
        units = self.whom.units if self.whom.units is not None else self.whom.sees
        return [_m.unit_id.in_(sorted(units))] if units else self.whom.people(_m.person_id)


@dataclass(slots=True)
class Month:
    """What was won and was to be won in a month, and what else is compared."""

    won: int = 0
    won_count: int = 0
    lost_count: int = 0
    activities: int = 0
    quota: int | None = None

    def add(self, other: Month) -> None:
        self.won += other.won
        self.won_count += other.won_count
        self.lost_count += other.lost_count
        self.activities += other.activities
        if other.quota is not None:
            self.quota = (self.quota or 0) + other.quota


@dataclass(slots=True)
class Deals:
    """Open deals: all, those to close in the period, those at risk, and those that are both. Amounts in minor units."""

    amount: int = 0
    closing: int = 0
    closing_weighted: int = 0
    risky: int = 0
    risky_amount: int = 0
    risky_weighted: int = 0
    slipping: int = 0
    slipping_amount: int = 0

    def add(self, other: Deals) -> None:
        self.amount += other.amount
        self.closing += other.closing
        self.closing_weighted += other.closing_weighted
        self.risky += other.risky
        self.risky_amount += other.risky_amount
        self.risky_weighted += other.risky_weighted
        self.slipping += other.slipping
        self.slipping_amount += other.slipping_amount


@dataclass(slots=True)
class Sums:
    """Everything about one person, or one unit (its own people's, or with all below)."""

    months: dict[date, Month] = field(default_factory=dict)
    stated: dict[date, int] = field(default_factory=dict)
    won: int = 0
    won_count: int = 0
    deals: Deals = field(default_factory=Deals)
    reps: int = 0

    def add(self, other: Sums) -> None:
        for first, month in other.months.items():
            own = self.months.get(first)
            if own is None:
                self.months[first] = own = Month()
            own.add(month)
        self.won += other.won
        self.won_count += other.won_count
        self.deals.add(other.deals)
        self.reps += other.reps

    def quota(self, ask: Ask) -> int | None:
        """What is stated for it, else the sum of its people's."""
        if ask.whole_months is not None and not self.stated:
            found = [m.quota for one in ask.whole_months if (m := self.months.get(one)) and m.quota is not None]
            return sum(found) if found else None
        said = {first: month.quota for first, month in self.months.items() if month.quota is not None} | self.stated
        return in_days(said, ask.period)

    def standing(self, ask: Ask) -> Standing:
        def of_month(first: date) -> tuple[int, int | None]:
            month = self.months.get(first) or Month()
            return month.won, self.stated.get(first, month.quota)

        def over(months: tuple[date, ...]) -> list[Month]:
            return [self.months[first] for first in months if first in self.months]

        closed = over(ask.closing)
        won = sum(month.won_count for month in closed)
        return Standing(
            tuple(of_month(first) for first in ask.complete),
            self.won,
            self.quota(ask),
            ask.elapsed,
            self.deals.amount,
            sum(month.activities for month in over(ask.active)),
            self.reps,
            won + sum(month.lost_count for month in closed),
            won,
        )


@dataclass(frozen=True)
class People:
    """Who leads which unit and, where people are looked at, where each belongs."""

    managers: Mapping[str, str]
    units: Mapping[str, str]

    def owner(self, whom: Whom, unit: str | None) -> str | None:
        """The manager whose unit it is (the first by id), else the nearest above."""
        while unit is not None:
            if unit in self.managers:
                return self.managers[unit]
            unit = whom.tree.parents.get(unit)
        return None


def people_in(ask: Ask) -> People:
    p = t.people.c
    managers: dict[str, str] = {}
    leads = sa.select(p.org_unit_id, p.id).where(p.role == Role.MANAGER.value).order_by(p.id.desc())
    managers.update((unit, person) for unit, person in ask.tx.execute(leads))
    units: dict[str, str] = {}
    if not ask.by_unit and ask.has_quota:
        belong = ask.tx.execute(sa.select(p.id, p.org_unit_id).where(*people_conditions(ask))).all()
        units.update((one, unit) for one, unit in belong)
    return People(managers, units)


def people_conditions(ask: Ask) -> list[Condition]:
    """Rows of `people` that are looked at; the asker's scope is in it."""
    p = t.people.c
    if ask.whom.target.kind is TargetKind.USER:
        return [p.id == ask.whom.target.id, *ask.whom.in_scope(p.id)]
    units = ask.whom.units if ask.whom.units is not None else ask.whom.sees
    return [p.org_unit_id.in_(sorted(units))] if units else ask.whom.people(p.id)


def sums_of(ask: Ask) -> dict[str, Sums]:
    """By person, or by unit (its own people only)."""
    found: dict[str, Sums] = defaultdict(Sums)
    if ask.has_quota:
        _add_months(ask, found)
        _add_reps(ask, found)
    _add_won(ask, found)
    _add_deals(ask, found)
    return dict(found)


def _wanted_months(ask: Ask) -> list[date]:
    return sorted(
        {
            *ask.period.months,
            *ask.complete,
            *ask.active,
            *ask.closing,
        }
    )


def _add_months(ask: Ask, found: dict[str, Sums]) -> None:
    values = (_m.won, _m.won_count, _m.lost_count, _m.activities, _m.quota)
    where = [_m.month.in_(_wanted_months(ask)), *ask.months_of()]
    if ask.by_unit:
        summed = [whole(sa.func.sum(value)) for value in values]
        query = sa.select(_m.unit_id, _m.month, *summed).where(*where).group_by(_m.month, _m.unit_id)
    else:
        query = sa.select(_m.person_id, _m.month, *values).where(*where)
    for key, first, *numbers in ask.tx.execute(query).all():
        found[key].months[first] = Month(*numbers)


def _add_reps(ask: Ask, found: dict[str, Sums]) -> None:
    p = t.people.c
    reps = [p.role == Role.REP.value, *people_conditions(ask)]
    if ask.by_unit:
        counted = sa.select(p.org_unit_id, sa.func.count()).where(*reps).group_by(p.org_unit_id)
        for unit, count in ask.tx.execute(counted):
            found[unit].reps = count
    else:
        for sums in found.values():
            sums.reps = 1


def _add_won(ask: Ask, found: dict[str, Sums]) -> None:
    """Won in the period: whole months that are over from the roll-up, the rest from the deals."""
    rest, over = won_parts(ask.period, ask.today) if ask.has_quota else (ask.period.first, ())
    for sums in found.values():
        for first in over:
            if (month := sums.months.get(first)) is not None:
                sums.won += month.won
                sums.won_count += month.won_count
    if rest > ask.day:
        return
    key: ColumnElement[Any] = _o.owner_id
    source: sa.FromClause = t.opportunities
    if ask.by_unit:
        key, source = t.people.c.org_unit_id, t.opportunities.join(t.people, t.people.c.id == _o.owner_id)
    query = sa.select(key, whole(sa.func.coalesce(sa.func.sum(_o.amount), 0)), sa.func.count()).select_from(source)
    won = [_o.stage == Stage.WON.value, _o.closed_on.between(rest, ask.day), *ask.whom.deals()]
    for one, amount, count in ask.tx.execute(query.where(*won).group_by(key)).all():
        found[one].won += amount
        found[one].won_count += count


def won_parts(period: Period, today: date) -> tuple[date, tuple[date, ...]]:
    """The months of the period that are whole and over, and the day from which on the deals themselves are asked."""
    if period.first.day != 1:
        return period.first, ()
    day = min(today, period.last)
    over = tuple(first for first in period.months if _next(first) <= day + timedelta(days=1) and first < _first(today))
    return (_next(over[-1]) if over else period.first), over


def _first(day: date) -> date:
    return day.replace(day=1)


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _add_deals(ask: Ask, found: dict[str, Sums]) -> None:
    key = f.unit_id if ask.by_unit else f.owner_id
    closing = sa.case((f.close_date.between(ask.period.first, ask.period.last), 1), else_=0).label("closing")
    risky = sa.case((open_deals.flags(ask.today, ask.large).any, 1), else_=0).label("risky")
    amount = whole(sa.func.coalesce(sa.func.sum(f.amount), 0))
    worth = whole(sa.func.coalesce(sa.func.sum(open_deals.weighted(ask.chances)), 0))
    # Grouped by the two conditions, so that each is looked at once a deal
    query = (
        sa.select(key, closing, risky, sa.func.count(), amount, worth)
        .where(*facts_of(ask.whom))
        .group_by(key, sa.literal_column("closing"), sa.literal_column("risky"))
    )
    for one, is_closing, is_risky, count, total, weighted in ask.tx.execute(query).all():
        deals = found[one].deals
        deals.amount += total
        if is_closing:
            deals.closing += total
            deals.closing_weighted += weighted
        if is_risky:
            deals.risky += count
            deals.risky_amount += total
            deals.risky_weighted += weighted
        if is_closing and is_risky:
            deals.slipping += count
            deals.slipping_amount += total


def rolled_up(ask: Ask, found: Mapping[str, Sums], people: People) -> dict[str, Sums]:
    """Each unit that is looked at with all below it; quotas that are stated for units are put in."""
    units: dict[str, Sums] = defaultdict(Sums)
    own: dict[str | None, Sums] = defaultdict(Sums)
    for key, sums in found.items():
        own[key if ask.by_unit else people.units.get(key)].add(sums)
    top = ask.whom.target.id if ask.whom.target.kind is TargetKind.ORG_UNIT else None
    for home, sums in own.items():
        unit = home
        seen: set[str] = set()
        while unit is not None and unit not in seen:
            seen.add(unit)
            units[unit].add(sums)
            unit = None if unit == top else ask.whom.tree.parents.get(unit)
    q = t.quotas.c
    stated = sa.select(q.org_unit_id, q.month, q.amount).where(
        q.org_unit_id.in_(_seen_below(ask)), q.month.in_(_wanted_months(ask))
    )
    for unit, first, amount in ask.tx.execute(stated):
        units[unit].stated[first] = int(amount)
    return dict(units)


def _seen_below(ask: Ask) -> list[str]:
    if ask.whom.target.kind is not TargetKind.ORG_UNIT:
        return []
    return sorted(unit for unit in ask.whom.tree.below(ask.whom.target.id) if ask.whom.scope.sees_unit(unit))


def total(each: Iterable[Sums]) -> Sums:
    found = Sums()
    for one in each:
        found.add(one)
    return found


def unit_target(unit: str) -> Target:
    return Target(TargetKind.ORG_UNIT, unit)


def user_target(person: str) -> Target:
    return Target(TargetKind.USER, person)


__all__ = ["Ask", "People", "Sums", "people_in", "people_of", "rolled_up", "sums_of", "total"]
