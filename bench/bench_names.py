"""How fast the name index is on a big organisation: invented customers and contacts, Chinese and English.

.venv/bin/python bench/bench_names.py [accounts] [contacts]
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import time

from sales.language.names import NameEntry, NameIndex, NameKind
from sales.language.packaged import company_words, places, surnames
from sales.language.text import normal

SYLLABLES = (
    "鼎博远华创诚信达盛泰恒瑞丰源宏康安联通智慧云海天龙凤金银铭昊宇星辰瀚澜峰岳"
    "川润泽嘉佳美优卓越凯旋腾飞翔鹏程锦绣祥福禄和顺兴隆昌荣茂"
)
GIVEN = (
    "伟强磊洋勇军杰娟艳涛明超秀霞平刚桂英丽敏静建国文辉力志华玉兰凤琴云莲真环雪荣爱妹香月莺媛瑞凡佳"
    "嘉琼勤珍贞莉晨曦宇浩轩子涵梓萱雨欣怡思"
)
LATIN = [
    *("al", "be", "cor", "den", "ever", "fal", "gra", "hel", "in", "jor", "kel", "lum", "mar", "nor", "ori"),
    *("pel", "quan", "ris", "sol", "tar", "um", "ver", "wes", "xan", "yor", "zen", "bright", "stone", "water"),
    *("field", "ridge"),
]
FILLER = (
    "今天下午去客户那边聊了方案和预算，对方基本认可，让下周三之前把正式报价发过去，付款条件还要再谈，技术部门担心接口的问题，"
    "我答应安排一次现场演示，竞争对手也在跟进，价格比我们低一点，周五再打电话确认时间，领导说月底之前要定下来，请尽快准备合同"
)
FILLER_EN = (
    "had a good call this morning, they are happy with the pilot and want a revised quote by friday, the budget moved "
    "to next quarter but procurement is fine with the terms, will send the draft contract and follow up with their "
    "finance team"
)


def company(rng: random.Random) -> tuple[str, tuple[str, ...]]:
    words = company_words()
    if rng.random() < 0.35:
        word = "".join(rng.choice(LATIN) for _ in range(rng.randint(2, 3))).title()
        trade, legal = rng.choice(sorted(words.trade_latin)).title(), rng.choice(["Pte Ltd", "Sdn Bhd", "Inc", "GmbH"])
        name = f"{word} {trade} {legal}"
        return name, ((word,) if rng.random() < 0.3 else ())
    core = "".join(rng.sample(SYLLABLES, rng.choice([2, 2, 2, 3, 4])))
    place = rng.choice(sorted(places().zh)) if rng.random() < 0.7 else ""
    trade = "".join(rng.sample(words.trade_zh, rng.choice([1, 1, 2])))
    legal = rng.choice(["有限公司", "股份有限公司", "集团有限公司"])
    return place + core + trade + legal, ((core,) if rng.random() < 0.3 else ())


def person(rng: random.Random) -> str:
    if rng.random() < 0.25:
        return f"{rng.choice(LATIN).title()}{rng.choice(LATIN)} {rng.choice(sorted(surnames().latin)).title()}"
    return rng.choice(sorted(surnames().common)) + "".join(rng.sample(GIVEN, rng.choice([1, 2, 2])))


def main(accounts: int = 50_000, contacts: int = 120_000) -> None:
    rng = random.Random(7)
    entries = []
    for i in range(accounts):
        name, aliases = company(rng)
        entries.append(NameEntry(NameKind.ACCOUNT, f"a{i}", name, aliases, home="", owner=f"p{i % 200}"))
    for i in range(contacts):
        entries.append(NameEntry(NameKind.CONTACT, f"c{i}", person(rng), parent=f"a{i % accounts}"))
    for i in range(200):
        entries.append(NameEntry(NameKind.PERSON, f"p{i}", person(rng)))
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    index = NameIndex.build(entries)
    print(f"build {time.perf_counter() - began:.2f} s for {len(entries):,} records")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most ({rss:.0f} before)")
    mine = {e.id for e in entries if e.owner == "p7"} | {
        e.id for e in entries if e.parent and int(e.parent[1:]) % 200 == 7
    }
    texts = []
    for _ in range(600):
        account, contact = rng.choice(entries[:accounts]), rng.choice(entries[accounts : accounts + contacts])
        filler = FILLER if rng.random() < 0.7 else FILLER_EN
        at = rng.randint(0, len(filler) - 60)
        called = account.aliases[0] if account.aliases else account.name
        rest = filler[at:] + filler
        texts.append(normal(f"{rest[:50]}{called}，{contact.name}{rest[50:100]}").text)
    for label, keep in (("all", None), ("mine only for the fuzzy", lambda e: e.id in mine)):
        spent, counts = [], []
        for text in texts:
            began = time.perf_counter()
            hits = index.find(text, fuzzy_only=keep)
            spent.append((time.perf_counter() - began) * 1000)
            counts.append(len(hits))
        spent.sort()
        print(
            f"find ({label}): median {statistics.median(spent):.2f} ms, 95 % {spent[len(spent) * 95 // 100]:.2f} ms, "
            f"{statistics.mean(map(len, texts)):.0f} characters, {statistics.mean(counts):.1f} hits"
        )
    began = time.perf_counter()
    grown = index.added([NameEntry(NameKind.ACCOUNT, "new", "浦江锦程物流有限公司")])
    print(f"added one: {(time.perf_counter() - began) * 1000:.1f} ms, {len(grown):,} records")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
