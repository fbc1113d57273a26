"""The deterministic reader: one message in, one `Reading` out.

Steps: normal text → clauses with mentions (scene) → moods → stretches by customer → frames (activities, deals, payments,
follow-ups) → intent. What is in doubt is asked about and held back; only what is sure comes out as drafts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sales.language.activities import activities
from sales.language.context import Context, Last
from sales.language.corrections import company_pins, context_of, correction_pins, is_correction, merged_pins
from sales.language.deals import deals
from sales.language.deeds import types
from sales.language.frames import Frames
from sales.language.intents import asked_intent, is_asking, is_chat, is_undo, told_intent
from sales.language.layout import Section
from sales.language.mentions import Scene
from sales.language.moods import moods
from sales.language.names import NameKind
from sales.language.parties import Stretch
from sales.language.payments import is_payment, payments
from sales.language.promises import promises
from sales.language.questions_intent import bare_figure, may_only_ask, query_reading
from sales.language.scene import make_scene
from sales.language.tasks import tasks
from sales.language.topics import stretches
from sales.records import ActivityDraft, DealDraft, Doubt, FollowUpDraft, Option, PaymentDraft, Read, Reading
from sales.stages import ActivityType, Intent

VERSION = "rules/1"


@dataclass(slots=True)
class _Found:
    """What a stretch gave."""

    stretch: Stretch
    activities: list[ActivityDraft]
    deals: list[DealDraft]
    payments: list[PaymentDraft]
    doubts: list[Doubt]

    @property
    def any(self) -> bool:
        return bool(self.activities or self.deals or self.payments)


class RulesReader:
    """Reads with rules and a lexicon alone. Stateless; safe to share between threads."""

    def read(self, text: str, context: Context) -> Reading:
        """Read one message. Never raises for any text; an empty message is chat with nothing in it."""
        scene = make_scene(text, context)
        if is_undo(scene) and context.last is not None:
            return Reading(Intent.UNDO, reader=VERSION)
        if context.last is not None and is_correction(scene, context.last):
            corrected = self._correct(scene, context.last, context)
            if corrected is not None:
                return corrected
        if is_undo(scene):
            return Reading(Intent.UNDO, reader=VERSION)
        frames = Frames(scene, moods(scene), stretches(scene))
        return self._interpret(scene, frames)

    def _correct(self, scene: Scene, last: Last, context: Context) -> Reading | None:
        before = self.read(last.text, context_of(last, context, last.pins))
        new = correction_pins(scene, before)
        if new:
            pins = merged_pins(last.pins, new)
            again = self.read(last.text, context_of(last, context, pins))
            company = company_pins(scene.normal.raw, replace(context, last=None, pins=()), again)
            if company and not any(pin.kind == "contact" for pin in new):
                pins = merged_pins(pins, company)
                again = self.read(last.text, context_of(last, context, pins))
            return replace(again, intent=Intent.CORRECT, amends=True, pins=pins)
        frames = Frames(scene, moods(scene), stretches(scene))
        fresh = self._interpret(scene, frames)
        if fresh.deals or fresh.payments or fresh.activities:
            return replace(fresh, intent=Intent.CORRECT)
        if (
            len(scene.text) <= 30
            and scene.has("correct")
            and not fresh.drafts
            and fresh.intent in (Intent.CHAT, Intent.REPORT)
        ):
            return Reading(Intent.CORRECT, reader=VERSION, notes={"ask": "what_is_right"})
        return None

    def _interpret(self, scene: Scene, frames: Frames) -> Reading:
        asked = scene.has("remind")
        for said in scene.clauses:
            if is_payment(frames, said):
                frames.reserved.update(n.start for n in said.numbers)
        changed, task_doubts, spent = tasks(frames, only_requests=True)
        found = [_read_stretch(frames, s, spent) for s in frames.stretches]
        records = any(f.any or f.doubts for f in found)
        if not records and not spent:
            changed, task_doubts, spent = tasks(frames)
        held = _doubts(frames, found)
        followed = _unspent(frames, promises(frames, asked=asked), spent)
        question = asked_intent(scene)
        # 今年每月拜访, 本月拜访: nothing that was done
        asks = is_asking(scene) or may_only_ask(scene.text) or (records and bare_figure(scene))
        if not (records and not asks) and not _is_report_with_question(found):
            told = bool(followed or changed or task_doubts)
            asked_for = query_reading(scene, question, told=told, records=records, topic=_topic(found), version=VERSION)
            if asked_for is not None:
                return asked_for
            if question is not None and not (records and not is_asking(scene)):
                return Reading(question, reader=VERSION, topic_account=_topic(found))
        intent = told_intent(
            frames, records=records, tasks=bool(followed or changed or task_doubts), asked=question is not None
        )
        if intent is None:
            if held:
                intent = Intent.REPORT
            elif is_chat(scene) or not _has_matter(scene):
                return Reading(Intent.CHAT, reader=VERSION)
            else:
                intent = Intent.REPORT if _matter(scene) and _eventful(scene) else Intent.CHAT
            notes = {"why": why} if (why := _why_nothing(frames, found)) else {}
            return Reading(intent, doubts=tuple(held), reader=VERSION, topic_account=_topic(found), notes=notes)
        held_stretches = _held(frames, found, held)
        ok = [f for f in found if id(f.stretch) not in held_stretches]
        if frames.scene.pieces.weekly:
            _drop_summaries(ok)
        kept_follow_ups = [f for f in followed if not _in_held(frames, f, held_stretches)]
        return Reading(
            intent,
            activities=tuple(a for f in ok for a in f.activities),
            deals=tuple(_joined(d for f in ok for d in f.deals)),
            follow_ups=(*changed, *kept_follow_ups),
            payments=tuple(p for f in ok for p in f.payments),
            doubts=(*held, *task_doubts),
            reader=VERSION,
            topic_account=_topic(found),
            topic_opportunity=_topic_deal(ok),
        )


def _drop_summaries(found: Sequence[_Found]) -> None:
    """这周主要跑了甲和乙, before the days themselves: told twice, done once."""
    dated = {a.account.value for f in found for a in f.activities if a.date.spans and isinstance(a.account.value, str)}
    for f in found:
        f.activities = [
            a
            for a in f.activities
            if a.date.spans
            or a.contacts
            or a.account.value not in dated
            or a.type.value is not ActivityType.VISIT
            or not _SUMMARY.search(a.summary)
        ]


_SUMMARY = re.compile(
    r"(?:本周|这周|这一周|上周|this week).{0,6}(?:跑|走访|拜访|visited)|主要(?:跑|走访|拜访)|一共(?:跑|走访|拜访)"
)


def _read_stretch(frames: Frames, stretch: Stretch, spent: set[int]) -> _Found:
    if spent:
        stretch = replace(stretch, clauses=[s for s in stretch.clauses if s.at not in spent])
    done = activities(frames, stretch)
    changes, doubts = deals(frames, stretch)
    paid = payments(frames, stretch, changes)
    single = [d for d in changes if not d.is_new]
    if len(single) == 1 and isinstance(single[0].opportunity.value, str):
        deal = Read(single[0].opportunity.value, single[0].opportunity.spans)
        done = [replace(a, opportunity=deal) if a.opportunity is None else a for a in done]
    return _Found(stretch, done, changes, paid, doubts)


def _doubts(frames: Frames, found: Sequence[_Found]) -> list[Doubt]:
    out: list[Doubt] = []
    for f in found:
        stretch = f.stretch
        told = f.any or bool(f.doubts) or _promising(frames, stretch)
        if stretch.is_open and stretch.named is not None and told:
            span = frames.span(stretch.named.start, stretch.named.end)
            out.append(Doubt("account", span, tuple(stretch.options), span.of(frames.scene.normal.raw)))
            continue
        if f.activities:
            keys = {c.value for a in f.activities for c in a.contacts}
            for party in stretch.parties:
                if party.is_open and party.candidates[0].id in keys:
                    options = tuple(Option(c.id, f"{c.name} {c.title}".strip()) for c in party.candidates)
                    span = frames.span(party.start, party.end)
                    if not any(d.span == span for d in out):
                        out.append(Doubt("contact", span, options, span.of(frames.scene.normal.raw)))
        out.extend(f.doubts)
    if not out and not frames.scene.pieces.weekly and not any(f.stretch.account is not None for f in found):
        missing = _nobody(frames, found)
        if missing is not None:
            out.append(missing)
    return out


def _promising(frames: Frames, stretch: Stretch) -> bool:
    return any(
        f.startswith(("activity.", "stage.")) or f in ("oblige", "deliver") for s in stretch.clauses for f in s.cues
    )


def _nobody(frames: Frames, found: Sequence[_Found]) -> Doubt | None:
    """A visit or a change is told, but no customer is named and the conversation has none."""
    scene = frames.scene
    if scene.has("remind") or asked_intent(scene) is not None:
        return None
    for f in found:
        for said in f.stretch.clauses:
            if said.line.section not in (Section.NONE, Section.PAST):
                continue
            strong = [c for k, c, s in types(frames, said) if k.value in ("visit", "call", "demo", "bid", "meeting")]
            if strong and (
                said.titles
                or "客户" in said.text
                or "customer" in said.text
                or (any(s for _, _, s in types(frames, said)) and len(scene.text) >= 12 and not scene.has("chat"))
            ):
                span = frames.span(said.start, said.end)
                return Doubt("account", span, (), span.of(scene.normal.raw))
    return None


def _held(frames: Frames, found: Sequence[_Found], doubts: Sequence[Doubt]) -> set[int]:
    out: set[int] = set()
    for doubt in doubts:
        start, end = frames.scene.normal.inside(doubt.span)
        for f in found:
            if any(s.start < end and start < s.end for s in f.stretch.clauses):
                out.add(id(f.stretch))
                # the same customer further on waits with it
                for other in found:
                    if other.stretch.account == f.stretch.account and other.stretch.account is not None:
                        out.add(id(other.stretch))
    return out


def _in_held(frames: Frames, draft: FollowUpDraft, held: set[int]) -> bool:
    start, end = frames.scene.normal.inside(draft.text.spans[0])
    return any(id(s) in held and any(c.start < end and start < c.end for c in s.clauses) for s in frames.stretches)


def _unspent(frames: Frames, drafts: Sequence[FollowUpDraft], spent: set[int]) -> list[FollowUpDraft]:
    if not spent:
        return list(drafts)
    clauses = [s for s in frames.scene.clauses if s.at in spent]
    out = []
    for draft in drafts:
        start, end = frames.scene.normal.inside(draft.text.spans[0])
        if not any(c.start < end and start < c.end for c in clauses):
            out.append(draft)
    return out


def _is_report_with_question(found: Sequence[_Found]) -> bool:
    return any(f.activities for f in found) and any(len(a.contacts) for f in found for a in f.activities)


def _has_matter(scene: Scene) -> bool:
    return any(n.kind is NameKind.ACCOUNT for n in scene.names) or any(s.titles for s in scene.clauses)


def _why_nothing(frames: Frames, found: Sequence[_Found]) -> str:
    """Why nothing of a message about a customer is recorded: it is as on record ("same"), or not settled ("open")."""
    if _topic(found) is None:
        return ""
    if frames.scene.has("unchanged"):
        return "same"
    moods_of = [frames.mood(s) for s in frames.scene.clauses]
    return "open" if any(m.hypothetical or m.hearsay or m.doubtful or m.refused or m.wish for m in moods_of) else ""


def _eventful(scene: Scene) -> bool:
    """Something that a report is made of, if not enough of it: a deed, a stage, money, a promise."""
    return any(
        c.family.startswith(("activity.", "stage.", "pay.", "money.deal"))
        or c.family in ("oblige", "absent", "unchanged", "no.deal", "agreed", "close.date", "probability")
        for c in scene.cues
    )


def _matter(scene: Scene) -> bool:
    return any(n.kind is NameKind.ACCOUNT for n in scene.names)


def _topic(found: Sequence[_Found]) -> str | None:
    named = [f.stretch.account for f in found if isinstance(f.stretch.account, str) and not f.stretch.is_open]
    return named[-1] if named else None


def _topic_deal(found: Sequence[_Found]) -> str | None:
    ids = [d.opportunity.value for f in found for d in f.deals if isinstance(d.opportunity.value, str)]
    return ids[-1] if ids else None


def _joined(drafts: Iterable[DealDraft]) -> list[DealDraft]:
    """Changes of one deal told in several places become one draft; the later value wins."""
    out: dict[str, DealDraft] = {}
    order: list[str] = []
    for draft in drafts:
        value = draft.opportunity.value
        key = value if isinstance(value, str) else f"new:{value.name}:{draft.account.value}"
        old = out.get(key)
        if old is None:
            out[key] = draft
            order.append(key)
            continue
        out[key] = replace(
            old,
            stage=draft.stage or old.stage,
            amount=draft.amount or old.amount,
            close_date=draft.close_date or old.close_date,
            probability=draft.probability or old.probability,
            lost_reason=draft.lost_reason or old.lost_reason,
            products=(*old.products, *(p for p in draft.products if p.value not in [o.value for o in old.products])),
            competitors=(
                *old.competitors,
                *(c for c in draft.competitors if c.value not in [o.value for o in old.competitors]),
            ),
        )
    return [out[k] for k in order]
