"""All measurements of speed: a table, and dated lines for docs/measured.md.

    make bench                       everything, about six minutes
    make bench ARGS="--quick"        a tenth of the size, under a minute
    make bench ARGS="read index"     only these

Each runs in a process of its own, so that the memory of one is not counted to the next. Ends with 1 if something could
not be measured; a goal that is not reached is marked, and is no failure: machines differ, the ratios less.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from figures import Result, dated_lines, result_of, table

BENCH = Path(__file__).parent
PARTS = ("read", "index", "directory", "startup", "importing", "serving", "pictures", "overview")


def run(part: str, *, quick: bool) -> Result:
    command = [sys.executable, str(BENCH / f"{part}.py"), "--json", *(["--quick"] if quick else [])]
    # The project may be measured before it is installed: from its own folder.
    path = os.pathsep.join(filter(None, (str(BENCH.parent), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        command,
        cwd=BENCH.parent,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        return result_of(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return Result(faults=[f"{part}: ended with {done.returncode} and said nothing"])


def machine() -> str:
    """What this is measured on, and how busy it is with other things."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [
            line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = named[0] if named else model
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    return f"{model}, {os.cpu_count()} cores{load}, Python {platform.python_version()}"


def main() -> None:
    asked = argparse.ArgumentParser(description="All measurements of speed.")
    asked.add_argument("parts", nargs="*", metavar="part", help=f"only these of: {', '.join(PARTS)}")
    asked.add_argument("--quick", action="store_true", help="a tenth of the size")
    args = asked.parse_args()
    if unknown := set(args.parts) - set(PARTS):
        asked.error(f"no such part: {', '.join(sorted(unknown))}")
    where = machine()
    print(where)
    everything = Result()
    lines = []
    for part in args.parts or PARTS:
        print(f"  {part} ...", end="", flush=True)
        began = time.monotonic()
        result = run(part, quick=args.quick)
        print(f" {time.monotonic() - began:.0f} s", flush=True)
        everything.figures.extend(result.figures)
        everything.faults.extend(result.faults)
        command = f"bench/run.py {part}{' --quick' if args.quick else ''}"
        lines.append(dated_lines(result.figures, date.today(), command))
    print(f"\n{table(everything.figures)}\n")
    print(f"For docs/measured.md ({where}):\n")
    print("\n".join(filter(None, lines)))
    for fault in everything.faults:
        print(f"\nNOT MEASURED: {fault}", file=sys.stderr)
    sys.exit(1 if everything.faults else 0)


if __name__ == "__main__":
    main()
