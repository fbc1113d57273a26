"""The figures of an overview computed by DuckDB from the records themselves, held in its own tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import duckdb

from sales import diagnosis
from sales.diagnosis import Standing
from sales.metrics.problems import Cause
from sales.periods import Period

Con = duckdb.DuckDBPyConnection


@dataclass
class Found:
    """What both sides must agree on."""

    quota: int
    won: int
    won_count: int
    pipeline: int
    forecast: int
    slipping: tuple[int, int]
    overdue: int
    week: dict[str, tuple[int, int]]
    parts: list[tuple[str, str | None, int, int]]
    largest: list[str]
    misses: list[tuple[str, str | None, Cause, int]]
    risky: list[tuple[str, str | None, int, int]]
    late: list[tuple[str, str | None, int]]
    falls: list[tuple[str, int]]


@dataclass
class _Sums:
    months: dict[date, list[int]] = field(default_factory=dict)
    won: int = 0
    won_count: int = 0
    open_amount: int = 0
    reps: int = 0
    quota: dict[date, int] = field(default_factory=dict)

    def add(self, other: _Sums) -> None:
        for month, values in other.months.items():
            mine = self.months.setdefault(month, [0, 0, 0, 0])
            self.months[month] = [a + b for a, b in zip(mine, values, strict=True)]
        for month, value in other.quota.items():
            self.quota[month] = self.quota.get(month, 0) + value
        self.won += other.won
        self.won_count += other.won_count
        self.open_amount += other.open_amount
        self.reps += other.reps


def overview(con: Con, target: str, period: Period, today: date) -> Found:
    """As storage.overview, of a unit: the whole company by unit, a region by person."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE below AS WITH RECURSIVE b AS (SELECT id FROM org_units WHERE id = ? UNION ALL"
        " SELECT u.id FROM org_units u JOIN b ON u.parent_id = b.id) SELECT id FROM b",
        [target],
    )
    tree = dict(con.execute("SELECT id, parent_id FROM org_units").fetchall())
    children = sorted(u for u in tree if tree[u] == target)
    tall = any(parent in children for parent in tree.values())
    key = "p.org_unit_id" if tall else "p.id"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE who AS SELECT p.id, p.org_unit_id AS unit, p.role, {key} AS key FROM people p"
        " WHERE p.org_unit_id IN (SELECT id FROM below)"
    )
    _facts(con, today)
    each = _sums(con, period, today)
    unit_of = {k: k for k in each} if tall else dict(con.execute("SELECT id, unit FROM who").fetchall())
    units: dict[str, _Sums] = {}
    for one, sums in each.items():
        unit: str | None = unit_of[one]
        while unit is not None:
            units.setdefault(unit, _Sums()).add(sums)
            unit = None if unit == target else tree[unit]
    managers = dict(con.execute("SELECT org_unit_id, min(id) FROM people WHERE role = 'manager' GROUP BY 1").fetchall())

    def owner(one: str) -> str | None:
        unit: str | None = one
        if one not in tree:
            return one
        while unit is not None and unit not in managers:
            unit = tree[unit]
        return managers.get(unit)

    whole = units[target]
    days = f"BETWEEN DATE '{period.first}' AND DATE '{period.last}'"
    closing, worth = con.execute(f"SELECT sum(amount), sum(worth) FROM facts WHERE close_date {days}").fetchone()
    slipping = con.execute(f"SELECT count(*), sum(amount) FROM facts WHERE risky AND close_date {days}").fetchone()
    largest = con.execute(
        f"SELECT id FROM facts WHERE risky AND close_date {days} ORDER BY amount DESC, id LIMIT 5"
    ).fetchall()
    risky = con.execute(
        "SELECT key, count(*), CAST(sum(worth) AS BIGINT) AS w FROM facts WHERE risky GROUP BY key ORDER BY w DESC, key"
        " LIMIT 5"
    ).fetchall()
    late = con.execute(
        "SELECT w.key, count(*) AS n FROM follow_ups f JOIN who w ON w.id = f.person_id"
        " WHERE done_on IS NULL AND due_on < ? GROUP BY w.key ORDER BY n DESC, w.key",
        [today],
    ).fetchall()
    return Found(
        sum(whole.quota.get(month, 0) for month in period.months),
        whole.won,
        whole.won_count,
        int(closing),
        whole.won + int(worth),
        (int(slipping[0]), int(slipping[1])),
        sum(n for _, n in late),
        _week(con, today),
        _parts(units, children, period, owner),
        [row[0] for row in largest],
        _misses(each, units, tree, target, children, tall, unit_of, period, today, owner),
        [(one, owner(one), int(count), int(w)) for one, count, w in risky],
        [(one, owner(one), n) for one, n in late[:5]],
        _falls(con, today),
    )


