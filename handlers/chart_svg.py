"""SVG written by hand: text that is escaped and fits, boxes, lines. Lengths are in the units of a 720 wide picture."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from xml.sax.saxutils import escape

WIDTH = 720
PAD = 36
INNER = WIDTH - 2 * PAD

# Told apart by who sees no red or no green (after Okabe and Ito), and in grey.
INK, SOFT, FAINT, PAPER = "#1b2733", "#55626e", "#e6eaee", "#ffffff"
BLUE, LIGHT, ORANGE = "#0072b2", "#9ccbe6", "#d55e00"

FONTS = "Canmou Sans, Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"

# Widths of 0x20 to 0x7e in thousandths of the size, as bench/make_font.py prints them.
_ASCII = (
    224, 323, 474, 555, 555, 921, 680, 278, 338, 338, 467, 555, 278, 347, 278, 392, 555, 555, 555, 555, 555, 555, 555,
    555, 555, 555, 278, 278, 555, 555, 555, 474, 946, 608, 657, 638, 688, 589, 552, 689, 728, 293, 535, 646, 543, 812,
    723, 742, 633, 742, 635, 596, 599, 721, 575, 878, 573, 531, 603, 338, 392, 338, 555, 559, 606, 563, 618, 510, 620,
    554, 325, 564, 607, 275, 275, 552, 284, 926, 610, 606, 620, 620, 388, 468, 377, 607, 521, 802, 498, 521, 475, 338,
    270, 338, 555,
)  # fmt: skip
_SHAPELESS = frozenset({"Mn", "Me", "Cf"})
_NEVER = frozenset({"Cc", "Cs", "Cn", "Co"})
_TURNS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # the direction of writing


def clean(text: str) -> str:
    """Data as one line that may stand in XML: no control characters, nothing that turns the writing round."""
    kept = "".join(
        " " if ch.isspace() else ch
        for ch in text
        if ch.isspace() or (unicodedata.category(ch) not in _NEVER and ch not in _TURNS)
    )
    return " ".join(kept.split())


def width(text: str, size: float) -> float:
    """How wide a text is; never less than it will be (what is not known is as wide as it is high)."""
    return sum(map(_advance, text)) * size / 1000


def _advance(ch: str) -> int:
    if " " <= ch <= "~":
        return _ASCII[ord(ch) - 32]
    if unicodedata.category(ch) in _SHAPELESS:
        return 0
    plain = unicodedata.normalize("NFD", ch)[0]
    return _ASCII[ord(plain) - 32] + 10 if " " <= plain <= "~" else 1000


def cut(text: str, size: float, room: float) -> str:
    """The text, or as much of its beginning as there is room for, with … ."""
    text = clean(text)
    if width(text, size) <= room:
        return text
    room -= width("…", size)
    kept = ""
    for ch in text:
        room -= _advance(ch) * size / 1000
        if room < 0:
            break
        kept += ch
    return f"{kept.rstrip()}…"


class Canvas:
    """Collects the elements of a picture from the top down; `y` is how far it has come."""

    def __init__(self) -> None:
        self.y: float = 0
        self._parts: list[str] = []

    def text(
        self, x: float, y: float, words: str, size: float, *, kind: str, fill: str = INK, anchor: str = "start",
        room: float = INNER, halo: bool = False,
    ) -> None:  # fmt: skip
        """`y` is the base line. What is wider than its room is cut. `halo`: legible over a line."""
        shown = escape(cut(words, size, room))
        place = f' text-anchor="{anchor}"' if anchor != "start" else ""
        if halo:
            place += f' stroke="{PAPER}" stroke-width="6" stroke-linejoin="round" paint-order="stroke"'
        self._parts.append(
            f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{fill}"{place}>{shown}</text>'
        )

    def box(self, x: float, y: float, w: float, h: float, *, kind: str, fill: str, corner: float = 0) -> None:
        place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}"'
        round_ = f' rx="{_n(corner)}"' if corner else ""
        self._parts.append(f'<rect class="{kind}" {place}{round_} fill="{fill}"/>')

    def line(
        self, points: Sequence[tuple[float, float]], *, kind: str, stroke: str, thick: float = 2, dashes: str = ""
    ) -> None:
        way = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        drawn = f'stroke="{stroke}" stroke-width="{_n(thick)}"' + (f' stroke-dasharray="{dashes}"' if dashes else "")
        self._parts.append(f'<polyline class="{kind}" points="{way}" fill="none" {drawn}/>')

    def dot(self, x: float, y: float, r: float, *, kind: str, fill: str) -> None:
        self._parts.append(f'<circle class="{kind}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}" fill="{fill}"/>')

    def svg(self, title: str, language: str) -> str:
        height = _n(self.y)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
            f'role="img" lang="{language}" font-family="{FONTS}"><title>{escape(clean(title))}</title>'
            f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>{"".join(self._parts)}</svg>'
        )


def _n(value: float) -> str:
    """A length with a decimal at most."""
    return f"{value:.1f}".removesuffix(".0")
