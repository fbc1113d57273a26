"""Money that came in or is to come in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sales.language.frames import Frames, deal_amount, minor_amount, near, negated
from sales.language.layout import Section
from sales.language.mentions import Said
from sales.language.money import NumberMention, Quantity, scale_bare
from sales.language.names import NameKind
from sales.language.parties import Stretch
from sales.language.text import has_cjk
from sales.language.which_deal import choose_deal
from sales.people import KnownPayment, Opportunity
from sales.records import DealDraft, PaymentDraft, Read, Span
from sales.stages import PaymentStatus, Stage

_WEAK_RECEIVED = frozenset(
    "收到 收到了 到了 付了 结了 回了 已付 到位 付款了 received paid came\u0020in landed arrived cleared settled collected".replace(
        "\u0020", " "
    ).split()
)
_DEPOSITS = re.compile(r"保证金|标书费|押金|bid bond|tender fee|security deposit|退")
_OWED = re.compile(r"(?:欠的?|应收|一共|总共|总额|合计)$")
_THEY_PAY = re.compile(
    r"\b(?:they|he|she|client|customer|finance|will|to)(?:'ll)? pay\b|\bpays?\b(?= (?:us|first|the|half|\d|\$|rm|s\$))|\bpaid (?:us|the|\d|\$)|(?:他们|客户|对方|财务).{0,6}(?:付|打款)"
)
_PAYS = re.compile(
    r"付|打款|打过来|入数|打给|到账|到帐|回款|支付|给$|俾|汇|转账|结清|结款|放款|release|拖到|\bpa(?:y|id)|wire|\bdue\b|settle|transfer|remit|land|come in|expected"
)
_ORDERS = re.compile(
    r"\bpo\b|订单|合同(?!款)|purchase order|order|资料|邮件|微信|反馈|通知|报价|方案|样品|\bemail\b|feedback|request|quote|tender|rfp|invite|reply|response"
)


def payments(frames: Frames, stretch: Stretch, changes: Sequence[DealDraft]) -> list[PaymentDraft]:
    """Payments of a stretch. Runs before amounts are read as deal amounts, so that a first instalment is no new price."""
    if stretch.account is None:
        return []
    out: list[PaymentDraft] = []
    for draft in _payments(frames, stretch, changes):
        twin = next(
            (i for i, p in enumerate(out) if p.amount.value == draft.amount.value and p.status is draft.status), None
        )
        if twin is None or (draft.status is PaymentStatus.EXPECTED and draft.date != out[twin].date):
            out.append(draft)
        elif draft.date is not None and draft.date.spans and not (out[twin].date and out[twin].date.spans):  # type: ignore[union-attr]
            out[twin] = replace(out[twin], date=draft.date)
    return out


def is_payment(frames: Frames, said: Said) -> bool:
    """Whether a clause speaks of money changing hands."""
    known = frames.on_money.get(said.at)
    if known is None:
        known = frames.on_money[said.at] = _is_payment(frames, said)
    return known


def _is_payment(frames: Frames, said: Said) -> bool:
    if _DEPOSITS.search(said.text):
        return False
    if said.has("pay.noun"):
        nouns = [
            c
            for c in said.all("pay.noun")
            if c.phrase
            not in (
                "款",
                "二笔",
                "三笔",
                "回款",
                "应收",
                "milestone",
                "balance",
                "advance",
                "invoice",
                "inv",
                "upfront",
                "deposit",
                "尾数",
            )
        ]
        if nouns or said.has("pay.received") or said.has("pay.expected"):
            return True
        after = frames.scene.clauses[said.at + 1] if said.at + 1 < len(frames.scene.clauses) else None
        return (
            after is not None
            and after.line is said.line
            and any(n.kind is Quantity.AMOUNT for n in said.numbers)
            and _tells_payment_date(frames, after)
        )
    strong = [c for c in said.all("pay.received") if c.phrase not in _WEAK_RECEIVED]
    if strong:
        return True
    if _THEY_PAY.search(said.text) and any(
        n.kind is Quantity.AMOUNT or (n.kind is Quantity.BARE and n.value >= 1000) for n in said.numbers
    ):
        return True
    has_money = any(n.kind is Quantity.AMOUNT for n in said.numbers)
    return (
        has_money
        and said.has("pay.received")
        and not _ORDERS.search(said.text)
        and not said.has("stage.won")
        and not any(c.phrase not in ("from", "to") for c in said.all("money.raised"))
    )


def _payments(frames: Frames, stretch: Stretch, changes: Sequence[DealDraft]) -> Iterator[PaymentDraft]:
    book = frames.scene.context.book
    known = list(book.payments(stretch.account)) if isinstance(stretch.account, str) else []
    for said in stretch.clauses:
        mood = frames.mood(said)
        if (
            not is_payment(frames, said)
            or mood.order
            or mood.hypothetical
            or mood.question
            or mood.hearsay
            or mood.refused
        ):
            continue
        if said.line.section in (Section.RISK, Section.SUPPORT, Section.OTHER):
            continue
        if (
            not said.numbers
            and not said.has("pay.noun")
            and any(p.at == said.at - 1 and is_payment(frames, p) and p.numbers for p in stretch.clauses)
        ):
            continue  # 先打过来10万, 已经到账: said of the payment before
        status, day, spans = _status(frames, stretch, said)
        if status is None:
            continue
        number = _number(frames, said)
        if number is None:
            following = _next(frames, stretch, said)
            if following is not None and len(following.text) <= 14 and not following.has("money.deal", "money.raised"):
                number = _number(frames, following)
        if number is not None and number.kind is Quantity.PERCENT:
            # 首付四成,5月10日前付51万: the amount said outweighs the share
            following = _next(frames, stretch, said)
            stated = _number(frames, following) if following is not None and _PAYS.search(following.text) else None
            number = stated if stated is not None and stated.kind is Quantity.AMOUNT else number
        deal = _deal(frames, stretch, said, changes)
        amount = _amount(frames, stretch, said, number, deal, changes)
        expected = [p for p in known if p.status is PaymentStatus.EXPECTED]
        match = _expected(expected, amount, deal)
        if amount is None:
            if status is PaymentStatus.RECEIVED and match is not None:
                amount = match.amount
            else:
                continue
        if number is not None:
            frames.used.add(number.start)
        for other in said.numbers:
            if other.kind is Quantity.PERCENT:
                frames.used.add(other.start)
        for clause in stretch.clauses:
            if (
                clause.line is said.line
                and 0 <= clause.at - said.at <= 2
                and (clause is said or _tells_payment_date(frames, clause))
            ):
                frames.used_dates.update(id(mention) for mention in clause.dates)
        number_span = (frames.span(number.start, number.end),) if number is not None else ()
        if amount <= 0 or (day is None and status is PaymentStatus.EXPECTED):
            continue
        yield PaymentDraft(
            account=frames.account(stretch),
            amount=Read(amount, number_span),
            date=Read(day, spans) if day is not None else None,
            status=status,
            id=match.id if match is not None else None,
            opportunity=Read(deal.id) if deal is not None else None,
        )


def _next(frames: Frames, stretch: Stretch, said: Said) -> Said | None:
    for other in stretch.clauses:
        if other.at == said.at + 1 and other.line is said.line:
            return other
    return None


def _status(frames: Frames, stretch: Stretch, said: Said) -> tuple[PaymentStatus | None, date | None, tuple[Span, ...]]:
    mood = frames.mood(said)
    spans: tuple[Span, ...] = ()
    received = [c for c in said.all("pay.received") if not negated(said, c.start)]
    neighbour = _next(frames, stretch, said)
    if not received and neighbour is not None and len(neighbour.text) <= 18 and not frames.mood(neighbour).plan:
        received = [c for c in neighbour.all("pay.received") if not negated(neighbour, c.start)]
    later = [(m, r) for m, r in frames.later(said) if r.due > frames.today or m.is_future_only]
    if not later and neighbour is not None and not _tells_payment_date(frames, neighbour):
        second = _next(frames, stretch, neighbour)
        neighbour = second if second is not None and _tells_payment_date(frames, second) else neighbour
    if not later and neighbour is not None and _tells_payment_date(frames, neighbour):
        later = [(m, r) for m, r in frames.later(neighbour) if r.due > frames.today]
    past = (
        said.has("past")
        or bool(frames.gone(said))
        or any(c.phrase[-1:] in "了讫数账帐" or c.phrase.isascii() for c in received)
    )
    if received and not mood.plan and (past or said.line.section is Section.PAST) and not said.has("pay.progress"):
        gone = frames.gone(said)
        if not gone and neighbour is not None and len(neighbour.text) <= 36 and neighbour.has("pay.received"):
            gone = frames.gone(neighbour)
        if gone:
            mention, found = gone[0]
            day = found.last
            spans = (frames.span(mention.start, mention.end),)
        else:
            line = [g for s in stretch.clauses if s.line is said.line and s.start <= said.start for g in frames.gone(s)]
            day = line[0][1].last if line else frames.today
            spans = (frames.span(line[0][0].start, line[0][0].end),) if line else ()
        pin = next((p for m in said.dates if (p := frames.scene.pin("date", m.start, m.end))), None)
        if pin is not None:
            day = date.fromisoformat(pin.value)
        return PaymentStatus.RECEIVED, day, spans
    if later and (said.has("pay.noun", "pay.expected", "pay.received")) and not mood.possible:
        mention, found = later[-1]
        pin = frames.scene.pin("date", mention.start, mention.end)
        day = date.fromisoformat(pin.value) if pin is not None else found.due
        return PaymentStatus.EXPECTED, day, (frames.span(mention.start, mention.end),)
    return None, None, ()


def _tells_payment_date(frames: Frames, said: Said) -> bool:
    return (
        bool(_PAYS.search(said.text))
        and len(said.text) <= 48
        and bool(frames.later(said))
        and not said.has("stage.won", "close.date")
    )


def _number(frames: Frames, said: Said) -> NumberMention | None:
    amounts = [n for n in said.numbers if n.kind is Quantity.AMOUNT and n.start not in frames.used]
    owed = [n for n in amounts if _OWED.search(said.text[max(0, n.start - said.start - 4) : n.start - said.start])]
    amounts = [n for n in amounts if n not in owed] or owed  # 欠的18万先打过来10万: the 10 came in
    if amounts:
        nouns = said.all("pay.noun", "pay.received")
        return min(amounts, key=lambda n: min((abs(n.start - c.end) for c in nouns), default=0))
    percents = [n for n in said.numbers if n.kind is Quantity.PERCENT and n.start not in frames.used]
    if percents:
        return percents[0]
    bare = [n for n in said.numbers if n.kind is Quantity.BARE and n.value >= 1000 and n.start not in frames.used]
    if bare and _THEY_PAY.search(said.text):
        return bare[0]
    bare = [
        n
        for n in said.numbers
        if n.kind is Quantity.BARE and near(said, n.start, ("pay.noun", "pay.received"), before=4, after=4)
    ]
    return bare[0] if bare else None


def _deal(frames: Frames, stretch: Stretch, said: Said, changes: Sequence[DealDraft]) -> Opportunity | None:
    if not isinstance(stretch.account, str):
        return None
    known = list(frames.scene.context.book.opportunities(stretch.account))
    named = [o for o in known if any(set(n.ids) & set(o.products) for n in said.of(NameKind.PRODUCT))]
    if len(named) == 1:
        return named[0]
    topic = frames.scene.context.topic.opportunity
    for draft in changes:
        if draft.stage is not None and draft.stage.value is Stage.WON:
            return next((o for o in known if o.id == draft.opportunity.value), None)
    if topic is not None and stretch.inferred:
        found = next((o for o in known if o.id == topic), None)
        if found is not None:
            return found
    won = [o for o in known if o.stage is Stage.WON]
    from sales.language.statements import Statement

    chosen = choose_deal(frames, stretch, named or won or known, Statement("payment", None, (), said))
    if len(chosen) == 1:
        return chosen[0]
    return max(chosen, key=lambda o: o.closed_on or date.min) if chosen and won else None


def _amount(
    frames: Frames,
    stretch: Stretch,
    said: Said,
    number: NumberMention | None,
    deal: Opportunity | None,
    changes: Sequence[DealDraft],
) -> int | None:
    if number is None:
        return None
    pin = frames.scene.pin("amount", number.start, number.end)
    if pin is not None:
        return minor_amount(Decimal(pin.value), frames.minor)
    if number.kind is Quantity.AMOUNT:
        return minor_amount(number.value, frames.minor)
    base = deal_amount(deal, frames.minor)
    if number.kind is Quantity.PERCENT:
        for draft in changes:
            if draft.amount is not None and (deal is None or draft.opportunity.value == deal.id or draft.is_new):
                base = Decimal(draft.amount.value) / frames.minor
        return minor_amount(base * number.value / 100, frames.minor) if base is not None else None
    value = scale_bare(number.value, base / 3 if base else None, chinese=has_cjk(frames.scene.text))
    return minor_amount(value, frames.minor) if value is not None else None


def _expected(expected: Sequence[KnownPayment], amount: int | None, deal: Opportunity | None) -> KnownPayment | None:
    """The expected payment on record that this one is: same amount (within 1 %), or the only one when none was said."""
    if amount is not None:
        close = [p for p in expected if abs(p.amount - amount) <= amount * 0.01]
        return min(close, key=lambda p: p.date or date.max) if close else None
    mine = [p for p in expected if deal is None or p.opportunity == deal.id] or list(expected)
    return mine[0] if len(mine) == 1 else None
