"""A question for figures, from what was read to the answer: permission, the figures, their words, a picture."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers import figure_actions, figures
from handlers.charts import picture_of
from handlers.doubts import ask
from handlers.figure_actions import QueryAction, SourceAction, Verb
from handlers.lines import Telling
from handlers.room import Plan, Room
from handlers.state import Asked, Entry, State
from handlers.turns import Reply
from sales.errors import OutOfScope, UnknownRecord
from sales.language.frames import EXPONENTS
from sales.metrics.figures import DealLine, EventLine, Figures, Number
from sales.metrics.problems import Overview
from sales.metrics.query import GroupBy, MetricQuery, Question, Target, TargetKind, Wants, to_json
from sales.metrics.registry import METRICS, Unit, faults_of, usual_period
from sales.metrics.whose import own_target
from sales.records import Reading
from sales.stages import Intent, Role
from storage.database import Transaction
from storage.metrics.answer import EARLIEST, LATEST
from storage.metrics.answer import answer as answered
from storage.metrics.behind import behind, sources
from storage.metrics.history import activity_lines, events, open_follow_ups
from storage.overview import overview
from storage.risks import risky_deals

_LOG = logging.getLogger("canmou.figures")
_LISTED = 8
_NAMED = 40  # of what somebody did the first line names every customer
_DRAWN = frozenset({GroupBy.MONTH, GroupBy.WEEK})


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found for a query. `figures` is None for an overview, which is a page of its own."""

    reply: Reply
    found: Figures | Overview


def on_question(room: Room, tx: Transaction, entry: Entry, reading: Reading) -> Plan:
    """What a question leads to: an answer, a question back, or what could be asked instead."""
    if reading.doubts:
        state, doubt = room.state.asking(entry, reading.doubts)
        reply, clarify = ask(doubt, room.book, room.words)
        return Plan(Intent.QUERY, state, reply, clarify)
    question = reading.question
    if question is None or question.query is None or faults_of(question.query):
        return not_understood(room, question)
    return _asked(room, tx, question)


def on_action(room: Room, tx: Transaction, action: str) -> Plan:
    """A button under a figure. What it holds may be forged: it is a query like any other, within the asker's scope."""
    try:
        tapped = figure_actions.parse(action)
    except ValueError:
        return Plan(Intent.QUERY, room.state, Reply((room.words.stale_button(),)), refused=True)
    if isinstance(tapped, SourceAction):
        return _source(room, tx, tapped)
    wants = {Verb.BEHIND: Wants.RECORDS, Verb.PICTURE: Wants.PICTURE}.get(tapped.verb, Wants.FIGURE)
    return _tapped(room, tx, tapped, wants)


def _tapped(room: Room, tx: Transaction, tapped: QueryAction, wants: Wants) -> Plan:
    if faults_of(tapped.query):
        return Plan(Intent.QUERY, room.state, Reply((room.words.stale_button(),)), refused=True)
    return _asked(room, tx, Question(tapped.query, wants, said_scope=True, said_period=True, firm=True))


def _asked(room: Room, tx: Transaction, question: Question) -> Plan:
    query = question.query
    assert query is not None
    tell = room.tell()
    try:
        if question.wants is Wants.RECORDS and query.metric != "overview":
            found = behind(tx, room.scope, _of_the_first(room, tx, query, tell), tell.today, _LISTED)
            state = _remember(room, question, query)
            return Plan(Intent.QUERY, state, figures.behind_reply(found, tell), query=to_json(query))
        if question.wants is Wants.PICTURE:
            query = _drawable(room, query)
        done = _answer(room, tx, query, tell)
    except OutOfScope as refused:
        return _denied(room, query, refused)
    except ValueError:
        _LOG.exception("a query that could not be computed")
        return not_understood(room, question)
    drawn = picture_of(done.found, tell) if _to_draw(question, query) else None
    reply = done.reply
    if drawn is not None:  # it is there already
        reply = Reply(reply.lines, tuple(b for b in reply.buttons if not b.action.startswith(f"{Verb.PICTURE.value}:")))
    if question.wants is Wants.PICTURE and drawn is not None:
        reply = Reply(reply.lines[:1], reply.buttons)
    elif question.wants is Wants.PICTURE:
        reply = Reply((*reply.lines, room.words.no_picture()), reply.buttons)
    spec = query_json(query, done.found, room.book.company.currency)
    return Plan(Intent.QUERY, _remember(room, question, query), reply, query=spec, picture=drawn)


