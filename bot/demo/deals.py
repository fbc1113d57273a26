"""The deals of the demo company: two years of won and lost ones, and what is open today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from random import Random

from bot.demo import story
from bot.demo.cast import Article, Cast, speaks_english
from bot.demo.months import add_months, last_day, month_of
from bot.demo.quotas import SEASON, Quotas
from bot.demo.workdays import Workdays
from sales.people import Account, Competitor, OrgUnit
from sales.stages import Stage

MONTHS_BACK = 24
LOST = 100
STEADY_MONTHS = 8  # so far back every office's months are comparable; before that a win is a matter of luck
OPEN_PER_OFFICE = 6
LADDER = (Stage.LEAD, Stage.QUALIFIED, Stage.SOLUTION, Stage.PROPOSAL, Stage.NEGOTIATION)
# Days since an open deal was created, and days until it is to be signed.
AGE = {
    Stage.LEAD: (5, 50), Stage.QUALIFIED: (25, 90), Stage.SOLUTION: (45, 150), Stage.PROPOSAL: (70, 200),
    Stage.NEGOTIATION: (90, 250),
}  # fmt: skip
AHEAD = {
    Stage.LEAD: (100, 230), Stage.QUALIFIED: (70, 170), Stage.SOLUTION: (40, 120), Stage.PROPOSAL: (15, 75),
    Stage.NEGOTIATION: (4, 40),
}  # fmt: skip
# Every office but the lagging one has something new; the stages of the rest are dealt out.
ALWAYS_NEW = (Stage.LEAD, Stage.QUALIFIED)
OTHER_STAGES = (
    [Stage.LEAD] * 4 + [Stage.QUALIFIED] * 6 + [Stage.SOLUTION] * 17 + [Stage.PROPOSAL] * 15 + [Stage.NEGOTIATION] * 9
)
SMALL_CUSTOMER = 90  # 万: more than this a customer of tier C does not spend


@dataclass
class Deal:
    """A deal in the making; `wan` is its amount in 万. Name and id come last, in the order of creation."""

    account: Account
    article: Article
    wan: int
    history: list[tuple[Stage, date]]
    close_date: date
    rivals: list[Competitor] = field(default_factory=list)
    lost_reason: str | None = None
    silent_days: int = 0
    name: str = ""
    id: str = ""

    @property
    def stage(self) -> Stage:
        return self.history[-1][0]

    @property
    def created_on(self) -> date:
        return self.history[0][1]

    @property
    def closed_on(self) -> date | None:
        return None if self.stage.is_open else self.history[-1][1]


class DealMaker:
    """Makes the deals as of `today`; the same day gives the same deals."""

    def __init__(self, cast: Cast, today: date, days: Workdays, reasons: dict[str, list[str]]) -> None:
        self.cast, self.today, self.days, self.reasons = cast, today, days, reasons
        self.quotas = Quotas(cast, today)
        self.done_by = days.on_or_before(today - timedelta(1))  # the last workday that is over
        self.rng = Random(2)
        self.customers: set[str] = set()
        self.scripted = {(scene.account, scene.article) for scene in story.SCENES}

    def all(self) -> list[Deal]:
        deals = [self._scripted(scene) for scene in story.SCENES]
        deals += self._won() + self._lost() + self._open(deals)
        deals.sort(key=lambda deal: (deal.created_on, deal.account.id, deal.article.key))
        self._name(deals)
        return deals

    # -- one deal

    def _path(self, stages: list[Stage], created: date, last: date) -> list[tuple[Stage, date]]:
        """Dates for the stages: the first on `created`, the last on `last`, each a workday after the one before."""
        if len(stages) == 1:
            return [(stages[0], created)]
        inner = len(stages) - 2
        while created >= last or len(between := self.days.within(created + timedelta(1), last - timedelta(1))) < inner:
            created = self.days.back(created, 3)
        dates = [created, *sorted(self.rng.sample(between, inner)), last]
        return list(zip(stages, dates, strict=True))

    def _rivals(self, chance: float) -> list[Competitor]:
        number = (self.rng.random() < chance) + (self.rng.random() < chance / 4)
        return self.rng.sample(self.cast.rivals, number)

    def _ago(self, day_count: int, before: date | None = None) -> date:
        return self.days.on_or_before((before or self.done_by) - timedelta(day_count))

    def _scripted(self, scene: story.Scene) -> Deal:
        created = self._ago(scene.age)
        if scene.stage is Stage.WON:
            last = self._ago(scene.won_ago)
        elif scene.stage is Stage.LEAD:
            last = created
        else:
            last = self._ago(min(scene.age // 3, 34) if not scene.silent_days else scene.silent_days + 4)
        stages = [*LADDER[: LADDER.index(scene.stage) + 1]] if scene.stage.is_open else [*LADDER, Stage.WON]
        # A date to sign that has passed, or one still ahead.
        close = (
            self.days.on_or_after(self.today + timedelta(scene.close_in))
            if scene.close_in > 0
            else self.days.back(self.today, -scene.close_in)
        )
        rivals = [rival for rival in self.cast.rivals if rival.aliases[0] in scene.rivals]
        deal = Deal(self.cast.account(scene.account), self.cast.article(scene.article), scene.wan, [], close, rivals)
        deal.history = self._path(stages, created, last)
        deal.close_date = deal.closed_on or close
        deal.name, deal.silent_days = scene.name, scene.silent_days
        return deal

    def _account_of(self, office: OrgUnit) -> Account:
        reps = {rep.id for rep in self.cast.reps if rep.org_unit == office.id}
        accounts = [account for account in self.cast.accounts if account.owner in reps]
        return self.rng.choices(accounts, [{"A": 5, "B": 3, "C": 1}[account.tier] for account in accounts])[0]

    def _article_for(self, account: Account, wan: int | None) -> tuple[Article, int]:
        """A product that fits the amount (or any, and an amount); service only for who is a customer already."""
        fitting = [
            article
            for article in self.cast.articles
            if (wan is None or article.lowest <= wan <= article.highest)
            and (article.key != "care" or account.id in self.customers)
            and (account.tier != "C" or article.lowest < SMALL_CUSTOMER)
        ]
        # What the story sells here is left to the story, unless nothing else has this price.
        articles = [article for article in fitting if (account.short, article.key) not in self.scripted] or fitting
        article = self.rng.choice(articles)
        if wan is None:
            wan = round(self.rng.triangular(article.lowest, article.highest, article.lowest * 1.4))
            if account.tier == "C":
                wan = min(wan, SMALL_CUSTOMER)
            wan = wan if wan < 60 else round(wan / 2) * 2 if wan < 150 else round(wan / 5) * 5
        return article, wan

    # -- what is over

    def _won(self) -> list[Deal]:
        deals = []
        for back in range(MONTHS_BACK, -1, -1):
            month = add_months(month_of(self.today), -back)
            workdays = self.days.within(month, min(last_day(month), self.done_by))
            for office, wan in self._winners(month, back, workdays):
                deals.append(self._win(office, wan, self.rng.choice(workdays), back))
                self.customers.add(deals[-1].account.id)
        return deals

    def _winners(self, month: date, back: int, workdays: list[date]) -> list[tuple[OrgUnit, int | None]]:
        """Which offices sign in a month, and for how much (None: whatever comes)."""
        offices = self.cast.offices
        if not workdays:
            return []
        if back in (1, 2):  # the two months that everybody compares: steady, but for one office
            lagging = self.cast.unit(story.LAGGING_OFFICE)
            steady = [office for office in offices if office != lagging and (office.name, back) not in story.MISSES]
            wins = {office: self._share(office, month, 0.85, 1.35) for office in steady}
            if back == 2:
                wins[lagging] = self._share(lagging, month, 0.3, 0.3)
            return list(wins.items())
        if back > STEADY_MONTHS:
            number = max(1, round(0.4 * SEASON[month.month - 1] * len(offices)))
            return [(office, None) for office in self.rng.sample(offices, number)]
        elapsed = min(1.0, (workdays[-1] - month).days / 30) if back == 0 else 1.0
        busy = [office for office in offices if back or office.name != story.LAGGING_OFFICE]
        number = round(0.78 * elapsed * len(busy))
        return [(office, self._share(office, month, 0.6, 1.5)) for office in self.rng.sample(busy, number)]

    def _share(self, office: OrgUnit, month: date, low: float, high: float) -> int:
        """An amount in 万 between these shares of the office's quota."""
        return max(12, round(self.quotas.of_unit(office, month) * self.rng.uniform(low, high)))

    def _win(self, office: OrgUnit, wan: int | None, closed: date, back: int) -> Deal:
        account = self._account_of(office)
        article, wan = self._article_for(account, wan)
        cycle = self.rng.randint(25, 70) if wan < 50 else self.rng.randint(60, 200)
        stages = [Stage.LEAD, Stage.PROPOSAL, Stage.WON] if article.key == "care" else [*LADDER, Stage.WON]
        if office.name == story.LAGGING_OFFICE and back < 6:
            cycle = max(cycle, 150)  # nothing new has come in there for months
        path = self._path(stages, self._ago(cycle, closed), closed)
        return Deal(account, article, wan, path, closed, self._rivals(0.35))

    def _lost(self) -> list[Deal]:
        deals = []
        for _ in range(LOST):
            office = self.rng.choice(self.cast.offices)
            account = self._account_of(office)
            article, wan = self._article_for(account, None)
            newest = 200 if office.name == story.LAGGING_OFFICE else 3
            closed = self._ago(self.rng.randint(newest, MONTHS_BACK * 30))
            reached = self.rng.randint(1, len(LADDER))
            path = self._path([*LADDER[:reached], Stage.LOST], self._ago(self.rng.randint(30, 160), closed), closed)
            rivals = self._rivals(0.7)
            kind = "rival" if rivals and self.rng.random() < 0.8 else "alone"
            reason = self.rng.choice(self.reasons[kind])
            deal = Deal(account, article, wan, path, closed, rivals)
            deal.lost_reason = reason.format(rival=rivals[0].aliases[0] if rivals else "")
            deals.append(deal)
        return deals

    # -- what is open

    def _open(self, scripted: list[Deal]) -> list[Deal]:
        others = OTHER_STAGES.copy()
        self.rng.shuffle(others)
        taken: set[tuple[str, str]] = set()
        deals = []
        for office in self.cast.offices:
            reps = {rep.id for rep in self.cast.reps if rep.org_unit == office.id}
            if office.name == story.LAGGING_OFFICE:
                continue
            held = [deal.stage for deal in scripted if deal.account.owner in reps and deal.stage.is_open]
            while len(held) < OPEN_PER_OFFICE:
                account = self._account_of(office)
                article, wan = self._article_for(account, None)
                if (account.id, article.key) in taken or account.short in story.ONE_OPEN_DEAL:
                    continue
                taken.add((account.id, article.key))
                held.append(next((stage for stage in ALWAYS_NEW if stage not in held), None) or others.pop())
                deals.append(self._open_deal(account, article, wan, held[-1]))
        return deals

    def _open_deal(self, account: Account, article: Article, wan: int, stage: Stage) -> Deal:
        age = self.rng.randint(*AGE[stage])
        created = self._ago(age)
        entered = created if stage is Stage.LEAD else self._ago(self.rng.randint(2, max(3, age // 3)))
        path = self._path([*LADDER[: LADDER.index(stage) + 1]], created, entered)
        close = self.days.on_or_after(self.today + timedelta(self.rng.randint(*AHEAD[stage])))
        rivals = self._rivals(0.4 if stage in (Stage.SOLUTION, Stage.PROPOSAL, Stage.NEGOTIATION) else 0.1)
        return Deal(account, article, wan, path, close, rivals)

    # -- names

    def _name(self, deals: list[Deal]) -> None:
        """「客户 + 项目」, in the order in which a customer buys; what was lost comes again as 重启."""
        taken = {(deal.account.id, deal.name) for deal in deals if deal.name}
        bought: dict[tuple[str, str], int] = defaultdict(int)
        for number, deal in enumerate(deals, 1):
            deal.id = f"opp-{number:03d}"
            if not deal.name:
                key = (deal.account.id, deal.article.key)
                deal.name = next(name for name in _names(deal, bought[key]) if (deal.account.id, name) not in taken)
                taken.add((deal.account.id, deal.name))
                bought[key] += deal.stage is not Stage.LOST


def _names(deal: Deal, bought: int) -> Iterator[str]:
    english = speaks_english(deal.account)
    words = deal.article.deals_en if english else deal.article.deals
    gap, again = (" ", " restart") if english else ("", "重启")
    for position in range(bought, len(words)):
        yield f"{deal.account.short}{gap}{words[position]}"
        yield f"{deal.account.short}{gap}{words[position]}{again}"
    for lap in count(deal.created_on.year):
        yield f"{deal.account.short}{gap}{lap}{gap}{words[-1]}"
