"""What is pending with one person in one conversation: state as JSON, with a version against lost updates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.errors import Conflict
from storage import tables as t
from storage.counters import insert_into


@dataclass(frozen=True, slots=True)
class ConversationState:
    """The state of one person's part of a conversation. In a group each has their own: drafts are never mixed.

    `version` is 0 where nothing was stored yet.
    """

    channel: str
    conversation_id: str
    sender_id: str
    state: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0


def load(tx: Connection, channel: str, conversation_id: str, sender_id: str) -> ConversationState:
    """What was stored last; an empty state of version 0 if nothing."""
    c = t.conversations.c
    query = sa.select(c.state, c.version).where(
        c.channel == channel, c.conversation_id == conversation_id, c.sender_id == sender_id
    )
    row = tx.execute(query).one_or_none()
    if row is None:
        return ConversationState(channel, conversation_id, sender_id)
    return ConversationState(channel, conversation_id, sender_id, row.state, row.version)


def store(tx: Connection, read: ConversationState, state: Mapping[str, Any], now: datetime) -> ConversationState:
    """Replaces the state that was `read`. Conflict if somebody stored another one since; then nothing is written."""
    c = t.conversations.c
    values = {"state": dict(state), "version": read.version + 1, "updated_at": now}
    if read.version == 0:
        row = insert_into(tx, t.conversations).values(
            channel=read.channel, conversation_id=read.conversation_id, sender_id=read.sender_id, **values
        )
        written = len(tx.execute(row.on_conflict_do_nothing().returning(c.version)).all())
    else:
        same = sa.and_(
            c.channel == read.channel,
            c.conversation_id == read.conversation_id,
            c.sender_id == read.sender_id,
            c.version == read.version,
        )
        written = tx.execute(sa.update(t.conversations).where(same).values(**values)).rowcount
    if written != 1:
        found = load(tx, read.channel, read.conversation_id, read.sender_id).version
        raise Conflict("conversation", read.conversation_id, "version", read.version, found)
    return ConversationState(read.channel, read.conversation_id, read.sender_id, dict(state), read.version + 1)
