"""Follow-ups on record that a message closes or moves, found by customer and wording."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sales.language.frames import Frames
from sales.language.mentions import Said
from sales.language.names import NameKind
from sales.language.parties import Stretch
from sales.language.text import has_cjk
from sales.language.todo_words import similar
from sales.people import OpenFollowUp
from sales.records import Doubt, FollowUpDraft, Option, Read, Ref
from sales.stages import FollowUpStatus

_CLOSE_STRONG = re.compile(
    r"关掉|关闭|关了|划掉|勾掉|消掉|打[勾钩]|销掉|做完|搞定|办完|弄完|弄好|已完成|完成了|做好了|办好了|处理完|处理好|了结|标记完成|不用提醒|不用跟|结掉|搞掂|做咗|可以关|\bdone\b|tick|close|complete|sorted|cross off|check off|strike off|finished|mark|settled|no need to remind"
)
_CLOSE_SOFT = re.compile(
    r"发过了|已经?发|发出去了|发给.{1,8}了|交了|已交|寄了|寄出|给了|送了|补了|补齐了|sent|submitted|delivered|shared|handed"
)
_MOVE = re.compile(
    r"推到|推迟|推后|延到|延期|延后|改到|挪到|顺延|往后|提前到|改期|调到|调整到|改成|换到|移到|改為|\bpush\b|pushed|\bmove\b|moved|postpone|delay|shift|reschedule|bump|bring forward|snooze|defer|extend|slide|change the due"
)


def tasks(frames: Frames, *, only_requests: bool = False) -> tuple[list[FollowUpDraft], list[Doubt], set[int]]:
    """Closed and moved follow-ups, doubts about which one is meant, and the clauses that were about them.

    `only_requests`: in a report, a follow-up changes only where the bot is asked to change it (帮我关掉, mark it done).
    """
    out: list[FollowUpDraft] = []
    doubts: list[Doubt] = []
    spent: set[int] = set()
    for stretch, clauses, text in _requests(frames):
        if any(frames.mood(s).order for s in clauses):
            continue
        closes, soft, moves = _CLOSE_STRONG.search(text), _CLOSE_SOFT.search(text), _MOVE.search(text)
        later = [(said, m, r) for said in clauses for m, r in frames.later(said)]
        if moves and not later and not (closes or soft):
            continue
        if only_requests and not _ASKS_BOT.search(text):
            continue
        if only_requests and closes is None and not later:
            continue
        if not (closes or soft or (moves and later)):
            continue
        found = _matches(frames, stretch, text, clauses)
        if not found and all(_refers(s) for s in clauses):
            # 推到下周一, done: the one that the conversation was just about
            last = _latest(frames)
            found = [(last, 1.0)] if last is not None else []
        if not found:
            continue
        floor = 0.5 if not closes and not (moves and later) else (0.0 if _generic(text) else 0.2)
        if found[0][1] < floor:
            continue
        if len(found) > 1 and found[0][1] - found[1][1] < 0.1:
            pin = frames.scene.pin("follow_up", clauses[0].start, clauses[-1].end)
            chosen = next((f for f, _ in found if pin is not None and f.id == pin.value), None)
            if chosen is None:
                if closes or moves:
                    span = frames.span(clauses[0].start, clauses[-1].end)
                    doubts.append(
                        Doubt(
                            "follow_up",
                            span,
                            tuple(Option(f.id, f.text) for f, _ in found[:6]),
                            frames.scene.normal.original(clauses[0].start, clauses[-1].end),
                        )
                    )
                    spent.update(s.at for s in clauses)
                continue
        else:
            chosen = found[0][0]
        spent.update(s.at for s in clauses)
        span = frames.span(clauses[0].start, clauses[-1].end)
        account: Read[Ref] | None = (
            frames.account(stretch)
            if stretch.account is not None
            else (Read(chosen.account) if chosen.account else None)
        )
        if moves and later and not (closes and closes.start() > moves.start()):
            _, mention, found_day = later[-1]
            frames.used_dates.add(id(mention))
            out.append(
                FollowUpDraft(
                    account,
                    Read(found_day.due, (frames.span(mention.start, mention.end),)),
                    Read(chosen.text, (span,)),
                    FollowUpStatus.OPEN,
                    chosen.id,
                )
            )
        else:
            due = Read(chosen.due) if chosen.due is not None else None
            out.append(FollowUpDraft(account, due, Read(chosen.text, (span,)), FollowUpStatus.DONE, chosen.id))
    return out, doubts, spent


_ASKS_BOT = re.compile(
    r"close (?:that|it|this)\b|close ?掉|pls close|please close|可以关|那[个条件]事?[^,。]{0,6}(?:改|推|挪|延|关|搞定|做完|办完)|关掉|划掉|勾掉|消掉|销掉|标(?:记)?完成|打[勾钩]|(?:跟进|待办|任务|提醒)[^,。]{0,6}(?:推|延|改|挪|关|完成|做完|搞定)|(?:推|延|改|挪|关)[^,。]{0,6}(?:跟进|待办|任务|提醒)|tick off|mark (?:it |that )?(?:as )?(?:done|complete)|close (?:the|that) (?:follow|task|reminder|to-?do)|(?:follow-?up|task|reminder|to-?do)[^,.]{0,20}(?:done|push|move|postpone|close)"
)


def _refers(said: Said) -> bool:
    """帮我推到下周三, close that one: it points at what the clause before names."""
    text = said.text
    for d in sorted(said.dates, key=lambda d: -d.start):
        text = text[: d.start - said.start] + text[d.end - said.start :]
    bare = re.sub(r"[\s,，。]", "", text)
    return bool(_REFERS.match(said.text.strip())) or (
        not said.names and not said.titles and len(bare) <= (8 if has_cjk(bare) else 18)
    )


_REFERS = re.compile(
    r"(?:so |and |pls |please |can you |that'?s |it'?s |all |给我|帮我|可以|请|就)*(?:done|close|tick|mark|cross|sorted|complete|finished|划掉|勾掉|关掉|关了|消掉|销掉|打勾|关闭)[^,。]{0,14}$"
)


def _requests(frames: Frames) -> Iterator[tuple[Stretch, list[Said], str]]:
    """Each sentence of each stretch: one request closes or moves one follow-up."""
    for stretch in frames.stretches:
        lines: dict[tuple[int, int, int], list[Said]] = {}
        part = 0
        for said in stretch.clauses:
            part += any(c.phrase not in ("to-do", "todo", "待办", "to do") for c in said.all("remind"))
            if lines and (_CLOSE_STRONG.search(said.text) or _MOVE.search(said.text)) and not _refers(said):
                part += 1  # move this, and tick off that
            lines.setdefault((id(said.line), said.clause.sentence, part), []).append(said)
        for clauses in lines.values():
            yield stretch, clauses, " ".join(s.text for s in clauses)


def _without(text: str, names: set[str]) -> str:
    """A text without the customer's names: that both name the customer says nothing about which follow-up is meant."""
    text = text.lower()
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def _latest(frames: Frames) -> OpenFollowUp | None:
    """The follow-up that was set last in this conversation (ids of new records rise with time)."""
    context = frames.scene.context
    if context.last is None:
        return None
    before = {f.id for f in context.last.book.follow_ups()}
    made = [f for f in context.book.follow_ups() if f.id not in before]
    return made[-1] if made else None


