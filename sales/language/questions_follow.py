"""A question that goes on from the last one: 那成都呢, 跟上季度比呢, 前三名, and the pipeline?"""

from __future__ import annotations

import re
from dataclasses import replace

from sales.language.mentions import Scene
from sales.language.questions_fit import Words, fitted, merged, narrowing
from sales.language.questions_metric import RECORDS, WHOLE
from sales.language.questions_named import About
from sales.language.questions_period import Days, days_of
from sales.language.questions_scope import Scoped, default_scope, holds, scope_of_question
from sales.language.questions_shape import Shape, shape_of
from sales.language.questions_strange import NOBODY, strange_name, unread_subject
from sales.language.text import is_cjk
from sales.metrics.query import Filter, GroupBy, MetricQuery, Order, Question, Target, TargetKind, Wants
from sales.metrics.registry import METRICS, Usual

_SHORT, _BARE, _LONG = 14, 7.5, 22  # in Chinese characters
_AGAIN = re.compile(
    r"(?a)呢\s*[?？]?\s*$|^\s*(?:那|那么|换成|换|改成|再看|只看|and\b|what about|how about|same\b|ok and|now\b|only\b|just\b|but\b)"
)
_SAME_AGAIN = re.compile(r"(?a)^\s*那|的情况|^\s*(?:and|what about|how about)\b")
_COUNTS = re.compile(r"(?a)how many (?:deals|contracts|wins|of them)|几[单个笔]|多少[单个笔]|number of deals")
_OF_THE_SAME = re.compile(
    r"(?a)他们|她们|这家|那家|该客户|这个单|那个单|这单|那单|\b(?:they|them|their|him|his|her|hers|that one)\b"
)
_WHOSE = re.compile(r"(?a)我|\bmy\b|\bour\b")


def size_of(text: str) -> float:
    """How long a text is, in Chinese characters; a Latin word is about one and a half."""
    return sum(1 for ch in text if is_cjk(ch)) + 1.5 * len(re.findall(r"[a-z0-9']+", text))


def goes_on(text: str) -> bool:
    """Whether the words go on from the question before: 那回款呢, and the pipeline?"""
    return bool(_AGAIN.search(text)) and size_of(text) <= _SHORT


def may_follow(words: Words) -> bool:
    """Whether a question that names its metric may still be about whom the last one was about."""
    text, found = words.text, words.about.found
    return goes_on(text) or _is_bare(text, words.about, words.scene) or (not found and bool(_OF_THE_SAME.search(text)))


def same_again(text: str, about: About) -> bool:
    """那西北的情况呢: another name for the last question, not the overview of it."""
    return bool(about.found) and size_of(text) <= _SHORT and bool(_SAME_AGAIN.search(text))


def counts(text: str, before: MetricQuery) -> bool:
    """签了多少 … 几单: how many of the same."""
    return before.metric in ("won", "average_deal") and bool(_COUNTS.search(text))


def _is_bare(text: str, about: About, scene: Scene) -> bool:
    """回款, n visits?: a metric and nothing else, right after a question."""
    said = about.found or any(d.strength >= 0.6 for d in scene.dates)
    return not said and size_of(text) <= _BARE and not _WHOSE.search(text)


