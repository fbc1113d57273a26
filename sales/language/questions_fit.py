"""The parts of a question as one query that can be answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from sales.language.lexicon import Cue
from sales.language.mentions import Scene
from sales.language.questions_named import About
from sales.language.questions_period import Days
from sales.language.questions_scope import Scoped
from sales.language.questions_shape import ORDERS, Shape, stage_of, tier_of, type_of
from sales.metrics.query import Filter, GroupBy, MetricQuery, Order, Target, TargetKind
from sales.metrics.registry import METRICS, Metric, usual_period
from sales.periods import Period

_OFFICES = re.compile(r"(?a)办事处|[各个哪每些]办(?!法|公)|分公司|\b(?:offices?|branch(?:es)?|sites?)\b")
"""Words for the lowest units: asked of the whole company they mean the offices of all regions."""


@dataclass(frozen=True, slots=True)
class Words:
    """What was found in a question: what it names, the phrases of figures, which sentence asks (`window`), and its
    `text` without names and dates, slips mended."""

    scene: Scene
    about: About
    cues: Sequence[Cue]
    window: tuple[int, int]
    text: str

    @property
    def families(self) -> set[str]:
        return {cue.family for cue in self.cues}

    @property
    def today(self) -> date:
        return self.scene.context.today

    def usual(self, metric: Metric) -> Period | None:
        """The period that is meant where none is said."""
        return usual_period(metric, self.today, self.scene.context.book.company.fiscal_year_start_month)

    def has_grandchildren(self, target: Target) -> bool:
        units = self.scene.context.book.units()
        below = {unit.id for unit in units if unit.parent == target.id}
        return any(unit.parent in below for unit in units)

    def has_children(self, target: Target) -> bool:
        units = self.scene.context.book.units()
        return target.kind is TargetKind.ORG_UNIT and any(unit.parent == target.id for unit in units)


def fitted(words: Words, metric: str, scoped: Scoped, days: Days, shape: Shape) -> MetricQuery:
    """What does not go with the metric or the target is left out, or turned into what is meant by it."""
    known = METRICS[metric]
    period = days.period
    if metric == "history":
        period = period if period is not None and period.first <= words.today else None
    elif period is None:
        period = words.usual(known)
    group, order, limit = _cut(words, known, scoped, shape)
    versus = scoped.versus or days.versus
    if versus is not None and period is None and not isinstance(versus, Target):
        versus = None
    narrowed = merged(narrowing(words, metric, scoped), Filter(), known)
    none_only = shape.none_only and group is not None
    leaves = group is GroupBy.ORG_UNIT and bool(_OFFICES.search(words.text)) and words.has_grandchildren(scoped.target)
    return MetricQuery(metric, scoped.target, period, group, order, limit, narrowed, versus, none_only, leaves)


def narrowing(words: Words, metric: str, scoped: Scoped) -> Filter:
    """What the figure is narrowed to, as said."""
    cues = words.cues
    return Filter(
        stage_of(cues, metric), type_of(cues, metric), tier_of(cues, metric), scoped.product, scoped.competitor
    )


def merged(said: Filter, kept: Filter, metric: Metric) -> Filter:
    """Of what is said now and what was said before, what the metric can be narrowed to."""
    names = [field.name for field in fields(Filter) if field.name in metric.filters]
    return Filter(**{name: getattr(said, name) or getattr(kept, name) for name in names})


def _cut(words: Words, known: Metric, scoped: Scoped, shape: Shape) -> tuple[GroupBy | None, Order | None, int | None]:
    target = scoped.target
    group, order, limit = shape.group_by, shape.order, shape.limit
    if scoped.children and GroupBy.ORG_UNIT in known.by:
        group, limit = GroupBy.ORG_UNIT, None
    if target.kind is not TargetKind.ORG_UNIT and group is GroupBy.ORG_UNIT:
        group = GroupBy.USER if target.kind is TargetKind.PRODUCT and GroupBy.USER in known.by else None
    if group is GroupBy.ORG_UNIT and not words.has_children(target):
        group = GroupBy.USER if GroupBy.USER in known.by else None
    if target.kind is TargetKind.USER and group is GroupBy.USER:
        group = None
    if scoped.versus is not None and group in (GroupBy.USER, GroupBy.ORG_UNIT):
        group = None  # 皖北跟苏锡比谁好: the two are compared
    if known.name == "todo" and group is GroupBy.ACCOUNT and order is None:
        group = None  # 要跟进哪些客户: a list, not a count of each
    if group is None and (limit is not None or order is not None):
        group = _implied_group(words, target, known.by)
    return (group, order, limit) if group is not None else (None, None, None)


def _implied_group(words: Words, target: Target, by: frozenset[GroupBy]) -> GroupBy | None:
    """前三名, without saying of whom: people; of a product or a customer nothing."""
    if not words.families & ORDERS and not re.search(r"(?a)前|后|top|bottom|倒数", words.scene.text):
        return None
    if target.kind is TargetKind.ORG_UNIT and GroupBy.USER in by:
        ranked = "order.rank" in words.families and words.has_children(target)
        return GroupBy.ORG_UNIT if ranked else GroupBy.USER
    return GroupBy.USER if target.kind is TargetKind.PRODUCT and GroupBy.USER in by else None
