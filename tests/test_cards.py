"""What people read: the exact cards, in both languages, and that they fit a phone."""

from __future__ import annotations

import inspect
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.words import Words, words_for
from sales.stages import ActivityType, PaymentStatus, Stage
from tests.talking import Talk, team, told

TODAY = date(2026, 3, 18)
WEEKLY_HEAD = "本周工作："


@pytest.fixture
def talk(database: Any) -> Talk:
    return told(database)


@pytest.mark.parametrize(
    ("said", "card"),
    [
        (
            "下午去渭林见了邱科长，聊了二泵站，预算加到85万，下周三之前把正式报价发过去",
            ["✅ 渭林水务 · 拜访 邱科长 · 3/18 周三", "商机「二泵站改造」金额 80万 → 85万",
             "待办 3/25 周三前：发正式报价"],
        ),
        (
            "Met Dana at Alder today, budget now 2.2M, send the formal quote by Friday",
            ["✅ Alder: visit with Dana, Wed Mar 18", "Deal chiller pumps: amount ¥2.1M → ¥2.2M",
             "To do by Fri Mar 20: send the formal quote"],
        ),
        ("渭林二泵站签了，82万", [
            "🎉 聂小川签下渭林水务 二泵站改造 82万，从立项到签约 75 天。", "商机「二泵站改造」金额 80万 → 82万"]),
        ("渭林二泵站改造丢了", ["✅ 渭林水务 · 商机「二泵站改造」丢单", "丢在哪儿？回一句原因，我补上"]),
        ("渭林首付20万到账了", ["✅ 渭林水务 · 回款 20万 · 3/18 周三 到账"]),
        ("提醒我明天给邱立打电话", ["✅ 待办 3/19 周四（明天）：渭林水务 给邱立打电话"]),
        ("在吗", ["在。跑完客户发我一句话就行，「帮助」看我能做什么。"]),
    ],
)  # fmt: skip
def test_cards(talk: Talk, said: str, card: list[str]) -> None:
    assert list(talk.say(said).reply.lines) == card


def test_buttons_say_what_they_do(talk: Talk) -> None:
    talk.say("渭林二泵站预算加到85万")
    assert talk.labels == ["改", "撤销"]
    talk.say("Alder budget is now 2.2M")
    assert talk.labels == ["Fix", "Undo"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("下午去渭林见了邱科长，聊了方案", "邱科长"),  # the only 邱
        ("下午去渭林见了邱立，聊了方案", "邱立"),
        ("下午去渭林见了胡建民胡总，聊了方案", "胡建民"),
        ("下午去青荷纺织见了沈厂长，聊了方案", "沈厂长"),
    ],
)
def test_people_are_called_as_they_were_where_it_tells_which(talk: Talk, said: str, shown: str) -> None:
    assert talk.say(said).reply.lines[0].split(" · ")[1] == f"拜访 {shown}"


def test_a_shared_surname_shows_the_name(talk: Talk) -> None:
    talk.say("下午去渭林见了胡总，聊了方案")
    talk.tap("胡晓琴")
    assert talk.lines[0] == "✅ 渭林水务 · 拜访 胡总（胡晓琴） · 3/18 周三"


def test_a_new_contact_and_a_new_customer_are_said_to_be_new(talk: Talk) -> None:
    talk.say("新客户苏州明川精密，今天拜访了李总，想上监测，预算60万")
    assert talk.lines[0].startswith("✅ 苏州明川精密 · 拜访 李总")
    assert "新客户：苏州明川精密" in talk.lines
    assert any(line.startswith("新商机「监测」") and "明川" not in line and "60万" in line for line in talk.lines)


def test_the_undo_says_what_went_and_what_came_back_in_two_lines(talk: Talk) -> None:
    talk.say("下午去渭林见了邱科长，聊了二泵站，预算加到85万，下周三之前把正式报价发过去")
    talk.tap("撤销")
    assert talk.lines == ("✅ 撤销了：渭林水务 拜访、待办「发正式报价」", "「渭林二泵站改造」金额 85万 → 80万")
    talk.say("Met Dana at Alder today, budget now 2.2M, send the formal quote by Friday")
    talk.tap("Undo")
    assert talk.lines == (
        '✅ Undone: Alder visit, to-do "send the formal quote"',
        "Alder chiller pumps: amount ¥2.2M → ¥2.1M",
    )


