"""Invented sales organisations of any size: the same seed and size give the same one, to the letter.

`make_company` gives one in memory (the reader's); `company_file.py` streams one to disk (the importer's).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import words as w

from sales.people import (
    Account,
    Company,
    CompanyData,
    Competitor,
    Contact,
    KnownPayment,
    OpenFollowUp,
    Opportunity,
    OrgUnit,
    Person,
    Product,
)
from sales.stages import PaymentStatus, Role, Stage

TODAY = date(2026, 9, 16)
"""A Wednesday. Generated companies live around it, so that a figure does not depend on when it is measured."""

REPS_PER_OFFICE = 8
PUBLIC = "公共事业"
"""The industry of hospitals, schools, utilities and offices: their town is part of what they are called."""

_OPEN = (Stage.LEAD, Stage.QUALIFIED, Stage.SOLUTION, Stage.PROPOSAL, Stage.NEGOTIATION)
_LOST_REASONS = ("价格", "预算取消", "选择了竞品", "项目暂停", "关系不到位", "no budget", "went with a rival")
_TASKS = (
    "发正式报价",
    "安排技术交流",
    "提交方案",
    "回访",
    "确认合同条款",
    "send the revised quote",
    "follow up on the PO",
)


@dataclass(frozen=True)
class Size:
    """How big. `deals` are all opportunities, of which about two in five are open; reps have about 250 customers."""

    accounts: int
    contacts: int
    deals: int
    seed: int = 1

    @property
    def reps(self) -> int:
        return max(8, min(400, self.accounts // 250))

    def quick(self) -> Size:
        """A tenth of it."""
        return Size(self.accounts // 10, self.contacts // 10, self.deals // 10, self.seed)


READING = Size(accounts=50_000, contacts=100_000, deals=100_000)
IMPORTING = Size(accounts=100_000, contacts=200_000, deals=300_000)


@dataclass(frozen=True, slots=True)
class StageChange:
    opportunity: str
    stage: Stage
    on: date


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with all that belongs to it."""

    account: Account
    contacts: Sequence[Contact]
    deals: Sequence[Opportunity]
    stage_changes: Sequence[StageChange]
    follow_ups: Sequence[OpenFollowUp]
    payments: Sequence[KnownPayment]


@dataclass(frozen=True)
class Team:
    """The selling organisation itself."""

    company: Company
    units: Sequence[OrgUnit]
    people: Sequence[Person]
    products: Sequence[Product]
    competitors: Sequence[Competitor]

    @property
    def reps(self) -> list[Person]:
        return [p for p in self.people if p.role is Role.REP]


