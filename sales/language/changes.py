"""From A to B: what the words between and around numbers say about a change of money, percent or discounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sales.language.change_words import (
    ARROW,
    BENEFIT,
    CHINESE_BARE_TO,
    CHINESE_DELTA_AFTER,
    CHINESE_TO,
    COMPARED,
    DELTA_BEFORE,
    DELTA_TO,
    ENGLISH_DELTA_AFTER,
    ENGLISH_DELTA_BEFORE,
    ENGLISH_NOW,
    ENGLISH_TO,
    ENGLISH_TO_BEFORE,
    FROM_BEFORE,
    MAKE_IT,
    NEW_BETWEEN,
    NOT_BEFORE,
    OLD_BEFORE,
    OLD_BETWEEN,
    PRICE_TO,
    RATHER,
    SIGN,
    TALK,
    TO_BEFORE,
)
from sales.language.currencies import shared_scale
from sales.language.numerals import plain_text
from sales.language.quantities import NumberMention, Quantity


@dataclass(frozen=True, slots=True)
class ChangeMention:
    """A change told in [start, end): from `old` to `new`, or by `delta`; `direction` +1, -1, or 0 where not said.

    A unit given once serves both ends: in 从82到88万 `old` is 820000, though its own mention says only 82. A `delta` is
    an amount, a percentage, a discount or a bare number; the caller applies it to what is on record. With both `delta`
    and `new` (涨了10万变成95万) `new` says where it ended.
    """

    start: int
    end: int
    old: NumberMention | None = None
    new: NumberMention | None = None
    delta: NumberMention | None = None
    direction: int = 0


_KINDS = frozenset((Quantity.AMOUNT, Quantity.BARE, Quantity.PERCENT, Quantity.DISCOUNT))


def find_changes(text: str, numbers: Sequence[NumberMention]) -> list[ChangeMention]:
    """The changes told over the money-like mentions of `numbers` (as `find_numbers` gave them), left to right.

    A number is the end of at most one change, but may be the beginning of the next (30 → 35 → 40).
    """
    plain = plain_text(text)
    told = [n for n in numbers if n.kind in _KINDS]
    found: list[ChangeMention] = []
    last_new = -1
    i = 0
    while i < len(told):
        change = None
        if i + 1 < len(told):
            change = _pair(plain, told[i], told[i + 1], told[i - 1].end if i else 0)
            if (by := _with_result(plain, told[i], told[i + 1], told[i - 1].end if i else 0)) is not None:
                change = by
        if change is not None:
            found.append(change)
            last_new = i + 1
            i += 1
            continue
        if last_new != i and (change := _single(plain, told[i], told[i - 1].end if i else 0)) is not None:
            found.append(change)
        i += 1
    return found


def _with_result(text: str, first: NumberMention, second: NumberMention, floor: int) -> ChangeMention | None:
    """涨了10万变成95万, up 10% to 95k: how much, and what came of it; but not 降165到140, where 165 is the old one."""
    if not DELTA_TO.fullmatch(text[first.end : second.start]):
        return None
    by = _single(text, first, floor)
    if by is None or by.delta is None or second.kind not in (Quantity.AMOUNT, Quantity.BARE):
        return None
    if first.kind in (Quantity.AMOUNT, Quantity.BARE):
        first, second = _scaled(first, second), _scaled(second, first)
        if second.value < first.value * 2:
            return None
    return replace(by, end=second.end, delta=first, new=second)


def _pair(text: str, first: NumberMention, second: NumberMention, floor: int) -> ChangeMention | None:
    """A change from one mention to the next, in either order; None where the words between tell none."""
    between = text[first.end : second.start].removesuffix("+")
    if len(between) > 40 or "\n" in between:
        return None
    before = text[max(floor, first.start - 18) : first.start]
    negated = NOT_BEFORE.search(before)
    if negated and len(between) <= 14 and RATHER.fullmatch(between):
        return _made(first, second, first.start - len(negated.group()), second.end)
    if OLD_BETWEEN.fullmatch(between) and not negated:
        end = (
            second.end + 1 if text[second.end : second.end + 1] in ")]" and re.search(r"[(\[]", between) else second.end
        )
        return _made(second, first, first.start, end)
    if ARROW.fullmatch(between):
        return _made(first, second, first.start, second.end)
    said_from = FROM_BEFORE.search(before)
    said_old = OLD_BEFORE.search(before)
    start = first.start - len(said_from.group()) if said_from else first.start
    if to := CHINESE_TO.fullmatch(between):
        gap = to["gap"]
        if said_from or said_old or (len(gap) <= 6 and not re.search(r"[,、:]", gap)):
            return _made(first, second, start, second.end)
    if said_from and (CHINESE_BARE_TO.fullmatch(between) or ENGLISH_TO.fullmatch(between)):
        return _made(first, second, start, second.end)
    if ENGLISH_TO.fullmatch(between) and (said_old or ENGLISH_NOW.fullmatch(between)):
        return _made(first, second, start, second.end)
    if said_old and len(between) <= 16 and NEW_BETWEEN.search(between):
        return _made(first, second, first.start - len(said_old.group()), second.end)
    return None


def tells_change(text: str, first: NumberMention, second: NumberMention) -> bool:
    """Whether the words around two neighbours of any kind say "from the one to the other" (账期60天改成90)."""
    return _pair(plain_text(text), first, second, max(0, first.start - 18)) is not None


def _made(old: NumberMention, new: NumberMention, start: int, end: int) -> ChangeMention | None:
    """The change with both ends in one unit; None where the two can't be of one kind."""
    fitted = _fit(old, new)
    if fitted is None:
        return None
    old, new = fitted
    direction = (new.value > old.value) - (new.value < old.value)
    return ChangeMention(start, end, old, new, None, direction)


