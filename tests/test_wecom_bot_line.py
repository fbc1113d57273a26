"""The long connection of the WeCom bot: kept open, mended, left alone; and each trap of the SDK that was found."""

from __future__ import annotations

import asyncio
import logging
import socket
import time

import pytest
from aibot import WsConnectionManager

from bot.channels.base import Misconfigured, Unreachable
from bot.channels.wecom_bot import WeComBotChannel
from bot.channels.wecom_bot.connection import Connection
from bot.channels.wecom_bot.line import Patience
from bot.channels.wecom_bot.pace import Pace
from bot.channels.wecom_bot.working import Working
from tests.standins.wecom_bot import WeComBotServer
from tests.standins.wecom_bot_world import QUICK, FakeIntake, bot, eventually, heard, say


@pytest.fixture
def server():
    with WeComBotServer() as server:
        yield server


async def test_making_one_connects_to_nothing_and_start_returns_at_once(server):
    channel = WeComBotChannel("bot-1", "secret-of-bot-1", server.url, FakeIntake())
    assert channel.state == "off"
    assert server.subscribed == 0
    server.orders.refuses = True
    async with asyncio.timeout(1):
        await channel.start()
    assert channel.state == "connecting"
    await channel.stop()
    assert channel.state == "off"


async def test_connected_and_off(server):
    async with bot(server) as (channel, _):
        assert channel.state == "connected"
        assert server.of("aibot_subscribe")[0].errcode == 0
    assert channel.state == "off"
    await eventually(lambda: not server.active)


@pytest.mark.parametrize("how", ["drop", "close", "going_away"])
async def test_a_connection_that_ends_is_opened_again(server, how):
    """The SDK never comes back after a clean good-bye."""
    async with bot(server) as (channel, intake):
        server.text("gu", "第一条")
        await heard(intake)
        if how == "drop":
            server.drop()
        else:
            server.close(1000 if how == "close" else 1001)
        await eventually(lambda: server.subscribed == 2 and channel.state == "connected")
        server.text("gu", "第二条")
        assert (await heard(intake, 2)).text == "第二条"


async def test_it_is_tried_for_ever(server):
    server.orders.refuses = True
    channel = WeComBotChannel("bot-1", "secret-of-bot-1", server.url, FakeIntake(), patience=QUICK)
    await channel.start()
    await asyncio.sleep(0.3)  # many tries; more than this test needs is no harm
    assert channel.state == "connecting"
    server.orders.refuses = False
    await eventually(lambda: channel.state == "connected")
    await channel.stop()


async def test_no_server_at_all():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        channel = WeComBotChannel("b", "s", f"ws://127.0.0.1:{taken.getsockname()[1]}", FakeIntake(), patience=QUICK)
        await channel.start()
        with pytest.raises(Unreachable, match="connecting"):
            await channel.deliver(say(None, "提醒", to="@gu"))
        await channel.stop()


async def test_a_wrong_secret_is_told_and_not_hammered(server, caplog):
    with caplog.at_level(logging.DEBUG):
        slow = Patience(first=0.01, most=0.01, refused=60)
        async with bot(server, secret="wrong-secret", patience=slow) as (channel, _):
            assert channel.state.startswith("refused: 853000")
            with pytest.raises(Misconfigured) as caught:
                await channel.deliver(say(None, "提醒", to="@gu"))
            assert caught.value.setting == "CANMOU_WECOM_BOT_SECRET"
            await asyncio.sleep(0.2)
            assert len(server.of("aibot_subscribe")) == 1
    assert "CANMOU_WECOM_BOT_SECRET" in caplog.text
    assert not [line for line in logged(caplog) if "wrong-secret" in line]


async def test_a_secret_that_is_mended_on_the_other_side(server):
    async with bot(server, secret="new-secret") as (channel, _):
        assert channel.state.startswith("refused")
        server.secret = "new-secret"
        await eventually(lambda: channel.state == "connected")


async def test_a_login_that_is_put_off_is_tried_again(server):
    server.fail("aibot_subscribe", 45009, "api freq out of limit")
    async with bot(server) as (channel, _):
        await eventually(lambda: channel.state == "connected")
        assert [sent.errcode for sent in server.of("aibot_subscribe")] == [45009, 0]


