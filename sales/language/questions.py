"""Questions for figures, read without a model: which metric, whose, when, how it is cut; what is missing comes from
the last question or from who asks.

Each is found on its own in the same mentions that reports are read from, and then fitted together. What is not
understood stays None: a scope or a metric is never guessed in silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sales.language.intents import asks
from sales.language.lexicon import Cue, asking
from sales.language.mentions import Scene
from sales.language.questions_days import fixed_spans
from sales.language.questions_metric import FIRM, PLAIN, RECORDS, WHOLE, metric_of, weights_of
from sales.language.questions_named import About, named_in
from sales.language.questions_period import Days, days_of
from sales.language.questions_scope import Scoped, default_scope, scope_of_question
from sales.language.questions_shape import Shape, shape_of, stage_of, tier_of, type_of
from sales.language.questions_sound import as_heard, as_spelled
from sales.language.text import has_cjk, is_cjk
from sales.metrics.query import Filter, GroupBy, MetricQuery, Order, Question, Target, TargetKind, Wants
from sales.metrics.registry import METRICS, Usual, faults_of, usual_period
from sales.records import Doubt

_SHORT, _BARE, _LONG = 14, 7.5, 22  # in Chinese characters
_AGAIN = re.compile(
    r"呢\s*[?？]?\s*$|^\s*(?:那|那么|换成|换|改成|再看|只看|and\b|what about|how about|same\b|ok and|now\b|only\b|just\b|but\b)"
)


def read_question(scene: Scene) -> tuple[Question | None, tuple[Doubt, ...]]:
    """The question and what it leaves open. (None, ()) where nothing in it asks for a figure."""
    window = _asking_part(scene.text)
    about = named_in(scene, window)
    shown = _masked(scene, about)
    cues = asking().find(shown)
    spelled = shown if has_cjk(shown) else as_spelled(shown)
    heard = as_heard(shown) if has_cjk(shown) and max(weights_of(cues).values(), default=0) <= 1 else spelled
    if heard != shown:
        cues = asking().find(heard)
    text = heard
    if len(heard) == len(shown):
        text = heard[slice(*window)]
        cues = [c for c in cues if c.start < window[1] and window[0] < c.end]
    question, doubts = _read(scene, about, cues, window, text)
    if question is not None and heard != spelled and not question.follows:
        question = replace(question, firm=False)  # by its sound alone no message is taken for a question
    return question, doubts


def _read(
    scene: Scene, about: About, cues: Sequence[Cue], window: tuple[int, int], text: str
) -> tuple[Question | None, tuple[Doubt, ...]]:
    """`text` is what is asked, without names and dates, slips mended."""
    last = scene.context.asked
    metric, weight = metric_of(weights_of(cues), about, cues, text)
    wants = _wants(cues, metric, last)
    if metric == "overview" and last is not None and _same_again(text, about):
        metric = None  # 西北的情况呢, after a question about something else than how things stand
    if last is not None and last.query is not None and metric in (None, "pipeline") and _counts(text, last.query):
        metric = "won_count"  # 签了多少 … 几单: of the same
    goes = goes_on(text) or _bare(text, about, scene) or (not about.found and bool(_OF_THE_SAME.search(text)))
    if last is not None and last.query is not None and (metric is None or goes):
        followed = _followed(scene, about, cues, metric, last, wants, window, text)
        if followed is not None:
            return followed, tuple(about.doubts)
    behind = {"order.behind", "order.worst"} & {c.family for c in cues}
    if metric is None and any(c.family == "by.competitor" for c in cues):
        metric, weight = "lost_reasons", FIRM  # 输给谁最多
    if metric is None and behind and not {TargetKind.PRODUCT, TargetKind.COMPETITOR, *RECORDS} & about.found.keys():
        metric = "attainment"  # 谁落后了: behind plan
    if metric is None:
        return None, tuple(about.doubts)
    query, said_scope, said_period = _query(scene, about, cues, metric, window, text)
    if faults_of(query):
        return None, tuple(about.doubts)  # 澜视的指标: nobody has a quota of a product
    whose = {c.family for c in cues} & {"ours", "ours.unit", "mine", "all"}
    asked = said_scope or said_period or query.group_by is not None or bool(query.filter) or bool(whose)
    firm = weight >= FIRM or (weight >= PLAIN and (asked or (metric == "overview" and asks(text))))
    return Question(query, wants, said_scope, said_period, firm=firm), tuple(about.doubts)


_OF_THE_SAME = re.compile(
    r"他们|她们|这家|那家|该客户|这个单|那个单|这单|那单|\b(?:they|them|their|him|his|her|hers|that one)\b"
)


def size_of(text: str) -> float:
    """How long a text is, in Chinese characters; a Latin word is about one and a half."""
    return sum(1 for ch in text if is_cjk(ch)) + 1.5 * len(re.findall(r"[a-z0-9']+", text))


def _same_again(text: str, about: About) -> bool:
    return (
        bool(about.found)
        and size_of(text) <= _SHORT
        and bool(re.search(r"^\s*那|的情况|^\s*(?:and|what about|how about)\b", text))
    )


def _counts(text: str, before: MetricQuery) -> bool:
    return before.metric in ("won", "average_deal") and bool(
        re.search(r"how many (?:deals|contracts|wins|of them)|几[单个笔]|多少[单个笔]|number of deals", text)
    )


def _bare(text: str, about: About, scene: Scene) -> bool:
    """回款, n visits?: a metric and nothing else, right after a question."""
    said = about.found or any(d.strength >= 0.6 for d in scene.dates)
    return not said and size_of(text) <= _BARE and not re.search(r"我|\bmy\b|\bour\b", text)


_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:\.(?=\d)[^.!?。！？\n]+)*[.!?。！？\n]*")


def _asking_part(text: str) -> tuple[int, int]:
    """The sentence that names what is asked for, in a message of several: greetings and reasons stand around it."""
    parts = [m.span() for m in _SENTENCE.finditer(text) if m.group().strip()]
    if len(parts) < 2:
        return 0, len(text)
    scored = [
        (max(weights_of(asking().find(text[s:e])).values(), default=0) and _sentence_weight(text[s:e]), s, e)
        for s, e in parts
    ]
    best = max(score for score, _, _ in scored)
    if best == 0:
        return 0, len(text)
    chosen = [(s, e) for score, s, e in scored if score == best]
    return chosen[-1] if best >= PLAIN else (0, len(text))


def _sentence_weight(sentence: str) -> int:
    """How clearly a sentence names a metric; one that asks counts before one that tells."""
    return max(weights_of(asking().find(sentence)).values()) + (FIRM if asks(sentence) else 0)


def _masked(scene: Scene, about: About) -> str:
    """The text without names and dates: a phrase inside a customer's name says nothing."""
    text = scene.text
    start = scene.context.book.company.fiscal_year_start_month
    spans = [*about.spans, *((d.start, d.end) for d in scene.dates if d.strength >= 0.6)]
    spans += fixed_spans(text, scene.context.today, start)
    for start, end in spans:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text


