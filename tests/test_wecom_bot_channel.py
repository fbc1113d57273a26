"""The WeCom bot end to end, over a real WebSocket: messages in, answers out, what goes wrong on the way."""

from __future__ import annotations

import asyncio
import json
import logging
import sys

import pytest

from bot.channels.base import Kind, RateLimited, Refused, Unreachable
from bot.channels.wecom_bot import WeComBotChannel
from bot.channels.wecom_bot.pace import AN_HOUR, HOUR, MINUTE, Pace
from handlers.outgoing import Picture, Settle, ShowHome, Suggest
from handlers.turns import Button, Home, Reply
from tests.standins.wecom_bot import WeComBotServer
from tests.standins.wecom_bot_world import QUICK, FakeIntake, bot, eventually, heard, put, say

BUTTONS = (Button("改", "edit:7"), Button("撤销", "undo:7"))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(700_000)


@pytest.fixture
def server():
    with WeComBotServer() as server:
        yield server


def texts(server: WeComBotServer, chat: str) -> list[str]:
    return [shown.text for shown in server.seen(chat)]


# -- in


async def test_a_message_is_accepted_and_answered(server):
    async with bot(server) as (channel, intake):
        assert (channel.name, channel.identities, tuple(channel.routes())) == ("wecom-bot", "wecom", ())
        server.text("gu", "今天去了云杉仪器", msgid="m-1")
        message = await heard(intake)
        assert (message.channel, message.event_id, message.conversation_id, message.sender_id) == (
            "wecom-bot", "m-1", "@gu", "gu"
        )  # fmt: skip
        assert (message.kind, message.text, message.payload["group"]) == (Kind.TEXT, "今天去了云杉仪器", False)
        assert await channel.deliver(say(message, "✅ 云杉仪器 · 拜访")) is None
        (shown,) = server.seen("gu")
        assert (shown.kind, shown.text, shown.finished) == ("stream", "✅ 云杉仪器 · 拜访", True)
        assert await channel.profile("gu") is None
        assert await channel.members("wr1") is None


async def test_accepting_is_tried_until_it_works(server, caplog):
    """Nobody sends it again."""
    async with bot(server, FakeIntake(fails=3)) as (_, intake):
        server.text("gu", "要紧的话", msgid="m-1")
        assert (await heard(intake)).text == "要紧的话"
    assert "m-1" in caplog.text
    assert "要紧的话" not in caplog.text
    assert "disk full" not in caplog.text


async def test_a_message_that_can_never_be_committed_is_reported(server, caplog):
    async with bot(server, FakeIntake(fails=10**6), accept_for=0.0) as (_, intake):
        server.text("gu", "话", msgid="m-lost")
        await eventually(lambda: "m-lost is lost" in caplog.text)
        assert not intake.accepted


async def test_stopping_waits_for_what_has_arrived(server):
    async with bot(server, FakeIntake(fails=2)) as (channel, intake):
        server.text("gu", "话")
        await eventually(lambda: intake.fails < 2)
        await channel.stop()
        assert len(intake.accepted) == 1


async def test_what_waits_is_bounded(server, caplog):
    """While nothing can be committed."""
    intake = FakeIntake(fails=10**6)
    async with bot(server, intake) as (channel, _):
        for number in range(2002):
            server.text("gu", "话", msgid=f"m-{number}")
        await eventually(lambda: "m-2001 is lost" in caplog.text)
        intake.fails = 0
        await heard(intake, 2000)
        assert "m-1999" not in {line.split()[1] for line in caplog.messages if "is lost" in line}
        assert channel.state == "connected"


async def test_messages_of_one_person_keep_their_order(server):
    async with bot(server) as (_, intake):
        for number in range(50):
            server.text("gu", f"第{number}条")
        await heard(intake, 50)
        assert [message.text for message in intake.accepted] == [f"第{number}条" for number in range(50)]
        times = [message.sent_at for message in intake.accepted]
        assert times == sorted(times)


# -- out: answers


