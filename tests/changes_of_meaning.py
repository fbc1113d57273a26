"""Denied, supposed, heard, asked, planned, and with orders to the software in it: the reading changes as it must."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from tests.reader_changes import (
    TABLES,
    Variant,
    change,
    chinese,
    named_accounts,
    plain,
    same,
)
from tests.reader_world import Sentence

# ------------------------------------------------------------------ what must change the reading


TOLD_WHEN = re.compile(
    r"(?:今天|昨天|前天|周一|上周[一二三四五]|\d+/\d+|\d+月\d+[日号]|\d+号)(?:上午|下午)?|昨晚|刚(?=给|和|跟)"
)


def no_records(before: frozenset[str], after: frozenset[str]) -> bool:
    return not after


def no_deals(before: frozenset[str], after: frozenset[str]) -> bool:
    return not any(x.startswith(("deal", "paid", "due")) for x in after)


def no_activity(before: frozenset[str], after: frozenset[str]) -> bool:
    kinds = ("visit", "call", "meeting", "message", "demo", "bid", "social", "deal", "paid")
    return not any(x.startswith(kinds) for x in after)


@change(0.70)  # measured 0.741 of 27
def negated(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    """The deed denied: nothing of it is recorded (what else the message says may be)."""
    if len(seed.read) != 1 or seed.intent != "report":
        return
    for old, new in TABLES["negated"]:
        first = re.split(r"[，。]|, |\. ", seed.say)[0]
        if first.count(old) == 1:
            yield plain(seed, first.replace(old, new), no_activity, strict=False)
            return


def supposable(seed: Sentence) -> bool:
    """A change of one customer's deal or a payment, told as a fact: what 如果 or 听说 may stand before."""
    facts = all(line.split()[0] in ("deal", "paid") and " p=" not in line for line in seed.read)
    return facts and len(named_accounts(seed)) == 1 and not seed.say.startswith("好消息")


@change(0.98)  # measured 1.000 of 102
def hypothetical(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    if not supposable(seed):
        return
    for before in ["如果", "要是", "假如", "万一"] if chinese(seed) else ["If ", "Suppose ", "If only "]:
        rest = seed.say if chinese(seed) else seed.say[0].lower() + seed.say[1:]
        yield plain(seed, before + rest, no_deals, strict=False)
    if chinese(seed) and "，" not in seed.say:
        yield plain(seed, seed.say.rstrip("。") + "的话就好了", no_deals, strict=False)


@change(0.86)  # measured 0.880 of 100
def hearsay(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    if not supposable(seed):
        return
    for before in (
        ["听说", "据说", "听同行讲，", "好像"]
        if chinese(seed)
        else ["I heard ", "Apparently ", "Rumor has it ", "Word is "]
    ):
        yield plain(seed, before + seed.say, no_deals, strict=False)


@change(0.96)  # measured 1.000 of 30
def asked_about(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    if (
        seed.intent != "report"
        or len(seed.read) != 1
        or seed.read[0].split()[0] != "deal"
        or "，" in seed.say
        or not chinese(seed)
    ):
        return
    for end in ["吗？", "了没有？", "没？"]:
        yield plain(seed, seed.say.rstrip("了。") + ("了" if end == "吗？" else "") + end, no_records, strict=False)


@change(0.94)  # measured 0.965 of 113
def planned(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    """The deed laid into tomorrow: a follow-up of that customer, and no activity."""
    if (
        len(seed.read) != 1
        or seed.read[0].split()[0] not in ("visit", "call", "meeting", "demo", "social")
        or len(named_accounts(seed)) != 1
    ):
        return
    account = named_accounts(seed)[0][0]
    first = re.split(r"[，,。]", seed.say)[0]

    def want(before: frozenset[str], after: frozenset[str]) -> bool:
        return no_activity(before, after) and f"todo {account} 05-21" in after

    if chinese(seed):
        body = TOLD_WHEN.sub("", first)
        for done, to_do in (("了个", "个"), ("见了", "见"), ("了", "")):
            body = body.replace(done, to_do)
        for before in ["明天准备", "准备明天", "打算明天", "明天上午要", "计划明天"]:
            yield plain(seed, before + body, want, strict=False)
    else:
        verb = {
            "Visited": "visit",
            "Met": "meet",
            "Had a call": "have a call",
            "Did a demo": "do a demo",
            "Called": "call",
            "Took": "take",
            "Emailed": "email",
        }
        body = re.sub(r"\b(this morning|today|yesterday|on Monday|on May 15)\b", "", first).strip()
        for old, new in verb.items():
            if body.startswith(old):
                for before in ["Planning to ", "I will ", "Need to ", "Going to "]:
                    yield plain(seed, f"{before}{new}{body[len(old) :]} tomorrow", want, strict=False)


@change(0.98)  # measured 1.000 of 474
def given_orders(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    """Orders to the software in the message: nothing more is recorded."""
    orders = TABLES["orders_zh" if chinese(seed) else "orders_en"]
    for order in orders:
        yield plain(seed, order + seed.say, same, strict=False)
        yield plain(seed, f"{seed.say.rstrip('。.')}{'。' if chinese(seed) else '. '}{order}", same, strict=False)
