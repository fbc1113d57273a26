"""The roll-ups equal a recomputation from the records, after whatever was saved, corrected, taken back or imported."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sales.errors import CanmouError
from sales.records import ActivityDraft, DealDraft, New, Read, Reading
from sales.stages import ActivityType, Intent, Stage
from storage import facts
from storage import tables as t
from storage.book import scope_for
from storage.changes import MessageRef
from storage.database import open_database
from storage.importer import import_company
from storage.migrate import migrate
from storage.records import Edit, amend, edit, save, undo

TODAY = date(2026, 3, 18)
AT = datetime(2026, 3, 18, 10, 5, tzinfo=UTC)
PEOPLE = ("rep-1", "rep-2", "lead", "ops")
DAYS = tuple(TODAY - timedelta(days=days) for days in (0, 1, 16, 40, 80))
CLOSES = tuple(date(2026, month, 28) for month in (3, 5, 6, 9))


def rows(tx: Any) -> dict[str, list[tuple[Any, ...]]]:
    return {table.name: sorted(tuple(map(repr, row)) for row in tx.execute(sa.select(table))) for table in facts.TABLES}


def check(tx: Any) -> dict[str, list[tuple[Any, ...]]]:
    kept = rows(tx)
    facts.rebuild(tx)
    made = rows(tx)
    for name in kept:
        assert kept[name] == made[name], name
    return made


def visits(day: date, account: Any, deal: str | None, contact: Any, kind: ActivityType) -> ActivityDraft:
    met = () if contact is None else (Read(contact),)
    return ActivityDraft(Read(account), Read(kind), Read(day), met, None if deal is None else Read(deal))


# Who, what, where: small pools, so that the same records meet again
PLACES = st.sampled_from((("acc-1", "deal-1", "con-1"), ("acc-2", "deal-2", "con-2"), ("acc-3", None, None)))


@st.composite
def readings(draw: Any) -> Reading:
    account, known, contact = draw(PLACES)
    activities = []
    if draw(st.booleans()):
        deal = known if draw(st.booleans()) else None
        who = draw(st.sampled_from((None, contact, New("庄晓"), New("Lea Wu"))))
        activities.append(visits(draw(st.sampled_from(DAYS)), account, deal, who, draw(st.sampled_from(ActivityType))))
    deals = []
    if draw(st.integers(0, 3)):
        target = known if known is not None and draw(st.integers(0, 3)) else New("二期")
        maybe: dict[str, Any] = {
            "stage": draw(st.none() | st.sampled_from(Stage)),
            "amount": draw(st.none() | st.sampled_from((10_000_000, 95_000_000))),
            "close_date": draw(st.none() | st.sampled_from(CLOSES)),
            "probability": draw(st.none() | st.sampled_from((30, 90))),
        }
        products = (Read("scope"),) if draw(st.booleans()) else ()
        said = {name: Read(value) for name, value in maybe.items() if value is not None}
        deals.append(DealDraft(Read(target), Read(account), products=products, **said))
    return Reading(Intent.REPORT, activities=tuple(activities), deals=tuple(deals))


DEEDS = st.lists(
    st.tuples(st.sampled_from(("save", "save", "save", "amend", "undo", "edit", "import")), st.sampled_from(PEOPLE),
              readings(), st.integers(0, 30)),
    min_size=1, max_size=7,
)  # fmt: skip


def do(tx: Any, deed: str, person: str, reading: Reading, pick: int, at: datetime, done: list[str], file: Any) -> None:
    """One deed; what may not be done is refused as a whole."""
    me, scope = scope_for(tx, person)
    message = MessageRef(f"m-{pick}", "说了什么")
    try:
        with tx.begin_nested():
            if deed == "import":
                import_company(tx, changed(file, pick), at=at, prune=pick % 5 == 0)
            elif deed == "save" or not done:
                done.append(save(tx, scope, reading, message=message, at=at, why="report").id)
            elif deed == "amend":
                done.append(
                    amend(tx, scope, done[pick % len(done)], reading, message=message, at=at, why="correction").id
                )
            elif deed == "edit":
                done.append(moved(tx, scope, done[pick % len(done)], pick, message, at))
            else:
                done.append(undo(tx, scope, done[pick % len(done)], at=at, by=me.id, whole=pick % 3 == 0).id)
    except CanmouError:
        pass


def moved(tx: Any, scope: Any, change_set: str, pick: int, message: MessageRef, at: datetime) -> str:
    """The day of a report's first visit, or the date of its deal, put right in a form."""
    c = t.changes.c
    found = sa.select(c.kind, c.record_id).where(c.change_set_id == change_set, c.kind.in_(("activity", "opportunity")))
    row = tx.execute(found.order_by(c.number)).first()
    if row is None:
        return change_set
    if row.kind == "activity":
        one = Edit(row.kind, row.record_id, "date", DAYS[pick % len(DAYS)])
    else:
        one = Edit(row.kind, row.record_id, "close_date", CLOSES[pick % len(CLOSES)])
    return edit(tx, scope, change_set, (one,), message=message, at=at).id


