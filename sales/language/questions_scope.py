"""Whose or what's figures a question means: a unit, a person, a customer, a deal, a product; else the asker's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sales.language.lexicon import Cue, asking
from sales.language.mentions import Named, Scene
from sales.language.names import NameHit, NameKind
from sales.language.names_pinyin import sounds
from sales.language.surnames import match_contacts
from sales.language.text import fold, is_cjk
from sales.metrics.query import Target, TargetKind
from sales.metrics.whose import own_target, root_of
from sales.people import Contact, Opportunity
from sales.records import Doubt, Option
from sales.stages import Role

_KINDS = {
    NameKind.ORG_UNIT: TargetKind.ORG_UNIT,
    NameKind.PERSON: TargetKind.USER,
    NameKind.ACCOUNT: TargetKind.ACCOUNT,
    NameKind.PRODUCT: TargetKind.PRODUCT,
    NameKind.COMPETITOR: TargetKind.COMPETITOR,
}
_CLOSE = 0.08  # candidates that are about as good as the best
_NOT_OURS = re.compile(r"[家个这那贵对他它她客户]\s*$")
_TO_ME = re.compile(r"(?:帮|给|发|告诉|替|跟|让|请|问|和|为|麻烦|show|give|tell|send|let|can|could|should|may)\s*$")
_PERSONAL = frozenset({"todo", "overdue", "activities"})


@dataclass(slots=True)
class About:
    """What was named, by kind, in the order of the text; and what fits two."""

    found: dict[TargetKind, list[str]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)

    def first(self, kind: TargetKind) -> str | None:
        named = self.found.get(kind)
        return named[0] if named else None

    def add(self, kind: TargetKind, record: str) -> None:
        named = self.found.setdefault(kind, [])
        if record not in named:
            named.append(record)


@dataclass(frozen=True, slots=True)
class Scoped:
    """`target` is None where nothing was named and nothing is to be taken from the asker (an answer says so)."""

    target: Target
    said: bool
    product: str | None = None
    competitor: str | None = None
    versus: Target | None = None
    children: bool = False
    """Several units of one parent were named: the parent's, by unit."""


def named_in(scene: Scene, window: tuple[int, int]) -> About:
    """Everything named in a question that figures can be about: in the sentence that asks, else anywhere."""
    about = About()
    names = [*scene.names, *_sounding(scene)]
    asked = [n for n in names if n.start < window[1] and window[0] < n.end]
    about.spans.extend((n.start, n.end) for n in names if n not in asked)
    for name in asked or names:
        kind = _KINDS.get(name.kind)
        if (
            name.kind is NameKind.ORG_UNIT
            and name.how not in ("name", "alias")
            and _SPLITS.search(scene.text[: name.start])
        ):
            continue  # 各办公室: any office, none by its name
        if name.how not in ("name", "alias") and _is_phrase(scene.text[name.start : name.end]):
            continue  # 有风险: not the customer 风险院 in short
        if name.kind is NameKind.PERSON and _told_to(scene.text, name) and len(names) > 1:
            about.spans.append((name.start, name.end))
            continue
        if kind is None:
            if name.kind is NameKind.CONTACT:
                _by_contact(scene, name, about)
            continue
        about.spans.append((name.start, name.end))
        record = _settled(scene, name, kind, about)
        if record is not None:
            about.add(kind, record)
    _titled(scene, about)
    return about


def _is_phrase(words: str) -> bool:
    """Whether the words alone name a metric."""
    return any(c.family[-1].isdigit() and (c.start, c.end) == (0, len(words)) for c in asking().find(words))


_SPLITS = re.compile(r"(?:各个?|每个?|哪个|哪些|哪几个|按|分|\b(?:by|per|each|which|every))\s*$")
_AFTER_BOSS = re.compile(r"\s*(?:让我|叫我|要我|喊我|催我|问我|说要|要看|想看|想要|要的|asked|asks|wants|needs)")
_BEFORE_BOSS = re.compile(r"(?:for|to|with|from|发给|汇报给|报给|交给)\s*$")


def _told_to(text: str, name: Named) -> bool:
    """宋总让我统计一下, a slide for Adrian: who wants the figures, not whose they are."""
    return bool(_AFTER_BOSS.match(text, name.end) or _BEFORE_BOSS.search(text[: name.start]))


