"""Replies as messages and blocks, text both ways: every limit of Slack's kept, nothing lost, whatever is said."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.slack import blocks, views
from bot.channels.slack.blocks import message, pages, read_button, read_choice
from bot.channels.slack.struck import without_struck
from bot.channels.slack.text import WORDS, clean, escape, literal, may_cut, pieces, shorten, to_plain, unescape, weight
from handlers.turns import Button, Form, FormField, FormSection, Home, HomeSection, Reply
from tests.standins.slack_checks import check_blocks, check_message, check_view

PLACE = "@U0ANNA:1774000000.000001"
FAMILY = "👨‍👩‍👧‍👦"

words = st.text(st.one_of(st.characters(), st.sampled_from("<>&*_~` \n\t，。👨👩\u200d\u0301🇨🇳🏽e")), max_size=60)
lines = st.one_of(words, st.builds(lambda w, n: w * n, words, st.integers(0, 400)), st.sampled_from(["", "长" * 4500]))
labels = st.one_of(words, st.builds(lambda w: w * 9, words))
actions = st.one_of(st.builds(lambda n: f"pick:3:c{n}", st.integers(0, 300)), st.text(max_size=40), st.just("x" * 2500))
buttons = st.lists(st.builds(Button, labels, actions), max_size=40)
replies = st.builds(lambda ls, bs: Reply(tuple(ls), tuple(bs)), st.lists(lines, max_size=12), buttons)


def visible(text: str) -> str:
    """All that a reader could miss: what isn't white space."""
    return "".join(clean(text).split())


@settings(max_examples=150, deadline=None)
@given(replies)
def test_pages_keep_the_limits_and_lose_nothing(reply: Reply) -> None:
    made = pages(reply)
    assert made
    assert visible("".join(page.text for page in made)) == visible(reply.text)
    assert [page.buttons for page in made] == [*([()] * (len(made) - 1)), reply.buttons]
    for page in made:
        shown = message(page, PLACE, "选一个")
        fallback = blocks.fallback(page)
        assert len(fallback) <= 4000
        check_blocks(shown, 50)
        texts = [block["text"]["text"] for block in shown if block["type"] == "section"]
        assert all(block["text"]["type"] == "plain_text" for block in shown if block["type"] == "section")
        assert all(weight(text) <= 3000 for text in texts), "Slack keeps it escaped"
        assert visible("".join(texts)) == visible(page.text)
        if page.text.strip():
            assert visible(unescape(fallback)) == visible(page.text), "a notification says all of it"
            check_message({"text": fallback, "blocks": shown})


@settings(max_examples=100, deadline=None)
@given(buttons, st.integers(3, 50))
def test_every_button_comes_back_as_it_went(given: list[Button], room: int) -> None:
    made = blocks.buttons(given, PLACE, "选一个", room)
    assert len(made) <= room
    back = []
    for block in made:
        for element in block["elements"]:
            if element["type"] == "button":
                tapped = read_button(element["value"], element["text"]["text"])
                assert tapped is not None
                back.append((tapped.action, tapped.conversation))
            else:
                for option in element["options"]:
                    chosen = read_choice(block["block_id"], option["value"], option["text"]["text"])
                    back.append((chosen.action, chosen.conversation))
    kept = [button for button in given if len(button.action) < 1000]
    assert back == [(clean(button.action), PLACE) for button in kept]


SIGNS = st.sampled_from("ab 中，。<&👨👩\u200d\u0301🇨🇳🇩🇪🏽\u1100\u1161가\u094dष")


@settings(max_examples=300, deadline=None)
@given(st.text(SIGNS, max_size=200), st.integers(20, 60))
def test_pieces_are_whole_characters(line: str, most: int) -> None:
    made = list(pieces(line, most))
    assert "".join(made) == line
    assert all(weight(piece) <= most for piece in made)
    for before, after in pairwise(made):
        inseparable = max((len(run) for run in _runs(line)), default=0) > most // 5
        assert inseparable or may_cut(before + after, len(before))


def _runs(line: str) -> list[str]:
    """The stretches that must stay together."""
    runs, start = [], 0
    for at in range(1, len(line) + 1):
        if may_cut(line, at):
            runs.append(line[start:at])
            start = at
    return runs


