"""Small invented companies, healthy but for one planted fault: what the drill has to find again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sales.metrics.problems import Cause, Flag, ProblemKind
from sales.periods import months_on

TODAY = date(2026, 8, 24)
REGIONS, OFFICES, REPS = 3, 4, 2
STAGES = ("lead", "qualified", "solution", "proposal", "negotiation")
AGES = {"lead": 20, "qualified": 14, "solution": 10, "proposal": 6, "negotiation": 4}
"""Days since the last visit that no stage minds."""


@dataclass(frozen=True)
class Planted:
    """What is wrong, with whom or what, and whose it is. `seen_from`: the unit whose overview must name it."""

    kind: ProblemKind
    subject: str
    owner: str
    seen_from: str
    cause: Cause | None = None
    flag: Flag | None = None


class Company:
    """A company file in the making."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.file: dict[str, Any] = {
            "company": {"name": "Tidewell", "currency": "CNY", "timezone": "Asia/Shanghai", "locale": "zh-CN",
                        "fiscal_year_start_month": 1},
            "org_units": [{"id": "top", "name": "Top", "aliases": [], "parent": None}],
            "users": [_user("ops", "ops", "top"), _user("m-top", "manager", "top")],
            "products": [{"id": f"p-{n}", "name": f"Product {n}", "aliases": []} for n in range(4)],
            "competitors": [], "accounts": [], "contacts": [], "opportunities": [], "stage_changes": [],
            "activities": [], "follow_ups": [], "payments": [], "quotas": [],
        }  # fmt: skip
        for r in range(REGIONS):
            self._unit(f"r{r}", "top")
            for o in range(OFFICES):
                self._unit(f"r{r}o{o}", f"r{r}")
                for n in range(REPS):
                    self.file["users"].append(_user(f"r{r}o{o}u{n}", "rep", f"r{r}o{o}"))

    @property
    def reps(self) -> list[str]:
        return [user["id"] for user in self.file["users"] if user["role"] == "rep"]

    def _unit(self, unit: str, parent: str) -> None:
        self.file["org_units"].append({"id": unit, "name": unit, "aliases": [], "parent": parent})
        self.file["users"].append(_user(f"m-{unit}", "manager", unit))

    def add(self, section: str, **values: Any) -> str:
        made = f"{section}-{len(self.file[section])}"
        self.file[section].append({"id": made, **values})
        return made

    def account(self, owner: str) -> tuple[str, list[str]]:
        made = self.add("accounts", name=f"{owner} {len(self.file['accounts'])}", aliases=[], industry="", city="",
                        tier="B", owner=owner)  # fmt: skip
        return made, [self.add("contacts", account=made, name=f"{made} {n}", title="", aliases=[]) for n in range(2)]

    def deal(self, owner: str, stage: str, amount: int, made: date, close: date, product: str, account: str) -> str:
        closed = close if stage in ("won", "lost") else None
        deal = self.add(
            "opportunities", account=account, name=f"Deal {len(self.file['opportunities'])}", owner=owner, stage=stage,
            amount=amount, close_date=close.isoformat(), products=[product], competitors=[],
            created_on=made.isoformat(), closed_on=closed and closed.isoformat(),
            lost_reason="price" if stage == "lost" else None,
        )  # fmt: skip
        self.file["stage_changes"].append({"opportunity": deal, "stage": "lead", "on": made.isoformat()})
        if stage != "lead":
            self.file["stage_changes"].append({"opportunity": deal, "stage": stage, "on": (closed or made).isoformat()})
        return deal

    def met(self, owner: str, account: str, deal: str | None, on: date, contacts: list[str]) -> None:
        self.add("activities", user=owner, account=account, opportunity=deal, type="visit", date=on.isoformat(),
                 contacts=contacts, summary="")  # fmt: skip


def _user(user: str, role: str, unit: str) -> dict[str, Any]:
    return {"id": user, "name": user, "aliases": [], "role": role, "org_unit": unit, "title": ""}