def test_a_new_customer_with_all_that_came_with_it(talk: Talk) -> None:
    talk.say("新客户苏州明川精密，今天拜访了李总，想上监测，预算60万")
    talk.say("撤销")
    assert talk.lines == ("✅ 撤销了：新客户「苏州明川精密」、1 次客户活动、1 个商机",)


def test_a_new_customer_taken_back_is_named(talk: Talk) -> None:
    talk.say("今天跑了个新客户，泾阳热电厂，见了鲁主任")
    talk.say("撤销")
    assert talk.lines == ("✅ 撤销了：泾阳热电厂 拜访、新客户「泾阳热电厂」、新联系人「鲁主任」",)


def test_undoing_a_follow_up_that_was_done_opens_it_again(talk: Talk) -> None:
    talk.say("寄样本册那条做完了")
    assert talk.lines[0].startswith("✅ 做完了")
    talk.say("撤销")
    assert talk.lines == ("✅ 撤销了：待办重新打开",)


def test_a_win_taken_back_shows_no_inner_fields(talk: Talk) -> None:
    talk.say("渭林二泵站签了，82万")
    talk.say("撤销")
    assert sorted(talk.lines[0].removeprefix("✅ 撤销了：「渭林二泵站改造」").split("，")) == [
        "金额 82万 → 80万",
        "阶段 赢单 → 报价投标",
    ]


def test_a_weekly_report_longer_than_a_phone_is_one_line_a_customer(database: Any) -> None:
    company = team()
    names = ["沄", "汐", "泠", "沅", "浔", "滢", "漪", "澹", "泷", "湜", "涑", "洮"]
    for place, name in enumerate(names):
        company["accounts"].append(
            {"id": f"w{place}", "name": f"{name}光铸件有限公司", "aliases": [f"{name}光铸件"], "industry": "",
             "city": "",
             "tier": "B", "owner": "nie"}
        )  # fmt: skip
    talk = told(database, company=company)
    items = [f"{i}. 周二拜访{name}光铸件，聊了需求，周五前发方案" for i, name in enumerate(names, 1)]
    talk.say("\n".join([WEEKLY_HEAD, *items]))
    rows = [line for line in talk.lines if "光铸件：" in line]
    assert len(rows) == len(names)
    assert len(talk.lines) == len(names) + 1
    assert rows[0].startswith("沄光铸件：3/17 拜访；待办 3/20")
    talk.say("全部记下")
    assert talk.lines == ("✅ 周报记下 24 条：12 次客户活动、12 条待办",)
    talk.say("撤销")
    assert talk.lines == ("✅ 撤销了：12 次客户活动、12 条待办",)


def test_a_message_about_many_customers_stays_within_a_phone(database: Any) -> None:
    company = team()
    names = ["沄", "汐", "泠", "沅", "浔", "滢"]
    for name in names:
        company["accounts"].append(
            {"id": name, "name": f"{name}光铸件有限公司", "aliases": [f"{name}光铸件"], "industry": "", "city": "",
             "tier": "B", "owner": "nie"}
        )  # fmt: skip
    talk = told(database, company=company)
    talk.say("\n".join(f"{i}. 上午拜访{name}光铸件，周五前发方案" for i, name in enumerate(names, 1)))
    if talk.turn is not None and talk.turn.waiting:
        talk.say("好的")
    assert talk.count("activities") == len(names)
    assert len(talk.lines) <= 9


# ------------------------------------------------------------------ amounts and days

ZH, EN = words_for(chinese=True), words_for(chinese=False)


@pytest.mark.parametrize(
    ("minor", "currency", "zh", "en"),
    [
        (85_000_000, "CNY", "85万", "¥850k"),
        (12_000_000_000, "CNY", "1.2亿", "¥120M"),
        (950_000, "CNY", "9,500元", "¥9,500"),
        (85_500_000, "USD", "85.5万美元", "$855k"),
        (123_456_700, "SGD", "123.4567万新元", "S$1,234,567"),
        (1_234_567, "CNY", "12,345.67元", "¥12,345.67"),
        (12_345_678_900, "CNY", "12,345.6789万", "¥123,456,789"),
        (0, "CNY", "0元", "¥0"),
    ],
)
def test_amounts_as_people_say_them(minor: int, currency: str, zh: str, en: str) -> None:
    assert (ZH.money(minor, 100, currency), EN.money(minor, 100, currency)) == (zh, en)


