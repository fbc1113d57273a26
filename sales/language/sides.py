"""The two sides of a correction: where the wrong value stands, if it is repeated, and where the right one begins."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from sales.language.mentions import Scene

_NEW_PART = re.compile(
    r"(?:应该是|应是|其实是|准确说是|改成|改为|改到|更正为|我说的是|我是说|我指的是|而是|是|係|→|->|\bshould (?:have been|be)\b|\bmake (?:it|that)\b|\bi meant?\b|\bit was\b|\bit's\b|\bchange(?: it| that)? to\b|\bactually\b|\bbut\b|\bto\b)"
)
_OLD_PART = re.compile(r"(?:不是|并非|唔係|\bnot\b|\binstead of\b|\brather than\b|\bisn't\b|\bwasn't\b)")


_PARTS = re.compile(r"(?:而且|并且|另外|还有|同时|以及|\band also\b|\balso\b|\band\b)")


@dataclass(frozen=True, slots=True)
class Sides:
    """`old`: where what was wrong is repeated, in places of the normal text."""

    old: tuple[tuple[int, int], ...]


def sides_of(scene: Scene) -> Sides:
    """Where the wrong values stand, if they are repeated. 不是拜访是电话,而且对方是曹蕾不是宋扬 has two parts, read each for itself."""
    text = scene.text
    cuts = [m.start() for m in _PARTS.finditer(text)]
    bounds = [0, *cuts, len(text)]
    parts = list(itertools.pairwise(bounds))
    if not all(_OLD_PART.search(text[s:e]) for s, e in parts):
        parts = [(0, len(text))]
    return Sides(tuple(old for s, e in parts if (old := _old_of(text[s:e], s)) is not None))


def _old_of(text: str, offset: int) -> tuple[int, int] | None:
    old = _OLD_PART.search(text)
    if old is None:
        return None
    news = list(_NEW_PART.finditer(text))
    end = len(text)
    if after := [m for m in news if m.start() >= old.end()]:
        end = after[-1].start()
    elif not [m for m in news if m.end() <= old.start() + 1 and not m.group().startswith("不")]:
        # not 2.05M, 2.15M; 不是80万,85万. Otherwise 是越澜不是元朔: old to the end
        comma = re.search(r"[,，;]\s*(?=\S)", text[old.end() :])
        if comma is not None and comma.start() > 0:
            end = old.end() + comma.start()
        elif re.match(r"\s*不是", text):
            return None
    return offset + old.start(), offset + end


def is_old(start: int, sides: Sides) -> bool:
    """Whether a place of the correction names what was wrong."""
    return any(s <= start < e for s, e in sides.old)
