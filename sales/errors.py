"""Errors carry facts; the edges (handlers, bot) turn them into words."""

from __future__ import annotations

from dataclasses import dataclass


class CanmouError(Exception):
    """Base of every error that Canmou raises on purpose."""


@dataclass
class OutOfScope(CanmouError):
    """The person may not see or change this. `kind` and `id` are for the log, never for the reply."""

    kind: str
    id: str


@dataclass
class UnknownRecord(CanmouError):
    """No record of this kind has this id."""

    kind: str
    id: str


@dataclass
class Conflict(CanmouError):
    """A value is no longer what the change left there, so it can't be undone without losing a later change."""

    kind: str
    id: str
    field: str
    expected: object
    found: object


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input file or a setting: where, what, and how to mend it."""

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.mend}"


@dataclass
class FaultyInput(CanmouError):
    """An input with faults; nothing of it was taken."""

    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)
