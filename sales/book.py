"""What is known, as the reader sees it: a read-only view that belongs to one person.

`Book` is the protocol; `storage.book.SqlBook` answers it from the database, `MemoryBook` from a company in memory (for
`canmou parse`, the bench and tests).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from sales.people import (
    Account,
    Company,
    CompanyData,
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


class Book(Protocol):
    """Everything that the reader may look up for the person who speaks."""

    @property
    def company(self) -> Company: ...
    @property
    def me(self) -> Person: ...
    @property
    def scope(self) -> Scope: ...
    def person(self, person_id: str) -> Person | None: ...
    def people(self) -> Sequence[Person]: ...
    def account(self, account_id: str) -> Account | None: ...
    def contact(self, contact_id: str) -> Contact | None: ...
    def contacts(self, account_id: str) -> Sequence[Contact]: ...
    def my_contacts(self) -> Sequence[Contact]:
        """Contacts at the customers of this person."""
        ...

    def opportunity(self, opportunity_id: str) -> Opportunity | None: ...
    def opportunities(self, account_id: str) -> Sequence[Opportunity]:
        """All deals of a customer, open and closed."""
        ...

    def follow_ups(self, account_id: str | None = None) -> Sequence[OpenFollowUp]:
        """Open follow-ups of this person, all or of one customer."""
        ...

    def payments(self, account_id: str) -> Sequence[KnownPayment]: ...
    def product(self, product_id: str) -> Product | None: ...
    def competitor(self, competitor_id: str) -> Competitor | None: ...
    def org_unit(self, unit_id: str) -> OrgUnit | None: ...
    def units(self) -> Sequence[OrgUnit]: ...
    def my_accounts(self) -> frozenset[str]:
        """Ids of the customers in this person's scope: a rep's own, a manager's unit's."""
        ...


class MemoryCompany:
    """A company in memory with the look-ups made once; `book_of(person)` gives a person's view of it."""

    def __init__(self, data: CompanyData) -> None:
        self.data = data
        self.people = {p.id: p for p in data.people}
        self.accounts = {a.id: a for a in data.accounts}
        self.contacts = {c.id: c for c in data.contacts}
        self.opportunities = {o.id: o for o in data.opportunities}
        self.products = {p.id: p for p in data.products}
        self.competitors = {c.id: c for c in data.competitors}
        self.units = {u.id: u for u in data.org_units}
        self.contacts_of: dict[str, list[Contact]] = defaultdict(list)
        for contact in data.contacts:
            self.contacts_of[contact.account].append(contact)
        self.deals_of: dict[str, list[Opportunity]] = defaultdict(list)
        for deal in data.opportunities:
            self.deals_of[deal.account].append(deal)
        self.payments_of: dict[str, list[KnownPayment]] = defaultdict(list)
        for payment in data.payments:
            self.payments_of[payment.account].append(payment)
        self.follow_ups_of: dict[str, list[OpenFollowUp]] = defaultdict(list)
        for item in data.follow_ups:
            self.follow_ups_of[item.user].append(item)
        self.accounts_of: dict[str, list[str]] = defaultdict(list)
        for account in data.accounts:
            self.accounts_of[account.owner].append(account.id)

    def book_of(self, person_id: str) -> MemoryBook:
        """The view of one person. KeyError for an id that is nobody's."""
        return MemoryBook(self, self.people[person_id])


class MemoryBook:
    """`Book` over a `MemoryCompany`."""

    def __init__(self, home: MemoryCompany, me: Person) -> None:
        self._home = home
        self._me = me
        self._scope = scope_of(me, home.data.org_units, home.data.people)
        seen = home.people if self._scope.everything else self._scope.people
        self._mine = frozenset(account for person in seen for account in home.accounts_of.get(person, ()))

    @property
    def company(self) -> Company:
        return self._home.data.company

    @property
    def me(self) -> Person:
        return self._me

    @property
    def scope(self) -> Scope:
        return self._scope

    def person(self, person_id: str) -> Person | None:
        return self._home.people.get(person_id)

    def people(self) -> Sequence[Person]:
        return self._home.data.people

    def account(self, account_id: str) -> Account | None:
        return self._home.accounts.get(account_id)

    def contact(self, contact_id: str) -> Contact | None:
        return self._home.contacts.get(contact_id)

    def contacts(self, account_id: str) -> Sequence[Contact]:
        return self._home.contacts_of.get(account_id, ())

    def my_contacts(self) -> Sequence[Contact]:
        return [c for account in sorted(self._mine) for c in self._home.contacts_of.get(account, ())]

    def opportunity(self, opportunity_id: str) -> Opportunity | None:
        return self._home.opportunities.get(opportunity_id)

    def opportunities(self, account_id: str) -> Sequence[Opportunity]:
        return self._home.deals_of.get(account_id, ())

    def follow_ups(self, account_id: str | None = None) -> Sequence[OpenFollowUp]:
        mine = self._home.follow_ups_of.get(self._me.id, ())
        return [f for f in mine if account_id is None or f.account == account_id]

    def payments(self, account_id: str) -> Sequence[KnownPayment]:
        return self._home.payments_of.get(account_id, ())

    def product(self, product_id: str) -> Product | None:
        return self._home.products.get(product_id)

    def competitor(self, competitor_id: str) -> Competitor | None:
        return self._home.competitors.get(competitor_id)

    def org_unit(self, unit_id: str) -> OrgUnit | None:
        return self._home.units.get(unit_id)

    def units(self) -> Sequence[OrgUnit]:
        return self._home.data.org_units

    def my_accounts(self) -> frozenset[str]:
        return self._mine
