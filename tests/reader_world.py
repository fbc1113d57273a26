"""Invented companies and sentences for the tests of the reader, and readings as short lines that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sales.book import Book, MemoryCompany
from sales.language.context import Context, Last, Topic
from sales.language.lexicon import Lexicon, standard
from sales.language.names import NameEntry, NameIndex, NameKind
from sales.language.reader import RulesReader
from sales.people import CompanyData
from sales.records import ActivityDraft, DealDraft, FollowUpDraft, New, PaymentDraft, Pin, Read, Reading, Span
from sales.stages import FollowUpStatus, PaymentStatus
from storage.company_data import load_company

FILE = Path(__file__).parent / "data" / "sentences.yaml"
READER = RulesReader()


@dataclass(frozen=True)
class World:
    """A company in memory as one of its people sees it at one moment."""

    name: str
    data: CompanyData
    book: Book
    names: NameIndex
    now: datetime

    def context(self, **more: Any) -> Context:
        return Context(book=self.book, names=self.names, now=more.pop("now", self.now), **more)

    def ids(self) -> set[str]:
        data = self.data
        groups: tuple[Sequence[Any], ...] = (
            data.accounts, data.contacts, data.opportunities, data.products, data.competitors, data.follow_ups,
            data.payments, data.people, data.org_units,
        )  # fmt: skip
        return {record.id for group in groups for record in group}


@dataclass(frozen=True)
class Sentence:
    """A message and the reading that it must have."""

    say: str
    read: tuple[str, ...]
    world: str
    intent: str = "report"
    ask: tuple[str, tuple[str, ...]] | None = None
    last: str | None = None
    topic: Topic = field(default_factory=Topic)
    pins: tuple[tuple[str, str, str], ...] = ()
    seed: bool = False
    fault: str = ""
    now: str = ""
    user: str = ""


@cache
def document() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return loaded


def company_file(name: str) -> dict[str, Any]:
    """One of the companies as a company file. A fresh copy: the caller may change it."""
    found = {"stage_changes": [], "activities": [], "quotas": [], **document()["worlds"][name]}
    out: dict[str, Any] = {key: value for key, value in found.items() if key not in ("now", "user")}
    for key in ("org_units", "users", "products", "competitors", "accounts", "contacts", "opportunities"):
        out[key] = [{**_DEFAULTS.get(key, {}), **row} for row in out[key]]
    for key in ("follow_ups", "payments"):
        out[key] = [{**_DEFAULTS.get(key, {}), **row} for row in out[key]]
    return out


_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "org_units": {"aliases": []},
    "users": {"aliases": []},
    "products": {"aliases": []},
    "competitors": {"aliases": []},
    "accounts": {"aliases": [], "industry": "", "tier": "B"},
    "contacts": {"aliases": []},
    "opportunities": {"products": [], "competitors": [], "closed_on": None, "lost_reason": None},
    "follow_ups": {"done_on": None},
}


def build(file: Mapping[str, Any], name: str, user: str = "", now: str = "") -> World:
    """A company file as a world. Its faults are the test's faults: FaultyInput comes through."""
    source = document()["worlds"][name]
    data = load_company(file)
    home = MemoryCompany(data)
    return World(
        name,
        data,
        home.book_of(user or source["user"]),
        NameIndex.build(entries(data)),
        datetime.fromisoformat(now or source["now"]),
    )


@cache
def world(name: str, user: str = "", now: str = "") -> World:
    return build(company_file(name), name, user, now)


def entries(data: CompanyData) -> Iterator[NameEntry]:
    """What the name index of a company is made of, as in production."""
    for unit in data.org_units:
        yield NameEntry(NameKind.ORG_UNIT, unit.id, unit.name, unit.aliases, parent=unit.parent or "")
    for person in data.people:
        yield NameEntry(NameKind.PERSON, person.id, person.name, person.aliases, parent=person.org_unit)
    for product in data.products:
        yield NameEntry(NameKind.PRODUCT, product.id, product.name, product.aliases)
    for rival in data.competitors:
        yield NameEntry(NameKind.COMPETITOR, rival.id, rival.name, rival.aliases)
    for account in data.accounts:
        yield NameEntry(NameKind.ACCOUNT, account.id, account.name, account.aliases, account.city, account.owner)
    for contact in data.contacts:
        yield NameEntry(NameKind.CONTACT, contact.id, contact.name, contact.aliases, parent=contact.account)
    for deal in data.opportunities:
        yield NameEntry(NameKind.OPPORTUNITY, deal.id, deal.name, owner=deal.owner, parent=deal.account)


@cache
def sentences(part: str = "sentences") -> tuple[Sentence, ...]:
    """All sentences of a part of the file (`sentences`, `wanted`)."""
    return tuple(_sentence(raw) for raw in document()[part])


def _sentence(raw: Mapping[str, Any]) -> Sentence:
    unknown = set(raw) - {f.name for f in fields(Sentence)}
    assert not unknown, f"{raw['say']!r}: unknown keys {sorted(unknown)}"
    ask = raw.get("ask")
    return Sentence(
        say=raw["say"],
        read=tuple(raw.get("read") or ()),
        world=raw.get("world", "zh"),
        intent=raw.get("intent", "report"),
        ask=(ask[0], tuple(sorted(ask[1:]))) if ask else None,
        last=raw.get("last"),
        topic=Topic(**raw.get("topic", {})),
        pins=tuple((p[0], p[1], str(p[2])) for p in raw.get("pins", ())),
        seed=bool(raw.get("seed")),
        fault=raw.get("fault", ""),
        now=raw.get("now", ""),
        user=raw.get("user", ""),
    )