@pytest.mark.parametrize("sign", [FAMILY, "é", "🇨🇳", "👍🏽", "각", "क्ष", "❤️", "🏴\U000e0067\U000e007f"])
def test_what_a_reader_sees_as_one_stays_one(sign: str) -> None:
    sign = unicodedata.normalize("NFD", sign)
    assert not any(may_cut(sign, at) for at in range(1, len(sign)))
    assert may_cut(sign * 2, len(sign))
    for piece in pieces(sign * 30, 31):
        assert piece == sign * (len(piece) // len(sign))
    assert shorten(sign * 30, 31).removesuffix("…") == sign * (30 // len(sign))


def test_a_long_line_ends_at_a_pause() -> None:
    line = "今天去了渭林水务，见了胡建民，谈了双吸泵的报价。" * 20
    made = list(pieces(line, 100))
    assert all(piece[-1] in "，。" for piece in made)
    assert list(pieces("one two three four", 9)) == ["one two ", "three ", "four"]


def test_lines_stay_together_where_they_can() -> None:
    reply = Reply(tuple(f"{n}. 客户 {n}" for n in range(40)))
    (page,) = pages(reply)
    assert page == reply
    long = Reply(tuple("字" * 900 for _ in range(10)), (Button("改", "edit:1"),))
    made = pages(long)
    assert [len(page.lines) for page in made] == [4, 4, 2]
    assert all(line == "字" * 900 for page in made for line in page.lines)


def test_deeds_are_buttons_and_many_answers_a_menu() -> None:
    picks = tuple(Button(f"王总 {n}", f"pick:3:c{n}") for n in range(8))
    assert [e["type"] for b in blocks.buttons(picks[:5], PLACE, "x") for e in b["elements"]] == ["button"] * 5
    (menu,) = blocks.buttons(picks, PLACE, "选一个")
    assert [e["type"] for e in menu["elements"]] == ["static_select"]
    assert menu["elements"][0]["placeholder"]["text"] == "选一个"
    deeds = (
        Button("1 做完了", "done:1"),
        Button("1 改到明天", "move:1"),
        *(Button("x", f"done:{n}") for n in range(5)),
    )
    assert [len(b["elements"]) for b in blocks.buttons(deeds, PLACE, "x")] == [5, 2]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("<@U0BOT> 去了渭林", "去了渭林"),
        ("<@U0BOT>，去了渭林", "去了渭林"),
        ("<@U0BOT|canmou>: hi", "hi"),
        ("请 <@U0BOT> 看看", "请  看看"),
        ("跟 <@U1|李梅> 和 <@U2> 一起", "跟 @李梅 和 @U2 一起"),
        ("<#C1|west> <#C2>", "#west #C2"),
        ("<!here> <!subteam^S1|@sales> <!date^1^{date}|3月2日>", "@here @sales 3月2日"),
        ("<https://a.example/x?a=1&amp;b=2>", "https://a.example/x?a=1&b=2"),
        ("<https://a.example|报价 &amp; 方案> <mailto:a@b.example|a@b.example> <tel:123|123>",
         "报价 & 方案 a@b.example 123"),
        ("a &lt; b &amp;&amp; c &gt; d &amp;lt;", "a < b && c > d &lt;"),
        ("金额 *85万* _大概_，`x` ```\ncode```", "金额 85万 大概，x code"),
        ("金额*85万*左右", "金额85万左右"),
        ("3*4*5 a_b_c 2 * 3 * 4", "3*4*5 a_b_c 2 * 3 * 4"),
        ("\x00a\ud800b", "a\ufffdb"),
        ("5 < 6 and <>", "5 < 6 and <>"),
    ],
)  # fmt: skip
def test_mrkdwn_as_a_person_reads_it(said: str, plain: str) -> None:
    assert to_plain(said, "U0BOT") == plain


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("~85万~ 95万", " 95万"),
        ("金额~85万~ 95万", "金额 95万"),
        ("金额 ~85万~改95万", "金额 改95万"),
        ("(~a b~)", "()"),
        *((same, same) for same in (
            "80~90万", "80万~90万~100万", "周一~周三，周四~周五", "3月~5月 10万~15万", "好的~ 明天~", "a ~ b ~ c",
            "~~~", "~x", "`~x~`", "<https://a.example/~b|x> ~85", "x~a~y")),
    ],
)  # fmt: skip
def test_what_is_struck_out_by_its_marks(said: str, left: str) -> None:
    assert without_struck(said) == left


