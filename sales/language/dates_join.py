"""From atoms to mentions: neighbours that say one date together, and the words around it (by, 之前, 左右, eod)."""

from __future__ import annotations

import re
from dataclasses import replace

from sales.language.dates_compound import After, Before, By, Joint, Range, WeekOf, combined, is_stretch
from sales.language.dates_forms import DayOfMonth, MonthDay, Weekday, WeekSpan
from sales.language.dates_model import Atom, Form, Found
from sales.language.dates_periods import Half, Month, Quarter, Year
from sales.language.dates_relative import Around, RelDay, Shift, TimeOnly, Unit
from sales.language.patterns import lazy

_NO_HOURS = (Month, Quarter, Half, Year, WeekSpan, Around)

_TIME_GAP = lazy(r"[ \t]*(?:的|,[ \t]?|，)?[ \t]*(?:at|@|around|about|in the|by)?[ \t]*")
_TIME_FIRST_GAP = lazy(r"[ \t]*,?[ \t]*(?:on|of)?[ \t]*")
_SAME_GAP = lazy(r"[ \t]*(?:的|就是|也就是|即|of|on|the|,)?[ \t]*(?:the)?[ \t]*")
_OPEN, _CLOSE = lazy(r"[ \t]*[(\[【][ \t]*"), lazy(r"[ \t]*[)\]】]")
_TO = lazy(r"[ \t]*(?:-|~|至|到|to|thru|through|until)[ \t]*(?:the[ \t])?")
_OR = lazy(r"[ \t]*(?:/|或者?|or|、?还是)[ \t]*(?:the[ \t])?")
_LIST = lazy(r"[ \t]*(?:、|和|及|与|跟|以及|&|and|,)[ \t]*(?:the[ \t]|on[ \t])?")
_MOVED = lazy(
    r"(?:mov|push|slip|shift|postpon|delay|chang|br[io]|resched)[a-z]*[^.;\n]{0,30}\bfrom[ \t]$|(?:推|延|改|挪"
    r"|提前|拖)[^,，。\n]{0,6}从$"
)

_BY = lazy(
    r"(?:(?<![a-z])(?:on or before|no later than|not later than|nlt|by no later than|latest by|by|b4|until|till"
    r"|til|due(?: by| on)?|deadline(?: is|:)?)[ \t]+(?:the[ \t]+)?(?:end of[ \t]+)?"
    r"|(?:截止日期|截止时间|截止到?|截至|最晚|最迟|不晚于|不迟于|死线)(?:是|为|:|：)?[ \t]?(?:到|在)?)$"
)
_BEFORE = lazy(r"(?<![a-z])before[ \t]+(?:the[ \t]+)?$")
_AFTER = lazy(r"(?<![a-z])(?:(?:right|just|shortly)[ \t]+)?after[ \t]+(?:the[ \t]+)?$")
_APPROX = lazy(
    r"(?:(?<![a-z])(?:around|about|approx(?:imately)?\.?|circa|roughly|sometime(?: on| in)?"
    r"|somewhere around)[ \t]+(?:the[ \t]+)?|~[ \t]?|(?:大概|大约|约莫|差不多|大致)(?:在|是|要|得)?)$"
)
_WEEK_OF = lazy(
    r"(?<![a-z])(?:the[ \t]+)?(?:week[ \t]+(?:of|commencing|beginning|starting)|w/?c|wk[ \t]+of)[ \t]+(?:the[ \t]+)?$"
)
_END_OF_DAY = lazy(
    r"(?:(?<![a-z])(?:by[ \t]+)?(?:(?:the[ \t]+)?end of (?:the )?day|eod|cob|c\.o\.b\.|close of (?:business"
    r"|play))(?:[ \t]+(?:on|of|this))?[ \t,]+)$"
)

_SUFFIX = lazy(
    r"[ \t]*(?:(?P<about>左右|前后|上下|附近|or so|-?ish(?![a-z])|之间)"
    r"|(?P<before>之前|以前|(?<![ \t])前(?![台端期往景沿述者列线方面天夕辈几两三周]|[一二\d]))"
    r"|(?P<by>为止|截止|止(?!损|住)|以内|之内|内(?![部容测存网蒙外])|at the latest|latest(?![a-z])|(?:the )?(?:eod"
    r"|cob|end of (?:the )?day|close of (?:business|play))(?![a-z]))"
    r"|(?P<after>之后|以后|后(?![续台端勤备期市面天来悔]|[一二两\d])))"
)


