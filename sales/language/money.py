"""Every number in a message and what it counts: amounts, bare numbers, percent, discounts, counts, durations, codes.

The text is normal (`text.normal`). Spans that others have claimed (dates, names) are not looked into. An amount is told
by a magnitude or a currency (85万, 80w, $350k); a number alone is BARE, and `scale_bare` says what it means beside the
books.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from sales.language.changes import ChangeMention, find_changes, tells_change
from sales.language.codes import find_codes
from sales.language.currencies import shared_scale
from sales.language.money_reader import START, START_ENGLISH, read_at
from sales.language.money_units import Item
from sales.language.numbers_zh import CHINESE
from sales.language.numerals import plain_text
from sales.language.patterns import lazy
from sales.language.quantities import NumberMention, Quantity

__all__ = ["ChangeMention", "NumberMention", "Quantity", "find_changes", "find_numbers", "scale_bare"]

_CLAIMED = "\ufffc"
_LETTER = lazy("[a-z]")
_RANGE = lazy(r"\s?(?:-|~|～|—|–|到|至|to|and)\s?(?:大约|大概|about\s)?", re.A)
_FROM = lazy(
    r"(?:从|由|自|(?<![a-z])(?:from|raised?|cut|dropped|moved|lifted|bumped|took|went|change[ds]?|revised?|up|down|by"
    r"|added))[^,.;。;\n\d]{0,8}$",
    re.A,
)
_BY = lazy(r"[涨加降砍减压让增多少]了?$")
_AT_MOST = lazy(  # 对方提出45天,咱们顶多30
    r"^[^.。;\n]{0,10}(?:最多|最长|顶多|只能|只给|只同意|最少|至少|(?<![a-z])(?:max|only|at most|no more than"
    r"|up to))(?:给|是|能|到)?\s?$"
)
_SHARED = lazy(r"\s?[、/]\s?")


def find_numbers(text: str, claimed: Sequence[tuple[int, int]] = ()) -> list[NumberMention]:
    """Every number in normal text, classified; left to right, none overlapping another or a claimed [start, end).

    Numerals that are parts of words (一起, 三方, 二期, 十分) are none; a number that names something is a CODE.
    """
    plain = _mask(plain_text(text), claimed)
    codes = find_codes(plain)
    items = [Item(s, e, Quantity.CODE, value := _first_figures(plain[s:e]), value) for s, e in codes]
    plain_open = _mask(plain, codes)
    pattern = START_ENGLISH if _LETTER.search(plain_open) else START
    at = 0
    while (match := pattern.search(plain_open, at)) is not None:
        item, at = read_at(plain_open, match, at)
        if item is not None:
            items.append(item)
    items.sort(key=lambda item: item.start)
    mentions = [
        NumberMention(
            i.start, i.end, text[i.start : i.end], i.kind, i.low, i.high, i.currency, i.approx, i.scale, i.unit
        )
        for i in _joined(plain, items)
        if not i.weak
    ]
    return _of_one_kind(text, mentions)


def _of_one_kind(text: str, mentions: list[NumberMention]) -> list[NumberMention]:
    """账期60天改成90, net 45 not 30: the bare end of a change in days or things is days or things too, and no money."""
    for i, (first, second) in enumerate(pairwise(mentions)):
        bare, other = (first, second) if first.kind is Quantity.BARE else (second, first)
        counted = bare.kind is Quantity.BARE and other.kind in (Quantity.DURATION, Quantity.COUNT)
        days = other.kind is Quantity.DURATION and first is other and _AT_MOST.search(text[first.end : second.start])
        if counted and (days or tells_change(text, first, second)):
            mentions[i + (bare is second)] = replace(bare, kind=other.kind, unit=other.unit)
    return mentions


def _mask(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        start, end = max(0, start), min(end, len(text))
        if start < end:
            text = text[:start] + _CLAIMED * (end - start) + text[end:]
    return text


def _first_figures(text: str) -> Decimal:
    match = re.search(r"\d{1,20}", text, re.A)
    return Decimal(match.group()) if match else Decimal(0)


def _joined(text: str, items: list[Item]) -> list[Item]:
    """Ranges become one mention (30到40万, 七到八成, 2-3家); 80、90万 share their unit; 13-15号 are both codes."""
    out: list[Item] = []
    for item in reversed(items):
        nxt = out[-1] if out else None
        if nxt is not None and nxt.start >= item.end:
            between = text[item.end : nxt.start]
            if _RANGE.fullmatch(between) and _merge(text, item, nxt, between):
                out[-1] = item
                continue
            plain = item.kind is Quantity.BARE
            if (
                plain
                and nxt.kind is Quantity.CODE
                and between.strip() in ("-", "~", "到", "至", "、", "和")
                and not nxt.weak
            ):
                if text[nxt.start] in CHINESE or text[nxt.start].isdigit():
                    item.kind = Quantity.CODE
            elif plain and nxt.kind is Quantity.AMOUNT and _SHARED.fullmatch(between):
                _take_unit(item, nxt, text)
        out.append(item)
    out.reverse()
    return out


def _take_unit(item: Item, other: Item, text: str) -> bool:
    factor = shared_scale(item.low, other.low, other.scale, text[other.start : other.end])
    if factor is None:
        return False
    item.low, item.high, item.scale = item.low * factor, item.high * factor, other.scale
    item.kind, item.weak, item.currency = other.kind, False, item.currency or other.currency
    return True


def _merge(text: str, first: Item, second: Item, between: str) -> bool:
    if second.kind is Quantity.CODE or first.low != first.high or second.low != second.high:
        return False
    joint = between.strip()
    if joint.startswith(("到", "至", "to")) and _FROM.search(text, max(0, first.start - 16), first.start):
        return False  # 从300到280 is a change
    if joint == "and" and not text[: first.start].rstrip().endswith("between"):
        return False
    low = first.low
    scale, currency = second.scale, second.currency or first.currency
    if first.kind is second.kind and not (first.weak or second.weak):
        if first.kind in (Quantity.DURATION, Quantity.COUNT) and first.unit != second.unit:
            return False
    elif first.kind is Quantity.AMOUNT and second.kind is Quantity.BARE:  # $80-95
        if first.scale is not None:
            return False
        scale = None
        second.kind = Quantity.AMOUNT
    elif first.kind is not Quantity.BARE and not first.kind is second.kind is Quantity.AMOUNT:
        return False
    if second.kind is Quantity.AMOUNT and first.scale is None:
        factor = shared_scale(low, second.high, second.scale, text[second.start : second.end])
        if factor is None:
            return False
        low *= factor
    elif second.kind is Quantity.PERCENT and first.kind is Quantity.BARE and "成" in text[second.start : second.end]:
        low *= 10
    elif second.kind is Quantity.DISCOUNT and first.kind is Quantity.BARE:
        low /= 100 if low > 10 else 10
    if low >= second.high:
        return False
    if (
        joint.startswith(("到", "至"))
        and second.high > low * 3
        and _BY.search(text, max(0, first.start - 2), first.start)
    ):
        return False  # 涨了10万到95万
    first.end, first.kind, first.low, first.high = second.end, second.kind, low, second.high
    first.currency, first.scale, first.unit = currency, scale, second.unit or first.unit
    first.weak = first.weak and second.weak
    first.approx = first.approx or second.approx
    return True


_SPAN = Decimal(6)


def scale_bare(value: Decimal, reference: Decimal | None, *, chinese: bool) -> Decimal | None:
    """What a bare number means in currency units: 85 beside a deal of 800,000 is 850,000; None where nothing fits.

    Beside a `reference` (the amount on record) the scale whose result lies within a factor of 6 of it is taken: 万
    first in Chinese, else thousands or millions, whichever is nearer; only then the others. With no reference, 10,000
    and more stands as it is; below that Chinese means 万 from 1 to 9999, and English is not guessed.
    """
    if value <= 0:
        return None
    if reference is None or reference <= 0:
        if value >= 10_000:
            return value
        return value * 10_000 if chinese and value >= 1 else None
    first, then = ((10**4,), (1, 10**8, 10**3, 10**6)) if chinese else ((10**3, 10**6), (1, 10**4, 10**8))
    for scales in (first, then):
        near = [(max(made / reference, reference / made), made) for s in scales if (made := value * s)]
        best, made = min(near)
        if best <= _SPAN:
            return made
    return None
