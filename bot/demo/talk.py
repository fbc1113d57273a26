"""A short real conversation for a machine with nobody at the keyboard, in the demo company's own names."""

from __future__ import annotations

from typing import Any

from bot.demo import story
from bot.terminal_words import Language

ENGLISH_CUSTOMER = "Kestrel"
MANAGER = "施怀瑾"
"""Leads the region that the hero works in."""
Line = tuple[str, str]
"""Who says it (the name of a person of the company) and what."""


def _deal(company: dict[str, Any], name: str) -> dict[str, Any]:
    return next(deal for deal in company["opportunities"] if deal["name"] == name)


def _wan(amount: int) -> str:
    return f"{amount / 10_000:g}万"


def _millions(amount: int) -> str:
    return f"{amount / 1_000_000:g}M"


def make_talk(company: dict[str, Any], language: Language) -> list[list[Line]]:
    """Conversations to be played one after another, those in `language` first; what is said fits `company`.

    A visit (in English a call) with a changed amount and a promise, then a slip of the tongue put right. A name that
    two customers answer to; the bot asks, the rep answers by name. Something that is said and taken back. They say
    下周三 and "tomorrow", which are right on any day. Then the region's manager asks how it stands.
    """
    halves = {"zh": _chinese(company), "en": _english(company)}
    return halves.pop(language) + [talk for half in halves.values() for talk in half]


def _chinese(company: dict[str, Any]) -> list[list[Line]]:
    amount = _deal(company, "恒越MES二期")["amount"]
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
            (story.HERO, "扬子阀业的殷厂长来电，预算加到45万"),
            (story.HERO, "撤销"),
        ],
        [
            (MANAGER, "长三角区怎么样"),
            (MANAGER, "哪个办进度最靠后"),
        ],
    ]


def _english(company: dict[str, Any]) -> list[list[Line]]:
    contract = _deal(company, "Kestrel MES rollout")["amount"]
    return [
        [
            (
                story.HERO,
                f"Call with Martin at {ENGLISH_CUSTOMER} today: legal has signed off, contract value is now "
                f"{_millions(contract - 50_000)}. I'll send him the final version tomorrow.",
            ),
            (story.HERO, f"sorry, not {_millions(contract - 50_000)}, {_millions(contract - 150_000)}"),
        ],
        [
            (story.HERO, f"Remind me to call Anil at {ENGLISH_CUSTOMER} on Friday"),
            (story.HERO, "undo"),
        ],
        [
            (MANAGER, "what's slipping this month?"),
        ],
    ]
