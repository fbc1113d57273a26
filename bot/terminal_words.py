"""What the terminal itself says, in two languages; what Canmou answers is worded in handlers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class TerminalWords:
    """The lines of one language, with places to fill."""

    hello: str
    reading: str
    nobody: str
    perhaps: str
    several: str
    now: str
    already: str
    whom: str
    unknown: str
    failed: str
    bye: str
    ask: str
    commands: str
    customer: str
    contact: str
    colleague: str
    picture: str
    picture_lost: str


ZH = TerminalWords(
    hello="参谋 · {company}　你是 {person}。说说今天的客户就行；/help 看能说什么，/as 姓名 换人，/quit 退出。",
    reading="参谋 · {company}　你是 {person}。从标准输入读，一行一条，行末 \\ 接下一行。",
    nobody="没有叫「{name}」的同事。",
    perhaps="是不是 {names}？",
    several="「{name}」有几位：{names}。用编号再说一次，如 /as {example}",
    now="现在你是 {person}。",
    already="你已经是 {person}。",
    whom="换成谁？如 /as {example}",
    unknown="没有 {command} 这个命令。有 /as 姓名、/help、/quit。",
    failed="这句没处理成（{reason}），什么都没记。换个说法，或稍后再发。",
    bye="再见。",
    ask="像跟同事说话一样就行，比如：",
    commands="回数字等于点按钮；多行周报整段粘贴。/as 姓名 换人，/quit 退出。",
    customer="××公司",
    contact="张总",
    colleague="姓名",
    picture="图在 {file}",
    picture_lost="图没存下来（{reason}），上面的数不受影响。",
)

EN = TerminalWords(
    hello="Canmou · {company}  You are {person}. Tell me about today's customers; /help, /as NAME, /quit.",
    reading="Canmou · {company}  You are {person}. Reading standard input: a message a line, \\ at its end continues.",
    nobody="Nobody here is called {name}.",
    perhaps="Did you mean {names}?",
    several="{name} may be {names}. Say it again with the id, as in /as {example}",
    now="You are {person} now.",
    already="You are {person} already.",
    whom="Who? As in /as {example}",
    unknown="There is no command {command}; there are /as NAME, /help and /quit.",
    failed="That message could not be handled ({reason}); nothing of it was recorded. Put it another way or try again.",
    bye="Bye.",
    ask="Write as you would to a colleague, for instance:",
    commands="A number taps a button; paste a weekly report whole. /as NAME changes the person, /quit leaves.",
    customer="ABC Ltd",
    contact="Mr Tan",
    colleague="NAME",
    picture="Picture: {file}",
    picture_lost="The picture could not be saved ({reason}); the answer above is complete without it.",
)

WORDS: Mapping[Language, TerminalWords] = {"zh": ZH, "en": EN}

_EXAMPLES: Mapping[Language, tuple[str, ...]] = {
    "zh": (
        "今天下午去{customer}见了{contact}，聊了方案，让下周三之前发正式报价",
        "{customer}预算加到85万了，月底前能签",
        "{customer}首付30万到账了",
        "提醒我周五给{customer}打电话",
        "不是85万，是95万",
        "撤销",
    ),
    "en": (
        "Visited {customer} this afternoon, met {contact}, they want the formal quote by Wednesday",
        "{customer} budget is now 850k, should sign by month end",
        "{customer} paid the first 300k today",
        "Remind me to call {customer} on Friday",
        "not 850k, 950k",
        "undo",
    ),
}


def examples(language: Language, customer: str = "", contact: str = "") -> tuple[str, ...]:
    """Six things to say, with names of the speaker's own customers where there are some."""
    words = WORDS[language]
    filled = {"customer": customer or words.customer, "contact": contact or words.contact}
    return tuple(example.format(**filled) for example in _EXAMPLES[language])


def language_of(setting: Language | None, environment: Mapping[str, str], locale: str) -> Language:
    """The setting, else what the terminal's locale says if it says Chinese or English, else the company's."""
    if setting is not None:
        return setting
    said = next((environment[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(key)), "")
    for language in ("zh", "en"):
        if said.casefold().startswith(language):
            return language
    return "en" if locale.casefold().startswith("en") else "zh"
