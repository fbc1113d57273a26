"""What all frame readers share: the scene with its moods, and small questions about places in a clause."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sales.language.dates import DateMention, Grain, Resolved, Tense
from sales.language.mentions import Said, Scene
from sales.language.money import NumberMention
from sales.language.moods import Mood, explicit_day, resolve
from sales.language.names import NameKind
from sales.language.parties import Stretch
from sales.language.text import has_cjk
from sales.people import Opportunity
from sales.records import Read, Ref, Span

EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "IDR": 2, "CLP": 0, "KWD": 3, "BHD": 3, "OMR": 3, "TND": 3, "JOD": 3}


@dataclass(slots=True)
class Frames:
    """The scene in front of the frame readers. `used` are numbers that a reader has taken (a payment's is no deal's)."""

    scene: Scene
    moods: list[Mood]
    stretches: list[Stretch]
    used: set[int] = field(default_factory=set)
    used_dates: set[int] = field(default_factory=set)
    on_money: dict[int, bool] = field(default_factory=dict)  # memo: which clauses speak of payments
    mentioned: dict[tuple[str, int, int], float] = field(
        default_factory=dict
    )  # memo: how strongly a clause names a deal
    deal_words: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    reserved: set[int] = field(default_factory=set)  # numbers in clauses on payments: no deal's amount

    def taken(self, number: NumberMention) -> bool:
        return number.start in self.used or number.start in self.reserved

    @property
    def today(self) -> date:
        return self.scene.context.today

    @property
    def minor(self) -> int:
        """Minor units to one unit of the company's currency (100 for most)."""
        return int(10 ** EXPONENTS.get(self.scene.context.book.company.currency, 2))

    def mood(self, said: Said) -> Mood:
        return self.moods[said.at]

    def when(self, said: Said, mention: DateMention, tense: Tense) -> Resolved:
        return resolve(self.scene, said, mention, tense)

    def span(self, start: int, end: int) -> Span:
        return self.scene.normal.span(start, end)

    def account(self, stretch: Stretch) -> Read[Ref]:
        assert stretch.account is not None
        spans = (self.span(stretch.named.start, stretch.named.end),) if stretch.named is not None else ()
        return Read(stretch.account, spans)

    def later(self, said: Said) -> list[tuple[DateMention, Resolved]]:
        """Dates of the clause that lie today or later when read as a plan."""
        out = []
        for mention in said.dates:
            found = self.when(said, mention, Tense.PLAN)
            if explicit_day(mention) and not found.deadline and (found.first - self.today).days > 200:
                nearest = self.when(said, mention, Tense.UNKNOWN)  # 3/16 said on 3/20 is four days ago, not next year
                found = nearest if (self.today - nearest.first).days < 90 else found
            if found.due >= self.today and not mention.is_past_only:
                out.append((mention, found))
        return out

    def gone(self, said: Said) -> list[tuple[DateMention, Resolved]]:
        """Single days of the clause that lie today or earlier when read as past."""
        out = []
        for mention in said.dates:
            found = self.when(said, mention, Tense.PAST)
            if (
                explicit_day(mention)
                and (self.today - found.first).days > 200
                and self.when(said, mention, Tense.UNKNOWN).first > self.today
            ):
                continue  # 九月一号 said in June lies ahead
            if found.first <= self.today and found.grain in (Grain.DAY, Grain.DAYS) and not mention.is_future_only:
                if found.grain is Grain.DAYS and (found.last - found.first).days > 3:
                    continue
                out.append((mention, found))
        return out


_NOT_DONE = frozenset(("没", "没有", "未", "沒", "冇", "没能", "还没", "尚未", "暂未", "未有", "并未", "并没有"))


def negated(said: Said, at: int) -> bool:
    """Whether a negation stands right before a place of the clause (没签, 还没有打电话, did not sign)."""
    for cue in said.all("negation"):
        if cue.end <= at:
            between = said.text[cue.end - said.start : at - said.start]
            if has_cjk(said.text[max(0, cue.start - said.start) : at - said.start + 1]):
                reach = 6 if cue.phrase in _NOT_DONE else 2  # 没给沈部长打电话; 不 denies only what follows at once
                if len(between) <= reach and "了" not in between:
                    return True
            elif len(between.split()) <= 3:
                return True
    return False


_UNDONE = re.compile(
    r"(?:没|沒|未|冇)(?:能|有|来得及|顾上|顾得上)?(?:做|打|开|吃|去|搞|办|安排|演|送|发|聊|谈|拜|递|交|讲|见|请|约)"
)
_UNDONE_BEFORE = re.compile(
    r"(?:(?:没|沒|未|冇)(?:能|有|来得及|顾上|顾得上)?(?:做|打|开|吃|去|搞|办|安排|送|发)?(?:成|个|什么)?|(?:did not|didn't|haven't|hasn't|never|couldn't|could not)(?: \w+){0,2} )$"
)


def undone(said: Said, start: int, end: int) -> bool:
    """给何主任没做成演示, 没打电话, did not do a demo: the deed that this place names did not take place."""
    deed = said.text[start - said.start : end - said.start]
    before = said.text[: start - said.start]
    return bool(_UNDONE.search(deed) or _UNDONE_BEFORE.search(before)) and not said.text[: end - said.start].endswith(
        "没问题"
    )


def near(said: Said, at: int, families: Iterable[str], before: int = 10, after: int = 6) -> bool:
    """Whether a cue of the families ends within `before` characters ahead of `at`, or starts within `after` behind it."""
    for cue in said.all(*families):
        if cue.end <= at and at - cue.end <= before:
            return True
        if cue.start >= at and cue.start - at <= after:
            return True
    return False


def rival_before(said: Said, at: int) -> bool:
    """A competitor stands before this place in the clause and nobody of ours or the customer's between."""
    rivals = [n for n in said.of(NameKind.COMPETITOR) if n.end <= at]
    if not rivals:
        return False
    last = rivals[-1].end
    middle = said.text[last - said.start : at - said.start]
    return not any(w in middle for w in ("我们", "咱们", "我方", "我司", " we ", " our ", " i "))


def rival_after(said: Said, at: int) -> bool:
    """签给了翌能, signed with Redlantern: a competitor is whom the deed favours."""
    for rival in said.of(NameKind.COMPETITOR):
        middle = said.text[at - said.start : rival.start - said.start] if rival.start >= at else "-" * 20
        if len(middle) <= 8 and any(
            middle.strip().endswith(w) for w in ("with", "w", "w/", "to", "for", "给", "给了", "跟", "和", "了")
        ):
            return True
    return False


def minor_amount(value: Decimal, minor: int) -> int:
    return int((value * minor).to_integral_value())


def deal_amount(deal: Opportunity | None, minor: int) -> Decimal | None:
    return Decimal(deal.amount) / minor if deal is not None and deal.amount else None
