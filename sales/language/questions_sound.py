"""Words of figures by their sound, 回宽 for 回款, and by their letters, pipline: as dictation and hurried thumbs have them."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from sales.language.lexicon import asking, inflections
from sales.language.names_pinyin import sounds
from sales.language.names_words import is_everyday_english
from sales.language.text import is_cjk

_LONGEST = 6
_PLAIN = 3  # a phrase as long as that is hardly said by accident


@cache
def _by_sound() -> dict[str, str]:
    """The sound of each phrase that names a metric -> the phrase; the first of two of the same sound."""
    usual = sounds().usual
    found: dict[str, str] = {}
    families = asking().families
    short = set(families["heard"].phrases)
    for name, family in families.items():
        if name != "heard" and not name.rpartition(".")[2].isdigit():
            continue
        for phrase in family.phrases:
            if len(phrase) <= _LONGEST and all(map(is_cjk, phrase)) and (len(phrase) >= _PLAIN or phrase in short):
                found.setdefault("".join(chr(usual[ord(ch)]) for ch in phrase), phrase)
    return found


def as_heard(text: str) -> str:
    """The text with what sounds like a phrase of figures written as it; of the same length."""
    usual, known = sounds().usual, _by_sound()
    out, at = text, 0
    while at < len(text):
        for size in range(min(_LONGEST, len(text) - at), 1, -1):
            piece = text[at : at + size]
            if not all(map(is_cjk, piece)):
                continue
            phrase = known.get("".join(chr(usual[ord(ch)]) for ch in piece))
            if phrase is not None:
                out = out[:at] + phrase + out[at + size :]
                at += size - 1
                break
        at += 1
    return out


_WORD = re.compile(r"(?a)[a-z][a-z']{4,}")


@cache
def _vocabulary() -> frozenset[str]:
    """The words of the English phrases, as they are said."""
    words: set[str] = set()
    for family in asking().families.values():
        for phrase in family.phrases:
            for form in inflections(phrase) if phrase.isascii() and "…" not in phrase else ():
                words.update(re.findall(r"[a-z]{4,}", form))
    return frozenset(words)


def as_spelled(text: str) -> str:
    """The text with slips of the finger mended: pipline, negotiaton, attainmnt. Of any length."""
    known = _vocabulary()

    def mended(found: re.Match[str]) -> str:
        word = found.group()
        if word in known or is_everyday_english(word):
            return word
        best = process.extractOne(
            word, known, scorer=DamerauLevenshtein.distance, score_cutoff=1 if len(word) < 8 else 2
        )
        return best[0] if best is not None else word

    return _WORD.sub(mended, text)
