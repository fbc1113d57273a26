"""Import of a company file: what is new is added, what changed updated (with its history), the rest left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.errors import Fault, FaultyInput
from storage import tables as t
from storage.changes import Change, ChangeSet, Source, write, write_changes
from storage.company_file import Checked, Known, Parsed, check
from storage.company_file import Source as File
from storage.counters import bump_names, insert_into
from storage.file_fields import KEEP, SECTIONS
from storage.ids import new_id
from storage.kinds import DIRECTORY, KINDS, Image, Kind, as_column, fetch, in_chunks, update
from storage.prune import prune_absent

BATCH = 2_000
"""Records written at once."""

Progress = Callable[[str, int, int], None]
"""(section, records done, records in all)."""

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
    progress: Progress = lambda section, done, total: None,
) -> ImportReport:
    """Takes a company file in, in the caller's transaction. A file with faults raises FaultyInput and changes nothing.

    Records are matched by id (quotas by owner and month, stage changes by deal, stage and day). What is on record but
    not in the file stays, unless `prune` is given: then what an earlier import brought and this file no longer has
    goes, as far as nothing refers to it. What was made by conversation is touched only if it is in the file. A file
    may refer to records that are not in it but on record (not with `prune`, if an import brought them).
    """
    stored = _stored(tx, prune)
    checked = check(source, stored)
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
        bump_names(tx)
    if report.changed_nothing:
        # An import that changed nothing leaves nothing behind.
        tx.execute(sa.delete(t.change_sets).where(t.change_sets.c.id == report.change_set))
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
        self._position = 0
        self._serial = 0
        self._serial_base = new_id("s", at)
        self._matched: set[str] = set()  # stage changes on record that the file has too
        self._deals_listed: set[str] = set()

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
        self._drop_unlisted_stage_changes()

    def _flush(self, section: str, batch: list[Parsed]) -> None:
        if not batch:
            return
        if section == "stage_changes":
            self._stage_changes(batch)
        else:
            if section == "quotas":
                batch = [self._quota(record) for record in batch]
            elif section == "org_units":
                batch = _parents_first(batch)
            self._upsert(section, batch)
            if section == "users":
                self._identities(batch)
        self._done[section] += len(batch)
        self.progress(section, self._done[section], self.checked.counts[section])

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
        self.tx.execute(sa.insert(kind.table), rows)
        for name, link in links:
            linked = [{link.own: record["id"], link.other: other} for record in new for other in record[name]]
            if linked:
                self.tx.execute(sa.insert(link.table), linked)

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

    def _identities(self, batch: list[Parsed]) -> None:
        identities = t.channel_identities
        for record in batch:
            if record.get("channels", KEEP) is KEEP:
                continue
            query = sa.select(identities.c.channel, identities.c.external_id)
            held = {(c, e) for c, e in self.tx.execute(query.where(identities.c.person_id == record["id"]))}
            wanted = set(record["channels"])
            for channel, external in held - wanted:
                which = (identities.c.channel == channel) & (identities.c.external_id == external)
                self.tx.execute(sa.delete(identities).where(which))
            for channel, external in sorted(wanted - held):
                row = insert_into(self.tx, identities).values(
                    channel=channel, external_id=external, person_id=record["id"]
                )
                moved = row.on_conflict_do_update(
                    index_elements=["channel", "external_id"], set_={"person_id": record["id"]}
                )
                self.tx.execute(moved)
            if held != wanted:
                self.report.updated["channels"] += 1

    def _stage_changes(self, batch: list[Parsed]) -> None:
        held = self._held_stage_changes(record["opportunity"] for record in batch)
        rows: list[dict[str, Any]] = []
        for record in batch:
            self._position += 1
            key = (record["opportunity"], record["stage"].value, record["on"])
            if held.get(key):
                self._matched.add(held[key].pop())
                self.report.unchanged["stage_changes"] += 1
                continue
            self._serial += 1
            rows.append(
                {
                    "id": f"{self._serial_base}{self._serial:07x}",
                    "opportunity_id": key[0],
                    "stage": key[1],
                    "changed_on": key[2],
                    "position": self._position,
                    "origin": self.report.change_set,
                }
            )
        if rows:
            self.tx.execute(sa.insert(t.stage_changes), rows)
            self.report.created["stage_changes"] += len(rows)

    def _held_stage_changes(self, deals: Iterable[str]) -> Mapping[tuple[str, str, date], list[str]]:
        """What is on record of these deals and not matched yet: ids, the last first."""
        held: dict[tuple[str, str, date], list[str]] = {}
        if not self._had["stage_changes"]:
            return held
        wanted = set(deals)
        self._deals_listed |= wanted
        s = t.stage_changes.c
        for chunk in in_chunks(wanted):
            query = sa.select(s.id, s.opportunity_id, s.stage, s.changed_on).where(s.opportunity_id.in_(chunk))
            for change_id, deal, stage, on in self.tx.execute(query.order_by(s.position.desc())):
                if change_id not in self._matched:
                    held.setdefault((deal, stage, on), []).append(change_id)
        return held

    def _drop_unlisted_stage_changes(self) -> None:
        """The history of a deal is one thing: what an import brought of it and this file no longer says is gone."""
        s = t.stage_changes.c
        imports = sa.select(t.change_sets.c.id).where(
            t.change_sets.c.source == Source.IMPORT.value, t.change_sets.c.id != self.report.change_set
        )
        for chunk in in_chunks(self._deals_listed):
            query = sa.select(s.id).where(s.opportunity_id.in_(chunk), s.origin.in_(imports))
            gone = [change_id for change_id in self.tx.execute(query).scalars() if change_id not in self._matched]
            for ids in in_chunks(gone):
                self.tx.execute(sa.delete(t.stage_changes).where(s.id.in_(ids)))
            if gone:
                self.report.deleted["stage_changes"] += len(gone)


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
