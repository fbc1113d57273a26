"""English: short and plain, as a colleague in sales would put it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from sales.stages import ActivityType, Stage

_TYPES = {
    ActivityType.VISIT: "visit",
    ActivityType.CALL: "call",
    ActivityType.MEETING: "meeting",
    ActivityType.MESSAGE: "message",
    ActivityType.DEMO: "demo",
    ActivityType.BID: "bid",
    ActivityType.SOCIAL: "social",
    ActivityType.OTHER: "contact",
}
_STAGES = {
    Stage.LEAD: "lead",
    Stage.QUALIFIED: "qualified",
    Stage.SOLUTION: "solution",
    Stage.PROPOSAL: "proposal",
    Stage.NEGOTIATION: "negotiation",
    Stage.WON: "won",
    Stage.LOST: "lost",
}
_FIELDS = {
    "amount": "amount",
    "stage": "stage",
    "close_date": "expected close",
    "probability": "probability",
    "products": "adds",
    "competitors": "competitor",
    "lost_reason": "reason",
    "date": "date",
    "due": "due",
    "type": "type",
    "contacts": "with",
    "account": "customer",
    "text": "what",
    "opportunity": "deal",
    "status": "status",
}
_SYMBOLS = {"CNY": "¥", "USD": "$", "SGD": "S$", "HKD": "HK$", "EUR": "€", "GBP": "£", "JPY": "¥", "MYR": "RM", "AUD": "A$", "TWD": "NT$"}
_ABOUT = {"account": "customer", "contact": "person", "opportunity": "deal", "amount": "amount", "date": "date", "follow_up": "follow-up"}


class EnglishWords:
    chinese = False

    def money(self, amount: int, minor: int, currency: str) -> str:
        units = Decimal(amount) / minor
        sign = _SYMBOLS.get(currency, currency + " ")
        if abs(units) >= 1_000_000:
            return f"{sign}{_plain(units / 1_000_000)}M"
        if abs(units) >= 10_000:
            return f"{sign}{_plain(units / 1_000)}k"
        return f"{sign}{_plain(units)}"

    def day(self, day: date, today: date) -> str:
        plain = f"{day:%a} {day:%b} {day.day}"
        if day.year != today.year and abs((day - today).days) > 200:
            plain += f", {day.year}"
        named = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today).days)
        return f"{plain} ({named})" if named == "tomorrow" else plain

    def activity(self, kind: ActivityType) -> str:
        return _TYPES[kind]

    def stage(self, stage: Stage) -> str:
        return _STAGES[stage]

    def joined(self, items: list[str]) -> str:
        return ", ".join(items)

    def activity_line(self, account: str, kind: ActivityType, people: list[str], day: str) -> str:
        who = f" with {self.joined(people)}" if people else ""
        return f"✅ {account}: {_TYPES[kind]}{who}, {day}"

    def deal_line(self, deal: str, changes: list[str]) -> str:
        return f"{deal}: {', '.join(changes)}"

    def new_deal_line(self, deal: str, parts: list[str]) -> str:
        return f"New deal {deal}: {', '.join(parts)}"

    def changed(self, what: str, old: str | None, new: str) -> str:
        return f"{what} {old} → {new}" if old else f"{what} {new}"

    def corrected(self, what: str, old: str | None, new: str, first: str | None) -> str:
        if not old:
            return f"✅ Changed: {what} {new}"
        return f"✅ Changed: {what} {old} → {new}" + (f" (was {first})" if first and first != old else "")

    def field(self, name: str) -> str:
        return _FIELDS.get(name, name)

    def won_line(self, account: str, deal: str, amount: str) -> str:
        return f"🎉 {account} signed: {deal}, {amount}!"

    def lost_line(self, deal: str, reason: str) -> str:
        return f"{deal}: lost" + (f". {reason}" if reason else ". No reason given; a word is enough")

    def follow_up_line(self, account: str, due: str | None, text: str, *, deadline: bool) -> str:
        when = f" {'by ' if deadline else ''}{due}" if due else " (no date)"
        who = f"{account}: " if account and account.lower() not in text.lower() else ""
        return f"To do{when}: {who}{text}"

    def follow_up_moved(self, account: str, text: str, old: str | None, new: str) -> str:
        who = f"{account}: " if account and account.lower() not in text.lower() else ""
        return f"⏰ {who}{text}: {old} → {new}" if old else f"⏰ {who}{text}: now {new}"

    def follow_up_done(self, account: str, text: str) -> str:
        who = f"{account}: " if account and account.lower() not in text.lower() else ""
        return f"✅ Done: {who}{text}"

    def received_line(self, account: str, amount: str, day: str) -> str:
        return f"✅ {account}: {amount} received, {day}"

    def expected_line(self, account: str, amount: str, day: str) -> str:
        return f"{account}: {amount} expected {day}"

    def new_account(self, name: str) -> str:
        return f"New customer: {name}"

    def new_contact(self, account: str, name: str) -> str:
        return f"New contact: {name} ({account})"

    def more(self, count: int) -> str:
        return f"and {count} more, all recorded"

    def weekly_head(self, count: int) -> str:
        return f"I read {count} records from your weekly. Have a look before I save them:"

    def weekly_doubt(self, about: str, said: str) -> str:
        return f'❓ "{_short(said)}": which {_ABOUT.get(about, "one")}? I\'ll ask once the rest is saved'

    def weekly_nothing(self) -> str:
        return "Got your weekly. Nothing in it to put on record."

    def question(self, about: str, said: str, where: str, count: int) -> str:
        said = _short(said)
        if about == "account" and count == 0:
            return "❓ Which customer was this? Just the name; nothing is saved yet"
        if about == "account":
            return f'❓ Which "{said}"?'
        if about == "contact":
            return f'❓ {count} people at {where} could be "{said}". Which one?' if where else f'❓ Who is "{said}"?'
        if about == "opportunity":
            return f'❓ Which deal is this about? "{said}"'
        if about == "follow_up":
            return "❓ Which follow-up?"
        if about == "scope":
            return f'❓ {count} colleagues go by "{said}". Which one?'
        if about == "amount":
            return f'❓ "{said}": how much exactly?'
        return f'❓ Which one is "{said}"?'

    def undone_head(self) -> str:
        return "✅ Undone, back to how it was:"

    def undone_kept(self, names: str) -> str:
        return f"{names} stays, later records use it"

    def nothing_to_undo(self) -> str:
        return "Nothing to undo: nothing has been recorded in this chat yet."

    def dropped(self) -> str:
        return "OK, not recorded."

    def dropped_doubt(self) -> str:
        return "OK, I left that out. To record it, say it again with the customer and the person."

    def stale_button(self) -> str:
        return "That button has been used or is out of date. Just type it instead."

    def changed_since(self) -> str:
        return "Not changed: the record has moved on since, and going back would overwrite that. Tell me what it should be now."

    def not_yours(self) -> str:
        return "Not recorded: that deal isn't yours to change. Ask its owner, or have sales ops reassign it."

    def nothing_new(self) -> str:
        return "Noted. It matches what is on record, so nothing changes."

    def nothing_read(self) -> str:
        return 'I found nothing to record there. Tell me the customer, what happened, an amount or a next step, e.g. "visited ABC, budget up to 850k, send proposal by Fri".'

    def what_is_right(self) -> str:
        return 'What should it be? Just say it: "it\'s 95k", "Thursday", "it was Jason".'

    def how_to_correct(self) -> list[str]:
        return [
            "Just tell me what's right:",
            '· "not 85k, 95k" fixes the amount',
            '· "no, next Thursday" fixes the date',
            '· "it was Jason, not May" fixes who',
            '· "undo" takes the whole entry back',
        ]

    def help(self) -> list[str]:
        return [
            "Write to me as you would to a colleague:",
            "· Visits and calls: met Tan at ABC, budget now 850k, send quote by Wed",
            "· Won, lost, paid: ABC signed at 1.2M, 30% deposit due next Fri",
            "· Weekly report: paste it whole, I'll turn it into records for you to confirm",
            "· To-dos: remind me tomorrow to call ABC; push it to Monday; done",
            "· Slips: not 85k, 95k; undo",
        ]

    def small_talk(self, said: str) -> str:
        low = said.lower()
        if re.search(r"\b(thanks|thank you|thx|tks|cheers)\b", low):
            return "Any time."
        if re.search(r"tired|exhausted|stress|bad day|hate|screwed|rough", low):
            return "Sounds like a long day. When you're ready, I can help you sort your deals."
        if re.search(r"\b(hi|hello|hey|morning|evening)\b", low):
            return 'Here. Send me a line after each customer; "help" shows what I can do.'
        return "That one's beyond me. I do sales: visits, deals, to-dos."

    def not_yet_query(self) -> list[str]:
        return ["That's a question about figures. I only keep records so far, and I won't make numbers up."]

    def not_yet_method(self) -> list[str]:
        return ["That's a how-to-sell question. The method library isn't installed yet, so I won't guess."]

    def button_undo(self) -> str:
        return "Undo"

    def button_edit(self) -> str:
        return "Fix"

    def button_record_all(self) -> str:
        return "Record all"

    def button_drop(self) -> str:
        return "Don't record"


def _plain(value: Decimal) -> str:
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"
