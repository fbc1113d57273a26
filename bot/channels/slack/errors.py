"""What Slack's refusals mean for a message that is to be delivered."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackApiError

from bot.channels.base import Misconfigured, NotDelivered, RateLimited, Refused, Unreachable

TOKEN = "CANMOU_SLACK_BOT_TOKEN"
DEFAULT_WAIT = 30.0
LONGEST_WAIT = 3600.0

# Not among them what may concern one conversation only (no_permission, access_denied, team_access_not_granted,
# ekm_access_denied): a wrong token holds everything back.
_TOKEN_IS_WRONG = frozenset({
    "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
    "not_allowed_token_type", "org_login_required",
})  # fmt: skip
_SLOW_DOWN = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_SLACK_FAILS = frozenset({
    "internal_error", "fatal_error", "service_unavailable", "request_timeout", "accesslimited", "team_added_to_org",
    "external_channel_migrating", "timeout",
})  # fmt: skip


def translated(method: str, error: SlackApiError) -> NotDelivered:
    """A refusal of the Web API. Its reason is the method and Slack's code, no text of a message."""
    status, data = status_and_data(error)
    code = data.get("error")
    code = code if isinstance(code, str) and len(code) <= 80 else ""
    if status == 429 or code in _SLOW_DOWN:
        # A 429 of the messages' methods counts by channel; the code rate_limited means the whole workspace.
        here = method.startswith("chat.") and code not in ("rate_limited", "message_limit_exceeded")
        return RateLimited(f"{method}: {code or status}", retry_after(error), whole=not here)
    if code in _TOKEN_IS_WRONG:
        needed = data.get("needed")
        more = f" (needs {needed})" if code == "missing_scope" and isinstance(needed, str) else ""
        return Misconfigured(f"{method}: {code}{more}", TOKEN)
    if code in _SLACK_FAILS or status >= 500 or not code:
        return Unreachable(f"{method}: {code or f'HTTP {status}'}")
    return Refused(f"{method}: {code}")


def code_of(error: BaseException) -> str:
    """Slack's code of a translated error: what stands behind the method."""
    return error.reason.partition(": ")[2].partition(" ")[0] if isinstance(error, NotDelivered) else ""


def retry_after(error: SlackApiError) -> float:
    headers: Any = getattr(error.response, "headers", None) or {}
    try:
        seconds = float(next((value for name, value in headers.items() if name.lower() == "retry-after"), ""))
    except (TypeError, ValueError):
        return DEFAULT_WAIT
    return min(max(seconds, 0.1), LONGEST_WAIT) if seconds == seconds else DEFAULT_WAIT


def status_and_data(error: SlackApiError) -> tuple[int, dict[str, Any]]:
    """Of a body that isn't JSON the SDK hands on aiohttp's response instead of its own."""
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    data = getattr(response, "data", response if isinstance(response, dict) else None)
    return (status if isinstance(status, int) else 0), (data if isinstance(data, dict) else {})
