"""`canmou doctor`: what is configured, what is missing, how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.faults import OperatorError
from bot.settings import DATABASE_URL, LANGUAGE, LEXICON, Settings, read_settings, unknown_settings
from bot.wiring import lexicon_of, opened
from sales.errors import FaultyInput

if TYPE_CHECKING:
    from storage.database import Database


class State(StrEnum):
    OK = "ok"
    OFF = "off"
    WARNING = "warning"
    BROKEN = "broken"


_MARKS = {State.OK: "✓", State.OFF: "–", State.WARNING: "!", State.BROKEN: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. BROKEN: something needed does not work."""

    what: str
    state: State
    said: str

    def __str__(self) -> str:
        return f"{_MARKS[self.state]} {self.what}: {self.said}"


def examine(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Looks at everything, one after another; each finding is given as soon as it is known."""
    yield Finding("python", State.OK, _python())
    for fault in unknown_settings(environment):
        yield Finding(fault.where, State.WARNING, f"{fault.what}. {fault.mend}")
    try:
        settings = read_settings()
    except FaultyInput as error:
        for fault in error.faults:
            yield Finding(fault.where, State.BROKEN, f"{fault.what}. {fault.mend}")
        return
    yield Finding(LANGUAGE, State.OK, settings.language or "as the terminal and the company say")
    yield _lexicon(settings)
    yield from _database(settings)
    yield _pictures()
    yield from _channels(settings)
    yield Finding("channel terminal", State.OK, "canmou chat --as NAME")


def _channels(settings: Settings) -> Iterator[Finding]:
    """Which messengers are configured, and how they reach us. Half of one is among the settings' faults."""
    ways = []
    if settings.slack_signing_secret is not None:
        ways.append("Slack calls /slack/events")
    if settings.slack_app_token is not None:
        ways.append("Socket Mode, no public address needed")
    yield _channel("slack", settings.has_slack, "; ".join(ways), "CANMOU_SLACK_BOT_TOKEN", "docs/connect-slack.md")
    way = f"WeCom calls /wecom/callback; application {settings.wecom_agent_id}"
    yield _channel("wecom", settings.has_wecom, way, "CANMOU_WECOM_CORP_ID", "docs/connect-wecom.md")
    way = "a long connection, no public address needed"
    yield _channel("wecom-bot", settings.has_wecom_bot, way, "CANMOU_WECOM_BOT_ID", "docs/connect-wecom.md")


def _channel(name: str, on: bool, way: str, setting: str, guide: str) -> Finding:
    if on:
        return Finding(f"channel {name}", State.OK, f"configured, {way}")
    return Finding(f"channel {name}", State.OFF, f"not configured ({setting} and others, see {guide})")


def _python() -> str:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    try:
        own = version("canmou")
    except PackageNotFoundError:
        own = "not installed, run from its folder"
    return f"{platform.python_version()}, canmou {own}"


def _lexicon(settings: Settings) -> Finding:
    try:
        families = lexicon_of(settings.lexicon).families
    except FaultyInput as error:
        return Finding(LEXICON, State.BROKEN, "; ".join(map(str, error.faults)))
    phrases = sum(len(family.phrases) for family in families.values())
    own = f", with {settings.lexicon}" if settings.lexicon else ", no phrases of your own"
    return Finding(LEXICON, State.OK, f"{phrases:,} phrases in {len(families)} families{own}")


def _pictures() -> Finding:
    """Whether answers come with pictures: what their words are written with."""
    from handlers.drawing import NoFont, the_font

    try:
        font = the_font()
    except NoFont as missing:
        return Finding("pictures", State.WARNING, str(missing))
    if font is None:
        return Finding(
            "pictures", State.WARNING, "written with a font of the system: our own is missing, install Canmou anew"
        )
    return Finding("pictures", State.OK, f"written with {font.family} ({font.path.name})")


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        with opened(settings.database_url, setting=DATABASE_URL) as database:
            yield Finding(DATABASE_URL, State.OK, f"{database.url} answers, its tables are up to date")
            yield from _company(database)
    except OperatorError as error:
        yield Finding(DATABASE_URL, State.BROKEN, error.sentence.removeprefix(f"{DATABASE_URL}: "))


def _company(database: Database) -> Iterator[Finding]:
    from handlers.directory import Directory
    from storage import identities, inbox, outbox
    from storage.company import company_of
    from storage.errors import NoCompany

    with database.read() as tx:
        try:
            company = company_of(tx)
        except NoCompany:
            yield Finding("company", State.BROKEN, "none yet; run `canmou import company.json` (or try `canmou demo`)")
            return
        names = len(Directory().index(tx))
        waiting = {"inbox": inbox.counts(tx), "outbox": outbox.counts(tx)}
        linked = len(identities.everybody_linked(tx))
    yield Finding("company", State.OK, f"{company.name}, {company.currency}, {company.timezone}")
    yield Finding("names", State.OK, f"{names:,} in the index")
    yield Finding("people", State.OK, f"{linked:,} have an account of a messenger (`canmou link` shows who)")
    for queue, counts in waiting.items():
        failed = counts.get("failed", 0)
        said = ", ".join(f"{count:,} {state}" for state, count in sorted(counts.items())) or "empty"
        said += f" (`canmou {queue}` shows what failed)" if failed else ""
        yield Finding(queue, State.WARNING if failed else State.OK, said)
