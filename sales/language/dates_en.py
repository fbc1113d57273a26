"""The English rules: British and American, thumb-typed, and the abbreviations of sales talk (eod, eoq, fy26, h2)."""

from __future__ import annotations

import re
from functools import cache

from sales.language.dates_calendar import day_in
from sales.language.dates_compound import WeekOf
from sales.language.dates_forms import Around, DayOfMonth, JustNow, MonthDay, RelDay, Shift, Unit, Weekday, WeekSpan
from sales.language.dates_holidays import Holiday
from sales.language.dates_model import DayPart, Form, Found, Part, TimeOfDay
from sales.language.dates_periods import Half, LateThisWeek, Month, Quarter, WeekOfMonth, Year
from sales.language.dates_scan import Builder, Rule, Scanner

S = r"[ \t]{0,2}"
G = r"[ \t]{1,2}"
END = r"(?![a-z0-9])"
_DAYNAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHNAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SURE_DAY = (
    r"(?:mondays?|mon|tuesdays?|tues?|we(?:dnes|nds|dens|ndes)days?|weds?|th(?:ursdays?|urdays?|urs?|rs|u)|fridays?|fri"
    r"|saturdays?|sundays?)"
)
ANY_DAY = rf"(?:{SURE_DAY}|sat|sun)"
MONTH = (
    r"(?:jan(?:uary)?|feb(?:r?u?ary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
# month names that are no person's name and no other word
SURE_MONTH = r"(?:january|feb(?:r?u?ary)?|apr|jul|july|aug|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|jun)"
_NUM = r"(?P<n>\d{1,3}(?:\.5)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a couple(?: of)?|couple(?: of)?|a few|few|several|half an?|half a|1/2)"
_WORDS = {w: i for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
_UNIT = r"(?P<unit>(?:working|business|work)[ \t]days?|hours?|hrs?|days?|weeks?|wks?|fortnights?|months?|mths?|mos?|quarters?|qtrs?|years?|yrs?)"
NOT_COUNT = r"(?![a-z0-9%:]|[.,/]\d|[ \t]?(?:%|percent|people|ppl|units?|pcs|seats|days?|weeks?|wks?|months?|years?|hours?|hrs?|of them|sites|times|users|licen[cs]es|k\b|m\b))"
_ORDINAL_NOUN = (
    r"(?![ \t]+(?:floor|round|time|visit|meeting|mtg|call|attempt|place|tranche|instal+ments?|payment|half|quarter|qtr|year|yr|week|wk|month"
    r"|party|phase|stage|quote|draft|version|po|order|site|line|option|largest|biggest|generation|gen|anniversary|street|st|ave|avenue|choice"
    r"|bid|offer|demo|poc|pilot|fl|contact|shift|deal|review|person|guy|most|best|highest|lowest|one|plant|factory|building|contract|step))"
)
_WEEKS = {"this": 0, "next": 1, "nxt": 1, "last": -1, "past": -1, "coming": 1, "prev": -1, "previous": -1, "current": 0}
_PARTS = {"early": Part.START, "mid": Part.MIDDLE, "late": Part.LATE, "end": Part.END, "start": Part.START, "beginning": Part.START,
          "middle": Part.MIDDLE, "later": Part.LATE}  # fmt: skip
_PART = r"(?P<part>early|mid|middle of|late|later|end of|end|start of|beginning of)(?:[ \t]+the)?"


def weekday(text: str) -> int:
    return _DAYNAMES.index({"wen": "wed", "thr": "thu"}.get(text[:3], text[:3]))


def month(text: str) -> int:
    return _MONTHNAMES.index(text[:3]) + 1


def _part(text: str | None) -> Part:
    return _PARTS.get(re.split(r"[ \t]", text.strip())[0], Part.WHOLE) if text else Part.WHOLE


def _year(text: str | None) -> int | None:
    if not text:
        return None
    digits = re.sub(r"\D", "", text)
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _amount(text: str) -> tuple[float, bool]:
    if text[0].isdigit():
        return (0.5 if text == "1/2" else float(text)), False
    if text.startswith("half"):
        return 0.5, False
    if "couple" in text:
        return 2, True
    if "few" in text or text == "several":
        return 3, True
    return float(_WORDS.get(text, 1)), False


def _unit(text: str) -> tuple[str, float]:
    """(unit, how many of it): a fortnight is two weeks, a quarter three months."""
    if text[0] == "f":
        return Unit.WEEK, 2
    if text[0] == "q":
        return Unit.MONTH, 3
    if text.startswith(("work", "bus")):
        return Unit.WORKDAY, 1
    return {"h": Unit.HOUR, "d": Unit.DAY, "w": Unit.WEEK, "m": Unit.MONTH}.get(text[0], Unit.YEAR), 1


def _shift(sign: int, span: bool = False, deadline: bool = False) -> Builder:
    def build(m: re.Match[str]) -> Found:
        count, approx = _amount(m["n"])
        unit, times = _unit(m["unit"])
        count *= times
        if unit == Unit.MONTH and count == 0.5:
            unit, count = Unit.DAY, 15
        if approx and not span and unit == Unit.DAY:
            return Found(Around(-6, -2, -2) if sign < 0 else Around(2, 5, 3))
        return Found(Shift(sign * count, unit, span=span, approx=approx), deadline=deadline)

    return build


def _rel_day(m: re.Match[str]) -> Found:
    word = m["word"]
    days = 0 if word in ("today", "2day") else -1 if word.startswith("y") else 1
    if word.startswith("day after"):
        days = 2
    elif word.startswith("day before"):
        days = -2
    when = _when(m["when"])
    return Found(RelDay(days), when)


def _when(text: str | None) -> TimeOfDay | None:
    if not text:
        return None
    word = text.strip()
    part = DayPart.MORNING if word.startswith(("mor", "am")) else DayPart.EVENING if word.startswith(("eve", "nig")) else DayPart.AFTERNOON
    return TimeOfDay(DayPart.NOON if word.startswith(("noon", "lunch")) else part)


def _this_part(m: re.Match[str]) -> Found:
    return Found(RelDay(0), _when(m["when"]))


def _tonight(m: re.Match[str]) -> Found:
    return Found(RelDay(-1 if m.group().startswith("last") else 0), TimeOfDay(DayPart.EVENING))


def _weekday(m: re.Match[str]) -> Found:
    rel = m.groupdict().get("rel")
    week = None if not rel else _WEEKS[rel.split()[-1]]
    if rel and rel.split()[-1] in ("coming", "past"):  # this coming friday, this past friday: the nearest
        week = None
    nearest = 0 if not rel or week is not None else 1 if "coming" in rel else -1
    return Found(Weekday(weekday(m["day"]), week, None, rel == "last", nearest), _when(m.groupdict().get("when")))


def _weekday_week(m: re.Match[str]) -> Form:
    return Weekday(weekday(m["day"]), _week_word(m["week"]))


def _week_word(text: str) -> int:
    if "after" in text:
        return 2
    if "before" in text:
        return -2
    return _WEEKS[text.split()[0]]


def _week(m: re.Match[str]) -> Found:
    week = _week_word(m["week"])
    word = m["part"]
    if word == "later" and week == 0:
        return Found(LateThisWeek())
    return Found(WeekSpan(week, _part(word)))


def _weekend(m: re.Match[str]) -> Form:
    rel = m["rel"]
    return WeekSpan(None if not rel or rel == "coming" else _WEEKS[rel], Part.WEEKEND)


def _month_day(m: re.Match[str]) -> Form | None:
    day, last = int(m["d"]), int(m["last"]) if m["last"] else None
    year = _year(m["year"])
    number = month(m["mon"])
    if day_in(year or 2024, number, day) is None or (last is not None and day_in(year or 2024, number, last) is None):
        return None
    return MonthDay(number, day, year, None, last)


def _month(m: re.Match[str]) -> Form:
    groups = m.groupdict()
    rel = groups.get("rel")
    years = {"next": 1, "last": -1}.get(rel or "")
    return Month(month(m["mon"]), None, _year(groups.get("year")), years if not groups.get("year") else None, _part(groups.get("part")))


def _month_named(m: re.Match[str]) -> Month:
    return Month(month(m["mon"]) if m["mon"] else None, None if m["mon"] else _WEEKS[(m["rel"] or "this").strip()])


def _nth(text: str) -> int:
    return {"fi": 1, "1s": 1, "se": 2, "2n": 2, "th": 3, "3r": 3, "fo": 4, "4t": 4}.get(text[:2], -1)


def _week_of_month(m: re.Match[str]) -> Form:
    return WeekOfMonth(_month_named(m), _nth(m["nth"]))


def _nth_weekday(m: re.Match[str]) -> Form:
    return WeekOfMonth(_month_named(m), _nth(m["nth"]), weekday(m["day"]))


def _rel_period(m: re.Match[str]) -> Form:
    step, part = _WEEKS[m["rel"]], _part(m["part"])
    unit = m["unit"]
    if unit[0] == "q":
        return Quarter(quarters=step, part=part)
    if unit[0] == "m":
        return Month(months=step, part=part)
    if unit.startswith("f"):
        return Year(years=step, part=part, fiscal=True)
    return Year(years=step, part=part)


def _end_of(m: re.Match[str]) -> Found:
    text = m.group()
    unit = (m["unit"] or m["unit2"] or text[2])[0] if not text.startswith("eofy") else "f"
    word = m["unit"] or m["unit2"] or ""
    part = _part(m["part"]) if m["part"] else Part.END
    if unit == "w":
        return Found(WeekSpan(0, part))
    if unit == "m":
        return Found(Month(part=part))
    if unit == "q":
        return Found(Quarter(quarters=0, part=part))
    if unit == "d":
        return Found(RelDay(0), deadline=True)
    return Found(Year(part=part, fiscal=unit == "f" or word.startswith(("fy", "fisc"))))


def _quarter(m: re.Match[str]) -> Found:
    years = {"next": 1, "last": -1, "this": 0}.get(m["rel"] or "")
    year = _year(m["year"] or m["year2"])
    part = _part(m["part"]) if m["part"] else Part.END if m["end"] else Part.WHOLE
    return Found(Quarter(int(m["q"]), None, year, years if year is None else None, part))


def _half(m: re.Match[str]) -> Found:
    year = _year(m["year"] or m["year2"])
    part = _part(m["part"]) if m["part"] else Part.END if m["end"] else Part.WHOLE
    return Found(Half(int(m["h"] or {"first": 1, "1st": 1}.get(m["word"], 2)), year, part=part), strength=0.7 if m["h"] else 1.0)


_HOLIDAYS = (
    (r"cny|chinese new years?|lunar new years?|spring festival", "spring_festival"),
    (r"new years?'?s? eve", "gregorian_eve"),
    (r"new years?'?s?(?: day)?", "new_year"),
    (r"christmas eve|xmas eve", "christmas_eve"),
    (r"christmas|xmas|x-mas", "christmas"),
    (r"good friday", "good_friday"),
    (r"easter", "easter"),
    (r"thanksgiving", "thanksgiving"),
    (r"national day|golden week", "national_day"),
    (r"labou?r day holidays?|may day(?: holidays?)?", "labour_day"),
    (r"dragon boat(?: festival)?", "dragon_boat"),
    (r"mid-?autumn(?: festival)?", "mid_autumn"),
    (r"(?:tomb[ -]sweeping|qing ?ming)(?: festival| day)?", "qingming"),
    (r"double (?:11|eleven)|singles'? day", "double_eleven"),
    (r"the holidays|holiday season|year[- ]end holidays", "year_end_holidays"),
)


def _holiday(m: re.Match[str]) -> Found:
    text = m["name"]
    name = next(name for pattern, name in _HOLIDAYS if re.fullmatch(pattern, text))
    return Found(Holiday(name, _year(m["year"])))


def _just_now(m: re.Match[str]) -> Form:
    return JustNow()


def _other_day(m: re.Match[str]) -> Found:
    if m.group().startswith(("recent", "late")):
        return Found(Around(-14, 0, 0), strength=0.3)
    return Found(Around(-6, -2, -2))


def _end_of_day(m: re.Match[str]) -> Found:
    return Found(RelDay(0), deadline=True, strength=0.9)


def _ordinal(m: re.Match[str]) -> Form | None:
    day = int(m["d"])
    last = int(m["last"]) if m["last"] else None
    return DayOfMonth(day, last) if 1 <= day <= 31 and (last is None or last <= 31) else None


def _week_on(m: re.Match[str]) -> Form:
    if m.groupdict().get("anchor"):
        return Shift(8 if m["anchor"].startswith("tom") else 7, Unit.DAY)
    return WeekOf(Weekday(weekday(m["day"])), 1)


def _clock(m: re.Match[str]) -> Found | None:
    hour, minute, half = int(m["h"]), int(m["m"] or 0), m["ap"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    if hour > 24 or minute > 59:
        return None
    exact = bool(half) or hour > 12 or m["h"].startswith("0")
    return Found(None, TimeOfDay(None, hour, minute, exact), strength=0.6)


def _noon(m: re.Match[str]) -> Found:
    midnight = m.group() == "midnight"
    return Found(None, TimeOfDay(DayPart.EVENING if midnight else DayPart.NOON, 12, 0), strength=0.6)


_WHEN = rf"(?P<when>{G}(?:morning|afternoon|evening|night|arvo|am|pm|noon|lunch(?:time)?){END})?"
_YEAR = r"(?P<year>[ ,/-]{1,2}(?:20\d\d|'\d\d)(?!\d|[.]\d))?"
_YEAR_TOO = r"(?P<year>[ ,/-]{1,2}(?:20\d\d|'?2[4-9]|'?3[0-5])(?!\d|[.,:%]\d|[ ]?(?:k|m|%|people|units|[ap]m|of)(?![a-z])))?"
_FY = r"(?P<year2>[ ]{0,2}(?:of[ ])?(?:fy[ ]?(?:20\d\d|\d\d)(?:/\d\d)?|20\d\d|'\d\d)(?![\d.%]))?"
_AFTER_BARE = r"(?=[ \t]*(?:$|[\n.,;:!?)\]/&+-]|[\u4e00-\u9fff]|(?:at|for|to|with|in|is|we|i|they|he|she|and|or|if|so|but|then|when|as|because|latest|eod|cob|works|was|by|before|am|pm|morning|afternoon|evening|night|noon|the|\d)(?![a-z])))"
_ON = r"(?:(?<=\bon )|(?<=\bby )|(?<=\btil )|(?<=\btill )|(?<=until )|(?<=before )|(?<=\bdue )|(?<=after )|(?<=since )|(?<=from )|(?<=around ))"
_IN = (
    r"(?:(?<=\bin )|(?<=\bby )|(?<=\bof )|(?<=till )|(?<=until )|(?<=before )|(?<=after )|(?<=since )|(?<=during )|(?<=through )|(?<=around )|(?<=mid )|(?<=end )"
    r"|(?<=pushed to )|(?<=moved to )|(?<=slipped to )|(?<=slips to )|(?<=slip to )|(?<=delayed to )|(?<=back to )|(?<=out to )|(?<=into ))"
)
_WEEKWORD = r"(?P<week>(?:the[ ])?week after next|(?:the[ ])?week before last|(?:this|next|nxt|last|past|coming|prev|previous|current)[ \t]{1,2}(?:week|wk))"
_TAIL = r"(?:[ ]?(?:-|to|and|&|/)[ ]?(?P<last>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d.:/]))?"
_DAYNUM = r"(?P<d>3[01]|[12]\d|0?[1-9])"
_CLOCK = r"(?P<h>2[0-4]|1\d|0?\d)"
_NO_EVERY = r"(?<!every )(?<!each )(?<!every other )"

RULES: tuple[Rule, ...] = (
    Rule(rf"(?P<word>today|2day|yesterday|yest|tomm?orr?ow|tmrw?|tmw|tml|2mor+o?w?|day after (?:tomm?orr?ow|tmrw?)|day before yesterday){END}(?!'s[ ]world){_WHEN}", _rel_day),
    Rule(rf"(?:tonight|tonite|2nite|last night){END}", _tonight),
    Rule(rf"this{G}(?P<when>morning|afternoon|evening|arvo|am|pm){END}", _this_part),
    Rule(rf"(?:just now|earlier today|a moment ago){END}", _just_now),
    Rule(rf"(?:the other day|recently|lately){END}", _other_day),
    Rule(rf"later today{END}", lambda m: RelDay(0)),
    # a week on tuesday, tuesday week, a week today
    Rule(rf"a week (?:on|from|this|next) (?P<day>{ANY_DAY}){END}", _week_on),
    Rule(rf"a week (?:from )?(?P<anchor>today|now|tomorrow){END}", _week_on),
    Rule(rf"(?P<day>{ANY_DAY}) week{END}", _week_on),
    # in two weeks, 3 days ago, the last 30 days
    Rule(rf"{_NUM}{S}{_UNIT}{S}(?:ago|back|earlier){END}", _shift(-1)),
    Rule(rf"{_NUM}{S}{_UNIT}{G}(?:from now|from today|later|time|out|hence){END}", _shift(1)),
    Rule(rf"in (?:the next )?(?:about |around |another )?{_NUM}[ -]?{_UNIT}{END}(?:'?s? time)?(?![ ](?:of|or less))", _shift(1)),
    Rule(rf"within (?:the next |a )?{_NUM}[ -]?{_UNIT}{END}", _shift(1, True, True)),
    Rule(rf"within (?P<n>)(?:a |the )?{_UNIT}{END}", lambda m: Found(Shift(_unit(m["unit"])[1], _unit(m["unit"])[0], span=True), deadline=True)),
    Rule(rf"(?:the |over the )?(?:next|coming){G}{_NUM}{S}{_UNIT}{END}", _shift(1, True)),
    Rule(rf"(?:the |over the )?(?:last|past|previous){G}{_NUM}{S}{_UNIT}{END}", _shift(-1, True)),
    # friday last week, next tue, fri
    Rule(rf"(?P<day>{ANY_DAY}){S}(?:of )?{_WEEKWORD}{END}", _weekday_week),
    Rule(rf"(?:the )?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last) (?P<day>{ANY_DAY}) (?:of|in) (?:(?P<mon>{MONTH})|(?:the )?(?P<rel>this |next |last )?month){END}", _nth_weekday),
    Rule(rf"(?P<rel>this coming|this past|next|nxt|this|last|coming|past){G}(?P<day>{ANY_DAY}){END}{_WHEN}", _weekday),
    Rule(rf"(?:the )?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last) week (?:of|in) (?:(?P<mon>{MONTH})|(?:the )?(?P<rel>this |next |last )?month){END}", _week_of_month),
    Rule(rf"(?:{_PART}[ \t]{{0,2}})?{_WEEKWORD}{END}", _week),
    Rule(rf"mid[ -]?week{END}(?!ly)", lambda m: WeekSpan(None, Part.MIDDLE)),
    Rule(rf"(?P<rel>this|next|last|coming)?(?:(?<=[a-z]){G})?(?:the )?(?:week-?end|wkend){END}", _weekend),
    Rule(rf"{_NO_EVERY}(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|weds?|we(?:nds|dens|ndes)day|thurday|th(?:urs?|rs|u)|fri){END}(?!-)(?!'?s{G}are){_WHEN}", _weekday),
    Rule(rf"{_NO_EVERY}(?P<day>sat|sun)(?P<when>{G}(?:morning|afternoon|evening|night|arvo|am|pm|noon)){END}", _weekday),
    Rule(rf"(?P<day>sat|sun)(?=,?{G}(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?:{G}{MONTH}{END}|(?=[ \t]*(?:$|[.,;)])))|{MONTH}{G}\d))", _weekday),
    Rule(rf"{_ON}(?P<day>sat|sun){END}{_AFTER_BARE}", _weekday),
    Rule(rf"(?:(?<=mon-)|(?<=tue-)|(?<=wed-)|(?<=thu-)|(?<=fri-)|(?<=sat-)|(?<=thur-)|(?<=sat/)|(?<=fri/)|(?<=fri or )|(?<=sat or )|(?<=fri to )|(?<=mon to ))(?P<day>sat|sun){END}", _weekday),
    Rule(rf"(?P<day>sat|sun)(?=[-/](?:sun|mon|tue)|:[ \t])", _weekday),
    # 5 may, may 5th, 16-20 march
    Rule(rf"{_DAYNUM}(?:st|nd|rd|th)?{_TAIL}[ /-]?(?:of )?(?P<mon>{MONTH}){END}(?![ ](?:said|says|told|asked|called|wants)){_YEAR_TOO}", _month_day),
    Rule(rf"(?P<mon>{MONTH})(?:(?<=jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[.])?[ /-]{{0,2}}(?:the )?{_DAYNUM}(?:st|nd|rd|th)?{NOT_COUNT}{_TAIL}{_YEAR}", _month_day),
    # mid-april, end of june, in may, june 2026
    Rule(rf"{_PART}{G}(?:of )?(?P<mon>{MONTH}){END}{_YEAR}", _month),
    Rule(rf"(?P<part>early|mid|late|end|start)-(?P<mon>{MONTH}){END}{_YEAR}", _month),
    Rule(rf"(?P<mon>{MONTH})[ ](?P<part>end){END}", _month),
    Rule(rf"(?P<rel>this|next|last){G}(?P<mon>{MONTH}){END}{_YEAR}", _month),
    Rule(rf"(?P<mon>{MONTH})(?P<year>[ ,/-]{{1,2}}(?:of )?(?:20\d\d|'\d\d)(?![\d.]))", _month),
    Rule(rf"(?P<mon>{SURE_MONTH}){END}(?!-\d)", _month),
    Rule(rf"{_IN}(?P<mon>{MONTH}){END}(?!-\d)(?![ ](?:said|says|told|asked|called|wants|from|and i)){_YEAR}", _month),
    # quarters, halves, years
    Rule(rf"(?:{_PART}{G}|(?P<rel>next|last|this)[ ]year'?s?[ ]|(?P<year>20\d\d)[ -]?)?q(?P<q>[1-4])(?![a-z0-9*]|[.-]\d){_FY}(?P<end>[ -]end{END})?", _quarter),
    Rule(rf"(?:{_PART}{G})?(?:(?:(?P<year>20\d\d)[ -]?)?h(?P<h>[12])(?![a-z0-9*]|[.-]\d|氢|站)|(?P<word>first|second|1st|2nd) half(?= of (?:the )?(?:year|fy|20)|[ ,.]|$)(?: of (?:the )?year)?){_FY}(?P<end>[ -]end{END})?", _half),
    Rule(rf"(?:{_PART}{G})?(?P<rel>this|next|nxt|last|previous|prev|coming|current){G}(?P<unit>fiscal year|fiscal|fy|month|mth|quarter|qtr|q|year|yr){END}", _rel_period),
    Rule(rf"(?:{_PART}{G})?(?:fy[ ]?(?P<year>20\d\d|\d\d)(?:/(?P<year2>\d\d))?|fiscal (?:year )?(?P<year3>20\d\d)){END}(?P<end>[ -]end{END})?", lambda m: _fiscal_any(m)),
    Rule(rf"(?:the )?(?P<part>end of|late in|later in|early in|middle of|start of|beginning of|later)[ ](?:the |this )?(?P<unit>day|week|wk|month|mth|quarter|qtr|fiscal year|fiscal|fy|year|yr)(?P<unit2>){END}", _end_of),
    Rule(rf"(?P<part>)(?:eo(?:d|b|p)|cob|close of (?:business|play)){END}", _end_of_day),
    Rule(rf"(?P<part>)eo(?P<unit>w|m|q|y|fy){END}(?P<unit2>)", _end_of),
    Rule(rf"(?P<part>)(?:the )?(?P<unit>month|quarter|qtr|year|fiscal year|fy)(?P<unit2>)[ -]?end{END}(?![ -](?:close|closing|party|report))", _end_of),
    Rule(rf"(?P<name>{'|'.join(p for p, _ in _HOLIDAYS)}){END}(?![ ](?:party|card|gift|dinner|present))(?P<year>[ ]20\d\d{END})?", _holiday),
    # the 25th
    Rule(rf"the{G}{_DAYNUM}(?:st|nd|rd|th)(?:[ ]?(?:-|to)[ ]?(?:the )?(?P<last>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th))?{END}{_ORDINAL_NOUN}{_AFTER_BARE}", _ordinal),
    Rule(rf"{_DAYNUM}(?:st|nd|rd|th)(?:[ ]?(?:-|to)[ ]?(?P<last>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th))?{END}{_ORDINAL_NOUN}{_AFTER_BARE}", _ordinal),
    # 3pm, 15:30, noon
    Rule(rf"(?:at |@ ?)?(?:\d{{1,2}}(?:[:.]\d\d)?(?:am|pm)?[ ]?(?:-|to)[ ]?)?{_CLOCK}(?:[:.](?P<m>[0-5]\d))?[ ]?(?P<ap>[ap]\.m\.|[ap]m){END}(?:[ ]?(?:-|to)[ ]?\d{{1,2}}(?:[:.]\d\d)?[ ]?(?:am|pm){END})?", _clock),
    Rule(rf"(?<![\d:.])(?:at )?{_CLOCK}:(?P<m>[0-5]\d)(?P<ap>)(?![\d:]|[ ]?(?:ratio|的比))(?:[ ]?[-~至到][ ]?\d{{1,2}}:[0-5]\d(?![\d:]))?", _clock),
    Rule(rf"(?:at |@ ?){_CLOCK}(?P<m>)(?P<ap>)(?:[ ]?o'?clock)?(?=[ ]*(?:$|[,;!?)]|\.(?!\d)|(?:on|with|for|to|at|in|tmr|tmrw|tomorrow|today|mon|tue|wed|thu|fri|sat|sun|next|this)(?![a-z])))", _clock),
    Rule(rf"{_CLOCK}(?P<m>)(?P<ap>)[ ]?o'?clock{END}", _clock),
    Rule(rf"(?:noon|midday|midnight){END}", _noon),
)


def _fiscal_any(m: re.Match[str]) -> Form:
    part = _part(m["part"]) if m["part"] else Part.END if m["end"] else Part.WHOLE
    return Year(_year(m["year2"] or m["year"] or m["year3"]), None, part, fiscal=True)


@cache
def scanner() -> Scanner:
    """The English rules, compiled at first use."""
    return Scanner(RULES, head=r"(?<![a-z0-9_.])(?<![a-z][-&'])")
