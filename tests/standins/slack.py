"""A stand-in of Slack's Web API: a real server that keeps what it was sent, checks it as Slack does, and can misbehave.

    with SlackStandIn() as slack:
        …AsyncWebClient(token=slack.bot_token, base_url=slack.url)…
        slack.wait_for(3); [sent.text for sent in slack.sent]

or `python -m tests.standins.slack --port 9500 --log calls.jsonl`, with a JSON line for each call. It knows nothing of
the code under test.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from tests.standins.slack_checks import Wrong, check_message, check_view

BOT_TOKEN = "xoxb-1000-stand-in"
APP_TOKEN = "xapp-1-stand-in"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM, BOT_USER, BOT_ID, APP_ID = "T0RIVER", "U0CANMOU", "B0CANMOU", "A0CANMOU"
HISTORY_LIMIT = 1000
# What an app that was made from a manifest like ours may do; Slack lists it beside every answer
SCOPES = (
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands",
    "files:write", "groups:history", "groups:read", "im:history", "im:read", "im:write", "mpim:history", "mpim:read",
    "users:read", "users:read.email",
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """A request to the API, whatever came of it: `error` is Slack's code, "lost" or "refused"; None for ok."""

    at: float
    method: str
    arguments: dict[str, Any]
    key: str | None
    status: int
    error: str | None


@dataclass(frozen=True)
class Sent:
    """What a person would see now or would have seen: messages, whispers, updates, answers to a response_url."""

    at: float
    method: str
    channel: str
    text: str
    blocks: list[dict[str, Any]]
    key: str | None
    ts: str
    thread: str | None = None
    user: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Fault:
    left: int
    error: str | None = None
    status: int = 200
    delay: float = 0.0
    retry_after: int | None = None
    lost: bool = False  # done, but nobody hears of it
    cut: bool = False  # not done, the connection breaks
    channel: str | None = None  # only for this conversation


