"""Amounts and periods as people say them, in both languages; what the other period is called; what a message holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from handlers.figure_saying import MOST_BYTES, fitted, told_apart
from handlers.figure_words import figure_words
from handlers.turns import Button
from sales.periods import Period, month_of, quarter_of, week_of, year_of

TODAY = date(2026, 3, 18)
ZH, EN = figure_words(chinese=True), figure_words(chinese=False)


@pytest.mark.parametrize(
    ("units", "currency", "zh", "en"),
    [
        ("0", "CNY", "0", "¥0"),
        ("99.5", "CNY", "99.5元", "¥99.5"),
        ("8532.4", "CNY", "8,532元", "¥8,532"),
        ("850000", "CNY", "85万", "¥850k"),
        ("85300.49", "CNY", "8.53万", "¥85.3k"),
        ("999999", "USD", "100万美元", "$1M"),
        ("1234500", "CNY", "123.5万", "¥1.23M"),
        ("3360000", "SGD", "336万新元", "S$3.36M"),
        ("10803000", "CNY", "1,080.3万", "¥10.803M"),
        ("7802421.37", "CNY", "780.2万", "¥7.8M"),
        ("17391234", "CNY", "1,739万", "¥17.39M"),
        ("99999999", "CNY", "1亿", "¥100M"),
        ("123456789", "CNY", "1.235亿", "¥123.5M"),
        ("12345678901", "JPY", "123.46亿日元", "¥12.35B"),
        ("-740000", "CNY", "-74万", "-¥740k"),
    ],
)
def test_amounts_as_people_say_them(units: str, currency: str, zh: str, en: str) -> None:
    assert ZH.money(Decimal(units), currency) == zh
    assert EN.money(Decimal(units), currency) == en


def test_no_rounding_is_off_by_more_than_a_half_percent() -> None:
    sizes = {"亿": 100_000_000, "万": 10_000, "k": 1_000, "M": 1_000_000, "B": 1_000_000_000}
    for power in range(10, 130):
        units = Decimal(round(1.2345678 * 1.25**power, 2)).quantize(Decimal("0.01"))
        for words in (ZH, EN):
            said = words.money(units, "CNY").strip("¥元").replace(",", "")
            value = float(said.rstrip("亿万kMB")) * sizes.get(said[-1], 1)
            assert abs(value - float(units)) <= 0.005 * float(units), (said, units)


PERIODS = [
    (quarter_of(TODAY), 1, "Q1", "Q1"),
    (quarter_of(TODAY, 4), 4, "Q4", "Q4"),
    (quarter_of(date(2025, 10, 1)), 1, "2025年Q4", "Q4 2025"),
    (quarter_of(date(2025, 10, 1), 4), 4, "Q3", "Q3"),
    (quarter_of(date(2025, 2, 1), 4), 4, "2025财年 Q4", "Q4 FY25"),
    (month_of(TODAY), 1, "3月", "March"),
    (month_of(date(2025, 12, 1)), 1, "2025年12月", "December 2025"),
    (week_of(TODAY), 1, "本周", "this week"),
    (week_of(date(2026, 3, 11)), 1, "上周", "last week"),
    (week_of(date(2026, 3, 4)), 1, "3/2–3/8", "Mar 2–8"),
    (year_of(TODAY), 1, "2026年", "2026"),
    (year_of(TODAY, 4), 4, "2026财年", "FY26"),
    (Period(date(2026, 1, 1), date(2026, 6, 30)), 1, "上半年", "H1"),
    (Period(TODAY, TODAY), 1, "今天", "today"),
    (Period(date(2026, 3, 17), date(2026, 3, 17)), 1, "昨天", "yesterday"),
    (Period(date(2026, 2, 27), date(2026, 3, 6)), 1, "2/27–3/6", "Feb 27–Mar 6"),
    (Period(date(2025, 12, 29), date(2026, 1, 4)), 1, "2025/12/29–2026/1/4", "Dec 29, 2025–Jan 4, 2026"),
]  # fmt: skip


@pytest.mark.parametrize(("period", "start", "zh", "en"), PERIODS, ids=[one[3] for one in PERIODS])
def test_periods_by_their_names(period: Period, start: int, zh: str, en: str) -> None:
    assert ZH.period(period, TODAY, start) == zh
    assert EN.period(period, TODAY, start) == en


@pytest.mark.parametrize(
    ("now", "then", "zh", "en"),
    [
        (quarter_of(TODAY), quarter_of(date(2025, 12, 1)), "上季度", "last quarter"),
        (quarter_of(TODAY), quarter_of(date(2025, 3, 1)), "去年同期", "the same time last year"),
        (month_of(TODAY), month_of(date(2026, 2, 1)), "上月", "last month"),
        (week_of(TODAY), week_of(date(2026, 3, 11)), "上周", "last week"),
        (week_of(date(2026, 3, 11)), week_of(date(2026, 3, 4)), "前一周", "the week before"),
        (year_of(TODAY), year_of(date(2025, 3, 1)), "去年", "last year"),
        (month_of(date(2025, 12, 1)), month_of(date(2025, 11, 1)), "上一月", "the month before"),
        (month_of(TODAY), quarter_of(date(2025, 12, 1)), "", ""),
        (quarter_of(TODAY), quarter_of(date(2025, 9, 1)), "", ""),
    ],
)
def test_what_the_other_period_is_called(now: Period, then: Period, zh: str, en: str) -> None:
    assert ZH.before(now, then, TODAY) == zh
    assert EN.before(now, then, TODAY) == en


# -- what one message holds


def test_what_is_too_long_loses_lines_but_not_the_first_nor_the_last() -> None:
    kept = fitted(["答案", *(f"第{n}行" + "长" * 100 for n in range(20)), "", "口径：只算已发生的"])
    assert len("\n".join(kept).encode()) <= MOST_BYTES < 2_048
    assert (kept[0], kept[1][:3], kept[-1]) == ("答案", "第0行", "口径：只算已发生的")
    assert len(kept) == 8
    assert fitted(["答案", "口径"]) == ("答案", "口径")


def test_a_button_is_there_once() -> None:
    found = told_apart([Button("看各月", "a"), Button("看各月", "b"), Button("看客户", "a"), Button("看阶段", "c")])
    assert [(button.label, button.action) for button in found] == [("看各月", "a"), ("看阶段", "c")]
