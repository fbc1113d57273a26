"""The compiled look-up structures of a set of records. Built once, read only; `names.py` puts layers together."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ahocorasick

from sales.language.names_forms import Form, How, forms_of, normal_name
from sales.language.names_latin import TypoBlocks
from sales.language.names_model import NameEntry, NameKind
from sales.language.names_pinyin import folded_readings
from sales.language.names_words import is_everyday_english
from sales.language.patterns import lazy

MAX_SQUEEZED = 20  # letters of a name that people write without its blanks
_EASTERN = lazy(r"[\u2e80-\uffff]")
_HOW_BITS, _SCORE_BITS = 3, 7


def pack(entry: int, how: How, score: float) -> int:
    """A record's number, the ground and the score in hundredths, in one int."""
    return entry << (_HOW_BITS + _SCORE_BITS) | how << _SCORE_BITS | round(score * 100)


def unpack(use: int) -> tuple[int, How, float]:
    """The inverse of `pack`."""
    return use >> (_HOW_BITS + _SCORE_BITS), _HOWS[use >> _SCORE_BITS & 7], (use & 127) / 100


_HOWS = tuple(How) + (How.PART,) * (8 - len(How))


@dataclass(frozen=True, slots=True)
class Layer:
    """Look-ups over one set of records.

    `uses`: form -> the records (packed) that it may name; `scan` finds the Chinese and mixed ones in a text. `first`:
    the first word of a latin form -> how many words the longest such form has. `heard`: folded sound -> Chinese forms,
    found by `sound_scan`. `typos`: words of latin names.
    """

    entries: Sequence[NameEntry]
    uses: Mapping[str, tuple[int, ...]]
    scan: ahocorasick.Automaton | None
    first: Mapping[str, int]
    heard: Mapping[str, tuple[str, ...]]
    sound_scan: ahocorasick.Automaton | None
    typos: TypoBlocks

    def named(self, form: str) -> tuple[int, ...]:
        return self.uses.get(form, ())

    def hits(self, text: str) -> Iterator[tuple[int, int]]:
        """[start, end) of every Chinese or mixed form in the text, overlapping ones too."""
        if self.scan is not None:
            for last, size in self.scan.iter(text):
                yield last + 1 - size, last + 1

    def sound_hits(self, folded: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """[start, end) and the forms that sound like it, by the folded sound of the text."""
        if self.sound_scan is not None:
            for last, size in self.sound_scan.iter(folded):
                start = last + 1 - size
                yield start, last + 1, self.heard[folded[start : last + 1]]


def build_layer(entries: Sequence[NameEntry], parents: Mapping[str, NameEntry]) -> Layer:
    """Compile. `parents`: accounts by id, for the deals that carry their customer's name."""
    # A million small tuples are made and none is garbage: looking for cycles among them takes half of the time
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _build(entries, parents)
    finally:
        if collecting:
            gc.enable()


def _build(entries: Sequence[NameEntry], parents: Mapping[str, NameEntry]) -> Layer:
    uses: dict[str, tuple[int, ...]] = {}
    heard: dict[str, tuple[str, ...]] = {}
    first: dict[str, int] = {}
    typos = TypoBlocks(())
    shorts: dict[str, tuple[str, ...]] = {}
    sounding: set[str] = set()
    for number, entry in enumerate(entries):
        names = _parent_names(entry, parents, shorts) if entry.kind is NameKind.OPPORTUNITY else ()
        for form in forms_of(entry, names):
            text, how, score, _ = form
            use = pack(number, how, score)
            held = uses.get(text)
            uses[text] = (use,) if held is None else (*held, use)
            if form.sound and text not in sounding:
                sounding.add(text)
                for coded in folded_readings(text):
                    others = heard.get(coded)
                    if others is None:
                        heard[coded] = (text,)
                    elif text not in others:
                        heard[coded] = (*others, text)
            elif text[0] < "\u2e80" and _is_latin(text):
                _file_latin(form, uses, use, first, typos)
    return Layer(
        tuple(entries),
        uses,
        _automaton(form for form in uses if not _is_latin(form)),
        first,
        heard,
        _automaton(heard),
        typos,
    )


def _is_latin(form: str) -> bool:
    return form.isascii() or _EASTERN.search(form) is None


def _file_latin(
    form: Form, uses: dict[str, tuple[int, ...]], use: int, first: dict[str, int], typos: TypoBlocks
) -> None:
    text = form.text
    words = text.split(" ")
    size = len(words)
    if first.get(words[0], 0) < size:
        first[words[0]] = size
    if form.how <= How.ALIAS:
        for word in words:
            typos.add(word)
    if form.how <= How.WHOLE and 2 <= size <= 3 and 7 <= len(text) <= MAX_SQUEEZED:
        # pacificblue for Pacific Blue
        squeezed = "".join(words)
        if is_everyday_english(squeezed):
            return
        entry, _, score = unpack(use)
        held = uses.get(squeezed, ())
        if not any(unpack(u)[0] == entry for u in held):
            uses[squeezed] = (*held, pack(entry, How.PART, score * 0.9))
            first.setdefault(squeezed, 1)


def _automaton(forms: Iterable[str]) -> ahocorasick.Automaton | None:
    made = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for form in forms:
        made.add_word(form)
    if not len(made):
        return None
    made.make_automaton()
    return made


def _parent_names(
    entry: NameEntry, parents: Mapping[str, NameEntry], known: dict[str, tuple[str, ...]]
) -> tuple[str, ...]:
    if entry.parent not in parents:
        return ()
    if entry.parent not in known:
        account = parents[entry.parent]
        known[entry.parent] = (normal_name(account.name), *(form.text for form in forms_of(account)))
    return known[entry.parent]