_HEARD = 0.45
_HEARD_KINDS = (NameKind.PERSON, NameKind.ORG_UNIT, NameKind.PRODUCT)


def _sounding(scene: Scene) -> list[Named]:
    """Own people, units and products by their sound: in a question there is less that they could be mistaken for."""
    taken = [(n.start, n.end) for n in scene.names] + [(d.start, d.end) for d in scene.dates if d.strength >= 0.6]
    found: dict[tuple[int, int, NameKind], Named] = {}
    plain = re.sub(r"\b([a-z]{2,})s\b", r"\1 ", scene.text)  # megs attainment: Meg's
    hits = [*scene.context.names.find(scene.text), *(_possessive(scene, plain) if plain != scene.text else ())]
    for hit in hits:
        if hit.kind not in _HEARD_KINDS or any(s < hit.end and hit.start < e for s, e in taken):
            continue
        if hit.score >= (_HEARD if hit.end - hit.start >= 3 else 0.5):
            place = (hit.start, hit.end, hit.kind)
            if place not in found:
                found[place] = Named(hit.start, hit.end, hit.kind, [], hit.how)
            found[place].candidates.append((hit.id, hit.score))
    for name in found.values():
        name.candidates.sort(key=lambda c: -c[1])
    if not scene.names and not found:
        return _units_by_sound(scene)
    return list(found.values())


def _possessive(scene: Scene, plain: str) -> list[NameHit]:
    return [h for h in scene.context.names.find(plain) if h.kind is NameKind.PERSON and h.how in ("name", "alias")]


def _units_by_sound(scene: Scene) -> list[Named]:
    """那正州呢: a unit by its sound, where nothing else is named."""
    usual = sounds().usual
    said = scene.text
    sound = "".join(chr(usual[ord(ch)]) if is_cjk(ch) else ch for ch in said)
    best: tuple[int, int, str] | None = None
    for unit in scene.context.book.units():
        for form in (unit.name, *unit.aliases):
            if len(form) < 2 or not all(map(is_cjk, form)):
                continue
            at = sound.find("".join(chr(usual[ord(ch)]) for ch in form))
            if at >= 0 and (best is None or len(form) > best[1] - best[0]):
                best = (at, at + len(form), unit.id)
    return [Named(best[0], best[1], NameKind.ORG_UNIT, [(best[2], 0.6)], "pinyin")] if best is not None else []


def _visible(scene: Scene, kind: TargetKind, record: str) -> bool:
    book = scene.context.book
    if kind is TargetKind.USER:
        return book.scope.sees_person(record)
    if kind is TargetKind.ORG_UNIT:
        return book.scope.sees_unit(record)
    if kind is TargetKind.ACCOUNT:
        account = book.account(record)
        return account is not None and book.scope.sees_person(account.owner)
    return True


def _settled(scene: Scene, name: Named, kind: TargetKind, about: About) -> str | None:
    """Which of its candidates a name means. Those that the asker may not see are no choice, if another is."""
    if name.pinned:
        return name.best
    pin = scene.pin("scope", name.start, name.end) or scene.pin("account", name.start, name.end)
    if pin is not None:
        return pin.value
    best = name.candidates[0][1]
    near = [record for record, score in name.candidates if score >= best - _CLOSE]
    seen = [record for record in near if _visible(scene, kind, record)]
    if not seen:
        further = [record for record, _ in name.candidates if _visible(scene, kind, record)]
        seen = further if len(further) == 1 and kind is not TargetKind.ORG_UNIT else []
    if len(seen) == 1:
        return seen[0]
    if not seen:
        return near[0]
    if kind in (TargetKind.PRODUCT, TargetKind.COMPETITOR):
        return seen[0]
    _ask(scene, name.start, name.end, kind, seen, about)
    return None


def _ask(scene: Scene, start: int, end: int, kind: TargetKind, records: Sequence[str], about: About) -> None:
    span = scene.normal.span(start, end)
    options = tuple(Option(record, _label(scene, kind, record)) for record in records[:8])
    what = "account" if kind is TargetKind.ACCOUNT else "scope"
    about.doubts.append(Doubt(what, span, options, span.of(scene.normal.raw)))


