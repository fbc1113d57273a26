"""Reads a JSON object of lists record by record, so that a file of any size needs little memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from sales.errors import Fault, FaultyInput

_CHUNK = 1 << 20
_LONGEST = 16 << 20
"""Characters of one record at most; a longer one is a syntax error (a quote that is never closed)."""

_BLANK = " \t\n\r"
_DECODER = json.JSONDecoder(parse_float=Decimal)

Piece = tuple[str, int | None, Any]
"""(key, index, record) of a list; (key, None, value) of what isn't a list; (key, -1, None) where a list begins."""


def pieces(source: Path | Mapping[str, Any]) -> Iterator[Piece]:
    """The pieces of a file, or of an object already in memory. FaultyInput where it isn't such a file."""
    if isinstance(source, Mapping):
        for key, value in source.items():
            if isinstance(value, list | tuple):
                yield key, -1, None
                yield from ((key, index, record) for index, record in enumerate(value))
            else:
                yield key, None, value
        return
    try:
        with source.open(encoding="utf-8-sig") as stream:
            yield from _Scanner(stream).top()
    except UnicodeDecodeError as error:
        raise _faulty("file", f"not UTF-8 at byte {error.start} of a block", "Save it as UTF-8") from None
    except OSError as error:
        raise _faulty(str(source), error.strerror or "can't be read", "Name a file that can be read") from None


def _faulty(where: str, what: str, mend: str) -> FaultyInput:
    return FaultyInput((Fault(where, what, mend),))


class _Scanner:
    """A window over the stream: `text[place:]` is what comes next."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream
        self.text = ""
        self.place = 0
        self.lines = 1  # of what has left the window
        self.column = 1
        self.ended = False

    def top(self) -> Iterator[Piece]:
        self.take("{", "an object with the keys company, org_units, users …")
        if self.peek() == "}":
            self.place += 1
        else:
            while True:
                key = self.value()
                if not isinstance(key, str):
                    raise self.error("a key was expected")
                self.take(":", "a colon")
                if self.peek() == "[":
                    yield key, -1, None
                    yield from self.items(key)
                else:
                    yield key, None, self.value()
                if self.next_of(",}") == "}":
                    break
        if self.peek():
            raise self.error("there is more after the end")

    def items(self, key: str) -> Iterator[Piece]:
        self.take("[", "a list")
        if self.peek() == "]":
            self.place += 1
            return
        index = 0
        while True:
            yield key, index, self.value()
            index += 1
            if self.next_of(",]") == "]":
                return

    def peek(self) -> str:
        """The next character that isn't blank; empty at the end."""
        while True:
            while self.place < len(self.text) and self.text[self.place] in _BLANK:
                self.place += 1
            if self.place < len(self.text) or not self.more():
                return self.text[self.place : self.place + 1]

    def take(self, wanted: str, what: str) -> None:
        if self.peek() != wanted:
            raise self.error(f"{what} was expected")
        self.place += 1

    def next_of(self, allowed: str) -> str:
        found = self.peek()
        if not found or found not in allowed:
            raise self.error(f"{allowed[0]} or {allowed[1]} was expected")
        self.place += 1
        return found

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.place)
            except json.JSONDecodeError as error:
                # The window may just end inside the record.
                faulty = error.pos - self.place
                if len(self.text) - self.place < _LONGEST and self.more():
                    continue
                self.place = min(self.place + faulty, len(self.text))
                raise self.error(error.msg) from None
            except RecursionError:
                raise self.error("it is nested too deeply") from None
            except ValueError:  # a number of thousands of digits
                raise self.error("a number is too long") from None
            if end == len(self.text) and self.more():
                continue  # a number might go on
            self.place = end
            return value

    def more(self) -> bool:
        """Moves the window on. At least doubles what is left, so that a long record isn't scanned again and again."""
        if self.ended:
            return False
        gone = self.text[: self.place]
        if newlines := gone.count("\n"):
            self.lines += newlines
            self.column = len(gone) - gone.rfind("\n")
        else:
            self.column += len(gone)
        left = self.text[self.place :]
        read = self.stream.read(max(_CHUNK, len(left)))
        self.ended = not read
        self.text, self.place = left + read, 0
        return bool(read)

    def error(self, what: str) -> FaultyInput:
        gone = self.text[: self.place]
        newlines = gone.count("\n")
        column = len(gone) - gone.rfind("\n") if newlines else self.column + len(gone)
        where = f"line {self.lines + newlines}, column {column}"
        return _faulty(where, f"not valid JSON: {what}", "Export the file again, or mend it there")
