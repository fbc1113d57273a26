"""The callback of WeCom: only what is WeCom's gets in, all of it is committed before it is acknowledged."""

from __future__ import annotations

import asyncio
import base64
import logging
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from wechatpy.crypto import WeChatCipher

from bot.channels.base import Incoming
from bot.channels.wecom import WeComChannel
from bot.channels.wecom.callback import MOST_BYTES, Callback
from bot.channels.wecom.cards import template_card
from handlers.turns import Button, Reply
from tests.standins.wecom import AES_KEY, AGENT_ID, CORP_ID, TOKEN, Callbacks
from tests.standins.wecom_events import Request, xml_of

PATIENT = settings(deadline=None)  # a loaded machine is no finding
NOW = 1_790_000_000
AT = datetime.fromtimestamp(NOW, UTC)


@dataclass
class FakeIntake:
    """Keeps what came in; raises while `broken`."""

    accepted: list[Incoming] = field(default_factory=list)
    broken: bool = False

    async def accept(self, message: Incoming) -> bool:
        if self.broken:
            raise RuntimeError("the disk is full")
        new = all(one.event_id != message.event_id for one in self.accepted)
        self.accepted.append(message)
        return new


@dataclass
class Server:
    """The channel's endpoint, called without a network: any bytes can be sent."""

    intake: FakeIntake = field(default_factory=FakeIntake)
    now: float = NOW

    def __post_init__(self) -> None:
        callback = Callback(CORP_ID, TOKEN, AES_KEY, self.intake, lambda: self.now)
        self.app = Starlette(routes=callback.routes())

    def call(
        self, method: str, query: bytes, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        return asyncio.run(self._call(method, query, body, headers or {}))

    async def _call(self, method: str, query: bytes, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "path": "/wecom/callback", "query_string": query,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()], "root_path": "",
            "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "raw_path": b"/wecom/callback",
        }  # fmt: skip
        parts = [body[i : i + 65536] for i in range(0, len(body), 65536)] or [b""]
        waiting = [
            {"type": "http.request", "body": part, "more_body": i < len(parts) - 1} for i, part in enumerate(parts)
        ]
        answer: dict[str, Any] = {"status": 0, "body": b""}

        async def receive() -> dict[str, Any]:
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            answer["status"] = message.get("status", answer["status"])
            answer["body"] += message.get("body", b"")

        await self.app(scope, receive, send)
        return answer["status"], answer["body"].decode()

    def post(self, request: Request) -> tuple[int, str]:
        return self.call("POST", request.query_string.encode(), request.body)

    def told(self, xml: str) -> Incoming:
        """What a document becomes."""
        before = len(self.intake.accepted)
        assert self.post(WECOM.signed(xml)) == (200, "")
        assert len(self.intake.accepted) == before + 1
        return self.intake.accepted[-1]


WECOM = Callbacks(CORP_ID, TOKEN, AES_KEY, AGENT_ID, clock=lambda: NOW)


@pytest.fixture
def server() -> Server:
    return Server()


# -- Tencent's own examples (WXBizMsgCrypt and 90968)

