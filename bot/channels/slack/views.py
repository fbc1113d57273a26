"""The form to correct a record as a modal and its values as they come back; a person's page as the Home tab. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.channels.base import FieldValue
from bot.channels.slack import blocks
from bot.channels.slack.blocks import Block, plain
from bot.channels.slack.parts import Malformed, items, optional, part, string
from bot.channels.slack.text import Wording, clean, shorten, weight
from handlers.turns import Form, FormField, Home, HomeSection

CALLBACK = "canmou_form"
INPUT = "value"
MOST_BLOCKS = 100
MOST_BYTES = 220_000  # of 250,000 for all of a view
MOST_TITLE = 24
MOST_HEADER = 150
MOST_LABEL = 2000
MOST_TYPED = 3000
MOST_ERROR = 150
MOST_GROUPS = 100
_LONG = 60
_CARRIED = ("channel", "ts", "thread", "ephemeral", "home")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a modal carries from its opening to its submission."""

    action: str
    conversation: str
    handle: dict[str, Any]


def modal(form: Form, conversation: str, handle: Mapping[str, Any], words: Wording) -> Block:
    """The modal of a form. A field for which there is no room isn't shown, and keeps what it holds."""
    found: list[Block] = []
    for section in form.sections:
        inputs = [made for made in (_input(field, words) for field in section.fields) if made is not None]
        inputs = inputs[: max(MOST_BLOCKS - len(found) - 1, 0)]
        if inputs:
            found.append({"type": "header", "text": plain(_line(section.title, MOST_HEADER))})
            found += inputs
    found = found[: _fitting(found, MOST_BLOCKS)]
    carried = {name: handle[name] for name in _CARRIED if name in handle}
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": json.dumps({"a": form.action, "c": conversation, "h": carried}, ensure_ascii=False),
        "title": plain(_line(form.title or words.change, MOST_TITLE)),
        "submit": plain(_line(form.submit or words.save, MOST_TITLE)),
        "close": plain(_line(form.cancel or words.cancel, MOST_TITLE)),
        "blocks": found,
    }


def _line(text: str, most: int) -> str:
    return shorten(" ".join(clean(text).split()), most) or "·"


def _input(field: FormField, words: Wording) -> Block | None:
    if field.kind == "text":
        element = _typed(field)
    elif field.kind == "day":
        element = {"type": "datepicker", "action_id": INPUT}
        if isinstance(field.value, str) and _is_day(field.value):
            element["initial_date"] = field.value
    else:
        chosen = _choices(field, words)
        if chosen is None:
            return None
        element = chosen
    return {
        "type": "input",
        "block_id": field.id,
        "label": plain(_line(field.label, MOST_LABEL)),
        "optional": field.optional,
        "element": element,
    }


def _typed(field: FormField) -> Block:
    value = clean(field.value)[:MOST_TYPED] if isinstance(field.value, str) else ""
    element: Block = {"type": "plain_text_input", "action_id": INPUT, "max_length": MOST_TYPED}
    if value:
        element["initial_value"] = value
    if "\n" in value or len(value) > _LONG:
        element["multiline"] = True
    return element


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _choices(field: FormField, words: Wording) -> Block | None:
    """A menu; None without anything to choose from."""
    options = [
        {"text": plain(_line(label, blocks.MOST_LABEL)), "value": id}
        for id, label in field.options
        if 0 < len(id) <= blocks.MOST_OPTION_VALUE
    ][: MOST_GROUPS * blocks.MOST_OPTIONS]
    if not options:
        return None
    several = field.kind == "choices"
    element: Block = {
        "type": "multi_static_select" if several else "static_select",
        "action_id": INPUT,
        "placeholder": plain(words.choose),
    }
    if len(options) <= blocks.MOST_OPTIONS:
        element["options"] = options
    else:
        element["option_groups"] = [
            {"label": plain(f"{start + 1}–{start + len(group)}"), "options": group}
            for start in range(0, len(options), blocks.MOST_OPTIONS)
            for group in [options[start : start + blocks.MOST_OPTIONS]]
        ]
    wanted = field.value if isinstance(field.value, tuple) else (field.value,)
    initial = [option for option in options if option["value"] in wanted]
    if initial and several:
        element["initial_options"] = initial[: blocks.MOST_OPTIONS]
    elif initial:
        element["initial_option"] = initial[0]
    return element


