"""Sentences changed in ways that must not change their reading, or must change it in a known way (reader_changes.py).

Every seed of sentences.yaml is put through every change that applies to it. The rate of each change is printed
(`pytest -s tests/test_metamorphic.py`), with what failed; the floor, a little below the rate measured, holds it.
"""

from __future__ import annotations

import random
import zlib
from collections import defaultdict
from dataclasses import dataclass

import pytest

from tests import changes_of_form, changes_of_meaning, changes_of_values
from tests.reader_changes import CHANGES, base, records, seeds
from tests.reader_world import READER, all_faults, asked, read, sentences

MADE_IN = (changes_of_form, changes_of_meaning, changes_of_values)  # each registers its changes


@dataclass(frozen=True)
class Outcome:
    right: int
    total: int
    wrong: tuple[tuple[str, str, list[str], list[str]], ...]


def measure(name: str) -> Outcome:
    """Read all variants of a change."""
    make = CHANGES[name][1]
    right, total = 0, 0
    wrong = []
    for seed in seeds():
        rng = random.Random(zlib.crc32(f"{name}{seed.say}".encode()))  # the same variants in every run
        before = base(seed)
        for variant in make(seed, rng):
            total += 1
            after = READER.read(variant.say, variant.world.context(topic=seed.topic))
            ok = variant.want(records(before), records(after))
            if ok and variant.strict:
                ok = before.intent == after.intent and asked(before) == asked(after)
            if ok:
                right += 1
            else:
                shown = [*sorted(records(after)), after.intent.value, *(f"asks {a}" for a in sorted(asked(after)))]
                wrong.append((variant.say, seed.say, sorted(records(before)), shown))
    return Outcome(right, total, tuple(wrong))


def report(name: str, outcome: Outcome, most: int = 12) -> str:
    rate = outcome.right / outcome.total
    by_seed: dict[str, list[tuple[str, str, list[str], list[str]]]] = defaultdict(list)
    for item in outcome.wrong:
        by_seed[item[1]].append(item)
    shown = [f"{name}: {outcome.right}/{outcome.total} = {rate:.3f}"]
    for items in list(by_seed.values())[:most]:
        say, _, before, after = items[0]
        shown.append(
            f"  {say!r}: {after}, not {before}" + (f" (and {len(items) - 1} like it)" if len(items) > 1 else "")
        )
    return "\n".join(shown)


def test_enough_seeds_are_read_right() -> None:
    wanted = [s for s in sentences() if s.seed]
    assert len(wanted) >= 40
    wrong = {s.say: all_faults(s, read(s)) for s in wanted if s not in seeds()}
    assert not wrong


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_change_keeps_the_reading(name: str) -> None:
    outcome = measure(name)
    shown = report(name, outcome)
    print(shown)
    assert outcome.total >= 5, f"{name} applies to {outcome.total} variants only: no measure"
    assert outcome.right / outcome.total >= CHANGES[name][0], shown
