"""Names in a question that are nobody's here: whose figures are meant is not guessed then.

Only what can hardly be anything but a name: a person by surname, a region or an office, a firm by its trade; in English
a capitalised word where a name stands. What is on record, days and the words of figures are blanked out (_) before.
"""

from __future__ import annotations

import re
from functools import cache

from sales.language.names_words import KNOWN, frequency, is_everyday_english, tag
from sales.language.packaged import places, surnames
from sales.metrics.query import Target, TargetKind

NOBODY = Target(TargetKind.USER, "?")
"""Whose figures a question about a strange name means: nobody's that the asker may see, so it is refused like those."""

_AHEAD = r"(?:^|(?<=[_,。;:!?、\s看查问那跟和比与我请下]))"
_BEHIND = (
    r"(?=_|这|本[周月季年财]|上[周个月季]|今[年天]|去年|昨天|最近|目前|现在|的?(?:业绩|回款|签|指标|完成|在手|团队|成交)"
    r"|呢|怎么样|咋样|情况|干[嘛了啥]|做了)"
)
_OFFICE = "(?:大区|战区|片区|区域|区|办事处|办|分公司|团队)"
_TRADE = "(?:公司|科技|集团|实业|药业|纺织|机械|电子|重工|化工|食品|医药|能源|电气|制药|水务|钢铁)"
_NOT_FIRMS = re.compile(r"(?a)[我你他她它咱哪各每谁这那本该全整总所有分几多其别家个司子下]")
_EN_NAME = re.compile(
    r"(?a)(?<![.!?] )(?<!^)\b([A-Z][a-z]{2,})\b(?!'?s? (?:team|office|region|deal)s?\b)|\b([A-Z][a-z]{2,})'s\b"
)
_EN_PLACE = re.compile(r"(?a)\b(?:did|is|are|has|have|was|does|for|with|at|from|about|in)\s+$")
_EN_REGION = re.compile(r"(?a)\b(?:emea|apac|latam|dach|anz|asean|mena|benelux|nordics)\b")


@cache
def _chinese() -> tuple[re.Pattern[str], ...]:
    names = surnames()
    one = "".join(sorted(names.common - names.words))
    given = re.escape("".join(sorted(names.given)))
    regions = "|".join(
        sorted(places().regions | frozenset(w for w in places().zh if len(w) <= 3), key=len, reverse=True)
    )
    return (
        re.compile(rf"(?a){_AHEAD}[{one}][{given}]{{1,2}}{_BEHIND}"),
        re.compile(rf"(?a){_AHEAD}[老小][{one}]{_BEHIND}"),
        re.compile(rf"(?a){_AHEAD}(?:{regions}){_OFFICE}?{_BEHIND}"),
        re.compile(rf"(?a){_AHEAD}[\u4e00-\u9fff]{{2,6}}?{_TRADE}{_BEHIND}"),
    )


def strange_name(text: str, raw: str) -> str | None:
    """A name that is nobody's here, as it is said. `text` with all that is known blanked out, `raw` as it was written."""
    for pattern in _chinese():
        for found in pattern.finditer(text):
            if not (pattern is _chinese()[-1] and _NOT_FIRMS.search(found.group())):
                return found.group()
    region = _EN_REGION.search(text)
    if region is not None:
        return region.group()
    for found in _EN_NAME.finditer(raw):
        word = (found.group(1) or found.group(2)).lower()
        stands = found.group(2) is not None or _EN_PLACE.search(raw[: found.start()].lower()) is not None
        if stands and not is_everyday_english(word) and re.search(rf"(?a)\b{word}\b", text, re.ASCII):
            return word
    return None


_SUBJECT = re.compile(
    r"(?a)(?:^|[_,。;:!?、\s])(?:帮我|给我|请问|看看|看下|查查|查下|查一下|说说|讲讲|问下|想知道|那|嗯|关于)*(?P<zh>[\u4e00-\u9fff]{2,6}?)"
    r"(?:那边|那里|那家|公司|客户|项目|的?单子?|商机)?(?:那个)?(?=_|最近|现在|目前|到|推进|跟到|跟得|谈|聊|的?(?:进展|动态|动静|情况|历史)|有(?:啥|什么|没有|新))"
    r"|\b(?:on|with|at|for|about)\s+(?P<en>[a-z][a-z-]{3,})"
    r"|^\s*(?P<lead>[a-z][a-z-]{2,})\s*(?=怎么样|咋样|如何|最近|有啥|有什么|情况|进展)"
)
_NO_SUBJECT = re.compile(
    r"我|你|咱|他|她|它|这|那|哪|谁|各|每|大家|团队|手上|手里|手头|整体|业务|销售|市场|商机|单子|项目|客户|公司|今|明|昨|周|月|季|年"
)


def unread_subject(text: str) -> str | None:
    """What a question about "how far along" is about, where it is a word that is in no dictionary: a name, then."""
    for found in _SUBJECT.finditer(text):
        said = found.group("zh")
        if said is not None:
            name = frequency(said) < KNOWN or tag(said) in ("nr", "ns", "nt", "nz")  # 贝宁 is in the dictionary, too
            if name and not _NO_SUBJECT.search(said):
                return said
        elif not is_everyday_english(word := found.group("en") or found.group("lead")):
            return word
    return None
