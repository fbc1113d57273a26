"""A message in pieces: lines with their section and list item, sentences, and clauses.

A clause is the smallest stretch that says one thing; a qualifier in brackets is a clause of its own that belongs to the
one before. In dictated text, where punctuation is missing, discourse words open a new clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from sales.language.lexicon import Lexicon
from sales.language.text import has_cjk, is_cjk


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


@dataclass(slots=True)
class Clause:
    start: int
    end: int
    text: str
    line: Line
    sentence: int
    bracketed: bool = False
    column: str = ""


@dataclass(slots=True)
class Pieces:
    lines: list[Line]
    clauses: list[Clause]
    weekly: bool
    sections: set[Section]


_MARK = re.compile(
    r"\s*(?:[-*•·■▪●◆►▶□✓√>]+\s*|\(?\d{1,2}(?:[、)]|[.](?!\d))\s*|\(\d{1,2}\)\s*|[①-⑳]\s*|[一二三四五六七八九十]{1,3}[、.]\s*|\([一二三四五六七八九十]\)\s*)+"
)
_BARE_NUMBER = re.compile(r"^[ ]*1[ ]+(?=[^\s\d]).*\n[ ]*2[ ]+(?=[^\s\d])", re.M)
_INLINE = re.compile(r"[①-⑳]|(?:(?<=[\s;,。:])|^)\d{1,2}(?:[、)]|[.](?!\d))(?=\s*[^\s\d])")
_SECTION_ORDER = ("section.plan_this", "section.last", "section.plan", "section.past", "section.risk", "section.support", "section.pay", "section.other")
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
_SPLIT = re.compile(r"(?:,(?!(?<=\d,)\d{3})|[。;!?…\n|])+|—+|\s-+\s|(?<!\d):(?!/)|:(?!\d)|[()\[\]【】]|\s/\s|(?<![0-9a-z])>+")
_DOT = re.compile(r"(?<![\s.][a-z])(?<!\bmr)(?<!\bms)(?<!\bdr)(?<!\bmrs)(?<!\bmdm)(?<!\bno)(?<!\bvs)(?<!\bco)(?<!\binc)(?<!\bltd)(?<!\bpte)(?<!\bsdn)(?<!\bapprox)\.(?=\s|$|[\u4e00-\u9fff])")
_DISCOURSE = re.compile(
    r"然后呢?|另外|还有(?!几|多|没|谁|啥|什么|\d)|对了(?![一遍个几两]|下(?![周个月次午]))|接着|完了(?=[^,。])|后来|不过|但是|但(?=[他她我客对价时])|可是|结果(?=[他她我客对今临就发那]|[\u4e00-\u9fff]总)|而且|同时|顺便|顺路|所以|因为|反正|(?<=[^\s])[她他](?:们)?说|客户说|对方说|[她他](?:们)?(?:的)?意思是?|说是|"
    r"让我们|要求我们|叫我们|(?<!本来)原来说|现在(?=要|改|加|降|说|变|涨|只|推|延|拖|定|又|调|退)|回头|下一步|就让|(?<=[了吧呢啊的])主要"
)
_NOT_AFTER = "(?<![跟给让和找对把被请叫陪由是向帮替约问诉见等的与同到去比为在于从年月这那本上下每就定因连,])"
_DICTATED = re.compile(
    rf"{_NOT_AFTER}(?:下下|下个?|上个?|这个?|本)?(?:周|礼拜|星期)[一二三四五六日天](?![之以]?前)|{_NOT_AFTER}(?:今天|昨天|前天|明天|后天|今早|昨晚|今晚)(?![不没出请休])|{_NOT_AFTER}(?<!天)(?<![一二三四五六日])(?:上午|下午|晚上|中午)|"
    rf"{_NOT_AFTER}(?:我们?|咱们?)(?![的这那司方])|{_NOT_AFTER}(?:他们?|她们?)(?![的])|[\u4e00-\u9fff](?:总|经理|主任|院长|处长|科长|部长|老师|工|厂长|老板|教授|博士|校长|所长)(?=说|讲|让|要求|觉得|表示|问|答应|同意)|"
    r"(?:金额|价格|预算|签约|报价|合同额|单价)(?=从|由|推|调|改|加|降|定|谈|压|砍)|最后|原定|原来(?=[咱我报说是定])|本来(?=[约要想说定])|那边(?=[上也说还])|就这些|就这样|完事|预计(?=[下月年\d周])|目前|至于"
)
_ENGLISH = re.compile(r"\s(?:but|then|so|however|also|plus)\s|\sand\s(?=(?:he|she|they|we|i|will|wants?|asked|agreed|said|need|needs|to|then|also|told|sent|got|is|has|it|budget|price)\b)")
_HEADING_TAIL = re.compile(r"[\s:：\-—()【】\[\]#*■▪●◆=、.]*$")
_NO_ACCOUNT_WORDS = re.compile(r"[,。;!?]")


def split(text: str, lexicon: Lexicon) -> Pieces:
    """Cut a normal text into lines, sections and clauses."""
    raw_lines = _lines(text)
    titles = [c for c in lexicon.find(text[:200].split("\n\n")[0]) if c.family == "weekly.title"]
    first_line_end = raw_lines[0][1] if raw_lines else 0
    titled = any(c.start < max(first_line_end, 1) and (c.start <= 24) for c in titles)
    lines: list[Line] = []
    section, week, kind = Section.NONE, None, ""
    seen: list[tuple[Section, int | None]] = []
    header: list[str] = []
    item = 0
    base: int | None = None  # the indent of the items under the last heading; what is deeper continues an item
    for start, end, is_item, indent in raw_lines:
        body = text[start:end]
        if "|" in body and body.count("|") >= 2:
            cells = _cells(body, start)
            if all(re.fullmatch(r"[\s:\-]*", c[2]) for c in cells):
                continue
            if not header and not any(ch.isdigit() for ch in body):
                header = [c[2].strip() for c in cells]
                continue
            item += 1
            line = Line(start, end, section if section is not Section.NONE else Section.PAST, week, item, True, indent)
            line.cells = [(s, e, header[i] if i < len(header) else "") for i, (s, e, _) in enumerate(cells)]
            lines.append(line)
            continue
        header = header if "|" in body else []
        head = _heading(body, lexicon)
        if head is not None and base is not None and indent > base and head[2] < len(body.rstrip()):
            # 风险点:… deep inside an item is a label of that line, not a new section
            lines.append(Line(start + head[2], end, head[0], head[1], item, False, indent, kind=kind))
            continue
        if head is not None:
            section, week, used = head
            base = None
            kind = _heading_kind(body[:used], lexicon)
            seen.append((section, week))
            if used >= len(body.rstrip()):
                continue
            start += used
            item += 1
            lines.append(Line(start, end, section, week, item, False, indent, kind=kind))
            continue
        if base is None or is_item and indent <= base:
            base = indent
        if is_item or indent <= base:
            item += 1
        lines.append(Line(start, end, section, week, item, is_item, indent, kind=kind))
    if lines and not lines[0].is_item and sum(line.is_item for line in lines[1:]) >= 2 and _VISITS.search(text[lines[0].start : lines[0].end]):
        for line in lines[1:]:
            line.kind = line.kind or "activity.visit"
    kinds = {s for s, _ in seen}
    rows = [line for line in lines if line.cells]
    titled = titled or len(rows) >= 3 or (len(rows) == 2 and any("下一步" in c[2] or "next" in c[2] or "计划" in c[2] for c in rows[0].cells)) or _weekly_prose(text)
    weekly = titled and (len(raw_lines) > 1 or len(text) > 60) or (Section.PLAN in kinds and Section.PAST in kinds)
    if not weekly:
        # a heading-like word in a short message (下周… ) is no section
        if not (len(kinds) >= 2 or (kinds and len(raw_lines) >= 4)):
            if not any(line.cells for line in lines):
                kinds_of = {line.start: line.kind for line in lines}
                lines = [Line(s, e, Section.NONE, None, i, it, ind, kind=kinds_of.get(s, "")) for i, (s, e, it, ind) in enumerate(raw_lines, 1)]
    if weekly:
        last = any(c.phrase.startswith(("上周", "last")) for c in titles) or (seen and seen[0] == (Section.PAST, -1))
        base = -1 if last else 0
        for line in lines:
            if line.section is Section.NONE:
                line.section, line.week = Section.PAST, base
            elif line.section is Section.PAST and line.week is not None and last:
                line.week = base
    if not weekly and _one_report(text, lines):
        # line breaks typed where commas would stand: one report, not a list
        lines = [Line(lines[0].start, lines[-1].end, Section.NONE, None, 1)]
    if weekly:
        lines = _split_items(text, lines)
    clauses = _clauses(text, lines)
    return Pieces(lines, clauses, weekly, kinds)


_VISITS = re.compile(r"现场|拜访|走访|跑了|跑客户|上门|\bvisits?\b|visited|on ?site")
_WEEKDAY = re.compile(r"(?:周|礼拜|星期)[一二三四五六日天]|\b(?:mon|tue|tues|wed|thu|thur|thurs|fri)(?:day|sday|nesday|rsday)?\b")
_THIS_WEEK = re.compile(r"^[^,。;]{0,6}(?:这周|本周|上周|这个?礼拜|this week|last week|my week)")


def _weekly_prose(text: str) -> bool:
    """A week told in sentences: it opens with the week and names several of its days."""
    return len(text) > 50 and bool(_THIS_WEEK.match(text)) and len({m.group() for m in _WEEKDAY.finditer(text)}) >= 2


_INNER_HEADING = re.compile(r"(?<=[。.;!])\s*(?=(?:plans? for next week|next week|next steps?|risks?|下周计划|下周安排|下周工作|下周|下一步计划|下一步|风险|本周工作|需要支持|回款)\s?(?:[:：]|plan))")


def _lines(text: str) -> list[tuple[int, int, bool, int]]:
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


def _cells(body: str, start: int) -> list[tuple[int, int, str]]:
    out = []
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


def _heading(body: str, lexicon: Lexicon) -> tuple[Section, int | None, int] | None:
    """The section that a line opens, and how much of the line is heading; None if it is an ordinary line."""
    lead = len(body) - len(body.lstrip(" \t#*=【[■▪●◆◇>-—"))
    rest = body[lead:]
    near = bool(re.search(r"下周|下礼拜|下个礼拜|下个星期|下星期|next we?e?k|nxt w", rest[:24]))
    if not rest:
        return None
    cues = [c for c in lexicon.find(rest[:40]) if c.family.startswith("section.") and c.start <= 4]
    if not cues:
        return None
    best = max(cues, key=lambda c: (-c.start, c.end - c.start, -_SECTION_ORDER.index(c.family)))
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


def _heading_kind(heading: str, lexicon: Lexicon) -> str:
    found = {f for f in _KINDS if f in lexicon.families and any(len(p) >= 2 and p in heading for p in lexicon.families[f].phrases)}
    return found.pop() if len(found) == 1 else ""


_KINDS = frozenset(f"activity.{k}" for k in ("visit", "call", "meeting", "message", "demo", "bid", "social"))


_ITEM_LIKE = re.compile(r"^\s*(?:\d{1,2}[./月]\d{1,2}|(?:周|星期|礼拜)[一二三四五六日天]|(?:mon|tue|wed|thu|fri)\w*\b|>)", re.M)


def _one_report(text: str, lines: list[Line]) -> bool:
    return 1 < len(lines) <= 6 and len(text) < 160 and not any(line.is_item or line.cells or line.section is not Section.NONE for line in lines) and not _ITEM_LIKE.search(text)


def _split_items(text: str, lines: list[Line]) -> list[Line]:
    """In a section, what semicolons part are items of their own: 【拜访】6/8 甲 …;6/10 乙 …"""
    out: list[Line] = []
    item = max((line.item for line in lines), default=0)
    for line in lines:
        cuts = [m.end() for m in re.finditer(r";", text[line.start : line.end])]
        if line.cells or not cuts or line.section not in (Section.PAST, Section.PLAN) or not line.kind and line.section is Section.PAST:
            out.append(line)
            continue
        bounds = [0, *cuts, line.end - line.start]
        for k, (a, b) in enumerate(zip(bounds, bounds[1:], strict=False)):
            if text[line.start + a : line.start + b].strip(" ;"):
                item += 1
                out.append(Line(line.start + a, line.start + b, line.section, line.week, line.item if k == 0 else 10_000 + item, True if k else line.is_item, line.indent, kind=line.kind))
    return out


def _clauses(text: str, lines: list[Line]) -> list[Clause]:
    out: list[Clause] = []
    sentence = 0
    for line in lines:
        sentence += 1
        blocks = line.cells or [(line.start, line.end, "")]
        for start, end, column in blocks:
            depth = 0
            at = start
            body = text[start:end]
            cuts: list[tuple[int, int, str]] = []
            for m in _SPLIT.finditer(body):
                cuts.append((start + m.start(), start + m.end(), m.group()))
            for m in _DOT.finditer(body):
                cuts.append((start + m.start(), start + m.end(), "."))
            cuts += [(p, p + 1, " ") for p in _spaces(text, start, end)]
            cuts.sort()
            for cut_start, cut_end, mark in [*cuts, (end, end, "\n")]:
                if cut_start < at:
                    continue
                if text[at:cut_start].strip():
                    for s, e in _finer(text, at, cut_start):
                        out.append(Clause(s, e, text[s:e], line, sentence, depth > 0, column))
                if mark[:1] in "([【":
                    depth += 1
                elif mark[:1] in ")]】":
                    depth = max(0, depth - 1)
                if any(ch in "。;!?." for ch in mark) or "\n" in mark and cut_start >= end:
                    sentence += 1
                at = cut_end
    return out


_LEADS_TO_NUMBER = frozenset("到有在于为是价约从至成额笔款给改定报降涨加减要算共计近超每第前后按就才只达满约付收打至过和跟与或砍压提升调")


def _spaces(text: str, start: int, end: int) -> list[int]:
    """Blanks that part clauses: those between two characters neither of which is a Latin letter, in Chinese text."""
    out = []
    for i in range(start + 1, end - 1):
        if text[i] == " ":
            a, b = text[i - 1], text[i + 1]
            if (b.isdigit() or b in "¥$€£~约") and a in _LEADS_TO_NUMBER:
                continue  # 改到 9月1号, 估有 80%: a number belongs to what leads to it
            if _apart(a) and _apart(b) and (is_cjk(a) or is_cjk(b)) and not (a.isdigit() and b in "万亿千百月日号点年个多"):
                out.append(i)
    return out


def _apart(ch: str) -> bool:
    return not (ch.isascii() and ch.isalpha()) and not ch.isspace() and ch not in "@#&+/→"


def _finer(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a long clause at discourse words (dictated Chinese) or conjunctions (English)."""
    body = text[start:end]
    pattern = _DISCOURSE if has_cjk(body) else _ENGLISH
    if len(body) < (9 if pattern is _DISCOURSE else 24):
        return [(start, end)]
    cuts = [start + m.start() for m in pattern.finditer(body) if m.start() >= 2]
    if pattern is _DISCOURSE and len(body) > 24:
        # dictated: no punctuation at all; a new time, a new speaker or a new subject begins a clause
        more = [start + m.start() for m in _DICTATED.finditer(body) if m.start() >= 4]
        cuts = sorted({*cuts, *more})
        kept: list[int] = []
        for cut in cuts:
            if cut - (kept[-1] if kept else start) >= 4 and end - cut >= 3:
                kept.append(cut)
        cuts = kept
    bounds = [start, *cuts, end]
    return [(a, b) for a, b in zip(bounds, bounds[1:], strict=False) if text[a:b].strip()]
