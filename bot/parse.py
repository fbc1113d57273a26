"""`canmou parse`: how one message is read, as JSON with the words that each value rests on. No database."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.faults import OperatorError
from bot.people import like, named, shown
from bot.wiring import lexicon_of
from sales.book import Book, MemoryCompany
from sales.people import CompanyData
from sales.records import New, Read, Reading, Span

Json = dict[str, Any]
WIDTH = 110


def parse(text: str, *, company: Path, user: str, now: str, lexicon: Path | None = None) -> str:
    """The reading of `text` as JSON. FaultyInput if the company file or the lexicon has faults."""
    from sales.language.context import Context
    from sales.language.names import NameIndex
    from sales.language.reader import RulesReader
    from storage.company_data import load_company

    words = lexicon_of(lexicon)
    if not company.is_file():
        raise OperatorError(f"--company: there is no file {company}.")
    home = MemoryCompany(load_company(company))
    person = _person(home.data, user)
    book = home.book_of(person)
    at = _moment(now, home.data.company.timezone)
    context = Context(book, NameIndex.build(name_entries(home.data)), at, lexicon=words)
    reading = RulesReader().read(text, context)
    return _laid_out(reading_json(text, reading, book))


def name_entries(data: CompanyData) -> Iterator[Any]:
    """What the name index is made of: every name of a company in memory but the deals'.

    Deals are found among the customer's own, as the product's directory has it.
    """
    from sales.language.names import NameEntry, NameKind

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


def reading_json(text: str, reading: Reading, book: Book) -> Json:
    """A reading as plain values: each as `{value, spans, words}`, amounts in units, ids with the name they have."""
    show = _Shown(text, book)
    return {
        "intent": reading.intent.value,
        "reader": reading.reader,
        "activities": [show.draft(one) for one in reading.activities],
        "opportunities": [show.draft(one) for one in reading.deals],
        "follow_ups": [show.draft(one) for one in reading.follow_ups],
        "payments": [show.draft(one) for one in reading.payments],
        "doubts": [
            {
                "about": doubt.about,
                **show.place((doubt.span,)),
                "options": [{"id": option.id, "label": option.label} for option in doubt.options],
            }
            for doubt in reading.doubts
        ],
        "unread": show.place(reading.unread),
    }


def _laid_out(value: Any, depth: int = 0) -> str:
    """JSON in which what is short stands on one line: a value with its spans and words reads at a glance."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + depth <= WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner = " " * (depth + 1)
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {_laid_out(one, depth + 1)}" for key, one in value.items()]
        left, right = "{", "}"
    else:
        parts = [_laid_out(one, depth + 1) for one in value]
        left, right = "[", "]"
    return f"{left}\n{inner}" + f",\n{inner}".join(parts) + f"\n{' ' * depth}{right}"


class _Shown:
    def __init__(self, text: str, book: Book) -> None:
        self.text = text
        self.book = book

    def draft(self, draft: Any) -> Json:
        found: Json = {}
        for field in dataclasses.fields(draft):
            value = getattr(draft, field.name)
            if value is None or value == ():
                continue
            if isinstance(value, tuple):
                found[field.name] = [self.read(field.name, one) for one in value]
            elif isinstance(value, Read):
                found[field.name] = self.read(field.name, value)
            else:
                found[field.name] = self.plain(field.name, value)
        return found

    def read(self, field: str, read: Read[Any]) -> Json:
        name = self.name(field, read.value) if isinstance(read.value, str) else None
        shown = {"name": name} if name is not None else {}
        return {"value": self.plain(field, read.value), **shown, **self.place(read.spans)}

    def plain(self, field: str, value: Any) -> Any:
        if isinstance(value, New):
            return {"new": value.name}
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, date):
            return value.isoformat()
        if field == "amount" and isinstance(value, int):
            from storage.money import to_units

            units = to_units(value, self.book.company.currency)
            return float(units) if isinstance(units, Decimal) else units
        return value

    def place(self, spans: tuple[Span, ...]) -> Json:
        return {"spans": [[span.start, span.end] for span in spans], "words": [span.of(self.text) for span in spans]}

    def name(self, field: str, record_id: str) -> str | None:
        """What an id stands for; None for a value that is no id."""
        look = {
            "account": self.book.account,
            "contacts": self.book.contact,
            "opportunity": self.book.opportunity,
            "products": self.book.product,
            "competitors": self.book.competitor,
        }.get(field)
        record = look(record_id) if look is not None else None
        return None if record is None else record.name


def _person(data: CompanyData, user: str) -> str:
    found = named(data.people, user)
    if len(found) == 1:
        return found[0].id
    if found:
        raise OperatorError(f"--user: {user} may be {', '.join(map(shown, found))}; give the id.")
    close = like(data.people, user)
    hint = f"; did you mean {', '.join(map(shown, close))}?" if close else "."
    raise OperatorError(f"--user: nobody in the company file is called {user}{hint}")


def _moment(now: str, timezone: str) -> datetime:
    try:
        at = datetime.fromisoformat(now)
    except ValueError:
        raise OperatorError(f"--now: {now} is no time; write it like 2026-03-18T18:05:00+08:00.") from None
    zone = ZoneInfo(timezone)
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
