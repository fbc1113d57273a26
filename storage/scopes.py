"""The scopes of several people at once: the organisation is looked up once, however many there are."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.permissions import Scope, scope_of
from sales.stages import Role
from storage import tables as t
from storage.book import person_of_row, unit_of_row


def scopes_of(tx: Connection, person_ids: Iterable[str | None]) -> list[Scope | None]:
    """The scope of each, in their order; None for an id that is nobody's."""
    wanted = list(person_ids)
    ids = {person_id for person_id in wanted if person_id is not None}
    found = {row.id: person_of_row(row) for row in tx.execute(sa.select(t.people).where(t.people.c.id.in_(ids)))}
    units, people = [], []
    if any(person.role is Role.MANAGER for person in found.values()):
        units = [unit_of_row(row) for row in tx.execute(sa.select(t.org_units))]
        people = [person_of_row(row) for row in tx.execute(sa.select(t.people))]
    scopes = {person.id: scope_of(person, units, people) for person in found.values()}
    return [scopes.get(person_id) if person_id is not None else None for person_id in wanted]
