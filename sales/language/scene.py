"""The scene of a message: clauses with everything that is mentioned in them, each thing claimed once.

Order of claims: exact names, dates, weaker names, then numbers; what an earlier one has claimed a later one can't read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sales.language.context import Context
from sales.language.dates import DateMention, find_dates
from sales.language.lexicon import Cue
from sales.language.money import ChangeMention, NumberMention, find_changes, find_numbers
from sales.language.names import NameHit, NameKind
from sales.language.pieces import Clause, Line, Pieces, split
from sales.language.names_pinyin import sounds_like
from sales.language.names_words import FUNCTION_CHARS, plainness
from sales.language.packaged import surnames
from sales.language.surnames import TitleMention, find_person_titles
from sales.language.text import Normal, is_cjk, normal
from sales.records import Pin

_SURE = ("name", "alias")
_DATE_COLUMN = re.compile(r"日期|时间|date|when|day")
_FEW = 400  # customers of one person: beyond, their contacts' surnames say nothing about a typo


@dataclass(slots=True)
class Named:
    """A name in the text and whom it can mean, best first: (id, score)."""

    start: int
    end: int
    kind: NameKind
    candidates: list[tuple[str, float]]
    how: str
    pinned: bool = False

    @property
    def best(self) -> str:
        return self.candidates[0][0]

    @property
    def ids(self) -> list[str]:
        return [c for c, _ in self.candidates]


@dataclass(slots=True)
class Said:
    """A clause with what is mentioned in it."""

    at: int
    clause: Clause
    cues: dict[str, list[Cue]] = field(default_factory=dict)
    dates: list[DateMention] = field(default_factory=list)
    numbers: list[NumberMention] = field(default_factory=list)
    changes: list[ChangeMention] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    titles: list[TitleMention] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.clause.start

    @property
    def end(self) -> int:
        return self.clause.end

    @property
    def text(self) -> str:
        return self.clause.text

    @property
    def line(self) -> Line:
        return self.clause.line

    def has(self, *families: str) -> bool:
        return any(f in self.cues for f in families)

    def all(self, *families: str) -> list[Cue]:
        found = [cue for f in families for cue in self.cues.get(f, ())]
        found.sort(key=lambda c: c.start)
        return found

    def of(self, kind: NameKind) -> list[Named]:
        return [n for n in self.names if n.kind is kind]


@dataclass(slots=True)
class Scene:
    context: Context
    normal: Normal
    pieces: Pieces
    clauses: list[Said]
    cues: list[Cue]
    names: list[Named]
    dates: list[DateMention]
    numbers: list[NumberMention]

    @property
    def text(self) -> str:
        return self.normal.text

    @property
    def titles(self) -> list[TitleMention]:
        return [title for said in self.clauses for title in said.titles]

    def pin(self, kind: str, start: int, end: int) -> Pin | None:
        """The decision, if any, about a mention of this kind that overlaps [start, end)."""
        span = self.normal.span(start, end)
        for pin in self.context.pins:
            if pin.kind == kind and pin.span.start < span.end and span.start < pin.span.end:
                return pin
        return None

    def has(self, family: str) -> bool:
        return any(c.family == family for c in self.cues)


def make_scene(raw: str, context: Context) -> Scene:
    """Read a message into clauses with their mentions."""
    norm = normal(raw)
    text = norm.text
    hits = context.names.find(text) if text.strip() else []
    mine = context.book.my_accounts()
    named = settle(hits, context, mine, text)
    named = [n for n in named if not _says_when(text, n)]
    sure = [(n.start, n.end) for n in named if n.how in _SURE and n.end - n.start >= 2]
    pieces = split(text, context.lexicon)
    dated_cells = [(s, e) for line in pieces.lines for s, e, column in line.cells if _DATE_COLUMN.search(column)]
    # 6.9 under 日期 is a date, which nothing but the column says
    shown_dates = text
    for s, e in dated_cells:
        shown_dates = shown_dates[:s] + shown_dates[s:e].replace(".", "/") + shown_dates[e:]
    dates = find_dates(shown_dates, skip=sure, day_first=not context.book.company.locale.startswith(("zh", "en-US")))
    dates = [replace(d, strength=0.9) if _strictly_inside(d.start, d.end, dated_cells) else d for d in dates]
    dated = [(d.start, d.end) for d in dates if d.strength >= 0.6]
    said_when = [(d.start, d.end) for d in dates if d.strength >= 0.3]
    named = [n for n in named if n.how in _SURE or not _touches(n.start, n.end, said_when)]
    shown = _masked(norm.cased, [(n.start, n.end) for n in named if n.how in _SURE and n.kind in _NOT_PEOPLE])
    titles = [replace(t, surname=t.surname.lower(), given=t.given.lower()) for t in find_person_titles(shown, also=_Mistyped(context)) if not _touches(t.start, t.end, dated)]
    claims = dated + [(n.start, n.end) for n in named]
    numbers = find_numbers(text, claims)
    weak_dates = [d for d in dates if d.strength < 0.6]
    if weak_dates:
        kept = [d for d in weak_dates if not any(n.start < d.end and d.start < n.end and n.kind.name in ("AMOUNT", "PERCENT", "COUNT", "CODE") for n in numbers)]
        dates = [d for d in dates if d.strength >= 0.6 or d in kept]
    # a part of the day alone (上午, this morning) is no date: it says when today, which the tense knows better
    dates = [d for d in dates if not (d.time_only and (d.time is None or d.time.hour is None))]
    changes = find_changes(text, numbers)
    cues = [c for c in context.lexicon.find(text) if not _is_name(norm.cased, c)]
    claimed = [(n.start, n.end) for n in named if n.how in _SURE and n.kind is not NameKind.PRODUCT]
    sold = [(n.start, n.end) for n in named if n.how in _SURE and n.kind is NameKind.PRODUCT]
    cues = [c for c in cues if not _strictly_inside(c.start, c.end, claimed) and not (c.family.startswith("activity.") and _strictly_inside(c.start, c.end, sold))]
    counted = [(n.start, n.end) for n in numbers]
    cues = [c for c in cues if not any(s < c.start < e < c.end for s, e in counted)]  # 290万|一分: no 万一
    clauses = _with_their_dates(_cut_at_names(pieces.clauses, named, dates, cues, text), dates, text)
    said = [Said(i, clause) for i, clause in enumerate(clauses)]
    scene = Scene(context, norm, pieces, said, cues, named, dates, numbers)
    _deal_out(said, cues, dates, numbers, changes, named, titles)
    return scene


def _deal_out(
    said: Sequence[Said],
    cues: Iterable[Cue],
    dates: Iterable[DateMention],
    numbers: Iterable[NumberMention],
    changes: Iterable[ChangeMention],
    named: Iterable[Named],
    titles: Iterable[TitleMention],
) -> None:
    """Give every mention to the clause in which it starts."""
    starts = [s.start for s in said]

    def home(at: int) -> Said | None:
        low, high = 0, len(starts)
        while low < high:
            mid = (low + high) // 2
            if starts[mid] <= at:
                low = mid + 1
            else:
                high = mid
        if low == 0:
            return None
        found = said[low - 1]
        return found if at < found.end else None

    for cue in cues:
        if (clause := home(cue.start)) is not None:
            clause.cues.setdefault(cue.family, []).append(cue)
    for date in dates:
        if (clause := home(date.start)) is not None:
            clause.dates.append(date)
    for number in numbers:
        if (clause := home(number.start)) is not None:
            clause.numbers.append(number)
    for change in changes:
        if (clause := home(change.start)) is not None:
            clause.changes.append(change)
    for name in named:
        if (clause := home(name.start)) is not None:
            clause.names.append(name)
    for title in titles:
        if (clause := home(title.start)) is not None:
            clause.titles.append(title)


class _Mistyped(Collection[str]):
    """Characters that are no surname but sound like one of this person's contacts'; looked up only when one is met."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: frozenset[str] | None = None

    def __contains__(self, char: object) -> bool:
        if not isinstance(char, str) or not is_cjk(char[:1] or " ") or char in surnames().order or char in FUNCTION_CHARS:
            return False
        if self._known is None:
            book = self._context.book
            near = book.my_contacts() if len(book.my_accounts()) <= _FEW else ()
            self._known = frozenset(c.name[0] for c in near if c.name and is_cjk(c.name[0]))
        return any(sounds_like(char, surname) for surname in self._known)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


