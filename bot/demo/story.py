"""The deals that are always there on whatever day the demo is made: what a visitor is shown first."""

from __future__ import annotations

from dataclasses import dataclass

from sales.stages import Stage

HERO = "贺知遥"
LAGGING_OFFICE = "长沙办"
# Others miss a month too, but not two in a row: (office, months back).
MISSES = {("合肥办", 1), ("西安办", 2)}
# What visitors are shown names these without a deal: were a second one open, the first answer would be a question.
ONE_OPEN_DEAL = {"恒越", "Kestrel", "扬子阀业"}


@dataclass(frozen=True)
class Scene:
    """A deal: customer by its short name, product by key, amount in 万, age in days, days until the signing
    (negative: so many workdays past it), days since anybody wrote something down, days since it was signed."""

    account: str
    article: str
    name: str
    stage: Stage
    wan: int
    age: int
    close_in: int
    rivals: tuple[str, ...] = ()
    silent_days: int = 0
    won_ago: int = 0


SCENES = (
    # the hero's own
    Scene("恒越", "mes", "恒越MES一期", Stage.WON, 186, 430, 0, ("澜图",), won_ago=300),
    Scene("恒越", "mes", "恒越MES二期", Stage.PROPOSAL, 128, 120, 38, ("澜图",)),
    Scene("瑞丰精铸", "qms", "瑞丰精铸质量追溯", Stage.SOLUTION, 76, 82, 75),
    Scene("瑞丰线缆", "aps", "瑞丰线缆APS排程试点", Stage.QUALIFIED, 58, 41, 110),
    Scene("Kestrel", "mes", "Kestrel MES rollout", Stage.NEGOTIATION, 210, 190, -4, ("Fabrisync",)),
    Scene("扬子阀业", "wms", "扬子阀业线边仓WMS", Stage.LEAD, 38, 16, 150),
    # a win to be glad about, two days old
    Scene("甬晟", "wms", "甬晟成品库WMS", Stage.WON, 66, 74, 0, ("合炬",), won_ago=1),
    # large, due, and nobody has called
    Scene("琴湾", "mes", "琴湾MES一期", Stage.PROPOSAL, 320, 150, 12, ("鲸工",), 26),
    # the office that lags: old deals, nothing new
    Scene("衡岳", "aps", "衡岳APS排程试点", Stage.NEGOTIATION, 96, 260, -9, ("拓步",)),
    Scene("湘轨", "qms", "湘轨质量追溯", Stage.PROPOSAL, 84, 215, 20, ("合炬",), 24),
    Scene("麓谷锂电", "board", "麓谷锂电车间看板", Stage.SOLUTION, 30, 170, 45),
)
