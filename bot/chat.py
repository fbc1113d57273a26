"""`canmou chat`, and the session that `canmou demo` shares with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.faults import OperatorError
from bot.keyboard import piped, standard_input, typed
from bot.people import all_people, like, named, shown
from bot.screen import Screen
from bot.terminal import Chat, own_names
from bot.terminal_words import Language, language_of
from bot.wiring import dialogue_over, opened
from sales.people import Company, Person

if TYPE_CHECKING:
    from bot.settings import Settings
    from sales.language.lexicon import Lexicon
    from storage.database import Database


def chat(settings: Settings, as_name: str | None, lexicon: Lexicon) -> int:
    """A chat on the configured database; returns the exit status."""
    with opened(settings.database_url, setting="CANMOU_DATABASE_URL") as database:
        session, company = session_over(database, as_name, settings.language, lexicon)
        return talk(session, company)


def session_over(
    database: Database, as_name: str | None, language: Language | None, lexicon: Lexicon
) -> tuple[Chat, Company]:
    """A session of one person. OperatorError if `as_name` names nobody, or several."""
    from storage.company import company_of

    with database.read() as tx:
        company = company_of(tx)
    people = all_people(database)
    person = speaker(people, as_name)
    spoken = language_of(language, os.environ, company.locale)
    dialogue = dialogue_over(database, lexicon)
    session = Chat(
        dialogue, people, person, Screen(), spoken, clock_of(company), lambda somebody: own_names(database, somebody)
    )
    return session, company


def clock_of(company: Company) -> Callable[[], datetime]:
    """The time where the company is."""
    zone = ZoneInfo(company.timezone)
    return lambda: datetime.now(zone)


def speaker(people: list[Person], as_name: str | None) -> Person:
    """Who is speaking. OperatorError says who might be meant."""
    some = "、".join(shown(person) for person in people[:3])
    if not as_name:
        raise OperatorError(
            f"--as: say who is speaking, by name, alias or id; there are {len(people)}, such as {some}."
        )
    found = named(people, as_name)
    if len(found) == 1:
        return found[0]
    if found:
        raise OperatorError(f"--as: {as_name} may be {'、'.join(map(shown, found))}; give the id.")
    close = "、".join(map(shown, like(people, as_name))) or some
    raise OperatorError(f"--as: nobody is called {as_name}; there is, for instance, {close}.")


def talk(session: Chat, company: Company, idle: Callable[[], int] = lambda: 0) -> int:
    """Talks until the person leaves or the input ends. `idle` is what happens where there is nothing at all to read."""
    screen = Screen()
    if sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty():
        screen.note(session.words.hello.format(company=company.name, person=shown(session.person)))
        _at_the_keyboard(session, screen)
        return 0
    heard = 0
    for message in piped(standard_input()):
        if not heard:
            screen.note(session.words.reading.format(company=company.name, person=shown(session.person)))
        heard += 1
        screen.said(session.person.name, message)
        if not session.take(message):
            break
    return (1 if session.failures else 0) if heard else idle()


def _at_the_keyboard(session: Chat, screen: Screen) -> None:
    try:
        while (message := typed(f"{session.person.name} › ")) is not None:
            if not session.take(message):
                break
        else:
            screen.gap()  # Ctrl-D leaves the cursor behind the prompt
    except KeyboardInterrupt:
        screen.gap()
    screen.note(session.words.bye)
