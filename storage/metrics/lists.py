"""Figures that are lists by nature: why deals were lost, and what was promised."""

from __future__ import annotations

import sqlalchemy as sa

from sales.metrics.figures import Row
from sales.metrics.query import Order
from sales.stages import Stage
from storage import tables as t
from storage.metrics.tally import DEALS, PROMISED, Ask, chosen

MOST_ROWS = 1_000
"""A list longer than this nobody reads; `row_count` says how long it is."""

_o, _f = t.opportunities.c, t.follow_ups.c


def lost_reasons(ask: Ask) -> tuple[tuple[Row, ...], int]:
    """Reasons as they were written ("" where none was) with how many deals; and how many were lost."""
    reason = sa.func.coalesce(_o.lost_reason, "")
    query = (
        sa.select(reason.label("reason"), sa.func.count().label("number"))
        .where(_o.stage == Stage.LOST.value, ask.happened(_o.closed_on), *chosen(ask, DEALS))
        .group_by(reason)
    )
    rows = [Row(row.reason, int(row.number)) for row in ask.tx.execute(query)]
    sign = 1 if ask.query.order is Order.ASC else -1
    rows.sort(key=lambda row: (sign * (row.value or 0), row.key))
    return tuple(rows), sum(int(row.value or 0) for row in rows)


def open_promises(ask: Ask) -> tuple[tuple[Row, ...], int]:
    """Open follow-ups by id with the days they are overdue (negative: still to come), the earliest due first."""
    where = [_f.done_on.is_(None), *ask.planned(_f.due_on), *chosen(ask, PROMISED)]
    number = sa.select(sa.func.count()).select_from(t.follow_ups).where(*where)
    late_first = ask.query.order is not Order.ASC
    query = (
        sa.select(_f.id, _f.due_on)
        .where(*where)
        .order_by(_f.due_on.is_(None), _f.due_on if late_first else _f.due_on.desc(), _f.id)
        .limit(ask.query.limit or MOST_ROWS)
    )
    rows = tuple(
        Row(row.id, None if row.due_on is None else (ask.today - row.due_on).days) for row in ask.tx.execute(query)
    )
    return rows, int(ask.tx.execute(number).scalar_one())
