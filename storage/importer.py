"""Import of a company file: what is new is added, what changed updated (with its history), the rest left alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.errors import Fault, FaultyInput
from storage import tables as t
from storage.bulk import insert_rows
from storage.changes import Change, ChangeSet, Source, write, write_changes
from storage.company_file import Checked, Known, Parsed, Progress, check, no_progress
from storage.company_file import Source as File
from storage.counters import bump_names
from storage.facts import rebuild
from storage.file_fields import KEEP, SECTIONS
from storage.ids import new_id
from storage.import_parts import StageHistory, take_identities
from storage.kinds import DIRECTORY, KINDS, Image, Kind, as_column, fetch, update
from storage.prune import prune_absent

BATCH = 2_000
"""Records written at once."""

_NAMED = frozenset({"org_unit", "person", "product", "competitor", "account", "contact", "opportunity"})


@dataclass
class ImportReport:
    """What an import did, by section. `kept`: (kind, id) that `prune` left because something refers to them."""

    change_set: str
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    kept: list[tuple[str, str]] = field(default_factory=list)

    @property
    def changed_nothing(self) -> bool:
        return not (self.created or self.updated or self.deleted)


def import_company(
    tx: Connection,
    source: File,
    *,
    at: datetime,
    label: str = "company file",
    prune: bool = False,
    progress: Progress = no_progress,
) -> ImportReport:
    """Takes a company file in, in the caller's transaction. A file with faults raises FaultyInput and changes nothing.

    Records are matched by id (quotas by owner and month, stage changes by deal, stage and day). What is on record but
    not in the file stays, unless `prune` is given: then what an earlier import brought and this file no longer has
    goes, as far as nothing refers to it. What was made by conversation is touched only if it is in the file. A file
    may refer to records that are not in it but on record (not with `prune`, if an import brought them).
    """
    stored = _stored(tx, prune)
    checked = check(source, stored, progress)
    _same_currency(tx, checked)
    report = ImportReport(new_id("cs", at))
    writer = _Writer(tx, checked, report, at, progress)
    write(tx, ChangeSet(report.change_set, None, at, Source.IMPORT, f"import of {label}", None, ()))
    writer.company()
    writer.sections()
    if prune:
        named = prune_absent(tx, checked.known.ids, writer.quota_ids, report.change_set, report.deleted, report.kept)
        writer.names_changed = writer.names_changed or named
    if writer.names_changed:
        bump_names(tx, imported=True)
    if report.changed_nothing:
        # An import that changed nothing leaves nothing behind.
        tx.execute(sa.delete(t.change_sets).where(t.change_sets.c.id == report.change_set))
    else:
        rebuild(tx)
    return report


def _stored(tx: Connection, prune: bool) -> Known:
    """What is on record; with `prune` only what no import brought (the rest must be in the file, or goes)."""
    known = Known()
    imports = sa.select(t.change_sets.c.id).where(t.change_sets.c.source == Source.IMPORT.value)
    for section in SECTIONS.values():
        if not section.has_id:
            continue
        table = _kind(section.kind).table
        belongs = table.c.get("account_id", table.c.get("parent_id", sa.null()))
        query = sa.select(table.c.id, belongs)
        if prune:
            query = query.where(table.c.origin.not_in(imports))
        known.stored[section.key].update((record_id, owner) for record_id, owner in tx.execute(query))
    return known


def _same_currency(tx: Connection, checked: Checked) -> None:
    currency = tx.execute(sa.select(t.company_settings.c.currency)).scalar()
    if currency is not None and currency != checked.company.currency:
        what = f"is {checked.company.currency}, and the amounts on record are in {currency}"
        raise FaultyInput((Fault("company.currency", what, f"Keep {currency}, or import into a new database"),))


def _kind(name: str) -> Kind:
    return KINDS.get(name) or DIRECTORY[name]


class _Writer:
    """Writes the sections in an order in which nothing refers to what isn't there yet."""

    def __init__(
        self, tx: Connection, checked: Checked, report: ImportReport, at: datetime, progress: Progress
    ) -> None:
        self.tx = tx
        self.checked = checked
        self.report = report
        self.at = at
        self.progress = progress
        self.names_changed = False
        self.quota_ids: set[str] = set()
        self._had = {key: self._has_rows(_kind(section.kind).table) for key, section in SECTIONS.items()}
        self._done: Counter[str] = Counter()
        self._history = StageHistory(tx, report.change_set, at, self._had["stage_changes"])

    def _has_rows(self, table: sa.Table) -> bool:
        return self.tx.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).scalar() is not None

    def company(self) -> None:
        company = self.checked.company
        row = {
            "name": company.name,
            "currency": company.currency,
            "timezone": company.timezone,
            "locale": company.locale,
            "fiscal_year_start_month": company.fiscal_year_start_month,
        }
        held = self.tx.execute(sa.select(*(t.company_settings.c[key] for key in row))).one_or_none()
        if held is None:
            self.tx.execute(sa.insert(t.company_settings), {"id": 1, **row})
            self.report.created["company"] += 1
        elif tuple(held) != tuple(row.values()):
            self.tx.execute(sa.update(t.company_settings).values(**row))
            self.report.updated["company"] += 1

    def sections(self) -> None:
        """Goes over the file as often as it takes: once, if its sections stand in the usual order."""
        left = [key for key in SECTIONS if self.checked.counts[key]]
        while left:
            batch: list[Parsed] = []
            current = ""
            for key, record in self.checked.records(tuple(left)):
                if key != current:
                    self._flush(current, batch)
                    batch = []
                    if current:
                        left.remove(current)
                    # Out of order: the next time round.
                    current = key if left[:1] == [key] else ""
                if key == current:
                    batch.append(record)
                    # Units refer to each other: all at once.
                    if len(batch) == BATCH and key != "org_units":
                        self._flush(key, batch)
                        batch = []
            self._flush(current, batch)
            if current:
                left.remove(current)
        if gone := self._history.drop_unlisted():
            self.report.deleted["stage_changes"] += gone

    def _flush(self, section: str, batch: list[Parsed]) -> None:
        if not batch:
            return
        if section == "stage_changes":
            new, same = self._history.take(batch)
            self._count("stage_changes", new, same)
        else:
            if section == "quotas":
                batch = [self._quota(record) for record in batch]
            elif section == "org_units":
                batch = _parents_first(batch)
            self._upsert(section, batch)
            if section == "users":
                self.report.updated += take_identities(self.tx, batch)
        self._done[section] += len(batch)
        self.progress(section, self._done[section], self.checked.counts[section])

    def _count(self, section: str, new: int, same: int) -> None:
        # A Counter that holds a zero would not be empty.
        self.report.created += Counter({section: new})
        self.report.unchanged += Counter({section: same})

    def _upsert(self, section: str, batch: list[Parsed]) -> None:
        kind = _kind(SECTIONS[section].kind)
        held = fetch(self.tx, kind, (record["id"] for record in batch)) if self._had[section] else {}
        new: list[Parsed] = []
        changes: list[Change] = []
        for record in batch:
            image = held.get(record["id"])
            if image is None:
                new.append(record)
                continue
            differs: Image = {
                name: record[name]
                for name in kind.fields
                if record.get(name, KEEP) is not KEEP and record[name] != image[name]
            }
            if differs:
                update(self.tx, kind, record["id"], differs)
                changes += [Change(kind.name, record["id"], name, image[name], v) for name, v in differs.items()]
                self.report.updated[section] += 1
            else:
                self.report.unchanged[section] += 1
        self._insert(kind, new)
        write_changes(self.tx, self.report.change_set, changes)
        if new:
            self.report.created[section] += len(new)
        if kind.name in _NAMED and (new or changes):
            self.names_changed = True

    def _insert(self, kind: Kind, new: list[Parsed]) -> None:
        if not new:
            return
        plain = [(f.column, f.name, f.empty) for f in kind.fields.values() if f.link is None]
        links = [(f.name, f.link) for f in kind.fields.values() if f.link is not None]
        rows: list[dict[str, Any]] = []
        for record in new:
            row: dict[str, Any] = {"id": record["id"], "origin": self.report.change_set}
            for column, name, empty in plain:
                value = record.get(name, KEEP)
                row[column] = as_column(empty if value is KEEP else value)
            rows.append(row)
        insert_rows(self.tx, kind.table, rows)
        for name, link in links:
            linked = [{link.own: record["id"], link.other: other} for record in new for other in record[name]]
            insert_rows(self.tx, link.table, linked)

    def _quota(self, record: Parsed) -> Parsed:
        owner, month = record["owner"], record["month"]
        of_person = self.checked.known.has("users", owner)
        quota_id = f"q-{owner}-{month:%Y-%m}"
        self.quota_ids.add(quota_id)
        return {
            "id": quota_id,
            "person": owner if of_person else None,
            "org_unit": None if of_person else owner,
            "month": month,
            "amount": record["amount"],
        }


def _parents_first(units: list[Parsed]) -> list[Parsed]:
    by_parent: dict[str | None, list[Parsed]] = {}
    here = {unit["id"] for unit in units}
    for unit in units:
        by_parent.setdefault(unit["parent"] if unit["parent"] in here else None, []).append(unit)
    found: list[Parsed] = []
    todo = list(by_parent.get(None, ()))
    while todo:
        unit = todo.pop()
        found.append(unit)
        todo.extend(by_parent.get(unit["id"], ()))
    return found
