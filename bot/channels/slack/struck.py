"""What a person struck out is not what they say: ~85万~ 95万 means 95万. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.channels.slack.text import escape

# Without knowing how it was typed: marks at the edges of words, so that 80~90万 and 周一~周三 stay ranges.
# Code and what stands between < and > are passed over.
_INSIDE = r"(?=[^\s~])[^~\n<>]*[^\s~<>]"
_BY_MARKS = re.compile(
    r"<[^<>\n]+>|`[^`\n]+`"
    rf"|(?P<struck>(?<![\w~])~{_INSIDE}~(?![A-Za-z0-9~])|(?<![A-Za-z0-9~])~{_INSIDE}~(?![\w~]))"
)
_MARKS = "[*_`]*"
_HOLDERS = frozenset({"rich_text", "rich_text_section", "rich_text_list", "rich_text_quote"})


def without_struck(text: str, blocks: Any = None) -> str:
    """A message's text without what is struck out in it. `blocks` are the message's own, if Slack sent them: they say
    what is struck, and what is only a tilde."""
    if "~" not in text:  # nearly always
        return text
    found = list(_runs(blocks))
    if found:
        for run in found:
            said = f"~{_MARKS}{re.escape(escape(run))}{_MARKS}~"
            text = re.sub(rf"(?P<around>[*_]*){said}(?P=around)", "", text, count=1)
        return text
    if _typed(blocks):
        return text
    return _BY_MARKS.sub(lambda one: "" if one["struck"] else one[0], text)


def _typed(blocks: Any) -> bool:
    return isinstance(blocks, list) and any(_is(block, "rich_text") for block in blocks)


def _is(node: Any, kind: str) -> bool:
    return isinstance(node, Mapping) and node.get("type") == kind


def _runs(node: Any, depth: int = 0) -> Iterator[str]:
    """The struck stretches, a line each, in the order in which they stand."""
    if not isinstance(node, Sequence) or isinstance(node, str) or depth > 8:
        return
    for part in node:
        if not isinstance(part, Mapping):
            continue
        style = part.get("style")
        if _is(part, "text") and isinstance(style, Mapping) and style.get("strike") is True:
            said = part.get("text")
            yield from (line.strip() for line in (said if isinstance(said, str) else "").split("\n") if line.strip())
        elif part.get("type") in _HOLDERS:
            yield from _runs(part.get("elements"), depth + 1)
