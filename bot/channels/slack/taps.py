"""A tapped button or a choice made: what it says, and the conversation it belongs to. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import Incoming, Kind
from bot.channels.slack.blocks import Tapped, read_button, read_choice
from bot.channels.slack.parts import Malformed, account, flag, identifier, items, optional, part, string, ts
from bot.channels.slack.text import clean, unescape

EDIT = "edit:"
MOST_CARD = 12_000
_CONVERSATION = re.compile(r"@?[A-Za-z0-9]{1,40}(:[0-9.]{1,24})?", re.ASCII)
_MARKS = {"white_check_mark": "✅", "question": "❓", "alarm_clock": "⏰", "tada": "🎉"}
_NAMED = re.compile(rf"^:({'|'.join(_MARKS)}):", re.MULTILINE)
_URL = re.compile(r"https?://[!-~]{1,500}", re.ASCII)


def read(body: Mapping[str, Any]) -> tuple[Incoming, str, str | None] | None:
    """The tap, its trigger, and the change set of the form to open if it asks for one. None: no button of ours."""
    actions = items(body, "actions")
    if not actions or not isinstance(actions[0], Mapping):
        raise Malformed("actions")
    action = actions[0]
    tapped = _tapped(action)
    if tapped is None or not tapped.action:
        return None
    who = account(part(body, "user"), "id")
    container = part(body, "container")
    home = optional(container, "type") == "view"
    handle = {"home": True} if home else _handle(body, container)
    conversation = own_conversation(tapped.conversation or _place(handle, who), who)
    at = ts(action, "action_ts")
    where = identifier(container, "view_id" if home else "message_ts")
    event_id = f"t:{where}:{who}:{at}:{clean(optional(action, 'action_id'))[:60]}"
    payload: dict[str, Any] = {
        "handle": handle, "action": tapped.action, "group": not conversation.startswith("@"),
    }  # fmt: skip
    if home:
        payload["home"] = True
    moment = datetime.fromtimestamp(float(at), UTC)
    tap = Incoming("slack", event_id, conversation, who, tapped.label, moment, Kind.TAP, payload)
    trigger = optional(body, "trigger_id")
    change_set = tapped.action.removeprefix(EDIT) if tapped.action.startswith(EDIT) and trigger else None
    return tap, trigger, change_set or None


def own_conversation(conversation: str, who: str) -> str:
    """The conversation of a card; never the private one of somebody else."""
    if not _CONVERSATION.fullmatch(conversation):
        return f"@{who}"
    return f"@{who}" if conversation.startswith("@") else conversation


def response_url(body: Mapping[str, Any]) -> dict[str, Any]:
    url = optional(body, "response_url")
    return {"response_url": url} if _URL.fullmatch(url) else {}


def _tapped(action: Mapping[str, Any]) -> Tapped | None:
    if string(action, "type") == "button":
        label = _shown(action)
        return read_button(optional(action, "value"), label)
    if action["type"] == "static_select":
        chosen = part(action, "selected_option")
        label = _shown(chosen)
        return read_choice(optional(action, "block_id"), string(chosen, "value"), label)
    return None


def _handle(body: Mapping[str, Any], container: Mapping[str, Any]) -> dict[str, Any]:
    """Where the card is, and what it says: only Slack has it when its buttons are to be taken off."""
    found: dict[str, Any] = {
        "channel": identifier(container, "channel_id"),
        "ts": ts(container, "message_ts"),
        **response_url(body),
    }
    message = part(body, "message") if body.get("message") is not None else {}
    thread = message.get("thread_ts") or container.get("thread_ts")
    if thread is not None:
        found["thread"] = ts({"thread_ts": thread}, "thread_ts")
    if flag(container, "is_ephemeral"):
        found["ephemeral"] = True
    card = _card(message)
    if card:
        found["card"] = card
    return found


def _shown(holder: Mapping[str, Any]) -> str:
    """A plain text of ours: Slack gives it back escaped."""
    return unescape(optional(part(holder, "text"), "text")) if "text" in holder else ""


def _card(message: Mapping[str, Any]) -> list[str]:
    """Its sections as they read, as far as they can be carried along."""
    card: list[str] = []
    room = MOST_CARD
    for block in items(message, "blocks"):
        if not isinstance(block, Mapping):
            raise Malformed("blocks")
        if block.get("type") == "section" and isinstance(block.get("text"), Mapping):
            text = _marks(clean(_shown(block)))
            if not text.strip() or len(text) > min(room, 3000):
                continue
            card.append(text)
            room -= len(text)
    return card or [text for text in [unescape(clean(optional(message, "text")))[:3000]] if text.strip()]


def _marks(text: str) -> str:
    """Our own marks at the start of a line as we sent them, should Slack have written their names instead."""
    return _NAMED.sub(lambda found: _MARKS[found[1]], text)


def _place(handle: Mapping[str, Any], who: str) -> str:
    """The conversation of a card that doesn't name one."""
    channel, thread = str(handle.get("channel", "")), handle.get("thread")
    if not channel or channel.startswith("D"):
        return f"@{who}"
    return f"{channel}:{thread or handle['ts']}"
