"""What earlier imports brought and a file no longer has: removed where nothing refers to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import tables as t
from storage.changes import Change, Op, Source, write_changes
from storage.file_fields import SECTIONS
from storage.kinds import DIRECTORY, KINDS, Kind, fetch, in_chunks


def prune_absent(
    tx: Connection,
    in_file: Mapping[str, Collection[str]],
    quotas_in_file: Collection[str],
    change_set: str,
    deleted: Counter[str],
    kept: list[tuple[str, str]],
) -> bool:
    """Removes what is absent, what refers to others first; counts it in `deleted`, lists in `kept` what had to stay.

    Returns whether a name went. What is removed goes into the history of the import.
    """
    imports = sa.select(t.change_sets.c.id).where(t.change_sets.c.source == Source.IMPORT.value)
    named = False
    for section in reversed(list(SECTIONS.values())):
        kind = KINDS.get(section.kind) or DIRECTORY[section.kind]
        brought = tx.execute(sa.select(kind.table.c.id).where(kind.table.c.origin.in_(imports))).scalars()
        if section.key == "stage_changes":
            continue  # they go with their deal
        present = quotas_in_file if section.key == "quotas" else in_file[section.key]
        absent = [record_id for record_id in brought if record_id not in present]
        # Units refer to each other: the lowest go first, so once more as long as one goes.
        while absent:
            stay = _referred_to(tx, kind, absent)
            gone = [record_id for record_id in absent if record_id not in stay]
            _remove(tx, kind, gone, change_set)
            if gone:
                deleted[section.key] += len(gone)
                named = True
            absent = [record_id for record_id in absent if record_id in stay]
            if not gone or kind.name != "org_unit":
                kept += [(kind.name, record_id) for record_id in absent]
                break
    return named


def _own_tables(kind: Kind) -> dict[sa.Table, str]:
    """Tables whose rows belong to a record and go with it, by the column that names it."""
    own = {field.link.table: field.link.own for field in kind.fields.values() if field.link is not None}
    if kind.name == "person":
        own[t.channel_identities] = "person_id"
    return own


def _referred_to(tx: Connection, kind: Kind, ids: Sequence[str]) -> set[str]:
    """Those of `ids` that a row of another table refers to. Stage changes count only if made by conversation."""
    imports = sa.select(t.change_sets.c.id).where(t.change_sets.c.source == Source.IMPORT.value)
    found: set[str] = set()
    for table in t.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is not kind.table or _own_tables(kind).get(table) == key.parent.name:
                continue
            for chunk in in_chunks(ids):
                query = sa.select(key.parent).where(key.parent.in_(chunk))
                if table is t.stage_changes:
                    query = query.where(table.c.origin.not_in(imports))
                found.update(tx.execute(query.distinct()).scalars())
    return found


def _remove(tx: Connection, kind: Kind, ids: Sequence[str], change_set: str) -> None:
    for chunk in in_chunks(ids):
        history: list[Change] = []
        for record_id, image in fetch(tx, kind, chunk).items():
            empty = kind.empty()
            values = [(name, value) for name, value in image.items() if value != empty[name]]
            history += [Change(kind.name, record_id, name, value, empty[name]) for name, value in values]
            history.append(Change(kind.name, record_id, op=Op.DELETE))
        write_changes(tx, change_set, history)
        for table, column in _own_tables(kind).items():
            tx.execute(sa.delete(table).where(table.c[column].in_(chunk)))
        if kind.name == "opportunity":
            tx.execute(sa.delete(t.stage_changes).where(t.stage_changes.c.opportunity_id.in_(chunk)))
        tx.execute(sa.delete(kind.table).where(kind.table.c.id.in_(chunk)))
