"""Every number of an answer is one of the result's; any other is refused, asked for or written."""

from __future__ import annotations

import logging
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handlers.figure_saying import Saying
from handlers.ledger import Ledger, UnfoundedNumber
from handlers.ledger_worded import check_worded
from sales.metrics.figures import Figures, Row
from sales.metrics.query import GroupBy, MetricQuery
from sales.periods import Period
from tests.figures_world import BEFORE, QUARTER, TODAY, figures, telling, unit

FOUND = Figures(
    MetricQuery("won", unit("north"), QUARTER, GroupBy.USER), TODAY, 336_000_000, {"count": 3, "quota": 541_935_484},
    (Row("nie", 236_000_000), Row("pan", 100_000_000)), 2,
    against=Figures(MetricQuery("won", unit("north"), BEFORE, GroupBy.USER), TODAY, 300_000_000),
)  # fmt: skip


def ledger(*, chinese: bool = True) -> Ledger:
    return Ledger(telling(chinese=chinese), FOUND)


def test_what_the_result_holds_is_said_in_the_language() -> None:
    one, other = ledger(), ledger(chinese=False)
    assert [one.money(336_000_000), one.count(3), one.day(TODAY), one.period(QUARTER)] == [
        "336万",
        "3",
        "3/18 周三",
        "Q1",
    ]
    assert [other.money(336_000_000), other.count(3), other.span(QUARTER)] == ["¥3.36M", "3", "Jan 1–Mar 31"]


def test_what_it_does_not_hold_raises() -> None:
    one = ledger()
    for ask in (
        lambda: one.money(336_000_001),
        lambda: one.count(7),
        lambda: one.percent(62.0),
        lambda: one.ratio(0.9),
        lambda: one.days(74),
        lambda: one.day(date(2026, 3, 19)),
        lambda: one.period(Period(date(2026, 3, 1), date(2026, 3, 2))),
        lambda: one.of(2, 7),
        lambda: one.difference(336_000_000, 1),
        lambda: one.change(5, 300_000_000),
        lambda: one.total(236_000_000, 12),
    ):
        with pytest.raises(UnfoundedNumber):
            ask()


def test_what_follows_from_two_values_may_be_said() -> None:
    one = ledger()
    assert one.money(one.difference(336_000_000, 300_000_000)) == "36万"
    change = one.change(336_000_000, 300_000_000)
    assert change is not None
    assert one.signed_percent(change) == "+12%"
    assert one.money(one.total(236_000_000, 100_000_000)) == "336万"
    assert one.change(336_000_000, 3) is not None
    assert Ledger(telling(), Row("x", 0)).change(0, 0) is None


@pytest.mark.parametrize(
    "text",
    ["签约 336万", "签约336万，3 单", "336万（3 单）", "Q1（3 单）336万", "截至 3/18 周三：336万，3 单", "没有数字"],
)
def test_what_was_given_may_be_written(text: str) -> None:
    one = ledger()
    one.money(336_000_000), one.count(3), one.day(TODAY), one.period(QUARTER)
    one.check(text)


@pytest.mark.parametrize(
    "text",
    ["签约 337万", "1336万", "336.5万", "336万，336万", "3.36万", "3,336万", "336万 3 3", "3/36", "3%", "3 万",
    "3/19 周三",
     "-3 单", "Q2", "签了三单", "两个", "三十万", "百分之六十", "一亿", "336万亿", "336万万", "①", "３３６", "1/3",
     "半个月", "¥3"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    one = ledger()
    one.money(336_000_000), one.count(3), one.day(TODAY), one.period(QUARTER)
    with pytest.raises(UnfoundedNumber):
        one.check(text)


def test_names_may_hold_digits_but_not_lend_them() -> None:
    one = ledger()
    name = one.name("7天酒店 3 号楼")
    one.check(f"{name}、{name}")
    for text in ("7天", "7天酒店 4 号楼", "3 号楼", f"{name} 3"):
        with pytest.raises(UnfoundedNumber):
            one.check(text)


GIVERS = ("money", "percent", "count", "ratio", "days")


@settings(max_examples=120, deadline=None)
@given(figures(), st.booleans(), st.data())
def test_one_digit_changed_is_always_refused(found: Figures, chinese: bool, data: st.DataObject) -> None:
    one = Ledger(telling(chinese=chinese), found)
    values = sorted(one.numbers)
    chosen = data.draw(st.lists(st.tuples(st.sampled_from(GIVERS), st.sampled_from(values)), min_size=1, max_size=6))
    said = [getattr(one, giver)(value) for giver, value in chosen]
    said += [one.day(TODAY), one.name("7天酒店"), one.rank(1)]
    said += [one.span(period) for period in sorted(one.periods, key=lambda p: (p.first, p.last))[:2]]
    text = "；".join(data.draw(st.permutations(said)))
    one.check(text)
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([sign for sign in "0123456789" if sign != text[place]]))
    with pytest.raises(UnfoundedNumber):
        one.check(text[:place] + other + text[place + 1 :])


@settings(max_examples=60, deadline=None)
@given(figures(), st.integers(-(10**12), 10**12))
def test_a_number_out_of_nowhere_is_never_given(found: Figures, value: int) -> None:
    one = Ledger(telling(), found)
    assume(not one.holds(value))
    for giver in GIVERS:
        with pytest.raises(UnfoundedNumber):
            getattr(one, giver)(value)


def test_a_reply_with_another_number_leaves_as_a_plain_list(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        reply = Saying(telling(), FOUND).reply(["北线 Q1：签约 999万"], [], unit("north"))
    assert reply.lines == ("北线", "签约额 336万", "聂小川 236万", "潘悦 100万")
    assert "north" in caplog.text
    assert "999" not in caplog.text


# -- a text that was not made by us


@pytest.mark.parametrize(
    "text",
    ["北线一季度签了336万，比上季度的300万多。", "Q1 共三单，签约 3.4M。", "¥3.36M signed in Q1, three deals.",
     "1. 聂小川 236万\n2. 潘悦 100万", "截至3月18日，签约336.0万", "as of Mar 18, 2026: 3,360,000", "2026年Q1：约340万",
     "聂小川签了两百三十六万", "指标541.9万，约542万"],
)  # fmt: skip
def test_a_models_words_may_hold_the_results_numbers(text: str) -> None:
    check_worded(text, telling(), FOUND)


@pytest.mark.parametrize(
    "text",
    ["北线签了337万", "签约 3.5M", "完成 62%", "五单", "百分之六十二", "five deals", "截至3月19日 336万", "Q2 336万",
     "增长12%", "一亿", "$4M", "2027年 336万", "500万左右", "two million", "六成", "11. 聂小川", "336%", "4月签约336万",
     "twenty-one deals", "7天"],
)  # fmt: skip
def test_a_models_words_may_hold_no_other(text: str) -> None:
    with pytest.raises(UnfoundedNumber):
        check_worded(text, telling(), FOUND)


@settings(max_examples=60, deadline=None)
@given(figures(), st.booleans(), st.data())
def test_what_the_ledger_says_a_model_may_say(found: Figures, chinese: bool, data: st.DataObject) -> None:
    tell = telling(chinese=chinese)
    one = Ledger(tell, found)
    value = data.draw(st.sampled_from([*(n for n in sorted(one.numbers) if n >= 10), 0.0]))
    assume(one.holds(value))
    for giver in ("money", "percent", "ratio") if value != int(value) or value % 100 else GIVERS:
        if giver != "money" or value >= 10_000:  # of less than that a fraction of a cent could show
            check_worded(getattr(one, giver)(value), tell, found)
