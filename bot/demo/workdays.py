"""Days on which people in China work: what the demo company does happens on these."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import holidays


class Workdays:
    """Weekdays without the public holidays of `years`. Weekends that are worked in exchange stay free here."""

    def __init__(self, years: range) -> None:
        self._free = set(holidays.country_holidays("CN", years=years))

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self._free

    def on_or_before(self, day: date) -> date:
        while not self.is_workday(day):
            day -= timedelta(1)
        return day

    def on_or_after(self, day: date) -> date:
        while not self.is_workday(day):
            day += timedelta(1)
        return day

    def back(self, day: date, count: int) -> date:
        """The workday `count` workdays before `day`."""
        for _ in range(count):
            day = self.on_or_before(day - timedelta(1))
        return day

    def ahead(self, day: date, count: int) -> date:
        """The workday `count` workdays after `day`."""
        for _ in range(count):
            day = self.on_or_after(day + timedelta(1))
        return day

    def within(self, first: date, last: date) -> list[date]:
        """The workdays of [first, last], in order."""
        days = (last - first).days + 1
        return [day for i in range(days) if self.is_workday(day := first + timedelta(i))]

    def some(self, rng: Random, first: date, last: date, count: int) -> list[date]:
        """`count` workdays of [first, last] in order; fewer where there are not so many, at least one of them."""
        days = self.within(first, last) or [self.on_or_before(last)]
        return sorted(rng.sample(days, min(count, len(days))))
