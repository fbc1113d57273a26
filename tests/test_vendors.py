"""The questions to the vendors that workers ask: answered once for a while, and never for long where nobody answers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.channels.base import Profile, Unreachable
from bot.vendors import Vendors
from handlers.front import VendorSilent
from tests.fake_channel import FakeChannel


class Slow(FakeChannel):
    """Counts what it is asked, and thinks for `thinks` seconds."""

    asked = 0
    thinks = 0.0

    async def profile(self, account: str) -> Profile | None:
        self.asked += 1
        await asyncio.sleep(self.thinks)
        return await super().profile(account)

    async def members(self, conversation_id: str) -> frozenset[str] | None:
        self.asked += 1
        return await super().members(conversation_id)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    thread = threading.Thread(target=made.run_forever)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join()
    made.close()


Make = Callable[..., Vendors]


@pytest.fixture
def vendors(loop: Any) -> Make:
    return lambda *channels, patience=5.0: Vendors(channels, loop, patience=patience)


def test_an_answer_is_asked_for_once(vendors: Make) -> None:
    chat = Slow("chat", "chat", profiles={"U1": Profile(("a@b.example",), "13800138001")})
    chat.groups = {"G1": frozenset({"U1", "U2"})}
    ask = vendors(chat)
    for _ in range(3):
        assert ask.contacts("chat", "U1") == (("a@b.example",), "13800138001")
        assert ask.members("chat", "G1:5") == ask.members("chat", "G1:6") == frozenset({"U1", "U2"})
    assert chat.asked == 2
    assert ask.contacts("chat", "U9") == ((), None)


def test_a_bot_is_nobody(vendors: Make) -> None:
    assert vendors(Slow("chat", "chat", profiles={"B": Profile(("a@b.example",), is_bot=True)})).contacts(
        "chat", "B"
    ) == ((), None)


def test_of_a_bots_people_the_application_is_asked_and_writes_to_them(vendors: Make) -> None:
    application = Slow("wecom", "wecom", profiles={"nie": Profile(("nie@x.example",))})
    robot = Slow("wecom-bot", "wecom")
    both, alone = vendors(application, robot), vendors(robot)
    assert both.contacts("wecom-bot", "nie") == (("nie@x.example",), None)
    assert both.private("wecom-bot", "nie") == ("wecom", "@nie")
    assert (alone.identities("wecom-bot"), alone.private("wecom-bot", "nie")) == ("wecom", ("wecom-bot", "@nie"))
    assert robot.asked == 0


def test_a_vendor_that_hangs_is_not_asked_by_every_worker_in_turn(vendors: Make) -> None:
    chat = Slow("chat", "chat")
    chat.thinks = 60.0
    ask = vendors(chat, patience=0.05)
    for account in ("U1", "U2", "U3"):
        began = time.monotonic()
        with pytest.raises(VendorSilent):
            ask.contacts("chat", account)
        assert time.monotonic() - began < 5
    assert chat.asked == 1


def test_a_vendor_that_refuses_is_asked_again(vendors: Make) -> None:
    chat = Slow("chat", "chat", profiles={"U1": Profile(("a@b.example",))}, down=Unreachable("broken"))
    ask = vendors(chat)
    with pytest.raises(VendorSilent, match="broken"):
        ask.contacts("chat", "U1")
    chat.down = None
    assert ask.contacts("chat", "U1") == (("a@b.example",), None)


def test_an_unknown_channel_says_nothing(vendors: Make) -> None:
    ask = vendors()
    assert ask.contacts("gone", "U1") == ((), None)
    assert ask.members("gone", "G1") is None
    assert ask.identities("gone") == "gone"
