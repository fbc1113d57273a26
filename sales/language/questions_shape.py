"""How a question wants its answer cut: by whom or what, in which order, how many, and only what is of a kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sales.language.lexicon import Cue, asking
from sales.language.numbers import read_number
from sales.metrics.query import GroupBy, Order
from sales.metrics.registry import METRICS
from sales.stages import ActivityType, Stage

_NUMERAL = r"(\d{1,3}|[一两二三四五六七八九十]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twenty)"
_FIRST = re.compile(
    rf"(?a)(?:前|头|top|best|first|leading)\s?-?{_NUMERAL}(?!\d*\s*(?:个?季度|个?月|天|周|days?|weeks?|months?|quarters?))"
)
_LAST = re.compile(
    rf"(?a)(?:倒数前?第?|后|末|最后|垫底的?|bottom|last|worst|lowest)\s?-?{_NUMERAL}(?!\d*\s*(?:个?季度|个?月|天|周|days?|weeks?|months?|quarters?|years?))(?:名|个|位|家|单)?"
)
_MANY = re.compile(
    rf"(?a)最(?!近|后|新|终|初)[\u4e00-\u9fff]{{1,2}}的?\s?{_NUMERAL}(?:名|个|位|家|单|款)|(?:the )?{_NUMERAL} (?:best|worst|biggest|largest|lowest|highest|top|smallest|fewest|slowest|weakest|strongest|least|most)"
)
_NOUN_AHEAD = r"(?:各|各个|各家|各类|每|每个|每家|每款|每位|每一个|哪|哪个|哪些|哪几个|哪几家|哪家|哪款|哪位|哪一个|哪(?:[一两二三四五六七八九十]|\d{1,2})(?:个|家|位|款|名|支)|按|按照|按着|分|逐|不同|\b(?:by|per|each|every|which|what|across|among|for each|split by|grouped by|breakdown by|which of (?:my|our|the)))"
_NOUN_COUNT = rf"(?:前|后|头|倒数前?第?|末|top|bottom|best|worst|biggest|largest)\s?-?{_NUMERAL}\s?(?:个|名|大|家|位|款)?\s?(?:的)?|最(?!近|后|新|终|初)[\u4e00-\u9fff]{{1,3}}的?\s?(?:前?{_NUMERAL})?\s?(?:个|名|家|位|款|单)?\s?(?:top\s?\d+\s?)?|{_NUMERAL}\s?(?:best|worst|biggest|largest|top)"
_NOUN_RANKED = r"(?:排名|排行|排序|榜|名次|分布|占比|各(?=[签做回完成欠卖有丢赢跑新差占是自])|分别(?=[签做回完成欠卖有丢赢跑新差占是])| ranking| leaderboard| breakdown| split| mix)"
_PLURAL = re.compile(
    r"(?a)哪些|哪几|几个|[事售弟伴员]们|who are|which \w+s are|\b(?:reps|sellers|regions|offices|teams|customers|accounts|products|people)\b"
)
_COUNTED_NOUN = re.compile(
    rf"(?a)\b(?:the |my |our )?{_NUMERAL} (?:[\w-]+ )?(?:rep|seller|customer|account|client|product|region|office|team|deal|countr|people|owner)"
    rf"|{_NUMERAL}(?:个|名|位|家|款)(?:[\u4e00-\u9fff]{{0,2}})(?:人|销售|客户|产品|区|大区|办|办事处|团队|部门)"
)
_ALL_OF_THEM = re.compile(
    r"(?a)(?:我们?|咱们?|这|那|下面|底下|全部|所有|\b(?:these|those|my|our|all|the))\s*(?:的|这|那)?\s*$"
)
_OF_CUSTOMERS = re.compile(r"(?a)客户(?:的)?(?:活动|动作|工作|拜访)|\bcustomer (?:activit|visit|call|meeting)")
_LACKS = re.compile(
    r"(?a)(?:没有?|未|零|挂零|0|冇)"
    r"|\b(?:hasn't|haven't|hasnt|havent|didn't|didnt|hasn’t|not|no|none|zero|without|nothing)\b"
)  # fmt: skip
_COUNTED = frozenset({"activities", "new_opportunities", "won", "won_count", "payments", "todo"})
ORDERS = frozenset(f"order.{way}" for way in ("top", "best", "bottom", "worst", "behind", "rank", "rank_up"))


# 少的排前面, best one first, 由低至高: an order said by what comes first
_UP = re.compile(
    r"(?a)[由从][低小少慢差短后](?:到|至|往|向)[高大多快好长前]|[少低小差慢短]的?(?:排|放|在|摆|列)?在?(?:最?前|上面|头里)|升序"
    r"|\b(?:worst|lowest|smallest|least|fewest|weakest|slowest|low|bottom)\b[\w ]{0,20}\bfirst\b|\bascending\b|\basc\b"
)
_DOWN = re.compile(
    r"(?a)[由从][高大多快好长前](?:到|至|往|向)[低小少慢差短后]|[多高大好快长]的?(?:排|放|在|摆|列)?在?(?:最?前|上面|头里)|降序"
    r"|\b(?:best|highest|biggest|largest|most|strongest|fastest|top|high|leader)\b[\w ]{0,20}\bfirst\b|\bdescending\b|\bdesc\b"
)


@dataclass(frozen=True, slots=True)
class Shape:
    group_by: GroupBy | None = None
    order: Order | None = None
    limit: int | None = None
    none_only: bool = False


def shape_of(text: str, cues: Sequence[Cue], metric: str | None) -> Shape:
    """Group, order and limit. `metric` decides which way is worst."""
    text = text.replace("_", "□")  # what is blanked out ends a word: 各region___
    families = {c.family for c in cues}
    group = _group(text, cues, metric)
    lacks = _lacks(text, cues, metric) if group in (GroupBy.USER, GroupBy.ORG_UNIT, GroupBy.ACCOUNT) else False
    order, limit = _order(text, families, metric)
    if lacks:
        return Shape(group, None, None, True)
    if group is None and order is not None and metric in METRICS:
        group = _bare_noun(text, METRICS[metric].by)
    if limit is None and order is not None and group is not None and (many := _counted_noun(text)):
        limit = _count(many.group(1) or many.group(2))
    if (
        order is not None
        and limit is None
        and not _UP.search(text)
        and not _DOWN.search(text)
        and group is not None
        and _superlative(families)
        and not _PLURAL.search(text)
    ):
        limit = 1
    if group in (GroupBy.MONTH, GroupBy.WEEK):
        order, limit = (order, limit) if _superlative(families) else (None, None)
    return Shape(group, order, limit)


@cache
def _nouns() -> tuple[re.Pattern[str], ...]:
    """What a figure is split by, where it stands behind 各, by, top 3 … or before 排名. Groups are named by the split."""
    families = asking().families
    named = []
    for group in GroupBy:
        family = families.get(f"noun.{group.value}")
        words = sorted(family.phrases if family else (), key=len, reverse=True)
        parts = [rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in words]
        if parts:
            named.append(f"(?P<{group.value}>{'|'.join(parts)})")
    nouns = "|".join(named)
    return (
        re.compile(nouns),
        re.compile(rf"(?a){_NOUN_AHEAD}\s?(?:{nouns})"),
        re.compile(
            rf"(?a)(?:\b(?:which|what|per|by|each|every)(?: of (?:my|our|the))? (?:[\w-]+ ){{1,2}}|(?:哪些|哪个|哪几个|各|每个)(?:[a-c一二三][类级档]|重点|大|老|新|重要|核心|战略|头部|活跃))(?:{nouns})"
        ),
        re.compile(rf"(?a)(?:{_NOUN_COUNT})\s?(?:{nouns})"),
        re.compile(rf"(?a)(?:{nouns}){_NOUN_RANKED}"),
    )


_DESCRIBED = 1  # the pattern with an adjective before the noun


def _noun_groups(text: str) -> list[GroupBy]:
    found: list[tuple[int, GroupBy]] = []
    for place, pattern in enumerate(_nouns()[1:]):
        for match in pattern.finditer(text):
            group = next((g for g in GroupBy if match.groupdict().get(g.value)), None)
            if place == _DESCRIBED and group in (GroupBy.MONTH, GroupBy.WEEK):
                continue  # per rep last week
            if group is not None:
                found.append((match.start(), group))
    return [group for _, group in sorted(found, key=lambda one: one[0])]


def _counted_noun(text: str) -> re.Match[str] | None:
    """5 customers, 哪两个区; not 我这三个办事处, which are all of them."""
    found = _COUNTED_NOUN.search(text)
    return None if found is None or _ALL_OF_THEM.search(text[: found.start()]) else found


def _bare_noun(text: str, by: frozenset[GroupBy]) -> GroupBy | None:
    """rank my reps, top customers: with an order the thing ranked needs no 各 and no by."""
    for match in _nouns()[0].finditer(text):
        group = next((g for g in GroupBy if match.groupdict().get(g.value)), None)
        if group in by and (len(match.group()) > 1):
            return group
    return None


def _group(text: str, cues: Sequence[Cue], metric: str | None) -> GroupBy | None:
    said = [GroupBy(c.family.removeprefix("by.")) for c in cues if c.family.startswith("by.")] + _noun_groups(text)
    if metric == "activities" and _OF_CUSTOMERS.search(text):
        said = [group for group in said if group is not GroupBy.ACCOUNT]  # 哪些客户活动: what was done
    known = METRICS.get(metric) if metric is not None else None
    fitting = [g for g in said if known is None or g in known.by]
    if not fitting:
        return None
    # 哪个区的谁: the finer; a split by time or stage is said on purpose
    if metric == "conversion" and set(fitting) == {GroupBy.STAGE}:
        return None  # it goes from stage to stage by itself
    for group in (GroupBy.WEEK, GroupBy.MONTH, GroupBy.STAGE, GroupBy.TYPE, GroupBy.COMPETITOR, GroupBy.PRODUCT):
        if group in fitting:
            return group
    # 前三家客户是谁: 谁 is but the question word
    nouns = [g for g in _noun_groups(text) if g in fitting]
    for group in (GroupBy.ACCOUNT, GroupBy.ORG_UNIT):
        if group in nouns and GroupBy.USER not in nouns:
            return group
    return GroupBy.USER if GroupBy.USER in fitting and fitting[0] is not GroupBy.ORG_UNIT else fitting[0]


def _noun_at(text: str) -> int:
    places = [found.start() for pattern in _nouns()[1:] if (found := pattern.search(text)) is not None]
    return min(places, default=-1)


def _lacks(text: str, cues: Sequence[Cue], metric: str | None) -> bool:
    """谁…没…: only those who have nothing."""
    if metric not in _COUNTED:
        return False
    starts = [c.start for c in cues if c.family in ("by.user", "by.org_unit", "by.account")] or [_noun_at(text)]
    return starts[0] >= 0 and bool(_LACKS.search(text, min(starts)))


def _superlative(families: set[str]) -> bool:
    return bool(families & {"order.top", "order.best", "order.bottom", "order.worst"})


def _order(text: str, families: set[str], metric: str | None) -> tuple[Order | None, int | None]:
    low_is_bad = METRICS[metric].low_is_bad if metric in METRICS else True
    best, worst = (Order.DESC, Order.ASC) if low_is_bad else (Order.ASC, Order.DESC)
    last = _LAST.search(text)
    if last is not None and not re.match(r"(?a)\s*(?:day|week|month|quarter|year)", text[last.end() :]):
        return worst, _count(last.group(1))
    limit = None
    text = _DOWN.sub(" ", text) if (down := _DOWN.search(text)) else text
    text = _UP.sub(" ", text) if (up := _UP.search(text)) else text
    for pattern in (_FIRST, _MANY):
        found = pattern.search(text)
        if found is not None:
            limit = _count(next(g for g in found.groups() if g))
            break
    order: Order | None = None
    if up or down:
        return (Order.ASC if up else Order.DESC), limit
    if "order.bottom" in families:
        order = Order.ASC
    elif "order.worst" in families or "order.behind" in families:
        order = worst
    elif "order.top" in families:
        order = Order.DESC
    elif "order.best" in families:
        order = best if limit is None else Order.DESC
    elif "order.rank_up" in families:
        order = Order.ASC
    elif "order.rank" in families or limit is not None:
        order = Order.DESC
    return order, limit


def _count(words: str) -> int | None:
    value = read_number(words)
    return int(value) if value is not None and 0 < value <= 200 else None


def stage_of(cues: Sequence[Cue], metric: str | None) -> Stage | None:
    """Of which stage, for a metric that can be narrowed to one."""
    if metric is None or metric not in METRICS or "stage" not in METRICS[metric].filters:
        return None
    return next((Stage(c.family.removeprefix("stage.")) for c in cues if c.family.startswith("stage.")), None)


def tier_of(cues: Sequence[Cue], metric: str | None) -> str | None:
    if metric is None or metric not in METRICS or "tier" not in METRICS[metric].filters:
        return None
    return next((c.family.removeprefix("tier.").upper() for c in cues if c.family.startswith("tier.")), None)


def type_of(cues: Sequence[Cue], metric: str | None) -> ActivityType | None:
    """Which kind of activity: 拜访, calls; None for all kinds."""
    if metric != "activities":
        return None
    kinds = {c.family.split(".")[1] for c in cues if c.family.startswith("act.")}
    if len(kinds) != 1 or any(c.family == "by.type" for c in cues):
        return None
    return ActivityType(kinds.pop())
