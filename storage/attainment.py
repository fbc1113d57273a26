"""Quota and what was signed in a period, for a person's own page. To be replaced by the registry of metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.people import Person
from sales.periods import Period
from sales.permissions import Scope, units_below
from sales.stages import Role, Stage
from storage import tables as t
from storage.book import unit_of_row
from storage.scoping import people_in


@dataclass(frozen=True, slots=True)
class Attainment:
    """In minor units. `quota` is None where none is stated."""

    quota: int | None
    won: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.won / self.quota) if self.quota else None

    @property
    def gap(self) -> int | None:
        return max(0, self.quota - self.won) if self.quota else None


def attainment(tx: Connection, scope: Scope, me: Person, period: Period, today: date) -> Attainment:
    """A rep's own deals and quota; a manager's unit and all below; for operations everything."""
    return Attainment(_quota(tx, me, period), won(tx, scope, period, today))


def won(tx: Connection, scope: Scope, period: Period, today: date) -> int:
    """What the people in scope have signed in the period up to today: their deals, by the day they were won."""
    o = t.opportunities.c
    query = sa.select(sa.func.coalesce(sa.func.sum(o.amount), 0)).where(
        people_in(scope, o.owner_id),
        o.stage == Stage.WON.value,
        o.closed_on.between(period.first, min(period.last, today)),
    )
    return int(tx.execute(query).scalar_one())


def _quota(tx: Connection, me: Person, period: Period) -> int | None:
    """A unit's quota of a month is what is stated for it, else the sum of its people's. None if nothing is stated."""
    q = t.quotas.c
    months = q.month.in_(period.months)
    if me.role is Role.REP:
        return _sum(tx, months, q.person_id == me.id)
    units = [unit_of_row(row) for row in tx.execute(sa.select(t.org_units))]
    root = me.org_unit
    if me.role is Role.OPS:
        root = next((unit.id for unit in units if unit.parent is None), root)
    stated = dict(tx.execute(sa.select(q.month, q.amount).where(months, q.org_unit_id == root)).all())
    below = sa.select(t.people.c.id).where(t.people.c.org_unit_id.in_(sorted(units_below(root, units))))
    parts = [*stated.values()]
    for month in period.months:
        if month not in stated:
            summed = _sum(tx, q.month == month, q.person_id.in_(below))
            parts += [summed] if summed is not None else []
    return sum(parts) if parts else None


def _sum(tx: Connection, *which: sa.ColumnElement[bool]) -> int | None:
    found = tx.execute(sa.select(sa.func.sum(t.quotas.c.amount)).where(*which)).scalar()
    return None if found is None else int(found)
