"""Lines, list items, tables and headed sections of a message."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sales.language.lexicon import Cue, Lexicon
from sales.language.text import has_cjk


class Section(StrEnum):
    """What the lines under a heading are about; it gives their clauses a default."""

    NONE = "none"
    PAST = "past"
    PLAN = "plan"
    RISK = "risk"
    SUPPORT = "support"
    PAY = "pay"
    OTHER = "other"


@dataclass(slots=True)
class Line:
    """One line or list item. `week` is the offset in weeks of the section it stands in (-1 上周, 0 本周, 1 下周)."""

    start: int
    end: int
    section: Section = Section.NONE
    week: int | None = None
    item: int = 0
    is_item: bool = False
    indent: int = 0
    cells: list[tuple[int, int, str]] = field(default_factory=list)
    kind: str = ""  # the activity family that the heading above names (二、电话沟通)


_MARK = re.compile(
    r"\s*(?:[-*•·■▪●◆►▶□✓√>]+\s*|\(?\d{1,2}(?:[、)]|[.](?!\d))\s*|\(\d{1,2}\)\s*|[①-⑳]\s*|[一二三四五六七八九十]{1,3}[、.]\s*|\([一二三四五六七八九十]\)\s*)+"
)


_BARE_NUMBER = re.compile(r"^[ ]*1[ ]+(?=[^\s\d]).*\n[ ]*2[ ]+(?=[^\s\d])", re.M)


_INLINE = re.compile(r"[①-⑳]|(?:(?<=[\s;,。:])|^)\d{1,2}(?:[、)]|[.](?!\d))(?=\s*[^\s\d])")


_SECTION_ORDER = (
    "section.plan_this",
    "section.last",
    "section.plan",
    "section.past",
    "section.risk",
    "section.support",
    "section.pay",
    "section.other",
)


_SECTIONS = {
    "section.plan_this": (Section.PLAN, 0),
    "section.plan": (Section.PLAN, 1),
    "section.last": (Section.PAST, -1),
    "section.past": (Section.PAST, 0),
    "section.risk": (Section.RISK, None),
    "section.support": (Section.SUPPORT, None),
    "section.pay": (Section.PAY, None),
    "section.other": (Section.OTHER, None),
}


VISITS = re.compile(r"现场|拜访|走访|跑了|跑客户|上门|\bvisits?\b|visited|on ?site")


_WEEKDAY = re.compile(
    r"(?:周|礼拜|星期)[一二三四五六日天]|\b(?:mon|tue|tues|wed|thu|thur|thurs|fri)(?:day|sday|nesday|rsday)?\b"
)


_THIS_WEEK = re.compile(r"^[^,。;]{0,6}(?:这周|本周|上周|这个?礼拜|this week|last week|my week)")


def weekly_prose(text: str) -> bool:
    """A week told in sentences: it opens with the week and names several of its days."""
    return len(text) > 50 and bool(_THIS_WEEK.match(text)) and len({m.group() for m in _WEEKDAY.finditer(text)}) >= 2


_INNER_HEADING = re.compile(
    r"(?<=[。.;!])\s*(?=(?:plans? for next week|next week|next steps?|risks?|下周计划|下周安排|下周工作|下周|下一步计划|下一步|风险|本周工作|需要支持|回款)\s?(?:[:：]|plan))"
)


def lines_of(text: str) -> list[tuple[int, int, bool, int]]:
    out: list[tuple[int, int, bool, int]] = []
    at = 0
    numbered = _BARE_NUMBER.search(text) is not None
    for raw in text.split("\n"):
        start, end = at, at + len(raw)
        at = end + 1
        if not raw.strip():
            continue
        indent = len(raw) - len(raw.lstrip())
        cuts = [m.start() for m in _INLINE.finditer(raw)]
        starts = [c for c in cuts if c > indent] if len(cuts) >= 2 else []
        inner = [m.end() for m in _INNER_HEADING.finditer(raw)]
        bounds = sorted({0, *starts, *inner})
        for i, b in enumerate(bounds):
            stop = bounds[i + 1] if i + 1 < len(bounds) else len(raw)
            piece = raw[b:stop]
            mark = _MARK.match(piece) or (re.match(r"\s*\d{1,2}\s+(?=[^\s\d])", piece) if numbered else None)
            skip = mark.end() if mark and mark.end() < len(piece) else len(piece) - len(piece.lstrip())
            if piece[skip:].strip():
                out.append((start + b + skip, start + stop, bool(mark and mark.group().strip()), indent))
    return out


def cells_of(body: str, start: int) -> list[tuple[int, int, str]]:
    """The cells of a table row: (start, end, text) with the places in the message."""
    out: list[tuple[int, int, str]] = []
    at = 0
    for part in body.split("|"):
        if part.strip() or (out and at + len(part) < len(body)):
            out.append((start + at, start + at + len(part), part))
        at += len(part) + 1
    while out and not out[-1][2].strip():
        out.pop()
    if out and not out[0][2].strip():
        out = out[1:]
    return out


def heading_of(body: str, at: int, marks: Sequence[Cue]) -> tuple[Section, int | None, int] | None:
    """The section that a line opens, and how much of the line is heading; None if it is an ordinary line.

    `at` is where the line starts in the message, `marks` the cues of sections of the whole message.
    """
    lead = len(body) - len(body.lstrip(" \t#*=【[■▪●◆◇>-—"))
    rest = body[lead:]
    near = bool(re.search(r"下周|下礼拜|下个礼拜|下个星期|下星期|next we?e?k|nxt w", rest[:24]))
    if not rest:
        return None
    first = at + lead
    cues = [c for c in marks if first <= c.start <= first + 4 and c.end <= at + len(body)]
    if not cues:
        return None
    best = max(cues, key=lambda c: (-c.start, c.end - c.start, -_SECTION_ORDER.index(c.family)))
    best = Cue(best.family, best.start - first, best.end - first, best.phrase)
    prefix = rest[: best.start].strip()
    if prefix and not re.fullmatch(r"[一二三四五六七八九十\d、.()\s]*", prefix):
        return None
    section, week = _SECTIONS[best.family]
    if best.family == "section.plan" and not near:
        week = None  # 下一步, 待办: no week is named
    tail = rest[best.end :]
    # "下周计划与安排", "风险与求助", "本周工作总结(3月16日—3月20日)": the heading may go on a little
    m = re.match(r"[^,。;!?:\n|\d]{0,8}(?:\([^)]{0,24}\))?\s*[】\]]?\s*$", tail)
    if m is not None:
        return section, week, len(body)
    m = re.match(r"[^,。;!?:\n|\d\s]{0,6}(?:\([^)]{0,24}\))?\s*(?:[】\]]?\s*[:：]|[】\]])\s*", tail)
    if m is not None:
        return section, week, lead + best.end + m.end()
    if section in (Section.RISK, Section.SUPPORT, Section.PAY) or best.family in ("section.plan",):
        m = re.match(r"\s+(?=\S)|\s*[-—]+\s*", tail)
        if m is not None and (has_cjk(rest[: best.end]) or "-" in m.group()) and best.end - best.start >= 2:
            return section, week, lead + best.end + m.end()
    return None


def heading_kind(heading: str, lexicon: Lexicon) -> str:
    found = {
        f
        for f in _KINDS
        if f in lexicon.families and any(len(p) >= 2 and p in heading for p in lexicon.families[f].phrases)
    }
    return found.pop() if len(found) == 1 else ""


_KINDS = frozenset(f"activity.{k}" for k in ("visit", "call", "meeting", "message", "demo", "bid", "social"))


_ITEM_LIKE = re.compile(
    r"^\s*(?:\d{1,2}[./月]\d{1,2}|(?:周|星期|礼拜)[一二三四五六日天]|(?:mon|tue|wed|thu|fri)\w*\b|>)", re.M
)


def one_report(text: str, lines: list[Line]) -> bool:
    return (
        1 < len(lines) <= 6
        and len(text) < 160
        and not any(line.is_item or line.cells or line.section is not Section.NONE for line in lines)
        and not _ITEM_LIKE.search(text)
    )


def split_items(text: str, lines: list[Line]) -> list[Line]:
    """In a section, what semicolons part are items of their own: 【拜访】6/8 甲 …;6/10 乙 …"""
    out: list[Line] = []
    item = max((line.item for line in lines), default=0)
    for line in lines:
        cuts = [m.end() for m in re.finditer(r";", text[line.start : line.end])]
        if (
            line.cells
            or not cuts
            or line.section not in (Section.PAST, Section.PLAN)
            or (not line.kind and line.section is Section.PAST)
        ):
            out.append(line)
            continue
        bounds = [0, *cuts, line.end - line.start]
        for k, (a, b) in enumerate(itertools.pairwise(bounds)):
            if text[line.start + a : line.start + b].strip(" ;"):
                item += 1
                out.append(
                    Line(
                        line.start + a,
                        line.start + b,
                        line.section,
                        line.week,
                        line.item if k == 0 else 10_000 + item,
                        True if k else line.is_item,
                        line.indent,
                        kind=line.kind,
                    )
                )
    return out
