"""`canmou replay`: plays cases on a company, prints what was understood and stored, and scores it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.cases import Case, read_cases
from bot.faults import OperatorError
from bot.floors import read_floors, shortfalls
from bot.playground import Playground, playground
from bot.readback import records_made
from bot.scoring import score
from bot.wiring import lexicon_of

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.turns import Turn

CHANNEL = "replay"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """What to replay and what to do with it; see `canmou replay --help`."""

    company: Path
    cases: Path
    out: Path
    library: Path | None = None
    lexicon: Path | None = None
    score: bool = False
    floors: Path | None = None
    wrong: int = 0
    json: Path | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """A case played: the line of the output, and what went wrong in the program (None: nothing)."""

    line: Json
    error: str | None = None


def replay(order: Order, say: Callable[[str], None], warn: Callable[[str], None]) -> int:
    """Does it all; returns the exit status: 1 where a floor is not reached, else 0.

    A case that the program broke on counts as not understood and is named in a warning (and then no floor is held).
    """
    scored = order.score or order.floors is not None or order.json is not None
    cases = read_cases(order.cases, scored=scored)
    floors = read_floors(order.floors) if order.floors is not None else {}
    for path, option in ((order.company, "--company"), (order.library, "--library")):
        if path is not None and not path.exists():
            raise OperatorError(f"{option}: there is no {path}.")
    with playground(order.company, lexicon_of(order.lexicon), order.url) as ground:
        played = list(_progress(play_all(ground, cases), len(cases)))
    _write(order.out, (one.line for one in played))
    broken = [f"{case.id}: {one.error}" for case, one in zip(cases, played, strict=True) if one.error is not None]
    for line in broken:
        warn(f"failed: {line}")
    if not scored:
        return 0
    result = score([case.raw for case in cases], (one.line for one in played), order.wrong)
    for line in result.lines:
        say(line)
    if order.json is not None:
        order.json.write_text(json.dumps(result.result, ensure_ascii=False, indent=1), "utf-8")
    short = shortfalls(result.result, floors)
    for one in short:
        warn(f"below the floor: {one}")
    return 1 if short or (broken and floors) else 0


def play_all(ground: Playground, cases: Iterable[Case]) -> Iterator[Played]:
    """Plays the cases one after another, each on the company as it stands."""
    warm = False
    for case in cases:
        if not warm:
            # the first message of a process pays for compiled phrases and the name index: that is no turn's time
            _play(ground, case)
            warm = True
        yield _play(ground, case)


def _play(ground: Playground, case: Case) -> Played:
    from handlers.turns import Heard

    database, dialogue = ground.fresh()
    turns: list[Turn] = []
    spent, error = 0.0, None
    try:
        at = _aware(case, database)
        for number, text in enumerate(case.turns, 1):
            heard = Heard(CHANNEL, case.id, case.user, f"{case.id}/{number}", text, at)
            began = perf_counter()
            turns.append(dialogue.hear(heard))
            spent += perf_counter() - began
        dialogue.confirm(CHANNEL, case.id, case.user, at)
    except Exception as caught:  # one case that breaks must not cost the others
        error = f"{type(caught).__name__}: {caught}"
    line = {
        "id": case.id,
        "turns": [turn_json(turn) for turn in turns],
        "records": records_made(database),
        "ms": round(spent * 1000, 2),
    }
    return Played(line, error)


def turn_json(turn: Turn) -> Json:
    """A turn as replay prints it."""
    clarify = None
    if turn.clarify is not None:
        clarify = {"about": turn.clarify.about, "options": list(turn.clarify.options)}
    return {
        "intent": turn.intent.value,
        "reply": turn.reply.text,
        "clarify": clarify,
        "denied": turn.denied,
        "query": turn.query,
        "sources": [dict(source) for source in turn.sources],
    }


def _aware(case: Case, database: Any) -> datetime:
    if case.now.tzinfo is not None:
        return case.now
    from storage.company import company_of

    with database.read() as tx:
        return case.now.replace(tzinfo=ZoneInfo(company_of(tx).timezone))


def _write(out: Path, lines: Iterable[Json]) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    except OSError as error:
        raise OperatorError(f"--out: {out} can't be written ({error.strerror or error}).") from None


def _progress(played: Iterator[Played], total: int) -> Iterator[Played]:
    """Shows how far it is where somebody watches."""
    if not sys.stderr.isatty():
        yield from played
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(played, "Playing", total, console=Console(stderr=True), transient=True)
