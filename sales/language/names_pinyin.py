"""How names sound: toneless pinyin, the confusions of accents, and pinyin typed in latin letters.

A syllable is one private character, so that a text and its sound have the same length and positions, and one
Aho-Corasick pass over the sound finds homophones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, product

from sales.language.packaged import packaged_text

_FIRST_CODE = 0xE000  # private use area: no message means anything by it
SILENT = 0xF8FF  # stands for what has no sound: a letter, a digit, a mark
_SILENCE = chr(SILENT)
MOST_READINGS = 8  # of one name, for the combinations of several heteronyms
_MOST_SPELLINGS = 8
_INITIALS = (
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s",
    "y", "w",
)  # fmt: skip
_FOLDED_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l"}


class _Codes(dict[int, int]):
    """A table for str.translate in which what is unknown becomes silence, never itself."""

    def __missing__(self, key: int) -> int:
        return SILENT


@dataclass(frozen=True, slots=True)
class Sounds:
    """`usual`: character -> code of its usual syllable; `several`: a heteronym -> every common one, the usual first;
    `fold`: code -> code of its like; `folded`: character -> that; `letters`: code -> syllable."""

    usual: _Codes
    several: Mapping[str, tuple[int, ...]]
    fold: _Codes
    folded: _Codes
    letters: Mapping[int, str]

    def of(self, char: str) -> tuple[int, ...]:
        """The codes of all common readings, () for what has no sound."""
        found = self.several.get(char)
        if found is not None:
            return found
        code = self.usual[ord(char)]
        return () if code == SILENT else (code,)


def folded_syllable(syllable: str) -> str:
    """What an accent makes of a syllable: zh=z, ch=c, sh=s, n=l=r, ang=an, eng=en, ing=in, hu-=f."""
    initial = next((i for i in _INITIALS if syllable.startswith(i)), "")
    final = syllable[len(initial) :]
    if initial == "h" and final.startswith("u"):
        # 湖 and 福, 黄 and 方: h before u is where the two meet, and f needs no u
        initial, final = "f", final[1:] or "u"
        final = {"i": "ei", "n": "en"}.get(final, final)
    if final.endswith(("ang", "eng", "ing")):
        final = final[:-1]
    return _FOLDED_INITIALS.get(initial, initial) + final


@cache
def sounds() -> Sounds:
    """The table, read once (a few milliseconds)."""
    codes: dict[str, int] = {}
    usual, fold, folded = _Codes(), _Codes(), _Codes()
    first, also = dict[str, int](), dict[str, list[int]]()
    for line in packaged_text("pinyin.txt").splitlines():
        syllable, _, rest = line.partition(" ")
        main, _, more = rest.partition(" | ")
        code = codes.setdefault(syllable, _FIRST_CODE + len(codes))
        fold[code] = first.setdefault(folded_syllable(syllable), code)
        chars = [*map(ord, main.strip("- |"))]
        usual.update(dict.fromkeys(chars, code))
        folded.update(dict.fromkeys(chars, fold[code]))
        for char in more:
            also.setdefault(char, []).append(code)
    several = {char: (usual[ord(char)], *more_codes) for char, more_codes in also.items() if ord(char) in usual}
    return Sounds(usual, several, fold, folded, {code: s for s, code in codes.items()})


def readings(name: str) -> Iterator[str]:
    """The codes of every common way to read a Chinese name (at most MOST_READINGS), none if it has no sound."""
    table = sounds()
    if table.several.keys().isdisjoint(name):
        coded = name.translate(table.usual)
        if _SILENCE not in coded:
            yield coded
        return
    choices = [table.of(char) for char in name]
    for codes in islice(product(*choices), MOST_READINGS):
        yield "".join(map(chr, codes))


def folded_readings(name: str) -> Iterable[str]:
    """The folded codes of every common way to read a Chinese name."""
    table = sounds()
    if table.several.keys().isdisjoint(name):
        coded = name.translate(table.folded)
        return () if _SILENCE in coded else (coded,)
    folds = _folds()
    return map("".join, islice(product(*[folds[char] for char in name]), MOST_READINGS))


class _Folds(dict[str, tuple[str, ...]]):
    """Character -> the folded codes of its common readings, noted as they are asked for."""

    def __missing__(self, char: str) -> tuple[str, ...]:
        table = sounds()
        found = self[char] = tuple(chr(table.fold[code]) for code in table.of(char))
        return found


@cache
def _folds() -> _Folds:
    return _Folds()


def sounds_like(written: str, form: str) -> bool:
    """Is every character written read like the one of the form (same length), by any common reading of the form's?"""
    of, usual = sounds().of, sounds().usual
    return all(usual[ord(w)] in of(f) for w, f in zip(written, form, strict=True))


@cache
def _letters() -> dict[str, tuple[str, ...]]:
    """Latin letters of a syllable -> its codes: lv, lu and lyu may all be 吕."""
    found: dict[str, tuple[str, ...]] = {}
    for code, syllable in sounds().letters.items():
        for spelled in {syllable, syllable.replace("v", "u"), syllable.replace("v", "yu")}:
            found[spelled] = (*found.get(spelled, ()), chr(code))
    return found


@lru_cache(maxsize=20_000)
def spelled(letters: str, most: int = 6) -> tuple[str, ...]:
    """The ways to read latin letters as one to `most` syllables, as codes: xian is one or two. Most English is none."""
    if not letters:
        return ("",)
    if not most:
        return ()
    known = _letters()
    return tuple(
        first + rest
        for size in range(min(6, len(letters)), 0, -1)
        if (codes := known.get(letters[:size])) is not None
        for rest in spelled(letters[size:], most - 1)
        for first in codes
    )[:_MOST_SPELLINGS]


def read_as(codes: str, form: str) -> bool:
    """Can the form be read as these syllables (same length)?"""
    of = sounds().of
    return all(ord(code) in of(char) for code, char in zip(codes, form, strict=True))
