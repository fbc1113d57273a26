"""Roll-ups kept beside the records, in the same transaction: rows touched are made anew from the records.

Conversations' changes come through `follow` (at the end of storage.records' deeds, when their history is written too:
how often a close date was put off is told by it), imports and migrations through `rebuild`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.periods import months_on
from storage import facts_sql, pushes
from storage import tables as t
from storage.changes import Change, Op
from storage.kinds import KINDS, Value, in_chunks

TABLES = (t.deal_facts, t.person_months, t.person_stages, t.product_wins)


def rebuild(tx: Connection) -> None:
    """Makes all roll-ups anew from the records."""
    for table in TABLES:
        tx.execute(sa.delete(table))
    _fill(tx, t.deal_facts, facts_sql.deal_rows())
    _fill(tx, t.person_months, facts_sql.month_rows())
    _fill(tx, t.person_stages, facts_sql.stage_rows())
    _fill(tx, t.product_wins, facts_sql.product_rows())
    pushes.put_in(tx, None)
    if tx.dialect.name == "postgresql":
        for table in TABLES:
            tx.execute(sa.text(f"ANALYZE {table.name}"))


def follow(tx: Connection, changes: Sequence[Change]) -> None:
    """Brings the roll-ups up to what these changes made of the records. To be called when their history is written."""
    touched = _touched(tx, changes)
    if touched.accounts:
        _lock(tx, t.accounts, touched.accounts)
        for chunk in in_chunks(sorted(touched.accounts)):
            _anew(tx, t.deal_facts, accounts=chunk)
            if touched.deals:
                _anew(tx, t.product_wins, accounts=chunk)
            pushes.put_in(tx, chunk)
    if not touched.people:
        return
    _lock(tx, t.people, touched.people)
    for chunk in in_chunks(sorted(touched.people)):
        if touched.months:
            months = sorted(touched.months)
            _anew(tx, t.person_months, people=chunk, months=months, first=months[0], after=months_on(months[-1], 1))
        if touched.stages:
            _anew(tx, t.person_stages, people=chunk)


def _fill(tx: Connection, table: sa.Table, rows: sa.Select[Any]) -> None:
    tx.execute(sa.insert(table).from_select([column.name for column in table.columns], rows))


def _anew(tx: Connection, table: sa.Table, **which: Any) -> None:
    for statement in _statements(table.name):
        tx.execute(statement, which)


@cache
def _statements(table: str) -> tuple[sa.Executable, sa.Executable]:
    """What makes some rows of a roll-up anew; built once, as every report needs them."""
    d, m = t.deal_facts.c, t.person_months.c
    old, rows = {
        "deal_facts": (d.account_id.in_(facts_sql.ACCOUNTS), facts_sql.deal_rows),
        "product_wins": (t.product_wins.c.account_id.in_(facts_sql.ACCOUNTS), facts_sql.product_rows),
        "person_months": (
            sa.and_(m.person_id.in_(facts_sql.PEOPLE), m.month.in_(facts_sql.MONTHS)),
            facts_sql.month_rows,
        ),
        "person_stages": (t.person_stages.c.person_id.in_(facts_sql.PEOPLE), facts_sql.stage_rows),
    }[table]
    into = t.metadata.tables[table]
    names = [column.name for column in into.columns]
    return sa.delete(into).where(old), sa.insert(into).from_select(names, rows(some=True))


def _lock(tx: Connection, table: sa.Table, ids: Collection[str]) -> None:
    """Whoever makes rows of these customers or people anew waits for another that does, and then sees its records.

    Always customers before people, each in order; not as strong as the locks that deleting takes, so that records that
    refer to them can be written meanwhile.
    """
    if tx.dialect.name == "postgresql":
        for chunk in in_chunks(sorted(ids)):
            query = sa.select(table.c.id).where(table.c.id.in_(chunk)).order_by(table.c.id)
            tx.execute(query.with_for_update(key_share=True))


@dataclass
class _Touched:
    """Which rows of the roll-ups are to be made anew. `deals`, `stages`: of closed deals."""

    accounts: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    months: set[date] = field(default_factory=set)
    deals: bool = False
    stages: bool = False


_OF_DEALS = frozenset(
    {"account", "owner", "stage", "amount", "close_date", "created_on", "closed_on", "probability", "products"}
)
_OF_ACTIVITIES = frozenset({"user", "account", "opportunity", "type", "date", "contacts"})


def _touched(tx: Connection, changes: Sequence[Change]) -> _Touched:
    found = _Touched()
    deals: set[str] = set()
    for (kind, record_id), of_record in _by_record(changes).items():
        fields = {change.field for change in of_record}
        whole = any(change.op is not Op.SET for change in of_record)
        if kind == "opportunity" and (whole or fields & _OF_DEALS):
            names = ("account", "owner", "created_on", "closed_on", "stage")
            values = _values(tx, kind, record_id, of_record, names)
            found.accounts.update(_texts(values["account"]))
            closed = not values["stage"].isdisjoint(facts_sql.CLOSED_STAGES)
            # An open deal stands in the months of its owner only by the day it was made
            if whole or closed or fields & {"owner", "created_on"}:
                found.people.update(_texts(values["owner"]))
                found.months.update(_months(values["created_on"] | values["closed_on"]))
            found.deals = found.deals or closed
            found.stages = found.stages or closed
        elif kind == "activity" and (whole or fields & _OF_ACTIVITIES):
            values = _values(tx, kind, record_id, of_record, ("account", "opportunity", "user", "date"))
            found.accounts.update(_texts(values["account"]))
            deals.update(_texts(values["opportunity"]))
            found.people.update(_texts(values["user"]))
            found.months.update(_months(values["date"]))
        elif kind == "stage_change":
            deals.update(_texts(_values(tx, kind, record_id, of_record, ("opportunity",))["opportunity"]))
    _of_deals(tx, found, deals)
    return found


def _of_deals(tx: Connection, found: _Touched, deals: Collection[str]) -> None:
    """A deal's history changed, or something was done for it: its customer's rows; of a closed one its owner's too."""
    o = t.opportunities.c
    for chunk in in_chunks(sorted(deals)):
        for account, owner, stage in tx.execute(sa.select(o.account_id, o.owner_id, o.stage).where(o.id.in_(chunk))):
            found.accounts.add(account)
            if stage in facts_sql.CLOSED_STAGES:
                found.stages = True
                found.people.add(owner)


def _by_record(changes: Iterable[Change]) -> dict[tuple[str, str], list[Change]]:
    found: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        found.setdefault((change.kind, change.id), []).append(change)
    return found


def _values(
    tx: Connection, kind: str, record_id: str, changes: Sequence[Change], names: Sequence[str]
) -> dict[str, set[Value]]:
    """What these fields were before the changes and are now."""
    found: dict[str, set[Value]] = {name: set() for name in names}
    for change in changes:
        if change.field in found:
            found[change.field] |= {change.before, change.after}
    if any(change.op is not Op.SET for change in changes):
        return found  # what was made or removed says every field that it has
    of_kind = KINDS[kind]
    columns = [of_kind.table.c[of_kind.fields[name].column] for name in names]
    row = tx.execute(sa.select(*columns).where(of_kind.table.c.id == record_id)).one_or_none()
    for name, value in zip(names, row or (), strict=False):
        found[name].add(value)
    return found


def _texts(values: Iterable[Value]) -> set[str]:
    return {value for value in values if isinstance(value, str)}


def _months(values: Iterable[Value]) -> set[date]:
    return {value.replace(day=1) for value in values if isinstance(value, date)}
