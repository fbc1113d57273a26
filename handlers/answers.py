"""An answer to the bot's question: by number, by name, by a part of a name or a title, or by tapping."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sales.book import Book
from sales.language.names import NameIndex, NameKind
from sales.language.surnames import find_person_titles, match_contacts
from sales.language.text import has_cjk, normal
from sales.records import Doubt

_NUMBER = re.compile(r"^\s*(?:选|第|no\.?|#|option)?\s*([1-9一二三四五六两]|[①-⑨])\s*(?:个|位|家|条|号|st|nd|rd|th)?[\s。.!吧啊]*$", re.I)
_DIGITS = {c: i for i, c in enumerate("一二三四五六", 1)} | {"两": 2} | {chr(0x2460 + i): i + 1 for i in range(9)}
_ORDINAL = re.compile(r"^\s*(?:the )?(first|second|third|fourth|last|former|latter)(?: one)?[\s.!]*$", re.I)
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "former": 0, "latter": 1}
_FILL = re.compile(r"那个|这个|那家|这家|那位|这位|那单|这单|那一个|就是|是的|应该是|项目|商机|公司|客户|的|是|吧|啊|呢|哈|选|，|,|。|\.|!|\bthe\b|\bone\b|\bit's\b|\bits\b|\bit is\b|\bdeal\b|\bproject\b|\bfor\b|\bat\b|\bplease\b|\bpls\b", re.I)
_NONE = re.compile(r"^\s*(?:都不是|都不对|没有|不是|算了|取消|不记了|别记了|跳过|none|neither|skip|cancel|never ?mind|forget it|no)[\s。.!了]*$", re.I)


def declines(text: str) -> bool:
    """都不是, 算了, never mind: none of the choices."""
    return bool(_NONE.match(normal(text).text))


def chosen(text: str, doubt: Doubt, book: Book, names: NameIndex) -> str | None:
    """The id that an answer picks, or None if it picks none (or does not tell them apart)."""
    folded = normal(text).text.strip()
    number = _NUMBER.match(folded)
    if number is not None and doubt.options:
        raw = number[1]
        place = _DIGITS.get(raw) or int(raw)
        return doubt.options[place - 1].id if place <= len(doubt.options) else None
    ordinal = _ORDINAL.match(folded)
    if ordinal is not None and doubt.options:
        word = ordinal[1].lower()
        place = len(doubt.options) - 1 if word == "last" else _ORDINALS[word]
        return doubt.options[place].id if place < len(doubt.options) else None
    if len(folded) > (30 if has_cjk(folded) else 60):
        return None
    if not doubt.options:
        return _named_account(folded, book, names) if doubt.about == "account" else None
    return _by_words(folded, doubt, book, names)


def _named_account(folded: str, book: Book, names: NameIndex) -> str | None:
    mine = book.my_accounts()
    hits = [h for h in names.find(folded) if h.kind is NameKind.ACCOUNT and h.id in mine and h.score >= 0.6]
    best = max((h.score for h in hits), default=0.0)
    ids = {h.id for h in hits if h.score >= best - 0.1}
    return ids.pop() if len(ids) == 1 else None


def _by_words(folded: str, doubt: Doubt, book: Book, names: NameIndex) -> str | None:
    offered = [o.id for o in doubt.options]
    kinds = {"account": NameKind.ACCOUNT, "contact": NameKind.CONTACT, "scope": NameKind.PERSON}
    kind = kinds.get(doubt.about)
    hits = [h for h in names.find(folded) if h.id in offered and (kind is None or h.kind is kind) and h.score >= 0.6]
    exact = {h.id for h in hits if h.how in ("name", "alias")}
    if len(exact) == 1:
        return exact.pop()
    found = {h.id for h in hits}
    if len(found) == 1:
        return found.pop()
    if doubt.about == "contact":
        contacts = [c for i in offered if (c := book.contact(i)) is not None]
        for mention in [*find_person_titles(folded), folded]:
            matches = match_contacts(mention, contacts)
            if matches and (len(matches) == 1 or matches[0][1] - matches[1][1] > 0.1):
                return matches[0][0].id
    core = _FILL.sub(" ", folded).split()
    scores = {option.id: sum(_overlap(word, texts) for word in core) for option in doubt.options for texts in [_texts(option.id, option.label, doubt, book)]}
    if not scores:
        return None
    ranked: Sequence[str] = sorted(scores, key=lambda i: -scores[i])
    if scores[ranked[0]] <= 0 or (len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < 0.5):
        return None
    return ranked[0]


def _texts(option_id: str, label: str, doubt: Doubt, book: Book) -> str:
    """Everything that is known of an option by which somebody may name it."""
    parts = [label]
    if doubt.about == "account" and (account := book.account(option_id)) is not None:
        parts += [account.name, *account.aliases, account.industry, account.city]
    elif doubt.about == "contact" and (contact := book.contact(option_id)) is not None:
        parts += [contact.name, contact.title, *contact.aliases]
    elif doubt.about == "opportunity" and (deal := book.opportunity(option_id)) is not None:
        parts.append(deal.name)
        for product_id in deal.products:
            if (product := book.product(product_id)) is not None:
                parts += [product.name, *product.aliases]
    elif doubt.about == "scope" and (person := book.person(option_id)) is not None:
        unit = book.org_unit(person.org_unit)
        parts += [person.name, person.title, *person.aliases, *((unit.name, *unit.aliases) if unit else ())]
    return normal(" ".join(parts)).text


def _overlap(word: str, texts: str) -> float:
    """How much of a word of the answer an option's texts hold: the longest common piece, in characters."""
    if word in texts:
        return float(len(word))
    if not has_cjk(word):
        return 0.0
    best = 0
    for i in range(len(word)):
        for j in range(i + 2, len(word) + 1):
            if word[i:j] in texts:
                best = max(best, j - i)
    return float(best)
