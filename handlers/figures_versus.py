"""A figure against another: another period, another unit or person."""

from __future__ import annotations

from handlers.figure_saying import Saying
from handlers.figures_phrases import phrase_of, where_of
from sales.metrics.figures import Figures, Number
from sales.metrics.query import Target
from sales.metrics.registry import METRICS, Unit
from sales.periods import Period

_NO_CHANGE = frozenset({Unit.RATIO})
"""Two ratios stand beside each other; a percentage of them says nothing more."""


def compared_head(saying: Saying, found: Figures) -> str:
    """比上季度 +12%（300万 → 336万）; 华东区 410万，少 74万."""
    assert found.against is not None
    if isinstance(found.query.versus, Target):
        return _with_target(saying, found, found.against)
    words, metric, then = saying.words, found.query.metric, found.against.value
    name = then_name(saying, found)
    if found.value is None or then is None:
        phrase = phrase_of(saying, found)
        before = words.versus_period(name, saying.value(metric, then) if then is not None else None)
        return words.head(*where_of(saying, found), words.joined([phrase, before]))
    change = change_of(saying, metric, found.value, then)
    scope, period, filters = where_of(saying, found)
    told = [words.valued(metric, saying.value(metric, value)) for value in (then, found.value)]
    return words.compared(scope, period, filters, saying.title(found.query), name, change, told[0], told[1])


def then_name(saying: Saying, found: Figures) -> str:
    """What the other period or target is called beside this one: 上季度, 去年同期, Q3."""
    now, then = found.query.period, found.query.versus
    if isinstance(then, Target):
        return saying.scope(then)
    assert isinstance(then, Period)
    called = saying.words.before(now, then, saying.tell.today) if now is not None else ""
    return saying.ledger.name(called) or saying.period(then)  # 上一月 is no number


def change_of(saying: Saying, metric: str, now: Number, then: Number) -> str:
    """+12%, +5.2 个百分点; empty where there is no telling."""
    ledger, unit = saying.ledger, METRICS[metric].unit
    if unit in _NO_CHANGE:
        return ""
    if unit is Unit.PERCENT:
        return ledger.points(ledger.difference(now, then))
    change = ledger.change(now, then)
    return ledger.signed_percent(change) if change is not None else ""


def running_line(saying: Saying, found: Figures) -> str:
    """A period that is not over is compared with one that is: that must be said."""
    now, then = found.query.period, found.query.versus
    if not isinstance(then, Period) or now is None or not now.first <= found.as_of < now.last:
        return ""
    if then.last >= found.as_of or METRICS[found.query.metric].unit not in (Unit.MONEY, Unit.COUNT, Unit.LIST):
        return ""
    return saying.words.running(saying.period(now), saying.ledger.percent(now.elapsed(found.as_of)))


def _with_target(saying: Saying, found: Figures, against: Figures) -> str:
    words, metric, ledger = saying.words, found.query.metric, saying.ledger
    other, then, now = then_name(saying, found), against.value, found.value
    value = words.valued(metric, saying.value(metric, then)) if then is not None else None
    gap = None
    if now is not None and then is not None and now != then:
        apart = ledger.difference(max(now, then), min(now, then))
        unit = METRICS[metric].unit
        gap = ledger.points_apart(apart) if unit is Unit.PERCENT else words.valued(metric, saying.value(metric, apart))
    beside = words.versus_target(other, value, gap, more=(now or 0) > (then or 0))
    return words.head(*where_of(saying, found), words.joined([phrase_of(saying, found), beside]))
