"""When a record that came out agrees with the gold, field by field; which record answers to which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

RECORDS = ("activities", "opportunities", "follow_ups", "payments")
FIELDS = {
    "activities": ("type", "date", "contacts"),
    "opportunities": (
        "opportunity", "stage", "amount", "close_date", "products", "competitors", "probability", "lost_reason",
    ),
    "follow_ups": ("due", "words", "status"),
    "payments": ("amount", "date", "status"),
}  # fmt: skip


def plain(value: object) -> str:
    """Lower-case text without white space and punctuation, to compare names."""
    return re.sub(r"[\s()()·.,,。\-_/]", "", str(value)).lower()


def same_name(gold: Any, got: Any) -> bool:
    """True if an id, or a new name, is the same on both sides; a new name may be longer or shorter by a suffix."""
    if isinstance(gold, dict) != isinstance(got, dict):
        return False
    if isinstance(gold, dict):
        a, b = plain(gold.get("new", "")), plain(got.get("new", ""))
        return bool(a) and bool(b) and (a == b or (len(a) >= 2 and a in b) or (len(b) >= 2 and b in a))
    return bool(gold == got)


def same_number(gold: Any, got: Any) -> bool:
    """Within 0.5 % or 0.05."""
    try:
        a, b = float(gold), float(got)
    except (TypeError, ValueError):
        return False
    return abs(a - b) <= max(0.05, abs(a) * 0.005)


def same_set(gold: Sequence[Any] | None, got: Sequence[Any] | None) -> bool:
    """Two lists of ids or new names, in any order."""
    rest = list(got or [])
    for item in gold or []:
        hit = next((other for other in rest if same_name(item, other)), None)
        if hit is None:
            return False
        rest.remove(hit)
    return not rest


def between(gold: Sequence[Any], got: Any) -> bool:
    """A gold of [first, last] accepts what lies between; dates and numbers compare as such."""
    try:
        return bool(type(got)(gold[0]) <= got <= type(got)(gold[1]))
    except (TypeError, ValueError):
        return False


def field_ok(kind: str, field: str, gold: Any, record: Json) -> bool:
    """Whether a field of a record that came out is what the gold says."""
    got = record.get(field)
    if field == "type" and isinstance(gold, list):
        return got in gold
    if field in ("due", "amount", "date", "close_date") and isinstance(gold, list):
        return between(gold, got)
    if field == "words":
        text = str(record.get("text") or "").lower()
        return all(any(str(word).lower() in text for word in choice) for choice in gold)
    if field == "lost_reason":
        return any(str(word).lower() in str(got or "").lower() for word in gold)
    if field in ("contacts", "products", "competitors"):
        return same_set(gold, got)
    if field in ("amount", "probability"):
        return same_number(gold, got)
    if field == "opportunity" and gold == "new":
        return got == "new" or (isinstance(got, str) and got.startswith("new"))
    if field == "status" and kind == "follow_ups":
        return bool((got or "open") == gold)
    return bool(gold == got)


def gold_fields(kind: str, record: Json) -> list[str]:
    """The fields that the gold states, the customer left out (it aligns the records)."""
    optional = set(record.get("optional_fields") or [])
    found = [f for f in FIELDS[kind] if f in record and f not in optional and not (f == "words" and not record[f])]
    if kind == "follow_ups" and record.get("id"):
        found = [f for f in found if f != "words"]
    return found


def got_fields(kind: str, record: Json) -> list[str]:
    """The fields that a record that came out states."""
    keys = [("text" if f == "words" else f) for f in FIELDS[kind]]
    return [
        k
        for k in keys
        if record.get(k) not in (None, "", []) and not (k == "status" and kind == "follow_ups" and record[k] == "open")
    ]


def alignable(kind: str, gold: Json, got: Json) -> bool:
    if kind == "follow_ups" and (gold.get("id") or got.get("id")):
        return bool(gold.get("id") == got.get("id"))
    if kind == "opportunities" and gold.get("opportunity") not in (None, "new"):
        return bool(gold["opportunity"] == got.get("opportunity"))
    return same_name(gold.get("account"), got.get("account"))


def align(
    kind: str, golds: Sequence[Json], gots: Sequence[Json]
) -> tuple[list[tuple[Json, Json]], list[Json], list[Json]]:
    """Pairs gold and got records, the best agreement first. Returns the pairs, the golds left and the gots left."""
    scored: list[tuple[float, int, int]] = []
    for i, gold in enumerate(golds):
        for j, got in enumerate(gots):
            if alignable(kind, gold, got):
                fields = gold_fields(kind, gold)
                good = sum(field_ok(kind, f, gold[f], got) for f in fields)
                scored.append((good / (len(fields) or 1), -i, -j))
    scored.sort(reverse=True)
    used_gold: set[int] = set()
    used_got: set[int] = set()
    pairs: list[tuple[Json, Json]] = []
    for _, i, j in scored:
        if -i not in used_gold and -j not in used_got:
            used_gold.add(-i)
            used_got.add(-j)
            pairs.append((golds[-i], gots[-j]))
    left = [gold for i, gold in enumerate(golds) if i not in used_gold]
    return pairs, left, [got for j, got in enumerate(gots) if j not in used_got]
