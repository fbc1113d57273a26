"""What the outbox wants done at Slack: said, settled, shown, suggested, uploaded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.channels.base import Misconfigured, NotDelivered, Outbound, Refused
from bot.channels.slack import blocks, views
from bot.channels.slack.api import Api
from bot.channels.slack.directory import Directory
from bot.channels.slack.errors import code_of
from bot.channels.slack.text import Wording, clean, literal, shorten
from handlers.outgoing import Handle, Picture, Say, Settle, ShowHome, Suggest

EVENT = "canmou_reply"
MOST_PROMPTS = 4
MOST_PROMPT_TITLE = 75
MOST_PROMPT = 2000
LOOK_BACK = timedelta(hours=6)
_NOT_THERE = frozenset({"not_in_channel", "user_not_in_channel", "channel_not_found", "no_such_channel"})
_CARD_IS_GONE = frozenset({
    "message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found", "is_inactive",
})  # fmt: skip
_log = logging.getLogger("canmou.slack")

Pictures = Callable[[str], tuple[str, bytes] | None]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: a channel (or, for a private chat, the account), and the thread in it."""

    channel: str
    thread: str | None
    account: str | None


def target(conversation: str, handle: Handle) -> Target:
    """The private chat that a message came from is a channel too; we are only in it if it is with us."""
    name, _, thread = conversation.partition(":")
    channel = handle.get("channel")
    if not name.startswith("@"):
        return Target(name, thread or _text(handle.get("thread")), None)
    ours = isinstance(channel, str) and channel.startswith("D") and not handle.get("slash")
    if ours and not handle.get("ephemeral"):
        return Target(str(channel), thread or _text(handle.get("thread")), name[1:])
    return Target(name[1:], thread or None, name[1:])


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


