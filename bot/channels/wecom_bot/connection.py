"""One connection to WeCom's long-connection server: the SDK's, mended where running it showed that it fails.

One object is one connection, from opening to its end; who wants another makes another (see line). The SDK (1.0.2) does
the heartbeat, the login and the queue of replies with their acknowledgements. What it does otherwise, and why it is not
left to it, stands at each method.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import ssl
from collections.abc import Callable, Mapping
from typing import Any

import certifi
import websockets
from aibot import WsCmd, WsConnectionManager  # type: ignore[import-untyped]
from websockets.exceptions import WebSocketException

from bot.channels.base import Unreachable
from bot.channels.wecom_bot.errors import Answered

log = logging.getLogger("canmou.wecom-bot")

MOST_BYTES = 4 * 1024 * 1024  # of a frame


class SafeLog:
    """The SDK's logger. It logs messages of people and bodies of replies: only lines known to hold none go through."""

    _SAFE = ("No heartbeat ack", "Failed to send heartbeat", "Failed to send auth frame", "Reply ack timeout")

    def _pass(self, level: int, message: str) -> None:
        start = next((safe for safe in self._SAFE if message.startswith(safe)), None)
        if start is not None:
            log.log(level, "SDK: %s", start)

    def debug(self, message: str, *args: object) -> None:
        pass

    info = debug

    def warn(self, message: str, *args: object) -> None:
        self._pass(logging.WARNING, message)

    def error(self, message: str, *args: object) -> None:
        self._pass(logging.ERROR, message)


