"""The Chinese rules: days, weeks, months, quarters, years, shifts, holidays, times (simplified; traditional is mapped)."""

from __future__ import annotations

import re
from functools import cache

from sales.language import dates_zh_parts as zh
from sales.language.dates_calendar import day_in
from sales.language.dates_forms import Around, DayOfMonth, JustNow, MonthDay, RelDay, Shift, TimeOnly, Unit, Weekday, WeekSpan
from sales.language.dates_holidays import Holiday
from sales.language.dates_model import DayPart, Form, Found, Part, TimeOfDay
from sales.language.dates_periods import Half, Month, Quarter, WeekOfMonth, Year
from sales.language.dates_scan import Rule, Scanner, number

S = zh.S
YEAR = r"(?:20\d\d|[12]\d|[二两][零〇][一二三四][零〇一二三四五六七八九])"
_YEARS = {"今": 0, "本": 0, "明": 1, "来": 1, "去": -1, "后": 2, "前": -2, "上": -1, "下": 1}
_DAYS = {
    "今": 0, "明": 1, "听": 1, "后": 2, "大后": 3, "昨": -1, "寻": -1, "琴": -1, "前": -2, "大前": -3,
}  # fmt: skip
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4, "首": 1}
_UNITS = (("工作日", Unit.WORKDAY), ("时", Unit.HOUR), ("钟", Unit.HOUR), ("月", Unit.MONTH), ("季", Unit.MONTH),
          ("年", Unit.YEAR), ("周", Unit.WEEK), ("星", Unit.WEEK), ("礼", Unit.WEEK))  # fmt: skip
_HOLIDAYS = {
    "元旦": "new_year", "元旦节": "new_year", "跨年": "new_year", "除夕": "new_years_eve", "大年三十": "new_years_eve",
    "春节": "spring_festival", "过年": "spring_festival", "农历新年": "spring_festival", "农历年": "spring_festival",
    "元宵": "lantern", "元宵节": "lantern", "清明": "qingming", "清明节": "qingming", "五一": "labour_day",
    "劳动节": "labour_day", "端午": "dragon_boat", "端午节": "dragon_boat", "中秋": "mid_autumn",
    "中秋节": "mid_autumn", "国庆": "national_day", "国庆节": "national_day", "十一": "national_day",
    "双十一": "double_eleven", "双11": "double_eleven", "双十二": "double_twelve", "双12": "double_twelve",
    "618": "618", "圣诞": "christmas", "圣诞节": "christmas", "平安夜": "christmas_eve", "情人节": "valentine",
    "三八": "womens_day", "妇女节": "womens_day", "复活节": "easter", "感恩节": "thanksgiving",
}  # fmt: skip


def _year(text: str | None) -> tuple[int | None, int | None]:
    """(year, years from this one) of 2026年, 26年, 二零二六年, 明年, or neither."""
    if not text:
        return None, None
    if text[0] in _YEARS:
        return None, _YEARS[text[0]]
    value = number(text.split("年")[0].strip())
    return (None if value is None else value + 2000 if value < 100 else value), None


def _month_day(m: re.Match[str]) -> Form | None:
    month, day = number(m["month"]), number(m["day"])
    groups = m.groupdict()
    year, years = _year(groups.get("year"))
    last = number(groups["last"]) if groups.get("last") else None
    if month is None or day is None or day_in(2024 if year is None else year, month, day) is None:
        return None
    return MonthDay(month, day, year, years, last)


def _month(m: re.Match[str]) -> Form | None:
    year, years = _year(m.groupdict().get("year"))
    return Month(number(m["month"]), None, year, years, zh.part(m["part"]))


def _week_of_month(m: re.Match[str]) -> Form:
    month = Month(number(m["month"]) if m["month"] else None, None if m["month"] else zh.weeks(m["rel"]))
    return WeekOfMonth(month, -1 if m["end"] else number(m["nth"]) or 1)


