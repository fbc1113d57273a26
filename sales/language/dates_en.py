"""The English rules: British and American, thumb-typed, and the abbreviations of sales talk (eod, eoq, fy26, h2)."""

from __future__ import annotations

from functools import cache

from sales.language import dates_en_read as read
from sales.language.dates_scan import Rule, Scanner

_DIGITS = "0123456789"
_G = r"[ \t]{1,2}"
_END = r"(?![a-z0-9])"
_WEEKDAYS = (
    r"(?:monday|mon|tuesday|tues?|we(?:dnes|nds|dens|ndes)day|weds?|th(?:urs|ur)day|th(?:urs?|rs|u)|friday|fri"
    r"|saturday|sunday)"
)
_ANY_DAY = rf"(?:{_WEEKDAYS}|sat|sun)"
_DAY_HEADS = "mtwfs"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:r?u?ary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_MONTH_HEADS = "jfmasond"
# month names that are no person's name and no other word
_SURE_MONTH = (
    r"(?:january|feb(?:r?u?ary)?|apr|jul|july|aug|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|jun)"
)
_N = (
    r"(?P<n>\d{1,3}(?:\.5)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a couple(?: of)?|couple(?: of)?"
    r"|a few|few|several|half an?|1/2)"
)
_N_HEADS = _DIGITS + "aotfsench"
_UNIT = (
    r"(?P<unit>(?:working|business|work)[ \t]days?|hours?|hrs?|days?|weeks?|wks?|fortnights?|months?|mths?|mos?"
    r"|quarters?|qtrs?|years?|yrs?)"
)
_PART = r"(?P<part>early|mid|middle of|late|later|end of|end|start of|beginning of)(?:[ \t]+the)?"
_PART_HEADS = "emlsb"
_WHEN = rf"(?P<when>{_G}(?:morning|afternoon|evening|night|arvo|am|pm|noon|lunch(?:time)?){_END})?"
_WEEK = (
    r"(?P<week>(?:the )?week after next|(?:the )?week before last"
    r"|(?:this|next|nxt|last|past|coming|prev|previous|current)[ \t]{1,2}(?:week|wk))"
)
_WEEK_HEADS = "twnlpc"
_YEAR = r"(?P<year>[ ,/-]{1,2}(?:20\d\d|'\d\d)(?!\d|[.]\d))?"
_YEAR_TOO = (
    r"(?P<year>(?:[ ,/-]{1,2}(?:20\d\d|'2[4-9]|'3[0-5])|[ /-](?:2[4-9]|3[0-5])(?![a-z]))"
    r"(?!\d|[.,:%]\d|[ ]?(?:k|m|%|people|units|[ap]m|of)(?![a-z])))?"
)
_FY = r"(?P<year2>[ ]{0,2}(?:of )?(?:fy ?(?:20\d\d|\d\d)(?:/\d\d)?|20\d\d|'\d\d)(?![\d%]|[.]\d))?"
_DAY = r"(?P<d>3[01]|[12]\d|0?[1-9])"
_TO_DAY = r"(?:[ ]?(?:-|to|and|&|/)[ ]?(?P<last>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d.:/]))?"
_NO_EVERY = r"(?<!every )(?<!each )(?<!every other )"
_NOT_SAYS = r"(?![ ](?:said|says|told|asked|called|wants))"
# what stands behind a day that is not half of something else (the 2nd meeting, Sun Wei)
_ALONE = (
    r"(?=[ \t]*(?:$|[\n.,;:!?)\]/&+-]|[\u4e00-\u9fff]|(?:at|for|to|with|in|about|via|re|over|is|we|i|they|he|she|and|or|if|so|but"
    r"|then|when"
    r"|as|because|latest|eod|cob|works|was|by|before|am|pm|morning|afternoon|evening|night|noon|the|\d)(?![a-z])))"
)
_ON = (
    r"(?:(?<=\bon )|(?<=\bby )|(?<=\btil )|(?<=\btill )|(?<=until )|(?<=before )|(?<=\bdue )|(?<=after )|(?<=since )"
    r"|(?<=from )|(?<=around ))"
)
# May said, sent to May: a person; in May, slips to May: the month
_IN = (
    r"(?:(?<=\bin )|(?<=\bby )|(?<=\bof )|(?<=till )|(?<=until )|(?<=before )|(?<=after )|(?<=since )|(?<=during )"
    r"|(?<=through )|(?<=around )|(?<=\bmid )|(?<=\bend )|(?<=pushed to )|(?<=moved to )|(?<=slipped to )"
    r"|(?<=slips to )"
    r"|(?<=slip to )|(?<=delayed to )|(?<=back to )|(?<=out to )|(?<=\binto ))"
)
_NOT_COUNT = (
    r"(?![a-z0-9%:]|[.,/]\d|[ \t]?(?:%|percent|people|ppl|units?|pcs|seats|days?|weeks?|wks?|months?|years?|hours?|hrs?"
    r"|of them|sites|times|users|licen[cs]es|k\b|m\b))"
)
_NO_NOUN = (
    r"(?![ \t]+(?:floor|round|time|visit|meeting|mtg|call|attempt|place|tranche|half|quarter|year|week"
    r"|month|party|phase))"
)
_NTH = r"(?:the )?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last)"
_OF_MONTH = rf"(?:of|in) (?:(?P<mon>{_MONTH})|(?:the )?(?P<rel>this |next |last )?month){_END}"
_HOUR = r"(?P<h>2[0-4]|1\d|0?\d)"
_AT = r"(?:at |@ ?)"
_HOLIDAY = "|".join(pattern for pattern, _ in read.HOLIDAYS)

