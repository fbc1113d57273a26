"""Deals that are not on record yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sales.language.frames import Frames, negated
from sales.language.layout import Section
from sales.language.mentions import Named, Said
from sales.language.names import NameKind
from sales.language.parties import Stretch
from sales.language.statements import Statement
from sales.language.text import has_cjk
from sales.people import Opportunity
from sales.records import DealDraft, New, Read, Ref, Span
from sales.stages import Stage


@dataclass(slots=True)
class _NewDeal:
    said: Said
    cue_span: Span
    products: list[Named]
    explicit: bool


_FORMER = re.compile(r"去年|之前那|上次那|以前|上一期|前年|last year'?s|previous|earlier one")


_EXPLICIT_NEW = re.compile(
    r"线索|商机|新项目|新单|新机会|\blead\b|opportunity|\bopp\b|new deal|new project|separate deal"
)


def new_deal(frames: Frames, stretch: Stretch, open_deals: Sequence[Opportunity]) -> _NewDeal | None:
    """Whether the stretch tells of a deal that is not on record."""
    products: list[Named] = []
    for said in stretch.clauses:
        mood = frames.mood(said)
        if (
            said.line.section in (Section.NONE, Section.PAST)
            and not mood.hypothetical
            and not _FORMER.search(said.text)
        ):
            products += said.of(NameKind.PRODUCT)
    for said in stretch.clauses:
        mood = frames.mood(said)
        cues = said.all("new.deal")
        if (
            not cues
            or mood.order
            or said.line.section not in (Section.NONE, Section.PAST)
            or mood.hypothetical
            or mood.hearsay
            or mood.question
            or mood.refused
        ):
            continue
        if said.has("no.deal") or any(negated(said, c.start) for c in cues):
            continue
        cue = cues[0]
        explicit = any(_EXPLICIT_NEW.search(c.phrase) for c in cues) or (
            _EXPLICIT_NEW.search(said.text) is not None and isinstance(stretch.account, New)
        )
        wanted = [p for p in products if not any(set(p.ids) & set(o.products) for o in open_deals)]
        if (
            (explicit and (wanted or not products))
            or (explicit and isinstance(stretch.account, New))
            or (
                wanted
                and (
                    isinstance(stretch.account, New)
                    or not open_deals
                    or any(p in wanted for p in said.of(NameKind.PRODUCT))
                )
            )
        ):
            pass
        else:
            continue
        chosen: list[Named] = []
        for p in wanted or (products if explicit else []):
            if p.best not in [c.best for c in chosen]:
                chosen.append(p)
        return _NewDeal(said, frames.span(cue.start, cue.end), chosen, explicit)
    return None


def belongs_to_new(frames: Frames, s: Statement, new: _NewDeal, open_deals: Sequence[Opportunity]) -> bool:
    if not open_deals:
        return True
    if s.said.line is not new.said.line:
        return False
    if s.field == "competitors":
        return False
    names = list(s.said.of(NameKind.PRODUCT))
    if any(set(p.ids) & set(o.products) for p in names for o in open_deals):
        return False
    return s.said.at >= new.said.at - 1 and s.old is None


def fill_new(frames: Frames, stretch: Stretch, new: _NewDeal, statements: Sequence[Statement]) -> DealDraft:
    got: dict[str, Any] = {}
    competitors: list[Read[str]] = []
    stage: Read[Stage] = Read(Stage.LEAD, (new.cue_span,))
    for s in statements:
        if s.field == "stage" and s.value not in (Stage.LOST,):
            if s.value.rank > stage.value.rank or s.value is Stage.WON:
                stage = Read(s.value, s.spans)
        elif s.field == "competitors" and s.value not in [c.value for c in competitors]:
            competitors.append(Read(s.value, s.spans))
        elif s.field in ("amount", "close_date", "probability") and s.value is not None:
            got.setdefault(s.field, Read(s.value, s.spans))
    book = frames.scene.context.book
    account: Ref = stretch.account or New("")
    known = book.account(account) if isinstance(account, str) else None
    label = known.short if known is not None else (account.name if isinstance(account, New) else "")
    names = [
        product.aliases[0] if product.aliases else product.name
        for p in new.products
        if (product := book.product(p.best)) is not None
    ]
    glue = "" if has_cjk(label) else " "
    name = f"{label}{glue}{'+'.join(names)}" if names else f"{label}{glue}{'新商机' if has_cjk(label) else 'new deal'}"
    return DealDraft(
        opportunity=Read(New(name), (new.cue_span,)),
        account=frames.account(stretch),
        stage=stage,
        products=tuple(Read(p.best, (frames.span(p.start, p.end),)) for p in new.products),
        competitors=tuple(competitors),
        name=Read(name),
        **got,
    )
