"""What a message is for, judged from its frames and its form, not from keywords alone."""

from __future__ import annotations

import re

from sales.language.frames import Frames
from sales.language.mentions import Scene
from sales.language.names import NameKind
from sales.language.text import has_cjk
from sales.stages import Intent

_ASKING_ZH = re.compile(
    r"[?？]|吗|呢\s*$|多[少大高长久快]|几[个单家条次位场笔份倍天名款件项通封顿趟回遍成]|哪[个些家几位单里]|谁|到哪[了儿]?|哪一?步|怎么|咋|如何|怎样|什么|啥|为什么|干嘛|有没有|是不是|能不能|排名|排个名|排一下|前[三五十]|列一?下|列出|查一?下|看一?下|看看|同比|环比|边个|几多|点样|对比一?下|汇总一?下|走势|趋势[图如怎]|拉一下|调一下|(?<!领)导出|分一下|按.{1,8}?(?:分|拆|统计)(?:一?下|$)|show一下|list一下"
)
_ASKING_EN = re.compile(
    r"\?|^\s*(?:(?:hey|hi|hello|morning|pls|please|ok|so|and|can you|could you),? )*(?:what|what's|whats|how|how's|who|who's|which|when|where|why|show|list|rank|compare|give me|tell me|pull up|do (?:we|i)|are (?:we|there)|is (?:there|the)|any (?:update|news)|top \d|explain|should (?:i|we)|does)\b",
    re.M,
)
_SELF_HELP = re.compile(
    r"(?:你|canmou|参谋|机器人|bot)\b|撤销|修改|改错|录错|报错|记录|提醒|周报|这里|发给你|告诉你|(?:something|what) i (?:just )?(?:reported|logged|said|sent|recorded)|\byou\b|report(?:ed)? wrong"
)


_NO_QUESTION = re.compile(
    r"记几[个件]|几[个件]事|没啥|没什么|不怎么|没怎么|没多少|不管|无论|不论|没谁|怎么都|多少有点|多少还"
)


def is_asking(scene: Scene) -> bool:
    """Whether the message as a whole has the form of a question or a request for figures."""
    text = _NO_QUESTION.sub("", scene.text)
    return bool(_ASKING_ZH.search(text)) if has_cjk(text) else bool(_ASKING_EN.search(text))


def asks(text: str) -> bool:
    """Whether a normal text has the form of a question, or orders figures."""
    pattern = _ASKING_ZH if has_cjk(text) else _ASKING_EN
    return bool(pattern.search(_NO_QUESTION.sub("", text)))


def asked_intent(scene: Scene) -> Intent | None:
    """Help, query or methodology for a message that asks; None for one that does not ask (or only chats)."""
    text = scene.text.strip()
    length = len(text) if has_cjk(text) else len(text) // 3
    if (
        scene.has("help")
        and length <= 40
        and (not scene.has("ask.metric") or _SELF_HELP.search(text))
        and not any(n.kind is NameKind.ACCOUNT for n in scene.names)
    ) and not (
        scene.has("ask.method_strong")
        and not _SELF_HELP.search(text)
        and not any(c.start <= 6 for c in scene.cues if c.family == "help")
    ):
        return Intent.HELP
    if scene.has("remind") and not re.search(
        r"[?？]|怎么|how |哪些|多少|几[个条]|谁|吗|有没有|what|which|list|show", _NO_QUESTION.sub("", text)
    ):
        return None
    asking = is_asking(scene) or bool(_ASKING_EN.search(text))
    named = [
        n
        for n in scene.names
        if n.kind in (NameKind.ACCOUNT, NameKind.PERSON, NameKind.ORG_UNIT, NameKind.PRODUCT, NameKind.COMPETITOR)
    ]
    scoped = [n for n in named if n.kind is not NameKind.PRODUCT]
    mine = bool(re.search(r"我|咱|本区|本部|公司|全国|团队|\bour\b|\bmy\b|\bwe\b|\bi\b|team|company", text))
    timed = any(True for _ in scene.dates) or bool(
        re.search(r"今年|去年|季度|本月|这个月|上个月|本周|这周|上周|this|last|q[1-4]\b|ytd", text)
    )
    metric, figure = scene.has("ask.metric"), scene.has("ask.figure")
    strong, method = scene.has("ask.method_strong"), scene.has("ask.method")
    if not asking and not (
        length <= 14 and metric and (scoped or timed or mine) and not _told(scene) and not _does(scene)
    ):
        return None
    how = bool(re.search(r"怎么样|咋样|怎样了|如何了|到哪|什么阶段|什么情况|啥情况", text)) or bool(
        re.search(
            r"\bhow(?:'s| is| are| did)\b|where (?:are|do) we|what's happening|status of|latest on|update on", text
        )
    )
    if how and (
        named or (length <= 10 and re.search(r"[区部办组队处省市]怎么样|^[\u4e00-\u9fff]{2,5}(?:怎么样|咋样)", text))
    ):
        return Intent.QUERY
    if (
        figure
        and metric
        and re.search(
            r"多少|几[单个家条次]|谁|哪[个些家几单]|排|前[三五十]|how (?:much|many)|\bwho\b|\brank\b|\btop \d|which (?:deals?|opps?|reps?|team|region|office|customers?|accounts?)|what'?s (?:my|our|the)\b|what is (?:my|our)",
            text,
        )
        and not (strong and not (scoped or timed))
    ):
        return Intent.QUERY
    if strong and not (scoped and metric and figure and not re.search(r"怎么|如何|how (?:do|should|can|to)", text)):
        return Intent.METHODOLOGY
    if metric and (scoped or timed or mine or figure) and not (method and not figure):
        return Intent.QUERY
    if scoped and (figure or re.search(r"[?？]|吗|呢", text)):
        return Intent.QUERY
    if method:
        return Intent.METHODOLOGY
    if figure and (timed or mine):
        return Intent.QUERY
    return None


def _does(scene: Scene) -> bool:
    """A deed, a plan or an errand: 明天准备去拜访… is no request for figures."""
    return any(
        c.family.startswith("activity.")
        or c.family in ("plan", "oblige", "remind", "money.raised", "close_task", "move_task")
        for c in scene.cues
    )


def _told(scene: Scene) -> bool:
    return any(c.family == "past" for c in scene.cues)


def is_undo(scene: Scene) -> bool:
    """撤销, undo that: short, and nothing else of weight in it."""
    if not scene.has("undo"):
        return False
    text = scene.text.strip()
    length = len(text) if has_cjk(text) else len(text) // 3
    if length > 28 or re.search(
        r"怎么|如何|how (?:do|can|to)|能不能|吗|可以.*[?吗]|多少|几[个单条家]|谁|哪|how (?:much|many)", text
    ):
        return False
    return not any(c.family == "correct" and c.phrase in ("改成", "改为", "应该是") for c in scene.cues)


def is_chat(scene: Scene) -> bool:
    return scene.has("chat")


def told_intent(frames: Frames, *, records: bool, tasks: bool, asked: bool) -> Intent | None:
    """Report, weekly report or task by what was found; None when nothing was."""
    weekly = frames.scene.pieces.weekly
    if weekly and (records or tasks):
        return Intent.WEEKLY_REPORT
    if records:
        return Intent.REPORT
    if tasks:
        told = any(not m.plan and s.has("absent") for s, m in zip(frames.scene.clauses, frames.moods, strict=True))
        return (
            Intent.REPORT
            if told and not frames.scene.has("remind") and not frames.scene.has("task_noun")
            else Intent.TASK
        )
    if weekly and not asked:
        return Intent.WEEKLY_REPORT
    return None