@given(st.integers(0, 10**13))
def test_no_amount_is_rounded(minor: int) -> None:
    """Read back, it is the same amount."""
    zh = ZH.money(minor, 100, "CNY").replace(",", "")
    size = 10**8 if zh.endswith("亿") else 10**4 if zh.endswith("万") else 1
    assert Decimal(zh.rstrip("亿万元")) * size * 100 == minor
    en = EN.money(minor, 100, "USD").replace(",", "").removeprefix("$")
    size = 10**6 if en.endswith("M") else 10**3 if en.endswith("k") else 1
    assert Decimal(en.rstrip("Mk")) * size * 100 == minor


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (date(2026, 3, 25), "3/25 周三", "Wed Mar 25"),
        (date(2026, 3, 19), "3/19 周四（明天）", "Thu Mar 19 (tomorrow)"),
        (date(2026, 3, 18), "3/18 周三", "Wed Mar 18"),
        (date(2027, 1, 3), "2027/1/3 周日", "Sun Jan 3, 2027"),
    ],
)
def test_days_as_people_say_them(day: date, zh: str, en: str) -> None:
    assert (ZH.day(day, TODAY), EN.day(day, TODAY)) == (zh, en)


# ------------------------------------------------------------------ every sentence

_SAMPLES: dict[str, Any] = {
    "amount": "85万", "account": "渭林", "deal": "二泵站", "kind": ActivityType.VISIT, "people": ["邱科长"],
    "day": "3/25 周三", "changes": ["金额 1 → 2"], "parts": ["金额 2"], "what": "金额", "old": "80万", "new": "85万",
    "first": "70万", "line": "渭林", "name": "amount", "owner": "聂小川", "days": 70, "reason": "价格",
    "due": "3/25 周三",
    "text": "发报价", "count": 3, "records": 7, "customers": 4, "unclear": 1, "corrected": False, "about": "account",
    "said": "青荷", "counts": "3 次客户活动", "where": "渭林", "gone": "渭林 拜访", "back": "", "correction": False,
    "values": ["金额 1 → 2"],
    "question": "❓ 哪家？", "more": 1, "names": "渭林", "undoing": True, "examples": ["x"], "wrong": "85万",
    "right": "95万", "done": False, "moved": False, "received": True, "deadline": True, "items": ["a", "b"],
    "stage": Stage.WON, "minor": 100, "currency": "CNY", "today": TODAY, "amounts": [1],
    "stands": "渭林 拜访", "label": "金额", "why": "没看懂", "example": "85万", "most": 500, "number": 2, "percent": 62,
    "elapsed": 85, "quota": "1080万", "won": "670万", "gap": "410万", "mine": True, "close": "3/25 周三", "past": 2,
    "status": PaymentStatus.RECEIVED,
}  # fmt: skip


def _sentences(words: Words) -> list[tuple[str, list[str]]]:
    out = []
    for name, method in inspect.getmembers(words, inspect.ismethod):
        given = {}
        for key, parameter in inspect.signature(method).parameters.items():
            value = _SAMPLES[key]
            hint = str(parameter.annotation)
            if hint.startswith("date"):
                value = TODAY
            elif hint == "int" and not isinstance(value, int):
                value = 85_000_000
            elif hint.startswith("list") and not isinstance(value, list):
                value = [str(value)]
            given[key] = value
        said = method(**given)
        out.append((name, [said] if isinstance(said, str) else list(said or [])))
    return out


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_every_sentence_is_plain(words: Words) -> None:
    sentences = _sentences(words)
    assert len(sentences) > 50
    for name, lines in sentences:
        for line in lines:
            assert line == line.strip(), name
            assert line, name
            assert not set(line) & {"!", "！"}, f"{name} shouts: {line}"
            unwanted = [word for word in ("很高兴", "抱歉", "sorry", "None", "  ") if word in line]
            assert not unwanted, f"{name}: {line}"
        if words.chinese:
            assert not any("," in line.replace("168万,", "") for line in lines if "Friday" not in line), name


def test_both_languages_say_the_same_things() -> None:
    assert [name for name, _ in _sentences(ZH)] == [name for name, _ in _sentences(EN)]


def test_help_fits_a_phone() -> None:
    for words in (ZH, EN):
        assert len(words.help()) <= 8
        assert len(words.how_to_correct([])) <= 6


def test_the_day_is_that_of_the_company(database: Any) -> None:
    """At 23:30 UTC it is tomorrow in Shanghai."""
    talk = told(database, at=datetime.fromisoformat("2026-03-18T23:30:00+00:00"))
    talk.say("今天去渭林见了邱科长，聊了方案")
    assert talk.lines[0].endswith("3/19 周四")
