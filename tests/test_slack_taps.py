"""Buttons, choices and forms: a tap is a message, a correction is a modal, what is wrong shows at its field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.channels.base import Kind
from bot.channels.slack import blocks, views
from bot.channels.slack.text import WORDS
from handlers.turns import Button, Reply
from tests.slack_world import ANNA, BEN, FORM, OPEN, FakeDesk, FakeIntake, Server, channel_to, known_people
from tests.standins import slack_events as ev
from tests.standins.slack import SlackStandIn, dm
from tests.standins.slack_events import SlackSender

UNDO = Button("撤销", "undo:s1")
EDIT = Button("改", "edit:s1")


class World:
    def __init__(self) -> None:
        self.intake, self.desk = FakeIntake(), FakeDesk()
        self.slack = known_people(SlackStandIn())
        self.sender = SlackSender("")

    def take(self, payload: dict[str, Any]) -> Any:
        answer = self.sender.post(payload)
        assert answer.status == 200, answer
        return answer


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    with world.slack, Server(channel_to(world.slack, world.intake, world.desk, form_within=1.5)) as url:
        world.sender = SlackSender(url)
        yield world


def card(*buttons: Button, conversation: str = f"@{ANNA}", lines: tuple[str, ...] = ("✅ 渭林水务 · 拜访",)) -> Any:
    return blocks.message(Reply(lines, buttons), conversation, "Choose one")


def elements(shown: Any) -> list[dict[str, Any]]:
    return [element for block in shown if block["type"] == "actions" for element in block["elements"]]


def test_a_tap_says_what_where_and_on_which_card(world: World) -> None:
    shown = card(EDIT, UNDO)
    payload = ev.tap(ANNA, elements(shown)[1], blocks=shown, ts="1774000000.000200", response_url="https://h.invalid/a")
    world.take(payload)
    world.take(payload)
    got = world.intake.only
    assert (got.kind, got.text, got.conversation_id, got.sender_id) == (Kind.TAP, "撤销", f"@{ANNA}", ANNA)
    assert got.payload["action"] == "undo:s1"
    assert got.payload["group"] is False
    assert got.payload["handle"] == {
        "channel": dm(ANNA),
        "ts": "1774000000.000200",
        "response_url": "https://h.invalid/a",
        "card": ["✅ 渭林水务 · 拜访"],
    }


def test_two_taps_are_two(world: World) -> None:
    shown = card(UNDO)
    world.take(ev.tap(ANNA, elements(shown)[0], blocks=shown))
    world.take(ev.tap(ANNA, elements(shown)[0], blocks=shown))
    assert len(world.intake.accepted) == 2


def test_a_card_in_a_channel_belongs_to_its_thread(world: World) -> None:
    place = f"{OPEN}:1774000000.000001"
    shown = card(UNDO, conversation=place)
    world.take(ev.tap(BEN, elements(shown)[0], channel=OPEN, thread="1774000000.000001", blocks=shown))
    got = world.intake.only
    assert (got.conversation_id, got.payload["group"], got.sender_id) == (place, True, BEN)
    assert got.payload["handle"]["thread"] == "1774000000.000001"


def test_nobody_taps_in_somebody_elses_private_chat(world: World) -> None:
    shown = card(UNDO, conversation=f"@{ANNA}")
    world.take(ev.tap(BEN, elements(shown)[0], blocks=shown))
    assert world.intake.only.conversation_id == f"@{BEN}"


@pytest.mark.parametrize("named", [f"@{ANNA}", f"@{ANNA}:1774000000.000001", "?"])
def test_a_card_in_a_thread_of_the_private_chat_belongs_to_the_chat(world: World, named: str) -> None:
    thread = "1774000000.000001"
    shown = card(UNDO, EDIT, conversation=named)
    world.take(ev.tap(ANNA, elements(shown)[0], thread=thread, blocks=shown))
    got = world.intake.only
    assert (got.conversation_id, got.payload["group"], got.payload["handle"]["thread"]) == (f"@{ANNA}", False, thread)
    world.intake.forget()
    world.take(ev.tap(ANNA, elements(shown)[1], thread=thread, blocks=shown, trigger=world.slack.trigger()))
    ((_, view),) = world.slack.views
    world.take(ev.submission(ANNA, view, FILLED))
    form = world.intake.only
    assert (form.kind, form.conversation_id, form.payload["handle"]["thread"]) == (Kind.FORM, f"@{ANNA}", thread)


def test_a_choice_from_a_menu(world: World) -> None:
    picks = [Button(f"王总 {number}", f"pick:3:c{number}") for number in range(8)]
    shown = card(*picks, conversation=f"{OPEN}:1774000000.000001")
    (menu,) = elements(shown)
    world.take(ev.choose(ANNA, menu, 6, shown[-1]["block_id"], channel=OPEN, blocks=shown))
    got = world.intake.only
    assert (got.payload["action"], got.text) == ("pick:3:c6", "王总 6")
    assert got.conversation_id == f"{OPEN}:1774000000.000001"


def test_a_label_too_long_for_a_button_comes_back_whole(world: World) -> None:
    label = "渭林水务集团有限公司 " * 10
    shown = card(Button(label, "pick:1:a"))
    assert len(elements(shown)[0]["text"]["text"]) <= 75
    world.take(ev.tap(ANNA, elements(shown)[0], blocks=shown))
    assert world.intake.only.text == label


def test_a_card_comes_back_as_it_reads(world: World) -> None:
    shown = card(Button("A & <B>", "undo:s1"), lines=("✅ <渭林> & *水务*", "80 -> 85"))
    world.take(ev.tap(ANNA, elements(shown)[0], blocks=shown))
    got = world.intake.only
    assert (got.text, got.payload["handle"]["card"]) == ("A & <B>", ["✅ <渭林> & *水务*\n80 -> 85"])
    world.intake.forget()
    shown[0]["text"]["text"] = ":white_check_mark: 渭林 :tada:"
    world.take(ev.tap(ANNA, elements(shown)[0], blocks=shown))
    assert world.intake.only.payload["handle"]["card"] == ["✅ 渭林 :tada:"]
    picks = [Button(f"<{number}>", f"pick:3:c{number}") for number in range(8)]
    shown = card(*picks)
    world.intake.forget()
    world.take(ev.choose(ANNA, elements(shown)[0], 6, shown[-1]["block_id"], blocks=shown))
    assert world.intake.only.text == "<6>"


def test_a_tap_in_the_home_tab(world: World) -> None:
    element = blocks.button_element(Button("完成", "done:7"), f"@{ANNA}", "h0.0.0")
    world.take(ev.tap(ANNA, element, home=True))
    got = world.intake.only
    assert got.payload == {"handle": {"home": True}, "action": "done:7", "home": True, "group": False}


def test_a_whisper_is_known_by_its_answer_address(world: World) -> None:
    element = blocks.button_element(UNDO, f"@{ANNA}", "b0")
    world.take(ev.tap(ANNA, element, channel=OPEN, ephemeral=True, response_url="https://h.invalid/w"))
    handle = world.intake.only.payload["handle"]
    assert (handle["ephemeral"], handle["response_url"]) == (True, "https://h.invalid/w")


@pytest.mark.parametrize("value", ["", "x", "[]", "{}", '{"a":1}', '{"a":""}', "[" * 2000])
def test_buttons_that_are_not_ours(world: World, value: str) -> None:
    world.take(ev.tap(ANNA, {"type": "button", "action_id": "x", "value": value}))
    world.take(ev.tap(ANNA, {"type": "overflow", "action_id": "x"}))
    assert not world.intake.asked


# -- forms


def opened(world: World, **how: Any) -> dict[str, Any]:
    """Taps "correct", and gives the modal that opened."""
    shown = card(EDIT, UNDO)
    world.take(ev.tap(ANNA, elements(shown)[0], blocks=shown, trigger=world.slack.trigger(), **how))
    ((_, view),) = world.slack.views
    return view


def test_the_button_to_correct_opens_a_form_at_once(world: World) -> None:
    view = opened(world, ts="1774000000.000200")
    assert not world.intake.asked
    assert world.desk.asked == [("slack", ANNA, f"@{ANNA}", "s1")]
    assert view["title"]["text"] == "改记录"
    amount, due, stage, people = (block["element"] for block in view["blocks"] if block["type"] == "input")
    assert amount["initial_value"] == "80万"
    assert due["initial_date"] == "2026-03-25"
    assert stage["initial_option"]["text"]["text"] == "报价"
    assert [option["value"] for option in people["initial_options"]] == ["c1"]


FILLED = {
    "amount": {"type": "plain_text_input", "value": "85万"},
    "due": {"type": "datepicker", "selected_date": None},
    "stage": {"type": "static_select", "selected_option": {"text": {"text": "线索"}, "value": "lead"}},
    "people": {"type": "multi_static_select", "selected_options": [{"value": "c1"}, {"value": "c2"}]},
}  # fmt: skip


def test_a_form_filled_in_is_a_message_and_closes(world: World) -> None:
    view = opened(world, ts="1774000000.000200")
    payload = ev.submission(ANNA, view, FILLED)
    assert world.take(payload).text == ""
    world.take(payload)
    got = world.intake.only
    assert (got.kind, got.conversation_id, got.payload["action"]) == (Kind.FORM, f"@{ANNA}", "put:s1")
    assert got.payload["values"] == {"amount": "85万", "due": None, "stage": "lead", "people": ["c1", "c2"]}
    assert got.payload["handle"] == {"channel": dm(ANNA), "ts": "1774000000.000200"}
    assert world.desk.asked[1][4]["people"] == ("c1", "c2")
    json.dumps(dict(got.payload))


def test_what_is_wrong_is_shown_at_its_field(world: World) -> None:
    view = opened(world)
    world.desk.found = {"amount": "85 什么？写 85万 或 850,000。", "gone": "没有这个字段"}
    answer = world.take(ev.submission(ANNA, view, FILLED)).data
    assert answer == {"response_action": "errors", "errors": {"amount": "85 什么？写 85万 或 850,000。"}}
    assert not world.intake.asked


def test_a_fault_of_no_field_is_shown_all_the_same() -> None:
    assert views.faults({"": "不能再改"}, {"amount": "1"})["errors"] == {"amount": "不能再改"}


def test_a_form_that_cannot_be_checked_or_kept(world: World) -> None:
    view = opened(world)
    world.desk.fails = True
    world.take(ev.submission(ANNA, view, FILLED))
    assert world.intake.only.kind == Kind.FORM
    world.intake.broken = True
    assert world.sender.post(ev.submission(ANNA, view, FILLED, mark="2.x")).status == 503


@pytest.mark.parametrize(
    "trouble", ["no form", "desk fails", "slack refuses", "slack is gone", "slack is slow", "trigger too old"]
)
def test_where_no_form_opens_the_tap_is_a_tap(world: World, trouble: str) -> None:
    trigger = world.slack.trigger()
    if trouble == "no form":
        world.desk.has = None
    elif trouble == "desk fails":
        world.desk.fails = True
    elif trouble == "slack refuses":
        world.slack.fail_next("views.open", error="invalid_arguments")
    elif trouble == "slack is gone":
        world.slack.fail_next("views.open", cut=True)
    elif trouble == "slack is slow":
        world.slack.fail_next("views.open", delay=5)
    else:
        trigger = "too old"
    shown = card(EDIT)
    world.take(ev.tap(ANNA, elements(shown)[0], blocks=shown, trigger=trigger))
    assert (world.intake.only.kind, world.intake.only.payload["action"]) == (Kind.TAP, "edit:s1")


def test_a_form_opened_from_the_home_tab_makes_the_tab_anew(world: World) -> None:
    element = blocks.button_element(EDIT, f"@{ANNA}", "h0.0.0")
    world.take(ev.tap(ANNA, element, home=True, trigger=world.slack.trigger()))
    ((_, view),) = world.slack.views
    world.take(ev.submission(ANNA, view, FILLED))
    assert world.intake.only.payload["home"] is True


def test_other_forms_are_left(world: World) -> None:
    view = {**views.modal(FORM, f"@{ANNA}", {}, WORDS[True]), "callback_id": "another"}
    world.take(ev.submission(ANNA, view, FILLED))
    assert not world.intake.asked