def company(seed: int, fault: str) -> tuple[dict[str, Any], Planted]:
    """A company where all is about well, with one fault: an office's `pipeline`, `activity` or `conversion`, a
    `product`, or one rep's deals `past_close`, `stalled`, `pushed` (the caller does that) or promises `overdue`.
    """
    made = Company(seed)
    rng = made.rng
    region, office, rep = rng.randrange(REGIONS), rng.randrange(OFFICES), rng.randrange(REPS)
    weak = f"r{region}o{office}"
    bad = f"{weak}u{rep}"
    falling = f"p-{rng.randrange(4)}" if fault == "product" else None
    for one in made.reps:
        _year_of(made, one, fault if one.startswith(weak) and one[len(weak)] == "u" else "", falling)
        _open_deals(made, one, fault if one == bad else "", 1 if fault == "pipeline" and one.startswith(weak) else 5)
        _promises(made, one, 9 if fault == "overdue" and one == bad else rng.randrange(2))
    if fault in ("pipeline", "activity", "conversion"):
        seen_from = rng.choice(("top", f"r{region}"))
        return made.file, Planted(ProblemKind.MISSES, weak, f"m-{weak}", seen_from, cause=Cause(fault))
    if fault == "product":
        return made.file, Planted(ProblemKind.PRODUCT_FALLS, str(falling), "m-top", "top")
    seen_from = rng.choice((f"r{region}", weak))
    if fault == "overdue":
        return made.file, Planted(ProblemKind.OVERDUE, bad, bad, seen_from)
    return made.file, Planted(ProblemKind.DEALS, bad, bad, seen_from, flag=Flag(fault) if fault else None)


def _year_of(made: Company, one: str, fault: str, falling: str | None) -> None:
    """What a rep signed, lost and did month by month; quota a little below what a healthy one signs."""
    rng = made.rng
    account, contacts = made.account(one)
    wins = 1 if fault in ("pipeline", "activity", "conversion") else 3
    for back in range(16 if falling else 7):
        first = months_on(TODAY.replace(day=1), -back)
        last = min(27, TODAY.day) if back == 0 else 27
        month_wins = wins if back < 6 else 3
        for n in range(3):
            won = n < month_wins and (back > 0 or n < 2 or month_wins < 3)
            # Who lacks deals or visits signs little and loses little; who can't convert loses what others win
            if not won and fault in ("pipeline", "activity") and back < 6:
                continue
            product = f"p-{rng.randrange(4)}"
            if falling is not None and product == falling and (TODAY - first).days < 120 and rng.random() < 0.85:
                product = f"p-{(int(falling[2:]) + 1) % 4}"
            closed = first + timedelta(days=rng.randrange(last))
            amount = rng.randrange(90, 111) * 1000
            made.deal(one, "won" if won else "lost", amount, closed - timedelta(60), closed, product, account)
        made.deal(one, "lost", 100_000, first - timedelta(days=60), first, "p-0", account)
        made.file["quotas"].append({"owner": one, "month": f"{first:%Y-%m}", "amount": 270_000})
    for back in range(90):
        if rng.random() < (0.12 if fault == "activity" else 0.5):
            made.met(one, account, None, TODAY - timedelta(days=back), contacts[:1])


def _open_deals(made: Company, one: str, fault: str, count: int) -> None:
    rng = made.rng
    for n in range(count):
        stage = STAGES[n % len(STAGES)] if count > 1 else "proposal"
        close = TODAY + timedelta(days=rng.randrange(5, 60))
        touched = TODAY - timedelta(days=rng.randrange(AGES[stage]))
        # Nobody's deals are all in order
        if fault == "past_close" or rng.random() < 0.05:
            close = TODAY - timedelta(days=rng.randrange(3, 30))
        if fault == "stalled":
            touched = TODAY - timedelta(days=rng.randrange(60, 90))
        account, contacts = made.account(one)
        deal = made.deal(
            one,
            stage,
            rng.randrange(150, 220) * 1000,
            TODAY - timedelta(days=100),
            close,
            f"p-{rng.randrange(4)}",
            account,
        )
        made.file["stage_changes"][-1]["on"] = (TODAY - timedelta(days=95)).isoformat()
        made.met(one, account, deal, touched, contacts)


def _promises(made: Company, one: str, late: int) -> None:
    account = made.file["accounts"][-1]["id"]
    deal = made.file["opportunities"][-1]["id"]
    for n in range(late):
        due = TODAY - timedelta(days=3 + n)
        made.add("follow_ups", user=one, account=account, opportunity=deal, due=due.isoformat(), text="call",
                 done_on=None)  # fmt: skip
