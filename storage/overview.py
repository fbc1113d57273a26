"""How a unit, a person or a product stands, what moved, what is wrong there and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales import diagnosis
from sales.metrics.problems import Moved, Overview, Part, Problem
from sales.metrics.query import Target, TargetKind
from sales.periods import Period
from sales.permissions import Scope
from sales.stages import Stage
from storage import open_deals, problems, standings
from storage import tables as t
from storage.chances import stage_chances
from storage.facts_sql import whole
from storage.metrics.whom import Whom, whom_of
from storage.open_deals import f, facts_of
from storage.problems import Level
from storage.standings import Ask, People, Sums

MOST_SLIPPING = 5
WEEK_DAYS = 7


def overview(tx: Connection, scope: Scope, target: Target, period: Period, today: date) -> Overview:
    """The overview of a target in a period as of a day. Raises OutOfScope.

    `pipeline` and `coverage` are those of deals that are to close in the period. `problems` look two levels down: of a
    company its regions and offices, of a region its offices and their people.
    """
    whom = whom_of(tx, scope, target)
    ask = Ask(tx, whom, period, today, open_deals.large_amount(tx), stage_chances(tx), _is_tall(whom))
    people = standings.people_in(ask)
    each = standings.sums_of(ask)
    units = standings.rolled_up(ask, each, people) if target.kind is TargetKind.ORG_UNIT else {}
    whole = units.get(target.id, Sums()) if target.kind is TargetKind.ORG_UNIT else standings.total(each.values())
    levels = _levels(ask, each, units, people)
    missing = problems.misses(ask, levels, people)
    late, overdue = problems.overdue(ask, people)
    found = [
        *problems.told(ask, missing),
        *problems.deals_at_risk(ask, each, people),
        *problems.products(ask, people),
        *overdue,
    ]
    return _overview(ask, whole, _parts(ask, units, each, people, missing), found, late)


def _is_tall(whom: Whom) -> bool:
    """Units below units below it: too many people to look at each."""
    if whom.target.kind is not TargetKind.ORG_UNIT:
        return False
    return any(whom.tree.children(child) for child in whom.tree.children(whom.target.id))


def _levels(ask: Ask, each: Mapping[str, Sums], units: Mapping[str, Sums], people: People) -> list[Level]:
    """Who is compared with whom."""
    if ask.whom.target.kind is TargetKind.USER:
        return [_beside(ask, each)]
    if ask.whom.target.kind is not TargetKind.ORG_UNIT:
        return []
    levels = problems.unit_levels(ask, units)
    return levels if ask.by_unit else [*levels, problems.people_level(ask, each, people)]


def _beside(ask: Ask, each: Mapping[str, Sums]) -> Level:
    """A person beside the people of the same unit, where the asker sees that."""
    person = ask.whom.target
    standing = each.get(person.id, Sums()).standing(ask)
    level = Level({person: standing}, {person: None})
    if not diagnosis.misses(standing):
        return level
    unit = ask.tx.execute(sa.select(t.people.c.org_unit_id).where(t.people.c.id == person.id)).scalar_one()
    if not ask.whom.scope.sees_unit(unit):
        return level
    others = Ask(
        ask.tx, whom_of(ask.tx, ask.whom.scope, standings.unit_target(unit), ask.whom.tree), ask.period, ask.today,
        ask.large, ask.chances,
    )  # fmt: skip
    team = {standings.user_target(one): sums.standing(others) for one, sums in standings.sums_of(others).items()}
    return Level(team, dict.fromkeys(team), only=person)


def _parts(
    ask: Ask,
    units: Mapping[str, Sums],
    each: Mapping[str, Sums],
    people: People,
    missing: Mapping[Target, Problem],
) -> tuple[Part, ...]:
    """The children that have a quota, or the people of a unit without children; the furthest behind first."""
    target = ask.whom.target
    if target.kind is not TargetKind.ORG_UNIT:
        return ()
    children = ask.whom.tree.children(target.id)
    if children:
        known = {standings.unit_target(unit): units[unit] for unit in children if unit in units}
    else:
        known = {standings.user_target(one): sums for one, sums in each.items()}
    parts = []
    for one, sums in known.items():
        quota = sums.quota(ask)
        if quota is None:
            continue
        owner = one.id if one.kind is TargetKind.USER else people.owner(ask.whom, one.id)
        parts.append(Part(one, owner, quota, sums.won, _attainment(sums.won, quota), missing.get(one)))
    return tuple(sorted(parts, key=lambda p: (p.attainment is None, p.attainment, p.target)))


def _attainment(won: int, quota: int | None) -> float | None:
    exact = diagnosis.percent(won, quota)
    return None if exact is None else round(exact, 2)


def _overview(ask: Ask, whole: Sums, parts: tuple[Part, ...], found: list[Problem], late: int) -> Overview:
    quota = whole.quota(ask) if ask.has_quota else None
    gap = None if quota is None else max(0, quota - whole.won)
    deals = whole.deals
    closing = f.close_date.between(ask.period.first, ask.period.last)
    slipping = problems.largest(ask, [closing, *facts_of(ask.whom)], MOST_SLIPPING) if deals.slipping else []
    return Overview(
        scope=ask.whom.target,
        period=ask.period,
        as_of=ask.today,
        quota=quota,
        won=whole.won,
        won_count=whole.won_count,
        attainment=_attainment(whole.won, quota),
        elapsed=ask.period.elapsed(ask.today),
        gap=gap,
        pipeline=deals.closing,
        forecast=whole.won + deals.closing_weighted,
        coverage=deals.closing / gap if gap else None,
        week=_week(ask),
        parts=parts,
        slipping=tuple(slipping),
        slipping_count=deals.slipping,
        slipping_amount=deals.slipping_amount,
        overdue=late,
        problems=diagnosis.ordered(found),
        narrowed=ask.whom.narrowed,
    )


def _week(ask: Ask) -> dict[str, Moved]:
    """What moved in the seven days up to today. `pushed`: open deals whose close date was put off."""
    o = t.opportunities.c
    first = ask.today - timedelta(days=WEEK_DAYS - 1)

    sums = (sa.func.count(), whole(sa.func.coalesce(sa.func.sum(o.amount), 0)))
    stages = (Stage.WON.value, Stage.LOST.value)
    closed = sa.select(o.stage, *sums).where(*ask.whom.deals(), o.stage.in_(stages))
    closed = closed.where(o.closed_on.between(first, ask.today)).group_by(o.stage)
    of_stage = {stage: Moved(count, amount) for stage, count, amount in ask.tx.execute(closed)}
    of_open = sa.select(sa.func.count(), whole(sa.func.coalesce(sa.func.sum(f.amount), 0))).where(*facts_of(ask.whom))
    return {
        "won": of_stage.get(Stage.WON.value, Moved(0, 0)),
        "created": Moved(*ask.tx.execute(_created(ask, first)).one()),
        "lost": of_stage.get(Stage.LOST.value, Moved(0, 0)),
        "pushed": Moved(*ask.tx.execute(of_open.where(f.pushed_on.between(first, ask.today))).one()),
    }


def _created(ask: Ask, first: date) -> sa.Select[Any]:
    """Deals made since a day. By that day's index: the owners' would read all their deals."""
    o = t.opportunities.c
    where = ask.whom.deals() if ask.narrow else ask.whom.people(sa.func.coalesce(o.owner_id, ""))
    query = sa.select(sa.func.count(), whole(sa.func.coalesce(sa.func.sum(o.amount), 0)))
    return query.where(o.created_on.between(first, ask.today), *where)
