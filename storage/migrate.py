"""Migrations, run by the program itself: `migrate(engine)`. The scripts travel in the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

# Any number that nothing else in the database locks: two processes that start at once must not migrate at once.
_LOCK = 0x63616E6D6F75


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, without an ini file. `connection` is the one that the migration runs on."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


@cache
def head_revision() -> str:
    """The revision that this version of the program needs."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    assert head is not None
    return head


def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at; None if it has never been migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine, revision: str = "head") -> None:
    """Brings the database to `revision`, all steps in one transaction. Does nothing where it is there already.

    What is only derived from the records (storage.facts) is made anew with this version's rules.
    """
    from storage import facts  # it needs the tables, which need no migrations to be looked at

    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        before = current_revision(connection)
        command.upgrade(config(connection), revision)
        if before != current_revision(connection) == head_revision():
            facts.rebuild(connection)