_ADVERBED = re.compile(r"[得挺很太更蛮真最]$|非常$|比较$|不太$")
_TOWARDS = ("去", "到", "拜访", "在", "给", "跟", "和", "找", "从", "见", "客户", "与", "at ", "with ", "to ", "visited ", "met ")


def _says_when(text: str, name: Named) -> bool:
    """A customer called 明天 or 三月: without a word that leads to a customer, the day is meant."""
    if name.how not in _SURE or name.pinned or name.end - name.start > 4 or name.kind is not NameKind.ACCOUNT:
        return False
    words = text[name.start : name.end]
    if _ADVERBED.search(text[: name.start]) and is_cjk(words[0]) and plainness(words) < 0.9:
        return True  # 谈得挺顺利: the word, not the customer of that name
    dates = find_dates(words)
    if not dates or dates[0].start > 0 or dates[-1].end < len(words):
        return False
    return not text[: name.start].endswith(_TOWARDS)


_NOT_PEOPLE = frozenset((NameKind.ACCOUNT, NameKind.PRODUCT, NameKind.COMPETITOR, NameKind.ORG_UNIT))


def _is_name(cased: str, cue: Cue) -> bool:
    """Will, May, Mark with a capital inside a sentence: a person."""
    return cue.phrase == "will" and cased[cue.start].isupper() and cue.start > 1 and cased[cue.start - 2] not in ".!?\n"


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with what is no person's name blanked out, so that 江尧 + 邹主任 is not read as one person."""
    for start, end in spans:
        text = text[:start] + "," * (end - start) + text[end:]
    return text


