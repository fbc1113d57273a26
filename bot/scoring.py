"""How well cases were understood: what `canmou replay` printed, compared with the gold of the cases.

The formats are in docs/measuring.md. A figure is the share of what is right; `f1.*` weighs what is missing
against what is too much.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.agreement import FIELDS, RECORDS, align, field_ok, gold_fields, got_fields, same_number

Json = dict[str, Any]
Result = dict[str, int | float | None]
"""`cases`, `missing`, `f1.KIND`, `field.KIND.FIELD`, `ms.median`, every rate by its name (`intent`, `tag weekly`)."""

_SPEC = ("metric", "scope", "period", "group_by", "order", "limit", "filter")
_SILENT = ("query", "methodology", "help", "chat")


@dataclass(frozen=True, slots=True)
class Score:
    """`result` as figures, `lines` as the table for people: first the cases that fell short, then the figures."""

    result: Result
    lines: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """Fields: agreed on, in the gold, in what came out."""

    good: int = 0
    gold: int = 0
    got: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.good / (self.gold + self.got) if self.gold + self.got else 1.0

    @property
    def precision(self) -> float:
        return self.good / self.got if self.got else 1.0

    @property
    def recall(self) -> float:
        return self.good / self.gold if self.gold else 1.0


@dataclass(slots=True)
class Board:
    """What is counted over all cases."""

    tally: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    rate: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    ms: list[float] = field(default_factory=list)

    def count(self, name: str, ok: bool) -> bool:
        self.rate[name][0] += bool(ok)
        self.rate[name][1] += 1
        return ok


def score(cases: Sequence[Json], outs: Iterable[Json], wrong: int = 0) -> Score:
    """Scores `outs` (one a case, found by id) and shows the first `wrong` cases that fell short."""
    by_id = {out["id"]: out for out in outs}
    board, lines = Board(), list[str]()
    shown = 0
    for case in cases:
        notes: list[str] = []
        out = by_id.get(case["id"]) or {"turns": [], "records": {}}
        if not _judge(case, out, board, notes) and shown < wrong:
            shown += 1
            lines.append(
                f"--- {case['id']} {case.get('tags')}\n    {case['turns']}\n    "
                + "\n    ".join(notes or ["(see the counts)"])
            )
    result: Result = {"cases": len(cases), "missing": sum(case["id"] not in by_id for case in cases)}
    lines += _table(board, result)
    return Score(result, tuple(lines))


def _judge(case: Json, out: Json, board: Board, notes: list[str]) -> bool:
    """Counts a case; True if it is wholly right. What is wrong goes into `notes`."""
    gold = case["gold"]
    turns = out.get("turns") or []
    last = (turns or [{}])[-1]
    reply = str(last.get("reply") or "")
    board.ms.append(out.get("ms") or 0)
    intent_ok = board.count("intent", last.get("intent") == gold["intent"])
    if not intent_ok:
        notes.append(f"intent: want {gold['intent']}, got {last.get('intent')}")
    right = _judge_records(gold, out.get("records") or {}, board.tally, notes)
    right &= _judge_asking(case, turns, board, notes)
    _judge_silence(gold, out.get("records") or {}, board)
    right &= _judge_permission(gold, last, reply, board, notes)
    if gold.get("query") and not gold.get("denied"):
        spec, value = _judge_query(gold, last.get("query"), notes)
        board.count("query understood", spec)
        if value is not None:
            board.count("query answered right", value)
        right = right and spec and value is not False
    if gold.get("must_say"):
        wanted = [choice if isinstance(choice, list) else [choice] for choice in gold["must_say"]]
        ok = board.count("says what it must", all(any(str(s) in reply for s in choice) for choice in wanted))
        right = right and ok
        if not ok:
            notes.append(f"must_say {gold['must_say']}: reply {reply[:160]!r}")
    right &= _judge_sources(gold, last, board, notes)
    right = right and intent_ok
    board.count("CASE WHOLLY RIGHT", right)
    for tag in case.get("tags") or []:
        board.count(f"  tag {tag}", right)
    return right


def _judge_records(gold: Json, records: Json, tally: defaultdict[str, Tally], notes: list[str]) -> bool:
    """Counts the fields of all records; True if they are right, all and nothing else."""
    right = True
    for kind in RECORDS:
        pairs, missing, extra = align(kind, gold.get(kind) or [], records.get(kind) or [])
        for wanted, got in pairs:
            # an optional record that came out is not counted; one that did not come out is not missed
            if not wanted.get("optional"):
                right &= _judge_pair(kind, wanted, got, tally, notes)
        for wanted in missing:
            if wanted.get("optional"):
                continue
            right = False
            size = 1 + len(gold_fields(kind, wanted))
            tally[kind].gold += size
            tally["all"].gold += size
            notes.append(f"{kind}: missing {json.dumps(wanted, ensure_ascii=False)}")
        for got in extra:
            if kind == "follow_ups" and got.get("id") and got.get("status") == "done":
                continue  # closed because the report fulfils it
            right = False
            size = 1 + len(got_fields(kind, got))
            tally[kind].got += size
            tally["all"].got += size
            notes.append(f"{kind}: extra {json.dumps(got, ensure_ascii=False)[:200]}")
    return right


def _judge_pair(kind: str, gold: Json, got: Json, tally: defaultdict[str, Tally], notes: list[str]) -> bool:
    right = True
    fields = gold_fields(kind, gold)
    both = (tally[kind], tally["all"])
    for one in both:
        one.gold += 1 + len(fields)
        one.good += 1
    for name in fields:
        ok = field_ok(kind, name, gold[name], got)
        own = tally[f"{kind}.{name}"]
        for one in (*both, own):
            one.good += ok
        own.gold += 1
        own.got += 1
        if not ok:
            right = False
            notes.append(f"{kind}.{name}: want {gold[name]!r}, got {got.get('text' if name == 'words' else name)!r}")
    free = {"text", "opportunity", "status", "date", *(gold.get("optional_fields") or [])}
    if gold.get("opportunity") == "new":
        free.add("stage")  # a new deal has to start somewhere
    if gold.get("stage") in ("won", "lost"):
        free.add("close_date")
    surplus = [k for k in got_fields(kind, got) if ("words" if k == "text" else k) not in gold and k not in free]
    for one in both:
        one.got += 1 + len(fields) + len(surplus)
    if surplus:
        right = False
        notes.append(f"{kind}: not said: " + ", ".join(f"{k}={got[k]!r}" for k in surplus))
    return right


def _judge_asking(case: Json, turns: Sequence[Json], board: Board, notes: list[str]) -> bool:
    # a turn that asks may be the last or, in a case that goes on, an earlier one
    asks = [turn.get("clarify") for turn in turns if turn.get("clarify")]
    wanted = case["gold"].get("clarify")
    if wanted:
        options = set(wanted.get("options") or [])
        ok = any(a.get("about") == wanted["about"] and options <= set(a.get("options") or []) for a in asks if a)
        board.count("asks when in doubt", ok)
        if not ok:
            notes.append(f"clarify: want {wanted}, got {asks}")
        return ok
    if len(case["turns"]) == 1:
        board.count("does not ask needlessly", not asks)
        if asks:
            notes.append(f"asked needlessly: {asks}")
    return True


def _judge_silence(gold: Json, records: Json, board: Board) -> None:
    if gold["intent"] in _SILENT and not any(gold.get(kind) for kind in RECORDS):
        wrote = any(records.get(kind) for kind in RECORDS)
        board.count("writes nothing when nothing is reported", not wrote)


def _judge_permission(gold: Json, last: Json, reply: str, board: Board, notes: list[str]) -> bool:
    forbidden = gold.get("must_not_say") or []
    leaked = [said for said in forbidden if str(said) in reply]
    right = True
    if gold.get("denied"):
        right = board.count("permission kept", bool(last.get("denied")) and not leaked)
        if not right:
            notes.append(f"denied: got {last.get('denied')}, reply {reply[:120]!r}")
    elif gold["intent"] == "query":
        board.count("not denied wrongly", not last.get("denied"))
    if forbidden:
        board.count("says nothing it must not", not leaked)
    return right


def _judge_query(gold: Json, understood: Json | None, notes: list[str]) -> tuple[bool, bool | None]:
    """(the question is understood, the answer is right or None where the gold gives none)."""
    got = understood or {}
    wanted = gold["query"]
    spec = True
    for key in _SPEC:
        a, b = wanted.get(key), got.get(key)
        if (key == "period" and key not in wanted) or (key == "order" and a is None):
            continue
        if (a or None) != (b or None):
            spec = False
            notes.append(f"query.{key}: want {a!r}, got {b!r}")
    if "value" in wanted or "value" in gold:
        number = wanted.get("value", gold.get("value"))
        right = same_number(number, got.get("value"))
        if not right:
            notes.append(f"value: want {number!r}, got {got.get('value')!r}")
        return spec, right
    if "rows" in wanted or "rows" in gold:
        rows, out = wanted.get("rows", gold.get("rows")), got.get("rows") or []
        right = _same_rows(rows, out, ordered=bool(wanted.get("order")))
        if not right:
            want, came = (json.dumps(some, ensure_ascii=False)[:160] for some in (rows, out))
            notes.append(f"rows: want {want}, got {came}")
        return spec, right
    return spec, None


def _same_rows(rows: Sequence[Json], out: Sequence[Json], *, ordered: bool) -> bool:
    if ordered:
        return len(out) >= len(rows) and all(
            a["key"] == b.get("key") and same_number(a["value"], b.get("value"))
            for a, b in zip(rows, out, strict=False)
        )
    by_key = {row.get("key"): row.get("value") for row in out}
    return all(same_number(row["value"], by_key.get(row["key"], 0 if not row["value"] else None)) for row in rows)


def _judge_sources(gold: Json, last: Json, board: Board, notes: list[str]) -> bool:
    if "sources" not in gold:
        return True
    cited = [str(source.get("text") or "") for source in (last.get("sources") or [])[:3]]
    if gold["sources"]:
        ok = board.count("cites the passage", any(want in text for want in gold["sources"] for text in cited))
    else:
        ok = board.count("admits what the library lacks", not cited)
    if not ok:
        notes.append(f"sources: want {gold['sources']}, got {[text[:40] for text in cited]}")
    return ok


def _table(board: Board, result: Result) -> list[str]:
    """The figures as lines, and into `result`."""
    lines = [f"{result['cases']} cases, {result['missing']} without output"]
    for name in ("all", *RECORDS):
        one = board.tally[name]
        result[f"f1.{name}"] = round(one.f1, 4)
        lines.append(
            f"fields of {name:<14} F1 {one.f1:6.1%}   precision {one.precision:6.1%}   "
            f"recall {one.recall:6.1%}   ({one.gold} gold)"
        )
    for name in sorted(name for name in board.tally if "." in name):
        one = board.tally[name]
        result[f"field.{name}"] = round(one.good / one.gold, 4) if one.gold else None
        lines.append(f"    {name:<28} {one.good}/{one.gold}")
    for name in sorted(board.rate):
        good, of = board.rate[name]
        result[name.strip()] = round(good / of, 4)
        lines.append(f"{name:<44} {good}/{of} = {good / of:.1%}")
    ms = sorted(board.ms)
    result["ms.median"] = ms[len(ms) // 2] if ms else None
    lines.append(f"ms a case: median {ms[len(ms) // 2]:.1f}, worst {ms[-1]:.1f}" if ms else "")
    return lines


__all__ = ["FIELDS", "RECORDS", "Result", "Score", "score"]
