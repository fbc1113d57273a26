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
from sales.language.questions_period import Days, days_of, fixed_spans
from sales.language.questions_scope import About, Scoped, default_scope, named_in, scope_of_question
from sales.language.questions_shape import Shape, shape_of, stage_of, tier_of, type_of
from sales.language.questions_sound import as_heard, as_spelled
from sales.language.text import has_cjk
from sales.metrics.query import Filter, GroupBy, MetricQuery, Order, Question, Target, TargetKind, Wants
from sales.metrics.registry import METRICS, Usual, usual_period
from sales.records import Doubt

# Of two metrics that are named as clearly, the more special one: 在手商机覆盖 is coverage, 应收回款 is receivable.
_RANK = (
    "lost_reasons", "receivable", "payments", "coverage", "weighted_pipeline", "win_rate", "conversion", "cycle_days",
    "average_deal", "overdue", "at_risk", "new_opportunities", "forecast", "gap", "attainment", "activities", "todo",
    "history", "won_count", "pipeline", "won", "quota", "overview",
)  # fmt: skip
_FIRM = 3
_PLAIN = 2
_RECORD = (TargetKind.ACCOUNT, TargetKind.OPPORTUNITY)
_WHOLE = frozenset({"quota", "gap", "attainment", "coverage"})
_SHORT_ZH, _SHORT_EN = 14, 9
_AGAIN = re.compile(
    r"呢\s*[?？]?\s*$|^\s*(?:那|那么|换成|换|改成|再看|只看|and\b|what about|how about|same\b|ok and|now\b|only\b|just\b|but\b)"
)


def read_question(scene: Scene) -> tuple[Question | None, tuple[Doubt, ...]]:
    """The question and what it leaves open. (None, ()) where nothing in it asks for a figure."""
    window = _asking_part(scene.text)
    about = named_in(scene, window)
    shown = _masked(scene, about)
    cues = asking().find(shown)
    heard = shown
    if max(_weights(cues).values(), default=0) <= 1:
        heard = as_heard(shown) if has_cjk(shown) else as_spelled(shown)
    if heard != shown:
        cues = asking().find(heard)
    if len(heard) == len(shown):
        cues = [c for c in cues if c.start < window[1] and window[0] < c.end]
    question, doubts = _read(scene, about, cues, window)
    if question is not None and len(heard) == len(shown) and heard != shown and not question.follows:
        question = replace(question, firm=False)  # by its sound alone no message is taken for a question
    return question, doubts


def _read(
    scene: Scene, about: About, cues: Sequence[Cue], window: tuple[int, int]
) -> tuple[Question | None, tuple[Doubt, ...]]:
    text = scene.text[slice(*window)]
    last = scene.context.asked
    weights = _weights(cues)
    metric = _metric(weights, about, cues, text)
    wants = _wants(cues, metric, last)
    if metric == "overview" and last is not None and _same_again(text, about):
        metric = None  # 西北的情况呢, after a question about something else than how things stand
    if last is not None and last.query is not None and (metric is None or goes_on(text) or _bare(text, about, scene)):
        followed = _followed(scene, about, cues, metric, last, wants, window)
        if followed is not None:
            return followed, tuple(about.doubts)
    if metric is None and {"order.behind", "order.worst"} & {c.family for c in cues}:
        metric = "attainment"  # 谁落后了: behind plan
    if metric is None:
        return None, tuple(about.doubts)
    query, said_scope, said_period = _query(scene, about, cues, metric, window)
    asked = said_scope or said_period or query.group_by is not None or bool(query.filter)
    firm = weights.get(metric, 0) >= _FIRM or (weights.get(metric, 0) >= _PLAIN and asked)
    return Question(query, wants, said_scope, said_period, firm=firm), tuple(about.doubts)


def _same_again(text: str, about: About) -> bool:
    return (
        bool(about.found)
        and len(text) <= _SHORT_ZH
        and bool(re.search(r"^\s*那|的情况|^\s*(?:and|what about|how about)\b", text))
    )


def _bare(text: str, about: About, scene: Scene) -> bool:
    """回款, n visits?: a metric and nothing else, right after a question."""
    size = len(text.strip(" ?？。.")) if has_cjk(text) else len(text.split())
    said = about.found or any(d.strength >= 0.6 for d in scene.dates)
    return not said and size <= (5 if has_cjk(text) else 3) and not re.search(r"我|\bmy\b|\bour\b", text)


_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:\.(?=\d)[^.!?。！？\n]+)*[.!?。！？\n]*")


