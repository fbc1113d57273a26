"""What a match of an English rule means."""

from __future__ import annotations

import re

from sales.language.dates_calendar import day_in
from sales.language.dates_compound import WeekOf
from sales.language.dates_forms import DayOfMonth, MonthDay, Weekday, WeekSpan
from sales.language.dates_holidays import Holiday
from sales.language.dates_model import DayPart, Form, Found, Part, TimeOfDay
from sales.language.dates_periods import Half, LateThisWeek, Month, Quarter, WeekOfMonth, Year
from sales.language.dates_relative import Around, JustNow, RelDay, Shift, Unit
from sales.language.dates_scan import Builder

Match = re.Match[str]

_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_STEPS = {
    "this": 0, "current": 0, "next": 1, "nxt": 1, "coming": 1, "last": -1, "past": -1, "prev": -1, "previous": -1,
}  # fmt: skip
_PARTS = {
    "early": Part.START, "start": Part.START, "beginning": Part.START, "mid": Part.MIDDLE, "middle": Part.MIDDLE,
    "late": Part.LATE, "later": Part.LATE, "end": Part.END,
}  # fmt: skip
HOLIDAYS = (
    (r"cny|chinese new years?|lunar new years?|spring festival", "spring_festival"),
    (r"new year'?s? eve", "gregorian_eve"),
    (r"new year'?s?(?: day)?", "new_year"),
    (r"(?:christmas|xmas) eve", "christmas_eve"),
    (r"christmas|xmas|x-mas", "christmas"),
    (r"good friday", "good_friday"),
    (r"easter", "easter"),
    (r"thanksgiving", "thanksgiving"),
    (r"national day|golden week", "national_day"),
    (r"labou?r day holidays?|may day(?: holidays?)?", "labour_day"),
    (r"dragon boat(?: festival)?", "dragon_boat"),
    (r"mid-?autumn(?: festival)?", "mid_autumn"),
    (r"(?:tomb[ -]sweeping|qing ?ming)(?: festival| day)?", "qingming"),
    (r"double (?:11|eleven)|singles'? day", "double_eleven"),
    (r"the holidays|holiday season|year[- ]end holidays", "year_end_holidays"),
)


def _weekday(text: str) -> int:
    return _DAY_NAMES.index({"wen": "wed", "thr": "thu"}.get(text[:3], text[:3]))


def _month(text: str) -> int:
    return _MONTH_NAMES.index(text[:3]) + 1


def _part(text: str | None, end: str | None = None) -> Part:
    if text:
        return _PARTS.get(text.split()[0], Part.WHOLE)
    return Part.END if end else Part.WHOLE


def _year(text: str | None) -> int | None:
    """2026 of 2026, '26, fy26, fy25/26."""
    digits = re.findall(r"\d+", text or "")
    if not digits:
        return None
    return int(digits[-1]) if len(digits[-1]) == 4 else 2000 + int(digits[-1])


def _amount(text: str) -> tuple[float, bool]:
    """How many, and whether that is only about."""
    if text[0].isdigit():
        return (0.5 if text == "1/2" else float(text)), False
    if text.startswith("half"):
        return 0.5, False
    if "couple" in text:
        return 2, True
    if "few" in text or text == "several":
        return 3, True
    return float(_NUMBERS.index(text)) if text in _NUMBERS else 1.0, False


def _units(amount: float, text: str) -> tuple[float, str]:
    """(how many, of which unit): a fortnight is two weeks, a quarter three months, half a month 15 days."""
    if text.startswith(("work", "bus")):
        return amount, Unit.WORKDAY
    if text[0] == "f":
        return amount * 2, Unit.WEEK
    if text[0] == "q":
        return amount * 3, Unit.MONTH
    unit = {"h": Unit.HOUR, "d": Unit.DAY, "w": Unit.WEEK, "m": Unit.MONTH}.get(text[0], Unit.YEAR)
    return (15, Unit.DAY) if unit == Unit.MONTH and amount == 0.5 else (amount, unit)