def _rel_month(m: re.Match[str]) -> Form | None:
    months = zh.weeks(m["rel"])
    if m["day"]:
        return DayOfMonth(number(m["day"]) or 1, number(m["last"]) if m["last"] else None, months)
    return Month(months=months, part=zh.part(m["part"]))


def _bare_month_part(m: re.Match[str]) -> Form | Found:
    form = Month(part=zh.part(m["part"]))
    if m["part"] == "内":
        return Found(Month(months=0), deadline=True)
    return form


def _weekday(m: re.Match[str]) -> Form | Found | None:
    prefix = m.groupdict().get("rel")
    day = zh.weekday(m["day"])
    last = zh.weekday(m["last"]) if m.groupdict().get("last") else None
    week = None if not prefix else zh.weeks(prefix)
    return Found(Weekday(day, week, last), strength=0.8 if m["day"].isdecimal() else 1.0)


def _week(m: re.Match[str]) -> Form | Found:
    week = zh.weeks(m["rel"]) if m.groupdict().get("rel") else None
    word = m.groupdict().get("part")
    if word == "内":
        return Found(WeekSpan(week or 0), deadline=True)
    if word in ("底", "尾"):
        return WeekSpan(week or 0, Part.END)
    return WeekSpan(week, Part.WEEKEND if word == "末" else zh.part(word))


def _rel_day(m: re.Match[str]) -> Found:
    when = zh.day_part(m["part"]) if m["part"] else None
    return Found(RelDay(_DAYS[m["rel"]]), TimeOfDay(when) if when else None)


def _day_of_month(m: re.Match[str]) -> Form | Found | None:
    last = number(m["last"]) if m["last"] else None
    day = number(m["day"])
    if day is None or (m["mark"] == "日" and not m["day"].isdecimal() and day <= 10):
        return None  # 三日, 七日: a length of time more often than a date
    return DayOfMonth(day, last)


def _shift(m: re.Match[str]) -> Found | None:
    amount, approx = zh.count(m["n"])
    groups = m.groupdict()
    if groups.get("to"):
        amount, approx = zh.count(groups["to"])[0], True
    if groups.get("half"):
        amount += 0.5
    unit_text, side = m["unit"], groups.get("side") or ""
    unit = next((value for word, value in _UNITS if word in unit_text), Unit.DAY)
    if "季" in unit_text:
        amount *= 3
    if "分钟" in unit_text:
        amount /= 60
    if unit == Unit.DAY and amount == 0.5:
        unit, amount = Unit.HOUR, 12
    if unit == Unit.MONTH and amount == 0.5:
        unit, amount = Unit.DAY, 15
    approx = approx or bool(groups.get("more")) or "左右" in side
    if "内" in side or side == "里":
        return Found(Shift(amount, unit, span=True, approx=approx), deadline=True)
    if "前" in side:
        return Found(Shift(-amount, unit, approx=approx))
    return Found(Shift(amount, unit, approx=approx), strength=0.4 if side == "左右" else 1.0)


def _stretch(m: re.Match[str]) -> Found:
    amount, approx = zh.count(m["n"])
    unit = next((value for word, value in _UNITS if word in m["unit"]), Unit.DAY)
    if "季" in m["unit"]:
        amount *= 3
    past = m["dir"][0] in "近最过"
    loose = m["n"] in ("几", "两") and unit == Unit.DAY and m["dir"][0] in "近最"
    if loose:
        return Found(Around(0, 2, 2, both=True))
    return Found(Shift(-amount if past else amount, unit, span=True, approx=approx))


def _loose(m: re.Match[str]) -> Found:
    """前几天, 前两天, 这两天, 过两天, 近期."""
    text = m.group()
    few = "几" in text or "阵" in text
    if text[0] == "前" or text.startswith("早几"):
        return Found(Around(-6, -2, -2) if few else Around(-2, -1, -1))
    if text[0] in "过再":
        return Found(Around(2, 5, 3) if few else Around(1, 3, 2))
    if text[0] in "这":
        return Found(Around(0, 3, 3, both=True) if few else Around(0, 2, 2, both=True))
    return Found(Around(0, 14, 14, both=True), strength=0.3)


