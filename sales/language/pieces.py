"""A message in pieces: lines with their section and list item, sentences, and clauses.

A clause is the smallest stretch that says one thing; a qualifier in brackets is a clause of its own that belongs to the
one before. In dictated text, where punctuation is missing, discourse words open a new clause.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sales.language.layout import (
    VISITS,
    Line,
    Section,
    cells_of,
    heading_kind,
    heading_of,
    lines_of,
    one_report,
    split_items,
    weekly_prose,
)
from sales.language.lexicon import Cue, Lexicon
from sales.language.text import has_cjk, is_cjk


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


_SPLIT = re.compile(
    r"(?:,(?!(?<=\d,)\d{3})|[。;!?…\n|])+|—+|\s-+\s|(?<!\d):(?!/)|:(?!\d)|[()\[\]【】]|\s/\s|(?<![0-9a-z])>+"
)


_DOT = re.compile(
    r"(?<![\s.][a-z])(?<!\bmr)(?<!\bms)(?<!\bdr)(?<!\bmrs)(?<!\bmdm)(?<!\bno)(?<!\bvs)(?<!\bco)(?<!\binc)(?<!\bltd)(?<!\bpte)(?<!\bsdn)(?<!\bapprox)(?<!\bst)(?<!\bprof)(?<!\bext)(?<!\bjr)(?<!\bsr)\.(?=\s|$|[\u4e00-\u9fff])"
)


_DISCOURSE = re.compile(
    r"然后呢?|另外|还有(?!几|多|没|谁|啥|什么|\d)|对了(?![一遍个几两]|下(?![周个月次午]))|接着|(?<![做办弄搞忙开谈聊看写发交装测试验拍吃说])完了(?=[^,。])|后来|不过|但是|但(?=[他她我客对价时])|可是|结果(?=[他她我客对今临就发那]|[\u4e00-\u9fff]总)|而且|同时|顺便|顺路|所以|因为|反正|(?<=[^\s])[她他](?:们)?说|客户说|对方说|[她他](?:们)?(?:的)?意思是?|说是|"
    r"让我们|要求我们|叫我们|(?<!本来)原来说|现在(?=要|改|加|降|说|变|涨|只|推|延|拖|定|又|调|退)|回头|下一步|就让|(?<=[了吧呢啊的])主要"
)


_NOT_AFTER = "(?<![跟给让和找对把被请叫陪由是向帮替约问诉见等的与同到去比为在于从年月这那本上下每就定因连,])"


_DICTATED = re.compile(
    rf"{_NOT_AFTER}(?:下下|下个?|上个?|这个?|本)?(?:周|礼拜|星期)[一二三四五六日天](?![之以]?前)|{_NOT_AFTER}(?:今天|昨天|前天|明天|后天|今早|昨晚|今晚)(?![不没出请休])|{_NOT_AFTER}(?<!天)(?<![一二三四五六日])(?:上午|下午|晚上|中午)|"
    rf"{_NOT_AFTER}(?:我们?|咱们?)(?![的这那司方])|{_NOT_AFTER}(?:他们?|她们?)(?![的])|[\u4e00-\u9fff](?:总|经理|主任|院长|处长|科长|部长|老师|工|厂长|老板|教授|博士|校长|所长)(?=说|讲|让|要求|觉得|表示|问|答应|同意)|"
    r"(?:金额|价格|预算|签约|报价|合同额|单价)(?=从|由|推|调|改|加|降|定|谈|压|砍)|最后|原定|原来(?=[咱我报说是定])|本来(?=[约要想说定])|那边(?=[上也说还])|就这些|就这样|完事|预计(?=[下月年\d周])|目前|至于"
)


_ENGLISH = re.compile(
    r"\s(?:but|then|so|however|also|plus)\s|\sand\s(?=(?:he|she|they|we|i|will|wants?|asked|agreed|said|need|needs|to|then|also|told|sent|got|is|has|it|budget|price)\b)"
)


def split(text: str, lexicon: Lexicon, cues: Sequence[Cue]) -> Pieces:
    """Cut a normal text, in which the lexicon found `cues`, into lines, sections and clauses."""
    marks = [c for c in cues if c.family.startswith("section.")]
    raw_lines = lines_of(text)
    titles = [c for c in cues if c.family == "weekly.title"]
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
            cells = cells_of(body, start)
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
        head = heading_of(body, start, marks)
        if head is not None and base is not None and indent > base and head[2] < len(body.rstrip()):
            # 风险点:… deep inside an item is a label of that line, not a new section
            lines.append(Line(start + head[2], end, head[0], head[1], item, False, indent, kind=kind))
            continue
        if head is not None:
            section, week, used = head
            base = None
            kind = heading_kind(body[:used], lexicon)
            seen.append((section, week))
            if used >= len(body.rstrip()):
                continue
            start += used
            item += 1
            lines.append(Line(start, end, section, week, item, False, indent, kind=kind))
            continue
        if base is None or (is_item and indent <= base):
            base = indent
        if is_item or indent <= base:
            item += 1
        lines.append(Line(start, end, section, week, item, is_item, indent, kind=kind))
    if (
        lines
        and not lines[0].is_item
        and sum(line.is_item for line in lines[1:]) >= 2
        and VISITS.search(text[lines[0].start : lines[0].end])
    ):
        for line in lines[1:]:
            line.kind = line.kind or "activity.visit"
    kinds = {s for s, _ in seen}
    rows = [line for line in lines if line.cells]
    titled = (
        titled
        or len(rows) >= 3
        or (len(rows) == 2 and any("下一步" in c[2] or "next" in c[2] or "计划" in c[2] for c in rows[0].cells))
        or weekly_prose(text)
    )
    weekly = (titled and (len(raw_lines) > 1 or len(text) > 60)) or (Section.PLAN in kinds and Section.PAST in kinds)
    sectioned = len(kinds) >= 2 or (kinds and len(raw_lines) >= 4)
    if not weekly and not sectioned and not any(line.cells for line in lines):
        # a heading-like word in a short message (下周… ) is no section
        kinds_of = {line.start: line.kind for line in lines}
        lines = [
            Line(s, e, Section.NONE, None, i, it, ind, kind=kinds_of.get(s, ""))
            for i, (s, e, it, ind) in enumerate(raw_lines, 1)
        ]
    if weekly:
        last = any(c.phrase.startswith(("上周", "last")) for c in titles) or (seen and seen[0] == (Section.PAST, -1))
        base = -1 if last else 0
        for line in lines:
            if line.section is Section.NONE:
                line.section, line.week = Section.PAST, base
            elif line.section is Section.PAST and line.week is not None and last:
                line.week = base
    if not weekly and one_report(text, lines):
        # line breaks typed where commas would stand: one report, not a list
        lines = [Line(lines[0].start, lines[-1].end, Section.NONE, None, 1)]
    if weekly:
        lines = split_items(text, lines)
    clauses = _clauses(text, lines)
    return Pieces(lines, clauses, weekly, kinds)


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
                if any(ch in "。;!?." for ch in mark) or ("\n" in mark and cut_start >= end):
                    sentence += 1
                at = cut_end
    return out


_LEADS_TO_NUMBER = frozenset(
    "估率概到有在于为是价约从至成额笔款给改定报降涨加减要算共计近超每第前后按就才只达满约付收打至过和跟与或砍压提升调"
)


def _spaces(text: str, start: int, end: int) -> list[int]:
    """Blanks that part clauses: those between two characters neither of which is a Latin letter, in Chinese text."""
    out = []
    for i in range(start + 1, end - 1):
        if text[i] == " ":
            a, b = text[i - 1], text[i + 1]
            if (b.isdigit() or b in "¥$€£~约") and a in _LEADS_TO_NUMBER:
                continue  # 改到 9月1号, 估有 80%: a number belongs to what leads to it
            if (
                _apart(a)
                and _apart(b)
                and (is_cjk(a) or is_cjk(b))
                and not (a.isdigit() and b in "万亿千百月日号点年个多")
            ):
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
    return [(a, b) for a, b in itertools.pairwise(bounds) if text[a:b].strip()]
