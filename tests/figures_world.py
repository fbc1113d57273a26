"""A company to tell figures of: names with digits and numerals in them, units below units, one who left no trace."""

from __future__ import annotations

from datetime import date
from functools import cache

from hypothesis import strategies as st

from handlers.lines import Telling
from handlers.words import words_for
from sales.book import MemoryCompany
from sales.metrics.figures import Behind, DealLine, EventLine, Figures, Number, Row
from sales.metrics.problems import Cause, Flag, Moved, Overview, Part, Problem, ProblemKind
from sales.metrics.query import Filter, GroupBy, MetricQuery, Order, Target, TargetKind
from sales.metrics.registry import METRICS, Metric, Unit, faults_of
from sales.people import (
    Account,
    Company,
    CompanyData,
    Competitor,
    Contact,
    Opportunity,
    OrgUnit,
    Person,
    Product,
)
from sales.periods import Period, month_of, quarter_of, week_of, year_of
from sales.stages import ActivityType, Role, Stage

TODAY = date(2026, 3, 18)
QUARTER = quarter_of(TODAY)
BEFORE = quarter_of(date(2025, 12, 1))
WEEK = week_of(TODAY)
MONTH = month_of(TODAY)


@cache
def company(currency: str = "CNY", fiscal: int = 1) -> MemoryCompany:
    return MemoryCompany(
        CompanyData(
            Company("霁川泵业", currency, fiscal_year_start_month=fiscal),
            (
                OrgUnit("all", "霁川"),
                OrgUnit("north", "北线", parent="all"),
                OrgUnit("south", "南线", parent="all"),
                OrgUnit("n1", "万柳2办", parent="north"),
            ),
            (
                Person("nie", "聂小川", Role.REP, "n1"),
                Person("pan", "潘悦", Role.REP, "south"),
                Person("boss", "梁北辰", Role.MANAGER, "north"),
                Person("ops", "Wren 3rd", Role.OPS, "all"),
            ),
            (Product("p1", "双吸泵"), Product("p2", "监测 2.0")),
            (Competitor("k1", "岱川机械"),),
            (
                Account("wl", "渭林水务集团有限公司", "nie", ("渭林水务",)),
                Account("d7", "七天一单酒店", "nie", ("7天酒店",)),
                Account("ax", "Alder Foods 24", "pan"),
            ),
            (Contact("c1", "wl", "胡建民", "总经理"), Contact("c6", "ax", "Dana Whitfield")),
            (
                Opportunity("d1", "wl", "渭林水务二泵站改造", "nie", Stage.PROPOSAL, 120_000_000),
                Opportunity("d2", "d7", "7天酒店 3 号楼换泵", "nie", Stage.WON, 35_000_000),
                Opportunity("d3", "ax", "Chiller pumps phase 2", "pan", Stage.NEGOTIATION),
            ),
        )
    )


def telling(me: str = "boss", *, chinese: bool = True, currency: str = "CNY", fiscal: int = 1) -> Telling:
    return Telling(company(currency, fiscal).book_of(me), words_for(chinese=chinese), TODAY)


def unit(key: str) -> Target:
    return Target(TargetKind.ORG_UNIT, key)


def user(key: str) -> Target:
    return Target(TargetKind.USER, key)


KEYS = {
    GroupBy.ORG_UNIT: ["north", "south", "n1", "gone"], GroupBy.USER: ["nie", "pan", "boss", "ops"],
    GroupBy.PRODUCT: ["p1", "p2", ""], GroupBy.ACCOUNT: ["wl", "d7", "ax"], GroupBy.COMPETITOR: ["k1", ""],
    GroupBy.STAGE: [stage.value for stage in Stage if stage.is_open], GroupBy.MONTH: ["2026-01", "2026-02", "2026-03"],
    GroupBy.WEEK: ["2026-03-02", "2026-03-09", "2026-03-16"], GroupBy.TYPE: [kind.value for kind in ActivityType],
}  # fmt: skip
SCOPES = [unit("all"), unit("north"), user("nie"), user("boss"), Target(TargetKind.PRODUCT, "p2"),
          Target(TargetKind.ACCOUNT, "d7"), Target(TargetKind.COMPETITOR, "k1"), Target(TargetKind.OPPORTUNITY, "d2"),
          user("gone")]  # fmt: skip
PERIODS = [None, QUARTER, MONTH, WEEK, year_of(TODAY), BEFORE, Period(date(2026, 3, 2), date(2026, 3, 11)),
           Period(TODAY, TODAY), month_of(date(2024, 2, 1))]  # fmt: skip
PARTS = ("won", "quota", "gap", "pipeline", "weighted", "count", "won_count", "lost_count", "entered", "further",
         "days", "amount", "of")  # fmt: skip

money = st.one_of(st.just(0), st.integers(1, 10**5), st.integers(10**5, 10**13))
shares = st.floats(0, 400, allow_nan=False)


def number(metric: Metric) -> st.SearchStrategy[Number]:
    if metric.unit is Unit.MONEY:
        return money
    if metric.unit in (Unit.PERCENT, Unit.RATIO, Unit.DAYS):
        return st.one_of(st.just(0.0), shares)
    return st.integers(0, 5_000)


def parts() -> st.SearchStrategy[dict[str, Number]]:
    return st.dictionaries(st.sampled_from(PARTS), money, max_size=5)


