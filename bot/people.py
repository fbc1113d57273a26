"""Who somebody at the command line means by a name, an alias or an id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sales.people import Person
from sales.stages import Role

if TYPE_CHECKING:
    from storage.database import Database


def all_people(database: Database) -> list[Person]:
    """Everybody of the company, by id. Who may speak as whom isn't asked: whoever has the terminal has the database."""
    from storage import tables as t

    with database.read() as tx:
        return [
            Person(row.id, row.name, Role(row.role), row.org_unit_id, tuple(row.aliases), row.title)
            for row in tx.execute(t.people.select().order_by(t.people.c.id))
        ]


def named(people: Sequence[Person], words: str) -> list[Person]:
    """Who is meant, the best kind of match only: id, full name, alias, part of a name. Several: it is ambiguous."""
    wanted = _plain(words)
    if not wanted:
        return []
    kinds: tuple[Callable[[Person], bool], ...] = (
        lambda p: _plain(p.id) == wanted,
        lambda p: _plain(p.name) == wanted,
        lambda p: any(_plain(alias) == wanted for alias in p.aliases),
        lambda p: any(wanted in _plain(name) for name in (p.name, *p.aliases)),
    )
    for fits in kinds:
        if found := [person for person in people if fits(person)]:
            return found
    return []


def like(people: Sequence[Person], words: str, count: int = 3) -> list[Person]:
    """People with a name that looks like it."""
    names = {_plain(name): person for person in people for name in (person.name, *person.aliases, person.id)}
    found = get_close_matches(_plain(words), names, count, 0.4)
    return list({names[name].id: names[name] for name in found}.values())


def shown(person: Person) -> str:
    """A person in a list to choose from."""
    return " ".join(part for part in (person.name, person.title, f"({person.id})") if part)


def _plain(words: str) -> str:
    return "".join(words.split()).casefold()
