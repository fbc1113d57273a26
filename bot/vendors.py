"""The channels of a server by name, and the questions to them that the workers' threads ask."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Generic, TypeVar

from bot.channels.base import Channel, NotDelivered, Profile
from handlers.front import VendorSilent
from handlers.turns import Reply

T = TypeVar("T")

_PATIENCE = 5.0  # seconds for one question
_SILENT = 30.0  # seconds in which a vendor that did not answer isn't asked again: workers would all wait for it
_PROFILES_LAST = 600.0  # seconds
_MEMBERS_LAST = 30.0  # short: somebody may join the group
_MOST = 10_000


class Vendors:
    """Implements `handlers.front.Vendors`. `loop` is where the channels live; asked from other threads only."""

    def __init__(
        self, channels: Iterable[Channel], loop: asyncio.AbstractEventLoop, *, patience: float = _PATIENCE
    ) -> None:
        self._patience = patience
        self._channels = {channel.name: channel for channel in channels}
        self._loop = loop
        self._silent: dict[str, float] = {}
        self._profiles: _Remembered[Profile | None] = _Remembered(_PROFILES_LAST)
        self._members: _Remembered[frozenset[str] | None] = _Remembered(_MEMBERS_LAST)

    def identities(self, channel: str) -> str:
        found = self._channels.get(channel)
        return found.identities if found is not None else channel

    def pages(self, channel: str, reply: Reply) -> Sequence[Reply]:
        found = self._channels.get(channel)
        return found.pages(reply) if found is not None else (reply,)

    def contacts(self, channel: str, account: str) -> tuple[Sequence[str], str | None]:
        found = self._channels.get(self.identities(channel), self._channels.get(channel))
        if found is None:
            return (), None
        profile = self._profiles.get(
            (found.name, account), lambda: self._ask(found.name, lambda: found.profile(account))
        )
        return ((), None) if profile is None or profile.is_bot else (profile.emails, profile.mobile)

    def members(self, channel: str, conversation_id: str) -> frozenset[str] | None:
        found = self._channels.get(channel)
        if found is None:
            return None
        place = (channel, found.place(conversation_id))
        return self._members.get(place, lambda: self._ask(channel, lambda: found.members(conversation_id)))

    def private(self, channel: str, account: str) -> tuple[str, str]:
        """An application of the same vendor can write to anybody first, its bot can't."""
        found = self._channels.get(channel)
        if found is not None and found.identities != channel and found.identities in self._channels:
            channel = found.identities
        return channel, f"@{account}"

    def _ask(self, channel: str, question: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if self._silent.get(channel, 0.0) > time.monotonic():
            raise VendorSilent("no answer a moment ago")
        asked = asyncio.run_coroutine_threadsafe(question(), self._loop)
        try:
            return asked.result(self._patience)
        except TimeoutError:
            asked.cancel()
            self._silent[channel] = time.monotonic() + _SILENT
            raise VendorSilent("no answer in time") from None
        except NotDelivered as error:
            raise VendorSilent(error.reason) from None


class _Remembered(Generic[T]):
    """Answers kept for a while. An answer that could not be had is asked for again."""

    def __init__(self, lasts: float) -> None:
        self._lasts = lasts
        self._kept: dict[tuple[str, str], tuple[float, T]] = {}
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str], ask: Callable[[], T]) -> T:
        now = time.monotonic()
        with self._lock:
            known = self._kept.get(key)
        if known is not None and known[0] > now:
            return known[1]
        answer = ask()
        with self._lock:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = (now + self._lasts, answer)
        return answer
