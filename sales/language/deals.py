"""What changed in a deal: stage, amount, close date, competitors, products, probability, why it was lost; and new deals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sales.language.dates import Grain, Tense
from sales.language.frames import Frames, deal_amount, minor_amount, near, negated, rival_after, rival_before
from sales.language.money import ChangeMention, NumberMention, Quantity, scale_bare
from sales.language.names import NameKind
from sales.language.pieces import Section
from sales.language.scene import Named, Said
from sales.language.text import has_cjk
from sales.language.topics import Stretch
from sales.people import Opportunity
from sales.records import DealDraft, Doubt, New, Option, Read, Ref, Span
from sales.stages import Stage

_STAGES = {s: f"stage.{s.value}" for s in Stage}
_WON_WEAK = frozenset("签约 签合同 签单 签订 签署 合同签 成交 下单 拿下 赢单 成单 签成 落单 won sealed signed".split())
_NOT_A_DEAL = re.compile(r"^.{0,4}(?:保密|nda|意向|框架|备忘|mou|试用|到$|收$|字确认|的案例|承诺|收单)|^(?:到|收)(?![^,。]*合同)")
_EXPLICIT_BACK = ("阶段", "退", "回到", "stage", "back", "phase")
_COMPARED = re.compile(r"比(?:之前|原来|原先|上次|预算|去年|对手|别家|我们|咱们|我方|我司)|低(?:了|我们|咱们)|高(?:了|出)?我们|cheaper|than us|below us|lower than|under us|less than us|higher than")
_EXPECTING = re.compile(r"预计|争取|有望|计划|expect|target|aim|plan|should|hope|最晚|最迟|latest|大概|估计")
_SIGNING = re.compile(r"签|下单|成交|合同|落单|拍板|定下来|sign|close|closing|\bpo\b|contract|order|deal|award|项目|单子|采购|decision")
_SIGN = re.compile(r"签(?!需求|确认单|验收|收|字确认|到|保密|意向|备忘|nda)|下单|成交|落单|关单|拍板|定下来|走完|\bsign|\bclos|inking|\bpo (?:by|expected|due|in|should|will)|award|\border\b|expected (?:po|close|order)")
_SETTLES = re.compile(r"(?:季度|月底|月初|月中|月|年底|年)定(?:下来)?\s*$")  # 明年一季度定
_NOT_SIGNING = re.compile(r"寄|盖章版|提交|送|开标|述标|讲标|投标|招标|挂网|评标|会议|拜访|验收|测试|试用|到货|发货|交付|安装|培训|poc|demo|trial|meeting|visit|workshop|call|tender|kick|答疑|汇报|评审会|参观|报价|方案|付款|到账|回款|首付|draft|初稿|草稿|模板|终稿|review|条款|quote|proposal")
_CANT = re.compile(r"签不了|签不成|签不下|定不了|下不了|can't sign|cannot sign|won't sign|not sign")


@dataclass(slots=True)
class Statement:
    """One thing said of a deal."""

    field: str
    value: Any
    spans: tuple[Span, ...]
    said: Said
    deal_hint: set[str] = field(default_factory=set)
    old: Decimal | None = None
    weak: bool = False


def deals(frames: Frames, stretch: Stretch) -> tuple[list[DealDraft], list[Doubt]]:
    """Changes of the customer's deals told in a stretch, and doubts about which deal is meant."""
    if stretch.account is None:
        return [], []
    known = list(frames.scene.context.book.opportunities(stretch.account)) if isinstance(stretch.account, str) else []
    topic = frames.scene.context.topic.opportunity
    just_signed = [o for o in known if o.id == topic and o.stage is Stage.WON] if stretch.inferred else []
    open_deals = just_signed or [o for o in known if o.stage.is_open]
    new = _new_deal(frames, stretch, open_deals)
    statements = list(_statements(frames, stretch, open_deals, new is not None))
    groups: dict[str, list[Statement]] = {}
    doubts: list[Doubt] = []
    undecided: list[Statement] = []
    for statement in statements:
        if new is not None and _belongs_to_new(frames, statement, new, open_deals):
            groups.setdefault("new", []).append(statement)
            continue
        chosen = choose_deal(frames, stretch, open_deals, statement)
        if len(chosen) == 1:
            groups.setdefault(chosen[0].id, []).append(statement)
        elif chosen:
            undecided.append(statement)
    if undecided:
        single = [k for k in groups if k != "new"]
        if len(single) == 1:
            groups[single[0]].extend(undecided)
        elif any(s.field not in ("competitors", "products") for s in undecided):
            doubts.append(_which(frames, stretch, undecided, open_deals))
    out = []
    by_id = {o.id: o for o in open_deals}
    for key, found in groups.items():
        startling = _startling(frames, by_id[key], found) if key != "new" else None
        if startling is not None:
            doubts.append(startling)
        draft = _draft(frames, stretch, by_id[key], found) if key != "new" else None
        if draft is not None:
            out.append(draft)
    if new is not None:
        out.append(_fill_new(frames, stretch, new, groups.get("new", [])))
    return out, doubts


