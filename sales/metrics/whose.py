"""Whose figures are meant where nobody is named."""

from __future__ import annotations

from collections.abc import Sequence

from sales.metrics.query import Target, TargetKind
from sales.people import OrgUnit, Person
from sales.stages import Role


def own_target(me: Person, units: Sequence[OrgUnit]) -> Target:
    """A rep's own figures, a manager's own unit, for operations the whole company."""
    if me.role is Role.REP:
        return Target(TargetKind.USER, me.id)
    if me.role is Role.OPS:
        return Target(TargetKind.ORG_UNIT, root_of(units) or me.org_unit)
    return Target(TargetKind.ORG_UNIT, me.org_unit)


def root_of(units: Sequence[OrgUnit]) -> str | None:
    """The unit that stands above all; None in a company without units."""
    return next((unit.id for unit in units if unit.parent is None), None)
