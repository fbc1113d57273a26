"""What Slack sends to an app, as it documents it, and a sender that signs, waits three seconds and sends again."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.standins.slack import APP_ID, BOT_USER, SECRET, TEAM, dm

Payload = dict[str, Any]
_numbers = count(1)


def moment(seconds: float | None = None) -> str:
    """A ts of its own."""
    return f"{int(time.time() if seconds is None else seconds)}.{next(_numbers):06d}"


# -- events


def event(inner: Payload, *, event_id: str | None = None, team: str = TEAM, bot: str | None = BOT_USER) -> Payload:
    """The envelope of the Events API."""
    return {
        "token": "verification-is-deprecated",
        "team_id": team,
        "api_app_id": APP_ID,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id or f"Ev{next(_numbers):09d}",
        "event_time": int(time.time()),
        "authorizations": [
            {"enterprise_id": None, "team_id": team, "user_id": bot, "is_bot": True, "is_enterprise_install": False}
        ]
        if bot
        else [],
        "is_ext_shared_channel": False,
        "event_context": "4-abc",
    }


def said(
    user: str, text: str, *, channel: str | None = None, ts: str | None = None, thread: str | None = None, **more: Any
) -> Payload:
    """A message event as it stands in the envelope; in the private chat with the bot if no channel is given."""
    ts = ts or moment()
    inner: Payload = {
        "type": "message",
        "client_msg_id": f"c-{next(_numbers)}",
        "user": user,
        "text": text,
        "ts": ts,
        "team": TEAM,
        "channel": channel or dm(user),
        "event_ts": ts,
        "channel_type": "channel" if channel else "im",
        **more,
    }
    if thread:
        inner["thread_ts"] = thread
    return inner


def message(user: str, text: str, **how: Any) -> Payload:
    return event(said(user, text, **how))


def mention(user: str, text: str, channel: str, *, ts: str | None = None, thread: str | None = None) -> Payload:
    """app_mention; Slack sends a message event beside it."""
    inner = said(user, text, channel=channel, ts=ts, thread=thread)
    del inner["channel_type"]
    return event({**inner, "type": "app_mention"})


def forwarded(of: Payload, channel: str) -> Payload:
    """An attachment: a message of another channel, as a forward carries it."""
    return {
        "is_msg_unfurl": True, "is_share": True, "channel_id": channel, "channel_team": TEAM, "author_id": of["user"],
        "ts": of["ts"], "text": of["text"], "fallback": of["text"], "mrkdwn_in": ["text"],
        "from_url": f"https://river.slack.invalid/archives/{channel}/p{of['ts'].replace('.', '')}",
    }  # fmt: skip


def rich(*lines: Sequence[Payload]) -> list[Payload]:
    """The blocks of a message as people type it: what is struck out says so itself."""
    sections = [{"type": "rich_text_section", "elements": list(line)} for line in lines]
    return [{"type": "rich_text", "block_id": "x1", "elements": sections}]


def typed(text: str, *styles: str) -> Payload:
    return {"type": "text", "text": text, **({"style": dict.fromkeys(styles, True)} if styles else {})}


def file(name: str, mimetype: str, **more: Any) -> Payload:
    return {"id": f"F{next(_numbers)}", "name": name, "mimetype": mimetype, "filetype": name.rpartition(".")[2], **more}


def edited(before: Payload, text: str, **more: Any) -> Payload:
    """The event for a message (as `said` made it) that says something else now."""
    inner = {name: value for name, value in before.items() if name not in ("channel", "channel_type", "event_ts")}
    at = moment()
    return event({
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": {**inner, "text": text, "edited": {"user": before["user"], "ts": at}, **more},
        "previous_message": inner,
        "channel": before["channel"],
        "ts": at,
        "event_ts": at,
        "channel_type": before.get("channel_type", "channel"),
    })  # fmt: skip


def deleted(before: Payload) -> Payload:
    inner = {name: value for name, value in before.items() if name not in ("channel", "channel_type", "event_ts")}
    at = moment()
    return event({
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": before["ts"],
        "previous_message": inner,
        "channel": before["channel"],
        "ts": at,
        "event_ts": at,
        "channel_type": before.get("channel_type", "channel"),
    })  # fmt: skip


def home_opened(user: str, tab: str = "home", *, dotted: bool = True) -> Payload:
    """tab="messages": the chat. Slack's documentation shows event_ts without its dot here."""
    at = moment() if dotted else moment().replace(".", "")
    return event({"type": "app_home_opened", "user": user, "channel": dm(user), "tab": tab, "event_ts": at})


