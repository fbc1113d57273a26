"""The servers that bench/serving.py measures: `bare` (Bolt, acknowledges), `door` (ours, takes messages in), `all`.

python bench/serving_app.py bare|door|all PORT DATABASE_URL SLACK_API_URL
"""

from __future__ import annotations

import os
import sys

SECRET = "a-signing-secret-of-a-bench"
TOKEN = "xoxb-a-token-of-a-bench"


def bare(port: int) -> None:
    """What Bolt's documentation shows: an app that verifies and acknowledges, nothing else."""
    import uvicorn
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def authorize(**_: object) -> AuthorizeResult:  # no call to Slack: it would be measured, too
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token=TOKEN, bot_user_id="UBOT", bot_id="BBOT")

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.event("message")
    async def acknowledged(ack: object) -> None:
        await ack()  # type: ignore[operator]

    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    web = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])
    uvicorn.run(web, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")


def ours(role: str, port: int, database_url: str, api_url: str) -> None:
    from bot.serve import run
    from bot.server import Role, Server
    from bot.settings import read_settings
    from bot.wiring import dialogue_over, lexicon_of
    from storage.database import open_database

    os.environ |= {
        "CANMOU_DATABASE_URL": database_url, "CANMOU_SLACK_API_URL": api_url,
        "CANMOU_SLACK_BOT_TOKEN": TOKEN, "CANMOU_SLACK_SIGNING_SECRET": SECRET,
    }  # fmt: skip
    database = open_database(database_url)
    dialogue = dialogue_over(database, lexicon_of(None))
    run(Server(read_settings(), database, dialogue, Role.WEB if role == "door" else Role.ALL), "127.0.0.1", port)


if __name__ == "__main__":
    which, at = sys.argv[1], int(sys.argv[2])
    if which == "bare":
        bare(at)
    else:
        ours(which, at, *sys.argv[3:5])
