"""Slack: direct messages, mentions, the assistant pane, /canmou, cards with buttons, a form, the Home tab."""

from __future__ import annotations

from bot.channels.slack.channel import SlackChannel

__all__ = ["SlackChannel"]
