"""Random companies and random questions about them, for the tests of figures."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sales.metrics.query import Filter, GroupBy, MetricQuery, Order, Target, TargetKind
from sales.metrics.registry import METRICS, WITHOUT_QUOTA, Metric
from sales.periods import Period, month_of, quarter_of, week_of, year_of
from sales.stages import ActivityType, PaymentStatus, Stage

STAGES = [stage.value for stage in Stage]
TYPES = [kind.value for kind in ActivityType]


def company_of(rng: random.Random) -> tuple[dict[str, Any], date]:
    """A company file, and a day to ask on. Days gather around the ends of months, quarters and weeks."""
    today = date(2026, rng.randint(1, 12), 1) + timedelta(days=rng.choice((-2, -1, 0, 0, 5, 14, 27)))
    return _Maker(rng, today).made(), today


class _Maker:
    def __init__(self, rng: random.Random, today: date) -> None:
        self.rng = rng
        self.today = today

    def day(self, back: int = 400, on: int = 120) -> str:
        if self.rng.random() < 0.4:
            edge = self.today.replace(day=1) + timedelta(days=self.rng.choice((-93, -31, -1, 0, 0, 31, 62)))
            return (edge.replace(day=1) + timedelta(days=self.rng.choice((-1, 0, 0, 1)))).isoformat()
        return (self.today + timedelta(days=self.rng.randint(-back, on) // self.rng.choice((1, 3, 9)))).isoformat()

    def some(self, ids: Sequence[str], most: int) -> list[str]:
        return self.rng.sample(ids, min(len(ids), self.rng.choice((0, *range(most + 1)))))

    def amount(self) -> float | int:
        return self.rng.choice((0, 100, 100, 5000, 12345.67, 90000, self.rng.randint(1, 10**6)))

    def made(self) -> dict[str, Any]:
        rng = self.rng
        units = self._units()
        users = self._users([unit["id"] for unit in units])
        people = [user["id"] for user in users]
        accounts = [
            {"id": f"a{n}", "name": rng.choice(("Alder", "Birch", "Cedar")) + str(n % 4), "aliases": [],
             "industry": "", "city": "", "tier": rng.choice("ABC"), "owner": rng.choice(people)}
            for n in range(rng.randint(2, 7))
        ]  # fmt: skip
        products = [{"id": f"p{n}", "name": f"Pump {n % 2}", "aliases": []} for n in range(3)]
        rivals = [{"id": f"k{n}", "name": f"Rival {n % 2}", "aliases": []} for n in range(2)]
        deals = [self._deal(n, accounts, people, products, rivals) for n in range(rng.randint(6, 22))]
        return {
            "company": {"name": "Tideworks", "currency": "CNY", "timezone": "Asia/Shanghai", "locale": "zh-CN",
                        "fiscal_year_start_month": rng.randint(1, 12)},
            "org_units": units, "users": users, "products": products, "competitors": rivals, "accounts": accounts,
            "contacts": [{"id": f"c{n}", "account": account["id"], "name": f"Contact {n}", "title": "", "aliases": []}
                         for n, account in enumerate(accounts)],
            "opportunities": deals,
            "stage_changes": [change for deal in deals for change in self._history(deal)],
            "activities": [self._activity(n, accounts, deals, people) for n in range(rng.randint(8, 30))],
            "follow_ups": [self._promise(n, accounts, deals, people) for n in range(rng.randint(5, 20))],
            "payments": [self._payment(n, accounts, deals) for n in range(rng.randint(5, 18))],
            "quotas": self._quotas(people, [unit["id"] for unit in units]),
        }  # fmt: skip

    def _units(self) -> list[dict[str, Any]]:
        units: list[dict[str, Any]] = [{"id": "o0", "name": "Head", "aliases": [], "parent": None}]
        levels = [["o0"]]
        for _ in range(self.rng.randint(0, 3)):
            level = []
            for parent in levels[-1]:
                for _ in range(self.rng.randint(1 if parent == levels[-1][0] else 0, 3)):
                    unit = f"o{len(units)}"
                    name = self.rng.choice(("North", "South", "Bay")) + str(len(units) % 3)
                    units.append({"id": unit, "name": name, "aliases": [], "parent": parent})
                    level.append(unit)
            levels.append(level)
            if len(units) > 9:
                break
        return units

    def _users(self, units: list[str]) -> list[dict[str, Any]]:
        roles = ["ops", "manager", "manager", "rep", *self.rng.choices(("rep", "rep", "manager"), k=7)]
        return [
            {"id": f"u{n}", "name": f"Person {n % 5}", "aliases": [], "role": role, "org_unit": self.rng.choice(units),
             "title": ""}
            for n, role in enumerate(roles)
        ]  # fmt: skip

    def _deal(self, n: int, accounts: Any, people: list[str], products: Any, rivals: Any) -> dict[str, Any]:
        rng = self.rng
        account = rng.choice(accounts)
        stage = rng.choice([*STAGES, "won", "won", "lost"])
        closed = stage in ("won", "lost")
        return {
            "id": f"d{n}", "account": account["id"], "name": f"Deal {n}",
            "owner": account["owner"] if rng.random() < 0.6 else rng.choice(people), "stage": stage,
            "amount": None if rng.random() < 0.1 else self.amount(),
            "close_date": None if rng.random() < 0.1 else self.day(100, 200),
            "products": self.some([one["id"] for one in products], 2),
            "competitors": self.some([one["id"] for one in rivals], 2),
            "created_on": None if rng.random() < 0.1 else self.day(600, 10),
            "closed_on": self.day() if closed else None,
            "lost_reason": rng.choice(("price", "delay", None)) if stage == "lost" else None,
        }  # fmt: skip

    def _history(self, deal: dict[str, Any]) -> list[dict[str, Any]]:
        days = sorted(self.day(300, 20) for _ in range(self.rng.randint(0, 5)))
        return [{"opportunity": deal["id"], "stage": self.rng.choice(STAGES), "on": day} for day in days]

    def _at(self, accounts: Any, deals: Any) -> tuple[str, str | None]:
        """A customer, and perhaps a deal there."""
        if self.rng.random() < 0.6:
            deal = self.rng.choice(deals)
            return deal["account"], deal["id"]
        return self.rng.choice(accounts)["id"], None

    def _activity(self, n: int, accounts: Any, deals: Any, people: list[str]) -> dict[str, Any]:
        account, deal = self._at(accounts, deals)
        return {"id": f"v{n}", "user": self.rng.choice(people), "account": account, "opportunity": deal,
                "type": self.rng.choice(TYPES), "date": self.day(200, 5),
                "contacts": [f"c{account[1:]}"] if self.rng.random() < 0.3 else [], "summary": f"note {n}"}  # fmt: skip

    def _promise(self, n: int, accounts: Any, deals: Any, people: list[str]) -> dict[str, Any]:
        account, deal = self._at(accounts, deals) if self.rng.random() < 0.8 else (None, None)
        return {"id": f"f{n}", "user": self.rng.choice(people), "account": account, "opportunity": deal,
                "due": None if self.rng.random() < 0.2 else self.day(60, 60), "text": f"promise {n}",
                "done_on": self.day(60, 0) if self.rng.random() < 0.3 else None}  # fmt: skip

    def _payment(self, n: int, accounts: Any, deals: Any) -> dict[str, Any]:
        account, deal = self._at(accounts, deals)
        status = self.rng.choice([one.value for one in PaymentStatus])
        undated = status == "expected" and self.rng.random() < 0.2
        return {"id": f"m{n}", "opportunity": deal, "account": account, "amount": self.amount(),
                "date": None if undated else self.day(200, 90), "status": status}  # fmt: skip

    def _quotas(self, people: list[str], units: list[str]) -> list[dict[str, Any]]:
        found = []
        for owner in (*people, *units):
            often = self.rng.choice((0, 0.5, 1)) * (1 if owner in people else 0.4)
            for back in range(-13, 6):
                month = self.today.year * 12 + self.today.month - 1 + back
                if self.rng.random() < often:
                    found.append(
                        {"owner": owner, "month": f"{month // 12}-{month % 12 + 1:02}", "amount": self.amount()}
                    )
        return found


def targets_of(company: dict[str, Any], *, strangers: bool = True) -> list[Target]:
    """Everything that can be asked about, and some that do not exist."""
    kinds = {
        TargetKind.ORG_UNIT: "org_units", TargetKind.USER: "users", TargetKind.ACCOUNT: "accounts",
        TargetKind.OPPORTUNITY: "opportunities", TargetKind.PRODUCT: "products", TargetKind.COMPETITOR: "competitors",
    }  # fmt: skip
    found = [Target(kind, row["id"]) for kind, section in kinds.items() for row in company[section]]
    return found + [Target(kind, "nobody") for kind in kinds] * strangers


def period_of(rng: random.Random, today: date, start: int) -> Period:
    """A period as people say it, or any two days."""
    day = today + timedelta(days=rng.choice((0, 0, 0, -7, -31, -92, -365, 31, 92)))
    made = rng.choice((month_of, week_of, lambda d: quarter_of(d, start), lambda d: year_of(d, start), _any_days))
    return made(day)


def _any_days(day: date) -> Period:
    return Period(day - timedelta(days=day.day + 3), day + timedelta(days=day.day % 11))


def question_of(
    rng: random.Random, company: dict[str, Any], today: date, metric: Metric, *, target: Target | None = None,
    by: GroupBy | None = None,
) -> MetricQuery:  # fmt: skip
    """A question that goes together, of this metric, with whatever else."""
    start = company["company"]["fiscal_year_start_month"]
    targets = [one for one in targets_of(company) if not (metric.whole and one.kind in WITHOUT_QUOTA)]
    filters = {
        "stage": rng.choice(list(Stage)), "type": rng.choice(list(ActivityType)), "tier": rng.choice("ABC"),
        "product": rng.choice(company["products"])["id"], "competitor": rng.choice(company["competitors"])["id"],
    }  # fmt: skip
    said = {name: filters[name] for name in sorted(metric.filters) if rng.random() < 0.3}
    versus: Period | Target | None = None
    if rng.random() < 0.2:
        versus = rng.choice((period_of(rng, today, start), rng.choice(targets)))
    return MetricQuery(
        metric.name,
        target or rng.choice(targets),
        period_of(rng, today, start) if rng.random() < 0.7 else None,
        by or (rng.choice(sorted(metric.by)) if metric.by and rng.random() < 0.7 else None),
        rng.choice((None, None, Order.ASC, Order.DESC)),
        rng.choice((None, None, 1, 3)),
        Filter(**said),
        versus,
        rng.random() < 0.15,
    )


ASKED = [metric for metric in METRICS.values() if metric.name != "overview"]
"""What storage.metrics answers."""
