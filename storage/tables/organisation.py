"""Who sells, and what: the company, its units and people, products, competitors, quotas."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from sales.stages import Role
from storage.tables.base import NUMBER, Json, Moment, Table, datetime


def one_of(column: str, values: type[Any]) -> sa.CheckConstraint:
    """A check that a text column holds one of an enum's values."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


class CompanySettings(Table, table=True):
    """The one row that says whose database this is. `currency` is ISO 4217, `fiscal_year_start_month` 1..12."""

    __tablename__ = "company_settings"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single_row"),)
    id: int = Field(default=1, primary_key=True)
    name: str
    currency: str
    timezone: str
    locale: str
    fiscal_year_start_month: int


class OrgUnit(Table, table=True):
    __tablename__ = "org_units"
    id: str = Field(primary_key=True)
    name: str
    aliases: list[str] = Field(sa_type=Json, default_factory=list, nullable=False)
    parent_id: str | None = Field(default=None, foreign_key="org_units.id", index=True)
    origin: str


class Person(Table, table=True):
    __tablename__ = "people"
    __table_args__ = (one_of("role", Role),)
    id: str = Field(primary_key=True)
    name: str
    aliases: list[str] = Field(sa_type=Json, default_factory=list, nullable=False)
    role: str
    org_unit_id: str = Field(foreign_key="org_units.id", index=True)
    title: str = ""
    email: str | None = Field(default=None, index=True)
    mobile: str | None = Field(default=None, index=True)
    origin: str


class ChannelIdentity(Table, table=True):
    """An account of a messenger that belongs to a person. One belongs to one person only."""

    __tablename__ = "channel_identities"
    channel: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="people.id", index=True)


class RemovedAccount(Table, table=True):
    """An account that an admin took away from somebody: the vendor's directory must not give it back by itself."""

    __tablename__ = "removed_accounts"
    channel: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)


class LinkCode(Table, table=True):
    """A code that an admin made for a person: whoever says it first is that person. Only its hash is kept."""

    __tablename__ = "link_codes"
    code_hash: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="people.id", index=True)
    made_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class LinkTry(Table, table=True):
    """A wrong code, so that nobody guesses on."""

    __tablename__ = "link_tries"
    __table_args__ = (sa.Index("ix_link_tries_account", "channel", "external_id", "at"),)
    number: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    channel: str
    external_id: str
    at: datetime = Field(sa_type=Moment)


class Product(Table, table=True):
    __tablename__ = "products"
    id: str = Field(primary_key=True)
    name: str
    aliases: list[str] = Field(sa_type=Json, default_factory=list, nullable=False)
    origin: str


class Competitor(Table, table=True):
    __tablename__ = "competitors"
    id: str = Field(primary_key=True)
    name: str
    aliases: list[str] = Field(sa_type=Json, default_factory=list, nullable=False)
    origin: str


class Quota(Table, table=True):
    """What a person or a unit is to sign in a month. `month` is its first day, `amount` in minor units."""

    __tablename__ = "quotas"
    __table_args__ = (
        sa.CheckConstraint("(person_id IS NULL) <> (org_unit_id IS NULL)", name="one_owner"),
        sa.UniqueConstraint("person_id", "month"),
        sa.UniqueConstraint("org_unit_id", "month"),
        sa.Index("ix_quotas_month", "month"),
    )
    id: str = Field(primary_key=True)
    person_id: str | None = Field(default=None, foreign_key="people.id")
    org_unit_id: str | None = Field(default=None, foreign_key="org_units.id")
    month: date
    amount: int = Field(sa_type=sa.BigInteger)
    origin: str
