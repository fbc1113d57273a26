"""What a clause says was done: kinds of activity with the cue for each; none for what is planned, denied or another's deed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sales.language.frames import Frames, negated, rival_before, undone
from sales.language.layout import Section
from sales.language.lexicon import Cue
from sales.language.mentions import Said
from sales.language.moods import later_today, lies_ahead
from sales.language.names import NameKind
from sales.stages import ActivityType

STRONG = {f"activity.{t.value}": t for t in ActivityType}


_WEAK = {
    "activity.visit_weak": ActivityType.VISIT,
    "activity.talk_weak": ActivityType.VISIT,
    "activity.demo_weak": ActivityType.DEMO,
    "activity.bid_weak": ActivityType.BID,
}


CALLED_OFF = (
    "取消了",
    "改期",
    "cancelled",
    "canceled",
    "postponed",
    "没开成",
    "rescheduled",
    "didn't happen",
    "did not happen",
    "没去成",
    "没去",
    "没成行",
    "未成行",
    "没能去",
    "called off",
)


_UNANSWERED = (
    "没接",
    "没人接",
    "没打通",
    "不接",
    "打不通",
    "no answer",
    "didn't pick up",
    "did not pick up",
    "didn't answer",
    "voicemail",
)


def types(frames: Frames, said: Said) -> Iterator[tuple[ActivityType, Cue, bool]]:
    mood = frames.mood(said)
    section = said.line.section
    if (
        (section not in (Section.NONE, Section.PAST) and not (section is Section.RISK and _dated_deed(frames, said)))
        or mood.order
        or mood.originally
        or (mood.question and not _speaks(frames, said))
    ):
        return
    if (mood.plan and is_next(said)) or (mood.plan and not _speaks(frames, said)):
        return
    if later_today(frames.scene, said) and not said.has("past"):
        return
    if (
        any(n.how in _OWN for n in said.of(NameKind.PERSON))
        and not _customers_here(said)
        and said.has("activity.call", "activity.message")
    ):
        return  # 我跟曾丽打了个电话请示: one of our own
    called_off = any(c.phrase in CALLED_OFF for c in said.all("absent"))
    unanswered = any(c.phrase in _UNANSWERED for c in _following(frames, said, "absent"))
    denied = {
        kind
        for family, kind in STRONG.items()
        if said.cues.get(family)
        and all(negated(said, c.start) or undone(said, c.start, c.end) for c in said.cues[family])
    }
    only = _column_says(frames, said)
    seen: set[ActivityType] = set(denied)  # 去了没拜访到: the weak word for it does not outweigh the denial
    for table, strong in ((STRONG, True), (_WEAK, False)):
        for family, kind in table.items():
            for cue in said.cues.get(family, ()):
                if kind in seen or negated(said, cue.start) or undone(said, cue.start, cue.end):
                    continue
                if rival_before(said, cue.start):
                    continue
                if mood.hypothetical and any(c.start < cue.start for c in said.all("hypothetical")):
                    continue
                if mood.hearsay and any(c.start < cue.start for c in said.all("hearsay")):
                    continue
                if (called_off and kind is not ActivityType.MESSAGE) or (kind is ActivityType.CALL and unanswered):
                    continue
                if kind is ActivityType.BID and _AWAITED.search(
                    said.text[max(0, cue.start - said.start - 8) : cue.start - said.start]
                ):
                    continue
                if kind is ActivityType.SOCIAL and not _with_somebody(frames, said):
                    continue
                if (
                    kind is ActivityType.DEMO
                    and said.has("stage.solution")
                    and _REACHED.search(said.text[: cue.start - said.start])
                ):
                    continue
                if only is not None and kind is not only:
                    continue
                if kind is ActivityType.CALL and _is_number(said, cue):
                    continue
                if kind is ActivityType.MEETING and _their_own_meeting(said, cue):
                    continue
                if family in ("activity.demo_weak", "activity.bid_weak") and not _deed(frames, said, cue):
                    continue
                if family == "activity.talk_weak" and not _there(frames, said):
                    if not seen and said.has("past") and _customers_here(said) and not said.of(NameKind.PERSON):
                        yield ActivityType.OTHER, cue, False  # 跟老吕聊了一下: who knows how
                    continue
                if family == "activity.talk_weak" and ActivityType.VISIT in seen:
                    continue
                seen.add(kind)
                yield kind, cue, strong or (family == "activity.demo_weak" and _told_as_done(said, cue))
    if not seen and (arrived := _arrived(frames, said)) is not None:
        yield ActivityType.VISIT, arrived, False


_SPEECH = re.compile(
    r"(?:wechat|whatsapp|email|call|电话|来电|致电|微信|邮件|短信|消息|当面|会上|面谈|见面|拜访|通话|办公室|吃饭|饭桌上|酒桌上)[^,。;]{0,6}?(?:说|讲|问|告诉|告知|通知|表示|反馈|回复|确认|要求|同意|答应|约|提出|提到|催|定|聊|沟通|敲定|拍板)|(?:来电|打来电话|打了?个?电话过?来|来了电话|来了个电话|发来|打了|打过来)|"
    r"\b(?:called|phoned|rang|emailed|texted|messaged|whatsapped|met|visited|spoke|told|said|says|confirmed|asked|had (?:a )?(?:call|lunch|dinner|coffee|meeting|zoom))\b|\b(?:call|meeting|lunch|dinner|coffee|zoom|visit) (?:with|w/|w)\b(?!.{0,30}\b(?:next|tomorrow|tmr|on (?:mon|tue|wed|thu|fri)))"
)


def _speaks(frames: Frames, said: Said) -> bool:
    """微信说月底签不了: what was said lies ahead, but that it was said is past."""
    if (
        said.line.section is Section.PLAN
        or said.has("remind")
        or any(c.phrase in _APPOINTMENT for c in said.all("plan"))
    ):
        return False
    cues = [c.start for f in said.cues if f.startswith("activity.") for c in said.cues[f]]
    if any(
        (d.is_future_only or lies_ahead(frames.scene, said, d)) and cues and d.start < min(cues) for d in said.dates
    ):
        return False  # 明天给他打电话确认: the talk itself lies ahead
    return bool(_SPEECH.search(said.text)) and not re.match(
        r"^(?:我|我们)?(?:再|要|会|准备|打算|计划|明天|后天|下周|will|to )", said.text.strip()
    )


_APPOINTMENT = frozenset(
    [
        "约了",
        "约好",
        "约定",
        "约到",
        "约在",
        "约的",
        "再约",
        "重新约",
        "改约",
        "预约",
        "准备",
        "打算",
        "计划",
        "下次",
        "回头",
        "改天",
        "再去",
        "会去",
        "要去",
        "will",
        "gonna",
        "i'll",
        "we'll",
        "scheduled",
        "arranged",
        "booked",
        "到时候",
        "届时",
        "到时",
    ]
) | {"going to", "plan to", "planning to", "need to"}


def _with_somebody(frames: Frames, said: Said) -> bool:
    """A meal counts with company: 跟张总吃饭, lunch with May; 先去吃饭 is one's own."""
    before = frames.scene.clauses[said.at - 1] if said.at else None
    near = [said, *([before] if before is not None and before.line is said.line else [])]
    return any(_customers_here(s) for s in near) or bool(
        re.search(
            r"跟|和|请|陪|同|与|一起|一齐|他们|他|她|佢|展|会|坛|\b(?:with|w|treated|hosted|invited|them|him|her|at)\b",
            said.text,
        )
    )


