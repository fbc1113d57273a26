"""How long one report takes to read, with a big organisation's names loaded, on one core.

    .venv/bin/python bench/read.py [--quick] [--json]

Every message is another one and is read once, so that no cache answers for it. Beside each reading the same text is cut
once by rjieba and scanned once for the same names by pyahocorasick: the ratio to that holds on any machine.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

import rjieba
from figures import Figure, Result, one_core, percentile, report
from generate import READING, Size, make_company
from known import name_entries, plain_scanner
from messages import LENGTH, Message, Writer

from sales.book import MemoryBook, MemoryCompany
from sales.language.context import Context
from sales.language.names import NameIndex
from sales.language.reader import RulesReader

NOW = datetime(2026, 9, 16, 18, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
GOAL_MS = 2.0
WARM_UP = 100
PLAIN = "one rjieba cut and one Aho-Corasick pass"


@dataclass(slots=True)
class Times:
    """Milliseconds of each message: read, of that on the core, and of the plain reference."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)


def measure(size: Size, count: int) -> Result:
    one_core()
    data = make_company(size)
    index = NameIndex.build(name_entries(data))
    home = MemoryCompany(data)
    scanner = plain_scanner(data)
    books: dict[str, MemoryBook] = {}

    def own_book(message: Message) -> MemoryBook:
        if message.person not in books:
            books[message.person] = home.book_of(message.person)
        return books[message.person]

    whole = home.book_of("u-0")  # the managing director sees every customer

    def plain(text: str) -> None:
        rjieba.cut(text)
        for _ in scanner.iter(text.lower()):
            pass

    writer = Writer(data)
    # As a server would after start-up: what is loaded is no garbage to look through.
    gc.collect()
    gc.freeze()
    figures = []
    for label, messages in (("Chinese", writer.chinese(count + WARM_UP)), ("English", writer.english(count + WARM_UP))):
        times = _read(messages, index, own_book, plain)
        figures += _figures(f"{label} report of {LENGTH} characters, {size.accounts:,} customers", times)
    # Another seed: what was read as the rep's is not read again
    texts = Writer(data, seed=2).chinese(count // 4 + WARM_UP)
    times = _read(texts, index, lambda _: whole, plain)
    figures += _figures(f"the same by who sees all {size.accounts:,} customers, Chinese", times)[:1]
    return Result(figures)


def _read(
    messages: Sequence[Message],
    index: NameIndex,
    book_of: Callable[[Message], MemoryBook],
    plain: Callable[[str], None],
) -> Times:
    reader = RulesReader()
    times = Times()
    for number, message in enumerate(messages):
        context = Context(book=book_of(message), names=index, now=NOW)
        began, began_cpu = time.perf_counter(), time.thread_time()
        reader.read(message.text, context)
        read, read_cpu = time.perf_counter() - began, time.thread_time() - began_cpu
        began = time.perf_counter()
        plain(message.text)
        reference = time.perf_counter() - began
        if number >= WARM_UP:
            times.wall.append(read * 1000)
            times.cpu.append(read_cpu * 1000)
            times.plain.append(reference * 1000)
    return times


def _figures(what: str, times: Times) -> list[Figure]:
    plain = median(times.plain)
    note = f"{len(times.wall):,} messages; on the core {median(times.cpu):.2f} ms"
    return [
        Figure(f"{what}: median", median(times.wall), "ms", GOAL_MS, plain, PLAIN, note),
        Figure(f"{what}: 95 %", percentile(times.wall, 95), "ms"),
    ]


def main() -> None:
    asked = argparse.ArgumentParser(description="How long one report takes to read.")
    asked.add_argument("--quick", action="store_true", help="a tenth of the names, fewer messages")
    asked.add_argument("--json", action="store_true", help="for run.py")
    args = asked.parse_args()
    size, count = (READING.quick(), 300) if args.quick else (READING, 1500)
    report(measure(size, count), as_json=args.json)


if __name__ == "__main__":
    main()
