"""What a message tells by its words alone: the language to answer in, whether it says yes, or means all of it."""

from __future__ import annotations

import re

from sales.language.names import NameIndex
from sales.language.surnames import find_person_titles
from sales.language.text import has_cjk, is_cjk, normal

_YES = re.compile(
    r"^\s*(?:全部|都)?(?:记下?|确认|对的?|没问题|好的?|可以|是的?|嗯+|行|记吧|都记|没错|go ahead|looks good|lgtm"
    r"|ok|okay|yes|yep|y|confirm|record(?: (?:all|it))?|save(?: it)?)[\s。.!！了吧啊]*$",
    re.I,
)
_RECORD = re.compile(
    r"^\s*(?:(?:全部|都|周报)?(?:记下|记吧|记了吧|都记|确认)"
    r"|confirm|record(?: all| it)?|save(?: it| all)?)[\s。.!！了吧啊]*$",
    re.I,
)
_ALL = re.compile(r"那条|整条|全部|所有|刚才|发错|整个|\ball\b|whole|entire|everything")
_ONLY_FIX = re.compile(r"改动|修改|更正|\b(?:change|fix|correction|edit)\b", re.I)
_FIX = re.compile(r"改|撤|错|删|correct|fix|undo|wrong|change|edit|mistake|delete", re.I)
_GOES_ON = re.compile(
    r"^\s*(?:他们?|她们?|对方|客户|那边|那个?单子?|they|he|she|the (?:client|customer|deal))(?![a-z])", re.I
)
# Words that a Chinese conversation uses as its own.
_NEUTRAL = re.compile(r"\b(?:ok(?:ay)?|yes|no|hi|hello|bye|pls|[a-z]|[qh][1-4]|fy\d{2,4}|ytd|qtd|mtd)\b", re.I)
_CHINESE_GRAMMAR = re.compile(r"[了吗呢吧们这那]|今天|明天|昨天|下周|上周|本周|上午|下午")


_TODAY = re.compile(
    r"^\s*(?:我?(?:今天|今日)(?:的?(?:待办|任务|安排)|(?:要|该|需要)?[做干](?:什么|啥|哪些)事?|有(?:什么|啥|哪些)(?:事|待办|安排)?)?"
    r"|today|my (?:day|to-?dos?)|(?:what(?:'s| is)|anything) (?:on )?(?:for |due )?today"
    r"|what (?:should|must|do|shall) i (?:(?:need|have) to )?(?:do|have)(?: on)? today"
    r"|to-?dos? (?:for )?today)[\s。.?？]*$",
    re.I,
)
_WEEKLY = re.compile(
    r"^\s*(?:(?:我要|帮我|怎么|如何|我想)?[写发交做]?(?:一下|个|份)?周报(?:怎么[写发交用弄]|模板|格式)?"
    r"|(?:my |the |a )?weekly(?: report| update)?"
    r"|(?:how (?:do i|to) )?(?:send|write|submit) (?:a |my |the )?weekly(?: report)?)[\s。.?？]*$",
    re.I,
)
_PUTS_RIGHT = re.compile(r"^\s*(?:不对|错了|不是|应该是|记错|(?:no|nope|wrong|not)\b|it(?:'s| is| was)\b)", re.I)


def puts_right(text: str) -> bool:
    """不对，是周五; no, Friday: what was shown just now isn't right."""
    return len(text.strip()) <= (14 if has_cjk(text) else 25) and bool(_PUTS_RIGHT.match(text))


def asks_today(text: str) -> bool:
    """今天, what's on today: my own day."""
    return bool(_TODAY.match(normal(text).text))


def only_weekly(text: str) -> bool:
    """周报, alone: how to send one?"""
    return bool(_WEEKLY.match(normal(text).text))


def says_yes(text: str) -> bool:
    """好的, 确认, ok: what was shown just now is right."""
    return bool(_YES.match(text))


def says_record(text: str) -> bool:
    """全部记下, record all: says it outright, so it needn't follow at once."""
    return bool(_RECORD.match(text))


def goes_on(text: str) -> bool:
    """他们还问了…, she also…: more about the customer that the talk is about."""
    return bool(_GOES_ON.match(text))


def means_all(text: str) -> bool:
    """Whether an undo means the whole entry with its corrections."""
    return bool(_ALL.search(text)) and not _ONLY_FIX.search(text)


def asks_correction(text: str) -> bool:
    """Whether somebody who asks for help wants to know how to correct."""
    return bool(_FIX.search(text))


def in_chinese(text: str, names: NameIndex, before: bool | None) -> bool | None:
    """The language to answer in: that of the words which are no names; `before` where there are none.

    王总 or 鼎新 in an English sentence doesn't make it Chinese, nor does Kestrel or OK alone make it English.
    """
    plain = normal(text).text
    words = re.findall(r"[a-z]{2,}", plain)
    if has_cjk(plain) and (len(words) < 3 or _CHINESE_GRAMMAR.search(plain)):
        return True if _CHINESE_GRAMMAR.search(plain) or len(plain) > 40 else _of_the_rest(plain, names, before)
    if not has_cjk(plain) and len(words) > 6:
        return False
    return _of_the_rest(plain, names, before)


def _of_the_rest(plain: str, names: NameIndex, before: bool | None) -> bool | None:
    rest = list(plain)
    named = [(h.start, h.end) for h in names.find(plain) if h.score >= 0.6]
    for start, end in (*named, *((t.start, t.end) for t in find_person_titles(plain))):
        rest[start:end] = " " * (end - start)
    left = _NEUTRAL.sub(" ", "".join(rest))
    if any(map(is_cjk, left)):
        return True
    return False if any(c.isalpha() for c in left) else before
