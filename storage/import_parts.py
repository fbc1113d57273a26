"""The parts of an import that aren't matched by an id: identities of people, the stage history of deals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import tables as t
from storage.bulk import insert_rows
from storage.changes import Source
from storage.company_file import Parsed
from storage.counters import insert_into
from storage.file_fields import KEEP
from storage.identities import account_key, allow_again
from storage.ids import new_id
from storage.kinds import in_chunks


def take_identities(tx: Connection, people: Sequence[Parsed]) -> Counter[str]:
    """The channel identities that a file gives people replace theirs; who is given none in the file keeps theirs."""
    identities = t.channel_identities
    changed: Counter[str] = Counter()
    for person in people:
        if person.get("channels", KEEP) is KEEP:
            continue
        query = sa.select(identities.c.channel, identities.c.external_id)
        held = {(c, e) for c, e in tx.execute(query.where(identities.c.person_id == person["id"]))}
        wanted = {(channel, account_key(channel, external)) for channel, external in person["channels"]}
        for channel, external in held - wanted:
            which = (identities.c.channel == channel) & (identities.c.external_id == external)
            tx.execute(sa.delete(identities).where(which))
        for channel, external in sorted(wanted - held):
            row = insert_into(tx, identities).values(channel=channel, external_id=external, person_id=person["id"])
            moved = row.on_conflict_do_update(
                index_elements=["channel", "external_id"], set_={"person_id": person["id"]}
            )
            tx.execute(moved)
            allow_again(tx, channel, external)
        if held != wanted:
            changed["channels"] += 1
    return changed


class StageHistory:
    """The stage changes of a file against those on record: matched by deal, stage and day, as often as they occur."""

    def __init__(self, tx: Connection, change_set: str, at: datetime, had_some: bool) -> None:
        self._tx = tx
        self._change_set = change_set
        self._had_some = had_some
        self._position = 0
        self._id_base = new_id("s", at)
        self._matched: set[str] = set()  # on record and in the file
        self._deals: set[str] = set()

    def take(self, batch: Sequence[Parsed]) -> tuple[int, int]:
        """Adds what is new. How many were new, and how many were on record."""
        held = self._held(record["opportunity"] for record in batch)
        rows: list[dict[str, Any]] = []
        for record in batch:
            self._position += 1
            key = (record["opportunity"], record["stage"].value, record["on"])
            if held.get(key):
                self._matched.add(held[key].pop())
                continue
            rows.append(
                {
                    "id": f"{self._id_base}{self._position:07x}",
                    "opportunity_id": key[0],
                    "stage": key[1],
                    "changed_on": key[2],
                    "position": self._position,
                    "origin": self._change_set,
                }
            )
        insert_rows(self._tx, t.stage_changes, rows)
        return len(rows), len(batch) - len(rows)

    def _held(self, deals: Iterable[str]) -> Mapping[tuple[str, str, date], list[str]]:
        """What is on record of these deals and not matched yet: ids, the last first."""
        held: dict[tuple[str, str, date], list[str]] = {}
        if not self._had_some:
            return held
        wanted = set(deals)
        self._deals |= wanted
        s = t.stage_changes.c
        for chunk in in_chunks(wanted):
            query = sa.select(s.id, s.opportunity_id, s.stage, s.changed_on).where(
                s.opportunity_id.in_(chunk), s.origin != self._change_set
            )
            for change_id, deal, stage, on in self._tx.execute(query.order_by(s.position.desc())):
                if change_id not in self._matched:
                    held.setdefault((deal, stage, on), []).append(change_id)
        return held

    def drop_unlisted(self) -> int:
        """The history of a deal is one thing: what an import brought of it and the file no longer says goes."""
        s = t.stage_changes.c
        imports = sa.select(t.change_sets.c.id).where(
            t.change_sets.c.source == Source.IMPORT.value, t.change_sets.c.id != self._change_set
        )
        dropped = 0
        for chunk in in_chunks(self._deals):
            query = sa.select(s.id).where(s.opportunity_id.in_(chunk), s.origin.in_(imports))
            gone = [change_id for change_id in self._tx.execute(query).scalars() if change_id not in self._matched]
            for ids in in_chunks(gone):
                self._tx.execute(sa.delete(t.stage_changes).where(s.id.in_(ids)))
            dropped += len(gone)
        return dropped
