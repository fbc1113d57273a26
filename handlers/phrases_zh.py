"""Words of single things that both parts of the Chinese wording use."""

from __future__ import annotations

from sales.stages import ActivityType

TYPES = {
    ActivityType.VISIT: "拜访",
    ActivityType.CALL: "电话",
    ActivityType.MEETING: "会议",
    ActivityType.MESSAGE: "消息",
    ActivityType.DEMO: "演示交流",
    ActivityType.BID: "投标",
    ActivityType.SOCIAL: "应酬",
    ActivityType.OTHER: "联系",
}


def short(text: str, most: int = 24) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def of(account: str) -> str:
    return f"{account} · " if account else ""
