"""English for figures: short, the way a sales manager would put it in a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from handlers.figure_days import PERIOD_KINDS, fiscal_year, kind_of, plain, step_before, year_before
from handlers.figure_lists_en import EnglishLists
from sales.metrics.query import GroupBy, Order
from sales.periods import Period

_SYMBOLS = {
    "CNY": "¥", "USD": "$", "SGD": "S$", "HKD": "HK$", "EUR": "€", "GBP": "£", "JPY": "¥", "MYR": "RM", "AUD": "A$",
    "TWD": "NT$",
}  # fmt: skip
_TITLES = {
    "overview": "overview", "quota": "quota", "won": "bookings", "won_count": "deals won", "attainment": "attainment",
    "gap": "gap", "pipeline": "open pipeline", "weighted_pipeline": "weighted pipeline", "coverage": "coverage",
    "forecast": "forecast", "payments": "cash received", "receivable": "receivables", "activities": "activities",
    "new_opportunities": "new deals", "overdue": "overdue follow-ups", "at_risk": "deals at risk",
    "win_rate": "win rate", "conversion": "stage conversion", "cycle_days": "sales cycle",
    "average_deal": "average deal", "lost_reasons": "deals lost", "history": "history", "todo": "open follow-ups",
}  # fmt: skip
_PHRASES = {
    "overview": "{}", "quota": "quota {}", "won": "{} signed", "won_count": ("{} deal signed", "{} deals signed"),
    "attainment": "{} of quota", "gap": "{} short of quota", "pipeline": "{} open pipeline",
    "weighted_pipeline": "{} weighted pipeline", "coverage": "pipeline covers the gap {}", "forecast": "{} forecast",
    "payments": "{} received", "receivable": "{} receivable", "activities": ("{} {what}", "{} {what}"),
    "new_opportunities": ("{} new deal", "{} new deals"),
    "overdue": ("{} follow-up overdue", "{} follow-ups overdue"), "at_risk": ("{} deal at risk", "{} deals at risk"),
    "win_rate": "{} win rate", "conversion": "{} moved on", "cycle_days": "{} from opening to signature on average",
    "average_deal": "{} a deal on average", "lost_reasons": ("{} deal lost", "{} deals lost"),
    "history": ("{} entry", "{} entries"), "todo": ("{} open follow-up", "{} open follow-ups"),
}  # fmt: skip
_DEFINITIONS = {
    "quota": "signing target", "won": "value of signed deals", "won_count": "signed deals",
    "attainment": "signed ÷ quota", "gap": "quota less signed", "pipeline": "value of open deals",
    "weighted_pipeline": "open deals × chance of their stage", "coverage": "pipeline closing in the period ÷ gap",
    "forecast": "signed + weighted pipeline closing in the period", "payments": "cash in",
    "receivable": "expected, not yet received", "activities": "visits, calls, meetings and the like on record",
    "new_opportunities": "deals created", "overdue": "follow-ups past due, not done",
    "at_risk": "open and past close, pushed, stalled, unvisited or single-threaded",
    "win_rate": "won ÷ (won + lost), by count", "conversion": "entered a stage and went further since",
    "cycle_days": "mean days from created to signed", "average_deal": "signed value ÷ deals signed",
    "lost_reasons": "lost deals by reason", "history": "everything on record",
    "overview": "signed ÷ quota", "todo": "follow-ups not done yet",
}  # fmt: skip
_NOTHING = {
    "quota": "no quota set", "attainment": "no quota set, so no attainment", "gap": "no quota set, so no gap",
    "win_rate": "nothing closed yet, so no win rate", "conversion": "no deals entered, so no conversion",
    "cycle_days": "nothing signed yet, so no sales cycle", "average_deal": "nothing signed yet, so no average",
}  # fmt: skip
_ZEROS = {
    "quota": "no quota set", "won": "nothing signed yet", "won_count": "nothing signed yet",
    "attainment": "nothing signed yet, {} of quota", "gap": "no gap, quota is met", "pipeline": "no open pipeline",
    "weighted_pipeline": "no open pipeline", "forecast": "nothing signed and nothing due to close",
    "payments": "no cash in yet", "receivable": "nothing outstanding", "activities": "no {what} yet",
    "new_opportunities": "no new deals yet", "overdue": "nothing overdue", "at_risk": "no deals at risk",
    "lost_reasons": "no deals lost", "todo": "nothing to follow up", "history": "nothing on record yet",
}  # fmt: skip
_PARTS = {
    "won": "signed", "won_count": "deals signed", "lost": "lost", "lost_count": "lost", "weighted": "weighted",
    "weighted_pipeline": "weighted pipeline", "pipeline": "pipeline", "entered": "entered", "moved": "moved on",
    "further": "moved on", "count": "count", "deals": "deals", "amount": "amount", "no_date": "no date",
    "overdue": "overdue",
}  # fmt: skip
_COUNTED = {
    "won": ("deal", "deals"), "pipeline": ("deal", "deals"), "weighted_pipeline": ("deal", "deals"),
    "payments": ("payment", "payments"), "receivable": ("payment", "payments"),
}  # fmt: skip
_BY = {
    GroupBy.ORG_UNIT: "by team", GroupBy.USER: "by person", GroupBy.PRODUCT: "by product",
    GroupBy.ACCOUNT: "by customer", GroupBy.STAGE: "by stage", GroupBy.MONTH: "by month", GroupBy.WEEK: "by week",
    GroupBy.COMPETITOR: "by competitor", GroupBy.TYPE: "by type",
}  # fmt: skip
_UNNAMED = {
    GroupBy.PRODUCT: "No product", GroupBy.COMPETITOR: "No competitor", GroupBy.ACCOUNT: "No customer",
    GroupBy.USER: "No owner",
}  # fmt: skip
_WHO = {GroupBy.USER: "people", GroupBy.ORG_UNIT: "teams", GroupBy.ACCOUNT: "customers"}
_ONE = {GroupBy.USER: "person", GroupBy.ORG_UNIT: "team", GroupBy.ACCOUNT: "customer"}
_HIGH = {
    "won_count": ("Most", "Fewest"), "activities": ("Most", "Fewest"), "new_opportunities": ("Most", "Fewest"),
    "overdue": ("Most", "Fewest"), "at_risk": ("Most", "Fewest"), "todo": ("Most", "Fewest"),
    "gap": ("Largest", "Smallest"), "pipeline": ("Largest", "Smallest"), "weighted_pipeline": ("Largest", "Smallest"),
    "average_deal": ("Largest", "Smallest"), "receivable": ("Largest", "Smallest"),
    "payments": ("Most", "Least"), "cycle_days": ("Longest", "Shortest"),
}  # fmt: skip
_LACKING = {
    "won": "nothing signed", "won_count": "nothing signed", "payments": "no cash in", "quota": "no quota",
}  # fmt: skip


class EnglishFigures(EnglishLists):
    chinese = False

    def money(self, units: Decimal, currency: str) -> str:
        sign, size = _SYMBOLS.get(currency, f"{currency} "), abs(units)
        less, units = ("-" if units < 0 else ""), size
        if round(size / 1_000_000, 1) >= 1_000:
            return f"{less}{sign}{plain(units / 1_000_000_000, 2)}B"
        if round(size / 1_000, 1) >= 1_000:
            exact = units % 1_000 == 0 and size < 100_000_000
            return f"{less}{sign}{plain(units / 1_000_000, 3 if exact else 2 if size < 100_000_000 else 1)}M"
        if size >= 10_000:
            return f"{less}{sign}{plain(units / 1_000, 1)}k"
        return f"{less}{sign}{plain(units, 2 if size < 100 else 0)}"

    def percent(self, value: float) -> str:
        return f"{plain(Decimal(str(value)), 0 if abs(value) >= 100 else 1)}%"

    def points(self, value: float) -> str:
        return f"{plain(Decimal(str(value)), 1)} pts"

    def count(self, value: int) -> str:
        return f"{value:,}"

    def ratio(self, value: float) -> str:
        return f"{plain(Decimal(str(value)), 2 if abs(value) < 10 else 1)}x"

    def mean(self, value: float) -> str:
        return plain(Decimal(str(value)), 1)

    def days(self, value: float) -> str:
        said = plain(Decimal(str(value)), 1 if abs(value) < 100 else 0)
        return f"{said} {'day' if said == '1' else 'days'}"

    def period(self, period: Period, today: date, fiscal_start: int) -> str:
        kind, number = kind_of(period, today, fiscal_start)
        year = "" if period.first.year == today.year else f" {period.first.year}"
        if kind in PERIOD_KINDS:
            return {"day": "today", "yesterday": "yesterday", "this_week": "this week", "last_week": "last week"}[kind]
        if kind == "quarter":
            fiscal = fiscal_year(period.first, fiscal_start)
            if fiscal == fiscal_year(today, fiscal_start):
                return f"Q{number}"
            return f"Q{number} FY{fiscal % 100:02}" if fiscal_start != 1 else f"Q{number} {fiscal}"
        if kind == "half":
            return f"H{number}{year}"
        if kind == "year":
            return f"FY{period.last.year % 100:02}" if fiscal_start != 1 else f"{period.first.year}"
        if kind == "month":
            return f"{period.first:%B}{year}"
        return self.span(period, today)

    def span(self, period: Period, today: date) -> str:
        first, last = period.first, period.last
        year = f", {last.year}" if first.year != today.year or last.year != today.year else ""
        if first == last:
            return f"{self.short_day(first)}{year}"
        start = f", {first.year}" if first.year != last.year else ""
        same = (first.year, first.month) == (last.year, last.month)
        end = str(last.day) if same else self.short_day(last)
        return f"{self.short_day(first)}{start}–{end}{year}"

    def month(self, first: date, today: date) -> str:
        return f"{first:%b}" if first.year == today.year else f"{first:%b} {first.year}"

    def week(self, monday: date, today: date) -> str:
        year = "" if monday.year == today.year else f", {monday.year}"
        return f"Week of {self.short_day(monday)}{year}"

    def short_day(self, day: date) -> str:
        return f"{day:%b} {day.day}"

    def you(self) -> str:
        return "You"

    def title(self, metric: str, what: str) -> str:
        return f"{what}s" if metric == "activities" and what else _TITLES[metric]

    def definition(self, metric: str, what: str, *, in_period: bool) -> str:
        if metric == "activities" and what:
            return f"{what}s on record"
        if metric == "pipeline" and in_period:
            return "open deals expected to close in the period"
        if metric == "at_risk" and in_period:
            return "to close in the period, yet past close, pushed, stalled, unvisited or single-threaded"
        return _DEFINITIONS.get(metric, "")

    def tier(self, tier: str) -> str:
        return f"tier {tier}"

    def at_stage(self, stage: str) -> str:
        return f"{stage} stage"

    def with_product(self, product: str) -> str:
        return product

    def against(self, competitor: str) -> str:
        return f"against {competitor}"

    def part_of(self, name: str, where: str) -> str:
        return f"{name} ({where})"

    def unnamed(self, by: GroupBy | None) -> str:
        return _UNNAMED.get(by, "Not stated") if by is not None else "Not stated"

    def before(self, now: Period, then: Period, today: date) -> str:
        if year_before(now, then):
            if today not in now:
                return "the year before" if then.days >= 360 else "the same time a year before"
            return "last year" if then.days >= 360 else "the same time last year"
        kind = step_before(now, then)
        if kind is None:
            return ""
        if today in now:
            return "yesterday" if kind == "day" else f"last {kind}"
        return f"the {kind} before"

    def phrase(self, metric: str, value: str, what: str, *, one: bool) -> str:
        form = _PHRASES[metric]
        if metric == "activities":
            kind = what or ("activity" if one else "activities")
            return f"{value} {kind}{'' if one or not what else 's'}"
        return (form if isinstance(form, str) else form[not one]).format(value)

    def valued(self, metric: str, value: str) -> str:
        return value

    def nothing(self, metric: str, parts: Mapping[str, object]) -> str:
        if metric == "coverage":
            unset = "gap" not in parts
            return "no quota set, so no coverage" if unset else "the gap is closed, nothing left to cover"
        return _NOTHING.get(metric, f"no {_TITLES[metric]}")

    def zero(self, metric: str, what: str) -> str | None:
        return _ZEROS[metric].replace("{what}", f"{what}s" if what else "activity") if metric in _ZEROS else None

    def head(self, scope: str, period: str, filters: Sequence[str], phrase: str) -> str:
        return f"{self._where(scope, period, filters)}: {phrase}"

    def elapsed(self, percent: str) -> str:
        return f"{percent} of the time gone"

    def parts(self, metric: str, said: Mapping[str, str]) -> str:
        """¥6.7M signed / ¥10.8M quota; 3 deals in all."""
        if metric in _COUNTED and said:
            one, several = _COUNTED[metric]
            return f"{said['count']} {one if said['count'] == '1' else several} in all"
        return " / ".join(f"{value} {self._part(metric, name, one=value == '1')}" for name, value in said.items())

    def joined(self, parts: Sequence[str]) -> str:
        return ", ".join(part for part in parts if part)

    def named(self, names: Sequence[str]) -> str:
        return ", ".join(names)

    def basis(self, definition: str, span: str, as_of: str, note: str) -> str:
        told = " · ".join(part for part in (definition, note, span, f"as of {as_of}") if part)
        return told[:1].upper() + told[1:]

    def only_seen(self, where: str) -> str:
        return f"{where} only"

    def compared(
        self, scope: str, period: str, filters: Sequence[str], title: str, name: str, change: str, then: str, now: str
    ) -> str:
        where = self._where(scope, period, filters)
        return f"{where}: {title} {change + ' ' if change else ''}on {name} ({then} → {now})"

    def versus_period(self, name: str, then: str | None) -> str:
        return f"{name} {then}" if then is not None else f"nothing to compare with {name}"

    def versus_target(self, other: str, value: str | None, gap: str | None, *, more: bool) -> str:
        if value is None:
            return f"{other}: nothing to compare"
        return f"{other} {value}" + (f", {gap} {'more' if more else 'less'}" if gap else ", the same")

    def running(self, period: str, elapsed: str) -> str:
        return f"{period[:1].upper() + period[1:]} still runs, {elapsed} of the time gone"

    def row(self, name: str, value: str | None, parts: str, rank: str) -> str:
        told = f"{name}: {value}" if value is not None else f"{name}: n/a"
        return f"{rank + ' ' if rank else ''}{told}{f' ({parts})' if parts else ''}"

    def row_versus(self, name: str, change: str | None, then: str) -> str:
        return f"{name} {then}" + (f", {change}" if change else "")

    def best(
        self, scope: str, period: str, filters: Sequence[str], title: str, metric: str, order: Order, name: str,
        value: str,
    ) -> str:  # fmt: skip
        most, least = _HIGH.get(metric, ("Highest", "Lowest"))
        where = self._where(scope, period, filters)
        return f"{where}, {(most if order is Order.DESC else least).lower()} {title}: {name}, {value}"

    def split(self, scope: str, period: str, filters: Sequence[str], title: str, by: GroupBy | None) -> str:
        return f"{self._where(scope, period, filters)}: {title}" + (f" {_BY[by]}" if by else "")

    def more_rows(self, count: str) -> str:
        return f"and {count} more"

    def nobody_idle(self, scope: str, period: str, title: str, by: GroupBy | None, metric: str) -> str:
        who = "everybody" if by is GroupBy.USER else "every one"
        return f"{self._where(scope, period, ())}: {who} has {title}, none left out"

    def idle(
        self, scope: str, period: str, title: str, names: Sequence[str], share: str, by: GroupBy | None, metric: str
    ) -> str:
        lacking = _LACKING.get(metric, f"no {title}")
        who = (_ONE if share == "1" else _WHO).get(by, "") if by else ""
        counted = f" ({share} {who}".rstrip() + ")" if share else ""
        return f"{self._where(scope, period, ())}, {lacking}: {', '.join(names)}{counted}"

    def reasons(self, scope: str, period: str, filters: Sequence[str], top: str, share: str, lost: str) -> str:
        return f"{self._where(scope, period, filters)}: {lost} lost, mostly to {top} ({share})"

    def reason_row(self, reason: str, count: str, share: str) -> str:
        return f"{reason}: {count}" + (f" ({share})" if share else "")

    def no_reason(self) -> str:
        return "no reason given"

    def _where(self, scope: str, period: str, filters: Sequence[str]) -> str:
        when = period if not period or (not period[0].isupper() and not period[0].isdigit()) else f"in {period}"
        return ", ".join([" ".join(part for part in (scope, when) if part), *filters])

    def _part(self, metric: str, name: str, *, one: bool) -> str:
        if name == "won_count" and (metric == "win_rate" or one):
            return "won" if metric == "win_rate" else "deal signed"
        return _PARTS.get(name) or _TITLES.get(name, name.replace("_", " "))