@given(st.text())
def test_what_goes_out_reads_the_same(text: str) -> None:
    escaped = escape(text)
    assert "<" not in escaped
    assert unescape(escaped) == clean(text)
    assert len(escaped) == weight(clean(text))


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("*A* 与 _B_、~C~ `D`", "＊A＊ 与 ＿B＿、～C～ ｀D｀"),
        ("收款 :moneybag: 10:30 a_b 3*4", "收款 ：moneybag: 10:30 a_b 3*4"),
        ("> 5 & <!channel>", "＞ 5 &amp; &lt;!channel&gt;"),
        ("漏斗：3 个商机", "漏斗：3 个商机"),
    ],
)
def test_what_would_format_is_written_wide(text: str, sent: str) -> None:
    assert literal(text) == sent


# -- forms and pages

options = st.lists(st.tuples(st.text(min_size=0, max_size=160), labels), max_size=6).map(tuple)
fields = st.builds(
    FormField,
    id=st.uuids().map(str),
    label=labels,
    kind=st.sampled_from(["text", "day", "choice", "choices"]),
    value=st.one_of(st.none(), lines, st.just("2026-03-25"), st.lists(words, max_size=3).map(tuple)),
    options=options,
)
forms = st.builds(
    Form,
    action=st.text(max_size=50),
    title=labels,
    sections=st.lists(
        st.builds(FormSection, labels, st.lists(fields, min_size=1, max_size=8).map(tuple)), max_size=6
    ).map(tuple),
    submit=labels,
    cancel=labels,
)


@settings(max_examples=60, deadline=None)
@given(forms, st.booleans())
def test_any_form_is_a_modal_that_slack_takes(form: Form, chinese: bool) -> None:
    check_view(views.modal(form, PLACE, {"channel": "D1", "card": ["x"]}, WORDS[chinese]), "modal")


def test_a_form_larger_than_a_modal() -> None:
    many = tuple(FormField(f"f{n}", "x", "text") for n in range(150))
    choices = tuple((f"c{n}", f"客户 {n}") for n in range(250))
    field = FormField("account", "客户", "choice", "c120", choices)
    made = views.modal(Form("put:1", "t", (FormSection("a", (field, *many)),), "", ""), PLACE, {}, WORDS[True])
    check_view(made, "modal")
    groups = made["blocks"][1]["element"]["option_groups"]
    assert [len(group["options"]) for group in groups] == [100, 100, 50]
    assert made["blocks"][1]["element"]["initial_option"]["value"] == "c120"
    assert made["submit"]["text"] == "保存"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(lines, st.lists(lines, max_size=3), st.lists(st.tuples(lines, buttons), max_size=4)), max_size=4)
)
def test_any_page_is_a_home_tab_that_slack_takes(sections: Any) -> None:
    made = tuple(HomeSection(t, tuple(ls), tuple((x, tuple(bs)) for x, bs in items)) for t, ls, items in sections)
    check_view(views.home(Home("林", made), "U0ANNA", WORDS[False]), "home")


def test_a_view_larger_than_slack_takes() -> None:
    page = Home("林", (HomeSection("x", tuple("长" * 2900 for _ in range(40))),))
    made = views.home(page, "U0ANNA", WORDS[True])
    check_view(made, "home")
    assert 10 < len(made["blocks"]) < 40
    assert made["blocks"][-1]["elements"][0]["text"] == "还有更多，直接问我就行。"
    fields = tuple(FormField(f"f{n}", "x", "text", "长" * 2900) for n in range(40))
    check_view(views.modal(Form("put:1", "t", (FormSection("a", fields),), "", ""), PLACE, {}, WORDS[True]), "modal")


def test_a_settled_card_keeps_the_limits() -> None:
    made = blocks.settled(["x" * 3000] * 60, "y" * 500)
    check_blocks(made, 50)
    assert made[-1]["elements"][0]["text"].startswith("✓ yyy")
    assert len(blocks.settled_text(["x" * 3000] * 60, "y")) <= 4000
    assert blocks.settled_text(["&" * 3000], "y") == "&amp;" * 799 + "…", "no half of an entity"
