"""What a conversation remembers between messages, kept as JSON: its topic, its last records, what waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sales.language.context import Topic
from sales.records import Doubt, Option, Pin, Span

KEPT = 6  # how many of the last records can be undone or corrected by saying so


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that was read, and the change sets that hold what came of it (none: it waits for a confirmation)."""

    text: str
    message_id: str
    at: datetime
    pins: tuple[Pin, ...] = ()
    topic: Topic = field(default_factory=Topic)
    sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """`recent` is newest last. `pending` is the message whose `doubts` were asked about; `draft` waits for 'record it'."""

    topic: Topic = field(default_factory=Topic)
    recent: tuple[Entry, ...] = ()
    pending: Entry | None = None
    doubts: tuple[Doubt, ...] = ()
    draft: Entry | None = None
    chinese: bool | None = None

    def with_entry(self, entry: Entry) -> State:
        return replace(self, recent=(*self.recent, entry)[-KEPT:])

    def without_last(self) -> State:
        return replace(self, recent=self.recent[:-1])


def to_json(state: State) -> dict[str, Any]:
    """Plain values for the database."""
    return {
        "topic": _topic(state.topic),
        "recent": [_entry(e) for e in state.recent],
        "pending": _entry(state.pending) if state.pending else None,
        "doubts": [
            {"about": d.about, "span": [d.span.start, d.span.end], "options": [[o.id, o.label] for o in d.options], "words": d.words}
            for d in state.doubts
        ],
        "draft": _entry(state.draft) if state.draft else None,
        "chinese": state.chinese,
    }


def from_json(data: Mapping[str, Any]) -> State:
    """The state as it was stored; an empty mapping is a conversation that has not begun."""
    if not data:
        return State()
    return State(
        topic=_read_topic(data.get("topic")),
        recent=tuple(_read_entry(e) for e in data.get("recent", ())),
        pending=_read_entry(data["pending"]) if data.get("pending") else None,
        doubts=tuple(
            Doubt(d["about"], Span(*d["span"]), tuple(Option(i, label) for i, label in d["options"]), d.get("words", ""))
            for d in data.get("doubts", ())
        ),
        draft=_read_entry(data["draft"]) if data.get("draft") else None,
        chinese=data.get("chinese"),
    )


def _topic(topic: Topic) -> dict[str, Any]:
    return {"account": topic.account, "opportunity": topic.opportunity, "contacts": list(topic.contacts)}


def _read_topic(data: Mapping[str, Any] | None) -> Topic:
    return Topic(data.get("account"), data.get("opportunity"), tuple(data.get("contacts", ()))) if data else Topic()


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "text": entry.text,
        "message_id": entry.message_id,
        "at": entry.at.isoformat(),
        "pins": [[p.span.start, p.span.end, p.kind, p.value, p.message] for p in entry.pins],
        "topic": _topic(entry.topic),
        "sets": list(entry.sets),
    }


def _read_entry(data: Mapping[str, Any]) -> Entry:
    return Entry(
        data["text"],
        data["message_id"],
        datetime.fromisoformat(data["at"]),
        tuple(Pin(Span(s, e), kind, value, message) for s, e, kind, value, message in data.get("pins", ())),
        _read_topic(data.get("topic")),
        tuple(data.get("sets", ())),
    )