# ------------------------------------------------------------------ which deal


def choose_deal(frames: Frames, stretch: Stretch, candidates: Sequence[Opportunity], statement: Statement | None) -> list[Opportunity]:
    """The deals that a statement can be about: one if sure, several if open, none if there is none."""
    if not candidates:
        return []
    if stretch.named is not None:
        pin = frames.scene.pin("opportunity", stretch.named.start, stretch.named.end)
        if pin is not None:
            return [o for o in candidates if o.id == pin.value]
    for said in stretch.clauses:
        pin = frames.scene.pin("opportunity", said.start, said.end)
        if pin is not None:
            return [o for o in candidates if o.id == pin.value]
    if len(candidates) == 1:
        return list(candidates)
    scores = {o.id: 0.0 for o in candidates}
    for deal, score in _focus(frames, stretch, candidates, statement).items():
        scores[deal] += score
    if statement is not None and statement.old is not None:
        for deal in candidates:
            amount = deal_amount(deal, frames.minor)
            if amount and _about(amount, _scaled(statement.old, amount, True)):
                scores[deal.id] += 4
    if statement is not None and statement.field == "amount" and statement.value is not None and max(scores.values()) == 0:
        for deal in candidates:
            amount = deal_amount(deal, frames.minor)
            if amount and Decimal("0.5") <= Decimal(statement.value) / frames.minor / amount <= 2:
                scores[deal.id] += 0.3
    if statement is not None and statement.field == "stage" and max(scores.values()) == 0:
        # 签了 with one deal in negotiation and one lead: the one that is near
        for deal in candidates:
            gap = abs(statement.value.rank - deal.stage.rank) if statement.value is not Stage.LOST else 1
            scores[deal.id] += {0: 1.2, 1: 1.2, 2: 0.6}.get(gap, 0.0) if statement.value is not Stage.LOST else 0.0
    topic = frames.scene.context.topic.opportunity
    if topic in scores and stretch.inferred:
        scores[topic] += 1.0
    ranked = sorted(candidates, key=lambda o: -scores[o.id])
    if scores[ranked[0].id] - scores[ranked[1].id] >= 0.5:
        return ranked[:1]
    top = scores[ranked[0].id]
    return [o for o in ranked if scores[o.id] >= top - 0.5]


def _focus(frames: Frames, stretch: Stretch, candidates: Sequence[Opportunity], statement: Statement | None) -> dict[str, float]:
    """What the clauses say about which deal is meant: the clause itself first, then the last one named before it."""
    named: list[tuple[int, dict[str, float]]] = []
    for said in stretch.clauses:
        found = {deal.id: _mentions(frames, stretch, deal, said, candidates) for deal in candidates}
        if max(found.values()) - min(found.values()) >= 0.3:
            named.append((said.at, found))
    if not named:
        return {}
    if statement is None:
        return {deal.id: max(found[deal.id] for _, found in named) for deal in candidates}
    at = statement.said.at
    before = [found for place, found in named if place <= at]
    chosen = before[-1] if before else named[0][1]
    return {deal: 3.0 * score for deal, score in chosen.items()}


def _mentions(frames: Frames, stretch: Stretch, deal: Opportunity, said: Said, others: Sequence[Opportunity]) -> float:
    """How strongly a clause names a deal: by product, or by words of its name that its siblings do not have."""
    key = (deal.id, said.at, len(others))
    if key in frames.mentioned:
        return frames.mentioned[key]
    score = 0.0
    for name in said.of(NameKind.PRODUCT):
        if any(p in name.ids for p in deal.products) and not all(set(deal.products) & set(o.products) for o in others):
            score = max(score, 1.0)
        elif any(p in name.ids for p in deal.products):
            score = max(score, 0.4)
    for piece in _own_words(frames, deal, others):
        if piece in said.text:
            score = max(score, 0.6 + 0.1 * min(len(piece), 5))
    frames.mentioned[key] = score
    return score


def _own_words(frames: Frames, deal: Opportunity, others: Sequence[Opportunity]) -> list[str]:
    """Words of a deal's name that stand in the message and in no sibling's name, the customer's name left out."""
    key = (deal.id, len(others))
    if key not in frames.deal_words:
        own = frames.scene.context.book.account(deal.account)
        title = deal.name.lower()
        for word in sorted({own.name.lower(), *(a.lower() for a in own.aliases)}, key=len, reverse=True) if own else []:
            title = title.replace(word, " ")
        siblings = " ".join(o.name.lower() for o in others if o.id != deal.id)
        frames.deal_words[key] = [p for p in _pieces_of(title) if p in frames.scene.text and p not in siblings]
    return frames.deal_words[key]


def _pieces_of(title: str) -> Iterator[str]:
    """Words of a deal's name that people use for it: Latin words and Chinese runs of two to four characters."""
    for word in re.findall(r"[a-z][a-z0-9]{2,}|\d+[a-z]*", title):
        if word not in ("the", "and", "for", "project", "phase"):
            yield word
    for run in re.findall(r"[\u4e00-\u9fff]+", title):
        for size in (4, 3, 2):
            for i in range(len(run) - size + 1):
                piece = run[i : i + size]
                if piece not in ("项目", "采购", "系统", "平台", "改造", "目采"):
                    yield piece


