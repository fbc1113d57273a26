"""The kinds of number in sales talk, and the words that tell them: percent, measure words, things, time units.

Every pattern is matched at the end of a number, those named BEFORE right before it, in lower-case simplified text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sales.language.patterns import lazy


class Quantity(StrEnum):
    """What a number counts. DISCOUNT is the factor that is paid (八八折 0.88, 20% off 0.8); CODE is never a value."""

    AMOUNT = "amount"
    BARE = "bare"
    PERCENT = "percent"
    DISCOUNT = "discount"
    COUNT = "count"
    DURATION = "duration"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number in a text, [start, end), its unit included.

    `low` and `high` (equal unless a range): currency units for AMOUNT (80万 is 800000), the plain number for BARE,
    COUNT and DURATION, percent for PERCENT, the factor paid for DISCOUNT, the first figures for CODE. `approx`: 大概,
    多, about. `currency` is an ISO code where one is said; a bare $ reads USD, and `unit` keeps the sign, for companies
    whose own dollar it is. `unit` is the currency, measure or time word as written, `unit_scale` the last magnitude
    (10000 for 万).
    """

    start: int
    end: int
    text: str
    kind: Quantity
    low: Decimal
    high: Decimal
    currency: str | None = None
    approx: bool = False
    unit_scale: Decimal | None = None
    unit: str = ""

    @property
    def value(self) -> Decimal:
        """The one value to store: the low end of a range, for nobody has promised the middle."""
        return self.low

    @property
    def is_range(self) -> bool:
        return self.low != self.high


# --- percent and discounts ------------------------------------------------------------------------------------------
PERCENT = lazy(
    r"\s?(?:(?P<tenth>‰|bps|basis points?)|%|个?百分点|个点(?!位|子|评|数|击|的?建议|的?意见)"
    r"|(?:percentage\s?points?|percent|per\s?cent|pct|ppts?|pp|points?|pts?)(?![a-z]))(?P<off>\s?off(?![a-z]))?",
    re.A,
)
POINTS_BEFORE = lazy(r"(?:让利?|降|下浮|上浮|涨|返|优惠|便宜|低|高|砍|压|抬|加|少|多)了?\s?$")
POINTS = lazy(r"点(?!位|子|评|数|击|钟|半|多|前|后|左右|到|[\d一二三四五六七八九十])")
TENTHS = lazy(r"成(?P<half>半)?(?![交本功立员品果熟长都绩就型色群套为败])")
FOLD = lazy(r"折(?![合算腾旧中叠磨弯让射])")

