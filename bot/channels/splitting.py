"""Long texts in pieces that keep a vendor's limits: by bytes where it counts bytes, never inside a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# What a reader sees as one character: a flag, or a sign with its accents, variants, skin tone and what is joined to it.
_SIGN = re.compile(
    r"[\U0001F1E6-\U0001F1FF]{2}"
    r"|(?s:.)(?:[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\U0001F3FB-\U0001F3FF]|\u200d.)*"
)
_PAUSE = re.compile(r"[\s。！？；，、,;!?…]$")
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


def size(text: str) -> int:
    """How many bytes it takes: three for a Chinese character."""
    return len(text.encode())


def columns(text: str) -> int:
    """How wide it is: two for a Chinese character, one for a Latin letter."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def clean(text: str) -> str:
    """Without what neither JSON nor XML carries well: control characters, half characters; one kind of line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSENDABLE.sub("", text).encode("utf-8", "replace").decode()


def pieces(text: str, most: int) -> list[str]:
    """Pieces of at most `most` bytes, parted at line ends; blank lines at a piece's edges go.

    Only a line that is too long by itself is parted within, at a pause if there is one near.
    """
    found: list[str] = []
    page: list[str] = []
    room = most
    for line in text.split("\n"):
        parts = list(_parts(line, most)) if size(line) > most else [line]
        for place, part in enumerate(parts):
            need = size(part) + bool(page)
            if page and (need > room or place):  # parts of one line never share a page, or a line end would appear
                found.append("\n".join(page))
                page, room, need = [], most, size(part)
            page.append(part)
            room -= need
    found.append("\n".join(page))
    trimmed = (_without_blank_edges(piece) for piece in found)
    return [piece for piece in trimmed if piece]


def _without_blank_edges(piece: str) -> str:
    lines = piece.split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)


def _parts(line: str, most: int) -> Iterator[str]:
    part: list[str] = []
    used = 0
    for sign in _signs(line, most):
        need = size(sign)
        if used + need > most:
            # A pause in the last quarter is a better end than the last character that fits.
            pause = next((i for i in range(len(part), len(part) * 3 // 4, -1) if _PAUSE.search(part[i - 1])), len(part))
            yield "".join(part[:pause])
            part = part[pause:]
            used = sum(size(left) for left in part)
        part.append(sign)
        used += need
    yield "".join(part)


def _signs(line: str, most: int) -> Iterator[str]:
    for found in _SIGN.finditer(line):
        sign = found.group()
        # Nobody's name has this many accents: then the limit comes first.
        yield from (sign if size(sign) > most else (sign,))
