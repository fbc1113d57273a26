"""The sender: delivers the outbox, in order within a conversation, at the vendors' pace, until it has arrived.

At least once: what was claimed and not confirmed is sent again, with the same key. Nothing is given up silently: what
a vendor refuses, and what could not be delivered for a day, stays in the outbox as failed, for `canmou outbox` to show.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from bot.channels.base import Channel, Misconfigured, NotDelivered, Outbound, RateLimited, Refused
from bot.metrics import Metrics
from bot.worker import reason_of
from handlers.outgoing import RefreshHome, ShowHome, from_json
from handlers.turns import Home
from storage import outbox, pace
from storage.errors import LeaseLost
from storage.outbox import Queued

if TYPE_CHECKING:
    from storage.database import Database

T = TypeVar("T")

KEPT_TRYING = timedelta(hours=24)
_AT_ONCE = 16
_LONGEST_PAUSE = 300.0
_MISCONFIGURED_PAUSE = 60.0
_LOOK = 0.1
_TROUBLE = 2.0

log = logging.getLogger("canmou.sender")


class Sender:
    """One a process, in its event loop. `run` until it is cancelled; what is on its way then is waited for."""

    def __init__(
        self,
        database: Database,
        channels: Sequence[Channel],
        metrics: Metrics,
        home: Callable[[str, datetime, bool | None], Home],
        *,
        longest: float = 30.0,
        first_pause: float = 1.0,
    ) -> None:
        """`longest`: seconds that a delivery may take; the lease is twice that."""
        self._database = database
        self._channels = {channel.name: channel for channel in channels}
        self._metrics = metrics
        self._home = home
        self._longest = longest
        self._lease = timedelta(seconds=2 * longest)
        self._first_pause = first_pause
        self._name = f"s-{uuid4().hex[:12]}"
        self._rung = asyncio.Event()
        self._on_its_way: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(4, "canmou-sender")
        self._misconfigured: dict[str, str] = {}

    def ring(self) -> None:
        """There is something to send. From the loop's own thread only."""
        self._rung.set()

    @property
    def trouble(self) -> dict[str, str]:
        """Channel -> what an operator must mend before anything is delivered there."""
        return dict(self._misconfigured)

    async def run(self) -> None:
        try:
            while True:
                self._rung.clear()
                try:
                    started = await self._start_some()
                except Exception as error:
                    log.error("the outbox could not be read: %s", reason_of(error))
                    await asyncio.sleep(_TROUBLE)
                    continue
                if not started:
                    await self._wait()
        finally:
            if self._on_its_way:
                await asyncio.wait(self._on_its_way, timeout=self._longest)
            self._threads.shutdown()

    async def _wait(self) -> None:
        """For a ring, for one on its way to arrive (the next of its conversation may go), or a moment."""
        ring = asyncio.ensure_future(self._rung.wait())
        await asyncio.wait({ring, *self._on_its_way}, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED)
        ring.cancel()

    async def _start_some(self) -> int:
        room = _AT_ONCE - len(self._on_its_way)
        if room <= 0 or not self._channels:
            return 0
        ready = await self._in_thread(lambda: self._claim(room))
        for queued in ready:
            task = asyncio.create_task(self._send(queued))
            self._on_its_way.add(task)
            task.add_done_callback(self._on_its_way.discard)
        return len(ready)

    def _claim(self, room: int) -> list[Queued]:
        """Claims what is due, and reserves its moment with the vendor; what must wait for that is given back."""
        now = datetime.now(UTC)
        with self._database.read() as tx:
            if not outbox.any_due(tx, now):
                return []
        ready = []
        with self._database.begin() as tx:
            for queued in outbox.claim(tx, self._name, now, self._lease, room, list(self._channels)):
                channel = self._channels[queued.message.channel]
                place = channel.place(queued.message.conversation_id)
                later = pace.reserve(tx, channel.name, place, channel.limits, now) if _counts(queued) else None
                if later is None:
                    ready.append(queued)
                else:
                    outbox.postpone(tx, queued.number, self._name, later)
        return ready

    async def _send(self, queued: Queued) -> None:
        channel = self._channels[queued.message.channel]
        began = monotonic()
        try:
            vendor_id = await asyncio.wait_for(self._deliver(channel, queued), self._longest)
        except Exception as error:
            why = error  # the name `error` ends with this block, before the thread has run
            await self._note(lambda: self._failed(channel, queued, why))
            return
        self._metrics.delivery.labels(channel.name).observe(monotonic() - began)
        self._metrics.sent.labels(channel.name, "delivered").inc()
        self._misconfigured.pop(channel.name, None)
        await self._note(lambda: self._delivered(channel, queued, vendor_id))

    async def _deliver(self, channel: Channel, queued: Queued) -> str | None:
        message = queued.message
        content = from_json(message.payload)
        if isinstance(content, RefreshHome):
            who, chinese = content.person_id, content.chinese
            content = ShowHome(await self._in_thread(lambda: self._home(who, datetime.now(UTC), chinese)))
        return await channel.deliver(Outbound(message.key, message.conversation_id, content, queued.attempts))

    async def _note(self, write: Callable[[], None]) -> None:
        try:
            await self._in_thread(write)
        except LeaseLost as lost:
            log.warning("outbox %d: another sender has it now", lost.number)
        except Exception as error:
            log.error("what became of a message could not be noted, it will be sent again: %s", reason_of(error))

    def _delivered(self, channel: Channel, queued: Queued, vendor_id: str | None) -> None:
        now = datetime.now(UTC)
        with self._database.begin() as tx:
            outbox.delivered(tx, queued.number, self._name, now, vendor_id)
            if _counts(queued):  # the vendor counts from when it arrived, not from when it was claimed
                pace.spent(tx, channel.name, channel.place(queued.message.conversation_id), channel.limits, now)

    def _failed(self, channel: Channel, queued: Queued, error: Exception) -> None:
        """When it is tried again; None in the end."""
        now = datetime.now(UTC)
        how, reason = "unreachable", error.reason if isinstance(error, NotDelivered) else reason_of(error)
        retry_at: datetime | None = now + timedelta(seconds=self._pause(queued.attempts))
        hold: datetime | None = None
        if isinstance(error, RateLimited):
            how = "rate_limited"
            retry_at = now + timedelta(seconds=error.retry_after)
            hold = retry_at if error.whole else None
        elif isinstance(error, Misconfigured):
            how = "misconfigured"
            retry_at = hold = now + timedelta(seconds=_MISCONFIGURED_PAUSE)
            if self._misconfigured.get(channel.name) != error.setting:
                log.error("%s: nothing is delivered until %s is mended (%s)", channel.name, error.setting, reason)
            self._misconfigured[channel.name] = error.setting
        elif isinstance(error, Refused):
            how, retry_at = "refused", None
        if now - queued.since > KEPT_TRYING:
            retry_at = None
        self._metrics.sent.labels(channel.name, how).inc()
        log.warning("outbox %d, try %d: %s: %s", queued.number, queued.attempts, how, reason)
        with self._database.begin() as tx:
            outbox.failed(tx, queued.number, self._name, now, f"{how}: {reason}", retry_at=retry_at)
            if hold is not None:
                outbox.hold(tx, channel.name, hold)

    def _pause(self, attempts: int) -> float:
        """Twice as long each time, spread a little: what failed together should not come back together."""
        pause: float = min(_LONGEST_PAUSE, self._first_pause * 2.0 ** min(attempts - 1, 16))
        return pause * random.uniform(0.8, 1.2)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _counts(queued: Queued) -> bool:
    """Whether a vendor counts it as a message."""
    return queued.message.payload.get("do") in ("say", "picture")
