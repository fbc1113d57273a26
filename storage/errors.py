"""What can go wrong with the store itself. Facts only; the edges word them. No password is ever part of one."""

from __future__ import annotations

from dataclasses import dataclass

from sales.errors import CanmouError


class DatabaseError(CanmouError):
    """Base: the database can't be used."""


@dataclass
class FaultyDatabaseUrl(DatabaseError):
    """The URL isn't one that Canmou can open. `url` has no password."""

    url: str
    reason: str


@dataclass
class DatabaseUnreachable(DatabaseError):
    """Nobody answers at this URL, or refuses us. `url` has no password."""

    url: str
    reason: str


@dataclass
class NotMigrated(DatabaseError):
    """The tables aren't those of this version. `found` is None in an empty database; both are revision ids."""

    url: str
    found: str | None
    expected: str


@dataclass
class NoCompany(DatabaseError):
    """The database holds no company yet: nothing was imported."""


@dataclass
class NotUndoable(CanmouError):
    """This change set can't be taken back: `reason` is `import` or `undone` (it has been taken back already)."""

    change_set_id: str
    reason: str


@dataclass
class LeaseLost(CanmouError):
    """Another worker has this message now: what this one was about to save must not be saved."""

    queue: str
    number: int
