"""Socket Mode: Slack's messages over a connection that we open, for where nobody can call us."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.api import TIMEOUT, is_local, vendor_logger

_log = logging.getLogger("canmou.slack")
PING_SECONDS = 5.0


class Socket:
    """The connection. Over it the same app takes the same messages; what isn't committed isn't acknowledged."""

    def __init__(self, app: AsyncApp, app_token: str, api_url: str, ping_seconds: float = PING_SECONDS) -> None:
        self._app = app
        self._token = app_token
        self._url = api_url
        self._ping = ping_seconds
        self._handler: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns at once; connects, and connects again, in the background."""
        if self._handler is not None:
            return
        web = AsyncWebClient(base_url=self._url, timeout=int(TIMEOUT), retry_handlers=[], logger=vendor_logger())
        if is_local(self._url):
            web.proxy = None
        self._handler = AsyncSocketModeHandler(
            self._app, self._token, logger=vendor_logger(), web_client=web, ping_interval=self._ping
        )
        client: Any = self._handler.client
        client.proxy = web.proxy
        client.aiohttp_client_session = _Tickets(client.aiohttp_client_session, client)
        self._connecting = asyncio.create_task(self._connect(client), name="slack-socket")

    async def _connect(self, client: Any) -> None:
        await client.connect()
        if not client.closed:
            _log.info("Connected to Slack (Socket Mode)")

    async def connected(self) -> bool:
        return self._handler is not None and await self._handler.client.is_connected()

    async def stop(self) -> None:
        handler, self._handler = self._handler, None
        connecting, self._connecting = self._connecting, None
        if connecting is not None:
            connecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await connecting
        if handler is not None:
            await handler.close_async()


class _Tickets:
    """The session of the vendor's client, with a new address for each try.

    An address holds a ticket that is good once; the client would try the same one for ever.
    """

    def __init__(self, session: aiohttp.ClientSession, client: Any) -> None:
        self._session = session
        self._client = client

    @property
    def closed(self) -> bool:
        return self._session.closed

    async def ws_connect(self, url: str, **options: Any) -> aiohttp.ClientWebSocketResponse:
        self._client.wss_uri = None
        await asyncio.sleep(random.uniform(0, 0.05))  # many processes don't come back at the same moment
        return await self._session.ws_connect(url, **options)

    async def close(self) -> None:
        await self._session.close()
