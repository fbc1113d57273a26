"""Pictures that wait to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import tables as t
from storage.ids import new_id


@dataclass(frozen=True, slots=True)
class StoredPicture:
    media_type: str
    data: bytes


def keep(tx: Connection, media_type: str, data: bytes, now: datetime) -> str:
    """Keeps a picture; its id."""
    picture_id = new_id("pic", now)
    tx.execute(sa.insert(t.pictures).values(id=picture_id, media_type=media_type, data=data, made_at=now))
    return picture_id


def find(tx: Connection, picture_id: str) -> StoredPicture | None:
    """A picture by its id; None if it is gone."""
    row = tx.execute(sa.select(t.pictures).where(t.pictures.c.id == picture_id)).one_or_none()
    return None if row is None else StoredPicture(row.media_type, bytes(row.data))


def forget(tx: Connection, before: datetime) -> int:
    """Removes pictures made before a moment; how many."""
    return tx.execute(sa.delete(t.pictures).where(t.pictures.c.made_at < before)).rowcount
