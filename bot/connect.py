"""Makes the channels that are configured. A vendor is imported only where its channel is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.channels.base import Channel, Desk, Intake

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.channels.wecom import WeComChannel
    from bot.settings import Settings

Pictures = Callable[[str], tuple[str, bytes] | None]
"""The media type and content of a picture by its id."""


def channels_of(settings: Settings, intake: Intake, desk: Desk, pictures: Pictures, *, chinese: bool) -> list[Channel]:
    """The channels of a server; none where nothing is configured. Connects to nothing."""
    made: list[Channel] = []
    if settings.has_slack:
        from bot.channels.slack import SlackChannel

        made.append(
            SlackChannel(
                bot_token=_given(settings.slack_bot_token),
                signing_secret=_secret(settings.slack_signing_secret),
                app_token=_secret(settings.slack_app_token),
                api_url=settings.slack_api_url,
                intake=intake,
                desk=desk,
                pictures=pictures,
                chinese=chinese,
            )
        )
    if settings.has_wecom:
        made.append(wecom(settings, intake, pictures, chinese=chinese))
    if settings.has_wecom_bot:
        from bot.channels.wecom_bot import WeComBotChannel

        made.append(
            WeComBotChannel(
                bot_id=settings.wecom_bot_id or "",
                secret=_given(settings.wecom_bot_secret),
                url=settings.wecom_bot_url,
                bot_name=settings.wecom_bot_name,
                intake=intake,
                pictures=pictures,
                chinese=chinese,
            )
        )
    return made


def wecom(settings: Settings, intake: Intake, pictures: Pictures, *, chinese: bool) -> WeComChannel:
    """The WeCom application that is configured."""
    from bot.channels.wecom import WeComChannel

    return WeComChannel(
        corp_id=settings.wecom_corp_id or "",
        agent_id=settings.wecom_agent_id or 0,
        secret=_given(settings.wecom_secret),
        token=_given(settings.wecom_token),
        aes_key=_given(settings.wecom_aes_key),
        api_url=settings.wecom_api_url,
        intake=intake,
        pictures=pictures,
        chinese=chinese,
    )


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()


def _given(value: SecretStr | None) -> str:
    """A secret that `read_settings` has seen to be there."""
    return _secret(value) or ""
