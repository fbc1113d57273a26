"""How each figure is made: what is added up, and the figure out of the sums. The definitions are in the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sales.metrics.figures import Number
from sales.metrics.query import GroupBy
from sales.stages import PaymentStatus, Stage
from storage import tables as t
from storage.metrics.conversion import entered_and_further
from storage.metrics.tally import DEALS, DONE, PAID, PROMISED, Ask, Sums, Tally, amount, count, merged, tally

OPEN = tuple(stage.value for stage in Stage if stage.is_open)

_o, _p, _a, _f = (table.c for table in (t.opportunities, t.payments, t.activities, t.follow_ups))


def _closed(ask: Ask, by: GroupBy | None) -> Tally:
    """What was won and lost in the period up to today."""
    won, lost = _o.stage == Stage.WON.value, _o.stage == Stage.LOST.value
    when = [_o.stage.in_((Stage.WON.value, Stage.LOST.value)), ask.happened(_o.closed_on)]
    return tally(ask, DEALS, by, when, _o.closed_on, won_count=count(won), lost_count=count(lost))


def _won(ask: Ask, by: GroupBy | None) -> Tally:
    when = [_o.stage == Stage.WON.value, ask.happened(_o.closed_on)]
    return tally(ask, DEALS, by, when, _o.closed_on, won=amount(_o.amount), won_count=count())


def _cycle(ask: Ask, by: GroupBy | None) -> Tally:
    """Days from created to signed; a deal with no day of its creation says nothing of it."""
    when = [_o.stage == Stage.WON.value, ask.happened(_o.closed_on), _o.created_on.is_not(None)]
    took = days_between(ask.tx, _o.created_on, _o.closed_on)
    return tally(ask, DEALS, by, when, _o.closed_on, days=amount(took), won_count=count())


def _open(ask: Ask, by: GroupBy | None) -> Tally:
    when = [_o.stage.in_(OPEN), *ask.planned(_o.close_date)]
    return tally(ask, DEALS, by, when, _o.close_date, pipeline=amount(_o.amount), count=count())


def _weighted(ask: Ask, by: GroupBy | None) -> Tally:
    when = [_o.stage.in_(OPEN), *ask.planned(_o.close_date)]
    return tally(ask, DEALS, by, when, _o.close_date, weighted=amount(weighted_amount(ask.tx)), count=count())


def _created(ask: Ask, by: GroupBy | None) -> Tally:
    return tally(ask, DEALS, by, [ask.happened(_o.created_on)], _o.created_on, count=count())


def _received(ask: Ask, by: GroupBy | None) -> Tally:
    when = [_p.status == PaymentStatus.RECEIVED.value, ask.happened(_p.on_date)]
    return tally(ask, PAID, by, when, _p.on_date, amount=amount(_p.amount), count=count())


def _expected(ask: Ask, by: GroupBy | None) -> Tally:
    when = [_p.status == PaymentStatus.EXPECTED.value, *ask.planned(_p.on_date)]
    return tally(ask, PAID, by, when, _p.on_date, amount=amount(_p.amount), count=count())


def _done(ask: Ask, by: GroupBy | None) -> Tally:
    return tally(ask, DONE, by, [ask.happened(_a.happened_on)], _a.happened_on, count=count())


def _overdue(ask: Ask, by: GroupBy | None) -> Tally:
    when = [_f.done_on.is_(None), _f.due_on < ask.today, *ask.planned(_f.due_on)]
    return tally(ask, PROMISED, by, when, _f.due_on, count=count())


def _todo(ask: Ask, by: GroupBy | None) -> Tally:
    when = [_f.done_on.is_(None), *ask.planned(_f.due_on)]
    return tally(ask, PROMISED, by, when, _f.due_on, count=count())


def _coverage(ask: Ask, by: GroupBy | None) -> Tally:
    return merged(_won(ask, by), _open(ask, by))


def _forecast(ask: Ask, by: GroupBy | None) -> Tally:
    return merged(_won(ask, by), _weighted(ask, by))


def _nothing(ask: Ask, by: GroupBy | None) -> Tally:
    return {}


def _ratio(over: str, under: str, times: int = 1) -> Callable[[Sums], Number | None]:
    def value(sums: Sums) -> Number | None:
        below = sums.get(under, 0)
        return times * sums.get(over, 0) / below if below else None

    return value


def _sum(name: str) -> Callable[[Sums], Number | None]:
    return lambda sums: sums.get(name, 0)


def gap_of(sums: Sums) -> int | None:
    return None if "quota" not in sums else max(0, sums["quota"] - sums.get("won", 0))


def _coverage_of(sums: Sums) -> Number | None:
    gap = gap_of(sums)
    return sums.get("pipeline", 0) / gap if gap else None


def _win_rate_of(sums: Sums) -> Number | None:
    closed = sums.get("won_count", 0) + sums.get("lost_count", 0)
    return 100 * sums.get("won_count", 0) / closed if closed else None


def _average_of(sums: Sums) -> Number | None:
    return rounded(sums.get("won", 0), sums["won_count"]) if sums.get("won_count") else None


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is added up (quotas apart: they don't add up), the figure out of it, and the sums told along with it.

    `ahead`: it says something of days to come, so that a split by month shows those too.
    """

    gather: Callable[[Ask, GroupBy | None], Tally]
    value: Callable[[Sums], Number | None]
    parts: Mapping[str, str]
    quota: bool = False
    ahead: bool = False


