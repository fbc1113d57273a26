"""The permissions that the app needs: those of deploy/slack-manifest.yaml, and which of them Slack hasn't given."""

from __future__ import annotations

NEEDED = frozenset({
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands",
    "files:write", "groups:history", "groups:read", "im:history", "im:read", "im:write", "mpim:history", "mpim:read",
    "users:read", "users:read.email",
})  # fmt: skip


def given(header: str) -> frozenset[str]:
    """What a token may do, as x-oauth-scopes lists it."""
    return frozenset(scope for one in header[:4000].split(",") if (scope := one.strip()))


def missing(scopes: frozenset[str] | None) -> tuple[str, ...]:
    """What is lacking; nothing where Slack hasn't said what there is."""
    return () if scopes is None else tuple(sorted(NEEDED - scopes))


def advice(lacking: tuple[str, ...]) -> str:
    return (
        f"the Slack app lacks {', '.join(lacking)}: at api.slack.com/apps paste deploy/slack-manifest.yaml again "
        "(App Manifest), then Reinstall to Workspace"
    )
