"""Customers and people that are not on record yet: how they are introduced, and what their names look like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sales.language.mentions import Said, Scene
from sales.language.names import NameKind
from sales.language.packaged import surnames
from sales.people import Contact

_TRADE = (
    "股份有限公司|有限责任公司|有限公司|集团公司|集团|公司|科技|电子|机械|塑业|塑胶|塑料|五金|重工|化工|制药|药业|医药|生物|食品|饮料|酒业|乳业|纺织|印染|服饰|家居|家具|建材|陶瓷|玻璃|钢铁|特钢|铝业|铜业|矿业|能源|电力|电气|"
    "电器|电池|光伏|新材料|新材|材料|汽车|汽配|轨道|航空|船舶|物流|仓储|供应链|物业|地产|置业|建设|建工|工程|设备|装备|精密|自动化|智能|信息|软件|数据|网络|通信|半导体|光电|仪器|医疗|医院|卫生院|诊所|门诊|大学|学院|研究院|研究所|中学|学校|银行|保险|证券|"
    "水务|热力|燃气|环保|环境|农业|牧业|饲料|种业|纸业|包装|印刷|橡胶|轮胎|涂料|油漆|胶业|粘合剂|木业|门业|门窗|厨具|卫浴|照明|灯饰|玩具|模具|轴承|阀门|泵业|电机|电缆|线缆|酒店|商贸|贸易|实业|工业|制造|制品|厂|中心|局|院|检测|体检|动保|器械|钢构|铸造|农机|客车|门窗|家纺|服装|鞋业|箱包|制衣|面粉|粮油|酿造|调味|茶业|烘焙|餐饮|酒楼|饭店|铸造|重机|机床|冷链|电商|传媒|文旅|旅游|零售|超市|百货|彩印|数控"
)
_TRADE_END = re.compile(rf"(?:{_TRADE})$")
_ZH_NAME = re.compile(
    rf"(?:叫做?|是|名字叫|名叫|家|[,。:;\s(]|^|去了?|到了?|跑了?|在|找|从|了|拜访|见了?|接触了?|客户)(?P<name>[\u4e00-\u9fffa-z0-9]{{2,14}}?(?:{_TRADE}))(?=$|[,。:;!?\s()、的那这]|有|要|想|老板|采购|说|找|打|来|上门|对|是|做|项目|今)"
)
_AFTER_INTRO = re.compile(
    r"(?:新客户|新线索|客户|公司|厂子?|单位|一家)(?:名字)?(?:叫做?|是|[:,，!。\s]|名叫)+(?P<name>[\u4e00-\u9fffa-z0-9]{2,16}?)(?=$|[,。:;!?\s()、]|的|在|做|有|想)"
)
_RIGHT_BEHIND = re.compile(
    r"(?:新客户|新线索|新增客户|新开发客户)[:,，\s「“\"]*(?P<name>[\u4e00-\u9fff][\u4e00-\u9fffa-z0-9()]{2,18}?)[」”\"]?(?=$|[,。;\n])"
)
_BEFORE_INTRO = re.compile(
    r"(?:去了?|到了?|跑了?|拜访了?|见了?|来了?)(?:趟|了趟|一趟)?(?P<name>[\u4e00-\u9fff]{3,12}?)(?=[,。\s]*(?:是|这是)?(?:个|家|一家)?(?:新客户|新线索|新开发))"
)
_EN_COMPANY = re.compile(
    r"(?P<name>(?:[A-Z][\w&'\-.]*\s+){0,4}[A-Z][\w&'\-]*)(?=\s*(?:[,.;:()]|$|\n|-|–|—|\s(?:in|is|has|who|that|are|was|wants?|from|for|as|asked|called|looking|interested|today|this|yesterday|on|about|re|they|referred)\b))"
)
_EN_INTRO = re.compile(
    r"(?:new (?:customer|account|prospect|lead|client|logo|company)|(?:company|outfit|firm|startup|start-up|prospect|client|customer) called|add (?:account|customer)|create (?:account|customer)|a (?:company|prospect|lead) (?:called|named)|called on|inbound (?:lead )?from|referred (?:us )?to|cold[- ]called?)\s*[:\-,–—]?\s*(?:called\s+|named\s+|from\s+|at\s+)?",
    re.I,
)
_NOT_NAMES = frozenset(
    [
        "I",
        "We",
        "He",
        "She",
        "They",
        "The",
        "A",
        "An",
        "This",
        "That",
        "Today",
        "Yesterday",
        "Tomorrow",
        "Mon",
        "Tue",
        "Tues",
        "Wed",
        "Thu",
        "Thur",
        "Thurs",
        "Fri",
        "Sat",
        "Sun",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Sept",
        "Oct",
        "Nov",
        "Dec",
        "January",
        "February",
        "March",
        "April",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Q1",
        "Q2",
        "Q3",
        "Q4",
        "POC",
        "PO",
        "RFP",
        "RFQ",
        "SOW",
        "NDA",
        "MSA",
        "CIO",
        "CTO",
        "CFO",
        "CEO",
        "CISO",
        "COO",
        "IT",
        "HR",
        "VP",
        "MD",
        "GM",
        "PM",
        "OK",
        "FYI",
        "BTW",
        "Met",
        "Call",
        "Had",
        "Visited",
        "Lunch",
        "Dinner",
        "Demo",
        "Meeting",
        "Also",
        "New",
        "Next",
        "Weekly",
        "Risk",
        "Risks",
        "Done",
        "Plan",
        "Will",
        "Need",
        "Sent",
        "Spoke",
        "His",
        "Her",
        "Their",
        "Our",
        "My",
        "It",
        "Its",
        "Just",
        "And",
        "But",
        "So",
        "Then",
        "If",
        "When",
        "Please",
        "Pls",
        "Price",
        "Budget",
        "Deal",
        "Quote",
        "Lost",
        "Won",
        "Signed",
        "Mr",
        "Ms",
        "Mrs",
        "Dr",
        "Mdm",
    ]
)
_WORDS_BEFORE = re.compile(
    r"^(?:今天|昨天|上午|下午|刚才|刚|我|我们|在|去|到|跑|有|一|家|个|新|做|他们|认识|接触|拜访|见|和|跟|与|对|给|从|那边|这家|那家|就|又|还|也|了|客户|叫|是|名叫|的|上|里|会|来|陌拜|介绍|开发|展会)+"
)


def find_new_accounts(scene: Scene) -> dict[int, tuple[int, int, str]]:
    """New customers by where they stand: start -> (start, end, name as written). Only where the message introduces one."""
    out: dict[int, tuple[int, int, str]] = {}
    if not scene.has("new.account") and not _unknown_company(scene):
        return out
    text = scene.text
    taken = [
        (n.start, n.end)
        for n in scene.names
        if n.kind in (NameKind.ACCOUNT, NameKind.COMPETITOR) and n.how in ("name", "alias")
    ]
    for m in _RIGHT_BEHIND.finditer(text):
        start, end = m.span("name")
        if (
            not any(s < end and start < e for s, e in taken)
            and not _ordinary(m["name"])
            and not _WORDS_BEFORE.match(m["name"])
            and not any(start <= t.start < end for c in scene.clauses for t in c.titles)
            and not re.search(r"[一二两三四五几多]个|(?:总|经理|主任|处长|科长|院长|工|老板|姐|哥)$", m["name"])
        ):
            out[start] = (start, end, scene.normal.original(start, end))
            return out
    for pattern in (_AFTER_INTRO, _BEFORE_INTRO, _ZH_NAME):
        for m in pattern.finditer(text):
            start, end = m.span("name")
            lead = _WORDS_BEFORE.match(text[start:end])
            if lead and lead.end() < end - start - 1:
                start += lead.end()
            name = text[start:end]
            if (
                re.match(r"(?:采购|销售|技术|设备|生产|总|老板|经理|主任|电话|对接|联系|那边|这边)", name)
                and pattern is not _ZH_NAME
            ):
                continue
            if any(t.start < end and start < t.end for c in scene.clauses for t in c.titles if end - start <= 4):
                continue  # 公司,今天拜访了鲁主任: a person
            if pattern is _BEFORE_INTRO and re.search(r"[一了出来回]", name):
                continue
            if len(name) < 3 or not re.search(r"[\u4e00-\u9fff]", name) or _ordinary(name):
                continue
            if any(s < end and start < e for s, e in taken) or any(s < end and start < e for s, e, _ in out.values()):
                continue
            if pattern is _ZH_NAME and not (_TRADE_END.search(name) and len(name) >= 4):
                continue
            out[start] = (start, end, scene.normal.original(start, end))
            return out
    raw = scene.normal.raw
    for intro in _EN_INTRO.finditer(raw):
        named = _EN_COMPANY.match(raw, intro.end())
        if named and named["name"].split()[0] not in _NOT_NAMES:
            s, e = named.span("name")
            ns, ne = scene.normal.inside(type(scene.normal.span(0, 0))(s, e))
            if not any(a < ne and ns < b for a, b in taken):
                out[ns] = (ns, ne, named["name"].strip(" ."))
                return out
    return out


_ORDINARY = re.compile(
    r"^(?:设备|工程|信息|采购|技术|生产|研发|质量|市场|销售|财务|网络|数据|运营|物流|能源|智能|自动化|新|老|总|分|子|母|他们|我们|本|全|集团|公司|同行|展会|现场|环保|检测)*(?:公司|集团|中心|厂|局|院|设备|工程|中学|银行|系统|平台|软件|材料|能源|项目)$"
)


def _ordinary(name: str) -> bool:
    return bool(_ORDINARY.match(name)) or bool(
        re.search(r"[了吗呢吧]|什么|怎么|这个|那个|客户|没有|今天|昨天|我们|他们|项目|预算", name)
    )


def _unknown_company(scene: Scene) -> bool:
    """A legal form or full company name in the text that no known name covers."""
    text = scene.text
    for m in re.finditer(r"[\u4e00-\u9fff]{3,14}(?:有限公司|有限责任公司|股份公司)", text):
        if not any(n.start < m.end() and m.start() < n.end for n in scene.names if n.kind is NameKind.ACCOUNT):
            return True
    return False


_SURNAMED = re.compile(
    r"姓(?P<s>[\u4e00-\u9fff])的?(?P<t>工程师|经理|主任|老师|科长|处长|部长|总监|主管|老板|院长|采购)?"
)
_ZH_PERSON = re.compile(
    r"(?P<intro>叫做?|名叫|是|科长|主任|经理|处长|院长|部长|总监|主管|老师|工程师|厂长|董事长|总经理|校长|教授|店长|园长|所长|助理|专员|采购员|负责人|对接人|老板|老总|系|见了|见到|见咗|找了)(?P<name>(?![叫是名系])[\u4e00-\u9fff]{2,3})(?=$|[,。;、\s()]|说|聊|谈|想|要|今|对接|也|过来|让)"
)
_NOT_GIVEN = re.compile(r"[的了在是和跟说要我你他她它们个那这有没不也就都会来去到给让把被总工处部科院长任理师]")
_EN_PERSON_INTRO = re.compile(
    r"(?:new (?:contact|cio|cto|ciso|cfo|ceo|coo|head[\w ]{0,20}|manager|director|guy|lady|procurement[\w ]{0,12}|it[\w ]{0,12}|buyer|[\w]+ (?:manager|director|head|lead|officer|buyer))|their new [\w ]{2,24}|introduced (?:me|us) to(?: their)?(?: new)?[\w ]{0,20}|successor|replacement|(?:he|she|who) (?:is|was) replaced by|replaced by)\s*(?:is|called|named|,|:|-|–)?\s+$",
    re.I,
)
_EN_PERSON = re.compile(r"\b(?P<name>[A-Z][a-z]+(?:[ \-][A-Z][a-z]+){0,2})\b")
_EN_MET = re.compile(r"\b(?:met|with|w/|w|saw|called|spoke to|spoke with|from|and|emailed|texted)\s+$", re.I)


def find_new_people(scene: Scene, said: Said, contacts: Sequence[Contact]) -> Iterator[tuple[int, int, str]]:
    """People of the customer who are introduced in this clause and not on record: (start, end, name as to be stored)."""
    text, raw = scene.text, scene.normal.raw
    for m in _SURNAMED.finditer(said.text):
        if said.titles or any(t.surname == m["s"] for c in scene.clauses for t in c.titles):
            continue
        if m["t"]:
            short = {"工程师": "工", "老板": "总"}.get(m["t"], m["t"])
            yield said.start + m.start(), said.start + m.end(), m["s"] + short
    for m in _ZH_PERSON.finditer(said.text):
        name = m["name"]
        if (
            name[0] not in surnames().order
            or (name[0] in surnames().words and len(name) == 2)
            or _NOT_GIVEN.search(name[1:])
        ):
            continue
        s, e = said.start + m.start("name"), said.start + m.end("name")
        if any(n.start < e and s < n.end for n in said.names) or any(
            t.start < e and s < t.end for t in said.titles if t.given == "" and t.start >= s
        ):
            continue
        titled = re.search(
            r"(?:经理|总监|主任|科长|部长|处长|院长|主管|老师|工程师|采购|老板|厂长|负责人|对接人|总)$",
            said.text[: m.start("intro")],
        )
        if not (
            (
                m["intro"].startswith(("叫", "名叫", "是"))
                and (titled or said.has("new.contact") or (scene.has("new.account") and m["intro"].startswith("叫")))
            )
            or m["intro"] not in ("叫", "叫做", "名叫", "是", "系", "见了", "见到", "见咗", "找了")
            or (
                m["intro"] in ("系", "见了", "见到", "见咗", "找了")
                and (scene.has("new.contact") or scene.has("new.account"))
                and name[0] in surnames().common
            )
        ):
            continue
        yield s, e, name
    if not text.isascii() and not re.search(r"[a-z]{3}", said.text):
        return
    span = scene.normal.span(said.start, said.end)
    known = [w.lower() for c in contacts for w in (*c.name.split(), *(a for al in c.aliases for a in al.split()))]
    for m in _EN_PERSON.finditer(raw, span.start, span.end):
        name = m["name"]
        first = name.split()[0]
        if first in _NOT_NAMES or first.lower() in known:
            continue
        ns, ne = scene.normal.inside(type(span)(m.start(), m.end()))
        if (
            any(n.start < ne and ns < n.end for n in said.names)
            or any(t.start < ne and ns < t.end for t in said.titles)
            or any(d.start < ne and ns < d.end for d in said.dates)
        ):
            continue
        before = raw[max(0, m.start() - 40) : m.start()]
        after = raw[m.end() : m.end() + 24]
        introduced = (
            bool(re.search(r"\b(?:met|saw|with|w|to)\s+(?:their|the|its)\s+(?:new\s+)?(?:[A-Za-z]+\s){1,3}$", before))
            or bool(_EN_PERSON_INTRO.search(before))
            or bool(re.match(r"\s*(?:,|\(|-|–|is|,?\s*the)\s*(?:the |their |a |our )?new\b", after, re.I))
        )
        role = bool(
            re.match(
                r"\s*(?:,|\()\s*(?:the |their )?(?:[A-Za-z]+ ){0,3}(?:manager|director|head|cio|cto|ciso|cfo|ceo|coo|vp|lead|engineer|officer|buyer|procurement|architect|admin)\b",
                after,
                re.I,
            )
        )
        if introduced or (role and _EN_MET.search(before)):
            yield ns, ne, name
