"""How long `canmou parse` takes from the shell, and what it imports on the way.

    .venv/bin/python bench/startup.py [--quick] [--json]

Compared with a Python that does nothing. What no reading needs must not be imported: one such module is a fault.
Bytecode is there, as after the first run of an installed program, also where PYTHONDONTWRITEBYTECODE is set.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from company_file import write_company_file
from figures import Figure, Result, report, timed
from generate import Size, make_team

HOME = Path(__file__).parents[1]
GOAL_S = 1.0
SIZE = Size(accounts=60, contacts=150, deals=200)
TEXT = "今天下午去鼎新见了张总，聊了方案，他基本认可，让下周三之前把正式报价发过去，预算加到85了"
BARRED = frozenset(("chromadb", "langchain", "langchain_core", "langchain_openai", "matplotlib", "sklearn", "openai"))
"""`canmou parse` reads by rules: no model, no index of documents, no pictures."""
HEAVY_MS = 10.0
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)")


def measure(runs: int) -> Result:
    if find_spec("bot.cli") is None:
        return Result(faults=["start-up of canmou parse: there is no bot.cli"])
    with tempfile.TemporaryDirectory(prefix="canmou-bench-") as folder:
        company = Path(folder) / "company.json"
        write_company_file(SIZE, company)
        person = make_team(SIZE).reps[0].id
        words = ["parse", "--company", str(company), "--user", person, "--now", "2026-09-16T18:05:00+08:00", TEXT]
        call = "import sys; from bot.cli import main; sys.argv[0] = 'canmou'; main()"
        command = [sys.executable, "-c", call, *words]
        # Neither the project's folder nor the environment's is written to
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        tried = _run(command)
        if tried.returncode:
            return Result(faults=[f"canmou parse ended with {tried.returncode}: {tried.stderr.strip()[-600:]}"])
        seconds = _times(command, runs)
        nothing = _times([sys.executable, "-c", "pass"], runs)
        imported = _imported([sys.executable, "-X", "importtime", *command[1:]])
    result = Result([_figure(seconds, nothing)])
    by_package: dict[str, float] = defaultdict(float)
    for name, ms in imported.items():
        by_package[name.partition(".")[0]] += ms
    heaviest = sorted(((ms, name) for name, ms in by_package.items()), reverse=True)
    heavy = ", ".join(f"{name} {ms:.0f}" for ms, name in heaviest if ms >= HEAVY_MS)
    note = f"{sum(by_package.values()):.0f} ms in all, traced; of these {heavy}"
    result.figures.append(Figure("canmou parse: modules imported", len(imported), "modules", note=note))
    if wrong := sorted(BARRED & by_package.keys()):
        result.faults.append(f"canmou parse imports {', '.join(wrong)}, which no reading needs")
    return result


def _figure(seconds: Sequence[float], nothing: Sequence[float]) -> Figure:
    note = f"{len(seconds)} runs, {min(seconds):.2f} to {max(seconds):.2f} s"
    what = f"canmou parse, a company of {SIZE.accounts} customers: start to end"
    return Figure(what, median(seconds), "s", GOAL_S, median(nothing), "python -c pass", note)


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=HOME,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def _times(command: Sequence[str], runs: int) -> list[float]:
    found = []
    for _ in range(runs):
        with timed() as watch:
            _run(command)
        found.append(watch.wall)
    return found


def _imported(command: Sequence[str]) -> dict[str, float]:
    """Every module that a run imports, with the milliseconds of its own (without what it imports in turn)."""
    lines = map(_IMPORT.match, _run(command).stderr.splitlines())
    return {m[3]: int(m[1]) / 1000 for m in lines if m}


def main() -> None:
    asked = argparse.ArgumentParser(description="How long canmou parse takes from the shell.")
    asked.add_argument("--quick", action="store_true", help="fewer runs")
    asked.add_argument("--json", action="store_true", help="for run.py")
    args = asked.parse_args()
    report(measure(5 if args.quick else 20), as_json=args.json)


if __name__ == "__main__":
    main()
