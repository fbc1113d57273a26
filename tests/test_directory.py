"""The directory that follows the database says the same as one that is made of it now, and makes nobody wait."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import handlers.directory as directory_module
from handlers.directory import Directory
from sales.errors import Conflict
from sales.language.names import NameIndex, NameKind
from sales.records import DealDraft, New, Read, Reading
from sales.stages import Intent
from storage import records
from storage.book import scope_for
from storage.database import Database, open_database
from storage.errors import NotUndoable
from storage.importer import import_company
from storage.records import MessageRef
from tests.talking import AT, Talk, team, told

HEADS, TAILS = "磐澜昊琅玄栾滕霁翎骁", "岳峰穗珀澍薇泓钰筠祯"
FIRMS = [f"{HEADS[i % 10]}{TAILS[i // 10]}陶瓷有限公司" for i in range(60)]
TEXT = "今天去磐岳陶瓷，见了澜岳和青荷的沈一鸣，滕峰、骁穗陶瓷有限公司，渭林水务的邱立，昊珀"


def same(kept: NameIndex, database: Any) -> None:
    """As if it were made now: the same records, the same hits."""
    with database.read() as tx:
        fresh = Directory().index(tx)
    assert len(kept) == len(fresh)
    for firm in (*FIRMS, TEXT):
        assert kept.find(firm) == fresh.find(firm)
        assert kept.find(firm[:2]) == fresh.find(firm[:2])


def names(directory: Directory, database: Any) -> NameIndex:
    with database.read() as tx:
        return directory.index(tx)


def knows(index: NameIndex, name: str) -> bool:
    return any(index.entry(hit.kind, hit.id).name == name for hit in index.find(name))  # type: ignore[union-attr]


def make(database: Any, name: str, number: int, person: str = "nie") -> str:
    """Saves a message of a new customer with a deal; the id of the change set."""
    deal = DealDraft(Read(New(f"{name[:4]}窑炉")), Read(New(name)))
    with database.begin() as tx:
        _, scope = scope_for(tx, person)
        ref = MessageRef(f"m{number}", name)
        return records.save(tx, scope, Reading(Intent.REPORT, deals=(deal,)), message=ref, at=AT, why="report").id


def undo(database: Any, change_set: str, person: str = "nie") -> str:
    with database.begin() as tx:
        _, scope = scope_for(tx, person)
        return records.undo(tx, scope, change_set, at=AT, by=person).id


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """One item for each time that a directory compiles all names."""
    counted: list[int] = []
    build = NameIndex.build

    class Counting:
        @staticmethod
        def build(entries: Any) -> NameIndex:
            counted.append(1)
            return build(entries)

    monkeypatch.setattr(directory_module, "NameIndex", Counting)
    return counted


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    shutil.copyfile(sqlite_template, tmp_path / "canmou.db")
    database = open_database(f"sqlite:///{tmp_path / 'canmou.db'}")
    with database.begin() as tx:
        import_company(tx, team(), at=AT)
    yield database
    database.close()


def test_a_new_customer_said_in_a_chat_is_known_and_taken_back_unknown(database: Any) -> None:
    talk: Talk = told(database)
    directory = Directory()
    assert not knows(names(directory, database), "苏州明川精密")
    talk.say("新客户苏州明川精密，今天拜访了李总，想上监测，预算60万")
    assert knows(names(directory, database), "苏州明川精密")
    same(names(directory, database), database)
    talk.say("撤销")
    assert talk.count("accounts") == len(team()["accounts"])
    assert not knows(names(directory, database), "苏州明川精密")
    same(names(directory, database), database)


@pytest.mark.parametrize("seed", range(4))
def test_kept_through_random_changes(sqlite: Database, seed: int) -> None:
    """Made, taken back, made again by two processes, imported, pruned: both directories follow."""
    rng = random.Random(seed)
    other = open_database(sqlite.engine.url.render_as_string(hide_password=False))
    ours, theirs = Directory(), Directory()
    data, done = team(), []
    for number in range(60):
        deed = rng.random()
        writer = rng.choice((sqlite, other))
        if deed < 0.5 or not done:
            done.append(make(writer, rng.choice(FIRMS), number))
        elif deed < 0.85:
            try:
                done.append(undo(writer, done.pop(rng.randrange(len(done)))))
            except (NotUndoable, Conflict):
                pass
        else:
            account = {**data["accounts"][0], "id": f"i{rng.randrange(5)}", "name": rng.choice(FIRMS), "aliases": []}
            data["accounts"] = [a for a in data["accounts"] if a["id"] != account["id"]]
            if rng.random() < 0.7:
                data["accounts"].append(account)
            with writer.begin() as tx:
                import_company(tx, data, at=AT, prune=True)
        if rng.random() < 0.5:
            names(ours, sqlite)
        if rng.random() < 0.2:
            same(names(theirs, other), other)
    same(names(ours, sqlite), sqlite)
    same(names(theirs, other), other)
    other.close()


def test_what_a_chat_changes_compiles_nothing_anew(sqlite: Database, compiled: list[int]) -> None:
    directory = Directory()
    names(directory, sqlite)
    sets = [make(sqlite, firm, number) for number, firm in enumerate(FIRMS[:5])]
    assert knows(names(directory, sqlite), FIRMS[0])
    undo(sqlite, sets[0])
    assert not knows(names(directory, sqlite), FIRMS[0])
    assert len(compiled) == 1


def test_of_an_import_the_difference_is_taken_in(sqlite: Database, compiled: list[int]) -> None:
    directory, data = Directory(), team()
    names(directory, sqlite)
    data["accounts"] += [{**data["accounts"][0], "id": f"x{i}", "name": FIRMS[i], "aliases": []} for i in range(9)]
    data["contacts"] = [c for c in data["contacts"] if c["id"] != "c5"]
    data["users"][1]["name"] = "潘月"
    with sqlite.begin() as tx:
        import_company(tx, data, at=AT, prune=True)
    index = names(directory, sqlite)
    assert len(compiled) == 1
    assert knows(index, FIRMS[8])
    assert knows(index, "潘月")
    assert not knows(index, "罗芳")
    assert not knows(index, "潘悦")
    same(index, sqlite)


def test_much_is_compiled_anew_before_the_index_would(
    sqlite: Database, compiled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_module, "MANY", 4)
    monkeypatch.setattr(directory_module, "ROOM", 8)
    directory = Directory()
    names(directory, sqlite)
    for number, firm in enumerate(FIRMS[:6]):
        make(sqlite, firm, number)
        same_size = names(directory, sqlite)
    assert len(compiled) == 2  # with the fifth
    for number, firm in enumerate(FIRMS[6:20]):
        make(sqlite, firm, 100 + number)
    index = names(directory, sqlite)
    assert len(index) == len(same_size) + 14
    assert len(compiled) == 3
    monkeypatch.undo()
    same(index, sqlite)


def test_the_old_index_answers_while_all_is_compiled(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others go on at once, with what is gone gone, and with what is said in the meantime; nothing of it is lost."""
    directory, data = Directory(), team()
    names(directory, sqlite)
    taken_back = make(sqlite, FIRMS[0], 0)
    names(directory, sqlite)
    compiling, go_on = threading.Event(), threading.Event()
    build = NameIndex.build

    class Slow:
        @staticmethod
        def build(entries: Any) -> NameIndex:
            compiling.set()
            assert go_on.wait(60)
            return build(entries)

    monkeypatch.setattr(directory_module, "NameIndex", Slow)
    monkeypatch.setattr(directory_module, "MANY", 4)
    data["accounts"] += [{**data["accounts"][0], "id": f"x{i}", "name": FIRMS[20 + i], "aliases": []} for i in range(9)]
    data["contacts"] = [c for c in data["contacts"] if c["id"] != "c5"]
    with sqlite.begin() as tx:
        import_company(tx, data, at=AT, prune=True)
    got: list[NameIndex] = []
    first = threading.Thread(target=lambda: got.append(names(directory, sqlite)), daemon=True)
    first.start()
    assert compiling.wait(60)
    index = names(directory, sqlite)
    assert knows(index, FIRMS[0])
    assert not knows(index, FIRMS[28])
    assert not knows(index, "罗芳")
    undo(sqlite, taken_back)
    make(sqlite, FIRMS[1], 1)
    index = names(directory, sqlite)
    assert knows(index, FIRMS[1])
    assert not knows(index, FIRMS[0])
    go_on.set()
    first.join(60)
    assert knows(got[0], FIRMS[28])
    assert knows(got[0], FIRMS[0])  # as its transaction sees it
    index = names(directory, sqlite)
    monkeypatch.undo()
    assert knows(index, FIRMS[28])
    same(index, sqlite)


