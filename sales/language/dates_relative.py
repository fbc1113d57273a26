"""Expressions counted from today: 明天, 刚才, 下午, 前几天, 两周后, 3 days ago, the last 30 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sales.language.dates_calendar import shift, shift_months, shift_workdays
from sales.language.dates_model import Form, Grain, Moment, Resolved, Tense, TimeOfDay, one_day


@dataclass(frozen=True, slots=True)
class RelDay(Form):
    """So many days from today."""

    days: int

    def resolve(self, at: Moment) -> Resolved:
        return one_day(shift(at.today, self.days))

    @property
    def direction(self) -> int:
        return (self.days > 0) - (self.days < 0)


@dataclass(frozen=True, slots=True)
class JustNow(Form):
    """刚才, just now: today, in the past."""

    def resolve(self, at: Moment) -> Resolved:
        return one_day(at.today)

    @property
    def direction(self) -> int:
        return -1


@dataclass(frozen=True, slots=True)
class TimeOnly(Form):
    """A time of day with no day said: today; or yesterday or tomorrow where the hour and the tense leave no choice."""

    time: TimeOfDay

    def resolve(self, at: Moment) -> Resolved:
        day = at.today
        if at.clock is not None:
            first, last = self.time.hours
            if at.tense is Tense.PAST and first > at.clock.hour:
                day = shift(day, -1)
            elif at.tense is Tense.PLAN and last <= at.clock.hour:
                day = shift(day, 1)
        return one_day(day)

    @property
    def time_only(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Around(Form):
    """A loose stretch around today, in days (前几天, a few days ago). `both`: on whichever side the tense says."""

    first: int
    last: int
    due: int
    both: bool = False

    def resolve(self, at: Moment) -> Resolved:
        first, last, due = self.first, self.last, self.due
        if self.both and at.tense is Tense.PAST:
            first, last, due = -self.last, -self.first, -self.first
        days = [shift(at.today, n) for n in (first, last, due)]
        return Resolved(days[0], days[1], Grain.DAYS, approx=True, due_on=days[2])

    @property
    def direction(self) -> int:
        return 0 if self.both else (self.first > 0) - (self.last < 0)


class Unit:
    """Units of a shift."""

    HOUR, DAY, WORKDAY, WEEK, MONTH, YEAR = "hour", "day", "workday", "week", "month", "year"


@dataclass(frozen=True, slots=True)
class Shift(Form):
    """两周后, 3 days ago, within a month, the last 30 days: `count` units from today (negative: back).

    `span`: the whole stretch between today and that day is meant, not its end.
    """

    count: float
    unit: str
    span: bool = False
    approx: bool = False

    def _end(self, at: Moment) -> date:
        count = int(self.count) if self.count == int(self.count) else self.count
        if self.unit == Unit.MONTH:
            whole = shift_months(at.today, int(count))
            return shift(whole, round((count - int(count)) * 30))
        if self.unit == Unit.YEAR:
            return shift_months(at.today, round(count * 12))
        if self.unit == Unit.WORKDAY:
            return shift_workdays(at.today, round(count))
        if self.unit == Unit.HOUR:
            hour = at.clock.hour + at.clock.minute / 60 if at.clock else 0.0
            return shift(at.today, int((hour + count) // 24)) if at.clock else at.today
        return shift(at.today, round(count * (7 if self.unit == Unit.WEEK else 1)))

    def resolve(self, at: Moment) -> Resolved:
        end = self._end(at)
        loose = self.approx or (self.unit in (Unit.MONTH, Unit.YEAR) and not self.span)
        if not self.span:
            return one_day(end, approx=loose)
        if self.count < 0:  # the last 7 days are today and the six before it
            return Resolved(min(shift(end, 1), at.today), at.today, Grain.DAYS, approx=loose)
        return Resolved(at.today, end, Grain.DAYS, approx=loose)

    @property
    def direction(self) -> int:
        return (self.count > 0) - (self.count < 0)
