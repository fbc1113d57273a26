"""Requests that a channel refused: counted, and said to the operator, who may have mistyped a secret."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics import Metrics

_EVERY = 60.0  # seconds between two lines about the same: strangers who knock must not fill a disk

log = logging.getLogger("canmou.server")


class Counted:
    """An endpoint of a channel, with its refusals (4xx) and failures (5xx) counted by status."""

    def __init__(self, app: ASGIApp, channel: str, hint: str, metrics: Metrics) -> None:
        self._app = app
        self._channel = channel
        self._hint = hint
        self._metrics = metrics
        self._said: dict[int, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noticed(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                self._refused(message["status"])
            await send(message)

        await self._app(scope, receive, noticed)

    def _refused(self, status: int) -> None:
        self._metrics.refused.labels(self._channel, str(status)).inc()
        now = time.monotonic()
        if now - self._said.get(status, -_EVERY) < _EVERY:
            return
        self._said[status] = now
        hint = self._hint if status in (400, 401, 403) else ""
        log.warning("%s: requests are answered with %d%s", self._channel, status, f"; {hint}" if hint else "")
