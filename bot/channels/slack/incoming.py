"""What Slack sends, as what it means: a message for the inbox, a form to open or to check. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import FieldValue, Incoming, Kind
from bot.channels.slack import taps, views
from bot.channels.slack.parts import Malformed, account, flag, identifier, items, optional, part, string, ts
from bot.channels.slack.struck import without_struck
from bot.channels.slack.text import clean, mentioned, mentions, to_plain

NAME = "slack"
_SPOKEN = frozenset({"", "file_share", "thread_broadcast", "me_message"})
_SLACKBOT = "USLACKBOT"
_STAMP = re.compile(r"([0-9]{10})\.?([0-9]{6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A tap that opens a form. `tap` is what it is if that can't be done."""

    change_set: str
    trigger: str
    tap: Incoming


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A form that was sent: its values are looked at before it closes."""

    message: Incoming
    action: str
    values: Mapping[str, FieldValue]


Meant = Incoming | OpenForm | FilledIn


def read(body: Mapping[str, Any], now: datetime, bot: str | None = None) -> Meant | None:
    """None: understood, and nothing for us. `bot` is our own user where a payload doesn't tell. Raises Malformed."""
    kind = body.get("type")
    if kind == "event_callback":
        return _event(body, now, bot)
    if kind == "block_actions":
        found = taps.read(body)
        if found is None:
            return None
        tap, trigger, change_set = found
        return tap if change_set is None else OpenForm(change_set, trigger, tap)
    if kind == "view_submission":
        return _submission(body, now)
    if kind is None and "command" in body:
        return _command(body, now)
    if not isinstance(kind, str) or not kind:
        raise Malformed("type")
    return None


def message_id(team: str, channel: str, moment: str) -> str:
    return f"m:{team}:{channel}:{moment}"


def _event(body: Mapping[str, Any], now: datetime, bot: str | None) -> Incoming | None:
    event = part(body, "event")
    team = identifier(body, "team_id")
    kind = string(event, "type")
    if kind in ("message", "app_mention"):
        return _message(body, event, team, kind, _own(body) or bot)
    if kind == "app_home_opened":
        return _app_opened(body, event, team, now)
    if kind == "assistant_thread_started":
        return _assistant(body, event, team, now)
    return None


def _own(body: Mapping[str, Any]) -> str | None:
    """Our own user: Slack says for whom an event is meant."""
    for who in items(body, "authorizations"):
        if isinstance(who, Mapping) and flag(who, "is_bot"):
            return optional(who, "user_id") or None
    return None


# -- messages


def _message(
    body: Mapping[str, Any], event: Mapping[str, Any], team: str, kind: str, bot: str | None
) -> Incoming | None:
    subtype = optional(event, "subtype")
    channel = identifier(event, "channel")
    group = optional(event, "channel_type") != "im" and not channel.startswith("D")
    if subtype in ("message_changed", "message_deleted"):
        return _changed(event, team, channel, group, subtype, bot)
    if subtype not in _SPOKEN or _is_machine(event, bot):
        return None
    moment = ts(event, "ts")
    text = string(event, "text", missing="")
    # Without knowing our own name there is still app_mention, which Slack sends for nobody else
    if group and kind == "message" and (bot is None or not mentions(text, bot)):
        return None
    who = account(event, "user")
    left = without_struck(text, event.get("blocks"))
    said = to_plain(left, bot or (_only_mention(text) if kind == "app_mention" else None))
    media = _media(event)
    thread = _thread(event, moment)
    payload: dict[str, Any] = {"handle": _handle(channel, moment, thread or (moment if group else None))}
    payload |= _people(text, bot)
    message_kind = Kind.TEXT
    if media is not None:
        payload["media"] = media
        message_kind = Kind.TEXT if said else Kind.MEDIA
    elif not said:
        if not left.strip():
            return None  # nothing but a card or a link preview of somebody's
        message_kind = Kind.OPENED  # called by name, and nothing said
    return _incoming(
        message_id(team, channel, moment),
        _conversation(group, channel, who, moment, thread),
        who, said, moment, message_kind, payload, group,
    )  # fmt: skip


