"""The name index: what is found, where, how surely; and what is left alone in plain text. All names are invented."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sales.language.names import NameEntry, NameHit, NameIndex, NameKind
from sales.language.names_pinyin import SILENT, sounds
from sales.language.text import normal

ACCOUNT, CONTACT, PERSON = NameKind.ACCOUNT, NameKind.CONTACT, NameKind.PERSON
PRODUCT, COMPETITOR, UNIT, DEAL = NameKind.PRODUCT, NameKind.COMPETITOR, NameKind.ORG_UNIT, NameKind.OPPORTUNITY

RECORDS = [
    NameEntry(ACCOUNT, "tile", "广东省佛山市磐岳陶瓷股份有限公司", ("磐岳",)),
    NameEntry(ACCOUNT, "gear", "澜峰精密机械(无锡)有限公司"),
    NameEntry(ACCOUNT, "gear-hq", "澜峰集团有限公司"),
    NameEntry(ACCOUNT, "seed", "昊穗种业有限公司", home="襄阳"),
    NameEntry(ACCOUNT, "hospital", "绵阳市第四人民医院"),
    NameEntry(ACCOUNT, "bank", "中国农业银行股份有限公司嘉兴分行"),
    NameEntry(ACCOUNT, "campus", "河海理工大学附属第二医院"),
    NameEntry(ACCOUNT, "bureau", "宜宾市住房和城乡建设局"),
    NameEntry(ACCOUNT, "ship", "Silver Heron Shipping Pte. Ltd."),
    NameEntry(ACCOUNT, "heat", "Thermovex Engineering Sdn Bhd"),
    NameEntry(ACCOUNT, "mixed", "QLX新材料有限公司"),
    NameEntry(CONTACT, "luan", "栾志远", parent="tile"),
    NameEntry(CONTACT, "teng", "滕薇", parent="gear"),
    NameEntry(CONTACT, "heng", "Heng Jia Yi", parent="ship"),
    NameEntry(PERSON, "rep", "夏侯云帆"),
    NameEntry(PERSON, "rep2", "Marcus Oyelaran"),
    NameEntry(PRODUCT, "dryer", "恒窑智控 Pro"),
    NameEntry(PRODUCT, "tracker", "HeronTrack"),
    NameEntry(COMPETITOR, "rival", "北辰窑炉科技有限公司", ("北辰窑炉",)),
    NameEntry(UNIT, "region", "川渝大区", ("川渝",)),
    NameEntry(DEAL, "deal", "磐岳 窑炉节能二期项目", parent="tile"),
]


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex.build(RECORDS)


def find(index: NameIndex, raw: str) -> dict[str, NameHit]:
    """The best hit of each record, by id."""
    found: dict[str, NameHit] = {}
    for hit in index.find(normal(raw).text):
        if hit.id not in found or hit.score > found[hit.id].score:
            found[hit.id] = hit
    return found


@pytest.mark.parametrize(
    ("said", "id", "span", "how", "least"),
    [
        # full names and aliases
        ("昨天拜访了广东省佛山市磐岳陶瓷股份有限公司的车间", "tile", "广东省佛山市磐岳陶瓷股份有限公司", "name", 1.0),
        ("磐岳说下周付款", "tile", "磐岳", "alias", 0.9),
        ("met Silver Heron Shipping Pte Ltd today", "ship", "silver heron shipping pte ltd", "name", 1.0),
        ("SILVER-HERON SHIPPING PTE. LTD. signed", "ship", "silver-heron shipping pte. ltd", "name", 1.0),
        ("Ｔｈｅｒｍｏｖｅｘ Engineering Sdn Bhd 回信了", "heat", "thermovex engineering sdn bhd", "name", 1.0),
        ("川渝这个月怎么样", "region", "川渝", "alias", 0.9),
        # parts
        ("磐岳陶瓷的窑炉", "tile", "磐岳陶瓷", "part", 0.85),
        ("佛山磐岳那边", "tile", "佛山磐岳", "part", 0.85),
        ("澜峰精密在问价", "gear", "澜峰精密", "part", 0.85),
        ("无锡澜峰要续约", "gear", "无锡澜峰", "part", 0.85),
        ("昊穗想先试点", "seed", "昊穗", "part", 0.85),
        ("襄阳昊穗想先试点", "seed", "襄阳昊穗", "part", 0.85),
        ("Silver Heron's ops team", "ship", "silver heron", "part", 0.65),
        ("call with SHS tomorrow", "ship", "shs", "part", 0.6),
        ("Thermovex will decide", "heat", "thermovex", "part", 0.8),
        ("QLX 新材料回款了", "mixed", "qlx 新材料", "part", 0.85),
        ("QLX回款了", "mixed", "qlx", "part", 0.7),
        ("北辰窑炉报价更低", "rival", "北辰窑炉", "alias", 0.9),
        # institutions
        ("绵阳四院的标", "hospital", "绵阳四院", "part", 0.85),
        ("市四院信息科", "hospital", "市四院", "part", 0.7),
        ("四医院要招标", "hospital", "四医院", "part", 0.6),
        ("嘉兴农行的方案", "bank", "嘉兴农行", "part", 0.85),
        ("农行嘉兴分行的方案", "bank", "农行嘉兴分行", "part", 0.9),
        ("附二院的王主任", "campus", "附二院", "part", 0.7),
        ("河海理工附二要设备", "campus", "河海理工附二", "part", 0.85),
        ("宜宾住建局开会", "bureau", "宜宾住建局", "part", 0.85),
        # products, deals, own people
        ("恒窑智控pro 演示", "dryer", "恒窑智控pro", "name", 1.0),
        ("恒窑智控演示了", "dryer", "恒窑智控", "part", 0.7),
        ("heron track demo", "tracker", "heron track", "name", 0.8),
        ("窑炉节能二期推进到哪了", "deal", "窑炉节能二期", "part", 0.6),
        ("云帆跟进", "rep", "云帆", "part", 0.6),
        ("ask Marcus", "rep2", "marcus", "part", 0.6),
        ("Jia Yi Heng replied", "heng", "jia yi heng", "part", 0.8),
        # homophones, accents, pinyin, typos
        ("和栾志元聊了", "luan", "栾志元", "pinyin", 0.75),
        ("盘岳陶瓷的窑炉", "tile", "盘岳陶瓷", "pinyin", 0.7),
        ("蓝峰精密在问价", "gear", "蓝峰精密", "pinyin", 0.7),
        ("腾薇回邮件了", "teng", "腾薇", "pinyin", 0.6),
        ("兰峰精密在问价", "gear", "兰峰精密", "pinyin", 0.7),
        ("澜丰精密在问价", "gear", "澜丰精密", "pinyin", 0.7),
        ("浪峰精密在问价", "gear", "浪峰精密", "folded", 0.4),
        ("Luan Zhiyuan replied", "luan", "luan zhiyuan", "pinyin", 0.7),
        ("zhiyuan luan replied", "luan", "zhiyuan luan", "pinyin", 0.7),
        ("panyue 那边", "tile", "panyue", "pinyin", 0.6),
        ("Thermovx will decide", "heat", "thermovx", "fuzzy", 0.6),
        ("Thremovex will decide", "heat", "thremovex", "fuzzy", 0.6),
    ],
)
def test_finds(index: NameIndex, said: str, id: str, span: str, how: str, least: float) -> None:
    hit = find(index, said).get(id)
    assert hit is not None
    assert normal(said).text[hit.start : hit.end] == span
    assert hit.how == how
    assert hit.score >= least


@pytest.mark.parametrize(
    ("said", "id"),
    [
        ("thermal vexation", "heat"),
        ("a silver spoon", "ship"),
        ("pushed the meeting", "ship"),  # shs inside a word
        ("qlxy 新材料", "mixed"),
    ],
)
def test_leaves_alone(index: NameIndex, said: str, id: str) -> None:
    hit = find(index, said).get(id)
    assert hit is None or hit.score <= 0.5


def test_a_longer_exact_name_hides_the_shorter_inside(index: NameIndex) -> None:
    assert set(find(index, "澜峰精密机械的合同")) == {"gear"}
    assert {"gear", "gear-hq"} <= set(find(index, "澜峰的合同"))


def test_same_name_of_two_records_gives_both() -> None:
    index = NameIndex.build([NameEntry(CONTACT, "a", "麦秋"), NameEntry(CONTACT, "b", "麦秋")])
    assert [(h.id, h.score) for h in index.find("麦秋来了")] == [("a", 1.0), ("b", 1.0)]


def test_a_short_form_shared_is_less_sure_than_one_of_its_own() -> None:
    own = NameEntry(ACCOUNT, "a", "靖岚食品有限公司")
    alone = NameIndex.build([own]).find("靖岚的订单")[0].score
    shared = NameIndex.build([own, NameEntry(ACCOUNT, "b", "靖岚物流有限公司")]).find("靖岚的订单")
    assert alone >= 0.85
    assert {h.id for h in shared} == {"a", "b"}
    assert all(h.score < alone for h in shared)


def test_a_form_that_very_many_share_is_given_for_those_asked_for() -> None:
    entries = [
        NameEntry(ACCOUNT, f"a{i}", f"靖岚{trade}有限公司") for i, trade in enumerate("一二三四五六七八九十甲乙丙丁戊")
    ]
    index = NameIndex.build(entries)
    assert index.find("靖岚的订单") == []
    assert [h.id for h in index.find("靖岚的订单", fuzzy_only=lambda e: e.id == "a3")] == ["a3"]


def test_fuzzy_only_limits_what_is_not_written_as_on_record(index: NameIndex) -> None:
    text = "腾薇和磐岳陶瓷都说可以，thermovx 也是"
    nobody = {h.id for h in index.find(text, fuzzy_only=lambda e: False)}
    gears = {h.id for h in index.find(text, fuzzy_only=lambda e: e.parent == "gear")}
    assert nobody == {"tile"}
    assert gears == {"tile", "teng"}


# Names that are ordinary words: a customer may be called so, but talk of March is not talk of March Logistics.
ADVERSARIAL = [
    NameEntry(ACCOUNT, "三月", "三月科技有限公司"),
    NameEntry(ACCOUNT, "周五", "周五科技有限公司"),
    NameEntry(ACCOUNT, "明天", "明天医疗有限公司"),
    NameEntry(ACCOUNT, "长江", "长江电气有限公司"),
    NameEntry(ACCOUNT, "天天", "天天食品有限公司"),
    NameEntry(ACCOUNT, "方案", "方案科技有限公司"),
    NameEntry(ACCOUNT, "apple", "Apple One Pte Ltd"),
    NameEntry(ACCOUNT, "march", "March Logistics Sdn Bhd"),
    NameEntry(ACCOUNT, "may", "May Bank Berhad"),
    NameEntry(CONTACT, "gao", "高星"),
    NameEntry(CONTACT, "fang", "方安"),
    NameEntry(CONTACT, "shi", "石见"),
    NameEntry(PERSON, "will", "Will Price"),
]


@pytest.mark.parametrize(
    "said",
    [
        "三月底之前要回款，周五下午开会，明天再打电话",
        "天天加班写方案，长江边上的项目也在推进",
        "很高兴和对方见面，方案他们认可，时间再定",
        "we may close in march, the price will be an apple to apple comparison",
        "一个月内给答复，五月再看，今天先把报价发过去",
    ],
)
def test_ordinary_words_are_no_sure_names(said: str) -> None:
    sure = [h for h in NameIndex.build(ADVERSARIAL).find(normal(said).text) if h.score > 0.5]
    assert sure == []


@pytest.mark.parametrize(
    "said", ["三月科技", "周五科技", "明天医疗", "天天食品", "Apple One", "March Logistics", "May Bank"]
)
def test_with_its_trade_an_ordinary_word_is_a_name(said: str) -> None:
    hits = NameIndex.build(ADVERSARIAL).find(normal(f"去了 {said} 谈合同").text)
    assert max(h.score for h in hits) >= 0.7


def test_an_alias_on_record_counts_even_as_an_ordinary_word_unless_it_cuts_one() -> None:
    index = NameIndex.build([NameEntry(ACCOUNT, "a", "长风物流有限公司", ("三月", "中天"))])
    (hit,) = index.find("三月要续约")
    assert (hit.how, hit.score > 0.7) == ("alias", True)
    cut = index.find("空中天线的项目")
    assert all(h.score < hit.score for h in cut)


def test_added_replaced_and_removed(index: NameIndex) -> None:
    grown = index.added([NameEntry(ACCOUNT, "new", "琅珀茶业有限公司"), NameEntry(ACCOUNT, "tile", "玄岳陶瓷有限公司")])
    assert grown.find("琅珀要样品")[0].id == "new"
    assert "tile" in find(grown, "玄岳陶瓷")
    assert "tile" not in find(grown, "磐岳陶瓷")
    assert grown.entry(ACCOUNT, "tile") == NameEntry(ACCOUNT, "tile", "玄岳陶瓷有限公司")
    assert "luan" in find(grown, "栾志远")
    less = grown.without([(ACCOUNT, "new"), (CONTACT, "luan"), (CONTACT, "nobody")])
    assert find(less, "琅珀要样品，栾志远说的") == {}
    assert less.entry(CONTACT, "luan") is None
    back = less.added([NameEntry(CONTACT, "luan", "栾志远")])
    assert set(find(back, "栾志远说的")) == {"luan"}
    assert "tile" in find(index, "磐岳陶瓷"), "an index does not change"


def test_empty_index_and_text() -> None:
    assert NameIndex.build([]).find("今天去了客户那边") == []
    assert NameIndex.build(RECORDS).find("") == []
    assert NameIndex.build([NameEntry(ACCOUNT, "x", "", ("", " "))]).find("今天") == []


# --- properties

CORE = st.text("磐岳澜峰昊穗靖岚琅珀玄曜翊珩铄淼沅岑璟垚", min_size=2, max_size=4)
LATIN_NAME = st.lists(
    st.text("bcdfglmnprstvkx", min_size=2, max_size=3).flatmap(lambda s: st.just("o".join(s) + "ax")),
    min_size=1,
    max_size=3,
).map(lambda words: " ".join(words).title())
ENTRY = st.builds(
    lambda i, core, trade, place, alias: NameEntry(ACCOUNT, f"a{i}", f"{place}{core}{trade}有限公司", (alias,)),
    st.integers(0, 10**6),
    CORE,
    st.sampled_from(["科技", "物流", "新材料", "电气设备"]),
    st.sampled_from(["", "宁波市", "云南", "苏州"]),
    st.one_of(CORE, LATIN_NAME),
)
FILLER = st.sampled_from(
    [
        "今天下午聊了方案，",
        "报价发过去了。",
        "They asked for a quote. ",
        "(80万) ",
        "\n",
        "预算还没定：",
        " ",
        "周三之前 ",
        "",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ENTRY, min_size=1, max_size=8, unique_by=lambda e: e.id), st.data(), FILLER, FILLER)
def test_any_name_or_alias_is_found_where_it_stands(
    entries: list[NameEntry], data: st.DataObject, before: str, after: str
) -> None:
    entry = data.draw(st.sampled_from(entries))
    form = normal(data.draw(st.sampled_from([entry.name, *entry.aliases]))).text
    assume(not (form[-1].isascii() and after[:1].isascii() and after[:1].isalnum()))  # that would be another word
    text = normal(before).text + form + normal(after).text
    at = len(normal(before).text)
    hits = NameIndex.build(entries).find(text)
    assert any((h.id, h.start, h.end) == (entry.id, at, at + len(form)) and h.how in ("name", "alias") for h in hits)


def _homophones(char: str) -> str:
    usual = sounds().usual
    return "".join(chr(c) for c, code in usual.items() if code == usual[ord(char)] and chr(c) != char and c < 0x9F00)


@settings(max_examples=150, deadline=None)
@given(st.text("栾滕麦靖岚琅珀翊珩淼沅岑璟志远薇秋帆", min_size=3, max_size=4), st.data(), FILLER, FILLER)
def test_a_homophone_in_a_name_of_three_is_found(name: str, data: st.DataObject, before: str, after: str) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    others = _homophones(name[at])
    assume(others)
    typo = name[:at] + data.draw(st.sampled_from(others)) + name[at + 1 :]
    text = normal(before).text + typo + normal(after).text
    start = len(normal(before).text)
    hits = NameIndex.build([NameEntry(CONTACT, "c", name)]).find(text)
    assert [(h.id, h.start, h.end, h.how) for h in hits] == [("c", start, start + len(name), "pinyin")]
    assert hits[0].score < 1


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=4))
def test_never_raises_and_stays_inside(text: str, names: list[str]) -> None:
    kinds = list(NameKind)
    entries = [NameEntry(kinds[i % len(kinds)], str(i), name, (name[::-1],)) for i, name in enumerate(names)]
    index = NameIndex.build(entries)
    for plain in (normal(text).text, text, "".join(names), normal(" ".join(names)).text):
        for hit in index.find(plain):
            assert 0 <= hit.start < hit.end <= len(plain)
            assert 0 < hit.score <= 1
            assert index.entry(hit.kind, hit.id) is not None


@given(st.text(max_size=30))
def test_a_sound_has_the_length_of_its_text(text: str) -> None:
    heard = text.translate(sounds().folded)
    assert len(heard) == len(text)
    assert all(ord(c) == SILENT for t, c in zip(text, heard, strict=True) if t.isascii())
