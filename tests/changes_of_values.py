"""Other names, amounts and dates, and other orders of telling: the reading stays what it was."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache

from sales.language.text import has_cjk
from tests.reader_changes import (
    TABLES,
    Variant,
    alone,
    base,
    change,
    chinese,
    exactly,
    home,
    named_accounts,
    numeral,
    others,
    plain,
    records,
    same,
)
from tests.reader_world import READER, Sentence, World, build, company_file

# ------------------------------------------------------------------ names

TITLE = r"(?=总|部长|主任|厂长|科长|经理|工|老板|姐|哥)"


@cache
def renamed(name: str, kind: str, record: str, new: tuple[str, ...]) -> tuple[World, tuple[tuple[str, str], ...]]:
    """The company with one customer or contact called otherwise, and the replacements made."""
    file = company_file(name)
    row = next(r for r in file[kind] if r["id"] == record)
    old = (row["name"], *row["aliases"])
    if kind == "accounts":
        pairs = [(o, new[0] if o == row["name"] else new[1]) for o in old]
        deals = [d for d in file["opportunities"] if d["account"] == record]
        tasks = [f for f in file["follow_ups"] if f["account"] == record]
        row.update(name=new[0], aliases=[new[1]] if new[1] != new[0] else [])
        for item, key in [*((d, "name") for d in deals), *((f, "text") for f in tasks)]:
            for a, b in sorted(pairs, key=lambda p: -len(p[0])):
                item[key] = item[key].replace(a, b)
    else:
        pairs = [(row["name"], new[0])]
        row.update(name=new[0], aliases=[])
    return build(file, name), tuple(pairs)


@change(0.97)  # measured 0.998 of 1000
def other_customer(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    if len(named_accounts(seed)) != 1:
        return
    account, _ = named_accounts(seed)[0]
    for new in TABLES["customers_zh"] if seed.world == "zh" else TABLES["customers_en"]:
        place, pairs = renamed(seed.world, "accounts", account, tuple(new))
        say = seed.say
        for old, other in sorted(pairs, key=lambda p: -len(p[0])):
            say = re.sub(re.escape(old), other.replace("\\", r"\\"), say, flags=re.IGNORECASE)
        yield Variant(say, place, same)


@change(0.97)  # measured 0.993 of 275
def other_contact(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    people = [c for c in home(seed).data.contacts if any(c.id in line.split()[3:] for line in seed.read)]
    if len(people) != 1:
        return
    person = people[0]
    for name in TABLES["people_zh"] if has_cjk(person.name) else TABLES["people_en"]:
        if name.split()[0] in {c.name.split()[0] for c in home(seed).data.contacts}:
            continue
        place, _ = renamed(seed.world, "contacts", person.id, (name,))
        if name.isascii() or " " in name:
            first = person.name.split()[0]
            say = seed.say.replace(person.name, name)
            say = re.sub(rf"\b{first}\b", name.split()[0], say) if say == seed.say else say
        else:
            surname = name[:2] if name.startswith(("欧阳", "司马")) else name[0]
            say = seed.say.replace(person.name, name)
            if say == seed.say:
                say = re.sub(person.name[0] + TITLE, surname, seed.say)
        if say != seed.say:
            yield Variant(say, place, same)


@change(0.97)  # measured 1.000 of 86
def homophone_typo(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    for name, typos in TABLES["homophones"].items():
        short = next((s for s in (name, name[:2]) if s in seed.say), None)
        if short is None or not named_accounts(seed):
            continue
        for typo in typos:
            yield plain(seed, seed.say.replace(short, typo))


@change(0.93)  # measured 0.958 of 48
def latin_typo(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    for name, typos in TABLES["latin_typos"].items():
        if name in seed.say:
            for typo in typos:
                yield plain(seed, seed.say.replace(name, typo))


# ------------------------------------------------------------------ amounts and dates


@change(0.97)  # measured 1.000 of 188
def other_amount_style(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    if seed.world == "zh":
        hit = re.search(r"(?<![\d.])(\d+(?:\.\d+)?)[万wW]", seed.say)
        if not hit:
            return
        units = round(float(hit[1]) * 10_000)
        said = hit[1]
        ways = [
            f"{said}w",
            f"{said}W",
            f"{said} 万",
            f"{said}萬",
            f"{said}万元",
            f"{said}万块",
            f"{units}元",
            f"¥{units:,}",
        ]
        ways += [f"{units / 1e6:g}m", f"{units // 1000}k", f"{units:,}元"]
        if units % 10_000 == 0:
            ways.append(numeral(units // 10_000) + "万")
    else:
        hit = re.search(
            r"\$?(?<![\d.,])(\d+(?:[.,]\d+)*)(k|M|m)?\b", seed.say[seed.say.find("$") :] if "$" in seed.say else ""
        )
        if not hit:
            return
        units = round(float(hit[1].replace(",", "")) * {"k": 1e3, "M": 1e6, "m": 1e6}.get(hit[2] or "", 1))
        short = f"{units / 1000:g}"
        ways = [
            f"${units:,}",
            f"${units}",
            f"${short}k",
            f"${short}K",
            f"${units / 1e6:g}M",
            f"{short}k",
            f"USD {short}k",
        ]
        ways += [f"{short} thousand dollars", f"{units:,} dollars"]
    for way in ways:
        yield plain(seed, seed.say.replace(hit.group(), way, 1))


@change(0.95)  # measured 0.968 of 220
def other_date_style(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    for old, ways in (TABLES["dates_zh"] if chinese(seed) else TABLES["dates_en"]).items():
        if seed.say.count(old) == 1 and not (old.startswith("周") and re.search(r"[上下本这]" + old, seed.say)):
            for way in ways:
                yield plain(seed, seed.say.replace(old, way))
            return


# ------------------------------------------------------------------ order, swaps


def joined(seed: Sentence, other: Sentence) -> Iterator[tuple[str, frozenset[str]]]:
    want = records(base(seed)) | records(base(other))
    if chinese(seed):
        for glue in ("。", "；", "\n", "。另外，", "，还有"):
            yield seed.say.rstrip("。") + glue + other.say, want
        yield f"1. {seed.say}\n2. {other.say}", want
    else:
        for glue in (". ", "\n", ". Also, "):
            yield seed.say.rstrip(".") + glue + other.say, want
        yield f"- {seed.say}\n- {other.say}", want


@change(0.97)  # measured 0.998 of 1038
def two_reports_in_one(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    """Another seed, of another customer, put behind it: the records of both."""
    if alone(seed):
        for other in rng.sample(others(seed), 3):
            for say, want in joined(seed, other):
                yield plain(seed, say, exactly(want))


@change(0.96)  # measured 0.990 of 692
def order_of_customers(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    """Two customers in one message, the other way round: the same records."""
    if alone(seed):
        for other in rng.sample(others(seed), 2):
            for say, _ in joined(other, seed):
                there = records(READER.read(next(s for s, _ in joined(seed, other)), home(seed).context()))
                yield plain(seed, say, exactly(there))


def person_in(seed: Sentence) -> tuple[str, str] | None:
    """Whom a seed names, by id and as it names them, if it is one."""
    people = [c for c in home(seed).data.contacts if any(c.id in line.split()[3:] for line in seed.read)]
    if len(people) != 1:
        return None
    name = people[0].name
    surname = rf"{name[0]}(?:[部主厂科经]\S|总工|总|工)" if has_cjk(name) else rf"\b{name.split()[0]}\b"
    hits = re.findall(f"{re.escape(name)}|{surname}", seed.say)
    return (people[0].id, hits[0]) if len(hits) == 1 else None


@change(0.96)  # measured 0.988 of 81
def swapped_customers(seed: Sentence, rng: random.Random) -> Iterator[Variant]:
    """The customers of two reports in one message change places, their people with them: so do the records."""
    if not alone(seed) or any(line.split()[0] in ("deal", "paid", "due") for line in seed.read) or not person_in(seed):
        return
    fitting = [
        o for o in others(seed) if person_in(o) and not any(x.startswith(("deal", "paid", "due")) for x in o.read)
    ]
    for other in rng.sample(fitting, min(3, len(fitting))):
        words, ids = [], []
        for one in (seed, other):
            account, names = named_accounts(one)[0]
            person = person_in(one)
            assert person is not None
            words.append((max(names, key=len), person[1]))
            ids.append((account, person[0]))
        swap = {**dict(zip(ids[0], ids[1], strict=True)), **dict(zip(ids[1], ids[0], strict=True))}
        want = frozenset(
            " ".join(swap.get(w, w) for w in line.split()) for line in records(base(seed)) | records(base(other))
        )
        parts = []
        for one, mine, theirs in ((seed, words[0], words[1]), (other, words[1], words[0])):
            parts.append(one.say.replace(mine[1], "\u0001").replace(mine[0], theirs[0]).replace("\u0001", theirs[1]))
        glue = "。" if chinese(seed) else ". "
        yield plain(seed, parts[0].rstrip("。.") + glue + parts[1], exactly(want))
