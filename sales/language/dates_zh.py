"""The Chinese rules: days, weeks, months, years, shifts, holidays, times (traditional is mapped before)."""

from __future__ import annotations

from functools import cache

from sales.language import dates_zh_read as read
from sales.language.dates_scan import Rule, Scanner
from sales.language.dates_zh_parts import (
    ANY_YEAR,
    COUNT,
    COUNTED,
    DAY,
    DIGITS,
    FRESH,
    HAN,
    HOUR,
    MIDDLE,
    MONTH,
    NOT_COUNT,
    NOT_MEASURED,
    NOT_NAME,
    NOT_TITLE,
    OF_WEEK,
    PART_BEFORE_HOUR,
    PART_OF_DAY,
    PART_OF_MONTH,
    POINT,
    SIDE,
    TO,
    TO_WEEKDAY,
    TWO_DAYS,
    UNIT,
    UNTIL,
    WEEK,
    YEAR,
    YEAR_HEADS,
    S,
)

_NUMBER = DIGITS + HAN
_REL = "上下本这今当大"
# 每周三, 两周一次, 第三周: how often or which, not when
_NOT_EVERY = r"(?<![每逢隔整全首单双半第数几多两])(?<![每逢隔]个)"
_NOT_NUMBERED_YEAR = r"(?<![\d一二两三四五六七八九十百几数多半每全整成当周今明去前春过])"
_MONTH_REL = r"(?P<rel>上{1,2}|下{1,2}|本|这|当)(?:一?个)?月"
_TO_DAY = rf"(?:{S}(?:号|日)?{TO}(?P<last>{DAY})(?=号|日))?"
_DAY_MARK = rf"(?:{S}(?:号|日(?!内|均|常|程|报|本))|{NOT_COUNT}(?![-/~至到]{S}\d|个?月|年|天|周|点|:))"
_DAY_PART_WORDS = r"凌晨|一大早|大清早|清早|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|早(?!会)|晚|上昼|下昼"
# what a 号 numbers when it is no date: 2号线, 5号楼, 3号车间
_NUMBERED = (
    r"(?!称|召|码|角|脉|令|楼|线|车间|机|厂|仓|窑|库|店|门|院|炉|码|泊|位|馆|厅|桌|柜|站|井|矿|柴油|文|令|标|样|产|生产|项目|地|栋"
    r"|座|单元|室|房|配电|厂房|生产|车床|电机|电炉|产线|实验|仓库|食堂|病房|手术|电梯"
    r"|会议室|客户|锅炉|变|罐|塔|泵|阀|方案|选手|人物|公馆|基地|公寓|园|国道|高炉|主变|船|轮|桥|弹|电池|工厂|工地"
    r"|设备|缸|槽|段|池|包|箱|岛)"
)
_NOT_DAYS = r"(?!内|均|常|程|报|本|元|账期|无理由|志|用|化|式|前付|结|游|之内|以内|后|之后)"
_NOT_FIRM = (
    r"(?!科技|花|三[^号日]|集团|公司|股份|实业|传媒|文化|网络|信息|资本|食品|餐饮|酒店|软件|智能|电子|医药|一次|子)"
)
_HOLIDAY = (
    r"农历新年|农历年|过年(?=前|后|之|期|以)|元宵节?|元旦节?|春节|清明节?|劳动节|五一(?=节|前|后|之|假|期|以|长"
    r"|小长|去|$|[\s,，。])"
    r"|端午节?|中秋节?|国庆节?|十一(?=前(?![端台])|后|之|假|长假|期间|小长假|以前|以后)|双十一|双11|双十二|双12"
    r"|618(?=前|后|大促|活动|之|期)|圣诞节?|平安夜|情人节|三八(?=节)|妇女节|复活节|感恩节|除夕|大年三十|跨年(?=前"
    r"|后|之)"
)

