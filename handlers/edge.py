"""What is said at the edge of the conversation: to strangers, about pictures and voices, when something kept failing.

Each is written once a language, short, with the next step in it.
"""

from __future__ import annotations

from collections.abc import Callable

from handlers.turns import Button, Reply
from handlers.words import words_for
from storage.identities import Linked

_SHOWN = 12  # characters of a message that could not be handled
_PLACE = 40


def _one(chinese: bool, zh: str, en: str) -> Reply:
    return Reply((zh if chinese else en,))


# -- who it is


def unlinked(*, chinese: bool) -> Reply:
    """To somebody whose account is nobody's: this and nothing else."""
    return _one(
        chinese,
        "你好，我还不知道你是哪位。请向管理员要一个一次性口令，直接发给我就行。",
        "Hi, I don't know who you are yet. Please ask your admin for a one-time code and send it to me.",
    )


def linked(name: str, *, chinese: bool) -> Reply:
    if chinese:
        return Reply((f"好了，{name}，对上了。试试说：「下午去××见了张总，周五前发报价」；「怎么用」看全部。",))
    return Reply((f'Done, {name}, you\'re set. Try "met Tan at ABC, send the quote by Friday", or "help" for more.',))


def code_refused(came: Linked, *, chinese: bool) -> Reply:
    """A code that links nobody: wrong, expired or used, or one of too many."""
    if came is Linked.TOO_MANY:
        return _one(
            chinese,
            "口令错的次数太多，先停一小时。请向管理员核对，过后再发。",
            "Too many wrong codes, so I've stopped checking for an hour. Please check the code with your admin.",
        )
    if came is Linked.EXPIRED:
        return _one(
            chinese,
            "这个口令过期了，或者已经用过。请向管理员再要一个。",
            "That code has expired or has been used. Please ask your admin for a new one.",
        )
    return _one(
        chinese,
        "这个口令不对，请照着管理员给的再发一遍。",
        "That code isn't right. Please copy it from your admin's message and send it again.",
    )


# -- what can't be read


def media(kind: str, text: str, *, chinese: bool) -> Reply:
    """To a picture, a voice message and so on. `text` is a caption, or the name of a place."""
    said: dict[str, Callable[[], tuple[str, str]]] = {
        "voice": lambda: (
            "语音我听不了。用输入法的语音输入说一遍，变成文字发我就行。",
            "I can't listen to voice messages. Dictate it with your keyboard's microphone and send me the text.",
        ),
        "image": lambda: (
            "图片我看不了。里面要记的事打一句话给我就行。",
            "I can't read pictures. Type what's worth recording and I'll take it from there.",
        ),
        "video": lambda: (
            "视频我看不了。要记的事打一句话给我就行。",
            "I can't watch videos. Type what's worth recording and I'll take it from there.",
        ),
        "file": lambda: (
            "文件我打不开。要记的内容直接贴成文字发我；周报可以整段贴。",
            "I can't open files. Paste what matters as text; a whole weekly report is fine.",
        ),
        "location": lambda: _at(text),
        "link": lambda: (
            "链接我点不开。里面要记的事打一句话给我就行。",
            "I can't open links. Tell me in a line what's worth recording.",
        ),
    }
    zh, en = said.get(kind, said["file"])()
    return _one(chinese, zh, en)


def _at(place: str) -> tuple[str, str]:
    place = " ".join(place.split())
    place = place if len(place) <= _PLACE else place[: _PLACE - 1] + "…"
    if not place:
        return (
            "位置收到了，还没记。在那儿见了谁、聊了什么？",
            "Got your location, nothing recorded yet. Who did you meet there, and what about?",
        )
    return (
        f"「{place}」，还没记。在那儿见了谁、聊了什么？",
        f"{place}: nothing recorded yet. Who did you meet there, and what about?",
    )


def not_handled(text: str, *, chinese: bool) -> Reply:
    """A message that kept failing: what was not done, who has it now, what to do."""
    said = " ".join(text.split())
    said = said if len(said) <= _SHOWN else said[:_SHOWN] + "…"
    if chinese:
        which = f"「{said}」" if said else ""
        return Reply((f"这条我没能处理：{which}没有记下。", "已留给管理员，修好后会补上；也可以换个说法再发一次。"))
    which = f'"{said}"' if said else "Your last message"
    return Reply(
        (
            f"I couldn't handle this one: {which} was not recorded.",
            "Your admin has it and it will be caught up once fixed. Or say it again in other words.",
        )
    )


# -- beginnings


def greeting(name: str, *, chinese: bool) -> Reply:
    """Once, when somebody opens the conversation for the first time."""
    if chinese:
        return Reply(
            (
                f"{name}，我是参谋。跑完客户发我一句话，拜访、商机、待办、回款我来记。",
                "· 下午去××见了张总，预算加到85万，下周三前发报价",
                "· 提醒我明天给××打电话",
                "记错了就说「不是85，是95」。",
            ),
            _menu(chinese),
        )
    return Reply(
        (
            f"{name}, I'm Canmou. Send me a line after each customer and I'll keep visits, deals, to-dos and payments.",
            "· Met Tan at ABC, budget now 850k, send the quote by Wed",
            "· Remind me tomorrow to call ABC",
            'If I get it wrong, just say "not 85k, 95k".',
        ),
        _menu(chinese),
    )


def _menu(chinese: bool) -> tuple[Button, ...]:
    words = words_for(chinese=chinese)
    return Button(words.button_today(), "today"), Button(words.button_help(), "help")


def answered_privately(*, chinese: bool, sure: bool = True) -> Reply:
    """In a group, where not everybody may hear the answer. Not `sure`: it arrives only if they ever wrote to us."""
    if sure:
        return _one(chinese, "单独发你了。", "Sent you the answer privately.")
    return _one(
        chinese,
        "单独发你了；没收到的话，先私聊我一句，再问一遍。",
        "Sent you the answer privately. If it didn't arrive, message me directly once, then ask again.",
    )


def prompts(*, chinese: bool) -> tuple[tuple[str, str], ...]:
    """What one may say, as (title, message), for a place that suggests it."""
    if chinese:
        return (
            ("今天要做什么", "今天"),
            ("这季度还差多少", "这季度还差多少"),
            ("周报怎么发", "周报"),
            ("怎么用", "怎么用"),
        )
    return (
        ("What's on for today?", "today"),
        ("How far from quota?", "how far are we from quota this quarter"),
        ("Send a weekly report", "weekly report"),
        ("What can you do?", "help"),
    )


def home_title(*, chinese: bool) -> str:
    """The title of a person's own page."""
    return words_for(chinese=chinese).home_title()
