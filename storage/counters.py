"""Numbers that only grow. The version of all names tells a name index whether it is out of date."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from storage import tables as t

NAMED = frozenset({"account", "contact", "opportunity"})
"""Kinds changed by conversation whose names people say."""

NAME_FIELDS = frozenset({"name", "aliases", "city", "owner", "account", "title"})
"""Fields that are part of a name entry (see storage.names.name_entries)."""

_NAMES = "names"
_IMPORTED = "names_imported"


def insert_into(tx: Connection, table: sa.Table) -> Any:
    """An INSERT with the ON CONFLICT of this database."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


def bump_names(tx: Connection, *, imported: bool = False) -> None:
    """Says that a name changed. Others that change names wait for this transaction (PostgreSQL locks the row).

    `imported`: more than the history of changes tells, which leaves out what an import brought.
    """
    row = insert_into(tx, t.counters).values(name=_NAMES, value=1)
    tx.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": t.counters.c.value + 1}))
    if imported:
        row = insert_into(tx, t.counters).values(name=_IMPORTED, value=names_version(tx))
        tx.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": row.excluded.value}))


def names_version(tx: Connection) -> int:
    """A number that changes when any name, alias, city, owner or place in the organisation changes."""
    return names_versions(tx)[0]


def names_versions(tx: Connection) -> tuple[int, int]:
    """The version of the names, and which of the versions the last import of names made (0 if there was none)."""
    query = sa.select(t.counters.c.name, t.counters.c.value).where(t.counters.c.name.in_((_NAMES, _IMPORTED)))
    found = {row.name: row.value for row in tx.execute(query)}
    return found.get(_NAMES, 0), found.get(_IMPORTED, 0)
