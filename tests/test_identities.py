"""Who an account is: by import, by the vendor's directory, by a code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.errors import UnknownRecord
from storage import identities
from storage.identities import CODE_LASTS, MOST_TRIES, TRIES_LAST, Linked
from storage.importer import import_company
from tests.conftest import NOW


def test_a_code_links_once_and_one_account(stored: Any) -> None:
    with stored.begin() as tx:
        code = identities.new_code(tx, "rep-1", NOW)
    assert identities.looks_like_code(code)
    assert identities.looks_like_code(f" {code.lower().replace('-', '')} ")
    with stored.begin() as tx:
        assert identities.use_code(tx, "wecom", "baifan", code.lower(), NOW) == (Linked.DONE, "rep-1")
        assert identities.person_of(tx, "wecom", "baifan") == "rep-1"
        assert identities.use_code(tx, "wecom", "other", code, NOW) == (Linked.EXPIRED, None)
        assert identities.person_of(tx, "wecom", "other") is None


def test_a_newer_code_ends_the_older_one_and_time_ends_both(stored: Any) -> None:
    with stored.begin() as tx:
        old = identities.new_code(tx, "rep-1", NOW)
        new = identities.new_code(tx, "rep-1", NOW)
        assert identities.use_code(tx, "slack", "U1", old, NOW)[0] is Linked.WRONG
        assert identities.use_code(tx, "slack", "U1", new, NOW + CODE_LASTS)[0] is Linked.EXPIRED
        assert identities.use_code(tx, "slack", "U1", new, NOW + CODE_LASTS - timedelta(seconds=1))[0] is Linked.DONE


def test_nobody_guesses_on(stored: Any) -> None:
    with stored.begin() as tx:
        code = identities.new_code(tx, "rep-1", NOW)
        for _ in range(MOST_TRIES):
            assert identities.use_code(tx, "slack", "U1", "22222-33333", NOW)[0] is Linked.WRONG
        assert identities.use_code(tx, "slack", "U1", code, NOW) == (Linked.TOO_MANY, None)
        assert identities.use_code(tx, "slack", "U2", code, NOW)[0] is Linked.DONE  # another account is not blamed
        assert identities.use_code(tx, "slack", "U1", "22222-33333", NOW + TRIES_LAST)[0] is Linked.WRONG


def test_only_the_hash_of_a_code_is_kept(stored: Any) -> None:
    from storage import tables as t

    with stored.begin() as tx:
        code = identities.new_code(tx, "rep-1", NOW)
        kept = repr(list(tx.execute(t.link_codes.select())))
    assert code not in kept
    assert code.replace("-", "") not in kept


@given(st.text(max_size=20))
def test_what_people_write_is_hardly_ever_a_code(text: str) -> None:
    plain = "".join(text.split()).replace("-", "").replace("—", "")
    if len(plain) != identities.CODE_LENGTH:
        assert not identities.looks_like_code(text)


@pytest.mark.parametrize("text", ["下午去了青禾，见了沈姐", "ok", "1", "visited Mesa today", "", "十个汉字的一句话啊"])
def test_words_are_no_code(text: str) -> None:
    assert not identities.looks_like_code(text)


@pytest.fixture
def reachable(database: Any, small_company: dict[str, Any]) -> Any:
    by_id = {user["id"]: user for user in small_company["users"]}
    by_id["rep-1"] |= {"email": "Bai.Fan@beifan.example", "mobile": "+86 138 0013 8001"}
    by_id["rep-2"] |= {"email": "ivy@beifan.example", "channels": [{"channel": "slack", "id": "U0IVY"}]}
    with database.begin() as tx:
        import_company(tx, small_company, at=NOW)
    return database


@pytest.mark.parametrize(
    ("emails", "mobile", "who"),
    [
        (["bai.fan@BEIFAN.example"], None, "rep-1"),
        (["nobody@beifan.example", " ivy@beifan.example "], None, "rep-2"),
        ([], "13800138001", "rep-1"),
        ([], "8613800138001", "rep-1"),
        ([], "138 0013 8002", None),
        ([], "", None),
        ([""], None, None),
        (["ivy@beifan.example"], "13800138001", None),  # two people: nobody is guessed
    ],
)
def test_the_vendors_directory_names_one_person_or_none(
    reachable: Any, emails: list[str], mobile: str | None, who: str | None
) -> None:
    with reachable.read() as tx:
        assert identities.person_by_profile(tx, emails, mobile) == who


def test_imported_accounts_are_known(reachable: Any) -> None:
    with reachable.begin() as tx:
        assert identities.person_of(tx, "slack", "U0IVY") == "rep-2"
        assert identities.person_of(tx, "wecom", "U0IVY") is None
        assert identities.people_of(tx, "slack", {"U0IVY", "U9"}) == {"U0IVY": "rep-2"}
        identities.link(tx, "slack", "U0IVY", "rep-1")  # a number that moved on to somebody else
        assert identities.person_of(tx, "slack", "U0IVY") == "rep-1"
        assert identities.accounts_of(tx, "rep-1") == [("slack", "U0IVY")]
        assert identities.unlink(tx, "slack", "U0IVY")
        assert not identities.unlink(tx, "slack", "U0IVY")


def test_what_an_admin_took_away_the_directory_does_not_give_back(reachable: Any) -> None:
    with reachable.begin() as tx:
        assert identities.recognise(tx, "wecom", "bai", "rep-1") == "rep-1"
        assert identities.recognise(tx, "wecom", "bai", "rep-2") == "rep-1"  # nor whom it is linked to
        assert identities.unlink(tx, "wecom", "bai")
        assert identities.recognise(tx, "wecom", "bai", "rep-1") is None
        assert identities.person_of(tx, "wecom", "bai") is None
        code = identities.new_code(tx, "rep-1", NOW)
        assert identities.use_code(tx, "wecom", "bai", code, NOW)[0] is Linked.DONE
        identities.unlink(tx, "wecom", "bai")
        identities.link(tx, "wecom", "bai", "rep-1")
        assert identities.person_of(tx, "wecom", "bai") == "rep-1"


def test_an_import_that_names_the_account_gives_it_back(reachable: Any, small_company: dict[str, Any]) -> None:
    with reachable.begin() as tx:
        identities.unlink(tx, "slack", "U0IVY")
    small_company["users"][3]["channels"] = [{"channel": "slack", "id": "U0IVY"}]
    with reachable.begin() as tx:
        import_company(tx, small_company, at=NOW)
        assert identities.person_of(tx, "slack", "U0IVY") == "rep-2"
        identities.unlink(tx, "slack", "U0IVY")
        identities.link(tx, "slack", "U0IVY", "rep-2")
        assert identities.recognise(tx, "slack", "U0IVY", "rep-2") == "rep-2"


def test_wecom_ids_are_the_same_in_any_case_and_slacks_are_not(reachable: Any) -> None:
    with reachable.begin() as tx:
        identities.link(tx, "wecom", "zhangsan", "rep-1")
        assert identities.person_of(tx, "wecom", "ZhangSan") == "rep-1"
        assert identities.people_of(tx, "wecom", {"ZhangSan"}) == {"ZhangSan": "rep-1"}
        assert identities.recognise(tx, "wecom", "ZHANGSAN", "rep-2") == "rep-1"
        assert identities.unlink(tx, "wecom", "Zhangsan")
        assert identities.recognise(tx, "wecom", "zhangsan", "rep-2") is None
        identities.link(tx, "slack", "U1a", "rep-1")
        assert identities.person_of(tx, "slack", "U1A") is None


def test_a_link_needs_a_person(stored: Any) -> None:
    with stored.begin() as tx:
        with pytest.raises(UnknownRecord):
            identities.link(tx, "slack", "U1", "nobody")
        with pytest.raises(UnknownRecord):
            identities.new_code(tx, "nobody", NOW)
