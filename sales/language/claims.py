"""Names settled: overlapping hits decided once, by exactness, length and whose customer it is; words that only look like names dropped."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from sales.language.context import Context
from sales.language.dates import find_dates
from sales.language.lexicon import Cue
from sales.language.mentions import Named
from sales.language.names import NameHit, NameKind
from sales.language.names_pinyin import sounds_like
from sales.language.names_words import FUNCTION_CHARS, plainness
from sales.language.packaged import surnames
from sales.language.text import is_cjk

SURE = ("name", "alias")


_FEW = 400  # customers of one person: beyond, their contacts' surnames say nothing about a typo


class Mistyped(Collection[str]):
    """Characters that are no surname but sound like one of this person's contacts'; looked up only when one is met."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: frozenset[str] | None = None

    def __contains__(self, char: object) -> bool:
        if (
            not isinstance(char, str)
            or not is_cjk(char[:1] or " ")
            or char in surnames().order
            or char in FUNCTION_CHARS
        ):
            return False
        if self._known is None:
            book = self._context.book
            near = book.my_contacts() if len(book.my_accounts()) <= _FEW else ()
            self._known = frozenset(c.name[0] for c in near if c.name and is_cjk(c.name[0]))
        return any(sounds_like(char, surname) for surname in self._known)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


_ADVERBED = re.compile(r"[得挺很太更蛮真最]$|非常$|比较$|不太$")


_TOWARDS = (
    "去",
    "到",
    "拜访",
    "在",
    "给",
    "跟",
    "和",
    "找",
    "从",
    "见",
    "客户",
    "与",
    "at ",
    "with ",
    "to ",
    "visited ",
    "met ",
)


def says_when(text: str, name: Named) -> bool:
    """A customer called 明天 or 三月: without a word that leads to a customer, the day is meant."""
    if name.how not in SURE or name.pinned or name.end - name.start > 4 or name.kind is not NameKind.ACCOUNT:
        return False
    words = text[name.start : name.end]
    if _ADVERBED.search(text[: name.start]) and is_cjk(words[0]) and plainness(words) < 0.9:
        return True  # 谈得挺顺利: the word, not the customer of that name
    dates = find_dates(words)
    if not dates or dates[0].start > 0 or dates[-1].end < len(words):
        return False
    return not text[: name.start].endswith(_TOWARDS)


NOT_PEOPLE = frozenset((NameKind.ACCOUNT, NameKind.PRODUCT, NameKind.COMPETITOR, NameKind.ORG_UNIT))


def is_name(cased: str, cue: Cue) -> bool:
    """Will, May, Mark with a capital inside a sentence: a person."""
    return cue.phrase == "will" and cased[cue.start].isupper() and cue.start > 1 and cased[cue.start - 2] not in ".!?\n"


def masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with what is no person's name blanked out, so that 江尧 + 邹主任 is not read as one person."""
    for start, end in spans:
        text = text[:start] + "," * (end - start) + text[end:]
    return text


def touches(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(s < end and start < e for s, e in spans)


def strictly_inside(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(s <= start and end <= e for s, e in spans)


def settle(hits: Sequence[NameHit], context: Context, mine: frozenset[str], text: str) -> list[Named]:
    """Overlapping hits decided once: by exactness, length, and whose customer it is."""
    names = context.names
    ranked: list[tuple[float, NameHit]] = []
    told = {hit.id for hit in hits if hit.kind is NameKind.ACCOUNT and hit.score >= 0.6}
    for hit in hits:
        score = hit.score
        if hit.kind is NameKind.CONTACT:
            entry = names.entry(hit.kind, hit.id)
            if entry is None or entry.parent not in mine:
                continue
            if hit.how not in SURE and hit.end - hit.start < 2:
                continue
            if hit.how not in SURE and entry.parent in told:
                score += 0.25  # a typo in the name of somebody at the very customer that is named
        elif hit.kind is NameKind.ACCOUNT:
            score += 0.2 if hit.id in mine else (-0.1 if hit.how in SURE else -0.35)
        elif hit.kind is NameKind.OPPORTUNITY:
            continue
        if score < 0.55:
            continue
        ranked.append((score + 0.03 * min(hit.end - hit.start, 10), hit))
    ranked.sort(key=lambda r: (-r[0], r[1].start, r[1].id))
    taken: list[Named] = []
    for rank, hit in ranked:
        clash = [n for n in taken if n.start < hit.end and hit.start < n.end]
        if not clash:
            taken.append(Named(hit.start, hit.end, hit.kind, [(hit.id, rank)], hit.how))
            continue
        for other in clash:
            if (
                other.kind is hit.kind
                and rank >= other.candidates[0][1] - 0.12
                and hit.id not in other.ids
                and (hit.start, hit.end) == (other.start, other.end)
            ):
                other.candidates.append((hit.id, rank))
    taken.sort(key=lambda n: n.start)
    _apply_pins(taken, context, text)
    return taken


def _apply_pins(named: list[Named], context: Context, text: str) -> None:
    kinds = {"account": NameKind.ACCOUNT, "product": NameKind.PRODUCT, "competitor": NameKind.COMPETITOR}
    if not context.pins:
        return
    for pin in context.pins:
        kind = kinds.get(pin.kind)
        if kind is None:
            continue
        start, end = pin.span.start, pin.span.end
        named[:] = [n for n in named if not (n.start < end and start < n.end and n.kind in (kind, NameKind.ACCOUNT))]
        named.append(Named(start, end, kind, [(pin.value, 2.0)], "name", pinned=True))
    named.sort(key=lambda n: n.start)
