"""Invented reports of a wanted length, as reps of a generated company would type them: every one is different."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import words as w
from generate import PUBLIC

from sales.people import Account, CompanyData, Contact
from sales.stages import Role

LENGTH = 120
SLACK = 8
"""A message has LENGTH characters, give or take SLACK."""


@dataclass(frozen=True, slots=True)
class Message:
    """A report and the id of who sends it."""

    person: str
    text: str


class Writer:
    """Writes reports about the customers of one rep after another. The same seed gives the same reports."""

    def __init__(self, company: CompanyData, seed: int = 1) -> None:
        self._rng = random.Random(f"messages {seed}")
        self._company = company
        self._contacts: dict[str, list[Contact]] = defaultdict(list)
        for contact in company.contacts:
            self._contacts[contact.account].append(contact)
        self._chinese: dict[str, list[Account]] = defaultdict(list)
        self._english: dict[str, list[Account]] = defaultdict(list)
        for account in company.accounts:
            (self._english if account.name.isascii() else self._chinese)[account.owner].append(account)
        self._reps = [
            p.id for p in company.people if p.role is Role.REP and self._chinese[p.id] and self._english[p.id]
        ]

    def chinese(self, count: int) -> list[Message]:
        """`count` Chinese reports; one in eight is about a customer with an English name, one has no punctuation."""
        return [self._message(chinese=True) for _ in range(count)]

    def english(self, count: int) -> list[Message]:
        """`count` English reports about customers with English names."""
        return [self._message(chinese=False) for _ in range(count)]

    def _message(self, *, chinese: bool) -> Message:
        rng = self._rng
        while True:
            rep = rng.choice(self._reps)
            own = self._chinese if chinese and rng.random() < 0.88 else self._english
            text = self._report(own[rep], chinese=chinese)
            if chinese and rng.random() < 0.12:
                text = text.replace("，", "").replace("。", "")
            if abs(len(text) - LENGTH) <= SLACK:
                return Message(rep, text)

    def _report(self, accounts: Sequence[Account], *, chinese: bool) -> str:
        rng = self._rng
        openings, more = (w.OPEN_ZH, w.MORE_ZH) if chinese else (w.OPEN_EN, w.MORE_EN)
        parts: list[str] = []
        account = rng.choice(accounts)
        parts.append(self._fill(rng.choice(openings), account, chinese=chinese))
        size = len(parts[0])
        unsaid = rng.sample(more, len(more))
        # One report in six is about two customers.
        second = rng.randint(40, 80) if rng.random() < 0.16 else LENGTH * 2
        while size < LENGTH - SLACK and unsaid:
            if size >= second:
                account, second = rng.choice(accounts), LENGTH * 2
                part = self._fill(rng.choice(openings), account, chinese=chinese)
            else:
                part = self._fill(unsaid.pop(), account, chinese=chinese)
            stop = rng.choice(("，", "，", "。")) if chinese else rng.choice((", ", ", ", ". "))
            parts += [stop, part]
            size += len(stop) + len(part)
        return "".join(parts)

    def _fill(self, pattern: str, account: Account, *, chinese: bool) -> str:
        rng, company = self._rng, self._company
        when, due, amount = (w.WHEN_ZH, w.DUE_ZH, w.AMOUNT_ZH) if chinese else (w.WHEN_EN, w.DUE_EN, w.AMOUNT_EN)
        product, rival = rng.choice(company.products), rng.choice(company.competitors)
        filled = pattern
        # Each amount of a change is another one
        while "{amount}" in filled:
            filled = filled.replace("{amount}", rng.choice(amount), 1)
        return filled.format(
            firm=self._called(account),
            who=self._person(account, chinese=chinese),
            when=rng.choice(when),
            due=rng.choice(due),
            product=rng.choice((product.name, *product.aliases)),
            rival=rng.choice((rival.name, *rival.aliases)),
        )

    def _called(self, account: Account) -> str:
        """What a colleague types: mostly the alias, else the name without place and legal form, seldom all of it."""
        rng = self._rng
        drawn = rng.random()
        if account.aliases and drawn < 0.75:
            return rng.choice(account.aliases)
        if drawn > 0.92 or account.industry == PUBLIC:
            return account.name
        short = account.name.removeprefix("中国").removeprefix(account.city).removeprefix("市")
        for legal in sorted({*w.LEGAL, *(f" {form}" for form in w.LEGAL_EN if form)}, key=len, reverse=True):
            short = short.removesuffix(legal)
        short = short or account.name
        if account.name.isascii() and len(short) > 8 and rng.random() < 0.06:
            at = rng.randint(2, len(short) - 3)  # a slip of the thumb
            short = short[:at] + short[at + 1] + short[at] + short[at + 2 :]
        return short

    def _person(self, account: Account, *, chinese: bool) -> str:
        rng = self._rng
        known = self._contacts[account.id]
        if not known or rng.random() < 0.08:
            return (
                rng.choice(("林工", "尤总", "他们采购")) if chinese else rng.choice(("their new buyer Omar", "the CFO"))
            )
        contact = rng.choice(known)
        if contact.aliases and rng.random() < 0.4:
            return contact.aliases[0]
        if contact.name.isascii():
            return contact.name.split()[0] if rng.random() < 0.6 else contact.name
        if not chinese or rng.random() < 0.35:
            return contact.name
        title = next(
            (t for t in ("总", "工", "主任", "经理", "科长", "厂长", "处长", "院长") if t in contact.title), "总"
        )
        return contact.name[0] + ("工" if "工程师" in contact.title else title)
