"""What an operator sets, in the environment: read once, all faults reported together, each by the setting's name."""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import AnyHttpUrl, Field, SecretStr, TypeAdapter, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sales.errors import Fault, FaultyInput

PREFIX = "CANMOU_"
DATABASE_URL = "CANMOU_DATABASE_URL"
LEXICON = "CANMOU_LEXICON"
LANGUAGE = "CANMOU_LANGUAGE"
DEFAULT_DATABASE = "sqlite:///var/canmou.db"
_SCHEMES = ("sqlite", "postgresql", "postgres")

Language = Literal["zh", "en"]


class Settings(BaseSettings):
    """The settings, checked. Make them with `read_settings`, which words the faults."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: str = Field(default=DEFAULT_DATABASE, repr=False)  # a password may stand in it
    lexicon: Path | None = None
    language: Language | None = None
    font: Path | None = None

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"

    wecom_corp_id: str | None = None
    wecom_agent_id: int | None = Field(default=None, ge=1)
    wecom_secret: SecretStr | None = None
    wecom_token: SecretStr | None = None
    wecom_aes_key: SecretStr | None = None
    wecom_api_url: str = "https://qyapi.weixin.qq.com/cgi-bin/"
    wecom_bot_id: str | None = None
    wecom_bot_secret: SecretStr | None = None
    wecom_bot_name: str | None = None
    wecom_bot_url: str = "wss://openws.work.weixin.qq.com"

    workers: int = Field(default=2, ge=1, le=32)
    keep_days: int | None = Field(default=None, ge=7, le=36_500)
    lease_seconds: float = Field(default=30, ge=1, le=3600)

    @property
    def has_slack(self) -> bool:
        return self.slack_bot_token is not None

    @property
    def has_wecom(self) -> bool:
        return self.wecom_corp_id is not None

    @property
    def has_wecom_bot(self) -> bool:
        return self.wecom_bot_id is not None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        scheme, separator, _ = value.strip().partition(":")
        if not separator or scheme.partition("+")[0] not in _SCHEMES:
            raise ValueError("is the URL of neither SQLite nor PostgreSQL")
        return value.strip()

    @field_validator("lexicon", "font", mode="before")
    @classmethod
    def _file_that_is_there(cls, value: Any) -> Any:
        if value is None:
            return None
        path = Path(str(value)).expanduser()
        if not path.is_file():
            raise ValueError(f"names no file: {path}")
        return path

    @field_validator("language", mode="before")
    @classmethod
    def _plain_language(cls, value: Any) -> Any:
        """zh-CN, zh_CN.UTF-8 and 中文 mean zh."""
        if not isinstance(value, str):
            return value
        folded = value.strip().casefold()
        if folded.startswith("zh") or folded in ("中文", "chinese", "cn"):
            return "zh"
        return "en" if folded.startswith("en") else value

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _kind_of_token(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        prefix = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if value is not None and not value.get_secret_value().startswith(prefix):
            raise ValueError(f"does not begin with {prefix}")
        return value

    @field_validator("wecom_aes_key")
    @classmethod
    def _whole_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                whole = len(b64decode(value.get_secret_value() + "=", validate=True)) == 32
            except ValueError:
                whole = False
            if not whole:
                raise ValueError("is no EncodingAESKey: it has 43 letters and digits")
        return value

    @field_validator("slack_api_url", "wecom_api_url")
    @classmethod
    def _http(cls, value: str) -> str:
        try:
            TypeAdapter(AnyHttpUrl).validate_python(value)
        except ValidationError:
            raise ValueError("is no http(s) URL") from None
        return value.rstrip("/") + "/"

    @field_validator("wecom_bot_url")
    @classmethod
    def _websocket(cls, value: str) -> str:
        if not value.startswith(("wss://", "ws://")):
            raise ValueError("is no ws(s) URL")
        return value


_MEND = {
    "database_url": "Write sqlite:///path/to/file.db or postgresql://user:password@host/name",
    "lexicon": "Give the path of your own phrases (YAML), or unset it",
    "language": "Set it to zh or en, or unset it to follow the terminal and the company",
    "font": "Give the path of a font file with Chinese characters, or unset it: one comes along",
    "slack_bot_token": "Copy the Bot User OAuth Token from your Slack app, OAuth & Permissions (docs/connect-slack.md)",
    "slack_signing_secret": (
        "Copy the Signing Secret from your Slack app, Basic Information; or for Socket Mode set CANMOU_SLACK_APP_TOKEN"
    ),
    "slack_app_token": "Make an app-level token with connections:write, Basic Information (docs/connect-slack.md)",
    "slack_api_url": "Unset it: the default is Slack's own",
    "wecom_corp_id": "Copy 企业ID from 我的企业, the page's foot (docs/connect-wecom.md)",
    "wecom_agent_id": "Copy AgentId, a number, from your application's page (docs/connect-wecom.md)",
    "wecom_secret": "Copy Secret from your application's page (docs/connect-wecom.md)",
    "wecom_token": "Copy Token from your application's page, 接收消息 (docs/connect-wecom.md)",
    "wecom_aes_key": "Copy EncodingAESKey from your application's page, 接收消息 (docs/connect-wecom.md)",
    "wecom_api_url": "Unset it: the default is WeCom's own",
    "wecom_bot_id": "Copy Bot ID from your 智能机器人, API 模式, 使用长连接 (docs/connect-wecom.md)",
    "wecom_bot_secret": "Copy Secret from your 智能机器人, API 模式, 使用长连接 (docs/connect-wecom.md)",
    "wecom_bot_name": "Give the bot's name as groups see it, or unset it",
    "wecom_bot_url": "Unset it: the default is WeCom's own",
    "workers": "Give a number from 1 to 32, or unset it",
    "keep_days": "Give days from 7, or unset it to keep what was written and said",
    "lease_seconds": "Give seconds from 1 to 3600, or unset it",
}


def read_settings(**overrides: Any) -> Settings:
    """The settings of this process; `overrides` (fields by name) win over it. FaultyInput lists all faults."""
    given = {name: value for name, value in overrides.items() if value is not None}
    environment = {name.upper() for name, value in os.environ.items() if value}
    present = {name for name in Settings.model_fields if name in given or f"{PREFIX}{name.upper()}" in environment}
    faults = list(_missing(present))
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise FaultyInput((*map(_fault, error.errors(include_url=False)), *faults)) from None
    if faults:
        raise FaultyInput(tuple(faults))
    return settings


_WHOLE = (
    (("slack_bot_token",), ("slack_signing_secret", "slack_app_token")),
    (("wecom_corp_id", "wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key"), ()),
    (("wecom_bot_id", "wecom_bot_secret"), ()),
)
"""What a channel needs: all of the first, one of the second."""


def _missing(present: Collection[str]) -> Iterator[Fault]:
    """A channel that is half configured is a fault, not a channel that is off."""
    for needed, one_of in _WHOLE:
        if not any(name in present for name in (*needed, *one_of)):
            continue
        absent = [name for name in needed if name not in present]
        if one_of and not any(name in present for name in one_of):
            absent.append(one_of[0])
        for name in absent:
            yield Fault(f"{PREFIX}{name.upper()}", "is missing, while others of its channel are set", _MEND[name])


def _fault(error: Any) -> Fault:
    name = str(error["loc"][0])
    what = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "literal_error":
        what = f"is {error['input']!r}"
    return Fault(f"{PREFIX}{name.upper()}", what, _MEND.get(name, "Mend it or unset it"))


def unknown_settings(environment: Mapping[str, str]) -> list[Fault]:
    """Names in the environment that look like settings of ours and aren't: a slip of the pen does nothing, silently."""
    known = sorted(f"{PREFIX}{name.upper()}" for name in Settings.model_fields)
    found = []
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = get_close_matches(name.upper(), known, 1)
            mend = f"Did you mean {close[0]}?" if close else f"The settings are {', '.join(known)}"
            found.append(Fault(name, "is no setting of Canmou", mend))
    return found
