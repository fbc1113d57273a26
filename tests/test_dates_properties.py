"""What holds of any text and any day for the date grammar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.language import dates_en, dates_zh
from sales.language.dates import Tense, find_dates, find_durations
from sales.language.dates_holidays import holiday_span
from sales.language.dates_scan import number, plain

# pieces that dates are made of, so that random texts are full of half dates
PIECES = st.sampled_from(
    [
        *"今明昨后上下本这个周月年日号天一二三四五六十廿半两几前内底初中末旬早晚点刻季节到和或过近每第万次总，：、./-~()@",
        *(
            "今天",
            "下下",
            "星期",
            "礼拜",
            "3",
            "18",
            "2026",
            "26",
            "之前",
            "左右",
            "上午",
            "下午",
            "财年",
            "国庆",
            "春节",
        ),
        *(
            "季度",
            "大概",
            "截止",
            "最近",
            "q2",
            "h1",
            "fy",
            "by",
            "before",
            "after",
            "eod",
            "end of",
            "mid",
            "next",
            "last",
        ),
        *(
            "this",
            "the",
            "week",
            "month",
            "mon",
            "fri",
            "sat",
            "sun",
            "mar",
            "may",
            "25th",
            "5",
            "pm",
            "at",
            "in",
            "ago",
        ),
        *("days", "weeks", "from", "to", "\n", " "),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join), st.lists(PIECES, max_size=14).map(" ".join)
)
NOWS = st.one_of(
    st.dates(date(1990, 1, 1), date(2090, 12, 31)),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31)),
    st.sampled_from(
        [
            date(2024, 2, 29),
            date(2026, 3, 31),
            date(2026, 12, 31),
            date(2027, 1, 1),
            date(1970, 1, 1),
            date(2199, 12, 31),
        ]
    ),
)
TENSES = st.sampled_from(Tense)


@given(TEXTS, NOWS, TENSES, st.booleans(), st.one_of(st.none(), st.dates()), st.integers(1, 12))
def test_any_text_reads_and_resolves(
    text: str, now: date, tense: Tense, day_first: bool, week_of: date | None, fiscal_start: int
) -> None:
    end = 0
    for mention in find_dates(text, day_first=day_first):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        assert 0 < mention.strength <= 1
        end = mention.end
        found = mention.resolve(now, tense, week_of=week_of, fiscal_start=fiscal_start)
        assert found.first <= found.last
        assert found.first <= found.due <= found.last
        assert found == mention.resolve(now, tense, week_of=week_of, fiscal_start=fiscal_start)
        assert not (mention.is_future_only and mention.is_past_only)


@given(TEXTS)
def test_durations_lie_in_the_text(text: str) -> None:
    end = 0
    for duration in find_durations(text):
        assert end <= duration.start < duration.end <= len(text)
        assert duration.text == text[duration.start : duration.end]
        end = duration.end


@given(TEXTS, st.integers(0, 40), st.integers(1, 20))
def test_nothing_touches_a_name(text: str, start: int, length: int) -> None:
    for mention in find_dates(text, skip=[(start, start + length)]):
        assert mention.end <= start or mention.start >= start + length


@given(st.text())
def test_places_stay(text: str) -> None:
    assert len(plain(text)) == len(text)


@given(TEXTS)
def test_a_rule_starts_where_it_says(text: str) -> None:
    """Trying every rule at every place finds nothing that the first characters given for the rules hide."""
    for scanner, rules in ((dates_zh.scanner(), dates_zh.RULES), (dates_en.scanner(), dates_en.RULES)):
        everywhere = type(scanner)(
            [type(rule)("".join(sorted({*plain(text)} - {" "})) or "x", rule.pattern, rule.build) for rule in rules],
            scanner.start,
        )
        assert everywhere.scan(plain(text)) == scanner.scan(plain(text))


ZH_DAYS = "一二三四五六日"
EN_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@given(NOWS.filter(lambda now: 2 < now.year < 9998), st.integers(0, 6))
def test_bare_weekdays_stay_on_their_side(now: date, day: int) -> None:
    today = now.date() if isinstance(now, datetime) else now
    for text in (f"周{ZH_DAYS[day]}", f"星期{ZH_DAYS[day]}", f"礼拜{ZH_DAYS[day]}", EN_DAYS[day]):
        (mention,) = find_dates(text)
        past, plan = mention.resolve(now, Tense.PAST).first, mention.resolve(now, Tense.PLAN).first
        near = mention.resolve(now).first
        assert past.weekday() == plan.weekday() == near.weekday() == day
        assert today - timedelta(6) <= past <= today < plan <= today + timedelta(7)
        assert abs((near - today).days) <= 3


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.dates(date(2020, 1, 1), date(2035, 12, 31)), TENSES)
def test_every_spelling_of_a_date_is_that_date(day: date, now: date, tense: Tense) -> None:
    month = day.strftime("%B").lower()
    for text in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02}.{day.day:02}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}年{day.month}月{day.day}号",
        f"{day.year % 100}年{day.month}月{day.day}日",
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.day}-{month[:3]}-{day.year}",
    ):
        (mention,) = find_dates(text)
        assert mention.text == text
        assert mention.resolve(now, tense).first == mention.resolve(now, tense).last == day


HAN = "零一二三四五六七八九"


def in_han(value: int) -> str:
    tens, ones = divmod(value, 10)
    return ("" if tens == 0 else "十" if tens == 1 else HAN[tens] + "十") + (HAN[ones] if ones else "")


@given(st.dates(date(2024, 1, 1), date(2024, 12, 31)), st.dates(date(2020, 1, 1), date(2035, 12, 31)), TENSES)
def test_every_spelling_of_a_day_without_year_agrees(day: date, now: date, tense: Tense) -> None:
    month = day.strftime("%b").lower()
    spellings = (
        f"{day.month}月{day.day}日", f"{day.month}月{day.day}号", f"{day.month}月{day.day}", f"{day.month}/{day.day}日",
        f"{in_han(day.month)}月{in_han(day.day)}号", f"{day.day} {month}", f"{month} {day.day}",
    )  # fmt: skip
    found = set()
    for text in spellings:
        (mention,) = find_dates(text)
        assert mention.text == text
        found.add(mention.resolve(now, tense).first)
    assert len(found) == 1
    (got,) = found
    assert (got.month, got.day) == (day.month, day.day)
    if tense is Tense.PAST:
        assert got <= now
    if tense is Tense.PLAN:
        assert got >= now


@given(st.integers(1, 99))
def test_numerals(value: int) -> None:
    assert number(in_han(value)) == number(str(value)) == value


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 60))
def test_shifts_grow_with_the_count(now: date, count: int) -> None:
    def last(text: str) -> date:
        (mention,) = find_dates(text)
        return mention.resolve(now).last

    for form in ("{}天后", "{}周后", "{}个月后", "in {} days", "in {} weeks"):
        assert now < last(form.format(count)) < last(form.format(count + 1))
    for form in ("{}天前", "{} weeks ago"):
        assert now > last(form.format(count)) > last(form.format(count + 1))


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_weeks_are_from_monday_to_sunday(now: date) -> None:
    (this,), (after,) = find_dates("本周"), find_dates("下周")
    week, following = this.resolve(now), after.resolve(now)
    assert week.first <= now <= week.last
    assert (week.first.weekday(), week.last.weekday()) == (0, 6)
    assert following.first == week.last + timedelta(1)
    assert following.due.weekday() == 4


@pytest.mark.parametrize("year", range(2024, 2036))
def test_the_lunar_table_agrees_with_the_holidays_package(year: int) -> None:
    holidays = pytest.importorskip("holidays")
    names: dict[str, list[date]] = {}
    for day, text in holidays.China(years=year, language="en_US").items():
        for name in text.split("; "):
            names.setdefault(name, []).append(day)
    for name, words in (("dragon_boat", "Dragon Boat"), ("mid_autumn", "Mid-Autumn"), ("qingming", "Tomb-Sweeping")):
        (first, last), exact = holiday_span(name, year)
        assert first == last
        assert exact
        assert any(first in found for text, found in names.items() if words in text)
    spring = [day for text, found in names.items() if "Spring Festival" in text or "New Year" in text for day in found]
    assert holiday_span("spring_festival", year)[0][0] + timedelta(1) in spring
