"""What Slack knows: who we are, whom an account belongs to, who reads along in a channel."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from bot.channels.base import Misconfigured, NotDelivered, Profile, RateLimited, Refused, Unreachable
from bot.channels.slack import scopes
from bot.channels.slack.api import Api

MOST_MEMBERS = 5000
MOST_ASKED = 25
_PAGE = 1000
_KEPT = 10_000
_NO_MAIL = "@"
_log = logging.getLogger("canmou.slack")


@dataclass(frozen=True, slots=True)
class Me:
    """Our own bot, as auth.test tells it."""

    user: str
    team: str
    enterprise: str | None = None


class Directory:
    """Asked only when an answer is needed, and never before a message is taken."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._me: Me | None = None
        self.refused: str | None = None  # why Slack won't say who we are, where that is for an operator to mend
        self._asking = asyncio.Lock()
        self._bots: OrderedDict[str, bool] = OrderedDict()  # by account whether it is a program
        self._rooms: OrderedDict[str, str] = OrderedDict()

    @property
    def own(self) -> str | None:
        """Our user id, if it is known yet."""
        return None if self._me is None else self._me.user

    @property
    def lacking(self) -> tuple[str, ...]:
        """The permissions that the app should have and hasn't, as far as Slack has told."""
        return scopes.missing(self._api.scopes)

    async def me(self) -> Me:
        """Raises NotDelivered."""
        async with self._asking:
            if self._me is None:
                answer = await self._api.call("auth.test", {})
                user, team = answer.get("user_id"), answer.get("team_id")
                if not isinstance(user, str) or not isinstance(team, str):
                    raise Unreachable("auth.test: no user in the answer")
                enterprise = answer.get("enterprise_id")
                self.refused = None
                self._me = Me(user, team, enterprise if isinstance(enterprise, str) else None)
            return self._me

    async def profile(self, account: str) -> Profile | None:
        """None if Slack knows nobody of this name, or we may not ask. Raises Unreachable."""
        try:
            me = await self.me()
            answer = await self._api.call("users.info", {"user": account})
        except RateLimited as error:
            raise Unreachable(error.reason) from None
        except (Refused, Misconfigured) as error:
            _log.info("Nothing is known of an account: %s", error.reason)
            return None
        user = answer.get("user")
        if not isinstance(user, dict):
            return None
        bot = user.get("is_bot") is True or account == "USLACKBOT"
        _keep(self._bots, account, bot)
        if bot:
            return Profile(is_bot=True)
        return Profile(emails=_emails(user, me))

    async def members(self, channel: str) -> frozenset[str] | None:
        """The people in it. None for more than may be asked about, or if we may not. Raises Unreachable."""
        found: set[str] = set()
        cursor = ""
        try:
            me = await self.me()
            while True:
                asked = {"channel": channel, "limit": _PAGE, "cursor": cursor or None}
                answer = await self._api.call("conversations.members", asked)
                found.update(one for one in answer.get("members") or () if isinstance(one, str))
                more = answer.get("response_metadata")
                cursor = more.get("next_cursor") or "" if isinstance(more, dict) else ""
                if len(found) > MOST_MEMBERS:
                    return None
                if not cursor:
                    break
        except RateLimited as error:
            raise Unreachable(error.reason) from None
        except (Refused, Misconfigured) as error:
            _log.info("Who is in a channel is not known: %s", error.reason)
            return None
        found.discard(me.user)
        return frozenset(found - await self._bots_of(found))

    async def _bots_of(self, accounts: set[str]) -> set[str]:
        """The programs among them, as far as they are known or some questions tell: else nobody could be answered
        in a channel that has another bot."""
        unknown = [account for account in sorted(accounts) if account not in self._bots][:MOST_ASKED]
        try:
            await asyncio.gather(*(self.profile(account) for account in unknown))
        except NotDelivered as error:
            _log.info("Which members are programs is not known: %s", error.reason)
        return {account for account in accounts if self._bots.get(account)}

    async def room(self, account: str) -> str:
        """The channel of the private chat. Raises NotDelivered."""
        known = self._rooms.get(account)
        if known is not None:
            return known
        answer = await self._api.call("conversations.open", {"users": account})
        channel = answer.get("channel")
        room = channel.get("id") if isinstance(channel, dict) else None
        if not isinstance(room, str):
            raise Unreachable("conversations.open: no channel in the answer")
        _keep(self._rooms, account, room)
        return room


def _emails(user: dict[str, Any], me: Me) -> tuple[str, ...]:
    """The address, if our own company vouches for it: by it people are known here.

    In a shared channel another company's admins say what their people's addresses are. The phone number of a profile
    is what its owner typed, so it tells nothing.
    """
    theirs = user.get("enterprise_user")
    enterprise = theirs.get("enterprise_id") if isinstance(theirs, dict) else None
    at_home = user.get("team_id") == me.team or (me.enterprise is not None and enterprise == me.enterprise)
    profile = user.get("profile")
    email = profile.get("email") if isinstance(profile, dict) else None
    if (
        not at_home
        or user.get("is_stranger") is True
        or user.get("deleted") is True
        or user.get("is_email_confirmed") is False
        or not isinstance(email, str)
        or _NO_MAIL not in email
    ):
        return ()
    return (email.strip(),)


def _keep(kept: OrderedDict[str, Any], name: str, value: Any) -> None:
    kept[name] = value
    kept.move_to_end(name)
    while len(kept) > _KEPT:
        kept.popitem(last=False)


async def try_me(directory: Directory) -> None:
    """Asks who we are, so that mentions are known even where an event doesn't tell; trouble is only logged."""
    try:
        await directory.me()
    except NotDelivered as error:
        directory.refused = error.reason if isinstance(error, Misconfigured) else None
        _log.warning("Slack did not say who we are yet: %s", error.reason)
        return
    if directory.lacking:
        _log.warning("Some things will not work: %s", scopes.advice(directory.lacking))
