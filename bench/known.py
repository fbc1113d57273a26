"""What a plain way of finding names would take: the reference beside the figures of the name index and the reader."""

from __future__ import annotations

import ahocorasick

from bot.parse import name_entries
from sales.people import CompanyData

__all__ = ["name_entries", "plain_scanner"]


def plain_scanner(data: CompanyData) -> ahocorasick.Automaton:
    """Full names and aliases of all that the product indexes, in one pyahocorasick automaton, and nothing clever."""
    words = ahocorasick.Automaton()
    for entry in name_entries(data):
        for name in (entry.name, *entry.aliases):
            words.add_word(name.lower(), len(name))
    words.make_automaton()
    return words
