"""The front desk: takes a message out of the inbox, finds who it is from, has it handled, queues the answer.

Everything that one message leads to (records, replies, the finished inbox row) is one transaction. The vendors are
asked (who is this, who is in this group) before it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from handlers import audience, edge
from handlers.dialogue import Dialogue
from handlers.outgoing import Content, Handle, Picture, RefreshHome, Say, Settle, ShowHome, Suggest, to_json
from handlers.taps import SHOWS_MORE
from handlers.turns import Heard, Home, HomeSection, Reply, Turn
from sales.errors import CanmouError
from sales.language.text import has_cjk
from storage import identities, inbox, outbox, pictures
from storage.book import scope_for
from storage.company import company_of
from storage.database import Database, Transaction
from storage.identities import Linked
from storage.inbox import Received
from storage.outbox import Outgoing

_WAITS_FOR_VENDOR = 2  # tries, some seconds in all
_WAITS_FOR_ORIGINAL = 2  # tries, some seconds in all
_UNLINKED_AGAIN = 600  # seconds in which an unknown sender is told once who we are


class VendorSilent(CanmouError):
    """The vendor could not be asked. For the log: no account and nobody's words."""


class NotThereYet(CanmouError):
    """An edit or a deletion of a message that has not arrived: to be tried again in a moment."""


