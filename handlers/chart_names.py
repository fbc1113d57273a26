"""What stands in a chart for an id, and what stands over it."""

from __future__ import annotations

from handlers.chart_data import Head
from handlers.chart_words import ChartWords
from handlers.lines import Telling
from sales.metrics.figures import Figures, Row
from sales.metrics.query import GroupBy, Target, TargetKind
from sales.stages import ActivityType, Stage

_KINDS = {
    GroupBy.ORG_UNIT: TargetKind.ORG_UNIT,
    GroupBy.USER: TargetKind.USER,
    GroupBy.PRODUCT: TargetKind.PRODUCT,
    GroupBy.ACCOUNT: TargetKind.ACCOUNT,
    GroupBy.COMPETITOR: TargetKind.COMPETITOR,
}


def name_of(target: Target, tell: Telling) -> str:
    """What people call it; empty for an id that the book has not."""
    book = tell.book
    if target.kind is TargetKind.ACCOUNT:
        return tell.account(target.id)
    find = {
        TargetKind.ORG_UNIT: book.org_unit,
        TargetKind.USER: book.person,
        TargetKind.PRODUCT: book.product,
        TargetKind.COMPETITOR: book.competitor,
        TargetKind.OPPORTUNITY: book.opportunity,
    }
    known = find[target.kind](target.id)
    return known.name if known is not None else ""


def row_name(row: Row, by: GroupBy | None, words: ChartWords) -> str:
    """The name of a line of a split figure; of the reasons for losing, which are split by nature, the reason."""
    if by is None:
        return row.key or words.no_reason()
    if by in _KINDS:
        return name_of(Target(_KINDS[by], row.key), words.tell) or words.unknown()
    try:
        if by is GroupBy.STAGE:
            name = words.tell.words.stage(Stage(row.key))
        else:
            name = words.tell.words.activity(ActivityType(row.key))
    except ValueError:
        return words.unknown()
    return name[:1].upper() + name[1:]


def head_of(found: Figures, words: ChartWords) -> Head:
    """Whose figure by what, of which period and as of which day, and what it covers only."""
    query = found.query
    title = words.title(name_of(query.scope, words.tell), query.metric, query.group_by)
    own = words.own_part(name_of(found.narrowed, words.tell)) if found.narrowed is not None else ""
    lines = (words.when(query.period, found.as_of), words.only(query.filter), own)
    return Head(title, tuple(line for line in lines if line), words.chinese)
