"""What the reps of the demo company are to sell, month by month, in 万."""

from __future__ import annotations

from datetime import date
from random import Random

from bot.demo.cast import Cast
from bot.demo.months import add_months
from sales.people import OrgUnit, Person

# Customers sign before the summer, before the national holiday and at the year's end.
SEASON = (0.7, 0.6, 1.2, 0.9, 0.9, 1.3, 0.9, 0.9, 1.2, 0.8, 1.0, 1.6)
GROWTH = 1.15
STATED = ("长三角区", "闽粤区", "青岛办")
STATED_OVER_SUM = 1.05


class Quotas:
    """Monthly quotas of reps and units; the same rep has the same standing on every day the demo is made."""

    def __init__(self, cast: Cast, today: date) -> None:
        self._cast = cast
        self._today = today
        rng = Random(11)
        self._base = {rep.id: rng.randint(15, 24) + (4 if "高级" in rep.title else 0) for rep in cast.reps}

    def of_rep(self, rep: Person, month: date) -> int:
        years = month.year - self._today.year
        return max(6, round(self._base[rep.id] * SEASON[month.month - 1] * GROWTH**years))

    def of_unit(self, unit: OrgUnit, month: date) -> int:
        """The sum of the quotas of the reps of the unit and all below."""
        below = {unit.id} | {office.id for office in self._cast.offices if office.parent == unit.id}
        return sum(self.of_rep(rep, month) for rep in self._cast.reps if rep.org_unit in below)

    def rows(self) -> list[tuple[str, date, int]]:
        """(owner, month, 万) of the last, this and the first quarter of the next fiscal year; some units are stated."""
        first = date(self._today.year - 1, 1, 1)
        months = [add_months(first, i) for i in range(27)]
        rows = [(rep.id, month, self.of_rep(rep, month)) for rep in self._cast.reps for month in months]
        for unit in map(self._cast.unit, STATED):
            rows += [(unit.id, month, round(self.of_unit(unit, month) * STATED_OVER_SUM)) for month in months]
        return rows
