"""Socket Mode against the stand-in's WebSocket: the same messages, acknowledged only when they are kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.channels.base import Kind
from bot.channels.slack import SlackChannel, blocks
from handlers.turns import Button
from tests.slack_world import ANNA, FakeDesk, FakeIntake, channel_to, known_people
from tests.standins import slack_events as ev
from tests.standins.slack import APP_TOKEN, SlackStandIn


class World:
    def __init__(self, slack: SlackStandIn) -> None:
        self.slack, self.intake, self.desk = slack, FakeIntake(), FakeDesk()
        self.channel: SlackChannel = channel_to(
            slack, self.intake, self.desk, signing_secret=None, app_token=APP_TOKEN, ping_seconds=0.05
        )

    async def until(self, holds: Callable[[], bool]) -> None:
        await asyncio.to_thread(self.slack.wait_until, holds, 10)

    async def send(self, kind: str, payload: dict[str, Any], **how: Any) -> Any:
        """Sends an envelope and waits for its acknowledgement."""
        envelope = await asyncio.to_thread(self.slack.over_socket, kind, payload, **how)
        await self.until(lambda: envelope in self.slack.acks)
        return self.slack.acks[envelope]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    with known_people(SlackStandIn()) as slack:
        world = World(slack)
        await world.channel.start()
        await world.until(lambda: slack.connections == 1)
        yield world
        await world.channel.stop()


async def test_there_is_no_address_to_call(world: World) -> None:
    assert list(world.channel.routes()) == []


async def test_a_message_is_kept_then_acknowledged(world: World) -> None:
    payload = ev.message(ANNA, "去了渭林")
    assert await world.send("events_api", payload) is None
    await world.send("events_api", payload, retry=1)
    assert world.intake.only.text == "去了渭林"


async def test_a_command_and_a_tap(world: World) -> None:
    command = ev.slash(ANNA, "今天", trigger="1.1", response_url="https://h.invalid/x")
    await world.send("slash_commands", command)
    element = blocks.button_element(Button("撤销", "undo:s1"), f"@{ANNA}", "b0")
    await world.send("interactive", ev.tap(ANNA, element))
    assert [message.kind for message in world.intake.accepted] == [Kind.TEXT, Kind.TAP]


async def test_a_form_over_the_socket(world: World) -> None:
    element = blocks.button_element(Button("改", "edit:s1"), f"@{ANNA}", "b0")
    await world.send("interactive", ev.tap(ANNA, element, trigger=world.slack.trigger()))
    ((_, view),) = world.slack.views
    world.desk.found = {"amount": "85 什么？"}
    filled = ev.submission(ANNA, view, {"amount": {"type": "plain_text_input", "value": "85"}})
    assert await world.send("interactive", filled) == {
        "response_action": "errors",
        "errors": {"amount": "85 什么？"},
    }
    world.desk.found = {}
    assert await world.send("interactive", filled) is None
    assert world.intake.only.kind == Kind.FORM


async def test_what_could_not_be_kept_is_not_acknowledged(world: World) -> None:
    world.intake.broken = True
    lost = await asyncio.to_thread(world.slack.over_socket, "events_api", ev.message(ANNA, "a"))
    while not world.intake.asked:
        await asyncio.sleep(0.005)
    world.intake.broken = False
    payload = ev.message(ANNA, "b")
    await world.send("events_api", payload)
    assert lost not in world.slack.acks
    assert world.intake.only.text == "b"


@pytest.mark.parametrize("how", ["refresh", "farewell", "cut"])
async def test_it_comes_back(world: World, how: str) -> None:
    if how == "refresh":
        await asyncio.to_thread(world.slack.ask_to_reconnect)
    else:
        await asyncio.to_thread(world.slack.cut_sockets, clean=how == "farewell")
    await world.until(lambda: world.slack.links == 2 and world.slack.connections == 1)
    await world.send("events_api", ev.message(ANNA, "back again"))
    assert world.intake.only.text == "back again"


async def test_it_asks_for_a_new_address_each_time() -> None:
    """An address is good once: whoever tries the old one again never comes in."""
    with known_people(SlackStandIn()) as slack:
        slack.fail_next("apps.connections.open", error="internal_error")
        slack.fail_next("link", 2)
        world = World(slack)
        await world.channel.start()
        await world.until(lambda: slack.connections == 1)
        assert len(slack.called("apps.connections.open")) == 4
        await world.send("events_api", ev.message(ANNA, "hi"))
        assert world.intake.only.text == "hi"
        await world.channel.stop()


async def test_starting_returns_at_once_and_stopping_ends_all() -> None:
    slack = SlackStandIn()
    slack.start()
    slack.die()
    world = World(slack)
    before = asyncio.all_tasks()
    await world.channel.start()
    assert await world.channel.connected() is False
    await world.channel.stop()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() <= before
    slack.stop()
