"""SVG to PNG, with a font that has Chinese characters: the one that comes along, or the operator's (CANMOU_FONT).

Where neither is there and the system has none either, nothing is drawn: a picture of empty boxes helps nobody.
"""

from __future__ import annotations

import logging
import os
import re
from functools import cache
from importlib import resources
from pathlib import Path

from handlers.font_file import FontFile, read_font
from sales.errors import CanmouError

FONT = "CANMOU_FONT"
OWN = "canmou-sans.otf"
ZOOM = 1.5
"""1080 pixels wide: what a phone has. At twice the size a picture takes twice the time and looks the same there."""

_FAMILIES = re.compile(r'font-family="[^"]*"')
_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" font-family="sans-serif">'
    '<text x="2" y="20" font-size="20">{}</text></svg>'
)
_log = logging.getLogger(__name__)


class NoFont(CanmouError):
    """No font with Chinese characters. The text is for the operator."""


def png(svg: str) -> bytes:
    """The picture that an SVG text describes. NoFont if there is nothing to write with."""
    font = the_font()
    if font is None:
        return _render(svg, None, system=True)
    return _render(svg, font, system=not all(map(font.has, set(svg))))


@cache
def the_font() -> FontFile | None:
    """What pictures are written with; None for the fonts of the system. NoFont if they have no Chinese either."""
    given = os.environ.get(FONT)
    try:
        if given:
            return read_font(Path(given).expanduser())
        return _own()
    except (OSError, ValueError) as error:
        which = f"{FONT} ({given})" if given else f"The font that comes along (handlers/fonts/{OWN})"
        if _system_writes_chinese():
            _log.warning("%s can't be used (%s); pictures are written with a font of the system", which, error)
            return None
        raise NoFont(
            f"{which} can't be used, and the system has no font with Chinese characters: answers go without pictures. "
            f"Install Canmou anew, or a font such as fonts-noto-cjk, or name a file in {FONT}."
        ) from None


def _own() -> FontFile:
    with resources.as_file(resources.files("handlers") / "fonts" / OWN) as path:
        return read_font(path)


def _system_writes_chinese() -> bool:
    """Two characters that look the same are two empty boxes (or nothing)."""
    return _render(_PROBE.format("参"), None, system=True) != _render(_PROBE.format("谋"), None, system=True)


def _render(svg: str, font: FontFile | None, *, system: bool) -> bytes:
    import resvg_py

    if font is not None:
        svg = _FAMILIES.sub(f'font-family="{font.family}"', svg, count=1)
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=ZOOM,
        skip_system_fonts=not system,
        font_files=[str(font.path)] if font is not None else None,
        languages=["zh", "en"],
    )
