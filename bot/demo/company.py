"""The demo company as a company file: put together, with dates that move with today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from random import Random
from typing import Any

from bot.demo.cast import Cast, load
from bot.demo.deals import Deal, DealMaker
from bot.demo.deeds import Deed, DeedMaker
from bot.demo.payments import Instalment, make_payments
from bot.demo.phrasebook import Phrasebook, read_phrases
from bot.demo.promises import Promise, PromiseMaker
from bot.demo.quotas import Quotas
from bot.demo.workdays import Workdays
from sales.people import Account, Competitor, Contact, OrgUnit, Person, Product

UNITS_PER_WAN = 10_000

Row = dict[str, Any]


def make_demo(today: date) -> dict[str, Any]:
    """The demo company on `today`, in the company file format (amounts in units, dates ISO 8601).

    The same day gives the same company; people, customers and the story stay from day to day, the dates move.
    What has been done was done on workdays before today; something is always due today.
    """
    cast, phrases = load(), read_phrases()
    days = Workdays(range(today.year - 3, today.year + 3))
    maker = DealMaker(cast, today, days, phrases["reasons"])
    deals = maker.all()
    book = Phrasebook(cast, phrases, Random(6))
    deeds = DeedMaker(cast, maker.done_by, days, book).all(deals)
    promises = PromiseMaker(cast, today, maker.done_by, days, book).all(deals, deeds)
    payments = make_payments(deals, today, days)
    return _organisation(cast) | {
        "opportunities": [_opportunity(deal) for deal in deals],
        "stage_changes": [
            {"opportunity": deal.id, "stage": stage.value, "on": day.isoformat()}
            for deal in deals
            for stage, day in deal.history
        ],
        "activities": _numbered("act", map(_activity, deeds)),
        "follow_ups": _numbered("fup", map(_follow_up, promises)),
        "payments": _numbered("pay", map(_payment, payments)),
        "quotas": [
            {"owner": owner, "month": f"{month:%Y-%m}", "amount": wan * UNITS_PER_WAN}
            for owner, month, wan in Quotas(cast, today).rows()
        ],
    }


def _numbered(prefix: str, rows: Iterable[Row]) -> list[Row]:
    return [{"id": f"{prefix}-{number:04d}", **row} for number, row in enumerate(rows, 1)]


def _plain(record: OrgUnit | Person | Product | Competitor | Account | Contact) -> Row:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(record).items()}


def _organisation(cast: Cast) -> Row:
    return {
        "company": asdict(cast.company),
        "org_units": [_plain(unit) for unit in cast.units],
        "users": [_plain(person) | {"role": person.role.value} for person in cast.people],
        "products": [_plain(article.product) for article in cast.articles],
        "competitors": [_plain(rival) for rival in cast.rivals],
        "accounts": [_plain(account) for account in cast.accounts],
        "contacts": [_plain(contact) for contact in cast.contacts],
    }


def _opportunity(deal: Deal) -> Row:
    return {
        "id": deal.id,
        "account": deal.account.id,
        "name": deal.name,
        "owner": deal.account.owner,
        "stage": deal.stage.value,
        "amount": deal.wan * UNITS_PER_WAN,
        "close_date": deal.close_date.isoformat(),
        "products": [deal.article.product.id],
        "competitors": [rival.id for rival in deal.rivals],
        "created_on": deal.created_on.isoformat(),
        "closed_on": deal.closed_on.isoformat() if deal.closed_on else None,
        "lost_reason": deal.lost_reason,
    }


def _activity(deed: Deed) -> Row:
    return {
        "user": deed.deal.account.owner,
        "account": deed.deal.account.id,
        "opportunity": deed.deal.id,
        "type": deed.type.value,
        "date": deed.day.isoformat(),
        "contacts": [deed.contact.id],
        "summary": deed.summary,
    }


def _follow_up(promise: Promise) -> Row:
    return {
        "user": promise.deal.account.owner,
        "account": promise.deal.account.id,
        "opportunity": promise.deal.id,
        "due": promise.due.isoformat(),
        "text": promise.text,
        "done_on": promise.done_on.isoformat() if promise.done_on else None,
    }


def _payment(row: Instalment) -> Row:
    return {
        "opportunity": row.deal.id,
        "account": row.deal.account.id,
        "amount": row.amount,
        "date": row.day.isoformat(),
        "status": row.status.value,
    }
