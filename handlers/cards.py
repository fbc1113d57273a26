"""Cards: what was understood and what changed (old → new), short enough for a phone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from handlers.turns import Button, Reply
from handlers.words import Words
from sales.book import Book
from sales.language.frames import EXPONENTS
from sales.language.names import NameIndex
from sales.records import ActivityDraft, DealDraft, FollowUpDraft, New, PaymentDraft, Reading, Ref
from sales.stages import FollowUpStatus, PaymentStatus, Stage
from storage.changes import ChangeSet, Op, Source

MOST_LINES = 9
_CONFIRMS = re.compile(r"^\s*(?:全部)?(?:记下?|确认|对的?|没问题|好的?|可以|ok|okay|yes|y|confirm|record(?: all)?|save|是的?|嗯+|行|记吧|都记|没错|go ahead|looks good|lgtm)[\s。.!！了吧啊]*$", re.I)
_ALL = re.compile(r"那条|整条|全部|所有|刚才|发错|整个|\ball\b|whole|entire|everything")
_FIX = re.compile(r"改|撤|错|删|correct|fix|undo|wrong|change|edit|mistake|delete")


def confirms(text: str) -> bool:
    """全部记下, 确认, ok: what was shown is right."""
    return bool(_CONFIRMS.match(text))


def means_all(text: str) -> bool:
    """Whether an undo means the whole entry with its corrections."""
    return bool(_ALL.search(text))


def asks_correction(text: str) -> bool:
    return bool(_FIX.search(text.lower()))


def minor_of(book: Book) -> int:
    return int(10 ** EXPONENTS.get(book.company.currency, 2))


def report_card(reading: Reading, made: ChangeSet, book: Book, words: Words, today: date, *, corrected: bool = False) -> Reply:
    """The card of what was recorded. A correction shows only what it changed."""
    lines = _correction_lines(reading, made, book, words, today) if corrected else []
    if not lines:
        lines = _record_lines(reading, made, book, words, today)
    if not lines:
        lines = [words.nothing_new()]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], words.more(len(lines) - MOST_LINES + 1)]
    if made.is_empty:
        return Reply(tuple(lines))
    buttons = [Button(words.button_undo(), f"undo:{made.id}")]
    if not corrected:
        buttons.insert(0, Button(words.button_edit(), f"edit:{made.id}"))
    return Reply(tuple(lines), tuple(buttons))


def _name(book: Book, ref: Ref | None, made: ChangeSet | None = None) -> str:
    if ref is None:
        return ""
    if isinstance(ref, New):
        return ref.name
    account = book.account(ref)
    return account.short if account is not None else ref


def _person(book: Book, ref: Ref, reading_text: str = "") -> str:
    if isinstance(ref, New):
        return ref.name
    contact = book.contact(ref)
    return contact.name if contact is not None else ref


def _record_lines(reading: Reading, made: ChangeSet, book: Book, words: Words, today: date) -> list[str]:
    accounts: list[Any] = []
    for draft in reading.drafts:
        key = draft.account.value if draft.account is not None else None
        if key not in accounts:
            accounts.append(key)
    lines: list[str] = []
    before = _befores(made)
    for key in accounts:
        mine = [d for d in reading.drafts if (d.account.value if d.account is not None else None) == key]
        for draft in mine:
            lines.extend(_draft_lines(draft, made, before, book, words, today))
    new_accounts = [i for kind, i in made.created if kind == "account"]
    for account_id in new_accounts:
        account = book.account(account_id)
        if account is not None:
            lines.append(words.new_account(account.name))
    for kind, contact_id in made.created:
        contact = book.contact(contact_id) if kind == "contact" else None
        if contact is not None and contact.account not in new_accounts:
            owner = book.account(contact.account)
            lines.append(words.new_contact(owner.short if owner else "", contact.name))
    return lines


def _befores(made: ChangeSet) -> dict[tuple[str, str, str], Any]:
    return {(c.kind, c.id, c.field): c.before for c in made.changes if c.op is Op.SET}


def _draft_lines(draft: Any, made: ChangeSet, before: dict[tuple[str, str, str], Any], book: Book, words: Words, today: date) -> list[str]:
    minor, currency = minor_of(book), book.company.currency
    if isinstance(draft, ActivityDraft):
        people = [_person(book, c.value) for c in draft.contacts]
        return [words.activity_line(_name(book, draft.account.value), draft.type.value, people, words.day(draft.date.value, today))]
    if isinstance(draft, DealDraft):
        return _deal_lines(draft, before, book, words, today, minor, currency)
    if isinstance(draft, FollowUpDraft):
        account = _name(book, draft.account.value) if draft.account is not None else ""
        due = words.day(draft.due.value, today) if draft.due is not None else None
        if draft.id is not None and draft.status is FollowUpStatus.DONE:
            return [words.follow_up_done(account, draft.text.value)]
        if draft.id is not None:
            old = before.get(("follow_up", draft.id, "due"))
            return [words.follow_up_moved(account, draft.text.value, words.day(old, today) if old else None, due or "")]
        return [words.follow_up_line(account, due, draft.text.value, deadline=False)]
    if isinstance(draft, PaymentDraft):
        amount = words.money(draft.amount.value, minor, currency)
        day = words.day(draft.date.value, today) if draft.date is not None else ""
        line = words.received_line if draft.status is PaymentStatus.RECEIVED else words.expected_line
        return [line(_name(book, draft.account.value), amount, day)]
    return []


def _deal_lines(draft: DealDraft, before: dict[tuple[str, str, str], Any], book: Book, words: Words, today: date, minor: int, currency: str) -> list[str]:
    deal_id = draft.opportunity.value if isinstance(draft.opportunity.value, str) else None
    deal = book.opportunity(deal_id) if deal_id is not None else None
    name = deal.name if deal is not None else (draft.opportunity.value.name if isinstance(draft.opportunity.value, New) else "")
    parts: list[str] = []

    def old(field: str) -> Any:
        return before.get(("opportunity", deal_id or "", field))

    won = draft.stage is not None and draft.stage.value is Stage.WON
    lost = draft.stage is not None and draft.stage.value is Stage.LOST
    if draft.stage is not None and not (won or lost):
        was = old("stage")
        parts.append(words.changed(words.field("stage"), words.stage(Stage(was)) if was else None, words.stage(draft.stage.value)))
    if draft.amount is not None and not (won and deal is not None and old("amount") is None):
        was = old("amount")
        parts.append(words.changed(words.field("amount"), words.money(was, minor, currency) if was else None, words.money(draft.amount.value, minor, currency)))
    if draft.close_date is not None:
        was = old("close_date")
        parts.append(words.changed(words.field("close_date"), words.day(was, today) if was else None, words.day(draft.close_date.value, today)))
    if draft.probability is not None:
        was = old("probability")
        parts.append(words.changed(words.field("probability"), f"{was}%" if was else None, f"{draft.probability.value}%"))
    if draft.competitors:
        names = [c.name for r in draft.competitors if (c := book.competitor(r.value)) is not None]
        parts.append(words.changed(words.field("competitors"), None, "+" + words.joined(names)))
    if draft.products:
        names = [p.name for r in draft.products if (p := book.product(r.value)) is not None]
        parts.append(words.changed(words.field("products"), None, words.joined(names)))
    if won:
        amount = words.money(deal.amount, minor, currency) if deal is not None and deal.amount else ""
        out = [words.won_line(_name(book, draft.account.value), name, amount)]
        return [*out, words.deal_line(name, parts)] if parts else out
    if lost:
        out = [words.lost_line(name, draft.lost_reason.value if draft.lost_reason is not None else "")]
        return [*out, words.deal_line(name, parts)] if parts else out
    if draft.is_new:
        return [words.new_deal_line(name, parts)]
    return [words.deal_line(name, parts)] if parts else []


def _correction_lines(reading: Reading, made: ChangeSet, book: Book, words: Words, today: date) -> list[str]:
    """What a correction changed, field by field: a value that it set, against what the first reading had set."""
    minor, currency = minor_of(book), book.company.currency
    if any(c.op is not Op.SET for c in made.shown):
        return []  # records came or went: the whole card says it better
    lines = []
    for change in made.shown:
        if change.field not in ("amount", "date", "due", "close_date", "type", "stage", "contacts", "account", "probability"):
            continue
        lines.append(words.corrected(words.field(change.field), _value(change.field, change.before, book, words, today, minor, currency), _value(change.field, change.after, book, words, today, minor, currency) or "—", None))
    return lines


def _value(field: str, value: Any, book: Book, words: Words, today: date, minor: int, currency: str) -> str | None:
    if value in (None, "", ()):
        return None
    if field == "amount":
        return words.money(value, minor, currency)
    if isinstance(value, date):
        return words.day(value, today)
    if field == "type":
        return words.activity(value)
    if field == "stage":
        return words.stage(value)
    if field == "contacts":
        return words.joined([_person(book, c) for c in value])
    if field == "account":
        return _name(book, value)
    return str(value)


def undone(made: ChangeSet, book: Book, words: Words, today: date) -> Reply:
    """What an undo brought back."""
    minor, currency = minor_of(book), book.company.currency
    lines = [words.undone_head()]
    gone = {i for _, i in made.deleted}
    for change in made.shown:
        if change.op is not Op.SET or change.id in gone:
            continue
        old = _value(change.field, change.before, book, words, today, minor, currency)
        new = _value(change.field, change.after, book, words, today, minor, currency)
        if old or new:
            name = ""
            if change.kind == "opportunity" and (deal := book.opportunity(change.id)) is not None:
                name = deal.name + " "
            lines.append(f"{name}{words.changed(words.field(change.field), old, new or '—')}")
    if len(lines) == 1:
        lines = [words.undone_head().rstrip(":：，, ") + ("。" if words.chinese else ".")]
    if made.kept:
        lines.append(words.undone_kept(words.joined([_name(book, i) for _, i in made.kept])))
    return Reply(tuple(lines[:MOST_LINES]))


def weekly_table(reading: Reading, book: Book, names: NameIndex, words: Words, today: date) -> Reply:
    """A weekly report as one line a record, with ❓ at what is unclear and one button for all that is sure."""
    empty = ChangeSet("", None, datetime(1970, 1, 1, tzinfo=UTC), Source.SAVE, "", None, ())
    before = {}
    for draft in reading.deals:
        deal = book.opportunity(draft.opportunity.value) if isinstance(draft.opportunity.value, str) else None
        if deal is not None:
            for field in ("stage", "amount", "close_date", "probability"):
                before[("opportunity", deal.id, field)] = getattr(deal, field)
    for follow in reading.follow_ups:
        if follow.id is not None:
            known = next((f for f in book.follow_ups() if f.id == follow.id), None)
            before[("follow_up", follow.id, "due")] = known.due if known else None
    accounts: list[Any] = []
    for item in reading.drafts:
        key = item.account.value if item.account is not None else None
        if key not in accounts:
            accounts.append(key)
    lines: list[str] = []
    for key in accounts:
        parts = [line.removeprefix("✅ ") for d in reading.drafts if (d.account.value if d.account is not None else None) == key for line in _draft_lines(d, empty, before, book, words, today)]
        lines.extend(f"· {part}" for part in parts)
    doubts = [words.weekly_doubt(d.about, d.words) for d in reading.doubts]
    head = words.weekly_head(len(lines))
    buttons = (Button(words.button_record_all(), "confirm"), Button(words.button_drop(), "drop"))
    return Reply((head, *lines, *doubts), buttons)
