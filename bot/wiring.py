"""Puts the parts together for the commands. Nothing is opened or compiled before it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.faults import OperatorError, sentences
from sales.errors import Fault, FaultyInput

# What a driver raises when the server goes away, the disk is full or the file is locked (by name: the vendor's home is
# storage). Other errors of it are faults of ours and keep their traceback.
_OUTSIDE = ("OperationalError", "InterfaceError")

if TYPE_CHECKING:
    from handlers.dialogue import Dialogue
    from sales.language.lexicon import Lexicon
    from storage.database import Database


def lexicon_of(own: Path | None, setting: str = "CANMOU_LEXICON") -> Lexicon:
    """The shipped phrases, with a company's own where it has some. FaultyInput names the setting and the family."""
    from sales.language import lexicon

    if own is None:
        return lexicon.standard()
    try:
        return lexicon.load(own.read_text("utf-8"), own.name)
    except (OSError, UnicodeDecodeError) as error:
        raise FaultyInput((Fault(f"{setting} {own}", f"can't be read ({error})", "Save it as UTF-8"),)) from None
    except FaultyInput as error:
        faults = (Fault(f"{setting}: {fault.where}", fault.what, fault.mend) for fault in error.faults)
        raise FaultyInput(tuple(faults)) from None


@contextmanager
def opened(url: str, *, setting: str, check: bool = True) -> Iterator[Database]:
    """The database at `url`, closed at the end. What is wrong with it is an OperatorError that names `setting`."""
    from storage.database import open_database
    from storage.errors import DatabaseError

    try:
        database = open_database(url, check=check)
    except DatabaseError as error:
        raise OperatorError(sentences(error, setting)[0]) from None
    try:
        yield database
    except DatabaseError as error:
        raise OperatorError(sentences(error, setting)[0]) from None
    except Exception as error:
        if type(error).__name__ not in _OUTSIDE or not hasattr(error, "orig"):
            raise
        reason = (str(error.orig).strip().splitlines() or ["no reason given"])[0]
        raise OperatorError(f"{setting}: {database.url} failed ({reason}).") from None
    finally:
        database.close()


def dialogue_over(database: Database, lexicon: Lexicon) -> Dialogue:
    """A dialogue that reads with rules alone."""
    from handlers.dialogue import Dialogue
    from sales.language.reader import RulesReader

    return Dialogue(database, reader=RulesReader(), lexicon=lexicon)
