"""A question for figures as a typed value. SQL is made from it and from the asker's scope, never from text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sales.periods import Period
from sales.stages import ActivityType, Stage


class TargetKind(StrEnum):
    """What a figure can be about."""

    ORG_UNIT = "org_unit"
    USER = "user"
    ACCOUNT = "account"
    OPPORTUNITY = "opportunity"
    PRODUCT = "product"
    COMPETITOR = "competitor"


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """Whose or what's figure: a unit with all below it, a person, a customer, a deal, a product, a competitor."""

    kind: TargetKind
    id: str


class GroupBy(StrEnum):
    """How a figure is split. `org_unit`: the children of the unit asked about; `user`: its people."""

    ORG_UNIT = "org_unit"
    USER = "user"
    PRODUCT = "product"
    ACCOUNT = "account"
    STAGE = "stage"
    MONTH = "month"
    WEEK = "week"
    COMPETITOR = "competitor"
    TYPE = "type"


class Order(StrEnum):
    DESC = "desc"
    ASC = "asc"


@dataclass(frozen=True, slots=True)
class Filter:
    """Only what is at this stage, of this type, of customers of this tier, with this product or competitor."""

    stage: Stage | None = None
    type: ActivityType | None = None
    tier: str | None = None
    product: str | None = None
    competitor: str | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, name) is not None for name in _FILTERS)


_FILTERS = ("stage", "type", "tier", "product", "competitor")


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """One figure, or a list of them. `period` is None where none makes sense or none is meant (as things stand now).

    `limit` rows are given, the best first or last by `order`. `versus` is the same for another period or another
    target, to compare with. `none_only`: of the rows only those with nothing (who has not visited anybody). `leaves`: a
    split by unit goes down to the lowest ones (the offices of all regions).
    """

    metric: str
    scope: Target
    period: Period | None = None
    group_by: GroupBy | None = None
    order: Order | None = None
    limit: int | None = None
    filter: Filter = field(default_factory=Filter)
    versus: Period | Target | None = None
    none_only: bool = False
    leaves: bool = False

    def other(self) -> MetricQuery | None:
        """The query to compare with; None if there is nothing to compare with."""
        if self.versus is None:
            return None
        if isinstance(self.versus, Target):
            return replace(self, scope=self.versus, versus=None)
        return replace(self, period=self.versus, versus=None)


class Wants(StrEnum):
    """What is wanted of a query: the figure, the records that it was made of, or a picture."""

    FIGURE = "figure"
    RECORDS = "records"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was read. `query` is None where no metric was understood.

    `said_scope`, `said_period`: they were named, not taken from the asker or the metric. `follows`: what was missing
    came from the last question. `firm`: the metric was named beyond doubt.
    """

    query: MetricQuery | None
    wants: Wants = Wants.FIGURE
    said_scope: bool = False
    said_period: bool = False
    follows: bool = False
    firm: bool = False


def to_json(query: MetricQuery) -> dict[str, Any]:
    """As replay prints it and conversations keep it: ids, ISO dates, what is not set left out (`period` stays)."""
    out: dict[str, Any] = {
        "metric": query.metric,
        "scope": {query.scope.kind.value: query.scope.id},
        "period": _days(query.period),
    }
    for name in ("group_by", "order", "limit"):
        value = getattr(query, name)
        if value is not None:
            out[name] = value.value if isinstance(value, StrEnum) else value
    if query.filter:
        said = {name: getattr(query.filter, name) for name in _FILTERS}
        out["filter"] = {name: str(value) for name, value in said.items() if value is not None}
    if isinstance(query.versus, Target):
        out["versus"] = {query.versus.kind.value: query.versus.id}
    elif query.versus is not None:
        out["versus"] = _days(query.versus)
    for flag in ("none_only", "leaves"):
        if getattr(query, flag):
            out[flag] = True
    return out


def from_json(data: Mapping[str, Any]) -> MetricQuery:
    """What `to_json` made. ValueError for anything else: it may come back from a button that somebody forged."""
    try:
        raw = data.get("filter") or {}
        if not isinstance(raw, Mapping) or set(raw) - set(_FILTERS):
            raise ValueError("filter")
        limit = data.get("limit")
        if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or not 0 < limit <= 1000):
            raise ValueError("limit")
        versus = data.get("versus")
        return MetricQuery(
            metric=_text(data["metric"]),
            scope=_target(data["scope"]),
            period=_period(data.get("period")),
            group_by=GroupBy(data["group_by"]) if data.get("group_by") else None,
            order=Order(data["order"]) if data.get("order") else None,
            limit=limit,
            filter=Filter(
                Stage(raw["stage"]) if "stage" in raw else None,
                ActivityType(raw["type"]) if "type" in raw else None,
                _text(raw["tier"]) if "tier" in raw else None,
                _text(raw["product"]) if "product" in raw else None,
                _text(raw["competitor"]) if "competitor" in raw else None,
            ),
            versus=_target(versus) if isinstance(versus, Mapping) else _period(versus),
            none_only=data.get("none_only") is True,
            leaves=data.get("leaves") is True,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no query: {error!r}") from None


def _days(period: Period | None) -> list[str] | None:
    return None if period is None else [period.first.isoformat(), period.last.isoformat()]


def _period(data: Any) -> Period | None:
    if data is None:
        return None
    first, last = (date.fromisoformat(day) for day in data)
    if last < first:
        raise ValueError("period")
    return Period(first, last)


def _target(data: Any) -> Target:
    ((kind, of),) = data.items()
    return Target(TargetKind(kind), _text(of))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise ValueError("text")
    return value
