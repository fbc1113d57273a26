"""Dates in sales talk: what is found, and which days it means. Now is Wednesday 18 March 2026, 18:05, unless said."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from sales.language.dates import DateMention, Grain, Tense, find_dates, find_durations

NOW = datetime(2026, 3, 18, 18, 5)
PAST, PLAN, UNKNOWN = Tense.PAST, Tense.PLAN, Tense.UNKNOWN


def the_date(text: str, **options: bool) -> DateMention:
    found = find_dates(text, **options)
    assert len(found) == 1, [m.text for m in found]
    return found[0]


def day(text: str, year: int = 2026) -> date:
    month, number = text.split("-")[-2:]
    return date(year if text.count("-") == 1 else int(text.split("-")[0]), int(month), int(number))


# text, the words found, tense, first, last, due
ZH = [
    ("今天下午去了鼎丰", "今天下午", PAST, "3-18", "3-18", "3-18"),
    ("下周三下午3点之前发报价", "下周三下午3点之前", PLAN, "3-25", "3-25", "3-25"),
    ("上周五13号见了李总", "上周五13号", PAST, "3-13", "3-13", "3-13"),
]


@pytest.mark.parametrize(("text", "words", "tense", "first", "last", "due"), ZH)
def test_chinese(text: str, words: str, tense: Tense, first: str, last: str, due: str) -> None:
    mention = the_date(text)
    found = mention.resolve(NOW, tense)
    assert (mention.text, found.first, found.last, found.due) == (words, day(first), day(last), day(due))