def _quarter(m: re.Match[str]) -> Form | Found | None:
    year, years = _year(m.groupdict().get("year"))
    word = m["part"]
    quarter = _QUARTERS.get(m["q"])
    form = Quarter(quarter, None, year, years, zh.part(word))
    return Found(form, deadline=True) if word == "内" else form


def _rel_quarter(m: re.Match[str]) -> Form | Found:
    form = Quarter(quarters=zh.weeks(m["rel"] or ""), part=zh.part(m["part"]))
    return Found(form, deadline=True) if m["part"] == "内" else form


def _half(m: re.Match[str]) -> Form:
    year, years = _year(m.groupdict().get("year"))
    return Half(1 if m["half"] in "上前" else 2, year, years, zh.part(m["part"]))


def _year_alone(m: re.Match[str]) -> Form | Found:
    year, years = _year(m["year"])
    form = Year(year, years, zh.part(m["part"]))
    return Found(form, deadline=True) if m["part"] == "内" else form


def _bare_year(m: re.Match[str]) -> Form | Found:
    word = m["part"]
    if word == "内":
        return Found(Year(years=0), deadline=True)
    return Year(part=zh.part(word))


def _fiscal(m: re.Match[str]) -> Form | Found | None:
    head = m["head"]
    value = number(head.rstrip("年"))
    part = zh.part(m["part"])
    if value is not None:
        form = Year(value + 2000 if value < 100 else value, None, part, fiscal=True)
    else:
        form = Year(None, _YEARS.get(head[0], 0), part, fiscal=True)
    return Found(form, deadline=True) if m["part"] == "内" else form


def _holiday(m: re.Match[str]) -> Form:
    year, years = _year(m["year"])
    return Holiday(_HOLIDAYS[m["name"]], year, years)


def _time(m: re.Match[str]) -> Found | None:
    time = zh.clock(m)
    if time is None:
        return None
    bare = m["part"] is None
    return Found(None, time, strength=0.4 if bare else 0.6)


def _off_work(m: re.Match[str]) -> Found:
    return Found(RelDay(0), deadline=True, strength=0.9)


def _now(m: re.Match[str]) -> Form:
    return JustNow()


