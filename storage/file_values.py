"""What a value of a company file may be: each reads one as it stands in the file, or says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sales.stages import ActivityType, PaymentStatus, Role, Stage
from storage.money import LARGEST, exponent, to_minor


@dataclass
class Bad(Exception):
    """A value that can't be taken: what is wrong, and how to mend it."""

    what: str
    mend: str


Parse = Callable[[Any, str], Any]
"""(value as it stands in the file, currency) -> value as it is stored. Raises Bad."""


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else f"“{value}”"
    return text if len(text) <= 60 else text[:57] + "…"


def _checked(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise Bad(f"{_shown(value)} is not text", "Put it in quotes")
    if len(value) > longest:
        raise Bad(f"has {len(value)} characters, more than {longest}", "Shorten it")
    if "\0" in value:
        raise Bad("holds a NUL character", "Remove it")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Bad("holds half of a surrogate pair", "Remove the broken character") from None
    return value


def an_id(value: Any, _: str) -> str:
    if not _checked(value, 200).strip():
        raise Bad("is empty", "Give it an id")
    return str(value)


def name(value: Any, _: str) -> str:
    if not _checked(value, 500).strip():
        raise Bad("is empty", "Give it a name")
    return str(value)


def text(value: Any, _: str) -> str:
    return _checked(value, 20_000)


def text_or_none(value: Any, currency: str) -> str | None:
    return None if value is None else text(value, currency)


def id_or_none(value: Any, currency: str) -> str | None:
    return None if value is None else an_id(value, currency)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise Bad(f"{_shown(value)} is not a list", "Write it as [ … ]")
    return list(value)


def names(value: Any, currency: str) -> tuple[str, ...]:
    return tuple(name(one, currency) for one in _list(value)) if value else _empty(value)


def ids(value: Any, currency: str) -> tuple[str, ...]:
    return tuple(sorted({an_id(one, currency) for one in _list(value)})) if value else _empty(value)


def _empty(value: Any) -> tuple[str, ...]:
    _list(value)
    return ()


def channels(value: Any, currency: str) -> tuple[tuple[str, str], ...]:
    """`[{"channel": "slack", "id": "U0123"}]`."""
    found = []
    for one in _list(value):
        if not isinstance(one, dict) or set(one) != {"channel", "id"}:
            raise Bad(f"{_shown(one)} is not a channel identity", 'Write {"channel": "slack", "id": "U0123"}')
        found.append((an_id(one["channel"], currency), an_id(one["id"], currency)))
    return tuple(sorted(set(found)))


def one_of(values: type[Role] | type[Stage] | type[ActivityType] | type[PaymentStatus]) -> Parse:
    allowed: Mapping[str, Any] = {str(one.value): one for one in values}

    def parse(value: Any, _: str) -> Any:
        if not isinstance(value, str) or value not in allowed:
            raise Bad(f"{_shown(value)} is unknown", f"Use one of {', '.join(allowed)}")
        return allowed[value]

    return parse


def tier(value: Any, _: str) -> str:
    if value not in ("A", "B", "C", ""):
        raise Bad(f"{_shown(value)} is not a tier", 'Use A, B, C or ""')
    return str(value)


_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@lru_cache(maxsize=50_000)
def _parsed_day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        return None


def day(value: Any, _: str) -> date:
    found = _parsed_day(value) if isinstance(value, str) else None
    if found is None:
        raise Bad(f"{_shown(value)} is not a day", "Write it as 2026-03-18")
    return found


def day_or_none(value: Any, currency: str) -> date | None:
    return None if value is None else day(value, currency)


def month(value: Any, _: str) -> date:
    """The first day of the month."""
    found = _parsed_day(f"{value}-01") if isinstance(value, str) and len(value) == 7 else None
    if found is None:
        raise Bad(f"{_shown(value)} is not a month", "Write it as 2026-03")
    return found


def amount(value: Any, currency: str) -> int:
    """Units of the currency to minor units, exactly."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Bad(f"{_shown(value)} is not an amount", "Write a number, in units of the currency, without quotes")
    try:
        minor = to_minor(Decimal(repr(value)) if isinstance(value, float) else value, currency)
    except ValueError as error:
        raise Bad(str(error), f"{currency} has {exponent(currency)} decimals: round it") from None
    if minor < 0:
        raise Bad(f"{value} is negative", "An amount is 0 or more")
    if minor > LARGEST:
        raise Bad(f"{_shown(value)} is more than can be stored", "Check the number of zeros")
    return minor


def amount_or_none(value: Any, currency: str) -> int | None:
    return None if value is None else amount(value, currency)


def percent_or_none(value: Any, _: str) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100):
        raise Bad(f"{_shown(value)} is not a percentage", "Write a whole number from 0 to 100")
    return value


@cache
def _zone_exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone(value: Any, _: str) -> str:
    if not isinstance(value, str) or not _zone_exists(value):
        raise Bad(f"{_shown(value)} is not a time zone", "Use a name such as Asia/Shanghai")
    return value


def currency_code(value: Any, _: str) -> str:
    if not isinstance(value, str) or not re.fullmatch("[A-Z]{3}", value):
        raise Bad(f"{_shown(value)} is not a currency", "Use the ISO 4217 code, such as CNY")
    return value


def locale(value: Any, _: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*", value):
        raise Bad(f"{_shown(value)} is not a locale", "Use a code such as zh-CN or en-US")
    return value


def month_number(value: Any, _: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 12:
        raise Bad(f"{_shown(value)} is not a month", "Write a number from 1 to 12")
    return value
