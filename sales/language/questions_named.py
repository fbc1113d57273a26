"""What a question names: units, people, customers, products, rivals, by name, by sound, by surname and title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sales.language.lexicon import asking
from sales.language.mentions import Named, Scene
from sales.language.names import NameHit, NameKind
from sales.language.names_pinyin import sounds
from sales.language.names_words import edges
from sales.language.surnames import match_contacts
from sales.language.text import is_cjk
from sales.metrics.query import TargetKind
from sales.people import Contact
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
_SPLITS = re.compile(r"(?a)(?:各个?|每个?|哪个|哪些|哪几个|按|分|\b(?:by|per|each|which|every))\s*$")
_AFTER_BOSS = re.compile(r"(?a)\s*(?:让我|叫我|要我|喊我|催我|问我|说要|要看|想看|想要|要的|asked|asks|wants|needs)")
_BEFORE_BOSS = re.compile(r"(?a)(?:for|to|with|from|发给|汇报给|报给|交给)\s*$")
_HEARD = 0.45
_HEARD_KINDS = (NameKind.PERSON, NameKind.ORG_UNIT, NameKind.PRODUCT)


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


def named_in(scene: Scene, window: tuple[int, int]) -> About:
    """Everything named in a question that figures can be about: in the sentence that asks, else anywhere."""
    about = About()
    names = [*scene.names, *_sounding(scene)]
    asked = [n for n in names if n.start < window[1] and window[0] < n.end]
    about.spans.extend((n.start, n.end) for n in names if n not in asked)
    for name in asked or names:
        _add(scene, name, about, alone=len(names) == 1)
    _titled(scene, about)
    return about


def _add(scene: Scene, name: Named, about: About, *, alone: bool) -> None:
    kind = _KINDS.get(name.kind)
    guessed = name.how not in ("name", "alias")
    if name.kind is NameKind.ORG_UNIT and guessed and _SPLITS.search(scene.text[: name.start]):
        return  # 各办公室: any office, none by its name
    if guessed and _is_phrase(scene.text[name.start : name.end]):
        return  # 有风险: not the customer 风险院 in short
    if name.kind is NameKind.CONTACT:
        _by_contact(scene, name, about)
    if kind is None:
        return
    about.spans.append((name.start, unit_end(scene, name)))
    if name.kind is NameKind.PERSON and not alone and _told_to(scene.text, name):
        return
    record = _settled(scene, name, kind, about)
    unit = _led_by(scene, name, record) if kind is TargetKind.USER and record is not None else None
    if unit is not None:
        kind, record = TargetKind.ORG_UNIT, unit
    if record is not None:
        about.add(kind, record)


_TEAM = re.compile(
    r"(?a)\s*(?:的)?(?:团队|那边|这边|那里|那块|那摊|手下|下面|底下|带的|的人|他们|那组|组里|区里|办里)|'s (?:team|region|office|people|reps|unit|patch|group|org)\b|\s+team\b"
)


def _led_by(scene: Scene, name: Named, record: str) -> str | None:
    """The unit of a manager whose team is spoken of: 郭敏之团队, Anna's region."""
    person = scene.context.book.person(record)
    if person is None or person.role is not Role.MANAGER or not _TEAM.match(scene.text, name.end):
        return None
    return person.org_unit


def unit_end(scene: Scene, name: Named) -> int:
    """Where a unit's name ends with the word for what it is: 成都办 of 成都办完成率."""
    text, at = scene.text, name.end
    if name.kind is NameKind.ORG_UNIT and text[at - 1 : at] not in _UNIT_WORDS and text[at : at + 1] in _UNIT_WORDS:
        return at + 1
    return at


_UNIT_WORDS = frozenset("办区组部处")


def _is_phrase(words: str) -> bool:
    """Whether the words alone name a metric."""
    return any(c.family[-1].isdigit() and (c.start, c.end) == (0, len(words)) for c in asking().find(words))


def _told_to(text: str, name: Named) -> bool:
    """宋总让我统计一下, a slide for Adrian: who wants the figures, not whose they are."""
    return bool(_AFTER_BOSS.match(text, name.end) or _BEFORE_BOSS.search(text[: name.start]))


def _sounding(scene: Scene) -> list[Named]:
    """Own people, units and products by their sound: in a question there is less that they could be mistaken for."""
    taken = [(n.start, n.end) for n in scene.names] + [(d.start, d.end) for d in scene.dates if d.strength >= 0.6]
    found: dict[tuple[int, int, NameKind], Named] = {}
    plain = re.sub(r"(?a)\b([a-z]{2,})s\b", r"\1 ", scene.text)  # megs attainment: Meg's
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
    marks = edges(said)  # 手上还有 is no 上海
    for unit in scene.context.book.units():
        for form in (unit.name, *unit.aliases):
            if len(form) < 2 or not all(map(is_cjk, form)):
                continue
            at = sound.find("".join(chr(usual[ord(ch)]) for ch in form))
            if at >= 0 and marks[at] and marks[at + len(form)] and (best is None or len(form) > best[1] - best[0]):
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