def _asking_part(text: str) -> tuple[int, int]:
    """The sentence that names what is asked for, in a message of several: greetings and reasons stand around it."""
    parts = [m.span() for m in _SENTENCE.finditer(text) if m.group().strip()]
    if len(parts) < 2:
        return 0, len(text)
    scored = [
        (max(_weights(asking().find(text[s:e])).values(), default=0) and _sentence_weight(text[s:e]), s, e)
        for s, e in parts
    ]
    best = max(score for score, _, _ in scored)
    if best == 0:
        return 0, len(text)
    chosen = [(s, e) for score, s, e in scored if score == best]
    return chosen[-1] if best >= _PLAIN else (0, len(text))


def _sentence_weight(sentence: str) -> int:
    """How clearly a sentence names a metric; one that asks counts before one that tells."""
    return max(_weights(asking().find(sentence)).values()) + (_FIRM if asks(sentence) else 0)


def _masked(scene: Scene, about: About) -> str:
    """The text without names and dates: a phrase inside a customer's name says nothing."""
    text = scene.text
    start = scene.context.book.company.fiscal_year_start_month
    spans = [*about.spans, *((d.start, d.end) for d in scene.dates if d.strength >= 0.6)]
    spans += fixed_spans(text, scene.context.today, start)
    for start, end in spans:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text


def _weights(cues: Sequence[Cue]) -> dict[str, int]:
    """How clearly each metric is named."""
    found: dict[str, int] = {}
    for cue in cues:
        parts = cue.family.split(".")
        if not parts[-1].isdigit():
            continue
        name = "activities" if parts[0] == "act" else parts[0]
        found[name] = max(found.get(name, 0), int(parts[-1]))
    return found


def _metric(weights: dict[str, int], about: About, cues: Sequence[Cue], text: str) -> str | None:
    found = dict(weights)
    record = any(kind in about.found for kind in _RECORD)
    product = TargetKind.PRODUCT in about.found and not any(
        kind in about.found for kind in (TargetKind.ORG_UNIT, TargetKind.USER)
    )
    families = {c.family for c in cues}
    if record:
        # a customer has no quota: 鼎新进度怎么样 is about its deals
        moved = max([found.pop(name, 0) for name in _WHOLE] + [found.pop("overview", 0)])
        if moved:
            found["history"] = max(found.get("history", 0), moved)
        if found.get("history", 0) >= _PLAIN and found.get("won", 0) <= _PLAIN and not _amount_asked(text):
            found.pop("won", None)
            found.pop("pipeline", None)
    else:
        if found.get("history", 0) == _PLAIN:
            found["overview"] = max(found.get("overview", 0), found.pop("history"))
        elif found.get("history", 0) and not _only_history(text):
            found["overview"] = max(found.get("overview", 0), _PLAIN)
            found.pop("history")
    if product and found.get("won", 0) >= _PLAIN:
        found.pop("overview", None)
    if "by.competitor" in families and not {"win_rate", "pipeline", "won"} & found.keys():
        found["lost_reasons"] = _FIRM
    _settle_pairs(found, cues, text)
    best = max(found.values(), default=0)
    if best == 0:
        return None
    if best == 1:
        return _weakly(found, cues, text)
    return next((name for name in _RANK if found.get(name) == best), None)


_COUNT_OF = re.compile(r"\bhow many\b|\bnumber of\b|# of|\bcount of\b|几[单个笔家份张]|多少[单个笔家份张]")
_SUM_OF = re.compile(r"\bhow much\b|\bamount\b|\bvalue\b|\brevenue\b|额|多少钱|多少万|\$")


def _settle_pairs(found: dict[str, int], cues: Sequence[Cue], text: str) -> None:
    """Words that mean something else beside each other."""
    if found.get("lost_reasons", 0) == _PLAIN and not re.search(r"丢|输|失|流失|\blos", text):
        found.pop("lost_reasons")
    if "forecast" in found and "gap" in found and re.search(r"才能|才可以|还差|差多少|to hit|to make|to reach", text):
        found.pop("forecast")
    if (
        "forecast" in found
        and found.get("pipeline", 0) >= _FIRM
        and not re.search(r"能签|能做|能完成|预测|forecast|land", text)
    ):
        found.pop("forecast")  # 预计下季度签的在手商机: open deals by their close date
    if "forecast" in found and "won" in found:
        found.pop("won")
    if "won" in found and "won_count" not in found and _COUNT_OF.search(text) and not _SUM_OF.search(text):
        found["won_count"] = found.pop("won")
    if "gap" in found and "quota" in found and "attainment" not in found:
        found.pop("quota")
    if "overdue" in found and re.search(r"款|账|钱|payment|invoice|receivable|\bar\b", text):
        found["receivable"] = max(found.get("receivable", 0), found.pop("overdue"))
    if "receivable" in found and "payments" in found and found["receivable"] >= found["payments"]:
        found.pop("payments")
    if "todo" in found and "overdue" in found:
        found.pop("todo")
    if "new_opportunities" in found:
        for name in ("pipeline", "won"):
            if found.get(name, 0) <= _PLAIN:
                found.pop(name, None)
    if "won_count" in found and found["won_count"] >= found.get("won", 0) and "won" in found:
        found.pop("won")
    if found.get("won_count") == _PLAIN and "won" not in found and "pipeline" in found and found["pipeline"] >= _PLAIN:
        found.pop("won_count")
    if "quota" in found and "won" in found and found["quota"] >= found["won"]:
        # 签了多少，占指标多少: what was signed of the quota
        found["attainment"] = (
            max(found.get("attainment", 0), found.pop("quota")) if "attainment" in found else found["quota"]
        )
    if "activities" in found and {"win_rate", "conversion", "cycle_days", "average_deal"} & found.keys():
        found.pop("activities")