def _facts(con: Con, today: date) -> None:
    """The open deals of these people with all that the rules look at."""
    median = con.execute("SELECT quantile_disc(amount, 0.5) FROM opportunities WHERE closed_on IS NULL").fetchone()[0]
    reached = con.execute(
        "WITH f AS (SELECT s.opportunity_id, max(CASE s.stage WHEN 'lead' THEN 0 WHEN 'qualified' THEN 1"
        " WHEN 'solution' THEN 2 WHEN 'proposal' THEN 3 WHEN 'negotiation' THEN 4 ELSE 0 END) AS r"
        " FROM stage_changes s GROUP BY 1)"
        " SELECT f.r, count(*) FILTER (o.stage = 'won'), count(*) FILTER (o.stage = 'lost')"
        " FROM opportunities o JOIN f ON f.opportunity_id = o.id WHERE o.closed_on IS NOT NULL GROUP BY 1"
    ).fetchall()
    chances = diagnosis.stage_chances((diagnosis.OPEN[r], won, lost) for r, won, lost in reached)
    permille = " ".join(f"WHEN '{stage.value}' THEN {round(1000 * chances[stage])}" for stage in diagnosis.OPEN)
    idle = " ".join(f"WHEN '{stage.value}' THEN {days}" for stage, days in diagnosis.STALLED_DAYS.items())
    large = diagnosis.large_from(median)
    met = ", ".join(f"'{kind.value}'" for kind in diagnosis.IN_PERSON)
    con.execute(f"""
    CREATE OR REPLACE TEMP TABLE facts AS
    WITH deals AS (
      SELECT o.*, w.key, w.unit FROM opportunities o JOIN who w ON w.id = o.owner_id WHERE o.closed_on IS NULL),
    linked AS (
      SELECT opportunity_id AS id, max(happened_on) AS on_day, max(happened_on) FILTER (type IN ({met})) AS met
      FROM activities WHERE opportunity_id IN (SELECT id FROM deals) GROUP BY 1),
    loose AS (
      SELECT account_id AS id, max(happened_on) AS on_day, max(happened_on) FILTER (type IN ({met})) AS met
      FROM activities WHERE opportunity_id IS NULL AND account_id IN (SELECT account_id FROM deals) GROUP BY 1),
    known AS (
      SELECT account_id AS id, count(*) AS people FROM contacts
      WHERE account_id IN (SELECT account_id FROM deals WHERE amount >= {large})
        AND id IN (SELECT contact_id FROM activity_contacts) GROUP BY 1),
    since AS (
      SELECT opportunity_id AS id, max(changed_on) AS on_day FROM stage_changes
      WHERE opportunity_id IN (SELECT id FROM deals) GROUP BY 1),
    pushed AS (
      SELECT c.record_id AS id, count(*) AS n, max(s.on_day) AS on_day
      FROM changes c JOIN change_sets s ON s.id = c.change_set_id
      WHERE c.kind = 'opportunity' AND c.field = 'close_date' AND c.after > c.before GROUP BY 1)
    SELECT d.id, d.key, d.stage, d.amount, d.close_date, pushed.on_day AS pushed_on,
      (amount // 1000) * CASE stage {permille} END + (amount % 1000) * CASE stage {permille} END // 1000 AS worth,
      close_date < DATE '{today}' OR coalesce(pushed.n, 0) >= 2
        OR greatest(d.created_on, linked.on_day, loose.on_day, since.on_day)
          < DATE '{today}' - CASE stage {idle} END
        OR (amount >= {large} AND (greatest(linked.met, loose.met) IS NULL
          OR greatest(linked.met, loose.met) < DATE '{today}' - 30 OR coalesce(known.people, 0) < 2)) AS risky
    FROM deals d LEFT JOIN linked ON linked.id = d.id LEFT JOIN loose ON loose.id = d.account_id
      LEFT JOIN known ON known.id = d.account_id LEFT JOIN since ON since.id = d.id LEFT JOIN pushed ON pushed.id = d.id
    """)


def _sums(con: Con, period: Period, today: date) -> dict[str, _Sums]:
    found: dict[str, _Sums] = {}
    months = {*period.months, *diagnosis.complete_months(today), *diagnosis.months_to(today, 6)}
    first = min(months)
    query = (
        "SELECT w.key, CAST(date_trunc('month', closed_on) AS DATE) AS m,"
        " CAST(coalesce(sum(amount) FILTER (stage = 'won'), 0) AS BIGINT), count(*) FILTER (stage = 'won'),"
        " count(*) FILTER (stage = 'lost') FROM opportunities o JOIN who w ON w.id = o.owner_id"
        " WHERE closed_on >= ? GROUP BY 1, 2"
    )
    for key, month, won, count, lost in con.execute(query, [first]).fetchall():
        found.setdefault(key, _Sums()).months[month] = [won, count, lost, 0]
    acted = (
        "SELECT w.key, CAST(date_trunc('month', happened_on) AS DATE) AS m, count(*) FROM activities a"
        " JOIN who w ON w.id = a.person_id WHERE happened_on >= ? GROUP BY 1, 2"
    )
    since = diagnosis.months_to(today, diagnosis.ACTIVITY_MONTHS)[0]
    for key, month, count in con.execute(acted, [since]).fetchall():
        found.setdefault(key, _Sums()).months.setdefault(month, [0, 0, 0, 0])[3] = count
    quotas = (
        "SELECT w.key, q.month, CAST(sum(q.amount) AS BIGINT) FROM quotas q JOIN who w ON w.id = q.person_id"
        " WHERE q.month BETWEEN ? AND ? GROUP BY 1, 2"
    )
    for key, month, amount in con.execute(quotas, [first, max(months)]).fetchall():
        found.setdefault(key, _Sums()).quota[month] = amount
    won = (
        "SELECT w.key, CAST(sum(amount) AS BIGINT), count(*) FROM opportunities o JOIN who w ON w.id = o.owner_id"
        " WHERE stage = 'won' AND closed_on BETWEEN ? AND ? GROUP BY 1"
    )
    for key, amount, count in con.execute(won, [period.first, min(today, period.last)]).fetchall():
        found.setdefault(key, _Sums()).won, found[key].won_count = amount, count
    for key, amount in con.execute("SELECT key, CAST(sum(amount) AS BIGINT) FROM facts GROUP BY 1").fetchall():
        found.setdefault(key, _Sums()).open_amount = amount
    for key, count in con.execute("SELECT key, count(*) FROM who WHERE role = 'rep' GROUP BY 1").fetchall():
        found.setdefault(key, _Sums()).reps = count
    return found