def read(sentence: Sentence, lexicon: Lexicon | None = None) -> Reading:
    """How the reader reads a sentence in its world, after what went before."""
    place = world(sentence.world, sentence.user, sentence.now)
    last = None
    if sentence.last is not None:
        last = Last(text=sentence.last, now=place.now, book=place.book, topic=Topic())
    pins = []
    for words, kind, value in sentence.pins:
        at = sentence.say.index(words)
        pins.append(Pin(Span(at, at + len(words)), kind, value))
    context = place.context(topic=sentence.topic, pins=tuple(pins), last=last, lexicon=lexicon or standard())
    return READER.read(sentence.say, context)


# ------------------------------------------------------------------ readings as lines


def ref(value: object) -> str:
    return f"new:{value.name.replace(' ', '_')}" if isinstance(value, New) else str(value)


def _day(value: Read[date] | None, year: int = 2026) -> str:
    if value is None:
        return "none"
    return value.value.strftime("%m-%d") if value.value.year == year else value.value.isoformat()


def lines(reading: Reading) -> list[str]:
    """A reading as lines, in the form of sentences.yaml; a follow-up ends with its words."""
    return [*(_activity(a) for a in reading.activities), *(_deal(d) for d in reading.deals),
            *(_follow_up(f) for f in reading.follow_ups), *(_payment(p) for p in reading.payments)]  # fmt: skip


def _activity(draft: ActivityDraft) -> str:
    people = sorted(ref(c.value) for c in draft.contacts)
    return " ".join([draft.type.value.value, ref(draft.account.value), _day(draft.date), *people])


def _deal(draft: DealDraft) -> str:
    found: list[tuple[str, str]] = []
    if draft.stage:
        found.append(("stage", draft.stage.value.value))
    if draft.amount:
        found.append(("amount", f"{Decimal(draft.amount.value) / 100:f}"))
    if draft.close_date:
        found.append(("close", _day(draft.close_date)))
    if draft.probability:
        found.append(("p", str(draft.probability.value)))
    if draft.products:
        found.append(("products", ",".join(sorted(p.value for p in draft.products))))
    if draft.competitors:
        found.append(("rivals", ",".join(sorted(c.value for c in draft.competitors))))
    if draft.lost_reason:
        found.append(("lost", draft.lost_reason.value.replace(" ", "_")))
    deal = f"new:{ref(draft.account.value)}" if draft.is_new else ref(draft.opportunity.value)
    return " ".join(["deal", deal, *(f"{k}={v}" for k, v in found)])


def _follow_up(draft: FollowUpDraft) -> str:
    if draft.id is not None:
        done = draft.status is FollowUpStatus.DONE
        return f"done {draft.id}" if done else f"move {draft.id} {_day(draft.due)}"
    account = ref(draft.account.value) if draft.account is not None else "-"
    return f"todo {account} {_day(draft.due)} {draft.text.value}"


def _payment(draft: PaymentDraft) -> str:
    kind = "paid" if draft.status is PaymentStatus.RECEIVED else "due"
    return f"{kind} {ref(draft.account.value)} {draft.amount.value // 100} {_day(draft.date)}"


_UNITS = {"万": 10_000, "k": 1_000, "m": 1_000_000}


def _plain(line: str) -> str:
    """A wanted line with its amounts in figures and its contacts in order."""

    def units(m: re.Match[str]) -> str:
        return str(int(Decimal(m[1]) * _UNITS[m[2]]))

    line = re.sub(r"(?<=[ =])(\d+(?:\.\d+)?)(万|k|m)(?=\s|$)", units, line)
    kind, *rest = line.split()
    if kind in ("deal", "todo", "done", "move", "paid", "due"):
        return line
    return " ".join([kind, *rest[:2], *sorted(rest[2:])])


def _fits(wanted: str, found: str) -> bool:
    kind = wanted.split()[0]
    if not found.startswith(kind + " "):
        return False
    if kind == "todo":
        _, account, due, *words = wanted.split()
        _, its, day, *rest = found.split(" ")
        text = " ".join(rest).lower()
        return account == its and due == day and all(any(w in text for w in word.lower().split("|")) for word in words)
    if kind == "deal":
        want, have = (dict(p.split("=", 1) for p in line.split()[2:]) for line in (wanted, found))
        lost, told = want.pop("lost", None), have.pop("lost", None)
        return wanted.split()[1] == found.split()[1] and want == have and (lost is None or lost in (told or ""))
    return wanted == found


def faults(wanted: Iterable[str], reading: Reading) -> list[str]:
    """What is wrong with a reading: lines that are missing (-) and lines too many (+)."""
    found = lines(reading)
    missing = []
    for raw in wanted:
        may = raw.startswith("?")
        line = _plain(raw.lstrip("? "))
        hit = next((f for f in found if _fits(line, f)), None)
        if hit is not None:
            found.remove(hit)
        elif not may:
            missing.append(f"- {line}")
    return [*missing, *(f"+ {f}" for f in found)]


def asked(reading: Reading) -> set[tuple[str, tuple[str, ...]]]:
    return {(d.about, tuple(sorted(o.id for o in d.options))) for d in reading.doubts}


def all_faults(sentence: Sentence, reading: Reading) -> list[str]:
    """Everything in which a reading differs from what a sentence must be read as."""
    out = faults(sentence.read, reading)
    if sentence.intent not in ("any", reading.intent.value):
        out.append(f"intent {reading.intent.value}, not {sentence.intent}")
    want = {sentence.ask} if sentence.ask else set()
    if asked(reading) != want:
        out.append(f"asks {sorted(asked(reading))}, not {sorted(want)}")
    return out