def _same(*names: str) -> Mapping[str, str]:
    return {name: name for name in names}


_SIGNED = {"count": "won_count"}

RECIPES: Mapping[str, Recipe] = {
    "quota": Recipe(_nothing, lambda sums: sums.get("quota"), {}, quota=True, ahead=True),
    "won": Recipe(_won, _sum("won"), _SIGNED),
    "won_count": Recipe(_won, _sum("won_count"), {}),
    "attainment": Recipe(_won, _ratio("won", "quota", 100), _same("won", "quota"), quota=True),
    "gap": Recipe(_won, gap_of, _same("won", "quota"), quota=True, ahead=True),
    "pipeline": Recipe(_open, _sum("pipeline"), _same("count"), ahead=True),
    "weighted_pipeline": Recipe(_weighted, _sum("weighted"), _same("count"), ahead=True),
    "coverage": Recipe(_coverage, _coverage_of, _same("pipeline", "gap"), quota=True, ahead=True),
    "forecast": Recipe(
        _forecast, lambda sums: sums.get("won", 0) + sums.get("weighted", 0), _same("won", "weighted"), ahead=True
    ),
    "payments": Recipe(_received, _sum("amount"), _same("count")),
    "receivable": Recipe(_expected, _sum("amount"), _same("count"), ahead=True),
    "activities": Recipe(_done, _sum("count"), {}),
    "new_opportunities": Recipe(_created, _sum("count"), {}),
    "overdue": Recipe(_overdue, _sum("count"), {}),
    "todo": Recipe(_todo, _sum("count"), {}),
    "at_risk": Recipe(_nothing, _sum("count"), _same("amount")),  # summed by storage.risks
    "win_rate": Recipe(_closed, _win_rate_of, _same("won_count", "lost_count")),
    "conversion": Recipe(entered_and_further, _ratio("further", "entered", 100), _same("entered", "further")),
    "cycle_days": Recipe(_cycle, _ratio("days", "won_count"), _same("days", "won_count")),
    "average_deal": Recipe(_won, _average_of, _same("won", "won_count")),
}


def parts_of(recipe: Recipe, sums: Sums) -> dict[str, Number]:
    """The sums that are told beside a figure, by the names they are told by."""
    known = dict(sums)
    gap = gap_of(sums)
    if gap is not None:
        known["gap"] = gap
    without = {"quota", "gap"} - set(known)
    return {told: known.get(name, 0) for told, name in recipe.parts.items() if name not in without}


def rounded(number: int, by: int) -> int:
    """number / by to the nearest whole, halves up, exactly."""
    return (2 * number + by) // (2 * by)


def days_between(tx: Connection, first: ColumnElement[Any], last: ColumnElement[Any]) -> ColumnElement[int]:
    """Days from one date column to another, on either database."""
    if tx.dialect.name == "sqlite":
        return sa.cast(sa.func.julianday(last) - sa.func.julianday(first), sa.Integer)
    return sa.type_coerce(last - first, sa.Integer)


def weighted_amount(tx: Connection) -> ColumnElement[int]:
    """A deal's amount times its chance, in whole minor units a deal: so the parts of a split add up to the whole."""
    from storage.chances import stage_chances

    chances = stage_chances(tx)
    by_stage = {stage.value: round(1000 * chances.get(stage, 0.0)) for stage in Stage if stage.is_open}
    of_stage = sa.case(*((_o.stage == stage, permille) for stage, permille in by_stage.items()), else_=0)
    permille = sa.case((_o.probability.is_not(None), _o.probability * 10), else_=of_stage)
    # amount * permille / 1000 without a product that no bigint holds
    return (_o.amount // 1000) * permille + (_o.amount % 1000) * permille // 1000


__all__ = ["OPEN", "RECIPES", "Recipe", "gap_of", "parts_of", "rounded", "weighted_amount"]
