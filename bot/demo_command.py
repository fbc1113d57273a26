"""`canmou demo`: the demo company, made for today, and a chat as one of its reps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.chat import session_over, talk
from bot.demo import story
from bot.demo.company import make_demo
from bot.demo.talk import make_talk
from bot.faults import OperatorError
from bot.screen import Screen
from bot.terminal_words import Language
from bot.wiring import opened

if TYPE_CHECKING:
    from sales.language.lexicon import Lexicon
    from storage.database import Database

DEMO_DATABASE = "sqlite:///var/demo.db"
"""Neither the configured database nor its default: demo and company must never meet in one file."""

_ZONE = ZoneInfo("Asia/Shanghai")
_LABEL = "demo company of "


@dataclass(frozen=True, slots=True)
class Found:
    """What a database holds: the day that its demo was made for, and whether a person has changed it since."""

    made_for: date | None = None
    touched: bool = False
    company: str | None = None


def demo(as_name: str | None, url: str | None, language: Language | None, lexicon: Lexicon) -> int:
    """Sets the demo up and opens the chat; returns the exit status. With nothing to read it plays a conversation."""
    today = datetime.now(_ZONE).date()
    where = url or DEMO_DATABASE
    setting = "--db" if url else "canmou demo"
    screen = Screen()
    with _ready(where, today, setting, screen) as database:
        session, company = session_over(database, as_name or story.HERO, language, lexicon)
        return talk(session, company, lambda: show(today, session.language, lexicon, screen))


@contextmanager
def _ready(url: str, today: date, setting: str, screen: Screen) -> Iterator[Database]:
    if _in_memory(url):
        with opened(url, setting=setting, check=False) as database:
            database.migrate()
            _import(database, today)
            yield database
        return
    prepare(url, today, setting, screen)
    with opened(url, setting=setting) as database:
        yield database


def show(today: date, language: Language, lexicon: Lexicon, screen: Screen) -> int:
    """Plays the written conversations on a demo company of their own: what is shown stays the same, whoever looks."""
    data = make_demo(today)
    with TemporaryDirectory(prefix="canmou-demo-") as folder:
        url = f"sqlite:///{Path(folder) / 'show.db'}"
        _build(url, today, "canmou demo")
        with opened(url, setting="canmou demo") as database:
            session, company = session_over(database, story.HERO, language, lexicon)
            chinese = language == "zh"
            screen.note(
                f"参谋 · {company.name}　没有终端，也没有输入：演一段真实的对话（在副本上，不留记录）。"
                if chinese
                else f"Canmou · {company.name}  No terminal and no input: a short real conversation, on a copy."
            )
            screen.gap()
            session.play(make_talk(data, session.language))
            screen.note("在终端里运行就能自己说。" if chinese else "Run it in a terminal to say something yourself.")
            return 1 if session.failures else 0


def prepare(url: str, today: date, setting: str, screen: Screen) -> None:
    """Makes the demo of `today` where there is none, or one of another day. OperatorError if another company is there.

    A demo that a person has changed is kept beside as a backup (SQLite); on PostgreSQL it is brought to today in place.
    """
    file = _file_of(url)
    if file is not None and not file.exists():
        _rebuild(file, today, setting, screen)
        return
    with opened(url, setting=setting, check=False) as database:
        database.migrate()
        found = _look(database)
        if found.company is not None and found.made_for is None:
            raise OperatorError(
                f"{setting}: {database.url} holds {found.company}, not the demo company, and stays as it is; talk to "
                "it with `canmou chat --as NAME`, or give the demo another place: `canmou demo --db sqlite:///var/demo-2.db`."
            )
        if found.made_for == today:
            return
        if file is None or found.made_for is None:
            _import(database, today)
            return
    backup = _set_aside(file, found) if found.touched else None
    _rebuild(file, today, setting, screen)
    if backup is not None:
        screen.note(f"之前的演示数据改动过，另存在 {backup}。What was changed in the earlier demo is kept there.")


def _file_of(url: str) -> Path | None:
    """The file of a SQLite URL; None for a server."""
    scheme, _, rest = url.partition(":///")
    return Path(rest.partition("?")[0]) if scheme.startswith("sqlite") and rest else None


def _in_memory(url: str) -> bool:
    """Such a database is gone when it is closed: it can't be made first and opened then."""
    scheme, _, rest = url.partition(":")
    return scheme.startswith("sqlite") and rest.strip("/").partition("?")[0] in ("", ":memory:")


def _look(database: Database) -> Found:
    from storage import tables as t
    from storage.changes import Source
    from storage.company import company_of
    from storage.errors import NoCompany

    with database.read() as tx:
        try:
            company = company_of(tx)
        except NoCompany:
            return Found()
        made_for, touched = None, False
        for row in tx.execute(t.change_sets.select().order_by(t.change_sets.c.at)):
            _, label, day = row.why.partition(_LABEL)
            if row.source == Source.IMPORT:
                # somebody else's import into the demo makes it their own
                made_for = date.fromisoformat(day) if label else None
            else:
                touched = True
    return Found(made_for, touched, company.name)


def _build(url: str, today: date, setting: str) -> None:
    with opened(url, setting=setting, check=False) as database:
        database.migrate()
        _import(database, today)


def _import(database: Database, today: date) -> None:
    from storage.importer import import_company

    with database.begin() as tx:
        at = datetime.now(_ZONE)
        import_company(tx, make_demo(today), at=at, label=f"{_LABEL}{today.isoformat()}", prune=True)


def _rebuild(file: Path, today: date, setting: str, screen: Screen) -> None:
    screen.note("正在准备演示公司 … Setting up the demo company …")
    # made beside and moved into place: who stops it half-way finds the old one or none, never half of one
    made = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        _build(f"sqlite:///{made}", today, setting)
        for stale in _with_logs(file):
            stale.unlink(missing_ok=True)
        made.replace(file)
    finally:
        for left in _with_logs(made):
            left.unlink(missing_ok=True)


def _set_aside(file: Path, found: Found) -> Path:
    number = 1
    while True:
        suffix = f"-{found.made_for}" + (f"-{number}" if number > 1 else "")
        backup = file.with_name(f"{file.stem}{suffix}{file.suffix}")
        if not backup.exists():
            break
        number += 1
    for old, new in zip(_with_logs(file), _with_logs(backup), strict=True):
        if old.exists():
            old.replace(new)
    return backup


def _with_logs(file: Path) -> tuple[Path, ...]:
    """A SQLite file and its write-ahead log; apart from each other they are damaged."""
    return (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm"))
