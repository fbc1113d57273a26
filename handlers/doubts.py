"""A doubt as a question with its choices."""

from __future__ import annotations

from handlers.state import Question
from handlers.turns import Button, Clarify, Reply
from handlers.words import Words
from sales.book import Book
from sales.records import Doubt

MOST_BUTTONS = 8


def ask(question: Question, book: Book, words: Words) -> tuple[Reply, Clarify]:
    """The question with its choices as buttons."""
    doubt = question.doubt
    owner = None
    if doubt.about == "contact" and doubt.options:
        contact = book.contact(doubt.options[0].id)
        owner = book.account(contact.account) if contact else None
    line = words.question(doubt.about, doubt.words, owner.short if owner else "", len(doubt.options))
    buttons = tuple(
        Button(_label(doubt, i, words), f"pick:{question.number}:{o.id}")
        for i, o in enumerate(doubt.options[:MOST_BUTTONS])
    )
    return Reply((line,), buttons), Clarify(doubt.about, tuple(o.id for o in doubt.options))


def _label(doubt: Doubt, place: int, words: Words) -> str:
    """Two choices of the same words must still be told apart."""
    label = doubt.options[place].label
    same = [i for i, other in enumerate(doubt.options) if other.label == label]
    return f"{label} {same.index(place) + 1}" if len(same) > 1 else label