SAMPLE = ("wx5823bf96d3bd56c7", "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
SAMPLE_MESSAGE = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvu"
    "JTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwG"
    "c2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9"
    "EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0"
    "lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)


def sample_server(now: int) -> tuple[Server, FakeIntake]:
    server = Server()
    corp_id, token, aes_key = SAMPLE
    server.app = Starlette(routes=Callback(corp_id, token, aes_key, server.intake, lambda: now).routes())
    return server, server.intake


def test_tencents_example_of_the_address_check() -> None:
    server, _ = sample_server(1409659600)
    query = (
        b"msg_signature=5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3&timestamp=1409659589&nonce=263014780&echostr="
        b"P9nAzCzyDtyTWESHep1vC5X9xho%2FqYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp%2B4RPcs8TgAE7OaBO%2BFZXvnaqQ%3D%3D"
    )
    assert server.call("GET", query) == (200, "1616140317555161061")


def test_tencents_example_of_a_message() -> None:
    server, intake = sample_server(1409659813)
    query = b"msg_signature=477715d11cdb4164915debcba66cb864d751f3e6&timestamp=1409659813&nonce=1372623149"
    body = (
        f"<xml><ToUserName><![CDATA[{SAMPLE[0]}]]></ToUserName><Encrypt><![CDATA[{SAMPLE_MESSAGE}]]></Encrypt>"
        "<AgentID><![CDATA[218]]></AgentID></xml>"
    )
    assert server.call("POST", query, body.encode()) == (200, "")
    sent_at = datetime.fromtimestamp(1409659813, UTC)
    assert intake.accepted == [
        Incoming("wecom", "4561255354251345929", "@mycreate", "mycreate", "hello", sent_at, "text", {})
    ]


# -- what each message becomes


def test_text(server: Server) -> None:
    message = server.told(WECOM.text("nie", "下午去澜岳见了邵总，预算加到85万 <b>&"))
    assert message.text == "下午去澜岳见了邵总，预算加到85万 <b>&"
    assert (message.channel, message.kind, message.conversation_id, message.sender_id) == (
        "wecom",
        "text",
        "@nie",
        "nie",
    )
    assert message.event_id.isdigit()
    assert message.sent_at == AT


def test_a_text_may_speak_of_entities(server: Server) -> None:
    text = '<!DOCTYPE html><!ENTITY a "b"> 客户发来的网页'
    assert server.told(WECOM.text("nie", text)).text == text


def test_an_empty_text(server: Server) -> None:
    assert server.told(WECOM.text("nie", "")).text == ""


def test_voice_that_was_recognised_is_text(server: Server) -> None:
    message = server.told(WECOM.voice("nie", "澜岳预算加到85万"))
    assert (message.kind, message.text, message.payload["media"]) == ("text", "澜岳预算加到85万", "voice")


@pytest.mark.parametrize(
    ("xml", "media", "text"),
    [
        (WECOM.voice("nie"), "voice", ""),
        (WECOM.image("nie"), "image", ""),
        (WECOM.video("nie"), "video", ""),
        (WECOM.file("nie", "报价单.xlsx"), "file", "报价单.xlsx"),
        (WECOM.location("nie", "重庆市渝北区"), "location", "重庆市渝北区"),
        (WECOM.link("nie", "招标公告", "https://t.example/1"), "link", "招标公告"),
        (WECOM.message("nie", "something_new", MediaId="m"), "file", ""),
    ],
)
def test_media(server: Server, xml: str, media: str, text: str) -> None:
    message = server.told(xml)
    assert (message.kind, message.payload["media"], message.text) == ("media", media, text)


def test_places_and_links_keep_what_they_point_at(server: Server) -> None:
    place = server.told(WECOM.location("nie", "渝北")).payload
    assert (place["latitude"], place["longitude"]) == ("23.134521", "113.358803")
    assert server.told(WECOM.link("nie", "公告", "https://t.example/1")).payload["url"] == "https://t.example/1"
    assert server.told(WECOM.image("nie")).payload["media_id"] == "media-image"


@pytest.mark.parametrize("xml", [WECOM.enter_agent("nie"), WECOM.subscribe("nie")])
def test_the_chat_was_opened(server: Server, xml: str) -> None:
    message = server.told(xml)
    assert (message.kind, message.sender_id, message.text) == ("opened", "nie", "")


def test_menu(server: Server) -> None:
    message = server.told(WECOM.click("nie", "today"))
    assert (message.kind, message.payload) == ("menu", {"action": "today"})
    said = server.told(WECOM.click("nie", "say:撤销"))
    assert (said.kind, said.text, said.payload) == ("text", "撤销", {})


@pytest.mark.parametrize("event", [WECOM.card_tap, WECOM.card_menu])
def test_a_tapped_button_brings_its_action_and_label(server: Server, event: Any) -> None:
    label, action = "邵启明 副总经理兼生产总监]]>", 'pick:1:"a"'
    card = template_card(Reply(("？",), (Button(label, action),)), "reply-9")
    message = server.told(event("nie", card["button_list"][0]["key"], "reply-9", "rc-1"))
    assert (message.kind, message.text, message.payload["action"]) == ("tap", label, action)
    handle = message.payload["handle"]
    assert (handle["response_code"], handle["task_id"]) == ("rc-1", "reply-9")


@pytest.mark.parametrize(
    "xml",
    [
        WECOM.unsubscribe("nie"), WECOM.view("nie"), WECOM.reported_location("nie"), WECOM.batch_job_result(),
        WECOM.change_contact(), WECOM.event("nie", "scancode_push", EventKey="k"), WECOM.event("sys", "unheard_of"),
    ],
)  # fmt: skip
def test_other_events_are_acknowledged_and_that_is_all(server: Server, xml: str) -> None:
    assert server.post(WECOM.signed(xml)) == (200, "")
    assert not server.intake.accepted


def test_events_are_told_apart_and_recognised(server: Server) -> None:
    first, again, other, task = (
        server.told(WECOM.card_tap("nie", key, task, "rc"))
        for key, task in (("a", "t1"), ("a", "t1"), ("b", "t1"), ("a", "t2"))
    )
    assert first.event_id == again.event_id, "sent again"
    assert len({first.event_id, other.event_id, task.event_id}) == 3
    assert server.told(WECOM.click("nie", "a")).event_id != server.told(WECOM.click("pan", "a")).event_id
    assert all(len(message.event_id) < 128 for message in server.intake.accepted)


# -- acknowledged only when committed


def test_a_message_that_could_not_be_committed_is_to_be_sent_again(server: Server) -> None:
    request = WECOM.signed(WECOM.text("nie", "收到了吗"))
    server.intake.broken = True
    assert server.post(request)[0] == 503
    server.intake.broken = False
    assert server.post(request) == (200, "")
    assert server.post(request) == (200, ""), "a second time it is known, and acknowledged"
    assert len({message.event_id for message in server.intake.accepted}) == 1


def test_over_http_with_wecoms_retries() -> None:
    intake = FakeIntake(broken=True)
    channel = WeComChannel(
        corp_id=CORP_ID, agent_id=AGENT_ID, secret="s", token=TOKEN, aes_key=AES_KEY, intake=intake,
        api_url="http://127.0.0.1:9/cgi-bin/", pictures=lambda _: None,
    )  # fmt: skip
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(Starlette(routes=list(channel.routes())), log_level="critical", lifespan="off", ws="none")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, args=([listener],), daemon=True)
    thread.start()
    wecom = Callbacks(CORP_ID, TOKEN, AES_KEY, AGENT_ID, f"http://127.0.0.1:{listener.getsockname()[1]}/wecom/callback")
    try:
        lost = wecom.send(wecom.text("nie", "第一条"))
        assert (lost.status, lost.tries) == (503, 4)
        intake.broken = False
        done = wecom.send(wecom.text("nie", "第二条"))
        assert (done.status, done.body, done.tries) == (200, "", 1)
        assert [message.text for message in intake.accepted] == ["第二条"]
    finally:
        running.should_exit = True
        thread.join(10)


