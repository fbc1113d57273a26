"""Charts: what is drawn is what the data says, everything stands in its place, names are only ever text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.chart_data import Bars, Chart, Columns
from handlers.chart_svg import BLUE, INNER, LIGHT, ORANGE, PAD, WIDTH, cut, width
from handlers.charts import chart_of, picture_of, svg_of
from handlers.lines import Telling
from handlers.words import words_for
from sales.book import MemoryCompany
from sales.metrics.figures import Figures, Number, Row
from sales.metrics.problems import Overview, Part
from sales.metrics.query import Filter, GroupBy, MetricQuery, Order, Target, TargetKind
from sales.people import Account, Company, CompanyData, OrgUnit, Person, Product
from sales.periods import Period, quarter_of
from sales.stages import Role, Stage

TODAY = date(2026, 8, 19)
Q3 = quarter_of(TODAY)
HOME = Target(TargetKind.ORG_UNIT, "u")
NAMES = ("临港组", "青浦组", "嘉善组")


def telling(names: Sequence[str] = NAMES, *, chinese: bool = True, currency: str = "CNY") -> Telling:
    me = Person("p0", "顾聆", Role.MANAGER, "u")
    units = [OrgUnit("u", "华中", (), None), *(OrgUnit(f"u{n}", name, (), "u") for n, name in enumerate(names))]
    data = CompanyData(
        company=Company("澄海泵业", currency),
        org_units=tuple(units),
        people=(me, *(Person(f"p{n}", name, Role.REP, "u") for n, name in enumerate(names, 1))),
        products=tuple(Product(f"k{n}", name) for n, name in enumerate(names)),
        competitors=(), contacts=(), opportunities=(), follow_ups=(), payments=(),
        accounts=tuple(Account(f"a{n}", name, "p0") for n, name in enumerate(names)),
    )  # fmt: skip
    book = MemoryCompany(data).book_of("p0")
    return Telling(book, words_for(chinese=chinese), TODAY)


def figures(
    metric: str, by: GroupBy | None, rows: Sequence[Row], *, period: Period | None = Q3, value: Number | None = None,
    count: int | None = None, **query: object,
) -> Figures:  # fmt: skip
    asked = MetricQuery(metric, HOME, period, by, **query)  # type: ignore[arg-type]
    return Figures(asked, TODAY, value, {}, tuple(rows), len(rows) if count is None else count)


class Picture:
    """An SVG, read back."""

    def __init__(self, chart: Chart) -> None:
        self.text = svg_of(chart)
        self.root = ElementTree.fromstring(self.text)
        self.width, self.height = float(self.root.attrib["width"]), float(self.root.attrib["height"])

    def all(self, kind: str) -> list[ElementTree.Element]:
        return [one for one in self.root.iter() if one.attrib.get("class") == kind]

    def said(self, kind: str) -> list[str]:
        return [one.text or "" for one in self.all(kind)]

    def lengths(self, kind: str = "bar", side: str = "width") -> list[float]:
        return [float(one.attrib[side]) for one in self.all(kind)]


def drawn(found: Figures | Overview, tell: Telling | None = None) -> Picture:
    chart = chart_of(found, tell or telling())
    assert chart is not None
    return Picture(chart)


def attainment(*percents: float | None, **more: object) -> Figures:
    rows = [
        Row(f"u{n}", percent, {"won": round(percent or 0) * 10_000, "quota": 1_000_000} if percent is not None else {})
        for n, percent in enumerate(percents)
    ]
    return figures("attainment", GroupBy.ORG_UNIT, rows, **more)  # type: ignore[arg-type]


# -- attainment


def test_attainment_says_who_is_behind_the_time_that_has_passed() -> None:
    picture = drawn(attainment(30, 54, 80))
    assert picture.said("title") == ["华中：各单位完成率"]
    assert picture.said("line") == ["Q3（2026/7/1–9/30），截至 8/19 周三"]
    assert picture.said("name") == list(NAMES)
    assert picture.said("value") == ["30%", "54%", "80%"]
    assert picture.said("detail") == ["3,000元 / 1万", "5,400元 / 1万", "8,000元 / 1万"]
    assert picture.said("mark-label") == ["时间已过 54%"]
    assert [one.attrib["fill"] for one in picture.all("bar")] == [ORANGE, BLUE, BLUE]
    assert picture.lengths() == pytest.approx([INNER * 0.3, INNER * 0.54, INNER * 0.8], abs=0.1)
    marks = {one.attrib["points"].split(",")[0] for one in picture.all("mark")}
    assert marks == {f"{PAD + INNER * 0.54:.1f}".removesuffix(".0")}
    assert picture.said("legend") == ["落后于时间进度"]


def test_in_english() -> None:
    picture = drawn(attainment(30, 120), telling(("Shore", "Hill"), chinese=False, currency="USD"))
    assert picture.said("title") == ["华中: attainment by unit"]
    assert picture.said("line") == ["Q3 (Jul 1 – Sep 30, 2026), as of Wed Aug 19"]
    assert picture.said("detail") == ["$3,000 / $10k", "$12k / $10k"]
    assert (picture.said("legend"), picture.said("mark-label")) == (["Behind plan"], ["54% of the time has passed"])
    assert picture.root.attrib["lang"] == "en"


def test_what_is_beyond_the_quota_goes_beyond_the_track() -> None:
    picture = drawn(attainment(50, 150))
    assert picture.lengths("track") == pytest.approx([INNER / 1.5] * 2, abs=0.1)
    assert picture.lengths() == pytest.approx([INNER / 3, INNER], abs=0.1)
    assert not picture.all("break")
    far = drawn(attainment(50, 1000))
    assert far.lengths() == pytest.approx([INNER / 4, INNER], abs=0.1)
    assert len(far.all("break")) == 2
    assert far.said("value") == ["50%", "1,000%"]


def test_a_period_that_is_over_is_measured_by_its_quota_and_one_to_come_by_nothing() -> None:
    over = drawn(attainment(99, 100, period=quarter_of(date(2026, 4, 1))))
    assert [one.attrib["fill"] for one in over.all("bar")] == [ORANGE, BLUE]
    assert (over.said("legend"), over.all("mark")) == (["没完成指标"], [])
    ahead = drawn(attainment(1, 2, period=quarter_of(date(2026, 10, 1))))
    assert {one.attrib["fill"] for one in ahead.all("bar")} == {BLUE}
    assert not ahead.all("mark")


def test_no_quota_is_said_and_not_drawn() -> None:
    picture = drawn(attainment(30, None, 80))
    assert picture.said("value") == ["30%", "无指标", "80%"]
    assert len(picture.all("bar")) == 2


def test_nothing_won_against_a_quota_is_drawn_as_nothing() -> None:
    picture = drawn(attainment(0, 0))
    assert picture.said("value") == ["0%", "0%"]
    assert (len(picture.all("track")), picture.all("bar")) == (2, [])
    assert picture.said("legend") == ["落后于时间进度"]


def test_what_has_no_bar_is_summed_up() -> None:
    tell = telling([f"组{n}" for n in range(15)])
    picture = drawn(attainment(*range(20, 35)), tell)
    assert len(picture.said("name")) == 12
    assert picture.said("rest") == ["另有3个没画，合计 9,900元 / 3万"]
    assert drawn(attainment(*range(20, 32), count=40), tell).said("rest") == ["另有28个没画"]
    won = figures("won", GroupBy.USER, [Row(f"p{n}", 100_000_000 - n) for n in range(15)], order=Order.DESC)
    assert drawn(won, tell).said("rest") == ["另有3人没画，合计 300万"]
    rate = figures("win_rate", GroupBy.USER, [Row(f"p{n}", 50.0) for n in range(15)])
    assert drawn(rate, tell).said("rest") == ["另有3人没画"]


def test_the_overview_begins_with_the_whole_and_its_forecast() -> None:
    parts = tuple(Part(Target(TargetKind.ORG_UNIT, f"u{n}"), None, 100_000_00, won, won / 1e5) for n, won in
                  enumerate((2_000_000, 9_000_000)))  # fmt: skip
    whole = Overview(HOME, Q3, TODAY, 20_000_000, 11_000_000, 3, 55.0, 54, 9_000_000, 0, 14_000_000, None, {}, parts)
    picture = drawn(whole)
    assert picture.said("title") == ["华中：完成情况"]
    assert picture.said("name") == ["合计", *NAMES[:2]]
    assert picture.said("value") == ["55%", "20%", "90%"]
    assert picture.lengths("more") == pytest.approx([INNER * 0.7], abs=0.1)
    assert picture.said("legend") == ["落后于时间进度", "预测 14万"]
    assert chart_of(replace(whole, parts=parts[:1]), telling()) is None
    assert chart_of(replace(whole, attainment=None, quota=None), telling()) is None


# -- rankings, funnels, trends


def test_a_ranking_keeps_its_order_and_its_scale_begins_at_zero() -> None:
    rows = [Row("k2", 80_000_000, {"count": 4}), Row("k0", 20_000_000, {"count": 1}), Row("k1", 0, {"count": 0})]
    picture = drawn(figures("won", GroupBy.PRODUCT, rows, order=Order.DESC, filter=Filter(tier="B", product="k1")))
    assert picture.said("name") == [NAMES[2], NAMES[0], NAMES[1]]
    assert picture.said("value")[:2] == ["80万", "20万"]
    assert picture.said("detail") == ["4个", "1个", "0个"]
    assert picture.said("line")[1] == f"只算：B类客户、{NAMES[1]}"
    assert picture.lengths() == pytest.approx([INNER, INNER / 4], abs=0.1)


def test_a_share_is_drawn_of_the_whole_hundred() -> None:
    picture = drawn(figures("win_rate", GroupBy.USER, [Row("p1", 25.0), Row("p2", 50.0), Row("p3", None)]))
    assert picture.lengths() == pytest.approx([INNER / 4, INNER / 2], abs=0.1)
    assert picture.said("value") == ["25%", "50%", "无"]


def test_what_it_is_compared_with_is_a_mark_at_each_bar() -> None:
    rows, before = [Row("p1", 10), Row("p2", 5)], [Row("p2", 20), Row("p1", 2)]
    then = quarter_of(date(2026, 5, 1))
    found = figures("activities", GroupBy.USER, rows, versus=then)
    found = replace(found, against=figures("activities", GroupBy.USER, before, period=then))
    picture = drawn(found)
    assert picture.lengths() == pytest.approx([INNER / 2, INNER / 4], abs=0.1)
    places = [float(one.attrib["points"].split(",")[0]) for one in picture.all("other")]
    assert places == pytest.approx([PAD + INNER / 10, PAD + INNER - 2], abs=0.1)
    assert picture.said("legend") == ["Q2（2026/4/1–6/30）"]


def test_a_funnel_is_in_the_order_of_the_stages_and_centred() -> None:
    rows = [Row("proposal", 50, {"count": 2}), Row("lead", 100, {"count": 7}), Row("solution", 20, {"count": 1})]
    picture = drawn(figures("pipeline", GroupBy.STAGE, rows, period=None))
    words = telling().words
    assert picture.said("name") == [words.stage(one) for one in (Stage.LEAD, Stage.SOLUTION, Stage.PROPOSAL)]
    middles = {float(one.attrib["x"]) + float(one.attrib["width"]) / 2 for one in picture.all("bar")}
    assert all(abs(middle - WIDTH / 2) <= 0.1 for middle in middles)
    assert picture.lengths() == pytest.approx([INNER, INNER / 5, INNER / 2], abs=0.1)
    assert picture.said("line") == ["截至 8/19 周三"]


def test_months_stand_in_time_and_the_one_that_runs_is_another_colour() -> None:
    rows = [Row("2026-08", 30_000_000), Row("2026-06", 60_000_000), Row("2026-07", None)]
    picture = drawn(figures("won", GroupBy.MONTH, rows))
    assert picture.said("name") == ["6月", "7月", "8月"]
    assert picture.said("value") == ["60万", "–", "30万"]
    assert [one.attrib["fill"] for one in picture.all("bar")] == [BLUE, LIGHT]
    high, low = picture.lengths(side="height")
    assert low == pytest.approx(high / 2, abs=0.1)
    assert picture.said("legend") == ["还没过完"]


def test_many_months_share_a_unit_and_say_where_the_year_turns() -> None:
    keys = [f"2025-{month:02}" for month in range(9, 13)] + [f"2026-{month:02}" for month in range(1, 9)]
    found = figures("won", GroupBy.MONTH, [Row(key, n * 35_500_000) for n, key in enumerate(keys)], period=None)
    picture = drawn(found)
    assert picture.said("legend")[0] == "单位：万元"
    assert picture.said("value")[:4] == ["0", "36", "71", "106"]
    assert picture.said("under") == ["2025年", "2026年"]
    english = drawn(found, telling(chinese=False, currency="USD"))
    assert english.said("legend")[0] == "In $k"
    assert english.said("value")[-1] == "3,905"
    longer = drawn(replace(found, rows=(*found.rows, *(Row(f"2024-{m:02}", 1) for m in range(1, 13))), row_count=24))
    assert len(longer.said("name")) == 14
    assert longer.said("rest") == ["更早的10个没画"]


def test_weeks_and_the_line_of_the_year_before() -> None:
    first = date(2026, 6, 29)
    rows = [Row((first + timedelta(weeks=n)).isoformat(), n + 1) for n in range(8)]
    then = quarter_of(date(2025, 8, 1))
    old = [Row((date(2025, 6, 30) + timedelta(weeks=n)).isoformat(), 2) for n in range(8)]
    found = replace(
        figures("activities", GroupBy.WEEK, rows, versus=then),
        against=figures("activities", GroupBy.WEEK, old, period=then),
    )
    picture = drawn(found)
    assert picture.said("name")[:2] == ["6/29", "7/6"]
    assert len([one for one in picture.all("other") if one.tag.endswith("circle")]) == 8
    assert picture.said("legend") == ["Q3（2026/7/1–9/30）", "Q3（2025/7/1–9/30）", "还没过完"]
    assert drawn(found, telling(chinese=False)).said("under") == ["Jun", "Jul", "Aug"]


def test_two_units_month_by_month_are_told_apart_by_name() -> None:
    other = Target(TargetKind.ORG_UNIT, "u1")
    rows = [Row("2026-07", 5), Row("2026-08", 6)]
    found = figures("won_count", GroupBy.MONTH, rows, versus=other)
    found = replace(found, against=replace(found, query=replace(found.query, scope=other, versus=None)))
    assert drawn(found).said("legend") == ["华中", NAMES[1], "还没过完"]


# -- what says nothing


@pytest.mark.parametrize(
    "found",
    [
        figures("won", GroupBy.USER, []),
        figures("won", GroupBy.USER, [Row("p1", 5)]),
        figures("won", GroupBy.USER, [Row("p1", 0), Row("p2", None)]),
        attainment(None, None),
        figures("won", None, [Row("p1", 5), Row("p2", 6)]),
        figures("at_risk", None, [Row("d1", 5), Row("d2", 6)]),
        figures("activities", GroupBy.USER, [Row("p1", 0), Row("p2", 0)], none_only=True),
        figures("won", GroupBy.MONTH, [Row("no month", 5), Row("2026-07", 6)]),
    ],
)
def test_nothing_is_drawn_that_says_nothing(found: Figures) -> None:
    assert chart_of(found, telling()) is None
    assert picture_of(found, telling()) is None


def test_reasons_for_losing_are_split_by_nature() -> None:
    picture = drawn(figures("lost_reasons", None, [Row("价格高", 3), Row("", 1)]))
    assert picture.said("name") == ["价格高", "未说明"]
    assert picture.said("value") == ["3单", "1单"]


def test_a_picture_has_a_name_that_files_can_have_and_says_what_it_shows() -> None:
    picture = picture_of(attainment(30, 80), telling())
    assert picture is not None
    assert picture.data.startswith(b"\x89PNG\r\n")
    assert picture.name == "华中-各单位完成率-20260819.png"
    assert picture.text == "华中：各单位完成率。Q3（2026/7/1–9/30），截至 8/19 周三"


# -- whatever the data


def test_names_are_text() -> None:
    evil = ["</text><script>alert(1)</script>", 'a & b "c" <d>', "\x00\x1b]0;x\x07折\u202e行\n第二\ufffe"]
    picture = drawn(attainment(30, 40, 50), telling(evil))
    assert picture.said("name")[1:] == ['a & b "c" <d>', "]0;x折行 第二"]
    assert not [one for one in picture.root.iter() if one.tag.endswith("script")]


def test_text_is_cut_to_its_room() -> None:
    assert cut("临港经济技术开发区", 10, 90) == "临港经济技术开发区"
    assert cut("临港经济技术开发区", 10, 60) == "临港经济技…"
    assert width(cut("Ångström & Møller Verkstads", 20, 100), 20) <= 100


ODD = st.text(max_size=60) | st.sampled_from(["", "临" * 80, "W" * 90, "i" * 200, "👩‍👩‍👧", "ー" * 30, "<&>'\""])
AMOUNTS = st.none() | st.integers(0, 10**17) | st.sampled_from([0, 1, 10**13])
BY = st.sampled_from(
    [("won", GroupBy.PRODUCT), ("won", GroupBy.ACCOUNT), ("activities", GroupBy.USER), ("pipeline", GroupBy.STAGE),
     ("win_rate", GroupBy.ORG_UNIT), ("cycle_days", GroupBy.USER), ("coverage", GroupBy.ORG_UNIT),
     ("attainment", GroupBy.USER), ("won", GroupBy.MONTH), ("activities", GroupBy.WEEK)]
)  # fmt: skip


def keys_of(by: GroupBy, count: int) -> list[str]:
    prefix = {GroupBy.PRODUCT: "k", GroupBy.ACCOUNT: "a", GroupBy.USER: "p", GroupBy.ORG_UNIT: "u"}
    if by is GroupBy.STAGE:
        return [stage.value for stage in Stage][:count]
    if by is GroupBy.MONTH:
        return [f"{2025 + n // 12}-{n % 12 + 1:02}" for n in range(count)]
    if by is GroupBy.WEEK:
        return [(date(2026, 1, 5) + timedelta(weeks=n)).isoformat() for n in range(count)]
    return [f"{prefix[by]}{n}" for n in range(count)]


@settings(max_examples=120, deadline=None)
@given(
    asked=BY, values=st.lists(AMOUNTS, min_size=2, max_size=30), names=st.lists(ODD, min_size=6, max_size=6),
    chinese=st.booleans(), currency=st.sampled_from(["CNY", "USD", "JPY", "XAU"]),
)  # fmt: skip
def test_everything_stands_in_its_place(
    asked: tuple[str, GroupBy], values: list[int | None], names: list[str], chinese: bool, currency: str
) -> None:
    metric, by = asked
    parts = [{"won": value or 0, "quota": 7} if metric == "attainment" else {"count": 3} for value in values]
    rows = [Row(key, v, p) for key, v, p in zip(keys_of(by, len(values)), values, parts, strict=False)]
    chart = chart_of(figures(metric, by, rows), telling(names, chinese=chinese, currency=currency))
    if chart is None:
        quotas = metric == "attainment" and any(row.value is not None for row in rows)
        assert len(rows) < 2 or not (quotas or any(row.value for row in rows[-14:]))
        return
    picture = Picture(chart)
    assert_boxes(picture)
    shown = [bar.value for bar in chart.bars] if isinstance(chart, Bars) else [one.value for one in chart.columns]
    lengths = picture.lengths(side="width" if isinstance(chart, Bars) else "height")
    full = INNER if isinstance(chart, Bars) else 360
    expected = [max(min(value / chart.top, 1) * full, 2) for value in shown if value]
    assert lengths == pytest.approx(expected, abs=0.06)
    assert isinstance(chart, Columns) or len(picture.said("name")) <= 12


def assert_boxes(picture: Picture) -> None:
    """Nothing leaves the picture, and no two texts are over each other."""
    texts = []
    for one in picture.root.iter():
        if one.tag.endswith("rect"):
            x, y, w, h = (float(one.attrib.get(key, 0)) for key in ("x", "y", "width", "height"))
            assert x >= 0
            assert y >= 0
            assert x + w <= WIDTH + 0.1
            assert y + h <= picture.height + 0.1
        elif one.tag.endswith("text"):
            x, y, size = (float(one.attrib[key]) for key in ("x", "y", "font-size"))
            wide = width(one.text or "", size)
            left = {"end": x - wide, "middle": x - wide / 2}.get(one.attrib.get("text-anchor", ""), x)
            if wide:
                texts.append((left, left + wide, y - 0.8 * size, y + 0.1 * size, one.text))
            assert left >= 0, one.text
            assert left + wide <= WIDTH, one.text
            assert y <= picture.height
    for (l1, r1, t1, b1, one), (l2, r2, t2, b2, other) in itertools.combinations(texts, 2):
        assert r1 <= l2 + 0.5 or r2 <= l1 + 0.5 or b1 <= t2 or b2 <= t1, (one, other)
