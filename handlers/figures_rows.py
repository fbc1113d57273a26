"""A figure split: the best or worst of a ranking first, the rows, who has none."""

from __future__ import annotations

from dataclasses import replace

from handlers.figure_actions import Verb
from handlers.figure_saying import Saying
from handlers.figures_phrases import parts_line, phrase_of, where_of
from handlers.figures_versus import change_of, compared_head, then_name
from handlers.turns import Button
from sales.metrics.figures import Figures, Row
from sales.metrics.query import GroupBy
from sales.metrics.registry import METRICS, Unit
from sales.periods import Period

MOST_NAMES = 30  # who asks who has not wants all of them
MOST_ROWS = 8
COLUMNS = 3
MOST_WHEN_ASKED = 30
"""Rows that are shown to who asked for so many."""


def rows_head(saying: Saying, found: Figures) -> tuple[str, list[str]]:
    """The answer, and lines that go with it."""
    query, words, metric = found.query, saying.words, found.query.metric
    scope, period, filters = where_of(saying, found)
    if query.none_only:
        return _idle(saying, found), []
    first = found.rows[0] if found.rows else None
    title = saying.title(query)
    if query.order is not None and first is not None and first.value is not None:
        value = words.valued(metric, saying.value(metric, first.value))
        name = saying.row_name(first.key, query.group_by)
        return words.best(scope, period, filters, title, metric, query.order, name, value), _time_gone(saying, found)
    if found.value is None and first is not None:
        return words.split(scope, period, filters, title, query.group_by), _time_gone(saying, found)
    if found.against is not None:
        return compared_head(saying, found), []
    return words.head(scope, period, filters, phrase_of(saying, found)), [parts_line(saying, found)]


def row_lines(saying: Saying, found: Figures, room: int) -> tuple[list[str], list[Button]]:
    """The rows that fit, how many more there are, and the button for all of them."""
    query, words = found.query, saying.words
    if query.none_only:
        return [], []
    if query.order is not None and len(found.rows) == 1:
        return _won_and_quota(saying, found.rows[0]), _all_of(saying, found, found.row_count)
    if query.group_by in (GroupBy.MONTH, GroupBy.WEEK) and len(found.rows) > min(room, MOST_ROWS):
        return _in_columns(saying, found, room), []
    asked = query.limit is not None and query.limit > MOST_ROWS
    most = MOST_WHEN_ASKED if asked else min(room, MOST_ROWS)
    rows = found.rows if len(found.rows) <= most else found.rows[: most - 1]
    ranked = query.order is not None
    lines = [_row(saying, found, row, place if ranked else 0) for place, row in enumerate(rows, 1)]
    if len(rows) == len(found.rows):
        return lines, _all_of(saying, found, found.row_count)
    count = len(found.rows) if query.limit is not None else max(found.row_count, len(found.rows))
    lines.append(words.more_rows(saying.ledger.count(saying.ledger.left(count, len(rows)))))
    if asked:
        return lines, []
    return lines, _all_of(saying, found, count)


def _all_of(saying: Saying, found: Figures, count: int) -> list[Button]:
    """The button for all rows, where some are not shown."""
    query = found.query
    if count <= MOST_ROWS and count <= len(found.rows):
        return []
    if query.limit is not None and query.limit >= count:
        return []
    whole = replace(query, limit=min(count, 1000))
    return saying.button(saying.words.button_all(saying.ledger.count(count)), Verb.ASK, whole)


def _in_columns(saying: Saying, found: Figures, room: int) -> list[str]:
    """A long row of months or weeks, three a line; the latest, if there are too many."""
    lines = []
    shown = found.rows[-COLUMNS * room :]
    for start in range(0, len(shown), COLUMNS):
        lines.append(" · ".join(_row(saying, found, row, 0) for row in shown[start : start + COLUMNS]))
    return lines


def _won_and_quota(saying: Saying, row: Row) -> list[str]:
    if not {"won", "quota"} <= row.parts.keys():
        return []
    said = {name: saying.ledger.money(row.parts[name]) for name in ("won", "quota")}
    return [saying.words.parts("attainment", said)]


def _row(saying: Saying, found: Figures, row: Row, place: int) -> str:
    metric, words, ledger = found.query.metric, saying.words, saying.ledger
    value = words.valued(metric, saying.value(metric, row.value)) if row.value is not None else None
    more = []
    if metric == "attainment" and {"won", "quota"} <= row.parts.keys():
        more += _won_and_quota(saying, row)
    if found.against is not None and row.value is not None:
        before = _counterpart(found, found.against, row)
        if before is not None and before.value is not None:
            change = change_of(saying, metric, row.value, before.value)
            then = words.valued(metric, saying.value(metric, before.value))
            more.append(words.row_versus(then_name(saying, found), change, then))
    rank = ledger.rank(place) if place else ""
    return words.row(saying.row_name(row.key, found.query.group_by), value, words.joined(more), rank)


def _counterpart(found: Figures, against: Figures, row: Row) -> Row | None:
    """The row to compare with: of the same thing; of months and weeks the one as far into the other period."""
    if found.query.group_by in (GroupBy.MONTH, GroupBy.WEEK) and isinstance(found.query.versus, Period):
        place = found.rows.index(row)
        return against.rows[place] if place < len(against.rows) else None
    return next((other for other in against.rows if other.key == row.key), None)


def _idle(saying: Saying, found: Figures) -> str:
    """本周没拜访的：林珂、潘悦（2/3 人）; 人人都有, if so."""
    query, words, ledger = found.query, saying.words, saying.ledger
    scope, period, _ = where_of(saying, found)
    title = saying.title(query)
    if not found.rows:  # and there was somebody who could have
        return words.nobody_idle(scope, period, title, query.group_by, query.metric)
    shown = found.rows[:MOST_NAMES]
    names = [saying.row_name(row.key, query.group_by) for row in shown]
    count = max(found.row_count, len(found.rows))
    left = ledger.left(count, len(shown)) if count > len(shown) else 0
    if left:
        names.append(words.more_rows(ledger.count(left)))
    whole = next((found.parts[name] for name in ("of", "total", "people", "all") if name in found.parts), None)
    share = ledger.of(count, whole) if whole is not None else ledger.count(count)
    return words.idle(scope, period, title, names, share, query.group_by, query.metric)


def _time_gone(saying: Saying, found: Figures) -> list[str]:
    """Attainment says little without how much time is gone."""
    period = found.query.period
    if METRICS[found.query.metric].unit is not Unit.PERCENT or found.query.metric != "attainment" or period is None:
        return []
    if not period.first <= found.as_of < period.last:
        return []
    said = saying.words.elapsed(saying.ledger.percent(period.elapsed(found.as_of)))
    return [said[:1].upper() + said[1:]]
