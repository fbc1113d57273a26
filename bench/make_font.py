"""Makes handlers/fonts/canmou-sans.otf: Noto Sans CJK SC Regular, cut to the characters that pictures need.

    python3 -m venv /tmp/font && /tmp/font/bin/pip install fonttools
    /tmp/font/bin/python bench/make_font.py NotoSansCJK-Regular.ttc

fonttools is needed here only. The licence (OFL) and what is kept are in handlers/fonts/.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

OUT = Path(__file__).parent.parent / "handlers" / "fonts" / "canmou-sans.otf"
NAME = "Canmou Sans"
SIMPLIFIED = "Noto Sans CJK SC"


def characters() -> set[int]:
    """GB 2312, level 1 of Big5, what European names and prices are written with, kana, a few marks."""
    kept = set(map(ord, (*_rows("gb2312", 0xA1, 0xF7, 0xA1), *_rows("big5", 0xA4, 0xC6, 0x40))))
    for first, last in ((0x20, 0x7E), (0xA0, 0x17F), (0x3000, 0x303F), (0x3040, 0x30FF), (0xFF01, 0xFF5E)):
        kept.update(range(first, last + 1))
    kept.update(range(0x2010, 0x2028))
    kept.update(map(ord, "ƠơƯưȘșȚț‰′″‹›※€₩₹₽₫₱฿™№℃←↑→↓−≈≠≤≥■□▲△▼▽◆◇○●◎★☆✓✗￥￡￠…"))
    kept.update(
        map(ord, "镕喆堃淼昇珺玥璟翀赟晟煊煜燚焜犇翊雯琰琬瑄玮玥珅珮琮瑀瑨璐璘囍嵚翾甯竑㛃祎禛祺栢槿楠昉昀昕晗晞暐曦濛")
    )
    return kept


def _rows(encoding: str, first: int, last: int, second: int) -> Iterator[str]:
    for high in range(first, last + 1):
        for low in range(second, 0xFF):
            try:
                yield bytes((high, low)).decode(encoding)
            except UnicodeDecodeError:
                continue


def main() -> None:
    fonts = TTCollection(sys.argv[1])
    font = next(one for one in fonts if one["name"].getDebugName(1) == SIMPLIFIED)
    options = subset.Options(
        hinting=False, layout_features=[], notdef_outline=False, name_IDs=[0, 1, 2, 4, 5, 6, 13, 14],
        glyph_names=False, drop_tables=["VORG", "vhea", "vmtx", "BASE", "GPOS", "GSUB", "GDEF", "DSIG"],
    )  # fmt: skip
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6):
            record.string = NAME if record.nameID != 6 else NAME.replace(" ", "")
    top = font["CFF "].cff
    top.fontNames[0] = NAME.replace(" ", "")
    font.save(OUT)
    widths = {chr(code): font["hmtx"][glyph][0] for code, glyph in font.getBestCmap().items() if code < 0x7F}
    print(f"{OUT.name}: {OUT.stat().st_size / 1e6:.2f} MB, {len(font.getBestCmap()):,} characters")
    print("widths of 0x20 to 0x7e:", [widths[chr(code)] for code in range(0x20, 0x7F)])


if __name__ == "__main__":
    main()