def _weakly(found: dict[str, int], cues: Sequence[Cue], text: str) -> str | None:
    """Only words that go with a metric: 手上的商机, 我的跟进, the quota."""
    if (
        re.search(r"多少|几个|几条|总共|一共|多大|金额|how (?:much|many)|total|list|show|哪些|有啥|有什么", text)
        or len(text) < 14
    ):
        for name in ("todo", "pipeline", "quota"):
            if name in found:
                return name
    return "overview" if found.keys() == {"overview"} else None


def _only_history(text: str) -> bool:
    return bool(re.search(r"上次|上一次|最后一次|last (?:time|contact|visit|touch|met|spoke)", text))


def _amount_asked(text: str) -> bool:
    return bool(
        re.search(r"签|卖|买|下单|成交|赢|多少钱|多少|业绩|won|sold|bought|signed|closed|how much|revenue|book", text)
    )


def _wants(cues: Sequence[Cue], metric: str | None, last: Question | None) -> Wants:
    families = {c.family for c in cues}
    if "chart" in families:
        return Wants.PICTURE
    if "how" in families and (last is not None or metric is not None):
        return Wants.RECORDS
    return Wants.FIGURE


def _query(
    scene: Scene, about: About, cues: Sequence[Cue], metric: str, window: tuple[int, int]
) -> tuple[MetricQuery, bool, bool]:
    shape = shape_of(scene.text[slice(*window)], cues, metric)
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
        period = days.period
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
    size = len(text.strip()) if has_cjk(text) else len(text.split())
    return bool(_AGAIN.search(text)) and size <= (_SHORT_ZH if has_cjk(text) else _SHORT_EN)


def _followed(
    scene: Scene,
    about: About,
    cues: Sequence[Cue],
    metric: str | None,
    last: Question,
    wants: Wants,
    window: tuple[int, int],
) -> Question | None:
    """The last question with what is said anew; None if nothing of a question is said."""
    before = last.query
    assert before is not None
    name = metric or before.metric
    shape = shape_of(scene.text, cues, name)
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
    size = len(scene.text.strip()) if has_cjk(scene.text) else len(scene.text.split())
    if metric is None and size > (_SHORT_ZH + 8 if has_cjk(scene.text) else _SHORT_EN + 4):
        return None
    if wants is not Wants.FIGURE and metric is None and not scoped.said and days.period is None:
        return Question(before, wants, last.said_scope, last.said_period, follows=True, firm=True)
    known = METRICS[name]
    scope, product, competitor = _carried(before, scoped, metric)
    if known.name in _WHOLE and scope.kind in (*_RECORD, TargetKind.PRODUCT, TargetKind.COMPETITOR):
        scope = default_scope(scene, name, split=split)
    period = days.period or base
    if period is None or (known.usual is Usual.NONE and days.period is None and metric is not None):
        period = usual_period(known, scene.context.today, scene.context.book.company.fiscal_year_start_month)
    merged = Shape(
        shape.group_by or (before.group_by if before.group_by in known.by else None),
        shape.order or (before.order if metric is None else None),
        shape.limit or (before.limit if shape.order is None and metric is None else None),
        shape.none_only or (before.none_only and shape == Shape() and metric is None),
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


def _carried(before: MetricQuery, scoped: Scoped, metric: str | None) -> tuple[Target, str | None, str | None]:
    """Whose figures now: what is named, else as before. A product named beside a unit of before narrows it."""
    if not scoped.said:
        return before.scope, before.filter.product, before.filter.competitor
    target = scoped.target
    if target.kind is TargetKind.PRODUCT and before.scope.kind in (TargetKind.ORG_UNIT, TargetKind.USER):
        return before.scope, target.id, before.filter.competitor
    return target, scoped.product, scoped.competitor
