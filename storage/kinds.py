"""The kinds of record that a conversation can change, field by field, and how a field is kept and written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.stages import ActivityType, PaymentStatus, Stage
from storage import tables as t

Value = str | int | date | tuple[str, ...] | None
"""What a field can hold: text (enums are text too), a number, a date, or several ids or names."""

Image = dict[str, Value]
"""A record as it stands: its fields by name."""

CHUNK = 1_000
"""Ids in one IN (…): both databases bound the parameters of a statement."""


def _text(value: Any) -> Value:
    return value if value is None else str(value)


def _number(value: Any) -> Value:
    return value if value is None else int(value)


def _day(value: Any) -> Value:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _several(value: Any) -> Value:
    return tuple(value or ())


def _stage(value: Any) -> Value:
    return value if value is None else Stage(value)


def _type(value: Any) -> Value:
    return value if value is None else ActivityType(value)


def _status(value: Any) -> Value:
    return value if value is None else PaymentStatus(value)


@dataclass(frozen=True)
class Link:
    """A field of several ids, kept in a table of its own (in no order: read back sorted)."""

    table: sa.Table
    own: str
    other: str


@dataclass(frozen=True)
class Field:
    """A field of a kind: its column (or link), how to read a column's or JSON's value, what it refers to."""

    name: str
    column: str
    parse: Callable[[Any], Value] = _text
    refers_to: str = ""
    link: Link | None = None
    empty: Value = None


@dataclass(frozen=True)
class Kind:
    """A kind of record. `prefix` starts the ids of new ones."""

    name: str
    prefix: str
    table: sa.Table
    fields: Mapping[str, Field]

    def parse(self, field: str, value: Any) -> Value:
        return self.fields[field].parse(value)

    def empty(self) -> Image:
        return {field.name: field.empty for field in self.fields.values()}


def as_json(value: Value) -> str | int | list[str] | None:
    """A field's value as it is written into the history."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value


def _kind(name: str, prefix: str, table: sa.Table, *fields: Field) -> Kind:
    return Kind(name, prefix, table, {field.name: field for field in fields})


def _ref(name: str, to: str, column: str = "") -> Field:
    return Field(name, column or f"{to}_id", refers_to=to)


def _plain(name: str, column: str = "") -> Field:
    return Field(name, column or name, empty="")


_ALIASES = Field("aliases", "aliases", _several, empty=())

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    # In this order they can be written: what is referred to comes first.
    for kind in (
        _kind(
            "account", "a", t.accounts, _plain("name"), _ALIASES, _plain("industry"), _plain("city"), _plain("tier"),
            _ref("owner", "person", "owner_id"),
        ),
        _kind("contact", "c", t.contacts, _ref("account", "account"), _plain("name"), _plain("title"), _ALIASES),
        _kind(
            "opportunity", "o", t.opportunities, _ref("account", "account"), _plain("name"),
            _ref("owner", "person", "owner_id"), Field("stage", "stage", _stage), Field("amount", "amount", _number),
            Field("close_date", "close_date", _day), Field("created_on", "created_on", _day),
            Field("closed_on", "closed_on", _day), Field("lost_reason", "lost_reason"),
            Field("probability", "probability", _number),
            Field("products", "", _several, "product",
                  Link(t.opportunity_products, "opportunity_id", "product_id"), ()),
            Field("competitors", "", _several, "competitor",
                  Link(t.opportunity_competitors, "opportunity_id", "competitor_id"), ()),
        ),
        _kind(
            "stage_change", "s", t.stage_changes, _ref("opportunity", "opportunity"), Field("stage", "stage", _stage),
            Field("on", "changed_on", _day), Field("position", "position", _number, empty=0),
        ),
        _kind(
            "activity", "v", t.activities, _ref("user", "person", "person_id"), _ref("account", "account"),
            _ref("opportunity", "opportunity"), Field("type", "type", _type), Field("date", "happened_on", _day),
            _plain("summary"),
            Field("contacts", "", _several, "contact", Link(t.activity_contacts, "activity_id", "contact_id"), ()),
        ),
        _kind(
            "follow_up", "f", t.follow_ups, _ref("user", "person", "person_id"), _ref("account", "account"),
            _ref("opportunity", "opportunity"), Field("due", "due_on", _day), _plain("text"),
            Field("done_on", "done_on", _day),
        ),
        _kind(
            "payment", "m", t.payments, _ref("opportunity", "opportunity"), _ref("account", "account"),
            Field("amount", "amount", _number), Field("date", "on_date", _day), Field("status", "status", _status),
        ),
    )
}  # fmt: skip

