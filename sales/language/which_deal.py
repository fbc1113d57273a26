"""Which of a customer's deals a statement is about: the clause itself first, then the deal last named before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from sales.language.frames import Frames, deal_amount
from sales.language.mentions import Said
from sales.language.money import scale_bare
from sales.language.names import NameKind
from sales.language.parties import Stretch
from sales.language.statements import Statement
from sales.people import Opportunity
from sales.records import Doubt, Option
from sales.stages import Stage


def choose_deal(
    frames: Frames, stretch: Stretch, candidates: Sequence[Opportunity], statement: Statement | None
) -> list[Opportunity]:
    """The deals that a statement can be about: one if sure, several if open, none if there is none."""
    if not candidates:
        return []
    if stretch.named is not None:
        pin = frames.scene.pin("opportunity", stretch.named.start, stretch.named.end)
        if pin is not None:
            return [o for o in candidates if o.id == pin.value]
    for said in stretch.clauses:
        pin = frames.scene.pin("opportunity", said.start, said.end)
        if pin is not None:
            return [o for o in candidates if o.id == pin.value]
    if len(candidates) == 1:
        return list(candidates)
    scores = {o.id: 0.0 for o in candidates}
    for deal_id, score in _focus(frames, stretch, candidates, statement).items():
        scores[deal_id] += score
    if statement is not None and statement.old is not None:
        for deal in candidates:
            amount = deal_amount(deal, frames.minor)
            if amount and _about(amount, _scaled(statement.old, amount, True)):
                scores[deal.id] += 4
    if (
        statement is not None
        and statement.field == "amount"
        and statement.value is not None
        and max(scores.values()) == 0
    ):
        for deal in candidates:
            amount = deal_amount(deal, frames.minor)
            if amount and Decimal("0.5") <= Decimal(statement.value) / frames.minor / amount <= 2:
                scores[deal.id] += 0.3
    if statement is not None and statement.field == "stage" and max(scores.values()) == 0:
        # 签了 with one deal in negotiation and one lead: the one that is near
        for deal in candidates:
            gap = abs(statement.value.rank - deal.stage.rank) if statement.value is not Stage.LOST else 1
            scores[deal.id] += {0: 1.2, 1: 1.2, 2: 0.8}.get(gap, 0.0) if statement.value is not Stage.LOST else 0.0
    topic = frames.scene.context.topic.opportunity
    if topic in scores and stretch.inferred:
        scores[topic] += 1.0
    ranked = sorted(candidates, key=lambda o: -scores[o.id])
    if scores[ranked[0].id] - scores[ranked[1].id] >= 0.5:
        return ranked[:1]
    top = scores[ranked[0].id]
    return [o for o in ranked if scores[o.id] >= top - 0.5]


def _focus(
    frames: Frames, stretch: Stretch, candidates: Sequence[Opportunity], statement: Statement | None
) -> dict[str, float]:
    """What the clauses say about which deal is meant: the clause itself first, then the last one named before it."""
    named: list[tuple[int, dict[str, float]]] = []
    for said in stretch.clauses:
        found = {deal.id: _mentions(frames, stretch, deal, said, candidates) for deal in candidates}
        if max(found.values()) - min(found.values()) >= 0.3:
            named.append((said.at, found))
    if not named:
        return {}
    if statement is None:
        return {deal.id: max(found[deal.id] for _, found in named) for deal in candidates}
    at = statement.said.at
    before = [found for place, found in named if place <= at]
    chosen = before[-1] if before else named[0][1]
    return {deal: 3.0 * score for deal, score in chosen.items()}


def _mentions(frames: Frames, stretch: Stretch, deal: Opportunity, said: Said, others: Sequence[Opportunity]) -> float:
    """How strongly a clause names a deal: by product, or by words of its name that its siblings do not have."""
    key = (deal.id, said.at, len(others))
    if key in frames.mentioned:
        return frames.mentioned[key]
    score = 0.0
    for name in said.of(NameKind.PRODUCT):
        if any(p in name.ids for p in deal.products) and not all(set(deal.products) & set(o.products) for o in others):
            score = max(score, 1.0)
        elif any(p in name.ids for p in deal.products):
            score = max(score, 0.4)
    for piece in _own_words(frames, deal, others):
        if piece in said.text:
            score = max(score, 0.6 + 0.1 * min(len(piece), 5))
    frames.mentioned[key] = score
    return score


def _own_words(frames: Frames, deal: Opportunity, others: Sequence[Opportunity]) -> list[str]:
    """Words of a deal's name that stand in the message and in no sibling's name, the customer's name left out."""
    key = (deal.id, len(others))
    if key not in frames.deal_words:
        own = frames.scene.context.book.account(deal.account)
        title = deal.name.lower()
        for word in sorted({own.name.lower(), *(a.lower() for a in own.aliases)}, key=len, reverse=True) if own else []:
            title = title.replace(word, " ")
        siblings = " ".join(o.name.lower() for o in others if o.id != deal.id)
        frames.deal_words[key] = [p for p in _pieces_of(title) if p in frames.scene.text and p not in siblings]
    return frames.deal_words[key]


def _pieces_of(title: str) -> Iterator[str]:
    """Words of a deal's name that people use for it: Latin words and Chinese runs of two to four characters."""
    for word in re.findall(r"[a-z][a-z0-9]{2,}|\d+[a-z]*", title):
        if word not in ("the", "and", "for", "project", "phase"):
            yield word
    for run in re.findall(r"[\u4e00-\u9fff]+", title):
        for size in (4, 3, 2):
            for i in range(len(run) - size + 1):
                piece = run[i : i + size]
                if piece not in ("项目", "采购", "系统", "平台", "改造", "目采"):
                    yield piece


def _about(a: Decimal, b: Decimal | None) -> bool:
    return b is not None and a > 0 and abs(a - b) / a < Decimal("0.02")


def _scaled(value: Decimal, reference: Decimal | None, chinese: bool) -> Decimal | None:
    if reference is not None and value >= reference / 6:
        return value
    return scale_bare(value, reference, chinese=chinese)


def which_of(
    frames: Frames, stretch: Stretch, statements: Sequence[Statement], candidates: Sequence[Opportunity]
) -> Doubt:
    options = {o.id: o for s in statements for o in choose_deal(frames, stretch, candidates, s)}
    first = statements[0].said
    if stretch.named is not None:
        span = frames.span(stretch.named.start, stretch.named.end)
    else:
        span = frames.span(first.start, first.end)
    return Doubt(
        "opportunity",
        span,
        tuple(Option(i, o.name) for i, o in options.items()),
        frames.scene.normal.original(first.start, first.end),
    )