_MENTIONED = frozenset({"口径", "依据", "来源", "数据来源", "这个数", "source", "sources", "definition", "list them"})
"""Words that beside a metric say nothing of where it comes from: 全公司口径."""


def _wants(cues: Sequence[Cue], metric: str | None, last: Question | None) -> Wants:
    families = {c.family for c in cues}
    if "chart" in families:
        return Wants.PICTURE
    if any(c.family == "how" and (metric is None or c.phrase not in _MENTIONED) for c in cues):
        return Wants.RECORDS if last is not None or metric is not None else Wants.FIGURE
    return Wants.FIGURE


def _query(
    scene: Scene, about: About, cues: Sequence[Cue], metric: str, window: tuple[int, int], text: str
) -> tuple[MetricQuery, bool, bool]:
    shape = shape_of(text, cues, metric)
    split = shape.group_by in (GroupBy.USER, GroupBy.ORG_UNIT)
    scoped = scope_of_question(scene, about, cues, metric, split=split)
    days = days_of(scene, cues, metric, None, window)
    query = _fitted(scene, metric, scoped, days, shape, cues)
    return query, scoped.said, days.period is not None


def _fitted(
    scene: Scene, metric: str, scoped: Scoped, days: Days, shape: Shape, cues: Sequence[Cue], base: MetricQuery | None = None
) -> MetricQuery:  # fmt: skip
    """The parts as one query that can be answered."""
    known = METRICS[metric]
    book = scene.context.book
    period = days.period
    if period is None:
        period = usual_period(known, scene.context.today, book.company.fiscal_year_start_month)
    if metric == "history":
        period = days.period if days.period is not None and days.period.first <= scene.context.today else None
    target, product, competitor = scoped.target, scoped.product, scoped.competitor
    group, order, limit = shape.group_by, shape.order, shape.limit
    if scoped.children and GroupBy.ORG_UNIT in known.by:
        group, limit = GroupBy.ORG_UNIT, None
    if target.kind is not TargetKind.ORG_UNIT and group is GroupBy.ORG_UNIT:
        group = GroupBy.USER if target.kind is TargetKind.PRODUCT and GroupBy.USER in known.by else None
    if group is GroupBy.ORG_UNIT and not _has_children(scene, target):
        group = GroupBy.USER if GroupBy.USER in known.by else None
    if target.kind is TargetKind.USER and group is GroupBy.USER:
        group = None
    if scoped.versus is not None and group in (GroupBy.USER, GroupBy.ORG_UNIT):
        group = None  # 皖北跟苏锡比谁好: the two are compared
    if metric == "todo" and group is GroupBy.ACCOUNT and order is None:
        group = None  # 要跟进哪些客户: a list, not a count of each
    if group is None and (limit is not None or order is not None):
        group = _implied_group(scene, target, known.by, cues)
    if group is None:
        order, limit = None, None
    if "product" not in known.filters:
        product = None
    if "competitor" not in known.filters:
        competitor = None
    narrowed = Filter(stage_of(cues, metric), type_of(cues, metric), tier_of(cues, metric), product, competitor)
    versus = scoped.versus or days.versus
    if versus is not None and period is None and not isinstance(versus, Target):
        versus = None
    return MetricQuery(
        metric, target, period, group, order, limit, narrowed, versus, shape.none_only and group is not None
    )


