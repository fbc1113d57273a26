"""企业微信智能机器人 over its long connection: for companies with no public address (see channel)."""

from bot.channels.wecom_bot.channel import WeComBotChannel

__all__ = ["WeComBotChannel"]
