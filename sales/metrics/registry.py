"""Every metric there is, registered once: name, titles, unit, definition, and how it may be cut.

docs/metrics.md is made from this. The definitions are those of docs/measuring.md; how each is computed is in
storage/metrics.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sales.metrics.query import GroupBy as By
from sales.metrics.query import MetricQuery, TargetKind
from sales.periods import Period, month_of, quarter_of


class Unit(StrEnum):
    MONEY = "money"  # minor units of the company's currency
    COUNT = "count"
    PERCENT = "percent"
    RATIO = "ratio"
    DAYS = "days"
    LIST = "list"  # records rather than a figure; its value is how many
    PAGE = "page"  # several figures at once


class Usual(StrEnum):
    """The period that is meant where none is said."""

    NONE = "none"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Metric:
    """`by`: how it may be split. `filters`: what it may be narrowed to. `low_is_bad`: the worst is the smallest.

    `whole`: only a unit or a person has it, a product or a customer has none (a quota).
    """

    name: str
    title_zh: str
    title_en: str
    unit: Unit
    definition_zh: str
    definition_en: str
    computed: str
    usual: Usual = Usual.QUARTER
    by: frozenset[By] = frozenset()
    filters: frozenset[str] = frozenset()
    low_is_bad: bool = True
    whole: bool = False


_DEAL = frozenset({By.ORG_UNIT, By.USER, By.PRODUCT, By.ACCOUNT, By.COMPETITOR, By.MONTH, By.WEEK})
_OPEN = _DEAL | {By.STAGE}
_QUOTA = frozenset({By.ORG_UNIT, By.USER, By.MONTH})
_DEAL_FILTERS = frozenset({"stage", "tier", "product", "competitor"})

_ALL = (
    Metric(
        "overview",
        "概况",
        "Overview",
        Unit.PAGE,
        "达成、缺口、预测、在手、本周变化、拖后的单位和要先办的事",
        "How things stand, what moved, what lags and what to do first",
        "won, quota, forecast and coverage of the period; problems as in sales.diagnosis",
        by=frozenset(),
    ),
    Metric(
        "quota",
        "指标",
        "Quota",
        Unit.MONEY,
        "期内各月下达的签约指标之和",
        "What is to be signed in the months of the period",
        "a unit's stated quota of a month, else the sum of its people's; part of a month by its days",
        by=_QUOTA,
        whole=True,
    ),
    Metric(
        "won",
        "签约额",
        "Won",
        Unit.MONEY,
        "期内签约商机的金额合计",
        "Amount of the deals signed in the period",
        "sum of amount, stage won, closed_on in the period and not after today",
        by=_DEAL,
        filters=_DEAL_FILTERS - {"stage"},
    ),
    Metric(
        "won_count",
        "签单数",
        "Deals won",
        Unit.COUNT,
        "期内签约的商机个数",
        "Deals signed in the period",
        "count, stage won, closed_on in the period and not after today",
        by=_DEAL,
        filters=_DEAL_FILTERS - {"stage"},
    ),
    Metric(
        "attainment",
        "完成率",
        "Attainment",
        Unit.PERCENT,
        "签约额除以指标",
        "Won over quota",
        "100 × won / quota; none without a quota",
        by=_QUOTA,
        whole=True,
    ),
    Metric(
        "gap",
        "缺口",
        "Gap",
        Unit.MONEY,
        "指标减签约额，最小为0",
        "Quota less won, never below zero",
        "max(0, quota - won)",
        by=_QUOTA,
        low_is_bad=False,
        whole=True,
    ),
    Metric(
        "pipeline",
        "在手商机",
        "Pipeline",
        Unit.MONEY,
        "未关闭商机的金额合计；说了期间就只算预计在期内签的",
        "Amount of open deals; with a period, of those expected to close in it",
        "sum of amount, stage open, close_date in the period if one is said",
        Usual.NONE,
        _OPEN,
        _DEAL_FILTERS,
    ),
    Metric(
        "weighted_pipeline",
        "加权在手",
        "Weighted pipeline",
        Unit.MONEY,
        "在手商机按所处阶段的历史赢率打折后的合计",
        "Open deals, each times the chance of its stage",
        "sum of amount × stage probability (see below); the deal's own probability where one was reported",
        Usual.NONE,
        _OPEN,
        _DEAL_FILTERS,
    ),
    Metric(
        "coverage",
        "覆盖倍数",
        "Coverage",
        Unit.RATIO,
        "预计期内签的在手商机除以缺口",
        "Pipeline closing in the period over the gap",
        "pipeline closing in the period / gap; none without a gap",
        by=_QUOTA,
        whole=True,
    ),
    Metric(
        "forecast",
        "预测",
        "Forecast",
        Unit.MONEY,
        "期内已签加上预计期内签的加权在手",
        "Won so far plus the weighted pipeline closing in the period",
        "won + weighted_pipeline closing in the period",
        by=_DEAL,
        filters=_DEAL_FILTERS - {"stage"},
    ),
    Metric(
        "payments",
        "回款",
        "Payments received",
        Unit.MONEY,
        "期内到账的金额合计",
        "Money received in the period",
        "sum of amount, status received, date in the period and not after today",
        Usual.MONTH,
        frozenset({By.ORG_UNIT, By.USER, By.ACCOUNT, By.PRODUCT, By.MONTH, By.WEEK}),
        frozenset({"tier", "product"}),
    ),
    Metric(
        "receivable",
        "应收",
        "Receivable",
        Unit.MONEY,
        "应到未到的金额合计",
        "Money expected and not received",
        "sum of amount, status expected",
        Usual.NONE,
        frozenset({By.ORG_UNIT, By.USER, By.ACCOUNT, By.PRODUCT, By.MONTH}),
        frozenset({"tier", "product"}),
        low_is_bad=False,
    ),
    Metric(
        "activities",
        "客户活动",
        "Activities",
        Unit.COUNT,
        "期内记下的拜访、电话、会议等次数",
        "Visits, calls, meetings and the like in the period",
        "count of activities by their day, not after today",
        Usual.MONTH,
        frozenset({By.ORG_UNIT, By.USER, By.ACCOUNT, By.TYPE, By.MONTH, By.WEEK, By.PRODUCT}),
        frozenset({"type", "tier", "product"}),
    ),
    Metric(
        "new_opportunities",
        "新增商机",
        "New deals",
        Unit.COUNT,
        "期内新建的商机个数",
        "Deals created in the period",
        "count by created_on, not after today",
        by=_OPEN,
        filters=_DEAL_FILTERS,
    ),
    Metric(
        "overdue",
        "逾期跟进",
        "Overdue follow-ups",
        Unit.COUNT,
        "到期没做完的跟进条数",
        "Follow-ups past due and not done",
        "count of open follow-ups with due before today (in the period if one is said)",
        Usual.NONE,
        frozenset({By.ORG_UNIT, By.USER, By.ACCOUNT}),
        frozenset({"tier"}),
        low_is_bad=False,
    ),
    Metric(
        "at_risk",
        "风险商机",
        "Deals at risk",
        Unit.LIST,
        "过了预计签约日、反复推迟、停滞、大单近期没见面或只靠一个人的未关闭商机",
        "Open deals past their close date, put off repeatedly, stalled, or large with nobody met or one contact only",
        "flags as in sales.diagnosis; close_date in the period if one is said",
        Usual.NONE,
        frozenset({By.ORG_UNIT, By.USER}),
        _DEAL_FILTERS,
        low_is_bad=False,
    ),
    Metric(
        "win_rate",
        "赢单率",
        "Win rate",
        Unit.PERCENT,
        "期内关闭的商机里赢单的个数占比",
        "Share of deals won among those closed in the period, by count",
        "100 × won / (won + lost), by closed_on",
        by=_DEAL - {By.WEEK},
        filters=_DEAL_FILTERS - {"stage"},
    ),
    Metric(
        "conversion",
        "阶段转化率",
        "Stage conversion",
        Unit.PERCENT,
        "期内进入某阶段的商机里后来走得更远的占比",
        "Of the deals that entered a stage in the period, the share that went further since",
        "by the stage changes up to today; lost is not further",
        by=frozenset({By.STAGE, By.ORG_UNIT, By.USER, By.PRODUCT}),
        filters=_DEAL_FILTERS,
    ),
    Metric(
        "cycle_days",
        "成交周期",
        "Sales cycle",
        Unit.DAYS,
        "期内签约商机从创建到签约的平均天数",
        "Mean days from created to signed, of the deals signed in the period",
        "mean of closed_on - created_on, stage won",
        by=_DEAL - {By.WEEK},
        filters=_DEAL_FILTERS - {"stage"},
        low_is_bad=False,
    ),
    Metric(
        "average_deal",
        "平均单额",
        "Average deal",
        Unit.MONEY,
        "期内签约商机的平均金额",
        "Mean amount of the deals signed in the period",
        "won / won_count",
        by=_DEAL - {By.WEEK},
        filters=_DEAL_FILTERS - {"stage"},
    ),
    Metric(
        "lost_reasons",
        "丢单原因",
        "Reasons for losing",
        Unit.LIST,
        "期内丢掉的商机按原因的个数",
        "Deals lost in the period by reason",
        "count by lost_reason, closed_on in the period",
        filters=_DEAL_FILTERS - {"stage"},
        low_is_bad=False,
    ),
    Metric(
        "history",
        "进展",
        "History",
        Unit.LIST,
        "客户或商机上发生过的事",
        "What has happened with a customer or a deal",
        "activities, stages, payments and follow-ups, the latest first",
        Usual.NONE,
    ),
    Metric(
        "todo",
        "待办跟进",
        "Open follow-ups",
        Unit.LIST,
        "还没做完的跟进",
        "Follow-ups not done yet",
        "open follow-ups, the earliest due first",
        Usual.NONE,
        frozenset({By.USER, By.ORG_UNIT, By.ACCOUNT}),
        frozenset({"tier"}),
        low_is_bad=False,
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}

WITHOUT_QUOTA = frozenset({TargetKind.ACCOUNT, TargetKind.OPPORTUNITY, TargetKind.PRODUCT, TargetKind.COMPETITOR})
"""What a quota, and so attainment, gap and coverage, can't be asked of."""


def usual_period(metric: Metric, day: date, fiscal_start: int) -> Period | None:
    """The period that is meant where none is said, as of a day."""
    if metric.usual is Usual.NONE:
        return None
    return month_of(day) if metric.usual is Usual.MONTH else quarter_of(day, fiscal_start)


def faults_of(query: MetricQuery) -> list[str]:
    """Why a query can't be answered: names of what does not go together (metric, group_by, filter, scope)."""
    metric = METRICS.get(query.metric)
    if metric is None:
        return ["metric"]
    wrong = []
    if query.group_by is not None and query.group_by not in metric.by:
        wrong.append("group_by")
    if any(getattr(query.filter, name) is not None and name not in metric.filters for name in FILTERS):
        wrong.append("filter")
    if metric.whole and query.scope.kind in WITHOUT_QUOTA:
        wrong.append("scope")
    return wrong


FILTERS = ("stage", "type", "tier", "product", "competitor")