def _dated_deed(frames: Frames, said: Said) -> bool:
    """Under risks too something may be told as done: on a day, with somebody."""
    return bool(frames.gone(said)) and bool(said.titles or said.of(NameKind.CONTACT))


_ARRIVED = re.compile(r"(?<![发寄送交报打转汇推提说谈聊想做轮])(?:到了?|去了?|来到|赶到|跑到|杀到)$")


def _arrived(frames: Frames, said: Said) -> Cue | None:
    """到苏亚都十一点多了: whoever tells of getting to the customer's was there."""
    mood = frames.mood(said)
    if mood.plan or mood.hypothetical or mood.hearsay or said.has("absent", "negation") or not said.has("past"):
        return None
    for name in said.of(NameKind.ACCOUNT):
        before = said.text[: name.start - said.start]
        match = _ARRIVED.search(before)
        if match is None and _there(frames, said):
            match = _LOOKED.search(said.text, name.end - said.start)
        if match and not rival_before(said, name.start):
            return Cue("activity.visit_weak", said.start + match.start(), said.start + match.end(), "到…")
    return None


_LOOKED = re.compile(r"(?:看|对|核对|测|量|试|调试|装|验|参观|转)了")  # 在甲公司跟王工看了配电房
_AWAITED = re.compile(r"等|催|问|盼|准备|关于|定在|通知|预计|还没|什么时候")  # 等他们开标, 催开标: not yet held
_PHONE_NUMBER = re.compile(r"(?:号码?|是|:|\s)*\+?\d[\d \-]{5,}")


