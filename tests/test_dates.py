"""Dates in Chinese sales talk: what is found, and which days it means. Now is Wednesday 18 March 2026, 18:05."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from sales.language.dates import DateMention, Grain, Tense, find_dates, find_durations

NOW = datetime(2026, 3, 18, 18, 5)
PAST, PLAN, UNKNOWN = Tense.PAST, Tense.PLAN, Tense.UNKNOWN


def the_date(text: str) -> DateMention:
    found = find_dates(text)
    assert len(found) == 1, [m.text for m in found]
    return found[0]


def days(text: str, words: str, now: datetime | date, tense: Tense) -> str:
    """first..last>due of the one date in the text, as M-D (with the year where it is not 2026)."""
    mention = the_date(text)
    assert mention.text == words == text[mention.start : mention.end]
    found = mention.resolve(now, tense)

    def short(day: date) -> str:
        return f"{day.month}-{day.day}" if day.year == 2026 else f"{day.year}-{day.month}-{day.day}"

    stretch = short(found.first) if found.first == found.last else f"{short(found.first)}..{short(found.last)}"
    return stretch if found.due == found.last else f"{stretch}>{short(found.due)}"


DAYS = [
    ("今儿去了趟鼎丰", "今儿", PAST, "3-18"),
    ("今日约了陈工", "今日", PAST, "3-18"),
    ("今天下午去了鼎丰", "今天下午", PAST, "3-18"),
    ("今晚陪客户吃饭", "今晚", PLAN, "3-18"),
    ("刚才跟李总通了电话", "刚才", PAST, "3-18"),
    ("昨晚一起吃的饭", "昨晚", PAST, "3-17"),
    ("寻日见咗佢", "寻日", PAST, "3-17"),
    ("尋日見咗佢", "尋日", PAST, "3-17"),
    ("听日下昼3点去", "听日下昼3点", PLAN, "3-19"),
    ("后天交标书", "后天", PLAN, "3-20"),
    ("大后天上午答疑", "大后天上午", PLAN, "3-21"),
    ("前天打了电话", "前天", PAST, "3-16"),
    ("大前天去过", "大前天", PAST, "3-15"),
    ("明天一早出发", "明天一早", PLAN, "3-19"),
    ("今天周三要交", "今天周三", PLAN, "3-18"),
    ("前几天聊过", "前几天", PAST, "3-12..3-16"),
    ("前两天聊过", "前两天", PAST, "3-16..3-17"),
    ("这两天聊过", "这两天", PAST, "3-16..3-18"),
    ("这两天给你", "这两天", PLAN, "3-18..3-20"),
    ("过两天再去", "过两天", PLAN, "3-19..3-21>3-20"),
    ("过几天再去", "过几天", PLAN, "3-20..3-23>3-21"),
    ("明后天过去", "明后天", PLAN, "3-19..3-20"),
]
WEEKS = [
    ("周三去了", "周三", PAST, "3-18"),
    ("周三去", "周三", PLAN, "3-25"),
    ("周四去了", "周四", PAST, "3-12"),
    ("礼拜天去", "礼拜天", PLAN, "3-22"),
    ("星期一去了", "星期一", PAST, "3-16"),
    ("周五那个会", "周五", UNKNOWN, "3-20"),
    ("周一那个会", "周一", UNKNOWN, "3-16"),
    ("礼拜5去", "礼拜5", PLAN, "3-20"),
    ("这周一去了", "这周一", PLAN, "3-16"),
    ("本周五去", "本周五", PAST, "3-20"),
    ("上周五去了", "上周五", PLAN, "3-13"),
    ("上上周五去了", "上上周五", PAST, "3-6"),
    ("大上周五去了", "大上周五", PAST, "3-6"),
    ("下周三之前发", "下周三之前", PLAN, "3-25"),
    ("下下周一去", "下下周一", PLAN, "3-30"),
    ("下个礼拜二去", "下个礼拜二", PLAN, "3-24"),
    ("下禮拜三去", "下禮拜三", PLAN, "3-25"),
    ("下星期天去", "下星期天", PLAN, "3-29"),
    ("下周去", "下周", PLAN, "3-23..3-29>3-27"),
    ("本周内给", "本周内", PLAN, "3-16..3-22>3-20"),
    ("下周之前给", "下周之前", PLAN, "3-20"),
    ("下周初去", "下周初", PLAN, "3-23..3-24"),
    ("下周中去", "下周中", PLAN, "3-24..3-26>3-25"),
    ("周末去", "周末", PLAN, "3-21..3-22"),
    ("周末去了", "周末", PAST, "3-14..3-15"),
    ("下周末去", "下周末", PLAN, "3-28..3-29"),
    ("周末前给", "周末前", PLAN, "3-20"),
    ("周五下班前给", "周五下班前", PLAN, "3-20"),
    ("截止周五", "截止周五", PLAN, "3-20"),
    ("最晚下周三给", "最晚下周三", PLAN, "3-25"),
    ("周三到周五出差", "周三到周五", PLAN, "3-25..3-27"),
    ("本周三至周五出差", "本周三至周五", PLAN, "3-18..3-20"),
    ("周三四去", "周三四", PLAN, "3-25..3-26"),
    ("下周一二去", "下周一二", PLAN, "3-23..3-24"),
    ("下周二/周三给方案", "下周二/周三", PLAN, "3-24..3-25"),
    ("下周三或周四去", "下周三或周四", PLAN, "3-25..3-26"),
    ("这周三次拜访都没成", "这周", PAST, "3-16..3-22>3-20"),
    ("本周三家客户都见了", "本周", PAST, "3-16..3-22>3-20"),
    ("上周总结一下", "上周", PAST, "3-9..3-15>3-13"),
    ("周一平台上线", "周一", PLAN, "3-23"),
]
DATES = [
    ("3月18去", "3月18", PLAN, "3-18"),
    ("3月18日签", "3月18日", PAST, "3-18"),
    ("三月十八号签", "三月十八号", PAST, "3-18"),
    ("3 月 18 日签", "3 月 18 日", PAST, "3-18"),
    ("12月28号签的", "12月28号", PAST, "2025-12-28"),
    ("1月5号去", "1月5号", PLAN, "2027-1-5"),
    ("3/18去", "3/18", PAST, "3-18"),
    ("2026-03-18签", "2026-03-18", PAST, "3-18"),
    ("2026年3月18日签", "2026年3月18日", PAST, "3-18"),
    ("二〇二六年三月十八日签", "二〇二六年三月十八日", PAST, "3-18"),
    ("20260318签", "20260318", PAST, "3-18"),
    ("明年3月18日到期", "明年3月18日", PLAN, "2027-3-18"),
    ("13号去了", "13号", PAST, "3-13"),
    ("13号去", "13号", PLAN, "4-13"),
    ("18号去", "18号", PLAN, "3-18"),
    ("二十五号去", "二十五号", PLAN, "3-25"),
    ("31号去", "31号", PLAN, "3-31"),
    ("30号去过", "30号", PAST, "1-30"),
    ("25号前给", "25号前", PLAN, "3-25"),
    ("18日前给", "18日前", PLAN, "3-18"),
    ("25号左右给", "25号左右", PLAN, "3-25"),
    ("上周五13号去的", "上周五13号", PAST, "3-13"),
    ("周三(3/18)去的", "周三(3/18)", PAST, "3-18"),
    ("3月27日（周五）签", "3月27日（周五）", PLAN, "3-27"),
    ("周五(3月27日)前签", "周五(3月27日)前", PLAN, "3-27"),
    ("明天3月19日去", "明天3月19日", PLAN, "3-19"),
    ("下月15号付", "下月15号", PLAN, "4-15"),
    ("本月25号前付", "本月25号前", PLAN, "3-25"),
    ("3/16-3/20在上海", "3/16-3/20", PAST, "3-16..3-20"),
    ("3.16-3.20出差", "3.16-3.20", PLAN, "3-16..3-20"),
    ("3月16-20号出差", "3月16-20号", PLAN, "3-16..3-20"),
    ("3月16日至3月20日出差", "3月16日至3月20日", PLAN, "3-16..3-20"),
    ("13-15号展会", "13-15号", PLAN, "4-13..4-15"),
    ("4月5、6号放假", "4月5、6号", PLAN, "4-5..4-6"),
    ("推到3.20", "3.20", PLAN, "3-20"),
    ("3.20去拜访", "3.20", PLAN, "3-20"),
    ("截止日期：3月25日", "截止日期：3月25日", PLAN, "3-25"),
    ("3月20万回款", "3月", PAST, "3-1..3-31"),
    ("3月中标了", "3月", PAST, "3-1..3-31"),
]
PERIODS = [
    ("3月底签", "3月底", PLAN, "3-31"),
    ("3月底签的", "3月底", PAST, "2025-3-31"),
    ("4月初给", "4月初", PLAN, "4-1..4-5"),
    ("4月中给报价", "4月中", PLAN, "4-11..4-20>4-15"),
    ("4月中旬签", "4月中旬", PLAN, "4-11..4-20"),
    ("6月上旬签", "6月上旬", PLAN, "6-1..6-10"),
    ("6月下旬签", "6月下旬", PLAN, "6-21..6-30"),
    ("月底签", "月底", PLAN, "3-31"),
    ("月末签", "月末", PLAN, "3-31"),
    ("月底前签", "月底前", PLAN, "3-31"),
    ("月初付的", "月初", PAST, "3-1..3-5"),
    ("本月签", "本月", PLAN, "3-1..3-31"),
    ("这个月签", "这个月", PLAN, "3-1..3-31"),
    ("下个月签", "下个月", PLAN, "4-1..4-30"),
    ("下月初签", "下月初", PLAN, "4-1..4-5"),
    ("上个月签的", "上个月", PAST, "2-1..2-28"),
    ("4月前签", "4月前", PLAN, "3-31"),
    ("下个月前签", "下个月前", PLAN, "3-31"),
    ("4-5月份签", "4-5月份", PLAN, "4-1..5-31"),
    ("三四月份签", "三四月份", PLAN, "3-1..4-30"),
    ("4月第二周去", "4月第二周", PLAN, "4-8..4-14>4-10"),
    ("年底签", "年底", PLAN, "12-31"),
    ("年中上线", "年中", PLAN, "6-1..6-30"),
    ("6月下半月签", "6月下半月", PLAN, "6-16..6-30"),
    ("过完年再说", "过完年", PLAN, "2027-2-15"),
    ("年内签", "年内", PLAN, "1-1..12-31"),
    ("明年签", "明年", PLAN, "2027-1-1..2027-12-31"),
    ("去年12月签的", "去年12月", PAST, "2025-12-1..2025-12-31"),
    ("明年一季度签", "明年一季度", PLAN, "2027-1-1..2027-3-31"),
    ("q2签", "q2", PLAN, "4-1..6-30"),
    ("二季度签", "二季度", PLAN, "4-1..6-30"),
    ("四季度签的", "四季度", PAST, "2025-10-1..2025-12-31"),
    ("下季度签", "下季度", PLAN, "4-1..6-30"),
    ("本季度末签", "本季度末", PLAN, "3-31"),
    ("上半年签", "上半年", PLAN, "1-1..6-30"),
    ("下半年签", "下半年", PLAN, "7-1..12-31"),
    ("本财年签", "本财年", PLAN, "1-1..12-31"),
]
SHIFTS = [
    ("两周后去", "两周后", PLAN, "4-1"),
    ("三天内给", "三天内", PLAN, "3-18..3-21"),
    ("10天之后给", "10天之后", PLAN, "3-28"),
    ("半个月后给", "半个月后", PLAN, "4-2"),
    ("一个月内给", "一个月内", PLAN, "3-18..4-18"),
    ("两个月前去过", "两个月前", PAST, "1-18"),
    ("3天前去过", "3天前", PAST, "3-15"),
    ("5个工作日内给", "5个工作日内", PLAN, "3-18..3-25"),
    ("两三天后给", "两三天后", PLAN, "3-21"),
    ("40天内付", "40天内", PLAN, "3-18..4-27"),
    ("最近三个月的拜访", "最近三个月", UNKNOWN, "2025-12-19..3-18"),
    ("近30天", "近30天", UNKNOWN, "2-17..3-18"),
    ("国庆前签", "国庆前", PLAN, "9-30"),
    ("五一后去", "五一后", PLAN, "5-6"),
    ("春节前去过", "春节前", PAST, "2-15"),
    ("年前去过", "年前", PAST, "2-15"),
    ("节后去的", "节后", PAST, "2-24"),
    ("中秋节前送礼", "中秋节前", PLAN, "9-24"),
    ("端午去", "端午", PLAN, "6-19"),
    ("双十一上线", "双十一", PLAN, "11-11"),
    ("圣诞前交付", "圣诞前", PLAN, "12-24"),
]


@pytest.mark.parametrize(("text", "words", "tense", "expected"), [*DAYS, *WEEKS, *DATES, *PERIODS, *SHIFTS])
def test_chinese(text: str, words: str, tense: Tense, expected: str) -> None:
    assert days(text, words, NOW, tense) == expected


SUNDAY, MONDAY, NEW_YEAR = datetime(2026, 3, 22, 9, 0), datetime(2026, 3, 23, 9, 0), datetime(2026, 1, 2, 9, 0)


@pytest.mark.parametrize(
    ("text", "words", "now", "tense", "expected"),
    [
        ("下周三去", "下周三", SUNDAY, PLAN, "3-25"),
        ("本周五去了", "本周五", SUNDAY, PAST, "3-20"),
        ("上周五去了", "上周五", SUNDAY, PAST, "3-13"),
        ("周日去", "周日", SUNDAY, PLAN, "3-29"),
        ("周日去了", "周日", SUNDAY, PAST, "3-22"),
        ("本周内给", "本周内", SUNDAY, PLAN, "3-16..3-22"),
        ("周末去", "周末", SUNDAY, PLAN, "3-21..3-22"),
        ("周一去", "周一", MONDAY, PLAN, "3-30"),
        ("周一去了", "周一", MONDAY, PAST, "3-23"),
        ("12/28去的", "12/28", NEW_YEAR, PAST, "2025-12-28"),
        ("12月去的", "12月", NEW_YEAR, PAST, "2025-12-1..2025-12-31"),
        ("28号去的", "28号", NEW_YEAR, PAST, "2025-12-28"),
        ("q4那单", "q4", NEW_YEAR, UNKNOWN, "2025-10-1..2025-12-31"),
        ("年底那单", "年底", NEW_YEAR, PAST, "2025-12-31"),
    ],
)
def test_edges_of_week_and_year(text: str, words: str, now: datetime, tense: Tense, expected: str) -> None:
    assert days(text, words, now, tense) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("周四上午十点", time(10)),
        ("下周三下午3点之前", time(15)),
        ("下午三点半", time(15, 30)),
        ("周三3点半", time(15, 30)),
        ("周三三点", time(15)),
        ("周五晚8点", time(20)),
        ("今晚12点前", time(23, 59)),
        ("明天中午12点", time(12)),
        ("明早9点", time(9)),
        ("9月9日9点9分", time(9, 9)),
        ("2026-03-18 15:30", time(15, 30)),
        ("明天08:00", time(8)),
        ("下午3点到5点", time(15)),
        ("今天下午", None),
    ],
)
def test_clock(text: str, expected: time | None) -> None:
    mention = the_date(text)
    assert mention.text == text
    assert mention.resolve(NOW).time == expected


@pytest.mark.parametrize(
    ("text", "tense", "expected"),
    [
        ("下午去了鼎丰", PAST, date(2026, 3, 18)),
        ("晚上八点聊的", PAST, date(2026, 3, 17)),
        ("早上九点去", PLAN, date(2026, 3, 19)),
        ("晚上吃饭", PLAN, date(2026, 3, 18)),
    ],
)
def test_a_time_alone_is_today_unless_it_cannot_be(text: str, tense: Tense, expected: date) -> None:
    mention = the_date(text)
    assert mention.time_only
    assert mention.strength < 1
    assert mention.resolve(NOW, tense).first == expected


@pytest.mark.parametrize(
    "text",
    [
        "电话13812345678", "021-5588-1234", "v3.2", "2.0版", "gw-3/20", "s7-1200", "付款3-6-1", "192.168.1.10",
        "比例3:7", "58.5万", "3.5%", "1.2个亿", "预算从3.5涨到4.2", "报价3.20", "单价3.5", "评分3.5",
        "3/4的客户", "完成3/4", "2号线", "5号楼", "3号车间", "1号机", "二号仓", "9号窑", "1号会议室",
        "人民路13号", "90天", "两周没掉线", "账期60天", "30日账期", "月结30天", "2个月质保", "工期40天",
        "2-3个月", "1. 去鼎丰", "2、去鼎丰", "3)去鼎丰", "周总说可以", "周明来了", "周一鸣来了", "周六福",
        "加上周工", "碰上周总", "一周三次", "每周三", "每周一次", "每月25号", "周期", "周边", "周报",
        "三月科技", "五月花酒店", "周日常维护", "今日头条", "上午好", "早上好", "下午茶", "三点建议",
        "有两点：", "合同编号20260318-01", "二月三十号", "3-5家", "3-5天", "3/5人", "7/24小时", "第三季",
        "元素", "十一个人",
    ],
)  # fmt: skip
def test_no_date(text: str) -> None:
    assert [m.text for m in find_dates(text)] == []


def test_names_win() -> None:
    text = "周三月科技签了，周三回款"
    found = find_dates(text, skip=[(0, 5)])
    assert [(m.start, m.text) for m in found] == [(8, "周三")]
    assert find_dates("张周五前来了", skip=[(0, 3)]) == []


def test_a_name_behind_a_date_keeps_its_characters() -> None:
    assert [m.text for m in find_dates("周五前程无忧", skip=[(2, 6)])] == ["周五"]


def test_the_week_of_a_section_holds_a_bare_weekday() -> None:
    mention = the_date("周三去鼎丰")
    for tense in Tense:
        assert mention.resolve(NOW, tense, week_of=date(2026, 3, 27)).first == date(2026, 3, 25)
    assert the_date("25号去").resolve(NOW, PAST, week_of=date(2026, 3, 23)).first == date(2026, 3, 25)
    assert the_date("下周三去").resolve(NOW, PLAN, week_of=date(2026, 3, 9)).first == date(2026, 3, 25)


def test_lists_inherit() -> None:
    assert [m.resolve(NOW, PLAN).first for m in find_dates("下周二、周四去")] == [date(2026, 3, 24), date(2026, 3, 26)]
    assert [m.resolve(NOW, PLAN).first for m in find_dates("4月10号和15号")] == [date(2026, 4, 10), date(2026, 4, 15)]


def test_a_change_of_date_is_two_dates() -> None:
    assert [m.text for m in find_dates("从周三推到周五")] == ["周三", "周五"]
    assert [m.text for m in find_dates("由3月底延到4月中旬")] == ["3月底", "4月中旬"]


def test_what_disagrees_is_said() -> None:
    assert the_date("周五(3/18)").resolve(NOW).conflict
    assert not the_date("周三(3/18)").resolve(NOW).conflict
    assert the_date("上周五12号").resolve(NOW, PAST).conflict


def test_deadline_and_approximate() -> None:
    assert the_date("周五之前给").deadline
    assert the_date("周五之前给").resolve(NOW).first == date(2026, 3, 20)  # a deadline looks ahead
    assert not the_date("周五给").deadline
    assert the_date("大概下周三给").approx
    assert the_date("25号左右给").resolve(NOW).approx


def test_hints_of_direction() -> None:
    for text in ("下周", "明天", "两周后", "后天", "下个月", "明年"):
        assert (the_date(text).is_future_only, the_date(text).is_past_only) == (True, False)
    for text in ("上周五", "昨天", "刚才", "3天前", "去年", "前几天"):
        assert (the_date(text).is_future_only, the_date(text).is_past_only) == (False, True)
    for text in ("周五", "25号", "3/18", "今天", "月底"):
        assert (the_date(text).is_future_only, the_date(text).is_past_only) == (False, False)


def test_grain() -> None:
    wanted = {
        "明天": Grain.DAY, "下周": Grain.WEEK, "下个月": Grain.MONTH, "q2": Grain.QUARTER, "下半年": Grain.HALF,
        "明年": Grain.YEAR, "3/16-3/20": Grain.DAYS, "周末": Grain.DAYS, "月底": Grain.DAY,
    }  # fmt: skip
    assert {text: the_date(text).resolve(NOW).grain for text in wanted} == wanted


def test_weak_dates_say_so() -> None:
    assert the_date("推到3.20").strength < the_date("3.20去拜访").strength < the_date("3月20去拜访").strength == 1


@pytest.mark.parametrize(
    ("text", "tense", "first", "last"),
    [
        ("q1", PLAN, date(2026, 4, 1), date(2026, 6, 30)),
        ("q1", PAST, date(2025, 4, 1), date(2025, 6, 30)),
        ("q4", PLAN, date(2026, 1, 1), date(2026, 3, 31)),
        ("本季度", UNKNOWN, date(2026, 1, 1), date(2026, 3, 31)),
        ("下季度", UNKNOWN, date(2026, 4, 1), date(2026, 6, 30)),
        ("下半年", UNKNOWN, date(2025, 10, 1), date(2026, 3, 31)),
        ("26财年", UNKNOWN, date(2025, 4, 1), date(2026, 3, 31)),
        ("fy27", UNKNOWN, date(2026, 4, 1), date(2027, 3, 31)),
        ("q1 fy27", UNKNOWN, date(2026, 4, 1), date(2026, 6, 30)),
        ("今年", UNKNOWN, date(2025, 4, 1), date(2026, 3, 31)),
        ("年底", PLAN, date(2026, 12, 31), date(2026, 12, 31)),
        ("明年3月", UNKNOWN, date(2027, 3, 1), date(2027, 3, 31)),
    ],
)
def test_fiscal_year_from_april(text: str, tense: Tense, first: date, last: date) -> None:
    found = the_date(text).resolve(NOW, tense, fiscal_start=4)
    assert (found.first, found.last) == (first, last)


def test_a_fiscal_start_that_is_no_month() -> None:
    with pytest.raises(ValueError, match="13"):
        the_date("q1").resolve(NOW, fiscal_start=13)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("账期90天", ["账期90天"]), ("两周没掉线", ["两周"]), ("质保3年", ["质保3年"]), ("3个月后", ["3个月"]),
        ("net 90", ["net 90"]), ("a 2-week poc", ["2-week"]), ("12 months", ["12 months"]), ("半年", ["半年"]),
        ("两三天", ["两三天"]), ("3-5个工作日", ["3-5个工作日"]), ("一年半", ["一年半"]), ("3月", []), ("2026年", []),
        ("3月底", []), ("第二天", []), ("58万", []), ("周三", []), ("3月18日", []),
    ],
)  # fmt: skip
def test_durations(text: str, expected: list[str]) -> None:
    assert [d.text for d in find_durations(text)] == expected
    assert all(text[d.start : d.end] == d.text for d in find_durations(text))
