"""What is put into the outbox: what to do at the channel, as JSON. A channel carries it out in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.turns import Button, Home, HomeSection, Reply

Handle = Mapping[str, Any]
"""What a channel needs to find its way back (a thread, a response_code, a req_id). Only the channel reads it."""


@dataclass(frozen=True, slots=True)
class Say:
    """A message. `handle` is that of the message it answers (empty for a nudge).

    `only_to`: in a group, the account that alone may see it; None where everybody there may.
    """

    reply: Reply
    handle: Handle = field(default_factory=dict)
    only_to: str | None = None


@dataclass(frozen=True, slots=True)
class Settle:
    """The card whose button was tapped: shows what was chosen, and its buttons are used up."""

    label: str
    handle: Handle = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShowHome:
    """A person's own page, made anew."""

    home: Home


@dataclass(frozen=True, slots=True)
class RefreshHome:
    """Somebody's own page, to be made anew when it is sent, as things stand then. The server makes it a `ShowHome`."""

    person_id: str
    chinese: bool | None = None


@dataclass(frozen=True, slots=True)
class Suggest:
    """Things that one may say, as (title, message), where the channel has a place for them."""

    prompts: tuple[tuple[str, str], ...]
    handle: Handle = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is kept under `id` (see storage.pictures); `text` says what it shows, for who can't see it."""

    id: str
    name: str
    text: str
    handle: Handle = field(default_factory=dict)
    only_to: str | None = None


Content = Say | Settle | ShowHome | RefreshHome | Suggest | Picture


def to_json(content: Content) -> dict[str, Any]:
    """Plain values for the database."""
    if isinstance(content, Say):
        reply = content.reply
        return {
            "do": "say",
            "lines": list(reply.lines),
            "buttons": _buttons(reply.buttons),
            "handle": dict(content.handle),
            "only_to": content.only_to,
        }
    if isinstance(content, Settle):
        return {"do": "settle", "label": content.label, "handle": dict(content.handle)}
    if isinstance(content, ShowHome):
        sections = [
            {
                "title": s.title,
                "lines": list(s.lines),
                "items": [[text, _buttons(buttons)] for text, buttons in s.items],
            }
            for s in content.home.sections
        ]
        return {"do": "home", "title": content.home.title, "sections": sections}
    if isinstance(content, RefreshHome):
        return {"do": "refresh_home", "person": content.person_id, "chinese": content.chinese}
    if isinstance(content, Suggest):
        return {"do": "suggest", "prompts": [list(p) for p in content.prompts], "handle": dict(content.handle)}
    return {
        "do": "picture",
        "id": content.id,
        "name": content.name,
        "text": content.text,
        "handle": dict(content.handle),
        "only_to": content.only_to,
    }


def from_json(data: Mapping[str, Any]) -> Content:
    """What was put in. ValueError for something that this version does not know."""
    do = data.get("do")
    if do == "say":
        reply = Reply(tuple(data["lines"]), _read_buttons(data["buttons"]))
        return Say(reply, data["handle"], data["only_to"])
    if do == "settle":
        return Settle(data["label"], data["handle"])
    if do == "home":
        sections = tuple(
            HomeSection(
                s["title"], tuple(s["lines"]), tuple((text, _read_buttons(buttons)) for text, buttons in s["items"])
            )
            for s in data["sections"]
        )
        return ShowHome(Home(data["title"], sections))
    if do == "refresh_home":
        return RefreshHome(data["person"], data["chinese"])
    if do == "suggest":
        return Suggest(tuple((title, message) for title, message in data["prompts"]), data["handle"])
    if do == "picture":
        return Picture(data["id"], data["name"], data["text"], data["handle"], data["only_to"])
    raise ValueError(f"nothing known is to be done: {do!r}")


def _buttons(buttons: tuple[Button, ...]) -> list[list[str]]:
    return [[button.label, button.action] for button in buttons]


def _read_buttons(data: list[list[str]]) -> tuple[Button, ...]:
    return tuple(Button(label, action) for label, action in data)
