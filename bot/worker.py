"""Workers: threads that take messages out of the inbox, a conversation's in order, and set aside what keeps failing."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.metrics import Metrics
from bot.reasons import reason_of
from handlers.front import Front
from storage import inbox
from storage.errors import LeaseLost
from storage.inbox import Received

if TYPE_CHECKING:
    from storage.database import Database

RETRIES = (1.0, 5.0, 20.0, 60.0)
"""Seconds until a message that failed is tried again; after the last it is set aside."""
_AT_ONCE = 4  # messages claimed together, of different conversations
_LOOK = 0.1  # seconds between looks where nobody rings: another process may have put something in

log = logging.getLogger("canmou.worker")


class Bell:
    """Wakes whoever waits for work. Each waiter has an event of its own, so that none takes another's ring."""

    def __init__(self) -> None:
        self._waiting: set[threading.Event] = set()
        self._lock = threading.Lock()

    def ring(self) -> None:
        with self._lock:
            for event in self._waiting:
                event.set()

    def listen(self) -> threading.Event:
        event = threading.Event()
        with self._lock:
            self._waiting.add(event)
        return event


class Workers:
    """A number of threads. `start`, then `stop`, which waits for the messages in work."""

    def __init__(
        self,
        database: Database,
        front: Front,
        metrics: Metrics,
        bell: Bell,
        answered: Callable[[], None],
        *,
        count: int,
        lease: timedelta,
        retries: tuple[float, ...] = RETRIES,
        trouble_pause: float = 2.0,
    ) -> None:
        self._database = database
        self._front = front
        self._metrics = metrics
        self._bell = bell
        self._answered = answered
        self._lease = lease
        self._retries = retries
        self._trouble_pause = trouble_pause
        self._stopping = threading.Event()
        self.trouble: str | None = None  # why the inbox could not be read, the last time that it was looked at
        self._threads = [threading.Thread(target=self._run, name=f"canmou-worker-{n}") for n in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._bell.ring()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    @property
    def alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        name = f"w-{uuid4().hex[:12]}"
        rung = self._bell.listen()
        while not self._stopping.is_set():
            rung.clear()
            try:
                claimed = self._claim(name)
                self.trouble = None
                self._work_on(claimed, name)
            except Exception as error:  # a thread must not end: there are few, and nobody would start it again
                self.trouble = reason_of(error)
                log.error("the inbox could not be read: %s", self.trouble)
                self._stopping.wait(self._trouble_pause)
                continue
            if not claimed:
                rung.wait(_LOOK)

    def _work_on(self, claimed: list[Received], name: str) -> None:
        until = time.monotonic() + self._lease.total_seconds() / 2
        for received in claimed:
            if self._stopping.is_set():
                with self._database.begin() as tx:
                    inbox.postpone(tx, received.number, name, datetime.now(UTC))
            elif time.monotonic() < until or self._renewed(received, name):
                self._work(received, name)

    def _claim(self, name: str) -> list[Received]:
        now = datetime.now(UTC)
        with self._database.read() as tx:  # most looks find nothing: they should not wait for those who write
            if not inbox.any_due(tx, now):
                return []
        with self._database.begin() as tx:
            return inbox.claim(tx, name, now, self._lease, _AT_ONCE)

    def _renewed(self, received: Received, name: str) -> bool:
        """The messages before it took long: this one's lease may be running out."""
        try:
            with self._database.begin() as tx:
                inbox.renew(tx, received.number, name, datetime.now(UTC) + self._lease)
        except LeaseLost:
            return False
        return True

    def _work(self, received: Received, name: str) -> None:
        channel = received.message.channel
        if received.attempts > len(self._retries) + 1:  # it took its worker down each time
            self._set_aside(received, name, received.error or "its worker died each time")
            return
        try:
            how = self._front.take(received, name)
        except LeaseLost:
            self._metrics.handled.labels(channel, "lost").inc()
            log.warning("message %d: another worker has it now", received.number)
            return
        except Exception as error:
            self._failed(received, name, error)
            return
        self._metrics.handled.labels(channel, how).inc()
        self._metrics.waited.observe(max(0.0, (datetime.now(UTC) - received.received_at).total_seconds()))
        self._answered()

    def _failed(self, received: Received, name: str, error: Exception) -> None:
        # The type and the place, not the message: an error's text may repeat what somebody wrote.
        reason = reason_of(error)
        log.warning("message %d failed, try %d: %s", received.number, received.attempts, reason)
        self._metrics.handled.labels(received.message.channel, "failed").inc()
        if received.attempts > len(self._retries):
            self._set_aside(received, name, reason)
            return
        retry_at = datetime.now(UTC) + timedelta(seconds=self._retries[received.attempts - 1])
        try:
            with self._database.begin() as tx:
                inbox.fail(tx, received.number, name, datetime.now(UTC), reason, retry_at=retry_at)
        except Exception as worse:
            log.error("message %d: its lease will end, for now %s", received.number, reason_of(worse))

    def _set_aside(self, received: Received, name: str, reason: str) -> None:
        log.error("message %d is set aside: %s (see `canmou inbox`)", received.number, reason)
        self._metrics.handled.labels(received.message.channel, "set_aside").inc()
        try:
            self._front.give_up(received, name, reason)
        except Exception as error:
            log.error("message %d could not be set aside yet: %s", received.number, reason_of(error))
            return
        self._answered()
