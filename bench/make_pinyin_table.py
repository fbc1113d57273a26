"""Write sales/language/data/pinyin.txt from pypinyin's dictionaries (MIT), so that the product never imports them.

    .venv/bin/python bench/make_pinyin_table.py

One line a syllable: the toneless syllable (ü is v), the characters it is the usual reading of, and after a bar those
that are also read so in ordinary words or as a surname.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

OUT = Path(__file__).parents[1] / "sales/language/data/pinyin.txt"
# Readings that only surnames and place names have, or that phrases under-count.
SURNAME_READINGS = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "查": "zha", "任": "ren", "盖": "ge", "区": "ou",
    "朴": "piao", "缪": "miao", "尉": "yu", "翟": "zhai", "乐": "yue", "覃": "qin", "折": "she", "员": "yun",
    "种": "chong", "牟": "mou",
    "洗": "xian", "冼": "xian", "长": "chang", "重": "chong", "行": "hang", "朝": "chao", "盛": "sheng", "藏": "zang",
    "召": "shao", "燕": "yan", "葛": "ge", "华": "hua", "宁": "ning", "纪": "ji", "曲": "qu", "万": "wan", "祭": "zhai",
    "石": "shi", "厦": "xia", "蚌": "beng", "六": "lu", "番": "pan", "都": "du", "会": "kuai", "吕": "lv",
}  # fmt: skip
MIN_SHARE = 0.08  # of a character's uses in phrases, for a second reading to count as common


def toneless(reading: str) -> str:
    plain = unicodedata.normalize("NFD", reading).replace("u\u0308", "v").replace("ü", "v")
    return "".join(c for c in plain if c.isascii() and c.isalpha())


def readings() -> dict[str, list[str]]:
    """The readings of each character that GBK can write, the usual one first."""
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, syllables in phrases_dict.items():
        for char, syllable in zip(phrase, syllables, strict=False):
            used[char][toneless(syllable[0])] += 1
    found: dict[str, list[str]] = {}
    for code, listed in pinyin_dict.items():
        char = chr(code)
        try:
            char.encode("gbk")
        except UnicodeEncodeError:
            continue
        known = list(dict.fromkeys(filter(None, map(toneless, listed.split(",")))))
        if not known:
            continue
        total = sum(used[char].values())
        common = [s for s in known[1:] if total and used[char][s] / total >= MIN_SHARE]
        extra = [SURNAME_READINGS[char]] if char in SURNAME_READINGS else []
        found[char] = list(dict.fromkeys([known[0], *common, *extra]))[:3]
    return found


def main() -> None:
    usual: dict[str, list[str]] = defaultdict(list)
    also: dict[str, list[str]] = defaultdict(list)
    for char, syllables in sorted(readings().items()):
        usual[syllables[0]].append(char)
        for syllable in syllables[1:]:
            also[syllable].append(char)
    lines = [
        f"{syllable} {''.join(usual[syllable]) or '-'} | {''.join(also[syllable])}".rstrip(" |")
        for syllable in sorted({*usual, *also})
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} syllables, {sum(map(len, usual.values()))} characters -> {OUT}")


if __name__ == "__main__":
    main()