_TO_DAY = rf"(?:{S}(?:号|日)?{zh.RANGE}(?P<last>{zh.DAY})(?=号|日))?"
_DAY_MARK = rf"(?:{S}(?:号|日(?!内|均|常|程|报|本))|{zh.NOT_COUNT}(?![-/~至到]{S}\d|个?月|年|天|周|点|:))"
_ANY_YEAR = rf"(?P<year>{YEAR}{S}年|今年|明年|去年|后年|前年|来年|本年)的?{S}"
_OF_WEEK = r"(?P<rel>上{1,3}|下{1,3}|本|这一?|今|当)(?:一|个)?"
# 周三四: Wednesday or Thursday
_TWO_DAYS = (
    r"(?P<day>一(?=、?二)|二(?=、?三)|三(?=、?四)|四(?=、?五)|五(?=、?六)|六(?=、?[日天]))、?(?P<last>[二三四五六日天])"
    r"(?![月号点家个次早方楼期十百千万亿.、分起层班项轮条台套天名位线成季年%])"
)
_HOUR = r"(?P<h>2[0-4]|1\d|0?\d|[一二两三四五六七八九十]|十[一二])"
_MINUTES = rf"(?P<m>半|[一三]刻|[0-5]?\d分?(?!\d|万|个|家)|[一二三四五]?十[一二三四五六七八九]?分?|零?[一二三四五六七八九]分)"
_PART = (
    r"(?P<part>(?:大|一大)?清?早上?(?!会|餐|点|就|已|期|先|日|该|知)|早(?=[ \t]?\d)|凌晨|清晨|早晨|上午|正午|中午|下午(?!茶)|午后|傍晚|晚上|晚(?=[ \t]?\d)|半夜|夜里|上昼|下昼)"
)
_NOON_GREETING = r"(?!好|安|茶)"
_POINT = (
    rf"{S}(?:点(?!建议|意见|要求|内容|原因|想法|问题|需要|需求|需|反馈|看法|风险|优势|优点|缺点|好处|不足|是|如下|感受|心得|钱|个|东西|多余|评|位|击|子|名|赞|检|货|数|心|:)(?:钟|整)?(?:{_MINUTES})?)"
)
_SPAN_TAIL = rf"(?:{S}[-~至到]{S}(?:上午|下午|晚上)?{S}(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,2}})(?:点半?|:[0-5]\d))?"
_COUNTED = rf"(?P<n>{zh.COUNT})(?:{S}[-~至到]{S}(?P<to>\d{{1,3}}|[一二两三四五六七八九十]{{1,2}}))?(?P<more>多|来)?{S}个?(?P<half>半)?"
# 4月前 is before April, 4个月前 and 两月前 are months ago; 18日前 is by the 18th
_UNIT = r"(?P<unit>工作日|天|日(?!前|之前|以前|左右)|周|星期|礼拜|(?<=[个半两几数])月|季度|年|小时|钟头|分钟)"
_SIDE = (
    r"(?P<side>之后|以后|后(?!续|台|端|勤|备|期|市)|之内|以内|内(?!部|容|测|存|网)|里(?=[\s,，。]|$)|之前|以前|前(?!期|端|台|沿|往)|左右(?:之?后|之?内)?)"
)

