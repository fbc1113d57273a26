"""The front desk, over real databases: who speaks, where it is answered, all of a message in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from handlers.dialogue import Dialogue
from handlers.front import Front, NotThereYet, VendorSilent
from handlers.outgoing import Say, Settle, ShowHome, Suggest, from_json
from handlers.turns import Button, Reply
from storage import identities, inbox
from storage import tables as t
from storage.errors import LeaseLost
from storage.importer import import_company
from storage.inbox import Incoming, Received
from tests.talking import AT, READER, team


@dataclass
class FakeVendors:
    """Two messengers: `chat`, and `robot`, whose people are known by their accounts at `chat`."""

    directory: dict[str, tuple[list[str], str | None]] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    down: bool = False
    lines_a_page: int = 50
    asked: list[str] = field(default_factory=list)

    def identities(self, channel: str) -> str:
        return "chat" if channel == "robot" else channel

    def pages(self, channel: str, reply: Reply) -> Sequence[Reply]:
        size = self.lines_a_page
        pages = [Reply(reply.lines[i : i + size]) for i in range(0, len(reply.lines), size)] or [Reply(())]
        return [*pages[:-1], Reply(pages[-1].lines, reply.buttons)]

    def contacts(self, channel: str, account: str) -> tuple[Sequence[str], str | None]:
        self.asked.append(account)
        if self.down:
            raise VendorSilent("no answer")
        return self.directory.get(account, ((), None))

    def members(self, channel: str, conversation_id: str) -> frozenset[str] | None:
        if self.down:
            raise VendorSilent("no answer")
        return self.groups.get(conversation_id.partition(":")[0])

    def private(self, channel: str, account: str) -> tuple[str, str]:
        return "chat", f"@{account}"


@dataclass
class Desk:
    """A front desk over the team; `send` puts a message in, works on it and gives what was queued for it."""

    database: Any
    vendors: FakeVendors = field(default_factory=FakeVendors)
    count: int = 0
    seen: int = 0

    def __post_init__(self) -> None:
        with self.database.begin() as tx:
            company = team()
            accounts = {"nie": "N", "pan": "P", "boss": "B"}
            for user in company["users"]:
                user["channels"] = [{"channel": "chat", "id": accounts[user["id"]]}]
            import_company(tx, company, at=AT)
        self.front = Front(self.database, Dialogue(self.database, READER), self.vendors)

    def claim(self, **message: Any) -> Received:
        self.count += 1
        sender = message.pop("sender", "N")
        made = {
            "channel": "chat", "event_id": f"e{self.count}", "conversation_id": f"@{sender}", "sender_id": sender,
            "text": "", "sent_at": AT + timedelta(minutes=self.count), **message,
        }  # fmt: skip
        with self.database.begin() as tx:
            assert inbox.accept(tx, Incoming(**made), datetime.now(UTC))
        with self.database.begin() as tx:
            (received,) = inbox.claim(tx, "w", datetime.now(UTC), timedelta(seconds=30))
        return received

    def send(self, text: str = "", **message: Any) -> list[tuple[str, str, Any]]:
        """(channel, conversation, content) of what is queued now and was not before."""
        self.how = self.front.take(self.claim(text=text, **message), "w")
        with self.database.read() as tx:
            assert inbox.counts(tx).keys() <= {"done", "failed"}
        return self.queued()

    def queued(self) -> list[tuple[str, str, Any]]:
        with self.database.read() as tx:
            query = t.outbox.select().where(t.outbox.c.number > self.seen).order_by(t.outbox.c.number)
            rows = list(tx.execute(query))
        self.seen = max([self.seen, *(row.number for row in rows)])
        return [(row.channel, row.conversation_id, from_json(row.payload)) for row in rows]

    def number(self, table: str) -> int:
        with self.database.read() as tx:
            return int(tx.execute(sa.text(f"select count(*) from {table}")).scalar_one())


@pytest.fixture
def desk(database: Any) -> Desk:
    return Desk(database)


VISIT = "下午去渭林水务见了邱立，聊了双吸泵的方案"


def test_a_report_is_recorded_and_answered_where_it_was_said(desk: Desk) -> None:
    before = desk.number("activities")
    ((channel, conversation, content),) = desk.send(VISIT, payload={"handle": {"thread": "7"}})
    assert (channel, conversation) == ("chat", "@N")
    assert isinstance(content, Say)
    assert "邱立" in content.reply.text
    assert content.handle == {"thread": "7"}
    assert desk.number("activities") == before + 1
    assert desk.how == "report"


def test_a_long_answer_is_queued_in_pages_with_the_buttons_on_the_last(desk: Desk) -> None:
    met = ["渭林水务：周一见了邱立", "青荷纺织：周二见了沈一鸣", "青荷面业：周三见了罗芳", "Alder：周三和Dana通了电话"]
    desk.vendors.lines_a_page = 3
    queued = desk.send("\n".join(["周报", "本周：", *(f"{n}. {line}" for n, line in enumerate(met, 1))]))
    assert len(queued) > 1
    pages = [content for _, _, content in queued]
    assert all(isinstance(page, Say) for page in pages)
    assert [bool(page.reply.buttons) for page in pages] == [False] * (len(pages) - 1) + [True]


def test_a_lease_that_was_lost_leaves_no_trace(desk: Desk) -> None:
    received = desk.claim(text=VISIT)
    with desk.database.begin() as tx:
        tx.execute(sa.update(t.inbox).values(worker="another"))
    counts = [desk.number(table) for table in ("activities", "change_sets", "conversations", "outbox")]
    with pytest.raises(LeaseLost):
        desk.front.take(received, "w")
    assert [desk.number(table) for table in ("activities", "change_sets", "conversations", "outbox")] == counts


def test_the_same_message_again_can_not_be_recorded_twice(desk: Desk) -> None:
    """A worker that was thought dead comes back after another finished its message."""
    received = desk.claim(text=VISIT)
    desk.front.take(received, "w")
    activities = desk.number("activities")
    with pytest.raises(LeaseLost):
        desk.front.take(received, "w")
    assert desk.number("activities") == activities


# -- who it is


def test_a_stranger_gets_a_polite_sentence_and_nothing_else(desk: Desk) -> None:
    before = desk.number("activities")
    ((_, conversation, content),) = desk.send(VISIT, sender="X")
    assert conversation == "@X"
    assert "口令" in content.reply.text
    assert not content.reply.buttons
    assert "渭林" not in content.reply.text
    assert desk.number("activities") == before
    assert desk.send("在吗", sender="X") == []  # not with every message
    assert desk.send(sender="X", kind="edit", payload={"of": "e1"}) == []


def test_a_stranger_in_a_group_is_told_alone(desk: Desk) -> None:
    ((_, conversation, _),) = desk.send("hello", sender="X", conversation_id="G1", payload={"group": True})
    assert conversation == "@X"


def test_a_strangers_home_says_the_same(desk: Desk) -> None:
    ((_, _, content),) = desk.send(sender="X", kind="home")
    assert isinstance(content, ShowHome)
    assert "口令" in str(content.home)


def test_a_code_links_whoever_says_it_first(desk: Desk) -> None:
    with desk.database.begin() as tx:
        code = identities.new_code(tx, "pan", datetime.now(UTC))
    ((_, _, wrong),) = desk.send("22222-33333", sender="X")
    assert "口令" in wrong.reply.text
    ((_, _, linked),) = desk.send(f" {code.lower()} ", sender="X")
    assert "潘悦" in linked.reply.text
    ((_, _, content),) = desk.send("昨天跟南棠的贝宁开了会", sender="X")
    assert "贝宁" in content.reply.text
    ((_, _, used),) = desk.send(code, sender="Y")
    assert "用过" in used.reply.text


def test_the_vendors_directory_links_by_itself(desk: Desk) -> None:
    with desk.database.begin() as tx:
        tx.execute(sa.update(t.people).where(t.people.c.id == "pan").values(email="pan.yue@jichuan.example"))
    desk.vendors.directory["P2"] = (["Pan.Yue@jichuan.example"], None)
    ((_, _, content),) = desk.send("昨天跟南棠的贝宁开了会", sender="P2")
    assert "贝宁" in content.reply.text
    desk.send("你好", sender="P2")
    assert desk.vendors.asked == ["P2"]  # known by now


def test_a_directory_that_does_not_answer_is_asked_again_later(desk: Desk) -> None:
    desk.vendors.down = True
    received = desk.claim(text=VISIT, sender="X")
    with pytest.raises(VendorSilent):
        desk.front.take(received, "w")
    assert desk.queued() == []
    assert desk.front.take(replace(received, attempts=3), "w") == "unlinked"  # not for ever, and not without a word
    assert desk.queued()


def test_where_nobody_can_say_who_reads_along_it_is_answered_alone(desk: Desk) -> None:
    where = group(desk, "N", "B")
    desk.vendors.down = True
    private, aloud = desk.send(VISIT, **where)
    assert private[:2] == ("chat", "@N")
    assert "邱立" not in aloud[2].reply.text


def test_a_group_that_does_not_even_name_the_speaker_is_not_believed(desk: Desk) -> None:
    private, _ = desk.send(VISIT, **group(desk, "B"))
    assert private[:2] == ("chat", "@N")


def test_a_bots_people_are_known_by_their_accounts_at_the_application(desk: Desk) -> None:
    ((channel, _, content),) = desk.send(VISIT, channel="robot")
    assert channel == "robot"
    assert "邱立" in content.reply.text


def test_who_was_unlinked_stays_so_whatever_the_directory_says(desk: Desk) -> None:
    with desk.database.begin() as tx:
        tx.execute(sa.update(t.people).where(t.people.c.id == "nie").values(email="nie@jichuan.example"))
        identities.unlink(tx, "chat", "N")
    desk.vendors.directory["N"] = (["nie@jichuan.example"], None)
    ((_, _, content),) = desk.send(VISIT)
    assert "口令" in content.reply.text
    assert desk.how == "unlinked"


def test_a_code_moves_an_account_that_is_somebodys(desk: Desk) -> None:
    with desk.database.begin() as tx:
        code = identities.new_code(tx, "pan", datetime.now(UTC))
    desk.send(code)
    with desk.database.read() as tx:
        assert identities.person_of(tx, "chat", "N") == "pan"


# -- groups


def group(desk: Desk, *members: str) -> dict[str, Any]:
    desk.vendors.groups["G1"] = frozenset(members)
    return {"conversation_id": "G1:5", "payload": {"group": True, "handle": {"thread": "5"}}}


def test_in_a_group_of_those_who_may_see_it_the_answer_is_given_aloud(desk: Desk) -> None:
    ((_, conversation, content),) = desk.send(VISIT, **group(desk, "N", "B"))  # the manager sees what the rep sees
    assert conversation == "G1:5"
    assert "邱立" in content.reply.text


@pytest.mark.parametrize("members", [("N", "P"), ("N", "B", "P"), ("N", "stranger"), None])
def test_else_it_is_given_alone_and_the_group_learns_only_that(desk: Desk, members: Any) -> None:
    if members is None:
        where: dict[str, Any] = {"conversation_id": "G1:5", "payload": {"group": True}}
    else:
        where = group(desk, *members)
    private, aloud = desk.send(VISIT, **where)
    assert private[:2] == ("chat", "@N")
    assert "邱立" in private[2].reply.text
    assert aloud[:2] == ("chat", "G1:5")
    assert not {"渭林", "邱立", "双吸泵"} & set(aloud[2].reply.text)
    assert not aloud[2].reply.buttons
    ((_, conversation, corrected),) = desk.send("不是邱立，是胡建民")  # and it goes on there
    assert conversation == "@N"
    assert "胡建民" in corrected.reply.text


def test_two_peoples_drafts_in_one_group_are_never_mixed(desk: Desk) -> None:
    where = group(desk, "N", "B")
    ((_, _, asked),) = desk.send("下午去了青荷，谈了合同", **where)
    assert asked.reply.buttons
    before = desk.number("activities")
    desk.send("1", sender="B", **where)  # the manager's "1" answers no question of the manager's
    assert desk.number("activities") == before
    desk.send("青荷纺织", **where)
    assert desk.number("activities") == before + 1


def test_a_bare_mention_in_a_group_is_answered_with_what_can_be_said(desk: Desk) -> None:
    ((_, _, content),) = desk.send(kind="opened", **group(desk, "N", "B"))
    assert content.reply.lines


# -- what else comes


def test_a_tapped_card_is_used_up_and_the_choice_is_carried_out(desk: Desk) -> None:
    ((_, _, asked),) = desk.send("下午去了青荷，谈了合同")
    button = asked.reply.buttons[0]
    settled, answered = desk.send(
        button.label, kind="tap", payload={"action": button.action, "handle": {"response_code": "r"}}
    )
    assert settled[2] == Settle(button.label, {"response_code": "r"})
    assert isinstance(answered[2], Say)


def test_asking_how_to_correct_leaves_the_card_as_it_is(desk: Desk) -> None:
    ((_, _, card),) = desk.send(VISIT)
    edit = next(b for b in card.reply.buttons if b.action.startswith("edit:"))
    queued = desk.send(edit.label, kind="tap", payload={"action": edit.action})
    assert not any(isinstance(content, Settle) for _, _, content in queued)


def test_a_tap_on_somebody_elses_card_does_not_use_it_up(desk: Desk) -> None:
    where = group(desk, "N", "B")
    ((_, _, card),) = desk.send(VISIT, **where)
    undo = next(b for b in card.reply.buttons if b.action.startswith("undo:"))
    tap = {"action": undo.action, "handle": {"ts": "1"}}
    where["payload"] = where["payload"] | tap
    before = desk.number("activities")
    queued = desk.send(undo.label, kind="tap", sender="P", **where)
    assert not any(isinstance(content, Settle) for _, _, content in queued)
    assert desk.number("activities") == before
    settled, _ = desk.send(undo.label, kind="tap", **where)
    assert isinstance(settled[2], Settle)
    assert desk.number("activities") == before - 1


def test_a_greeting_is_given_once(desk: Desk) -> None:
    ((_, _, hello),) = desk.send(kind="opened")
    assert "聂小川" in hello.reply.text
    assert desk.send(kind="opened") == []


def test_an_assistants_pane_gets_its_prompts_with_every_thread(desk: Desk) -> None:
    def opened(thread: str) -> list[tuple[str, str, Any]]:
        return desk.send(kind="opened", payload={"handle": {"thread": thread}, "suggest": f"N:{thread}"})

    assert [type(content) for _, _, content in opened("1")] == [Suggest, Say]
    ((_, _, again),) = opened("2")
    assert isinstance(again, Suggest)
    assert again.handle["thread"] == "2"


def test_a_chat_that_is_opened_again_and_again_gets_them_once_a_day(desk: Desk) -> None:
    opened = {"kind": "opened", "payload": {"handle": {"channel": "D1"}, "suggest": "N:2026-03-18"}}
    assert [type(content) for _, _, content in desk.send(**opened)] == [Suggest, Say]
    assert desk.send(**opened) == []


def test_a_colleague_who_is_mentioned_is_named(desk: Desk) -> None:
    with desk.database.begin() as tx:
        identities.link(tx, "chat", "U0PANYUE", "pan")
    mentions = {"@U0PANYUE": "U0PANYUE", "@U0NOBODY": "U0NOBODY", "@U0PAN": "U0PAN"}
    text = "提醒我周五前把样本给 @U0PANYUE 送去，@U0NOBODY 也要"
    ((_, _, content),) = desk.send(text, payload={"mentions": mentions})
    assert "潘悦" in content.reply.text
    assert "U0PANYUE" not in content.reply.text
    assert "U0NOBODY" in content.reply.text


@pytest.mark.parametrize("media", ["image", "voice", "file", "location", "video", "link", "something new"])
def test_what_can_not_be_read_is_said_and_nothing_is_recorded(desk: Desk, media: str) -> None:
    before = desk.number("change_sets")
    ((_, _, content),) = desk.send("南湖路口", kind="media", payload={"media": media})
    assert content.reply.lines
    assert desk.number("change_sets") == before


@pytest.mark.parametrize("action", ["today", "help"])
def test_the_menu_answers(desk: Desk, action: str) -> None:
    ((_, _, content),) = desk.send("菜单", kind="menu", payload={"action": action})
    assert content.reply.lines


# -- edits and deletions


def test_the_record_follows_an_edit(desk: Desk) -> None:
    desk.send(VISIT)
    ((_, _, content),) = desk.send(VISIT.replace("邱立", "胡建民"), kind="edit", payload={"of": "e1"})
    assert "胡建民" in content.reply.text
    with desk.database.read() as tx:
        met = [row[0] for row in tx.execute(sa.text("select contact_id from activity_contacts"))]
    assert "c1" in met
    assert "c3" not in met


def test_an_edit_of_what_somebody_else_wrote_is_nothing(desk: Desk) -> None:
    desk.send(VISIT)
    assert desk.send("随便改", kind="edit", sender="B", payload={"of": "e1"}) == []


def test_an_edit_that_comes_before_its_message_waits_for_it_a_moment(desk: Desk) -> None:
    received = desk.claim(text="随便改", kind="edit", payload={"of": "e99"})
    for attempts in (1, 2):
        with pytest.raises(NotThereYet):
            desk.front.take(replace(received, attempts=attempts), "w")
    assert desk.front.take(replace(received, attempts=3), "w") == "ignored"
    assert desk.queued() == []


def test_a_deletion_asks_before_anything_is_undone(desk: Desk) -> None:
    before = desk.number("activities")
    desk.send(VISIT)
    ((_, _, content),) = desk.send(kind="delete", payload={"of": "e1"})
    assert desk.number("activities") == before + 1
    undo = next(b for b in content.reply.buttons if b.action.startswith("undo:"))
    desk.send(undo.label, kind="tap", payload={"action": undo.action})
    assert desk.number("activities") == before
    assert desk.send(kind="delete", payload={"of": "e1"}) == []


# -- what keeps failing


@pytest.mark.parametrize(("text", "said"), [(VISIT, "没能处理"), ("met Dana today", "not recorded")])
def test_a_message_that_is_set_aside_is_answered_honestly_and_can_be_run_again(
    desk: Desk, text: str, said: str
) -> None:
    received = desk.claim(text=text)
    desk.front.give_up(received, "w", "ValueError at somewhere:1")
    ((_, conversation, content),) = desk.queued()
    assert conversation == "@N"
    assert said in content.reply.text
    with desk.database.begin() as tx:
        (aside,) = inbox.set_aside(tx)
        assert aside.error == "ValueError at somewhere:1"
        assert inbox.run_again(tx, aside.number, datetime.now(UTC))
    with desk.database.begin() as tx:
        (again,) = inbox.claim(tx, "w", datetime.now(UTC), timedelta(seconds=30))
    desk.front.take(again, "w")
    ((_, _, answered),) = desk.queued()
    assert isinstance(answered, Say)


@pytest.mark.parametrize("kind", ["edit", "delete"])
def test_what_its_author_changed_since_it_was_set_aside_is_not_run_again(desk: Desk, kind: str) -> None:
    desk.front.give_up(desk.claim(text=VISIT), "w", "x")
    before = desk.number("activities")
    desk.send(VISIT.replace("邱立", "胡建民"), kind=kind, payload={"of": "e1"})
    recorded = desk.number("activities")
    assert recorded == before + (kind == "edit")
    with desk.database.begin() as tx:
        assert not inbox.run_again(tx, 1, datetime.now(UTC))
        assert inbox.set_aside(tx) == []


def test_it_is_said_each_time_that_a_message_is_set_aside(desk: Desk) -> None:
    received = desk.claim(text=VISIT)
    for _ in range(2):
        desk.front.give_up(received, "w", "x")
        assert len(desk.queued()) == 1
        with desk.database.begin() as tx:
            inbox.run_again(tx, received.number, datetime.now(UTC))
        with desk.database.begin() as tx:
            (received,) = inbox.claim(tx, "w", datetime.now(UTC), timedelta(seconds=30))


def test_nothing_is_said_to_a_stranger_whose_message_kept_failing(desk: Desk) -> None:
    desk.front.give_up(desk.claim(text=VISIT, sender="X"), "w", "x")
    assert desk.queued() == []


def test_every_content_survives_the_database() -> None:
    reply = Reply(("a", "b"), (Button("x", "y"),))
    from handlers.outgoing import Picture, RefreshHome, to_json
    from handlers.turns import Home, HomeSection

    home = Home("t", (HomeSection("s", ("l",), (("i", (Button("x", "y"),)),)),))
    contents = [
        Say(reply, {"a": 1}, "U"), Settle("l", {"b": [1]}), ShowHome(home), RefreshHome("p", True),
        Suggest((("a", "b"),), {}), Picture("i", "n", "t", {}, None),
    ]  # fmt: skip
    import json

    for content in contents:
        assert from_json(json.loads(json.dumps(to_json(content)))) == content
    with pytest.raises(ValueError, match="nothing known"):
        from_json({"do": "dance"})
