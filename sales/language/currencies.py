"""Currencies and magnitudes as they are written and said, before a number and after it.

Every pattern is matched at the end of a number in lower-case simplified text; `BEFORE_MONEY` right before one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from sales.language.patterns import lazy

_CODES = (
    "rmb:CNY cny:CNY usd:USD sgd:SGD hkd:HKD eur:EUR gbp:GBP jpy:JPY myr:MYR rm:MYR twd:TWD ntd:TWD aud:AUD nzd:NZD \
cad:CAD chf:CHF thb:THB idr:IDR vnd:VND php:PHP inr:INR krw:KRW aed:AED mop:MOP"
)
_SIGNS = "us$:USD u$:USD s$:SGD sg$:SGD hk$:HKD nt$:TWD a$:AUD au$:AUD c$:CAD ca$:CAD nz$:NZD $:USD ¥:CNY €:EUR £:GBP \
₩:KRW ₫:VND ฿:THB ₹:INR"
_WORDS = "人民币:CNY 元人民币:CNY 元整:CNY 块钱:CNY 元:CNY 圆:CNY 大洋:CNY 美金:USD 美元:USD 美刀:USD 刀:USD \
欧元:EUR 欧:EUR 英镑:GBP \
镑:GBP \
港币:HKD 港元:HKD 港纸:HKD 港银:HKD 蚊:HKD 日元:JPY 日币:JPY \
新币:SGD 新元:SGD 坡币:SGD \
新加坡元:SGD 新加坡币:SGD 马币:MYR 令吉:MYR 林吉特:MYR \
台币:TWD 新台币:TWD 澳元:AUD 澳币:AUD 加元:CAD 加币:CAD 泰铢:THB 卢比:INR 印尼盾:IDR 越南盾:VND 韩元:KRW 澳门币:MOP"
_SUFFIXES = "dollars:USD dollar:USD bucks:USD us dollars:USD sing dollars:SGD singapore dollars:SGD hk dollars:HKD \
hong kong dollars:HKD aussie dollars:AUD euros:EUR euro:EUR pounds:GBP quid:GBP ringgit:MYR baht:THB yuan:CNY kuai:CNY \
renminbi:CNY yen:JPY rupees:INR"


def _pairs(listed: str) -> dict[str, str]:
    return dict(part.strip().rsplit(":", 1) for part in re.findall(r"\S[^:]*:[A-Z]{3}", listed))


CURRENCIES: dict[str, str] = {
    **_pairs(_CODES), **_pairs(_SIGNS), **_pairs(_WORDS), **_pairs(_SUFFIXES), "块": "CNY",
}  # fmt: skip


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


_LATIN = "|".join(sorted(_pairs(_CODES), key=len, reverse=True))
_NAMED = _any(w for w in _pairs(_WORDS) if len(w) > 1 and w[0] not in "元块")
BEFORE_MONEY = rf"(?:{_any(_pairs(_SIGNS))}|(?<![a-z0-9])(?:{_LATIN})|{_NAMED})"
AFTER_MONEY = lazy(
    rf"(?!\s\S{{1,3}}\s?\d)\s?(?P<word>(?:{_any(_pairs(_SUFFIXES))}|{_LATIN})(?![a-z0-9])"
    rf"|{_any(w for w in _pairs(_WORDS) if w not in ('元', '刀', '欧', '镑'))}"
    r"|元(?!件|素|老|宵|旦|器|月)|刀(?!具|片|架)|欧(?!洲|盟|美|派|姆)|镑|[$€£¥])",
    re.A,
)
# 块 is also a measure of things (3块屏) and 一块 means "together".
KUAI = lazy(r"块(?!屏|板|表|地|硬|显|卡|牌|砖|钢|玻|大|小|业|内|田|区|链|头|电|去|儿|来|走|吃|做|聊|看|谈)")
KUAI_TAIL = lazy(r"(?P<jiao>[\d一二两三四五六七八九])(?:毛|角)?(?![\d.万千百十个台套家天年月周次人位项])")
JIAO = lazy(r"(?:毛|角(?!度|色|落|钢))(?P<fen>[\d一二三四五六七八九](?![\d.万千百十]))?")
PI = lazy(r"皮(?!肤|革|带|包|卡|具|鞋|质|秤|重)")  # Cantonese: 八十皮 is 80万

# --- magnitudes in Latin letters ------------------------------------------------------------------------------------
LATIN_SCALES: dict[str, int] = {
    "k": 10**3, "w": 10**4, "m": 10**6, "mm": 10**6, "mn": 10**6, "mil": 10**6, "mill": 10**6, "mio": 10**6,
    "mln": 10**6, "million": 10**6, "millions": 10**6, "b": 10**9, "bn": 10**9, "billion": 10**9, "grand": 10**3,
    "thousand": 10**3, "thou": 10**3, "hundred": 100, "lakh": 10**5, "lakhs": 10**5, "crore": 10**7, "cr": 10**7,
}  # fmt: skip
LATIN_SCALE = lazy(
    rf"\s?(?P<unit>{_any(LATIN_SCALES)})(?:(?![a-z0-9'])|(?=(?:{_LATIN})(?![a-z0-9])))(?!线)|(?P<wan>[wW])万", re.A
)
BANDWIDTH = lazy(
    r"(?:带宽|宽带|专线|光纤|网口|网卡|内存|硬盘|显存|屏|摄像|高清|分辨|\s?(?:display|camera|video|screen|bandwidth))"
)


_ONE = Decimal(1)


def shared_scale(value: Decimal, other: Decimal, scale: Decimal | None, other_text: str) -> Decimal | None:
    """The factor by which a plain `value` takes part in the unit of its neighbour: 82 in 从82到88万 is 820000.

    `other`, `scale` and `other_text` are the neighbour's value, last magnitude and words. Of the scales said there
    the one that brings the two nearest wins (5 in 5到8百万 is five million); None if none is near.
    """
    if value <= 0 or other <= 0:
        return None
    choices = [_ONE]
    if scale is not None:
        choices.append(scale)
        choices.extend(scale * n for word, n in (("百", 100), ("千", 1000)) if word in other_text and scale >= 10_000)
        if scale == 10**6:
            choices.append(Decimal(1000))  # 800 to 1.2m

    def distance(factor: Decimal) -> Decimal:
        made = value * factor
        return made / other if made > other else other / made

    best = min(choices, key=distance)
    return best if distance(best) <= 20 else None
