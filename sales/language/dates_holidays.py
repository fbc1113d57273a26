"""Holidays that sales talk counts by (国庆前, after CNY), from a table of its own: no package, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sales.language.dates_calendar import Span, next_workday, shift
from sales.language.dates_forms import pick
from sales.language.dates_model import Form, Grain, Moment, Resolved, Tense, one_day

# 春节 (first day of the year), 端午, 中秋 by the Chinese calendar, as month * 100 + day
_LUNAR = {
    2023: (122, 622, 929), 2024: (210, 610, 917), 2025: (129, 531, 1006), 2026: (217, 619, 925),
    2027: (206, 609, 915), 2028: (126, 528, 1003), 2029: (213, 616, 922), 2030: (203, 605, 912),
    2031: (123, 624, 1001), 2032: (211, 612, 919), 2033: (131, 601, 908), 2034: (219, 620, 927),
    2035: (208, 610, 916), 2036: (128, 530, 1004), 2037: (215, 618, 924),
}  # fmt: skip
_LUNAR_ABOUT = (205, 612, 922)  # outside the table: about then, and said to be approximate
_SOLAR = {
    "new_year": ((1, 1), 1),
    "valentine": ((2, 14), 1),
    "womens_day": ((3, 8), 1),
    "labour_day": ((5, 1), 5),
    "618": ((6, 18), 1),
    "national_day": ((10, 1), 7),
    "double_eleven": ((11, 11), 1),
    "double_twelve": ((12, 12), 1),
    "gregorian_eve": ((12, 31), 1),
    "christmas_eve": ((12, 24), 1),
    "christmas": ((12, 25), 1),
    "year_end_holidays": ((12, 24), 9),
}
_PAUSES = ("new_year", "spring_festival", "qingming", "labour_day", "dragon_boat", "mid_autumn", "national_day")


def _easter(year: int) -> date:
    """Easter Sunday (Gregorian computus of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    r = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * r) // 451
    month, day = divmod(h + r - 7 * m + 114, 31)
    return date(year, month, day + 1)


def holiday_span(name: str, year: int) -> tuple[Span, bool]:
    """First and last day of a holiday, and whether that is exact. 春节 runs from New Year's Eve to the 7th day.

    Which days are off in China is decided each autumn; these are the nominal ones. Raises KeyError on another name.
    """
    if name in _SOLAR:
        (month, day), length = _SOLAR[name]
        first = date(year, month, day)
        return (first, shift(first, length - 1)), True
    if name == "easter":
        return (_easter(year), shift(_easter(year), 1)), True
    if name == "good_friday":
        day_ = shift(_easter(year), -2)
        return (day_, day_), True
    if name == "qingming":
        # 清明 by the solar term, right for 1980-2040
        day_ = date(year, 4, 4 if (year % 4 in (0, 1) and year > 2008) or year % 4 == 0 else 5)
        return (day_, day_), True
    if name == "thanksgiving":
        first = date(year, 11, 1)
        day_ = shift(first, (3 - first.weekday()) % 7 + 21)
        return (day_, day_), True
    index = {"spring_festival": 0, "new_years_eve": 0, "lantern": 0, "dragon_boat": 1, "mid_autumn": 2}[name]
    month, day = divmod(_LUNAR.get(year, _LUNAR_ABOUT)[index], 100)
    first = date(year, month, day)
    if name == "spring_festival":
        return (shift(first, -1), shift(first, 6)), year in _LUNAR
    first = shift(first, {"new_years_eve": -1, "lantern": 14}.get(name, 0))
    return (first, first), year in _LUNAR


@dataclass(frozen=True, slots=True)
class Holiday(Form):
    """A holiday; `name` None is a bare 节前 or 节后: the Chinese public holiday next or last."""

    name: str | None
    year: int | None = None
    years: int | None = None

    def _spans(self, at: Moment) -> list[tuple[Span, bool]]:
        if self.year is not None or self.years is not None:
            years: range | tuple[int, ...] = (
                self.year if self.year is not None else at.today.year + (self.years or 0),
            )
        else:
            years = range(at.today.year - 1, at.today.year + 2)
        names = (self.name,) if self.name else _PAUSES
        return sorted(holiday_span(name, min(max(year, 2), 9990)) for year in years for name in names)

    def resolve(self, at: Moment) -> Resolved:
        spans = self._spans(at)
        (first, last), exact = spans[pick([span for span, _ in spans], at)]
        if (
            self.name == "spring_festival"
        ):  # the festival itself is its first day; the days off are for before and after
            return Resolved(shift(first, 1), last, Grain.DAYS, approx=not exact, due_on=shift(first, 1))
        grain = Grain.DAY if first == last else Grain.DAYS
        return Resolved(first, last, grain, approx=not exact, due_on=first)

    def before(self, at: Moment) -> Resolved:
        """国庆前: the last day before it, 30 September."""
        eves = [((shift(span[0], -1),) * 2, exact) for span, exact in self._spans(at)]
        (day, _), exact = eves[pick([(eve[0], eve[1]) for eve, _ in eves], at)]
        return one_day(day, deadline=True, approx=not exact)

    def after(self, at: Moment) -> Resolved:
        """国庆后: the first weekday after the days off."""
        days = [next_workday(span[1]) for span, _ in self._spans(at)]
        if at.tense is Tense.UNKNOWN:
            at = replace(at, tense=Tense.PLAN)
        return one_day(days[pick([(day, day) for day in days], at)], approx=True)

    @property
    def floating(self) -> bool:
        return self.year is None and self.years is None
