"""What the outbox wants done, over HTTP to the stand-in: what arrives, and what each refusal means."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.base import (
    Limit,
    Misconfigured,
    NotDelivered,
    Outbound,
    Profile,
    RateLimited,
    Refused,
    Unreachable,
)  # fmt: skip
from bot.channels.slack import SlackChannel
from handlers.outgoing import Content, Picture, RefreshHome, Say, Settle, ShowHome, Suggest
from handlers.turns import Button, Home, HomeSection, Reply
from tests.slack_world import ANNA, BEN, BOSS, OPEN, FakeDesk, FakeIntake, channel_to, known_people
from tests.standins.slack import SCOPES, Sent, SlackStandIn, dm

CARD = Reply(("✅ 渭林水务 · 拜访", "金额 80万 → 85万"), (Button("改", "edit:s1"), Button("撤销", "undo:s1")))
THREAD = "1774000000.000001"


@pytest.fixture
def slack() -> Any:
    with known_people(SlackStandIn()) as slack:
        yield slack


@pytest.fixture
async def channel(slack: SlackStandIn) -> AsyncIterator[SlackChannel]:
    pictures = {"p1": ("image/png", b"\x89PNG 1")}
    channel = channel_to(slack, FakeIntake(), FakeDesk(), pictures=pictures.get)
    yield channel
    await channel.stop()


def out(content: Content, to: str = f"@{ANNA}", *, key: str = "reply:7", attempt: int = 1) -> Outbound:
    return Outbound(key, to, content, attempt)


def only(slack: SlackStandIn) -> Sent:
    assert len(slack.sent) == 1, slack.sent
    return slack.sent[0]


# -- said


async def test_a_card_in_the_private_chat(slack: SlackStandIn, channel: SlackChannel) -> None:
    ts = await channel.deliver(out(Say(CARD)))
    sent = only(slack)
    assert (sent.method, sent.channel, sent.ts, sent.thread) == ("chat.postMessage", dm(ANNA), ts, None)
    assert sent.text == "✅ 渭林水务 · 拜访\n金额 80万 → 85万".replace(">", "&gt;")
    assert [block["type"] for block in sent.blocks] == ["section", "actions"]
    assert sent.key == "reply:7"
    assert sent.metadata == {"event_type": "canmou_reply", "event_payload": {"key": "reply:7"}}


async def test_where_it_is_answered(slack: SlackStandIn, channel: SlackChannel) -> None:
    await channel.deliver(out(Say(CARD, {"channel": dm(ANNA), "ts": "1.1", "thread": THREAD}), f"@{ANNA}:{THREAD}"))
    await channel.deliver(out(Say(CARD), f"{OPEN}:{THREAD}"))
    assert [(s.channel, s.thread) for s in slack.sent] == [(dm(ANNA), THREAD), (OPEN, THREAD)]
    handle = {"channel": dm(ANNA), "ts": "1.1", "thread": THREAD}
    slack.sent.clear()
    await channel.deliver(out(Say(CARD, handle)))
    await channel.deliver(out(Say(CARD)))
    assert [(s.channel, s.thread) for s in slack.sent] == [(dm(ANNA), THREAD), (dm(ANNA), None)]


async def test_a_name_pages_nobody(slack: SlackStandIn, channel: SlackChannel) -> None:
    await channel.deliver(out(Say(Reply(("<!channel> & <@U0BEN>",), (Button("<!here>", "x"),)))))
    sent = only(slack)
    assert sent.text == "&lt;!channel&gt; &amp; &lt;@U0BEN&gt;"
    assert sent.blocks[0]["text"] == {"type": "plain_text", "text": "<!channel> & <@U0BEN>", "emoji": False}
    assert sent.blocks[1]["elements"][0]["text"] == {"type": "plain_text", "text": "<!here>", "emoji": False}


async def test_a_name_formats_nothing(slack: SlackStandIn, channel: SlackChannel) -> None:
    name = "*A* _B_ ~C~ `D` :moneybag:"
    await channel.deliver(out(Say(Reply((name,)))))
    assert only(slack).blocks[0]["text"] == {"type": "plain_text", "text": name, "emoji": False}
    assert slack.called("chat.postMessage")[0].arguments["mrkdwn"] is False, "nor in the notification"
    await channel.deliver(out(Settle("撤销", {"channel": dm(ANNA), "ts": only(slack).ts, "card": [name]})))
    assert slack.sent[1].blocks[0] == slack.sent[0].blocks[0]
    await channel.deliver(out(Picture("p1", "x.png", name)))
    assert slack.sent[2].text == "＊A＊ ＿B＿ ～C～ ｀D｀ ：moneybag:"
    await channel.deliver(out(ShowHome(Home(name, (HomeSection(name, (name,), ((name, ()),)),)))))
    shown = slack.homes[ANNA]["blocks"]
    assert [block["text"] for block in shown] == [{"type": "plain_text", "text": name, "emoji": False}] * 4


async def test_to_one_person_in_a_channel(slack: SlackStandIn, channel: SlackChannel) -> None:
    await channel.deliver(out(Say(CARD, {"channel": OPEN, "thread": THREAD}, only_to=ANNA), f"{OPEN}:{THREAD}"))
    await channel.deliver(out(Say(CARD, only_to=BOSS), f"{OPEN}:{THREAD}"))
    whisper, private = slack.sent
    assert (whisper.method, whisper.channel, whisper.user, whisper.thread) == (
        "chat.postEphemeral", OPEN, ANNA, THREAD,
    )  # fmt: skip
    assert (private.method, private.channel, private.thread) == ("chat.postMessage", dm(BOSS), None)


async def test_a_command_is_answered_where_it_was_given(slack: SlackStandIn, channel: SlackChannel) -> None:
    handle = {"channel": "C0FAR", "slash": True, "response_url": slack.response_url("C0FAR", ANNA)}
    assert await channel.deliver(out(Say(CARD, handle))) is None
    assert (only(slack).method, only(slack).user) == ("response_url", ANNA)
    assert slack.called("response_url")[0].arguments["response_type"] == "ephemeral"


@pytest.mark.parametrize("trouble", ["nothing", "which chat is ours"])
async def test_a_command_among_colleagues_is_answered_among_them(
    slack: SlackStandIn, channel: SlackChannel, trouble: str
) -> None:
    if trouble != "nothing":
        slack.fail_next("conversations.open", error="internal_error")
    handle = {"channel": "D0OTHERS", "slash": True, "response_url": slack.response_url("D0OTHERS", ANNA)}
    assert await channel.deliver(out(Say(CARD, handle))) is None
    assert (only(slack).method, only(slack).channel, only(slack).user) == ("response_url", "D0OTHERS", ANNA)
    assert slack.called("response_url")[0].arguments["response_type"] == "ephemeral"


@pytest.mark.parametrize("trouble", ["expired", "used", "second try", "in our own chat", "expired among colleagues"])
async def test_else_a_command_is_answered_in_private(slack: SlackStandIn, channel: SlackChannel, trouble: str) -> None:
    where = {"in our own chat": dm(ANNA), "expired among colleagues": "D0OTHERS"}.get(trouble, "C0FAR")
    url = slack.response_url(where, ANNA)
    if trouble.startswith("expired"):
        slack.expire(url)
    elif trouble == "used":
        for _ in range(5):
            await channel.deliver(out(Say(CARD, {"channel": where, "slash": True, "response_url": url})))
        slack.sent.clear()
    say = Say(CARD, {"channel": where, "slash": True, "response_url": url})
    assert await channel.deliver(out(say, attempt=2 if trouble == "second try" else 1))
    assert (only(slack).method, only(slack).channel) == ("chat.postMessage", dm(ANNA))


# -- tried again


@pytest.mark.parametrize("place", [f"@{ANNA}", f"@{ANNA}:{THREAD}", f"{OPEN}:{THREAD}"])
async def test_what_arrived_unheard_is_not_said_twice(slack: SlackStandIn, channel: SlackChannel, place: str) -> None:
    slack.fail_next("chat.postMessage", lost=True)
    with pytest.raises(Unreachable):
        await channel.deliver(out(Say(CARD), place))
    ts = await channel.deliver(out(Say(CARD), place, attempt=2))
    assert ts == only(slack).ts
    await channel.deliver(out(Say(CARD), place, key="reply:8", attempt=2))
    assert [sent.key for sent in slack.sent] == ["reply:7", "reply:8"]


async def test_not_knowing_is_no_reason_not_to_send(slack: SlackStandIn, channel: SlackChannel) -> None:
    slack.scopes_missing = {"conversations.history"}
    assert await channel.deliver(out(Say(CARD), attempt=2)) == only(slack).ts
    slack.scopes_missing = {"conversations.open"}
    await channel.deliver(out(Say(CARD), f"@{BEN}", attempt=3))
    assert len(slack.sent) == 2


# -- settled


async def test_a_card_that_was_answered_keeps_its_text(slack: SlackStandIn, channel: SlackChannel) -> None:
    ts = await channel.deliver(out(Say(CARD)))
    card = [block["text"]["text"] for block in only(slack).blocks if block["type"] == "section"]
    handle = {"channel": dm(ANNA), "ts": ts, "card": card}
    assert await channel.deliver(out(Settle("撤销 <1>", handle))) == ts
    update = slack.sent[1]
    assert (update.method, update.ts) == ("chat.update", ts)
    assert update.blocks[0]["text"]["text"] == card[0]
    chosen = {"type": "plain_text", "text": "✓ 撤销 <1>", "emoji": False}
    assert update.blocks[1] == {"type": "context", "elements": [chosen]}
    assert update.text == "✅ 渭林水务 · 拜访\n金额 80万 → 85万\n✓ 撤销 &lt;1&gt;"


async def test_a_whisper_is_settled_through_its_address(slack: SlackStandIn, channel: SlackChannel) -> None:
    url = slack.response_url(OPEN, ANNA)
    handle = {"channel": OPEN, "ts": "1.1", "ephemeral": True, "response_url": url, "card": ["x"]}
    await channel.deliver(out(Settle("撤销", handle)))
    assert slack.called("response_url")[0].arguments["replace_original"] is True
    slack.expire(url)
    assert await channel.deliver(out(Settle("撤销", handle))) is None


async def test_a_whisper_whose_text_is_not_known_keeps_it(slack: SlackStandIn, channel: SlackChannel) -> None:
    handle = {"channel": OPEN, "ts": "1.1", "ephemeral": True, "response_url": slack.response_url(OPEN, ANNA)}
    assert await channel.deliver(out(Settle("撤销", handle))) is None
    assert not slack.called("response_url")


async def test_a_card_that_is_gone_or_never_was(slack: SlackStandIn, channel: SlackChannel) -> None:
    assert await channel.deliver(out(Settle("撤销", {"channel": dm(ANNA), "ts": "1.1", "card": ["x"]}))) is None
    assert await channel.deliver(out(Settle("完成", {"home": True}))) is None
    assert not slack.sent


# -- shown, suggested, drawn


async def test_the_home_tab(slack: SlackStandIn, channel: SlackChannel) -> None:
    done = Button("完成", "done:1")
    items = (("发报价 <今天>", (done,)), ("约演示", (done, Button("改到明天", "move:1"))))
    page = Home("林安娜", (HomeSection("本月", ("完成 62%", "缺口 38万")), HomeSection("今天", (), items)))
    await channel.deliver(out(ShowHome(page)))
    shown = slack.homes[ANNA]["blocks"]
    assert [b["type"] for b in shown] == [
        "header", "header", "section", "header", "section", "section", "actions",
    ]  # fmt: skip
    assert shown[4]["text"]["text"] == "发报价 <今天>"
    assert '"c":"@U0ANNA"' in shown[4]["accessory"]["value"]


async def test_a_very_long_home_tab(slack: SlackStandIn, channel: SlackChannel) -> None:
    items = tuple((f"{n}", (Button("a", f"a{n}"), Button("b", f"b{n}"))) for n in range(90))
    await channel.deliver(out(ShowHome(Home("x", (HomeSection("y", ("z" * 9000,), items),)))))
    assert len(slack.homes[ANNA]["blocks"]) == 100
    assert slack.homes[ANNA]["blocks"][-1]["elements"][0]["text"] == "There is more; just ask me."


async def test_prompts(slack: SlackStandIn, channel: SlackChannel) -> None:
    prompts = tuple((f"title {n}", f"message {n}") for n in range(6))
    await channel.deliver(out(Suggest(prompts, {"channel": dm(ANNA), "assistant": True})))
    (given,) = slack.prompts
    assert (given["channel_id"], given.get("thread_ts"), given["title"]) == (dm(ANNA), None, "You could say")
    assert given["prompts"][3] == {"title": "title 3", "message": "message 3"}
    assert not slack.prompts_unseen
    await channel.deliver(out(Suggest(prompts, {"channel": OPEN, "thread": THREAD})))
    assert len(slack.prompts) == 1


@pytest.mark.parametrize("code", ["missing_scope", "channel_not_found", "not_allowed"])
async def test_where_there_is_no_place_for_prompts_nothing_is_held_back(
    slack: SlackStandIn, channel: SlackChannel, code: str
) -> None:
    suggest = out(Suggest((("title", "message"),), {"channel": dm(ANNA), "assistant": True}))
    slack.fail_next("assistant.threads.setSuggestedPrompts", error=code)
    assert await channel.deliver(suggest) is None
    slack.fail_next("assistant.threads.setSuggestedPrompts", error="invalid_auth")
    with pytest.raises(Misconfigured):
        await channel.deliver(suggest)


async def test_prompts_of_an_app_with_the_old_pane(slack: SlackStandIn, channel: SlackChannel) -> None:
    slack.agent = False
    handle = {"channel": dm(ANNA), "thread": THREAD, "assistant": True}
    await channel.deliver(out(Suggest((("title", "message"),), handle)))
    (given,) = slack.prompts
    assert (given["channel_id"], given["thread_ts"]) == (dm(ANNA), THREAD)


async def test_a_picture(slack: SlackStandIn, channel: SlackChannel) -> None:
    picture = Picture("p1", "漏斗.png", "漏斗：3 个商机")
    assert await channel.deliver(out(picture))
    await channel.deliver(out(picture, f"{OPEN}:{THREAD}"))
    await channel.deliver(out(Picture("p1", "x.png", "", only_to=BEN), f"{OPEN}:{THREAD}"))
    assert [(s.channel, s.thread) for s in slack.sent] == [(dm(ANNA), None), (OPEN, THREAD), (dm(BEN), None)]
    assert {s.key for s in slack.sent} == {"reply:7"}
    first = next(iter(slack.files.values()))
    assert (first["content"], first["name"], first["alt"]) == (b"\x89PNG 1", "漏斗.png", "漏斗：3 个商机")
    with pytest.raises(Refused):
        await channel.deliver(out(Picture("gone", "x.png", "x")))
    slack.fail_next("upload", status=503)
    with pytest.raises(Unreachable):
        await channel.deliver(out(picture))


# -- refused


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((code, Misconfigured) for code in ("invalid_auth", "account_inactive", "token_revoked", "missing_scope",
                                             "not_allowed_token_type")),
        *((code, Refused) for code in ("user_not_found", "is_archived", "not_in_channel", "cannot_dm_bot",
                                       "msg_too_long", "invalid_blocks", "no_permission", "access_denied",
                                       "team_access_not_granted", "ekm_access_denied", "something_new")),
        *((code, Unreachable) for code in ("internal_error", "fatal_error", "service_unavailable")),
        *((code, RateLimited) for code in ("rate_limited", "ratelimited")),
    ],
)  # fmt: skip
async def test_what_a_refusal_means(
    slack: SlackStandIn, channel: SlackChannel, code: str, kind: type[NotDelivered]
) -> None:
    slack.fail_next("chat.postMessage", error=code)
    with pytest.raises(kind) as raised:
        await channel.deliver(out(Say(CARD)))
    assert code in raised.value.reason
    if isinstance(raised.value, Misconfigured):
        assert raised.value.setting == "CANMOU_SLACK_BOT_TOKEN"
    assert len(slack.called("chat.postMessage")) == 1, "the outbox tries again, nobody else"


async def test_slower_please(slack: SlackStandIn, channel: SlackChannel) -> None:
    slack.fail_next("chat.postMessage", retry_after=7)
    with pytest.raises(RateLimited) as raised:
        await channel.deliver(out(Say(CARD)))
    assert (raised.value.retry_after, raised.value.whole) == (7.0, False)
    slack.fail_next("views.publish", retry_after=30)
    with pytest.raises(RateLimited) as raised:
        await channel.deliver(out(ShowHome(Home("x", ()))))
    assert (raised.value.retry_after, raised.value.whole) == (30.0, True)


@pytest.mark.parametrize("how", [{"status": 503}, {"status": 500, "error": "x"}, {"cut": True}])
async def test_slack_is_in_trouble(slack: SlackStandIn, channel: SlackChannel, how: dict[str, Any]) -> None:
    slack.fail_next("chat.postMessage", **how)
    with pytest.raises(Unreachable):
        await channel.deliver(out(Say(CARD)))


async def test_slack_is_silent_or_gone(slack: SlackStandIn) -> None:
    channel = channel_to(slack, FakeIntake(), FakeDesk(), timeout=0.2)
    slack.slow = 5
    began = time.monotonic()
    with pytest.raises(Unreachable):
        await channel.deliver(out(Say(CARD)))
    assert time.monotonic() - began < 4
    slack.slow = 0
    slack.die()
    with pytest.raises(Unreachable):
        await channel.deliver(out(Say(CARD)))
    slack.revive()
    await channel.deliver(out(Say(CARD)))
    await channel.stop()


async def test_what_cannot_be_said(channel: SlackChannel) -> None:
    for content in (Say(Reply(())), Say(Reply((" ", "")))):
        with pytest.raises(Refused):
            await channel.deliver(out(content))
    with pytest.raises(Refused):
        await channel.deliver(out(RefreshHome("anna")))


async def test_a_wrong_token_is_named(slack: SlackStandIn) -> None:
    slack.bot_token = "xoxb-another"
    channel = channel_to(slack, FakeIntake(), FakeDesk())
    slack.bot_token = "xoxb-right"
    with pytest.raises(Misconfigured) as raised:
        await channel.deliver(out(Say(CARD)))
    assert "xoxb" not in str(raised.value)
    await channel.stop()


@pytest.mark.parametrize(
    "given", [SCOPES, None, tuple(one for one in SCOPES if one not in ("im:write", "files:write"))]
)
async def test_permissions_that_the_app_lacks(
    slack: SlackStandIn, caplog: pytest.LogCaptureFixture, given: tuple[str, ...] | None
) -> None:
    slack.scopes = given
    channel = channel_to(slack, FakeIntake(), FakeDesk())
    await channel.start()
    await asyncio.to_thread(slack.wait_until, lambda: bool(slack.called("auth.test")))
    await channel.profile(ANNA)
    said, health = (
        [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING],
        await channel.health(),
    )
    if given in (SCOPES, None):
        assert (said, health) == ([], "ok")
    else:
        assert len(said) == 1, "once"
        for text in (said[0], health):
            assert "lacks files:write, im:write: " in text
            assert "Reinstall" in text
        slack.scopes = SCOPES
        await channel.deliver(out(Say(CARD)))
        assert await channel.health() == "ok", "once it was installed again"
    await channel.stop()


# -- people and places


async def test_whose_account_it_is(slack: SlackStandIn, channel: SlackChannel) -> None:
    slack.person("U0GUEST", "anna@river.example", team_id="T0ELSEWHERE")
    slack.person("U0GONE", "gone@river.example", deleted=True)
    slack.person("U0ROBOT", is_bot=True)
    slack.person("U0PHONE", profile={"phone": "13800000000"})
    assert await channel.profile(ANNA) == Profile(emails=("anna@river.example",))
    assert await channel.profile("U0GUEST") == Profile(), "another company's admins say what its addresses are"
    assert await channel.profile("U0GONE") == Profile()
    assert await channel.profile("U0PHONE") == Profile(), "anybody may write any number there"
    assert await channel.profile("U0ROBOT") == Profile(is_bot=True)
    assert await channel.profile("U0NOBODY") is None
    slack.scopes_missing = {"users.info"}
    assert await channel.profile(BEN) is None
    slack.scopes_missing = set()
    slack.fail_next("users.info", retry_after=3)
    with pytest.raises(Unreachable):
        await channel.profile(ANNA)


async def test_who_reads_along(slack: SlackStandIn, channel: SlackChannel) -> None:
    slack.person("U0ROBOT", is_bot=True)
    slack.channel("C0MIXED", ANNA, BEN, "U0ROBOT")
    slack.channel("C0BIG", *(f"U0P{number}" for number in range(1500)))
    slack.channel("C0HUGE", *(f"U0P{number}" for number in range(7000)))
    assert await channel.members(f"C0MIXED:{THREAD}") == {ANNA, BEN}
    assert await channel.members(f"@{ANNA}:{THREAD}") == {ANNA}
    big = await channel.members("C0BIG")
    assert big is not None
    assert len(big) == 1500
    assert await channel.members("C0HUGE") is None
    assert await channel.members("C0NOWHERE") is None
    slack.dead = True
    with pytest.raises(Unreachable):
        await channel.members("C0MIXED")


async def test_what_the_seam_asks(channel: SlackChannel) -> None:
    assert (channel.name, channel.identities) == ("slack", "slack")
    (limit,) = channel.limits
    assert isinstance(limit, Limit)
    assert 1.0 <= limit.interval.total_seconds() <= 1.1
    assert [channel.place(c) for c in (f"@{ANNA}:{THREAD}", f"{OPEN}:{THREAD}")] == [f"@{ANNA}", OPEN]


async def test_many_at_once_share_a_session(slack: SlackStandIn, channel: SlackChannel) -> None:
    for n in range(20):
        slack.channel(f"C0{n}", ANNA)
    await asyncio.gather(*(channel.deliver(out(Say(CARD), f"C0{n}:{THREAD}", key=f"k{n}")) for n in range(20)))
    assert {sent.key for sent in slack.sent} == {f"k{n}" for n in range(20)}


async def test_nothing_that_is_said_is_in_the_logs(
    slack: SlackStandIn, channel: SlackChannel, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await channel.deliver(out(Say(Reply(("the margin is 41 points",)))))
        slack.fail_next("chat.postMessage", error="invalid_blocks")
        with pytest.raises(Refused) as raised:
            await channel.deliver(out(Say(Reply(("the margin is 41 points",)))))
        await channel.members("C0NOWHERE")
    assert caplog.records
    assert "41 points" not in caplog.text + str(raised.value)
    assert slack.bot_token not in caplog.text


async def test_a_server_beside_us_is_not_behind_the_proxy(slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    channel = channel_to(slack, FakeIntake(), FakeDesk())
    assert await channel.deliver(out(Say(CARD)))
    await channel.stop()
