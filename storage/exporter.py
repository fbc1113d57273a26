"""Export: the company file of what is on record. An import of it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import tables as t
from storage.company import company_of
from storage.company_file import Progress, no_progress
from storage.file_fields import SECTIONS, Section
from storage.kinds import DIRECTORY, KINDS, Value, fetch
from storage.money import to_units

BATCH = 2_000

_AMOUNTS = frozenset({"amount"})
_ONLY_WHERE_SET = frozenset({"email", "mobile", "channels", "probability"})


def export_records(tx: Connection, section: str) -> Iterator[dict[str, Any]]:
    """The records of a section as the file has them (amounts int or Decimal, in units), streamed."""
    currency = company_of(tx).currency
    if section == "stage_changes":
        yield from _stage_changes(tx)
    elif section == "quotas":
        yield from _quotas(tx, currency)
    else:
        yield from _with_id(tx, SECTIONS[section], currency)


def export_company(tx: Connection, progress: Progress = no_progress) -> dict[str, Any]:
    """The whole file in memory, as json.load would give it but for amounts, which are int or Decimal."""
    found: dict[str, Any] = {"company": _company(tx)}
    for key in SECTIONS:
        found[key] = list(export_records(tx, key))
        progress(key, len(found[key]), len(found[key]))
    return found


def export_file(tx: Connection, out: IO[str], progress: Progress = no_progress) -> None:
    """Writes the file, a record a line, UTF-8 for `out` to encode; little memory whatever its size."""
    out.write('{"company": ' + _dump(_company(tx)))
    for key, section in SECTIONS.items():
        table = (KINDS.get(section.kind) or DIRECTORY[section.kind]).table
        total = tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        out.write(f',\n"{key}": [')
        done = 0
        for record in export_records(tx, key):
            out.write((",\n" if done else "\n") + _dump(record))
            done += 1
            if done % BATCH == 0:
                progress(key, done, total)
        out.write("\n]" if done else "]")
        if done:
            progress(key, done, total)
    out.write("}\n")


def _dump(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {_dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_dump, value)) + "]"
    if isinstance(value, Decimal):  # json would make it a float, and a float isn't exact
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Value) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value


def _company(tx: Connection) -> dict[str, Any]:
    company = company_of(tx)
    return {
        "name": company.name,
        "currency": company.currency,
        "timezone": company.timezone,
        "locale": company.locale,
        "fiscal_year_start_month": company.fiscal_year_start_month,
    }


def _with_id(tx: Connection, section: Section, currency: str) -> Iterator[dict[str, Any]]:
    kind = KINDS.get(section.kind) or DIRECTORY[section.kind]
    channels = _channels(tx) if section.key == "users" else {}
    last: str | None = None
    while True:  # page by page, by id: no cursor stays open, and a page is read with its links
        query = sa.select(kind.table.c.id).order_by(kind.table.c.id).limit(BATCH)
        ids = tx.execute(query if last is None else query.where(kind.table.c.id > last)).scalars().all()
        if not ids:
            return
        last = ids[-1]
        images = fetch(tx, kind, ids)
        for record_id in ids:
            image = images[record_id]
            record: dict[str, Any] = {"id": record_id}
            value: Any
            for spec in section.specs[1:]:
                value = channels.get(record_id, []) if spec.key == "channels" else _plain(image[spec.key])
                if spec.key in _ONLY_WHERE_SET and not value and value != 0:
                    continue
                amount = spec.key in _AMOUNTS and value is not None
                record[spec.key] = to_units(value, currency) if amount else value
            yield record


def _channels(tx: Connection) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    c = t.channel_identities.c
    for person, channel, external in tx.execute(sa.select(c.person_id, c.channel, c.external_id).order_by(c[0], c[1])):
        found.setdefault(person, []).append({"channel": channel, "id": external})
    return found


def _stage_changes(tx: Connection) -> Iterator[dict[str, Any]]:
    s = t.stage_changes.c
    query = sa.select(s.opportunity_id, s.stage, s.changed_on).order_by(s.opportunity_id, s.changed_on, s.position)
    for deal, stage, on in tx.execute(query.execution_options(yield_per=BATCH)):
        yield {"opportunity": deal, "stage": stage, "on": on.isoformat()}


def _quotas(tx: Connection, currency: str) -> Iterator[dict[str, Any]]:
    q = t.quotas.c
    owner = sa.func.coalesce(q.person_id, q.org_unit_id)
    rows = tx.execute(sa.select(owner, q.month, q.amount).order_by(owner, q.month))
    for who, month, amount in rows:
        yield {"owner": who, "month": f"{month:%Y-%m}", "amount": to_units(amount, currency)}
