"""Figures kept ready beside the records, so that looking over a company does not read all of it: see storage.facts.

No foreign keys: these rows follow the records at the end of each transaction, and hold none of them back.
"""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from storage.tables.base import Table


class DealFacts(Table, table=True):
    """An open deal and what sales.diagnosis looks at in it. `unit_id` is where its owner belongs.

    `touched_on`: its last activity, change of stage or making, whichever is latest. An activity without a deal counts
    for all deals of its customer. `people_met`: the customer's contacts named in what was done there. `pushed_on` and
    `pushed_days`: when its close date was last put off, and by how many days in all the `pushes`.
    """

    __tablename__ = "deal_facts"
    __table_args__ = (
        sa.Index("ix_deal_facts_opportunity_id", "opportunity_id", unique=True),
        sa.Index("ix_deal_facts_account_id", "account_id"),
        sa.Index("ix_deal_facts_owner_id", "owner_id"),
        sa.Index("ix_deal_facts_amount", "amount"),
        sa.Index("ix_deal_facts_pushed_on", "pushed_on"),
        {"sqlite_with_rowid": False},
    )
    # The deals of a unit lie together, so that they are read in one go
    unit_id: str = Field(primary_key=True)
    owner_id: str = Field(primary_key=True)
    opportunity_id: str = Field(primary_key=True)
    account_id: str
    stage: str
    amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    probability: int | None = None
    close_date: date | None = None
    touched_on: date | None = None
    last_activity_on: date | None = None
    last_met_on: date | None = None
    people_met: int = 0
    pushes: int = 0
    pushed_days: int = 0
    pushed_on: date | None = None


class PersonMonth(Table, table=True):
    """What one person did and signed in a month (its first day), and was to sign. `quota` is null where none is stated.

    Amounts in minor units; `met`: activities in person. `unit_id` is where the person belongs.
    """

    __tablename__ = "person_months"
    __table_args__ = (sa.Index("ix_person_months_person_id", "person_id"), {"sqlite_with_rowid": False})
    month: date = Field(primary_key=True)
    unit_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)
    won: int = Field(default=0, sa_type=sa.BigInteger)
    won_count: int = 0
    lost_count: int = 0
    created_count: int = 0
    activities: int = 0
    met: int = 0
    quota: int | None = Field(default=None, sa_type=sa.BigInteger)


class PersonStage(Table, table=True):
    """Of one person's closed deals: how many of those that got as far as `stage` (open) were won and lost."""

    __tablename__ = "person_stages"
    __table_args__ = ({"sqlite_with_rowid": False},)
    person_id: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    won: int = 0
    lost: int = 0


class ProductWin(Table, table=True):
    """A product of a deal that was won: amount in minor units, the whole deal's."""

    __tablename__ = "product_wins"
    __table_args__ = (
        sa.Index("ix_product_wins_product_id", "product_id", "closed_on", "amount"),
        {"sqlite_with_rowid": False},
    )
    unit_id: str = Field(primary_key=True)
    closed_on: date = Field(primary_key=True)
    opportunity_id: str = Field(primary_key=True)
    product_id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    owner_id: str = Field(index=True)
    amount: int = Field(default=0, sa_type=sa.BigInteger)
