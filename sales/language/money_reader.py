"""One number where it starts: how far it reaches with its unit, and what it counts."""

from __future__ import annotations

import re
from decimal import Decimal

from sales.language.money_units import APPROX_INSIDE, Item, read_money, read_share
from sales.language.numbers import read_number, read_numeral
from sales.language.numbers_en import ENGLISH_START
from sales.language.numbers_zh import BIG, CHINESE, SMALL
from sales.language.numerals import Numeral, Script
from sales.language.patterns import lazy
from sales.language.quantities import (
    DURATION_BEFORE,
    NAME_AFTER,
    TIMES_BEFORE,
    Quantity,
    Unit,
    count_after,
    duration_after,
    is_name,
    is_score,
)  # fmt: skip

_BARE_UNIT = (
    r"[百千]分之|(?<=[上近过超破小约])[百千]?[万亿](?![一科达华能总经工佳里物全国方])|百八十[万亿]|[百千][来把多][万亿]|[百千万][来把](?=块)"
    r"|[百千]?[万亿](?=元|块|的?(?:项目|大?单|合同|预算|订单|级别|规模)|级|美[金元]|人民币|以上|出头)|对折|半价"
    r"|half price"
)
START = lazy(rf"[\d零〇一二三四五六七八九两十几数半]|\.\d|{_BARE_UNIT}", re.A)
START_ENGLISH = lazy(rf"{START.pattern}|{ENGLISH_START}", re.A)
_APPROX_BEFORE = lazy(
    r"(?:大概|大约|大致|约|差不多|接近|将近|(?<![赶尽很加])快|近|不到|不足|不超过|超过|超|至少|起码|最少|最多|顶多"
    r"|(?<![早晚线马加以会网月周场])上|(?<![大变])小|可能|估计"
    r"|估摸|预计|也就|好|[~≈]|(?<![-=>])[<>]=?"
    r"|(?<![a-z])(?:about|around|approx\.?|approximately|roughly|circa|ca\.?|nearly|almost|under|over|up to"
    r"|at least|at most|close to"
    r"|north of|south of|ballpark|maybe|say|some|like|more than|less than|low|mid|high|a good))(?:有|是"
    r"|在|要|得|就|能)?\s?(?:\S{0,3}[¥$€£]|[a-z]{3}\s)?$",
    re.A,
)
_APPROX_ENDS = frozenset("约概致多近快到足过超少码上小能计摸就好有是在要得~≈<>= $¥€£") | frozenset(
    "abcdefghijklmnopqrstuvwxyz."
)
_APPROX_AFTER = lazy(
    r"\s?(?:左右|上下|出头|以上|以下|以内|之内|开外|起步|起(?![草来诉])|多一?点|不到|的样子|光景|\+(?!\s?\d)"
    r"|ish(?![a-z])|-ish|or so|or thereabouts"
    r"|give or take|plus(?![a-z ])|odd(?![a-z]))",
    re.A,
)
_TAIL_WORDS = "起下直定般共旦些样边向体致切律再半月号日季会手心方面线维期楼%成折"
_WEEKDAY = lazy(r"(?:周|星期|礼拜)$")
_GLUED = lazy(r"[a-z_][a-z0-9_.-]*", re.A)
_HALF = lazy(r"half(?= of(?! an?\s)| the(?! year| day)| up ?front| on| now| in advance)|(?<=in )half(?![ a-z])", re.A)
_HALF_A = lazy(r"半(?:年(?!报|终)|个月|个季度|个?小时|个钟头|成(?!品|本|交))")
_SPLIT_BEFORE = lazy(r"付款?(?:方式|条件|比例|节奏)?\s?[:是按为走]?\s?$|按$")
_FACTOR_BEFORE = lazy(r"(?:折扣率?|系数|折后)\s?[:是按为到]?\s?$")
_FRACTION = lazy(r"分之([零一二三四五六七八九十百点几]+|\d+(?:\.\d+)?)")


