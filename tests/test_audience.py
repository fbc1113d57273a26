"""Who may hear an answer in a group; what is said at the edge of the conversation."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import edge
from handlers.audience import everyone_may_hear, scopes_of
from handlers.turns import Reply
from sales.people import OrgUnit, Person
from sales.permissions import Scope, scope_of
from sales.stages import Role
from storage import tables as t
from storage.book import scope_for
from storage.identities import Linked
from storage.scoping import activities_in, deals_in, follow_ups_in, payments_in

UNITS = [OrgUnit("a", "A"), OrgUnit("b", "B", parent="a"), OrgUnit("c", "C", parent="a"), OrgUnit("d", "D", parent="b")]
people = st.builds(
    lambda number, role, unit: Person(f"p{number}", "X", role, unit),
    st.integers(0, 9), st.sampled_from(Role), st.sampled_from([unit.id for unit in UNITS]),
)  # fmt: skip


def test_a_rep_before_the_manager_but_not_the_other_way_round(stored: Any) -> None:
    with stored.read() as tx:
        rep, other, lead, ops = scopes_of(tx, ["rep-1", "rep-2", "lead", "ops"])
        assert [rep, lead] == [scope_for(tx, "rep-1")[1], scope_for(tx, "lead")[1]]
        assert scopes_of(tx, ["rep-1", None, "nobody"]) == [rep, None, None]
    assert rep
    assert lead
    assert ops
    assert everyone_may_hear(rep, [])
    assert everyone_may_hear(rep, [lead, ops])
    assert everyone_may_hear(lead, [ops])
    assert everyone_may_hear(ops, [ops])
    assert not everyone_may_hear(rep, [lead, other])
    assert not everyone_may_hear(lead, [rep])
    assert not everyone_may_hear(ops, [lead])
    assert not everyone_may_hear(rep, [lead, None]), "somebody unknown listens"


@given(st.lists(people, min_size=2, max_size=7, unique_by=lambda person: person.id), st.data())
def test_never_aloud_if_somebody_may_not_see_it(team: list[Person], data: st.DataObject) -> None:
    scopes = [scope_of(person, UNITS, team) for person in team]
    speaker = data.draw(st.sampled_from(scopes))
    others = data.draw(st.lists(st.sampled_from(scopes), max_size=4))
    hears = everyone_may_hear(speaker, others)
    for other in others:
        shown = all(other.sees_person(p.id) or not speaker.sees_person(p.id) for p in team)
        told = all(other.sees_unit(u.id) or not speaker.sees_unit(u.id) for u in UNITS)
        assert not hears or (shown and told)
    assert not everyone_may_hear(speaker, [*others, None])


@settings(max_examples=20, deadline=None)
@given(seen=st.frozensets(st.sampled_from(["rep-1", "rep-2", "lead"])), more=st.frozensets(st.just("ops")))
def test_what_the_speaker_sees_every_listener_sees_in_the_database(
    seen: frozenset[str], more: frozenset[str], sqlite_company: Any
) -> None:
    speaker = Scope("rep-1", Role.MANAGER, False, frozenset(), seen)
    listener = Scope("lead", Role.MANAGER, False, frozenset(), seen | more)
    assert everyone_may_hear(speaker, [listener])
    with sqlite_company.read() as tx:
        for table, rule in (
            (t.opportunities, deals_in), (t.payments, payments_in), (t.activities, activities_in),
            (t.follow_ups, follow_ups_in),
        ):  # fmt: skip
            mine, theirs = (
                set(tx.execute(sa.select(table.c.id).where(rule(scope))).scalars()) for scope in (speaker, listener)
            )
            assert mine <= theirs


@pytest.fixture(scope="module")
def sqlite_company(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    import shutil

    from storage.database import open_database
    from storage.importer import import_company
    from tests.talking import AT, team

    path = tmp_path_factory.mktemp("audience") / "canmou.db"
    shutil.copyfile(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    company = team()
    for person, name in (("rep-1", "甲"), ("rep-2", "乙"), ("lead", "丙"), ("ops", "丁")):
        company["users"].append(
            {"id": person, "name": name, "aliases": [], "role": "rep", "org_unit": "all", "title": ""}
        )
    for deal, owner in zip(company["opportunities"], ("rep-1", "rep-2", "lead", "ops"), strict=True):
        deal["owner"] = owner
    for account, owner in zip(company["accounts"], ("rep-2", "rep-1", "ops", "lead", "rep-1"), strict=True):
        account["owner"] = owner
    with opened.begin() as tx:
        import_company(tx, company, at=AT)
    yield opened
    opened.close()


# ------------------------------------------------------------------ words at the edge

_GIVEN: dict[str, Any] = {
    "name": "聂小川",
    "kind": "voice",
    "text": "今天去渭林见了邱科长，聊了方案",
    "came": Linked.WRONG,
    "sure": True,
}


def replies(*, chinese: bool) -> list[tuple[str, Reply]]:
    found = [
        (name, function(**{k: _GIVEN[k] for k in inspect.signature(function).parameters if k != "chinese"},
                        chinese=chinese))
        for name, function in inspect.getmembers(edge, inspect.isfunction)
        if function.__module__ == edge.__name__ and not name.startswith("_")
    ]  # fmt: skip
    found.append(("answered_privately, not sure", edge.answered_privately(chinese=chinese, sure=False)))
    found += [(kind, edge.media(kind, "河西路 12 号", chinese=chinese)) for kind in
              ("voice", "image", "video", "file", "location", "link", "sticker", "")]  # fmt: skip
    found += [(str(came), edge.code_refused(came, chinese=chinese)) for came in Linked]
    return [(name, reply) for name, reply in found if isinstance(reply, Reply)]


@pytest.mark.parametrize("chinese", [True, False])
def test_every_sentence_at_the_edge_is_plain(chinese: bool) -> None:
    found = replies(chinese=chinese)
    assert len(found) > 15
    for name, reply in found:
        for line in reply.lines:
            assert line == line.strip(), name
            assert line, name
            assert not set(line) & {"!", "！"}, line
            assert not any(word in line for word in ("抱歉", "sorry", "Sorry", "很高兴", "None")), line
            assert any("\u4e00" <= ch <= "\u9fff" for ch in line) or not chinese, line
            assert len(line) <= 130, line


@pytest.mark.parametrize("chinese", [True, False])
def test_a_place_is_named_and_a_failed_message_quoted_in_part(chinese: bool) -> None:
    assert "河西路 12 号" in edge.media("location", "河西路  12 号", chinese=chinese).text
    assert "  " not in edge.media("location", "", chinese=chinese).text
    failed = edge.not_handled("今天去渭林见了邱科长，聊了方案和报价", chinese=chinese).text
    assert "今天去渭林见了邱科长，聊…" in failed
    assert "方案" not in failed
    assert edge.not_handled("", chinese=chinese).lines


@pytest.mark.parametrize("chinese", [True, False])
def test_the_suggestions_are_short_and_each_another(chinese: bool) -> None:
    found = edge.prompts(chinese=chinese)
    assert 3 <= len(found) <= 4
    assert len({message for _, message in found}) == len(found)
