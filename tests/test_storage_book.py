"""The read side, against the book in memory and the scope; names; the documented format."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from sales.book import Book, MemoryCompany
from sales.errors import UnknownRecord
from storage import tables as t
from storage.book import NameEntry, SqlBook, name_entries, names_version, scope_for
from storage.company_data import load_company
from storage.errors import NoCompany
from storage.file_fields import COMPANY, SECTIONS
from storage.importer import import_company

PEOPLE = ("ops", "lead", "rep-1", "rep-2")


def book(tx: sa.Connection, person: str) -> SqlBook:
    me, scope = scope_for(tx, person)
    return SqlBook(tx, scope, me)


@pytest.mark.parametrize("person", PEOPLE)
def test_it_says_what_the_book_in_memory_says(stored: Any, small_company: dict[str, Any], person: str) -> None:
    memory: Book = MemoryCompany(load_company(small_company)).book_of(person)
    with stored.read() as tx:
        found: Book = book(tx, person)
        assert (found.company, found.me, found.scope) == (memory.company, memory.me, memory.scope)
        assert {p.id: p for p in found.people()} == {p.id: p for p in memory.people()}
        assert found.my_accounts() == memory.my_accounts()
        assert {c.id for c in found.my_contacts()} == {c.id for c in memory.my_contacts()}
        assert sorted(f.id for f in found.follow_ups()) == sorted(f.id for f in memory.follow_ups())
        assert found.follow_ups("acc-1") == list(memory.follow_ups("acc-1"))
        for look, ids in (
            ("person", [*PEOPLE, "x"]),
            ("account", ["acc-1", "acc-3", "x"]),
            ("contact", ["con-1", "x"]),
            ("contacts", ["acc-1", "acc-3", "x"]),
            ("product", ["scope", "x"]),
            ("competitor", ["rival", "x"]),
            ("org_unit", ["root", "east-1", "x"]),
        ):
            for one in ids:
                said, wanted = getattr(found, look)(one), getattr(memory, look)(one)
                assert said == (list(wanted) if look == "contacts" else wanted), (look, one)
        for account in found.my_accounts():
            assert found.opportunities(account) == list(memory.opportunities(account))
            assert found.payments(account) == list(memory.payments(account))
            for deal in memory.opportunities(account):
                assert found.opportunity(deal.id) == deal


def test_follow_ups_come_by_due_day_and_those_without_last(stored: Any) -> None:
    with stored.begin() as tx:
        for number, due in ((1, None), (2, date(2026, 3, 1)), (3, date(2026, 4, 1))):
            row = {"id": f"f{number}", "person_id": "rep-1", "text": "x", "due_on": due, "origin": "x"}
            tx.execute(sa.insert(t.follow_ups), row)
        assert [f.id for f in book(tx, "rep-1").follow_ups()] == ["f2", "todo-1", "f3", "f1"]


def test_nobody_and_no_company(database: Any) -> None:
    with database.read() as tx, pytest.raises(UnknownRecord):
        scope_for(tx, "nobody")
    from storage.company import company_of

    with database.read() as tx, pytest.raises(NoCompany):
        company_of(tx)


def test_every_name_with_where_it_belongs(stored: Any) -> None:
    with stored.read() as tx:
        entries = {(e.kind, e.id): e for e in name_entries(tx, batch=2)}
    assert entries[("account", "acc-1")] == NameEntry("account", "acc-1", "青禾制药", ("青禾",), "苏州", "rep-1")
    assert entries[("contact", "con-1")] == NameEntry("contact", "con-1", "沈岚", ("沈姐",), parent="acc-1")
    assert entries[("opportunity", "deal-2")] == NameEntry(
        "opportunity", "deal-2", "Mesa line 2", owner="rep-2", parent="acc-2"
    )
    assert entries[("org_unit", "east-1")].parent == "east"
    assert entries[("person", "lead")].parent == "east"
    assert entries[("product", "scope")].aliases == ("S8",)
    assert len(entries) == 4 + 4 + 2 + 1 + 3 + 2 + 2


def test_the_version_of_names_changes_with_names_only(stored: Any, small_company: dict[str, Any], now: Any) -> None:
    with stored.begin() as tx:
        first = names_version(tx)
        import_company(tx, small_company, at=now)
        small_company["payments"][0]["amount"] = 1
        small_company["quotas"].append({"owner": "rep-1", "month": "2026-05", "amount": 5})
        import_company(tx, small_company, at=now)
        assert names_version(tx) == first
        small_company["contacts"][0]["aliases"] = ["岚姐"]
        import_company(tx, small_company, at=now)
        assert names_version(tx) != first


def test_the_format_is_documented_field_by_field() -> None:
    text = (Path(__file__).parents[1] / "docs" / "company-file.md").read_text(encoding="utf-8")
    for section in (COMPANY, *SECTIONS.values()):
        heading = re.search(rf"^## .*`{section.key}`.*$", text, re.M)
        assert heading, section.key
        part = text[heading.end() :].split("\n## ")[0]
        for spec in section.specs:
            shown = f"**`{spec.key}`**" if spec.required else f"`{spec.key}`"
            assert shown in part, (section.key, spec.key)
            assert spec.required or f"**`{spec.key}`**" not in part, (section.key, spec.key)
