"""English for lists, for an overview, for where a figure came from, and for what can't be answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.phrases_en import TYPES, capital
from sales.metrics.problems import Cause, Flag
from sales.metrics.query import GroupBy
from sales.stages import ActivityType, Stage

_FLAGS = {
    Flag.PAST_CLOSE: "past its close date", Flag.PUSHED: "pushed repeatedly", Flag.STALLED: "stalled",
    Flag.NO_VISIT: "large but unvisited", Flag.SINGLE_THREADED: "large but single-threaded",
}  # fmt: skip
_CAUSES = {
    Cause.PIPELINE: "thin pipeline", Cause.ACTIVITY: "low activity", Cause.CONVERSION: "low win rate",
}  # fmt: skip
_MEASURES = {Cause.PIPELINE: "of quota", Cause.ACTIVITY: "per rep", Cause.CONVERSION: ""}
_MOVED = (("won", "{} signed"), ("created", "{} new"), ("lost", "{} lost"), ("pushed", "{} pushed"))
_FIELDS = {
    "close_date": "expected close", "lost_reason": "reason lost", "summary": "notes", "text": "what",
}  # fmt: skip


class EnglishLists:
    def stage(self, stage: Stage) -> str:
        return stage.value

    def flag(self, flag: str) -> str:
        return _FLAGS[Flag(flag)] if flag in set(Flag) else flag

    def deal(
        self, account: str, name: str, stage: str, amount: str | None, close: str | None, flags: str, owner: str
    ) -> str:
        who = ", ".join(part for part in (account, name) if part)
        facts = ", ".join(part for part in (stage, amount, close or "no close date") if part)
        return f"{who}: {facts}" + (f"; {flags}" if flags else "") + (f" ({owner})" if owner else "")

    def closes(self, stage: Stage, day: str) -> str:
        return f"closes {day}" if stage.is_open else day

    def event(self, day: str, who: str, account: str, what: str, text: str) -> str:
        told = ", ".join(part for part in (day, account, what) if part) + (f" ({who})" if who else "")
        return f"{told}: {text}" if text else told

    def activity(self, kind: ActivityType | None, people: Sequence[str]) -> str:
        done = TYPES[kind] if kind is not None else "contact"
        return f"{done} with {', '.join(people)}" if people else done

    def reached(self, stage: str, amount: str | None) -> str:
        return f"moved to {stage}" + (f", {amount}" if amount else "")

    def paid(self, amount: str, *, expected: bool) -> str:
        return f"{amount} {'expected' if expected else 'received'}".strip()

    def promise(self, *, done: bool) -> str:
        return "done" if done else "to do"

    def created(self, amount: str | None) -> str:
        return "deal created" + (f", {amount}" if amount else "")

    def todo(self, account: str, text: str, due: str, overdue: str, who: str) -> str:
        told = text if not account or account in text else f"{account}: {text}"
        late = f", {overdue} late" if overdue else ""
        return f"{told} ({due}{late}{', ' + who if who else ''})"

    def late_among(self, count: str) -> str:
        return f"{count} overdue"

    def worth(self, amount: str) -> str:
        return f"{amount} in all"

    def no_due(self) -> str:
        return "no date"

    def did(self, who: str, period: str, what: str, count: str, accounts: Sequence[str], more: str) -> str:
        noun = (what if count == "1" else f"{what}s") if what else ("activity" if count == "1" else "activities")
        whom = f" with {', '.join(accounts)}{f' and others, {more} in all' if more else ''}" if accounts else ""
        return f"{_head(who, period)}: {count} {noun}{whom}"

    def did_nothing(self, who: str, period: str, what: str) -> str:
        return f"{_head(who, period)}: no {what + 's' if what else 'activity'} on record"

    def last_events(self, scope: str, count: str, latest: str) -> str:
        return f"{scope}, latest: {latest}"

    def no_history(self, scope: str) -> str:
        return f"{scope}: nothing on record yet"

    def more_events(self, count: str) -> str:
        return f"and {count} more"

    # an overview

    def standing(
        self, scope: str, period: str, attainment: str | None, elapsed: str, won: str, gap: str | None, *, met: bool
    ) -> str:
        where, time = f"{scope} {_when(period)}", f"{elapsed} of the time gone"
        if attainment is None:
            return f"{where}: {won} signed, {time} (no quota set)"
        end = ", quota met" if met else f", {gap} to go" if gap else ""
        return f"{where}: {attainment} of quota, {time}{end}"

    def outlook(self, forecast: str, quota: str | None, coverage: str | None, pipeline: str) -> str:
        first = f"Forecast {forecast} vs quota {quota}" if quota else f"Forecast {forecast}"
        return f"{first}; " + (f"pipeline covers the gap {coverage}" if coverage else f"{pipeline} in the pipeline")

    def lagging(self, parts: Sequence[str]) -> str:
        return f"Behind: {'; '.join(parts)}"

    def lag(self, name: str, attainment: str, owner: str, cause: str) -> str:
        inner = ", ".join(part for part in (attainment, owner) if part)
        return f"{name} ({inner})" + (f", {cause}" if cause else "")

    def cause(self, cause: Cause, own: str, peers: str) -> str:
        if cause is Cause.UNCLEAR:
            return ""
        measure = f" {_MEASURES[cause]}" if _MEASURES[cause] else ""
        return _CAUSES[cause] + (f" ({own}{measure}, peers {peers})" if own and peers else "")

    def week_moved(self, moved: Mapping[str, tuple[str, str | None]]) -> str:
        told = []
        for name, phrase in _MOVED:
            if name in moved:
                count, amount = moved[name]
                told.append(phrase.format(count) + (f" ({amount})" if amount else ""))
        return f"{self.last_week()}: " + (", ".join(told) if told else "nothing signed, opened, lost or pushed")

    def last_week(self) -> str:
        return "Last seven days"

    def urgent(self, items: Sequence[str]) -> str:
        return f"First: {' '.join(items)}"

    def slipping_deal(
        self, account: str, amount: str | None, close: str | None, stage: str, flag: str, owner: str, *, past: bool
    ) -> str:
        who = " ".join(part for part in (account, amount) if part)
        if past and close:
            return f"{who} was due {close}, still in {stage}" + (f" ({owner})" if owner else "")
        due = f"due {close}, still in {stage}" if close else f"in {stage}"
        return f"{who} " + ", ".join(part for part in (due, flag) if part) + (f" ({owner})" if owner else "")

    def deals_of(self, owner: str, count: str, amount: str, flag: str) -> str:
        noun = "deal" if count == "1" else "deals"
        told = "; ".join(part for part in (amount, f"mostly {flag}" if flag else "") if part)
        return f"{owner}: {count} {noun} at risk" + (f" ({told})" if told else "")

    def overdue_of(self, owner: str, count: str) -> str:
        return f"{owner}: {count} follow-up{'' if count == '1' else 's'} overdue"

    def overdue_left(self, count: str) -> str:
        return f"{count} follow-up{'' if count == '1' else 's'} overdue"

    def misses(self, name: str, owner: str, attainment: str, cause: str) -> str:
        who = f" ({owner})" if owner and owner != name else ""
        told = f"{name}{who} misses again" + (f", {attainment} this period" if attainment else "")
        return told + (f", {cause}" if cause else "")

    def falls(self, product: str, now: str, before: str) -> str:
        return f"{product} is falling off" + (f" ({before} → {now})" if now and before else "")

    # behind a figure

    def behind(self, scope: str, period: str, title: str, count: str) -> str:
        noun = "record" if count == "1" else "records"
        return f"{_head(scope, period)}, {title}: {count} {noun} behind it"

    def nothing_behind(self, scope: str, period: str, title: str) -> str:
        return f"{_head(scope, period)}, {title}: no records behind it"

    def quota_row(self, name: str, month: str, amount: str) -> str:
        return f"{name}, {month}: quota {amount}"

    def field(self, name: str) -> str:
        return capital(_FIELDS.get(name, name))

    def source(self, what: str, value: str, day: str, who: str, words: Sequence[str]) -> str:
        said = ", ".join(f'"{word}"' for word in words)
        told = f"{what} {value}: {who + ', ' if who else ''}{day}"
        return f"{told}, in the words {said}" if said else told

    def imported(self, what: str, value: str, day: str) -> str:
        return f"{what} {value}: imported {day}"

    def message(self, text: str) -> str:
        return f'Message: "{text}"'

    def no_source(self) -> str:
        return "No message to show: this was not recorded from one"

    def came_from(self, record: str) -> str:
        return f"Where {record} came from:" if record else "Where it came from:"

    # what can't be answered

    def denied(self, unit: str | None, *, below: bool) -> list[str]:
        own = (
            "your own numbers and customers" if unit is None else f"{unit}{' and the teams below it' if below else ''}"
        )
        return [f"I can't show you that. You can ask about {own}."]

    def not_found(self, unit: str | None) -> list[str]:
        own = "your own numbers and customers" if unit is None else f"customers and deals in {unit}"
        return [f"I have nothing on that I can show you. You can ask about {own}."]

    def not_understood(self, read: str, *, nearest: bool) -> list[str]:
        what = f'"{read}"' if read else "that"
        more = "Did you mean one of these?" if nearest else "Say whose, which figure and when."
        return [f"I couldn't tell which figure you want from {what}. {more}"]

    def withheld(self) -> str:
        return "The figures don't add up on my side, so I won't quote them. The log tells the administrator which"

    # buttons

    def button_why(self) -> str:
        return "How it's made"

    def button_picture(self) -> str:
        return "Chart"

    def button_all(self, count: str) -> str:
        return f"All {count}"

    def button_before(self, name: str) -> str:
        return f"vs {name}"

    def button_at_risk(self) -> str:
        return "Deals at risk"

    def button_split(self, by: GroupBy) -> str:
        return {
            GroupBy.ORG_UNIT: "By team", GroupBy.USER: "By person", GroupBy.ACCOUNT: "By customer",
            GroupBy.MONTH: "By month", GroupBy.STAGE: "By stage", GroupBy.PRODUCT: "By product",
            GroupBy.TYPE: "By type", GroupBy.WEEK: "By week", GroupBy.COMPETITOR: "By competitor",
        }[by]  # fmt: skip

    def button_source(self) -> str:
        return "The message"

    def nearest(self, scope: str, period: str, title: str) -> str:
        return f"{scope}, {title}{' ' + _when(period) if period else ''}"


def _when(period: str) -> str:
    return f"in {period}" if period and (period[0].isupper() or period[0].isdigit()) else period


def _head(scope: str, period: str) -> str:
    return f"{scope} {_when(period)}" if period else scope
