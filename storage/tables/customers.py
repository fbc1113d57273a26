"""To whom, and how far: accounts, contacts, deals, what was done, promised and paid.

`origin` is the change set that made a record. No foreign key: it costs a look-up a row in an import of millions, and
change sets are never deleted.
"""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from sales.stages import ActivityType, PaymentStatus, Stage
from storage.tables.base import Json, Table
from storage.tables.organisation import one_of

_NOT_DONE = sa.text("done_on IS NULL")


class Account(Table, table=True):
    __tablename__ = "accounts"
    id: str = Field(primary_key=True)
    name: str
    aliases: list[str] = Field(sa_type=Json, default_factory=list, nullable=False)
    industry: str = ""
    city: str = ""
    tier: str = ""
    owner_id: str = Field(foreign_key="people.id", index=True)
    origin: str


class Contact(Table, table=True):
    __tablename__ = "contacts"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="accounts.id", index=True)
    name: str
    title: str = ""
    aliases: list[str] = Field(sa_type=Json, default_factory=list, nullable=False)
    origin: str


class Opportunity(Table, table=True):
    """A deal. `amount` in minor units, `probability` in percent; `closed_on` is set for won and lost."""

    __tablename__ = "opportunities"
    __table_args__ = (
        one_of("stage", Stage),
        sa.CheckConstraint("(stage IN ('won', 'lost')) = (closed_on IS NOT NULL)", name="closed"),
        # With the amount, so that what was signed is summed from the index alone
        sa.Index("ix_opportunities_owner_id_stage_closed_on", "owner_id", "stage", "closed_on", "amount"),
        sa.Index("ix_opportunities_stage_closed_on", "stage", "closed_on", "owner_id", "amount"),
        sa.Index("ix_opportunities_stage_close_date", "stage", "close_date"),
        sa.Index("ix_opportunities_created_on", "created_on"),
    )
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="accounts.id", index=True)
    name: str
    owner_id: str = Field(foreign_key="people.id")
    stage: str
    amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    close_date: date | None = None
    created_on: date | None = None
    closed_on: date | None = None
    lost_reason: str | None = None
    probability: int | None = None
    origin: str


class OpportunityProduct(Table, table=True):
    __tablename__ = "opportunity_products"
    opportunity_id: str = Field(primary_key=True, foreign_key="opportunities.id")
    product_id: str = Field(primary_key=True, foreign_key="products.id", index=True)


class OpportunityCompetitor(Table, table=True):
    __tablename__ = "opportunity_competitors"
    opportunity_id: str = Field(primary_key=True, foreign_key="opportunities.id")
    competitor_id: str = Field(primary_key=True, foreign_key="competitors.id", index=True)


class StageChange(Table, table=True):
    """A deal reached a stage. `position` orders those of one deal and day."""

    __tablename__ = "stage_changes"
    __table_args__ = (
        one_of("stage", Stage),
        sa.Index("ix_stage_changes_opportunity_id_changed_on", "opportunity_id", "changed_on"),
        sa.Index("ix_stage_changes_changed_on", "changed_on"),
    )
    id: str = Field(primary_key=True)
    opportunity_id: str = Field(foreign_key="opportunities.id")
    stage: str
    changed_on: date
    position: int = 0
    origin: str


class Activity(Table, table=True):
    __tablename__ = "activities"
    __table_args__ = (
        one_of("type", ActivityType),
        sa.Index("ix_activities_person_id_happened_on", "person_id", "happened_on"),
        sa.Index("ix_activities_account_id_happened_on", "account_id", "happened_on"),
        sa.Index("ix_activities_happened_on", "happened_on", "person_id", "type"),
    )
    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="people.id")
    account_id: str = Field(foreign_key="accounts.id")
    opportunity_id: str | None = Field(default=None, foreign_key="opportunities.id", index=True)
    type: str
    happened_on: date
    summary: str = ""
    origin: str


class ActivityContact(Table, table=True):
    __tablename__ = "activity_contacts"
    activity_id: str = Field(primary_key=True, foreign_key="activities.id")
    contact_id: str = Field(primary_key=True, foreign_key="contacts.id", index=True)


class FollowUp(Table, table=True):
    """A promise. Open while `done_on` is null."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        sa.Index("ix_follow_ups_person_id_done_on_due_on", "person_id", "done_on", "due_on"),
        # Promises not kept. Whole, SQLite would take it for what goes by person.
        sa.Index("ix_follow_ups_due", "due_on", "person_id", sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
    )
    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="people.id")
    account_id: str | None = Field(default=None, foreign_key="accounts.id", index=True)
    opportunity_id: str | None = Field(default=None, foreign_key="opportunities.id", index=True)
    due_on: date | None = None
    text: str
    done_on: date | None = None
    origin: str


class Payment(Table, table=True):
    """Money received, or expected. `amount` in minor units; `on_date` is when it came in or is to come in."""

    __tablename__ = "payments"
    __table_args__ = (
        one_of("status", PaymentStatus),
        sa.Index("ix_payments_status_on_date", "status", "on_date"),
    )
    id: str = Field(primary_key=True)
    opportunity_id: str | None = Field(default=None, foreign_key="opportunities.id", index=True)
    account_id: str = Field(foreign_key="accounts.id", index=True)
    amount: int = Field(sa_type=sa.BigInteger)
    on_date: date | None = None
    status: str
    origin: str
