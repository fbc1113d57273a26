"""Every form under which a record may be named: its name, its aliases, and the short forms that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import chain

from sales.language.names_companies import Part, firm_parts, split_place
from sales.language.names_institutions import institution_parts, is_institution
from sales.language.names_latin import firm_parts_latin, key_of, latin_words, person_parts_latin
from sales.language.names_model import NameEntry, NameKind
from sales.language.names_words import is_place, plainness
from sales.language.packaged import company_words, surnames
from sales.language.patterns import lazy
from sales.language.text import fold, simplified

_PLAIN = lazy(r"[\u4e00-\u9fff]+")
_CJK = lazy(r"[\u3400-\u9fff]")
SEAM = lazy(r"(?<=[\u3400-\u9fff])\s+(?=[a-z0-9])|(?<=[a-z0-9])\s+(?=[\u3400-\u9fff])")
_VERSION = lazy(
    r"[\s\-_]*(?:v?\d+(?:\.\d+)*|标准版|企业版|旗舰版|专业版|基础版|高级版|系列|系统|平台|软件|云平台|解决方案|套件|一体机|服务|"
    r"(?<=[a-z\s\u4e00-\u9fff])(?:pro|plus|lite|suite|edition|platform|system|enterprise|standard|premium|series|cloud))$"
)
_DEAL_TAIL = lazy(r"(?:采购|建设|改造|升级|续费|续签|合作)?(?:项目|合同|订单|采购|deal|project|contract)$")
_BRACKETED = lazy(r"[(\[【][^)\]】]*[)\]】]")
MAX_SOUND = 8  # characters; longer names are never mistyped without a short form of theirs being hit
MIN_SOUND_SCORE = 0.8
LONGEST_WORD = 5  # characters; a longer Chinese form is no ordinary word


class How(IntEnum):
    """On which ground a written form stands for a record; the lower the better."""

    NAME = 0
    ALIAS = 1
    WHOLE = 2  # a short form that is whole enough to swallow a shorter name inside it
    PART = 3


Form = tuple[str, int, float, bool]
"""A form of a record: the text, the ground (`How`), the score 0..1, and whether it may also be found by its sound. A
plain tuple: half a million are made for a big organisation."""
_NAME, _ALIAS, _WHOLE, _PART = map(int, How)


def normal_name(name: str) -> str:
    """A name as the index compares it: normal text, no blanks between Chinese and latin letters."""
    if name.isascii():
        return name.lower().strip()
    if _PLAIN.fullmatch(name):  # most names by far; only traditional characters would change
        table = simplified()
        return name if table.keys().isdisjoint(name) else "".join(table.get(ch, ch) for ch in name)
    return SEAM.sub("", fold(name))


def forms_of(entry: NameEntry, parents: Iterable[str] = ()) -> Iterable[Form]:
    """All forms of a record, each text once with its best ground. `parents`: names of the account a deal belongs to."""
    name = normal_name(entry.name)
    if entry.kind is NameKind.CONTACT and not entry.aliases and 2 <= len(name) <= 4 and _PLAIN.fullmatch(name):
        # most contacts of a big organisation
        return ((name, _NAME, 0.6 + 0.4 * plainness(name), True),)
    found: dict[str, Form] = {}
    if name:
        _put(found, name, _NAME, 1.0)
    aliases = [a for a in map(normal_name, entry.aliases) if a]
    for alias in aliases:
        _put(found, alias, _ALIAS, 0.97)
    for text, score, strong in _parts(entry, name, aliases, parents):
        if text:
            _put(found, text, _WHOLE if strong else _PART, score)
    return found.values()


def _put(found: dict[str, Form], text: str, how: int, score: float) -> None:
    """Note a form, unless the text is there on better ground."""
    held = found.get(text)
    if held is not None and held[1] <= how and held[2] >= score:
        return
    chinese = not text.isascii() and ("\u3400" <= text[0] <= "\u9fff" or _CJK.search(text) is not None)
    if not chinese and not (how > _ALIAS and text.replace(" ", "").isalnum()):
        text = key_of(text)
        held = found.get(text)
        if held is not None and held[1] <= how and held[2] >= score:
            return
    size = len(text)
    if size < 2 and (not text or how > _ALIAS):
        return
    plain = plainness(text) if not chinese or size <= LONGEST_WORD else 1.0
    if how > _ALIAS:
        score = min(score, plain)
    else:
        score *= 0.6 + 0.4 * plain
    if held is None or how < held[1] or (how == held[1] and score > held[2]):
        worth = how <= _ALIAS or (how == _WHOLE and score >= MIN_SOUND_SCORE)
        sound = worth and chinese and size <= MAX_SOUND and size > 1 and _PLAIN.fullmatch(text) is not None
        found[text] = (text, how, score, sound)


def _parts(entry: NameEntry, name: str, aliases: list[str], parents: Iterable[str]) -> Iterable[Part]:
    match entry.kind:
        case NameKind.ACCOUNT | NameKind.COMPETITOR:
            chinese = _CJK.search(name) is not None
            found = _firm(name, entry.home, chinese)
            for alias in aliases:
                if len(alias) > 4 and (_CJK.search(alias) is not None) != chinese:
                    found = chain(found, _firm(alias, entry.home, not chinese))
            return found
        case NameKind.CONTACT:
            return person_parts_latin(name, given=False) if name.isascii() else ()
        case NameKind.PERSON:
            return _own_person(name)
        case NameKind.PRODUCT:
            return chain.from_iterable(map(_product, (name, *aliases)))
        case NameKind.ORG_UNIT:
            return _unit(name)
        case NameKind.OPPORTUNITY:
            return _deal(name, parents)


def _firm(name: str, home: str, chinese: bool) -> Iterable[Part]:
    if not chinese:
        return firm_parts_latin(name)
    bare = _BRACKETED.sub("", name) if "(" in name or "[" in name or "【" in name else name
    return institution_parts(bare) if is_institution(bare) else firm_parts(name, home)


def _own_person(name: str) -> Iterator[Part]:
    if not _CJK.search(name):
        yield from person_parts_latin(name, given=True)
        return
    given = name[len(surnames().of(name)) :]
    if len(name) <= 4 and len(given) == 2 and given != name:
        yield Part(given, 0.75, strong=False)


def _product(name: str) -> Iterator[Part]:
    stem = name
    while (shorter := _VERSION.sub("", stem)) != stem and len(shorter) >= 2:
        stem = shorter
        yield Part(stem, 0.78)
    words = [w.text for w in latin_words(stem)]
    if not _CJK.search(stem) and len(words) > 1:
        yield Part(words[0], 0.7, strong=False)
        initials = "".join(w[0] for w in words)
        if len(initials) >= 3:
            yield Part(initials, 0.65, strong=False)


def _unit(name: str) -> Iterator[Part]:
    words = company_words()
    if not _CJK.search(name):
        kept = [w.text for w in latin_words(name)]
        while len(kept) > 1 and kept[-1] in words.org_suffix_latin:
            kept.pop()
            yield Part(" ".join(kept), 0.75)
        return
    stem = name
    while tail := next((t for t in words.org_suffix_zh if stem.endswith(t) and len(stem) - len(t) >= 2), ""):
        stem = stem.removesuffix(tail)
        # A bare place is how people call a regional office, and also just a place
        yield Part(stem, 0.5 if is_place(stem) else 0.75)
        yield Part(stem + tail[:1], 0.85)
    _, _, rest = split_place(stem)
    if rest != stem and len(rest) >= 3:
        yield Part(rest, 0.5, strong=False)


def _deal(name: str, parents: Iterable[str]) -> Iterator[Part]:
    """The name of a deal without its customer's: 某某科技 能管云一期 -> 能管云一期."""
    rest = name
    for parent in sorted(parents, key=len, reverse=True):
        if len(parent) >= 2 and rest.startswith(parent) and len(rest) > len(parent) + 1:
            rest = rest[len(parent) :].lstrip(" -—·:/的")
            break
    if rest != name and len(rest) >= 3:
        yield Part(rest, 0.7, strong=False)
    stem = _DEAL_TAIL.sub("", rest).strip()
    if stem != rest and len(stem) >= 3:
        yield Part(stem, 0.65, strong=False)
