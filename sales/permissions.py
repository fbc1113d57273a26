"""Who may see what. A `Scope` is made here and nowhere else; everything read or written goes through one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sales.people import OrgUnit, Person
from sales.stages import Role


@dataclass(frozen=True)
class Scope:
    """What one person may see: their own records, those of a unit and all below, or everything.

    `units` are the org units whose totals may be told; `people` those whose records may be shown.
    With `everything` both are ignored. Minted by `scope_of` only.
    """

    person: str
    role: Role
    everything: bool
    units: frozenset[str]
    people: frozenset[str]

    def sees_person(self, person_id: str) -> bool:
        return self.everything or person_id in self.people

    def sees_unit(self, unit_id: str) -> bool:
        return self.everything or unit_id in self.units


def units_below(root: str, units: Iterable[OrgUnit]) -> frozenset[str]:
    """Ids of `root` and of every unit below it. A cycle in the data ends the walk instead of looping."""
    children: dict[str | None, list[str]] = {}
    for unit in units:
        children.setdefault(unit.parent, []).append(unit.id)
    found: set[str] = set()
    todo = [root]
    while todo:
        unit_id = todo.pop()
        if unit_id not in found:
            found.add(unit_id)
            todo.extend(children.get(unit_id, ()))
    return frozenset(found)


def scope_of(person: Person, units: Iterable[OrgUnit], people: Iterable[Person]) -> Scope:
    """The scope of a person: a rep sees what is theirs, a manager the unit and all below, ops everything."""
    if person.role is Role.OPS:
        return Scope(person.id, person.role, True, frozenset(), frozenset())
    if person.role is Role.REP:
        return Scope(person.id, person.role, False, frozenset(), frozenset({person.id}))
    below = units_below(person.org_unit, units)
    seen = frozenset(p.id for p in people if p.org_unit in below) | {person.id}
    return Scope(person.id, person.role, False, below, seen)
