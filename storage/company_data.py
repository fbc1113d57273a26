"""A company file as values in memory, for what needs no database (`canmou parse`, tests, the bench)."""

from __future__ import annotations

from typing import Any

from sales.people import (
    Account,
    CompanyData,
    Competitor,
    Contact,
    KnownPayment,
    OpenFollowUp,
    Opportunity,
    OrgUnit,
    Person,
    Product,
)
from storage.company_file import Checked, Parsed, Source, check
from storage.file_fields import KEEP

_EXTRA = ("stage_changes", "activities", "quotas")
_NOT_HERE = frozenset({"email", "mobile", "channels"})


def load_company(source: Source) -> CompanyData:
    """The whole file, checked. Follow-ups that are done are left out; amounts in minor units. Raises FaultyInput.

    `extra` holds stage changes, activities, quotas and all follow-ups (`follow_ups`), field by field.
    """
    return _data(check(source))


def _data(checked: Checked) -> CompanyData:
    found: dict[str, list[Any]] = {}
    extra: dict[str, list[Parsed]] = {key: [] for key in (*_EXTRA, "follow_ups")}
    makers: dict[str, type[Any]] = {
        "org_units": OrgUnit, "users": Person, "products": Product, "competitors": Competitor, "accounts": Account,
        "contacts": Contact, "opportunities": Opportunity, "payments": KnownPayment,
    }  # fmt: skip
    for key, record in checked.records():
        if key in extra:
            extra[key].append(record)
        if key == "follow_ups":
            if record["done_on"] is None:
                promise = {name: value for name, value in record.items() if name != "done_on"}
                found.setdefault(key, []).append(OpenFollowUp(**promise))
        elif key in makers:
            values = {name: None if v is KEEP else v for name, v in record.items() if name not in _NOT_HERE}
            found.setdefault(key, []).append(makers[key](**values))
    return CompanyData(
        checked.company, found.get("org_units", ()), found.get("users", ()), found.get("products", ()),
        found.get("competitors", ()), found.get("accounts", ()), found.get("contacts", ()),
        found.get("opportunities", ()), found.get("follow_ups", ()), found.get("payments", ()), extra,
    )  # fmt: skip
