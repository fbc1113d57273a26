"""What a chart shows, as values: everything is worded and scaled, nothing is placed yet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over every chart. `lines`: period and day, and what the figures were narrowed to."""

    title: str
    lines: tuple[str, ...]
    chinese: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from zero. `value` None: there is no figure, and `label` says so.

    `detail` stands before the label; `behind`: behind plan; `more`: how far it is expected to come; `other`: the figure
    that it is compared with.
    """

    name: str
    value: float | None
    label: str
    detail: str = ""
    behind: bool = False
    more: float | None = None
    other: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across all bars, such as the time that has passed; what a bar stands at when it is on plan."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars under each other. `top` is the value at the full width; a bar that is longer is drawn broken.

    `whole` is the bar of all together; `goal` is what full means (100 %), and what goes beyond it shows. `legend`
    explains the colours that are there: "behind", "more", "other". `rest` says in words what has no bar. `centred`: a
    funnel.
    """

    head: Head
    bars: tuple[Bar, ...]
    top: float
    mark: Mark | None = None
    goal: float | None = None
    whole: Bar | None = None
    legend: tuple[tuple[str, str], ...] = ()
    rest: str = ""
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column from zero: of a month or a week. `under` is a second line beneath it (a year). `open`: not over yet."""

    name: str
    value: float | None
    label: str
    under: str = ""
    other: float | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns beside each other, and a line for what they are compared with.

    `legend` by "column", "other", "open"; "" for words alone, such as the unit of the figures.
    """

    head: Head
    columns: tuple[Column, ...]
    top: float
    legend: tuple[tuple[str, str], ...] = ()
    rest: str = ""


Chart = Bars | Columns