async def test_a_login_that_is_never_answered_is_given_up(server):
    server.orders.loses["aibot_subscribe"] = 1
    patience = Patience(first=0.02, most=0.1, login=0.2)
    async with bot(server, patience=patience) as (channel, _):
        await eventually(lambda: channel.state == "connected")
        assert len(server.of("aibot_subscribe")) == 2


async def test_who_is_kicked_does_not_fight(server, caplog):
    with caplog.at_level(logging.INFO):
        patience = Patience(first=0.02, kicked=1.0)
        async with bot(server, patience=patience) as (first, _), bot(server) as (second, _):
            await eventually(lambda: first.state == "kicked")
            assert second.state == "connected"
            assert server.subscribed == 2
            with pytest.raises(Unreachable, match="kicked"):
                await first.deliver(say(None, "提醒", to="@gu"))
            # The stand-in left the old connection open, as WeCom does for minutes: we closed it ourselves.
            await eventually(lambda: len(server._open) == 1)
            await second.stop()
            await eventually(lambda: first.state == "connected")
            assert server.subscribed == 3
    assert caplog.text.count("another connection of this bot took over") == 1


async def test_two_bots_do_not_kick_each_other_in_turns(server):
    slow = Patience(first=0.02, most=0.1, kicked=60)
    async with bot(server, patience=slow) as (first, _), bot(server, patience=slow) as (second, _):
        await eventually(lambda: first.state == "kicked")
        await asyncio.sleep(0.3)
        assert (first.state, second.state, server.subscribed) == ("kicked", "connected", 2)


async def test_a_line_that_is_dead_without_a_word_is_noticed(server):
    """No heartbeat comes back, and nobody closes. The SDK cancels its own closing there."""
    async with bot(server, heartbeat=0.05) as (channel, _):
        await eventually(lambda: server.of("ping"))
        server.freeze()
        await eventually(lambda: server.subscribed == 2)
        await eventually(lambda: channel.state == "connected")


@pytest.mark.parametrize(
    "frame",
    [
        "no json", "[]", "null", "3", '"text"', "{}", '{"headers": null}', '{"headers": {"req_id": 5}}',
        '{"headers": {"req_id": "ping_x"}, "errcode": "none"}', '{"cmd": 7}', '{"cmd": ["aibot_msg_callback"]}',
        '{"cmd": "aibot_msg_callback"}', '{"cmd": "aibot_msg_callback", "headers": [], "body": "x"}',
        '{"cmd": "aibot_event_callback", "headers": {}, "body": {"msgtype": "event", "event": 5}}',
        b"\xff\xfe", "[" * 100_000, '{"cmd": "later_invented", "headers": {"req_id": "r"}, "body": {"a": 1}}',
        '{"headers": {"req_id": "aibot_subscribe_1"}, "errcode": 853000}',
    ],
)  # fmt: skip
async def test_no_frame_costs_the_connection(server, frame):
    async with bot(server) as (channel, intake):
        server.push_raw(frame)
        server.text("gu", "还在吗")
        assert (await heard(intake)).text == "还在吗"
        assert server.subscribed == 1
        assert channel.state == "connected"


async def test_no_text_is_logged(server, caplog):
    """The SDK logs messages and unknown frames as they are."""
    with caplog.at_level(logging.DEBUG):
        async with bot(server) as (channel, intake):
            server.text("gu", "机密甲")
            await heard(intake)
            server.push({"headers": {"req_id": "x"}, "body": {"content": "机密乙"}})
            server.push({"cmd": "aibot_msg_callback", "headers": {}, "body": {"text": {"content": "机密丙"}}})
            server.fail("aibot_respond_msg", 40008)
            message = await heard(intake)
            with pytest.raises(Exception, match="40008"):
                await channel.deliver(say(message, "机密丁"))
            server.drop()
            await eventually(lambda: server.subscribed == 2)
    assert "not for the inbox" in caplog.text
    assert not [line for line in logged(caplog) if "机密" in line or "\\u673a" in line or "secret-of-bot-1" in line]


# -- one connection: what the SDK's own manager does in the same places


