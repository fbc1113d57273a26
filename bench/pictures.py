"""How long a picture takes: the first in a process and those that follow, of every kind, in both languages.

    .venv/bin/python bench/pictures.py [--quick] [--json] [--save FOLDER]

Compared with zlib packing the same pixels, which is what any PNG costs at least. `--save` leaves the pictures in a
folder, to look at.
"""

from __future__ import annotations

import argparse
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from figures import Figure, Result, one_core, report, timed

from handlers.charts import picture_of
from handlers.figure_words import figure_words
from handlers.lines import Telling
from handlers.words import words_for
from sales.book import MemoryCompany
from sales.metrics.figures import Figures, Row
from sales.metrics.problems import Overview, Part
from sales.metrics.query import GroupBy, MetricQuery, Order, Target, TargetKind
from sales.people import Company, CompanyData, OrgUnit, Person, Product
from sales.periods import Period, quarter_of
from sales.stages import Role, Stage

GOAL_MS = 150.0
TODAY = date(2026, 8, 19)
QUARTER = quarter_of(TODAY)
HOME = Target(TargetKind.ORG_UNIT, "u")
TEN_THOUSAND = 1_000_000  # in minor units
_UNITS = {
    True: "江北 江南 滨海 临港 青浦 嘉善 昆山 常熟 太仓 吴江 海门 启东综合保税区与沿江工业园联合 如皋 靖江",
    False: "Porto Leiden Ghent Turin Graz Bergen Malmo Upper-Rhine-valley-and-Alsace-joint-office"
    " Cork Leeds Basel Brno Lyon Nantes",
}


def telling(*, chinese: bool) -> Telling:
    units = [OrgUnit(f"u{n}", name, (), "u") for n, name in enumerate(_UNITS[chinese].split())]
    me = Person("p", "顾聆" if chinese else "Ada Kern", Role.MANAGER, "u")
    products = "流量计 阀门 控制柜 备件" if chinese else "Meters Valves Cabinets Spares"
    data = CompanyData(
        Company("澄海仪表" if chinese else "Kern Meters", "CNY" if chinese else "EUR"),
        (OrgUnit("u", "华东区" if chinese else "Europe", (), None), *units),
        (me,),
        tuple(Product(f"k{n}", name) for n, name in enumerate(products.split())),
    )
    return Telling(MemoryCompany(data).book_of("p"), words_for(chinese=chinese), TODAY)