# --- counts ----------------------------------------------------------------------------------------------------------
# After a surname that is also a measure word, a title follows: 85张总说可以.
_TITLE = "总|经理|工(?!位|厂)|主任|老师|女士|先生|姐|哥|处|科|局|院|部长|书记|董|行|校|厂|助理|秘书|教授|博士"
# Each with what makes it the start of another word: 85台湾那边, 85回款, 85个人觉得, 85方便吗.
_MEASURES = (
    rf"台(?!湾|州|北|阶|账|帐|积|上|下|面|式|词|风)|套(?!餐|路|现|利|牢)|家(?!里|居|电|具|族|庭|长|中|乐|用)"
    rf"|位(?!置|于|移)"
    r"|人(?!民|选|脉|情|工智|事|力|品|气|均|家|才)|名(?!单|义|字|称|气|声)|条(?!款|件|例|理|码)|栋|幢|遍|轮(?!胎|流"
    r"|到|换)"
    rf"|张(?!{_TITLE}|家|江|[北南])|笔(?!记|者)|批(?!准|复|量|了|下来|评|发|示|次)|份(?!额|子|量)|单(?!位|价|独|纯"
    rf"|据|一|个|方|{_TITLE})"
    rf"|页|组(?!织|长|合|装)|件|片(?!区|面|刻)|支(?!付|持|票|行|出|撑|{_TITLE})|只(?!是|要|有|能|含|包|剩|差|需|会"
    rf"|给|肯|收|够|好|想)"
    rf"|间(?!接|隔|谍|断)|处(?!理|长|于|罚)|门(?!店|口|禁|诊|槛|{_TITLE})|项(?!目|{_TITLE})|节(?!点|省|约|前|后|日"
    rf"|假|能|奏|{_TITLE})"
    rf"|包(?!含|括|年|月|干|装|税|运|邮|揽|{_TITLE})|根(?!据|本)|盏|辆|艘|架(?!构)|部(?!门|分|署|长|委|队)|颗|枚|座"
    rf"|块(?=屏|板|表|硬|显|卡|牌|钢|玻|电池|地|田)|场(?!地|景|内|外|馆|合)"
    rf"|次(?!日|年|月|周|性|要|级|品|数)|趟|版(?!本)|顿|桶|瓶|盒|箱(?!体)|袋|罐|卷|捆|吨|升(?!到|至|级|了|为|值"
    rf"|{_TITLE})|克(?!服|拉)|斤"
    rf"|米(?!其|兰|{_TITLE})|寸|亩|度(?!假)|瓦(?!工)|伏|安培|赫兹|席(?!位)|户(?!外|口)|期(?!间|望|待|限|权|货|末"
    rf"|初)|层(?!面|级|次|楼)"
    rf"|款(?!项|到|没|已|还|也)|段(?!时|落|{_TITLE})|步(?!骤)|种|级(?!别)|股(?!东|份|权)|倍|题|码|岁"
    r"|平(?!台|均|时|衡|安|板|移|行|常|级)|方(?!便|案|向|面|式|法|才)|核(?!心|对|算|实|价|减|准|定|销)|站(?!在|点"
    r"|着|长|出|起)"
    r"|车(?!间|位|总|辆|子|上|里|企)|路(?!上|由|径|演|线|费|过|程)|兆(?!瓦)|床(?!位)|桩"
)
_THINGS = (
    "车间|产线|生产线|线体|点位|门店|分店|店面|网点|床位|病床|用户(?!说|觉|认|要|想|那|反)|账号|帐号|账户|并发|节点"
    "|服务器|机台|机器|工位|工厂|分厂|仓库|库房|"
    "站点|电站|泵站|场站|楼栋|房间|机柜|机架|人次|人天|人月|人日|人份|课时|学时|标段|端口|授权(?!书)|许可|坐席|座席"
    "|席位|摄像头|探头|传感器|网关|终端|电表|水表|"
    "充电桩|车位|样本|模块|子公司|分公司|公里|千米|厘米|毫米|平方米|平方|平米|立方米|立方|公顷|公斤|千克|毫升|英寸"
    "|千瓦时|千瓦|兆瓦|千伏|路视频|标准箱|托盘|货位|库位|"
    "测点|监测点|采集点|节课|周岁|校区|院区|园区|厂区|基地|商机|单子|合同|项目|客户|设备|学生|老师|员工|病人|个人"
)
# Things that may also speak or be spoken of after a price (85客户说可以): they count only with a measure word.
_BARE_THINGS = _THINGS.split("|校区")[0]
_COUNT = lazy(
    rf"\s?(?P<unit>个(?:{_THINGS})|{_BARE_THINGS}|个(?!人[说觉认想看]|性|税|别|案|点(?!位)|百分点|亿|半|多?月)"
    rf"|{_MEASURES})",
    re.A,
)
_SYMBOLS = (
    "pcs|pc|units?|sets?|kg|tons?|tonnes?|km|cm|mm|m2|m3|sqm|sqft|kw|mw|gw|kwh|mwh|gwh|kva|mva|kv|hz|khz|mhz|ghz|tb"
    "|gb|mb|pb|"
    "[kmgt]bps|vcpu|cpu|gpu|qps|tps|rpm|ml|inch|inches|ft|feet|people|persons|pax|guys|heads|headcount|fte|staff"
    "|folks|men|"
    "women|children|x"
)
_LATIN_COUNT = lazy(
    rf"\s?(?P<unit>{_SYMBOLS})(?![a-z0-9'])|(?<=\d)(?P<letter>[vagtlu])(?![a-z0-9'])|-(?P<noun>(?!ish|odd|something"
    rf"|plus|off|to)[a-z]{{3,}})",
    re.A,
)
_MODIFIER = (
    r"(?:(?:new|more|extra|additional|other|big|small|large|concurrent|active|different|separate|production|old"
    r"|existing"
    r"|named|full|physical|smart|test|pilot|user|further|main|key|local|regional|delivery|charging|floor|service"
    r"|edge)\s)?"
)
_PLURAL = lazy(rf"\s?{_MODIFIER}(?P<unit>[a-z]{{2,}}s)(?![a-z0-9'])", re.A)
_NO_PLURALS = (
    "this was has does plus less yes is as its his us always versus unless across besides thus perhaps terms gross "
    "works sounds seems gets makes stands includes covers excludes looks feels needs takes leaves puts brings comes "
    "goes "
    "sits wins beats closes means says wants remains kills helps thats hers ours yours theirs whereas sometimes "
    "towards "
    "afterwards minus bucks dollars euros pounds points pts vs years months weeks days hours minutes mins yrs mths "
    "wks hrs secs "
    "involves depends business process press address bonus status focus basis expires ends starts gives happens "
    "applies miss pass cross boss guess express access asks keeps shows buys lets mos nights seconds quarters grands "
    "millions thousands hundreds billions rupees sales savings lakhs crores let's"
)
_NOT_PLURAL = frozenset(_NO_PLURALS.split())
_TIMES = lazy(r"\s?(?P<unit>x(?![a-z0-9])|[×*](?!\s?\d))", re.A)
TIMES_BEFORE = lazy(r"(?:[×*]|(?<![a-z])x)\s?$")
_ONE_COUNTED = lazy(r"[台套吨单笔栋辆箱桶]|个(?:车间|产线|点位|基地|工厂)")
_NOT_LARGE = frozenset("单款期批笔项包份版条个轮级码部节场段步题股层处")
_NOT_WITH_LONE = lazy(r"[层期级度方面点版款步题站车平路码节核处包段场]$|座$|线$|部$|股$")

