"""How people say that a number changed: the words before, between and after. Patterns over lower-case simplified text.

Those named BEFORE and TO end right before a number, BETWEEN and the links fill what stands between two.
"""

from __future__ import annotations

import re

from sales.language.patterns import lazy

_UP = "上调|调高|提高|抬高|增加|追加|加价|加|涨价|涨|升|增|抬|扩大|扩|上浮|放大|上涨|上升"
_DOWN = (
    "下调|调低|降低|压低|减少|缩减|压缩|削减|砍掉|砍价|砍|压价|压|降价|降|减|缩|让利|让|跌|掉|下浮|下降|下滑|"
    "便宜|优惠|(?<!折)扣|抹掉|抹"
)
_UP_TO, _DOWN_TO = f"{_UP}|提", f"{_DOWN}|落|杀|咬|磨|打|松"
_UP_BY, _DOWN_BY = rf"{_UP}|(?:再|又)多|多(?=[了出])", rf"{_DOWN}|(?:再|又)少|少(?=了)"
_ANY = "调整|调|改|变更|变动|变|换|谈|修改|修正|更新|做|拉|定|走|跑|干"
_VERB = rf"(?P<up>{_UP_TO})|(?P<down>{_DOWN_TO})|(?P<any>{_ANY})"
_TO = r"(?:到|至|成|为|回到?|完是?)"
_LINK = r"[了的]?(?:大概|大约|约|差不多|近|大约是)?\s?$"
_CLAUSE = r"[^.。;;!?!?\n]"

