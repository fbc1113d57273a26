"""What has happened with a customer or a deal, what is promised, what was done: records one by one, as lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.metrics.figures import EventLine
from sales.metrics.query import MetricQuery, Target
from sales.permissions import Scope
from sales.stages import ActivityType, PaymentStatus, Stage
from storage import tables as t
from storage.metrics.tally import DEALS, DONE, PAID, PROMISED, Ask, chosen
from storage.metrics.whom import Condition, whom_of

_o, _p, _a, _f, _s = (table.c for table in (t.opportunities, t.payments, t.activities, t.follow_ups, t.stage_changes))


def events(tx: Connection, scope: Scope, target: Target, today: date, limit: int) -> list[EventLine]:
    """What happened, the latest first; then what is still to come, the soonest first; what has no day last."""
    ask = Ask(tx, whom_of(tx, scope, target), MetricQuery("history", target), today)
    return events_of(ask, limit)


def events_of(ask: Ask, limit: int) -> list[EventLine]:
    """As `events`, of the question's period if it has one."""
    found = [
        *activity_events(ask, _past_days(ask, _a.happened_on), limit),
        *_stage_events(ask, limit),
        *payment_events(ask, _paid(ask), limit),
        *promise_events(ask, _promised(ask), limit),
    ]
    found.sort(key=lambda event: (_place(event.on, ask.today), event.kind, event.id))
    return found[:limit]


def event_count(ask: Ask) -> int:
    """How many events there are."""
    deals = chosen(ask, DEALS)
    stages = t.stage_changes.join(t.opportunities) if deals else t.stage_changes
    counts = (
        _number(t.activities, [*_past_days(ask, _a.happened_on), *chosen(ask, DONE)]),
        _number(stages, [*_past_days(ask, _s.changed_on), *deals]),
        _number(PAID.table, [*_paid(ask), *chosen(ask, PAID)]),
        _number(t.follow_ups, [*_promised(ask), *chosen(ask, PROMISED)]),
    )
    return sum(int(value) for value in ask.tx.execute(sa.select(*counts)).one())


def open_follow_ups(tx: Connection, scope: Scope, query: MetricQuery, today: date, limit: int) -> list[EventLine]:
    """What is promised and not done (for `overdue`: and past due), the earliest due first, those with no day last."""
    ask = Ask(tx, whom_of(tx, scope, query.scope), query, today)
    when = [_f.done_on.is_(None), *ask.planned(_f.due_on)]
    if query.metric == "overdue":
        when.append(_f.due_on < today)
    return promise_events(ask, when, limit, soonest=True)


def activity_lines(tx: Connection, scope: Scope, query: MetricQuery, today: date, limit: int) -> list[EventLine]:
    """What was done in the period, the latest first."""
    ask = Ask(tx, whom_of(tx, scope, query.scope), query, today)
    return activity_events(ask, [ask.happened(_a.happened_on)], limit)


def _number(source: sa.FromClause, where: Iterable[Condition]) -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.count()).select_from(source).where(*where).scalar_subquery()


def _place(on: date | None, today: date) -> tuple[int, int]:
    if on is None:
        return (2, 0)
    return (0, -on.toordinal()) if on <= today else (1, on.toordinal())


def _past_days(ask: Ask, day: sa.ColumnElement[Any]) -> list[Condition]:
    return [ask.happened(day)]


def _paid(ask: Ask) -> list[Condition]:
    """Money that came in so far, and what is expected."""
    came = sa.and_(_p.status == PaymentStatus.RECEIVED.value, ask.happened(_p.on_date))
    expected = sa.and_(_p.status == PaymentStatus.EXPECTED.value, *ask.planned(_p.on_date))
    return [sa.or_(came, expected)]


_LATELY = timedelta(days=31)

_kept_on = sa.func.coalesce(_f.done_on, _f.due_on)


def _promised(ask: Ask) -> list[Condition]:
    return ask.planned(_kept_on)


