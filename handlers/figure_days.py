"""Which period it is that two days bound: the names of periods need it in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sales.periods import Period, month_of, quarter_of, week_of, year_of

PERIOD_KINDS = ("day", "yesterday", "this_week", "last_week")


def kind_of(period: Period, today: date, fiscal_start: int) -> tuple[str, int]:
    """day, yesterday, this_week, last_week, month, quarter, half, year or span; and which quarter or half it is."""
    first, last = period.first, period.last
    bounds = (first, last)
    if first == last:
        named = {today: "day", today - timedelta(days=1): "yesterday"}.get(first)
        return (named or "span", 0)
    week = week_of(today)
    if bounds == (week.first, week.last):
        return "this_week", 0
    if bounds == (week.first - timedelta(days=7), week.last - timedelta(days=7)):
        return "last_week", 0
    if bounds == _bounds(month_of(first)):
        return "month", 0
    quarter = quarter_of(first, fiscal_start)
    if bounds == _bounds(quarter):
        return "quarter", quarter.number
    year = year_of(first, fiscal_start)
    if bounds == _bounds(year):
        return "year", 0
    ends = quarter_of(last, fiscal_start)
    if first == quarter.first and last == ends.last and (quarter.number, ends.number) in ((1, 2), (3, 4)):
        return ("half", 1 if quarter.number == 1 else 2) if year == year_of(last, fiscal_start) else ("span", 0)
    return "span", 0


def fiscal_year(day: date, fiscal_start: int) -> int:
    """The year that a fiscal year is called by: the one in which it ends."""
    return year_of(day, fiscal_start).last.year


def year_before(now: Period, then: Period) -> bool:
    """Whether it is the same days of the year before."""
    apart = ((now.first - then.first).days, (now.last - then.last).days)
    return all(365 <= days <= 366 for days in apart)


_LENGTHS = {"day": (1, 1), "week": (7, 7), "month": (28, 31), "quarter": (90, 92), "year": (365, 366)}


def step_before(now: Period, then: Period) -> str | None:
    """day, week, month, quarter or year: what lies between the beginnings of two of them, one right after the other."""
    if (now.first - then.last).days != 1:
        return None
    for kind, (least, most) in _LENGTHS.items():
        if least <= then.days <= most and least <= now.days <= most:
            return kind
    return None


def plain(value: Decimal, places: int) -> str:
    """With so many digits behind the point at most, thousands marked; nothing is -0."""
    # halves go up, as people round
    text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _bounds(period: Period) -> tuple[date, date]:
    return period.first, period.last
