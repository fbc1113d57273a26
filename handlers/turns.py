"""What goes into a conversation and what comes out, the same for every channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sales.stages import Intent


@dataclass(frozen=True, slots=True)
class Heard:
    """Something a person said or tapped. `person_id` is who it is, already linked; `at` is aware.

    `message_id` is the id that evidence names (the inbox number). `action` is a button's, then `text` is its label.
    """

    channel: str
    conversation_id: str
    person_id: str
    message_id: str
    text: str
    at: datetime
    action: str | None = None


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
class Clarify:
    """What was asked about (account, contact, opportunity, amount, date, scope, follow_up) and the ids offered."""

    about: str
    options: tuple[str, ...]


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
    notes: dict[str, str] = field(default_factory=dict)
