"""One thing said of a deal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sales.language.mentions import Said
from sales.records import Span


@dataclass(slots=True)
class Statement:
    """One thing said of a deal."""

    field: str
    value: Any
    spans: tuple[Span, ...]
    said: Said
    old: Decimal | None = None
    weak: bool = False