# --- durations, scores, names ----------------------------------------------------------------------------------------
_DURATION = lazy(
    r"\s?(?P<unit>个[半多]?(?:自然)?月|个[半多]?(?:星期|礼拜|季度|小时|钟头)|个工作日|个晚上|分钟|秒钟?|小时|钟头"
    r"|工作日|自然日"
    r"|天(?!津|然|猫|河|府|下|线|花|气)|周(?![一二三四五六日末边转报会例期1-7总经工主董年到岁]|老师|姐|哥)"
    r"|年(?![底初货会费框度关轻份报薪总])|夜|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])"
    r"|日(?![期常报程子用本元币立照])"
    r"|(?:(?:working|business|calendar)\s)?days?|(?:weeks?|wks?|months?|mths?|mos?|years?|yrs?|hours?|hrs?|minutes?"
    r"|mins?"
    r"|seconds?|secs?|quarters?|nights?)(?![a-z0-9'])|-(?:day|week|month|year|hour|minute)s?(?![a-z]))(?P<half>半)?"
    r"|(?<=\d)(?P<letter>[dhy])(?![a-z0-9'])",
    re.A,
)
DURATION_BEFORE = lazy(
    r"(?:(?<![a-z])net[\s-]?|(?:账期|帐期|付款期|月结|质保期?|工期|交期|货期|周期)[^\d,.;。;、(\n]{0,6})$", re.A
)
SCORE_BEFORE = lazy(
    r"(?:得分|评分|打分|总分|技术分|商务分|价格分|满意度|(?<![a-z])(?:scored?|nps|csat|rated))\s?[:为是]?\s?$", re.A
)
NAME_AFTER = lazy(
    r"号(?!召|称)|层?楼(?!上|下)|室(?!内|外)|弄|日(?![本元币立])|单元|环|道门|季度?(?!节)"
    r"|分(?![钟之析摊批成阶段开别期给两二三四五六七八九\d包店公享销支])"
    r"|点(?:钟|半|整|左右|前|后)?(?!位|子|评|数|击)",
    re.A,
)
_SMALL_NAMES = "方案|选项|附件|问题|阶段|标段|包|阶梯|优先级|级别|等级|步骤|议题"
NAME_BEFORE = lazy(
    r"(?:编号|单号|合同号|工号|房间号?|电话|手机号?|微信号?|(?<![a-z])(?:vx|wx|qq)|尾号|密码|验证码|邮编|传真|分机"
    r"|身份证号?|端口|型号|版本号?|排名|排第"
    r"|编码|代码|货号|料号|座机|联系方式|周|星期|礼拜|门牌"
    r"|(?<![a-z])(?:no|nr|num|number|item|phase|room|unit|level|lvl|line|tier|top|step|option|round|day|week|wk"
    r"|building|bldg|floor"
    r"|lot|gate|rev|ext|suite|version|ver|v|page|slide|section|clause|batch|bay|zone|block|blk|type|class|gen"
    r"|chapter|point|question"
    r"|stage|priority|rank|ranked|pin|code|port|id|po|so|invoice|inv|ticket|tel|phone|mobile|whatsapp|plan|part"
    r"|appendix|annex)\.?"
    rf"|#|(?:{_SMALL_NAMES})(?=\s?[:为是]?\s?$))\s?[:为是#]?\s?$",
    re.A,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """What stands right after a number: up to where, its word, and whether half of it comes on top (三个半月)."""

    end: int
    word: str
    half: bool = False


def count_after(text: str, at: int, *, lone: str = "", large: bool = False) -> Unit | None:
    """The measure word or thing counted after a number that ends at `at`, or None.

    `lone` is the number where it is one Chinese numeral alone, as in many ordinary words (一起, 三方, 二期); `large`
    says that a magnitude was said, where 单 and 期 belong to what follows (80万单子).
    """
    match = _COUNT.match(text, at) or _TIMES.match(text, at)
    if match is not None:
        word = match["unit"]
        if lone and (
            (lone == "一" and not _ONE_COUNTED.match(text, at)) or (len(word) == 1 and _NOT_WITH_LONE.match(word))
        ):
            return None
        if large and (word in _NOT_LARGE or word in ("单子", "合同", "项目")):
            return None
        return Unit(match.end(), word)
    match = _LATIN_COUNT.match(text, at)
    if match is not None:
        return Unit(match.end(), match["unit"] or match["letter"] or match["noun"])
    match = _PLURAL.match(text, at)
    return Unit(match.end(), match["unit"]) if match is not None and match["unit"] not in _NOT_PLURAL else None


def duration_after(text: str, at: int, value: Decimal) -> Unit | None:
    """The time unit after a number that ends at `at`, or None. `value` tells 85年前签 (before New Year) from 3年前."""
    match = _DURATION.match(text, at)
    if match is None:
        return None
    word = match["unit"] or match["letter"]
    if (word == "年" and value > 50) or (
        word == "日" and value <= 31 and text[match.end() : match.end() + 1] not in "内账帐付"
    ):
        return None
    return Unit(match.end(), word.removeprefix("-"), bool(match["half"]) or "半" in word)


def is_score(text: str, start: int) -> bool:
    """得分92, rated 85: a mark, not money."""
    return SCORE_BEFORE.search(text, max(0, start - 8), start) is not None


def is_name(text: str, start: int, value: Decimal) -> bool:
    """A number that names something by what stands before it: 单号, 方案2, phase 2, room 301."""
    match = NAME_BEFORE.search(text, max(0, start - 14), start)
    if match is None:
        return False
    small = re.match(_SMALL_NAMES, match.group())
    return small is None or value <= 20
