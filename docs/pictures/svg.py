"""A recorded rich console as an SVG in which Chinese takes two cells (rich's `export_svg` counts characters)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME as THEME

CELL, LINE, SIZE = 9.6, 23, 16  # px: a cell's width, a line's height, the letters
LEFT, TOP = 16, 48
# A picture in a README is shown without a page's fonts: only what the reader's machine has counts.
FONTS = "Menlo, Consolas, 'DejaVu Sans Mono', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', monospace"
_STROKES = {"│": "M{c} {t}V{b}", "╭": "M{r} {m}H{q}Q{c} {m} {c} {n}V{b}", "╮": "M{l} {m}H{p}Q{c} {m} {c} {n}V{b}"}
_STROKES |= {"╰": "M{r} {m}H{q}Q{c} {m} {c} {o}V{t}", "╯": "M{l} {m}H{p}Q{c} {m} {c} {o}V{t}"}


def drawn(console: Console, title: str) -> str:
    """What was printed on a console made with `record=True`, as the text of an SVG file."""
    with console._record_buffer_lock:
        segments = list(Segment.filter_control(console._record_buffer))
    lines = list(Segment.split_lines(segments))
    width = LEFT * 2 + CELL * max(sum(cell_len(s.text) for s in line) for line in lines)
    height = TOP + LINE * len(lines) + 14
    body = [part for row, line in enumerate(lines) for part in _line(line, row)]
    lights = enumerate(("#ff5f57", "#febc2e", "#28c840"))
    dots = "".join(f'<circle cx="{20 + 18 * n}" cy="20" r="6" fill="{colour}"/>' for n, colour in lights)
    size = f'viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
        f'role="img" font-family="{FONTS}" font-size="{SIZE}" xml:space="preserve">\n<title>{escape(title)}</title>\n'
        f'<rect width="100%" height="100%" rx="8" fill="{_hex(THEME.background_color)}"/>\n{dots}'
        f'<text x="{width / 2:.0f}" y="26" text-anchor="middle" fill="#9a9a9a" font-size="14">{escape(title)}</text>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def _line(line: list[Segment], row: int) -> Iterator[str]:
    column = 0
    for text, style, _ in line:
        look = _look(style or Style())
        for run in _runs(text):
            cells = cell_len(run)
            x, y = LEFT + CELL * column, TOP + LINE * row
            column += cells
            if run[0] in "│╭╮╰╯─":
                yield f'<path d="{_stroke(run, x, y)}" fill="none" stroke="{_colour(style or Style())}"/>'
            elif run.strip():
                x += CELL * cell_len(run[: len(run) - len(run.lstrip())])
                run = run.strip()
                cells = cell_len(run)
                at, fit = " ".join(f"{place:.1f}" for place in _places(run, x)), ""
                if run.isascii():
                    at, fit = f"{x:.1f}", f' textLength="{CELL * cells:.1f}" lengthAdjust="spacingAndGlyphs"'
                yield f'<text x="{at}" y="{y + 17}" {look}{fit}>{escape(run)}</text>'


def _runs(text: str) -> Iterator[str]:
    """Stretches that are drawn alike: frame, plain Latin, anything else."""

    def kind(char: str) -> int:
        return 0 if char == "─" else ord(char) if char in "│╭╮╰╯" else 1 if char.isascii() else 2

    begun = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or kind(text[at]) != kind(text[begun]):
            yield text[begun:at]
            begun = at


def _places(run: str, x: float) -> Iterator[float]:
    """Where each character stands: a wide one in the middle of its two cells."""
    for char in run:
        cells = cell_len(char)
        yield x + (CELL * 2 - SIZE) / 2 if cells == 2 else x
        x += CELL * cells


def _stroke(run: str, x: float, y: float) -> str:
    if run[0] == "─":
        return f"M{x:.1f} {y + LINE / 2}h{CELL * len(run):.1f}"
    c, m = x + CELL / 2, y + LINE / 2
    at = {"c": c, "m": m, "l": x, "r": x + CELL, "t": y, "b": y + LINE, "n": m + 5, "o": m - 5, "p": c - 5, "q": c + 5}
    return _STROKES[run[0]].format(**{name: f"{value:.1f}" for name, value in at.items()})


def _look(style: Style) -> str:
    return f'fill="{_colour(style)}"' + (' font-weight="bold"' if style.bold else "")


def _colour(style: Style) -> str:
    if style.dim:
        return "#8f8f8f"
    return _hex(style.color.get_truecolor(THEME) if style.color else THEME.foreground_color)


def _hex(colour: tuple[int, ...]) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour[:3])
