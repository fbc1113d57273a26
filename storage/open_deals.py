"""The open deals that are asked about, as rows of `deal_facts`, with the flags of sales.diagnosis as SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sales import diagnosis
from sales.metrics.problems import Flag
from sales.metrics.query import Filter, TargetKind
from sales.stages import Stage
from storage import tables as t
from storage.metrics.whom import Whom

Condition = ColumnElement[bool]

f = t.deal_facts.c


def facts_of(whom: Whom) -> list[Condition]:
    """Rows of `deal_facts` of those who are asked about; the asker's scope is in it."""
    if not whom.by_people or whom.target.kind in (TargetKind.PRODUCT, TargetKind.COMPETITOR):
        return [f.opportunity_id.in_(sa.select(t.opportunities.c.id).where(*whom.deals()))]
    if whom.target.kind is TargetKind.USER:
        return [f.owner_id == whom.target.id, *whom.in_scope(f.owner_id)]
    # By where the owner belongs: the roll-up says so itself
    units = whom.units if whom.units is not None else whom.sees
    if units:
        return [f.unit_id.in_(sorted(units))]
    return whom.people(f.owner_id)


def narrowed_to(only: Filter) -> list[Condition]:
    """A query's filter on `deal_facts`."""
    found: list[Condition] = []
    if only.stage is not None:
        found.append(f.stage == only.stage.value)
    if only.tier is not None:
        found.append(f.account_id.in_(sa.select(t.accounts.c.id).where(t.accounts.c.tier == only.tier)))
    for table, column, value in (
        (t.opportunity_products, "product_id", only.product),
        (t.opportunity_competitors, "competitor_id", only.competitor),
    ):
        if value is not None:
            found.append(f.opportunity_id.in_(sa.select(table.c.opportunity_id).where(table.c[column] == value)))
    return found


def large_amount(tx: Connection) -> int | None:
    """From which amount a deal is large: the median of the company's open deals (the lower one of two), doubled."""
    known = f.amount.is_not(None)
    count = tx.execute(sa.select(sa.func.count()).select_from(t.deal_facts).where(known)).scalar_one()
    if not count:
        return None
    middle = sa.select(f.amount).where(known).order_by(f.amount).limit(1).offset((count - 1) // 2)
    return diagnosis.large_from(tx.execute(middle).scalar_one())


@dataclass(frozen=True)
class Flags:
    """The flags of sales.diagnosis as conditions on `deal_facts`, as of a day."""

    of: Mapping[Flag, Condition]

    @property
    def any(self) -> Condition:
        """The deal is at risk."""
        return sa.or_(*self.of.values())


def flags(today: date, large: int | None) -> Flags:
    idle = [
        sa.and_(f.stage == stage.value, f.touched_on < today - timedelta(days=days))
        for stage, days in diagnosis.STALLED_DAYS.items()
    ]
    unmet = today - timedelta(days=int(diagnosis.limit("unvisited")))
    big = sa.false() if large is None else f.amount >= large
    return Flags(
        {
            Flag.PAST_CLOSE: f.close_date < today,
            Flag.PUSHED: f.pushes >= int(diagnosis.limit("pushes")),
            Flag.STALLED: sa.or_(*idle),
            Flag.NO_VISIT: sa.and_(big, sa.or_(f.last_met_on.is_(None), f.last_met_on < unmet)),
            Flag.SINGLE_THREADED: sa.and_(big, f.people_met < int(diagnosis.limit("contacts"))),
        }
    )


def weighted(chances: Mapping[Stage, float]) -> ColumnElement[Any]:
    """A deal's amount times its chance, in whole minor units a deal; as in storage.metrics.recipes."""
    of_stage = sa.case({stage.value: round(1000 * chances[stage]) for stage in diagnosis.OPEN}, value=f.stage, else_=0)
    permille = sa.case((f.probability.is_not(None), f.probability * 10), else_=of_stage)
    return (f.amount // 1000) * permille + (f.amount % 1000) * permille // 1000


def count_if(condition: Condition) -> ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def sum_if(condition: Condition, value: ColumnElement[Any]) -> ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, value))), 0)
