"""Expressions for days and weeks: weekdays, days of the month, dates, shifts, ranges, and how two parts combine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from sales.language.dates_calendar import (
    Span,
    day_in,
    distance,
    monday,
    month_of,
    shift,
    shift_months,
)
from sales.language.dates_model import (
    Form,
    Grain,
    Moment,
    Part,
    Resolved,
    Tense,
    one_day,
)


def pick(spans: Sequence[Span], at: Moment) -> int:
    """Index of the occurrence meant, of occurrences in order: past the latest begun, plan the next not yet over."""
    if at.tense is Tense.PAST:
        begun = [i for i, span in enumerate(spans) if span[0] <= at.today]
        if begun:
            return begun[-1]
    elif at.tense is Tense.PLAN:
        for i, span in enumerate(spans):
            if span[1] >= at.today:
                return i
    return min(range(len(spans)), key=lambda i: (distance(spans[i], at.today), -i))


@dataclass(frozen=True, slots=True)
class Fixed(Form):
    """A date with its year."""

    day: date

    def resolve(self, at: Moment) -> Resolved:
        return one_day(self.day)


@dataclass(frozen=True, slots=True)
class Weekday(Form):
    """A day of the week (Monday 0). `week`: of this week (0), the next (1), the last (-1); None: the tense tells.

    `to_day` makes it a range (周三到周五). English `last thursday` said on a Sunday is the Thursday just gone.
    `nearest`: the first such day after (1) or before (-1) today (this coming friday, this past friday).
    """

    day: int
    week: int | None = None
    to_day: int | None = None
    english_last: bool = False
    nearest: int = 0

    def resolve(self, at: Moment) -> Resolved:
        first = self._day(at)
        if self.to_day is None:
            return one_day(first)
        return Resolved(first, shift(first, (self.to_day - self.day) % 7), Grain.DAYS)

    def _day(self, at: Moment) -> date:
        today = at.today
        if self.nearest:
            gap = (self.day - today.weekday()) % 7
            return shift(today, gap or 7) if self.nearest > 0 else shift(today, gap - 7)
        if self.week is not None:
            week = 0 if self.english_last and today.weekday() == 6 and self.day < 6 else self.week
            return shift(monday(today), 7 * week + self.day)
        if at.week_of is not None:
            return shift(monday(at.week_of), self.day)
        ahead = (self.day - today.weekday()) % 7
        if at.tense is Tense.PAST:
            return shift(today, ahead - 7 if ahead else 0)
        if at.tense is Tense.PLAN:
            return shift(today, ahead or 7)
        return shift(today, ahead if ahead <= 3 else ahead - 7)

    @property
    def direction(self) -> int:
        week = self.nearest or self.week or 0
        return (week > 0) - (week < 0)

    @property
    def floating(self) -> bool:
        return self.week is None and not self.nearest


@dataclass(frozen=True, slots=True)
class DayOfMonth(Form):
    """25号, the 25th; a range with `to_day` (13-15号). `months` counts from this month (下月15号: 1)."""

    day: int
    to_day: int | None = None
    months: int | None = None

    def occurrences(self, at: Moment, reach: int = 3) -> list[Span]:
        wanted = range(-reach, reach + 1) if self.months is None else (self.months,)
        spans = []
        for n in wanted:
            year, month = month_of(at.today, n)
            first = day_in(year, month, self.day)
            if first is None:
                continue
            last = first
            if self.to_day is not None:
                last = day_in(year, month, self.to_day) or first
                if last < first:  # 28-3号 runs into the next month
                    last = shift_months(last, 1)
            spans.append((first, last))
        return spans

    def resolve(self, at: Moment) -> Resolved:
        spans = self.occurrences(at)
        if not spans:  # 下月31号 where the next month has 30
            first = shift_months(at.today.replace(day=1), (self.months or 0) + 1)
            return replace(one_day(shift(first, -1)), conflict=True)
        if at.week_of is not None and self.months is None:
            middle = shift(monday(at.week_of), 3)
            first, last = min(spans, key=lambda span: distance(span, middle))
        else:
            first, last = spans[pick(spans, at)]
        return Resolved(first, last, Grain.DAY if self.to_day is None else Grain.DAYS)

    @property
    def direction(self) -> int:
        return 0 if self.months is None else (self.months > 0) - (self.months < 0)

    @property
    def floating(self) -> bool:
        return self.months is None


@dataclass(frozen=True, slots=True)
class MonthDay(Form):
    """3月18日, 18 march. `year` absolute, or `years` from this one (明年3月18日), or neither; a range with `to_day`."""

    month: int
    day: int
    year: int | None = None
    years: int | None = None
    to_day: int | None = None

    def occurrences(self, at: Moment, reach: int = 8) -> list[Span]:
        if self.year is not None:
            years: Sequence[int] = (self.year,)
        elif self.years is not None:
            years = (at.today.year + self.years,)
        else:
            years = range(at.today.year - reach, at.today.year + reach + 1)  # 29 February may be 8 years away
        spans = []
        for year in years:
            first = day_in(year, self.month, self.day)
            if first is not None:
                last = day_in(year, self.month, self.to_day) if self.to_day else first
                spans.append((first, last if last and last >= first else first))
        return spans

    def resolve(self, at: Moment) -> Resolved:
        spans = self.occurrences(at)
        if not spans:
            day = shift_months(date(min(max(at.today.year, 1), 9999), self.month, 1), 1)
            return replace(one_day(shift(day, -1)), conflict=True)
        first, last = spans[pick(spans, at)]
        return Resolved(first, last, Grain.DAY if self.to_day is None else Grain.DAYS)

    @property
    def direction(self) -> int:
        return 0 if self.years is None else (self.years > 0) - (self.years < 0)

    @property
    def floating(self) -> bool:
        return self.year is None and self.years is None


@dataclass(frozen=True, slots=True)
class WeekSpan(Form):
    """A week, or a part of it. `week` counts from this one; None is a bare 周末 or 周中, told by the tense."""

    week: int | None
    part: Part = Part.WHOLE

    _DAYS: ClassVar[dict[Part, tuple[int, int, int]]] = {
        Part.START: (0, 1, 1),
        Part.UPPER: (0, 1, 1),
        Part.MIDDLE: (1, 3, 2),
        Part.SECOND: (1, 3, 2),
        Part.LATE: (3, 4, 4),
        Part.END: (4, 4, 4),
        Part.WEEKEND: (5, 6, 6),
    }

    def resolve(self, at: Moment) -> Resolved:
        if self.week is not None:
            return self._of(shift(monday(at.today), 7 * self.week), at)
        if at.week_of is not None:
            return self._of(monday(at.week_of), at)
        weeks = [self._of(shift(monday(at.today), 7 * n), at) for n in (-1, 0, 1)]
        if at.tense is Tense.UNKNOWN:
            return weeks[1]
        return weeks[pick([(w.first, w.last) for w in weeks], at)]

    def _of(self, start: date, at: Moment) -> Resolved:
        if self.part is Part.WHOLE:
            friday, sunday = shift(start, 4), shift(start, 6)
            return Resolved(
                start, sunday, Grain.WEEK, due_on=friday if friday >= at.today or sunday < at.today else sunday
            )
        first, last, due = self._DAYS[self.part]
        grain = Grain.DAY if first == last else Grain.DAYS
        approx = self.part not in (Part.END, Part.WEEKEND)
        return Resolved(shift(start, first), shift(start, last), grain, approx=approx, due_on=shift(start, due))

    def before(self, at: Moment) -> Resolved:
        if self.part is Part.WEEKEND:  # 周末前: by the Friday
            found = self.resolve(at)
            return one_day(max(shift(found.first, -1), min(at.today, found.last)), deadline=True)
        return Form.before(self, at)

    @property
    def direction(self) -> int:
        return 0 if self.week is None else (self.week > 0) - (self.week < 0)
