"""Pieces of pattern that the Chinese rules share."""

from __future__ import annotations

import re

from sales.language.dates_model import DayPart, Part, TimeOfDay
from sales.language.dates_scan import number

S = r"[ \t]?"
DAY = r"(?:3[01]|[12]\d|0?[1-9]|[二两]?十[一二三四五六七八九]?|三十一?|廿[一二三四五六七八九]?|卅一?|[一二三四五六七八九])"
MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十])"
COUNT = r"(?:\d{1,4}(?:\.\d)?|[一二两三四五六七八九十百]{1,5}|半|几|数|好几)"
# a number begins here: no other number before it, but a weekday may be (上周五13号)
NOT_AFTER_NUMBER = r"(?:(?<![\d.一二三四五六七八九十第a-z\-#/])|(?<=[周期拜][一二三四五六])|(?<=[周期拜][1-6]))"
# what makes a number before it something else than a day: 3月20万, 3月18家客户
NOT_COUNT = (
    r"(?!\d|[.,]\d|" + S + r"(?:[%‰万亿元块圆千百家人台套次条项笔名位倍折吨米股楼层栋分]|个|单(?!位)|份(?!额)|[kw](?![a-z])|kw|kg))"
)
WEEK = r"(?:周|星期|礼拜|星|禮拜)"
RANGE = S + r"(?:-|~|至|到)" + S
# a person called 周 (周总, 周工) behind a 上 or 下 that belongs to another word
NOT_TITLE = (
    r"(?!总(?!结|体|共|量|额|部|价|包|数|计)|董(?!事会)|经理|主任|处长|工(?!作|程|厂|地|期|单|商|业)|局(?!面)|院长"
    r"|先生|女士|老板|博士|科长|部长|书记|期|边|转|岁|围|刊|密|到的|大福|生生)"
)
# 周三次 is 这周 and 三次, not 周三 and 次
NOT_MEASURED = (
    r"(?!次|家(?!里|具|电)|趟|轮|项|笔|个(?!别|人|性)|场(?!地|景|馆)|台(?!风|州|湾)|套(?!餐)|条(?!件|款)|天(?!津|河|下|猫|然|气)|月|年|成"
    r"|百|千|万|亿|十|小时|分钟)"
)
NOT_MEASURED_ONE = r"(?!次|趟|轮|笔|天(?!津|河|下|猫|然|气)|月|年|成|个(?!人|别|性)|百|千|万|亿|共|样|起|直(?!播|接)|定|般|些|旦|下子)"
# given names and firms that begin with 周 and a day: 周一鸣, 周六福
NOT_NAME = r"(?![鸣帆凡诺楠然菲涵昊轩铭围弘喆辰宸]|总(?!结)|福(?!建|州|清|田|山)|科技|集团|公司|资本|传媒|餐饮|实业)"

_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六")} | {"日": 6, "天": 6} | {str(i + 1): i for i in range(7)}
_WEEKS = {"上": -1, "下": 1}
PARTS = {
    "底": Part.END, "末": Part.END, "终": Part.END, "尾": Part.END, "初": Part.START, "头": Part.START,
    "中": Part.MIDDLE, "中旬": Part.SECOND, "上旬": Part.UPPER, "下旬": Part.LATE, "内": Part.WHOLE,
}  # fmt: skip
# 3月中标 is a bid won in March; 4月中给报价 is mid April
MIDDLE = r"中(?=旬|$|[\s,，。.;；、!！?？)之前以左给交发完去再开就要会能可的到或拜约见提验签付回做出上下])(?!上下|会员)"
PART_OF_MONTH = rf"(?:的?(?:中旬|上旬|下旬|底|末(?!端)|初(?!步|版|稿|审|期|次)|{MIDDLE}))"

_DAY_PARTS = (
    ("凌晨", DayPart.DAWN), ("半夜", DayPart.DAWN), ("清早", DayPart.MORNING), ("清晨", DayPart.MORNING),
    ("大早", DayPart.MORNING), ("早", DayPart.MORNING), ("晨", DayPart.MORNING), ("朝", DayPart.MORNING),
    ("上午", DayPart.MORNING), ("上昼", DayPart.MORNING), ("正午", DayPart.NOON), ("中午", DayPart.NOON),
    ("午间", DayPart.NOON), ("下午", DayPart.AFTERNOON), ("午后", DayPart.AFTERNOON), ("下昼", DayPart.AFTERNOON),
    ("傍晚", DayPart.EVENING), ("晚", DayPart.EVENING), ("夜", DayPart.EVENING),
)  # fmt: skip


def weekday(text: str) -> int:
    """Monday 0 of the last character of 周三, 礼拜天, 星期1."""
    return _WEEKDAYS[text[-1]]


def weeks(prefix: str) -> int:
    """上上 -2, 上 -1, 本 or 这 0, 下 1, 下下 2 (weeks, months and quarters alike)."""
    return sum(_WEEKS.get(char, 0) for char in prefix)


def part(text: str | None) -> Part:
    for ending in ("中旬", "上旬", "下旬"):
        if text and text.endswith(ending):
            return PARTS[ending]
    return PARTS.get(text[-1], Part.WHOLE) if text else Part.WHOLE


def day_part(text: str | None) -> DayPart | None:
    return next((value for word, value in _DAY_PARTS if word in text), None) if text else None


def count(text: str) -> tuple[float, bool]:
    """How many, and whether that is only about: 两 → 2; 半 → 0.5; 几 → 3, about; 三五 → 5, about."""
    if text == "半":
        return 0.5, False
    if text in ("几", "数", "好几"):
        return 3, True
    if re.fullmatch(r"\d+\.\d", text):
        return float(text), False
    if re.fullmatch(r"[一二两三四五六七八九]{2}", text):  # 两三天: the longer, about
        return float(number(text[-1]) or 1), True
    return float(number(text) or 1), False


def clock(match: re.Match[str], prefix: str = "") -> TimeOfDay | None:
    """Time of day of the groups part, h, m of a match; None where that is no time."""
    when = day_part(match.group(prefix + "part"))
    hour_text, minute_text = match.group(prefix + "h"), match.group(prefix + "m")
    if hour_text is None:
        return TimeOfDay(when)
    hour = number(hour_text)
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(minute_text or "")
    if minute is None:
        minute = number((minute_text or "0").rstrip("分")) if minute_text else 0
    if hour is None or minute is None or hour > 24 or minute > 59:
        return None
    return TimeOfDay(when, hour, minute, hour > 12 or hour_text.startswith("0"))
