"""What the server expects of a channel, and what a channel may count on.

In: a channel verifies, decrypts and parses a request into an `Incoming`, gives it to the `Intake` and acknowledges only
after that returned. Out: the server claims a message of the outbox, waits for the channel's limits, and has the channel
`deliver` it. Nothing of a vendor's is known outside the channel.

What a channel puts into an `Incoming` (storage.inbox):

- `conversation_id`: "@" + the person's account for a private chat, "@account:thread" where that has threads; else the
  group's id, with ":thread" in a thread. One conversation's messages are worked on in order.
- `event_id`: the same however often the vendor sends it.
- `payload["mentions"]`: how the text names colleagues -> their accounts; where they are known, their names are put in.
- `payload["suggest"]` (OPENED): there is a place for prompts; they are put there once for each such value.
- `kind` and `payload`: see `Kind`. `payload["handle"]` is what the channel needs to answer right there; it comes back
  in the outgoing content. `payload["group"]` is true where others read along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from starlette.routing import Route

from handlers.outgoing import Content
from handlers.turns import FieldValue, Form, Reply
from sales.errors import CanmouError
from storage.inbox import Incoming
from storage.pace import Limit

__all__ = [
    "Channel", "Desk", "FieldValue", "Form", "Incoming", "Intake", "Kind", "Limit", "Misconfigured", "NotDelivered",
    "Outbound", "Profile", "RateLimited", "Refused", "Unreachable",
]  # fmt: skip


class Kind(StrEnum):
    """What an incoming message is, with what its payload holds beside `handle` and `group`."""

    TEXT = "text"
    TAP = "tap"  # `action`; the text is the button's label
    MENU = "menu"  # `action`: today, help; or the text is said as if typed
    EDIT = "edit"  # `of`: the event_id of the message; the text is what it says now
    DELETE = "delete"  # `of`
    FORM = "form"  # `action`, `values`
    HOME = "home"  # the person's own page was opened
    OPENED = "opened"  # the chat was opened, maybe for the first time
    MEDIA = "media"  # `media`: image, voice, video, file, location, link; the text is its caption or place, if any


class Intake(Protocol):
    """Where verified messages go."""

    async def accept(self, message: Incoming) -> bool:
        """Returns when the message is committed (False: it was there already). Only then acknowledge it.

        Raises if it could not be committed: then answer with an error, so that the vendor sends it again.
        """
        ...


class Desk(Protocol):
    """What a channel may ask about a form at once, while a person waits. Each takes some milliseconds."""

    async def form(self, channel: str, account: str, conversation_id: str, change_set: str) -> Form | None:
        """The form of what a card recorded; None if it can't be corrected so (any more)."""
        ...

    async def faults(
        self, channel: str, account: str, conversation_id: str, action: str, values: Mapping[str, FieldValue]
    ) -> Mapping[str, str]:
        """What is wrong with values filled in: a sentence by field id. Empty: all is well."""
        ...


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to deliver. `key` is the same however often it is tried; `attempt` is 1 the first time."""

    key: str
    conversation_id: str
    content: Content
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Profile:
    """What the vendor's directory says of an account."""

    emails: tuple[str, ...] = ()
    mobile: str | None = None
    is_bot: bool = False


class NotDelivered(CanmouError):
    """Base. `reason` is for operators: a code and the vendor's words, no text of a message, no token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RateLimited(NotDelivered):
    """The vendor wants us to wait. `whole`: with everything, not only with this conversation."""

    def __init__(self, reason: str, retry_after: float, *, whole: bool = True) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.whole = whole


class Unreachable(NotDelivered):
    """No answer, a broken connection, the vendor's own failure: try again later. It may have arrived all the same."""


class Misconfigured(NotDelivered):
    """Nothing will be delivered until an operator mends `setting` (a revoked token, an address that isn't allowed)."""

    def __init__(self, reason: str, setting: str) -> None:
        super().__init__(reason)
        self.setting = setting


class Refused(NotDelivered):
    """This message won't ever be taken (the person has left, the group is gone): kept and shown, not tried again."""


class Channel(Protocol):
    """A messenger. Making one connects to nothing."""

    @property
    def name(self) -> str: ...

    @property
    def identities(self) -> str:
        """The channel by whose accounts people are known here; its own name for most."""
        ...

    @property
    def alone(self) -> bool:
        """Whether there may be one connection of it in the whole company: one process holds it, and delivers there."""
        ...

    @property
    def refusal_hint(self) -> str:
        """What an operator may have mistyped if its requests are refused; empty where the vendor doesn't call us."""
        ...

    @property
    def limits(self) -> Sequence[Limit]:
        """How fast the vendor takes messages at one `place`."""
        ...

    def place(self, conversation_id: str) -> str:
        """What the vendor counts by: threads of one group share its limit."""
        ...

    def pages(self, reply: Reply) -> Sequence[Reply]:
        """A reply in pieces that keep the vendor's sizes; one in most cases. Pure. The buttons are on the last."""
        ...

    async def deliver(self, out: Outbound) -> str | None:
        """Sends it; the vendor's id of it, if there is one. Raises NotDelivered."""
        ...

    async def profile(self, account: str) -> Profile | None:
        """What the vendor's directory says; None if it knows nothing or we may not ask. Raises Unreachable."""
        ...

    async def members(self, conversation_id: str) -> frozenset[str] | None:
        """The accounts of the people in a group; None where that can't be known. Raises Unreachable."""
        ...

    async def health(self) -> str:
        """ "ok", or what is wrong for an operator to see. No call to the vendor is made for it."""
        ...

    def routes(self) -> Sequence[Route]:
        """Where the vendor calls us; none for a channel that calls out itself."""
        ...

    async def start(self) -> None:
        """Opens what stays open (a socket). Returns at once; trouble is logged and tried again."""
        ...

    async def stop(self) -> None: ...
