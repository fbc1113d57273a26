"""The types of the date grammar: what a date expression resolves to, and the moment that it is seen from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import date
from datetime import time as Clock
from enum import StrEnum

from sales.language.dates_calendar import next_workday, shift


class Tense(StrEnum):
    """What the clause tells: what happened, what is to come, or neither is known."""

    PAST = "past"
    PLAN = "plan"
    UNKNOWN = "unknown"


class Grain(StrEnum):
    """How fine an expression is. `DAYS` is an explicit or a loose range (3/16-3/20, 过几天, 周末)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    DAYS = "days"


WHOLE_PERIODS = frozenset({Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.HALF, Grain.YEAR})


class Part(StrEnum):
    """A part of a week, month, quarter, half or year."""

    WHOLE = "whole"
    START = "start"  # 初, early
    UPPER = "upper"  # 上旬
    MIDDLE = "middle"  # 中, mid
    SECOND = "second"  # 中旬
    FIRST_HALF = "first half"  # 上半月
    SECOND_HALF = "second half"
    LATE = "late"  # 下旬, late
    END = "end"  # 底, 末, end of
    WEEKEND = "weekend"


@dataclass(frozen=True, slots=True)
class Resolved:
    """Days meant, both included. `time`: a clock time that was said. `conflict`: two parts disagree (周五 26号)."""

    first: date
    last: date
    grain: Grain
    time: Clock | None = None
    deadline: bool = False
    approx: bool = False
    due_on: date | None = None
    conflict: bool = False

    @property
    def due(self) -> date:
        """The day on which a promise with this date falls due.

        A day: itself. A week: its Friday (its Sunday once Friday is past). A weekend: Sunday. A month, quarter, half or
        year, and its end: the last day. 月初/early: the 5th, 月中/mid: the 15th, 上旬 10th, 中旬 20th, 下旬/late: last.
        """
        return self.due_on or self.last


@dataclass(frozen=True, slots=True)
class Moment:
    """Whence an expression is seen. `fiscal_start` is the month (1..12) in which the fiscal year starts."""

    today: date
    clock: Clock | None = None
    tense: Tense = Tense.UNKNOWN
    week_of: date | None = None
    fiscal_start: int = 1

    def looking(self, tense: Tense) -> Moment:
        """This moment with `tense` where the clause left it open."""
        return self if self.tense is not Tense.UNKNOWN else replace(self, tense=tense)

    def standing_on(self, day: date, tense: Tense) -> Moment:
        return replace(self, today=day, tense=tense, clock=None)


def one_day(day: date, *, approx: bool = False, deadline: bool = False) -> Resolved:
    return Resolved(day, day, Grain.DAY, approx=approx, deadline=deadline)


class Form(ABC):
    """A date expression as understood; it becomes days only when seen from a moment."""

    __slots__ = ()

    @abstractmethod
    def resolve(self, at: Moment) -> Resolved: ...

    @property
    def direction(self) -> int:
        """1 when the words can only mean the future (下周), -1 only the past (昨天), else 0."""
        return 0

    @property
    def floating(self) -> bool:
        """Whether the words recur (周三, 25号, 3/18), so that the tense or a neighbour decides which is meant."""
        return False

    @property
    def time_only(self) -> bool:
        """Whether no day was said, only a time of day."""
        return False

    def before(self, at: Moment) -> Resolved:
        """X前, before X: a day is due on itself; a whole period on the last day before it, if still to come."""
        found = self.resolve(at)
        due = found.due
        if found.grain in WHOLE_PERIODS:
            eve = shift(found.first, -3 if found.grain is Grain.WEEK else -1)
            due = eve if eve >= at.today or at.tense is Tense.PAST else due
        return Resolved(due, due, Grain.DAY, found.time, True, found.approx, conflict=found.conflict)

    def after(self, at: Moment) -> Resolved:
        """X后, after X: the first day from Monday to Friday after it."""
        found = self.resolve(at)
        return replace(one_day(next_workday(found.last), approx=True), conflict=found.conflict)


class DayPart(StrEnum):
    DAWN = "dawn"
    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"


# from when to when (hours) somebody would speak of this part of the day as still to come or as past
_HOURS = {
    DayPart.DAWN: (0, 6),
    DayPart.MORNING: (6, 12),
    DayPart.NOON: (11, 14),
    DayPart.AFTERNOON: (12, 19),
    DayPart.EVENING: (17, 24),
}


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A part of the day, a clock time, or both. `exact`: the hour needs no guess (15:30, 3pm, 08:00)."""

    part: DayPart | None = None
    hour: int | None = None
    minute: int = 0
    exact: bool = False

    @property
    def clock(self) -> Clock | None:
        """The clock time said; without 上午 or pm, 1 to 6 o'clock is taken for the afternoon, as business hours are."""
        hour = self.hour
        if hour is None:
            return None
        if not self.exact:
            if self.part in (DayPart.AFTERNOON, DayPart.EVENING) and hour < 12:
                hour += 12
            elif self.part is DayPart.EVENING and hour == 12:
                return Clock(23, 59)  # 今晚12点前 ends today, it does not start it
            elif (self.part is DayPart.NOON and hour < 4) or (self.part is None and 1 <= hour <= 6):
                hour += 12
        return Clock(hour, self.minute) if hour < 24 else Clock(23, 59)

    @property
    def hours(self) -> tuple[int, int]:
        """First and last hour that this can mean."""
        clock = self.clock
        if clock is not None:
            return clock.hour, clock.hour + 1
        return _HOURS[self.part] if self.part else (0, 24)

    def joined(self, other: TimeOfDay) -> TimeOfDay:
        """今晚 + 8点: the part of one with the clock of the other."""
        clock = self if self.hour is not None else other
        return TimeOfDay(self.part or other.part, clock.hour, clock.minute, clock.exact)


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule of the grammar read: a date, a time of day, or a date that carries a part of the day (今晚)."""

    form: Form | None
    time: TimeOfDay | None = None
    strength: float = 1.0
    deadline: bool = False
    approx: bool = False


@dataclass(frozen=True, slots=True)
class Atom:
    """A `Found` and where it stands: [start, end) in the text."""

    start: int
    end: int
    found: Found
