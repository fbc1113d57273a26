"""What an operator sets, in the environment: read once, all faults reported together, each by the setting's name."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
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

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        scheme, separator, _ = value.strip().partition(":")
        if not separator or scheme.partition("+")[0] not in _SCHEMES:
            raise ValueError("is the URL of neither SQLite nor PostgreSQL")
        return value.strip()

    @field_validator("lexicon", mode="before")
    @classmethod
    def _readable_lexicon(cls, value: Any) -> Any:
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


_MEND = {
    "database_url": "Write sqlite:///path/to/file.db or postgresql://user:password@host/name",
    "lexicon": "Give the path of your own phrases (YAML), or unset it",
    "language": "Set it to zh or en, or unset it to follow the terminal and the company",
}


def read_settings(**overrides: Any) -> Settings:
    """The settings of this process; `overrides` (fields by name) win over it. FaultyInput lists all faults."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise FaultyInput(tuple(_fault(one) for one in error.errors(include_url=False))) from None


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
