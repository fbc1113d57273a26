"""The commands of operating a server, as an operator runs them: link, inbox, outbox, wecom-menu, what serve refuses."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.server import Server
from bot.settings import read_settings
from handlers.dialogue import Dialogue
from sales.errors import FaultyInput
from storage import identities, inbox, outbox
from storage.importer import import_company
from storage.inbox import Incoming
from storage.leader import Leadership
from storage.outbox import Outgoing
from tests.conftest import NOW
from tests.serving import WECOM_KEY, WECOM_TOKEN, running, until
from tests.standins import wecom
from tests.standins.wecom import WeComStandIn
from tests.standins.wecom_bot import WeComBotServer
from tests.talking import READER, team

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, stored: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CANMOU_DATABASE_URL", database_url)

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return command


def test_a_code_is_shown_once_and_works(run: Run, stored: Any) -> None:
    shown = run("link", "白帆")
    assert shown.exit_code == 0
    code = shown.stdout.splitlines()[0]
    assert re.fullmatch(r"\w{5}-\w{5}", code)
    with stored.begin() as tx:
        assert identities.use_code(tx, "slack", "U1", code, datetime.now(UTC))[1] == "rep-1"
    listed = run("link").stdout
    assert "slack:U1" in next(line for line in listed.splitlines() if "白帆" in line)
    assert "no account yet" in listed


def test_an_account_is_linked_and_removed_by_hand(run: Run, stored: Any) -> None:
    assert run("link", "Ivy", "--to", "wecom:ivy").exit_code == 0
    with stored.read() as tx:
        assert identities.person_of(tx, "wecom", "ivy") == "rep-2"
    assert run("link", "--remove", "wecom:ivy").exit_code == 0
    again = run("link", "--remove", "wecom:ivy")
    assert (again.exit_code, "belongs to nobody" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("link", "白飞"), "Nobody is called 白飞. There is"),
        (("link", "白帆", "--to", "U1"), "give a channel (slack or wecom) and an account"),
        (("link", "--find"), "CANMOU_WECOM_CORP_ID: WeCom is not configured"),
        (("wecom-menu",), "CANMOU_WECOM_CORP_ID: WeCom is not configured"),
        (("inbox", "--again", "7"), "Not set aside: 7. Nothing was changed."),
        (("outbox", "--again", "7"), "Not undeliverable: 7. Nothing was changed."),
    ],
)
def test_what_can_not_be_done_is_said_with_what_to_do(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.exit_code == 1
    assert said in done.stderr


def test_messages_set_aside_are_shown_without_their_words_and_run_again(run: Run, stored: Any) -> None:
    now = datetime.now(UTC)
    with stored.begin() as tx:
        inbox.accept(tx, Incoming("slack", "e1", "@U1", "U1", "去青禾谈了价格", NOW), now)
    with stored.begin() as tx:
        (claimed,) = inbox.claim(tx, "w", now, timedelta(seconds=30))
        inbox.fail(tx, claimed.number, "w", now, "ValueError at here:1", retry_at=None)
    shown = run("inbox").stdout
    assert "0 waiting, 0 working, 1 failed" in shown
    assert "ValueError at here:1" in shown
    assert "青禾" not in shown
    assert "去青禾谈了价格" in run("inbox", "--text").stdout
    assert run("inbox", "--again", str(claimed.number)).stdout == "1 back in the queue.\n"
    assert "1 waiting, 0 working, 0 failed" in run("inbox").stdout
    assert run("inbox", "--all").stdout == "None is set aside.\n"


def test_undeliverable_messages_are_shown_and_tried_again(run: Run, stored: Any) -> None:
    now = datetime.now(UTC)
    with stored.begin() as tx:
        outbox.put(tx, Outgoing("reply:1", "slack", "@U1", {"do": "say", "lines": ["秘密"], "buttons": []}), now)
    with stored.begin() as tx:
        (claimed,) = outbox.claim(tx, "s", now, timedelta(seconds=30))
        outbox.failed(tx, claimed.number, "s", now, "refused: user_not_found", retry_at=None)
    shown = run("outbox").stdout
    assert "reply:1  refused: user_not_found" in shown
    assert "秘密" not in shown
    assert run("outbox", "--all").stdout == "1 back in the queue.\n"


# -- with WeCom


@pytest.fixture
def directory(monkeypatch: pytest.MonkeyPatch) -> Iterator[WeComStandIn]:
    members = [wecom.Member("bai", mobile="13800138001"), wecom.Member("ivy", email="ivy@beifan.example")]
    with WeComStandIn(members=members) as made:
        for name, value in {
            "CORP_ID": wecom.CORP_ID, "AGENT_ID": str(wecom.AGENT_ID), "SECRET": wecom.SECRET, "TOKEN": WECOM_TOKEN,
            "AES_KEY": WECOM_KEY, "API_URL": made.url,
        }.items():  # fmt: skip
            monkeypatch.setenv(f"CANMOU_WECOM_{name}", value)
        yield made


def test_accounts_are_found_by_mobile_and_mail(
    run: Run, stored: Any, directory: WeComStandIn, small_company: dict[str, Any]
) -> None:
    for user, more in zip(
        small_company["users"][2:], ({"mobile": "13800138001"}, {"email": "ivy@beifan.example"}), strict=True
    ):
        user |= more
    with stored.begin() as tx:
        import_company(tx, small_company, at=NOW)
    done = run("link", "--find")
    assert done.exit_code == 0, done.stderr
    assert "2 linked; 2 have neither" in done.stdout
    with stored.read() as tx:
        assert identities.person_of(tx, "wecom", "bai") == "rep-1"
        assert identities.person_of(tx, "wecom", "ivy") == "rep-2"


def test_the_menu_is_put_and_a_wrong_secret_is_named(
    run: Run, directory: WeComStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("wecom-menu").exit_code == 0
    assert directory.menu
    monkeypatch.setenv("CANMOU_WECOM_SECRET", "another")
    refused = run("wecom-menu")
    assert refused.exit_code == 1
    assert "CANMOU_WECOM_SECRET" in refused.stderr


# -- serve


def test_a_sqlite_file_is_served_by_one_process(run: Run, stored: Any) -> None:
    if not stored.is_sqlite:
        pytest.skip("PostgreSQL is served by any number")
    split = run("serve", "--role", "worker")
    assert (split.exit_code, "one process serves a SQLite file" in split.stderr) == (1, True)
    other = Leadership(stored, "serve")
    assert other.take()
    try:
        second = run("serve", "--port", "0")
        assert second.exit_code == 1
        assert "another `canmou serve` has" in second.stderr
    finally:
        other.give_up()


def test_an_unknown_role_is_refused(run: Run) -> None:
    done = run("serve", "--role", "boss")
    assert done.exit_code == 2
    assert "all, web, worker, clock" in done.stderr


def test_one_leads_at_a_time_and_another_takes_over(stored: Any, database_url: str) -> None:
    from storage.database import open_database

    other_database = open_database(database_url)
    one, other = Leadership(stored, "clock"), Leadership(other_database, "clock")
    assert one.take()
    assert one.take()
    assert not other.take()
    assert Leadership(other_database, "another thing").take()
    one.give_up()
    assert other.take()
    assert not one.take()
    other.give_up()
    other_database.close()


def started(url: str, *words: str, **environment: str) -> subprocess.Popen[str]:
    root = Path(__file__).resolve().parent.parent
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "serve", *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "CANMOU_DATABASE_URL": url, **environment},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_when_it_is_told_to(database_url: str, stored: Any, how: int) -> None:
    port = free_port()
    process = started(database_url, "--port", str(port))
    try:
        until(lambda: answers(port) or process.poll() is not None)
        process.send_signal(how)
        said, _ = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert "Traceback" not in said


def test_a_port_that_is_taken_is_named(database_url: str, stored: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = started(database_url, "--port", str(port))
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"--port: 127.0.0.1:{port} can't be listened on" in said
    assert "Traceback" not in said


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# -- settings of the channels

_KEY = "a" * 43


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, {"SLACK_SIGNING_SECRET"}),
        ({"SLACK_APP_TOKEN": "xapp-1"}, {"SLACK_BOT_TOKEN"}),
        ({"SLACK_BOT_TOKEN": "xoxp-1", "SLACK_SIGNING_SECRET": "s"}, {"SLACK_BOT_TOKEN"}),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-1"}, {"SLACK_APP_TOKEN"}),
        ({"WECOM_CORP_ID": "c", "WECOM_AES_KEY": _KEY}, {"WECOM_AGENT_ID", "WECOM_SECRET", "WECOM_TOKEN"}),
        (
            {"WECOM_CORP_ID": "c", "WECOM_AGENT_ID": "x", "WECOM_SECRET": "s", "WECOM_AES_KEY": "a"},
            {"WECOM_AGENT_ID", "WECOM_TOKEN", "WECOM_AES_KEY"},
        ),
        ({"WECOM_BOT_ID": "b"}, {"WECOM_BOT_SECRET"}),
        ({"WECOM_BOT_ID": "b", "WECOM_BOT_SECRET": "s", "WECOM_BOT_URL": "https://x.example"}, {"WECOM_BOT_URL"}),
        ({"SLACK_API_URL": "slack.com"}, {"SLACK_API_URL"}),
        ({"WORKERS": "0", "KEEP_DAYS": "1", "SLACK_BOT_TOKEN": "x"},
         {"WORKERS", "KEEP_DAYS", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"}),
    ],
)  # fmt: skip
def test_all_faults_of_the_settings_are_told_together(
    given: dict[str, str], named: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"CANMOU_{name}", value)
    with pytest.raises(FaultyInput) as raised:
        read_settings()
    assert {fault.where for fault in raised.value.faults} == {f"CANMOU_{name}" for name in named}
    assert all(fault.mend for fault in raised.value.faults)


def test_whole_channels_are_on_and_their_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "SLACK_BOT_TOKEN": "xoxb-s1", "SLACK_APP_TOKEN": "xapp-s2", "WECOM_CORP_ID": "c", "WECOM_AGENT_ID": "7",
        "WECOM_SECRET": "s3", "WECOM_TOKEN": "s4", "WECOM_AES_KEY": _KEY, "WECOM_BOT_ID": "b",
        "WECOM_BOT_SECRET": "s5",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"CANMOU_{name}", value)
    settings = read_settings()
    assert settings.has_slack
    assert settings.has_wecom
    assert settings.has_wecom_bot
    shown = repr(settings) + str(settings.model_dump())
    assert not any(secret in shown for secret in ("s1", "s2", "s3", "s4", "s5", _KEY))


# -- the bot's one connection


def test_another_process_takes_the_bots_connection_over(postgresql_url: str) -> None:
    from storage.database import open_database

    one, other = open_database(postgresql_url), open_database(postgresql_url)
    with one.begin() as tx:
        import_company(tx, team(), at=NOW)
    with WeComBotServer() as robot, ExitStack() as first, ExitStack() as second:
        given = read_settings(wecom_bot_id=robot.bot_id, wecom_bot_secret=robot.secret, wecom_bot_url=robot.url)
        servers = [Server(given, database, Dialogue(database, READER), lead_again=0.05) for database in (one, other)]
        held = first.enter_context(running(servers[0]))
        until(lambda: channels_of(held)["wecom-bot"] == "ok")
        waits = second.enter_context(running(servers[1]))
        assert channels_of(waits)["wecom-bot"] == "off"
        assert robot.subscribed == 1
        first.close()
        until(lambda: channels_of(waits)["wecom-bot"] == "ok")
        assert robot.subscribed == 2
    one.close()
    other.close()


def channels_of(port: int) -> dict[str, str]:
    found: dict[str, str] = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).json()["channels"]
    return found
