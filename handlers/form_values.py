"""What stands in the fields of a form: shown as people write it, read back as people write it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handlers.lines import Telling
from handlers.turns import FieldValue
from sales.language.frames import EXPONENTS
from sales.language.money import NumberMention, Quantity, find_numbers, scale_bare
from sales.language.text import normal
from sales.stages import ActivityType, PaymentStatus, Stage
from storage.kinds import Image, Value, as_json

LONGEST = 500
_DOLLARS = {"USD", "SGD", "HKD", "AUD", "TWD", "CAD", "NZD"}
_YEN_SIGN = {"CNY", "JPY"}
_CHOICES: dict[tuple[str, str], type[ActivityType] | type[Stage] | type[PaymentStatus]] = {
    ("activity", "type"): ActivityType,
    ("opportunity", "stage"): Stage,
    ("payment", "status"): PaymentStatus,
}
_NEEDED = {
    ("activity", "type"), ("activity", "date"), ("opportunity", "stage"), ("follow_up", "text"), ("payment", "amount"),
    ("payment", "status"), ("follow_up", "done_on"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldId:
    """Which field of which record, and what stood there when the form was opened."""

    kind: str
    field: str
    print: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.field}.{self.print}.{self.id}"

    @classmethod
    def read(cls, text: str) -> FieldId | None:
        parts = text.split(".", 3)
        return cls(*parts) if len(parts) == 4 else None


def print_of(value: Value) -> str:
    """A short fingerprint of a value."""
    return hashlib.sha256(json.dumps(as_json(value), ensure_ascii=False).encode()).hexdigest()[:8]


class Faulty(Exception):
    """What stands in a field can't be used: `why` says what would be right."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def needed(kind: str, field: str) -> bool:
    return (kind, field) in _NEEDED


def shown(kind: str, field: str, image: Image, tell: Telling) -> FieldValue:
    """A value as it stands in the field."""
    value = image[field]
    if field == "done_on":
        return "done" if value is not None else "open"
    if value is None or isinstance(value, tuple):
        return value
    if field == "amount":
        return tell.money(int(str(value)))
    return value.isoformat() if isinstance(value, date) else str(value)


def read(kind: str, field: str, raw: FieldValue, image: Image, tell: Telling, today: date | None) -> Value:
    """What a person filled in, as it is stored. Raises Faulty."""
    words = tell.words
    if isinstance(raw, str):
        raw = raw.strip() or None
    if field == "contacts":
        ids = (raw,) if isinstance(raw, str) else raw or ()
        known = {c.id for c in tell.book.contacts(str(image["account"]))}
        if not set(ids) <= known:
            raise Faulty(words.fault_choice())
        return tuple(sorted(set(ids)))
    if raw is None:
        if needed(kind, field):
            raise Faulty(words.fault_empty())
        return "" if field == "summary" else None
    if not isinstance(raw, str):
        raise Faulty(words.fault_choice())
    if field == "done_on":
        return _done(raw, image, tell, today)
    if (kind, field) in _CHOICES:
        try:
            return _CHOICES[kind, field](raw)
        except ValueError:
            raise Faulty(words.fault_choice()) from None
    if field in ("date", "due", "close_date"):
        return _day(raw, tell, today if kind == "activity" else None)
    if field == "amount":
        return _amount(raw, image, tell)
    if field == "probability":
        return _percent(raw, tell)
    if len(raw) > LONGEST:
        raise Faulty(words.fault_long(LONGEST))
    return raw


def _done(raw: str, image: Image, tell: Telling, today: date | None) -> Value:
    if raw not in ("open", "done"):
        raise Faulty(tell.words.fault_choice())
    return None if raw == "open" else image["done_on"] or today or tell.today


def _day(raw: str, tell: Telling, latest: date | None) -> date:
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        raise Faulty(tell.words.fault_day()) from None
    if not 1990 <= day.year <= 2100:
        raise Faulty(tell.words.fault_day())
    if latest is not None and day > latest:
        raise Faulty(tell.words.fault_ahead())
    return day


def _number(raw: str) -> NumberMention | None:
    """The one number of a field that holds nothing but it."""
    plain = normal(raw).text
    found = find_numbers(plain)
    if len(found) != 1 or found[0].is_range:
        return None
    rest = plain[: found[0].start] + plain[found[0].end :]
    return None if any(ch.isalnum() for ch in rest.replace("约", "").replace("about", "")) else found[0]


def _amount(raw: str, image: Image, tell: Telling) -> int:
    currency = tell.book.company.currency
    minor = int(10 ** EXPONENTS.get(currency, 2))
    held = image["amount"]
    example = tell.money(held if isinstance(held, int) and held else 850_000 * minor)
    number = _number(raw)
    if number is None or number.kind not in (Quantity.AMOUNT, Quantity.BARE) or "-" in raw:
        raise Faulty(tell.words.fault_amount(example))
    if number.currency is not None and not _same_money(number, currency):
        raise Faulty(tell.words.fault_currency(currency))
    units = number.value
    if number.kind is Quantity.BARE:
        reference = Decimal(held) / minor if isinstance(held, int) and held else None
        scaled = scale_bare(units, reference, chinese=tell.words.chinese)
        if scaled is None:
            raise Faulty(tell.words.fault_amount(example))
        units = scaled
    amount = units * minor
    if amount <= 0 or amount != int(amount) or amount >= 10**17:
        raise Faulty(tell.words.fault_amount(example))
    return int(amount)


def _same_money(number: NumberMention, currency: str) -> bool:
    """A bare $ is the company's own dollar, a bare ¥ its yuan or yen."""
    if number.currency == currency:
        return True
    if number.unit.strip() == "$":
        return currency in _DOLLARS
    return number.unit.strip() in ("¥", "元", "块") and currency in (_YEN_SIGN | _DOLLARS)


def _percent(raw: str, tell: Telling) -> int:
    number = _number(raw)
    if number is None or number.kind not in (Quantity.PERCENT, Quantity.BARE):
        raise Faulty(tell.words.fault_percent())
    if number.value != int(number.value) or not 0 <= number.value <= 100:
        raise Faulty(tell.words.fault_percent())
    return int(number.value)
