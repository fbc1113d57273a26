"""A picture that goes with a reply: kept with it, delivered after it and once, in every channel and on a terminal."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.inline_pictures import Protocol, escapes, protocol_of, save
from bot.screen import Screen
from bot.terminal import Chat
from handlers.dialogue import Also, Dialogue
from handlers.front import Front
from handlers.outgoing import Picture, Say
from handlers.turns import Drawn, Heard, Turn
from storage import pictures
from storage.database import Transaction
from storage.errors import LeaseLost
from tests.serving import World, until, world
from tests.standins import slack_events as said
from tests.talking import READER
from tests.test_front import VISIT, Desk
from tests.test_terminal import NOW, PEOPLE, Answers

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
DRAWN = Drawn(PNG, "临港-完成率-20260318.png", "临港：完成率。Q1，截至 3/18 周三")


class Draws(Dialogue):
    """Answers as ever, with a picture."""

    def hear(self, heard: Heard, also: Also | None = None) -> Turn:
        def drawn(tx: Transaction, turn: Turn | None) -> None:
            if also is not None and turn is not None:
                also(tx, replace(turn, picture=DRAWN))

        return replace(super().hear(heard, drawn), picture=DRAWN)


# -- the front desk


@pytest.fixture
def desk(database: Any) -> Desk:
    made = Desk(database)
    made.front = Front(database, Draws(database, READER), made.vendors)
    return made


def test_the_picture_is_queued_after_all_pages_of_the_reply(desk: Desk) -> None:
    desk.vendors.lines_a_page = 1
    queued = desk.send(f"{VISIT}，让下周三之前发正式报价", payload={"handle": {"thread": "7"}})
    assert len(queued) > 2
    assert all(isinstance(content, Say) for _, _, content in queued[:-1])
    channel, conversation, picture = queued[-1]
    assert isinstance(picture, Picture)
    assert (channel, conversation, picture.handle) == ("chat", "@N", {"thread": "7"})
    assert (picture.name, picture.text) == (DRAWN.name, DRAWN.text)
    with desk.database.read() as tx:
        kept = pictures.find(tx, picture.id)
    assert kept is not None
    assert (kept.media_type, kept.data) == ("image/png", PNG)


def test_what_a_group_may_not_hear_it_may_not_see(desk: Desk) -> None:
    queued = desk.send(VISIT, conversation_id="room", payload={"group": True})
    where = {type(content).__name__: conversation for _, conversation, content in queued}
    assert where["Picture"] == "@N"
    assert [
        content for _, conversation, content in queued if conversation == "room" and isinstance(content, Picture)
    ] == []


def test_nothing_is_kept_of_a_message_that_breaks(desk: Desk) -> None:
    received = desk.claim(text=VISIT)
    with pytest.raises(LeaseLost):
        desk.front.take(received, "another worker")
    assert desk.number("pictures") == 0
    assert desk.queued() == []


# -- the whole way


@pytest.fixture
def here(database: Any) -> Iterator[World]:
    with world(database, dialogue=Draws(database, READER)) as made:
        yield made


def test_slack_shows_it_after_the_text_and_once(here: World) -> None:
    message = said.message("U0NIE", VISIT)
    for retry in range(3):
        assert here.slack_in.post(message, retry=retry).status == 200
    here.slack.wait_for(2)
    here.rest()
    (file,) = here.slack.files.values()
    assert (file["content"], file["alt"], file["name"]) == (PNG, DRAWN.text, DRAWN.name)
    card, picture = here.slack.sent
    assert "邱立" in card.text
    assert picture.method == "files"
    assert picture.channel == card.channel


def test_wecom_shows_it_after_the_text_and_once(here: World) -> None:
    xml = here.wecom_in.text("nie", VISIT)
    for _ in range(3):
        assert here.wecom_in.send(xml).status == 200
    until(lambda: any(sent.kind == "image" for sent in here.wecom.sent_to("nie")))
    here.rest()
    kinds = [sent.kind for sent in here.wecom.sent_to("nie")]
    assert kinds[-1] == "image"
    assert kinds.count("image") == 1
    assert here.wecom.media(here.wecom.sent_to("nie")[-1].content["media_id"])[1] == PNG


def test_the_bot_shows_it_after_the_text_and_once(here: World) -> None:
    until(lambda: here.robot.active)
    here.robot.text("nie", VISIT)
    until(lambda: len(here.robot.seen("nie")) >= 2)
    here.rest()
    card, picture = here.robot.seen("nie")
    assert "邱立" in json.dumps([card.text, card.card], ensure_ascii=False)
    assert picture.media == PNG


def test_a_vendor_that_is_away_gets_both_when_it_is_back(here: World) -> None:
    here.slack.fail_next("upload", status=503)
    assert here.slack_in.post(said.message("U0NIE", VISIT)).status == 200
    here.rest(40)
    assert [file["content"] for file in here.slack.files.values() if file["content"]] == [PNG]
    assert len(here.slack.sent) == 2


# -- the terminal

TERMINALS = [
    ({"TERM": "xterm-kitty"}, Protocol.KITTY),
    ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, Protocol.KITTY),
    ({"TERM_PROGRAM": "ghostty"}, Protocol.KITTY),
    ({"TERM_PROGRAM": "iTerm.app", "TERM": "xterm-256color"}, Protocol.ITERM),
    ({"TERM_PROGRAM": "WezTerm"}, Protocol.ITERM),
    ({"LC_TERMINAL": "iTerm2"}, Protocol.ITERM),
    ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, None),
    ({"TERM": "screen-256color", "TERM_PROGRAM": "iTerm.app"}, None),
    ({"TMUX": "/tmp/tmux,1", "KITTY_WINDOW_ID": "1"}, None),
    ({"TERM": "dumb"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("environment", "protocol"), TERMINALS)
def test_what_a_terminal_can_show(environment: dict[str, str], protocol: Protocol | None) -> None:
    assert protocol_of(environment, tty=True) is protocol
    assert protocol_of(environment, tty=False) is None


def test_kitty_gets_it_in_chunks_that_make_up_the_whole() -> None:
    found = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", escapes(Protocol.KITTY, DRAWN))
    assert base64.b64decode("".join(data for _, data in found)) == PNG
    assert all(len(data) <= 4096 for _, data in found)
    assert found[0][0].startswith("a=T,f=100")
    assert [head.rpartition("m=")[2] for head, _ in found] == ["1"] * (len(found) - 1) + ["0"]


def test_iterm_gets_it_in_one_piece() -> None:
    (found,) = re.findall(r"\x1b\]1337;File=([^:]*):([^\a]*)\a", escapes(Protocol.ITERM, DRAWN))
    assert base64.b64decode(found[1]) == PNG
    assert "inline=1" in found[0]
    assert f"size={len(PNG)}" in found[0]


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


class Pictured(Answers):
    def hear(self, heard: Heard) -> Turn:
        return replace(super().hear(heard), picture=DRAWN)


def chat_on(out: io.StringIO, folder: Path, environment: dict[str, str], language: Any = "zh") -> Chat:
    screen = Screen(Console(file=out, width=100, color_system=None), folder, environment)
    return Chat(Pictured(), PEOPLE, PEOPLE[0], screen, language, lambda: NOW)


def test_a_terminal_that_can_shows_it_after_the_card_and_keeps_no_file(tmp_path: Path) -> None:
    out = Tty()
    chat_on(out, tmp_path / "p", {"TERM": "xterm-kitty"}).take("完成率")
    assert out.getvalue().index("商机 金额") < out.getvalue().index("\x1b_G")
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(("language", "words"), [("zh", "图在 "), ("en", "Picture: ")])
def test_elsewhere_it_is_saved_and_named_in_one_line(tmp_path: Path, language: str, words: str) -> None:
    for out, environment in ((io.StringIO(), {"TERM": "xterm-kitty"}), (Tty(), {"TERM": "xterm"})):
        chat_on(out, tmp_path, environment, language).take("完成率")
        assert f"{words}{tmp_path / DRAWN.name}" in out.getvalue().splitlines()
        assert "\x1b" not in out.getvalue()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [PNG]  # the same picture is the same file


def test_another_picture_of_the_same_name_stays(tmp_path: Path) -> None:
    first, second = save(DRAWN, tmp_path), save(replace(DRAWN, data=b"other"), tmp_path)
    assert (first.read_bytes(), second.read_bytes()) == (PNG, b"other")
    assert second.name == "临港-完成率-20260318-2.png"
    outside = save(replace(DRAWN, name="../../x/..\\y\0.png"), tmp_path / "in")
    assert outside.parent == tmp_path / "in"


def test_a_picture_that_can_not_be_saved_does_not_break_the_chat(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    out = io.StringIO()
    chat = chat_on(out, tmp_path / "file" / "p", {})
    assert chat.take("完成率")
    assert chat.failures == 0
    assert "图没存下来" in out.getvalue()
