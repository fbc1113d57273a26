"""Nothing is lost and nothing is recorded twice, though the server is killed (SIGKILL) while messages arrive.

The vendor's side is played as vendors do: a message is sent again until it is acknowledged, some are sent again though
they were, and they come in no particular order. The server is the real program, in processes of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from storage import tables as t
from storage.database import open_database
from storage.importer import import_company
from tests.standins.slack import BOT_TOKEN as TOKEN
from tests.standins.slack import SECRET, SlackStandIn
from tests.talking import AT, team

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = 24
MESSAGES = 240
KILLS = 5
SECONDS = 60.0  # until everything must have come to rest, on a busy machine

VISITS = (
    "今天去渭林水务见了邱立，聊了双吸泵的方案",
    "下午在渭林水务和胡建民开了会，讨论远程监测",
    "上午给渭林水务的邱立打了电话",
    "met Dana Whitfield at Alder today",
)


def company() -> dict[str, Any]:
    made = team()
    made["users"] += [
        {
            "id": f"r{n}", "name": f"测试{n:02}", "aliases": [], "role": "rep", "org_unit": "north", "title": "销售",
            "channels": [{"channel": "slack", "id": f"U{n:04}"}],
        }
        for n in range(PEOPLE)
    ]  # fmt: skip
    return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Fleet:
    """The processes of one installation. Each that is killed is started again."""

    def __init__(self, url: str, api: str, folder: Path) -> None:
        self.port = free_port()
        self._environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "HOME": str(folder),
            "CANMOU_DATABASE_URL": url, "CANMOU_SLACK_API_URL": api, "CANMOU_SLACK_BOT_TOKEN": TOKEN,
            "CANMOU_SLACK_SIGNING_SECRET": SECRET, "CANMOU_LEASE_SECONDS": "3",
        }  # fmt: skip
        self._log = (folder / "serve.log").open("ab")
        self._folder = folder
        web = ["--port", str(self.port)]
        split = [["--role", "web", *web], ["--role", "worker"], ["--role", "worker"]]
        self._commands = [web] if url.startswith("sqlite") else split
        self._running = [self._start(command) for command in self._commands]

    def _start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "serve", *arguments],
            cwd=self._folder, env=self._environment, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def kill_one(self, place: int) -> None:
        self._running[place].send_signal(signal.SIGKILL)
        self._running[place].wait()
        self._running[place] = self._start(self._commands[place])

    def __len__(self) -> int:
        return len(self._commands)

    def end(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()

    @property
    def log(self) -> str:
        return (self._folder / "serve.log").read_text("utf-8", "replace")


@contextmanager
def fleet(url: str, api: str, folder: Path) -> Iterator[Fleet]:
    made = Fleet(url, api, folder)
    try:
        yield made
    finally:
        made.end()


def event(number: int) -> bytes:
    person = f"U{number % PEOPLE:04}"
    ts = f"{int(time.time()) - 30}.{number:06}"
    body = {
        "token": "t", "team_id": "T1", "api_app_id": "A1", "type": "event_callback", "event_id": f"Ev{number:06}",
        "event_time": int(time.time()),
        "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}],
        "event": {
            "type": "message", "channel_type": "im", "channel": f"D{number % PEOPLE:04}", "user": person, "ts": ts,
            "event_ts": ts, "team": "T1", "text": VISITS[number % len(VISITS)],
        },
    }  # fmt: skip
    return json.dumps(body).encode()


def signed(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}", "Content-Type": "application/json",
    }  # fmt: skip


async def send_until_acknowledged(session: aiohttp.ClientSession, url: str, body: bytes, chance: random.Random) -> int:
    """As a vendor does; sometimes once more though it was acknowledged. How often it was sent."""
    sent = 0
    again = chance.random() < 0.2
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        headers = signed(body) | ({"X-Slack-Retry-Num": str(sent), "X-Slack-Retry-Reason": "timeout"} if sent else {})
        sent += 1
        try:
            async with session.post(url, data=body, headers=headers) as answer:
                acknowledged = answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            acknowledged = False
        if acknowledged and not again:
            return sent
        again = again and not acknowledged
        await asyncio.sleep(chance.uniform(0.05, 0.5))
    raise AssertionError("a message was never acknowledged")


async def arrive(fleet: Fleet, chance: random.Random) -> int:
    """All messages, out of order, over a few seconds, while processes are killed. How many requests it took."""
    url = f"http://127.0.0.1:{fleet.port}/slack/events"
    numbers = list(range(MESSAGES))
    chance.shuffle(numbers)
    timeout = aiohttp.ClientTimeout(total=3)
    async with aiohttp.ClientSession(timeout=timeout) as session:

        async def one(place: int, number: int) -> int:
            await asyncio.sleep(place * 8.0 / MESSAGES)
            return await send_until_acknowledged(session, url, event(number), chance)

        async def kill() -> None:
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(1.0, 2.5))
                await asyncio.to_thread(fleet.kill_one, chance.randrange(len(fleet)))

        killing = asyncio.create_task(kill())
        sent = await asyncio.gather(*(one(place, number) for place, number in enumerate(numbers)))
        await killing
    return sum(sent)


def at_rest(tx: sa.Connection) -> bool:
    live = [sa.select(sa.func.count()).where(q.c.state.in_(("waiting", "working"))) for q in (t.inbox, t.outbox)]
    return not any(tx.execute(query).scalar_one() for query in live)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_and_nothing_twice(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'canmou.db'}"
    else:
        url = request.getfixturevalue("postgresql_url")
    database = open_database(url, check=False)
    database.migrate()
    with database.begin() as tx:
        import_company(tx, company(), at=AT)
    seed = random.randrange(1_000_000)
    with SlackStandIn(lenient=True, limits=True) as slack, fleet(url, slack.url, tmp_path) as running:
        requests = asyncio.run(arrive(running, random.Random(seed)))
        end = time.monotonic() + SECONDS
        while True:
            with database.read() as tx:
                if at_rest(tx):
                    break
            assert time.monotonic() < end, f"seed {seed}: it did not come to rest\n{running.log[-3000:]}"
            time.sleep(0.2)
    assert requests > MESSAGES
    with database.read() as tx:
        inbox = list(tx.execute(sa.select(t.inbox.c.number, t.inbox.c.state, t.inbox.c.event_id)))
        outbox = list(tx.execute(sa.select(t.outbox.c.key, t.outbox.c.state, t.outbox.c.inbox_number)))
        saved = Counter(
            tx.execute(sa.select(t.change_sets.c.message_id).where(t.change_sets.c.source == "save")).scalars()
        )
        activities = tx.execute(sa.select(sa.func.count()).select_from(t.activities)).scalar_one()
    database.close()
    # every message is there, once, and done
    assert len(inbox) == len({row.event_id for row in inbox}) == MESSAGES
    assert {row.state for row in inbox} == {"done"}
    # each has exactly one set of records
    assert saved == {str(row.number): 1 for row in inbox}
    assert activities == MESSAGES
    # each reply reached the vendor, at least once, under its one key
    assert {row.state for row in outbox} == {"delivered"}
    assert {row.inbox_number for row in outbox} == {row.number for row in inbox}
    arrived = Counter(sent.key for sent in slack.sent if sent.method == "chat.postMessage")
    assert set(arrived) == {row.key for row in outbox}
    again = sum(arrived.values()) - len(arrived)
    assert again <= KILLS * 16, "more was said twice than was on its way when a process died"
    assert slack.too_fast <= KILLS, "Slack's limit was not kept"
    words = [visit for visit in VISITS if visit in running.log]
    assert not words, "people's words are in the log"
    assert SECRET not in running.log
    assert TOKEN not in running.log