DIRECTORY: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind("org_unit", "ou", t.org_units, _plain("name"), _ALIASES, _ref("parent", "org_unit", "parent_id")),
        _kind(
            "person", "u", t.people, _plain("name"), _ALIASES, _plain("role"), _ref("org_unit", "org_unit"),
            _plain("title"), Field("email", "email"), Field("mobile", "mobile"),
        ),
        _kind("product", "p", t.products, _plain("name"), _ALIASES),
        _kind("competitor", "k", t.competitors, _plain("name"), _ALIASES),
        _kind(
            "quota", "q", t.quotas, _ref("person", "person"), _ref("org_unit", "org_unit"),
            Field("month", "month", _day), Field("amount", "amount", _number),
        ),
    )
}  # fmt: skip
"""Kinds that only an import changes."""

TABLE_OF = {"person": t.people, "product": t.products, "competitor": t.competitors} | {
    kind.name: kind.table for kind in KINDS.values()
}


def in_chunks(items: Iterable[Any], size: int = CHUNK) -> Iterable[Sequence[Any]]:
    """`items` in pieces of at most `size`."""
    listed = list(items)
    return (listed[start : start + size] for start in range(0, len(listed), size))


def fetch(tx: Connection, kind: Kind, ids: Iterable[str], *, lock: bool = False) -> dict[str, Image]:
    """The records of these ids as they stand; an id that is nobody's is left out.

    `lock` keeps others from changing them until the transaction ends (on SQLite a writer is alone anyway).
    """
    found: dict[str, Image] = {}
    plain = [field for field in kind.fields.values() if field.link is None]
    columns = [kind.table.c[field.column] for field in plain]
    for chunk in in_chunks(sorted(set(ids))):
        query = sa.select(kind.table.c.id, *columns).where(kind.table.c.id.in_(chunk)).order_by(kind.table.c.id)
        for row in tx.execute(query.with_for_update() if lock else query):
            image = kind.empty()
            image.update({field.name: field.parse(value) for field, value in zip(plain, row[1:], strict=True)})
            found[row[0]] = image
        for field in kind.fields.values():
            if (link := field.link) is not None:
                own, other = link.table.c[link.own], link.table.c[link.other]
                several: dict[str, list[str]] = {}
                for owner, linked in tx.execute(sa.select(own, other).where(own.in_(chunk))):
                    several.setdefault(owner, []).append(linked)
                for owner, linked_ids in several.items():
                    found[owner][field.name] = tuple(sorted(linked_ids))
    return found


def insert(tx: Connection, kind: Kind, record_id: str, image: Image, origin: str) -> None:
    """Writes a new record."""
    row = {
        field.column: as_column(image.get(field.name, field.empty))
        for field in kind.fields.values()
        if field.link is None
    }
    tx.execute(sa.insert(kind.table), {"id": record_id, "origin": origin, **row})
    for field in kind.fields.values():
        if field.link is not None:
            _write_links(tx, field.link, record_id, image.get(field.name, ()))


def update(tx: Connection, kind: Kind, record_id: str, values: Image) -> None:
    """Changes fields of a record."""
    row = {kind.fields[name].column: as_column(v) for name, v in values.items() if kind.fields[name].link is None}
    if row:
        tx.execute(sa.update(kind.table).where(kind.table.c.id == record_id).values(**row))
    for name, value in values.items():
        if (link := kind.fields[name].link) is not None:
            tx.execute(sa.delete(link.table).where(link.table.c[link.own] == record_id))
            _write_links(tx, link, record_id, value)


def delete(tx: Connection, kind: Kind, record_id: str) -> None:
    """Removes a record and its own links."""
    for field in kind.fields.values():
        if field.link is not None:
            tx.execute(sa.delete(field.link.table).where(field.link.table.c[field.link.own] == record_id))
    tx.execute(sa.delete(kind.table).where(kind.table.c.id == record_id))


def _write_links(tx: Connection, link: Link, record_id: str, ids: Value) -> None:
    rows = [{link.own: record_id, link.other: other} for other in ids or ()] if isinstance(ids, tuple) else []
    if rows:
        tx.execute(sa.insert(link.table), rows)


def as_column(value: Value) -> Any:
    """A field's value as its column takes it."""
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value


def referrers(tx: Connection, kind: Kind, record_id: str) -> list[tuple[str, str, str]]:
    """(kind, id, field) of what refers to this record. Stage changes belong to their deal and don't count."""
    found: list[tuple[str, str, str]] = []
    for other in KINDS.values():
        if other.name == "stage_change":
            continue
        for field in other.fields.values():
            if field.refers_to != kind.name:
                continue
            if field.link is None:
                query = sa.select(other.table.c.id).where(other.table.c[field.column] == record_id)
            else:
                links = field.link.table
                query = sa.select(links.c[field.link.own]).where(links.c[field.link.other] == record_id)
            found += [(other.name, referrer, field.name) for referrer in tx.execute(query).scalars()]
    return found