# -- what is not WeCom's


def test_the_address_check(server: Server) -> None:
    request = WECOM.verification("4711")
    assert server.call("GET", request.query_string.encode()) == (200, "4711")
    wrong = Request({**request.query, "msg_signature": "0" * 40}, b"")
    assert server.call("GET", wrong.query_string.encode()) == (403, "")
    assert server.call("GET", b"")[0] == 400
    server.now += 301
    assert server.call("GET", request.query_string.encode())[0] == 403


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"msg_signature": "0" * 40}, 403), ({"msg_signature": "é"}, 403), ({"msg_signature": ""}, 400),
        ({"nonce": "other"}, 403), ({"nonce": ""}, 400),
        ({"timestamp": str(NOW + 1)}, 403), ({"timestamp": ""}, 400), ({"timestamp": "soon"}, 400),
        ({"timestamp": "１７９０００００００"}, 400), ({"timestamp": "9" * 40}, 400), ({"timestamp": "-1"}, 400),
    ],
)  # fmt: skip
def test_a_changed_query_is_refused(server: Server, change: dict[str, str], status: int) -> None:
    request = WECOM.signed(WECOM.text("nie", "你好"))
    assert server.post(Request({**request.query, **change}, request.body)) == (status, "")
    assert not server.intake.accepted


