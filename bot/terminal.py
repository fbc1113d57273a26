"""The terminal as a channel: what a person types goes to the dialogue, what comes back is shown as a card."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from bot.people import like, named, shown
from bot.screen import Screen
from bot.terminal_words import WORDS, Language, examples
from handlers.turns import Button, Drawn, Heard, Turn
from sales.errors import CanmouError
from sales.people import Person

if TYPE_CHECKING:
    from storage.database import Database

CHANNEL = "terminal"
_TAP = re.compile(r"\s*[\[【]?\s*(\d{1,2})\s*[\]】.、)）]?\s*")
_COMMAND = re.compile(r"\s*/([^\s/]+)(?:\s+(.*))?\s*", re.DOTALL)


class Hears(Protocol):
    """What a dialogue can do, as far as a terminal needs it."""

    def hear(self, heard: Heard) -> Turn: ...


class Chat:
    """One terminal session. `take` is given what was typed and says whether the session goes on."""

    def __init__(
        self,
        dialogue: Hears,
        people: Sequence[Person],
        person: Person,
        screen: Screen,
        language: Language,
        clock: Callable[[], datetime],
        helps: Callable[[Person], tuple[str, str]] = lambda person: ("", ""),
        conversation: str = CHANNEL,
    ) -> None:
        self._dialogue = dialogue
        self._people = people
        self._screen = screen
        self._clock = clock
        self._helps = helps
        self._buttons: tuple[Button, ...] = ()
        self.language = language
        self.words = WORDS[language]
        self.person = person
        self.conversation = conversation
        self.failures = 0

    def take(self, typed: str) -> bool:
        """A command, a number of a button, or a message. False: the person leaves."""
        if not typed.strip():
            return True
        command = _COMMAND.fullmatch(typed)
        if command is not None and "\n" not in typed.strip():
            return self._obey(command[1].casefold(), (command[2] or "").strip())
        self.say(typed.strip("\n"))
        return True

    def say(self, text: str) -> Turn | None:
        """Gives a message (or the button of this number) to the dialogue and shows its reply. None if that failed."""
        action, words = None, text
        tap = _TAP.fullmatch(text)
        if tap is not None and 1 <= int(tap[1]) <= len(self._buttons):
            button = self._buttons[int(tap[1]) - 1]
            action, words = button.action, button.label
        heard = Heard(
            CHANNEL, self.conversation, self.person.id, f"{CHANNEL}-{uuid4().hex}", words, self._clock(), action
        )
        try:
            turn = self._dialogue.hear(heard)
        except Exception as error:  # one message that breaks must not end the conversation
            self.failures += 1
            reason = str(error) if isinstance(error, CanmouError) else f"{type(error).__name__}: {error}"
            self._screen.note(self.words.failed.format(reason=reason.splitlines()[0] if reason else "?"))
            return None
        self._buttons = turn.reply.buttons
        self._screen.card(turn.reply)
        if turn.picture is not None:
            self._show(turn.picture)
        return turn

    def _show(self, picture: Drawn) -> None:
        try:
            file = self._screen.picture(picture)
        except OSError as error:
            self._screen.note(self.words.picture_lost.format(reason=error.strerror or type(error).__name__))
            return
        if file is not None:
            self._screen.note(self.words.picture.format(file=file))

    def play(self, conversations: Iterable[Iterable[tuple[str, str]]]) -> None:
        """Plays conversations that were written down: (the name of who speaks, what is said)."""
        for number, lines in enumerate(conversations, 1):
            self.conversation = f"played-{number}"
            self._buttons = ()
            for name, text in lines:
                self._become(named(self._people, name)[0])
                self._screen.said(self.person.name, text)
                self.say(text)

    def _obey(self, command: str, rest: str) -> bool:
        if command in ("quit", "exit", "q", "退出"):
            return False
        if command in ("help", "h", "?", "帮助"):
            self.help()
        elif command in ("as", "换人"):
            self._change_person(rest)
        else:
            self._screen.note(self.words.unknown.format(command=f"/{command}"))
        return True

    def help(self) -> None:
        """What can be said, with the speaker's own customers."""
        self._screen.note(self.words.ask)
        for example in examples(self.language, *self._helps(self.person)):
            self._screen.note(f"  · {example}")
        self._screen.note(self.words.commands)

    def _change_person(self, name: str) -> None:
        others = [person for person in self._people if person.id != self.person.id] or [self.person]
        if not name:
            self._screen.note(self.words.whom.format(example=others[0].name))
            return
        found = named(self._people, name)
        if not found:
            close = like(self._people, name)
            hint = self.words.perhaps.format(names="、".join(map(shown, close))) if close else ""
            self._screen.note(self.words.nobody.format(name=name) + hint)
        elif len(found) > 1:
            several = "、".join(map(shown, found))
            self._screen.note(self.words.several.format(name=name, names=several, example=found[0].id))
        elif found[0].id == self.person.id:
            self._screen.note(self.words.already.format(person=self.person.name))
        else:
            self._become(found[0])
            self._screen.note(self.words.now.format(person=shown(self.person)))

    def _become(self, person: Person) -> None:
        if person.id != self.person.id:
            self.person = person
            self._buttons = ()


def own_names(database: Database, person: Person) -> tuple[str, str]:
    """(a customer of this person's as colleagues call it, somebody there), empty where there is none."""
    from storage.book import SqlBook, scope_for

    with database.read() as tx:
        me, scope = scope_for(tx, person.id)
        book = SqlBook(tx, scope, me)
        for account_id in sorted(book.my_accounts())[:50]:
            account = book.account(account_id)
            contacts = book.contacts(account_id)
            if account is not None and contacts:
                return account.short, contacts[0].name
    return "", ""
