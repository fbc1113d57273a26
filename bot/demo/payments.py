"""What the customers of the demo company paid, are to pay, and should have paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bot.demo.deals import Deal
from bot.demo.workdays import Workdays
from sales.stages import PaymentStatus, Stage

LARGE = 60  # 万: from here on a contract is paid in three parts
# (percent, days after the signing)
IN_THREE = ((30, 14), (60, 120), (10, 270))
IN_TWO = ((50, 14), (50, 90))
LATE_DAYS = 75  # what fell due in this time may still be out
LATE_SHARE = 0.2


@dataclass(frozen=True)
class Instalment:
    """`amount` in units of the currency."""

    deal: Deal
    amount: int
    day: date
    status: PaymentStatus


def make_payments(deals: list[Deal], today: date, days: Workdays) -> list[Instalment]:
    """Instalments of every signed deal, adding up to its amount; due before today and not in: overdue."""
    rng = Random(5)
    rows = []
    for deal in deals:
        if deal.stage is not Stage.WON:
            continue
        signed = deal.history[-1][1]
        plan = IN_THREE if deal.wan >= LARGE else IN_TWO
        for percent, after in plan:
            due = days.on_or_after(signed + timedelta(after + rng.randint(-4, 10)))
            late = rng.random() < LATE_SHARE and due > today - timedelta(LATE_DAYS)
            received = due < today and not late
            status = PaymentStatus.RECEIVED if received else PaymentStatus.EXPECTED
            rows.append(Instalment(deal, deal.wan * 100 * percent, due, status))
    return sorted(rows, key=lambda row: (row.day, row.deal.id))
