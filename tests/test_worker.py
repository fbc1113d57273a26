"""Workers and the sender over real databases: order, retries, leases, what is set aside, the vendor's pace."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.base import Misconfigured, RateLimited, Refused, Unreachable
from bot.metrics import Metrics
from bot.sender import MOST_TRIES, Sender
from bot.worker import Bell, Workers
from handlers.outgoing import Say, to_json
from handlers.turns import Home, Reply
from storage import inbox, outbox
from storage import tables as t
from storage.inbox import Incoming, Received
from storage.outbox import Outgoing
from storage.pace import Limit
from tests.fake_channel import FakeChannel

SENT = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
SOON = 20.0


def until(holds: Callable[[], bool], seconds: float = SOON) -> None:
    """Waits for a condition; fails if it doesn't come."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


async def until_then(holds: Callable[[], bool], seconds: float = SOON) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        await asyncio.sleep(0.01)


def put_in(database: Any, *messages: Incoming) -> None:
    with database.begin() as tx:
        inbox.accept_many(tx, list(messages), datetime.now(UTC))


def say(number: int, conversation: str = "@U1", text: str | None = None) -> Incoming:
    sent = SENT + timedelta(seconds=number)
    return Incoming("fake", f"e{number}", conversation, conversation[1:], text or f"{number}", sent)


def counts(database: Any) -> dict[str, int]:
    with database.read() as tx:
        return inbox.counts(tx)


# -- workers


@dataclass
class FakeFront:
    """Finishes messages as the front desk does; fails on order."""

    database: Any
    taken: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    failing: dict[str, int] = field(default_factory=dict)
    hold: Callable[[Received], None] = lambda received: None

    def take(self, received: Received, worker: str) -> str:
        text = received.message.text
        if self.failing.get(text, 0):
            self.failing[text] -= 1
            raise ValueError(f"the words {text} must not be in a log")
        self.hold(received)
        with self.database.begin() as tx:
            inbox.finish(tx, received.number, worker, datetime.now(UTC))
            self.taken.append(text)
        return "report"

    def give_up(self, received: Received, worker: str, error: str) -> None:
        with self.database.begin() as tx:
            inbox.fail(tx, received.number, worker, datetime.now(UTC), error, retry_at=None)
        self.given_up.append(f"{received.message.text}: {error}")


@contextlib.contextmanager
def working(
    database: Any, front: Any, lease: float = 30, count: int = 2, metrics: Metrics | None = None
) -> Iterator[Bell]:
    bell = Bell()
    lasts = timedelta(seconds=lease)
    workers = Workers(
        database, front, metrics or Metrics(), bell, lambda: None, count=count, lease=lasts, retries=(0.01, 0.01)
    )
    workers.start()
    try:
        yield bell
    finally:
        workers.stop()
        assert not workers.alive


def test_each_message_is_worked_on_once_and_a_conversation_in_order(stored: Any) -> None:
    front = FakeFront(stored)
    put_in(stored, *(say(n, f"@U{n % 3}") for n in range(30)))
    with working(stored, front, count=3) as bell:
        bell.ring()
        until(lambda: counts(stored).get("done") == 30)
    assert sorted(map(int, front.taken)) == list(range(30))
    for one in range(3):
        own = [int(text) for text in front.taken if int(text) % 3 == one]
        assert own == sorted(own)


def test_one_that_fails_is_tried_again_and_holds_back_only_its_conversation(stored: Any) -> None:
    front = FakeFront(stored, failing={"0": 2})
    put_in(stored, say(0), say(1), say(2, "@U2"))
    with working(stored, front):
        until(lambda: counts(stored).get("done") == 3)
    assert front.taken.index("0") < front.taken.index("1")
    assert not front.given_up