def followed(words: Words, metric: str | None, last: Question, before: MetricQuery, wants: Wants) -> Question | None:
    """The last question with what is said anew; None if nothing of a question is said."""
    name = metric or before.metric
    known = METRICS[name]
    shape = shape_of(words.text, words.cues, name)
    days = days_of(words.scene, words.cues, name, before.period, words.window)
    split = (shape.group_by or before.group_by) in (GroupBy.USER, GroupBy.ORG_UNIT)
    scoped = scope_of_question(words.scene, words.about, words.cues, name, split=split)
    said = narrowing(words, name, scoped)
    when = days.period is not None or days.versus is not None
    anew = scoped.said or when or shape != Shape() or bool(said) or metric is not None or wants is not Wants.FIGURE
    if not anew and not words.about.doubts:
        return None
    if metric is None and size_of(words.scene.text) > _LONG:
        return None
    if wants is not Wants.FIGURE and metric is None and not scoped.said and days.period is None:
        return Question(before, wants, last.said_scope, last.said_period, follows=True, firm=True)
    if metric is None and _split_of_another(words, known.by):
        return None  # 长三角怎么样 … 哪个办最靠后: a page is not split
    scope, product, competitor = _carried(before, scoped)
    strange = strange_name(words.text, words.scene.normal.raw)
    if metric == "overview":
        strange = strange or unread_subject(words.text)
    if not scoped.said and metric is not None and strange:
        scope = NOBODY  # 那华东回款呢, asdf怎么样: of nobody here
    if name in WHOLE and scope.kind in (*RECORDS, TargetKind.PRODUCT, TargetKind.COMPETITOR):
        scope = default_scope(words.scene, name, split=split)
    period = days.period or (before.period if last.said_period or metric is None else None)
    if period is None or (known.usual is Usual.NONE and days.period is None and metric is not None):
        period = words.usual(known)
    cut = _recut(words.scene.text, metric, shape, before, days)
    if shape.group_by is None and before.group_by is GroupBy.ORG_UNIT and _is_part(words, scope, before.scope):
        cut = Shape()  # 哪个办最靠后 … 那宁波呢: that office's own figure
    query = fitted(words, name, Scoped(scope, True, product, competitor, scoped.versus), Days(period, days.versus), cut)
    kept = before.filter if metric is None else Filter()
    query = replace(query, filter=merged(query.filter, kept, known))
    return Question(query, wants, True, last.said_period or days.period is not None, follows=True, firm=True)


def _recut(text: str, metric: str | None, shape: Shape, before: MetricQuery, days: Days) -> Shape:
    """How the last question was cut, as far as it is not said anew. A question with a metric of its own, that does
    not go on in so many words, takes over nothing."""
    by, same = METRICS[metric or before.metric].by, metric in (None, before.metric)
    again = same or goes_on(text)
    cut = Shape(
        shape.group_by or (before.group_by if before.group_by in by and again else None),
        shape.order or (before.order if same else None),
        shape.limit or (before.limit if shape.order is None and same else None),
        shape.none_only or (before.none_only and shape == Shape() and same and days.versus is None),
    )
    return replace(cut, order=Order.DESC) if cut.order is None and cut.limit is not None else cut


def _is_part(words: Words, scope: Target, whole: Target) -> bool:
    """Whether a unit is below another: one of those that were ranked."""
    parents = {unit.id: unit.parent for unit in words.scene.context.book.units()}
    return scope != whole and scope.kind is whole.kind is TargetKind.ORG_UNIT and holds(parents, whole.id, scope.id)


def _split_of_another(words: Words, by: frozenset[GroupBy]) -> bool:
    """Whether it is asked by whom or what, which the metric of the last question can't be split by."""
    wanted = shape_of(words.text, words.cues, None).group_by
    return wanted is not None and wanted not in by


def _carried(before: MetricQuery, scoped: Scoped) -> tuple[Target, str | None, str | None]:
    """Whose figures now: what is named, else as before. A product named beside a unit of before narrows it."""
    if not scoped.said:
        return before.scope, before.filter.product, before.filter.competitor
    target = scoped.target
    if target.kind is TargetKind.PRODUCT and before.scope.kind in (TargetKind.ORG_UNIT, TargetKind.USER):
        return before.scope, target.id, before.filter.competitor
    if target.kind in (TargetKind.ORG_UNIT, TargetKind.USER) and before.scope.kind is TargetKind.PRODUCT:
        return target, scoped.product or before.scope.id, scoped.competitor  # 澜视卖得怎么样 … 那皖北呢: of it there
    if target.kind in (TargetKind.ORG_UNIT, TargetKind.USER) and before.scope.kind is TargetKind.COMPETITOR:
        return target, scoped.product, scoped.competitor or before.scope.id
    return target, scoped.product, scoped.competitor
