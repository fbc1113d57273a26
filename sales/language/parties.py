"""The people of the customer who are named in a stretch, each once; our own people are told apart from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sales.language.mentions import Named, Said, Scene
from sales.language.names import NameKind
from sales.language.newcomers import find_new_people
from sales.language.packaged import surnames
from sales.language.surnames import TitleMention, match_contacts
from sales.language.text import is_cjk
from sales.people import Contact
from sales.records import Option, Ref
from sales.stages import Role

CLOSE = 0.1


@dataclass(slots=True)
class Party:
    """A person of the customer who is mentioned: candidates on record, or a new contact."""

    start: int
    end: int
    candidates: list[Contact]
    new_name: str | None = None
    said: Said | None = None

    @property
    def key(self) -> str:
        return self.candidates[0].id if self.candidates else f"new:{self.new_name}"

    @property
    def is_open(self) -> bool:
        """More than one contact could be meant."""
        return len(self.candidates) > 1


@dataclass(slots=True)
class Stretch:
    """Clauses that are about one customer (`account` None: about nobody in particular)."""

    account: Ref | None
    named: Named | None
    clauses: list[Said] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    inferred: bool = False

    @property
    def is_open(self) -> bool:
        """More than one customer could be meant."""
        return len(self.options) > 1


def colleague(scene: Scene, title: TitleMention) -> bool:
    """One of our own people, by surname and title (唐经理 of our office)."""
    book = scene.context.book
    words = scene.text[title.start : title.end]
    own = [
        Contact(p.id, "", p.name, p.title, p.aliases)
        for p in book.people()
        if p.id != book.me.id
        and (
            (p.role is not Role.REP and p.name[:1].lower() == title.surname[:1])
            or any(a.lower() == words for a in p.aliases)
        )
    ]
    matches = match_contacts(title, own) if own else []
    return bool(matches) and matches[0][1] >= 0.6


def parties_of(scene: Scene, stretch: Stretch) -> Iterator[Party]:
    """People of the customer mentioned in the stretch, each once, in order."""
    book = scene.context.book
    account = stretch.account
    contacts: Sequence[Contact] = book.contacts(account) if isinstance(account, str) and not stretch.is_open else ()
    if stretch.is_open and stretch.named is not None:
        contacts = [c for i in stretch.named.ids for c in book.contacts(i)]
    by_id = {c.id: c for c in contacts}
    seen: dict[str, Party] = {}
    for said in stretch.clauses:
        spans: list[tuple[int, int]] = []
        found: list[Party] = []
        for name in said.of(NameKind.CONTACT):
            matching = [by_id[i] for i in name.ids if i in by_id]
            pin = scene.pin("contact", name.start, name.end)
            if pin is not None:
                pinned = by_id.get(pin.value) or book.contact(pin.value)
                found.append(
                    Party(name.start, name.end, [pinned] if pinned else [], None if pinned else pin.value, said)
                )
                spans.append((name.start, name.end))
            elif matching:
                found.append(Party(name.start, name.end, matching, said=said))
                spans.append((name.start, name.end))
        people = [(n.start, n.end) for n in said.of(NameKind.PERSON) if n.how in ("name", "alias")]
        for title in said.titles:
            if title.title in ("部", "科", "处") and scene.text[title.end : title.end + 2] in (
                "经理",
                "主任",
                "部长",
                "总监",
                "负责",
                "主管",
            ):
                continue  # 工程部经理: a department, nobody of that name
            near = next((p for p in found if _same_person(p, title)), None)
            if near is not None:
                near.start, near.end = min(near.start, title.start), max(near.end, title.end)
                continue
            pin = scene.pin("contact", title.start, title.end)
            if pin is not None:
                contact = by_id.get(pin.value) or book.contact(pin.value)
                found.append(
                    Party(title.start, title.end, [contact] if contact else [], None if contact else pin.value, said)
                )
                continue
            matches = match_contacts(title, contacts) or [
                (c, 0.8) for c in contacts if title.surname and c.name.startswith(title.surname)
            ]  # a surname too rare for the list of surnames
            # across scripts and languages titles tell little: one person of that surname is enough
            floor = 0.5 if is_cjk(title.surname[:1] or "x") or len(matches) != 1 else 0.25
            if matches and matches[0][1] >= floor:
                best = matches[0][1]
                close = [c for c, score in matches if score >= best - CLOSE]
                known = [c for c in close if c.id in seen]
                found.append(Party(title.start, title.end, known[:1] or close, said=said))
            elif any(s < title.end and title.start < e for s, e in people):
                continue
            elif account is not None and (
                said.has("new.contact") or (title.rank not in ("familiar", "staff") and not colleague(scene, title))
            ):
                fresh = next(
                    (
                        p
                        for p in seen.values()
                        if p.new_name and p.new_name.lower().startswith(title.surname) and not p.candidates
                    ),
                    None,
                )
                called = fresh.new_name if fresh is not None else _as_stored(scene, title)
                found.append(Party(title.start, title.end, [], called, said))
        for start, end, known_people in _by_small_surname(said, contacts):
            if not any(p.start < end and start < p.end for p in found):
                found.append(Party(start, end, known_people, said=said))
        for start, end, known_people in _by_given_name(scene, said, contacts):
            if not any(p.start < end and start < p.end for p in found):
                pin = scene.pin("contact", start, end)
                again = [c for c in known_people if (c.id == pin.value if pin is not None else c.id in seen)]
                found.append(Party(start, end, again[:1] or known_people, said=said))
        for match in _SURNAMED.finditer(said.text):
            start, end = said.start + match.start(), said.start + match.end()
            known_people = [c for c in contacts if c.name.startswith(match["s"])]
            if known_people and not any(p.start < end and start < p.end for p in found):
                found.append(Party(start, end, known_people, said=said))
        for start, end, new_name in find_new_people(scene, said, contacts):
            if not any(p.start < end and start < p.end for p in found):
                found.append(Party(start, end, [], new_name, said))
        found.sort(key=lambda p: p.start)
        for party in found:
            if party.key not in seen or party.said is not None:
                seen.setdefault(party.key, party)
                yield party


def _same_person(party: Party, title: TitleMention) -> bool:
    """陈立陈总, 何丽何经理, Jason (Mr Teo): a name and a title side by side, of one surname, are one person."""
    if party.start < title.end and title.start < party.end:
        return True
    gap = title.start - party.end if title.start >= party.end else party.start - title.end
    return 0 <= gap <= 1 and any(c.name.lower().startswith(title.surname.lower()) for c in party.candidates)


def _as_stored(scene: Scene, title: TitleMention) -> str:
    """A new contact's name: 刘经理 as it was said; of "manager Ho Lam" the name, for a title in front of it is a title."""
    words = scene.normal.original(title.start, title.end)
    if words.isascii() and title.rank not in ("polite", "doctor", "professor", "honour"):
        return words[len(title.title) :].strip(" .") or words
    return words


