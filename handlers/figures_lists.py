"""Answers that are lists: deals at risk, what happened, what is to do, what somebody did, why deals were lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers import said
from handlers.figure_actions import Verb, source_action
from handlers.figure_buttons import buttons_of
from handlers.figure_saying import MOST_LINES, Saying
from handlers.figures_phrases import phrase_of, where_of
from handlers.lines import Telling
from handlers.turns import Button, Reply
from sales.metrics.figures import DealLine, EventLine, Figures
from sales.metrics.query import MetricQuery, Target, TargetKind

MOST_DEALS = 8
MOST_ACCOUNTS = 30  # who asks what somebody did asks where


def deals_reply(found: Figures, tell: Telling, deals: Sequence[DealLine]) -> Reply:
    """Deals at risk: how many, then each with what is wrong and whose it is."""
    saying = Saying(tell, found, tuple(deals))
    scope, period, filters = where_of(saying, found)
    amount = found.parts.get("amount")
    worth = saying.words.worth(saying.ledger.money(amount)) if amount and found.value else ""
    head = saying.words.head(scope, period, filters, saying.words.joined([phrase_of(saying, found), worth]))
    whole = max(int(found.value or 0), len(deals))
    shown = deals[: MOST_DEALS if whole <= MOST_DEALS else MOST_DEALS - 1]
    lines = [deal_line(saying, deal, owner=found.query.scope.kind is not TargetKind.USER) for deal in shown]
    if shown and whole > len(shown):
        lines.append(saying.words.more_rows(saying.ledger.count(saying.ledger.left(whole, len(shown)))))
    buttons = [button for deal in shown[:3] for button in deal_button(saying, deal)]
    basis = saying.basis(found.query, found.as_of, found.narrowed)
    return saying.reply([head, *lines, basis], [*buttons, *buttons_of(saying, found)], found.query.scope)


def deal_line(saying: Saying, deal: DealLine, *, owner: bool = True) -> str:
    """渭林 二泵站改造：报价投标 · 80万 · 预计 3/31 周二 · 反复推迟（聂小川）."""
    words, ledger = saying.words, saying.ledger
    home = saying.tell.book.account(deal.account)
    name = saying.short(said.deal_name(deal.name, home))
    amount = ledger.money(deal.amount) if deal.amount is not None else None
    close = words.closes(deal.stage, ledger.day(deal.close_date)) if deal.close_date is not None else None
    flags = words.named([words.flag(flag) for flag in deal.flags[:2]])
    who = saying.person(deal.owner) if owner else ""
    return words.deal(saying.account(deal.account), name, words.stage(deal.stage), amount, close, flags, who)


def deal_button(saying: Saying, deal: DealLine) -> list[Button]:
    """A deal's own history."""
    label = saying.account(deal.account) or saying.short(deal.name)
    return saying.button(label, Verb.ASK, MetricQuery("history", Target(TargetKind.OPPORTUNITY, deal.id)))


def reasons_reply(found: Figures, tell: Telling) -> Reply:
    """Why deals were lost: the commonest reason first, with its share."""
    saying = Saying(tell, found)
    words, ledger = saying.words, saying.ledger
    scope, period, filters = where_of(saying, found)
    rows = sorted((row for row in found.rows if row.value), key=lambda row: -(row.value or 0))
    basis = saying.basis(found.query, found.as_of, found.narrowed)
    buttons = buttons_of(saying, found)
    if not rows:
        head = words.head(scope, period, filters, words.zero(found.query.metric, "") or "")
        return saying.reply([head, basis], buttons, found.query.scope)
    lost = ledger.total(*(row.value or 0 for row in rows))
    named = [(saying.short(row.key) if row.key else words.no_reason(), row.value or 0) for row in rows]
    lines = []
    for place, (name, value) in enumerate(named[: MOST_LINES - 2]):
        share = ledger.share(value, lost) or 0.0
        if place == 0:
            lines.append(words.reasons(scope, period, filters, name, ledger.whole_percent(share), ledger.count(lost)))
        if len(named) > 1:
            lines.append(words.reason_row(name, ledger.count(value), ledger.whole_percent(share)))
    return saying.reply([*lines, basis], buttons, found.query.scope)


def history_reply(found: Figures, tell: Telling, events: Sequence[EventLine]) -> Reply:
    """What happened with a customer or a deal, the latest first."""
    saying = Saying(tell, found, tuple(events))
    words, scope = saying.words, saying.subject(found.query, found.narrowed)
    basis = saying.basis(found.query, found.as_of, found.narrowed)
    if not events:
        return saying.reply([words.no_history(scope), basis], [], found.query.scope)
    count = saying.ledger.count(len(events))
    own = found.query.scope.kind in (TargetKind.ACCOUNT, TargetKind.OPPORTUNITY)
    lines = [event_line(saying, event, account=not own, who=True) for event in events[:7]]
    lines[0] = words.last_events(scope, count, lines[0])
    whole = max(int(found.value or 0), len(events), found.row_count)
    if whole > len(lines):
        left = saying.ledger.left(whole, len(lines))
        lines.append(words.more_events(saying.ledger.count(left)))
    return saying.reply([*lines, basis], _sources(saying, events), found.query.scope)


