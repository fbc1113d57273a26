"""A frame that WeCom pushed, as a message for the inbox. Pure; whatever the frame holds, nothing is raised."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.channels.base import Incoming, Kind
from bot.channels.splitting import clean
from bot.channels.wecom.cards import read_key

NAME = "wecom-bot"
SETTLED = "canmou:settled"
"""The action of the button that a used-up card shows: tapping it means nothing."""

_MESSAGE, _ENTER, _TAP = "message", "enter", "tap"
_LATE = timedelta(minutes=1)
_SPACES = r"\s\u2005\u200b"


@dataclass(frozen=True, slots=True)
class Kicked:
    """Another connection of this bot took over."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing for the inbox. `kind` says what it was, without its content."""

    kind: str


def read(
    frame: Mapping[str, Any], line: str, now: datetime, bot_name: str | None = None
) -> Incoming | Kicked | Dropped:
    """`line` is the id of the connection: answering works there only. `bot_name` is how groups call the bot."""
    body = _map(frame.get("body"))
    req_id = _id(_map(frame.get("headers")).get("req_id"))
    if frame.get("cmd") == "aibot_msg_callback":
        return _message(body, req_id, line, now, bot_name)
    if frame.get("cmd") == "aibot_event_callback":
        return _event(body, req_id, line, now)
    return Dropped("unknown command")


def _message(body: Mapping[str, Any], req_id: str, line: str, now: datetime, name: str | None) -> Incoming | Dropped:
    event_id = _id(body.get("msgid")) or (f"req:{req_id}" if req_id else "")
    where = _where(body)
    if where is None or not event_id:
        return Dropped("message without sender, chat or id")
    conversation_id, sender_id, group = where
    text, media = _content(body)
    if group:
        text = without_mention(text, name)
    payload: dict[str, Any] = {"handle": _handle(_MESSAGE, req_id, line, now), "group": group}
    kind = Kind.TEXT
    if media is not None:
        payload["media"] = media
        kind = Kind.TEXT if text.strip() else Kind.MEDIA
    elif not text.strip():
        kind = Kind.OPENED  # a group that says nothing but our name wants to know what we are
    return Incoming(NAME, event_id, conversation_id, sender_id, text.strip(), _sent(body, now), kind, payload)


def _event(body: Mapping[str, Any], req_id: str, line: str, now: datetime) -> Incoming | Kicked | Dropped:
    event = _map(body.get("event"))
    kind = event.get("eventtype")
    if kind == "disconnected_event":
        return Kicked()
    if kind not in ("enter_chat", "template_card_event"):
        return Dropped("feedback" if kind == "feedback_event" else "unknown event")
    where = _where(body)
    if where is None:
        return Dropped("event without sender or chat")
    conversation_id, sender_id, group = where
    sent = _sent(body, now)
    if kind == "enter_chat":
        event_id = _id(body.get("msgid")) or f"enter:{sender_id}:{int(sent.timestamp())}"
        payload = {"handle": _handle(_ENTER, req_id, line, now), "group": group}
        return Incoming(NAME, event_id, conversation_id, sender_id, "", sent, Kind.OPENED, payload)
    card = _map(event.get("template_card_event")) or event
    key, task_id = card.get("event_key"), _id(card.get("task_id"))
    if not isinstance(key, str) or not key:
        return Dropped("tap without a key")
    action, label = (clean(part) for part in read_key(key))
    if action == SETTLED or not action:
        return Dropped("tap on a card that is used up")
    which = hashlib.sha256(action.encode()).hexdigest()[:16]
    event_id = _id(body.get("msgid")) or f"tap:{sender_id}:{task_id}:{which}:{int(sent.timestamp())}"
    handle = {**_handle(_TAP, req_id, line, now), "task_id": task_id}
    payload = {"handle": handle, "group": group, "action": action}
    return Incoming(NAME, event_id, conversation_id, sender_id, label, sent, Kind.TAP, payload)


def _handle(what: str, req_id: str, line: str, now: datetime) -> dict[str, Any]:
    return {"what": what, "req_id": req_id, "line": line, "at": now.timestamp()}


def _where(body: Mapping[str, Any]) -> tuple[str, str, bool] | None:
    """Conversation, sender, whether others read along."""
    sender = _id(_map(body.get("from")).get("userid"))
    chat = _id(body.get("chatid"))
    group = body.get("chattype") == "group" or (bool(chat) and body.get("chattype") != "single")
    if not sender or (group and (not chat or chat.startswith("@"))):
        return None
    return (chat if group else f"@{sender}"), sender, group


def _content(body: Mapping[str, Any]) -> tuple[str, str | None]:
    """The text, and what came with it or instead of it."""
    kind = body.get("msgtype")
    if kind == "mixed":
        items = _map(body.get("mixed")).get("msg_item")
        parts = [_map(item) for item in items] if isinstance(items, list) else []
        texts = [_text(_map(part.get("text"))) for part in parts if part.get("msgtype") == "text"]
        images = any(part.get("msgtype") != "text" for part in parts)
        return "\n".join(text for text in texts if text.strip()), "image" if images or not texts else None
    if kind == "text":
        return _text(_map(body.get("text"))), None
    if kind == "voice":
        return _text(_map(body.get("voice"))), "voice"  # WeCom has made text of it
    if kind in ("image", "video", "location", "link"):
        return "", str(kind)
    return "", "file"  # also what WeCom thinks of next year: the person gets an answer at least


def without_mention(text: str, name: str | None) -> str:
    """A group's message without the call to the bot, at its start or else at its end.

    Without a name the word after the first @ is taken for it; a later one may be a colleague, or a customer.
    """
    called = rf"@{re.escape(name)}" if name else rf"@[^@{_SPACES},，:：、]+"
    edge = rf"(?=[{_SPACES},，:：、]|$)"
    left, found = re.subn(rf"^[{_SPACES}]*{called}{edge}[{_SPACES},，:：、]*", "", text, count=1)
    if not found:
        left = re.sub(rf"(?<![^{_SPACES}，,。.；;！!？?]){called}[{_SPACES}]*$", "", text, count=1)
    return left.strip()


def _sent(body: Mapping[str, Any], now: datetime) -> datetime:
    """Now, unless WeCom says that it is older than a minute: its time has whole seconds, ours keeps the order."""
    made = body.get("create_time")
    if isinstance(made, int) and 1_500_000_000 < made < now.timestamp() - _LATE.total_seconds():
        return datetime.fromtimestamp(made, UTC)
    return now


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(part: Mapping[str, Any]) -> str:
    content = part.get("content")
    return clean(content) if isinstance(content, str) else ""


def _id(value: object) -> str:
    """An id as WeCom makes them; "" for anything else."""
    fine = isinstance(value, str) and 0 < len(value) <= 256 and value.isprintable() and not value.isspace()
    return str(value) if fine else ""
