"""What is wrong and whose it is: the rules of sales.diagnosis over the sums of storage.standings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from sales import diagnosis
from sales.diagnosis import Standing
from sales.metrics.figures import DealLine, Number
from sales.metrics.problems import Flag, Problem, ProblemKind
from sales.metrics.query import Target, TargetKind
from storage import open_deals, risks
from storage import tables as t
from storage.metrics.whom import people_of
from storage.open_deals import f, facts_of
from storage.standings import Ask, People, Sums, people_conditions, unit_target, user_target

MOST_MISSES = 30
"""Units and people that miss are told at most; those furthest behind."""
MOST_OWNERS = 5
"""Owners whose deals at risk, or whose promises, are told."""
MOST_LINES = 3
"""Deals shown with a problem."""


@dataclass(frozen=True)
class Level:
    """Units or people that are compared with each other: how each stands, and which are siblings."""

    standings: Mapping[Target, Standing]
    siblings: Mapping[Target, str | None]
    only: Target | None = None
    """Who is asked about; the others are only what it is compared with."""

    @cached_property
    def _by_parent(self) -> Mapping[str | None, list[Target]]:
        found: dict[str | None, list[Target]] = {}
        for target, parent in self.siblings.items():
            found.setdefault(parent, []).append(target)
        return found

    def peers(self, one: Target) -> list[Standing]:
        """Siblings of the same parent; where they are too few, all of the level."""
        near = self._by_parent[self.siblings[one]]
        among = near if len(near) > diagnosis.limit("few_peers") else self.standings
        return [self.standings[target] for target in among if target is not one]


def unit_levels(ask: Ask, units: Mapping[str, Sums]) -> list[Level]:
    """The units below the one looked at, level by level, two at most."""
    levels = []
    parents = [ask.whom.target.id]
    for _ in range(2):
        seen = {child: parent for parent in parents for child in ask.whom.tree.children(parent)}
        known = {unit_target(unit): units[unit].standing(ask) for unit in seen if unit in units}
        levels.append(Level(known, {target: seen[target.id] for target in known}))
        parents = list(seen)
    return levels


def people_level(ask: Ask, found: Mapping[str, Sums], people: People) -> Level:
    known = {user_target(one): sums.standing(ask) for one, sums in found.items()}
    return Level(known, {target: people.units.get(target.id) for target in known})


def misses(ask: Ask, levels: Iterable[Level], people: People) -> dict[Target, Problem]:
    """Who misses for the second month in a row, and for lack of what; the furthest behind first."""
    found = [
        (target, one, level)
        for level in levels
        for target, one in level.standings.items()
        if level.only in (None, target) and diagnosis.misses(one)
    ]
    found.sort(key=lambda each: (-each[1].behind, each[0]))
    return {target: _miss(ask, target, one, level, people) for target, one, level in found[:MOST_MISSES]}


def _miss(ask: Ask, target: Target, one: Standing, level: Level, people: People) -> Problem:
    reason = diagnosis.reason_of(one, level.peers(target))
    numbers: dict[str, Number] = {
        "won": one.won,
        "quota": one.quota or 0,
        "attainment": _percent(one.won, one.quota),
        "elapsed": one.elapsed,
        "behind": one.behind,
    }
    for place, (won, quota) in enumerate(reversed(one.months), 1):
        numbers[f"month_{place}"] = _percent(won, quota)
    if reason.value is not None and reason.peers is not None:
        numbers |= {"value": round(reason.value, 3), "peers": round(reason.peers, 3)}
    numbers |= {cause.value: round(ratio, 3) for cause, ratio in reason.ratios.items()}
    owner = target.id if target.kind is TargetKind.USER else people.owner(ask.whom, target.id)
    return Problem(ProblemKind.MISSES, target, owner, one.behind, reason.cause, numbers=numbers)


def _percent(won: int, quota: int | None) -> float:
    return round(diagnosis.percent(won, quota) or 0.0, 2)


def told(ask: Ask, found: Mapping[Target, Problem]) -> list[Problem]:
    """Without the units whose miss is mostly that of units below them: the office is named, not its region."""
    below: dict[str, int] = {}
    for target, problem in found.items():
        parent = ask.whom.tree.parents.get(target.id) if target.kind is TargetKind.ORG_UNIT else None
        if parent is not None:
            below[parent] = below.get(parent, 0) + problem.weight
    return [
        problem
        for target, problem in found.items()
        if target.kind is not TargetKind.ORG_UNIT or 2 * below.get(target.id, 0) < problem.weight
    ]


def deals_at_risk(ask: Ask, found: Mapping[str, Sums], people: People) -> list[Problem]:
    """Whose deals at risk are worth the most: amounts times the chances of their stages."""
    first = sorted((key for key in found if found[key].deals.risky), key=lambda k: (-found[k].deals.risky_weighted, k))
    keys = first[:MOST_OWNERS]
    if not keys:
        return []
    flags = _flags_of(ask, keys)
    lines = _largest_of_each(ask, keys)
    problems = []
    for key in keys:
        sums = found[key].deals
        numbers: dict[str, Number] = {"count": sums.risky, "amount": sums.risky_amount}
        numbers |= {flag.value: count for flag, (count, _) in flags[key].items() if count}
        # The flag with the most money; of two the graver
        flag = max(flags[key], key=lambda one: (flags[key][one][1], flags[key][one][0], -list(Flag).index(one)))
        target = unit_target(key) if ask.by_unit else user_target(key)
        owner = people.owner(ask.whom, key) if ask.by_unit else key
        deals = tuple(lines.get(key, ()))
        problems.append(
            Problem(ProblemKind.DEALS, target, owner, sums.risky_weighted, flag=flag, numbers=numbers, deals=deals)
        )
    return problems


def _flags_of(ask: Ask, keys: Sequence[str]) -> dict[str, dict[Flag, tuple[int, int]]]:
    """How many deals of each key have each flag, and their amount."""
    key = f.unit_id if ask.by_unit else f.owner_id
    of = open_deals.flags(ask.today, ask.large).of
    counts = [open_deals.count_if(flag) for flag in of.values()]
    money = [open_deals.sum_if(flag, f.amount) for flag in of.values()]
    query = sa.select(key, *counts, *money).where(key.in_(keys), *facts_of(ask.whom)).group_by(key)
    found = {}
    for one, *values in ask.tx.execute(query):
        pairs = zip(values[: len(of)], values[len(of) :], strict=True)
        found[one] = {flag: (int(count), int(amount)) for flag, (count, amount) in zip(of, pairs, strict=True)}
    return found


def _largest_of_each(ask: Ask, keys: Sequence[str]) -> dict[str, list[DealLine]]:
    """The largest deals at risk of each key."""
    key = f.unit_id if ask.by_unit else f.owner_id
    order = (sa.func.coalesce(f.amount, 0).desc(), f.opportunity_id)
    place = sa.func.row_number().over(partition_by=key, order_by=order).label("place")
    risky = open_deals.flags(ask.today, ask.large).any
    placed = sa.select(f.opportunity_id, key.label("key"), place).where(key.in_(keys), risky, *facts_of(ask.whom))
    top = placed.subquery()
    query = risks.listed([top.c.place <= MOST_LINES]).add_columns(top.c.key)
    rows = list(ask.tx.execute(query.join(top, top.c.opportunity_id == f.opportunity_id)))
    found: dict[str, list[DealLine]] = {}
    for row, line in zip(rows, risks.lines(rows, ask.today, ask.large), strict=True):
        found.setdefault(row.key, []).append(line)
    return found


def largest(ask: Ask, where: Sequence[ColumnElement[bool]], limit: int) -> list[DealLine]:
    """The largest open deals at risk; those without an amount last."""
    # Without them first: then the index by amount can be walked from its end
    risky = [*where, open_deals.flags(ask.today, ask.large).any]
    query = risks.listed([*risky, f.amount.is_not(None)]).order_by(None).order_by(f.amount.desc(), f.opportunity_id)
    rows = list(ask.tx.execute(query.limit(limit)))
    if len(rows) < limit:
        rows += ask.tx.execute(risks.listed([*risky, f.amount.is_(None)]).limit(limit - len(rows))).all()
    return risks.lines(rows, ask.today, ask.large)


def products(ask: Ask, people: People) -> list[Problem]:
    """Products that sell much less than in the windows before."""
    w = t.product_wins.c
    window = timedelta(days=diagnosis.PRODUCT_WINDOW)
    since, start = ask.today - window, ask.today - window * (1 + diagnosis.PRODUCT_WINDOWS)
    recent = w.closed_on > since
    query = (
        sa.select(
            w.product_id,
            open_deals.sum_if(recent, w.amount),
            open_deals.sum_if(sa.not_(recent), w.amount),
            open_deals.count_if(sa.not_(recent)),
        )
        .where(w.closed_on > start, w.closed_on <= ask.today, *_wins(ask))
        .group_by(w.product_id)
        .order_by(w.product_id)
    )
    found = []
    for product, last, before, count in ask.tx.execute(query):
        if diagnosis.product_falls(int(last), int(before), count):
            mean = int(before) / diagnosis.PRODUCT_WINDOWS
            numbers = {"won": int(last), "before": round(mean), "ratio": round(int(last) / mean, 3), "deals": count}
            subject = Target(TargetKind.PRODUCT, product)
            found.append(
                Problem(
                    ProblemKind.PRODUCT_FALLS, subject, owner_of(ask, people), round(mean) - int(last), numbers=numbers
                )
            )
    return found


def _wins(ask: Ask) -> list[ColumnElement[bool]]:
    """Rows of `product_wins` that count; the asker's scope is in it."""
    w, whom = t.product_wins.c, ask.whom
    if whom.target.kind is TargetKind.PRODUCT:
        units = whom.sees
        own = [w.unit_id.in_(sorted(units))] if units else whom.in_scope(w.owner_id)
        return [w.product_id == whom.target.id, *own]
    if whom.target.kind not in (TargetKind.ORG_UNIT, TargetKind.USER):
        return [w.opportunity_id.in_(sa.select(t.opportunities.c.id).where(*whom.deals()))]
    units = whom.units if whom.units is not None else whom.sees
    if whom.target.kind is TargetKind.ORG_UNIT and units:
        return [w.unit_id.in_(sorted(units))]
    return whom.people(w.owner_id)


