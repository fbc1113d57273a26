"""The invented company of data/questions.yaml, and its questions with how they must be read."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from sales.book import MemoryCompany
from sales.language.context import Context
from sales.language.names import NameEntry, NameIndex, NameKind
from sales.language.reader import RulesReader
from sales.metrics.query import Target, Wants
from sales.periods import Period, month_of, quarter_of, week_of, year_of
from sales.records import Reading
from sales.stages import Intent
from storage.company_data import load_company

FILE = Path(__file__).parent / "data" / "questions.yaml"
NOW = datetime(2026, 5, 20, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
READER = RulesReader()


@dataclass(frozen=True)
class Asked:
    who: str
    says: tuple[str, ...]
    read: str

    @property
    def id(self) -> str:
        return f"{self.who}-{'-'.join(self.says)}"[:60]


@cache
def _file() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return data


@cache
def company() -> MemoryCompany:
    empty = ("stage_changes", "activities", "follow_ups", "payments", "quotas")
    world = {**_file()["world"], **{key: [] for key in empty}}
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(world, file, ensure_ascii=False)
        file.flush()
        return MemoryCompany(load_company(Path(file.name)))


@cache
def names() -> NameIndex:
    data = company().data
    groups = (
        (NameKind.ORG_UNIT, data.org_units), (NameKind.PERSON, data.people), (NameKind.PRODUCT, data.products),
        (NameKind.COMPETITOR, data.competitors),
    )  # fmt: skip
    entries = [NameEntry(kind, r.id, r.name, r.aliases) for kind, records in groups for r in records]  # type: ignore[attr-defined]
    entries += [NameEntry(NameKind.ACCOUNT, a.id, a.name, a.aliases, a.city, a.owner) for a in data.accounts]
    entries += [NameEntry(NameKind.CONTACT, c.id, c.name, c.aliases, parent=c.account) for c in data.contacts]
    return NameIndex.build(entries)


def questions() -> Iterator[Asked]:
    for line in _file()["questions"].splitlines():
        if line.strip() and not line.startswith("#"):
            who, says, read = (part.strip() for part in line.split(" | "))
            yield Asked(who, tuple(part.strip() for part in says.split(" / ")), read)


def read(who: str, *says: str) -> Reading:
    """The reading of the last thing said; each goes on from the one before."""
    book, last = company().book_of(who), None
    for text in says:
        reading = READER.read(text, Context(book, names(), NOW, asked=last))
        if reading.question is not None and reading.question.query is not None:
            last = reading.question
    return reading


def shown(reading: Reading, order: bool = True) -> str:
    """A reading in the words of questions.yaml."""
    if reading.intent is not Intent.QUERY:
        return "no"
    if reading.doubts:
        return "ask " + ",".join(option.id for option in reading.doubts[0].options)
    if reading.question is None or reading.question.query is None:
        return "no"
    q = reading.question.query
    parts = [q.metric, q.scope.id, _named(q.period)]
    parts += [f"by:{q.group_by.value}"] if q.group_by is not None else []
    parts += [q.order.value] if q.order is not None and order else []
    parts += [str(q.limit)] if q.limit is not None else []
    for name in ("stage", "type", "tier", "product", "competitor"):
        value = getattr(q.filter, name)
        parts += [f"{name}={value}"] if value is not None else []
    if q.versus is not None:
        parts.append("vs:" + (q.versus.id if isinstance(q.versus, Target) else _named(q.versus)))
    parts += ["nothing"] if q.none_only else []
    parts += ["offices"] if q.leaves else []
    parts += [reading.question.wants.value] if reading.question.wants is not Wants.FIGURE else []
    return " ".join(parts)


def periods() -> dict[str, Period]:
    day, quarter, month, week, year = TODAY, quarter_of(TODAY), month_of(TODAY), week_of(TODAY), year_of(TODAY)
    eve = timedelta(days=1)
    return {
        "q": quarter, "m": month, "w": week, "y": year, "d": Period(day, day), "ld": Period(day - eve, day - eve),
        "lq": quarter_of(quarter.first - eve), "lm": month_of(month.first - eve), "lw": week_of(week.first - eve),
        "ly": year_of(year.first - eve), "nq": quarter_of(quarter.last + eve), "nm": month_of(month.last + eve),
        "ytd": Period(year.first, day), "qtd": Period(quarter.first, day), "mtd": Period(month.first, day),
    }  # fmt: skip


def _named(period: Period | None) -> str:
    if period is None:
        return "-"
    for name, known in periods().items():
        if (known.first, known.last) == (period.first, period.last):
            return name
    return f"{period.first}..{period.last}"
