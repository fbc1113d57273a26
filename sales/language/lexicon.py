"""Phrases as data: families of cues from zh.yaml and en.yaml (and a company's own file), found in one pass.

A phrase is plain text; `…` stands for a gap of up to twelve characters within a clause (24 in English), and in English
a trailing `~` for the regular forms of a verb or noun (visit~: visit, visits, visited, visiting). A cue that lies
wholly inside a longer one is dropped: 没问题 is no negation, 去年 is not 去.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import ahocorasick
import yaml

from sales.errors import Fault, FaultyInput
from sales.language.patterns import lazy
from sales.language.text import fold, has_cjk, simplified

_HIDES = ("mask", "not_negation", "absent", "originally", "refused", "unchanged", "no.deal", "order", "pay.progress")
"""Families whose phrases mean something else than the shorter cues inside them (没见到 is no 见到, 中标 no 标)."""
_GAP = "[^,。;!?:\\n、]{0,12}?"
_NORMAL = re.compile(r"[\u4e00-\u9fffa-z ~…'-]+")


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase found: its family, where it stands in the normal text, and the phrase as the lexicon has it."""

    family: str
    start: int
    end: int
    phrase: str

    def within(self, start: int, end: int) -> bool:
        return start <= self.start and self.end <= end


@dataclass(frozen=True, slots=True)
class Family:
    name: str
    phrases: tuple[str, ...]
    examples: tuple[str, ...]
    title_zh: str
    title_en: str


class Lexicon:
    """All families, compiled. Make it with `standard()` or `load(...)`."""

    def __init__(self, families: Mapping[str, Family], *, longest: bool = False) -> None:
        """`longest`: a phrase inside a longer one is dropped whatever the two mean."""
        self.families = dict(families)
        self._hides = (lambda longer, shorter: True) if longest else _hides
        self._words = ahocorasick.Automaton()
        found: dict[str, list[tuple[str, str, bool]]] = {}
        gaps: list[tuple[str, str, str]] = []
        traditional = simplified().keys()
        for family in families.values():
            for phrase in family.phrases:
                # Most of the phrases are normal text as they stand, and five thousand are folded at every start
                folded = (
                    phrase.strip() if _NORMAL.fullmatch(phrase) and traditional.isdisjoint(phrase) else fold(phrase)
                )
                latin = not has_cjk(folded)
                if "…" in folded:
                    gap = _GAP.replace("0,12", "0,24") if latin else _GAP
                    pattern = gap.join(re.escape(part) for part in folded.split("…"))
                    if latin:
                        pattern = rf"\b{pattern}\b"
                    gaps.append((family.name, phrase, pattern))
                    continue
                for form in inflections(folded) if latin else [folded]:
                    found.setdefault(form, []).append((family.name, phrase, latin))
        for form, uses in found.items():
            self._words.add_word(form, (len(form), uses))
        self._words.make_automaton()
        self._gaps = [(name, phrase, lazy(pattern), _anchor(pattern)) for name, phrase, pattern in gaps]

    def find(self, text: str) -> list[Cue]:
        """All cues of a normal text, by place; those wholly inside a longer cue are left out."""
        hits: list[Cue] = []
        for last, (length, uses) in self._words.iter(text):
            start, end = last - length + 1, last + 1
            for family, phrase, latin in uses:
                if latin and not _word_bounded(text, start, end):
                    continue
                hits.append(Cue(family, start, end, phrase))
        for family, phrase, pattern, anchor in self._gaps:
            if anchor in text:
                hits.extend(Cue(family, m.start(), m.end(), phrase) for m in pattern.finditer(text))
        hits.sort(key=lambda c: (c.start, -c.end))
        kept: list[Cue] = []
        reach: list[Cue] = []
        furthest = 0
        for cue in hits:
            if cue.end <= furthest and _covered(cue, reach[-8:], self._hides):
                continue
            kept.append(cue)
            if "…" not in cue.phrase:
                reach.append(cue)
                furthest = max(furthest, cue.end)
        return kept

    def title(self, family: str, *, chinese: bool) -> str:
        """What people call a family (a lost reason, an activity type)."""
        entry = self.families[family]
        return (entry.title_zh if chinese else entry.title_en) or family.rpartition(".")[2]


def _covered(cue: Cue, reach: list[Cue], hides: Callable[[str, str], bool]) -> bool:
    """Does one of these, none of which starts later, hold the cue and more, and mean something else by it?"""
    size = cue.end - cue.start
    for longer in reach:
        if cue.end <= longer.end and size < longer.end - longer.start and hides(longer.family, cue.family):
            return True
    return False


