"""What came in and what goes out: the two durable queues, and what is pending in each conversation."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from storage.tables.base import NUMBER, Json, Moment, Table, datetime

LIVE = "state IN ('waiting', 'working')"
"""Rows still to be worked on. Queries must say it in these words for the partial indexes to be used."""


def _queue_indexes(name: str, finished: str) -> tuple[Any, ...]:
    # Partial: the queue stays small however long the history grows.
    live: dict[str, Any] = {"sqlite_where": sa.text(LIVE), "postgresql_where": sa.text(LIVE)}
    return (
        sa.CheckConstraint(f"state IN ('waiting', 'working', '{finished}', 'failed')", name="state"),
        # In the order in which rows are claimed: the first that isn't held back ends the search.
        sa.Index(f"ix_{name}_live", "due_at", "ordered_at", "number", **live),
        # What comes before a row in its conversation.
        sa.Index(f"ix_{name}_live_conversation", "channel", "conversation_id", "ordered_at", "number", **live),
        sa.Index(f"ix_{name}_state", "state"),
    )


class InboxMessage(Table, table=True):
    """A verified message. `ordered_at` is when it was sent: the order within its conversation (then `number`)."""

    __tablename__ = "inbox"
    __table_args__ = (sa.UniqueConstraint("channel", "event_id"), *_queue_indexes("inbox", "done"))
    number: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    channel: str
    event_id: str
    conversation_id: str
    sender_id: str
    kind: str
    text: str
    payload: Any = Field(default=None, sa_type=Json, nullable=True)
    ordered_at: datetime = Field(sa_type=Moment)
    received_at: datetime = Field(sa_type=Moment)
    state: str
    attempts: int = 0
    due_at: datetime = Field(sa_type=Moment)
    leased_until: datetime | None = Field(default=None, sa_type=Moment)
    worker: str | None = None
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    error: str | None = None


class OutboxMessage(Table, table=True):
    """A reply, nudge or digest to be sent. `key`: one however often it is put in; `inbox_number`: what it answers."""

    __tablename__ = "outbox"
    __table_args__ = (sa.UniqueConstraint("key"), *_queue_indexes("outbox", "delivered"))
    number: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    key: str
    channel: str
    conversation_id: str
    payload: Any = Field(sa_type=Json, nullable=False)
    inbox_number: int | None = Field(
        default=None,
        sa_type=NUMBER,
        foreign_key="inbox.number",
        index=True,
    )
    ordered_at: datetime = Field(sa_type=Moment)
    state: str
    attempts: int = 0
    due_at: datetime = Field(sa_type=Moment)
    leased_until: datetime | None = Field(default=None, sa_type=Moment)
    worker: str | None = None
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    vendor_id: str | None = None
    error: str | None = None


class Conversation(Table, table=True):
    """What is pending with one person in one conversation. `version` grows by one with each write."""

    __tablename__ = "conversations"
    channel: str = Field(primary_key=True)
    conversation_id: str = Field(primary_key=True)
    sender_id: str = Field(primary_key=True)
    state: Any = Field(sa_type=Json, nullable=False)
    version: int
    updated_at: datetime = Field(sa_type=Moment)


class Pace(Table, table=True):
    """When a place of a channel is free again for the next message, for each of the vendor's limits."""

    __tablename__ = "paces"
    channel: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    limit_number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    free_at: datetime = Field(sa_type=Moment)


class PictureRow(Table, table=True):
    """A picture to be sent. Kept until it was delivered and a while longer."""

    __tablename__ = "pictures"
    id: str = Field(primary_key=True)
    media_type: str
    data: bytes
    made_at: datetime = Field(sa_type=Moment)
