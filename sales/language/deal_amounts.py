"""What a message says a deal is worth: changes from old to new, differences, and lone figures in their context."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from sales.language.frames import Frames, deal_amount, minor_amount, near, negated, rival_before
from sales.language.layout import Section
from sales.language.mentions import Said
from sales.language.money import ChangeMention, NumberMention, Quantity, scale_bare
from sales.language.names import NameKind
from sales.language.parties import Stretch
from sales.language.statements import Statement
from sales.language.text import has_cjk
from sales.language.which_deal import choose_deal
from sales.people import Opportunity
from sales.records import Doubt, Option

_COMPARED = re.compile(
    r"比(?:之前|原来|原先|上次|预算|去年|对手|别家|我们|咱们|我方|我司)|低(?:了|我们|咱们)|高(?:了|出)?我们|cheaper|than us|below us|lower than|under us|less than us|higher than"
)


def amount_statements(
    frames: Frames, stretch: Stretch, said: Said, open_deals: Sequence[Opportunity], opening: bool
) -> Iterator[Statement]:
    mood = frames.mood(said)
    if said.line.section not in (Section.NONE, Section.PAST):
        return
    if (
        mood.order
        or (mood.hypothetical or mood.question or mood.hearsay or mood.refused or mood.doubtful or mood.originally)
        or (mood.possible and not said.has("agreed"))
    ):
        return
    if not (said.numbers or said.changes) or _COMPARED.search(said.text):
        return
    if any(
        _HANDS_OFF.search(other.text)
        for other in stretch.clauses
        if other.line is said.line and 0 <= other.at - said.at <= 6
    ):
        return  # …金额先别动: the person says what not to do
    reference = _reference(frames, stretch, open_deals, said)
    chinese = has_cjk(frames.scene.text)
    pinned = next((p for n in said.numbers if (p := frames.scene.pin("amount", n.start, n.end))), None)
    passed: set[int] = set()  # numbers of a change that is no change of money: not to be read alone either
    for change in said.changes:
        numbers = [n for n in (change.old, change.new, change.delta) if n is not None]
        if any(frames.taken(n) for n in numbers) or (mood.wish and not said.has("agreed")):
            passed.update(n.start for n in numbers)
            continue
        if (
            _unit_price(frames, said, change.start, change.end)
            or rival_before(said, change.start)
            or any(_foreign(frames, n) for n in numbers)
        ):
            passed.update(n.start for n in numbers)
            continue
        if pinned is None and not _is_money(change, reference, chinese):
            continue
        if not near_money(frames, said, change, reference, chinese):
            passed.update(n.start for n in numbers)
            continue
        value, old = _changed(change, reference, chinese)
        if pinned is not None:
            value = Decimal(pinned.value)
        if value is None and change.delta is not None and len(open_deals) > 1:
            yield Statement("amount", None, (frames.span(change.start, change.end),), said, old=old)
            for n in numbers:
                frames.used.add(n.start)
            continue
        if value is not None:
            for n in numbers:
                frames.used.add(n.start)
            yield Statement(
                "amount", minor_amount(value, frames.minor), (frames.span(change.start, change.end),), said, old=old
            )
            return
    if mood.wish and not said.has("agreed", "money.raised"):
        return
    if said.has("unchanged") and not said.has("money.raised"):
        return
    for number in said.numbers:
        if (
            frames.taken(number)
            or number.start in passed
            or _foreign(frames, number)
            or number.kind not in (Quantity.AMOUNT, Quantity.BARE)
        ):
            continue
        if rival_before(said, number.start) or (
            _unit_price(frames, said, number.start, number.end) and not (opening and _YEARLY.search(said.text))
        ):
            continue
        if near(said, number.start, ("pay.noun",), before=8, after=6) and not said.has("stage.won"):
            continue
        value = _plain(frames, stretch, said, number, reference, chinese, opening)
        if pinned is not None and value is not None:
            value = Decimal(pinned.value)
        if value is not None and value > 0:
            frames.used.add(number.start)
            yield Statement("amount", minor_amount(value, frames.minor), (frames.span(number.start, number.end),), said)
            return


def near_money(frames: Frames, said: Said, change: ChangeMention, reference: Decimal | None, chinese: bool) -> bool:
    """A bare 从4改成5 needs something that makes it money: a unit, a deal word, or the old value being the one on record."""
    numbers = [n for n in (change.old, change.new, change.delta) if n is not None]
    if any(n.kind is Quantity.AMOUNT for n in numbers):
        return True
    if any(n.kind is Quantity.DISCOUNT for n in numbers):
        return True
    if change.delta is not None and change.delta.kind is Quantity.PERCENT:
        return said.has("money.deal")
    if said.has("money.deal"):
        return True
    old = scale_bare(change.old.value, reference, chinese=chinese) if change.old is not None else None
    if old is not None and reference is not None:
        return abs(old - reference) / reference < Decimal("0.03")
    previous = frames.scene.clauses[said.at - 1] if said.at else None
    return (
        previous is not None and previous.line is said.line and previous.has("money.deal") and len(previous.text) <= 12
    )


def _is_money(change: ChangeMention, reference: Decimal | None, chinese: bool) -> bool:
    new = change.new
    if new is not None and new.kind is Quantity.BARE:
        if reference is None:
            return change.old is not None and chinese
        value = scale_bare(new.value, reference, chinese=chinese)
        return value is not None and Decimal("0.2") <= value / reference <= 5
    if new is not None and new.kind not in (Quantity.AMOUNT, Quantity.BARE):
        return False
    return change.delta is None or change.delta.kind in (
        Quantity.AMOUNT,
        Quantity.PERCENT,
        Quantity.DISCOUNT,
        Quantity.BARE,
    )


def _changed(change: ChangeMention, reference: Decimal | None, chinese: bool) -> tuple[Decimal | None, Decimal | None]:
    old = change.old.value if change.old is not None else None
    if change.old is not None and change.old.kind is Quantity.BARE and old is not None:
        old = scale_bare(old, reference, chinese=chinese)
    if change.new is not None:
        value: Decimal | None = change.new.value
        if change.new.kind is Quantity.BARE and value is not None:
            value = scale_bare(value, old or reference, chinese=chinese)
        return value, old
    base = old or reference
    if change.delta is None or base is None:
        return None, old
    delta = change.delta
    if delta.kind is Quantity.DISCOUNT:
        return base * delta.value, old
    if delta.kind is Quantity.PERCENT:
        return base * (1 + change.direction * delta.value / 100), old
    amount: Decimal | None = delta.value
    if delta.kind is Quantity.BARE:
        amount = scale_bare(delta.value, base / 10, chinese=chinese)
    return (base + change.direction * amount if amount is not None else None), old


def _reference(frames: Frames, stretch: Stretch, open_deals: Sequence[Opportunity], said: Said) -> Decimal | None:
    probe = Statement("probe", None, (), said)
    chosen = choose_deal(frames, stretch, open_deals, probe)
    return deal_amount(chosen[0], frames.minor) if len(chosen) == 1 else None


_PER = re.compile(
    r"(?:每|一)(?:台|套|吨|桶|公斤|个|人|年|月|米|平|张|床|间|座|箱|只|件|支|片)|单价|/(?:台|套|吨|桶|kg|月|年|人|米|seat|user|month|year|mth)|\bper\b|\beach\b|a piece|p\.a\.|\ba (?:month|seat|year|user)\b"
)


_HANDS_OFF = re.compile(
    r"(?:金额|价格|预算|系统|先)[^,。]{0,4}(?:别动|别改|不要动|不要改|不动|不改)|别改(?:金额|价)|(?:don't|do not) (?:change|update|touch)|leave (?:it|the (?:amount|value|price)) (?:as|for now|alone)"
)


_OFFERS = re.compile(
    r"(?:也|才|就|只|最后|他们)?(?:报了?|报价|给了?|开了?|开价|出价|卖|喊)|(?:they )?(?:quoted|offered|quoting|offering|bid|came in)"
)


_YEARLY = re.compile(r"(?:一|每)年|per year|a year|p\.a\.|annual")


def _unit_price(frames: Frames, said: Said, start: int, end: int) -> bool:
    window = said.text[max(0, start - said.start - 6) : end - said.start + 8]
    return bool(_PER.search(window))


def _plain(
    frames: Frames,
    stretch: Stretch,
    said: Said,
    number: NumberMention,
    reference: Decimal | None,
    chinese: bool,
    opening: bool,
) -> Decimal | None:
    """The amount that a lone number gives the deal, or None when it is about something else."""
    before = [
        c
        for c in said.all("money.other")
        if not (opening and _YEARLY.search(c.phrase)) and c.end <= number.start and number.start - c.end <= 8
    ]
    if before or any(
        0 <= c.start - number.end <= 2 and not (opening and _YEARLY.search(c.phrase)) for c in said.all("money.other")
    ):
        return None
    deal_word = near(said, number.start, ("money.deal", "money.raised"), before=12, after=8)
    previous = (
        frames.scene.clauses[said.at - 1] if said.at and frames.scene.clauses[said.at - 1].line is said.line else None
    )
    if (
        previous is not None
        and previous.clause.sentence == said.clause.sentence
        and previous.of(NameKind.COMPETITOR)
        and _OFFERS.match(said.text.strip())
    ):
        return None  # 翌能也进来了,报了70万: the rival's figure
    if previous is not None and any(negated(previous, c.start) for c in previous.all("stage.won")):
        previous = None
    closing = said.has("stage.won", "agreed", "stage.negotiation", "stage.qualified") or (
        previous is not None
        and previous.has("stage.won", "stage.negotiation", "agreed")
        and len(said.text) <= number.end - number.start + 6
    )
    if previous is not None and previous.at and not closing:
        earlier = frames.scene.clauses[previous.at - 1]
        closing = (
            earlier.line is said.line
            and earlier.clause.sentence == said.clause.sentence
            and earlier.has("stage.won", "stage.negotiation")
            and bool(re.match(r"(?:[中签定]的|成交)", said.text[number.end - said.start :]))
        )
    alone = len(said.text.strip()) <= (number.end - number.start) + 4
    if number.kind is Quantity.BARE:
        tight = (
            near(said, number.start, ("money.raised",), before=3, after=0)
            or (near(said, number.start, ("money.deal",), before=4, after=0) and reference is not None)
            or (near(said, number.start, ("agreed",), before=2, after=0) and reference is not None)
        )
        if not tight or number.value <= 0:
            return None
        value = scale_bare(number.value, reference, chinese=chinese)
        if value is None or (reference is not None and not Decimal("0.25") <= value / reference <= 4):
            return None
        return value
    if not (
        deal_word
        or closing
        or opening
        or (
            alone
            and previous is not None
            and previous.has("money.deal", "stage.won", "stage.negotiation", "stage.qualified")
        )
    ):
        return None
    if reference is not None and number.value / reference > 12 and not said.has("money.raised"):
        return None
    return number.value


_STARTLING = 9


"""An amount this many times the one on record (or that part of it) is asked about: a digit too many, 万 for 千."""


def startling_of(frames: Frames, deal: Opportunity, statements: Sequence[Statement]) -> Doubt | None:
    for s in statements:
        if (
            s.field != "amount"
            or not s.value
            or not deal.amount
            or s.old is not None
            or any(p.kind == "amount" for p in frames.scene.context.pins)
        ):
            continue
        ratio = Decimal(s.value) / deal.amount
        if Decimal(1) / _STARTLING < ratio < _STARTLING:
            continue
        value = Decimal(s.value) / frames.minor
        near = value / 10 if ratio >= _STARTLING else value * 10
        options = tuple(Option(f"{v.normalize():f}", _as_said(v, frames)) for v in (near, value))
        return Doubt("amount", s.spans[0], options, s.spans[0].of(frames.scene.normal.raw))
    return None


def _as_said(value: Decimal, frames: Frames) -> str:
    if frames.scene.context.book.company.locale.startswith("zh") and value >= 10_000:
        return f"{(value / 10_000).normalize():f}万"
    return f"{value:,.0f}"


def _foreign(frames: Frames, number: NumberMention) -> bool:
    """An amount in another currency than the company's: not to be taken for its own."""
    own = frames.scene.context.book.company.currency
    if number.currency is None or number.currency == own:
        return False
    return not (number.unit == "$" and own in ("SGD", "HKD", "AUD", "CAD", "TWD", "NZD", "USD"))


def relative(frames: Frames, s: Statement, deal: Opportunity) -> int | None:
    reference = deal_amount(deal, frames.minor)
    for change in s.said.changes:
        value, _ = _changed(change, reference, has_cjk(frames.scene.text))
        if value is not None:
            return minor_amount(value, frames.minor)
    return None
