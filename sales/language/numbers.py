"""Number words of Chinese and English, and figures mixed with them (1亿2千万, 98万5), to Decimal.

What is read here is the number alone: no currency, no measure word, no judgement whether it is money. `read_numeral`
wants lower-case simplified text (`plain_text`).
"""

from __future__ import annotations

from decimal import Decimal

from sales.language.numbers_en import read_english
from sales.language.numbers_zh import read_chinese, read_positional
from sales.language.numerals import ARABIC, Numeral, Script, plain_text

_GOES_ON = frozenset("十百千万亿几多来余+大个点 ")  # figures may be but the beginning


def read_number(text: str) -> Decimal | None:
    """The value of a text that is one number and nothing else ("一百五", "2万5", "half a million"), or None."""
    words = plain_text(text.strip())
    if not words:
        return None
    numeral = read_numeral(words, 0)
    return numeral.low if numeral is not None and numeral.end == len(words) else None


def read_numeral(text: str, at: int) -> Numeral | None:
    """The longest number that starts exactly at `at`, in figures, Chinese, both mixed, or English words."""
    if "a" <= text[at] <= "z":
        return read_english(text, at)
    if (plain := ARABIC.match(text, at)) and text[plain.end() : plain.end() + 1] not in _GOES_ON:
        value = Decimal(plain.group().replace(",", ""))
        return Numeral(at, plain.end(), value, value, Script.FIGURES)
    return read_positional(text, at) or read_chinese(text, at)
