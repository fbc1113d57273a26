"""How often the close date of a deal was put off, as its history tells: what was taken back doesn't count.

A report with its corrections is one step: from the day before the first of them to the day that the last one left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import tables as t
from storage.changes import Source
from storage.facts_sql import ACCOUNTS, OPEN_STAGES


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


def put_in(tx: Connection, accounts: Collection[str] | None) -> None:
    """Writes the pushes into `deal_facts`, whose rows have none yet: of all, or of these customers' deals."""
    found = pushes_of(tx, accounts)
    if not found:
        return
    f = t.deal_facts.c
    written = (
        sa.update(t.deal_facts)
        .where(f.opportunity_id == sa.bindparam("deal"))
        .values(pushes=sa.bindparam("count"), pushed_days=sa.bindparam("days"), pushed_on=sa.bindparam("last_on"))
    )
    rows = [{"deal": d, "count": p.count, "days": p.days, "last_on": p.last_on} for d, p in sorted(found.items())]
    tx.execute(written, rows)


def pushes_of(tx: Connection, accounts: Collection[str] | None) -> dict[str, Pushes]:
    """The deals whose close date was put off, of all open ones or of these customers'."""
    rows = tx.execute(_steps_of(accounts is not None), {} if accounts is None else {"accounts": accounts}).all()
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
    c, s, o = t.changes.c, t.change_sets.c, t.opportunities.c
    query = (
        sa.select(c.record_id, c.before, c.after, s.id, s.at, s.undone_by_id)
        .select_from(
            t.opportunities.join(t.changes, sa.and_(c.kind == "opportunity", c.record_id == o.id)).join(
                t.change_sets, s.id == c.change_set_id
            )
        )
        .where(c.field == "close_date", s.source != Source.UNDO.value, o.stage.in_(OPEN_STAGES))
        .order_by(c.number)
    )
    return query.where(o.account_id.in_(ACCOUNTS)) if some else query


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
