"""What belongs to people out of a scope, and how it is changed behind the asker's back."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from storage import facts
from storage import tables as t
from tests.metrics_oracle import OPEN, Oracle

Record = dict[str, Any]


class Strangers:
    """The records of a company that one of its people may not see (by the rule of storage.scoping)."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.company = oracle.c
        c = oracle.c
        self.people = [u["id"] for u in c["users"] if u["id"] not in oracle.seen]
        self.units = [u["id"] for u in c["org_units"] if u["id"] not in oracle.units]
        self.deals = [o for o in c["opportunities"] if not oracle.sees_deal(o["id"])]
        self.activities = [a for a in c["activities"] if not self._sees(a["user"], a["account"])]
        self.promises = [f for f in c["follow_ups"] if not self._sees(f["user"], f["account"])]
        self.payments = [p for p in c["payments"] if not self._sees(oracle.payer(p), p["account"])]
        shown = [o for o in c["opportunities"] if oracle.sees_deal(o["id"])]
        shown += [r for r in (*c["activities"], *c["follow_ups"]) if self._sees(r["user"], r["account"])]
        met = {record["account"] for record in shown}
        self.accounts = [a["id"] for a in c["accounts"] if not oracle.owns(a["id"])]
        self.unknown = [a for a in self.accounts if a not in met]
        self.own_deals = {o["id"] for o in c["opportunities"] if oracle.sees_deal(o["id"])}

    def _sees(self, person: str, account: str | None) -> bool:
        return person in self.oracle.seen or self.oracle.owns(account)

    def ids(self, section: str) -> set[str]:
        """Ids that no answer may hold: people and customers only where nothing of theirs is seen."""
        oracle = self.oracle
        if section == "users":
            seen = {o["owner"] for o in self.company["opportunities"] if oracle.sees_deal(o["id"])}
            seen |= {oracle.payer(p) for p in self.company["payments"] if p not in self.payments}
            for kind, hidden in (("activities", self.activities), ("follow_ups", self.promises)):
                seen |= {record["user"] for record in self.company[kind] if record not in hidden}
            return set(self.people) - seen
        return {
            "org_units": set(self.units), "accounts": set(self.unknown), "opportunities": _ids(self.deals),
            "activities": _ids(self.activities), "follow_ups": _ids(self.promises), "payments": _ids(self.payments),
        }[section]  # fmt: skip

    def stir(self, tx: sa.Connection, rng: random.Random, today: date, *, calm: bool) -> int:
        """Changes, removes and adds records of strangers. `calm`: not what a company-wide measure is taken of.

        That is the amount from which an open deal is large, and when anybody last touched a deal.
        """
        self.tx, self.rng, self.today = tx, rng, today
        done = self._stir_deals(calm)
        done += self._stir_rest([a for a in self.activities if not calm or a["opportunity"] not in self.own_deals])
        if self.unknown:
            self._set(t.accounts, rng.choice(self.unknown), tier=rng.choice("ABC"), name="Zelkova")
        facts.rebuild(tx)
        return done

    def _day(self) -> date:
        return self.today + timedelta(days=self.rng.randint(-60, 30))

    def _set(self, table: sa.Table, record_id: str, **values: Any) -> None:
        self.tx.execute(sa.update(table).where(table.c.id == record_id).values(**values))

    def _add(self, table: sa.Table, **values: Any) -> None:
        self.tx.execute(sa.insert(table).values(origin="later", **values))

    def _stir_deals(self, calm: bool) -> int:
        o = t.opportunities
        for deal in self.deals:
            self._set(
                o, deal["id"], close_date=self._day(), created_on=self._day(), lost_reason="moved on", name="Deal X"
            )
            self._relink(deal["id"])
            if not calm:
                stage = self.rng.choice([*OPEN, "won", "lost"])
                closed = None if stage in OPEN else self._day()
                self._set(o, deal["id"], stage=stage, closed_on=closed, amount=self.rng.randint(1, 10**8),
                          probability=self.rng.choice((None, 50)))  # fmt: skip
                self._reach(deal["id"])
        if self.people and self.accounts and not calm:
            for number in range(2):
                deal_id = f"later-{number}"
                self._add(o, id=deal_id, account_id=self.rng.choice(self.accounts), name="Deal Y",
                          owner_id=self.rng.choice(self.people), stage=self.rng.choice(OPEN), amount=7,
                          close_date=self._day(), created_on=self._day())  # fmt: skip
                self._relink(deal_id)
                self._reach(deal_id)
        return len(self.deals)

    def _relink(self, deal: str) -> None:
        for table, ids, column in (
            (t.opportunity_products, ("p0", "p1", "p2"), "product_id"),
            (t.opportunity_competitors, ("k0", "k1"), "competitor_id"),
        ):
            self.tx.execute(sa.delete(table).where(table.c.opportunity_id == deal))
            for other in self.rng.sample(ids, self.rng.randint(0, 2)):
                self.tx.execute(sa.insert(table).values(opportunity_id=deal, **{column: other}))

    def _reach(self, deal: str) -> None:
        s = t.stage_changes
        self.tx.execute(sa.delete(s).where(s.c.opportunity_id == deal))
        for place in range(2):
            self._add(s, id=f"{deal}-{place}", opportunity_id=deal, stage=self.rng.choice(OPEN), changed_on=self._day(),
                      position=place)  # fmt: skip

    def _stir_rest(self, activities: Iterable[Record]) -> int:
        done = 0
        for table, records, day in (
            (t.activities, activities, "happened_on"), (t.follow_ups, self.promises, "due_on"),
            (t.payments, self.payments, "on_date"),
        ):  # fmt: skip
            for record in records:
                done += 1
                if table is not t.activities and self.rng.random() < 0.3:
                    self.tx.execute(sa.delete(table).where(table.c.id == record["id"]))
                else:
                    self._set(table, record["id"], **{day: self._day()})
        q = t.quotas.c
        theirs = sa.or_(q.person_id.in_(self.people), q.org_unit_id.in_(self.units))
        self.tx.execute(sa.update(t.quotas).where(theirs).values(amount=q.amount * 3 + 1))
        for number, person in enumerate(self.people):
            account = self.rng.choice(self.accounts) if self.accounts else None
            if account is not None:
                self._add(t.activities, id=f"later-v{number}", person_id=person, account_id=account, type="visit",
                          happened_on=self.today, summary="")  # fmt: skip
                self._add(t.payments, id=f"later-m{number}", account_id=account, amount=9, on_date=self.today,
                          status="received")  # fmt: skip
            self._add(t.follow_ups, id=f"later-f{number}", person_id=person, text="later", due_on=self._day())
        return done


def _ids(records: Iterable[Record]) -> set[str]:
    return {record["id"] for record in records}
