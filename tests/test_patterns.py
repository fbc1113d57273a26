"""Regular expressions that are compiled at their first use."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import sales.language
from sales.language import dates_en, dates_zh
from sales.language.patterns import lazy

PLACES = [
    (f"{info.name}.{name}", value.pattern, value.flags)
    for info in pkgutil.iter_modules(sales.language.__path__)
    for name, value in vars(importlib.import_module(f"sales.language.{info.name}")).items()
    if isinstance(value, type(lazy("")))
]
RULES = [(f"dates {rule.heads[:6]}", rule.pattern, int(re.ASCII)) for rule in (*dates_zh.RULES, *dates_en.RULES)]


@pytest.mark.parametrize(("pattern", "flags"), [pytest.param(p, f, id=where) for where, p, f in PLACES + RULES])
def test_every_lazy_pattern_compiles(pattern: str, flags: int) -> None:
    re.compile(pattern, flags)


def test_it_does_what_a_compiled_one_does() -> None:
    wanted, made = re.compile(r"(?P<n>\d+)\s*万", re.A), lazy(r"(?P<n>\d+)\s*万", re.A)
    text = "报价80万, 成交75 万"
    assert made.pattern == wanted.pattern
    places = [(2, 4), (9, 11)]
    assert [m.span("n") for m in made.finditer(text)] == [m.span("n") for m in wanted.finditer(text)] == places
    assert made.findall(text) == ["80", "75"]
    assert made.sub("?", text) == "报价?, 成交?"
    assert made.match(text, 2) is not None
    assert made.match(text) is None
    assert made.fullmatch("3万") is not None
    assert lazy("ABC", re.I).search("xabc") is not None


def test_a_faulty_one_says_so_when_used() -> None:
    faulty = lazy("(")
    with pytest.raises(re.error):
        faulty.search("x")
    with pytest.raises(AttributeError):
        faulty.serach("x")  # type: ignore[attr-defined]
