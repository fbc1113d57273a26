"""Reading a text with a table of rules, tried only where a character stands that a rule can begin with."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sales.language.dates_model import Atom, Form, Found
from sales.language.patterns import lazy

Builder = Callable[[re.Match[str]], Found | Form | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, the characters that a match can begin with, and what a match means (None refuses it)."""

    heads: str
    pattern: str
    build: Builder


class Scanner:
    """Rules by the character that they begin with. At one place earlier rules win, and further left wins over all.

    `start` is a look-behind that holds wherever any rule may begin.
    """

    def __init__(self, rules: Sequence[Rule], start: str) -> None:
        by_head: dict[str, list[tuple[re.Pattern[str], Builder]]] = {}
        for rule in rules:
            compiled = lazy(rule.pattern, re.ASCII)
            for head in dict.fromkeys(rule.heads):
                by_head.setdefault(head, []).append((compiled, rule.build))
        self.start = start
        self._by_head = {head: tuple(found) for head, found in by_head.items()}
        self._places = re.compile(start + "[" + re.escape("".join(sorted(by_head))) + "]", re.ASCII)

    def scan(self, text: str) -> list[Atom]:
        """Atoms in order, not overlapping."""
        atoms: list[Atom] = []
        end = 0
        for place in self._places.finditer(text):
            at = place.start()
            if at < end:
                continue
            for pattern, build in self._by_head[text[at]]:
                match = pattern.match(text, at)
                found = build(match) if match is not None else None
                if match is not None and found is not None:
                    end = match.end()
                    atoms.append(Atom(at, end, found if isinstance(found, Found) else Found(found)))
                    break
        return atoms


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def number(text: str) -> int | None:
    """A whole number below 1,000 in digits or Chinese numerals (十八, 廿五, 二零二六 by its digits), else None."""
    if text.isdecimal() and text.isascii():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "百" in text:
        head, _, tail = text.partition("百")
        rest = number(tail.lstrip("零〇")) if tail.lstrip("零〇") else 0
        hundreds = _DIGITS.get(head)
        return None if hundreds is None or rest is None else hundreds * 100 + rest
    if "十" in text:
        head, _, tail = text.partition("十")
        tens, ones = _DIGITS.get(head, 1 if not head else None), _DIGITS.get(tail, 0 if not tail else None)
        return None if tens is None or ones is None else tens * 10 + ones
    value = 0
    for char in text:
        digit = int(char) if char.isdecimal() and char.isascii() else _DIGITS.get(char)
        if digit is None:
            return None
        value = value * 10 + digit
    return value if text else None


# One character for one, so that places in the text stay: traditional to simplified, capitals to small, marks to ASCII.
_PLAIN = str.maketrans(
    "號週禮拜點這個後來兩聽尋噚內間過幾節國慶聖誕農曆財時鐘開終產長場總為與還結頭會東過勞動臘當該單雙紅"
    "（）：～〜—–−／．，ABCDEFGHIJKLMNOPQRSTUVWXYZ\u00a0\u3000‘’",
    "号周礼拜点这个后来两听寻寻内间过几节国庆圣诞农历财时钟开终产长场总为与还结头会东过劳动腊当该单双红"
    "():~~---/.,abcdefghijklmnopqrstuvwxyz  ''",
)


def plain(text: str) -> str:
    """`text` with the same length and places, in the one spelling that the rules are written in."""
    return text.translate(_PLAIN)
