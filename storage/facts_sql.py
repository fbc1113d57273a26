"""The roll-ups as SELECTs over the records: of everything, or (`some`) of the customer or person bound as a parameter.

Parameters: `account`; `person`; of months the person's, one month: its `first` day and the one `after` it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement

from sales.diagnosis import IN_PERSON, OPEN
from sales.stages import Stage
from storage import tables as t

Condition = ColumnElement[bool]

_IN_PERSON = [one.value for one in IN_PERSON]
OPEN_STAGES = [stage.value for stage in OPEN]
CLOSED_STAGES = [Stage.WON.value, Stage.LOST.value]


class month_of(sa.sql.functions.FunctionElement[date]):
    """The first day of a date's month."""

    type = sa.Date()
    inherit_cache = True


@compiles(month_of, "sqlite")
def _sqlite_month(element: Any, compiler: Any, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, 'start of month')"


@compiles(month_of, "postgresql")
def _postgresql_month(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(date_trunc('month', {compiler.process(element.clauses, **more)}) AS DATE)"


def later(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two days of which either may be missing (the two databases' own functions differ there)."""
    return sa.case((one.is_(None), other), (other.is_(None), one), (one > other, one), else_=other)


# One each, not lists: such a statement is the same each time, and found again at once
ACCOUNT: sa.BindParameter[str] = sa.bindparam("account", type_=sa.String())
PERSON: sa.BindParameter[str] = sa.bindparam("person", type_=sa.String())
FIRST: sa.BindParameter[date] = sa.bindparam("first", type_=sa.Date())
AFTER: sa.BindParameter[date] = sa.bindparam("after", type_=sa.Date())


def deal_rows(*, some: bool = False) -> sa.Select[Any]:
    """Rows of `deal_facts` in its columns' order, without the pushes: of all open deals, or of one customer's."""
    o, a, c, s, p = t.opportunities.c, t.activities.c, t.contacts.c, t.stage_changes.c, t.people.c
    known: list[Condition] = []
    deals: list[Condition] = []
    linked: list[Condition] = []
    history: list[Condition] = []
    loose: list[Condition] = [a.opportunity_id.is_(None)]
    if some:
        known, deals = [c.account_id == ACCOUNT], [o.account_id == ACCOUNT]
        # In these words, lest SQLite goes through all that have no deal
        loose = [sa.func.coalesce(a.opportunity_id, "") == "", a.account_id == ACCOUNT]
        these = sa.select(o.id).where(o.stage.in_(OPEN_STAGES), *deals)
        linked, history = [a.opportunity_id.in_(these)], [s.opportunity_id.in_(these)]
    met = sa.func.max(sa.case((a.type.in_(_IN_PERSON), a.happened_on)))
    last = sa.func.max(a.happened_on).label("last_on")
    of_deal = (
        sa.select(a.opportunity_id, last, met.label("met_on"))
        .where(a.opportunity_id.is_not(None), *linked)
        .group_by(a.opportunity_id)
        .subquery()
    )
    of_account = sa.select(a.account_id, last, met.label("met_on")).where(*loose).group_by(a.account_id).subquery()
    named = sa.exists().where(t.activity_contacts.c.contact_id == c.id)
    people = (
        sa.select(c.account_id, sa.func.count().label("people_met"))
        .where(named, *known)
        .group_by(c.account_id)
        .subquery()
    )
    since = (
        sa.select(s.opportunity_id, sa.func.max(s.changed_on).label("since"))
        .where(*history)
        .group_by(s.opportunity_id)
        .subquery()
    )
    last_on = later(of_deal.c.last_on, of_account.c.last_on)
    return (
        sa.select(
            p.org_unit_id, o.owner_id, o.id, o.account_id, o.stage, o.amount, o.probability, o.close_date,
            later(last_on, later(since.c.since, o.created_on)), last_on, later(of_deal.c.met_on, of_account.c.met_on),
            sa.func.coalesce(people.c.people_met, 0), sa.literal(0), sa.literal(0), sa.cast(sa.null(), sa.Date),
        )
        .select_from(
            t.opportunities.join(t.people, p.id == o.owner_id)
            .outerjoin(of_deal, of_deal.c.opportunity_id == o.id)
            .outerjoin(of_account, of_account.c.account_id == o.account_id)
            .outerjoin(people, people.c.account_id == o.account_id)
            .outerjoin(since, since.c.opportunity_id == o.id)
        )
        .where(o.stage.in_(OPEN_STAGES), *deals)
    )  # fmt: skip


def month_rows(*, some: bool = False) -> sa.Select[Any]:
    """Rows of `person_months` in the order of its columns: of all, or of one person in one month."""
    o, a, q = t.opportunities.c, t.activities.c, t.quotas.c
    none = sa.literal(0)
    no_quota = sa.cast(sa.null(), sa.BigInteger)
    won, lost = o.stage == Stage.WON.value, o.stage == Stage.LOST.value

    def of(person: ColumnElement[Any], day: ColumnElement[Any], *values: ColumnElement[Any]) -> sa.Select[Any]:
        if some:
            # No GROUP BY: there is one group, and no row (having) where nothing is
            query = sa.select(FIRST.label("month"), PERSON.label("person_id"), *values)
            return query.where(person == PERSON, day >= FIRST, day < AFTER).having(sa.func.count() > 0)
        month = month_of(day)
        query = sa.select(month.label("month"), person.label("person_id"), *values).where(day.is_not(None))
        return query.group_by(month, person)

    def one(when: ColumnElement[bool]) -> ColumnElement[Any]:
        return sa.func.sum(sa.case((when, 1), else_=0))

    won_amount = sa.func.coalesce(sa.func.sum(sa.case((won, o.amount))), 0)
    activities = sa.func.count().label("activities")
    parts = [
        of(o.owner_id, o.closed_on, won_amount.label("won"), one(won).label("won_count"), one(lost).label("lost_count"),
           none.label("created_count"), none.label("activities"), none.label("met"), no_quota.label("quota")),
        of(o.owner_id, o.created_on, none, none, none, sa.func.count(), none, none, no_quota),
        of(a.person_id, a.happened_on, none, none, none, none, activities, one(a.type.in_(_IN_PERSON)), no_quota),
        of(q.person_id, q.month, none, none, none, none, none, none, sa.func.sum(q.amount)).where(
            q.person_id.is_not(None)
        ),
    ]  # fmt: skip
    every = sa.union_all(*parts).subquery()
    e, p = every.c, t.people.c
    names = ("won", "won_count", "lost_count", "created_count", "activities", "met", "quota")
    return (
        sa.select(e.month, p.org_unit_id, e.person_id, *(whole(sa.func.sum(e[name])) for name in names))
        .select_from(every.join(t.people, p.id == e.person_id))
        .group_by(e.month, p.org_unit_id, e.person_id)
    )


def whole(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A sum as a whole number: PostgreSQL's of a bigint is a numeric."""
    return sa.cast(column, sa.BigInteger)


def stage_rows(*, some: bool = False) -> sa.Select[Any]:
    """Rows of `person_stages`: closed deals by owner and the furthest open stage that they reached (at least lead)."""
    o, s = t.opportunities.c, t.stage_changes.c
    closed: list[Condition] = [o.stage.in_(CLOSED_STAGES)]
    if some:
        closed.append(o.owner_id == PERSON)
    rank = sa.case({stage.value: stage.rank for stage in OPEN}, value=s.stage, else_=0)
    reached = (
        sa.select(o.owner_id, o.stage, sa.func.coalesce(sa.func.max(rank), 0).label("rank"))
        .select_from(t.opportunities.outerjoin(t.stage_changes, s.opportunity_id == o.id))
        .where(*closed)
        .group_by(o.id, o.owner_id, o.stage)
        .subquery()
    )
    r = reached.c
    stage = sa.case({stage.rank: stage.value for stage in OPEN}, value=r.rank)

    def count(which: Stage) -> ColumnElement[Any]:
        return sa.func.sum(sa.case((r.stage == which.value, 1), else_=0))

    return sa.select(r.owner_id, stage, count(Stage.WON), count(Stage.LOST)).group_by(r.owner_id, r.rank)


def product_rows(*, some: bool = False) -> sa.Select[Any]:
    """Rows of `product_wins`: of all deals won, or of one customer's."""
    o, k, p = t.opportunities.c, t.opportunity_products.c, t.people.c
    won: list[Condition] = [o.stage == Stage.WON.value]
    if some:
        # In these words, lest SQLite goes through all that were won
        won = [sa.func.coalesce(o.stage, "") == Stage.WON.value, o.account_id == ACCOUNT]
    amount = sa.func.coalesce(o.amount, 0)
    return (
        sa.select(p.org_unit_id, o.closed_on, o.id, k.product_id, o.account_id, o.owner_id, amount)
        .select_from(
            t.opportunities.join(t.people, p.id == o.owner_id).join(t.opportunity_products, k.opportunity_id == o.id)
        )
        .where(*won)
    )