class Vendors(Protocol):
    """What the front desk asks of the channels, by name. Who can't be reached raises VendorSilent."""

    def identities(self, channel: str) -> str:
        """The channel by whose accounts people are known."""
        ...

    def pages(self, channel: str, reply: Reply) -> Sequence[Reply]:
        """A reply in pieces that keep the vendor's limits."""
        ...

    def contacts(self, channel: str, account: str) -> tuple[Sequence[str], str | None]:
        """E-mail addresses and the mobile number that the vendor's directory has of an account."""
        ...

    def members(self, channel: str, conversation_id: str) -> frozenset[str] | None:
        """The accounts in a group; None if that can't be known."""
        ...

    def private(self, channel: str, account: str) -> tuple[str, str]:
        """(channel, conversation) where an account can be written to alone."""
        ...


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message is answered. `aside`: not where it was said, but to the sender alone."""

    channel: str
    conversation: str
    handle: Handle
    aside: bool = False


class Front:
    """Works on messages of the inbox. Safe between threads."""

    def __init__(
        self,
        database: Database,
        dialogue: Dialogue,
        vendors: Vendors,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._dialogue = dialogue
        self._vendors = vendors
        self._clock = clock

    def take(self, received: Received, worker: str) -> str:
        """Handles a message that this worker has claimed; says how. LeaseLost if another has it by now.

        Whatever is raised, nothing was written: it may be tried again.
        """
        message = received.message
        known = self._vendors.identities(message.channel)
        with self._database.read() as tx:
            person = identities.person_of(tx, known, message.sender_id)
        if person is None:
            person = self._recognised(received, known)
        if person is None:
            return self._stranger(received, worker, known)
        if message.kind == "text" and identities.looks_like_code(message.text) and self._moves(received):
            return self._stranger(received, worker, known)
        received = self._with_names(received, known)
        place = self._place(received, known, person)
        return self._handled(received, worker, person, place)

    def _moves(self, received: Received) -> bool:
        """Whether somebody who is known says a code: then the account is to be another person's."""
        with self._database.read() as tx:
            return identities.is_code(tx, received.message.text)

    def give_up(self, received: Received, worker: str, error: str) -> None:
        """Sets a message aside that kept failing, and says so honestly to whoever sent it."""
        message = received.message
        now = self._clock()
        with self._database.begin() as tx:
            inbox.fail(tx, received.number, worker, now, error, retry_at=None)
            linked = identities.person_of(tx, self._vendors.identities(message.channel), message.sender_id)
            if linked is None or message.kind in ("home", "opened"):
                return
            reply = edge.not_handled(message.text, chinese=_in_chinese(tx, message.text))
            place = _Place(*self._vendors.private(message.channel, message.sender_id), {}, aside=True)
            if not message.payload.get("group"):
                place = _Place(message.channel, message.conversation_id, _handle(received))
            self._say(tx, received, f"failed:{received.number}:{now.timestamp()}", place, reply, now)

    def _with_names(self, received: Received, known: str) -> Received:
        """Colleagues who are mentioned by their account, by name: "@U0PAN 这个月怎么样"."""
        message = received.message
        mentions = message.payload.get("mentions")
        if not isinstance(mentions, Mapping) or not mentions:
            return received
        with self._database.read() as tx:
            people = identities.people_of(tx, known, set(mentions.values()))
            names: dict[str, str] = {account: scope_for(tx, person)[0].name for account, person in people.items()}
        text = message.text
        for said in sorted(mentions, key=len, reverse=True):  # @U12 before @U1
            text = text.replace(said, names.get(mentions[said], said))
        return replace(received, message=replace(message, text=text))

    # -- who it is

    def _recognised(self, received: Received, known: str) -> str | None:
        """By the vendor's directory: an e-mail address or a mobile number that is one person's."""
        message = received.message
        try:
            emails, mobile = self._vendors.contacts(message.channel, message.sender_id)
        except VendorSilent:
            if received.attempts <= _WAITS_FOR_VENDOR:
                raise
            return None  # a stranger then, who is told what to do, and is asked about again with the next message
        if not emails and not mobile:
            return None
        with self._database.begin() as tx:
            person = identities.person_by_profile(tx, emails, mobile)
            if person is None:
                return None
            return identities.recognise(tx, known, message.sender_id, person)

    def _stranger(self, received: Received, worker: str, known: str) -> str:
        """Nobody we know: a code links the account; else a polite sentence, and nothing else."""
        message, now = received.message, self._clock()
        private = _Place(*self._vendors.private(message.channel, message.sender_id), {}, aside=True)
        place = private if message.payload.get("group") else _own(received)
        with self._database.begin() as tx:
            inbox.finish(tx, received.number, worker, now)
            code = message.kind == "text" and identities.looks_like_code(message.text)
            chinese = _in_chinese(tx, "" if code else message.text)
            if message.kind == "home":
                page = Home(edge.home_title(chinese=chinese), (HomeSection("", edge.unlinked(chinese=chinese).lines),))
                self._put(tx, received, f"home:{received.number}", place, ShowHome(page), now)
                return "unlinked"
            if code:
                return self._code(tx, received, known, place, chinese, now)
            if message.kind in ("edit", "delete"):
                return "unlinked"
            slot = int(now.timestamp()) // _UNLINKED_AGAIN
            key = f"unlinked:{message.channel}:{message.sender_id}:{slot}"
            self._say(tx, received, key, place, edge.unlinked(chinese=chinese), now)
        return "unlinked"

    def _code(
        self, tx: Transaction, received: Received, known: str, place: _Place, chinese: bool, now: datetime
    ) -> str:
        message = received.message
        came, person_id = identities.use_code(tx, known, message.sender_id, message.text, now)
        if came is Linked.DONE and person_id is not None:
            person, _ = scope_for(tx, person_id)
            reply = edge.linked(person.name, chinese=chinese)
        else:
            reply = edge.code_refused(came, chinese=chinese)
        self._say(tx, received, f"reply:{received.number}", place, reply, now)
        return "linked" if came is Linked.DONE else "unlinked"

    # -- where it is answered

    def _place(self, received: Received, known: str, person_id: str) -> _Place:
        """Where it was said, or to the sender alone where not everybody in the group may hear it."""
        message = received.message
        if not message.payload.get("group"):
            return _own(received)
        try:
            members = self._vendors.members(message.channel, message.conversation_id)
        except VendorSilent:
            members = None  # nobody can say who reads along
        if members is not None and message.sender_id in members:
            others = members - {message.sender_id}
            with self._database.read() as tx:
                people = identities.people_of(tx, known, others)
                if len(people) == len(others):
                    _, scope = scope_for(tx, person_id)
                    if audience.everyone_may_hear(scope, audience.scopes_of(tx, set(people.values()))):
                        return _own(received)
        return _Place(*self._vendors.private(message.channel, message.sender_id), {}, aside=True)

    # -- what is done

    def _handled(self, received: Received, worker: str, person: str, place: _Place) -> str:
        message = received.message
        number = str(received.number)
        action = message.payload.get("action")
        heard = Heard(place.channel, place.conversation, person, number, message.text, message.sent_at)

        def also(tx: Transaction, turn: Turn | None) -> None:
            now = self._clock()
            inbox.finish(tx, received.number, worker, now)
            if turn is not None:
                self._answer(tx, received, person, place, turn, now)

        kind = message.kind
        if kind in ("edit", "delete"):
            return self._revised(received, worker, heard, also)
        if kind in ("tap", "menu", "form") and action:
            values = message.payload.get("values")
            heard = Heard(
                heard.channel, heard.conversation_id, person, number, message.text, message.sent_at, action,
                _values(values) if values is not None else None,
            )  # fmt: skip
        elif kind == "opened" and message.payload.get("group"):
            heard = Heard(heard.channel, heard.conversation_id, person, number, "", message.sent_at, "help")
        elif kind not in ("text", "menu"):
            return self._noticed(received, worker, person, place)
        turn = self._dialogue.hear(heard, also)
        return turn.intent.value

    def _revised(
        self,
        received: Received,
        worker: str,
        heard: Heard,
        also: Callable[[Transaction, Turn | None], None],
    ) -> str:
        """An edit or a deletion of an earlier message, which counts only if it is the sender's own."""
        message = received.message
        with self._database.read() as tx:
            original = inbox.find(tx, message.channel, str(message.payload.get("of")))
        if original is None and received.attempts <= _WAITS_FOR_ORIGINAL:
            raise NotThereYet(message.kind)  # vendors send again what we did not take, and then it comes after its edit
        if original is None or original.message.sender_id != message.sender_id:
            with self._database.begin() as tx:
                inbox.finish(tx, received.number, worker, self._clock())
            return "ignored"

        def settled(tx: Transaction, turn: Turn | None) -> None:
            inbox.settle(tx, original.number, self._clock())  # had it failed: what it said first is not run again
            also(tx, turn)

        told = Heard(heard.channel, heard.conversation_id, heard.person_id, original.id, message.text, message.sent_at)
        if message.kind == "edit":
            self._dialogue.revise(told, settled, original.message.sent_at)
        else:
            self._dialogue.withdrawn(told, settled)
        return message.kind

    def _noticed(self, received: Received, worker: str, person: str, place: _Place) -> str:
        """What is no message to the dialogue: a page opened, a picture sent."""
        message, now = received.message, self._clock()
        with self._database.begin() as tx:
            inbox.finish(tx, received.number, worker, now)
            chinese = _in_chinese(tx, message.text)
            if message.kind == "home":
                self._put(tx, received, f"home:{received.number}", place, RefreshHome(person), now)
            elif message.kind == "media":
                reply = edge.media(str(message.payload.get("media") or ""), message.text, chinese=chinese)
                self._say(tx, received, f"reply:{received.number}", place, reply, now)
            elif message.kind == "opened":
                place_of_prompts = message.payload.get("suggest")
                if place_of_prompts is not None:
                    suggest = Suggest(edge.prompts(chinese=chinese), _handle(received))
                    self._put(tx, received, f"suggest:{message.channel}:{place_of_prompts}", place, suggest, now)
                name = scope_for(tx, person)[0].name
                key = f"{outbox.ONCE}{message.channel}:{message.sender_id}"  # once, however often the chat is opened
                self._say(tx, received, key, place, edge.greeting(name, chinese=chinese), now)
        return message.kind

    # -- what is said

    def _answer(
        self, tx: Transaction, received: Received, person: str, place: _Place, turn: Turn, now: datetime
    ) -> None:
        message = received.message
        home = bool(message.payload.get("home"))
        verb = str(message.payload.get("action") or "").partition(":")[0]
        # In a group the card may be another's: it is used up only by whoever could do what its button says
        carried_out = not (turn.refused and message.payload.get("group"))
        if message.kind == "tap" and verb not in SHOWS_MORE and carried_out and not home:
            settle = Settle(message.text, _handle(received))
            self._put(tx, received, f"settle:{received.number}", _own(received), settle, now)
        if home:
            self._put(tx, received, f"home:{received.number}", place, RefreshHome(person), now)
            return
        self._say(tx, received, f"reply:{received.number}", place, turn.reply, now)
        if turn.picture is not None:
            kept = pictures.keep(tx, "image/png", turn.picture.data, now)
            picture = Picture(kept, turn.picture.name, turn.picture.text, place.handle)
            self._put(tx, received, f"picture:{received.number}", place, picture, now)
        if place.aside:
            # A bot can write only to who has written to it first, an application to anybody
            sure = self._vendors.identities(place.channel) == place.channel
            pointer = edge.answered_privately(chinese=_in_chinese(tx, message.text), sure=sure)
            self._say(tx, received, f"pointer:{received.number}", _own(received), pointer, now)

    def _say(self, tx: Transaction, received: Received, key: str, place: _Place, reply: Reply, now: datetime) -> None:
        for page, part in enumerate(self._vendors.pages(place.channel, reply), 1):
            self._put(tx, received, key if page == 1 else f"{key}:{page}", place, Say(part, place.handle), now)

    def _put(
        self, tx: Transaction, received: Received, key: str, place: _Place, content: Content, now: datetime
    ) -> None:
        out = Outgoing(key, place.channel, place.conversation, to_json(content), reply_to=received.number)
        outbox.put(tx, out, now)


def _own(received: Received) -> _Place:
    message = received.message
    return _Place(message.channel, message.conversation_id, _handle(received))


def _handle(received: Received) -> Handle:
    handle = received.message.payload.get("handle")
    return handle if isinstance(handle, Mapping) else {}


def _values(values: Any) -> dict[str, Any]:
    """What stands in a form, as it came out of JSON: several choices are a tuple."""
    return {str(name): tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _in_chinese(tx: Transaction, text: str) -> bool:
    if has_cjk(text):
        return True
    if any(ch.isalpha() for ch in text):
        return False
    return company_of(tx).locale.startswith("zh")