def _changed(
    event: Mapping[str, Any], team: str, channel: str, group: bool, subtype: str, bot: str | None
) -> Incoming | None:
    before = part(event, "previous_message") if "previous_message" in event else {}
    after = part(event, "message") if subtype == "message_changed" else {}
    # A deleted message that has answers stays as a tombstone: Slack calls that a change
    gone = subtype == "message_deleted" or optional(after, "subtype") == "tombstone"
    whose = before if gone else after
    if _is_machine(whose, bot) or (before and _is_machine(before, bot)) or optional(whose, "subtype") not in _SPOKEN:
        return None
    who = account(whose, "user")
    moment = ts(event, "deleted_ts") if subtype == "message_deleted" else ts(after, "ts")
    was = string(before, "text", missing="")
    text = "" if gone else string(after, "text", missing="")
    if not gone and before and was == text:
        return None  # a link was unfolded, a file got its name
    if group and (bot is None or not mentions(was if before else text, bot)):
        return None
    thread = _thread(whose, moment)
    at = _dotted(event.get("event_ts")) or ts(event, "ts")
    payload = {
        "handle": _handle(channel, moment, thread or (moment if group else None)),
        "of": message_id(team, channel, moment),
        **_people(text, bot),
    }
    conversation = _conversation(group, channel, who, moment, thread)
    if gone:
        return _incoming(f"d:{team}:{channel}:{moment}", conversation, who, "", at, Kind.DELETE, payload, group)
    edited = optional(part(after, "edited"), "ts") if "edited" in after else ""
    said = to_plain(without_struck(text, after.get("blocks")), bot)
    # All of it struck out is taken back
    return _incoming(
        f"x:{team}:{channel}:{moment}:{clean(edited)[:40] or at}",
        conversation, who, said, at, Kind.EDIT if said else Kind.DELETE, payload, group,
    )  # fmt: skip


def _is_machine(message: Mapping[str, Any], bot: str | None) -> bool:
    """Ours or another program's, or nobody's: answering those would never end."""
    who = message.get("user")
    return (
        any(message.get(name) for name in ("bot_id", "bot_profile", "app_id"))
        or message.get("subtype") == "bot_message"
        or who in (None, "", _SLACKBOT, bot)
    )


def _only_mention(text: str) -> str | None:
    """Whom an app_mention calls, if our own name isn't known: the only one it mentions."""
    called = set(re.findall(r"<@([A-Za-z0-9]+)[|>]", text))
    return called.pop() if len(called) == 1 else None


def _thread(message: Mapping[str, Any], moment: str) -> str | None:
    """The thread it stands in; a message that got answers names itself."""
    thread = ts(message, "thread_ts") if message.get("thread_ts") is not None else None
    return None if thread == moment else thread


def _conversation(group: bool, channel: str, who: str, moment: str, thread: str | None) -> str:
    if group:
        return f"{channel}:{thread or moment}"
    return f"@{who}"  # an answer in a thread of the private chat is an answer all the same: one chat, one conversation


def _handle(channel: str, moment: str | None, thread: str | None) -> dict[str, Any]:
    found = {"channel": channel, "ts": moment, "thread": thread}
    return {name: value for name, value in found.items() if value is not None}


def _people(text: str, bot: str | None) -> dict[str, Any]:
    """Colleagues whom a message names: as the plain text has them, and their accounts."""
    named = [one for one in mentioned(text) if one != bot]
    return {"mentions": {f"@{one}": one for one in named}} if named else {}


def _media(event: Mapping[str, Any]) -> str | None:
    """What comes without words: what the first file is (voice clips are audio, whatever their container), a forward."""
    for file in items(event, "files"):
        if not isinstance(file, Mapping):
            raise Malformed("files")
        kind = optional(file, "mimetype").partition("/")[0]
        if optional(file, "subtype") == "slack_audio" or kind == "audio":
            return "voice"
        return kind if kind in ("image", "video") else "file"
    if not string(event, "text", missing="").strip():
        for attached in items(event, "attachments"):
            if isinstance(attached, Mapping) and flag(attached, "is_share"):
                return "link"  # another message, forwarded without a word
    return None


# -- what else is opened, said, filled in


