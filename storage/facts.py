"""Roll-ups kept beside the records, in the same transaction: rows touched are made anew from the records.

Conversations' changes come through `follow` (at the end of storage.records' deeds, when their history is written too:
how often a close date was put off is told by it), imports and migrations through `rebuild`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
    else:
        # without statistics SQLite takes the wrong index of a large company, and a report waits for it
        tx.exec_driver_sql("PRAGMA analysis_limit=1000")
        tx.exec_driver_sql("ANALYZE")


def follow(tx: Connection, changes: Sequence[Change]) -> None:
    """Brings the roll-ups up to what these changes made of the records. To be called when their history is written."""
    touched = _touched(tx, changes)
    if touched.accounts:
        _lock(tx, t.accounts, touched.accounts)
        accounts = [{"account": account} for account in sorted(touched.accounts)]
        _anew(tx, t.deal_facts, accounts)
        if touched.deals:
            _anew(tx, t.product_wins, accounts)
        for account in sorted(touched.accounts):
            pushes.put_in(tx, account)
    if not touched.people:
        return
    _lock(tx, t.people, touched.people)
    people = sorted(touched.people)
    months = [{"first": first, "after": months_on(first, 1)} for first in sorted(touched.months)]
    _anew(tx, t.person_months, [{"person": person, **month} for person in people for month in months])
    if touched.stages:
        _anew(tx, t.person_stages, [{"person": person} for person in people])


def _fill(tx: Connection, table: sa.Table, rows: sa.Select[Any]) -> None:
    names = [column.name for column in table.columns]
    # In the key's order, so that on PostgreSQL too what belongs to a unit lies together
    key: list[sa.ColumnElement[Any]] = [
        sa.literal_column(str(place)) for place, column in enumerate(table.columns, 1) if column.primary_key
    ]
    tx.execute(sa.insert(table).from_select(names, rows.order_by(*key)))


def _anew(tx: Connection, table: sa.Table, which: Sequence[Mapping[str, Any]]) -> None:
    """Rows of a roll-up made anew. All old ones go first: a deal may have come from one customer to another."""
    for statement in _statements(table.name):
        for one in which:
            tx.execute(statement, one)


@cache
def _statements(table: str) -> tuple[sa.Executable, sa.Executable]:
    """What makes some rows of a roll-up anew; built once, as every report needs them."""
    m = t.person_months.c
    old, rows = {
        "deal_facts": (t.deal_facts.c.account_id == facts_sql.ACCOUNT, facts_sql.deal_rows),
        "product_wins": (t.product_wins.c.account_id == facts_sql.ACCOUNT, facts_sql.product_rows),
        "person_months": (
            sa.and_(m.person_id == facts_sql.PERSON, m.month == facts_sql.FIRST),
            facts_sql.month_rows,
        ),
        "person_stages": (t.person_stages.c.person_id == facts_sql.PERSON, facts_sql.stage_rows),
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
    history: set[str] = set()
    by_record = _by_record(changes)
    for (kind, record_id), of_record in by_record.items():
        whole = any(change.op is not Op.SET for change in of_record)
        if kind == "activity" and (whole or not _OF_ACTIVITIES.isdisjoint(c.field for c in of_record)):
            values = _values(tx, kind, record_id, of_record, ("account", "opportunity", "user", "date"))
            found.accounts.update(_texts(values["account"]))
            deals.update(_texts(values["opportunity"]))
            found.people.update(_texts(values["user"]))
            found.months.update(_months(values["date"]))
        elif kind == "stage_change":
            history.update(_texts(_values(tx, kind, record_id, of_record, ("opportunity",))["opportunity"]))
    _of_deals(
        tx,
        found,
        deals,
        history,
        {key[1]: of_record for key, of_record in by_record.items() if key[0] == "opportunity"},
    )
    return found


_DEAL = ("account", "owner", "created_on", "closed_on", "stage")
_o = t.opportunities.c
_DEALS = sa.select(_o.id, _o.account_id, _o.owner_id, _o.created_on, _o.closed_on, _o.stage).where(
    _o.id.in_(sa.bindparam("ids", expanding=True))
)


def _of_deals(
    tx: Connection,
    found: _Touched,
    done: Collection[str],
    history: Collection[str],
    changed: Mapping[str, Sequence[Change]],
) -> None:
    """Deals for which something was done, those whose history changed, those that were `changed` themselves."""
    now: dict[str, tuple[Value, ...]] = {}
    for chunk in in_chunks(sorted(changed.keys() | {*done, *history})):
        now.update((row[0], tuple(row[1:])) for row in tx.execute(_DEALS, {"ids": chunk}))
    for deal, of_deal in changed.items():
        fields = {change.field for change in of_deal}
        whole = any(change.op is not Op.SET for change in of_deal)
        if whole or fields & _OF_DEALS:
            # What was made or removed says every field that it has
            values = {name: set() if whole else {value} for name, value in zip(_DEAL, now.get(deal, ()), strict=False)}
            for change in of_deal:
                if change.field in _DEAL:
                    values.setdefault(change.field, set()).update((change.before, change.after))
            _of_deal(found, values, made=whole or not fields.isdisjoint(("owner", "created_on")))
    for deal in {*done, *history}:
        if deal in now:
            account, owner, _, _, stage = now[deal]
            found.accounts.update(_texts((account,)))
            if deal in history and stage in facts_sql.CLOSED_STAGES:
                found.stages = True
                found.people.update(_texts((owner,)))


def _of_deal(found: _Touched, values: Mapping[str, set[Value]], *, made: bool) -> None:
    """`made`: whose it is, or since when, may have changed."""
    found.accounts.update(_texts(values.get("account", ())))
    closed = not values.get("stage", set()).isdisjoint(facts_sql.CLOSED_STAGES)
    # An open deal stands in the months of its owner only by the day it was made
    if made or closed:
        found.people.update(_texts(values.get("owner", ())))
    if made:
        found.months.update(_months(values.get("created_on", ())))
    if made or closed:
        found.months.update(_months(values.get("closed_on", ())))
    found.deals = found.deals or closed
    found.stages = found.stages or closed


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