def test_one_that_keeps_failing_is_set_aside_and_the_next_goes_on(
    stored: Any, caplog: pytest.LogCaptureFixture
) -> None:
    front = FakeFront(stored, failing={"0": 99})
    put_in(stored, say(0), say(1))
    with working(stored, front):
        until(lambda: counts(stored) == {"failed": 1, "done": 1})
    (said,) = front.given_up
    assert said.startswith("0: ValueError at tests.test_worker:")
    assert "must not be in a log" not in said + caplog.text
    with stored.begin() as tx:
        (aside,) = inbox.set_aside(tx)
        assert inbox.run_again(tx, aside.number, datetime.now(UTC))
    front.failing.clear()
    with working(stored, front):
        until(lambda: counts(stored) == {"done": 2})
    assert front.taken == ["1", "0"]


def test_a_message_whose_worker_died_is_worked_on_by_another(stored: Any) -> None:
    put_in(stored, say(0))
    with stored.begin() as tx:
        inbox.claim(tx, "one that died", datetime.now(UTC), timedelta(seconds=0.05))
    front = FakeFront(stored)
    with working(stored, front):
        until(lambda: counts(stored) == {"done": 1})
    assert front.taken == ["0"]


def test_a_message_that_kills_its_workers_is_set_aside_unread(stored: Any) -> None:
    put_in(stored, say(0))
    for _ in range(3):  # as often as it may be tried
        with stored.begin() as tx:
            now = datetime.now(UTC)
            assert inbox.claim(tx, "one that died", now, timedelta(seconds=-1))
    front = FakeFront(stored)
    with working(stored, front):
        until(lambda: counts(stored) == {"failed": 1})
    assert not front.taken


def test_a_worker_that_lost_its_lease_saves_nothing(stored: Any) -> None:
    """It was slow, another has the message now: `finish` comes first in the transaction and stops it."""
    put_in(stored, say(0))

    def stolen(received: Received) -> None:
        with stored.begin() as tx:
            tx.execute(sa.update(t.inbox).values(worker="another"))

    front, metrics = FakeFront(stored, hold=stolen), Metrics()
    with working(stored, front, count=1, metrics=metrics):
        until(lambda: 'how="lost"} 1.0' in metrics.text().decode())
    assert not front.taken


def test_a_database_in_trouble_ends_no_worker(stored: Any) -> None:
    class Moody:
        left = 6

        def __getattr__(self, name: str) -> Any:
            if name in ("read", "begin") and self.left:
                self.left -= 1
                raise OSError("locked")
            return getattr(stored, name)

    put_in(stored, *(say(n, f"@U{n}") for n in range(4)))
    front = FakeFront(stored)
    lasts = timedelta(seconds=30)
    workers = Workers(Moody(), front, Metrics(), Bell(), lambda: None, count=2, lease=lasts, trouble_pause=0.01)
    workers.start()
    try:
        until(lambda: counts(stored) == {"done": 4})
        assert workers.alive
        until(lambda: workers.trouble is None)
    finally:
        workers.stop()


def test_a_message_that_waited_too_long_behind_others_may_be_anothers(stored: Any) -> None:
    put_in(stored, *(say(n, f"@U{n}") for n in range(2)))

    def slow(received: Received) -> None:
        with stored.begin() as tx:  # meanwhile its lease ran out and another took the next message
            tx.execute(sa.update(t.inbox).where(t.inbox.c.number != received.number).values(worker="another"))
        time.sleep(0.6)

    front = FakeFront(stored, hold=slow)
    with working(stored, front, lease=1, count=1):
        until(lambda: bool(front.taken))
        until(lambda: counts(stored) == {"done": 1, "working": 1})
    assert front.taken == ["0"]


def test_what_is_not_begun_when_it_stops_is_given_back(stored: Any) -> None:
    put_in(stored, *(say(n, f"@U{n}") for n in range(4)))
    stopping: list[Workers] = []

    def stop(received: Received) -> None:
        threading.Thread(target=stopping[0].stop).start()
        until(lambda: stopping[0].stopping)

    front = FakeFront(stored, hold=stop)
    lasts = timedelta(seconds=30)
    stopping.append(Workers(stored, front, Metrics(), Bell(), lambda: None, count=1, lease=lasts))
    stopping[0].start()
    until(lambda: not stopping[0].alive)
    assert counts(stored) == {"done": 1, "waiting": 3}
    with stored.read() as tx:
        assert [row.attempts for row in tx.execute(t.inbox.select().where(t.inbox.c.state == "waiting"))] == [0, 0, 0]


