"""The name index of a database: made once, then kept up to date by what has changed in the database since.

Compiling all names takes seconds, adding one a millisecond. So a new customer, a new contact or one taken back is
looked up in the history of changes, whichever process made it, and only that is changed in the index. An import does
not list what it brought: then all names are compared, by one thread, while the others go on with what there is.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from sales.language.names import TIERS, NameEntry, NameIndex, NameKind
from storage.counters import names_versions
from storage.database import Transaction
from storage.names import NameEntry as Stored
from storage.names import last_name_change, name_entries, name_entries_of, names_changed, names_removed

Key = tuple[NameKind, str]

ROOM = TIERS[-1]  # with more than this added, the index compiles itself anew, and under the lock
MANY = ROOM // 2  # with more than this added, it is compiled anew beforehand; the rest is room for the meantime
_EARLIER = 16  # how many earlier states are kept, for transactions that began before the last change


@dataclass(frozen=True, slots=True)
class _State:
    """An index, and how much of the database is in it."""

    index: NameIndex
    version: int
    imported: int  # the version that the last import made which is in it
    change: int  # the number of the last change of a name which is in it
    added: int = 0  # how many records were added since it was compiled


@dataclass(frozen=True, slots=True)
class _Step:
    """What conversations changed up to a version: the records that there are, and those that are gone."""

    version: int
    change: int
    entries: Collection[NameEntry]
    gone: Collection[Key]

    def taken(self, state: _State) -> _State:
        """The state after it; taken twice it changes nothing more."""
        known = state.index
        fresh = [entry for entry in self.entries if known.entry(entry.kind, entry.id) != entry]
        index = known.without(self.gone).added(fresh)
        return _State(index, self.version, state.imported, self.change, state.added + len(fresh))


class Directory:
    """Shared by all conversations of a process; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: _State | None = None
        self._earlier: deque[_State] = deque(maxlen=_EARLIER)
        self._renewing = False  # one thread compares or compiles, off the lock
        self._meanwhile: list[_Step] = []  # what was changed while it does

    def index(self, tx: Transaction) -> NameIndex:
        """The index of the names as they stand in this transaction, which is one that only reads.

        Only what very many records or an import changed may be missing from it, while another thread takes that in.
        """
        version, imported = names_versions(tx)
        with self._lock:
            if self._state is None:
                self._state = _compiled(tx, version, imported)
                return self._state.index
            follows = self._follow(tx, version)
            state = self._state
            due = not follows or imported > state.imported or state.added > MANY
            if version < state.version or not due or self._renewing:
                return self._as_of(version)
            self._renewing = True
        try:
            return self._renewed(tx, state, version, imported, whole=not follows or state.added > MANY)
        finally:
            with self._lock:
                self._renewing = False
                self._meanwhile.clear()

    def _follow(self, tx: Transaction, version: int) -> bool:
        """Takes in what conversations changed, under the lock. False if that is too much."""
        state = self._state
        assert state is not None
        if version <= state.version:
            return True
        keys, last = names_changed(tx, state.change, ROOM)
        if state.added + len(keys) >= ROOM:
            return False
        entries = list(_indexed(name_entries_of(tx, keys)))
        there = {(entry.kind, entry.id) for entry in entries}
        gone = {(NameKind(kind), record_id) for kind, record_id in keys} - there
        step = _Step(version, last, entries, gone)
        self._earlier.append(state)
        self._state = step.taken(state)
        if self._renewing:
            self._meanwhile.append(step)
        return True

    def _renewed(self, tx: Transaction, base: _State, version: int, imported: int, *, whole: bool) -> NameIndex:
        """Takes in whatever differs from `base`, off the lock: the difference, or all names anew if it is large."""
        last = last_name_change(tx)
        entries = list(_indexed(name_entries(tx)))
        fresh, gone = _difference(tx, base.index, entries)
        if whole or gone is None or base.added + len(fresh) > MANY:
            # what is gone must not be found for the seconds that the others take
            self._forget(gone or ())
            made = _State(NameIndex.build(entries), version, imported, last)
        else:
            index = base.index.without(gone).added(fresh)
            made = _State(index, version, imported, last, base.added + len(fresh))
        with self._lock:
            now = made
            for step in self._meanwhile:
                if step.version > version:
                    now = step.taken(now)
            self._earlier.clear()  # they might keep another whole index in memory
            self._state = now
        return made.index

    def _forget(self, gone: Collection[Key]) -> None:
        with self._lock:
            state = self._state
            assert state is not None
            back = {(entry.kind, entry.id) for step in self._meanwhile for entry in step.entries}
            self._state = replace(state, index=state.index.without(key for key in gone if key not in back))

    def _as_of(self, version: int) -> NameIndex:
        """The newest state that is not newer than that; the oldest there is if all are."""
        assert self._state is not None
        states = [*self._earlier, self._state]
        return next((state for state in reversed(states) if state.version <= version), states[0]).index


def _compiled(tx: Transaction, version: int, imported: int) -> _State:
    return _State(NameIndex.build(_indexed(name_entries(tx))), version, imported, last_name_change(tx))


def _indexed(entries: Iterable[Stored]) -> Iterator[NameEntry]:
    """As the index has them. Deals are found among the customer's own, not by name over the company."""
    for e in entries:
        if e.kind != NameKind.OPPORTUNITY:
            yield NameEntry(NameKind(e.kind), e.id, e.name, e.aliases, e.city, e.owner or "", e.parent or "")


def _difference(
    tx: Transaction, index: NameIndex, entries: Collection[NameEntry]
) -> tuple[list[NameEntry], Collection[Key] | None]:
    """Records that are not in the index or not like that, and the keys of those that are gone; None: not to be told."""
    fresh: list[NameEntry] = []
    known = 0
    for entry in entries:
        found = index.entry(entry.kind, entry.id)
        known += found is not None
        if found != entry:
            fresh.append(entry)
    if known == len(index):
        return fresh, ()
    there = {(entry.kind, entry.id) for entry in entries}
    removed = {(NameKind(kind), record_id) for kind, record_id in names_removed(tx)} - there
    gone = {key for key in removed if index.entry(*key) is not None}
    return fresh, gone if known + len(gone) == len(index) else None
