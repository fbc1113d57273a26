"""Is this an ordinary word? Short forms of names that are, and hits that cut one in two, must not flood plain text."""

from __future__ import annotations

from functools import cache, lru_cache
from types import ModuleType

from sales.language.packaged import company_words, everyday_english, places

COMMON = 100  # times in the dictionary's corpus: from here on an everyday word
KNOWN = 30  # from here on a word that most people would read as one
NAME_TAGS = ("nr", "nz", "nt")  # the dictionary says: a name of a person, a brand, an organisation

# Single characters that are words of their own in any sentence. A homophone that replaces one of these is no typo.
FUNCTION_CHARS = frozenset(
    "的了是在我你他她它们这那有不也都就还又再和跟与同及或但而且把被让给对向从到去来上下里外前后中为以于说要会能可想该"
    "没很太最更已将正刚才只个位家次年月日号点时分天周第一二两三四五六七八九十百千万几多少大小吗呢吧啊么什哪谁怎"
    "请用做见谈聊约问看听发拿打找签报等带定过先后起"
)


@cache
def dictionary() -> ModuleType:
    """The word dictionary (0.1 s to read, once): the one that rjieba makes for itself when it is imported."""
    import rjieba

    return rjieba


def words_of(text: str) -> list[str]:
    """Cut by dictionary words alone: unknown characters stay single, so no unknown name is glued to its neighbour."""
    words: list[str] = dictionary().cut(text, hmm=False)
    return words


def edges(text: str) -> bytearray:
    """1 at every position (0..len) where a dictionary word starts or ends."""
    marks = bytearray(len(text) + 1)
    marks[0] = 1
    at = 0
    for word in words_of(text):
        at += len(word)
        marks[at] = 1
    return marks


@lru_cache(maxsize=20_000)
def frequency(word: str) -> int:
    """How often the dictionary's corpus has the word, 0 if it is none."""
    book = dictionary()
    return int(book.suggest_freq(word)) if book.has_word(word) else 0


def tag(word: str) -> str:
    """The part of speech of a single dictionary word (ICTCLAS letters), "" if it is cut in several."""
    tags: list[tuple[str, str]] = dictionary().tag(word, hmm=False)
    return tags[0][1] if len(tags) == 1 else ""


def is_place(word: str) -> bool:
    """A place name alone, with or without 省/市/县, or an English place word."""
    known = places()
    bare = word[:-1] if len(word) > 2 and word[-1] in "省市县区州" else word
    return word in known.zh or word in known.regions or bare in known.zh or word in known.latin


@lru_cache(maxsize=50_000)
def is_everyday_english(word: str) -> bool:
    """An everyday English word, endings taken off. Expects lower case."""
    known = everyday_english()
    if word in known or len(word) <= 2:
        return True
    if not word.endswith(_LAST_LETTERS):  # most words of names, and a quick no
        return False
    for ending, put in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stem = word[: -len(ending)]
            if stem + put in known or (put == "" and len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in known):
                return True
    return False


_ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""), ("ing", "e"), ("er", ""),
    ("er", "e"), ("ers", ""), ("ers", "e"), ("est", ""), ("ly", ""), ("ily", "y"), ("ness", ""), ("al", ""),
    ("ally", ""),
)  # fmt: skip
_LAST_LETTERS = ("s", "ed", "ing", "er", "est", "ly", "al")


def plainness(form: str) -> float:
    """The most that a short form can score: 1.0 if it is no ordinary word, 0.4 for a place or a word of trade alone."""
    if form.isascii():
        return _plainness_latin(form)
    capped = _places_and_trades()
    if form in capped or (form[-1] in "省市县区州" and form[:-1] in capped):
        return 0.4
    if not _has_word(form):
        return 1.0
    times = frequency(form)
    if times < KNOWN:
        return 1.0
    if tag(form) in NAME_TAGS:
        return 0.65 if len(form) == 2 else 0.8
    return 0.65 if times < COMMON else 0.45


def _plainness_latin(form: str) -> float:
    words = form.split(" ")
    if len(form) <= 3:
        return (0.5, 0.5, 0.5, 0.4 if is_everyday_english(form) else 0.75)[len(form)]
    for word in words:
        if not (is_everyday_english(word) or word in places().latin or word in company_words().trade_latin):
            return 1.0
    return (0.4, 0.7, 0.85)[min(len(words), 3) - 1]


def _has_word(form: str) -> bool:
    return bool(dictionary().has_word(form))


@cache
def _places_and_trades() -> frozenset[str]:
    return places().zh | places().regions | frozenset(company_words().trade_zh)
