"""Taking changes back: may it be done, what stands in the way, and the changes that do it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.errors import Conflict, OutOfScope
from sales.permissions import Scope
from storage import tables as t
from storage.changes import Change, ChangeSet, Op, Source, change_of, inverted, net, read
from storage.errors import NotUndoable
from storage.kinds import KINDS, TABLE_OF, Image, fetch, in_chunks, referrers
from storage.scoping import may_change

Record = tuple[str, str]


def target_of(tx: Connection, scope: Scope, change_set_id: str) -> ChangeSet:
    """The set, if this person may take it back and it stands. UnknownRecord, OutOfScope, NotUndoable else."""
    lock = sa.select(t.change_sets.c.id).where(t.change_sets.c.id == change_set_id).with_for_update()
    tx.execute(lock)  # two taps on "undo" at once: the second finds it undone
    target = read(tx, change_set_id)
    if target.by is None or not scope.sees_person(target.by):
        raise OutOfScope("change_set", change_set_id)
    if target.source is Source.IMPORT:
        raise NotUndoable(change_set_id, "import")
    if target.undone_by is not None:
        raise NotUndoable(change_set_id, "undone")
    return target


def taking_back(tx: Connection, scope: Scope, sets: Sequence[ChangeSet]) -> tuple[list[Change], tuple[Record, ...]]:
    """The changes that take `sets` (oldest first) back, and the records that must stay because others refer to them.

    Raises Conflict if a later change would be lost, OutOfScope if a record has left the scope. Locks the records.
    """
    done = net(change for one in sets for change in one.changes)
    images = _images(tx, done)
    created = {(c.kind, c.id) for c in done if c.op is Op.CREATE}
    removed = {(c.kind, c.id) for c in done if c.op is Op.DELETE}
    _still_in_scope(tx, scope, done, images, created)
    _unchanged(done, images, created, removed)
    _nothing_later(tx, sets, done, created | removed)
    back = inverted(done)
    _references_there(tx, back, removed)
    kept = _kept(tx, back, created)
    return [change for change in back if (change.kind, change.id) not in kept], tuple(sorted(kept))


def _images(tx: Connection, done: Sequence[Change]) -> dict[Record, Image]:
    found: dict[Record, Image] = {}
    for name, kind in KINDS.items():
        ids = {change.id for change in done if change.kind == name}
        found |= {(name, record_id): image for record_id, image in fetch(tx, kind, ids, lock=True).items()}
    return found


def _still_in_scope(
    tx: Connection, scope: Scope, done: Sequence[Change], images: dict[Record, Image], created: set[Record]
) -> None:
    """What was changed must still be this person's to change: a deal may have moved to somebody else."""
    for record in {(change.kind, change.id) for change in done}:
        kind, record_id = record
        if kind not in ("opportunity", "payment", "follow_up", "activity", "account"):
            continue
        image = images.get(record)
        if image is None:  # removed by what is taken back: as it was
            image = KINDS[kind].empty()
            image |= {c.field: c.before for c in done if (c.kind, c.id) == record and c.op is Op.SET}
            if kind == "payment" and image["account"] is not None and ("account", image["account"]) not in images:
                may_change(tx, scope, kind, record_id, image)
            elif kind == "opportunity" and not scope.sees_person(str(image["owner"])):
                raise OutOfScope(kind, record_id)
            continue
        if kind == "account" and record in created and not scope.sees_person(str(image["owner"])):
            raise OutOfScope(kind, record_id)
        may_change(tx, scope, kind, record_id, image)


def _unchanged(done: Sequence[Change], images: dict[Record, Image], created: set[Record], removed: set[Record]) -> None:
    """Conflict unless every field is as the changes left it."""
    expected: dict[Record, Image] = {}
    for change in done:
        image = expected.setdefault((change.kind, change.id), {})
        if change.op is Op.SET:
            image[change.field] = change.after
    for record, fields in expected.items():
        found = images.get(record)
        if record in removed:
            if found is not None:
                raise Conflict(*record, "", None, record[1])
            continue
        if found is None:
            raise Conflict(*record, "", record[1], None)
        whole = {**KINDS[record[0]].empty(), **fields} if record in created else fields
        for name, value in whole.items():
            if found[name] != value:
                raise Conflict(*record, name, value, found[name])


def _nothing_later(tx: Connection, sets: Sequence[ChangeSet], done: Sequence[Change], whole: set[Record]) -> None:
    """Conflict if a later change that stands says something of the same field, even the same value."""
    fields = {(c.kind, c.id, c.field): c.after for c in done if c.op is Op.SET}
    number = t.changes.c.number
    last = tx.execute(sa.select(sa.func.max(number)).where(t.changes.c.change_set_id == sets[0].id)).scalar()
    if last is None:
        return
    ours = [one.id for one in sets]
    for chunk in in_chunks({record_id for _, record_id, _ in fields}):
        later = (
            sa.select(t.changes)
            .join(t.change_sets, t.change_sets.c.id == t.changes.c.change_set_id)
            .where(
                t.changes.c.record_id.in_(chunk),
                number > last,
                t.changes.c.op == Op.SET.value,
                t.changes.c.change_set_id.not_in(ours),
                t.change_sets.c.source != Source.UNDO.value,
                t.change_sets.c.undone_by_id.is_(None),
            )
            .order_by(number)
        )
        for row in tx.execute(later):
            key = (row.kind, row.record_id, row.field)
            if key in fields or key[:2] in whole:
                raise Conflict(*key, fields.get(key), change_of(row).after)


def _references_there(tx: Connection, back: Sequence[Change], remade: set[Record]) -> None:
    """Conflict if a value that would be restored names a record that is gone."""
    gone = {(change.kind, change.id) for change in back if change.op is Op.DELETE}
    for change in back:
        if change.op is not Op.SET or (change.kind, change.id) in gone:
            continue
        to = KINDS[change.kind].fields[change.field].refers_to
        if not to or change.after is None:
            continue
        table = TABLE_OF[to]
        for record_id in change.after if isinstance(change.after, tuple) else (str(change.after),):
            there = sa.select(table.c.id).where(table.c.id == record_id)
            if (to, record_id) not in remade and tx.execute(there).scalar() is None:
                raise Conflict(to, record_id, "", record_id, None)


def _kept(tx: Connection, back: Sequence[Change], created: set[Record]) -> set[Record]:
    """The records made that something else refers to by now; a kept deal keeps its stage history."""
    changed = {(c.kind, c.id, c.field) for c in back if c.op is Op.SET and (c.kind, c.id) not in created}
    kept: set[Record] = set()
    # Children come first: whether they stay decides whether what they refer to stays.
    for kind in ("opportunity", "contact", "account"):
        for change in back:
            if change.op is Op.DELETE and change.kind == kind:
                _keep(tx, change, kept, created, changed)
    for change in back:
        of_kept = change.field == "opportunity" and ("opportunity", change.before) in kept
        if change.kind == "stage_change" and of_kept and (change.kind, change.id) in created:
            kept.add((change.kind, change.id))
    return kept


def _keep(
    tx: Connection, change: Change, kept: set[Record], created: set[Record], changed: set[tuple[str, str, str]]
) -> None:
    for kind, record_id, field in referrers(tx, KINDS[change.kind], change.id):
        leaves = (kind, record_id) in created and (kind, record_id) not in kept
        if not leaves and (kind, record_id, field) not in changed:
            kept.add((change.kind, change.id))
            return
