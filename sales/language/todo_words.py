"""The words of a follow-up: what was said, without its date and the phrases that only introduce it; and how alike two are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sales.language.cuts import trim
from sales.language.dates import DateMention, Resolved
from sales.language.frames import Frames
from sales.language.layout import Section
from sales.language.mentions import Said
from sales.language.parties import Stretch
from sales.language.text import is_cjk
from sales.records import Span

_LEAD = re.compile(
    r"^(?:[\s,，。:;、—\-·→>]|然后呢?|另外|还有|对了|接着|所以|但是?|不过|就|那|再|还|并且?|同时|顺便|我们?(?=[要得会再来去把给准])|咱们?|他们?(?=让|要求|叫|说)|她(?=让|要求|叫|说)|客户(?=让|要求|叫|说|要我)|对方(?=让|要求|叫|说|要我)|让我们?|叫我们?|要求我们?|要我们?|请我们?|希望我们?|需要我们?|催我们?|说要|说让|(?:说|表示|讲)好?(?=[开会把给发再约去来先尽下组安])|让(?=[把发出报补做提先尽])|提醒我一?下?|帮我记一?下|记得|别忘了?|需要|需(?=[补提改重])|得(?=[给发去补])|准备|打算|计划|待办|"
    r"and |but |so |then |also |he |she |they |we |i |will |wants? us to |asked us to |asked me to |wants? me to |needs? us to |need to |needs to |have to |has to |to |please |pls |remind me (?:to |about )?|reminder (?:to )?|must |should |i'll |we'll |going to |gonna |by |on |for )+",
    re.I,
)


_TAIL = re.compile(
    r"(?:[\s,，。:;、—\-]|之前|以前|前|吧|哈|哦|啊|呢|了就行|就行|即可|就这样|\bby|\bon|\bbefore|\bat|\bpls|\bplease|\bthanks|\bthx)+$",
    re.I,
)


@dataclass(slots=True)
class Promise:
    """A follow-up in the making."""

    stretch: Stretch
    clauses: list[Said]
    due: Resolved | None
    due_mention: DateMention | None
    due_said: Said | None
    dates: list[DateMention] = field(default_factory=list)
    demand: bool = False
    section: Section = Section.NONE


def wording(frames: Frames, promise: Promise) -> tuple[str, Span]:
    """The words of a follow-up: what was said, without its date and the phrases that only introduce it."""
    scene = frames.scene
    start, end = promise.clauses[0].start, promise.clauses[-1].end
    cuts = sorted((d.start, d.end) for s in promise.clauses for d in s.dates if d is promise.due_mention)
    parts: list[str] = []
    at = start
    for s, e in cuts:
        if s >= at:
            parts.append(scene.normal.original(at, s) if s > at else "")
            at = max(at, e)
    parts.append(scene.normal.original(at, end) if end > at else "")
    text = (
        " ".join(p.strip() for p in parts if p.strip())
        if not any(is_cjk(c) for c in "".join(parts))
        else "".join(parts)
    )
    text = text.strip()
    for _ in range(3):
        lead = _LEAD.match(text)
        if lead and lead.end() < len(text):
            rest = text[lead.end() :]
            if len(rest) >= 2:
                text = rest
        tail = _TAIL.search(text)
        if tail and tail.start() > 1:
            text = text[: tail.start()]
    if HOLLOW.match(text):
        # 改到周五, rescheduled to Tue: of what, or with whom, stands in the clause before
        text = _missed(frames, promise) or f"{_subject(frames, promise)} {text}".strip()
    text = _plainly(text)
    s, e = trim(scene.text, start, end)
    text = re.sub(r"\s+", " ", text).strip(" ,，。:：;；、-—()（）")
    return text[:200], frames.span(s, e)


HOLLOW = re.compile(
    r"^(?:临时)?(?:改到|改约到?|推到|约到|约在|再约|重新约|改期到?|挪到|定在|rescheduled(?: to)?|moved(?: to)?|pushed(?: to)?|postponed(?: to)?|shifted(?: to)?|booked(?: for)?|set(?: for)?|confirmed(?: for)?|fixed(?: for)?)$",
    re.I,
)


_MISSED = re.compile(
    r"(?:今天|上午|下午|昨天|本来|原来|原定)*(?:没能?|没有|未能?)(?P<deed>[去见拜跑到约访][^,。]{1,14}?)(?:成|到|上|着)?$"
)


def _missed(frames: Frames, promise: Promise) -> str:
    """今天没去恒越,改到周五: what is still to be done is what did not take place."""
    first = promise.clauses[0]
    before = frames.scene.clauses[first.at - 1] if first.at else None
    if before is None or before.line is not first.line:
        return ""
    match = _MISSED.search(before.text.strip())
    return (
        frames.scene.normal.original(before.start, before.end).strip()[match.start("deed") : match.end("deed")]
        if match
        else ""
    )


_BA = re.compile(
    r"^把(?P<what>.{2,30}?)(?P<do>发|寄|送|交|补齐|补|改好|改|做好|做|报|给|回|提交|准备好|准备|整理好|整理|签)(?:给(?P<whom>[^,。]{1,8}?))?(?:过去|过来|一下|出来|上来|完|好|了)?$"
)


def _plainly(text: str) -> str:
    """A to-do as one writes it down: 把正式报价发过去 is 发正式报价."""
    match = _BA.match(text)
    if match:
        whom = match["whom"]
        text = f"{match['do']}{match['what']}" + (
            f"给{whom}" if whom and whom not in ("他", "她", "他们", "对方", "客户") else ""
        )
    return re.sub(r"^(?:过去|wants? (?:an? )?|want us to |an? )(?=.{2})", "", text, flags=re.I)


def _subject(frames: Frames, promise: Promise) -> str:
    """With whom an appointment is: the last people named before it, else the customer."""
    first = promise.clauses[0]
    people = [
        p for p in promise.stretch.parties if p.said is not None and p.said.at <= first.at and p.said.line is first.line
    ]
    if people:
        return frames.scene.normal.original(people[-1].start, people[-1].end)
    if promise.stretch.named is not None:
        return frames.scene.normal.original(promise.stretch.named.start, promise.stretch.named.end)
    return ""


def _bigrams(text: str) -> set[str]:
    plain = re.sub(r"[\s,，。:：;；、()（）]", "", text.lower())
    if plain.isascii():
        return {w[:5] for w in re.findall(r"[a-z0-9]{3,}", text.lower())}
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def similar(a: str, b: str) -> float:
    """Shared pairs of characters (words in English) over the smaller set; 0 to 1."""
    x, y = _bigrams(a), _bigrams(b)
    return len(x & y) / min(len(x), len(y)) if x and y else 0.0
