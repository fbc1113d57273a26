"""What a person put right field by field in a form. It stays when the message is read once more for another correction.

No state of its own: the edits are the change sets of forms in the chain of corrections. Whatever is said later of the
same field wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from sales.errors import UnknownRecord
from sales.stages import Stage
from storage import tables as t
from storage.changes import Change, ChangeSet, Op, net
from storage.history import put_right, reach
from storage.kinds import Image, Value
from storage.plan import Plan

FORM = "form"
"""Why a change set of a form was made."""

FIELDS = {
    "activity": ("type", "date", "contacts", "summary"),
    "opportunity": ("amount", "stage", "close_date", "probability", "lost_reason"),
    "follow_up": ("text", "due", "done_on"),
    "payment": ("amount", "date", "status"),
}
"""What a form may change."""

Record = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Edit:
    """A field of a record, and what stands there from now on. `read` is what the message was read as (in a chain)."""

    kind: str
    id: str
    field: str
    value: Value
    read: Value = None

    @property
    def record(self) -> Record:
        return self.kind, self.id


def of_chain(chain: Iterable[ChangeSet]) -> list[Edit]:
    """The edits that stand in a chain of corrections (oldest first): what was last said of a field, said in a form."""
    found: dict[tuple[str, str, str], Edit] = {}
    for one in chain:
        for change in one.changes:
            key = (change.kind, change.id, change.field)
            if change.op is not Op.SET or change.field not in FIELDS.get(change.kind, ()):
                continue
            if one.why != FORM:
                found.pop(key, None)
            else:
                read = found[key].read if key in found else change.before
                found[key] = Edit(*key, change.after, read)
    return list(found.values())


def lay_over(plan: Plan, edits: Sequence[Edit], records: Sequence[Record]) -> list[Edit]:
    """Lays edits over a reading that is planned, where it comes to the same record and still reads as it did then."""
    laid = []
    for edit in _in_order(edits):
        if edit.record not in records or plan.image(*edit.record)[edit.field] != edit.read:
            continue
        laid.append(edit)
        if edit.field != "stage":
            plan.set(edit.kind, edit.id, edit.field, edit.value)
            continue
        before = {c.field: c.before for c in reversed(plan.changes) if (c.kind, c.id) == edit.record}
        _stage(plan, edit, _made_now(plan, edit.id), before, plan.today)
    return laid


def carry_out(plan: Plan, chain: Sequence[ChangeSet], edits: Sequence[Edit]) -> None:
    """Plans edits of what a chain of corrections recorded. UnknownRecord for what it didn't, OutOfScope."""
    done = net(change for one in chain for change in one.changes)
    ours = {(change.kind, change.id) for one in chain for change in one.changes}
    for edit in _in_order(edits):
        if edit.record not in ours or edit.field not in FIELDS.get(edit.kind, ()):
            raise UnknownRecord(edit.kind, edit.id)
        held = plan.changeable(edit.kind, edit.id)
        if edit.field == "contacts" and isinstance(edit.value, tuple):
            _at_customer(plan, held, edit.value)
        if edit.field == "stage":
            before = {c.field: c.before for c in done if (c.kind, c.id) == edit.record and c.op is Op.SET}
            _stage(plan, edit, _made_by(plan, done, edit.id), before, _day(plan, done, held))
        else:
            old = held[edit.field]
            plan.set(edit.kind, edit.id, edit.field, edit.value)
            if (edit.kind, edit.field) == ("activity", "date"):
                _move(plan, done, held, old, edit.value)


def _in_order(edits: Sequence[Edit]) -> list[Edit]:
    """The day of a visit is the day of what was reached there, and a stage says whether there is a reason."""
    return sorted(edits, key=lambda e: {"date": 0, "stage": 1}.get(e.field, 2))


def _stage(plan: Plan, edit: Edit, own: str | None, before: dict[str, Value], day: date) -> None:
    stage = Stage(str(edit.value))
    if own is not None:
        put_right(plan, edit.id, stage, own, before)
    else:
        reach(plan, edit.id, stage, day)


def _made_now(plan: Plan, deal: str) -> str | None:
    """The entry in the history that this very plan makes for a deal."""
    made = (c.id for c in reversed(plan.changes) if c.kind == "stage_change" and c.op is Op.CREATE)
    return next((one for one in made if plan.image("stage_change", one)["opportunity"] == deal), None)


def _made_by(plan: Plan, done: Sequence[Change], deal: str) -> str | None:
    """The deal's last entry in the history, if these changes made it."""
    s = t.stage_changes.c
    query = sa.select(s.id).where(s.opportunity_id == deal).order_by(s.changed_on.desc(), s.position.desc()).limit(1)
    last = plan.tx.execute(query).scalar()
    ours = {c.id for c in done if c.kind == "stage_change" and c.op is Op.CREATE}
    return str(last) if last in ours else None


def _day(plan: Plan, done: Sequence[Change], deal: Image) -> date:
    """When a stage was reached that only a form tells: the day of the report's activity, else of the report."""
    visits = {c.id for c in done if c.kind == "activity" and c.op is Op.CREATE}
    images = [plan.image("activity", visit) for visit in sorted(visits)]
    days = [day for i in images if i["account"] == deal["account"] and isinstance(day := i["date"], date)]
    return max((day for day in days if day <= plan.today), default=plan.today)


def _move(plan: Plan, done: Sequence[Change], visit: Image, old: Value, new: Value) -> None:
    """What was reached at a visit was reached on its day."""
    if not isinstance(new, date) or new > plan.today:
        return
    for change in done:
        if change.kind != "stage_change" or change.op is not Op.CREATE:
            continue
        entry = plan.image("stage_change", change.id)
        deal = str(entry["opportunity"])
        held = plan.image("opportunity", deal)
        if held["account"] != visit["account"] or entry["on"] != old or _made_by(plan, done, deal) != change.id:
            continue
        plan.set("stage_change", change.id, "position", plan.next_position(deal, new))
        plan.set("stage_change", change.id, "on", new)
        if held["closed_on"] is not None:
            plan.set("opportunity", deal, "closed_on", new)


def _at_customer(plan: Plan, visit: Image, contacts: Sequence[str]) -> None:
    for contact in contacts:
        if plan.image("contact", contact)["account"] != visit["account"]:
            raise UnknownRecord("contact", contact)


def as_read(image: Image, edits: Sequence[Edit], record: Record) -> Image:
    """A record as its message was read, without what forms made of it: by that it is known when it is read again."""
    return image | {edit.field: edit.read for edit in edits if edit.record == record}
