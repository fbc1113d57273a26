"""Open deals at risk, and why: the list, how many each unit or person has, and the deals as lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from sales import diagnosis
from sales.diagnosis import DealFacts
from sales.metrics.figures import DealLine, Figures, Number
from sales.metrics.figures import Row as FigureRow
from sales.metrics.problems import Flag
from sales.metrics.query import GroupBy, MetricQuery, Order
from sales.permissions import Scope
from sales.stages import Stage
from storage import open_deals
from storage import tables as t
from storage.metrics.whom import Whom, whom_of
from storage.open_deals import Condition, f, facts_of, flags, narrowed_to

MOST_ROWS = 1000
"""Deals that are listed at most where no limit is asked for; how many there are is counted."""


def at_risk(tx: Connection, scope: Scope, query: MetricQuery, today: date) -> Figures:
    """The deals at risk, the largest first (`Order.ASC`: the smallest), or how many each unit or person has.

    A row of a deal has its amount as value, and in `parts` a number for each flag: days past its close date, times
    pushed, days without a move, days since somebody was met (-1: never), contacts met.
    """
    whom = whom_of(tx, scope, query.scope)
    large = open_deals.large_amount(tx)
    where = _asked(whom, query, today, large)
    counted = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(f.amount), 0)).where(*where)
    count, amount = (int(value) for value in tx.execute(counted).one())
    parts: dict[str, Number] = {"count": count, "amount": amount}
    if query.group_by is None:
        rows = [_row_of(row, today, large) for row in _listed(tx, where, query.order, query.limit)]
        return Figures(query, today, count, parts, tuple(rows), count, whom.narrowed)
    groups = _grouped(tx, whom, where, query)
    cut = groups[: query.limit] if query.limit else groups
    return Figures(query, today, count, parts, tuple(cut), len(groups), whom.narrowed)


def risky_deals(tx: Connection, scope: Scope, query: MetricQuery, today: date, limit: int) -> list[DealLine]:
    """The deals of `at_risk` as lines with their flags, in the same order."""
    whom = whom_of(tx, scope, query.scope)
    large = open_deals.large_amount(tx)
    return lines(_listed(tx, _asked(whom, query, today, large), query.order, limit), today, large)


def lines(rows: Iterable[Row[Any]], today: date, large: int | None) -> list[DealLine]:
    """Rows of `listed` as lines."""
    return [
        DealLine(
            row.opportunity_id, row.account_id, row.name, row.owner_id, Stage(row.stage), row.amount, row.close_date,
            tuple(flag.value for flag in diagnosis.flags_of(_facts(row), today, large)), row.last_activity_on,
            row.pushes,
        )
        for row in rows
    ]  # fmt: skip


def listed(where: Sequence[Condition]) -> sa.Select[Any]:
    """Open deals with all that a line says, the largest first."""
    columns = [column for column in t.deal_facts.columns if column.name not in ("unit_id", "probability")]
    query = sa.select(*columns, t.opportunities.c.name)
    query = query.select_from(t.deal_facts.join(t.opportunities, t.opportunities.c.id == f.opportunity_id))
    return query.where(*where).order_by(sa.func.coalesce(f.amount, 0).desc(), f.opportunity_id)


def _listed(tx: Connection, where: Sequence[Condition], order: Order | None, limit: int | None) -> Sequence[Row[Any]]:
    query = listed(where)
    if order is Order.ASC:
        query = query.order_by(None).order_by(sa.func.coalesce(f.amount, 0), f.opportunity_id)
    return tx.execute(query.limit(min(limit or MOST_ROWS, MOST_ROWS))).all()


def _asked(whom: Whom, query: MetricQuery, today: date, large: int | None) -> list[Condition]:
    where = [*facts_of(whom), *narrowed_to(query.filter), flags(today, large).any]
    if query.period is not None:
        where.append(f.close_date.between(query.period.first, query.period.last))
    return where


def _facts(row: Row[Any]) -> DealFacts:
    return DealFacts(
        Stage(row.stage), row.amount, row.close_date, row.touched_on, row.last_met_on, row.people_met, row.pushes
    )


def _row_of(row: Row[Any], today: date, large: int | None) -> FigureRow:
    numbers = {
        Flag.PAST_CLOSE: (today - row.close_date).days if row.close_date else 0,
        Flag.PUSHED: row.pushes,
        Flag.STALLED: (today - row.touched_on).days if row.touched_on else 0,
        Flag.NO_VISIT: (today - row.last_met_on).days if row.last_met_on else -1,
        Flag.SINGLE_THREADED: row.people_met,
    }
    why = diagnosis.flags_of(_facts(row), today, large)
    return FigureRow(row.opportunity_id, row.amount, {flag.value: numbers[flag] for flag in why})


def _grouped(tx: Connection, whom: Whom, where: Sequence[Condition], query: MetricQuery) -> list[FigureRow]:
    by = f.owner_id if query.group_by is GroupBy.USER else f.unit_id
    summed = sa.select(by, sa.func.count(), sa.func.coalesce(sa.func.sum(f.amount), 0)).where(*where).group_by(by)
    shares = whom.tree.shares(whom.unit, leaves=query.leaves) if whom.unit is not None else {}
    found: dict[str, tuple[int, int]] = {}
    for key, count, amount in tx.execute(summed):
        one = key if query.group_by is GroupBy.USER else shares.get(key, key)
        known = found.get(one, (0, 0))
        found[one] = known[0] + int(count), known[1] + int(amount)
    rows = [FigureRow(key, count, {"amount": amount}) for key, (count, amount) in found.items()]
    if query.order is Order.ASC:
        return sorted(rows, key=lambda row: (row.value, row.key))
    return sorted(rows, key=lambda row: (-(row.value or 0), row.key))


__all__ = ["at_risk", "lines", "listed", "risky_deals"]
