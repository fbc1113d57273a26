"""The name beside a title: where the title stands, where a surname may start, full names before and after."""

from __future__ import annotations

from sales.language.names_words import COMMON, FUNCTION_CHARS, KNOWN, frequency, is_place, tag, words_of
from sales.language.packaged import surnames
from sales.language.text import is_cjk
from sales.language.titles_model import TitleMention, titles

_MAY_SPLIT_NAME = frozenset(
    "万钱段张石金高方付许任毛龙白"
)  # surnames that end a phrase as an everyday word: 80万, 给钱


def title_at(text: str, at: int, surname: str = "") -> str:
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


def starts_name(text: str, marks: bytearray, at: int) -> bool:
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


def full_name_before(text: str, marks: bytearray, at: int, title: str) -> tuple[int, str, str] | None:
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


def with_full_name(text: str, marks: bytearray, mention: TitleMention) -> TitleMention:
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
            if len(given) == size and _is_name_tail(given) and not title_at(text, after):
                if size == 2 and (frequency(given) >= COMMON or not marks[min(stop, len(text))]):
                    continue
                closed = stop + 1 if gap in ("(", "（") and text[stop : stop + 1] in tuple(")）") else stop
                return _merged(mention, start, closed, given)
    return mention


def _is_name_tail(given: str) -> bool:
    return 1 <= len(given) <= 2 and all(is_cjk(c) and c not in FUNCTION_CHARS for c in given)


def _merged(mention: TitleMention, start: int, end: int, given: str) -> TitleMention:
    return TitleMention(start, end, mention.surname, mention.title, mention.rank, given, 0.95)
