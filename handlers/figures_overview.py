"""西南区怎么样: how a unit or a person stands, who drags, what moved, and what to do first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from handlers.figure_actions import Verb
from handlers.figure_saying import MOST_BUTTONS, Saying
from handlers.lines import Telling
from handlers.phrases_en import capital
from handlers.turns import Button, Reply
from sales.metrics.figures import DealLine, Number
from sales.metrics.problems import Cause, Overview, Part, Problem, ProblemKind
from sales.metrics.query import GroupBy, MetricQuery, Target, TargetKind

MOST_LAGGING = 2
MOST_URGENT = 3


def overview_reply(found: Overview, tell: Telling) -> Reply:
    """Five lines for a phone, and the buttons one level down."""
    saying = Saying(tell, found)
    words, ledger = saying.words, saying.ledger
    query = MetricQuery("overview", found.scope, found.period)
    scope, period = saying.subject(query, found.narrowed), saying.period(found.period)
    attainment = ledger.percent(found.attainment) if found.attainment is not None else None
    gap = ledger.money(found.gap) if found.gap else None
    met = found.quota is not None and found.quota > 0 and found.gap == 0
    won = ledger.money(found.won)
    head = words.standing(scope, period, attainment, ledger.percent(found.elapsed), won, gap, met=met)
    quota = ledger.money(found.quota) if found.quota else None
    coverage = ledger.ratio(found.coverage) if found.coverage is not None else None
    outlook = words.outlook(
        ledger.money(found.forecast), quota, coverage, "" if coverage else ledger.money(found.pipeline)
    )
    basis = saying.basis(query, found.as_of, found.narrowed)
    if found.period.last < found.as_of:  # over: what is open now, or moved this week, is none of its figures
        done = words.parts("attainment", {"won": ledger.money(found.won), "quota": quota}) if quota else ""
        return saying.reply([head, done, _lagging(saying, found), basis], _buttons(saying, found, query), found.scope)
    lines = [head, outlook, _lagging(saying, found), _week(saying, found), _urgent(saying, found), basis]
    return saying.reply(lines, _buttons(saying, found, query), found.scope)


def _lagging(saying: Saying, found: Overview) -> str:
    """The children that are behind the time gone, the furthest first."""
    told = [_lag(saying, part) for part in _behind(found)[:MOST_LAGGING]]
    return saying.words.lagging(told) if told else ""


def _behind(found: Overview) -> list[Part]:
    return [part for part in found.parts if part.attainment is not None and part.attainment < found.elapsed]


def _lag(saying: Saying, part: Part) -> str:
    assert part.attainment is not None
    owner = saying.person(part.owner) if Target(TargetKind.USER, part.owner or "") != part.target else ""
    cause = _cause(saying, part.problem) if part.problem is not None else ""
    return saying.words.lag(saying.scope(part.target), saying.ledger.percent(part.attainment), owner, cause)


def _cause(saying: Saying, problem: Problem) -> str:
    """主因在手商机少（在手对指标 0.8 倍，同级 2.1 倍）."""
    if problem.cause is None:
        return ""
    own, peers = problem.numbers.get("value"), problem.numbers.get("peers")
    if own is None or peers is None:
        return saying.words.cause(problem.cause, "", "")
    return saying.words.cause(
        problem.cause, _measure(saying, problem.cause, own), _measure(saying, problem.cause, peers)
    )


def _measure(saying: Saying, cause: Cause, value: Number) -> str:
    if cause is Cause.PIPELINE:
        return saying.ledger.ratio(value)
    if cause is Cause.CONVERSION:
        return saying.ledger.percent(saying.ledger.hundredfold(value))
    return saying.ledger.mean(value)


def _week(saying: Saying, found: Overview) -> str:
    ledger = saying.ledger
    moved = {}
    for name, what in found.week.items():
        if what.count:
            moved[name] = (ledger.count(what.count), ledger.money(what.amount) if what.amount else None)
    saying.ledger.name(saying.words.last_week())
    return saying.words.week_moved(moved)


def _urgent(saying: Saying, found: Overview) -> str:
    """要紧：①渭林 120万 3/31 周二 到期，仍在报价 ②…: deals that slip first, then what else is wrong."""
    several = found.scope.kind is not TargetKind.USER
    shown = {deal.id: deal.owner for deal in found.slipping[:2]}
    told = [_slipping(saying, deal, owner=several) for deal in found.slipping[:2]]
    lagging = {part.target for part in _behind(found)[:MOST_LAGGING]} | {found.scope}
    left = [p for p in found.problems if p.kind is not ProblemKind.MISSES or p.subject not in lagging]
    for problem in _others_first(left, set(shown.values())):
        if len(told) < MOST_URGENT and (line := _problem(saying, problem, shown.keys(), owner=several)):
            told.append(line)
    if found.overdue and len(told) < MOST_URGENT and not any(p.kind is ProblemKind.OVERDUE for p in left):
        told.append(saying.words.overdue_left(saying.ledger.count(found.overdue)))
    marked = [f"{saying.ledger.mark(place)}{line}" for place, line in enumerate(told, 1)]
    return saying.words.urgent(marked) if marked else ""


def _others_first(problems: Sequence[Problem], named: set[str]) -> list[Problem]:
    """Who drags before all else; then as ordered, but what is somebody's who is named already after the others'."""
    fresh: list[Problem] = []
    again: list[Problem] = []
    drags = next((problem for problem in problems if problem.kind is ProblemKind.MISSES), None)
    for problem in sorted(problems, key=lambda one: one is not drags):
        (again if problem.owner in named else fresh).append(problem)
        if problem.owner is not None:
            named = named | {problem.owner}
    return fresh + again


def _slipping(saying: Saying, deal: DealLine, *, owner: bool) -> str:
    words, ledger = saying.words, saying.ledger
    amount = ledger.money(deal.amount) if deal.amount is not None else None
    close = ledger.short_day(deal.close_date) if deal.close_date is not None else None
    past = deal.close_date is not None and deal.close_date < saying.tell.today
    flag = words.flag(deal.flags[0]) if deal.flags else ""
    whose = saying.person(deal.owner) if owner else ""
    account = saying.account(deal.account)
    return words.slipping_deal(account, amount, close, words.stage(deal.stage), flag, whose, past=past)


def _problem(saying: Saying, problem: Problem, shown: Collection[str], *, owner: bool) -> str:
    """One problem in a few words; empty for what the lines above say already."""
    words, ledger, whose = saying.words, saying.ledger, saying.person(problem.owner)
    who = whose
    if problem.subject.kind is TargetKind.ORG_UNIT and whose:
        who = words.part_of(saying.scope(problem.subject), whose)  # the deals are the unit's, not those of who leads it
    if problem.kind is ProblemKind.DEALS:
        left = [deal for deal in problem.deals if deal.id not in shown]
        count = problem.numbers.get("count", len(problem.deals))
        if not left or not who:
            return ""
        if count == 1 or (len(left) < len(problem.deals) and problem.subject.kind is TargetKind.USER):
            return _slipping(saying, left[0], owner=owner)
        amount = problem.numbers.get("amount")
        flag = words.flag(problem.flag) if problem.flag is not None else ""
        return words.deals_of(who, ledger.count(count), ledger.money(amount) if amount else "", flag)
    if problem.kind is ProblemKind.OVERDUE:
        late = problem.numbers.get("count")
        return words.overdue_of(who, ledger.count(late)) if late and who else ""
    if problem.kind is ProblemKind.PRODUCT_FALLS:
        now, before = problem.numbers.get("won"), problem.numbers.get("before")
        if now is None or before is None:
            return words.falls(saying.scope(problem.subject), "", "")
        return words.falls(saying.scope(problem.subject), ledger.money(now), ledger.money(before))
    attainment = problem.numbers.get("attainment")
    said = ledger.percent(attainment) if attainment is not None else ""
    return words.misses(saying.scope(problem.subject), whose, said, _cause(saying, problem))


def _buttons(saying: Saying, found: Overview, query: MetricQuery) -> list[Button]:
    words = saying.words
    monthly = MetricQuery("won", found.scope, found.period, GroupBy.MONTH)
    out = saying.button(words.button_picture(), Verb.PICTURE, query)
    if not found.parts:
        out = saying.button(words.button_split(GroupBy.MONTH), Verb.ASK, monthly)  # one bar alone is no picture
    for part in found.parts[:2]:
        out += saying.button(saying.scope(part.target), Verb.ASK, MetricQuery("overview", part.target, found.period))
    risky = MetricQuery("at_risk", found.scope, found.period)
    over = found.period.last < found.as_of
    if (found.slipping_count or found.slipping) and not over:
        out += saying.button(words.button_at_risk(), Verb.ASK, risky)
    if found.overdue and not over and len(out) < MOST_BUTTONS - 1:
        late = MetricQuery("overdue", found.scope)
        out += saying.button(capital(saying.title(late)), Verb.ASK, late)
    return [*out, *saying.button(words.button_why(), Verb.BEHIND, MetricQuery("won", found.scope, found.period))]