def _when(text: str | None) -> TimeOfDay | None:
    """The part of the day that morning, pm, arvo, ... name."""
    if not text:
        return None
    word = text.strip()
    if word.startswith(("noon", "lunch")):
        return TimeOfDay(DayPart.NOON)
    if word.startswith(("mor", "am")):
        return TimeOfDay(DayPart.MORNING)
    return TimeOfDay(DayPart.EVENING if word.startswith(("eve", "nig")) else DayPart.AFTERNOON)


def _week_step(text: str) -> int:
    if "after" in text:
        return 2
    if "before" in text:
        return -2
    return _STEPS[text.split()[0]]


def _nth(text: str) -> int:
    """1 to 4; -1 is the last."""
    return {"fi": 1, "1s": 1, "se": 2, "2n": 2, "th": 3, "3r": 3, "fo": 4, "4t": 4}.get(text[:2], -1)


def shifted(sign: int, *, span: bool = False, deadline: bool = False) -> Builder:
    """in two weeks (1), 3 days ago (-1); with `span` all the days between."""

    def build(m: Match) -> Found:
        amount, approx = _amount(m["n"]) if m["n"] else (1.0, False)
        amount, unit = _units(amount, m["unit"])
        if approx and not span and unit == Unit.DAY:
            return Found(Around(-6, -2, -2) if sign < 0 else Around(2, 5, 3))
        return Found(Shift(sign * amount, unit, span=span, approx=approx), deadline=deadline)

    return build


def rel_day(m: Match) -> Found:
    word = m["word"]
    days = 1 if word.startswith(("tom", "tm", "2mo")) else -1 if word.startswith("y") else 0
    if word.startswith("day"):
        days = 2 if "after" in word else -2
    return Found(RelDay(days), _when(m["when"]))


def part_of_today(m: Match) -> Found:
    return Found(RelDay(0), _when(m["when"]))


def tonight(m: Match) -> Found:
    return Found(RelDay(-1 if m.group().startswith("last") else 0), TimeOfDay(DayPart.EVENING))


def later_today(m: Match) -> Form:
    return RelDay(0)


def just_now(m: Match) -> Form:
    return JustNow()


def other_day(m: Match) -> Found:
    return Found(Around(-14, 0, 0), strength=0.3) if m.group()[0] in "rl" else Found(Around(-6, -2, -2))


def a_week_on(m: Match) -> Form:
    """a week on Tuesday, Tuesday week, a week today."""
    if m.groupdict().get("anchor"):
        return Shift(8 if m["anchor"].startswith("tom") else 7, Unit.DAY)
    return WeekOf(Weekday(_weekday(m["day"])), 1)


def weekday(m: Match) -> Found:
    groups = m.groupdict()
    rel = groups.get("rel")
    word = rel.split()[-1] if rel else ""
    nearest = {"coming": 1, "past": -1}.get(word, 0)
    week = None if nearest or not word else _STEPS[word]
    form = Weekday(_weekday(m["day"]), week, None, rel == "last", nearest)
    return Found(form, _when(groups.get("when")))


def weekday_of_week(m: Match) -> Form:
    return Weekday(_weekday(m["day"]), _week_step(m["week"]))


def week(m: Match) -> Form:
    step = _week_step(m["week"])
    return LateThisWeek() if m["part"] == "later" and step == 0 else WeekSpan(step, _part(m["part"]))


def midweek(m: Match) -> Form:
    return WeekSpan(None, Part.MIDDLE)


def weekend(m: Match) -> Form:
    rel = m["rel"]
    return WeekSpan(None if not rel or rel == "coming" else _STEPS[rel], Part.WEEKEND)


def nth_of_month(m: Match) -> Form:
    """first week of April, last Friday of the month."""
    name = m["mon"] or m.groupdict().get("mon2")
    whole = Month(_month(name)) if name else Month(months=_STEPS[(m["rel"] or "this").strip()])
    day = m.groupdict().get("day")
    return WeekOfMonth(whole, _nth(m["nth"]), _weekday(day) if day else None)