ARROW = lazy(r"[\s(]{0,3}(?:左右)?\s?(?:→|➡️?|⇒|-+>|=+>|>{1,3}|变|改)\s?(?:约)?\s?", re.A)
CHINESE_TO = lazy(rf"(?P<gap>{_CLAUSE}{{0,12}}?)(?:{_VERB}){_TO}{_LINK}")
CHINESE_BARE_TO = lazy(rf"(?P<gap>{_CLAUSE}{{0,8}}?)(?:到|至|成|为){_LINK}")
ENGLISH_TO = lazy(
    r"(?P<gap>[^.;!?\n]{0,24}?)(?:down to|up to|to|now|now at|became|becomes|and is now|into)\s(?:about|around"
    r"|roughly|just)?\s?$",
    re.A,
)
ENGLISH_NOW = lazy(
    r"\s?(?:is |has |was |got |went |came )?(?:now )?(?:down|up|cut|raised|changed?|revised|bumped|lowered) to "
)
FROM_BEFORE = lazy(
    r"(?:从|由|自|(?<![a-z])from)\s?(?:原来的?|原先的?|最初的?|之前的?|去年的?|上次的?|the\s|an?\s|our\s|about\s"
    r"|original(?:ly)?\s)?"
    r"[^\d,.;。;\n一二三四五六七八九十两]{0,6}$", re.A,
)  # fmt: skip
OLD_BEFORE = lazy(
    r"(?:原来|原先|原本|原|本来|之前|以前|先前|上次|上回|当初|一开始|最初|旧|去年|(?<![a-z])(?:was|were|previously"
    r"|originally|earlier|used to be|before|old))"
    r"[^\d,.;。;\n]{0,8}$", re.A,
)  # fmt: skip
NEW_BETWEEN = lazy(
    r"(?:现在|现|这次|这回|目前|如今|后来|最新|最终|最后|新的?|今年|改|变|调|(?<![a-z])(?:now|new|today|currently"
    r"|after))"
)
OLD_BETWEEN = lazy(
    r"(?:左右|[^\d,.;。;(\[\n]{0,14}(?=[,(\[]))?[\s,(\[:-]{0,3}(?:也就是)?(?:原来|原先|原本|原|本来|之前|以前|先前"
    r"|上次|当初|最初|旧|(?:(?:up|down"
    r"|cut|raised|bumped)\s)from|(?<=[,(])from|(?<=,\s)from"
    r"|(?:it\s)?was|were|previously|prev\.?|formerly|originally|orig\.?|earlier|old|used to be|instead of"
    r"|rather than|而不是|并不是|不是|not)"
    r"(?:是|为|报价|报的?|价|的|金额|预算|定的|说的?|谈的?|\s|:|at|about|the|had been|price|quote){0,3}$", re.A,
)  # fmt: skip
NOT_BEFORE = lazy(
    r"(?:不再是|不是|并非|不应该是|别写|(?<![a-z])(?:not|isn'?t|wasn'?t|aint|ain't))\s?(?:之前的?|原来的?|at |the )?$",
    re.A,
)
RATHER = lazy(
    r"(?:了|的|吧|啊|哈|呀|哦)?[\s,、.。;-]{0,3}(?:(?:而是|应该是|应为|应是|其实是|实际是|实际上是|正确的?是|要改成"
    r"|改成|改为|写|是)|(?:but|it'?s|its|it is|it"
    r" was|should be|make it|more like|rather|actually|sorry))?[\s:,]{0,2}(?:actually\s)?$", re.A,
)  # fmt: skip
TO_BEFORE = lazy(rf"(?:{_VERB}){_TO}{_LINK}")
PRICE_TO = lazy(
    rf"(?:预算|金额|报价|价格|总价|盘子|合同额|总额|单价|底价|概率|赢率)(?:已经?|现在)?(?:[直一]接)?(?P<any>到"
    rf"|变){_LINK}"
)
ENGLISH_TO_BEFORE = lazy(
    r"(?<![a-z])(?:(?P<up>raised?|lift(?:ed)?|bump(?:ed)?|increased?|went up|goes up|(?:is|are|now) up|upped"
    r"|push(?:ed)?|grew|rose|expanded)"
    r"|(?P<down>cut|drop(?:ped)?|lower(?:ed)?|reduced?|came down|come down|went down|down|trim(?:med)?|slashed"
    r"|shaved|squeezed|beat(?:en)?|fell"
    r"|negotiated|knocked|discounted|brought)|(?P<any>change[ds]?|revised?|moved?|updated?|adjust(?:ed)?|set|went"
    r"|bring|make|correct(?:ed)?))"
    r"(?:\s(?!from)[a-z']+){0,4}?\s(?:down to|up to|to)\s(?:about |around |roughly |just )?$", re.A,
)  # fmt: skip
MAKE_IT = lazy(r"(?<![a-z])(?P<any>(?:make|call|set|put|leave) (?:it|that)(?: at| an?)?) $")
DELTA_BEFORE = lazy(
    rf"(?:(?P<up>{_UP_BY})|(?P<down>{_DOWN_BY}))(?:(?:掉|去|出来?|下来?|上去?|进去)?[了过个]?|了?(?:他们?|我们|客户"
    rf"|对方|咱们?))"
    r"(?:大概|大约|约|差不多|将近|近|快|又|价|预算|整整|个)?\s?$"
)
ENGLISH_DELTA_BEFORE = lazy(
    r"(?<![a-z])(?:(?P<up>add(?:ed|ing)?|rais(?:ed|e|ing)|increas(?:ed|e|ing)(?: of)?|up|bump(?:ed)?"
    r"|an? extra|an? additional|uplift of"
    r"|lift(?:ed)?)|(?P<down>cut(?:ting|s)?|(?:knock(?:ed|ing)?|shav(?:ed|e|ing)|tak(?:e|ing)|took) off"
    r"|(?<!or )(?P<off>knock(?:ed)?|shav(?:ed|e)|take|took)|drop(?:ped)?"
    r"|reduc(?:ed|e|ing)|reduction of|discount of|lower(?:ed)?|down|slash(?:ed)?|trim(?:med)?(?: off)?|minus|off by"
    r"|cut of|shed))"
    r"(?:\s(?!to\b|from\b)(?:it|them|us|the|our|their|his|her|price|budget|quote|deal|value|amount|another|further"
    r"|off|by|about|around|roughly"
    r"|a|an|extra|scope|total|discount|of)){0,4}\s?$", re.A,
)  # fmt: skip
ENGLISH_DELTA_AFTER = lazy(
    r"\s(?:(?P<down>off(?! the (?:shelf|record|table))|less|cheaper|lower|discount|cut|reduction|down|haircut)"
    r"|(?P<up>more|extra|increase|higher|uplift"
    r"|on top|bump|added|hike))(?![a-z])(?!\sthan)", re.A,
)  # fmt: skip
COMPARED = lazy(r"(?<![a-z])(?:was|were|is|are|came in|about|around|'s|'re|at)\s?$")  # they were 20% cheaper
CHINESE_DELTA_AFTER = lazy(r"的?(?:(?P<down>优惠|折扣|降幅|下浮|让利|折让)|(?P<up>涨幅|增幅|上浮|增量|增补))")
# What a solution does for the customer, and not what happens to the price: 能耗降低15%, downtime down 20%.
BENEFIT = lazy(
    r"(?:效率|产能|产量|能耗|成本|良率|良品率|人工|电费|损耗|故障|停机|时间|业绩|营收|销量|利润|用量|库存|周转"
    r"|准确率|误差|碳排|负荷"
    r"|(?<![a-z])(?:costs?|energy|downtime|efficiency|output|yield|waste|labou?r|time|productivity|revenue|scrap"
    r"|usage|inventory|errors?))[^,.;。;\n\d]{0,14}$"
)
TALK = lazy(r"(?:提|谈|定|做|走|跑|干|打|让|落|拉)(?:到|至|成|为|回)")
DELTA_TO = lazy(
    rf"[\s,]{{0,2}}(?:{_CLAUSE}{{0,4}}?(?:{_VERB})?{_TO}{_LINK}|变|(?:down to|up to|to|now|so now|making it|=)\s?)",
    re.A,
)
SIGN = lazy(r"(?:^|[\s,。;:(、\u4e00-\u9fff])(?P<sign>[+-])$")
