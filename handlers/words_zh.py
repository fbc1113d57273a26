"""Chinese: short, plain, as a colleague in sales would say it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from handlers.pages_zh import ChinesePages
from handlers.phrases_zh import TYPES, of, short
from handlers.talk_zh import ChineseTalk
from sales.stages import ActivityType, Stage

_DAYS = "一二三四五六日"
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
    "deal_amount": "商机金额",
    "paid_amount": "回款金额",
    "stage": "阶段",
    "close_date": "预计签约",
    "probability": "把握",
    "products": "增加产品",
    "competitors": "竞争对手",
    "lost_reason": "丢单原因",
    "date": "日期",
    "due": "待办日期",
    "type": "方式",
    "contacts": "联系人",
    "account": "客户",
    "text": "内容",
    "opportunity": "商机",
    "status": "状态",
    "summary": "沟通内容",
    "name": "名称",
}
_SYMBOLS = {
    "USD": "美元",
    "HKD": "港元",
    "SGD": "新元",
    "EUR": "欧元",
    "JPY": "日元",
    "MYR": "马币",
    "TWD": "台币",
    "GBP": "英镑",
}
_COUNTED = {
    "activity": "{}次客户活动",
    "follow_up": "{}条待办",
    "follow_up_changed": "{}条原有待办",
    "payment": "{}笔回款",
    "opportunity": "{}个商机",
    "account": "{}个新客户",
    "contact": "{}个新联系人",
}
_ABOUT = {
    "account": "客户",
    "contact": "联系人",
    "opportunity": "商机",
    "amount": "金额",
    "date": "日期",
    "follow_up": "待办",
}


class ChineseWords(ChineseTalk, ChinesePages):
    chinese = True

    def money(self, amount: int, minor: int, currency: str) -> str:
        units = Decimal(amount) / minor
        tail = "" if currency == "CNY" else _SYMBOLS.get(currency, f" {currency}")
        for size, name in ((100_000_000, "亿"), (10_000, "万")):
            # 1.2346亿 for 123,456,789 would be another amount: then the smaller unit, or every digit
            if abs(units) >= size and units / size * 10_000 % 1 == 0:
                return f"{_plain(units / size)}{name}{tail}"
        return f"{_plain(units)}{tail or '元'}"

    def day(self, day: date, today: date) -> str:
        named = {0: "今天", 1: "明天", -1: "昨天"}.get((day - today).days)
        year = f"{day.year}/" if day.year != today.year and abs((day - today).days) > 200 else ""
        plain = f"{year}{day.month}/{day.day} 周{_DAYS[day.weekday()]}"
        return f"{plain}（{named}）" if named in ("明天",) else plain

    def activity(self, kind: ActivityType) -> str:
        return TYPES[kind]

    def stage(self, stage: Stage) -> str:
        return _STAGES[stage]

    def joined(self, items: list[str]) -> str:
        return "、".join(items)

    def activity_line(self, account: str, kind: ActivityType, people: list[str], day: str) -> str:
        who = f" {self.joined(people)}" if people else ""
        return " · ".join(part for part in (account, f"{TYPES[kind]}{who}", day) if part)

    def deal_line(self, account: str, deal: str, changes: list[str]) -> str:
        return f"{of(account)}商机「{deal}」{'，'.join(changes)}"

    def new_deal_line(self, account: str, deal: str, parts: list[str]) -> str:
        return f"{of(account)}新商机「{deal}」{'，'.join(parts)}"

    def changed(self, what: str, old: str | None, new: str) -> str:
        return f"{what} {old} → {new}" if old else f"{what} {new}"

    def corrected(self, what: str, old: str | None, new: str, first: str | None) -> str:
        return f"✅ 已改：{self.changed(what, old, new)}" + (f"（原 {first}）" if first else "")

    def plain_correction(self, line: str) -> str:
        return line.removeprefix("✅ 已改：")

    def now_reads(self, line: str) -> str:
        return f"✅ 已改：{line}"

    def none(self) -> str:
        return "未填"

    def field(self, name: str) -> str:
        return _FIELDS.get(name, name)

    def won_line(self, owner: str, account: str, deal: str, amount: str, days: int | None) -> str:
        what = " ".join(part for part in (f"{owner}签下{account}", deal, amount) if part)
        return f"🎉 {what}" + (f"，从立项到签约 {days} 天。" if days else "。")

    def lost_line(self, account: str, deal: str, reason: str) -> str:
        return f"{of(account)}商机「{deal}」丢单" + (f"，原因：{reason}" if reason else "")

    def ask_reason(self) -> str:
        return "丢在哪儿？回一句原因，我补上"

    def reason_noted(self, deal: str, reason: str) -> str:
        return f"商机「{deal}」丢单原因：{reason}"

    def follow_up_line(self, account: str, due: str | None, text: str, *, deadline: bool) -> str:
        when = f" {due}{'前' if deadline else ''}：" if due else "（没说时间）："
        return f"待办{when}{account + ' ' if account else ''}{text}"

    def follow_up_moved(self, account: str, text: str, old: str | None, new: str) -> str:
        who = f"{account} " if account else ""
        return f"✅ 待办改期：{who}{text}，{old} → {new}" if old else f"✅ 待办改到 {new}：{who}{text}"

    def follow_up_done(self, account: str, text: str) -> str:
        return f"✅ 做完了：{account + ' ' if account else ''}{text}"

    def received_line(self, account: str, amount: str, day: str) -> str:
        return " · ".join(part for part in (account, f"回款 {amount}", f"{day} 到账" if day else "已到账") if part)

    def expected_line(self, account: str, amount: str, day: str) -> str:
        when = f"{day} " if day else ""
        return " · ".join(part for part in (account, f"预计 {when}回款 {amount}") if part)

    def new_account(self, name: str) -> str:
        return f"新客户：{name}"

    def new_contact(self, account: str, name: str) -> str:
        return f"新联系人：{name}（{account}）"

    def of_deal(self, deal: str, what: str) -> str:
        return f"「{deal}」{what}"

    def more(self, count: int) -> str:
        return f"还有 {count} 条，都记下了"

    def weekly_head(self, records: int, customers: int, unclear: int, *, corrected: bool) -> str:
        head = "改好了，" if corrected else "周报"
        if not records:
            return f"{head}读出 {unclear} 处要问的，先点「全部记下」，我挨个问："
        unsure = f"，{unclear} 处要问" if unclear else ""
        return f"{head}读出 {customers} 家客户 {records} 条{unsure}，看一眼再记："

    def weekly_doubt(self, about: str, said: str) -> str:
        which = {"contact": "哪位", "account": "哪家"}.get(about, "哪个" + _ABOUT.get(about, ""))
        return f"❓「{short(said)}」是{which}？记完我再问"

    def weekly_more(self, count: int) -> str:
        return f"另有 {count} 行，一并会记"

    def weekly_recorded(self, records: int, counts: str) -> str:
        return f"✅ 周报记下 {records} 条：{counts}" if counts else f"✅ 周报记下 {records} 条"

    def counted(self, kind: str, count: int) -> str:
        return _COUNTED.get(kind, "{}条记录").format(f"{count} ")

    def customer_line(self, account: str, parts: list[str]) -> str:
        return f"{account or '其他'}：{'；'.join(parts)}"

    def brief_activity(self, kind: ActivityType, people: list[str], day: date) -> str:
        return f"{day.month}/{day.day} {TYPES[kind]}{' ' + self.joined(people) if people else ''}"

    def brief_follow_up(self, text: str, due: date | None, *, done: bool, moved: bool) -> str:
        if done:
            return f"做完 {short(text, 14)}"
        when = f" {due.month}/{due.day}" if due else ""
        return f"{'改期' if moved else '待办'}{when} {short(text, 14)}"

    def brief_payment(self, amount: str, day: date | None, *, received: bool) -> str:
        when = f"{day.month}/{day.day} " if day else ""
        return f"{when}{'回款' if received else '预计回款'} {amount}"


def _plain(value: Decimal) -> str:
    return f"{value:,.4f}".rstrip("0").rstrip(".")
