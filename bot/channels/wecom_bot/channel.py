"""企业微信智能机器人: dialogue over a connection that we open to WeCom.

Facts that this is built on (path/101463, and what people measured): a message's req_id may be answered for 24 h, any
number of times, with streams, cards and pictures; that of a card's tap takes only the card's update, that of an opened
chat only a welcome, both within 5 s. Over the long connection a stream carries neither a card nor a picture; cards go
to private chats only. Acknowledgements name no message id. Nothing that is pushed to us is ever pushed again.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aibot import WsCmd  # type: ignore[import-untyped]
from starlette.routing import Route

from bot.channels.base import (
    Incoming,
    Intake,
    Kind,
    Limit,
    NotDelivered,
    Outbound,
    Profile,
    RateLimited,
    Refused,
    Unreachable,
)
from bot.channels.wecom import cards
from bot.channels.wecom_bot import rendering, upload
from bot.channels.wecom_bot.connection import Connection
from bot.channels.wecom_bot.errors import NO_ANSWER_HERE, SAID_ALREADY, Answered
from bot.channels.wecom_bot.incoming import NAME, Dropped, Kicked, read
from bot.channels.wecom_bot.line import Line, Patience
from bot.channels.wecom_bot.pace import Pace
from bot.channels.wecom_bot.working import PRIVATELY, Working
from handlers.outgoing import Content, Handle, Picture, Say, Settle, Suggest
from handlers.turns import Reply

log = logging.getLogger("canmou.wecom-bot")

# 30 a minute and 1,000 an hour to one chat: 8 + 60/3.5 < 26, 60 + 3600/4 = 960; the rest is for placeholders (pace).
LIMITS = (Limit(timedelta(seconds=3.5), burst=8), Limit(timedelta(seconds=4), burst=60))
WINDOW = 23.5 * 3600
"""Seconds in which a message may be answered; 24 h, less what an answer may wait in a queue."""
EVENT_WINDOW = 4.5
_REMEMBERED = 2000
_MOST_WAITING = 2000


@dataclass(frozen=True, slots=True)
class _Where:
    """The chat, and, where the connection that brought the message still stands, what to answer it with."""

    chat: str
    group: bool
    cmd: str = ""
    req_id: str = ""


class WeComBotChannel:
    """`pictures` gives media type and bytes by a picture's id; it may block. `bot_name` is how groups call the bot.

    `working_after`: seconds without an answer until a person sees "…"; None: never. `accept_for`: seconds for which a
    message that cannot be committed is tried again. `clock` gives seconds since 1970.
    """

    def __init__(
        self,
        bot_id: str,
        secret: str,
        url: str,
        intake: Intake,
        *,
        pictures: Callable[[str], tuple[str, bytes] | None] = lambda picture_id: None,
        chinese: bool = True,
        bot_name: str | None = None,
        working_after: float | None = 1.5,
        patience: Patience | None = None,
        heartbeat: float = 30.0,
        ack_timeout: float = 5.0,
        accept_for: float = 600.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._intake = intake
        self._pictures = pictures
        self._chinese = chinese
        self._bot_name = bot_name
        self._accept_for = accept_for
        self._clock = clock
        self._pace = Pace(clock)
        self._working = Working(working_after, self._pace)
        self._accepting: set[asyncio.Task[None]] = set()
        self._done: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._shown: OrderedDict[str, Reply] = OrderedDict()
        self._line = Line(
            lambda on_frame: Connection(url, bot_id, secret, on_frame, heartbeat=heartbeat, ack_timeout=ack_timeout),
            self._on_frame,
            self._working.forget,
            patience or Patience(),
        )

    @property
    def name(self) -> str:
        return NAME

    @property
    def identities(self) -> str:
        return "wecom"

    @property
    def limits(self) -> Sequence[Limit]:
        return LIMITS

    @property
    def state(self) -> str:
        """connected | connecting | kicked | refused: … | off"""
        return self._line.state

    @property
    def alone(self) -> bool:
        return True

    @property
    def refusal_hint(self) -> str:
        return ""

    def place(self, conversation_id: str) -> str:
        return conversation_id

    def pages(self, reply: Reply) -> Sequence[Reply]:
        return rendering.pages(reply, chinese=self._chinese)

    async def health(self) -> str:
        return "ok" if self.state == "connected" else self.state

    def routes(self) -> Sequence[Route]:
        return ()

    async def profile(self, account: str) -> Profile | None:
        return None

    async def members(self, conversation_id: str) -> frozenset[str] | None:
        return None

    async def start(self) -> None:
        self._line.start()

    async def stop(self) -> None:
        """What has arrived is committed first, if that takes no more than some seconds."""
        await self._line.stop()
        if self._accepting:
            await asyncio.wait(self._accepting, timeout=5)
        for task in list(self._accepting):
            task.cancel()

    # -- in

    def _on_frame(self, connection: Connection, frame: Mapping[str, Any]) -> None:
        found = read(frame, connection.id, datetime.fromtimestamp(self._clock(), UTC), self._bot_name)
        if isinstance(found, Kicked):
            self._line.kicked(connection)
        elif isinstance(found, Dropped):
            log.info("not for the inbox: %s", found.kind)
        elif len(self._accepting) >= _MOST_WAITING:
            log.error("message %s is lost: too many wait to be committed", found.event_id)
        else:
            task = asyncio.create_task(self._accept(connection, found), name="wecom-bot-accept")
            self._accepting.add(task)
            task.add_done_callback(self._accepting.discard)

    async def _accept(self, connection: Connection, message: Incoming) -> None:
        """Nobody sends it again: it is tried until it is committed, or for as long as there is hope."""
        until = self._clock() + self._accept_for
        pause = first = 0.1
        while True:
            try:
                new = await self._intake.accept(message)
                break
            except Exception as error:
                if self._clock() >= until:
                    log.error("message %s is lost: it could not be committed (%s)", message.event_id, _kind(error))
                    return
                if pause == first:
                    log.warning("message %s is not committed yet (%s)", message.event_id, _kind(error))
            await asyncio.sleep(pause * random.uniform(0.75, 1.25))
            pause = min(pause * 2, 10.0)
        handle = message.payload["handle"]
        if new and handle["what"] == "message" and message.kind in (Kind.TEXT, Kind.MEDIA, Kind.OPENED):
            self._working.begin(connection, handle["req_id"], _chat(message.conversation_id))

    # -- out

    async def deliver(self, out: Outbound) -> str | None:
        """WeCom names no message: there is never an id."""
        content: Content = out.content
        if isinstance(content, Suggest):
            return None
        if isinstance(content, Settle):
            await self._settle(content)
        elif isinstance(content, Say):
            await self._say(out, content)
        elif isinstance(content, Picture):
            await self._picture(out, content)
        else:
            raise Refused("WeCom's bot has no place for a person's own page")
        return None

    async def _say(self, out: Outbound, say: Say) -> None:
        connection = self._line.connection()
        where = await self._where(connection, out, say.handle, say.only_to)
        for number, page in enumerate(rendering.parts(say.reply, chinese=self._chinese)):
            if where.group:
                page = rendering.in_words(page, chinese=self._chinese)
            if not page.buttons:
                await self._text(connection, where, out, page, number)
                continue
            # Should WeCom have taken the card, and its word been lost: it does not take the same task twice.
            task = cards.task_id(out.key if out.attempt == 1 and not number else f"{out.key}-{number}-{out.attempt}")
            self._remember(self._shown, task, page)
            body = rendering.card(page, task, chinese=self._chinese)
            if not number and where.cmd == WsCmd.RESPONSE and (shown := self._working.claim(where.req_id, out.key)):
                above = rendering.stream(shown, rendering.markdown(Reply(page.lines[:1])))
                await self._courtesy(connection, where, above)
            await self._send(connection, where, out, number, body, body)

    async def _text(self, connection: Connection, where: _Where, out: Outbound, page: Reply, number: int) -> None:
        text = rendering.markdown(page)
        answer = rendering.welcome(page)
        if where.cmd == WsCmd.RESPONSE:
            # The same key replaces the same stream, however often it is said.
            shown = None if number else self._working.claim(where.req_id, out.key)
            answer = rendering.stream(shown or _id(out.key, number), text)
        await self._send(connection, where, out, number, answer, rendering.message(text))

    async def _picture(self, out: Outbound, picture: Picture) -> None:
        connection = self._line.connection()
        where = await self._where(connection, out, picture.handle, picture.only_to)
        found = await asyncio.to_thread(self._pictures, picture.id)
        if found is None:
            # What it shows is better than nothing.
            await self._text(connection, where, out, Reply(tuple(picture.text.split("\n"))), 0)
            return
        if where.cmd == WsCmd.RESPONSE and (shown := self._working.claim(where.req_id, out.key)):
            text = rendering.markdown(Reply(tuple(picture.text.split("\n"))))
            await self._courtesy(connection, where, rendering.stream(shown, text))
        try:
            media_id = await upload.image(connection, _id(out.key, 0), *found)
        except Answered as error:
            raise error.fault() from None
        body = rendering.image(media_id)
        if where.cmd == WsCmd.RESPONSE_WELCOME:
            where = _Where(where.chat, where.group)
        await self._send(connection, where, out, 0, body, body)

    async def _settle(self, settle: Settle) -> None:
        """Within 5 s of the tap or never; a card that looks as before harms nobody."""
        handle = settle.handle
        try:
            connection = self._line.connection()
        except NotDelivered:
            return
        if handle.get("what") != "tap" or not self._is_open(connection, handle, EVENT_WINDOW):
            return
        task = str(handle.get("task_id", ""))
        body = rendering.settled(settle.label, task, self._shown.get(task), chinese=self._chinese)
        try:
            await connection.ask(str(handle["req_id"]), WsCmd.RESPONSE_UPDATE, body)
        except Answered as error:
            log.info("a card was not updated: %s", error.reason)
        except Unreachable as error:
            log.info("a card was not updated: %s", error.reason)

    async def _where(self, connection: Connection, out: Outbound, handle: Handle, only_to: str | None) -> _Where:
        chat, group = _chat(out.conversation_id), not out.conversation_id.startswith("@")
        windows = {"message": (WsCmd.RESPONSE, WINDOW), "enter": (WsCmd.RESPONSE_WELCOME, EVENT_WINDOW)}
        cmd, window = windows.get(str(handle.get("what")), ("", 0.0))
        if not cmd or not self._is_open(connection, handle, window):
            return _Where(only_to, False) if group and only_to else _Where(chat, group)
        req_id = str(handle["req_id"])
        if not group or only_to is None:
            return _Where(chat, group, cmd, req_id)
        if shown := self._working.claim(req_id, out.key):  # the group sees that it was heard, and no more
            await self._courtesy(connection, _Where(chat, group, cmd, req_id), rendering.stream(shown, PRIVATELY))
        return _Where(only_to, False)

    def _is_open(self, connection: Connection, handle: Handle, window: float) -> bool:
        """Whether what the handle speaks of can be answered: on this connection, and not too late."""
        at = handle.get("at")
        fresh = isinstance(at, int | float) and self._clock() - at < window
        return bool(fresh and handle.get("req_id")) and handle.get("line") == connection.id

    async def _send(
        self,
        connection: Connection,
        where: _Where,
        out: Outbound,
        number: int,
        answer: Mapping[str, Any],
        push: dict[str, Any],
    ) -> None:
        """One part of a message, as an answer where that is possible, else of our own accord."""
        if (out.key, number) in self._done:  # an earlier try got as far as this
            return
        wait = self._pace.wait(where.chat)
        if wait > 0:
            raise RateLimited("as much as WeCom takes for this chat was sent", wait, whole=False)
        self._pace.sent(where.chat)
        if not await self._answered(connection, where, answer):
            body = rendering.to(where.chat, push, group=where.group)
            try:
                await connection.ask(_id(out.key, number), WsCmd.SEND_MSG, body)
            except Answered as error:
                raise error.fault() from None
        self._remember(self._done, (out.key, number), None)

    async def _answered(self, connection: Connection, where: _Where, body: Mapping[str, Any]) -> bool:
        if not where.cmd:
            return False
        try:
            await connection.ask(where.req_id, where.cmd, body)
        except Answered as error:
            if error.code in NO_ANSWER_HERE:
                return False
            if error.code not in SAID_ALREADY:
                raise error.fault() from None
        return True

    async def _courtesy(self, connection: Connection, where: _Where, body: Mapping[str, Any]) -> None:
        """What need not arrive: it ends a "…" that something else answers."""
        self._pace.sent(where.chat)
        try:
            await connection.ask(where.req_id, where.cmd, body)
        except (Answered, NotDelivered):
            log.info("a placeholder was not ended")

    @staticmethod
    def _remember(memory: OrderedDict[Any, Any], key: object, value: object) -> None:
        memory[key] = value
        while len(memory) > _REMEMBERED:
            memory.popitem(last=False)


def _chat(conversation_id: str) -> str:
    """What WeCom calls it: a userid or a group's id."""
    return conversation_id.removeprefix("@")


def _id(key: str, number: int) -> str:
    """The id of a stream or a request, from the key of its message: readable, and in letters that any system takes."""
    plain = re.fullmatch(r"[0-9A-Za-z_.:@-]{1,64}", key)
    made = key if plain else f"key-{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    return f"canmou:{made}" + (f":{number}" if number else "")


def _kind(error: Exception) -> str:
    return type(error).__name__
