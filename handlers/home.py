"""A person's own page, and the same in short as a message: quota and gap, what is due today, deals in hand."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.lines import Telling
from handlers.turns import Button, Home, HomeSection, Reply
from sales.metrics.figures import Figures
from sales.metrics.query import MetricQuery
from sales.metrics.whose import own_target
from sales.people import Opportunity, Person
from sales.periods import Period, quarter_of
from sales.permissions import Scope
from sales.stages import Role, Stage
from storage import today as days
from storage.database import Transaction
from storage.metrics.answer import answer
from storage.today import Task

MOST = 10
MOST_TOLD = 4
WITH_BUTTONS = 3


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that the page tells."""

    quarter: Period
    numbers: Figures
    due: list[Task]
    due_count: int
    done: list[Task]
    deals: list[Opportunity]
    deal_count: int


def day_of(tx: Transaction, scope: Scope, me: Person, tell: Telling) -> Day:
    quarter = quarter_of(tell.today, tell.book.company.fiscal_year_start_month)
    due, due_count = days.due(tx, scope, tell.today, MOST)
    deals, deal_count = days.open_deals(tx, scope, MOST)
    numbers = answer(tx, scope, MetricQuery("attainment", own_target(me, tell.book.units()), quarter), tell.today)
    return Day(quarter, numbers, due, due_count, days.done(tx, scope, tell.today, MOST), list(deals), deal_count)


def home_of(tx: Transaction, scope: Scope, me: Person, tell: Telling) -> Home:
    """The page of a person at a moment."""
    words, day = tell.words, day_of(tx, scope, me, tell)
    sections = [HomeSection(words.quarter(day.quarter.number), tuple(_numbers(day, tell)))]
    items = tuple((_task(task, tell), _buttons(task, tell)) for task in day.due)
    left = day.due_count - len(day.due)
    title = words.todo_title(day.due_count) if day.due else words.nothing_due()
    sections.append(HomeSection(title, (words.more_todo(left),) if left > 0 else (), items))
    if day.done:
        undo = words.button_undo()
        done = tuple((_plain(task, tell), (Button(undo, f"reopen:{task.id}"),)) for task in day.done)
        sections.append(HomeSection(words.done_title(), (), done))
    more = (words.more_deals(day.deal_count - len(day.deals)),) if day.deal_count > len(day.deals) else ()
    rows = (*(_deal(deal, me, tell) for deal in day.deals), *more)
    mine = me.role is Role.REP
    sections.append(HomeSection(words.deals_title(day.deal_count, mine=mine) if rows else words.no_deals(), rows))
    return Home(words.home_title(), tuple(sections))


def today_reply(tx: Transaction, scope: Scope, me: Person, tell: Telling) -> Reply:
    """The same, short enough for a phone: the quota line, then what is due."""
    words, day = tell.words, day_of(tx, scope, me, tell)
    head, *rest = _numbers(day, tell)
    lines = [f"{words.quarter(day.quarter.number)} {head}", *rest]
    if not day.due:
        return Reply((*lines, words.nothing_due()))
    shown = day.due[:MOST_TOLD]
    lines.append(words.todo_title(day.due_count))
    lines += [f"{place}. {_task(task, tell)}" for place, task in enumerate(shown, 1)]
    if day.due_count > len(shown):
        lines.append(words.more_todo(day.due_count - len(shown)))
    numbered = list(enumerate(shown[:WITH_BUTTONS], 1))
    several = len(numbered) > 1
    buttons = [
        Button(f"{place} {button.label}" if several else button.label, button.action)
        for place, task in numbered
        for button in _buttons(task, tell)
    ]
    return Reply(tuple(lines), tuple(buttons))


def _numbers(day: Day, tell: Telling) -> list[str]:
    words, parts = tell.words, day.numbers.parts
    won, quota = int(parts.get("won", 0)), int(parts.get("quota", 0))
    elapsed = day.quarter.elapsed(tell.today)
    if not quota or day.numbers.value is None:
        return [words.won_only(tell.money(won), elapsed)]
    gap = tell.money(quota - won) if quota > won else None
    return [words.attained(round(day.numbers.value), elapsed), words.quota_gap(tell.money(quota), tell.money(won), gap)]


def _task(task: Task, tell: Telling) -> str:
    assert task.due is not None
    return tell.words.todo_line(tell.account(task.account), task.text, task.due, tell.today)


def _plain(task: Task, tell: Telling) -> str:
    account = tell.account(task.account)
    return task.text if not account or account in task.text else f"{account} {task.text}"


def _buttons(task: Task, tell: Telling) -> tuple[Button, ...]:
    words = tell.words
    return Button(words.button_done(), f"done:{task.id}"), Button(words.button_tomorrow(), f"tomorrow:{task.id}")


def _deal(deal: Opportunity, me: Person, tell: Telling) -> str:
    words = tell.words
    amount = [tell.money(deal.amount)] if deal.amount else []
    account = tell.account(deal.account)
    name = [deal.name] if account and account in deal.name else [account, deal.name]
    past = (tell.today - deal.close_date).days if deal.close_date is not None else 0
    close = tell.day(deal.close_date) if deal.close_date is not None else None
    owner = tell.book.person(deal.owner) if deal.owner != me.id else None
    parts = [*name, words.stage(Stage(deal.stage)), *amount]
    return words.deal_row([part for part in parts if part], close, past, owner.name if owner else "")
