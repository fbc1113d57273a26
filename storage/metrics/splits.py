"""The rows of a split: which keys there are (with nothing, too), in which order, and how many are given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from sales.metrics.figures import Number, Row
from sales.metrics.query import GroupBy, Order
from sales.metrics.registry import METRICS, Unit
from sales.periods import Period, month_of, week_of
from sales.stages import ActivityType, Role, Stage
from storage import tables as t
from storage.kinds import in_chunks
from storage.metrics.recipes import RECIPES, parts_of
from storage.metrics.tally import Ask, Tally
from storage.metrics.whom import Condition

Place = tuple[Any, ...]
Values = defaultdict[str, Number | None]

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


def shown(ask: Ask, by: GroupBy, sums: Tally, spans: Sequence[str]) -> tuple[tuple[Row, ...], int]:
    """The rows that a split has (with those of nothing), in order and cut; and how many there were."""
    recipe = RECIPES[ask.query.metric]
    empty = recipe.value({})
    values: Values = defaultdict(lambda: empty, {key: recipe.value(one) for key, one in sums.items()})
    found = _filled(ask, by, values, spans)
    if ask.query.none_only:
        found = [key for key in found if not values[key]]
    order = ask.query.order
    if order is None and by in (GroupBy.USER, GroupBy.PRODUCT, GroupBy.ACCOUNT, GroupBy.COMPETITOR, GroupBy.TYPE):
        order = Order.DESC
    count = len(found)
    keys = _cut(ask, by, found, values, order, spans)
    return tuple(Row(key, values[key], parts_of(recipe, sums.get(key, {}))) for key in keys), count


def _filled(ask: Ask, by: GroupBy, values: Values, spans: Sequence[str]) -> list[str]:
    """The keys of a split: those that there are by nature, or those that have something."""
    if by in (GroupBy.MONTH, GroupBy.WEEK):
        return list(spans)
    if by is GroupBy.STAGE:
        only = ask.query.filter.stage
        return [stage.value for stage in Stage if stage.is_open and only in (None, stage)]
    # none won of three closed is a rate, if a sad one
    rate = METRICS[ask.query.metric].unit in (Unit.PERCENT, Unit.RATIO, Unit.DAYS)
    something = [key for key, value in values.items() if (value is not None if rate else value)]
    if by is GroupBy.TYPE:
        return [kind.value for kind in ActivityType] if ask.query.none_only else something
    if by is GroupBy.ORG_UNIT:
        unit = ask.whom.unit
        leaves = ask.query.leaves
        children = ask.whom.tree.parts(unit, leaves=leaves) if unit is not None else []
        if not ask.whom.by_people:
            return [key for key in something if leaves or key in children or key == unit]
        own = [key for key in something if values[key] and key not in children]
        return children + [key for key in own if leaves or key == unit]
    if by is GroupBy.USER and ask.whom.by_people:
        reps = _reps(ask)
        known = set(reps)
        return reps + [key for key in something if key not in known and values[key]]
    if ask.query.none_only:
        having = set(something)
        return [key for key in _candidates(ask, by) if key not in having]
    return something


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


def _cut(
    ask: Ask, by: GroupBy, keys: list[str], values: Values, order: Order | None, spans: Sequence[str]
) -> list[str]:
    """The keys in order: by value where one is asked for, ties by name and id; cut to the limit."""
    limit = ask.query.limit or len(keys)
    sign = 0 if order is None else -1 if order is Order.DESC else 1

    def weight(key: str) -> Place:
        value = values[key] if sign else 0
        return (1, 0) if value is None else (0, sign * value)

    if sign:
        keys = sorted(keys, key=weight)
        if len(keys) > limit:  # names are needed of those that could be given only
            edge = weight(keys[limit - 1])
            keys = keys[:limit] + [key for key in keys[limit:] if weight(key) == edge]
    names = _names(ask, by, keys, spans)
    return sorted(keys, key=lambda key: (weight(key), names.get(key, ""), key))[:limit]


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
