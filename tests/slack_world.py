"""What the tests of the Slack channel share: an intake and a desk that keep what they were given, a server."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.channels.base import FieldValue, Form, Incoming
from bot.channels.slack import SlackChannel
from handlers.turns import FormField, FormSection
from tests.standins.slack import SlackStandIn

ANNA, BEN, BOSS = "U0ANNA", "U0BEN", "U0BOSS"
OPEN = "C0OPEN"

FORM = Form(
    "put:s1",
    "改记录",
    (
        FormSection(
            "拜访 渭林水务",
            (
                FormField("amount", "金额", "text", "80万"),
                FormField("due", "日期", "day", "2026-03-25"),
                FormField("stage", "阶段", "choice", "proposal", (("lead", "线索"), ("proposal", "报价"))),
                FormField("people", "联系人", "choices", ("c1",), (("c1", "胡建民"), ("c2", "邱立"))),
            ),
        ),
    ),
    "保存",
    "取消",
)


class FakeIntake:
    """Keeps what is accepted, each event once; refuses while `broken`."""

    def __init__(self) -> None:
        self.accepted: list[Incoming] = []
        self.asked = 0
        self.broken = False
        self._known: set[str] = set()

    async def accept(self, message: Incoming) -> bool:
        self.asked += 1
        if self.broken:  # before anybody who waits for `asked` may mend it
            raise OSError("the disk is full")
        await asyncio.sleep(0)
        if message.event_id in self._known:
            return False
        self._known.add(message.event_id)
        self.accepted.append(message)
        return True

    def forget(self) -> None:
        self.accepted.clear()
        self._known.clear()
        self.asked, self.broken = 0, False

    @property
    def only(self) -> Incoming:
        assert len(self.accepted) == 1, [m.event_id for m in self.accepted]
        return self.accepted[0]


class FakeDesk:
    """Has one form, and the faults it was told to find."""

    def __init__(self) -> None:
        self.has: Form | None = FORM
        self.found: dict[str, str] = {}
        self.fails = False
        self.asked: list[tuple[Any, ...]] = []

    async def form(self, channel: str, account: str, conversation_id: str, change_set: str) -> Form | None:
        self.asked.append((channel, account, conversation_id, change_set))
        if self.fails:
            raise RuntimeError("no database")
        return self.has

    async def faults(
        self, channel: str, account: str, conversation_id: str, action: str, values: Mapping[str, FieldValue]
    ) -> Mapping[str, str]:
        self.asked.append((channel, account, conversation_id, action, dict(values)))
        if self.fails:
            raise RuntimeError("no database")
        return self.found


def known_people(slack: SlackStandIn) -> SlackStandIn:
    slack.person(ANNA, "anna@river.example")
    slack.person(BEN, "ben@river.example")
    slack.person(BOSS, "boss@river.example")
    slack.channel(OPEN, ANNA, BEN)
    return slack


def channel_to(slack: SlackStandIn, intake: FakeIntake, desk: FakeDesk, **how: Any) -> SlackChannel:
    how = {"signing_secret": slack.signing_secret, "app_token": None, "chinese": False, **how}
    return SlackChannel(bot_token=slack.bot_token, api_url=slack.url, intake=intake, desk=desk, **how)


class Server:
    """A channel's routes behind a real server, in a thread of its own."""

    def __init__(self, channel: SlackChannel) -> None:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            yield
            await channel.stop()

        app = Starlette(routes=list(channel.routes()), lifespan=lifespan)
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        until = time.monotonic() + 10
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.005)
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}/slack/events"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
