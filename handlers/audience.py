"""Who may hear what: whether an answer to one person may be given aloud in a group."""

from __future__ import annotations

from collections.abc import Sequence

from sales.permissions import Scope
from storage.scopes import scopes_of

__all__ = ["everyone_may_hear", "scopes_of"]


def everyone_may_hear(speaker: Scope, others: Sequence[Scope | None]) -> bool:
    """Whether each of the others may see at least all that the speaker may. None is somebody unknown: then not."""
    return all(other is not None and _covers(other, speaker) for other in others)


def _covers(other: Scope, speaker: Scope) -> bool:
    if other.everything or speaker.everything:
        return other.everything
    return speaker.people <= other.people and speaker.units <= other.units
