"""Messages in: each is committed before it is acknowledged, and many at once share one commit.

A lone message is committed at once. Where others are on their way a commit waits for them a little, as long as they
keep coming: a disk that syncs slowly, or a burst, then costs one sync for many.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.metrics import Metrics
from bot.reasons import reason_of
from storage import inbox
from storage.inbox import Incoming

if TYPE_CHECKING:
    from storage.database import Database

LONGEST_WAIT = 0.015
"""Seconds that a message waits for others at most."""
_PAUSE = 0.001  # with none arriving for so long, nobody is waited for
_ENOUGH = 24  # more than this is not waited for: while these are committed the next are read
MOST_AT_ONCE = 256
_TROUBLE_LASTS = 5.0  # seconds
_AHEAD = timedelta(minutes=1)  # a vendor's clock may be ahead of ours by this; else we take our own

log = logging.getLogger("canmou.intake")


class GroupCommit:
    """The `Intake` of a server. `run` must be running while `accept` is called; `on_new` is told of new messages."""

    def __init__(self, database: Database, metrics: Metrics, on_new: Callable[[], None]) -> None:
        self._database = database
        self._metrics = metrics
        self._on_new = on_new
        self._waiting: list[tuple[Incoming, asyncio.Future[bool]]] = []
        self._arrived = asyncio.Event()
        self._last = 0
        self._failed: tuple[float, str] | None = None  # when the last commit failed, and why
        self._writer = ThreadPoolExecutor(1, "canmou-intake")

    @property
    def trouble(self) -> str | None:
        """Why messages could not be committed a moment ago. Soon forgotten: to a server that isn't ready perhaps nobody
        sends one that would show that it is again."""
        if self._failed is None or time.monotonic() - self._failed[0] > _TROUBLE_LASTS:
            return None
        return self._failed[1]

    async def accept(self, message: Incoming) -> bool:
        """Returns when the message is committed; False if it was there already. Raises what the database raised."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((_storable(message), future))
        self._arrived.set()
        return await future

    async def run(self) -> None:
        """Commits what arrives until it is cancelled; what has arrived by then is committed, too."""
        try:
            while True:
                await self._arrived.wait()
                await self._gather()
                await self._commit()
        finally:
            while self._waiting:
                await self._commit()
            self._writer.shutdown()

    async def _gather(self) -> None:
        """Waits for others where there were others a moment ago, or are now."""
        if len(self._waiting) == 1 and self._last <= 1:
            await asyncio.sleep(0)  # whoever came with the same reading of the sockets
            if len(self._waiting) == 1:
                return
        until = time.monotonic() + LONGEST_WAIT
        seen = 0
        while seen < len(self._waiting) < _ENOUGH and time.monotonic() < until:
            seen = len(self._waiting)
            await asyncio.sleep(_PAUSE)

    async def _commit(self) -> None:
        batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        if not self._waiting:
            self._arrived.clear()
        self._last = len(batch)
        loop = asyncio.get_running_loop()
        try:
            new = await loop.run_in_executor(self._writer, self._store, [message for message, _ in batch])
        except Exception:
            await self._one_by_one(batch)
            return
        self._answer(batch, new)

    async def _one_by_one(self, batch: list[tuple[Incoming, asyncio.Future[bool]]]) -> None:
        """One that can't be stored must not take the others with it."""
        loop = asyncio.get_running_loop()
        for message, future in batch:
            try:
                new = await loop.run_in_executor(self._writer, self._store, [message])
            except Exception as error:
                reason = reason_of(error)
                self._failed = (time.monotonic(), reason)
                self._metrics.not_accepted.labels(message.channel).inc()
                log.error("%s: a message could not be committed: %s", message.channel, reason)
                if not future.done():
                    future.set_exception(error)
            else:
                self._answer([(message, future)], new)

    def _store(self, messages: list[Incoming]) -> list[bool]:
        now = datetime.now(UTC)
        with self._database.begin() as tx:
            new = inbox.accept_many(tx, [_timed(message, now) for message in messages], now)
        self._failed = None
        self._metrics.commits.inc()
        self._metrics.commit_size.observe(len(messages))
        return new

    def _answer(self, batch: list[tuple[Incoming, asyncio.Future[bool]]], new: list[bool]) -> None:
        for (message, future), is_new in zip(batch, new, strict=True):
            self._metrics.accepted.labels(message.channel, "new" if is_new else "again").inc()
            if not future.done():  # whoever waited may have gone: the message is in all the same
                future.set_result(is_new)
        if any(new):
            self._on_new()


def _timed(message: Incoming, now: datetime) -> Incoming:
    return replace(message, sent_at=now) if message.sent_at > now + _AHEAD else message


def _storable(message: Incoming) -> Incoming:
    """Without what no database takes: NUL, and halves of a surrogate pair."""
    return replace(
        message,
        event_id=_clean(message.event_id),
        conversation_id=_clean(message.conversation_id),
        sender_id=_clean(message.sender_id),
        text=_clean(message.text),
        payload=_clean(dict(message.payload)),
    )


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    return value
