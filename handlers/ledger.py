"""Every number of an answer comes from the query's result: the ledger hands them out, and refuses a reply with others.

Sentences never format a number themselves. They ask the ledger for it, and it raises for a number that the result does
not hold. Before a reply leaves, `check` takes away what was handed out, each as often as it was; no digit may be left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal

from handlers.figure_words import FigureWords, figure_words
from handlers.lines import Telling
from sales.errors import CanmouError
from sales.language.frames import EXPONENTS
from sales.metrics.figures import Number, Row
from sales.periods import Period


@dataclass
class UnfoundedNumber(CanmouError):
    """A number that the result does not hold was asked for, or stands in a text. Not for the log: it may be data."""

    piece: str


_RANKS = "①②③④⑤⑥⑦⑧⑨⑩"
# What would make another number of the one before it or after it: 2 in 12, in 2.5, in 3/2, in 2万, in -2.
_JOINS_BEFORE = re.compile(r"(?:\d|\d[.,/:]|[-+−±¥$€£.]|[一二两三四五六七八九十百千])\Z")
_JOINS_AFTER = re.compile(r"\d|[.,/:]\d|[万亿%％‰倍]|[kKMBx](?![A-Za-z])")
_NUMERAL = re.compile(
    r"[〇零一二两三四五六七八九十百千万亿半]+(?=\s?(?:多|余|来)?\s?(?:[个单家天次条元块成倍笔人位名月年季%％万亿]|百分点))"
    r"|(?<=百分之)[〇零一二两三四五六七八九十百千]+"
)
# 万 and 亿 or a multiple right after what was taken away would make another amount of it.
_LEFT_UNIT = re.compile(r"\x00 ?(?:[万亿%％]|[kKMB](?![A-Za-z]))")


class Ledger:
    """The numbers of results, as the language says them. Make one an answer."""

    def __init__(self, tell: Telling, *results: object) -> None:
        self.tell = tell
        self.words: FigureWords = figure_words(chinese=tell.words.chinese)
        self.numbers: set[float] = set()
        self.dates: set[date] = {tell.today}
        self.periods: set[Period] = set()  # without their numbers: two of the same days are one
        self.texts: set[str] = set()
        self._given: Counter[str] = Counter()
        self._names: set[str] = set()
        for result in results:
            for value in _values(result):
                self._add(value)
        for period in self.periods:
            self.dates |= {period.first, period.last}
            self.numbers.add(float(period.elapsed(tell.today)))

    # -- numbers of the result, said

    def money(self, value: Number) -> str:
        currency = self.tell.book.company.currency
        minor = 10 ** EXPONENTS.get(currency, 2)
        return self._give(self.words.money(Decimal(str(self._known(value))) / minor, currency))

    def percent(self, value: Number) -> str:
        return self._give(self.words.percent(float(self._known(value))))

    def signed_percent(self, value: Number) -> str:
        said = self.words.percent(abs(float(self._known(value))))
        return self._give(f"{_sign(value)}{said}")

    def points(self, value: Number) -> str:
        return self._give(f"{_sign(value)}{self.words.points(abs(float(self._known(value))))}")

    def points_apart(self, value: Number) -> str:
        return self._give(self.words.points(abs(float(self._known(value)))))

    def count(self, value: Number) -> str:
        return self._give(self.words.count(int(self._known(value))))

    def ratio(self, value: Number) -> str:
        return self._give(self.words.ratio(float(self._known(value))))

    def mean(self, value: Number) -> str:
        return self._give(self.words.mean(float(self._known(value))))

    def days(self, value: Number) -> str:
        return self._give(self.words.days(float(self._known(value))))

    def whole_percent(self, value: Number) -> str:
        return self._give(self.words.percent(round(float(self._known(value)))))

    def of(self, part: Number, whole: Number) -> str:
        """2/3."""
        return self._give(f"{int(self._known(part))}/{int(self._known(whole))}")

    def day(self, day: date) -> str:
        return self._give(self.tell.day(self._known_day(day)))

    def short_day(self, day: date) -> str:
        return self._give(self.words.short_day(self._known_day(day)))

    def period(self, period: Period) -> str:
        """本周, Q1, 3月."""
        start = self.tell.book.company.fiscal_year_start_month
        return self._give(self.words.period(self._known_period(period), self.tell.today, start))

    def span(self, period: Period) -> str:
        """1/1–3/31."""
        return self._give(self.words.span(self._known_period(period), self.tell.today))

    def month(self, first: date) -> str:
        return self._give(self.words.month(self._known_day(first), self.tell.today))

    def week(self, monday: date) -> str:
        return self._give(self.words.week(self._known_day(monday), self.tell.today))

    def rank(self, place: int) -> str:
        """The number of a line in a list, from 1."""
        return self._give(f"{place}.")

    def mark(self, place: int) -> str:
        """①."""
        return self._give(_RANKS[place - 1]) if place <= len(_RANKS) else self.rank(place)

    def name(self, text: str) -> str:
        """What somebody or something is called, what somebody wrote, or words of ours that hold a number: as often as
        it is said."""
        text = " ".join(text.split())
        if text:
            self._names.add(text)
        return text

    # -- numbers that follow from those of the result

    def hundredfold(self, value: Number) -> Number:
        """A share 0..1 in percent."""
        return self._made(100 * self._known(value))

    def difference(self, a: Number, b: Number) -> Number:
        return self._made(self._known(a) - self._known(b))

    def change(self, a: Number, b: Number) -> float | None:
        """How much more a is than b, in percent; None over nothing."""
        self._known(a)
        return self._made(100 * (a - b) / abs(b)) if self._known(b) else None

    def share(self, part: Number, whole: Number) -> float | None:
        """In percent; None of nothing."""
        self._known(part)
        return self._made(100 * part / whole) if self._known(whole) else None

    def total(self, *values: Number) -> Number:
        return self._made(sum(self._known(value) for value in values))

    def left(self, whole: Number, shown: int) -> int:
        """How many of a list are not shown."""
        return int(self._made(int(self._known(whole)) - shown))

    def counted(self, things: Sized) -> int:
        """How many of the result's own things there are of a kind."""
        return int(self._made(len(things)))

    def days_between(self, earlier: date, later: date) -> int:
        return int(self._made((self._known_day(later) - self._known_day(earlier)).days))

    def holds(self, value: Number) -> bool:
        return _same(value) in self.numbers

    # -- the check

    def check(self, text: str) -> None:
        """Raises UnfoundedNumber where a text that was made with this ledger holds a number that it did not give."""
        rest = text
        # the longest first: a name may hold a number, a day may hold what is a name elsewhere
        for piece in sorted(self._names | self._given.keys(), key=lambda piece: (-len(piece), piece)):
            rest = _without(rest, piece, len(text) if piece in self._names else self._given[piece])
        found = _first_number(rest)
        if found is not None:
            raise UnfoundedNumber(found)

    def _add(self, value: object) -> None:
        if isinstance(value, Period):
            self.periods.add(Period(value.first, value.last))
        elif isinstance(value, date):
            self.dates.add(value)
        elif isinstance(value, int | float):
            self.numbers.add(_same(value))
        elif isinstance(value, str):
            self.texts.add(value)
            if (day := _day_of(value)) is not None:
                self.dates.add(day)

    def _known(self, value: Number) -> Number:
        if not self.holds(value):
            raise UnfoundedNumber(str(value))
        return value

    def _known_day(self, day: date) -> date:
        if day not in self.dates:
            raise UnfoundedNumber(day.isoformat())
        return day

    def _known_period(self, period: Period) -> Period:
        if Period(period.first, period.last) not in self.periods:
            raise UnfoundedNumber(f"{period.first}-{period.last}")
        return period

    def _made(self, value: Number) -> Number:
        self.numbers.add(_same(value))
        return value

    def _give(self, said: str) -> str:
        self._given[said] += 1
        return said


