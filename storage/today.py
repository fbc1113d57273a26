"""What a person has to do today, what is done, and the deals in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.people import Opportunity
from sales.permissions import Scope
from sales.stages import Stage
from storage import tables as t
from storage.book import deal_of
from storage.scoping import people_in


@dataclass(frozen=True, slots=True)
class Task:
    """A follow-up, open or done."""

    id: str
    user: str
    account: str | None
    text: str
    due: date | None
    done_on: date | None


def task(tx: Connection, record_id: str) -> Task | None:
    """A follow-up by its id; whether it may be changed is another question (storage.scoping)."""
    return next(iter(_tasks(tx, t.follow_ups.c.id == record_id)), None)


def due(tx: Connection, scope: Scope, today: date, limit: int) -> tuple[list[Task], int]:
    """The person's own open follow-ups that are due by today, the oldest first; and how many there are."""
    f = t.follow_ups.c
    which = sa.and_(f.person_id == scope.person, f.done_on.is_(None), f.due_on <= today)
    return _tasks(tx, which, limit), _count(tx, t.follow_ups, which)


def done(tx: Connection, scope: Scope, day: date, limit: int) -> list[Task]:
    """The person's own follow-ups that were done on a day."""
    f = t.follow_ups.c
    return _tasks(tx, sa.and_(f.person_id == scope.person, f.done_on == day), limit)


def open_deals(tx: Connection, scope: Scope, limit: int) -> tuple[Sequence[Opportunity], int]:
    """Open deals of the people in scope, those to be signed first at the top; and how many there are."""
    o = t.opportunities.c
    which = sa.and_(people_in(scope, o.owner_id), o.stage.not_in([Stage.WON.value, Stage.LOST.value]))
    query = sa.select(t.opportunities).where(which).order_by(o.close_date.is_(None), o.close_date, o.id).limit(limit)
    return [deal_of(row, (), ()) for row in tx.execute(query)], _count(tx, t.opportunities, which)


def _tasks(tx: Connection, which: sa.ColumnElement[bool], limit: int = 1) -> list[Task]:
    f = t.follow_ups.c
    rows = tx.execute(sa.select(t.follow_ups).where(which).order_by(f.due_on.is_(None), f.due_on, f.id).limit(limit))
    return [Task(r.id, r.person_id, r.account_id, r.text, r.due_on, r.done_on) for r in rows]


def _count(tx: Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(table).where(which)).scalar_one())