def _touches(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(s < end and start < e for s, e in spans)


def _strictly_inside(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(s <= start and end <= e for s, e in spans)


def settle(hits: Sequence[NameHit], context: Context, mine: frozenset[str], text: str) -> list[Named]:
    """Overlapping hits decided once: by exactness, length, and whose customer it is."""
    names = context.names
    ranked: list[tuple[float, NameHit]] = []
    told = {hit.id for hit in hits if hit.kind is NameKind.ACCOUNT and hit.score >= 0.6}
    for hit in hits:
        score = hit.score
        if hit.kind is NameKind.CONTACT:
            entry = names.entry(hit.kind, hit.id)
            if entry is None or entry.parent not in mine:
                continue
            if hit.how not in _SURE and hit.end - hit.start < 2:
                continue
            if hit.how not in _SURE and entry.parent in told:
                score += 0.25  # a typo in the name of somebody at the very customer that is named
        elif hit.kind is NameKind.ACCOUNT:
            score += 0.2 if hit.id in mine else (-0.1 if hit.how in _SURE else -0.35)
        elif hit.kind is NameKind.OPPORTUNITY:
            continue
        if score < 0.55:
            continue
        ranked.append((score + 0.03 * min(hit.end - hit.start, 10), hit))
    ranked.sort(key=lambda r: (-r[0], r[1].start, r[1].id))
    taken: list[Named] = []
    for rank, hit in ranked:
        clash = [n for n in taken if n.start < hit.end and hit.start < n.end]
        if not clash:
            taken.append(Named(hit.start, hit.end, hit.kind, [(hit.id, rank)], hit.how))
            continue
        for other in clash:
            if other.kind is hit.kind and rank >= other.candidates[0][1] - 0.12 and hit.id not in other.ids and (hit.start, hit.end) == (other.start, other.end):
                other.candidates.append((hit.id, rank))
    taken.sort(key=lambda n: n.start)
    _apply_pins(taken, context, text)
    return taken


def _apply_pins(named: list[Named], context: Context, text: str) -> None:
    kinds = {"account": NameKind.ACCOUNT, "product": NameKind.PRODUCT, "competitor": NameKind.COMPETITOR}
    if not context.pins:
        return
    for pin in context.pins:
        kind = kinds.get(pin.kind)
        if kind is None:
            continue
        start, end = pin.span.start, pin.span.end
        named[:] = [n for n in named if not (n.start < end and start < n.end and n.kind in (kind, NameKind.ACCOUNT))]
        named.append(Named(start, end, kind, [(pin.value, 2.0)], "name", pinned=True))
    named.sort(key=lambda n: n.start)


_RIVAL_OPENS = re.compile(r"那边|这边|也|说|报|最近|前两天|上周|昨天|今天|那家|他们")
_LEADS_ON = frozenset("跟给和与对在到去找从把让叫的是用买上做推加了这那个及为向同比按用")
_JOIN = ("和", "跟", "与", "及", "、", "&", "and", "还有", "以及", "同", "+", "/", ",")


def _cut_at_names(clauses: Sequence[Clause], named: Sequence[Named], dates: Sequence[DateMention], cues: Sequence[Cue], text: str) -> list[Clause]:
    """Part a clause in which a second customer begins (dictated text), before the date or verb that leads to it."""
    by_start: dict[int, list[Named]] = defaultdict(list)
    accounts = [n for n in named if n.kind is NameKind.ACCOUNT]
    out: list[Clause] = []
    for clause in clauses:
        inside = [n for n in accounts if clause.start <= n.start < clause.end]
        if not inside and " " not in clause.text and len(clause.text) < 14:
            out.append(clause)
            continue
        cuts: list[int] = []
        for a, b in zip(inside, inside[1:], strict=False):
            if set(a.ids) & set(b.ids):
                continue
            between = text[a.end : b.start].strip()
            if between in _JOIN or not between:
                continue
            if len(between) < 5:
                continue
            at = b.start
            for d in dates:
                if a.end < d.start and d.end <= b.start and b.start - d.end <= 10:
                    at = min(at, d.start)
            for c in cues:
                if c.family.startswith(("activity.visit", "activity.call")) and a.end < c.start and c.end <= b.start and b.start - c.end <= 3:
                    at = min(at, c.start)
            if at > a.end:
                cuts.append(at)
        for n in named:
            if n.kind is NameKind.COMPETITOR and clause.start + 6 <= n.start < clause.end and _RIVAL_OPENS.match(text[n.end : n.end + 4]) and text[n.start - 1] not in _LEADS_ON and n.start not in cuts:
                cuts.append(n.start)
            # 进合同评审 LIS没变化: in terse text a product after a blank begins a clause
            if n.kind in (NameKind.PRODUCT, NameKind.ACCOUNT) and clause.start + 4 <= n.start < clause.end and text[n.start - 1] == " " and is_cjk(text[n.start - 2]) and text[n.start - 2] not in _LEADS_ON and n.start not in cuts:
                cuts.append(n.start)
        cuts.sort()
        if not cuts:
            out.append(clause)
            continue
        bounds = [clause.start, *cuts, clause.end]
        for s, e in zip(bounds, bounds[1:], strict=False):
            out.append(Clause(s, e, text[s:e], clause.line, clause.sentence, clause.bracketed, clause.column))
    del by_start
    return out


_OPENING = re.compile(r"(?:还有|另外|然后|对了|再就是|接着|嗯|那个|also|and|then|oh)\s*")


def _with_their_dates(clauses: Sequence[Clause], dates: Sequence[DateMention], text: str) -> list[Clause]:
    """Join a clause that is only a date with what follows it on the line (3/26 | 昱辰答疑会, 周一: 拜访…)."""
    out: list[Clause] = []
    for clause in clauses:
        before = out[-1] if out else None
        if before is not None and before.line is clause.line and before.bracketed == clause.bracketed and before.column == clause.column:
            start, end = trim(text, before.start, before.end)
            opening = _OPENING.match(text[start:end])
            start += opening.end() if opening else 0
            alone = any(d.start <= start and end <= d.end for d in dates)
            if alone and text[before.end : clause.start].strip() in ("", ":", ",", "-", "—"):
                out[-1] = Clause(before.start, clause.end, text[before.start : clause.end], clause.line, clause.sentence, clause.bracketed, clause.column)
                continue
        out.append(clause)
    return out


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """[start, end) without blanks and stray punctuation at its ends."""
    while start < end and not (is_cjk(text[start]) or text[start].isalnum() or text[start] in "$¥€£\"'@#["):
        start += 1
    while end > start and not (is_cjk(text[end - 1]) or text[end - 1].isalnum() or text[end - 1] in "%\"'])+!)"):
        end -= 1
    return start, end
