"""Who and what a message names: customers, contacts, own people, products, competitors, org units, deals.

Entity linking in five levels, best first: the full name or an alias; a short form that follows from the name; the same
sound in other characters; the same sound in an accent, or pinyin typed in latin letters; a small typo in a latin name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sales.language.names_forms import How
from sales.language.names_layer import Account, Layer, build_layer, no_collection, unpack
from sales.language.names_model import NameEntry, NameHit, NameKind
from sales.language.names_scan import MISALIGNED_PART, Found, Look

__all__ = ["NameEntry", "NameHit", "NameIndex", "NameKind"]

Key = tuple[NameKind, str]
Keep = Callable[[NameEntry], bool]

MAX_HOLDERS = 12  # a short form that more records share names none of them, but for the ones the caller cares about
SHARED_PART = 0.7  # the most that a short form scores which several records have
LEAST = 0.3  # below this a finding is not worth mentioning
TIERS = (16, 128, 2_000)  # the most records in each tier of what was added, the newest first


@dataclass(frozen=True, slots=True)
class _Tier:
    """Records compiled together; `gone` are the keys of those that were removed since, or replaced in a later tier."""

    layer: Layer
    entries: dict[Key, NameEntry]
    gone: frozenset[Key] = frozenset()

    def without(self, keys: Collection[Key]) -> _Tier:
        """The same but for these keys; those that it has not are ignored."""
        gone = self.gone.union(key for key in keys if key in self.entries)
        return self if len(gone) == len(self.gone) else _Tier(self.layer, self.entries, gone)

    def living(self) -> dict[Key, NameEntry]:
        if not self.gone:
            return self.entries
        return {key: entry for key, entry in self.entries.items() if key not in self.gone}


class NameIndex:
    """All names of an organisation, compiled. Immutable: `added` and `without` give a new one that shares its parts.

    What is added goes to a small tier that is compiled anew each time, and from there by the dozen to larger ones.
    """

    def __init__(self, tiers: Sequence[_Tier]) -> None:
        self._tiers = tuple(tiers)  # the oldest and largest first; a record is in one of them only
        self._layers = [(tier.layer, tier.gone) for tier in self._tiers if tier.entries]

    @classmethod
    def build(cls, entries: Iterable[NameEntry]) -> NameIndex:
        """Compile the names of all records (about 25 µs each). Of two with the same kind and id the last one counts."""
        with no_collection():
            known = {(entry.kind, entry.id): entry for entry in entries}
            account = _account_in(known)
            return cls((_tier(known, account), *(_tier({}, account) for _ in TIERS)))

    def entry(self, kind: NameKind, id: str) -> NameEntry | None:
        """The record of that kind and id, None if the index has none."""
        key = (kind, id)
        for tier in self._tiers:
            entry = tier.entries.get(key)
            if entry is not None and key not in tier.gone:
                return entry
        return None

    def __len__(self) -> int:
        return sum(len(tier.entries) - len(tier.gone) for tier in self._tiers)

    def added(self, entries: Iterable[NameEntry]) -> NameIndex:
        """An index with these records too; one with the kind and id of a record already there replaces it."""
        fresh = {(entry.kind, entry.id): entry for entry in entries}
        return self._changed(fresh, fresh) if fresh else self

    def without(self, keys: Iterable[Key]) -> NameIndex:
        """An index without these records; keys that it does not have are ignored."""
        drop = {key for key in keys if self.entry(*key) is not None}
        return self._changed({}, drop) if drop else self

    def _changed(self, fresh: dict[Key, NameEntry], replaced: Collection[Key]) -> NameIndex:
        tiers = [tier.without(replaced) for tier in self._tiers]
        for place, most in zip(range(len(tiers) - 1, 0, -1), TIERS, strict=True):
            if not fresh:
                return NameIndex(tiers)
            fresh = {**tiers[place].living(), **fresh}
            if len(fresh) <= most:
                tiers[place] = _tier(fresh, _account_in(fresh, tiers))
                return NameIndex(tiers)
            tiers[place] = _tier({}, _account_in(fresh))
        return NameIndex.build({**tiers[0].living(), **fresh}.values()) if fresh else NameIndex(tiers)

    def find(self, text: str, *, fuzzy_only: Keep | None = None) -> list[NameHit]:
        """All names in a normal text (`text.normal(...).text`) worth considering, by place, longer and better first.

        Hits of different records at the same place are all given: which one is meant is the caller's to decide. A
        hit wholly inside a longer exact name is left out. With `fuzzy_only`, what is not written as on record is
        matched only against the records for which it is true (say, the asker's own), and short forms that very many
        records share are given for those.
        """
        look = Look(text)
        layers = self._layers
        found: list[tuple[Found, list[tuple[NameEntry, How, float]]]] = []
        for layer, gone in layers:
            for span in look.exact(layer):
                if uses := _live(layer, layer.named(span.form), gone):
                    found.append((span, uses))
        found, covered = _outermost(found, len(text))
        hits = list(_exact_hits(found, fuzzy_only))
        loose: list[NameHit] = []
        for layer, gone in layers:
            spans = (*look.sounding(layer, covered), *look.spelled(layer, covered), *look.mistyped(layer, covered))
            loose.extend(_loose_hits(layer, gone, spans, fuzzy_only))
        return _settled(hits, loose)


def _tier(entries: dict[Key, NameEntry], account: Account) -> _Tier:
    return _Tier(build_layer(tuple(entries.values()), account), entries)


def _account_in(entries: Mapping[Key, NameEntry], tiers: Iterable[_Tier] = ()) -> Account:
    """How to get at an account by its id: from these records first, then from the tiers."""

    def account(id: str) -> NameEntry | None:
        key = (NameKind.ACCOUNT, id)
        found = entries.get(key)
        if found is None:
            alive = (tier.entries[key] for tier in tiers if key in tier.entries and key not in tier.gone)
            found = next(alive, None)
        return found

    return account


def _live(layer: Layer, uses: Sequence[int], gone: frozenset[Key]) -> list[tuple[NameEntry, How, float]]:
    found: list[tuple[NameEntry, How, float]] = []
    for use in uses:
        number, how, score = unpack(use)
        entry = layer.entries[number]
        if not gone or (entry.kind, entry.id) not in gone:
            found.append((entry, how, score))
    return found


def _outermost(
    found: list[tuple[Found, list[tuple[NameEntry, How, float]]]], size: int
) -> tuple[list[tuple[Found, list[tuple[NameEntry, How, float]]]], bytearray]:
    """Without what lies inside a longer whole name; and a mark for every character that a whole name covers."""
    found.sort(key=lambda item: (item[0].start, -item[0].end))
    kept: list[tuple[Found, list[tuple[NameEntry, How, float]]]] = []
    covered = bytearray(size + 1)
    reach, reach_start = -1, -1
    for span, uses in found:
        if span.end < reach or (span.end == reach and span.start > reach_start):
            continue
        kept.append((span, uses))
        # A deal carries its customer's and product's names: these stay to be seen beside it
        whole = any(how <= How.WHOLE and e.kind is not NameKind.OPPORTUNITY and score > 0.5 for e, how, score in uses)
        if whole and span.likeness > MISALIGNED_PART:
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
            if span.end > reach:
                reach, reach_start = span.end, span.start
    return kept, covered


def _exact_hits(found: list[tuple[Found, list[tuple[NameEntry, How, float]]]], keep: Keep | None) -> Iterator[NameHit]:
    holders: dict[tuple[int, int], int] = {}
    for span, uses in found:
        place = (span.start, span.end)
        holders[place] = holders.get(place, 0) + len(uses)
    for span, uses in found:
        many = holders[span.start, span.end]
        for entry, how, score in uses:
            if how > How.ALIAS:
                if many > MAX_HOLDERS and (keep is None or not keep(entry)):
                    continue
                if many > 1:
                    score = min(score, SHARED_PART)
                if span.likeness < 1.0:
                    score = min(score, MISALIGNED_PART) if span.end - span.start <= 2 else score * span.likeness
                label = "part"
            else:
                score *= span.likeness
                label = "name" if how is How.NAME else "alias"
            if score >= LEAST:
                yield NameHit(span.start, span.end, entry.kind, entry.id, score, label, span.form)


def _loose_hits(layer: Layer, gone: frozenset[Key], spans: Iterable[Found], keep: Keep | None) -> Iterator[NameHit]:
    for span in spans:
        if span.thin and keep is None:
            continue
        for entry, how, score in _live(layer, layer.named(span.form), gone):
            score *= span.likeness
            if score < LEAST or (how > How.WHOLE and span.how != "fuzzy"):
                continue
            if keep is None or keep(entry):
                yield NameHit(span.start, span.end, entry.kind, entry.id, score, span.how, span.form)


def _settled(hits: list[NameHit], loose: list[NameHit]) -> list[NameHit]:
    """One hit a record and place: the best; a loose hit inside a better one of the same record says nothing new."""
    best: dict[tuple[NameKind, str], list[NameHit]] = {}
    for hit in (*hits, *sorted(loose, key=lambda h: (-(h.end - h.start), -h.score))):
        mine = best.setdefault((hit.kind, hit.id), [])
        if all(hit.end <= other.start or other.end <= hit.start for other in mine):
            mine.append(hit)
            continue
        if hit.how in ("name", "alias", "part"):
            at = next(i for i, o in enumerate(mine) if hit.start < o.end and o.start < hit.end)
            if (hit.score, hit.end - hit.start) > (mine[at].score, mine[at].end - mine[at].start):
                mine[at] = hit
    # A shorter sound-alike inside a longer one that is at least as good is an accident of the longer
    spans = sorted({(h.start, h.end, h.score) for h in loose}, key=lambda s: s[0])
    found = [
        hit
        for mine in best.values()
        for hit in mine
        if hit.how in ("name", "alias", "part")
        or not any(
            s <= hit.start and hit.end <= e and e - s > hit.end - hit.start and score >= hit.score
            for s, e, score in spans
        )
    ]
    return sorted(found, key=lambda h: (h.start, -h.end, -h.score, h.kind, h.id))