_REACHED = re.compile(r"(?:进入?了?|进到|到了?|处于|回到)$")
_HOW_COLUMN = re.compile(r"方式|类型|形式|途径|渠道|\btype\b|\bhow\b|channel|活动")


def _column_says(frames: Frames, said: Said) -> ActivityType | None:
    """The kind in a column of its own (方式: 拜访), which the other cells of the row can't outweigh."""
    if not said.line.cells or _HOW_COLUMN.search(said.clause.column):
        return None
    for other in frames.scene.clauses:
        if other.line is said.line and _HOW_COLUMN.search(other.clause.column):
            for family, kind in STRONG.items():
                if other.has(family):
                    return kind
    return None


def _told_as_done(said: Said, cue: Cue) -> bool:
    near = said.text[max(0, cue.start - said.start - 4) : cue.end - said.start + 3]
    return bool(re.search(r"[做演]了|[做搞]完", near) or _DID.search(said.text[: cue.start - said.start]))


_WHOSE_PHONE = re.compile(r"\b(?:their|his|her|my|the|your|our|work|office|mobile|cell)\s$")


def _is_number(said: Said, cue: Cue) -> bool:
    """Their phone is 503…: the thing, not a call."""
    after = said.text[cue.end - said.start :]
    return bool(_PHONE_NUMBER.match(after)) or (
        cue.phrase == "phone" and bool(_WHOSE_PHONE.search(said.text[: cue.start - said.start]))
    )


_OWN_MEETING = re.compile(r"(?:没|通|定|过[了会]?|延|推|上|结果|结论|投票|批|决)")


def _their_own_meeting(said: Said, cue: Cue) -> bool:
    """王总在开会, 评审会没过: the customer's people meet among themselves."""
    before, after = said.text[: cue.start - said.start], said.text[cue.end - said.start :]
    if (
        cue.phrase in ("开会", "開會")
        and re.search(r"(?:在|正|去|要|忙着?)$", before)
        and not re.search(r"[跟和与陪]", before)
    ):
        return True
    if re.search(r"\b(?:board|internal|management|shareholders'?) $", before):
        return True
    return cue.phrase.endswith("评审会") and bool(_OWN_MEETING.match(after))


_OWN = ("name", "alias")


def _customers_here(said: Said) -> bool:
    return bool(said.of(NameKind.ACCOUNT) or said.of(NameKind.CONTACT) or said.titles)


def _deed(frames: Frames, said: Said, cue: Cue) -> bool:
    """Whether a noun like 演示, 试用, demo is told as done: in a log, or with a verb that did it."""
    if frames.scene.has("remind") or (said.has("close_task") and said.has("task_noun")):
        return False
    if said.line.section is Section.PAST or said.line.cells:
        return cue.phrase in ("演示", "试样", "打样", "试装", "实测", "demo", "demos", "demonstration", "答辩")
    near = said.text[max(0, cue.start - said.start - 4) : cue.end - said.start + 3]
    return (
        bool(
            re.search(r"[做测试演]了|完了?$|[做搞]完|was|went|did|gave|ran|done", near)
            or _DID.search(said.text[: cue.start - said.start])
        )
        and not frames.mood(said).plan
    )


_DID = re.compile(r"\b(?:did|gave|ran|held|completed|finished|showed)\b(?! not\b)(?!n't)")


def _there(frames: Frames, said: Said) -> bool:
    """在鼎新跟张总聊: the talk took place at the customer's."""
    return any(
        re.search(r"(?:在|到|去|从|跑|\bat|\bto)\s?$", frames.scene.text[max(said.start, n.start - 3) : n.start])
        for n in said.of(NameKind.ACCOUNT)
    )


def is_next(said: Said) -> bool:
    """A cell of the column of next steps."""
    return bool(re.search(r"下一步|计划|待办|后续|行动|next|action|follow|todo|下步", said.clause.column))


def _following(frames: Frames, said: Said, family: str) -> list[Cue]:
    """Cues of this clause and of the next one in the same sentence."""
    found = said.all(family)
    if said.at + 1 < len(frames.scene.clauses):
        after = frames.scene.clauses[said.at + 1]
        if after.line is said.line and after.clause.sentence == said.clause.sentence:
            found = [*found, *after.all(family)]
    return found