class SlackStandIn:
    """Threads may use it; its server runs in one of its own."""

    def __init__(
        self,
        port: int = 0,
        log: Path | None = None,
        *,
        limits: bool = False,
        lenient: bool = False,
        agent: bool = True,
    ) -> None:
        self.bot_token, self.app_token, self.signing_secret = BOT_TOKEN, APP_TOKEN, SECRET
        self.team, self.bot_user, self.bot_id, self.app_id = TEAM, BOT_USER, BOT_ID, APP_ID
        self.port = port
        self.limits = limits  # 1 message a second a channel, then 429
        self.lenient = lenient  # users and channels needn't be known
        self.agent = agent  # the app has agent_view; else assistant_view, as apps from before July 2026 may
        self.slow = 0.0
        self.dead = False
        self.scopes: tuple[str, ...] | None = SCOPES  # None: Slack doesn't say
        self.scopes_missing: set[str] = set()  # methods answered with missing_scope
        self.calls: list[Call] = []
        self.sent: list[Sent] = []
        self.views: list[tuple[str, dict[str, Any]]] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self.prompts: list[dict[str, Any]] = []
        self.prompts_unseen: list[dict[str, Any]] = []  # taken, and shown to nobody
        self.files: dict[str, dict[str, Any]] = {}
        self.users: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, list[str]] = {}
        self.too_fast = 0
        self.links = 0  # connections ever made
        self.acks: dict[str, dict[str, Any] | None] = {}
        self._log = log.open("a", encoding="utf-8") if log else None
        self._faults: dict[str, list[_Fault]] = defaultdict(list)
        self._last: dict[str, float] = {}
        self._changed = threading.Condition()
        self._numbers = count(1)
        self._response_urls: dict[str, dict[str, Any]] = {}
        self._triggers: set[str] = set()
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread: threading.Thread | None = None

    # -- running

    def __enter__(self) -> SlackStandIn:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="slack-stand-in", daemon=True)
        self._thread.start()
        if not ready.wait(10) or self._runner is None:
            raise RuntimeError("the stand-in did not start")

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        ready.set()
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _listen(self) -> None:
        app = web.Application(client_max_size=20_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_post("/response/{name}", self._respond)
        app.router.add_get("/link", self._link)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    def stop(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            if self._runner is not None:
                self._ask(self._runner.cleanup())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
        if self._log is not None:
            self._log.close()

    def die(self) -> None:
        """From now on connections are refused; `revive` opens the same port again."""
        assert self._runner is not None
        self._ask(self._runner.cleanup())

    def revive(self) -> None:
        self._ask(self._listen())

    def _ask(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(15)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    # -- what it knows, and how it behaves

    def person(self, account: str, email: str | None = None, **more: Any) -> str:
        """A user of the workspace; with a private chat with the bot (D + the rest of the id)."""
        profile = {"email": email} if email else {}
        self.users[account] = {"id": account, "team_id": self.team, "is_bot": False, "profile": profile, **more}
        self.channels[dm(account)] = [account, self.bot_user]
        return account

    def channel(self, channel: str, *members: str, bot: bool = True) -> str:
        self.channels[channel] = [*members, *([self.bot_user] if bot else [])]
        return channel

    def fail_next(self, method: str, times: int = 1, **how: Any) -> None:
        """The next calls go wrong: error="…", status=503, delay=2, retry_after=1 (429), lost=True, cut=True.

        With channel="C…" (or an account, for the chat with it) only those for this conversation.
        """
        if how.get("retry_after") is not None:
            how = {"status": 429, "error": "ratelimited", **how}
        self._faults[method].append(_Fault(times, **how))

    def response_url(self, channel: str, user: str) -> str:
        name = f"{channel}-{next(self._numbers)}"
        self._response_urls[name] = {"left": 5, "expired": False, "channel": channel, "user": user}
        return f"http://127.0.0.1:{self.port}/response/{name}"

    def expire(self, response_url: str) -> None:
        self._response_urls[response_url.rpartition("/")[2]]["expired"] = True

    def wait_for(self, messages: int, timeout: float = 10.0) -> list[Sent]:
        """What was sent, once there is so much of it."""
        self.wait_until(lambda: len(self.sent) >= messages, timeout)
        return list(self.sent)

    def wait_until(self, holds: Callable[[], bool], timeout: float = 10.0) -> None:
        with self._changed:
            if not self._changed.wait_for(holds, timeout):
                raise AssertionError(f"not within {timeout} s; sent: {len(self.sent)}, calls: {len(self.calls)}")

    def called(self, method: str) -> list[Call]:
        return [call for call in list(self.calls) if call.method == method]

    # -- requests

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        key = request.headers.get("Idempotency-Key")
        fault = self._next_fault(method, arguments)
        if self.slow or (fault and fault.delay):
            await asyncio.sleep(self.slow + (fault.delay if fault else 0.0))
        if self.dead or (fault and fault.cut):
            self._note(method, arguments, key, 0, "refused")
            return _cut(request)
        if fault and not fault.lost and (fault.error or fault.status != 200):
            self._note(method, arguments, key, fault.status, fault.error or f"HTTP {fault.status}")
            return _failed(fault)
        try:
            token = self.app_token if method == "apps.connections.open" else self.bot_token
            given = request.headers.get("Authorization", "").removeprefix("Bearer ") or arguments.get("token")
            if given != token:
                raise Wrong("not_authed" if not given else "invalid_auth")
            if method in self.scopes_missing:
                raise Wrong("missing_scope", needed="some:scope")
            answer = self._do(method, arguments, key)
        except Wrong as wrong:
            self._note(method, arguments, key, wrong.status, wrong.code)
            headers = {"Retry-After": "1"} if wrong.status == 429 else None
            answer = {"ok": False, "error": wrong.code, **wrong.more}
            return web.json_response(answer, status=wrong.status, headers=headers)
        if fault and fault.lost:
            self._note(method, arguments, key, 0, "lost")
            return _cut(request)
        self._note(method, arguments, key, 200, None)
        headers = None if self.scopes is None else {"x-oauth-scopes": ",".join(self.scopes)}
        return web.json_response({"ok": True, **answer}, headers=headers)

    def _next_fault(self, method: str, arguments: dict[str, Any] | None = None) -> _Fault | None:
        waiting = self._faults.get(method, [])
        asked = arguments or {}
        where = {str(asked.get(name)) for name in ("channel", "channel_id", "users", "user_id")}
        where |= {dm(name) for name in where if name.startswith("U")}
        for fault in waiting:
            if fault.channel is None or {fault.channel, dm(fault.channel)} & where:
                fault.left -= 1
                if fault.left <= 0:
                    waiting.remove(fault)
                return fault
        return None

    def _note(self, method: str, arguments: dict[str, Any], key: str | None, status: int, error: str | None) -> None:
        call = Call(time.time(), method, arguments, key, status, error)
        with self._changed:
            self.calls.append(call)
            if self._log is not None:
                self._log.write(json.dumps(asdict(call), ensure_ascii=False) + "\n")
                self._log.flush()
            self._changed.notify_all()

    def _do(self, method: str, a: dict[str, Any], key: str | None) -> dict[str, Any]:
        does = getattr(self, "_" + method.replace(".", "_"), None)
        if does is None:
            raise Wrong("unknown_method")
        return does(a, key)

    # -- messages

    def _room(self, name: Any) -> str:
        if isinstance(name, str) and name in self.channels:
            return name
        if isinstance(name, str) and name.startswith("U") and (name in self.users or self.lenient):
            self.channels.setdefault(dm(name), [name, self.bot_user])
            return dm(name)
        if isinstance(name, str) and self.lenient and name[:1] in ("C", "D", "G"):
            return name
        raise Wrong("channel_not_found")

    def _member(self, channel: str, error: str = "not_in_channel") -> None:
        if channel in self.channels and self.bot_user not in self.channels[channel]:
            raise Wrong(error)

    def _pace(self, channel: str) -> None:
        now = time.monotonic()
        if now - self._last.get(channel, -10.0) < 1.0:
            self.too_fast += 1
            if self.limits:
                raise Wrong("ratelimited", status=429)
        self._last[channel] = now

    def _new_ts(self) -> str:
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def _keep(self, method: str, channel: str, a: dict[str, Any], key: str | None, ts: str, **more: Any) -> Sent:
        sent = Sent(
            time.time(), method, channel, a.get("text") or "", a.get("blocks") or [], key, ts,
            metadata=a.get("metadata") or {}, **more,
        )  # fmt: skip
        with self._changed:
            self.sent.append(sent)
            self._changed.notify_all()
        return sent

    def _chat_postMessage(self, a: dict[str, Any], key: str | None) -> dict[str, Any]:
        channel = self._room(a.get("channel"))
        self._member(channel)
        check_message(a)
        self._pace(channel)
        ts = self._new_ts()
        self._keep("chat.postMessage", channel, a, key, ts, thread=a.get("thread_ts"))
        return {"channel": channel, "ts": ts, "message": {"ts": ts, "text": a.get("text"), "bot_id": self.bot_id}}

    def _chat_postEphemeral(self, a: dict[str, Any], key: str | None) -> dict[str, Any]:
        channel = self._room(a.get("channel"))
        self._member(channel)
        if a.get("user") not in self.channels.get(channel, [a.get("user")]):
            raise Wrong("user_not_in_channel")
        check_message(a)
        self._pace(channel)
        ts = self._new_ts()
        self._keep("chat.postEphemeral", channel, a, key, ts, thread=a.get("thread_ts"), user=a["user"])
        return {"message_ts": ts}

    def _chat_update(self, a: dict[str, Any], key: str | None) -> dict[str, Any]:
        channel = self._room(a.get("channel"))
        ts = str(a.get("ts"))
        if not self.lenient and not any(s.ts == ts and s.channel == channel for s in self.sent):
            raise Wrong("message_not_found")
        check_message(a)
        self._keep("chat.update", channel, a, key, ts)
        return {"channel": channel, "ts": ts, "text": a.get("text")}

    def _chat_delete(self, a: dict[str, Any], key: str | None) -> dict[str, Any]:
        channel, ts = self._room(a.get("channel")), str(a.get("ts"))
        if not any(s.ts == ts and s.channel == channel for s in self.sent):
            raise Wrong("message_not_found")
        self._keep("chat.delete", channel, a, key, ts)
        return {"channel": channel, "ts": ts}

    # -- conversations, users

    def _messages(self, channel: str) -> list[Sent]:
        return [s for s in self.sent if s.channel == channel and s.method == "chat.postMessage"]

    def _shown(self, messages: list[Sent], a: dict[str, Any]) -> list[dict[str, Any]]:
        full = str(a.get("include_all_metadata")).lower() in ("1", "true")
        return [
            {"type": "message", "ts": s.ts, "text": s.text, "bot_id": self.bot_id, "user": self.bot_user}
            | ({"metadata": s.metadata} if full and s.metadata else {})
            | ({"thread_ts": s.thread} if s.thread else {})
            for s in messages
        ]

    def _conversations_history(self, a: dict[str, Any], _: str | None) -> dict[str, Any]:
        if a.get("channel") not in self.channels and not self.lenient:
            raise Wrong("channel_not_found")  # the account's id is not taken here
        limit = min(int(a.get("limit") or 100), HISTORY_LIMIT)
        newest = [s for s in self._messages(str(a["channel"])) if not s.thread][::-1][:limit]
        return {"messages": self._shown(newest, a), "has_more": False}

    def _conversations_replies(self, a: dict[str, Any], _: str | None) -> dict[str, Any]:
        channel, thread = self._room(a.get("channel")), str(a.get("ts"))
        since, limit = float(a.get("oldest") or 0), min(int(a.get("limit") or 1000), HISTORY_LIMIT)
        replies = [s for s in self._messages(channel) if s.thread == thread and float(s.ts) > since]
        return {"messages": self._shown(replies[:limit], a), "has_more": len(replies) > limit}

    def _conversations_members(self, a: dict[str, Any], _: str | None) -> dict[str, Any]:
        channel = self._room(a.get("channel"))
        self._member(channel, "channel_not_found")
        everybody = self.channels.get(channel, [])
        start, limit = int(a.get("cursor") or 0), min(int(a.get("limit") or 100), 1000)
        more = str(start + limit) if start + limit < len(everybody) else ""
        return {"members": everybody[start : start + limit], "response_metadata": {"next_cursor": more}}

    def _conversations_open(self, a: dict[str, Any], _: str | None) -> dict[str, Any]:
        user = str(a.get("users"))
        if user not in self.users and not self.lenient:
            raise Wrong("user_not_found")
        return {"channel": {"id": self._room(user)}}

    def _users_info(self, a: dict[str, Any], _: str | None) -> dict[str, Any]:
        user = self.users.get(str(a.get("user")))
        if user is None:
            raise Wrong("user_not_found")
        return {"user": user}

    def _auth_test(self, _a: dict[str, Any], _: str | None) -> dict[str, Any]:
        return {
            "user_id": self.bot_user,
            "bot_id": self.bot_id,
            "team_id": self.team,
            "team": "River",
            "user": "canmou",
        }

    # -- views, assistant, files

    def trigger(self) -> str:
        """A trigger_id as an interaction brings it; good for one view."""
        return f"{next(self._numbers)}.{int(time.time())}.trigger"

    def _views_open(self, a: dict[str, Any], _: str | None) -> dict[str, Any]:
        trigger = a.get("trigger_id")
        if not isinstance(trigger, str) or not trigger.endswith(".trigger"):
            raise Wrong("invalid_trigger_id")
        if trigger in self._triggers:
            raise Wrong("exchanged_trigger_id")
        view = check_view(a.get("view"), "modal")
        self._triggers.add(trigger)
        self.views.append((trigger, view))
        return {"view": {"id": f"V{next(self._numbers)}", **view}}

    def _views_publish(self, a: dict[str, Any], _: str | None) -> dict[str, Any]:
        user = str(a.get("user_id"))
        if user not in self.users and not self.lenient:
            raise Wrong("user_not_found")
        with self._changed:
            self.homes[user] = check_view(a.get("view"), "home")
        return {"view": {"id": f"V{next(self._numbers)}"}}

    def _assistant_threads_setSuggestedPrompts(self, a: dict[str, Any], _: str | None) -> dict[str, Any]:
        self._room(a.get("channel_id"))
        prompts = a.get("prompts")
        if not self.agent and not a.get("thread_ts"):
            raise Wrong("invalid_arguments")
        if not isinstance(prompts, list) or not 1 <= len(prompts) <= 4:
            raise Wrong("invalid_arguments")
        # An agent's prompts stand above its chat: with a thread Slack says ok, and nothing is seen
        with self._changed:
            (self.prompts_unseen if self.agent and a.get("thread_ts") else self.prompts).append(a)
        return {}

    def _assistant_threads_setStatus(self, a: dict[str, Any], _: str | None) -> dict[str, Any]:
        self._room(a.get("channel_id"))
        return {}

    _assistant_threads_setTitle = _assistant_threads_setStatus

    def _files_getUploadURLExternal(self, a: dict[str, Any], _: str | None) -> dict[str, Any]:
        if not a.get("filename") or int(a.get("length") or 0) <= 0:
            raise Wrong("invalid_arguments")
        file = f"F{next(self._numbers)}"
        self.files[file] = {"name": a["filename"], "length": int(a["length"]), "alt": a.get("alt_txt"), "content": None}
        return {"file_id": file, "upload_url": f"http://127.0.0.1:{self.port}/upload/{file}"}

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        fault = self._next_fault("upload")
        if fault is not None:
            return _cut(request) if fault.cut else _failed(fault)
        file = self.files[request.match_info["file"]]
        file["content"] = await request.read()
        return web.Response(text=f"OK - {len(file['content'])}")

    def _files_completeUploadExternal(self, a: dict[str, Any], key: str | None) -> dict[str, Any]:
        channel = a.get("channel_id")
        if channel not in self.channels and not self.lenient:
            raise Wrong("channel_not_found")  # an account's id is not taken here either
        self._member(str(channel))
        files = a.get("files")
        files = json.loads(files) if isinstance(files, str) else files
        for file in files or []:
            held = self.files.get(file["id"])
            if held is None or held["content"] is None or len(held["content"]) != held["length"]:
                raise Wrong("file_not_found")
            held["channel"] = channel
            said = {"text": a.get("initial_comment")}
            self._keep("files", str(channel), said, key, self._new_ts(), thread=a.get("thread_ts"))
        return {"files": files}

    # -- response_url

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        a, key = await request.json(), request.headers.get("Idempotency-Key")
        held = self._response_urls.get(request.match_info["name"])
        fault = self._next_fault("response_url")
        if fault is not None:
            self._note("response_url", a, key, fault.status, fault.error)
            return _cut(request) if fault.cut else _failed(fault)
        if held is None or held["expired"] or held["left"] <= 0:
            error = "expired_url" if held is None or held["expired"] else "used_url"
            self._note("response_url", a, key, 404, error)
            return web.json_response({"ok": False, "error": error}, status=404)
        held["left"] -= 1
        self._keep("response_url", held["channel"], a, key, self._new_ts(), user=held["user"])
        self._note("response_url", a, key, 200, None)
        return web.Response(text="ok")

    # -- Socket Mode

    def _apps_connections_open(self, _a: dict[str, Any], _: str | None) -> dict[str, Any]:
        ticket = f"t{next(self._numbers)}"
        self._tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self.port}/link?ticket={ticket}&app_id={self.app_id}"}

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or self.dead:
            raise web.HTTPNotFound
        self._tickets.discard(ticket)
        fault = self._next_fault("link")
        if fault is not None:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": self.app_id}})
        with self._changed:
            self._sockets.append(socket)
            self.links += 1
            self._changed.notify_all()
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    said = json.loads(message.data)
                    with self._changed:
                        self.acks[said["envelope_id"]] = said.get("payload")
                        self._changed.notify_all()
        finally:  # also where the connection was cut while we read
            with self._changed:
                self._sockets.remove(socket)
                self._changed.notify_all()
        return socket

    @property
    def connections(self) -> int:
        return len(self._sockets)

    def over_socket(self, kind: str, payload: dict[str, Any], *, retry: int = 0, envelope: str | None = None) -> str:
        """Sends an envelope (events_api, interactive, slash_commands); the id under which `acks` will have it."""
        envelope = envelope or f"env-{next(self._numbers)}"
        body = {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True}
        if kind == "events_api":
            body |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        self._ask(self._sockets[-1].send_json(body))
        return envelope

    def ask_to_reconnect(self) -> None:
        """What Slack does every few hours."""
        self._ask(self._sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"}))

    def cut_sockets(self, *, clean: bool = True) -> None:
        """Closes the connections: with a farewell, or just so."""

        async def cut() -> None:
            for socket in list(self._sockets):
                if clean:
                    await socket.close()
                elif socket._req is not None and socket._req.transport is not None:
                    socket._req.transport.abort()

        self._ask(cut())


def dm(account: str) -> str:
    """The private chat of an account with the bot."""
    return "D" + account[1:]


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        with suppress(ValueError):
            return dict(await request.json())
        return {}
    found: dict[str, Any] = dict(request.query)
    found.update(await request.post())
    for name in ("blocks", "view", "metadata", "prompts", "files"):
        if isinstance(found.get(name), str):
            with suppress(ValueError):
                found[name] = json.loads(found[name])
    return found


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _failed(fault: _Fault) -> web.StreamResponse:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.error is None:
        return web.Response(
            status=fault.status, text="<html>upstream</html>", content_type="text/html", headers=headers
        )
    return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=headers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--limits", action="store_true", help="1 message a second a channel, then 429")
    given = parser.parse_args()
    with SlackStandIn(given.port, given.log, limits=given.limits, lenient=True) as slack:
        print(slack.url, flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