def read_at(text: str, match: re.Match[str], floor: int) -> tuple[Item | None, int]:
    """The number that starts at the match, and where to go on; nothing before `floor` is free."""
    at = match.start()
    special = _special(text, match)
    if special is not None:
        return special, special.end
    c = text[at]
    if (
        c in CHINESE
        and at
        and (text[at - 1] == "双" or (c in "一二三四五六" and _WEEKDAY.search(text, max(0, at - 2), at)))
    ):
        return None, at + 1 if text[at - 1] != "双" else _run_end(text, at)
    numeral = _bare_unit(text, match) if c in "百千万亿" else read_numeral(text, at)
    if numeral is None:
        return None, match.end()
    if numeral.shorter is not None and _tail_goes_on(text, numeral.end):
        numeral = numeral.shorter
    after = text[numeral.end : numeral.end + 1]
    runs_on = numeral.script is Script.CHINESE and numeral.scale is None and after != "" and after in CHINESE
    if runs_on and not _counts(text, numeral.end):  # 十四五规划, 一三五
        return None, _run_end(text, at)
    item = _classify(text, numeral, floor)
    return item, item.end if item is not None else numeral.end


def _run_end(text: str, at: int) -> int:
    while at < len(text) and text[at] in CHINESE:
        at += 1
    return at


def _special(text: str, match: re.Match[str]) -> Item | None:
    """一半, 对折, 百分之二十, 三分之一, half of it."""
    at, word = match.span()[0], match.group()
    fifty = Decimal(50)
    if text.startswith(("对折", "半价", "half price"), at):
        return Item(at, at + (10 if word.startswith("h") else 2), Quantity.DISCOUNT, Decimal("0.5"), Decimal("0.5"))
    if text[at] == "半" and (part := _HALF_A.match(text, at)):
        tenth = part.group() == "半成"
        value = Decimal(5) if tenth else Decimal("0.5")
        kind = Quantity.PERCENT if tenth else Quantity.DURATION
        return Item(at, part.end(), kind, value, value, unit=part.group()[1:])
    if text.startswith("一半", at) and text[at + 2 : at + 3] not in ("天", "儿"):
        return Item(at, at + 2, Quantity.PERCENT, fifty, fifty)
    if word == "half" and (half := _HALF.match(text, at)):
        return Item(at, half.end(), Quantity.PERCENT, fifty, fifty)
    whole = 100 if word == "百分之" else 1000 if word == "千分之" else 0
    if whole or (text[at] in CHINESE and text.startswith("分之", at + 1)):
        start = at + 1
        if part := _FRACTION.match(text, start):
            numeral = read_numeral(text, start + 2)
            if text.startswith("百", start + 2):
                return Item(at, start + 3, Quantity.PERCENT, Decimal(100), Decimal(100))
            base = whole or read_number(text[at])
            if numeral is not None and base:
                low, high = (x * 100 / base for x in (numeral.low, numeral.high))
                return Item(at, min(numeral.end, part.end()), Quantity.PERCENT, low, high, approx=numeral.approx)
    return None


def _bare_unit(text: str, match: re.Match[str]) -> Numeral | None:
    """上百万, 过亿, 百来万, 百八十万: a magnitude that needs no number before it."""
    word = match.group()
    if "分之" in word:
        return None
    if word.endswith(("来", "把")):  # 千把块
        about = Decimal(BIG.get(word[0]) or SMALL[word[0]])
        return Numeral(match.start(), match.end(), about, about, Script.CHINESE, True, None, 2, True)
    scale = Decimal(BIG[word[-1]])
    low = scale * (100 if "百" in word else 1000 if "千" in word else 1)
    wide = word.startswith("百八十")
    led = match.start() > 0 and text[match.start() - 1] in "上近过超破小约"
    return Numeral(
        match.start(), match.end(), low * 8 / 10 if wide else low, low, Script.CHINESE, wide or len(word) > 2 or led,
        scale, len(word), True,
    )  # fmt: skip


def _tail_goes_on(text: str, at: int) -> bool:
    """The last digit belongs to what follows: 八十万一套, 八十万三月签, 八十万一起付; not in 一百五, 两万五一台."""
    after = text[at : at + 1]
    if not after:
        return False
    if after in CHINESE:
        return not _counts(text, at)
    return after in _TAIL_WORDS or bool(
        count_after(text, at) or duration_after(text, at, Decimal(1)) or NAME_AFTER.match(text, at)
    )


def _counts(text: str, at: int) -> bool:
    """A numeral at `at` with its own measure word: the 一台 of 两万五一台."""
    numeral = read_numeral(text, at)
    if numeral is None:
        return False
    return bool(count_after(text, numeral.end) or duration_after(text, numeral.end, numeral.low))