def month_day(m: Match) -> Form | None:
    day, last = int(m["d"]), int(m["last"]) if m["last"] else None
    year, number = _year(m["year"]), _month(m["mon"])
    if day_in(year or 2024, number, day) is None or (last is not None and day_in(year or 2024, number, last) is None):
        return None
    return MonthDay(number, day, year, None, last)


def month(m: Match) -> Form:
    groups = m.groupdict()
    year = _year(groups.get("year"))
    years = {"next": 1, "last": -1}.get(groups.get("rel") or "")
    return Month(_month(m["mon"]), None, year, years if year is None else None, _part(groups.get("part")))


def year(m: Match) -> Form:
    return Year(int(m["year"]), None, _part(m["part"]))


def half_month(m: Match) -> Form:
    return Month(_month(m["mon"]), part=Part.FIRST_HALF if _nth(m["half"]) == 1 else Part.SECOND_HALF)


def day_of_rel_month(m: Match) -> Form:
    return DayOfMonth(int(m["d"]), None, _STEPS[m["rel"]])


def rel_period(m: Match) -> Form:
    step, part, unit = _STEPS[m["rel"]], _part(m["part"]), m["unit"]
    if unit[0] == "q":
        return Quarter(quarters=step, part=part)
    if unit[0] == "m":
        return Month(months=step, part=part)
    return Year(years=step, part=part, fiscal=unit[0] == "f")


def end_of(m: Match) -> Found:
    """end of the month, eoq, month end, later in the year."""
    unit, part = m["unit"], _part(m["part"]) if m["part"] else Part.END
    if unit[0] == "d":
        return Found(RelDay(0), deadline=True)
    if unit[0] == "w":
        return Found(WeekSpan(0, part))
    if unit[0] == "m":
        return Found(Month(part=part))
    if unit[0] == "q":
        return Found(Quarter(quarters=0, part=part))
    return Found(Year(part=part, fiscal=unit[0] == "f"))


def end_of_day(m: Match) -> Found:
    return Found(RelDay(0), deadline=True, strength=0.9)


def quarter(m: Match) -> Form:
    year = _year(m["year"] or m["year2"])
    years = _STEPS[m["rel"]] if m["rel"] and year is None else None
    return Quarter(int(m["q"]), None, year, years, _part(m["part"], m["end"]))


def half(m: Match) -> Found:
    which = int(m["h"]) if m["h"] else _nth(m["word"])
    # h2 is hydrogen, and a level of headings, too
    return Found(
        Half(which, _year(m["year"] or m["year2"]), None, _part(m["part"], m["end"])), strength=0.7 if m["h"] else 1.0
    )


def fiscal_year(m: Match) -> Form:
    return Year(_year(m["year"]), None, _part(m["part"], m["end"]), fiscal=True)


def holiday(m: Match) -> Form:
    name = next(name for pattern, name in HOLIDAYS if re.fullmatch(pattern, m["name"]))
    return Holiday(name, _year(m["year"]))


def ordinal(m: Match) -> Form:
    return DayOfMonth(int(m["d"]), int(m["last"]) if m["last"] else None)


def clock(m: Match) -> Found | None:
    hour, minute, half_day = int(m["h"]), int(m["m"] or 0), m["ap"]
    if hour > 24 or minute > 59 or (half_day and not 1 <= hour <= 12):
        return None
    if half_day:
        hour = hour % 12 + (12 if half_day[0] == "p" else 0)
    exact = bool(half_day) or hour > 12 or m["h"].startswith("0")
    return Found(None, TimeOfDay(None, hour, minute, exact), strength=0.6)


def noon(m: Match) -> Found:
    part = DayPart.EVENING if m.group() == "midnight" else DayPart.NOON
    return Found(None, TimeOfDay(part, 12, 0), strength=0.6)
