"""Nobody learns from a figure what they may not see: nothing out of scope changes a byte of an answer."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sales.errors import OutOfScope, UnknownRecord
from sales.metrics.figures import Behind, Figures
from sales.metrics.query import Filter, GroupBy, MetricQuery, Target, TargetKind, from_json, to_json
from sales.metrics.registry import METRICS
from sales.permissions import Scope
from storage import tables as t
from storage.book import scope_for
from storage.importer import import_company
from storage.metrics.answer import answer
from storage.metrics.behind import behind, sources
from storage.metrics.history import activity_lines, events, open_follow_ups
from storage.metrics.whom import whom_of
from storage.scoping import activities_in, deals_in, follow_ups_in, payments_in
from tests.metrics_oracle import Oracle
from tests.metrics_strangers import Strangers
from tests.metrics_world import ASKED, company_of, question_of, targets_of

NOW = datetime(2026, 3, 18, tzinfo=UTC)
Trial = Callable[[Any], Any]

SECTION = {
    GroupBy.ORG_UNIT: "org_units", GroupBy.USER: "users", GroupBy.ACCOUNT: "accounts",
}  # fmt: skip
LISTED = {"at_risk": "opportunities", "todo": "follow_ups"}


def told(tx: sa.Connection, scope: Scope, query: MetricQuery, today: date) -> list[Any]:
    """Everything that can be had for a question; OutOfScope as itself."""

    def tried(look: Callable[[], Any]) -> Any:
        try:
            return look()
        except OutOfScope as error:
            return repr(error)

    return [
        tried(lambda: answer(tx, scope, query, today)),
        tried(lambda: behind(tx, scope, query, today, 50)),
        tried(lambda: events(tx, scope, query.scope, today, 50)),
        tried(lambda: open_follow_ups(tx, scope, query, today, 50)),
        tried(lambda: activity_lines(tx, scope, query, today, 50)),
    ]


def questions(rng: random.Random, company: Any, oracle: Oracle, today: date, calm: bool) -> list[MetricQuery]:
    """Of every metric about something that may be asked about, and about anything."""
    open_to = [one for one in targets_of(company) if oracle.allows(one)]
    people = [one for one in open_to if one.kind in (TargetKind.ORG_UNIT, TargetKind.USER)]
    found = []
    for metric in ASKED:
        if metric.name != "at_risk" or calm:
            found.append(question_of(rng, company, today, metric))
            target = rng.choice(people if metric.whole else open_to)
            found.append(question_of(rng, company, today, metric, target=target))
    return found


def check_ids(found: Any, strangers: Strangers) -> None:
    """No id of what is out of scope, in rows and among the records."""
    if isinstance(found, Figures):
        query = found.query
        section = SECTION.get(query.group_by) if query.group_by else LISTED.get(query.metric)
        if section:
            assert not {row.key for row in found.rows} & strangers.ids(section), found
        if found.against:
            check_ids(found.against, strangers)
    elif isinstance(found, Behind):
        assert not {deal.id for deal in found.deals} & strangers.ids("opportunities")
        assert not {owner for owner, _, _ in found.quotas} & {*strangers.people, *strangers.units}
        check_ids(list(found.events), strangers)
    elif isinstance(found, list):
        kinds = {"activity": "activities", "follow_up": "follow_ups", "payment": "payments"}
        for event in found:
            if event.kind == "stage":
                assert event.opportunity not in strangers.ids("opportunities")
            else:
                assert event.id not in strangers.ids(kinds[event.kind])


@pytest.mark.parametrize("seed", range(8))
def test_what_is_out_of_scope_changes_no_byte_of_an_answer(database: Any, trial: Trial, seed: int) -> None:
    """Records of others are changed, removed and added: what the asker is told stays the same, and names none."""
    if not database.is_sqlite and seed >= 2:
        pytest.skip("a few on PostgreSQL")
    rng = random.Random(1000 + seed)
    calm = seed % 2 == 0
    company, today = company_of(rng)
    asker = rng.choice([user for user in company["users"] if user["role"] == ("rep" if seed % 3 == 0 else "manager")])
    with trial(database) as tx:
        import_company(tx, company, at=NOW)
        _, scope = scope_for(tx, asker["id"])
        oracle = Oracle(company, asker["id"], today)
        strangers = Strangers(oracle)
        asked = questions(rng, company, oracle, today, calm)
        before = [told(tx, scope, query, today) for query in asked]
        for query, found in zip(asked, before, strict=True):
            about = [query.scope, *([query.versus] if isinstance(query.versus, Target) else [])]
            assert isinstance(found[0], str) == (not all(map(oracle.allows, about))), query
            assert all(isinstance(one, str) == (not oracle.allows(query.scope)) for one in found[1:]), query
            for one in found:
                check_ids(one, strangers)
        stirred = strangers.stir(tx, rng, today, calm=calm)
        for query, found in zip(asked, before, strict=True):
            assert repr(told(tx, scope, query, today)) == repr(found), query
    assert stirred or not strangers.people


@pytest.mark.parametrize("seed", [31, 32])
def test_a_customer_and_a_deal_are_seen_by_the_rule_of_the_store(database: Any, trial: Trial, seed: int) -> None:
    """What counts at a customer is what storage.scoping lets the asker see there, no less and no more."""
    company, _ = company_of(random.Random(seed))
    looked = 0
    with trial(database) as tx:
        import_company(tx, company, at=NOW)
        for user in company["users"]:
            _, scope = scope_for(tx, user["id"])
            for account in company["accounts"]:
                try:
                    whom = whom_of(tx, scope, Target(TargetKind.ACCOUNT, account["id"]))
                except OutOfScope:
                    continue
                looked += 1
                for table, seen, ruled in (
                    (t.opportunities, whom.deals(), deals_in(scope)),
                    (t.activities, whom.activities(), activities_in(scope)),
                    (t.follow_ups, whom.follow_ups(), follow_ups_in(scope)),
                ):
                    ids = sa.select(table.c.id).order_by(table.c.id)
                    wanted = tx.execute(ids.where(table.c.account_id == account["id"], ruled)).all()
                    assert tx.execute(ids.where(*seen)).all() == wanted
                ids = sa.select(t.payments.c.id).where(t.payments.c.account_id == account["id"], payments_in(scope))
                query = MetricQuery("history", Target(TargetKind.ACCOUNT, account["id"]))
                paid = {e.id for e in events(tx, scope, query.scope, date(2027, 1, 1), 999) if e.kind == "payment"}
                late = ids.where(sa.or_(t.payments.c.status == "expected", t.payments.c.on_date <= date(2027, 1, 1)))
                assert paid == set(tx.execute(late).scalars())
    assert looked > 10


def test_a_rep_may_not_ask_about_a_unit_nor_a_stranger_nor_what_is_not_there(stored: Any) -> None:
    with stored.read() as tx:
        _, rep = scope_for(tx, "rep-1")
        _, ops = scope_for(tx, "ops")
        for kind, of in (
            (TargetKind.ORG_UNIT, "east-1"), (TargetKind.ORG_UNIT, "root"), (TargetKind.USER, "rep-2"),
            (TargetKind.ACCOUNT, "acc-2"), (TargetKind.OPPORTUNITY, "deal-2"),
            *((kind, "nobody") for kind in TargetKind),
        ):  # fmt: skip
            with pytest.raises(OutOfScope):
                answer(tx, rep, MetricQuery("won", Target(kind, of)), date(2026, 3, 18))
            if of == "nobody":
                with pytest.raises(OutOfScope):
                    answer(tx, ops, MetricQuery("won", Target(kind, of)), date(2026, 3, 18))
        mine = MetricQuery("won", Target(TargetKind.USER, "rep-1"))
        with pytest.raises(OutOfScope):
            answer(tx, rep, replace(mine, versus=Target(TargetKind.USER, "rep-2")), date(2026, 3, 18))
        with pytest.raises(OutOfScope):
            sources(tx, rep, "activity", "act-2")


def test_what_is_known_of_a_strangers_deal_is_not_told_by_ones_own_activity_on_it(stored: Any) -> None:
    with stored.begin() as tx:
        row = {"person_id": "rep-1", "account_id": "acc-2", "opportunity_id": "deal-2", "type": "visit"}
        tx.execute(sa.insert(t.activities).values(id="v9", happened_on=date(2026, 3, 9), summary="", origin="x", **row))
        for asker, known in (("rep-1", 0), ("ops", 1)):
            _, scope = scope_for(tx, asker)
            mine = MetricQuery("activities", Target(TargetKind.USER, "rep-1"))
            split = answer(tx, scope, replace(mine, group_by=GroupBy.PRODUCT), date(2026, 3, 18))
            assert "scale" not in {row.key for row in split.rows} or known
            assert split.value == 2
            for query in (
                replace(mine, filter=Filter(product="scale")),
                replace(mine, scope=Target(TargetKind.PRODUCT, "scale")),
            ):
                found = answer(tx, scope, query, date(2026, 3, 18)).value
                assert found == known, (asker, query)


@pytest.mark.parametrize("bad", ["a\0b", "\ud800"])
def test_text_that_no_database_takes_is_refused(stored: Any, bad: str) -> None:
    with stored.read() as tx:
        _, scope = scope_for(tx, "rep-1")
        mine = MetricQuery("won", Target(TargetKind.USER, "rep-1"))
        for query in (
            MetricQuery("won", Target(TargetKind.ACCOUNT, bad)),
            replace(mine, filter=Filter(product=bad)),
            replace(mine, filter=Filter(tier=bad)),
            replace(mine, versus=Target(TargetKind.USER, bad)),
        ):
            with pytest.raises(ValueError, match="text"):
                answer(tx, scope, query, date(2026, 3, 18))
        with pytest.raises(OutOfScope):
            events(tx, scope, Target(TargetKind.ACCOUNT, bad), date(2026, 3, 18), 9)
        with pytest.raises(UnknownRecord):
            sources(tx, scope, "activity", bad)


TEXT = st.text(max_size=8) | st.sampled_from(
    ["root", "east", "rep-1", "rep-2", "acc-2", "deal-2", "scope", "a\0b", "\ud800"]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
SCOPES = st.dictionaries(st.sampled_from([*TargetKind]).map(str), TEXT, min_size=1, max_size=2)
DAYS = st.tuples(st.dates(), st.dates()).map(lambda days: [day.isoformat() for day in days])
FORGED = st.fixed_dictionaries(
    {"metric": st.sampled_from([*METRICS]) | JUNK, "scope": SCOPES | JUNK},
    optional={
        "period": DAYS | JUNK, "group_by": st.sampled_from([*GroupBy]).map(str) | JUNK, "order": TEXT | JUNK,
        "limit": st.integers() | JUNK, "versus": SCOPES | DAYS | JUNK, "none_only": JUNK,
        "filter": st.dictionaries(st.sampled_from(["stage", "type", "tier", "product", "competitor"]), TEXT) | JUNK,
    },
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(forged=FORGED | JUNK)
def test_a_forged_query_is_refused_or_answered_within_the_scope(stored: Any, forged: Any) -> None:
    with stored.read() as tx:
        _, scope = scope_for(tx, "rep-1")
        try:
            query = from_json(forged)
            found = answer(tx, scope, query, date(2026, 3, 18))
        except (ValueError, OutOfScope):
            return
        assert query.scope.kind is not TargetKind.ORG_UNIT
        assert from_json(to_json(query)) == query
        assert not {row.key for row in found.rows} & {"rep-2", "acc-2", "deal-2", "root", "east", "todo-2"}
