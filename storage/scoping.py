"""A `Scope` as SQL, and as a question about one record. One rule, here and nowhere else.

- A deal or a payment is in scope if its owner or the owner of its account is: a rep's own deals, and the deals at their
  own customers.
- An activity or follow-up is in scope if it is of somebody in scope, or about an account of somebody in scope.
- The directory (names of people, units, products, competitors, accounts, contacts) may be looked up by everyone:
  without it nobody could report a visit made together with a colleague. It says nothing of deals or money.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sales.errors import OutOfScope
from sales.permissions import Scope
from storage import tables as t
from storage.kinds import Image


def people_in(scope: Scope, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The column names a person of the scope."""
    if scope.everything:
        return sa.true()
    return column.in_(sorted(scope.people))


def accounts_in(scope: Scope) -> ColumnElement[bool]:
    """Rows of `accounts` in scope."""
    return people_in(scope, t.accounts.c.owner_id)


def _account_ids(scope: Scope) -> sa.Select[Any]:
    return sa.select(t.accounts.c.id).where(accounts_in(scope))


def deals_in(scope: Scope) -> ColumnElement[bool]:
    """Rows of `opportunities` in scope."""
    if scope.everything:
        return sa.true()
    return sa.or_(people_in(scope, t.opportunities.c.owner_id), t.opportunities.c.account_id.in_(_account_ids(scope)))


def payments_in(scope: Scope) -> ColumnElement[bool]:
    """Rows of `payments` in scope."""
    if scope.everything:
        return sa.true()
    owned = sa.select(t.opportunities.c.id).where(people_in(scope, t.opportunities.c.owner_id))
    return sa.or_(t.payments.c.account_id.in_(_account_ids(scope)), t.payments.c.opportunity_id.in_(owned))


def activities_in(scope: Scope) -> ColumnElement[bool]:
    """Rows of `activities` in scope."""
    if scope.everything:
        return sa.true()
    return sa.or_(people_in(scope, t.activities.c.person_id), t.activities.c.account_id.in_(_account_ids(scope)))


def follow_ups_in(scope: Scope) -> ColumnElement[bool]:
    """Rows of `follow_ups` in scope."""
    if scope.everything:
        return sa.true()
    return sa.or_(people_in(scope, t.follow_ups.c.person_id), t.follow_ups.c.account_id.in_(_account_ids(scope)))


def owner_of(tx: Connection, table: sa.Table, record_id: object) -> str | None:
    """Who owns an account or a deal; None for no such record."""
    found = tx.execute(sa.select(table.c.owner_id).where(table.c.id == record_id)).scalar()
    return None if found is None else str(found)


def _sees_owner(tx: Connection, scope: Scope, table: sa.Table, record_id: object) -> bool:
    owner = owner_of(tx, table, record_id) if record_id is not None else None
    return owner is not None and scope.sees_person(owner)


def sees(tx: Connection, scope: Scope, kind: str, image: Image) -> bool:
    """Whether the scope may see this record (given as it stands)."""
    if scope.everything:
        return True
    if kind == "account":
        return scope.sees_person(str(image["owner"]))
    if kind == "stage_change":
        deal = sa.select(sa.literal(1)).where(t.opportunities.c.id == image["opportunity"], deals_in(scope))
        return tx.execute(deal).scalar() is not None
    own = {"opportunity": "owner", "activity": "user", "follow_up": "user"}.get(kind)
    if own and scope.sees_person(str(image[own])):
        return True
    if kind == "payment" and _sees_owner(tx, scope, t.opportunities, image["opportunity"]):
        return True
    return _sees_owner(tx, scope, t.accounts, image["account"])


def may_change(tx: Connection, scope: Scope, kind: str, record_id: str, image: Image) -> None:
    """OutOfScope unless the scope may change this record.

    Follow-ups and activities are changed by whose they are (or who leads them), not by who owns the customer. A contact
    may be added to any customer, because one's own visit to it may be.
    """
    if kind in ("follow_up", "activity"):
        allowed = scope.sees_person(str(image["user"]))
    elif kind == "contact":
        allowed = True
    else:
        allowed = sees(tx, scope, kind, image)
    if not allowed:
        raise OutOfScope(kind, record_id)
