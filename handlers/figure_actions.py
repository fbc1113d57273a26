"""What the buttons under a figure send back: a query to ask, look behind or draw; a record to see the source of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from sales.metrics.query import MetricQuery, from_json, to_json
from sales.metrics.registry import METRICS

MOST_BYTES = 900
"""WeCom keeps 1,024 bytes of a button, its label among them."""


class Verb(StrEnum):
    ASK = "q"
    BEHIND = "why"
    PICTURE = "pic"
    SOURCE = "src"


@dataclass(frozen=True, slots=True)
class QueryAction:
    """Ask a query, look behind it, or draw it."""

    verb: Verb
    query: MetricQuery


@dataclass(frozen=True, slots=True)
class SourceAction:
    """Where the values of a record came from."""

    kind: str
    id: str


FigureAction = QueryAction | SourceAction


def action_of(verb: Verb, query: MetricQuery) -> str | None:
    """None if it is too long for a button; then there is none."""
    text = json.dumps(to_json(query), ensure_ascii=False, separators=(",", ":"))
    return _fitting(f"{verb.value}:{text}")


def source_action(kind: str, record_id: str) -> str | None:
    return _fitting(f"{Verb.SOURCE.value}:{kind}:{record_id}") if record_id else None


def parse(action: str) -> FigureAction:
    """What a button meant. ValueError for what is none of these, or was forged."""
    if len(action.encode()) > MOST_BYTES:
        raise ValueError("too long")
    word, _, rest = action.partition(":")
    verb = Verb(word)
    if verb is Verb.SOURCE:
        kind, _, record_id = rest.partition(":")
        if kind not in SOURCES or not record_id:
            raise ValueError("source")
        return SourceAction(kind, record_id)
    try:
        data = json.loads(rest)
    except RecursionError:
        raise ValueError("nested") from None
    if not isinstance(data, dict):
        raise ValueError("no query")
    query = from_json(data)
    if query.metric not in METRICS:
        raise ValueError("metric")
    return QueryAction(verb, query)


def is_figure_action(action: str) -> bool:
    return action.partition(":")[0] in set(Verb)


SOURCES = frozenset({"activity", "opportunity", "follow_up", "payment", "account", "contact"})


def _fitting(action: str) -> str | None:
    return action if len(action.encode()) <= MOST_BYTES else None