def _label(scene: Scene, kind: TargetKind, record: str) -> str:
    book = scene.context.book
    if kind is TargetKind.USER:
        person = book.person(record)
        unit = book.org_unit(person.org_unit) if person is not None else None
        return f"{person.name} {unit.name if unit else person.title}".strip() if person is not None else record
    if kind is TargetKind.ACCOUNT:
        account = book.account(record)
        return account.short if account is not None else record
    unit = book.org_unit(record)
    return unit.name if unit is not None else record


def _by_contact(scene: Scene, name: Named, about: About) -> None:
    """马工最近怎么样了: the customer at which the person works, if nobody of ours is called so."""
    ids = {c.account for i in name.ids if (c := scene.context.book.contact(i)) is not None}
    mine = sorted(ids & scene.context.book.my_accounts())
    if len(mine) == 1 and TargetKind.ACCOUNT not in about.found:
        about.add(TargetKind.ACCOUNT, mine[0])
        about.spans.append((name.start, name.end))


def _titled(scene: Scene, about: About) -> None:
    """王总, 小李: a colleague by surname and title, where no customer is named whose contact it could be."""
    if about.found.get(TargetKind.ACCOUNT) or about.found.get(TargetKind.USER):
        return
    book = scene.context.book
    for title in scene.titles:
        if any(s < title.end and title.start < e for s, e in about.spans):
            continue
        pin = scene.pin("scope", title.start, title.end)
        if pin is not None:
            about.add(TargetKind.USER, pin.value)
            continue
        people = [Contact(p.id, "", p.name, p.title, p.aliases) for p in book.people()]
        fits = [person.id for person, score in match_contacts(title, people) if score >= 0.5]
        seen = [i for i in fits if book.scope.sees_person(i) and i != book.me.id] or [
            i for i in fits if book.scope.sees_person(i)
        ]
        about.spans.append((title.start, title.end))
        if len(seen) == 1 or (fits and not seen):
            about.add(TargetKind.USER, (seen or fits)[0])
        elif seen:
            _ask(scene, title.start, title.end, TargetKind.USER, seen, about)


def scope_of_question(scene: Scene, about: About, cues: Sequence[Cue], metric: str | None, *, split: bool) -> Scoped:
    """The target, and what narrows it. `split`: the question goes through people or units (谁, 各区)."""
    product, competitor = about.first(TargetKind.PRODUCT), about.first(TargetKind.COMPETITOR)
    deal = _deal(scene, about)
    if deal is not None:
        return Scoped(Target(TargetKind.OPPORTUNITY, deal), True)
    for kind in (TargetKind.ACCOUNT, TargetKind.USER, TargetKind.ORG_UNIT):
        named = about.found.get(kind)
        if named:
            if kind is TargetKind.ORG_UNIT and (parent := _parent_of_all(scene, named)) is not None:
                return Scoped(Target(kind, parent), True, product, competitor, children=True)
            main, other = _main(scene, kind, named)
            versus = Target(kind, other) if other is not None else None
            if kind is TargetKind.ACCOUNT and metric == "activities" and (who := about.first(TargetKind.USER)):
                del who  # 张伟拜访了鼎新几次: the customer's visits; whose they are is in the list
            return Scoped(Target(kind, main), True, product, competitor, versus)
    own = _own(scene, cues, metric, split=split)
    if own is not None and not (
        (product or competitor) and scene.context.book.me.role is not Role.REP and not _unit_said(cues)
    ):  # 我司对海秋的赢率: 我 and 我们 are but words there
        return Scoped(own, True, product, competitor)
    for kind in (TargetKind.PRODUCT, TargetKind.COMPETITOR):
        named = about.found.get(kind)
        if named:
            versus = Target(kind, named[1]) if len(named) > 1 else None
            narrower = competitor if kind is TargetKind.PRODUCT else None
            return Scoped(Target(kind, named[0]), True, None, narrower, versus)
    return Scoped(default_scope(scene, metric, split=split), False)


def _unit_said(cues: Sequence[Cue]) -> bool:
    return any(c.family == "ours.unit" for c in cues)


def default_scope(scene: Scene, metric: str | None, *, split: bool) -> Target:
    """Nobody named: a rep's own figures, a manager's own unit, for operations the whole company."""
    me = scene.context.book.me
    if me.role is Role.REP and split:
        return Target(TargetKind.ORG_UNIT, me.org_unit)  # 谁签得最多: about others, which is refused
    return own_target(me, scene.context.book.units())


