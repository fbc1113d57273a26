"""Records the pictures and the tables of examples in the READMEs from the program itself.

    .venv/bin/python docs/pictures/record.py            # writes the pictures, and the tables in README*.md
    .venv/bin/python docs/pictures/record.py --check    # writes nothing; exit status 1 if they are out of date

What is said stands in said.yaml; what is answered is what Canmou answers, on the demo company of one fixed day.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from rich.cells import chop_cells
from rich.console import Console
from rich.text import Text
from svg import drawn

from bot.demo.company import make_demo
from bot.people import all_people, named, shown
from bot.screen import Screen, clean
from bot.terminal import Chat
from bot.terminal_words import WORDS, Language
from bot.wiring import dialogue_over, lexicon_of, opened
from handlers.turns import Drawn, Reply
from storage.importer import import_company

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NOW = datetime.fromisoformat("2026-03-18T18:05:00+08:00")
WIDTH = 92


class Paper(Screen):
    """A screen that is kept: long lines go on in the next, as they do in a terminal."""

    def __init__(self) -> None:
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - lives as long as the process
        super().__init__(Console(record=True, width=WIDTH, force_terminal=True, highlight=False, file=nowhere))
        self.replies: list[Reply] = []
        self.drawn: Drawn | None = None
        self.pretty = True

    def card(self, reply: Reply) -> None:
        self.replies.append(reply)
        super().card(reply)

    def picture(self, drawn: Drawn) -> Path | None:
        self.drawn = drawn
        return Path("var/pictures") / drawn.name

    def _line(self, words: str, style: str = "") -> None:
        for line in clean(words).split("\n"):
            for part in wrapped(line):
                self.console.print(Text(part, style))


def wrapped(line: str) -> list[str]:
    """As lines of the paper's width: cut between words, or anywhere in Chinese."""
    first, *rest = chop_cells(line, WIDTH) or [""]
    if not rest:
        return [first]
    if first[-1].isascii() and rest[0][0].isascii() and " " in first[-16:]:
        first = first[: first.rindex(" ") + 1]
    return [first.rstrip(), *wrapped(line[len(first) :].lstrip())]


@contextmanager
def company() -> Iterator[Path]:
    """A database with the demo company of the fixed day."""
    with TemporaryDirectory(prefix="canmou-record-") as folder:
        made = Path(folder) / "company.db"
        with opened(f"sqlite:///{made}", setting="record", check=False) as database:
            database.migrate()
            with database.begin() as tx:
                import_company(tx, make_demo(NOW.date()), at=NOW, label="demo")
        yield made


def play(made: Path, speaker: str, said: list[str], language: Language, greeting: bool = False) -> Paper:
    """What the terminal shows of one conversation, on a copy of the company."""
    copy = made.with_name("copy.db")
    shutil.copy(made, copy)
    paper = Paper()
    with opened(f"sqlite:///{copy}", setting="record") as database:
        people = all_people(database)
        person = named(people, speaker)[0]
        chat = Chat(dialogue_over(database, lexicon_of(None)), people, person, paper, language, lambda: NOW)
        if greeting:
            paper.note(
                WORDS[language].hello.format(company=make_demo(NOW.date())["company"]["name"], person=shown(person))
            )
        for message in said:
            paper.said(person.name, message)
            chat.say(message)
        if chat.failures:
            raise SystemExit(f"{said}: failed")
    return paper


def table(
    made: Path, rows: list[dict[str, object]], language: Language, head: tuple[str, str], speaker: str | None
) -> str:
    """Markdown: what was said, and the last card that came of it."""
    lines = [f"| {head[0]} | {head[1]} |", "| --- | --- |"]
    for row in rows:
        said = row["said"] if isinstance(row["said"], list) else [row["said"]]
        texts = [str(one) for one in said]
        reply = play(made, str(row.get("as", speaker or "贺知遥")), texts, language).replies[-1]
        buttons = " ".join(f"[{button.label}]" for button in reply.buttons)
        answer = "<br>".join([*map(_cell, reply.lines), *([_cell(buttons)] if buttons and row.get("buttons") else [])])
        lines.append(f"| {'<br>'.join(_cell(text) for text in texts)} | {answer} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return "<br>".join(part.strip().replace("|", "\\|").replace("<", "&lt;") for part in text.strip().split("\n"))


def marked(text: str, mark: str, rows: str) -> str:
    """The page with what stands between its marks made anew."""
    made = f"<!-- {mark}: docs/pictures/record.py -->\n{rows}\n<!-- /{mark} -->"
    return re.sub(rf"<!-- {mark}: .*?<!-- /{mark} -->", lambda _: made, text, flags=re.DOTALL)


def main(check: bool) -> int:
    said = yaml.safe_load((HERE / "said.yaml").read_text("utf-8"))
    made: dict[Path, str] = {}
    with company() as database:
        for name, talk in said["pictures"].items():
            paper = play(database, talk["as"], talk["said"], talk["language"], greeting=True)
            made[HERE / f"{name}.svg"] = drawn(paper.console, talk["title"])
            if paper.drawn is not None and not check:  # pixels may differ by a hair from machine to machine
                (HERE / f"{name}-chart.png").write_bytes(paper.drawn.data)
        for mark in ("tables", "questions"):
            for readme, part in said[mark].items():
                text = made.get(ROOT / readme) or (ROOT / readme).read_text("utf-8")
                rows = table(database, part["rows"], part["language"], tuple(part["head"]), part.get("as"))
                made[ROOT / readme] = marked(text, {"tables": "examples"}.get(mark, mark), rows)
    stale = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        state = "is not what the program says today" if check else "written"
        sys.stdout.write(f"{path.relative_to(ROOT)} {state}\n")
        if not check:
            path.write_text(made[path], "utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main("--check" in sys.argv[1:]))
