"""Regular expressions that are compiled when they are first used.

The grammars hold some four hundred, at half a millisecond each; one message needs a third of them. A command that reads
one message would wait longer for those that it does not need than for its answer.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("match", "search", "fullmatch", "finditer", "findall", "sub", "subn", "split")


class _Lazy:
    """Stands for a pattern; after the first use its methods are the compiled one's own, at no cost a call."""

    __slots__ = ("flags", "pattern", *_METHODS)

    def __init__(self, pattern: str, flags: re.RegexFlag | int) -> None:
        self.pattern = pattern
        self.flags = int(flags)

    def __getattr__(self, name: str) -> Any:
        # Called only for what is not there yet. Two threads may both compile: the result is the same
        if name not in _METHODS:
            raise AttributeError(f"a lazy pattern has no {name}")
        compiled = re.compile(self.pattern, self.flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)

    def __repr__(self) -> str:
        return f"lazy({self.pattern!r})"


def lazy(pattern: str, flags: re.RegexFlag | int = 0) -> re.Pattern[str]:
    """Like `re.compile`, but a faulty pattern is found out only when it is used."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))
