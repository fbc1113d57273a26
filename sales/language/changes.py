"""From A to B: what the words between and around numbers say about a change of money, percent or discounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

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

# --- words -----------------------------------------------------------------------------------------------------------
_UP = "上调|调高|提高|抬高|增加|追加|加价|加|涨价|涨|升|增|抬|扩大|扩|上浮|放大|上涨|上升"
_DOWN = (
    "下调|调低|降低|压低|减少|缩减|压缩|削减|砍掉|砍价|砍|压价|压|降价|降|减|缩|让利|让|跌|掉|下浮|下降|下滑|"
    "便宜|优惠|扣|抹掉|抹"
)
_UP_TO, _DOWN_TO = f"{_UP}|提", f"{_DOWN}|落|杀|咬|磨|打|松"
_UP_BY, _DOWN_BY = rf"{_UP}|(?:再|又)多|多(?=[了出])", rf"{_DOWN}|(?:再|又)少|少(?=了)"
_ANY = "调整|调|改|变更|变动|变|换|谈|修改|修正|更新|做|拉|定|走|跑|干"
_VERB = rf"(?P<up>{_UP_TO})|(?P<down>{_DOWN_TO})|(?P<any>{_ANY})"
_TO = r"(?:到|至|成|为|回到?|完是?)"
_LINK = r"[了的]?(?:大概|大约|约|差不多|近|大约是)?\s?$"
_CLAUSE = r"[^.。;;!?!?\n]"

_ARROW = re.compile(r"[\s(]{0,3}(?:左右)?\s?(?:→|➡️?|⇒|-+>|=+>|>{1,3}|变|改)\s?(?:约)?\s?", re.A)
_CHINESE_TO = re.compile(rf"(?P<gap>{_CLAUSE}{{0,12}}?)(?:{_VERB}){_TO}{_LINK}")
_CHINESE_BARE_TO = re.compile(rf"(?P<gap>{_CLAUSE}{{0,8}}?)(?:到|至|成|为){_LINK}")
_ENGLISH_TO = re.compile(
    r"(?P<gap>[^.;!?\n]{0,24}?)(?:down to|up to|to|now|now at|became|becomes|and is now|into)\s(?:about|around"
    r"|roughly|just)?\s?$",
    re.A,
)
_ENGLISH_NOW = re.compile(
    r"\s?(?:is |has |was |got |went |came )?(?:now )?(?:down|up|cut|raised|changed?|revised|bumped|lowered) to "
)
_FROM_BEFORE = re.compile(
    r"(?:从|由|自|(?<![a-z])from)\s?(?:原来的?|原先的?|最初的?|之前的?|去年的?|上次的?|the\s|an?\s|our\s|about\s"
    r"|original(?:ly)?\s)?"
    r"[^\d,.;。;\n一二三四五六七八九十两]{0,6}$", re.A,
)  # fmt: skip
_OLD_BEFORE = re.compile(
    r"(?:原来|原先|原本|原|本来|之前|以前|先前|上次|上回|当初|一开始|最初|旧|去年|(?<![a-z])(?:was|were|previously"
    r"|originally|earlier|used to be|before|old))"
    r"[^\d,.;。;\n]{0,8}$", re.A,
)  # fmt: skip
_NEW_BETWEEN = re.compile(
    r"(?:现在|现|这次|这回|目前|如今|后来|最新|最终|最后|新的?|今年|改|变|调|(?<![a-z])(?:now|new|today|currently"
    r"|after))"
)
_OLD_BETWEEN = re.compile(
    r"(?:左右)?[\s,(\[:-]{0,3}(?:也就是)?(?:原来|原先|原本|原|本来|之前|以前|先前|上次|当初|最初|旧|(?:(?:up|down"
    r"|cut|raised|bumped)\s)?from"
    r"|(?:it\s)?was|were|previously|prev\.?|formerly|originally|orig\.?|earlier|old|used to be|instead of"
    r"|rather than|而不是|并不是|不是|not)"
    r"(?:是|为|报价|报的?|价|的|金额|预算|定的|说的?|谈的?|\s|:|at|about|the|had been|price|quote){0,3}$", re.A,
)  # fmt: skip
_NOT_BEFORE = re.compile(
    r"(?:不再是|不是|并非|不应该是|别写|(?<![a-z])(?:not|isn'?t|wasn'?t|aint|ain't))\s?(?:之前的?|原来的?|at |the )?$",
    re.A,
)
_RATHER = re.compile(
    r"(?:了|的|吧|啊|哈|呀|哦)?[\s,、.。;-]{0,3}(?:(?:而是|应该是|应为|应是|其实是|实际是|实际上是|正确的?是|要改成"
    r"|改成|改为|写|是)|(?:but|it'?s|its|it is|it"
    r" was|should be|make it|more like|rather|actually|sorry))?[\s:,]{0,2}(?:actually\s)?$", re.A,
)  # fmt: skip
_TO_BEFORE = re.compile(rf"(?:{_VERB}){_TO}{_LINK}")
_PRICE_TO = re.compile(
    rf"(?:预算|金额|报价|价格|总价|盘子|合同额|总额|单价|底价|概率|赢率)(?:已经?|现在)?(?:[直一]接)?(?P<any>到"
    rf"|变){_LINK}"
)
_ENGLISH_TO_BEFORE = re.compile(
    r"(?<![a-z])(?:(?P<up>raised?|lift(?:ed)?|bump(?:ed)?|increased?|went up|goes up|(?:is|are|now) up|upped"
    r"|push(?:ed)?|grew|rose|expanded)"
    r"|(?P<down>cut|drop(?:ped)?|lower(?:ed)?|reduced?|came down|come down|went down|down|trim(?:med)?|slashed"
    r"|shaved|squeezed|beat(?:en)?|fell"
    r"|negotiated|knocked|discounted|brought)|(?P<any>change[ds]?|revised?|moved?|updated?|adjust(?:ed)?|set|went"
    r"|bring|make|correct(?:ed)?))"
    r"(?:\s(?!from)[a-z']+){0,4}?\s(?:down to|up to|to)\s(?:about |around |roughly |just )?$", re.A,
)  # fmt: skip
_DELTA_BEFORE = re.compile(
    rf"(?:(?P<up>{_UP_BY})|(?P<down>{_DOWN_BY}))(?:(?:掉|去|出来?|下来?|上去?|进去)?[了过个]?|了?(?:他们?|我们|客户"
    rf"|对方|咱们?))"
    r"(?:大概|大约|约|差不多|将近|近|快|又|价|预算|整整|个)?\s?$"
)
_ENGLISH_DELTA_BEFORE = re.compile(
    r"(?<![a-z])(?:(?P<up>add(?:ed|ing)?|rais(?:ed|e|ing)|increas(?:ed|e|ing)(?: of)?|up|bump(?:ed)?|another"
    r"|an? extra|an? additional|plus|uplift of"
    r"|lift(?:ed)?)|(?P<down>cut(?:ting|s)?|knock(?:ed|ing)? off|knock(?:ed)?|shav(?:ed|e|ing)(?: off)?|tak(?:e"
    r"|ing)(?: off)?|took(?: off)?|drop(?:ped)?"
    r"|reduc(?:ed|e|ing)|reduction of|discount of|lower(?:ed)?|down|slash(?:ed)?|trim(?:med)?(?: off)?|minus|off by"
    r"|lost|cut of|shed))"
    r"(?:\s(?!to\b|from\b)(?:it|them|us|the|our|their|his|her|price|budget|quote|deal|value|amount|another|further"
    r"|off|by|about|around|roughly"
    r"|a|an|extra|scope|total|discount|of)){0,4}\s?$", re.A,
)  # fmt: skip
_ENGLISH_DELTA_AFTER = re.compile(
    r"\s(?:(?P<down>off(?! the (?:shelf|record|table))|less|cheaper|lower|discount|cut|reduction|down|haircut)"
    r"|(?P<up>more|extra|increase|higher|uplift"
    r"|on top|bump|added|hike))(?![a-z])", re.A,
)  # fmt: skip
_CHINESE_DELTA_AFTER = re.compile(r"的?(?:(?P<down>优惠|折扣|降幅|下浮|让利|折让)|(?P<up>涨幅|增幅|上浮|增量|增补))")
# What a solution does for the customer, and not what happens to the price: 能耗降低15%, downtime down 20%.
_BENEFIT = re.compile(
    r"(?:效率|产能|产量|能耗|成本|良率|良品率|人工|电费|损耗|故障|停机|时间|业绩|营收|销量|利润|用量|库存|周转"
    r"|准确率|误差|碳排|负荷"
    r"|(?<![a-z])(?:costs?|energy|downtime|efficiency|output|yield|waste|labou?r|time|productivity|revenue|scrap"
    r"|usage|inventory|errors?))[^,.;。;\n\d]{0,14}$"
)
_TALK = re.compile(r"(?:提|谈|定|做|走|跑|干|打|让|落|拉)(?:到|至|成|为|回)")
_DELTA_TO = re.compile(
    rf"[\s,]{{0,2}}(?:{_CLAUSE}{{0,4}}?(?:{_VERB})?{_TO}{_LINK}|(?:down to|up to|to|now|so now|making it|=)\s?)", re.A
)
_SIGN = re.compile(r"(?:^|[\s,。;:(、\u4e00-\u9fff])(?P<sign>[+-])$")


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
    if not _DELTA_TO.fullmatch(text[first.end : second.start]):
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
    negated = _NOT_BEFORE.search(before)
    if negated and len(between) <= 14 and _RATHER.fullmatch(between):
        return _made(first, second, first.start - len(negated.group()), second.end)
    if _OLD_BETWEEN.fullmatch(between) and not negated:
        end = (
            second.end + 1 if text[second.end : second.end + 1] in ")]" and re.search(r"[(\[]", between) else second.end
        )
        return _made(second, first, first.start, end)
    if _ARROW.fullmatch(between):
        return _made(first, second, first.start, second.end)
    said_from = _FROM_BEFORE.search(before)
    said_old = _OLD_BEFORE.search(before)
    start = first.start - len(said_from.group()) if said_from else first.start
    if to := _CHINESE_TO.fullmatch(between):
        gap = to["gap"]
        if said_from or said_old or (len(gap) <= 6 and not re.search(r"[,、:]", gap)):
            return _made(first, second, start, second.end)
    if said_from and (_CHINESE_BARE_TO.fullmatch(between) or _ENGLISH_TO.fullmatch(between)):
        return _made(first, second, start, second.end)
    if _ENGLISH_TO.fullmatch(between) and (said_old or _ENGLISH_NOW.fullmatch(between)):
        return _made(first, second, start, second.end)
    if said_old and len(between) <= 16 and _NEW_BETWEEN.search(between):
        return _made(first, second, first.start - len(said_old.group()), second.end)
    return None


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
    for pattern in (_TO_BEFORE, _PRICE_TO, _ENGLISH_TO_BEFORE):
        if to := pattern.search(before):
            if _TALK.match(to.group()) and not _told_price(before, to.start()):
                continue
            return ChangeMention(number.start - len(to.group()), end, None, number, None, _direction(to))
    if number.kind is Quantity.DISCOUNT:
        said = re.search(r"(?:打了?个?|给了?个?|按|take |took |knock(?:ed)? |with |at )$", before)
        start = number.start - len(said.group()) if said else number.start
        return ChangeMention(start, end, None, None, number, -1) if said or "off" in number.text else None
    if sign := _SIGN.search(before[-3:]):
        return ChangeMention(number.start - 1, end, None, None, number, 1 if sign["sign"] == "+" else -1)
    if not number.is_range or number.approx or number.kind is not Quantity.BARE:
        for pattern in (_DELTA_BEFORE, _ENGLISH_DELTA_BEFORE):
            delta = pattern.search(before)
            if delta and not _BENEFIT.search(before[: delta.start()]):
                return ChangeMention(number.start - len(delta.group()), end, None, None, number, _direction(delta))
        after = _ENGLISH_DELTA_AFTER.match(text, end) or _CHINESE_DELTA_AFTER.match(text, end)
        if after and number.kind is not Quantity.BARE:
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
