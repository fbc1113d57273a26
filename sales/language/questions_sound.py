"""Words of figures by their sound: 回宽 for 回款, 打成率 for 达成率, as dictation and hurried typing have them."""

from __future__ import annotations

from functools import cache

from sales.language.lexicon import asking
from sales.language.names_pinyin import sounds
from sales.language.text import is_cjk

_LONGEST = 6


@cache
def _by_sound() -> dict[str, str]:
    """The sound of each phrase that names a metric -> the phrase; the first of two of the same sound."""
    usual = sounds().usual
    found: dict[str, str] = {}
    for name, family in asking().families.items():
        if not name.rpartition(".")[2].isdigit():
            continue
        for phrase in family.phrases:
            if 2 <= len(phrase) <= _LONGEST and all(map(is_cjk, phrase)):
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
