"""Figures against an independent computation in plain Python, on random companies; what is behind them; edge cases."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from sales.errors import OutOfScope, UnknownRecord
from sales.metrics.figures import Figures
from sales.metrics.query import Filter, GroupBy, MetricQuery, Order, Target, TargetKind
from sales.metrics.registry import METRICS, WITHOUT_QUOTA, faults_of
from sales.periods import Period, quarter_of
from sales.permissions import Scope
from sales.stages import ActivityType, Stage
from storage import tables as t
from storage.book import scope_for
from storage.importer import import_company
from storage.metrics.answer import answer
from storage.metrics.behind import behind, sources
from storage.metrics.history import activity_lines, events, open_follow_ups
from storage.overview import overview
from tests.metrics_oracle import Denied, Oracle
from tests.metrics_world import ASKED, company_of, question_of, targets_of

NOW = datetime(2026, 3, 18, tzinfo=UTC)
TODAY = date(2026, 3, 18)
Trial = Callable[[Any], Any]
CHECKED = [metric for metric in ASKED if metric.name not in ("at_risk", "history")]


def same(found: Any, wanted: Any) -> bool:
    if found is None or wanted is None or isinstance(wanted, int):
        return found == wanted and type(found) is type(wanted)
    return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12)


def check(found: Figures, oracle: Oracle) -> None:
    """Value, parts and rows in their order, all as computed independently."""
    query = found.query
    value, parts, rows, count = oracle.figure(query)
    assert same(found.value, value), (query, found.value, value)
    assert dict(found.parts) == parts, query
    assert [row.key for row in found.rows] == [key for key, _, _ in rows], query
    for row, (_, wanted, row_parts) in zip(found.rows, rows, strict=True):
        assert same(row.value, wanted), (query, row, wanted)
        assert dict(row.parts) == row_parts, (query, row)
    assert found.row_count == count, query


def asked(tx: sa.Connection, oracle: Oracle, scope: Scope, query: MetricQuery, today: date) -> bool:
    """One question to both; whether it was answered (and not refused)."""
    try:
        oracle.allow(query.scope.kind.value, query.scope.id)
        if isinstance(query.versus, Target):
            oracle.allow(query.versus.kind.value, query.versus.id)
    except Denied:
        with pytest.raises(OutOfScope):
            answer(tx, scope, query, today)
        return False
    found = answer(tx, scope, query, today)
    assert found.query == replace(query, period=found.query.period)
    usual = oracle.usual(query)
    meant = found.query.period and (found.query.period.first, found.query.period.last)
    assert meant == ((query.period.first, query.period.last) if query.period else usual)
    check(found, oracle)
    assert (found.against is None) == (query.versus is None)
    if found.against is not None:
        assert found.against.query == found.query.other()
        check(found.against, oracle)
    return True


@pytest.mark.parametrize("seed", range(5))
def test_figures_are_those_of_an_independent_computation(database: Any, trial: Trial, seed: int) -> None:
    """Random companies, askers and questions: every metric, target, period, split, filter, order, limit."""
    if not database.is_sqlite and seed >= 2:
        pytest.skip("a few on PostgreSQL")
    rng = random.Random(seed)
    company, today = company_of(rng)
    answered = 0
    with trial(database) as tx:
        import_company(tx, company, at=NOW)
        for asker in rng.sample(company["users"], 3):
            _, scope = scope_for(tx, asker["id"])
            oracle = Oracle(company, asker["id"], today)
            for metric in CHECKED:
                about = rng.choice([one for one in targets_of(company) if oracle.allows(one)])
                if metric.whole and about.kind in WITHOUT_QUOTA:
                    about = Target(TargetKind.USER, asker["id"])
                for target in (None, about, about):
                    query = question_of(rng, company, today, metric, target=target)
                    answered += asked(tx, oracle, scope, query, today)
    assert answered > 90


@pytest.mark.parametrize("seed", [101])
def test_every_split_and_every_filter_of_every_metric(database: Any, trial: Trial, seed: int) -> None:
    rng = random.Random(seed)
    company, today = company_of(rng)
    root = Target(TargetKind.ORG_UNIT, "o0")
    with trial(database) as tx:
        import_company(tx, company, at=NOW)
        boss = next(user["id"] for user in company["users"] if user["role"] == "ops")
        _, scope = scope_for(tx, boss)
        oracle = Oracle(company, boss, today)
        for metric in CHECKED:
            for by in (None, *sorted(metric.by)):
                query = replace(question_of(rng, company, today, metric, target=root, by=by), versus=None)
                plain = replace(query, group_by=by, filter=Filter(), limit=None, none_only=False)
                others = (plain, replace(plain, none_only=True), replace(plain, order=Order.ASC, limit=2))
                for one in (query, *others) if database.is_sqlite else (query,):
                    assert asked(tx, oracle, scope, one, today)
            for name in sorted(metric.filters):
                said: Any = {"stage": Stage.WON, "type": ActivityType.VISIT, "tier": "A"}.get(name)
                said = said or {"product": "p1", "competitor": "k1"}[name]
                assert asked(tx, oracle, scope, MetricQuery(metric.name, root, filter=Filter(**{name: said})), today)
            for target in targets_of(company, strangers=False):
                one = MetricQuery(metric.name, target)
                if not faults_of(one):
                    assert asked(tx, oracle, scope, one, today)


def test_the_rows_of_a_split_add_up_to_the_whole(database: Any, trial: Trial) -> None:
    """Of what adds up; product and competitor don't, a deal counts for each."""
    additive = ("won", "won_count", "pipeline", "weighted_pipeline", "forecast", "payments", "activities", "overdue")
    company, today = company_of(random.Random(7))
    some = 0
    with trial(database) as tx:
        import_company(tx, company, at=NOW)
        _, scope = scope_for(tx, "u0")
        period = Period(date(2025, 1, 1), date(2027, 12, 31))
        for name in additive:
            for by in sorted(METRICS[name].by - {GroupBy.PRODUCT, GroupBy.COMPETITOR, GroupBy.MONTH, GroupBy.WEEK}):
                root = Target(TargetKind.ORG_UNIT, "o0")
                found = answer(tx, scope, MetricQuery(name, root, period, by), today)
                some += bool(found.value)
                assert sum(row.value or 0 for row in found.rows) == found.value, (name, by)
    assert some > 20


