"""Which of a customer's contacts is meant: by alias, full or given name, or surname and title as people say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sales.language.names_forms import normal_name
from sales.language.names_latin import latin_words
from sales.language.names_pinyin import read_as, sounds_like, spelled
from sales.language.names_words import FUNCTION_CHARS, plainness
from sales.language.packaged import surnames
from sales.language.text import is_cjk
from sales.language.titles import FAMILIAR, POLITE, TitleMention, find_person_titles, titles
from sales.people import Contact

__all__ = ["TitleMention", "find_person_titles", "match_contacts", "mistyped_surnames"]

TITLED = 0.9  # surname and a title that fits exactly
GIVEN_NAME = 0.85
LATIN_PART = 0.8
NO_TITLE_KNOWN = 0.78  # of what a fitting title would count
POOR_FIT = 0.4
HOMOPHONE = 0.7
OTHER_GIVEN_NAME = 0.3  # 李泽经理 is hardly 李明
CLOSE = 0.13  # below the best by more than this: not meant, where the best is any good
LEAST = 0.2


@dataclass(frozen=True, slots=True)
class _Known:
    """A contact's name taken apart. `words`: of a latin name; `ranks`: the classes of the title on record."""

    name: str
    surname: str
    given: str
    words: tuple[str, ...]
    aliases: tuple[str, ...]
    ranks: frozenset[str]


def match_contacts(said: TitleMention | str, contacts: Sequence[Contact]) -> list[tuple[Contact, float]]:
    """The contacts that a mention (or the words of a message) can mean, best first, each with a score 0..1.

    Only those about as good as the best are given: 王总 with a 总经理 and a 副总经理 of that surname gives both, with a
    总经理 and an engineer only the first. Empty: none fits.
    """
    text = said if isinstance(said, str) else ""
    plain = normal_name(text) if text else ""
    if isinstance(said, TitleMention):
        mentions = [said]
    else:
        mentions = find_person_titles(plain, also=mistyped_surnames(plain, contacts)) if plain else []
    scored: list[tuple[Contact, float]] = []
    for contact in contacts:
        known = _known(contact)
        best = _by_name(known, plain, mentions) if plain else 0.0
        for mention in mentions:
            best = max(best, _by_title(known, mention))
        if best >= LEAST:
            scored.append((contact, round(best, 3)))
    scored.sort(key=lambda pair: -pair[1])
    return [pair for pair in scored if pair[1] >= scored[0][1] - CLOSE]


def mistyped_surnames(text: str, contacts: Sequence[Contact]) -> frozenset[str]:
    """The characters of a text that are no surname but sound like one of these contacts': 腾主任 for 滕主任."""
    ours = {known.surname for known in map(_known, contacts) if len(known.surname) == 1}
    book = surnames().order
    strange = {c for c in text if is_cjk(c) and c not in book and c not in FUNCTION_CHARS}
    return frozenset(c for c in strange if any(sounds_like(c, surname) for surname in ours))


def _known(contact: Contact) -> _Known:
    return _take_apart(contact.name, contact.title, contact.aliases)


@lru_cache(maxsize=20_000)
def _take_apart(full: str, title: str, aliases: tuple[str, ...]) -> _Known:
    name = normal_name(full)
    chinese = "".join(c for c in name if is_cjk(c))
    surname = surnames().of(chinese) if 2 <= len(chinese) <= 4 else ""
    words = tuple(word.text for word in latin_words(name))
    return _Known(
        name,
        surname,
        chinese[len(surname) :] if surname else "",
        words,
        tuple(a for a in map(normal_name, aliases) if a),
        ranks_of(title),
    )


@lru_cache(maxsize=5_000)
def ranks_of(title: str) -> frozenset[str]:
    """The classes of a title on record: 信息部副总经理 -> deputy, technical. Empty if it says nothing known."""
    rest = f" {normal_name(title)} "
    found: set[str] = set()
    for word, rank in titles().on_record:
        at = rest.find(word)
        if at >= 0 and (not word.isascii() or not (rest[at - 1].isalpha() or rest[at + len(word)].isalpha())):
            found.add(rank)
            if rank != "technical":
                rest = rest[:at] + "|" * len(word) + rest[at + len(word) :]
    # 技术 says what one does; as a rank it counts only where there is no engineer
    return frozenset(found - {"technical"} if "engineer" in found else found)


