"""Expressions of time that only figures have: YTD, the last three months, the second fiscal quarter, 25Q4."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from sales.language.dates_model import Moment
from sales.language.dates_periods import Quarter
from sales.language.numbers import read_number
from sales.periods import Period, before, month_of, months_on, quarter_of, shifted, week_of, year_of

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED = "|".join(f"{m}[a-z]*" for m in _MONTHS)
_NUMERAL = r"(\d{1,2}|[一两二三四五六七八九十]{1,3})"

Made = Callable[[re.Match[str], date, int], Period | None]


def _to_date(kind: str) -> Made:
    def made(found: re.Match[str], today: date, start: int) -> Period:
        whole = {"y": year_of(today, start), "q": quarter_of(today, start), "m": month_of(today), "w": week_of(today)}
        return Period(whole[kind].first, today)

    return made


def _rolling_months(found: re.Match[str], today: date, start: int) -> Period | None:
    """这两个月: this month and those before it."""
    count = read_number(found.group(1))
    if count is None or not 1 < count <= 24:
        return None
    return Period(months_on(today.replace(day=1), 1 - int(count)), month_of(today).last)


def _first_quarters(found: re.Match[str], today: date, start: int) -> Period | None:
    count = read_number(found.group(1))
    if count is None or not 1 < count <= 4:
        return None
    first = year_of(today, start).first
    return Period(first, months_on(first, 3 * int(count)) - timedelta(days=1))


def _named_months(found: re.Match[str], today: date, start: int) -> Period | None:
    first, last = (_MONTHS.index(found.group(i)[:3]) + 1 for i in (1, 2))
    year = today.year if first <= today.month else today.year - 1
    until = year if last >= first else year + 1
    return Period(date(year, first, 1), month_of(date(until, last, 1)).last)


def _short_quarter(found: re.Match[str], today: date, start: int) -> Period | None:
    """25q4, fy26q1, q4fy25: the quarter of a fiscal year that is named by the year in which it ends, or begins."""
    year, quarter = (found.group("y1") or found.group("y2")), int(found.group("q1") or found.group("q2"))
    full = int(year) + (2000 if len(year) == 2 else 0)
    at = Quarter(quarter=quarter, year=full).resolve(Moment(today, fiscal_start=start))
    return Period(at.first, at.last)


def _whole_year(found: re.Match[str], today: date, start: int) -> Period:
    return year_of(today, start)


def _months_through(found: re.Match[str], today: date, start: int) -> Period | None:
    """2026年1-7月, 去年3月到5月."""
    first, last = read_number(found.group("from")), read_number(found.group("to"))
    if first is None or last is None or not 1 <= first <= 12 or not 1 <= last <= 12:
        return None
    said = found.group("year")
    years = {"今年": 0, "去年": -1, "前年": -2, "明年": 1}
    if said is None:
        year = today.year
    else:
        year = today.year + years[said] if said in years else int(said)
    if said is None and last < first and (today.month - last) % 12 < (first - today.month) % 12:
        year -= 1  # 11月到1月, said in February: those just over
    begin = date(year, int(first), 1)
    return Period(begin, month_of(date(year + (last < first), int(last), 1)).last)


_NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "final": 4}


def _nth_quarter(found: re.Match[str], today: date, start: int) -> Period | None:
    """the second fiscal quarter: of this fiscal year."""
    if found.group("n") == "last":
        return before(quarter_of(today, start))
    which = _NTH[found.group("n")]
    year = shifted(year_of(today, start), 12) if found.group("last") else year_of(today, start)
    first = months_on(year.first, 3 * (which - 1))
    return Period(first, months_on(first, 3) - timedelta(days=1))


_STEPS = {"上上": -2, "上": -1, "last": -1, "下": 1, "next": 1, "下下": 2}


def _month_like_a_name(found: re.Match[str], today: date, start: int) -> Period:
    """quota for June: months that are first names, too, where a word before says that a month is meant."""
    month = _MONTHS.index(found.group("month")[:3]) + 1
    last = month > today.month and found.group("ahead") != "for"
    return month_of(date(today.year - last, month, 1))


def _half_of_fiscal_year(found: re.Match[str], today: date, start: int) -> Period:
    """上半财年: six months of this fiscal year."""
    year = year_of(today, start)
    middle = months_on(year.first, 6)
    first = (found.group("which") or found.group("tail")) == "上"
    return Period(year.first, middle - timedelta(days=1)) if first else Period(middle, year.last)


def _by_word(found: re.Match[str], today: date, start: int) -> Period:
    """上个quarter, next month: between Chinese characters, too."""
    what, steps = found.group("what")[0], _STEPS.get(found.group("when").strip(), 0)
    if what == "w":
        return week_of(today + timedelta(weeks=steps))
    what = "y" if what == "f" else what
    months = {"q": 3, "m": 1, "y": 12}[what]
    now = {"q": quarter_of(today, start), "m": month_of(today), "y": year_of(today, start)}[what]
    first = months_on(now.first, steps * months)
    return Period(first, months_on(first, months) - timedelta(days=1))


def _whole_one(found: re.Match[str], today: date, start: int) -> Period:
    what = found.group("what") or found.group("zh")
    if what.startswith("year"):
        return year_of(today, start)
    return month_of(today) if "month" in what or "月" in what else quarter_of(today, start)


def _half_of_year(found: re.Match[str], today: date, start: int) -> Period:
    """first half of this year, second half of last year."""
    year = year_of(today, start)
    if found.group("last") or found.group("l2"):
        year = shifted(year, 12)
    second = (found.group("n") or found.group("h")) in ("second", "2nd", "h2")
    middle = months_on(year.first, 6)
    return Period(middle, year.last) if second else Period(year.first, middle - timedelta(days=1))


def _half_year(found: re.Match[str], today: date, start: int) -> Period:
    return Period(months_on(today.replace(day=1), -5), month_of(today).last)


_SAID: tuple[tuple[str, Made], ...] = (
    (r"(?:(?:今年|本年度?|本财年|this year)\s?)?\bytd\b|year[- ]to[- ]date|年初(?:到现在|至今|到今天|到目前|以来)|(?:今年|本年)(?:以来|到现在|至今|到目前|到今天)|so far this year|this year so far|今年截[至止](?:目前|现在|今天)", _to_date("y")),
    (r"\bqtd\b|quarter[- ]to[- ]date|(?:本季度?|这个?季度?)(?:以来|至今)|so far this quarter|this quarter so far", _to_date("q")),
    (r"\bmtd\b|month[- ]to[- ]date|月初(?:到现在|至今|到今天|以来)|(?:本月|这个?月)(?:以来|至今)|so far this month|this month so far", _to_date("m")),
    (r"\bwtd\b|week[- ]to[- ]date|so far this week|this week so far|(?:本周|这周)(?:以来|至今)", _to_date("w")),
    (r"(?<!年)全年|(?<!年)整年|full[- ]year|the whole year|整个财年", _whole_year),
    (rf"前{_NUMERAL}个?季度", _first_quarters),
    (rf"(?<!最)(?:这|近|今){_NUMERAL}个月(?!前)", _rolling_months),
    (r"这半年", _half_year),
    (r"(?:(?P<year>20\d\d|[今去前明]年)年?)?\s?(?<!\d)(?P<from>\d{1,2}|[一二三四五六七八九十]{1,2})月?份?(?:-|~|—|到|至)(?P<to>\d{1,2}|[一二三四五六七八九十]{1,2})月份?", _months_through),
    (r"\b(?P<n>first|second|third|fourth|1st|2nd|3rd|4th|last|final)(?: fiscal| financial)? (?:quarter|qtr)\b(?: of)?(?: (?P<last>last)| this)?(?: fiscal| financial)?(?: year)?", _nth_quarter),
    (r"\b(?:the )?(?:whole|full|entire)(?: fiscal| financial)? (?P<what>quarter|qtr|month|year)\b|(?P<zh>整个?季度?|整季|全季度?|整个?月|全月)", _whole_one),
    (r"(?P<n>first|second|1st|2nd) half(?: of)?(?: (?P<last>last)| this| the)?(?: fiscal| financial)? ?(?:year|fy)?\b|\b(?P<h>h[12])(?: of)?(?: (?P<l2>last)| this)(?: fiscal)? year", _half_of_year),
    (rf"(?:between |from )?\b({_NAMED})\b\.?\s*(?:-|–|to|and|through|thru)\s*\b({_NAMED})\b", _named_months),
    (r"\b(?:fy)?(?P<y1>\d{2}|20\d{2})[- ]?q(?P<q1>[1-4])\b|\bq(?P<q2>[1-4])[- ]?(?:of )?(?:fy)?(?P<y2>\d{2}|20\d{2})\b", _short_quarter),
    (r"\b(?P<ahead>for|in|of|during|over)\s+(?P<month>april|may|june|august)\b(?!\s*\d)", _month_like_a_name),
    (
        r"(?P<when>上上|上|这|本|当|下下|下)个?\s?(?P<what>quarter|qtr|month|mth|week|wk|year|yr|fy)(?![a-z0-9])",
        _by_word,
    ),
    (r"(?<=[\u4e00-\u9fff])(?P<when>last|this|next|current) (?P<what>quarter|qtr|month|mth|week|wk)(?![a-z0-9])", _by_word),
    (r"(?P<which>上|下)半个?财年|财年(?P<tail>上|下)半年", _half_of_fiscal_year),
    (r"呢个季度|今季", lambda f, d, s: quarter_of(d, s)),
    (r"今个月|呢个月", lambda f, d, s: month_of(d)),
    (r"今个?礼拜|呢个?礼拜|今个星期", lambda f, d, s: week_of(d)),
    (r"(?:the |this )(?:current )?(?:quarter|qtr)\b", lambda f, d, s: quarter_of(d, s)),
)  # fmt: skip

_FIXED = tuple((re.compile(said, re.ASCII), made) for said, made in _SAID)
"""ASCII: a Chinese character ends an English word, YTD回款, 25Q4签了多少."""


def figure_days(text: str, today: date, start: int) -> list[tuple[int, int, Period]]:
    """Expressions of time that only figures have."""
    found: list[tuple[int, int, Period]] = []
    for pattern, made in _FIXED:
        for match in pattern.finditer(text):
            if any(s < match.end() and match.start() < e for s, e, _ in found):
                continue
            try:
                period = made(match, today, start)
            except (OverflowError, ValueError):  # no such day
                continue
            if period is not None:
                found.append((match.start(), match.end(), period))
    return found


def fixed_spans(text: str, today: date, start: int) -> list[tuple[int, int]]:
    """Where expressions of time stand that only figures have."""
    return [(s, e) for s, e, _ in figure_days(text, today, start)]
