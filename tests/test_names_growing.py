"""A name index that grows record by record says the same as one that is made of all of them at once."""

from __future__ import annotations

import random

import pytest

from sales.language.names import TIERS, NameEntry, NameIndex, NameKind

ACCOUNT, CONTACT, DEAL = NameKind.ACCOUNT, NameKind.CONTACT, NameKind.OPPORTUNITY
HEADS, TAILS = "磐澜昊琅玄栾滕霁翎骁", "岳峰穗珀澍薇泓钰筠祯"
FIRMS = [NameEntry(ACCOUNT, f"a{i}", f"{HEADS[i % 10]}{TAILS[i // 10 % 10]}{i:03d}陶瓷有限公司") for i in range(200)]
PEOPLE = [NameEntry(CONTACT, f"c{i}", f"{HEADS[i % 10]}{TAILS[i // 10]}", parent=f"a{i}") for i in range(100)]
TEXTS = ["今天去磐岳000陶瓷", "见了澜岳和磐峰", "滕峰016陶瓷有限公司的栾薇", "骁祯199 和 昊岳102"]


def told(index: NameIndex) -> list[object]:
    return [index.find(text) for text in TEXTS]


def test_one_by_one_through_all_tiers() -> None:
    records = [*FIRMS, *PEOPLE]
    assert TIERS[0] < TIERS[1] < len(records)
    grown = NameIndex.build(records[:5])
    for record in records[5:]:
        grown = grown.added([record])
    whole = NameIndex.build(records)
    assert len(grown) == len(whole) == len(records)
    assert told(grown) == told(whole)
    assert any(told(whole))


@pytest.mark.parametrize("seed", range(5))
def test_changed_at_random(seed: int) -> None:
    """Added, renamed, removed, brought back, in any tier: no old name stays, and every record is there once."""
    rng = random.Random(seed)
    kept = {(r.kind, r.id): r for r in FIRMS[:40]}
    index = NameIndex.build(kept.values())
    for _ in range(60):
        some = rng.sample([*FIRMS, *PEOPLE], rng.choice((1, 1, 3, 20)))
        if rng.random() < 0.4:
            index = index.without((r.kind, r.id) for r in some)
            for r in some:
                kept.pop((r.kind, r.id), None)
        else:
            named = [NameEntry(r.kind, r.id, rng.choice(FIRMS).name if rng.random() < 0.3 else r.name) for r in some]
            index = index.added(named)
            kept.update({(r.kind, r.id): r for r in named})
        assert len(index) == len(kept)
    assert told(index) == told(NameIndex.build(kept.values()))
    for record in (*FIRMS, *PEOPLE):
        assert index.entry(record.kind, record.id) == kept.get((record.kind, record.id))


def test_more_than_the_tiers_hold_is_compiled_anew() -> None:
    many = [NameEntry(ACCOUNT, f"m{i}", f"翎泓{i:05d}有限公司") for i in range(TIERS[-1] + 1)]
    index = NameIndex.build(FIRMS[:3]).added(many)
    assert len(index) == len(many) + 3
    assert [hit.id for hit in index.find("翎泓02000有限公司") if hit.score == 1.0] == ["m2000"]


def test_a_deal_added_later_knows_its_customers_name() -> None:
    index = NameIndex.build(FIRMS[:2]).added([NameEntry(DEAL, "d", "磐岳000陶瓷 窑炉节能二期", parent="a0")])
    assert [hit.form for hit in index.find("窑炉节能二期") if hit.id == "d"] == ["窑炉节能二期"]