def _app_opened(body: Mapping[str, Any], event: Mapping[str, Any], team: str, now: datetime) -> Incoming | None:
    """One of our two tabs: the person's page, or the chat, which has a place for prompts."""
    tab = optional(event, "tab")
    if tab not in ("home", "messages"):
        return None
    who = account(event, "user")
    event_id, at = f"e:{team}:{identifier(body, 'event_id')}", _event_moment(body, event, now)
    if tab == "home":
        page: dict[str, Any] = {"handle": {}, "home": True}
        return _incoming(event_id, f"@{who}", who, "", at, Kind.HOME, page, False)
    day = datetime.fromtimestamp(float(at), UTC).date()  # Slack says so with every opening
    chat = {
        "handle": {**_handle(identifier(event, "channel"), None, None), "assistant": True},
        "suggest": f"{who}:{day}",
    }
    return _incoming(event_id, f"@{who}", who, "", at, Kind.OPENED, chat, False)


def _assistant(body: Mapping[str, Any], event: Mapping[str, Any], team: str, now: datetime) -> Incoming:
    """A chat with an app from before Slack's agents: its prompts stand in a thread."""
    thread = part(event, "assistant_thread")
    who, channel, moment = account(thread, "user_id"), identifier(thread, "channel_id"), ts(thread, "thread_ts")
    payload = {"handle": {**_handle(channel, None, moment), "assistant": True}, "suggest": f"{who}:{moment}"}
    event_id, at = f"e:{team}:{identifier(body, 'event_id')}", _event_moment(body, event, now)
    return _incoming(event_id, f"@{who}", who, "", at, Kind.OPENED, payload, False)


def _event_moment(body: Mapping[str, Any], event: Mapping[str, Any], now: datetime) -> str:
    """When it happened. Slack writes event_ts in two ways (1515449522.000016, 1515449522000016), and nothing hangs
    on it: an event isn't refused for it."""
    seconds = body.get("event_time")
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 10**11:
        return str(seconds)
    return _dotted(event.get("event_ts")) or str(now.timestamp())


def _dotted(stamp: Any) -> str | None:
    found = _STAMP.fullmatch(stamp) if isinstance(stamp, str) else None
    return f"{found[1]}.{found[2]}" if found is not None else None


def _command(body: Mapping[str, Any], now: datetime) -> Incoming:
    who, channel = account(body, "user_id"), identifier(body, "channel_id")
    team, trigger = identifier(body, "team_id"), identifier(body, "trigger_id")
    text = to_plain(without_struck(string(body, "text", missing="")))
    handle: dict[str, Any] = {"channel": channel, "slash": True, **taps.response_url(body)}
    payload: dict[str, Any] = {"handle": handle, "group": False}
    kind = Kind.TEXT
    if not text:
        kind, payload["action"] = Kind.MENU, "help"
    return Incoming(NAME, f"s:{team}:{trigger}", f"@{who}", who, text, now, kind, payload)


def _submission(body: Mapping[str, Any], now: datetime) -> FilledIn | None:
    view = part(body, "view")
    if optional(view, "callback_id") != views.CALLBACK:
        return None
    who = account(part(body, "user"), "id")
    team = identifier(part(body, "team"), "id") if body.get("team") is not None else identifier(view, "team_id")
    meta = views.read_metadata(string(view, "private_metadata"))
    values = views.read_values(part(view, "state"))
    mark = re.sub(r"[^\w.-]", "_", optional(view, "hash"))[:60]
    payload: dict[str, Any] = {"handle": meta.handle, "action": meta.action, "values": views.as_json(values)}
    conversation = taps.own_conversation(meta.conversation, who)
    payload["group"] = not conversation.startswith("@")
    if meta.handle.get("home"):
        payload["home"] = True
    message = Incoming(
        NAME, f"f:{team}:{identifier(view, 'id')}:{mark}", conversation, who, "", now, Kind.FORM, payload
    )
    return FilledIn(message, meta.action, values)


def _incoming(
    event_id: str, conversation: str, who: str, text: str, moment: str, kind: Kind, payload: dict[str, Any], group: bool
) -> Incoming:
    seconds = float(moment)
    at = datetime.fromtimestamp(seconds, UTC)
    return Incoming(NAME, event_id, conversation, who, text, at, kind, {**payload, "group": group})