def _fit(old: NumberMention, new: NumberMention) -> tuple[NumberMention, NumberMention] | None:
    """Both ends in the unit that was said once: 82 and 88万, 50 and 70%."""
    if old.kind is new.kind and old.kind is not Quantity.AMOUNT:
        return old, new
    if Quantity.DISCOUNT in (old.kind, new.kind):
        plain = old if new.kind is Quantity.DISCOUNT else new
        if plain.kind is not Quantity.BARE or plain.high > 100:
            return None
        divisor = 100 if plain.high > 10 else 10
        fixed = replace(plain, kind=Quantity.DISCOUNT, low=plain.low / divisor, high=plain.high / divisor)
        return (fixed, new) if plain is old else (old, fixed)
    if Quantity.PERCENT in (old.kind, new.kind):
        plain, other = (old, new) if new.kind is Quantity.PERCENT else (new, old)
        if plain.kind is not Quantity.BARE:
            return None
        factor = 10 if "成" in other.text and plain.high <= 10 else 1
        fixed = replace(plain, kind=Quantity.PERCENT, low=plain.low * factor, high=plain.high * factor)
        return (fixed, new) if plain is old else (old, fixed)
    return _scaled(old, new), _scaled(new, old)


def _scaled(mention: NumberMention, other: NumberMention) -> NumberMention:
    """The mention in its neighbour's unit, where it has none of its own or a lesser one (从两千降到1500万: 两千万)."""
    if other.unit_scale is None and other.currency is None:
        return mention
    own = mention.unit_scale
    open_unit = own is None or (own <= 1000 and other.unit_scale is not None and other.unit_scale > own)
    if not open_unit or (mention.currency is not None and own is None and other.unit_scale is None):
        return mention
    factor = shared_scale(mention.low, other.low, other.unit_scale, other.text)
    if factor is None or (own is not None and factor == 1):
        return mention
    return replace(
        mention,
        kind=Quantity.AMOUNT,
        low=mention.low * factor,
        high=mention.high * factor,
        unit_scale=other.unit_scale if factor != 1 else own,
        currency=mention.currency or other.currency,
    )


def _direction(match: re.Match[str]) -> int:
    named = match.groupdict()
    return 1 if named.get("up") else -1 if named.get("down") else 0


def _single(text: str, number: NumberMention, floor: int) -> ChangeMention | None:
    """A change of which one number is told: 预算加到85, 降了5个点, 打八八折, knocked off 50k, +15万."""
    before = text[max(floor, number.start - 32) : number.start]
    end = number.end
    for pattern in (TO_BEFORE, PRICE_TO, ENGLISH_TO_BEFORE, MAKE_IT):
        if to := pattern.search(before):
            if TALK.match(to.group()) and not _told_price(before, to.start()):
                continue
            return ChangeMention(number.start - len(to.group()), end, None, number, None, _direction(to))
    if number.kind is Quantity.DISCOUNT:
        said = re.search(r"(?:打了?个?|给了?个?|按|take |took |knock(?:ed)? |with |at )$", before)
        start = number.start - len(said.group()) if said else number.start
        return ChangeMention(start, end, None, None, number, -1) if said or "off" in number.text else None
    sign = SIGN.search(before[-3:])
    if sign and (not floor or len(before) > 8 or re.search(r"[,。;\n]", before)):  # but not the sum 30%预付+60%发货
        return ChangeMention(number.start - 1, end, None, None, number, 1 if sign["sign"] == "+" else -1)
    if not number.is_range or number.approx or number.kind is not Quantity.BARE:
        for pattern in (DELTA_BEFORE, ENGLISH_DELTA_BEFORE):
            delta = pattern.search(before)
            if delta and delta.groupdict().get("off") and not text.startswith(" off", end):
                continue  # they'll take 50k
            if delta and not BENEFIT.search(before[: delta.start()]):
                return ChangeMention(number.start - len(delta.group()), end, None, None, number, _direction(delta))
        after = ENGLISH_DELTA_AFTER.match(text, end) or CHINESE_DELTA_AFTER.match(text, end)
        compared = after is not None and COMPARED.search(before) is not None
        if after and number.kind is not Quantity.BARE and not compared and not BENEFIT.search(before):
            return ChangeMention(number.start, after.end(), None, None, number, _direction(after))
    return None


def _told_price(before: str, at: int) -> bool:
    """A price is the subject: 预算提到85 is a change, 他提到85万的项目 a mention of one."""
    return (
        re.search(
            r"(?:预算|金额|报价|价格?|总价|盘子|合同额?|总额|单价|底价|概率|赢率|把它?|可能性)[^,.;。;\d]{0,6}$",
            before[:at],
        )
        is not None
    )
