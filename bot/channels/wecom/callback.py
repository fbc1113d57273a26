"""Where WeCom calls us: the address is verified, a message is checked, decrypted, parsed, committed, acknowledged.

A request that is not WeCom's gets a 4xx and never anything else; only when a good one could not be committed does it
get a 503, so that WeCom sends it again (within some seconds, three times).
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException

from bot.channels.base import Incoming, Intake
from bot.channels.wecom.incoming import fields_of, incoming, parse

PATH = "/wecom/callback"
MOST_BYTES = 1_000_000
MOST_SECONDS = 300
"""How old a request may be, or how far ahead its clock."""

log = logging.getLogger("canmou.wecom")

# What the vendor's crypto, an XML parser and numbers out of range raise when they are given garbage.
_GARBAGE = (
    ExpatError, ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, OSError, AssertionError,
    RecursionError, struct.error, WeChatException,
)  # fmt: skip


class NotWeComs(Exception):
    """A request that we don't take. `status` is the answer, `reason` for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Signed:
    """The query of a request."""

    signature: str
    timestamp: str
    nonce: str


class Callback:
    """The endpoint of one application. `clock` gives seconds since 1970."""

    def __init__(self, corp_id: str, token: str, aes_key: str, intake: Intake, clock: Callable[[], float]) -> None:
        self._crypto = WeChatCrypto(token, aes_key, corp_id)
        self._token = token
        self._intake = intake
        self._clock = clock

    def routes(self) -> list[Route]:
        return [Route(PATH, self._verify, methods=["GET"]), Route(PATH, self._receive, methods=["POST"])]

    async def _verify(self, request: Request) -> Response:
        """The address is being set up: say that the keys are ours, by what was encrypted."""
        try:
            query = _query(request)
            self._check_time(query)
            return PlainTextResponse(self._opened(query, request.query_params.get("echostr", "")))
        except NotWeComs as refusal:
            return _refused(refusal)

    async def _receive(self, request: Request) -> Response:
        try:
            query = _query(request)
            self._check_time(query)
            message = self._read(query, await _body(request))
        except NotWeComs as refusal:
            return _refused(refusal)
        except ClientDisconnect:
            return PlainTextResponse("", 400)
        if message is not None:
            try:
                await self._intake.accept(message)
            except Exception as error:  # whatever it is: WeCom shall send it again
                log.error("callback: %s could not be committed: %s", message.event_id, type(error).__name__)
                return PlainTextResponse("", 503)
        return PlainTextResponse("")

    def _read(self, query: Signed, body: bytes) -> Incoming | None:
        try:
            encrypted = fields_of(body.decode("utf-8"))["Encrypt"]
        except _GARBAGE:
            raise NotWeComs(400, "no encrypted message") from None
        xml = self._opened(query, encrypted)
        try:
            return incoming(parse(xml))
        except _GARBAGE as error:
            raise NotWeComs(400, f"decrypted, but not understood ({type(error).__name__})") from None

    def _opened(self, query: Signed, encrypted: str) -> str:
        """What was encrypted, once it is known to be WeCom's and for us."""
        try:
            signed = "".join(sorted((self._token, query.timestamp, query.nonce, encrypted)))
            right = hashlib.sha1(signed.encode()).hexdigest()
            matches = hmac.compare_digest(right.encode(), query.signature.encode())
        except ValueError:  # half characters
            raise NotWeComs(400, "not in UTF-8") from None
        if not encrypted or not matches:
            raise NotWeComs(403, "wrong signature: CANMOU_WECOM_TOKEN is not the application's, or it is not WeCom's")
        try:
            message = {"Encrypt": encrypted}
            return str(self._crypto.decrypt_message(message, query.signature, query.timestamp, query.nonce))
        except _GARBAGE:
            wrong = "not decrypted: CANMOU_WECOM_AES_KEY or CANMOU_WECOM_CORP_ID is not the application's"
            raise NotWeComs(400, wrong) from None

    def _check_time(self, query: Signed) -> None:
        if not re.fullmatch(r"[0-9]{1,12}", query.timestamp):
            raise NotWeComs(400, "no timestamp")
        apart = abs(self._clock() - int(query.timestamp))
        if apart > MOST_SECONDS:
            raise NotWeComs(403, f"{apart:.0f} s off our clock")


def _query(request: Request) -> Signed:
    found = [request.query_params.get(name, "") for name in ("msg_signature", "timestamp", "nonce")]
    if not all(found):
        raise NotWeComs(400, "not signed")
    return Signed(*found)


async def _body(request: Request) -> bytes:
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and len(told) < 12 and int(told) <= MOST_BYTES:
        told = ""
    if told:
        raise NotWeComs(413, "too large")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotWeComs(413, "too large")
    return bytes(body)


def _refused(refusal: NotWeComs) -> Response:
    log.warning("callback: refused with %d: %s", refusal.status, refusal.reason)
    return PlainTextResponse("", refusal.status)
