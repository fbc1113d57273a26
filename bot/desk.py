"""What a channel may ask about a form while a person waits for it: `bot.channels.base.Desk` over the dialogue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handlers.turns import FieldValue, Form
from storage import identities

if TYPE_CHECKING:
    from handlers.dialogue import Dialogue
    from storage.database import Database


class DialogueDesk:
    """`known` says by which channel's accounts people of a channel are known."""

    def __init__(self, database: Database, dialogue: Dialogue, known: Callable[[str], str]) -> None:
        self._database = database
        self._dialogue = dialogue
        self._known = known

    async def form(self, channel: str, account: str, conversation_id: str, change_set: str) -> Form | None:
        def look() -> Form | None:
            person = self._person(channel, account)
            if person is None:
                return None
            return self._dialogue.form(channel, conversation_id, person, change_set)

        return await asyncio.to_thread(look)

    async def faults(
        self, channel: str, account: str, conversation_id: str, action: str, values: Mapping[str, FieldValue]
    ) -> Mapping[str, str]:
        def look() -> Mapping[str, str]:
            person = self._person(channel, account)
            if person is None:
                return {}  # the message itself is answered as a stranger's
            now = datetime.now(UTC)
            return self._dialogue.form_faults(channel, conversation_id, person, action, values, now)

        return await asyncio.to_thread(look)

    def _person(self, channel: str, account: str) -> str | None:
        with self._database.read() as tx:
            return identities.person_of(tx, self._known(channel), account)
