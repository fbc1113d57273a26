"""Corrections of what was just recorded, read as decisions (pins) about spans of the earlier message.

不是80万是85万, 不对是下周四, 说错了是中睿, sorry it was Jason: the earlier message is then read again with the decision in
place of what it said there, and the new records replace the old ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sales.language.context import Context, Last
from sales.language.dates import DateMention, Resolved, Tense
from sales.language.mentions import Named, Scene
from sales.language.money import NumberMention, Quantity, scale_bare
from sales.language.names import NameKind
from sales.language.parties import Stretch, parties_of
from sales.language.scene import make_scene
from sales.language.sides import Sides, is_old, sides_of
from sales.language.surnames import match_contacts
from sales.language.text import has_cjk
from sales.records import WITH, ActivityDraft, DealDraft, FollowUpDraft, PaymentDraft, Pin, Read, Reading, Span
from sales.stages import ActivityType

_DENIES = re.compile(
    r"(?:(?:其实|actually|sorry|oh|wait|no|不对|哦|噢|啊)[,，\s]*)?(?:不是|唔係|不对|错了).{1,24}[,，\s]*(?:是|係)|(?:no|nope|sorry)[,\s]+(?:it|not|i|make|should|next|this|mon|tue|wed|thu|fri|sat|sun|\d|\$)|(?:是|係).{1,16}[,，\s]*(?:不是|唔係)|not .{1,24},? (?:but |it'?s |it was )|(?:no[,\s]+|sorry[,\s]+)?not [^,]{1,24}, ?[^,]{1,24}$|(?:wrong|other) (?:person|customer|date|amount|day|one|guy)\b"
)
_WEAK_CUE = frozenset(
    [
        "it was",
        "it's",
        "actually",
        "wait",
        "fix",
        "change to",
        "应是",
        "改为",
        "改成",
        "meant",
        "wrong",
        "sorry",
        "改一下",
        "改下",
        "看错",
        "发错",
        "不是…是",
        "not … but",
        "i meant",
        "i mean",
        "make that",
    ]
)


def is_correction(scene: Scene, last: Last | None) -> bool:
    """Whether a message says that the last record was wrong."""
    if last is None or scene.has("order"):
        return False
    text = scene.text.strip()
    if _DENIES.match(text) and len(text) <= 60:
        return True
    cues = [c for c in scene.cues if c.family == "correct"]
    length = len(text) if has_cjk(text) else len(text) // 3
    if not cues or length > 60:
        return False
    if cues[0].start <= 6:
        return True
    if any(c.phrase not in _WEAK_CUE for c in cues) and (cues[0].start <= 14 or length <= 30):
        return True
    return length <= 32


def correction_pins(scene: Scene, last: Reading) -> list[Pin]:
    """What the message decides about the last one, which read `last`; empty when it doesn't say what is right."""
    sides = sides_of(scene)
    out: list[Pin] = []
    for found in (_accounts, _contacts, _amounts, _dates, _types):
        out.extend(found(scene, last, sides))
    return out


def _drafts_with_spans(
    last: Reading,
) -> Iterator[tuple[ActivityDraft | DealDraft | FollowUpDraft | PaymentDraft, str, Read[object]]]:
    for draft in last.drafts:
        for name in ("amount", "date", "due", "close_date", "type"):
            value = getattr(draft, name, None)
            if isinstance(value, Read):
                yield draft, name, value


