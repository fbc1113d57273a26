"""Pieces of pattern that the Chinese rules share, and how the words in them are read."""

from __future__ import annotations

import re

from sales.language.dates_model import DayPart, Part, TimeOfDay
from sales.language.dates_relative import Unit
from sales.language.dates_scan import number

S = r"[ \t]?"
HAN = "一二两三四五六七八九十廿卅"
DIGITS = "0123456789"
DAY = (
    r"(?:3[01]|[12]\d|0?[1-9]|[二两]?十[一二三四五六七八九]?|三十一?|廿[一二三四五六七八九]?|卅一?"
    r"|[一二三四五六七八九])"
)
MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十])"
YEAR = r"(?:20\d\d|[123]\d|[二两][零〇][一二三四][零〇一二三四五六七八九])"
ANY_YEAR = rf"(?P<year>{YEAR}{S}年|今年|明年|去年|后年|前年|来年|本年)的?{S}"
YEAR_HEADS = "123二两今明去后前来本"
COUNT = r"(?:\d{1,4}(?:\.\d)?|[一二两三四五六七八九十百]{1,5}|半|几|数|好几)"
# a number begins here: no other number before it, but a weekday may be (上周五13号)
FRESH = r"(?:(?<![\d.一二三四五六七八九十第a-z\-#/])|(?<=[周期拜][一二三四五六])|(?<=[周期拜][1-6]))"
# what makes a number before it something else than a day: 3月20万, 3月18家客户
NOT_COUNT = (
    r"(?!\d|[.,]\d|[ \t]?(?:[%‰万亿元块圆千百家人台套次条项笔名位倍折吨米股楼层栋分]|个|单(?!位)|份(?!额)"
    r"|[kw](?![a-z])|kw|kg))(?![一二三四五六七八九十])"
)
WEEK = r"(?:周|星期|礼拜)"
OF_WEEK = r"(?P<rel>大?上{1,3}|下{1,3}|本|这一?|今|当)(?:一|个)?"
TO = S + r"(?:-|~|至|到)" + S
# a person called 周 (周总, 周工) behind a 上 or 下 that belongs to another word, and words that begin with 周
NOT_TITLE = (
    r"(?!总(?!结|体|共|量|额|部|价|包|数|计)|董(?!事会)|经理|主任|处长|工(?!作|程|厂|地|期|单|商|业)|局(?!面)|院长"
    r"|先生|女士|老板|博士|科长|部长|书记|期|边|转|岁|围|刊|密|到的|大福|生生)"
)
# 周三次 is 这周 and 三次, not 周三 and 次
NOT_MEASURED = (
    r"(?:(?<=一)(?!次|趟|轮|笔|天(?!津|河|下|猫|然|气)|月|年|成|个(?!人|别|性)|百|千|万|亿|共|样|起|直(?!播|接)|定"
    r"|般|些|旦|下子)"
    r"|(?<!一)(?!次|家(?!里|具|电)|趟|轮|项|笔|个(?!别|人|性)|场(?!地|景|馆)|台(?!风|州|湾)|套(?!餐)|条(?!件|款)"
    r"|天(?!津|河|下|猫|然|气)|月|年|成|百|千|万|亿|十|小时|分钟))"
)
# given names and firms that begin with 周 and a day: 周一鸣, 周六福
NOT_NAME = r"(?![鸣帆凡诺楠然菲涵昊轩铭围弘喆辰宸]|总(?!结)|福(?!建|州|清|田|山)|科技|集团|公司|资本|传媒|餐饮|实业)"
# 周三四: Wednesday or Thursday
TWO_DAYS = (
    r"(?P<day>一(?=、?二)|二(?=、?三)|三(?=、?四)|四(?=、?五)|五(?=、?六)|六(?=、?[日天]))、?(?P<last>[二三四五六日天])"
    r"(?![月号点家个次早方楼期十百千万亿.、分起层班项轮条台套天名位线成季年%])"
)
TO_WEEKDAY = rf"(?:{TO}(?:{WEEK})?(?P<last>[一二三四五六日天](?![月号点家个次])))?"
# 3月中标 is a bid won in March; 4月中给报价 is mid April
MIDDLE = r"中(?=旬|$|[\s,，。.;；、!！?？)之前以左给交发完去再开就要会能可的到或拜约见提验签付回做出上下])(?!上下|会员)"
PART_OF_MONTH = rf"(?:的?(?:中旬|上旬|下旬|中下旬|上中旬|底|末(?!端)|初(?!步|版|稿|审|期|次)|{MIDDLE}))"
MINUTES = (
    r"(?P<m>半|[一三]刻|[0-5]?\d分?(?!\d|万|个|家)|[一二三四五]?十[一二三四五六七八九]?分?|零?[一二三四五六七八九]分)"
)
HOUR = r"(?P<h>2[0-4]|1\d|0?\d|十[一二]|[一二两三四五六七八九十])"
# 三点 may be three points of an argument
POINT = (
    rf"{S}点(?!建议|意见|要求|内容|原因|想法|问题|需|反馈|看法|风险|优势|优点|缺点|好处|不足|是|如下|感受|心得|钱"
    rf"|个|东西"
    rf"|多余|评|位|击|子|名|赞|检|货|数|心|:)(?:钟|整)?(?:{MINUTES})?"
)
UNTIL = rf"(?:{TO}(?:上午|下午|晚上)?{S}(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,2}})(?:点半?|:[0-5]\d))?"
_DAY_WORDS = "一大早|一早上?|大清早|清早|早上|早晨|凌晨|清晨|上午|正午|中午|下午|午后|傍晚|晚上|半夜|夜里|上昼|下昼"
# alone it has to be a whole word, and no greeting: 下午 but not 下午好, 下午茶
PART_OF_DAY = rf"(?P<part>{_DAY_WORDS})(?!好|安|茶|会|餐|班|饭|高峰)"
PART_BEFORE_HOUR = rf"(?P<part>{_DAY_WORDS}|早|晚|夜)"
COUNTED = (
    rf"(?P<n>{COUNT})(?:{TO}(?P<to>\d{{1,3}}|[一二两三四五六七八九十]{{1,2}}))?(?P<more>多|来)?{S}个?(?P<half>半)?"
)
# 4月前 is before April, 4个月前 and 两月前 are months ago; 18日前 is by the 18th
UNIT = r"(?P<unit>工作日|天|日(?!前|之前|以前|左右)|周|星期|礼拜|(?<=[个半两几数])月|季度|年|小时|钟头|分钟)"
SIDE = (
    r"(?P<side>之后|以后|后(?!续|台|端|勤|备|期|市)|之内|以内|内(?!部|容|测|存|网)|里(?=[\s,，。]|$)|之前|以前"
    r"|前(?!期|端|台|沿|往)|左右(?:之?后|之?内)?)"
)

