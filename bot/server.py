"""`canmou serve`: web endpoints, workers, sender and clock, in one process or shared among several."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.base import Channel
from bot.connect import channels_of
from bot.desk import DialogueDesk
from bot.intake import GroupCommit
from bot.metrics import CONTENT_TYPE, Metrics
from bot.reasons import reason_of
from bot.refusals import Counted
from bot.sender import Sender
from bot.vendors import Vendors
from bot.worker import Bell, Workers
from handlers.front import Front
from storage import inbox, outbox, pictures
from storage.company import company_of
from storage.leader import Leadership

if TYPE_CHECKING:
    from bot.settings import Settings
    from handlers.dialogue import Dialogue
    from storage.database import Database

log = logging.getLogger("canmou.server")


class Role(StrEnum):
    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    CLOCK = "clock"


class Server:
    """Everything that runs, put together. `async with server.running()` starts it and ends it in order."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        dialogue: Dialogue,
        role: Role = Role.ALL,
        *,
        lead_again: float = 5.0,
    ) -> None:
        """`lead_again`: seconds between tries to hold a connection of which there may be one only."""
        self._lead_again = lead_again
        self._settings = settings
        self._database = database
        self._dialogue = dialogue
        self._role = role
        self.metrics = Metrics()
        self.metrics.watch(self._queues)
        self._bell = Bell()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._known = threading.Event()  # the names are compiled: the first message won't wait for that
        self._senders: list[Sender] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._workers: Workers | None = None
        self._intake = GroupCommit(database, self.metrics, self._bell.ring)
        with database.read() as tx:
            chinese = settings.language == "zh" if settings.language else company_of(tx).locale.startswith("zh")
        desk = DialogueDesk(database, dialogue, self._identities)
        self.channels: list[Channel] = channels_of(settings, self._intake, desk, self._picture, chinese=chinese)
        self.app = Starlette(routes=self._routes())

    def _identities(self, channel: str) -> str:
        return next((one.identities for one in self.channels if one.name == channel), channel)

    def _picture(self, picture_id: str) -> tuple[str, bytes] | None:
        with self._database.read() as tx:
            found = pictures.find(tx, picture_id)
        return None if found is None else (found.media_type, found.data)

    def _queues(self) -> Mapping[str, tuple[Mapping[str, int], datetime | None]]:
        with self._database.read() as tx:
            return {"inbox": inbox.lengths(tx), "outbox": outbox.lengths(tx)}

    # -- the web

    def _routes(self) -> list[BaseRoute]:
        routes: list[BaseRoute] = [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
        ]
        if self._role in (Role.ALL, Role.WEB):
            for channel in self.channels:
                for route in channel.routes():
                    route.app = Counted(route.app, channel.name, channel.refusal_hint, self.metrics)
                    routes.append(route)
        return routes

    async def _healthz(self, _request: Request) -> Response:
        """The process lives."""
        return PlainTextResponse("ok\n")

    async def _readyz(self, _request: Request) -> Response:
        """It can take messages and work on them; else 503, with what is missing."""
        checks = {"database": await asyncio.to_thread(self._database_answers), "intake": self._intake.trouble or "ok"}
        if self._workers is not None:
            checks["workers"] = (self._workers.trouble or "ok") if self._workers.alive else "a worker has died"
            checks["names"] = "ok" if self._known.is_set() else "being compiled"
        if any(task.done() for task in self._tasks):
            checks["tasks"] = "one has ended"
        ready = all(said == "ok" for said in checks.values())
        notes = {channel.name: await self._health_of(channel) for channel in self.channels}
        body = {"ready": ready, "role": self._role.value, "checks": checks, "channels": notes}
        return JSONResponse(body, 200 if ready else 503)

    async def _health_of(self, channel: Channel) -> str:
        """How a channel does: a vendor's trouble is no reason to take the server out of service."""
        for sender in self._senders:
            if sender.channel is channel and sender.trouble is not None:
                return f"nothing is delivered until {sender.trouble} is mended"
        return await channel.health()

    def _database_answers(self) -> str:
        try:
            with self._database.read() as tx:
                company_of(tx)
        except Exception as error:
            return reason_of(error)
        return "ok"

    async def _metrics(self, _request: Request) -> Response:
        text = await asyncio.to_thread(self.metrics.text)
        return Response(text, headers={"Content-Type": CONTENT_TYPE})

    # -- running

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Starts what the role has; at the end, what is in work is finished first."""
        self._loop = asyncio.get_running_loop()
        vendors = Vendors(self.channels, self._loop)
        async with contextlib.AsyncExitStack() as stack:
            if self._role in (Role.ALL, Role.WEB):
                self._spawn(stack, self._intake.run())
            if self._role in (Role.ALL, Role.WORKER):
                await asyncio.to_thread(self._warn_of_the_stranded)
            shared = [one for one in self.channels if not one.alone]
            for channel in shared:
                stack.push_async_callback(channel.stop)  # the last to end: what is on its way is sent through it
            if self._role in (Role.ALL, Role.WORKER):
                for channel in shared:  # a sender each: a vendor that hangs keeps nobody else waiting
                    self._start_sender(stack, channel)
                self._start_workers(stack, vendors)
            if self._role in (Role.ALL, Role.WEB):
                for channel in shared:
                    await channel.start()
                for channel in self.channels:
                    if channel.alone:
                        self._spawn(stack, self._hold(channel))
            if self._role in (Role.ALL, Role.CLOCK):
                self._start_clock(stack)
            yield

    def _spawn(self, stack: contextlib.AsyncExitStack, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.append(task)

        async def end() -> None:
            self._tasks.remove(task)  # from here on that it ends is no fault
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

        stack.push_async_callback(end)

    def _start_sender(self, stack: contextlib.AsyncExitStack, channel: Channel) -> None:
        longest = self._settings.lease_seconds
        sender = Sender(self._database, channel, self.metrics, self._dialogue.home, longest=longest)
        self._senders.append(sender)
        stack.callback(self._senders.remove, sender)
        self._spawn(stack, sender.run())

    def _start_workers(self, stack: contextlib.AsyncExitStack, vendors: Vendors) -> None:
        front = Front(self._database, self._dialogue, vendors)
        lease = timedelta(seconds=self._settings.lease_seconds)
        workers = Workers(
            self._database, front, self.metrics, self._bell, self._answered, count=self._settings.workers, lease=lease
        )
        self._workers = workers
        threading.Thread(target=self._warm, name="canmou-names", daemon=True).start()
        workers.start()
        stack.push_async_callback(asyncio.to_thread, workers.stop)

    def _warn_of_the_stranded(self) -> None:
        """What waits for a channel that is no longer configured would wait without a word."""
        with self._database.read() as tx:
            waiting = outbox.channels_waiting(tx)
        for name, count in waiting.items():
            if name not in {channel.name for channel in self.channels}:
                log.warning("%d messages wait to be sent by %s, which is not configured", count, name)

    def _warm(self) -> None:
        try:
            self._dialogue.warm()
        except Exception as error:
            log.error("the names could not be compiled yet: %s", reason_of(error))
        self._known.set()

    def _answered(self) -> None:
        """From a worker's thread: something is in the outbox."""
        assert self._loop is not None
        with contextlib.suppress(RuntimeError):  # the loop is closed: the server is ending
            self._loop.call_soon_threadsafe(self._ring_senders)

    def _ring_senders(self) -> None:
        for sender in self._senders:
            sender.ring()

    def _start_clock(self, stack: contextlib.AsyncExitStack) -> None:
        from scheduler import Clock

        days = self._settings.keep_days
        clock = Clock(self._database, keep=timedelta(days=days) if days is not None else None)
        clock.start()
        stack.push_async_callback(asyncio.to_thread, clock.stop)

    async def _hold(self, channel: Channel) -> None:
        """Holds a connection of which there may be one only, as long as this process leads; then sends there, too."""
        leadership = Leadership(self._database, channel.name)
        held: contextlib.AsyncExitStack | None = None
        try:
            while True:
                leads = await asyncio.to_thread(leadership.take)
                if leads and held is None:
                    held = contextlib.AsyncExitStack()
                    await channel.start()
                    held.push_async_callback(channel.stop)
                    self._start_sender(held, channel)
                elif leads is False and held is not None:
                    log.warning("%s: another process holds the connection now", channel.name)
                    await held.aclose()
                    held = None
                await asyncio.sleep(self._lead_again)
        finally:
            if held is not None:
                await held.aclose()
            leadership.give_up()
