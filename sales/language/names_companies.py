"""The short forms of a Chinese firm's name: what is left when place, trade and legal form are taken off, and what
people put together again from these pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from sales.language.packaged import company_words, places
from sales.language.patterns import lazy

_BRACKETS = lazy(r"[(\[【〔]([^)\]】〕]*)[)\]】〕]")
_AFTER_PLACE = (
    "特别行政区", "自治区", "自治州", "经济开发区", "开发区", "高新区", "新区", "省", "市", "县", "区", "州",
)  # fmt: skip
_AFTER_HEADS = frozenset(word[0] for word in _AFTER_PLACE)
_BRANCHES = ("分公司", "子公司", "分部", "办事处", "分厂", "工厂", "基地", "项目部")
_BRANCH = lazy(rf"^(.{{2,}}?(?:有限责任公司|股份有限公司|有限公司|集团|公司))(.{{2,8}}?)({'|'.join(_BRANCHES)})$")
_OPENING = lazy(r"[(\[【〔]")
_LATIN_HEAD = lazy(r"[a-z0-9][a-z0-9&. -]*")


class Part(NamedTuple):
    """A short form, how sure it is when seen (0..1), and whether it is whole enough to swallow a name inside it."""

    text: str
    score: float
    strong: bool = True


@dataclass(frozen=True, slots=True)
class Firm:
    """The pieces of a name in their order: `place` (as written), `town` (without 市), `core`, `trades`, `legal`."""

    place: str
    town: str
    core: str
    trades: tuple[str, ...]
    legal: str
    brackets: tuple[str, ...] = ()
    branch: str = ""

    @property
    def trade(self) -> str:
        return "".join(self.trades)


@cache
def _trade_set() -> frozenset[str]:
    return frozenset(company_words().trade_zh)


@cache
def _legal_set() -> frozenset[str]:
    return frozenset(company_words().legal_zh)


@cache
def _last_chars(known: frozenset[str]) -> frozenset[str]:
    return frozenset(word[-1] for word in known)


def _tail_in(name: str, known: frozenset[str], longest: int) -> str:
    if name[-1:] not in _last_chars(known):
        return ""
    for size in range(min(longest, len(name)), 0, -1):
        if name[-size:] in known:
            return name[-size:]
    return ""


def split_place(name: str) -> tuple[str, str, str]:
    """(place as written, last town named without 省/市, the rest). The rest has two characters at least."""
    known = places()
    at, town = 0, ""
    while name[at : at + 2] in known.heads:
        size = next((n for n in range(known.longest, 1, -1) if name[at : at + n] in known.zh), 0)
        if not size:
            break
        end = at + size
        after = ""
        if name[end : end + 1] in _AFTER_HEADS:
            after = next((s for s in _AFTER_PLACE if name.startswith(s, end)), "")
        # 上海市政: 市 belongs to what follows
        if after == "市" and name.startswith("市政", end):
            after = ""
        if len(name) - end - len(after) < 2:
            break
        town = name[at:end]
        at = end + len(after)
    return name[:at], town, name[at:]


@lru_cache(maxsize=2_000)
def towns_of(place: str) -> tuple[str, ...]:
    """广东省佛山市 -> 广东, 佛山."""
    found: list[str] = []
    while place:
        size = next((n for n in range(places().longest, 1, -1) if place[:n] in places().zh), 0)
        if not size:
            break
        found.append(place[:size])
        place = place[size:]
        place = next((place.removeprefix(after) for after in _AFTER_PLACE if place.startswith(after)), place)
    return tuple(found)


def split_firm(name: str) -> Firm:
    """Take a normalised Chinese company name to pieces. What cannot be told apart stays in `core`."""
    brackets: tuple[str, ...] = ()
    bare, branch = name.strip(), ""
    if _OPENING.search(name):
        brackets = tuple(inside.strip() for inside in _BRACKETS.findall(name) if inside.strip())
        bare = _BRACKETS.sub("", name).strip()
    if bare.endswith(_BRANCHES) and (found := _BRANCH.match(bare)):
        bare, branch = found.group(1), found.group(2)
    legal = ""
    while (tail := _tail_in(bare, _legal_set(), 10)) and len(bare) - len(tail) >= 2:
        bare, legal = bare[: -len(tail)], tail + legal
    place, town, rest = split_place(bare)
    trades: list[str] = []
    while (tail := _tail_in(rest, _trade_set(), 6)) and len(rest) - len(tail) >= 2:
        rest = rest[: -len(tail)]
        trades.insert(0, tail)
    if rest in _trade_set():
        trades.insert(0, rest)
        rest = ""
    return Firm(place, town, rest, tuple(trades), legal, brackets, branch)


def firm_parts(name: str, home: str = "") -> Iterator[Part]:
    """The short forms of a firm; scores are for a form that is unique. `home`: its city. May repeat itself."""
    firm = split_firm(name)
    core, trade = firm.core, firm.trade
    if not core:
        yield from _coreless(firm)
        return
    if firm.place:
        yield Part(firm.place + core + trade, 0.95)
    if firm.brackets:
        yield Part(_BRACKETS.sub("", name).strip(), 0.97)
    yield Part(core + trade, 0.92)
    if firm.trades:
        yield Part(core, 0.85)
        first = firm.trades[0]
        if len(first) > 2:
            yield Part(core + first[:2], 0.85)
        if len(firm.trades) > 1:
            yield Part(core + first, 0.88)
            yield Part(core + firm.trades[-1], 0.86)
    if "集团" in firm.legal:
        yield Part(core + "集团", 0.88)
    if "股份" in firm.legal:
        yield Part(core + "股份", 0.86)
    named = (*towns_of(firm.place), _bare_town(home), firm.branch, *map(_bare_town, firm.brackets))
    for place in sorted({place for place in named if place and len(place) <= 6}):
        yield Part(place + core, 0.88)
        yield Part(core + place, 0.86)
        if firm.trades:
            yield Part(place + core + firm.trades[0], 0.88)
    yield from _heads(core)


def _heads(core: str) -> Iterator[Part]:
    """The first characters of a long core, and the latin letters that it starts with."""
    if latin := _LATIN_HEAD.match(core):
        head = latin.group().strip(" -.")
        if head != core and len(head) >= 2:
            yield Part(head, 0.75, strong=False)
        return
    if len(core) >= 6:
        yield Part(core[:4], 0.75, strong=False)
    if len(core) >= 4:
        yield Part(core[:3], 0.66, strong=False)
    if len(core) >= 3:
        yield Part(core[:2], 0.7, strong=False)


def _coreless(firm: Firm) -> Iterator[Part]:
    """上海电气: place and trade are the name. 武汉钢铁 is also 武钢."""
    if not firm.trades:
        return
    town = firm.town or firm.place
    yield Part(firm.place + firm.trade, 0.95)
    yield Part(town + firm.trade, 0.92)
    yield Part(town + firm.trades[0], 0.85)
    yield Part(town + firm.trades[0][:2], 0.85)
    if len(firm.trade) >= 4:
        yield Part(firm.trade, 0.5, strong=False)
    if town:
        yield Part(town[0] + firm.trades[0][0], 0.55, strong=False)


@lru_cache(maxsize=2_000)
def _bare_town(place: str) -> str:
    """武汉市 -> 武汉; anything that is no known place -> "" (a bracket may hold 特殊普通合伙)."""
    if not place:
        return ""
    known = places().zh
    for end in ("", *_AFTER_PLACE):
        if place.endswith(end) and place[: len(place) - len(end)] in known:
            return place[: len(place) - len(end)]
    _, town, rest = split_place(place + "某某")
    return town if rest == "某某" else ""
