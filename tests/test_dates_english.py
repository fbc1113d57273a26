"""Dates in English sales talk, British and American. Now is Wednesday 18 March 2026, 18:05."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from sales.language.dates import DateMention, Tense, find_dates

NOW = datetime(2026, 3, 18, 18, 5)
PAST, PLAN, UNKNOWN = Tense.PAST, Tense.PLAN, Tense.UNKNOWN


def the_date(text: str, *, day_first: bool = False) -> DateMention:
    found = find_dates(text, day_first=day_first)
    assert len(found) == 1, [m.text for m in found]
    return found[0]


def days(mention: DateMention, now: datetime, tense: Tense) -> str:
    """first..last>due as M-D, with the year where it is not 2026."""
    found = mention.resolve(now, tense)

    def short(day: date) -> str:
        return f"{day.month}-{day.day}" if day.year == 2026 else f"{day.year}-{day.month}-{day.day}"

    stretch = short(found.first) if found.first == found.last else f"{short(found.first)}..{short(found.last)}"
    return stretch if found.due == found.last else f"{stretch}>{short(found.due)}"


@pytest.mark.parametrize(
    ("text", "words", "tense", "expected"),
    [
        ("met them today", "today", PAST, "3-18"),
        ("dinner tonight with ana", "tonight", PLAN, "3-18"),
        ("was there this morning", "this morning", PAST, "3-18"),
        ("called yesterday", "yesterday", PAST, "3-17"),
        ("will call tmrw am", "tmrw am", PLAN, "3-19"),
        ("send it tml", "tml", PLAN, "3-19"),
        ("send it tomorow", "tomorow", PLAN, "3-19"),
        ("day after tomorrow works", "day after tomorrow", PLAN, "3-20"),
        ("met fri", "fri", PAST, "3-13"),
        ("meet fri", "fri", PLAN, "3-20"),
        ("met wed", "wed", PAST, "3-18"),
        ("meet wed", "wed", PLAN, "3-25"),
        ("this mon we met", "this mon", PLAN, "3-16"),
        ("next tue we meet", "next tue", PLAN, "3-24"),
        ("last thursday we met", "last thursday", PAST, "3-12"),
        ("this coming friday we meet", "this coming friday", PLAN, "3-20"),
        ("friday last week", "friday last week", PAST, "3-13"),
        ("monday next week", "monday next week", PLAN, "3-23"),
        ("next week tuesday", "next week tuesday", PLAN, "3-24"),
        ("tuesday week", "tuesday week", PLAN, "3-31"),
        ("a week on friday", "a week on friday", PLAN, "3-27"),
        ("the week after next", "the week after next", PLAN, "3-30..4-5>4-3"),
        ("next week", "next week", PLAN, "3-23..3-29>3-27"),
        ("early next week", "early next week", PLAN, "3-23..3-24"),
        ("later this week", "later this week", PLAN, "3-19..3-20"),
        ("end of next week", "end of next week", PLAN, "3-27"),
        ("eow please", "eow", PLAN, "3-20"),
        ("this weekend", "this weekend", PLAN, "3-21..3-22"),
        ("before the weekend", "before the weekend", PLAN, "3-20"),
        ("by eod friday", "by eod friday", PLAN, "3-20"),
        ("by friday eod", "by friday eod", PLAN, "3-20"),
        ("cob tomorrow", "cob tomorrow", PLAN, "3-19"),
        ("needs it by cob", "by cob", PLAN, "3-18"),
        ("no later than friday", "no later than friday", PLAN, "3-20"),
        ("due fri", "due fri", PLAN, "3-20"),
        ("wed 25 mar", "wed 25 mar", PLAN, "3-25"),
        ("monday, march 23", "monday, march 23", PLAN, "3-23"),
        ("fri (27th)", "fri (27th)", PLAN, "3-27"),
        ("mon 30th", "mon 30th", PLAN, "3-30"),
        ("call on the 25th", "the 25th", PLAN, "3-25"),
        ("met on the 3rd", "the 3rd", PAST, "3-3"),
        ("mar 30 kickoff", "mar 30", PLAN, "3-30"),
        ("30 march kickoff", "30 march", PLAN, "3-30"),
        ("30th of march", "30th of march", PLAN, "3-30"),
        ("30mar", "30mar", PLAN, "3-30"),
        ("30-mar-2026", "30-mar-2026", PLAN, "3-30"),
        ("march 30th, 2027", "march 30th, 2027", PLAN, "2027-3-30"),
        ("16-20 march", "16-20 march", PLAN, "3-16..3-20"),
        ("20 mar - 25 mar", "20 mar - 25 mar", PLAN, "3-20..3-25"),
        ("18/3/2026", "18/3/2026", PAST, "3-18"),
        ("18.03.2026", "18.03.2026", PAST, "3-18"),
        ("30/3 kickoff", "30/3", PLAN, "3-30"),
        ("the week of 23 mar", "the week of 23 mar", PLAN, "3-23..3-29>3-27"),
        ("w/c 23 mar", "w/c 23 mar", PLAN, "3-23..3-29>3-27"),
        ("mon-wed", "mon-wed", PLAN, "3-23..3-25"),
        ("mon–wed", "mon–wed", PLAN, "3-23..3-25"),
        ("friday or monday", "friday or monday", PLAN, "3-20..3-23"),
        ("closes end of month", "end of month", PLAN, "3-31"),
        ("closes eom", "eom", PLAN, "3-31"),
        ("month end", "month end", PLAN, "3-31"),
        ("eoq", "eoq", PLAN, "3-31"),
        ("year end", "year end", PLAN, "12-31"),
        ("mid-april", "mid-april", PLAN, "4-11..4-20>4-15"),
        ("early may", "early may", PLAN, "5-1..5-5"),
        ("late june", "late june", PLAN, "6-21..6-30"),
        ("by the end of june", "by the end of june", PLAN, "6-30"),
        ("slips to may", None, PLAN, "5-1..5-31"),
        ("before june", "before june", PLAN, "5-31"),
        ("by may", "by may", PLAN, "5-1..5-31"),
        ("may 5", "may 5", PLAN, "5-5"),
        ("5 may", "5 may", PLAN, "5-5"),
        ("first week of april", "first week of april", PLAN, "4-1..4-7>4-3"),
        ("last friday of the month", "last friday of the month", PLAN, "3-27"),
        ("next month", "next month", PLAN, "4-1..4-30"),
        ("2nd half of april", "2nd half of april", PLAN, "4-16..4-30"),
        ("the 5th of next month", "the 5th of next month", PLAN, "4-5"),
        ("three weeks today", "three weeks today", PLAN, "4-8"),
        ("next quarter", "next quarter", PLAN, "4-1..6-30"),
        ("in q2", "q2", PLAN, "4-1..6-30"),
        ("end of q3", "end of q3", PLAN, "9-30"),
        ("q2 2027", "q2 2027", PLAN, "2027-4-1..2027-6-30"),
        ("h2", "h2", PLAN, "7-1..12-31"),
        ("fy26", "fy26", PLAN, "1-1..12-31"),
        ("in two weeks", "in two weeks", PLAN, "4-1"),
        ("2 weeks from now", "2 weeks from now", PLAN, "4-1"),
        ("in 3 days", "in 3 days", PLAN, "3-21"),
        ("3 days ago", "3 days ago", PAST, "3-15"),
        ("a week ago", "a week ago", PAST, "3-11"),
        ("in a fortnight", "in a fortnight", PLAN, "4-1"),
        ("a few days ago", "a few days ago", PAST, "3-12..3-16"),
        ("within 5 working days", "within 5 working days", PLAN, "3-18..3-25"),
        ("the last 30 days", "the last 30 days", UNKNOWN, "2-17..3-18"),
        ("before cny", "before cny", PLAN, "2027-2-4"),
        ("before christmas", "before christmas", PLAN, "12-24"),
        ("after the holidays", "after the holidays", PLAN, "2027-1-4"),
        ("good friday", "good friday", PLAN, "4-3"),
    ],
)
def test_english(text: str, words: str | None, tense: Tense, expected: str) -> None:
    mention = the_date(text)
    assert mention.text == (words or "may") == text[mention.start : mention.end]
    assert days(mention, NOW, tense) == expected


SUNDAY = datetime(2026, 3, 22, 9, 0)


@pytest.mark.parametrize(
    ("text", "tense", "expected"),
    [
        ("next tue", PLAN, "3-24"),
        ("next week", PLAN, "3-23..3-29>3-27"),
        ("last thursday", PAST, "3-19"),
        ("this fri", PAST, "3-20"),
        ("sunday", PAST, "3-22"),
        ("sunday", PLAN, "3-29"),
    ],
)
def test_seen_from_a_sunday(text: str, tense: Tense, expected: str) -> None:
    assert days(the_date(text), SUNDAY, tense) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("call at 3pm friday", time(15)),
        ("fri 3pm", time(15)),
        ("friday at 3", time(15)),
        ("tomorrow 10:30am", time(10, 30)),
        ("tomorrow at 15:30", time(15, 30)),
        ("next friday by noon", time(12)),
        ("2pm-3pm tomorrow", time(15)),
        ("tomorrow at 9", time(9)),
        ("12am friday", time(0)),
        ("friday", None),
    ],
)
def test_clock(text: str, expected: time | None) -> None:
    assert the_date(text).resolve(NOW, PLAN).time == expected


def test_day_first_only_where_both_readings_are_possible() -> None:
    assert the_date("call on 4/5", day_first=True).resolve(NOW, PLAN).first == date(2026, 5, 4)
    assert the_date("call on 4/5").resolve(NOW, PLAN).first == date(2026, 4, 5)
    assert the_date("call on 3/25", day_first=True).resolve(NOW, PLAN).first == date(2026, 3, 25)
    assert the_date("4/5去拜访鼎丰的张总", day_first=True).resolve(NOW, PLAN).first == date(2026, 4, 5)


@pytest.mark.parametrize(
    "text",
    [
        "may said yes", "with may", "sent it to may", "we may need 5", "she may call", "april said no", "june called",
        "sat with him", "he sat.", "met sun wei", "the sun", "second call", "march on", "the 2nd meeting", "25th floor",
        "3rd round", "1st visit", "net 90", "90 days", "a 2-week poc", "3 months", "every friday", "fridays",
        "3/4 of them", "9/10 confident", "24/7", "v3.2", "gw-3/20", "po 20260318-01", "no.3-18", "10.0.0.1",
        "q3-200", "h2o", "555-1234", "monthly", "weekday", "12/24 units", "1/2 price", "mayor", "marched", "satisfied",
        "sunny", "monitor", "decision", "thus", "they 5x it", "a holiday mood",
    ],
)  # fmt: skip
def test_no_date(text: str) -> None:
    assert [m.text for m in find_dates(text)] == []


def test_a_move_is_two_dates() -> None:
    assert [m.text for m in find_dates("moved from 25 mar to 30 mar")] == ["25 mar", "30 mar"]
    assert [m.text for m in find_dates("on site from mon to wed")] == ["mon to wed"]


def test_mixed_languages() -> None:
    mention = the_date("next周三")
    assert mention.text == "周三"
    assert days(the_date("周五eod前给"), NOW, PLAN) == "3-20"
    assert days(the_date("by 周五"), NOW, PLAN) == "3-20"
    assert the_date("by 周五").deadline


def test_capitals_do_not_matter() -> None:
    assert days(the_date("By EOD Friday"), NOW, PLAN) == "3-20"
    assert the_date("Q2 FY26").resolve(NOW).first == date(2026, 4, 1)
