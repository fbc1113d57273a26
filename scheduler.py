"""The clock: what happens by itself, and when. One process at a time ticks; APScheduler lives here and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from storage import identities, inbox, outbox, pace, pictures
from storage.leader import Leadership

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

    from storage.database import Database

PICTURES_LAST = timedelta(days=7)
PACES_LAST = timedelta(hours=2)
_EVERY = 3600  # seconds between two tidyings

log = logging.getLogger("canmou.clock")


class Clock:
    """Ticks while it leads. `start` and `stop`; another process may take over when this one ends."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        keep: timedelta | None = None,
    ) -> None:
        """`keep`: how long messages are kept that are done; None for ever."""
        self._database = database
        self._keep = keep
        self._now = now
        self._leadership = Leadership(database, "clock")
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        from apscheduler.schedulers.background import BackgroundScheduler

        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
        self._scheduler.add_job(self._tidy, "interval", seconds=_EVERY, jitter=300, next_run_time=self._now())
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown()
            self._scheduler = None
        self._leadership.give_up()

    def _tidy(self) -> None:
        if self._leadership.take():
            gone = tidy(self._database, self._now(), self._keep)
            log.info("tidied: %d rows", gone)


def tidy(database: Database, now: datetime, keep: timedelta | None = None) -> int:
    """Removes what nobody needs any more: delivered pictures, ended codes, moments of the vendors' pace. How many rows.

    With `keep`, also messages in and out that were done longer ago than that.
    """
    with database.begin() as tx:
        gone = pictures.forget(tx, now - PICTURES_LAST)
        gone += identities.forget_old(tx, now)
        gone += pace.forget(tx, now - PACES_LAST)
    if keep is not None:
        with database.begin() as tx:
            gone += outbox.forget(tx, now - keep)
        with database.begin() as tx:
            gone += inbox.forget(tx, now - keep)
    return gone
