"""What every table shares: one metadata with named constraints, and the column types."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import SQLModel, UTCDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMES)


class Table(SQLModel):
    """Base of every table. Constraints have names, so that a later migration can speak of them on both databases."""

    metadata = metadata


def table(model: type[SQLModel]) -> sa.Table:
    """The Core table of a model; all reading and writing is Core, the models say what there is."""
    found = model.metadata.tables[str(model.__tablename__)]
    assert isinstance(found, sa.Table)
    return found


# SQLite only numbers a column by itself if it is an INTEGER PRIMARY KEY.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

Json = sa.JSON(none_as_null=True)

Moment = UTCDateTime
"""Aware, UTC, on both databases."""

__all__ = ["NUMBER", "Json", "Moment", "Table", "datetime", "metadata", "table"]
