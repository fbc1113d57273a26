"""The two sides of a correction: where the wrong value stands, if it is repeated, and where the right one begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sales.language.mentions import Scene

_NEW_PART = re.compile(
    r"(?:应该是|应是|其实是|准确说是|改成|改为|改到|更正为|我说的是|我是说|我指的是|而是|是|係|→|->|\bshould (?:have been|be)\b|\bmake (?:it|that)\b|\bi meant?\b|\bit was\b|\bit's\b|\bchange(?: it| that)? to\b|\bactually\b|\bbut\b|\bto\b)"
)
_OLD_PART = re.compile(r"(?:不是|并非|唔係|\bnot\b|\binstead of\b|\brather than\b|\bisn't\b|\bwasn't\b)")


@dataclass(frozen=True, slots=True)
class Sides:
    old: tuple[int, int] | None
    new_from: int


def sides_of(scene: Scene) -> Sides:
    """Where the wrong value stands, if it is repeated, and where the right one begins."""
    text = scene.text
    old = _OLD_PART.search(text)
    news = list(_NEW_PART.finditer(text))
    if old is not None:
        after = [m for m in news if m.start() >= old.end()]
        if after:
            return Sides((old.start(), after[-1].start()), after[-1].end())
        before = [m for m in news if m.end() <= old.start() + 1 and not text[m.start() : m.end()].startswith("不")]
        if before:  # 是越澜不是元朔; it was Jason not May
            return Sides((old.start(), len(text)), before[0].end())
        comma = re.search(r"[,，;]\s*(?=\S)", text[old.end() :])
        if comma is not None and comma.start() > 0:  # not 2.05M, 2.15M; 不是80万,85万
            return Sides((old.start(), old.end() + comma.start()), old.end() + comma.end())
        return Sides((old.start(), len(text)), 0) if not re.match(r"\s*不是", text) else Sides(None, old.end())
    return Sides(None, news[-1].start() if news else 0)


def is_old(start: int, sides: Sides) -> bool:
    """Whether a place of the correction names what was wrong."""
    return sides.old is not None and sides.old[0] <= start < sides.old[1]