RULES: tuple[Rule, ...] = (
    # 刚才 今天 今晚 听日
    Rule(r"(?:刚刚|刚才|方才|头先|啱啱)", _now),
    Rule(
        rf"(?P<rel>大后|大前|今|明|听|昨|寻|琴|后|前)(?:(?:天|日(?!头条|资本)|儿个?)(?!系|控股|集团)(?:{S}的?(?P<part>凌晨|清早|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|早(?!会)|晚))?)",
        _rel_day,
    ),
    Rule(rf"(?P<rel>今|明|听|昨|寻|琴|后)(?P<part>早上?|晨|朝|上午|中午|下午|晚上?|夜)(?!报)", _rel_day),
    # 前几天 过两天 近期
    Rule(r"前(?:几|两|些|一?阵子?)(?:天|日)?(?<=[天日子])|早几(?:天|日)|(?:过|再过)(?:几|两|一两|两三)天|(?:这|呢)(?:几|两)(?:天|日)", _loose),
    Rule(rf"(?P<dir>最近|近|过去|未来|接下来)的?(?P<n>{zh.COUNT}){S}个?{_UNIT}(?!后|内|前)", _stretch),
    Rule(r"(?:近期|近日|最近|近来)", _loose),
    # 三天内 两周后 半个月后
    Rule(rf"(?<![\d.一二三四五六七八九十第])(?:再?过)?{_COUNTED}{_UNIT}{_SIDE}", _shift),
    Rule(rf"再?过(?P<n>{zh.COUNT}){S}个?(?P<unit>工作日|天|周|星期|礼拜|月|季度|年|小时)(?!了|的|去)(?P<side>)", _shift),
    # 明年3月18日, 3月18, 三月十八号
    Rule(
        rf"{zh.NOT_AFTER_NUMBER}(?P<month>{zh.MONTH}){S}月{S}(?P<day>{zh.DAY})(?:号|日)?(?:-|~|至|到|、|/|和)(?P<last>{zh.DAY})(?:号|日|{zh.NOT_COUNT}(?!月|天|点|:))",
        _month_day,
    ),
    Rule(rf"{_ANY_YEAR}(?P<month>{zh.MONTH}){S}月(?:份?的?)?{S}(?P<day>{zh.DAY}){_TO_DAY}{_DAY_MARK}", _month_day),
    Rule(
        rf"{zh.NOT_AFTER_NUMBER}(?P<month>{zh.MONTH}){S}月(?:份?的?)?{S}(?P<day>{zh.DAY}){_TO_DAY}{_DAY_MARK}",
        _month_day,
    ),
    Rule(
        rf"(?:{zh.NOT_AFTER_NUMBER}(?P<month>{zh.MONTH}){S}月份?|(?P<rel>上{{1,2}}|下{{1,2}}|本|这|当)(?:一?个)?月)的?(?:第(?P<nth>[一二三四五1-5])个?|(?P<end>最后一)个?)(?:周|星期|礼拜)",
        _week_of_month,
    ),
    # 明年3月底, 明年一季度, 明年上半年
    Rule(rf"{_ANY_YEAR}(?P<month>{zh.MONTH}){S}月份?(?P<part>{zh.PART_OF_MONTH})?", _month),
    Rule(rf"{_ANY_YEAR}(?:第?(?P<q>[一二三四首1-4])季度?|q(?P<qq>[1-4]))(?P<part>末|底|初|中|内)?", lambda m: _quarter_of_year(m)),
    Rule(rf"{_ANY_YEAR}(?P<half>[上下前后])半年度?(?P<part>末|底|初|内)?", _half),
    # 3月底 三月份
    Rule(
        rf"{zh.NOT_AFTER_NUMBER}(?<!近)(?P<month>{zh.MONTH}){S}月(?:份)?(?P<part>{zh.PART_OF_MONTH}|内(?!部|容))?"
        r"(?!科技|花|三[^号日]|集团|公司|股份|实业|传媒|文化|网络|信息|资本|食品|餐饮|酒店|软件|智能|电子|医药|一次|子)",
        _month,
    ),
    # 下个月初 下月15号 本月内
    Rule(
        rf"(?P<rel>上{{1,2}}|下{{1,2}}|本|这|当)(?:一?个)?月(?!饼|亮|光|结|薪|度|嫂)份?"
        rf"(?:的?{S}(?P<day>{zh.DAY})(?:{zh.RANGE}(?P<last>{zh.DAY}))?{S}(?:号|日)|(?P<part>{zh.PART_OF_MONTH}|内(?!部|容)))?",
        _rel_month,
    ),
    Rule(rf"月(?P<part>底|末|初(?!步)|{zh.MIDDLE}|内(?!部|容))", _bare_month_part),
    Rule(r"(?P<part>[中上下]旬)", _bare_month_part),
    # 下周三 周三到周五 周末
    Rule(rf"{_OF_WEEK}{zh.WEEK}{_TWO_DAYS}", _weekday),
    Rule(rf"(?<![每逢隔])(?:周|星期|礼拜){_TWO_DAYS}", _weekday),
    Rule(
        rf"{_OF_WEEK}{zh.WEEK}(?P<day>[一三四五六二日天]|[1-7](?!\d|[.:点]))(?:{zh.RANGE}(?:{zh.WEEK})?(?P<last>[一二三四五六日天](?![月号点家个次]))|(?P<both>))"
        rf"(?:(?<=一){zh.NOT_MEASURED_ONE}|(?<!一){zh.NOT_MEASURED})",
        _weekday,
    ),
    Rule(rf"{_OF_WEEK}{zh.WEEK}(?P<part>末|初(?!步)|中(?!标|国|心|午|秋)|内(?!部|容)|底|尾)", _week),
    Rule(rf"{_OF_WEEK}(?:周|星期|礼拜){zh.NOT_TITLE}", _week),
    Rule(
        rf"(?<![每逢隔整全首单双半第数几多两])(?<![每逢隔]个)(?:周|星期|礼拜)(?P<day>[一二三四五六]|日(?!常|程|均|志)|天(?!气)|[1-7](?!\d|[.:点]))"
        rf"(?:{zh.RANGE}(?:{zh.WEEK})?(?P<last>[一二三四五六日天](?![月号点家个次]))|(?P<both>))"
        rf"{zh.NOT_NAME}(?:(?<=一){zh.NOT_MEASURED_ONE}|(?<!一){zh.NOT_MEASURED})",
        _weekday,
    ),
    Rule(r"(?<![每逢隔])(?:周|礼拜)(?P<part>末(?!日)|中(?=[\s,，。去拜再前之给约交]|$)|初(?!步)|内(?=[\s,，。前之给约交要完发拜搞])|尾)", _week),
    # 上半年 二季度 本季度末 年底 财年
    Rule(r"(?<![\d一二两三第])(?P<half>[上下])半年度?(?P<part>末|底|初|内)?(?!报)", _half),
    Rule(r"第?(?P<q>[一二三四1-4])季度(?P<part>末|底|初|中(?!标|国)|内(?!部))?", _quarter),
    Rule(r"(?<![a-z0-9])q(?P<q>[1-4])(?P<part>末|底|初|内)", _quarter),
    Rule(r"(?P<rel>上{1,2}|下{1,2}|本|这|当)一?个?季度?(?P<part>末|底|初|中(?!标|国)|内(?!部))?(?!节|风)", _rel_quarter),
    Rule(r"(?P<rel>)季(?:度)?(?P<part>末|底|初|内(?!部))", _rel_quarter),
    Rule(rf"(?P<head>20\d\d|\d\d|本|这个?|当前?|今|明|去|上一?个?|下一?个?|新)财年(?P<part>末|底|初|内)?", _fiscal),
    Rule(
        rf"(?P<year>20\d\d{S}年|今年|明年|去年|后年|前年|本年|来年|[12]\d年(?=[底末初]))(?:度)?(?:的?年?(?P<part>底|末|初(?!步)|中(?!标|国|心|秋)|内(?!部|容)))?",
        _year_alone,
    ),
    Rule(r"(?<![\d一二两三四五六七八九十百几数多半每全整成当周])年(?P<part>底|末|初(?!步)|中(?=[\s,，。前之给约交要完发拜签会]|$)|内(?!部|容)|终(?!奖|总结|会|盘))", _bare_year),
    Rule(
        rf"(?:(?P<year>今年|明年|去年|后年|{YEAR}{S}年)的?)?(?P<name>农历新年|农历年|过年(?=前|后|之|期|以)|元宵节?|元旦节?|春节|清明节?|劳动节|五一(?=节|前|后|之|假|期|以|长|小长|去|$|[\s,，。])|端午节?|中秋节?"
        r"|国庆节?|十一(?=前|后|之|假|长假|期间|小长假|以前|以后)(?!前[端台])|双十一|双11|双十二|双12|618(?!\d)(?=前|后|大促|活动|之|期)|圣诞节?|平安夜|情人节|三八(?=节)|妇女节|复活节|感恩节|除夕|大年三十|跨年(?=前|后|之))"
        r"(?:假期|长假|小长假|放假|节日?|期间)?",
        _holiday,
    ),
    Rule(r"(?<![\d一二两三四五六七八九十百几数多半今明去后前每春过])年(?=前(?!端|期|后|[一二两三四五六七八九十几\d]))", lambda m: Holiday("spring_festival")),
    Rule(r"(?<![\d一二两三四五六七八九十百几数多半今明去前每春过])年(?=后(?!期|续|台|[一二两三四五六七八九十几\d]))", lambda m: Holiday("spring_festival")),
    Rule(r"(?<![春季环细情调关][\s])(?<![春季环细情调关章小过时佳使音])节(?=前(?!端|台)|后(?!期|台|续))", lambda m: Holiday(None)),
    # 25号前 13-15号
    Rule(
        rf"{zh.NOT_AFTER_NUMBER}(?<![路街巷弄庄村区园镇墙型编单账票房牌])(?<!合同)(?<!大道)(?<!月)(?<!月份)(?P<day>{zh.DAY})(?:{S}(?:号|日)?{S}(?:-|~|至|到|、|/|和|或){S}(?P<last>{zh.DAY})(?=号|日))?"
        rf"{S}(?:(?P<mark>号)(?!楼|线|车间|机|厂|仓|窑|库|店|门|院|炉|码|泊|位|馆|厅|桌|柜|站|井|矿|柴油|文|令|标|样|产|生产|项目|地|栋|座|单元|室|房|会议室|客户|锅炉|变|罐|塔|泵|阀|方案|选手|人物|公馆|基地|公寓|园|国道|高炉|主变|船|轮|桥|井|弹|电池|工厂|工地|设备|缸|槽|段|池|井)"
        r"|(?P<mark2>日)(?!内|均|常|程|报|本|元|账期|无理由|志|用|化|式|前付|结|游|之内|以内|后|之后))",
        lambda m: _day_of_month_any(m),
    ),
    # 下班前 上午十点 15:30
    Rule(r"(?:今天)?下班(?:之前|以前|前(?!台))", _off_work),
    Rule(rf"{_PART}{_NOON_GREETING}{S}{_HOUR}(?:{_POINT}|:(?P<m2>[0-5]\d)(?![\d:])){_SPAN_TAIL}", lambda m: _time_any(m)),
    Rule(rf"(?P<part>上午|正午|中午|下午(?!茶)|午后|傍晚|晚上|早上|凌晨|清晨|早晨|半夜|大清早|一大早|上昼|下昼){_NOON_GREETING}(?P<h>)?(?P<m>)?", lambda m: _part_only(m)),
    Rule(
        rf"(?:(?<![\d.:一二三四五六七八九十第有共说提几a-z\-])|(?<=[周期拜][一二三四五六])|(?<=[周期拜][1-6]))(?P<part>)?{_HOUR}{_POINT}{_SPAN_TAIL}",
        lambda m: _bare_clock(m),
    ),
)


