"""Slack's mrkdwn to plain text and back, and cutting text to size without breaking what a reader sees as one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_MARKUP = re.compile(r"<([^<>\n]+)>")
_CODE = re.compile(r"```\n?|`")
# Slack formats only where the marks stand at the edge of a word; 3*4*5 and a_b_c stay.
_BOLD = re.compile(r"(?<![A-Za-z0-9*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![A-Za-z0-9*])")
_ITALIC = re.compile(r"(?<![A-Za-z0-9_])_(?=[^\s_])([^_\n]*[^\s_])_(?![A-Za-z0-9_])")
# Marks at the edge of a word, the first colon of :tada:, a quote's sign
_FORMATS = re.compile(r"(?<![A-Za-z0-9])[*_~`](?=\S)|(?<=\S)[*_~`](?![A-Za-z0-9])|:(?=[\w+'-]+:)|^>", re.MULTILINE)
_UNSAYABLE = re.compile("[\x00\ud800-\udfff]")
_SYLLABLE = frozenset({(0, 0), (0, 1), (1, 1), (1, 2), (2, 2)})
_BREAKS = frozenset(" \t\u3000,.;:!?)]}>，。；：！？、）】》」』…—/|")


@dataclass(frozen=True, slots=True)
class Wording:
    """What the channel itself has to say."""

    choose: str
    prompts: str
    more: str
    change: str
    save: str
    cancel: str


WORDS = {
    True: Wording("选一个", "可以这样说", "还有更多，直接问我就行。", "修改", "保存", "取消"),
    False: Wording("Choose one", "You could say", "There is more; just ask me.", "Correct", "Save", "Cancel"),
}


def clean(text: str) -> str:
    """Without what no database and no JSON takes: NUL, halves of characters."""
    return _UNSAYABLE.sub(lambda found: "" if found[0] == "\x00" else "\ufffd", text)


def escape(text: str) -> str:
    """Plain text as mrkdwn that means just that: a customer called <!channel> pages nobody."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str) -> str:
    """Plain text where only mrkdwn is taken: what would format there is written wide."""
    return escape(_FORMATS.sub(lambda found: chr(ord(found[0]) + 0xFEE0), clean(text)))


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


_NAMED = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


def mentioned(text: str) -> list[str]:
    """The accounts that a message names, each once."""
    return list(dict.fromkeys(_NAMED.findall(text)))


def mentions(text: str, account: str) -> bool:
    """Whether the message calls this account by its mention."""
    return f"<@{account}>" in text or f"<@{account}|" in text


def to_plain(text: str, bot: str | None = None) -> str:
    """What a person reads in a message, without the mention of the bot."""
    out: list[str] = []
    called = False
    end = 0
    for found in _MARKUP.finditer(text):
        out.append(_unformatted(text[end : found.start()]))
        end = found.end()
        if bot is not None and re.match(rf"@{re.escape(bot)}(\||$)", found[1]):
            # "@Canmou, today I …": the comma goes with the call
            if not "".join(out).strip():
                called = True
            continue
        out.append(_meant(found[1]))
    out.append(_unformatted(text[end:]))
    plain = clean("".join(out)).strip()
    return plain.lstrip(",:，：、 \t\u3000\n") if called else plain


def _unformatted(text: str) -> str:
    text = _CODE.sub("", text)
    return unescape(_ITALIC.sub(r"\1", _BOLD.sub(r"\1", text)))


def _meant(inner: str) -> str:
    """What stands between < and >: a mention, a channel, a command, a link."""
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return "@" + unescape(label or target[1:]).removeprefix("@")
    if target.startswith("#"):
        return "#" + unescape(label or target[1:]).removeprefix("#")
    if target.startswith("!"):
        # <!here>, <!subteam^S1|@sales>, <!date^1392734382^{date}|Feb 18>
        return unescape(label) or "@" + target[1:].partition("^")[0]
    return unescape(label) or unescape(target).removeprefix("mailto:").removeprefix("tel:")


def escaped_length(character: str) -> int:
    return {"&": 5, "<": 4, ">": 4}.get(character, 1)


def weight(text: str) -> int:
    """How long it is for Slack, once escaped."""
    return len(text) + 4 * text.count("&") + 3 * text.count("<") + 3 * text.count(">")


def shorten(text: str, most: int) -> str:
    """At most so many characters; what is left out is shown by …"""
    text = clean(text)
    if len(text) <= most:
        return text
    end = most - 1
    while end > 0 and not may_cut(text, end):
        end -= 1
    return text[: end or most - 1].rstrip() + "…"


def pieces(line: str, most: int) -> Iterator[str]:
    """A line in pieces of at most `most` (escaped); cut at a space or punctuation, never inside a character."""
    start = 0
    while start < len(line):
        end, used = start, 0
        while end < len(line) and used + escaped_length(line[end]) <= most:
            used += escaped_length(line[end])
            end += 1
        if end < len(line):
            end = _good_end(line, start, end)
        yield line[start:end]
        start = end


def _good_end(line: str, start: int, end: int) -> int:
    middle = start + (end - start) // 2
    for cut in range(end, middle, -1):
        if line[cut - 1] in _BREAKS and may_cut(line, cut):
            return cut
    for cut in range(end, start, -1):
        if may_cut(line, cut):
            return cut
    return end  # one "character" longer than a message: there is no better place


def may_cut(text: str, at: int) -> bool:
    """Whether two characters meet here that a reader sees as two (Unicode's grapheme clusters, close enough)."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before == "\u200d" or after == "\u200d" or unicodedata.category(after) in ("Mn", "Mc", "Me"):
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return False  # a skin tone, the letters of a flag
    if (before, after) == ("\r", "\n") or unicodedata.combining(before) == 9:
        return False  # a virama joins the next consonant
    if after < "\u1200" and (_jamo(before), _jamo(after)) in _SYLLABLE:
        return False
    if _is_flag(before) and _is_flag(after):
        count = 0
        while count < at and _is_flag(text[at - 1 - count]):
            count += 1
        return count % 2 == 0
    return True


def _jamo(character: str) -> int | None:
    """Which part of a Korean syllable it is, or ends with: lead 0, vowel 1, tail 2."""
    if "\uac00" <= character <= "\ud7a3":
        return 2 if (ord(character) - 0xAC00) % 28 else 1
    if not "\u1100" <= character <= "\u11ff":
        return None
    return 0 if character < "\u1160" else 1 if character < "\u11a8" else 2


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