def owner_of(ask: Ask, people: People) -> str | None:
    """Whose it is what is looked at."""
    target = ask.whom.target
    if target.kind is TargetKind.USER:
        return target.id
    home = target if target.kind is TargetKind.ORG_UNIT else ask.whom.home
    return home.id if home.kind is TargetKind.USER else people.owner(ask.whom, home.id)


def overdue(ask: Ask, people: People) -> tuple[int, list[Problem]]:
    """Promises past due: how many, and who has most. Weight: what the deals that they are about are worth."""
    u = t.follow_ups.c
    late = [u.done_on.is_(None), u.due_on < ask.today, *ask.whom.follow_ups()]
    rows = sorted(_late_of_each(ask), key=lambda row: (-row[1], row[0]))
    first = [row for row in rows if row[1] >= diagnosis.limit("overdue")][:MOST_OWNERS]
    worth = _worth(ask, late, [row[0] for row in first])
    oldest = _oldest(ask, late, [row[0] for row in first])
    found = []
    for one, number in first:
        target = unit_target(one) if ask.by_unit else user_target(one)
        owner = people.owner(ask.whom, one) if ask.by_unit else one
        numbers: dict[str, Number] = {"count": number, "oldest_days": (ask.today - oldest[one]).days}
        found.append(Problem(ProblemKind.OVERDUE, target, owner, worth.get(one, 0), numbers=numbers))
    return sum(row[1] for row in rows), found


