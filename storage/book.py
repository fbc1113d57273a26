"""What is known, as the reader sees it: `sales.book.Book` answered from the database, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.errors import UnknownRecord
from sales.people import (
    Account,
    Company,
    Competitor,
    Contact,
    KnownPayment,
    OpenFollowUp,
    Opportunity,
    OrgUnit,
    Person,
    Product,
)
from sales.permissions import Scope, scope_of
from sales.stages import PaymentStatus, Role, Stage
from storage import tables as t
from storage.company import company_of
from storage.counters import names_version
from storage.names import NameEntry, name_entries
from storage.scoping import accounts_in, deals_in, payments_in

__all__ = ["NameEntry", "SqlBook", "name_entries", "names_version", "scope_for"]

T = TypeVar("T")


def scope_for(tx: Connection, person_id: str) -> tuple[Person, Scope]:
    """Someone and what they may see. UnknownRecord for an id that is nobody's."""
    row = tx.execute(sa.select(t.people).where(t.people.c.id == person_id)).one_or_none()
    if row is None:
        raise UnknownRecord("person", person_id)
    me = person_of_row(row)
    if me.role is not Role.MANAGER:
        return me, scope_of(me, (), ())
    return me, scope_of(
        me, map(unit_of_row, tx.execute(sa.select(t.org_units))), map(person_of_row, tx.execute(sa.select(t.people)))
    )


class SqlBook:
    """`Book` over a transaction. What it has looked up it remembers, so it lives no longer than the transaction.

    Deals, payments and follow-ups come from the scope only; see storage.scoping for what the directory is.
    """

    def __init__(self, tx: Connection, scope: Scope, person: Person) -> None:
        self._tx = tx
        self._scope = scope
        self._me = person
        self._seen: dict[tuple[str, str], Any] = {}

    @cached_property
    def company(self) -> Company:
        return company_of(self._tx)

    @property
    def me(self) -> Person:
        return self._me

    @property
    def scope(self) -> Scope:
        return self._scope

    def person(self, person_id: str) -> Person | None:
        return self._one("person", person_id, t.people, person_of_row)

    def people(self) -> Sequence[Person]:
        return self._all_people

    @cached_property
    def _all_people(self) -> Sequence[Person]:
        return [person_of_row(row) for row in self._tx.execute(sa.select(t.people).order_by(t.people.c.id))]

    def account(self, account_id: str) -> Account | None:
        return self._one("account", account_id, t.accounts, _account)

    def contact(self, contact_id: str) -> Contact | None:
        return self._one("contact", contact_id, t.contacts, _contact)

    def contacts(self, account_id: str) -> Sequence[Contact]:
        def find() -> Sequence[Contact]:
            query = sa.select(t.contacts).where(t.contacts.c.account_id == account_id).order_by(t.contacts.c.id)
            return [_contact(row) for row in self._tx.execute(query)]

        return self._once("contacts", account_id, find)

    def my_contacts(self) -> Sequence[Contact]:
        """Contacts at the customers of this person's scope."""

        def find() -> Sequence[Contact]:
            mine = sa.select(t.accounts.c.id).where(accounts_in(self._scope))
            query = sa.select(t.contacts).where(t.contacts.c.account_id.in_(mine))
            rows = self._tx.execute(query.order_by(t.contacts.c.account_id, t.contacts.c.id))
            return [_contact(row) for row in rows]

        return self._once("my_contacts", "", find)

    def opportunity(self, opportunity_id: str) -> Opportunity | None:
        def find() -> Opportunity | None:
            return next(iter(self._deals(t.opportunities.c.id == opportunity_id)), None)

        return self._once("opportunity", opportunity_id, find)

    def opportunities(self, account_id: str) -> Sequence[Opportunity]:
        """All deals of a customer, open and closed."""
        return self._once("deals", account_id, lambda: self._deals(t.opportunities.c.account_id == account_id))

    def follow_ups(self, account_id: str | None = None) -> Sequence[OpenFollowUp]:
        """Open follow-ups of this person, all or of one customer, the earliest due first."""

        def find() -> Sequence[OpenFollowUp]:
            f = t.follow_ups.c
            query = sa.select(t.follow_ups).where(f.person_id == self._me.id, f.done_on.is_(None))
            rows = self._tx.execute(query.order_by(f.due_on.is_(None), f.due_on, f.id))
            return [OpenFollowUp(r.id, r.person_id, r.account_id, r.opportunity_id, r.due_on, r.text) for r in rows]

        mine = self._once("follow_ups", "", find)
        return [item for item in mine if account_id is None or item.account == account_id]

    def payments(self, account_id: str) -> Sequence[KnownPayment]:
        def find() -> Sequence[KnownPayment]:
            p = t.payments.c
            query = sa.select(t.payments).where(p.account_id == account_id, payments_in(self._scope))
            return [
                KnownPayment(r.id, r.opportunity_id, r.account_id, r.amount, r.on_date, PaymentStatus(r.status))
                for r in self._tx.execute(query.order_by(p.on_date.is_(None), p.on_date, p.id))
            ]

        return self._once("payments", account_id, find)

    def product(self, product_id: str) -> Product | None:
        return self._one("product", product_id, t.products, _product)

    def competitor(self, competitor_id: str) -> Competitor | None:
        return self._one("competitor", competitor_id, t.competitors, _competitor)

    def org_unit(self, unit_id: str) -> OrgUnit | None:
        return self._one("org_unit", unit_id, t.org_units, unit_of_row)

    def units(self) -> Sequence[OrgUnit]:
        return self._all_units

    @cached_property
    def _all_units(self) -> Sequence[OrgUnit]:
        return [unit_of_row(row) for row in self._tx.execute(sa.select(t.org_units).order_by(t.org_units.c.id))]

    def my_accounts(self) -> frozenset[str]:
        """Ids of the customers in this person's scope."""
        return self._my_accounts

    @cached_property
    def _my_accounts(self) -> frozenset[str]:
        return frozenset(self._tx.execute(sa.select(t.accounts.c.id).where(accounts_in(self._scope))).scalars())

    def _deals(self, which: sa.ColumnElement[bool]) -> Sequence[Opportunity]:
        o = t.opportunities.c
        rows = self._tx.execute(sa.select(t.opportunities).where(which, deals_in(self._scope)).order_by(o.id)).all()
        ids = [row.id for row in rows]
        products = _linked(self._tx, t.opportunity_products, "product_id", ids)
        competitors = _linked(self._tx, t.opportunity_competitors, "competitor_id", ids)
        return [deal_of(row, products.get(row.id, ()), competitors.get(row.id, ())) for row in rows]

    def _one(self, kind: str, record_id: str, table: sa.Table, make: Callable[[Any], T]) -> T | None:
        def find() -> T | None:
            row = self._tx.execute(sa.select(table).where(table.c.id == record_id)).one_or_none()
            return None if row is None else make(row)

        return self._once(kind, record_id, find)

    def _once(self, kind: str, key: str, find: Callable[[], T]) -> T:
        if (kind, key) not in self._seen:
            self._seen[(kind, key)] = find()
        found: T = self._seen[(kind, key)]
        return found


