"""A channel that keeps what it is given, and fails on order."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from starlette.routing import Route

from bot.channels.base import Outbound, Profile
from handlers.outgoing import Content, Say
from handlers.turns import Reply
from storage.pace import Limit


@dataclass(frozen=True)
class Delivery:
    key: str
    conversation: str
    content: Content
    attempt: int
    at: float

    @property
    def text(self) -> str:
        return self.content.reply.text if isinstance(self.content, Say) else ""


@dataclass
class FakeChannel:
    """`failures` are raised one by one before anything is taken; `delay` is how long the vendor thinks."""

    name: str = "fake"
    identities: str = "fake"
    alone: bool = False
    refusal_hint: str = ""
    limits: Sequence[Limit] = ()
    lines_a_page: int = 1000
    profiles: dict[str, Profile] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)
    down: Exception | None = None
    delay: float = 0.0
    called: list[float] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    running: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def place(self, conversation_id: str) -> str:
        return conversation_id.partition(":")[0]

    def pages(self, reply: Reply) -> Sequence[Reply]:
        chunks = [reply.lines[i : i + self.lines_a_page] for i in range(0, len(reply.lines), self.lines_a_page)]
        parts = [Reply(tuple(chunk)) for chunk in chunks or [()]]
        return [*parts[:-1], Reply(parts[-1].lines, reply.buttons)]

    async def deliver(self, out: Outbound) -> str | None:
        self.called.append(time.monotonic())
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.failures:
            raise self.failures.pop(0)
        if self.down is not None:
            raise self.down
        with self._lock:
            self.deliveries.append(Delivery(out.key, out.conversation_id, out.content, out.attempt, time.monotonic()))
            return f"v{len(self.deliveries)}"

    async def profile(self, account: str) -> Profile | None:
        if self.down is not None:
            raise self.down
        return self.profiles.get(account)

    async def members(self, conversation_id: str) -> frozenset[str] | None:
        return self.groups.get(self.place(conversation_id))

    async def health(self) -> str:
        return "ok"

    def routes(self) -> Sequence[Route]:
        return ()

    async def start(self) -> None:
        self.running = True

    async def stop(self) -> None:
        self.running = False

    # -- for tests

    @property
    def tried(self) -> int:
        return len(self.called)

    @property
    def keys(self) -> list[str]:
        return [one.key for one in self.deliveries]

    def to(self, conversation: str) -> list[Delivery]:
        return [one for one in self.deliveries if one.conversation == conversation]


SECOND = timedelta(seconds=1)