def _late_of_each(ask: Ask) -> list[tuple[str, int]]:
    """How many promises of each person, or each unit's people, are late; without those that have none."""
    u, p = t.follow_ups.c, t.people.c
    if ask.has_quota and not ask.by_unit:
        # So few people that each is looked up in the index of their own promises
        own = [u.person_id == p.id, u.done_on.is_(None), u.due_on < ask.today]
        each = sa.select(sa.func.count()).select_from(t.follow_ups).where(*own).correlate(t.people).scalar_subquery()
        rows = ask.tx.execute(sa.select(p.id, each).where(*people_conditions(ask))).all()
        return [(one, number) for one, number in rows if number]
    # All that are open, person by person, as an index has them: the late ones would have to be sorted
    count = open_deals.count_if(u.due_on < ask.today)
    open_ones = [u.done_on.is_(None), *ask.whom.follow_ups()]
    query: sa.Select[Any] = sa.select(u.person_id, count.label("late")).where(*open_ones).group_by(u.person_id)
    query = query.having(count > 0)
    if ask.by_unit:
        of_person = query.subquery()
        joined = of_person.join(t.people, p.id == of_person.c.person_id)
        query = sa.select(p.org_unit_id, sa.func.sum(of_person.c.late)).select_from(joined).group_by(p.org_unit_id)
    return [(one, int(number)) for one, number in ask.tx.execute(query).all()]


def _oldest(ask: Ask, late: Sequence[ColumnElement[bool]], keys: Sequence[str]) -> dict[str, date]:
    """Since when the oldest late promise of these people, or units' people, is due."""
    if not keys:
        return {}
    key, whose = _by_key(ask, keys)
    source = t.follow_ups.join(t.people, t.people.c.id == t.follow_ups.c.person_id)
    query = sa.select(key, sa.func.min(t.follow_ups.c.due_on)).select_from(source).where(whose, *late).group_by(key)
    return dict(ask.tx.execute(query).tuples().all())


def _by_key(ask: Ask, keys: Sequence[str]) -> tuple[ColumnElement[Any], ColumnElement[bool]]:
    """Whose a promise is: the key, and that it is one of `keys`."""
    u, p = t.follow_ups.c, t.people.c
    if ask.by_unit:
        return p.org_unit_id, u.person_id.in_(people_of(frozenset(keys)))
    return u.person_id, u.person_id.in_(keys)


def _worth(ask: Ask, late: Sequence[ColumnElement[bool]], keys: Sequence[str]) -> dict[str, int]:
    """What the open deals are worth that the late promises of these people, or units' people, are about."""
    if not keys:
        return {}
    u, p = t.follow_ups.c, t.people.c
    key, whose = _by_key(ask, keys)
    source = t.follow_ups.join(t.people, p.id == u.person_id)
    about = sa.select(key.label("key"), u.opportunity_id).select_from(source).where(whose, *late).distinct().subquery()
    query = (
        sa.select(about.c.key, sa.func.coalesce(sa.func.sum(open_deals.weighted(ask.chances)), 0))
        .select_from(about.join(t.deal_facts, f.opportunity_id == about.c.opportunity_id))
        .group_by(about.c.key)
    )
    return {one: int(value) for one, value in ask.tx.execute(query)}
