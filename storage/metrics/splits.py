"""The rows of a split: which keys there are (with nothing, too), in which order, and how many are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from sales.metrics.figures import Row
from sales.metrics.query import GroupBy, MetricQuery, Order
from sales.metrics.registry import METRICS, Unit
from sales.periods import Period, month_of, week_of
from sales.stages import ActivityType, Role, Stage
from storage import tables as t
from storage.kinds import in_chunks
from storage.metrics.recipes import RECIPES, parts_of
from storage.metrics.tally import Ask
from storage.metrics.whom import Condition

Place = tuple[Any, ...]

_TABLES = {
    GroupBy.USER: t.people,
    GroupBy.ACCOUNT: t.accounts,
    GroupBy.PRODUCT: t.products,
    GroupBy.COMPETITOR: t.competitors,
}
# Beyond this many keys one look at the whole table is quicker than asking for each.
_MANY = 5_000


def spans_of(ask: Ask, by: GroupBy, ahead: bool, days: Iterable[date | None]) -> dict[str, Period]:
    """The months or weeks of the period by their keys, those begun (with `ahead` all), clipped to it.

    Without a period those that hold a record.
    """
    around, name = (month_of, month_key) if by is GroupBy.MONTH else (week_of, week_key)
    period = ask.query.period if ahead else ask.so_far
    if ask.query.period is None:
        return {name(day): around(day) for day in sorted({day for day in days if day is not None})}
    found: dict[str, Period] = {}
    day = period.first if period else None
    while period and day is not None and day <= period.last:
        whole = around(day)
        # a split shows the whole of what has begun: only the period asked for clips it, not today
        found[name(day)] = Period(max(whole.first, period.first), min(whole.last, ask.query.period.last))
        day = whole.last + timedelta(days=1)
    return found


def month_key(day: date) -> str:
    return f"{day:%Y-%m}"


def week_key(day: date) -> str:
    return week_of(day).first.isoformat()


def shown(ask: Ask, by: GroupBy, rows: Mapping[str, Row], spans: Sequence[str]) -> tuple[tuple[Row, ...], int]:
    """The rows that a split has (with those of nothing), in order and cut; and how many there were."""
    found = _filled(ask, by, rows, spans)
    if ask.query.none_only:
        found = [row for row in found if not row.value]
    order = ask.query.order
    if order is None and by in (GroupBy.USER, GroupBy.PRODUCT, GroupBy.ACCOUNT, GroupBy.COMPETITOR, GroupBy.TYPE):
        order = Order.DESC
    return _cut(ask, by, found, order, spans), len(found)


def _filled(ask: Ask, by: GroupBy, rows: Mapping[str, Row], spans: Sequence[str]) -> list[Row]:
    def take(keys: Iterable[str]) -> list[Row]:
        return [rows.get(key) or _empty(ask, key) for key in keys]

    something = [row for row in rows.values() if _is_something(ask.query, row)]
    if by in (GroupBy.MONTH, GroupBy.WEEK):
        return take(spans)
    if by is GroupBy.STAGE:
        only = ask.query.filter.stage
        return take(stage.value for stage in Stage if stage.is_open and only in (None, stage))
    if by is GroupBy.TYPE:
        return take(ActivityType) if ask.query.none_only else something
    if by is GroupBy.ORG_UNIT:
        unit = ask.whom.unit
        children = ask.whom.tree.children(unit) if unit is not None else []
        if not ask.whom.by_people:
            return [row for row in something if row.key in children or row.key == unit]
        return take(children) + [row for row in something if row.key == unit and row.value]
    if by is GroupBy.USER and ask.whom.by_people:
        reps = _reps(ask)
        return take(reps) + [row for row in something if row.value and row.key not in set(reps)]
    if ask.query.none_only:
        return take(key for key in _candidates(ask, by) if key not in {row.key for row in something})
    return something


def _empty(ask: Ask, key: str) -> Row:
    recipe = RECIPES[ask.query.metric]
    return Row(key, recipe.value({}), parts_of(recipe, {}))


def _is_something(query: MetricQuery, row: Row) -> bool:
    # none won of three closed is a rate, if a sad one
    if METRICS[query.metric].unit in (Unit.PERCENT, Unit.RATIO, Unit.DAYS):
        return row.value is not None
    return bool(row.value)


def _reps(ask: Ask) -> list[str]:
    p = t.people.c
    query = sa.select(p.id).where(p.role == Role.REP.value, *ask.whom.people(p.id))
    return list(ask.tx.execute(query).scalars())


def _candidates(ask: Ask, by: GroupBy) -> list[str]:
    """What could have had a figure: one's customers, the products, the competitors."""
    if by is not GroupBy.ACCOUNT:
        return list(ask.tx.execute(sa.select(_TABLES[by].c.id)).scalars()) if ask.whom.by_people else []
    a = t.accounts.c
    own: list[Condition] = ask.whom.people(a.owner_id) if ask.whom.by_people else [sa.false()]
    if ask.query.filter.tier is not None:
        own.append(a.tier == ask.query.filter.tier)
    return list(ask.tx.execute(sa.select(a.id).where(*own)).scalars())


def _cut(ask: Ask, by: GroupBy, rows: list[Row], order: Order | None, spans: Sequence[str]) -> tuple[Row, ...]:
    limit = ask.query.limit or len(rows)

    def weight(row: Row) -> Place:
        if order is None:
            return ()
        if row.value is None:
            return (1, 0)
        return (0, -row.value if order is Order.DESC else row.value)

    rows.sort(key=weight)
    if len(rows) > limit:  # names are needed of those that could be given only
        edge = weight(rows[limit - 1])
        rows = [row for row in rows if weight(row) <= edge]
    names = _names(ask, by, [row.key for row in rows], spans)
    rows.sort(key=lambda row: (weight(row), names.get(row.key, ""), row.key))
    return tuple(rows[:limit])


def _names(ask: Ask, by: GroupBy, keys: list[str], spans: Sequence[str]) -> Mapping[str, Any]:
    """What ties are broken by, and unordered rows ordered by: names; for months and stages their place."""
    if by is GroupBy.ORG_UNIT:
        return ask.whom.tree.names
    if by not in _TABLES:
        listed = [*spans, *Stage, *ActivityType]
        return {str(key): f"{place:06}" for place, key in enumerate(listed)}
    table = _TABLES[by]
    query = sa.select(table.c.id, table.c.name)
    if len(keys) > _MANY:
        return {row.id: row.name for row in ask.tx.execute(query)}
    found: dict[str, str] = {}
    for chunk in in_chunks(keys):
        found.update({row.id: row.name for row in ask.tx.execute(query.where(table.c.id.in_(chunk)))})
    return found
