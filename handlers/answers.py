"""An answer to the bot's question: by number, by name, by a part of a name or a title, or by tapping."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sales.book import Book
from sales.language.names import NameIndex, NameKind
from sales.language.packaged import surnames
from sales.language.surnames import TitleMention, find_person_titles, match_contacts
from sales.language.text import has_cjk, normal
from sales.records import Doubt

_NUMBER = re.compile(
    r"^\s*(?:选|就|是|要|第|no\.?|number|#|option)*\s*([1-9一二三四五六]|[①-⑨])"
    r"\s*(?:个|位|家|条|号|项|st|nd|rd|th)?(?: one)?[\s。.!、)）吧啊的]*$",
    re.I,
)
_DIGITS = {c: i for i, c in enumerate("一二三四五六", 1)} | {chr(0x2460 + i): i + 1 for i in range(9)}
_ORDINAL = re.compile(
    r"^\s*(?:it'?s |i mean )?(?:the )?(first|second|third|fourth|last|former|latter|one|two|three|four)"
    r"(?: (?:one|option|guy))?[\s.!]*$",
    re.I,
)
_ORDINALS = {
    "first": 0,
    "second": 1,
    "third": 2,
    "fourth": 3,
    "former": 0,
    "latter": 1,
    "one": 0,
    "two": 1,
    "three": 2,
    "four": 3,
}
_SIDE = re.compile(r"^\s*(?:是|选)?(前|后|上|下|头|最后)(?:面|边)?(?:的|那)*(?:一)?(?:个|位|家|条)?[\s。.!吧啊]*$")
_FILL = re.compile(
    r"那个|这个|那家|这家|那位|这位|那单|这单|那一个|就是|是的|应该是|项目|商机|公司|客户|的|是|吧|啊|呢|哈|选|，|,|。|\.|!"
    r"|\bthe\b|\bone\b|\bit's\b|\bits\b|\bit is\b|\bdeal\b|\bproject\b|\bfor\b|\bat\b|\bplease\b|\bpls\b",
    re.I,
)
_FULL_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[A-Z][a-z'-]+(?: [A-Z][a-z.'-]*){1,2}")
_NO_NAME = re.compile(r"[天再说个不没知在有么什了吗的你我他她谁]")  # 明天再说 starts with a surname too
_NONE = re.compile(
    r"^\s*(?:(?:两个|两位|两家|这些|他们)?都不(?:是|对)|不是这[几两]?[个位家]|没有(?:这|对)的?|哪个都不是"
    r"|none(?: of (?:them|these|those))?|neither(?: (?:one|of them))?)[\s。.!了]*$",
    re.I,
)
_DECLINES = re.compile(
    r"^\s*(?:没有|不是|算了|取消|不记了?|不用了?|别记了?|跳过|先不[记管]"
    r"|skip(?: it)?|cancel|drop it|leave it(?: out)?|never ?mind|forget it|no)[\s。.!了吧]*$",
    re.I,
)


def none_of_them(text: str) -> bool:
    """都不是, neither: it is something else."""
    return bool(_NONE.match(normal(text).text))


def declines(text: str) -> bool:
    """算了, never mind: it needn't be recorded."""
    return bool(_DECLINES.match(normal(text).text))


def is_place(text: str) -> bool:
    """Whether an answer says which choice by its place: 2, ②, 第二个, the second one."""
    return _place(normal(text).text.strip(), 9) is not None


def _place(folded: str, choices: int) -> int | None:
    """Which place is named, from 0."""
    if number := _NUMBER.match(folded):
        return (_DIGITS.get(number[1]) or int(number[1])) - 1
    if ordinal := _ORDINAL.match(folded):
        return choices - 1 if ordinal[1].lower() == "last" else _ORDINALS[ordinal[1].lower()]
    if side := _SIDE.match(folded):
        return 0 if side[1] in "前上头" else choices - 1
    return None


