"""Words of single things that both parts of the English wording use."""

from __future__ import annotations

from sales.stages import ActivityType

TYPES = {
    ActivityType.VISIT: "visit",
    ActivityType.CALL: "call",
    ActivityType.MEETING: "meeting",
    ActivityType.MESSAGE: "message",
    ActivityType.DEMO: "demo",
    ActivityType.BID: "bid",
    ActivityType.SOCIAL: "social",
    ActivityType.OTHER: "contact",
}


def short(text: str, most: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def of(account: str) -> str:
    return f"{account}: " if account else ""


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]