def test_deals_at_risk_are_split_as_everything_is(database: Any, trial: Trial) -> None:
    company, today = company_of(random.Random(51))
    with trial(database) as tx:
        import_company(tx, company, at=NOW)
        _, scope = scope_for(tx, "u0")
        query = MetricQuery("at_risk", Target(TargetKind.ORG_UNIT, "o0"))
        found = answer(tx, scope, query, today)
        assert found.value == found.row_count == len(found.rows) > 1
        listed = behind(tx, scope, query, today)
        assert listed.count == found.value
        assert [deal.id for deal in listed.deals] == [row.key for row in found.rows][:10]
        assert all(deal.flags for deal in listed.deals)
        reps = {user["id"] for user in company["users"] if user["role"] == "rep"}
        children = {unit["id"] for unit in company["org_units"] if unit["parent"] == "o0"}
        for by, keys in ((GroupBy.USER, reps), (GroupBy.ORG_UNIT, children)):
            split = answer(tx, scope, replace(query, group_by=by), today)
            assert sum(row.value or 0 for row in split.rows) == found.value
            assert keys <= {row.key for row in split.rows}
            first = answer(tx, scope, replace(query, group_by=by, order=Order.DESC, limit=1), today)
            assert [row.value for row in first.rows] == [max(row.value or 0 for row in split.rows)]
            none = answer(tx, scope, replace(query, group_by=by, none_only=True), today)
            assert {row.key for row in none.rows} == {row.key for row in split.rows if not row.value}


BEHIND_COUNT = {
    "won": "count", "pipeline": "count", "weighted_pipeline": "count", "payments": "count", "receivable": "count",
    "cycle_days": "won_count",
}  # fmt: skip


@pytest.mark.parametrize("seed", [201])
def test_the_records_behind_a_figure_are_as_many_as_it_counts(database: Any, trial: Trial, seed: int) -> None:
    rng = random.Random(seed)
    company, today = company_of(rng)
    some = 0
    with trial(database) as tx:
        import_company(tx, company, at=NOW)
        for asker in company["users"][:3]:
            _, scope = scope_for(tx, asker["id"])
            for metric in CHECKED:
                target = None if rng.random() < 0.3 else Target(TargetKind.ORG_UNIT, "o0")
                query = question_of(rng, company, today, metric, target=target)
                query = replace(query, versus=None, group_by=None, filter=Filter())
                try:
                    found = answer(tx, scope, query, today)
                except OutOfScope:
                    with pytest.raises(OutOfScope):
                        behind(tx, scope, query, today)
                    continue
                seen = behind(tx, scope, query, today, limit=1000)
                some += bool(seen.count)
                if metric.name not in ("quota", "attainment", "gap", "coverage"):
                    assert len(seen.deals) + len(seen.events) == seen.count
                if metric.name in BEHIND_COUNT:
                    assert seen.count == found.parts[BEHIND_COUNT[metric.name]]
                elif metric.name in ("won_count", "new_opportunities", "activities", "overdue", "todo", "lost_reasons"):
                    assert seen.count == found.value
                elif metric.name == "quota":
                    assert bool(seen.quotas) == (found.value is not None)
                if metric.name == "won":
                    assert sum(deal.amount or 0 for deal in seen.deals) == found.value
                    assert [deal.amount or -1 for deal in seen.deals] == sorted(
                        (deal.amount or -1 for deal in seen.deals), reverse=True
                    )
                assert len(behind(tx, scope, query, today, limit=1).deals) <= 1
    assert some > 10


