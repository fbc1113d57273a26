"""A number as it is written, before any unit: its value, script and span; and the plain text that grammars read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sales.language.patterns import lazy

ARABIC = lazy(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+", re.A)


_FORMAL = lazy(r"[零〇壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万亿]{2,}")
_FORMAL_CHAR = lazy(r"[壹贰貳叁參肆伍陆陸柒捌玖拾佰仟]")
_FORMAL_UNIT = lazy(r"[拾佰仟]|[万亿]?[元圆整]")
_FORMAL_TO_PLAIN = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟", "一二二三三四五六六七八九十百千")
_PLAIN = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "萬億兩個點塊條間號樓層張輪週噸頁單線車門項倉戶據員廠這從減漲壓談調為於價錢歐幣約過來幾數餘臺筆鐘時節棟種組￥貴報將現後剛讓給變說簽預總額還應該並續",
    "abcdefghijklmnopqrstuvwxyz"
    "万亿两个点块条间号楼层张轮周吨页单线车门项仓户据员厂这从减涨压谈调为于价钱欧币约过来几数余台笔钟时节栋种组¥贵报将现后刚让给变说签预总额还应该并续",
)


class Script(StrEnum):
    FIGURES = "figures"
    CHINESE = "chinese"
    ENGLISH = "english"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written, [start, end). `low` < `high` where the words leave it open (十几, 三四十).

    `scale` is the last magnitude said (10000 for 万, 1000 for 3千 and for thousand), None where there is none.
    `words` counts the numeral characters or words; `round_unit` says that 十, 百, 千, a ten or a hundred is among them.
    `shorter` is the reading without an elliptical last digit (一万二 -> 一万): the digit may belong to what follows.
    """

    start: int
    end: int
    low: Decimal
    high: Decimal
    script: Script
    approx: bool = False
    scale: Decimal | None = None
    words: int = 1
    round_unit: bool = False
    positional: bool = False
    shorter: Numeral | None = None


def plain_text(text: str) -> str:
    """Lower case, simplified where a grammar of numbers looks (萬 億 兩 個 點 …), plain numerals; same length.

    Anti-fraud numerals (捌拾伍万元) become plain ones only within a number: 陆 and 伍 in names stay as they are.
    """
    plain = text.translate(_PLAIN)
    return _FORMAL.sub(_plain_formal, plain) if _FORMAL_CHAR.search(plain) else plain


def _plain_formal(match: re.Match[str]) -> str:
    run = match.group()
    after = match.string[match.end() : match.end() + 1]
    return run.translate(_FORMAL_TO_PLAIN) if _FORMAL_UNIT.search(run + after) else run
