"""Answers to the bot's question: which choice they pick, and what is no answer."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import speech
from handlers.answers import chosen, declines, is_bare, is_place, none_of_them
from sales.book import Book, MemoryCompany
from sales.language.names import NameIndex
from sales.records import Doubt, Option, Span
from storage.company_data import load_company
from tests.reader_world import entries
from tests.talking import team


@cache
def _world() -> tuple[Book, NameIndex]:
    company: dict[str, Any] = team()
    company["opportunities"].append(
        {**company["opportunities"][0], "id": "d9", "name": "渭林远程监测", "products": ["p2"]}
    )
    data = load_company(company)
    return MemoryCompany(data).book_of("nie"), NameIndex.build(entries(data))


HU = Doubt("contact", Span(0, 2), (Option("c1", "胡建民 总经理"), Option("c2", "胡晓琴 副总经理")), "胡总")
FIRM = Doubt("account", Span(0, 2), (Option("qh", "青荷纺织"), Option("qm", "青荷面业")), "青荷")
DEAL = Doubt("opportunity", Span(0, 2), (Option("d1", "渭林二泵站改造"), Option("d9", "渭林远程监测")), "渭林")
THREE = Doubt("account", Span(0, 2), (*FIRM.options, Option("wl", "渭林水务")), "青荷")
NOBODY = Doubt("contact", Span(0, 2), (), "胡总")


def pick(text: str, doubt: Doubt) -> str | None:
    book, names = _world()
    return chosen(text, doubt, book, names)


@pytest.mark.parametrize(
    "text",
    ["2", "２", " 2 ", "2.", "2吧", "选2", "②", "二", "第二", "第二个", "第2位", "#2", "No. 2", "option 2", "2nd",
     "the second one", "second", "the latter", "two", "后面那个", "后一个", "是第二个", "the last one", "就第二个吧"],
)  # fmt: skip
@pytest.mark.parametrize("doubt", [HU, FIRM, DEAL], ids=["contact", "account", "deal"])
def test_by_its_place(text: str, doubt: Doubt) -> None:
    assert pick(text, doubt) == doubt.options[1].id
    assert is_place(text)


@pytest.mark.parametrize("text", ["1", "一", "第一个", "①", "the first one", "former", "前面那个", "上面那个", "one"])
def test_the_first(text: str) -> None:
    assert pick(text, THREE) == "qh"


@pytest.mark.parametrize("text", ["0", "3", "9", "第四个", "the third one", "12", "②③", "1和2", "85万"])
def test_a_place_that_is_not_there_picks_nothing(text: str) -> None:
    assert pick(text, HU) is None


@pytest.mark.parametrize(
    ("text", "doubt", "wanted"),
    [
        ("胡建民", HU, "c1"), ("建民", HU, "c1"), ("是胡晓琴", HU, "c2"), ("晓琴", HU, "c2"), ("总经理", HU, "c1"),
        ("副总经理", HU, "c2"), ("副总", HU, "c2"), ("副总经理那位", HU, "c2"), ("胡副总", HU, "c2"),
        ("就是建民总", HU, "c1"),
        ("纺织", FIRM, "qh"), ("青荷面业", FIRM, "qm"), ("面业那家", FIRM, "qm"), ("纺织的", FIRM, "qh"),
        ("是青荷纺织有限公司", FIRM, "qh"), ("二泵站", DEAL, "d1"), ("监测那个", DEAL, "d9"), ("改造的", DEAL, "d1"),
    ],
)  # fmt: skip
def test_by_name_part_or_title(text: str, doubt: Doubt, wanted: str) -> None:
    assert pick(text, doubt) == wanted
    assert is_bare(text, doubt, _world()[0])


@pytest.mark.parametrize("text", ["青荷", "胡总", "渭林", "客户", "那个", "嗯", "再说", "", "😀", "？"])
def test_what_does_not_tell_them_apart(text: str) -> None:
    assert pick(text, HU) is None
    assert pick(text, FIRM) is None


@pytest.mark.parametrize("text", ["胡建民刚来电话，报价改到90万", "青荷纺织今天签了，32万", "二泵站那单预算加到95万"])
def test_a_report_is_more_than_an_answer(text: str) -> None:
    assert not is_bare(text, HU, _world()[0])


@pytest.mark.parametrize(
    "text",
    ["都不是", "都不对。", "两个都不是", "neither", "Neither of them", "none of these", "不是这两个", "都不是这"],
)
def test_none_of_them(text: str) -> None:
    assert none_of_them(text) is (text != "都不是这")
    assert not declines(text)


@pytest.mark.parametrize(
    "text", ["算了", "不记了", "skip", "never mind", "Forget it", "先不记", "跳过吧", "no", "别记了"]
)
def test_waved_away(text: str) -> None:
    assert declines(text)
    assert not none_of_them(text)


@pytest.mark.parametrize(
    "text", ["不是85，是95", "没有见到胡总", "取消周三的会", "no budget this year", "都不是我们的问题"]
)
def test_neither_waved_away_nor_none(text: str) -> None:
    assert not declines(text)
    assert not none_of_them(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("胡大伟", "胡大伟"), ("是胡大伟", "胡大伟"), ("Wayne Hu", "Wayne Hu"), ("王工", "王工"), ("不知道", None),
     ("明天再说", None),
     ("下午去渭林见了邱科长", None), ("1", None), ("wayne", None)],
)  # fmt: skip
def test_somebody_else_by_name(text: str, wanted: str | None) -> None:
    assert pick(text, NOBODY) == wanted


def test_another_customer_by_name() -> None:
    open_one = Doubt("account", Span(0, 2), (), "青荷")
    assert pick("渭林水务", open_one) == "wl"
    assert pick("南棠造船", open_one) is None, "a colleague's"
    assert pick("青荷", open_one) is None, "still two"


@given(st.text(max_size=80))
def test_any_text_is_an_answer_or_none(text: str) -> None:
    for doubt in (HU, FIRM, DEAL, NOBODY):
        picked = pick(text, doubt)
        assert picked is None or not doubt.options or picked in [o.id for o in doubt.options]
        is_bare(text, doubt, _world()[0])
    declines(text)
    none_of_them(text)


@pytest.mark.parametrize(
    ("text", "before", "wanted"),
    [
        ("下午去渭林见了邱科长", None, True), ("Met Dana at Alder today", True, False), ("渭林", False, False),
        ("渭林", True, True), ("Alder", True, True), ("2", False, False), ("ok", True, True), ("OK", False, False),
        ("Visited 渭林水务 this morning, budget up", True, False), ("下午visit了Alder，budget到2.2M", False, True),
        ("撤销", False, True), ("undo", True, False), ("😀", True, True), ("", False, False), ("王总", False, False),
        ("Met 胡总 at 渭林, send the quote by Friday", True, False),
    ],
)  # fmt: skip
def test_the_language_is_that_of_the_words_that_are_no_names(text: str, before: bool | None, wanted: bool) -> None:
    assert speech.in_chinese(text, _world()[1], before) is wanted


@pytest.mark.parametrize("text", ["好的", "ok", "记下吧", "确认", "全部记下", "Record all", "yes", "没问题。", "嗯嗯"])
def test_a_nod(text: str) -> None:
    assert speech.says_yes(text)


@pytest.mark.parametrize("text", ["好的，渭林那单改到90万", "不对", "ok but change the amount", "记错了", "行业大会"])
def test_no_nod(text: str) -> None:
    assert not speech.says_yes(text)


def test_taking_back_all_or_only_the_correction() -> None:
    assert speech.means_all("撤销，刚才那条发错了")
    assert speech.means_all("undo everything")
    assert not speech.means_all("撤销")
    assert not speech.means_all("撤销刚才的修改")
