"""docs/metrics.md, made from the registry: `make docs` writes it, a test keeps it equal to what stands here."""

from __future__ import annotations

from collections.abc import Iterable

from sales.diagnosis import FLOOR_CHANCES, THRESHOLDS, limit
from sales.metrics.query import GroupBy
from sales.metrics.registry import FILTERS, METRICS, Metric, Unit, Usual

_UNITS = {
    Unit.MONEY: "money",
    Unit.COUNT: "count",
    Unit.PERCENT: "percent",
    Unit.RATIO: "ratio",
    Unit.DAYS: "days",
    Unit.LIST: "a list; its value is how many",
    Unit.PAGE: "several figures at once",
}
_USUAL = {Usual.NONE: "none: as things stand", Usual.MONTH: "the current month", Usual.QUARTER: "the current quarter"}

_INTRO = """\
# Metrics 指标口径

Every figure that Canmou tells, and how it is computed. This page is made from `sales/metrics/registry.py` by
`make docs`: change the registry, not the page.

- A figure belongs to the **owner of the deal**; a payment with no deal to the owner of the customer; what was done
  and promised to whoever did and promised it. A unit's people are all who belong to it or to a unit below it.
- Figures count what has **happened up to today**, also where the period goes on. Both days of a period are included.
  A quarter and a year are those of the company's fiscal year.
- Of days to come are quota, gap, pipeline, weighted pipeline, coverage, forecast and receivable; a split by month
  shows the months of the period that have begun, for these all of them.
- A deal of several products (or competitors) counts whole for each of them, so these rows may add up to more than the
  whole. All other splits of sums add up to it.
- Conversion with no stage said takes all that the deals entered together; its rows are those of the stages.
- A split by unit has a row for each child, one by person for each rep, with nothing too. People who are no reps, and
  the unit's own people, have a row if they have a figure.
- Where a figure can't be had (no quota is stated, there is no gap, nothing was closed) there is none; it is not zero.
"""

_CHANCES = """\
## The chance of a stage

A weighted pipeline takes each open deal times the chance to win: the deal's own probability where one was reported,
else what the company's own history says of its stage, namely of all closed deals that had reached it or a later one
the share that was won. Where fewer than {least} closed deals have, a stated floor stands in for it. The chance never
falls from one stage to the next. It is a share of the whole company's history, rounded to a thousandth; each deal's
product is cut to whole minor units, so that rows add up to the whole.
"""

_MAY = """\
## Who may see what

Every question is answered within the scope of whoever asks. A **rep** sees what is theirs: their deals, what they did
and promised, their quota, and everything at their own customers. A **manager** sees the unit they lead and all below
it. **Operations** see everything.

- Asked about a unit, a person, a customer or a deal that is out of scope, Canmou refuses, and does not say whether
  there is such a thing. A rep can't ask for the total of a unit, their own included: it would tell what colleagues
  sell.
- A product or a competitor is narrowed to the asker's own part of it, and the answer says so.
- A customer may be asked about by whoever owns it, or has a deal there; who only has a deal there sees their own
  part.
- The chances of the stages, and the amount from which a deal is large, are of the whole company for everybody; nobody's
  figures can be told from them.
- The scope is a condition of every statement. A test changes records out of scope and expects every answer to stay
  the same to the byte.
"""


def page() -> str:
    """The whole page."""
    parts = [
        _INTRO,
        "## At a glance\n\n" + _table(
            ("metric", "中文", "English", "unit", "usual period"),
            ((f"[`{m.name}`](#{m.name})", m.title_zh, m.title_en, m.unit, m.usual) for m in METRICS.values()),
        ),
        *(_section(metric) for metric in METRICS.values()),
        _CHANCES.format(least=int(limit("chance_deals"))) + "\n" + _table(
            ("stage", "floor"), ((f"`{stage.value}`", f"{chance:.0%}") for stage, chance in FLOOR_CHANCES.items())
        ),
        "## Thresholds\n\nWhat counts as at risk, stalled, large or behind:\n\n" + _table(
            ("threshold", "中文", "English", "value"),
            ((f"`{one.name}`", one.title_zh, one.title_en, f"{one.default:g}") for one in THRESHOLDS.values()),
        ),
        _MAY,
    ]  # fmt: skip
    return "\n".join(parts)


def _section(metric: Metric) -> str:
    lines = [
        f"## {metric.name}",
        "",
        f"**{metric.title_zh}** · **{metric.title_en}**",
        "",
        f"- {metric.definition_zh}",
        f"- {metric.definition_en}",
        f"- computed: {metric.computed}",
        f"- unit: {_UNITS[metric.unit]}",
        f"- split by: {_listed(by.value for by in GroupBy if by in metric.by)}",
        f"- filtered by: {_listed(name for name in FILTERS if name in metric.filters)}",
        f"- with no period said: {_USUAL[metric.usual]}",
    ]
    if metric.whole:
        lines.append("- of a unit or a person only")
    return "\n".join(lines) + "\n"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
