"""What WeCom's answers mean for us. The codes are those of the global table and of the AI bot's long connection."""

from __future__ import annotations

from bot.channels.base import Misconfigured, NotDelivered, RateLimited, Refused, Unreachable

SECRET = "CANMOU_WECOM_BOT_SECRET"

WRONG_CREDENTIALS = frozenset({40001, 40013, 40014, 93019, 853000})
NO_ANSWER_HERE = frozenset({846604, 846605, 846608})
"""The req_id is not (any more) one to answer with, or the stream is too old to change: say it as a new message."""
SAID_ALREADY = frozenset({6000})
"""A stream's last word was taken before."""
_TOO_FAST = {846607: 20.0, 45009: 60.0, 45033: 10.0}
_REFUSED = frozenset(
    {40003, 40007, 40008, 40031, 40035, 40054, 40058, 44001, 44004, 45002, 45008, 48002, 60111, 81013, 93006}
)


class Answered(Exception):
    """WeCom answered with an error. The message is cut: it may be long, and is for operators."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = " ".join(message.split())[:120]

    @property
    def reason(self) -> str:
        return f"{self.code} {self.message}".strip()

    def fault(self) -> NotDelivered:
        """As the outbox understands it. A code that we don't know may pass: it is tried again, a bounded number."""
        if self.code in WRONG_CREDENTIALS:
            return Misconfigured(self.reason, SECRET)
        if self.code in _TOO_FAST:
            # 45009 counts what the whole bot does; the others one chat.
            return RateLimited(self.reason, _TOO_FAST[self.code], whole=self.code == 45009)
        if self.code in _REFUSED:
            return Refused(self.reason)
        return Unreachable(self.reason)
