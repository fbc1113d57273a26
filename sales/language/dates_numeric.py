"""Dates in digits: 2026-03-18, 20260318, 18/3/2026, 3/18, 3.18, 3-18, 3.16-3.20. What may be something else is weak."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from sales.language.dates_calendar import day_in
from sales.language.dates_compound import Range
from sales.language.dates_forms import Fixed, MonthDay
from sales.language.dates_model import Atom, Form, Found
from sales.language.dates_periods import Month
from sales.language.patterns import lazy

ENOUGH = 0.5
"""From this strength on a weak date is one."""

# not within a number, a code, a ratio or a sum; a dash or star at the start of a line is a bullet
_SHAPE = r"(?:(?<![a-z0-9_./*×=$¥€£%#&+-])|(?<=^[-*])|(?<=\n[-*]))(?<!\d:)"
_FULL = lazy(
    r"(?<![\d.])(?<![a-z\d][-/])(?P<y>(?:19|20)\d\d)(?P<s>[-/.])(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<d>3[01]|[12]\d"
    r"|0?[1-9])(?![\d]|[-/.]\d)"
)
_YEAR_MONTH = lazy(r"(?<![\w.-])(?P<y>20\d\d)[-/.](?P<m>0[1-9]|1[0-2])(?![\d]|[-/.]\d)", re.ASCII)
_COMPACT = lazy(r"(?<![\d.a-z-])(?P<y>20[1-4]\d)(?P<m>0[1-9]|1[0-2])(?P<d>3[01]|[12]\d|0[1-9])(?![\d.a-z]|-\d)")
_REVERSED = lazy(
    r"(?<![\d.])(?<![a-z\d][-/])(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<y>20\d\d|\d\d)(?![\d]|[-/.]\d)"
)
_PAIR = lazy(
    _SHAPE + r"(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})"
    r"(?:[ ]?(?:-|~|至|到)[ ]?(?P<c>\d{1,2})(?:(?P=s)(?P<e>\d{1,2}))?)?(?P<mark>号|日(?!元|均))?(?![\d]|[-/.*×]\d"
    r"|[:×*%‰])"
)
_LATIN = lazy(r"[a-z]", re.A)
_DEED_AHEAD = lazy(r"(?:visit|call|met|meet|demo|sent|send|mtg|zoom)")
_LATIN_BEHIND = lazy(r"[a-z]$")

# a number that counts or measures something is no date
_UNIT = lazy(
    r"[ ]?(?:万|亿|元|块|刀|美|人民币|个|家|人(?!民)|台|套|次|条|项|笔|名|位|倍|折|吨|米|公|千|百|度|级|分(?!公司"
    r"|别|批)|星|版|寸|层|楼|点|成|票|轮|年|月|天|周(?![一二三四五六日天末])|小时|期|股|平|亩|斤|升|瓦|兆|mw|kw|kg"
    r"|gb?(?![a-z])|mm|cm|m(?![a-z])|k(?![a-z])|w(?![a-z])|x(?![a-z])"
    r"|usd|rmb|cny|eur|hrs?|hours?|days?|weeks?|wks?|months?|years?|people|of\b|units?|price|off\b|users|stars?|percent|pts?"
    r"|million|mil|bn|confident|done|complete|ready|的(?:概率|比例|客户|人|量|份额|钱|预算|进度))"
)
_AMOUNT_BEHIND = lazy(
    r"(?:价|预算|金额|额|款|费|单价|折|涨|降|加|砍|压|减|升|版|版本|v|ver|version|系数|评分|打分|得分|分|比例|比"
    r"|占|利率|税率|汇率|概率|约|共|合计|总计|毛利|利润|budget|price|rate|score|rated|ratio|worth|about|only"
    r"|under|over|model|型号|规格|型)"
    r"(?:[是为到至在了成:= ]|降到|涨到|is|was|of|to|at){0,3}\Z"
)
_DATE_BEHIND = lazy(
    r"(?:在|于|定|推迟?到|延期?到|改到|改成|提前?到|挪到|约到|约的|约了|排到|拖到|等到|截止到?|截至|最晚|最迟|预计"
    r"|计划|日期|时间|当天|是|到|至|和|、|,|给|"
    r"\bon|\bby|\bbefore|\buntil|\btill?|\bdue|\bfrom|\bsince|\bdate|\bafter|\bto|\band|\bmoved to|\bof"
    r"|\bcommencing|\bbeginning|w/?c)[:： ]{0,2}\Z"
)
_START_BEHIND = lazy(r"(?:^|[\n|\t;；。!?！？(\[【,，、]|^[-*•·\d.、)]+)[ \t]*$")
_ITEM_BEHIND = lazy(r"(?:^|\n|\|)[ \t]*(?:[-*•·]|\d{1,2}[.、)])?[ \t]*$")
_DATE_AHEAD = lazy(
    r"[ ,:：(（]{0,2}(?:去|拜访|会|前|之前|以前|后|之后|提交|见|上午|下午|早|中午|晚|开|签|交|给|跟|和|与|同|电话"
    r"|到|来|发|演示|回|周|星期|礼拜|号|日|在|参观|考察|调研|出差|出|陪|约|讨论|沟通|汇报|拿|付|验收|截止|完成"
    r"|启动|上线|投标|述标|对接|打|请|安排|推|延|改|挪|提前|拖|客户|demo|visit|call|met|meeting|mtg|sent|send|eod|cob|deadline|kick"
    r"|at \d|by|due|am|pm"
    r"|mon|tue|wed|thu|fri|sat|sun)"
)


def _reading(a: int, b: int, day_first: bool, year: int | None = None) -> tuple[int, int] | None:
    """(month, day) of two numbers; the only possible reading where just one is."""
    orders = ((b, a), (a, b)) if day_first else ((a, b), (b, a))
    for month, day in orders:
        if day_in(year or 2024, month, day) is not None:
            return month, day
    return None


def _strength(text: str, m: re.Match[str], day_first: bool) -> float:
    """How much a pair of numbers looks like a date where it stands."""
    sep, ahead_at = m["s"], m.end()
    behind = text[max(0, m.start() - 12) : m.start()]
    if m["mark"]:
        return 0.95
    if _UNIT.match(text, ahead_at) or text.startswith(("%", "+"), ahead_at):
        return 0.0
    if _LATIN.match(text, ahead_at) and not (sep == "/" and _DEED_AHEAD.match(text, ahead_at)):
        return 0.0
    date_behind = _DATE_BEHIND.search(behind) is not None
    if _AMOUNT_BEHIND.search(behind):
        return 0.0 if sep != "/" else 0.3
    date_ahead = _DATE_AHEAD.match(text, ahead_at) is not None
    ranged = m["e"] is not None
    score = {"/": 0.6, ".": 0.2, "-": 0.2}[sep] + 0.35 * date_behind + 0.3 * date_ahead + 0.4 * ranged
    if _ITEM_BEHIND.search(behind):
        score += 0.15
    if _START_BEHIND.search(behind):
        score += 0.1
    if len(m["b"]) == 2 and (int(m["b"]) > 12 or m["b"].startswith("0") or m["a"].startswith("0")):
        score += 0.1
    if sep == "/" and int(m["a"]) < int(m["b"]) <= 5 and not (date_behind or date_ahead):
        score -= 0.15  # 2/3, 3/4: a fraction as likely
    if m["a"] + sep + m["b"] in ("24/7", "7/24"):
        return 0.0
    return min(score, 0.95)


def _pair(text: str, m: re.Match[str], day_first: bool) -> Found | None:
    a, b, c, e = (int(m[g]) if m[g] else None for g in "abce")
    if a is None or b is None:
        return None
    # in the ISO order of a hyphen and in 3.18 the month comes first unless the text is day-first English
    first = _reading(a, b, day_first)
    if first is None or (m["s"] == "-" and not day_first and first != (a, b)):
        return None
    strength = _strength(text, m, day_first)
    if strength < ENOUGH:
        return None
    form: Form = MonthDay(*first)
    if c is not None and e is not None:
        last = _reading(c, e, day_first)
        if last is None:
            return None
        form = Range(form, MonthDay(*last))
    elif c is not None:
        if m["s"] == "-" or day_in(2024, first[0], c) is None or c <= first[1]:
            return None
        form = MonthDay(first[0], first[1], to_day=c)
    return Found(form, strength=strength)


def _full(m: re.Match[str], day_first: bool) -> Found | None:
    year = int(m["y"])
    if "a" in m.re.groupindex:
        year += 2000 if year < 100 else 0
        if len(m["y"]) == 2 and (m["s"] == "-" or not 20 <= year - 2000 <= 40):
            return None
        reading = _reading(int(m["a"]), int(m["b"]), day_first, year)
        if reading is None:
            return None
        month, day = reading
    else:
        month, day = int(m["m"]), int(m["d"])
    if day_in(year, month, day) is None:
        return None
    return Found(Fixed(date(year, month, day)))


@cache
def _trigger() -> re.Pattern[str]:
    return re.compile(r"\d[/.-]\d|20\d{6}")


def _mostly_chinese(text: str) -> bool:
    han = len(re.findall(r"[\u4e00-\u9fff]", text))
    return han * 3 > len(re.findall(r"[a-z]", text))


def scan(text: str, day_first: bool) -> Iterator[Atom]:
    """Dates in digits; in Chinese text the month comes first whatever `day_first` says."""
    if _trigger().search(text) is None:
        return
    day_first = day_first and not _mostly_chinese(text)
    taken = [False] * len(text)
    for m in _YEAR_MONTH.finditer(text):
        yield Atom(m.start(), m.end(), Found(Month(int(m["m"]), year=int(m["y"])), strength=0.8))
    for pattern in (_FULL, _COMPACT, _REVERSED, _PAIR):
        for m in pattern.finditer(text):
            if any(taken[m.start() : m.end()]):
                continue
            found = _pair(text, m, day_first) if pattern is _PAIR else _full(m, day_first)
            if found is not None:
                taken[m.start() : m.end()] = [True] * (m.end() - m.start())
                yield Atom(m.start(), m.end(), found)
