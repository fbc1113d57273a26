"""Reading a payload that may hold anything: each part is of its type, or the payload is malformed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_IDENTIFIER = re.compile(r"[A-Za-z0-9_.\-]{1,128}", re.ASCII)
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,40}", re.ASCII)
# Seconds that a datetime can hold, and Slack's six digits
_TS = re.compile(r"[0-9]{1,11}(\.[0-9]{1,9})?", re.ASCII)


class Malformed(ValueError):
    """A payload that Slack would not send. Names the part, never what stood in it."""


def part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    if not isinstance(value, Mapping):
        raise Malformed(name)
    return value


def items(data: Mapping[str, Any], name: str) -> Sequence[Any]:
    """A list; empty if there is none."""
    value = data.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Malformed(name)
    return value


def string(data: Mapping[str, Any], name: str, missing: str | None = None) -> str:
    value = data.get(name)
    if value is None and missing is not None:
        return missing
    if not isinstance(value, str):
        raise Malformed(name)
    return value


def optional(data: Mapping[str, Any], name: str) -> str:
    """A string; "" if there is none."""
    return string(data, name, missing="")


def flag(data: Mapping[str, Any], name: str) -> bool:
    return data.get(name) is True


def identifier(data: Mapping[str, Any], name: str) -> str:
    """An id as Slack makes them; they become part of keys."""
    value = string(data, name)
    if not _IDENTIFIER.fullmatch(value):
        raise Malformed(name)
    return value


def account(data: Mapping[str, Any], name: str) -> str:
    value = string(data, name)
    if not _ACCOUNT.fullmatch(value):
        raise Malformed(name)
    return value


def ts(data: Mapping[str, Any], name: str) -> str:
    """A moment, which is also a message's id in its channel."""
    value = string(data, name)
    if not _TS.fullmatch(value):
        raise Malformed(name)
    return value
