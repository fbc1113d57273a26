"""The command line, most of it as a process of its own: what is printed, what is kept, how it ends."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.demo.company import make_demo
from bot.demo.talk import make_talk
from bot.demo_command import prepare
from bot.faults import OperatorError
from bot.screen import Screen
from bot.settings import read_settings, unknown_settings
from sales.errors import FaultyInput
from sales.language.lexicon import standard
from storage.database import open_database
from storage.importer import import_company

ROOT = Path(__file__).resolve().parent.parent
NOW = "2026-03-18T18:05:00+08:00"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def canmou(tmp_path: Path) -> Run:
    """Runs `canmou` in an empty folder; `said` is its standard input (None: /dev/null, "closed": none at all)."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(("CANMOU_", "LC_", "LANG"))}

    def run(*words: str | Path, said: str | bytes | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
        command: list[Any] = [sys.executable, "-m", "bot.cli", *words]
        if said == "closed":
            command = ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *command]
            said = None
        if isinstance(said, str):
            said = said.encode()
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, check=False, timeout=120,
            **({"stdin": subprocess.DEVNULL} if said is None else {"input": said}),
            env={**own, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PYTHONUTF8": "1"} | settings,
        )  # fmt: skip
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(command, done.returncode, out, err)

    return run


@pytest.fixture
def company_file(small_company: dict[str, Any], tmp_path: Path) -> Path:
    path = tmp_path / "company.json"
    path.write_text(json.dumps(small_company, ensure_ascii=False), "utf-8")
    return path


