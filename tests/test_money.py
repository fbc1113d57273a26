"""What numbers count in sales talk. Tables of sentences, then properties over amounts written in every way."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sales.language.money import NumberMention, Quantity, find_changes, find_numbers, scale_bare
from sales.language.numbers import read_number
from sales.language.text import normal

D = Decimal


def numbers(text: str) -> list[NumberMention]:
    return find_numbers(normal(text).text)


def told(text: str) -> list[str]:
    """Every mention as "kind value" or "kind low..high", with the currency and ~ for approximate."""
    return [
        f"{n.kind.value} {_plain(n.low)}"
        + (f"..{_plain(n.high)}" if n.is_range else "")
        + (f" {n.currency}" if n.currency else "")
        + (" ~" if n.approx else "")
        for n in numbers(text)
    ]


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def changes(text: str) -> list[str]:
    """Every change as "old>new", "+delta" or "-delta"; both where both are said."""
    plain = normal(text).text
    out = []
    for c in find_changes(plain, find_numbers(plain)):
        ends = f"{_plain(c.old.low) if c.old else ''}>{_plain(c.new.low)}" if c.new else ""
        sign = {1: "+", -1: "-", 0: "?"}[c.direction]
        delta = f"{sign}{_plain(c.delta.low)} {c.delta.kind.value}" if c.delta else ""
        out.append(" ".join(filter(None, (delta, ends))) + ("" if c.old or c.delta else f" {sign}"))
    return out


# --- number words ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("十五", 15), ("二十", 20), ("一百零二", 102), ("一百一十", 110), ("一百十五", 115), ("一千零五", 1005),
        ("一百五", 150), ("三百二", 320), ("两百六", 260), ("三千八", 3800), ("一万二", 12_000), ("2万5", 25_000),
        ("3千5", 3500), ("九十八万五", 985_000), ("98万5", 985_000), ("98.5万", 985_000), ("一亿二", 120_000_000),
        ("1亿2千万", 120_000_000), ("2千3百万", 23_000_000), ("1.2个亿", 120_000_000), ("半个亿", 50_000_000),
        ("三点五万", 35_000), ("五十三点五", D("53.5")), ("三十万五千", 305_000), ("一万亿", 10**12),
        ("捌拾伍万", 850_000), ("壹佰贰拾万", 1_200_000), ("八十五萬", 850_000), ("兩億", 200_000_000),
        ("12,500.00", 12_500), ("1,200", 1200), (".5", D("0.5")), ("二零二六", 2026),
        ("half a million", 500_000), ("one point two million", 1_200_000), ("a million and a half", 1_500_000),
        ("two and a half million", 2_500_000), ("eighty five", 85), ("twenty-five thousand", 25_000),
        ("one fifty", 150), ("two twenty five", 225), ("three hundred and fifty thousand", 350_000),
        ("a hundred grand", 100_000), ("quarter million", 250_000), ("five hundred k", 500_000),
        ("one million two hundred thousand", 1_200_000), ("fifteen hundred", 1500),
    ],
)  # fmt: skip
def test_number_words(words: str, value: int | Decimal) -> None:
    assert read_number(words) == D(value)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "万",
        "百",
        "一二三万",
        "零",
        "十十",
        "a",
        "and",
        "hundred",
        "million",
        "one two",
        "八十万万",
        "85台",
        "五五五十",
    ],
)
def test_what_is_no_number_is_none(words: str) -> None:
    assert read_number(words) is None


# --- amounts ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80w", ["amount 800000"]),
        ("80W", ["amount 800000"]),
        ("85萬", ["amount 850000"]),
        ("８５万", ["amount 850000"]),
        ("80 万", ["amount 800000"]),
        ("80w万", ["amount 800000"]),
        ("报价是一百五十万", ["amount 1500000"]),
        ("大概要一个亿吧", ["amount 100000000 ~"]),
        ("就3千5", ["amount 3500"]),
        ("3千", ["amount 3000"]),
        ("盘子有13800万", ["amount 138000000"]),
        ("总价四十五万六,他还到四十万", ["amount 456000", "amount 400000"]),
        ("我出两万五一台", ["amount 25000", "count 1"]),
        ("十几万的小单", ["amount 100000..190000 ~"]),
        ("几十万", ["amount 200000..900000 ~"]),
        ("数百万", ["amount 2000000..9000000 ~"]),
        ("一百大几十万", ["amount 1100000..1900000 ~"]),
        ("八十来万", ["amount 800000 ~"]),
        ("120多万", ["amount 1200000 ~"]),
        ("80多w", ["amount 800000 ~"]),
        ("100万出头", ["amount 1000000 ~"]),
        ("不到50万", ["amount 500000 ~"]),
        ("小两百万", ["amount 2000000 ~"]),
        ("上百万的生意", ["amount 1000000 ~"]),
        ("快过亿了", ["amount 100000000 ~"]),
        ("百八十万", ["amount 800000..1000000 ~"]),
        ("三五十万", ["amount 300000..500000 ~"]),
        ("十七八万", ["amount 170000..180000 ~"]),
        ("二三十万", ["amount 200000..300000 ~"]),
        ("300块", ["amount 300 CNY"]),
        ("三块五一个", ["amount 3.5 CNY"]),
        ("3毛5", ["amount 0.35 CNY"]),
        ("五百块钱", ["amount 500 CNY"]),
        ("30万元", ["amount 300000 CNY"]),
        ("30万人民币", ["amount 300000 CNY"]),
        ("人民币捌拾伍万元整", ["amount 850000 CNY"]),
        ("￥1,286,000.00", ["amount 1286000 CNY"]),
        ("rmb 1.52m", ["amount 1520000 CNY"]),
        ("cny30w", ["amount 300000 CNY"]),
        ("美金50万", ["amount 500000 USD"]),
        ("20万欧元", ["amount 200000 EUR"]),
        ("80万刀", ["amount 800000 USD"]),
        ("千把块钱", ["amount 1000 CNY ~"]),
        ("300蚊", ["amount 300 HKD"]),
        ("八十皮", ["amount 800000 HKD"]),
        ("hk$3.5m", ["amount 3500000 HKD"]),
        ("S$145k", ["amount 145000 SGD"]),
        ("sgd 1.2 mil", ["amount 1200000 SGD"]),
        ("rm 120k", ["amount 120000 MYR"]),
        ("€12,500.00", ["amount 12500 EUR"]),
        ("$350K", ["amount 350000 USD"]),
        ("120k usd", ["amount 120000 USD"]),
        ("US$1.2m", ["amount 1200000 USD"]),
        ("1,200k", ["amount 1200000"]),
        ("about 850k", ["amount 850000 ~"]),
        ("75k-ish", ["amount 75000 ~"]),
        ("2.3mn", ["amount 2300000"]),
        ("350 grand", ["amount 350000"]),
        ("2 hundred k", ["amount 200000"]),
        ("a couple of hundred grand", ["amount 200000 ~"]),
        ("half a mil upfront", ["amount 500000"]),
        ("to80k", ["amount 80000"]),
        ("美金50万、人民币30万", ["amount 500000 USD", "amount 300000 CNY"]),
        ("30万美金", ["amount 300000 USD"]),
        ("100+万", ["amount 1000000 ~"]),
    ],
)  # fmt: skip
def test_amounts(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说85太高,80行不行", ["bare 85", "bare 80"]),
        ("老板说一百二左右", ["bare 120 ~"]),
        ("53.5", ["bare 53.5"]),
        ("五十三点五", ["bare 53.5"]),
        ("八十五吧", ["bare 85"]),
        ("大概190", ["bare 190 ~"]),
        ("he said eighty five", ["bare 85"]),
        ("they came to one fifty", ["bare 150"]),
        ("in the low 80s", ["bare 80 ~"]),
        ("85张总说可以", ["bare 85"]),
        ("85回款", ["bare 85"]),
        ("85个人觉得高", ["bare 85"]),
        ("85方便吗", ["bare 85"]),
        ("85本周签", ["bare 85"]),
        ("85年底签", ["bare 85"]),
        ("85周三签", ["bare 85"]),
        ("85成交", ["bare 85"]),
        ("85对方同意", ["bare 85"]),
        ("85客户接受了", ["bare 85"]),
        ("报价 85. 下周签", ["bare 85"]),
        ("85 works for them", ["bare 85"]),
    ],
)
def test_a_number_alone_is_bare_whatever_word_comes_next(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30-40万", ["amount 300000..400000"]),
        ("30到40万", ["amount 300000..400000"]),
        ("50w-80w之间", ["amount 500000..800000"]),
        ("三到五万", ["amount 30000..50000"]),
        ("8千-1.2万", ["amount 8000..12000"]),
        ("5到8百万", ["amount 5000000..8000000"]),
        ("100 to 120k", ["amount 100000..120000"]),
        ("between $80k and $95k", ["amount 80000..95000 USD"]),
        ("$80-95k", ["amount 80000..95000 USD"]),
        ("800 to 1.2m", ["amount 800000..1200000"]),
        ("20-30%", ["percent 20..30"]),
        ("七到八成", ["percent 70..80"]),
        ("2-3家", ["count 2..3"]),
        ("5-6 weeks", ["duration 5..6"]),
        ("10 to 12 machines", ["count 10..12"]),
        ("80、85、90万", ["amount 800000", "amount 850000", "amount 900000"]),
        ("80/90万", ["amount 800000", "amount 900000"]),
    ],
)
def test_ranges_and_shared_units(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_the_value_of_a_range_is_its_low_end() -> None:
    (mention,) = numbers("30-40万")
    assert mention.value == 300_000


# --- shares ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20%", ["percent 20"]),
        ("２０％", ["percent 20"]),
        ("百分之二十五", ["percent 25"]),
        ("八个点", ["percent 8"]),
        ("两个百分点", ["percent 2"]),
        ("20 pct", ["percent 20"]),
        ("20 points", ["percent 20"]),
        ("50 bps", ["percent 0.5"]),
        ("千分之三", ["percent 0.3"]),
        ("下浮3点", ["percent 3"]),
        ("回款七成", ["percent 70"]),
        ("3成半", ["percent 35"]),
        ("七八成", ["percent 70..80 ~"]),
        ("首付30%,尾款一成", ["percent 30", "percent 10"]),
        ("质保金半成", ["percent 5"]),
        ("先付一半", ["percent 50"]),
        ("half upfront, half on delivery", ["percent 50", "percent 50"]),
        ("四分之一", ["percent 25"]),
        ("八成是要黄了", []),
        ("打八八折", ["discount 0.88"]),
        ("打9折", ["discount 0.9"]),
        ("95折", ["discount 0.95"]),
        ("8.5折", ["discount 0.85"]),
        ("对折", ["discount 0.5"]),
        ("半价给他", ["discount 0.5"]),
        ("七八折", ["discount 0.7..0.8 ~"]),
        ("折扣0.85", ["discount 0.85"]),
        ("20% off", ["discount 0.8"]),
        ("8折合多少", ["bare 8"]),
    ],
)
def test_percent_and_discounts(text: str, expected: list[str]) -> None:
    assert told(text) == expected


# --- what is not money -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一百二十台", ["count 120"]),
        ("3个车间,两家分厂", ["count 3", "count 2"]),
        ("300吨,5000平,50kw", ["count 300", "count 5000", "count 50"]),
        ("50点位", ["count 50"]),
        ("5个点位", ["count 5"]),
        ("2万用户,3万平米", ["count 20000", "count 30000"]),
        ("第二笔", ["count 2"]),
        ("3块屏", ["count 3"]),
        ("100多家", ["count 100 ~"]),
        ("十几套", ["count 10..19 ~"]),
        ("两三家", ["count 2..3 ~"]),
        ("3 warehouses and 50 seats", ["count 3", "count 50"]),
        ("12 new users", ["count 12"]),
        ("a 50-seat plan", ["count 50"]),
        ("100k users", ["count 100000"]),
        ("3x", ["count 3"]),
        ("18万*5", ["amount 180000", "count 5"]),
        ("90天", ["duration 90"]),
        ("两周", ["duration 2"]),
        ("三个半月", ["duration 3.5"]),
        ("两年半", ["duration 2.5"]),
        ("半年", ["duration 0.5"]),
        ("账期90", ["duration 90"]),
        ("net 45", ["duration 45"]),
        ("net-60", ["duration 60"]),
        ("a 12-month term", ["duration 12"]),
        ("3年前", ["duration 3"]),
        ("two weeks", ["duration 2"]),
    ],
)
def test_counts_and_durations(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "3-6-1", "3:6:1", "30/60/10", "付款361", "3331付款", "13812345678", "138 1234 5678", "010-88886666",
        "021-6888 1234转802",
        "+65 9123 4567", "v2.0", "3.1版", "s7-1200", "gw200", "rtx4090", "ISO9001", "p5", "po12345", "q2", "h1", "w12",
        "10:30", "3pm", "10点", "下午3点半", "92分", "得分88", "2026年", "2026年3月18日", "3月底", "2026-03-18", "24/7",
        "no. 2", "phase 2", "room 301", "top 3", "第3", "方案2", "单号 8812", "3号楼", "12楼", "192.168.1.20", "fy26",
        "1st", "十五号", "3季度", "付款方式 3-3-3-1", "尾号 4471", "4s店", "十一月底", "8812-3345-0098",
    ],
)  # fmt: skip
def test_codes_are_never_money(text: str) -> None:
    found = numbers(text)
    assert found
    assert {n.kind for n in found} == {Quantity.CODE}


@pytest.mark.parametrize(
    "text",
    [
        "一下", "一起", "一期", "一次", "一版", "一家", "第一", "统一", "一直", "万一", "十分", "百分百", "千万别",
        "三思",
        "二期", "三方", "四川", "五金", "六安", "九江", "百味", "千山", "一些", "两边", "双方", "三楼", "半天",
        "一点问题没有",
        "一季度", "周三个人去", "下周一台账", "十四五规划", "双十一", "十一前签", "十有八九", "一三五我都在",
        "九点半到",
        "一块吃饭", "one of them", "a few", "half a day", "second", "①海狮", "百分之", "几个", "三把手",
    ],
)  # fmt: skip
def test_numerals_in_words_are_no_numbers(text: str) -> None:
    assert told(text) == []


def test_marks_of_a_list_are_codes_and_amounts_in_it_are_read() -> None:
    assert told("1. 海狮 85万\n2. 白鲸 120万") == ["code 1", "amount 850000", "code 2", "amount 1200000"]
    assert told("1、3/24 海狮 85万\n2)4/2 白鲸 30万") == [
        "code 1",
        "code 3",
        "amount 850000",
        "code 2",
        "code 4",
        "amount 300000",
    ]
    assert told("20、30万都行") == ["amount 200000", "amount 300000"]
    assert told("今天1.拜访 2.报了30万") == ["code 1", "code 2", "amount 300000"]


def test_a_last_digit_stays_with_what_it_counts() -> None:
    assert told("八十万三月签") == ["amount 800000"]
    assert told("八十万一起付") == ["amount 800000"]
    assert told("八十万一套") == ["amount 800000", "count 1"]
    assert told("九十八万五") == ["amount 985000"]


def test_the_bare_end_of_a_change_in_days_is_days() -> None:
    assert told("账期60天改成90") == ["duration 60", "duration 90"]
    assert told("net 45 not 30") == ["duration 45", "duration 30"]
    assert told("120台改成150") == ["count 120", "count 150"]
    assert told("对方提出45天,咱们顶多30") == ["duration 45", "duration 30 ~"]


# --- changes ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("从165砍到140", ["165>140"]),
        ("价格从300谈到280", ["300>280"]),
        ("82→88万", ["820000>880000"]),
        ("82->88万", ["820000>880000"]),
        ("客户把58压到53.5", ["58>53.5"]),
        ("由380万调整为365万", ["3800000>3650000"]),
        ("98改成115万", ["980000>1150000"]),
        ("从165万砍到140", ["1650000>1400000"]),
        ("从两千降到1500万", ["20000000>15000000"]),
        ("從82加到88萬", ["820000>880000"]),
        ("1.52M (was 1.6M)", ["1600000>1520000"]),
        ("报价112万(原118)", ["1180000>1120000"]),
        ("原来报价118万,后来砍到112万", ["1180000>1120000"]),
        ("之前报120,现在报110", ["120>110"]),
        ("from 1.2m down to 1.05m", ["1200000>1050000"]),
        ("went from 1.2 mil to 1.05", ["1200000>1050000"]),
        ("up from 80 to 90k", ["80000>90000"]),
        ("s$145k, now s$132k, was s$145k", ["145000>132000"]),
        ("now 95k, was 80k", ["80000>95000"]),
        ("60% probability, was 40", ["40>60"]),
        ("赢率从30%提到50%", ["30>50"]),
        ("概率从五成升到七成", ["50>70"]),
        ("从8折谈到85折", ["0.8>0.85"]),
        ("不是96万,是86万", ["960000>860000"]),
        ("是86不是96", ["96>86"]),
        ("not 80k but 85k", ["80000>85000"]),
        ("90k instead of 85k", ["85000>90000"]),
        ("100 → 120 → 130", ["100>120", "120>130"]),
        ("预算加到85了", [">85 +"]),
        ("改成九十五", [">95 ?"]),
        ("提高到120w", [">1200000 +"]),
        ("预算提到了85万", [">850000 +"]),
        ("bumped the budget to 95k", [">95000 +"]),
        ("the price came down to 1.05m", [">1050000 -"]),
        ("预算砍了20%", ["-20 percent"]),
        ("降了5个点", ["-5 percent"]),
        ("涨了10万", ["+100000 amount"]),
        ("加了30万", ["+300000 amount"]),
        ("再便宜个三五万", ["-30000 amount"]),
        ("打八八折", ["-0.88 discount"]),
        ("合同额+15万", ["+150000 amount"]),
        ("knocked off 50k", ["-50000 amount"]),
        ("took 5% off", ["-0.95 discount"]),
        ("raise it by 10k", ["+10000 amount"]),
        ("30k more", ["+30000 amount"]),
        ("涨了10万变成95万", ["+100000 amount >950000"]),
        ("客户又压了3,变85", ["-3 bare >85"]),
        ("budget is up 10% to 95k", ["+10 percent >95000"]),
    ],
)
def test_changes(text: str, expected: list[str]) -> None:
    assert changes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "报价80万,预算100万", "回款30万", "他提到85万的项目", "打了20万过来", "能耗降低15%", "cut downtime by 20%",
        "至少80万",
        "首付30%,尾款70%", "回款到账30万", "退回30万", "they'll take 50k", "give or take 50k", "we got 50k from 200k",
        "从3台加到5台", "30到40万", "up to 95k", "比对手贵2万", "加起来100万", "5月到8月", "80k for 3 sites",
        "30%预付+60%发货", "they are 20% cheaper than us",
    ],
)  # fmt: skip
def test_no_change_is_made_up(text: str) -> None:
    assert changes(text) == []


def test_a_change_shows_its_words_and_its_direction() -> None:
    text = normal("对方把总价从165万砍到140,下周签").text
    (change,) = find_changes(text, find_numbers(text))
    assert text[change.start : change.end] == "从165万砍到140"
    assert change.direction == -1
    assert change.new is not None
    assert (change.new.kind, change.new.value, change.new.text) == (Quantity.AMOUNT, 1_400_000, "140")


# --- bare numbers beside the books -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "reference", "chinese", "expected"),
    [
        ("85", 800_000, True, 850_000),
        ("85", 80_000, False, 85_000),
        ("1.2", 1_100_000, False, 1_200_000),
        ("1.2", 110_000_000, True, 120_000_000),
        ("812000", 800_000, True, 812_000),
        ("812000", 800_000, False, 812_000),
        ("30", 100_000, True, 300_000),
        ("30", 100_000, False, 30_000),
        ("85", 800_000, False, 850_000),
        ("85", 5, True, None),
        ("85", None, True, 850_000),
        ("85", None, False, None),
        ("850000", None, False, 850_000),
        ("0.8", None, True, None),
        ("0", 800_000, True, None),
    ],
)
def test_a_bare_number_is_scaled_by_the_books(
    value: str, reference: int | None, chinese: bool, expected: int | None
) -> None:
    found = scale_bare(D(value), None if reference is None else D(reference), chinese=chinese)
    assert found == (None if expected is None else D(expected))


# --- properties ------------------------------------------------------------------------------------------------------
_NUMERALS = "零一二三四五六七八九"


def write_chinese(value: int) -> str:
    """A writer of Chinese numerals, the other way round from the reader: 1020500 -> 一百零二万零五百."""

    def section(n: int) -> str:
        out, gap = "", False
        for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, n = divmod(n, unit)
            if digit:
                out += ("零" if gap and out else "") + _NUMERALS[digit] + name
                gap = False
            else:
                gap = True
        return out

    out = ""
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, value = divmod(value, unit)
        if part:
            out += ("零" if out and part < 1000 else "") + section(part) + name
    return out


@given(st.integers(1, 10**12 - 1))
def test_what_a_writer_of_numerals_writes_is_read_back(value: int) -> None:
    assert read_number(write_chinese(value)) == value


@given(st.integers(10_000, 10**10))
def test_numerals_in_a_sentence_are_one_amount(value: int) -> None:
    (mention,) = find_numbers(f"合同{write_chinese(value)}元")
    assert (mention.kind, mention.value, mention.currency) == (Quantity.AMOUNT, value, "CNY")


@given(st.integers(1, 99_999), st.sampled_from(["合同{}左右", "deal is {} now", "对方出{},我们再看", "{}"]))
def test_every_way_of_writing_an_amount_reads_the_same(wan: int, sentence: str) -> None:
    units = wan * 10_000
    thousands, millions = D(units) / 1000, D(units) / 10**6
    ways = [
        f"{wan}万", f"{wan}w", f"{wan}W", f"{wan}萬", f"{wan} 万", f"{write_chinese(units)}元",
        f"{thousands:f}k", f"{_plain(millions)}m", f"${units:,}", f"{units}元", f"rmb {units:,}.00",
        f"{_plain(D(wan) / 10_000)}亿", f"{_plain(millions)} million", f"usd {_plain(thousands)} grand",
    ]  # fmt: skip
    if wan < 10_000:
        ways.append(f"{write_chinese(wan)}万")
    for way in ways:
        mentions = numbers(sentence.format(way))
        assert [(m.kind, m.value) for m in mentions] == [(Quantity.AMOUNT, units)], way


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from(["百", "千", "万", "亿"]))
def test_a_last_digit_counts_the_unit_below(first: int, last: int, unit: str) -> None:
    size = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[unit]
    assert read_number(f"{_NUMERALS[first]}{unit}{_NUMERALS[last]}") == first * size + last * size // 10


@given(st.integers(2, 999), st.integers(2, 999))
def test_a_unit_said_once_serves_both_ends(old: int, new: int) -> None:
    assume(old != new and max(old, new) < 15 * min(old, new))
    text = f"从{old}到{new}万"
    (change,) = find_changes(text, find_numbers(text))
    assert change.old is not None
    assert change.new is not None
    assert (change.old.value, change.new.value) == (old * 10_000, new * 10_000)
    assert change.direction == (1 if new > old else -1)


_WRITTEN = (
    "85 80w 一百五 十 万 亿 千 百 一 二 三 两 几 半 第 零 点 个 多 来 余 到 至 从 - ~ → + % 折 成 元 块 毛 $ s$ rmb k "
    "m w mil . , : / 、 ( ) \n 台 套 家 天 年 月 日 号 周 砍到 改成 涨了 不是 是 原 was from to and half a million one "
    "fifty hundred net 账期 0 00 1.2.3 v2 po-1 ½ ① 張 萬 捌拾 整 大 八 五 off not but 分之 百分之 皮 蚊 半价 千把"
)
_PIECES = st.sampled_from([*_WRITTEN.split(" "), " "])


@given(
    st.lists(_PIECES, max_size=14).map("".join)
    | st.text(string.printable + "一二十百千万亿两点半几个折成%块元第周月", max_size=30)
)
def test_any_text_gives_ordered_spans_of_itself(raw: str) -> None:
    text = normal(raw).text
    found = find_numbers(text)
    at = 0
    for mention in found:
        assert at <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        assert 0 <= mention.low <= mention.high
        at = mention.end
    for change in find_changes(text, found):
        assert 0 <= change.start < change.end <= len(text)
        assert change.new or change.delta


@given(st.lists(_PIECES, min_size=1, max_size=12).map("".join), st.data())
def test_numbers_in_claimed_spans_never_come_out(raw: str, data: st.DataObject) -> None:
    text = normal(raw).text
    assume(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    for mention in find_numbers(text, [(start, end)]):
        assert mention.end <= start or mention.start >= end


def test_a_claimed_date_leaves_the_amount_beside_it() -> None:
    assert [n.value for n in find_numbers("3月18日80万", [(0, 5)])] == [800_000]
    assert [n.value for n in find_numbers("八十万三月初签", [(3, 6)])] == [800_000]
