"""The short forms of hospitals, universities, schools, banks and authorities, each of which has habits of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sales.language.names_companies import Part, split_place
from sales.language.packaged import company_words, places
from sales.language.patterns import lazy

_HOSPITAL = lazy(r"(医院|卫生院|卫生服务中心|保健院|医学中心|诊所)(?:$|(?=.{0,8}(?:分院|院区)$))")
_NUMBERED = lazy(r"^第?([一二三四五六七八九十]+)(人民)?(医院|中学|小学|中医院)$")
_AFFILIATED = lazy(r"^(.{2,}?(?:大学|学院))(?:(.{0,6}?医学院|医学部))?附属(.*)$")
_BANK = lazy(r"^(.*?(?:银行|信用社|联合社|联社))(?:集团)?(?:股份有限公司|有限责任公司|有限公司)?(.*)$")
_BRANCH_TAIL = lazy(r"(分行|支行|营业部|分理处|总行)$")
_UNIVERSITY = lazy(r"^(.{2,}?大学)(.*)$")
_SCHOOL = lazy(r"(学院|学校|中学|小学|党校|幼儿园)$")


def is_institution(name: str) -> bool:
    """Is the name that of a hospital, school, bank or authority rather than a firm's?"""
    return bool(
        _HOSPITAL.search(name)
        or ("银行" in name or name.endswith(("信用社", "联社", "联合社")))
        or "大学" in name
        or _SCHOOL.search(name)
        or _bureau_tail(name)
    )


def institution_parts(name: str) -> Iterator[Part]:
    """The short forms of an institution's (normalised, bracketless) name; scores as in `firm_parts`."""
    if "银行" in name or name.endswith(("信用社", "联社", "联合社")):
        yield from _bank(name)
    elif _HOSPITAL.search(name) or "附属" in name:
        yield from _hospital(name)
    elif "大学" in name:
        yield from _university(name)
    elif _SCHOOL.search(name):
        yield from _school(name)
    else:
        yield from _bureau(name)


def _placed(place: str, town: str, rest: str) -> Iterator[Part]:
    """武汉市 + 中心医院: 武汉中心医院, 市中心医院, 中心医院."""
    if town:
        yield Part(town + rest, 0.92)
        unit = place[-1] if place[-1] in "省市县区州" else ""
        if unit:
            yield Part(unit + rest, 0.75)
    # What many towns have names none of them for sure; where only one account has it, the index sees that.
    yield Part(rest, 0.7 if len(rest) > 3 else 0.6)


def _hospital(name: str) -> Iterator[Part]:
    if found := _AFFILIATED.match(name):
        yield from _affiliated(found.group(1), found.group(2) or "", found.group(3))
        return
    place, town, rest = split_place(name)
    yield from _placed(place, town, rest)
    unit = place[-1:] if place[-1:] in tuple("省市县区州") else ""
    if found := _NUMBERED.match(rest):
        number, people = found.group(1), found.group(2) or ""
        scored = ((f"{number}院", 0.7), (f"{number}医院", 0.75), (f"第{number}{people}医院", 0.8), (f"{number}医", 0.5))
        for short, score in scored:
            yield Part(short, score, strong=False)
            if town:
                yield Part(town + short, 0.9)
            if unit:
                yield Part(unit + short, 0.75)
        if unit:
            yield Part(unit + number, 0.45, strong=False)
    elif rest.endswith(("妇幼保健院", "妇幼保健医院", "妇幼保健计划生育服务中心")):
        for head, score in (("", 0.6), (unit, 0.75), (town, 0.9)):
            yield Part(head + "妇幼", score)
            yield Part(head + "妇幼保健院", score)
    elif rest.endswith("人民医院"):
        if unit:
            yield Part(unit + "人民", 0.5, strong=False)
            yield Part(unit + "医", 0.45, strong=False)
    elif rest.endswith("医院") and len(rest) >= 4:
        kinds = ("中医", "中心", "人民", "儿童", "口腔", "肿瘤", "胸科", "眼科", "骨科", "妇产")
        stem = rest.removesuffix("医院")
        if stem in kinds:
            yield Part((town or unit) + stem[:2], 0.5, strong=False)
        else:
            yield Part(stem, 0.75)
            if town:
                yield Part(town + stem, 0.85)


def _affiliated(university: str, school: str, rest: str) -> Iterator[Part]:
    """浙江大学医学院附属第一医院: 浙大一院, 附一, 附一院. Of 复旦大学附属华山医院 also 华山医院, 华山."""
    shorts = [university, *university_shorts(university)]
    if found := _NUMBERED.match(rest):
        number = found.group(1)
        patterns = ("附{}", "附{}院", "{}附院", "附属第{}医院", "第{}附属医院", "附属{}院")
        own = tuple(pattern.format(number) for pattern in patterns)
        for form in own:
            yield Part(form, 0.75, strong=False)
        for short in shorts:
            for form in (*own, f"{number}院", f"{number}附"):
                yield Part(short + form, 0.92)
        if school.endswith("医学院") and len(school) > 3:
            yield Part(school.removesuffix("医学院") + f"{number}院", 0.7)
    elif rest in ("医院", ""):
        yield Part("附院", 0.6, strong=False)
        yield Part("附属医院", 0.6)
        for short in shorts:
            yield Part(short + "附院", 0.92)
            yield Part(short + "附属医院", 0.92)
    else:
        for part in _hospital(rest):
            yield part._replace(score=min(0.88, part.score + 0.08))
        yield Part(rest, 0.9)
        for short in shorts:
            yield Part(short + rest, 0.92)
            yield Part(short + "附属" + rest, 0.93)


