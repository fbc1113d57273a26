"""Which days a question means: this quarter, YTD, from January to March, the same period last year."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sales.language.dates import DateMention, Grain, Tense
from sales.language.dates_compound import Before, By
from sales.language.dates_model import Moment, Part
from sales.language.dates_periods import Half, Month, Quarter, Year
from sales.language.lexicon import Cue
from sales.language.mentions import Scene
from sales.language.numbers import read_number
from sales.metrics.registry import METRICS, usual_period
from sales.periods import Period, month_of, months_on, quarter_of, week_of, year_of

_SURE = 0.6
_AHEAD = frozenset({"forecast", "pipeline", "weighted_pipeline", "coverage", "receivable", "at_risk", "todo"})
_OPEN = frozenset({"quota", "gap", "attainment", "overview"})
_SINCE_AFTER = re.compile(
    r"\s*(?:份|号|日)?\s*(?:以来|至今|开始到|截至|截止|to date|till now|until now)"
)
_SINCE_BEFORE = re.compile(r"(?:since|自从?|打从?|从)\s*(?:the\s+)?$")
_AS_OF = re.compile(
    r"截[至止到]?(?:到)?(?:今日|今天|目前|现在|当前|此刻|本日|昨日|昨天)(?:为止)?|到(?:今天|目前|现在)为止|目前为止|\bas of (?:today|now|yesterday)\b|\bright now\b"
)
_BEFORE_THAT = re.compile(
    r"\bthe (?:quarter|month|week|year|period|one) before(?: that| it)?\b|再(?:往前|上)一?个?(?:季度?|月|周|年)|再(?:往)?前(?:一|面一)个?(?:季度?|月|周|年|期)|前一个?(?:季度|月|周|期)"
)
_TO_NOW = re.compile(r"到(?:现在|今天|目前|如今)|至今|以来|until now|till now|to date")


@dataclass(frozen=True, slots=True)
class Days:
    """The period said and the one to compare with; `spans` are the places in the text that say so."""

    period: Period | None = None
    versus: Period | None = None
    spans: tuple[tuple[int, int], ...] = ()


def days_of(
    scene: Scene, cues: Sequence[Cue], metric: str | None, base: Period | None, window: tuple[int, int]
) -> Days:
    """What a question says of time. `base` is the period of the last question, for "than the quarter before".

    `window` is the sentence that asks: what is said of time elsewhere counts only where it says nothing.
    """
    today, start = scene.context.today, scene.context.book.company.fiscal_year_start_month
    text = scene.text
    if base is not None and (earlier := _BEFORE_THAT.search(text)):
        return Days(before(base), None, ((earlier.start(), earlier.end()),))
    fixed = _fixed(text, today, start)
    spans = [(s, e) for s, e, _ in fixed]
    said: list[tuple[int, Period]] = [(s, period) for s, _, period in fixed]
    tense = Tense.PLAN if metric in _AHEAD else Tense.UNKNOWN if metric in _OPEN else Tense.PAST
    last_end = -9
    asof = [(m.start(), m.end()) for m in _AS_OF.finditer(text)]
    spans += asof
    first, last = window
    if any(s < last and first < e for s, e in spans):
        said = [(s, period) for s, e, period in fixed if s < last and first < e]
    inside = [d for d in scene.dates if d.strength >= _SURE and d.start < last and first < d.end]
    for mention in inside or ([] if said else scene.dates):
        if mention.strength < _SURE or any(s < mention.end and mention.start < e for s, e in spans):
            continue
        period = _period(mention, scene, tense, start)
        if _SINCE_AFTER.match(text, mention.end) or _from(text, mention, scene):
            period = Period(period.first, max(today, period.first))
        if said and _joins(text[last_end : mention.start]):
            said[-1] = (said[-1][0], Period(min(said[-1][1].first, period.first), max(said[-1][1].last, period.last)))
        else:
            said.append((mention.start, period))
        spans.append((mention.start, mention.end))
        last_end = mention.end
    said.sort(key=lambda one: one[0])
    return _compared([period for _, period in said], tuple(spans), cues, text, metric, base, today, start)


def _compared(
    said: list[Period], spans: tuple[tuple[int, int], ...], cues: Sequence[Cue], text: str, metric: str | None,
    base: Period | None, today: date, start: int,
) -> Days:  # fmt: skip
    families = {c.family for c in cues}
    usual = base or (usual_period(METRICS[metric], today, start) if metric in METRICS else None)
    compares = bool({"versus", "versus.before", "versus.year"} & families)
    if "versus.year" in families:
        now = said[0] if said else usual
        if len(said) > 1 and said[1].first.year < said[0].first.year:
            now = said[0]
        if now is None:
            now = quarter_of(today, start)
        if _only_then(text):
            return Days(shifted(now, 12), None, spans or ((0, 0),))
        return Days(now if said or base is None else None, shifted(now, 12), spans)
    if "versus.before" in families:
        now = said[0] if said else usual or quarter_of(today, start)
        return Days(said[0] if said else None, before(now), spans)
    if len(said) >= 2 and (compares or metric is not None):
        return Days(said[0], said[1], spans)
    if said and compares and base is not None and _only_compared(text):
        return Days(None, said[0], spans)  # 跟上季度比呢
    if said and compares and base is None and _only_compared(text):
        return Days(usual or quarter_of(today, start), said[0], spans)
    return Days(said[0] if said else None, None, spans)


def _only_then(text: str) -> bool:
    """去年同期签了多少: that period itself is asked for, nothing is compared."""
    return bool(re.search(r"同期|this time last year|same \w+ last year", text)) and not re.search(
        r"比|相比|较|跟|vs|versus|compar|than|同比", text
    )


def _only_compared(text: str) -> bool:
    """跟上季度比, vs last quarter: the only period said is the one to compare with."""
    return bool(
        re.search(
            r"(?:跟|和|与|同|比|较|对比|相比)[^,。]{0,12}?(?:比|相比|多了?|少了?|高|低|涨|跌|好|差|怎么样|如何|呢|$)",
            text,
        )
        or re.search(r"\b(?:vs\.?|versus|compared? (?:to|with)|than)\b", text)
    )


def before(period: Period) -> Period:
    """The period of the same kind just before it."""
    months = _whole_months(period)
    if months:
        return shifted(period, months)
    return Period(period.first - timedelta(days=period.days), period.first - timedelta(days=1))


def shifted(period: Period, months: int) -> Period:
    """The same period so many months earlier: whole months stay whole."""
    if _whole_months(period):
        first = months_on(period.first, -months)
        after = months_on(period.last + timedelta(days=1), -months)
        return Period(first, after - timedelta(days=1))
    return Period(_same_day(period.first, months), _same_day(period.last, months))


def _same_day(day: date, months: int) -> date:
    month = months_on(day.replace(day=1), -months)
    return min(month + timedelta(days=day.day - 1), month_of(month).last)


def _whole_months(period: Period) -> int:
    """How many whole calendar months it is; 0 if it isn't."""
    after = period.last + timedelta(days=1)
    if period.first.day != 1 or after.day != 1:
        return 0
    return (after.year - period.first.year) * 12 + after.month - period.first.month


