"""A draft as a line of a card: who, what, when, old → new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handlers import said
from handlers.words import Words
from sales.book import Book
from sales.language.frames import EXPONENTS
from sales.people import Opportunity
from sales.records import ActivityDraft, DealDraft, Draft, FollowUpDraft, New, PaymentDraft, Reading, Ref
from sales.stages import FollowUpStatus, PaymentStatus, Stage
from storage.changes import ChangeSet, Op

Befores = dict[tuple[str, str, str], Any]
"""(kind, id, field) -> the value that a change replaced."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What the lines of one card need: the book as it stands, the words, the day, the message, the values before."""

    book: Book
    words: Words
    today: date
    text: str = ""
    before: Befores = field(default_factory=dict)

    def money(self, amount: int) -> str:
        currency = self.book.company.currency
        return self.words.money(amount, int(10 ** EXPONENTS.get(currency, 2)), currency)

    def day(self, day: date) -> str:
        return self.words.day(day, self.today)

    def account(self, ref: Ref | None) -> str:
        """What colleagues call a customer; empty for none."""
        if ref is None or isinstance(ref, New):
            return ref.name if ref is not None else ""
        found = self.book.account(ref)
        return found.short if found is not None else ""

    def contact(self, contact_id: str) -> str:
        found = self.book.contact(contact_id)
        return found.name if found is not None else ""

    def value(self, name: str, value: Any) -> str | None:
        """A field's value as people say it; None where there is nothing to say."""
        if value in (None, "", ()):
            return None
        if name == "amount":
            return self.money(value)
        if name == "probability":
            return f"{value}%"
        if name in _INNER:
            return None
        if isinstance(value, date):
            return self.day(value)
        if name == "type":
            return self.words.activity(value)
        if name == "stage":
            return self.words.stage(Stage(value))
        if name == "contacts":
            return self.words.joined([n for c in value if (n := self.contact(c))]) or None
        if name == "account":
            return self.account(value) or None
        if name in ("products", "competitors"):
            find = self.book.product if name == "products" else self.book.competitor
            return self.words.joined([found.name for i in value if (found := find(i)) is not None]) or None
        return str(value)


_INNER = frozenset(
    {"opportunity", "owner", "user", "closed_on", "created_on", "summary", "status", "done_on", "position"}
)


def befores(made: ChangeSet) -> Befores:
    return {(c.kind, c.id, c.field): c.before for c in made.changes if c.op is Op.SET}


def standing(reading: Reading, book: Book) -> Befores:
    """The same for a reading that is not recorded yet: what it would replace."""
    out: Befores = {}
    for draft in reading.deals:
        deal = book.opportunity(draft.opportunity.value) if isinstance(draft.opportunity.value, str) else None
        for name in ("stage", "amount", "close_date", "probability") if deal is not None else ():
            out["opportunity", deal.id if deal else "", name] = getattr(deal, name)
    held = {f.id: f for f in book.follow_ups()} if any(f.id for f in reading.follow_ups) else {}
    for follow in reading.follow_ups:
        if follow.id is not None and follow.id in held:
            out["follow_up", follow.id, "due"] = held[follow.id].due
    return out


def by_customer(drafts: Sequence[Draft]) -> list[tuple[Ref | None, list[Draft]]]:
    """The drafts by customer, in the order in which the message comes to them; those of none last."""
    groups: dict[Ref | None, list[Draft]] = {}
    for draft in drafts:
        groups.setdefault(draft.account.value if draft.account is not None else None, []).append(draft)
    order = sorted(groups, key=lambda ref: (ref is None, min(map(place_of, groups[ref]))))
    return [(ref, groups[ref]) for ref in order]


def place_of(draft: Draft) -> int:
    """Where in the message a draft begins; past the end if nothing says so."""
    reads: list[Any] = [draft.account]
    for name in ("type", "date", "text", "amount", "opportunity", "stage"):
        reads.append(getattr(draft, name, None))
    return min((span.start for read in reads if read is not None for span in read.spans), default=1 << 30)


