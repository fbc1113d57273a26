"""Who an account of a messenger is: linked by import, by the vendor's directory, or by a code from an admin."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.errors import UnknownRecord
from storage import tables as t
from storage.counters import insert_into

CODE_LENGTH = 10
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that looks like another
CODE_LASTS = timedelta(hours=72)
MOST_TRIES = 5
TRIES_LAST = timedelta(hours=1)


_WITHOUT_CASE = frozenset({"wecom"})
"""Where accounts that differ in case only are one: 成员UserID「企业内必须唯一。不区分大小写」."""


def account_key(channel: str, account: str) -> str:
    """An account as it is kept and compared."""
    return account.casefold() if channel in _WITHOUT_CASE else account


class Linked(StrEnum):
    """What came of a code."""

    DONE = "done"
    WRONG = "wrong"
    EXPIRED = "expired"  # or used already
    TOO_MANY = "too_many"  # wrong codes: not even looked at


def person_of(tx: Connection, channel: str, account: str) -> str | None:
    """The id of the person whose account it is; None if it is nobody's."""
    c = t.channel_identities.c
    query = sa.select(c.person_id).where(c.channel == channel, c.external_id == account_key(channel, account))
    found = tx.execute(query).scalar()
    return None if found is None else str(found)


def people_of(tx: Connection, channel: str, accounts: Collection[str]) -> dict[str, str]:
    """The ids of people by account; accounts that are nobody's are left out."""
    c = t.channel_identities.c
    keys = {account_key(channel, account): account for account in accounts}
    query = sa.select(c.external_id, c.person_id).where(c.channel == channel, c.external_id.in_(sorted(keys)))
    return {keys[row.external_id]: row.person_id for row in tx.execute(query)}


def accounts_of(tx: Connection, person_id: str) -> list[tuple[str, str]]:
    """(channel, account) of a person."""
    c = t.channel_identities.c
    query = sa.select(c.channel, c.external_id).where(c.person_id == person_id).order_by(c.channel, c.external_id)
    return [(row.channel, row.external_id) for row in tx.execute(query)]


def everybody_linked(tx: Connection) -> set[str]:
    """The ids of people who have an account of any messenger."""
    return set(tx.execute(sa.select(t.channel_identities.c.person_id).distinct()).scalars())


@dataclass(frozen=True, slots=True)
class Unlinked:
    """Somebody without an account of a messenger, and what the messenger's directory may know them by."""

    person_id: str
    name: str
    email: str | None
    mobile: str | None


def unlinked(tx: Connection, channel: str) -> list[Unlinked]:
    """Everybody without an account there."""
    own = sa.select(t.channel_identities.c.person_id).where(t.channel_identities.c.channel == channel)
    c = t.people.c
    query = sa.select(c.id, c.name, c.email, c.mobile).where(c.id.not_in(own)).order_by(c.id)
    return [Unlinked(row.id, row.name, row.email, row.mobile) for row in tx.execute(query)]


def link(tx: Connection, channel: str, account: str, person_id: str) -> None:
    """This account is this person's from now on, whosever it was. UnknownRecord for an id that is nobody's."""
    if tx.execute(sa.select(t.people.c.id).where(t.people.c.id == person_id)).scalar() is None:
        raise UnknownRecord("person", person_id)
    key = account_key(channel, account)
    row = insert_into(tx, t.channel_identities).values(channel=channel, external_id=key, person_id=person_id)
    tx.execute(
        row.on_conflict_do_update(index_elements=["channel", "external_id"], set_={"person_id": row.excluded.person_id})
    )
    allow_again(tx, channel, account)


def unlink(tx: Connection, channel: str, account: str) -> bool:
    """The account is nobody's any more, until it is linked by hand or by a code. False if it was nobody's."""
    c, key = t.channel_identities.c, account_key(channel, account)
    gone = sa.delete(t.channel_identities).where(c.channel == channel, c.external_id == key)
    if not tx.execute(gone).rowcount:
        return False
    row = insert_into(tx, t.removed_accounts).values(channel=channel, external_id=key)
    tx.execute(row.on_conflict_do_nothing(index_elements=["channel", "external_id"]))
    return True


def allow_again(tx: Connection, channel: str, account: str) -> None:
    """An account that was taken away from somebody is no longer kept away."""
    c, key = t.removed_accounts.c, account_key(channel, account)
    tx.execute(sa.delete(t.removed_accounts).where(c.channel == channel, c.external_id == key))


