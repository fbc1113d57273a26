"""When a message asks for figures: by its form, by the metric it names, or because it goes on from a question."""

from __future__ import annotations

import re

from sales.language.dates import Grain
from sales.language.intents import asks
from sales.language.lexicon import Cue, asking
from sales.language.mentions import Scene
from sales.language.names import NameKind
from sales.language.questions import read_question
from sales.language.questions_follow import goes_on, size_of
from sales.language.questions_named import unit_end
from sales.language.text import has_cjk
from sales.metrics.query import Question, TargetKind, Wants
from sales.records import Reading
from sales.stages import Intent

_LONGEST_ZH, _LONGEST_EN = 40, 16
_ORDERED = re.compile(
    r"(?a)^\s*(?:请|麻烦|劳烦|帮我|给我|我想[看知查]|我要[看知查]|想[看知查]|能不能|查|看|统计|汇总|列[一下出个]|拉[一下个]|导出|出[个份一]|算[一下算]|报[一下个]|发[一下个我]|说说|讲讲|汇报)"
    r"|给我|帮我|看一?下|查一?下|拉一?下|报一?下|算一?下|列一?下|说一?下|统计一?下"
    r"|^\s*(?:please|pls|kindly|can|could|i need|i want|i'd like|need|gimme|give|show|get|pull|send|list|rank|compare|tell|run|break)\b"
)
_DEEDS = ("plan", "oblige", "remind", "money.raised", "close_task", "move_task")


def query_reading(
    scene: Scene, intent: Intent | None, *, told: bool, records: bool, topic: str | None, version: str
) -> Reading | None:
    """The message as a question for figures, or None. `intent` is what its form says (None: it does not ask); `told`:
    it reports or promises something; `records`: a deed, a deal or money was read from it."""
    told = told or records
    again = scene.context.asked is not None and not records and goes_on(scene.text)
    if intent is None and told and not again and not may_only_ask(scene.text) and not bare_figure(scene):
        return None  # a report: what it says of figures is told, and nothing more is looked for
    question, doubts = read_question(scene)
    follows = again and question is not None and question.follows
    if intent is None and told and not follows and not _only_asks(scene, question):
        return None
    if intent is not Intent.QUERY and not _meant(scene, intent, question):
        return None
    return Reading(Intent.QUERY, doubts=doubts, reader=version, topic_account=topic, question=question)


def _meant(scene: Scene, intent: Intent | None, question: Question | None) -> bool:
    """Whether words that have not the form of a request for figures are one: by the metric, or because they go on."""
    if question is None or question.query is None:
        return False
    if question.follows:
        if intent is None:
            return goes_on(scene.text) or asks(scene.text) or "?" in scene.text or not scene.has("chat")
        return question.wants is not Wants.FIGURE or (intent is Intent.METHODOLOGY and not _HOW_TO.search(scene.text))
    if intent is Intent.METHODOLOGY:
        about = question.said_scope or question.said_period or question.query.metric == "lost_reasons"
        about = about or (question.query.metric == "overview" and bool(_OURS.search(scene.text)))
        return question.firm and about and not _HOW_TO.search(scene.text)
    if intent is not None or (scene.has("correct") and not _POLITE.search(scene.text)):
        return False
    asking = asks(scene.text) or bool(_ASKING.search(scene.text) or _POLITE.search(scene.text))
    split = question.query.group_by is not None
    if asking and (question.firm or split):
        return not _amounts(scene)
    if not question.firm:
        return False
    if _names_others(scene, question):
        return not _amounts(scene)
    if _ORDERED.search(scene.text) or _SENT_TO_ME.search(scene.text):
        return not any(c.family in _ERRANDS for c in scene.cues) or _only_asks(scene, question)
    size = size_of(scene.text) if has_cjk(scene.text) else len(scene.text.split())
    if size > (_LONGEST_ZH if has_cjk(scene.text) else _LONGEST_EN):
        return False
    if question.query.metric == "activities" and not split and not bare_figure(scene):
        return False  # 给沈部长打电话，没人接: without a word that asks it is told
    if _only_asks(scene, question) or (split and (_SPLIT.search(scene.text) or question.query.limit is not None)):
        return not _amounts(scene)  # won this q by rep: a split is asked for, never told
    if question.wants is Wants.RECORDS or _OF_DEALS.search(scene.text):
        return not _amounts(scene)  # biggest deals won this year
    return not _told(scene) and not _does(scene)


