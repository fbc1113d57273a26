"""Whose database this is."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales.people import Company
from storage import tables as t
from storage.errors import NoCompany


def company_of(tx: Connection) -> Company:
    """The company's settings. NoCompany if nothing was imported yet."""
    row = tx.execute(sa.select(t.company_settings)).one_or_none()
    if row is None:
        raise NoCompany
    return Company(row.name, row.currency, row.timezone, row.locale, row.fiscal_year_start_month)