def _implied_group(scene: Scene, target: Target, by: frozenset[GroupBy], cues: Sequence[Cue]) -> GroupBy | None:
    """前三名, without saying of whom: people; of a product or a customer nothing."""
    families = {c.family for c in cues}
    if not families & {
        "order.rank",
        "order.rank_up",
        "order.top",
        "order.best",
        "order.bottom",
        "order.worst",
        "order.behind",
    } and not re.search(r"前|后|top|bottom|倒数", scene.text):
        return None
    if target.kind is TargetKind.ORG_UNIT and GroupBy.USER in by:
        children = _has_children(scene, target)
        return GroupBy.ORG_UNIT if children and families & {"order.rank"} else GroupBy.USER
    return GroupBy.USER if target.kind is TargetKind.PRODUCT and GroupBy.USER in by else None


def _has_children(scene: Scene, target: Target) -> bool:
    return target.kind is TargetKind.ORG_UNIT and any(u.parent == target.id for u in scene.context.book.units())


def goes_on(text: str) -> bool:
    """Whether the words go on from the question before: 那回款呢, and the pipeline?"""
    return bool(_AGAIN.search(text)) and size_of(text) <= _SHORT


def _followed(
    scene: Scene,
    about: About,
    cues: Sequence[Cue],
    metric: str | None,
    last: Question,
    wants: Wants,
    window: tuple[int, int],
    text: str,
) -> Question | None:
    """The last question with what is said anew; None if nothing of a question is said."""
    before = last.query
    assert before is not None
    name = metric or before.metric
    again = metric is None or goes_on(scene.text)
    shape = shape_of(text, cues, name)
    base = before.period if last.said_period or metric is None else None
    days = days_of(scene, cues, name, before.period, window)
    families = {c.family for c in cues}
    split = (shape.group_by or before.group_by) in (GroupBy.USER, GroupBy.ORG_UNIT)
    scoped = scope_of_question(scene, about, cues, name, split=split)
    narrowing = Filter(
        stage_of(cues, name), type_of(cues, name), tier_of(cues, name), scoped.product, scoped.competitor
    )
    said = (
        scoped.said or days.period is not None or days.versus is not None or shape != Shape() or bool(narrowing)
        or metric is not None or wants is not Wants.FIGURE
    )  # fmt: skip
    if not said and not about.doubts:
        return None
    if metric is None and size_of(scene.text) > _LONG:
        return None
    if wants is not Wants.FIGURE and metric is None and not scoped.said and days.period is None:
        return Question(before, wants, last.said_scope, last.said_period, follows=True, firm=True)
    known = METRICS[name]
    if metric is None and _split_of_another(text, cues, known.by):
        return None  # 长三角怎么样 … 哪个办最靠后: a page is not split
    scope, product, competitor = _carried(before, scoped, metric)
    if known.name in WHOLE and scope.kind in (*RECORDS, TargetKind.PRODUCT, TargetKind.COMPETITOR):
        scope = default_scope(scene, name, split=split)
    period = days.period or base
    if period is None or (known.usual is Usual.NONE and days.period is None and metric is not None):
        period = usual_period(known, scene.context.today, scene.context.book.company.fiscal_year_start_month)
    merged = Shape(
        shape.group_by or (before.group_by if before.group_by in known.by and again else None),
        shape.order or (before.order if metric is None else None),
        shape.limit or (before.limit if shape.order is None and metric is None else None),
        shape.none_only or (before.none_only and again and shape == Shape() and metric is None and days.versus is None),
    )
    if merged.order is None and merged.limit is not None:
        merged = replace(merged, order=Order.DESC)
    query = _fitted(
        scene, name, Scoped(scope, True, product, competitor, scoped.versus), Days(period, days.versus), merged, cues
    )
    kept = before.filter if metric is None else Filter()
    filters = Filter(
        query.filter.stage or kept.stage,
        query.filter.type or kept.type,
        query.filter.tier or kept.tier,
        query.filter.product or kept.product,
        query.filter.competitor or kept.competitor,
    )
    filters = replace(
        filters, **{f: None for f in ("stage", "type", "tier", "product", "competitor") if f not in known.filters}
    )
    versus = query.versus if "versus" in families or query.versus is not None else None
    query = replace(query, filter=filters, versus=versus)
    return Question(query, wants, True, last.said_period or days.period is not None, follows=True, firm=True)


