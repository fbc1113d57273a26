"""What a conversation remembers between messages, kept as JSON: its topic, its last records, what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sales.language.context import Topic
from sales.metrics import query as metrics
from sales.records import Doubt, Option, Pin, Span

KEPT = 6  # how many of the last records can be undone or corrected by saying so
ASKED = 3  # how many questions may wait at once; the oldest gives way
_VERSION = 4
_READABLE = (3, 4)


@dataclass(frozen=True, slots=True)
class Step:
    """One change set that a message came to, and the decisions that it was read with.

    `answer`: it came of an answer to our question, so it belongs to what was said before and is undone with it.
    `text`: what the message said then, if it was edited since. `message`: what led to it, if not the message itself.
    """

    change_set: str
    pins: tuple[Pin, ...] = ()
    answer: bool = False
    seq: int = 0
    text: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that was read, and the steps that recorded it (none: it waits). `seq`: the turn it was shown.

    `tapped`: a button was tapped, so there are no words to be read again.
    """

    text: str
    message_id: str
    at: datetime
    pins: tuple[Pin, ...] = ()
    topic: Topic = field(default_factory=Topic)
    steps: tuple[Step, ...] = ()
    seq: int = 0
    tapped: bool = False

    @property
    def sets(self) -> tuple[str, ...]:
        return tuple(step.change_set for step in self.steps)

    @property
    def last(self) -> str | None:
        """The change set that stands."""
        return self.steps[-1].change_set if self.steps else None

    def then(self, change_set: str, turn: int, *, answer: bool = False, message: str = "") -> Entry:
        """With one step more, that `message` led to."""
        by = message if message != self.message_id else ""
        return replace(self, steps=(*self.steps, Step(change_set, self.pins, answer, turn, "", by)), seq=turn)

    def decided_by(self, message_id: str) -> bool:
        """Whether that message answered a question about this one, or corrected it."""
        pins = [*self.pins, *(pin for step in self.steps for pin in step.pins)]
        return any(p.message == message_id for p in pins) or any(s.message == message_id for s in self.steps)

    def back(self) -> Entry | None:
        """The entry as it was before its last correction; None if nothing of it is left then."""
        if len(self.steps) < 2 or self.steps[-1].answer:
            return None
        kept = self.steps[:-1]
        last = kept[-1]
        steps = (*kept[:-1], replace(last, text=""))
        return replace(self, text=last.text or self.text, steps=steps, pins=last.pins, seq=last.seq)

    def reworded(self, text: str, pins: tuple[Pin, ...]) -> Entry:
        """The message as it says now, with the decisions that still have their words; the steps keep the old text."""
        steps = tuple(replace(step, text=step.text or self.text) for step in self.steps)
        return replace(self, text=text, pins=pins, steps=steps)

    def restated(self) -> Entry:
        """The last step stands for the text as it says now: nothing recorded had to change."""
        if not self.steps:
            return self
        return replace(self, steps=(*self.steps[:-1], replace(self.steps[-1], pins=self.pins, text="")))


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked about an entry. `number` is on its buttons: a tap finds it when others were asked since."""

    number: int
    entry: Entry
    doubts: tuple[Doubt, ...]
    seq: int = 0
    repeated: bool = False

    @property
    def doubt(self) -> Doubt:
        return self.doubts[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """The last question that was answered with figures, and when: what a short one goes on from."""

    question: metrics.Question
    at: datetime


@dataclass(frozen=True, slots=True)
class State:
    """`recent` and `questions` are in the order in which they came; `draft` waits for "record it"; `turn` and `asked`
    only count. `lost` is a deal (its id, its customer's) just reported lost without a reason, `aimed` the message whose
    card says how to correct it; both hold for one turn.
    """

    topic: Topic = field(default_factory=Topic)
    recent: tuple[Entry, ...] = ()
    questions: tuple[Question, ...] = ()
    draft: Entry | None = None
    chinese: bool | None = None
    turn: int = 0
    asked: int = 0
    lost: tuple[str, str] | None = None
    aimed: str | None = None
    figures: Asked | None = None

    def with_entry(self, entry: Entry) -> State:
        """With this entry, in place of what was known of the same message."""
        if any(e.message_id == entry.message_id for e in self.recent):
            recent = tuple(entry if e.message_id == entry.message_id else e for e in self.recent)
            return replace(self, recent=recent)
        return replace(self, recent=(*self.recent, entry)[-KEPT:])

    def without(self, message_id: str) -> State:
        """Without this message: neither its records nor what was asked about it."""
        return replace(self.unasked(message_id), recent=tuple(e for e in self.recent if e.message_id != message_id))

    def unasked(self, message_id: str) -> State:
        return replace(self, questions=tuple(q for q in self.questions if q.entry.message_id != message_id))

    def asking(self, entry: Entry, doubts: tuple[Doubt, ...]) -> tuple[State, Question]:
        """With a new question, in place of an older one about the same message."""
        question = Question(self.asked + 1, replace(entry, seq=self.turn), doubts, self.turn)
        left = self.unasked(entry.message_id).questions
        return replace(self, asked=question.number, questions=(*left, question)[-ASKED:]), question

    def put_question(self, question: Question) -> State:
        """With a question about a message in the place of the one of the same number."""
        return replace(self, questions=tuple(question if q.number == question.number else q for q in self.questions))

    def asked_about(self, message_id: str) -> Question | None:
        return next((q for q in self.questions if q.entry.message_id == message_id), None)

    def shown_again(self, question: Question) -> tuple[State, Question]:
        """The question once more, with the same buttons; it is not repeated a second time."""
        again = replace(question, seq=self.turn, repeated=True)
        return replace(self, questions=(*(q for q in self.questions if q.number != question.number), again)), again

    def fresh(self, seq: int) -> bool:
        """Whether something shown at `seq` stood in the reply before this message."""
        return seq == self.turn - 1

    @property
    def newest(self) -> Entry | None:
        """What was shown last that can be corrected or undone: a record, a draft, or what was asked about."""
        aimed = next((e for e in self.recent if e.message_id == self.aimed), None)
        if aimed is not None:
            return aimed
        found = [*self.recent, *(q.entry for q in self.questions), *([self.draft] if self.draft else [])]
        return max(found, key=lambda e: e.seq) if found else None


def to_json(state: State) -> dict[str, Any]:
    """Plain values for the database."""
    return {
        "v": _VERSION,
        "topic": _topic(state.topic),
        "recent": [_entry(e) for e in state.recent],
        "questions": [
            {
                "number": q.number,
                "entry": _entry(q.entry),
                "doubts": [_doubt(d) for d in q.doubts],
                "seq": q.seq,
                "repeated": q.repeated,
            }
            for q in state.questions
        ],
        "draft": _entry(state.draft) if state.draft else None,
        "chinese": state.chinese,
        "turn": state.turn,
        "asked": state.asked,
        "lost": list(state.lost) if state.lost else None,
        "aimed": state.aimed,
        "figures": _asked(state.figures) if state.figures else None,
    }


def from_json(data: Mapping[str, Any]) -> State:
    """The state as it was stored; an empty mapping, or one of a version not known, is one that has not begun."""
    if data.get("v") not in _READABLE:
        return State()
    return State(
        topic=_read_topic(data["topic"]),
        recent=tuple(_read_entry(e) for e in data["recent"]),
        questions=tuple(
            Question(
                q["number"], _read_entry(q["entry"]), tuple(map(_read_doubt, q["doubts"])), q["seq"], q["repeated"]
            )
            for q in data["questions"]
        ),
        draft=_read_entry(data["draft"]) if data["draft"] else None,
        chinese=data["chinese"],
        turn=data["turn"],
        asked=data["asked"],
        lost=(data["lost"][0], data["lost"][1]) if data["lost"] else None,
        aimed=data["aimed"],
        figures=_read_asked(data.get("figures")),
    )


def _asked(asked: Asked) -> dict[str, Any] | None:
    question = asked.question
    if question.query is None:
        return None
    said = [question.said_scope, question.said_period]
    return {"query": metrics.to_json(question.query), "said": said, "at": asked.at.isoformat()}


def _read_asked(data: Any) -> Asked | None:
    if not data:
        return None
    try:
        query = metrics.from_json(data["query"])
    except ValueError:  # of another version: only the next short question misses it
        return None
    scope, period = data["said"]
    return Asked(metrics.Question(query, said_scope=scope, said_period=period), datetime.fromisoformat(data["at"]))


def _topic(topic: Topic) -> dict[str, Any]:
    return {"account": topic.account, "opportunity": topic.opportunity, "contacts": list(topic.contacts)}


def _read_topic(data: Mapping[str, Any]) -> Topic:
    return Topic(data["account"], data["opportunity"], tuple(data["contacts"]))


def _doubt(doubt: Doubt) -> dict[str, Any]:
    options = [[o.id, o.label] for o in doubt.options]
    return {"about": doubt.about, "span": [doubt.span.start, doubt.span.end], "options": options, "words": doubt.words}


def _read_doubt(data: Mapping[str, Any]) -> Doubt:
    options = tuple(Option(option, label) for option, label in data["options"])
    return Doubt(data["about"], Span(*data["span"]), options, data["words"])


def _pins(pins: tuple[Pin, ...]) -> list[list[Any]]:
    return [[p.span.start, p.span.end, p.kind, p.value, p.message] for p in pins]


def _read_pins(data: list[list[Any]]) -> tuple[Pin, ...]:
    return tuple(Pin(Span(start, end), kind, value, message) for start, end, kind, value, message in data)


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "text": entry.text,
        "message_id": entry.message_id,
        "at": entry.at.isoformat(),
        "pins": _pins(entry.pins),
        "topic": _topic(entry.topic),
        "steps": [[s.change_set, _pins(s.pins), s.answer, s.seq, s.text, s.message] for s in entry.steps],
        "seq": entry.seq,
        "tapped": entry.tapped,
    }


def _read_entry(data: Mapping[str, Any]) -> Entry:
    return Entry(
        data["text"],
        data["message_id"],
        datetime.fromisoformat(data["at"]),
        _read_pins(data["pins"]),
        _read_topic(data["topic"]),
        tuple(_read_step(step) for step in data["steps"]),
        data["seq"],
        data.get("tapped", False),
    )


def _read_step(data: list[Any]) -> Step:
    """A state of version 3 has neither text nor message."""
    change_set, pins, answer, seq, *rest = data
    return Step(change_set, _read_pins(pins), answer, seq, *rest)
