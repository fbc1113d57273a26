"""A follow-up that is ticked off, moved or opened again with a button."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from handlers.room import Plan, Room, answer
from handlers.turns import Reply
from sales.errors import OutOfScope
from sales.records import FollowUpDraft, Read, Reading, Ref
from sales.stages import FollowUpStatus, Intent
from storage import today as days
from storage.database import Transaction
from storage.scoping import may_change
from storage.today import Task


def on_tap(room: Room, tx: Transaction, verb: str, record_id: str) -> Plan:
    """done · tomorrow · reopen"""
    words, state = room.words, room.state
    task = days.task(tx, record_id)
    if task is None:
        return Plan(Intent.TASK, state, Reply((words.stale_button(),)), refused=True)
    try:
        may_change(tx, room.scope, "follow_up", task.id, {"user": task.user, "account": task.account})
    except OutOfScope:
        return answer(Intent.TASK, state, words.not_yours("", ""))
    if verb == "reopen":
        if task.done_on is None:
            return answer(Intent.TASK, state, words.open_already(task.text))
        return _recorded(room, task, FollowUpStatus.OPEN)
    if task.done_on is not None:
        return answer(Intent.TASK, state, words.done_already(task.text))
    if verb == "done":
        return _recorded(room, task, FollowUpStatus.DONE)
    tell = room.tell()
    tomorrow = tell.today + timedelta(days=1)
    if task.due == tomorrow:
        return answer(Intent.TASK, state, words.due_already(task.text, tell.day(tomorrow)))
    return _recorded(room, task, FollowUpStatus.OPEN, Read(tomorrow))


def _recorded(room: Room, task: Task, status: FollowUpStatus, due: Read[date] | None = None) -> Plan:
    account: Read[Ref] | None = Read(task.account) if task.account is not None else None
    draft = FollowUpDraft(account, due, Read(task.text), status, task.id)
    entry = replace(room.told(), tapped=True)
    reading = Reading(Intent.TASK, follow_ups=(draft,), topic_account=task.account)
    return Plan(Intent.TASK, room.state, entry=entry, reading=reading)
