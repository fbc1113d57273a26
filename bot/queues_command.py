"""`canmou inbox` and `canmou outbox`: what waits, what failed and why, and trying it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.faults import OperatorError
from bot.settings import DATABASE_URL
from bot.wiring import opened
from storage import inbox, outbox

if TYPE_CHECKING:
    from bot.settings import Settings

Say = Callable[[str], None]


def show_inbox(settings: Settings, again: list[int], every: bool, text: bool, say: Say) -> None:
    """Messages that were set aside, each with why; or puts some of them back to be worked on."""
    with opened(settings.database_url, setting=DATABASE_URL) as database:
        if again or every:
            with database.begin() as tx:
                numbers = again or [one.number for one in inbox.set_aside(tx, 100_000)]
                _again(numbers, lambda number: inbox.run_again(tx, number, datetime.now(UTC)), "set aside", say)
            return
        with database.read() as tx:
            lengths, oldest = inbox.lengths(tx)
            aside = inbox.set_aside(tx)
    say(_length(lengths, oldest))
    for one in aside:
        message = one.message
        line = (
            f"{one.number}  {_at(message.sent_at)}  {message.channel} {message.sender_id}  {message.kind}  {one.error}"
        )
        say(line)
        if text:
            say("    " + message.text.replace("\n", "\n    "))
    if aside:
        say("Run one again with `canmou inbox --again NUMBER`, all with --all; --text shows what was written.")


def show_outbox(settings: Settings, again: list[int], every: bool, say: Say) -> None:
    """Messages that could not be delivered, each with why; or tries some of them again."""
    with opened(settings.database_url, setting=DATABASE_URL) as database:
        if again or every:
            with database.begin() as tx:
                numbers = again or [one.number for one in outbox.undeliverable(tx, 100_000)]
                _again(numbers, lambda number: outbox.run_again(tx, number, datetime.now(UTC)), "undeliverable", say)
            return
        with database.read() as tx:
            lengths, oldest = outbox.lengths(tx)
            failed = outbox.undeliverable(tx)
    say(_length(lengths, oldest))
    for one in failed:
        message = one.message
        say(f"{one.number}  {_at(one.since)}  {message.channel} {message.conversation_id}  {message.key}  {one.error}")
    if failed:
        say("Try one again with `canmou outbox --again NUMBER`, all with --all.")


def _again(numbers: Iterable[int], run: Callable[[int], bool], state: str, say: Say) -> None:
    done = {number: run(number) for number in numbers}
    back = [number for number, ran in done.items() if ran]
    not_there = [number for number, ran in done.items() if not ran]
    if not_there:
        raise OperatorError(f"Not {state}: {', '.join(map(str, not_there))}. Nothing was changed.")
    say(f"{len(back):,} back in the queue." if back else f"None is {state}.")


def _length(lengths: dict[str, int], oldest: Any) -> str:
    parts = [f"{lengths.get(state, 0):,} {state}" for state in ("waiting", "working", "failed")]
    since = f", the oldest since {_at(oldest)}" if oldest is not None else ""
    return ", ".join(parts) + since


def _at(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