def test_a_comparison_that_fails_is_made_again(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    directory, data = Directory(), team()
    names(directory, sqlite)
    data["accounts"][0]["name"] = FIRMS[7]
    with sqlite.begin() as tx:
        import_company(tx, data, at=AT)

    def broken(*_: Any) -> Any:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(directory_module, "name_entries", broken)
        with pytest.raises(ConnectionError):
            names(directory, sqlite)
    assert knows(names(directory, sqlite), FIRMS[7])


def test_an_earlier_transaction_gets_the_names_that_it_sees(sqlite: Database) -> None:
    directory = Directory()
    names(directory, sqlite)
    with sqlite.read() as earlier:
        scope_for(earlier, "nie")  # SQLite begins with the first look
        make(sqlite, FIRMS[0], 0)
        assert knows(names(directory, sqlite), FIRMS[0])
        assert not knows(directory.index(earlier), FIRMS[0])
    assert knows(names(directory, sqlite), FIRMS[0])


def test_two_that_write_at_once_are_both_seen(postgresql_url: str) -> None:
    """On PostgreSQL the second waits for the first, so that no name comes with a number that was passed over."""
    database = open_database(postgresql_url)
    with database.begin() as tx:
        import_company(tx, team(), at=datetime(2026, 3, 18, tzinfo=UTC))
    directory = Directory()
    names(directory, database)
    firms = iter(enumerate(FIRMS))
    guard, failed = threading.Lock(), []

    def write() -> None:
        try:
            while True:
                with guard:
                    number, firm = next(firms, (None, None))
                if firm is None:
                    return
                made = make(database, firm, number)
                if number % 3 == 0:
                    undo(database, made)
        except Exception as error:
            failed.append(error)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        names(directory, database)
    assert not failed
    index = names(directory, database)
    same(index, database)
    assert sum(knows(index, firm) for firm in FIRMS) == 40
    assert index.entry(NameKind.ACCOUNT, "wl") is not None
    database.close()