def _about(a: Decimal, b: Decimal | None) -> bool:
    return b is not None and a > 0 and abs(a - b) / a < Decimal("0.02")


def _scaled(value: Decimal, reference: Decimal | None, chinese: bool) -> Decimal | None:
    if reference is not None and value >= reference / 6:
        return value
    return scale_bare(value, reference, chinese=chinese)


def _which(frames: Frames, stretch: Stretch, statements: Sequence[Statement], candidates: Sequence[Opportunity]) -> Doubt:
    options = {o.id: o for s in statements for o in choose_deal(frames, stretch, candidates, s)}
    first = statements[0].said
    if stretch.named is not None:
        span = frames.span(stretch.named.start, stretch.named.end)
    else:
        span = frames.span(first.start, first.end)
    return Doubt("opportunity", span, tuple(Option(i, o.name) for i, o in options.items()), frames.scene.normal.original(first.start, first.end))


# ------------------------------------------------------------------ what is said of it


def _statements(frames: Frames, stretch: Stretch, open_deals: Sequence[Opportunity], opening: bool) -> Iterator[Statement]:
    lost: Statement | None = None
    for said in stretch.clauses:
        yield from _stage_statements(frames, stretch, said)
        yield from _amount_statements(frames, stretch, said, open_deals, opening)
        yield from _close_statements(frames, stretch, said)
        yield from _rival_statements(frames, said)
        yield from _probability(frames, said)
        yield from _added_products(frames, said, open_deals)
    del lost


def _stage_statements(frames: Frames, stretch: Stretch, said: Said) -> Iterator[Statement]:
    mood = frames.mood(said)
    if said.line.section not in (Section.NONE, Section.PAST) or mood.order or mood.hypothetical or mood.question or mood.hearsay or mood.originally:
        return
    if mood.doubtful and not said.has("past"):
        return
    best: tuple[int, Statement] | None = None
    for stage, family in _STAGES.items():
        for cue in said.cues.get(family, ()):
            if negated(said, cue.start) or cue.phrase in ("won", "lost") and _negated_after(said, cue.end):
                continue
            back = said.has("stage.back") or any(w in cue.phrase for w in _EXPLICIT_BACK)
            if mood.plan and not (back and said.has("past")):
                continue
            if mood.possible or mood.wish or mood.refused:
                continue
            value = stage
            tail = said.text[cue.end - said.start :]
            if stage is Stage.WON:
                if _NOT_A_DEAL.match(tail) or said.has("stage.lost"):
                    continue
                if cue.phrase in _WON_WEAK and has_cjk(cue.phrase) and not _signed(frames, said, cue.start, cue.end):
                    continue
                if rival_before(said, cue.start) or rival_after(said, cue.end):
                    value = Stage.LOST
            if stage is Stage.NEGOTIATION and "中标" in cue.phrase and rival_before(said, cue.start):
                value = Stage.LOST
            if stage is Stage.LOST and (rival_before(said, cue.start) or cue.phrase in _OUT and _rival_topic(frames, said)) and not any(w in cue.phrase for w in ("拿", "抢", "截", "被")):
                continue  # it is the rival who is out
            if stage is Stage.LOST and not _really_lost(frames, stretch, said, cue.phrase):
                continue
            statement = Statement("stage", value, (frames.span(cue.start, cue.end),), said, weak=not back)
            rank = value.rank if value is not Stage.LOST else 10
            if best is None or rank > best[0]:
                best = (rank, statement)
    if best is not None:
        statement = best[1]
        yield statement
        if statement.value is Stage.LOST:
            reason = _reason(frames, stretch, said)
            if reason is not None:
                yield reason


def _signed(frames: Frames, said: Said, start: int, end: int) -> bool:
    """签约了, 已签约, 签单! : the word alone (签约, 签单) names the matter, not that it is done."""
    text = frames.scene.text
    return bool(re.match(r"(?:了|完|好|成|掉|下来|咗|啦|!|🎉)", text[end : end + 2])) or bool(re.search(r"(?:已经?|刚刚?|今天|昨天|终于|总算|正式|顺利|成功|周[一二三四五六日])[\u4e00-\u9fff]{0,4}$", text[max(said.start, start - 8) : start])) and not said.has("close.move", "plan")


_OUT = frozenset(("出局", "没入围", "dropped out", "knocked out", "没戏"))


def _rival_topic(frames: Frames, said: Said) -> bool:
    """Orchid那边, 他说已经出局了: the clause before put a competitor on the table."""
    before = frames.scene.clauses[said.at - 1] if said.at else None
    return before is not None and before.line is said.line and bool(before.of(NameKind.COMPETITOR)) and len(before.text) <= 14


def _negated_after(said: Said, at: int) -> bool:
    return bool(re.match(r"\s*(?:yet|signed yet)\b", said.text[at - said.start :])) and said.has("negation")


