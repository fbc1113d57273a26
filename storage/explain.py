"""Where a value comes from: who set it, when, why, from which message and which words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.errors import OutOfScope, UnknownRecord
from sales.permissions import Scope
from storage import tables as t
from storage.changes import MessageRef, Op, Source, change_of
from storage.kinds import KINDS, Image, Kind, Value, fetch
from storage.scoping import sees


@dataclass(frozen=True, slots=True)
class Explanation:
    """One setting of a value. `words` are the pieces of the message that it rests on (none: it followed from context).

    `by` is a person's id, None for an import. `stands` is False for what was taken back since.
    """

    by: str | None
    at: datetime
    source: Source
    why: str
    message: MessageRef | None
    words: tuple[str, ...]
    before: Value
    after: Value
    stands: bool
    change_set: str


def explain(tx: Connection, scope: Scope, kind: str, record_id: str, field: str) -> list[Explanation]:
    """Every setting of a field, the newest first; the first that stands is where the present value comes from.

    A message is quoted only if its writer is in scope. Raises UnknownRecord, OutOfScope.
    """
    described = KINDS.get(kind)
    if described is None or field not in described.fields:
        raise UnknownRecord(f"{kind}.{field}", record_id)
    image = fetch(tx, described, [record_id]).get(record_id)
    rows = list(tx.execute(_history(described, record_id)))
    if image is None and not rows:
        raise UnknownRecord(kind, record_id)
    if not sees(tx, scope, kind, image if image is not None else _last_image(described, rows)):
        raise OutOfScope(kind, record_id)
    found = [_explanation(scope, row) for row in rows if row.field == field]
    if image is not None and not any(one.source is not Source.UNDO and one.stands for one in found):
        found += _origin(tx, scope, described, record_id, found[-1].before if found else image[field])
    return found


def _history(kind: Kind, record_id: str) -> sa.Select[Any]:
    taker = t.change_sets.alias("taker")
    return (
        sa.select(
            t.changes,
            *(t.change_sets.c[name] for name in ("person_id", "at", "source", "why", "message_id", "message_text")),
            taker.c.source.label("taken_back_by"),
        )
        .join(t.change_sets, t.change_sets.c.id == t.changes.c.change_set_id)
        .outerjoin(taker, taker.c.id == t.change_sets.c.undone_by_id)
        .where(t.changes.c.kind == kind.name, t.changes.c.record_id == record_id, t.changes.c.op == Op.SET.value)
        .order_by(t.changes.c.number.desc())
    )


def _last_image(kind: Kind, rows: list[Any]) -> Image:
    """A record that is gone, as it last stood: what was removed is the before of its last change."""
    image = kind.empty()
    for row in reversed(rows):
        change = change_of(row)
        image[change.field] = change.before if change.after == kind.fields[change.field].empty else change.after
    return image


def _explanation(scope: Scope, row: Any) -> Explanation:
    change = change_of(row)
    told = row.person_id is not None and scope.sees_person(row.person_id)
    message = MessageRef(row.message_id, row.message_text or "") if told and row.message_id is not None else None
    words = tuple(span.of(message.text) for span in change.spans) if message else ()
    # What a correction replaced and did not change again is still where the value comes from.
    stands = row.source != Source.UNDO.value and row.taken_back_by != Source.UNDO.value
    return Explanation(
        row.person_id, row.at, Source(row.source), row.why, message, words, change.before, change.after, stands,
        row.change_set_id,
    )  # fmt: skip


def _origin(tx: Connection, scope: Scope, kind: Kind, record_id: str, value: Value) -> list[Explanation]:
    """The set that made the record, for a value that nothing has changed since (an import, mostly)."""
    query = (
        sa.select(t.change_sets)
        .join(kind.table, kind.table.c.origin == t.change_sets.c.id)
        .where(kind.table.c.id == record_id)
    )
    row = tx.execute(query).one_or_none()
    if row is None:
        return []
    told = row.person_id is not None and scope.sees_person(row.person_id)
    message = MessageRef(row.message_id, row.message_text or "") if told and row.message_id is not None else None
    empty = kind.empty()
    return [
        Explanation(row.person_id, row.at, Source(row.source), row.why, message, (), empty.get("", None), value, True,
                    row.id)
    ]  # fmt: skip
