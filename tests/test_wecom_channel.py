"""The WeCom channel against a stand-in of its API: what arrives at the member, and what each failure means."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.base import Incoming, Misconfigured, NotDelivered, Outbound, RateLimited, Refused, Unreachable
from bot.channels.wecom import WeComChannel
from bot.channels.wecom.errors import CODES, Busy, Mend, No, Wait
from bot.channels.wecom.incoming import incoming, parse
from handlers.outgoing import Content, Picture, Say, Settle, ShowHome, Suggest
from handlers.turns import Button, Home, Reply
from tests.standins.wecom import AES_KEY, AGENT_ID, CORP_ID, SECRET, TOKEN, Callbacks, Member, WeComStandIn

PNG = b"\x89PNG\r\n\x1a\n" + b"\r\n--chart--\r\n" * 20
WECOM = Callbacks(CORP_ID, TOKEN, AES_KEY, AGENT_ID)


class NoIntake:
    async def accept(self, message: Incoming) -> bool:
        raise AssertionError("nothing comes in here")


@pytest.fixture(scope="module")
def listening() -> Iterator[WeComStandIn]:
    members = [
        Member("nie", mobile="13800000001", email="nie@jichuan.example", biz_mail="nie@corp.example"),
        Member("Pan-2"),
    ]
    with WeComStandIn(members=members) as stand_in:
        yield stand_in


@pytest.fixture
def wecom(listening: WeComStandIn) -> WeComStandIn:
    listening.reset()
    listening.outside.clear()
    listening.token_seconds, listening.repeated_task_errcode = 7200, None
    listening.start()
    return listening


def a_channel(wecom: WeComStandIn, **other: Any) -> WeComChannel:
    given: dict[str, Any] = {
        "corp_id": CORP_ID, "agent_id": AGENT_ID, "secret": SECRET, "token": TOKEN, "aes_key": AES_KEY,
        "api_url": wecom.url, "intake": NoIntake(), "chinese": True, "time_outs": (2.0, 2.0),
        "pictures": lambda id: ("image/png", PNG) if id == "pic-1" else None,
    }  # fmt: skip
    return WeComChannel(**{**given, **other})


@pytest.fixture
async def channel(wecom: WeComStandIn) -> AsyncIterator[WeComChannel]:
    made = a_channel(wecom)
    yield made
    await made.stop()


def out(content: Content | str, key: str = "reply:1:0", to: str = "@nie", attempt: int = 1) -> Outbound:
    if isinstance(content, str):
        content = Say(Reply((content,)))
    return Outbound(key, to, content, attempt)


CARD = Say(Reply(("✅ 澜岳机电 · 拜访 邵总", "金额 80万 → 85万"), (Button("改", "edit:7"), Button("撤销", "undo:7"))))


# -- what arrives


async def test_making_one_connects_to_nothing(wecom: WeComStandIn) -> None:
    made = a_channel(wecom)
    await made.start()
    assert (made.name, made.identities) == ("wecom", "wecom")
    assert made.place("@nie") == "@nie"
    await made.stop()
    assert not wecom.calls


async def test_text(wecom: WeComStandIn, channel: WeComChannel) -> None:
    said = Say(Reply(("记下了。", "预算 85万 <b>原样</b> *不是* markdown")))
    assert await channel.deliver(out(said)) == "msg-1"
    (sent,) = wecom.sent
    assert (sent.user, sent.kind, sent.key) == ("nie", "text", "reply:1:0")
    assert sent.text == "记下了。\n预算 85万 <b>原样</b> *不是* markdown"


async def test_a_card_and_its_tap(wecom: WeComStandIn, channel: WeComChannel) -> None:
    assert await channel.deliver(out(CARD)) == "msg-1"
    (sent,) = wecom.sent
    assert (sent.kind, sent.buttons, sent.beyond) == ("template_card", ["改", "撤销"], ())
    tap = incoming(parse(wecom.tap(WECOM, sent, "撤销")))
    assert tap is not None
    assert (tap.kind, tap.text, tap.payload["action"]) == ("tap", "撤销", "undo:7")
    settle = out(Settle("撤销", tap.payload["handle"]), "settle:1")
    assert await channel.deliver(settle) is None
    (update,) = wecom.updates
    assert update["userids"] == ["nie"]
    assert update["button"] == {"replace_name": "撤销"}
    assert await channel.deliver(replace(settle, attempt=2)) is None, "the code is used up, and that is no failure"
    assert len(wecom.updates) == 1


async def test_settling_without_a_code_asks_nothing(wecom: WeComStandIn, channel: WeComChannel) -> None:
    assert await channel.deliver(out(Settle("改"))) is None
    assert not wecom.calls


async def test_long_and_many_buttoned_replies_arrive_whole(wecom: WeComStandIn, channel: WeComChannel) -> None:
    lines = tuple(f"{n}. 客户{n}：聊了方案，{'下周再约，' * (n % 9)}预算还没定" for n in range(1, 90))
    reply = Reply(lines, tuple(Button(f"客户第{n}号 需要核对一下的那个", f"pick:1:{n}") for n in range(1, 9)))
    for number, page in enumerate(channel.pages(reply)):
        await channel.deliver(out(Say(page), f"reply:1:{number}"))
    assert len(wecom.sent) > 3
    assert not any(sent.truncated or sent.beyond for sent in wecom.sent)
    shown = "\n".join(wecom.texts_to("nie"))
    assert all(line in shown for line in lines)
    assert all(f"{n} 客户第{n}号 需要核对一下的那个" in shown for n in range(1, 9))
    assert [sent.kind for sent in wecom.sent[:-1]] == ["text"] * (len(wecom.sent) - 1)
    assert wecom.sent[-1].buttons == ["1", "2", "3", "4", "5", "6"]


async def test_a_reply_that_was_not_paged_is_refused_and_not_cut(wecom: WeComStandIn, channel: WeComChannel) -> None:
    for reply in (Reply(("长" * 683,)), Reply(("长" * 200,), CARD.reply.buttons), Reply(("",))):
        with pytest.raises(Refused):
            await channel.deliver(out(Say(reply)))
    assert not wecom.sent


async def test_picture(wecom: WeComStandIn, channel: WeComChannel) -> None:
    await channel.deliver(out(Picture("pic-1", "西南区.png", "西南区 Q1 达成 62%"), "pic:1"))
    (sent,) = wecom.sent
    assert (sent.kind, sent.key) == ("image", "pic:1")
    assert wecom.media(sent.content["media_id"])[1] == PNG


async def test_a_picture_that_is_gone_is_told(wecom: WeComStandIn, channel: WeComChannel) -> None:
    await channel.deliver(out(Picture("pic-9", "a.png", "西南区 Q1 达成 62%")))
    assert wecom.texts_to("nie") == ["西南区 Q1 达成 62%"]


async def test_what_wecom_has_no_place_for(wecom: WeComStandIn, channel: WeComChannel) -> None:
    assert await channel.deliver(out(Suggest((("今天", "今天"),)))) is None
    with pytest.raises(Refused):
        await channel.deliver(out(ShowHome(Home("我", ()))))
    assert not wecom.calls


@pytest.mark.parametrize("to", ["@@all", "@", "@a|b", "nie", "group-1", "@nie@all|x", "@ nie", "@é", "@" + "a" * 65])
async def test_only_one_member_is_ever_written_to(wecom: WeComStandIn, channel: WeComChannel, to: str) -> None:
    with pytest.raises(Refused):
        await channel.deliver(out("你好", to=to))
    assert not wecom.calls


async def test_menu(wecom: WeComStandIn, channel: WeComChannel) -> None:
    await channel.put_menu()
    assert wecom.menu is not None
    assert [(b["name"], b["key"]) for b in wecom.menu["button"]] == [
        ("今天", "today"), ("撤销上一条", "say:撤销"), ("怎么用", "help"),
    ]  # fmt: skip
    english = a_channel(wecom, chinese=False)
    await english.put_menu()
    assert [b["name"] for b in wecom.menu["button"]] == ["Today", "Undo last", "How to"]
    await english.stop()


# -- once, and not twice


async def test_said_twice_on_purpose_arrives_twice(wecom: WeComStandIn, channel: WeComChannel) -> None:
    await channel.deliver(out("好。", "reply:1:0"))
    await channel.deliver(out("好。", "reply:2:0"))
    assert wecom.texts_to("nie") == ["好。", "好。"]


@pytest.mark.parametrize("content", ["好。", CARD])
async def test_tried_again_after_a_lost_answer_arrives_once(
    wecom: WeComStandIn, channel: WeComChannel, content: Content | str
) -> None:
    wecom.fail_next("message/send", status=502, after=True)
    with pytest.raises(Unreachable):
        await channel.deliver(out(content))
    await channel.deliver(out(content, attempt=2))
    assert len(wecom.sent) == 1
    assert [call.key for call in wecom.calls if call.path == "message/send"] == ["reply:1:0"] * 2


async def test_a_card_that_wecom_says_it_has_already_is_delivered(wecom: WeComStandIn, channel: WeComChannel) -> None:
    wecom.repeated_task_errcode = 40058
    wecom.fail_next("message/send", status=502, after=True)
    with pytest.raises(Unreachable):
        await channel.deliver(out(CARD))
    assert await channel.deliver(out(CARD, attempt=2)) is None
    with pytest.raises(Refused, match="task_id repeated"):
        await channel.deliver(out(CARD))
    assert len(wecom.sent) == 1


async def test_a_key_that_is_no_header_is_made_one(wecom: WeComStandIn, channel: WeComChannel) -> None:
    await channel.deliver(out("好。", "到期:鼎:1"))
    assert wecom.sent[0].key == "%E5%88%B0%E6%9C%9F:%E9%BC%8E:1"


# -- the access token


async def test_one_token_however_many_ask(wecom: WeComStandIn, channel: WeComChannel) -> None:
    wecom.fail_next("gettoken", delay=0.1)
    await asyncio.gather(*(channel.deliver(out("好。", f"k{n}")) for n in range(20)))
    assert len(wecom.sent) == 20
    assert wecom.token_fetches == 1


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_token_that_is_no_more_is_renewed_once(wecom: WeComStandIn, channel: WeComChannel, code: int) -> None:
    await channel.deliver(out("一", "k1"))
    wecom.fail_next("message/send", errcode=code)
    await channel.deliver(out("二", "k2"))
    assert wecom.texts_to("nie") == ["一", "二"]
    assert wecom.token_fetches == 2


async def test_many_find_the_token_expired_and_fetch_one(wecom: WeComStandIn, channel: WeComChannel) -> None:
    await channel.deliver(out("一", "k"))
    wecom.expire_tokens()
    await asyncio.gather(*(channel.deliver(out("二", f"k{n}")) for n in range(20)))
    assert len(wecom.sent) == 21
    assert wecom.token_fetches == 2


async def test_a_token_that_never_works_is_not_fetched_for_ever(wecom: WeComStandIn, channel: WeComChannel) -> None:
    wecom.fail_next("message/send", 10, errcode=42001)
    with pytest.raises(Misconfigured) as failure:
        await channel.deliver(out("好。"))
    assert failure.value.setting == "CANMOU_WECOM_SECRET"
    assert wecom.token_fetches == 2


def test_a_token_is_renewed_before_it_ends(wecom: WeComStandIn) -> None:
    from bot.channels.wecom.api import Api

    now = [0.0]
    api = Api(CORP_ID, SECRET, wecom.url, clock=lambda: now[0])
    assert api.token() == api.token() == "token-1"
    now[0] = 7200 - 301
    assert api.token() == "token-1"
    now[0] = 7200 - 299
    assert api.token() == "token-2"
    wecom.token_seconds = 60
    now[0] = 20_000
    assert api.token() == "token-3"
    now[0] = 20_029
    assert api.token() == "token-3"
    now[0] = 20_031
    assert api.token() == "token-4"
    api.close()


@pytest.mark.parametrize(
    ("given", "setting"), [({"secret": "wrong"}, "CANMOU_WECOM_SECRET"), ({"corp_id": "ww9"}, "CANMOU_WECOM_CORP_ID")]
)
async def test_wrong_credentials_name_the_setting(wecom: WeComStandIn, given: dict[str, str], setting: str) -> None:
    channel = a_channel(wecom, **given)
    with pytest.raises(Misconfigured) as failure:
        await channel.deliver(out("好。"))
    assert failure.value.setting == setting
    assert wecom.token_fetches == 1
    await channel.stop()


# -- what goes wrong, row by row

EXPECTED = {
    Busy: (Unreachable, (-1, 6000)),
    Wait: (RateLimited, (45009, 45011, 45033)),
    Mend: (
        Misconfigured,
        (
            40001,
            40014,
            42001,
            40082,
            40091,
            41001,
            41004,
            40013,
            41002,
            40056,
            41011,
            301002,
            48002,
            50003,
            60020,
        ),
    ),
    No: (Refused, (40003, 40007, 40058, 44004, 45002, 50002, 60011, 60111, 81013)),
}
ROWS = [(code, error) for error, codes in EXPECTED.values() for code in codes]


def test_every_row_of_the_table_is_tested() -> None:
    assert {code for code, _ in ROWS} == set(CODES)


@pytest.mark.parametrize(("code", "error"), [*ROWS, (93999, Refused)])
async def test_each_code(wecom: WeComStandIn, channel: WeComChannel, code: int, error: type[NotDelivered]) -> None:
    wecom.fail_next("message/send", 2, errcode=code, errmsg="the vendor's\nwords")
    with pytest.raises(error) as failure:
        await channel.deliver(out(CARD))
    assert type(failure.value) is error
    assert failure.value.reason.startswith(f"{code} the vendor's words")
    assert not wecom.sent


@pytest.mark.parametrize(
    ("code", "setting"),
    [
        (40001, "CANMOU_WECOM_SECRET"), (40013, "CANMOU_WECOM_CORP_ID"), (40056, "CANMOU_WECOM_AGENT_ID"),
        (301002, "CANMOU_WECOM_AGENT_ID"), (60020, "企业可信IP"),
    ],
)  # fmt: skip
async def test_what_to_mend_is_named(wecom: WeComStandIn, channel: WeComChannel, code: int, setting: str) -> None:
    wecom.fail_next("message/send", 2, errcode=code)
    with pytest.raises(Misconfigured) as failure:
        await channel.deliver(out("好。"))
    assert failure.value.setting == setting


async def test_how_long_to_wait(wecom: WeComStandIn, channel: WeComChannel) -> None:
    for code, seconds in ((45009, 60), (45033, 2)):
        wecom.fail_next("message/send", errcode=code)
        with pytest.raises(RateLimited) as failure:
            await channel.deliver(out("好。"))
        assert (failure.value.retry_after, failure.value.whole) == (seconds, True)
    wecom.fail_next("message/send", status=429)
    with pytest.raises(RateLimited):
        await channel.deliver(out("好。"))


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 500}, {"status": 502, "body": "<html>bad gateway</html>"}, {"body": "<html>a login page</html>"},
        {"body": "[]"}, {"body": "null"}, {"body": '"ok"'}, {"body": '{"errcode": "x"}'}, {"body": ""},
        {"status": 404}, {"body": '{"errcode": null}'}, {"body": "{}"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["message/send", "gettoken"])
async def test_a_broken_answer_is_worth_another_try(
    wecom: WeComStandIn, channel: WeComChannel, path: str, trouble: dict[str, Any]
) -> None:
    wecom.fail_next(path, **trouble)
    with pytest.raises(Unreachable):
        await channel.deliver(out("好。"))
    await channel.deliver(out("好。", attempt=2))
    assert wecom.texts_to("nie") == ["好。"]


async def test_a_slow_and_a_dead_api(wecom: WeComStandIn) -> None:
    channel, hasty = a_channel(wecom), a_channel(wecom, time_outs=(2.0, 0.1))
    await channel.deliver(out("一", "k1"))
    wecom.fail_next("message/send", delay=0.5)
    with pytest.raises(Unreachable, match="no answer in time"):
        await hasty.deliver(out("二", "k2"))
    wecom.stop()
    with pytest.raises(Unreachable, match="no connection"):
        await channel.deliver(out("三", "k3"))
    wecom.start()
    await channel.deliver(out("三", "k3", attempt=2))
    assert wecom.texts_to("nie")[-1] == "三"
    await channel.stop()
    await hasty.stop()


async def test_a_member_who_is_unknown_or_outside(wecom: WeComStandIn, channel: WeComChannel) -> None:
    with pytest.raises(Refused, match="81013"):
        await channel.deliver(out("好。", to="@gone"))
    wecom.outside.add("nie")
    with pytest.raises(Refused, match="invaliduser"):
        await channel.deliver(out("好。"))
    assert not wecom.sent


async def test_settling_waits_like_all_else(wecom: WeComStandIn, channel: WeComChannel) -> None:
    settle = out(Settle("改", {"response_code": "code-7"}))
    wecom.fail_next("message/update_template_card", errcode=45009)
    with pytest.raises(RateLimited):
        await channel.deliver(settle)
    wecom.fail_next("message/update_template_card", status=500)
    with pytest.raises(Unreachable):
        await channel.deliver(settle)


async def test_neither_secret_nor_token_nor_text_is_told(
    wecom: WeComStandIn, channel: WeComChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    told = []
    for path in ("gettoken", "message/send"):
        for trouble in ({"errcode": 40001}, {"status": 500}, {"body": "<html>"}):
            wecom.fail_next(path, 2, **trouble)
            with pytest.raises(NotDelivered) as failure:
                await channel.deliver(out("底价是八十五万"))
            told.append(str(failure.value))
            assert failure.value.__cause__ is None
            wecom._trouble[path].clear()
    wecom.stop()
    with pytest.raises(Unreachable) as failure:
        await channel.deliver(out("底价是八十五万"))
    assert failure.value.__suppress_context__
    text = caplog.text + "".join(told) + str(failure.value)
    for secret in (SECRET, "token-1", "底价"):
        assert secret not in text


# -- the directory


async def test_profile(wecom: WeComStandIn, channel: WeComChannel) -> None:
    profile = await channel.profile("nie")
    assert profile is not None
    assert (profile.emails, profile.mobile) == (("nie@jichuan.example", "nie@corp.example"), "13800000001")
    kept_back = await channel.profile("Pan-2")
    assert kept_back is not None
    assert (kept_back.emails, kept_back.mobile, kept_back.is_bot) == ((), None, False)
    assert await channel.profile("gone") is None
    assert await channel.profile("@all") is None
    assert await channel.members("@nie") is None


@pytest.mark.parametrize("code", [60011, 48002, 60111])
async def test_a_directory_that_is_closed_to_us(wecom: WeComStandIn, channel: WeComChannel, code: int) -> None:
    wecom.fail_next("user/get", errcode=code)
    assert await channel.profile("nie") is None


@pytest.mark.parametrize("trouble", [{"errcode": -1}, {"errcode": 45009}, {"errcode": 60020}, {"status": 500}])
async def test_a_directory_that_does_not_answer(
    wecom: WeComStandIn, channel: WeComChannel, trouble: dict[str, int]
) -> None:
    wecom.fail_next("user/get", **trouble)
    with pytest.raises(Unreachable):
        await channel.profile("nie")


async def test_who_has_a_mobile_or_an_address(wecom: WeComStandIn, channel: WeComChannel) -> None:
    assert await channel.account_of(mobile="13800000001") == "nie"
    assert await channel.account_of(email="nie@corp.example") == "nie"
    assert await channel.account_of(email="nie@jichuan.example") == "nie"
    assert await channel.account_of(mobile="13900000000", email="nie@corp.example") == "nie"
    assert await channel.account_of(mobile="13900000000", email="x@corp.example") is None
    assert await channel.account_of() is None


# -- limits


@pytest.mark.parametrize(("window", "most"), [(60, 30), (3600, 1000)])
def test_wecoms_limits_hold_in_any_window(wecom: WeComStandIn, window: int, most: int) -> None:
    """Even if a message takes all of the time that we wait for it, and the next none."""
    made = a_channel(wecom)
    worst = min(limit.burst + timedelta(seconds=window + 15) / limit.interval for limit in made.limits)
    assert worst < most
    assert min(limit.burst for limit in made.limits) >= 5, "a reply in a few pages goes at once"


async def test_what_wecom_would_drop_is_not_known_from_its_answer(wecom: WeComStandIn, channel: WeComChannel) -> None:
    """Why the limits are kept on our side: the 31st within a minute is gone, and all seems well."""
    for number in range(31):
        await channel.deliver(out(f"第{number}条", f"k{number}"))
    assert len(wecom.sent) == 30
    assert [why for why, _ in wecom.dropped] == ["rate"]
