"""What the reps of the demo company did: visits, calls, demos, bids, along the history of their deals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bot.demo import story
from bot.demo.cast import Cast
from bot.demo.deals import Deal
from bot.demo.phrasebook import Phrasebook, some_contact
from bot.demo.workdays import Workdays
from sales.people import Contact
from sales.stages import ActivityType, Stage

AFTER_SALES_DAYS = 120
VISITS_YESTERDAY = 7
RECENT_DAYS = 16  # in so many days the owner of an open deal has been heard of, if it is not one that is left alone


@dataclass(frozen=True)
class Deed:
    deal: Deal
    type: ActivityType
    day: date
    contact: Contact
    summary: str
    stage: Stage


class DeedMaker:
    """Makes the activities up to `done_by`, the last workday that is over."""

    def __init__(self, cast: Cast, done_by: date, days: Workdays, book: Phrasebook) -> None:
        self.cast, self.done_by, self.days, self.book = cast, done_by, days, book
        self.rng = Random(3)

    def all(self, deals: list[Deal]) -> list[Deed]:
        deeds = [deed for deal in deals for deed in self._of(deal)]
        deeds += self._yesterday(deals)
        # One note a deal and day; yesterday's visits come last and win.
        single = {(deed.day, deed.deal.id): deed for deed in deeds}
        return [single[key] for key in sorted(single)]

    def _deed(self, deal: Deal, stage: Stage, day: date, kind: ActivityType | None = None) -> Deed:
        contact = some_contact(self.rng, self.cast, deal.account)
        chosen, summary = self.book.deed(deal, stage, contact, kind)
        return Deed(deal, chosen, day, contact, summary, stage)

    def _of(self, deal: Deal) -> list[Deed]:
        deeds = []
        ends = [day for _, day in deal.history[1:]] + [deal.closed_on or self.done_by]
        for (stage, entered), left in zip(deal.history, ends, strict=True):
            if not stage.is_open:
                break
            last = min(left, self.done_by)
            if deal.silent_days and left > entered and stage is deal.stage:
                last = max(entered, self.days.on_or_before(self.done_by - timedelta(deal.silent_days)))
            if last >= entered:
                deeds += [
                    self._deed(deal, stage, day) for day in self.days.some(self.rng, entered, last, self._count(deal))
                ]
        if deal.stage is Stage.WON:
            deeds += self._after_sales(deal)
        elif deal.stage is Stage.LOST:
            deeds.append(self._deed(deal, Stage.LOST, deal.history[-1][1]))
        elif not deal.silent_days:
            first = max(deal.history[-1][1], self.done_by - timedelta(RECENT_DAYS))
            days = self.days.some(self.rng, first, self.done_by, 1)
            deeds += [self._deed(deal, deal.stage, day) for day in days if day >= deal.created_on]
        return deeds

    def _count(self, deal: Deal) -> int:
        """How many deeds one stage takes: large deals more, and not every stage leaves a note."""
        return self.rng.choices((0, 1, 2), (62, 33, 5) if deal.wan < 60 else (50, 40, 10))[0]

    def _after_sales(self, deal: Deal) -> list[Deed]:
        signed = deal.history[-1][1]
        last = min(self.done_by, signed + timedelta(AFTER_SALES_DAYS))
        if last <= signed:
            return []
        days = self.days.some(self.rng, signed + timedelta(1), last, self.rng.choice((0, 1, 1)))
        return [self._deed(deal, Stage.WON, day) for day in days if day > signed]

    def _yesterday(self, deals: list[Deal]) -> list[Deed]:
        """Visits of the last workday, of different reps; the hero's is among them."""
        seen: set[str] = set()
        chosen: list[Deal] = []
        hero = next(person.id for person in self.cast.people if person.name == story.HERO)
        visited = [
            deal for deal in deals
            if deal.stage in (Stage.QUALIFIED, Stage.SOLUTION, Stage.PROPOSAL, Stage.NEGOTIATION)
            and not deal.silent_days and deal.history[-1][1] < self.done_by
        ]  # fmt: skip
        self.rng.shuffle(visited)
        for deal in sorted(visited, key=lambda deal: deal.account.owner != hero):
            if deal.account.owner not in seen and len(chosen) < VISITS_YESTERDAY:
                seen.add(deal.account.owner)
                chosen.append(deal)
        return [self._deed(deal, deal.stage, self.done_by, ActivityType.VISIT) for deal in chosen]
