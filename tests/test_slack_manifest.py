"""The manifest that ships asks for what the code uses, and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from bot.channels.slack.channel import PATH
from bot.channels.slack.scopes import NEEDED
from tests.standins.slack import SCOPES as STAND_IN

ROOT = Path(__file__).resolve().parent.parent
# What Slack's documentation asks for each method; auth.test, views.* and apps.connections.open need no bot scope.
SCOPES = {
    "chat.postMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations.members": {"channels:read", "groups:read", "im:read", "mpim:read"},
    "conversations.open": {"im:write"},
    "users.info": {"users:read", "users:read.email"},
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.upload": {"files:write"},
    "files.completeUploadExternal": {"files:write"},
    "auth.test": set(),
    "views.open": set(),
    "views.publish": set(),
}
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "app_home_opened": None,
}
COMMANDS = {"commands"}


def manifest() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "slack-manifest.yaml").read_text("utf-8"))
    return read


def methods_used() -> set[str]:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "bot" / "channels" / "slack").glob("*.py"))
    names = re.findall(
        r'"((?:chat|conversations|users|assistant\.threads|files|auth|views|reactions)\.[a-zA-Z]+)"', code
    )
    return set(names)


def test_every_method_has_its_scopes_and_no_scope_is_idle() -> None:
    used = methods_used()
    assert used == set(SCOPES)
    wanted = COMMANDS.union(*SCOPES.values(), {scope for scope in EVENT_SCOPES.values() if scope})
    given = manifest()["oauth_config"]["scopes"]["bot"]
    assert set(given) == wanted == NEEDED == set(STAND_IN)
    assert len(given) == len(set(given))


def test_every_event_that_is_read_is_subscribed_to() -> None:
    events = set(manifest()["settings"]["event_subscriptions"]["bot_events"])
    assert events == set(EVENT_SCOPES)
    code = (ROOT / "bot" / "channels" / "slack" / "incoming.py").read_text("utf-8")
    assert {name for name in events if not name.startswith("message.")} <= set(re.findall(r'"([a-z_]+)"', code))


def test_all_addresses_are_the_one_endpoint() -> None:
    read = manifest()
    urls = [
        read["settings"]["event_subscriptions"]["request_url"],
        read["settings"]["interactivity"]["request_url"],
        *(command["url"] for command in read["features"]["slash_commands"]),
    ]
    assert set(urls) == {f"https://canmou.example.com{PATH}"}


def test_slack_would_take_it() -> None:
    read = manifest()
    shown, features = read["display_information"], read["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert "assistant_view" not in features, "Slack takes it from no new app"
    agent = features["agent_view"]
    assert set(agent) == {"agent_description", "suggested_prompts"}
    assert 0 < len(agent["agent_description"]) <= 300
    assert 1 <= len(agent["suggested_prompts"]) <= 4
    assert all(set(prompt) == {"title", "message"} for prompt in agent["suggested_prompts"])
    assert all(len(command["description"]) <= 2000 for command in features["slash_commands"])
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
