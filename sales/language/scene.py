"""The scene of a message: clauses with everything that is mentioned in them, each thing claimed once.

Order of claims: exact names, dates, weaker names, then numbers; what an earlier one has claimed a later one can't read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sales.language.claims import (
    NOT_PEOPLE,
    SURE,
    Mistyped,
    is_name,
    masked,
    says_when,
    settle,
    strictly_inside,
    touches,
)
from sales.language.context import Context
from sales.language.cuts import cut_at_names, with_their_dates
from sales.language.dates import DateMention, find_dates
from sales.language.lexicon import Cue
from sales.language.mentions import Named, Said, Scene
from sales.language.money import ChangeMention, NumberMention, find_changes, find_numbers
from sales.language.names import NameKind
from sales.language.pieces import split
from sales.language.surnames import TitleMention, find_person_titles
from sales.language.text import normal

_DATE_COLUMN = re.compile(r"日期|时间|date|when|day")


def make_scene(raw: str, context: Context) -> Scene:
    """Read a message into clauses with their mentions."""
    norm = normal(raw)
    text = norm.text
    hits = context.names.find(text) if text.strip() else []
    mine = context.book.my_accounts()
    named = settle(hits, context, mine, text)
    named = [n for n in named if not says_when(text, n)]
    sure = [(n.start, n.end) for n in named if n.how in SURE and n.end - n.start >= 2]
    every = context.lexicon.find(text)
    pieces = split(text, context.lexicon, every)
    dated_cells = [(s, e) for line in pieces.lines for s, e, column in line.cells if _DATE_COLUMN.search(column)]
    # 6.9 under 日期 is a date, which nothing but the column says
    shown_dates = text
    for s, e in sure:
        shown_dates = (
            shown_dates[:s] + "," * (e - s) + shown_dates[e:]
        )  # 周二到三江: the name is not the end of a range
    shown_dates = shown_dates.replace("然后", ",,")  # 然后下午: no 后下午
    for s, e in dated_cells:
        shown_dates = shown_dates[:s] + shown_dates[s:e].replace(".", "/") + shown_dates[e:]
    dates = find_dates(shown_dates, skip=sure, day_first=not context.book.company.locale.startswith(("zh", "en-US")))
    dates = [replace(d, strength=0.9) if strictly_inside(d.start, d.end, dated_cells) else d for d in dates]
    dated = [(d.start, d.end) for d in dates if d.strength >= 0.6]
    said_when = [(d.start, d.end) for d in dates if d.strength >= 0.3]
    named = [n for n in named if n.how in SURE or not touches(n.start, n.end, said_when)]
    shown = masked(norm.cased, [(n.start, n.end) for n in named if n.how in SURE and n.kind in NOT_PEOPLE])
    titles = [
        replace(t, surname=t.surname.lower(), given=t.given.lower())
        for t in find_person_titles(shown, also=Mistyped(context))
        if not touches(t.start, t.end, dated)
        and not any(n.start < t.start < n.end for n in named if n.kind is NameKind.ACCOUNT)
    ]
    claims = dated + [(n.start, n.end) for n in named]
    numbers = find_numbers(text, claims)
    weak_dates = [d for d in dates if d.strength < 0.6]
    if weak_dates:
        kept = [
            d
            for d in weak_dates
            if not any(
                n.start < d.end and d.start < n.end and n.kind.name in ("AMOUNT", "PERCENT", "COUNT", "CODE")
                for n in numbers
            )
        ]
        dates = [d for d in dates if d.strength >= 0.6 or d in kept]
    # a part of the day alone (上午, this morning) is no date: it says when today, which the tense knows better
    dates = [d for d in dates if not (d.time_only and (d.time is None or d.time.hour is None))]
    changes = find_changes(text, numbers)
    cues = [c for c in every if not is_name(norm.cased, c)]
    claimed = [(n.start, n.end) for n in named if n.how in SURE and n.kind is not NameKind.PRODUCT]
    sold = [(n.start, n.end) for n in named if n.how in SURE and n.kind is NameKind.PRODUCT]
    cues = [
        c
        for c in cues
        if not strictly_inside(c.start, c.end, claimed)
        and not (c.family.startswith("activity.") and strictly_inside(c.start, c.end, sold))
    ]
    counted = [(n.start, n.end) for n in numbers]
    cues = [c for c in cues if not any(s < c.start < e < c.end for s, e in counted)]  # 290万|一分: no 万一
    clauses = with_their_dates(cut_at_names(pieces.clauses, named, dates, cues, text), dates, text)
    said = [Said(i, clause) for i, clause in enumerate(clauses)]
    scene = Scene(context, norm, pieces, said, cues, named, dates, numbers)
    _deal_out(said, cues, dates, numbers, changes, named, titles)
    return scene


def _deal_out(
    said: Sequence[Said],
    cues: Iterable[Cue],
    dates: Iterable[DateMention],
    numbers: Iterable[NumberMention],
    changes: Iterable[ChangeMention],
    named: Iterable[Named],
    titles: Iterable[TitleMention],
) -> None:
    """Give every mention to the clause in which it starts."""
    starts = [s.start for s in said]

    def home(at: int) -> Said | None:
        low, high = 0, len(starts)
        while low < high:
            mid = (low + high) // 2
            if starts[mid] <= at:
                low = mid + 1
            else:
                high = mid
        if low == 0:
            return None
        found = said[low - 1]
        return found if at < found.end else None

    for cue in cues:
        if (clause := home(cue.start)) is not None:
            clause.cues.setdefault(cue.family, []).append(cue)
    for date in dates:
        if (clause := home(date.start)) is not None:
            clause.dates.append(date)
    for number in numbers:
        if (clause := home(number.start)) is not None:
            clause.numbers.append(number)
    for change in changes:
        if (clause := home(change.start)) is not None:
            clause.changes.append(change)
    for name in named:
        if (clause := home(name.start)) is not None:
            clause.names.append(name)
    for title in titles:
        if (clause := home(title.start)) is not None:
            clause.titles.append(title)
