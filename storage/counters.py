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
"""Fields that are part of a name entry (see storage.book.name_entries)."""

_NAMES = "names"


def insert_into(tx: Connection, table: sa.Table) -> Any:
    """An INSERT with the ON CONFLICT of this database."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


def bump_names(tx: Connection) -> None:
    """Says that a name changed. Others that change names wait for this transaction (PostgreSQL locks the row)."""
    row = insert_into(tx, t.counters).values(name=_NAMES, value=1)
    tx.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": t.counters.c.value + 1}))


def names_version(tx: Connection) -> int:
    """A number that changes when any name, alias, city, owner or place in the organisation changes."""
    return tx.execute(sa.select(t.counters.c.value).where(t.counters.c.name == _NAMES)).scalar() or 0
