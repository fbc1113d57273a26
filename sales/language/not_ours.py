"""What is told ahead of time but is no follow-up of ours: what can't be, the customer's own movements, what was called off."""

from __future__ import annotations

import re

from sales.language.mentions import Said

CANNOT = re.compile(
    r"[签定来去到给交付发办]不(?:了|成|下|出)|没法|不能按|赶不上|来不了|\bcan't\b|\bcannot\b|\bwon't (?:be able|make|sign|come)"
)


_THEIR_MOVES = re.compile(
    r"(?:才|要|就|再)?(?:回来|回国|回公司|回深圳|出差|休假|休产假|请假|不在|上班|放假|退休|离职|有空|忙完|开董事会)了?$|\b(?:is|are|will be|be) (?:back|away|on leave|travelling|traveling|out)\b"
)
_OURS = re.compile(r"我|咱|让|叫|约|提醒|\b(?:i|we|us|me|remind|call|meet|visit)\b|i'll|we'll")
_REQUIREMENT = re.compile(
    r"\b(?:wants?|needs?|expects?|requires?) (?:the |it|them|all |our )?.{0,30}\b(?:delivered|installed|shipped|commissioned|live|running)\b"
)


def theirs(said: Said) -> bool:
    """王总下周才回来, she is away until Friday: the customer's own movements; they want it delivered in June: a wish."""
    text = said.text.strip()
    return (bool(_THEIR_MOVES.search(text)) and not _OURS.search(text) and not said.has("oblige", "remind")) or bool(
        _REQUIREMENT.search(text)
    )


_OFF = re.compile(
    r"^(?:but )?(?:she|he|they|client|customer)? ?(?:cancelled|canceled|called (?:it )?off|didn't show|did not show)|^(?:但是?|结果|后来)?(?:他|她|对方|客户|他们)?(?:临时)?取消了?$"
)


def called_off_next(said: Said, follows: Said | None) -> bool:
    """Planned to meet her today but she cancelled."""
    return (
        follows is not None
        and follows.line is said.line
        and follows.clause.sentence == said.clause.sentence
        and bool(_OFF.match(follows.text.strip()))
    )
