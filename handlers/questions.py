"""What is asked when something is in doubt, and what an answer to it leads to."""

from __future__ import annotations

from dataclasses import replace

from handlers import answers, asking
from handlers.doubts import ask
from handlers.room import Plan, Room, answer
from handlers.state import Entry, Question, State
from handlers.turns import Clarify, Reply
from handlers.words import Words
from sales.book import Book
from sales.language.corrections import merged_pins
from sales.records import Doubt, Pin
from sales.stages import Intent
from storage.database import Transaction


def on_answer(room: Room, tx: Transaction, text: str) -> Plan | None:
    """What an answer leads to; None if the message is none. The newest question first, an older one by name only."""
    state = room.state
    for question in reversed(state.questions):
        newest = question is state.questions[-1]
        if newest and answers.none_of_them(text):
            return _other(room, question)
        if newest and state.fresh(question.seq) and answers.declines(text):
            return answer(Intent.REPORT, _without(room, question), room.words.dropped_doubt())
        if not newest and answers.is_place(text):
            continue
        for doubt in question.doubts:  # they are asked one by one, but a later one may be answered by name
            if doubt is not question.doubt and answers.is_place(text):
                continue
            option = answers.chosen(text, doubt, room.book, room.names)
            if option is not None and not _tells_more(room, tx, text, doubt):
                return pinned(room, tx, question, option, doubt)
    return None


def guesses(state: State, entry: Entry | None) -> tuple[Pin, ...]:
    """First choices in place of what is still asked about a message: so that a correction can see the rest of it."""
    question = next((q for q in state.questions if entry is not None and q.entry.message_id == entry.message_id), None)
    doubts = question.doubts if question is not None else ()
    return tuple(Pin(d.span, d.about, d.options[0].id) for d in doubts if d.options)


def _without(room: Room, question: Question) -> State:
    return replace(room.state, questions=tuple(q for q in room.state.questions if q.number != question.number))


def _tells_more(room: Room, tx: Transaction, text: str, doubt: Doubt) -> bool:
    """Whether words that name a choice are a report of their own: 王敏刚来电话，报价改到90万."""
    if answers.is_bare(text, doubt, room.book):
        return False
    reading = room.read(tx, room.told())
    return not reading.is_empty


def _other(room: Room, question: Question) -> Plan:
    """None of the choices: it may be told by name; a deal or a task that isn't there is left out."""
    words, doubt = room.words, question.doubt
    if doubt.about not in ("account", "contact") or not doubt.options:
        return answer(Intent.REPORT, _without(room, question), words.dropped_doubt())
    # the choices are gone, but where to look for the right one is kept: at the same customer
    open_one = replace(question, doubts=(replace(doubt, options=()), *question.doubts[1:]), seq=room.state.turn)
    others = _without(room, question).questions
    state = replace(room.state, questions=(*others, open_one))
    return Plan(Intent.REPORT, state, Reply((words.not_that(doubt.about),)), Clarify(doubt.about, ()))


def pinned(room: Room, tx: Transaction, question: Question, option: str, about: Doubt | None = None) -> Plan:
    """The message that was asked about, with the answer (to its first doubt, if not said otherwise), read again."""
    doubt = about or question.doubt
    entry = replace(
        question.entry,
        pins=merged_pins(question.entry.pins, [Pin(doubt.span, doubt.about, option, room.heard.message_id)]),
    )
    state = _without(room, question)
    reading = replace(room.read(tx, entry), pins=entry.pins)
    if reading.intent is Intent.QUERY:
        room.state = state
        return asking.on_question(room, tx, entry, reading)
    company = room.company(tx, reading) if doubt.about != "contact" else []
    if company:  # 包装那家，见的周厂长: the answer tells who was there, too
        entry = replace(entry, pins=merged_pins(entry.pins, company))
        reading = replace(room.read(tx, entry), pins=entry.pins)
    known = room.read(tx, question.entry).drafts
    return Plan(reading.intent, state, entry=entry, reading=reading, answered=True, known=known)


def repeated(
    state: State, reply: Reply, book: Book, words: Words, *, earlier: bool = True
) -> tuple[State, Reply, Clarify | None]:
    """A question that was passed over, once more below the reply. `earlier`: the reply is about something else."""
    question = next(
        (q for q in reversed(state.questions) if not q.repeated and q.seq < state.turn and q.doubt.options), None
    )
    if question is None:
        return state, reply, None
    state, question = state.shown_again(question)
    again, clarify = ask(question, book, words)
    if earlier:
        again = replace(again, lines=(words.still_open(again.lines[0]), *again.lines[1:]))
    return state, Reply((*reply.lines, *again.lines), (*again.buttons, *reply.buttons)), clarify