def read_metadata(text: str) -> Metadata:
    """What `modal` put in. Raises Malformed."""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("private_metadata") from None
    if not isinstance(held, dict):
        raise Malformed("private_metadata")
    handle = part(held, "h")
    kept = {name: _kept(handle[name]) for name in _CARRIED if name in handle}
    return Metadata(clean(string(held, "a")), clean(string(held, "c")), kept)


def _kept(value: Any) -> str | bool:
    if not isinstance(value, str | bool):
        raise Malformed("private_metadata")
    return clean(value) if isinstance(value, str) else value


def read_values(state: Mapping[str, Any]) -> dict[str, FieldValue]:
    """What stands in the fields of a submitted form, by field. Raises Malformed."""
    found: dict[str, FieldValue] = {}
    values = part(state, "values")
    for field in values:
        given = part(values, field)
        if INPUT in given:
            found[clean(field)] = _value(part(given, INPUT))
    return found


def _value(element: Mapping[str, Any]) -> FieldValue:
    kind = string(element, "type")
    if kind == "plain_text_input":
        return clean(optional(element, "value")) or None
    if kind == "datepicker":
        return clean(optional(element, "selected_date")) or None
    if kind == "static_select":
        chosen = element.get("selected_option")
        return None if chosen is None else clean(string(part(element, "selected_option"), "value"))
    if kind == "multi_static_select":
        options = items(element, "selected_options")
        if not all(isinstance(option, Mapping) for option in options):
            raise Malformed("selected_options")
        return tuple(clean(string(option, "value")) for option in options)
    raise Malformed("state")


def as_json(values: Mapping[str, FieldValue]) -> dict[str, Any]:
    return {field: list(value) if isinstance(value, tuple) else value for field, value in values.items()}


def faults(found: Mapping[str, str], fields: Mapping[str, FieldValue]) -> Block:
    """The answer that shows what is wrong at the fields. A fault of no field stands at the first."""
    first = next(iter(fields), None)
    errors: dict[str, str] = {}
    for field, sentence in found.items():
        at = field if field in fields else first
        if at is not None and at not in errors:
            errors[at] = shorten(clean(sentence), MOST_ERROR) or "?"
    return {"response_action": "errors", "errors": errors}


# -- the Home tab


def home(page: Home, account: str, words: Wording) -> Block:
    """A person's page; what does not fit any more is said to be there."""
    found: list[Block] = []
    if page.title.strip():
        found.append({"type": "header", "text": plain(_line(page.title, MOST_HEADER))})
    for number, section in enumerate(page.sections):
        found += _section(section, f"@{account}", f"{number}", words)
    fitting = _fitting(found, MOST_BLOCKS)
    if fitting < len(found):
        found = found[: min(fitting, MOST_BLOCKS - 1)]
        found.append({"type": "context", "elements": [plain(words.more)]})
    return {"type": "home", "blocks": found}


def _fitting(found: Sequence[Block], most: int) -> int:
    """How many of the blocks a view takes: Slack counts them, and the bytes of all as they are sent."""
    size = 0
    for number, block in enumerate(found[:most]):
        size += len(json.dumps(block))
        if size > MOST_BYTES:
            return number
    return min(len(found), most)


def _section(section: HomeSection, conversation: str, number: str, words: Wording) -> list[Block]:
    found: list[Block] = []
    if section.title.strip():
        found.append({"type": "header", "text": plain(_line(section.title, MOST_HEADER))})
    found += blocks.sections(section.lines)
    for row, (text, buttons) in enumerate(section.items):
        found += _item(text, buttons, conversation, f"{number}.{row}")
    return found


def _item(text: str, buttons: Sequence[Any], conversation: str, place: str) -> list[Block]:
    """One line with its buttons: a single one stands beside it."""
    taken = blocks.carried(buttons, conversation)[: blocks.MOST_IN_ROW]
    line = clean(text).strip()
    while weight(line) > blocks.MOST_SECTION:
        line = shorten(line, len(line) // 2)
    made: list[Block] = [blocks.section(line)] if line else []
    elements = [blocks.button_element(b, conversation, f"h{place}.{n}") for n, b in enumerate(taken)]
    if made and len(elements) == 1:
        made[0]["accessory"] = elements[0]
    elif elements:
        made.append({"type": "actions", "block_id": f"h{place}", "elements": elements})
    return made
