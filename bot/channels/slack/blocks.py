"""A reply in messages that keep Slack's sizes, and a message as blocks. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.slack.text import clean, escape, pieces, shorten, weight
from handlers.turns import Button, Reply

Block = dict[str, Any]

MOST_BLOCKS = 50
MOST_SECTION = 3000
# The text beside the blocks is what a notification and a screen reader give; a page is no longer than that may be.
MOST_PAGE = 4000
MOST_LABEL = 75
MOST_VALUE = 2000
MOST_OPTION_VALUE = 150
MOST_OPTIONS = 100
MOST_IN_ROW = 25
NICE_ROW = 5
_SELECT = "choice"


@dataclass(frozen=True, slots=True)
class Tapped:
    """What a button or a choice says when it is tapped; `conversation` is None on a card of unknown make."""

    action: str
    label: str
    conversation: str | None


def pages(reply: Reply) -> list[Reply]:
    """A reply in pieces of at most 4,000 characters, cut between lines wherever that can be; buttons on the last."""
    found: list[list[str]] = [[]]
    room = MOST_PAGE
    for line in _lines(reply):
        for piece in pieces(line, MOST_SECTION) if line else ("",):
            size = weight(piece) + 1
            if size > room:
                found.append([])
                room = MOST_PAGE
            found[-1].append(piece)
            room -= size
    kept = [tuple(page) for page in found if any(line.strip() for line in page)]
    if not kept:
        return [Reply((), reply.buttons)]
    return [*(Reply(page) for page in kept[:-1]), Reply(kept[-1], reply.buttons)]


def _lines(reply: Reply) -> Iterator[str]:
    for line in reply.lines:
        yield from clean(line).splitlines() or ("",)


def fallback(reply: Reply) -> str:
    """The message in one plain text: for notifications, and where blocks can't be shown. At most 4,000 characters."""
    text = reply.text if reply.text.strip() else " · ".join(button.label for button in reply.buttons)
    return escape(next(pieces(clean(text), MOST_PAGE), "").strip())


def message(reply: Reply, conversation: str, choose: str) -> list[Block]:
    """The blocks of one page; none if there is nothing to show."""
    found = sections(reply.lines)
    rows = buttons(reply.buttons, conversation, choose, MOST_BLOCKS - len(found))
    return [*found, *rows]


def sections(lines: Iterable[str]) -> list[Block]:
    """Lines as few sections."""
    found: list[list[str]] = []
    room = 0
    for line in lines:
        for piece in pieces(clean(line), MOST_SECTION) if line else ("",):
            size = weight(piece) + 1
            if size > room + 1 or not found:  # the last line needs no line end
                found.append([])
                room = MOST_SECTION
            found[-1].append(piece)
            room -= size
    texts = ("\n".join(part).strip("\n") for part in found)
    return [section(text) for text in texts if text.strip()]


def section(text: str) -> Block:
    """Shows just that: what a customer is called calls nobody, formats nothing and becomes no :moneybag:."""
    return {"type": "section", "text": plain(text)}


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def buttons(found: Sequence[Button], conversation: str, choose: str, room: int = MOST_BLOCKS) -> list[Block]:
    """Buttons in rows; a menu where there are many answers to one question."""
    taken = [button for button in found if _value(button, conversation) is not None]
    if len(taken) > NICE_ROW and _one_question(taken):
        return _menus(taken, conversation, choose)[:room]
    width = NICE_ROW if len(taken) <= NICE_ROW * min(room, MOST_BLOCKS // 2) else MOST_IN_ROW
    rows = [taken[start : start + width] for start in range(0, len(taken), width)][:room]
    return [
        {
            "type": "actions",
            "block_id": f"row{row}",
            "elements": [button_element(b, conversation, f"b{row}.{number}") for number, b in enumerate(each)],
        }
        for row, each in enumerate(rows)
    ]


def button_element(button: Button, conversation: str, action_id: str) -> Block:
    value = _value(button, conversation)
    assert value is not None
    return {"type": "button", "action_id": action_id, "text": plain(_label(button)), "value": value}


def carried(found: Iterable[Button], conversation: str) -> list[Button]:
    """The buttons whose action fits into what Slack carries (all, unless an action is longer than a page)."""
    return [button for button in found if _value(button, conversation) is not None]


def _label(button: Button) -> str:
    return shorten(" ".join(button.label.split()), MOST_LABEL) or "·"


def _value(button: Button, conversation: str) -> str | None:
    """The action, and the conversation that it belongs to; the label too, if the button can't show all of it."""
    held = {"a": clean(button.action), "c": conversation}
    whole = clean(button.label)
    for value in ({**held, "l": whole}, held) if _label(button) != whole else (held,):
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if len(text) <= MOST_VALUE:
            return text
    return None


def _one_question(found: Sequence[Button]) -> bool:
    """All are answers to the same question (pick:3:a, pick:3:b); deeds of several kinds stay buttons."""
    asked = {button.action.rpartition(":")[0] for button in found}
    return (
        len(asked) == 1
        and asked != {""}
        and len({button.action for button in found}) == len(found)
        and all(0 < len(clean(button.action)) <= MOST_OPTION_VALUE for button in found)
    )


def _menus(found: Sequence[Button], conversation: str, choose: str) -> list[Block]:
    # An option has no room for the conversation: the block's id has
    return [
        {
            "type": "actions",
            "block_id": f"menu{start // MOST_OPTIONS}|{conversation}",
            "elements": [
                {
                    "type": "static_select",
                    "action_id": _SELECT,
                    "placeholder": plain(choose),
                    "options": [
                        {"text": plain(_label(button)), "value": clean(button.action)}
                        for button in found[start : start + MOST_OPTIONS]
                    ],
                }
            ],
        }
        for start in range(0, len(found), MOST_OPTIONS)
    ]


def read_button(value: str, label: str) -> Tapped | None:
    """What `button_element` put in. None if it isn't ours."""
    try:
        held = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(held, dict) or not isinstance(held.get("a"), str):
        return None
    conversation, whole = held.get("c"), held.get("l")
    return Tapped(
        clean(held["a"]),
        clean(whole if isinstance(whole, str) else label),
        clean(conversation) if isinstance(conversation, str) else None,
    )


def read_choice(block_id: str, value: str, label: str) -> Tapped:
    """What `buttons` put into a menu."""
    return Tapped(clean(value), clean(label), clean(block_id.partition("|")[2]) or None)


def settled(card: Sequence[str], label: str) -> list[Block]:
    """A card that was answered: its text as it was, what was chosen, no buttons."""
    found = [section(text) for text in card if text.strip()][: MOST_BLOCKS - 1]
    chosen = shorten(" ".join(label.split()), 2 * MOST_LABEL)
    if chosen:
        found.append({"type": "context", "elements": [plain(f"✓ {chosen}")]})
    return found


def settled_text(card: Sequence[str], label: str) -> str:
    """The same in one plain text."""
    text = clean("\n".join([*card, *([f"✓ {label}"] if label.strip() else [])]))
    return escape(text) if weight(text) <= MOST_PAGE else escape(next(pieces(text, MOST_PAGE - 1))) + "…"
