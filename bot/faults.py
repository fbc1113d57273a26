"""Errors worded for the person at the command line: one sentence each, naming the setting, with how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from sales.errors import CanmouError, FaultyInput, UnknownRecord


@dataclass
class OperatorError(CanmouError):
    """Something that the person at the command line can mend. `sentence` says what and how."""

    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass
class FaultyFile(FaultyInput):
    """A file with faults that was to be taken in; all is as it was before."""


def sentences(error: CanmouError, setting: str = "CANMOU_DATABASE_URL") -> list[str]:
    """An error in words, a line each. `setting` is where the database's URL came from."""
    if isinstance(error, OperatorError):
        return [error.sentence]
    if isinstance(error, FaultyInput):
        lines = [str(fault) for fault in error.faults]
        if isinstance(error, FaultyFile):
            lines.append(f"{len(lines):,} {'fault' if len(lines) == 1 else 'faults'}; nothing was changed.")
        return lines
    if isinstance(error, UnknownRecord):
        return [f"There is no {error.kind} with the id {error.id}."]
    return [_of_the_store(error, setting) or f"{type(error).__name__}: {error}"]


def _of_the_store(error: CanmouError, setting: str) -> str | None:
    # here and not above: `canmou parse` must not wait for a database that it does not use
    from storage.errors import DatabaseUnreachable, FaultyDatabaseUrl, NoCompany, NotMigrated

    if isinstance(error, FaultyDatabaseUrl):
        shown = f" ({error.url})" if error.url else ""
        return f"{setting}{shown}: {error.reason}."
    if isinstance(error, DatabaseUnreachable):
        return f"{setting}: {error.url} can't be opened ({error.reason}); start the database, or correct the setting."
    if isinstance(error, NotMigrated):
        if error.found is None:
            return (
                f"{setting}: there are no tables at {error.url} yet; `canmou import company.json` makes them and takes "
                "your company in (`canmou migrate` makes them alone)."
            )
        return (
            f"{setting}: the tables at {error.url} are of revision {error.found}, this version needs "
            f"{error.expected}; run `canmou migrate`."
        )
    if isinstance(error, NoCompany):
        return f"{setting}: the database holds no company yet; run `canmou import company.json` (or try `canmou demo`)."
    return None