def test_it_stops_only_after_the_message_in_work(stored: Any) -> None:
    put_in(stored, say(0))
    began: list[int] = []

    def slow(received: Received) -> None:
        began.append(1)
        time.sleep(0.3)

    front = FakeFront(stored, hold=slow)
    with working(stored, front, count=1):
        until(lambda: bool(began))
    assert front.taken == ["0"]


# -- the sender


@contextlib.asynccontextmanager
async def sending(database: Any, channel: Any) -> AsyncIterator[Sender]:
    sender = Sender(database, channel, Metrics(), lambda person, at, chinese: Home(person, ()), first_pause=0.02)
    running = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def queue(database: Any, *keys: str, conversation: str = "@U1", channel: str = "fake") -> None:
    with database.begin() as tx:
        for key in keys:
            content = to_json(Say(Reply((f"text of {key}",))))
            assert outbox.put(tx, Outgoing(key, channel, conversation, content), datetime.now(UTC))


def sent(database: Any) -> dict[str, int]:
    with database.read() as tx:
        return outbox.counts(tx)


async def test_all_is_delivered_in_order_with_its_key(stored: Any) -> None:
    fake = FakeChannel()
    queue(stored, *(f"k{n:02}" for n in range(20)))
    queue(stored, "other", conversation="@U2")
    async with sending(stored, fake):
        await until_then(lambda: sent(stored) == {"delivered": 21})
    assert [one.key for one in fake.to("@U1")] == [f"k{n:02}" for n in range(20)]
    with stored.read() as tx:
        assert {row.vendor_id for row in tx.execute(t.outbox.select())} == {f"v{n}" for n in range(1, 22)}


@pytest.mark.parametrize("why", [Unreachable("timeout"), OSError("broken"), RateLimited("429", 0.05, whole=False)])
async def test_a_failure_is_tried_again_and_keeps_the_order(stored: Any, why: Exception) -> None:
    fake = FakeChannel(failures=[why, why, why])
    queue(stored, "first", "second")
    async with sending(stored, fake):
        await until_then(lambda: sent(stored) == {"delivered": 2})
    assert fake.keys == ["first", "second"]
    assert fake.deliveries[0].attempt == (1 if isinstance(why, RateLimited) else 4)


async def test_what_is_refused_is_kept_and_shown_and_the_next_goes_on(stored: Any) -> None:
    fake = FakeChannel(failures=[Refused("user_not_found")])
    queue(stored, "first", "second")
    async with sending(stored, fake):
        await until_then(lambda: sent(stored) == {"delivered": 1, "failed": 1})
    with stored.begin() as tx:
        (failed,) = outbox.undeliverable(tx)
        assert (failed.message.key, failed.error) == ("first", "refused: user_not_found")
        assert outbox.run_again(tx, failed.number, datetime.now(UTC))
    async with sending(stored, fake):
        await until_then(lambda: sent(stored) == {"delivered": 2})
    assert fake.keys == ["second", "first"]


async def test_retry_after_holds_back_the_whole_channel(stored: Any) -> None:
    fake = FakeChannel(failures=[RateLimited("429", 0.5)])
    queue(stored, "a")
    async with sending(stored, fake):
        await until_then(lambda: fake.tried == 1)
        for n in range(5):  # also what is put in only now
            queue(stored, f"b{n}", conversation=f"@V{n}")
        await until_then(lambda: sent(stored) == {"delivered": 6})
    assert min(one.at for one in fake.deliveries) - fake.called[0] > 0.45


