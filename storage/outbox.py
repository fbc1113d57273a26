"""The durable outbox: what is to be said is committed with what it speaks of, and is sent until it has arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import queues
from storage import tables as t
from storage.counters import insert_into

DELIVERED = "delivered"

ONCE = "hello:"
"""Keys that begin so are kept: what they name is said once, however long ago."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something to be said in a conversation. `key` makes it one however often it is put in (`rule:subject:day`).

    `payload` is what the channel renders (JSON); `reply_to` the number of the inbox message that it answers; `due_at`
    when to send it, None for now.
    """

    key: str
    channel: str
    conversation_id: str
    payload: Mapping[str, Any]
    reply_to: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """A message of the outbox. `vendor_id` is what the vendor called it once it was delivered."""

    number: int
    message: Outgoing
    state: str
    attempts: int
    worker: str | None
    leased_until: datetime | None
    vendor_id: str | None
    error: str | None
    since: datetime
    """When it was to be sent first."""


def put(tx: Connection, message: Outgoing, now: datetime) -> bool:
    """Puts a message in. False if one of this key is there already, sent or not."""
    row = insert_into(tx, t.outbox).values(
        key=message.key,
        channel=message.channel,
        conversation_id=message.conversation_id,
        payload=dict(message.payload),
        inbox_number=message.reply_to,
        # A message due later doesn't hold back what is said before it.
        ordered_at=message.due_at or now,
        state=queues.WAITING,
        attempts=0,
        due_at=message.due_at or now,
    )
    # Not rowcount: of an INSERT psycopg doesn't give it back
    new = row.on_conflict_do_nothing(index_elements=["key"]).returning(t.outbox.c.number)
    return tx.execute(new).first() is not None


def any_due(tx: Connection, now: datetime) -> bool:
    """Whether there may be something to claim: a cheap look that waits for nobody."""
    return queues.any_due(tx, t.outbox, now)


def claim(
    tx: Connection,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int = 1,
    channels: Sequence[str] | None = None,
) -> list[Queued]:
    """Up to `limit` messages to send, of different conversations, each the earliest of its own."""
    return [_queued(row) for row in queues.claim(tx, t.outbox, worker, now, lease, limit, channels)]


def delivered(tx: Connection, number: int, worker: str, now: datetime, vendor_id: str | None = None) -> None:
    """The vendor took it. LeaseLost if another worker has it now (then it is sent again, with the same key)."""
    values = {"state": DELIVERED, "finished_at": now, "vendor_id": vendor_id, "error": None}
    queues.close(tx, t.outbox, number, worker, **values)


def failed(tx: Connection, number: int, worker: str, now: datetime, error: str, *, retry_at: datetime | None) -> None:
    """It couldn't be sent: tried again at `retry_at`, or kept as undeliverable (None), for people to see."""
    if retry_at is None:
        queues.close(tx, t.outbox, number, worker, state=queues.FAILED, finished_at=now, error=error)
    else:
        queues.close(tx, t.outbox, number, worker, state=queues.WAITING, due_at=retry_at, error=error)


def postpone(tx: Connection, number: int, worker: str, until: datetime, error: str | None = None) -> None:
    """Gives a claimed message back until a moment, which doesn't count as a try. LeaseLost as above."""
    queues.postpone(tx, t.outbox, number, worker, until, error)


def run_again(tx: Connection, number: int, now: datetime) -> bool:
    """Tries an undeliverable message again. False if it isn't one."""
    return queues.run_again(tx, t.outbox, number, now)


def undeliverable(tx: Connection, limit: int = 100) -> list[Queued]:
    """Messages that could not be delivered, the oldest first."""
    return [_queued(row) for row in queues.in_state(tx, t.outbox, queues.FAILED, limit)]


def lengths(tx: Connection) -> tuple[dict[str, int], datetime | None]:
    """How many messages are waiting, working and failed, and since when the oldest waits."""
    return queues.lengths(tx, t.outbox)


def forget(tx: Connection, before: datetime) -> int:
    """Removes what was delivered before a moment; how many. What is said once for ever (`hello:…`) stays said."""
    c = t.outbox.c
    old = (c.state == DELIVERED) & (c.finished_at < before) & c.key.not_like(f"{ONCE}%")
    return tx.execute(sa.delete(t.outbox).where(old)).rowcount


def channels_waiting(tx: Connection) -> dict[str, int]:
    """How many messages wait, by channel."""
    live = sa.select(t.outbox.c.channel, sa.func.count()).where(t.outbox.c.state == queues.WAITING)
    return {row.channel: row[1] for row in tx.execute(live.group_by(t.outbox.c.channel))}


def release(tx: Connection) -> int:
    """Ends every lease: for whoever knows that no sender lives."""
    return queues.release(tx, t.outbox)


def counts(tx: Connection) -> dict[str, int]:
    """How many messages are waiting, working, delivered, failed."""
    return queues.counts(tx, t.outbox)


def _queued(row: Any) -> Queued:
    message = Outgoing(row.key, row.channel, row.conversation_id, row.payload, row.inbox_number, row.due_at)
    return Queued(
        row.number, message, row.state, row.attempts, row.worker, row.leased_until, row.vendor_id, row.error,
        row.ordered_at,
    )  # fmt: skip
