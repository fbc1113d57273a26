"""When a message asks for figures: by its form, by the metric it names, or because it goes on from a question."""

from __future__ import annotations

import re

from sales.language.mentions import Scene
from sales.language.questions import goes_on, read_question
from sales.language.text import has_cjk
from sales.metrics.query import Question, Wants
from sales.records import Doubt, Reading
from sales.stages import Intent

_LONGEST_ZH, _LONGEST_EN = 40, 16
_ORDERED = re.compile(
    r"^\s*(?:请|麻烦|劳烦|帮我?|给我?|我想|我要|想要?|能不能|查|看|报|统计|汇总|列|拉|导|出|算|发|说说|讲讲|汇报)"
    r"|给我|帮我|看一?下|查一?下|拉一?下|报一?下|算一?下|列一?下|说一?下|统计一?下"
    r"|^\s*(?:please|pls|kindly|can|could|i need|i want|i'd like|need|give|show|get|pull|send|list|rank|compare|tell|run|break)\b"
)
_DEEDS = ("plan", "oblige", "remind", "money.raised", "close_task", "move_task")


def query_reading(
    scene: Scene, intent: Intent | None, *, told: bool, records: bool, topic: str | None, version: str
) -> Reading | None:
    """The message as a question for figures, or None. `intent` is what its form says (None: it does not ask); `told`:
    it reports or promises something; `records`: a deed, a deal or money was read from it."""
    if intent in (Intent.HELP, Intent.METHODOLOGY) and scene.context.asked is None:
        return None
    if intent is None and records:
        return None
    question, doubts = read_question(scene)
    if intent is None and told and not _only_asks(scene, question):
        return None
    if intent is not Intent.QUERY and not _meant(scene, intent, question, doubts):
        return None
    return Reading(Intent.QUERY, doubts=doubts, reader=version, topic_account=topic, question=question)


def _meant(scene: Scene, intent: Intent | None, question: Question | None, doubts: tuple[Doubt, ...]) -> bool:
    if question is None:
        return False
    if question.follows:
        if intent is None:
            return goes_on(scene.text) or not _does(scene)
        return question.wants is not Wants.FIGURE
    if intent is not None or not question.firm or scene.has("correct"):
        return False
    if _ORDERED.search(scene.text) or _SENT_TO_ME.search(scene.text):
        return not any(c.family in ("remind", "close_task", "move_task") for c in scene.cues) or _only_asks(
            scene, question
        )
    size = len(scene.text) if has_cjk(scene.text) else len(scene.text.split())
    if size > (_LONGEST_ZH if has_cjk(scene.text) else _LONGEST_EN):
        return False
    query = question.query
    if query is not None and (query.group_by is not None or query.order is not None or query.filter):
        return not _amounts(scene) and not _does(scene)  # won this q by rep: a split is asked for, never told
    return _only_asks(scene, question) or (not _told(scene) and not _does(scene))


_SENT_TO_ME = re.compile(r"发我|发给我|告诉我|给我|告知|报给我|show me|give me|tell me|send me|let me know")
_ONLY_TODO = re.compile(
    r"[\W_]*(?:show |list |get |give |see |check )?(?:me )?(?:my |our |the |all )*(?:open |pending |outstanding |unfinished )*"
    r"(?:to-?dos?|to do|tasks?|follow-?\s?ups?)(?: list)?(?: pls| plz| please| thanks)?[\W_]*"
    r"|[\W_]*(?:我的?|查|看|列)?(?:一下)?(?:我的?)?(?:未完成的?|没做的?|全部|所有)?(?:待办|跟进|任务)(?:清单|列表|事项)?[\W_]*"
)


def _only_asks(scene: Scene, question: Question | None) -> bool:
    """宋总让我统计达成率，你发我: what sounds like an errand is one for us; "my todo list" asks for it."""
    if question is None or not question.firm:
        return False
    if _ONLY_TODO.fullmatch(scene.text):
        return True
    return bool(_SENT_TO_ME.search(scene.text)) and not any(c.family == "remind" for c in scene.cues)


def _amounts(scene: Scene) -> bool:
    return any(n.kind.name == "AMOUNT" for n in scene.numbers)


def _told(scene: Scene) -> bool:
    return any(c.family == "past" for c in scene.cues) or _amounts(scene)


def _does(scene: Scene) -> bool:
    """A deed, a plan or an errand: 明天准备去拜访… is no request for figures."""
    return any(c.family in _DEEDS for c in scene.cues)
