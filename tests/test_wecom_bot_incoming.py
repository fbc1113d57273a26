"""What WeCom pushes, as messages: the documented frames, and anything else that JSON can hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import Incoming, Kind
from bot.channels.wecom_bot.incoming import Dropped, Kicked, read, without_mention

NOW = datetime(2026, 3, 18, 10, 5, tzinfo=UTC)


def frame(body: dict[str, Any], cmd: str = "aibot_msg_callback") -> dict[str, Any]:
    head = {"msgid": "m-1", "aibotid": "b", "chattype": "single", "from": {"userid": "gu"}}
    return {"cmd": cmd, "headers": {"req_id": "r-1"}, "body": head | body}


def event(eventtype: str, **details: Any) -> dict[str, Any]:
    body = {"msgtype": "event", "event": {"eventtype": eventtype, **details}}
    return frame(body, "aibot_event_callback")


def incoming(pushed: dict[str, Any], bot_name: str | None = None) -> Incoming:
    found = read(pushed, "line-1", NOW, bot_name)
    assert isinstance(found, Incoming), found
    return found


def text(content: str, **more: Any) -> dict[str, Any]:
    return frame({"msgtype": "text", "text": {"content": content}, **more})


def test_a_text() -> None:
    found = incoming(text(" 拜访了云杉仪器 "))
    assert found == Incoming(
        "wecom-bot", "m-1", "@gu", "gu", "拜访了云杉仪器", NOW, Kind.TEXT,
        {"handle": {"what": "message", "req_id": "r-1", "line": "line-1", "at": NOW.timestamp()}, "group": False},
    )  # fmt: skip
    json.dumps(dict(found.payload))


def test_a_group_is_known_by_its_chat() -> None:
    found = incoming(text("@参谋 早", chattype="group", chatid="wrA"))
    assert (found.conversation_id, found.sender_id, found.payload["group"]) == ("wrA", "gu", True)
    # A private chat may name its chat, too.
    assert incoming(text("早", chatid="gu")).conversation_id == "@gu"


@pytest.mark.parametrize(
    ("said", "name", "meant"),
    [
        ("@参谋 拜访了云杉", None, "拜访了云杉"),
        ("@参谋\u2005拜访了云杉", None, "拜访了云杉"),
        ("@参谋，拜访了云杉", None, "拜访了云杉"),
        ("  @参谋 ", None, ""),
        ("拜访了云杉 @参谋", None, "拜访了云杉"),
        ("拜访了云杉。@参谋", None, "拜访了云杉。"),
        ("@参谋 @云杉仪器 明天去", None, "@云杉仪器 明天去"),
        ("@云杉仪器 明天去 @参谋", "参谋", "@云杉仪器 明天去"),
        ("@参谋 联系 @云杉仪器", None, "联系 @云杉仪器"),
        ("@参谋 发到 li@yunshan.example", None, "发到 li@yunshan.example"),
        ("发到 li@yunshan.example", None, "发到 li@yunshan.example"),
        ("发到 li@参谋", "参谋", "发到 li@参谋"),
        ("拜访了 @云杉仪器 的李工", "参谋", "拜访了 @云杉仪器 的李工"),
        ("@Sales Staff log a visit", "Sales Staff", "log a visit"),
        ("@参谋长 来了", "参谋", "@参谋长 来了"),
        ("没有提到谁", None, "没有提到谁"),
    ],
)
def test_the_call_to_the_bot_is_no_part_of_the_text(said: str, name: str | None, meant: str) -> None:
    assert without_mention(said, name) == meant


def test_a_private_chat_keeps_its_ats() -> None:
    assert incoming(text("@云杉仪器 明天去")).text == "@云杉仪器 明天去"


def test_a_group_that_only_calls() -> None:
    found = incoming(text("@参谋", chattype="group", chatid="wrA"))
    assert (found.kind, found.text, found.payload["handle"]["what"]) == (Kind.OPENED, "", "message")


def test_a_quoted_message_is_somebody_elses_words_and_not_kept() -> None:
    found = incoming(text("改成 85万", quote={"msgtype": "text", "text": {"content": "上周的报价"}}))
    assert found.text == "改成 85万"
    assert "上周的报价" not in str(found.payload)


def test_texts_and_images_mixed() -> None:
    def part(content: str) -> dict[str, Any]:
        return {"msgtype": "text", "text": {"content": content}}

    image = {"msgtype": "image", "image": {"url": "u", "aeskey": "k"}}
    found = incoming(frame({"msgtype": "mixed", "mixed": {"msg_item": [part("第一"), image, part("第二")]}}))
    assert (found.kind, found.text, found.payload["media"]) == (Kind.TEXT, "第一\n第二", "image")
    found = incoming(frame({"msgtype": "mixed", "mixed": {"msg_item": [image, image]}}))
    assert (found.kind, found.text, found.payload["media"]) == (Kind.MEDIA, "", "image")
    assert "aeskey" not in json.dumps(dict(found.payload))
    group = {
        "msgtype": "mixed",
        "chattype": "group",
        "chatid": "wrA",
        "mixed": {"msg_item": [part("@参谋 名片"), image]},
    }
    assert incoming(frame(group)).text == "名片"


@pytest.mark.parametrize(
    ("kind", "media"), [("image", "image"), ("file", "file"), ("video", "video"), ("invented_later", "file")]
)
def test_media(kind: str, media: str) -> None:
    found = incoming(frame({"msgtype": kind, kind: {"url": "https://x", "aeskey": "k"}}))
    assert (found.kind, found.text, found.payload["media"]) == (Kind.MEDIA, "", media)


def test_a_voice() -> None:
    found = incoming(frame({"msgtype": "voice", "voice": {"content": "拜访了云杉"}}))
    assert (found.kind, found.text, found.payload["media"]) == (Kind.TEXT, "拜访了云杉", "voice")
    assert incoming(frame({"msgtype": "voice", "voice": {"content": ""}})).kind == Kind.MEDIA


def test_an_opened_chat() -> None:
    found = incoming(event("enter_chat"))
    assert (found.kind, found.event_id, found.payload["handle"]["what"]) == (Kind.OPENED, "m-1", "enter")


def test_a_tap_and_its_flat_form() -> None:
    card = {"card_type": "button_interaction", "event_key": '["undo:7","撤销"]', "task_id": "reply-1"}
    for form in ({"template_card_event": card}, card):
        found = incoming(event("template_card_event", **form))
        assert (found.kind, found.text, found.payload["action"]) == (Kind.TAP, "撤销", "undo:7")
        assert (found.payload["handle"]["what"], found.payload["handle"]["task_id"]) == ("tap", "reply-1")
    assert incoming(event("template_card_event", event_key="plain", task_id="t")).payload["action"] == "plain"


def test_events_without_an_id_get_one_that_stays() -> None:
    def tap(key: str) -> dict[str, Any]:
        made = event("template_card_event", template_card_event={"event_key": key, "task_id": "t"})
        del made["body"]["msgid"]
        made["body"]["create_time"] = 1_700_000_000
        return made

    assert incoming(tap("a")).event_id == incoming(tap("a")).event_id
    assert incoming(tap("a")).event_id != incoming(tap("b")).event_id
    message = text("早")
    del message["body"]["msgid"]
    assert incoming(message).event_id == "req:r-1"


def test_what_is_for_nobody() -> None:
    assert isinstance(read(event("disconnected_event"), "l", NOW), Kicked)
    assert isinstance(read(event("feedback_event", feedback_event={"id": "f"}), "l", NOW), Dropped)
    assert isinstance(read(event("auth_change_event"), "l", NOW), Dropped)
    settled = {"event_key": '["canmou:settled"]', "task_id": "t"}
    assert isinstance(read(event("template_card_event", template_card_event=settled), "l", NOW), Dropped)


def test_times() -> None:
    """Seconds would make two messages of one second equal: ours are used, unless WeCom's is much older."""
    old = NOW - timedelta(hours=1)
    assert incoming(text("早", create_time=int(old.timestamp()))).sent_at == old
    for unusable in (int(NOW.timestamp()), int(NOW.timestamp()) + 10**6, 0, -5, "1700000000", 1e300, None, True):
        assert incoming(text("早", create_time=unusable)).sent_at == NOW


