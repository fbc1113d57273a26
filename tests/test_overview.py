"""The overview and the deals at risk, against a plain computation over the company file, on small random companies."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sales.diagnosis import FLOOR_CHANCES, PRODUCT_WINDOWS, STALLED_DAYS
from sales.errors import OutOfScope
from sales.metrics.problems import Overview, ProblemKind
from sales.metrics.query import Filter, GroupBy, MetricQuery, Order, Target, TargetKind
from sales.periods import Period, quarter_of
from sales.stages import Stage
from storage.book import scope_for
from storage.chances import stage_chances
from storage.importer import import_company
from storage.overview import overview
from storage.risks import at_risk, risky_deals

TODAY = date(2026, 8, 24)
AT = datetime(2026, 8, 20, 1, 0, tzinfo=UTC)
PERIODS = (quarter_of(TODAY), Period(date(2026, 8, 10), date(2026, 8, 30)), quarter_of(date(2026, 5, 1)))
OPEN = [stage.value for stage in Stage if stage.is_open]
IN_PERSON = ("visit", "meeting", "demo", "bid", "social")


def company(seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    day = lambda first, last: (TODAY + timedelta(days=rng.randint(first, last))).isoformat()  # noqa: E731
    units = [
        ("top", None),
        ("r0", "top"),
        ("r1", "top"),
        ("r0o0", "r0"),
        ("r0o1", "r0"),
        ("r1o0", "r1"),
        ("r1o1", "r1"),
    ]
    users = [("ops", "ops", "top"), *((f"m-{unit}", "manager", unit) for unit, _ in units if unit != "r1o1")]
    users += [(f"u{n}", "rep", rng.choice([unit for unit, _ in units[1:]])) for n in range(8)]
    reps = [user for user, role, _ in users if role == "rep"]
    accounts = [(f"a{n}", rng.choice(reps)) for n in range(14)]
    file: dict[str, Any] = {
        "company": {"name": "Rowanfield", "currency": "CNY", "timezone": "Asia/Shanghai", "locale": "zh-CN",
                    "fiscal_year_start_month": 1},
        "org_units": [{"id": u, "name": u, "aliases": [], "parent": parent} for u, parent in units],
        "users": [{"id": u, "name": u, "aliases": [], "role": r, "org_unit": o, "title": ""} for u, r, o in users],
        "products": [{"id": p, "name": p, "aliases": []} for p in ("p0", "p1")],
        "competitors": [{"id": "k0", "name": "k0", "aliases": []}],
        "accounts": [{"id": a, "name": a, "aliases": [], "industry": "", "city": "", "tier": rng.choice("AB"),
                      "owner": owner} for a, owner in accounts],
        "contacts": [{"id": f"{a}c{n}", "account": a, "name": f"{a}c{n}", "title": "", "aliases": []}
                     for a, _ in accounts for n in range(2)],
        "opportunities": [], "stage_changes": [], "activities": [], "follow_ups": [], "payments": [], "quotas": [],
    }  # fmt: skip
    for n in range(rng.randint(60, 110)):
        account, owner = rng.choice(accounts)
        stage = rng.choice([*OPEN, "won", "won", "lost"])
        made = day(*rng.choice(((-500, -20), (-500, -300), (-25, 0))))
        closed = day(*rng.choice(((-420, -120), (-420, -60), (-9, 0)))) if stage in ("won", "lost") else None
        closed = max(made, closed) if closed else None
        file["opportunities"].append(
            {"id": f"o{n}", "account": account, "name": f"o{n}", "owner": rng.choice((owner, rng.choice(reps))),
             "stage": stage, "amount": rng.choice((None, 10, 20, 55.37, 90, 400)),
             "close_date": rng.choice((None, day(-40, 90), day(-10, 40))),
             "products": rng.sample(("p0", "p1"), rng.randint(0, 2)),
             "competitors": rng.sample(("k0",), rng.randint(0, 1)),
             "created_on": made, "closed_on": closed, "lost_reason": "price" if stage == "lost" else None}
        )  # fmt: skip
        if closed and days_since(closed) < 90 and rng.random() < 0.8:
            file["opportunities"][-1]["products"] = ["p0"]  # the other one falls
        walked = rng.sample(OPEN, rng.randint(0, 3))
        for one in walked:
            file["stage_changes"].append({"opportunity": f"o{n}", "stage": one, "on": max(made, day(-60, 0))})
    for n in range(60):
        account, owner = rng.choice(accounts)
        deals = [o["id"] for o in file["opportunities"] if o["account"] == account]
        deal = rng.choice(deals) if deals and rng.random() < 0.6 else None
        met = rng.sample([f"{account}c0", f"{account}c1"], rng.choice((0, 0, 0, 0, 1, 2)))
        file["activities"].append(
            {"id": f"v{n}", "user": rng.choice((owner, rng.choice(reps))), "account": account, "opportunity": deal,
             "type": rng.choice((*IN_PERSON, "call", "message", "other")), "date": day(-90, 0), "contacts": met,
             "summary": ""}
        )  # fmt: skip
    for n in range(20):
        file["follow_ups"].append(
            {"id": f"f{n}", "user": rng.choice(reps), "account": None, "opportunity": None,
             "due": rng.choice((None, day(-30, 10))), "text": "call", "done_on": rng.choice((None, None, day(-20, 0)))}
        )  # fmt: skip
    months = [f"2026-{month:02}" for month in range(3, 10)]
    for owner in [*reps, rng.choice([unit for unit, _ in units])]:
        file["quotas"] += [
            {"owner": owner, "month": m, "amount": rng.randint(20, 90)} for m in months if rng.random() < 0.9
        ]
    return file


class Plain:
    """The same figures, record by record."""

    def __init__(self, file: dict[str, Any], pushes: dict[str, int], chances: dict[Stage, float]) -> None:
        self.file = file
        self.pushes = pushes
        self.chances = chances
        self.parent = {u["id"]: u["parent"] for u in file["org_units"]}
        self.unit = {u["id"]: u["org_unit"] for u in file["users"]}
        self.deals = file["opportunities"]
        amounts = sorted(cents(o) for o in self.deals if o["closed_on"] is None and o["amount"] is not None)
        self.large = 2 * amounts[(len(amounts) - 1) // 2] if amounts else None

    def people(self, unit: str) -> set[str]:
        found = set()
        for person, home in self.unit.items():
            at: str | None = home
            while at is not None and at != unit:
                at = self.parent[at]
            if at == unit:
                found.add(person)
        return found

    def flags(self, o: dict[str, Any]) -> set[str]:
        done = [
            a for a in self.file["activities"]
            if a["opportunity"] == o["id"] or (a["opportunity"] is None and a["account"] == o["account"])
        ]  # fmt: skip
        touched = [s["on"] for s in self.file["stage_changes"] if s["opportunity"] == o["id"]]
        idle = days_since(max([o["created_on"], *touched, *(a["date"] for a in done)]))
        met = [a["date"] for a in done if a["type"] in IN_PERSON]
        known = {c for a in self.file["activities"] if a["account"] == o["account"] for c in a["contacts"]}
        large = self.large is not None and o["amount"] is not None and cents(o) >= self.large
        found = {
            "past_close": o["close_date"] is not None and days_since(o["close_date"]) > 0,
            "pushed": self.pushes.get(o["id"], 0) >= 2,
            "stalled": idle > STALLED_DAYS[Stage(o["stage"])],
            "no_visit": large and (not met or days_since(max(met)) > 30),
            "single_threaded": large and len(known) < 2,
        }
        return {name for name, is_so in found.items() if is_so}

    def open(self, people: set[str]) -> list[dict[str, Any]]:
        return [o for o in self.deals if o["closed_on"] is None and o["owner"] in people]

    def risky(self, people: set[str]) -> list[dict[str, Any]]:
        return [o for o in self.open(people) if self.flags(o)]

    def won(self, people: set[str], first: date, last: date, stage: str = "won") -> list[dict[str, Any]]:
        return [
            o for o in self.deals
            if o["stage"] == stage and o["owner"] in people and first.isoformat() <= o["closed_on"] <= last.isoformat()
        ]  # fmt: skip

    def quota(self, unit: str, period: Period) -> int | None:
        found = None
        for first in period.months:
            after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
            inside = (min(after - timedelta(days=1), period.last) - max(first, period.first)).days + 1
            of_month = [q for q in self.file["quotas"] if q["month"] == f"{first:%Y-%m}"]
            stated = [q["amount"] for q in of_month if q["owner"] == unit]
            theirs = stated or [q["amount"] for q in of_month if q["owner"] in self.people(unit)]
            if theirs:
                found = (found or 0) + int(100 * sum(theirs) * inside / (after - first).days + 0.5)
        return found

    def worth(self, o: dict[str, Any]) -> int:
        permille = round(1000 * self.chances[Stage(o["stage"])])
        return cents(o) // 1000 * permille + cents(o) % 1000 * permille // 1000


def cents(o: dict[str, Any]) -> int:
    return round(100 * (o["amount"] or 0))


def total(deals: list[dict[str, Any]]) -> int:
    return sum(map(cents, deals))


def days_since(day: str) -> int:
    return (TODAY - date.fromisoformat(day)).days


def within(day: str | None, period: Period) -> bool:
    return day is not None and date.fromisoformat(day) in period


def imported(database: Any, seed: int) -> tuple[dict[str, Any], dict[str, int]]:
    """A company after two imports that put off some close dates."""
    file = company(seed)
    pushes: dict[str, int] = {}
    rng = random.Random(seed)
    for turn in range(3):
        with database.begin() as tx:
            import_company(tx, file, at=AT + timedelta(hours=turn))
        if turn == 2:
            break
        for o in file["opportunities"]:
            if o["closed_on"] is None and o["close_date"] and rng.random() < 0.4:
                by = rng.choice((-3, 5, 9))
                o["close_date"] = (date.fromisoformat(o["close_date"]) + timedelta(days=by)).isoformat()
                pushes[o["id"]] = pushes.get(o["id"], 0) + (by > 0)
    return file, pushes


def check_overview(found: Overview, plain: Plain, unit: str, period: Period) -> None:
    people = plain.people(unit)
    quota, won = plain.quota(unit, period), plain.won(people, period.first, min(period.last, TODAY))
    closing = [o for o in plain.open(people) if within(o["close_date"], period)]
    slipping = [o for o in closing if plain.flags(o)]
    gap = None if quota is None else max(0, quota - total(won))
    assert (found.quota, found.won, found.won_count, found.gap) == (quota, total(won), len(won), gap)
    assert found.pipeline == total(closing)
    assert found.forecast == total(won) + sum(map(plain.worth, closing))
    assert found.coverage == (total(closing) / gap if gap else None)
    assert (found.slipping_count, found.slipping_amount) == (len(slipping), total(slipping))
    largest = sorted(slipping, key=lambda o: (-cents(o), o["amount"] is None, o["id"]))
    assert [line.id for line in found.slipping] == [o["id"] for o in largest[:5]]
    assert all(set(line.flags) == plain.flags(o) for line, o in zip(found.slipping, largest, strict=False))
    late = [
        f
        for f in plain.file["follow_ups"]
        if f["user"] in people and not f["done_on"] and f["due"] and days_since(f["due"]) > 0
    ]
    assert found.overdue == len(late)
    week = Period(TODAY - timedelta(days=6), TODAY)
    created = [o for o in plain.deals if o["owner"] in people and within(o["created_on"], week)]
    pushed = [o for o in plain.open(people) if plain.pushes.get(o["id"])]
    for name, deals in (
        ("won", plain.won(people, week.first, week.last)), ("lost", plain.won(people, week.first, week.last, "lost")),
        ("created", created), ("pushed", pushed),
    ):  # fmt: skip
        assert (found.week[name].count, found.week[name].amount) == (len(deals), total(deals)), name
    children = [u for u, parent in plain.parent.items() if parent == unit]
    if children:
        quotas = {child: plain.quota(child, period) for child in children}
        parts = {part.target.id: (part.quota, part.won) for part in found.parts}
        assert parts == {
            child: (quota, total(plain.won(plain.people(child), period.first, min(period.last, TODAY))))
            for child, quota in quotas.items()
            if quota is not None
        }
    attained = [part.attainment for part in found.parts]
    assert attained == sorted(attained, key=lambda one: (one is None, one))
    check_problems(found, plain, unit, people)


def check_problems(found: Overview, plain: Plain, unit: str, people: set[str]) -> None:
    weights = [problem.weight for problem in found.problems]
    assert weights == sorted(weights, reverse=True)
    whose = (lambda o: plain.unit[o["owner"]]) if unit == "top" else (lambda o: o["owner"])
    groups: dict[str, list[dict[str, Any]]] = {}
    for o in plain.risky(people):
        groups.setdefault(whose(o), []).append(o)
    risky = {p.subject.id: p for p in found.problems if p.kind is ProblemKind.DEALS}
    assert len(risky) == min(5, len(groups))
    for key, problem in risky.items():
        assert (problem.numbers["count"], problem.numbers["amount"]) == (len(groups[key]), total(groups[key]))
        assert problem.weight == sum(map(plain.worth, groups[key]))
        of_flag = {flag: [o for o in groups[key] if flag in plain.flags(o)] for flag in ("past_close", "stalled")}
        assert all(problem.numbers.get(flag, 0) == len(deals) for flag, deals in of_flag.items())
        assert problem.owner == (manager(plain, key) if unit == "top" else key)
    falls = {p.subject.id for p in found.problems if p.kind is ProblemKind.PRODUCT_FALLS}
    for product in ("p0", "p1"):
        sold = [o for o in plain.won(people, TODAY - timedelta(days=449), TODAY) if product in o["products"]]
        last = [o for o in sold if days_since(o["closed_on"]) < 90]
        mean = (total(sold) - total(last)) / PRODUCT_WINDOWS
        assert (product in falls) == (len(sold) - len(last) >= 4 and total(last) < 0.6 * mean)


def manager(plain: Plain, unit: str | None) -> str | None:
    while unit is not None and f"m-{unit}" not in plain.unit:
        unit = plain.parent[unit]
    return None if unit is None else f"m-{unit}"


@pytest.mark.parametrize("seed", range(4))
def test_the_overview_is_what_the_records_say(database: Any, seed: int) -> None:
    file, pushes = imported(database, seed)
    with database.read() as tx:
        plain = Plain(file, pushes, dict(stage_chances(tx)))
        for unit in plain.parent:
            _, scope = scope_for(tx, "ops" if f"m-{unit}" not in plain.unit else f"m-{unit}")
            for period in PERIODS:
                check_overview(
                    overview(tx, scope, Target(TargetKind.ORG_UNIT, unit), period, TODAY), plain, unit, period
                )


@pytest.mark.parametrize("seed", range(10, 13))
def test_deals_at_risk_are_those_of_the_records(database: Any, seed: int) -> None:
    file, pushes = imported(database, seed)
    with database.read() as tx:
        plain = Plain(file, pushes, dict(FLOOR_CHANCES))
        _, ops = scope_for(tx, "ops")
        top = MetricQuery("at_risk", Target(TargetKind.ORG_UNIT, "top"))
        wanted = sorted(plain.risky(plain.people("top")), key=lambda o: (-cents(o), o["id"]))
        found = at_risk(tx, ops, top, TODAY)
        assert [(row.key, set(row.parts)) for row in found.rows] == [(o["id"], plain.flags(o)) for o in wanted]
        assert (found.value, found.parts["amount"], found.row_count) == (len(wanted), total(wanted), len(wanted))
        lines = risky_deals(tx, ops, top, TODAY, 4)
        assert [(line.id, set(line.flags)) for line in lines] == [(o["id"], plain.flags(o)) for o in wanted[:4]]

        def counted(**more: Any) -> list[tuple[str, Any]]:
            answer = at_risk(tx, ops, MetricQuery("at_risk", top.scope, **more), TODAY)
            return [(row.key, row.value) for row in answer.rows]

        of_region = {r: len(plain.risky(plain.people(r))) for r in ("r0", "r1")}
        own = len([o for o in wanted if plain.unit[o["owner"]] == "top"])
        expected = {k: n for k, n in {**of_region, "top": own}.items() if n}
        assert dict(counted(group_by=GroupBy.ORG_UNIT)) == expected
        of_person = {u: len(plain.risky({u})) for u in plain.unit}
        assert dict(counted(group_by=GroupBy.USER)) == {u: n for u, n in of_person.items() if n}
        smallest = sorted(wanted, key=lambda o: (cents(o), o["id"]))
        assert [key for key, _ in counted(order=Order.ASC, limit=3)] == [o["id"] for o in smallest[:3]]
        tier = {a["id"]: a["tier"] for a in file["accounts"]}
        for only, is_in in (
            (Filter(stage=Stage.LEAD), lambda o: o["stage"] == "lead"),
            (Filter(tier="A"), lambda o: tier[o["account"]] == "A"),
            (Filter(product="p0"), lambda o: "p0" in o["products"]),
            (Filter(competitor="k0"), lambda o: "k0" in o["competitors"]),
        ):
            assert [key for key, _ in counted(filter=only)] == [o["id"] for o in wanted if is_in(o)]
        soon = Period(TODAY, TODAY + timedelta(days=30))
        assert [key for key, _ in counted(period=soon)] == [o["id"] for o in wanted if within(o["close_date"], soon)]


def test_nobody_sees_beyond_their_scope(database: Any) -> None:
    file, pushes = imported(database, 20)
    with database.read() as tx:
        plain = Plain(file, pushes, dict(stage_chances(tx)))
        _, lead = scope_for(tx, "m-r0")
        theirs = plain.people("r0")
        for target in (
            Target(TargetKind.ORG_UNIT, "top"),
            Target(TargetKind.ORG_UNIT, "r1"),
            Target(TargetKind.USER, "ops"),
        ):
            with pytest.raises(OutOfScope):
                overview(tx, lead, target, PERIODS[0], TODAY)
            with pytest.raises(OutOfScope):
                at_risk(tx, lead, MetricQuery("at_risk", target), TODAY)
        for person, scope in (("m-r0", lead), ("u1", scope_for(tx, "u1")[1])):
            seen = theirs if person == "m-r0" else {"u1"}
            product = Target(TargetKind.PRODUCT, "p0")
            found = overview(tx, scope, product, PERIODS[0], TODAY)
            won = [o for o in plain.won(seen, PERIODS[0].first, TODAY) if "p0" in o["products"]]
            assert (found.won, found.won_count, found.quota) == (total(won), len(won), None)
            risky = [o for o in plain.risky(seen) if "p0" in o["products"]]
            listed = at_risk(tx, scope, MetricQuery("at_risk", product), TODAY)
            assert {row.key for row in listed.rows} == {o["id"] for o in risky}
            for problem in found.problems:
                assert {line.owner for line in problem.deals} <= seen
                assert problem.kind is ProblemKind.PRODUCT_FALLS or problem.subject.id in seen


def test_a_person_is_compared_with_the_team_where_the_asker_sees_it(database: Any) -> None:
    """One who misses: the manager is told why, the rep only that it is so."""
    file = company(30)
    for user in file["users"]:
        if user["role"] == "rep":
            user["org_unit"] = "r0o0"
    reps = [user["id"] for user in file["users"] if user["role"] == "rep"]
    file["quotas"] = [{"owner": rep, "month": f"2026-{m:02}", "amount": 100} for rep in reps for m in range(5, 10)]
    file["opportunities"] = [
        {"id": f"{rep}-{m}-{n}", "account": "a0", "name": "x", "owner": rep, "stage": stage, "amount": 120,
         "close_date": None, "products": [], "competitors": [], "created_on": "2026-01-01",
         "closed_on": None if stage == "lead" else f"2026-{m:02}-10", "lost_reason": None}
        for rep in reps for m in range(5, 9) for n, stage in enumerate(("won", *(("lead",) if rep != "u0" else ())))
        if rep != "u0" or m == 5
    ]  # fmt: skip
    file["stage_changes"], file["activities"], file["follow_ups"] = [], [], []
    with database.begin() as tx:
        import_company(tx, file, at=AT)
        for asker, cause in (("m-r0o0", "pipeline"), ("u0", "unclear")):
            _, scope = scope_for(tx, asker)
            found = overview(tx, scope, Target(TargetKind.USER, "u0"), PERIODS[0], TODAY)
            (problem,) = [p for p in found.problems if p.kind is ProblemKind.MISSES]
            assert (problem.subject.id, problem.owner, problem.cause) == ("u0", "u0", cause)
            assert ("peers" in problem.numbers) == (asker != "u0")