_LOST_NEEDS_RIVAL = frozenset(("went with", "gone with", "chose", "picked", "awarded to", "给了…家"))
_LOST_NEEDS_DEAL = frozenset(("不做了", "不搞了", "不买了", "不上了", "dead", "killed", "no decision", "冻结了", "凉了", "shelved", "出局", "终止了", "unsuccessful", "飞了", "不考虑了", "唔做", "没了"))


def _really_lost(frames: Frames, stretch: Stretch, said: Said, phrase: str) -> bool:
    if phrase in _LOST_NEEDS_RIVAL:
        return bool(said.of(NameKind.COMPETITOR)) or any(w in said.text for w in ("another", "someone else", "other vendor", "cheaper", "别家", "其他"))
    if said.has("no.deal") and phrase not in ("丢了", "丢单", "lost"):
        return False
    return True


def _reason(frames: Frames, stretch: Stretch, said: Said) -> Statement | None:
    """Why it was lost: the clause that gives a reason, with the name of its kind in front."""
    lexicon = frames.scene.context.lexicon
    after = [s for s in stretch.clauses if s.at >= said.at and s.line is said.line][:5]
    before = [s for s in stretch.clauses if s.at < said.at and s.line is said.line][-3:]
    found: list[tuple[str, Said]] = []
    for clause in (*after, *before):
        kinds = [f for f in clause.cues if f.startswith("lost.")]
        kinds = [k for k in kinds if not (k == "lost.cancelled" and clause is said and not any("取消" in c.phrase or "cancel" in c.phrase for c in clause.cues[k]) and len(after) > 1 and any(f.startswith("lost.") for s in after[1:] for f in s.cues))]
        for kind in kinds:
            found.append((kind, clause))
    if not found:
        return None
    order = ["lost.price", "lost.relation", "lost.function", "lost.delivery", "lost.inhouse", "lost.budget", "lost.cancelled"]
    labels: list[str] = []
    chinese = has_cjk(frames.scene.text)
    for kind, _ in sorted(found, key=lambda f: (order.index(f[0]) if f[0] in order else 9)):
        label = lexicon.title(kind, chinese=chinese)
        if label not in labels:
            labels.append(label)
    clauses = sorted({clause.at: clause for _, clause in found}.values(), key=lambda c: c.at)[:3]
    words = ", ".join(frames.scene.normal.original(c.start, c.end).strip(" ,，。.;；") for c in clauses)
    spans = tuple(frames.span(c.start, c.end) for c in clauses)
    text = f"{'、'.join(labels)}（{words}）" if chinese else f"{', '.join(labels)} ({words})"
    return Statement("lost_reason", text[:200], spans, said)


def _amount_statements(frames: Frames, stretch: Stretch, said: Said, open_deals: Sequence[Opportunity], opening: bool) -> Iterator[Statement]:
    mood = frames.mood(said)
    if said.line.section not in (Section.NONE, Section.PAST):
        return
    if mood.order or (mood.hypothetical or mood.question or mood.hearsay or mood.refused or mood.doubtful or mood.originally) or (mood.possible and not said.has("agreed")):
        return
    if not (said.numbers or said.changes) or _COMPARED.search(said.text):
        return
    if any(_HANDS_OFF.search(other.text) for other in stretch.clauses if other.line is said.line and 0 <= other.at - said.at <= 6):
        return  # …金额先别动: the person says what not to do
    reference = _reference(frames, stretch, open_deals, said)
    chinese = has_cjk(frames.scene.text)
    pinned = next((p for n in said.numbers if (p := frames.scene.pin("amount", n.start, n.end))), None)
    passed: set[int] = set()  # numbers of a change that is no change of money: not to be read alone either
    for change in said.changes:
        numbers = [n for n in (change.old, change.new, change.delta) if n is not None]
        if any(frames.taken(n) for n in numbers) or mood.wish and not said.has("agreed"):
            passed.update(n.start for n in numbers)
            continue
        if _unit_price(frames, said, change.start, change.end) or rival_before(said, change.start) or any(_foreign(frames, n) for n in numbers):
            passed.update(n.start for n in numbers)
            continue
        if pinned is None and not _is_money(change, reference, chinese):
            continue
        if not near_money(frames, said, change, reference, chinese):
            passed.update(n.start for n in numbers)
            continue
        value, old = _changed(change, reference, chinese)
        if pinned is not None:
            value = Decimal(pinned.value)
        if value is None and change.delta is not None and len(open_deals) > 1:
            yield Statement("amount", None, (frames.span(change.start, change.end),), said, old=old)
            for n in numbers:
                frames.used.add(n.start)
            continue
        if value is not None:
            for n in numbers:
                frames.used.add(n.start)
            yield Statement("amount", minor_amount(value, frames.minor), (frames.span(change.start, change.end),), said, old=old)
            return
    if mood.wish and not said.has("agreed", "money.raised"):
        return
    if said.has("unchanged") and not said.has("money.raised"):
        return
    for number in said.numbers:
        if frames.taken(number) or number.start in passed or _foreign(frames, number) or number.kind not in (Quantity.AMOUNT, Quantity.BARE):
            continue
        if rival_before(said, number.start) or _unit_price(frames, said, number.start, number.end) and not (opening and _YEARLY.search(said.text)):
            continue
        if near(said, number.start, ("pay.noun",), before=8, after=6) and not said.has("stage.won"):
            continue
        value = _plain(frames, stretch, said, number, reference, chinese, opening)
        if pinned is not None and value is not None:
            value = Decimal(pinned.value)
        if value is not None and value > 0:
            frames.used.add(number.start)
            yield Statement("amount", minor_amount(value, frames.minor), (frames.span(number.start, number.end),), said)
            return


