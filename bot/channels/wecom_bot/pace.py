"""How much was sent to each chat: the vendor's limit holds whatever we send beside the outbox (placeholders)."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable

MINUTE, A_MINUTE = 62.0, 30  # somewhat more than a minute: what we sent evenly may arrive in a bunch
HOUR, AN_HOUR = 3660.0, 1000
_CHATS = 5000


class Pace:
    """30 a minute and 1,000 an hour to one chat, replies and pushes together; each change of a stream counts too."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, chat: str) -> float:
        """Seconds until one more may go; 0 for now."""
        sent, now = self._of(chat), self._clock()
        waits = [0.0]
        for window, most in ((MINUTE, A_MINUTE), (HOUR, AN_HOUR)):
            if len(sent) >= most:
                waits.append(sent[-most] + window - now)
        return max(waits)

    def sent(self, chat: str) -> None:
        self._of(chat).append(self._clock())

    def is_calm(self, chat: str) -> bool:
        """Whether there is room for what need not be said."""
        sent, now = self._of(chat), self._clock()
        return sum(at > now - MINUTE for at in sent) < A_MINUTE // 2 and len(sent) < AN_HOUR // 2

    def _of(self, chat: str) -> deque[float]:
        sent = self._sent.setdefault(chat, deque())
        self._sent.move_to_end(chat)
        while sent and sent[0] <= self._clock() - HOUR:
            sent.popleft()
        while len(self._sent) > _CHATS:
            self._sent.popitem(last=False)
        return sent
