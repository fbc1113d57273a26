"""Chinese: short, plain, as a colleague in sales would say it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from sales.stages import ActivityType, Stage

_DAYS = "一二三四五六日"
_TYPES = {
    ActivityType.VISIT: "拜访",
    ActivityType.CALL: "电话",
    ActivityType.MEETING: "会议",
    ActivityType.MESSAGE: "消息",
    ActivityType.DEMO: "演示交流",
    ActivityType.BID: "投标",
    ActivityType.SOCIAL: "应酬",
    ActivityType.OTHER: "联系",
}
_STAGES = {
    Stage.LEAD: "线索",
    Stage.QUALIFIED: "立项",
    Stage.SOLUTION: "方案",
    Stage.PROPOSAL: "报价投标",
    Stage.NEGOTIATION: "商务谈判",
    Stage.WON: "赢单",
    Stage.LOST: "丢单",
}
_FIELDS = {
    "amount": "金额",
    "stage": "阶段",
    "close_date": "预计签约",
    "probability": "把握",
    "products": "增加产品",
    "competitors": "竞争对手",
    "lost_reason": "原因",
    "date": "日期",
    "due": "到期",
    "type": "方式",
    "contacts": "联系人",
    "account": "客户",
    "text": "内容",
    "opportunity": "商机",
    "status": "状态",
}
_SYMBOLS = {"USD": "美元", "HKD": "港元", "SGD": "新元", "EUR": "欧元", "JPY": "日元", "MYR": "马币", "TWD": "台币", "GBP": "英镑"}
_ABOUT = {"account": "客户", "contact": "联系人", "opportunity": "商机", "amount": "金额", "date": "日期", "follow_up": "待办"}


class ChineseWords:
    chinese = True

    def money(self, amount: int, minor: int, currency: str) -> str:
        units = Decimal(amount) / minor
        tail = "" if currency == "CNY" else _SYMBOLS.get(currency, f" {currency}")
        if abs(units) >= 100_000_000:
            return f"{_plain(units / 100_000_000)}亿{tail}"
        if abs(units) >= 10_000:
            return f"{_plain(units / 10_000)}万{tail}"
        return f"{_plain(units)}{tail or '元'}"

    def day(self, day: date, today: date) -> str:
        named = {0: "今天", 1: "明天", -1: "昨天"}.get((day - today).days)
        year = f"{day.year}/" if day.year != today.year and abs((day - today).days) > 200 else ""
        plain = f"{year}{day.month}/{day.day} 周{_DAYS[day.weekday()]}"
        return f"{plain}（{named}）" if named in ("明天",) else plain

    def activity(self, kind: ActivityType) -> str:
        return _TYPES[kind]

    def stage(self, stage: Stage) -> str:
        return _STAGES[stage]

    def joined(self, items: list[str]) -> str:
        return "、".join(items)

    def activity_line(self, account: str, kind: ActivityType, people: list[str], day: str) -> str:
        who = f" {self.joined(people)}" if people else ""
        return f"✅ {account} · {_TYPES[kind]}{who} · {day}"

    def deal_line(self, deal: str, changes: list[str]) -> str:
        return f"商机「{deal}」{'，'.join(changes)}"

    def new_deal_line(self, deal: str, parts: list[str]) -> str:
        return f"新商机「{deal}」{'，'.join(parts)}"

    def changed(self, what: str, old: str | None, new: str) -> str:
        return f"{what} {old} → {new}" if old else f"{what} {new}"

    def corrected(self, what: str, old: str | None, new: str, first: str | None) -> str:
        return f"✅ 已改：{what} {old} → {new}" + (f"（原 {first}）" if first and first != old else "") if old else f"✅ 已改：{what} {new}"

    def field(self, name: str) -> str:
        return _FIELDS.get(name, name)

    def won_line(self, account: str, deal: str, amount: str) -> str:
        return f"🎉 {account} 签下「{deal}」{amount}！"

    def lost_line(self, deal: str, reason: str) -> str:
        return f"商机「{deal}」丢单" + (f"，原因：{reason}" if reason else "，原因没说，补一句就行")

    def follow_up_line(self, account: str, due: str | None, text: str, *, deadline: bool) -> str:
        when = f"{due}{'前' if deadline else ''}：" if due else "（没说时间）："
        who = f"{account} " if account and account not in text else ""
        return f"待办 {when}{who}{text}"

    def follow_up_moved(self, account: str, text: str, old: str | None, new: str) -> str:
        who = f"{account} " if account and account not in text else ""
        return f"⏰ {who}{text}：{old} → {new}" if old else f"⏰ {who}{text}：改到 {new}"

    def follow_up_done(self, account: str, text: str) -> str:
        who = f"{account} " if account and account not in text else ""
        return f"✅ 做完了：{who}{text}"

    def received_line(self, account: str, amount: str, day: str) -> str:
        return f"✅ {account} 回款 {amount} · {day}到账"

    def expected_line(self, account: str, amount: str, day: str) -> str:
        return f"{account} 预计 {day} 回款 {amount}"

    def new_account(self, name: str) -> str:
        return f"新客户：{name}"

    def new_contact(self, account: str, name: str) -> str:
        return f"新联系人：{name}（{account}）"

    def more(self, count: int) -> str:
        return f"还有 {count} 条，都记下了"

    def weekly_head(self, count: int) -> str:
        return f"周报读出 {count} 条，看一眼再记："

    def weekly_doubt(self, about: str, said: str) -> str:
        return f"❓「{_short(said)}」是哪个{_ABOUT.get(about, '')}？其他的记完我再问"

    def weekly_nothing(self) -> str:
        return "周报收到了，里面没有要记的客户活动。"

    def question(self, about: str, said: str, where: str, count: int) -> str:
        said = _short(said)
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

    def undone_head(self) -> str:
        return "✅ 撤销了，恢复成之前的样子："

    def undone_kept(self, names: str) -> str:
        return f"{names} 后面还有别的记录用到，留着没删"

    def nothing_to_undo(self) -> str:
        return "没有可以撤销的：这个对话里还没有记过东西。"

    def dropped(self) -> str:
        return "好，这条不记。"

    def dropped_doubt(self) -> str:
        return "好，没定下来的先不记。要记的话，带上客户和人名再说一遍。"

    def stale_button(self) -> str:
        return "这个按钮已经用过或过期了，直接打字告诉我就行。"

    def changed_since(self) -> str:
        return "没改成：这条记录后来又有新的变动，改回去会盖掉新的。直接说现在应该是多少，我来改。"

    def not_yours(self) -> str:
        return "没记：这个商机不在你名下，改不了。要改请找负责它的同事，或让销售运营调整归属。"

    def nothing_new(self) -> str:
        return "看到了，和现有记录一样，没有要改的。"

    def nothing_read(self) -> str:
        return "没读出要记的事。说说客户、做了什么、金额或下一步，比如「下午去了××，报价加到85万，周五前给方案」。"

    def what_is_right(self) -> str:
        return "哪里不对？直接说正确的，比如「是95万」「是周四」「是李工」。"

    def how_to_correct(self) -> list[str]:
        return [
            "记错了直接说就行：",
            "·「不是85，是95」改金额",
            "·「不对，是下周四」改日期",
            "·「是李工，不是王工」「客户是××」改人、改客户",
            "·「撤销」整条不要",
        ]

    def help(self) -> list[str]:
        return [
            "像跟同事说话一样发给我就行：",
            "· 拜访电话：下午去××见了张总，预算加到85万，下周三前发报价",
            "· 签单丢单回款：××签了，168万，首付30%下周五到",
            "· 周报：整段贴过来，我拆成记录给你确认",
            "· 待办：提醒我明天给××打电话；××那条推到周一；做完了",
            "· 记错了：不是85，是95；撤销",
        ]

    def small_talk(self, said: str) -> str:
        if re.search(r"谢|辛苦|多谢|唔该", said):
            return "不客气，有事随时发我。"
        if re.search(r"累|烦|难受|完蛋|郁闷|压力|攰|愁", said):
            return "辛苦了，先歇会儿。要理一理手上的单子，随时叫我。"
        if re.search(r"你好|您好|在吗|早|hi|hello", said.lower()):
            return "在。跑完客户发我一句话就行，「帮助」看我能做什么。"
        if re.search(r"^[\s]*(?:好的?|收到|ok|嗯+|行)[\s。.!！了嘞]*$", said.lower()):
            return "好。"
        return "这个我帮不上，我只管销售的事：记拜访、记商机、记待办。"

    def not_yet_query(self) -> list[str]:
        return ["这是在问数据。我现在先管记录，查数还没开通，开通之前不给你编数字。"]

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


def _plain(value: Decimal) -> str:
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return text


def _count(n: int) -> str:
    return {2: "两", 3: "三", 4: "四", 5: "五"}.get(n, str(n))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 24 else text[:23] + "…"
