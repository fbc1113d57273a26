"""Calls to Slack's Web API: one session with time-outs, no hidden retries, errors in the words of the seam."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.base import Misconfigured, NotDelivered, RateLimited, Refused, Unreachable
from bot.channels.slack import scopes
from bot.channels.slack.errors import TOKEN, translated

TIMEOUT = 10.0
_SECRET = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=ticket=)[^&\s'\"]+")
_SCOPES = "x-oauth-scopes"
# These take no JSON
_READS = frozenset({
    "users.info", "conversations.history", "conversations.replies", "conversations.members",
    "files.getUploadURLExternal",
})  # fmt: skip


class _Quiet(logging.Filter):
    """No traceback (it may show what was sent) and no token in what the vendor's code logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _SECRET.sub("…", record.getMessage())[:300], None
        record.exc_info = record.exc_text = None
        return True


def vendor_logger() -> logging.Logger:
    """For Bolt and the SDK. They write whole messages at DEBUG, so that level stays off whatever the root's is."""
    logger = logging.getLogger("canmou.slack.vendor")
    logger.setLevel(logging.WARNING)
    if not any(isinstance(known, _Quiet) for known in logger.filters):
        logger.addFilter(_Quiet())
    return logger


def is_local(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


class Api:
    """The Web API. Opens its session with the first call."""

    def __init__(self, token: str, url: str, timeout: float = TIMEOUT) -> None:
        # The SDK's own handlers would send a message again after a broken connection: the outbox does that, knowingly.
        self.client = AsyncWebClient(
            token=token, base_url=url, timeout=int(max(timeout, 1)), retry_handlers=[], logger=vendor_logger()
        )
        if is_local(url):
            self.client.proxy = None  # the SDK takes HTTP_PROXY and knows no exceptions
        self.scopes: frozenset[str] | None = None  # what our token may do, once an answer has told
        self._timeout = timeout
        self._loop: asyncio.AbstractEventLoop | None = None

    def _session(self) -> aiohttp.ClientSession:
        session, loop = self.client.session, asyncio.get_running_loop()
        if session is None or session.closed or self._loop is not loop:
            session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))
            self.client.session, self._loop = session, loop
        return session

    async def call(self, method: str, arguments: Mapping[str, Any], *, key: str | None = None) -> dict[str, Any]:
        """The answer. Raises NotDelivered."""
        self._session()
        given = {name: value for name, value in arguments.items() if value is not None}
        headers = None if key is None else {"Idempotency-Key": _header(key)}
        try:
            if method in _READS:
                answer = await self.client.api_call(method, http_verb="GET", params=given, headers=headers)
            else:
                answer = await self.client.api_call(method, json=given, headers=headers)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise wrapped(method, error) from None
        listed = next((value for name, value in answer.headers.items() if name.lower() == _SCOPES), None)
        if listed is not None:
            self.scopes = scopes.given(str(listed))
        return answer.data if isinstance(answer.data, dict) else {}

    async def upload(
        self, name: str, data: bytes, alternative: str, where: Mapping[str, Any], key: str
    ) -> dict[str, Any]:
        """Puts a file into a channel (a place for it, the bytes, then its sharing). Raises NotDelivered."""
        asked = {"filename": name, "length": len(data), "alt_txt": alternative or None}
        place = await self.call("files.getUploadURLExternal", asked)
        url, file = place.get("upload_url"), place.get("file_id")
        if not isinstance(url, str) or not isinstance(file, str):
            raise Unreachable("files.getUploadURLExternal: no place in the answer")
        try:
            async with self._session().post(url, data=data, proxy=self.client.proxy) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise wrapped("files.upload", error) from None
        if status != 200:
            raise Unreachable(f"files.upload: HTTP {status}")
        shared = {"files": [{"id": file, "title": name}], **where}
        return await self.call("files.completeUploadExternal", shared, key=key)

    async def respond(self, url: str, body: Mapping[str, Any], key: str) -> None:
        """Posts to a response_url. Refused when it is used up or expired."""
        headers = {"Idempotency-Key": _header(key)}
        try:
            async with self._session().post(url, json=body, headers=headers, proxy=self.client.proxy) as answer:
                text = (await answer.text())[:200]
                status = answer.status
                seconds = answer.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError, OSError, UnicodeError) as error:
            raise wrapped("response_url", error) from None
        if status == 429:
            raise RateLimited("response_url: HTTP 429", float(seconds) if seconds.isdigit() else 30.0, whole=False)
        if status >= 500:
            raise Unreachable(f"response_url: HTTP {status}")
        if status != 200 or '"ok":false' in text.replace(" ", ""):
            raise Refused(f"response_url: HTTP {status}")

    async def close(self) -> None:
        if self.client.session is not None and not self.client.session.closed:
            await self.client.session.close()
        self.client.session = None


def wrapped(method: str, error: Exception) -> NotDelivered:
    """An error of the client. Only its kind is told: its text may hold what was sent."""
    if isinstance(error, SlackApiError):
        return translated(method, error)
    if isinstance(error, aiohttp.InvalidURL):
        return Misconfigured(f"{method}: no usable URL", "CANMOU_SLACK_API_URL")
    if isinstance(error, ValueError) and not isinstance(error, aiohttp.ClientError):
        return Misconfigured(f"{method}: the token can't be sent", TOKEN)
    return Unreachable(f"{method}: {type(error).__name__}")


def _header(key: str) -> str:
    """A key as a header may hold it."""
    return re.sub(r"[^\x21-\x7e]", "_", key)[:255]