def draft_lines(draft: Draft, tell: Telling, account: str) -> list[str]:
    """The lines of one draft, without a mark. `account` is the customer to name, empty if it stands above."""
    words = tell.words
    if isinstance(draft, ActivityDraft):
        people = [said.person(c, tell.text, tell.book, chinese=words.chinese) for c in draft.contacts]
        return [words.activity_line(account, draft.type.value, [p for p in people if p], tell.day(draft.date.value))]
    if isinstance(draft, DealDraft):
        return deal_lines(draft, tell, account)
    if isinstance(draft, PaymentDraft):
        day = tell.day(draft.date.value) if draft.date is not None else ""
        line = words.received_line if draft.status is PaymentStatus.RECEIVED else words.expected_line
        return [line(account, tell.money(draft.amount.value), day)]
    return [_follow_up_line(draft, tell, account)]


def _follow_up_line(draft: FollowUpDraft, tell: Telling, account: str) -> str:
    words = tell.words
    text = draft.text.value
    if account and said.normal_in(account, text):
        account = ""
    due = tell.day(draft.due.value) if draft.due is not None else None
    if draft.id is not None and draft.status is FollowUpStatus.DONE:
        return words.follow_up_done(account, text)
    if draft.id is not None and draft.due is None:
        return words.reopened(account, text)
    if draft.id is not None:
        old = tell.before.get(("follow_up", draft.id, "due"))
        return words.follow_up_moved(account, text, tell.day(old) if old else None, due or "")
    return words.follow_up_line(account, due, text, deadline=said.is_deadline(draft.due, tell.text))


def deal_changes(draft: DealDraft, tell: Telling) -> list[str]:
    """What a draft changes of a deal, field by field; winning and losing aside."""
    words, parts = tell.words, []
    deal_id = draft.opportunity.value if isinstance(draft.opportunity.value, str) else ""
    closed = draft.stage is not None and not draft.stage.value.is_open
    known = tell.book.opportunity(deal_id) if deal_id else None
    for name in ("stage", "amount", "close_date", "probability"):
        read = getattr(draft, name)
        if read is None or (name == "stage" and (closed or (draft.is_new and read.value is Stage.LEAD))):
            continue
        old = tell.value(name, tell.before.get(("opportunity", deal_id, name)))
        if (
            name == "amount"
            and known is not None
            and draft.stage is not None
            and draft.stage.value is Stage.WON
            and old is None
        ):
            continue  # it stands in the line of the win
        new = tell.value(name, read.value)
        if new is not None and new != old:
            parts.append(words.changed(words.field(name), old, new))
    for name, several in (("competitors", draft.competitors), ("products", draft.products)):
        added = tell.value(name, tuple(one.value for one in several))
        if added:
            parts.append(words.changed(words.field(name), None, added))
    return parts


def deal_lines(draft: DealDraft, tell: Telling, account: str) -> list[str]:
    words, ref = tell.words, draft.opportunity.value
    deal = tell.book.opportunity(ref) if isinstance(ref, str) else None
    customer = draft.account.value
    home = tell.book.account(customer) if isinstance(customer, str) else customer
    full = deal.name if deal is not None else ref.name if isinstance(ref, New) else ""
    name = said.deal_name(draft.name.value if draft.name is not None and deal is None else full, home)
    parts = deal_changes(draft, tell)
    if draft.stage is not None and draft.stage.value is Stage.WON:
        return [_won_line(draft, deal, name, tell), *([words.deal_line("", name, parts)] if parts else [])]
    if draft.stage is not None and draft.stage.value is Stage.LOST:
        reason = draft.lost_reason.value if draft.lost_reason is not None else ""
        return [words.lost_line(account, name, reason), *([words.deal_line("", name, parts)] if parts else [])]
    if draft.lost_reason is not None and not parts:
        return [words.reason_noted(name, draft.lost_reason.value)]
    if draft.is_new:
        return [words.new_deal_line(account, name, parts)]
    return [words.deal_line(account, name, parts)] if parts else []


def _won_line(draft: DealDraft, deal: Opportunity | None, name: str, tell: Telling) -> str:
    amount = deal.amount if deal is not None else draft.amount.value if draft.amount is not None else None
    owner = tell.book.person(deal.owner) if deal is not None else tell.book.me
    took = None
    if deal is not None and deal.created_on is not None:
        took = ((deal.closed_on or tell.today) - deal.created_on).days
    account = tell.account(draft.account.value)
    return tell.words.won_line(
        owner.name if owner else "",
        account,
        name,
        tell.money(amount) if amount else "",
        took if took and took > 0 else None,
    )
