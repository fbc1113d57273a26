"""Cards on a terminal: a frame and colour where there is colour, plain lines where there is none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from bot import inline_pictures

if TYPE_CHECKING:
    from handlers.turns import Drawn, Reply

_BORDERS = {"✅": "green", "❓": "yellow", "🎉": "magenta", "⏰": "cyan"}


class Screen:
    """Prints to a rich `Console`. What it is given is text, never markup, and can't steer the terminal."""

    def __init__(
        self,
        console: Console | None = None,
        pictures: Path = inline_pictures.FOLDER,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.console = console or Console(highlight=False)
        self._pictures = pictures
        self._environment = os.environ if environment is None else environment
        self.pretty = self.console.is_terminal and not self.console.no_color

    def note(self, words: str) -> None:
        """A line of the terminal itself."""
        self._line(words, "dim" if self.pretty else "")

    def said(self, name: str, text: str) -> None:
        """What somebody said, where it was not typed here."""
        first, *rest = clean(text).split("\n")
        for line in (f"{name} › {first}", *(f"  {line}" for line in rest)):
            self._line(line, "bold" if self.pretty else "")

    def card(self, reply: Reply) -> None:
        """A reply, its buttons numbered."""
        lines = [clean(line) for line in reply.lines]
        buttons = " ".join(f"[{place} {clean(one.label)}]" for place, one in enumerate(reply.buttons, 1))
        if not self.pretty:
            for line in (*lines, *([buttons] if buttons else [])):
                self._line(f"  {line}" if line else "")
            self._line("")
            return
        from rich.panel import Panel

        body = Text("\n".join(lines))
        if buttons:
            body.append(("\n" if lines else "") + buttons, "bold cyan")
        border = next(
            (colour for mark, colour in _BORDERS.items() if lines and lines[0].startswith(mark)), "bright_black"
        )
        self.console.print(Panel(body, border_style=border, expand=False))

    def picture(self, drawn: Drawn) -> Path | None:
        """Shows a picture, or saves it: then the file. OSError if it can't be saved."""
        tty = self.console.file.isatty()
        protocol = inline_pictures.protocol_of(self._environment, tty=tty)
        if protocol is None:
            return inline_pictures.save(drawn, self._pictures)
        self.console.file.write(inline_pictures.escapes(protocol, drawn))
        self.console.file.flush()
        return None

    def gap(self) -> None:
        self._line("")

    def _line(self, words: str, style: str = "") -> None:
        self.console.print(Text(clean(words), style), soft_wrap=True)


def clean(words: str) -> str:
    """Without control characters: a customer's name must not move the cursor or set a title."""
    return "".join(ch for ch in words if ch in "\n\t" or (ch >= " " and not "\x7f" <= ch <= "\x9f"))