def near_money(frames: Frames, said: Said, change: ChangeMention, reference: Decimal | None, chinese: bool) -> bool:
    """A bare 从4改成5 needs something that makes it money: a unit, a deal word, or the old value being the one on record."""
    numbers = [n for n in (change.old, change.new, change.delta) if n is not None]
    if any(n.kind is Quantity.AMOUNT for n in numbers):
        return True
    if any(n.kind is Quantity.DISCOUNT for n in numbers):
        return True
    if change.delta is not None and change.delta.kind is Quantity.PERCENT:
        return said.has("money.deal")
    if said.has("money.deal"):
        return True
    old = scale_bare(change.old.value, reference, chinese=chinese) if change.old is not None else None
    if old is not None and reference is not None:
        return abs(old - reference) / reference < Decimal("0.03")
    previous = frames.scene.clauses[said.at - 1] if said.at else None
    return previous is not None and previous.line is said.line and previous.has("money.deal") and len(previous.text) <= 12


def _is_money(change: ChangeMention, reference: Decimal | None, chinese: bool) -> bool:
    new = change.new
    if new is not None and new.kind is Quantity.BARE:
        if reference is None:
            return change.old is not None and chinese
        value = scale_bare(new.value, reference, chinese=chinese)
        return value is not None and Decimal("0.2") <= value / reference <= 5
    if new is not None and new.kind not in (Quantity.AMOUNT, Quantity.BARE):
        return False
    return change.delta is None or change.delta.kind in (Quantity.AMOUNT, Quantity.PERCENT, Quantity.DISCOUNT, Quantity.BARE)


def _changed(change: ChangeMention, reference: Decimal | None, chinese: bool) -> tuple[Decimal | None, Decimal | None]:
    old = change.old.value if change.old is not None else None
    if change.old is not None and change.old.kind is Quantity.BARE and old is not None:
        old = scale_bare(old, reference, chinese=chinese)
    if change.new is not None:
        value: Decimal | None = change.new.value
        if change.new.kind is Quantity.BARE and value is not None:
            value = scale_bare(value, old or reference, chinese=chinese)
        return value, old
    base = old or reference
    if change.delta is None or base is None:
        return None, old
    delta = change.delta
    if delta.kind is Quantity.DISCOUNT:
        return base * delta.value, old
    if delta.kind is Quantity.PERCENT:
        return base * (1 + change.direction * delta.value / 100), old
    amount: Decimal | None = delta.value
    if delta.kind is Quantity.BARE:
        amount = scale_bare(delta.value, base / 10, chinese=chinese)
    return (base + change.direction * amount if amount is not None else None), old


def _reference(frames: Frames, stretch: Stretch, open_deals: Sequence[Opportunity], said: Said) -> Decimal | None:
    probe = Statement("probe", None, (), said)
    chosen = choose_deal(frames, stretch, open_deals, probe)
    return deal_amount(chosen[0], frames.minor) if len(chosen) == 1 else None


_PER = re.compile(r"(?:每|一)(?:台|套|吨|桶|公斤|个|人|年|月|米|平|张|床|间|座|箱|只|件|支|片)|单价|/(?:台|套|吨|桶|kg|月|年|人|米|seat|user|month|year|mth)|\bper\b|\beach\b|a piece|p\.a\.|\ba (?:month|seat|year|user)\b")


_HANDS_OFF = re.compile(r"(?:金额|价格|预算|系统|先)[^,。]{0,4}(?:别动|别改|不要动|不要改|不动|不改)|别改(?:金额|价)|(?:don't|do not) (?:change|update|touch)|leave (?:it|the (?:amount|value|price)) (?:as|for now|alone)")
_OFFERS = re.compile(r"(?:也|才|就|只|最后|他们)?(?:报了?|报价|给了?|开了?|开价|出价|卖|喊)|(?:they )?(?:quoted|offered|quoting|offering|bid|came in)")
_YEARLY = re.compile(r"(?:一|每)年|per year|a year|p\.a\.|annual")


def _unit_price(frames: Frames, said: Said, start: int, end: int) -> bool:
    window = said.text[max(0, start - said.start - 6) : end - said.start + 8]
    return bool(_PER.search(window))


