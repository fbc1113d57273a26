"""The packaged word lists of names: places, words of company names, everyday English, surnames. Read when asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


def packaged_text(name: str) -> str:
    """The text of a file of `sales/language/data`."""
    return (files("sales.language") / "data" / name).read_text(encoding="utf-8")


def packaged_yaml(name: str) -> dict[str, Any]:
    """The content of a YAML file of `sales/language/data`."""
    import yaml  # here, for it costs 20 ms and only building an index needs it

    # The loader in C takes a tenth of the time; where it is missing the other does the same
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load(packaged_text(name), Loader=loader)
    return content


def _sections(name: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in packaged_text(name).splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[] "), [])
        elif line and not line.startswith("#"):
            current.append(line)
    return {section: "\n".join(lines) for section, lines in found.items()}


@dataclass(frozen=True, slots=True)
class Places:
    """Chinese place names without 省/市/县, and the English words for places."""

    zh: frozenset[str]
    regions: frozenset[str]
    latin: frozenset[str]
    longest: int
    heads: frozenset[str]  # the first two characters of each, for a quick no


@cache
def places() -> Places:
    parts = _sections("places.txt")
    regions = frozenset(parts["regions"].split())
    zh = frozenset(word for key in ("provinces", "cities", "counties", "abroad") for word in parts[key].split())
    return Places(zh, regions, frozenset(parts["latin"].split()), max(map(len, zh)), frozenset(w[:2] for w in zh))


@dataclass(frozen=True, slots=True)
class Surnames:
    """`order` ranks the single Chinese surnames (0 = most frequent); `words` are everyday words first of all."""

    order: Mapping[str, int]
    common: frozenset[str]
    double: frozenset[str]
    words: frozenset[str]
    latin: frozenset[str]
    given: frozenset[str]  # characters that given names are made of

    def of(self, name: str) -> str:
        """The surname of a Chinese full name, "" if it starts with none. A two-character name may have a double one."""
        if name[:2] in self.double:
            return name[:2]
        return name[:1] if name[:1] in self.order else ""


@cache
def surnames() -> Surnames:
    parts = _sections("surnames.txt")
    listed = dict.fromkeys("".join((parts["common"] + parts["other"]).split()))
    return Surnames(
        order={char: rank for rank, char in enumerate(listed)},
        common=frozenset("".join(parts["common"].split())),
        double=frozenset(parts["double"].split()),
        words=frozenset("".join(parts["words"].split())),
        latin=frozenset(parts["latin"].split()),
        given=frozenset("".join(parts["given"].split())),
    )


@cache
def everyday_english() -> frozenset[str]:
    lines = packaged_text("english_common.txt").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@dataclass(frozen=True, slots=True)
class CompanyWords:
    """What names of organisations are made of; the suffixes are sorted longest first."""

    legal_zh: tuple[str, ...]
    legal_latin: frozenset[str]
    trade_zh: tuple[str, ...]
    trade_latin: frozenset[str]
    org_suffix_zh: tuple[str, ...]
    org_suffix_latin: frozenset[str]
    banks: Mapping[str, tuple[str, ...]]
    bank_tails: Mapping[str, str]
    bureaus: Mapping[str, tuple[str, ...]]
    bureau_tails: tuple[str, ...]
    univ_tails: Mapping[str, str]
    univ_known: Mapping[str, str]


@cache
def company_words() -> CompanyWords:
    raw = packaged_yaml("company_words.yaml")

    def longest_first(key: str) -> tuple[str, ...]:
        return tuple(sorted(map(str, raw[key]), key=len, reverse=True))

    def short_forms(key: str) -> dict[str, tuple[str, ...]]:
        return {str(k): tuple(map(str, raw[key][k])) for k in sorted(raw[key], key=len, reverse=True)}

    def pairs(key: str) -> dict[str, str]:
        return {str(k): str(raw[key][k]) for k in sorted(raw[key], key=len, reverse=True)}

    return CompanyWords(
        legal_zh=longest_first("legal_zh"),
        legal_latin=frozenset(map(str, raw["legal_latin"])),
        trade_zh=longest_first("trade_zh"),
        trade_latin=frozenset(map(str, raw["trade_latin"])),
        org_suffix_zh=longest_first("org_suffix_zh"),
        org_suffix_latin=frozenset(map(str, raw["org_suffix_latin"])),
        banks=short_forms("banks"),
        bank_tails=pairs("bank_tails"),
        bureaus=short_forms("bureaus"),
        bureau_tails=longest_first("bureau_tails"),
        univ_tails=pairs("univ_tails"),
        univ_known=pairs("univ_known"),
    )
