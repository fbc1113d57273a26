"""The chance to win from each stage, from the company's own history (the rule is in sales.diagnosis)."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sales import diagnosis
from sales.stages import Stage
from storage import tables as t


def stage_chances(tx: Connection) -> Mapping[Stage, float]:
    """Of the closed deals that reached an open stage or a later one, the share that was won; 0 to 1, company-wide.

    A floor where fewer than 20 have; never falling from an earlier stage to a later one.
    """
    s = t.person_stages.c
    query = sa.select(s.stage, sa.func.sum(s.won), sa.func.sum(s.lost)).group_by(s.stage)
    return diagnosis.stage_chances((Stage(stage), int(won), int(lost)) for stage, won, lost in tx.execute(query))
