"""Slack as a channel: puts together what receives, what sends, and what Slack knows of people."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from starlette.routing import Route

from bot.channels.base import Desk, Intake, Limit, Outbound, Profile
from bot.channels.slack import blocks, scopes
from bot.channels.slack.api import TIMEOUT, Api
from bot.channels.slack.directory import Directory, try_me
from bot.channels.slack.door import Door
from bot.channels.slack.incoming import NAME
from bot.channels.slack.receiving import FORM_WITHIN, Reception, bolt_app
from bot.channels.slack.sending import Delivery, Pictures
from bot.channels.slack.socket import PING_SECONDS, Socket
from bot.channels.slack.text import WORDS, Wording
from handlers.turns import Reply

PATH = "/slack/events"
# One message a second in a channel; the hair more is for clocks that differ.
LIMITS = (Limit(timedelta(seconds=1.02), 1),)
_log = logging.getLogger("canmou.slack")


def _now() -> datetime:
    return datetime.now(UTC)


def _no_pictures(_: str) -> None:
    return None


class SlackChannel:
    """`bot.channels.base.Channel`. Making one connects to nothing.

    With a signing secret Slack calls us (`routes`); with an app token we call Slack (Socket Mode, from `start` on).
    """

    name = NAME
    identities = NAME
    alone = False
    refusal_hint = "if they are Slack's, CANMOU_SLACK_SIGNING_SECRET is not this app's, or our clock is off"
    limits: Sequence[Limit] = LIMITS

    def __init__(
        self,
        bot_token: str,
        signing_secret: str | None,
        app_token: str | None,
        api_url: str,
        intake: Intake,
        desk: Desk,
        *,
        chinese: bool | Callable[[], bool] = True,
        pictures: Pictures = _no_pictures,
        clock: Callable[[], datetime] = _now,
        timeout: float = TIMEOUT,
        ping_seconds: float = PING_SECONDS,
        form_within: float = FORM_WITHIN,
    ) -> None:
        self._secret = signing_secret
        self._clock = clock
        self._chinese = chinese
        self._api = Api(bot_token, api_url, timeout)
        self._directory = Directory(self._api)
        self._delivery = Delivery(self._api, self._directory, self._words, clock, pictures)
        reception = Reception(self._api, intake, desk, clock, lambda: self._directory.own, self._words, form_within)
        self._reception = reception
        self._app = bolt_app(self._api, reception)
        self._socket = Socket(self._app, app_token, api_url, ping_seconds) if app_token else None
        self._asking: asyncio.Task[None] | None = None

    def _words(self) -> Wording:
        return WORDS[self._chinese if isinstance(self._chinese, bool) else self._chinese()]

    def place(self, conversation_id: str) -> str:
        return conversation_id.partition(":")[0]

    def pages(self, reply: Reply) -> Sequence[Reply]:
        return blocks.pages(reply)

    async def deliver(self, out: Outbound) -> str | None:
        return await self._delivery.deliver(out)

    async def profile(self, account: str) -> Profile | None:
        return await self._directory.profile(account)

    async def members(self, conversation_id: str) -> frozenset[str] | None:
        place = self.place(conversation_id)
        if place.startswith("@"):
            return frozenset({place[1:]})
        return await self._directory.members(place)

    def routes(self) -> Sequence[Route]:
        if self._secret is None:
            return ()
        return (Route(PATH, Door(self._app, self._reception, self._secret, self._clock).__call__, methods=["POST"]),)

    async def start(self) -> None:
        if self._asking is None:
            self._asking = asyncio.create_task(try_me(self._directory), name="slack-who-are-we")
        if self._socket is not None:
            await self._socket.start()

    async def health(self) -> str:
        if self._directory.refused is not None:
            return f"Slack refuses us ({self._directory.refused}): is CANMOU_SLACK_BOT_TOKEN right?"
        if self._socket is not None and not await self._socket.connected():
            return "Socket Mode is not connected: is CANMOU_SLACK_APP_TOKEN right?"
        if self._directory.lacking:
            return scopes.advice(self._directory.lacking)
        return "ok"

    async def connected(self) -> bool | None:
        """Whether the socket stands; None where Slack calls us."""
        return None if self._socket is None else await self._socket.connected()

    async def stop(self) -> None:
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asking
        if self._socket is not None:
            await self._socket.stop()
        await self._api.close()
