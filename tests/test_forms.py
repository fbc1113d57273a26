"""The form of a card: what it shows, what may be filled in, what comes of it and what outlives a later correction."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import form_values
from handlers.form_values import Faulty
from handlers.forms import recorded
from handlers.lines import Telling
from handlers.turns import Form, FormField
from handlers.words import words_for
from sales.book import MemoryCompany
from sales.records import ActivityDraft, FollowUpDraft, Read, Reading
from sales.stages import ActivityType, Intent, Stage
from storage.book import scope_for
from storage.changes import MessageRef
from storage.company_data import load_company
from storage.explain import explain
from storage.exporter import export_company
from storage.importer import import_company
from storage.records import Edit, amend, edit, save
from tests.talking import AT, Dump, Talk, filled, team, told
from tests.test_storage_records import Desk, readings

VISIT = "下午去渭林见了邱科长，聊了二泵站，预算加到85万，下周三之前把正式报价发过去"
ENGLISH = "Met Dana at Alder today, chiller pumps budget now 2.3M, send the quote by Friday"


@pytest.fixture
def talk(database: Any) -> Talk:
    return told(database)


def opened(talk: Talk) -> Form:
    form = talk.form()
    assert form is not None
    return form


def fields(form: Form) -> dict[str, FormField]:
    """By kind.field."""
    return {".".join(f.id.split(".")[:2]): f for section in form.sections for f in section.fields}


def stages(talk: Talk, deal: str = "d1") -> list[tuple[str, str]]:
    query = "select stage, changed_on from stage_changes where opportunity_id = '{}' order by changed_on, position"
    return [(stage, str(on)) for stage, on in talk.rows(query.format(deal))]


# ------------------------------------------------------------------ what it shows


def test_the_form_shows_what_stands(talk: Talk) -> None:
    talk.say(VISIT)
    form = opened(talk)
    assert [s.title for s in form.sections] == [
        "渭林水务 · 拜访", "渭林水务 · 商机「渭林二泵站改造」", "渭林水务 · 待办",
    ]  # fmt: skip
    shown = {name: field.value for name, field in fields(form).items() if name != "activity.summary"}
    assert shown == {
        "activity.type": "visit", "activity.date": "2026-03-18", "activity.contacts": ("c3",),
        "opportunity.amount": "85万", "opportunity.stage": "proposal", "opportunity.close_date": "2026-06-30",
        "opportunity.probability": None, "follow_up.text": "发正式报价", "follow_up.due": "2026-03-25",
        "follow_up.done_on": "open",
    }  # fmt: skip
    people = fields(form)["activity.contacts"].options
    assert {option for option, _ in people} == {"c1", "c2", "c3"}
    assert all(len(field.id) <= 255 for field in fields(form).values()), "Slack's limit"
    talk.say("不是85，是95")
    assert fields(opened(talk))["opportunity.amount"].value == "95万"


def test_in_english(talk: Talk) -> None:
    talk.say(ENGLISH)
    form = opened(talk)
    assert (form.title, form.submit, form.cancel) == ("Fix the record", "Save", "Cancel")
    assert fields(form)["opportunity.amount"].value == "¥2.3M"
    talk.fill(form, opportunity__amount="2.4M", opportunity__probability="60%")
    assert talk.lines == ("✅ Fixed: deal amount ¥2.3M → ¥2.4M (was ¥2.1M)", "Probability 60%")
    assert talk.amount("d3") == 2_400_000


def test_nobody_else_gets_the_form_and_none_of_what_was_undone(talk: Talk) -> None:
    first = talk.say(VISIT)
    for other in ("pan", "boss"):
        assert talk.form(person=other) is None
    form = opened(talk)
    talk.tap("撤销")
    assert talk.form(first) is None
    assert talk.dialogue.form("test", "talk", "nie", "cs-nothing") is None
    talk.fill(form, opportunity__amount="99万")
    assert talk.lines[0].startswith("这条已经撤销")
    assert talk.amount("d1") == 800_000


# ------------------------------------------------------------------ what comes of it


def test_several_fields_are_one_correction(talk: Talk, everything: Dump) -> None:
    talk.say(VISIT)
    with talk.database.read() as tx:
        between = everything(tx)
    turn = talk.fill(
        opened(talk), activity__type="call", activity__contacts=("c1", "c3"), opportunity__amount="97",
        opportunity__close_date="2026-07-15", follow_up__due="2026-03-27", follow_up__text="发正式报价单",
    )  # fmt: skip
    assert turn.intent is Intent.CORRECT
    assert talk.lines[0].startswith("✅ 已改：")
    assert sum(line.startswith("✅") for line in talk.lines) == 1
    told_of = "\n".join(talk.lines)
    for part in ("商机金额 85万 → 97万（原 80万）", "方式 拜访 → 电话", "邱立 → 胡建民、邱立", "3/27 周五"):
        assert part in told_of
    assert talk.amount("d1") == 970_000
    assert talk.rows("select contact_id from activity_contacts order by contact_id") == [("c1",), ("c3",)]
    talk.tap("撤销")
    with talk.database.read() as tx:
        assert everything(tx) == between


def test_undone_by_saying_so_and_then_the_rest(talk: Talk, everything: Dump) -> None:
    with talk.database.read() as tx:
        before = everything(tx)
    talk.say(VISIT)
    talk.fill(opened(talk), opportunity__amount="97万", opportunity__stage="negotiation")
    talk.say("撤销")
    assert (talk.amount("d1"), stages(talk)) == (850_000, [("lead", "2026-01-02")])
    talk.say("撤销")
    with talk.database.read() as tx:
        assert everything(tx) == before


def test_an_unchanged_form_changes_nothing(talk: Talk) -> None:
    talk.say(VISIT)
    sets = talk.count("change_sets")
    talk.fill(opened(talk))
    assert talk.lines == ("没有改动，记录还是原来的。",)
    assert talk.count("change_sets") == sets


def test_the_evidence_is_the_form(talk: Talk) -> None:
    talk.say(VISIT)
    talk.fill(opened(talk), opportunity__amount="97万")
    with talk.database.read() as tx:
        _, scope = scope_for(tx, "nie")
        newest = explain(tx, scope, "opportunity", "d1", "amount")[0]
    assert newest.message == MessageRef("talk-2", "form")
    assert (newest.why, newest.after, newest.stands) == ("form", 97_000_000, True)


@pytest.mark.parametrize("said", ["不对，是下周四", "不是拜访，是电话"])
def test_a_later_correction_does_not_lose_what_the_form_set(talk: Talk, said: str) -> None:
    talk.say(VISIT)
    talk.fill(
        opened(talk), opportunity__amount="97万", opportunity__stage="negotiation", activity__contacts=("c1",),
        opportunity__probability="七成",
    )  # fmt: skip
    talk.say(said)
    assert talk.amount("d1") == 970_000
    assert talk.rows("select stage, probability from opportunities where id = 'd1'") == [("negotiation", 70)]
    assert stages(talk) == [("lead", "2026-01-02"), ("negotiation", "2026-03-18")]
    assert talk.rows("select contact_id from activity_contacts") == [("c1",)]
    talk.say("撤销")
    talk.say("撤销")
    assert (talk.amount("d1"), stages(talk)) == (850_000, [("lead", "2026-01-02")])


def test_what_is_said_later_of_the_same_field_wins(talk: Talk) -> None:
    talk.say(VISIT)
    talk.fill(opened(talk), opportunity__amount="97万", activity__type="call")
    talk.say("不是85，是98")
    assert talk.amount("d1") == 980_000
    assert talk.rows("select type from activities") == [("call",)]
    talk.fill(opened(talk), opportunity__amount="99万")
    talk.say("不对，是下周四")
    assert talk.amount("d1") == 990_000


def test_an_edited_message_keeps_what_the_form_set_of_other_fields(talk: Talk) -> None:
    talk.say(VISIT)
    talk.fill(opened(talk), activity__type="call", opportunity__amount="97万")
    talk.edit(1, VISIT.replace("正式报价", "正式的报价单"))
    assert talk.rows("select type from activities") == [("call",)]
    assert talk.amount("d1") == 970_000
    talk.edit(1, VISIT.replace("85", "88"))
    assert talk.amount("d1") == 880_000


def test_the_form_of_a_message_that_the_conversation_has_forgotten(talk: Talk) -> None:
    first = talk.say(VISIT)
    for day in range(8):
        talk.say(f"提醒我{day + 1}号给沈厂长打电话")
    form = talk.form(first)
    assert form is not None
    turn = talk.fill(form, opportunity__amount="97万")
    assert talk.amount("d1") == 970_000
    talk.tap("撤销", of=turn)
    assert talk.amount("d1") == 850_000


def test_a_question_about_the_rest_can_still_be_answered(talk: Talk) -> None:
    first = talk.say("给青荷纺织沈厂长打电话聊了方案；下午在渭林水务跟胡总聊合同，他把预算加到90万")
    form = talk.form(first)
    assert form is not None
    talk.fill(form, activity__type="message")
    talk.tap("胡建民", of=first)
    assert talk.rows("select account_id, type from activities order by account_id") == [
        ("qh", "message"), ("wl", "visit"),
    ]  # fmt: skip
    assert talk.amount("d1") == 900_000


def test_a_card_corrected_from_another_conversation_can_be_corrected_here(talk: Talk) -> None:
    first = talk.say(VISIT)
    there = Talk(talk.database, conversation="elsewhere")
    form = there.form(first)
    assert form is not None
    there.fill(form, opportunity__amount="97万")
    talk.say("不对，是下周四")
    assert talk.amount("d1") == 970_000
    assert str(talk.rows("select due_on from follow_ups where id <> 'f1'")[0][0]) == "2026-03-26"


def test_a_value_that_changed_since_the_form_was_opened_is_not_overwritten(talk: Talk) -> None:
    talk.say(VISIT)
    form = opened(talk)
    talk.say("渭林二泵站预算加到92万")
    talk.fill(form, follow_up__due="2026-03-27")
    assert talk.amount("d1") == 920_000, "left as it stood in the form: it isn't set back"
    assert "3/27" in talk.lines[0]
    talk.fill(form, opportunity__amount="97万")
    assert talk.amount("d1") == 920_000
    assert talk.lines[0].startswith("没改：")


def test_done_and_lost(talk: Talk) -> None:
    talk.say(VISIT)
    talk.fill(opened(talk), follow_up__done_on="done", opportunity__stage="lost")
    assert "丢在哪儿？回一句原因，我补上" in talk.lines
    assert talk.rows("select count(*) from follow_ups where done_on is null and id <> 'f1'") == [(0,)]
    talk.say("价格高了")
    assert talk.rows("select stage, lost_reason from opportunities where id = 'd1'") == [("lost", "价格高了")]


def test_a_payment(talk: Talk) -> None:
    talk.say("渭林二泵站首付20万预计4月10号到账")
    form = opened(talk)
    assert fields(form)["payment.status"].value == "expected"
    talk.fill(form, payment__status="received", payment__date="2026-03-18", payment__amount="21万")
    assert talk.rows("select amount, status from payments") == [(21_000_000, "received")]
    assert "回款金额 20万 → 21万" in "\n".join(talk.lines)


# ------------------------------------------------------------------ stages


MOVED = "下午去渭林见了邱科长，二泵站进入商务谈判了"


def test_a_stage_put_right_changes_its_entry_in_the_history(talk: Talk) -> None:
    talk.say(MOVED)
    assert stages(talk)[1:] == [("negotiation", "2026-03-18")]
    talk.fill(opened(talk), opportunity__stage="won")
    assert stages(talk)[1:] == [("won", "2026-03-18")]
    assert str(talk.rows("select closed_on from opportunities where id = 'd1'")[0][0]) == "2026-03-18"
    talk.fill(opened(talk), opportunity__stage="proposal")
    assert stages(talk)[1:] == [], "as it was before the report: there was no change"
    assert talk.rows("select closed_on, stage from opportunities where id = 'd1'") == [(None, "proposal")]
    talk.say("撤销")
    assert stages(talk)[1:] == [("won", "2026-03-18")]
    talk.say("撤销")
    assert stages(talk)[1:] == [("negotiation", "2026-03-18")]
    talk.say("撤销")
    assert stages(talk)[1:] == []


def test_the_day_of_a_visit_is_the_day_of_what_was_reached_there(talk: Talk) -> None:
    talk.say(MOVED)
    talk.fill(opened(talk), activity__date="2026-03-16")
    assert stages(talk)[1:] == [("negotiation", "2026-03-16")]
    talk.fill(opened(talk), opportunity__stage="won", activity__date="2026-03-17")
    assert stages(talk)[1:] == [("won", "2026-03-17")]
    assert str(talk.rows("select closed_on from opportunities where id = 'd1'")[0][0]) == "2026-03-17"


def test_a_stage_that_moved_on_since_keeps_its_history(talk: Talk) -> None:
    first = talk.say(MOVED)
    talk.at = AT.replace(day=20)
    talk.say("渭林二泵站今天签了")
    form = talk.form(first)
    assert form is not None
    assert fields(form)["opportunity.stage"].value == "won"
    talk.fill(form, opportunity__amount="83万")
    assert stages(talk)[1:] == [("negotiation", "2026-03-18"), ("won", "2026-03-20")]


# ------------------------------------------------------------------ what may be filled in


def faults(talk: Talk, form: Form, **changed: Any) -> dict[str, str]:
    found = talk.dialogue.form_faults("test", "talk", "nie", form.action, filled(form, **changed), AT)
    return {".".join(key.split(".")[:2]): why for key, why in found.items()}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("opportunity__amount", "一大笔", "没看懂这个金额。写成「85万」这样就行。"),
        ("opportunity__amount", "80到90万", "没看懂这个金额。写成「85万」这样就行。"),
        ("opportunity__amount", "-5万", "没看懂这个金额。写成「85万」这样就行。"),
        ("opportunity__amount", "12万美元", "公司的账是 CNY，请换算成 CNY 再填。"),
        ("opportunity__probability", "120", "把握是 0 到 100 的整数，比如 70。"),
        ("opportunity__close_date", "soon", "请选一个日期，比如 2026-03-25。"),
        ("activity__date", "2026-03-19", "这天还没到。还没发生的事请记成待办。"),
        ("activity__date", None, "这里不能空着。整条不要，就点卡片上的「撤销」。"),
        ("activity__contacts", ("c4",), "请从列出的里面选。"),
        ("activity__type", "seance", "请从列出的里面选。"),
        ("follow_up__text", "  ", "这里不能空着。整条不要，就点卡片上的「撤销」。"),
        ("follow_up__text", "长" * 501, "太长了，500 个字以内。"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_changed(
    talk: Talk, field: str, value: Any, says: str
) -> None:
    talk.say(VISIT)
    form = opened(talk)
    assert faults(talk, form, **{field: value}) == {field.replace("__", "."): says}
    sets = talk.count("change_sets")
    talk.fill(form, **{field: value, "opportunity__stage": "won"})
    assert talk.lines[0].startswith("没改。")
    assert talk.count("change_sets") == sets


def test_a_payment_that_has_come_in_has_a_day(talk: Talk) -> None:
    talk.say("渭林二泵站首付20万预计4月10号到账")
    assert set(faults(talk, opened(talk), payment__status="received", payment__date=None)) == {"payment.date"}


def test_ids_that_are_not_of_the_card_are_left_alone(talk: Talk) -> None:
    talk.say(VISIT)
    form = opened(talk)
    values = filled(form) | {"opportunity.amount.00000000.d4": "1万", "x": "y", "opportunity.owner.00000000.d1": "pan"}
    assert talk.dialogue.form_faults("test", "talk", "nie", form.action, values, AT) == {}
    talk.fill(Form(form.action, "", (), "", ""))
    assert talk.lines == ("没有改动，记录还是原来的。",)
    assert talk.amount("d4") == 950_000


def telling(currency: str, *, chinese: bool) -> Telling:
    company: dict[str, Any] = team()
    company["company"]["currency"] = currency
    book = MemoryCompany(load_company(company)).book_of("nie")
    return Telling(book, words_for(chinese=chinese), date(2026, 3, 18))


@pytest.mark.parametrize(
    ("raw", "chinese", "currency", "wanted"),
    [
        ("85万", True, "CNY", "850000"), ("85", True, "CNY", "850000"), ("85.5万元", True, "CNY", "855000"),
        ("八十五万", True, "CNY", "850000"), ("850k", False, "CNY", "850000"), ("¥850,000", False, "CNY", "850000"),
        ("$1.2M", False, "USD", "1200000"), ("$1.2M", False, "SGD", "1200000"), ("900,000", True, "CNY", "900000"),
        ("1.2亿", True, "CNY", "120000000"), ("0.5万", True, "CNY", "5000"), ("850000.25", True, "CNY", "850000.25"),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(raw: str, chinese: bool, currency: str, wanted: str) -> None:
    tell = telling(currency, chinese=chinese)
    amount = form_values.read("opportunity", "amount", raw, {"amount": 80_000_000}, tell, None)
    assert amount == Decimal(wanted) * 100


@given(st.integers(1, 10**13), st.booleans(), st.sampled_from(["CNY", "USD", "SGD", "EUR", "HKD", "GBP"]))
def test_an_amount_as_it_is_shown_reads_as_itself(minor: int, chinese: bool, currency: str) -> None:
    tell = telling(currency, chinese=chinese)
    shown = form_values.shown("opportunity", "amount", {"amount": minor}, tell)
    assert form_values.read("opportunity", "amount", shown, {"amount": minor}, tell, None) == minor


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=30), st.sampled_from(["amount", "probability", "close_date", "stage", "lost_reason"]))
def test_any_text_is_read_or_refused(raw: str, name: str) -> None:
    image = {"amount": 80_000_000, "account": "wl", "stage": "proposal"}
    try:
        value = form_values.read("opportunity", name, raw, image, telling("CNY", chinese=True), date(2026, 3, 18))
    except Faulty as fault:
        value = fault.why
    assert value is None or isinstance(value, str | int | date)
    assert value != ""


# ------------------------------------------------------------------ which record is which


def test_a_record_keeps_its_id_when_an_answer_puts_one_before_it(stored: Any) -> None:
    """By what it says, not by its place."""

    def visit(account: str, kind: ActivityType = ActivityType.VISIT) -> ActivityDraft:
        return ActivityDraft(Read(account), Read(kind), Read(date(2026, 3, 18)))

    def promise(text: str) -> FollowUpDraft:
        return FollowUpDraft(Read("acc-1"), None, Read(text))

    with stored.begin() as tx:
        _, scope = scope_for(tx, "ops")
        first = Reading(Intent.REPORT, activities=(visit("acc-2"),), follow_ups=(promise("寄合同"),))
        made = save(tx, scope, first, message=MessageRef("1", "x"), at=AT, why="report")
        ids = dict(made.created)
        more = Reading(
            Intent.REPORT,
            activities=(visit("acc-1"), visit("acc-2", ActivityType.CALL), visit("acc-2")),
            follow_ups=(promise("发报价"), promise("寄合同")),
        )
        second = amend(tx, scope, made.id, more, message=MessageRef("1", "x"), at=AT, why="report")
        created = {record for _, record in second.created}
        assert not {ids["activity"], ids["follow_up"]} & created
        assert {(c.kind, c.id) for c in second.changes} & set(made.created) == set(), "what stays is not touched"
        moved = Reading(Intent.REPORT, activities=(visit("acc-3"),))
        third = amend(tx, scope, second.id, moved, message=MessageRef("1", "x"), at=AT, why="report")
        assert len([kind for kind, _ in third.deleted if kind == "activity"]) == 2, "one is put right, by its order"


# ------------------------------------------------------------------ whatever is done can be undone

_VALUES: dict[tuple[str, str], st.SearchStrategy[Any]] = {
    ("activity", "type"): st.sampled_from(ActivityType),
    ("activity", "date"): st.dates(date(2026, 3, 1), date(2026, 3, 18)),
    ("opportunity", "amount"): st.integers(1, 4),
    ("opportunity", "stage"): st.sampled_from(Stage),
    ("opportunity", "close_date"): st.none() | st.just(date(2026, 9, 1)),
    ("opportunity", "lost_reason"): st.sampled_from([None, "远"]),
    ("follow_up", "done_on"): st.sampled_from([None, date(2026, 3, 18)]),
    ("follow_up", "text"): st.sampled_from(["甲", "乙"]),
    ("payment", "amount"): st.integers(1, 4),
}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_forms_among_corrections_are_undone_one_by_one(
    stored: Any, trial: Any, everything: Any, data: st.DataObject
) -> None:
    """Random reports, forms and corrections; undone one by one, newest first, each step is as it was."""
    with trial(stored) as tx:
        desk = Desk(tx, "ops")
        desk.save(**data.draw(readings()))  # something that stands before
        states = [everything(tx)]
        done = [desk.save(**data.draw(readings()))]
        for _ in range(data.draw(st.integers(1, 4))):
            states.append(everything(tx))
            card = recorded(tx, desk.scope, done[-1].id)
            places = [] if card is None else [
                (kind, i, name) for kind, i in card.records for k, name in _VALUES if k == kind
            ]  # fmt: skip
            if places and data.draw(st.booleans()):
                picked = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique=True))
                edits = [Edit(kind, i, name, data.draw(_VALUES[kind, name])) for kind, i, name in picked]
                desk.at += timedelta(seconds=1)
                at = desk.at
                done.append(edit(tx, desk.scope, done[-1].id, edits, message=MessageRef("9", "form"), at=at))
                assert {(c.kind, c.id) for c in done[-1].shown} <= {(kind, i) for kind, i, _ in picked} | {
                    (c.kind, c.id) for c in done[-1].shown if c.kind == "opportunity"
                }
            else:
                done.append(desk.amend(done[-1], **data.draw(readings())))
            assert import_company(tx, export_company(tx), at=AT).changed_nothing, "what a company file can hold"
        for made, before in zip(reversed(done), reversed(states), strict=True):
            desk.undo(made)
            assert everything(tx) == before
