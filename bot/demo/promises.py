"""What the reps of the demo company promised, kept and forgot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from bot.demo import story
from bot.demo.cast import Cast
from bot.demo.deals import Deal
from bot.demo.deeds import Deed
from bot.demo.phrasebook import Phrasebook, some_contact
from bot.demo.workdays import Workdays
from sales.stages import Stage

KEPT = 120
DUE_TODAY = 4
# Workdays from today of the other open promises; what is below zero is overdue.
OPEN = (-12, -9, -7, -5, -4, -2, -1, *range(1, 11), 1, 2, 3, 4, 6, 8, 13)


@dataclass(frozen=True)
class Promise:
    deal: Deal
    due: date
    text: str
    done_on: date | None


# The hero's: customer, workdays from today, what.
HEROS = (
    ("扬子阀业", 0, "给殷厂长发WMS选型资料"),
    ("瑞丰精铸", -3, "补两个铸造行业的质量追溯案例"),
    ("瑞丰线缆", 4, "跟戎主管确认排程试点的范围"),
)


class PromiseMaker:
    def __init__(self, cast: Cast, today: date, done_by: date, days: Workdays, book: Phrasebook) -> None:
        self.cast, self.today, self.done_by, self.days, self.book = cast, today, done_by, days, book
        self.rng = Random(4)

    def all(self, deals: list[Deal], deeds: list[Deed]) -> list[Promise]:
        promises = [*self._kept(deeds), *self._heros(deals), *self._open(deals)]
        return sorted(promises, key=lambda promise: (promise.due, promise.deal.id))

    def _kept(self, deeds: list[Deed]) -> list[Promise]:
        old = [deed for deed in deeds if deed.stage is not Stage.LOST and deed.day < self.days.back(self.done_by, 15)]
        promises = []
        for deed in self.rng.sample(old, KEPT):
            due = self.days.ahead(deed.day, self.rng.randint(2, 8))
            late = self.rng.choices((-1, 0, 1, 3), (3, 5, 2, 1))[0]
            done = self.days.ahead(due, late) if late >= 0 else self.days.back(due, -late)
            text = self.book.promise(deed.deal, deed.stage, deed.contact)
            promises.append(Promise(deed.deal, due, text, done))
        return promises

    def _day(self, offset: int) -> date:
        """Due today even on a Sunday: something is always due today; everything else on a workday."""
        if offset == 0:
            return self.today
        return self.days.ahead(self.today, offset) if offset > 0 else self.days.back(self.today, -offset)

    def _heros(self, deals: list[Deal]) -> list[Promise]:
        own = {deal.account.short: deal for deal in deals if deal.stage.is_open}
        return [Promise(own[short], self._day(offset), text, None) for short, offset, text in HEROS]

    def _open(self, deals: list[Deal]) -> list[Promise]:
        hero = next(person.id for person in self.cast.people if person.name == story.HERO)
        live = [deal for deal in deals if deal.stage.is_open and deal.account.owner != hero and not deal.silent_days]
        offsets = [0] * (DUE_TODAY - 1) + list(OPEN)
        promises = []
        for offset, deal in zip(offsets, self.rng.sample(live, len(offsets)), strict=True):
            text = self.book.promise(deal, deal.stage, some_contact(self.rng, self.cast, deal.account))
            promises.append(Promise(deal, self._day(offset), text, None))
        return promises
