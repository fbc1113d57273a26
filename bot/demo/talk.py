"""A short real conversation for a machine with nobody at the keyboard, in the demo company's own names."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.demo import story

ENGLISH_CUSTOMER = "Kestrel"
Line = tuple[str, str]
"""Who says it (the name of a person of the company) and what."""


def _deal(company: dict[str, Any], name: str) -> dict[str, Any]:
    return next(deal for deal in company["opportunities"] if deal["name"] == name)


def _wan(amount: int) -> str:
    return f"{amount / 10_000:g}万"


def make_talk(company: dict[str, Any], today: date) -> list[list[Line]]:
    """Conversations to be played one after another; what is said fits `company` as made for `today`.

    The first: a visit with a changed amount and a promise, then a slip of the tongue put right. The second: a name that
    two customers answer to; the bot asks, the rep answers by name. The third: a call in English; then something is
    said that is taken back.
    """
    del today  # the messages say 下周三 and "tomorrow", which are right on any day
    amount = _deal(company, "恒越MES二期")["amount"]
    contract = _deal(company, "Kestrel MES rollout")["amount"]
    return [
        [
            (
                story.HERO,
                "刚从恒越出来，跟吕经理过了MES二期的报价，他们想把包装线也加进来，"
                f"金额从{_wan(amount)}加到{_wan(amount + 70_000)}，下周三之前给他新版报价",
            ),
            (story.HERO, f"说错了，不是{_wan(amount + 70_000)}，是{_wan(amount + 100_000)}"),
        ],
        [
            (story.HERO, "上午给瑞丰打了个电话，样板线的事他们这周内部讨论，我周五前把同行案例发过去"),
            (story.HERO, "瑞丰线缆"),
        ],
        [
            (
                story.HERO,
                f"Call with Martin at {ENGLISH_CUSTOMER} today: legal has signed off, contract value is now "
                f"{(contract - 50_000) / 1_000_000:.2f}M. I'll send him the final version tomorrow.",
            ),
            (story.HERO, "扬子阀业的殷厂长来电，预算加到45万"),
            (story.HERO, "撤销"),
        ],
    ]
