"""Change sets: what changed, with before and after and the words it rests on; written down, read back, applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.errors import UnknownRecord
from sales.records import Span
from storage import counters, kinds
from storage import tables as t
from storage.kinds import DIRECTORY, KINDS, Image, Value


class Op(StrEnum):
    CREATE = "create"
    SET = "set"
    DELETE = "delete"


class Source(StrEnum):
    """How a change set came about: a message saved, a correction of one, one taken back, an import."""

    SAVE = "save"
    AMEND = "amend"
    UNDO = "undo"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class MessageRef:
    """The message that a change rests on: its id in the inbox, and its text as it was sent."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record: `before` and `after`, and the spans of the message that say so.

    A record made or removed is a change of its own (`op`, with `field` empty), beside one for each field that is set.
    Values are text, int (amounts in minor units), date, enum or a sorted tuple of ids.
    """

    kind: str
    id: str
    field: str = ""
    before: Value = None
    after: Value = None
    spans: tuple[Span, ...] = ()
    op: Op = Op.SET

    def inverse(self) -> Change:
        op = {Op.CREATE: Op.DELETE, Op.DELETE: Op.CREATE, Op.SET: Op.SET}[self.op]
        return replace(self, before=self.after, after=self.before, op=op, spans=())


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one message, correction, undo or import changed. `by` is a person's id, None for an import.

    `undoes`: the set taken back (undo) or replaced (correction). `undone_by`: the set that took this one back.
    `kept`: (kind, id) of records that an undo would have removed, but something else refers to them by now.
    `laid`: what a form had put right and this correction kept: (place among the reading's drafts, field, value).
    """

    id: str
    by: str | None
    at: datetime
    source: Source
    why: str
    message: MessageRef | None
    changes: tuple[Change, ...]
    undoes: str | None = None
    undone_by: str | None = None
    whole: bool = False
    kept: tuple[tuple[str, str], ...] = ()
    laid: tuple[tuple[int, str, Value], ...] = ()

    @property
    def created(self) -> tuple[tuple[str, str], ...]:
        """(kind, id) of the records made, stage changes left out."""
        return tuple((c.kind, c.id) for c in self.changes if c.op is Op.CREATE and c.kind != "stage_change")

    @property
    def deleted(self) -> tuple[tuple[str, str], ...]:
        return tuple((c.kind, c.id) for c in self.changes if c.op is Op.DELETE and c.kind != "stage_change")

    @property
    def shown(self) -> tuple[Change, ...]:
        """The changes that a person recognises: without the stage history that follows from a stage."""
        return tuple(c for c in self.changes if c.kind != "stage_change")

    @property
    def is_empty(self) -> bool:
        return not self.changes


def inverted(changes: Sequence[Change]) -> list[Change]:
    """What takes `changes` back, in the order in which to do it."""
    return [change.inverse() for change in reversed(changes)]


def net(changes: Iterable[Change]) -> list[Change]:
    """The changes as one step: the first before and last after of each field, what cancels out left out."""
    made: dict[tuple[str, str], int] = {}
    fields: dict[tuple[str, str, str], Change] = {}
    first: dict[tuple[str, str], int] = {}
    for place, change in enumerate(changes):
        record = (change.kind, change.id)
        first.setdefault(record, place)
        if change.op is not Op.SET:
            made[record] = made.get(record, 0) + (1 if change.op is Op.CREATE else -1)
            if made[record] == 1:
                first[record] = place
            continue
        known = fields.get((*record, change.field))
        fields[(*record, change.field)] = replace(change, before=known.before) if known else change
    of_record: dict[tuple[str, str], list[Change]] = {record: [] for record in first}
    for change in fields.values():
        if change.before != change.after:
            of_record[(change.kind, change.id)].append(change)
    rank = {kind: place for place, kind in enumerate(KINDS)}  # what is referred to comes first
    ordered = sorted(first, key=lambda record: (rank[record[0]], first[record]))
    made_now = [Change(*record, op=Op.CREATE) for record in ordered if made.get(record, 0) > 0]
    sets = [change for record in ordered for change in of_record[record]]
    gone = [Change(*record, op=Op.DELETE) for record in reversed(ordered) if made.get(record, 0) < 0]
    return [*made_now, *sets, *gone]


