"""From figures to a picture: which chart says something, and what stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from handlers.chart_bars import svg_of
from handlers.chart_data import Bar, Bars, Chart, Column, Columns, Head, Mark
from handlers.chart_svg import clean
from handlers.chart_words import ChartWords
from handlers.lines import Telling
from handlers.turns import Drawn
from sales.metrics.figures import Figures, Row
from sales.metrics.problems import Overview, Part
from sales.metrics.query import GroupBy, Target, TargetKind
from sales.metrics.registry import METRICS, Unit
from sales.periods import Period, month_of, week_of
from sales.stages import ActivityType, Stage

MOST_BARS = 12
MOST_COLUMNS = 14  # the weeks of a quarter
_LONGEST = 200.0  # percent: what is beyond that would press the others flat
_ADDED_UP = frozenset({"quota", "won", "won_count", "gap", "pipeline", "weighted_pipeline", "forecast", "payments",
    "receivable", "activities", "new_opportunities", "overdue", "at_risk", "todo", "lost_reasons"})  # fmt: skip


def picture_of(found: Figures | Overview, tell: Telling) -> Drawn | None:
    """The picture that goes with an answer; None where it would say nothing. NoFont as in handlers.drawing."""
    from handlers.drawing import png

    chart = chart_of(found, tell)
    if chart is None:
        return None
    name = "".join(ch if ch.isalnum() else "-" for ch in clean(chart.head.title)).strip("-")
    while "--" in name:
        name = name.replace("--", "-")
    day = f"{found.as_of:%Y%m%d}"
    text = f"{clean(chart.head.title)}{'。' if tell.words.chinese else '. '}{chart.head.lines[0]}"
    return Drawn(png(svg_of(chart)), f"{name[:60].rstrip('-')}-{day}.png", text)


def chart_of(found: Figures | Overview, tell: Telling) -> Chart | None:
    """What is to be drawn, worded but not placed; the web board shows the same."""
    words = ChartWords(tell)
    if isinstance(found, Overview):
        return _overview(found, words)
    by = found.query.group_by
    rows = [row for row in found.rows if row.value is None or row.value >= 0]
    lost = found.query.metric == "lost_reasons"
    if len(rows) < 2 or (by is None and not lost) or found.query.none_only:
        return None
    if not any(row.value for row in rows):
        return None
    if by in (GroupBy.MONTH, GroupBy.WEEK):
        return _trend(found, rows, words)
    if found.query.metric == "attainment":
        return _attainment(found, rows, words)
    return _ranking(found, rows, words)


# -- names


def name_of(target: Target, tell: Telling) -> str:
    """What people call it; empty for an id that the book has not."""
    book = tell.book
    find = {
        TargetKind.ORG_UNIT: book.org_unit,
        TargetKind.USER: book.person,
        TargetKind.PRODUCT: book.product,
        TargetKind.COMPETITOR: book.competitor,
        TargetKind.OPPORTUNITY: book.opportunity,
    }
    if target.kind is TargetKind.ACCOUNT:
        return tell.account(target.id)
    known = find[target.kind](target.id)
    return known.name if known is not None else ""


_KINDS = {
    GroupBy.ORG_UNIT: TargetKind.ORG_UNIT,
    GroupBy.USER: TargetKind.USER,
    GroupBy.PRODUCT: TargetKind.PRODUCT,
    GroupBy.ACCOUNT: TargetKind.ACCOUNT,
    GroupBy.COMPETITOR: TargetKind.COMPETITOR,
}


def _row_name(row: Row, by: GroupBy | None, words: ChartWords) -> str:
    if by is None:
        return row.key or words.no_reason()
    if by in _KINDS:
        return name_of(Target(_KINDS[by], row.key), words.tell) or words.unknown()
    try:
        if by is GroupBy.STAGE:
            return words.tell.words.stage(Stage(row.key))
        kind = words.tell.words.activity(ActivityType(row.key))
        return kind[:1].upper() + kind[1:]
    except ValueError:
        return words.unknown()


def _head(found: Figures, words: ChartWords) -> Head:
    query = found.query
    title = words.title(name_of(query.scope, words.tell), query.metric, query.group_by)
    lines = [words.when(query.period, found.as_of), words.only(query.filter)]
    if found.narrowed is not None:
        lines.append(words.own_part(name_of(found.narrowed, words.tell)))
    return Head(title, tuple(line for line in lines if line), words.chinese)


# -- attainment


def _attainment(found: Figures, rows: Sequence[Row], words: ChartWords) -> Bars:
    plan = _plan(found.query.period, found.as_of)
    bars = [
        _against_quota(_row_name(row, found.query.group_by, words), row.value, row.parts, plan, words) for row in rows
    ]
    whole = None
    if found.value is not None:
        whole = _against_quota(words.total(), found.value, found.parts, plan, words)
    return _plan_bars(_head(found, words), bars, whole, plan, words, found.row_count)


def _overview(found: Overview, words: ChartWords) -> Bars | None:
    if len(found.parts) < 2 or found.attainment is None:
        return None
    plan = _plan(found.period, found.as_of)
    bars = [_part(part, plan, words) for part in found.parts]
    parts = {"won": found.won, "quota": found.quota or 0}
    more = 100 * found.forecast / found.quota if found.quota else None
    whole = _against_quota(words.total(), found.attainment, parts, plan, words, more)
    lines = [words.when(found.period, found.as_of)]
    if found.narrowed is not None:
        lines.append(words.own_part(name_of(found.narrowed, words.tell)))
    head = Head(words.overview_title(name_of(found.scope, words.tell)), tuple(lines), words.chinese)
    forecast = words.forecast(words.money(found.forecast))
    return _plan_bars(head, bars, whole, plan, words, len(bars), forecast)


def _part(part: Part, plan: int | None, words: ChartWords) -> Bar:
    parts = {"won": part.won, "quota": part.quota or 0}
    return _against_quota(name_of(part.target, words.tell) or words.unknown(), part.attainment, parts, plan, words)


def _plan(period: Period | None, day: date) -> int | None:
    """How far one should be, in percent; None for a period that has not begun."""
    elapsed = period.elapsed(day) if period is not None else 0
    return elapsed or None


def _against_quota(
    name: str, value: float | None, parts: Mapping[str, float], plan: int | None, words: ChartWords,
    more: float | None = None,
) -> Bar:  # fmt: skip
    won, quota = parts.get("won"), parts.get("quota")
    detail = words.of_quota(won, quota) if won is not None and quota else ""
    if value is None:
        return Bar(name, None, words.no_quota(), words.money(won) if won else "")
    behind = plan is not None and value < plan
    return Bar(name, value, words.percent(value), detail, behind, more)


def _plan_bars(
    head: Head, bars: Sequence[Bar], whole: Bar | None, plan: int | None, words: ChartWords, count: int,
    forecast: str = "",
) -> Bars:  # fmt: skip
    shown, rest = bars[:MOST_BARS], ""
    if count > len(shown):
        rest = words.rest(count - len(shown))
    drawn = [*shown, *([whole] if whole is not None else [])]
    longest = max((max(bar.value or 0, bar.more or 0) for bar in drawn), default=0)
    over = plan is None or plan >= 100
    legend = []
    if any(bar.behind for bar in drawn):
        legend.append(("behind", words.behind_goal() if over else words.behind_time()))
    if whole is not None and whole.more is not None and whole.more > (whole.value or 0):
        legend.append(("more", forecast))
    mark = None if plan is None or over else Mark(plan, words.elapsed(plan))
    return Bars(
        head, tuple(shown), max(100.0, min(longest, _LONGEST)), mark, 100.0, whole, tuple(legend), rest
    )  # fmt: skip


# -- any figure, by anything


def _ranking(found: Figures, rows: Sequence[Row], words: ChartWords) -> Bars:
    query = found.query
    by, unit = query.group_by, METRICS[query.metric].unit
    funnel = by is GroupBy.STAGE and query.metric != "conversion"
    if by is GroupBy.STAGE and query.order is None:
        rows = sorted(rows, key=_stage_rank)
    others = _others(found)
    bars = []
    for row in rows[:MOST_BARS]:
        counted = row.parts.get("count")
        detail = words.count(counted) if counted is not None and unit is Unit.MONEY else ""
        name = _row_name(row, by, words)
        other = others.get(row.key)
        bars.append(Bar(name, row.value, words.figure(row.value, unit, query.metric), detail, other=other))
    rest = _rest(found, rows, len(bars), unit, words)
    top = max(max(bar.value or 0, bar.other or 0) for bar in bars)
    legend = (("other", _other_name(found, words)),) if others else ()
    return Bars(_head(found, words), tuple(bars), float(top), legend=legend, rest=rest, centred=funnel and not others)


def _stage_rank(row: Row) -> int:
    try:
        return Stage(row.key).rank
    except ValueError:
        return len(Stage)


def _rest(found: Figures, rows: Sequence[Row], shown: int, unit: Unit, words: ChartWords) -> str:
    """What has no bar; its sum where all of it is known and a sum means something."""
    count = max(found.row_count, len(rows)) - shown
    if count <= 0:
        return ""
    known = len(rows) >= found.row_count and found.query.metric in _ADDED_UP
    return words.rest(
        count, words.figure(sum(row.value or 0 for row in rows[shown:]), unit, found.query.metric) if known else ""
    )


def _others(found: Figures) -> dict[str, float]:
    if found.against is None:
        return {}
    return {row.key: row.value for row in found.against.rows if row.value is not None}


def _other_name(found: Figures, words: ChartWords) -> str:
    versus = found.query.versus
    if isinstance(versus, Target):
        return name_of(versus, words.tell)
    return words.period(versus) if versus is not None else ""


# -- over time


def _trend(found: Figures, rows: Sequence[Row], words: ChartWords) -> Columns | None:
    query, unit = found.query, METRICS[found.query.metric].unit
    ordered = sorted(((begin, row) for row in rows if (begin := _begin(row.key)) is not None), key=lambda pair: pair[0])
    if len(ordered) < 2:
        return None
    against = [row.value for _, row in _in_time(found.against.rows)] if found.against is not None else []
    years = {begin.year for begin, _ in ordered}
    weekly = query.group_by is GroupBy.WEEK
    columns: list[Column] = []
    for place, (begin, row) in enumerate(ordered):
        last = week_of(begin).last if weekly else month_of(begin).last
        under = words.year(begin) if len(years) > 1 and (place == 0 or begin.year != ordered[place - 1][0].year) else ""
        name = words.week(begin) if weekly else words.month(begin)
        label = words.figure(row.value, unit, query.metric) if row.value is not None else "–"
        other = against[place] if place < len(against) else None
        columns.append(Column(name, row.value, label, under, other, begin <= found.as_of < last))
    shown = columns[-MOST_COLUMNS:]
    rest = words.earlier(len(columns) - len(shown)) if len(columns) > len(shown) else ""
    legend = []
    if any(column.open and column.value for column in shown):
        legend.append(("open", words.not_over()))
    if any(column.other is not None for column in shown):
        if query.period is not None:
            legend.insert(0, ("column", words.period(query.period)))
        legend.append(("other", _other_name(found, words)))
    top = max(max(column.value or 0, column.other or 0) for column in shown)
    if not top:
        return None
    return Columns(_head(found, words), tuple(shown), float(top), tuple(legend), rest)


def _in_time(rows: Sequence[Row]) -> list[tuple[date, Row]]:
    return sorted(((begin, row) for row in rows if (begin := _begin(row.key)) is not None), key=lambda pair: pair[0])


def _begin(key: str) -> date | None:
    """The first day of a month 2026-03, or a Monday; None for anything else."""
    try:
        return date.fromisoformat(f"{key}-01" if len(key) == 7 else key)
    except ValueError:
        return None