def _classify(text: str, numeral: Numeral, floor: int) -> Item | None:
    lone = text[numeral.start] if numeral.script is Script.CHINESE and numeral.words == 1 else ""
    item = Item(
        numeral.start, numeral.end, Quantity.BARE, numeral.low, numeral.high, None, numeral.approx, numeral.scale
    )
    ordinal = numeral.start > floor and text[numeral.start - 1] == "第"
    if inside := APPROX_INSIDE.match(text, item.end):
        item.approx, item.end = True, inside.end()
    if not read_share(text, item, numeral) and not read_money(text, item, numeral, lone, floor):
        large = item.scale is not None and item.scale >= 1000
        unit = None if large or numeral.positional else duration_after(text, item.end, item.low)
        if unit is not None and not (lone == "半" and unit.word == "天"):
            item.kind = Quantity.DURATION
            _counted(item, unit)
        elif not numeral.positional and (unit := count_after(text, item.end, lone=lone, large=large)) is not None:
            item.kind = Quantity.COUNT
            _counted(item, unit)
        elif not _named(text, item, numeral, lone) and not _number_alone(text, item, numeral):
            return None
    if ordinal:
        item.start -= 1
        if item.kind is not Quantity.COUNT:
            item.kind, item.weak = Quantity.CODE, numeral.script is Script.CHINESE
    if not item.approx:
        before = text[item.start - 1 : item.start]
        item.approx = bool(
            _APPROX_AFTER.match(text, item.end)
            or (before in _APPROX_ENDS and _APPROX_BEFORE.search(text, max(0, item.start - 12), item.start))
        )
    if (
        item.kind is Quantity.AMOUNT
        and text.startswith("+", item.end)
        and not text[item.end + 1 : item.end + 2].isdigit()
    ):
        item.end += 1
    return item


def _counted(item: Item, unit: Unit) -> None:
    item.end, item.unit = unit.end, unit.word
    if unit.half:
        item.low, item.high = item.low + Decimal("0.5"), item.high + Decimal("0.5")


def _named(text: str, item: Item, numeral: Numeral, lone: str) -> bool:
    """Numbers that name (3号楼, phase 2, 单号 8812), mark (92分), or tell time (10点); 账期90 is a duration."""
    if after := NAME_AFTER.match(text, item.end):
        item.kind, item.end = Quantity.CODE, after.end()
        item.weak = numeral.script is Script.CHINESE and (bool(lone) or numeral.positional)
        return True
    if text[item.start - 1 : item.start] == "-" and "a" <= text[item.start - 2 : item.start - 1] <= "z":
        item.kind = Quantity.CODE
    if glued := _GLUED.match(text, item.end) if numeral.script is Script.FIGURES else None:
        if glued.group() == "s" and item.low >= 20 and item.low % 10 == 0:  # in the low 80s
            item.end, item.approx = glued.end(), True
            return True
        item.kind, item.end = Quantity.CODE, glued.end()
        return True
    if text.startswith("月", item.end) and item.high <= 12:
        item.kind, item.end, item.weak = Quantity.CODE, item.end + 1, bool(lone)
        return True
    if numeral.script is Script.CHINESE and not numeral.round_unit:
        return False
    if DURATION_BEFORE.search(text, max(0, item.start - 8), item.start):
        item.kind = Quantity.DURATION
        return True
    if TIMES_BEFORE.search(text, max(0, item.start - 2), item.start):
        item.kind = Quantity.COUNT
        return True
    if 0 < item.low < 1 and _FACTOR_BEFORE.search(text, max(0, item.start - 6), item.start):
        item.kind = Quantity.DISCOUNT
        return True
    written = text[item.start : item.end]
    if 3 <= len(written) <= 4 and re.fullmatch("[0-9]+", written) and sum(map(int, written)) == 10:  # 付款361
        split = text.startswith("付", item.end) or _SPLIT_BEFORE.search(text, max(0, item.start - 8), item.start)
        item.kind = Quantity.CODE if split else item.kind
    if is_score(text, item.start) or is_name(text, item.start, item.low):
        item.kind = Quantity.CODE
    return item.kind is Quantity.CODE


def _number_alone(text: str, item: Item, numeral: Numeral) -> bool:
    """BARE, or weak where the numeral may be part of a word; False for 十一 the holiday."""
    if numeral.script is Script.CHINESE:
        if numeral.low == 11 and re.match(r"[前后以之假期长放黄回过]", text[item.end : item.end + 1]):
            return False
        plan = numeral.low < 20 and numeral.low != numeral.high  # 十四五 is a plan of the state, not a price
        item.weak = numeral.positional or numeral.words < 2 or not numeral.round_unit or plan
    elif numeral.script is Script.ENGLISH:
        item.weak = not numeral.round_unit
    return True