def _amounts(scene: Scene, last: Reading, sides: Sides) -> Iterator[Pin]:
    numbers = [n for n in scene.numbers if n.kind in (Quantity.AMOUNT, Quantity.BARE)]
    if not numbers:
        return
    minor = 100 if scene.context.book.company.currency not in ("JPY", "KRW", "VND") else 1
    slots = [(d, n, r) for d, n, r in _drafts_with_spans(last) if n == "amount" and r.spans]
    if not slots:
        return
    news = [n for n in numbers if not is_old(n.start, sides)] or numbers[-1:]
    new = news[-1]
    olds = [n for n in numbers if is_old(n.start, sides)]
    chosen = slots[0]
    if len(slots) > 1:
        hint = (
            "payment"
            if re.search(r"首付|尾款|预付|定金|到账|回款|款|deposit|payment|paid", scene.text)
            else "deal"
            if re.search(r"预算|金额|合同|报价|总价|单子|deal|budget|contract|price|value", scene.text)
            else ""
        )
        by_hint = [s for s in slots if hint and (isinstance(s[0], PaymentDraft) == (hint == "payment"))]
        chosen = (by_hint or slots)[0]
        for old in olds:
            for slot in slots:
                if _same_money(old, Decimal(str(slot[2].value)) / minor, scene):
                    chosen = slot
        if not olds and not by_hint:
            # 是195 after 205万: the amount that lies nearest
            chosen = min(slots, key=lambda s: abs(_scale_gap(new, Decimal(str(s[2].value)) / minor, scene)))
    reference = Decimal(str(chosen[2].value)) / minor
    value: Decimal | None = (
        new.value
        if new.kind is Quantity.AMOUNT
        else scale_bare(
            new.value, reference, chinese=has_cjk(scene.text) or scene.context.book.company.locale.startswith("zh")
        )
    )
    if value is not None and value > 0:
        yield Pin(chosen[2].spans[-1], "amount", str(value))


def _same_money(number: NumberMention, value: Decimal, scene: Scene) -> bool:
    amount = (
        number.value if number.kind is Quantity.AMOUNT else scale_bare(number.value, value, chinese=has_cjk(scene.text))
    )
    return amount is not None and value > 0 and abs(amount - value) / value < Decimal("0.01")


def _scale_gap(number: NumberMention, value: Decimal, scene: Scene) -> Decimal:
    amount = (
        number.value if number.kind is Quantity.AMOUNT else scale_bare(number.value, value, chinese=has_cjk(scene.text))
    )
    return abs(amount - value) / value if amount is not None and value > 0 else Decimal(99)


def _dates(scene: Scene, last: Reading, sides: Sides) -> Iterator[Pin]:
    mentions = [d for d in scene.dates if d.strength >= 0.6]
    if not mentions:
        return
    news = [d for d in mentions if not is_old(d.start, sides)]
    if not news:
        return
    new = news[-1]
    olds = [d for d in mentions if is_old(d.start, sides)]
    slots = [(d, n, r) for d, n, r in _drafts_with_spans(last) if n in ("date", "due", "close_date")]
    if not slots:
        return
    weekday = _weekday(new)
    if weekday is not None:
        found = _by_weekday(scene, slots, olds, weekday)
        if found is not None:
            yield found
            return
    plan, past = _seen(scene, last, new, Tense.PLAN), _seen(scene, last, new, Tense.PAST)
    chosen = None
    for old in olds:
        for slot in slots:
            if slot[2].value in (_seen(scene, last, old, Tense.PLAN).due, _seen(scene, last, old, Tense.PAST).last):
                chosen = slot
                break
    if chosen is None:
        text = scene.text
        wanted = (
            ("date",)
            if re.search(r"拜访|去的|见的|打的|visit|met|call(?:ed)?\b", text)
            else ("close_date",)
            if re.search(r"签|sign|close", text)
            else ("due",)
            if re.search(r"跟进|待办|提醒|交|发|due|remind", text)
            else ()
        )
        pool = [s for s in slots if s[1] in wanted and s[2].spans] or [s for s in slots if s[2].spans] or slots
        future = new.is_future_only or (
            plan.first > scene.context.today and not new.is_past_only and past.first == plan.first
        )
        ahead = [s for s in pool if s[1] in ("due", "close_date") or (isinstance(s[0], PaymentDraft))]
        behind = [s for s in pool if s[1] == "date" and isinstance(s[0], ActivityDraft)]
        if future or (ahead and not new.is_past_only):
            chosen = ahead[0] if ahead else pool[0]
        else:
            chosen = behind[0] if behind else pool[0]
    draft, name, read = chosen
    forward = name in ("due", "close_date") or (
        isinstance(draft, PaymentDraft) and isinstance(read.value, date) and read.value > scene.context.today
    )
    day = plan.due if forward else past.last
    if (
        forward
        and day <= scene.context.today
        and isinstance(read.value, date)
        and not (new.is_past_only or "今" in new.text or "today" in new.text)
    ):
        day = day + timedelta(days=7)
    if read.spans:
        yield Pin(read.spans[0], "date", day.isoformat())
    elif isinstance(draft, ActivityDraft) and draft.type.spans:
        yield Pin(draft.type.spans[0], "activity_date", day.isoformat())


