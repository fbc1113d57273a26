"""Alembic's entry: runs on the connection that `storage.migrate` hands over, and on no other."""

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString, UTCDateTime

import storage.tables


def plain_type(kind: str, item: object, _context: Any) -> str | Literal[False]:
    """A migration names SQLAlchemy's own types only: it must read the same whatever sqlmodel becomes."""
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Run `canmou migrate`, or storage.migrate.migrate(engine).")

context.configure(
    connection=connection,
    target_metadata=storage.tables.metadata,
    # SQLite can't alter a column or a constraint: Alembic copies the table instead.
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    compare_type=True,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
