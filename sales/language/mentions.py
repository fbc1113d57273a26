"""What a clause can hold: names with whom they can mean, and a clause with everything mentioned in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sales.language.context import Context
from sales.language.dates import DateMention
from sales.language.layout import Line
from sales.language.lexicon import Cue
from sales.language.money import ChangeMention, NumberMention
from sales.language.names import NameKind
from sales.language.pieces import Clause, Pieces
from sales.language.surnames import TitleMention
from sales.language.text import Normal
from sales.records import Pin


@dataclass(slots=True)
class Named:
    """A name in the text and whom it can mean, best first: (id, score)."""

    start: int
    end: int
    kind: NameKind
    candidates: list[tuple[str, float]]
    how: str
    pinned: bool = False

    @property
    def best(self) -> str:
        return self.candidates[0][0]

    @property
    def ids(self) -> list[str]:
        return [c for c, _ in self.candidates]


@dataclass(slots=True)
class Said:
    """A clause with what is mentioned in it."""

    at: int
    clause: Clause
    cues: dict[str, list[Cue]] = field(default_factory=dict)
    dates: list[DateMention] = field(default_factory=list)
    numbers: list[NumberMention] = field(default_factory=list)
    changes: list[ChangeMention] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    titles: list[TitleMention] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.clause.start

    @property
    def end(self) -> int:
        return self.clause.end

    @property
    def text(self) -> str:
        return self.clause.text

    @property
    def line(self) -> Line:
        return self.clause.line

    def has(self, *families: str) -> bool:
        return not self.cues.keys().isdisjoint(families)

    def all(self, *families: str) -> list[Cue]:
        found = [cue for f in families for cue in self.cues.get(f, ())]
        found.sort(key=lambda c: c.start)
        return found

    def of(self, kind: NameKind) -> list[Named]:
        return [n for n in self.names if n.kind is kind]


@dataclass(slots=True)
class Scene:
    context: Context
    normal: Normal
    pieces: Pieces
    clauses: list[Said]
    cues: list[Cue]
    names: list[Named]
    dates: list[DateMention]
    numbers: list[NumberMention]
    families: frozenset[str] = frozenset()
    """Families of the cues of the whole message."""

    def __post_init__(self) -> None:
        self.families = frozenset(c.family for c in self.cues)

    @property
    def text(self) -> str:
        return self.normal.text

    @property
    def titles(self) -> list[TitleMention]:
        return [title for said in self.clauses for title in said.titles]

    def pin(self, kind: str, start: int, end: int) -> Pin | None:
        """The decision, if any, about a mention of this kind that overlaps [start, end)."""
        span = self.normal.span(start, end)
        for pin in self.context.pins:
            if pin.kind == kind and pin.span.start < span.end and span.start < pin.span.end:
                return pin
        return None

    def has(self, family: str) -> bool:
        return family in self.families
