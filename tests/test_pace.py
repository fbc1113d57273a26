"""The vendors' pace: no window ever holds more than a limit allows, however the senders come and go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import pace
from storage.pace import Limit

T0 = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def most_in(window: timedelta, moments: list[datetime]) -> int:
    return max((sum(start <= m < start + window for m in moments) for start in moments), default=0)


@given(
    limits=st.lists(
        st.builds(Limit, st.integers(1, 8).map(lambda n: n * SECOND / 2), st.integers(1, 5)), min_size=1, max_size=2
    ),
    asked=st.lists(st.integers(0, 4000), min_size=1, max_size=60),
    late=st.integers(0, 900),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_window_holds_more_than_a_limit_allows(
    database: Any, trial: Callable[[Any], Any], limits: list[Limit], asked: list[int], late: int
) -> None:
    with trial(database) as tx:
        now, went = T0, []
        for step in asked:
            now += timedelta(milliseconds=step)
            later = pace.reserve(tx, "slack", "C1", limits, now)
            if later is None:
                arrived = now + timedelta(milliseconds=late)
                pace.spent(tx, "slack", "C1", limits, arrived)
                went.append(now)
            else:
                assert later > now
                assert pace.reserve(tx, "slack", "C1", limits, later - timedelta(microseconds=1)) is not None
        assert went, "the first may always go"
        for limit in limits:
            for window in (limit.interval, SECOND * 10, SECOND * 60):
                assert most_in(window, went) <= limit.burst + window / limit.interval


def test_after_the_wait_it_goes(database: Any) -> None:
    limits = [Limit(SECOND), Limit(2 * SECOND, 3)]
    with database.begin() as tx:
        assert pace.reserve(tx, "slack", "C1", limits, T0) is None
        later = pace.reserve(tx, "slack", "C1", limits, T0)
        assert later == T0 + SECOND
        assert pace.reserve(tx, "slack", "C1", limits, later) is None


def test_places_and_channels_do_not_wait_for_each_other(database: Any) -> None:
    limits = [Limit(SECOND)]
    with database.begin() as tx:
        for channel, place in (("slack", "C1"), ("slack", "C2"), ("wecom", "C1")):
            assert pace.reserve(tx, channel, place, limits, T0) is None
        assert pace.forget(tx, T0 + 2 * SECOND) == 3


def test_nothing_goes_to_a_place_while_something_may_be_on_its_way(database: Any) -> None:
    limits, takes = [Limit(SECOND, 5)], 10 * SECOND
    with database.begin() as tx:
        assert pace.reserve(tx, "slack", "C1", limits, T0, takes) is None
        later = pace.reserve(tx, "slack", "C1", limits, T0 + SECOND, takes)
        assert later is not None
        assert T0 + SECOND < later < T0 + 2 * SECOND  # asked again soon: it may arrive any time
        assert pace.reserve(tx, "slack", "C2", limits, T0, takes) is None
        pace.spent(tx, "slack", "C1", limits, T0 + SECOND)
        assert pace.reserve(tx, "slack", "C1", limits, T0 + SECOND, takes) is None
        pace.returned(tx, "slack", "C1", limits)  # it failed
        assert pace.reserve(tx, "slack", "C1", limits, T0 + SECOND, takes) is None
        assert pace.reserve(tx, "slack", "C1", limits, T0 + 11 * SECOND, takes) is None  # its process died


def test_a_channel_is_held_until_its_vendor_is_ready_and_no_other_is(database: Any) -> None:
    with database.begin() as tx:
        assert pace.held_until(tx, "slack", T0) is None
        pace.hold(tx, "slack", T0 + 5 * SECOND)
        pace.hold(tx, "slack", T0 + 2 * SECOND)  # a shorter one doesn't end a longer one
        assert pace.held_until(tx, "slack", T0) == T0 + 5 * SECOND
        assert pace.held_until(tx, "wecom", T0) is None
        assert pace.held_until(tx, "slack", T0 + 5 * SECOND) is None


def test_two_senders_share_one_limit(database: Any) -> None:
    limits = [Limit(SECOND)]
    with database.begin() as tx:
        assert pace.reserve(tx, "slack", "C1", limits, T0) is None
    with database.begin() as tx:
        assert pace.reserve(tx, "slack", "C1", limits, T0 + SECOND / 2) == T0 + SECOND


@pytest.mark.parametrize("limits", [[], ()])
def test_without_a_limit_nothing_waits(database: Any, limits: Any) -> None:
    with database.begin() as tx:
        assert pace.reserve(tx, "slack", "C1", limits, T0) is None
        assert pace.reserve(tx, "slack", "C1", limits, T0) is None
