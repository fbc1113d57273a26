"""What kind of saying a clause is: past or plan, denied, supposed, hearsay, wished for, refused, asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from sales.language.dates import DateMention, Grain, Resolved, Tense
from sales.language.layout import Section
from sales.language.mentions import Said, Scene
from sales.language.names import NameKind
from sales.language.text import has_cjk

_STRONG_PLAN = frozenset(
    [
        "准备",
        "打算",
        "计划",
        "拟",
        "约了",
        "约好",
        "约定",
        "约到",
        "约在",
        "约的",
        "下次",
        "改天",
        "改到",
        "改约",
        "重新约",
        "再约",
        "预约",
        "定于",
        "定在",
        "要去",
        "会去",
        "即将",
        "接下来",
        "下一步",
        "下步",
        "预计",
        "预定",
        "到时候",
        "届时",
        "明早",
        "推到",
        "推迟到",
        "延到",
        "延期到",
        "挪到",
        "顺延",
        "再去",
        "再过去",
        "拟于",
        "争取",
        "记得",
        "别忘",
        "will",
        "gonna",
        "planned",
        "scheduled",
        "arranged",
        "booked",
        "upcoming",
        "expected",
        "expecting",
        "pencilled",
        "i'll",
        "we'll",
        "he'll",
        "she'll",
        "they'll",
        "let's",
    ]
) | {
    "going to",
    "plan to",
    "planning to",
    "need to",
    "set for",
    "fixed for",
    "rescheduled to",
    "moved to",
    "shifted to",
    "lined up",
    "about to",
    "to do",
}


@dataclass(slots=True)
class Mood:
    plan: bool = False
    past: bool = False
    hypothetical: bool = False
    possible: bool = False
    hearsay: bool = False
    question: bool = False
    refused: bool = False
    wish: bool = False
    doubtful: bool = False
    originally: bool = False
    rival: bool = False
    order: bool = False
    """It gives orders to the software: text from somebody else, not a report."""

    @property
    def asserted(self) -> bool:
        """What it says is told as a fact or a decision."""
        return not (
            self.hypothetical
            or self.hearsay
            or self.question
            or self.refused
            or self.doubtful
            or self.wish
            or self.originally
        )


def moods(scene: Scene) -> list[Mood]:
    """The mood of each clause of the scene; brackets and afterthoughts qualify the clause before."""
    out = [_own(scene, said) for said in scene.clauses]
    if (
        scene.clauses
        and scene.clauses[0].has("remind")
        and len(scene.clauses[0].text) <= 14
        and not any(scene.clauses[0].has(f) for f in ("activity.call", "activity.visit"))
    ):
        # 记几个事: what follows is to be done, unless it says that it is done
        for said, mood in zip(scene.clauses[1:], out[1:], strict=True):
            if not any(d.is_past_only for d in said.dates):
                mood.plan, mood.past = True, False
    for i, said in enumerate(scene.clauses):
        mood = out[i]
        mood.order = said.has("order")
        if i == 0:
            continue
        before, prior = scene.clauses[i - 1], out[i - 1]
        same_line = before.line is said.line
        if not same_line:
            continue
        mood.order |= prior.order and before.clause.sentence == said.clause.sentence
        if prior.hearsay and before.clause.sentence == said.clause.sentence:
            # 听同行讲,那单谈到72万: the source alone, or a figure alone, leans on its neighbour
            longest = 12 if has_cjk(said.text) else 40
            mood.hearsay |= len(before.text.strip()) <= 8 or (
                not _WE.match(said.text.strip()) and len(said.text.strip()) <= longest and not said.titles
            )
        if (
            prior.plan
            and before.clause.sentence == said.clause.sentence
            and not mood.plan
            and said.has("presence")
            and not before.has("plan", "oblige", "remind")
            and any(_bare(scene, before, d) for d in before.dates)
            and before.line.section is Section.NONE
        ):
            prior.plan, prior.past = False, True  # Zoom meeting on Monday, Mark joined
        if said.clause.bracketed or said.has("doubtful_statement", "refused"):
            # 想15万拿下,我没答应 / 加到150万(待确认): an afterthought on what was just said
            prior.hearsay |= said.clause.bracketed and mood.hearsay
            prior.doubtful |= said.has("doubtful_statement") and _is_afterthought(said)
            prior.refused |= said.has("refused")
        if said.has("hypothetical") and any(c.phrase in ("的话", "就好了", "该多好") for c in said.all("hypothetical")):
            for j in range(i - 1, max(-1, i - 4), -1):
                if scene.clauses[j].clause.sentence != said.clause.sentence:
                    break
                out[j].hypothetical = True
        if (
            before.clause.sentence == said.clause.sentence
            and prior.hypothetical
            and (
                before.has("hypothetical")
                or (i >= 2 and scene.clauses[i - 2].has("hypothetical") and "," in scene.text[before.end : said.start])
            )
        ):
            # 如果能降到110万,他们这周就签: the consequence is as hypothetical as the condition
            own = (bool(_WE.match(said.text.strip())) and said.has("oblige", "refused")) or bool(
                _BACK_TO_FACTS.match(said.text.strip())
            )
            mood.hypothetical = mood.hypothetical or not own
    return out


_ASKS = re.compile(
    r"多少钱?|几[单个家条次位]|哪[个些家几单]|什么时候|啥时候|谁|怎么样|怎么|如何|为什么|\bhow (?:much|many|do|is|are|did|should)\b|\bwhat(?:'s| is| are)\b|\bwho\b(?! (?:is|was|will|wants|said))|\bwhich (?:deal|rep|region|one)"
)


_BACK_TO_FACTS = re.compile(
    r"现在|目前|不过|概率(?=给我|帮我|调|改)|帮我|给我|麻烦|for now|right now|currently|please|pls"
)
"""What opens a clause that tells again how things are, after a supposition."""


_WE = re.compile(r"我|咱|俺|i\b|we\b|i'll|we'll")


def _is_afterthought(said: Said) -> bool:
    if said.has("unchanged") and said.has("money.deal"):
        return False  # 金额先不动: of the amount alone
    return (
        len(said.text) <= 16
        or said.clause.bracketed
        or bool(said.text.strip().startswith(("nothing", "not ", "tbc", "还没", "先别", "待")))
    )


_MEANT_TO = re.compile(
    r"(?:今天|昨天|上午|下午)?(?:本来|原本|原来)(?:今天|昨天|上午|下午|周[一二三四五]|这周|说)*(?:要|想|打算|准备|计划|约)"
)


def _own(scene: Scene, said: Said) -> Mood:
    mood = Mood()
    section = said.line.section
    mood.hypothetical = said.has("hypothetical")
    mood.possible = said.has("possible") or section is Section.RISK
    mood.hearsay = said.has("hearsay")
    mood.question = (
        (said.has("question") and said.text.rstrip().endswith(("吗", "么", "呢")))
        or bool(_ASKS.search(said.text))
        or scene.text[said.end : said.end + 1] == "?"
    )
    mood.refused = said.has("refused")
    mood.wish = said.has("wish")
    mood.doubtful = said.has("doubtful_statement")
    mood.originally = said.has("originally") or bool(_MEANT_TO.match(said.text.strip()))
    mood.rival = _about_rival(said)
    past_cue = any(c.phrase != "过" or scene.text[c.start - 1 : c.start] in _BEFORE_ASPECT for c in said.all("past"))
    future = any(d.is_future_only for d in said.dates)
    gone = any(d.is_past_only for d in said.dates) or any(_behind(scene, said, d) for d in said.dates)
    dated_later = any(lies_ahead(scene, said, d) for d in said.dates)
    deadline = any(resolve(scene, said, d, Tense.PLAN).deadline for d in said.dates)
    strong = any(
        c.phrase.rstrip("~") in _STRONG_PLAN and not (c.phrase == "moved to" and not said.dates)
        for c in said.all("plan")
    )  # moved to contract review: a stage, no day
    weak = said.has("plan") and not strong
    weekday = any(_bare(scene, said, d) and not hour_gone(scene, d) for d in said.dates)
    paid = said.has("pay.received") and not said.has("pay.progress", "negation", "oblige")
    acted = said.has(
        "activity.visit",
        "activity.visit_weak",
        "activity.call",
        "activity.meeting",
        "activity.message",
        "activity.demo",
        "activity.bid",
        "activity.social",
    )
    if re.search(r"下一步|计划|待办|后续|行动|next|action|follow|todo|下步", said.clause.column):
        mood.plan = True
    elif section is Section.PLAN:
        mood.plan = not (gone and past_cue)
    elif future or dated_later:
        mood.plan = True
    elif section in (Section.PAST, Section.PAY):
        mood.plan = (deadline and not past_cue) or (strong and not past_cue and not weekday)
    elif gone:
        mood.plan = False
    elif deadline or (strong and not _done(said)):
        mood.plan = True
    elif (
        weekday
        and not past_cue
        and (_GOING.search(said.text) or any(d.time is not None and d.time.hour is not None for d in said.dates))
    ):
        mood.plan = True  # 周四上午十点我去他们公司
    elif weekday and (acted or paid) and not said.has("plan", "oblige", "remind") and _this_week_gone(scene, said):
        mood.plan = False  # 周一拜访… in a list written on Wednesday
    elif weekday:
        mood.plan = not (past_cue or (acted and not said.has("oblige") and _leading(scene, said)))
    elif ((weak or said.has("oblige")) and not past_cue) or (later_today(scene, said) and not past_cue):
        mood.plan = True
    mood.past = not mood.plan
    return mood


def _done(said: Said) -> bool:
    """了/已/过 after the verb: what looks like a plan word is told as done (准备好了)."""
    return any(c.phrase in ("完成", "结束", "已", "已经", "刚", "刚才", "刚刚") for c in said.all("past"))


def _leading(scene: Scene, said: Said) -> bool:
    """The weekday stands before the deed, as in a log (周二 拜访…)."""
    days = [d.start for d in said.dates if _bare(scene, said, d)]
    deeds = [c.start for f in said.cues if f.startswith("activity.") for c in said.cues[f]]
    return (bool(days and deeds) and min(days) <= min(deeds) and not said.has("deliver")) or False


def _about_rival(said: Said) -> bool:
    """A competitor is the one who acts: it stands before the verb, and we are not 'lower than' it."""
    rivals = said.of(NameKind.COMPETITOR)
    return bool(rivals)


def explicit_day(d: DateMention) -> bool:
    """A month and day were said, so that no tense is needed to know which day is near."""
    return (any(ch.isdigit() for ch in d.text) and d.strength >= 0.6) or "月" in d.text


def _behind(scene: Scene, said: Said, d: DateMention) -> bool:
    """A month and day were said that lie behind (5月15日 said on the 20th), with no 前 or by."""
    if not explicit_day(d):
        return False
    found = resolve(scene, said, d, Tense.UNKNOWN)
    return found.last <= scene.context.today and not found.deadline


_BEFORE_ASPECT = frozenset(
    "见去谈聊访来打发看报做用跑问说触系通作讲提到送试测交签付寄吃"
)  # 见过, 谈过; 过条款 is a verb
_GOING = re.compile(r"我们?(?:再|就|会|要|得|还)?(?:去|过去|到|来|跟|给|带|约)(?!了)")


def _this_week_gone(scene: Scene, said: Said) -> bool:
    """A weekday of this week that is over or today."""
    today = scene.context.today
    monday = today - timedelta(days=today.weekday())
    return any(
        _bare(scene, said, d) and monday <= resolve(scene, said, d, Tense.PAST).first < today for d in said.dates
    )


def lies_ahead(scene: Scene, said: Said, d: DateMention) -> bool:
    """The day is still to come whatever the tense: 6/26, 本周五 said on a Tuesday."""
    if explicit_day(d):
        return resolve(scene, said, d, Tense.UNKNOWN).first > scene.context.today
    today = scene.context.today
    return d.strength >= 0.6 and resolve(scene, said, d, Tense.PAST).first > today


def _bare(scene: Scene, said: Said, d: DateMention) -> bool:
    """A weekday or a day without month: its tense decides which one is meant."""
    if d.is_future_only or d.is_past_only:
        return False
    past = d.resolve(scene.context.now, Tense.PAST)
    plan = d.resolve(scene.context.now, Tense.PLAN)
    return past.first != plan.first and past.grain is Grain.DAY


def hour_gone(scene: Scene, d: DateMention) -> bool:
    """下午三点, with no day said, after three: today's, and over."""
    if not d.time_only:
        return False
    time = d.resolve(scene.context.now, Tense.PAST).time
    return time is not None and time < scene.context.now.time()


def later_today(scene: Scene, said: Said) -> bool:
    """今晚, tonight, 下午四点 said before that hour."""
    now = scene.context.now
    if any(resolve(scene, said, d, Tense.PAST).first != scene.context.today for d in said.dates):
        return False  # 周四晚上吃饭, in a log
    if re.search(r"[吃聊谈见去喝打开做签]的|了$", said.text):
        return False
    if now.hour < 18 and any(w in said.text for w in ("今晚", "晚上", "tonight", "this evening")):
        return True
    return now.hour < 11 and any(w in said.text for w in ("今天下午", "下午", "this afternoon"))


def resolve(scene: Scene, said: Said, mention: DateMention, tense: Tense) -> Resolved:
    """The days that a mention means in this clause. A weekday in a section on a week is a day of that week."""
    context = scene.context
    week_of: date | None = None
    if said.line.week is not None:
        week_of = context.today + timedelta(days=7 * said.line.week)
    return mention.resolve(
        context.now, tense, week_of=week_of, fiscal_start=context.book.company.fiscal_year_start_month
    )
