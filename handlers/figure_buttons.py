"""The buttons under a figure: one level down, what it is made of, a picture, the period before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.figure_actions import Verb
from handlers.figure_days import kind_of
from handlers.figure_saying import KINDS, Saying
from handlers.turns import Button
from sales.book import Book
from sales.metrics.figures import Figures
from sales.metrics.query import Filter, GroupBy, MetricQuery, Target, TargetKind
from sales.metrics.registry import METRICS, WITHOUT_QUOTA, Unit
from sales.periods import Period, month_of, quarter_of, week_of, year_of
from sales.stages import Stage

MOST_DRILLS = 3


def buttons_of(saying: Saying, found: Figures) -> list[Button]:
    """The most useful first: a channel may show fewer."""
    words, query = saying.words, found.query
    plain = replace(query, versus=None)
    drills = [button for row in found.rows[:MOST_DRILLS] for button in drill(saying, plain, row.key)]
    splits = [] if query.group_by else [saying.button(words.button_split(by), Verb.ASK, replace(plain, group_by=by))
                                        for by in _splits(query, saying.tell.book)]  # fmt: skip
    out = [*drills, *(button for split in splits for button in split)]
    if found.value or found.rows:
        out += saying.button(words.button_why(), Verb.BEHIND, replace(plain, none_only=False))
    if len(found.rows) > 1 and query.group_by is not None and not query.none_only:
        out += saying.button(words.button_picture(), Verb.PICTURE, plain)
    return [*out, *_before(saying, query)]


def drill(saying: Saying, query: MetricQuery, key: str) -> list[Button]:
    """One level down from a row; none where there is none, or the row has no name."""
    by = query.group_by
    if by is None or not key:
        return []
    down = replace(query, group_by=None, order=None, limit=None, none_only=False)
    if by is GroupBy.STAGE:
        if key not in set(Stage) or "stage" not in METRICS[query.metric].filters:
            return []
        chosen = replace(query.filter, stage=Stage(key))
        label = saying.row_name(key, by)
        return saying.button(label, Verb.ASK, replace(down, filter=chosen, group_by=GroupBy.ACCOUNT))
    kind = KINDS.get(by)
    if kind is None or (METRICS[query.metric].whole and kind in WITHOUT_QUOTA):
        return []
    if kind is TargetKind.ACCOUNT:
        down = MetricQuery("history", query.scope)
    elif kind is TargetKind.ORG_UNIT:
        own = GroupBy.USER if GroupBy.USER in METRICS[query.metric].by else None
        below = own if key == query.scope.id else _below(query.metric, key, saying.tell.book)
        down = replace(down, group_by=below)
    elif query.scope.kind is not TargetKind.USER and kind is not TargetKind.USER:
        # a product within a unit stays within that unit
        name = "product" if kind is TargetKind.PRODUCT else "competitor"
        if name not in METRICS[query.metric].filters:
            return []
        chosen = Filter(query.filter.stage, query.filter.type, query.filter.tier,
                        key if name == "product" else query.filter.product,
                        key if name == "competitor" else query.filter.competitor)  # fmt: skip
        return saying.button(saying.row_name(key, by), Verb.ASK, replace(down, filter=chosen))
    return saying.button(saying.row_name(key, by), Verb.ASK, replace(down, scope=Target(kind, key)))


def earlier(period: Period, fiscal_start: int) -> Period | None:
    """The same kind of period before this one; None for any days."""
    kind, _ = kind_of(period, period.last, fiscal_start)
    day = period.first - timedelta(days=1)
    if kind == "month":
        return month_of(day)
    if kind == "quarter":
        return quarter_of(day, fiscal_start)
    if kind == "year":
        return year_of(day, fiscal_start)
    return week_of(day) if period.days == 7 and period.first.weekday() == 0 else None


def _before(saying: Saying, query: MetricQuery) -> list[Button]:
    if query.period is None or query.versus is not None or query.group_by is not None:
        return []
    if METRICS[query.metric].unit in (Unit.LIST, Unit.PAGE):
        return []
    start = saying.tell.book.company.fiscal_year_start_month
    then = earlier(query.period, start)
    name = saying.words.before(query.period, then, saying.tell.today) if then is not None else ""
    if not name:
        return []
    return saying.button(saying.words.button_before(saying.ledger.name(name)), Verb.ASK, replace(query, versus=then))


def _splits(query: MetricQuery, book: Book) -> list[GroupBy]:
    metric = METRICS[query.metric]
    if query.scope.kind is TargetKind.ORG_UNIT:
        below = _below(query.metric, query.scope.id, book)
        return [below] if below is not None else []
    wanted = [GroupBy.ACCOUNT, GroupBy.MONTH] if query.scope.kind is TargetKind.USER else [GroupBy.MONTH]
    return [by for by in wanted if by in metric.by and (by is not GroupBy.MONTH or query.period is not None)][:1]


def _below(metric: str, unit_id: str, book: Book) -> GroupBy | None:
    """The units of a unit; its people, where it has none."""
    by = GroupBy.ORG_UNIT if any(unit.parent == unit_id for unit in book.units()) else GroupBy.USER
    return by if by in METRICS[metric].by else None