def apply(tx: Connection, changes: Sequence[Change], origin: str) -> None:
    """Writes the changes into the tables, record by record. Says so to the names' version if a name changed."""
    made: set[tuple[str, str]] = set()
    gone: set[tuple[str, str]] = set()
    values: dict[tuple[str, str], Image] = {}
    for change in changes:
        record = (change.kind, change.id)
        image = values.setdefault(record, {})
        if change.op is Op.CREATE:
            made.add(record)
        elif change.op is Op.DELETE:
            gone.add(record)
        else:
            image[change.field] = change.after
    # Made first, removed last: on the way nothing refers to what isn't there.
    for (kind, record_id), image in values.items():
        if (kind, record_id) in made:
            kinds.insert(tx, KINDS[kind], record_id, {**KINDS[kind].empty(), **image}, origin)
    for (kind, record_id), image in values.items():
        if (kind, record_id) not in made | gone and image:
            kinds.update(tx, KINDS[kind], record_id, image)
    for kind, record_id in values:
        if (kind, record_id) in gone:
            kinds.delete(tx, KINDS[kind], record_id)
    if any(c.kind in counters.NAMED and (c.op is not Op.SET or c.field in counters.NAME_FIELDS) for c in changes):
        counters.bump_names(tx)


def write(tx: Connection, made: ChangeSet) -> None:
    """Writes a change set into the history."""
    tx.execute(
        sa.insert(t.change_sets),
        {
            "id": made.id,
            "person_id": made.by,
            "at": made.at,
            "source": made.source.value,
            "why": made.why,
            "message_id": made.message.id if made.message else None,
            "message_text": made.message.text if made.message else None,
            "undoes_id": made.undoes,
            "undone_by_id": made.undone_by,
            "whole": made.whole,
        },
    )
    write_changes(tx, made.id, made.changes)


def write_changes(tx: Connection, change_set_id: str, changes: Iterable[Change]) -> None:
    rows = [
        {
            "change_set_id": change_set_id,
            "op": change.op.value,
            "kind": change.kind,
            "record_id": change.id,
            "field": change.field,
            "before": kinds.as_json(change.before),
            "after": kinds.as_json(change.after),
            "spans": [[span.start, span.end] for span in change.spans] or None,
        }
        for change in changes
    ]
    if rows:
        tx.execute(sa.insert(t.changes), rows)


def read(tx: Connection, change_set_id: str) -> ChangeSet:
    """A change set as it was written. UnknownRecord if there is none of this id."""
    row = tx.execute(sa.select(t.change_sets).where(t.change_sets.c.id == change_set_id)).one_or_none()
    if row is None:
        raise UnknownRecord("change_set", change_set_id)
    query = sa.select(t.changes).where(t.changes.c.change_set_id == change_set_id).order_by(t.changes.c.number)
    return ChangeSet(
        row.id,
        row.person_id,
        row.at,
        Source(row.source),
        row.why,
        None if row.message_id is None else MessageRef(row.message_id, row.message_text or ""),
        tuple(change_of(change) for change in tx.execute(query)),
        row.undoes_id,
        row.undone_by_id,
        row.whole,
    )


def change_of(row: Any) -> Change:
    """A row of `changes` as a Change."""
    op = Op(row.op)
    kind = KINDS.get(row.kind) or DIRECTORY[row.kind]

    def value(raw: Any) -> Value:
        if op is not Op.SET:
            return None
        # An empty list means none; None means that the record wasn't there.
        return kind.fields[row.field].parse(raw)

    spans = tuple(Span(start, end) for start, end in row.spans or ())
    return Change(row.kind, row.record_id, row.field, value(row.before), value(row.after), spans, op)
