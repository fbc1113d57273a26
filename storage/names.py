"""The names on record: all of them, those of some records, and which records' names have changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import tables as t
from storage.changes import Op, Source
from storage.counters import NAME_FIELDS, NAMED
from storage.kinds import in_chunks


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name that people may say. `owner` is a person's id (accounts, deals); `parent` a unit (people, units) or an
    account (contacts, deals)."""

    kind: str
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    city: str = ""
    owner: str | None = None
    parent: str | None = None


def name_entries(tx: Connection, batch: int = 5_000) -> Iterator[NameEntry]:
    """Every name that the index needs, streamed: units, people, products, competitors, accounts, contacts, deals."""
    for kind, query in _queries().items():
        for row in tx.execute(query.execution_options(yield_per=batch)):
            yield _entry(kind, row)


def name_entries_of(tx: Connection, keys: Iterable[tuple[str, str]]) -> list[NameEntry]:
    """The names of these records (kind, id), as they are now; one that is gone has none."""
    ids: dict[str, set[str]] = {}
    for kind, record_id in keys:
        ids.setdefault(kind, set()).add(record_id)
    found: list[NameEntry] = []
    for kind, query in _queries().items():
        for chunk in in_chunks(ids.get(kind, ())):
            rows = tx.execute(query.where(query.selected_columns[0].in_(chunk)))
            found += [_entry(kind, row) for row in rows]
    return found


def names_changed(tx: Connection, after: int, most: int) -> tuple[set[tuple[str, str]], int]:
    """Records (kind, id) whose names conversations changed later than the change of that number, and the last number.

    The `most` that were changed first. What an import changed is not among them. A change that is not to be seen yet
    has a higher number than those that are: whoever changes a name takes the numbers after the lock of `bump_names`.
    """
    c = t.changes.c
    last = sa.func.max(c.number)
    query = _of_names(sa.select(c.kind, c.record_id, last)).where(c.number > after).group_by(c.kind, c.record_id)
    rows = [tuple(row) for row in tx.execute(query.order_by(last).limit(most))]
    return {(kind, record_id) for kind, record_id, _ in rows}, rows[-1][2] if rows else after


def last_name_change(tx: Connection) -> int:
    """The number of the last change of a name by a conversation, 0 if there was none."""
    number = t.changes.c.number
    return tx.execute(_of_names(sa.select(number)).order_by(number.desc()).limit(1)).scalar() or 0


def names_removed(tx: Connection) -> set[tuple[str, str]]:
    """Records (kind, id) that were ever removed, by whomever; some may be back."""
    c = t.changes.c
    query = sa.select(c.kind, c.record_id).where(c.kind.in_(_queries()), c.field == "", c.op == Op.DELETE.value)
    return {(row.kind, row.record_id) for row in tx.execute(query)}


def _of_names(query: sa.Select[Any]) -> sa.Select[Any]:
    c = t.changes.c
    return query.join(t.change_sets, t.change_sets.c.id == c.change_set_id).where(
        c.kind.in_(NAMED),
        sa.or_(c.op != Op.SET.value, c.field.in_(NAME_FIELDS)),
        t.change_sets.c.source != Source.IMPORT.value,
    )


def _queries() -> dict[str, sa.Select[Any]]:
    u, p, a, c, o = (table.c for table in (t.org_units, t.people, t.accounts, t.contacts, t.opportunities))
    none, nothing = sa.null(), sa.literal("")
    return {
        "org_unit": sa.select(u.id, u.name, u.aliases, nothing, none, u.parent_id),
        "person": sa.select(p.id, p.name, p.aliases, nothing, none, p.org_unit_id),
        "product": sa.select(t.products.c.id, t.products.c.name, t.products.c.aliases, nothing, none, none),
        "competitor": sa.select(t.competitors.c.id, t.competitors.c.name, t.competitors.c.aliases, nothing, none, none),
        "account": sa.select(a.id, a.name, a.aliases, a.city, a.owner_id, none),
        "contact": sa.select(c.id, c.name, c.aliases, nothing, none, c.account_id),
        "opportunity": sa.select(o.id, o.name, none, nothing, o.owner_id, o.account_id),
    }


def _entry(kind: str, row: Any) -> NameEntry:
    record_id, name, aliases, city, owner, parent = row
    return NameEntry(kind, record_id, name, tuple(aliases or ()), city, owner, parent)
