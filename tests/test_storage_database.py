"""Opening, migrating and the manners of transactions, on both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage import tables
from storage.database import open_database
from storage.errors import DatabaseUnreachable, FaultyDatabaseUrl, NotMigrated
from storage.migrate import config, current_revision, head_revision, migrate


def test_models_and_migrations_agree(database: Any) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": tables.metadata}
        )
        assert compare_metadata(context, tables.metadata) == []


def test_the_comparison_sees_a_difference(database: Any) -> None:
    with database.begin() as tx:
        tx.execute(sa.text("DROP INDEX ix_accounts_owner_id"))
        assert compare_metadata(MigrationContext.configure(tx), tables.metadata)


def test_checks_of_the_models_are_in_the_database(database: Any) -> None:
    with database.engine.connect() as connection:
        inspector = sa.inspect(connection)
        for table in tables.metadata.sorted_tables:
            wanted = {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}
            assert wanted == {c["name"] for c in inspector.get_check_constraints(table.name)}, table.name


def test_migrating_twice_does_nothing(database: Any) -> None:
    database.migrate()
    database.check_migrated()


def test_migrating_down_and_up_again(database: Any) -> None:
    with database.engine.begin() as connection:
        command.downgrade(config(connection), "base")
    with database.read() as tx:
        assert current_revision(tx) is None
    migrate(database.engine)
    database.check_migrated()


def test_an_empty_postgresql_is_not_migrated(empty_postgresql_url: str) -> None:
    with pytest.raises(NotMigrated) as caught:
        open_database(empty_postgresql_url)
    assert caught.value.found is None
    assert caught.value.expected == head_revision()


def test_two_processes_may_migrate_at_once(empty_postgresql_url: str) -> None:
    faults: list[BaseException] = []

    def run() -> None:
        try:
            database = open_database(empty_postgresql_url, check=False)
            database.migrate()
            database.close()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    open_database(empty_postgresql_url).close()


def test_a_mistyped_sqlite_path_makes_no_file(tmp_path: Any) -> None:
    with pytest.raises(NotMigrated):
        open_database(f"sqlite:///{tmp_path}/typo/canmou.db")
    assert list(tmp_path.iterdir()) == []


def test_migrating_a_new_sqlite_makes_its_folder(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path}/var/canmou.db"
    database = open_database(url, check=False)
    database.migrate()
    database.close()
    open_database(url).close()


@pytest.mark.parametrize("url", ["", "canmou.db", "mysql://u:hunter2@host/x", "postgresql://u:hunter2@host:port/x"])
def test_a_faulty_url_says_so_without_its_password(url: str) -> None:
    with pytest.raises(FaultyDatabaseUrl) as caught:
        open_database(url)
    assert "hunter2" not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_an_unreachable_server_says_so_without_its_password(tmp_path: Any) -> None:
    with pytest.raises(DatabaseUnreachable) as caught:
        open_database("postgresql://u:hunter2@127.0.0.1:1/x?password=hunter2")
    assert "hunter2" not in repr(caught.value)
    with pytest.raises(DatabaseUnreachable):
        open_database(f"sqlite:///{tmp_path}", check=False)  # a folder


def test_reading_can_not_write(stored: Any) -> None:
    with pytest.raises(sa.exc.DBAPIError), stored.read() as tx:
        tx.execute(sa.delete(tables.quotas))
    with stored.begin() as tx:  # the connection goes back into the pool fit for writing
        assert tx.execute(sa.delete(tables.quotas)).rowcount == 2


def test_an_error_rolls_back(stored: Any) -> None:
    def fail_half_way() -> None:
        with stored.begin() as tx:
            tx.execute(sa.delete(tables.quotas))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with stored.read() as tx:
        assert len(tx.execute(sa.select(tables.quotas)).all()) == 2


def test_a_read_sees_one_state(stored: Any) -> None:
    count = sa.select(sa.func.count()).select_from(tables.quotas)
    with stored.read() as reading:
        before = reading.execute(count).scalar_one()
        with stored.begin() as writing:
            writing.execute(sa.delete(tables.quotas))
        assert reading.execute(count).scalar_one() == before


def test_writers_wait_for_each_other_instead_of_failing(stored: Any) -> None:
    """Each reads, then writes what it read plus one: on SQLite this deadlocks if the lock comes with the write."""
    faults: list[BaseException] = []

    def bump() -> None:
        try:
            for _ in range(20):
                with stored.begin() as tx:
                    which = tables.quotas.c.person_id == "rep-1"
                    held = tx.execute(sa.select(tables.quotas.c.amount).where(which).with_for_update()).scalar_one()
                    tx.execute(sa.update(tables.quotas).where(which).values(amount=held + 1))
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=bump) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with stored.read() as tx:
        amount = tx.execute(sa.select(tables.quotas.c.amount).where(tables.quotas.c.person_id == "rep-1")).scalar_one()
    assert amount == 500_000_00 + 80


def test_foreign_keys_hold(stored: Any) -> None:
    with pytest.raises(sa.exc.IntegrityError), stored.begin() as tx:
        tx.execute(sa.delete(tables.accounts))


def test_in_memory_sqlite_works() -> None:
    database = open_database("sqlite://", check=False)
    database.migrate()
    database.check_migrated()
    database.close()