def is_bare(text: str, doubt: Doubt, book: Book) -> bool:
    """Whether an answer is hardly more than the name of a choice."""
    folded = normal(text).text.strip()
    if _place(folded, len(doubt.options)) is not None:
        return True
    rest = _FILL.sub(" ", folded)
    for option in doubt.options:
        known = _texts(option.id, option.label, doubt, book)
        for word in sorted(re.findall(r"[a-z0-9]+|[^\W\d_a-z]+", rest), key=len, reverse=True):
            best = _longest(word, known)
            rest = rest.replace(best, " ") if best else rest
    return len(re.sub(r"[\W_]", "", rest)) <= (2 if has_cjk(folded) else 6)


def chosen(text: str, doubt: Doubt, book: Book, names: NameIndex) -> str | None:
    """The id that an answer picks, or None if it picks none (or does not tell them apart)."""
    folded = normal(text).text.strip()
    place = _place(folded, len(doubt.options)) if doubt.options else None
    if place is not None:
        return doubt.options[place].id if 0 <= place < len(doubt.options) else None
    if len(folded) > (30 if has_cjk(folded) else 60):
        return None
    if doubt.options:
        return _by_words(folded, doubt, book, names)
    if doubt.about == "account":
        return _named_account(folded, book, names)
    return _named_contact(text, doubt) if doubt.about == "contact" else None


def _named_contact(text: str, doubt: Doubt) -> str | None:
    """None of those offered was meant: whoever is named now, a name or a surname with a title and nothing else."""
    plain = _FILL.sub(" ", text).strip()
    if " " in plain and has_cjk(plain):
        return None
    said = find_person_titles(normal(plain).text)
    if any(t.start == 0 and t.end == len(plain) for t in said) and plain != doubt.words:
        return plain
    if _NO_NAME.search(plain):
        return None
    return plain if _FULL_NAME.fullmatch(plain) and (not has_cjk(plain) or surnames().of(plain)) else None


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
        mentions: list[TitleMention | str] = [*find_person_titles(folded), folded]
        for mention in mentions:
            matches = match_contacts(mention, contacts)
            if matches and (len(matches) == 1 or matches[0][1] - matches[1][1] > 0.1):
                return matches[0][0].id
    core = _FILL.sub(" ", folded).split()
    scores: dict[str, float] = {}
    for option in doubt.options:
        texts = _texts(option.id, option.label, doubt, book)
        scores[option.id] = sum(_overlap(word, texts) + _whole(word, option.id, doubt, book) for word in core)
    if not scores:
        return None
    ranked: Sequence[str] = sorted(scores, key=lambda i: -scores[i])
    if scores[ranked[0]] <= 0 or (len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < 0.5):
        return None
    return ranked[0]


def _whole(word: str, option_id: str, doubt: Doubt, book: Book) -> float:
    """A little for a title as it stands: 总经理 is not the 副总经理."""
    contact = book.contact(option_id) if doubt.about == "contact" else None
    return 1.0 if contact is not None and normal(contact.title).text == word else 0.0


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
        parts += [person.name, person.title, *person.aliases]
        unit = book.org_unit(person.org_unit)
        while unit is not None and unit.parent is not None:  # 华东那个, but the company tells nobody apart
            parts += [unit.name, *unit.aliases]
            unit = book.org_unit(unit.parent)
    return normal(" ".join(parts)).text


def _overlap(word: str, texts: str) -> float:
    """How much of a word of the answer an option's texts hold: the longest common piece, in characters."""
    if word in texts:
        return float(len(word))
    if not has_cjk(word):
        return 0.0
    return float(len(_longest(word, texts)))


def _longest(word: str, texts: str) -> str:
    """The longest piece of a word, of two characters at least, that the texts hold."""
    pieces = (word[i:j] for i in range(len(word)) for j in range(len(word), i + 1, -1))
    return max((piece for piece in pieces if piece in texts), key=len, default="")
