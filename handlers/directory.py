"""The name index of a database, built once and again only when a name has changed."""

from __future__ import annotations

import threading

from sales.language.names import NameEntry, NameIndex, NameKind
from storage.book import name_entries, names_version
from storage.database import Transaction


class Directory:
    """Shared by all conversations of a process; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version: int | None = None
        self._index: NameIndex | None = None

    def index(self, tx: Transaction) -> NameIndex:
        """The index of the names as they stand in this transaction."""
        version = names_version(tx)
        with self._lock:
            if self._index is None or self._version != version:
                self._index = NameIndex.build(
                    NameEntry(NameKind(e.kind), e.id, e.name, e.aliases, e.city, e.owner or "", e.parent or "")
                    for e in name_entries(tx)
                    if e.kind != "opportunity"  # deals are found among the customer's own, not by name over the company
                )
                self._version = version
            return self._index