def _by_title(known: _Known, said: TitleMention) -> float:
    """Surname, given name and title of a mention against a contact."""
    address = said.surname + said.given + said.title
    if address in known.aliases or f"{said.title}{said.surname}" in known.aliases:
        return 1.0
    fit = 0.9 if said.rank in (FAMILIAR, POLITE) else _fit(said.rank, known.ranks)
    if not said.surname:
        return _given_fits(known, said.given) * max(fit, 0.8)
    alike = _surname_fits(known, said.surname)
    if not alike:
        return 0.0
    if said.given:
        given = _given_fits(known, said.given)
        return alike * max(given, 0.85) if given else TITLED * fit * alike * OTHER_GIVEN_NAME
    return TITLED * fit * alike


def _fit(said: str, ranks: frozenset[str]) -> float:
    if not ranks:
        return NO_TITLE_KNOWN
    table = titles().fits.get(said, {})
    if said == "chief" and "deputy" in ranks:
        return table["deputy"]  # 副总经理: not outdone by the 总经理 in it
    return max((table.get(rank, POOR_FIT) for rank in ranks), default=POOR_FIT)


def _surname_fits(known: _Known, said: str) -> float:
    """1 the same surname, less a homophone or another script; 0 another one."""
    if is_cjk(said[0]):
        if known.surname:
            if said == known.surname:
                return 1.0
            same_size = len(said) == len(known.surname)
            return HOMOPHONE if same_size and sounds_like(said, known.surname) else 0.0
        return 0.85 if any(_spells(word, said) for word in known.words) else 0.0
    if said in known.words:
        return 1.0
    return 0.85 if known.surname and _spells(said, known.surname) else 0.0


def _given_fits(known: _Known, said: str) -> float:
    """1 the same given name or a latin first name, less its homophone or a character of it (雄哥 for 王志雄)."""
    if not said:
        return 0.0
    if not is_cjk(said[0]):
        words = said.split()
        if words and all(word in known.words for word in words):
            return 1.0
        return 0.85 if known.given and _spells("".join(words), known.given) else 0.0
    if said == known.given:
        return 1.0
    if len(said) == len(known.given):
        return 0.8 if known.given and sounds_like(said, known.given) else 0.0
    return 0.9 if len(said) == 1 and said in known.given else 0.0


def _spells(letters: str, form: str) -> bool:
    return any(len(codes) == len(form) and read_as(codes, form) for codes in spelled(letters))


def _by_name(known: _Known, text: str, mentions: Sequence[TitleMention]) -> float:
    """Alias, full name or given name, written out in the text; its sound; first or last name of a latin one."""
    if _has(text, known.name) or any(_has(text, alias) for alias in known.aliases):
        return 1.0
    best = 0.0
    chinese = known.surname + known.given
    if chinese:
        if chinese in text:
            return 1.0
        if len(known.given) == 2 and known.given in text and _stands_alone(text, known, mentions):
            best = GIVEN_NAME * (plainness(known.given) if text != known.given else 1.0)
        if any(sounds_like(window, chinese) for window in _windows(text, len(chinese))):
            best = max(best, 0.8 if len(chinese) > 2 else 0.65)
        if _spelled_in(text, known):
            best = max(best, 0.8)
    if known.words:
        said = [word.text for word in latin_words(text)]
        if set(known.words) <= set(said):
            return 1.0
        shared = [word for word in known.words if len(word) > 1 and word in said]
        if shared:
            best = max(best, LATIN_PART if len(shared) == 1 else 0.9)
    return best


def _has(text: str, form: str) -> bool:
    at = text.find(form)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(form) : at + len(form) + 1]
        cuts_head = before.isascii() and before.isalnum() and form[0].isascii()
        cuts_tail = after.isascii() and after.isalnum() and form[-1].isascii()
        if not (cuts_head or cuts_tail):
            return True
        at = text.find(form, at + 1)
    return False


def _stands_alone(text: str, known: _Known, mentions: Sequence[TitleMention]) -> bool:
    """The given name is not part of another's full name: 王建国 is not 李建国."""
    at = text.find(known.given)
    before = text[at - 1 : at] if at else ""
    if any(m.given == known.given and m.surname and m.surname != known.surname for m in mentions):
        return False
    return not (before in surnames().common and before not in surnames().words)


def _windows(text: str, size: int) -> Iterator[str]:
    for at in range(len(text) - size + 1):
        yield text[at : at + size]


def _spelled_in(text: str, known: _Known) -> bool:
    """wang lei, leiwang, Jianguo Wang, jian guo: spelled in latin letters (of a given name, two syllables)."""
    words = [word.text for word in latin_words(text)]
    orders = [known.surname + known.given, known.given + known.surname]
    if len(known.given) == 2:
        orders.append(known.given)
    for i in range(len(words)):
        for j in range(i + 1, min(i + 3, len(words)) + 1):
            if any(_spells("".join(words[i:j]), order) for order in orders):
                return True
    return False