def _latest(ask: Ask, day: sa.ColumnElement[Any], record_id: sa.ColumnElement[Any]) -> list[Any]:
    """The order of `_place` in SQL, so that a limit keeps the right ones."""
    past = sa.case((day <= ask.today, 0), (day > ask.today, 1), else_=2)
    return [past, sa.case((day <= ask.today, day)).desc(), day, record_id]


def activity_events(ask: Ask, when: Iterable[Condition], limit: int) -> list[EventLine]:
    query = sa.select(t.activities).where(*when, *chosen(ask, DONE))
    rows = _last(ask, query, _a.happened_on, _a.id, limit)
    met = _contacts(ask.tx, [row.id for row in rows])
    return [
        EventLine("activity", row.id, row.happened_on, row.person_id, row.account_id, row.opportunity_id,
                  type=ActivityType(row.type), text=row.summary, contacts=met.get(row.id, ()), done=True)
        for row in rows
    ]  # fmt: skip


def _last(
    ask: Ask, query: sa.Select[Any], day: sa.ColumnElement[Any], record_id: sa.ColumnElement[Any], limit: int
) -> Sequence[sa.Row[Any]]:
    """The latest rows. Those of the last month are tried first: of a large unit all would take a second to sort."""
    query = query.order_by(day.desc(), record_id).limit(limit)
    if ask.whom.by_people:
        rows = ask.tx.execute(query.where(day > ask.today - _LATELY)).all()
        if len(rows) >= limit:
            return rows
    return ask.tx.execute(query).all()


def _contacts(tx: Connection, ids: list[str]) -> dict[str, tuple[str, ...]]:
    c = t.activity_contacts.c
    found: dict[str, tuple[str, ...]] = {}
    query = sa.select(c.activity_id, c.contact_id).where(c.activity_id.in_(ids)).order_by(c.activity_id, c.contact_id)
    for activity, contact in tx.execute(query) if ids else ():
        found[activity] = (*found.get(activity, ()), contact)
    return found


def _stage_events(ask: Ask, limit: int) -> list[EventLine]:
    query = (
        sa.select(_s.id, _s.stage, _s.changed_on, _o.id.label("deal"), _o.account_id, _o.owner_id, _o.amount, _o.name)
        .join(t.opportunities, _o.id == _s.opportunity_id)
        .where(ask.happened(_s.changed_on), *chosen(ask, DEALS))
    )
    return [
        EventLine("stage", row.id, row.changed_on, row.owner_id, row.account_id, row.deal,
                  stage=Stage(row.stage), text=row.name, done=True,
                  amount=row.amount if row.stage == Stage.WON.value else None)
        for row in _last(ask, query, _s.changed_on, _s.id, limit)
    ]  # fmt: skip


def payment_events(ask: Ask, when: Iterable[Condition], limit: int, *, largest: bool = False) -> list[EventLine]:
    query = sa.select(t.payments, PAID.person.label("owner")).select_from(PAID.table).where(*when, *chosen(ask, PAID))
    order = [_p.amount.desc(), _p.id] if largest else _latest(ask, _p.on_date, _p.id)
    return [
        EventLine("payment", row.id, row.on_date, row.owner, row.account_id, row.opportunity_id, amount=row.amount,
                  done=row.status == PaymentStatus.RECEIVED.value,
                  expected=row.status == PaymentStatus.EXPECTED.value)
        for row in ask.tx.execute(query.order_by(*order).limit(limit))
    ]  # fmt: skip


def promise_events(ask: Ask, when: Iterable[Condition], limit: int, *, soonest: bool = False) -> list[EventLine]:
    query = sa.select(t.follow_ups).where(*when, *chosen(ask, PROMISED))
    order = [_f.due_on.is_(None), _f.due_on, _f.id] if soonest else _latest(ask, _kept_on, _f.id)
    return [
        EventLine("follow_up", row.id, row.done_on or row.due_on, row.person_id, row.account_id, row.opportunity_id,
                  text=row.text, done=row.done_on is not None)
        for row in ask.tx.execute(query.order_by(*order).limit(limit))
    ]  # fmt: skip
