"""The company file: every fault is told, import and export agree, what isn't in the file is left alone."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sales.errors import Fault, FaultyInput
from sales.stages import ActivityType, PaymentStatus, Stage
from storage import tables as t
from storage.company_data import load_company
from storage.company_file import check
from storage.exporter import export_company, export_file
from storage.importer import import_company
from storage.money import exponent, to_minor, to_units

File = dict[str, Any]


def canonical(file: File) -> dict[str, list[str] | dict[str, Any]]:
    """A file up to the order of its records and ids, defaults filled in."""
    found: dict[str, Any] = {"company": file["company"]}
    defaults = {"aliases": [], "products": [], "competitors": [], "contacts": [], "title": ""}
    for key, records in file.items():
        if key == "company":
            continue
        rows = []
        for record in records:
            row = {k: record.get(k, defaults.get(k)) for k in record}
            for several in ("products", "competitors", "contacts"):
                if several in row:
                    row[several] = sorted(set(row[several]))
            if "amount" in row and row["amount"] is not None:
                row["amount"] = str(Decimal(str(row["amount"])).normalize())
            rows.append(json.dumps(row, sort_keys=True, ensure_ascii=False))
        found[key] = sorted(rows)
    return found


def faults_of(file: File) -> dict[str, Fault]:
    with pytest.raises(FaultyInput) as caught:
        check(file)
    return {fault.where: fault for fault in caught.value.faults}


def test_export_gives_back_what_was_imported(stored: Any, small_company: File) -> None:
    with stored.read() as tx:
        assert canonical(export_company(tx)) == canonical(small_company)


def test_import_of_an_export_changes_nothing(stored: Any, now: Any, tmp_path: Path, everything: Any) -> None:
    path = tmp_path / "out.json"
    with stored.read() as tx, path.open("w", encoding="utf-8") as out:
        export_file(tx, out)
        before = everything(tx)
    for prune in (False, True):
        with stored.begin() as tx:
            report = import_company(tx, path, at=now, prune=prune)
            assert report.changed_nothing
            assert everything(tx) == before
            assert tx.execute(sa.select(sa.func.count()).select_from(t.change_sets)).scalar() == 1


def test_every_fault_is_told_and_nothing_is_changed(
    stored: Any, small_company: File, now: Any, everything: Any
) -> None:
    file = small_company
    file["surprise"] = []
    file["acounts"] = []
    file["company"]["timezone"] = "Asia/Beijing"
    file["company"]["fiscal_year_start_month"] = 13
    file["org_units"][2]["parent"] = "east-1"
    file["org_units"].append({"id": "lonely", "name": "x", "parent": None})
    file["users"][2]["role"] = "Rep"
    file["users"][3]["org_unit"] = "north"
    file["users"][3]["nmae"] = "Ivy"
    file["accounts"][0]["owner"] = "nobody"
    file["accounts"][1]["tier"] = "D"
    file["accounts"][2]["id"] = "acc-1"
    file["contacts"].append("沈岚")
    file["opportunities"][0]["amount"] = -1
    file["opportunities"][0]["stage"] = "signed"
    file["opportunities"][1]["closed_on"] = None
    file["opportunities"][1]["products"] = ["scope", "laser"]
    file["stage_changes"][0]["on"] = "2026-02-30"
    file["activities"][0]["contacts"] = ["con-2"]
    file["activities"][1]["opportunity"] = "deal-1"
    file["follow_ups"][0]["text"] = 5
    del file["follow_ups"][1]["user"]
    file["payments"][0]["date"] = None
    file["payments"][1]["amount"] = "240000"
    file["quotas"][0]["month"] = "2026-13"
    file["quotas"][1]["owner"] = "acc-1"
    file["quotas"].append({"owner": "rep-2", "month": "2026-04", "amount": 0.005})
    with stored.begin() as tx:
        before = everything(tx)
        with pytest.raises(FaultyInput) as caught:
            import_company(tx, file, at=now)
        assert everything(tx) == before
    found = {fault.where: fault for fault in caught.value.faults}
    assert set(found) == {
        "surprise", "acounts", "company.timezone", "company.fiscal_year_start_month", "org_units",
        "org_units (id east-1)", "users[2].role (id rep-1)", "users[3].org_unit (id rep-2)", "users[3].nmae (id rep-2)",
        "accounts[0].owner (id acc-1)", "accounts[1].tier (id acc-2)", "accounts[2].id (id acc-1)", "contacts[2]",
        "opportunities[0].amount (id deal-1)", "opportunities[0].stage (id deal-1)",
        "opportunities[1].closed_on (id deal-2)", "opportunities[1].products (id deal-2)", "stage_changes[0].on",
        "activities[0].contacts (id act-1)", "activities[1].opportunity (id act-2)", "follow_ups[0].text (id todo-1)",
        "follow_ups[1].user (id todo-2)", "payments[0].date (id pay-1)", "payments[1].amount (id pay-2)",
        "quotas[0].month", "quotas[1].owner", "quotas[2].amount",
    }  # fmt: skip
    assert all(fault.what and fault.mend for fault in found.values())
    assert found["acounts"].mend == "Did you mean accounts?"
    assert found["users[3].nmae (id rep-2)"].mend == "Did you mean name?"
    assert "laser" in found["opportunities[1].products (id deal-2)"].what


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda f: f.pop("company"), "company"),
        (lambda f: f.update(quotas={}), "quotas"),
        (lambda f: f["accounts"][0].update(name=" "), "accounts[0].name (id acc-1)"),
        (lambda f: f["accounts"][0].update(name="a\0b"), "accounts[0].name (id acc-1)"),
        (lambda f: f["accounts"][0].update(name="\ud800"), "accounts[0].name (id acc-1)"),
        (lambda f: f["accounts"][0].update(aliases="青禾"), "accounts[0].aliases (id acc-1)"),
        (lambda f: f["accounts"][0].update(tier=["A"]), "accounts[0].tier (id acc-1)"),
        (lambda f: f["opportunities"][0].update(amount=True), "opportunities[0].amount (id deal-1)"),
        (lambda f: f["opportunities"][0].update(amount=float("nan")), "opportunities[0].amount (id deal-1)"),
        (lambda f: f["opportunities"][0].update(amount=1e300), "opportunities[0].amount (id deal-1)"),
        (lambda f: f["opportunities"][0].update(amount=10**18), "opportunities[0].amount (id deal-1)"),
        (lambda f: f["opportunities"][0].update(closed_on="2026-01-01"), "opportunities[0].closed_on (id deal-1)"),
        (lambda f: f["opportunities"][0].update(close_date="20260531"), "opportunities[0].close_date (id deal-1)"),
        (lambda f: f["opportunities"][0].update(probability=101), "opportunities[0].probability (id deal-1)"),
        (lambda f: f["quotas"].append(f["quotas"][0]), "quotas[2]"),
        (lambda f: f["follow_ups"][1].update(opportunity="deal-1"), "follow_ups[1].opportunity (id todo-2)"),
        (
            lambda f: [user.update(channels=[{"channel": "slack", "id": "U1"}]) for user in f["users"][:2]],
            "users[1].channels (id lead)",
        ),
        (lambda f: [user.update(email="a@b.c") for user in f["users"][:2]], "users[1].email (id lead)"),
    ],
)
def test_one_fault(small_company: File, change: Callable[[File], Any], where: str) -> None:
    check(small_company)
    change(small_company)
    assert set(faults_of(small_company)) == {where}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"company": {}, "accounts": [{"id": "a"},, ]}', "line 1, column 42"),
        ('{"company": {}\n"accounts": []}', "line 2, column 1"),
        ('{"accounts": [{"id": "a}\n]}', "line 1, column 25"),
        ('{"accounts": []} x', "line 1, column 18"),
        ("[]", "line 1, column 1"),
        ("", "line 1, column 1"),
        ('{"accounts": ', "line 1, column 14"),
        ('{"accounts": [' + "[" * 100_000, "line 1, column 15"),
    ],
)
def test_what_is_no_json_says_where(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "c.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaultyInput) as caught:
        check(path)
    assert caught.value.faults[0].where == where
    assert caught.value.faults[0].what.startswith("not valid JSON")


def test_a_section_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text('{"company": {"name": "x", "currency": "EUR", "timezone": "UTC"}, "users": [], "users": []}')
    with pytest.raises(FaultyInput) as caught:
        check(path)
    assert [fault.where for fault in caught.value.faults] == ["users"]


def test_a_file_that_is_not_utf_8_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_bytes('{"company": {"name": "北帆"}}'.encode("gb18030"))
    for wanted in (path, tmp_path / "none.json"):
        with pytest.raises(FaultyInput):
            check(wanted)


def test_a_mark_of_byte_order_is_no_fault(tmp_path: Path, small_company: File) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(small_company), encoding="utf-8-sig")
    assert check(path).company.name == "北帆仪器"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_do_more_than_raise_faults(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.json"
    path.write_bytes(content)
    with pytest.raises(FaultyInput):
        check(path)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_value_anywhere_is_taken_or_is_a_fault(small_company: File, data: st.DataObject) -> None:
    file = copy.deepcopy(small_company)
    section = data.draw(st.sampled_from(sorted(file)))
    if section == "company":
        record = file["company"]
    else:
        record = data.draw(st.sampled_from(file[section]))
    key = data.draw(st.sampled_from(sorted(record)))
    record[key] = data.draw(_JSON)
    try:
        checked = check(file)
    except FaultyInput:
        return
    assert len(list(checked.records())) == sum(checked.counts.values())


def test_records_are_read_across_the_edges_of_blocks(
    tmp_path: Path, small_company: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(small_company, indent=2), encoding="utf-8")
    for size in (1, 7, 64):
        monkeypatch.setattr("storage.json_stream._CHUNK", size)
        assert load_company(path) == load_company(small_company)


def test_sections_may_stand_in_any_order(database: Any, small_company: File, now: Any, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(dict(reversed(small_company.items()))), encoding="utf-8")
    small_company["org_units"].reverse()
    with database.begin() as tx:
        report = import_company(tx, path, at=now)
        assert report.created["opportunities"] == 2
        assert canonical(export_company(tx)) == canonical(small_company)


def test_again_with_a_changed_file(stored: Any, small_company: File, now: Any) -> None:
    file = small_company
    file["company"]["name"] = "北帆科技"
    file["opportunities"][0] |= {"amount": 850000.75, "stage": "negotiation", "products": ["scale"]}
    file["stage_changes"].insert(2, {"opportunity": "deal-1", "stage": "negotiation", "on": "2026-03-10"})
    file["stage_changes"][1]["on"] = "2026-02-21"  # the history was corrected
    file["accounts"][0]["aliases"] = ["青禾", "QH"]
    file["accounts"].append({"id": "acc-4", "name": "新客户", "owner": "rep-1"})
    del file["activities"][0]  # absent is left alone
    with stored.begin() as tx:
        report = import_company(tx, file, at=now + timedelta(days=1))
    assert report.updated == {"company": 1, "opportunities": 1, "accounts": 1}
    assert report.created == {"accounts": 1, "stage_changes": 2}
    assert report.deleted == {"stage_changes": 1}
    with stored.read() as tx:
        out = export_company(tx)
        deal = next(d for d in out["opportunities"] if d["id"] == "deal-1")
        assert (deal["amount"], deal["stage"], deal["products"]) == (Decimal("850000.75"), "negotiation", ["scale"])
        history = [(s["stage"], s["on"]) for s in out["stage_changes"] if s["opportunity"] == "deal-1"]
        assert history == [("lead", "2026-01-10"), ("proposal", "2026-02-21"), ("negotiation", "2026-03-10")]
        assert {a["id"] for a in out["activities"]} == {"act-1", "act-2"}
        rows = tx.execute(sa.select(t.changes.c.field, t.changes.c.before, t.changes.c.after)).all()
    changed = {field: (before, after) for field, before, after in rows}
    assert changed["amount"] == (80000000, 85000075)
    assert changed["stage"] == ("proposal", "negotiation")
    assert changed["products"] == (["scope"], ["scale"])


def test_prune_removes_what_nothing_refers_to(stored: Any, small_company: File, now: Any) -> None:
    file = small_company
    for section, gone in (("accounts", "acc-3"), ("activities", "act-1"), ("org_units", "west")):
        file[section] = [record for record in file[section] if record["id"] != gone]
    file["users"][3]["org_unit"] = "east"
    file["quotas"].pop()
    file["org_units"].append({"id": "north", "name": "北区", "parent": "root"})
    with stored.begin() as tx:
        report = import_company(tx, file, at=now, prune=True)
        assert report.deleted == {"accounts": 1, "activities": 1, "org_units": 1, "quotas": 1}
        assert report.kept == []
        assert canonical(export_company(tx))["accounts"] == canonical(file)["accounts"]
    file["users"].pop()
    with stored.begin() as tx, pytest.raises(FaultyInput):  # acc-2 is still hers
        import_company(tx, file, at=now, prune=True)


def test_prune_keeps_what_conversations_refer_to(stored: Any, small_company: File, now: Any) -> None:
    row = {
        "id": "v-chat", "person_id": "rep-1", "account_id": "acc-3", "type": "call", "happened_on": date(2026, 3, 1),
        "summary": "", "origin": "cs-chat",
    }  # fmt: skip
    file = small_company
    file["accounts"].pop()
    with stored.begin() as tx:
        tx.execute(sa.insert(t.activities), row)
        report = import_company(tx, file, at=now, prune=True)
        assert report.kept == [("account", "acc-3")]
        assert not report.deleted
        assert any(a["id"] == "v-chat" for a in export_company(tx)["activities"])


def test_a_part_of_a_file_may_refer_to_what_is_on_record(stored: Any, small_company: File, now: Any) -> None:
    part = {
        "company": small_company["company"],
        "contacts": [{"id": "con-9", "account": "acc-1", "name": "新人"}],
        "activities": [
            {"id": "act-9", "user": "rep-1", "account": "acc-1", "type": "call", "date": "2026-03-03",
             "contacts": ["con-9", "con-1"]}
        ],
    }  # fmt: skip
    with stored.begin() as tx:
        assert import_company(tx, part, at=now).created == {"contacts": 1, "activities": 1}
    part["activities"][0]["contacts"] = ["con-2"]
    with stored.begin() as tx, pytest.raises(FaultyInput):
        import_company(tx, part, at=now)


def test_the_currency_can_not_change_under_the_amounts(stored: Any, small_company: File, now: Any) -> None:
    small_company["company"]["currency"] = "JPY"
    small_company["opportunities"][1]["amount"] = 5
    small_company["quotas"].pop()
    with stored.begin() as tx, pytest.raises(FaultyInput) as caught:
        import_company(tx, small_company, at=now)
    assert caught.value.faults[0].where == "company.currency"


def test_channels_and_addresses_of_people(stored: Any, small_company: File, now: Any) -> None:
    file = small_company
    file["users"][2] |= {"channels": [{"channel": "slack", "id": "U1"}], "email": "bf@example.com", "mobile": "139"}
    with stored.begin() as tx:
        import_company(tx, file, at=now)
    file["users"][3]["channels"] = file["users"][2].pop("channels")
    file["users"][2]["channels"] = []
    del file["users"][2]["email"]  # says nothing: it stays
    with stored.begin() as tx:
        import_company(tx, file, at=now)
        users = {user["id"]: user for user in export_company(tx)["users"]}
        assert users["rep-2"]["channels"] == [{"channel": "slack", "id": "U1"}]
        assert "channels" not in users["rep-1"]
        assert users["rep-1"]["email"] == "bf@example.com"


def test_progress_counts_up_to_all(database: Any, small_company: File, now: Any) -> None:
    seen: list[tuple[str, int, int]] = []
    small_company["stage_changes"] *= 600
    with database.begin() as tx:
        import_company(tx, small_company, at=now, progress=lambda *step: seen.append(step))
    of_changes = [(done, total) for section, done, total in seen if section == "stage_changes"]
    assert of_changes == [(2000, 2400), (2400, 2400)]
    assert all(done <= total for _, done, total in seen)


# Amounts


@given(st.sampled_from(["CNY", "JPY", "KWD", "CLF", "USD"]), st.integers(0, 2**63 - 1))
def test_units_and_minor_units_are_each_other(currency: str, minor: int) -> None:
    units = to_units(minor, currency)
    assert to_minor(units, currency) == minor
    assert to_minor(str(units), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("0.1", "CNY", 10), ("1.10", "USD", 110), ("1e6", "CNY", 10**8), ("5.000", "JPY", 5), ("1.234", "KWD", 1234),
     ("0e-999999", "CNY", 0), (7, "JPY", 7), ("-0.01", "CNY", -1)],
)  # fmt: skip
def test_exact_amounts(amount: Any, currency: str, minor: int) -> None:
    assert to_minor(amount, currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.001", "CNY"), ("1.5", "JPY"), ("NaN", "CNY"), ("1e999999999", "CNY"), ("Inf", "CNY")]
)
def test_amounts_that_no_minor_unit_holds(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=amount.split("e")[0]):
        to_minor(amount, currency)


# Random companies

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
_NAME = _TEXT.filter(str.strip)
_DAY = st.dates(date(2020, 1, 1), date(2030, 1, 1))
_DAY_TEXT = _DAY.map(date.isoformat)


@st.composite
def companies(draw: st.DrawFn) -> File:
    """A company file without faults, of a few records each, ids and texts as wild as they may be."""

    def ids(most: int, least: int = 0) -> list[str]:
        return draw(st.lists(_NAME, min_size=least, max_size=most, unique=True))

    def several(of: list[str]) -> list[str]:
        return draw(st.lists(st.sampled_from(of), unique=True, max_size=3)) if of else []

    def maybe(strategy: st.SearchStrategy[Any]) -> Any:
        return draw(st.none() | strategy)

    currency = draw(st.sampled_from(["CNY", "JPY", "KWD"]))
    amounts = st.integers(0, 10**12).map(lambda minor: to_units(minor, currency))
    aliases = st.lists(_NAME, max_size=2)
    units = ids(4, 1)
    file: File = {
        "company": {"name": draw(_NAME), "currency": currency, "timezone": "Europe/Berlin", "locale": "de-DE",
                    "fiscal_year_start_month": draw(st.integers(1, 12))},
        "org_units": [
            {"id": unit, "name": draw(_NAME), "aliases": draw(aliases),
             "parent": draw(st.sampled_from(units[:place])) if place else None}
            for place, unit in enumerate(units)
        ],
    }  # fmt: skip
    people = [f"u{one}" for one in ids(3, 1)]
    file["users"] = [
        {"id": one, "name": draw(_NAME), "aliases": draw(aliases),
         "role": draw(st.sampled_from(["rep", "manager", "ops"])), "org_unit": draw(st.sampled_from(units)),
         "title": draw(_TEXT)}
        for one in people
    ]  # fmt: skip
    products, rivals = ids(3), ids(2)
    file["products"] = [{"id": one, "name": draw(_NAME), "aliases": draw(aliases)} for one in products]
    file["competitors"] = [{"id": one, "name": draw(_NAME), "aliases": draw(aliases)} for one in rivals]
    accounts = ids(4)
    file["accounts"] = [
        {"id": one, "name": draw(_NAME), "aliases": draw(aliases), "industry": draw(_TEXT), "city": draw(_TEXT),
         "tier": draw(st.sampled_from(["A", "B", "C", ""])), "owner": draw(st.sampled_from(people))}
        for one in accounts
    ]  # fmt: skip
    for section in ("contacts", "opportunities", "stage_changes", "activities", "follow_ups", "payments"):
        file[section] = []
    for account in accounts:
        contacts = [f"{account}/{one}" for one in ids(2)]
        deals = [f"{account}/{one}" for one in ids(2)]
        file["contacts"] += [
            {"id": one, "account": account, "name": draw(_NAME), "title": draw(_TEXT), "aliases": draw(aliases)}
            for one in contacts
        ]
        for deal in deals:
            stage = draw(st.sampled_from(list(Stage)))
            record = {"id": deal, "account": account, "name": draw(_NAME), "owner": draw(st.sampled_from(people)),
                      "stage": stage.value, "amount": maybe(amounts), "close_date": maybe(_DAY_TEXT),
                      "products": several(products), "competitors": several(rivals), "created_on": maybe(_DAY_TEXT),
                      "closed_on": None if stage.is_open else draw(_DAY_TEXT), "lost_reason": maybe(_TEXT)}  # fmt: skip
            if draw(st.booleans()):
                record["probability"] = draw(st.integers(0, 100))
            file["opportunities"].append(record)
            reached = draw(st.lists(st.tuples(st.sampled_from(list(Stage)), _DAY_TEXT), max_size=3))
            file["stage_changes"] += [{"opportunity": deal, "stage": s.value, "on": on} for s, on in reached]
        some_deal = st.none() | st.sampled_from(deals) if deals else st.none()
        if draw(st.booleans()):
            file["activities"].append(
                {"id": f"v{account}", "user": draw(st.sampled_from(people)), "account": account,
                 "opportunity": draw(some_deal), "type": draw(st.sampled_from([a.value for a in ActivityType])),
                 "date": draw(_DAY_TEXT), "contacts": several(contacts), "summary": draw(_TEXT)}
            )  # fmt: skip
            file["follow_ups"].append(
                {"id": f"f{account}", "user": draw(st.sampled_from(people)), "account": account,
                 "opportunity": draw(some_deal), "due": maybe(_DAY_TEXT), "text": draw(_TEXT),
                 "done_on": maybe(_DAY_TEXT)}
            )  # fmt: skip
            status = draw(st.sampled_from(list(PaymentStatus)))
            file["payments"].append(
                {"id": f"m{account}", "opportunity": draw(some_deal), "account": account, "amount": draw(amounts),
                 "date": draw(_DAY_TEXT), "status": status.value}
            )  # fmt: skip
    owners = draw(st.lists(st.sampled_from(sorted({*people, *units} - (set(people) & set(units)))), unique=True))
    file["quotas"] = [
        {"owner": owner, "month": draw(_DAY).strftime("%Y-%m"), "amount": draw(amounts)} for owner in owners
    ]
    return file


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(file=companies())
def test_any_company_comes_back_as_it_was(
    database: Any, file: File, now: Any, trial: Any, everything: Any, tmp_path: Path
) -> None:
    with trial(database) as tx:
        import_company(tx, file, at=now)
        out = io.StringIO()
        export_file(tx, out)
        again = json.loads(out.getvalue(), parse_float=Decimal)
        assert canonical(again) == canonical(file)
        before = everything(tx)
        path = tmp_path / "again.json"
        path.write_text(out.getvalue(), encoding="utf-8")
        assert import_company(tx, path, at=now).changed_nothing
        assert import_company(tx, again, at=now, prune=True).changed_nothing
        assert everything(tx) == before


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=companies(), second=companies())
def test_a_pruning_import_of_another_company_leaves_only_that(
    database: Any, first: File, second: File, now: Any, trial: Any
) -> None:
    second["company"]["currency"] = first["company"]["currency"] = "KWD"
    with trial(database) as tx:
        import_company(tx, first, at=now)
        try:
            report = import_company(tx, second, at=now, prune=True)
        except FaultyInput:
            return  # a year of an amount too many, an id of both
        left, wanted = canonical(export_company(tx)), canonical(second)
        # The history and what is left open of a record that both have is kept; nothing else may be.
        for section in ("org_units", "users", "accounts", "activities", "payments", "quotas", "follow_ups"):
            kept = {record_id for _, record_id in report.kept}
            assert {row for row in left[section] if json.loads(row).get("id") not in kept} == set(wanted[section])


def test_exponents_of_currencies() -> None:
    assert [exponent(code) for code in ("CNY", "JPY", "KWD", "CLF", "XXX")] == [2, 0, 3, 4, 2]
