"""What WeCom's error codes mean for a message: one table (全局错误码, developer.work.weixin.qq.com, 90313).

"Only -1 is worth trying again, of the others the reason is to be found", it says there: a code that isn't in the table
is a refusal, kept and shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.base import Misconfigured, NotDelivered, RateLimited, Refused, Unreachable

STALE_TOKEN = frozenset({40001, 40014, 42001})
"""The access token is no more: another is fetched, once, and the call made again."""

MINUTE = 60.0
"""WeCom blocks for as long as the limit counts."""


@dataclass(frozen=True, slots=True)
class Busy:
    """WeCom has no time: try again."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too much, for all of the application."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Mend:
    """An operator must do something; `setting` is what it is about."""

    setting: str
    what: str


@dataclass(frozen=True, slots=True)
class No:
    """Never."""


_SECRET = Mend("CANMOU_WECOM_SECRET", "copy Secret from the application's page")
_CORP = Mend("CANMOU_WECOM_CORP_ID", "copy 企业ID from 我的企业")
_AGENT = Mend("CANMOU_WECOM_AGENT_ID", "copy AgentId from the application's page; Secret must be of the same one")

CODES: Mapping[int, Busy | Wait | Mend | No] = {
    -1: Busy(),
    6000: Busy(),  # versions of data collided
    45009: Wait(MINUTE),  # calls a minute, for a company or an application
    45011: Wait(MINUTE),
    45033: Wait(2.0),  # calls at the same time
    40001: _SECRET,  # of gettoken; else it is tried with a new token first
    40014: _SECRET,
    42001: _SECRET,
    40082: _SECRET,
    40091: _SECRET,
    41001: _SECRET,
    41004: _SECRET,
    40013: _CORP,
    41002: _CORP,
    40056: _AGENT,
    41011: _AGENT,
    301002: _AGENT,
    48002: Mend("API权限", "WeCom's admin: this interface is not open to the application"),
    50002: No(),  # the member is out of reach
    50003: Mend("应用已停用", "WeCom's admin, the application's page: enable the application"),
    60020: Mend("企业可信IP", "WeCom's admin, the application's page: add the server's address to 企业可信IP"),
    40003: No(),  # no such member
    40007: No(),  # no such media
    40058: No(),  # a field is wrong
    44004: No(),  # an empty text
    45002: No(),  # too long
    60011: No(),  # outside of what the application may see
    60111: No(),  # no such member
    81013: No(),  # nobody of those named may be written to
}


def error_of(code: int, words: str) -> NotDelivered:
    """The failure that an error code is; `words` are WeCom's."""
    reason = f"{code} {' '.join(words.split())[:200]}"
    meaning = CODES.get(code, No())
    if isinstance(meaning, Busy):
        return Unreachable(reason)
    if isinstance(meaning, Wait):
        return RateLimited(reason, meaning.seconds)
    if isinstance(meaning, Mend):
        return Misconfigured(f"{reason} ({meaning.what})", meaning.setting)
    return Refused(reason)
