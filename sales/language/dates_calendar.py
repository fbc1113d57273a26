"""Calendar arithmetic: weeks from Monday to Sunday, months, quarters and fiscal years. Out of range is clamped."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

Span = tuple[date, date]


def shift(day: date, days: int) -> date:
    """`day` moved by `days`, held inside what a date can be."""
    ordinal = min(max(day.toordinal() + days, 1), date.max.toordinal())
    return date.fromordinal(ordinal)


def monday(day: date) -> date:
    return shift(day, -day.weekday())


def next_workday(day: date) -> date:
    """The first Monday-to-Friday day after `day`."""
    return shift(day, 3 if day.weekday() == 4 else 2 if day.weekday() == 5 else 1)


def shift_workdays(day: date, count: int) -> date:
    """`day` moved by `count` Monday-to-Friday days."""
    step = 1 if count > 0 else -1
    left = min(abs(count), 2000)
    while left:
        day = shift(day, step)
        left -= day.weekday() < 5
        if day in (date.min, date.max):
            break
    return day


def month_of(day: date, months: int) -> tuple[int, int]:
    """Year and month that lie `months` from that of `day`."""
    index = min(max(day.year * 12 + day.month - 1 + months, 12), 9999 * 12 + 11)
    return index // 12, index % 12 + 1


def month_span(year: int, month: int) -> Span:
    year = min(max(year, 1), 9999)
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def shift_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day."""
    first, last = month_span(*month_of(day, months))
    return first.replace(day=min(day.day, last.day))


def day_in(year: int, month: int, day: int) -> date | None:
    """That day, or None where the month has no such day."""
    if not 1 <= year <= 9999 or not 1 <= month <= 12:
        return None
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def fiscal_year(day: date, start: int) -> int:
    """The name of the fiscal year of `day`: the calendar year in which it ends."""
    return day.year + (1 if start > 1 and day.month >= start else 0)


def fiscal_span(year: int, start: int) -> Span:
    first, _ = month_span(year - (1 if start > 1 else 0), start)
    return first, shift(shift_months(first, 12), -1)


def quarter_of(day: date, start: int) -> int:
    """1..4 within the fiscal year."""
    return (day.month - start) % 12 // 3 + 1


def quarter_span(year: int, quarter: int, start: int) -> Span:
    return months_within(fiscal_span(year, start), 3 * (quarter - 1), 3)


def half_span(year: int, half: int, start: int) -> Span:
    return months_within(fiscal_span(year, start), 6 * (half - 1), 6)


def months_within(span: Span, skip: int, count: int) -> Span:
    """`count` whole months of a period, the first `skip` left out."""
    first = shift_months(span[0], skip)
    return first, max(first, shift(shift_months(first, count), -1))


def distance(span: Span, day: date) -> int:
    """Days from `day` to the period; 0 within it."""
    if span[0] <= day <= span[1]:
        return 0
    return (span[0] - day).days if day < span[0] else (day - span[1]).days
