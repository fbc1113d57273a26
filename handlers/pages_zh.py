"""Chinese: edits and deletions, forms, a person's own page."""

from __future__ import annotations

from datetime import date

from handlers.phrases_zh import of, short
from sales.stages import PaymentStatus

_LABELS = {
    "type": "方式",
    "date": "日期",
    "contacts": "见了谁",
    "summary": "内容",
    "amount": "金额",
    "stage": "阶段",
    "close_date": "预计签约",
    "probability": "把握（%）",
    "lost_reason": "丢单原因",
    "text": "内容",
    "due": "到期",
    "done_on": "做完了吗",
    "status": "到账了吗",
}


class ChinesePages:
    """What is said around the cards."""

    # -- edits and deletions

    def followed_edit(self, what: str) -> str:
        return f"✅ 跟着你改的消息改了：{what}"

    def edit_not_followed(self, stands: str) -> list[str]:
        return [
            "这条是对前面的回答或更正，改它我不跟，免得改错。",
            *([f"现在记的是：{stands}"] if stands else []),
            "要改直接发一句，比如「是96万」「是周四」。",
        ]

    def nothing_after_edit(self) -> str:
        return "改过的消息里没有要记的了，原来记的一并去掉。"

    def dropped_after_edit(self) -> str:
        return "改过的消息里没有要记的了，这条不记。"

    def held_after_edit(self) -> str:
        return "原来记的先撤下，等你定了再记。"

    def deleted(self, what: str) -> str:
        return f"❓ 你删了那条消息：{what}。记的也撤销吗？"

    def kept(self) -> str:
        return "好，记录留着。"

    def dropped_with_message(self) -> str:
        return "那条消息删了，还没记的也不记了。"

    def button_keep(self) -> str:
        return "留着"

    def say_it_whole(self) -> str:
        return "刚才那条是点按钮记的，要改就连事一起说，比如「发报价改到周五」。"

    # -- forms

    def form_title(self) -> str:
        return "改记录"

    def form_submit(self) -> str:
        return "改好了"

    def form_cancel(self) -> str:
        return "不改了"

    def form_label(self, name: str) -> str:
        return _LABELS.get(name, name)

    def form_section(self, kind: str, account: str, name: str) -> str:
        if kind == "opportunity":
            return f"{of(account)}商机「{short(name, 20)}」"
        if kind == "follow_up":
            return f"{of(account)}待办"
        return f"{of(account)}{'回款' if kind == 'payment' else name}"

    def follow_up_state(self, *, done: bool) -> str:
        return "做完了" if done else "还没做"

    def payment_state(self, status: PaymentStatus) -> str:
        return "已到账" if status is PaymentStatus.RECEIVED else "还没到"

    def form_unchanged(self) -> str:
        return "没有改动，记录还是原来的。"

    def form_gone(self) -> str:
        return "这条已经撤销，或者太久了，表单改不了。直接说现在该是多少，我来记。"

    def form_faulty(self, label: str, why: str) -> str:
        return f"没改。{label}：{why}"

    def fault_amount(self, example: str) -> str:
        return f"没看懂这个金额。写成「{example}」这样就行。"

    def fault_currency(self, currency: str) -> str:
        return f"公司的账是 {currency}，请换算成 {currency} 再填。"

    def fault_day(self) -> str:
        return "请选一个日期，比如 2026-03-25。"

    def fault_ahead(self) -> str:
        return "这天还没到。还没发生的事请记成待办。"

    def fault_percent(self) -> str:
        return "把握是 0 到 100 的整数，比如 70。"

    def fault_empty(self) -> str:
        return "这里不能空着。整条不要，就点卡片上的「撤销」。"

    def fault_long(self, most: int) -> str:
        return f"太长了，{most} 个字以内。"

    def fault_choice(self) -> str:
        return "请从列出的里面选。"

    def fixed(self, changes: list[str]) -> list[str]:
        return [f"✅ 已改：{changes[0]}", *changes[1:]]

    # -- a person's own page

    def home_title(self) -> str:
        return "我的今天"

    def quarter(self, number: int) -> str:
        return f"Q{number}"

    def attained(self, percent: int, elapsed: int) -> str:
        return f"达成 {percent}%，时间已过 {elapsed}%"

    def quota_gap(self, quota: str, won: str, gap: str | None) -> str:
        return f"指标 {quota}，已签 {won}，" + (f"缺口 {gap}" if gap else "指标完成了")

    def won_only(self, won: str, elapsed: int) -> str:
        return f"已签 {won}，时间已过 {elapsed}%"

    def todo_title(self, count: int) -> str:
        return f"今天 {count} 件事"

    def todo_line(self, account: str, text: str, due: date, today: date) -> str:
        late = (today - due).days
        when = f"（{due.month}/{due.day} 到期，过了 {late} 天）" if late > 0 else "（今天到期）"
        who = "" if account and account in text else f"{account}：" if account else ""
        return f"{who}{short(text, 30)}{when}"

    def nothing_due(self) -> str:
        return "今天没有到期的待办。"

    def more_todo(self, count: int) -> str:
        return f"还有 {count} 件也到期了"

    def done_title(self) -> str:
        return "今天做完的"

    def deals_title(self, count: int, *, mine: bool) -> str:
        return f"{'我' if mine else '团队'}在手的商机 {count} 个"

    def deal_row(self, parts: list[str], close: str | None, past: int, owner: str) -> str:
        when = f"{close}该签，已过 {past} 天" if close and past > 0 else f"预计 {close}签" if close else "没定签约日"
        return " · ".join([*parts, when, *([owner] if owner else [])])

    def more_deals(self, count: int) -> str:
        return f"另有 {count} 个没列出"

    def no_deals(self) -> str:
        return "现在没有在手的商机。"

    def button_done(self) -> str:
        return "做完了"

    def button_tomorrow(self) -> str:
        return "改到明天"

    def button_today(self) -> str:
        return "今天"

    def button_help(self) -> str:
        return "怎么用"

    def done_already(self, text: str) -> str:
        return f"这件已经做完了：{short(text, 24)}"

    def open_already(self, text: str) -> str:
        return f"这件还没做完，没有动：{short(text, 24)}"

    def due_already(self, text: str, day: str) -> str:
        return f"这件已经排在 {day}：{short(text, 24)}"

    def reopened(self, account: str, text: str) -> str:
        return f"✅ 重新打开待办：{account + ' ' if account else ''}{text}"

    def how_to_weekly(self) -> list[str]:
        return [
            "周报整段发我就行，一家客户一行：去了谁家、见了谁、金额和阶段有什么变化、下周做什么。",
            "我先拆成一张表给你看，点了「全部记下」才记。",
        ]