def context_changed(user: str, channel: str) -> Payload:
    """What somebody who has the app open looks at now."""
    seen = {"type": "slack#/types/channel_id", "value": channel, "team_id": TEAM}
    return event({"type": "app_context_changed", "user": user, "context": {"entities": [seen]}})


def assistant_started(user: str, thread: str) -> Payload:
    context = {"channel_id": "C0OPEN", "team_id": TEAM, "enterprise_id": None}
    thread_of = {"user_id": user, "context": context, "channel_id": dm(user), "thread_ts": thread}
    return event({"type": "assistant_thread_started", "assistant_thread": thread_of, "event_ts": moment()})


# -- commands and interactivity


def slash(user: str, text: str, *, channel: str = "C0OPEN", trigger: str, response_url: str) -> Payload:
    """Fields of a form, not JSON."""
    return {
        "token": "x", "team_id": TEAM, "team_domain": "river", "channel_id": channel, "channel_name": "open",
        "user_id": user, "user_name": "someone", "command": "/canmou", "text": text, "api_app_id": APP_ID,
        "is_enterprise_install": "false", "response_url": response_url, "trigger_id": trigger,
    }  # fmt: skip


def tap(
    user: str,
    element: Payload,
    *,
    channel: str | None = None,
    ts: str = "1774000000.000100",
    blocks: Sequence[Payload] = (),
    block_id: str = "row0",
    trigger: str = "1.1.trigger",
    response_url: str = "https://hooks.slack.invalid/actions/T/1/x",
    thread: str | None = None,
    ephemeral: bool = False,
    home: bool = False,
) -> Payload:
    """Somebody taps a button (an element as it was sent); for a menu see `choose`."""
    action = {name: given_back(element[name]) for name in ("type", "action_id", "text", "value") if name in element}
    return _interaction(
        user, action | {"block_id": block_id, "action_ts": moment()}, channel or dm(user), ts, blocks, trigger,
        response_url, thread, ephemeral, home,
    )  # fmt: skip


