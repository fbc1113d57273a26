"""What the name index is made of and what it answers with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NameKind(StrEnum):
    """What a name names."""

    ACCOUNT = "account"
    CONTACT = "contact"
    PERSON = "person"
    PRODUCT = "product"
    COMPETITOR = "competitor"
    ORG_UNIT = "org_unit"
    OPPORTUNITY = "opportunity"

    # Every record is looked up by its kind: that of Enum runs Python for each
    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A record that can be named. `home` is the city of an account, `owner` a person's id, `parent` the id of the
    account that a contact or an opportunity belongs to."""

    kind: NameKind
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    home: str = ""
    owner: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class NameHit:
    """`text[start:end]` of the normal text may mean the record (`kind`, `id`).

    `score` is 0..1: 1 is the full name, 0.85 a short form that only this record has and that is no ordinary word, 0.5
    and below a guess that needs other evidence. `how` is one of name, alias, part, pinyin, folded, fuzzy; `form` is the
    form on record that matched, normalised.
    """

    start: int
    end: int
    kind: NameKind
    id: str
    score: float
    how: str
    form: str
