"""Any figure by anything: bars for a ranking, a funnel for stages, columns for months and weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.chart_data import Bar, Bars, Column, Columns
from handlers.chart_names import head_of, name_of, row_name
from handlers.chart_words import ChartWords
from sales.metrics.figures import Figures, Row
from sales.metrics.query import GroupBy, Target
from sales.metrics.registry import METRICS, Unit
from sales.periods import month_of, week_of
from sales.stages import Stage

MOST_BARS = 12
MOST_COLUMNS = 14  # the weeks of a quarter
_SHORT_OF_ROOM = 5  # columns: beyond that an amount is written without its unit
_ADDED_UP = frozenset({
    "quota", "won", "won_count", "gap", "pipeline", "weighted_pipeline", "forecast", "payments", "receivable",
    "activities", "new_opportunities", "overdue", "at_risk", "todo", "lost_reasons",
})  # fmt: skip
"""Metrics whose rows are parts of a sum. (A deal with two products is in two rows of a split by product.)"""


_OF_DEALS = frozenset({"won", "pipeline", "weighted_pipeline"})


def ranking_chart(found: Figures, rows: Sequence[Row], words: ChartWords) -> Bars:
    query, unit = found.query, METRICS[found.query.metric].unit
    stages = query.group_by is GroupBy.STAGE
    if stages and query.order is None:
        rows = sorted(rows, key=_stage_rank)
    others = {row.key: row.value for row in found.against.rows if row.value} if found.against is not None else {}
    bars = []
    for row in rows[:MOST_BARS]:
        counted = row.parts.get("count")
        detail = words.count(counted) if counted is not None and query.metric in _OF_DEALS else ""
        label = words.figure(row.value, unit, query.metric)
        bars.append(Bar(row_name(row, query.group_by, words), row.value, label, detail, other=others.get(row.key)))
    top = max(max(bar.value or 0, bar.other or 0) for bar in bars)
    if unit is Unit.PERCENT:
        top = max(top, 100)
    legend = (("other", _other_name(found, words)),) if any(bar.other for bar in bars) else ()
    rest = _rest(found, rows, len(bars), unit, words)
    funnel = stages and unit is not Unit.PERCENT and not legend
    return Bars(head_of(found, words), tuple(bars), float(top), legend=legend, rest=rest, centred=funnel)


def _stage_rank(row: Row) -> int:
    try:
        return Stage(row.key).rank
    except ValueError:
        return len(Stage)


def _rest(found: Figures, rows: Sequence[Row], shown: int, unit: Unit, words: ChartWords) -> str:
    """What has no bar; its sum where all of it is known and a sum means something."""
    count, query = max(found.row_count, len(rows)) - shown, found.query
    if count <= 0:
        return ""
    parted = query.group_by not in (GroupBy.PRODUCT, GroupBy.COMPETITOR)
    if len(rows) < found.row_count or query.metric not in _ADDED_UP or not parted:
        return words.rest(count, query.group_by)
    left = sum(row.value or 0 for row in rows[shown:])
    return words.rest(count, query.group_by, words.figure(left, unit, query.metric))


def _other_name(found: Figures, words: ChartWords) -> str:
    versus = found.query.versus
    if isinstance(versus, Target):
        return name_of(versus, words.tell)
    return words.period(versus) if versus is not None else ""


def trend_chart(found: Figures, rows: Sequence[Row], words: ChartWords) -> Columns | None:
    """One column a month or a week, the earliest first; None if there are not two."""
    query, unit = found.query, METRICS[found.query.metric].unit
    ordered = _in_time(rows)[-MOST_COLUMNS:]
    if len(ordered) < 2:
        return None
    against = [row.value for _, row in _in_time(found.against.rows)] if found.against is not None else []
    if len(against) == len(rows):
        against = against[-len(ordered) :]
    elif len(ordered) < len(rows):
        against = []  # month by month they can't be told apart any more
    top = float(max(max(row.value or 0 for _, row in ordered), *(value or 0 for value in against), 0))
    if not top:
        return None
    labels, legend = [words.figure(row.value, unit, query.metric) for _, row in ordered], []
    if unit is Unit.MONEY and len(ordered) > _SHORT_OF_ROOM:
        labels, named = words.in_units([row.value or 0 for _, row in ordered])
        legend.append(("", named))
    elif unit not in (Unit.MONEY, Unit.PERCENT, Unit.RATIO):
        labels = [f"{row.value or 0:,.0f}" for _, row in ordered]
    columns = _placed(found, ordered, labels, against, words)
    if any(column.other is not None for column in columns):
        if isinstance(query.versus, Target):
            legend.append(("column", name_of(query.scope, words.tell)))
        elif query.period is not None:
            legend.append(("column", words.period(query.period)))
        legend.append(("other", _other_name(found, words)))
    if any(column.open and column.value for column in columns):
        legend.append(("open", words.not_over()))
    rest = words.earlier(len(rows) - len(columns)) if len(columns) < len(rows) else ""
    return Columns(head_of(found, words), columns, top, tuple(legend), rest)


def _placed(
    found: Figures, ordered: Sequence[tuple[date, Row]], labels: Sequence[str], against: Sequence[float | None],
    words: ChartWords,
) -> tuple[Column, ...]:  # fmt: skip
    weekly = found.query.group_by is GroupBy.WEEK
    several = len({begin.year for begin, _ in ordered}) > 1
    columns = []
    for place, (begin, row) in enumerate(ordered):
        last = week_of(begin).last if weekly else month_of(begin).last
        before = ordered[place - 1][0] if place else None
        turn = before is None or begin.year != before.year
        under = words.year(begin) if several and turn else ""
        columns.append(
            Column(
                words.week(begin) if weekly else words.month(begin),
                row.value,
                labels[place] if row.value is not None else "–",
                words.week_under(begin, before) if weekly else under,
                against[place] if place < len(against) else None,
                begin <= found.as_of < last,
            )
        )
    return tuple(columns)


def _in_time(rows: Sequence[Row]) -> list[tuple[date, Row]]:
    return sorted(((begin, row) for row in rows if (begin := _begin(row.key)) is not None), key=lambda pair: pair[0])


def _begin(key: str) -> date | None:
    """The first day of a month 2026-03, or a Monday; None for anything else."""
    try:
        return date.fromisoformat(f"{key}-01" if len(key) == 7 else key)
    except ValueError:
        return None