def _plain(frames: Frames, stretch: Stretch, said: Said, number: NumberMention, reference: Decimal | None, chinese: bool, opening: bool) -> Decimal | None:
    """The amount that a lone number gives the deal, or None when it is about something else."""
    before = [c for c in said.all("money.other") if not (opening and _YEARLY.search(c.phrase)) and c.end <= number.start and number.start - c.end <= 8]
    if before or any(0 <= c.start - number.end <= 2 and not (opening and _YEARLY.search(c.phrase)) for c in said.all("money.other")):
        return None
    deal_word = near(said, number.start, ("money.deal", "money.raised"), before=12, after=8)
    previous = frames.scene.clauses[said.at - 1] if said.at and frames.scene.clauses[said.at - 1].line is said.line else None
    if previous is not None and previous.clause.sentence == said.clause.sentence and previous.of(NameKind.COMPETITOR) and _OFFERS.match(said.text.strip()):
        return None  # 翌能也进来了,报了70万: the rival's figure
    if previous is not None and any(negated(previous, c.start) for c in previous.all("stage.won")):
        previous = None
    closing = said.has("stage.won", "agreed", "stage.negotiation", "stage.qualified") or (previous is not None and previous.has("stage.won", "stage.negotiation", "agreed") and len(said.text) <= number.end - number.start + 6)
    alone = len(said.text.strip()) <= (number.end - number.start) + 4
    if number.kind is Quantity.BARE:
        tight = near(said, number.start, ("money.raised",), before=3, after=0) or (near(said, number.start, ("money.deal",), before=4, after=0) and reference is not None) or (
            near(said, number.start, ("agreed",), before=2, after=0) and reference is not None
        )
        if not tight or number.value <= 0:
            return None
        value = scale_bare(number.value, reference, chinese=chinese)
        if value is None or (reference is not None and not Decimal("0.25") <= value / reference <= 4):
            return None
        return value
    if not (deal_word or closing or opening or (alone and previous is not None and previous.has("money.deal", "stage.won", "stage.negotiation", "stage.qualified"))):
        return None
    if reference is not None and number.value / reference > 12 and not said.has("money.raised"):
        return None
    return number.value


def _close_statements(frames: Frames, stretch: Stretch, said: Said) -> Iterator[Statement]:
    mood = frames.mood(said)
    if said.line.section is Section.RISK or mood.order or mood.hypothetical or mood.hearsay or mood.question or mood.doubtful or mood.refused or mood.originally:
        return
    if not said.dates or _CANT.search(said.text):
        return
    if mood.possible and not _EXPECTING.search(said.text):
        return
    previous = frames.scene.clauses[said.at - 1] if said.at else None
    context = said.text
    if previous is not None and previous.line is said.line:
        context = previous.text + " " + said.text
    moved = said.has("close.move")
    signing = bool(_SIGN.search(said.text)) and said.has("close.date") or bool(_SETTLES.search(said.text))
    if not (signing or moved and _SIGNING.search(context)):
        return
    if _NOT_SIGNING.search(said.text) or (moved and not signing and previous is not None and _NOT_SIGNING.search(context) and not re.search(r"签|sign|\bpo\b", context)):
        return
    later = [(m, r) for m, r in frames.later(said) if id(m) not in frames.used_dates]
    if not later or (said.has("stage.won") and not mood.plan and not moved):
        return
    anchors = [c.start for c in said.all("close.date")] or [said.end]
    mention, found = min(later, key=lambda x: min(((a - x[0].end) if a >= x[0].end else 30 + x[0].start - a) for a in anchors)) if len(later) > 1 and not moved else later[-1]
    if found.grain is Grain.DAY and found.first == frames.today and not mention.is_future_only:
        return
    due: date = found.due
    pin = frames.scene.pin("date", mention.start, mention.end)
    if pin is not None:
        due = date.fromisoformat(pin.value)
    frames.used_dates.add(id(mention))
    yield Statement("close_date", due, (frames.span(mention.start, mention.end),), said)


def _rival_statements(frames: Frames, said: Said) -> Iterator[Statement]:
    mood = frames.mood(said)
    if mood.question or mood.order or mood.hypothetical or said.line.section is Section.OTHER:
        return
    for name in said.of(NameKind.COMPETITOR):
        after = said.text[name.end - said.start :]
        before = said.text[max(0, name.start - said.start - 4) : name.start - said.start]
        if re.match(r"[\u4e00-\u9fff]{0,3}(?:退出|没参与|没参加|没进|不参加|没来|出局|没戏|放弃)|\s*(?:dropped out|is out|not in|didn't|did not)", after) or re.search(r"(?:没有|不是|没见|without|no)\s*$", before):
            continue
        yield Statement("competitors", name.best, (frames.span(name.start, name.end),), said, weak=True)


def _probability(frames: Frames, said: Said) -> Iterator[Statement]:
    mood = frames.mood(said)
    if mood.order or mood.hypothetical or mood.question or not said.has("probability"):
        return
    for number in said.numbers:
        if number.kind is Quantity.PERCENT and not frames.taken(number) and 0 < number.value <= 100 and near(said, number.start, ("probability",), before=8, after=14) and _is_chance(said, number):
            frames.used.add(number.start)
            yield Statement("probability", int(number.value), (frames.span(number.start, number.end),), said)
            return
    m = re.search(r"五五开|对半|fifty[- ]fifty|50[/-]50", said.text)
    if m:
        yield Statement("probability", 50, (frames.span(said.start + m.start(), said.start + m.end()),), said)


