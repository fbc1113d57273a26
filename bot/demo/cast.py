"""The people, products and customers of the demo company, read from cast.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from sales.people import Account, Company, Competitor, Contact, OrgUnit, Person, Product
from sales.stages import Role


@dataclass(frozen=True)
class Article:
    """A product with what its deals cost (lowest and highest, in 万) and what they are called, in order."""

    product: Product
    key: str
    lowest: int
    highest: int
    deals: tuple[str, ...]
    deals_en: tuple[str, ...]


@dataclass(frozen=True)
class Cast:
    """Everyone and everything of the demo company that has no date."""

    company: Company
    units: tuple[OrgUnit, ...]
    offices: tuple[OrgUnit, ...]
    people: tuple[Person, ...]
    articles: tuple[Article, ...]
    rivals: tuple[Competitor, ...]
    accounts: tuple[Account, ...]
    contacts: tuple[Contact, ...]

    @property
    def reps(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.role is Role.REP)

    def contacts_of(self, account: Account) -> list[Contact]:
        return [contact for contact in self.contacts if contact.account == account.id]

    def account(self, short: str) -> Account:
        return next(account for account in self.accounts if account.short == short)

    def article(self, key: str) -> Article:
        return next(article for article in self.articles if article.key == key)

    def unit(self, name: str) -> OrgUnit:
        return next(unit for unit in self.units if unit.name == name)

    def person(self, person_id: str) -> Person:
        return next(person for person in self.people if person.id == person_id)


def speaks_english(account: Account) -> bool:
    """Foreign-owned customers have a Latin name; colleagues write about them in English."""
    return account.name.isascii()


def load() -> Cast:
    """Reads the packaged cast.yaml."""
    data: dict[str, Any] = yaml.safe_load(resources.files("bot.demo").joinpath("cast.yaml").read_text("utf-8"))
    units, offices, people = _organisation(data)
    accounts, contacts = _customers(data["customers"], {person.name: person.id for person in people})
    articles = tuple(
        Article(
            Product(f"prd-{number}", item["name"], tuple(item["aliases"])),
            key=item["key"],
            lowest=item["cost"][0],
            highest=item["cost"][1],
            deals=tuple(item["deals"]),
            deals_en=tuple(item["deals_en"]),
        )
        for number, item in enumerate(data["products"], 1)
    )
    rivals = tuple(
        Competitor(f"cmp-{number}", item["name"], tuple(item["aliases"]))
        for number, item in enumerate(data["competitors"], 1)
    )
    return Cast(Company(**data["company"]), units, offices, people, articles, rivals, accounts, contacts)


def _organisation(data: dict[str, Any]) -> tuple[tuple[OrgUnit, ...], tuple[OrgUnit, ...], tuple[Person, ...]]:
    root = OrgUnit("org-00", data["root"]["name"], tuple(data["root"]["aliases"]))
    units = [root]
    offices: list[OrgUnit] = []
    people: list[Person] = []

    def add(words: str, role: Role, unit: OrgUnit, title: str) -> None:
        name, *rest = words.split("/")
        people.append(Person(f"usr-{len(people) + 1:02d}", name, role, unit.id, tuple(rest[:1]), title))

    *words, title = data["director"].split("/")
    add("/".join(words), Role.MANAGER, root, title)
    *words, title = data["ops"].split("/")
    add("/".join(words), Role.OPS, root, title)
    for item in data["regions"]:
        region = OrgUnit(f"org-{len(units):02d}", item["name"], tuple(item["aliases"]), root.id)
        units.append(region)
        add(item["manager"], Role.MANAGER, region, "大区总经理")
        for place in item["offices"]:
            office = OrgUnit(f"org-{len(units):02d}", place["name"], tuple(place["aliases"]), region.id)
            units.append(office)
            offices.append(office)
            add(place["manager"], Role.MANAGER, office, "办事处主任")
            for position, rep in enumerate(place["reps"]):
                add(rep, Role.REP, office, "客户经理" if position else "高级客户经理")
    return tuple(units), tuple(offices), tuple(people)


def _customers(data: dict[str, list[str]], ids: dict[str, str]) -> tuple[tuple[Account, ...], tuple[Contact, ...]]:
    accounts: list[Account] = []
    contacts: list[Contact] = []
    for rep, lines in data.items():
        for line in lines:
            name, aliases, industry, city, tier, people = (part.strip() for part in line.split("|"))
            account_id = f"acc-{len(accounts) + 1:03d}"
            accounts.append(Account(account_id, name, ids[rep], tuple(aliases.split(",")), industry, city, tier))
            for words in people.split(";"):
                who, title, *also = words.strip().split("/")
                contacts.append(Contact(f"con-{len(contacts) + 1:03d}", account_id, who, title, tuple(also)))
    return tuple(accounts), tuple(contacts)
