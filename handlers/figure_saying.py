"""What every answer in figures needs: names for ids, numbers by their unit, and the check before it leaves."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from handlers.figure_actions import Verb, action_of
from handlers.figure_words import FigureWords
from handlers.ledger import Ledger, UnfoundedNumber
from handlers.lines import Telling
from handlers.phrases_en import capital
from handlers.turns import Button, Reply
from sales.metrics.figures import Figures, Number
from sales.metrics.query import GroupBy, MetricQuery, Target, TargetKind
from sales.metrics.registry import METRICS, Unit
from sales.periods import Period
from sales.stages import ActivityType, Stage

MOST_LINES = 10
MOST_BUTTONS = 5
MOST_BYTES = 1_900  # WeCom takes 2,048 of a text
_LONGEST_ZH, _LONGEST_EN = 22, 40
_LOG = logging.getLogger(__name__)

_PART_UNITS = {
    "won": Unit.MONEY, "quota": Unit.MONEY, "gap": Unit.MONEY, "pipeline": Unit.MONEY, "amount": Unit.MONEY,
    "weighted": Unit.MONEY, "won_count": Unit.COUNT, "lost_count": Unit.COUNT, "entered": Unit.COUNT,
    "further": Unit.COUNT, "count": Unit.COUNT,
}  # fmt: skip


class Saying:
    """One answer on its way: the ledger of its result, and how things are called."""

    def __init__(self, tell: Telling, *results: object) -> None:
        self.tell = tell
        self.results = results
        self.ledger = Ledger(tell, *results)
        self.words: FigureWords = self.ledger.words

    # -- names

    def scope(self, target: Target) -> str:
        """你 for who asks; else its name, and something plain where it has none any more."""
        if target.kind is TargetKind.USER and target.id == self.tell.book.me.id:
            return self.words.you()
        return self.short(self._name(target) or "…")

    def subject(self, query: MetricQuery, narrowed: Target | None = None) -> str:
        name = self.scope(query.scope)
        if narrowed is None or narrowed == query.scope:
            return name
        return self.words.part_of(name, self.scope(narrowed))

    def person(self, person_id: str | None) -> str:
        found = self.tell.book.person(person_id) if person_id else None
        return self.short(found.name) if found is not None else ""

    def account(self, account_id: str | None) -> str:
        return self.short(self.tell.account(account_id)) if account_id else ""

    def row_name(self, key: str, by: GroupBy | None) -> str:
        """What a row is about, by its key."""
        if by is GroupBy.MONTH:
            return self.ledger.month(date.fromisoformat(f"{key}-01"))
        if by is GroupBy.WEEK:
            return self.ledger.week(date.fromisoformat(key))
        if by is GroupBy.STAGE and key in set(Stage):
            return capital(self.words.stage(Stage(key)))
        if by is GroupBy.TYPE and key in set(ActivityType):
            return capital(self.tell.words.activity(ActivityType(key)))
        kind = KINDS.get(by) if by is not None else None
        return self.short((self._name(Target(kind, key)) if kind is not None else key) or self.words.unnamed(by))

    def short(self, text: str, most: int | None = None) -> str:
        """A name, cut to what fits a phone; the ledger knows it as one."""
        most = most or (_LONGEST_ZH if self.words.chinese else _LONGEST_EN)
        text = " ".join(text.split())
        return self.ledger.name(text if len(text) <= most else f"{text[: most - 1].rstrip()}…")

    def quoted(self, text: str) -> str:
        """What somebody wrote."""
        return self.short(text, 60 if self.words.chinese else 90)

    def what(self, query: MetricQuery) -> str:
        """The kind of activity that is asked about."""
        return self.tell.words.activity(query.filter.type) if query.filter.type is not None else ""

    def title(self, query: MetricQuery) -> str:
        return self.words.title(query.metric, self.what(query))

    def filters(self, query: MetricQuery) -> list[str]:
        """What a figure was narrowed to, but for the kind of activity: that is its title."""
        chosen, words, book, said = query.filter, self.words, self.tell.book, []
        if chosen.stage is not None:
            said.append(words.at_stage(words.stage(chosen.stage)))
        if chosen.tier is not None:
            said.append(words.tier(self.ledger.name(chosen.tier)))
        if chosen.product is not None and (product := book.product(chosen.product)) is not None:
            said.append(words.with_product(self.short(product.name)))
        if chosen.competitor is not None and (rival := book.competitor(chosen.competitor)) is not None:
            said.append(words.against(self.short(rival.name)))
        return said

    def _name(self, target: Target) -> str | None:
        book = self.tell.book
        if target.kind is TargetKind.ACCOUNT:
            return self.tell.account(target.id) or None
        find = {
            TargetKind.ORG_UNIT: book.org_unit, TargetKind.USER: book.person, TargetKind.PRODUCT: book.product,
            TargetKind.COMPETITOR: book.competitor, TargetKind.OPPORTUNITY: book.opportunity,
        }[target.kind]  # fmt: skip
        found = find(target.id)
        return found.name if found is not None else None

    # -- numbers and days

    def value(self, metric: str, value: Number) -> str:
        return self._said(METRICS[metric].unit, value)

    def part(self, name: str, value: Number) -> str | None:
        """A part as it is said; None for one that nobody has words for."""
        unit = _PART_UNITS.get(name)
        return self._said(unit, value) if unit is not None else None

    def period(self, period: Period | None) -> str:
        return self.ledger.period(period) if period is not None else ""

    def basis(self, query: MetricQuery, as_of: date, narrowed: Target | None = None) -> str:
        """口径：已签合同额 · 1/1–3/31 · 截至 3/18 周三."""
        words, period = self.words, query.period
        span = self.ledger.span(period) if period is not None else ""
        named = self.ledger.period(period) if period is not None else ""
        told = span if span == named or not named else f"{named}（{span}）" if words.chinese else f"{named} ({span})"
        note = words.only_seen(self.scope(narrowed)) if narrowed is not None and narrowed != query.scope else ""
        definition = words.definition(query.metric, self.what(query), in_period=period is not None)
        return words.basis(definition, told, self.ledger.day(as_of), note)

    def _said(self, unit: Unit, value: Number) -> str:
        ledger = self.ledger
        if unit is Unit.MONEY:
            return ledger.money(value)
        if unit is Unit.PERCENT:
            return ledger.percent(value)
        if unit is Unit.RATIO:
            return ledger.ratio(value)
        return ledger.days(value) if unit is Unit.DAYS else ledger.count(value)

    # -- the way out

    def button(self, label: str, verb: Verb, query: MetricQuery) -> list[Button]:
        action = action_of(verb, query)
        return [Button(label, action)] if action is not None and label else []

    def reply(self, lines: Sequence[str], buttons: Sequence[Button], about: Target | None = None) -> Reply:
        """The reply, if all its numbers are founded; else a plain list of the figures, and the fault in the log."""
        out = Reply(fitted(lines), told_apart(buttons)[:MOST_BUTTONS])
        if self._is_founded(out):
            return out
        _LOG.error("an answer about %s %s held a number that its result does not", *_ids(about))
        safe = Saying(self.tell, *self.results)
        plain = Reply(fitted(safe._listing(about)))
        return plain if safe._is_founded(plain) else Reply((self.words.withheld(),))

    def _is_founded(self, reply: Reply) -> bool:
        try:
            self.ledger.check("\n".join([*reply.lines, *(button.label for button in reply.buttons)]))
        except UnfoundedNumber:
            return False
        return True

    def _listing(self, about: Target | None) -> list[str]:
        """The figures with their names and no sentences."""
        lines = [self.scope(about)] if about is not None else []
        for result in self.results:
            if isinstance(result, Figures):
                metric, by = result.query.metric, result.query.group_by
                if result.value is not None:
                    lines.append(f"{self.title(result.query)} {self.value(metric, result.value)}")
                rows = result.rows[:MOST_LINES] if by is not None else ()
                lines += [
                    f"{self.row_name(r.key, by)} {self.value(metric, r.value)}" for r in rows if r.value is not None
                ]
        return lines if len(lines) > 1 else [self.words.withheld()]


KINDS = {
    GroupBy.ORG_UNIT: TargetKind.ORG_UNIT, GroupBy.USER: TargetKind.USER, GroupBy.PRODUCT: TargetKind.PRODUCT,
    GroupBy.ACCOUNT: TargetKind.ACCOUNT, GroupBy.COMPETITOR: TargetKind.COMPETITOR,
}  # fmt: skip


def _ids(about: Target | None) -> tuple[str, str]:
    return (about.kind.value, about.id) if about is not None else ("nothing", "-")


def fitted(lines: Sequence[str]) -> tuple[str, ...]:
    """As many lines as one message holds; the last one, which says what is counted, stays."""
    kept = [line for line in lines if line]
    while len(kept) > 2 and len("\n".join(kept).encode()) > MOST_BYTES:
        del kept[-2]
    return tuple(kept)


def told_apart(buttons: Sequence[Button]) -> tuple[Button, ...]:
    """Each action and each label once."""
    seen: dict[str, Button] = {}
    for button in buttons:
        if button.label not in {other.label for other in seen.values()}:
            seen.setdefault(button.action, button)
    return tuple(seen.values())