def todo_reply(found: Figures, tell: Telling, events: Sequence[EventLine]) -> Reply:
    """What somebody has promised, the earliest due first."""
    saying = Saying(tell, found, tuple(events))
    words, ledger = saying.words, saying.ledger
    scope, period, filters = where_of(saying, found)
    late = [event for event in events if event.on is not None and event.on < found.as_of]
    phrase = phrase_of(saying, found)
    if late and len(events) == found.value and found.query.metric == "todo":
        phrase = words.joined([phrase, words.late_among(ledger.count(ledger.counted(late)))])
    lines = [words.head(scope, period, filters, phrase)]
    one = found.query.scope.kind is TargetKind.USER
    for place, event in enumerate(events[:7], 1):
        due = ledger.day(event.on) if event.on is not None else words.no_due()
        overdue = ledger.days(ledger.days_between(event.on, found.as_of)) if event.on and event.on < found.as_of else ""
        who = "" if one else saying.person(event.person)
        text = saying.quoted(event.text) or words.promise(done=event.done)
        told = words.todo(saying.account(event.account), text, due, overdue, who)
        lines.append(f"{ledger.rank(place)} {told}")
    if events and (whole := int(found.value or 0)) > len(events[:7]):
        lines.append(words.more_events(ledger.count(ledger.left(whole, len(events[:7])))))
    lines.append(saying.basis(found.query, found.as_of, found.narrowed))
    return saying.reply(lines, buttons_of(saying, found), found.query.scope)


def activities_reply(found: Figures, tell: Telling, events: Sequence[EventLine]) -> Reply:
    """What somebody did: the customers in the first line, then each activity, whom they met and about what."""
    saying = Saying(tell, found, tuple(events))
    words, ledger = saying.words, saying.ledger
    scope, period, what = saying.subject(found.query), saying.period(found.query.period), saying.what(found.query)
    basis = saying.basis(found.query, found.as_of, found.narrowed)
    if not events:
        return saying.reply([words.did_nothing(scope, period, what), basis], [], found.query.scope)
    accounts = list(dict.fromkeys(event.account for event in events if event.account))
    if found.query.scope.kind in (TargetKind.ACCOUNT, TargetKind.OPPORTUNITY):
        accounts = []
    names = [name for account in accounts[:MOST_ACCOUNTS] if (name := saying.account(account))]
    more = ""
    if len(accounts) > MOST_ACCOUNTS:
        more = ledger.count(ledger.counted(accounts))
    whole = int(found.value or len(events))
    head = words.did(scope, period, what, ledger.count(whole), names, more)
    own = found.query.scope.kind
    named = own not in (TargetKind.ACCOUNT, TargetKind.OPPORTUNITY)
    lines = [event_line(saying, event, account=named, who=own is not TargetKind.USER) for event in events[:6]]
    if whole > len(lines):
        lines.append(words.more_events(ledger.count(ledger.left(whole, len(lines)))))
    return saying.reply(
        [head, *lines, basis], [*_sources(saying, events), *buttons_of(saying, found)], found.query.scope
    )


def event_line(saying: Saying, event: EventLine, *, account: bool, who: bool) -> str:
    """3/16 周一 渭林 拜访 胡建民：聊了方案."""
    words, ledger = saying.words, saying.ledger
    amount = ledger.money(event.amount) if event.amount is not None else None
    people = [saying.short(name) for c in event.contacts if (name := saying.tell.contact(c))]
    if event.kind == "stage":
        what = words.reached(words.stage(event.stage), amount) if event.stage is not None else ""
    elif event.kind == "payment":
        what = words.paid(amount or "", expected=event.expected)
    elif event.kind == "follow_up":
        what = words.promise(done=event.done)
    elif event.kind == "created":
        what = words.created(amount)
    else:
        what = words.activity(event.type, people)
    named = saying.account(event.account) if account else ""
    by = saying.person(event.person) if who else ""
    return words.event(_day(saying, event.on), by, named, what, saying.quoted(event.text))


def _day(saying: Saying, day: date | None) -> str:
    return saying.ledger.day(day) if day is not None else ""


def _sources(saying: Saying, events: Sequence[EventLine]) -> list[Button]:
    """The message that the latest was recorded from."""
    kinds = {"activity": "activity", "follow_up": "follow_up", "payment": "payment"}
    first = next((event for event in events if event.kind in kinds), None)
    action = source_action(kinds[first.kind], first.id) if first is not None else None
    return [Button(saying.words.button_source(), action)] if action else []
