"""One at a time: what only one process may do (hold a bot's connection, tick the clock, serve a SQLite file)."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from storage.database import Database


class Leadership:
    """A lock that ends with its process, however that ends. Not for threads: each holder has its own."""

    def __init__(self, database: Database, what: str) -> None:
        self._database = database
        self._what = what
        self._connection: sa.Connection | None = None
        self._file: IO[Any] | None = None

    def take(self) -> bool | None:
        """Takes it, or makes sure that it is still held. False: another process has it; None: nobody can tell now."""
        return self._take_file() if self._database.is_sqlite else self._take_lock()

    def give_up(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._connection is not None:
            with contextlib.suppress(sa.exc.DBAPIError):
                self._connection.execute(sa.select(sa.func.pg_advisory_unlock(self._key)))
            self._connection.close()
            self._connection = None

    @property
    def _key(self) -> Any:
        return sa.func.hashtextextended(f"canmou-leader\x1f{self._what}", 0)

    def _take_lock(self) -> bool | None:
        """PostgreSQL: an advisory lock of a session of its own; it ends with the connection."""
        try:
            if self._connection is not None:
                self._connection.execute(sa.select(1))
                return True
            connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.execute(sa.select(sa.func.pg_try_advisory_lock(self._key))).scalar():
                self._connection = connection
                return True
            connection.close()
        except sa.exc.DBAPIError:
            if self._connection is not None:
                self._connection.invalidate()
                self._connection.close()
                self._connection = None
            return None
        return False

    def _take_file(self) -> bool:
        """SQLite: a lock on a file beside the database."""
        if self._file is not None:
            return True
        path = self._database.engine.url.database
        if path in (None, "", ":memory:"):
            return True  # nobody else can see it
        try:
            import fcntl
        except ImportError:  # Windows has no flock: there it is the operator who starts one only
            return True
        # not closed here: the lock lives as long as the file is open
        file = Path(f"{path}.{self._what}.lock").open("a")  # noqa: SIM115
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True
