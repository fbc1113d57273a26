"""The stand-in itself: what it refuses, how it misbehaves on order, how its sender resends."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from tests.slack_world import ANNA, OPEN, known_people
from tests.standins import slack_events as ev
from tests.standins.slack import BOT_TOKEN, SlackStandIn, dm
from tests.standins.slack_events import SlackSender

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with known_people(SlackStandIn()) as slack:
        yield slack


def call(url: str, method: str, token: str = BOT_TOKEN, **arguments: Any) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": "k"}
    request = urllib.request.Request(url + method, json.dumps(arguments).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": OPEN}, "no_text"),
        ({"channel": OPEN, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": OPEN, "blocks": [section("x")] * 51}, "invalid_blocks"),
        ({"channel": OPEN, "blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"channel": OPEN, "blocks": [section("")]}, "invalid_blocks"),
        ({"channel": "C0OUT", "text": "x"}, "not_in_channel"),
    ],
)
def test_it_refuses_what_slack_refuses(slack: SlackStandIn, arguments: dict[str, Any], error: str) -> None:
    slack.channel("C0OUT", ANNA, bot=False)
    assert call(slack.url, "chat.postMessage", **arguments)[1]["error"] == error
    assert not slack.sent
    assert slack.calls[0].error == error


def test_its_token_and_its_methods(slack: SlackStandIn) -> None:
    assert call(slack.url, "auth.test", token="xoxb-no")[1]["error"] == "invalid_auth"
    assert call(slack.url, "chat.sing")[1]["error"] == "unknown_method"


def test_a_message_a_second(slack: SlackStandIn) -> None:
    slack.limits = True
    assert call(slack.url, "chat.postMessage", channel=OPEN, text="1")[0] == 200
    assert call(slack.url, "chat.postMessage", channel=OPEN, text="2") == (429, {"ok": False, "error": "ratelimited"})
    assert call(slack.url, "chat.postMessage", channel=ANNA, text="3")[0] == 200
    assert [sent.text for sent in slack.sent] == ["1", "3"]
    assert slack.too_fast == 1


def test_it_misbehaves_on_order(slack: SlackStandIn) -> None:
    slack.fail_next("chat.postMessage", 2, status=503)
    slack.fail_next("chat.postMessage", lost=True)
    assert [call_or_cut(slack) for _ in range(4)] == [503, 503, 0, 200]
    assert len(slack.sent) == 2, "the lost one was done"
    slack.die()
    assert call_or_cut(slack) == 0
    slack.revive()
    assert call_or_cut(slack) == 200


def test_one_conversation_can_go_wrong_while_others_do_not(slack: SlackStandIn) -> None:
    slack.fail_next("chat.postMessage", error="restricted_action", channel=ANNA)
    assert call(slack.url, "chat.postMessage", channel=OPEN, text="x")[1]["ok"]
    assert call(slack.url, "chat.postMessage", channel=dm(ANNA), text="x")[1]["error"] == "restricted_action"
    assert call(slack.url, "chat.postMessage", channel=dm(ANNA), text="x")[1]["ok"]


def test_prompts_of_an_agent_have_no_thread(slack: SlackStandIn) -> None:
    given = {"channel_id": dm(ANNA), "prompts": [{"title": "a", "message": "b"}]}
    assert call(slack.url, "assistant.threads.setSuggestedPrompts", **given, thread_ts="1.1")[1]["ok"]
    assert (len(slack.prompts), len(slack.prompts_unseen)) == (0, 1), "Slack fails silently"
    assert call(slack.url, "assistant.threads.setSuggestedPrompts", **given)[1]["ok"]
    assert len(slack.prompts) == 1
    slack.agent = False
    assert not call(slack.url, "assistant.threads.setSuggestedPrompts", **given)[1]["ok"]


def call_or_cut(slack: SlackStandIn) -> int:
    try:
        return call(slack.url, "chat.postMessage", channel=OPEN, text="x")[0]
    except ValueError:
        return 503  # not JSON, as from something between
    except OSError:
        return 0


class App(BaseHTTPRequestHandler):
    answers: list[int] = []
    seen: list[tuple[str | None, str | None]] = []
    release = Event()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.headers.get("X-Slack-Retry-Num"), self.headers.get("X-Slack-Retry-Reason")))
        status = self.answers.pop(0)
        if not status:
            self.release.wait(5)
            return
        self.send_response(status)
        if status == 400:
            self.send_header("X-Slack-No-Retry", "1")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def test_the_sender_sends_again_until_it_is_acknowledged() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), App)
    Thread(target=server.serve_forever, daemon=True).start()
    sender = SlackSender(f"http://127.0.0.1:{server.server_port}/x", timeout=0.2)
    App.answers = [0, 500, 200, 500, 500, 500, 500]
    App.seen.clear()
    assert sender.deliver(ev.message(ANNA, "hi")).status == 200
    assert App.seen == [(None, None), ("1", "http_timeout"), ("2", "http_error")]
    assert sender.deliver(ev.message(ANNA, "hi")).status == 500
    assert len(App.seen) == 7
    App.answers = [500, 400, 200]
    assert sender.deliver(ev.message(ANNA, "hi")).status == 400
    assert len(App.seen) == 9, "the app has said not to"
    App.release.set()
    server.shutdown()
    server.server_close()


def test_in_a_process_of_its_own_with_a_log(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    command = [sys.executable, "-m", "tests.standins.slack", "--port", "0", "--log", str(log)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert call(url, "chat.postMessage", channel="U0ANYBODY", text="x")[1]["ok"]
            until = time.monotonic() + 5
            while not log.read_text() and time.monotonic() < until:
                time.sleep(0.01)
            (line,) = log.read_text().splitlines()
            read = json.loads(line)
            assert (read["method"], read["key"], read["error"]) == ("chat.postMessage", "k", None)
            assert read["arguments"] == {"channel": "U0ANYBODY", "text": "x"}
        finally:
            process.terminate()


def test_it_knows_nothing_of_the_code_under_test() -> None:
    code = "import sys, tests.standins.slack_events; print([n for n in sys.modules if n.partition('.')[0] == 'bot'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