_SPLIT_TARGETS = {
    GroupBy.USER: TargetKind.USER,
    GroupBy.ORG_UNIT: TargetKind.ORG_UNIT,
    GroupBy.PRODUCT: TargetKind.PRODUCT,
    GroupBy.ACCOUNT: TargetKind.ACCOUNT,
}


def _of_the_first(room: Room, tx: Transaction, query: MetricQuery, tell: Telling) -> MetricQuery:
    """What lies behind a ranking of one is what lies behind that one's figure."""
    if query.limit != 1 or query.group_by not in _SPLIT_TARGETS:
        return query
    rows = answered(tx, room.scope, query, tell.today).rows
    if not rows:
        return query
    one = Target(_SPLIT_TARGETS[query.group_by], rows[0].key)
    alone = replace(query, scope=one, group_by=None, order=None, limit=None, leaves=False)
    return query if faults_of(alone) else alone


_SIDE_BY_SIDE = frozenset({"overview", "at_risk", "lost_reasons", "todo", "history"})
"""What has no one figure to compare: the two are told one after the other."""


def _answer(room: Room, tx: Transaction, query: MetricQuery, tell: Telling) -> _Answer:
    scope, today = room.scope, tell.today
    other = query.other()
    if other is not None and query.metric in _SIDE_BY_SIDE:
        one = _answer(room, tx, replace(query, versus=None), tell)
        two = _answer(room, tx, other, tell)
        lines = (*one.reply.lines[:3], *two.reply.lines[:3], one.reply.lines[-1])
        return _Answer(Reply(tuple(dict.fromkeys(lines)), one.reply.buttons), one.found)
    if query.metric == "overview":
        period = query.period or usual_period(METRICS["overview"], today, room.book.company.fiscal_year_start_month)
        assert period is not None
        if not EARLIEST <= period.first.year <= period.last.year <= LATEST:
            raise ValueError("period")
        page = overview(tx, scope, query.scope, period, today)
        return _Answer(figures.overview_reply(page, tell), page)
    if query.metric == "conversion" and query.group_by is None:
        # from stage to stage: the figure of the whole alone says little
        found = answered(tx, scope, replace(query, group_by=GroupBy.STAGE), today)
        return _Answer(figures.reply_of(found, tell), found)
    found = answered(tx, scope, query, today)
    return _Answer(figures.reply_of(found, tell, _lines(room, tx, query, tell)), found)


def _lines(room: Room, tx: Transaction, query: MetricQuery, tell: Telling) -> Sequence[EventLine | DealLine]:
    """The records that an answer lists by name."""
    scope, today = room.scope, tell.today
    if query.group_by is not None:
        return ()
    if query.metric == "history":
        return events(tx, scope, query.scope, today, _LISTED)
    if query.metric == "todo":
        return open_follow_ups(tx, scope, query, today, _LISTED)
    if query.metric == "overdue":
        return open_follow_ups(tx, scope, query, today, _LISTED)
    if query.metric == "activities" and query.scope.kind is not TargetKind.ORG_UNIT:
        return activity_lines(tx, scope, query, today, _NAMED)
    if query.metric == "at_risk":
        return risky_deals(tx, scope, query, today, _LISTED)
    return ()


def _to_draw(question: Question, query: MetricQuery) -> bool:
    return question.wants is Wants.PICTURE or query.metric == "overview" or query.group_by in _DRAWN