def university_shorts(name: str) -> list[str]:
    """浙江大学 -> 浙大; 华中师范大学 -> 华中师大, 华师. The better known first."""
    words = company_words()
    known = [words.univ_known[name]] if name in words.univ_known else []
    tail = next((t for t in words.univ_tails if name.endswith(t) and len(name) > len(t)), "")
    if not tail:
        return known
    head, short = name.removesuffix(tail), words.univ_tails[tail]
    if short == "大":
        made = [head[0] + short] if len(head) == 2 else [head + short]
        return list(dict.fromkeys([*known, *made, *([] if head in places().zh else [head])]))
    squeezed = [head[0] + short, *([head[0] + "师"] if short == "师大" else [])] if len(head) >= 2 else []
    return list(dict.fromkeys([*known, head + short, *squeezed]))


def _university(name: str) -> Iterator[Part]:
    found = _UNIVERSITY.match(name)
    if not found:
        return
    university, inside = found.groups()
    shorts = university_shorts(university)
    if not inside:
        for i, short in enumerate(shorts):
            yield Part(short, 0.85 if i == 0 and len(short) > 1 else 0.6, strong=len(short) > 2)
        return
    yield Part(inside, 0.85 if len(inside) > 3 else 0.6)
    stem = re.sub(r"(医学院|学院|研究院|研究所|校区|分校|医院)$", "", inside)
    if stem and stem != inside:
        yield Part(stem, 0.65, strong=False)
    for short in shorts:
        yield Part(short + inside, 0.9)
        if stem:
            yield Part(short + stem, 0.8)


def _school(name: str) -> Iterator[Part]:
    place, town, rest = split_place(name)
    yield from _placed(place, town, rest)
    if found := _NUMBERED.match(rest):
        short = found.group(1) + {"中学": "中", "小学": "小"}.get(found.group(3), "院")
        yield Part(short, 0.5, strong=False)
        if town:
            yield Part(town + short, 0.88)
            yield Part(place[-1] + short, 0.6, strong=False)
        return
    for tail, short in company_words().univ_tails.items():
        if rest.endswith(tail):
            head = rest.removesuffix(tail)
            yield Part(town + head + short, 0.85)
            if head:
                yield Part(head + short, 0.75)
            return
    stem = re.sub(r"(实验|外国语|附属|国际)?(学院|学校|中学|小学|幼儿园)$", "", rest)
    if len(stem) >= 2:
        yield Part(stem, 0.7, strong=False)


def _bank(name: str) -> Iterator[Part]:
    found = _BANK.match(name)
    if not found:
        return
    bank, branch = found.groups()
    words = company_words()
    shorts = list(words.banks.get(bank, ()))
    for tail, short in words.bank_tails.items():
        if bank.endswith(tail) and len(bank) > len(tail):
            head = bank.removesuffix(tail)
            bare = split_place(head + "某某")[1] or head
            shorts += [head + short, bare + short, *([bare + short[:2]] if len(short) > 2 else [])]
            break
    else:
        if len(bank) > 4 and bank.endswith("银行") and bank not in words.banks:
            shorts.append(bank.removesuffix("银行"))
    shorts = list(dict.fromkeys(s for s in shorts if len(s) >= 2))
    if not branch:
        yield Part(bank, 0.95)
        for short in shorts:
            yield Part(short, 0.88 if short.endswith(("行", "社")) else 0.7, strong=len(short) > 2)
        return
    place = _BRANCH_TAIL.sub("", branch)
    towns = [t for t in dict.fromkeys((place, re.sub(r"[省市县区]$", "", place))) if len(t) >= 2]
    yield Part(branch, 0.6)
    for short in dict.fromkeys((bank, *shorts)):
        yield Part(short + branch, 0.95)
        for town in towns:
            yield Part(short + town, 0.9)
            yield Part(town + short, 0.9)
        yield Part(short, 0.6, strong=False)


@cache
def _all_bureau_tails() -> tuple[str, ...]:
    words = company_words()
    return (*words.bureaus, *words.bureau_tails)


def _bureau_tail(name: str) -> str:
    if not name.endswith(_all_bureau_tails()):  # one test for the many firms
        return ""
    return next((t for t in _all_bureau_tails() if name.endswith(t) and len(name) > len(t) + 1), "")


def _bureau(name: str) -> Iterator[Part]:
    place, town, rest = split_place(name)
    yield from _placed(place, town, rest)
    listed = next((b for b in company_words().bureaus if rest.endswith(b)), "")
    if not listed:
        return
    head = rest.removesuffix(listed)
    for short in company_words().bureaus[listed]:
        yield from _placed(place, town, head + short)
