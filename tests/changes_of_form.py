"""The same sentence written otherwise: fillers, punctuation, lines, widths, case, emoji. The reading stays."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from tests.reader_changes import (
    DIGITS,
    Variant,
    change,
    chinese,
    numeral,
    plain,
)
from tests.reader_world import Sentence

# ------------------------------------------------------------------ how it is written


@change(0.97)  # measured 0.996 of 951
def fillers(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    starts = (
        ["嗯，", "那个", "啊 ", "就是，", "嗯那个", "话说", "哎，"]
        if chinese(seed)
        else ["um, ", "so ", "Basically, ", "ok so ", "hey, ", "well "]
    )
    middles = ["，然后", "，嗯", "，那个", "，就是说"] if chinese(seed) else [", um, ", ", so ", ", you know, "]
    for start in starts:
        yield plain(seed, start + seed.say)
    for middle in middles:
        if "，" in seed.say or ", " in seed.say:
            yield plain(seed, seed.say.replace("，" if chinese(seed) else ", ", middle, 1))
    for end in ["哈", "啊", "吧", " 嗯"] if chinese(seed) else [" btw", " lol", " that's it"]:
        yield plain(seed, seed.say.rstrip("。.!！") + end)


@change(0.97)  # measured 1.000 of 626
def chatter(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    if seed.intent != "report":
        return
    if chinese(seed):
        for more in ["路上堵车堵了半个多小时", "天气热得不行", "辛苦了", "先汇报到这", "晚上回去再补详细的"]:
            yield plain(seed, f"{seed.say.rstrip('。')}。{more}")
        for more in ["汇报一下：", "郭总，", "跟您说下，", "报告领导，", "【日报】"]:
            yield plain(seed, more + seed.say)
    else:
        for more in ["Traffic was awful.", "Long day.", "That's all for now.", "Thanks!"]:
            yield plain(seed, f"{seed.say.rstrip('.')}. {more}")
        for more in ["Quick update: ", "Hi Nina, ", "FYI, ", "Just to report: "]:
            yield plain(seed, more + seed.say)


PUNCTUATION = re.compile(r"(?<!\d)[，。、；！？]|[，。；！？](?!\d)|(?<=\D)[,.!?;:](?=\s|$)")


@change(0.93)  # measured 0.961 of 77
def no_punctuation(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    if PUNCTUATION.search(seed.say):
        bare = re.sub(r"(?<![a-zA-Z])[，。、；！？](?!\d)|[，。、；！？](?![a-zA-Z\d])|[,.!?;:](?=\s|$)", "", seed.say)
        if "下下" not in bare:  # 记一下，下周一: without the comma it is the week after
            yield plain(seed, bare)
        yield plain(seed, PUNCTUATION.sub(" ", seed.say))


@change(0.94)  # measured 0.974 of 78
def line_breaks(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    if PUNCTUATION.search(seed.say):
        yield plain(seed, PUNCTUATION.sub("\n", seed.say).strip())
        yield plain(seed, PUNCTUATION.sub(lambda m: m.group() + "\r\n", seed.say).strip())


@change(0.97)  # measured 0.992 of 264
def widths(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    full = {c: chr(ord(c) + 0xFEE0) for c in map(chr, range(0x21, 0x7F))}
    half = {"，": ",", "。": ".", "；": ";", "：": ":", "！": "!", "？": "?", "、": ","}
    yield plain(seed, "".join(full.get(c, c) if c.isdigit() else c for c in seed.say))
    yield plain(seed, "".join(full.get(c, c) for c in seed.say))
    if chinese(seed):
        yield plain(seed, "".join(half.get(c, c) for c in seed.say))
        yield plain(seed, re.sub(r"(?<=[\u4e00-\u9fff])(\d+)(?=[\u4e00-\u9fff])", r" \1 ", seed.say))


@change(0.93)  # measured 0.959 of 97
def letter_case(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    for way in (str.upper, str.lower, str.swapcase):
        if way(seed.say) != seed.say:
            yield plain(seed, way(seed.say))


@change(0.97)  # measured 0.992 of 661
def emoji(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    for mark in ("👍", "😂😂", "[强]", "💪🏻"):
        yield plain(seed, seed.say + mark)
        yield plain(seed, mark + seed.say)
    if "，" in seed.say:
        yield plain(seed, seed.say.replace("，", "👌", 1))


@change(0.80)  # measured 1.000 of 5
def numerals(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    """月 and 号 in Chinese numerals; a round percentage as 成."""
    say = re.sub(r"(?<![\d/.])(\d{1,2})(?=[月号日](?!\d{3}))", lambda m: numeral(int(m[1])), seed.say)
    if say != seed.say:
        yield plain(seed, say)
    if re.search(r"赢面\d0%", seed.say):
        yield plain(seed, re.sub(r"(\d)0%", lambda m: DIGITS[int(m[1])] + "成", seed.say))


@change(0.96)  # measured 0.981 of 474
def stacked(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    """Three changes of form on top of each other, as a hurried person writes."""
    kinds = [fillers, chatter, widths, emoji, line_breaks, no_punctuation, letter_case]
    for _ in range(6):
        say = seed.say
        for kind in rng.sample(kinds, 3):
            made = [v.say for v in kind(replace(seed, say=say), rng)]
            say = rng.choice(made) if made else say
        yield plain(seed, say)