def _split_of_another(text: str, cues: Sequence[Cue], by: frozenset[GroupBy]) -> bool:
    """Whether it is asked by whom or what, which the metric of the last question can't be split by."""
    wanted = shape_of(text, cues, None).group_by
    return wanted is not None and wanted not in by


def _carried(before: MetricQuery, scoped: Scoped, metric: str | None) -> tuple[Target, str | None, str | None]:
    """Whose figures now: what is named, else as before. A product named beside a unit of before narrows it."""
    if not scoped.said:
        return before.scope, before.filter.product, before.filter.competitor
    target = scoped.target
    if target.kind is TargetKind.PRODUCT and before.scope.kind in (TargetKind.ORG_UNIT, TargetKind.USER):
        return before.scope, target.id, before.filter.competitor
    if target.kind in (TargetKind.ORG_UNIT, TargetKind.USER) and before.scope.kind is TargetKind.PRODUCT:
        return target, scoped.product or before.scope.id, scoped.competitor  # 网关卖得怎么样 … 那成都呢: of it there
    if target.kind in (TargetKind.ORG_UNIT, TargetKind.USER) and before.scope.kind is TargetKind.COMPETITOR:
        return target, scoped.product, scoped.competitor or before.scope.id
    return target, scoped.product, scoped.competitor
