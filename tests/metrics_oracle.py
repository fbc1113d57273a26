"""Every figure once more, in plain Python over a company file: no SQL, and nothing of the code that it checks."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

Record = dict[str, Any]
Rows = list[tuple[str, Any, dict[str, Any]]]

OPEN = ["lead", "qualified", "solution", "proposal", "negotiation"]
CHANCES = dict(zip(OPEN, (100, 200, 400, 600, 800), strict=True))
TYPES = ["visit", "call", "meeting", "message", "demo", "bid", "social", "other"]
AHEAD = {"quota", "gap", "pipeline", "weighted_pipeline", "coverage", "forecast", "receivable"}
LIKE_RATES = {"attainment", "coverage", "win_rate", "conversion", "cycle_days"}
USUALLY_MONTH = {"payments", "activities"}
USUALLY_NONE = {
    "pipeline", "weighted_pipeline", "receivable", "overdue", "at_risk", "history", "todo",
}  # fmt: skip
PARTS = {
    "attainment": ("won", "quota"), "gap": ("won", "quota"), "coverage": ("pipeline", "gap"),
    "forecast": ("won", "weighted"), "win_rate": ("won_count", "lost_count"), "average_deal": ("won", "won_count"),
    "conversion": ("entered", "further"), "payments": ("count",), "pipeline": ("count",), "receivable": ("count",),
    "weighted_pipeline": ("count",), "won": ("won_count",), "cycle_days": ("days", "won_count"),
}  # fmt: skip


class Denied(Exception):
    pass


def minor(amount: float | int | None) -> int:
    return round((amount or 0) * 100)


class Oracle:
    """A company as one of its people sees it, on a day."""

    def __init__(self, company: Record, asker: str, today: date) -> None:
        self.c = company
        self.today = today.isoformat()
        self.by = {
            kind: {row["id"]: row for row in company[kind]}
            for kind in ("org_units", "users", "products", "competitors", "accounts", "opportunities")
        }
        me = self.by["users"][asker]
        self.all = me["role"] == "ops"
        self.units = (
            set(self.by["org_units"]) if self.all else self.below(me["org_unit"]) if me["role"] == "manager" else set()
        )
        self.seen = {u["id"] for u in company["users"] if self.all or u["org_unit"] in self.units} | {asker}
        self.home = None
        if self.units:
            self.home = next(u for u in sorted(self.units) if self.by["org_units"][u]["parent"] not in self.units)

    def below(self, unit: str) -> set[str]:
        return {unit}.union(*(self.below(u["id"]) for u in self.c["org_units"] if u["parent"] == unit))

    # whose records count

    def owns(self, account: str | None) -> bool:
        return account is not None and self.by["accounts"][account]["owner"] in self.seen

    def sees_deal(self, deal: str) -> bool:
        o = self.by["opportunities"][deal]
        return o["owner"] in self.seen or self.owns(o["account"])

    def allow(self, kind: str, of: str) -> None:
        ok = {
            "org_unit": lambda: of in self.units,
            "user": lambda: of in self.seen,
            "product": lambda: of in self.by["products"],
            "competitor": lambda: of in self.by["competitors"],
            "account": lambda: of in self.by["accounts"] and (
                self.owns(of) or any(o["account"] == of and o["owner"] in self.seen for o in self.c["opportunities"])),
            "opportunity": lambda: of in self.by["opportunities"] and self.sees_deal(of),
        }[kind]()  # fmt: skip
        if not ok:
            raise Denied(kind, of)

    def allows(self, target: Any) -> bool:
        try:
            self.allow(target.kind.value, target.id)
        except Denied:
            return False
        return True

    def people(self, kind: str, of: str) -> set[str]:
        if kind == "user":
            return {of}
        if kind == "org_unit":
            units = self.below(of)
            return {u["id"] for u in self.c["users"] if u["org_unit"] in units}
        return self.seen

    def counts(self, q: Any, person: str, account: str | None, deal: str | None, *, is_deal: bool = False) -> bool:
        """Whether a record of this person, customer and deal counts for what is asked about, and passes the filters."""
        kind, of = q.scope.kind.value, q.scope.id
        if kind in ("account", "opportunity"):
            if (account if kind == "account" else deal) != of or not (person in self.seen or self.owns(account)):
                return False
        elif person not in self.people(kind, of):
            return False
        known = self.by["opportunities"][deal] if deal and (is_deal or self.sees_deal(deal)) else None
        for side, wanted in (("products", q.filter.product), ("competitors", q.filter.competitor),
                             ("products", of if kind == "product" else None),
                             ("competitors", of if kind == "competitor" else None)):  # fmt: skip
            if wanted is not None and (known is None or wanted not in known[side]):
                return False
        tier = q.filter.tier
        return tier is None or (account is not None and self.by["accounts"][account]["tier"] == tier)

    def deals(self, q: Any) -> list[Record]:
        stage = q.filter.stage if q.metric != "conversion" else None
        return [
            o for o in self.c["opportunities"]
            if self.counts(q, o["owner"], o["account"], o["id"], is_deal=True) and stage in (None, o["stage"])
        ]  # fmt: skip

    def payer(self, p: Record) -> str:
        owner = self.by["opportunities"][p["opportunity"]]["owner"] if p["opportunity"] else None
        return str(owner or self.by["accounts"][p["account"]]["owner"])

    # the facts a figure adds up: (sums, person, account, deal, day, stage, type)

    def facts(self, q: Any) -> Iterable[tuple[dict[str, int], Record]]:
        lo, hi = (q.period.first.isoformat(), q.period.last.isoformat()) if q.period else ("0000", "9999")

        def past(day: str | None) -> bool:
            return day is not None and lo <= day <= min(hi, self.today)

        def planned(day: str | None) -> bool:
            return q.period is None or (day is not None and lo <= day <= hi)

        m = q.metric
        for o in self.deals(q) if m not in ("payments", "receivable", "activities", "overdue", "todo") else ():
            at = {"person": o["owner"], "account": o["account"], "deal": o["id"], "stage": o["stage"]}
            won, amount = o["stage"] == "won" and past(o["closed_on"]), minor(o["amount"])
            if m in ("won", "won_count", "attainment", "gap", "coverage", "forecast", "average_deal") and won:
                yield {"won": amount, "won_count": 1}, at | {"day": o["closed_on"]}
            ahead = m in ("pipeline", "weighted_pipeline", "coverage", "forecast")
            if ahead and o["stage"] in OPEN and planned(o["close_date"]):
                weighted = amount * CHANCES[o["stage"]] // 1000
                yield {"pipeline": amount, "weighted": weighted, "count": 1}, at | {"day": o["close_date"]}
            if m == "win_rate" and (won or (o["stage"] == "lost" and past(o["closed_on"]))):
                yield {"won_count": int(won), "lost_count": int(not won)}, at | {"day": o["closed_on"]}
            if m == "cycle_days" and won and o["created_on"]:
                took = date.fromisoformat(o["closed_on"]) - date.fromisoformat(o["created_on"])
                yield {"days": took.days, "won_count": 1}, at | {"day": o["closed_on"]}
            if m == "new_opportunities" and past(o["created_on"]):
                yield {"count": 1}, at | {"day": o["created_on"]}
            if m == "conversion":
                for stage, further in self.went(o, past).items():
                    if q.filter.stage in (None, stage):
                        yield {"entered": 1, "further": int(further)}, at | {"stage": stage}
        for p in self.c["payments"] if m in ("payments", "receivable") else ():
            counts = past(p["date"]) if m == "payments" else planned(p["date"])
            wanted = "received" if m == "payments" else "expected"
            if p["status"] == wanted and counts and self.counts(q, self.payer(p), p["account"], p["opportunity"]):
                at = {"person": self.payer(p), "account": p["account"], "deal": p["opportunity"], "day": p["date"]}
                yield {"amount": minor(p["amount"]), "count": 1}, at
        for a in self.c["activities"] if m == "activities" else ():
            meant = past(a["date"]) and q.filter.type in (None, a["type"])
            if meant and self.counts(q, a["user"], a["account"], a["opportunity"]):
                at = {"person": a["user"], "account": a["account"], "deal": a["opportunity"]}
                yield {"count": 1}, at | {"day": a["date"], "type": a["type"]}
        for f in self.promises(q) if m in ("overdue", "todo") else ():
            if m == "todo" or (f["due"] and f["due"] < self.today):
                yield {"count": 1}, {"person": f["user"], "account": f["account"], "deal": f["opportunity"]}

    def promises(self, q: Any) -> list[Record]:
        found = []
        for f in self.c["follow_ups"]:
            inside = q.period is None or (f["due"] and q.period.first <= date.fromisoformat(f["due"]) <= q.period.last)
            if not f["done_on"] and inside and self.counts(q, f["user"], f["account"], f["opportunity"]):
                found.append(f)
        return found

    def went(self, o: Record, past: Callable[[str | None], bool]) -> dict[str, bool]:
        """Of the stages that a deal entered in the period: whether it went further since."""
        history = [s for s in self.c["stage_changes"] if s["opportunity"] == o["id"]]
        history = sorted(history, key=lambda s: s["on"])  # stable: those of a day stay as they stand
        found: dict[str, bool] = {}
        for place, step in enumerate(history):
            if step["stage"] in OPEN and past(step["on"]):
                later = [s["stage"] for s in history[place + 1 :] if s["on"] <= self.today and s["stage"] != "lost"]
                order = [*OPEN, "won"]
                further = any(order.index(stage) > order.index(step["stage"]) for stage in later)
                found[step["stage"]] = found.get(step["stage"], False) or further
        return found

    # quotas

    def quota(self, kind: str, of: str, first: date, last: date, people: set[str] | None = None) -> int | None:
        total, day, any_said = 0, first, False
        people = self.people(kind, of) if people is None else people
        while day <= last:
            length = monthrange(day.year, day.month)[1]
            end = min(last, day.replace(day=length))
            here = [q for q in self.c["quotas"] if q["month"] == f"{day:%Y-%m}"]
            said = [q for q in here if kind == "org_unit" and q["owner"] == of] or [
                q for q in here if q["owner"] in people
            ]
            if said:
                any_said = True
                month = sum(minor(q["amount"]) for q in said)
                total += int((month * ((end - day).days + 1)) / length + 0.5)
            day = end + timedelta(days=1)
        return total if any_said else None

    # figures

    def value(self, metric: str, s: dict[str, int]) -> Any:
        quota, won = s.get("quota"), s.get("won", 0)
        gap = None if quota is None else max(0, quota - won)
        closed = s.get("won_count", 0) + s.get("lost_count", 0)
        figures: dict[str, Callable[[], Any]] = {
            "quota": lambda: quota, "won": lambda: won, "won_count": lambda: s.get("won_count", 0),
            "attainment": lambda: won / quota * 100 if quota else None, "gap": lambda: gap,
            "pipeline": lambda: s.get("pipeline", 0), "weighted_pipeline": lambda: s.get("weighted", 0),
            "coverage": lambda: s.get("pipeline", 0) / gap if gap else None,
            "forecast": lambda: won + s.get("weighted", 0),
            "payments": lambda: s.get("amount", 0), "receivable": lambda: s.get("amount", 0),
            "win_rate": lambda: s.get("won_count", 0) / closed * 100 if closed else None,
            "conversion": lambda: s["further"] / s["entered"] * 100 if s.get("entered") else None,
            "cycle_days": lambda: s["days"] / s["won_count"] if s.get("won_count") else None,
            "average_deal": lambda: int(won / s["won_count"] + 0.5) if s.get("won_count") else None,
        }  # fmt: skip
        return figures.get(metric, lambda: s.get("count", 0))()

    def parts(self, metric: str, s: dict[str, int]) -> dict[str, int]:
        names = PARTS.get(metric, ())
        known = dict(s)
        if "quota" in s:
            known["gap"] = max(0, s["quota"] - s.get("won", 0))
        return {
            "count" if metric == "won" else name: known.get(name, 0)
            for name in names if name in known or name not in ("quota", "gap")
        }  # fmt: skip

    def usual(self, q: Any) -> tuple[date, date] | None:
        day = date.fromisoformat(self.today)
        if q.metric in USUALLY_NONE:
            return None
        first = day.replace(day=1)
        months = 1
        if q.metric not in USUALLY_MONTH:
            start, months = self.c["company"]["fiscal_year_start_month"], 3
            while (first.month - start) % 3:
                first = (first - timedelta(days=1)).replace(day=1)
        last = first
        for _ in range(months):
            last = (last.replace(day=28) + timedelta(days=4)).replace(day=1)
        return first, last - timedelta(days=1)

    def figure(self, q: Any) -> tuple[Any, dict[str, int], Rows, int]:
        """Value, parts, rows, and how many rows there were before the limit. It has a period where one is due."""
        self.allow(q.scope.kind.value, q.scope.id)
        if q.metric == "lost_reasons":
            return self._reasons(q)
        if q.metric == "todo" and q.group_by is None:
            return self._todo(q)
        by = q.group_by.value if q.group_by else "stage" if q.metric == "conversion" else None
        facts = list(self.facts(q))
        whole = _added(sums for sums, _ in facts)
        quota = q.metric in ("quota", "attainment", "gap", "coverage")
        if quota:
            whole = self._quoted(whole, self.quota(q.scope.kind.value, q.scope.id, q.period.first, q.period.last))
        value, parts = self.value(q.metric, whole), self.parts(q.metric, whole)
        if by is None:
            return value, parts, [], 0
        split: dict[str, list[dict[str, int]]] = {}
        for sums, at in facts:
            for key in self._keys(q, by, at):
                split.setdefault(key, []).append(sums)
        rows = {key: _added(said) for key, said in split.items()}
        if quota:
            for key, amount in self._quotas(q, by).items():
                rows[key] = self._quoted(rows.get(key, {}), amount)
        return value, parts, *self._ordered(q, by, rows)

    def _quoted(self, sums: dict[str, int], quota: int | None) -> dict[str, int]:
        return sums if quota is None else dict(sums, quota=quota)

    def top(self, q: Any) -> str | None:
        kind = q.scope.kind.value
        return q.scope.id if kind == "org_unit" else None if kind == "user" else self.home

    def children(self, unit: str | None) -> list[str]:
        return [u["id"] for u in self.c["org_units"] if unit is not None and u["parent"] == unit]

    def _keys(self, q: Any, by: str, at: Record) -> list[str]:
        if by == "org_unit":
            top, unit = self.top(q), self.by["users"][at["person"]]["org_unit"]
            found = [child for child in self.children(top) if unit in self.below(child)]
            return found or ([unit] if unit == top else [])
        if by in ("product", "competitor"):
            deal = at["deal"]
            return self.by["opportunities"][deal][by + "s"] if deal and self.sees_deal(deal) else []
        if by in ("month", "week"):
            return [_span_key(by, date.fromisoformat(at["day"]))] if at["day"] else []
        key = at[{"user": "person"}.get(by, by)]
        return [key] if key is not None else []

    def _quotas(self, q: Any, by: str) -> dict[str, int | None]:
        first, last = q.period.first, q.period.last
        if by == "user":
            return {u: self.quota("user", u, first, last) for u in self.people(q.scope.kind.value, q.scope.id)}
        if by == "month":
            spans = self._spans(q, by)
            return {k: self.quota(q.scope.kind.value, q.scope.id, *span) for k, span in spans.items()}
        top = self.top(q)
        if top is None:
            return {}
        own = {u["id"] for u in self.c["users"] if u["org_unit"] == top}
        found = {child: self.quota("org_unit", child, first, last) for child in self.children(top)}
        return found | {top: self.quota("people", "", first, last, own)}

    def _spans(self, q: Any, by: str) -> dict[str, tuple[date, date]]:
        """Every month or week of the period that has begun (or all that are looked ahead to), clipped to the period."""
        found: dict[str, tuple[date, date]] = {}
        day = q.period.first
        while day <= q.period.last:
            if q.metric in AHEAD or day <= date.fromisoformat(self.today):
                key = _span_key(by, day)
                found[key] = (found.get(key, (day, day))[0], day)
            day += timedelta(days=1)
        return {k: (a, self._end(by, b, q.period.last)) for k, (a, b) in found.items()}

    def _end(self, by: str, day: date, last: date) -> date:
        while day < last and _span_key(by, day + timedelta(days=1)) == _span_key(by, day):
            day += timedelta(days=1)
        return day

    def _ordered(self, q: Any, by: str, sums: dict[str, dict[str, int]]) -> tuple[Rows, int]:
        def row(key: str) -> tuple[str, Any, dict[str, int]]:
            s = sums.get(key, {})
            return key, self.value(q.metric, s), self.parts(q.metric, s)

        some = [key for key in sums if row(key)[1] is not None and (q.metric in LIKE_RATES or row(key)[1])]
        truly = [key for key in some if row(key)[1]]
        people_asked = q.scope.kind.value not in ("account", "opportunity")
        if by in ("month", "week"):
            keys = list(self._spans(q, by)) if q.period else sorted(sums)
        elif by == "stage":
            keys = [stage for stage in OPEN if q.filter.stage in (None, stage)]
        elif by == "org_unit":
            top = self.top(q)
            own = [k for k in truly if k == top]
            keys = self.children(top) + own if people_asked else [k for k in some if k in [*self.children(top), top]]
        elif by == "user" and people_asked:
            people = self.people(q.scope.kind.value, q.scope.id) & self.seen
            reps = [u["id"] for u in self.c["users"] if u["role"] == "rep" and u["id"] in people]
            keys = reps + [k for k in truly if k not in reps]
        elif q.none_only:
            keys = [k for k in self._could(q, by) if k not in some]
        else:
            keys = some
        rows = [row(key) for key in keys]
        if q.none_only:
            rows = [one for one in rows if not one[1]]
        order = q.order.value if q.order else None if by in ("org_unit", "month", "week", "stage") else "desc"

        def place(one: tuple[str, Any, Any]) -> tuple[Any, ...]:
            key, value, _ = one
            tie = (self._name(by, key), key)
            if order is None:
                return tie
            return (value is None, (-value if order == "desc" else value) if value is not None else 0, *tie)

        rows.sort(key=place)
        return rows[: q.limit] if q.limit else rows, len(rows)

    def _could(self, q: Any, by: str) -> list[str]:
        if by == "type":
            return TYPES
        if q.scope.kind.value in ("account", "opportunity"):
            return []
        if by != "account":
            return list(self.by[by + "s"])
        people = self.people(q.scope.kind.value, q.scope.id)
        return [
            a["id"] for a in self.c["accounts"]
            if a["owner"] in people & self.seen and q.filter.tier in (None, a["tier"])
        ]  # fmt: skip

    def _name(self, by: str, key: str) -> Any:
        if by in ("stage", "type"):
            return (OPEN if by == "stage" else TYPES).index(key)
        if by in ("month", "week"):
            return key
        return self.by[by + "s"][key]["name"]

    def _reasons(self, q: Any) -> tuple[Any, dict[str, int], Rows, int]:
        first, last = q.period.first.isoformat(), min(q.period.last.isoformat(), self.today)
        lost = [o for o in self.deals(q) if o["stage"] == "lost" and first <= o["closed_on"] <= last]
        found = Counter(o["lost_reason"] or "" for o in lost)
        sign = 1 if q.order and q.order.value == "asc" else -1
        rows: Rows = [(reason, n, {}) for reason, n in sorted(found.items(), key=lambda r: (sign * r[1], r[0]))]
        return len(lost), {}, rows[: q.limit] if q.limit else rows, len(rows)

    def _todo(self, q: Any) -> tuple[Any, dict[str, int], Rows, int]:
        today = date.fromisoformat(self.today)
        down = q.order is not None and q.order.value == "asc"

        def place(f: Record) -> tuple[Any, ...]:
            day = date.fromisoformat(f["due"]).toordinal() if f["due"] else 0
            return (f["due"] is None, -day if down else day, f["id"])

        found = sorted(self.promises(q), key=place)
        rows: Rows = [(f["id"], (today - date.fromisoformat(f["due"])).days if f["due"] else None, {}) for f in found]
        return len(rows), {}, rows[: q.limit] if q.limit else rows, len(rows)


def _span_key(by: str, day: date) -> str:
    return f"{day:%Y-%m}" if by == "month" else (day - timedelta(days=day.weekday())).isoformat()


def _added(sums: Iterable[dict[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in sums:
        for name, value in one.items():
            found[name] = found.get(name, 0) + value
    return found
