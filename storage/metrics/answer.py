"""A `MetricQuery` answered: SQL is made from it and from the asker's scope, one statement a figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.engine import Connection

from sales.metrics.figures import Figures, Row
from sales.metrics.query import GroupBy, MetricQuery, Target
from sales.metrics.registry import METRICS, faults_of, usual_period
from sales.periods import Period
from sales.permissions import Scope
from storage.company import company_of
from storage.metrics.lists import lost_reasons, open_promises
from storage.metrics.quotas import quota_of, quotas_by
from storage.metrics.recipes import RECIPES, Recipe, parts_of
from storage.metrics.splits import month_key, shown, spans_of, week_key
from storage.metrics.tally import LINKED, Ask, Sums, Tally, folded, total
from storage.metrics.whom import storable, whom_of

EARLIEST, LATEST = 1970, 2199
"""Years that a period may have; what is beyond them somebody made up."""


def answer(tx: Connection, scope: Scope, query: MetricQuery, today: date) -> Figures:
    """The figure, its parts and rows, and what it is compared with. OutOfScope; ValueError for what can't be asked."""
    query = dated(tx, query, today)
    found = _answer(tx, scope, query, today)
    other = query.other()
    if other is None or found.against is not None:
        return found
    return replace(found, against=_answer(tx, scope, checked(other), today))


def dated(tx: Connection, query: MetricQuery, today: date) -> MetricQuery:
    """The query with the period that is usual for its metric where none is said. ValueError for a faulty one."""
    checked(query)
    metric = METRICS[query.metric]
    if query.period is None:
        query = replace(query, period=usual_period(metric, today, company_of(tx).fiscal_year_start_month))
    return query


def checked(query: MetricQuery) -> MetricQuery:
    """ValueError names what does not go together."""
    wrong = faults_of(query)
    for period in (query.period, query.versus):
        if isinstance(period, Period) and not EARLIEST <= period.first.year <= period.last.year <= LATEST:
            wrong.append("period")
    said = (query.scope, query.versus, query.filter.tier, query.filter.product, query.filter.competitor)
    texts = [one.id if isinstance(one, Target) else one for one in said]
    if not all(storable(text) for text in texts if isinstance(text, str)):
        wrong.append("text")
    if isinstance(query.versus, Target):
        wrong += faults_of(replace(query, scope=query.versus))
    if query.metric == "overview":
        wrong.append("metric")
    if wrong:
        raise ValueError(", ".join(wrong))
    return query


def ask_of(tx: Connection, scope: Scope, query: MetricQuery, today: date) -> Ask:
    """The question with whom it is about. OutOfScope."""
    return Ask(tx, whom_of(tx, scope, query.scope), query, today)


def _answer(tx: Connection, scope: Scope, query: MetricQuery, today: date) -> Figures:
    ask = ask_of(tx, scope, query, today)
    if query.metric == "at_risk":
        return _at_risk(ask)
    if query.metric == "history":
        from storage.metrics.history import event_count

        return _figures(ask, event_count(ask))
    if query.metric == "lost_reasons":
        rows, value = lost_reasons(ask)
        return _figures(ask, value, rows)
    recipe = RECIPES[query.metric]
    if query.group_by is None and query.metric == "todo":
        promised, value = open_promises(ask)
        return _figures(ask, value, promised, count=value)
    # stage to stage is a list by nature
    by = query.group_by or (GroupBy.STAGE if query.metric == "conversion" else None)
    return _split(ask, recipe, by)


def _at_risk(ask: Ask) -> Figures:
    """As storage.risks finds them; split, the rows are those that every split has."""
    from storage.risks import at_risk

    by, query = ask.query.group_by, ask.query
    if by is None:
        return at_risk(ask.tx, ask.whom.scope, query, ask.today)
    found = at_risk(ask.tx, ask.whom.scope, replace(query, order=None, limit=None), ask.today)
    sums: Tally = {
        row.key: {"count": int(row.value or 0), "amount": int(row.parts.get("amount", 0))} for row in found.rows
    }
    rows, count = shown(ask, by, sums, ())
    return replace(found, query=query, rows=rows, row_count=count)


def _figures(ask: Ask, value: int, rows: tuple[Row, ...] = (), count: int | None = None) -> Figures:
    cut = rows[: ask.query.limit] if ask.query.limit else rows
    return Figures(
        ask.query, ask.today, value, rows=cut, row_count=len(rows) if count is None else count,
        narrowed=ask.whom.narrowed,
    )  # fmt: skip


def _split(ask: Ask, recipe: Recipe, by: GroupBy | None) -> Figures:
    tally = recipe.gather(ask, by)
    # a record counts for each of its products, so their rows don't add up to the whole
    whole = total(recipe.gather(ask, None) if by in LINKED else tally)
    period = ask.query.period
    if recipe.quota and period is not None:
        whole = _with_quota(whole, quota_of(ask, period))
    found = Figures(ask.query, ask.today, recipe.value(whole), parts_of(recipe, whole), narrowed=ask.whom.narrowed)
    if by is None:
        return found
    spans = spans_of(ask, by, recipe.ahead, tally) if by in (GroupBy.MONTH, GroupBy.WEEK) else {}
    sums = _by_key(ask, by, tally)
    if recipe.quota and period is not None:
        for key, quota in quotas_by(ask, period, by, spans).items():
            sums[key] = _with_quota(sums.get(key, {}), quota)
    cut, count = shown(ask, by, sums, list(spans))
    return replace(found, rows=cut, row_count=count)


def _with_quota(sums: Sums, quota: int | None) -> Sums:
    return sums if quota is None else sums | {"quota": quota}


def _by_key(ask: Ask, by: GroupBy, tally: Tally) -> Tally:
    """The sums by what is shown: of a unit's people those of its children, of days those of months."""
    if by is GroupBy.ORG_UNIT:
        return (
            folded(tally, ask.whom.tree.shares(ask.whom.unit, leaves=ask.query.leaves))
            if ask.whom.unit is not None
            else {}
        )
    if by in (GroupBy.MONTH, GroupBy.WEEK):
        name = month_key if by is GroupBy.MONTH else week_key
        return folded(tally, {day: name(day) for day in tally if day is not None})
    return {key: sums for key, sums in tally.items() if key is not None}
