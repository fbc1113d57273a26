"""What WeCom tells us, as an Incoming. Pure: decrypted XML in, a message of ours out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import xmltodict
from wechatpy import messages as common
from wechatpy.enterprise import events, messages
from wechatpy.enterprise.events import EVENT_TYPES
from wechatpy.enterprise.messages import MESSAGE_TYPES
from wechatpy.events import BaseEvent
from wechatpy.fields import IntegerField, StringField

from bot.channels.base import Incoming, Kind
from bot.channels.wecom.cards import read_key

CHANNEL = "wecom"
SAY = "say:"
"""How the key of a menu item begins that says something for the person."""

# Where nothing but the root may come first, no DOCTYPE can declare an entity, and a text may still speak of one.
_ROOT = re.compile(r"\ufeff?\s*(?:<\?xml[^<>]*\?>\s*)?<xml[\s>]")
# What a member's id may be; anything else (and above all "@all") never becomes somebody to write to.
_ACCOUNT = re.compile(r"[0-9A-Za-z][0-9A-Za-z._@-]{0,63}", re.ASCII)

_MEDIA = {"image": "image", "voice": "voice", "video": "video", "shortvideo": "video", "location": "location",
          "link": "link"}  # fmt: skip


class FileMessage(common.BaseMessage):  # wechatpy knows none
    type = "file"
    agent = IntegerField("AgentID", 0)
    media_id = StringField("MediaId")
    title = StringField("Title")
    name = StringField("FileName")


class CardEvent(BaseEvent):
    """A button of a template card was tapped, or an item of its menu."""

    event = "template_card_event"
    agent = IntegerField("AgentID", 0)
    key = StringField("EventKey")
    task_id = StringField("TaskId")
    card_type = StringField("CardType")
    response_code = StringField("ResponseCode")


class OtherEvent(BaseEvent):
    """An event that says nothing to us."""

    event = "other"
    key = StringField("EventKey")


# Beside the vendor's registries, not in them: those belong to the whole process.
_MESSAGES: Mapping[str, Any] = {**MESSAGE_TYPES, "file": FileMessage}
_EVENTS: Mapping[str, Any] = {
    **EVENT_TYPES, "template_card_event": CardEvent, "template_card_menu_event": CardEvent,
    "change_contact": OtherEvent,
}  # fmt: skip


def fields_of(xml: str) -> dict[str, str]:
    """The plain fields of a document, those of text. ValueError or ExpatError if it is none of WeCom's."""
    if not _ROOT.match(xml):
        raise ValueError("not WeCom's XML")
    root = xmltodict.parse(xml)["xml"]
    if not isinstance(root, dict):
        raise ValueError("XML without fields")
    return {name: value for name, value in root.items() if isinstance(value, str)}


def parse(xml: str) -> Any:
    """A decrypted document as a message or an event of wechatpy's. ValueError or ExpatError if it is none."""
    fields = fields_of(xml)
    kind = fields.get("MsgType", "").lower()
    if not kind:
        raise ValueError("no MsgType")
    if kind != "event":
        return _MESSAGES.get(kind, FileMessage)(fields)
    name = fields.get("Event", "").lower()
    if not name:
        raise ValueError("no Event")
    return _EVENTS.get(name, OtherEvent)(fields)


def is_account(account: str) -> bool:
    """Whether it can be a member's id."""
    return _ACCOUNT.fullmatch(account) is not None


def incoming(message: Any) -> Incoming | None:
    """What a person did; None for an event that nobody needs to answer. ValueError if a field is missing or wrong."""
    if isinstance(message, BaseEvent):
        return _event(message)
    media = _MEDIA.get(message.type, "file")
    text, payload = "", {"media": media}
    if isinstance(message, messages.TextMessage):
        return _from(message, Kind.TEXT, message.content or "", {})
    if isinstance(message, messages.VoiceMessage) and (message.recognition or "").strip():
        return _from(message, Kind.TEXT, message.recognition, payload)
    if isinstance(message, messages.LocationMessage):
        text = message.label or ""
        payload |= {"latitude": message.location_x or "", "longitude": message.location_y or ""}
    elif isinstance(message, messages.LinkMessage):
        text = message.title or ""
        payload["url"] = message.url or ""
    elif isinstance(message, FileMessage):
        text = message.title or message.name or ""
    media_id = getattr(message, "media_id", None)
    if media_id:
        payload["media_id"] = media_id
    return _from(message, Kind.MEDIA, text, payload)


def _event(event: Any) -> Incoming | None:
    if isinstance(event, CardEvent):
        action, label = read_key(event.key or "")
        handle = {"response_code": event.response_code or "", "task_id": event.task_id or "",
                  "card_type": event.card_type or ""}  # fmt: skip
        return _from(event, Kind.TAP, label, {"action": action, "handle": handle})
    if isinstance(event, events.ClickEvent):
        key = event.key or ""
        if key.startswith(SAY):
            return _from(event, Kind.TEXT, key.removeprefix(SAY), {})
        return _from(event, Kind.MENU, "", {"action": key})
    if isinstance(event, (events.EnterAgentEvent, events.SubscribeEvent)):
        return _from(event, Kind.OPENED, "", {})
    return None


def _from(message: Any, kind: Kind, text: str, payload: dict[str, Any]) -> Incoming:
    sender = message.source or ""
    if not is_account(sender):
        raise ValueError("no member's id")
    sent_at = datetime.fromtimestamp(int(message.time), UTC)
    return Incoming(CHANNEL, _event_id(message), f"@{sender}", sender, text, sent_at, kind, payload)


def _event_id(message: Any) -> str:
    if not isinstance(message, BaseEvent):
        if not message.id:
            raise ValueError("no MsgId")
        return str(message.id)
    # Events carry no id: WeCom's advice is who and when, and within that second what.
    fields = message._data
    what = "\x1f".join(fields.get(name) or "" for name in ("Event", "EventKey", "TaskId"))
    return f"{message.source}:{int(message.time)}:{hashlib.sha256(what.encode()).hexdigest()[:16]}"
