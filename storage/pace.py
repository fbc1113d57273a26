"""How fast a vendor may be written to, agreed between all processes: each message reserves its moment here.

The generic cell rate algorithm (ITU-T I.371): of each limit one moment is kept, the theoretical arrival time. A message
may go if that is not further ahead than the burst allows; going moves it on by the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import tables as t
from storage.counters import insert_into


@dataclass(frozen=True, slots=True)
class Limit:
    """One message every `interval` in the long run, and up to `burst` at once after a rest.

    In any window of length W at most `burst + W / interval` messages go: choose them so that a vendor's limit holds.
    """

    interval: timedelta
    burst: int = 1


_ON_ITS_WAY = -1
"""The number of no limit: until when a message to the place may be on its way."""
_ASK_AGAIN = timedelta(seconds=0.1)


def reserve(
    tx: Connection,
    channel: str,
    place: str,
    limits: Sequence[Limit],
    now: datetime,
    takes: timedelta | None = None,
) -> datetime | None:
    """None: go now, and the moment is taken. Else the earliest moment to ask again; nothing is taken.

    With `takes`, the longest that it may be on its way, nothing else goes to the place until `spent` or `returned`
    says that it has arrived or won't: a request that was held up would else come close before the next.
    """
    if not limits:
        return None
    c = t.paces.c
    query = sa.select(c.limit_number, c.free_at).where(c.channel == channel, c.place == place)
    if tx.dialect.name == "postgresql":
        key = sa.func.hashtextextended(f"pace\x1f{channel}\x1f{place}", 0)
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
    known: dict[int, datetime] = {row.limit_number: row.free_at for row in tx.execute(query)}
    on_its_way = known.get(_ON_ITS_WAY, now)
    if takes is not None and on_its_way > now:
        return min(on_its_way, now + _ASK_AGAIN)
    free = [max(known.get(number, now), now) for number in range(len(limits))]
    waits = [moment - limit.interval * (limit.burst - 1) for moment, limit in zip(free, limits, strict=True)]
    earliest = max(waits)
    if earliest > now:
        return earliest
    for number, (moment, limit) in enumerate(zip(free, limits, strict=True)):
        _set(tx, channel, place, number, moment + limit.interval)
    if takes is not None:
        _set(tx, channel, place, _ON_ITS_WAY, now + takes)
    return None


def _set(tx: Connection, channel: str, place: str, number: int, free_at: datetime) -> None:
    row = insert_into(tx, t.paces).values(channel=channel, place=place, limit_number=number, free_at=free_at)
    tx.execute(
        row.on_conflict_do_update(
            index_elements=["channel", "place", "limit_number"], set_={"free_at": row.excluded.free_at}
        )
    )


_WHOLE = "*"
"""The place that stands for a whole channel; no vendor's."""


def hold(tx: Connection, channel: str, until: datetime) -> None:
    """Nothing more goes to a channel before `until`: its vendor said so (Retry-After), or refuses us altogether."""
    row = insert_into(tx, t.paces).values(channel=channel, place=_WHOLE, limit_number=0, free_at=until)
    later = sa.case((t.paces.c.free_at < until, row.excluded.free_at), else_=t.paces.c.free_at)
    tx.execute(row.on_conflict_do_update(index_elements=["channel", "place", "limit_number"], set_={"free_at": later}))


def held_until(tx: Connection, channel: str, now: datetime) -> datetime | None:
    """Until when a channel is held; None if it isn't."""
    c = t.paces.c
    found = tx.execute(sa.select(c.free_at).where(c.channel == channel, c.place == _WHOLE)).scalar()
    return found if isinstance(found, datetime) and found > now else None


def spent(tx: Connection, channel: str, place: str, limits: Sequence[Limit], now: datetime) -> None:
    """A message has just arrived: its interval is counted from now, if that is later than what was reserved."""
    returned(tx, channel, place, limits)
    for number, limit in enumerate(limits):
        free_at = now + limit.interval
        row = insert_into(tx, t.paces).values(channel=channel, place=place, limit_number=number, free_at=free_at)
        later = sa.case((t.paces.c.free_at < free_at, row.excluded.free_at), else_=t.paces.c.free_at)
        tx.execute(
            row.on_conflict_do_update(index_elements=["channel", "place", "limit_number"], set_={"free_at": later})
        )


def returned(tx: Connection, channel: str, place: str, limits: Sequence[Limit]) -> None:
    """Nothing is on its way to the place any more."""
    if limits:
        c = t.paces.c
        tx.execute(sa.delete(t.paces).where(c.channel == channel, c.place == place, c.limit_number == _ON_ITS_WAY))


def release(tx: Connection) -> int:
    """Nothing is on its way to anywhere: for whoever knows that no sender lives. How many places were waited for."""
    return tx.execute(sa.delete(t.paces).where(t.paces.c.limit_number == _ON_ITS_WAY)).rowcount


def forget(tx: Connection, before: datetime) -> int:
    """Removes places that are free since long; how many moments went."""
    return tx.execute(sa.delete(t.paces).where(t.paces.c.free_at < before)).rowcount
