"""Messages from whoever types or pipes them: a paste of many lines is one message, on a pipe each line is one."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

PASTE_GAP = 0.03
"""Seconds: lines that follow each other faster than this were pasted, not typed."""


def piped(lines: Iterable[str]) -> Iterator[str]:
    """The messages of a pipe, one a line; a line ending in a backslash goes on in the next. Blank lines are nothing."""
    held: list[str] = []
    for raw in lines:
        line = raw.rstrip("\r\n").lstrip("\ufeff")
        if line.endswith("\\"):
            held.append(line[:-1])
            continue
        held.append(line)
        message = "\n".join(held)
        held = []
        if message.strip():
            yield message
    if any(part.strip() for part in held):
        yield "\n".join(held)


def standard_input() -> Iterable[str]:
    """The lines of a stdin that is no terminal; none where it is closed. Bytes that are no UTF-8 become �."""
    if sys.stdin is None or sys.stdin.closed:
        return ()
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")
    return _readable(sys.stdin)


def _readable(stream: TextIO) -> Iterator[str]:
    try:
        yield from iter(stream.readline, "")  # line by line, as it comes
    except OSError:
        return  # a descriptor that was closed under us has nothing more to say


def typed(prompt: str) -> str | None:
    """A message typed or pasted at the terminal; None at its end (Ctrl-D). KeyboardInterrupt on Ctrl-C.

    A terminal with bracketed paste gives a paste as one; of another, what follows the first line at once belongs to it.
    """
    _line_editing()
    try:
        first = input(prompt)
    except EOFError:
        return None
    more = _waiting(sys.stdin.fileno())
    if not more:
        return first
    complete, newline, tail = more.rpartition("\n")
    sys.stdout.write(more if more.endswith("\n") else complete + newline)
    sys.stdout.flush()
    if tail:
        # the last line of a paste is not ended yet: it is the typist's to end
        try:
            tail = _continued(tail)
        except EOFError:
            pass
    parts = [first, *([complete] if newline else []), *([tail] if tail else [])]
    return "\n".join(parts)


def _line_editing() -> None:
    """History and editing where Python has readline; and a paste that is kept together."""
    try:
        import readline
    except ImportError:
        return
    if "libedit" not in (readline.__doc__ or ""):
        readline.parse_and_bind("set enable-bracketed-paste on")


def _waiting(terminal: int) -> str:
    """What has arrived already, an unfinished line too; empty where nothing has, or where it can't be looked at."""
    try:
        import termios
        import tty
    except ImportError:
        return ""
    try:
        before = termios.tcgetattr(terminal)
    except termios.error:
        return ""
    found = b""
    try:
        tty.setcbreak(terminal, termios.TCSANOW)  # now: waiting for a drain would throw away what is typed ahead
        while select.select([terminal], [], [], PASTE_GAP)[0]:
            chunk = os.read(terminal, 65_536)
            if not chunk or chunk == b"\x04":
                break
            found += chunk
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)
    return found.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _continued(tail: str) -> str:
    try:
        import readline
    except ImportError:
        sys.stdout.write(tail)
        sys.stdout.flush()
        return tail + input()
    readline.set_startup_hook(lambda: readline.insert_text(tail))
    try:
        return input()
    finally:
        readline.set_startup_hook(None)
