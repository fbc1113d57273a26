"""The demo company keeps the rules of the company file on any day, and its story holds."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest

from bot.demo import story
from bot.demo.company import make_demo
from bot.demo.months import add_months, month_of
from bot.demo.talk import make_talk
from bot.playground import playground
from handlers.turns import Heard
from sales.language.lexicon import standard
from sales.stages import ActivityType, PaymentStatus, Role, Stage

DAYS = [
    date(2026, 11, 21),  # a Saturday
    date(2026, 11, 22),  # a Sunday
    date(2026, 12, 31),  # the fiscal year's last day
    date(2027, 1, 1),  # its first, a holiday
    date(2027, 3, 31),  # a quarter's last day
    date(2027, 4, 1),
    date(2027, 2, 9),  # within the spring festival
    date(2027, 10, 5),  # within the national holiday
    date(2028, 2, 29),
    date(2029, 6, 13),
]
Row = dict[str, Any]
KEYS = {
    "org_units": {"id", "name", "aliases", "parent"},
    "users": {"id", "name", "aliases", "role", "org_unit", "title"},
    "products": {"id", "name", "aliases"},
    "competitors": {"id", "name", "aliases"},
    "accounts": {"id", "name", "aliases", "industry", "city", "tier", "owner"},
    "contacts": {"id", "account", "name", "title", "aliases"},
    "opportunities": {
        "id", "account", "name", "owner", "stage", "amount", "close_date", "products", "competitors", "created_on",
        "closed_on", "lost_reason",
    },
    "stage_changes": {"opportunity", "stage", "on"},
    "activities": {"id", "user", "account", "opportunity", "type", "date", "contacts", "summary"},
    "follow_ups": {"id", "user", "account", "opportunity", "due", "text", "done_on"},
    "payments": {"id", "opportunity", "account", "amount", "date", "status"},
    "quotas": {"owner", "month", "amount"},
}  # fmt: skip


@cache
def demo(today: date) -> dict[str, Any]:
    return make_demo(today)


@pytest.fixture(params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture
def company(today: date) -> dict[str, Any]:
    return demo(today)


def by_id(rows: list[Row]) -> dict[str, Row]:
    return {row["id"]: row for row in rows}


def offices(company: dict[str, Any]) -> dict[str, str]:
    """Office name of every rep."""
    names = {unit["id"]: unit["name"] for unit in company["org_units"]}
    return {user["id"]: names[user["org_unit"]] for user in company["users"] if user["role"] == "rep"}


def attainment(company: dict[str, Any], month: date) -> dict[str, float]:
    """Won over quota of every office in a month."""
    office = offices(company)
    quota: Counter[str] = Counter()
    won: Counter[str] = Counter()
    for row in company["quotas"]:
        if row["owner"] in office and row["month"] == f"{month:%Y-%m}":
            quota[office[row["owner"]]] += row["amount"]
    for deal in company["opportunities"]:
        if deal["stage"] == "won" and deal["closed_on"].startswith(f"{month:%Y-%m}"):
            won[office[deal["owner"]]] += deal["amount"]
    return {name: won[name] / total for name, total in quota.items()}


def test_the_file_has_the_keys_of_the_format_and_is_plain_json(company: dict[str, Any]) -> None:
    assert json.loads(json.dumps(company, ensure_ascii=False)) == company
    assert set(company) == {"company", *KEYS}
    assert set(company["company"]) == {"name", "currency", "timezone", "locale", "fiscal_year_start_month"}
    for kind, keys in KEYS.items():
        assert company[kind], kind
        assert all(set(row) == keys for row in company[kind]), kind


def test_ids_are_unique_and_every_reference_leads_somewhere(company: dict[str, Any]) -> None:
    ids = [row["id"] for kind in KEYS for row in company[kind] if "id" in row]
    assert len(ids) == len(set(ids))
    units, users, accounts = by_id(company["org_units"]), by_id(company["users"]), by_id(company["accounts"])
    deals, contacts = by_id(company["opportunities"]), by_id(company["contacts"])
    products, competitors = by_id(company["products"]), by_id(company["competitors"])
    assert [unit["id"] for unit in company["org_units"] if unit["parent"] is None] == [company["org_units"][0]["id"]]
    assert all(unit["parent"] is None or unit["parent"] in units for unit in company["org_units"])
    assert all(user["org_unit"] in units and Role(user["role"]) for user in company["users"])
    for account in company["accounts"]:
        assert users[account["owner"]]["role"] == "rep"
        assert account["tier"] in "ABC"
    assert all(contact["account"] in accounts for contact in company["contacts"])
    for deal in company["opportunities"]:
        assert deal["owner"] == accounts[deal["account"]]["owner"]
        assert set(deal["products"]) <= set(products)
        assert set(deal["competitors"]) <= set(competitors)
        assert len(deal["competitors"]) == len(set(deal["competitors"]))
    for row in company["activities"] + company["follow_ups"]:
        assert row["account"] == deals[row["opportunity"]]["account"]
        assert row["user"] == accounts[row["account"]]["owner"]
    for row in company["activities"]:
        assert ActivityType(row["type"])
        assert all(contacts[contact]["account"] == row["account"] for contact in row["contacts"])
    assert all(deals[row["opportunity"]]["account"] == row["account"] for row in company["payments"])
    assert all(row["owner"] in users or row["owner"] in units for row in company["quotas"])
    keys = [(row["owner"], row["month"]) for row in company["quotas"]]
    assert len(keys) == len(set(keys))


def test_the_history_of_every_deal_is_of_one_piece(company: dict[str, Any], today: date) -> None:
    history: dict[str, list[tuple[Stage, str]]] = {}
    for change in company["stage_changes"]:
        history.setdefault(change["opportunity"], []).append((Stage(change["stage"]), change["on"]))
    for deal in company["opportunities"]:
        stages, days = zip(*history[deal["id"]], strict=True)
        assert stages[0] is Stage.LEAD
        assert stages[-1] == deal["stage"]
        assert [stage.rank for stage in stages] == sorted({stage.rank for stage in stages})
        assert all(stage.is_open for stage in stages[:-1])
        assert list(days) == sorted(set(days))
        assert days[0] == deal["created_on"]
        assert days[-1] < today.isoformat()
        assert deal["closed_on"] == (None if stages[-1].is_open else days[-1])
        assert bool(deal["lost_reason"]) == (deal["stage"] == "lost")
        assert 12 * 10_000 <= deal["amount"] <= 400 * 10_000
    names = [(deal["account"], deal["name"]) for deal in company["opportunities"]]
    assert len(names) == len(set(names))
    deals = by_id(company["opportunities"])
    for row in company["activities"]:
        deal = deals[row["opportunity"]]
        assert deal["created_on"] <= row["date"] < today.isoformat()
        assert deal["stage"] != "lost" or row["date"] <= deal["closed_on"]
        assert "{" not in row["summary"]


def test_what_was_done_was_done_on_workdays(company: dict[str, Any], today: date) -> None:
    free = holidays.country_holidays("CN", years=range(today.year - 3, today.year + 2))
    done = [row["date"] for row in company["activities"]] + [row["on"] for row in company["stage_changes"]]
    done += [row["done_on"] for row in company["follow_ups"] if row["done_on"]]
    done += [row["date"] for row in company["payments"] if row["status"] == "received"]
    for day in map(date.fromisoformat, done):
        assert day.weekday() < 5
        assert day not in free
        assert day < today


def test_something_is_always_alive(company: dict[str, Any], today: date) -> None:
    now = today.isoformat()
    waiting = [row for row in company["follow_ups"] if not row["done_on"]]
    hero = next(user["id"] for user in company["users"] if user["name"] == story.HERO)
    assert len(waiting) == 30
    assert sum(row["due"] < now for row in waiting) == 8
    assert sum(row["due"] == now for row in waiting) >= 4
    assert any(row["due"] == now and row["user"] == hero for row in waiting)
    last = max(row["date"] for row in company["activities"])
    assert today - date.fromisoformat(last) <= timedelta(12)  # the longest holiday and its weekends
    visits = {row["user"] for row in company["activities"] if row["date"] == last and row["type"] == "visit"}
    assert len(visits) >= 5
    assert hero in visits
    still_open = [deal for deal in company["opportunities"] if deal["closed_on"] is None]
    assert 70 <= len(still_open) <= 80
    assert {deal["stage"] for deal in still_open} == {stage for stage in Stage if stage.is_open}
    assert any(deal["close_date"] < now and deal["owner"] == hero for deal in still_open)  # it slips
    expected = [row for row in company["payments"] if PaymentStatus(row["status"]) is PaymentStatus.EXPECTED]
    assert any(row["date"] < now for row in expected)
    assert any(row["date"] > now for row in expected)


def test_the_sums_are_believable(company: dict[str, Any], today: date) -> None:
    assert sum(user["role"] == "rep" for user in company["users"]) == 25
    assert 55 <= len(company["accounts"]) <= 70
    assert 800 <= len(company["activities"]) <= 1100
    paid: Counter[str] = Counter()
    for row in company["payments"]:
        paid[row["opportunity"]] += row["amount"]
    won = {deal["id"]: deal["amount"] for deal in company["opportunities"] if deal["stage"] == "won"}
    assert paid == won
    lost = sum(deal["stage"] == "lost" for deal in company["opportunities"])
    assert 0.5 < len(won) / (len(won) + lost) < 0.75
    used = Counter(row["summary"] for row in company["activities"])
    assert len(used) > 0.75 * len(company["activities"])
    months = {row["month"] for row in company["quotas"]}
    assert {f"{today.year - 1}-01", f"{today.year}-12"} <= months


def test_one_office_lags_two_months_in_a_row_for_lack_of_new_deals(company: dict[str, Any], today: date) -> None:
    last, before = (attainment(company, add_months(month_of(today), -back)) for back in (1, 2))
    short = {name for name in last if last[name] < 0.6 and before[name] < 0.6}
    assert short == {story.LAGGING_OFFICE}
    since = (today - timedelta(120)).isoformat()
    office = offices(company)
    new = Counter(office[deal["owner"]] for deal in company["opportunities"] if deal["created_on"] >= since)
    assert new[story.LAGGING_OFFICE] == 0
    assert all(new[name] >= 2 for name in last if name != story.LAGGING_OFFICE)


def test_names_that_can_be_confused_are_there() -> None:
    company = demo(DAYS[0])
    aliases = Counter(alias for account in company["accounts"] for alias in account["aliases"])
    assert aliases["瑞丰"] == 2
    shorts = {account["aliases"][0] for account in company["accounts"]}
    assert {"恒越", "衡岳", "嘉禾", "佳和"} <= shorts
    hengyue = next(account["id"] for account in company["accounts"] if account["aliases"][0] == "恒越")
    wangs = [row for row in company["contacts"] if row["account"] == hengyue and row["name"].startswith("王")]
    assert len(wangs) == 2


def test_the_same_day_gives_the_same_company_and_the_next_day_the_same_people() -> None:
    day = DAYS[0]
    assert make_demo(day) == demo(day)
    for kind in ("org_units", "users", "products", "competitors", "accounts", "contacts"):
        assert demo(DAYS[1])[kind] == demo(day)[kind]


def test_what_visitors_are_shown_first_has_one_open_deal(company: dict[str, Any]) -> None:
    shorts = {account["id"]: account["aliases"][0] for account in company["accounts"]}
    still_open = Counter(shorts[deal["account"]] for deal in company["opportunities"] if deal["closed_on"] is None)
    assert {name: still_open[name] for name in story.ONE_OPEN_DEAL} == dict.fromkeys(story.ONE_OPEN_DEAL, 1)


@pytest.mark.parametrize("day", [date(2026, 3, 18), date(2026, 11, 22), date(2027, 1, 15)], ids=str)
def test_a_visitors_first_sentence_is_recorded_without_a_question(day: date) -> None:
    hero = next(user["id"] for user in demo(day)["users"] if user["name"] == story.HERO)
    at = datetime(day.year, day.month, day.day, 18, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    with playground(demo(day), standard()) as ground:
        for text, card in (
            ("今天下午去恒越见了吕经理，聊了方案，让下周三之前发正式报价，预算加到135了", "128万 → 135万"),
            ("Met Anil at Kestrel this afternoon, price is now 2.05M, I'll send the contract by Friday", "→ ¥2.05M"),
        ):
            _, dialogue = ground.fresh()
            reply = dialogue.hear(Heard("terminal", "first", hero, text, text, at, None)).reply
            assert card in "\n".join(reply.lines)
            assert reply.lines[0].startswith("✅")


def test_the_talk_is_held_by_people_of_the_company_about_its_own_customers(company: dict[str, Any]) -> None:
    talks = make_talk(company, "zh")
    people = {user["name"] for user in company["users"]}
    texts = [text for talk in talks for _, text in talk]
    assert {person for talk in talks for person, _ in talk} <= people
    deal = next(deal for deal in company["opportunities"] if deal["name"] == "恒越MES二期")
    assert deal["closed_on"] is None
    assert f"从{deal['amount'] // 10_000}万加到" in texts[0]
    assert any(text.isascii() and "Kestrel" in text for text in texts)
    aliases = {alias for account in company["accounts"] for alias in account["aliases"]}
    for named in ("恒越", "瑞丰线缆", "扬子阀业", "Kestrel"):
        assert named in aliases
        assert any(named in text for text in texts)
