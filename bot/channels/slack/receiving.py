"""Inside Bolt: what came is committed to the inbox, then acknowledged; over HTTP and over the socket alike.

Bolt acknowledges an event before its listener runs, so there are no listeners. The middleware stands before Bolt's
authorization, which would ask Slack who we are before the first message could be taken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.channels.base import Desk, Intake, NotDelivered
from bot.channels.slack import incoming, views
from bot.channels.slack.api import Api, vendor_logger
from bot.channels.slack.incoming import FilledIn, OpenForm
from bot.channels.slack.parts import Malformed
from bot.channels.slack.text import Wording

# Slack waits three seconds for an answer, and a trigger is good for as long.
FORM_WITHIN = 2.0
_log = logging.getLogger("canmou.slack")
_Next = Callable[[], Awaitable[BoltResponse]]


class Reception(AsyncMiddleware):
    """Takes every request that Bolt has parsed. `own` is our user id, if it is known yet."""

    def __init__(
        self,
        api: Api,
        intake: Intake,
        desk: Desk,
        clock: Callable[[], datetime],
        own: Callable[[], str | None],
        words: Callable[[], Wording],
        form_within: float = FORM_WITHIN,
    ) -> None:
        self._api = api
        self._intake = intake
        self._desk = desk
        self._clock = clock
        self._own = own
        self._words = words
        self._form_within = form_within

    async def async_process(self, *, req: AsyncBoltRequest, resp: BoltResponse, next: _Next) -> BoltResponse:
        return await self.take(req.body)

    async def take(self, body: Any) -> BoltResponse:
        """A parsed payload, whichever way it came: commits what it means; the answer for Slack."""
        if not isinstance(body, dict):
            return _answer(400)
        kind = body.get("type")
        if kind == "url_verification":
            challenge = body.get("challenge")
            return _answer(200, {"challenge": challenge}) if isinstance(challenge, str) else _answer(400)
        if kind is None and body.get("ssl_check") == "1":
            return _answer(200)
        if kind == "app_rate_limited":
            _log.warning("Slack holds events back: this workspace sends more than 30,000 an hour")
            return _answer(200)
        try:
            meant = incoming.read(body, self._clock(), self._own())
        except Malformed as error:
            _log.warning("A request was not understood: %s", str(error)[:40])
            return _answer(400)
        return await self._take(meant)

    async def _take(self, meant: incoming.Meant | None) -> BoltResponse:
        answer = _answer(200)
        if meant is None:
            return answer
        if isinstance(meant, OpenForm):
            if await self._opened(meant):
                return answer
            message = meant.tap
        elif isinstance(meant, FilledIn):
            faults = await self._faults(meant)
            if faults is not None:
                return faults
            message = meant.message
        else:
            message = meant
        try:
            await self._intake.accept(message)
        except Exception as error:
            # Not acknowledged: Slack sends it again
            _log.error("A message could not be kept (%s), Slack is asked to send it again", type(error).__name__)
            return _answer(503)
        return answer

    async def _opened(self, wanted: OpenForm) -> bool:
        tap = wanted.tap
        try:
            async with asyncio.timeout(self._form_within):
                form = await self._desk.form(tap.channel, tap.sender_id, tap.conversation_id, wanted.change_set)
                if form is None:
                    return False
                view = views.modal(form, tap.conversation_id, tap.payload["handle"], self._words())
                await self._api.call("views.open", {"trigger_id": wanted.trigger, "view": view})
        except NotDelivered as error:
            _log.warning("A form could not be opened: %s", error.reason)
            return False
        except Exception as error:
            _log.warning("A form could not be opened: %s", type(error).__name__)
            return False
        return True

    async def _faults(self, filled: FilledIn) -> BoltResponse | None:
        message = filled.message
        try:
            async with asyncio.timeout(self._form_within):
                found = await self._desk.faults(
                    message.channel, message.sender_id, message.conversation_id, filled.action, filled.values
                )
        except Exception as error:
            # Better kept unchecked than lost: it is checked again when it is worked on
            _log.warning("A form could not be checked at once: %s", type(error).__name__)
            return None
        if not found or not filled.values:
            return None
        return _answer(200, views.faults(found, filled.values))


def bolt_app(api: Api, reception: Reception) -> AsyncApp:
    """Bolt with our middleware as its first. Connects to nothing, reads no environment that could change it."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=api.client.token)

    return AsyncApp(
        name="canmou.slack.bolt",
        logger=vendor_logger(),
        client=_tokenless(api),
        signing_secret="",
        before_authorize=reception,
        authorize=authorize,
        request_verification_enabled=False,  # the door did it, before anything was parsed
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


def _tokenless(api: Api) -> Any:
    """Bolt wants a client of its own and would ask auth.test with a token that it is given."""
    from slack_sdk.web.async_client import AsyncWebClient

    client = AsyncWebClient(base_url=api.client.base_url, retry_handlers=[], logger=vendor_logger())
    client.proxy = api.client.proxy
    return client


def _answer(status: int, body: dict[str, Any] | None = None) -> BoltResponse:
    return BoltResponse(status=status, body="" if body is None else body)
