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
from sales.language.questions_fit import Words, fitted
from sales.language.questions_follow import counts, followed, may_follow, same_again
from sales.language.questions_metric import FIRM, PLAIN, RECORDS, metric_of, weights_of
from sales.language.questions_named import About, named_in
from sales.language.questions_period import days_of
from sales.language.questions_scope import scope_of_question
from sales.language.questions_shape import shape_of
from sales.language.questions_sound import as_heard, as_spelled
from sales.language.questions_strange import NOBODY, strange_name, unread_subject
from sales.language.text import has_cjk
from sales.metrics.query import GroupBy, MetricQuery, Question, TargetKind, Wants
from sales.metrics.registry import faults_of
from sales.records import Doubt

_SENTENCE = re.compile(r"(?a)[^.!?。！？\n]+(?:\.(?=\d)[^.!?。！？\n]+)*[.!?。！？\n]*")
_MENTIONED = frozenset({"口径", "依据", "来源", "数据来源", "这个数", "source", "sources", "definition", "list them"})
"""Words that beside a metric say nothing of where it comes from: 全公司口径."""


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
    question, doubts = _read(Words(scene, about, cues, window, text))
    if question is not None and heard != spelled and not question.follows:
        question = replace(question, firm=False)  # by its sound alone no message is taken for a question
    return question, doubts


def _read(words: Words) -> tuple[Question | None, tuple[Doubt, ...]]:
    about, doubts = words.about, tuple(words.about.doubts)
    metric, weight = metric_of(weights_of(words.cues), about, words.cues, words.text)
    if "elsewhere" in words.families and weight < FIRM:
        return None, doubts  # 我今年提成多少: not the last question once more
    last = words.scene.context.asked
    wants = _wants(words.cues, metric, last)
    if last is not None:
        metric = _as_before(words, metric, last)
        again = metric is None or may_follow(words)
        if last.query is not None and again and (found := followed(words, metric, last, last.query, wants)) is not None:
            return found, doubts
    if metric is None and "by.competitor" in words.families:
        metric, weight = "lost_reasons", FIRM  # 输给谁最多
    behind = words.families & {"order.behind", "order.worst"}
    if metric is None and behind and not {TargetKind.PRODUCT, TargetKind.COMPETITOR, *RECORDS} & about.found.keys():
        metric = "attainment"  # 谁落后了: behind plan
    if metric is None and "versus" in words.families and _two_sides(about):
        metric, weight = "attainment", PLAIN  # 成都和重庆比一下
    if metric is None:
        return None, doubts
    return _afresh(words, metric, weight, wants), doubts


def _two_sides(about: About) -> bool:
    return any(len(about.found.get(kind, ())) > 1 for kind in (TargetKind.ORG_UNIT, TargetKind.USER))


def _as_before(words: Words, metric: str | None, last: Question) -> str | None:
    """The metric where the last question says which is meant."""
    if metric == "overview" and same_again(words.text, words.about):
        metric = None  # 西北的情况呢, after a question about something else than how things stand
    if metric in (None, "pipeline") and last.query is not None and counts(words.text, last.query):
        metric = "won_count"
    return metric


def _afresh(words: Words, metric: str, weight: int, wants: Wants) -> Question | None:
    """A question that stands by itself. It is firm if it can't be anything else."""
    shape = shape_of(words.text, words.cues, metric)
    split = shape.group_by in (GroupBy.USER, GroupBy.ORG_UNIT)
    scoped = scope_of_question(words.scene, words.about, words.cues, metric, split=split)
    days = days_of(words.scene, words.cues, metric, None, words.window)
    query = fitted(words, metric, scoped, days, shape)
    if wants is Wants.RECORDS:
        query = replace(query, group_by=None, order=None, limit=None, none_only=False)  # a list, the largest first
    if faults_of(query):
        return None  # 澜视的指标: nobody has a quota of a product
    said_period = days.period is not None
    whose = words.families & {"ours", "ours.unit", "mine", "all"}
    narrowed = scoped.said or said_period or query.group_by is not None or bool(query.filter) or bool(whose)
    narrowed = narrowed or wants is Wants.RECORDS
    firm = weight >= FIRM or (weight >= PLAIN and (narrowed or (metric == "overview" and asks(words.text))))
    strange = strange_name(words.text, words.scene.normal.raw)
    if metric == "overview" and not whose:
        strange = strange or unread_subject(words.text)  # 北燕最近有啥进展, of which nobody here knows
    if not scoped.said and strange:
        query = MetricQuery(metric, NOBODY, query.period)
    return Question(query, wants, scoped.said, said_period, firm=firm)


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


def _wants(cues: Sequence[Cue], metric: str | None, last: Question | None) -> Wants:
    families = {c.family for c in cues}
    if "chart" in families:
        return Wants.PICTURE
    if any(c.family == "how" and (metric is None or c.phrase not in _MENTIONED) for c in cues):
        return Wants.RECORDS if last is not None or metric is not None else Wants.FIGURE
    return Wants.FIGURE
