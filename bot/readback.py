"""What conversations changed, read back from the store: the net effect of their change sets, as records in JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sales.stages import Stage
from storage import tables as t
from storage.changes import Op, Source, change_of, net
from storage.company import company_of
from storage.kinds import KINDS, Image, Value, fetch
from storage.money import to_units

if TYPE_CHECKING:
    from storage.database import Database

Json = dict[str, Any]

_DEAL_FIELDS = ("stage", "amount", "close_date", "products", "competitors", "probability", "lost_reason")
_SEVERAL = ("products", "competitors")


def records_made(database: Database) -> dict[str, list[Json]]:
    """`activities`, `opportunities`, `follow_ups`, `payments` created or changed since the company was imported.

    Amounts in units, dates ISO 8601; a record of the company file keeps its id, a new customer or contact is
    `{"new": name}`. Of a deal on record only what changed; of its products and competitors those that were added.
    """
    with database.read() as tx:
        imports = {row.id for row in tx.execute(t.change_sets.select()) if row.source == Source.IMPORT}
        rows = tx.execute(t.changes.select().order_by(t.changes.c.number))
        done = net(change_of(row) for row in rows if row.change_set_id not in imports)
        view = _View(company_of(tx).currency)
        for change in done:
            if change.op is Op.DELETE:
                continue
            record = (change.kind, change.id)
            changed = view.changed.setdefault(record, {})
            if change.op is Op.CREATE:
                view.created.add(record)
            else:
                changed[change.field] = change.before
        for name, kind in KINDS.items():
            ids = [record_id for found, record_id in view.changed if found == name]
            view.images[name] = fetch(tx, kind, ids)
    return {
        "activities": view.of("activity", view.activity),
        "opportunities": view.of("opportunity", view.opportunity),
        "follow_ups": view.of("follow_up", view.follow_up),
        "payments": view.of("payment", view.payment),
    }


class _View:
    """The records as they stand, and what of them is new or changed (field -> value before)."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.created: set[tuple[str, str]] = set()
        self.changed: dict[tuple[str, str], dict[str, Value]] = {}
        self.images: dict[str, dict[str, Image]] = {}

    def of(self, kind: str, made: Callable[[str, Image], Json | None]) -> list[Json]:
        images = self.images[kind]
        ids = [record_id for found, record_id in self.changed if found == kind and record_id in images]
        return [record for record_id in ids if (record := made(record_id, images[record_id])) is not None]

    def ref(self, kind: str, record_id: Value) -> Any:
        """An id, or `{"new": name}` of what was made just now; for a deal that was made just now, "new"."""
        if record_id is None or (kind, str(record_id)) not in self.created:
            return record_id
        if kind == "opportunity":
            return "new"
        return {"new": self.images[kind][str(record_id)]["name"]}

    def own_id(self, kind: str, record_id: str) -> Json:
        return {} if (kind, record_id) in self.created else {"id": record_id}

    def activity(self, record_id: str, image: Image) -> Json:
        contacts = image["contacts"]
        assert isinstance(contacts, tuple)
        made = {
            **self.own_id("activity", record_id),
            "account": self.ref("account", image["account"]),
            "type": image["type"],
            "date": _plain(image["date"]),
            "contacts": [self.ref("contact", contact) for contact in contacts],
        }
        if image["opportunity"] is not None:
            made["opportunity"] = self.ref("opportunity", image["opportunity"])
        return made

    def opportunity(self, record_id: str, image: Image) -> Json | None:
        new = ("opportunity", record_id) in self.created
        before = self.changed["opportunity", record_id]
        values: Json = {}
        for name in _DEAL_FIELDS:
            if not new and name not in before:
                continue
            value = image[name]
            if name in _SEVERAL:
                assert isinstance(value, tuple)
                held = before.get(name) or ()
                assert isinstance(held, tuple)
                if added := [one for one in value if new or one not in held]:
                    values[name] = added
            elif not new or value is not None:
                values[name] = self.amount(value) if name == "amount" else _plain(value)
        closed = image["stage"] in (Stage.WON, Stage.LOST)
        if closed and "close_date" in values and image["close_date"] == image["closed_on"]:
            del values["close_date"]  # it follows from the closing, nobody named a day
        if not new and not values:
            return None
        account = self.ref("account", image["account"])
        return {"opportunity": self.ref("opportunity", record_id), "account": account, **values}

    def follow_up(self, record_id: str, image: Image) -> Json:
        return {
            **self.own_id("follow_up", record_id),
            "account": self.ref("account", image["account"]),
            "due": _plain(image["due"]),
            "text": image["text"],
            "status": "done" if image["done_on"] is not None else "open",
        }

    def payment(self, record_id: str, image: Image) -> Json:
        return {
            **self.own_id("payment", record_id),
            "account": self.ref("account", image["account"]),
            "amount": self.amount(image["amount"]),
            "date": _plain(image["date"]),
            "status": image["status"],
        }

    def amount(self, minor: Value) -> int | float | None:
        if minor is None:
            return None
        assert isinstance(minor, int)
        units = to_units(minor, self.currency)
        return float(units) if isinstance(units, Decimal) else units


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value
