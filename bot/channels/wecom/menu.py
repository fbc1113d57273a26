"""The application's menu: three words at the foot of the chat."""

from __future__ import annotations

from typing import Any

from bot.channels.wecom.incoming import SAY

# A name has at most 16 bytes (five Chinese characters), a key 128.
_CHINESE = (("今天", "today"), ("撤销上一条", f"{SAY}撤销"), ("怎么用", "help"))
_ENGLISH = (("Today", "today"), ("Undo last", f"{SAY}undo"), ("How to", "help"))


def menu(*, chinese: bool) -> dict[str, Any]:
    """What menu/create takes."""
    items = _CHINESE if chinese else _ENGLISH
    return {"button": [{"type": "click", "name": name, "key": key} for name, key in items]}
