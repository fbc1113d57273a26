"""Quotas: what is stated for a unit in a month, else the sum of its people's; part of a month by its days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import sqlalchemy as sa

from sales.metrics.query import GroupBy, TargetKind
from sales.periods import Period, month_of
from storage import tables as t
from storage.metrics.tally import Ask

Monthly = dict[date, int]

_q = t.quotas.c


def quota_of(ask: Ask, period: Period) -> int | None:
    """The quota of the unit or person asked about; None if none is stated."""
    return in_days(_monthly(ask, period), period)


def quotas_by(ask: Ask, period: Period, by: GroupBy, spans: Mapping[str, Period]) -> dict[str, int]:
    """Quotas of the children, the people, or the months (`spans` by key); who has none is left out."""
    unit = ask.whom.unit
    found: dict[str, int | None] = {}
    if by is GroupBy.USER:
        found = {one: in_days(monthly, period) for one, monthly in _of_people(ask, period).items()}
    elif by is not GroupBy.ORG_UNIT:
        monthly = _monthly(ask, period)
        found = {key: in_days(monthly, span) for key, span in spans.items()}
    elif unit is not None:
        theirs = _of_units_people(ask, period)
        units = _by_rule(ask, period, ask.whom.tree.parts(unit, leaves=ask.query.leaves), theirs)
        found = {one: in_days(monthly, period) for one, monthly in units.items()}
        found[unit] = in_days(theirs.get(unit, {}), period)
    return {key: value for key, value in found.items() if value is not None}


def in_days(monthly: Monthly, period: Period) -> int | None:
    """What falls into the period; of a month that is only partly in it, by days, to the nearest minor unit."""
    parts = []
    for month in period.months:
        if month in monthly:
            whole = month_of(month)
            days = (min(whole.last, period.last) - max(whole.first, period.first)).days + 1
            parts.append((2 * monthly[month] * days + whole.days) // (2 * whole.days))
    return sum(parts) if parts else None


def _monthly(ask: Ask, period: Period) -> Monthly:
    target = ask.whom.target
    if target.kind is TargetKind.USER:
        return _of_people(ask, period).get(target.id, {})
    return _by_rule(ask, period, [target.id], _of_units_people(ask, period))[target.id]


def _by_rule(ask: Ask, period: Period, units: list[str], theirs: Mapping[str, Monthly]) -> dict[str, Monthly]:
    """Each unit month by month: as stated, else its people's and those of all below."""
    seen = sorted(unit for unit in units if ask.whom.scope.sees_unit(unit))
    query = sa.select(_q.org_unit_id, _q.month, _q.amount).where(_q.org_unit_id.in_(seen), _within(period))
    stated: dict[str, Monthly] = {}
    for unit, month, amount in ask.tx.execute(query):
        stated.setdefault(unit, {})[month] = int(amount)
    return {unit: _added(theirs, ask.whom.tree.below(unit)) | stated.get(unit, {}) for unit in units}


def _within(period: Period) -> sa.ColumnElement[bool]:
    return _q.month.between(period.first.replace(day=1), period.last)


def _added(by_unit: Mapping[str, Monthly], units: Iterable[str]) -> Monthly:
    found: Monthly = {}
    for unit in units:
        for month, amount in by_unit.get(unit, {}).items():
            found[month] = found.get(month, 0) + amount
    return found


def _of_units_people(ask: Ask, period: Period) -> dict[str, Monthly]:
    """What the people of each unit (not below it) are to sign."""
    query = (
        sa.select(t.people.c.org_unit_id, _q.month, sa.func.sum(_q.amount))
        .join(t.people, t.people.c.id == _q.person_id)
        .where(_within(period), *ask.whom.people(_q.person_id))
        .group_by(t.people.c.org_unit_id, _q.month)
    )
    found: dict[str, Monthly] = {}
    for unit, month, amount in ask.tx.execute(query):
        found.setdefault(unit, {})[month] = int(amount)
    return found


def _of_people(ask: Ask, period: Period) -> dict[str, Monthly]:
    query = sa.select(_q.person_id, _q.month, _q.amount).where(
        _q.person_id.is_not(None), _within(period), *ask.whom.people(_q.person_id)
    )
    found: dict[str, Monthly] = {}
    for person, month, amount in ask.tx.execute(query):
        found.setdefault(person, {})[month] = int(amount)
    return found