RULES: tuple[Rule, ...] = (
    # 刚才 今天 今晚 听日
    Rule("刚方头啱", r"(?:刚刚|刚才|方才|头先|啱啱)", read.just_now),
    Rule(
        "大今明听昨寻琴后前",
        r"(?P<rel>大后|大前|今|明|听|昨|寻|琴|后|前)(?:天|日(?!头条|资本)|儿个?)(?!系|控股|集团)"
        rf"(?:{S}的?(?P<part>{_DAY_PART_WORDS}))?",
        read.rel_day,
    ),
    Rule(
        "今明听昨寻琴后",
        r"(?P<rel>[今明听昨寻琴后])(?P<part>早上?|晨|朝|上午|中午|下午|晚上?|夜)(?!报|会|餐|饭)",
        read.rel_day,
    ),
    # 前几天 过两天 近期
    Rule("前早", r"前(?:几|两|些)(?:天|日)|前一?阵子?|早几(?:天|日)", read.loose),
    Rule("过再这呢", r"(?:再?过(?:几|两|一两|两三)|[这呢](?:几|两))(?:天|日)(?!后)", read.loose),
    Rule("最近过未接", rf"(?P<dir>最近|近|过去|未来|接下来)的?(?P<n>{COUNT}){S}个?{UNIT}(?!后|内|前)", read.stretch),
    Rule("最近过未接", rf"(?P<dir>最近|近|过去|未来|接下来)的?(?P<n>{COUNT}){S}(?P<unit>月)(?!底|初|份)", read.stretch),
    Rule("明今", r"(?:明后|今明)(?:两)?天", read.loose),
    Rule("近最", r"(?:近期|近日|最近|近来)", read.loose),
    # 三天内 两周后 半个月后
    Rule(
        _NUMBER + "百半几数好再过",
        rf"(?<![\d.一二三四五六七八九十第])(?:再?过)?{COUNTED}{UNIT}{SIDE}",
        read.shifted,
    ),
    Rule(
        "再过", rf"再?过(?P<n>{COUNT}){S}个?(?P<unit>工作日|天|周|星期|礼拜|月|季度|年|小时)(?!了|的|去)", read.shifted
    ),
    # 明年3月18日, 3月18, 三月十八号, 4月5、6号
    Rule(
        _NUMBER,
        rf"{FRESH}(?P<month>{MONTH}){S}月{S}(?P<day>{DAY})(?:号|日)?(?P<list>-|~|至|到|、|/|和)"
        rf"(?P<last>{DAY})(?:号|日|{NOT_COUNT}(?!月|天|点|:))",
        read.month_days,
    ),
    Rule(YEAR_HEADS, rf"{ANY_YEAR}(?P<month>{MONTH}){S}月份?的?{S}(?P<day>{DAY}){_TO_DAY}{_DAY_MARK}", read.month_day),
    Rule(
        _NUMBER,
        rf"{FRESH}(?P<month>{MONTH}){S}月份?的?{S}(?!一[共起直般下些个次定])(?P<day>{DAY}){_TO_DAY}{_DAY_MARK}",
        read.month_day,
    ),
    Rule(
        _NUMBER + _REL,
        rf"(?:{FRESH}(?P<month>{MONTH}){S}月份?|{_MONTH_REL})的?(?:第(?P<nth>[一二三四五1-5])|(?P<end>最后一))个?"
        r"(?:周|星期|礼拜)(?![一二三四五六日天])",
        read.week_of_month,
    ),
    # 4-5月份, 三四月
    Rule(
        _NUMBER,
        rf"{FRESH}(?P<month>{MONTH})(?:月份?)?(?:-|~|至|到|、|/|(?<=[一二三四五六七八九])(?=[二三四五六七八九十]月))"
        rf"(?P<last>{MONTH}){S}月份?(?P<part>{PART_OF_MONTH})?(?!\d)",
        read.months,
    ),
    # 3月下半月, 下半月
    Rule(_NUMBER, rf"{FRESH}(?P<month>{MONTH}){S}月份?的?(?P<half>[上下])半(?:个?月|旬)", read.half_month),
    Rule("上下", r"(?P<month>)(?P<half>[上下])半个?月", read.half_month),
    # 明年3月底, 明年一季度, 明年上半年
    Rule(YEAR_HEADS, rf"{ANY_YEAR}(?P<month>{MONTH}){S}月份?(?P<part>{PART_OF_MONTH}|内(?!部|容))?", read.month),
    Rule(
        YEAR_HEADS,
        rf"{ANY_YEAR}(?:第?(?P<q>[一二三四首1-4])季度?|q(?P<qq>[1-4]))(?P<part>末|底|初|中(?!标|国)|内)?",
        read.quarter,
    ),
    Rule(YEAR_HEADS, rf"{ANY_YEAR}(?P<half>[上下前后])半年度?(?P<part>末|底|初|内)?", read.half),
    # 3月底 三月份
    Rule(
        _NUMBER,
        rf"{FRESH}(?<!近)(?P<month>{MONTH}){S}月份?(?P<part>{PART_OF_MONTH}|内(?!部|容))?{_NOT_FIRM}",
        read.month,
    ),
    # 下个月初 下月15号 本月内
    Rule(
        _REL,
        rf"{_MONTH_REL}(?!饼|亮|光|结|薪|度|嫂)份?(?:的?{S}(?P<day>{DAY})(?:{TO}(?P<last>{DAY}))?{S}(?:号|日)"
        rf"|(?P<part>{PART_OF_MONTH}|内(?!部|容)))?",
        read.rel_month,
    ),
    Rule("月", rf"(?<!每)(?<!每个)月(?P<part>底|末|初(?!步)|{MIDDLE}|内(?!部|容))", read.bare_month_part),
    Rule("上中下", r"(?P<part>[中上下]旬)", read.bare_month_part),
    # 下周三 周三四 周三到周五
    Rule(_REL, rf"{OF_WEEK}{WEEK}{TWO_DAYS}", read.weekday),
    Rule("周星礼", rf"{_NOT_EVERY}(?:周|星期|礼拜){TWO_DAYS}", read.weekday),
    Rule(
        _REL,
        rf"{OF_WEEK}{WEEK}(?P<day>[一二三四五六日天]|[1-7](?!\d|[.:点])){TO_WEEKDAY}{NOT_MEASURED}",
        read.weekday,
    ),
    Rule(_REL, rf"{OF_WEEK}{WEEK}(?P<part>末|初(?!步)|中(?!标|国|心|午|秋)|内(?!部|容)|底|尾)", read.week),
    Rule(_REL, rf"{OF_WEEK}(?:周|星期|礼拜){NOT_TITLE}", read.week),
    Rule(
        "周星礼",
        rf"{_NOT_EVERY}(?:周|星期|礼拜)(?P<day>[一二三四五六]|日(?!常|程|均|志)|天(?!气)|[1-7](?!\d|[.:点]))"
        rf"{TO_WEEKDAY}{NOT_NAME}{NOT_MEASURED}",
        read.weekday,
    ),
    Rule(
        "周礼",
        r"(?<![每逢隔])(?:周|礼拜)(?P<part>末|中(?=[\s,，。去拜再前之给约交]|$)|初(?!步)"
        r"|内(?=[\s,，。前之给约交要完发拜搞])|尾)",
        read.week,
    ),
    # 上半年 二季度 本季度末 年底 财年
    Rule("上下", r"(?P<half>[上下])半年度?(?P<part>末|底|初|内)?(?!报)", read.half),
    Rule("第一二三四1234", r"(?<!\d)第?(?P<q>[一二三四1-4])季度(?P<part>末|底|初|中(?!标|国)|内(?!部))?", read.quarter),
    Rule("q", r"(?<![a-z0-9])q(?P<q>[1-4])(?P<part>末|底|初|内)", read.quarter),
    Rule(
        _REL,
        r"(?P<rel>上{1,2}|下{1,2}|本|这|当)一?个?季度?(?P<part>末|底|初|中(?!标|国)|内(?!部))?(?!节|风)",
        read.rel_quarter,
    ),
    Rule("季", r"季度?(?P<part>末|底|初|内(?!部))", read.rel_quarter),
    Rule(
        "123本这当今明去上下新",
        r"(?P<head>20\d\d|[123]\d|本|这个?|当前?|今|明|去|上一?个?|下一?个?|新)财年(?P<part>末|底|初|内)?",
        read.fiscal_year,
    ),
    Rule(
        YEAR_HEADS,
        rf"(?P<year>20\d\d{S}年|今年|明年|去年|后年|前年|本年|来年|[12]\d年(?=[底末初]))度?"
        r"(?:的?年?(?P<part>底|末|初(?!步)|中(?!标|国|心|秋)|内(?!部|容)))?(?!前[端台])(?!(?:的)?(?:元旦|春节|国庆"
        r"|五一|端午|中秋))",
        read.year,
    ),
    Rule(
        "2二",
        r"(?P<year>2[3-9]年|二[零〇][一二三四][零〇一二三四五六七八九]年)(?P<part>)"
        r"(?!经验|历史|老|质保|前|后|内|以|之|来|了|多|的(?:经验|历史|老))",
        read.year_written_short,
    ),
    Rule(
        "年",
        rf"{_NOT_NUMBERED_YEAR}年(?P<part>底|末|初(?!步)|中(?!国|标|心|秋|央|间|层|型|班|学|医)|内(?!部|容)|终(?!奖"
        rf"|总结|会|盘))",
        read.bare_year_part,
    ),
    Rule(
        "农过元春清劳五端中国十双6圣平情三妇复感除大跨" + YEAR_HEADS,
        rf"(?:(?P<year>今年|明年|去年|后年|{YEAR}{S}年)的?)?(?P<name>{_HOLIDAY})(?:假期|长假|小长假|放假|大促|活动"
        rf"|节日?|期间)?",
        read.holiday,
    ),
    Rule(
        "年",
        rf"{_NOT_NUMBERED_YEAR}(?<!后)年(?=前(?!端|期|后|[一二两三四五六七八九十几\d])|后(?!期|续|台"
        rf"|[一二两三四五六七八九十几\d]))",
        read.new_year_by_moon,
    ),
    Rule("过开", r"(?:过[完了]年|开年)(?:之?后|以后)?", read.after_new_year),
    Rule("节", r"(?<![春季环细情调关章小过时佳使音])节(?=前(?!端|台)|后(?!期|台|续))", read.next_holiday),
    # 25号前 13-15号
    Rule(
        _NUMBER,
        rf"{FRESH}(?<![路街巷弄庄村区园镇墙型编单账票房牌月])(?<!合同)(?<!大道)(?<!月份)(?P<day>{DAY})"
        rf"(?:{S}(?:号|日)?{S}(?P<list>-|~|至|到|、|/|和|或){S}(?P<last>{DAY})(?=号|日))?"
        rf"{S}(?:号{_NUMBERED}|(?P<ri>日){_NOT_DAYS})",
        read.day_of_month,
    ),
    # 下班前 上午十点 15:30
    Rule("今下", r"(?:今天)?下班(?:之前|以前|前(?!台))", read.off_work),
    Rule(
        "一大清早凌上正中下午傍晚半夜",
        rf"{PART_BEFORE_HOUR}{S}{HOUR}(?:{POINT}|:(?P<m2>[0-5]\d)(?![\d:])){UNTIL}",
        read.time_of_day,
    ),
    Rule(
        "早晚",
        r"(?:(?<=[周期拜][一二三四五六日天])|(?<=\d[号日]))(?P<part>早|晚)(?!于|会|点|期|餐|饭|班|安|报|上|间)",
        read.time_of_day,
    ),
    Rule("一大清早凌上正中下午傍晚半", PART_OF_DAY, read.time_of_day),
    Rule(
        _NUMBER,
        rf"(?:(?<![\d.:一二三四五六七八九十第有共说提几a-z\-])|(?<=[周期拜][一二三四五六])"
        rf"|(?<=[周期拜][1-6])){HOUR}{POINT}{UNTIL}",
        read.time_of_day,
    ),
)


@cache
def scanner() -> Scanner:
    """The Chinese rules, compiled at first use. No rule begins inside a number."""
    return Scanner(RULES, r"(?!(?<=\d)\d)")