def _values(of: object) -> Iterator[object]:
    """Everything in a result, and how long its lists are. By hand, not by recursion: a split may have thousands."""
    left = [of]
    while left:
        one = left.pop()
        if isinstance(one, str | int | float | date | Period):
            if not isinstance(one, bool):
                yield one
        elif isinstance(one, tuple | list):
            yield len(one)
            left.extend(one)
        elif isinstance(one, Row):
            left += [one.key, one.value, *one.parts.values()]
        elif isinstance(one, Mapping):
            left += [*one, *one.values()]
        elif is_dataclass(one):
            left += [getattr(one, each.name) for each in fields(one)]


def _same(value: Number) -> float:
    """Equal for what is the same number, whichever way it was computed."""
    return round(float(value), 6)


def _sign(value: Number) -> str:
    return "+" if value > 0 else "-" if value < 0 else "±"


def _day_of(key: str) -> date | None:
    """The day that a row's key names: a month 2026-03, the Monday of a week."""
    if len(key) not in (7, 10) or not key[:4].isdigit():
        return None
    try:
        return date.fromisoformat(f"{key}-01" if re.fullmatch(r"\d{4}-\d\d", key) else key)
    except ValueError:
        return None


def _without(text: str, piece: str, times: int) -> str:
    """The text less so many of a piece, where it stands for itself and is no part of another number."""
    at = 0
    while times and (at := text.find(piece, at)) >= 0:
        before, after = text[:at], text[at + len(piece) :]
        if _joins(piece, before, after):
            at += 1
            continue
        text, times = f"{before}\x00{after}", times - 1
        at += 1
    return text


def _joins(piece: str, before: str, after: str) -> bool:
    if piece[0].isdigit() and _JOINS_BEFORE.search(before):
        return True
    return piece[-1].isdigit() and _JOINS_AFTER.match(after) is not None


def _first_number(rest: str) -> str | None:
    for place, sign in enumerate(rest):
        if sign.isdigit():
            return rest[max(0, place - 8) : place + 8]
    found = _NUMERAL.search(rest) or _LEFT_UNIT.search(rest)
    return found.group() if found else None
