"""The company file, parsed and checked: every fault is reported, each with where, what, and how to mend it.

The format is in docs/company-file.md. The file is read several times, record by record, so that a large one fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sales.errors import Fault, FaultyInput
from sales.people import Company
from sales.stages import PaymentStatus, Stage
from storage.file_fields import COMPANY, KEEP, SECTIONS, Section, Spec
from storage.file_values import Bad
from storage.json_stream import pieces

Source = Path | Mapping[str, Any]
"""A file, or its content already in memory (as json.load gives it)."""

Parsed = dict[str, Any]
"""A record: field -> value as it is stored. Fields that may be left out and were are not in it."""

Progress = Callable[[str, int, int], None]
"""(section, records done, records in all); `check` as section while the file is being checked."""


def no_progress(section: str, done: int, total: int) -> None:
    """Shows nothing."""


MOST_FAULTS = 10_000
"""Reported at most: a file with the wrong currency would fault in every line."""


@dataclass
class Known:
    """Ids, section by section: of the file, and of what is on record where a file may refer to that.

    The value is what the record belongs to (the account of a contact or a deal, the parent of a unit), else None.
    """

    ids: dict[str, dict[str, str | None]] = field(default_factory=lambda: {key: {} for key in SECTIONS})
    stored: dict[str, dict[str, str | None]] = field(default_factory=lambda: {key: {} for key in SECTIONS})

    def has(self, section: str, record_id: str) -> bool:
        return record_id in self.ids[section] or record_id in self.stored[section]

    def belongs_to(self, section: str, record_id: str) -> str | None:
        own = self.ids[section]
        return own[record_id] if record_id in own else self.stored[section].get(record_id)


@dataclass
class Checked:
    """A file without faults: its company, what it holds, and its records as often as they are asked for."""

    source: Source
    company: Company
    counts: Mapping[str, int]
    known: Known

    def records(self, wanted: Iterable[str] | None = None) -> Iterator[tuple[str, Parsed]]:
        """(section, record) in the order of the file; the sections `wanted`, or all."""
        only = frozenset(SECTIONS if wanted is None else wanted)
        for key, index, raw in pieces(self.source):
            if index is not None and index >= 0 and key in only:
                yield key, {spec.key: _parse(spec, raw, self.company.currency) for spec in SECTIONS[key].specs}


def check(source: Source, stored: Known | None = None, progress: Progress = no_progress) -> Checked:
    """Reads and checks a whole file; `stored` holds what is on record already, which it may refer to.

    Raises FaultyInput with every fault.
    """
    checker = _Checker(source, stored or Known())
    checker.first_pass()
    checker.second_pass(progress)
    if checker.faults:
        raise FaultyInput(tuple(checker.faults))
    assert checker.company is not None
    return Checked(source, checker.company, checker.counts, checker.known)


def _parse(spec: Spec, raw: Mapping[str, Any], currency: str) -> Any:
    if spec.key not in raw:
        return spec.default
    return spec.parse(raw[spec.key], currency)


class _Checker:
    def __init__(self, source: Source, stored: Known) -> None:
        self.source = source
        self.known = Known(stored=stored.stored)
        self.faults: list[Fault] = []
        self.company: Company | None = None
        self.currency = "CNY"
        self.counts: Counter[str] = Counter()
        self._identities: dict[tuple[str, str], str] = {}
        self._emails: dict[str, str] = {}
        self._quotas: set[tuple[str, date | None]] = set()

    def fault(self, where: str, what: str, mend: str) -> None:
        if len(self.faults) == MOST_FAULTS:
            self.faults.append(Fault("file", f"more than {MOST_FAULTS} faults", "Mend those listed first"))
        elif len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(where, what, mend))

    def first_pass(self) -> None:
        """Which sections and ids there are."""
        seen: set[str] = set()
        has_company = False
        for key, index, raw in pieces(self.source):
            section = SECTIONS.get(key)
            if index is not None and index >= 0:
                if section is not None:
                    self.counts[key] += 1
                    self._note_id(section, index, raw)
                continue
            if key in seen:
                self.fault(key, "stands in the file twice", "Join the two")
            seen.add(key)
            if key == COMPANY.key:
                has_company = True
                self._company(raw, index)
            elif section is None:
                self.fault(key, "is not a key of a company file", _closest(key, [COMPANY.key, *SECTIONS]))
            elif index is None:
                self.fault(key, "is not a list", "Write its records as [ … ]")
        if not has_company:
            self.fault("company", "is missing", "Add name, currency and timezone of the company")

    def _company(self, raw: Any, index: int | None) -> None:
        if not isinstance(raw, Mapping) or index is not None:
            self.fault("company", "is not an object", "Write it as { … }")
            return
        parsed, whole = self._record(COMPANY, "company", raw)
        if whole:
            self.company = Company(**parsed)
            self.currency = self.company.currency
        elif isinstance(code := raw.get("currency"), str):
            self.currency = code

    def _note_id(self, section: Section, index: int, raw: Any) -> None:
        record_id = raw.get("id") if isinstance(raw, Mapping) else None
        if not section.has_id or not isinstance(record_id, str):
            return
        belongs = raw.get("parent" if section.key == "org_units" else "account")
        ids = self.known.ids[section.key]
        if record_id in ids:
            where = f"{section.key}[{index}].id (id {record_id})"
            self.fault(where, "the id is used twice in this section", "Give one of the two another id")
        else:
            ids[record_id] = belongs if isinstance(belongs, str) else None

    def second_pass(self, progress: Progress) -> None:
        """Every record on its own, and what it refers to."""
        done, total = 0, self.counts.total()
        for key, index, raw in pieces(self.source):
            if index is None or index < 0 or key not in SECTIONS:
                continue
            done += 1
            if done % 20_000 == 0 or done == total:
                progress("check", done, total)
            if not isinstance(raw, Mapping):
                self.fault(f"{key}[{index}]", "is not an object", "Write it as { … }")
                continue
            section = SECTIONS[key]
            record_id = raw.get("id")
            suffix = f" (id {record_id})" if section.has_id and isinstance(record_id, str) else ""
            parsed, _ = self._record(section, f"{key}[{index}]", raw, suffix)
            self._references(section, f"{key}[{index}]", parsed, suffix)
            if (also := _ALSO.get(key)) is not None:
                also(self, f"{key}[{index}]", parsed, suffix)
        self._tree()

    def _record(self, section: Section, where: str, raw: Mapping[str, Any], suffix: str = "") -> tuple[Parsed, bool]:
        """The fields of the record that have no fault, and whether that is all of it; faults are reported."""
        before = len(self.faults)
        parsed: Parsed = {}
        for spec in section.specs:
            if spec.key not in raw:
                if spec.required:
                    self.fault(f"{where}.{spec.key}{suffix}", "is missing", "Add it")
                elif spec.default is not KEEP:
                    parsed[spec.key] = spec.default
                continue
            try:
                parsed[spec.key] = spec.parse(raw[spec.key], self.currency)
            except Bad as bad:
                self.fault(f"{where}.{spec.key}{suffix}", bad.what, bad.mend)
        if len(raw) > len(parsed):
            for key in raw:
                if key not in section.by_key:
                    self.fault(f"{where}.{key}{suffix}", "is not a field of this record", _closest(key, section.by_key))
        return parsed, len(self.faults) == before

    def _references(self, section: Section, where: str, parsed: Parsed, suffix: str) -> None:
        for spec in section.specs:
            value = parsed.get(spec.key) if spec.refers_to else None
            for one in value if isinstance(value, tuple) else (() if value is None else (value,)):
                if not self.known.has(spec.refers_to, one):
                    mend = f"Add it to {spec.refers_to}, or name one that is there"
                    self.fault(f"{where}.{spec.key}{suffix}", f"there is no {one} in {spec.refers_to}", mend)

    def _same_account(self, where: str, parsed: Parsed, suffix: str, section: str, key: str) -> None:
        """What a record names besides its account must be of that account."""
        value = parsed.get(key)
        for one in value if isinstance(value, tuple) else (() if value is None else (value,)):
            account = self.known.belongs_to(section, one)
            if "account" in parsed and self.known.has(section, one) and account != parsed["account"]:
                what = f"{one} belongs to account {account}, not to {parsed['account']}"
                self.fault(f"{where}.{key}{suffix}", what, f"Name one of the account's, or correct the {key}")

    def opportunity(self, where: str, parsed: Parsed, suffix: str) -> None:
        if "stage" not in parsed or "closed_on" not in parsed:
            return
        stage, closed_on = parsed["stage"], parsed["closed_on"]
        if not stage.is_open and closed_on is None:
            self.fault(
                f"{where}.closed_on{suffix}", f"is missing, and the stage is {stage}", "Add the day it was closed"
            )
        if stage.is_open and closed_on is not None:
            mend = f"Set it to null, or the stage to {Stage.WON} or {Stage.LOST}"
            self.fault(f"{where}.closed_on{suffix}", f"is set, and the stage is {stage}", mend)

    def activity(self, where: str, parsed: Parsed, suffix: str) -> None:
        self._same_account(where, parsed, suffix, "contacts", "contacts")
        self._same_account(where, parsed, suffix, "opportunities", "opportunity")

    def follow_up(self, where: str, parsed: Parsed, suffix: str) -> None:
        self._same_account(where, parsed, suffix, "opportunities", "opportunity")

    def payment(self, where: str, parsed: Parsed, suffix: str) -> None:
        self._same_account(where, parsed, suffix, "opportunities", "opportunity")
        if parsed.get("status") is PaymentStatus.RECEIVED and "date" in parsed and parsed["date"] is None:
            self.fault(f"{where}.date{suffix}", "is missing, and the payment is received", "Add the day it came in")

    def user(self, where: str, parsed: Parsed, suffix: str) -> None:
        me = str(parsed.get("id", where))
        for identity in parsed.get("channels") or ():
            if self._identities.setdefault(identity, me) != me:
                what = f"{identity[0]} {identity[1]} is that of {self._identities[identity]} already"
                self.fault(f"{where}.channels{suffix}", what, "An account of a channel belongs to one person")
        email = (parsed.get("email") or "").strip().casefold()
        if email and self._emails.setdefault(email, me) != me:
            what = f"{email} is that of {self._emails[email]} already"
            self.fault(f"{where}.email{suffix}", what, "An e-mail address belongs to one person")

    def quota(self, where: str, parsed: Parsed, _: str) -> None:
        owner, month = parsed.get("owner"), parsed.get("month")
        if owner is None:
            return
        found = [section for section in ("users", "org_units") if self.known.has(section, owner)]
        if not found:
            self.fault(f"{where}.owner", f"there is no {owner} in users or org_units", "Name one that is there")
        elif len(found) == 2:
            self.fault(f"{where}.owner", f"{owner} is both a user and an org unit", "Give one of the two another id")
        if month is not None and (owner, month) in self._quotas:
            self.fault(where, f"{owner} has two quotas for {month:%Y-%m}", "Keep one")
        self._quotas.add((owner, month))

    def _tree(self) -> None:
        """Units are a tree: one root, no cycle."""
        parents = {**self.known.stored["org_units"], **self.known.ids["org_units"]}
        roots = [unit for unit, parent in parents.items() if parent is None]
        if len(roots) > 1:
            mend = "One unit is the root; give the others a parent"
            self.fault("org_units", f"several have no parent: {', '.join(sorted(roots)[:10])}", mend)
        settled: set[str] = set()
        for unit in parents:
            path: list[str] = []
            at: str | None = unit
            while at is not None and at not in settled and at not in path:
                path.append(at)
                at = parents.get(at)
            if at is not None and at in path:
                cycle = " → ".join([*path[path.index(at) :], at])
                self.fault(
                    f"org_units (id {at})", f"a unit is above itself: {cycle}", "Give one of them another parent"
                )
            settled.update(path)


_ALSO = {
    "opportunities": _Checker.opportunity,
    "activities": _Checker.activity,
    "follow_ups": _Checker.follow_up,
    "payments": _Checker.payment,
    "users": _Checker.user,
    "quotas": _Checker.quota,
}


def _closest(key: str, allowed: Iterable[str]) -> str:
    close = get_close_matches(key, list(allowed), 1)
    return f"Did you mean {close[0]}?" if close else "Remove it"
