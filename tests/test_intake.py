"""Messages in: committed before they are acknowledged, many a commit, each once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.intake import GroupCommit
from bot.metrics import Metrics
from storage import inbox
from storage.inbox import Incoming

SENT = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)


def message(number: int, **more: Any) -> Incoming:
    return replace(Incoming("slack", f"e{number}", "@U1", "U1", f"第 {number} 条", SENT), **more)


@contextlib.asynccontextmanager
async def intake(database: Any, rings: list[int] | None = None) -> AsyncIterator[tuple[GroupCommit, Metrics]]:
    metrics = Metrics()
    made = GroupCommit(database, metrics, lambda: rings.append(1) if rings is not None else None)
    running = asyncio.create_task(made.run())
    try:
        yield made, metrics
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def counted(metrics: Metrics, name: str) -> float:
    return sum(
        sample.value
        for metric in metrics.registry.collect()
        for sample in metric.samples
        if sample.name == f"canmou_{name}"
    )


async def test_many_at_once_share_few_commits_and_are_all_there(stored: Any) -> None:
    async with intake(stored) as (desk, metrics):
        for burst in range(5):
            new = await asyncio.gather(*(desk.accept(message(32 * burst + n)) for n in range(32)))
            assert all(new)
        assert counted(metrics, "inbox_commits_total") <= 10
    with stored.read() as tx:
        assert inbox.counts(tx) == {"waiting": 160}


async def test_when_it_returns_the_message_is_committed(database_url: str, stored: Any) -> None:
    from storage.database import open_database

    other = open_database(database_url)
    async with intake(stored) as (desk, _):
        assert await desk.accept(message(1))
        with other.read() as tx:
            assert inbox.find(tx, "slack", "e1") is not None
    other.close()


async def test_the_same_event_is_taken_once_also_within_a_commit(stored: Any) -> None:
    rings: list[int] = []
    async with intake(stored, rings) as (desk, _):
        new = await asyncio.gather(*(desk.accept(message(n % 4)) for n in range(40)))
        assert sum(new) == 4
        assert not await desk.accept(message(1, text="die Wiederholung"))
    with stored.read() as tx:
        assert inbox.counts(tx) == {"waiting": 4}
        found = inbox.find(tx, "slack", "e1")
        assert found is not None
        assert found.message.text == "第 1 条"
    assert rings


async def test_one_that_can_not_be_stored_does_not_take_the_others_along(stored: Any) -> None:
    bad = message(2, payload={"when": datetime(2026, 1, 1)})  # JSON has no such thing
    async with intake(stored) as (desk, metrics):
        results = await asyncio.gather(
            desk.accept(message(1)), desk.accept(bad), desk.accept(message(3)), return_exceptions=True
        )
        assert results[0] is True
        assert isinstance(results[1], Exception)
        assert results[2] is True
        assert counted(metrics, "messages_not_accepted_total") == 1
        assert await desk.accept(message(4))
    with stored.read() as tx:
        assert inbox.counts(tx) == {"waiting": 3}


async def test_what_was_taken_is_committed_though_it_ends_or_the_sender_has_gone(stored: Any) -> None:
    async with intake(stored) as (desk, _):
        left = asyncio.create_task(desk.accept(message(1)))
        await asyncio.sleep(0)
        left.cancel()
        asked = asyncio.create_task(desk.accept(message(2)))
        await asyncio.sleep(0)
    assert await asked
    with stored.read() as tx:
        assert inbox.counts(tx) == {"waiting": 2}


async def test_a_clock_far_ahead_is_not_believed(stored: Any) -> None:
    ahead = datetime.now(UTC) + timedelta(days=3)
    async with intake(stored) as (desk, _):
        await desk.accept(message(1, sent_at=ahead))
    with stored.read() as tx:
        found = inbox.find(tx, "slack", "e1")
        assert found is not None
        assert found.message.sent_at < ahead - timedelta(days=2)


@given(text=st.text(st.characters(codec=None), max_size=30), key=st.text(max_size=5))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_stored(stored: Any, text: str, key: str) -> None:
    """NUL and halves of surrogate pairs come in JSON; PostgreSQL takes neither."""

    async def take() -> None:
        async with intake(stored) as (desk, _):
            one = message(0, event_id=repr((text, key)), text=text, payload={"handle": {key: [text, {"x": text}]}})
            await desk.accept(one)

    asyncio.run(take())
    with stored.read() as tx:
        assert inbox.set_aside(tx) == []
        assert inbox.any_due(tx, datetime.now(UTC))


async def test_a_database_that_comes_back_is_used_again(stored: Any) -> None:
    class Flaky:
        left = 4

        def begin(self) -> Any:
            if self.left:
                self.left -= 1
                raise OSError("disk full")
            return stored.begin()

    async with intake(Flaky()) as (desk, _):
        for _ in range(2):  # each is tried with its group, then by itself
            with pytest.raises(OSError, match="disk full"):
                await desk.accept(message(1))
        assert await desk.accept(message(1))
    with stored.read() as tx:
        assert inbox.counts(tx) == {"waiting": 1}