_ERRANDS = ("remind", "close_task", "move_task")
_SPLIT = re.compile(
    r"(?a)\b(?:by|per|each|every|across)\b|按.{1,14}?(?:分|看|排|拆|统计|列)|各(?:大|个|家)?[区办组人部产客月周]|每个?[人区办月周组部客产]|分(?:人|月|周|区|产品|客户)"
)
_TODO = re.compile(r"(?a)\bto-?dos?\b|待办|跟进|\btasks?\b|follow-?\s?ups?")
_RECALLS = re.compile(
    r"(?a)上一?次.{0,16}(?:啥|什么|谁|哪|吗|多少|怎么|时候)|\b(?:last time|when did|what did|remind me (?:what|where|how|who|when)|refresh my memory|jog my memory)\b|帮我回忆|想不起来?|提醒我.{0,8}(?:啥|什么|哪|多少)"
)
_HOW_TO = re.compile(
    r"(?a)怎么(?!样|个样|了|回事|来的|算的|算出|得来|丢|输|会丢|会输|还|一步|走|过来|个情)[\u4e00-\u9fff]|如何(?!了|呢|[?？]|$)|咋(?!样|个样|了|丢|输|一步|走|过来|个情|回事)[\u4e00-\u9fff]"
    r"|怎么办|话术|技巧|办法|步骤|原则|建议|什么意思|啥意思|什么是|区别|应该怎|该怎|方法"
    r"|\bhow (?:do|should|can|to|could|would)\b(?! we (?:look|stand|compare))|\bshould (?:i|we)\b|\bbest way\b|\btips\b|what does .* mean"
)
_SENT_TO_ME = re.compile(r"(?a)发我|发给我|告诉我|给我|告知|报给我|show me|give me|tell me|send me|let me know")
_REQUESTED = re.compile(
    r"(?a)^\s*(?:请|烦请|麻烦|劳驾|帮忙|帮我)?(?:你|您)?(?:帮忙|帮我|再|先)?(?:测算|提供|列示|统计|说明|告知|汇总|核算|反馈|出具|列出|给出|报送|查询|核实|调取|导出|计算|整理|梳理)"
)
_SHOWN = re.compile(
    r"(?a)拉一?下|看看|看一?下|查一?下|列一?下|报一?下|统计一?下|汇总一?下|算一?下|排一?下|盘一?下|捋一?捋|\b(?:show|list|pull|check|give|gimme|see)\b"
)
_LISTED = re.compile(
    r"^.{0,14}的(?:单子?|商机|项目|客户|待办|跟进|款项?|回款|合同)(?:啊|呀|呢|吧|哈)?(?:[,，。\s]*(?:谢谢|多谢|谢了))?\s*[?？。]?\s*$"
)
"""本周要签的单子, 逾期的待办: a list is asked for."""
_OPENS = re.compile(
    r"^\W*(?:(?:hey|hi|hello|so|and|ok|pls|please)\W+)*(?:h[oa]?w (?:much|many|mny|mch)|what|whats|what's|which|who|when|why)\b"
)
_OURS = re.compile(r"(?a)我们|咱|我哋|我这|\b(?:we|our|us)\b")
_POLITE = re.compile(
    r"(?a)\b(?:grateful|appreciate|could you|can you|would you|kindly|i would (?:like|need)|i'd (?:like|need|love)|i (?:need|want)|let me (?:have|know|see))\b"
)
_ASKING = re.compile(
    r"(?a)\b(?:h[oa]?w (?:much|many|mny|far|long|big|are|is|did|do|does|am|well)|what|whats|which|who|whose|hows|why)\b|\?"
    r"|\b(?:do|does|did|are|is|have|has|will) (?:we|i|they|our|my|any|there|the)\b"
    r"|\b(?:grateful|appreciate|would (?:like|need|love)|could you|can you|would you|kindly|looking for|i need|give me|let me (?:have|know|see))\b"
)
_ONLY_TODO = re.compile(
    r"[\W_]*(?:show |list |get |give |see |check )?(?:me )?(?:my |our |the |all )*(?:open |pending |outstanding |unfinished )*"
    r"(?:to-?dos?|to do|tasks?|follow-?\s?ups?)(?: list)?(?: pls| plz| please| thanks)?[\W_]*"
    r"|[\W_]*(?:我的?|查|看|列)?(?:一下)?(?:我的?)?(?:未完成的?|没做的?|全部|所有)?(?:待办|跟进|任务)(?:清单|列表|事项)?[\W_]*"
)

_TODO_OF = re.compile(
    r"[\W_]*(?:那个|嗯|请问|麻烦)?[\W_]*(?:看|查)?(?:一?下)?[\u4e00-\u9fff]{2,12}(?:的(?:待办|跟进)|待办)"
    r"(?:清单|列表|事项|情况)?[啊呢吧]?[\W_]*(?:谢谢)?[\W_]*"
)

