"""Whose or what's figures a question means: a unit, a person, a customer, a deal, a product; else the asker's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sales.language.lexicon import Cue
from sales.language.mentions import Scene
from sales.language.questions_named import About
from sales.language.text import fold
from sales.metrics.query import Target, TargetKind
from sales.metrics.whose import own_target, root_of
from sales.people import Opportunity
from sales.stages import Role

_NOT_OURS = re.compile(r"(?a)[家个这那贵对他它她客户]\s*$")
_TO_ME = re.compile(r"(?a)(?:帮|给|发|告诉|替|跟|让|请|问|和|为|麻烦|show|give|tell|send|let|can|could|should|may)\s*$")
_OTHERS = re.compile(
    r"(?:同事|其他人|别人|领导|老板|主管|上级)们?(?:[这本上]个?(?:月|季度?|周|年))?都?(?:签(?!字|批)|完成|的?业绩|的?回款)"
    r"|(?a:\b(?:colleagues|teammates|everyone else|the others|my (?:boss|manager)) (?:sign|sell|sold|close|won|win)|\b(?:colleagues'|my (?:boss|manager)'s) (?:numbers|figures|pipeline|sales))"
)
_PERSONAL = frozenset({"todo", "overdue", "activities"})


@dataclass(frozen=True, slots=True)
class Scoped:
    """Whose figures, what narrows them, and with whose they are compared. `said` is False where it is the asker's own
    because nothing was named."""

    target: Target
    said: bool
    product: str | None = None
    competitor: str | None = None
    versus: Target | None = None
    children: bool = False
    """Several units of one parent were named: the parent's, by unit."""


def scope_of_question(scene: Scene, about: About, cues: Sequence[Cue], metric: str | None, *, split: bool) -> Scoped:
    """The target, and what narrows it. `split`: the question goes through people or units (谁, 各区)."""
    product, competitor = about.first(TargetKind.PRODUCT), about.first(TargetKind.COMPETITOR)
    deal = _deal(scene, about)
    if deal is not None:
        return Scoped(Target(TargetKind.OPPORTUNITY, deal), True)
    for kind in (TargetKind.ACCOUNT, TargetKind.USER, TargetKind.ORG_UNIT):  # 林珂拜访了鸿筑几次: the customer's visits
        named = about.found.get(kind)
        if named:
            if kind is TargetKind.ORG_UNIT and (parent := _parent_of_all(scene, named)) is not None:
                return Scoped(Target(kind, parent), True, product, competitor, children=True)
            main, other = _main(scene, kind, named)
            versus = Target(kind, other) if other is not None else None
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
    if me.role is Role.REP and _OTHERS.search(text):
        return Target(TargetKind.ORG_UNIT, me.org_unit)  # 我同事签了多少: about others, which is refused
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
        lowest = [u for u in named if not any(holds(parents, u, other) for other in named if other != u)]
        if len(lowest) == 1:
            return lowest[0], None
        return lowest[0], lowest[1]
    return named[0], named[1]


def holds(parents: dict[str, str | None], upper: str, lower: str) -> bool:
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