class Connection(WsConnectionManager):
    """`on_frame` is given what WeCom pushes, in order; it must return at once. `id` is this connection's alone."""

    def __init__(
        self,
        url: str,
        bot_id: str,
        secret: str,
        on_frame: Callable[[Connection, Mapping[str, Any]], None],
        *,
        heartbeat: float = 30.0,
        ack_timeout: float = 5.0,
    ) -> None:
        super().__init__(SafeLog(), heartbeat_interval=int(heartbeat * 1000), max_reconnect_attempts=0, ws_url=url)
        self.set_credentials(bot_id, secret)
        self._reply_ack_timeout = ack_timeout
        self._on_frame = on_frame
        self._late: set[str] = set()
        self._was_late: set[str] = set()
        self._login: asyncio.Future[None] | None = None
        self.closed = asyncio.Event()
        self.id = secrets.token_hex(6)

    async def open(self, timeout: float = 15.0) -> None:
        """Connects and logs in. Raises Answered if WeCom refuses us, OSError or WebSocketException, TimeoutError.

        Not the SDK's `connect`: that gives an SSL context to ws:// addresses too (ValueError), returns before the login
        was answered, waits for that answer for ever, and takes a refused login for a connection that stands.
        """
        secure = self._ws_url.startswith("wss:")
        self._login = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(timeout):
            self._ws = await websockets.connect(
                self._ws_url,
                ssl=_context() if secure else None,
                proxy=True if secure else None,
                ping_interval=None,  # the protocol has a heartbeat of its own
                close_timeout=1,
                max_size=MOST_BYTES,
                logger=_wire_log(),
            )
            self._receive_task = asyncio.create_task(self._receive_loop(), name="wecom-bot-receive")
            await self._send_auth()
            await self._login
        self._start_heartbeat()

    async def close(self) -> None:
        """Ends it; afterwards `closed` is set. The SDK's `disconnect` leaves a task that nobody waits for."""
        self._is_manual_close = True
        self._stop_heartbeat()
        if self._ws is not None:
            try:
                await self._ws.close()
            except (OSError, WebSocketException):
                pass
        if self._receive_task is not None:
            await asyncio.wait([self._receive_task], timeout=2)
            self._receive_task.cancel()
        self.give_up("closed by us")

    async def ask(self, req_id: str, cmd: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Sends a frame; its acknowledgement. Raises Answered (an error of WeCom's) or Unreachable.

        Frames of one req_id go one after the other, each after the acknowledgement of the one before.
        """
        try:
            # The SDK limits the wait for an acknowledgement, but not that for a line that takes nothing any more.
            async with asyncio.timeout(3 * self._reply_ack_timeout):
                ack: Mapping[str, Any] = await self.send_reply(req_id, dict(body), cmd)
        except TimeoutError:
            raise Unreachable(f"{cmd}: no acknowledgement in time") from None
        except (RuntimeError, OSError, WebSocketException) as error:
            raise Unreachable(f"{cmd}: the connection broke ({type(error).__name__})") from None
        code = ack.get("errcode")
        if code != 0:
            raise Answered(code if isinstance(code, int) else -1, str(ack.get("errmsg", "")))
        return ack

    # -- what the SDK calls

    async def _schedule_reconnect(self) -> None:
        """Never from in here. The SDK connects anew inside the receive task of the connection that broke, which its
        own clean-up then cancels; the line makes a new connection instead."""

    async def _receive_loop(self) -> None:
        """The SDK's ends silently, for ever, at a clean good-bye (code 1000) and at any frame that it does not expect
        (a list, a number as req_id, no UTF-8): nothing is told, nothing connects again."""
        reason = "closed by WeCom"
        try:
            async for raw in self._ws:
                try:
                    frame = json.loads(raw)
                except (ValueError, RecursionError):
                    log.warning("a frame that is no JSON was dropped")
                    continue
                try:
                    self._handle_frame(frame)
                except Exception as error:  # one frame must not cost the connection
                    log.error("a frame was dropped: %s", type(error).__name__)
        except (OSError, WebSocketException) as error:
            reason = f"broke ({type(error).__name__})"
        finally:
            self.give_up(reason)

    def _handle_frame(self, frame: object) -> None:
        """The SDK's logs whole messages, and passes frames that it does not know on as if people had sent them."""
        if not isinstance(frame, dict):
            log.warning("a frame that is no object was dropped")
            return
        if frame.get("cmd"):
            self._on_frame(self, frame)
            return
        headers = frame.get("headers")
        req_id = headers.get("req_id") if isinstance(headers, dict) else None
        if not isinstance(req_id, str):
            return
        if req_id in self._late:
            # The acknowledgement of a frame given up on: not that of the next frame with this req_id.
            self._late.discard(req_id)
        elif req_id in self._pending_acks:
            self._handle_reply_ack(req_id, frame)
        elif req_id.startswith(WsCmd.SUBSCRIBE):
            self._logged_in(frame)
        elif req_id.startswith(WsCmd.HEARTBEAT):
            self._missed_pong_count = 0

    def _logged_in(self, frame: Mapping[str, Any]) -> None:
        if self._login is None or self._login.done():
            return
        code = frame.get("errcode")
        if code == 0:
            self._login.set_result(None)
        else:
            self._login.set_exception(Answered(code if isinstance(code, int) else -1, str(frame.get("errmsg", ""))))

    def _handle_reply_ack(self, req_id: str, frame: Mapping[str, Any]) -> None:
        """The whole answer, also if it is an error: the SDK's makes a sentence of the code."""
        future, timer = self._pending_acks.pop(req_id)
        if timer is not None:
            timer.cancel()
        if not future.done():
            future.set_result(frame)

    def _on_reply_ack_timeout(self, req_id: str, ack_future: asyncio.Future[Any]) -> None:
        # Acknowledgements come in order and name nothing but the req_id. Only once: should this one never come, the
        # acknowledgement of the next frame is lost in its stead, and that of the one after counts again.
        if req_id not in self._was_late:
            self._was_late.add(req_id)
            self._late.add(req_id)
        super()._on_reply_ack_timeout(req_id, ack_future)

    async def _heartbeat_loop(self) -> None:
        """The SDK's, when no answers come, cancels the task that it runs in before it has closed the connection:
        on a line that is dead without a word nothing ever ends."""
        while True:
            await asyncio.sleep(self._heartbeat_interval / 1000)
            if self._missed_pong_count >= self._max_missed_pong:
                log.warning("no heartbeat came back: giving the connection up")
                self._ws.transport.abort()
                return
            self._missed_pong_count += 1
            try:
                await self.send({"cmd": WsCmd.HEARTBEAT, "headers": {"req_id": f"ping_{secrets.token_hex(8)}"}})
            except (RuntimeError, OSError, WebSocketException):
                return  # the receive loop sees the end

    def give_up(self, reason: str) -> None:
        """It is of no use any more: who waits for an acknowledgement is told. Still to be closed."""
        if self.closed.is_set():
            return
        self._stop_heartbeat()
        self._clear_pending_messages(reason)
        if self._login is not None and not self._login.done():
            self._login.set_exception(ConnectionError(reason))
            self._login.exception()  # nobody may be waiting for it
        self.closed.set()


def _wire_log() -> logging.Logger:
    """Of the library below the SDK: at debug it logs every frame, our secret in the first."""
    wire = logging.getLogger("canmou.wecom-bot.wire")
    wire.setLevel(logging.WARNING)
    return wire


def _context() -> ssl.SSLContext:
    """The system's authorities (a company's own among them) and, where there are none, those that come along."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
