"""Reading a text with a table of rules: one compiled alternation a language, each hit handed to its rule's builder."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sales.language.dates_model import Atom, Form, Found

Builder = Callable[[re.Match[str]], Found | Form | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and what a match of it means; a builder that returns None refuses the match."""

    pattern: str
    build: Builder


class Scanner:
    """Rules compiled together. Earlier rules win at the same place, whatever starts further left wins over all."""

    def __init__(self, rules: Sequence[Rule], head: str = "") -> None:
        self._rules = [(re.compile(head + rule.pattern), rule.build) for rule in rules]
        # names are dropped in the alternation (they repeat between rules); a hit is read again by its own rule
        branches = (re.sub(r"\(\?P<\w+>", "(?:", rule.pattern) for rule in rules)
        self._any = re.compile(head + "(?:" + "|".join(f"(?P<r{i}>{b})" for i, b in enumerate(branches)) + ")")

    def scan(self, text: str) -> list[Atom]:
        """Atoms in order, not overlapping."""
        atoms = []
        pos = 0
        while (hit := self._any.search(text, pos)) is not None:
            atom = self._read(text, hit)
            if atom is None:
                pos = hit.start() + 1
            else:
                atoms.append(atom)
                pos = atom.end
        return atoms

    def _read(self, text: str, hit: re.Match[str]) -> Atom | None:
        """The atom of the first rule, from the one that hit on, that takes the place."""
        for pattern, build in self._rules[int((hit.lastgroup or "r0")[1:]) :]:
            match = pattern.match(text, hit.start())
            if match is None:
                continue
            found = build(match)
            if found is not None:
                return Atom(match.start(), match.end(), found if isinstance(found, Found) else Found(found))
        return None


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
