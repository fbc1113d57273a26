"""Who and what a message names: customers, contacts, own people, products, competitors, org units, deals.

Entity linking in five levels, best first: the full name or an alias; a short form that follows from the name; the same
sound in other characters; the same sound in an accent, or pinyin typed in latin letters; a small typo in a latin name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sales.language.names_forms import How
from sales.language.names_layer import Layer, build_layer, unpack
from sales.language.names_model import NameEntry, NameHit, NameKind
from sales.language.names_scan import MISALIGNED_PART, Found, Look

__all__ = ["NameEntry", "NameHit", "NameIndex", "NameKind"]

Key = tuple[NameKind, str]
Keep = Callable[[NameEntry], bool]

MAX_HOLDERS = 12  # a short form that more records share names none of them, but for the ones the caller cares about
SHARED_PART = 0.7  # the most that a short form scores which several records have
LEAST = 0.3  # below this a finding is not worth mentioning
REBUILD_AT = 2_000  # additions after which the whole index is compiled anew


class NameIndex:
    """All names of an organisation, compiled. Immutable: `added` and `without` give a new one that shares its parts."""

    def __init__(self, base: Layer, overlay: Layer | None, gone: frozenset[Key], entries: dict[Key, NameEntry]) -> None:
        self._base = base
        self._overlay = overlay
        self._gone = gone  # keys of the base that were removed or replaced
        self._entries = entries

    @classmethod
    def build(cls, entries: Iterable[NameEntry]) -> NameIndex:
        """Compile the names of all records (about 20 µs each). Of two with the same kind and id the last one counts."""
        known = {(entry.kind, entry.id): entry for entry in entries}
        return cls(build_layer(tuple(known.values()), _accounts(known)), None, frozenset(), known)

    def entry(self, kind: NameKind, id: str) -> NameEntry | None:
        """The record of that kind and id, None if the index has none."""
        return self._entries.get((kind, id))

    def __len__(self) -> int:
        return len(self._entries)

    def added(self, entries: Iterable[NameEntry]) -> NameIndex:
        """An index with these records too; one with the kind and id of a record already there replaces it."""
        fresh = {(entry.kind, entry.id): entry for entry in entries}
        if not fresh:
            return self
        return self._changed({**self._entries, **fresh}, fresh)

    def without(self, keys: Iterable[Key]) -> NameIndex:
        """An index without these records; keys that it does not have are ignored."""
        drop = {key for key in keys if key in self._entries}
        if not drop:
            return self
        return self._changed({k: e for k, e in self._entries.items() if k not in drop}, {}, drop)

    def _changed(
        self, entries: dict[Key, NameEntry], fresh: dict[Key, NameEntry], drop: Iterable[Key] = ()
    ) -> NameIndex:
        before = {(e.kind, e.id): e for e in self._overlay.entries} if self._overlay else {}
        overlay = {key: e for key, e in {**before, **fresh}.items() if key in entries}
        if len(overlay) > REBUILD_AT:
            return NameIndex.build(entries.values())
        gone = self._gone | frozenset(fresh) | frozenset(drop)
        layer = build_layer(tuple(overlay.values()), _accounts_of(overlay.values(), entries)) if overlay else None
        return NameIndex(self._base, layer, gone, entries)

    def find(self, text: str, *, fuzzy_only: Keep | None = None) -> list[NameHit]:
        """All names in a normal text (`text.normal(...).text`) worth considering, by place, longer and better first.

        Hits of different records at the same place are all given: which one is meant is the caller's to decide. A
        hit wholly inside a longer exact name is left out. With `fuzzy_only`, what is not written as on record is
        matched only against the records for which it is true (say, the asker's own), and short forms that very many
        records share are given for those.
        """
        look = Look(text)
        layers = [(self._base, self._gone), *([(self._overlay, frozenset[Key]())] if self._overlay else [])]
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


def _accounts(entries: dict[Key, NameEntry]) -> dict[str, NameEntry]:
    return {id: entry for (kind, id), entry in entries.items() if kind is NameKind.ACCOUNT}


def _accounts_of(few: Iterable[NameEntry], entries: dict[Key, NameEntry]) -> dict[str, NameEntry]:
    keys = {entry.parent: (NameKind.ACCOUNT, entry.parent) for entry in few if entry.parent}
    return {id: entries[key] for id, key in keys.items() if key in entries}


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