def test_what_no_database_takes_is_cleaned_or_dropped() -> None:
    assert incoming(text("云\x00杉\ud800")).text == "云杉?"
    for part in ({"msgid": "m\x00"}, {"from": {"userid": "g\ud800"}}, {"from": {"userid": " "}}):
        found = read(text("早", **part), "l", NOW)
        assert isinstance(found, Dropped) or "msgid" in part
    assert incoming(text("早", msgid="m\x00")).event_id == "req:r-1"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
KEYS = [
    "msgid", "chatid", "chattype", "from", "userid", "msgtype", "text", "content", "mixed", "msg_item", "voice",
    "quote", "event", "eventtype", "template_card_event", "event_key", "task_id", "create_time", "headers", "req_id",
]  # fmt: skip
WORDS = [
    "text", "mixed", "voice", "image", "event", "group", "single", "enter_chat", "template_card_event",
    "disconnected_event", "@参谋 早", "\x00", "\ud800", '["a","b"]', "[[[",
]  # fmt: skip
LIKELY = st.recursive(
    JSON | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=30,
)
FRAMES = st.fixed_dictionaries(
    {"cmd": st.sampled_from(["aibot_msg_callback", "aibot_event_callback"]) | JSON},
    optional={"headers": LIKELY, "body": LIKELY},
)


@settings(max_examples=400, deadline=None)
@given(FRAMES, st.none() | st.text(min_size=1, max_size=5))
def test_no_frame_raises_and_all_that_is_taken_can_be_stored(frame: dict[str, Any], name: str | None) -> None:
    found = read(frame, "line-1", NOW, name)
    if isinstance(found, Incoming):
        assert found.event_id
        assert found.sender_id
        for stored in (found.event_id, found.conversation_id, found.sender_id, found.text):
            assert "\x00" not in stored
            stored.encode()
        json.dumps(dict(found.payload), ensure_ascii=False).encode()
        assert "\x00" not in json.dumps(dict(found.payload), ensure_ascii=False)


PARTS = st.sampled_from([None, 5, "x", [], {}, [5], {"content": 5}, {"msg_item": {}}, {"msg_item": [1]}, "\x00"])
NAMES = ["msgid", "chatid", "chattype", "from", "msgtype", "text", "event", "create_time", "quote", "mixed"]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["text", "mixed", "voice", "event"]), st.dictionaries(st.sampled_from(NAMES), PARTS), st.booleans()
)
def test_a_good_frame_with_some_parts_broken(kind: str, broken: dict[str, Any], is_event: bool) -> None:
    whole = {
        "msgtype": kind, "text": {"content": "早"}, "voice": {"content": "早"}, "mixed": {"msg_item": []},
        "event": {"eventtype": "template_card_event", "template_card_event": {"event_key": "a", "task_id": "t"}},
    }  # fmt: skip
    read(frame(whole | broken, "aibot_event_callback" if is_event else "aibot_msg_callback"), "line-1", NOW)
