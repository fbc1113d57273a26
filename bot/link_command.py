"""`canmou link`: who has which account, and a one-time code for a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.faults import OperatorError
from bot.people import all_people, like, named, shown
from bot.settings import DATABASE_URL
from bot.wiring import opened
from storage import identities

if TYPE_CHECKING:
    from bot.settings import Settings
    from sales.people import Person
    from storage.database import Database

Say = Callable[[str], None]


def link(settings: Settings, name: str | None, to: str | None, remove: str | None, say: Say) -> None:
    """Without a name: who is linked. With one: a code; with `to` (channel:account) it is linked at once."""
    with opened(settings.database_url, setting=DATABASE_URL) as database:
        if remove is not None:
            _unlink(database, remove, say)
        elif name is None:
            _list(database, say)
        else:
            _link(database, _one(all_people(database), name), to, say)


def _list(database: Database, say: Say) -> None:
    with database.read() as tx:
        for person in all_people(database):
            accounts = ", ".join(f"{channel}:{account}" for channel, account in identities.accounts_of(tx, person.id))
            say(f"{shown(person)}: {accounts or 'no account yet'}")


def _link(database: Database, person: Person, to: str | None, say: Say) -> None:
    with database.begin() as tx:
        if to is not None:
            identities.link(tx, *_account(to), person.id)
            say(f"{to} is {shown(person)}.")
            return
        code = identities.new_code(tx, person.id, datetime.now(UTC))
    hours = int(identities.CODE_LASTS.total_seconds() // 3600)
    say(f"{code}")
    say(f"For {shown(person)} alone: to be sent to Canmou in WeCom or Slack within {hours} hours. It works once.")


def _unlink(database: Database, account: str, say: Say) -> None:
    with database.begin() as tx:
        if not identities.unlink(tx, *_account(account)):
            raise OperatorError(f"--remove: {account} belongs to nobody.")
    say(f"{account} belongs to nobody now.")


def _account(text: str) -> tuple[str, str]:
    channel, separator, account = text.partition(":")
    if not separator or not channel or not account:
        raise OperatorError(f"{text}: give a channel and an account, like slack:U0123 or wecom:zhangsan.")
    return channel, account


def _one(people: list[Person], name: str) -> Person:
    found = named(people, name)
    if len(found) == 1:
        return found[0]
    if found:
        raise OperatorError(f"{name} may be {'、'.join(map(shown, found))}; give the id.")
    close = "、".join(map(shown, like(people, name)))
    raise OperatorError(f"Nobody is called {name}." + (f" There is {close}." if close else ""))
