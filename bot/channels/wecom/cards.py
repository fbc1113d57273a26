"""A reply as WeCom shows it: a text, or a card with buttons, each within the documented sizes. Pure.

The sizes are those of 发送应用消息 and 模板卡片 (developer.work.weixin.qq.com, 90236 and 101032), the smaller ones
where they differ, so that the AI bot may use the same cards. 字 is read as a Chinese character or two Latin letters.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.splitting import clean, columns, pieces, size
from handlers.turns import Button, Reply

TEXT_BYTES = 2048
TITLE_COLUMNS = 2 * 26
BODY_COLUMNS = 2 * 112
BODY_LINES = 8  # more, and a phone folds the card
BUTTON_COLUMNS = 2 * 10
KEY_BYTES = 1024
MOST_BUTTONS = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands on a card above its buttons."""

    title: str
    body: str


def pages(reply: Reply, *, chinese: bool = True, text_bytes: int = TEXT_BYTES) -> tuple[Reply, ...]:
    """A reply as messages: each is one text or one card. All of the text arrives; the card with the buttons is last.

    Where buttons are too many or their labels too long, the choices are numbered in the text; one may answer so, too.
    """
    lines = _lines(reply.lines)
    buttons = _told_apart(reply.buttons)
    if len(buttons) > MOST_BUTTONS or any(not _fits(button) for button in buttons):
        lines += [f"{number} {button.label}" for number, button in enumerate(buttons, 1)]
        lines.append("点按钮，或直接回序号" if chinese else "Tap a button or reply with the number")
    shown = tuple(button for button in buttons[:MOST_BUTTONS] if _key(button) is not None)
    if shown and layout(lines, chinese=chinese) is not None:
        return (Reply(tuple(lines), shown),)
    texts = tuple(Reply(tuple(piece.split("\n"))) for piece in pieces("\n".join(lines), text_bytes))
    if not shown:
        return texts
    first = next(line for line in lines if line.strip())
    about = (first,) if columns(first) <= TITLE_COLUMNS else ("↑ 上面这条" if chinese else "↑ The above",)
    return (*texts, Reply(about, shown))


def layout(lines: Sequence[str], *, chinese: bool = True) -> Layout | None:
    """The first line as the title if it fits, the rest below; None if that is too much for a card."""
    left = _lines(lines)
    title = left.pop(0) if left and columns(left[0]) <= TITLE_COLUMNS else _name(chinese)
    body = "\n".join(left)
    if len(left) > BODY_LINES or columns(body) > BODY_COLUMNS:
        return None
    return Layout(title, body)


def template_card(reply: Reply, task: str, *, chinese: bool = True) -> dict[str, Any]:
    """A page with buttons as a button_interaction card. ValueError if it is none (see pages)."""
    above = layout(reply.lines, chinese=chinese)
    if above is None or not 1 <= len(reply.buttons) <= MOST_BUTTONS:
        raise ValueError("too much for a card: send what pages() gave")
    buttons = []
    for number, button in enumerate(reply.buttons, 1):
        key = _key(button)
        if key is None:
            raise ValueError("an action too long for a button: send what pages() gave")
        label = clean(button.label)
        buttons.append({"text": label if _short(label) else str(number), "style": 1, "key": key})
    card: dict[str, Any] = {"card_type": "button_interaction", "main_title": {"title": above.title}}
    if above.body:
        card["sub_title_text"] = above.body
    return {**card, "task_id": task, "button_list": buttons}


def text_of(reply: Reply) -> str:
    """A page without buttons as the text of a message."""
    return "\n".join(_lines(reply.lines))


_LINK = re.compile(r"<(?=\s*/?\s*a\b)", re.I)


def _neutral(text: str) -> str:
    """WeCom makes a link of <a href=…> in a text: what somebody wrote must not become one with a label of its own."""
    return _LINK.sub("＜", text)


def task_id(key: str) -> str:
    """The id of a card, from the key of its message: the same however often it is sent, in letters that WeCom takes."""
    if re.fullmatch(r"[0-9A-Za-z_@-]{1,128}", key):
        return key
    return f"{re.sub(r'[^0-9A-Za-z_@-]+', '-', key)[:80]}-{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def read_key(key: str) -> tuple[str, str]:
    """Action and label of a button, from what it sends back."""
    try:
        parts = json.loads(key)
    except ValueError:
        return key, ""
    if isinstance(parts, list) and 1 <= len(parts) <= 2 and all(isinstance(part, str) for part in parts):
        return parts[0], parts[1] if len(parts) == 2 else ""
    return key, ""


def settled_name(label: str, *, chinese: bool = True) -> str:
    """What stands on the button of a card that is used up."""
    label = " ".join(clean(label).split())
    if not label:
        return "已选" if chinese else "Done"
    if _short(label):
        return label
    while columns(label) > BUTTON_COLUMNS - 2:
        label = label[:-1]
    return f"{label.rstrip()}…"


def _key(button: Button) -> str | None:
    """What comes back when it is tapped: the action, and the label if there is room. None if there is none."""
    for parts in ([button.action, clean(button.label)], [button.action]):
        key = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        if size(key) <= KEY_BYTES:
            return key
    return None


def _told_apart(buttons: Sequence[Button]) -> list[Button]:
    """Each once: WeCom refuses a card with two equal keys."""
    plain = (Button(" ".join(clean(button.label).split()), button.action) for button in buttons)
    by_key: dict[str, Button] = {}
    for button in plain:
        by_key.setdefault(_key(button) or button.action, button)
    return list(by_key.values())


def _fits(button: Button) -> bool:
    return _short(button.label) and _key(button) is not None


def _short(label: str) -> bool:
    return bool(label.strip()) and columns(label) <= BUTTON_COLUMNS


def _lines(lines: Sequence[str]) -> list[str]:
    """Lines as they are shown, without blank ones at the edges."""
    left = _neutral(clean("\n".join(lines))).split("\n")
    while left and not left[0].strip():
        left.pop(0)
    while left and not left[-1].strip():
        left.pop()
    return left


def _name(chinese: bool) -> str:
    return "参谋" if chinese else "Canmou"
