"""Messages that are edited or deleted after they were sent: what follows them, what doesn't, what is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.revising import moved
from handlers.state import State, from_json, to_json
from handlers.turns import Heard, Turn
from sales.records import Pin, Span
from storage import conversations
from tests.talking import AT, Dump, Talk, told

VISIT = "下午去渭林见了邱科长，聊了二泵站，预算加到85万，下周三之前把正式报价发过去"
ENGLISH = "Met Dana at Alder today, chiller pumps budget now 2.3M, send the quote by Friday"
TWO_HU = "下午在渭林水务跟胡总聊合同，他把预算加到90万"
WEEKLY = """本周工作：
1. 周一拜访渭林邱科长，二泵站金额改到86万
2. 周三去Alder拜访了Dana，聊了交期
下周计划：
1. 周二前给渭林发新版报价"""


@pytest.fixture
def talk(database: Any) -> Talk:
    return told(database)


def state_of(talk: Talk) -> State:
    with talk.database.read() as tx:
        return from_json(conversations.load(tx, "test", talk.conversation, talk.person).state)


# ------------------------------------------------------------------ edits


def test_the_record_follows_an_edit(talk: Talk) -> None:
    talk.say(VISIT)
    turn = talk.edit(1, VISIT.replace("85", "95"))
    assert turn is not None
    assert turn.reply.lines == ("✅ 跟着你改的消息改了：商机金额 85万 → 95万（原 80万）",)
    assert (talk.amount("d1"), talk.count("activities")) == (950_000, 1)
    talk.tap("撤销")
    assert talk.amount("d1") == 850_000
    talk.say("撤销")
    assert (talk.amount("d1"), talk.count("activities")) == (800_000, 0)


def test_in_english_it_says_so_in_english(talk: Talk) -> None:
    talk.say(ENGLISH)
    talk.edit(1, ENGLISH.replace("2.3M", "2.5M"))
    assert talk.lines == ("✅ Updated to match your edit: deal amount ¥2.3M → ¥2.5M (was ¥2.1M)",)
    talk.edit(1, "Hello")
    assert talk.lines[0] == "Nothing to record in that message any more, so what it had recorded is gone too."
    assert talk.amount("d3") == 2_100_000


def test_an_edit_that_records_the_same_says_nothing_and_still_finishes(talk: Talk) -> None:
    talk.say(VISIT)
    before = talk.count("change_sets")
    got: list[Turn | None] = []
    same = Heard("test", "talk", "nie", "talk-1", VISIT + "。", AT)
    assert talk.dialogue.revise(same, lambda _, turn: got.append(turn)) is None
    assert talk.dialogue.revise(same, lambda _, turn: got.append(turn)) is None, "the very same words"
    assert got == [None, None]
    assert talk.count("change_sets") == before
    # and what is corrected next is the text as it says now
    assert state_of(talk).recent[-1].text == VISIT + "。"
    talk.say("不是85，是96")
    assert talk.amount("d1") == 960_000


def test_other_words_for_the_same_visit_are_a_line(talk: Talk) -> None:
    talk.say("下午去渭林见了邱科长，聊了方案")
    talk.edit(1, "下午去渭林泵房见了邱科长，聊了方案")
    assert talk.lines == ("✅ 跟着你改的消息改了：沟通内容",)
    assert talk.rows("select summary from activities") == [("下午去渭林泵房见了邱科长",)]


def test_yesterday_stays_the_day_before_the_message(talk: Talk) -> None:
    talk.say("昨天去渭林见了邱科长，预算加到85万")
    talk.at += timedelta(days=3)
    talk.edit(1, "昨天去渭林见了邱科长，预算加到87万")
    assert str(talk.rows("select happened_on from activities")[0][0]) == "2026-03-17"
    assert talk.amount("d1") == 870_000


def test_an_answer_and_a_correction_outlive_an_edit_of_other_words(talk: Talk) -> None:
    talk.say(TWO_HU)
    talk.tap("胡建民")
    talk.edit(1, TWO_HU.replace("90", "93").replace("聊合同", "聊了合同的事"))
    assert talk.lines == ("✅ 跟着你改的消息改了：商机金额 90万 → 93万（原 80万）",)
    assert talk.rows("select contact_id from activity_contacts") == [("c1",)]
    talk.say("不对，是电话")
    talk.edit(1, TWO_HU.replace("90", "94").replace("聊合同", "聊了合同的事"))
    assert talk.rows("select type from activities") == [("call",)]
    assert talk.amount("d1") == 940_000


def test_the_edited_words_win_over_a_correction_of_them(talk: Talk) -> None:
    talk.say(VISIT)
    talk.say("不是85，是95")
    talk.edit(1, VISIT.replace("85", "88"))
    assert talk.amount("d1") == 880_000


def test_nothing_left_to_record_takes_it_back_and_a_later_edit_records_anew(talk: Talk, everything: Dump) -> None:
    with talk.database.read() as tx:
        before = everything(tx)
    talk.say(VISIT)
    talk.say("不是85，是95")
    talk.edit(1, "发错了群")
    assert talk.lines[0] == "改过的消息里没有要记的了，原来记的一并去掉。"
    with talk.database.read() as tx:
        assert everything(tx) == before
    talk.edit(1, VISIT)
    assert talk.amount("d1") == 850_000


def test_a_question_is_replaced_by_the_new_reading(talk: Talk) -> None:
    talk.say(TWO_HU)
    assert talk.edit(1, TWO_HU.replace("聊合同", "谈合同")) is None, "the same question: nothing to say"
    talk.edit(1, TWO_HU.replace("胡总", "邱科长"))
    assert talk.lines[0].startswith("✅ 渭林水务")
    assert talk.amount("d1") == 900_000
    assert state_of(talk).questions == ()


def test_the_buttons_of_a_question_still_work_after_an_edit_that_leaves_it(talk: Talk) -> None:
    talk.say(TWO_HU)
    assert talk.edit(1, "今天" + TWO_HU.replace("90", "91")) is None
    talk.tap("胡晓琴")
    assert talk.amount("d1") == 910_000
    assert talk.rows("select contact_id from activity_contacts") == [("c2",)]


def test_an_edit_that_makes_it_unclear_asks_and_records_nothing_in_doubt(talk: Talk) -> None:
    talk.say(TWO_HU.replace("胡总", "邱科长"))
    assert talk.amount("d1") == 900_000
    talk.edit(1, TWO_HU)
    assert "❓ 渭林水务有两位胡总，是哪位？" in talk.lines
    assert "和现有记录一样" not in "".join(talk.lines)
    talk.tap("胡建民")
    assert talk.amount("d1") == 900_000
    assert talk.count("activities") == 1


def test_a_draft_is_shown_anew(talk: Talk) -> None:
    talk.say(WEEKLY)
    turn = talk.edit(1, WEEKLY.replace("86", "88"))
    assert turn is not None
    assert turn.waiting
    assert any("88万" in line for line in turn.reply.lines)
    assert talk.edit(1, WEEKLY.replace("86", "88") + "\n") is None
    talk.tap("全部记下")
    assert talk.amount("d1") == 880_000
    talk.edit(1, WEEKLY.replace("86", "89"))
    assert talk.lines[0].startswith("✅ 跟着你改的消息改了：商机金额 88万 → 89万")


def test_a_draft_that_holds_nothing_any_more_is_dropped(talk: Talk) -> None:
    talk.say(WEEKLY)
    talk.edit(1, "没事")
    assert talk.lines == ("改过的消息里没有要记的了，这条不记。",)
    assert state_of(talk).draft is None


def test_what_led_to_nothing_is_a_message_of_its_own_of_its_own_day(talk: Talk) -> None:
    talk.say("你好")
    later = AT + timedelta(days=2)
    heard = Heard("test", "talk", "nie", "talk-1", "今天去渭林见了邱科长", later)
    turn = talk.dialogue.revise(heard, said_at=AT)
    assert turn is not None
    assert str(talk.rows("select happened_on from activities")[0][0]) == "2026-03-18"


def test_a_mistyped_answer_is_put_right(talk: Talk) -> None:
    talk.say(TWO_HU)
    talk.say("就那个人")
    assert talk.count("activities") == 0
    talk.edit(2, "胡建民")
    assert talk.rows("select contact_id from activity_contacts") == [("c1",)]


@pytest.mark.parametrize(
    ("first", "second", "edited"),
    [(VISIT, "不是85，是95", "不是85，是96"), (TWO_HU, "1", "2"), (ENGLISH, "not 2.3M, 2.4M", "not 2.3M, 2.6M")],
)
def test_an_edited_answer_or_correction_is_not_followed(talk: Talk, first: str, second: str, edited: str) -> None:
    talk.say(first)
    talk.say(second)
    amounts = talk.rows("select id, amount from opportunities order by id")
    sets = talk.count("change_sets")
    turn = talk.edit(2, edited)
    assert turn is not None
    assert talk.rows("select id, amount from opportunities order by id") == amounts
    assert talk.count("change_sets") == sets
    assert turn.reply.lines[0].endswith(("我不跟，免得改错。", "I don't follow edits of it."))
    assert turn.reply.lines[1].startswith(("现在记的是：", "On record now: "))


def test_an_edited_undo_undoes_nothing_more(talk: Talk) -> None:
    talk.say(VISIT)
    talk.say("青荷纺织的沈厂长来电，循环泵预算32万")
    talk.say("撤销")
    talk.edit(3, "撤销！")
    assert talk.amount("d1") == 850_000
    talk.say("你好")
    talk.edit(4, "撤销")
    assert talk.amount("d1") == 850_000


def test_a_message_older_than_what_is_remembered_is_found_in_the_store(talk: Talk) -> None:
    talk.say(VISIT)
    talk.say("不是85，是95")
    for day in range(8):
        talk.say(f"提醒我{day + 1}号给沈厂长打电话")
    assert all(entry.message_id != "talk-1" for entry in state_of(talk).recent)
    assert talk.edit(1, VISIT.replace("85", "82"), person="pan") is not None, "another's message of the same number"
    assert talk.amount("d1") == 950_000
    talk.edit(1, VISIT.replace("85", "99"))
    assert talk.amount("d1") == 990_000
    assert talk.lines == ("✅ 跟着你改的消息改了：商机金额 95万 → 99万（原 80万）",)
    talk.tap("撤销")
    assert talk.amount("d1") == 950_000


def test_an_old_message_without_the_customer_is_read_beside_what_it_recorded(talk: Talk) -> None:
    talk.say("下午去渭林见了邱科长")
    talk.say("他们把预算加到85万")
    for day in range(8):
        talk.say(f"提醒我{day + 1}号给沈厂长打电话")
    talk.edit(2, "他们把预算加到87万")
    assert talk.amount("d1") == 870_000


def test_what_somebody_changed_since_is_not_overwritten(talk: Talk) -> None:
    talk.say(VISIT)
    talk.say("渭林二泵站预算加到92万")
    talk.edit(1, VISIT.replace("85", "83"))
    assert talk.amount("d1") == 920_000
    assert talk.lines[0].startswith("没改：「渭林二泵站改造」")


def test_undoing_an_edit_brings_the_old_words_back(talk: Talk) -> None:
    talk.say(VISIT)
    talk.edit(1, VISIT.replace("预算加到85万", "预算大概加到88万吧"))
    talk.say("撤销")
    assert talk.amount("d1") == 850_000
    assert state_of(talk).recent[-1].text == VISIT
    talk.say("不对，是下周四")
    assert talk.amount("d1") == 850_000
    due = talk.rows("select due_on from follow_ups where id <> 'f1'")[0][0]
    assert str(due) == "2026-03-26"


# ------------------------------------------------------------------ deletions


def test_a_deletion_is_asked_about_and_undoes_nothing_by_itself(talk: Talk, everything: Dump) -> None:
    with talk.database.read() as tx:
        before = everything(tx)
    talk.say(VISIT)
    talk.say("不是85，是95")
    turn = talk.delete(1)
    assert turn is not None
    assert turn.reply.lines[0].startswith("❓ 你删了那条消息：渭林水务 拜访、待办「发正式报价」")
    assert talk.labels == ["撤销", "留着"]
    assert talk.amount("d1") == 950_000
    talk.tap("留着")
    assert talk.lines == ("好，记录留着。",)
    assert talk.amount("d1") == 950_000
    talk.tap("撤销", of=turn)
    with talk.database.read() as tx:
        assert everything(tx) == before
    assert talk.delete(1) is None, "nothing of it is left"


def test_an_old_deleted_message_is_found_too(talk: Talk, everything: Dump) -> None:
    talk.say(VISIT)
    talk.say("不是85，是95")
    for day in range(8):
        talk.say(f"提醒我{day + 1}号给沈厂长打电话")
    talk.delete(1)
    talk.tap("撤销")
    assert talk.amount("d1") == 800_000
    assert talk.rows("select id from activities where account_id = 'wl'") == []


def test_what_only_waits_is_dropped(talk: Talk) -> None:
    talk.say(TWO_HU)
    talk.delete(1)
    assert talk.lines == ("那条消息删了，还没记的也不记了。",)
    assert state_of(talk).questions == ()
    talk.say(WEEKLY)
    talk.delete(2)
    assert state_of(talk).draft is None
    assert talk.count("activities") == 0


def test_a_deleted_chat_or_answer_leads_to_nothing(talk: Talk) -> None:
    talk.say(TWO_HU)
    talk.say("1")
    talk.say("thanks")
    got: list[Turn | None] = []
    for number in (2, 3, 99):
        heard = Heard("test", "talk", "nie", f"talk-{number}", "", AT)
        assert talk.dialogue.withdrawn(heard, lambda _, turn: got.append(turn)) is None
    assert got == [None, None, None]


def test_in_english_the_question_is_english(talk: Talk) -> None:
    talk.say(ENGLISH)
    talk.delete(1)
    assert talk.lines[0].startswith("❓ You deleted that message: Alder visit, ")
    assert talk.labels == ["Undo", "Keep it"]
    talk.tap("Keep")
    assert talk.lines == ("OK, the record stays.",)


# ------------------------------------------------------------------ what is remembered


def test_a_conversation_of_the_version_before_is_still_remembered(talk: Talk) -> None:
    talk.say(VISIT)
    talk.say("不是85，是95")
    data = to_json(state_of(talk))
    data["v"] = 3
    for entry in data["recent"]:
        del entry["tapped"]
        entry["steps"] = [step[:4] for step in entry["steps"]]
    state = from_json(data)
    assert [len(entry.steps) for entry in state.recent] == [2]
    assert state.recent[0].sets == state_of(talk).recent[0].sets


def _pin(text: str, words: str) -> Pin:
    at = text.index(words)
    return Pin(Span(at, at + len(words)), "amount", "1")


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("预算加到85万", "他们预算加到85万", "85"), ("预算加到85万", "预算加到85.5万", None),
        ("预算加到85万", "预算加到185万", None), ("预算加到85万", "预算加到95万", None), ("预算加到85万", "你好", None),
        ("预算85万，周五签", "预算85万，周四签", "85"),
    ],
)  # fmt: skip
def test_a_decision_goes_with_its_words(old: str, new: str, kept: str | None) -> None:
    found = moved([_pin(old, "85")], old, new)
    assert [pin.span.of(new) for pin in found] == ([kept] if kept else [])


@given(st.text(max_size=40), st.text(max_size=40), st.data())
def test_decisions_never_point_at_other_words(old: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    for pin in moved([Pin(Span(start, end), "amount", "1")], old, new):
        assert pin.span.of(new) == old[start:end]
        assert 0 <= pin.span.start <= pin.span.end <= len(new)