def _hides(longer: str, shorter: str) -> bool:
    if shorter.startswith("lost."):
        return False  # 没预算 is no need, and the reason for it too
    if longer.startswith("stage."):
        return shorter.startswith(("stage.", "negation"))
    if longer == shorter or longer.startswith(_HIDES):
        return True
    if longer.startswith("ask.method") and shorter == "help":
        return True
    return longer.startswith("activity.") and shorter.startswith("activity.")


def _word_bounded(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    first, last = text[start], text[end - 1]
    return not (_latin(before) and _latin(first)) and not (_latin(after) and _latin(last))


def _latin(ch: str) -> bool:
    return ch.isascii() and ch.isalnum()


def _anchor(pattern: str) -> str:
    """The first literal piece of a gap pattern: a cheap test before the regular expression runs."""
    first = pattern.removeprefix("\\b").split("[^")[0].removesuffix("\\b")
    return re.sub(r"\\(.)", r"\1", first)


def inflections(form: str) -> list[str]:
    """The regular forms of an English phrase whose head word ends in `~`; the phrase itself without one."""
    if "~" not in form:
        return [form]
    head, _, tail = form.partition("~")
    stem, last = head, head[-1:]
    forms = [head]
    if last == "e":
        forms += [head + "s", head + "d", head[:-1] + "ing"]
    elif last == "y" and head[-2:-1] not in "aeiou":
        forms += [head[:-1] + "ies", head[:-1] + "ied", head + "ing"]
    else:
        forms += [head + ("es" if head.endswith(("s", "x", "ch", "sh", "z")) else "s"), head + "ed", head + "ing"]
        if re.search(r"[^aeiou][aeiou][bdgmnprt]$", stem):
            forms += [head + last + "ed", head + last + "ing"]
    return [f + tail for f in forms]


def _families(source: Mapping[str, Any], name: str, known: Iterable[str] | None) -> dict[str, Family]:
    faults: list[Fault] = []
    out: dict[str, Family] = {}
    names = set(known) if known is not None else None
    for family, entry in source.items():
        where = f"{name}: {family}"
        if names is not None and family not in names:
            faults.append(Fault(where, "no such family of phrases", f"Use one of: {', '.join(sorted(names))}"))
            continue
        body = {"phrases": entry} if isinstance(entry, list) else entry
        if not isinstance(body, Mapping) or not isinstance(body.get("phrases", []), list):
            mend = "Write a list, or a mapping with phrases: and examples:"
            faults.append(Fault(where, "is not a list of phrases", mend))
            continue
        for phrase in body.get("phrases", []):
            if not isinstance(phrase, str):
                faults.append(
                    Fault(
                        where,
                        f"has a phrase that YAML does not read as text ({phrase!r})",
                        'Put it in quotes ("off", "yes", "1.0")',
                    )
                )
        words = [str(p) for p in body.get("phrases", [])]
        if any(not w.strip() for w in words):
            faults.append(Fault(where, "has an empty phrase", "Remove the empty line"))
        out[family] = Family(
            family,
            tuple(w for w in words if w.strip()),
            tuple(str(e) for e in body.get("examples", [])),
            str(body.get("title_zh", "")),
            str(body.get("title_en", "")),
        )
    if faults:
        raise FaultyInput(tuple(faults))
    return out


def _merged(parts: Sequence[Mapping[str, Family]]) -> dict[str, Family]:
    out: dict[str, Family] = {}
    for part in parts:
        for name, family in part.items():
            old = out.get(name)
            out[name] = (
                Family(
                    name,
                    old.phrases + family.phrases,
                    old.examples + family.examples,
                    old.title_zh or family.title_zh,
                    old.title_en or family.title_en,
                )
                if old
                else family
            )
    return out


def _parse(text: str, name: str) -> Mapping[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        data = yaml.load(text, Loader=loader)  # a safe loader: plain values only
    except yaml.YAMLError as error:
        raise FaultyInput((Fault(name, f"is not YAML ({error})", "Mend the line named"),)) from error
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise FaultyInput((Fault(name, "is not a mapping of families", "Start each family with its name and a colon"),))
    return data


@cache
def standard() -> Lexicon:
    """The lexicon that ships."""
    return Lexicon(_shipped())


@cache
def asking() -> Lexicon:
    """What people say when they ask for figures: of two phrases at a place the longer counts."""
    return Lexicon(_shipped("questions_zh.yaml", "questions_en.yaml"), longest=True)


def load(own: str, name: str = "lexicon") -> Lexicon:
    """The shipped lexicon with a company's own phrases (YAML text) added. FaultyInput lists every fault of it."""
    shipped = _shipped()
    return Lexicon(_merged([shipped, _families(_parse(own, name), name, shipped)]))


def _shipped(*files: str) -> dict[str, Family]:
    home = resources.files("sales.language")
    parts = []
    for file in files or ("zh.yaml", "en.yaml"):
        parts.append(_families(_parse((home / file).read_text(encoding="utf-8"), file), file, None))
    return _merged(parts)
