"""How long the name index takes to build, and how much memory it holds.

    .venv/bin/python bench/index.py [--quick] [--json]

Compared with one pyahocorasick automaton of the same full names and aliases, built in the same run.
"""

from __future__ import annotations

import argparse
import gc
from statistics import median

from figures import Figure, Result, one_core, peak_mb, report, resident_mb, timed
from generate import READING, Size, make_company
from known import name_entries, plain_scanner

from sales.language.names import NameEntry, NameIndex, NameKind

GOAL_S = 5.0
PLAIN = "plain Aho-Corasick automaton of the same names"


def measure(size: Size) -> Result:
    one_core()
    entries = list(name_entries(make_company(size)))
    data = make_company(size)
    with timed() as plain:
        scanner = plain_scanner(data)
    del scanner, data
    NameIndex.build([])  # the packaged word lists are read once a process, not once an index
    gc.collect()
    before = resident_mb()
    with timed() as built:
        index = NameIndex.build(entries)
    held = resident_mb() - before
    top = peak_mb()
    what = f"{size.accounts:,} customers, {size.contacts:,} contacts, {size.deals:,} deals"
    return Result(
        [
            Figure(
                f"name index of {what}: build",
                built.wall,
                "s",
                GOAL_S,
                plain.wall,
                PLAIN,
                f"{len(entries):,} records; on the core {built.cpu:.2f} s",
            ),
            Figure(f"name index of {what}: memory", held, "MB", note=f"the whole process at most {top:,.0f} MB"),
            Figure("name index: one customer added", _added_ms(index), "ms", note="a customer that a chat has made"),
        ]
    )


def _added_ms(index: NameIndex) -> float:
    """Milliseconds to add one more customer, the usual (median) of 20 added one after another."""
    spent = []
    for number in range(20):
        entry = NameEntry(NameKind.ACCOUNT, f"new-{number}", f"昌平新兴{number}号物流有限公司", ("新兴",), owner="u-9")
        with timed() as watch:
            index = index.added([entry])
        spent.append(watch.wall * 1000)
    return median(spent)


def main() -> None:
    asked = argparse.ArgumentParser(description="How long the name index takes to build.")
    asked.add_argument("--quick", action="store_true", help="a tenth of the names")
    asked.add_argument("--json", action="store_true", help="for run.py")
    args = asked.parse_args()
    report(measure(READING.quick() if args.quick else READING), as_json=args.json)


if __name__ == "__main__":
    main()
