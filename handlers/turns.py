"""What goes into a conversation and what comes out, the same for every channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sales.stages import Intent

FieldValue = str | tuple[str, ...] | None
"""What stands in a field of a form: text as a person writes it, a day as ISO, the id of a choice (or of several)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something a person said or tapped. `person_id` is who it is, already linked; `at` is aware.

    `message_id` is the id that evidence names (the inbox number). `action` is a button's, then `text` is its label;
    of a form that was filled in `values` holds what stands in its fields now.
    """

    channel: str
    conversation_id: str
    person_id: str
    message_id: str
    text: str
    at: datetime
    action: str | None = None
    values: Mapping[str, FieldValue] | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A choice to tap. `action` comes back in `Heard.action`; what it says is what it does."""

    label: str
    action: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A card: a few lines fit for a phone, and buttons. A channel renders it in its own way and keeps its limits."""

    lines: tuple[str, ...]
    buttons: tuple[Button, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form. `options` are (id, label); `value` is what stands there when the form opens."""

    id: str
    label: str
    kind: Literal["text", "day", "choice", "choices"]
    value: FieldValue = None
    options: tuple[tuple[str, str], ...] = ()
    optional: bool = True


@dataclass(frozen=True, slots=True)
class FormSection:
    """The fields of one record, under a title such as "Visit, Dingxin"."""

    title: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What a card recorded, field by field, to be put right. `action` comes back with the values (`Heard.values`)."""

    action: str
    title: str
    sections: tuple[FormSection, ...]
    submit: str
    cancel: str


@dataclass(frozen=True, slots=True)
class HomeSection:
    """Part of a person's own page: lines of text, then items, each a line with the buttons that belong to it."""

    title: str
    lines: tuple[str, ...] = ()
    items: tuple[tuple[str, tuple[Button, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Home:
    """A person's own page: quota and gap, today's follow-ups, deals."""

    title: str
    sections: tuple[HomeSection, ...]


@dataclass(frozen=True, slots=True)
class Clarify:
    """What was asked about (account, contact, opportunity, amount, date, scope, follow_up) and the ids offered."""

    about: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that goes with a reply: PNG bytes, a file name, and what it shows, for who can't see it."""

    data: bytes
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one message led to: the reply, and what a measurement wants to know."""

    intent: Intent
    reply: Reply
    clarify: Clarify | None = None
    denied: bool = False
    query: dict[str, Any] | None = None
    sources: tuple[dict[str, str], ...] = ()
    change_set: str | None = None
    waiting: bool = False
    """Something waits for a confirmation (a weekly report that was read but not yet recorded)."""
    refused: bool = False
    """What was tapped could not be done: not this person's, or no longer to be done."""
    notes: dict[str, str] = field(default_factory=dict)
    picture: Drawn | None = None