def changed(file: dict[str, Any], pick: int) -> dict[str, Any]:
    """The company file with something else in it."""
    import copy

    other = copy.deepcopy(file)
    if pick % 2:
        other["opportunities"][0] |= {"amount": 1000 * pick + 1, "close_date": CLOSES[pick % len(CLOSES)].isoformat()}
    if pick % 3 == 1:
        other["users"][3]["org_unit"] = "east-1"
        other["opportunities"][1]["owner"] = "rep-1"
    if pick % 3 == 2:
        other["quotas"][0]["amount"] = 1000 * pick
        other["activities"] = other["activities"][:1]
    return other


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_rollups_follow_whatever_is_done(
    deeds: Any, stored: Any, trial: Callable[[Any], Any], small_company: dict[str, Any]
) -> None:
    with trial(stored) as tx:
        done: list[str] = []
        for place, (deed, person, reading, pick) in enumerate(deeds):
            do(tx, deed, person, reading, pick, AT + timedelta(days=place), done, small_company)
        check(tx)


@pytest.mark.parametrize(("first", "then"), [("acc-1", "acc-2"), ("acc-2", "acc-1")])
@pytest.mark.parametrize("stage", [Stage.PROPOSAL, Stage.WON])
def test_a_deal_put_right_to_be_another_customers(stored: Any, first: str, then: str, stage: Stage) -> None:
    def of(account: str) -> Reading:
        deal = DealDraft(Read(New("二期")), Read(account), products=(Read("scope"),), stage=Read(stage))
        return Reading(Intent.REPORT, deals=(deal,))

    message = MessageRef("m-1", "说了什么")
    with stored.begin() as tx:
        _, scope = scope_for(tx, "ops")
        saved = save(tx, scope, of(first), message=message, at=AT, why="report")
        amend(tx, scope, saved.id, of(then), message=message, at=AT, why="correction")
        made = check(tx)
    table = "product_wins" if stage is Stage.WON else "deal_facts"
    deal = next(one for kind, one in saved.created if kind == "opportunity")
    assert [repr(then) in row for row in made[table] if repr(deal) in row] == [True]


def test_what_they_say_of_the_small_company(stored: Any) -> None:
    with stored.begin() as tx:
        found = check(tx)
        deal = tx.execute(sa.select(t.deal_facts)).mappings().one()
        months = tx.execute(sa.select(t.person_months).where(t.person_months.c.person_id == "rep-2")).mappings().all()
        stages = tx.execute(sa.select(t.person_stages)).all()
    assert deal["opportunity_id"] == "deal-1"
    assert (deal["unit_id"], deal["people_met"], deal["pushes"]) == ("east-1", 1, 0)
    assert (deal["last_met_on"], deal["touched_on"]) == (date(2026, 3, 2), date(2026, 3, 2))
    assert {row["month"]: (row["won"], row["created_count"], row["activities"], row["met"]) for row in months} == {
        date(2025, 10, 1): (0, 1, 0, 0),
        date(2026, 2, 1): (125_000_050, 0, 0, 0),
        date(2026, 3, 1): (0, 0, 1, 0),
    }
    assert stages == [("rep-2", "lead", 1, 0)]
    assert len(found["product_wins"]) == 2