@pytest.mark.parametrize("seed", [301])
def test_an_overview_says_what_the_figures_say(database: Any, trial: Trial, seed: int) -> None:
    """It is made of roll-ups, the figures of the records themselves."""
    company, today = company_of(random.Random(seed))
    period = quarter_of(today, company["company"]["fiscal_year_start_month"])
    looked = 0
    with trial(database) as tx:
        import_company(tx, company, at=NOW)
        for asker in company["users"][:4]:
            _, scope = scope_for(tx, asker["id"])
            oracle = Oracle(company, asker["id"], today)
            for target in list(filter(oracle.allows, targets_of(company, strangers=False)))[::2]:
                if target.kind in (TargetKind.ACCOUNT, TargetKind.OPPORTUNITY):
                    continue
                page = overview(tx, scope, target, period, today)
                looked += 1
                for name in ("quota", "won", "won_count", "gap", "pipeline", "forecast", "overdue", "attainment"):
                    query = MetricQuery(name, target, None if name == "overdue" else period)
                    if not faults_of(query):
                        told = getattr(page, name)
                        assert told == pytest.approx(answer(tx, scope, query, today).value, abs=0.0051), (query, told)
    assert looked > 8


def unit(of: str) -> Target:
    return Target(TargetKind.ORG_UNIT, of)


def test_history_tells_the_latest_first_then_what_is_to_come(stored: Any) -> None:
    with stored.read() as tx:
        _, scope = scope_for(tx, "rep-1")
        target = Target(TargetKind.ACCOUNT, "acc-1")
        found = events(tx, scope, target, TODAY, 10)
        said = [(event.kind, event.on and event.on.isoformat()) for event in found]
        assert said == [
            ("activity", "2026-03-02"), ("stage", "2026-02-20"), ("follow_up", "2026-01-24"), ("stage", "2026-01-10"),
            ("follow_up", "2026-03-25"), ("payment", "2026-06-30"),
        ]  # fmt: skip
        assert (found[0].contacts, found[0].text, found[0].type) == (("con-1",), "看了样机", ActivityType.VISIT)
        # what it is worth today says nothing of what it was worth then
        assert (found[1].stage, found[1].amount) == (Stage.PROPOSAL, None)
        assert [event.done for event in found] == [True, True, True, True, False, False]
        assert found[5].expected
        assert events(tx, scope, target, TODAY, 2) == found[:2]
        assert answer(tx, scope, MetricQuery("history", target), TODAY).value == len(found)
        deal = Target(TargetKind.OPPORTUNITY, "deal-1")
        assert [event.id for event in events(tx, scope, deal, TODAY, 9) if event.kind != "stage"] == [
            "act-1", "todo-1", "pay-2",
        ]  # fmt: skip


def test_a_limit_cuts_a_history_and_changes_nothing_else(database: Any, trial: Trial) -> None:
    company, today = company_of(random.Random(41))
    cut = 0
    with trial(database) as tx:
        import_company(tx, company, at=NOW)
        _, scope = scope_for(tx, "u0")
        for target in targets_of(company, strangers=False):
            whole = events(tx, scope, target, today, 999)
            assert answer(tx, scope, MetricQuery("history", target), today).value == len(whole)
            for limit in (1, 4):
                assert events(tx, scope, target, today, limit) == whole[:limit]
                cut += len(whole) > limit
    assert cut > 20


def test_lines_of_promises_and_of_what_was_done(stored: Any) -> None:
    with stored.read() as tx:
        _, scope = scope_for(tx, "ops")
        promised = open_follow_ups(tx, scope, MetricQuery("todo", unit("root")), TODAY, 9)
        assert [event.id for event in promised] == ["todo-1", "todo-2"]
        late = open_follow_ups(tx, scope, MetricQuery("overdue", unit("root")), date(2026, 3, 26), 9)
        assert [event.id for event in late] == ["todo-1"]
        march = Period(date(2026, 3, 1), date(2026, 3, 31))
        visits = MetricQuery("activities", unit("root"), march, filter=Filter(type=ActivityType.VISIT))
        assert [event.id for event in activity_lines(tx, scope, visits, TODAY, 9)] == ["act-1"]
        done = activity_lines(tx, scope, replace(visits, filter=Filter()), TODAY, 9)
        assert [event.id for event in done] == ["act-2", "act-1"]


