"""Normal text with a way back: every character of the normal text knows where it stood in the message.

Normal means NFKC, lower case, simplified characters, one kind of line end, no zero-width characters. Enclosed numbers (①) stay as they are, for
they mark list items; Chinese numerals stay, for the grammars read them; emoji stay as marks between clauses.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sales.records import Span

_DROPPED = frozenset("\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f\u00ad")
_KEPT = frozenset(chr(c) for c in range(0x2460, 0x24FF)) | {"…", "⋯"}
_SPECIAL = {
    "\r": "",
    "\u3000": " ",
    "\u00a0": " ",
    "\t": " ",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "—": "—",
    "–": "-",
    "−": "-",
}


@dataclass(frozen=True, slots=True)
class Normal:
    """`text` is what grammars read; `starts[i]`/`ends[i]` is where its i-th character stood in `raw`."""

    raw: str
    text: str
    starts: tuple[int, ...] | None
    ends: tuple[int, ...] | None
    cased: str = ""
    """`text` with its capitals, character by character: capitals tell a name from a word."""

    def span(self, start: int, end: int) -> Span:
        """The span of the message behind [start, end) of the normal text."""
        if self.starts is None or self.ends is None:
            return Span(start, end)
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else len(self.raw)
            return Span(at, at)
        return Span(self.starts[start], self.ends[end - 1])

    def original(self, start: int, end: int) -> str:
        """The words of the message behind [start, end), as they were written."""
        return self.span(start, end).of(self.raw)

    def inside(self, span: Span) -> tuple[int, int]:
        """[start, end) of the normal text that stands for a span of the message."""
        if self.starts is None or self.ends is None:
            return span.start, span.end
        first = next((i for i, s in enumerate(self.ends) if s > span.start), len(self.text))
        last = next((i for i, s in enumerate(self.starts) if s >= span.end), len(self.text))
        return first, max(first, last)


@cache
def simplified() -> dict[str, str]:
    """Traditional characters and the simplified ones that stand for them, one for one."""
    lines = (resources.files("sales.language") / "data" / "traditional.txt").read_text(encoding="utf-8").splitlines()
    old, new = [line for line in lines if not line.startswith("#")][:2]
    return dict(zip(old, new, strict=True))


def normal(raw: str) -> Normal:
    """Normalise a message. Never raises; the result of an empty message is empty."""
    table = simplified()
    out: list[str] = []
    cased: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    same = True
    for i, ch in enumerate(raw):
        if ch < "\x80" and ch not in "\r\t":
            out.append(ch.lower())
            cased.append(ch)
            starts.append(i)
            ends.append(i + 1)
            continue
        if "\u4e00" <= ch <= "\u9fff":
            out.append(table.get(ch, ch))
            cased.append(out[-1])
            starts.append(i)
            ends.append(i + 1)
            continue
        if ch in _DROPPED:
            made = ""
        elif ch in _KEPT:
            made = ch
        elif ch in _SPECIAL:
            made = _SPECIAL[ch]
        else:
            made = unicodedata.normalize("NFKC", ch).lower()
        if len(made) != 1:
            same = False
        for piece in made:
            out.append(piece)
            cased.append(piece)
            starts.append(i)
            ends.append(i + 1)
    text = "".join(out)
    if same:
        return Normal(raw, text, None, None, "".join(cased))
    return Normal(raw, text, tuple(starts), tuple(ends), "".join(cased))


def fold(name: str) -> str:
    """A name as the indexes compare it."""
    return normal(name).text.strip()


def is_cjk(ch: str) -> bool:
    return "\u4e00" <= ch <= "\u9fff" or "\u3400" <= ch <= "\u4dbf"


def has_cjk(text: str) -> bool:
    return any(is_cjk(ch) for ch in text)