def pushed(tx: Any) -> tuple[int, int]:
    f = t.deal_facts.c
    count, days = tx.execute(sa.select(f.pushes, f.pushed_days).where(f.opportunity_id == "deal-1")).one()
    return count, days


def put_off(tx: Any, on: date, second: int) -> str:
    _, scope = scope_for(tx, "rep-1")
    said = Reading(Intent.REPORT, deals=(DealDraft(Read("deal-1"), Read("acc-1"), close_date=Read(on)),))
    return save(tx, scope, said, message=MessageRef("1", "推迟"), at=AT + timedelta(seconds=second), why="report").id


def test_a_date_put_off_counts_once_a_report(stored: Any) -> None:
    with stored.begin() as tx:
        me, scope = scope_for(tx, "rep-1")
        put_off(tx, date(2026, 6, 10), 1)
        assert pushed(tx) == (1, 10)
        second = put_off(tx, date(2026, 6, 30), 2)
        assert pushed(tx) == (2, 30)
        # Corrected to a later day than before all the same: one step, of ten days
        said = Reading(
            Intent.REPORT, deals=(DealDraft(Read("deal-1"), Read("acc-1"), close_date=Read(date(2026, 6, 20))),)
        )
        second = amend(
            tx, scope, second, said, message=MessageRef("2", "不对"), at=AT + timedelta(seconds=3), why="correction"
        ).id
        assert pushed(tx) == (2, 20)
        back = undo(tx, scope, second, at=AT + timedelta(seconds=4), by=me.id, whole=True).id
        assert pushed(tx) == (1, 10)
        undo(tx, scope, back, at=AT + timedelta(seconds=5), by=me.id)
        assert pushed(tx) == (2, 20)
        put_off(tx, date(2026, 4, 1), 6)  # brought forward
        assert pushed(tx) == (2, 20)
        check(tx)


def test_a_migration_fills_them(stored: Any) -> None:
    with stored.begin() as tx:
        before = rows(tx)
    from alembic import command

    from storage.migrate import config

    with stored.engine.begin() as connection:
        command.downgrade(config(connection), "0002")
    migrate(stored.engine)
    with stored.begin() as tx:
        assert rows(tx) == before
        assert before["deal_facts"]


def test_two_at_once_about_the_same_person_and_customer(postgresql_url: str, small_company: dict[str, Any]) -> None:
    """Each waits for the other at the rows that both make anew, and then sees what the other wrote."""
    database = open_database(postgresql_url)
    with database.begin() as tx:
        import_company(tx, small_company, at=AT)
    start = threading.Barrier(4)
    faults: list[BaseException] = []

    def report(place: int) -> None:
        try:
            for turn in range(6):
                start.wait(timeout=30)
                with database.begin() as tx:
                    _, scope = scope_for(tx, ("rep-1", "lead")[place % 2])
                    done = visits(DAYS[turn % 5], "acc-1", "deal-1" if turn % 2 else None, "con-1", ActivityType.VISIT)
                    said = Reading(
                        Intent.REPORT,
                        activities=(done,),
                        deals=(DealDraft(Read(New(f"第{place}{turn}期")), Read("acc-1"), amount=Read(1000)),),
                    )
                    at = AT + timedelta(seconds=10 * turn + place)
                    save(tx, scope, said, message=MessageRef(f"{place}-{turn}", "见了"), at=at, why="report")
        except BaseException as error:
            faults.append(error)
            start.abort()

    threads = [threading.Thread(target=report, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with database.begin() as tx:
        found = check(tx)
    database.close()
    assert len(found["deal_facts"]) == 1 + 4 * 6


@pytest.mark.parametrize("table", facts.TABLES, ids=lambda table: table.name)
def test_the_check_sees_a_difference(stored: Any, table: sa.Table) -> None:
    with stored.begin() as tx:
        tx.execute(sa.delete(table))
        with pytest.raises(AssertionError):
            check(tx)
