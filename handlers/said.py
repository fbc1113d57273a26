"""Names and days as the person said them, where that is shorter and still tells which one is meant."""

from __future__ import annotations

import re
from datetime import date

from sales.book import Book
from sales.language.packaged import surnames
from sales.language.text import has_cjk, normal
from sales.people import Account, Contact
from sales.records import New, Read, Ref

_LONGEST = 12
_BEFORE_ZH = re.compile(r"前|以内|之内")
_BEFORE_EN = re.compile(r"\b(?:by|before|no later than|not later than|eod|due)\b")


def person(read: Read[Ref], text: str, book: Book, *, chinese: bool) -> str:
    """张总; where the customer has another 张, 张总（章立新）. The full name where the words don't hold part of it."""
    if isinstance(read.value, New):
        return read.value.name
    contact = book.contact(read.value)
    if contact is None:
        return ""
    said = read.spans[0].of(text).strip() if read.spans else ""
    if not said or len(said) > _LONGEST or not _part_of(said, contact):
        return contact.name
    plain = normal(said).text
    if normal(contact.name).text in plain:
        return contact.name
    others = [c for c in book.contacts(contact.account) if c.id != contact.id]
    if not any(_same_call(plain, contact, other) for other in others):
        return said
    return f"{said}（{contact.name}）" if chinese and has_cjk(said) else contact.name


def _part_of(said: str, contact: Contact) -> bool:
    plain = normal(said).text
    if any(normal(alias).text == plain for alias in contact.aliases):
        return True
    full = normal(contact.name).text
    if has_cjk(full):
        return _surname(full) in plain or (len(full) > 2 and full[-2:] in plain)
    return bool(_words(plain) & _words(full))


def _same_call(plain: str, contact: Contact, other: Contact) -> bool:
    """Whether what was said could call another person of this customer too."""
    full, another = normal(contact.name).text, normal(other.name).text
    if has_cjk(full):
        surname = _surname(full)
        return surname in plain and has_cjk(another) and _surname(another) == surname
    return bool(_words(plain) & _words(full) & _words(another))


def _surname(full: str) -> str:
    return surnames().of(full) or full[:1]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{2,}", text))


def is_deadline(due: Read[date] | None, text: str) -> bool:
    """Whether the day was said as a limit: 周三之前, by Wednesday."""
    if due is None or not due.spans:
        return False
    span = due.spans[0]
    own, after = span.of(text), text[span.end : span.end + 3]
    before = normal(text[max(0, span.start - 14) : span.start] + own).text
    return bool(_BEFORE_ZH.search(own) or _BEFORE_ZH.match(after.lstrip("之以 ")) or _BEFORE_EN.search(before))


def deal_name(name: str, account: Account | New | None) -> str:
    """The deal without the customer's name in front of it, where that stands beside it anyway."""
    if account is None:
        return name
    aliases = account.aliases if isinstance(account, Account) else ()
    for known in sorted((account.name, *aliases), key=len, reverse=True):
        rest = name.removeprefix(known).strip(" -·—_:：")
        if rest != name and len(rest) >= 2:
            return rest
    return name


def normal_in(name: str, text: str) -> bool:
    """Whether a text names something, however it is written."""
    return normal(name).text in normal(text).text
