"""Fiscal quarters and years: which one a day is in, its months, how much of it has passed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included. `number` is that of a quarter in its fiscal year."""

    first: date
    last: date
    number: int = field(default=0, compare=False)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def months(self) -> tuple[date, ...]:
        """The first days of its months."""
        found = [self.first.replace(day=1)]
        while (following := months_on(found[-1], 1)) <= self.last:
            found.append(following)
        return tuple(found)

    def elapsed(self, today: date) -> int:
        """How much of it has passed with the end of `today`, in percent."""
        passed = (min(today, self.last) - self.first).days + 1
        return max(0, round(100 * passed / self.days))


def quarter_of(day: date, start_month: int = 1) -> Period:
    """The fiscal quarter of a day, where the fiscal year starts with `start_month`."""
    since = (day.month - start_month) % 12
    first = months_on(day.replace(day=1), -(since % 3))
    return Period(first, months_on(first, 3) - timedelta(days=1), since // 3 + 1)


def month_of(day: date) -> Period:
    """The calendar month of a day."""
    first = day.replace(day=1)
    return Period(first, months_on(first, 1) - timedelta(days=1))


def year_of(day: date, start_month: int = 1) -> Period:
    """The fiscal year of a day."""
    first = months_on(day.replace(day=1), -((day.month - start_month) % 12))
    return Period(first, months_on(first, 12) - timedelta(days=1))


def week_of(day: date) -> Period:
    """The week of a day, Monday to Sunday."""
    first = day - timedelta(days=day.weekday())
    return Period(first, first + timedelta(days=6))


def months_on(first: date, months: int) -> date:
    whole = first.year * 12 + first.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def before(period: Period) -> Period:
    """The period of the same kind just before it."""
    months = _whole_months(period)
    if months:
        return shifted(period, months)
    return Period(period.first - timedelta(days=period.days), period.first - timedelta(days=1))


def shifted(period: Period, months: int) -> Period:
    """The same period so many months earlier: whole months stay whole."""
    if _whole_months(period):
        first = months_on(period.first, -months)
        after = months_on(period.last + timedelta(days=1), -months)
        return Period(first, after - timedelta(days=1))
    return Period(_same_day(period.first, months), _same_day(period.last, months))


def _same_day(day: date, months: int) -> date:
    month = months_on(day.replace(day=1), -months)
    return min(month + timedelta(days=day.day - 1), month_of(month).last)


def _whole_months(period: Period) -> int:
    """How many whole calendar months it is; 0 if it isn't."""
    after = period.last + timedelta(days=1)
    if period.first.day != 1 or after.day != 1:
        return 0
    return (after.year - period.first.year) * 12 + after.month - period.first.month