_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六")} | {"日": 6, "天": 6} | {str(i + 1): i for i in range(7)}
_STEPS = {"上": -1, "下": 1, "大": -1}  # 大上周 is 上上周
_PARTS = {
    "底": Part.END, "末": Part.END, "终": Part.END, "尾": Part.END, "初": Part.START, "中": Part.MIDDLE,
    "中旬": Part.SECOND, "上旬": Part.UPPER, "下旬": Part.LATE,
}  # fmt: skip
_DAY_PARTS = (
    ("凌晨", DayPart.DAWN), ("半夜", DayPart.DAWN), ("早", DayPart.MORNING), ("晨", DayPart.MORNING),
    ("朝", DayPart.MORNING), ("上午", DayPart.MORNING), ("上昼", DayPart.MORNING), ("正午", DayPart.NOON),
    ("中午", DayPart.NOON), ("下午", DayPart.AFTERNOON), ("午后", DayPart.AFTERNOON), ("下昼", DayPart.AFTERNOON),
    ("晚", DayPart.EVENING), ("夜", DayPart.EVENING),
)  # fmt: skip
_UNITS = (
    ("工作日", Unit.WORKDAY), ("时", Unit.HOUR), ("钟", Unit.HOUR), ("月", Unit.MONTH), ("季", Unit.MONTH),
    ("年", Unit.YEAR), ("周", Unit.WEEK), ("星", Unit.WEEK), ("礼", Unit.WEEK),
)  # fmt: skip
_YEARS = {"今": 0, "本": 0, "这": 0, "当": 0, "明": 1, "来": 1, "去": -1, "后": 2, "前": -2, "上": -1, "下": 1, "新": 1}


def weekday(text: str) -> int:
    """Monday 0 of the last character of 周三, 礼拜天, 星期1."""
    return _WEEKDAYS[text[-1]]


def steps(prefix: str) -> int:
    """上上 -2, 上 -1, 本 or 这 0, 下 1, 下下 2 (weeks, months and quarters alike)."""
    return sum(_STEPS.get(char, 0) for char in prefix)


def part(text: str | None) -> Part:
    """The part that 底, 初, 中旬, ... name; WHOLE for none and for 内."""
    if not text:
        return Part.WHOLE
    return _PARTS.get(text[-2:]) or _PARTS.get(text[-1], Part.WHOLE)


def day_part(text: str | None) -> DayPart | None:
    return next((value for word, value in _DAY_PARTS if word in text), None) if text else None


def year(text: str | None) -> tuple[int | None, int | None]:
    """(year, years from this one) of 2026年, 26年, 二零二六年, 明年; (None, None) of nothing."""
    if not text:
        return None, None
    if text[0] in _YEARS:
        return None, _YEARS[text[0]]
    value = number(text.split("年")[0].strip())
    return (None if value is None else value + 2000 if value < 100 else value), None


def count(text: str) -> tuple[float, bool]:
    """How many, and whether that is only about: 两 → 2; 半 → 0.5; 几 → 3, about; 三五 → 5, about."""
    if text == "半":
        return 0.5, False
    if text in ("几", "数", "好几"):
        return 3, True
    if "." in text:
        return float(text), False
    if re.fullmatch(r"[一二两三四五六七八九]{2}", text):
        return float(number(text[-1]) or 1), True
    return float(number(text) or 1), False


def units(amount: float, text: str) -> tuple[float, str]:
    """(how many, of which unit) for an amount of 天, 个月, 季度, ...: half a month is 15 days, half a day 12 hours."""
    unit = next((value for word, value in _UNITS if word in text), Unit.DAY)
    if "季" in text:
        amount *= 3
    if "分钟" in text:
        amount /= 60
    if amount == 0.5 and unit == Unit.DAY:
        return 12, Unit.HOUR
    if amount == 0.5 and unit == Unit.MONTH:
        return 15, Unit.DAY
    return amount, unit


def clock(match: re.Match[str]) -> TimeOfDay | None:
    """The time of day of the groups part, h and m of a match; None where that is no time."""
    groups = match.groupdict()
    when, hour_text, minute_text = day_part(groups.get("part")), groups.get("h"), groups.get("m") or groups.get("m2")
    if hour_text is None:
        return TimeOfDay(when)
    hour = number(hour_text)
    minute = {None: 0, "半": 30, "一刻": 15, "三刻": 45}.get(minute_text)
    if minute is None:
        minute = number((minute_text or "").rstrip("分"))
    if hour is None or minute is None or hour > 24 or minute > 59:
        return None
    return TimeOfDay(when, hour, minute, hour > 12 or (hour_text.startswith("0") and when is None))