def make_team(size: Size) -> Team:
    """Regions, offices of eight reps, a manager for each unit, one person of sales operations."""
    rng = random.Random(f"team {size.seed}")
    units = [OrgUnit("ou-0", "总部", ("全公司",))]
    people = [
        Person("u-0", "顾南山", Role.MANAGER, "ou-0", ("顾总",), "销售总经理"),
        Person("u-1", "陶冉", Role.OPS, "ou-0"),
    ]
    offices = max(len(w.REGIONS), -(-size.reps // REPS_PER_OFFICE))
    for number, (name, aliases) in enumerate(w.REGIONS, 1):
        units.append(OrgUnit(f"ou-{number}", name, aliases, "ou-0"))
        people.append(_colleague(rng, len(people), Role.MANAGER, f"ou-{number}", "大区总监"))
    for number in range(offices):
        unit, town = f"ou-{len(units)}", w.CITIES[number % len(w.CITIES)]
        again = number // len(w.CITIES)
        name = f"{town}办事处" if not again else f"{town}{w.NUMBERS[again]}部"
        units.append(OrgUnit(unit, name, () if again else (town,), f"ou-{number % len(w.REGIONS) + 1}"))
        people.append(_colleague(rng, len(people), Role.MANAGER, unit, "办事处经理"))
    home = [u.id for u in units[1 + len(w.REGIONS) :]]
    for number in range(size.reps):
        people.append(_colleague(rng, len(people), Role.REP, home[number % len(home)], "客户经理"))
    return Team(
        Company("远桥工业软件", fiscal_year_start_month=1),
        units,
        people,
        [Product(f"p-{i}", name, aliases) for i, (name, aliases) in enumerate(w.PRODUCTS)],
        [Competitor(f"k-{i}", name, aliases) for i, (name, aliases) in enumerate(w.COMPETITORS)],
    )


def customers(size: Size, team: Team) -> Iterator[Customer]:
    """The customers one by one; no two have the same full name."""
    rng = random.Random(f"customers {size.seed}")
    reps = [p.id for p in team.reps]
    taken: set[str] = set()
    made: Counter[str] = Counter()
    for number in range(size.accounts):
        name, aliases, trade, city = _firm(rng)
        while name in taken:
            name, aliases, trade, city = _firm(rng)
        taken.add(name)
        account = Account(f"a-{number}", name, rng.choice(reps), aliases, trade, city, rng.choice("AABBBCCCCC"))
        left = size.accounts - number
        contacts = [_contact(rng, f"c-{n}", account) for n in _numbers(rng, made, "c", size.contacts, left)]
        deals: list[Opportunity] = []
        steps: list[StageChange] = []
        for n in _numbers(rng, made, "o", size.deals, left):
            deal, history = _deal(rng, f"o-{n}", account, team)
            deals.append(deal)
            steps.extend(history)
        promised = _follow_ups(rng, made, account, deals)
        yield Customer(account, contacts, deals, steps, promised, _payments(rng, made, account, deals))


def make_company(size: Size) -> CompanyData:
    """The whole organisation in memory."""
    team = make_team(size)
    accounts: list[Account] = []
    contacts: list[Contact] = []
    deals: list[Opportunity] = []
    follow_ups: list[OpenFollowUp] = []
    payments: list[KnownPayment] = []
    for customer in customers(size, team):
        accounts.append(customer.account)
        contacts.extend(customer.contacts)
        deals.extend(customer.deals)
        follow_ups.extend(customer.follow_ups)
        payments.extend(customer.payments)
    return CompanyData(
        team.company, team.units, team.people, team.products, team.competitors, accounts, contacts, deals, follow_ups,
        payments,
    )  # fmt: skip


def _numbers(rng: random.Random, made: Counter[str], kind: str, wanted: int, left: int) -> range:
    """Which of `wanted` records this customer has, when `left` customers have none yet: most few, few many."""
    first = made[kind]
    due = wanted - first
    count = due if left == 1 else min(due, int(rng.expovariate(1.0) * due / left + rng.random()))
    made[kind] += count
    return range(first, first + count)


def _firm(rng: random.Random) -> tuple[str, tuple[str, ...], str, str]:
    """(name, aliases, industry, city)"""
    kind = rng.random()
    city = rng.choice(w.CITIES)
    if kind < 0.10:
        return city + rng.choice(w.INSTITUTIONS).format(n=rng.choice(w.NUMBERS)), (), PUBLIC, city
    if kind < 0.72:
        return *_chinese_firm(rng, city), city
    return *_english_firm(rng), rng.choice((city, "Singapore", "London", "Sydney", ""))


def _chinese_firm(rng: random.Random, city: str) -> tuple[str, tuple[str, ...], str]:
    if rng.random() < 0.01:
        brand = rng.choice(w.ORDINARY_BRANDS)
    else:
        size = rng.choices((2, 3, 4), (60, 15, 25))[0]
        # The product of two even draws prefers the front of the list, as founders do.
        brand = "".join(w.BRAND[int(len(w.BRAND) * rng.random() * rng.random() ** 0.5)] for _ in range(size))
    trade = rng.choice(w.TRADES)
    place = rng.choices((city, city + "市", "", "中国"), (60, 10, 28, 2))[0]
    pieces = (place, brand, trade) if rng.random() < 0.9 else (brand, f"（{city}）", trade)
    aliases: tuple[str, ...] = ()
    drawn = rng.random()
    if drawn < 0.40:
        aliases = (brand,)
    elif drawn < 0.55:
        aliases = (brand + trade,)
    elif drawn < 0.60:
        aliases = (brand, rng.choice(w.COINED).title() + rng.choice(w.COINED))
    return "".join(pieces) + rng.choice(w.LEGAL), aliases, trade


def _english_firm(rng: random.Random) -> tuple[str, tuple[str, ...], str]:
    drawn = rng.random()
    if drawn < 0.55:
        head = "".join(rng.choice(w.COINED) for _ in range(rng.choice((2, 3, 3)))).title()
    elif drawn < 0.80:
        head = f"{rng.choice(w.PLAIN_EN)} {rng.choice(w.PLAIN_EN)}".title()
    elif drawn < 0.95:
        head = f"{rng.choice(w.SURNAMES_EN)} {rng.choice(('&', 'and'))} {rng.choice(w.SURNAMES_EN)}"
    else:
        head = "".join(rng.choice("ABCDEFGHIKLMNPRSTVW") for _ in range(3))
    trade = " ".join(rng.sample(w.TRADES_EN, rng.choice((1, 1, 2))))
    where = f" ({rng.choice(w.PLACES_EN)})" if rng.random() < 0.15 else ""
    name = f"{head} {trade}{where} {rng.choice(w.LEGAL_EN)}".strip()
    aliases: tuple[str, ...] = (head,) if rng.random() < 0.3 else ()
    if rng.random() < 0.15:
        aliases += (rng.choice(w.BRAND) + rng.choice(w.BRAND) + rng.choice("科思特克尔森"),)
    return name, aliases, trade


def _person_name(rng: random.Random, *, latin: bool) -> str:
    if latin:
        return f"{rng.choice(w.FIRST_EN)} {rng.choice(w.SURNAMES_EN)}"
    # A third of all people have one of ten surnames.
    surname = rng.choice(w.SURNAMES[:10]) if rng.random() < 0.35 else rng.choice(w.SURNAMES)
    return surname + "".join(rng.choice(w.GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))


def _colleague(rng: random.Random, number: int, role: Role, unit: str, title: str) -> Person:
    latin = rng.random() < 0.15
    name = _person_name(rng, latin=latin)
    boss = role is Role.MANAGER and not latin
    return Person(f"u-{number}", name, role, unit, (f"{name[0]}总",) if boss else (), title)


def _contact(rng: random.Random, contact_id: str, account: Account) -> Contact:
    latin = rng.random() < (0.8 if account.name.isascii() else 0.05)
    name = _person_name(rng, latin=latin)
    aliases: tuple[str, ...] = ()
    if rng.random() < 0.12:
        aliases = (name.split()[0] if latin else name[0] + rng.choice(w.NICKNAMES),)
    return Contact(contact_id, account.id, name, rng.choice(w.TITLES_EN if latin else w.TITLES), aliases)


def _deal(rng: random.Random, deal_id: str, account: Account, team: Team) -> tuple[Opportunity, list[StageChange]]:
    product = rng.choice(team.products)
    created = TODAY - timedelta(days=rng.randint(5, 700))
    is_open = rng.random() < 0.4
    end = rng.choices((Stage.WON, Stage.LOST), (45, 55))[0]
    last = rng.choice(_OPEN) if is_open else end
    walked = list(_OPEN[: (last.rank if is_open else rng.randint(1, 4)) + 1]) + ([] if is_open else [end])
    # Through its stages in even steps, up to today or to its end
    closed = None if is_open else min(TODAY, created + timedelta(days=rng.randint(20, 400)))
    gap = ((closed or TODAY) - created).days // max(1, len(walked) - 1)
    steps = [StageChange(deal_id, stage, created + timedelta(days=gap * i)) for i, stage in enumerate(walked)]
    if closed is not None:
        steps[-1] = StageChange(deal_id, end, closed)
    part = rng.choice(("", "一期", "二期", "扩容", "续费"))
    deal = Opportunity(
        deal_id,
        account.id,
        f"{account.short}{part}{product.aliases[0]}项目",
        account.owner,
        last,
        rng.choice((8, 12, 20, 35, 48, 60, 80, 120, 150, 260, 380, 900)) * 1_000_000 + rng.choice((0, 0, 0, 500_000)),
        (closed or TODAY + timedelta(days=rng.randint(-20, 200))),
        (product.id,),
        (rng.choice(team.competitors).id,) if rng.random() < 0.25 else (),
        created,
        closed,
        rng.choice(_LOST_REASONS) if last is Stage.LOST else None,
    )
    return deal, steps


def _follow_ups(
    rng: random.Random, made: Counter[str], account: Account, deals: Sequence[Opportunity]
) -> list[OpenFollowUp]:
    if rng.random() > 0.15:
        return []
    made["f"] += 1
    deal = rng.choice(deals).id if deals else None
    due = TODAY + timedelta(days=rng.randint(-10, 30))
    return [OpenFollowUp(f"f-{made['f']}", account.owner, account.id, deal, due, rng.choice(_TASKS))]


def _payments(
    rng: random.Random, made: Counter[str], account: Account, deals: Sequence[Opportunity]
) -> list[KnownPayment]:
    found = []
    for deal in deals:
        if deal.stage is Stage.WON and deal.amount is not None and deal.closed_on is not None and rng.random() < 0.5:
            made["m"] += 1
            on = deal.closed_on + timedelta(days=30)
            status = PaymentStatus.RECEIVED if on <= TODAY else PaymentStatus.EXPECTED
            found.append(KnownPayment(f"m-{made['m']}", deal.id, account.id, deal.amount * 3 // 10, on, status))
    return found
