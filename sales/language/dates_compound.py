"""Expressions made of others: before, by, after, the week of, ranges, and a date said twice (周三(3/18))."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sales.language.dates_calendar import Span, monday, shift
from sales.language.dates_forms import DayOfMonth, Fixed, MonthDay, Weekday, WeekSpan, pick
from sales.language.dates_model import Form, Grain, Moment, Part, Resolved, Tense, one_day
from sales.language.dates_periods import Half, Month, Quarter, Year, with_year
from sales.language.dates_relative import RelDay


@dataclass(frozen=True, slots=True)
class Before(Form):
    """周五前, before Friday."""

    form: Form

    def resolve(self, at: Moment) -> Resolved:
        return self.form.before(at.looking(Tense.PLAN))

    @property
    def direction(self) -> int:
        return self.form.direction

    @property
    def time_only(self) -> bool:
        return self.form.time_only


@dataclass(frozen=True, slots=True)
class By(Form):
    """by Friday, 截止周五, 本周内: a deadline that includes the day or period."""

    form: Form

    def resolve(self, at: Moment) -> Resolved:
        return replace(self.form.resolve(at.looking(Tense.PLAN)), deadline=True)

    @property
    def direction(self) -> int:
        return self.form.direction

    @property
    def time_only(self) -> bool:
        return self.form.time_only


@dataclass(frozen=True, slots=True)
class After(Form):
    """国庆后, after Friday."""

    form: Form

    def resolve(self, at: Moment) -> Resolved:
        return self.form.after(at.looking(Tense.PLAN))

    @property
    def direction(self) -> int:
        return self.form.direction


@dataclass(frozen=True, slots=True)
class WeekOf(Form):
    """the week of 23 March, w/c 23/3; `weeks` further on (a week on Tuesday, Friday week)."""

    form: Form
    weeks: int | None = None

    def resolve(self, at: Moment) -> Resolved:
        found = self.form.resolve(at if self.weeks is None else at.looking(Tense.PLAN))
        if self.weeks is not None:
            return one_day(shift(found.first, 7 * self.weeks))
        start = monday(found.first)
        return Resolved(start, shift(start, 6), Grain.WEEK, due_on=shift(start, 4))

    @property
    def direction(self) -> int:
        return 1 if self.weeks else self.form.direction


@dataclass(frozen=True, slots=True)
class Range(Form):
    """3/16-3/20, 周三到周五; `either`: a choice of two (下周二或周三). The second part is seen from the first."""

    start: Form
    end: Form
    either: bool = False

    def resolve(self, at: Moment) -> Resolved:
        a, b = self._ends(at)
        first, last = min(a.first, b.first), max(a.last, b.last)
        due = b.due if b.last >= a.last else a.due
        return Resolved(first, last, Grain.DAYS, approx=self.either or a.approx or b.approx, due_on=due)

    def _ends(self, at: Moment) -> tuple[Resolved, Resolved]:
        weekdays = isinstance(self.start, Weekday) and isinstance(self.end, Weekday)
        if not self.end.floating or (weekdays and at.week_of is not None and self.start.floating):
            return self.start.resolve(at), self.end.resolve(at)
        if at.tense is Tense.PLAN and self.start.floating and not weekdays:
            # 3/16-3/20 on the 18th is the stretch that is going on, not next year's
            b = self.end.resolve(at)
            return self.start.resolve(at.standing_on(b.last, Tense.PAST)), b
        a = self.start.resolve(at)
        return a, self.end.resolve(replace(at.standing_on(a.first, Tense.PLAN), week_of=None))

    @property
    def direction(self) -> int:
        return self.start.direction if self.start.direction == self.end.direction else 0

    @property
    def floating(self) -> bool:
        return self.start.floating


@dataclass(frozen=True, slots=True)
class Joint(Form):
    """One day said twice: 周三(3/18), 上周五13号, Mon 23 March. The number decides among what the other allows."""

    number: Form
    check: Form

    def resolve(self, at: Moment) -> Resolved:
        number, check = self.number, self.check
        if isinstance(check, Weekday) and isinstance(number, (DayOfMonth, MonthDay)) and check.floating:
            reach = 1 if isinstance(number, MonthDay) else 2  # further off it is a slip, not another year
            spans = [s for s in number.occurrences(at, reach) if s[0].weekday() == check.day]
            if not spans:
                return replace(number.resolve(at), conflict=True)
            return _span(spans[pick(spans, at)])
        anchor = check.resolve(at)
        if isinstance(number, (DayOfMonth, MonthDay)):
            for span in number.occurrences(at, 2):
                if anchor.first <= span[0] <= anchor.last:
                    return _span(span)
        found = number.resolve(at)
        agrees = anchor.first <= found.first <= anchor.last
        if isinstance(check, Weekday) and check.floating:
            agrees = found.first.weekday() == check.day
        return found if agrees else replace(found, conflict=True)

    @property
    def direction(self) -> int:
        return self.check.direction or self.number.direction


def _span(span: Span) -> Resolved:
    return Resolved(*span, Grain.DAY if span[0] == span[1] else Grain.DAYS)


def combined(a: Form, b: Form) -> Form | None:
    """Two expressions side by side as one (下周 + 周二, 明年 + 3月, 周三 + 3/18), or None where they are two dates."""
    number: tuple[type[Form], ...] = (DayOfMonth, MonthDay)
    for x, y in ((a, b), (b, a)):
        if isinstance(x, WeekSpan) and isinstance(y, Weekday) and y.floating and x.week is not None:
            return replace(y, week=x.week)
        if isinstance(x, Year) and isinstance(y, Month | Quarter | Half) and y.floating and not x.floating:
            return with_year(y, x)
        if (
            isinstance(x, Year)
            and isinstance(y, Year)
            and y.floating
            and not x.floating
            and x is a
            and x.part is Part.WHOLE
            and y.part is not Part.WHOLE
        ):
            return replace(y, year=x.year, years=x.years)
        if isinstance(x, Year) and isinstance(y, MonthDay) and y.floating and not x.floating:
            return replace(y, year=x.year, years=x.years)
        if isinstance(x, Month) and x.part is Part.WHOLE and isinstance(y, DayOfMonth) and y.floating:
            if x.month is None:
                return replace(y, months=x.months)
            return MonthDay(x.month, y.day, x.year, x.years, y.to_day)
        if isinstance(x, Month) and x.part is Part.WHOLE and isinstance(y, Month) and y == Month(part=y.part):
            return replace(x, part=y.part)
        if isinstance(x, Weekday) and x.to_day is None and isinstance(y, number):
            return Joint(y, x)
        if isinstance(x, RelDay) and isinstance(y, number):
            return Joint(y, x)
        if isinstance(x, RelDay) and isinstance(y, Weekday) and x is a:
            return Joint(x, y)
    return None


def is_stretch(a: Form, b: Form) -> bool:
    """Whether `a` to `b` can be a range: two days, or two periods, or from today to either."""
    days = (Weekday, DayOfMonth, MonthDay, RelDay, Fixed, Joint)
    periods = (Month, Quarter, Half, Year, WeekSpan)
    return (isinstance(a, days) and isinstance(b, days)) or (
        isinstance(a, (*periods, RelDay)) and isinstance(b, periods)
    )
