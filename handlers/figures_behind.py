"""怎么来的: the records behind a figure, and the messages that a record's values came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.figure_actions import source_action
from handlers.figure_saying import MOST_LINES, Saying
from handlers.figures_lists import deal_button, deal_line, event_line
from handlers.lines import Telling
from handlers.turns import Button, Reply
from sales.metrics.figures import Behind
from sales.metrics.query import TargetKind
from storage.explain import Explanation


def behind_reply(found: Behind, tell: Telling) -> Reply:
    """The records that a figure was made of, the weightiest first."""
    saying = Saying(tell, found)
    words, ledger, query = saying.words, saying.ledger, found.query
    scope, period, title = saying.subject(query), saying.period(query.period), saying.title(query)
    basis = saying.basis(query, found.as_of)
    if not found.count:
        return saying.reply([words.nothing_behind(scope, period, title), basis], [], query.scope)
    whose = query.scope.kind is not TargetKind.USER
    rows = [deal_line(saying, deal, owner=whose) for deal in found.deals[: MOST_LINES - 3]]
    rows += [event_line(saying, event, account=True, who=whose) for event in found.events[: MOST_LINES - 3 - len(rows)]]
    for owner, month, amount in found.quotas[: MOST_LINES - 3 - len(rows)]:
        rows.append(words.quota_row(_owner(saying, owner), ledger.month(month), ledger.money(amount)))
    if found.count > len(rows):
        more = words.more_events(ledger.count(ledger.left(found.count, len(rows))))
    else:
        more = ""
    head = words.behind(scope, period, title, ledger.count(found.count))
    buttons = [button for deal in found.deals[:4] for button in deal_button(saying, deal)]
    for event in found.events[:1]:
        own = event.kind in ("activity", "payment", "follow_up")  # a stage reached is the deal's
        action = source_action(event.kind, event.id) if own else source_action("opportunity", event.opportunity or "")
        buttons += [Button(words.button_source(), action)] if action else []
    return saying.reply([head, *rows, more, basis], buttons, query.scope)


def sources_reply(found: Mapping[str, Sequence[Explanation]], tell: Telling, record: str = "") -> Reply:
    """Where a record's values came from: for each field who set it and when, the words, and the message once.

    `found` as `storage.metrics.behind.sources` gives it; `record` is what the record is called.
    """
    saying = Saying(tell)
    words, lines, told = saying.words, [], dict[str, str]()
    standing = [(name, one) for name, several in found.items() if (one := next((e for e in several if e.stands), None))]
    for name, one in sorted(standing, key=lambda each: each[1].message is None):
        value = tell.value(name, one.after)
        if value is None:
            continue
        saying.ledger.dates.add(one.at.date())
        day, what = saying.ledger.day(one.at.date()), words.field(name)
        value = saying.short(value)
        if one.message is None:
            lines.append(words.imported(what, value, day))
            continue
        lines.append(words.source(what, value, day, saying.person(one.by), [saying.short(w, 30) for w in one.words]))
        told.setdefault(str(one.message.id), one.message.text)
    if not lines:
        return saying.reply([words.no_source()], [])
    most = 110 if words.chinese else 150
    said = [words.message(saying.short(text, most)) for text in list(told.values())[:2]]
    head = words.came_from(saying.short(record) if record else "")
    return saying.reply([head, *lines[: MOST_LINES - 1 - len(said)], *said], [])


def _owner(saying: Saying, owner: str) -> str:
    book = saying.tell.book
    found: Any = book.org_unit(owner) or book.person(owner)
    return saying.short(found.name) if found is not None else ""
