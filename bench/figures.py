"""What a measurement says, and how it is printed: a small table, and dated lines for docs/measured.md."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured. `goal` is the most that it may be, in `unit`.

    `reference` is what a plain way of doing the same took in the same run, in the same unit, so that `ratio` says
    something on any machine; `against` names it. `note` is said beside it.
    """

    what: str
    value: float
    unit: str
    goal: float | None = None
    reference: float | None = None
    against: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.reference if self.reference else None

    @property
    def reached(self) -> bool | None:
        return None if self.goal is None else self.value < self.goal


@dataclass(slots=True)
class Stopwatch:
    """Seconds on the wall, and of them on a core (this process, all threads)."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    watch = Stopwatch()
    wall, cpu = time.perf_counter(), time.process_time()
    yield watch
    watch.wall, watch.cpu = time.perf_counter() - wall, time.process_time() - cpu


def one_core() -> None:
    """Keeps this process on one core, where the system can: a figure for one core must not borrow another."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def resident_mb() -> float:
    """Memory of this process now, in MB; where that can't be told, the most that it has been."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024
    return peak_mb()


def peak_mb() -> float:
    """The most memory that this process has had, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / 1024 if sys.platform == "darwin" else peak / 1024


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


@dataclass(frozen=True, slots=True)
class Result:
    """What one bench gave. `faults`: what could not be measured, and why."""

    figures: list[Figure] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def result_of(text: str) -> Result:
    """The inverse of `Result.as_json`."""
    raw = json.loads(text)
    return Result([Figure(**f) for f in raw["figures"]], raw["faults"])


def table(figures: Sequence[Figure]) -> str:
    """The figures in columns."""
    rows = [("", "measured", "goal", "", "reference", "ratio", "")]
    for f in figures:
        mark = {True: "ok", False: "OVER", None: ""}[f.reached]
        rows.append((f.what, _shown(f.value, f.unit), _goal(f), mark, _reference(f), _ratio(f), f.note))
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    padded = ([cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)] for row in rows)
    return "\n".join("  ".join(cells).rstrip() for cells in padded)


def dated_lines(figures: Sequence[Figure], day: date, command: str) -> str:
    """Rows for the tables of docs/measured.md: date, what, measured, goal, reference and ratio, command."""
    return "\n".join(
        f"| {day} | {f.what} | {_shown(f.value, f.unit)} | {_goal(f)} | {_reference(f)} | {_ratio(f)} | `{command}` |"
        for f in figures
    )


def report(result: Result, *, as_json: bool) -> None:
    """Prints what a bench gave, for `run.py` or for a person, and ends with 1 if something could not be measured."""
    if as_json:
        print(result.as_json())
    else:
        print(table(result.figures))
        for fault in result.faults:
            print(f"NOT MEASURED: {fault}", file=sys.stderr)
    sys.exit(1 if result.faults else 0)


def _shown(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def _goal(f: Figure) -> str:
    return "" if f.goal is None else f"< {f.goal:g} {f.unit}"


def _reference(f: Figure) -> str:
    return "" if f.reference is None else f"{_fine(f.reference)} {f.unit} ({f.against})"


def _fine(value: float) -> str:
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def _ratio(f: Figure) -> str:
    return "" if f.ratio is None else f"{f.ratio:,.1f} ×"


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
