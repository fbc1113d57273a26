"""Numbers that are names: phones, versions, models, order numbers, times, dates, ratios, list marks.

They are found before anything else, so that no part of them is read as money.
"""

from __future__ import annotations

import re

from sales.language.patterns import lazy

# After a figure: it is an amount, a percentage or a discount after all.
_NOT_UNIT = r"(?!\s?(?:[万亿千百%‰元块折成]|个(?:亿|百?分?点)|[kwm](?![a-z0-9])|mil|bn|grand|percent|pct))"
# Letters that may stand right before a figure without making it a code: currencies, words typed without a space.
_GLUED = (
    r"(?!(?:rmb|cny|usd|sgd|hkd|eur|gbp|jpy|myr|rm|twd|ntd|aud|nzd|cad|chf|thb|idr|vnd|php|inr|krw|aed|mop)[\d.]"
    r"|(?:to|at|for|from|by|is|of|about|around|was|now|and|or|plus|net|up|down|only|under|over|than|vs|x|n|net-|n-)"
    r"\d[\d.,]*(?:[kwm%]|mil|mn)?(?![a-z0-9-]))"
)
_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_CODE = lazy(
    "|".join(
        (
            r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[^\s,]+",
            # phones: mobile, landline, service lines, international, Singapore and Hong Kong
            r"(?<![\d.])(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[- ]?\d{3,4}[ -]?\d{4}(?:转\d+)?"
            r"|[48]00-?\d{3,4}-?\d{3,4})(?![\d.,])" + _NOT_UNIT,
            r"\+\d{1,3}[ -]\d{2,4}(?:[ -]?\d{2,4}){1,3}(?!\d)" + _NOT_UNIT + r"|\+\d{10,14}(?!\d)",
            r"(?<![\d.,$¥-])[3689]\d{3}[ -]\d{4}(?![\d.,])" + _NOT_UNIT,
            # dates and years
            rf"(?<!\d){_YEAR}[-/.]{_MONTH}(?:[-/.](?:[0-2]?\d|3[01]))?(?![\d.])",
            rf"(?<!\d)(?:{_YEAR}|2[1-46-9]|3[1-5])年(?:度|份)?(?:{_MONTH}月(?:份|\d{{1,2}}[日号]?(?!\d))?)?",
            r"(?<!\d)(?:20|25|30)年(?=\d|底|初|[qh]|全|上|下|预算)",
            rf"(?<![\d.]){_MONTH}月(?:份|(?:[0-2]?\d|3[01])[日号]?(?![\d.万]))?",
            r"(?<![\d.,$¥€£])20(?:1[5-9]|2\d|3[0-5])(?![\d.,a-z]|\s?[台套个家人吨米平公])" + _NOT_UNIT,
            # addresses of machines and versions, splits, ratios, fractions, times
            r"(?<![\d.])\d+(?:\.\d+){2,}(?![\d万亿])",
            r"(?<![\d.])\d{1,3}(?:-\d{1,3}){2,}(?!\d)" + _NOT_UNIT,
            r"(?<![\d.])\d+(?::\d+)+(?![\d.])" + _NOT_UNIT,
            r"(?<![\d.$¥,])\d+(?:/\d+)+(?![\d.,])" + _NOT_UNIT,
            r"(?<![\d.])\d{1,2}\s?(?:am|pm)(?![a-z])|(?<![\d.])\d{1,2}点(?:\d{1,2}分?(?!\d)|半|钟|整)"
            r"|(?<!\d)\d+(?:st|nd|rd|th)(?![a-z])",
            # letters with figures: q2, s7-1200, iso9001, rtx4090, po-12345, v2.0
            rf"(?<![a-z0-9$¥€£_]){_GLUED}[a-z][a-z_]*-?\d[a-z0-9]*(?:\.\d+)*[a-z]*(?:[-_/.][a-z0-9]+(?![a-z0-9]){_NOT_UNIT})*",
            # 3.1版, long figures that no one would quote, and those with a leading zero
            r"(?<![\d.])\d+\.\d+版",
            r"(?<![\d.,$¥€£])(?<!rmb )(?<!usd )(?<!sgd )(?<!币)(?<!\d )0\d+(?![\d.,])" + _NOT_UNIT,
            r"(?<![\d.,$¥€£])(?<!rmb )(?<!usd )(?<!sgd )(?<!币)(?!\d*00(?!\d))\d{7,}(?![\d.,a-z])" + _NOT_UNIT,
            r"(?<![a-z])24/7|(?<![a-z])7x24|7\*24|(?<!\w)\d+(?:x|\*)\d+(?:x|\*)?\d*(?![\da-z.])",
        )
    ),
    re.A,
)
_MARK = lazy(r"(?<![\d.a-z$¥€£+-])\(?(?P<number>\d{1,2})(?P<sign>[.、](?!\d)|[、):])(?=\s*\S)", re.A)
_DIGIT = lazy(r"\d", re.A)
_CHUNK = lazy(r"[!-~]*\d[!-~]*", re.A)
_TOKEN = lazy(r"(?<![a-z0-9])[a-z0-9+]", re.A)  # where a code may begin; it may end outside the chunk


def find_codes(text: str) -> list[tuple[int, int]]:
    """The [start, end) of every code in lower-case text that holds a figure, left to right, none overlapping."""
    spans: list[tuple[int, int]] = []
    at = 0
    while (chunk := _CHUNK.search(text, at)) is not None:
        at = chunk.start()
        for start in _TOKEN.finditer(text, at, chunk.end()):
            if start.start() < at:
                continue
            match = _CODE.match(text, start.start())
            if match is not None and _DIGIT.search(text, *match.span()):
                spans.append(match.span())
                at = match.end()
        at = max(at, chunk.end())
    if at == 0:
        return []
    marks = [span for span in _list_marks(text) if not any(s < span[1] and span[0] < e for s, e in spans)]
    return sorted(spans + marks)


def _list_marks(text: str) -> list[tuple[int, int]]:
    """1. / 2、 / 3) before the items of a list: at the start of a line, or within one where they count up from 1.

    "报价 85. 下周签" is no list, for nothing counted up to 85.
    """
    seen: set[int] = set()
    found: list[tuple[int, int]] = []
    for match in _MARK.finditer(text):
        number = int(match["number"])
        counted = number == 1 or number - 1 in seen
        at_line_start = not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip(" -*•·([")
        if text[match.end() : match.end() + 1].isdigit() and match["sign"] == "、":
            listed = at_line_start and counted  # 1、3/24 拜访; but not 20、30万都行
        else:
            listed = (at_line_start and number <= 30) or (match["sign"] != ":" and counted)
        if listed:
            seen.add(number)
            found.append(match.span("number"))
    return found