# not within a word, a code or a number; mon-wed and mar-may are ranges
_START = (
    r"(?<![a-z0-9_.])(?:(?<![a-z][-&'])|(?<=(?:mon|tue|wed|thu|fri|sat|sun|day|urs|ues)-)"
    r"|(?<=(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-))"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "ty2d",
        r"(?P<word>today|2day|yesterday|yest|ystd|ystdy|ytdy|tdy|tomm?orr?ow|tmrw?|tmw|tml|2mor+o?w?|day after (?:tomm?orr?ow|tmrw?)"
        rf"|day before yesterday){_END}{_WHEN}",
        read.rel_day,
    ),
    Rule("tl2", rf"(?:tonight|tonite|2nite|last night){_END}", read.tonight),
    Rule("t", rf"this{_G}(?P<when>morning|afternoon|evening|arvo|am|pm){_END}", read.part_of_today),
    Rule("jea", rf"(?:just now|earlier today|a moment ago){_END}", read.just_now),
    Rule("trl", rf"(?:the other day|recently|lately){_END}", read.other_day),
    Rule("l", rf"later today{_END}", read.later_today),
    # a week on tuesday, tuesday week, a week today
    Rule("a", rf"a week (?:on|from|this|next) (?P<day>{_ANY_DAY}){_END}", read.a_week_on),
    Rule("a", rf"a week (?:from )?(?P<anchor>today|now|tomorrow){_END}", read.a_week_on),
    Rule(_DAY_HEADS, rf"(?P<day>{_ANY_DAY}) week{_END}", read.a_week_on),
    # 3 days ago, in two weeks, within a week, the last 30 days
    Rule(_N_HEADS, rf"{_N}[ \t]{{0,2}}{_UNIT}[ \t]{{0,2}}(?:ago|back|earlier){_END}", read.shifted(-1)),
    Rule(
        _N_HEADS,
        rf"{_N}[ \t]{{0,2}}{_UNIT}{_G}(?:from now|from today|today|later|time|out|hence){_END}",
        read.shifted(1),
    ),
    Rule(
        "i",
        rf"in (?:the next )?(?:about |around |another )?{_N}[ -]?{_UNIT}{_END}(?:'?s? time)?(?![ ](?:of|or less))",
        read.shifted(1),
    ),
    Rule("w", rf"within (?:the next |a )?{_N}[ -]?{_UNIT}{_END}", read.shifted(1, span=True, deadline=True)),
    Rule("w", rf"within (?P<n>)(?:a |the )?{_UNIT}{_END}", read.shifted(1, span=True, deadline=True)),
    Rule("tonc", rf"(?:over )?(?:the )?(?:next|coming){_G}{_N}[ \t]{{0,2}}{_UNIT}{_END}", read.shifted(1, span=True)),
    Rule(
        "tolp",
        rf"(?:over )?(?:the )?(?:last|past|previous){_G}{_N}[ \t]{{0,2}}{_UNIT}{_END}",
        read.shifted(-1, span=True),
    ),
    # friday last week, last friday of the month, next tue
    Rule(_DAY_HEADS, rf"(?P<day>{_ANY_DAY}),?[ \t]{{0,2}}(?:of )?{_WEEK}{_END}", read.weekday_of_week),
    Rule("tfsl1234", rf"{_NTH} (?P<day>{_ANY_DAY}) {_OF_MONTH}", read.nth_of_month),
    Rule("tfsl1234", rf"{_NTH} week (?:{_OF_MONTH}|(?P<mon2>{_MONTH}){_END})", read.nth_of_month),
    Rule(
        "tnlcp",
        rf"(?P<rel>this coming|this past|next|nxt|this|last|coming|past){_G}(?P<day>{_ANY_DAY}){_END}{_WHEN}",
        read.weekday,
    ),
    Rule(_PART_HEADS + _WEEK_HEADS, rf"(?:{_PART}[ \t]{{0,2}})?{_WEEK}{_END}", read.week),
    Rule("m", rf"mid[ -]?week{_END}(?!ly)", read.midweek),
    Rule("tnlcw", rf"(?:(?P<rel>this|next|last|coming){_G}|the )?(?:week-?end|wkend){_END}", read.weekend),
    # fri; sat and sun only where they can't be a verb or a name
    Rule(_DAY_HEADS, rf"{_NO_EVERY}(?P<day>{_WEEKDAYS}){_END}(?!-(?!{_ANY_DAY}))(?!'?s{_G}are){_WHEN}", read.weekday),
    Rule(
        "s",
        rf"{_NO_EVERY}(?P<day>sat|sun)(?P<when>{_G}(?:morning|afternoon|evening|night|arvo|am|pm|noon)){_END}",
        read.weekday,
    ),
    Rule(
        "s",
        rf"(?P<day>sat|sun)(?=,?{_G}(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?:{_G}{_MONTH}{_END}|(?=[ \t]*(?:$|[.,;)])))"
        rf"|{_MONTH}{_G}\d))",
        read.weekday,
    ),
    Rule("s", rf"{_ON}(?P<day>sat|sun){_END}{_ALONE}", read.weekday),
    Rule(
        "s",
        r"(?:(?<=(?:mon|tue|wed|thu|fri|sat)[-/])|(?<=(?:thu|fri|sat) or )|(?<=(?:mon|fri|thu|sat) to ))"
        rf"(?P<day>sat|sun){_END}",
        read.weekday,
    ),
    Rule("s", r"(?P<day>sat|sun)(?=[-/](?:sun|mon|tue)|:[ \t])", read.weekday),
    # 5 may, may 5th, 16-20 march
    Rule(
        _DIGITS,
        rf"{_DAY}(?:st|nd|rd|th)?{_TO_DAY}[ /-]?(?:of )?(?P<mon>{_MONTH}){_END}{_NOT_SAYS}{_YEAR_TOO}",
        read.month_day,
    ),
    Rule(
        _MONTH_HEADS,
        rf"(?P<mon>{_MONTH})(?:(?<=jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[.])?[ /-]{{0,2}}(?:the )?"
        rf"{_DAY}(?:st|nd|rd|th)?{_NOT_COUNT}{_NO_NOUN}{_TO_DAY}{_YEAR}",
        read.month_day,
    ),
    # mid-april, end of june, june 2026, in may
    Rule(_PART_HEADS, rf"{_PART}{_G}(?:of )?(?P<mon>{_MONTH}){_END}{_YEAR}", read.month),
    Rule(_PART_HEADS, rf"(?P<part>early|mid|late|end|start)-(?P<mon>{_MONTH}){_END}{_YEAR}", read.month),
    Rule(_MONTH_HEADS, rf"(?P<mon>{_MONTH})[ -](?P<part>end){_END}", read.month),
    Rule("tnl", rf"(?P<rel>this|next|last){_G}(?P<mon>{_MONTH}){_END}{_YEAR}", read.month),
    Rule(
        _MONTH_HEADS,
        rf"(?P<mon>{_MONTH})(?P<year>[ ,/-]{{1,2}}(?:of )?(?:20\d\d|'\d\d)(?!\d|[.]\d))",
        read.month,
    ),
    Rule(_MONTH_HEADS, rf"(?P<mon>{_SURE_MONTH}){_END}(?!-\d)", read.month),
    Rule(_MONTH_HEADS, rf"{_IN}(?P<mon>{_MONTH}){_END}(?!-\d){_NOT_SAYS}(?! (?:from|and i)){_YEAR}", read.month),
    Rule(_PART_HEADS, rf"{_PART}{_G}(?P<year>20[2-4]\d)(?![\d.,%/-])", read.year),
    Rule(
        "2",
        r"(?:(?<=\bin )|(?<=\bby )|(?<=during )|(?<=before )"
        r"|(?<=until ))(?P<part>)(?P<year>20[2-4]\d)(?![\d.,%/-]\d|[\d%])",
        read.year,
    ),
    Rule("tfs12", rf"(?:the )?(?P<half>first|1st|second|2nd) half of (?P<mon>{_MONTH}){_END}", read.half_month),
    # quarters, halves, years
    Rule(
        "q2nlt" + _PART_HEADS,
        rf"(?:{_PART}{_G}|(?P<rel>next|last|this) year'?s? |(?P<year>20\d\d)[ -]?)?q(?P<q>[1-4])(?![a-z0-9*]|[.-]\d)"
        rf"{_FY}(?P<end>[ -]end{_END})?",
        read.quarter,
    ),
    Rule(
        "h2fs1" + _PART_HEADS,
        rf"(?:{_PART}{_G})?(?:(?P<year>20\d\d)[ -]?)?(?:h(?P<h>[12])(?![a-z0-9*]|[.-]\d|氢|站)"
        r"|(?P<word>first|second|1st|2nd) half(?= of (?:the )?(?:year|fy|20)|[ ,.](?!of )|$)(?: of (?:the )?year)?)"
        rf"{_FY}(?P<end>[ -]end{_END})?",
        read.half,
    ),
    Rule(
        "tnlpc" + _PART_HEADS,
        rf"(?:{_PART}{_G})?(?P<rel>this|next|nxt|last|previous|prev|coming|current){_G}"
        rf"(?P<unit>fiscal year|fiscal|fy|month|mth|quarter|qtr|q|year|yr){_END}",
        read.rel_period,
    ),
    Rule(
        "f" + _PART_HEADS,
        rf"(?:{_PART}{_G})?(?P<year>fy ?(?:20\d\d|\d\d)(?:/\d\d)?"
        rf"|fiscal (?:year )?20\d\d){_END}(?P<end>[ -]end{_END})?",
        read.fiscal_year,
    ),
    Rule(
        "telmsb",
        r"(?:the )?(?P<part>end of|late in|later in|early in|middle of|start of|beginning of) (?:the |this )?"
        rf"(?P<unit>day|week|wk|month|mth|quarter|qtr|fiscal year|fiscal|fy|year|yr){_END}",
        read.end_of,
    ),
    Rule("ec", rf"(?:eo(?:d|b|p)|cob|c\.o\.b\.|(?:close|end) of (?:business|play)){_END}", read.end_of_day),
    Rule("e", rf"(?P<part>)eo(?P<unit>w|m|q|y|fy){_END}", read.end_of),
    Rule(
        "tmqyf",
        rf"(?P<part>)(?:the )?(?P<unit>month|quarter|qtr|year|fiscal year|fy)[ -]?end{_END}"
        r"(?![ -](?:close|closing|party|report))",
        read.end_of,
    ),
    Rule(
        "clnxgetmsdqhy",
        rf"(?P<name>{_HOLIDAY}){_END}(?![ ](?:party|card|gift|dinner|present))(?P<year>[ ]20\d\d{_END})?",
        read.holiday,
    ),
    Rule(
        "t" + _DIGITS,
        rf"(?:the{_G})?{_DAY}(?:st|nd|rd|th) of (?:the )?(?P<rel>this|next|last|current|coming) month{_END}",
        read.day_of_rel_month,
    ),
    # the 25th
    Rule(
        "t" + _DIGITS,
        rf"(?:the{_G})?{_DAY}(?:st|nd|rd|th)(?:[ ]?(?:-|to)[ ]?(?:the )?(?P<last>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th))?"
        rf"{_END}{_ALONE}",
        read.ordinal,
    ),
    # 3pm, 15:30, at 3, noon
    Rule(
        "a@" + _DIGITS,
        rf"{_AT}?(?:\d{{1,2}}(?:[:.]\d\d)?(?:am|pm)?[ ]?(?:-|to)[ ]?)?{_HOUR}(?:[:.](?P<m>[0-5]\d))?[ ]?"
        rf"(?P<ap>[ap]\.m\.|[ap]m){_END}(?:[ ]?(?:-|to)[ ]?\d{{1,2}}(?:[:.]\d\d)?[ ]?(?:am|pm){_END})?",
        read.clock,
    ),
    Rule(
        "a" + _DIGITS,
        rf"(?<![\d:.])(?:at )?{_HOUR}:(?P<m>[0-5]\d)(?P<ap>)(?![\d:]|[ ]?(?:ratio|的比))"
        r"(?:[ ]?[-~至到][ ]?\d{1,2}:[0-5]\d(?![\d:]))?",
        read.clock,
    ),
    Rule(
        "a@",
        rf"{_AT}{_HOUR}(?P<m>)(?P<ap>)(?:[ ]?o'?clock)?(?=[ ]*(?:$|[,;!?)]|\.(?!\d)|(?:on|with|for|to|at|in|tmr|tmrw"
        r"|tomorrow|today|mon|tue|wed|thu|fri|sat|sun|next|this)(?![a-z])))",
        read.clock,
    ),
    Rule(_DIGITS, rf"{_HOUR}(?P<m>)(?P<ap>)[ ]?o'?clock{_END}", read.clock),
    Rule("nm", rf"(?:noon|midday|midnight){_END}", read.noon),
)


@cache
def scanner() -> Scanner:
    """The English rules, compiled at first use. No rule begins inside a word, a code or a number."""
    return Scanner(RULES, _START)
