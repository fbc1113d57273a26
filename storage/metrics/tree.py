"""The org tree, looked up once an answer: what is below a unit, and which child of a unit another belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import tables as t


@dataclass(frozen=True)
class Tree:
    """Names and parents of all units by id."""

    names: Mapping[str, str]
    parents: Mapping[str, str | None]

    @cached_property
    def _children(self) -> Mapping[str | None, list[str]]:
        found: dict[str | None, list[str]] = {}
        for unit, parent in self.parents.items():
            found.setdefault(parent, []).append(unit)
        return found

    @property
    def units(self) -> frozenset[str]:
        return frozenset(self.parents)

    def children(self, unit: str) -> list[str]:
        return self._children.get(unit, [])

    def parts(self, unit: str, *, leaves: bool) -> list[str]:
        """What a split by unit shows: the children, or all units below that have none below them (the offices)."""
        if not leaves:
            return self.children(unit)
        return sorted(one for one in self.below(unit) if one != unit and not self.children(one))

    def below(self, unit: str) -> frozenset[str]:
        """The unit and all below it; nothing for an unknown one. A cycle in the data ends the walk."""
        found: set[str] = set()
        todo = [unit] if unit in self.parents else []
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += self.children(one)
        return frozenset(found)

    def tops(self, units: Iterable[str]) -> list[str]:
        """Those of `units` that are below no other of them."""
        known = set(units) & self.units
        return sorted(unit for unit in known if self.parents[unit] not in known)

    def shares(self, unit: str, *, leaves: bool = False) -> Mapping[str, str]:
        """For the unit and each below it: the child of the unit that it belongs to (the unit itself: to itself).

        With `leaves` each belongs to itself.
        """
        if leaves:
            return {one: one for one in self.below(unit)}
        found = {unit: unit}
        for child in self.children(unit):
            found.update({one: child for one in self.below(child) if one != unit})
        return found


def tree_of(tx: Connection) -> Tree:
    u = t.org_units.c
    rows = tx.execute(sa.select(u.id, u.name, u.parent_id).order_by(u.id)).all()
    return Tree({row.id: row.name for row in rows}, {row.id: row.parent_id for row in rows})
