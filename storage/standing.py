"""Which change sets stand. An undo takes one back, an undo of the undo brings it back, a correction replaces one.

At any time each set stands (`undone_by` null) or names the set that took it back.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import tables as t
from storage.changes import ChangeSet, Source, read


def replaced(tx: Connection, first: ChangeSet) -> list[ChangeSet]:
    """The sets that a correction replaced, newest first: what it corrected, what that had corrected, and so on."""
    found: list[ChangeSet] = []
    last = first
    while last.source is Source.AMEND and last.undoes is not None:
        last = read(tx, last.undoes)
        found.append(last)
    return found


def standing_of(tx: Connection, change_set_id: str) -> ChangeSet | None:
    """What stands of a set: itself, or the correction that replaced it; None if it was taken back."""
    one = read(tx, change_set_id)
    while one.undone_by is not None:
        one = read(tx, one.undone_by)
        if one.source is not Source.AMEND:
            return None
    return one


def chain_of(tx: Connection, target: ChangeSet) -> list[ChangeSet]:
    """A set with all that it replaced, the first report first."""
    return [*reversed(replaced(tx, target)), target]


def of_message(tx: Connection, person_id: str, message_id: str) -> list[ChangeSet]:
    """The sets that a message of this person led to, the oldest first."""
    c = t.change_sets.c
    ids = sa.select(c.id).where(c.message_id == message_id, c.person_id == person_id).order_by(c.at, c.id)
    return [read(tx, one) for one in tx.execute(ids).scalars().all()]


def take_back(tx: Connection, target: ChangeSet, by: str, *, whole: bool = False) -> None:
    """Marks a set as taken back, and what it had taken back or replaced as standing again (unless `whole`)."""
    mark(tx, target.id, by)
    if target.source is Source.UNDO and target.undoes is not None:
        _bring_back(tx, read(tx, target.undoes), target.whole)
    elif target.source is Source.AMEND and target.undoes is not None:
        if whole:
            for earlier in replaced(tx, target):
                mark(tx, earlier.id, by)
        else:
            _bring_back(tx, read(tx, target.undoes), False)


def _bring_back(tx: Connection, target: ChangeSet, whole: bool) -> None:
    mark(tx, target.id, None)
    if target.source is Source.UNDO and target.undoes is not None:
        undone = read(tx, target.undoes)
        mark(tx, undone.id, target.id)
        if target.whole:
            for earlier in replaced(tx, undone):
                mark(tx, earlier.id, target.id)
        elif undone.source in (Source.AMEND, Source.UNDO):
            take_back(tx, undone, target.id)
    elif target.source is Source.AMEND or whole:
        for earlier in replaced(tx, target):
            mark(tx, earlier.id, target.id)


def mark(tx: Connection, change_set_id: str, by: str | None) -> None:
    """Says who took a set back; None: it stands."""
    tx.execute(sa.update(t.change_sets).where(t.change_sets.c.id == change_set_id).values(undone_by_id=by))
