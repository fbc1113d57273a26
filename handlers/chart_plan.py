"""Won against quota: of a unit's parts, with the time that has passed as a mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.chart_data import Bar, Bars, Head, Mark
from handlers.chart_names import head_of, name_of, row_name
from handlers.chart_words import ChartWords
from sales.metrics.figures import Figures, Number, Row
from sales.metrics.problems import Overview
from sales.metrics.query import GroupBy, TargetKind
from sales.periods import Period

MOST = 12
_LONGEST = 200.0  # percent: what is beyond that would press the others flat


@dataclass(frozen=True, slots=True)
class _Stand:
    name: str
    percent: float | None
    won: Number | None
    quota: Number | None
    forecast: int | None = None


def attainment_chart(found: Figures, rows: Sequence[Row], words: ChartWords) -> Bars:
    by = found.query.group_by
    stands = [_Stand(row_name(row, by, words), row.value, row.parts.get("won"), row.parts.get("quota")) for row in rows]
    whole = _Stand(words.total(), found.value, found.parts.get("won"), found.parts.get("quota"))
    count = max(found.row_count, len(rows))
    return _bars(head_of(found, words), stands, whole, _plan(found.query.period, found.as_of), count, by, words)


def overview_chart(found: Overview, words: ChartWords) -> Bars | None:
    """The whole with its forecast, then its parts. None without a quota, or without parts to compare."""
    if len(found.parts) < 2 or found.attainment is None:
        return None
    tell = words.tell
    stands = [
        _Stand(name_of(part.target, tell) or words.unknown(), part.attainment, part.won, part.quota)
        for part in found.parts
    ]
    whole = _Stand(words.total(), found.attainment, found.won, found.quota, found.forecast)
    own = (words.own_part(name_of(found.narrowed, tell)),) if found.narrowed is not None else ()
    title = words.overview_title(name_of(found.scope, tell))
    head = Head(title, (words.when(found.period, found.as_of), *own), words.chinese)
    people = all(part.target.kind is TargetKind.USER for part in found.parts)
    by = GroupBy.USER if people else GroupBy.ORG_UNIT
    return _bars(head, stands, whole, _plan(found.period, found.as_of), len(stands), by, words)


def _plan(period: Period | None, day: date) -> int | None:
    """How far one should be, in percent; None for a period that has not begun."""
    return (period.elapsed(day) if period is not None else 0) or None


def _bars(
    head: Head, stands: Sequence[_Stand], whole: _Stand, plan: int | None, count: int, by: GroupBy | None,
    words: ChartWords,
) -> Bars:  # fmt: skip
    shown = [_bar(stand, plan, words) for stand in stands[:MOST]]
    together = _bar(whole, plan, words) if whole.percent is not None else None
    drawn = [*shown, *([together] if together is not None else [])]
    longest = max(max(bar.value or 0, bar.more or 0) for bar in drawn)
    over = plan is not None and plan >= 100
    legend = []
    if any(bar.behind for bar in drawn):
        legend.append(("behind", words.behind_goal() if over else words.behind_time()))
    if together is not None and whole.forecast is not None and (together.more or 0) > (together.value or 0):
        legend.append(("more", words.forecast(words.money(whole.forecast))))
    mark = Mark(plan, words.elapsed(plan)) if plan is not None and not over else None
    rest = ""
    if count > len(shown):
        left = stands[len(shown) :]
        won, quota = sum(one.won or 0 for one in left), sum(one.quota or 0 for one in left)
        known = len(stands) >= count and quota > 0  # rows that the answer left out can't be added up
        rest = words.rest(count - len(shown), by, words.of_quota(won, quota) if known else "")
    top = max(100.0, min(longest, _LONGEST))
    return Bars(head, tuple(shown), top, mark, 100.0, together, tuple(legend), rest)


def _bar(stand: _Stand, plan: int | None, words: ChartWords) -> Bar:
    if stand.percent is None:
        return Bar(stand.name, None, words.no_quota(), words.money(stand.won) if stand.won else "")
    detail = words.of_quota(stand.won, stand.quota) if stand.won is not None and stand.quota else ""
    more = 100 * stand.forecast / stand.quota if stand.forecast is not None and stand.quota else None
    behind = plan is not None and stand.percent < plan
    return Bar(stand.name, stand.percent, words.percent(stand.percent), detail, behind, more)
