"""What may not be shown, what is not there, what was not understood: politely, and confirming nothing."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.figure_actions import Verb
from handlers.figure_saying import Saying
from handlers.figure_words import figure_words
from handlers.lines import Telling
from handlers.turns import Reply
from sales.metrics.query import MetricQuery, Target, TargetKind
from sales.stages import Role


def denied_reply(tell: Telling, allowed: Target | None = None) -> Reply:
    """The same for everything that is not theirs. `allowed`: what they may ask about; by default their own unit."""
    name, below = _own(tell, allowed)
    return Reply(tuple(figure_words(chinese=tell.words.chinese).denied(name, below=below)))


def not_found_reply(tell: Telling, allowed: Target | None = None) -> Reply:
    """A customer or a deal that is not there, or not theirs: one can't be told from the other."""
    name, _ = _own(tell, allowed)
    return Reply(tuple(figure_words(chinese=tell.words.chinese).not_found(name)))


def not_understood_reply(tell: Telling, nearest: Sequence[MetricQuery] = (), read: str = "") -> Reply:
    """What could not be read (`read`), with the nearest questions that can be answered as buttons that ask them."""
    saying = Saying(tell, tuple(nearest))
    buttons = []
    for query in dict.fromkeys(nearest):
        label = saying.words.nearest(saying.subject(query), saying.period(query.period), saying.title(query))
        buttons += saying.button(label, Verb.ASK, query)
    lines = saying.words.not_understood(saying.short(read) if read else "", nearest=bool(buttons))
    return saying.reply(lines, buttons)


def _own(tell: Telling, allowed: Target | None) -> tuple[str | None, bool]:
    """The unit that they may ask about (None: only their own), and whether there are units below it."""
    me = tell.book.me
    if allowed is not None and allowed.kind is TargetKind.USER:
        return None, False
    if allowed is None and me.role is Role.REP:
        return None, False
    unit_id = allowed.id if allowed is not None else me.org_unit
    unit = tell.book.org_unit(unit_id)
    below = any(one.parent == unit_id for one in tell.book.units())
    return (unit.name if unit is not None else None), below
