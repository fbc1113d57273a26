"""An invented company as large as they come, for bench/overview.py: made by DuckDB, loaded into the product's tables.

The rows are written straight into the tables (the importer is measured elsewhere); the roll-ups are then made by the
product itself. The same numbers give the same company: everything follows from hashes of row numbers.
"""

from __future__ import annotations

import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa
from generate import TODAY

from storage import facts
from storage import tables as t
from storage.database import Database, open_database

REGIONS = 8
STAGES = ("lead", "qualified", "solution", "proposal", "negotiation")
BATCH = 50_000


@dataclass(frozen=True)
class Size:
    offices: int = 200
    reps_each: int = 25
    accounts: int = 100_000
    deals: int = 300_000
    activities: int = 2_000_000
    follow_ups: int = 400_000

    def quick(self) -> Size:
        """A tenth of it."""
        return Size(40, 12, *(n // 10 for n in (self.accounts, self.deals, self.activities, self.follow_ups)))

    @property
    def reps(self) -> int:
        return self.offices * self.reps_each


def _draw(number: str, salt: int, below: int) -> str:
    """SQL: a number from 0 up to `below`, the same each time for the same row."""
    return f"CAST(hash(CAST({number} AS BIGINT) * 1000003 + {salt}) % {below} AS INTEGER)"


def make(con: duckdb.DuckDBPyConnection, size: Size) -> None:
    """Fills DuckDB's own tables, named and typed as the product's (as far as they are needed)."""
    today = f"DATE '{TODAY}'"
    d = _draw
    stage = "CASE {n} " + " ".join(f"WHEN {i} THEN '{s}'" for i, s in enumerate(STAGES)) + " END"
    con.execute(f"""
    CREATE TABLE org_units AS
      SELECT 'ou-0' AS id, 'Head office' AS name, CAST(NULL AS VARCHAR) AS parent_id
      UNION ALL SELECT 'r-' || i, 'Region ' || i, 'ou-0' FROM range({REGIONS}) x(i)
      UNION ALL SELECT 'f-' || i, 'Office ' || i, 'r-' || (i % {REGIONS}) FROM range({size.offices}) x(i);
    CREATE TABLE people AS
      SELECT 'ops' AS id, 'ops' AS role, 'ou-0' AS org_unit_id
      UNION ALL SELECT 'm-' || id, 'manager', id FROM org_units
      UNION ALL SELECT 'u-' || i, 'rep', 'f-' || (i % {size.offices}) FROM range({size.reps}) x(i);
    CREATE TABLE products AS SELECT 'p-' || i AS id FROM range(12) x(i);
    CREATE TABLE accounts AS
      SELECT 'a-' || i AS id, 'u-' || (i % {size.reps}) AS owner_id, i FROM range({size.accounts}) x(i);
    CREATE TABLE contacts AS
      SELECT 'c-' || i AS id, 'a-' || (i // 2) AS account_id FROM range({size.accounts * 2}) x(i);
    CREATE TABLE drawn AS
      SELECT i, {d("i", 1, size.accounts)} AS account, {d("i", 2, 696)} + 5 AS age, {d("i", 3, 100)} AS fate,
        {d("i", 4, 5)} AS depth, {d("i", 5, 380)} + 20 AS span, {d("i", 6, 1000)} AS a, {d("i", 7, 220)} - 8 AS ahead
      FROM range({size.deals}) x(i);
    CREATE TABLE opportunities AS
      SELECT 'o-' || i AS id, 'a-' || account AS account_id, 'u-' || (account % {size.reps}) AS owner_id,
        CASE WHEN fate < 40 THEN {stage.format(n="depth")}
             -- every sixteenth office loses most of what the others win
             WHEN fate < CASE WHEN account % {size.reps} % {size.offices} % 16 = 3 THEN 46 ELSE 67 END THEN 'won'
             ELSE 'lost' END AS stage,
        CAST((80 + pow(a / 100, 3)) * 100000 AS BIGINT) AS amount, {today} - age AS created_on,
        CASE WHEN fate >= 40 THEN {today} - greatest(0, age - span) END AS closed_on,
        CASE WHEN fate < 40 THEN {today} + ahead ELSE {today} - greatest(0, age - span) END AS close_date, depth
      FROM drawn;
    CREATE TABLE opportunity_products AS
      SELECT 'o-' || i AS opportunity_id, 'p-' || least({d("i", 8, 12)}, {d("i", 9, 12)}) AS product_id FROM drawn;
    CREATE TABLE stage_changes AS
      SELECT 's-' || o.id || '-' || k AS id, o.id AS opportunity_id,
        CASE WHEN k <= depth THEN {stage.format(n="k")} ELSE o.stage END AS stage,
        CASE WHEN k <= depth THEN created_on + CAST((coalesce(closed_on, {today}) - created_on) * k // 5 AS INTEGER)
             ELSE closed_on END AS changed_on, k AS position
      FROM opportunities o, range(6) x(k) WHERE k <= depth OR (k = depth + 1 AND closed_on IS NOT NULL);
    CREATE TABLE activities AS
      WITH raw AS (
        SELECT i, {d("i", 11, size.deals)} AS deal, {d("i", 12, 1000)} AS place, {d("i", 13, 8)} AS kind,
          {d("i", 14, 10)} AS linked
        FROM range({size.activities}) x(i))
      SELECT 'v-' || r.i AS id, o.owner_id AS person_id, o.account_id,
        CASE WHEN linked < 6 THEN o.id END AS opportunity_id,
        ['visit', 'call', 'meeting', 'message', 'demo', 'bid', 'social', 'other'][kind + 1] AS type,
        o.created_on + CAST((coalesce(o.closed_on, {today}) - o.created_on) * place // 999 AS INTEGER) AS happened_on
      FROM raw r JOIN opportunities o ON o.id = 'o-' || r.deal;
    CREATE TABLE activity_contacts AS
      SELECT id AS activity_id, 'c-' || (CAST(account_id[3:] AS INTEGER) * 2
        + CASE WHEN {d("CAST(account_id[3:] AS INTEGER)", 15, 3)} = 0 THEN 0
          ELSE {d("CAST(id[3:] AS INTEGER)", 16, 2)} END) AS contact_id FROM activities;
    CREATE TABLE follow_ups AS
      SELECT 't-' || i AS id, o.owner_id AS person_id, o.account_id, o.id AS opportunity_id,
        {today} + {d("i", 18, 300)} - 270 AS due_on,
        CASE WHEN {d("i", 19, 100)} < 85 THEN {today} + {d("i", 18, 300)} - 272 END AS done_on
      FROM range({size.follow_ups}) x(i) JOIN opportunities o ON o.id = 'o-' || {d("i", 17, size.deals)};
    CREATE TABLE quotas AS
      SELECT 'q-u-' || i || '-' || m AS id, 'u-' || i AS person_id,
        CAST(make_date({TODAY.year}, m, 1) AS DATE) AS month,
        CAST((SELECT sum(amount) / 20.0 / {size.reps} FROM opportunities WHERE stage = 'won') * 0.95 AS BIGINT)
          AS amount
      FROM range({size.reps}) x(i), range(1, 13) y(m);
    CREATE TABLE pushes AS
      SELECT 'cs-' || o.id || '-' || k AS id, o.id AS deal, o.owner_id,
        o.close_date - CAST(30 * (3 - k) AS INTEGER) AS before, o.close_date - CAST(30 * (2 - k) AS INTEGER) AS after,
        {today} - {d("CAST(o.id[3:] AS INTEGER)", 21, 90)} - CAST((2 - k) * 20 AS INTEGER) AS on_day
      FROM opportunities o, range(3) x(k)
      WHERE o.closed_on IS NULL AND k >= {d("CAST(o.id[3:] AS INTEGER)", 20, 12)};
    CREATE TABLE change_sets AS SELECT id, owner_id AS person_id, on_day FROM pushes;
    CREATE TABLE changes AS
      SELECT id AS change_set_id, deal AS record_id, before, after, 'opportunity' AS kind, 'close_date' AS field
      FROM pushes;
    DROP TABLE drawn;
    """)


_ORIGIN = "'gen' AS origin"
_TABLES: tuple[tuple[sa.Table, str], ...] = (
    (t.org_units, f"SELECT id, name, '[]' AS aliases, parent_id, {_ORIGIN} FROM org_units"),
    (t.people, f"SELECT id, id AS name, '[]' AS aliases, role, org_unit_id, '' AS title, {_ORIGIN} FROM people"),
    (t.products, f"SELECT id, id AS name, '[]' AS aliases, {_ORIGIN} FROM products"),
    (t.accounts, f"SELECT id, id AS name, '[]' AS aliases, '' AS industry, '' AS city, 'B' AS tier, owner_id, {_ORIGIN}"
                 " FROM accounts"),
    (t.contacts, f"SELECT id, account_id, id AS name, '' AS title, '[]' AS aliases, {_ORIGIN} FROM contacts"),
    (t.opportunities, f"SELECT id, account_id, id AS name, owner_id, stage, amount, close_date, created_on, closed_on,"
                      f" {_ORIGIN} FROM opportunities"),
    (t.opportunity_products, "SELECT opportunity_id, product_id FROM opportunity_products"),
    (t.stage_changes, f"SELECT id, opportunity_id, stage, changed_on, position, {_ORIGIN} FROM stage_changes"),
    (t.activities, f"SELECT id, person_id, account_id, opportunity_id, type, happened_on, '' AS summary, {_ORIGIN}"
                   " FROM activities"),
    (t.activity_contacts, "SELECT activity_id, contact_id FROM activity_contacts"),
    (t.follow_ups, f"SELECT id, person_id, account_id, opportunity_id, due_on, 'call' AS text, done_on, {_ORIGIN}"
                   " FROM follow_ups"),
    (t.quotas, f"SELECT id, person_id, month, amount, {_ORIGIN} FROM quotas"),
    (t.change_sets, "SELECT id, person_id, on_day || ' 04:00:00.000000' AS at, 'save' AS source, 'report' AS why,"
                    " false AS whole FROM change_sets"),
    (t.changes, "SELECT change_set_id, 'set' AS op, kind, record_id, field, '\"' || before || '\"' AS before,"
                " '\"' || after || '\"' AS after FROM changes"),
)  # fmt: skip
"""What is loaded into which table."""


def _without_indexes(database: Database) -> list[sa.Index]:
    """Takes the indexes of the loaded tables away, to be made again when the rows are there."""
    indexes = [index for table, _ in _TABLES for index in table.indexes]
    with database.begin() as tx:
        for index in indexes:
            index.drop(tx)
    return indexes


def load(con: duckdb.DuckDBPyConnection, url: str) -> None:
    """Makes the database at `url` (a new one) and fills it, roll-ups and all."""
    database = open_database(url, check=False)
    database.migrate()
    indexes = _without_indexes(database)
    with database.begin() as tx:
        tx.execute(
            sa.insert(t.company_settings).values(
                id=1, name="Farbridge", currency="CNY", timezone="Asia/Shanghai", locale="zh-CN",
                fiscal_year_start_month=1,
            )
        )  # fmt: skip
    if database.is_sqlite:
        _into_sqlite(con, str(database.engine.url.database))
    else:
        _into_postgresql(con, database)
    with database.begin() as tx:
        for index in indexes:
            index.create(tx)
    with database.begin() as tx:
        facts.rebuild(tx)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
    database.close()


def _into_sqlite(con: duckdb.DuckDBPyConnection, path: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    for table, query in _TABLES:
        rows = con.execute(f"SELECT COLUMNS(*)::VARCHAR FROM ({query})")
        names = [column[0] for column in rows.description or ()]
        statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        while batch := rows.fetchmany(BATCH):
            connection.executemany(statement, batch)
    connection.execute("UPDATE change_sets SET whole = 0")  # loaded as text
    connection.commit()
    connection.close()


def _into_postgresql(con: duckdb.DuckDBPyConnection, database: Database) -> None:
    with tempfile.TemporaryDirectory() as folder, database.begin() as tx:
        tx.execute(sa.text("SET LOCAL session_replication_role = replica"))  # the data refer to each other rightly
        raw: Any = tx.connection.driver_connection
        for table, query in _TABLES:
            path = Path(folder) / "rows.csv"
            names = [column[0] for column in con.execute(f"SELECT * FROM ({query}) LIMIT 0").description or ()]
            con.execute(f"COPY ({query}) TO '{path}' (FORMAT csv, HEADER false)")
            statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN (FORMAT csv)"
            with raw.cursor() as cursor, cursor.copy(statement) as copy, path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    copy.write(chunk)
