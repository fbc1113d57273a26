"""A stand-in of WeCom's long-connection server for AI bots: a real WebSocket, frames as documented (path/101463).

It checks what the vendor checks (secret, req_ids and what they are good for, sizes, kinds of message, rates), keeps one
connection a bot, remembers all it was sent in order, and shows what people would see. Orders make it misbehave.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import itertools
import json
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

OK = (0, "ok")
WRONG_SECRET = (853000, "invalid bot_id or secret")
INVALID_REQ_ID = (846605, "invalid req_id")
TOO_FAST = (846607, "aibot send msg frequency limit exceeded")
INVALID_TYPE = (40008, "invalid message type")
INVALID_PARAMETER = (40058, "invalid Request Parameter")
INVALID_CHAT = (93006, "invalid chatid")
EVENT_SECONDS = 5
CHUNK = 512 * 1024


@dataclass(frozen=True)
class Sent:
    """A frame that the bot sent, and what it was answered (None: not answered)."""

    connection: int
    cmd: str
    req_id: str
    body: dict[str, Any]
    errcode: int | None
    at: float


@dataclass
class Shown:
    """A message as people see it. Streams are replaced by their id."""

    kind: str
    text: str = ""
    id: str = ""
    finished: bool = True
    card: dict[str, Any] | None = None
    media: bytes | None = None


@dataclass
class Expected:
    """What a req_id that we gave out is good for, until when."""

    cmd: str
    chat: str
    group: bool
    connection: int
    until: float
    task_id: str = ""


@dataclass
class Orders:
    """What to do wrong. `fails`: the next answers by command; `delays`: seconds before the next answers; `mutes`: how
    many frames are taken in but not answered; `loses`: how many are neither answered nor carried out."""

    fails: dict[str, deque[tuple[int, str] | None]] = field(default_factory=lambda: defaultdict(deque))
    delays: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    mutes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    loses: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    refuses: bool = False


class WeComBotServer:
    """Start it, point the bot at `url`, push messages, look at `sent` and `seen`. Thread-safe."""

    def __init__(
        self,
        bot_id: str = "bot-1",
        secret: str = "secret-of-bot-1",
        *,
        port: int = 0,
        log: Path | None = None,
        per_minute: int = 30,
        close_kicked: float | None = None,
    ) -> None:
        self.bot_id, self.secret = bot_id, secret
        self.orders = Orders()
        self.sent: list[Sent] = []
        self.subscribed = 0
        self._port, self._log, self._per_minute, self._close_kicked = port, log, per_minute, close_kicked
        self._chats: dict[str, list[Shown]] = defaultdict(list)
        self._wrote: set[str] = set()
        self._expected: dict[str, Expected] = {}
        self._uploads: dict[str, dict[str, Any]] = {}
        self._media: dict[str, bytes] = {}
        self._times: dict[str, deque[float]] = defaultdict(deque)
        self._numbers = itertools.count(1)
        self._active: tuple[int, ServerConnection] | None = None
        self._open: dict[int, ServerConnection] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._lock = threading.RLock()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None

    # -- running

    def __enter__(self) -> WeComBotServer:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._ready.wait(10), "the stand-in did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        if self._thread is not None:
            self._thread.join(10)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._port}"

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await serve(
            self._meet, "127.0.0.1", self._port, process_request=self._admit, ping_interval=None, close_timeout=0.2
        )
        self._port = next(iter(server.sockets)).getsockname()[1]
        self._ready.set()
        await self._end.wait()
        for connection in self._open.values():
            connection.transport.abort()
        server.close()
        await server.wait_closed()

    def _admit(self, connection: ServerConnection, request: object) -> Any:
        return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "later\n") if self.orders.refuses else None

    def _do(self, what: Callable[[], Any]) -> None:
        """Runs something on the server's loop and waits for it."""

        async def run() -> None:
            result = what()
            if result is not None:
                await result

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    # -- looking

    @property
    def active(self) -> bool:
        return self._active is not None

    def of(self, *cmds: str) -> list[Sent]:
        with self._lock:
            return [sent for sent in self.sent if sent.cmd in cmds]

    def said(self) -> list[Sent]:
        """All that is meant for people, in order."""
        return self.of("aibot_respond_msg", "aibot_respond_welcome_msg", "aibot_respond_update_msg", "aibot_send_msg")

    def seen(self, chat: str) -> list[Shown]:
        """What stands in a chat now (a person's userid, or a chatid)."""
        with self._lock:
            return list(self._chats[chat])

    # -- pushing

    def message(
        self, userid: str, msgtype: str, part: object, *, chatid: str = "", msgid: str = "", **more: Any
    ) -> str:
        """A person writes; the req_id."""
        body = {msgtype: part, "msgtype": msgtype, **more}
        return self._push("aibot_msg_callback", userid, chatid, msgid, body)

    def text(self, userid: str, text: str, *, chatid: str = "", msgid: str = "", **more: Any) -> str:
        return self.message(userid, "text", {"content": text}, chatid=chatid, msgid=msgid, **more)

    def event(self, eventtype: str, userid: str = "", *, msgid: str = "", **details: Any) -> str:
        event: dict[str, Any] = {"eventtype": eventtype}
        if details:
            event[eventtype] = details
        body = {"msgtype": "event", "create_time": int(time.time()), "event": event}
        return self._push("aibot_event_callback", userid, "", msgid, body)

    def tap(self, userid: str, card: dict[str, Any], button: int = 0, *, msgid: str = "") -> str:
        """A person taps a button of a card that was shown."""
        details = {
            "card_type": card["card_type"], "event_key": card["button_list"][button]["key"], "task_id": card["task_id"]
        }  # fmt: skip
        return self.event("template_card_event", userid, msgid=msgid, **details)

    def _push(self, cmd: str, userid: str, chatid: str, msgid: str, body: dict[str, Any]) -> str:
        number = next(self._numbers)
        req_id = f"req-{number}"
        head: dict[str, Any] = {"msgid": msgid or f"msg-{number}", "aibotid": self.bot_id}
        if userid:
            head |= {"from": {"userid": userid}, "chattype": "group" if chatid else "single"}
        if chatid:
            head["chatid"] = chatid
        return self.relay({"cmd": cmd, "headers": {"req_id": req_id}, "body": head | body})

    def relay(self, frame: dict[str, Any]) -> str:
        """Pushes a frame as documented, and knows from then on what its req_id is good for; the req_id."""
        body, req_id = frame["body"], str(frame["headers"]["req_id"])
        chat = body.get("chatid") or body.get("from", {}).get("userid", "")
        group = body.get("chattype") == "group"
        event = body.get("event", {})
        answer, seconds = {
            "": ("aibot_respond_msg", 24 * 3600.0),
            "enter_chat": ("aibot_respond_welcome_msg", EVENT_SECONDS),
            "template_card_event": ("aibot_respond_update_msg", EVENT_SECONDS),
        }.get(event.get("eventtype", ""), ("", 0.0))
        with self._lock:
            if not event:
                self._wrote.add(chat)
            task_id = event.get("template_card_event", {}).get("task_id", "")
            connection = self._active[0] if self._active else 0
            until = time.monotonic() + seconds
            self._expected[req_id] = Expected(answer, chat, group, connection, until, task_id)
        self.push(frame)
        return req_id

    def push(self, frame: object) -> None:
        self.push_raw(json.dumps(frame))

    def push_raw(self, data: str | bytes) -> None:
        """Anything at all, to the connection that is active."""
        assert self._active is not None, "no bot is connected"
        self._do(lambda: self._active and self._active[1].send(data))

    # -- misbehaving

    def fail(self, cmd: str, errcode: int, errmsg: str = "ordered", *, after: int = 0) -> None:
        """The next frame of a command is answered so, and not carried out; `after` so many that are."""
        with self._lock:
            self.orders.fails[cmd].extend([None] * after + [(errcode, errmsg)])

    def drop(self) -> None:
        """The line breaks, with no word."""

        def abort() -> None:
            for connection in self._open.values():
                connection.transport.abort()

        self._do(abort)

    def freeze(self) -> None:
        """The line is dead, and nobody says so: nothing that is sent arrives, not even a good-bye."""

        def pause() -> None:
            for connection in self._open.values():
                connection.transport.pause_reading()

        self._do(pause)

    def close(self, code: int = 1000) -> None:
        """The server says good-bye."""
        assert self._active is not None, "no bot is connected"
        connection = self._active[1]
        # Not waited for: the other side may live on the caller's loop.
        self._do(lambda: self._keep(asyncio.ensure_future(connection.close(code))))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- the protocol

    async def _meet(self, connection: ServerConnection) -> None:
        number = next(self._numbers)
        self._open[number] = connection
        try:
            async for raw in connection:
                await self._take(number, connection, json.loads(raw))
        except ConnectionClosed:
            pass
        finally:
            del self._open[number]
            if self._active and self._active[0] == number:
                self._active = None

    async def _take(self, number: int, connection: ServerConnection, frame: dict[str, Any]) -> None:
        cmd, req_id, body = frame["cmd"], frame["headers"]["req_id"], frame.get("body") or {}
        more: dict[str, Any] = {}
        answered = True
        with self._lock:
            fails, orders = self.orders.fails[cmd], self.orders
            delay = orders.delays[cmd].popleft() if orders.delays[cmd] else 0.0
            if orders.loses[cmd]:
                orders.loses[cmd] -= 1
                result, answered = OK, False
            else:
                failure = fails.popleft() if fails else None
                result, more = (failure, {}) if failure else self._carry_out(number, cmd, req_id, body)
            if orders.mutes[cmd]:
                orders.mutes[cmd] -= 1
                answered = False
            self._note(Sent(number, cmd, req_id, body, result[0] if answered else None, time.time()))
        answer = {"headers": {"req_id": req_id}, "errcode": result[0], "errmsg": result[1], **more}
        if cmd == "aibot_subscribe" and result == OK and answered:
            await self._take_over(number, connection)
        if answered and delay:
            self._keep(asyncio.ensure_future(self._later(delay, connection, answer)))
        elif answered:
            await connection.send(json.dumps(answer))

    async def _later(self, delay: float, connection: ServerConnection, answer: dict[str, Any]) -> None:
        await asyncio.sleep(delay)
        try:
            await connection.send(json.dumps(answer))
        except ConnectionClosed:
            pass

    async def _take_over(self, number: int, connection: ServerConnection) -> None:
        """The new connection is the one; the old is told, and closed some time later."""
        old, self._active = self._active, (number, connection)
        self.subscribed += 1
        if old is None or old[0] == number:
            return
        event = {
            "msgid": f"kick-{number}", "create_time": int(time.time()), "aibotid": self.bot_id, "msgtype": "event",
            "event": {"eventtype": "disconnected_event"},
        }  # fmt: skip
        frame = {"cmd": "aibot_event_callback", "headers": {"req_id": f"kick-{number}"}, "body": event}
        try:
            await old[1].send(json.dumps(frame))
        except ConnectionClosed:
            return
        if self._close_kicked is not None:
            self._loop.call_later(self._close_kicked, old[1].transport.abort)

    def _note(self, sent: Sent) -> None:
        body = {**sent.body, "secret": "…"} if "secret" in sent.body else sent.body
        self.sent.append(Sent(sent.connection, sent.cmd, sent.req_id, body, sent.errcode, sent.at))
        if self._log is not None:
            with self._log.open("a", encoding="utf-8") as file:
                row = {"cmd": sent.cmd, "req_id": sent.req_id, "body": body, "errcode": sent.errcode, "at": sent.at}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def _carry_out(
        self, number: int, cmd: str, req_id: str, body: dict[str, Any]
    ) -> tuple[tuple[int, str], dict[str, Any]]:
        if cmd == "aibot_subscribe":
            right = body.get("bot_id") == self.bot_id and body.get("secret") == self.secret
            return (OK if right else WRONG_SECRET), {}
        if cmd == "ping":
            return OK, {}
        if self._active is None or self._active[0] != number:
            return WRONG_SECRET, {}
        if cmd.startswith("aibot_upload_media_"):
            return self._upload(cmd, body)
        if cmd == "aibot_send_msg":
            chat, group = body.get("chatid", ""), body.get("chat_type") == 2
            return (self._show(chat, group, body) if chat in self._wrote else INVALID_CHAT), {}
        expected = self._expected.get(req_id)
        if expected is None or (expected.cmd, expected.connection) != (cmd, number):
            return INVALID_REQ_ID, {}
        if time.monotonic() > expected.until:
            return INVALID_REQ_ID, {}
        if cmd != "aibot_respond_msg":
            expected.until = 0.0  # an event is answered once
        if cmd == "aibot_respond_update_msg":
            return self._update(expected, body), {}
        if cmd == "aibot_respond_welcome_msg" and body.get("msgtype") not in ("text", "template_card"):
            return INVALID_TYPE, {}
        if cmd == "aibot_respond_msg" and body.get("msgtype") == "text":
            return INVALID_TYPE, {}
        return self._show(expected.chat, expected.group, body), {}

    def _too_fast(self, chat: str) -> bool:
        times, now = self._times[chat], time.monotonic()
        while times and times[0] < now - 60:
            times.popleft()
        if len(times) >= self._per_minute:
            return True
        times.append(now)
        return False

    def _show(self, chat: str, group: bool, body: dict[str, Any]) -> tuple[int, str]:
        kind = body.get("msgtype", "")
        part = body.get(kind)
        if kind not in ("text", "markdown", "stream", "template_card", "image") or not isinstance(part, dict):
            return INVALID_TYPE
        if self._too_fast(chat):
            return TOO_FAST
        shown = self._chats[chat]
        if kind == "template_card":
            if group:
                return INVALID_TYPE
            fault = self._fault_of_card(part)
            if fault is None:
                shown.append(Shown(kind, id=part["task_id"], card=part))
            return fault or OK
        if kind == "image":
            if part.get("media_id") not in self._media:
                return 40007, "invalid media_id"
            shown.append(Shown(kind, media=self._media[part["media_id"]]))
            return OK
        text = part.get("content")
        if not isinstance(text, str) or not text.strip() or len(text.encode()) > 20480 or "msg_item" in part:
            return INVALID_PARAMETER
        if kind != "stream":
            shown.append(Shown(kind, text))
            return OK
        for message in shown:
            if message.kind == "stream" and message.id == part["id"]:
                message.text, message.finished = text, part["finish"]
                return OK
        shown.append(Shown(kind, text, part["id"], part["finish"]))
        return OK

    def _fault_of_card(self, card: dict[str, Any]) -> tuple[int, str] | None:
        buttons = card.get("button_list", [])
        task_id = card.get("task_id", "")
        taken = any(message.id == task_id for chat in self._chats.values() for message in chat if message.card)
        whole = card.get("main_title", {}).get("title") or card.get("sub_title_text")
        if card.get("card_type") != "button_interaction" or not whole or not 1 <= len(buttons) <= 6:
            return INVALID_PARAMETER
        if not task_id or len(task_id.encode()) > 128 or not set(task_id) <= set(_TASK_ID) or taken:
            return INVALID_PARAMETER
        if any(not button.get("text") or not 0 < len(button.get("key", "").encode()) <= 1024 for button in buttons):
            return INVALID_PARAMETER
        return None

    def _update(self, expected: Expected, body: dict[str, Any]) -> tuple[int, str]:
        card = body.get("template_card", {})
        if body.get("response_type") != "update_template_card" or card.get("task_id") != expected.task_id:
            return INVALID_PARAMETER
        for message in self._chats[expected.chat]:
            if message.card is not None and message.id == expected.task_id:
                message.card = card
        return OK

    def _upload(self, cmd: str, body: dict[str, Any]) -> tuple[tuple[int, str], dict[str, Any]]:
        if cmd.endswith("init"):
            upload_id = f"up-{next(self._numbers)}"
            self._uploads[upload_id] = {**body, "chunks": {}}
            fits = 5 <= body["total_size"] <= 2 * 1024 * 1024 and body["total_chunks"] <= 100
            return (OK if fits else INVALID_PARAMETER), {"body": {"upload_id": upload_id}}
        upload = self._uploads.get(body["upload_id"])
        if upload is None:
            return INVALID_PARAMETER, {}
        if cmd.endswith("chunk"):
            data = base64.b64decode(body["base64_data"], validate=True)
            upload["chunks"][body["chunk_index"]] = data
            return (OK if len(data) <= CHUNK else INVALID_PARAMETER), {}
        data = b"".join(upload["chunks"][index] for index in sorted(upload["chunks"]))
        right = len(data) == upload["total_size"] and hashlib.md5(data).hexdigest() == upload["md5"]
        media_id = f"media-{next(self._numbers)}"
        if right:
            self._media[media_id] = data
        return (OK if right else INVALID_PARAMETER), {"body": {"type": upload["type"], "media_id": media_id}}


_TASK_ID = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-@"


def main() -> None:
    """Runs until it is ended; each line of stdin is a frame (JSON) to relay. All that it is sent goes to the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, default=None)
    parser.add_argument("--bot-id", default="bot-1")
    parser.add_argument("--secret", default="secret-of-bot-1")
    given = parser.parse_args()
    with WeComBotServer(given.bot_id, given.secret, port=given.port, log=given.log) as server:
        print(server.url, flush=True)
        for line in sys.stdin:
            if line.strip() and server.active:
                server.relay(json.loads(line))
        threading.Event().wait()


if __name__ == "__main__":
    main()
