"""A stand-in of the WeCom API over real HTTP: what is documented of application messages, and what goes wrong.

    with WeComStandIn() as wecom:
        channel = WeComChannel(api_url=wecom.url, corp_id=wecom.corp_id, …)
        …
        assert wecom.texts_to("nie") == ["…"]

Knows nothing of the product. By itself: python -m tests.standins.wecom --port 8099 --log calls.jsonl
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import socket
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.standins.wecom_events import Callbacks, Delivery, fields_of

__all__ = ["Callbacks", "Delivery", "Member", "Sent", "WeComStandIn", "fields_of"]

CORP_ID = "wwstandin0001"
SECRET = "stand-in-secret"
AGENT_ID = 1000002
TOKEN = "StandInToken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TEXT_BYTES = 2048
CARD_TYPES = ("text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction")
THREE_DAYS = 72 * 3600


@dataclass
class Member:
    """Somebody in the directory. `mobile`, `email`: what the application may see, None as for newer applications."""

    userid: str
    mobile: str | None = None
    email: str | None = None
    biz_mail: str | None = None


@dataclass(frozen=True)
class Sent:
    """A message that a member sees (or would: see WeComStandIn.dropped)."""

    user: str
    kind: str
    content: dict[str, Any]
    key: str | None
    at: float
    msgid: str
    response_code: str | None = None
    truncated: bool = False
    beyond: tuple[str, ...] = ()
    """What is longer than WeCom suggests."""

    @property
    def text(self) -> str:
        """What can be read of it."""
        if self.kind in ("text", "markdown"):
            return str(self.content["content"])
        if self.kind == "template_card":
            parts = (self.content.get("main_title", {}).get("title"), self.content.get("sub_title_text"))
            return "\n".join(part for part in parts if part)
        return ""

    @property
    def buttons(self) -> list[str]:
        return [button["text"] for button in self.content.get("button_list", [])]


@dataclass(frozen=True)
class Call:
    """A call as it came in, and how it was answered."""

    path: str
    body: dict[str, Any]
    key: str | None
    status: int
    errcode: int | None


@dataclass
class Trouble:
    """What the next calls of a path get instead of an answer; `after`: it takes effect, only the answer is lost."""

    times: int
    errcode: int | None = None
    errmsg: str = "ordered to fail"
    status: int = 200
    delay: float = 0.0
    body: str | None = None
    after: bool = False


class Wrong(Exception):
    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


@dataclass
class _Code:
    user: str
    made_at: float
    used: bool = False


@dataclass
class _State:
    tokens: dict[str, float] = field(default_factory=dict)
    task_ids: set[str] = field(default_factory=set)
    codes: dict[str, _Code] = field(default_factory=dict)
    media: dict[str, tuple[str, bytes, float]] = field(default_factory=dict)
    arrivals: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    numbers: Counter[str] = field(default_factory=Counter)


class WeComStandIn:
    """One application. What is sent is kept in order, typed, in `sent`; what WeCom would drop silently in `dropped`."""

    def __init__(
        self, *, members: Iterator[Member] | list[Member] | None = None, corp_id: str = CORP_ID, secret: str = SECRET,
        agent_id: int = AGENT_ID, port: int = 0, log: Path | None = None, token_seconds: int = 7200,
        everybody: bool = False, clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.corp_id, self.secret, self.agent_id = corp_id, secret, agent_id
        self.members = {member.userid.lower(): member for member in members or []}
        self.everybody = everybody
        """Any id is a member's."""
        self.outside: set[str] = set()
        """Members named in invaliduser, with errcode 0."""
        self.repeated_task_errcode: int | None = None
        """What a task_id used before gets; None: errcode 0 and nothing is shown, as is reported of the real one."""
        self.token_seconds = token_seconds
        self._clock = clock
        self.reset()
        self._log = log
        self._port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def reset(self) -> None:
        """Forgets what was sent, asked and ordered: as new, at the same port. The members stay."""
        self.sent: list[Sent] = []
        self.dropped: list[tuple[str, Sent]] = []
        self.updates: list[dict[str, Any]] = []
        self.calls: list[Call] = []
        self.menu: dict[str, Any] | None = None
        self.token_fetches = 0
        self._state = _State()
        self._trouble: defaultdict[str, deque[Trouble]] = defaultdict(deque)

    # -- running

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/cgi-bin/"

    def __enter__(self) -> WeComStandIn:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begins to listen if it doesn't; after stop() at the same port again."""
        if self._server is not None:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen(512)
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(self.app(), log_level="critical", access_log=False, lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True, name="wecom-stand-in")
        self._thread.start()

    def stop(self) -> None:
        """Dead: nobody listens any more. What was sent stays."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(10)
        self._server = self._thread = None

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/cgi-bin/{path:path}", self._answer, methods=["GET", "POST"])])

    # -- misbehaving on order

    def fail_next(self, path: str, times: int = 1, **trouble: Any) -> None:
        """The next calls of a path fail: errcode=, status=, delay=, body=, after= (it took effect all the same)."""
        self._trouble[path].append(Trouble(times, **trouble))

    def expire_tokens(self) -> None:
        """All tokens given out are old from now on (42001)."""
        for token in self._state.tokens:
            self._state.tokens[token] = 0.0

    def forget_tokens(self) -> None:
        """All tokens given out are unknown from now on (40014)."""
        self._state.tokens.clear()

    # -- what was sent

    def sent_to(self, user: str) -> list[Sent]:
        return [sent for sent in self.sent if sent.user == user]

    def texts_to(self, user: str) -> list[str]:
        return [sent.text for sent in self.sent_to(user)]

    def tap(self, callbacks: Callbacks, sent: Sent, label: str) -> str:
        """The event of a button that is tapped, with a response_code of its own."""
        button = next(b for b in sent.content["button_list"] if b["text"] == label)
        code = self._new_code(sent.user)
        return callbacks.card_tap(sent.user, button["key"], sent.content["task_id"], code)

    # -- answering

    async def _answer(self, request: Request) -> Response:
        path = request.path_params["path"]
        key = request.headers.get("idempotency-key")
        body = await _body_of(request)
        trouble = self._next_trouble(path)
        if trouble is not None and trouble.delay:
            await asyncio.sleep(trouble.delay)
        answer: dict[str, Any] = {}
        if (
            trouble is None
            or trouble.after
            or (trouble.errcode is None and trouble.body is None and trouble.status == 200)
        ):
            answer = self._do(path, request, body, key)
        response: Response = JSONResponse(answer)
        if trouble is not None and trouble.body is not None:
            response = Response(trouble.body, trouble.status)
        elif trouble is not None and trouble.errcode is not None:
            answer = {"errcode": trouble.errcode, "errmsg": trouble.errmsg}
            response = JSONResponse(answer, trouble.status)
        elif trouble is not None and trouble.status != 200:
            response = Response("", trouble.status)
        self._keep(Call(path, body, key, response.status_code, answer.get("errcode")))
        return response

    def _next_trouble(self, path: str) -> Trouble | None:
        waiting = self._trouble[path]
        if not waiting:
            return None
        waiting[0].times -= 1
        return waiting.popleft() if waiting[0].times <= 0 else waiting[0]

    def _keep(self, call: Call) -> None:
        self.calls.append(call)
        if self._log is None:
            return
        line = {"at": self._clock(), "path": call.path, "key": call.key, "status": call.status,
                "errcode": call.errcode, "body": call.body}  # fmt: skip
        with self._log.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _do(self, path: str, request: Request, body: dict[str, Any], key: str | None) -> dict[str, Any]:
        query = dict(request.query_params)
        try:
            if path == "gettoken":
                return _ok(**self._new_token(query))
            self._check_token(query.get("access_token"))
            does = self._paths().get(path)
            if does is None:
                raise Wrong(40066, "invalid url")
            return _ok(**does(query, body, key))
        except Wrong as wrong:
            return {"errcode": wrong.code, "errmsg": f"{wrong.words}, more info at https://open.work.weixin.qq.com"}

    def _paths(self) -> dict[str, Callable[[dict[str, str], dict[str, Any], str | None], dict[str, Any]]]:
        return {
            "message/send": self._send,
            "message/update_template_card": self._update,
            "media/upload": self._upload,
            "user/get": self._user,
            "user/getuserid": lambda query, body, key: self._userid("mobile", body.get("mobile")),
            "user/get_userid_by_email": lambda query, body, key: self._userid(
                "biz_mail" if body.get("email_type", 1) == 1 else "email", body.get("email")
            ),
            "menu/create": self._create_menu,
            "menu/get": lambda query, body, key: self.menu or {},
        }

    # -- tokens

    def _new_token(self, query: dict[str, str]) -> dict[str, Any]:
        self.token_fetches += 1
        if query.get("corpid") != self.corp_id:
            raise Wrong(40013, "invalid corpid")
        if query.get("corpsecret") != self.secret:
            raise Wrong(40001, "invalid credential")
        token = f"token-{self.token_fetches}"
        self._state.tokens[token] = self._clock() + self.token_seconds
        return {"access_token": token, "expires_in": self.token_seconds}

    def _check_token(self, token: str | None) -> None:
        if not token:
            raise Wrong(41001, "access_token missing")
        if token not in self._state.tokens:
            raise Wrong(40014, "invalid access_token")
        if self._state.tokens[token] <= self._clock():
            raise Wrong(42001, "access_token expired")

    # -- messages

    def _send(self, query: dict[str, str], body: dict[str, Any], key: str | None) -> dict[str, Any]:
        self._check_agent(body.get("agentid"))
        users = [user for user in str(body.get("touser") or "").split("|") if user]
        if not users or len(users) > 1000:
            raise Wrong(40032, "invalid user list size")
        known = [user for user in users if self._knows(user)]
        if not known:
            raise Wrong(81013, "user & party & tag all invalid")
        kind = body.get("msgtype")
        content, truncated, beyond = self._content(str(kind), body)
        number = self._number("msg")
        answer: dict[str, Any] = {"msgid": f"msg-{number}"}
        invalid = [user for user in users if user not in known or user in self.outside]
        if invalid:
            answer["invaliduser"] = "|".join(invalid)
        again = kind == "template_card" and not self._is_new_task(content)
        if kind == "template_card" and _can_be_updated(content):
            answer["response_code"] = self._new_code(known[0])
        for user in known:
            if user in self.outside:
                continue
            sent = Sent(user, str(kind), content, key, self._clock(), f"msg-{number}", answer.get("response_code"),
                        truncated, beyond)  # fmt: skip
            why = "task_id" if again else self._why_dropped(sent, body)
            if why:
                self.dropped.append((why, sent))
            else:
                self.sent.append(sent)
        return answer

    def _knows(self, user: str) -> bool:
        return self.everybody or user.lower() in self.members

    def _check_agent(self, agent: Any) -> None:
        if agent is None:
            raise Wrong(41011, "missing agentid")
        if str(agent) != str(self.agent_id):
            raise Wrong(40056, "invalid agentid")

    def _content(self, kind: str, body: dict[str, Any]) -> tuple[dict[str, Any], bool, tuple[str, ...]]:
        content = body.get(kind)
        if kind not in ("text", "markdown", "image", "template_card") or not isinstance(content, dict):
            raise Wrong(40008, "invalid message type")
        if kind in ("text", "markdown"):
            text = content.get("content")
            if not isinstance(text, str) or not text:
                raise Wrong(44004, "empty content")
            shown = text.encode()[:TEXT_BYTES].decode(errors="ignore")
            return {**content, "content": shown}, shown != text, ()
        if kind == "image":
            media = self._state.media.get(str(content.get("media_id")))
            if media is None or self._clock() - media[2] > THREE_DAYS:
                raise Wrong(40007, "invalid media_id")
            return content, False, ()
        return content, False, tuple(_check_card(content))

    def _is_new_task(self, card: dict[str, Any]) -> bool:
        task = card.get("task_id")
        if task is None:
            return True
        if task in self._state.task_ids:
            if self.repeated_task_errcode is not None:
                raise Wrong(self.repeated_task_errcode, "task_id repeated")
            return False
        self._state.task_ids.add(task)
        return True

    def _why_dropped(self, sent: Sent, body: dict[str, Any]) -> str | None:
        """More than 30 a minute or 1,000 an hour to one member is dropped, and the answer is good all the same."""
        if body.get("enable_duplicate_check"):
            since = sent.at - min(int(body.get("duplicate_check_interval", 1800)), 4 * 3600)
            if any(one.content == sent.content and one.at >= since for one in self.sent_to(sent.user)):
                return "duplicate"
        arrivals = self._state.arrivals[sent.user]
        arrivals.append(sent.at)
        while arrivals and arrivals[0] <= sent.at - 3600:
            arrivals.popleft()
        if len(arrivals) > 1000 or sum(at > sent.at - 60 for at in arrivals) > 30:
            return "rate"
        return None

    def _update(self, query: dict[str, str], body: dict[str, Any], key: str | None) -> dict[str, Any]:
        self._check_agent(body.get("agentid"))
        code = self._state.codes.get(str(body.get("response_code")))
        button, card = body.get("button"), body.get("template_card")
        if not (isinstance(button, dict) and button.get("replace_name")) and not isinstance(card, dict):
            raise Wrong(40058, "button or template_card missing")
        if not body.get("userids") and not body.get("atall"):
            raise Wrong(40058, "userids missing")
        if code is None or code.used or self._clock() - code.made_at > THREE_DAYS:
            raise Wrong(40058, "invalid response_code")
        code.used = True
        self.updates.append(body)
        return {}

    def _new_code(self, user: str) -> str:
        code = f"code-{self._number('code')}"
        self._state.codes[code] = _Code(user, self._clock())
        return code

    def _upload(self, query: dict[str, str], body: dict[str, Any], key: str | None) -> dict[str, Any]:
        if query.get("type") not in ("image", "voice", "video", "file"):
            raise Wrong(40004, "invalid media type")
        data = body.get("data") or b""
        if len(data) <= 5 or len(data) > 10 * 1024 * 1024:
            raise Wrong(40006, "invalid media size")
        media_id = f"media-{self._number('media')}"
        self._state.media[media_id] = (str(body.get("name")), data, self._clock())
        body["data"] = f"{len(data)} bytes"
        return {"type": query["type"], "media_id": media_id, "created_at": str(int(self._clock()))}

    def media(self, media_id: str) -> tuple[str, bytes]:
        """Name and content of something uploaded."""
        return self._state.media[media_id][:2]

    # -- people, menu

    def _user(self, query: dict[str, str], body: dict[str, Any], key: str | None) -> dict[str, Any]:
        member = self.members.get(query.get("userid", "").lower())
        if member is None:
            raise Wrong(60111, "userid not found")
        told = {"userid": member.userid, "name": member.userid, "status": 1, "department": [1]}
        more = {"mobile": member.mobile, "email": member.email, "biz_mail": member.biz_mail}
        return {**told, **{name: value for name, value in more.items() if value is not None}}

    def _userid(self, name: str, value: Any) -> dict[str, Any]:
        for member in self.members.values():
            if value and getattr(member, name) == value:
                return {"userid": member.userid}
        raise Wrong(46004, "user not found")

    def _create_menu(self, query: dict[str, str], body: dict[str, Any], key: str | None) -> dict[str, Any]:
        self._check_agent(query.get("agentid"))
        buttons = body.get("button")
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
            raise Wrong(40016, "invalid button size")
        for button in buttons:
            if not 0 < len(button.get("name", "").encode()) <= 16:
                raise Wrong(40018, "invalid button name size")
            if button.get("type") == "click" and not 0 < len(button.get("key", "").encode()) <= 128:
                raise Wrong(40019, "invalid button key size")
        self.menu = body
        return {}

    def _number(self, of: str) -> int:
        self._state.numbers[of] += 1
        return self._state.numbers[of]


def _ok(**more: Any) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", **more}


async def _body_of(request: Request) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        raw = await request.body()  # one part, as WeCom documents it
        head, _, rest = raw.partition(b"\r\n\r\n")
        boundary = head.split(b"\r\n", 1)[0]
        name = re.search(rb'filename="([^"]*)"', head)
        return {"name": name.group(1).decode() if name else "", "data": rest[: rest.rfind(b"\r\n" + boundary)]}
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _can_be_updated(card: dict[str, Any]) -> bool:
    return card["card_type"] in CARD_TYPES[2:] or "action_menu" in card


def _check_card(card: dict[str, Any]) -> Iterator[str]:
    """Refuses what WeCom refuses; gives what is longer than it suggests."""
    title = card.get("main_title", {}).get("title") or ""
    body = card.get("sub_title_text") or ""
    buttons = card.get("button_list")
    task = card.get("task_id")
    if card.get("card_type") not in CARD_TYPES:
        raise Wrong(40058, "invalid card_type")
    if not title and not body:
        raise Wrong(40058, "main_title.title and sub_title_text both missing")
    if _can_be_updated(card) and not task:
        raise Wrong(40058, "missing task_id")
    if task is not None and not re.fullmatch(r"[0-9A-Za-z_@-]{1,128}", task):
        raise Wrong(40058, "invalid task_id")
    if card["card_type"] == "button_interaction" and not (isinstance(buttons, list) and 1 <= len(buttons) <= 6):
        raise Wrong(40058, "invalid button_list size")
    keys = [str(button.get("key") or "") for button in buttons or []]
    if len(set(keys)) < len(keys) or not all(0 < len(key.encode()) <= 1024 for key in keys):
        raise Wrong(40058, "invalid button key")
    if not all(button.get("text") for button in buttons or []):
        raise Wrong(40058, "missing button text")
    wide = {
        "title": (title, 36),
        "sub_title_text": (body, 160),
        **{f"button {b['text']}": (b["text"], 10) for b in buttons or []},
    }
    for what, (text, most) in wide.items():
        if sum(1.0 if ord(sign) > 0x2E7F else 0.5 for sign in text) > most:
            yield what


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in of the WeCom API.")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--log", type=Path)
    given = parser.parse_args()
    stand_in = WeComStandIn(port=given.port, log=given.log, everybody=True)
    print(f"{stand_in.url} corp_id={CORP_ID} secret={SECRET} agent_id={AGENT_ID}", flush=True)
    uvicorn.run(stand_in.app(), host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
