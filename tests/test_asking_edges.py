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
