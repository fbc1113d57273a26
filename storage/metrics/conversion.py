"""From stage to stage: of the deals that entered a stage in the period, how many went further since."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from sales.metrics.query import GroupBy
from sales.stages import Stage
from storage import tables as t
from storage.metrics.tally import DEALS, LINKED, Ask, Tally, chosen

_OPEN = tuple(stage for stage in Stage if stage.is_open)
_o, _s = t.opportunities.c, t.stage_changes.c


def entered_and_further(ask: Ask, by: GroupBy | None) -> Tally:
    """A deal counts once for each stage it entered. A stage that it skipped it has not entered; lost is not further."""
    entries = _entries(ask).subquery("entries")
    source = sa.join(entries, t.opportunities, _o.id == entries.c.opportunity_id)
    key: ColumnElement[Any] | None = None
    if by is GroupBy.STAGE:
        key = entries.c.stage
    elif by is GroupBy.USER:
        key = _o.owner_id
    elif by is GroupBy.ORG_UNIT:
        source = source.join(t.people, t.people.c.id == _o.owner_id)
        key = t.people.c.org_unit_id
    elif by is not None:
        table, key = LINKED[by]
        source = source.join(table, table.c.opportunity_id == _o.id)
    sums = (sa.func.count().label("entered"), sa.func.sum(entries.c.further).label("further"))
    query = sa.select(*([key.label("split")] if key is not None else []), *sums).select_from(source)
    if key is not None:
        query = query.group_by(key)
    return {
        (row.split if key is not None else None): {"entered": int(row.entered), "further": int(row.further or 0)}
        for row in ask.tx.execute(query)
    }


def _entries(ask: Ask) -> sa.Select[Any]:
    """(deal, stage, whether it went further) of the stages entered in the period by the deals asked about."""
    stage = ask.query.filter.stage
    stages = [one.value for one in _OPEN if stage is None or one is stage]
    later = t.stage_changes.alias("later")
    after = sa.or_(
        later.c.changed_on > _s.changed_on,
        sa.and_(later.c.changed_on == _s.changed_on, later.c.position > _s.position),
    )
    further = sa.exists().where(
        later.c.opportunity_id == _s.opportunity_id, later.c.changed_on <= ask.today, after,
        _rank(later.c.stage) > _rank(_s.stage),
    )  # fmt: skip
    return (
        sa.select(_s.opportunity_id, _s.stage, sa.func.max(sa.case((further, 1), else_=0)).label("further"))
        .join(t.opportunities, _o.id == _s.opportunity_id)
        .where(_s.stage.in_(stages), ask.happened(_s.changed_on), *chosen(ask, DEALS))
        .group_by(_s.opportunity_id, _s.stage)
    )


def _rank(stage: ColumnElement[Any]) -> ColumnElement[int]:
    ranks = {one.value: one.rank for one in (*_OPEN, Stage.WON)}
    return sa.case(*((stage == name, rank) for name, rank in ranks.items()), else_=-1)
