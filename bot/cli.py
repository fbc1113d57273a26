"""The command line. Each command's work is in a module of its own, imported when the command runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot.faults import sentences
from sales.errors import CanmouError


class _Group(TyperGroup):
    """Words what goes wrong, a line each, on standard error; the exit status is 1 then."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except CanmouError as error:
            for line in sentences(error):
                typer.echo(line, err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    name="canmou",
    cls=_Group,
    help="Canmou 参谋: the staff officer of a sales team.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who is speaking: a name, an alias or an id.")]
Lexicon = Annotated[
    Path | None, typer.Option(envvar="CANMOU_LEXICON", help="A company's own phrases, YAML, beside those that ship.")
]


def main() -> None:
    """The entry point of `canmou`."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")  # a terminal that lacks a character must not end a chat
    app()


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"canmou {version('canmou')}")
        except PackageNotFoundError:
            typer.echo("canmou, run from its folder and not installed")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass


@app.command()
def demo(
    as_name: As = None,
    db: Annotated[str | None, typer.Option(metavar="URL", help="Where the demo lives, not var/demo.db.")] = None,
) -> None:
    """Set up a demo company and chat as one of its reps.

    With no terminal, messages are read from standard input, one a line; with nothing there, a conversation is played.
    """
    from bot.demo_command import demo as run
    from bot.settings import read_settings
    from bot.wiring import lexicon_of

    settings = read_settings()
    raise typer.Exit(run(as_name, db, settings.language, lexicon_of(settings.lexicon)))


@app.command()
def chat(as_name: As = None) -> None:
    """Chat in this terminal, on the configured database."""
    from bot.chat import chat as run
    from bot.settings import read_settings
    from bot.wiring import lexicon_of

    settings = read_settings()
    raise typer.Exit(run(settings, as_name, lexicon_of(settings.lexicon)))


@app.command()
def parse(
    company: Annotated[Path, typer.Option(help="A company file.")],
    user: Annotated[str, typer.Option(help="Who says it: an id, a name or an alias.")],
    now: Annotated[str, typer.Option(metavar="TIME", help="When, like 2026-03-18T18:05:00+08:00.")],
    text: Annotated[list[str] | None, typer.Argument(help="The message; from standard input if there is none.")] = None,
    lexicon: Lexicon = None,
) -> None:
    """Show how a message is read: the reading as JSON, each value with the words that it rests on."""
    from bot.parse import parse as run

    said = " ".join(text) if text else _read_stdin()
    typer.echo(run(said, company=company, user=user, now=now, lexicon=lexicon))


def _read_stdin() -> str:
    from bot.keyboard import standard_input

    return "".join(standard_input()).removesuffix("\n")


@app.command()
def replay(
    company: Annotated[Path, typer.Option(help="A company file.")],
    cases: Annotated[Path, typer.Option(help="Cases, one JSON object a line.")],
    out: Annotated[Path, typer.Option(help="Where to write what was understood and stored, one line a case.")],
    library: Annotated[
        Path | None, typer.Option(help="A folder of documents that stands in for the method library.")
    ] = None,
    score: Annotated[bool, typer.Option("--score", help="Compare with the gold of the cases; print a table.")] = False,
    floors: Annotated[Path | None, typer.Option(help="JSON of least values; below one the exit status is 1.")] = None,
    wrong: Annotated[int, typer.Option(min=0, help="Also print the first N cases that fall short.")] = 0,
    json: Annotated[Path | None, typer.Option(help="Write the figures there.")] = None,
    url: Annotated[
        str | None, typer.Option(metavar="DB", help="A PostgreSQL server to play on, in databases of its own.")
    ] = None,
    lexicon: Lexicon = None,
) -> None:
    """Play cases on a company: every case on the company as its file says."""
    from bot.replay import Order
    from bot.replay import replay as run

    order = Order(company, cases, out, library, lexicon, score, floors, wrong, json, url)
    raise typer.Exit(run(order, typer.echo, lambda line: typer.echo(line, err=True)))


@app.command("import")
def import_company(
    file: Annotated[Path, typer.Argument(help="A company file.")],
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what an earlier import brought and this file no longer has.")
    ] = False,
) -> None:
    """Take a company file in; with a fault in it nothing changes, and every fault is listed."""
    from bot.data import import_file
    from bot.settings import read_settings

    import_file(read_settings(), file, prune, typer.echo)


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; standard output if left out.")] = None,
) -> None:
    """Write the company file of what is on record."""
    from bot.data import export_file
    from bot.settings import read_settings

    export_file(read_settings(), file)


@app.command()
def migrate() -> None:
    """Bring the tables of the configured database to this version."""
    from bot.data import migrate as run
    from bot.settings import read_settings

    run(read_settings(), typer.echo)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port to listen on; 8080, and none for worker and clock.")
    ] = None,
    role: Annotated[str, typer.Option(help="all, or web, worker or clock to share the work on PostgreSQL.")] = "all",
) -> None:
    """Serve WeCom and Slack: web endpoints, workers and clock."""
    from bot.serve import serve as run
    from bot.server import Role
    from bot.settings import read_settings
    from bot.wiring import lexicon_of

    if role not in list(Role):
        raise typer.BadParameter(f"{role} is none of {', '.join(Role)}", param_hint="--role")
    settings = read_settings()
    raise typer.Exit(run(settings, lexicon_of(settings.lexicon), Role(role), host, port, typer.echo))


Again = Annotated[
    list[int] | None,
    typer.Option("--again", metavar="NUMBER", min=1, max=2**63 - 1, help="Put this one back; repeatable."),
]
All = Annotated[bool, typer.Option("--all", help="Put all of them back.")]


@app.command()
def inbox(
    again: Again = None,
    every: All = False,
    text: Annotated[bool, typer.Option("--text", help="Also show what was written.")] = False,
) -> None:
    """Show messages that were set aside, and run them again."""
    from bot.queues_command import show_inbox
    from bot.settings import read_settings

    show_inbox(read_settings(), again or [], every, text, typer.echo)


@app.command()
def outbox(again: Again = None, every: All = False) -> None:
    """Show messages that could not be delivered, and try them again."""
    from bot.queues_command import show_outbox
    from bot.settings import read_settings

    show_outbox(read_settings(), again or [], every, typer.echo)


@app.command()
def link(
    person: Annotated[str | None, typer.Argument(help="A name, an alias or an id; without it, who is linked.")] = None,
    to: Annotated[
        str | None, typer.Option(metavar="CHANNEL:ACCOUNT", help="Link at once, like slack:U0123 or wecom:zhangsan.")
    ] = None,
    remove: Annotated[str | None, typer.Option(metavar="CHANNEL:ACCOUNT", help="This account is nobody's now.")] = None,
    find: Annotated[
        bool, typer.Option("--find", help="Find everybody's WeCom account by the mobile and e-mail on record.")
    ] = False,
) -> None:
    """Make a one-time code that links a person's account of WeCom or Slack."""
    from bot import link_command
    from bot.settings import read_settings

    if find:
        link_command.find(read_settings(), typer.echo)
    else:
        link_command.link(read_settings(), person, to, remove, typer.echo)


@app.command("wecom-menu")
def wecom_menu() -> None:
    """Put the menu at the foot of the chat of the WeCom application."""
    from bot.link_command import put_menu
    from bot.settings import read_settings

    put_menu(read_settings(), typer.echo)


@app.command()
def doctor() -> None:
    """Say what is configured, what is missing and how to mend it."""
    import os

    from bot.doctor import State, examine

    broken = False
    for finding in examine(os.environ):
        typer.echo(str(finding))
        broken |= finding.state is State.BROKEN
    raise typer.Exit(1 if broken else 0)


if __name__ == "__main__":
    main()