def _drawable(room: Room, query: MetricQuery) -> MetricQuery:
    """画个图, of a figure that is not split: by what it can be split by."""
    by = METRICS[query.metric].by
    if query.group_by is not None or query.metric == "overview":
        return query
    if query.scope.kind is TargetKind.ORG_UNIT:
        below = any(unit.parent == query.scope.id for unit in room.book.units())
        for group in (GroupBy.ORG_UNIT, GroupBy.USER) if below else (GroupBy.USER,):
            if group in by:
                return replace(query, group_by=group)
    if GroupBy.STAGE in by:
        return replace(query, group_by=GroupBy.STAGE)
    return replace(query, group_by=GroupBy.MONTH) if GroupBy.MONTH in by and query.period is not None else query


def _remember(room: Room, question: Question, query: MetricQuery) -> State:
    kept = Question(query, said_scope=question.said_scope, said_period=question.said_period)
    return replace(room.state, figures=Asked(kept, room.heard.at))


def _denied(room: Room, query: MetricQuery, refused: OutOfScope) -> Plan:
    """Refused without a word about what was asked for. The log has ids."""
    _LOG.info("refused %s %s to %s", refused.kind, refused.id, room.book.me.id)
    if query.scope.kind in (TargetKind.ACCOUNT, TargetKind.OPPORTUNITY):
        reply = figures.not_found_reply(room.tell())
    else:
        reply = figures.denied_reply(room.tell(), own_target(room.book.me, room.book.units()))
    return Plan(Intent.QUERY, room.state, reply, denied=True)


def not_understood(room: Room, question: Question | None) -> Plan:
    """What could not be read, and the nearest questions that can be answered."""
    tell = room.tell()
    scope = (
        question.query.scope
        if question is not None and question.query is not None
        else own_target(room.book.me, room.book.units())
    )
    return Plan(Intent.QUERY, room.state, figures.not_understood_reply(tell, _nearest(room, tell, scope)))


def _nearest(room: Room, tell: Telling, scope: Target) -> list[MetricQuery]:
    start = room.book.company.fiscal_year_start_month
    names = (
        ("overview", "attainment", "at_risk")
        if room.book.me.role is not Role.REP
        else ("attainment", "todo", "at_risk")
    )
    if scope.kind in (TargetKind.ACCOUNT, TargetKind.OPPORTUNITY):
        names = ("history", "pipeline", "receivable")
    return [MetricQuery(name, scope, usual_period(METRICS[name], tell.today, start)) for name in names]


def _source(room: Room, tx: Transaction, tapped: SourceAction) -> Plan:
    """The message that a record's values came from."""
    try:
        found = sources(tx, room.scope, tapped.kind, tapped.id)
    except (OutOfScope, UnknownRecord):  # one can't be told from the other
        return Plan(Intent.QUERY, room.state, figures.not_found_reply(room.tell()), denied=True)
    return Plan(Intent.QUERY, room.state, figures.sources_reply(found, room.tell()))


def query_json(query: MetricQuery, found: Figures | Overview, currency: str) -> dict[str, Any]:
    """What was understood and answered, amounts in units: the form of docs/measuring.md."""
    spec = to_json(query)
    if isinstance(found, Overview):
        return spec
    unit = METRICS[query.metric].unit
    spec["value"] = _plain(found.value, unit, currency)
    if found.rows:
        rows_in = unit if query.group_by is not None else Unit.COUNT
        if query.metric == "at_risk":
            rows_in = Unit.MONEY if query.group_by is None else Unit.COUNT
        spec["rows"] = [{"key": row.key, "value": _plain(row.value, rows_in, currency)} for row in found.rows]
    return spec


def _plain(value: Number | None, unit: Unit, currency: str) -> Number | None:
    if value is None or unit is not Unit.MONEY:
        return round(value, 4) if isinstance(value, float) else value
    units = value / 10 ** EXPONENTS.get(currency, 2)
    return int(units) if units == int(units) else units
