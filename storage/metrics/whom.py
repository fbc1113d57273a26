"""A target and the asker's `Scope` as SQL: the people whose records count. OutOfScope for what the asker may not see.

The scope stands in every statement, also where the target implies it. It goes by org unit (a sub-select), not by lists
of people: a company may have thousands. What is seen at one customer follows storage.scoping.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sales.errors import OutOfScope
from sales.metrics.query import Target, TargetKind
from sales.permissions import Scope
from storage import tables as t
from storage.metrics.tree import Tree, tree_of

Condition = ColumnElement[bool]

_LINKS = {
    TargetKind.PRODUCT: (t.opportunity_products, "product_id"),
    TargetKind.COMPETITOR: (t.opportunity_competitors, "competitor_id"),
}


@dataclass(frozen=True)
class Whom:
    """Who is asked about, narrowed to what the asker may see. Made by `whom_of` only.

    `units`: those whose people count; None where no unit narrows it. `sees`: the units that the asker sees, None for
    all. `own_account`: a customer (or a deal at one) that is the asker's, so that everybody's records there count.
    """

    scope: Scope
    target: Target
    tree: Tree
    units: frozenset[str] | None
    sees: frozenset[str] | None
    own_account: bool = False

    @property
    def by_people(self) -> bool:
        """Whether it is people that are asked about (a unit, a person, or all in scope), not one customer or deal."""
        return self.target.kind not in (TargetKind.ACCOUNT, TargetKind.OPPORTUNITY)

    @property
    def narrowed(self) -> Target | None:
        """What a product, a competitor or a customer is narrowed to; None where nothing is left out."""
        kind = self.target.kind
        if self._all or kind in (TargetKind.ORG_UNIT, TargetKind.USER) or self.own_account:
            return None
        return self.home

    @property
    def home(self) -> Target:
        """What the asker sees of the organisation: a unit, or themselves."""
        tops = self.tree.tops(self.tree.units if self._all else self.scope.units)
        return Target(TargetKind.ORG_UNIT, tops[0]) if tops else Target(TargetKind.USER, self.scope.person)

    @property
    def unit(self) -> str | None:
        """The unit whose children a split by unit shows; None for a person."""
        if self.target.kind is TargetKind.ORG_UNIT:
            return self.target.id
        if self.target.kind is TargetKind.USER or self.home.kind is TargetKind.USER:
            return None
        return self.home.id

    @property
    def _all(self) -> bool:
        return self.scope.everything or self.sees is None

    def in_scope(self, person: ColumnElement[Any]) -> list[Condition]:
        """The column names somebody that the asker sees."""
        if self._all:
            return []
        if self.sees:
            return [person.in_(people_of(self.sees))]
        return [person.in_(sorted(self.scope.people))]

    def people(self, person: ColumnElement[Any]) -> list[Condition]:
        """The column names somebody whose records count: of the unit, the person, or anybody in scope."""
        if self.target.kind is TargetKind.USER:
            return [person == self.target.id, *self.in_scope(person)]
        if self.units is not None:
            return [person.in_(people_of(self.units))]
        return self.in_scope(person)

    def deals(self) -> list[Condition]:
        """Rows of `opportunities` that count."""
        o = t.opportunities.c
        if self.by_people:
            return [*self.people(o.owner_id), *self._linked(o.id)]
        own = o.account_id if self.target.kind is TargetKind.ACCOUNT else o.id
        return [own == self.target.id, *self._or_own_account(o.owner_id)]

    def activities(self) -> list[Condition]:
        """Rows of `activities` that count."""
        return self._records(t.activities.c.person_id, t.activities)

    def follow_ups(self) -> list[Condition]:
        """Rows of `follow_ups` that count."""
        return self._records(t.follow_ups.c.person_id, t.follow_ups)

    def payments(self) -> list[Condition]:
        """Rows of PAYMENTS that count: by the owner of the deal; with no deal, of the account."""
        return self._records(PAID_TO, t.payments)

    def _records(self, person: ColumnElement[Any], table: sa.Table) -> list[Condition]:
        if self.by_people:
            return [*self.people(person), *self._linked(table.c.opportunity_id)]
        own = table.c.account_id if self.target.kind is TargetKind.ACCOUNT else table.c.opportunity_id
        return [own == self.target.id, *self._or_own_account(person)]

    def _or_own_account(self, person: ColumnElement[Any]) -> list[Condition]:
        # At one's own customer everybody's records are seen (storage.scoping), elsewhere those of one's people.
        return [] if self.own_account else self.in_scope(person)

    def _linked(self, deal: ColumnElement[Any]) -> list[Condition]:
        if self.target.kind not in _LINKS:
            return []
        table, other = _LINKS[self.target.kind]
        linked = sa.select(table.c.opportunity_id).where(table.c[other] == self.target.id)
        return [deal.in_(linked), *self.seen_deals(deal)]

    def seen_deals(self, deal: ColumnElement[Any]) -> list[Condition]:
        """The column names a deal that the asker sees. What is known of a deal (its products) may be used only then."""
        if self._all or deal is t.opportunities.c.id:  # a deal that counts is seen
            return []
        o, a = t.opportunities.c, t.accounts.c
        at_own = sa.select(a.id).where(*self.in_scope(a.owner_id))
        seen = sa.or_(*self.in_scope(o.owner_id), o.account_id.in_(at_own))
        return [deal.in_(sa.select(o.id).where(seen))]


_deal = t.opportunities.alias("paid_deal")
_account = t.accounts.alias("paid_account")

PAYMENTS = t.payments.outerjoin(_deal, _deal.c.id == t.payments.c.opportunity_id).join(
    _account, _account.c.id == t.payments.c.account_id
)
"""Payments with whose they are."""

PAID_TO = sa.case((t.payments.c.opportunity_id.is_not(None), _deal.c.owner_id), else_=_account.c.owner_id)


def people_of(units: frozenset[str]) -> sa.Select[Any]:
    """Ids of the people who belong to these units."""
    return sa.select(t.people.c.id).where(t.people.c.org_unit_id.in_(sorted(units)))


def whom_of(tx: Connection, scope: Scope, target: Target, tree: Tree | None = None) -> Whom:
    """Who is asked about. OutOfScope if the asker may not see it, or if there is no such thing."""
    if not storable(target.id):
        raise OutOfScope(target.kind.value, target.id)
    tree = tree or tree_of(tx)
    seen = None if scope.everything or tree.units <= scope.units else scope.units & tree.units
    units = None
    own_account = False
    if target.kind is TargetKind.ORG_UNIT:
        below = tree.below(target.id)
        if not below or not scope.sees_unit(target.id):
            raise OutOfScope("org_unit", target.id)
        units = None if seen is None and below == tree.units else below if seen is None else below & seen
    elif target.kind is TargetKind.USER:
        if not scope.sees_person(target.id) or not _exists(tx, t.people, target.id):
            raise OutOfScope("user", target.id)
    elif target.kind in _LINKS:
        if not _exists(tx, t.products if target.kind is TargetKind.PRODUCT else t.competitors, target.id):
            raise OutOfScope(target.kind.value, target.id)
    else:
        own_account = _at_customer(tx, Whom(scope, target, tree, None, seen))
    return Whom(scope, target, tree, units, seen, own_account)


def storable(text: str) -> bool:
    """Whether a database takes this text at all: neither a NUL nor half a character."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _exists(tx: Connection, table: sa.Table, record_id: str) -> bool:
    return tx.execute(sa.select(sa.literal(1)).where(table.c.id == record_id)).scalar() is not None


def _at_customer(tx: Connection, whom: Whom) -> bool:
    """Whether the customer is the asker's. OutOfScope unless it is, or a deal there (or the deal meant) is theirs."""
    a, o = t.accounts.c, t.opportunities.c
    account = sa.select(sa.literal(1)).where(a.id == whom.target.id, *whom.in_scope(a.owner_id))
    if whom.target.kind is TargetKind.OPPORTUNITY:
        own = sa.select(o.account_id).where(o.id == whom.target.id).scalar_subquery()
        account = sa.select(sa.literal(1)).where(a.id == own, *whom.in_scope(a.owner_id))
    if tx.execute(account).scalar() is not None:
        return True
    if tx.execute(sa.select(sa.literal(1)).where(*whom.deals()).limit(1)).scalar() is None:
        raise OutOfScope(whom.target.kind.value, whom.target.id)
    return False
