"""An answer in figures, for a phone: the first line is the answer, then a few lines, then how it is counted."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.figure_buttons import buttons_of
from handlers.figure_saying import MOST_LINES, Saying
from handlers.figures_behind import behind_reply, sources_reply
from handlers.figures_lists import activities_reply, deals_reply, history_reply, reasons_reply, todo_reply
from handlers.figures_overview import overview_reply
from handlers.figures_phrases import parts_line, phrase_of, where_of
from handlers.figures_refusals import denied_reply, not_found_reply, not_understood_reply
from handlers.figures_rows import row_lines, rows_head
from handlers.figures_versus import compared_head, running_line
from handlers.lines import Telling
from handlers.turns import Reply
from sales.metrics.figures import DealLine, EventLine, Figures

__all__ = [
    "activities_reply", "behind_reply", "denied_reply", "history_reply", "not_found_reply", "not_understood_reply",
    "overview_reply", "reply_of", "sources_reply", "todo_reply",
]  # fmt: skip


def reply_of(found: Figures, tell: Telling, lines: Sequence[EventLine | DealLine] = ()) -> Reply:
    """The answer to a query. `lines` are the records of a list (at_risk, history, todo, what a person did)."""
    query = found.query
    events = [line for line in lines if isinstance(line, EventLine)]
    deals = [line for line in lines if isinstance(line, DealLine)]
    if query.group_by is None:
        if query.metric == "history":
            return history_reply(found, tell, events)
        if query.metric == "todo" or (query.metric == "overdue" and events and query.versus is None):
            return todo_reply(found, tell, events)
        if query.metric == "activities" and events and query.versus is None:
            return activities_reply(found, tell, events)
        if query.metric == "at_risk":
            return deals_reply(found, tell, deals)
        if query.metric == "lost_reasons":
            return reasons_reply(found, tell)
    saying = Saying(tell, found)
    if query.group_by is not None:
        return _split_reply(saying, found)
    return _single_reply(saying, found)


def _single_reply(saying: Saying, found: Figures) -> Reply:
    """One figure, or two compared."""
    if found.query.versus is not None and found.against is not None:
        first = compared_head(saying, found)
    else:
        first = saying.words.head(*where_of(saying, found), phrase_of(saying, found))
    lines = [first, parts_line(saying, found), running_line(saying, found)]
    lines.append(saying.basis(found.query, found.as_of, found.narrowed))
    return saying.reply(lines, buttons_of(saying, found), found.query.scope)


def _split_reply(saying: Saying, found: Figures) -> Reply:
    """A figure by unit, person, product …: a ranking, a list, or who has none."""
    head, extra = rows_head(saying, found)
    tail = [running_line(saying, found), saying.basis(found.query, found.as_of, found.narrowed)]
    tail = [line for line in tail if line]
    rows, more = row_lines(saying, found, MOST_LINES - 1 - len(extra) - len(tail))
    return saying.reply([head, *extra, *rows, *tail], [*more, *buttons_of(saying, found)], found.query.scope)