def test_sources_say_which_message_a_value_came_from(stored: Any) -> None:
    with stored.read() as tx:
        _, scope = scope_for(tx, "rep-1")
        found = sources(tx, scope, "opportunity", "deal-1")
        assert (found["amount"][0].source, found["amount"][0].after) == ("import", 80_000_000)
        assert not {"lost_reason", "probability"} & set(found)
        assert sources(tx, scope, "activity", "act-1")["summary"][0].after == "看了样机"
        with pytest.raises(OutOfScope):
            sources(tx, scope, "opportunity", "deal-2")
        with pytest.raises(UnknownRecord):
            sources(tx, scope, "opportunity", "nothing")
        with pytest.raises(UnknownRecord):
            sources(tx, scope, "moon", "deal-1")


def test_part_of_a_month_has_part_of_its_quota(stored: Any) -> None:
    with stored.read() as tx:
        _, scope = scope_for(tx, "ops")

        def quota(of: str, first: date, last: date) -> Any:
            return answer(tx, scope, MetricQuery("quota", unit(of), Period(first, last)), TODAY).value

        march = date(2026, 3, 1), date(2026, 3, 31)
        assert quota("west", *march) == 90_000_025
        assert quota("west", date(2026, 3, 1), date(2026, 3, 10)) == round(90_000_025 * 10 / 31)
        assert quota("east", *march) == 50_000_000
        # what is stated for a unit below does not count for the one above: it is its people's
        assert quota("root", *march) == 50_000_000
        assert quota("west", date(2026, 4, 1), date(2026, 4, 30)) is None


def test_a_deals_own_probability_counts_in_place_of_its_stages(stored: Any) -> None:
    with stored.begin() as tx:
        _, scope = scope_for(tx, "ops")
        query = MetricQuery("weighted_pipeline", unit("root"))
        assert answer(tx, scope, query, TODAY).value == 48_000_000  # proposal, by the floor
        tx.execute(
            sa.update(t.opportunities).where(t.opportunities.c.id == "deal-1").values(probability=35, amount=333)
        )
        assert answer(tx, scope, query, TODAY).value == 116
        tx.execute(sa.update(t.opportunities).where(t.opportunities.c.id == "deal-1").values(probability=0))
        assert answer(tx, scope, query, TODAY).value == 0


def test_a_product_is_narrowed_to_what_the_asker_may_see(stored: Any) -> None:
    with stored.read() as tx:
        product = Target(TargetKind.PRODUCT, "scope")
        for asker, narrowed, value in (
            ("ops", None, 1),
            ("lead", unit("east"), 0),
            ("rep-2", Target(TargetKind.USER, "rep-2"), 1),
        ):
            _, scope = scope_for(tx, asker)
            found = answer(tx, scope, MetricQuery("won_count", product, Period(date(2026, 1, 1), TODAY)), TODAY)
            assert (found.narrowed, found.value) == (narrowed, value), asker


@pytest.mark.parametrize(
    "query",
    [
        MetricQuery("moon", unit("root")),
        MetricQuery("overview", unit("root")),
        MetricQuery("quota", Target(TargetKind.PRODUCT, "scope")),
        MetricQuery("quota", unit("root"), versus=Target(TargetKind.ACCOUNT, "acc-1")),
        MetricQuery("quota", unit("root"), group_by=GroupBy.PRODUCT),
        MetricQuery("won", unit("root"), filter=Filter(stage=Stage.WON)),
        MetricQuery("won", unit("root"), Period(date(1, 1, 1), date(9999, 12, 31))),
        MetricQuery("won", unit("root"), versus=Period(date(2026, 1, 1), date(9999, 12, 31))),
    ],
    ids=lambda query: f"{query.metric}",
)
def test_what_does_not_go_together_is_refused(stored: Any, query: MetricQuery) -> None:
    with stored.read() as tx:
        _, scope = scope_for(tx, "ops")
        with pytest.raises(ValueError, match=r"metric|scope|group_by|filter|period"):
            answer(tx, scope, query, TODAY)
        with pytest.raises(ValueError, match=r"metric|scope|group_by|filter|period"):
            behind(tx, scope, query, TODAY)
