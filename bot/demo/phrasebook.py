"""What people of the demo company write, filled in from phrases.yaml."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from random import Random
from typing import Any

import yaml

from bot.demo.cast import Cast, speaks_english
from bot.demo.deals import Deal
from sales.people import Account, Contact
from sales.stages import ActivityType, Stage

# (end of a title, what colleagues say after the surname); the first that fits.
CALLED = (
    ("副总", "总"), ("总经理", "总"), ("董事长", "总"), ("副总裁", "总"), ("总监", "总"), ("总工程师", "总工"),
    ("厂长", "厂长"), ("部长", "部长"), ("主任", "主任"), ("主管", "主管"), ("经理", "经理"),
)  # fmt: skip
DOUBLE_SURNAMES = ("司马", "欧阳", "上官", "诸葛")


def read_phrases() -> dict[str, Any]:
    """The packaged phrases.yaml."""
    phrases: dict[str, Any] = yaml.safe_load(resources.files("bot.demo").joinpath("phrases.yaml").read_text("utf-8"))
    return phrases


class Phrasebook:
    """Picks phrases that fit a deal. A phrase is not used twice for a deal while there is another."""

    def __init__(self, cast: Cast, phrases: dict[str, Any], rng: Random) -> None:
        self._cast, self._phrases, self._rng = cast, phrases, rng
        self._used: Counter[tuple[str, str]] = Counter()

    def deed(self, deal: Deal, stage: Stage, contact: Contact, kind: ActivityType | None) -> tuple[ActivityType, str]:
        """A type of activity that fits the stage (`kind`, where it does) and its summary."""
        language = "en" if speaks_english(deal.account) else "zh"
        if deal.article.key == "care" and stage.is_open:
            pool = self._phrases["care"][language]
        else:
            pool = self._phrases[language][stage.value]
        kinds = list(pool)
        weights = [4 if name == "visit" else 3 if name in ("demo", "call", "meeting") else 2 for name in kinds]
        chosen = kind.value if kind and kind.value in pool else self._rng.choices(kinds, weights)[0]
        return ActivityType(chosen), self._fill(pool[chosen], deal, contact)

    def promise(self, deal: Deal, stage: Stage, contact: Contact) -> str:
        language = "en" if speaks_english(deal.account) else "zh"
        return self._fill(self._phrases["promises"][language][stage.value], deal, contact)

    def _fill(self, pool: list[str], deal: Deal, contact: Contact) -> str:
        fitting = [phrase for phrase in pool if deal.rivals or "{rival}" not in phrase]
        least = min(self._used[deal.id, phrase] for phrase in fitting)
        phrase = self._rng.choice([phrase for phrase in fitting if self._used[deal.id, phrase] == least])
        self._used[deal.id, phrase] += 1
        rival = deal.rivals[0].aliases[0] if deal.rivals else ""
        english = speaks_english(deal.account)
        if english and deal.rivals:
            rival = deal.rivals[0].name if deal.rivals[0].name.isascii() else "a local vendor"
        article = deal.article
        product = article.product.aliases[1]
        if english and not product.isascii():
            product = article.deals_en[0]
        return phrase.format(
            who=self.called(contact), p=product, rival=rival, n=self._rng.randint(2, 5), wan=deal.wan,
            usd=f"RMB {deal.wan / 100:.2f}M", why=deal.lost_reason or "",
        )  # fmt: skip

    def called(self, contact: Contact) -> str:
        """What colleagues call a contact: by surname and title, unless two at the customer would answer to it."""
        account = next(account for account in self._cast.accounts if account.id == contact.account)
        if contact.aliases and speaks_english(account):
            return contact.aliases[0]
        if contact.name.isascii():
            return contact.name.split()[0]
        names = [self._by_title(other) for other in self._cast.contacts_of(account)]
        short = self._by_title(contact)
        return contact.name if names.count(short) > 1 or self._rng.random() < 0.3 else short

    @staticmethod
    def _by_title(contact: Contact) -> str:
        surname = contact.name[:2] if contact.name.startswith(DOUBLE_SURNAMES) else contact.name[:1]
        return next((surname + called for end, called in CALLED if contact.title.endswith(end)), contact.name)


def some_contact(rng: Random, cast: Cast, account: Account) -> Contact:
    """One of the customer's people, more often the one named first."""
    contacts = cast.contacts_of(account)
    return rng.choices(contacts, [3, 2, 1][: len(contacts)])[0]