@pytest.mark.parametrize("off", [-301, 301, -86400])
def test_an_old_request_is_refused_however_well_signed(server: Server, off: int) -> None:
    assert server.post(WECOM.signed(WECOM.text("nie", "你好"), timestamp=str(NOW + off)))[0] == 403
    assert server.post(WECOM.signed(WECOM.text("nie", "你好"), timestamp=str(NOW + off - (off > 0) + (off < 0)))) == (
        (200, "") if abs(off) == 301 else (403, "")
    )


def test_another_company_or_key_is_refused(server: Server) -> None:
    for theirs in (Callbacks("wwother", TOKEN, AES_KEY, 1), Callbacks(CORP_ID, TOKEN, AES_KEY[::-1], 1)):
        request = theirs.signed(WECOM.text("nie", "你好"), timestamp=str(NOW))
        assert server.post(request)[0] == 400
    assert server.post(Callbacks(CORP_ID, "other", AES_KEY, 1).signed("<xml/>", timestamp=str(NOW)))[0] == 403
    assert not server.intake.accepted


BOMB = '<!DOCTYPE xml [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'


def test_declarations_are_refused_outside_and_inside(server: Server) -> None:
    good = WECOM.signed(WECOM.text("nie", "你好"))
    bare = "<!DOCTYPE xml>", '<!DOCTYPE xml SYSTEM "http://t.example/x.dtd">'
    for prolog in (*bare, BOMB, '<?xml version="1.0"?>' + BOMB, "<!-- -->" + BOMB, " \n" + BOMB):
        assert server.post(Request(good.query, prolog.encode() + good.body))[0] == 400
        inner = prolog + WECOM.text("nie", "x").replace("<![CDATA[x]]>", "&b;")
        assert server.post(WECOM.signed(inner))[0] == 400
    assert server.post(WECOM.signed(WECOM.text("nie", "x").replace("<![CDATA[x]]>", "&undeclared;")))[0] == 400
    assert not server.intake.accepted


def test_an_xml_declaration_is_nothing_bad(server: Server) -> None:
    assert server.told('<?xml version="1.0" encoding="UTF-8"?>\n' + WECOM.text("nie", "你好")).text == "你好"


def test_a_large_body_is_refused(server: Server) -> None:
    query = WECOM.signed("<xml/>").query_string.encode()
    assert server.call("POST", query, b"x" * (MOST_BYTES + 1))[0] == 413
    for told in (str(MOST_BYTES + 1), "9" * 5000, "many", "-1"):
        assert server.call("POST", query, b"x", {"content-length": told})[0] == 413
    assert server.call("POST", query, b"x" * MOST_BYTES)[0] == 400


HEAD = {"ToUserName": CORP_ID, "FromUserName": "nie", "CreateTime": NOW, "MsgId": 1}


@pytest.mark.parametrize(
    "plain",
    [
        "", "<xml/>", "<xml></xml>", "<xml>text</xml>", "<a/>", "no xml", "<xml><MsgType>text</MsgType></xml>",
        xml_of({**HEAD}), xml_of({**HEAD, "MsgType": "event"}), xml_of({**HEAD, "MsgType": "text", "MsgId": "x"}),
        xml_of({**HEAD, "MsgType": "text", "FromUserName": ""}), xml_of({**HEAD, "MsgType": "text", "MsgId": 0}),
        xml_of({**HEAD, "MsgType": "text", "FromUserName": "@all"}),
        xml_of({**HEAD, "MsgType": "text", "FromUserName": "a|b"}),
        xml_of({**HEAD, "MsgType": "text", "CreateTime": "soon"}),
        xml_of({**HEAD, "MsgType": "text", "CreateTime": 10**30}),
        xml_of({**HEAD, "MsgType": "text", "CreateTime": -(10**15)}),
        xml_of({**HEAD, "MsgType": {"a": 1}}), "<xml>" + "<a>" * 50_000 + "</a>" * 50_000 + "</xml>",
        "<xml><MsgType>text</MsgType><MsgType>text</MsgType></xml>",
    ],
)  # fmt: skip
def test_garbage_well_signed_is_a_400(server: Server, plain: str) -> None:
    assert server.post(WECOM.signed(plain)) == (400, "")
    assert not server.intake.accepted


