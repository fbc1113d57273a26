"""What Slack checks of messages and views before it takes them, as it documents it."""

from __future__ import annotations

import json
from typing import Any

MOST_TEXT = 40_000
ELEMENTS = {"button", "static_select", "multi_static_select", "datepicker", "plain_text_input"}


class Wrong(Exception):
    """The code that Slack answers with."""

    def __init__(self, code: str, status: int = 200, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.more = more


def check_message(a: dict[str, Any]) -> None:
    text, blocks = a.get("text"), a.get("blocks")
    if not blocks and not (isinstance(text, str) and text.strip()):
        raise Wrong("no_text")
    if isinstance(text, str) and len(text) > MOST_TEXT:
        raise Wrong("msg_too_long")
    if blocks:
        check_blocks(blocks, 50)


def check_view(view: Any, kind: str) -> dict[str, Any]:
    if not isinstance(view, dict) or view.get("type") != kind:
        raise Wrong("invalid_arguments")
    if kind == "modal":
        _plain(view.get("title"), 24)
        for name in ("submit", "close"):
            if name in view:
                _plain(view[name], 24)
        _need(len(view.get("callback_id", "")) <= 255 and len(view.get("private_metadata", "")) <= 3000)
        _need("submit" in view or all(block["type"] != "input" for block in view["blocks"]))
    check_blocks(view.get("blocks"), 100)
    _need(len(json.dumps(view)) <= 250_000, "view_too_large")
    return view


def check_blocks(blocks: Any, most: int) -> None:
    _need(isinstance(blocks, list) and len(blocks) <= most)
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    _need(len(ids) == len(set(ids)) and all(0 < len(id) <= 255 for id in ids))
    for block in blocks:
        _block(block)


def _need(holds: bool, code: str = "invalid_blocks") -> None:
    if not holds:
        raise Wrong(code)


def _plain(text: Any, most: int) -> None:
    _need(isinstance(text, dict) and text.get("type") == "plain_text" and 1 <= len(text["text"]) <= most)
    _need(bool(text["text"].strip()))
    _text_object(text)


def _text_object(text: dict[str, Any]) -> None:
    """Each kind of text has a switch of its own, which the other doesn't take."""
    own = {"mrkdwn": "verbatim", "plain_text": "emoji"}[text["type"]]
    _need(set(text) <= {"type", "text", own} and isinstance(text.get(own, False), bool))


def _block(block: dict[str, Any]) -> None:
    kind = block.get("type")
    if kind == "section":
        text = block["text"]
        _need(
            text["type"] in ("mrkdwn", "plain_text") and 1 <= len(text["text"]) <= 3000 and bool(text["text"].strip())
        )
        _text_object(text)
        if "accessory" in block:
            _element(block["accessory"])
    elif kind == "header":
        _plain(block["text"], 150)
    elif kind == "context":
        _need(1 <= len(block["elements"]) <= 10)
        for element in block["elements"]:
            _need(1 <= len(element["text"]) <= 2000)
            _text_object(element)
    elif kind == "actions":
        elements = block["elements"]
        _need(1 <= len(elements) <= 25)
        ids = [element["action_id"] for element in elements]
        _need(len(ids) == len(set(ids)))
        for element in elements:
            _element(element)
    elif kind == "input":
        _plain(block["label"], 2000)
        _element(block["element"])
    else:
        _need(kind == "divider")


def _element(element: dict[str, Any]) -> None:
    kind = element.get("type")
    _need(kind in ELEMENTS and 1 <= len(element["action_id"]) <= 255)
    if kind == "button":
        _plain(element["text"], 75)
        _need(len(element.get("value", "")) <= 2000)
    elif kind == "datepicker":
        _need(len(element.get("initial_date", "2026-01-01")) == 10)
    elif kind == "plain_text_input":
        _need(len(element.get("initial_value", "")) <= min(element.get("max_length", 3000), 3000))
    else:
        _select(element)


def _select(element: dict[str, Any]) -> None:
    if "placeholder" in element:
        _plain(element["placeholder"], 150)
    groups = element.get("option_groups")
    lists = [element["options"]] if groups is None else [group["options"] for group in groups]
    _need(groups is None or (1 <= len(groups) <= 100))
    for group in groups or []:
        _plain(group["label"], 75)
    every = [option for options in lists for option in options]
    _need(all(1 <= len(options) <= 100 for options in lists))
    for option in every:
        _plain(option["text"], 75)
        _need(1 <= len(option["value"]) <= 150)
    chosen = element.get("initial_options") or ([element["initial_option"]] if "initial_option" in element else [])
    _need(all(option in every for option in chosen))
