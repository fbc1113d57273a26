"""Replay: each case on the company as it stands, and what it changed read back from the store."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from bot.cases import read_cases
from bot.cli import app
from bot.readback import records_made
from bot.replay import play_all, turn_json
from handlers.turns import Clarify, Heard, Reply, Turn
from sales.errors import FaultyInput
from sales.records import ActivityDraft, DealDraft, FollowUpDraft, New, PaymentDraft, Read, Reading
from sales.stages import ActivityType, FollowUpStatus, Intent, PaymentStatus, Stage
from storage import records
from storage.book import scope_for

NOW = "2026-03-18T18:05:00+08:00"
VISIT = "今天下午去青禾制药拜访了沈岚，预算加到95万，下周三之前把报价发过去"
WEEKLY = "本周工作：\n1. 青禾制药 周二拜访了沈岚，讲了方案\n下周计划：\n1. 青禾制药 周三发报价"


@pytest.fixture
def company_file(small_company: dict[str, Any], tmp_path: Path) -> Path:
    path = tmp_path / "company.json"
    path.write_text(json.dumps(small_company, ensure_ascii=False), "utf-8")
    return path


def replayed(company: Path, cases: list[dict[str, Any]], *options: str) -> tuple[Any, list[dict[str, Any]]]:
    folder = company.parent
    lines = "\n".join(json.dumps({"now": NOW, **case}, ensure_ascii=False) for case in cases)
    (folder / "cases.jsonl").write_text(lines, "utf-8")
    words = ["replay", "--company", str(company), "--cases", str(folder / "cases.jsonl")]
    done = CliRunner().invoke(app, [*words, "--out", str(folder / "new" / "out.jsonl"), *options])
    out = folder / "new" / "out.jsonl"
    return done, [json.loads(line) for line in out.read_text("utf-8").split("\n") if line] if out.exists() else []


def test_what_a_case_changed_comes_back_from_the_store(company_file: Path) -> None:
    done, (out,) = replayed(company_file, [{"id": "r-1", "user": "rep-1", "turns": [VISIT]}])
    assert done.exit_code == 0, done.output
    assert out["id"] == "r-1"
    assert out["ms"] > 0
    (turn,) = out["turns"]
    assert turn["intent"] == "report"
    assert {"clarify": None, "denied": False, "query": None, "sources": []}.items() <= turn.items()
    assert "沈岚" in turn["reply"]
    (activity,) = out["records"]["activities"]
    assert activity == {
        "account": "acc-1", "type": "visit", "date": "2026-03-18", "contacts": ["con-1"], "opportunity": "deal-1",
    }  # fmt: skip
    assert out["records"]["opportunities"] == [{"opportunity": "deal-1", "account": "acc-1", "amount": 950000}]
    (promise,) = out["records"]["follow_ups"]
    assert (promise["account"], promise["due"], promise["status"]) == ("acc-1", "2026-03-25", "open")
    assert "报价" in promise["text"]
    assert out["records"]["payments"] == []


def test_no_case_sees_another_and_the_output_keeps_their_order(company_file: Path) -> None:
    cases = [
        {"id": "b", "user": "rep-1", "turns": [VISIT]},
        {"id": "a", "user": "rep-1", "turns": [VISIT, "撤销"]},
        {"id": "c", "user": "rep-1", "turns": [VISIT]},
    ]
    done, outs = replayed(company_file, cases)
    assert done.exit_code == 0, done.output
    first, undone, again = outs
    assert [out["id"] for out in outs] == ["b", "a", "c"]
    assert first["records"] == again["records"] != {kind: [] for kind in first["records"]}
    assert [turn["intent"] for turn in undone["turns"]] == ["report", "undo"]
    assert undone["records"] == {kind: [] for kind in first["records"]}


def test_what_waits_for_a_confirmation_is_confirmed(company_file: Path) -> None:
    _, (out,) = replayed(company_file, [{"id": "w", "user": "rep-1", "turns": [WEEKLY]}])
    assert [turn["intent"] for turn in out["turns"]] == ["weekly_report"]
    assert [one["date"] for one in out["records"]["activities"]] == ["2026-03-17"]
    assert [one["due"] for one in out["records"]["follow_ups"]] == ["2026-03-25"]


def test_a_time_without_a_zone_is_the_companys(company_file: Path) -> None:
    case = {"id": "n", "user": "rep-1", "now": "2026-03-18T00:30:00", "turns": ["刚才给青禾制药沈岚打了电话"]}
    _, (out,) = replayed(company_file, [case])
    assert [one["date"] for one in out["records"]["activities"]] == ["2026-03-18"]


def test_the_same_on_a_postgresql_server_which_is_left_as_it_was(company_file: Path, postgresql_server: str) -> None:
    def databases() -> set[str]:
        engine = sa.create_engine(postgresql_server.replace("postgresql://", "postgresql+psycopg://"))
        with engine.connect() as connection:
            found = set(connection.execute(sa.text("SELECT datname FROM pg_database")).scalars())
        engine.dispose()
        return found

    cases = [{"id": str(number), "user": "rep-1", "turns": [VISIT]} for number in (1, 2)]
    _, expected = replayed(company_file, cases)
    before = databases()
    done, outs = replayed(company_file, cases, "--url", postgresql_server)
    assert done.exit_code == 0, done.output
    assert [out["records"] for out in outs] == [out["records"] for out in expected]
    assert databases() == before


def test_score_floors_and_figures(company_file: Path, tmp_path: Path) -> None:
    gold = {
        "intent": "report",
        "activities": [{"account": "acc-1", "type": "visit", "date": "2026-03-18", "contacts": ["con-1"]}],
        "opportunities": [{"opportunity": "deal-1", "account": "acc-1", "amount": 950000}],
        "follow_ups": [{"account": "acc-1", "due": "2026-03-25", "words": [["报价"]]}],
        "payments": [],
    }
    case = {"id": "r-1", "tags": ["report"], "user": "rep-1", "turns": [VISIT], "gold": gold}
    floors = tmp_path / "floors.json"
    floors.write_text('{"intent": 1.0, "min tag": {"report": 1.0}}', "utf-8")
    options = ("--score", "--floors", str(floors), "--json", str(tmp_path / "figures.json"))
    done, _ = replayed(company_file, [case], *options)
    assert done.exit_code == 0, done.output
    assert "CASE WHOLLY RIGHT                            1/1 = 100.0%" in done.output
    assert json.loads((tmp_path / "figures.json").read_text("utf-8"))["f1.all"] == 1.0

    wrong = {**case, "gold": {**gold, "intent": "task"}}
    done, _ = replayed(company_file, [wrong], *options, "--wrong", "1")
    assert done.exit_code == 1
    assert "intent: want task, got report" in done.output
    assert "below the floor: intent: 0, at least 1 is wanted" in done.stderr
    assert "below the floor: tag report" in done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"--company": "gone.json"}, "--company: there is no gone.json."),
        ({"--library": "gone"}, "--library: there is no gone."),
        ({"--cases": "gone.jsonl"}, "gone.jsonl: can't be read"),
    ],
)
def test_a_missing_file_is_named(change: dict[str, str], said: str, company_file: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(json.dumps({"id": "1", "user": "rep-1", "now": NOW, "turns": ["x"]}), "utf-8")
    options = {"--company": str(company_file), "--cases": str(cases), "--out": str(tmp_path / "o")} | change
    done = CliRunner().invoke(app, ["replay", *(word for pair in options.items() for word in pair)])
    assert done.exit_code == 1
    assert said in done.stderr
    assert not (tmp_path / "o").exists()


def test_every_fault_of_the_cases_is_listed_by_line(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    good = {"id": "1", "user": "u", "now": NOW, "turns": ["x\u2028y"]}
    lines = [json.dumps(good, ensure_ascii=False), "{", "", "[]", json.dumps(good), '{"id": "2", "now": "soon"}']
    lines.append(json.dumps({**good, "id": "3", "now": "soon"}))
    file.write_text("\ufeff" + "\n".join(lines), "utf-8")
    with pytest.raises(FaultyInput) as caught:
        read_cases(file)
    where = [fault.where.rpartition("line ")[2] for fault in caught.value.faults]
    assert where == ["2", "4", "5", "6: user", "6: turns", "7: now"]
    file.write_text(json.dumps(good), "utf-8")
    with pytest.raises(FaultyInput, match="gold"):
        read_cases(file, scored=True)


class _Stubborn:
    """A dialogue that breaks on some messages."""

    def hear(self, heard: Heard) -> Turn:
        if "坏" in heard.text:
            raise ZeroDivisionError("by nothing")
        return Turn(Intent.CHAT, Reply((heard.text,)))

    def confirm(self, *which: object) -> None:
        return None


@dataclass
class _Ground:
    database: Any
    count: int = field(default=0)

    def fresh(self) -> tuple[Any, Any]:
        self.count += 1
        return self.database, _Stubborn()


def test_a_case_that_breaks_the_program_does_not_cost_the_others(stored: Any, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    cases = [
        {"id": str(n), "user": "rep-1", "now": NOW, "turns": turns} for n, turns in enumerate((["好", "坏"], ["好"]))
    ]
    file.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases), "utf-8")
    broken, good = play_all(_Ground(stored), read_cases(file))
    assert broken.error == "ZeroDivisionError: by nothing"
    assert [turn["reply"] for turn in broken.line["turns"]] == ["好"]
    assert good.error is None


def test_a_turn_is_printed_in_the_agreed_shape() -> None:
    turn = Turn(
        Intent.REPORT,
        Reply(("一", "二")),
        Clarify("contact", ("c-1", "c-2")),
        sources=({"document": "d", "text": "t"},),
    )
    assert turn_json(turn) == {
        "intent": "report", "reply": "一\n二", "clarify": {"about": "contact", "options": ["c-1", "c-2"]},
        "denied": False, "query": None, "sources": [{"document": "d", "text": "t"}],
    }  # fmt: skip


# -- reading back

AT = datetime.fromisoformat(NOW)
TODAY = date(2026, 3, 18)


def kept(database: Any, reading: Reading, person: str = "rep-1") -> str:
    with database.begin() as tx:
        _, scope = scope_for(tx, person)
        message = records.MessageRef("m-1", "…")
        return records.save(tx, scope, reading, message=message, at=AT, why="report").id


def test_nothing_changed_reads_back_as_nothing(stored: Any) -> None:
    assert records_made(stored) == {"activities": [], "opportunities": [], "follow_ups": [], "payments": []}


def test_new_customers_contacts_and_deals_go_by_their_names(stored: Any) -> None:
    new = Read(New("海岳光电"))
    reading = Reading(
        Intent.REPORT,
        activities=(ActivityDraft(new, Read(ActivityType.CALL), Read(TODAY), (Read(New("韩工")),)),),
        deals=(
            DealDraft(Read(New("海岳光谱")), new, Read(Stage.QUALIFIED), Read(30_000_050), products=(Read("scope"),)),
        ),
        follow_ups=(FollowUpDraft(new, None, Read("寄样品")),),
    )
    kept(stored, reading)
    found = records_made(stored)
    assert found["activities"] == [
        {"account": {"new": "海岳光电"}, "type": "call", "date": "2026-03-18", "contacts": [{"new": "韩工"}]}
    ]
    assert found["opportunities"] == [
        {
            "opportunity": "new", "account": {"new": "海岳光电"}, "stage": "qualified", "amount": 300000.5,
            "products": ["scope"],
        }
    ]  # fmt: skip
    assert found["follow_ups"] == [{"account": {"new": "海岳光电"}, "due": None, "text": "寄样品", "status": "open"}]


def test_of_a_deal_on_record_only_what_changed(stored: Any) -> None:
    deal = DealDraft(
        Read("deal-1"), Read("acc-1"), Read(Stage.LOST), Read(80_000_000),
        products=(Read("scope"), Read("scale")), competitors=(Read("rival"),), lost_reason=Read("价格"),
    )  # fmt: skip
    kept(stored, Reading(Intent.REPORT, deals=(deal,)))
    # the amount is what it was; a day of closing that nobody named is none
    assert records_made(stored)["opportunities"] == [
        {
            "opportunity": "deal-1", "account": "acc-1", "stage": "lost", "products": ["scale"],
            "competitors": ["rival"], "lost_reason": "价格",
        }
    ]  # fmt: skip


def test_what_is_of_the_company_file_keeps_its_id(stored: Any) -> None:
    reading = Reading(
        Intent.TASK,
        follow_ups=(FollowUpDraft(Read("acc-1"), None, Read(""), FollowUpStatus.DONE, "todo-1"),),
        payments=(PaymentDraft(Read("acc-1"), Read(24_000_000), Read(TODAY), PaymentStatus.RECEIVED, "pay-2"),),
    )
    kept(stored, reading)
    found = records_made(stored)
    assert found["follow_ups"] == [
        {"id": "todo-1", "account": "acc-1", "due": "2026-03-25", "text": "发报价", "status": "done"}
    ]
    assert found["payments"] == [
        {"id": "pay-2", "account": "acc-1", "amount": 240000, "date": "2026-03-18", "status": "received"}
    ]


def test_only_the_net_effect_counts(stored: Any) -> None:
    for amount in (90_000_000, 80_000_000):
        kept(stored, Reading(Intent.REPORT, deals=(DealDraft(Read("deal-1"), Read("acc-1"), amount=Read(amount)),)))
    made = kept(stored, Reading(Intent.TASK, follow_ups=(FollowUpDraft(None, Read(TODAY), Read("寄样品")),)))
    with stored.begin() as tx:
        _, scope = scope_for(tx, "rep-1")
        records.undo(tx, scope, made, at=AT, by="rep-1")
    assert not any(records_made(stored).values())
