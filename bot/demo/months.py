"""Calendar months, as first days."""

from __future__ import annotations

from datetime import date, timedelta


def month_of(day: date) -> date:
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """The first day of the month `count` months after that of `month`."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def last_day(month: date) -> date:
    return add_months(month, 1) - timedelta(1)