def _period(mention: DateMention, scene: Scene, tense: Tense, start: int) -> Period:
    """The days of a mention; what is due by the end of a period means the period (月底前能签多少: this month)."""
    form = mention.expression
    if isinstance(form, Before | By):
        form = form.form
    if isinstance(form, Month | Quarter | Half | Year) and form.part is Part.END:
        whole = replace(form, part=Part.WHOLE)
        mention = replace(mention, expression=whole, deadline=False)
        tense = Tense.UNKNOWN if isinstance(form, Month) and form.month is None else tense
    elif mention.deadline:
        found = mention.resolve(scene.context.now, Tense.PLAN, fiscal_start=start)
        if found.grain is not Grain.DAY:
            return Period(found.first, found.last)
        return Period(min(scene.context.today, found.due), found.due)
    found = mention.resolve(scene.context.now, tense, fiscal_start=start)
    if found.grain is Grain.DAY and tense is Tense.PAST and found.first > scene.context.today:
        found = mention.resolve(scene.context.now, Tense.UNKNOWN, fiscal_start=start)
    return Period(found.first, found.last)


def _from(text: str, mention: DateMention, scene: Scene) -> bool:
    """since January; 从1月 … 到现在."""
    ahead = _SINCE_BEFORE.search(text[: mention.start])
    if ahead is None:
        return False
    return text[ahead.start() : ahead.end()].startswith("since") or bool(_TO_NOW.match(text, mention.end))


