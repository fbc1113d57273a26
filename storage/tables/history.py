"""What changed: change sets (one a message saved, an undo, an import) and their changes, field by field."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from storage.tables.base import NUMBER, Json, Moment, Table, datetime


class ChangeSetRow(Table, table=True):
    """What one message, undo, correction or import changed, by whom, when, why.

    `undoes_id` is the set that an undo takes back or a correction replaces; `undone_by_id` the set that took this one
    back. `whole`: an undo that went back past all corrections. `person_id` is null for an import. The message's text is
    kept here, because evidence must outlive the inbox.
    """

    __tablename__ = "change_sets"
    __table_args__ = (
        sa.CheckConstraint("source IN ('save', 'amend', 'undo', 'import')", name="source"),
        sa.Index("ix_change_sets_person_id_at", "person_id", "at"),
    )
    id: str = Field(primary_key=True)
    person_id: str | None = Field(default=None)
    at: datetime = Field(sa_type=Moment)
    source: str
    why: str
    message_id: str | None = Field(default=None, index=True)
    message_text: str | None = None
    undoes_id: str | None = Field(default=None, foreign_key="change_sets.id", index=True)
    undone_by_id: str | None = Field(default=None, foreign_key="change_sets.id", index=True)
    whole: bool = False


class ChangeRow(Table, table=True):
    """One field of one record. `op` create and delete have no field; `spans` are [start, end] pairs of the message."""

    __tablename__ = "changes"
    __table_args__ = (
        sa.CheckConstraint("op IN ('create', 'set', 'delete')", name="op"),
        sa.Index("ix_changes_kind_record_id_field", "kind", "record_id", "field"),
    )
    number: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    change_set_id: str = Field(foreign_key="change_sets.id", index=True)
    op: str
    kind: str
    record_id: str
    field: str = ""
    before: Any = Field(default=None, sa_type=Json, nullable=True)
    after: Any = Field(default=None, sa_type=Json, nullable=True)
    spans: Any = Field(default=None, sa_type=Json, nullable=True)


class Counter(Table, table=True):
    """Numbers that only grow, such as the version of all names."""

    __tablename__ = "counters"
    name: str = Field(primary_key=True)
    value: int = Field(sa_type=sa.BigInteger)
