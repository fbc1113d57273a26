"""What Slack sends, end to end over HTTP: signed requests in, messages committed before they are acknowledged."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.base import Kind
from tests.slack_world import ANNA, BEN, OPEN, FakeDesk, FakeIntake, Server, channel_to, known_people
from tests.standins import slack_events as ev
from tests.standins.slack import BOT_USER, TEAM, SlackStandIn, dm
from tests.standins.slack_events import SlackSender

ME = f"<@{BOT_USER}>"


class World:
    def __init__(self, slack: SlackStandIn, intake: FakeIntake, desk: FakeDesk, sender: SlackSender) -> None:
        self.slack, self.intake, self.desk, self.sender = slack, intake, desk, sender

    def take(self, payload: dict[str, Any]) -> Any:
        """Sends it, and gives what came of it; everything that is fine is a 200."""
        answer = self.sender.post(payload)
        assert answer.status == 200, answer
        return answer


@pytest.fixture(scope="module")
def served() -> Iterator[World]:
    intake, desk = FakeIntake(), FakeDesk()
    with SlackStandIn() as slack:
        known_people(slack)
        with Server(channel_to(slack, intake, desk)) as url:
            yield World(slack, intake, desk, SlackSender(url))


@pytest.fixture
def world(served: World) -> World:
    served.intake.forget()
    served.slack.calls.clear()
    served.slack.views.clear()
    return served


# -- messages


def test_a_direct_message(world: World) -> None:
    world.take(ev.message(ANNA, "去了渭林水务 &amp; 谈了 <https://example.com/x|方案>", ts="1774000000.000100"))
    got = world.intake.only
    assert (got.channel, got.event_id) == ("slack", f"m:{TEAM}:{dm(ANNA)}:1774000000.000100")
    assert (got.conversation_id, got.sender_id, got.kind) == (f"@{ANNA}", ANNA, Kind.TEXT)
    assert got.text == "去了渭林水务 & 谈了 方案"
    assert got.sent_at == datetime.fromtimestamp(1774000000.0001, UTC)
    assert got.payload == {"handle": {"channel": dm(ANNA), "ts": "1774000000.000100"}, "group": False}
    assert not world.slack.calls, "accepting must not wait for Slack"


def test_an_answer_in_a_thread_of_the_private_chat_is_said_in_that_chat(world: World) -> None:
    before = ev.said(ANNA, "hello", thread="1774000000.000001")
    world.take(ev.event(before))
    world.take(ev.edited(before, "hello there"))
    assert [got.conversation_id for got in world.intake.accepted] == [f"@{ANNA}"] * 2
    assert [got.payload["handle"]["thread"] for got in world.intake.accepted] == ["1774000000.000001"] * 2


def test_a_mention_comes_twice_and_is_one(world: World) -> None:
    ts, text = ev.moment(), f"{ME}, 去了青荷纺织"
    world.take(ev.message(ANNA, text, channel=OPEN, ts=ts))
    world.take(ev.mention(ANNA, text, OPEN, ts=ts))
    got = world.intake.only
    assert world.intake.asked == 2
    assert (got.text, got.conversation_id) == ("去了青荷纺织", f"{OPEN}:{ts}")
    assert got.payload == {"handle": {"channel": OPEN, "ts": ts, "thread": ts}, "group": True}


def test_a_mention_in_a_thread_and_in_a_group_chat(world: World) -> None:
    world.take(ev.mention(ANNA, f"{ME} hi", OPEN, thread="1774000000.000009"))
    world.take(ev.message(BEN, f"hi {ME}", channel="G0GROUP", ts="1774000001.000001", channel_type="mpim"))
    first, second = world.intake.accepted
    assert first.conversation_id == f"{OPEN}:1774000000.000009"
    assert (second.conversation_id, second.text, second.payload["group"]) == ("G0GROUP:1774000001.000001", "hi", True)


@pytest.mark.parametrize(
    "payload",
    [
        ev.message(ANNA, "not for the bot", channel=OPEN),
        ev.message(ANNA, "for <@U0OTHER> it is", channel=OPEN),
        ev.message(ANNA, "hi", bot_id="B9"),
        ev.message(ANNA, "hi", bot_profile={"id": "B9"}),
        ev.message(ANNA, "hi", subtype="bot_message"),
        ev.message(BOT_USER, "hi"),
        ev.message("USLACKBOT", "reminder"),
        ev.message(ANNA, f"{ME} was added", channel=OPEN, subtype="channel_join"),
        ev.message(ANNA, "   "),
        ev.home_opened(ANNA, "about"),
        ev.context_changed(ANNA, OPEN),
        ev.event({"type": "reaction_added", "user": ANNA}),
        ev.event({"type": "assistant_thread_context_changed", "assistant_thread": {}}),
        {"type": "shortcut", "callback_id": "x"},
        {"type": "view_closed", "view": {}},
        {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1},
        {"ssl_check": "1", "token": "x"},
    ],
)
def test_what_is_not_for_us_is_acknowledged_and_left(world: World, payload: dict[str, Any]) -> None:
    world.take(payload)
    assert not world.intake.asked


def test_the_mention_alone_opens_the_chat(world: World) -> None:
    world.take(ev.mention(ANNA, f" {ME}  ", OPEN))
    world.take(ev.message(ANNA, ME))
    assert [(m.kind, m.text) for m in world.intake.accepted] == [(Kind.OPENED, "")] * 2


def test_a_mention_is_known_without_being_told_who_we_are(world: World) -> None:
    payload = ev.mention(ANNA, f"{ME} 去了青荷", OPEN)
    payload["authorizations"] = []
    world.take(payload)
    assert world.intake.only.text == "去了青荷"


@pytest.mark.parametrize(
    ("mimetype", "more", "media"),
    [
        ("image/png", {}, "image"),
        ("audio/mp4", {}, "voice"),
        ("video/webm", {"subtype": "slack_audio"}, "voice"),
        ("video/mp4", {}, "video"),
        ("application/pdf", {}, "file"),
    ],
)
def test_files(world: World, mimetype: str, more: dict[str, Any], media: str) -> None:
    files = [ev.file("名片.x", mimetype, **more)]
    world.take(ev.message(ANNA, "", subtype="file_share", files=files))
    world.take(ev.message(ANNA, "名片", subtype="file_share", files=files))
    bare, captioned = world.intake.accepted
    assert (bare.kind, bare.payload["media"], bare.text) == (Kind.MEDIA, media, "")
    assert (captioned.kind, captioned.payload["media"], captioned.text) == (Kind.TEXT, media, "名片")


def test_a_message_forwarded(world: World) -> None:
    shared = [ev.forwarded(ev.said(BEN, "渭林 85万", channel=OPEN), OPEN)]
    world.take(ev.message(ANNA, "", attachments=shared))
    world.take(ev.message(ANNA, "去了渭林", attachments=shared))
    world.take(ev.message(ANNA, "", attachments=[{"title": "a card", "is_msg_unfurl": True}]))
    bare, commented = world.intake.accepted
    assert (bare.kind, bare.payload["media"], bare.text) == (Kind.MEDIA, "link", "")
    assert (commented.kind, commented.text) == (Kind.TEXT, "去了渭林")
    assert "media" not in commented.payload


def test_what_is_struck_out_is_not_said(world: World) -> None:
    said = ev.said(ANNA, "金额*~85万~*95万 &amp; ~*A&amp;B*~")
    said["blocks"] = ev.rich([ev.typed("金额"), ev.typed("85万", "strike", "bold"), ev.typed("95万 & "),
                              ev.typed("A&B", "strike", "bold")])  # fmt: skip
    world.take(ev.event(said))
    world.take(ev.message(ANNA, "金额 ~85万~ 95万"))
    world.take(ev.message(ANNA, "~都不算~"))
    before = ev.said(ANNA, "金额 85万")
    world.take(ev.edited(before, "金额 ~85万~ 95万"))
    world.take(ev.edited(before, "~金额 85万~"))
    assert [(got.kind, " ".join(got.text.split())) for got in world.intake.accepted] == [
        (Kind.TEXT, "金额95万 &"),
        (Kind.TEXT, "金额 95万"),
        (Kind.EDIT, "金额 95万"),
        (Kind.DELETE, ""),
    ]


def test_tildes_that_were_typed_are_read(world: World) -> None:
    text = "约 ~85万~ 95万"
    world.take(ev.event({**ev.said(ANNA, text), "blocks": ev.rich([ev.typed(text)])}))
    assert world.intake.only.text == text


# -- edits and deletions


def test_an_edit_follows_its_message(world: World) -> None:
    before = ev.said(ANNA, "金额 80万")
    payload = ev.edited(before, "金额 85万")
    world.take(payload)
    world.take(payload)
    got = world.intake.only
    assert (got.kind, got.text, got.sender_id) == (Kind.EDIT, "金额 85万", ANNA)
    assert got.payload["of"] == f"m:{TEAM}:{dm(ANNA)}:{before['ts']}"
    assert got.conversation_id == f"@{ANNA}"


def test_a_second_edit_is_another_one(world: World) -> None:
    before = ev.said(ANNA, "80")
    world.take(ev.edited(before, "85"))
    world.take(ev.edited({**before, "text": "85"}, "90"))
    assert [m.text for m in world.intake.accepted] == ["85", "90"]


def test_what_is_no_edit_of_the_text(world: World) -> None:
    before = ev.said(ANNA, "https://example.com")
    world.take(ev.edited(before, before["text"], attachments=[{"title": "unfolded"}]))
    ours = ev.said(BOT_USER, "card", channel=dm(ANNA), bot_id="B1", channel_type="im")
    world.take(ev.edited(ours, "card, settled"))
    world.take(ev.edited(ev.said(ANNA, "not for the bot", channel=OPEN), "not for it either"))
    assert not world.intake.asked


def test_edits_in_a_channel_count_if_the_bot_was_called(world: World) -> None:
    before = ev.said(ANNA, f"{ME} 80", channel=OPEN)
    world.take(ev.edited(before, f"{ME} 85"))
    world.take(ev.deleted(before))
    edit, gone = world.intake.accepted
    assert (edit.text, edit.conversation_id, edit.payload["group"]) == ("85", f"{OPEN}:{before['ts']}", True)
    assert (gone.kind, gone.payload["of"]) == (Kind.DELETE, edit.payload["of"])


def test_a_deletion_also_where_a_tombstone_stays(world: World) -> None:
    first, second = ev.said(ANNA, "a"), ev.said(ANNA, "b")
    world.take(ev.deleted(first))
    world.take(ev.edited(second, "This message was deleted.", subtype="tombstone", user="USLACKBOT"))
    assert [(m.kind, m.payload["of"].rpartition(":")[2]) for m in world.intake.accepted] == [
        (Kind.DELETE, first["ts"]),
        (Kind.DELETE, second["ts"]),
    ]
    assert {m.sender_id for m in world.intake.accepted} == {ANNA}


# -- commands, pages


def test_a_command(world: World) -> None:
    url = world.slack.response_url(OPEN, ANNA)
    payload = ev.slash(ANNA, "去了渭林 &amp; 签了", trigger="11.22.ab", response_url=url)
    world.take(payload)
    world.take(payload)
    got = world.intake.only
    assert (got.kind, got.text, got.conversation_id) == (Kind.TEXT, "去了渭林 & 签了", f"@{ANNA}")
    assert got.event_id == f"s:{TEAM}:11.22.ab"
    assert got.payload["handle"] == {"channel": OPEN, "slash": True, "response_url": url}


def test_a_command_with_nothing_said_asks_for_help(world: World) -> None:
    world.take(ev.slash(ANNA, "  ", trigger="11.23.ab", response_url="https://hooks.slack.invalid/x"))
    assert (world.intake.only.kind, world.intake.only.payload["action"]) == (Kind.MENU, "help")


def test_pages_that_open(world: World) -> None:
    world.take(ev.home_opened(ANNA))
    world.take(ev.home_opened(ANNA, "messages"))
    world.take(ev.assistant_started(ANNA, "1774000000.000077"))
    home, opened, before = world.intake.accepted
    assert (home.kind, home.conversation_id, home.sender_id) == (Kind.HOME, f"@{ANNA}", ANNA)
    assert (opened.kind, opened.conversation_id, opened.sender_id) == (Kind.OPENED, f"@{ANNA}", ANNA)
    handle = {"channel": dm(ANNA), "assistant": True}
    assert opened.payload == {"handle": handle, "suggest": f"{ANNA}:{opened.sent_at.date()}", "group": False}
    assert (before.kind, before.conversation_id) == (Kind.OPENED, f"@{ANNA}")
    assert before.payload["handle"] == {"channel": dm(ANNA), "thread": "1774000000.000077", "assistant": True}
    assert before.payload["suggest"] == f"{ANNA}:1774000000.000077"


def test_colleagues_who_are_named_are_told_with_their_accounts(world: World) -> None:
    world.take(ev.mention(ANNA, f"<@{BOT_USER}> ask <@U0BEN|ben> and <@U0CARA>", "C0OPEN"))
    (got,) = world.intake.accepted
    assert got.payload["mentions"] == {"@U0BEN": "U0BEN", "@U0CARA": "U0CARA"}


def test_the_chat_opened_twice_is_two_events_and_one_sent_again_is_one(world: World) -> None:
    payload = ev.home_opened(ANNA, "messages")
    world.take(payload)
    world.take(payload)
    world.take(ev.home_opened(ANNA, "messages"))
    assert len({got.event_id for got in world.intake.accepted}) == len(world.intake.accepted) == 2


@pytest.mark.parametrize(
    ("event_time", "event_ts", "at"),
    [
        (1774000000, "1774000001.000016", 1774000000),
        (1774000000, "1774000001000016", 1774000000),
        (None, "1774000001000016", 1774000001.000016),
        (None, "1774000001.000016", 1774000001.000016),
        ("soon", "later", None),
        (10**30, None, None),
    ],
)
def test_a_stamp_that_is_no_key_refuses_nothing(world: World, event_time: Any, event_ts: Any, at: float | None) -> None:
    for payload in (ev.home_opened(ANNA, dotted=False), ev.assistant_started(ANNA, "1774000000.000077")):
        payload["event_time"], payload["event"]["event_ts"] = event_time, event_ts
        world.intake.forget()
        world.take(payload)
        sent = world.intake.only.sent_at.timestamp()
        assert sent == pytest.approx(at or time.time(), abs=1e-5 if at else 60)


# -- acknowledging


def test_what_could_not_be_kept_is_not_acknowledged_and_comes_again(world: World) -> None:
    payload = ev.message(ANNA, "去了渭林")
    world.intake.broken = True
    assert world.sender.post(payload).status == 503
    world.intake.broken = False
    assert world.sender.deliver(payload).status == 200
    assert world.sender.post(payload, retry=1).status == 200
    assert world.intake.only.text == "去了渭林"


def test_what_would_be_refused_again_does_not_come_again(world: World) -> None:
    assert world.sender.post(ev.event({"type": "message", "channel": 4})).final
    body, kind = ev.encoded(ev.message(ANNA, "hi"))
    good = ev.headers_for(body, kind)
    answers = [
        world.sender.raw(body, {**good, "X-Slack-Request-Timestamp": "soon"}),
        world.sender.raw(b"payload=%7B", ev.headers_for(b"payload=%7B", "application/x-www-form-urlencoded")),
        world.sender.raw(b"{}", {**ev.headers_for(b"{}", kind), "Content-Length": "20000000"}),
        world.sender.raw(body, ev.headers_for(body, kind, secret="another")),
        world.sender.raw(body, ev.headers_for(body, kind, at=time.time() - 301)),
    ]
    world.intake.broken = True
    answers.append(world.sender.raw(body, good))
    world.intake.broken = False
    answers.append(world.sender.raw(body, good))
    assert [(answer.status, answer.final) for answer in answers] == [
        (400, True), (400, True), (413, True), (401, False), (401, False), (503, False), (200, False),
    ]  # fmt: skip


def test_slack_checks_the_address(world: World) -> None:
    answer = world.take({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"})
    assert answer.data == {"challenge": "3eZbrw1aB"}
    assert world.sender.post({"type": "url_verification"}).status == 400


# -- the door


def test_only_slack_comes_in(world: World) -> None:
    body, kind = ev.encoded(ev.message(ANNA, "hi"))
    good = ev.headers_for(body, kind)
    post = world.sender.raw
    assert post(body, {**good, "X-Slack-Signature": "v0=" + "0" * 64}).status == 401
    assert post(body, {**good, "X-Slack-Signature": "v0=é"}).status == 401
    assert post(body, ev.headers_for(body, kind, secret="another")).status == 401
    assert post(body + b" ", good).status == 401
    assert post(body, ev.headers_for(body, kind, at=time.time() - 301)).status == 401
    assert post(body, ev.headers_for(body, kind, at=time.time() + 301)).status == 401
    assert post(body, {**good, "X-Slack-Request-Timestamp": "soon"}).status == 400
    assert post(body, {n: v for n, v in good.items() if n != "X-Slack-Signature"}).status == 401
    assert post(body, {n: v for n, v in good.items() if n != "X-Slack-Request-Timestamp"}).status == 400
    assert not world.intake.asked
    assert post(body, good).status == 200


def test_what_is_too_large_stays_outside(world: World) -> None:
    body = b'{"type":"event_callback","x":"' + b"a" * 1_000_000 + b'"}'
    assert world.sender.raw(body, ev.headers_for(body, "application/json")).status in (0, 413)
    small = b'{"type":"event_callback"}'
    headers = {**ev.headers_for(small, "application/json"), "Content-Length": "20000000"}
    assert world.sender.raw(small, headers).status == 413


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}", b"payload=", b"payload=1", b"payload=%7B", b"[" * 100_000,
     b'{"type":"event_callback"}', b'{"type":7}', b'{"type":"event_callback","team_id":"T1","event":[]}',
     b'{"type":"event_callback","team_id":"T1","event":{"type":"message","channel":"D1","user":"U1","ts":"x"}}',
     b'{"type":"event_callback","team_id":"T1","event":{"type":"message","channel":"D1","user":7,"ts":"1.2"}}',
     b'{"type":"event_callback","team_id":"T1","authorizations":7,"event":{"type":"message"}}'],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
def test_signed_nonsense_is_a_bad_request(world: World, body: bytes, kind: str) -> None:
    assert world.sender.raw(body, ev.headers_for(body, kind)).status == 400
    assert not world.intake.asked


def test_nothing_that_people_say_is_in_the_logs(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger().setLevel(logging.DEBUG)
        world.intake.broken = True
        world.sender.post(ev.message(ANNA, "the margin is 41 points"))
        world.sender.post(ev.event({"type": "message", "text": "the margin is 41 points", "channel": 4}))
        element = {"type": "button", "action_id": "b", "value": '{"a":"edit:s1","c":"@U0ANNA"}'}
        world.slack.fail_next("views.open", error="invalid_auth")
        world.sender.post(ev.tap(ANNA, element, blocks=[{"type": "section", "text": {"text": "41 points"}}]))
    assert len(world.slack.called("views.open")) == 1
    assert caplog.records
    assert "41 points" not in caplog.text
    assert world.slack.bot_token not in caplog.text