class Delivery:
    """Carries out what is in the outbox, each thing in Slack's way."""

    def __init__(
        self,
        api: Api,
        directory: Directory,
        words: Callable[[], Wording],
        clock: Callable[[], datetime],
        pictures: Pictures,
    ) -> None:
        self._api = api
        self._directory = directory
        self._words = words
        self._clock = clock
        self._pictures = pictures

    async def deliver(self, out: Outbound) -> str | None:
        """Slack's id of the message (its ts), if it has one. Raises NotDelivered."""
        content = out.content
        if isinstance(content, Say):
            return await self._say(out, content)
        if isinstance(content, Settle):
            return await self._settle(out, content)
        if isinstance(content, ShowHome):
            account = out.conversation_id.partition(":")[0].removeprefix("@")
            view = views.home(content.home, account, self._words())
            await self._api.call("views.publish", {"user_id": account, "view": view}, key=out.key)
            return None
        if isinstance(content, Suggest):
            return await self._suggest(out, content)
        if isinstance(content, Picture):
            return await self._picture(out, content)
        raise Refused(f"slack: no way to deliver {type(content).__name__}")

    async def _say(self, out: Outbound, say: Say) -> str | None:
        shown = blocks.message(say.reply, out.conversation_id, self._words().choose)
        if not shown:
            raise Refused("chat.postMessage: nothing to say")
        body: dict[str, Any] = {"text": blocks.fallback(say.reply), "blocks": shown}
        to = target(out.conversation_id, say.handle)
        if to.account is None and say.only_to is not None:
            return await self._whisper(out, to, say.only_to, body)
        # /canmou in a chat that we may not be in: its answer appears there, to the person alone
        url = _text(say.handle.get("response_url"))
        if url and out.attempt == 1 and to.account is not None and await self._elsewhere(say.handle, to.account):
            try:
                private = {"response_type": "ephemeral", "replace_original": False}
                await self._api.respond(url, {**private, **body}, out.key)
                return None
            except Refused as error:
                _log.info("An answer goes to the private chat instead: %s", error.reason)
        return await self._post(out, to, body)

    async def _elsewhere(self, handle: Handle, account: str) -> bool:
        """Whether it was said to a card that only one person sees, or anywhere but in our own chat with them."""
        if handle.get("ephemeral"):
            return True
        channel = handle.get("channel")
        if not handle.get("slash") or not isinstance(channel, str):
            return False
        if not channel.startswith("D"):
            return True
        try:
            return channel != await self._directory.room(account)
        except NotDelivered as error:
            _log.info("Which chat is ours is not known: %s", error.reason)
            return True

    async def _post(self, out: Outbound, to: Target, body: Mapping[str, Any]) -> str | None:
        if out.attempt > 1:
            there = await self._already(out.key, to)
            if there is not None:
                return there
        answer = await self._api.call(
            "chat.postMessage",
            {
                "channel": to.channel,
                "thread_ts": to.thread,
                "unfurl_links": False,
                "unfurl_media": False,
                "mrkdwn": False,
                "metadata": {"event_type": EVENT, "event_payload": {"key": out.key}},
                **body,
            },
            key=out.key,
        )
        return _text(answer.get("ts"))

    async def _whisper(self, out: Outbound, to: Target, account: str, body: Mapping[str, Any]) -> str | None:
        """In a channel, for one pair of eyes; to who isn't in the channel (any more) it is said in private."""
        arguments = {"channel": to.channel, "user": account, "thread_ts": to.thread, **body}
        try:
            answer = await self._api.call("chat.postEphemeral", arguments, key=out.key)
        except Refused as error:
            if code_of(error) not in _NOT_THERE:
                raise
            return await self._post(out, Target(account, None, account), body)
        return _text(answer.get("message_ts"))

    async def _already(self, key: str, to: Target) -> str | None:
        """The ts of the message, if an earlier try arrived after all. Not to know is no reason not to send."""
        asked: dict[str, Any] = {"include_all_metadata": "true"}
        try:
            channel = to.channel if to.account is None or to.channel != to.account else None
            asked["channel"] = channel or await self._directory.room(to.channel)
            if to.thread is None:
                answer = await self._api.call("conversations.history", {**asked, "limit": 20})
            else:
                # A thread is read from its oldest message on: so only what is new of it
                since = f"{(self._clock() - LOOK_BACK).timestamp():.6f}"
                answer = await self._api.call(
                    "conversations.replies", {**asked, "ts": to.thread, "oldest": since, "limit": 200}
                )
        except NotDelivered as error:
            _log.info("Not known whether a message arrived before: %s", error.reason)
            return None
        for message in answer.get("messages") or ():
            if isinstance(message, dict) and _key_of(message) == key:
                return _text(message.get("ts"))
        return None

    async def _settle(self, out: Outbound, content: Settle) -> str | None:
        handle = content.handle
        card = [text for text in handle.get("card") or () if isinstance(text, str)]
        body = {"text": blocks.settled_text(card, content.label), "blocks": blocks.settled(card, content.label)}
        channel, ts, url = (_text(handle.get(name)) for name in ("channel", "ts", "response_url"))
        try:
            if handle.get("ephemeral"):
                if url is not None and card:  # else what it said would be wiped out: Slack doesn't give that back
                    await self._api.respond(url, {"replace_original": True, **body}, out.key)
                return None
            if channel is None or ts is None or not body["blocks"]:
                return None  # a button of the Home tab: the tab is made anew
            answer = await self._api.call("chat.update", {"channel": channel, "ts": ts, **body}, key=out.key)
        except Refused as error:
            if url is not None and handle.get("ephemeral"):
                return None  # gone by itself
            if code_of(error) in _CARD_IS_GONE:
                return None
            raise
        return _text(answer.get("ts"))

    async def _suggest(self, out: Outbound, content: Suggest) -> str | None:
        handle = content.handle
        prompts = [
            {"title": shorten(title, MOST_PROMPT_TITLE), "message": shorten(message, MOST_PROMPT)}
            for title, message in content.prompts
            if title.strip() and message.strip()
        ][:MOST_PROMPTS]
        if not handle.get("assistant") or not prompts:
            return None  # only a chat that was opened has a place for them
        try:
            await self._api.call(
                "assistant.threads.setSuggestedPrompts",
                {
                    "channel_id": handle.get("channel"),
                    "thread_ts": handle.get("thread"),  # for an app with agent_view there is none, or nothing is shown
                    "title": self._words().prompts,
                    "prompts": prompts,
                },
                key=out.key,
            )
        except (Refused, Misconfigured) as error:
            if isinstance(error, Misconfigured) and code_of(error) != "missing_scope":
                raise
            _log.info("No suggestions: %s", error.reason)  # an app without that view; nothing else is held back for it
        return None

    async def _picture(self, out: Outbound, content: Picture) -> str | None:
        found = self._pictures(content.id)
        if found is None:
            raise Refused("files.upload: the picture is not kept any more")
        to = target(out.conversation_id, content.handle)
        if to.account is None and content.only_to is not None:
            to = Target(content.only_to, None, content.only_to)  # a file can't be shown to one person in a channel
        channel = await self._directory.room(to.account) if to.channel == to.account else to.channel
        where = {"channel_id": channel, "thread_ts": to.thread, "initial_comment": literal(content.text) or None}
        # Slack shows up to 1,000 characters to who can't see the picture
        alternative = shorten(clean(content.text), 1000)
        answer = await self._api.upload(_file_name(content), found[1], alternative, where, out.key)
        return _ts_of_file(answer, channel)


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT:
        return None
    payload = metadata.get("event_payload")
    return _text(payload.get("key")) if isinstance(payload, dict) else None


def _file_name(content: Picture) -> str:
    return shorten(clean(content.name).replace("/", "_").strip(), 100) or "picture.png"


def _ts_of_file(answer: Mapping[str, Any], channel: str) -> str | None:
    """The ts of the message that shares it, if Slack tells it already; else the file's id."""
    files = answer.get("files") or []
    file = files[0] if files and isinstance(files[0], dict) else {}
    shares = file.get("shares")
    for where in shares.values() if isinstance(shares, dict) else ():
        for share in (where.get(channel) or ()) if isinstance(where, dict) else ():
            if isinstance(share, dict) and _text(share.get("ts")):
                return _text(share.get("ts"))
    return _text(file.get("id"))
