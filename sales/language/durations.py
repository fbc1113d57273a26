"""Lengths and counts of time (90天, 两周, 3 months, net 90): claims, so that the money grammar does not read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from sales.language.dates_scan import plain


@dataclass(frozen=True, slots=True)
class Duration:
    """[start, end) of a length of time, in code points of the text; `text` is what stands there."""

    start: int
    end: int
    text: str


@cache
def _pattern() -> re.Pattern[str]:
    han = r"[一二两三四五六七八九十百半几数]{1,5}"
    digits = r"\d{1,4}(?:\.\d{1,2})?"
    count = rf"(?:{digits}(?:[ ]?(?:-|~|到|至)[ ]?{digits})?|(?<![第]){han}(?:(?:-|~|到|至){han})?)"
    zh = (
        rf"{count}[ ]?(?:多|来|余)?[ ]?(?:个?(?:半)?(?:工作日|自然日|月(?!底|初|末|中|份)|星期|礼拜|季度|小时"
        rf"|钟头)|(?:整)?(?:天|周(?![一二三四五六日末边])|年(?!底|初|末|中|度|级|代|货)|分钟|秒钟?)(?:半)?)"
    )
    words = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half an?|a couple of|a few|several)"
    en = (
        rf"(?:{digits}(?:[ ]?(?:-|to)[ ]?{digits})?[ -]?|{words}[ -])"
        r"(?:(?:working|business|calendar)[ ])?(?:days?|weeks?|wks?|months?|mths?|years?|yrs?|hours?|hrs?|minutes?"
        r"|mins?|fortnights?|quarters?)"
    )
    terms = (
        r"net[ -]?\d{1,3}(?:[ ]?days?)?|(?:月结|账期|帐期|票期|质保|质保期"
        r"|有效期)[是为要改成到:： ]{0,3}\d{1,3}(?:[ ]?(?:个月|天|日|年))?|t\+\d{1,3}(?![\d.])|\d{1,3}日(?=账期"
        r"|付款|无理由|内|之内|以内|后|之后)"
    )
    return re.compile(rf"(?<![\d.a-z第])(?:{terms}|{zh}|{en})(?![a-z])")


def find_durations(text: str) -> list[Duration]:
    """Spans of durations, left to right, not overlapping. A month by number (3月) and a year (2026年) are none."""
    found = []
    for m in _pattern().finditer(plain(text)):
        words = m.group()
        if re.fullmatch(r"\d{1,2}[ ]?月|[一二三四五六七八九十]{1,2}月|(?:19|20)\d\d[ ]?年", words):
            continue
        found.append(Duration(m.start(), m.end(), text[m.start() : m.end()]))
    return found