def examples() -> Iterator[tuple[str, Figures | Overview]]:
    quotas = [(160 + 37 * n % 200) * TEN_THOUSAND for n in range(14)]
    shares = (18, 33, 41, 47, 52, 55, 61, 66, 72, 80, 88, 97, 104, 121)
    stands = [(f"u{n}", quotas[n] * share // 100, quotas[n], float(share)) for n, share in enumerate(shares)]
    rows = tuple(Row(key, share, {"won": won, "quota": quota}) for key, won, quota, share in stands)
    won, quota = sum(one[1] for one in stands), sum(quotas)
    whole = {"won": won, "quota": quota}
    yield "attainment", _of("attainment", GroupBy.ORG_UNIT, rows, 100 * won / quota, whole)
    parts = tuple(Part(Target(TargetKind.ORG_UNIT, key), None, q, w, share) for key, w, q, share in stands)
    yield "overview", Overview(
        HOME, QUARTER, TODAY, quota, won, 41, 100 * won / quota, QUARTER.elapsed(TODAY), quota - won, quota,
        (won + quota) // 2, 1.2, {}, parts,
    )  # fmt: skip
    year = Period(date(2025, 9, 1), date(2026, 8, 31))
    months = tuple(Row(f"{first:%Y-%m}", (90 + 173 * n % 400) * TEN_THOUSAND) for n, first in enumerate(year.months))
    yield "months", _of("won", GroupBy.MONTH, months, period=year)
    weeks = tuple(Row((date(2026, 5, 25) + timedelta(weeks=n)).isoformat(), 20 + 7 * n % 31) for n in range(13))
    yield "weeks", _of("activities", GroupBy.WEEK, weeks)
    then = quarter_of(date(2025, 8, 1))
    now, before = months[-2:], tuple(Row(f"2025-{n:02}", (120 + 9 * n) * TEN_THOUSAND) for n in (7, 8))
    query = MetricQuery("won", HOME, QUARTER, GroupBy.MONTH, versus=then)
    against = Figures(MetricQuery("won", HOME, then, GroupBy.MONTH), TODAY, None, {}, before, 2)
    yield "compared", Figures(query, TODAY, None, {}, now, 2, against=against)
    stages = [stage for stage in Stage if stage.is_open]
    funnel = tuple(Row(one.value, (900 >> n) * TEN_THOUSAND, {"count": 40 >> n}) for n, one in enumerate(stages))
    yield "funnel", _of("pipeline", GroupBy.STAGE, funnel, period=None)
    sold = tuple(Row(f"k{n}", (700 >> n) * TEN_THOUSAND, {"count": 30 >> n}) for n in range(4))
    yield "products", _of("won", GroupBy.PRODUCT, sold, order=Order.DESC)


def _of(
    metric: str, by: GroupBy, rows: tuple[Row, ...], value: float | None = None, parts: dict[str, int] | None = None,
    period: Period | None = QUARTER, order: Order | None = None,
) -> Figures:  # fmt: skip
    return Figures(MetricQuery(metric, HOME, period, by, order), TODAY, value, parts or {}, rows, len(rows))


def draw(kind: str, *, chinese: bool) -> bytes:
    picture = picture_of(dict(examples())[kind], telling(chinese=chinese))
    if picture is None:
        raise SystemExit(f"{kind}: nothing was drawn")
    return picture.data


def measure(runs: int, folder: Path | None) -> Result:
    one_core()
    times: dict[str, list[float]] = {}
    plain: dict[str, list[float]] = {}
    size = {}
    for chinese in (True, False):
        for kind, _ in examples():
            name = f"{kind}, {'Chinese' if chinese else 'English'}"
            data = draw(kind, chinese=chinese)
            size[name] = len(data)
            pixels = _pixels(data)
            for _ in range(runs):
                with timed() as watch:
                    draw(kind, chinese=chinese)
                times.setdefault(name, []).append(watch.wall * 1000)
                with timed() as watch:
                    zlib.compress(pixels, 6)
                plain.setdefault(name, []).append(watch.wall * 1000)
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{kind}-{'zh' if chinese else 'en'}.png").write_bytes(data)
    middle = {name: median(found) for name, found in times.items()}
    slowest = max(middle, key=lambda name: middle[name])
    first = [_first() for _ in range(max(3, runs // 3))]
    packed, said = "zlib on the same pixels", "zlib on the pixels of the slowest"
    every = (
        f"medians {min(middle.values()):.0f} to {max(middle.values()):.0f} ms, at most {max(size.values()) // 1000} kB"
    )
    late = f"95 % within {sorted(times[slowest])[int(runs * 0.95) - 1]:.0f} ms"
    return Result(
        [
            Figure("picture: first in a process, slowest kind", median(first), "ms", GOAL_MS,
                   median(plain[slowest]), said, f"{len(first)} processes, {min(first):.0f} to {max(first):.0f} ms"),
            Figure(f"picture: later ones, slowest kind ({slowest})", middle[slowest], "ms", GOAL_MS,
                   median(plain[slowest]), packed, late),
            Figure(f"picture: later ones, all {len(middle)}", median(middle.values()), "ms", GOAL_MS,
                   median(median(found) for found in plain.values()), packed, every),
        ]
    )  # fmt: skip


def _first() -> float:
    """The first picture of a process: the renderer is imported, the font read."""
    done = subprocess.run([sys.executable, __file__, "--first"], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _pixels(data: bytes) -> bytes:
    """The pixels of a PNG, filtered as they stand in it."""
    place, packed = 8, b""
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            packed += data[place + 8 : place + 8 + length]
        place += 12 + length
    return zlib.decompress(packed)


def main() -> None:
    asked = argparse.ArgumentParser(description="How long a picture takes.")
    asked.add_argument("--quick", action="store_true", help="fewer runs")
    asked.add_argument("--json", action="store_true", help="for run.py")
    asked.add_argument("--save", type=Path, help="leave the pictures in this folder")
    asked.add_argument("--first", action="store_true", help="one picture, its milliseconds: for this program itself")
    args = asked.parse_args()
    if args.first:
        found, tell = dict(examples())["attainment"], telling(chinese=True)
        figure_words(chinese=True)  # the text of the answer was worded before
        with timed() as watch:
            picture_of(found, tell)
        print(watch.wall * 1000)
        return
    report(measure(5 if args.quick else 20, args.save), as_json=args.json)


if __name__ == "__main__":
    main()
