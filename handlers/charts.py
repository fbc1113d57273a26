"""From figures to a picture: which chart says something, as SVG, and as PNG to send."""

from __future__ import annotations

from collections.abc import Callable

from handlers.chart_bars import svg_of
from handlers.chart_data import Chart
from handlers.chart_figures import ranking_chart, trend_chart
from handlers.chart_plan import attainment_chart, overview_chart
from handlers.chart_svg import clean
from handlers.chart_words import ChartWords
from handlers.drawing import NoFont, png
from handlers.lines import Telling
from handlers.turns import Drawn
from sales.metrics.figures import Figures
from sales.metrics.problems import Overview
from sales.metrics.query import GroupBy

__all__ = ["chart_of", "picture_of", "svg_of"]


def picture_of(found: Figures | Overview, tell: Telling, draw: Callable[[str], bytes] = png) -> Drawn | None:
    """The picture that goes with an answer; None where it would say nothing, and where no font has Chinese."""
    chart = chart_of(found, tell)
    if chart is None:
        return None
    try:
        data = draw(svg_of(chart))
    except NoFont:
        return None  # said in the log once, and by canmou doctor
    title = clean(chart.head.title)
    text = f"{title}{'。' if tell.words.chinese else '. '}{chart.head.lines[0]}"
    return Drawn(data, _file_name(title, f"{found.as_of:%Y%m%d}"), text)


def chart_of(found: Figures | Overview, tell: Telling) -> Chart | None:
    """What is to be drawn, worded but not placed; `svg_of` places it. The web board shows the same."""
    words = ChartWords(tell)
    if isinstance(found, Overview):
        return overview_chart(found, words)
    query = found.query
    rows = [row for row in found.rows if row.value is None or row.value >= 0]
    if query.none_only or (query.group_by is None and query.metric != "lost_reasons"):
        return None
    if len(rows) < 2:
        return None
    over_time = query.group_by in (GroupBy.MONTH, GroupBy.WEEK)
    if query.metric == "attainment" and not over_time:  # nothing won against quotas says a lot
        return attainment_chart(found, rows, words) if any(row.value is not None for row in rows) else None
    if not any(row.value for row in rows):
        return None
    if over_time:
        return trend_chart(found, rows, words)
    return ranking_chart(found, rows, words)


def _file_name(title: str, day: str) -> str:
    """Letters and digits of any script, nothing that a file system or a channel minds."""
    words = "".join(ch if ch.isalnum() else " " for ch in title).split()
    return f"{'-'.join(words)[:40].strip('-') or 'canmou'}-{day}.png"
