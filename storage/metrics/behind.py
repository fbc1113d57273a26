"""The records that a figure is made of, the weightiest first; and where each value of a record came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.errors import UnknownRecord
from sales.metrics.figures import Behind, DealLine, EventLine
from sales.metrics.query import MetricQuery, TargetKind
from sales.periods import Period
from sales.permissions import Scope
from sales.stages import PaymentStatus, Stage
from storage import tables as t
from storage.explain import Explanation, explain
from storage.kinds import KINDS
from storage.metrics.answer import ask_of, dated
from storage.metrics.history import activity_events, event_count, events_of, payment_events, promise_events
from storage.metrics.recipes import OPEN
from storage.metrics.tally import DEALS, DONE, PAID, PROMISED, Ask, Records, chosen
from storage.metrics.whom import Condition, storable

_o, _p, _a, _f, _q, _s = (
    table.c for table in (t.opportunities, t.payments, t.activities, t.follow_ups, t.quotas, t.stage_changes)
)

_QUOTAS = frozenset({"quota", "attainment", "gap", "coverage"})


def behind(tx: Connection, scope: Scope, query: MetricQuery, today: date, limit: int = 10) -> Behind:
    """The records behind the figure of a query (not behind each of its rows). OutOfScope; ValueError as `answer`."""
    query = dated(tx, query, today)
    ask = ask_of(tx, scope, query, today)
    quotas = _quotas(ask) if query.metric in _QUOTAS and query.period is not None else ()
    if query.metric == "history":
        return Behind(query, today, event_count(ask), events=tuple(events_of(ask, limit)))
    if query.metric in _EVENTS:
        count, events = _events(ask, limit)
        return Behind(query, today, count, events=tuple(events))
    if query.metric == "at_risk":
        return _risky(ask, scope, limit)
    if query.metric == "quota":
        return Behind(query, today, len(quotas), quotas=quotas[:limit])
    when = _deals_of(ask)
    deals = _deals(ask, when, limit)
    return Behind(query, today, _count(ask, DEALS, when), deals=deals, quotas=quotas[:limit])


def sources(tx: Connection, scope: Scope, kind: str, record_id: str) -> dict[str, list[Explanation]]:
    """By field of a record: who set it, when, from which message, the newest first. UnknownRecord, OutOfScope.

    Fields that nobody ever filled are left out.
    """
    kind = "stage_change" if kind == "stage" else kind
    if kind not in KINDS or not storable(record_id):
        raise UnknownRecord(kind, record_id)
    found = {field: explain(tx, scope, kind, record_id, field) for field in KINDS[kind].fields}
    return {field: said for field, said in found.items() if any(one.after not in (None, "", ()) for one in said)}


_EVENTS = frozenset({"payments", "receivable", "activities", "overdue", "todo"})


def _events(ask: Ask, limit: int) -> tuple[int, list[EventLine]]:
    metric = ask.query.metric
    if metric == "payments":
        when = [_p.status == PaymentStatus.RECEIVED.value, ask.happened(_p.on_date)]
        return _count(ask, PAID, when), payment_events(ask, when, limit, largest=True)
    if metric == "receivable":
        when = [_p.status == PaymentStatus.EXPECTED.value, *ask.planned(_p.on_date)]
        return _count(ask, PAID, when), payment_events(ask, when, limit, largest=True)
    if metric == "activities":
        when = [ask.happened(_a.happened_on)]
        return _count(ask, DONE, when), activity_events(ask, when, limit)
    when = [_f.done_on.is_(None), *ask.planned(_f.due_on)]
    if metric == "overdue":
        when.append(_f.due_on < ask.today)
    return _count(ask, PROMISED, when), promise_events(ask, when, limit, soonest=True)


def _deals_of(ask: Ask) -> list[Condition]:
    """Which deals a figure counts."""
    metric = ask.query.metric
    won = sa.and_(_o.stage == Stage.WON.value, ask.happened(_o.closed_on))
    lost = sa.and_(_o.stage == Stage.LOST.value, ask.happened(_o.closed_on))
    still = sa.and_(_o.stage.in_(OPEN), *ask.planned(_o.close_date))
    if metric in ("pipeline", "weighted_pipeline"):
        return [still]
    if metric in ("forecast", "coverage"):
        return [sa.or_(won, still)]
    if metric == "win_rate":
        return [sa.or_(won, lost)]
    if metric == "lost_reasons":
        return [lost]
    if metric == "new_opportunities":
        return [ask.happened(_o.created_on)]
    if metric == "conversion":
        stage = ask.query.filter.stage
        entered = sa.exists().where(
            _s.opportunity_id == _o.id,
            ask.happened(_s.changed_on),
            _s.stage.in_(OPEN if stage is None else (stage.value,)),
        )
        return [entered]
    return [won, _o.created_on.is_not(None)] if metric == "cycle_days" else [won]


def _deals(ask: Ask, when: Sequence[Condition], limit: int) -> tuple[DealLine, ...]:
    query = sa.select(t.opportunities).where(*when, *chosen(ask, DEALS))
    rows = ask.tx.execute(query.order_by(_o.amount.is_(None), _o.amount.desc(), _o.id).limit(limit))
    return tuple(map(deal_line, rows))


def deal_line(row: Any) -> DealLine:
    """A row of `opportunities` as a line."""
    return DealLine(row.id, row.account_id, row.name, row.owner_id, Stage(row.stage), row.amount, row.close_date)


def _count(ask: Ask, records: Records, when: Sequence[Condition]) -> int:
    query = sa.select(sa.func.count()).select_from(records.table).where(*when, *chosen(ask, records))
    return int(ask.tx.execute(query).scalar_one())


def _quotas(ask: Ask) -> tuple[tuple[str, date, int], ...]:
    """The quotas that were counted: the unit's where one is stated for the month, else its people's."""
    period = ask.query.period
    assert period is not None
    stated = [] if ask.whom.target.kind is TargetKind.USER else _stated(ask, period)
    months = {month for _, month, _ in stated}
    query = sa.select(_q.person_id, _q.month, _q.amount).where(
        _q.person_id.is_not(None), _in(period), *ask.whom.people(_q.person_id)
    )
    theirs = [(row[0], row[1], int(row[2])) for row in ask.tx.execute(query) if row[1] not in months]
    return tuple(sorted(stated + theirs, key=lambda quota: (-quota[2], quota[1], quota[0])))


def _stated(ask: Ask, period: Period) -> list[tuple[str, date, int]]:
    query = sa.select(_q.org_unit_id, _q.month, _q.amount).where(_q.org_unit_id == ask.whom.target.id, _in(period))
    return [(row[0], row[1], int(row[2])) for row in ask.tx.execute(query)]


def _in(period: Period) -> Condition:
    return _q.month.between(period.first.replace(day=1), period.last)


def _risky(ask: Ask, scope: Scope, limit: int) -> Behind:
    """The deals at risk with why they are, as storage.risks lists them."""
    from storage.risks import at_risk, risky_deals

    query = replace(ask.query, group_by=None, limit=1)
    count = at_risk(ask.tx, scope, query, ask.today).row_count
    return Behind(ask.query, ask.today, count, deals=tuple(risky_deals(ask.tx, scope, query, ask.today, limit)))
