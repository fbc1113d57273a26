"""The form of a card: what it recorded, field by field, to be put right; and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers import form_values
from handlers.form_values import Faulty, FieldId
from handlers.lines import Befores, Telling
from handlers.phrases_en import capital
from handlers.turns import Button, FieldValue, Form, FormField, FormSection, Reply
from handlers.words import Words
from sales.errors import OutOfScope, UnknownRecord
from sales.permissions import Scope
from sales.records import Draft, Read, Reading
from sales.stages import ActivityType, FollowUpStatus, PaymentStatus, Stage
from storage import standing
from storage.changes import Change, ChangeSet, Op, Source
from storage.database import Transaction
from storage.edits import FIELDS, Edit
from storage.kinds import KINDS, Image, fetch
from storage.scoping import may_change

MOST_OPTIONS = 100  # contacts of a customer to choose from
_MOST_LINES = 9
_ORDER = ("activity", "opportunity", "payment", "follow_up")
Record = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What stands of a card that this person may put right: its change set, and the records as they are."""

    change_set: ChangeSet
    records: Mapping[Record, Image]


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A form as it came back: what is to be changed, what is wrong by field, which field has changed since."""

    edits: tuple[Edit, ...]
    faults: Mapping[str, str]
    stale: Record | None = None


def recorded(tx: Transaction, scope: Scope, change_set: str) -> Recorded | None:
    """None if the card isn't this person's, was taken back, or holds nothing that a form can change."""
    try:
        stands = standing.standing_of(tx, change_set)
    except UnknownRecord:
        return None
    if stands is None or stands.by != scope.person or stands.source not in (Source.SAVE, Source.AMEND):
        return None
    named = [(c.kind, c.id) for one in standing.chain_of(tx, stands) for c in one.changes if c.kind in FIELDS]
    found: dict[Record, Image] = {}
    for kind in _ORDER:
        ids = dict.fromkeys(record for k, record in named if k == kind)
        images = fetch(tx, KINDS[kind], ids)
        found |= {(kind, i): images[i] for i in ids if i in images and _mine(tx, scope, kind, i, images[i])}
    return Recorded(stands, found) if found else None


def _mine(tx: Transaction, scope: Scope, kind: str, record_id: str, image: Image) -> bool:
    try:
        may_change(tx, scope, kind, record_id, image)
    except OutOfScope:
        return False
    return True


def form_of(card: Recorded, tell: Telling) -> Form:
    """The form itself."""
    words = tell.words
    sections = []
    for (kind, record_id), image in card.records.items():
        fields = [_field(kind, record_id, name, image, tell) for name in _fields(kind, image, tell)]
        account = tell.account(str(image["account"])) if image["account"] else ""
        name = _name(kind, image, tell)
        sections.append(FormSection(words.form_section(kind, account, name), tuple(fields)))
    action = f"form:{card.change_set.id}"
    return Form(action, words.form_title(), tuple(sections), words.form_submit(), words.form_cancel())


def _name(kind: str, image: Image, tell: Telling) -> str:
    if kind == "activity":
        return tell.words.activity(ActivityType(str(image["type"])))
    return str(image.get("name") or "")


def _fields(kind: str, image: Image, tell: Telling) -> Iterable[str]:
    for name in FIELDS[kind]:
        unused = name == "summary" and not image["summary"]
        unused |= name == "lost_reason" and image["stage"] is not Stage.LOST
        unused |= name == "contacts" and not tell.book.contacts(str(image["account"]))
        if not unused:
            yield name


def _field(kind: str, record_id: str, name: str, image: Image, tell: Telling) -> FormField:
    options = _options(kind, name, image, tell)
    several = name == "contacts"
    is_day = name in ("date", "due", "close_date")
    return FormField(
        str(FieldId(kind, name, form_values.print_of(image[name]), record_id)),
        tell.words.form_label(name),
        "choices" if several else "choice" if options else "day" if is_day else "text",
        form_values.shown(kind, name, image, tell),
        options,
        optional=not form_values.needed(kind, name),
    )


def _options(kind: str, name: str, image: Image, tell: Telling) -> tuple[tuple[str, str], ...]:
    words = tell.words

    def label(text: str) -> str:
        return text if words.chinese else capital(text)

    if name == "type":
        return tuple((one.value, label(words.activity(one))) for one in ActivityType)
    if name == "stage":
        return tuple((one.value, label(words.stage(one))) for one in Stage)
    if name == "status":
        return tuple((one.value, words.payment_state(one)) for one in PaymentStatus)
    if name == "done_on":
        return (("open", words.follow_up_state(done=False)), ("done", words.follow_up_state(done=True)))
    if name == "contacts":
        met = image["contacts"] if isinstance(image["contacts"], tuple) else ()
        people = sorted(tell.book.contacts(str(image["account"])), key=lambda c: c.id not in met)
        return tuple((c.id, f"{c.name} {c.title}".strip()) for c in people[:MOST_OPTIONS])
    return ()


def filled_in(card: Recorded, values: Mapping[str, FieldValue], tell: Telling, *, dated: bool) -> FilledIn:
    """Reads a form that came back. What is as it was when the form was opened is left alone.

    `dated`: whether `tell.today` is the day on which it came back.
    """
    edits: list[Edit] = []
    faults: dict[str, str] = {}
    stale: Record | None = None
    for text, raw in values.items():
        field = FieldId.read(text)
        image = card.records.get((field.kind, field.id)) if field is not None else None
        if field is None or image is None or field.field not in FIELDS.get(field.kind, ()):
            continue
        held = image[field.field]
        as_opened = form_values.print_of(held) == field.print
        clean = raw.strip() or None if isinstance(raw, str) else raw
        if as_opened and clean == form_values.shown(field.kind, field.field, image, tell):
            continue
        try:
            value = form_values.read(field.kind, field.field, raw, image, tell, tell.today if dated else None)
        except Faulty as fault:
            faults[text] = fault.why
            continue
        if value == held or form_values.print_of(value) == field.print:
            continue
        if not as_opened:
            stale = field.kind, field.id
        edits.append(Edit(field.kind, field.id, field.field, value))
    faults |= _together(card, values, edits, tell)
    return FilledIn(tuple(edits), faults, stale)


def _together(card: Recorded, values: Mapping[str, FieldValue], edits: Sequence[Edit], tell: Telling) -> dict[str, str]:
    """A payment that has come in has a day."""
    faults = {}
    for (kind, record_id), image in card.records.items():
        if kind != "payment":
            continue
        now = image | {e.field: e.value for e in edits if e.record == (kind, record_id)}
        if now["status"] is PaymentStatus.RECEIVED and now["date"] is None:
            field = next((f for f in values if f.startswith("payment.date.") and f.endswith(f".{record_id}")), None)
            if field is not None:
                faults[field] = tell.words.fault_day()
    return faults


def label_of(field: str, words: Words) -> str:
    """What the field of an id is called."""
    known = FieldId.read(field)
    return words.form_label(known.field) if known is not None else ""


# -- what came of it


def card_of(made: ChangeSet, tell: Telling, originals: Befores) -> Reply:
    """What a form changed, old → new."""
    words = tell.words
    told = [c for c in made.shown if c.op is Op.SET and c.field in FIELDS.get(c.kind, ())]
    deals = {c.id for c in told if c.kind == "opportunity"}
    lines: list[str] = []
    for change in told:
        if change.field == "lost_reason" and change.after is None:
            continue  # it follows from the stage
        old, new = _value(change, change.before, tell), _value(change, change.after, tell)
        first = _value(change, originals.get((change.kind, change.id, change.field)), tell)
        first = first if first not in (old, new) and change.field != "done_on" else None
        label = words.field(_label(change))
        line = words.plain_correction(words.corrected(label, old, new or words.none(), first))
        deal = tell.book.opportunity(change.id) if len(deals) > 1 and change.kind == "opportunity" else None
        lines.append(words.of_deal(deal.name, line) if deal is not None else line)
    lines = list(dict.fromkeys(lines))
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], words.more(len(lines) - _MOST_LINES + 1)]
    if not lines:
        return Reply((words.form_unchanged(),))
    return Reply(tuple(words.fixed(lines)), (Button(words.button_undo(), f"undo:{made.id}"),))


def _label(change: Change) -> str:
    if change.field == "amount":
        return {"opportunity": "deal_amount", "payment": "paid_amount"}.get(change.kind, "amount")
    return {"done_on": "status"}.get(change.field, change.field)


def _value(change: Change, value: Any, tell: Telling) -> str | None:
    words = tell.words
    if change.field == "done_on":
        return words.follow_up_state(done=value is not None)
    if change.field == "status":
        return words.payment_state(PaymentStatus(value)) if value is not None else None
    if change.field == "summary":
        return str(value) or None if value is not None else None
    return tell.value(change.field, value)


def laid_over(reading: Reading, laid: Sequence[tuple[int, str, Any]]) -> Reading:
    """The reading as it is on record: with what a form had put right."""
    drafts: list[Draft] = list(reading.drafts)
    for place, name, value in laid:
        drafts[place] = _with(drafts[place], name, value)
    told: Any = iter(drafts)
    return replace(
        reading,
        activities=tuple(next(told) for _ in reading.activities),
        deals=tuple(next(told) for _ in reading.deals),
        follow_ups=tuple(next(told) for _ in reading.follow_ups),
        payments=tuple(next(told) for _ in reading.payments),
    )


def _with(draft: Draft, name: str, value: Any) -> Draft:
    new: Any = None if value is None else Read(value)
    if name == "contacts":
        new = tuple(Read(one) for one in value)
    elif name == "done_on":
        name, new = "status", FollowUpStatus.OPEN if value is None else FollowUpStatus.DONE
    elif name in ("summary", "status"):
        new = value
    return replace(draft, **{name: new})