def _quarter_of_year(m: re.Match[str]) -> Form | Found | None:
    year, years = _year(m["year"])
    quarter = _QUARTERS.get(m["q"] or m["qq"])
    form = Quarter(quarter, None, year, years, zh.part(m["part"]))
    return Found(form, deadline=True) if m["part"] == "内" else form


def _day_of_month_any(m: re.Match[str]) -> Form | None:
    last = number(m["last"]) if m["last"] else None
    day = number(m["day"])
    if day is None or (m["mark2"] and not m["day"].isdecimal() and day <= 10):
        return None  # 三日, 七日: a length of time more often than a date
    return DayOfMonth(day, last)


def _time_any(m: re.Match[str]) -> Found | None:
    hour = number(m["h"])
    if m["m2"]:
        if hour is None or hour > 24:
            return None
        return Found(None, TimeOfDay(zh.day_part(m["part"]), hour, int(m["m2"]), hour > 12), strength=0.6)
    time = zh.clock(m)
    return Found(None, time, strength=0.6) if time else None


def _part_only(m: re.Match[str]) -> Found:
    return Found(None, TimeOfDay(zh.day_part(m["part"])), strength=0.5)


def _bare_clock(m: re.Match[str]) -> Found | None:
    hour = number(m["h"])
    minute = m["m"]
    if hour is None or hour > 24:
        return None
    text = m.group()
    certain = bool(minute) or "钟" in text or "整" in text or hour >= 7
    time = zh.clock(m)
    return Found(None, time, strength=0.4 if certain else 0.2) if time else None


@cache
def scanner() -> Scanner:
    """The Chinese rules, compiled at first use."""
    return Scanner(RULES)


DAY_PARTS = DayPart
TIME_FORM = TimeOnly
