"""English number words: eighty five, one fifty, half a million, one point two million, two and a half mil."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from sales.language.numerals import Numeral, Script
from sales.language.patterns import lazy

_UP_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {w: n for n, w in enumerate(_UP_TO_NINETEEN.split())} | {"fourty": 40}
_WORDS |= {w: 20 + 10 * n for n, w in enumerate(_TENS.split())}
_SCALES = {
    "thousand": 10**3, "thousands": 10**3, "thou": 10**3, "grand": 10**3, "k": 10**3,
    "million": 10**6, "millions": 10**6, "mil": 10**6, "mill": 10**6, "mn": 10**6, "m": 10**6,
    "billion": 10**9, "bn": 10**9,
}  # fmt: skip
_FIRST = "|".join(sorted((*_WORDS, "half", "quarter", "a", "an", "couple", "dozen"), key=len, reverse=True))
ENGLISH_START = rf"(?<![a-z0-9])(?:{_FIRST})(?![a-z0-9'])"
_TOKEN = lazy(r"[ -]?([a-z]+)(?![a-z0-9'])")
_HALF = lazy(
    r"(?P<part>half|(?:a )?quarter|three quarters)(?: of)?(?: an?)? (?P<scale>million|mil|mill|billion|thousand|grand)"
    r"(?![a-z])"
)
_AND_A_HALF = lazy(r" and a (half|quarter)(?![a-z])")
_PARTS = {"half": Decimal("0.5"), "quarter": Decimal("0.25"), "a quarter": Decimal("0.25")}


@lru_cache(maxsize=1024)
def _spoken(tokens: tuple[str, ...]) -> tuple[Decimal, Decimal | None, bool] | None:
    """The value of English number words, the last magnitude, and whether tens or hundreds are said; None if ill-formed.

    "one fifty" and "two twenty five" are 150 and 225, as prices are said.
    """
    total, group, round_unit = Decimal(0), Decimal(0), False
    scale: Decimal | None = None
    last = ""
    ceiling = 10**12
    for position, token in enumerate(tokens):
        if token in ("a", "an"):
            if position:
                return None
            group, last = Decimal(1), "article"
        elif token in ("couple", "dozen"):
            if last not in ("", "article"):
                return None
            group, last = Decimal(2 if token == "couple" else 12), "whole"
        elif token == "hundred":
            if last not in ("one", "teen", "article", "whole") or not 0 < group < 100 or group == 10:
                return None
            group, last, round_unit = group * 100, "hundred", True
        elif token in _SCALES:
            if not group or _SCALES[token] >= ceiling:
                return None
            ceiling = _SCALES[token]
            scale = Decimal(ceiling)
            total, group, last = total + group * ceiling, Decimal(0), "scale"
        elif token == "point":
            fraction = [_WORDS[t] for t in tokens[position + 1 :] if t in _WORDS and _WORDS[t] < 10]
            rest = tokens[position + 1 + len(fraction) :]
            if not fraction or len(rest) > 1 or (rest and rest[0] not in _SCALES) or last in ("", "article", "scale"):
                return None
            value = group + Decimal("0." + "".join(map(str, fraction)))
            factor = Decimal(_SCALES[rest[0]]) if rest else None
            return total + value * (factor or 1), factor, round_unit
        else:
            value = Decimal(_WORDS[token])
            if value >= 20:
                if (last == "one" and group < 10) or (last == "teen" and group < 20):  # one fifty, twelve fifty
                    group = group * 100 + value
                elif last in ("", "hundred", "scale"):
                    group += value
                else:
                    return None
                last, round_unit = "tens", True
            elif last in ("", "hundred", "scale") or (last == "tens" and 0 < value < 10):
                group += value
                last = ("one" if value < 10 else "teen") if last in ("", "scale") else "whole"
            else:
                return None
    return (total + group, scale, round_unit) if last != "article" else None


def read_english(text: str, at: int) -> Numeral | None:
    """English number words from `at`: eighty five, one point two million, half a million, two and a half mil."""
    if half := _HALF.match(text, at):
        unit = Decimal(_SCALES[half["scale"]])
        part = _PARTS.get(half["part"], Decimal("0.75")) * unit
        return Numeral(at, half.end(), part, part, Script.ENGLISH, scale=unit, words=2, round_unit=True)
    tokens: list[str] = []
    best: tuple[int, tuple[Decimal, Decimal | None, bool], int] | None = None
    i = at
    while len(tokens) < 12:
        match = _TOKEN.match(text, i)
        if match is None or (i == at and match.start(1) != at):
            break
        word = match.group(1)
        if word in ("and", "of") and tokens:
            i = match.end()
            if tokens[-1] not in ("hundred", "couple", *_SCALES):
                break
            continue
        if not (word in _WORDS or word in _SCALES or word in ("hundred", "a", "an", "couple", "dozen", "point")):
            break
        tokens.append(word)
        i = match.end()
        if spoken := _spoken(tuple(tokens)):
            best = (i, spoken, len(tokens))
    if best is None:
        return None
    end, (value, scale, round_unit), words = best
    if extra := _AND_A_HALF.match(text, end):
        share = _PARTS[extra.group(1)]
        tail = _TOKEN.match(text, extra.end())
        if scale is not None:  # a million and a half
            value, end = value + share * scale, extra.end()
        elif tail and tail.group(1) in _SCALES:  # two and a half million
            scale, end = Decimal(_SCALES[tail.group(1)]), tail.end()
            value = (value + share) * scale
    approx = "couple" in tokens
    return Numeral(at, end, value, value, Script.ENGLISH, approx, scale, words, round_unit)
