"""Which characters a font file has and what it is called: two tables of TrueType and OpenType, read by hand."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from struct import Struct, error, unpack_from

_ENTRY = Struct(">4sIII")
_GROUP = Struct(">III")


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font: its family, and the characters it has as (first, last) ranges in order."""

    path: Path
    family: str
    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def has(self, ch: str) -> bool:
        place = bisect_right(self.firsts, ord(ch)) - 1
        return place >= 0 and ord(ch) <= self.lasts[place]


def read_font(path: Path) -> FontFile:
    """ValueError for what is no font that can be used, OSError for what can't be read."""
    data = path.read_bytes()
    try:
        start = unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
        (count,) = unpack_from(">H", data, start + 4)
        entries = [_ENTRY.unpack_from(data, start + 12 + 16 * place) for place in range(count)]
        tables = {tag: offset for tag, _, offset, _ in entries}
        ranges = sorted(_characters(data, tables[b"cmap"]))
        family = _family(data, tables[b"name"])
    except (error, KeyError, IndexError, UnicodeDecodeError):
        raise ValueError(f"{path} is no font") from None
    if not ranges or not family:
        raise ValueError(f"{path} is no font that pictures can be written with")
    return FontFile(path, family, tuple(first for first, _ in ranges), tuple(last for _, last in ranges))


def _characters(data: bytes, cmap: int) -> list[tuple[int, int]]:
    """Of the table by Unicode: the full one (format 12) where there is one, else the first plane (format 4)."""
    (count,) = unpack_from(">H", data, cmap + 2)
    offsets = [cmap + unpack_from(">I", data, cmap + 8 + 8 * place)[0] for place in range(count)]
    by_format = {unpack_from(">H", data, offset)[0]: offset for offset in offsets}
    if (full := by_format.get(12)) is not None:
        (groups,) = unpack_from(">I", data, full + 12)
        return [_GROUP.unpack_from(data, full + 16 + 12 * place)[:2] for place in range(groups)]
    plane = by_format[4]
    segments = unpack_from(">H", data, plane + 6)[0] // 2
    lasts = unpack_from(f">{segments}H", data, plane + 14)
    firsts = unpack_from(f">{segments}H", data, plane + 16 + 2 * segments)
    return [(first, last) for first, last in zip(firsts, lasts, strict=True) if last != 0xFFFF]


def _family(data: bytes, table: int) -> str:
    _, count, strings = unpack_from(">HHH", data, table)
    names = []
    for place in range(count):
        platform, _, language, kind, length, offset = unpack_from(">HHHHHH", data, table + 6 + 12 * place)
        if kind == 1 and platform == 3:
            raw = data[table + strings + offset : table + strings + offset + length]
            names.append((language != 0x409, raw.decode("utf-16-be")))
    return min(names)[1] if names else ""
