"""The terminal: what is typed, pasted or piped, numbers for buttons, commands, cards with and without colour."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.keyboard import piped
from bot.people import like, named
from bot.screen import Screen, clean
from bot.terminal import Chat
from bot.terminal_words import EN, ZH, examples, language_of
from handlers.turns import Button, Heard, Reply, Turn
from sales.errors import UnknownRecord
from sales.people import Person
from sales.stages import Intent, Role

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 3, 18, 10, 5, tzinfo=UTC)
PEOPLE = [
    Person("u-1", "白帆", Role.REP, "ou", ("小白",), "客户经理"),
    Person("u-2", "白露", Role.REP, "ou", ("小白",), "客户经理"),
    Person("u-3", "Ivy Lin", Role.MANAGER, "ou", ("Ivy",), "Manager"),
]
CARD = Reply(("✅ 青禾 · 拜访 沈岚", "商机 金额 80万 → 85万"), (Button("改", "edit:1"), Button("撤销", "undo:1")))


class Answers:
    """A dialogue that keeps what it heard; it breaks on 坏."""

    def __init__(self, reply: Reply = CARD) -> None:
        self.heard: list[Heard] = []
        self.reply = reply

    def hear(self, heard: Heard) -> Turn:
        self.heard.append(heard)
        if "坏" in heard.text:
            raise UnknownRecord("account", "a-1")
        return Turn(Intent.REPORT, self.reply)


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def dialogue() -> Answers:
    return Answers()


@pytest.fixture
def chat(dialogue: Answers, out: io.StringIO) -> Chat:
    screen = Screen(Console(file=out, force_terminal=False, width=40))
    return Chat(dialogue, PEOPLE, PEOPLE[0], screen, "zh", lambda: NOW, lambda person: ("青禾", "沈岚"))


def test_a_message_is_heard_as_it_was_typed(chat: Chat, dialogue: Answers, out: io.StringIO) -> None:
    assert chat.take("  今天去了青禾\n第二行 ")
    (heard,) = dialogue.heard
    assert (heard.channel, heard.person_id, heard.at, heard.action) == ("terminal", "u-1", NOW, None)
    assert heard.text == "  今天去了青禾\n第二行 "
    # no colour: whole lines however narrow, buttons with their numbers
    assert out.getvalue() == "  ✅ 青禾 · 拜访 沈岚\n  商机 金额 80万 → 85万\n  [1 改] [2 撤销]\n\n"


def test_every_message_has_an_id_of_its_own(chat: Chat, dialogue: Answers) -> None:
    for _ in range(3):
        chat.take("在吗")
    assert len({heard.message_id for heard in dialogue.heard}) == 3


@pytest.mark.parametrize("typed", ["2", " 2 ", "[2]", "2.", "２", "2、", "【2】"])
def test_a_number_taps_the_button(typed: str, chat: Chat, dialogue: Answers) -> None:
    chat.take("今天去了青禾")
    chat.take(typed)
    assert (dialogue.heard[1].action, dialogue.heard[1].text) == ("undo:1", "撤销")


@pytest.mark.parametrize("typed", ["3", "0", "85", "2万", "不是2", "1.5", "2026"])
def test_what_is_no_number_of_a_button_is_a_message(typed: str, chat: Chat, dialogue: Answers) -> None:
    chat.take("今天去了青禾")
    chat.take(typed)
    assert (dialogue.heard[1].action, dialogue.heard[1].text) == (None, typed)


def test_buttons_go_with_the_reply_that_showed_them(chat: Chat, dialogue: Answers) -> None:
    chat.take("今天去了青禾")
    dialogue.reply = Reply(("在",))
    chat.take("在吗")
    chat.take("1")
    assert dialogue.heard[2].action is None
    dialogue.reply = CARD
    chat.take("今天去了青禾")
    chat.take("/as Ivy")
    chat.take("1")  # another person has not been asked anything
    assert dialogue.heard[-1].action is None


def test_who_is_speaking_can_be_changed(chat: Chat, dialogue: Answers, out: io.StringIO) -> None:
    for name, then in (("ivy", "u-3"), ("白露", "u-2"), ("u-1", "u-1"), ("白 露", "u-2")):
        assert chat.take(f"/as {name}")
        assert chat.person.id == then
    assert not dialogue.heard
    assert ZH.now.format(person="Ivy Lin Manager (u-3)") in out.getvalue()


@pytest.mark.parametrize(("typed", "said"), [
    ("/as 小白", ["「小白」有几位", "白帆 客户经理 (u-1)", "白露 客户经理 (u-2)", "/as u-1"]),
    ("/as 白", ["「白」有几位"]),
    ("/as Ivvy Lin", ["没有叫「Ivvy Lin」的同事", "Ivy Lin"]),
    ("/as 无名氏", ["没有叫「无名氏」的同事"]),
    ("/as", ["换成谁"]),
    ("/as 白帆", ["已经是 白帆"]),
    ("/undo", ["没有 /undo 这个命令"]),
])  # fmt: skip
def test_a_command_that_can_not_be_obeyed_says_why(
    typed: str, said: list[str], chat: Chat, dialogue: Answers, out: io.StringIO
) -> None:
    assert chat.take(typed)
    assert chat.person.id == "u-1"
    assert not dialogue.heard
    for words in said:
        assert words in out.getvalue()


@pytest.mark.parametrize("typed", ["/quit", "/exit", " /q ", "/QUIT", "/退出"])
def test_leaving(typed: str, chat: Chat) -> None:
    assert chat.take("")
    assert not chat.take(typed)


def test_help_shows_six_things_to_say_about_ones_own_customers(chat: Chat, out: io.StringIO) -> None:
    chat.take("/help")
    shown = [line for line in out.getvalue().splitlines() if line.startswith("  · ")]
    assert len(shown) == 6
    assert "青禾" in shown[0]
    assert "沈岚" in shown[0]
    assert len(examples("en")) == 6
    assert EN.customer in examples("en")[0]


def test_a_path_or_a_report_that_begins_with_a_slash_is_no_command(chat: Chat, dialogue: Answers) -> None:
    chat.take("/5 青禾\n/6 云杉")
    chat.take("//")
    assert [heard.text for heard in dialogue.heard] == ["/5 青禾\n/6 云杉", "//"]


def test_a_message_that_breaks_does_not_end_the_chat(chat: Chat, dialogue: Answers, out: io.StringIO) -> None:
    assert chat.take("坏了")
    assert "什么都没记" in out.getvalue()
    assert "Traceback" not in out.getvalue()
    assert chat.failures == 1
    assert chat.take("今天去了青禾")
    assert len(dialogue.heard) == 2


def test_conversations_are_played_one_apart_from_the_other(chat: Chat, dialogue: Answers, out: io.StringIO) -> None:
    chat.play([[("Ivy Lin", "visited Mesa"), ("Ivy Lin", "1")], [("白露", "1")]])
    assert [(heard.person_id, heard.action) for heard in dialogue.heard] == [
        ("u-3", None), ("u-3", "edit:1"), ("u-2", None),
    ]  # fmt: skip
    assert len({heard.conversation_id for heard in dialogue.heard}) == 2
    assert "Ivy Lin › visited Mesa" in out.getvalue()


def test_a_card_has_a_frame_where_there_is_colour() -> None:
    out = io.StringIO()
    Screen(Console(file=out, force_terminal=True, color_system="truecolor", width=60, no_color=False)).card(CARD)
    assert "╭" in out.getvalue()
    assert "\x1b[" in out.getvalue()
    assert "[1 改] [2 撤销]" in out.getvalue()


def test_what_is_shown_can_not_steer_the_terminal(chat: Chat, dialogue: Answers, out: io.StringIO) -> None:
    dialogue.reply = Reply(("\x1b]0;mine\x07[red]青禾[/red]\x9b2J",), (Button("\x1b[2J改", "edit"),))
    chat.take("x")
    assert "\x1b" not in out.getvalue()
    assert "\x9b" not in out.getvalue()
    assert "[red]青禾[/red]" in out.getvalue()  # text, not markup


@given(st.text())
def test_cleaned_text_has_no_control_characters_and_loses_nothing_else(text: str) -> None:
    assert not any((ord(ch) < 32 and ch not in "\n\t") or 127 <= ord(ch) < 160 for ch in clean(text))
    assert [ch for ch in text if ch.isprintable()] == [ch for ch in clean(text) if ch.isprintable()]


# -- who is meant


def test_the_best_kind_of_match_counts() -> None:
    people = [*PEOPLE, Person("白露", "Someone Else", Role.REP, "ou")]
    assert [p.id for p in named(people, "白露")] == ["白露"]  # an id before a name
    assert [p.id for p in named(people, "IVY")] == ["u-3"]
    assert named(people, "  ") == []
    assert [p.id for p in like(people, "Ivi Lin")][:1] == ["u-3"]


@pytest.mark.parametrize(("setting", "environment", "locale", "spoken"), [
    ("en", {"LANG": "zh_CN.UTF-8"}, "zh-CN", "en"),
    (None, {"LANG": "en_US.UTF-8"}, "zh-CN", "en"),
    (None, {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "en-SG", "zh"),
    (None, {"LANG": "C.UTF-8"}, "zh-CN", "zh"),
    (None, {}, "en-SG", "en"),
    (None, {"LC_ALL": "", "LANG": "de_DE"}, "fr-FR", "zh"),
])  # fmt: skip
def test_the_language_is_the_settings_the_terminals_or_the_companys(
    setting: str | None, environment: dict[str, str], locale: str, spoken: str
) -> None:
    assert language_of(setting, environment, locale) == spoken  # type: ignore[arg-type]


# -- a pipe


def test_a_pipe_is_a_message_a_line() -> None:
    lines = ["\ufeff一\r\n", "\n", "  \n", "二\\\n", "三 \\\n", "四\n", "五\\", ""]
    assert list(piped(iter(lines))) == ["一", "二\n三 \n四", "五\n"]
    assert list(piped(["\\\n", "\n", "\\"])) == []


TEXTS = st.text(st.characters(blacklist_characters="\\\n\r\ufeff", blacklist_categories=("Cs",))).filter(str.strip)


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=5))
def test_what_was_written_with_continuations_is_read_back(messages: list[list[str]]) -> None:
    lines = ["\\\n".join(parts) + "\n" for parts in messages]
    fed = "".join(lines).splitlines(keepends=True) if not any(map(_odd, lines)) else io.StringIO("".join(lines))
    assert list(piped(fed)) == ["\n".join(parts) for parts in messages]


def _odd(text: str) -> bool:
    """splitlines breaks lines at more characters than a file does."""
    return len(text.splitlines()) != text.count("\n")


# -- a keyboard: a real pseudo terminal, with line editing as Python has it

READ = """
import sys
from bot.keyboard import typed
print("ready", flush=True)
try:
    while (message := typed("> ")) is not None:
        print("GOT", ascii(message), flush=True)
    print("END", flush=True)
