"""Dates and times in sales talk, Chinese and English: where they stand in a text and which days they mean.

`find_dates` reads, `DateMention.resolve` turns a mention into days once the tense of its clause is known. Rules are in
dates_zh, dates_en and dates_numeric; expressions in dates_forms, dates_relative, dates_periods, dates_holidays and
dates_compound. Places are code points of the text given; lower case and NFKC are expected, not required.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from sales.language import dates_en, dates_numeric, dates_zh
from sales.language.dates_join import dress, join
from sales.language.dates_model import Atom, Form, Grain, Moment, Resolved, Tense, TimeOfDay
from sales.language.dates_scan import plain
from sales.language.durations import find_durations

_Asked = tuple[date, time | None, Tense, date | None, int]

__all__ = ["DateMention", "Grain", "Resolved", "Tense", "find_dates", "find_durations"]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date said in a text: [start, end) covers all of it, with its 之前 or by and its time of day.

    `strength` is 1 for a plain date, below it for what may be something else (3.18 about 0.5 to 0.9, a bare 下午 0.5,
    a bare 10点 0.4, 近期 0.3): the caller decides.
    """

    start: int
    end: int
    text: str
    expression: Form
    time: TimeOfDay | None = None
    deadline: bool = False
    approx: bool = False
    strength: float = 1.0
    # A reader asks the same a dozen times, clause by clause and rule by rule
    _known: dict[_Asked, Resolved] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def is_future_only(self) -> bool:
        """The words can only mean the future (下周, tomorrow, in two weeks)."""
        return self.expression.direction > 0

    @property
    def is_past_only(self) -> bool:
        """The words can only mean the past (昨天, last week, 3 days ago)."""
        return self.expression.direction < 0

    @property
    def time_only(self) -> bool:
        """No day was said, only a time (下午, 3pm): today, unless the tense and the hour tell otherwise."""
        return self.expression.time_only

    def resolve(
        self, now: datetime | date, tense: Tense = Tense.UNKNOWN, *, week_of: date | None = None, fiscal_start: int = 1
    ) -> Resolved:
        """The days meant. `week_of`: any day of the week that the section talks about: a bare weekday is in that week.

        `fiscal_start` is the month (1..12) in which the fiscal year starts; ValueError on another.
        """
        if not 1 <= fiscal_start <= 12:
            raise ValueError(f"fiscal_start is a month, 1 to 12, not {fiscal_start}")
        today, clock = (now.date(), now.time()) if isinstance(now, datetime) else (now, None)
        if isinstance(week_of, datetime):
            week_of = week_of.date()
        asked = (today, clock, tense, week_of, fiscal_start)
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = self._resolved(Moment(*asked))
        return known

    def _resolved(self, moment: Moment) -> Resolved:
        found = self.expression.resolve(moment)
        if not (self.time or self.deadline or self.approx):
            return found
        return replace(
            found,
            time=self.time.clock if self.time else found.time,
            deadline=found.deadline or self.deadline,
            approx=found.approx or self.approx,
        )


def find_dates(text: str, *, day_first: bool = False, skip: Sequence[tuple[int, int]] = ()) -> list[DateMention]:
    """Every date and time of day in the text, left to right, not overlapping.

    `day_first` reads 3/4 in English as the 3rd of April; Chinese text is always month first, and where only one order
    is possible it is taken. `skip` are spans claimed by names (周三月科技): nothing that touches one is a date.
    """
    read = plain(text)
    atoms = [*dates_numeric.scan(read, day_first), *dates_zh.scanner().scan(read), *dates_en.scanner().scan(read)]
    atoms = _settled(a for a in atoms if not any(a.start < end and start < a.end for start, end in skip))
    mentions: list[DateMention] = []
    floor = 0
    joined = join(atoms, read)
    afters = [*(atom.start for atom in joined), len(text)][1:]
    for atom, after in zip(joined, afters, strict=True):
        floor = max([floor, *(end for _, end in skip if end <= atom.start)])
        ceiling = min([after, *(start for start, _ in skip if start >= atom.end)])
        dressed = dress(atom, read, floor, ceiling)
        found = dressed.found
        if found.form is not None:
            place = (dressed.start, dressed.end, text[dressed.start : dressed.end])
            mentions.append(DateMention(*place, found.form, found.time, found.deadline, found.approx, found.strength))
        floor = dressed.end
    return mentions


def _settled(atoms: Iterable[Atom]) -> list[Atom]:
    """Overlapping atoms of the scanners settled: the one that starts first, the longer of two that start together."""
    kept: list[Atom] = []
    for atom in sorted(atoms, key=lambda a: (a.start, -a.end)):
        if not kept or atom.start >= kept[-1].end:
            kept.append(atom)
    return kept
