"""The inbox, the outbox and the state of conversations: nothing lost, nothing twice, in order; on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sales.errors import Conflict
from storage import conversations, inbox, outbox
from storage import tables as t
from storage.errors import LeaseLost

NOW = datetime(2026, 3, 18, 10, 5, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def message(event: str, conversation: str = "c1", sent: int = 0, channel: str = "slack") -> inbox.Incoming:
    sent_at = NOW - timedelta(seconds=1000 - sent)
    return inbox.Incoming(channel, event, conversation, "U1", f"text of {event}", sent_at, payload={"thread": [1]})


def test_a_message_is_accepted_once(database: Any) -> None:
    with database.begin() as tx:
        assert inbox.accept(tx, message("e1"), NOW)
        assert not inbox.accept(tx, message("e1"), NOW)
        assert inbox.accept(tx, message("e1", channel="wecom"), NOW)
        many = [message("e2"), message("e1"), message("e2"), message("e3")]
        assert inbox.accept_many(tx, many, NOW) == [True, False, False, True]
        assert inbox.accept_many(tx, [], NOW) == []
    with database.read() as tx:
        found = inbox.find(tx, "slack", "e1")
        assert found is not None
        assert found.message == message("e1")
        assert inbox.counts(tx) == {"waiting": 4}


def test_one_conversation_is_worked_on_in_order_one_at_a_time(database: Any) -> None:
    with database.begin() as tx:
        # they come in another order than they were sent
        inbox.accept_many(tx, [message("b", sent=2), message("a", sent=1), message("x", "c2", 3)], NOW)
    with database.begin() as tx:
        first = inbox.claim(tx, "w1", NOW, LEASE, limit=10)
        assert {one.message.event_id for one in first} == {"a", "x"}
        assert inbox.claim(tx, "w2", NOW, LEASE, limit=10) == []
        a = next(one for one in first if one.message.event_id == "a")
        inbox.finish(tx, a.number, "w1", NOW)
        assert [one.message.event_id for one in inbox.claim(tx, "w2", NOW, LEASE)] == ["b"]


def test_one_sent_earlier_that_comes_late_waits_for_what_is_in_work(database: Any) -> None:
    with database.begin() as tx:
        inbox.accept(tx, message("b", sent=2), NOW)
        (b,) = inbox.claim(tx, "w1", NOW, LEASE)
        inbox.accept(tx, message("a", sent=1), NOW)
        assert inbox.claim(tx, "w2", NOW, LEASE) == []
        # the worker of b died: first what was sent first
        later = NOW + LEASE
        assert [one.message.event_id for one in inbox.claim(tx, "w2", later, LEASE, 5)] == ["a"]
        with pytest.raises(LeaseLost):
            inbox.renew(tx, 999, "w1", later)
        inbox.finish(tx, b.number, "w1", later)  # it was only slow, and nobody has taken it


def test_a_lost_lease_is_said(database: Any) -> None:
    with database.begin() as tx:
        inbox.accept(tx, message("a"), NOW)
        (held,) = inbox.claim(tx, "w1", NOW, LEASE)
        inbox.renew(tx, held.number, "w1", NOW + 2 * LEASE)
        assert inbox.claim(tx, "w2", NOW + LEASE, LEASE) == []
        (again,) = inbox.claim(tx, "w2", NOW + 2 * LEASE, LEASE)
        assert (again.number, again.attempts) == (held.number, 2)
        for late in (
            lambda: inbox.finish(tx, held.number, "w1", NOW),
            lambda: inbox.fail(tx, held.number, "w1", NOW, "x", retry_at=None),
            lambda: inbox.renew(tx, held.number, "w1", NOW),
        ):
            with pytest.raises(LeaseLost):
                late()
        inbox.finish(tx, again.number, "w2", NOW)
        with pytest.raises(LeaseLost):
            inbox.finish(tx, again.number, "w2", NOW)


def test_a_try_again_holds_back_its_conversation_and_a_set_aside_does_not(database: Any) -> None:
    with database.begin() as tx:
        inbox.accept_many(tx, [message("a", sent=1), message("b", sent=2)], NOW)
        (a,) = inbox.claim(tx, "w1", NOW, LEASE)
        retry = NOW + timedelta(seconds=5)
        inbox.fail(tx, a.number, "w1", NOW, "TimeoutError", retry_at=retry)
        assert inbox.claim(tx, "w1", NOW, LEASE) == []
        (a,) = inbox.claim(tx, "w1", retry, LEASE)
        assert (a.message.event_id, a.attempts, a.error) == ("a", 2, "TimeoutError")
        inbox.fail(tx, a.number, "w1", retry, "KeyError", retry_at=None)
        assert [(one.message.event_id, one.error) for one in inbox.set_aside(tx)] == [("a", "KeyError")]
        (b,) = inbox.claim(tx, "w1", retry, LEASE)
        assert b.message.event_id == "b"
        assert inbox.run_again(tx, a.number, retry)
        assert not inbox.run_again(tx, a.number, retry)
        assert not inbox.run_again(tx, b.number, retry)
        inbox.finish(tx, b.number, "w1", retry)
        assert [(one.message.event_id, one.attempts) for one in inbox.claim(tx, "w1", retry, LEASE)] == [("a", 1)]


def reply(key: str, conversation: str = "c1", **more: Any) -> outbox.Outgoing:
    return outbox.Outgoing(key, more.pop("channel", "slack"), conversation, {"text": f"回复 {key}"}, **more)


def test_the_outbox_takes_a_key_once_and_keeps_the_order(database: Any) -> None:
    with database.begin() as tx:
        assert outbox.put(tx, reply("k1"), NOW)
        assert not outbox.put(tx, reply("k1"), NOW)
        assert outbox.put(tx, reply("k2"), NOW)
        assert outbox.put(tx, reply("k3", due_at=NOW + timedelta(hours=1)), NOW)
        (first,) = outbox.claim(tx, "w1", NOW, LEASE, 5)
        assert (first.message.key, first.message.payload) == ("k1", {"text": "回复 k1"})
        outbox.failed(tx, first.number, "w1", NOW, "429", retry_at=NOW + timedelta(seconds=3))
        assert outbox.claim(tx, "w1", NOW, LEASE, 5) == []
        later = NOW + timedelta(seconds=3)
        for key in ("k1", "k2"):
            (one,) = outbox.claim(tx, "w1", later, LEASE, 5)
            assert one.message.key == key
            outbox.delivered(tx, one.number, "w1", later, vendor_id=f"ts-{key}")
        assert outbox.claim(tx, "w1", later, LEASE, 5) == []
        (nudge,) = outbox.claim(tx, "w1", NOW + timedelta(hours=1), LEASE, 5)
        outbox.failed(tx, nudge.number, "w1", later, "invaliduser", retry_at=None)
        assert [one.message.key for one in outbox.undeliverable(tx)] == ["k3"]
        assert not outbox.put(tx, reply("k1"), later)
        assert outbox.counts(tx) == {"delivered": 2, "failed": 1}
        assert outbox.run_again(tx, nudge.number, later)


def test_a_channel_can_be_claimed_alone(database: Any) -> None:
    with database.begin() as tx:
        outbox.put(tx, reply("s1"), NOW)
        outbox.put(tx, reply("s2", "c2"), NOW)
        outbox.put(tx, reply("w1", channel="wecom"), NOW)
        assert [one.message.key for one in outbox.claim(tx, "w", NOW, LEASE, 5, channels=["wecom"])] == ["w1"]
        assert len(outbox.claim(tx, "w", NOW, LEASE, 5, channels=["slack"])) == 2
        assert outbox.channels_waiting(tx) == {}


def test_what_is_put_off_counts_as_no_try(database: Any) -> None:
    with database.begin() as tx:
        outbox.put(tx, reply("s1"), NOW)
        for _ in range(3):
            (one,) = outbox.claim(tx, "w", NOW, LEASE)
            assert one.attempts == 1
            outbox.postpone(tx, one.number, "w", NOW, "rate_limited: 429")
        assert outbox.channels_waiting(tx) == {"slack": 1}
        assert outbox.lengths(tx) == ({"waiting": 1}, NOW)


def test_records_reply_and_finish_are_one_step(database: Any) -> None:
    with database.begin() as tx:
        inbox.accept(tx, message("a"), NOW)
        (held,) = inbox.claim(tx, "w1", NOW, LEASE)

    def work(worker: str) -> None:
        with database.begin() as tx:
            outbox.put(tx, reply(f"reply:{held.number}", reply_to=held.number), NOW)
            inbox.finish(tx, held.number, worker, NOW)

    with pytest.raises(LeaseLost):
        work("w2")
    with database.read() as tx:
        assert outbox.counts(tx) == {}
    work("w1")
    with database.read() as tx:
        assert outbox.counts(tx) == {"waiting": 1}
        assert inbox.counts(tx) == {"done": 1}


def test_workers_at_once_do_each_message_once_and_in_order(database: Any) -> None:
    """Four workers, eight conversations; some messages fail the first time, some workers let their lease run out."""
    wanted = {f"c{c}": [f"{c}-{n}" for n in range(12)] for c in range(8)}
    with database.begin() as tx:
        for events in zip(*wanted.values(), strict=True):
            inbox.accept_many(tx, [message(e, f"c{e[0]}", sent=int(e.split("-")[1])) for e in reversed(events)], NOW)
    log: list[tuple[str, str]] = []
    in_work: dict[str, str] = {}
    faults: list[BaseException] = []
    guard = threading.Lock()

    def run(worker: str) -> None:
        try:
            clock = NOW
            idle = 0
            while idle < 50:
                with database.begin() as tx:
                    claimed = inbox.claim(tx, worker, clock, LEASE, limit=2)
                idle = 0 if claimed else idle + 1
                for one in claimed:
                    place = one.message.conversation_id
                    with guard:
                        assert in_work.setdefault(place, worker) == worker, "two at once in one conversation"
                    failing = one.attempts == 1 and one.number % 5 == 0
                    with database.begin() as tx:
                        if failing:
                            inbox.fail(tx, one.number, worker, clock, "x", retry_at=clock)
                        else:
                            outbox.put(tx, reply(f"r{one.number}", place, reply_to=one.number), clock)
                            inbox.finish(tx, one.number, worker, clock)
                        with guard:  # before others can see it finished
                            if not failing:
                                log.append((place, one.message.event_id))
                            del in_work[place]
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert {place: [e for p, e in log if p == place] for place in wanted} == wanted
    with database.read() as tx:
        assert outbox.counts(tx) == {"waiting": 96}
        assert inbox.counts(tx) == {"done": 96}


def test_processes_that_accept_the_same_events_at_once_take_each_once(database: Any) -> None:
    taken: list[int] = []
    faults: list[BaseException] = []

    def run(events: list[inbox.Incoming]) -> None:
        try:
            with database.begin() as tx:
                new = inbox.accept_many(tx, events, NOW)
            taken.append(sum(new))
        except BaseException as error:
            faults.append(error)

    events = [message(f"e{n}") for n in range(200)]
    threads = [threading.Thread(target=run, args=(events if n % 2 else events[::-1],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert sum(taken) == 200


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_happens_a_message_ends_done_or_set_aside(database: Any, trial: Any, data: st.DataObject) -> None:
    """Random claims, crashes, failures and slow workers: at most one in work a conversation, and all ends well."""
    with trial(database) as tx:
        clock = NOW
        for n in range(6):
            inbox.accept(tx, message(f"e{n}", data.draw(st.sampled_from(["c1", "c2"])), sent=n % 3), clock)
        held: list[tuple[str, int]] = []
        for _ in range(data.draw(st.integers(0, 25))):
            step = data.draw(st.sampled_from(["claim", "finish", "fail", "aside", "crash", "wait"]))
            if step == "claim":
                worker = data.draw(st.sampled_from(["w1", "w2"]))
                held += [
                    (worker, one.number) for one in inbox.claim(tx, worker, clock, LEASE, data.draw(st.integers(1, 3)))
                ]
                live = sa.select(t.inbox.c.conversation_id).where(
                    t.inbox.c.state == "working", t.inbox.c.leased_until > clock
                )
                places = tx.execute(live).scalars().all()
                assert len(places) == len(set(places))
            elif step == "wait":
                clock += timedelta(seconds=data.draw(st.integers(1, 90)))
            elif held:
                worker, number = held.pop(data.draw(st.integers(0, len(held) - 1)))
                try:
                    if step == "finish":
                        inbox.finish(tx, number, worker, clock)
                    elif step != "crash":
                        retry = clock + timedelta(seconds=5) if step == "fail" else None
                        inbox.fail(tx, number, worker, clock, "x", retry_at=retry)
                except LeaseLost:
                    pass
        for _ in range(20):
            clock += LEASE
            for one in inbox.claim(tx, "w9", clock, LEASE, 5):
                inbox.finish(tx, one.number, "w9", clock)
        assert set(inbox.counts(tx)) <= {"done", "failed"}
        assert sum(inbox.counts(tx).values()) == 6


def test_the_state_of_a_conversation_is_not_overwritten_unseen(database: Any) -> None:
    with database.begin() as tx:
        empty = conversations.load(tx, "slack", "c1", "u1")
        assert (empty.state, empty.version) == ({}, 0)
        first = conversations.store(tx, empty, {"asked": "哪位王总", "options": [1, 2]}, NOW)
        assert conversations.load(tx, "slack", "c1", "u1") == first
        assert conversations.load(tx, "slack", "c1", "u2").version == 0  # a group: each their own
        second = conversations.store(tx, first, {}, NOW)
        for outdated in (empty, first):
            with pytest.raises(Conflict):
                conversations.store(tx, outdated, {"x": 1}, NOW)
        assert conversations.load(tx, "slack", "c1", "u1") == second
