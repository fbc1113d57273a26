"""The sender: delivers the outbox, in order within a conversation, at the vendors' pace, until it has arrived.

At least once: what was claimed and not confirmed is sent again, with the same key. Nothing is given up silently: what
a vendor refuses, and what could not be delivered in a day of tries, stays in the outbox as failed (`canmou outbox`).
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

from bot.channels.base import Channel, Limit, Misconfigured, NotDelivered, Outbound, RateLimited, Refused
from bot.metrics import Metrics
from bot.reasons import reason_of
from handlers.outgoing import RefreshHome, ShowHome, from_json
from handlers.turns import Home
from storage import outbox, pace
from storage.errors import LeaseLost
from storage.outbox import Queued

if TYPE_CHECKING:
    from storage.database import Database

T = TypeVar("T")

MOST_TRIES = 300
"""At five minutes between the later ones that is a day of a vendor's silence; it counts only while we try."""
_AT_ONCE = 16
_LONGEST_PAUSE = 300.0
_MISCONFIGURED_PAUSE = 60.0
_LOOK = 0.1
_TROUBLE = 2.0

log = logging.getLogger("canmou.sender")


class Sender:
    """Sends for one channel, in the process's event loop: a vendor that hangs keeps nobody else's replies waiting.

    `run` until it is cancelled; what is on its way then is waited for.
    """

    def __init__(
        self,
        database: Database,
        channel: Channel,
        metrics: Metrics,
        home: Callable[[str, datetime, bool | None], Home],
        *,
        longest: float = 30.0,
        first_pause: float = 1.0,
    ) -> None:
        """`longest`: seconds that a delivery may take; the lease is twice that."""
        self._database = database
        self.channel = channel
        self.trouble: str | None = None  # the setting that an operator must mend before anything is delivered
        self._metrics = metrics
        self._home = home
        self._longest = longest
        self._lease = timedelta(seconds=2 * longest)
        self._first_pause = first_pause
        self._name = f"s-{uuid4().hex[:12]}"
        self._rung = asyncio.Event()
        self._on_its_way: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(4, "canmou-sender")

    def ring(self) -> None:
        """There is something to send. From the loop's own thread only."""
        self._rung.set()

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
        if room <= 0:
            return 0
        ready = await self._in_thread(lambda: self._claim(room))
        for queued in ready:
            task = asyncio.create_task(self._send(queued))
            self._on_its_way.add(task)
            task.add_done_callback(self._on_its_way.discard)
        return len(ready)

    def _claim(self, room: int) -> list[Queued]:
        """Claims what is due, and reserves its moment with the vendor; what must wait for that is given back."""
        now, channel = datetime.now(UTC), self.channel
        with self._database.read() as tx:
            if not outbox.any_due(tx, now) or pace.held_until(tx, channel.name, now) is not None:
                return []
        ready = []
        with self._database.begin() as tx:
            if pace.held_until(tx, channel.name, now) is not None:
                return []
            claimed = outbox.claim(tx, self._name, now, self._lease, room, [channel.name])
            # by place: senders of other processes reserve theirs in the same order, so none waits in a circle
            for queued in sorted(claimed, key=lambda queued: (self._place(queued), queued.number)):
                takes = timedelta(seconds=self._longest)
                later = pace.reserve(tx, channel.name, self._place(queued), self._limits(queued), now, takes)
                if later is None:
                    ready.append(queued)
                else:
                    outbox.postpone(tx, queued.number, self._name, later)
        return ready

    def _place(self, queued: Queued) -> str:
        return self.channel.place(queued.message.conversation_id)

    def _limits(self, queued: Queued) -> Sequence[Limit]:
        """Vendors count what is said, not what becomes of a card or a page."""
        return self.channel.limits if queued.message.payload.get("do") in ("say", "picture") else ()

    async def _send(self, queued: Queued) -> None:
        began = monotonic()
        try:
            vendor_id = await asyncio.wait_for(self._deliver(queued), self._longest)
        except Exception as error:
            why = error  # the name `error` ends with this block, before the thread has run
            await self._note(lambda: self._failed(queued, why))
            return
        self._metrics.delivery.labels(self.channel.name).observe(monotonic() - began)
        self._metrics.sent.labels(self.channel.name, "delivered").inc()
        self.trouble = None
        await self._note(lambda: self._delivered(queued, vendor_id))

    async def _deliver(self, queued: Queued) -> str | None:
        message = queued.message
        content = from_json(message.payload)
        if isinstance(content, RefreshHome):
            who, chinese = content.person_id, content.chinese
            content = ShowHome(await self._in_thread(lambda: self._home(who, datetime.now(UTC), chinese)))
        return await self.channel.deliver(Outbound(message.key, message.conversation_id, content, queued.attempts))

    async def _note(self, write: Callable[[], None]) -> None:
        try:
            await self._in_thread(write)
        except LeaseLost as lost:
            log.warning("outbox %d: another sender has it now", lost.number)
        except Exception as error:
            log.error("what became of a message could not be noted, it will be sent again: %s", reason_of(error))

    def _delivered(self, queued: Queued, vendor_id: str | None) -> None:
        now = datetime.now(UTC)
        with self._database.begin() as tx:
            outbox.delivered(tx, queued.number, self._name, now, vendor_id)
            # the vendor counts from when it arrived, not from when it was claimed
            pace.spent(tx, self.channel.name, self._place(queued), self._limits(queued), now)

    def _failed(self, queued: Queued, error: Exception) -> None:
        """It waits, is tried again, or is kept as undeliverable."""
        if isinstance(error, RateLimited):
            self._wait_for_vendor(queued, "rate_limited", error.reason, error.retry_after, whole=error.whole)
        elif isinstance(error, Misconfigured):
            if self.trouble != error.setting:
                log.error(
                    "%s: nothing is delivered until %s is mended (%s)", self.channel.name, error.setting, error.reason
                )
            self.trouble = error.setting
            self._wait_for_vendor(queued, "misconfigured", error.reason, _MISCONFIGURED_PAUSE, whole=True)
        elif isinstance(error, Refused):
            self._try_again(queued, "refused", error.reason, retry=False)
        else:
            reason = error.reason if isinstance(error, NotDelivered) else reason_of(error)
            self._try_again(queued, "unreachable", reason, retry=queued.attempts < MOST_TRIES)

    def _wait_for_vendor(self, queued: Queued, how: str, reason: str, seconds: float, *, whole: bool) -> None:
        """As long as it says; that is no fault of the message and doesn't count as a try."""
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        self._said(queued, how, reason)
        with self._database.begin() as tx:
            outbox.postpone(tx, queued.number, self._name, until, f"{how}: {reason}")
            pace.returned(tx, self.channel.name, self._place(queued), self._limits(queued))
            if whole:
                pace.hold(tx, self.channel.name, until)

    def _try_again(self, queued: Queued, how: str, reason: str, *, retry: bool) -> None:
        now = datetime.now(UTC)
        retry_at = now + timedelta(seconds=self._pause(queued.attempts)) if retry else None
        self._said(queued, how, reason)
        with self._database.begin() as tx:
            outbox.failed(tx, queued.number, self._name, now, f"{how}: {reason}", retry_at=retry_at)
            pace.returned(tx, self.channel.name, self._place(queued), self._limits(queued))

    def _said(self, queued: Queued, how: str, reason: str) -> None:
        self._metrics.sent.labels(self.channel.name, how).inc()
        log.warning("outbox %d, try %d: %s: %s", queued.number, queued.attempts, how, reason)

    def _pause(self, attempts: int) -> float:
        """Twice as long each time, spread a little: what failed together should not come back together."""
        pause: float = min(_LONGEST_PAUSE, self._first_pause * 2.0 ** min(attempts - 1, 16))
        return pause * random.uniform(0.8, 1.2)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
