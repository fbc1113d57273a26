"""Ids of new records: opaque strings that sort roughly by when they were made, so that indexes grow at one end."""

from __future__ import annotations

import secrets
from datetime import datetime


def new_id(prefix: str, at: datetime) -> str:
    """`prefix`, milliseconds of `at` in hex, and 48 random bits: no two processes make the same one."""
    return f"{prefix}-{int(at.timestamp() * 1000):012x}{secrets.token_hex(6)}"