_OF_DEALS = re.compile(
    r"^\W*(?:all |the |our |my )*(?:deals|contracts|orders|wins) (?:won|signed|closed|booked|lost)\b"
)


def may_only_ask(text: str) -> bool:
    return any(
        form.search(text)
        for form in (_SENT_TO_ME, _REQUESTED, _SHOWN, _POLITE, _SPLIT, _RECALLS, _TODO, _OPENS, _LISTED)
    )


def bare_figure(scene: Scene) -> bool:
    """本月拜访, 上周回款: a period and a figure and nothing else is asked for, not done."""
    text = scene.text
    days = [d for d in scene.dates if d.strength >= 0.6]
    if len(text) > _BARE_FIGURE or not days or any(n.kind is NameKind.ACCOUNT for n in scene.names):
        return False
    if all(d.resolve(scene.context.now).grain is Grain.DAY for d in days):
        return False
    rest = list(text)
    for start, end in [*((d.start, d.end) for d in days), *((n.start, n.end) for n in scene.names)]:
        rest[start:end] = "_" * (end - start)
    named = [c for c in asking().find("".join(rest)) if c.family[-1].isdigit()]
    for cue in named:
        rest[cue.start : cue.end] = "_" * (cue.end - cue.start)
    left = _FILLERS.sub("", "".join(rest))
    return bool(named) and not any(ch.isalpha() and ch not in "的了呢啊呀吧我" for ch in left)


_BARE_FIGURE = 24
_FILLERS = re.compile(
    r"(?a)那个|嗯|呃|额|谢谢|多谢|请问|麻烦|帮我|给我|看看|查查|看下|查下|一下|\b(?:hi|hey|pls|please|thanks|thx)\b"
)


def _only_asks(scene: Scene, question: Question | None) -> bool:
    """宋总让我统计达成率，你发我: what sounds like an errand, or like a customer's name, is a question for us."""
    if question is None or question.query is None or not question.firm:
        return False
    text = scene.text
    if question.query.metric == "todo" and question.said_scope and _TODO_OF.fullmatch(text):
        return True
    if _ONLY_TODO.fullmatch(text) or (question.query.metric == "history" and _RECALLS.search(text)):
        return True
    if _OPENS.search(text) or bare_figure(scene):
        return True
    errand = [c for c in scene.cues if c.family == "remind" and scene.text[c.start : c.end] not in ("待办", "任务")]
    if _LISTED.search(text) and question.query.metric != "activities" and not errand:
        return True
    if any(n.kind is NameKind.ACCOUNT for n in scene.names) and not asks(text):
        return False
    if question.query.group_by is not None and _SPLIT.search(text) and not _amounts(scene):
        return True
    if any(c.family == "remind" for c in scene.cues) and not _SHOWN.search(text):
        return False
    return any(form.search(text) for form in (_SENT_TO_ME, _REQUESTED, _SHOWN, _POLITE))


def _names_others(scene: Scene, question: Question) -> bool:
    """megs closed won amt this qtr: a colleague's or a unit's figure of a period; nobody reports that of another."""
    query = question.query
    assert query is not None
    whose = query.scope.kind is TargetKind.ORG_UNIT or (
        query.scope.kind is TargetKind.USER and query.scope.id != scene.context.book.me.id
    )
    plain = not any(n.kind in (NameKind.ACCOUNT, NameKind.CONTACT) for n in scene.names)
    size = len(scene.text) if has_cjk(scene.text) else 2 * len(scene.text.split())
    return whose and question.said_scope and question.said_period and plain and size <= 24


def _amounts(scene: Scene) -> bool:
    return any(n.kind.name == "AMOUNT" for n in scene.numbers)


_DONE_NOUNS = ("完成", "成交", "签约", "签单", "到账")


def _inside(cue: Cue, spans: list[tuple[int, int]]) -> bool:
    return any(start <= cue.start and cue.end <= end for start, end in spans)


def _told(scene: Scene) -> bool:
    named = [(c.start, c.end) for c in scene.cues if c.family == "ask.metric"]  # 完成率 tells of nothing completed
    past = [c for c in scene.cues if c.family == "past" and not (c.phrase in _DONE_NOUNS and _inside(c, named))]
    return bool(past) or _amounts(scene)


def _does(scene: Scene) -> bool:
    """A deed, a plan or an errand: 明天准备去拜访… is no request for figures."""
    units = [(n.start, unit_end(scene, n)) for n in scene.names]  # 成都办|完成率: no 办完
    cues = [c for c in scene.cues if not any(start < c.end and c.start < end for start, end in units)]
    return any(c.family in _DEEDS and (c.family != "money.raised" or _amounts(scene)) for c in cues)
