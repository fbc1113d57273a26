"""A company to play cases on: each case finds it as the company file says, whatever the one before did."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from bot.wiring import dialogue_over, opened

if TYPE_CHECKING:
    from handlers.dialogue import Dialogue
    from sales.language.lexicon import Lexicon
    from storage.company_file import Source
    from storage.database import Database

Scene = tuple["Database", "Dialogue"]


class Playground(Protocol):
    """`fresh()` gives the company as it stands, and a dialogue over it; what was played before is gone."""

    def fresh(self) -> Scene: ...


@contextmanager
def playground(company: Source, lexicon: Lexicon, url: str | None = None) -> Iterator[Playground]:
    """A playground in a temporary SQLite file, or with `url` on that PostgreSQL server, in databases of its own.

    The database that `url` names is only connected to, never changed. FaultyInput if the company file has faults.
    """
    if url is not None and not url.startswith("sqlite"):
        with _on_server(company, lexicon, url) as server:
            yield server
        return
    with TemporaryDirectory(prefix="canmou-replay-") as folder:
        template, stage = Path(folder) / "company.db", Path(folder) / "stage.db"
        _fill(f"sqlite:///{template}", company, setting="--company")
        _copy(template, stage)
        with opened(f"sqlite:///{stage}", setting="the temporary folder") as database:
            yield _File(template, stage, database, dialogue_over(database, lexicon))


class _File:
    """One database and one dialogue for all cases (the name index is built once); the file's content is put back."""

    def __init__(self, template: Path, stage: Path, database: Database, dialogue: Dialogue) -> None:
        self._paths = (template, stage)
        self._scene = (database, dialogue)

    def fresh(self) -> Scene:
        _copy(*self._paths)
        return self._scene


def _copy(template: Path, stage: Path) -> None:
    # SQLite's own backup, not a copy of the file: connections to it stay open and see what is there now
    with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(stage)) as target:
        source.backup(target)


def _fill(url: str, company: Source, *, setting: str) -> None:
    from storage.importer import import_company

    with opened(url, setting=setting, check=False) as database:
        database.migrate()
        with database.begin() as tx:
            import_company(tx, company, at=datetime.now(UTC))


class _Server:
    """PostgreSQL: each case in a copy of a template database."""

    def __init__(self, admin: Database, template: str, lexicon: Lexicon) -> None:
        self._admin = admin
        self._template = template
        self._lexicon = lexicon
        self._number = 0
        self._open: tuple[str, Database] | None = None

    def fresh(self) -> Scene:
        self.drop()
        self._number += 1
        name = f"{self._template}_{self._number}"
        _run(self._admin, f"CREATE DATABASE {name} TEMPLATE {self._template}")
        from storage.database import open_database

        database = open_database(_sibling(self._admin, name))
        self._open = (name, database)
        return database, dialogue_over(database, self._lexicon)

    def drop(self) -> None:
        if self._open is not None:
            name, database = self._open
            self._open = None
            database.close()
            _run(self._admin, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _on_server(company: Source, lexicon: Lexicon, url: str) -> Iterator[Playground]:
    template = f"canmou_replay_{uuid4().hex[:12]}"
    with opened(url, setting="--url", check=False) as admin:
        _run(admin, f"CREATE DATABASE {template} ENCODING 'UTF8' TEMPLATE template0")
        server = _Server(admin, template, lexicon)
        try:
            _fill(_sibling(admin, template), company, setting="--company")
            yield server
        finally:
            server.drop()
            _run(admin, f"DROP DATABASE IF EXISTS {template} WITH (FORCE)")


def _run(admin: Database, statement: str) -> None:
    """A statement that PostgreSQL takes outside a transaction only."""
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


def _sibling(admin: Database, name: str) -> str:
    return admin.engine.url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
