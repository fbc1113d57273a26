"""The compiled look-up structures of a set of records. Built once, read only; `names.py` puts layers together."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import ahocorasick

from sales.language.names_forms import How, forms_of, normal_name
from sales.language.names_latin import TypoBlocks
from sales.language.names_model import NameEntry, NameKind
from sales.language.names_pinyin import folded_readings
from sales.language.names_words import is_everyday_english
from sales.language.patterns import lazy

Account = Callable[[str], NameEntry | None]
MAX_SQUEEZED = 20  # letters of a name that people write without its blanks
_EASTERN = lazy(r"[\u2e80-\uffff]")
_HOW_BITS, _SCORE_BITS = 3, 7
_ENTRY_AT = _HOW_BITS + _SCORE_BITS
_ALIAS, _WHOLE = int(How.ALIAS), int(How.WHOLE)


def pack(entry: int, how: int, score: float) -> int:
    """A record's number, the ground and the score in hundredths, in one int."""
    return entry << _ENTRY_AT | how << _SCORE_BITS | round(score * 100)


def unpack(use: int) -> tuple[int, How, float]:
    """The inverse of `pack`."""
    return use >> _ENTRY_AT, _HOWS[use >> _SCORE_BITS & 7], (use & 127) / 100


_HOWS = tuple(How) + (How.PART,) * (8 - len(How))


@dataclass(frozen=True, slots=True)
class Layer:
    """Look-ups over one set of records.

    `uses`: form -> the record (packed) that it may name, or all of them, in the order of `entries`; `scan` finds the
    Chinese and mixed ones in a text. `first`: the first word of a latin form -> how many words the longest such form
    has. `heard`: folded sound -> Chinese forms, found by `sound_scan`. `typos`: words of latin names.
    """

    entries: Sequence[NameEntry]
    uses: Mapping[str, int | Sequence[int]]
    scan: ahocorasick.Automaton | None
    first: Mapping[str, int]
    heard: Mapping[str, str | Sequence[str]]
    sound_scan: ahocorasick.Automaton | None
    typos: TypoBlocks

    def named(self, form: str) -> Sequence[int]:
        """The records, packed, that a form may name."""
        held = self.uses.get(form, ())
        return (held,) if isinstance(held, int) else held

    def sounding(self, folded: str) -> Sequence[str]:
        """The Chinese forms of a folded sound."""
        held = self.heard.get(folded, ())
        return (held,) if isinstance(held, str) else held

    def hits(self, text: str) -> Iterator[tuple[int, int]]:
        """[start, end) of every Chinese or mixed form in the text, overlapping ones too."""
        if self.scan is not None:
            for last, size in self.scan.iter(text):
                yield last + 1 - size, last + 1

    def sound_hits(self, folded: str) -> Iterator[tuple[int, int, Sequence[str]]]:
        """[start, end) and the forms that sound like it, by the folded sound of the text."""
        if self.sound_scan is not None:
            for last, size in self.sound_scan.iter(folded):
                start = last + 1 - size
                yield start, last + 1, self.sounding(folded[start : last + 1])


@contextmanager
def no_collection() -> Iterator[None]:
    """Without the collector: a million small objects are made, none is garbage, and looking for cycles among them takes
    half of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def build_layer(entries: Sequence[NameEntry], account: Account) -> Layer:
    """Compile. `account`: the account of an id, for the deals that carry their customer's name."""
    with no_collection():
        return _build(entries, account)


def _build(entries: Sequence[NameEntry], account: Account) -> Layer:
    uses: dict[str, int | list[int]] = {}
    heard: dict[str, str | list[str]] = {}
    first: dict[str, int] = {}
    typos = TypoBlocks(())
    shorts: dict[str, tuple[str, ...]] = {}
    eastern: list[str] = []
    sounding: dict[str, None] = {}
    for number, entry in enumerate(entries):
        names = _parent_names(entry, account, shorts) if entry.kind is NameKind.OPPORTUNITY else ()
        for text, how, score, sound in forms_of(entry, names):
            held = uses.get(text)
            use = number << _ENTRY_AT | how << _SCORE_BITS | round(score * 100)  # `pack`, half a million times
            if held is None:
                uses[text] = use
            elif isinstance(held, int):
                uses[text] = [held, use]
            else:
                held.append(use)
            if sound:
                sounding[text] = None
            if text[0] < "\u2e80" and _is_latin(text):
                _file_latin(text, how, use, uses, first, typos)
            elif held is None:
                eastern.append(text)
    for text in sounding:  # apart from the loop above: each then has its tables at hand, a fifth faster together
        for coded in folded_readings(text):
            _hear(heard, coded, text)
    return Layer(tuple(entries), uses, _automaton(eastern), first, heard, _automaton(heard), typos)


def _hear(heard: dict[str, str | list[str]], coded: str, form: str) -> None:
    held = heard.get(coded)
    if held is None:
        heard[coded] = form
    elif isinstance(held, str):
        if held != form:
            heard[coded] = [held, form]
    elif form not in held:
        held.append(form)


def _is_latin(form: str) -> bool:
    return form.isascii() or _EASTERN.search(form) is None


def _file_latin(
    text: str, how: int, use: int, uses: dict[str, int | list[int]], first: dict[str, int], typos: TypoBlocks
) -> None:
    words = text.split(" ")
    size = len(words)
    if first.get(words[0], 0) < size:
        first[words[0]] = size
    if how <= _ALIAS:
        for word in words:
            typos.add(word)
    if how <= _WHOLE and 2 <= size <= 3 and 7 <= len(text) <= MAX_SQUEEZED:
        # pacificblue for Pacific Blue
        squeezed = "".join(words)
        if is_everyday_english(squeezed):
            return
        number, _, score = unpack(use)
        short = pack(number, How.PART, score * 0.9)
        held = uses.get(squeezed)
        if held is None:
            uses[squeezed] = short
            first.setdefault(squeezed, 1)
        elif isinstance(held, int):
            if held >> _ENTRY_AT != number:
                uses[squeezed] = [held, short]
        elif held[-1] >> _ENTRY_AT != number:  # records come one after another: if it is there, it is the last
            held.append(short)


def _automaton(forms: Iterable[str]) -> ahocorasick.Automaton | None:
    made = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for form in forms:
        made.add_word(form)
    if not len(made):
        return None
    made.make_automaton()
    return made


def _parent_names(entry: NameEntry, account: Account, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if entry.parent not in known:
        parent = account(entry.parent)
        names = () if parent is None else (normal_name(parent.name), *(form[0] for form in forms_of(parent)))
        known[entry.parent] = names
    return known[entry.parent]
