"""English titles before a name: Mr Tan, Datuk Lee, Dr Sarah Lim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sales.language.names_words import is_everyday_english
from sales.language.packaged import surnames
from sales.language.patterns import lazy
from sales.language.titles_model import TitleMention, titles

_POSSESSIVE = lazy(r"['’]s$")
_WORD = lazy(r"[^\s]+")


@cache
def _pattern() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(titles().before, key=len, reverse=True))
    return re.compile(rf"(?<![\w'])({words})\.?\s+([a-z][a-z'’-]*)((?:\s+[a-z][a-z'’-]*){{0,2}})", re.IGNORECASE)


def english_titles(text: str) -> Iterator[TitleMention]:
    table, book = titles(), surnames()
    for found in _pattern().finditer(text):
        title, first = found.group(1).lower(), _POSSESSIVE.sub("", found.group(2))
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
        for word in _WORD.finditer(found.group(3)) if len(first) == len(found.group(2)) else ():
            plain = _POSSESSIVE.sub("", word.group())
            if not (plain.istitle() or (plain.lower() in book.latin and not known and plain == plain.lower())):
                break
            said.append(plain)
            end = found.start(3) + word.start() + len(plain)
        lower = [word.lower() for word in said]
        surname = next((w for w in lower if w in book.latin), lower[-1])
        given = " ".join(w for w in lower if w != surname)
        yield TitleMention(found.start(1), end, surname, title, table.before[title], given, 0.95 if known else 0.85)
