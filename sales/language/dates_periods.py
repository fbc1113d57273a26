"""Expressions for months, quarters, halves, years and their parts, by the calendar and by the fiscal year."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sales.language.dates_calendar import (
    Span,
    fiscal_span,
    fiscal_year,
    half_span,
    month_of,
    month_span,
    months_within,
    quarter_of,
    quarter_span,
    shift,
)
from sales.language.dates_forms import pick
from sales.language.dates_model import Form, Grain, Moment, Part, Resolved, Tense, one_day


def part_of_month(span: Span, part: Part) -> Resolved:
    first, last = span
    if part is Part.WHOLE:
        return Resolved(first, last, Grain.MONTH)
    if part is Part.END:
        return one_day(last)
    begin, end, due = {
        Part.START: (1, 5, 5),
        Part.UPPER: (1, 10, 10),
        Part.MIDDLE: (11, 20, 15),
        Part.SECOND: (11, 20, 20),
        Part.FIRST_HALF: (1, 15, 15),
        Part.SECOND_HALF: (16, last.day, last.day),
    }.get(part, (21, last.day, last.day))
    return Resolved(
        first.replace(day=begin), first.replace(day=end), Grain.DAYS, approx=True, due_on=first.replace(day=due)
    )


def part_of_period(span: Span, part: Part, grain: Grain, months: int) -> Resolved:
    """Part of a quarter (3 months), half (6) or year (12): one month at its start or middle, a sixth at its end."""
    if part is Part.WHOLE:
        return Resolved(*span, grain)
    if part is Part.END:
        return one_day(span[1])
    size = max(1, months // 6)
    if part in (Part.START, Part.UPPER):
        found = months_within(span, 0, 1)
    elif part in (Part.MIDDLE, Part.SECOND):
        found = months_within(span, (months - 1) // 2, 1)
    else:
        found = months_within(span, months - size, size)
    return Resolved(*found, Grain.MONTH if size == 1 else Grain.DAYS, approx=True)


@dataclass(frozen=True, slots=True)
class Month(Form):
    """3月, 下个月, 明年3月底, mid april. `month` by name or `months` from this one; `year`/`years` as in MonthDay."""

    month: int | None = None
    months: int | None = None
    year: int | None = None
    years: int | None = None
    part: Part = Part.WHOLE

    def resolve(self, at: Moment) -> Resolved:
        if self.month is None:
            if self.months is not None:
                return part_of_month(month_span(*month_of(at.today, self.months)), self.part)
            found = [part_of_month(month_span(*month_of(at.today, n)), self.part) for n in (-1, 0, 1)]
            if at.tense is Tense.UNKNOWN:  # a bare 月底 or 月初 is this month's
                return found[1]
            return found[pick([(f.first, f.last) for f in found], at)]
        if self.year is not None or self.years is not None:
            year = self.year if self.year is not None else at.today.year + (self.years or 0)
            return part_of_month(month_span(year, self.month), self.part)
        found = [part_of_month(month_span(at.today.year + n, self.month), self.part) for n in (-1, 0, 1)]
        return found[pick([(f.first, f.last) for f in found], at)]

    @property
    def direction(self) -> int:
        relative = self.months or self.years or 0
        return (relative > 0) - (relative < 0)

    @property
    def floating(self) -> bool:
        return self.months is None and self.year is None and self.years is None


@dataclass(frozen=True, slots=True)
class Quarter(Form):
    """Q3, 下季度, 明年一季度末: a quarter of the fiscal year. `quarters` counts from this one."""

    quarter: int | None = None
    quarters: int | None = None
    year: int | None = None
    years: int | None = None
    part: Part = Part.WHOLE

    def resolve(self, at: Moment) -> Resolved:
        year, quarter = self._which(at)
        span = quarter_span(year, quarter, at.fiscal_start)
        return part_of_period(span, self.part, Grain.QUARTER, 3)

    def _which(self, at: Moment) -> tuple[int, int]:
        start = at.fiscal_start
        this_year, this = fiscal_year(at.today, start), quarter_of(at.today, start)
        if self.quarter is None:
            index = this_year * 4 + this - 1 + (self.quarters or 0)
            return index // 4, index % 4 + 1
        if self.year is not None or self.years is not None:
            return (self.year if self.year is not None else this_year + (self.years or 0)), self.quarter
        ahead = self.quarter - this
        if at.tense is Tense.PAST:
            return this_year - (ahead > 0), self.quarter
        if at.tense is Tense.PLAN:
            return this_year + (ahead < 0), self.quarter
        # neither known: this year's, but Q4 in the first quarter is the one just over, Q1 in the last the one to come
        return this_year - (ahead == 3) + (ahead == -3), self.quarter

    @property
    def direction(self) -> int:
        relative = self.quarters or self.years or 0
        return (relative > 0) - (relative < 0)

    @property
    def floating(self) -> bool:
        return self.quarters is None and self.year is None and self.years is None


@dataclass(frozen=True, slots=True)
class Half(Form):
    """上半年, H2 FY26: a half of the fiscal year."""

    half: int
    year: int | None = None
    years: int | None = None
    part: Part = Part.WHOLE

    def resolve(self, at: Moment) -> Resolved:
        start = at.fiscal_start
        year = fiscal_year(at.today, start) + (self.years or 0) if self.year is None else self.year
        span = half_span(year, self.half, start)
        if self.year is None and self.years is None:
            if at.tense is Tense.PLAN and span[1] < at.today:
                span = half_span(year + 1, self.half, start)
            elif at.tense is Tense.PAST and span[0] > at.today:
                span = half_span(year - 1, self.half, start)
        return part_of_period(span, self.part, Grain.HALF, 6)

    @property
    def direction(self) -> int:
        relative = self.years or 0
        return (relative > 0) - (relative < 0)

    @property
    def floating(self) -> bool:
        return self.year is None and self.years is None


@dataclass(frozen=True, slots=True)
class Year(Form):
    """今年, 2027年, FY26, 年底. A whole year is the company's fiscal year; a part of it (年底) the calendar's.

    With `fiscal` the part too is the fiscal year's (财年末, end of FY26).
    """

    year: int | None = None
    years: int | None = None
    part: Part = Part.WHOLE
    fiscal: bool = False

    def resolve(self, at: Moment) -> Resolved:
        start = at.fiscal_start if self.fiscal or self.part is Part.WHOLE else 1
        this = fiscal_year(at.today, start)
        if self.year is not None:
            return self._of(self.year, start)
        if self.years is not None:
            return self._of(this + self.years, start)
        found = [self._of(this + n, start) for n in (-1, 0, 1)]
        if at.tense is Tense.UNKNOWN:
            return found[1]
        return found[pick([(f.first, f.last) for f in found], at)]

    def _of(self, year: int, start: int) -> Resolved:
        return part_of_period(fiscal_span(min(max(year, 2), 9998), start), self.part, Grain.YEAR, 12)

    @property
    def direction(self) -> int:
        relative = self.years or 0
        return (relative > 0) - (relative < 0)

    @property
    def floating(self) -> bool:
        return self.year is None and self.years is None


Period = Month | Quarter | Half | Year


def with_year(form: Month | Quarter | Half, of: Year) -> Form:
    """明年 + 3月: the month of that year."""
    return replace(form, year=of.year, years=of.years)


@dataclass(frozen=True, slots=True)
class LateThisWeek(Form):
    """later this week: from tomorrow to Friday."""

    def resolve(self, at: Moment) -> Resolved:
        tomorrow = shift(at.today, 1)
        friday = max(shift(at.today, 4 - at.today.weekday()), tomorrow)
        return Resolved(tomorrow, friday, Grain.DAYS, approx=True)

    @property
    def direction(self) -> int:
        return 1


@dataclass(frozen=True, slots=True)
class WeekOfMonth(Form):
    """4月第二周, the last week of March: its days 1-7, 8-14, ..., or its last seven; due on the Friday of them.

    With `weekday` (Monday 0) only that day of them: the last Friday of the month.
    """

    month: Month
    nth: int
    weekday: int | None = None

    def resolve(self, at: Moment) -> Resolved:
        whole = self.month.resolve(at)
        first = shift(whole.last, -6) if self.nth < 0 else min(shift(whole.first, 7 * (self.nth - 1)), whole.last)
        last = min(shift(first, 6), whole.last)
        if self.weekday is not None:
            return one_day(shift(first, (self.weekday - first.weekday()) % 7))
        friday = shift(first, (4 - first.weekday()) % 7)
        return Resolved(first, last, Grain.DAYS, approx=True, due_on=min(friday, last))

    @property
    def direction(self) -> int:
        return self.month.direction
