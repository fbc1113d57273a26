"""The clock: what it tidies away, and that one process at a time does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from scheduler import PICTURES_LAST, Clock, tidy
from storage import inbox, outbox, pace, pictures
from storage.inbox import Incoming
from storage.leader import Leadership
from storage.outbox import Outgoing
from storage.pace import Limit
from tests.serving import until

NOW = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def conversation(database: Any, name: str, at: datetime, *, delivered: bool = True) -> None:
    """A message and its reply, both done at a moment."""
    with database.begin() as tx:
        inbox.accept(tx, Incoming("slack", name, f"@{name}", name, "x", at), at)
        (received,) = inbox.claim(tx, "w", at, DAY)
        outbox.put(tx, Outgoing(f"reply:{name}", "slack", f"@{name}", {}, received.number), at)
        inbox.finish(tx, received.number, "w", at)
        if delivered:
            (queued,) = outbox.claim(tx, "s", at, DAY)
            outbox.delivered(tx, queued.number, "s", at)


def left(database: Any) -> tuple[dict[str, int], dict[str, int]]:
    with database.read() as tx:
        return inbox.counts(tx), outbox.counts(tx)


def test_messages_are_kept_unless_the_operator_says_how_long(stored: Any) -> None:
    conversation(stored, "old", NOW - 40 * DAY)
    conversation(stored, "new", NOW - 3 * DAY)
    assert tidy(stored, NOW) == 0
    assert left(stored) == ({"done": 2}, {"delivered": 2})
    assert tidy(stored, NOW, 30 * DAY) == 2
    assert left(stored) == ({"done": 1}, {"delivered": 1})


def test_what_has_not_arrived_is_kept_with_what_it_answers(stored: Any) -> None:
    conversation(stored, "old", NOW - 40 * DAY, delivered=False)
    assert tidy(stored, NOW, 30 * DAY) == 0
    assert left(stored) == ({"done": 1}, {"waiting": 1})


def test_a_number_is_never_given_twice(stored: Any) -> None:
    """Evidence names messages by their numbers."""
    conversation(stored, "old", NOW - 40 * DAY)
    conversation(stored, "older", NOW - 50 * DAY)
    tidy(stored, NOW, 30 * DAY)
    with stored.begin() as tx:
        inbox.accept(tx, Incoming("slack", "new", "@new", "new", "x", NOW), NOW)
        found = inbox.find(tx, "slack", "new")
        assert found is not None
        assert found.number == 3


def test_a_greeting_stays_given(stored: Any) -> None:
    with stored.begin() as tx:
        outbox.put(tx, Outgoing("hello:slack:U1", "slack", "@U1", {}), NOW - 40 * DAY)
        (queued,) = outbox.claim(tx, "s", NOW - 40 * DAY, DAY)
        outbox.delivered(tx, queued.number, "s", NOW - 40 * DAY)
    assert tidy(stored, NOW, 30 * DAY) == 0
    with stored.begin() as tx:
        assert not outbox.put(tx, Outgoing("hello:slack:U1", "slack", "@U1", {}), NOW)


def test_pictures_and_the_pace_of_yesterday_go(stored: Any) -> None:
    with stored.begin() as tx:
        old = pictures.keep(tx, "image/png", b"1", NOW - PICTURES_LAST - DAY)
        new = pictures.keep(tx, "image/png", b"2", NOW)
        pace.reserve(tx, "slack", "C1", [Limit(timedelta(seconds=1))], NOW - DAY)
    assert tidy(stored, NOW) == 2
    with stored.read() as tx:
        assert pictures.find(tx, old) is None
        kept = pictures.find(tx, new)
        assert kept is not None
        assert (kept.media_type, kept.data) == ("image/png", b"2")


def test_the_clock_tidies_at_its_start_if_it_leads(stored: Any) -> None:
    conversation(stored, "old", NOW - 40 * DAY)
    first = Clock(stored, keep=30 * DAY)
    first.start()
    try:
        until(lambda: left(stored) == ({"done": 1}, {}))
        assert Leadership(stored, "clock").take() is False
    finally:
        first.stop()
