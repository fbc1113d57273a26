"""The same check for a text that was not made by us (a language model's): its numbers must be those of the result.

Each number of the text is read with its unit, and must be one of the result's values rounded to the digits that are
shown: 336万, 3.4M, 62%, 三单. Names that the result speaks of may hold what digits they like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from handlers.ledger import Ledger, UnfoundedNumber
from handlers.lines import Telling
from sales.language.frames import EXPONENTS

_CLOSE = 0.025
"""A rounded number may be so far off, as a part of the value: 1亿 for 0.6亿 is another number."""

_SCALES = {"万": 1e4, "亿": 1e8, "k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "B": 1e9, "bn": 1e9, "千万": 1e7, "百万": 1e6}
_NUMBER = re.compile(
    r"(?P<sign>(?:(?:S|HK|A|NT)?[¥$€£]|RM\s?)?)\s?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?"
    r"(?P<scale>千万|百万|[万亿]|(?:bn|[kKMmB])(?![A-Za-z]))?\s?(?P<percent>[%％]|个百分点|percent|pts)?"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_EN_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATES = (
    re.compile(r"(?P<y>\d{4})[-/年.](?P<m>\d{1,2})[-/月.](?P<d>\d{1,2})日?"),
    re.compile(r"(?<![\d/])(?P<m>\d{1,2})[/月](?P<d>\d{1,2})(?:日|号)?(?![\d/])"),
    re.compile(rf"(?P<mon>{_EN_MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:, (?P<y>\d{{4}}))?(?!\d)"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?P<mon>{_EN_MONTH})"),
    re.compile(r"(?:(?P<y>\d{4})年)?(?<![\d.,])(?P<m>\d{1,2})月(?:份)?(?!\d)"),
    re.compile(r"(?<![\d.,])(?P<y>(?:19|20)\d\d)(?:年|(?![\d.,]*\d|\s?[万亿%kKMB]))"),
)
_QUARTER = re.compile(r"Q([1-4])(?!\d)|第?([一二三四1-4])季度")
_RANKING = re.compile(r"^\s*(\d{1,2})[.、)）]\s?(?!\d)", re.MULTILINE)
_CIRCLED = re.compile(r"[①②③④⑤⑥⑦⑧⑨⑩]")
_ZH_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ZH_SIZES = {"十": 10, "百": 100, "千": 1_000}
_NUMERAL = re.compile(
    r"(?P<pct>百分之)?(?P<n>[〇零一二两三四五六七八九十百千]+)(?P<scale>[万亿])?"
    r"(?(pct)|(?:(?<=[万亿])|(?=\s?[多余来]?\s?(?:[个单家天次条元块成倍笔人位名%％]|百分点))))"
    r"(?P<tenths>成(?![交为立功本绩果都]))?"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_ONES = "one two three four five six seven eight nine"
_EN_WORDS = (
    {word: value for value, word in enumerate(_ONES.split(), 1)}
    | {word: value for value, word in enumerate(_TEENS.split(), 10)}
    | {word: 10 * value for value, word in enumerate(_TENS.split(), 2)}
)
_EN_NUMERAL = re.compile(
    rf"\b(?P<n>{'|'.join(sorted(set(_EN_WORDS) - {'one'}, key=len, reverse=True))}"
    rf"|one(?= (?:hundred|million|thousand)))(?:[ -](?P<tail>{_ONES.replace(' ', '|')}))?"
    r"(?P<scale> hundred| thousand| million| billion)?\b",
    re.IGNORECASE,
)
_EN_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as a text has it: how large, to which digit it is meant, and in what unit."""

    text: str
    value: float
    step: float
    percent: bool = False
    money: bool = False


def check_worded(text: str, tell: Telling, *results: object) -> None:
    """Raises UnfoundedNumber for the first number of a text that is no form of a value of the results."""
    ledger = Ledger(tell, *results)
    rest = _without_names(text, ledger)
    rest = _without_days(rest, ledger)
    minor = 10 ** EXPONENTS.get(tell.book.company.currency, 2)
    for number in _numbers(rest):
        if not any(_is_form(number, value, minor) for value in ledger.numbers):
            raise UnfoundedNumber(number.text)


def _is_form(number: _Number, value: float, minor: int) -> bool:
    """Whether a value, rounded to the digits shown, is this number. Amounts are kept in minor units."""
    worth = [value / minor] if number.money else [value] if number.percent else [value, value / minor]
    return any(
        abs(abs(one) - number.value) <= number.step / 2 + 1e-9
        and abs(abs(one) - number.value) <= max(_CLOSE * abs(one), 1e-9)
        for one in worth
    )


