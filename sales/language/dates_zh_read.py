"""What a match of a Chinese rule means."""

from __future__ import annotations

import re

from sales.language import dates_zh_parts as zh
from sales.language.dates_calendar import day_in
from sales.language.dates_compound import After, Range
from sales.language.dates_forms import DayOfMonth, MonthDay, Weekday, WeekSpan
from sales.language.dates_holidays import Holiday
from sales.language.dates_model import Form, Found, Part, TimeOfDay
from sales.language.dates_periods import Half, Month, Quarter, WeekOfMonth, Year
from sales.language.dates_relative import Around, JustNow, RelDay, Shift, Unit
from sales.language.dates_scan import number

Match = re.Match[str]

_DAYS = {
    "今": 0, "明": 1, "听": 1, "后": 2, "大后": 3, "昨": -1, "寻": -1, "琴": -1, "前": -2, "大前": -3,
}  # fmt: skip
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4, "首": 1}
HOLIDAYS = {
    "元旦": "new_year", "跨年": "new_year", "除夕": "new_years_eve", "大年三十": "new_years_eve",
    "春节": "spring_festival", "过年": "spring_festival", "农历新年": "spring_festival", "农历年": "spring_festival",
    "元宵": "lantern", "清明": "qingming", "五一": "labour_day", "劳动节": "labour_day", "端午": "dragon_boat",
    "中秋": "mid_autumn", "国庆": "national_day", "十一": "national_day", "双十一": "double_eleven",
    "双11": "double_eleven", "双十二": "double_twelve", "双12": "double_twelve", "618": "618", "圣诞": "christmas",
    "平安夜": "christmas_eve", "情人节": "valentine", "三八": "womens_day", "妇女节": "womens_day",
    "复活节": "easter", "感恩节": "thanksgiving",
}  # fmt: skip


def _within(form: Form, word: str | None) -> Found:
    """`form`, a deadline where 内 was said of it."""
    return Found(form, deadline=word == "内")


def just_now(m: Match) -> Form:
    return JustNow()


def rel_day(m: Match) -> Found:
    when = zh.day_part(m["part"])
    return Found(RelDay(_DAYS[m["rel"]]), TimeOfDay(when) if when else None)


def loose(m: Match) -> Found:
    """前几天, 前两天, 这两天, 过两天, 近期."""
    text = m.group()
    few = "几" in text or "阵" in text
    if text[0] in "前早":
        return Found(Around(-6, -2, -2) if few else Around(-2, -1, -1))
    if text[0] in "明今":
        return Found(Around(1, 2, 2) if text[0] == "明" else Around(0, 1, 1))
    if text[0] in "过再":
        return Found(Around(2, 5, 3) if few else Around(1, 3, 2))
    if text[0] in "这呢":
        return Found(Around(0, 3 if few else 2, 3 if few else 2, both=True))
    return Found(Around(0, 14, 14, both=True), strength=0.3)


def stretch(m: Match) -> Found:
    """近30天, 最近三个月, 未来两周."""
    amount, approx = zh.count(m["n"])
    amount, unit = zh.units(amount, m["unit"])
    if m["n"] in ("几", "两") and unit == Unit.DAY and m["dir"][0] in "近最":
        return Found(Around(0, 2, 2, both=True))  # 近两天: these days, before or after today
    past = m["dir"][0] in "近最过"
    return Found(Shift(-amount if past else amount, unit, span=True, approx=approx))


def shifted(m: Match) -> Found:
    """三天内, 两周后, 3个月前, 一周左右."""
    amount, approx = zh.count(m["n"])
    groups = m.groupdict()
    if groups.get("to"):
        amount, approx = zh.count(groups["to"])[0], True
    amount, unit = zh.units(amount + (0.5 if groups.get("half") else 0), m["unit"])
    side = groups.get("side") or ""
    approx = approx or bool(groups.get("more")) or "左右" in side
    if "内" in side or side == "里":
        return Found(Shift(amount, unit, span=True, approx=approx), deadline=True)
    if "前" in side:
        return Found(Shift(-amount, unit, approx=approx))
    return Found(Shift(amount, unit, approx=approx), strength=0.4 if side == "左右" else 1.0)


def month_day(m: Match) -> Form | None:
    groups = m.groupdict()
    month, day = number(m["month"]), number(m["day"])
    year, years = zh.year(groups.get("year"))
    if month is None or day is None or day_in(2024 if year is None else year, month, day) is None:
        return None
    return MonthDay(month, day, year, years, number(groups["last"]) if groups.get("last") else None)


def month_days(m: Match) -> Form | None:
    """4月16-20号, 4月5、6号; days of a list that are not neighbours are two dates."""
    form = month_day(m)
    gap = (number(m["last"]) or 0) - (number(m["day"]) or 0)
    return form if gap == 1 or (gap > 0 and m["list"] in "-~至到") else None


def month(m: Match) -> Found:
    year, years = zh.year(m.groupdict().get("year"))
    return _within(Month(number(m["month"]), None, year, years, zh.part(m["part"])), m["part"])