def _joins(between: str) -> bool:
    """jan to mar, 1月到3月: one range."""
    return bool(re.fullmatch(r"\s*(?:-|~|到|至|to|through|thru|until)\s*", between))


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


_FIXED: tuple[tuple[re.Pattern[str], Made], ...] = (
    (re.compile(r"\bytd\b|year[- ]to[- ]date|年初(?:到现在|至今|到今天|到目前|以来)|(?:今年|本年)(?:以来|到现在|至今|到目前|到今天)|so far this year|this year so far|今年截[至止](?:目前|现在|今天)"), _to_date("y")),
    (re.compile(r"\bqtd\b|quarter[- ]to[- ]date|(?:本季度?|这个?季度?)(?:以来|至今)|so far this quarter|this quarter so far"), _to_date("q")),
    (re.compile(r"\bmtd\b|month[- ]to[- ]date|月初(?:到现在|至今|到今天|以来)|(?:本月|这个?月)(?:以来|至今)|so far this month|this month so far"), _to_date("m")),
    (re.compile(r"\bwtd\b|week[- ]to[- ]date|so far this week|this week so far|(?:本周|这周)(?:以来|至今)"), _to_date("w")),
    (re.compile(r"(?<!年)全年|(?<!年)整年|full[- ]year|the whole year|整个财年"), _whole_year),
    (re.compile(rf"前{_NUMERAL}个?季度"), _first_quarters),
    (re.compile(rf"(?<!最)(?:这|近|今){_NUMERAL}个月(?!前)"), _rolling_months),
    (re.compile(r"这半年"), _half_year),
    (re.compile(r"(?:(?P<year>20\d\d|[今去前明]年)年?)?\s?(?<!\d)(?P<from>\d{1,2}|[一二三四五六七八九十]{1,2})月?份?(?:-|~|—|到|至)(?P<to>\d{1,2}|[一二三四五六七八九十]{1,2})月份?"), _months_through),
    (re.compile(r"\b(?P<n>first|second|third|fourth|1st|2nd|3rd|4th|last|final)(?: fiscal| financial)? (?:quarter|qtr)\b(?: of)?(?: (?P<last>last)| this)?(?: fiscal| financial)?(?: year)?"), _nth_quarter),
    (re.compile(r"\b(?:the )?(?:whole|full|entire)(?: fiscal| financial)? (?P<what>quarter|qtr|month|year)\b|(?P<zh>整个?季度?|整季|全季度?|整个?月|全月)"), _whole_one),
    (re.compile(r"(?P<n>first|second|1st|2nd) half(?: of)?(?: (?P<last>last)| this| the)?(?: fiscal| financial)? ?(?:year|fy)?\b|\b(?P<h>h[12])(?: of)?(?: (?P<l2>last)| this)(?: fiscal)? year"), _half_of_year),
    (re.compile(rf"(?:between |from )?\b({_NAMED})\b\.?\s*(?:-|–|to|and|through|thru)\s*\b({_NAMED})\b"), _named_months),
    (re.compile(r"\b(?:fy)?(?P<y1>\d{2}|20\d{2})[- ]?q(?P<q1>[1-4])\b|\bq(?P<q2>[1-4])[- ]?(?:of )?(?:fy)?(?P<y2>\d{2}|20\d{2})\b"), _short_quarter),
    (re.compile(r"呢个季度|今季"), lambda f, d, s: quarter_of(d, s)),
    (re.compile(r"今个月|呢个月"), lambda f, d, s: month_of(d)),
    (re.compile(r"今个?礼拜|呢个?礼拜|今个星期"), lambda f, d, s: week_of(d)),
    (re.compile(r"(?:the |this )(?:current )?(?:quarter|qtr)\b"), lambda f, d, s: quarter_of(d, s)),
)  # fmt: skip


def _fixed(text: str, today: date, start: int) -> list[tuple[int, int, Period]]:
    """Expressions of time that only figures have."""
    found: list[tuple[int, int, Period]] = []
    for pattern, made in _FIXED:
        for match in pattern.finditer(text):
            if any(s < match.end() and match.start() < e for s, e, _ in found):
                continue
            period = made(match, today, start)
            if period is not None:
                found.append((match.start(), match.end(), period))
    return found


def fixed_spans(text: str, today: date, start: int) -> list[tuple[int, int]]:
    """Where expressions of time stand that only figures have."""
    return [(s, e) for s, e, _ in _fixed(text, today, start)]
