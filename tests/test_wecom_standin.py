"""The stand-in of WeCom does what is documented; else the channel's tests would prove nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.standins.wecom import AGENT_ID, CORP_ID, SECRET, Member, WeComStandIn


class Clock:
    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def listening(clock: Clock) -> Iterator[WeComStandIn]:
    with WeComStandIn(members=[Member("nie"), Member("pan")], clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def wecom(listening: WeComStandIn) -> WeComStandIn:
    listening.reset()
    listening.repeated_task_errcode = None
    return listening


def ask(wecom: WeComStandIn, path: str, body: dict[str, Any] | None = None, **query: Any) -> dict[str, Any]:
    if path != "gettoken" and "access_token" not in query:
        query["access_token"] = ask(wecom, "gettoken", corpid=CORP_ID, corpsecret=SECRET)["access_token"]
    given = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    return requests.request(
        "get" if body is None else "post", wecom.url + path, params=query, data=given, timeout=5
    ).json()


def send(wecom: WeComStandIn, content: dict[str, Any] | str, user: str = "nie", **more: Any) -> dict[str, Any]:
    kind, content = ("text", {"content": content}) if isinstance(content, str) else ("template_card", content)
    return ask(wecom, "message/send", {"touser": user, "agentid": AGENT_ID, "msgtype": kind, kind: content, **more})


def card(task: str | None = "task-1", **more: Any) -> dict[str, Any]:
    buttons = [{"text": "改", "key": "a"}, {"text": "撤销", "key": "b"}]
    made = {"card_type": "button_interaction", "main_title": {"title": "已记"}, "task_id": task, "button_list": buttons}
    return {**made, **more}


def test_tokens(wecom: WeComStandIn, clock: Clock) -> None:
    assert ask(wecom, "gettoken", corpid=CORP_ID, corpsecret="x")["errcode"] == 40001
    assert ask(wecom, "gettoken", corpid="x", corpsecret=SECRET)["errcode"] == 40013
    answer = ask(wecom, "gettoken", corpid=CORP_ID, corpsecret=SECRET)
    assert (answer["errcode"], answer["expires_in"], wecom.token_fetches) == (0, 7200, 3)
    token = answer["access_token"]
    assert ask(wecom, "user/get", userid="nie", access_token=token)["errcode"] == 0
    assert ask(wecom, "user/get", userid="nie", access_token="")["errcode"] == 41001
    assert ask(wecom, "user/get", userid="nie", access_token="x")["errcode"] == 40014
    clock.now += 7201
    assert ask(wecom, "user/get", userid="nie", access_token=token)["errcode"] == 42001


def test_to_whom(wecom: WeComStandIn) -> None:
    assert send(wecom, "好", "gone")["errcode"] == 81013
    answer = send(wecom, "好", "nie|gone|pan")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "gone")
    assert [sent.user for sent in wecom.sent] == ["nie", "pan"]
    assert send(wecom, "好", "")["errcode"] == 40032
    assert send(wecom, "好", agentid=7)["errcode"] == 40056
    assert send(wecom, "好", agentid=None)["errcode"] == 41011


def test_texts_are_cut_after_2048_bytes(wecom: WeComStandIn) -> None:
    assert send(wecom, "")["errcode"] == 44004
    send(wecom, "长" * 682)
    send(wecom, "长" * 683)
    assert [(len(sent.text), sent.truncated) for sent in wecom.sent] == [(682, False), (682, True)]


@pytest.mark.parametrize(
    "wrong",
    [
        card(task=None), card(task="a:b"), card(task="t" * 129), card(button_list=[]), card(main_title={}),
        card(button_list=[{"text": str(n), "key": str(n)} for n in range(7)]), card(card_type="other"),
        card(button_list=[{"text": "a", "key": "k"}, {"text": "b", "key": "k"}]),
        card(button_list=[{"text": "a", "key": "长" * 342}]), card(button_list=[{"text": "", "key": "k"}]),
    ],
)  # fmt: skip
def test_cards_that_are_refused(wecom: WeComStandIn, wrong: dict[str, Any]) -> None:
    assert send(wecom, wrong)["errcode"] == 40058
    assert not wecom.sent


def test_what_is_longer_than_suggested_is_noted(wecom: WeComStandIn) -> None:
    send(wecom, card(main_title={"title": "长" * 37}, sub_title_text="长" * 161))
    assert wecom.sent[0].beyond == ("title", "sub_title_text")


def test_a_task_is_shown_once(wecom: WeComStandIn) -> None:
    assert send(wecom, card())["errcode"] == send(wecom, card())["errcode"] == 0
    assert (len(wecom.sent), wecom.dropped[0][0]) == (1, "task_id")
    wecom.repeated_task_errcode = 40058
    assert send(wecom, card())["errcode"] == 40058


def test_a_response_code_works_once_and_for_three_days(wecom: WeComStandIn, clock: Clock) -> None:
    def update(code: str, **more: Any) -> int:
        body = {
            "userids": ["nie"],
            "agentid": AGENT_ID,
            "response_code": code,
            "button": {"replace_name": "已改"},
            **more,
        }
        return int(ask(wecom, "message/update_template_card", body)["errcode"])

    codes = [send(wecom, card(f"t{n}"))["response_code"] for n in range(3)]
    assert [update(codes[0]), update(codes[0])] == [0, 40058]
    assert update("unheard-of") == update(codes[1], button={}) == update(codes[1], userids=[]) == 40058
    clock.now += 72 * 3600 - 1
    assert update(codes[1]) == 0
    clock.now += 2
    assert update(codes[2]) == 40058


def test_limits_of_a_member(wecom: WeComStandIn, clock: Clock) -> None:
    def said(times: int) -> int:
        before = len(wecom.sent)
        for number in range(times):
            answer = wecom._send({}, {"touser": "nie", "agentid": AGENT_ID, "msgtype": "text",
                                      "text": {"content": f"{number}"}}, None)  # fmt: skip
            assert answer["msgid"]
        return len(wecom.sent) - before

    assert said(35) == 30
    clock.now += 59
    assert said(1) == 0
    clock.now += 61
    assert said(30) == 30
    wecom.reset()
    shown = 0
    for _ in range(40):
        shown += said(30)
        clock.now += 60
    assert shown == 1000


def test_the_same_text_is_dropped_only_if_asked(wecom: WeComStandIn, clock: Clock) -> None:
    check = {"enable_duplicate_check": 1, "duplicate_check_interval": 120}
    send(wecom, "好。")
    send(wecom, "好。")
    send(wecom, "好。", **check)
    clock.now += 121
    send(wecom, "好。", **check)
    assert len(wecom.sent) == 3
    assert [why for why, _ in wecom.dropped] == ["duplicate"]


def test_the_menu_has_sizes(wecom: WeComStandIn) -> None:
    def put(*names: str) -> int:
        buttons = [{"type": "click", "name": name, "key": name or "k"} for name in names]
        return int(ask(wecom, "menu/create", {"button": buttons}, agentid=AGENT_ID)["errcode"])

    assert put("今天", "怎么用") == 0
    assert ask(wecom, "menu/get", agentid=AGENT_ID)["button"][0]["key"] == "今天"
    assert put() == put("a", "b", "c", "d") == 40016
    assert put("六个汉字太长") == put("") == 40018


def test_trouble_on_order_and_its_trace(wecom: WeComStandIn, tmp_path: Path) -> None:
    wecom._log = tmp_path / "calls.jsonl"
    wecom.fail_next("message/send", 2, errcode=45009)
    wecom.fail_next("message/send", errcode=-1, after=True)
    assert [send(wecom, "一")["errcode"] for _ in range(4)] == [45009, 45009, -1, 0]
    assert len(wecom.sent) == 2, "the third took effect, only its answer was lost"
    lines = [json.loads(line) for line in wecom._log.read_text("utf-8").splitlines()]
    wecom._log = None
    assert [line["errcode"] for line in lines if line["path"] == "message/send"] == [45009, 45009, -1, 0]
    assert lines[-1]["body"]["text"] == {"content": "一"}