async def test_a_faulty_setting_is_named_and_mended(stored: Any) -> None:
    fake = FakeChannel(down=Misconfigured("token_revoked", "CANMOU_FAKE_TOKEN"))
    queue(stored, "a")
    async with sending(stored, fake) as sender:
        await until_then(lambda: sender.trouble == "CANMOU_FAKE_TOKEN")
        await until_then(lambda: sent(stored) == {"waiting": 1})
        fake.down = None
        with stored.begin() as tx:
            tx.execute(sa.update(t.outbox).values(due_at=datetime.now(UTC)))
            tx.execute(sa.delete(t.paces))
        await until_then(lambda: sent(stored) == {"delivered": 1})
        assert sender.trouble is None
        assert fake.deliveries[0].attempt == 1, "that was no fault of the message"


async def test_a_day_of_silence_is_given_up_visibly(stored: Any) -> None:
    fake = FakeChannel(down=Unreachable("connection refused"))
    queue(stored, "a")
    with stored.begin() as tx:
        tx.execute(sa.update(t.outbox).values(attempts=MOST_TRIES - 1))
    async with sending(stored, fake):
        await until_then(lambda: sent(stored) == {"failed": 1})
    with stored.read() as tx:
        assert outbox.undeliverable(tx)[0].error == "unreachable: connection refused"


async def test_a_day_without_a_server_is_no_silence_of_the_vendor(stored: Any) -> None:
    fake = FakeChannel(failures=[RateLimited("429", 0.05), Unreachable("timeout")])
    queue(stored, "a")
    with stored.begin() as tx:
        tx.execute(sa.update(t.outbox).values(ordered_at=datetime.now(UTC) - timedelta(hours=49)))
    async with sending(stored, fake):
        await until_then(lambda: sent(stored) == {"delivered": 1})


async def test_the_pace_of_a_place_holds_over_its_threads_and_over_senders(stored: Any) -> None:
    gap = 0.2
    limits = (Limit(timedelta(seconds=gap)),)
    one, two = FakeChannel(limits=limits), FakeChannel(limits=limits, delay=0.03)
    for n in range(6):
        queue(stored, f"k{n}", conversation=f"C1:{n % 3}")
    queue(stored, "elsewhere", conversation="C2")
    async with sending(stored, one), sending(stored, two):
        await until_then(lambda: sent(stored) == {"delivered": 7})
    at = sorted(d.at for d in [*one.deliveries, *two.deliveries] if d.key != "elsewhere")
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert min(gaps) > gap * 0.95, gaps


async def test_many_senders_and_threads_never_wait_in_a_circle(stored: Any, caplog: pytest.LogCaptureFixture) -> None:
    limits = (Limit(timedelta(seconds=0.02)),)
    fakes = [FakeChannel(limits=limits) for _ in range(3)]
    for n in range(90):
        queue(stored, f"k{n}", conversation=f"C{(n * 7) % 6}:{n}")
    async with contextlib.AsyncExitStack() as stack:
        for fake in fakes:
            await stack.enter_async_context(sending(stored, fake))
        await until_then(lambda: sent(stored) == {"delivered": 90})
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_senders_do_not_take_what_is_on_its_way(stored: Any) -> None:
    fakes = [FakeChannel(delay=0.05) for _ in range(3)]
    queue(stored, *(f"k{n}" for n in range(4)))
    for n in range(20):
        queue(stored, f"o{n}", conversation=f"@V{n}")
    async with contextlib.AsyncExitStack() as stack:
        for fake in fakes:
            await stack.enter_async_context(sending(stored, fake))
        await until_then(lambda: sent(stored) == {"delivered": 24})
    keys = [key for fake in fakes for key in fake.keys]
    assert len(keys) == len(set(keys)) == 24


async def test_a_channel_that_is_not_here_is_left_alone(stored: Any) -> None:
    queue(stored, "a", channel="another")
    queue(stored, "b")
    async with sending(stored, FakeChannel()):
        await until_then(lambda: sent(stored).get("delivered") == 1)
    assert sent(stored) == {"waiting": 1, "delivered": 1}