def _chained(a: Atom, b: Atom, text: str, gap: str) -> Atom | None:
    """`a` and `b` as one atom, or None."""
    x, y = a.found, b.found
    end = b.end
    strength = max(x.strength, y.strength)
    if y.form is None and y.time is not None:
        if x.form is None or not _TIME_GAP.fullmatch(gap) or (x.time is not None and x.time.hour is not None):
            if (
                x.form is None
                and x.time is not None
                and x.time.hour is None
                and y.time.hour is not None
                and gap.strip() == ""
            ):
                return Atom(a.start, end, Found(None, x.time.joined(y.time), strength=strength))
            return None
        if gap.strip() in (",", "，") and re.search(r"[\u4e00-\u9fff]", text[max(0, a.start) : end]):
            return None  # 明天去鼎新，下午开会: a comma ends the phrase in Chinese
        if isinstance(x.form, _NO_HOURS) or (isinstance(x.form, Shift) and x.form.unit not in (Unit.DAY, Unit.WEEK)):
            return None
        hours = x.time.joined(y.time) if x.time else y.time
        return Atom(a.start, end, replace(x, time=hours, deadline=x.deadline or gap.strip() == "by"))
    if x.form is None and x.time is not None:
        if (
            y.form is None
            or y.time is not None
            or not _TIME_FIRST_GAP.fullmatch(gap)
            or ("," in gap and "\u4e00" <= text[a.start] <= "\u9fff")
        ):
            return None
        if "\u4e00" <= text[a.end - 1] <= "\u9fff":
            return None
        return Atom(a.start, end, replace(y, time=x.time))
    if x.form is None or y.form is None:
        return None
    if x.time is not None and (y.time is not None or "\u4e00" <= text[a.end - 1] <= "\u9fff"):
        return None  # 24号晚上 周四: the first is complete
    time, flags = x.time or y.time, (x.deadline or y.deadline, x.approx or y.approx)
    close = _CLOSE.match(text, b.end) if _OPEN.fullmatch(gap) else None
    form: Form | None = None
    if close or _SAME_GAP.fullmatch(gap):
        if x.deadline and x.form == RelDay(0) and x.time is None and "," not in gap:
            form = y.form  # eod friday
        elif y.deadline and y.form == RelDay(0) and "," not in gap:
            form = x.form  # tomorrow eod, 周五下班前
        else:
            form = combined(x.form, y.form)
            if "," in gap and not (isinstance(form, Joint) and text[a.end - 1].isascii() and text[b.start].isascii()):
                form = None  # a comma joins only in Monday, March 23
        end = close.end() if close and form else end
    if form is None and is_stretch(x.form, y.form):
        if _TO.fullmatch(gap) and not _MOVED.search(text[max(0, a.start - 45) : a.start]):
            form = Range(x.form, y.form)
        elif _OR.fullmatch(gap):
            form = Range(x.form, y.form, either=True)
    return Atom(a.start, end, Found(form, time, strength, *flags)) if form is not None else None


def _inherited(a: Atom, b: Atom, gap: str) -> Atom:
    """下周二、周四: what the second of a list leaves out it has from the first."""
    x, y = a.found.form, b.found.form
    if not _LIST.fullmatch(gap):
        return b
    if isinstance(x, Weekday) and isinstance(y, Weekday) and x.week is not None and y.floating:
        return replace(b, found=replace(b.found, form=replace(y, week=x.week)))
    if isinstance(x, MonthDay) and isinstance(y, DayOfMonth) and y.floating:
        return replace(b, found=replace(b.found, form=MonthDay(x.month, y.day, x.year, x.years, y.to_day)))
    if isinstance(x, DayOfMonth) and isinstance(y, DayOfMonth) and y.floating:
        return replace(b, found=replace(b.found, form=replace(y, months=x.months)))
    if isinstance(x, Month | Quarter) and isinstance(y, type(x)) and y.floating and (x.year or x.years):
        return replace(b, found=replace(b.found, form=replace(y, year=x.year, years=x.years)))
    return b


def join(atoms: list[Atom], text: str) -> list[Atom]:
    """Neighbouring atoms that say one date made one; lists inherit."""
    joined: list[Atom] = []
    for atom in atoms:
        if joined:
            gap = text[joined[-1].end : atom.start]
            if len(gap) <= 12:
                one = _chained(joined[-1], atom, text, gap)
                if one is not None:
                    joined[-1] = one
                    continue
                atom = _inherited(joined[-1], atom, gap)
        joined.append(atom)
    return joined


def dress(atom: Atom, text: str, floor: int, ceiling: int) -> Atom:
    """The atom with the words around it that belong to it, within [floor, ceiling): its neighbours keep theirs."""
    start, end, found = atom.start, atom.end, atom.found
    form = found.form if found.form is not None else TimeOnly(found.time) if found.time else None
    assert form is not None  # every rule gives a date or a time
    deadline, approx = found.deadline, found.approx
    sides: list[str] = []
    for _ in range(3):
        suffix = _SUFFIX.match(text, end)
        if suffix is None or suffix.end() > ceiling or (suffix.lastgroup == "by" and found.form is None):
            break
        end = suffix.end()
        sides.append(suffix.lastgroup or "")
    for _ in range(3):
        behind = text[max(floor, start - 24) : start]
        for kind, pattern in (
            ("eod", _END_OF_DAY),
            ("week", _WEEK_OF),
            ("by", _BY),
            ("before", _BEFORE),
            ("after", _AFTER),
            ("about", _APPROX),
        ):
            hit = pattern.search(behind)
            if hit is not None and hit.end() > hit.start():
                start -= len(hit.group())
                sides.insert(0, kind)
                break
        else:
            break
    if "week" in sides and not isinstance(form, WeekSpan):
        form = WeekOf(form)
    approx = approx or "about" in sides
    if "after" in sides:
        form = After(form) if found.time is None else form  # 明天下午3点后 is still tomorrow
    elif "before" in sides:
        form, deadline = Before(form), True
    elif deadline or "by" in sides or "eod" in sides:
        form, deadline = By(form), True
    return Atom(start, end, Found(form, found.time, found.strength, deadline, approx))