def _numbers(text: str) -> Iterator[_Number]:
    for found in _NUMBER.finditer(text):
        digits, scale = found["digits"].replace(",", ""), _SCALES.get(found["scale"] or "", 1.0)
        whole, _, behind = digits.partition(".")
        # 340 may be 336 in round figures
        step = scale * 10.0 ** (-len(behind) if behind else len(whole) - len(whole.rstrip("0") or "0"))
        money = bool(found["sign"]) or bool(found["scale"])
        yield _Number(found[0].strip(), float(digits) * scale, step, bool(found["percent"]), money)
    for found in _NUMERAL.finditer(text):
        value, scale = _zh_value(found["n"]), _SCALES.get(found["scale"] or "", 1.0)
        tenth = found["tenths"] is not None
        percent = bool(found["pct"]) or tenth
        step = 10.0 if tenth else scale * (10 if found["n"][-1] in "十百千" and value > 20 else 1)
        yield _Number(found[0], value * (10 if tenth else scale), step, percent, bool(found["scale"]))
    for found in _EN_NUMERAL.finditer(text):
        scale = _EN_SCALES.get((found["scale"] or "").strip().lower(), 1.0)
        value = _EN_WORDS[found["n"].lower()] + (_EN_WORDS[found["tail"].lower()] if found["tail"] else 0)
        yield _Number(found[0], value * scale, scale)


def _zh_value(numeral: str) -> float:
    total, digit = 0, None
    for sign in numeral:
        if sign in _ZH_SIZES:
            total += (1 if digit is None else digit) * _ZH_SIZES[sign]
            digit = None
        else:
            digit = (digit or 0) * 10 + _ZH_DIGITS[sign]
    return total + (digit or 0)


def _without_names(text: str, ledger: Ledger) -> str:
    """The names of all that the result speaks of, and what it quotes."""
    names = {name for one in ledger.texts for name in _names_of(one, ledger.tell)}
    for name in sorted(names, key=len, reverse=True):
        if any(sign.isalpha() for sign in name):  # an id of digits only is no name
            text = text.replace(name, "…")
    return text


def _names_of(text: str, tell: Telling) -> set[str]:
    """What a record of this id is called; the text itself where it is none."""
    book, found = tell.book, {text}
    if (account := book.account(text)) is not None:
        found |= {account.name, *account.aliases}
    for record in (book.person(text), book.org_unit(text), book.product(text), book.competitor(text)):
        if record is not None:
            found |= {record.name, *record.aliases}
    for known in (book.contact(text), book.opportunity(text)):
        if known is not None:
            found.add(known.name)
    return {name for name in found if name}


def _without_days(text: str, ledger: Ledger) -> str:
    """The days, months, years and quarters that the result speaks of, and the numbers of a list's lines.

    Any other day is refused at once: its parts may be numbers of the result by chance.
    """

    def known(found: re.Match[str]) -> str:
        if _is_known(found, ledger.dates):
            return "…"
        if found[0].isdigit() or ("/" in found[0] and not found.groupdict().get("y")):
            return found[0]  # 2/3 may be two of three, 2026 a count
        raise UnfoundedNumber(found[0])

    def quarter(found: re.Match[str]) -> str:
        if _quarter(found) not in quarters:
            raise UnfoundedNumber(found[0])
        return "…"

    start = ledger.tell.book.company.fiscal_year_start_month
    quarters = {(p.first.month - start) % 12 // 3 + 1 for p in ledger.periods}
    text = _QUARTER.sub(quarter, text)
    for pattern in _DATES:
        text = pattern.sub(known, text)
    ranks = [int(found) for found in _RANKING.findall(text)]
    if ranks == list(range(1, len(ranks) + 1)):
        text = _RANKING.sub("", text)
    return _CIRCLED.sub("", text)


def _quarter(found: re.Match[str]) -> int:
    said = found[1] or found[2]
    return int(said) if said.isdigit() else _ZH_DIGITS[said]


def _is_known(found: re.Match[str], days: set[date]) -> bool:
    said = found.groupdict()
    month = _MONTHS.index(said["mon"][:3].lower()) + 1 if said.get("mon") else int(said["m"]) if said.get("m") else None
    year = int(said["y"]) if said.get("y") else None
    day = int(said["d"]) if said.get("d") else None
    return any(
        (year is None or one.year == year) and (month is None or one.month == month) and (day is None or one.day == day)
        for one in days
    )
