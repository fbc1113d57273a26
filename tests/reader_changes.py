"""Changes of a sentence that must not change its reading, or must change it in a known way (test_metamorphic.py)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sales.language.text import has_cjk
from sales.records import Reading
from tests.reader_world import (
    Sentence,
    World,
    all_faults,
    lines,
    read,
    sentences,
    world,
)

Check = Callable[[frozenset[str], frozenset[str]], bool]


@dataclass(frozen=True)
class Variant:
    """A changed sentence, the world in which it is said, and what its records must be, given those of the seed."""

    say: str
    world: World
    want: Check
    strict: bool = True
    """Intent and doubts must stay, too."""


FILE = Path(__file__).parent / "data" / "changes.yaml"
TABLES: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
Change = Callable[[Sentence, random.Random], Iterator[Variant]]
CHANGES: dict[str, tuple[float, Change]] = {}


def change(floor: float) -> Callable[[Change], Change]:
    """Register a change with the least rate of readings that must come out as wanted."""

    def register(function: Change) -> Change:
        CHANGES[function.__name__] = (floor, function)
        return function

    return register


def records(reading: Reading) -> frozenset[str]:
    """What a reading records; of a follow-up only customer and day, for its words follow those of the message."""
    return frozenset(
        " ".join(x.split(" ")[:3]) if x.startswith("todo") else re.sub(r"lost=\S+", "lost", x) for x in lines(reading)
    )


@cache
def seeds() -> tuple[Sentence, ...]:
    return tuple(s for s in sentences() if s.seed and not all_faults(s, read(s)))


@cache
def base(seed: Sentence) -> Reading:
    return read(seed)


def same(before: frozenset[str], after: frozenset[str]) -> bool:
    return before == after


def exactly(want: frozenset[str]) -> Check:
    """The records must be these, whatever those of the seed are."""
    return lambda before, after: after == want


def home(seed: Sentence) -> World:
    return world(seed.world, seed.user, seed.now)


def plain(seed: Sentence, say: str, want: Check = same, strict: bool = True) -> Variant:
    return Variant(say, home(seed), want, strict)


def chinese(seed: Sentence) -> bool:
    return has_cjk(seed.say)


def named_accounts(seed: Sentence) -> list[tuple[str, list[str]]]:
    found = []
    for account in home(seed).data.accounts:
        used = [n for n in (account.name, *account.aliases) if n.lower() in seed.say.lower()]
        if used and any(account.id in line or account.id in _accounts_of(seed) for line in seed.read):
            found.append((account.id, used))
    return found


def _accounts_of(seed: Sentence) -> set[str]:
    deals = {d.id: d.account for d in home(seed).data.opportunities}
    tasks = {f.id: f.account for f in home(seed).data.follow_ups}
    return {deals.get(w) or tasks.get(w) or w for line in seed.read for w in line.split()[1:2]}


def others(seed: Sentence) -> list[Sentence]:
    """Seeds of the same world and language about one other customer."""
    mine = {a for a, _ in named_accounts(seed)}
    return [
        s
        for s in seeds()
        if (s.world, s.intent, chinese(s)) == (seed.world, "report", chinese(seed))
        and len(named_accounts(s)) == 1
        and mine.isdisjoint(a for a, _ in named_accounts(s))
    ]


def alone(seed: Sentence) -> bool:
    return seed.intent == "report" and len(named_accounts(seed)) == 1


DIGITS = "零一二三四五六七八九"


def numeral(value: int) -> str:
    """1..9,999 in Chinese numerals, as said."""
    out, zero = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            out += ("零" if zero and out else "") + DIGITS[digit] + word
            zero = False
        else:
            zero = True
    return out[1:] if out.startswith("一十") else out
