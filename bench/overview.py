"""How long the overview of a region and of a whole company takes, on SQLite and PostgreSQL, against DuckDB.

    .venv/bin/python bench/overview.py [--quick] [--json] [--only sqlite|postgresql]

DuckDB has the same rows in its own tables and computes the same figures from the records; that both agree is checked.
The invented company is kept under var/bench, so that the next run need not make it again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import overview_data
import overview_duckdb
from figures import Figure, Result, report
from generate import TODAY
from importing import KINDS, NotStarted, postgresql
from overview_data import Size
from overview_duckdb import Found

from sales.metrics.problems import Overview, ProblemKind
from sales.metrics.query import Target, TargetKind
from sales.periods import quarter_of
from storage import facts_sql
from storage.book import scope_for
from storage.database import Database, open_database
from storage.migrate import head_revision
from storage.overview import overview
from storage.tables import customers as record_tables
from storage.tables import facts as fact_tables

CACHE = Path(__file__).parent.parent / "var" / "bench"
RUNS = 7
GOALS = {"a region": 0.5, "the company": 1.0}
TARGETS = {"a region": "r-2", "the company": "ou-0"}
PERIOD = quarter_of(TODAY)


def measure(size: Size, only: str | None) -> Result:
    result = Result()
    CACHE.mkdir(parents=True, exist_ok=True)
    con = _company(size)
    theirs: dict[str, tuple[Found, float]] = {}
    for what, target in TARGETS.items():
        theirs[what] = _timed(lambda target=target: overview_duckdb.overview(con, target, PERIOD, TODAY))  # type: ignore[misc]
    what = f"{size.offices} offices, {size.reps:,} reps, {size.deals:,} deals, {size.activities:,} activities"
    if only != "postgresql":
        result.figures.extend(_figures("SQLite", what, _sqlite(con, size), theirs))
    if only != "sqlite":
        # Not under the home folder: PostgreSQL may run as a user of its own
        folder = Path(tempfile.mkdtemp(prefix="canmou-bench-"))
        try:
            with postgresql(folder) as url:
                overview_data.load(con, url)
                result.figures.extend(_figures("PostgreSQL", what, url, theirs))
        except NotStarted as error:
            result.faults.append(f"overview on PostgreSQL: it could not be started ({error})")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return result


def _company(size: Size) -> duckdb.DuckDBPyConnection:
    path = CACHE / f"company-{size.deals}-{_digest(overview_data.__file__)}.duckdb"
    if not path.exists():
        made = path.with_suffix(f".{os.getpid()}")
        con = duckdb.connect(str(made))
        overview_data.make(con, size)
        con.close()
        made.rename(path)
    con = duckdb.connect()
    # In memory, as the others have their pages in memory by the time that they are measured
    con.execute(f"ATTACH '{path}' AS kept (READ_ONLY); COPY FROM DATABASE kept TO memory; DETACH kept")
    return con


def _sqlite(con: duckdb.DuckDBPyConnection, size: Size) -> str:
    known = _digest(overview_data.__file__, facts_sql.__file__, fact_tables.__file__, record_tables.__file__)
    path = CACHE / f"company-{size.deals}-{head_revision()}-{known}.db"
    if not path.exists():
        made = path.with_suffix(f".{os.getpid()}")
        overview_data.load(con, f"sqlite:///{made}")
        made.rename(path)
    return f"sqlite:///{path}"


def _digest(*files: str | None) -> str:
    return hashlib.sha256(b"".join(Path(file or "").read_bytes() for file in files)).hexdigest()[:12]


def _timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and the median of several runs in milliseconds, after one that warms up."""
    found = run()
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        found = run()
        took.append(1000 * (time.perf_counter() - began))
    return found, statistics.median(took)


def _figures(kind: str, size: str, url: str, theirs: dict[str, tuple[Found, float]]) -> list[Figure]:
    database = open_database(url)
    figures = []
    for what, target in TARGETS.items():
        found, took = _timed(lambda target=target: _ours(database, target))  # type: ignore[misc]
        wanted, reference = theirs[what]
        _same(_as_found(found), wanted, f"{kind}, {what}")
        figures.append(
            Figure(
                f"overview of {what} on {kind}: {size}", took, "ms", GOALS[what] * reference, reference,
                "DuckDB, from the records", f"{len(found.problems)} problems with their owners",
            )
        )  # fmt: skip
    database.close()
    return figures


def _ours(database: Database, target: str) -> Overview:
    with database.read() as tx:
        _, scope = scope_for(tx, "ops")
        return overview(tx, scope, Target(TargetKind.ORG_UNIT, target), PERIOD, TODAY)


def _as_found(found: Overview) -> Found:
    of: dict[ProblemKind, list[Any]] = {kind: [p for p in found.problems if p.kind is kind] for kind in ProblemKind}
    return Found(
        found.quota or 0,
        found.won,
        found.won_count,
        found.pipeline,
        found.forecast,
        (found.slipping_count, found.slipping_amount),
        found.overdue,
        {name: (moved.count, moved.amount) for name, moved in found.week.items()},
        [(part.target.id, part.owner, part.quota or 0, part.won) for part in found.parts],
        [line.id for line in found.slipping],
        [(p.subject.id, p.owner, p.cause, p.weight) for p in of[ProblemKind.MISSES]],
        [(p.subject.id, p.owner, p.numbers["count"], p.weight) for p in of[ProblemKind.DEALS]],
        [(p.subject.id, p.owner, p.numbers["count"]) for p in of[ProblemKind.OVERDUE]],
        [(p.subject.id, p.numbers["won"]) for p in of[ProblemKind.PRODUCT_FALLS]],
    )


def _same(ours: Found, theirs: Found, where: str) -> None:
    for name in Found.__slots__ if hasattr(Found, "__slots__") else Found.__dataclass_fields__:
        one, other = getattr(ours, name), getattr(theirs, name)
        if name in ("misses", "risky", "late", "falls"):
            # Ours are in one list by the money at stake
            one, other = sorted(one), sorted(other)
        if one != other:
            raise SystemExit(f"{where}: {name} differs: {one} here, {other} by DuckDB")


def main() -> None:
    asked = argparse.ArgumentParser(description="How long an overview takes.")
    asked.add_argument("--quick", action="store_true", help="a tenth of the company")
    asked.add_argument("--json", action="store_true", help="for run.py")
    asked.add_argument("--only", choices=KINDS)
    args = asked.parse_args()
    report(measure(Size().quick() if args.quick else Size(), args.only), as_json=args.json)


if __name__ == "__main__":
    main()