def given_back(part: Any) -> Any:
    """What was sent, as Slack gives it back: plain texts are escaped by then."""
    if isinstance(part, list):
        return [given_back(one) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "plain_text":
        text = part["text"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {**part, "text": text}
    return {name: given_back(one) for name, one in part.items()}


def choose(user: str, menu: Payload, option: int, block_id: str, **how: Any) -> Payload:
    chosen = given_back(menu["options"][option])
    payload = tap(user, {"type": "static_select", "action_id": menu["action_id"]}, block_id=block_id, **how)
    payload["actions"][0]["selected_option"] = chosen
    return payload


def _interaction(
    user: str, action: Payload, channel: str, ts: str, blocks: Sequence[Payload], trigger: str, response_url: str,
    thread: str | None, ephemeral: bool, home: bool,
) -> Payload:  # fmt: skip
    base: Payload = {
        "type": "block_actions",
        "user": {"id": user, "username": "someone", "name": "someone", "team_id": TEAM},
        "api_app_id": APP_ID,
        "token": "x",
        "trigger_id": trigger,
        "team": {"id": TEAM, "domain": "river"},
        "enterprise": None,
        "is_enterprise_install": False,
        "actions": [action],
    }
    if home:
        container: Payload = {"type": "view", "view_id": "V0HOME"}
        return {**base, "container": container, "view": {"id": "V0HOME", "type": "home", "team_id": TEAM, "blocks": []}}
    container = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": ephemeral}
    if thread:
        container["thread_ts"] = thread
    base |= {"container": container, "channel": {"id": channel, "name": "directmessage"}, "response_url": response_url}
    if not ephemeral:  # Slack doesn't give back what a whisper said
        said_there = {"type": "message", "bot_id": "B0CANMOU", "user": BOT_USER, "ts": ts, "text": "", "team": TEAM}
        base["message"] = said_there | {"blocks": given_back(list(blocks))} | ({"thread_ts": thread} if thread else {})
    return base


def submission(user: str, view: Payload, values: Payload, *, view_id: str = "V0FORM", mark: str = "156.abc") -> Payload:
    """A modal (as it was opened) that somebody sends; `values` by field, each an element's state."""
    held = {name: view[name] for name in ("type", "callback_id", "private_metadata", "blocks", "title")}
    state = {"values": {field: {"value": element} for field, element in values.items()}}
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "river"},
        "user": {"id": user, "username": "someone", "name": "someone", "team_id": TEAM},
        "api_app_id": APP_ID,
        "token": "x",
        "trigger_id": "2.2.trigger",
        "view": {"id": view_id, "team_id": TEAM, "hash": mark, "state": state, "root_view_id": view_id, **held},
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }


# -- sending


@dataclass(frozen=True)
class Answer:
    """What the app answered; status 0 for no answer in time."""

    status: int
    text: str = ""
    seconds: float = 0.0
    final: bool = False  # X-Slack-No-Retry: Slack does not send it again

    @property
    def data(self) -> Any:
        return json.loads(self.text) if self.text else None


def encoded(payload: Payload) -> tuple[bytes, str]:
    """The body and its type: events are JSON, commands a form, interactions JSON within a form."""
    if payload.get("type") in ("event_callback", "url_verification", "app_rate_limited"):
        return json.dumps(payload).encode(), "application/json"
    if "command" in payload or "ssl_check" in payload:
        return urlencode(payload).encode(), "application/x-www-form-urlencoded"
    return urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded"


def signature(body: bytes, stamp: str, secret: str = SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def headers_for(body: bytes, kind: str, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    return {
        "Content-Type": kind,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(body, stamp, secret),
    }


class SlackSender:
    """Calls an app as Slack does. Blocking; threads may share it."""

    def __init__(
        self,
        url: str,
        secret: str = SECRET,
        *,
        timeout: float = 3.0,
        waits: Sequence[float] = (0.0, 0.0, 0.0),
    ) -> None:
        self.url = url
        self.secret = secret
        self.timeout = timeout
        self.waits = waits  # before each resend; Slack: at once, a minute, five minutes

    def post(self, payload: Payload, *, retry: int = 0, reason: str = "http_timeout") -> Answer:
        """Once."""
        body, kind = encoded(payload)
        headers = headers_for(body, kind, secret=self.secret)
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        return self.raw(body, headers)

    def raw(self, body: bytes, headers: dict[str, str]) -> Answer:
        where = urlsplit(self.url)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=self.timeout)
        began = time.monotonic()
        try:
            connection.request("POST", where.path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            final = answer.headers.get("X-Slack-No-Retry") == "1"
            return Answer(answer.status, text, time.monotonic() - began, final)
        except (OSError, http.client.HTTPException):
            return Answer(0, "", time.monotonic() - began)
        finally:
            connection.close()

    def deliver(self, payload: Payload) -> Answer:
        """Until it is acknowledged, and up to three times more."""
        answer = self.post(payload)
        for number, wait in enumerate(self.waits, 1):
            if answer.status == 200 or answer.final:
                break
            time.sleep(wait)
            answer = self.post(payload, retry=number, reason="http_timeout" if answer.status == 0 else "http_error")
        return answer
