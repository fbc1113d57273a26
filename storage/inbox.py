"""The durable inbox: a message is committed before it is acknowledged, is worked on once, and is never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import queues
from storage import tables as t
from storage.counters import insert_into

DONE = "done"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A verified message as a channel gives it. `event_id` is unique within the channel, however often it is sent.

    `kind` says what it is (text, button, edit, delete, file, …), `payload` holds what else the channel needs (JSON).
    """

    channel: str
    event_id: str
    conversation_id: str
    sender_id: str
    text: str
    sent_at: datetime
    kind: str = "text"
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """A message on record. `attempts` counts how often it was claimed; `error` is why it last failed."""

    number: int
    message: Incoming
    received_at: datetime
    state: str
    attempts: int
    due_at: datetime
    worker: str | None
    leased_until: datetime | None
    error: str | None

    @property
    def id(self) -> str:
        """The id that evidence names."""
        return str(self.number)


def accept(tx: Connection, message: Incoming, now: datetime) -> bool:
    """Puts a message in. False if it is there already (the vendor sent it again)."""
    return accept_many(tx, [message], now)[0]


def accept_many(tx: Connection, messages: Sequence[Incoming], now: datetime) -> list[bool]:
    """Puts messages in with one statement; for each whether it was new. Commit, then acknowledge them all."""
    if not messages:
        return []
    rows = [
        {
            "channel": message.channel,
            "event_id": message.event_id,
            "conversation_id": message.conversation_id,
            "sender_id": message.sender_id,
            "kind": message.kind,
            "text": message.text,
            "payload": dict(message.payload) or None,
            "ordered_at": message.sent_at,
            "received_at": now,
            "state": queues.WAITING,
            "attempts": 0,
            "due_at": now,
        }
        # One order everywhere: two web processes that insert the same events can't deadlock.
        for message in sorted(messages, key=lambda message: (message.channel, message.event_id))
    ]
    # One statement for any number of rows: compiled once, ten times as fast as a VALUES list of each length.
    new = insert_into(tx, t.inbox).on_conflict_do_nothing(index_elements=["channel", "event_id"])
    left = {tuple(row) for row in tx.execute(new.returning(t.inbox.c.channel, t.inbox.c.event_id), rows)}
    found = []
    for message in messages:
        key = (message.channel, message.event_id)
        found.append(key in left)
        left.discard(key)
    return found


def any_due(tx: Connection, now: datetime) -> bool:
    """Whether there may be something to claim: a cheap look that waits for nobody."""
    return queues.any_due(tx, t.inbox, now)


def claim(tx: Connection, worker: str, now: datetime, lease: timedelta, limit: int = 1) -> list[Received]:
    """Up to `limit` messages to work on, of different conversations, each the earliest of its own."""
    return [_received(row) for row in queues.claim(tx, t.inbox, worker, now, lease, limit)]


def renew(tx: Connection, number: int, worker: str, until: datetime) -> None:
    """Keeps a claim for longer. LeaseLost if another worker has it now."""
    queues.renew(tx, t.inbox, number, worker, until)


def finish(tx: Connection, number: int, worker: str, now: datetime) -> None:
    """The message is done. First thing in the transaction that saves its records: LeaseLost must roll them back."""
    queues.close(tx, t.inbox, number, worker, state=DONE, finished_at=now, error=None)


def fail(tx: Connection, number: int, worker: str, now: datetime, error: str, *, retry_at: datetime | None) -> None:
    """It couldn't be worked on: tried again at `retry_at`, or set aside (None). `error` must hold no message text."""
    if retry_at is None:
        queues.close(tx, t.inbox, number, worker, state=queues.FAILED, finished_at=now, error=error)
    else:
        queues.close(tx, t.inbox, number, worker, state=queues.WAITING, due_at=retry_at, error=error)


def postpone(tx: Connection, number: int, worker: str, until: datetime) -> None:
    """Gives a claimed message back until a moment, which doesn't count as a try. LeaseLost as above."""
    queues.postpone(tx, t.inbox, number, worker, until)


def settle(tx: Connection, number: int, now: datetime) -> bool:
    """A message that was set aside needs no more work: its author changed it since. False if it isn't set aside."""
    aside = (t.inbox.c.number == number) & (t.inbox.c.state == queues.FAILED)
    return bool(tx.execute(sa.update(t.inbox).where(aside).values(state=DONE, finished_at=now)).rowcount)


def run_again(tx: Connection, number: int, now: datetime) -> bool:
    """Puts a message that was set aside back in. False if it isn't set aside."""
    return queues.run_again(tx, t.inbox, number, now)


def set_aside(tx: Connection, limit: int = 100) -> list[Received]:
    """Messages that kept failing, the oldest first."""
    return [_received(row) for row in queues.in_state(tx, t.inbox, queues.FAILED, limit)]


def forget(tx: Connection, before: datetime) -> int:
    """Removes messages that were done before a moment, and to which nothing in the outbox refers; how many.

    The evidence of records stays: a change set keeps the words that it rests on. The newest message stays, too: SQLite
    would give its number to the next one, and evidence names messages by their numbers.
    """
    newest = sa.select(sa.func.max(t.inbox.c.number)).scalar_subquery()
    referred = sa.select(t.outbox.c.inbox_number).where(t.outbox.c.inbox_number.is_not(None))
    old = (t.inbox.c.state == DONE) & (t.inbox.c.finished_at < before) & (t.inbox.c.number < newest)
    return tx.execute(sa.delete(t.inbox).where(old, t.inbox.c.number.not_in(referred))).rowcount


def lengths(tx: Connection) -> tuple[dict[str, int], datetime | None]:
    """How many messages are waiting, working and failed, and since when the oldest waits."""
    return queues.lengths(tx, t.inbox)


def release(tx: Connection) -> int:
    """Ends every lease: for whoever knows that no worker lives."""
    return queues.release(tx, t.inbox)


def counts(tx: Connection) -> dict[str, int]:
    """How many messages are waiting, working, done, failed."""
    return queues.counts(tx, t.inbox)


def get(tx: Connection, number: int) -> Received | None:
    """A message by its number."""
    row = tx.execute(t.inbox.select().where(t.inbox.c.number == number)).one_or_none()
    return None if row is None else _received(row)


def find(tx: Connection, channel: str, event_id: str) -> Received | None:
    """A message by its event: what an edit or a deletion speaks of."""
    which = (t.inbox.c.channel == channel) & (t.inbox.c.event_id == event_id)
    row = tx.execute(t.inbox.select().where(which)).one_or_none()
    return None if row is None else _received(row)


def _received(row: Any) -> Received:
    message = Incoming(
        row.channel, row.event_id, row.conversation_id, row.sender_id, row.text, row.ordered_at, row.kind,
        row.payload or {},
    )  # fmt: skip
    return Received(
        row.number, message, row.received_at, row.state, row.attempts, row.due_at, row.worker, row.leased_until,
        row.error,
    )  # fmt: skip