except KeyboardInterrupt:
    print("STOPPED", flush=True)
"""


class Terminal:
    def __init__(self, extra: str = "") -> None:
        self.master, slave = pty.openpty()
        self.seen = ""
        # a session of its own, with this terminal: Ctrl-C must reach it and nobody else
        self.process = subprocess.Popen(
            [sys.executable, "-c", extra + READ], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "LANG": "C.UTF-8"},
        )  # fmt: skip
        os.close(slave)

    def send(self, text: str) -> None:
        os.write(self.master, text.encode())

    def wait(self, words: str, seconds: float = 20.0) -> str:
        """Reads until `words` were shown; gives what came up to there."""
        until = time.monotonic() + seconds
        while words not in self.seen:
            assert time.monotonic() < until, f"{words!r} never came; shown: {self.seen!r}"
            try:
                self.seen += os.read(self.master, 65536).decode("utf-8", "replace")
            except OSError:
                assert words in self.seen, f"{words!r} never came; shown: {self.seen!r}"
        before, _, self.seen = self.seen.partition(words)
        return before

    def got(self) -> str:
        self.wait("GOT ")
        return self.wait("\n").strip()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)


NO_READLINE = "import sys\nsys.modules['readline'] = None\n"


@pytest.fixture(params=["", NO_READLINE], ids=["readline", "no readline"])
def terminal(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    opened = Terminal(request.param)
    opened.wait("ready")
    opened.wait("> ")
    yield opened
    opened.close()


def test_a_line_typed_is_a_message(terminal: Terminal) -> None:
    terminal.send("今天去了青禾\n")
    assert terminal.got() == ascii("今天去了青禾")
    terminal.wait("> ")
    terminal.send("第二句\n")
    assert terminal.got() == ascii("第二句")


def test_lines_pasted_at_once_are_one_message(terminal: Terminal) -> None:
    report = ["本周工作：", "1. 青禾 拜访", "", "2. 云杉 电话"]
    terminal.send("\n".join(report) + "\n")
    assert terminal.got() == ascii("\n".join(report) + "\n").replace("\\n'", "'")
    terminal.wait("> ")
    terminal.send("下一句\n")
    assert terminal.got() == ascii("下一句")


def test_the_last_line_of_a_paste_is_ended_by_hand_and_belongs_to_it(terminal: Terminal) -> None:
    terminal.send("本周工作：\n1. 青禾 拜访\n2. 云杉")
    time.sleep(0.5)  # somebody looks at what was pasted, and goes on
    terminal.send(" 电话\n")
    assert terminal.got() == ascii("本周工作：\n1. 青禾 拜访\n2. 云杉 电话")


def test_a_bracketed_paste_is_one_message() -> None:
    terminal = Terminal()
    try:
        terminal.wait("ready")
        if not _gnu_readline():
            pytest.skip("this Python has no GNU readline")
        terminal.wait("> ")
        terminal.send("\x1b[200~本周\r青禾 拜访\r\x1b[201~")
        time.sleep(0.2)
        terminal.send("\r")
        assert terminal.got().rstrip("'").removesuffix("\\n") == ascii("本周\n青禾 拜访").rstrip("'")
    finally:
        terminal.close()


def _gnu_readline() -> bool:
    code = "import readline; print('libedit' not in readline.__doc__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() == "True"


def test_ctrl_d_is_the_end(terminal: Terminal) -> None:
    terminal.send("\x04")
    terminal.wait("END")
