"""The unit right after (or before) a number, and what it makes of it: percent, discounts, magnitudes, currencies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from sales.language.currencies import (
    AFTER_MONEY,
    BANDWIDTH,
    BEFORE_MONEY,
    CURRENCIES,
    JIAO,
    KUAI,
    KUAI_TAIL,
    LATIN_SCALE,
    LATIN_SCALES,
    PI,
)  # fmt: skip
from sales.language.numbers import read_number
from sales.language.numerals import Numeral, Script
from sales.language.patterns import lazy
from sales.language.quantities import FOLD, PERCENT, POINTS, POINTS_BEFORE, TENTHS, Quantity, count_after

_CURRENCY_BEFORE = lazy(rf"(?P<word>{BEFORE_MONEY})\s{{0,2}}(?:约|大约|大概|近|about\s|around\s|~)?$", re.A)
_CURRENCY_ENDS = frozenset(word[-1] for word in CURRENCIES) | frozenset(" 约概近~")
APPROX_INSIDE = lazy(
    r"多(?![少次数半谢功种方轮给付要出])|余(?=[万亿个台套家人块元吨位名条款]|\s)"
    r"|来(?=[个台套家人块元吨位名条间号万亿wk])|\+(?!\d)"
)
_LIKELY = lazy("八成(?:是|会|要|得|能|没|不|就|拿|签|可)")  # "most likely", not 80%


@dataclass(slots=True)
class Item:
    """A mention in the making. `weak`: a numeral alone that counts only beside a stronger one (三到五万)."""

    start: int
    end: int
    kind: Quantity
    low: Decimal
    high: Decimal
    currency: str | None = None
    approx: bool = False
    scale: Decimal | None = None
    unit: str = ""
    weak: bool = False


def read_share(text: str, item: Item, numeral: Numeral) -> bool:
    """Percent and discounts: 20%, 八个点, 七成, 3成半, 八八折, 95折, 20% off."""
    if numeral.scale is not None and numeral.scale >= 1000:
        return False
    at, low, high = item.end, item.low, item.high
    if percent := PERCENT.match(text, at):
        divisor = 1 if not percent["tenth"] else 10 if percent["tenth"] == "‰" else 100
        item.kind, item.end = Quantity.PERCENT, percent.end()
        item.low, item.high = low / divisor, high / divisor
        if percent["off"] and high <= 100:
            item.kind, item.low, item.high = Quantity.DISCOUNT, 1 - high / 100, 1 - low / 100
        return True
    if (
        high <= 10
        and (tenths := TENTHS.match(text, at))
        and not (numeral.positional or _LIKELY.match(text, item.start))
    ):
        extra = 5 if tenths["half"] else 0
        item.kind, item.end, item.low, item.high = Quantity.PERCENT, tenths.end(), low * 10 + extra, high * 10 + extra
        return True
    if 0 < high <= 100 and (fold := FOLD.match(text, at)):
        divisor = 100 if high > 10 else 10
        item.kind, item.end, item.low, item.high = Quantity.DISCOUNT, fold.end(), low / divisor, high / divisor
        return True
    if (
        high <= 100
        and (point := POINTS.match(text, at))
        and POINTS_BEFORE.search(text, max(0, item.start - 4), item.start)
    ):
        item.kind, item.end = Quantity.PERCENT, point.end()
        return True
    return False


def read_money(text: str, item: Item, numeral: Numeral, lone: str, floor: int) -> bool:
    """Magnitudes and currencies, before and after; False, and the item with its magnitude, where they say no money."""
    if not numeral.positional:
        _latin_scales(text, item)
    word = _currency_before(text, item, floor)
    if (pi := PI.match(text, item.end)) and not numeral.positional and lone != "一":
        item.scale, item.end, word = Decimal(10_000), pi.end(), word or "皮"
        item.low, item.high = item.low * 10_000, item.high * 10_000
        item.currency = item.currency or "HKD"
    elif after := AFTER_MONEY.match(text, item.end):
        if not (numeral.positional or lone in ("几", "半")):
            word, item.end = after["word"], after.end()
            item.currency = CURRENCIES[word] if item.currency is None or word not in ("元", "$") else item.currency
    elif not numeral.positional:
        word = _pieces(text, item, lone) or word
    if word:
        item.kind, item.unit = Quantity.AMOUNT, word
        return True
    if item.scale is None:
        return False
    if (
        numeral.script is Script.CHINESE
        and item.scale < 10_000
        and numeral.scale is not None
        and item.scale == numeral.scale
    ):
        return False
    if count_after(text, item.end, large=True) or BANDWIDTH.match(text, item.end) or text.startswith("小时", item.end):
        return False
    item.kind = Quantity.AMOUNT
    return True


def _latin_scales(text: str, item: Item) -> None:
    for _ in range(2):  # 2 hundred k
        match = LATIN_SCALE.match(text, item.end)
        if match is None:
            break
        unit = match["unit"] or match["wan"]
        factor = 1 if item.scale == 10_000 and unit == "w" else LATIN_SCALES[unit]  # 80万w
        item.low, item.high, item.end = item.low * factor, item.high * factor, match.end()
        item.scale = Decimal(LATIN_SCALES[unit])
        if unit != "hundred":
            break
    if item.scale is not None and (more := APPROX_INSIDE.match(text, item.end)):
        item.approx, item.end = True, more.end()


def _currency_before(text: str, item: Item, floor: int) -> str:
    if item.start <= floor or text[item.start - 1] not in _CURRENCY_ENDS:
        return ""
    match = _CURRENCY_BEFORE.search(text, max(floor, item.start - 14), item.start)
    if match is None:
        return ""
    item.start, item.currency = match.start(), CURRENCIES[match["word"]]
    return match["word"]


def _pieces(text: str, item: Item, lone: str) -> str:
    """300块, 三块五, 1块2毛5, 3毛: with 块 alone a lone numeral may count things or mean "together" (一块)."""
    if kuai := KUAI.match(text, item.end):
        end = kuai.end()
        tail = KUAI_TAIL.match(text, end) if item.scale is None else None
        if lone and not tail and (lone in "一几半数" or "\u4e00" <= text[end : end + 1] <= "\u9fff"):
            return ""
        item.end, item.currency = end, item.currency or "CNY"
        if tail:
            share = (read_number(tail["jiao"]) or Decimal(0)) / 10
            item.low, item.high, item.end = item.low + share, item.high + share, tail.end()
        return "块"
    if (jiao := JIAO.match(text, item.end)) and item.high < 10:
        cents = (read_number(jiao["fen"]) or Decimal(0)) / 100 if jiao["fen"] else Decimal(0)
        item.low, item.high, item.end = item.low / 10 + cents, item.high / 10 + cents, jiao.end()
        item.currency = "CNY"
        return jiao.group()[0]
    return ""
