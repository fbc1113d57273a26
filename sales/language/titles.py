"""People mentioned by surname and title: 张总, 李工, 欧阳主任, 雄哥, 老刘, 阿强, Kevin总, Mr Tan, Datuk Lee."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sales.language.names_words import (
    COMMON,
    FUNCTION_CHARS,
    KNOWN,
    edges,
    frequency,
    is_everyday_english,
    is_place,
    tag,
    words_of,
)
from sales.language.packaged import packaged_yaml, surnames
from sales.language.text import is_cjk

FAMILIAR = "familiar"
POLITE = "polite"
_LATIN_BEFORE = re.compile(r"(?<![a-z0-9_@./-])([a-z]{2,15})\s?$", re.IGNORECASE)
_MAY_SPLIT_NAME = frozenset(
    "万钱段张石金高方付许任毛龙白"
)  # surnames that end a phrase as an everyday word: 80万, 给钱


@dataclass(frozen=True, slots=True)
class TitleMention:
    """`text[start:end]` names a person by surname, given name or both and a title.

    `title` is the word said (总, mr, 老), `rank` its class (see titles.yaml), `given` what was said of the given name;
    `score` 0..1 is how sure it is that a person is meant.
    """

    start: int
    end: int
    surname: str
    title: str
    rank: str
    given: str = ""
    score: float = 0.9

    @property
    def name(self) -> str:
        """The surname and given name, as far as said."""
        latin = self.given.isascii() and self.surname.isascii()
        return f"{self.given} {self.surname}".strip() if latin else self.surname + self.given


@dataclass(frozen=True, slots=True)
class Titles:
    """The packaged table of titles, see titles.yaml."""

    spoken: Mapping[str, str]
    longest: int
    firsts: frozenset[str]
    weak: frozenset[str]
    familiar: frozenset[str]
    after_latin: frozenset[str]
    not_latin: frozenset[str]
    split: frozenset[str]
    departments: frozenset[str]
    not_people: frozenset[str]
    before: Mapping[str, str]
    on_record: tuple[tuple[str, str], ...]
    fits: Mapping[str, Mapping[str, float]]


@cache
def titles() -> Titles:
    raw = packaged_yaml("titles.yaml")
    spoken = {str(word): str(rank) for rank, words in raw["spoken"].items() for word in words}
    before = {str(word): str(rank) for rank, words in raw["before"].items() for word in words}
    return Titles(
        spoken=spoken,
        longest=max(map(len, spoken)),
        firsts=frozenset(word[0] for word in spoken),
        before=before,
        on_record=tuple((str(word), str(rank)) for rank, words in raw["on_record"].items() for word in words),
        fits={str(k): {str(c): float(w) for c, w in v.items()} for k, v in raw["fits"].items()},
        not_latin=frozenset(map(str, raw["not_names_latin"])),
        weak=frozenset(raw["weak"]),
        familiar=frozenset(raw["familiar"]),
        after_latin=frozenset(raw["after_latin"]),
        split=frozenset(raw["split"]),
        departments=frozenset(raw["departments"]),
        not_people=frozenset(raw["not_people"]),
    )


def find_person_titles(text: str, *, also: Collection[str] = ()) -> list[TitleMention]:
    """All such mentions in a text (normal text, or as written), by position, none overlapping. Never raises.

    `also`: characters to take for surnames that are none (a known contact's surname mistyped: 腾 for 滕).
    """
    found: list[TitleMention] = list(_english(text))
    if any(map(is_cjk, text)):
        marks = edges(text)
        found += _titled(text, marks, also)
        found += _prefixed(text, marks)
    found.sort(key=lambda m: (m.start, -m.end))
    kept: list[TitleMention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _titled(text: str, marks: bytearray, also: Collection[str]) -> Iterator[TitleMention]:
    """Name, then title."""
    firsts = titles().firsts
    at = 1
    while at < len(text):
        if (
            text[at] in firsts
            and (title := _title_at(text, at, text[at - 1]))
            and (made := _named_before(text, marks, at, title, also))
        ):
            made = _with_full_name(text, marks, made)
            yield made
            at = made.end
        else:
            at += 1


def _title_at(text: str, at: int, surname: str = "") -> str:
    """The longest title at this place that does not cut a word in two: 总 of 总监督促, none of 总结.

    A long word may hide the title 总 and a word (刘总 工期), unless what stands before is hardly a surname (向总公司).
    """
    table = titles()
    tail = text[at : at + 8]
    ends: set[int] = set()
    size = 0
    for word in words_of(tail):
        size += len(word)
        ends.add(size)
    for length in range(min(table.longest, len(tail)), 0, -1):
        title = tail[:length]
        if title in table.spoken and (length in ends or tail[: length + 1] in table.split):
            return title
    if tail[:1] == "总" and surname not in surnames().words and min(ends) > 2 and frequency(tail[1:3]) >= KNOWN:
        return "总"
    return ""


def _named_before(text: str, marks: bytearray, at: int, title: str, also: Collection[str]) -> TitleMention | None:
    table, book = titles(), surnames()
    rank, end = table.spoken[title], at + len(title)
    score = 0.6 if title in table.weak else 0.9
    if text[at - 1].isascii():
        return _latin_before(text, at, title)
    full = _full_name_before(text, marks, at, title)
    if full is not None:
        start, surname, given = full
        return TitleMention(start, end, surname, title, rank, given, score)
    if text[at - 2 : at] in book.double and at >= 2:
        return TitleMention(at - 2, end, text[at - 2 : at], title, rank, score=score)
    surname, start = text[at - 1], at - 1
    if surname in book.order and _starts_name(text, marks, start):
        if len(title) == 1 and title not in "总董" and frequency(surname + title) >= KNOWN:
            return None  # 何处, 施工, 高校
        if surname in book.words and len(title) > 1 and surname in FUNCTION_CHARS | frozenset("别全常还经当"):
            return None  # 和总监: the director too
        if title in table.weak and surname not in book.common:
            return None
        if title == "采购" or title == "代表":
            return None
        rare = 0.0 if surname in book.common else 0.1
        if start and text[start - 1] in "老小" and marks[start - 1]:
            start -= 1  # 老王总
        return TitleMention(start, end, surname, title, rank, score=score - rare)
    if surname in also and marks[start]:
        return TitleMention(start, end, surname, title, rank, score=0.5)
    if title in table.familiar and is_cjk(surname) and surname not in FUNCTION_CHARS and marks[start]:
        if frequency(surname + title) >= KNOWN or surname in "表堂的帅小大老空学师叔伯姑舅姨爷奶":
            return None
        return TitleMention(start, end, "", title, rank, surname, 0.75)
    return None


def _starts_name(text: str, marks: bytearray, at: int) -> bool:
    """Can a name start here: not in the middle of an everyday word (安全总监, 上周总结)."""
    if marks[at] or at == 0:
        return True
    if text[at - 1] in "老小" and marks[at - 1]:
        both = text[at - 1 : at + 1]
        return both not in titles().not_people and (frequency(both) < COMMON or tag(both).startswith("nr"))
    start = at
    while start > 0 and not marks[start]:
        start -= 1
    end = at + 1
    while end < len(text) and not marks[end]:
        end += 1
    word = text[start:end]
    # A word that goes on behind the surname is what the cutter made of surname and title (老王总)
    return frequency(word) < COMMON and tag(word) != "ns"


def _full_name_before(text: str, marks: bytearray, at: int, title: str) -> tuple[int, str, str] | None:
    """王建国经理, 李丽姐, 欧阳明总: (start, surname, given) of a full name that ends where the title starts."""
    table, book = titles(), surnames()
    for size in (4, 3, 2):
        start = at - size
        if start < 0 or not all(map(is_cjk, text[start:at])):
            continue
        double = text[start : start + 2] in book.double
        surname = text[start : start + 2] if double else text[start]
        given = text[start + len(surname) : at]
        if not given or len(given) > 2 or (not double and surname not in book.order) or surname in book.words:
            continue
        if not double and surname not in book.common and not book.given.issuperset(given):
            continue
        if not double and size == 3 and text[at - 1] in book.common and text[at - 2] in FUNCTION_CHARS:
            continue
        if given in table.departments or any(c in FUNCTION_CHARS or c in "副总正老阿新让" for c in given):
            continue
        written = text[start:at]
        if is_place(written) or (frequency(written) >= COMMON and not tag(written).startswith("nr")):
            continue
        if not marks[start] or (start and text[start - 1] in "老小一二三四五六七八九十百0123456789"):
            continue
        if len(given) == 1 and given in book.order and (surname in _MAY_SPLIT_NAME or given in surname):
            continue
        if len(given) == 2:
            if given[1] == surname or (given[1] in book.common and not _is_given(given)):
                continue  # 李泽李工 is put together later; 跟张工王总
            if not _is_given(given):
                continue
        return start, surname, given
    return None


def _is_given(given: str) -> bool:
    """Two characters that a parent could have meant: no everyday word of another kind (建国 is one, and a name)."""
    return frequency(given) < COMMON or tag(given).startswith("nr") or surnames().given.issuperset(given)


def _with_full_name(text: str, marks: bytearray, mention: TitleMention) -> TitleMention:
    """李泽李工, 李泽(李工), 李工李泽: the full name beside the address makes one mention."""
    if mention.given or not mention.surname:
        return mention
    surname, start, end = mention.surname, mention.start, mention.end
    closing = end + 1 if end < len(text) and text[end] in ")）" else end
    for gap in ("", "(", "（", " "):
        stop = start - len(gap)
        if text[stop:start] != gap:
            continue
        for size in (3, 2):
            at = stop - len(surname) - size + 1
            if at >= 0 and text.startswith(surname, at) and _is_name_tail(text[at + len(surname) : stop]):
                given = text[at + len(surname) : stop]
                return _merged(mention, at, closing if gap in ("(", "（") else end, given)
    for gap in ("", "(", "（", " "):
        at = end + len(gap)
        if not text.startswith(gap + surname, end):
            continue
        after = at + len(surname)
        for size in (2, 1):
            given = text[after : after + size]
            stop = after + size
            if len(given) == size and _is_name_tail(given) and not _title_at(text, after):
                if size == 2 and (frequency(given) >= COMMON or not marks[min(stop, len(text))]):
                    continue
                closed = stop + 1 if gap in ("(", "（") and text[stop : stop + 1] in tuple(")）") else stop
                return _merged(mention, start, closed, given)
    return mention


def _is_name_tail(given: str) -> bool:
    return 1 <= len(given) <= 2 and all(is_cjk(c) and c not in FUNCTION_CHARS for c in given)


def _merged(mention: TitleMention, start: int, end: int, given: str) -> TitleMention:
    return TitleMention(start, end, mention.surname, mention.title, mention.rank, given, 0.95)


def _latin_before(text: str, at: int, title: str) -> TitleMention | None:
    """Kevin总, Amy姐, Tan先生."""
    table = titles()
    found = _LATIN_BEFORE.search(text, max(0, at - 18), at)
    if found is None or title not in table.after_latin:
        return None
    said = found.group(1)
    name = said.lower()
    known = name in surnames().latin
    if name in table.not_latin or (not known and (is_everyday_english(name) or len(name) < 3) and not said.istitle()):
        return None
    surname, given = (name, "") if known else ("", name)
    return TitleMention(found.start(1), at + len(title), surname, title, table.spoken[title], given, 0.8)


def _prefixed(text: str, marks: bytearray) -> Iterator[TitleMention]:
    """老刘, 小王, 阿强."""
    table, book = titles(), surnames()
    for at in range(len(text) - 1):
        prefix, char = text[at], text[at + 1]
        if prefix not in "老小阿" or not is_cjk(char) or char in FUNCTION_CHARS or prefix + char in table.not_people:
            continue
        if not marks[at] or (prefix != "阿" and (char not in book.order or char in book.words)):
            continue
        both = prefix + char
        ends_word = marks[at + 2]
        first = words_of(text[at + 1 : at + 7])[0]
        if not ends_word or (len(first) > 1 and frequency(first) >= KNOWN):
            continue  # 小程序, 老毛病, 阿拉伯
        if frequency(both) >= COMMON and not tag(both).startswith("nr"):
            continue
        if prefix == "阿":
            yield TitleMention(at, at + 2, "", prefix, FAMILIAR, char, 0.75)
        else:
            score = 0.8 if char in book.common else 0.6
            yield TitleMention(at, at + 2, char, prefix, FAMILIAR, score=score)


@cache
def _english_titles() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(titles().before, key=len, reverse=True))
    return re.compile(rf"(?<![\w'])({words})\.?\s+([a-z][a-z'’-]*)((?:\s+[a-z][a-z'’-]*){{0,2}})", re.IGNORECASE)


def _english(text: str) -> Iterator[TitleMention]:
    table, book = titles(), surnames()
    for found in _english_titles().finditer(text):
        title, first = found.group(1).lower(), re.sub(r"['’]s$", "", found.group(2))
        known = first.lower() in book.latin
        if first.lower() in table.not_latin or first.lower() in table.before:
            continue
        follows = found.group(3).split()
        surname_next = bool(follows) and len(first) == len(found.group(2)) and follows[0].lower() in book.latin
        if not known and is_everyday_english(first.lower()) and not first.istitle() and not surname_next:
            continue  # miss the deadline, sir said
        if title in ("en", "miss", "ir", "sir", "tun") and not known and not first.istitle():
            continue
        end = found.start(2) + len(first)
        said = [first]
        for word in re.finditer(r"[^\s]+", found.group(3)) if len(first) == len(found.group(2)) else ():
            plain = re.sub(r"['’]s$", "", word.group())
            if not (plain.istitle() or (plain.lower() in book.latin and not known and plain == plain.lower())):
                break
            said.append(plain)
            end = found.start(3) + word.start() + len(plain)
        lower = [word.lower() for word in said]
        surname = next((w for w in lower if w in book.latin), lower[-1])
        given = " ".join(w for w in lower if w != surname)
        yield TitleMention(found.start(1), end, surname, title, table.before[title], given, 0.95 if known else 0.85)
