"""The rules of sales.diagnosis at their edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sales import diagnosis
from sales.diagnosis import DealFacts, Standing
from sales.metrics.problems import Cause, Flag, Problem, ProblemKind
from sales.metrics.query import Target, TargetKind
from sales.stages import Stage

TODAY = date(2026, 3, 18)
LARGE = 200


def deal(**more: object) -> DealFacts:
    """A deal that nothing is wrong with."""
    fine = DealFacts(Stage.PROPOSAL, LARGE, TODAY + timedelta(days=30), TODAY, TODAY, 2, 0)
    return replace(fine, **more)  # type: ignore[arg-type]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "flags"),
    [
        ({}, ()),
        ({"close_date": TODAY}, ()),
        ({"close_date": ago(1)}, (Flag.PAST_CLOSE,)),
        ({"close_date": None}, ()),
        ({"pushes": 1}, ()),
        ({"pushes": 2}, (Flag.PUSHED,)),
        ({"touched_on": ago(14)}, ()),
        ({"touched_on": ago(15)}, (Flag.STALLED,)),
        ({"touched_on": None}, ()),
        ({"last_met_on": ago(30)}, ()),
        ({"last_met_on": ago(31)}, (Flag.NO_VISIT,)),
        ({"last_met_on": None}, (Flag.NO_VISIT,)),
        ({"last_met_on": None, "amount": LARGE - 1}, ()),
        ({"last_met_on": None, "amount": None}, ()),
        ({"people_met": 1}, (Flag.SINGLE_THREADED,)),
        ({"people_met": 1, "amount": LARGE - 1}, ()),
        (
            {"close_date": ago(1), "pushes": 3, "touched_on": ago(99), "last_met_on": None, "people_met": 0},
            tuple(Flag),  # the gravest first
        ),
    ],
)
def test_flags(facts: dict[str, object], flags: tuple[Flag, ...]) -> None:
    assert diagnosis.flags_of(deal(**facts), TODAY, LARGE) == flags


@pytest.mark.parametrize(
    ("stage", "days"),
    [(Stage.LEAD, 45), (Stage.QUALIFIED, 30), (Stage.SOLUTION, 21), (Stage.PROPOSAL, 14), (Stage.NEGOTIATION, 10)],
)
def test_each_stage_stalls_after_its_own_days(stage: Stage, days: int) -> None:
    assert not diagnosis.flags_of(deal(stage=stage, touched_on=ago(days)), TODAY, LARGE)
    assert diagnosis.flags_of(deal(stage=stage, touched_on=ago(days + 1)), TODAY, LARGE) == (Flag.STALLED,)


def test_without_amounts_no_deal_is_large() -> None:
    assert diagnosis.large_from(None) is None
    assert diagnosis.large_from(100) == 200
    assert diagnosis.flags_of(deal(last_met_on=None, people_met=0), TODAY, None) == ()


def test_chances_are_the_floors_where_history_is_thin() -> None:
    assert diagnosis.stage_chances([]) == dict(diagnosis.FLOOR_CHANCES)
    assert diagnosis.stage_chances([(Stage.LEAD, 10, 9)]) == dict(diagnosis.FLOOR_CHANCES)


def test_chances_come_from_history_where_there_is_enough() -> None:
    # 20 closed, 12 won; of those lost 4 got no further than a lead, 4 as far as a proposal
    found = diagnosis.stage_chances([(Stage.LEAD, 2, 4), (Stage.PROPOSAL, 10, 4)])
    assert found[Stage.LEAD] == 12 / 20
    # 16 reached the next: too few, and the floor may not be below the stage before
    assert found[Stage.QUALIFIED] == found[Stage.PROPOSAL] == 12 / 20
    assert found[Stage.NEGOTIATION] == 0.8


def test_chances_never_fall() -> None:
    found = diagnosis.stage_chances([(Stage.NEGOTIATION, 5, 95), (Stage.LEAD, 0, 100)])
    assert found[Stage.LEAD] == 5 / 200
    assert found[Stage.QUALIFIED] == found[Stage.NEGOTIATION] == 5 / 100
    assert list(found.values()) == sorted(found.values())


def test_complete_months() -> None:
    assert diagnosis.complete_months(date(2026, 3, 18)) == (date(2026, 1, 1), date(2026, 2, 1))
    assert diagnosis.complete_months(date(2026, 3, 31)) == (date(2026, 2, 1), date(2026, 3, 1))
    assert diagnosis.complete_months(date(2026, 1, 1)) == (date(2025, 11, 1), date(2025, 12, 1))
    assert diagnosis.months_to(date(2026, 1, 5), 3) == (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1))


def standing(**more: object) -> Standing:
    """Somebody who misses."""
    weak = Standing(((79, 100), (79, 100)), 100, 300, 50, 300, 60, 2, 10, 5)
    return replace(weak, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "misses"),
    [
        ({}, True),
        ({"months": ((80, 100), (79, 100))}, False),
        ({"months": ((79, 100), (80, 100))}, False),
        ({"months": ((0, None), (0, 100))}, False),
        ({"months": ((0, 0), (0, 100))}, False),
        ({"won": 150}, False),  # level with the time elapsed
        ({"won": 149}, True),
        ({"quota": None}, False),
        ({"quota": 0}, False),
        ({"elapsed": 0}, False),
    ],
)
def test_who_misses(more: dict[str, object], misses: bool) -> None:
    assert diagnosis.misses(standing(**more)) is misses


def test_how_far_behind() -> None:
    assert standing().behind == 50
    assert standing(won=400).behind == 0


PEER = Standing((), 0, 300, 50, 600, 60, 2, 10, 5)


def test_the_cause_is_what_is_furthest_below_the_peers() -> None:
    peers = [PEER] * 3
    assert diagnosis.reason_of(standing(), peers).cause is Cause.PIPELINE
    assert diagnosis.reason_of(standing(open_amount=600, activities=40), peers).cause is Cause.ACTIVITY
    assert diagnosis.reason_of(standing(open_amount=600, closed_won=3), peers).cause is Cause.CONVERSION
    both = diagnosis.reason_of(standing(activities=20), peers)
    assert (both.cause, both.value, both.peers) == (Cause.ACTIVITY, 10, 30)


def test_without_a_cause_it_is_unclear() -> None:
    fair = standing(open_amount=480)  # 0.8 of the peers' median is not below it
    assert diagnosis.reason_of(fair, [PEER] * 3).cause is Cause.UNCLEAR
    assert diagnosis.reason_of(standing(open_amount=479), [PEER] * 3).cause is Cause.PIPELINE
    assert diagnosis.reason_of(standing(), [PEER] * 2).cause is Cause.UNCLEAR  # too few to compare with
    assert diagnosis.reason_of(standing(), [replace(PEER, open_amount=0)] * 3).cause is Cause.UNCLEAR


def test_a_win_rate_takes_five_closed_deals() -> None:
    few = standing(open_amount=600, closed=4, closed_won=0)
    assert diagnosis.reason_of(few, [PEER] * 3).cause is Cause.UNCLEAR
    assert diagnosis.reason_of(replace(few, closed=5), [PEER] * 3).cause is Cause.CONVERSION


def test_products_that_fall() -> None:
    assert diagnosis.product_falls(59, 400, 4)
    assert not diagnosis.product_falls(60, 400, 4)
    assert not diagnosis.product_falls(0, 400, 3)
    assert not diagnosis.product_falls(0, 0, 9)


def test_the_most_money_comes_first() -> None:
    def problem(kind: ProblemKind, weight: int, subject: str = "x") -> Problem:
        return Problem(kind, Target(TargetKind.USER, subject), subject, weight)

    late, miss = problem(ProblemKind.OVERDUE, 5), problem(ProblemKind.MISSES, 7)
    same = problem(ProblemKind.OVERDUE, 5, "a")
    assert diagnosis.ordered([late, miss, same]) == (miss, same, late)


def test_every_threshold_has_a_title_in_both_languages() -> None:
    for name, one in diagnosis.THRESHOLDS.items():
        assert one.name == name
        assert one.title_zh != one.title_en
        assert one.default > 0
