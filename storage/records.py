"""Saving what a message said, taking it back, correcting it. Each in the caller's one transaction, under a scope."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from sales.permissions import Scope
from sales.records import Reading
from storage import changes, edits, facts, standing
from storage.changes import Change, ChangeSet, MessageRef, Op, Source
from storage.company import company_of
from storage.drafts import plan_reading
from storage.edits import Edit
from storage.errors import NotUndoable
from storage.ids import new_id
from storage.kinds import KINDS, Image
from storage.plan import Plan, Reusable
from storage.takeback import taking_back, target_of

__all__ = ["Change", "ChangeSet", "Edit", "MessageRef", "Op", "Source", "amend", "edit", "save", "undo"]


def save(tx: Connection, scope: Scope, reading: Reading, *, message: MessageRef, at: datetime, why: str) -> ChangeSet:
    """Saves everything that the reading is sure of, as the person of the scope. Doubts are left alone.

    New customers, contacts and deals are made, once a name; a value equal to what is on record is no change; a stage
    goes into the history with the day of the report's activity, else of `at` in the company's zone. Raises OutOfScope
    (a deal, payment or promise that isn't this person's) or UnknownRecord before anything is written.
    """
    plan = Plan(tx, scope, at, _day(tx, at), Reusable())
    plan_reading(plan, reading)
    done = tuple(changes.net(plan.changes))
    made = ChangeSet(new_id("cs", at), scope.person, at, Source.SAVE, why, message, done)
    changes.apply(tx, done, made.id)  # before the history: see storage.names.names_changed
    changes.write(tx, made)
    facts.follow(tx, done)
    return made


def undo(
    tx: Connection,
    scope: Scope,
    change_set_id: str,
    *,
    at: datetime,
    by: str,
    why: str = "undo",
    message: MessageRef | None = None,
    whole: bool = False,
) -> ChangeSet:
    """Takes a change set back: every field gets its value from before, what was made goes, what was removed returns.

    Of a correction, back to what stood before the correction; with `whole`, to what stood before all of it. Undoing an
    undo does it again. What something else refers to by now stays (`kept`). Raises UnknownRecord, OutOfScope,
    NotUndoable, or Conflict if a later change stands in the way; then nothing is changed.
    """
    target = target_of(tx, scope, change_set_id)
    earlier = standing.replaced(tx, target) if whole else []
    back, kept = taking_back(tx, scope, [*reversed(earlier), target])
    made = ChangeSet(
        new_id("cs", at), by, at, Source.UNDO, why, message, tuple(back), target.id, whole=whole, kept=kept
    )
    changes.apply(tx, back, made.id)
    changes.write(tx, made)
    standing.take_back(tx, target, made.id, whole=whole)
    facts.follow(tx, back)
    return made


def amend(
    tx: Connection,
    scope: Scope,
    change_set_id: str,
    reading: Reading,
    *,
    message: MessageRef,
    at: datetime,
    why: str,
    unsaid: Collection[str] = (),
) -> ChangeSet:
    """Replaces what a change set recorded by another reading of it: undo and save as one step, linked to the first.

    The changes are those against what stood a moment ago (85 → 95), records that stay the same keep their ids, and
    undoing a correction brings the first reading back. A correction of a correction replaces both. Days that the
    reading doesn't say are those of the first report. What was put right in a form stays (see storage.edits) but for
    fields `unsaid`. Raises as `undo` and `save` do; then nothing is changed.
    """
    target = target_of(tx, scope, change_set_id)
    if target.source is Source.UNDO:
        raise NotUndoable(change_set_id, "undone")
    chain = standing.chain_of(tx, target)
    back, kept = taking_back(tx, scope, chain)
    made_id = new_id("cs", at)
    with tx.begin_nested():  # the reading may turn out to be out of scope after the first was taken back
        changes.apply(tx, back, made_id)
        said = edits.of_chain(chain)
        plan = Plan(tx, scope, at, _day(tx, chain[0].at), _reusable(chain, said))
        drafted = plan_reading(plan, reading)
        laid = edits.lay_over(plan, [edit for edit in said if edit.field not in unsaid], drafted)
        changes.apply(tx, changes.net(plan.changes), made_id)
    done = tuple(changes.net([*back, *plan.changes]))
    made = ChangeSet(made_id, scope.person, at, Source.AMEND, why, message, done, target.id, kept=kept)
    changes.write(tx, made)
    for one in chain:
        standing.mark(tx, one.id, made_id)
    facts.follow(tx, done)
    return replace(made, laid=tuple((drafted.index(edit.record), edit.field, edit.value) for edit in laid))


def edit(
    tx: Connection,
    scope: Scope,
    change_set_id: str,
    changed: Sequence[Edit],
    *,
    message: MessageRef,
    at: datetime,
) -> ChangeSet:
    """Changes fields of what a change set (with its corrections) recorded, as one correction of it.

    Undone like any correction; the message is not read again, and when it is, the fields stay as they are set here.
    Raises UnknownRecord, OutOfScope, NotUndoable.
    """
    target = target_of(tx, scope, change_set_id)
    if target.source is Source.UNDO:
        raise NotUndoable(change_set_id, "undone")
    chain = standing.chain_of(tx, target)
    plan = Plan(tx, scope, at, _day(tx, chain[0].at), Reusable())
    edits.carry_out(plan, chain, changed)
    done = tuple(changes.net(plan.changes))
    made = ChangeSet(new_id("cs", at), scope.person, at, Source.AMEND, edits.FORM, message, done, target.id)
    changes.apply(tx, done, made.id)
    changes.write(tx, made)
    for one in chain:
        standing.mark(tx, one.id, made.id)
    facts.follow(tx, done)
    return made


def _day(tx: Connection, at: datetime) -> date:
    return at.astimezone(ZoneInfo(company_of(tx).timezone)).date()


def _reusable(chain: list[ChangeSet], said: Sequence[Edit]) -> Reusable:
    """What the sets made, in the order in which it was made, as it was read."""
    found = Reusable()
    done = changes.net(change for one in chain for change in one.changes)
    for record in (change for change in done if change.op is Op.CREATE):
        image: Image = KINDS[record.kind].empty()
        image |= {c.field: c.after for c in done if c.op is Op.SET and (c.kind, c.id) == (record.kind, record.id)}
        image = edits.as_read(image, said, (record.kind, record.id))
        found.by_kind.setdefault(record.kind, []).append((record.id, image))
    return found
