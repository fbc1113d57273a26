"""Questions at the edges: days that no calendar has, buttons of records that are none, names that nobody here has."""

from __future__ import annotations

from typing import Any

import pytest

from sales.stages import Intent
from tests.talking import Talk, told
from tests.test_asking import grown


@pytest.fixture
def boss(database: Any) -> Talk:
    return told(database, company=grown(), person="boss")


def test_the_source_of_a_record_that_is_none_gets_the_words_of_one_that_is_not_theirs(boss: Talk) -> None:
    hidden = boss.say("x", action="src:opportunity:d4")
    for action in ("src:opportunity:none", "src:contact:none", "src:payment:none", "src:opportunity:\0"):
        turn = boss.say("x", action=action)
        assert turn.denied
        assert turn.reply == hidden.reply


def test_the_source_behind_a_history_of_stages_is_the_deal(boss: Talk) -> None:
    """What is listed first is a stage that was reached: its button leads to the deal."""
    boss.say("青荷纺织最近有啥进展")
    behind = boss.say("怎么来的")
    (source,) = [b for b in behind.reply.buttons if b.action.startswith("src:")]
    assert source.action == "src:opportunity:w3"
    assert "青荷改造" in boss.say(source.label, action=source.action).reply.text


DATES = [
    "未来5000年签了多少 同比",
    "环比未来5000年 怎么样 2月30日前100年",
    "公元1年签了多少 环比",
    "9999-12-31签了多少 环比",
    "1月到13月签了多少",
    "how much did we sign in 9999, vs the year before",
]


@pytest.mark.parametrize("say", DATES)
def test_days_that_no_calendar_has_are_answered_politely(boss: Talk, say: str) -> None:
    assert boss.say(say).reply.lines


@pytest.mark.parametrize(
    "years", [("0001-01-01", "0001-01-02"), ("0001-01-01", "9999-12-31"), ("9999-12-01", "9999-12-31")]
)
def test_a_page_of_a_year_that_somebody_made_up(boss: Talk, years: tuple[str, str]) -> None:
    action = f'q:{{"metric":"overview","scope":{{"org_unit":"north"}},"period":["{years[0]}","{years[1]}"]}}'
    turn = boss.say("x", action=action)
    assert turn.intent is Intent.QUERY
    assert turn.query is None
    assert turn.reply.lines


DAYS = [
    ("北线YTD签了多少", "2026-01-01", "2026-03-18"),
    ("今年YTD签了多少", "2026-01-01", "2026-03-18"),
    ("QTD签约额多少", "2026-01-01", "2026-03-18"),
    ("YTD回款多少", "2026-01-01", "2026-03-18"),
    ("25Q4签了多少", "2025-10-01", "2025-12-31"),
    ("26Q1回款多少", "2026-01-01", "2026-03-31"),
    ("10-12月签了多少", "2025-10-01", "2025-12-31"),
    ("10月到12月能签多少", "2026-10-01", "2026-12-31"),
    ("11月到1月签了多少", "2025-11-01", "2026-01-31"),
    ("2025年11月到1月签了多少", "2025-11-01", "2026-01-31"),
    ("1-2月签了多少", "2026-01-01", "2026-02-28"),
    ("2024年2月29日签了多少", "2024-02-29", "2024-02-29"),
]


@pytest.mark.parametrize(("say", "first", "last"), DAYS)
def test_the_days_that_are_said_are_those_that_are_counted(boss: Talk, say: str, first: str, last: str) -> None:
    query = boss.say(say).query
    assert query is not None
    assert query["period"] == [first, last]
    assert "versus" not in query


def test_vs_right_before_chinese_words_compares(boss: Talk) -> None:
    query = boss.say("vs上季度签了多少").query
    assert query is not None
    assert (query["period"], query["versus"]) == (["2026-01-01", "2026-03-31"], ["2025-10-01", "2025-12-31"])


STRANGE = [
    "华东签了多少",
    "西北区这季度签了多少",
    "张伟上周干嘛了",
    "潘月这季度签了多少",
    "北燕科技签了多少",
    "how is EMEA doing",
    "what is Karen's attainment this quarter",
]


@pytest.mark.parametrize("say", STRANGE)
def test_a_name_that_is_nobodys_here_is_not_answered_with_ones_own_figures(boss: Talk, say: str) -> None:
    for who in ("boss", "nie", "ops"):
        turn = boss.say(say, person=who)
        assert turn.denied
        assert turn.query is None


def test_nor_right_after_a_question(boss: Talk) -> None:
    boss.say("北线这季度签了多少")
    assert boss.say("那华东回款呢").query is None
    assert boss.say("那华东呢").query is None


WORDS = ["本月签了多少", "单子情况怎么样", "平均单额多少", "成交情况怎么样", "高层拜访情况", "金额最大的客户签了多少"]


def test_words_are_no_names(boss: Talk) -> None:
    assert not any(boss.say(say).denied for say in WORDS)


OTHERS = ["我同事签了多少", "同事们这季度签了多少", "其他人签了多少", "我领导签了多少", "what's my manager's pipeline"]


def test_a_reps_question_about_others_is_not_about_the_rep(boss: Talk) -> None:
    for say in OTHERS:
        assert boss.say(say, person="nie").denied, say
    for say in ("领导要看我签了多少", "老板让我报这季度签了多少", "同事问我完成率多少"):
        turn = boss.say(say, person="nie")
        assert turn.query is not None, say
        assert turn.query["scope"] == {"user": "nie"}
