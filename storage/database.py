"""The database: one engine, short transactions. SQLite by default, PostgreSQL for several processes."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from storage.errors import DatabaseUnreachable, FaultyDatabaseUrl, NotMigrated
from storage.migrate import current_revision, head_revision, migrate

BUSY_SECONDS = 30
"""How long a writer waits for another on SQLite before it gives up."""

Transaction = Connection
"""A transaction as the rooms above pass it on; they know no more of the database."""

_WRITE = "canmou_write"


def shown(url: URL) -> str:
    """The URL as an operator writes it: without our driver, its password (nor its query, which may hold one)."""
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{url.database}" if url.database else "sqlite://"  # a path is shown without escapes
    return url.set(drivername=url.get_backend_name(), query={}).render_as_string(hide_password=True)


@dataclass
class Database:
    """An open database. `begin` for writing (committed at the end, rolled back on an error), `read` for reading."""

    engine: Engine
    url: str
    _lock: threading.Lock | None = field(default=None, repr=False)  # only for :memory:, which is one connection
    # SQLite: the threads of a process take turns here. Its own way of waiting is to sleep and try again, unfairly.
    _writers: threading.Lock | None = field(default=None, repr=False)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that may write. On SQLite it takes the write lock at once: a later upgrade could deadlock."""
        with self._lock or self._writers or nullcontext(), self.engine.connect() as opened:
            tx = opened.execution_options(**{_WRITE: True})
            with tx.begin():
                yield tx

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the data and can't write."""
        with self._lock or nullcontext(), self.engine.connect() as opened:
            if self.is_sqlite:
                tx = opened.execution_options(**{_WRITE: False})
            else:
                tx = opened.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with tx.begin():
                yield tx

    def migrate(self) -> None:
        """Brings the tables to this version."""
        migrate(self.engine)

    def check_migrated(self) -> None:
        """NotMigrated, unless the tables are those of this version."""
        with self.read() as tx:
            found = current_revision(tx)
        if found != head_revision():
            raise NotMigrated(self.url, found, head_revision())

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str, *, check: bool = True) -> Database:
    """Opens `url`: `sqlite:///path`, `sqlite://` (in memory) or `postgresql://user:password@host/name`.

    `check=False` leaves out whether it is migrated (for `canmou migrate`; it also makes the folder of a SQLite file).
    Raises FaultyDatabaseUrl, DatabaseUnreachable, NotMigrated.
    """
    parsed = _parse(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    memory = sqlite and parsed.database in (None, "", ":memory:")
    if sqlite and not memory:
        _prepare_file(parsed, check)
    engine = _sqlite(parsed, memory) if sqlite else _postgresql(parsed)
    database = Database(
        engine,
        shown(parsed),
        _lock=threading.Lock() if memory else None,
        _writers=threading.Lock() if sqlite and not memory else None,
    )
    try:
        with database.read() as tx:
            tx.execute(sa.select(1))
            if not sqlite and (encoding := tx.execute(sa.text("SHOW server_encoding")).scalar_one()) != "UTF8":
                raise FaultyDatabaseUrl(shown(parsed), f"the database's encoding is {encoding}, it must be UTF8")
        if check:
            database.check_migrated()
    except DBAPIError as error:
        engine.dispose()
        reason = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
        raise DatabaseUnreachable(shown(parsed), reason[0]) from None
    except Exception:
        engine.dispose()
        raise
    return database


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url.strip().replace("postgres://", "postgresql://", 1))
        name = parsed.get_backend_name()
        if name == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        elif name == "sqlite":
            parsed = parsed.set(drivername="sqlite+pysqlite")
        else:
            raise FaultyDatabaseUrl(shown(parsed), f"{name} is neither sqlite nor postgresql")
        parsed.get_dialect()
    except (ArgumentError, ValueError, NoSuchModuleError):
        # make_url's message repeats what it was given, and a password may stand in it
        raise FaultyDatabaseUrl("", "it can't be read as a URL such as sqlite:///var/canmou.db") from None
    return parsed


def _prepare_file(url: URL, check: bool) -> None:
    path = Path(url.database or "")
    if check and not path.exists():
        # opening would make an empty file where somebody mistyped a path
        raise NotMigrated(shown(url), None, head_revision())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnreachable(shown(url), error.strerror or str(error)) from None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _postgresql(url: URL) -> Engine:
    # A server that doesn't answer must not hold a worker for minutes. Parameters are people's words: not for logs.
    query = {"connect_timeout": "10", **url.query}
    return sa.create_engine(
        url.set(query=query), json_serializer=_json, hide_parameters=True, pool_pre_ping=True, pool_size=10
    )


def _sqlite(url: URL, memory: bool) -> Engine:
    connect_args: dict[str, Any] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    pool: dict[str, Any] = {"poolclass": StaticPool} if memory else {"pool_size": 10}
    engine = sa.create_engine(url, json_serializer=_json, hide_parameters=True, connect_args=connect_args, **pool)

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        # We say BEGIN ourselves: the driver would begin late, and never for a read.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE, True)
        if connection.info.get(_WRITE) is not write:  # as this connection was left by whoever had it before
            connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if write else 'ON'}")
            connection.info[_WRITE] = write
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
