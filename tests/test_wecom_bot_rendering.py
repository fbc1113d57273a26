"""What the WeCom bot says: pages that keep the sizes, names that cannot format, cards."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.splitting import size
from bot.channels.wecom_bot import rendering
from handlers.turns import Button, Reply

BUTTONS = (Button("改", "edit:7"), Button("撤销", "undo:7"))


@pytest.mark.parametrize(
    ("plain", "escaped"),
    [
        ("云杉仪器 80万 → 85万", "云杉仪器 80万 → 85万"),
        ("**云杉**仪器", r"\*\*云杉\*\*仪器"),
        ("_云杉_", r"\_云杉\_"),
        ("型号 KX_200_B", "型号 KX_200_B"),
        ("`rm`", r"\`rm\`"),
        ("~~作废~~", r"\~\~作废\~\~"),
        ("约 ~5 台", "约 ~5 台"),
        ("[点这里](http://evil.example)", r"\[点这里](http://evil.example)"),
        ("![图](http://evil.example/x.png)", r"\!\[图](http://evil.example/x.png)"),
        ("[1] 云杉", "[1] 云杉"),
        ("[云[杉]](http://evil.example)", r"\[云\[杉]](http://evil.example)"),
        ("[云杉]: 说明", r"\[云杉]: 说明"),
        ("A&amp;B 和 A&B", r"A\&amp;B 和 A&B"),
        ("<@all> 和 <b>粗</b>", r"\<@all> 和 \<b>粗\</b>"),
        ("金额 < 85万", "金额 < 85万"),
        ("# 云杉", r"\# 云杉"),
        ("#1 云杉", "#1 云杉"),
        ("> 引用", r"\> 引用"),
        ("| 表 | 格 |", r"\| 表 | 格 |"),
        ("---", r"\---"),
        ("1. 云杉：发报价", "1. 云杉：发报价"),
        ("\\*", r"\\\*"),
        ("C:\\临时", "C:\\临时"),
        ("    缩进", "   缩进"),
        ("第一行\n# 第二行", "第一行\n\\# 第二行"),
    ],
)
def test_what_would_format_is_escaped(plain: str, escaped: str) -> None:
    assert rendering.escape(plain) == escaped


NAMES = st.text(alphabet=st.sampled_from("ab云*_`~[]():&;<>#|\\!-> \n1."), max_size=40)


@given(NAMES)
def test_escaping_loses_nothing(text: str) -> None:
    """A reader of Markdown takes a backslash before punctuation away, and nothing else."""
    shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", rendering.escape(text))
    assert re.sub(r"(?m)^[ \t]{4,}", "   ", text) == shown


@given(NAMES)
def test_nothing_of_a_name_formats(text: str) -> None:
    left = re.sub(r"\\[!-/:-@\[-`{-~]", "·", rendering.escape(text))
    assert not re.search(r"[*`]|~~|\[.*\][(:\[]|(?m:^\s{0,3}(?:#{1,6}\s|>|\|))|<[A-Za-z/!]|(?<![\w])_\w", left)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet=st.sampled_from("云杉*_`ab 👨‍👩‍👧[("), min_size=1, max_size=3000), max_size=30))
def test_pages_keep_the_size_and_lose_nothing(lines: list[str]) -> None:
    pages = rendering.pages(Reply(tuple(lines)), chinese=True)
    for page in pages:
        assert size(rendering.markdown(page)) <= rendering.MOST_BYTES
    said = "".join("".join(page.lines) for page in pages)
    assert re.sub(r"\s", "", said) == re.sub(r"\s", "", "".join(lines))


def test_buttons_are_on_the_last_page() -> None:
    pages = rendering.pages(
        Reply(tuple(f"第{n}行，字很多很多很多很多很多" for n in range(2000)), BUTTONS), chinese=True
    )
    assert len(pages) > 2
    assert [bool(page.buttons) for page in pages] == [False] * (len(pages) - 1) + [True]


def test_in_words() -> None:
    page = Reply(("❓ 哪位王总",), BUTTONS)
    assert rendering.in_words(page, chinese=True).lines == ("❓ 哪位王总", "1 改", "2 撤销", "直接回序号")
    assert rendering.in_words(page, chinese=False).lines[-1] == "Reply with the number"
    assert rendering.in_words(Reply(("早",)), chinese=True) == Reply(("早",))


def test_choices_are_numbered_once() -> None:
    """Where their labels are too long for buttons, and wherever a page goes."""
    long = (Button("王建国 云杉仪器总经理兼采购负责人", "a"), Button("王敏 云杉仪器采购总监", "b"))
    (page,) = rendering.pages(Reply(("❓ 哪位王总",), long), chinese=True)
    assert rendering.parts(page, chinese=True) == (page,)
    shown = rendering.in_words(page, chinese=True).lines
    assert [line for line in shown if line.startswith("1 ")] == ["1 王建国 云杉仪器总经理兼采购负责人"]
    many = Reply(("❓ 哪一家",), tuple(Button(f"第{n}家", str(n)) for n in range(9)))
    assert rendering.parts(many, chinese=True) == rendering.pages(many, chinese=True)
    words = tuple(f"第{number}行，字很多很多很多很多很多" for number in range(2000))
    assert len(rendering.parts(Reply(words), chinese=True)) > 1


def test_a_settled_card_without_memory_still_says_what_was_chosen() -> None:
    body = rendering.settled("王建国 总经理", "t", None, chinese=True)
    card = body["template_card"]
    assert (card["main_title"]["title"], card["task_id"]) == ("王建国 总经理", "t")
    assert card["button_list"][0]["text"] == "✓ 王建国 总经理"
    long = rendering.settled("很长的一个名字，长到按钮上放不下的", "t", None, chinese=True)["template_card"]
    assert long["button_list"][0]["text"].endswith("…")


def test_an_empty_reply_is_something() -> None:
    assert rendering.markdown(Reply(("", " "))) == "…"
    assert rendering.welcome(Reply(()))["text"]["content"] == "…"
