"""Which days a question means: this quarter, YTD, from January to March, the same period last year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sales.language.dates import DateMention, Grain, Tense
from sales.language.dates_compound import Before, By
from sales.language.dates_model import Part
from sales.language.dates_periods import Half, Month, Quarter, Year
from sales.language.lexicon import Cue
from sales.language.mentions import Scene
from sales.language.questions_days import figure_days
from sales.metrics.registry import METRICS, usual_period
from sales.periods import Period, before, quarter_of, shifted, year_of

_SURE = 0.6
_AHEAD = frozenset({"forecast", "pipeline", "weighted_pipeline", "coverage", "receivable", "at_risk", "todo"})
_OPEN = frozenset({"quota", "gap", "attainment", "overview"})
_SINCE_AFTER = re.compile(r"(?a)\s*(?:份|号|日)?\s*(?:以来|至今|开始到|截至|截止|to date|till now|until now)")
_SINCE_BEFORE = re.compile(r"(?a)(?:since|自从?|打从?|从)\s*(?:the\s+)?$")
_AS_OF = re.compile(
    r"(?a)截[至止到]?(?:到)?(?:今日|今天|目前|现在|当前|此刻|本日|昨日|昨天)(?:为止)?|到(?:今天|目前|现在)为止|目前为止|\bas of (?:today|now|yesterday)\b|\bright now\b"
)
_BEFORE_THAT = re.compile(
    r"(?a)\bthe (?:quarter|month|week|year|period|one) before(?: that| it)?\b|再(?:往前|上)一?个?(?:季度?|月|周|年)|再(?:往)?前(?:一|面一)个?(?:季度?|月|周|年|期)|前一个?(?:季度|月|周|期)"
)
_SAME_LAST_YEAR = re.compile(
    r"(?a)(?:去年|上年|前一年)的?(?:同期|同一?时期|同一?时间|这个?时候|这时候|此时)|(?<![\u4e00-\u9fff])同期|\b(?:the )?same (?:period|quarter|qtr|month|week|time)(?: of| in)? (?:the )?(?:last|previous|prior) year\b"
    r"|\bthis time last year\b|\b(?:a|one) year (?:ago|earlier)\b"
)
_YEAR = re.compile(r"(?a)\d\d\d\d|\d\dq|fy|q\d|[今明本后]年|year|next|下")
_TO_NOW = re.compile(r"(?a)到(?:现在|今天|目前|如今)|至今|以来|until now|till now|to date")


@dataclass(frozen=True, slots=True)
class Days:
    """The period said and the one to compare with; `spans` are the places in the text that say so."""

    period: Period | None = None
    versus: Period | None = None
    spans: tuple[tuple[int, int], ...] = ()


def days_of(
    scene: Scene, cues: Sequence[Cue], metric: str | None, base: Period | None, window: tuple[int, int]
) -> Days:
    """What a question says of time. `base` is the period of the last question, for "than the quarter before".

    `window` is the sentence that asks: what is said of time elsewhere counts only where it says nothing.
    """
    try:
        return _days_of(scene, cues, metric, base, window)
    except (OverflowError, ValueError):  # a year before the first, or after the last that there is
        return Days()


def _days_of(
    scene: Scene, cues: Sequence[Cue], metric: str | None, base: Period | None, window: tuple[int, int]
) -> Days:
    today, start = scene.context.today, scene.context.book.company.fiscal_year_start_month
    text = scene.text
    if base is not None and (earlier := _BEFORE_THAT.search(text)):
        return Days(before(base), None, ((earlier.start(), earlier.end()),))
    tense = Tense.PLAN if metric in _AHEAD else Tense.UNKNOWN if metric in _OPEN else Tense.PAST
    fixed = figure_days(text, today, start)
    if tense is Tense.PAST:  # 10-12月签了多少, said in March: last year's
        fixed = [(s, e, shifted(p, 12) if p.first > today and not _YEAR.search(text[s:e]) else p) for s, e, p in fixed]
    spans = [(s, e) for s, e, _ in fixed]
    said: list[tuple[int, Period]] = [(s, period) for s, _, period in fixed]
    last_end = -9
    asof = [(m.start(), m.end()) for m in _AS_OF.finditer(text)]
    a_year_ago = [(m.start(), m.end()) for m in _SAME_LAST_YEAR.finditer(text)]
    spans += asof + a_year_ago
    first, last = window
    if any(s < last and first < e for s, e in spans):
        said = [(s, period) for s, e, period in fixed if s < last and first < e]
    inside = [d for d in scene.dates if d.strength >= _SURE and d.start < last and first < d.end]
    for mention in inside or ([] if said else scene.dates):
        if mention.strength < _SURE or any(s < mention.end and mention.start < e for s, e in spans):
            continue
        period = _period(mention, scene, tense, start)
        if _SINCE_AFTER.match(text, mention.end) or _from(text, mention, scene):
            period = Period(period.first, max(today, period.first))
        if said and _joins(text[last_end : mention.start]):
            said[-1] = (said[-1][0], Period(min(said[-1][1].first, period.first), max(said[-1][1].last, period.last)))
        else:
            said.append((mention.start, period))
        spans.append((mention.start, mention.end))
        last_end = mention.end
    said.sort(key=lambda one: one[0])
    families = {c.family for c in cues} | ({"versus.year"} if a_year_ago else set())
    return _compared([period for _, period in said], tuple(spans), families, text, metric, base, today, start)


def _compared(
    said: list[Period], spans: tuple[tuple[int, int], ...], families: set[str], text: str, metric: str | None,
    base: Period | None, today: date, start: int,
) -> Days:  # fmt: skip
    usual = base or (usual_period(METRICS[metric], today, start) if metric in METRICS else None)
    compares = bool({"versus", "versus.before", "versus.year"} & families)
    if "versus.year" in families:
        now = said[0] if said else usual
        if len(said) > 1 and said[1].first.year < said[0].first.year:
            now = said[0]
        if now is None:
            now = quarter_of(today, start)
        if _only_then(text):
            return Days(shifted(now, 12), None, spans or ((0, 0),))
        return Days(now if said or base is None else None, shifted(now, 12), spans)
    if "versus.before" in families:
        now = said[0] if said else usual or quarter_of(today, start)
        return Days(said[0] if said else None, before(now), spans)
    if len(said) >= 2 and (compares or metric is not None):
        return Days(said[0], _alike(said[1], said[0], start), spans)
    if said and compares and _only_compared(text):
        now = base or usual or quarter_of(today, start)
        return Days(now if base is None else None, _alike(said[0], now, start), spans)  # 跟上季度比呢
    return Days(said[0] if said else None, None, spans)


def _alike(then: Period, now: Period, start: int) -> Period:
    """二季度比去年: a quarter is compared with that quarter of the year before, not with all of it."""
    back = then == shifted(year_of(now.last, start), 12)
    return shifted(now, 12) if back and now.days < then.days else then


def _only_then(text: str) -> bool:
    """去年同期签了多少: that period itself is asked for, nothing is compared."""
    return bool(
        re.search(r"(?a)同期|同一?时|时候|此时|this time last year|same \w+ last year|year ago", text)
    ) and not re.search(r"(?a)比|相比|较|跟|vs|versus|compar|than|同比", text)


def _only_compared(text: str) -> bool:
    """跟上季度比, vs last quarter: the only period said is the one to compare with."""
    return bool(
        re.search(
            r"(?a)(?:跟|和|与|同|比|较|对比|相比)[^,。]{0,12}?(?:比|相比|多了?|少了?|高|低|涨|跌|好|差|怎么样|如何|呢|$)",
            text,
        )
        or re.search(r"(?a)\b(?:vs\.?|versus|compared? (?:to|with)|than)(?![a-z])", text, re.ASCII)
    )


def _period(mention: DateMention, scene: Scene, tense: Tense, start: int) -> Period:
    """The days of a mention; what is due by the end of a period means the period (月底前能签多少: this month)."""
    form = mention.expression
    if isinstance(form, Before | By):
        form = form.form
    if isinstance(form, Month | Quarter | Half | Year) and form.part is Part.END:
        whole = replace(form, part=Part.WHOLE)
        mention = replace(mention, expression=whole, deadline=False)
        tense = Tense.UNKNOWN if isinstance(form, Month) and form.month is None else tense
    elif mention.deadline:
        found = mention.resolve(scene.context.now, Tense.PLAN, fiscal_start=start)
        if found.grain is not Grain.DAY:
            return Period(found.first, found.last)
        return Period(min(scene.context.today, found.due), found.due)
    found = mention.resolve(scene.context.now, tense, fiscal_start=start)
    if found.grain is Grain.DAY and tense is Tense.PAST and found.first > scene.context.today:
        found = mention.resolve(scene.context.now, Tense.UNKNOWN, fiscal_start=start)
    return Period(found.first, found.last)


def _from(text: str, mention: DateMention, scene: Scene) -> bool:
    """since January; 从1月 … 到现在."""
    ahead = _SINCE_BEFORE.search(text[: mention.start])
    if ahead is None:
        return False
    return text[ahead.start() : ahead.end()].startswith("since") or bool(_TO_NOW.match(text, mention.end))


def _joins(between: str) -> bool:
    """jan to mar, 1月到3月: one range."""
    return bool(re.fullmatch(r"(?a)\s*(?:-|~|到|至|to|through|thru|until)\s*", between))
