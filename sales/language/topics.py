"""Whose matter each clause is: the customer, the people of the customer who take part, and our own people.

A customer opens a stretch that lasts to the next customer or list item. A contact named without a customer brings the
customer along, when only one of this person's customers has such a contact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sales.language.layout import Section
from sales.language.mentions import Named, Said, Scene
from sales.language.names import NameKind
from sales.language.newcomers import find_new_accounts
from sales.language.parties import CLOSE, Stretch, colleague, parties_of
from sales.language.surnames import match_contacts
from sales.people import Contact
from sales.records import New, Option

_CONTINUES = re.compile(
    r"他们|她们|那边|对方|客户|该公司|该客户|这家|那家|这个客户|那单|这单|那个单|这个单|那个项目|这个项目|\bthey\b|\bthem\b|\btheir\b|\bthat deal\b|\bthe deal\b|\bcustomer\b|\bclient\b|\bsame customer\b|\bhe\b|\bshe\b|[他她](?=[说要想让的这那还又也同刚])|佢哋|佢"
)


def stretches(scene: Scene) -> list[Stretch]:
    """The stretches of a scene, in order; every clause belongs to exactly one."""
    newcomers = find_new_accounts(scene)
    out: list[Stretch] = []
    current: Stretch | None = None
    last_line = None
    for said in scene.clauses:
        opens = list(_openers(scene, said, newcomers))
        line_changed = last_line is not said.line
        new_item = line_changed and (
            said.line.is_item or said.line.section is not Section.NONE or bool(said.line.cells)
        )
        new_item = new_item or (line_changed and last_line is not None and last_line.section is not said.line.section)
        last_line = said.line
        if (
            line_changed
            and last_line is not None
            and not opens
            and new_item
            and (scene.pieces.weekly or said.line.is_item)
        ) and (current is None or (current.clauses and current.clauses[-1].line.item != said.line.item)):
            # a customer in the line above a list is the customer of its items
            headed = current is not None and current.account is not None and not current.clauses[0].line.is_item
            if not (headed and said.line.is_item and not scene.pieces.weekly):
                current = None
        if not opens:
            other = _other_customer(scene, current, said)
            if other is None and current is not None and _own_errand(scene, current, said):
                current = None
            if other is not None:
                current = other
                out.append(current)
            elif current is None:
                current = Stretch(None, None)
                out.append(current)
            current.clauses.append(said)
            continue
        joined = opens if len(opens) > 1 else opens[:1]
        first = joined[0]
        if (
            current is not None
            and current.account is None
            and current.named is None
            and current.clauses
            and _backfills(current, said)
            and not _elsewhere(scene, current, first)
        ):
            # what was said before the customer's name in the same line belongs to it
            first.clauses = current.clauses
            out.remove(current)
        elif current is not None and _same(current, first):
            current.clauses.append(said)
            continue
        for stretch in joined:
            stretch.clauses = [*stretch.clauses, said]
            out.append(stretch)
        current = joined[-1]
    _by_contact(scene, out)
    for stretch in out:
        _disambiguate(scene, stretch)
        stretch.parties = list(parties_of(scene, stretch))
    return out


def _own_errand(scene: Scene, current: Stretch, said: Said) -> bool:
    """In a list of things to note, an item with a date of its own and nobody named is no business of the customer before."""
    last = current.clauses[-1]
    if not scene.has("remind") or last.clause.sentence == said.clause.sentence or current.account is None:
        return False
    return bool(said.dates) and not (said.titles or said.names) and not _CONTINUES.search(said.text)


def _other_customer(scene: Scene, current: Stretch | None, said: Said) -> Stretch | None:
    """A clause without a customer that names, in full, a contact of another one than the stretch is about."""
    if current is None or isinstance(current.account, New):
        return None
    if current.account is None:
        return _other_contact(scene, current, said)
    accounts: dict[str, Named] = {}
    for name in said.of(NameKind.CONTACT):
        owners = {c.account for i in name.ids if (c := scene.context.book.contact(i)) is not None}
        if name.how not in ("name", "alias") or current.account in owners or len(owners) != 1:
            return None
        accounts.setdefault(owners.pop(), name)
    options = {o.id for o in current.options}
    if len(accounts) != 1 or options & set(accounts):
        return None
    account, name = next(iter(accounts.items()))
    return Stretch(account, Named(name.start, name.end, NameKind.ACCOUNT, [(account, 1.0)], "contact"), inferred=True)


def _contact_accounts(scene: Scene, clauses: Sequence[Said]) -> dict[str, Named]:
    """Customers of the contacts that are named in full, each with the name that tells."""
    out: dict[str, Named] = {}
    for said in clauses:
        for name in said.of(NameKind.CONTACT):
            owners = {c.account for i in name.ids if (c := scene.context.book.contact(i)) is not None}
            if name.how in ("name", "alias") and len(owners) == 1:
                out.setdefault(owners.pop(), name)
    return out


def _other_contact(scene: Scene, current: Stretch, said: Said) -> Stretch | None:
    """给甲客户的谭明发合同,问乙客户的廖丽人数: no customer is named, and the contacts belong to two."""
    before, now = _contact_accounts(scene, current.clauses), _contact_accounts(scene, [said])
    if not before or len(now) != 1 or set(now) & set(before):
        return None
    account, name = next(iter(now.items()))
    return Stretch(account, Named(name.start, name.end, NameKind.ACCOUNT, [(account, 1.0)], "contact"), inferred=True)


def _elsewhere(scene: Scene, current: Stretch, first: Stretch) -> bool:
    """Whether the clauses name a contact of another customer than the one that follows."""
    accounts = {
        contact.account
        for said in current.clauses
        for name in said.of(NameKind.CONTACT)
        for i in name.ids
        if (contact := scene.context.book.contact(i)) is not None
    }
    ids = set(first.named.ids) if first.named is not None else set()
    return bool(accounts) and not accounts & ids


def _same(current: Stretch, other: Stretch) -> bool:
    if isinstance(current.account, New) and isinstance(other.account, New):
        return current.account.name == other.account.name
    if current.named is not None and other.named is not None:
        mine, theirs = set(current.named.ids), set(other.named.ids)
        if mine & theirs and len(theirs) < len(mine):
            current.named = other.named
            current.account, current.options = other.account, other.options
            return True
        return bool(mine & theirs)
    return False


def _backfills(current: Stretch, said: Said) -> bool:
    """Whether clauses without a customer lead up to this one: same line, or the line above in plain text."""
    last = current.clauses[-1]
    if last.line is said.line:
        return True
    return last.line.section is said.line.section is Section.NONE and not said.line.is_item


def _openers(scene: Scene, said: Said, newcomers: dict[int, tuple[int, int, str]]) -> Iterator[Stretch]:
    names = [n for n in said.of(NameKind.ACCOUNT) if not _reference(scene, n)]
    for start, end, called in newcomers.values():
        if said.start <= start < said.end:
            yield Stretch(New(called), Named(start, end, NameKind.ACCOUNT, [("new:" + called, 1.0)], "new"))
            return
    merged: list[Named] = []
    for name in names:
        if merged and set(merged[-1].ids) & set(name.ids):
            if len(name.ids) < len(merged[-1].ids):
                merged[-1] = name
            continue
        merged.append(name)
    for name in merged:
        account = scene.context.book.account(name.best)
        if account is None:
            continue
        yield Stretch(name.best, name, options=_options(scene, name) if len(name.ids) > 1 else [])


def _options(scene: Scene, name: Named) -> list[Option]:
    out = []
    for i in name.ids:
        account = scene.context.book.account(i)
        if account is not None:
            out.append(Option(i, account.short if account.short != name.best else account.name))
    return out


def _reference(scene: Scene, name: Named) -> bool:
    """A customer named only as an example or a source: 像鼎新那样, 参考…的案例, …介绍的, like X did."""
    before = scene.text[max(0, name.start - 6) : name.start]
    after = scene.text[name.end : name.end + 8]
    return bool(
        (
            re.search(r"(?:参考|参照|像|类似|拿|按照?|比照|学|similar to |same as |like )$", before)
            and re.search(r"^(?:的案例|那样|一样|的做法|那个案例|的例子|的模式|case|'s case| did)", after)
        )
        or re.search(r"^(?:的?[\u4e00-\u9fff]{0,4}(?:转介绍|介绍的|推荐的|引荐))", after)
        or (re.search(r"(?:参观|去看)$", before) and "样板" in after)
    )


def _by_contact(scene: Scene, out: list[Stretch]) -> None:
    """Find the customer of stretches without one: by their contacts, by what 他们 means, or by the conversation's topic."""
    book = scene.context.book
    contacts: Sequence[Contact] | None = None
    known: Stretch | None = None
    for stretch in list(out):
        if stretch.account is not None:
            known = stretch
            continue
        if contacts is None:
            contacts = book.my_contacts()
        found = _contact_account(scene, stretch, contacts)
        if len(found) == 1:
            account_id = next(iter(found))
            start, end = found[account_id]
            stretch.account = account_id
            stretch.named = Named(start, end, NameKind.ACCOUNT, [(account_id, 1.0)], "contact")
            stretch.inferred = True
            continue
        text = "".join(s.text for s in stretch.clauses)
        topic = scene.context.topic.account
        section = stretch.clauses[0].line.section if stretch.clauses else Section.NONE
        if (
            known is not None
            and known.account is not None
            and _CONTINUES.search(text)
            and section in (Section.NONE, Section.PAST)
        ):
            stretch.account, stretch.named, stretch.options = known.account, known.named, list(known.options)
            stretch.inferred = True
        elif len(found) > 1:
            if topic in found:
                stretch.account = topic
                stretch.inferred = True
                continue
            start, end = min(found.values())
            ids = sorted(found)
            name = Named(start, end, NameKind.ACCOUNT, [(i, 1.0) for i in ids], "contact")
            stretch.account, stretch.named, stretch.options = ids[0], name, _options(scene, name)
            stretch.inferred = True
        elif (
            topic is not None
            and section is Section.NONE
            and not scene.pieces.weekly
            and not any(s.account is not None and not s.inferred for s in out)
        ) and book.account(topic) is not None:
            stretch.account = topic
            stretch.inferred = True


