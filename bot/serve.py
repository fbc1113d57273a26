"""`canmou serve`: opens the database, starts the server, ends it in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bot.faults import OperatorError
from bot.server import Role, Server
from bot.settings import DATABASE_URL
from bot.wiring import dialogue_over, opened
from storage.leader import Leadership

if TYPE_CHECKING:
    import uvicorn

    from bot.settings import Settings
    from sales.language.lexicon import Lexicon
    from storage.database import Database

DEFAULT_PORT = 8080
_GRACE = 10  # seconds for requests that are being answered when it ends


def serve(
    settings: Settings, lexicon: Lexicon, role: Role, host: str, port: int | None, say: Callable[[str], None]
) -> int:
    """Serves until it is told to end (SIGTERM, Ctrl-C); returns the exit status."""
    _log_to_stderr()
    with opened(settings.database_url, setting=DATABASE_URL) as database:
        leadership = Leadership(database, "serve")
        if database.is_sqlite:
            _alone(database, leadership, role)
        try:
            server = Server(settings, database, dialogue_over(database, lexicon), role)
            if port is None and role in (Role.ALL, Role.WEB):
                port = DEFAULT_PORT
            say(_opening(server, role, host, port))
            return run(server, host, port)
        finally:
            leadership.give_up()


def _alone(database: Database, leadership: Leadership, role: Role) -> None:
    """A SQLite file is served by one process: nobody else holds a lease, so what there is is of a process that died."""
    from storage import inbox, outbox, pace

    if role is not Role.ALL:
        raise OperatorError(
            f"--role {role.value}: one process serves a SQLite file. Leave --role out, or share the work of several "
            f"processes on PostgreSQL ({DATABASE_URL})."
        )
    if not leadership.take():
        raise OperatorError(f"{DATABASE_URL}: another `canmou serve` has {database.url}. Stop it first.")
    with database.begin() as tx:
        inbox.release(tx)
        outbox.release(tx)
        pace.release(tx)


def _opening(server: Server, role: Role, host: str, port: int | None) -> str:
    channels = ", ".join(channel.name for channel in server.channels) or "none configured (see `canmou doctor`)"
    where = f"http://{host}:{port}" if port is not None else "no port"
    return f"canmou serve: role {role.value}, {where}, channels: {channels}"


def run(server: Server, host: str, port: int | None) -> int:
    """Runs a server until it is told to end; on uvloop where there is one, which takes in a third more."""
    import uvicorn

    config = uvicorn.Config(
        server.app,
        host,
        port or 0,
        log_config=None,
        access_log=False,  # an address may hold a signature
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE,
    )

    class Web(uvicorn.Server):
        """Without its own way with signals: it would raise them again when it has ended, before the workers have."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        return runner.run(_serve(server, Web(config) if port is not None else None, f"{host}:{port}"))


async def _serve(server: Server, web: uvicorn.Server | None, where: str) -> int:
    """Until SIGTERM or Ctrl-C. A second one doesn't wait for requests that are being answered."""
    told = asyncio.Event()

    def end() -> None:
        if web is not None:
            web.force_exit = told.is_set()
            web.should_exit = True
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    async with server.running():
        if web is None:
            await told.wait()
            return 0
        try:
            await web.serve()
        except SystemExit:  # uvicorn's way of saying that it can't listen
            raise OperatorError(
                f"--host and --port: {where} can't be listened on. Is the port taken, or the address another machine's?"
            ) from None
        return 0 if web.started else 1


def _log_to_stderr() -> None:
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    # Vendors' own loggers may repeat what they send and receive: only their warnings, and nothing of requests.
    for name in (
        "slack_bolt",
        "slack_sdk",
        "wechatpy",
        "aibot",
        "urllib3",
        "aiohttp",
        "apscheduler",
        "websockets",
        "alembic",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
