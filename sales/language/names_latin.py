"""Names in latin letters: as sequences of words, so that hyphens, dots, possessives and plurals do not matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sales.language.names_companies import Part
from sales.language.names_words import is_everyday_english
from sales.language.packaged import company_words, places
from sales.language.patterns import lazy

_WORD = lazy(r"[a-z0-9\u00df-\u024f]+(?:&[a-z0-9]+)*")
_PLAIN = lazy(r"[a-z0-9]+(?: [a-z0-9]+)*")
_GAP = lazy(r"[ \-.'/_]?| - | ?& ?| and ")
_STOP_GAP = lazy(r"\.?,? |\.")  # ends a name, but before a legal form or after an initial
_LINKS = frozenset(("and", "of", "the", "de", "for"))
MIN_TYPO_LENGTH = 5
_BLOCK = 2  # letters at either end that a word with a typo still shares with the right one
_LONG_BLOCK = 3


class Word(NamedTuple):
    """A latin word of a text. `joins`: only a blank, a hyphen, & or "and" stands between it and the next one."""

    text: str
    start: int
    end: int
    joins: bool


def latin_words(text: str) -> list[Word]:
    """The words of a normalised text, without "and" and the possessive s; each says whether the next one adjoins."""
    found = _tokens(text)
    last = len(found) - 1
    return [
        Word(word, start, end, i < last and _adjoin(word, text[end : found[i + 1][1]], found[i + 1][0]))
        for i, (word, start, end) in enumerate(found)
    ]


def _tokens(text: str) -> list[tuple[str, int, int]]:
    return [
        (word, m.start(), m.end())
        for m in _WORD.finditer(text)
        if (word := m.group()) != "and" and not (word == "s" and m.start() and text[m.start() - 1] == "'")
    ]


def _adjoin(word: str, gap: str, following: str) -> bool:
    if gap == " " or _GAP.fullmatch(gap):
        return True
    return (following in company_words().legal_latin or len(word) == 1) and _STOP_GAP.fullmatch(gap) is not None


def words_in(name: str) -> list[str]:
    """The words of a normalised latin name, those of `latin_words`."""
    if _PLAIN.fullmatch(name):  # most names; what follows would change nothing
        words = name.split(" ")
        return words if "and" not in words else [word for word in words if word != "and"]
    return [word for word, _, _ in _tokens(name)]


def key_of(name: str) -> str:
    """A normalised latin name as the index files it: its words, one blank between."""
    return " ".join(words_in(name))


def _ordinary(word: str) -> bool:
    return is_everyday_english(word) or word in places().latin or word in company_words().trade_latin


def firm_parts_latin(name: str) -> Iterator[Part]:
    """The short forms of a firm with an English name: no legal form, no trade, the first words, the initials."""
    known = company_words()
    words = words_in(name)
    if not words:
        return
    while len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and words[-1] in known.legal_latin:
        words.pop()
    with_place = [w for w in words if len(w) > 1]
    yield Part(" ".join(words), 0.95)
    bare = [w for w in words if w not in known.legal_latin] or words
    # The country in the name of a subsidiary: Acme Shipping (Singapore) Pte Ltd
    while len(bare) > 1 and (bare[-1] in places().latin or bare[-1] in known.legal_latin or len(bare[-1]) == 1):
        bare = bare[:-1]
    yield Part(" ".join(bare), 0.92)
    core = list(bare)
    while len(core) > 1 and core[-1] in known.trade_latin:
        core.pop()
    core_text = " ".join(core)
    yield Part(core_text, 0.85 if len(core) > 1 or not _ordinary(core[0]) else 0.4)
    if len(core) < len(bare):
        yield Part(" ".join(bare[: len(core) + 1]), 0.88)
    if len(core) > 2:
        yield Part(" ".join(core[:2]), 0.75 if not all(map(_ordinary, core[:2])) else 0.6)
    if len(core) > 1:
        yield Part(core[0], 0.7 if not _ordinary(core[0]) else 0.35, strong=False)
        distinct = [w for w in core[1:] if not _ordinary(w) and len(w) >= 4]
        if distinct and _ordinary(core[0]):
            yield Part(distinct[0], 0.65, strong=False)
    yield from _initials(bare, with_place)


def _initials(bare: list[str], with_place: list[str]) -> Iterator[Part]:
    """Pacific Blue Shipping -> pbs. Two initials alone name too much to be worth a guess."""
    for words, score in ((bare, 0.75), (with_place, 0.6)):
        letters = "".join([w[0] for w in words if w not in _LINKS and w[0].isalpha()])
        if 3 <= len(letters) <= 6:
            yield Part(letters, 0.4 if is_everyday_english(letters) else score, strong=False)


def person_parts_latin(name: str, *, given: bool) -> Iterator[Part]:
    """Another order of a person's name (Tan Wei Ming / Wei Ming Tan); with `given` also first or last name alone."""
    words = words_in(name)
    if len(words) < 2:
        return
    # "the price will be" is not about Will Price
    yield Part(" ".join([*words[1:], words[0]]), 0.45 if all(map(is_everyday_english, words)) else 0.85)
    if len(words) > 2:
        yield Part(" ".join([words[-1], *words[:-1]]), 0.85)
        yield Part(f"{words[0]} {words[-1]}", 0.8)
        yield Part(f"{words[0]} {words[1]}", 0.75)
    if given:
        for i, word in enumerate(words):
            if len(word) > 2 or (len(word) == 2 and i == 0):
                plain = is_everyday_english(word)
                yield Part(word, 0.45 if plain else 0.7 if i == 0 else 0.6, strong=False)


class TypoBlocks:
    """Distinctive words of names, found again with a small typo, as they still share a beginning or an end with it."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._blocks: dict[str, list[str]] = {}
        self._known: set[str] = set()
        for word in vocabulary:
            self.add(word)

    def add(self, word: str) -> None:
        """Add a word, if it is long enough and not an everyday one."""
        if len(word) < MIN_TYPO_LENGTH or word in self._known or not word.isalpha() or is_everyday_english(word):
            return
        self._known.add(word)
        blocks = self._blocks
        for key in _block_keys(word, len(word)):
            if key in blocks:
                blocks[key].append(word)
            else:
                blocks[key] = [word]

    def near(self, word: str) -> list[tuple[str, float]]:
        """(word of the vocabulary, likeness 0..1), best first; [] for a word that is right or an everyday one."""
        size = len(word)
        if size < MIN_TYPO_LENGTH or word in self._known or not word.isalpha() or is_everyday_english(word):
            return []
        allowed = 2 if size >= 9 else 1
        from rapidfuzz.distance import OSA  # here, for importing it costs more than all of this package

        candidates = {
            c
            for length in range(size - allowed, size + allowed + 1)
            for key in _block_keys(word, length)
            for c in self._blocks.get(key, ())
        }
        found: list[tuple[str, float]] = []
        for c in candidates:
            distance = OSA.distance(word, c, score_cutoff=allowed)
            if distance <= (allowed if len(c) >= 9 else 1):
                found.append((c, 1 - distance / max(size, len(c))))
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return found[:5]


def _block_keys(word: str, length: int) -> tuple[str, str]:
    size = _LONG_BLOCK if length >= 9 else _BLOCK
    return f"{length}<{word[:size]}", f"{length}>{word[-size:]}"
