"""Chinese for figures: as a sales manager's right hand would say them in a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from handlers.figure_days import PERIOD_KINDS, fiscal_year, kind_of, plain, step_before, year_before
from handlers.figure_lists_zh import ChineseLists
from sales.metrics.query import GroupBy, Order
from sales.periods import Period

_CURRENCIES = {
    "USD": "美元", "HKD": "港元", "SGD": "新元", "EUR": "欧元", "JPY": "日元", "MYR": "马币", "TWD": "台币",
    "GBP": "英镑",
}  # fmt: skip
_TITLES = {
    "overview": "概况", "quota": "指标", "won": "签约额", "won_count": "签单数", "attainment": "完成率", "gap": "缺口",
    "pipeline": "在手商机", "weighted_pipeline": "加权在手", "coverage": "在手对缺口的覆盖", "forecast": "预测",
    "payments": "回款", "receivable": "应收", "activities": "客户活动", "new_opportunities": "新增商机",
    "overdue": "逾期跟进", "at_risk": "风险商机", "win_rate": "赢单率", "conversion": "阶段转化率",
    "cycle_days": "成交周期", "average_deal": "平均单额", "lost_reasons": "丢单", "history": "进展", "todo": "待办",
}  # fmt: skip
_PHRASES = {
    "overview": "{}", "quota": "指标 {}", "won": "签约 {}", "won_count": "签了 {} 单", "attainment": "达成 {}",
    "gap": "缺口 {}", "pipeline": "在手商机 {}", "weighted_pipeline": "加权在手 {}",
    "coverage": "在手可覆盖缺口 {}", "forecast": "预测 {}", "payments": "回款 {}", "receivable": "应收 {}",
    "activities": "{what} {} 次", "new_opportunities": "新增商机 {} 个", "overdue": "逾期跟进 {} 条",
    "at_risk": "风险商机 {} 个", "win_rate": "赢单率 {}", "conversion": "阶段转化率 {}", "cycle_days": "成交平均 {}",
    "average_deal": "平均单额 {}", "lost_reasons": "丢了 {} 单", "history": "有 {} 条进展", "todo": "待办 {} 条",
}  # fmt: skip
_UNITS = {
    "won_count": "单", "activities": "次", "new_opportunities": "个", "overdue": "条", "at_risk": "个",
    "lost_reasons": "单", "todo": "条", "history": "条",
}  # fmt: skip
_DEFINITIONS = {
    "quota": "下达的签约指标", "won": "已签合同额", "won_count": "已签的单数", "attainment": "已签÷指标",
    "gap": "指标－已签", "pipeline": "未关闭商机的金额", "weighted_pipeline": "未关闭商机×阶段赢率",
    "coverage": "预计期内签的在手÷缺口", "forecast": "已签＋预计期内签的加权在手", "payments": "已到账金额",
    "receivable": "应到未到的金额", "activities": "记下的拜访、电话、会议等", "new_opportunities": "新建的商机",
    "overdue": "到期没做完的跟进", "at_risk": "过期、推迟、停滞、没见面或单线的未关闭商机",
    "win_rate": "赢单÷（赢单＋丢单），按个数", "conversion": "进入该阶段后走得更远的占比",
    "cycle_days": "从创建到签约的平均天数", "average_deal": "签约额÷签单数", "lost_reasons": "丢单按原因计数",
    "history": "已记下的事", "overview": "达成＝已签÷指标", "todo": "没做完的跟进",
}  # fmt: skip
_NOTHING = {
    "quota": "没有下达指标", "attainment": "没有下达指标，算不了完成率", "gap": "没有下达指标，算不了缺口",
    "win_rate": "还没有关闭的商机，算不了赢单率", "conversion": "还没有商机进到这一步，算不了转化率",
    "cycle_days": "还没有签约，算不了成交周期", "average_deal": "还没有签约，算不了平均单额",
}  # fmt: skip
_ZEROS = {
    "quota": "没有下达指标", "won": "还没有签约", "won_count": "还没有签单", "attainment": "还没有签约，达成 {}",
    "gap": "没有缺口，指标已完成", "pipeline": "没有在手商机", "weighted_pipeline": "没有在手商机",
    "forecast": "还没有签约，也没有预计要签的", "payments": "还没有回款", "receivable": "没有应收",
    "activities": "还没有{what}", "new_opportunities": "还没有新增商机", "overdue": "没有逾期的跟进",
    "at_risk": "没有风险商机", "lost_reasons": "没有丢单", "todo": "没有待办", "history": "还没有进展",
}  # fmt: skip
_PARTS = {
    "won": "签约", "won_count": "签单", "lost": "丢单", "lost_count": "丢单", "quota": "指标", "gap": "缺口",
    "pipeline": "在手", "weighted_pipeline": "加权在手", "weighted": "加权在手", "overdue": "逾期", "entered": "进入",
    "moved": "走得更远", "further": "走得更远", "count": "个数", "deals": "商机", "amount": "金额",
    "forecast": "预测", "coverage": "覆盖",
}  # fmt: skip
_COUNTED = {
    "won": "单", "pipeline": "个商机", "weighted_pipeline": "个商机", "payments": "笔",
    "receivable": "笔",
}  # fmt: skip
_BY = {
    GroupBy.ORG_UNIT: "按单位", GroupBy.USER: "按人", GroupBy.PRODUCT: "按产品", GroupBy.ACCOUNT: "按客户",
    GroupBy.STAGE: "按阶段", GroupBy.MONTH: "按月", GroupBy.WEEK: "按周", GroupBy.COMPETITOR: "按对手",
    GroupBy.TYPE: "按方式",
}  # fmt: skip
_UNNAMED = {
    GroupBy.PRODUCT: "没填产品", GroupBy.COMPETITOR: "没填对手", GroupBy.ACCOUNT: "没填客户", GroupBy.USER: "没人负责",
}  # fmt: skip
_WHO = {GroupBy.USER: "人", GroupBy.ORG_UNIT: "个", GroupBy.ACCOUNT: "家"}
_HIGH = {
    "won_count": ("最多", "最少"), "activities": ("最多", "最少"), "new_opportunities": ("最多", "最少"),
    "overdue": ("最多", "最少"), "at_risk": ("最多", "最少"), "todo": ("最多", "最少"), "gap": ("最大", "最小"),
    "receivable": ("最多", "最少"), "payments": ("最多", "最少"), "cycle_days": ("最长", "最短"),
    "pipeline": ("最多", "最少"), "weighted_pipeline": ("最多", "最少"),
}  # fmt: skip
_NOT_DONE = {
    "activities": "没有{}", "won": "没签约", "won_count": "没签单", "payments": "没有回款",
    "new_opportunities": "没有新增商机", "pipeline": "没有在手商机", "quota": "没有下达指标",
}  # fmt: skip


class ChineseFigures(ChineseLists):
    chinese = True

    def money(self, units: Decimal, currency: str) -> str:
        tail = "" if currency == "CNY" else _CURRENCIES.get(currency, f" {currency}")
        size = abs(units)
        if round(size / 10_000, 1) >= 10_000:
            return f"{plain(units / 100_000_000, 3 if size < 1_000_000_000 else 2)}亿{tail}"
        if size >= 10_000:
            wan = units / 10_000
            exact = wan * 100 % 1 == 0 if size < 1_000_000 else wan * 10 % 1 == 0
            places = 2 if size < 1_000_000 else 1
            return f"{plain(wan, places if exact or size < 10_000_000 else 0)}万{tail}"
        return f"{plain(units, 2 if size < 100 else 0)}{tail or '元'}" if units else f"0{tail}"

    def percent(self, value: float) -> str:
        return f"{plain(Decimal(str(value)), 0 if abs(value) >= 100 else 1)}%"

    def points(self, value: float) -> str:
        return f"{plain(Decimal(str(value)), 1)} 个百分点"

    def count(self, value: int) -> str:
        return f"{value:,}"

    def ratio(self, value: float) -> str:
        return f"{plain(Decimal(str(value)), 2 if abs(value) < 10 else 1)} 倍"

    def mean(self, value: float) -> str:
        return plain(Decimal(str(value)), 1)

    def days(self, value: float) -> str:
        return f"{plain(Decimal(str(value)), 1 if abs(value) < 100 else 0)} 天"

    def period(self, period: Period, today: date, fiscal_start: int) -> str:
        kind, number = kind_of(period, today, fiscal_start)
        year = "" if period.first.year == today.year else f"{period.first.year}年"
        if kind in PERIOD_KINDS:
            return {"day": "今天", "yesterday": "昨天", "this_week": "本周", "last_week": "上周"}[kind]
        if kind == "quarter":
            fiscal = fiscal_year(period.first, fiscal_start)
            if fiscal == fiscal_year(today, fiscal_start):
                return f"Q{number}"
            return f"{fiscal}财年 Q{number}" if fiscal_start != 1 else f"{fiscal}年Q{number}"
        if kind == "half":
            return f"{year}{'上' if number == 1 else '下'}半年"
        if kind == "year":
            return f"{period.last.year}财年" if fiscal_start != 1 else f"{period.first.year}年"
        if kind == "month":
            return f"{year}{period.first.month}月"
        return self.span(period, today)

    def span(self, period: Period, today: date) -> str:
        first, last = period.first, period.last
        year = f"{first.year}/" if first.year != today.year or last.year != today.year else ""
        if first == last:
            return f"{year}{self.short_day(first)}"
        end = f"{last.year}/" if first.year != last.year else ""
        return f"{year}{self.short_day(first)}–{end}{self.short_day(last)}"

    def month(self, first: date, today: date) -> str:
        return f"{first.month}月" if first.year == today.year else f"{first.year}年{first.month}月"

    def week(self, monday: date, today: date) -> str:
        year = "" if monday.year == today.year else f"{monday.year}/"
        return f"{year}{self.short_day(monday)} 那周"

    def short_day(self, day: date) -> str:
        return f"{day.month}/{day.day}"

    def you(self) -> str:
        return "你"

    def title(self, metric: str, what: str) -> str:
        return what if metric == "activities" and what else _TITLES[metric]

    def definition(self, metric: str, what: str, *, in_period: bool) -> str:
        if metric == "activities" and what:
            return f"记下的{what}"
        if metric == "pipeline" and in_period:
            return "预计期内签的未关闭商机金额"
        if metric == "at_risk" and in_period:
            return "预计期内签、却过期、推迟、停滞、没见面或单线的商机"
        return _DEFINITIONS.get(metric, "")

    def tier(self, tier: str) -> str:
        return f"{tier} 类客户"

    def at_stage(self, stage: str) -> str:
        return f"{stage}阶段"

    def with_product(self, product: str) -> str:
        return product

    def against(self, competitor: str) -> str:
        return f"对手{competitor}"

    def part_of(self, name: str, where: str) -> str:
        return f"{name}（{where}）"

    def unnamed(self, by: GroupBy | None) -> str:
        return _UNNAMED.get(by, "没填") if by is not None else "没填"

    def before(self, now: Period, then: Period, today: date) -> str:
        if year_before(now, then):
            if today not in now:
                return "上一年" if then.days >= 360 else "上一年同期"
            return "去年" if then.days >= 360 else "去年同期"
        kind = step_before(now, then)
        if kind is None:
            return ""
        if today in now:
            return {"day": "昨天", "week": "上周", "month": "上月", "quarter": "上季度", "year": "上年"}[kind]
        return {"day": "前一天", "week": "前一周", "month": "上一月", "quarter": "上一季度", "year": "上一年"}[kind]

    def phrase(self, metric: str, value: str, what: str, *, one: bool) -> str:
        return _PHRASES[metric].format(value, what=what or "客户活动")

    def nothing(self, metric: str, parts: Mapping[str, object]) -> str:
        if metric == "coverage":
            return "没有下达指标，算不了覆盖" if "gap" not in parts else "缺口已补上，不用算覆盖"
        return _NOTHING.get(metric, f"没有{_TITLES[metric]}数据")

    def zero(self, metric: str, what: str) -> str | None:
        return _ZEROS[metric].replace("{what}", what or "客户活动") if metric in _ZEROS else None

    def head(self, scope: str, period: str, filters: Sequence[str], phrase: str) -> str:
        return f"{self._where(scope, period, filters)}：{phrase}"

    def elapsed(self, percent: str) -> str:
        return f"时间已过 {percent}"

    def parts(self, metric: str, said: Mapping[str, str]) -> str:
        """签约 670万 / 指标 1,080万; 共 3 单."""
        if metric in _COUNTED and said:
            return f"共 {said['count']} {_COUNTED[metric]}"
        return " / ".join(f"{self._part(metric, name)} {value}" for name, value in said.items())

    def joined(self, parts: Sequence[str]) -> str:
        return "，".join(part for part in parts if part)

    def named(self, names: Sequence[str]) -> str:
        return "、".join(names)

    def basis(self, definition: str, span: str, as_of: str, note: str) -> str:
        told = f"口径：{definition}" if definition else ""
        return " · ".join(part for part in (told, note, span, f"截至 {as_of}") if part)

    def only_seen(self, where: str) -> str:
        return f"只算{where}"

    def compared(
        self, scope: str, period: str, filters: Sequence[str], title: str, name: str, change: str, then: str, now: str
    ) -> str:
        where = self._where(scope, period, filters)
        return (
            f"{where} {title}比{name} {change}（{then} → {now}）"
            if change
            else f"{where} {title} {name} {then} → {now}"
        )

    def versus_period(self, name: str, then: str | None) -> str:
        return f"{name} {then}" if then is not None else f"{name}没有可比的"

    def versus_target(self, other: str, value: str | None, gap: str | None, *, more: bool) -> str:
        if value is None:
            return f"{other}没有可比的"
        return f"{other} {value}" + (f"，{'多' if more else '少'} {gap}" if gap else "，一样")

    def running(self, period: str, elapsed: str) -> str:
        return f"{period}{' ' if period[-1].isascii() else ''}还没完，时间才过 {elapsed}"

    def row(self, name: str, value: str | None, parts: str, rank: str) -> str:
        told = f"{name} {value}" if value is not None else f"{name} 无"
        return f"{rank + ' ' if rank else ''}{told}{f'（{parts}）' if parts else ''}"

    def row_versus(self, name: str, change: str | None, then: str) -> str:
        return f"{name} {then}" + (f"，{change}" if change else "")

    def best(
        self, scope: str, period: str, filters: Sequence[str], title: str, metric: str, order: Order, name: str,
        value: str,
    ) -> str:  # fmt: skip
        most, least = _HIGH.get(metric, ("最高", "最低"))
        where = self._where(scope, period, filters)
        return f"{where} {title}{most if order is Order.DESC else least}：{name} {value}"

    def split(self, scope: str, period: str, filters: Sequence[str], title: str, by: GroupBy | None) -> str:
        return f"{self._where(scope, period, filters)} {title}" + (f"，{_BY[by]}：" if by else "：")

    def more_rows(self, count: str) -> str:
        return f"还有 {count} 个"

    def nobody_idle(self, scope: str, period: str, title: str, by: GroupBy | None, metric: str) -> str:
        who = "人人" if by is GroupBy.USER else "每家" if by is GroupBy.ACCOUNT else "个个"
        return f"{self._where(scope, period, ())}：{who}都有{title}，没有落下的"

    def idle(
        self, scope: str, period: str, title: str, names: Sequence[str], share: str, by: GroupBy | None, metric: str
    ) -> str:
        lacking = _NOT_DONE.get(metric, "没有{}").format(title)
        counted = f"（{share} {_WHO.get(by, '个') if by else '个'}）" if share else ""
        return f"{self._where(scope, period, ())}{lacking}的：{'、'.join(names)}{counted}"

    def reasons(self, scope: str, period: str, filters: Sequence[str], top: str, share: str, lost: str) -> str:
        return f"{self._where(scope, period, filters)}：丢了 {lost} 单，主要因为{top}（占 {share}）"

    def reason_row(self, reason: str, count: str, share: str) -> str:
        return f"{reason} {count} 单" + (f"，占 {share}" if share else "")

    def no_reason(self) -> str:
        return "没填原因"

    def valued(self, metric: str, value: str) -> str:
        return f"{value} {_UNITS[metric]}" if metric in _UNITS else value

    def _where(self, scope: str, period: str, filters: Sequence[str]) -> str:
        return " ".join(part for part in (scope, period, *filters) if part)

    def _part(self, metric: str, name: str) -> str:
        if metric == "win_rate" and name == "won_count":
            return "赢单"
        return _PARTS.get(name) or _TITLES.get(name, name)
