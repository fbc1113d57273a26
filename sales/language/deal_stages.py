"""The stage that a message says a deal has reached, and why it was lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sales.language.frames import Frames, negated, rival_after, rival_before
from sales.language.layout import Section
from sales.language.mentions import Said
from sales.language.names import NameKind
from sales.language.parties import Stretch
from sales.language.statements import Statement
from sales.language.text import has_cjk
from sales.people import Opportunity
from sales.records import Read
from sales.stages import Stage

_STAGES = {s: f"stage.{s.value}" for s in Stage}


_WON_WEAK = frozenset(
    [
        "签约",
        "签合同",
        "签单",
        "签订",
        "签署",
        "合同签",
        "成交",
        "下单",
        "拿下",
        "赢单",
        "成单",
        "签成",
        "落单",
        "won",
        "sealed",
        "signed",
    ]
)


_NOT_A_DEAL = re.compile(
    r"^.{0,4}(?:保密|nda|意向|框架|备忘|mou|试用|到$|收$|字确认|的案例|承诺|收单)|^(?:到|收)(?![^,。]*合同)"
)


_EXPLICIT_BACK = ("阶段", "退", "回到", "stage", "back", "phase")


def stage_statements(frames: Frames, stretch: Stretch, said: Said) -> Iterator[Statement]:
    mood = frames.mood(said)
    if (
        said.line.section not in (Section.NONE, Section.PAST)
        or mood.order
        or mood.hypothetical
        or mood.question
        or mood.hearsay
        or mood.originally
    ):
        return
    if mood.doubtful and not said.has("past"):
        return
    best: tuple[int, Statement] | None = None
    for stage, family in _STAGES.items():
        for cue in said.cues.get(family, ()):
            if negated(said, cue.start) or (cue.phrase in ("won", "lost") and _negated_after(said, cue.end)):
                continue
            back = said.has("stage.back") or any(w in cue.phrase for w in _EXPLICIT_BACK)
            if mood.plan and not (back and said.has("past")):
                continue
            if stage is not Stage.LOST and (mood.possible or mood.wish or mood.refused):
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
            if (
                stage is Stage.LOST
                and (rival_before(said, cue.start) or (cue.phrase in _OUT and _rival_topic(frames, said)))
                and not any(w in cue.phrase for w in ("拿", "抢", "截", "被"))
            ):
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
    return bool(re.match(r"(?:了|完|好|成|掉|下来|咗|啦|!|🎉)", text[end : end + 2])) or (
        bool(
            re.search(
                r"(?:已经?|刚刚?|今天|昨天|终于|总算|正式|顺利|成功|周[一二三四五六日])[\u4e00-\u9fff]{0,4}$",
                text[max(said.start, start - 8) : start],
            )
        )
        and not said.has("close.move", "plan")
    )


_OUT = frozenset(("出局", "没入围", "dropped out", "knocked out", "没戏"))


def _rival_topic(frames: Frames, said: Said) -> bool:
    """Orchid那边, 他说已经出局了: the clause before put a competitor on the table."""
    before = frames.scene.clauses[said.at - 1] if said.at else None
    return (
        before is not None
        and before.line is said.line
        and bool(before.of(NameKind.COMPETITOR))
        and len(before.text) <= 14
    )


def _negated_after(said: Said, at: int) -> bool:
    return bool(re.match(r"\s*(?:yet|signed yet)\b", said.text[at - said.start :])) and said.has("negation")


_LOST_NEEDS_RIVAL = frozenset(("went with", "gone with", "chose", "picked", "awarded to", "给了…家"))


def _really_lost(frames: Frames, stretch: Stretch, said: Said, phrase: str) -> bool:
    if phrase in _LOST_NEEDS_RIVAL:
        return bool(said.of(NameKind.COMPETITOR)) or any(
            w in said.text for w in ("another", "someone else", "other vendor", "cheaper", "别家", "其他")
        )
    if phrase == "no decision" and re.search(r"\b(?:before|yet|until|till|this|next|so far|made)\b", said.text):
        return False  # no decision before the board meets: not yet
    return not (said.has("no.deal") and phrase not in ("丢了", "丢单", "lost"))


_BECAUSE = re.compile(r"原因|因为|由于|输在|差在|败在|主要是|because|due to|reason|lost on")


_DEAR = re.compile(r"^(?:我们|就是|主要|还是|嫌|说|报价?|价|太|有点|确实|也)*贵(?:了(?:点|些)?)?$")


def _reason(frames: Frames, stretch: Stretch, said: Said) -> Statement | None:
    """Why it was lost: the clause that gives a reason, with the name of its kind in front."""
    lexicon = frames.scene.context.lexicon
    after = [s for s in stretch.clauses if s.at >= said.at and s.line is said.line][:5]
    before = [s for s in stretch.clauses if s.at < said.at and s.line is said.line][-3:]
    found: list[tuple[str, Said]] = []
    for clause in (*after, *before):
        kinds = [f for f in clause.cues if f.startswith("lost.")]
        kinds = [
            k
            for k in kinds
            if not (
                k == "lost.cancelled"
                and clause is said
                and not any("取消" in c.phrase or "cancel" in c.phrase for c in clause.cues[k])
                and len(after) > 1
                and any(f.startswith("lost.") for s in after[1:] for f in s.cues)
            )
        ]
        for kind in kinds:
            found.append((kind, clause))
        if not kinds and _DEAR.match(clause.text.strip()):
            found.append(("lost.price", clause))
    if not found:
        told = next((c for c in (*after, *before) if _BECAUSE.search(c.text)), None)
        if told is None:
            return None
        words = frames.scene.normal.original(told.start, told.end).strip(" ,，。.;；")
        return Statement("lost_reason", words[:200], (frames.span(told.start, told.end),), said)
    order = [
        "lost.price",
        "lost.relation",
        "lost.function",
        "lost.delivery",
        "lost.inhouse",
        "lost.budget",
        "lost.cancelled",
    ]
    labels: list[str] = []
    chinese = has_cjk(frames.scene.text)
    for kind, _ in sorted(found, key=lambda f: order.index(f[0]) if f[0] in order else 9):
        label = lexicon.title(kind, chinese=chinese)
        if label not in labels:
            labels.append(label)
    clauses = sorted({clause.at: clause for _, clause in found}.values(), key=lambda c: c.at)[:3]
    words = ", ".join(frames.scene.normal.original(c.start, c.end).strip(" ,，。.;；") for c in clauses)
    spans = tuple(frames.span(c.start, c.end) for c in clauses)
    text = f"{'、'.join(labels)}（{words}）" if chinese else f"{', '.join(labels)} ({words})"
    return Statement("lost_reason", text[:200], spans, said)


def stage_reached(deal: Opportunity, stages: Sequence[Statement]) -> Read[Stage] | None:
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
