"""企业微信, an application of one's own: callbacks in, application messages out."""

from bot.channels.wecom.channel import WeComChannel

__all__ = ["WeComChannel"]
