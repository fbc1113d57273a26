"""The fields of a company file: which there are in each section, what each may hold, and what it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sales.stages import ActivityType, PaymentStatus, Role, Stage
from storage import file_values as values
from storage.file_values import Parse

KEEP = object()
"""Default of a field that may be left out: nothing is said about it, and what is on record stays."""


@dataclass(frozen=True)
class Spec:
    """A field. `refers_to` names the section of the id (or ids) that it holds. No default: it must be there."""

    key: str
    parse: Parse
    refers_to: str = ""
    default: Any = None
    required: bool = True


@dataclass(frozen=True)
class Section:
    """A list of the file. `kind` is what its records are called in the history and in faults."""

    key: str
    kind: str
    specs: tuple[Spec, ...]
    by_key: Mapping[str, Spec] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {spec.key: spec for spec in self.specs})

    @property
    def has_id(self) -> bool:
        return "id" in self.by_key


def _may(key: str, parse: Parse, refers_to: str = "", default: Any = None) -> Spec:
    return Spec(key, parse, refers_to, default, required=False)


_ID = Spec("id", values.an_id)
_NAME = Spec("name", values.name)
_ALIASES = _may("aliases", values.names, default=())

COMPANY = Section(
    "company",
    "company",
    (
        _NAME,
        Spec("currency", values.currency_code),
        Spec("timezone", values.zone),
        _may("locale", values.locale, default="zh-CN"),
        _may("fiscal_year_start_month", values.month_number, default=1),
    ),
)

SECTIONS: Mapping[str, Section] = {
    section.key: section
    # In the order in which they can be written: what is referred to comes first.
    for section in (
        Section("org_units", "org_unit", (_ID, _NAME, _ALIASES, Spec("parent", values.id_or_none, "org_units"))),
        Section(
            "users",
            "person",
            (
                _ID,
                _NAME,
                _ALIASES,
                Spec("role", values.one_of(Role)),
                Spec("org_unit", values.an_id, "org_units"),
                _may("title", values.text, default=""),
                _may("email", values.text_or_none, default=KEEP),
                _may("mobile", values.text_or_none, default=KEEP),
                _may("channels", values.channels, default=KEEP),
            ),
        ),
        Section("products", "product", (_ID, _NAME, _ALIASES)),
        Section("competitors", "competitor", (_ID, _NAME, _ALIASES)),
        Section(
            "accounts",
            "account",
            (
                _ID,
                _NAME,
                _ALIASES,
                _may("industry", values.text, default=""),
                _may("city", values.text, default=""),
                _may("tier", values.tier, default=""),
                Spec("owner", values.an_id, "users"),
            ),
        ),
        Section(
            "contacts",
            "contact",
            (_ID, Spec("account", values.an_id, "accounts"), _NAME, _may("title", values.text, default=""), _ALIASES),
        ),
        Section(
            "opportunities",
            "opportunity",
            (
                _ID,
                Spec("account", values.an_id, "accounts"),
                _NAME,
                Spec("owner", values.an_id, "users"),
                Spec("stage", values.one_of(Stage)),
                _may("amount", values.amount_or_none),
                _may("close_date", values.day_or_none),
                _may("products", values.ids, "products", ()),
                _may("competitors", values.ids, "competitors", ()),
                _may("created_on", values.day_or_none),
                _may("closed_on", values.day_or_none),
                _may("lost_reason", values.text_or_none),
                _may("probability", values.percent_or_none, default=KEEP),
            ),
        ),
        Section(
            "stage_changes",
            "stage_change",
            (
                Spec("opportunity", values.an_id, "opportunities"),
                Spec("stage", values.one_of(Stage)),
                Spec("on", values.day),
            ),
        ),
        Section(
            "activities",
            "activity",
            (
                _ID,
                Spec("user", values.an_id, "users"),
                Spec("account", values.an_id, "accounts"),
                _may("opportunity", values.id_or_none, "opportunities"),
                Spec("type", values.one_of(ActivityType)),
                Spec("date", values.day),
                _may("contacts", values.ids, "contacts", ()),
                _may("summary", values.text, default=""),
            ),
        ),
        Section(
            "follow_ups",
            "follow_up",
            (
                _ID,
                Spec("user", values.an_id, "users"),
                _may("account", values.id_or_none, "accounts"),
                _may("opportunity", values.id_or_none, "opportunities"),
                _may("due", values.day_or_none),
                Spec("text", values.text),
                _may("done_on", values.day_or_none),
            ),
        ),
        Section(
            "payments",
            "payment",
            (
                _ID,
                _may("opportunity", values.id_or_none, "opportunities"),
                Spec("account", values.an_id, "accounts"),
                Spec("amount", values.amount),
                _may("date", values.day_or_none),
                Spec("status", values.one_of(PaymentStatus)),
            ),
        ),
        Section(
            "quotas", "quota", (Spec("owner", values.an_id), Spec("month", values.month), Spec("amount", values.amount))
        ),
    )
}
