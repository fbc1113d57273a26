"""What a mention of a person by title is, and the packaged table of titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sales.language.packaged import packaged_yaml

FAMILIAR = "familiar"
POLITE = "polite"


@dataclass(frozen=True, slots=True)
class TitleMention:
    """`text[start:end]` names a person by surname, given name or both and a title.

    `title` is the word said (总, mr, 老), `rank` its class (see titles.yaml), `given` what was said of the given name;
    `score` 0..1 is how sure it is that a person is meant.
    """

    start: int
    end: int
    surname: str
    title: str
    rank: str
    given: str = ""
    score: float = 0.9

    @property
    def name(self) -> str:
        """The surname and given name, as far as said."""
        latin = self.given.isascii() and self.surname.isascii()
        return f"{self.given} {self.surname}".strip() if latin else self.surname + self.given


@dataclass(frozen=True, slots=True)
class Titles:
    """The packaged table of titles, see titles.yaml."""

    spoken: Mapping[str, str]
    longest: int
    firsts: frozenset[str]
    weak: frozenset[str]
    familiar: frozenset[str]
    after_latin: frozenset[str]
    not_latin: frozenset[str]
    split: frozenset[str]
    departments: frozenset[str]
    not_people: frozenset[str]
    before: Mapping[str, str]
    on_record: tuple[tuple[str, str], ...]
    fits: Mapping[str, Mapping[str, float]]


@cache
def titles() -> Titles:
    raw = packaged_yaml("titles.yaml")
    spoken = {str(word): str(rank) for rank, words in raw["spoken"].items() for word in words}
    before = {str(word): str(rank) for rank, words in raw["before"].items() for word in words}
    return Titles(
        spoken=spoken,
        longest=max(map(len, spoken)),
        firsts=frozenset(word[0] for word in spoken),
        before=before,
        on_record=tuple((str(word), str(rank)) for rank, words in raw["on_record"].items() for word in words),
        fits={str(k): {str(c): float(w) for c, w in v.items()} for k, v in raw["fits"].items()},
        not_latin=frozenset(map(str, raw["not_names_latin"])),
        weak=frozenset(raw["weak"]),
        familiar=frozenset(raw["familiar"]),
        after_latin=frozenset(raw["after_latin"]),
        split=frozenset(raw["split"]),
        departments=frozenset(raw["departments"]),
        not_people=frozenset(raw["not_people"]),
    )
