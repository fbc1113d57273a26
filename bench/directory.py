"""How long a reply waits for the names after a conversation made a customer, took one back, or a file was imported.

    .venv/bin/python bench/directory.py [--quick] [--json]

On a SQLite database of 50,000 customers. Compared with making the whole index anew, in the same run.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from company_file import write_company_file
from figures import Figure, Result, report, timed
from generate import READING, Size, make_team

from handlers.directory import Directory
from sales.records import DealDraft, New, Read, Reading
from sales.stages import Intent
from storage.book import scope_for
from storage.counters import bump_names
from storage.database import Database, open_database
from storage.importer import import_company
from storage.records import MessageRef, save, undo
from storage.tables import accounts

NOW = datetime(2026, 9, 16, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ANEW = "the whole index made anew"
TIMES = 20


def measure(size: Size) -> Result:
    person = make_team(size).reps[0].id
    with tempfile.TemporaryDirectory(prefix="canmou-bench-") as folder:
        path = Path(folder) / "company.json"
        write_company_file(size, path)
        database = open_database(f"sqlite:///{folder}/canmou.db", check=False)
        database.migrate()
        with database.begin() as tx:
            import_company(tx, path, at=NOW)
        directory = Directory()
        _wait_ms(directory, database)
        anew = median(_wait_ms(Directory(), database) for _ in range(3))
        made, added, back = [], [], []
        for number in range(TIMES):
            made.append(_made(database, person, number))
            added.append(_wait_ms(directory, database))
        for change_set in made:
            with database.begin() as tx:
                undo(tx, scope_for(tx, person)[1], change_set, at=NOW, by=person)
            back.append(_wait_ms(directory, database))
        _renamed(database)
        imported = _wait_ms(directory, database)
        database.close()
    what = f"names of {size.accounts:,} customers"
    others = "of one reply; the others go on with the index that there was"
    return Result(
        [
            Figure(f"{what}: wait after a new customer", median(added), "ms", None, anew, ANEW, f"median of {TIMES}"),
            Figure(f"{what}: wait after one taken back", median(back), "ms", None, anew, ANEW, f"median of {TIMES}"),
            Figure(f"{what}: wait after an import that changed one", imported, "ms", None, anew, ANEW, others),
        ]
    )


def _wait_ms(directory: Directory, database: Database) -> float:
    with timed() as watch, database.read() as tx:
        directory.index(tx)
    return watch.wall * 1000


def _made(database: Database, person: str, number: int) -> str:
    name = f"昌平新兴{number}号物流有限公司"
    reading = Reading(Intent.REPORT, deals=(DealDraft(Read(New("分拣线")), Read(New(name))),))
    with database.begin() as tx:
        scope = scope_for(tx, person)[1]
        return save(tx, scope, reading, message=MessageRef(f"m{number}", name), at=NOW, why="report").id


def _renamed(database: Database) -> None:
    """What an import leaves that gave one customer another name."""
    with database.begin() as tx:
        one = sa.select(sa.func.min(accounts.c.id)).scalar_subquery()
        tx.execute(sa.update(accounts).where(accounts.c.id == one).values(name="昌平旧兴物流有限公司"))
        bump_names(tx, imported=True)


def main() -> None:
    asked = argparse.ArgumentParser(description="How long a reply waits for the names after one has changed.")
    asked.add_argument("--quick", action="store_true", help="a tenth of the names")
    asked.add_argument("--json", action="store_true", help="for run.py")
    args = asked.parse_args()
    report(measure(READING.quick() if args.quick else READING), as_json=args.json)


if __name__ == "__main__":
    main()
