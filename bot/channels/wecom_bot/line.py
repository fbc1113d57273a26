"""Keeps one connection open for ever: opened again when it breaks, slowly; left alone when another one took over."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from websockets.exceptions import WebSocketException

from bot.channels.base import Misconfigured, Unreachable
from bot.channels.wecom_bot.connection import Connection
from bot.channels.wecom_bot.errors import SECRET, WRONG_CREDENTIALS, Answered

log = logging.getLogger("canmou.wecom-bot")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. `first` to `most`: between tries, doubling. `kicked`: after another connection of this bot took over.
    `refused`: after a wrong secret. `steady`: a connection that held for so long was a good one."""

    first: float = 1.0
    most: float = 60.0
    kicked: float = 300.0
    refused: float = 300.0
    steady: float = 10.0
    login: float = 15.0


class Line:
    """`connect` makes a connection (not yet open). `ended` is told of each that ended."""

    def __init__(
        self,
        connect: Callable[[Callable[[Connection, Mapping[str, Any]], None]], Connection],
        on_frame: Callable[[Connection, Mapping[str, Any]], None],
        ended: Callable[[Connection], None],
        patience: Patience,
    ) -> None:
        self._connect = connect
        self._on_frame = on_frame
        self._tell_ended = ended
        self._patience = patience
        self._task: asyncio.Task[None] | None = None
        self._open: Connection | None = None
        self._kicked: Connection | None = None
        self.state = "off"

    def start(self) -> None:
        if self._task is None:
            self.state = "connecting"
            self._task = asyncio.create_task(self._keep(), name="wecom-bot-line")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        self.state = "off"

    def connection(self) -> Connection:
        """The one that is open. Raises Unreachable, or Misconfigured if WeCom refuses the secret."""
        if self._open is not None and not self._open.closed.is_set():
            return self._open
        if self.state.startswith("refused"):
            raise Misconfigured(f"WeCom refuses the bot: {self.state.removeprefix('refused: ')}", SECRET)
        raise Unreachable(f"the long connection is {'lost' if self.state == 'connected' else self.state}")

    def kicked(self, connection: Connection) -> None:
        """WeCom says that another connection of this bot took over. To stay would mean to be closed at some later
        moment, to connect again, to kick the other, and so on for ever."""
        self._kicked = connection
        connection.give_up("another connection took over")

    async def _keep(self) -> None:
        pause = self._patience.first
        loop = asyncio.get_running_loop()
        while True:
            connection = self._connect(self._on_frame)
            began = loop.time()
            self.state = "connecting"
            try:
                fault = await self._once(connection)
            finally:
                self._open = None
                await connection.close()
                self._tell_ended(connection)
            if self._kicked is connection:
                self.state = "kicked"
                log.warning(
                    "another connection of this bot took over (it can have one only): trying again in %.0f s. "
                    "Is a second server running with the same CANMOU_WECOM_BOT_ID?", self._patience.kicked
                )  # fmt: skip
                await asyncio.sleep(self._patience.kicked)
            elif fault is not None and fault.code in WRONG_CREDENTIALS:
                self.state = f"refused: {fault.reason}"
                log.error("WeCom refuses the bot (%s): check %s", fault.reason, SECRET)
                await asyncio.sleep(self._patience.refused)
            else:
                if loop.time() - began >= self._patience.steady:
                    pause = self._patience.first
                self.state = "connecting"
                # Not all bots of a town at the same moment, after WeCom itself was away
                await asyncio.sleep(pause * random.uniform(0.75, 1.25))
                pause = min(pause * 2, self._patience.most)

    async def _once(self, connection: Connection) -> Answered | None:
        """From opening to the end; why WeCom refused, if it did."""
        try:
            await connection.open(self._patience.login)
        except Answered as error:
            log.warning("the login failed: %s", error.reason)
            return error
        except (OSError, WebSocketException, TimeoutError) as error:
            log.warning("the long connection could not be opened: %s", type(error).__name__)
            return None
        self._open = connection
        self.state = "connected"
        log.info("the long connection is open")
        await connection.closed.wait()
        if self._kicked is not connection:
            log.warning("the long connection ended")
        return None