def months(m: Match) -> Form | None:
    """4-5月份, 三四月, 3月到5月底."""
    first, last = number(m["month"]), number(m["last"])
    if first is None or last is None or not 0 < (last - first) % 12 < 6:
        return None
    return Range(Month(first), Month(last, part=zh.part(m["part"])))


def half_month(m: Match) -> Form:
    month = number(m["month"]) if m["month"] else None
    return Month(month, part=Part.FIRST_HALF if m["half"] == "上" else Part.SECOND_HALF)


def rel_month(m: Match) -> Form | Found:
    months = zh.steps(m["rel"])
    if m["day"]:
        return DayOfMonth(number(m["day"]) or 1, number(m["last"]) if m["last"] else None, months)
    return _within(Month(months=months, part=zh.part(m["part"])), m["part"])


def week_of_month(m: Match) -> Form:
    of = Month(number(m["month"])) if m["month"] else Month(months=zh.steps(m["rel"]))
    return WeekOfMonth(of, -1 if m["end"] else number(m["nth"]) or 1)


def bare_month_part(m: Match) -> Found:
    return _within(Month(months=0) if m["part"] == "内" else Month(part=zh.part(m["part"])), m["part"])


def weekday(m: Match) -> Found:
    groups = m.groupdict()
    week = zh.steps(m["rel"]) if groups.get("rel") else None
    last = zh.weekday(m["last"]) if groups.get("last") else None
    return Found(Weekday(zh.weekday(m["day"]), week, last), strength=0.8 if m["day"].isdecimal() else 1.0)


def week(m: Match) -> Found:
    groups = m.groupdict()
    of, word = (zh.steps(m["rel"]) if groups.get("rel") else None), groups.get("part")
    if word == "内":
        return Found(WeekSpan(of or 0), deadline=True)
    if word in ("底", "尾"):
        return Found(WeekSpan(of or 0, Part.END))
    return Found(WeekSpan(of, Part.WEEKEND if word == "末" else zh.part(word)))


def quarter(m: Match) -> Found:
    groups = m.groupdict()
    year, years = zh.year(groups.get("year"))
    which = _QUARTERS.get(m["q"] or groups.get("qq") or "")
    return _within(Quarter(which, None, year, years, zh.part(m["part"])), m["part"])


def rel_quarter(m: Match) -> Found:
    return _within(Quarter(quarters=zh.steps(m.groupdict().get("rel") or ""), part=zh.part(m["part"])), m["part"])


def half(m: Match) -> Found:
    year, years = zh.year(m.groupdict().get("year"))
    return _within(Half(1 if m["half"] in "上前" else 2, year, years, zh.part(m["part"])), m["part"])


def year(m: Match) -> Found:
    return _within(Year(*zh.year(m["year"]), zh.part(m["part"])), m["part"])


def year_written_short(m: Match) -> Found:
    """25年签的: a year, but it may count years."""
    return Found(Year(*zh.year(m["year"])), strength=0.6 if m["year"][0].isdecimal() else 1.0)


def bare_year_part(m: Match) -> Found:
    return _within(Year(years=0) if m["part"] == "内" else Year(part=zh.part(m["part"])), m["part"])


def fiscal_year(m: Match) -> Found:
    head, part = m["head"], zh.part(m["part"])
    of = zh.year(head if head[0].isdecimal() or head[0] != "新" else "本")
    return _within(Year(*of, part, fiscal=True), m["part"])


def holiday(m: Match) -> Form:
    name = HOLIDAYS.get(m["name"]) or HOLIDAYS[m["name"].removesuffix("节")]
    return Holiday(name, *zh.year(m["year"]))


def new_year_by_moon(m: Match) -> Form:
    """年前, 年后: the year is the one of the Chinese calendar."""
    return Holiday("spring_festival")


def after_new_year(m: Match) -> Form:
    """过完年, 开年."""
    return After(Holiday("spring_festival"))


def next_holiday(m: Match) -> Form:
    return Holiday(None)


def day_of_month(m: Match) -> Found | None:
    day = number(m["day"])
    if day is None or (m["ri"] and not m["day"].isdecimal() and day <= 10):
        return None  # 三日, 七日: a length of time more often than a date
    last = number(m["last"]) if m["last"] else None
    return Found(DayOfMonth(day, last), approx=m["list"] is not None and m["list"] not in "-~至到")


def off_work(m: Match) -> Found:
    return Found(RelDay(0), deadline=True, strength=0.9)


def time_of_day(m: Match) -> Found | None:
    """下午三点, 下午, 三点半: a bare hour before 7 may count something, so it is the weakest."""
    time = zh.clock(m)
    if time is None:
        return None
    if time.part is not None:
        return Found(None, time, strength=0.6 if time.hour is not None else 0.5)
    certain = time.minute or "钟" in m.group() or "整" in m.group() or (time.hour or 0) >= 7
    return Found(None, time, strength=0.4 if certain else 0.2)
