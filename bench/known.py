"""A generated company as the reader gets it: names for the index, a plain scanner of the same names to compare with."""

from __future__ import annotations

from collections.abc import Iterator

import ahocorasick

from sales.language.names import NameEntry, NameKind
from sales.people import CompanyData


def name_entries(data: CompanyData) -> Iterator[NameEntry]:
    """Every name that the product indexes, in the order of `storage.book.name_entries`."""
    for u in data.org_units:
        yield NameEntry(NameKind.ORG_UNIT, u.id, u.name, u.aliases, parent=u.parent or "")
    for p in data.people:
        yield NameEntry(NameKind.PERSON, p.id, p.name, p.aliases, parent=p.org_unit)
    for g in data.products:
        yield NameEntry(NameKind.PRODUCT, g.id, g.name, g.aliases)
    for k in data.competitors:
        yield NameEntry(NameKind.COMPETITOR, k.id, k.name, k.aliases)
    for a in data.accounts:
        yield NameEntry(NameKind.ACCOUNT, a.id, a.name, a.aliases, home=a.city, owner=a.owner)
    for c in data.contacts:
        yield NameEntry(NameKind.CONTACT, c.id, c.name, c.aliases, parent=c.account)
    for o in data.opportunities:
        yield NameEntry(NameKind.OPPORTUNITY, o.id, o.name, owner=o.owner, parent=o.account)


def plain_scanner(data: CompanyData) -> ahocorasick.Automaton:
    """Full names and aliases of the same records in one pyahocorasick automaton, and nothing clever: the reference."""
    words = ahocorasick.Automaton()
    for entry in name_entries(data):
        for name in (entry.name, *entry.aliases):
            words.add_word(name.lower(), len(name))
    words.make_automaton()
    return words
