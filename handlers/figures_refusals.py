"""What may not be shown, what is not there, what was not understood: politely, and confirming nothing."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.figure_words import figure_words
from handlers.lines import Telling
from handlers.turns import Button, Reply
from sales.metrics.query import Target, TargetKind
from sales.stages import Role

MOST_NEAREST = 4


def denied_reply(tell: Telling, allowed: Target | None = None) -> Reply:
    """The same for everything that is not theirs. `allowed`: what they may ask about; by default their own unit."""
    name, below = _own(tell, allowed)
    return Reply(tuple(figure_words(chinese=tell.words.chinese).denied(name, below=below)))


def not_found_reply(tell: Telling, allowed: Target | None = None) -> Reply:
    """A customer or a deal that is not there, or not theirs: one can't be told from the other."""
    name, _ = _own(tell, allowed)
    return Reply(tuple(figure_words(chinese=tell.words.chinese).not_found(name)))


def not_understood_reply(tell: Telling, nearest: Sequence[str] = (), read: str = "") -> Reply:
    """What could not be read (`read`), with the nearest questions that can be answered: a tap asks them (`say:…`)."""
    words = figure_words(chinese=tell.words.chinese)
    lines = words.not_understood(read, nearest=bool(nearest))
    asked = list(dict.fromkeys(nearest))[:MOST_NEAREST]
    return Reply(tuple(lines), tuple(Button(text, f"say:{text}") for text in asked))


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