def _generic(text: str) -> bool:
    return bool(
        re.search(
            r"那个(?:跟进|待办|任务|事|提醒)|这个(?:跟进|待办|任务)|那条|这条|that (?:one|task|follow|reminder)|the (?:task|follow)",
            text,
        )
    )


def _matches(frames: Frames, stretch: Stretch, text: str, clauses: Sequence[Said]) -> list[tuple[OpenFollowUp, float]]:
    book = frames.scene.context.book
    ids = (
        [o.id for o in stretch.options]
        if stretch.is_open
        else ([stretch.account] if isinstance(stretch.account, str) else [])
    )
    candidates: Sequence[OpenFollowUp]
    candidates = (
        [f for i in ids for f in book.follow_ups(str(i))]
        if ids
        else [f for f in book.follow_ups() if f.account is None] or list(book.follow_ups())
    )
    names = {n.lower() for i in ids if (a := book.account(str(i))) is not None for n in (a.name, *a.aliases)}
    people = [(t.start, t.end) for s in clauses for t in s.titles]
    people += [(n.start, n.end) for s in clauses for n in s.of(NameKind.CONTACT)]
    names |= {frames.scene.text[start:end] for start, end in people}
    scored = [(f, similar(_without(f.text, names), _without(text, names))) for f in candidates]
    if ids and len(scored) == 1 and has_cjk(scored[0][0].text) != has_cjk(text):
        scored = [(scored[0][0], 0.21)]  # the only one, worded in the other language
    if ids and len(scored) == 1:
        scored = [(scored[0][0], max(scored[0][1], 0.21 if scored[0][1] > 0 else 0.0))]
    scored = [x for x in scored if x[1] > 0] or (scored if _generic(text) and ids else [])
    scored.sort(key=lambda x: (-x[1], x[0].due.isoformat() if x[0].due else "9999", x[0].id))
    return scored
