"""`canmou link`: who has which account, and a one-time code for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from bot.channels.base import Incoming, Misconfigured, NotDelivered
from bot.faults import OperatorError
from bot.people import all_people, like, named, shown
from bot.settings import DATABASE_URL
from bot.wiring import opened
from storage import identities

if TYPE_CHECKING:
    from bot.channels.wecom import WeComChannel
    from bot.settings import Settings
    from sales.people import Person
    from storage.database import Database

T = TypeVar("T")

_LINKED_BY = ("slack", "wecom")
"""Whose accounts people are known by; the bot of WeCom knows them by those of the application."""

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


def find(settings: Settings, say: Say) -> None:
    """Links everybody without a WeCom account whose mobile or e-mail WeCom's directory knows; says who and who not."""
    channel = wecom_of(settings)
    with opened(settings.database_url, setting=DATABASE_URL) as database:
        with database.read() as tx:
            missing = identities.unlinked(tx, channel.identities)
        asked = [one for one in missing if one.mobile or one.email]
        accounts = asyncio.run(_accounts(channel, asked))
        taken = 0
        for one, account in zip(asked, accounts, strict=True):
            with database.begin() as tx:
                whose = identities.recognise(tx, channel.identities, account, one.person_id) if account else None
            if account and whose == one.person_id:
                taken += 1
                say(f"{one.name} ({one.person_id}) is {account}.")
            elif account:
                say(f"{one.name} ({one.person_id}): {account} is somebody else's, or was removed; see `canmou link`.")
            else:
                say(f"{one.name} ({one.person_id}): WeCom knows neither the mobile nor the e-mail.")
    say(f"{taken:,} linked; {len(missing) - len(asked):,} have neither a mobile nor an e-mail on record.")


async def _accounts(channel: WeComChannel, people: list[identities.Unlinked]) -> list[str | None]:
    """Their accounts, one after another: WeCom allows few such questions a minute."""
    found: list[str | None] = []
    for one in people:
        account = await _asked(channel.account_of(mobile=one.mobile)) if one.mobile else None
        if account is None and one.email:
            account = await _asked(channel.account_of(email=one.email))
        found.append(account)
    return found


def put_menu(settings: Settings, say: Say) -> None:
    """Puts the menu at the foot of the application's chat."""
    asyncio.run(_asked(wecom_of(settings).put_menu()))
    say("The menu is at the foot of the application's chat now (it may take WeCom five minutes to show it).")


async def _asked(question: Coroutine[Any, Any, T]) -> T:
    try:
        return await question
    except Misconfigured as error:
        raise OperatorError(f"{error.setting}: WeCom refused ({error.reason}).") from None
    except NotDelivered as error:
        raise OperatorError(f"WeCom did not do it: {error.reason}. Try again later.") from None


def wecom_of(settings: Settings) -> WeComChannel:
    """The application, to ask things of. OperatorError if it isn't configured."""
    if not settings.has_wecom:
        raise OperatorError("CANMOU_WECOM_CORP_ID: WeCom is not configured (docs/connect-wecom.md).")
    from bot.connect import wecom

    return wecom(settings, _NoIntake(), lambda picture_id: None, chinese=settings.language != "en")


class _NoIntake:
    """For a command that serves nobody."""

    async def accept(self, message: Incoming) -> bool:
        raise AssertionError("nothing can arrive here")


def _unlink(database: Database, account: str, say: Say) -> None:
    with database.begin() as tx:
        if not identities.unlink(tx, *_account(account)):
            raise OperatorError(f"--remove: {account} belongs to nobody.")
    say(f"{account} belongs to nobody now.")


def _account(text: str) -> tuple[str, str]:
    channel, separator, account = (part.strip() for part in text.partition(":"))
    if channel not in _LINKED_BY or not separator or not account:
        raise OperatorError(
            f"{text}: give a channel ({' or '.join(_LINKED_BY)}) and an account, like slack:U0123 or wecom:zhangsan."
        )
    return channel, account


def _one(people: list[Person], name: str) -> Person:
    found = named(people, name)
    if len(found) == 1:
        return found[0]
    if found:
        raise OperatorError(f"{name} may be {'、'.join(map(shown, found))}; give the id.")
    close = "、".join(map(shown, like(people, name)))
    raise OperatorError(f"Nobody is called {name}." + (f" There is {close}." if close else ""))
