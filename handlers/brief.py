"""What a message recorded, in a few words: to say which one is meant."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.lines import Telling
from handlers.room import Room
from sales.stages import Stage
from storage.changes import Change, ChangeSet, Op, net

_MOST = 3


def of_chain(chain: Sequence[ChangeSet], room: Room) -> str:
    """What a change set with its corrections left on record: 渭林 拜访、待办「发报价」、「二泵站」金额 85万."""
    tell = room.tell()
    done = net(change for one in chain for change in one.changes)
    made = [c for c in done if c.op is Op.CREATE and c.kind not in ("stage_change", "contact")]
    parts = [_made(c, done, tell) for c in sorted(made, key=lambda c: _ORDER.index(c.kind))]
    new = {c.id for c in made}
    parts += [_changed(c, tell) for c in done if c.op is Op.SET and c.id not in new]
    told = [part for part in dict.fromkeys(parts) if part]
    return room.words.joined([*told[:_MOST], *(["…"] if len(told) > _MOST else [])])


_ORDER = ("activity", "opportunity", "payment", "follow_up", "account")


def _made(change: Change, done: Sequence[Change], tell: Telling) -> str:
    words = tell.words
    image = {c.field: c.after for c in done if (c.kind, c.id) == (change.kind, change.id) and c.op is Op.SET}
    account = tell.account(str(image.get("account"))) if image.get("account") else ""
    if change.kind == "activity":
        return words.short_activity(account, image["type"])  # type: ignore[arg-type]
    if change.kind == "follow_up":
        return words.short_follow_up(str(image.get("text") or ""))
    if change.kind == "payment":
        return words.short_payment(account, tell.money(int(str(image.get("amount") or 0))))
    return words.short_record(change.kind, str(image.get("name") or ""))


def _changed(change: Change, tell: Telling) -> str:
    words = tell.words
    if change.kind == "follow_up":
        held = tell.book.follow_ups()
        text = next((f.text for f in held if f.id == change.id), "")
        return words.short_follow_up(text) if text else ""
    deal = tell.book.opportunity(change.id) if change.kind == "opportunity" else None
    value = tell.value(change.field, change.after)
    if deal is None or value is None:
        return ""
    if change.field == "stage":
        value = words.stage(Stage(str(change.after)))
    return words.of_deal(deal.name, words.changed(words.field(change.field), None, value))
