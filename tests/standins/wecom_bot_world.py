"""What the tests of the WeCom bot share: a channel on the stand-in, an inbox that keeps what it was given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.channels.base import Incoming, Outbound
from bot.channels.wecom_bot import WeComBotChannel
from bot.channels.wecom_bot.line import Patience
from handlers.outgoing import Content, Say
from handlers.turns import Button, Reply
from tests.standins.wecom_bot import WeComBotServer

QUICK = Patience(first=0.02, most=0.1, kicked=0.3, refused=0.3, steady=0.05, login=2.0)


class FakeIntake:
    """Keeps what it accepted; `fails` so many times before."""

    def __init__(self, fails: int = 0) -> None:
        self.accepted: list[Incoming] = []
        self.fails = fails

    async def accept(self, message: Incoming) -> bool:
        if self.fails:
            self.fails -= 1
            raise OSError("disk full")
        new = all(message.event_id != other.event_id for other in self.accepted)
        if new:
            self.accepted.append(message)
        return new


async def eventually(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Waits until it is true; what it gave."""
    async with asyncio.timeout(seconds):
        while not (found := condition()):
            await asyncio.sleep(0.005)
    return found


@asynccontextmanager
async def bot(
    server: WeComBotServer, intake: FakeIntake | None = None, *, secret: str = "secret-of-bot-1", **options: Any
) -> AsyncIterator[tuple[WeComBotChannel, FakeIntake]]:
    """A channel that is connected (or, with a wrong secret, refused)."""
    intake = intake or FakeIntake()
    options = {"working_after": None, "patience": QUICK} | options
    channel = WeComBotChannel(server.bot_id, secret, server.url, intake, **options)
    await channel.start()
    try:
        await eventually(lambda: channel.state not in ("connecting", "off"))
        yield channel, intake
    finally:
        await channel.stop()


async def heard(intake: FakeIntake, number: int = 1) -> Incoming:
    """The message of this number, once it is there."""
    await eventually(lambda: len(intake.accepted) >= number)
    return intake.accepted[number - 1]


def say(
    message: Incoming | None, *lines: str, key: str = "reply:1", buttons: tuple[Button, ...] = (), attempt: int = 1,
    to: str = "", only_to: str | None = None,
) -> Outbound:  # fmt: skip
    """An answer to a message (or, to a conversation, of our own accord)."""
    handle = message.payload["handle"] if message else {}
    return put(message, Say(Reply(lines, buttons), handle, only_to), key=key, attempt=attempt, to=to)


def put(
    message: Incoming | None, content: Content, *, key: str = "reply:1", attempt: int = 1, to: str = ""
) -> Outbound:
    return Outbound(key, to or (message.conversation_id if message else ""), content, attempt)
