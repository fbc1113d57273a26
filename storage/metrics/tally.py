"""Sums over records, split as asked: one statement each, whatever it is split by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sales.metrics.query import GroupBy, MetricQuery
from sales.periods import Period
from storage import tables as t
from storage.metrics.whom import PAID_TO, PAYMENTS, Condition, Whom

Sums = dict[str, int]
"""What is added up, by name: amounts in minor units and counts."""

Tally = dict[Any, Sums]
"""Sums by what they are split by (a unit, a person, a day, …); by None where they are not split."""


@dataclass(frozen=True)
class Ask:
    """One question on its way: who asks, about whom, as of which day."""

    tx: Connection
    whom: Whom
    query: MetricQuery
    today: date

    @cached_property
    def so_far(self) -> Period | None:
        """The period up to today; None before it begins (or where there is none)."""
        period = self.query.period
        if period is None or period.first > self.today:
            return None
        return Period(period.first, min(period.last, self.today))

    def happened(self, day: ColumnElement[Any]) -> Condition:
        """The day is in the period and not after today."""
        if self.query.period is None:
            return day <= self.today
        return within(day, self.so_far) if self.so_far else sa.false()

    def planned(self, day: ColumnElement[Any]) -> list[Condition]:
        """The day is in the period, if one is said."""
        return [within(day, self.query.period)] if self.query.period else []


def within(day: ColumnElement[Any], period: Period) -> Condition:
    return day.between(period.first, period.last)


@dataclass(frozen=True)
class Records:
    """A kind of record: where it comes from, and the columns that it is split and narrowed by."""

    table: sa.FromClause
    id: ColumnElement[Any]
    person: ColumnElement[Any]
    account: ColumnElement[Any]
    deal: ColumnElement[Any]

    def whose(self, whom: Whom) -> list[Condition]:
        if self is DEALS:
            return whom.deals()
        if self is PAID:
            return whom.payments()
        return whom.activities() if self is DONE else whom.follow_ups()


_o, _p, _a, _f = (table.c for table in (t.opportunities, t.payments, t.activities, t.follow_ups))
DEALS = Records(t.opportunities, _o.id, _o.owner_id, _o.account_id, _o.id)
PAID = Records(PAYMENTS, _p.id, PAID_TO, _p.account_id, _p.opportunity_id)
DONE = Records(t.activities, _a.id, _a.person_id, _a.account_id, _a.opportunity_id)
PROMISED = Records(t.follow_ups, _f.id, _f.person_id, _f.account_id, _f.opportunity_id)

LINKED = {
    GroupBy.PRODUCT: (t.opportunity_products, t.opportunity_products.c.product_id),
    GroupBy.COMPETITOR: (t.opportunity_competitors, t.opportunity_competitors.c.competitor_id),
}
"""Splits in which a record may count more than once: whole for each of its products."""


def chosen(ask: Ask, records: Records) -> list[Condition]:
    """Whose records count, and what they are filtered by."""
    flt = ask.query.filter
    found = records.whose(ask.whom)
    if flt.tier is not None:
        of_tier = sa.select(t.accounts.c.id).where(t.accounts.c.tier == flt.tier)
        found.append(records.account.in_(of_tier))
    for said, (table, other) in ((flt.product, LINKED[GroupBy.PRODUCT]), (flt.competitor, LINKED[GroupBy.COMPETITOR])):
        if said is not None:
            found.append(records.deal.in_(sa.select(table.c.opportunity_id).where(other == said)))
            found += ask.whom.seen_deals(records.deal)
    if flt.stage is not None and records is DEALS and ask.query.metric != "conversion":
        found.append(_o.stage == flt.stage.value)
    if flt.type is not None and records is DONE:
        found.append(_a.type == flt.type.value)
    return found


def tally(
    ask: Ask,
    records: Records,
    by: GroupBy | None,
    when: Iterable[Condition],
    day: ColumnElement[Any],
    **sums: ColumnElement[Any],
) -> Tally:
    """The sums of the records chosen, by unit, person, day (for months and weeks), product …"""
    names = list(sums)
    columns = [sums[name].label(name) for name in names]
    source, key = _split(records, by, day)
    query = sa.select(*([key.label("split")] if key is not None else []), *columns).select_from(source)
    query = query.where(*chosen(ask, records), *when)
    if by in LINKED:
        query = query.where(*ask.whom.seen_deals(records.deal))
    if key is not None:
        query = query.group_by(key)
    rows = ask.tx.execute(query).all()
    if key is None:
        return {None: {name: int(value or 0) for name, value in zip(names, rows[0], strict=True)}}
    return {row[0]: {name: int(value or 0) for name, value in zip(names, row[1:], strict=True)} for row in rows}


def _split(
    records: Records, by: GroupBy | None, day: ColumnElement[Any]
) -> tuple[sa.FromClause, ColumnElement[Any] | None]:
    source = records.table
    match by:
        case None:
            return source, None
        case GroupBy.ORG_UNIT:
            return source.join(t.people, t.people.c.id == records.person), t.people.c.org_unit_id
        case GroupBy.USER:
            return source, records.person
        case GroupBy.ACCOUNT:
            return source, records.account
        case GroupBy.STAGE:
            return source, _o.stage
        case GroupBy.TYPE:
            return source, _a.type
        case GroupBy.MONTH | GroupBy.WEEK:
            return source, day
    table, other = LINKED[by]
    return source.join(table, table.c.opportunity_id == records.deal), other


def merged(*tallies: Tally) -> Tally:
    """Several tallies of the same split as one."""
    found: Tally = {}
    for one in tallies:
        for key, sums in one.items():
            into = found.setdefault(key, {})
            for name, value in sums.items():
                into[name] = into.get(name, 0) + value
    return found


def folded(tally: Tally, to: Mapping[Any, Any]) -> Tally:
    """Sums by what each key belongs to; keys that belong to nothing are left out."""
    return merged(*({to[key]: sums} for key, sums in tally.items() if key in to))


def total(tally: Tally) -> Sums:
    """Everything added up."""
    found: Sums = {}
    for sums in tally.values():
        for name, value in sums.items():
            found[name] = found.get(name, 0) + value
    return found


def amount(column: ColumnElement[Any], when: Condition | None = None) -> ColumnElement[Any]:
    """The sum of a column, of the records that a condition holds for."""
    return sa.func.sum(column if when is None else sa.case((when, column), else_=0))


def count(when: Condition | None = None) -> ColumnElement[Any]:
    """How many records, of those that a condition holds for."""
    return sa.func.count() if when is None else sa.func.sum(sa.case((when, 1), else_=0))
