"""One figure as a phrase: with its unit, in words where there is nothing, and what it is made of."""

from __future__ import annotations

from handlers.figure_saying import Saying
from sales.metrics.figures import Figures
from sales.metrics.registry import METRICS, Unit


def where_of(saying: Saying, found: Figures) -> tuple[str, str, list[str]]:
    """Whose figure, when, and of what."""
    query = found.query
    return saying.subject(query, found.narrowed), saying.period(query.period), saying.filters(query)


def phrase_of(saying: Saying, found: Figures) -> str:
    """签约 336万; in words where there is nothing; with the time gone where that is what it is measured by."""
    metric, words, what = found.query.metric, saying.words, saying.what(found.query)
    if found.value is None:
        return words.nothing(metric, found.parts)
    zero = words.zero(metric, what) if not found.value else None
    if zero is not None:
        return zero.format(saying.value(metric, found.value)) if "{}" in zero else zero
    said = words.phrase(metric, saying.value(metric, found.value), what, one=found.value == 1)
    period = found.query.period
    if metric in _RACES and period is not None and found.as_of < period.last:
        said = words.joined([said, words.elapsed(saying.ledger.percent(period.elapsed(found.as_of)))])
    return said


_RACES = frozenset({"attainment", "gap"})
"""Figures that say little without how much time is gone."""

_SHOWN = {
    "attainment": ("won", "quota"), "gap": ("won", "quota"), "coverage": ("pipeline", "gap"),
    "forecast": ("won", "weighted"), "win_rate": ("won_count", "lost_count"), "average_deal": ("won", "won_count"),
    "conversion": ("entered", "further"), "cycle_days": ("won_count",), "won": ("count",), "pipeline": ("count",),
    "weighted_pipeline": ("count",), "payments": ("count",), "receivable": ("count",),
}  # fmt: skip


def parts_line(saying: Saying, found: Figures) -> str:
    """签约 670万 / 指标 1,080万，缺口 410万."""
    metric, parts, ledger = found.query.metric, found.parts, saying.ledger
    if METRICS[metric].unit is Unit.LIST or found.query.versus is not None:
        return ""
    if found.value is None or (not found.value and metric not in _RACES):
        return ""
    said = {}
    for name in _SHOWN.get(metric, ()):
        if name in parts and (told := saying.part(name, parts[name])) is not None:
            said[name] = told
    line = saying.words.parts(metric, said)
    if metric == "attainment" and {"won", "quota"} <= parts.keys() and parts["quota"] > parts["won"]:
        gap = ledger.money(ledger.difference(parts["quota"], parts["won"]))
        line = saying.words.joined([line, saying.words.phrase("gap", gap, "", one=False)])
    return line[:1].upper() + line[1:]
