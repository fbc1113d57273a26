"""The organisation and what it sells to whom: plain values as the reader sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sales.stages import PaymentStatus, Role, Stage


@dataclass(frozen=True, slots=True)
class Company:
    """Settings of the selling organisation. `fiscal_year_start_month` is 1..12; `currency` is ISO 4217."""

    name: str
    currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    locale: str = "zh-CN"
    fiscal_year_start_month: int = 1


@dataclass(frozen=True, slots=True)
class OrgUnit:
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the selling organisation. `org_unit` is where a rep belongs and what a manager leads."""

    id: str
    name: str
    role: Role
    org_unit: str
    aliases: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Competitor:
    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A customer. `owner` is the id of the rep whose customer it is."""

    id: str
    name: str
    owner: str
    aliases: tuple[str, ...] = ()
    industry: str = ""
    city: str = ""
    tier: str = ""

    @property
    def short(self) -> str:
        """What colleagues call it: the first alias, else the name."""
        return self.aliases[0] if self.aliases else self.name


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a customer's."""

    id: str
    account: str
    name: str
    title: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A deal. `amount` is in minor units of the company's currency (fen, cents)."""

    id: str
    account: str
    name: str
    owner: str
    stage: Stage
    amount: int | None = None
    close_date: date | None = None
    products: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    created_on: date | None = None
    closed_on: date | None = None
    lost_reason: str | None = None
    probability: int | None = None


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """A promise not yet kept."""

    id: str
    user: str
    account: str | None
    opportunity: str | None
    due: date | None
    text: str


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """A payment on record. `amount` in minor units."""

    id: str
    opportunity: str | None
    account: str
    amount: int
    date: date | None
    status: PaymentStatus


@dataclass(frozen=True, slots=True)
class CompanyData:
    """A whole organisation in memory, parsed and checked: what a company file holds (amounts in minor units)."""

    company: Company
    org_units: Sequence[OrgUnit] = ()
    people: Sequence[Person] = ()
    products: Sequence[Product] = ()
    competitors: Sequence[Competitor] = ()
    accounts: Sequence[Account] = ()
    contacts: Sequence[Contact] = ()
    opportunities: Sequence[Opportunity] = ()
    follow_ups: Sequence[OpenFollowUp] = ()
    payments: Sequence[KnownPayment] = ()
    extra: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
