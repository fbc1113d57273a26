"""What changed in a deal: stage, amount, close date, competitors, products, probability, why it was lost; and new deals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sales.language.deal_amounts import amount_statements, relative, startling_of
from sales.language.deal_stages import stage_reached, stage_statements
from sales.language.deal_terms import added_products, close_statements, probability_of, rival_statements
from sales.language.frames import Frames
from sales.language.new_deals import belongs_to_new, fill_new, new_deal
from sales.language.parties import Stretch
from sales.language.statements import Statement
from sales.language.which_deal import choose_deal, which_of
from sales.people import Opportunity
from sales.records import DealDraft, Doubt, Read
from sales.stages import Stage


def deals(frames: Frames, stretch: Stretch) -> tuple[list[DealDraft], list[Doubt]]:
    """Changes of the customer's deals told in a stretch, and doubts about which deal is meant."""
    if stretch.account is None:
        return [], []
    known = list(frames.scene.context.book.opportunities(stretch.account)) if isinstance(stretch.account, str) else []
    topic = frames.scene.context.topic.opportunity
    just_signed = [o for o in known if o.id == topic and o.stage is Stage.WON] if stretch.inferred else []
    open_deals = just_signed or [o for o in known if o.stage.is_open]
    new = new_deal(frames, stretch, open_deals)
    statements = list(_statements(frames, stretch, open_deals, new is not None))
    groups: dict[str, list[Statement]] = {}
    doubts: list[Doubt] = []
    undecided: list[Statement] = []
    for statement in statements:
        if new is not None and belongs_to_new(frames, statement, new, open_deals):
            groups.setdefault("new", []).append(statement)
            continue
        chosen = choose_deal(frames, stretch, open_deals, statement)
        if len(chosen) == 1:
            groups.setdefault(chosen[0].id, []).append(statement)
        elif chosen:
            undecided.append(statement)
    if undecided:
        single = [k for k in groups if k != "new"]
        if len(single) == 1:
            groups[single[0]].extend(undecided)
        elif any(s.field not in ("competitors", "products") for s in undecided):
            doubts.append(which_of(frames, stretch, undecided, open_deals))
    out = []
    by_id = {o.id: o for o in open_deals}
    for key, found in groups.items():
        startling = startling_of(frames, by_id[key], found) if key != "new" else None
        if startling is not None:
            doubts.append(startling)
        draft = _draft(frames, stretch, by_id[key], found) if key != "new" else None
        if draft is not None:
            out.append(draft)
    if new is not None:
        out.append(fill_new(frames, stretch, new, groups.get("new", [])))
    return out, doubts


def _statements(
    frames: Frames, stretch: Stretch, open_deals: Sequence[Opportunity], opening: bool
) -> Iterator[Statement]:
    for said in stretch.clauses:
        yield from stage_statements(frames, stretch, said)
        yield from amount_statements(frames, stretch, said, open_deals, opening)
        yield from close_statements(frames, stretch, said)
        yield from rival_statements(frames, said)
        yield from probability_of(frames, said)
        yield from added_products(frames, said, open_deals)


def _draft(frames: Frames, stretch: Stretch, deal: Opportunity, statements: Sequence[Statement]) -> DealDraft | None:
    """The change of a deal on record: only what differs from what is there."""
    got: dict[str, Any] = {}
    competitors: list[Read[str]] = []
    products: list[Read[str]] = []
    stages = [s for s in statements if s.field == "stage"]
    for s in statements:
        if (
            s.field == "competitors"
            and s.value not in deal.competitors
            and s.value not in [c.value for c in competitors]
        ):
            competitors.append(Read(s.value, s.spans))
        elif s.field == "products" and s.value not in deal.products and s.value not in [c.value for c in products]:
            products.append(Read(s.value, s.spans))
        elif s.field == "amount":
            value = s.value
            if value is None and deal.amount:
                value = relative(frames, s, deal)
            if value is not None and value != deal.amount:
                got["amount"] = Read(value, s.spans)
            elif value == deal.amount:
                got.pop("amount", None)
        elif (s.field == "close_date" and s.value != deal.close_date) or s.field in ("probability", "lost_reason"):
            got[s.field] = Read(s.value, s.spans)
    stage = stage_reached(deal, stages)
    if stage is not None:
        got["stage"] = stage
    if stage is not None and stage.value in (Stage.WON, Stage.LOST):
        got.pop("close_date", None)
    if stage is None or stage.value is not Stage.LOST:
        got.pop("lost_reason", None)
    if stage is not None and stage.value is Stage.LOST:
        got.pop("amount", None)
        got.pop("probability", None)
    if not (got or competitors or products):
        return None
    return DealDraft(
        opportunity=Read(deal.id),
        account=frames.account(stretch),
        competitors=tuple(competitors),
        products=tuple(products),
        **got,
    )
