"""Whatever comes to the endpoint: a bad request at worst, never a failure, and nothing unreadable in the inbox."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.channels.base import Incoming
from bot.channels.slack import SlackChannel, blocks, views
from bot.channels.slack.text import WORDS
from handlers.turns import Button
from tests.slack_world import ANNA, FORM, OPEN, FakeDesk, FakeIntake
from tests.standins import slack_events as ev
from tests.standins.slack import BOT_USER, SECRET

ELEMENT = blocks.button_element(Button("撤销", "undo:s1"), f"@{ANNA}", "b0")
EDIT = blocks.button_element(Button("改", "edit:s1"), f"@{ANNA}", "b0")
MENU = blocks.buttons([Button("a", f"pick:1:{n}") for n in range(7)], f"@{ANNA}", "x")[0]
MODAL = views.modal(FORM, f"@{ANNA}", {"channel": "D1"}, WORDS[True])
SAID = ev.said(ANNA, f"<@{BOT_USER}> *hi* <https://a.example|b>", channel=OPEN, files=[ev.file("a.png", "image/png")])
EXAMPLES: list[dict[str, Any]] = [
    ev.event(SAID),
    ev.message(ANNA, "hi", thread="1774000000.000001"),
    ev.mention(ANNA, f"<@{BOT_USER}> hi", OPEN),
    ev.edited(SAID, f"<@{BOT_USER}> ho"),
    ev.deleted(SAID),
    ev.home_opened(ANNA),
    ev.home_opened(ANNA, "messages", dotted=False),
    ev.assistant_started(ANNA, "1774000000.000001"),
    ev.slash(ANNA, "hi", trigger="1.1", response_url="https://h.example/x"),
    ev.tap(ANNA, ELEMENT, blocks=[blocks.section("x"), {"type": "divider"}]),
    ev.tap(ANNA, EDIT, home=True),
    ev.choose(ANNA, MENU["elements"][0], 2, MENU["block_id"]),
    ev.submission(ANNA, MODAL, {"amount": {"type": "plain_text_input", "value": "1"},
                                "people": {"type": "multi_static_select", "selected_options": [{"value": "c1"}]}}),
    {"type": "url_verification", "challenge": "x"},
]  # fmt: skip

anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
        st.sampled_from(["", "message", "U0ANNA", "1774000000.000001", "@U0ANNA", "\ud800", "a\x00b", "99999999999.9",
                         "1e400", "D1", "im", [], {}, 10**400]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


class Endpoint:
    """The routes in this process: hypothesis asks often, and a server would add nothing."""

    def __init__(self) -> None:
        self.intake = FakeIntake()
        desk = FakeDesk()
        desk.has = None  # no form: nothing is asked of Slack
        self.channel = SlackChannel("xoxb-1", SECRET, None, "http://127.0.0.1:9/api/", self.intake, desk)
        transport = httpx.ASGITransport(Starlette(routes=list(self.channel.routes())))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://canmou.test")
        self.runner = asyncio.Runner()

    def post(self, body: bytes, headers: dict[str, Any]) -> int:
        async def ask() -> int:
            return (await self.client.post("/slack/events", content=body, headers=headers)).status_code

        return self.runner.run(ask())

    def signed(self, body: bytes, kind: str) -> int:
        return self.post(body, ev.headers_for(body, kind))


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    yield endpoint
    endpoint.runner.run(endpoint.channel.stop())
    endpoint.runner.close()


def storable(message: Incoming) -> None:
    """What every database takes: JSON without NUL and halves of characters, a moment, no empty names."""
    whole = json.dumps([message.event_id, message.conversation_id, message.sender_id, message.text,
                        dict(message.payload)], ensure_ascii=False, allow_nan=False)  # fmt: skip
    whole.encode()
    assert "\\u0000" not in whole
    assert "\x00" not in whole
    assert message.event_id
    assert len(message.event_id) < 400
    assert message.sender_id
    assert message.sent_at.tzinfo is not None


def mutated(draw: st.DrawFn, value: Any, depth: int = 0) -> Any:
    """The same, with something else in one place."""
    if isinstance(value, dict) and value and draw(st.integers(0, 5)):
        name = draw(st.sampled_from(sorted(value)))
        if not draw(st.integers(0, 6)):
            return {other: kept for other, kept in value.items() if other != name}
        return {**value, name: mutated(draw, value[name], depth + 1)}
    if isinstance(value, list) and value and draw(st.integers(0, 5)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], mutated(draw, value[at], depth + 1), *value[at + 1 :]]
    return draw(anything)


@st.composite
def nearly_right(draw: st.DrawFn) -> dict[str, Any]:
    payload = draw(st.sampled_from(EXAMPLES))
    for _ in range(draw(st.integers(1, 3))):
        payload = mutated(draw, payload)
        if not isinstance(payload, dict):
            break
    return payload


FUZZ = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@FUZZ
@given(payload=nearly_right())
def test_a_payload_with_something_wrong_in_it(endpoint: Endpoint, payload: Any) -> None:
    before = len(endpoint.intake.accepted)
    if isinstance(payload, dict) and "command" in payload and "type" not in payload:
        text = urlencode({n: v if isinstance(v, str) else json.dumps(v) for n, v in payload.items()}, errors="replace")
        body, kind = text.encode(), "application/x-www-form-urlencoded"
    else:
        body, kind = json.dumps(payload).encode(), "application/json"
    status = endpoint.signed(body, kind)
    assert status in (200, 400), payload
    for message in endpoint.intake.accepted[before:]:
        storable(message)


@FUZZ
@given(payload=nearly_right())
def test_the_same_within_a_form(endpoint: Endpoint, payload: Any) -> None:
    body = urlencode({"payload": json.dumps(payload)}).encode()
    assert endpoint.signed(body, "application/x-www-form-urlencoded") in (200, 400)


def test_the_examples_themselves_are_understood(endpoint: Endpoint) -> None:
    endpoint.intake.forget()
    for payload in EXAMPLES:
        before = len(endpoint.intake.accepted)
        assert endpoint.signed(*ev.encoded(payload)) == 200
        kept = len(endpoint.intake.accepted) - before
        assert kept == 1 or payload.get("type") == "url_verification", payload


@FUZZ
@given(
    body=st.one_of(st.binary(max_size=300), st.builds(lambda x: json.dumps(x).encode(), anything)),
    kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "", "text/plain", "a/b;c=\xff"]),
)
def test_signed_bytes(endpoint: Endpoint, body: bytes, kind: str) -> None:
    headers = [(n.encode(), v.encode("latin-1")) for n, v in ev.headers_for(body, kind).items()]
    assert endpoint.post(body, headers) in (200, 400)  # type: ignore[arg-type]


header_values = st.one_of(
    st.binary(max_size=40).map(lambda b: b.replace(b"\r", b"").replace(b"\n", b"").strip()),
    st.sampled_from([b"v0=", b"v0=\xff", b"0", b"-1", b"1e9", b"9" * 30, "１７".encode(), b"nan"]),
)


@FUZZ
@given(
    body=st.binary(max_size=50),
    stamp=header_values,
    signature=header_values,
    more=st.dictionaries(
        st.sampled_from([b"X-Slack-Retry-Num", b"X-Slack-Bolt-Lazy-Only", b"Content-Type", b"Cookie"]), header_values
    ),
)
def test_any_headers(endpoint: Endpoint, body: bytes, stamp: bytes, signature: bytes, more: dict[bytes, bytes]) -> None:
    asked = endpoint.intake.asked
    headers = [(b"X-Slack-Request-Timestamp", stamp), (b"X-Slack-Signature", signature), *more.items()]
    assert endpoint.post(body, headers) in (400, 401)  # type: ignore[arg-type]
    assert endpoint.intake.asked == asked
