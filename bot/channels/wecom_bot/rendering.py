"""What is said, as the bodies of frames. Pure. Cards are those of the application channel; texts are Markdown here."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from bot.channels.splitting import clean, columns, size
from bot.channels.wecom import cards
from bot.channels.wecom_bot.incoming import SETTLED
from handlers.turns import Reply

MOST_BYTES = 20_480
_PAGE_BYTES = MOST_BYTES // 2  # escaping doubles it at worst

# What would format: emphasis (an underscore inside a word is none), code, links, pictures, HTML; the backslash.
_INLINE = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|[*`]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~|!?\[(?=.*\][(:\[])|<(?=[A-Za-z/!?@])"
    r"|&(?=#?\w+;)"
)
# At a line's start: headings, quotes, tables, bullets that would become a list of another look, a line of dashes.
_START = re.compile(r"^(\s{0,3})(?=#{1,6}(?:\s|$)|>|\||[-+=]{3,}\s*$)")
_DEEP = re.compile(r"^[ \t]{4,}")


def pages(reply: Reply, *, chinese: bool) -> Sequence[Reply]:
    """Each is one message: a text, or a card with buttons (without buttons in a group, where cards are refused)."""
    return cards.pages(reply, chinese=chinese, text_bytes=_PAGE_BYTES)


def parts(reply: Reply, *, chinese: bool) -> Sequence[Reply]:
    """A page as it is (its choices must not be numbered twice); anything else in pages."""
    if not reply.buttons:
        return (reply,) if size(markdown(reply)) <= MOST_BYTES else pages(reply, chinese=chinese)
    try:
        cards.template_card(reply, "task", chinese=chinese)
    except ValueError:
        return pages(reply, chinese=chinese)
    return (reply,)


def escape(text: str) -> str:
    """Plain text as Markdown that means just that: no name of a customer formats, links or pages anybody."""
    lines = []
    for line in clean(text).split("\n"):
        line = _DEEP.sub("   ", line)  # four would make it code
        line = _INLINE.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), line)
        lines.append(_START.sub(r"\1\\", line))
    return "\n".join(lines)


def markdown(page: Reply) -> str:
    """The text of a page. Never empty: WeCom refuses that."""
    return escape(cards.text_of(page)).strip() or "…"


def in_words(page: Reply, *, chinese: bool) -> Reply:
    """A page with buttons for where there are none: the choices are numbered, one answers with the number."""
    if not page.buttons:
        return page
    choices = tuple(f"{number} {button.label}" for number, button in enumerate(page.buttons, 1))
    if set(choices) <= set(page.lines):  # too long for buttons: they stand there already
        return Reply(page.lines)
    return Reply((*page.lines, *choices, "直接回序号" if chinese else "Reply with the number"))


def stream(stream_id: str, text: str, *, finish: bool = True) -> dict[str, Any]:
    return {"msgtype": "stream", "stream": {"id": stream_id, "finish": finish, "content": text}}


def message(text: str) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": text}}


def welcome(page: Reply) -> dict[str, Any]:
    """Plain text, the one kind beside cards that a welcome may be."""
    return {"msgtype": "text", "text": {"content": cards.text_of(page).strip() or "…"}}


def card(page: Reply, task_id: str, *, chinese: bool) -> dict[str, Any]:
    return {"msgtype": "template_card", "template_card": cards.template_card(page, task_id, chinese=chinese)}


def image(media_id: str) -> dict[str, Any]:
    return {"msgtype": "image", "image": {"media_id": media_id}}


def to(chat: str, body: dict[str, Any], *, group: bool) -> dict[str, Any]:
    """Without the kind of chat WeCom takes a userid for a group's id first."""
    return {"chatid": chat, "chat_type": 2 if group else 1, **body}


def settled(label: str, task_id: str, page: Reply | None, *, chinese: bool) -> dict[str, Any]:
    """A card whose button was tapped: what stood there, and one button that says what was chosen and does nothing.

    These cards know no button that is grey; `page` is None if we don't know any more what stood there.
    """
    label = " ".join(clean(label).split())
    above = cards.layout(page.lines, chinese=chinese) if page is not None else None
    title = (
        above.title
        if above
        else (label if label and columns(label) <= cards.TITLE_COLUMNS else ("参谋" if chinese else "Canmou"))
    )
    made: dict[str, Any] = {"card_type": "button_interaction", "main_title": {"title": title}}
    if above is not None and above.body:
        made["sub_title_text"] = above.body
    chosen = cards.settled_name(label, chinese=chinese)
    shown = f"✓ {chosen}" if columns(chosen) <= cards.BUTTON_COLUMNS - 2 else chosen
    made |= {"task_id": task_id, "button_list": [{"text": shown, "style": 1, "key": json.dumps([SETTLED])}]}
    return {"response_type": "update_template_card", "template_card": made}