_GUESSES = frozenset(("感觉", "我看", "个人看", "put at", "put…at", "put it at", "puts it at", "call it", "i'd say", "i would say"))


def _is_chance(said: Said, number: NumberMention) -> bool:
    """感觉七成, I'd put it at 90%: a guess counts as a probability when nothing else in the clause is measured by it."""
    if any(c.phrase not in _GUESSES for c in said.all("probability")):
        return True
    return "成" in number.text or not has_cjk(said.text) and not said.has("money.less", "money.more")


def _added_products(frames: Frames, said: Said, open_deals: Sequence[Opportunity]) -> Iterator[Statement]:
    mood = frames.mood(said)
    if mood.order or not mood.asserted or mood.possible or said.line.section not in (Section.NONE, Section.PAST) or len(open_deals) != 1:
        return
    have = set(open_deals[0].products)
    for name in said.of(NameKind.PRODUCT):
        if have & set(name.ids):
            continue
        before = said.text[max(0, name.start - said.start - 8) : name.start - said.start]
        after = said.text[name.end - said.start : name.end - said.start + 8]
        if re.match(r"(?:也|都|一起|一并|一块)*(?:加进来|加上|加进去|加入|带上|打包|一起做|一起上|包进来)", after) or re.search(r"(?:加上?|增加|追加|加购|带上|捆绑|再要|一并|加了|换成|还?含|包含|包括|also (?:add|want|take|need)s?|add(?:ed|ing)?|plus|bundle(?:d)?(?: in)?|include|throw in)[\u4e00-\u9fff\w\s]{0,4}$", before):
            yield Statement("products", name.best, (frames.span(name.start, name.end),), said)


# ------------------------------------------------------------------ drafts


def _draft(frames: Frames, stretch: Stretch, deal: Opportunity, statements: Sequence[Statement]) -> DealDraft | None:
    """The change of a deal on record: only what differs from what is there."""
    got: dict[str, Any] = {}
    competitors: list[Read[str]] = []
    products: list[Read[str]] = []
    stages = [s for s in statements if s.field == "stage"]
    for s in statements:
        if s.field == "competitors" and s.value not in deal.competitors and s.value not in [c.value for c in competitors]:
            competitors.append(Read(s.value, s.spans))
        elif s.field == "products" and s.value not in deal.products and s.value not in [c.value for c in products]:
            products.append(Read(s.value, s.spans))
        elif s.field == "amount":
            value = s.value
            if value is None and deal.amount:
                value = _relative(frames, s, deal)
            if value is not None and value != deal.amount:
                got["amount"] = Read(value, s.spans)
            elif value == deal.amount:
                got.pop("amount", None)
        elif s.field == "close_date" and s.value != deal.close_date or s.field in ("probability", "lost_reason"):
            got[s.field] = Read(s.value, s.spans)
    stage = _stage_reached(deal, stages)
    if stage is not None:
        got["stage"] = stage
    if stage is not None and stage.value in (Stage.WON, Stage.LOST):
        got.pop("close_date", None)
    if stage is None or stage.value is not Stage.LOST:
        got.pop("lost_reason", None)
    if stage is not None and stage.value is Stage.LOST:
        got.pop("amount", None)
        got.pop("probability", None)
    if not (got or competitors or products):
        return None
    return DealDraft(
        opportunity=Read(deal.id),
        account=frames.account(stretch),
        competitors=tuple(competitors),
        products=tuple(products),
        **got,
    )


_STARTLING = 9
"""An amount this many times the one on record (or that part of it) is asked about: a digit too many, 万 for 千."""


def _startling(frames: Frames, deal: Opportunity, statements: Sequence[Statement]) -> Doubt | None:
    for s in statements:
        if s.field != "amount" or not s.value or not deal.amount or s.old is not None or any(p.kind == "amount" for p in frames.scene.context.pins):
            continue
        ratio = Decimal(s.value) / deal.amount
        if Decimal(1) / _STARTLING < ratio < _STARTLING:
            continue
        value = Decimal(s.value) / frames.minor
        near = value / 10 if ratio >= _STARTLING else value * 10
        options = tuple(Option(f"{v.normalize():f}", _as_said(v, frames)) for v in (near, value))
        return Doubt("amount", s.spans[0], options, s.spans[0].of(frames.scene.normal.raw))
    return None


def _as_said(value: Decimal, frames: Frames) -> str:
    if frames.scene.context.book.company.locale.startswith("zh") and value >= 10_000:
        return f"{(value / 10_000).normalize():f}万"
    return f"{value:,.0f}"


def _foreign(frames: Frames, number: NumberMention) -> bool:
    """An amount in another currency than the company's: not to be taken for its own."""
    own = frames.scene.context.book.company.currency
    if number.currency is None or number.currency == own:
        return False
    return not (number.unit == "$" and own in ("SGD", "HKD", "AUD", "CAD", "TWD", "NZD", "USD"))