@pytest.fixture
def configured(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated SQLite database that the settings of this process name."""
    shutil.copyfile(sqlite_template, tmp_path / "own.db")
    url = f"sqlite:///{tmp_path / 'own.db'}"
    for name in ("CANMOU_LEXICON", "CANMOU_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CANMOU_DATABASE_URL", url)
    return url


def invoke(*words: str | Path) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


# -- the demo


def test_the_demo_reads_a_pipe_and_keeps_what_was_said(canmou: Run, tmp_path: Path) -> None:
    told = "今天下午去扬子阀业见了殷厂长，预算加到45万\n\n本周工作：\\\n1. 恒越 周二拜访吕经理\n/as 不存在的人\n"
    done = canmou("demo", said=told)
    assert done.returncode == 0, done.stderr
    assert "38万 → 45万" in done.stdout
    assert "[1 改] [2 撤销]" in done.stdout
    assert done.stdout.count("贺知遥 › ") == 3  # a blank line is nothing, a continued one is one
    assert "\x1b" not in done.stdout

    again = canmou("demo", said="扬子阀业预算加到46万\n".encode("gb18030") + "扬子阀业预算加到47万".encode())
    assert again.returncode == 0, again.stderr  # the first line is no UTF-8, which costs that line only
    assert "45万 → 47万" in again.stdout
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["demo.db"]


def test_somebody_else_can_speak_in_the_demo(canmou: Run, tmp_path: Path) -> None:
    other = next(
        user for user in make_demo(date.today())["users"] if user["role"] == "rep" and user["name"] != "贺知遥"
    )
    done = canmou("demo", "--as", other["id"], "--db", "sqlite://", said="在吗")
    assert done.returncode == 0, done.stderr
    assert f"{other['name']} › 在吗" in done.stdout
    assert not list(tmp_path.iterdir())  # a demo in memory leaves nothing behind


@pytest.mark.parametrize("said", [None, "closed", "\n \n"], ids=["/dev/null", "closed", "blank pipe"])
def test_with_nothing_to_read_a_conversation_is_played(said: str | None, canmou: Run, tmp_path: Path) -> None:
    done = canmou("demo", said=said)
    assert done.returncode == 0, done.stderr
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()  # the demo company's
    for conversation in make_talk(make_demo(today), "zh"):
        for _, text in conversation:
            assert f"› {text[:12]}" in done.stdout
    assert "什么都没记" not in done.stdout
    # it is played on a copy: the demo is as new for whoever comes next
    with_talk = open_database(f"sqlite:///{tmp_path / 'var' / 'demo.db'}")
    assert not spoken(with_talk)
    with_talk.close()


@pytest.mark.parametrize(("locale", "first"), [("en_US.UTF-8", "Call with Martin"), ("zh_CN.UTF-8", "刚从恒越出来")])
def test_what_is_played_begins_in_the_language_of_the_terminal(locale: str, first: str, canmou: Run) -> None:
    done = canmou("demo", LANG=locale)
    assert done.returncode == 0, done.stderr
    said = [line.partition("› ")[2] for line in done.stdout.splitlines() if "› " in line]
    assert said[0].startswith(first)
    english = [text.isascii() for text in said]
    assert sorted(english, reverse=english[0]) == english  # one half after the other
    assert set(english) == {True, False}


def spoken(database: Any) -> list[str]:
    from storage import tables as t

    with database.read() as tx:
        return [row.why for row in tx.execute(t.change_sets.select()) if row.source != "import"]


def day_of(url: str) -> str:
    """The day that a demo was made for: the last word of what its import says."""
    from storage import tables as t

    database = open_database(url)
    with database.read() as tx:
        whys = [row.why for row in tx.execute(t.change_sets.select().order_by(t.change_sets.c.at))]
    database.close()
    return whys[-1].split()[-1]


def test_the_demo_is_made_anew_each_day_and_what_a_person_changed_is_kept(canmou: Run, tmp_path: Path) -> None:
    day = date(2026, 3, 18)
    file = tmp_path / "var" / "demo.db"
    url = f"sqlite:///{file}"

    def files() -> list[str]:
        return sorted(path.name for path in file.parent.iterdir())

    prepare(url, day, "--db", Screen())
    first = file.read_bytes()
    prepare(url, day, "--db", Screen())
    assert file.read_bytes() == first
    prepare(url, day + timedelta(1), "--db", Screen())
    assert day_of(url) == "2026-03-19"
    assert files() == ["demo.db"]  # nobody had changed anything

    said = canmou("chat", "--as", "贺知遥", said="提醒我周五给恒越打电话", CANMOU_DATABASE_URL=url)
    assert said.returncode == 0, said.stderr
    for later in (2, 3):
        prepare(url, day + timedelta(later), "--db", Screen())
    assert day_of(url) == "2026-03-21"
    assert files() == ["demo-2026-03-19.db", "demo.db"]
    kept = open_database(f"sqlite:///{file.parent / 'demo-2026-03-19.db'}")
    assert spoken(kept) == ["task"]
    kept.close()


def test_the_demo_on_a_server_is_brought_to_today_in_place(empty_postgresql_url: str) -> None:
    for day in (date(2026, 3, 18), date(2026, 3, 19)):
        prepare(empty_postgresql_url, day, "--db", Screen())
        assert day_of(empty_postgresql_url) == day.isoformat()


def test_the_demo_leaves_another_company_alone(configured: str, small_company: dict[str, Any], now: Any) -> None:
    database = open_database(configured)
    with database.begin() as tx:
        import_company(tx, small_company, at=now)
    database.close()
    before = invoke("export").stdout
    with pytest.raises(OperatorError, match="holds 北帆仪器, not the demo company"):
        prepare(configured, date.today(), "--db", Screen())
    assert invoke("export").stdout == before


def test_a_demo_that_somebody_imported_into_is_their_company_now(configured: str, now: Any) -> None:
    prepare(configured, date(2026, 3, 18), "--db", Screen())
    company = make_demo(date(2026, 3, 18))
    company["company"]["name"] = "自己的公司"
    database = open_database(configured)
    with database.begin() as tx:
        import_company(tx, company, at=now.replace(year=2099))
    database.close()
    with pytest.raises(OperatorError, match="自己的公司"):
        prepare(configured, date(2026, 3, 19), "--db", Screen())


# -- a company in, a company out


def test_a_faulty_file_is_refused_with_every_fault_and_changes_nothing(
    canmou: Run, configured: str, company_file: Path, small_company: dict[str, Any], tmp_path: Path
) -> None:
    assert invoke("import", company_file).exit_code == 0
    before = invoke("export").stdout
    small_company["accounts"][0]["name"] = "改了名"
    small_company["accounts"][1]["owner"] = "nobody"
    small_company["opportunities"][0]["stage"] = "half"
    faulty = tmp_path / "faulty.json"
    faulty.write_text(json.dumps(small_company, ensure_ascii=False), "utf-8")
    done = canmou("import", faulty, CANMOU_DATABASE_URL=configured)
    assert done.returncode == 1
    assert done.stdout == ""
    faults = done.stderr.splitlines()
    assert faults.pop() == "2 faults; nothing was changed."
    assert len(faults) == 2
    assert any("owner" in line and "nobody" in line for line in faults)
    assert any("stage" in line and "half" in line for line in faults)
    assert invoke("export").stdout == before


def test_an_import_of_the_export_changes_nothing(configured: str, company_file: Path, tmp_path: Path) -> None:
    done = invoke("import", company_file)
    assert done.exit_code == 0, done.output
    assert "accounts: 3 added" in done.stdout
    exported = tmp_path / "out" / "export.json"
    assert invoke("export", exported).exit_code == 1  # there is no such folder
    exported.parent.mkdir()
    assert invoke("export", exported).exit_code == 0
    assert [path.name for path in exported.parent.iterdir()] == ["export.json"]
    assert exported.read_text("utf-8") == invoke("export").stdout
    assert "Nothing changed" in invoke("import", exported).stdout


def test_an_import_makes_the_tables_where_there_are_none(
    canmou: Run, company_file: Path, small_company: dict[str, Any], tmp_path: Path
) -> None:
    assert canmou("demo", said="在吗").returncode == 0
    small_company["accounts"][1]["owner"] = "nobody"
    faulty = tmp_path / "faulty.json"
    faulty.write_text(json.dumps(small_company, ensure_ascii=False), "utf-8")
    done = canmou("import", faulty)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[1:] == ["1 fault; nothing was changed."]
    assert not (tmp_path / "var" / "canmou.db").exists()

    done = canmou("import", company_file)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("sqlite:///var/canmou.db: made the tables")
    assert "accounts: 3 added" in done.stdout
    assert canmou("chat", "--as", "白帆", said="在吗").returncode == 0
    assert "made the tables" not in canmou("import", company_file).stdout
    assert "北帆仪器" not in canmou("demo", said="在吗").stdout


def test_an_import_makes_the_tables_on_a_server_too(
    empty_postgresql_url: str, company_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANMOU_DATABASE_URL", empty_postgresql_url)
    done = invoke("import", company_file)
    assert done.exit_code == 0, done.output
    assert "made the tables" in done.stdout
    assert "accounts: 3 added" in done.stdout


def test_an_import_leaves_tables_of_an_older_version_to_migrate(
    configured: str, company_file: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "own.db")) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '0000'")
    done = invoke("import", company_file)
    assert done.exit_code == 1
    assert "are of revision 0000" in done.stderr
    assert "canmou migrate" in done.stderr


def test_what_is_gone_from_the_file_goes_with_prune(
    configured: str, company_file: Path, small_company: dict[str, Any]
) -> None:
    invoke("import", company_file)
    del small_company["quotas"][0]
    company_file.write_text(json.dumps(small_company, ensure_ascii=False), "utf-8")
    assert "Nothing changed" in invoke("import", company_file).stdout
    assert "quotas: 1 unchanged, 1 removed" in invoke("import", company_file, "--prune").stdout


def test_import_of_no_file(configured: str) -> None:
    done = invoke("import", "gone.json")
    assert (done.exit_code, done.stderr) == (1, "There is no file gone.json.\n")


# -- faults of the operator


def test_a_database_that_was_never_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CANMOU_DATABASE_URL", raising=False)
    for words in (("chat", "--as", "x"), ("export",)):
        done = invoke(*words)
        assert done.exit_code == 1
        assert done.stderr.startswith("CANMOU_DATABASE_URL: ")
        assert "canmou migrate" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "var").exists()
    assert invoke("migrate").exit_code == 0
    assert (tmp_path / "var" / "canmou.db").is_file()
    assert "up to date" in invoke("migrate").stdout
    assert "CANMOU_DATABASE_URL: the database holds no company yet" in invoke("chat", "--as", "x").stderr


def test_a_server_that_does_not_answer_and_its_password(canmou: Run) -> None:
    done = canmou("export", CANMOU_DATABASE_URL="postgresql://me:geheim@127.0.0.1:1/canmou")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "CANMOU_DATABASE_URL" in done.stderr
    assert "geheim" not in done.stderr


def test_a_sqlite_file_is_shown_as_the_operator_wrote_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANMOU_DATABASE_URL", "sqlite:///var/我的 公司.db")
    for words in (("doctor",), ("migrate",), ("migrate",), ("doctor",)):
        shown = invoke(*words).output
        assert "sqlite:///var/我的 公司.db" in shown
        assert "pysqlite" not in shown


def test_a_server_is_shown_as_the_operator_wrote_it(empty_postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANMOU_DATABASE_URL", empty_postgresql_url)
    for words in (("doctor",), ("migrate",), ("doctor",)):
        shown = invoke(*words).output
        assert "postgresql://" in shown
        assert "psycopg" not in shown
    monkeypatch.setenv("CANMOU_DATABASE_URL", "postgresql://me:geheim@127.0.0.1:1/canmou")
    for words in (("doctor",), ("migrate",)):
        shown = invoke(*words).output
        assert "postgresql://me:***@127.0.0.1:1/canmou" in shown
        assert "geheim" not in shown


def test_all_faults_of_the_settings_are_reported_together(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CANMOU_DATABASE_URL", "mysql://me:geheim@host/name")
    monkeypatch.setenv("CANMOU_LEXICON", str(tmp_path / "gone.yaml"))
    monkeypatch.setenv("CANMOU_LANGUAGE", "latin")
    done = invoke("export")
    assert done.exit_code == 1
    assert sorted(line.partition(":")[0] for line in done.stderr.splitlines()) == [
        "CANMOU_DATABASE_URL", "CANMOU_LANGUAGE", "CANMOU_LEXICON",
    ]  # fmt: skip
    assert "geheim" not in done.stderr


@pytest.mark.parametrize(("said", "meant"), [
    ("zh", "zh"), ("zh-CN", "zh"), ("zh_CN.UTF-8", "zh"), ("中文", "zh"), ("EN", "en"), ("en_US", "en"), ("", None),
])  # fmt: skip
def test_the_language_as_people_write_it(said: str, meant: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANMOU_LANGUAGE", said)
    assert read_settings().language == meant


def test_the_database_url_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANMOU_DATABASE_URL", "postgresql://me:geheim@host/name")
    assert "geheim" not in repr(read_settings())
    with pytest.raises(FaultyInput):
        read_settings(language="la")


def test_a_setting_with_a_slip_of_the_pen_is_named() -> None:
    (fault,) = unknown_settings({"CANMOU_LANGAUGE": "zh", "CANMOU_LANGUAGE": "zh", "PATH": "/bin"})
    assert fault.where == "CANMOU_LANGAUGE"
    assert "CANMOU_LANGUAGE" in fault.mend


def test_phrases_of_a_company_are_read_and_their_faults_named(
    configured: str, company_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke("import", company_file)
    own = tmp_path / "own.yaml"
    monkeypatch.setenv("CANMOU_LEXICON", str(own))
    own.write_text("no.such.family: [嗯]\n", "utf-8")
    for words in (("chat", "--as", "白帆"), ("doctor",)):
        done = invoke(*words)
        assert done.exit_code == 1
        assert "CANMOU_LEXICON" in done.output
        assert "no.such.family" in done.output
    own.write_text(f"{next(iter(standard().families))}: [嗯嗯嗯]\n", "utf-8")
    assert str(own) in invoke("doctor").output


def test_who_is_speaking_must_be_clear(configured: str, company_file: Path, small_company: dict[str, Any]) -> None:
    small_company["users"][3]["aliases"] = ["白帆"]
    small_company["users"][2]["name"] = "白小帆"
    small_company["users"][2]["aliases"] = ["白帆"]
    company_file.write_text(json.dumps(small_company, ensure_ascii=False), "utf-8")
    invoke("import", company_file)
    for words, said in (
        (("chat",), "--as: say who is speaking"),
        (("chat", "--as", "白帆"), "--as: 白帆 may be 白小帆 销售 (rep-1)、Ivy Lin AE (rep-2); give the id."),
        (("chat", "--as", "顾南"), "--as: nobody is called 顾南; there is, for instance, 顾北"),
    ):
        done = invoke(*words)
        assert done.exit_code == 1
        assert said in done.stderr
    assert invoke("chat", "--as", "rep-1").exit_code == 0  # nothing to read is no fault


# -- the doctor


def test_the_doctor_finds_a_house_in_order(configured: str, company_file: Path) -> None:
    invoke("import", company_file)
    done = invoke("doctor")
    assert done.exit_code == 0, done.output
    for words in ("phrases in", "北帆仪器, CNY", "in the index", "channel slack: not configured"):
        assert words in done.output
    assert "✗" not in done.output


def test_the_doctor_says_what_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CANMOU_DATABASE_URL", raising=False)
    for missing in ("canmou migrate", "canmou import"):
        done = invoke("doctor")
        assert done.exit_code == 1
        (broken,) = [line for line in done.stdout.splitlines() if line.startswith("✗")]
        assert missing in broken
        invoke("migrate")
    (tmp_path / "text.db").write_text("this is no database" * 100)
    monkeypatch.setenv("CANMOU_DATABASE_URL", "sqlite:///text.db")
    done = invoke("doctor")
    assert done.exit_code == 1
    assert "✗ CANMOU_DATABASE_URL" in done.stdout


# -- parse


TEXT = "😀今天下午去青禾制药拜访了沈岚，预算加到95万，下周三之前把报价发过去"


def values(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        own = [node] if "spans" in node else []
        return own + [found for value in node.values() for found in values(value)]
    return [found for value in node for found in values(value)] if isinstance(node, list) else []


def test_parse_shows_every_value_with_its_words(company_file: Path) -> None:
    done = invoke("parse", "--company", company_file, "--user", "rep-1", "--now", NOW, TEXT)
    assert done.exit_code == 0, done.output
    reading = json.loads(done.stdout)
    assert reading["intent"] == "report"
    (activity,), (deal,), (promise,) = reading["activities"], reading["opportunities"], reading["follow_ups"]
    assert {key: activity["account"][key] for key in ("value", "name", "words")} == {
        "value": "acc-1", "name": "青禾制药", "words": ["青禾制药"],
    }  # fmt: skip
    assert activity["date"]["value"] == "2026-03-18"
    assert [one["value"] for one in activity["contacts"]] == ["con-1"]
    assert deal["amount"]["value"] == 950000
    assert promise["due"]["value"] == "2026-03-25"
    assert promise["status"] == "open"
    found = values(reading)
    assert len(found) > 8
    for one in found:
        assert one["words"] == [TEXT[start:end] for start, end in one["spans"]]


def test_parse_reads_the_message_from_standard_input_too(canmou: Run, company_file: Path) -> None:
    words = ("parse", "--company", company_file, "--user", "白帆", "--now", "2026-03-18T18:05")
    piped = canmou(*words, said=TEXT + "\n")
    assert piped.returncode == 0, piped.stderr
    assert piped.stdout == canmou(*words, TEXT).stdout


@pytest.mark.parametrize(("words", "said"), [
    (("--user", "nobody", "--now", NOW), "--user: nobody in the company file is called nobody"),
    (("--user", "rep-1", "--now", "yesterday"), "--now: yesterday is no time"),
    (("--user", "rep-1", "--now", NOW, "--company", "gone.json"), "--company: there is no file gone.json."),
])  # fmt: skip
def test_parse_names_the_option_that_is_wrong(words: tuple[str, ...], said: str, company_file: Path) -> None:
    done = invoke("parse", "--company", company_file, *words, "x")
    assert done.exit_code == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_parse_lists_the_faults_of_the_company_file(company_file: Path, small_company: dict[str, Any]) -> None:
    small_company["accounts"][1]["owner"] = "nobody"
    company_file.write_text(json.dumps(small_company, ensure_ascii=False), "utf-8")
    done = invoke("parse", "--company", company_file, "--user", "rep-1", "--now", NOW, "x")
    assert done.exit_code == 1
    assert "owner" in done.stderr


def test_parse_opens_no_database_and_loads_nothing_for_one(company_file: Path, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom bot.cli import app\n"
        f"words = ['parse', '--company', {str(company_file)!r}, '--user', 'rep-1', '--now', {NOW!r}, 'x']\n"
        "try:\n    app(words)\nexcept SystemExit as end:\n    assert not end.code\n"
        "print([m for m in ('sqlalchemy', 'sqlmodel', 'alembic', 'chromadb', 'rich.panel') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"
    assert [path.name for path in tmp_path.iterdir()] == ["company.json"]


def test_version() -> None:
    try:
        own = version("canmou")
    except PackageNotFoundError:
        pytest.skip("Canmou is run from its folder and not installed")
    done = invoke("--version")
    assert (done.exit_code, done.stdout) == (0, f"canmou {own}\n")
