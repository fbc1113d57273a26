"""The "…" that a person sees while an answer takes a moment: a stream that the answer then replaces.

Only a courtesy. Whatever goes wrong here is forgotten; the answer is sent as if there were none.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import dataclass

from aibot import WsCmd  # type: ignore[import-untyped]

from bot.channels.base import NotDelivered
from bot.channels.wecom_bot import rendering
from bot.channels.wecom_bot.connection import Connection
from bot.channels.wecom_bot.errors import Answered
from bot.channels.wecom_bot.pace import Pace

log = logging.getLogger("canmou.wecom-bot")

SHOWN = "…"
PRIVATELY = "✉"
_LONGEST = 300.0  # a stream must be finished within 6 minutes


@dataclass
class _Turn:
    connection: Connection
    task: asyncio.Task[None] | None = None
    stream: str | None = None
    owner: str | None = None
    answered: bool = False


class Working:
    """`after`: seconds without an answer until it is shown; None: never."""

    def __init__(self, after: float | None, pace: Pace, longest: float = _LONGEST) -> None:
        self._after = after
        self._pace = pace
        self._longest = longest
        self._turns: dict[str, _Turn] = {}

    def begin(self, connection: Connection, req_id: str, chat: str) -> None:
        """A message was accepted; the same again begins nothing."""
        if self._after is None or not req_id or req_id in self._turns or connection.closed.is_set():
            return
        turn = self._turns[req_id] = _Turn(connection)
        turn.task = asyncio.create_task(self._show(turn, req_id, chat, self._after), name="wecom-bot-working")

    def claim(self, req_id: str, key: str) -> str | None:
        """The stream that the message of this key replaces; None if it has to begin its own.

        Nothing is shown any more after this. The first message that answers takes the stream, as often as it is tried.
        """
        turn = self._turns.get(req_id)
        if turn is None:
            return None
        turn.answered = True
        if turn.stream is None or turn.owner not in (None, key):
            return None
        turn.owner = key
        return turn.stream

    def forget(self, connection: Connection) -> None:
        """The connection ended, and with it all that could be answered on it."""
        for req_id, turn in list(self._turns.items()):
            if turn.connection is connection:
                del self._turns[req_id]
                if turn.task is not None:
                    turn.task.cancel()

    async def _show(self, turn: _Turn, req_id: str, chat: str, after: float) -> None:
        await asyncio.sleep(after)
        if not turn.answered and self._pace.is_calm(chat):
            turn.stream = f"wait-{hashlib.sha256(req_id.encode()).hexdigest()[:24]}"
            await self._send(turn, turn.stream, req_id, chat, finish=False)
        await asyncio.sleep(self._longest)
        if turn.stream is not None and turn.owner is None:
            # Nobody answered: it must not turn for ever. A late answer is a message of its own.
            stream, turn.stream = turn.stream, None
            await self._send(turn, stream, req_id, chat, finish=True)
        self._turns.pop(req_id, None)

    async def _send(self, turn: _Turn, stream: str, req_id: str, chat: str, *, finish: bool) -> None:
        self._pace.sent(chat)
        try:
            await turn.connection.ask(req_id, WsCmd.RESPONSE, rendering.stream(stream, SHOWN, finish=finish))
        except (Answered, NotDelivered):
            # It may be shown all the same: whoever answers first still takes the stream over.
            log.info("a placeholder was not acknowledged")