@st.composite
def queries(draw: st.DrawFn) -> MetricQuery:
    metric = draw(st.sampled_from([m for m in METRICS.values() if m.unit is not Unit.PAGE]))
    by = draw(st.sampled_from([None, *sorted(metric.by)]))
    made = Filter(
        draw(st.sampled_from([None, Stage.PROPOSAL])) if "stage" in metric.filters else None,
        draw(st.sampled_from([None, ActivityType.VISIT])) if "type" in metric.filters else None,
        draw(st.sampled_from([None, "A"])) if "tier" in metric.filters else None,
        draw(st.sampled_from([None, "p2"])) if "product" in metric.filters else None,
    )
    query = MetricQuery(
        metric.name,
        draw(st.sampled_from(SCOPES)),
        draw(st.sampled_from(PERIODS)),
        by,
        draw(st.sampled_from([None, Order.DESC, Order.ASC])) if by is not None else None,
        draw(st.sampled_from([None, 1, 3, 5])) if by is not None else None,
        made,
        draw(st.sampled_from([None, BEFORE, quarter_of(date(2025, 2, 1)), unit("south")])),
        by is not None and draw(st.booleans()),
    )
    return query if not faults_of(query) else MetricQuery("won", unit("north"), QUARTER)


@st.composite
def figures(draw: st.DrawFn, query: MetricQuery | None = None) -> Figures:
    query = query or draw(queries())
    metric = METRICS[query.metric]
    rows: list[Row] = []
    value = st.one_of(st.none(), number(metric))
    if query.group_by is not None:
        keys = draw(st.lists(st.sampled_from(KEYS[query.group_by]), max_size=12, unique=True))
        rows = [Row(key, draw(value), draw(parts())) for key in keys]
    elif query.metric == "lost_reasons":
        reasons = draw(st.lists(st.sampled_from(["价格高了10%", "三家比价", "", "No budget in 2026"]), unique=True))
        rows = [Row(reason, draw(st.integers(1, 40))) for reason in reasons]
    other = query.other()
    against = draw(figures(other)) if other is not None else None
    return Figures(query, TODAY, draw(value), draw(parts()), tuple(rows), len(rows) + draw(st.integers(0, 20)),
                   draw(st.sampled_from([None, unit("north")])), against)  # fmt: skip


days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
words = st.sampled_from(["", "聊了3个方案，预算120万", "Budget 2.5M, two sites", "发正式报价" * 20])


@st.composite
def deals(draw: st.DrawFn) -> DealLine:
    deal = draw(st.sampled_from(["d1", "d2", "d3"]))
    home = company().opportunities[deal]
    return DealLine(
        deal, home.account, home.name, draw(st.sampled_from(["nie", "pan", "gone"])), draw(st.sampled_from(Stage)),
        draw(st.one_of(st.none(), money)), draw(st.one_of(st.none(), days)),
        tuple(draw(st.lists(st.sampled_from([flag.value for flag in Flag]), max_size=3, unique=True))),
    )  # fmt: skip


@st.composite
def events(draw: st.DrawFn) -> EventLine:
    return EventLine(
        draw(st.sampled_from(["activity", "stage", "payment", "follow_up", "created"])), "a1",
        draw(st.one_of(st.none(), days)), draw(st.sampled_from([None, "nie", "boss"])),
        draw(st.sampled_from([None, "wl", "d7", "ax"])), None,
        draw(st.sampled_from([None, *ActivityType])), draw(st.sampled_from([None, *Stage])),
        draw(st.one_of(st.none(), money)), draw(words), tuple(draw(st.sampled_from([(), ("c1",), ("c1", "c6")]))),
        draw(st.booleans()), draw(st.booleans()),
    )  # fmt: skip


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    kind = draw(st.sampled_from(ProblemKind))
    names = ("value", "peers", "count", "amount", "attainment", "won", "before")
    subject = Target(TargetKind.PRODUCT, "p2") if kind is ProblemKind.PRODUCT_FALLS else unit("n1")
    return Problem(kind, subject, draw(st.sampled_from([None, "nie"])), 1, draw(st.sampled_from([None, *Cause])),
                   draw(st.sampled_from([None, *Flag])), {name: draw(money) for name in names},
                   tuple(draw(st.lists(deals(), max_size=2))))  # fmt: skip


@st.composite
def overviews(draw: st.DrawFn) -> Overview:
    quota, won = draw(st.one_of(st.none(), money)), draw(money)
    missed = draw(st.one_of(st.none(), problems()))
    some = [Part(target, draw(st.sampled_from([None, "pan", "nie"])), 100, 1, draw(st.one_of(st.none(), shares)),
    missed)
            for target in (unit("n1"), user("nie"))]  # fmt: skip
    slipping = draw(st.lists(deals(), max_size=4))
    return Overview(
        draw(st.sampled_from(SCOPES)), draw(st.sampled_from([p for p in PERIODS if p])), TODAY, quota, won, 3,
        None if not quota else 100 * won / quota, draw(st.integers(0, 100)),
        None if quota is None else max(0, quota - won), draw(money), draw(money), draw(st.one_of(st.none(), shares)),
        {name: Moved(draw(st.integers(0, 30)), draw(money)) for name in ("won", "created", "lost", "pushed")},
        tuple(some), tuple(slipping), len(slipping), 5, draw(st.integers(0, 50)),
        tuple(draw(st.lists(problems(), max_size=4))), draw(st.sampled_from([None, unit("north")])),
    )  # fmt: skip


@st.composite
def behinds(draw: st.DrawFn) -> Behind:
    lines, done = draw(st.lists(deals(), max_size=9)), draw(st.lists(events(), max_size=9))
    quotas = draw(st.lists(st.tuples(st.sampled_from(["north", "nie"]), st.just(date(2026, 2, 1)), money), max_size=3))
    count = len(lines) + len(done) + len(quotas) + draw(st.integers(0, 30))
    return Behind(draw(queries()), TODAY, count, tuple(lines), tuple(done), tuple(quotas))
