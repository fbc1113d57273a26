"""The whole server in this process, on a free port, between a database and the stand-ins of the vendors."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import requests
import sqlalchemy as sa
import uvicorn

from bot.server import Role, Server
from bot.settings import read_settings
from handlers.dialogue import Dialogue
from storage import tables as t
from storage.importer import import_company
from tests.standins import wecom
from tests.standins.slack import SlackStandIn
from tests.standins.slack_events import SlackSender
from tests.standins.wecom import WeComStandIn
from tests.standins.wecom_bot import WeComBotServer
from tests.standins.wecom_events import Callbacks
from tests.talking import READER, team

WECOM_TOKEN = "a-token-of-a-test"
WECOM_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
ACCOUNTS = {"nie": ("U0NIE", "nie"), "pan": ("U0PAN", "pan"), "boss": ("U0BOSS", "boss")}
"""person -> the account in Slack, the account in WeCom."""


def linked_team() -> dict[str, Any]:
    company = team()
    for user in company["users"]:
        slack, wecom_id = ACCOUNTS[user["id"]]
        user["channels"] = [{"channel": "slack", "id": slack}, {"channel": "wecom", "id": wecom_id}]
    return company


@dataclass
class World:
    """One installation. `slack_in` and `wecom_in` call it as the vendors do; `slack`, `wecom`, `robot` are called."""

    database: Any
    server: Server
    port: int
    slack: SlackStandIn
    wecom: WeComStandIn
    robot: WeComBotServer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def slack_in(self) -> SlackSender:
        return SlackSender(f"{self.url}/slack/events")

    @cached_property  # it numbers what it sends
    def wecom_in(self) -> Callbacks:
        return Callbacks(wecom.CORP_ID, WECOM_TOKEN, WECOM_KEY, wecom.AGENT_ID, url=f"{self.url}/wecom/callback")

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, timeout=10)

    def count(self, table: str) -> int:
        with self.database.read() as tx:
            return int(tx.execute(sa.text(f"select count(*) from {table}")).scalar_one())

    def at_rest(self) -> bool:
        """Nothing waits and nothing is in work."""
        with self.database.read() as tx:
            for queue in (t.inbox, t.outbox):
                live = sa.select(sa.literal(1)).where(queue.c.state.in_(("waiting", "working"))).limit(1)
                if tx.execute(live).first() is not None:
                    return False
        return True

    def rest(self, seconds: float = 20.0) -> None:
        until(self.at_rest, seconds)


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


@contextmanager
def world(
    database: Any, *, limits: bool = True, role: Role = Role.ALL, dialogue: Dialogue | None = None, **settings: Any
) -> Iterator[World]:
    """A server with every channel configured, and the vendors it talks to."""
    with database.begin() as tx:
        import_company(tx, linked_team(), at=datetime.now(UTC))
    with (
        SlackStandIn(limits=limits) as slack,
        WeComStandIn(members=[wecom.Member(one) for _, one in ACCOUNTS.values()]) as wecom_api,
        WeComBotServer() as robot,
    ):
        for account, _ in ACCOUNTS.values():
            slack.person(account)
        given = read_settings(
            slack_bot_token=slack.bot_token, slack_signing_secret=slack.signing_secret, slack_api_url=slack.url,
            wecom_corp_id=wecom.CORP_ID, wecom_agent_id=wecom.AGENT_ID, wecom_secret=wecom.SECRET,
            wecom_token=WECOM_TOKEN, wecom_aes_key=WECOM_KEY, wecom_api_url=wecom_api.url,
            wecom_bot_id=robot.bot_id, wecom_bot_secret=robot.secret, wecom_bot_url=robot.url, **settings,
        )  # fmt: skip
        server = Server(given, database, dialogue or Dialogue(database, READER), role)
        with running(server) as port:
            yield World(database, server, port, slack, wecom_api, robot)


@contextmanager
def running(server: Server) -> Iterator[int]:
    """A server in a thread of its own; its port."""
    web = uvicorn.Server(uvicorn.Config(server.app, "127.0.0.1", 0, log_config=None, access_log=False, lifespan="off"))
    web.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    failed: list[BaseException] = []

    async def serve() -> None:
        async with server.running():
            await web.serve()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="server-under-test")
    thread.start()
    try:
        until(lambda: web.started or bool(failed))
        if failed:
            raise failed[0]
        yield web.servers[0].sockets[0].getsockname()[1]
    finally:
        web.should_exit = True
        thread.join(30)
    assert not thread.is_alive(), "the server did not end"
    if failed:
        raise failed[0]
