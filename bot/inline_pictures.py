"""Pictures on a terminal: inside the lines where the terminal can (kitty, iTerm2 and their kin), else as a file."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from handlers.turns import Drawn

FOLDER = Path("var/pictures")
_CELLS = 60  # how wide a picture is shown
_CHUNK = 4096  # what kitty takes at once


class Protocol(Enum):
    KITTY = "kitty"
    ITERM = "iterm"


def protocol_of(environment: Mapping[str, str], *, tty: bool) -> Protocol | None:
    """How the terminal shows a picture; None if it can't, or nobody knows that it can."""
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if not tty or environment.get("TMUX") or term.startswith(("screen", "tmux", "dumb")):
        return None  # a multiplexer stands between and keeps it to itself
    if program in ("iTerm.app", "WezTerm", "mintty") or environment.get("LC_TERMINAL") == "iTerm2":
        return Protocol.ITERM
    if environment.get("WEZTERM_PANE"):
        return Protocol.ITERM
    if environment.get("KITTY_WINDOW_ID") or term in ("xterm-kitty", "xterm-ghostty") or program == "ghostty":
        return Protocol.KITTY
    return None


def escapes(protocol: Protocol, picture: Drawn) -> str:
    """What is written to the terminal so that it shows the picture."""
    data = b64encode(picture.data).decode("ascii")
    if protocol is Protocol.ITERM:
        name = b64encode(picture.name.encode()).decode("ascii")
        size = len(picture.data)
        return f"\x1b]1337;File=name={name};size={size};inline=1;width={_CELLS};preserveAspectRatio=1:{data}\a\n"
    chunks = [data[place : place + _CHUNK] for place in range(0, len(data), _CHUNK)] or [""]
    out = []
    for place, chunk in enumerate(chunks):
        more = int(place < len(chunks) - 1)
        head = f"a=T,f=100,c={_CELLS},q=2,m={more}" if place == 0 else f"m={more}"
        out.append(f"\x1b_G{head};{chunk}\x1b\\")
    return "".join(out) + "\n"


def save(picture: Drawn, folder: Path) -> Path:
    """Puts the picture into the folder; another one of this name that is there already stays. OSError if it can't."""
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(picture.name.replace("/", "-").replace("\\", "-").replace("\0", "")).name.lstrip(".") or "picture.png"
    stem, suffix = Path(name).stem, Path(name).suffix or ".png"
    number = 1
    while True:
        path = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
        try:
            with path.open("xb") as file:
                file.write(picture.data)
            return path
        except FileExistsError:
            if path.is_file() and path.read_bytes() == picture.data:
                return path
            number += 1