def _contact_account(scene: Scene, stretch: Stretch, contacts: Sequence[Contact]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for said in stretch.clauses:
        for name in said.of(NameKind.CONTACT):
            for contact_id in name.ids:
                contact = scene.context.book.contact(contact_id)
                if contact is not None:
                    found.setdefault(contact.account, (name.start, name.end))
        if found:
            return found
    for said in stretch.clauses:
        for title in said.titles:
            if colleague(scene, title):
                continue
            matches = match_contacts(title, contacts)
            if matches:
                best = matches[0][1]
                for contact, score in matches:
                    if score >= max(0.6, best - CLOSE):
                        found.setdefault(contact.account, (title.start, title.end))
        if found:
            return found
    return found


def _disambiguate(scene: Scene, stretch: Stretch) -> None:
    """Let contacts, products and cities that are mentioned decide between customers of one short name."""
    if not stretch.is_open or stretch.named is None:
        return
    pin = scene.pin("account", stretch.named.start, stretch.named.end)
    if pin is not None:
        stretch.account, stretch.options = pin.value, []
        return
    book = scene.context.book
    scores: dict[str, float] = {}
    for account_id, _ in stretch.named.candidates:
        account = book.account(account_id)
        if account is None:
            continue
        score = 0.0
        contacts = book.contacts(account_id)
        deals = [o for o in book.opportunities(account_id) if o.stage.is_open]
        for said in stretch.clauses:
            for title in said.titles:
                matches = match_contacts(title, contacts)
                if matches and matches[0][1] >= 0.6:
                    score += 1.0
            for name in said.of(NameKind.CONTACT):
                if any(c.id in name.ids for c in contacts):
                    score += 1.2
            for name in said.of(NameKind.PRODUCT):
                if any(p in name.ids for o in deals for p in o.products):
                    score += 0.8
            if account.city and account.city.lower() in said.text:
                score += 0.6
        scores[account_id] = score
    if not scores:
        return
    order = sorted(scores, key=lambda i: -scores[i])
    if len(order) == 1 or scores[order[0]] - scores[order[1]] >= 0.5:
        stretch.account, stretch.options = order[0], []
    elif scene.context.topic.account in order:
        stretch.account, stretch.options = scene.context.topic.account, []
