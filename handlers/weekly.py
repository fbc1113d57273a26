"""A weekly report as a table to look at before it is recorded: one line a customer, ❓ where something is unclear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import said
from handlers.lines import Telling, by_customer, deal_changes, deal_lines, place_of, standing
from handlers.room import Plan, Room, topic_of
from handlers.state import Entry
from handlers.turns import Button, Reply
from handlers.words import Words
from sales.records import ActivityDraft, DealDraft, Draft, FollowUpDraft, PaymentDraft, Reading
from sales.stages import FollowUpStatus, Intent, PaymentStatus
from storage.changes import ChangeSet

MOST_LINES = 30  # a list of the week's customers, not a card


def weekly_table(reading: Reading, tell: Telling, *, corrected: bool = False) -> Reply:
    """The table with one button for all that is sure. Where nothing is sure there is nothing to record."""
    words = tell.words
    rows = [
        (min(map(place_of, drafts)), customer_line(drafts, tell, tell.account(ref)))
        for ref, drafts in by_customer(reading.drafts)
    ]
    asked = [(doubt.span.start, words.weekly_doubt(doubt.about, doubt.words)) for doubt in reading.doubts]
    lines = [line for _, line in sorted([*rows, *asked], key=lambda row: row[0])]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], words.weekly_more(len(lines) - MOST_LINES + 1)]
    head = words.weekly_head(len(reading.drafts), len(rows), len(asked), corrected=corrected)
    return Reply((head, *lines), (Button(words.button_record_all(), "confirm"), Button(words.button_drop(), "drop")))


def shown(room: Room, entry: Entry, reading: Reading, *, corrected: bool = False) -> Plan:
    """A weekly report is shown as a table first; one button records all that is sure."""
    tell = replace(room.tell(entry.text), before=standing(reading, room.book))
    reply = weekly_table(reading, tell, corrected=corrected or reading.intent is Intent.CORRECT)
    draft = replace(entry, seq=room.state.turn)
    state = replace(room.state, draft=draft, topic=topic_of(reading, room.state.topic))
    return Plan(reading.intent, state, reply, waiting=True)


def recorded(reading: Reading, made: ChangeSet, words: Words) -> Reply:
    """How much of a weekly report is on record now."""
    if made.is_empty:
        return Reply((words.nothing_new(),))
    new = [kind for kind, _ in made.created]
    counts = [
        words.counted(kind, new.count(kind))
        for kind in ("activity", "follow_up", "payment", "account", "contact")
        if kind in new
    ]
    deals = {c.id for c in made.shown if c.kind == "opportunity"}
    if deals:
        counts.insert(1 if "activity" in new else 0, words.counted("opportunity", len(deals)))
    closed = {c.id for c in made.shown if c.kind == "follow_up" and ("follow_up", c.id) not in made.created}
    if closed:
        counts.append(words.counted("follow_up_changed", len(closed)))
    line = words.weekly_recorded(len(reading.drafts), words.joined(counts))
    return Reply((line,), (Button(words.button_undo(), f"undo:{made.id}"),))


def customer_line(drafts: Sequence[Draft], tell: Telling, account: str) -> str:
    """Everything about one customer in a line."""
    several = len([d for d in drafts if isinstance(d, DealDraft)]) > 1
    parts = [part for draft in drafts for part in _parts(draft, tell, named=several)]
    return tell.words.customer_line(account, list(dict.fromkeys(parts)))


def _parts(draft: Draft, tell: Telling, *, named: bool) -> list[str]:
    words = tell.words
    if isinstance(draft, ActivityDraft):
        people = [p for c in draft.contacts if (p := said.person(c, tell.text, tell.book, chinese=words.chinese))]
        return [words.brief_activity(draft.type.value, people, draft.date.value)]
    if isinstance(draft, DealDraft):
        if draft.is_new or (draft.stage is not None and not draft.stage.value.is_open):
            return [line.removeprefix("🎉 ") for line in deal_lines(draft, tell, "")]
        changes = deal_changes(draft, tell)
        deal = tell.book.opportunity(str(draft.opportunity.value))
        if named and deal is not None and changes:
            changes[0] = words.of_deal(deal.name, changes[0])
        return changes
    if isinstance(draft, PaymentDraft):
        day = draft.date.value if draft.date is not None else None
        return [
            words.brief_payment(tell.money(draft.amount.value), day, received=draft.status is PaymentStatus.RECEIVED)
        ]
    return [_follow_up(draft, tell)]


def _follow_up(draft: FollowUpDraft, tell: Telling) -> str:
    due = draft.due.value if draft.due is not None else None
    return tell.words.brief_follow_up(
        draft.text.value, due, done=draft.status is FollowUpStatus.DONE, moved=draft.id is not None
    )
