"""One message looked at by the layers: exact forms, latin words, sounds, spelled pinyin, typos. Gives raw findings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import product
from typing import NamedTuple

from sales.language.names_forms import SEAM
from sales.language.names_latin import Word, latin_words
from sales.language.names_layer import Layer
from sales.language.names_pinyin import read_as, sounds, sounds_like, spelled
from sales.language.names_words import FUNCTION_CHARS, KNOWN, edges, frequency, is_everyday_english
from sales.language.packaged import company_words

MISALIGNED_EXACT = 0.7
MISALIGNED_PART = 0.4
WORDS_OF_PINYIN = 4


class Found(NamedTuple):
    """A form found in the normal text at [start, end). `likeness` scales the score of the form's uses (of an exact one:
    whether it cuts a dictionary word). `thin`: two syllables on weak ground, only for what the caller cares about."""

    start: int
    end: int
    form: str
    how: str  # "" for exact
    likeness: float
    thin: bool = False


class Look:
    """A normal text prepared for all layers. Positions in what it yields are those of the text as given."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tight, self._back = _tighten(text)
        self.chinese = any("\u3400" <= c <= "\u9fff" for c in text)
        self.words = latin_words(text)
        self._edges = edges(self._tight) if self.chinese else bytearray(len(self._tight) + 1)

    @cached_property
    def _folded(self) -> str:
        return self._tight.translate(sounds().folded)

    def _at(self, start: int, end: int) -> tuple[int, int]:
        if self._back is None:
            return start, end
        return self._back[start], self._back[end - 1] + 1

    def exact(self, layer: Layer) -> Iterator[Found]:
        """Forms on record, as they are written."""
        text, marks = self._tight, self._edges
        for start, end in layer.hits(text):
            if _cuts_latin(text, start, end):
                continue
            likeness = 1.0
            if not (marks[start] and marks[end]):
                likeness = MISALIGNED_EXACT if end - start <= 2 else 0.9
            yield Found(*self._at(start, end), text[start:end], "", likeness)
        words = self.words
        for i in range(len(words)):
            for form, j in _windows(layer, words, i):
                yield Found(words[i].start, words[j].end, form, "", 1.0)
            if i + 1 < len(words) and words[i].joins:
                # fleet view for FleetView
                joined = words[i].text + words[i + 1].text
                if len(joined) >= 6 and joined in layer.first and joined in layer.uses:
                    yield Found(words[i].start, words[i + 1].end, joined, "", 0.9)

    def sounding(self, layer: Layer, covered: bytearray) -> Iterator[Found]:
        """Forms that sound like what is written. `covered`: 1 where an exact name stands."""
        if not self.chinese:
            return
        text, marks = self._tight, self._edges
        for start, end, forms in layer.sound_hits(self._folded):
            size = end - start
            if size == 2 and not (marks[start] and marks[end]):
                continue
            at, until = self._at(start, end)
            if all(covered[at:until]):
                continue
            written = text[start:end]
            if size == 2 and frequency(written) >= KNOWN:
                continue
            penalty = 1.0
            if size > 2:
                penalty *= 1.0 if marks[start] and marks[end] else 0.8
                penalty *= 0.5 if frequency(written) >= KNOWN else 1.0
            for form in forms:
                if form != written and (weighed := _weigh(written, form)):
                    likeness, how, thin = weighed
                    if thin and _firm_follows(text, end):
                        thin = False
                    yield Found(at, until, form, how, likeness * penalty, thin)

    def spelled(self, layer: Layer, covered: bytearray) -> Iterator[Found]:
        """Chinese names in pinyin, typed in latin letters, together or apart, given name first or last."""
        words = self.words
        for i, word in enumerate(words):
            said: list[tuple[str, ...]] = []
            plain, letters = True, 0
            for j in range(i, min(i + WORDS_OF_PINYIN, len(words))):
                piece = words[j].text
                ways = spelled(piece) if piece.isascii() and piece.isalpha() else ()
                if not ways or (j > i and not words[j - 1].joins):
                    break
                said.append(ways)
                letters += len(piece)
                plain = plain and is_everyday_english(piece)
                if letters < 4 or (j == i and (plain or letters < 5)) or all(covered[word.start : words[j].end]):
                    continue
                likeness = 0.45 if plain else 0.78 if j > i or letters >= 7 else 0.7
                for form in _spelled_forms(layer, said):
                    yield Found(word.start, words[j].end, form, "pinyin", likeness)

    def mistyped(self, layer: Layer, covered: bytearray) -> Iterator[Found]:
        """Latin names with one word mistyped."""
        words = self.words
        for i, word in enumerate(words):
            if covered[word.start]:
                continue
            for right, likeness in layer.typos.near(word.text):
                changed = [*words[:i], word._replace(text=right), *words[i + 1 :]]
                for start in range(max(0, i - 3), i + 1):
                    for form, j in _windows(layer, changed, start):
                        if j >= i:
                            yield Found(words[start].start, words[j].end, form, "fuzzy", 0.3 + 0.6 * likeness)


