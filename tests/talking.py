"""A small sales team to talk to the dialogue as: what is said, what comes back, what is on record afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from handlers.dialogue import Dialogue
from handlers.turns import FieldValue, Form, Heard, Turn
from sales.language.reader import RulesReader
from storage.importer import import_company

AT = datetime(2026, 3, 18, 10, 5, tzinfo=UTC)
"""A Wednesday, 18:05 in Shanghai."""

READER = RulesReader()


def team() -> dict[str, Any]:
    """霁川泵业: three reps and their manager; customers that share a name, people that share a surname."""
    return {
        "company": {
            "name": "霁川泵业", "currency": "CNY", "timezone": "Asia/Shanghai", "locale": "zh-CN",
            "fiscal_year_start_month": 1,
        },
        "org_units": [
            {"id": "all", "name": "霁川", "aliases": [], "parent": None},
            {"id": "north", "name": "北线", "aliases": [], "parent": "all"},
            {"id": "south", "name": "南线", "aliases": [], "parent": "all"},
        ],
        "users": [
            {"id": "nie", "name": "聂小川", "aliases": [], "role": "rep", "org_unit": "north", "title": "销售"},
            {"id": "pan", "name": "潘悦", "aliases": [], "role": "rep", "org_unit": "south", "title": "销售"},
            {"id": "boss", "name": "梁北辰", "aliases": [], "role": "manager", "org_unit": "north", "title": "经理"},
        ],
        "products": [
            {"id": "p1", "name": "双吸泵", "aliases": []},
            {"id": "p2", "name": "远程监测", "aliases": ["监测"]},
        ],
        "competitors": [{"id": "k1", "name": "岱川机械", "aliases": ["岱川"]}],
        "accounts": [
            _account("wl", "渭林水务集团有限公司", ["渭林水务", "渭林"], "nie"),
            _account("qh", "青荷纺织有限公司", ["青荷纺织", "青荷"], "nie"),
            _account("qm", "青荷面业有限公司", ["青荷面业", "青荷"], "nie"),
            _account("ax", "Alder Foods Ltd", ["Alder"], "nie"),
            _account("nt", "南棠造船有限公司", ["南棠造船", "南棠"], "pan"),
        ],
        "contacts": [
            _contact("c1", "wl", "胡建民", "总经理"),
            _contact("c2", "wl", "胡晓琴", "副总经理"),
            _contact("c3", "wl", "邱立", "设备科长"),
            _contact("c4", "qh", "沈一鸣", "厂长"),
            _contact("c5", "qm", "罗芳", "采购经理"),
            _contact("c6", "ax", "Dana Whitfield", "Plant Manager"),
            _contact("c7", "nt", "贝宁", "总工"),
        ],
        "opportunities": [
            _deal("d1", "wl", "渭林二泵站改造", "nie", "proposal", 800000, ["p1"]),
            _deal("d2", "qh", "青荷纺织循环泵", "nie", "solution", 300000, ["p1"]),
            _deal("d3", "ax", "Alder chiller pumps", "nie", "negotiation", 2100000, ["p1"]),
            _deal("d4", "nt", "南棠船坞泵", "pan", "proposal", 950000, ["p1"]),
        ],
        "stage_changes": [{"opportunity": d, "stage": "lead", "on": "2026-01-02"} for d in ("d1", "d2", "d3", "d4")],
        "activities": [],
        "follow_ups": [
            {"id": "f1", "user": "nie", "account": "wl", "opportunity": "d1", "due": "2026-03-20", "text": "寄样本册",
             "done_on": None},
        ],
        "payments": [],
        "quotas": [],
    }  # fmt: skip


def _account(key: str, name: str, aliases: list[str], owner: str) -> dict[str, Any]:
    return {"id": key, "name": name, "aliases": aliases, "industry": "", "city": "", "tier": "A", "owner": owner}


def _contact(key: str, account: str, name: str, title: str) -> dict[str, Any]:
    return {"id": key, "account": account, "name": name, "title": title, "aliases": []}


def _deal(
    key: str, account: str, name: str, owner: str, stage: str, amount: int, products: list[str]
) -> dict[str, Any]:
    return {
        "id": key, "account": account, "name": name, "owner": owner, "stage": stage, "amount": amount,
        "close_date": "2026-06-30", "products": products, "competitors": [], "created_on": "2026-01-02",
        "closed_on": None, "lost_reason": None,
    }  # fmt: skip


@dataclass
class Talk:
    """One person's conversation. `say` and `tap` give the turn; `turn` is the last one."""

    database: Any
    person: str = "nie"
    conversation: str = "talk"
    at: datetime = AT
    number: int = 0
    turn: Turn | None = None
    dialogue: Dialogue = field(init=False)

    def __post_init__(self) -> None:
        self.dialogue = Dialogue(self.database, READER)

    def say(self, text: str, *, action: str | None = None, person: str | None = None) -> Turn:
        self.number += 1
        who = person or self.person
        heard = Heard("test", self.conversation, who, f"{self.conversation}-{self.number}", text, self.at, action)
        turn = self.dialogue.hear(heard)
        if person is None:
            self.turn = turn
        return turn

    def tap(self, label: str, *, of: Turn | None = None) -> Turn:
        """Taps a button of the last card, or of an earlier one."""
        shown = of or self.turn
        assert shown is not None
        found = [b for b in shown.reply.buttons if b.label.startswith(label)]
        assert found, f"no [{label}] among {[b.label for b in shown.reply.buttons]} under {shown.reply.lines}"
        return self.say(found[0].label, action=found[0].action)

    def edit(self, number: int, text: str, *, person: str | None = None) -> Turn | None:
        """The message of that number is edited."""
        heard = Heard("test", self.conversation, person or self.person, f"{self.conversation}-{number}", text, self.at)
        turn = self.dialogue.revise(heard)
        self.turn = turn or self.turn
        return turn

    def delete(self, number: int) -> Turn | None:
        """The message of that number is deleted."""
        heard = Heard("test", self.conversation, self.person, f"{self.conversation}-{number}", "", self.at)
        turn = self.dialogue.withdrawn(heard)
        self.turn = turn or self.turn
        return turn

    def form(self, of: Turn | None = None, *, person: str | None = None) -> Form | None:
        """The form of the last card, or of an earlier one."""
        shown = of or self.turn
        assert shown is not None
        return self.dialogue.form("test", self.conversation, person or self.person, str(shown.change_set))

    def fill(self, form: Form, **changed: FieldValue) -> Turn:
        """Sends a form with some fields changed: see `filled`."""
        values = filled(form, **changed)
        self.number += 1
        number = f"{self.conversation}-{self.number}"
        heard = Heard("test", self.conversation, self.person, number, "form", self.at, form.action, values)
        self.turn = self.dialogue.hear(heard)
        return self.turn

    @property
    def lines(self) -> tuple[str, ...]:
        assert self.turn is not None
        return self.turn.reply.lines

    @property
    def labels(self) -> list[str]:
        assert self.turn is not None
        return [button.label for button in self.turn.reply.buttons]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.database.read() as tx:
            return [tuple(row) for row in tx.execute(sa.text(statement))]

    def amount(self, deal: str) -> int:
        """In yuan."""
        return int(self.rows(f"select amount from opportunities where id = '{deal}'")[0][0]) // 100

    def count(self, table: str) -> int:
        return int(self.rows(f"select count(*) from {table}")[0][0])


def told(database: Any, **more: Any) -> Talk:
    """A conversation over the team, freshly imported into an empty database."""
    with database.begin() as tx:
        import_company(tx, more.pop("company", None) or team(), at=AT)
    return Talk(database, **more)


def filled(form: Form, **changed: FieldValue) -> dict[str, FieldValue]:
    """What stands in a form with some fields changed: activity__type="call"."""
    values = {field.id: field.value for section in form.sections for field in section.fields}
    for name, value in changed.items():
        start = name.replace("__", ".") + "."
        values[next(key for key in values if key.startswith(start))] = value
    return values


Dump = Callable[[Any], dict[str, list[tuple[Any, ...]]]]
