"""Chinese: questions, what was taken back, help, small talk."""

from __future__ import annotations

import re
from datetime import date

from handlers.phrases_zh import TYPES, short
from sales.stages import ActivityType


class ChineseTalk:
    """What is said around the records."""

    def question(self, about: str, said: str, where: str, count: int) -> str:
        said = short(said)
        if about == "account" and count == 0:
            return "❓ 这是哪家客户？说个名字就行，我先没记"
        if about == "account":
            return f"❓「{said}」是哪一家？"
        if about == "contact":
            return f"❓ {where}有{_count(count)}位{said}，是哪位？" if where else f"❓「{said}」是哪位？"
        if about == "opportunity":
            return f"❓ 说的是哪个商机？「{said}」"
        if about == "follow_up":
            return "❓ 是哪一条待办？"
        if about == "scope":
            return f"❓ 有{_count(count)}位{said}，问的是哪位？"
        if about == "amount":
            return f"❓「{said}」金额是多少？"
        return f"❓「{said}」是哪个？"

    def question_again(self) -> str:
        return "没对上是哪个，点一下或回序号："

    def no_such_customer(self, said: str) -> str:
        return f"名单里没有「{short(said)}」。是新客户就连这次的事一起再说一遍：新客户××公司，今天……"

    def still_open(self, question: str) -> str:
        return f"❓ 还有刚才那条：{question.removeprefix('❓').strip()}"

    def not_that(self, about: str) -> str:
        which = {"account": "那是哪家客户？说名字就行", "contact": "那是哪位？说全名就行"}
        return f"❓ {which.get(about, '那是哪个？换个说法试试')}；不记就回「算了」"

    def undone(self, gone: str, back: str, *, correction: bool) -> str:
        head = "✅ 这次更正撤销了" if correction else "✅ 撤销了"
        if gone and back:
            return f"{head}：去掉 {gone}，恢复 {back}"
        return f"{head}：{gone or '恢复 ' + back}" if gone or back else f"{head}，恢复成之前的样子"

    def and_so(self, values: list[str]) -> str:
        return "，".join(values)

    def restored(self, records: list[str], more: int) -> str:
        return "；".join(records) + (f"；另外 {more} 处也恢复了" if more > 0 else "")

    def undone_kept(self, names: str) -> str:
        return f"{names} 后来别的记录用到了，留着没删"

    def open_again(self) -> str:
        return "待办重新打开"

    def short_activity(self, account: str, kind: ActivityType) -> str:
        return f"{account} {TYPES[kind]}".strip()

    def short_follow_up(self, text: str) -> str:
        return f"待办「{short(text, 14)}」"

    def short_payment(self, account: str, amount: str) -> str:
        return f"{account} 回款 {amount}".strip()

    def short_record(self, kind: str, name: str) -> str:
        kinds = {"account": "新客户", "contact": "新联系人", "opportunity": "新商机"}
        return f"{kinds.get(kind, '')}「{name}」"

    def nothing_to_undo(self) -> str:
        return "没有可以撤销的了。"

    def already_undone(self) -> str:
        return "这条已经撤销或改过了，没有再动。"

    def dropped(self) -> str:
        return "好，这条不记。"

    def dropped_doubt(self) -> str:
        return "好，没定下来的先不记。要记的话，带上客户和人名再说一遍。"

    def stale_button(self) -> str:
        return "这个按钮已经用过或过期了，直接打字告诉我就行。"

    def changed_since(self, what: str, *, undoing: bool) -> str:
        deed = "没撤销" if undoing else "没改"
        return f"{deed}：{what or '这条记录'}后来又有变动，硬改会盖掉新的。直接说现在该是多少，我来记。"

    def not_yours(self, account: str, owner: str) -> str:
        if account and owner:
            return f"商机和回款没记：{account}在{owner}名下，要改请找{owner}。"
        return "没记：这条不在你名下，改不了。要改请找负责的同事。"

    def not_settled(self) -> str:
        return "看到了。还没定的先不记，定了告诉我一声。"

    def nothing_new(self) -> str:
        return "看到了，和现有记录一样，没有要改的。"

    def nothing_read(self) -> str:
        return "没读出要记的事。说说客户、做了什么、金额或下一步，比如「下午去了××，报价加到85万，周五前给方案」。"

    def what_is_right(self) -> str:
        return "哪里不对？直接说正确的，比如「是95万」「是周四」「是李工」。"

    def how_to_correct(self, examples: list[str]) -> list[str]:
        shown = examples or ["「不是85万，是95万」", "「不对，是下周四」", "「是李工，不是王工」"]
        return ["哪里不对，直接说就行，比如：", *(f"· {line}" for line in shown), "· 整条不要就点「撤销」"]

    def example_amount(self, wrong: str, right: str) -> str:
        return f"「不是{wrong}，是{right}」"

    def example_day(self, wrong: date, right: date) -> str:
        return f"「不是{wrong.month}月{wrong.day}号，是{right.month}月{right.day}号」"

    def example_person(self, wrong: str, right: str) -> str:
        return f"「不是{wrong}，是{right}」"

    def help(self) -> list[str]:
        return [
            "像跟同事说话一样发给我就行：",
            "· 拜访电话：下午去××见了张总，预算加到85万，下周三前发报价",
            "· 签单丢单回款：××签了，168万，首付30%下周五到",
            "· 周报：整段贴过来，我拆成记录给你确认",
            "· 待办：提醒我明天给××打电话；××那条推到周一；做完了",
            "· 查数：我这季度还差多少；谁这周没拜访；××最近有啥进展",
            "· 记错了：不是85，是95；撤销",
        ]

    def small_talk(self, said: str) -> str | None:
        if re.search(r"谢|辛苦|多谢|唔该", said):
            return "不客气，有事随时发我。"
        if re.search(r"累|烦|难受|完蛋|郁闷|压力|攰|愁", said):
            return "辛苦了，先歇会儿。要理一理手上的单子，随时叫我。"
        if re.search(r"你好|您好|在吗|早|hi|hello", said.lower()):
            return "在。跑完客户发我一句话就行，「帮助」看我能做什么。"
        if re.search(r"^[\s]*(?:好的?|收到|ok|嗯+|行)[\s。.!！了嘞]*$", said.lower()):
            return "好。"
        return None

    def beyond_me(self) -> str:
        return "这个我帮不上，我只管销售的事：记拜访、记商机、记待办、查数。"

    def no_picture(self) -> str:
        return "这个画不成图：只有一个数，或者是张清单。"

    def not_yet_method(self) -> list[str]:
        return ["这是在问打法。方法库还没装上，我不瞎说。"]

    def button_undo(self) -> str:
        return "撤销"

    def button_edit(self) -> str:
        return "改"

    def button_record_all(self) -> str:
        return "全部记下"

    def button_drop(self) -> str:
        return "不记"


def _count(n: int) -> str:
    return {2: "两", 3: "三", 4: "四", 5: "五"}.get(n, str(n))