def _tighten(text: str) -> tuple[str, list[int] | None]:
    """Blanks between Chinese and latin letters taken out, with the way back."""
    cuts = [(m.start(), m.end()) for m in SEAM.finditer(text)]
    if not cuts:
        return text, None
    kept: list[int] = []
    at = 0
    for start, end in cuts:
        kept.extend(range(at, start))
        at = end
    kept.extend(range(at, len(text)))
    return "".join(text[i] for i in kept), kept


def _cuts_latin(text: str, start: int, end: int) -> bool:
    first, last = text[start], text[end - 1]
    if first < "\u2e80" and first.isalnum() and start and text[start - 1] < "\u2e80" and text[start - 1].isalnum():
        return True
    return last < "\u2e80" and last.isalnum() and end < len(text) and text[end] < "\u2e80" and text[end].isalnum()


def _windows(layer: Layer, words: list[Word], i: int) -> Iterator[tuple[str, int]]:
    """(form, index of its last word) for the latin forms that start at word i; a plural counts as its singular."""
    longest = layer.first.get(words[i].text, 0)
    key = ""
    j = i
    while j < len(words):
        text = words[j].text
        key = f"{key} {text}" if key else text
        if longest > j - i and key in layer.uses:
            yield key, j
        elif len(text) >= 4 and text[-1] == "s" and text[-2] != "s":
            single = key[:-1]
            known = longest > j - i or (j == i and layer.first.get(single, 0) > 0)
            if known and single in layer.uses:
                yield single, j
        if j - i + 1 >= longest or not words[j].joins:
            return
        j += 1


def _spelled_forms(layer: Layer, said: list[tuple[str, ...]]) -> list[str]:
    """The Chinese forms that these syllables spell; failing that, the names of people, given name first or last."""
    orders = [said]
    if len(said) > 1:
        orders += [[said[-1], *said[:-1]], [*said[1:], said[0]]]
    fold = sounds().fold
    for turn, order in enumerate(orders):
        found: list[str] = []
        for pieces in product(*order):
            codes = "".join(pieces)
            for form in layer.sounding(codes.translate(fold)) if len(codes) > 1 else ():
                if form not in found and (not turn or len(form) <= 4) and read_as(codes, form):
                    found.append(form)
        if found:
            return found
    return []


def _weigh(written: str, form: str) -> tuple[float, str, bool] | None:
    """(likeness, how, thin) of a Chinese form for what is written with another sound-alike; None: not worth a look."""
    size = len(form)
    differing = [w for w, f in zip(written, form, strict=True) if w != f]
    same = size - len(differing)
    true = sounds_like(written, form)
    everyday = any(w in FUNCTION_CHARS for w in differing)
    if size == 2:
        if everyday:
            return None
        if true:
            return (0.75, "pinyin", False) if same else (0.55, "pinyin", True)
        return (0.45, "folded", True) if same else None
    if true:
        likeness = 0.9 if same >= size - 1 else 0.75 if same >= size / 2 else 0.65 if same else 0.6
    else:
        likeness = 0.62 if same >= size - 1 else 0.5 if same else 0.4
    return likeness * (0.6 if everyday else 1.0), "pinyin" if true else "folded", False


def _firm_follows(text: str, at: int) -> bool:
    """Does a word of trade or legal form follow, so that what stands before it is a firm's name?"""
    words = company_words()
    return text.startswith(words.legal_zh, at) or text.startswith(words.trade_zh, at)
