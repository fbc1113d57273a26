"""The least that a measurement must reach: a JSON file of figures by the names that the scorer gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.scoring import Result
from sales.errors import Fault, FaultyInput

TAGS = "min tag"
"""In the file: `{"min tag": {"weekly": 0.7}}` is short for `{"tag weekly": 0.7}`."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A figure below its floor; `got` is None where nothing of the kind was measured."""

    name: str
    floor: float
    got: float | None

    def __str__(self) -> str:
        found = "not measured" if self.got is None else f"{self.got:.4g}"
        return f"{self.name}: {found}, at least {self.floor:.4g} is wanted"


def read_floors(path: Path) -> Mapping[str, float]:
    """Figure -> least value. FaultyInput lists every fault of the file."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise FaultyInput((Fault(str(path), f"can't be read as JSON ({error})", "Mend the file"),)) from None
    if not isinstance(data, dict):
        raise FaultyInput((Fault(str(path), "is not an object", 'Write {"intent": 0.97, …}'),))
    flat: dict[str, object] = {key: value for key, value in data.items() if key != TAGS}
    tags = data.get(TAGS, {})
    if isinstance(tags, dict):
        flat |= {f"tag {tag}": value for tag, value in tags.items()}
    else:
        flat[TAGS] = tags
    faults: list[Fault] = []
    floors: dict[str, float] = {}
    for name, value in flat.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            faults.append(Fault(f"{path}: {name}", "is not a number", "Give the least value, such as 0.97"))
        else:
            floors[name] = float(value)
    if faults:
        raise FaultyInput(tuple(faults))
    return floors


def shortfalls(result: Result, floors: Mapping[str, float]) -> list[Shortfall]:
    """What falls short, in the order of the floors. A figure that was not measured falls short too."""
    found: list[Shortfall] = []
    for name, floor in floors.items():
        got = result.get(name)
        if got is None or got < floor:
            found.append(Shortfall(name, floor, got))
    return found