def _own(scene: Scene, cues: Sequence[Cue], metric: str | None, *, split: bool) -> Target | None:
    """我, 我们办, 全公司, as far as it says whose; None where it says nothing."""
    text = scene.text
    cues = [c for c in cues if c.family != "mine" or not _TO_ME.search(text[: c.start])]
    me, families = scene.context.book.me, {c.family for c in cues}
    whole = [c for c in cues if c.family == "all" and not _NOT_OURS.search(text[: c.start])]
    if any(c.phrase not in ("总体", "总的", "公司", "整体", "overall", "everyone", "company") for c in whole):
        root = root_of(scene.context.book.units())
        return Target(TargetKind.ORG_UNIT, root) if root is not None else None
    if "ours.unit" in families:
        return Target(TargetKind.ORG_UNIT, me.org_unit) if me.role is not Role.OPS else None
    if "mine" in families and not split:
        if me.role is Role.REP or (metric in _PERSONAL and not {"ours", "by.user"} & families):
            return Target(TargetKind.USER, me.id)
        if me.role is Role.MANAGER:
            return Target(TargetKind.ORG_UNIT, me.org_unit)
    if whole and me.role is not Role.OPS:
        root = root_of(scene.context.book.units())
        if root is not None and any(c.phrase in ("公司", "company") for c in whole):
            return Target(TargetKind.ORG_UNIT, root)
    return None


def _parent_of_all(scene: Scene, named: Sequence[str]) -> str | None:
    """Three offices of one region named in a row: the region, by office."""
    if len(named) < 3:
        return None
    parents = {unit.parent for unit in scene.context.book.units() if unit.id in named}
    return parents.pop() if len(parents) == 1 else None


def _main(scene: Scene, kind: TargetKind, named: Sequence[str]) -> tuple[str, str | None]:
    """Of several units the lowest, where one holds the other (西南成都办); else the first, and one to compare with."""
    if len(named) == 1:
        return named[0], None
    if kind is TargetKind.ORG_UNIT:
        parents = {unit.id: unit.parent for unit in scene.context.book.units()}
        lowest = [u for u in named if not any(_holds(parents, u, other) for other in named if other != u)]
        if len(lowest) == 1:
            return lowest[0], None
        return lowest[0], lowest[1]
    return named[0], named[1]


def _holds(parents: dict[str, str | None], upper: str, lower: str) -> bool:
    seen: set[str] = set()
    unit: str | None = parents.get(lower)
    while unit is not None and unit not in seen:
        if unit == upper:
            return True
        seen.add(unit)
        unit = parents.get(unit)
    return False


def _deal(scene: Scene, about: About) -> str | None:
    """A deal that is named by its whole name, or by its customer and a word that only it has."""
    account = about.first(TargetKind.ACCOUNT)
    if account is None or len(about.found[TargetKind.ACCOUNT]) > 1:
        return None
    home = scene.context.book.account(account)
    deals = [d for d in scene.context.book.opportunities(account) if d.name]
    text = scene.text.replace(" ", "")
    whole = [d for d in deals if fold(d.name).replace(" ", "") in text]
    if len(whole) == 1:
        return whole[0].id
    if home is None or not deals:
        return None
    names = [fold(n) for n in (home.name, *home.aliases)]
    scored = sorted(((_own_words(d, names, deals, text), d.id) for d in deals), reverse=True)
    if scored and scored[0][0] >= 2 and (len(scored) == 1 or scored[1][0] < scored[0][0]):
        return scored[0][1]
    return None


def _own_words(deal: Opportunity, names: Sequence[str], deals: Sequence[Opportunity], text: str) -> int:
    """How long a piece of the deal's name, without the customer's, is said that no other deal of the customer has."""
    name = fold(deal.name).replace(" ", "")
    for known in sorted(names, key=len, reverse=True):
        name = name.replace(known.replace(" ", ""), "|")
    others = [fold(d.name).replace(" ", "") for d in deals if d.id != deal.id]
    best = 0
    for start in range(len(name)):
        for end in range(start + 2, len(name) + 1):
            piece = name[start:end]
            if "|" in piece or piece not in text:
                break
            if not any(piece in other for other in others) and piece not in ("项目", "系统", "平台", "project"):
                best = max(best, len(piece) if not piece.isascii() else len(piece) // 3)
    return best
