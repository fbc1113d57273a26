"""Bars and columns, placed. Everything begins at zero; what does not fit is cut, nothing overlaps."""

from __future__ import annotations

from itertools import pairwise

from handlers.chart_data import Bar, Bars, Chart, Columns, Head
from handlers.chart_svg import (
    BLUE,
    FAINT,
    INK,
    INNER,
    LIGHT,
    ORANGE,
    PAD,
    PAPER,
    SOFT,
    WIDTH,
    Canvas,
    cut,
    width,
)

TITLE, SMALL, LABEL, NOTE = 36, 24, 27, 22
_THICK, _WHOLE, _FUNNEL = 20, 32, 36  # how thick a bar is, that of all together, a stage's
_GAP = 16
_HIGH = 360  # the highest column
_SWATCH = {"behind": ORANGE, "more": LIGHT, "column": BLUE, "open": LIGHT}


def svg_of(chart: Chart) -> str:
    """The picture as SVG text, 720 wide and as high as it needs."""
    canvas = Canvas()
    _head(canvas, chart.head)
    if isinstance(chart, Bars):
        _bars(canvas, chart)
    else:
        _columns(canvas, chart)
    if chart.rest:
        canvas.y += 8
        canvas.text(PAD, canvas.y + NOTE, chart.rest, NOTE, kind="rest", fill=SOFT)
        canvas.y += NOTE + 10
    canvas.y += 28
    return canvas.svg(chart.head.title, "zh-CN" if chart.head.chinese else "en")


def _head(canvas: Canvas, head: Head) -> None:
    size = TITLE if width(head.title, TITLE) <= INNER else TITLE - 6
    canvas.text(PAD, 62, head.title, size, kind="title")
    canvas.y = 74
    for line in head.lines:
        canvas.text(PAD, canvas.y + SMALL, line, SMALL, kind="line", fill=SOFT)
        canvas.y += SMALL + 10
    canvas.y += 12


def _legend(canvas: Canvas, legend: tuple[tuple[str, str], ...]) -> None:
    """What the colours mean, in as many lines as it takes."""
    if not legend:
        return
    x: float = PAD
    for kind, words in legend:
        needed = 30 + width(words, NOTE)
        if x > PAD and x + needed > WIDTH - PAD:
            x, canvas.y = PAD, canvas.y + NOTE + 10
        if not kind:
            x -= 30
        elif kind == "other":
            canvas.line([(x, canvas.y + 13), (x + 20, canvas.y + 13)], kind="key", stroke=INK, thick=4)
        else:
            canvas.box(x, canvas.y + 3, 20, 20, kind="key", fill=_SWATCH[kind], corner=3)
        canvas.text(x + 30, canvas.y + NOTE - 1, words, NOTE, kind="legend", fill=SOFT, room=WIDTH - PAD - x - 30)
        x += needed + 28
    canvas.y += NOTE + 18


# -- bars


def _bars(canvas: Canvas, chart: Bars) -> None:
    _legend(canvas, chart.legend)
    bars = chart.bars
    labels = max((width(bar.label, LABEL) for bar in bars), default=0)
    if chart.mark is not None:
        _mark_label(canvas, chart)
    if chart.whole is not None:
        _bar(canvas, chart, chart.whole, _WHOLE, max(labels, width(chart.whole.label, LABEL)))
        canvas.y += 12
    for bar in bars:
        _bar(canvas, chart, bar, _FUNNEL if chart.centred else _THICK, labels)


def _mark_label(canvas: Canvas, chart: Bars) -> None:
    if chart.mark is None:
        return
    x = PAD + _length(chart.mark.value, chart.top)
    canvas.line([(x, canvas.y + 4), (x, canvas.y + 26)], kind="key", stroke=INK, thick=4)
    before = x - PAD > width(chart.mark.label, NOTE) + 12
    place, anchor = (x - 10, "end") if before else (x + 10, "start")
    canvas.text(place, canvas.y + NOTE, chart.mark.label, NOTE, kind="mark-label", anchor=anchor)
    canvas.y += NOTE + 16


