"""How often the close date of a deal was put off, as its history tells: what was taken back doesn't count.

A report with its corrections is one step: from the day before the first of them to the day that the last one left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import tables as t
from storage.changes import Source
from storage.facts_sql import ACCOUNT


@dataclass(slots=True)
class _Step:
    before: Any
    after: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class Pushes:
    """How often, by how many days in all, and when it was last."""

    count: int
    days: int
    last_on: date


_WRITTEN = (
    sa.update(t.deal_facts)
    .where(t.deal_facts.c.opportunity_id == sa.bindparam("deal"))
    .values(pushes=sa.bindparam("count"), pushed_days=sa.bindparam("days"), pushed_on=sa.bindparam("last_on"))
)


def put_in(tx: Connection, account: str | None) -> None:
    """Writes the pushes into `deal_facts`, whose rows have none yet: of all, or of this customer's deals."""
    found = pushes_of(tx, account)
    if found:
        rows = [{"deal": d, "count": p.count, "days": p.days, "last_on": p.last_on} for d, p in sorted(found.items())]
        tx.execute(_WRITTEN, rows)


def pushes_of(tx: Connection, account: str | None) -> dict[str, Pushes]:
    """The deals in `deal_facts` whose close date was put off: all, or this customer's."""
    rows = tx.execute(_steps_of(account is not None), {} if account is None else {"account": account}).all()
    if not rows:
        return {}
    steps: dict[tuple[str, str], _Step] = {}
    for row in rows:
        stands = row.id if row.undone_by_id is None else _standing(tx, row.undone_by_id)
        if stands is None:
            continue
        step = steps.get((row.record_id, stands))
        if step is None:
            steps[row.record_id, stands] = _Step(row.before, row.after, row.at)
        else:
            step.after = row.after
    return dict(_counted(steps, _zone(tx)))


@cache
def _steps_of(some: bool) -> sa.Select[Any]:
    """Every change of a close date that was not an undo: built once, as every report needs it."""
    c, s, f = t.changes.c, t.change_sets.c, t.deal_facts.c
    # The open deals as `deal_facts` has them, and one by one: SQLite would else go through all changes of deals
    deals = sa.select(f.opportunity_id)
    if some:
        deals = deals.where(f.account_id == ACCOUNT)
    return (
        sa.select(c.record_id, c.before, c.after, s.id, s.at, s.undone_by_id)
        .select_from(t.changes.join(t.change_sets, s.id == c.change_set_id))
        .where(c.kind == "opportunity", c.field == "close_date", c.record_id.in_(deals))
        .where(s.source != Source.UNDO.value)
        .order_by(c.number)
    )


def _counted(steps: dict[tuple[str, str], _Step], zone: ZoneInfo) -> Iterator[tuple[str, Pushes]]:
    off: dict[str, list[_Step]] = {}
    for (deal, _), step in steps.items():
        if step.before and step.after and step.after > step.before:
            off.setdefault(deal, []).append(step)
    for deal, each in off.items():
        days = sum((date.fromisoformat(one.after) - date.fromisoformat(one.before)).days for one in each)
        yield deal, Pushes(len(each), days, max(one.at for one in each).astimezone(zone).date())


def _standing(tx: Connection, later: str) -> str | None:
    """The correction that stands at the end of the corrections from `later` on; None if all of it was taken back."""
    s = t.change_sets.c
    while True:
        source, undone_by = tx.execute(sa.select(s.source, s.undone_by_id).where(s.id == later)).one()
        if source != Source.AMEND.value:
            return None
        if undone_by is None:
            return later
        later = undone_by


def _zone(tx: Connection) -> ZoneInfo:
    return ZoneInfo(tx.execute(sa.select(t.company_settings.c.timezone)).scalar() or "UTC")