def deal_of(row: Any, products: Sequence[str], competitors: Sequence[str]) -> Opportunity:
    """A row of `opportunities` with its links as a value."""
    return Opportunity(
        row.id, row.account_id, row.name, row.owner_id, Stage(row.stage), row.amount, row.close_date,
        tuple(products), tuple(competitors), row.created_on, row.closed_on, row.lost_reason, row.probability,
    )  # fmt: skip


def _linked(tx: Connection, table: sa.Table, other: str, ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if ids:
        query = sa.select(table.c.opportunity_id, table.c[other]).where(table.c.opportunity_id.in_(ids))
        for deal, linked in tx.execute(query.order_by(table.c[other])):
            found.setdefault(deal, []).append(linked)
    return found


def unit_of_row(row: Any) -> OrgUnit:
    return OrgUnit(row.id, row.name, tuple(row.aliases), row.parent_id)


def person_of_row(row: Any) -> Person:
    return Person(row.id, row.name, Role(row.role), row.org_unit_id, tuple(row.aliases), row.title)


def _account(row: Any) -> Account:
    return Account(row.id, row.name, row.owner_id, tuple(row.aliases), row.industry, row.city, row.tier)


def _contact(row: Any) -> Contact:
    return Contact(row.id, row.account_id, row.name, row.title, tuple(row.aliases))


def _product(row: Any) -> Product:
    return Product(row.id, row.name, tuple(row.aliases))


def _competitor(row: Any) -> Competitor:
    return Competitor(row.id, row.name, tuple(row.aliases))
