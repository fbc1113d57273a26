"""Clauses cut again once names and dates are known: where a second customer begins, and a date joined to what it dates."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from sales.language.dates import DateMention
from sales.language.lexicon import Cue
from sales.language.mentions import Named
from sales.language.names import NameKind
from sales.language.pieces import Clause
from sales.language.text import is_cjk

_RIVAL_OPENS = re.compile(r"那边|这边|也|说|报|最近|前两天|上周|昨天|今天|那家|他们")


_LEADS_ON = frozenset(
    "跟给和与对在到去找从把让叫的是用买上做推加了这那个及为向同比按用发送寄交报演讲试测聊谈提要订签供带看改"
)


_JOIN = ("和", "跟", "与", "及", "、", "&", "and", "还有", "以及", "同", "+", "/", ",")


def cut_at_names(
    clauses: Sequence[Clause], named: Sequence[Named], dates: Sequence[DateMention], cues: Sequence[Cue], text: str
) -> list[Clause]:
    """Part a clause in which a second customer begins (dictated text), before the date or verb that leads to it."""
    accounts = [n for n in named if n.kind is NameKind.ACCOUNT]
    out: list[Clause] = []
    for clause in clauses:
        inside = [n for n in accounts if clause.start <= n.start < clause.end]
        if not inside and " " not in clause.text and len(clause.text) < 14:
            out.append(clause)
            continue
        cuts: list[int] = []
        for a, b in itertools.pairwise(inside):
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
                if (
                    c.family.startswith(("activity.visit", "activity.call"))
                    and a.end < c.start
                    and c.end <= b.start
                    and b.start - c.end <= 3
                ):
                    at = min(at, c.start)
            if at > a.end:
                cuts.append(at)
        for n in named:
            if (
                n.kind is NameKind.COMPETITOR
                and clause.start + 6 <= n.start < clause.end
                and _RIVAL_OPENS.match(text[n.end : n.end + 4])
                and text[n.start - 1] not in _LEADS_ON
                and n.start not in cuts
            ):
                cuts.append(n.start)
            # 进合同评审 LIS没变化: in terse text a product after a blank begins a clause
            if (
                n.kind in (NameKind.PRODUCT, NameKind.ACCOUNT)
                and clause.start + 4 <= n.start < clause.end
                and text[n.start - 1] == " "
                and is_cjk(text[n.start - 2])
                and text[n.start - 2] not in _LEADS_ON
                and n.start not in cuts
            ):
                cuts.append(n.start)
        cuts.sort()
        if not cuts:
            out.append(clause)
            continue
        bounds = [clause.start, *cuts, clause.end]
        for s, e in itertools.pairwise(bounds):
            out.append(Clause(s, e, text[s:e], clause.line, clause.sentence, clause.bracketed, clause.column))
    return out


_OPENING = re.compile(r"(?:还有|另外|然后|对了|再就是|接着|嗯|那个|also|and|then|oh|下一步|下步|接下来)[:\s]*")


def with_their_dates(clauses: Sequence[Clause], dates: Sequence[DateMention], text: str) -> list[Clause]:
    """Join a clause that is only a date with what follows it on the line (3/26 | 昱辰答疑会, 周一: 拜访…)."""
    out: list[Clause] = []
    for clause in clauses:
        before = out[-1] if out else None
        if (
            before is not None
            and before.line is clause.line
            and before.bracketed == clause.bracketed
            and before.column == clause.column
        ):
            start, end = trim(text, before.start, before.end)
            opening = _OPENING.match(text[start:end])
            start += opening.end() if opening else 0
            alone = any(d.start <= start and end <= d.end for d in dates)
            if alone and text[before.end : clause.start].strip() in ("", ":", ",", "-", "—"):
                out[-1] = Clause(
                    before.start,
                    clause.end,
                    text[before.start : clause.end],
                    clause.line,
                    clause.sentence,
                    clause.bracketed,
                    clause.column,
                )
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