def _standing(sums: _Sums, period: Period, today: date) -> Standing:
    def over(count: int) -> list[list[int]]:
        return [sums.months[m] for m in diagnosis.months_to(today, count) if m in sums.months]

    closed = over(diagnosis.CONVERSION_MONTHS)
    return Standing(
        tuple((sums.months.get(m, [0])[0], sums.quota.get(m)) for m in diagnosis.complete_months(today)),
        sums.won,
        sum(sums.quota.get(m, 0) for m in period.months) or None,
        period.elapsed(today),
        sums.open_amount,
        sum(m[3] for m in over(diagnosis.ACTIVITY_MONTHS)),
        sums.reps,
        sum(m[1] + m[2] for m in closed),
        sum(m[1] for m in closed),
    )


def _misses(each, units, tree, target, children, tall, unit_of, period, today, owner):  # type: ignore[no-untyped-def]
    levels = [dict.fromkeys(children, target)]
    levels.append({u: tree[u] for u in tree if tree[u] in levels[0]})
    if not tall:
        levels.append({one: unit_of[one] for one in each})
    missing = []
    for level in levels:
        at = {u: _standing(units[u] if u in tree else each[u], period, today) for u in level if u in units or u in each}
        for one, standing in at.items():
            if diagnosis.misses(standing):
                near = [at[u] for u in at if u != one and level[u] == level[one]]
                peers = near if len(near) >= 3 else [at[u] for u in at if u != one]
                missing.append((one, standing, peers))
    missing.sort(key=lambda m: (-m[1].behind, m[0] not in tree, m[0]))
    below: dict[str | None, int] = {}
    for one, standing, _ in missing[:30]:
        if one in tree:
            below[tree[one]] = below.get(tree[one], 0) + standing.behind
    return [
        (one, owner(one), diagnosis.reason_of(standing, peers).cause, standing.behind)
        for one, standing, peers in missing[:30]
        if one not in tree or 2 * below.get(one, 0) < standing.behind
    ]


def _parts(units, children, period, owner):  # type: ignore[no-untyped-def]
    known = [(u, owner(u), sum(units[u].quota.get(m, 0) for m in period.months), units[u].won) for u in children]
    return sorted(known, key=lambda p: (round(100 * p[3] / p[2], 2), p[0]))


def _week(con: Con, today: date) -> dict[str, tuple[int, int]]:
    first = today - timedelta(days=6)
    found = {}
    for name, column, which in (
        ("won", "closed_on", "AND stage = 'won'"),
        ("lost", "closed_on", "AND stage = 'lost'"),
        ("created", "created_on", ""),
    ):
        query = (
            "SELECT count(*), coalesce(sum(amount), 0) FROM opportunities o JOIN who w ON w.id = o.owner_id"
            f" WHERE {column} BETWEEN ? AND ? {which}"
        )
        count, amount = con.execute(query, [first, today]).fetchone()
        found[name] = (int(count), int(amount))
    pushed = "SELECT count(*), coalesce(sum(amount), 0) FROM facts WHERE pushed_on BETWEEN ? AND ?"
    count, amount = con.execute(pushed, [first, today]).fetchone()
    found["pushed"] = (int(count), int(amount))
    return found


def _falls(con: Con, today: date) -> list[tuple[str, int]]:
    since, start = today - timedelta(days=90), today - timedelta(days=450)
    query = (
        "SELECT k.product_id, coalesce(sum(amount) FILTER (closed_on > ?), 0),"
        " coalesce(sum(amount) FILTER (closed_on <= ?), 0), count(*) FILTER (closed_on <= ?)"
        " FROM opportunities o JOIN who w ON w.id = o.owner_id JOIN opportunity_products k ON k.opportunity_id = o.id"
        " WHERE stage = 'won' AND closed_on > ? AND closed_on <= ? GROUP BY 1 ORDER BY 1"
    )
    rows = con.execute(query, [since, since, since, start, today]).fetchall()
    return [(one, int(last)) for one, last, before, n in rows if diagnosis.product_falls(int(last), int(before), n)]
