"""Saving drafts, taking them back, correcting them, explaining them; under a scope, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sales.errors import Conflict, OutOfScope, UnknownRecord
from sales.records import (
    ActivityDraft,
    DealDraft,
    FollowUpDraft,
    New,
    PaymentDraft,
    Read,
    Reading,
    Span,
)
from sales.stages import ActivityType, FollowUpStatus, Intent, PaymentStatus, Stage
from storage import tables as t
from storage.book import SqlBook, names_version, scope_for
from storage.changes import Change, ChangeSet, MessageRef, Op, read
from storage.errors import NotUndoable
from storage.explain import explain
from storage.exporter import export_company
from storage.importer import import_company
from storage.records import amend, save, undo

TODAY = date(2026, 3, 18)
AT = datetime(2026, 3, 18, 10, 5, tzinfo=UTC)


def reading(**drafts: Any) -> Reading:
    return Reading(Intent.REPORT, **drafts)


def visit(account: Any = "acc-1", **more: Any) -> ActivityDraft:
    more.setdefault("type", Read(ActivityType.VISIT))
    more.setdefault("date", Read(TODAY))
    return ActivityDraft(Read(account), **more)


def deal(opportunity: Any = "deal-1", account: Any = "acc-1", **more: Any) -> DealDraft:
    return DealDraft(Read(opportunity), Read(account), **{key: _read(value) for key, value in more.items()})


def _read(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(Read(one) for one in value)
    return value if isinstance(value, Read) else Read(value)


def promise(text: str = "发报价", account: Any = "acc-1", due: date | None = None, **more: Any) -> FollowUpDraft:
    return FollowUpDraft(
        None if account is None else Read(account), None if due is None else Read(due), Read(text), **more
    )


def cash(amount: int, account: Any = "acc-1", status: PaymentStatus = PaymentStatus.RECEIVED, **more: Any) -> Any:
    more.setdefault("date", None)
    return PaymentDraft(Read(account), Read(amount), status=status, **more)


class Desk:
    """One person at work in one transaction."""

    def __init__(self, tx: Any, person: str = "rep-1") -> None:
        self.tx = tx
        self.me, self.scope = scope_for(tx, person)
        self.at = AT

    @property
    def book(self) -> SqlBook:
        return SqlBook(self.tx, self.scope, self.me)

    def save(self, text: str = "今天见了沈岚", **drafts: Any) -> ChangeSet:
        self.at += timedelta(seconds=1)
        return save(self.tx, self.scope, reading(**drafts), message=MessageRef("7", text), at=self.at, why="report")

    def undo(self, change_set: ChangeSet, **more: Any) -> ChangeSet:
        self.at += timedelta(seconds=1)
        return undo(self.tx, self.scope, change_set.id, at=self.at, by=self.me.id, **more)

    def amend(self, change_set: ChangeSet, **drafts: Any) -> ChangeSet:
        self.at += timedelta(seconds=1)
        message = MessageRef("8", "不对")
        return amend(
            self.tx, self.scope, change_set.id, reading(**drafts), message=message, at=self.at, why="correction"
        )

    def deal(self, deal_id: str = "deal-1") -> Any:
        return self.book.opportunity(deal_id)


@pytest.fixture
def desk(stored: Any) -> Any:
    with stored.begin() as tx:
        yield Desk(tx)


def changed(change_set: ChangeSet) -> dict[tuple[str, str, str], tuple[Any, Any]]:
    return {(c.kind, c.id, c.field): (c.before, c.after) for c in change_set.shown if c.op is Op.SET}


# Saving


def test_a_visit_with_everything(desk: Desk) -> None:
    text = "今天下午去青禾见了沈岚，预算加到85万，下周三前发正式报价"
    spans = (Span(13, 20),)
    made = desk.save(
        text,
        activities=(visit(contacts=(Read("con-1", (Span(8, 10),)),), opportunity=Read("deal-1"), summary="谈预算"),),
        deals=(deal(amount=Read(85000000, spans)),),
        follow_ups=(promise("发正式报价", due=date(2026, 3, 25)),),
    )
    assert [kind for kind, _ in made.created] == ["activity", "follow_up"]
    assert changed(made)[("opportunity", "deal-1", "amount")] == (80000000, 85000000)
    assert desk.deal().amount == 85000000
    assert {f.text for f in desk.book.follow_ups("acc-1")} == {"发报价", "发正式报价"}
    amount = next(c for c in made.changes if c.field == "amount")
    assert amount.spans == spans
    assert read(desk.tx, made.id) == made


def test_what_is_on_record_already_is_no_change(desk: Desk) -> None:
    made = desk.save(
        deals=(deal(amount=80000000, stage=Stage.PROPOSAL, close_date=date(2026, 5, 31), products=("scope",)),)
    )
    assert made.is_empty
    assert export_company(desk.tx)["stage_changes"][1]["stage"] == "proposal"


def test_products_and_competitors_are_added(desk: Desk) -> None:
    made = desk.save(deals=(deal(products=("scale",), competitors=("rival",)),))
    assert changed(made) == {
        ("opportunity", "deal-1", "products"): (("scope",), ("scale", "scope")),
        ("opportunity", "deal-1", "competitors"): ((), ("rival",)),
    }
    assert desk.deal().products == ("scale", "scope")


def test_new_customers_contacts_and_deals_are_made_once_a_name(desk: Desk) -> None:
    before = names_version(desk.tx)
    made = desk.save(
        activities=(
            visit(New("桐柏医院"), contacts=(Read(New("罗主任")), Read(New("小周")))),
            visit(New("桐柏医院"), contacts=(Read(New("罗主任")),)),
        ),
        deals=(deal(New("天平采购"), New("桐柏 医院"), amount=3000000, products=("scale",)),),
    )
    kinds = [kind for kind, _ in made.created]
    assert sorted(kinds) == ["account", "activity", "activity", "contact", "contact", "opportunity"]
    account_id = dict(made.created)["account"]
    account = desk.book.account(account_id)
    assert account is not None
    assert (account.name, account.owner) == ("桐柏 医院", "rep-1")
    (new_deal,) = desk.book.opportunities(account_id)
    assert (new_deal.stage, new_deal.owner, new_deal.created_on) == (Stage.LEAD, "rep-1", TODAY)
    assert account_id in desk.book.my_accounts()
    assert names_version(desk.tx) != before


def test_the_same_contact_name_at_two_customers_is_two_people(desk: Desk) -> None:
    made = desk.save(
        activities=(visit(contacts=(Read(New("罗总")),)), visit(New("云溪集团"), contacts=(Read(New("罗总")),)))
    )
    assert [kind for kind, _ in made.created].count("contact") == 2


def test_a_stage_goes_into_the_history_with_its_day(desk: Desk) -> None:
    desk.save(
        activities=(visit(date=Read(date(2026, 3, 16)), opportunity=Read("deal-1")),),
        deals=(deal(stage=Stage.WON),),
    )
    assert (desk.deal().stage, desk.deal().closed_on) == (Stage.WON, date(2026, 3, 16))
    desk.save(deals=(deal(stage=Stage.NEGOTIATION),))
    assert (desk.deal().stage, desk.deal().closed_on) == (Stage.NEGOTIATION, None)
    desk.save(deals=(deal(stage=Stage.LOST, lost_reason="价格"),))
    assert (desk.deal().closed_on, desk.deal().lost_reason) == (TODAY, "价格")
    desk.save(deals=(deal(stage=Stage.PROPOSAL),))
    assert desk.deal().lost_reason is None
    history = [(s["stage"], s["on"]) for s in export_company(desk.tx)["stage_changes"] if s["opportunity"] == "deal-1"]
    assert history[2:] == [("won", "2026-03-16"), ("negotiation", "2026-03-18"), ("lost", "2026-03-18"),
                           ("proposal", "2026-03-18")]  # fmt: skip


def test_today_is_that_of_the_company(desk: Desk) -> None:
    desk.at = datetime(2026, 3, 18, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai
    desk.save(deals=(deal(stage=Stage.WON),))
    assert desk.deal().closed_on == date(2026, 3, 19)


def test_follow_ups_are_set_moved_and_closed(desk: Desk) -> None:
    made = desk.save(
        follow_ups=(
            promise("发报价", id="todo-1", due=date(2026, 3, 27)),
            promise("买票", account=None),
            promise("已寄样品", status=FollowUpStatus.DONE),
        )
    )
    assert changed(made)[("follow_up", "todo-1", "due")] == (date(2026, 3, 25), date(2026, 3, 27))
    assert {f.text: f.due for f in desk.book.follow_ups()} == {"发报价": date(2026, 3, 27), "买票": None}
    closed = desk.save(follow_ups=(promise("", id="todo-1", status=FollowUpStatus.DONE),))
    assert changed(closed) == {("follow_up", "todo-1", "done_on"): (None, TODAY)}


def test_an_expected_payment_that_came_in_is_the_same_payment(desk: Desk) -> None:
    made = desk.save(payments=(cash(24000000, id="pay-2"), cash(500, date=Read(date(2026, 3, 1)))))
    assert changed(made)[("payment", "pay-2", "status")] == (PaymentStatus.EXPECTED, PaymentStatus.RECEIVED)
    assert changed(made)[("payment", "pay-2", "date")] == (date(2026, 6, 30), TODAY)
    assert {p.id: p.amount for p in desk.book.payments("acc-1")}["pay-2"] == 24000000
    assert len(desk.book.payments("acc-1")) == 2


def test_what_chat_made_can_be_exported_and_imported(desk: Desk, everything: Any) -> None:
    desk.save(
        activities=(visit(New("桐柏医院"), contacts=(Read(New("罗主任")),)),),
        deals=(
            deal(New("天平"), New("桐柏医院"), amount=1, stage=Stage.LOST, probability=0),
            deal(stage=Stage.WON, probability=90),
        ),
        payments=(cash(500), cash(600, status=PaymentStatus.EXPECTED)),
        follow_ups=(promise("买票", account=None),),
    )
    before = everything(desk.tx)
    assert import_company(desk.tx, export_company(desk.tx), at=AT, prune=True).changed_nothing
    assert everything(desk.tx) == before


# Scope


def test_a_visit_to_a_colleagues_customer_is_ones_own(desk: Desk) -> None:
    made = desk.save(activities=(visit("acc-2", contacts=(Read("con-2"),)),), follow_ups=(promise(account="acc-2"),))
    assert len(made.created) == 2


OUTSIDE: dict[str, Callable[[], dict[str, Any]]] = {
    "a colleague's deal": lambda: {"deals": (deal("deal-2", "acc-2", amount=1),)},
    "a new deal at a colleague's customer": lambda: {"deals": (deal(New("x"), "acc-2"),)},
    "a colleague's promise": lambda: {"follow_ups": (promise(id="todo-2", account=None),)},
    "a colleague's payment": lambda: {"payments": (cash(1, "acc-2", id="pay-1"),)},
    "a payment of a colleague's customer": lambda: {"payments": (cash(1, "acc-2"),)},
    "a payment of a colleague's deal": lambda: {"payments": (cash(1, "acc-2", opportunity=Read("deal-2")),)},
    "a visit about a colleague's deal": lambda: {"activities": (visit("acc-2", opportunity=Read("deal-2")),)},
}


@pytest.mark.parametrize("what", OUTSIDE)
def test_out_of_scope_before_anything_is_written(desk: Desk, everything: Any, what: str) -> None:
    before = everything(desk.tx)
    drafts = OUTSIDE[what]()
    drafts["deals"] = (deal(amount=1), *drafts.get("deals", ()))
    drafts["activities"] = (visit(New("桐柏医院")), *drafts.get("activities", ()))
    with pytest.raises(OutOfScope):
        desk.save(**drafts)
    assert everything(desk.tx) == before
    assert Desk(desk.tx, "ops").save(**OUTSIDE[what]()).changes  # ops may


def test_a_manager_changes_what_is_below_and_nothing_else(stored: Any) -> None:
    with stored.begin() as tx:
        lead = Desk(tx, "lead")
        made = lead.save(deals=(deal(New("新单"), "acc-1"), deal(amount=5)))
        assert lead.deal(dict(made.created)["opportunity"]).owner == "rep-1"
        with pytest.raises(OutOfScope):
            lead.save(deals=(deal("deal-2", "acc-2", amount=1),))


WRONG: dict[str, Callable[[], dict[str, Any]]] = {
    "no such customer": lambda: {"activities": (visit("acc-9"),)},
    "no such deal": lambda: {"deals": (deal("deal-9"),)},
    "a deal of another customer": lambda: {"deals": (deal("deal-1", "acc-3"),)},
    "a contact of another customer": lambda: {"activities": (visit(contacts=(Read("con-2"),)),)},
    "no such product": lambda: {"deals": (deal(products=("laser",)),)},
    "a promise about a deal of another customer": lambda: {
        "follow_ups": (promise(account="acc-3", opportunity=Read("deal-1")),)
    },
    "a payment of another customer": lambda: {"payments": (cash(1, "acc-1", id="pay-1"),)},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_there_is_said(stored: Any, everything: Any, what: str) -> None:
    with stored.begin() as tx:
        before = everything(tx)
        with pytest.raises(UnknownRecord):
            Desk(tx, "ops").save(**WRONG[what]())
        assert everything(tx) == before


def test_the_book_shows_only_what_is_in_scope(stored: Any) -> None:
    with stored.read() as tx:
        book = Desk(tx, "rep-1").book
        assert book.opportunity("deal-2") is None
        assert list(book.opportunities("acc-2")) == []
        assert list(book.payments("acc-2")) == []
        assert {f.id for f in book.follow_ups()} == {"todo-1"}
        assert book.my_accounts() == {"acc-1"}
        assert [c.id for c in book.my_contacts()] == ["con-1"]
        assert Desk(tx, "lead").book.my_accounts() == {"acc-1"}
        assert Desk(tx, "ops").book.my_accounts() == {"acc-1", "acc-2", "acc-3"}
        assert Desk(tx, "ops").book.opportunity("deal-2").amount == 125000050  # type: ignore[union-attr]


def test_a_deal_at_a_colleagues_customer_is_seen_by_both(stored: Any) -> None:
    with stored.begin() as tx:
        tx.execute(sa.update(t.opportunities).where(t.opportunities.c.id == "deal-2").values(owner_id="rep-1"))
        for person in ("rep-1", "rep-2"):
            assert Desk(tx, person).book.opportunity("deal-2") is not None
            assert Desk(tx, person).save(deals=(deal("deal-2", "acc-2", probability=5 if person == "rep-1" else 6),))


# Undo


def full(desk: Desk) -> dict[str, Any]:
    return {
        "activities": (visit(New("桐柏医院"), contacts=(Read(New("罗主任")),)), visit(contacts=(Read("con-1"),))),
        "deals": (
            deal(New("天平"), New("桐柏医院"), amount=100, products=("scale",)),
            deal(amount=85000000, stage=Stage.NEGOTIATION, competitors=("rival",)),
        ),
        "follow_ups": (promise("x", id="todo-1", status=FollowUpStatus.DONE), promise("y", New("桐柏医院"))),
        "payments": (cash(24000000, id="pay-2"), cash(7)),
    }


def test_undo_and_undo_of_the_undo(desk: Desk, everything: Any) -> None:
    before = everything(desk.tx)
    made = desk.save(**full(desk))
    after = everything(desk.tx)
    back = desk.undo(made)
    assert everything(desk.tx) == before
    assert set(back.deleted) == set(made.created)
    again = desk.undo(back)
    assert everything(desk.tx) == after
    desk.undo(again)
    assert everything(desk.tx) == before
    with pytest.raises(NotUndoable):
        desk.undo(made)
    with pytest.raises(NotUndoable):
        desk.undo(again)


def test_a_later_change_stands_in_the_way(desk: Desk, everything: Any) -> None:
    first = desk.save(activities=(visit(),), deals=(deal(amount=85000000),))
    second = desk.save(deals=(deal(amount=90000000),))
    before = everything(desk.tx)
    with pytest.raises(Conflict) as caught:
        desk.undo(first)
    assert (caught.value.field, caught.value.expected, caught.value.found) == ("amount", 85000000, 90000000)
    assert everything(desk.tx) == before
    desk.undo(second)
    desk.undo(first)
    assert desk.deal().amount == 80000000


def test_a_later_change_to_the_same_value_stands_in_the_way_too(desk: Desk) -> None:
    first = desk.save(deals=(deal(amount=85000000),))
    desk.save(deals=(deal(amount=90000000),))
    desk.save(deals=(deal(amount=85000000),))
    with pytest.raises(Conflict):
        desk.undo(first)


def test_a_change_of_another_field_does_not(desk: Desk) -> None:
    first = desk.save(deals=(deal(amount=85000000),))
    desk.save(deals=(deal(probability=60),))
    desk.undo(first)
    assert (desk.deal().amount, desk.deal().probability) == (80000000, 60)


def test_an_import_stands_in_the_way(desk: Desk, small_company: Any) -> None:
    first = desk.save(deals=(deal(amount=85000000),))
    import_company(desk.tx, small_company, at=AT)  # says 80 again
    with pytest.raises(Conflict):
        desk.undo(first)


def test_a_change_of_what_was_made_stands_in_the_way(desk: Desk) -> None:
    made = desk.save(
        deals=(
            deal(
                New("天平"),
            ),
        )
    )
    new = dict(made.created)["opportunity"]
    desk.save(deals=(deal(new, amount=5),))
    with pytest.raises(Conflict):
        desk.undo(made)


def test_what_others_refer_to_stays(desk: Desk) -> None:
    made = desk.save(
        activities=(visit(New("桐柏医院"), contacts=(Read(New("罗主任")),)),),
        deals=(deal(New("天平"), New("桐柏医院")),),
    )
    ids = dict(made.created)
    desk.save(activities=(visit(ids["account"], opportunity=Read(ids["opportunity"])),))
    back = desk.undo(made)
    assert set(back.kept) == {
        ("account", ids["account"]),
        ("opportunity", ids["opportunity"]),
        *((c.kind, c.id) for c in made.changes if c.kind == "stage_change" and c.op is Op.CREATE),
    }
    assert set(back.deleted) == {("activity", ids["activity"]), ("contact", ids["contact"])}
    assert desk.deal(ids["opportunity"]).stage is Stage.LEAD
    desk.undo(back)
    assert desk.book.contact(ids["contact"]) is not None


def test_what_can_not_return_is_a_conflict(desk: Desk) -> None:
    first = desk.save(activities=(visit(New("桐柏医院")),))
    account = dict(first.created)["account"]
    second = desk.save(activities=(visit(account),))
    back = desk.undo(second)
    desk.undo(first)
    with pytest.raises(Conflict):
        desk.undo(back)


def test_only_who_may_takes_back(stored: Any, everything: Any) -> None:
    with stored.begin() as tx:
        made = Desk(tx, "rep-2").save(deals=(deal("deal-2", "acc-2", amount=1),))
        for person in ("rep-1", "lead"):
            with pytest.raises(OutOfScope):
                Desk(tx, person).undo(made)
        with pytest.raises(UnknownRecord):
            undo(tx, Desk(tx, "ops").scope, "cs-none", at=AT, by="ops")
        tx.execute(sa.update(t.opportunities).where(t.opportunities.c.id == "deal-2").values(owner_id="rep-1"))
        tx.execute(sa.update(t.accounts).where(t.accounts.c.id == "acc-2").values(owner_id="rep-1"))
        with pytest.raises(OutOfScope):  # no longer hers
            Desk(tx, "rep-2").undo(made)
        Desk(tx, "ops").undo(made)


def test_an_import_is_not_undone(desk: Desk) -> None:
    imported = desk.tx.execute(sa.select(t.change_sets.c.id)).scalar_one()
    with pytest.raises(OutOfScope):
        undo(desk.tx, desk.scope, imported, at=AT, by="rep-1")


# Corrections


def test_a_correction_changes_what_was_wrong_and_keeps_the_rest(desk: Desk, everything: Any) -> None:
    origin = everything(desk.tx)
    first = desk.save(activities=(visit(),), deals=(deal(amount=85000000),))
    between = everything(desk.tx)
    second = desk.amend(first, activities=(visit(),), deals=(deal(amount=95000000),))
    assert changed(second) == {("opportunity", "deal-1", "amount"): (85000000, 95000000)}
    assert second.undoes == first.id
    assert not second.created
    with pytest.raises(NotUndoable):
        desk.undo(first)
    back = desk.undo(second)
    assert everything(desk.tx) == between
    desk.undo(back)
    assert desk.deal().amount == 95000000
    whole = desk.undo(second, whole=True)
    assert everything(desk.tx) == origin
    desk.undo(whole)
    assert desk.deal().amount == 95000000
    assert read(desk.tx, first.id).undone_by == second.id
    desk.undo(second)
    desk.undo(first)
    assert everything(desk.tx) == origin


def test_a_correction_of_a_correction_replaces_both(desk: Desk, everything: Any) -> None:
    origin = everything(desk.tx)
    first = desk.save(activities=(visit(),), deals=(deal(amount=85000000),))
    second = desk.amend(first, activities=(visit(),), deals=(deal(amount=95000000),))
    third = desk.amend(second, activities=(visit(type=Read(ActivityType.CALL)),), deals=())
    assert desk.deal().amount == 80000000
    assert changed(third)[("opportunity", "deal-1", "amount")] == (95000000, 80000000)
    desk.undo(third)
    assert desk.deal().amount == 95000000
    desk.undo(second, whole=True)
    assert everything(desk.tx) == origin


def test_the_customer_was_misheard(desk: Desk, everything: Any) -> None:
    origin = everything(desk.tx)
    first = desk.save(activities=(visit(New("桐白医院")),), follow_ups=(promise("y", New("桐白医院")),))
    made = desk.amend(first, activities=(visit(New("桐柏医院")),), follow_ups=(promise("y", New("桐柏医院")),))
    ids = dict(first.created)
    assert changed(made) == {("account", ids["account"], "name"): ("桐白医院", "桐柏医院")}
    other = desk.amend(made, activities=(visit(),), follow_ups=(promise("y"),))
    assert other.deleted == (("account", ids["account"]),)
    assert changed(other)[("activity", ids["activity"], "account")] == (ids["account"], "acc-1")
    desk.undo(other)
    account = desk.book.account(ids["account"])
    assert account is not None
    assert account.name == "桐柏医院"
    desk.undo(made, whole=True)
    assert everything(desk.tx) == origin


def test_a_new_deal_that_others_speak_of_is_corrected_not_doubled(desk: Desk) -> None:
    first = desk.save(deals=(deal(New("天平"), amount=100),))
    new = dict(first.created)["opportunity"]
    desk.save(activities=(visit(opportunity=Read(new)),))
    desk.at += timedelta(days=3)
    made = desk.amend(first, deals=(deal(New("天平二期"), amount=200, stage=Stage.SOLUTION),))
    assert not made.created
    assert desk.deal(new).name == "天平二期"
    assert (desk.deal(new).amount, desk.deal(new).created_on) == (200, TODAY)
    assert len(desk.book.opportunities("acc-1")) == 2
    history = [s["stage"] for s in export_company(desk.tx)["stage_changes"] if s["opportunity"] == new]
    assert history == ["solution"]


def test_a_new_deal_was_at_another_new_customer(desk: Desk, everything: Any) -> None:
    """The customer is made after the deal: taken back, the deal still goes first."""
    origin = everything(desk.tx)
    first = desk.save(deals=(deal(New("天平")),))
    second = desk.amend(first, deals=(deal(New("天平"), New("桐柏医院")),))
    assert dict(second.created).keys() == {"account"}
    after = everything(desk.tx)
    whole = desk.undo(second, whole=True)
    assert everything(desk.tx) == origin
    desk.undo(whole)
    assert everything(desk.tx) == after
    desk.amend(second)
    assert everything(desk.tx) == origin


def test_a_correction_out_of_scope_changes_nothing(desk: Desk, everything: Any) -> None:
    first = desk.save(deals=(deal(amount=85000000),))
    before = everything(desk.tx)
    with pytest.raises(OutOfScope):
        desk.amend(first, deals=(deal("deal-2", "acc-2", amount=1),))
    assert everything(desk.tx) == before
    assert read(desk.tx, first.id).undone_by is None
    desk.undo(first)


# Where does it come from?


def test_every_value_is_explained(desk: Desk) -> None:
    text = "青禾预算加到85万"
    made = desk.save(text, deals=(deal(amount=Read(85000000, (Span(4, 8),))),))
    (newest,) = explain(desk.tx, desk.scope, "opportunity", "deal-1", "amount")
    assert (newest.by, newest.words, newest.message) == ("rep-1", ("加到85",), MessageRef("7", text))
    assert (newest.before, newest.after, newest.at, newest.stands) == (80000000, 85000000, made.at, True)
    desk.undo(made)
    found = explain(desk.tx, desk.scope, "opportunity", "deal-1", "amount")
    standing = [one for one in found if one.stands]
    assert [(one.by, one.why, one.after) for one in standing] == [(None, "import of company file", 80000000)]
    with pytest.raises(OutOfScope):
        explain(desk.tx, desk.scope, "opportunity", "deal-2", "amount")
    for kind, record_id, field in (("opportunity", "no", "amount"), ("opportunity", "deal-1", "no"), ("no", "x", "y")):
        with pytest.raises(UnknownRecord):
            explain(desk.tx, desk.scope, kind, record_id, field)


def test_a_value_that_a_correction_left_alone_is_still_explained_by_the_first(desk: Desk) -> None:
    first = desk.save("见了沈岚", activities=(visit(type=Read(ActivityType.VISIT, (Span(0, 2),))),))
    activity = dict(first.created)["activity"]
    desk.amend(first, activities=(visit(date=Read(date(2026, 3, 17))),))
    (explained,) = explain(desk.tx, desk.scope, "activity", activity, "type")
    assert (explained.words, explained.stands) == (("见了",), True)
    dates = explain(desk.tx, desk.scope, "activity", activity, "date")
    assert [(one.after, one.stands) for one in dates] == [(date(2026, 3, 17), True), (TODAY, True)]


def test_the_words_of_somebody_out_of_scope_are_not_told(stored: Any) -> None:
    with stored.begin() as tx:
        made = Desk(tx, "rep-2").save("私密", activities=(visit(type=Read(ActivityType.VISIT, (Span(0, 2),))),))
        activity = dict(made.created)["activity"]
        (told,) = explain(tx, Desk(tx, "rep-1").scope, "activity", activity, "type")  # it was at rep-1's customer
        assert (told.by, told.words, told.message) == ("rep-2", (), None)


def test_a_removed_record_is_explained_to_who_may_know(stored: Any) -> None:
    with stored.begin() as tx:
        desk = Desk(tx, "rep-2")
        made = desk.save(activities=(visit("acc-2"),))
        desk.undo(made)
        activity = dict(made.created)["activity"]
        assert not any(one.stands for one in explain(tx, desk.scope, "activity", activity, "type"))
        with pytest.raises(OutOfScope):
            explain(tx, Desk(tx, "rep-1").scope, "activity", activity, "type")


# Random conversations

_DAYS = st.dates(date(2026, 3, 1), TODAY)


@st.composite
def readings(draw: st.DrawFn) -> dict[str, Any]:
    accounts: st.SearchStrategy[Any] = st.sampled_from(["acc-1", "acc-2", "acc-3", New("桐柏医院"), New("云溪")])
    stages = st.none() | st.sampled_from(list(Stage)).map(Read)
    drafts: dict[str, Any] = {"activities": (), "deals": (), "follow_ups": (), "payments": ()}
    for _ in range(draw(st.integers(0, 3))):
        which = draw(st.integers(0, 5))
        if which == 0:
            contacts = tuple(Read(New(n)) for n in draw(st.lists(st.sampled_from(["罗", "Kim"]), max_size=2)))
            activity = visit(draw(accounts), contacts=contacts, date=Read(draw(_DAYS)))
            drafts["activities"] += (activity,)
        elif which == 1:
            change: dict[str, Any] = {"amount": draw(st.integers(0, 3))}
            if (stage := draw(stages)) is not None:
                change["stage"] = stage
            if draw(st.booleans()):
                change |= {"products": ("scale",), "lost_reason": draw(st.sampled_from(["价", "慢"]))}
            known = draw(st.sampled_from([("deal-1", "acc-1"), ("deal-2", "acc-2")]))
            drafts["deals"] += (deal(*known, **change),)
        elif which == 2:
            drafts["deals"] += (deal(New(draw(st.sampled_from(["甲", "乙"]))), draw(accounts), amount=1),)
        elif which == 3:
            drafts["follow_ups"] += (
                promise("做", id="todo-1", status=draw(st.sampled_from(list(FollowUpStatus))), due=draw(_DAYS)),
            )
        elif which == 4:
            drafts["follow_ups"] += (promise("新", draw(st.none() | accounts), draw(_DAYS)),)
        else:
            drafts["payments"] += (cash(draw(st.integers(0, 2)), id="pay-2"), cash(3, draw(accounts)))
    return drafts


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_was_said_can_be_taken_back(stored: Any, trial: Any, everything: Any, data: st.DataObject) -> None:
    """Random saves and corrections; undone one by one, newest first, each step is as it was."""
    with trial(stored) as tx:
        desk = Desk(tx, "ops")
        states = [everything(tx)]
        done: list[ChangeSet] = []
        for _ in range(data.draw(st.integers(1, 4))):
            drafts = data.draw(readings())
            if done and data.draw(st.booleans()):
                done.append(desk.amend(done[-1], **drafts))
            else:
                done.append(desk.save(**drafts))
            states.append(everything(tx))
        undone = []
        for made, before in zip(reversed(done), reversed(states[:-1]), strict=True):
            undone.append(desk.undo(made))
            assert everything(tx) == before
        for back, after in zip(reversed(undone), states[1:], strict=True):
            desk.undo(back)
            assert everything(tx) == after
        # and nothing was made that a company file can't hold
        assert import_company(tx, export_company(tx), at=AT).changed_nothing


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_undoing_in_any_order_restores_or_refuses(
    stored: Any, trial: Any, everything: Any, data: st.DataObject
) -> None:
    """Whatever is picked is taken back or refused with nothing changed; the newest never is refused."""
    with trial(stored) as tx:
        desk = Desk(tx, "ops")
        origin = everything(tx)
        left = [desk.save(**data.draw(readings())) for _ in range(3)]
        something_kept = False
        while left:
            picked = data.draw(st.sampled_from(left))
            before = everything(tx)
            try:
                something_kept |= bool(desk.undo(picked).kept)
            except Conflict:
                assert everything(tx) == before
                picked = left[-1]
                something_kept |= bool(desk.undo(picked).kept)
            left.remove(picked)
        if not something_kept:
            assert everything(tx) == origin


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), person=st.sampled_from(["rep-1", "rep-2", "lead"]))
def test_nothing_outside_the_scope_is_written_or_shown(
    stored: Any, trial: Any, data: st.DataObject, person: str
) -> None:
    with trial(stored) as tx:
        Desk(tx, "ops").save(**data.draw(readings()))
        desk = Desk(tx, person)
        owners = {row.id: row.owner_id for row in tx.execute(sa.select(t.accounts.c.id, t.accounts.c.owner_id))}
        deals = {row.id: row for row in tx.execute(sa.select(t.opportunities))}
        payments = {row.id: row for row in tx.execute(sa.select(t.payments))}

        def mine(owner: str | None, account: str) -> bool:
            return owner in desk.scope.people or owners[account] in desk.scope.people

        book = desk.book
        for account in owners:
            assert {d.id for d in book.opportunities(account)} == {
                d.id for d in deals.values() if d.account_id == account and mine(d.owner_id, account)
            }
            assert {p.id for p in book.payments(account)} == {
                p.id
                for p in payments.values()
                if p.account_id == account
                and mine(deals[p.opportunity_id].owner_id if p.opportunity_id else None, account)
            }
        try:
            made = desk.save(**data.draw(readings()))
        except OutOfScope:
            assert {row.id: row for row in tx.execute(sa.select(t.opportunities))} == deals
            assert {row.id: row for row in tx.execute(sa.select(t.payments))} == payments
            return
        for change in made.changes:
            if change.kind == "opportunity" and change.id in deals:
                assert mine(deals[change.id].owner_id, deals[change.id].account_id)
            if change.kind == "payment" and change.id in payments:
                assert owners[payments[change.id].account_id] in desk.scope.people
            if change.kind == "follow_up" and change.id == "todo-1":
                assert "rep-1" in desk.scope.people


def test_a_change_is_its_own_inverse_twice() -> None:
    change = Change("account", "a", "name", "x", "y")
    assert change.inverse().inverse() == change