def _relative(frames: Frames, s: Statement, deal: Opportunity) -> int | None:
    reference = deal_amount(deal, frames.minor)
    for change in s.said.changes:
        value, _ = _changed(change, reference, has_cjk(frames.scene.text))
        if value is not None:
            return minor_amount(value, frames.minor)
    return None


def _stage_reached(deal: Opportunity, stages: Sequence[Statement]) -> Read[Stage] | None:
    """The stage that the message says the deal has reached; going back takes explicit words."""
    best: Statement | None = None
    for s in stages:
        if s.value is Stage.LOST:
            best = s
            break
        if s.value.rank < deal.stage.rank and s.weak:
            continue
        if best is None or s.value.rank > best.value.rank or not s.weak:
            best = s
    if best is None or best.value is deal.stage:
        return None
    return Read(best.value, best.spans)


@dataclass(slots=True)
class _NewDeal:
    said: Said
    cue_span: Span
    products: list[Named]
    explicit: bool


_FORMER = re.compile(r"去年|之前那|上次那|以前|上一期|前年|last year'?s|previous|earlier one")
_EXPLICIT_NEW = re.compile(r"线索|商机|新项目|新单|新机会|\blead\b|opportunity|\bopp\b|new deal|new project|separate deal")


def _new_deal(frames: Frames, stretch: Stretch, open_deals: Sequence[Opportunity]) -> _NewDeal | None:
    """Whether the stretch tells of a deal that is not on record."""
    products: list[Named] = []
    for said in stretch.clauses:
        mood = frames.mood(said)
        if said.line.section in (Section.NONE, Section.PAST) and not mood.hypothetical and not _FORMER.search(said.text):
            products += said.of(NameKind.PRODUCT)
    for said in stretch.clauses:
        mood = frames.mood(said)
        cues = said.all("new.deal")
        if not cues or mood.order or said.line.section not in (Section.NONE, Section.PAST) or mood.hypothetical or mood.hearsay or mood.question or mood.refused:
            continue
        if said.has("no.deal") or any(negated(said, c.start) for c in cues):
            continue
        cue = cues[0]
        explicit = any(_EXPLICIT_NEW.search(c.phrase) for c in cues) or _EXPLICIT_NEW.search(said.text) is not None and isinstance(stretch.account, New)
        wanted = [p for p in products if not any(set(p.ids) & set(o.products) for o in open_deals)]
        if explicit and (wanted or not products):
            pass
        elif explicit and isinstance(stretch.account, New):
            pass
        elif wanted and (isinstance(stretch.account, New) or not open_deals or any(p in wanted for p in said.of(NameKind.PRODUCT))):
            pass
        else:
            continue
        chosen: list[Named] = []
        for p in wanted or (products if explicit else []):
            if p.best not in [c.best for c in chosen]:
                chosen.append(p)
        return _NewDeal(said, frames.span(cue.start, cue.end), chosen, explicit)
    return None


def _belongs_to_new(frames: Frames, s: Statement, new: _NewDeal, open_deals: Sequence[Opportunity]) -> bool:
    if not open_deals:
        return True
    if s.said.line is not new.said.line:
        return False
    if s.field == "competitors":
        return False
    names = [p for p in s.said.of(NameKind.PRODUCT)]
    if any(set(p.ids) & set(o.products) for p in names for o in open_deals):
        return False
    return s.said.at >= new.said.at - 1 and s.old is None


def _fill_new(frames: Frames, stretch: Stretch, new: _NewDeal, statements: Sequence[Statement]) -> DealDraft:
    got: dict[str, Any] = {}
    competitors: list[Read[str]] = []
    stage: Read[Stage] = Read(Stage.LEAD, (new.cue_span,))
    for s in statements:
        if s.field == "stage" and s.value not in (Stage.LOST,):
            if s.value.rank > stage.value.rank or s.value is Stage.WON:
                stage = Read(s.value, s.spans)
        elif s.field == "competitors" and s.value not in [c.value for c in competitors]:
            competitors.append(Read(s.value, s.spans))
        elif s.field in ("amount", "close_date", "probability") and s.value is not None:
            got.setdefault(s.field, Read(s.value, s.spans))
    book = frames.scene.context.book
    account: Ref = stretch.account or New("")
    known = book.account(account) if isinstance(account, str) else None
    label = known.short if known is not None else (account.name if isinstance(account, New) else "")
    names = [product.aliases[0] if product.aliases else product.name for p in new.products if (product := book.product(p.best)) is not None]
    glue = "" if has_cjk(label) else " "
    name = f"{label}{glue}{'+'.join(names)}" if names else f"{label}{glue}{'新商机' if has_cjk(label) else 'new deal'}"
    return DealDraft(
        opportunity=Read(New(name), (new.cue_span,)),
        account=frames.account(stretch),
        stage=stage,
        products=tuple(Read(p.best, (frames.span(p.start, p.end),)) for p in new.products),
        competitors=tuple(competitors),
        name=Read(name),
        **got,
    )


__all__ = ["Statement", "choose_deal", "deals", "Tense"]
