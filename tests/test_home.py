"""A person's own page and the day as a message: quota and gap, follow-ups to tick off, deals in hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.turns import Home
from sales.periods import Period, quarter_of
from sales.stages import Intent
from tests.talking import AT, Talk, team, told


def company() -> dict[str, Any]:
    made = team()
    deals = made["opportunities"]
    won = {**deals[0], "stage": "won", "close_date": "2026-02-01"}
    deals += [
        {**won, "id": "w1", "name": "渭林一期", "amount": 400000, "closed_on": "2026-02-02"},
        {**won, "id": "w2", "name": "渭林零期", "amount": 999999, "closed_on": "2025-12-31"},
        {**won, "id": "w3", "name": "南棠一期", "account": "nt", "owner": "pan", "amount": 70000,
         "closed_on": "2026-03-01"},
        {**deals[0], "id": "late", "name": "渭林备泵", "amount": None, "close_date": "2026-03-01"},
    ]  # fmt: skip
    made["stage_changes"] += [{"opportunity": d, "stage": "won", "on": on} for d, on in
                              (("w1", "2026-02-02"), ("w2", "2025-12-31"), ("w3", "2026-03-01"))]  # fmt: skip
    made["stage_changes"].append({"opportunity": "late", "stage": "proposal", "on": "2026-01-02"})
    made["quotas"] = [{"owner": "nie", "month": f"2026-0{month}", "amount": 500000} for month in (1, 2, 3, 4)]
    made["follow_ups"] += [
        _task("f2", "2026-03-10", "回访", "qh"), _task("f3", "2026-03-18", "交报销单"),
        _task("f4", "2026-03-19", "约参观"), _task("f5", None, "想想"),
        {**_task("f6", "2026-03-01", "寄合同", "wl"), "user": "pan"},
    ]  # fmt: skip
    return made


def _task(key: str, due: str | None, text: str, account: str | None = None) -> dict[str, Any]:
    return {"id": key, "user": "nie", "account": account, "opportunity": None, "due": due, "text": text,
            "done_on": None}  # fmt: skip


@pytest.fixture
def talk(database: Any) -> Talk:
    return told(database, company=company())


def page(talk: Talk, person: str = "nie", *, chinese: bool | None = None) -> Home:
    return talk.dialogue.home(person, talk.at, chinese)


def act(talk: Talk, action: str, label: str = "x") -> tuple[str, ...]:
    return talk.say(label, action=action).reply.lines


# ------------------------------------------------------------------ the page


def test_a_reps_page(talk: Talk) -> None:
    home = page(talk)
    numbers, todo, deals = home.sections
    assert (home.title, numbers.title) == ("我的今天", "Q1")
    assert numbers.lines == ("达成 27%，时间已过 86%", "指标 150万，已签 40万，缺口 110万")
    assert todo.title == "今天 2 件事"
    assert [text for text, _ in todo.items] == ["青荷纺织：回访（3/10 到期，过了 8 天）", "交报销单（今天到期）"]
    assert [[b.action for b in buttons] for _, buttons in todo.items] == [
        ["done:f2", "tomorrow:f2"], ["done:f3", "tomorrow:f3"],
    ]  # fmt: skip
    assert deals.title == "我在手的商机 4 个"
    assert deals.lines[0] == "渭林水务 · 渭林备泵 · 报价投标 · 3/1 周日该签，已过 17 天"
    assert not any("南棠" in line for line in deals.lines), "a colleague's"


def test_in_english(talk: Talk) -> None:
    numbers, todo, deals = page(talk, chinese=False).sections
    assert numbers.lines == ("27% of quota, 86% of the time gone", "Signed ¥400k of ¥1.5M, ¥1.1M to go")
    assert todo.title == "2 things to do today"
    assert [b.label for b in todo.items[0][1]] == ["Done", "Tomorrow"]
    assert deals.lines[0].endswith("proposal, was to close Sun Mar 1, 17 days ago")


def test_without_a_quota_there_is_no_line_about_it(talk: Talk) -> None:
    numbers = page(talk, "pan").sections[0]
    assert numbers.lines == ("已签 7万，时间已过 86%",)
    assert "0" not in numbers.lines[0].replace("86%", "")


def test_a_manager_has_the_units_quota_and_all_below(talk: Talk) -> None:
    numbers, _, deals = page(talk, "boss").sections
    assert numbers.lines[1] == "指标 150万，已签 40万，缺口 110万", (
        "nothing stated for the unit: the sum of its people's"
    )
    assert deals.title == "团队在手的商机 4 个"
    assert deals.lines[0].endswith("聂小川")


def test_what_is_stated_for_a_unit_goes_before_the_sum(database: Any) -> None:
    made = company()
    made["quotas"] += [{"owner": "north", "month": "2026-02", "amount": 800000}]
    numbers = page(told(database, company=made), "boss").sections[0]
    assert numbers.lines[1].startswith("指标 180万，")


def test_the_quarter_is_the_fiscal_one(database: Any) -> None:
    made = company()
    made["company"]["fiscal_year_start_month"] = 2
    numbers = page(told(database, company=made)).sections[0]
    assert numbers.title == "Q1"
    assert numbers.lines == ("达成 27%，时间已过 52%", "指标 150万，已签 40万，缺口 110万")


def test_the_quota_met(database: Any) -> None:
    made = company()
    made["quotas"] = [{"owner": "nie", "month": "2026-01", "amount": 300000}]
    assert page(told(database, company=made)).sections[0].lines[1] == "指标 30万，已签 40万，指标完成了"


def test_ten_at_most_and_what_is_left_is_said(database: Any) -> None:
    made = company()
    made["follow_ups"] += [_task(f"g{n:02}", "2026-03-02", f"事{n}") for n in range(12)]
    deals = made["opportunities"]
    deals += [{**deals[0], "id": f"h{n:02}", "name": f"渭林第{n}泵"} for n in range(12)]
    made["stage_changes"] += [{"opportunity": f"h{n:02}", "stage": "lead", "on": "2026-01-02"} for n in range(12)]
    talk = told(database, company=made)
    _, todo, hand = page(talk).sections
    assert (len(todo.items), todo.lines) == (10, ("还有 4 件也到期了",))
    assert (len(hand.lines), hand.lines[-1]) == (11, "另有 6 个没列出")
    lines = act(talk, "today")
    assert len(lines) == 8
    assert lines[-1] == "还有 10 件也到期了"
    assert len(talk.labels) == 6


def test_nothing_due(talk: Talk) -> None:
    talk.person = "boss"
    assert act(talk, "today")[-1] == "今天没有到期的待办。"
    assert page(talk, "boss", chinese=False).sections[1].title == "Nothing is due today."


# ------------------------------------------------------------------ the day as a message


@pytest.mark.parametrize("said", ["今天", "今天有什么事？", "今日待办", "today", "What's on today?", "my day"])
def test_asked_in_words(talk: Talk, said: str) -> None:
    turn = talk.say(said)
    assert turn.intent is Intent.QUERY
    assert turn.change_set is None
    assert any(button.action == "done:f2" for button in turn.reply.buttons)


@pytest.mark.parametrize("said", ["今天去渭林见了邱科长", "今天青荷的事", "today met Dana at Alder"])
def test_more_than_the_day(talk: Talk, said: str) -> None:
    assert not any(button.action.startswith("done:") for button in talk.say(said).reply.buttons)


def test_done_tomorrow_and_opened_again(talk: Talk) -> None:
    talk.say("今天")
    assert talk.labels == ["1 做完了", "1 改到明天", "2 做完了", "2 改到明天"]
    talk.tap("1 做完了")
    assert talk.lines == ("✅ 做完了：青荷纺织 回访",)
    assert str(talk.rows("select done_on from follow_ups where id = 'f2'")[0][0]) == "2026-03-18"
    assert act(talk, "done:f2") == ("这件已经做完了：回访",)
    assert act(talk, "tomorrow:f2") == ("这件已经做完了：回访",)
    assert act(talk, "tomorrow:f3") == ("✅ 待办改期：交报销单，3/18 周三 → 3/19 周四（明天）",)
    assert act(talk, "tomorrow:f3") == ("这件已经排在 3/19 周四（明天）：交报销单",)
    done = page(talk).sections[2]
    assert done.title == "今天做完的"
    ((text, (undo,)),) = done.items
    assert (text, undo.label) == ("青荷纺织 回访", "撤销")
    assert act(talk, undo.action) == ("✅ 重新打开待办：青荷纺织 回访",)
    assert act(talk, undo.action) == ("这件还没做完，没有动：回访",)
    assert talk.rows("select done_on from follow_ups where id = 'f2'") == [(None,)]


def test_a_tick_can_be_undone_by_button_and_by_word(talk: Talk) -> None:
    act(talk, "done:f2", "1 做完了")
    talk.tap("撤销")
    assert talk.rows("select done_on from follow_ups where id = 'f2'") == [(None,)]
    act(talk, "tomorrow:f3")
    talk.say("撤销")
    assert str(talk.rows("select due_on from follow_ups where id = 'f3'")[0][0]) == "2026-03-18"


def test_a_tick_has_its_evidence_and_no_words_to_be_put_right(talk: Talk) -> None:
    act(talk, "done:f2", "1 做完了")
    assert talk.rows("select message_id, message_text from change_sets where source = 'save'") == [
        ("talk-1", "1 做完了")
    ]
    count = talk.count("follow_ups")
    assert talk.say("不对，是周五").reply.lines[0].startswith("刚才那条是点按钮记的")
    assert talk.count("follow_ups") == count


def test_only_what_is_ones_own_or_ones_teams(talk: Talk) -> None:
    assert act(talk, "done:f6")[0].startswith("没记：")
    assert talk.rows("select done_on from follow_ups where id = 'f6'") == [(None,)]
    talk.person = "boss"
    act(talk, "done:f3")
    assert talk.rows("select done_on is null from follow_ups where id = 'f3'")[0][0] in (False, 0)
    assert act(talk, "done:nothing") == ("这个按钮已经用过或过期了，直接打字告诉我就行。",)


def test_help_by_button_and_how_to_send_a_weekly_report(talk: Talk) -> None:
    assert act(talk, "help")[0] == "像跟同事说话一样发给我就行："
    for said in ("周报", "周报怎么写？"):
        assert talk.say(said).reply.lines[0].startswith("周报整段发我就行")
    for said in ("weekly report", "Send a weekly report"):
        assert talk.say(said).reply.lines[0].startswith("Paste the whole week")


# ------------------------------------------------------------------ periods


@pytest.mark.parametrize(
    ("day", "start", "first", "last", "number"),
    [
        ((2026, 3, 18), 1, (2026, 1, 1), (2026, 3, 31), 1), ((2026, 3, 18), 4, (2026, 1, 1), (2026, 3, 31), 4),
        ((2026, 1, 31), 2, (2025, 11, 1), (2026, 1, 31), 4), ((2024, 2, 29), 3, (2023, 12, 1), (2024, 2, 29), 4),
        ((2026, 12, 1), 12, (2026, 12, 1), (2027, 2, 28), 1),
    ],
)  # fmt: skip
def test_fiscal_quarters(
    day: tuple[int, int, int], start: int, first: tuple[int, int, int], last: tuple[int, int, int], number: int
) -> None:
    assert quarter_of(date(*day), start) == Period(date(*first), date(*last), number)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 12))
def test_every_day_is_in_its_quarter_of_three_months(day: date, start: int) -> None:
    quarter = quarter_of(day, start)
    assert day in quarter
    assert len(quarter.months) == 3
    assert (quarter.first.month - start) % 3 == 0
    assert 0 < quarter.elapsed(day) <= 100
    assert (quarter.elapsed(quarter.last), quarter_of(quarter.first, start)) == (100, quarter)


def test_today_is_that_of_the_company(talk: Talk) -> None:
    """At 23:30 UTC it is tomorrow in Shanghai."""
    talk.at = datetime(2026, 3, 18, 23, 30, tzinfo=UTC)
    assert page(talk).sections[1].title == "今天 3 件事"
    assert talk.at > AT
