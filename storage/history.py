"""The stage of a deal and what follows from it: the history, the day of closing, no reason for what isn't lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sales.stages import Stage
from storage.kinds import Value
from storage.plan import Evidence, Plan


def reach(plan: Plan, deal: str, stage: Stage, day: date, spans: Evidence = ()) -> None:
    """The deal has reached a stage on a day; no change if it stands there already."""
    if not plan.set("opportunity", deal, "stage", stage, spans):
        return
    _follows(plan, deal, stage, day, spans)
    position = plan.next_position(deal, day)
    plan.create(
        "stage_change",
        {"opportunity": (deal, ()), "stage": (stage, spans), "on": (day, ()), "position": (position, ())},
        lambda image: image["opportunity"] == deal,
    )


def put_right(plan: Plan, deal: str, stage: Stage, own: str, before: Mapping[str, Value]) -> None:
    """The stage that a report reached was another one: its entry in the history (`own`) is changed, none is added.

    `before` is what the report changed of the deal: if the stage is the one of before, there was no change.
    """
    if not plan.set("opportunity", deal, "stage", stage):
        return
    if before.get("stage") == stage:
        plan.remove("stage_change", own)
        for name in ("closed_on", "lost_reason"):
            if name in before:
                plan.set("opportunity", deal, name, before[name])
        return
    plan.set("stage_change", own, "stage", stage)
    on = plan.image("stage_change", own)["on"]
    assert isinstance(on, date)
    _follows(plan, deal, stage, on, ())


def _follows(plan: Plan, deal: str, stage: Stage, day: date, spans: Evidence) -> None:
    plan.set("opportunity", deal, "closed_on", None if stage.is_open else day, spans)
    if stage is not Stage.LOST:
        plan.set("opportunity", deal, "lost_reason", None, spans)