_TITLE_CHARS = frozenset("总经主部处科院工老姐哥")
_TITLES = ("总", "经理", "主任", "部长", "处长", "科长", "院长", "工", "处", "老师", "老板", "姐", "哥")


def _by_small_surname(said: Said, contacts: Sequence[Contact]) -> Iterator[tuple[int, int, list[Contact]]]:
    """于总, 和经理, 小张: what is first of all a small word counts where this customer has such a contact."""
    for surname in sorted({c.name[0] for c in contacts if c.name and is_cjk(c.name[0])}):
        for prefix in ("老", "小"):
            at = said.text.find(prefix + surname)
            if at >= 0 and said.text[at + 2 : at + 3] not in _TITLE_CHARS:
                yield said.start + at, said.start + at + 2, [c for c in contacts if c.name.startswith(surname)]
    for surname in {
        c.name[0]
        for c in contacts
        if c.name and is_cjk(c.name[0]) and (c.name[0] in surnames().words or c.name[0] not in surnames().order)
    }:
        for title in _TITLES:
            at = said.text.find(surname + title)
            if at >= 0:
                known = [c for c in contacts if c.name.startswith(surname)]
                fitting = [c for c in known if title[0] in c.title] or known
                yield said.start + at, said.start + at + len(title) + 1, fitting
                break


_SURNAMED = re.compile(r"姓(?P<s>[\u4e00-\u9fff])的(?:那[位个])?")
_WORD = re.compile(r"[a-z][a-z'\-]+")


def _by_given_name(scene: Scene, said: Said, contacts: Sequence[Contact]) -> Iterator[tuple[int, int, list[Contact]]]:
    """Contacts of this customer by first or last name alone: Jason, Low, 志强."""
    words: dict[str, list[Contact]] = {}
    for contact in contacts:
        for name in (contact.name, *contact.aliases):
            for word in name.lower().split():
                if len(word) >= 2 and word.isascii() and word.isalpha():
                    words.setdefault(word, []).append(contact)
        if len(contact.name) == 3 and is_cjk(contact.name[0]):
            words.setdefault(contact.name[1:], []).append(contact)
    if not words:
        return
    for match in _WORD.finditer(said.text):
        start, end = said.start + match.start(), said.start + match.end()
        known = words.get(match.group().removesuffix("'s"))
        if known and (scene.normal.cased[start].isupper() or len(match.group()) >= 4):
            if any(n.start < end and start < n.end for n in said.names if n.kind is not NameKind.CONTACT) or any(
                d.start < end and start < d.end for d in said.dates
            ):
                continue
            yield start, end, list({c.id: c for c in known}.values())
    for given, known in words.items():
        if is_cjk(given[0]):
            at = said.text.find(given)
            if (
                at >= 0
                and not any(n.start < said.start + at + 2 and said.start + at < n.end for n in said.names)
                and not any(t.start < said.start + at + 2 and said.start + at < t.end for t in said.titles)
            ):
                yield said.start + at, said.start + at + 2, list({c.id: c for c in known}.values())
