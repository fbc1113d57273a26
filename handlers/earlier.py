"""The book as it stood before a change set: a correction reads a message again as if it were not recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sales.book import Book
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
from sales.permissions import Scope
from storage.changes import ChangeSet, Op
from storage.database import Transaction
from storage.kinds import KINDS, fetch


class EarlierBook:
    """`Book` with the effects of some change sets (in the order in which they were made) taken out of it."""

    def __init__(self, book: Book, sets: Sequence[ChangeSet], closed: Sequence[OpenFollowUp] = ()) -> None:
        self._book = book
        self._closed = closed
        self._made: set[tuple[str, str]] = set()
        self._before: dict[tuple[str, str], dict[str, Any]] = {}
        for one in sets:
            for change in one.changes:
                key = (change.kind, change.id)
                if change.op is Op.CREATE:
                    self._made.add(key)
                elif change.op is Op.SET:
                    self._before.setdefault(key, {}).setdefault(change.field, change.before)

    @classmethod
    def of(cls, tx: Transaction, book: Book, sets: Sequence[ChangeSet]) -> EarlierBook:
        """With the follow-ups that the sets closed: the book knows only those still open."""
        closed = {
            c.id for s in sets for c in s.changes if (c.kind, c.field) == ("follow_up", "done_on") and c.before is None
        }
        found: list[OpenFollowUp] = []
        for record, image in fetch(tx, KINDS["follow_up"], closed).items():
            if image["done_on"] is not None and image["user"] == book.me.id:
                values: dict[str, Any] = {
                    name: image[name] for name in ("user", "account", "opportunity", "due", "text")
                }
                found.append(OpenFollowUp(record, **values))
        return cls(book, sets, found)

    @property
    def company(self) -> Company:
        return self._book.company

    @property
    def me(self) -> Person:
        return self._book.me

    @property
    def scope(self) -> Scope:
        return self._book.scope

    def person(self, person_id: str) -> Person | None:
        return self._book.person(person_id)

    def people(self) -> Sequence[Person]:
        return self._book.people()

    def account(self, account_id: str) -> Account | None:
        return None if ("account", account_id) in self._made else self._book.account(account_id)

    def contact(self, contact_id: str) -> Contact | None:
        return None if ("contact", contact_id) in self._made else self._book.contact(contact_id)

    def contacts(self, account_id: str) -> Sequence[Contact]:
        return [c for c in self._book.contacts(account_id) if ("contact", c.id) not in self._made]

    def my_contacts(self) -> Sequence[Contact]:
        return [c for c in self._book.my_contacts() if ("contact", c.id) not in self._made]

    def opportunity(self, opportunity_id: str) -> Opportunity | None:
        found = self._book.opportunity(opportunity_id)
        return None if found is None or ("opportunity", opportunity_id) in self._made else self._deal(found)

    def opportunities(self, account_id: str) -> Sequence[Opportunity]:
        return [self._deal(o) for o in self._book.opportunities(account_id) if ("opportunity", o.id) not in self._made]

    def _deal(self, deal: Opportunity) -> Opportunity:
        return replace(deal, **self._before.get(("opportunity", deal.id), {}))

    def follow_ups(self, account_id: str | None = None) -> Sequence[OpenFollowUp]:
        out = []
        again = [f for f in self._closed if account_id is None or f.account == account_id]
        for item in (*self._book.follow_ups(account_id), *again):
            if ("follow_up", item.id) not in self._made:
                before = {k: v for k, v in self._before.get(("follow_up", item.id), {}).items() if k != "done_on"}
                out.append(replace(item, **before))
        return out

    def payments(self, account_id: str) -> Sequence[KnownPayment]:
        return [
            replace(p, **self._before.get(("payment", p.id), {}))
            for p in self._book.payments(account_id)
            if ("payment", p.id) not in self._made
        ]

    def product(self, product_id: str) -> Product | None:
        return self._book.product(product_id)

    def competitor(self, competitor_id: str) -> Competitor | None:
        return self._book.competitor(competitor_id)

    def org_unit(self, unit_id: str) -> OrgUnit | None:
        return self._book.org_unit(unit_id)

    def units(self) -> Sequence[OrgUnit]:
        return self._book.units()

    def my_accounts(self) -> frozenset[str]:
        return frozenset(a for a in self._book.my_accounts() if ("account", a) not in self._made)
