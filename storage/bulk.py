"""Many rows into a table at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection


def insert_rows(tx: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows that all have the same keys; values as the columns take them (lists for JSON).

    PostgreSQL gets them by COPY, which is about three times as fast as an INSERT a row.
    """
    if not rows:
        return
    if tx.dialect.name != "postgresql":
        tx.execute(sa.insert(table), list(rows))
        return
    names = list(rows[0])
    quote = tx.dialect.identifier_preparer.quote
    as_text = [isinstance(table.c[name].type, sa.JSON) for name in names]
    raw: Any = tx.connection.driver_connection  # psycopg's own: SQLAlchemy doesn't speak COPY
    statement = f"COPY {quote(table.name)} ({', '.join(map(quote, names))}) FROM STDIN"
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([_json(row[name]) if text else row[name] for name, text in zip(names, as_text, strict=True)])


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
