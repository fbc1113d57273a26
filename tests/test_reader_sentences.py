"""Sentences of sales people, each read as it must be (tests/data/sentences.yaml), and those that are not yet."""

from __future__ import annotations

import pytest

from tests.reader_world import Sentence, all_faults, lines, read, sentences, world

RIGHT = sentences()


def _name(sentence: Sentence) -> str:
    return sentence.say.replace("\n", "/")[:40]


@pytest.mark.parametrize("sentence", RIGHT, ids=_name)
def test_a_sentence_is_read_right(sentence: Sentence) -> None:
    reading = read(sentence)
    found = all_faults(sentence, reading)
    assert not found, "\n".join([sentence.say, *found, f"read: {lines(reading)}"])


def test_there_are_sentences_of_every_kind() -> None:
    """The list must not shrink to what is easy: both languages, every intent, every kind of record, doubts, pins."""
    assert len(RIGHT) >= 220
    assert sum(s.world == "en" for s in RIGHT) >= 55
    assert {s.intent for s in RIGHT} >= {
        "report",
        "weekly_report",
        "task",
        "query",
        "methodology",
        "correct",
        "undo",
        "help",
        "chat",
    }
    kinds = {line.split()[0].lstrip("?") for s in RIGHT for line in s.read}
    assert kinds >= {
        "visit",
        "call",
        "meeting",
        "message",
        "demo",
        "bid",
        "social",
        "deal",
        "todo",
        "done",
        "move",
        "paid",
        "due",
    }
    assert {s.ask[0] for s in RIGHT if s.ask} >= {"contact", "opportunity"}
    assert any(s.pins for s in RIGHT)
    assert any(not s.read and s.intent == "report" for s in RIGHT)


def test_no_sentence_stands_twice() -> None:
    keys = [(s.say, s.last, s.pins, s.topic, s.world) for s in (*RIGHT, *sentences("wanted"))]
    assert len(keys) == len(set(keys))


def test_lines_name_records_that_exist() -> None:
    """A slip in an id would make a sentence wrong for ever, or right by accident."""
    for sentence in (*RIGHT, *sentences("wanted")):
        known = world(sentence.world).ids()
        for line in sentence.read:
            kind, *words = line.lstrip("? ").split()
            named = words[:1] if kind in ("deal", "todo", "done", "move", "paid", "due") else [words[0], *words[2:]]
            named += [i for w in words if w.startswith(("products=", "rivals=")) for i in w.split("=")[1].split(",")]
            for one in named:
                assert one.startswith("new:") or one == "-" or one in known, f"{sentence.say}: {line}: {one}"


def test_wanted_sentences_are_counted() -> None:
    """Each says its class of fault. Those that are read right by now are named: move them to `sentences`."""
    wanted = sentences("wanted")
    assert all(s.fault for s in wanted)
    now_right = [s.say for s in wanted if not all_faults(s, read(s))]
    still = [s for s in wanted if s.say not in now_right]
    print(f"{len(still)} sentences wanted, {len(now_right)} of the list right by now")
    for sentence in still:
        print(f"  {sentence.fault}: {sentence.say!r}: {all_faults(sentence, read(sentence))}")
    for say in now_right:
        print(f"  right: {say!r}")
    # A list that only grows would hide that the reader gets worse
    assert len(still) <= 35
