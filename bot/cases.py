"""Cases to replay: short conversations, one JSON object a line, checked before any of them is played."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sales.errors import Fault, FaultyInput

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation: who says what, in order, all at `now` (naive: in the company's time zone). `raw` has the gold."""

    id: str
    user: str
    now: datetime
    turns: tuple[str, ...]
    raw: Json


def read_cases(path: Path, *, scored: bool = False) -> list[Case]:
    """All cases of a file. FaultyInput lists every fault, by line. With `scored` each must have its gold."""
    faults: list[Fault] = []
    cases: dict[str, Case] = {}
    for where, raw in _objects(path, faults):
        case = _case(where, raw, scored, faults)
        if case is not None and case.id in cases:
            faults.append(Fault(where, f"the id {case.id} stands in the file twice", "Give each case an id of its own"))
        elif case is not None:
            cases[case.id] = case
    if faults:
        raise FaultyInput(tuple(faults))
    return list(cases.values())


def _objects(path: Path, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(str(path), f"can't be read ({error})", "Give a file of JSON lines in UTF-8"))
        return
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}: line {number}"
        try:
            yield where, json.loads(line)
        except ValueError as error:
            faults.append(Fault(where, f"is not JSON ({error})", "Write one JSON object a line"))


def _case(where: str, raw: Any, scored: bool, faults: list[Fault]) -> Case | None:
    if not isinstance(raw, dict):
        faults.append(Fault(where, "is not an object", 'Write {"id": …, "user": …, "now": …, "turns": […]}'))
        return None
    before = len(faults)
    for key in ("id", "user", "now"):
        if not isinstance(raw.get(key), str) or not raw[key]:
            faults.append(Fault(f"{where}: {key}", "is missing or no text", f"Give the case its {key}"))
    turns = raw.get("turns")
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        faults.append(Fault(f"{where}: turns", "is no list of messages", 'Write ["…"], one text a message'))
    gold = raw.get("gold")
    if scored and not (isinstance(gold, dict) and isinstance(gold.get("intent"), str)):
        faults.append(Fault(f"{where}: gold", "has no intent", "Say what should be understood, or leave out --score"))
    now = None
    if len(faults) == before:
        try:
            now = datetime.fromisoformat(raw["now"])
        except ValueError:
            faults.append(Fault(f"{where}: now", f"{raw['now']!r} is no time", "Write 2026-03-18T18:05:00+08:00"))
    if now is None or not isinstance(turns, list):
        return None
    return Case(raw["id"], raw["user"], now, tuple(turns), raw)
