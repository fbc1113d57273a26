"""What the inbox and the outbox share: claim with a lease, in order within a conversation, finish, retry, set aside.

A row is `waiting`, `working` (claimed by a worker until `leased_until`), finished, or `failed` (set aside). Of one
conversation at most one row is in work, the earliest first; one that waits for its next try holds back those behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.errors import LeaseLost
from storage.tables.messages import LIVE

WAITING, WORKING, FAILED = "waiting", "working", "failed"


def claim(
    tx: Connection,
    table: sa.Table,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    channels: Sequence[str] | None = None,
) -> list[Any]:
    """Up to `limit` rows that are due, at most one a conversation, now in work by `worker`. Commit at once after it.

    A row whose worker let its lease run out (it died) is claimed again; `attempts` counts every claim.
    """
    candidates = _due(table, now, channels).order_by(table.c.due_at, table.c.ordered_at, table.c.number).limit(limit)
    if tx.dialect.name == "postgresql":
        candidates = candidates.with_for_update(skip_locked=True, of=table)
    claimed: list[Any] = []
    for number, channel, conversation in tx.execute(candidates).all():
        if tx.dialect.name == "postgresql" and not _conversation_free(tx, table, number, channel, conversation, now):
            continue
        taken = (
            sa.update(table)
            .where(table.c.number == number)
            .values(state=WORKING, worker=worker, leased_until=now + lease, attempts=table.c.attempts + 1)
            .returning(table)
        )
        claimed.append(tx.execute(taken).one())
    return claimed


def any_due(tx: Connection, table: sa.Table, now: datetime) -> bool:
    """Whether there may be something to claim. A cheap look, which waits for nobody; the claim itself is exact."""
    free = sa.or_(table.c.state == WAITING, table.c.leased_until <= now)
    due = sa.select(sa.literal(1)).select_from(table).where(_open(table.name), table.c.due_at <= now, free).limit(1)
    return tx.execute(due).first() is not None


def _open(name: str) -> sa.TextClause:
    # In the words of the partial indexes, so that they are used.
    return sa.text(f"{name}.{LIVE}")


def _due(table: sa.Table, now: datetime, channels: Sequence[str] | None) -> sa.Select[Any]:
    other = table.alias("other")
    same = (other.c.channel == table.c.channel) & (other.c.conversation_id == table.c.conversation_id)
    before = sa.tuple_(other.c.ordered_at, other.c.number) < sa.tuple_(table.c.ordered_at, table.c.number)
    earlier = sa.exists().where(_open("other"), same, before)
    # One that was sent later but is in work already: this one waits for it all the same.
    in_work = sa.exists().where(
        _open("other"),
        same,
        other.c.state == WORKING,
        other.c.leased_until > now,
        other.c.number != table.c.number,
    )
    free = sa.or_(table.c.state == WAITING, table.c.leased_until <= now)
    query = sa.select(table.c.number, table.c.channel, table.c.conversation_id)
    query = query.where(_open(table.name), free, table.c.due_at <= now, ~earlier, ~in_work)
    return query if channels is None else query.where(table.c.channel.in_(list(channels)))


def _conversation_free(
    tx: Connection, table: sa.Table, number: int, channel: str, conversation: str, now: datetime
) -> bool:
    """PostgreSQL: two workers may each see another row of one conversation as the first. The lock lets one through;
    the second look, which sees what was committed meanwhile, stops the other."""
    key = sa.func.hashtextextended(f"{table.name}\x1f{channel}\x1f{conversation}", 0)
    if not tx.execute(sa.select(sa.func.pg_try_advisory_xact_lock(key))).scalar():
        return False
    return tx.execute(_due(table, now, None).where(table.c.number == number)).first() is not None


def close(tx: Connection, table: sa.Table, number: int, worker: str, **values: object) -> None:
    """Ends a worker's claim and sets `values`. LeaseLost if the row is no longer this worker's."""
    mine = (table.c.number == number) & (table.c.state == WORKING) & (table.c.worker == worker)
    done = tx.execute(sa.update(table).where(mine).values(leased_until=None, worker=None, **values))
    if done.rowcount != 1:
        raise LeaseLost(table.name, number)


def renew(tx: Connection, table: sa.Table, number: int, worker: str, until: datetime) -> None:
    """Keeps a claim for longer. LeaseLost if it isn't this worker's any more."""
    mine = (table.c.number == number) & (table.c.state == WORKING) & (table.c.worker == worker)
    if tx.execute(sa.update(table).where(mine).values(leased_until=until)).rowcount != 1:
        raise LeaseLost(table.name, number)


def postpone(
    tx: Connection, table: sa.Table, number: int, worker: str, until: datetime, error: str | None = None
) -> None:
    """Gives a claimed row back until a moment; it doesn't count as a try. LeaseLost if it isn't this worker's."""
    close(tx, table, number, worker, state=WAITING, due_at=until, attempts=table.c.attempts - 1, error=error)


def release(tx: Connection, table: sa.Table) -> int:
    """Ends every lease: for whoever knows that no worker lives. How many there were."""
    working = sa.update(table).where(_open(table.name), table.c.state == WORKING)
    return tx.execute(working.values(state=WAITING, leased_until=None, worker=None)).rowcount


def run_again(tx: Connection, table: sa.Table, number: int, now: datetime) -> bool:
    """Puts a row that was set aside back into the queue, its tries counted from none. False if it isn't set aside."""
    aside = (table.c.number == number) & (table.c.state == FAILED)
    again = sa.update(table).where(aside).values(state=WAITING, attempts=0, due_at=now, error=None, finished_at=None)
    return bool(tx.execute(again).rowcount)


def in_state(tx: Connection, table: sa.Table, state: str, limit: int) -> list[Any]:
    """Rows in a state, the oldest first."""
    query = sa.select(table).where(table.c.state == state).order_by(table.c.ordered_at, table.c.number).limit(limit)
    return list(tx.execute(query))


def counts(tx: Connection, table: sa.Table) -> dict[str, int]:
    """How many rows are in each state (states with none are left out)."""
    query = sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
    return {row.state: row[1] for row in tx.execute(query)}


def lengths(tx: Connection, table: sa.Table) -> tuple[dict[str, int], datetime | None]:
    """How many rows are waiting, working and failed (not finished: that would count all there ever were), and since
    when the oldest of those still to be worked on waits (whatever its next try is due)."""
    since = table.c.received_at if "received_at" in table.c else table.c.ordered_at
    query = sa.select(table.c.state, sa.func.count(), sa.func.min(since)).group_by(table.c.state)
    rows = [*tx.execute(query.where(_open(table.name))), *tx.execute(query.where(table.c.state == FAILED))]
    waiting = [row[2] for row in rows if row.state != FAILED]
    return {row.state: row[1] for row in rows}, min(waiting, default=None)
