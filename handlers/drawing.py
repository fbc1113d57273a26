"""SVG to PNG, with a font that has Chinese characters: the one that comes along, or the operator's (CANMOU_FONT).

Where neither is there and the system has none either, nothing is drawn: a picture of empty boxes helps nobody.
"""

from __future__ import annotations

import logging
import os
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path

from handlers.font_file import FontFile, read_font
from sales.errors import CanmouError

FONT = "CANMOU_FONT"
OWN = "canmou-sans.otf"

# 1080 pixels wide is what a phone has. A high picture gets fewer: time goes with the pixels, most of it into the PNG.
_ZOOM, _MOST_PIXELS = 1.5, 1_000_000
_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"')
_FAMILIES = re.compile(r'font-family="[^"]*"')
_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" font-family="sans-serif">'
    '<text x="2" y="20" font-size="20">{}</text></svg>'
)
_STROKED = {
    "Ł": "L",
    "ł": "l",
    "Đ": "D",
    "đ": "d",
    "Ø": "O",
    "ø": "o",
    "Ħ": "H",
    "ħ": "h",
    "ı": "i",
    "Ŧ": "T",
    "ŧ": "t",
}
_log = logging.getLogger(__name__)


class NoFont(CanmouError):
    """No font with Chinese characters. The text is for the operator."""


def png(svg: str) -> bytes:
    """The picture that an SVG text describes. NoFont if there is nothing to write with."""
    font = the_font()
    if font is None:
        return _render(svg, None, system=True)
    svg = unicodedata.normalize("NFC", svg)
    lacking = {ch for ch in set(svg) if not font.has(ch)}
    plainer = {ord(ch): base for ch in lacking if (base := _plain(ch)) != ch and all(map(font.has, base))}
    # to look through the system's fonts takes its time: only for what is left
    return _render(svg.translate(plainer), font, system=len(plainer) < len(lacking))


def _plain(ch: str) -> str:
    """A letter without its marks: Lodz is read as Łódź, a gap is not read at all. A mark alone is left out."""
    if unicodedata.category(ch) in ("Mn", "Me", "Cf"):
        return ""
    return _STROKED.get(ch) or unicodedata.normalize("NFKD", ch)[0]


def the_font() -> FontFile | None:
    """What pictures are written with; None for the fonts of the system. NoFont if they have no Chinese either."""
    own = resources.files("handlers") / "fonts" / OWN
    with resources.as_file(own) as path:
        found = font_at(os.environ.get(FONT) or None, path)
    if isinstance(found, NoFont):
        raise found
    return found


def _system_writes_chinese() -> bool:
    """Two characters that look the same are two empty boxes, or nothing."""
    return _render(_PROBE.format("参"), None, system=True) != _render(_PROBE.format("谋"), None, system=True)


@cache
def font_at(
    given: str | None, own: Path, system: Callable[[], bool] = _system_writes_chinese
) -> FontFile | NoFont | None:
    """The operator's font or our own, looked at once; None if the system has to do, and `system` says that it can."""
    path = own if given is None else Path(given).expanduser()
    try:
        font = read_font(path)
        if font.has("参"):
            return font
        raise ValueError(f"{path} has no Chinese characters")
    except (OSError, ValueError) as error:
        which = f"{FONT}={given}" if given is not None else f"the font that comes along ({OWN})"
        why = error.strerror if isinstance(error, OSError) else error
    if system():
        _log.warning("pictures: %s can't be used (%s); the system's fonts are taken", which, why)
        return None
    no_font = NoFont(
        f"{which} can't be used ({why}), and the system has no font with Chinese characters: answers go without "
        f"pictures. Install Canmou anew, or a font such as fonts-noto-cjk, or name a font file in {FONT}."
    )
    _log.error("pictures: %s", no_font)
    return no_font


def _render(svg: str, font: FontFile | None, *, system: bool) -> bytes:
    import resvg_py

    if font is not None:
        svg = _FAMILIES.sub(f'font-family="{font.family}"', svg, count=1)
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=_zoom(svg),
        skip_system_fonts=not system,
        font_files=[str(font.path)] if font is not None else None,
        languages=["zh", "en"],
    )


def _zoom(svg: str) -> float:
    found = _SIZE.match(svg)
    pixels = float(found[1]) * float(found[2]) if found else 1.0
    return float(max(1.0, min(_ZOOM, (_MOST_PIXELS / pixels) ** 0.5)))