def recognise(tx: Connection, channel: str, account: str, person_id: str) -> str | None:
    """Links by what the vendor's directory says; whose account it is now. Never against what an admin has done."""
    c, key = t.removed_accounts.c, account_key(channel, account)
    removed = sa.select(sa.literal(1)).where(c.channel == channel, c.external_id == key)
    if tx.execute(removed).first() is not None:
        return None
    row = insert_into(tx, t.channel_identities).values(channel=channel, external_id=key, person_id=person_id)
    tx.execute(row.on_conflict_do_nothing(index_elements=["channel", "external_id"]))
    return person_of(tx, channel, account)


def person_by_profile(tx: Connection, emails: Collection[str], mobile: str | None) -> str | None:
    """Whose e-mail or mobile these are; None if nobody's, or if they point at different people."""
    wanted = {email.strip().casefold() for email in emails if email.strip()}
    number = _digits(mobile)
    query = sa.select(t.people.c.id, t.people.c.email, t.people.c.mobile)
    either = sa.or_(t.people.c.email.is_not(None), t.people.c.mobile.is_not(None))
    found = {
        row.id
        for row in tx.execute(query.where(either))
        if (row.email and row.email.casefold() in wanted) or (number and _digits(row.mobile) == number)
    }
    return found.pop() if len(found) == 1 else None


def _digits(mobile: str | None) -> str:
    """A mobile number to compare: +86 138 0000 0000 and 13800000000 are one."""
    digits = "".join(ch for ch in mobile or "" if ch.isdigit())
    return digits.removeprefix("86") if len(digits) == 13 else digits


def new_code(tx: Connection, person_id: str, now: datetime, lasts: timedelta = CODE_LASTS) -> str:
    """A code that links the first account that says it to this person, once. Earlier codes of theirs end."""
    if tx.execute(sa.select(t.people.c.id).where(t.people.c.id == person_id)).scalar() is None:
        raise UnknownRecord("person", person_id)
    c = t.link_codes.c
    tx.execute(sa.delete(t.link_codes).where(c.person_id == person_id, c.used_at.is_(None)))
    code = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    tx.execute(
        sa.insert(t.link_codes).values(code_hash=_hash(code), person_id=person_id, made_at=now, expires_at=now + lasts)
    )
    return f"{code[:5]}-{code[5:]}"


def is_code(tx: Connection, text: str) -> bool:
    """Whether it is a code that an admin made, whatever has become of it."""
    c = t.link_codes.c
    return tx.execute(sa.select(c.person_id).where(c.code_hash == _hash(_plain(text) or ""))).first() is not None


def looks_like_code(text: str) -> bool:
    """Whether a message may be a code: nothing but its letters, with or without the dash."""
    return _plain(text) is not None


def use_code(tx: Connection, channel: str, account: str, text: str, now: datetime) -> tuple[Linked, str | None]:
    """Links the account to the person of the code. (what came of it, the person's id)."""
    tries = t.link_tries
    recent = sa.select(sa.func.count()).where(
        tries.c.channel == channel, tries.c.external_id == account, tries.c.at > now - TRIES_LAST
    )
    if tx.execute(recent).scalar_one() >= MOST_TRIES:
        return Linked.TOO_MANY, None
    code = _plain(text)
    c = t.link_codes.c
    query = sa.select(t.link_codes).where(c.code_hash == _hash(code or "")).with_for_update()
    row = tx.execute(query).one_or_none()
    if row is None:
        tx.execute(sa.insert(tries).values(channel=channel, external_id=account, at=now))
        return Linked.WRONG, None
    if row.used_at is not None or row.expires_at <= now:
        return Linked.EXPIRED, None
    tx.execute(sa.update(t.link_codes).where(c.code_hash == row.code_hash).values(used_at=now))
    link(tx, channel, account, row.person_id)
    return Linked.DONE, str(row.person_id)


def forget_old(tx: Connection, now: datetime) -> int:
    """Removes codes and tries that no longer matter; how many."""
    codes = sa.delete(t.link_codes).where(t.link_codes.c.expires_at < now - timedelta(days=7))
    tries = sa.delete(t.link_tries).where(t.link_tries.c.at < now - timedelta(days=1))
    return tx.execute(codes).rowcount + tx.execute(tries).rowcount


def _plain(text: str) -> str | None:
    code = "".join(text.split()).replace("-", "").replace("—", "").upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(_ALPHABET) else None


def _hash(code: str) -> str:
    # ten letters of thirty-one are 2^49: what lies in a backup can't be tried through in the days that a code lasts
    return hashlib.scrypt(code.encode(), salt=b"canmou-link-code", n=2**12, r=8, p=1, dklen=32).hex()