async def test_the_same_answer_again_replaces_itself(server):
    """An acknowledgement that came too late: the answer is sent again, and stands there once."""
    async with bot(server, ack_timeout=0.2) as (channel, intake):
        server.text("gu", "问")
        message = await heard(intake)
        server.orders.mutes["aibot_respond_msg"] = 1
        with pytest.raises(Unreachable, match="no acknowledgement"):
            await channel.deliver(say(message, "答", key="reply:9"))
        for attempt in range(2, 6):
            try:
                await channel.deliver(say(message, "答", key="reply:9", attempt=attempt))
                break
            except Unreachable:
                pass
        assert texts(server, "gu") == ["答"]
        assert {sent.body["stream"]["id"] for sent in server.said()} == {"canmou:reply:9"}


async def test_two_answers_to_one_message_are_two(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        message = await heard(intake)
        await channel.deliver(say(message, "一", key="reply:1"))
        await channel.deliver(say(message, "二", key="reply:2"))
        assert texts(server, "gu") == ["一", "二"]


async def test_slow_acknowledgements_hold_nobody_else_up(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        server.text("shen", "问")
        slow, quick = await heard(intake), await heard(intake, 2)
        server.orders.delays["aibot_respond_msg"].append(4)
        first = asyncio.create_task(channel.deliver(say(slow, "慢", key="reply:1")))
        await eventually(lambda: server.said())
        await channel.deliver(say(quick, "快", key="reply:2"))
        assert not first.done()
        first.cancel()
        assert (texts(server, "gu"), texts(server, "shen")) == (["慢"], ["快"])


async def test_a_long_answer_is_sent_in_pages_that_keep_the_size(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        message = await heard(intake)
        lines = tuple(f"{number}. 云杉仪器*_[点这里](http://x)_* 报价" for number in range(1200))
        pages = channel.pages(Reply(lines))
        assert len(pages) > 1
        for number, page in enumerate(pages):
            await channel.deliver(say(message, *page.lines, key=f"reply:1:{number}"))
        said = "\n".join(texts(server, "gu"))
        assert said.replace("\\", "") == "\n".join(lines)
        assert all(sent.errcode == 0 for sent in server.said())


async def test_an_answer_after_the_window_is_a_message_of_its_own(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        message = await heard(intake)
        message.payload["handle"]["at"] -= 24 * 3600
        await channel.deliver(say(message, "迟到的*答*", key="reply:9"))
        (sent,) = server.said()
        assert (sent.cmd, sent.req_id) == ("aibot_send_msg", "canmou:reply:9")
        assert sent.body == {
            "chatid": "gu", "chat_type": 1, "msgtype": "markdown", "markdown": {"content": "迟到的\\*答\\*"}
        }  # fmt: skip


async def test_an_answer_after_a_new_connection_is_a_message_of_its_own(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        message = await heard(intake)
        server.drop()
        await eventually(lambda: server.subscribed == 2 and channel.state == "connected")
        await channel.deliver(say(message, "答"))
        assert [sent.cmd for sent in server.said()] == ["aibot_send_msg"]
        assert texts(server, "gu") == ["答"]


@pytest.mark.parametrize("code", [846605, 846608])
async def test_a_req_id_that_wecom_takes_no_more(server, code):
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        message = await heard(intake)
        server.fail("aibot_respond_msg", code)
        await channel.deliver(say(message, "答"))
        assert texts(server, "gu") == ["答"]


async def test_between_two_connections_nothing_goes(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        message = await heard(intake)
        server.orders.refuses = True
        server.drop()
        await eventually(lambda: channel.state == "connecting")
        with pytest.raises(Unreachable):
            await channel.deliver(say(message, "答"))


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (846607, RateLimited), (45009, RateLimited), (40008, Refused), (93006, Refused), (-1, Unreachable),
        (999999, Unreachable),
    ],
)  # fmt: skip
async def test_errors_of_wecom(server, code, fault):
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        message = await heard(intake)
        server.fail("aibot_respond_msg", code, "words of WeCom, hint: [1]")
        with pytest.raises(fault) as caught:
            await channel.deliver(say(message, "答"))
        assert caught.value.reason == f"{code} words of WeCom, hint: [1]"
        if fault is RateLimited:
            assert caught.value.whole == (code == 45009)
            assert caught.value.retry_after > 0


async def test_that_the_last_word_was_taken_before_is_no_error(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        message = await heard(intake)
        server.fail("aibot_respond_msg", 6000, "data version conflict")
        await channel.deliver(say(message, "答"))
        assert len(server.said()) == 1


# -- out: of our own accord


async def test_who_never_wrote_cannot_be_written_to(server):
    async with bot(server) as (channel, _):
        with pytest.raises(Refused, match="93006"):
            await channel.deliver(say(None, "提醒", to="@nobody"))


async def test_the_vendors_rate_is_never_exceeded(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        await heard(intake)
        for number in range(30):
            await channel.deliver(say(None, f"第{number}条", key=f"n:{number}", to="@gu"))
        with pytest.raises(RateLimited) as caught:
            await channel.deliver(say(None, "太多", key="n:30", to="@gu"))
        assert 0 < caught.value.retry_after <= 62
        assert not caught.value.whole
        assert all(sent.errcode == 0 for sent in server.said())
        server.text("shen", "问")
        await heard(intake, 2)
        await channel.deliver(say(None, "别人不受影响", key="n:31", to="@shen"))


# -- cards


async def test_a_card_is_tapped_and_settled(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "拜访了")
        message = await heard(intake)
        await channel.deliver(say(message, "✅ 云杉仪器 · 拜访", "待办 报价", buttons=BUTTONS, key="reply:1"))
        (shown,) = server.seen("gu")
        assert [button["text"] for button in shown.card["button_list"]] == ["改", "撤销"]
        server.tap("gu", shown.card, 1, msgid="tap-1")
        tap = await heard(intake, 2)
        assert (tap.kind, tap.text, tap.payload["action"]) == (Kind.TAP, "撤销", "undo:7")
        assert (tap.event_id, tap.conversation_id) == ("tap-1", "@gu")
        await channel.deliver(put(tap, Settle("撤销", tap.payload["handle"]), key="settle:1"))
        (settled,) = server.seen("gu")
        assert settled.card["main_title"] == shown.card["main_title"]
        assert settled.card["sub_title_text"] == "待办 报价"
        assert [button["text"] for button in settled.card["button_list"]] == ["✓ 撤销"]
        # A tap's req_id takes no answer: the words come as a message of their own.
        await channel.deliver(say(tap, "已撤销", key="reply:2"))
        assert [sent.cmd for sent in server.said()] == [
            "aibot_respond_msg", "aibot_respond_update_msg", "aibot_send_msg"
        ]  # fmt: skip
        assert all(sent.errcode == 0 for sent in server.said())
        # The used-up button does nothing.
        server.tap("gu", settled.card, 0)
        server.text("gu", "然后")
        assert (await heard(intake, 3)).text == "然后"


async def test_a_card_is_not_settled_too_late_or_on_another_connection(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "拜访了")
        message = await heard(intake)
        await channel.deliver(say(message, "✅ 拜访", buttons=BUTTONS))
        server.tap("gu", server.seen("gu")[0].card)
        tap = await heard(intake, 2)
        late = dict(tap.payload["handle"], at=tap.payload["handle"]["at"] - 5)
        elsewhere = dict(tap.payload["handle"], line="another")
        for handle in (late, elsewhere, {}):
            assert await channel.deliver(put(tap, Settle("改", handle))) is None
        assert not server.of("aibot_respond_update_msg")
        server.fail("aibot_respond_update_msg", 846605)
        assert await channel.deliver(put(tap, Settle("改", tap.payload["handle"]))) is None


async def test_a_card_with_much_text_is_two_messages(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "西南区怎么样")
        message = await heard(intake)
        lines = ("西线 Q1：达成 62%", *(f"第{number}行，这里有不少字，一张卡片放不下的" for number in range(20)))
        pages = channel.pages(Reply(lines, BUTTONS))
        for number, page in enumerate(pages):
            await channel.deliver(say(message, *page.lines, buttons=page.buttons, key=f"reply:1:{number}"))
        assert [shown.kind for shown in server.seen("gu")] == ["stream", "template_card"]
        assert texts(server, "gu")[0] == "\n".join(lines)


async def test_the_second_part_that_failed_does_not_repeat_the_first(server):
    """A reply that nobody parted into pages."""
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        await heard(intake)
        lines = tuple(f"第{number}行，这里有不少字，一张卡片放不下的" for number in range(20))
        server.fail("aibot_send_msg", -1, "system busy", after=1)
        with pytest.raises(Unreachable):
            await channel.deliver(say(None, *lines, buttons=BUTTONS, to="@gu"))
        await channel.deliver(say(None, *lines, buttons=BUTTONS, to="@gu", attempt=2))
        assert [shown.kind for shown in server.seen("gu")] == ["markdown", "template_card"]


async def test_a_card_that_is_sent_again_is_taken_again(server):
    """WeCom does not take one task twice: the card would be lost if its first sending failed half-way."""
    async with bot(server, ack_timeout=0.2) as (channel, intake):
        server.text("gu", "问")
        await heard(intake)
        server.orders.mutes["aibot_send_msg"] = 1
        with pytest.raises(Unreachable):
            await channel.deliver(say(None, "✅ 拜访", buttons=BUTTONS, to="@gu"))
        for attempt in range(2, 6):
            try:
                await channel.deliver(say(None, "✅ 拜访", buttons=BUTTONS, to="@gu", attempt=attempt))
                break
            except Unreachable:
                pass
        assert server.said()[-1].errcode == 0


# -- groups


async def test_in_a_group_choices_are_in_words(server):
    """Cards go to private chats only."""
    async with bot(server) as (channel, intake):
        server.text("gu", "@参谋 拜访了云杉仪器", chatid="wrGroup")
        message = await heard(intake)
        assert (message.conversation_id, message.sender_id, message.text) == ("wrGroup", "gu", "拜访了云杉仪器")
        assert message.payload["group"] is True
        await channel.deliver(say(message, "❓ 哪位王总", buttons=BUTTONS))
        assert texts(server, "wrGroup") == ["❓ 哪位王总\n1 改\n2 撤销\n直接回序号"]
        await channel.deliver(say(None, "早会", key="n:1", to="wrGroup"))
        assert server.said()[-1].body["chat_type"] == 2


async def test_what_one_alone_may_see_goes_to_that_one(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "先打过招呼")
        server.text("gu", "@参谋 我的回款", chatid="wrGroup")
        message = await heard(intake, 2)
        await channel.deliver(say(message, "你的回款 12万", buttons=BUTTONS, only_to="gu"))
        assert texts(server, "wrGroup") == []
        assert [shown.kind for shown in server.seen("gu")] == ["template_card"]
        await channel.deliver(say(None, "只给你：回款 12万", key="n:1", to="wrGroup", only_to="gu"))
        assert texts(server, "wrGroup") == []
        assert texts(server, "gu")[-1] == "只给你：回款 12万"


# -- opened chats


async def test_a_welcome(server):
    async with bot(server) as (channel, intake):
        server.event("enter_chat", "gu")
        opened = await heard(intake)
        assert (opened.kind, opened.conversation_id, opened.text) == (Kind.OPENED, "@gu", "")
        await channel.deliver(say(opened, "我是参谋。", "说说*今天*的拜访"))
        (sent,) = server.said()
        assert (sent.cmd, sent.errcode) == ("aibot_respond_welcome_msg", 0)
        assert sent.body == {"msgtype": "text", "text": {"content": "我是参谋。\n说说*今天*的拜访"}}


async def test_a_welcome_that_comes_too_late(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "以前写过")
        server.event("enter_chat", "gu")
        opened = await heard(intake, 2)
        opened.payload["handle"]["at"] -= 5
        await channel.deliver(say(opened, "我是参谋。"))
        assert [sent.cmd for sent in server.said()] == ["aibot_send_msg"]
        opened.payload["handle"]["at"] += 5
        server.fail("aibot_respond_welcome_msg", 846605)
        await channel.deliver(say(opened, "还是我。", key="reply:2"))
        assert texts(server, "gu") == ["我是参谋。", "还是我。"]


async def test_who_never_wrote_gets_no_second_page_of_a_welcome(server):
    async with bot(server) as (channel, intake):
        server.event("enter_chat", "gu")
        opened = await heard(intake)
        await channel.deliver(say(opened, "我是参谋。", key="reply:1"))
        with pytest.raises(Refused, match="93006"):
            await channel.deliver(say(opened, "第二页", key="reply:2"))


# -- while it takes a moment


async def test_working_is_shown_and_replaced(server):
    async with bot(server, working_after=0.02) as (channel, intake):
        server.text("gu", "问")
        message = await heard(intake)
        (shown,) = await eventually(lambda: server.seen("gu"))
        assert (shown.text, shown.finished) == ("…", False)
        await channel.deliver(say(message, "答"))
        (shown,) = server.seen("gu")
        assert (shown.text, shown.finished) == ("答", True)
        await channel.deliver(say(message, "还有", key="reply:2"))
        await channel.deliver(say(message, "答", attempt=2))
        assert texts(server, "gu") == ["答", "还有"]


async def test_a_quick_answer_shows_no_working(server):
    async with bot(server, working_after=2.0) as (channel, intake):
        server.text("gu", "问")
        await channel.deliver(say(await heard(intake), "答"))
        await asyncio.sleep(2.2)
        assert [sent.body["stream"]["content"] for sent in server.said()] == ["答"]


@pytest.mark.parametrize("trouble", ["fails", "muted", "lost"])
async def test_trouble_with_working_costs_no_answer(server, trouble):
    async with bot(server, working_after=0.01, ack_timeout=0.3) as (channel, intake):
        if trouble == "fails":
            server.fail("aibot_respond_msg", 846607)
        else:
            (server.orders.mutes if trouble == "muted" else server.orders.loses)["aibot_respond_msg"] = 1
        server.text("gu", "问")
        message = await heard(intake)
        await eventually(lambda: server.said())
        for attempt in range(1, 5):
            try:
                await channel.deliver(say(message, "答", attempt=attempt))
                break
            except Unreachable:
                pass
        (shown,) = server.seen("gu")
        assert (shown.text, shown.finished) == ("答", True)


async def test_working_is_ended_before_a_card(server):
    async with bot(server, working_after=0.01) as (channel, intake):
        server.text("gu", "拜访了")
        message = await heard(intake)
        await eventually(lambda: server.seen("gu"))
        await channel.deliver(say(message, "✅ 拜访", "待办 报价", buttons=BUTTONS))
        above, card = server.seen("gu")
        assert (above.text, above.finished, card.kind) == ("✅ 拜访", True, "template_card")


async def test_working_in_a_group_ends_where_the_answer_is_private(server):
    async with bot(server, working_after=0.01) as (channel, intake):
        server.text("gu", "先打过招呼")
        await channel.deliver(say(await heard(intake), "好", key="reply:0"))
        server.text("gu", "@参谋 我的回款", chatid="wrGroup")
        message = await heard(intake, 2)
        await eventually(lambda: server.seen("wrGroup"))
        await channel.deliver(say(message, "回款 12万", only_to="gu"))
        (shown,) = server.seen("wrGroup")
        assert (shown.text, shown.finished) == ("✉", True)
        assert texts(server, "gu")[-1] == "回款 12万"


async def test_a_message_that_comes_twice_shows_working_once(server):
    async with bot(server, working_after=0.01) as (channel, intake):
        server.text("gu", "问", msgid="m-1")
        message = await heard(intake)
        await eventually(lambda: server.seen("gu"))
        await channel.deliver(say(message, "答"))
        server.text("gu", "问", msgid="m-1")
        server.text("shen", "别的")
        await eventually(lambda: server.seen("shen"))
        assert texts(server, "gu") == ["答"]


# -- the rest


async def test_a_picture(server):
    async with bot(server, pictures=lambda picture_id: ("image/png", PNG)) as (channel, intake):
        server.text("gu", "画出来")
        message = await heard(intake)
        handle = message.payload["handle"]
        await channel.deliver(put(message, Picture("pic-1", "q1.png", "Q1 达成", handle), key="pic:1"))
        (shown,) = server.seen("gu")
        assert shown.media == PNG
        await channel.deliver(put(message, Picture("pic-1", "q1.png", "Q1 达成"), key="pic:2"))
        assert [shown.media == PNG for shown in server.seen("gu")] == [True, True]
        assert len(server.of("aibot_upload_media_chunk")) == 4


@pytest.mark.parametrize(
    "found", [("image/svg+xml", PNG), ("image/png", bytes(2 * 1024 * 1024 + 1)), ("image/png", b"")]
)
async def test_a_picture_that_wecom_does_not_show(server, found):
    async with bot(server, pictures=lambda picture_id: found) as (channel, intake):
        server.text("gu", "画出来")
        message = await heard(intake)
        with pytest.raises(Refused, match="picture"):
            await channel.deliver(put(message, Picture("pic-1", "q1.png", "Q1 达成", message.payload["handle"])))


async def test_a_picture_that_is_gone_is_told_in_words(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "画出来")
        message = await heard(intake)
        await channel.deliver(put(message, Picture("pic-1", "q1.png", "Q1 达成 62%", message.payload["handle"])))
        assert texts(server, "gu") == ["Q1 达成 62%"]


async def test_what_a_bot_has_no_place_for(server):
    async with bot(server) as (channel, intake):
        server.text("gu", "问")
        message = await heard(intake)
        with pytest.raises(Refused):
            await channel.deliver(put(message, ShowHome(Home("我", ()))))
        assert await channel.deliver(put(message, Suggest((("今天", "今天有什么"),)))) is None
        assert not server.said()


async def test_other_media(server, caplog):
    with caplog.at_level(logging.INFO):
        async with bot(server) as (_, intake):
            server.message("gu", "voice", {"content": "今天去了云杉"})
            server.message("gu", "image", {"url": "https://x/1", "aeskey": "K"})
            parts = [
                {"msgtype": "text", "text": {"content": "名片"}}, {"msgtype": "image", "image": {"url": "https://x/2"}}
            ]  # fmt: skip
            server.message("gu", "mixed", {"msg_item": parts})
            server.event("feedback_event", "gu", id="f", type=1)
            server.message("gu", "file", {"url": "https://x/3", "aeskey": "K"})
            await heard(intake, 4)
            found = [(message.kind, message.text, message.payload["media"]) for message in intake.accepted]
            assert found == [
                (Kind.TEXT, "今天去了云杉", "voice"), (Kind.MEDIA, "", "image"), (Kind.TEXT, "名片", "image"),
                (Kind.MEDIA, "", "file"),
            ]  # fmt: skip


def test_the_pace_counts_a_minute_and_an_hour():
    now = [1000.0]
    pace = Pace(lambda: now[0])
    for _ in range(30):
        assert pace.wait("gu") == 0
        pace.sent("gu")
    assert pace.wait("gu") == MINUTE
    assert not pace.is_calm("gu")
    assert pace.wait("shen") == 0
    now[0] += MINUTE
    assert pace.wait("gu") == 0
    assert pace.is_calm("gu")
    while now[0] < 1000 + HOUR - 1 and pace.wait("gu") == 0:
        pace.sent("gu")
        now[0] += 3
    assert len(pace._of("gu")) == AN_HOUR
    assert 0 < pace.wait("gu") < HOUR


async def test_the_stand_in_runs_by_itself(tmp_path):
    """As the crash test runs it: a process of its own, frames to push on its stdin, what it was sent in a file."""
    log = tmp_path / "sent.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.standins.wecom_bot", "--port", "0", "--log", str(log),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdin is not None
        url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        intake = FakeIntake()
        channel = WeComBotChannel("bot-1", "secret-of-bot-1", url, intake, working_after=None, patience=QUICK)
        await channel.start()
        await eventually(lambda: channel.state == "connected")
        body = {"msgid": "m-1", "from": {"userid": "gu"}, "msgtype": "text", "text": {"content": "早"}}
        frame = {"cmd": "aibot_msg_callback", "headers": {"req_id": "r-1"}, "body": body}
        process.stdin.write(json.dumps(frame).encode() + b"\n")
        await process.stdin.drain()
        message = await heard(intake)
        await channel.deliver(say(message, "早"))
        await channel.stop()
        sent = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        assert [(row["cmd"], row["errcode"]) for row in sent] == [("aibot_subscribe", 0), ("aibot_respond_msg", 0)]
        assert "secret-of-bot-1" not in log.read_text("utf-8")
    finally:
        process.kill()
        await process.wait()