def _bar(canvas: Canvas, chart: Bars, bar: Bar, thick: float, labels: float) -> None:
    """The name, the figure at the right, and the bar beneath over the whole width."""
    base = canvas.y + LABEL
    end: float = WIDTH - PAD
    fill = ORANGE if bar.behind else BLUE
    canvas.text(end, base, bar.label, LABEL, kind="value", anchor="end", fill=fill if bar.behind else INK)
    room = INNER - labels - 20
    if bar.detail:
        detail = cut(bar.detail, SMALL, room * 0.65)
        canvas.text(end - labels - 16, base, detail, SMALL, kind="detail", anchor="end", fill=SOFT)
        room -= width(detail, SMALL) + 16
    canvas.text(PAD, base, bar.name, LABEL, kind="name", room=room)
    y = base + 12
    if not chart.centred:
        full = _length(chart.top if chart.goal is None else chart.goal, chart.top)
        canvas.box(PAD, y, full, thick, kind="track", fill=FAINT, corner=3)
    if bar.more is not None and bar.more > (bar.value or 0):
        canvas.box(PAD, y, _length(bar.more, chart.top), thick, kind="more", fill=LIGHT, corner=3)
    long = _length(bar.value or 0, chart.top)
    x = PAD + (INNER - long) / 2 if chart.centred else PAD
    if bar.value:
        canvas.box(x, y, max(long, 2), thick, kind="bar", fill=fill, corner=3)
        if bar.value > chart.top:  # longer than the picture is wide: broken, so that nobody measures it
            for break_x in (end - 40, end - 30):
                points = [(break_x - 5, y + thick + 1), (break_x + 5, y - 1)]
                canvas.line(points, kind="break", stroke=PAPER, thick=4)
    if chart.goal is not None and chart.goal < max(bar.value or 0, bar.more or 0):
        at = PAD + _length(chart.goal, chart.top)
        canvas.line([(at, y), (at, y + thick)], kind="goal", stroke=PAPER, thick=3)
    for value, kind in ((chart.mark.value if chart.mark else None, "mark"), (bar.other, "other")):
        if value is not None:
            at = min(max(PAD + _length(value, chart.top), PAD + 2), end - 2)
            canvas.line([(at, y - 3), (at, y + thick + 4)], kind=kind, stroke=INK, thick=4)
    canvas.y = y + thick + _GAP


def _length(value: float, top: float) -> float:
    return INNER * min(max(value, 0), top) / top if top > 0 else 0


# -- columns


def _columns(canvas: Canvas, chart: Columns) -> None:
    _legend(canvas, chart.legend)
    count = len(chart.columns)
    step = INNER / count
    wide = min(step * 0.68, 96)
    # One size for all figures: the largest at which the widest has room over its own column
    widest = max(width(column.label, 100) for column in chart.columns)
    size = max(14, min(LABEL, int(100 * (step - 4) / widest))) if widest else LABEL
    floor = canvas.y + size + 16 + _HIGH
    dots: list[tuple[int, float, float]] = []
    for place, column in enumerate(chart.columns):
        middle = PAD + step * (place + 0.5)
        high = _rise(column.value or 0, chart.top)
        if column.value:
            fill = LIGHT if column.open else BLUE
            canvas.box(middle - wide / 2, floor - max(high, 2), wide, max(high, 2), kind="bar", fill=fill, corner=3)
        if column.other is not None:
            dots.append((place, middle, floor - _rise(column.other, chart.top)))
    canvas.line([(PAD, floor), (WIDTH - PAD, floor)], kind="zero", stroke=SOFT)
    for (before, x1, y1), (after, x2, y2) in pairwise(dots):
        if after == before + 1:
            canvas.line([(x1, y1), (x2, y2)], kind="other", stroke=INK, thick=3, dashes="8 6")
    for _, x, y in dots:
        canvas.dot(x, y, 6, kind="other", fill=INK)
    named = max(width(column.name, 100) for column in chart.columns)
    under = max(14, min(SMALL, int(100 * (step - 4) / named))) if named else SMALL
    for place, column in enumerate(chart.columns):
        middle = PAD + step * (place + 0.5)
        top = floor - _rise(column.value or 0, chart.top) - 10
        canvas.text(middle, top, column.label, size, kind="value", anchor="middle", room=step, halo=bool(dots))
        canvas.text(middle, floor + 34, column.name, under, kind="name", anchor="middle", fill=SOFT, room=step)
        if column.under:
            canvas.text(middle, floor + 60, column.under, 18, kind="under", anchor="middle", fill=SOFT, room=step + 16)
    canvas.y = floor + 46 + (24 if any(column.under for column in chart.columns) else 0)


def _rise(value: float, top: float) -> float:
    return _HIGH * min(max(value, 0), top) / top if top > 0 else 0
