"""The words in pictures: titles, periods, legends, in two languages; few, for there is little room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handlers.figure_words import FigureWords, figure_words
from handlers.lines import Telling
from sales.language.frames import EXPONENTS
from sales.metrics.query import Filter, GroupBy
from sales.metrics.registry import METRICS, Unit
from sales.periods import Period, month_of, quarter_of, week_of, year_of

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_BY_ZH: Mapping[GroupBy | str, str] = {
    GroupBy.ORG_UNIT: "各单位", GroupBy.USER: "各人", GroupBy.PRODUCT: "各产品", GroupBy.ACCOUNT: "各客户",
    GroupBy.STAGE: "各阶段", GroupBy.MONTH: "每月", GroupBy.WEEK: "每周", GroupBy.COMPETITOR: "各竞品",
    GroupBy.TYPE: "各类",
}  # fmt: skip
_BY_EN: Mapping[GroupBy | str, str] = {
    GroupBy.ORG_UNIT: "by unit", GroupBy.USER: "by person", GroupBy.PRODUCT: "by product",
    GroupBy.ACCOUNT: "by customer", GroupBy.STAGE: "by stage", GroupBy.MONTH: "by month", GroupBy.WEEK: "by week",
    GroupBy.COMPETITOR: "by competitor", GroupBy.TYPE: "by type",
}  # fmt: skip
_COUNTED_ZH = {"activities": "次", "overdue": "条", "todo": "条", "won_count": "单", "lost_reasons": "单"}
_MEASURE: Mapping[GroupBy | None, str] = {GroupBy.USER: "人", GroupBy.ACCOUNT: "家"}
_LOST_FOR_NOTHING = ("未说明", "No reason given")


@dataclass(frozen=True, slots=True)
class ChartWords:
    """The words of one answer: its language, currency and fiscal year come from `tell`."""

    tell: Telling

    @property
    def chinese(self) -> bool:
        return self.tell.words.chinese

    def _say(self, zh: str, en: str) -> str:
        return zh if self.chinese else en

    # -- over the chart

    def title(self, scope: str, metric: str, by: GroupBy | None) -> str:
        known = METRICS[metric]
        if self.chinese:
            split = _BY_ZH[by] if by is not None else ""
            if metric == "activities" and by is GroupBy.TYPE:
                return f"{scope}：{split}客户活动"
            return f"{scope}：{split}{known.title_zh}"
        name = known.title_en[:1].lower() + known.title_en[1:]
        return f"{scope}: {name}{' ' + _BY_EN[by] if by is not None else ''}"

    def overview_title(self, scope: str) -> str:
        return self._say(f"{scope}：完成情况", f"{scope}: where we stand")

    def period(self, period: Period) -> str:
        """A month, a quarter, a year, a week, a day by name; else from when to when."""
        first, last, start = period.first, period.last, self.tell.book.company.fiscal_year_start_month
        days = (first, last)
        if days == _days(month_of(first)):
            return f"{first.year}年{first.month}月" if self.chinese else f"{_MONTHS[first.month - 1]} {first.year}"
        if days == _days(quarter := quarter_of(first, start)):
            return self._say(
                f"Q{quarter.number}（{self._range(first, last)}）", f"Q{quarter.number} ({self._range(first, last)})"
            )
        if days == _days(year_of(first, start)) and start == 1:
            return self._say(f"{first.year}年", str(first.year))
        if days == _days(week_of(first)):
            return self._say(f"一周（{self._range(first, last)}）", f"week of {self._date(first)}, {first.year}")
        if first == last:
            return f"{first.year}/{first.month}/{first.day}" if self.chinese else f"{self._date(first)}, {first.year}"
        return self._range(first, last)

    def as_of(self, day: date) -> str:
        weekday = "一二三四五六日"[day.weekday()]
        return self._say(f"截至 {day.month}/{day.day} 周{weekday}", f"as of {day:%a} {self._date(day)}")

    def when(self, period: Period | None, day: date) -> str:
        """The line under the title: which period, and as of which day."""
        parts = [self.period(period)] if period is not None else []
        line = ("，" if self.chinese else ", ").join([*parts, self.as_of(day)])
        return line[:1].upper() + line[1:]

    def _range(self, first: date, last: date) -> str:
        if self.chinese:
            end = f"{last.month}/{last.day}" if last.year == first.year else f"{last.year}/{last.month}/{last.day}"
            return f"{first.year}/{first.month}/{first.day}–{end}"
        start = self._date(first) + (f", {first.year}" if first.year != last.year else "")
        return f"{start} – {self._date(last)}, {last.year}"

    def _date(self, day: date) -> str:
        return f"{_MONTHS[day.month - 1]} {day.day}"

    def only(self, chosen: Filter) -> str:
        """What the figures were narrowed to by the question; empty for nothing."""
        tell, parts = self.tell, []
        if chosen.stage is not None:
            parts.append(tell.words.stage(chosen.stage))
        if chosen.type is not None:
            parts.append(tell.words.activity(chosen.type))
        if chosen.tier is not None:
            parts.append(self._say(f"{chosen.tier}类客户", f"tier {chosen.tier}"))
        for found in (
            tell.book.product(chosen.product) if chosen.product else None,
            tell.book.competitor(chosen.competitor) if chosen.competitor else None,
        ):
            if found is not None:
                parts.append(found.name)
        return self._say(f"只算：{'、'.join(parts)}", f"Only: {', '.join(parts)}") if parts else ""

    def own_part(self, name: str) -> str:
        return self._say(f"只含{name}的部分", f"Only the part of {name}")

    # -- figures, as the text beside the picture says them

    @property
    def _figures(self) -> FigureWords:
        return figure_words(chinese=self.chinese)

    def figure(self, value: float | None, unit: Unit, metric: str = "") -> str:
        """A figure as people say it."""
        if value is None:
            return self.none()
        if unit is Unit.MONEY:
            return self.money(value)
        if unit is Unit.PERCENT:
            return self.percent(value)
        if unit is Unit.RATIO:
            return self._figures.ratio(value)
        if unit is Unit.DAYS:
            return self._figures.days(value)
        return f"{value:,.0f}{_COUNTED_ZH.get(metric, '个') if self.chinese else ''}"

    def money(self, amount: float) -> str:
        currency = self.tell.book.company.currency
        return self._figures.money(Decimal(round(amount)) / self._minor, currency)

    @property
    def _minor(self) -> int:
        return int(10 ** EXPONENTS.get(self.tell.book.company.currency, 2))

    def in_units(self, amounts: Sequence[float]) -> tuple[list[str], str]:
        """Amounts as bare figures of one unit, and the unit in words: for where there is little room."""
        minor = 10 ** EXPONENTS.get(self.tell.book.company.currency, 2)
        highest = max(amounts, default=0) / minor
        # from, size, name
        sizes = (
            ((10**8, 10**8, "亿"), (10**4, 10**4, "万")) if self.chinese else ((10**7, 10**6, "M"), (10**4, 10**3, "k"))
        )
        size, name = next(((size, name) for start, size, name in sizes if highest >= start), (1, ""))
        places = 0 if size == 1 or highest / size >= 100 else 1 if highest / size >= 10 else 2
        said = [f"{amount / self._minor / size:,.{places}f}" for amount in amounts]
        trimmed = [one.rstrip("0").rstrip(".") if "." in one else one for one in said]
        currency = self.tell.money(0).replace("0", "").strip()
        return trimmed, self._say(f"单位：{name}{currency}", f"In {currency}{name}")

    def percent(self, value: float) -> str:
        return self._figures.percent(value)

    def count(self, value: float) -> str:
        return self._say(f"{value:,.0f}个", f"{value:,.0f} {'deal' if value == 1 else 'deals'}")

    def none(self) -> str:
        return self._say("无", "none")

    def no_quota(self) -> str:
        return self._say("无指标", "no quota")

    def of_quota(self, won: float, quota: float) -> str:
        return f"{self.money(won)} / {self.money(quota)}"

    # -- in the chart

    def elapsed(self, percent: int) -> str:
        return self._say(f"时间已过 {percent}%", f"{percent}% of the time has passed")

    def behind_time(self) -> str:
        return self._say("落后于时间进度", "Behind plan")

    def behind_goal(self) -> str:
        return self._say("没完成指标", "Missed the quota")

    def forecast(self, amount: str) -> str:
        return self._say(f"预测 {amount}", f"Forecast {amount}")

    def total(self) -> str:
        return self._say("合计", "Total")

    def not_over(self) -> str:
        return self._say("还没过完", "Not over yet")

    def month(self, first: date) -> str:
        return self._say(f"{first.month}月", _MONTHS[first.month - 1])

    def year(self, first: date) -> str:
        return self._say(f"{first.year}年", str(first.year))

    def week(self, monday: date) -> str:
        return f"{monday.month}/{monday.day}" if self.chinese else str(monday.day)

    def week_under(self, monday: date, before: date | None) -> str:
        """What stands under a week where it turns: the year in Chinese, the month in English."""
        if self.chinese:
            return self.year(monday) if before is not None and before.year != monday.year else ""
        return _MONTHS[monday.month - 1] if before is None or before.month != monday.month else ""

    def no_reason(self) -> str:
        return self._say(*_LOST_FOR_NOTHING)

    def unknown(self) -> str:
        return self._say("其他", "Other")

    def rest(self, count: int, by: GroupBy | None, figure: str = "") -> str:
        """What has no bar of its own."""
        more = f"另有{count}{_MEASURE.get(by, '个')}没画" if self.chinese else f"{count} more not shown"
        if figure:
            return self._say(f"{more}，合计 {figure}", f"{more}, {figure} in all")
        return more

    def earlier(self, count: int) -> str:
        return self._say(f"更早的{count}个没画", f"{count} earlier ones not shown")


def _days(period: Period) -> tuple[date, date]:
    return period.first, period.last
