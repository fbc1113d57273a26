"""The whole way, over real HTTP and WebSockets: from a vendor's signed request to what the person sees, and back."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from storage import inbox
from tests.serving import World, until, world
from tests.standins import slack_events as said

VISIT = "下午去渭林水务见了邱立，聊了双吸泵的方案"
WHO = "U0NIE"


@pytest.fixture
def here(database: Any) -> Iterator[World]:
    with world(database) as made:
        yield made


def button(blocks: list[dict[str, Any]], label: str) -> dict[str, Any]:
    found = [e for block in blocks for e in block.get("elements", ()) if e.get("text", {}).get("text") == label]
    assert found, f"no [{label}] in {json.dumps(blocks, ensure_ascii=False)}"
    return found[0]


# -- Slack


def test_a_report_in_slack_and_its_undo(here: World) -> None:
    before = here.count("activities")
    assert here.slack_in.post(said.message(WHO, VISIT)).status == 200
    (card,) = here.slack.wait_for(1)
    assert card.method == "chat.postMessage"
    assert "邱立" in card.text
    assert here.count("activities") == before + 1
    undo = button(card.blocks, "撤销")
    assert here.slack_in.post(said.tap(WHO, undo, ts=card.ts, blocks=card.blocks)).status == 200
    here.slack.wait_until(lambda: len(here.slack.sent) >= 3)
    here.rest()
    assert here.count("activities") == before
    settled = [sent for sent in here.slack.sent if sent.method == "chat.update"]
    assert settled
    assert not any(block["type"] == "actions" for block in settled[0].blocks)


def test_the_same_event_again_and_again_is_one(here: World) -> None:
    message = said.message(WHO, VISIT)
    for retry in range(4):
        assert here.slack_in.post(message, retry=retry).status == 200
    here.slack.wait_for(1)
    here.rest()
    assert (here.count("inbox"), len(here.slack.sent)) == (1, 1)


def test_a_form_corrects_field_by_field(here: World) -> None:
    here.slack_in.post(said.message(WHO, VISIT))
    (card,) = here.slack.wait_for(1)
    edit = button(card.blocks, "改")
    trigger = here.slack.trigger()
    assert here.slack_in.post(said.tap(WHO, edit, ts=card.ts, blocks=card.blocks, trigger=trigger)).status == 200
    here.slack.wait_until(lambda: bool(here.slack.views))
    _, view = here.slack.views[0]
    kinds = next(
        block for block in view["blocks"]
        if block["type"] == "input" and any(o["text"]["text"] == "电话" for o in block["element"].get("options", ()))
    )  # fmt: skip
    call = next(o for o in kinds["element"]["options"] if o["text"]["text"] == "电话")
    values = {kinds["block_id"]: {"type": "static_select", "selected_option": call}}
    answer = here.slack_in.post(said.submission(WHO, view, values))
    assert answer.status == 200
    here.slack.wait_until(lambda: len(here.slack.sent) >= 2)
    assert "电话" in here.slack.sent[-1].text
    with here.database.read() as tx:
        types = list(tx.exec_driver_sql("select type from activities order by happened_on desc").scalars())
    assert types.count("call") == 1


def test_an_edit_is_followed_and_a_deletion_asks(here: World) -> None:
    original = said.said(WHO, VISIT)
    here.slack_in.post(said.event(original))
    here.slack.wait_for(1)
    here.slack_in.post(said.edited(original, VISIT.replace("邱立", "胡建民")))
    here.slack.wait_for(2)
    assert "胡建民" in here.slack.sent[1].text
    before = here.count("activities")
    here.slack_in.post(said.deleted(original))
    here.slack.wait_for(3)
    assert "撤销" in here.slack.sent[2].text or button(here.slack.sent[2].blocks, "撤销")
    here.rest()
    assert here.count("activities") == before


def test_a_mention_in_a_channel_is_answered_aloud_only_to_those_who_may_hear_it(here: World) -> None:
    bot = here.slack.bot_user
    here.slack.channel("C0TEAM", WHO, "U0BOSS")
    here.slack.channel("C0ALL", WHO, "U0PAN")
    here.slack_in.post(said.mention(WHO, f"<@{bot}> {VISIT}", "C0TEAM"))
    (aloud,) = here.slack.wait_for(1)
    assert aloud.channel == "C0TEAM"
    assert aloud.thread
    here.slack_in.post(said.mention(WHO, f"<@{bot}> {VISIT}", "C0ALL"))
    here.slack.wait_for(3)
    here.rest()
    by_channel = {sent.channel: sent.text for sent in here.slack.sent[1:]}
    assert "邱立" not in by_channel["C0ALL"]
    assert "邱立" in by_channel["D0NIE"]
    here.slack_in.post(said.message(WHO, VISIT, channel="C0TEAM"))  # not addressed
    here.rest()
    assert len(here.slack.sent) == 3


def test_the_home_tab_ticks_off(here: World) -> None:
    here.slack_in.post(said.message(WHO, "提醒我今天给渭林水务的邱立发报价"))
    here.slack.wait_for(1)
    here.slack_in.post(said.home_opened(WHO))
    here.slack.wait_until(lambda: WHO in here.slack.homes)
    done = button_of_home(here.slack.homes[WHO], "做完了")
    here.slack_in.post(said.tap(WHO, done, home=True))
    here.rest()
    until(lambda: "撤销" in json.dumps(here.slack.homes[WHO], ensure_ascii=False))
    assert len(here.slack.sent) == 1, "a tap at home is answered at home"


def button_of_home(view: dict[str, Any], label: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    def look(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "button" and node["text"]["text"] == label:
                found.append(node)
            for value in node.values():
                look(value)
        elif isinstance(node, list):
            for value in node:
                look(value)

    look(view)
    assert found, f"no [{label}] in {json.dumps(view, ensure_ascii=False)}"
    return found[0]


def test_a_colleague_who_is_mentioned_is_named(here: World) -> None:
    here.slack_in.post(said.message(WHO, "提醒我周五前把样本给 <@U0PAN> 送去"))
    (card,) = here.slack.wait_for(1)
    assert "潘悦" in card.text
    assert "U0PAN" not in card.text


def test_the_slash_command_and_the_assistants_pane(here: World) -> None:
    url = here.slack.response_url("C0OPEN", WHO)
    here.slack_in.post(said.slash(WHO, VISIT, trigger=here.slack.trigger(), response_url=url))
    here.slack.wait_for(1)
    assert "邱立" in here.slack.sent[0].text
    here.slack_in.post(said.home_opened(WHO, tab="messages"))
    here.slack.wait_until(lambda: bool(here.slack.prompts))


# -- WeCom


def test_a_report_in_wecom_its_question_and_the_card_after_the_tap(here: World) -> None:
    before = here.count("activities")
    assert here.wecom_in.send(here.wecom_in.text("nie", "下午去了青荷，谈了合同")).status == 200
    until(lambda: bool(here.wecom.sent_to("nie")))
    here.rest()
    asked = here.wecom.sent_to("nie")[-1]
    label = next(one for one in asked.buttons if "纺织" in one)
    assert here.count("activities") == before
    here.wecom_in.send(here.wecom.tap(here.wecom_in, asked, label))
    until(lambda: here.count("activities") == before + 1)
    here.rest()
    assert here.wecom.updates, "the card still shows its buttons"
    assert "青荷" in "".join(here.wecom.texts_to("nie"))


def test_wecom_sends_again_and_it_is_one(here: World) -> None:
    xml = here.wecom_in.text("nie", VISIT)
    for _ in range(3):
        assert here.wecom_in.send(xml).status == 200
    until(lambda: bool(here.wecom.sent_to("nie")))
    here.rest()
    assert here.count("inbox") == 1
    assert "".join(here.wecom.texts_to("nie")).count("邱立") == 1


def test_what_else_wecom_sends(here: World) -> None:
    for xml in (
        here.wecom_in.enter_agent("nie"), here.wecom_in.location("nie", "南湖路口"), here.wecom_in.image("nie"),
        here.wecom_in.click("nie", "today"), here.wecom_in.click("nie", "help"), here.wecom_in.text("gast", "你好"),
    ):  # fmt: skip
        assert here.wecom_in.send(xml).status == 200
    here.rest()
    assert len(here.wecom.sent_to("nie")) >= 5
    assert here.count("change_sets") == 1  # of the import


def test_the_bot_over_its_long_connection(here: World) -> None:
    until(lambda: here.robot.active)
    here.robot.text("nie", VISIT)
    until(lambda: any("邱立" in json.dumps([s.text, s.card], ensure_ascii=False) for s in here.robot.seen("nie")))
    here.robot.text("nie", "@参谋 " + VISIT, chatid="group-1")  # nobody can say who reads along there
    until(lambda: "邱立" in "".join(here.wecom.texts_to("nie")))
    here.rest()
    assert not any("邱立" in s.text for s in here.robot.seen("group-1"))
    assert all(shown.finished for shown in here.robot.seen("group-1")), "it still looks as if an answer were to come"


# -- when the vendor has trouble


def test_a_dead_vendor_loses_no_reply(here: World) -> None:
    here.slack.die()
    for number in range(5):
        assert here.slack_in.post(said.message(WHO, f"{VISIT}，第{number}版")).status == 200
    with here.database.read() as tx:
        assert inbox.counts(tx)
    until(lambda: here.count("outbox") == 5)
    here.slack.revive()
    here.slack.wait_until(lambda: len(here.slack.sent) == 5, 40)
    here.rest()
    order = [int(sent.key.partition(":")[2]) for sent in here.slack.sent if sent.key]
    assert order == sorted(order)


def test_a_slow_vendor_keeps_the_order_and_nobody_else_waiting(here: World) -> None:
    here.slack.fail_next("chat.postMessage", delay=2.0)
    here.slack_in.post(said.message(WHO, VISIT))
    here.slack.wait_until(lambda: True)
    here.slack_in.post(said.message(WHO, "在吗"))
    until(lambda: here.count("outbox") == 2)
    here.wecom_in.send(here.wecom_in.text("pan", "在吗"))
    until(lambda: bool(here.wecom.sent_to("pan")))
    here.slack.wait_until(lambda: len(here.slack.sent) == 2)
    assert "邱立" in here.slack.sent[0].text


def test_a_dead_wecom_loses_no_reply_either(here: World) -> None:
    here.wecom.stop()
    for number in range(4):
        assert here.wecom_in.send(here.wecom_in.text("nie", f"{VISIT}，第{number}版")).status == 200
    until(lambda: here.count("outbox") == 4)
    here.slack_in.post(said.message(WHO, "在吗"))  # and Slack doesn't wait for it
    here.slack.wait_for(1)
    here.wecom.start()
    here.rest(40)
    keys = [sent.key for sent in here.wecom.sent_to("nie")]
    assert list(dict.fromkeys(keys)) == sorted(set(keys), key=lambda key: int(key.split(":")[1]))
    assert len(set(keys)) == 4


def test_a_vendors_limits_are_kept_and_its_retry_after_honoured(here: World) -> None:
    here.slack.fail_next("chat.postMessage", retry_after=1)
    for _ in range(4):
        here.slack_in.post(said.message(WHO, "在吗"))
    here.slack.wait_until(lambda: len(here.slack.sent) == 4, 30)
    assert here.slack.too_fast == 0
    for number in range(35):
        here.wecom_in.send(here.wecom_in.text("pan", f"在吗{number}"))
    until(lambda: len(here.wecom.sent_to("pan")) >= 8)
    assert not here.wecom.dropped


# -- operating it


def test_health_readiness_and_metrics(here: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "canmou")
    assert here.get("/healthz").text == "ok\n"
    until(lambda: here.get("/readyz").status_code == 200)
    body = here.get("/readyz").json()
    assert body["channels"].keys() == {"slack", "wecom", "wecom-bot"}
    here.slack_in.post(said.message(WHO, VISIT))
    here.slack.wait_for(1)
    here.rest()
    until(lambda: 'canmou_messages_sent_total{channel="slack",how="delivered"} 1.0' in here.get("/metrics").text)
    text = here.get("/metrics").text
    assert 'canmou_messages_accepted_total{channel="slack",is="new"} 1.0' in text
    assert 'canmou_queue_messages{queue="inbox",state="waiting"} 0.0' in text
    assert "渭林" not in text + caplog.text
    assert here.slack.bot_token not in text + caplog.text


def test_nothing_of_the_vendors_makes_a_500(here: World) -> None:
    import requests

    for path in ("/slack/events", "/wecom/callback"):
        for body in (b"", b"{}", b"\xff\xfe", b"<xml/>", b"x" * 2_000_000):
            answer = requests.post(here.url + path, data=body, timeout=10)
            assert 400 <= answer.status_code < 500, (path, body[:10], answer.status_code)
    assert requests.get(here.url + "/wecom/callback", timeout=10).status_code == 400
    assert here.count("inbox") == 0
    text = here.get("/metrics").text
    assert 'canmou_requests_refused_total{channel="slack",status="413"} 1.0' in text
    assert 'canmou_requests_refused_total{channel="wecom"' in text


def test_a_wrong_secret_is_said_to_the_operator(here: World, caplog: pytest.LogCaptureFixture) -> None:
    from tests.standins.slack_events import SlackSender

    wrong = SlackSender(f"{here.url}/slack/events", secret="another")
    for _ in range(3):
        assert wrong.post(said.message(WHO, VISIT)).status == 401
    told = [record.getMessage() for record in caplog.records if "CANMOU_SLACK_SIGNING_SECRET" in record.getMessage()]
    assert len(told) == 1


class Moody:
    """A database that goes away and comes back."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.away = False

    def __getattr__(self, name: str) -> Any:
        if self.away and name in ("read", "begin"):
            raise OSError("gone")
        return getattr(self._database, name)


def test_a_database_that_goes_away_and_comes_back(database: Any) -> None:
    moody = Moody(database)
    with world(moody) as here:
        until(lambda: here.get("/readyz").status_code == 200)
        moody.away = True
        assert "canmou_database_up 0.0" in here.get("/metrics").text
        assert here.get("/readyz").status_code == 503
        assert here.get("/healthz").status_code == 200
        message = said.message(WHO, VISIT)
        assert here.slack_in.post(message).status == 503  # not acknowledged: Slack sends it again
        moody.away = False
        until(lambda: here.get("/readyz").status_code == 200)  # by itself: else nobody might send anything here
        assert here.slack_in.post(message, retry=1).status == 200
        (card,) = here.slack.wait_for(1)
        assert "邱立" in card.text
        until(lambda: here.get("/readyz").status_code == 200)
        assert "canmou_database_up 1.0" in here.get("/metrics").text
