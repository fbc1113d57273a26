"""Faults planted in small companies are found again: the right office or person, its owner, and why."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sales.metrics.problems import Flag, Problem, ProblemKind
from sales.metrics.query import Target, TargetKind
from sales.periods import quarter_of
from sales.records import DealDraft, Read, Reading
from sales.stages import Intent
from storage import tables as t
from storage.book import scope_for
from storage.changes import MessageRef
from storage.database import open_database
from storage.importer import import_company
from storage.overview import overview
from storage.records import save
from tests.company_drills import TODAY, Planted, company

FAULTS = ("pipeline", "activity", "conversion", "product", "past_close", "stalled", "overdue", "pushed")
SEEDS = range(4)
AT = datetime(2026, 8, 1, 1, 0, tzinfo=UTC)
SHOWN = 3
"""A problem counts as found if it is among the first three of its kind: a phone shows no more."""


def copied(template: Path, path: Path) -> Path:
    shutil.copyfile(template, path)
    return path


def problems(path: Path, file: dict[str, Any], planted: Planted) -> list[Problem]:
    database = open_database(f"sqlite:///{path}")
    with database.begin() as tx:
        import_company(tx, file, at=AT)
        if planted.flag is Flag.PUSHED:
            put_off(tx, planted.owner)
        _, scope = scope_for(tx, f"m-{planted.seen_from}")
        found = overview(tx, scope, Target(TargetKind.ORG_UNIT, planted.seen_from), quarter_of(TODAY), TODAY)
    database.close()
    return list(found.problems)


def put_off(tx: Any, rep: str) -> None:
    """Twice, each of the rep's open deals."""
    o = t.opportunities.c
    _, scope = scope_for(tx, rep)
    for turn in (1, 2):
        mine = sa.select(o.id, o.account_id, o.close_date).where(o.owner_id == rep, o.closed_on.is_(None))
        for deal, account, close in tx.execute(mine.order_by(o.id)).all():
            later = DealDraft(Read(deal), Read(account), close_date=Read(close + timedelta(days=7)))
            at = AT + timedelta(days=turn)
            save(
                tx, scope, Reading(Intent.REPORT, deals=(later,)), message=MessageRef("1", "later"), at=at, why="report"
            )


def is_found(found: list[Problem], planted: Planted) -> bool:
    same = [p for p in found if p.kind is planted.kind][:SHOWN]
    wanted = (planted.subject, planted.owner, planted.cause, planted.flag)
    return any((p.subject.id, p.owner, p.cause, p.flag) == wanted for p in same)


def test_planted_faults_are_found_with_their_owner(sqlite_template: Path, tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    for number, (fault, seed) in enumerate((fault, seed) for fault in FAULTS for seed in SEEDS):
        file, planted = company(seed, fault)
        found[fault] += is_found(problems(copied(sqlite_template, tmp_path / f"{number}.db"), file, planted), planted)
    all_of_them = len(FAULTS) * len(SEEDS)
    print(f"found {found.total()} of {all_of_them} ({100 * found.total() / all_of_them:.1f} %): {dict(found)}")
    assert found.total() >= 0.95 * all_of_them


def test_a_healthy_company_has_nobody_who_misses(sqlite_template: Path, tmp_path: Path) -> None:
    file, planted = company(1, "")
    assert not [
        p
        for p in problems(copied(sqlite_template, tmp_path / "healthy.db"), file, planted)
        if p.kind is ProblemKind.MISSES
    ]
