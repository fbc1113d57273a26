"""Cards of what was recorded, corrected or taken back: what changed (old → new), short enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from handlers.lines import Befores, Telling, by_customer, draft_lines
from handlers.turns import Button, Reply
from handlers.weekly import customer_line
from handlers.words import Words
from sales.records import Draft, Reading
from sales.stages import Stage
from storage.changes import Change, ChangeSet, Op

MOST_LINES = 9
_MARKS = ("✅", "🎉", "❓", "⏰")
Images = dict[tuple[str, str], dict[str, Any]]
"""(kind, id) of a record that came or went -> its fields."""

_ORDER = ("activity", "opportunity", "payment", "follow_up", "account", "contact")
_TOLD = ("amount", "date", "due", "close_date", "type", "stage", "contacts", "probability")


def report_card(reading: Reading, made: ChangeSet, tell: Telling, *, known: Sequence[Draft] = ()) -> Reply:
    """The card of what was recorded. `known`: drafts told before; a customer of whom nothing is new is left out."""
    groups = by_customer(reading.drafts)
    groups = [(ref, drafts) for ref, drafts in groups if any(draft not in known for draft in drafts)] or groups
    lines = [line for ref, drafts in groups for line in _group(drafts, tell, tell.account(ref))]
    # a win is the result that people look for: it comes first
    lines.sort(key=lambda line: not line.startswith("🎉"))
    newcomers = _newcomers(made, tell)
    if len(lines) + len(newcomers) > MOST_LINES and len(groups) > 1:
        lines = ["✅ " + customer_line(drafts, tell, tell.account(ref)) for ref, drafts in groups]
    lines = _cut([*lines, *newcomers], tell.words)
    if not lines or made.is_empty:
        return Reply((tell.words.nothing_new(),))
    return Reply(tuple(lines), _buttons(made, tell.words))


def _buttons(made: ChangeSet, words: Words) -> tuple[Button, ...]:
    return Button(words.button_edit(), f"edit:{made.id}"), Button(words.button_undo(), f"undo:{made.id}")


def _cut(lines: list[str], words: Words) -> list[str]:
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[: MOST_LINES - 1], words.more(len(lines) - MOST_LINES + 1)]


def _group(drafts: Sequence[Draft], tell: Telling, account: str) -> list[str]:
    """The lines about one customer: the first names it and has the mark."""
    lines: list[str] = []
    for draft in drafts:
        lines.extend(draft_lines(draft, tell, "" if any(not line.startswith("🎉") for line in lines) else account))
    first = next((i for i, line in enumerate(lines) if not line.startswith("🎉")), None)
    if first is not None and not lines[first].startswith(_MARKS) and not any(line.startswith("🎉") for line in lines):
        lines[first] = "✅ " + lines[first]
    return lines


def _newcomers(made: ChangeSet, tell: Telling) -> list[str]:
    lines = []
    accounts = {record for kind, record in made.created if kind == "account"}
    for kind, record in made.created:
        if kind == "account" and (account := tell.book.account(record)) is not None:
            lines.append(tell.words.new_account(account.name))
        contact = tell.book.contact(record) if kind == "contact" else None
        if contact is not None and contact.account not in accounts:
            lines.append(tell.words.new_contact(tell.account(contact.account), contact.name))
    return lines


def corrected_card(
    reading: Reading, made: ChangeSet, tell: Telling, originals: Befores, *, edited: bool = False
) -> Reply:
    """What a correction changed, against what stood a moment ago, and what had stood before the first reading.

    `edited`: the message itself was changed.
    """
    words = tell.words
    told = [c for c in made.shown if c.op is Op.SET and c.field in _TOLD]
    whole = any(c.op is not Op.SET or c.field == "account" for c in made.shown) or len(told) > 3
    lines: list[str] = []
    for change in () if whole else told:
        new, old = tell.value(change.field, change.after), tell.value(change.field, change.before)
        first = tell.value(change.field, originals.get((change.kind, change.id, change.field)))
        if new is not None and new != old:
            line = words.corrected(_field(change, words), old, new, None if first in (old, new) else first)
            lines += [line] if line not in lines else []
    if edited and made.shown and all(change.field == "summary" for change in made.shown):
        lines = [words.field("summary")]
    if lines and edited:
        told_now = [words.plain_correction(line) for line in lines]
        lines = [words.followed_edit(told_now[0]), *told_now[1:]]
    if lines:
        return Reply(tuple(lines), (Button(words.button_undo(), f"undo:{made.id}"),))
    card = report_card(reading, made, tell)
    if made.is_empty:
        return card
    first = card.lines[0].removeprefix("✅ ")
    head = words.followed_edit(first) if edited else words.now_reads(first)
    return replace(card, lines=(head, *card.lines[1:]))


def _field(change: Change, words: Words) -> str:
    return words.field(
        {"opportunity": "deal_amount", "payment": "paid_amount"}.get(change.kind, "amount")
        if change.field == "amount"
        else change.field
    )


def undone_card(made: ChangeSet, tell: Telling, *, correction: bool) -> Reply:
    """What an undo took away and what it brought back, in two lines; a third if something had to stay."""
    words = tell.words
    images = _images(made)
    moved = correction and any(c.op is Op.SET and c.field == "account" for c in made.shown)
    # a customer that was put right and is wrong again: what came and went with it follows from that
    gone = "" if moved else _counted(made.deleted, images, tell)
    back = "" if moved else _counted(made.created, images, tell)
    values = _restored(made, images, tell)
    head = words.undone(gone, back, correction=correction)
    lines = [head]
    if values and not (gone or back):
        lines = [words.undone(values, "", correction=correction)]
    elif values:
        lines.append(values)
    if made.kept:
        names = [n for kind, record in made.kept if (n := _kept_name(kind, record, tell))]
        lines.append(words.undone_kept(words.joined(names)) if names else "")
    return Reply(tuple(line for line in lines if line))


def _images(made: ChangeSet) -> Images:
    """The records that came or went, field by field."""
    out: Images = {r: {} for r in (*made.created, *made.deleted)}
    for change in made.shown:
        if change.op is Op.SET and (change.kind, change.id) in out:
            out[change.kind, change.id][change.field] = (
                change.before if change.before not in (None, ()) else change.after
            )
    return out


def _phrase(record: tuple[str, str], gone: Images, tell: Telling) -> str:
    words, (kind, _), image = tell.words, record, gone[record]
    account = tell.account(image.get("account")) or gone.get(("account", str(image.get("account"))), {}).get("name", "")
    if kind == "activity":
        return words.short_activity(account, image["type"])
    if kind == "follow_up":
        return words.short_follow_up(image.get("text") or "")
    if kind == "payment":
        return words.short_payment(account, tell.money(image.get("amount") or 0))
    return words.short_record(kind, image.get("name") or "")


def _counted(records: Sequence[tuple[str, str]], images: Images, tell: Telling) -> str:
    """Up to three records by name, more by number; what was done comes before what follows from it."""
    if len(records) <= 3:
        ordered = sorted(records, key=lambda record: _ORDER.index(record[0]))
        return tell.words.joined([_phrase(record, images, tell) for record in ordered])
    new = [record for record in records if record[0] == "account"]
    rest = [kind for kind, _ in records if not new or kind not in ("account", "contact")]  # its people go with it
    kinds = sorted(rest, key=_ORDER.index)
    named = [_phrase(record, images, tell) for record in new]
    counts = [tell.words.counted(kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)]
    return tell.words.joined([*named, *counts])


def _restored(made: ChangeSet, images: Images, tell: Telling) -> str:
    """Which values are back, record by record; of more than two records how many."""
    groups: dict[tuple[str, str], list[str]] = {}
    for change in made.shown:
        record = (change.kind, change.id)
        line = _value_back(change, tell) if change.op is Op.SET and record not in images else ""
        if line and line not in groups.setdefault(record, []):
            groups[record].append(line)
    told = []
    for (kind, record_id), values in groups.items():
        deal = tell.book.opportunity(record_id) if kind == "opportunity" else None
        accounts = [v for v in values if v.startswith(tell.words.field("account"))]
        values = accounts or values
        if values:
            joined = tell.words.and_so(values)
            line = tell.words.of_deal(deal.name, joined) if deal is not None else joined
            told += [line] if line not in told else []
    return tell.words.restored(told[:2], len(told) - 2)


def _value_back(change: Change, tell: Telling) -> str:
    words = tell.words
    if change.kind == "follow_up" and change.field == "done_on":
        return words.open_again() if change.after is None else ""
    if change.kind == "follow_up" and change.field == "text":
        return ""
    old, new = tell.value(change.field, change.before), tell.value(change.field, change.after)
    if change.field in ("products", "competitors"):
        left = change.after if isinstance(change.after, tuple) else ()
        taken = tuple(one for one in change.before if one not in left) if isinstance(change.before, tuple) else ()
        old, new = tell.value(change.field, taken), None
    if not old and not new:
        return ""
    return words.changed(words.field(change.field), old, new or words.none())


def _kept_name(kind: str, record: str, tell: Telling) -> str:
    if kind == "opportunity":
        deal = tell.book.opportunity(record)
        return deal.name if deal is not None else ""
    return tell.contact(record) if kind == "contact" else tell.account(record)


def how_to_correct(made: ChangeSet, tell: Telling) -> Reply:
    """How to say what is wrong, with the values of this card as the examples."""
    words = tell.words
    day_changes = [
        c
        for c in made.shown
        if c.op is Op.SET and isinstance(c.after, date) and c.field in ("due", "date", "close_date")
    ]
    amounts = [
        c.after for c in made.shown if c.op is Op.SET and c.field == "amount" and isinstance(c.after, int) and c.after
    ]
    examples: list[str] = []
    if amounts:
        examples.append(words.example_amount(tell.money(amounts[0]), tell.money(_another(amounts[0]))))
    ahead = sorted(day_changes, key=lambda c: c.field == "date")
    if ahead and isinstance(ahead[0].after, date):
        examples.append(
            words.example_day(ahead[0].after, ahead[0].after + timedelta(days=1 if ahead[0].field != "date" else -1))
        )
    people = next((c.after for c in made.shown if c.field == "contacts" and isinstance(c.after, tuple) and c.after), ())
    met = tell.book.contact(people[0]) if people else None
    if met is not None:
        others = [c.name for c in tell.book.contacts(met.account) if c.id not in people]
        if others:
            examples.append(words.example_person(met.name, others[0]))
    return Reply(tuple(words.how_to_correct(examples)), (Button(words.button_undo(), f"undo:{made.id}"),))


def _another(amount: int) -> int:
    """An amount about a tenth higher, as round as the first."""
    step = 1
    while amount % (step * 10) == 0 and step * 10 <= amount // 10:
        step *= 10
    return amount + max(step, amount // 10 // step * step)


def lost_without_reason(reading: Reading) -> tuple[str, str] | None:
    """A deal that was reported lost, and its customer, where no reason was given."""
    for draft in reading.deals:
        if draft.stage is not None and draft.stage.value is Stage.LOST and draft.lost_reason is None:
            deal, account = draft.opportunity.value, draft.account.value
            if isinstance(deal, str) and isinstance(account, str):
                return deal, account
    return None
