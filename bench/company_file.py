"""An invented organisation as a company file, streamed to disk: one larger than memory could be made.

.venv/bin/python bench/company_file.py OUT.json [--accounts 100000] [--contacts 200000] [--deals 300000] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import IO, Any

from generate import IMPORTING, TODAY, Size, StageChange, Team, customers, make_team

from sales.people import Account, Company, Contact, KnownPayment, OpenFollowUp, Opportunity


def write_company_file(size: Size, path: Path) -> Counter[str]:
    """Streams it to `path` as a company file; how many records of each section there are."""
    team = make_team(size)
    counts: Counter[str] = Counter()
    sections = ("accounts", "contacts", "opportunities", "stage_changes", "follow_ups", "payments")
    with ExitStack() as stack:
        # A section is one list in the file, and a customer adds to six: each grows on a spool of its own.
        spools = {section: stack.enter_context(_spool(path.parent)) for section in sections}

        def put(section: str, records: Iterator[dict[str, Any]]) -> None:
            for record in records:
                _put(spools[section], counts, section, record)

        for customer in customers(size, team):
            put("accounts", iter([_account_record(customer.account)]))
            put("contacts", map(_contact_record, customer.contacts))
            put("opportunities", map(_deal_record, customer.deals))
            put("stage_changes", map(_step_record, customer.stage_changes))
            put("follow_ups", map(_follow_up_record, customer.follow_ups))
            put("payments", map(_payment_record, customer.payments))
        with path.open("w", encoding="utf-8") as out:
            out.write('{"company": ' + _json(_company_record(team.company)))
            for section, records in _team_records(team).items():
                counts[section] = len(records)
                out.write(f',\n"{section}": [\n' + ",\n".join(map(_json, records)) + "\n]")
            for section, spool in spools.items():
                spool.seek(0)
                out.write(f',\n"{section}": [\n')
                shutil.copyfileobj(spool, out, 1 << 20)
                out.write("\n]")
            out.write("\n}\n")
    return counts


def _spool(folder: Path) -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", dir=folder)


def _json(record: Any) -> str:
    return json.dumps(record, ensure_ascii=False)


def _put(spool: IO[str], counts: Counter[str], section: str, record: dict[str, Any]) -> None:
    if counts[section]:
        spool.write(",\n")
    spool.write(_json(record))
    counts[section] += 1


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _company_record(c: Company) -> dict[str, Any]:
    return {
        "name": c.name, "currency": c.currency, "timezone": c.timezone, "locale": c.locale,
        "fiscal_year_start_month": c.fiscal_year_start_month,
    }  # fmt: skip


def _team_records(team: Team) -> dict[str, list[dict[str, Any]]]:
    return {
        "org_units": [{"id": u.id, "name": u.name, "aliases": list(u.aliases), "parent": u.parent} for u in team.units],
        "users": [
            {
                "id": p.id, "name": p.name, "aliases": list(p.aliases), "role": p.role.value, "org_unit": p.org_unit,
                "title": p.title,
            }
            for p in team.people
        ],
        "products": [{"id": p.id, "name": p.name, "aliases": list(p.aliases)} for p in team.products],
        "competitors": [{"id": k.id, "name": k.name, "aliases": list(k.aliases)} for k in team.competitors],
        "quotas": [
            {"owner": p.id, "month": f"{TODAY.year}-{month:02}", "amount": 500_000}
            for p in team.reps
            for month in range(1, 13)
        ],
    }  # fmt: skip


def _account_record(a: Account) -> dict[str, Any]:
    return {
        "id": a.id, "name": a.name, "aliases": list(a.aliases), "industry": a.industry, "city": a.city, "tier": a.tier,
        "owner": a.owner,
    }  # fmt: skip


def _contact_record(c: Contact) -> dict[str, Any]:
    return {"id": c.id, "account": c.account, "name": c.name, "title": c.title, "aliases": list(c.aliases)}


def _deal_record(o: Opportunity) -> dict[str, Any]:
    return {
        "id": o.id, "account": o.account, "name": o.name, "owner": o.owner, "stage": o.stage.value,
        "amount": None if o.amount is None else o.amount // 100, "close_date": _day(o.close_date),
        "products": list(o.products), "competitors": list(o.competitors), "created_on": _day(o.created_on),
        "closed_on": _day(o.closed_on), "lost_reason": o.lost_reason,
    }  # fmt: skip


def _step_record(s: StageChange) -> dict[str, Any]:
    return {"opportunity": s.opportunity, "stage": s.stage.value, "on": s.on.isoformat()}


def _follow_up_record(f: OpenFollowUp) -> dict[str, Any]:
    return {
        "id": f.id, "user": f.user, "account": f.account, "opportunity": f.opportunity, "due": _day(f.due),
        "text": f.text, "done_on": None,
    }  # fmt: skip


def _payment_record(p: KnownPayment) -> dict[str, Any]:
    return {
        "id": p.id, "opportunity": p.opportunity, "account": p.account, "amount": p.amount // 100, "date": _day(p.date),
        "status": p.status.value,
    }  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description="Write an invented company file.")
    asked.add_argument("out", type=Path)
    asked.add_argument("--accounts", type=int, default=IMPORTING.accounts)
    asked.add_argument("--contacts", type=int, default=IMPORTING.contacts)
    asked.add_argument("--deals", type=int, default=IMPORTING.deals)
    asked.add_argument("--seed", type=int, default=IMPORTING.seed)
    args = asked.parse_args()
    counts = write_company_file(Size(args.accounts, args.contacts, args.deals, args.seed), args.out)
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.0f} MB,", ", ".join(f"{n:,} {s}" for s, n in counts.items()))


if __name__ == "__main__":
    main()
