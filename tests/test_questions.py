"""Questions for figures as they are read: sentences as data, and what must hold for any words."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sales.language.lexicon import asking
from sales.metrics.query import TargetKind, from_json, to_json
from sales.metrics.registry import METRICS, faults_of
from sales.stages import Intent
from tests.question_world import Asked, company, periods, questions, read, shown

ALL = list(questions())


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.id)
def test_a_question_is_read(asked: Asked) -> None:
    ordered = bool({"asc", "desc"} & set(asked.read.split()))
    assert shown(read(asked.who, *asked.says), order=ordered) == asked.read


def test_the_sentences_cover_every_metric() -> None:
    assert set(METRICS) == {asked.read.split()[0] for asked in ALL} - {"ask", "no"}


# -- the same question in other words


def _spec(who: str, *says: str) -> str:
    return shown(read(who, *says))


PLAIN = [a for a in ALL if len(a.says) == 1 and a.read not in ("no",) and not a.read.startswith("ask")]
ZH = [a for a in PLAIN if re.search(r"[\u4e00-\u9fff]", a.says[0]) and not re.search(r"[a-z]{3,}", a.says[0])]


@pytest.mark.parametrize("asked", ZH, ids=lambda asked: asked.id)
@pytest.mark.parametrize("form", ["{}？", "那个，{}", "嗯{}啊", "帮我看看{}", "{}，谢谢", " {} ", "请问{}"])
def test_manners_change_nothing(asked: Asked, form: str) -> None:
    assert _spec(asked.who, form.format(asked.says[0])) == _spec(asked.who, asked.says[0])


@pytest.mark.parametrize("asked", [a for a in PLAIN if a not in ZH], ids=lambda asked: asked.id)
@pytest.mark.parametrize("form", ["{}?", "hi, {}", "{} pls", "hey can you tell me {}", "{}, thanks"])
def test_manners_change_nothing_in_english(asked: Asked, form: str) -> None:
    assert _spec(asked.who, form.format(asked.says[0])) == _spec(asked.who, asked.says[0])


SWAPS = {"皖北": ("苏锡", "wb", "sx"), "苏锡": ("皖北", "sx", "wb"), "林珂": ("周怀远", "lin", "zhou")}


@pytest.mark.parametrize("name", SWAPS)
def test_another_name_changes_the_scope_only(name: str) -> None:
    other, old, new = SWAPS[name]
    asked = [a for a in PLAIN if name in a.says[0] and other not in a.says[0] and a.who in ("guo", "tang")]
    assert asked
    for a in asked:
        assert _spec(a.who, a.says[0].replace(name, other)) == _spec(a.who, a.says[0]).replace(f" {old} ", f" {new} ")


TIMES = {"这个月": "m", "上个月": "lm", "这季度": "q", "上季度": "lq", "今年": "y", "去年": "ly", "上周": "lw"}


@pytest.mark.parametrize("said", TIMES)
@pytest.mark.parametrize("then", TIMES)
def test_another_time_changes_the_period_only(said: str, then: str) -> None:
    split = [(a, a.read.split()) for a in PLAIN if a.says[0].count(said) == 1 and "vs:" not in a.read]
    asked = [(a, parts) for a, parts in split if parts[2] == TIMES[said]]
    assert asked
    for a, parts in asked:
        changed = _spec(a.who, a.says[0].replace(said, then)).split()
        assert changed[2] == TIMES[then], a.says
        assert changed[:2] == parts[:2], a.says


@pytest.mark.parametrize(
    ("says", "is_read"),
    [
        (("淮海这个月回款前三名", "上个月呢"), "payments hh lm by:user desc 3"),
        (("淮海这个月回款前三名", "最少的呢"), "payments hh m by:user asc"),
        (("淮海这个月回款前三名", "淮海今年签了多少"), "won hh y"),
    ],
)
def test_how_many_are_shown_is_kept_until_the_order_or_the_metric_changes(says: tuple[str, ...], is_read: str) -> None:
    assert _spec("guo", *says) == is_read


# -- whatever is said

SAID = (
    "淮海 皖北 林珂 罗一鸣 唐总 澜视 海秋 鸿筑 这个月 上季度 今年 Q2 签了 多少 完成率 回款 谁 没 拜访 各办 前三 "
    "最低 排名 环比 那 呢 怎么样 风险 待办 丢单 原因 趋势 A类 报价阶段 我 我们 全公司 who is behind top 3 won "
    "pipeline by region vs last quarter % ＄ 0 -1 999999999999 ' \" ; -- DROP TABLE {} [] \u200b 😀"
)
WORDS = st.lists(st.sampled_from(SAID.split(" ")), max_size=9)


@given(WORDS, st.sampled_from(["tang", "guo", "lin", "fang"]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_words_give_a_query_that_can_be_answered(words: list[str], who: str, spaced: bool) -> None:
    reading = read(who, (" " if spaced else "").join(words))
    if reading.intent is not Intent.QUERY or reading.question is None or reading.question.query is None:
        return
    query = reading.question.query
    assert faults_of(query) == []
    assert from_json(to_json(query)) == query
    home = company()
    known = {
        TargetKind.ORG_UNIT: home.units, TargetKind.USER: home.people, TargetKind.ACCOUNT: home.accounts,
        TargetKind.OPPORTUNITY: home.opportunities, TargetKind.PRODUCT: home.products,
        TargetKind.COMPETITOR: home.competitors,
    }  # fmt: skip
    assert query.scope.id in known[query.scope.kind]
    assert query.period is None or query.period.first <= query.period.last
    assert reading.is_empty


@given(WORDS, WORDS)
@settings(max_examples=150, deadline=None)
def test_whatever_follows_a_question_gives_a_query_that_can_be_answered(first: list[str], then: list[str]) -> None:
    reading = read("guo", "淮海这个月签了多少", "".join(first), "".join(then))
    if reading.question is not None and reading.question.query is not None:
        assert faults_of(reading.question.query) == []


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    read("guo", text)
    read("guo", "淮海这个月签了多少", text)


def test_a_customer_called_like_a_metric_is_a_customer() -> None:
    assert _spec("guo", "风险院最近有啥进展") == "history fx -"


FORGED = [
    "{}",
    '{"metric":"won"}',
    '{"metric":"won","scope":{"a":"b"}}',
    '{"metric":"won","scope":{}}',
    '{"metric":"won","scope":{"user":"x","org_unit":"y"}}',
    '{"metric":"won","scope":{"user":7}}',
    '{"metric":"won","scope":{"user":"x"},"limit":-1}',
    '{"metric":"won","scope":{"user":"x"},"period":["2026-02-31","2026-03-01"]}',
    '{"metric":"won","scope":{"user":"x"},"period":["2026-03-02","2026-03-01"]}',
    '{"metric":"won","scope":{"user":"x"},"filter":{"owner":"y"}}',
]


@pytest.mark.parametrize("data", FORGED)
def test_a_forged_query_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match=r"no query|filter|limit|period|text|a|day|month"):
        from_json(json.loads(data))


def test_every_period_has_one_name() -> None:
    spans = [(p.first, p.last) for p in periods().values()]
    assert len(set(spans)) == len(spans)


SINGLE = {"mine", "all", "how", "chart", "heard", "elsewhere"}


def test_the_phrases_name_metrics_and_shapes_that_there_are() -> None:
    kinds = {"by", "order", "noun", "tier", "stage", "ours", "versus", "act"}
    for name in asking().families:
        head = name.split(".")[0]
        assert head in METRICS or head in kinds or name in SINGLE, name


@pytest.mark.parametrize("file", ["questions_zh.yaml", "questions_en.yaml"])
def test_no_family_stands_twice(file: str) -> None:
    """YAML would take the last and say nothing."""
    from importlib import resources

    text = (resources.files("sales.language") / file).read_text("utf-8")
    names = re.findall(r"^([a-z_.0-9]+):", text, re.M)
    assert len(names) == len(set(names))
    assert yaml.safe_load(text)


def test_questions_are_kept_as_they_were_read() -> None:
    readings = [read(asked.who, *asked.says).question for asked in ALL]
    queries = [question.query for question in readings if question is not None and question.query is not None]
    assert len(queries) > len(ALL) / 2
    for query in queries:
        assert from_json(to_json(query)) == query


@pytest.mark.parametrize(
    "say",
    [
        "昆陵最近怎么样",
        "昆陵那边有什么动静",
        "贝宁最近怎么样",
        "what's the latest on northwick",
        "how is Northwick doing",
    ],
)
def test_what_nobody_here_is_called_is_not_answered_with_ones_own_figures(say: str) -> None:
    assert _spec("guo", say).split()[1] == "?"


@pytest.mark.parametrize("say", ["asdf 怎么样", "昆陵怎么样最近"])
def test_nor_with_those_of_the_last_question(say: str) -> None:
    assert "wb" not in _spec("guo", "皖北这个月签了多少", say).split()
