"""Before Bolt: a request is small, fresh, signed and readable, or it goes no further."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import datetime

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.channels.slack.receiving import Reception

MOST_BYTES = 1_000_000
FRESH_SECONDS = 300
_FINAL = (400, 413)  # the same again would be refused again; a clock, a secret and a disk can be mended
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class Door:
    """The endpoint. `clock` is for the freshness of what comes."""

    def __init__(self, app: AsyncApp, reception: Reception, signing_secret: str, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._reception = reception
        self._secret = signing_secret.encode()
        self._clock = clock

    async def __call__(self, request: Request) -> Response:
        answer = await self._answer(request)
        if answer.status_code in _FINAL:
            answer.headers["X-Slack-No-Retry"] = "1"
        return answer

    async def _answer(self, request: Request) -> Response:
        body = await _bounded(request)
        if body is None:
            return Response(status_code=413)
        refused = self._refusal(request, body)
        if refused is not None:
            return Response(status_code=refused)
        if body[:1] == b"{":
            return await self._event(body)
        try:
            # Bolt reads ids out of the payload while it makes its request, and trusts their types
            bolt = to_async_bolt_request(request, body)
        except Exception:
            return Response(status_code=400)
        return to_starlette_response(await self._app.async_dispatch(bolt))

    async def _event(self, body: bytes) -> Response:
        """Events are JSON, and many: they skip Bolt, whose context of clients and chain of middleware cost as much as
        the message itself and would end at our first middleware anyway. Commands and forms go through it."""
        try:
            payload = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        answer = await self._reception.take(payload)
        return Response(answer.body, answer.status, media_type="application/json" if answer.body else None)

    def _refusal(self, request: Request, body: bytes) -> int | None:
        stamp = request.headers.get("x-slack-request-timestamp", "")
        if not _SECONDS.fullmatch(stamp):
            return 400
        if abs(self._clock().timestamp() - int(stamp)) > FRESH_SECONDS:
            return 401
        mac = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        given = request.headers.get("x-slack-signature", "").encode("latin-1", "replace")
        return None if hmac.compare_digest(b"v0=" + mac.hexdigest().encode(), given) else 401


async def _bounded(request: Request) -> bytes | None:
    """The body; None if it is larger than anything Slack sends (or broke off: then nobody reads the answer)."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and len(announced) < 20 and int(announced) > MOST_BYTES:
        return None
    parts: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > MOST_BYTES:
                return None
            parts.append(chunk)
    except ClientDisconnect:
        return None
    return b"".join(parts)