_WEEKDAYS = {
    **{c: i for i, c in enumerate("一二三四五六日")},
    "天": 6,
    **{d: i for i, d in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
}
_BARE_WEEKDAY = re.compile(r"^(?:on )?(?:(?:周|星期|礼拜)([一二三四五六日天])|(mon|tue|wed|thu|fri|sat|sun)[a-z]*)$")


def _weekday(mention: DateMention) -> int | None:
    """0..6 (Monday 0) for a weekday said without its week."""
    match = _BARE_WEEKDAY.match(mention.text.strip())
    return _WEEKDAYS[match[1] or match[2]] if match else None


def _by_weekday(
    scene: Scene, slots: Sequence[tuple[object, str, Read[object]]], olds: list[DateMention], weekday: int
) -> Pin | None:
    """不是周三,是周四: the day that was said as 周三, moved within its own week."""
    old_days = {w for o in olds if (w := _weekday(o)) is not None}
    said = [s for s in slots if s[2].spans and isinstance(s[2].value, date)]
    named = [s for s in said if isinstance(s[2].value, date) and s[2].value.weekday() in old_days] if old_days else said
    ahead = [s for s in named if s[1] in ("due", "close_date") or isinstance(s[0], PaymentDraft)]
    pool = ahead or named
    if len(pool) != 1 and not (pool and old_days):
        return None
    value = pool[0][2].value
    assert isinstance(value, date)
    day = value + timedelta(days=weekday - value.weekday())
    if pool[0] in ahead and day < scene.context.today:
        day += timedelta(days=7)
    return Pin(pool[0][2].spans[0], "date", day.isoformat())


def _seen(scene: Scene, last: Reading, mention: DateMention, tense: Tense) -> Resolved:
    return mention.resolve(scene.context.now, tense, fiscal_start=scene.context.book.company.fiscal_year_start_month)


def _accounts(scene: Scene, last: Reading, sides: Sides) -> Iterator[Pin]:
    names = [n for n in scene.names if n.kind is NameKind.ACCOUNT]
    news = [n for n in names if not is_old(n.start, sides)]
    if not news:
        return
    olds = [n for n in names if is_old(n.start, sides)]
    new = _best_account(scene, news)
    drafts = last.drafts
    held = [(d.account.value, d.account.spans) for d in drafts if d.account is not None]
    wrong = {i for o in olds for i in o.ids}
    spans: list[Span] = []
    for value, found in held:
        if value == new.best:
            continue
        if wrong and value not in wrong:
            continue
        spans.extend(s for s in found if s not in spans)
    for span in spans:
        yield Pin(span, "account", new.best)
    if not spans and held and all(not s for _, s in held) and held[0][0] != new.best:
        yield Pin(Span(0, 0), "topic", new.best)


def _best_account(scene: Scene, names: list[Named]) -> Named:
    mine = scene.context.book.my_accounts()
    return next((n for n in names if n.best in mine), names[0])


def _contacts(scene: Scene, last: Reading, sides: Sides) -> Iterator[Pin]:
    book = scene.context.book
    slots = [(a, c) for a in last.activities for c in a.contacts]
    if not slots or (
        any(n.kind is NameKind.ACCOUNT and not is_old(n.start, sides) for n in scene.names) and not scene.titles
    ):
        return
    accounts = {a.account.value for a, _ in slots if isinstance(a.account.value, str)}
    # 是粤花的区敏: the right customer brings its people
    accounts |= {i for n in scene.names if n.kind is NameKind.ACCOUNT and not is_old(n.start, sides) for i in n.ids[:1]}
    contacts = [c for i in accounts for c in book.contacts(i)]
    mentions: list[tuple[int, str, list[str]]] = []
    for name in scene.names:
        if name.kind is NameKind.CONTACT:
            ids = [i for i in name.ids if any(c.id == i for c in contacts)]
            if ids:
                mentions.append((name.start, scene.normal.original(name.start, name.end), ids))
    for title in scene.titles:
        matches = match_contacts(title, contacts)
        ids = [c.id for c, score in matches if score >= matches[0][1] - 0.1] if matches else []
        mentions.append((title.start, scene.normal.original(title.start, title.end), ids))
    news = [m for m in mentions if not is_old(m[0], sides)]
    olds = [m for m in mentions if is_old(m[0], sides)]
    if not news:
        return
    _, words, ids = news[-1]
    value = ids[0] if ids else words
    target = None
    for _, old_words, old_ids in olds:
        target = next(
            (c for _, c in slots if c.value in old_ids or getattr(c.value, "name", None) == old_words), target
        )
    if target is None:
        others = [c for _, c in slots if c.value != value]
        target = others[0] if others else None
    if target is not None and target.spans:
        yield Pin(target.spans[0], "contact", value)


def _types(scene: Scene, last: Reading, sides: Sides) -> Iterator[Pin]:
    kinds = {f"activity.{t.value}": t for t in ActivityType}
    cues = [c for c in scene.cues if c.family in kinds and not is_old(c.start, sides)]
    slots = [a for a in last.activities if a.type.spans]
    if not cues or not slots:
        return
    kind = kinds[cues[-1].family]
    olds = {kinds[c.family] for c in scene.cues if c.family in kinds and is_old(c.start, sides)}
    target = next((a for a in slots if a.type.value in olds), slots[0] if len(slots) == 1 else None)
    if target is not None and target.type.value is not kind:
        yield Pin(target.type.spans[0], "type", kind.value)


def company_pins(text: str, context: Context, reading: Reading) -> list[Pin]:
    """People named in an answer or a correction beside what it decides (包装那家,见的周厂长): who was there.

    For the one activity of `reading` that nobody is known of; empty where there are several, or where people are denied.
    """
    return _company(make_scene(text, context), reading)


def _company(scene: Scene, reading: Reading) -> list[Pin]:
    alone = [a for a in reading.activities if not a.contacts and a.type.spans]
    if len(alone) != 1 or not isinstance(alone[0].account.value, str):
        return []
    sides = sides_of(scene)
    stretch = Stretch(alone[0].account.value, None, list(scene.clauses))
    found = [p for p in parties_of(scene, stretch) if len(p.candidates) <= 1 and not is_old(p.start, sides)]
    named = [(p.start, p.end) for p in found]
    if any(n.kind is NameKind.ACCOUNT and n.start < e and s < n.end for n in scene.names for s, e in named):
        return []
    return [
        Pin(alone[0].type.spans[0], WITH, p.candidates[0].id if p.candidates else p.new_name or "")
        for p in found
        if p.candidates or p.new_name
    ]


def merged_pins(old: tuple[Pin, ...], new: list[Pin]) -> tuple[Pin, ...]:
    """Earlier decisions with the new ones in place of those about the same span and kind."""
    kept = [
        p
        for p in old
        if not any(p.kind == n.kind != WITH and p.span.start < n.span.end and n.span.start < p.span.end for n in new)
    ]
    return (*kept, *new)


def context_of(last: Last, context: Context, pins: tuple[Pin, ...]) -> Context:
    """The context in which the last message is read again."""
    topic = last.topic
    for pin in pins:
        if pin.kind == "topic":
            topic = type(topic)(account=pin.value)
    return Context(
        book=last.book, names=context.names, now=last.now, topic=topic, pins=pins, last=None, lexicon=context.lexicon
    )
