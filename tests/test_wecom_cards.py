"""How a reply becomes texts and cards: nothing is lost, no size is exceeded."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.splitting import clean, columns, pieces, size
from bot.channels.wecom import cards
from handlers.turns import Button, Reply

PATIENT = settings(deadline=None)  # a loaded machine is no finding
SIGNS = "拜访报价万✅❓⏰🎉👨‍👩‍👧é·→ abcXYZ019，。；\n"
LINES = st.lists(st.text(alphabet=SIGNS, max_size=60) | st.text(max_size=40), max_size=25)
LONG = st.text(alphabet=SIGNS, max_size=900)
BUTTONS = st.lists(
    st.builds(
        Button, st.text(alphabet=SIGNS, max_size=30), st.text(alphabet="pickundo:0123", min_size=1, max_size=1100)
    ),
    max_size=10,
)


def solid(text: str) -> str:
    """What is to be read, without the white space that parting may move."""
    return re.sub(r"<(?=a\b)", "＜", re.sub(r"\s+", "", clean(text)), flags=re.IGNORECASE)


@PATIENT
@given(st.one_of(LONG, LINES.map("\n".join)), st.integers(min_value=12, max_value=200))
def test_pieces_keep_every_character_and_the_limit(text: str, most: int) -> None:
    text = clean(text)
    found = pieces(text, most)
    assert all(0 < size(piece) <= most for piece in found)
    assert solid("".join(found)) == solid(text)


@PATIENT
@given(st.lists(st.text(alphabet="拜访报价a1 ", min_size=1, max_size=20).filter(str.strip), min_size=1, max_size=20))
def test_a_line_that_fits_stays_whole(lines: list[str]) -> None:
    found = pieces("\n".join(lines), 60)
    assert [line for piece in found for line in piece.split("\n")] == lines


def test_a_line_too_long_ends_at_a_pause() -> None:
    line = "一二三四五六七八，九十甲乙丙丁"
    assert pieces(line, 30) == ["一二三四五六七八，", "九十甲乙丙丁"]


def test_a_joined_sign_is_not_torn() -> None:
    family, flag, thumb = "👨‍👩‍👧", "🇨🇳", "👍🏽"
    assert pieces(family * 3, 20) == [family] * 3
    assert pieces(flag * 3, 9) == [flag] * 3
    assert pieces(thumb * 3, 9) == [thumb] * 3


@PATIENT
@given(LINES, BUTTONS, st.booleans())
def test_every_page_is_one_message_within_the_sizes(lines: list[str], buttons: list[Button], chinese: bool) -> None:
    reply = Reply(tuple(lines), tuple(buttons))
    found = cards.pages(reply, chinese=chinese)
    told = ""
    for page in found[:-1]:
        assert not page.buttons
    for page in found:
        if not page.buttons:
            text = cards.text_of(page)
            assert 0 < size(text) <= 2048
            told += text
            continue
        card = cards.template_card(page, "task-1", chinese=chinese)
        title, body = card["main_title"]["title"], card.get("sub_title_text", "")
        assert title.strip()
        assert columns(title) <= 52
        assert columns(body) <= 224
        told += title + body
        keys = [button["key"] for button in card["button_list"]]
        assert 1 <= len(keys) <= 6
        assert len(set(keys)) == len(keys)
        assert all(0 < size(key) <= 1024 for key in keys)
        assert all(button["text"].strip() and columns(button["text"]) <= 20 for button in card["button_list"])
    assert solid(reply.text) in solid(told)
    for button in buttons:  # every choice can be read, on a button or in the text
        label = solid(button.label)
        labels = "".join(solid(b["text"]) for page in found if page.buttons for b in card["button_list"])
        assert label in solid(told) or label in labels


def keys_of(card: dict[str, Any]) -> list[tuple[str, str]]:
    return [cards.read_key(button["key"]) for button in card["button_list"]]


def test_a_short_reply_is_one_card() -> None:
    reply = Reply(
        ("✅ 澜岳机电 · 拜访 邵总 · 3/18", "商机金额 80万 → 85万", "待办 3/25 周三前：发正式报价"),
        (Button("改", "edit:7"), Button("撤销", "undo:7")),
    )
    assert cards.pages(reply) == (reply,)
    card = cards.template_card(reply, "reply-1-0")
    assert card["card_type"] == "button_interaction"
    assert card["main_title"] == {"title": "✅ 澜岳机电 · 拜访 邵总 · 3/18"}
    assert card["sub_title_text"] == "商机金额 80万 → 85万\n待办 3/25 周三前：发正式报价"
    assert card["task_id"] == "reply-1-0"
    assert [button["text"] for button in card["button_list"]] == ["改", "撤销"]
    assert keys_of(card) == [("edit:7", "改"), ("undo:7", "撤销")]


def test_what_a_card_cannot_hold_goes_before_it_as_text() -> None:
    lines = ("周报读好了，12 条", *(f"{n}. 第{n}家客户：聊了方案，下周再约，预算还没定下来" for n in range(1, 13)))
    text, card = cards.pages(Reply(lines, (Button("全部记下", "confirm"), Button("不要", "drop"))))
    assert cards.text_of(text) == "\n".join(lines)
    assert card == Reply(("周报读好了，12 条",), (Button("全部记下", "confirm"), Button("不要", "drop")))


def test_a_first_line_too_long_for_a_title_stands_below_the_name() -> None:
    line = "❓ 这句话里说的是哪一家的哪一位，名字对得上的有两位，都在澜岳机电，一位管采购，一位管生产"
    reply = Reply((line,), (Button("采购", "pick:1:a"),))
    assert cards.pages(reply) == (reply,)
    card = cards.template_card(reply, "t")
    assert (card["main_title"]["title"], card["sub_title_text"]) == ("参谋", line)
    long = Reply((line * 4,), reply.buttons)
    assert [page.lines for page in cards.pages(long)] == [(line * 4,), ("↑ 上面这条",)]
    assert cards.pages(long, chinese=False)[-1].lines == ("↑ The above",)


def test_long_labels_are_numbered() -> None:
    reply = Reply(("❓ 哪一位？",), (Button("邵启明 副总经理兼生产总监", "pick:1:a"), Button("邵岚 采购", "pick:1:b")))
    (page,) = cards.pages(reply)
    assert page.lines == ("❓ 哪一位？", "1 邵启明 副总经理兼生产总监", "2 邵岚 采购", "点按钮，或直接回序号")
    card = cards.template_card(page, "t")
    assert [button["text"] for button in card["button_list"]] == ["1", "邵岚 采购"]
    assert keys_of(card)[0] == ("pick:1:a", "邵启明 副总经理兼生产总监"), "the tap says the whole label"


def test_more_choices_than_buttons_are_numbered() -> None:
    buttons = tuple(Button(f"客户{n}", f"pick:1:{n}") for n in range(1, 9))
    text, card = cards.pages(Reply(("Which one?",), buttons), chinese=False)
    assert text.lines[-1] == "Tap a button or reply with the number"
    assert "8 客户8" in text.lines
    assert card == Reply(("Which one?",), buttons[:6])


def test_an_action_too_long_for_a_key_is_told_in_the_text_only() -> None:
    (page,) = cards.pages(Reply(("？",), (Button("甲", "x" * 2000),)))
    assert not page.buttons
    assert "1 甲" in page.lines
    with pytest.raises(ValueError, match="send what pages"):
        cards.template_card(Reply(("？",), (Button("甲", "x" * 2000),)), "t")


def test_equal_buttons_are_one() -> None:
    (page,) = cards.pages(Reply(("？",), (Button("甲", "a"), Button(" 甲", "a"), Button("乙", "a"))))
    assert [button.label for button in page.buttons] == ["甲", "乙"]


def test_nothing_to_say_is_no_message() -> None:
    assert cards.pages(Reply(("", "  "))) == ()


@PATIENT
@given(st.text(min_size=1, max_size=200).filter(lambda key: key.isprintable()))
def test_task_ids_are_of_letters_that_wecom_takes(key: str) -> None:
    task = cards.task_id(key)
    assert re.fullmatch(r"[0-9A-Za-z_@-]{1,128}", task)
    assert task == cards.task_id(key)


def test_different_keys_have_different_task_ids() -> None:
    keys = ["reply:1:0", "reply-1-0", "reply:1:1", "到期:1", "过期:1", "k" * 129, "k" * 130]
    assert len({cards.task_id(key) for key in keys}) == len(keys)
    assert cards.task_id("nudge-3_a@b") == "nudge-3_a@b"


@PATIENT
@given(st.text(max_size=60))
def test_any_key_can_be_read(key: str) -> None:
    action, label = cards.read_key(key)
    assert isinstance(action, str)
    assert isinstance(label, str)


def test_keys_not_of_ours_are_actions() -> None:
    assert cards.read_key("today") == ("today", "")
    assert cards.read_key("[1,2]") == ("[1,2]", "")
    assert cards.read_key(json.dumps(["undo:1"])) == ("undo:1", "")


@PATIENT
@given(st.text(max_size=60))
def test_a_used_card_has_a_short_name(label: str) -> None:
    assert 0 < columns(cards.settled_name(label)) <= 20


def test_a_used_card_says_what_was_chosen() -> None:
    assert cards.settled_name("王建 总经理") == "王建 总经理"
    assert cards.settled_name("邵启明 副总经理兼生产总监") == "邵启明 副总经理兼…"
    assert cards.settled_name("", chinese=False) == "Done"


@pytest.mark.parametrize(
    "line", ['<a href="https://evil.example">点这里领报价</a>', "< A href=x>y< / a >", "<\u00a0a href=x>y</a>"]
)
def test_nothing_said_becomes_a_link_with_a_label_of_its_own(line: str) -> None:
    (page,) = cards.pages(Reply((line, "3<a 的 <b>")))
    text = cards.text_of(page)
    assert not re.search(r"<\s*/?\s*a\b", text, re.IGNORECASE)
    assert "＜" in text
    assert "<b>" in text
