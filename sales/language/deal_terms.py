"""What else is said of a deal: when it is to be signed, who competes, how likely it is, what was added."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from sales.language.dates import Grain
from sales.language.frames import Frames, near
from sales.language.layout import Section
from sales.language.mentions import Said
from sales.language.money import NumberMention, Quantity
from sales.language.names import NameKind
from sales.language.parties import Stretch
from sales.language.statements import Statement
from sales.language.text import has_cjk
from sales.people import Opportunity

_EXPECTING = re.compile(r"希望|预计|争取|有望|计划|expect|target|aim|plan|should|hope|最晚|最迟|latest|大概|估计")


_SIGNING = re.compile(
    r"签|下单|成交|合同|落单|拍板|定下来|sign|close|closing|\bpo\b|contract|order|deal|award|项目|单子|采购|decision"
)


_SIGN = re.compile(
    r"签(?!需求|确认单|验收|收|字确认|到|保密|意向|备忘|nda)|下单|成交|落单|关单|拍板|定下来|走完|\bsign|\bclos|inking|\bpo (?:by|expected|due|in|should|will)|award|\border\b|expected (?:po|close|order)"
)


_ELSEWHERE = re.compile(
    r"别的(?:厂|客户|船厂|公司|项目|家)|别家客户|其他客户|隔壁|other customers?|another customer|elsewhere"
)
_SHIFTED = re.compile(r"改(?:成|到|为|在)?(?=\s*\d{1,2}[月/.])|改(?=[下这本]个?[周月])")
_SETTLES = re.compile(
    r"(?:季度|月底|月初|月中|月|年底|年)(?:之?前|以前)?(?:要|就|得|能|会)?定(?:下来)?\s*$"
)  # 明年一季度定


_NOT_SIGNING = re.compile(
    r"寄|盖章版|提交|送|开标|述标|讲标|投标|招标|挂网|评标|会议|拜访|验收|测试|试用|到货|发货|交付|安装|培训|poc|demo|trial|meeting|visit|workshop|call|tender|kick|答疑|汇报|评审会|参观|报价|方案|付款|到账|回款|首付|draft|初稿|草稿|模板|终稿|review|条款|quote|proposal"
)


_CANT = re.compile(r"签不了|签不成|签不下|定不了|下不了|can't sign|cannot sign|won't sign|not sign")


_INSTEAD = re.compile(r"(?:得|要|改|推|只能|最快|最早)(?:到|等|成)?\s*(?:下|\d|[一二三四五六七八九十])")


def close_statements(frames: Frames, stretch: Stretch, said: Said) -> Iterator[Statement]:
    mood = frames.mood(said)
    if (
        said.line.section is Section.RISK
        or mood.order
        or mood.hypothetical
        or mood.hearsay
        or mood.question
        or mood.doubtful
        or mood.refused
        or mood.originally
    ):
        return
    if not said.dates or _CANT.search(said.text):
        return
    if mood.possible and not _EXPECTING.search(said.text):
        return
    previous = frames.scene.clauses[said.at - 1] if said.at else None
    context = said.text
    if previous is not None and previous.line is said.line:
        context = previous.text + " " + said.text
    moved = said.has("close.move") or bool(_SHIFTED.search(said.text))
    if moved and said.at >= 2 and frames.scene.clauses[said.at - 2].line is said.line:
        context = frames.scene.clauses[said.at - 2].text + " " + context  # 签约本来写的6月20,现在要等董事会,改7月10号
    instead = previous is not None and previous.line is said.line and bool(_CANT.search(previous.text))
    instead = instead and bool(_INSTEAD.match(said.text.strip()))  # 26号签不成,得7月10号
    signing = instead or (bool(_SIGN.search(said.text)) and said.has("close.date")) or bool(_SETTLES.search(said.text))
    if not (signing or (moved and _SIGNING.search(context))):
        return
    if _NOT_SIGNING.search(said.text) or (
        moved
        and not signing
        and previous is not None
        and _NOT_SIGNING.search(context)
        and not re.search(r"签|sign|\bpo\b", context)
    ):
        return
    later = [(m, r) for m, r in frames.later(said) if id(m) not in frames.used_dates]
    if not later or (said.has("stage.won") and not mood.plan and not moved):
        return
    anchors = [c.start for c in said.all("close.date")] or [said.end]
    mention, found = (
        min(later, key=lambda x: min(((a - x[0].end) if a >= x[0].end else 30 + x[0].start - a) for a in anchors))
        if len(later) > 1 and not moved
        else later[-1]
    )
    if found.grain is Grain.DAY and found.first == frames.today and not mention.is_future_only:
        return
    due: date = found.due
    pin = frames.scene.pin("date", mention.start, mention.end)
    if pin is not None:
        due = date.fromisoformat(pin.value)
    frames.used_dates.add(id(mention))
    yield Statement("close_date", due, (frames.span(mention.start, mention.end),), said)


def rival_statements(frames: Frames, said: Said) -> Iterator[Statement]:
    mood = frames.mood(said)
    if mood.question or mood.order or mood.hypothetical or said.line.section is Section.OTHER:
        return
    after_all = frames.scene.clauses[said.at + 1] if said.at + 1 < len(frames.scene.clauses) else None
    if _ELSEWHERE.search(said.text) or (after_all is not None and "没关系" in after_all.text):
        return  # 海拓在给别的船厂打折: not about this deal
    for name in said.of(NameKind.COMPETITOR):
        after = said.text[name.end - said.start :]
        before = said.text[max(0, name.start - said.start - 4) : name.start - said.start]
        if re.match(r"(?:那边)?的(?:人|销售|朋友|同学)", after) and re.search(r"(?:听|从|据|问)$", before):
            continue  # 听某某的人说: who told it
        if re.match(
            r"[\u4e00-\u9fff]{0,3}(?:退出|没参与|没参加|没进|不参加|没来|出局|没戏|放弃)|\s*(?:dropped out|is out|not in|didn't|did not)",
            after,
        ) or re.search(r"(?:没有|不是|没见|without|no)\s*$", before):
            continue
        yield Statement("competitors", name.best, (frames.span(name.start, name.end),), said, weak=True)


def probability_of(frames: Frames, said: Said) -> Iterator[Statement]:
    mood = frames.mood(said)
    if mood.order or mood.hypothetical or mood.question:
        return
    if not said.has("probability"):
        yield from _chance_alone(frames, said)
        return
    for number in said.numbers:
        if (
            number.kind is Quantity.PERCENT
            and not frames.taken(number)
            and 0 < number.value <= 100
            and near(said, number.start, ("probability",), before=8, after=14)
            and _is_chance(said, number)
        ):
            frames.used.add(number.start)
            yield Statement("probability", int(number.value), (frames.span(number.start, number.end),), said)
            return
    m = re.search(r"五五开|对半|fifty[- ]fifty|50[/-]50", said.text)
    if m:
        yield Statement("probability", 50, (frames.span(said.start + m.start(), said.start + m.end()),), said)


def _chance_alone(frames: Frames, said: Said) -> Iterator[Statement]:
    """把握不大了,估计就三成: the share alone, after a clause on the chances."""
    before = frames.scene.clauses[said.at - 1] if said.at else None
    if before is None or before.line is not said.line or not before.has("probability") or before.numbers:
        return
    shares = [n for n in said.numbers if n.kind is Quantity.PERCENT and not frames.taken(n)]
    if len(said.numbers) == 1 and len(shares) == 1 and len(said.text.strip()) <= (10 if has_cjk(said.text) else 24):
        number = shares[0]
        if 0 < number.value <= 100 and not said.has("pay.noun"):
            frames.used.add(number.start)
            yield Statement("probability", int(number.value), (frames.span(number.start, number.end),), said)


_GUESSES = frozenset(
    ("感觉", "我看", "个人看", "put at", "put…at", "put it at", "puts it at", "call it", "i'd say", "i would say")
)


def _is_chance(said: Said, number: NumberMention) -> bool:
    """感觉七成, I'd put it at 90%: a guess counts as a probability when nothing else in the clause is measured by it."""
    if any(c.phrase not in _GUESSES for c in said.all("probability")):
        return True
    return "成" in number.text or (not has_cjk(said.text) and not said.has("money.less", "money.more"))


def added_products(frames: Frames, said: Said, open_deals: Sequence[Opportunity]) -> Iterator[Statement]:
    mood = frames.mood(said)
    if (
        mood.order
        or not mood.asserted
        or mood.possible
        or said.line.section not in (Section.NONE, Section.PAST)
        or len(open_deals) != 1
    ):
        return
    have = set(open_deals[0].products)
    for name in said.of(NameKind.PRODUCT):
        if have & set(name.ids):
            continue
        before = said.text[max(0, name.start - said.start - 8) : name.start - said.start]
        after = said.text[name.end - said.start : name.end - said.start + 8]
        if re.match(
            r"(?:也|都|一起|一并|一块)*(?:加进来|加上|加进去|加入|带上|打包|一起做|一起上|包进来)", after
        ) or re.search(
            r"(?:加上?|增加|追加|加购|带上|捆绑|再要|一并|加了|换成|还?含|包含|包括|also (?:add|want|take|need)s?|add(?:ed|ing)?|plus|bundle(?:d)?(?: in)?|include|throw in)[\u4e00-\u9fff\w\s]{0,4}$",
            before,
        ):
            yield Statement("products", name.best, (frames.span(name.start, name.end),), said)