async def test_the_sdk_itself_takes_no_plain_address(server):
    """Why `open` is ours: when this fails, the SDK was mended."""
    faults = []
    manager = WsConnectionManager(_Silent(), ws_url=server.url, max_reconnect_attempts=0)
    manager.on_error = faults.append
    await manager.connect()
    assert any("ssl" in str(fault) for fault in faults)
    assert server.subscribed == 0


async def test_a_late_acknowledgement_is_not_that_of_the_next_frame(server):
    connection, req_id = await asked(server, ack_timeout=1.0)
    server.orders.delays["aibot_respond_msg"].append(1.5)
    with pytest.raises(Unreachable):
        await connection.ask(req_id, "aibot_respond_msg", _stream("a", "一"))
    server.orders.mutes["aibot_respond_msg"] = 1
    with pytest.raises(Unreachable):  # would be taken for done, with the acknowledgement of the first
        await connection.ask(req_id, "aibot_respond_msg", _stream("a", "二"))
    await connection.close()


async def test_an_acknowledgement_that_never_comes_blocks_nothing_for_long(server):
    connection, req_id = await asked(server, ack_timeout=0.3)
    server.orders.mutes["aibot_respond_msg"] = 1
    results = []
    for _ in range(3):
        try:
            await connection.ask(req_id, "aibot_respond_msg", _stream("a", "答"))
            results.append("said")
        except Unreachable:
            results.append("unsure")
    assert results == ["unsure", "unsure", "said"]
    assert [(shown.text, shown.finished) for shown in server.seen("gu")] == [("答", True)]
    await connection.close()


async def test_a_fault_of_ours_costs_one_frame(server):
    taken = []

    def stumble(_: Connection, frame: object) -> None:
        taken.append(frame)
        raise KeyError("ours")

    connection = Connection(server.url, "bot-1", "secret-of-bot-1", stumble)
    await connection.open()
    server.text("gu", "一")
    server.text("gu", "二")
    await eventually(lambda: len(taken) == 2)
    assert not connection.closed.is_set()
    await connection.close()


async def test_who_waits_for_an_acknowledgement_is_told_of_the_end(server):
    connection, req_id = await asked(server, ack_timeout=60)
    server.orders.mutes["aibot_respond_msg"] = 1
    waiting = asyncio.create_task(connection.ask(req_id, "aibot_respond_msg", _stream("a", "答")))
    await eventually(lambda: server.of("aibot_respond_msg"))
    server.drop()
    async with asyncio.timeout(5):
        with pytest.raises(Unreachable):
            await waiting
    await connection.close()


async def asked(server: WeComBotServer, ack_timeout: float) -> tuple[Connection, str]:
    """A connection on which a person asked something."""
    frames: list[object] = []
    connection = Connection(
        server.url, "bot-1", "secret-of-bot-1", lambda _, frame: frames.append(frame), ack_timeout=ack_timeout
    )
    await connection.open()
    req_id = server.text("gu", "问")
    await eventually(lambda: frames)
    return connection, req_id


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """All but what the stand-in itself logs; what makes the wire's lines whole is their arguments."""
    return [f"{r.getMessage()} {r.args}" for r in caplog.records if not r.name.startswith("websockets.server")]


def _stream(stream_id: str, text: str) -> dict[str, object]:
    return {"msgtype": "stream", "stream": {"id": stream_id, "finish": True, "content": text}}


class _Silent:
    def debug(self, message: str, *args: object) -> None: ...

    info = warn = error = debug


async def test_a_working_that_nobody_answers_is_ended(server):
    """It would turn for ever, and WeCom takes no change after 6 minutes."""
    connection, req_id = await asked(server, ack_timeout=5)
    working = Working(0.0, Pace(time.time), longest=0.05)
    working.begin(connection, req_id, "gu")
    (shown,) = await eventually(lambda: [shown for shown in server.seen("gu") if shown.finished])
    assert shown.text == "…"
    assert working.claim(req_id, "reply:1") is None
    await connection.close()


async def test_a_secure_address_is_verified():
    """Only that it is tried with TLS, against a server that speaks none."""
    with WeComBotServer() as server:
        connection = Connection(server.url.replace("ws:", "wss:"), "bot-1", "secret-of-bot-1", lambda *_: None)
        with pytest.raises(OSError):  # noqa: PT011 - reset or refused by TLS, as it comes
            await connection.open(5)
        await connection.close()
        assert server.subscribed == 0