FUZZED = Server()


@PATIENT
@given(st.sampled_from(["GET", "POST"]), st.binary(max_size=120), st.binary(max_size=300))
def test_any_bytes_get_a_4xx(method: str, query: bytes, body: bytes) -> None:
    assert 400 <= FUZZED.call(method, query, body)[0] < 500


@PATIENT
@given(st.binary(max_size=200), st.sampled_from(["", "&echostr=%FF", "&echostr=x"]))
def test_any_body_with_a_plausible_query_gets_a_4xx(body: bytes, more: str) -> None:
    query = f"msg_signature=5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3&timestamp={NOW}&nonce=1{more}".encode()
    assert 400 <= FUZZED.call("POST", query, body)[0] < 500
    assert 400 <= FUZZED.call("GET", query)[0] < 500


@PATIENT
@given(st.text(max_size=120))
def test_anything_in_the_place_of_the_encrypted_text_gets_a_4xx(encrypted: str) -> None:
    body = xml_of({"Encrypt": encrypted}).encode("utf-8", "surrogatepass")
    query = Request(WECOM.query(encrypted.encode("utf-8", "replace").decode()), b"").query_string.encode()
    assert 400 <= FUZZED.call("POST", query, body)[0] < 500


@PATIENT
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: f"<xml>{text}</xml>".encode())))
def test_anything_encrypted_and_signed_gets_a_400(plain: bytes) -> None:
    assert FUZZED.post(WECOM.signed(plain or b" "))[0] == 400


@PATIENT
@given(
    st.integers(min_value=1, max_value=4).flatmap(lambda blocks: st.binary(min_size=16 * blocks, max_size=16 * blocks))
)
@example(b"\x00" * 31 + b"\x0e")
@example(b"\x00" * 16)
@example(b"\x00" * 16 + b"\xff" * 15 + b"\x01")
def test_any_blocks_encrypted_and_signed_get_a_400(blocks: bytes) -> None:
    """What decrypts, but is not framed as WeCom frames it: too short, a length that lies, another's id."""
    encrypted = base64.b64encode(WeChatCipher(base64.b64decode(AES_KEY + "=")).encrypt(blocks)).decode()
    body = xml_of({"Encrypt": encrypted}).encode()
    assert FUZZED.post(Request(WECOM.query(encrypted), body)) == (400, "")


NAMES = st.sampled_from(
    ["MsgType", "Event", "EventKey", "TaskId", "Content", "MsgId", "CreateTime", "FromUserName", "X"]
)
VALUES = st.one_of(
    st.integers(), st.text(alphabet="a<>&]\x41é中 \n", max_size=20), st.just({"a": {"b": "c"}}),
    st.sampled_from(["text", "event", "voice", "link", "click", "template_card_event", "enter_agent", str(NOW)]),
)  # fmt: skip


@PATIENT
@given(st.dictionaries(NAMES, VALUES))
def test_any_fields_get_an_answer_and_no_500(fields: dict[str, object]) -> None:
    server = Server()
    status, body = server.post(WECOM.signed(xml_of({**HEAD, **fields})))
    assert status in (200, 400)
    assert body == ""
    for message in server.intake.accepted:
        assert message.sender_id
        assert message.event_id
        assert message.sent_at.tzinfo is UTC


def test_no_text_and_no_token_in_the_log(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.intake.broken = True
    request = WECOM.signed(WECOM.text("nie", "底价是八十五万"))
    server.post(request)
    server.post(Request({**request.query, "nonce": "1"}, request.body))
    server.post(WECOM.signed("<xml><MsgType>底价是八十五万</MsgType></xml>"))
    assert len(caplog.records) >= 3
    assert "底价" not in caplog.text
    assert TOKEN not in caplog.text
    assert AES_KEY not in caplog.text
