"""People mentioned by surname and title: 张总, 李工, 欧阳主任, 雄哥, 老刘, 阿强, Kevin总, Mr Tan, Datuk Lee."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from sales.language.names_words import (
    COMMON,
    FUNCTION_CHARS,
    KNOWN,
    edges,
    frequency,
    is_everyday_english,
    tag,
    words_of,
)
from sales.language.packaged import surnames
from sales.language.patterns import lazy
from sales.language.text import is_cjk
from sales.language.titles_en import english_titles
from sales.language.titles_model import FAMILIAR, POLITE, TitleMention, Titles, titles
from sales.language.titles_names import full_name_before, starts_name, title_at, with_full_name

__all__ = ["FAMILIAR", "POLITE", "TitleMention", "Titles", "find_person_titles", "titles"]

_LATIN_BEFORE = lazy(r"(?<![a-z0-9_@./-])([a-z]{2,15})\s?$", re.IGNORECASE)


def find_person_titles(text: str, *, also: Collection[str] = ()) -> list[TitleMention]:
    """All such mentions in a text (normal text, or as written), by position, none overlapping. Never raises.

    `also`: characters to take for surnames that are none (a known contact's surname mistyped: 腾 for 滕).
    """
    found: list[TitleMention] = list(english_titles(text))
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
            and (title := title_at(text, at, text[at - 1]))
            and (made := _named_before(text, marks, at, title, also))
        ):
            made = with_full_name(text, marks, made)
            yield made
            at = made.end
        else:
            at += 1


def _named_before(text: str, marks: bytearray, at: int, title: str, also: Collection[str]) -> TitleMention | None:
    table, book = titles(), surnames()
    rank, end = table.spoken[title], at + len(title)
    score = 0.6 if title in table.weak else 0.9
    if text[at - 1].isascii():
        return _latin_before(text, at, title)
    full = full_name_before(text, marks, at, title)
    if full is not None:
        start, surname, given = full
        return TitleMention(start, end, surname, title, rank, given, score)
    if text[at - 2 : at] in book.double and at >= 2:
        return TitleMention(at - 2, end, text[at - 2 : at], title, rank, score=score)
    surname, start = text[at - 1], at - 1
    if surname in book.order and starts_name(text, marks, start):
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
