"""`canmou import`, `export` and `migrate`: a company goes in, comes out, and its tables are brought up to date."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.faults import FaultyFile, OperatorError
from bot.wiring import opened
from sales.errors import FaultyInput

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.importer import ImportReport

Say = Callable[[str], None]
Progress = Callable[[str, int, int], None]
_SETTING = "CANMOU_DATABASE_URL"


def import_file(settings: Settings, file: Path, prune: bool, say: Say) -> None:
    """Imports a company file, into new tables where there are none. FaultyFile lists every fault: all is as before."""
    from storage.company_file import check
    from storage.importer import import_company

    if not file.is_file():
        raise OperatorError(f"There is no file {file}.")
    try:
        if _has_no_tables(settings.database_url):
            check(file)  # a faulty file makes no tables either
            migrate(settings, say)
        with (
            opened(settings.database_url, setting=_SETTING) as database,
            progress_bar("Importing") as progress,
            database.begin() as tx,
        ):
            at = datetime.now(UTC)
            report = import_company(tx, file, at=at, label=file.name, prune=prune, progress=progress)
    except FaultyInput as error:
        raise FaultyFile(error.faults) from None
    for line in report_lines(report):
        say(line)


def _has_no_tables(url: str) -> bool:
    """Nothing was ever there; tables of an older version are there, and wait for their `canmou migrate`."""
    from storage.database import open_database
    from storage.errors import DatabaseError, NotMigrated

    try:
        open_database(url).close()
    except NotMigrated as error:
        return error.found is None
    except DatabaseError:
        return False  # whoever opens it next says what is wrong
    return False


def report_lines(report: ImportReport) -> list[str]:
    """What an import did, a line each section that changed."""
    if report.changed_nothing and not report.kept:
        return ["Nothing changed: all of it is on record."]
    lines = []
    for section in dict.fromkeys((*report.created, *report.updated, *report.deleted)):
        counts = (
            (report.created[section], "added"),
            (report.updated[section], "updated"),
            (report.unchanged[section], "unchanged"),
            (report.deleted[section], "removed"),
        )
        lines.append(f"{section}: " + ", ".join(f"{count:,} {what}" for count, what in counts if count))
    lines += [
        f"kept: {kind} {record_id} is not in the file, but something refers to it" for kind, record_id in report.kept
    ]
    return lines


def export_file(settings: Settings, file: Path | None) -> None:
    """Writes the company file to `file`, or to standard output. The file is whole or not there."""
    from storage import exporter

    with opened(settings.database_url, setting=_SETTING) as database, database.read() as tx:
        if file is None:
            exporter.export_file(tx, sys.stdout)
            return
        with _whole(file) as out, progress_bar("Exporting") as progress:
            exporter.export_file(tx, out, progress)


def migrate(settings: Settings, say: Say) -> None:
    """Brings the tables to this version; makes them (and the folder of a SQLite file) where there are none."""
    from storage.migrate import current_revision, head_revision

    with opened(settings.database_url, setting=_SETTING, check=False) as database:
        with database.read() as tx:
            before = current_revision(tx)
        database.migrate()
        if before is None:
            say(f"{database.url}: made the tables (revision {head_revision()}).")
        elif before == head_revision():
            say(f"{database.url} is up to date.")
        else:
            say(f"{database.url}: the tables are at revision {head_revision()} now ({before} before).")


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """Shows how far it is, where standard error is a terminal; else says nothing."""
    if not sys.stderr.isatty():
        yield lambda section, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def show(section: str, done: int, total: int) -> None:
            if section not in tasks:
                tasks[section] = bars.add_task(f"{title} {section}", total=total)
            bars.update(tasks[section], completed=done, total=total)

        yield show


@contextmanager
def _whole(file: Path) -> Iterator[TextIO]:
    """A file that takes its place when it is finished."""
    made = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        with made.open("w", encoding="utf-8") as out:
            yield out
        made.replace(file)
    except OSError as error:
        raise OperatorError(f"{file} can't be written ({error.strerror or error}).") from None
    finally:
        made.unlink(missing_ok=True)
