"""From drafts to changes: what a reading would change, worked out before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.errors import OutOfScope, UnknownRecord
from sales.permissions import Scope
from sales.records import Span
from storage import tables as t
from storage.changes import Change, Op
from storage.ids import new_id
from storage.kinds import KINDS, TABLE_OF, Image, Value, fetch
from storage.scoping import may_change

Evidence = tuple[Span, ...]


@dataclass
class Reusable:
    """Ids of records that a correction takes back and may make again: what was reported stays the same record.

    `by_kind` holds (id, image) in the order in which they were made.
    """

    by_kind: dict[str, list[tuple[str, Image]]] = field(default_factory=dict)

    def take(self, kind: str, like: Callable[[Image], bool]) -> str | None:
        """The first one that is `like` what is wanted; it is used up."""
        left = self.by_kind.get(kind, [])
        for place, (record_id, image) in enumerate(left):
            if like(image):
                del left[place]
                return record_id
        return None


class Plan:
    """Changes worked out so far, and the records as they would stand. Nothing is written by it.

    `today` is the day of the message in the company's zone. Raises OutOfScope and UnknownRecord as it goes.
    """

    def __init__(self, tx: Connection, scope: Scope, at: datetime, today: date, reusable: Reusable) -> None:
        self.tx = tx
        self.scope = scope
        self.at = at
        self.today = today
        self.reusable = reusable
        self.changes: list[Change] = []
        self._images: dict[tuple[str, str], Image] = {}
        self._new: set[tuple[str, str]] = set()
        self._known: set[tuple[str, str]] = set()

    def image(self, kind: str, record_id: str, *, lock: bool = False) -> Image:
        """The record as it would stand. UnknownRecord if there is none."""
        key = (kind, record_id)
        if key not in self._images:
            found = fetch(self.tx, KINDS[kind], [record_id], lock=lock)
            if record_id not in found:
                raise UnknownRecord(kind, record_id)
            self._images[key] = found[record_id]
        return self._images[key]

    def is_new(self, kind: str, record_id: str) -> bool:
        return (kind, record_id) in self._new

    def known(self, kind: str, record_id: str) -> str:
        """The id, if there is such a record (a product, a competitor); else UnknownRecord."""
        if (kind, record_id) not in self._known:
            table = TABLE_OF[kind]
            if self.tx.execute(sa.select(table.c.id).where(table.c.id == record_id)).scalar() is None:
                raise UnknownRecord(kind, record_id)
            self._known.add((kind, record_id))
        return record_id

    def changeable(self, kind: str, record_id: str) -> Image:
        """The record, locked, if the scope may change it; else OutOfScope."""
        image = self.image(kind, record_id, lock=True)
        if not self.is_new(kind, record_id):
            may_change(self.tx, self.scope, kind, record_id, image)
        return image

    def needs_account(self, account_id: str) -> None:
        """OutOfScope unless the account is new in this reading, or in scope."""
        image = self.image("account", account_id)
        if not self.is_new("account", account_id) and not self.scope.sees_person(str(image["owner"])):
            raise OutOfScope("account", account_id)

    def create(
        self, kind: str, values: dict[str, tuple[Value, Evidence]], like: Callable[[Image], bool] = lambda _: True
    ) -> str:
        """A new record. In a correction the record that was made before, if one is `like` this one."""
        return self._make(kind, self.reusable.take(kind, like), values)

    def create_several(
        self, kind: str, several: Sequence[dict[str, tuple[Value, Evidence]]], likeness: Sequence[tuple[str, ...]]
    ) -> list[str]:
        """New records, with the ids of those made before: first of those most alike, in the end by their order.

        `likeness` are the fields that must be the same, the strictest first.
        """
        ids: list[str | None] = [None] * len(several)
        for names in (*likeness, ()):
            for place, values in enumerate(several):
                if ids[place] is None:
                    wanted = {name: self._plain(values[name][0]) for name in names}
                    ids[place] = self.reusable.take(
                        kind,
                        lambda image, w=wanted: all(image[n] == v for n, v in w.items()),  # type: ignore[misc]
                    )
        return [self._make(kind, reused, values) for reused, values in zip(ids, several, strict=True)]

    @staticmethod
    def _plain(value: Value) -> Value:
        return tuple(sorted(set(value))) if isinstance(value, tuple) else value

    def remove(self, kind: str, record_id: str) -> None:
        """Removes a record that nothing else refers to."""
        empty = KINDS[kind].empty()
        for name, value in self.image(kind, record_id).items():
            if value != empty[name]:
                self.changes.append(Change(kind, record_id, name, value, empty[name]))
        self.changes.append(Change(kind, record_id, op=Op.DELETE))

    def _make(self, kind: str, reused: str | None, values: dict[str, tuple[Value, Evidence]]) -> str:
        if reused is not None and reused in fetch(self.tx, KINDS[kind], [reused], lock=True):
            # Something else refers to it by now, so it was not taken back: it is changed instead of made again.
            self.image(kind, reused)
            for name, (value, spans) in values.items():
                self.set(kind, reused, name, value, spans)
            return reused
        record_id = reused or new_id(KINDS[kind].prefix, self.at)
        self._images[(kind, record_id)] = KINDS[kind].empty()
        self._new.add((kind, record_id))
        self.changes.append(Change(kind, record_id, op=Op.CREATE))
        for name, (value, spans) in values.items():
            self.set(kind, record_id, name, value, spans)
        return record_id

    def set(self, kind: str, record_id: str, name: str, value: Value, spans: Evidence = ()) -> bool:
        """Sets a field; a value equal to what is on record is no change (False)."""
        image = self.image(kind, record_id)
        before = image[name]
        value = self._plain(value)
        if before == value:
            return False
        self.changes.append(Change(kind, record_id, name, before, value, spans))
        image[name] = value
        return True

    def next_position(self, opportunity_id: str, on: date) -> int:
        """Where a stage change goes among those of the same deal and day."""
        column = t.stage_changes.c.position
        query = sa.select(sa.func.max(column)).where(
            t.stage_changes.c.opportunity_id == opportunity_id, t.stage_changes.c.changed_on == on
        )
        stored = self.tx.execute(query).scalar()
        planned = [
            int(str(image["position"]))
            for (kind, _), image in self._images.items()
            if kind == "stage_change" and image["opportunity"] == opportunity_id and image["on"] == on
        ]
        return max([-1 if stored is None else stored, *planned]) + 1
