"""English: short and plain, as a colleague in sales would put it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from handlers.pages_en import EnglishPages
from handlers.phrases_en import TYPES, capital, of, short
from handlers.talk_en import EnglishTalk
from sales.stages import ActivityType, Stage

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
    "deal_amount": "deal amount",
    "paid_amount": "payment",
    "stage": "stage",
    "close_date": "expected close",
    "probability": "probability",
    "products": "adds",
    "competitors": "competitor",
    "lost_reason": "reason lost",
    "date": "date",
    "due": "due",
    "type": "type",
    "contacts": "contact",
    "account": "customer",
    "text": "what",
    "opportunity": "deal",
    "status": "status",
    "summary": "the notes",
    "name": "name",
}
_SYMBOLS = {
    "CNY": "¥",
    "USD": "$",
    "SGD": "S$",
    "HKD": "HK$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "MYR": "RM",
    "AUD": "A$",
    "TWD": "NT$",
}
_COUNTED = {
    "activity": ("customer contact", "customer contacts"),
    "follow_up": ("to-do", "to-dos"),
    "follow_up_changed": ("to-do updated", "to-dos updated"),
    "payment": ("payment", "payments"),
    "opportunity": ("deal", "deals"),
    "account": ("new customer", "new customers"),
    "contact": ("new contact", "new contacts"),
}
_ABOUT = {
    "account": "customer",
    "contact": "person",
    "opportunity": "deal",
    "amount": "amount",
    "date": "date",
    "follow_up": "follow-up",
}


class EnglishWords(EnglishTalk, EnglishPages):
    chinese = False

    def money(self, amount: int, minor: int, currency: str) -> str:
        units = Decimal(amount) / minor
        sign = _SYMBOLS.get(currency, currency + " ")
        size, name = (1_000_000, "M") if abs(units) >= 1_000_000 else (1_000, "k")
        # $1.235M for 1,234,567 would be another amount: then every digit
        if abs(units) >= 10_000 and units / size * 1_000 % 1 == 0:
            return f"{sign}{_plain(units / size)}{name}"
        return f"{sign}{_plain(units)}"

    def day(self, day: date, today: date) -> str:
        plain = f"{day:%a} {day:%b} {day.day}"
        if day.year != today.year and abs((day - today).days) > 200:
            plain += f", {day.year}"
        named = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today).days)
        return f"{plain} ({named})" if named == "tomorrow" else plain

    def activity(self, kind: ActivityType) -> str:
        return TYPES[kind]

    def stage(self, stage: Stage) -> str:
        return _STAGES[stage]

    def joined(self, items: list[str]) -> str:
        return ", ".join(items)

    def activity_line(self, account: str, kind: ActivityType, people: list[str], day: str) -> str:
        who = f" with {self.joined(people)}" if people else ""
        return f"{account}: {TYPES[kind]}{who}, {day}" if account else capital(f"{TYPES[kind]}{who}, {day}")

    def deal_line(self, account: str, deal: str, changes: list[str]) -> str:
        return f"{account + ', ' if account else 'Deal '}{deal}: {', '.join(changes)}"

    def new_deal_line(self, account: str, deal: str, parts: list[str]) -> str:
        told = f": {', '.join(parts)}" if parts else ""
        return f"{account + ', new' if account else 'New'} deal {deal}{told}"

    def changed(self, what: str, old: str | None, new: str) -> str:
        return f"{what} {old} → {new}" if old else f"{what} {new}"

    def corrected(self, what: str, old: str | None, new: str, first: str | None) -> str:
        return f"✅ Fixed: {self.changed(what, old, new)}" + (f" (was {first})" if first else "")

    def plain_correction(self, line: str) -> str:
        return line.removeprefix("✅ Fixed: ")

    def now_reads(self, line: str) -> str:
        return f"✅ Fixed. {line}"

    def none(self) -> str:
        return "none"

    def field(self, name: str) -> str:
        return _FIELDS.get(name, name)

    def won_line(self, owner: str, account: str, deal: str, amount: str, days: int | None) -> str:
        what = ", ".join(part for part in (f"{owner} signed {account}".strip(), deal, amount) if part)
        return f"🎉 {what}" + (f". {days} days from opening to signature." if days else ".")

    def lost_line(self, account: str, deal: str, reason: str) -> str:
        return f"{of(account)}{deal} lost" + (f": {reason}" if reason else "")

    def ask_reason(self) -> str:
        return "What did we lose it on? A word or two and I'll add it"

    def reason_noted(self, deal: str, reason: str) -> str:
        return f"{deal}, reason lost: {reason}"

    def follow_up_line(self, account: str, due: str | None, text: str, *, deadline: bool) -> str:
        when = f" {'by ' if deadline else ''}{due}" if due else " (no date)"
        return f"To do{when}: {of(account)}{text}"

    def follow_up_moved(self, account: str, text: str, old: str | None, new: str) -> str:
        return f"✅ Moved: {of(account)}{text}, {old} → {new}" if old else f"✅ Moved to {new}: {of(account)}{text}"

    def follow_up_done(self, account: str, text: str) -> str:
        return f"✅ Done: {of(account)}{text}"

    def received_line(self, account: str, amount: str, day: str) -> str:
        return f"{of(account)}{amount} received{', ' + day if day else ''}"

    def expected_line(self, account: str, amount: str, day: str) -> str:
        return f"{of(account)}{amount} expected{' ' + day if day else ''}"

    def new_account(self, name: str) -> str:
        return f"New customer: {name}"

    def new_contact(self, account: str, name: str) -> str:
        return f"New contact: {name} ({account})"

    def of_deal(self, deal: str, what: str) -> str:
        return f"{deal}: {what}"

    def more(self, count: int) -> str:
        return f"and {count} more, all recorded"

    def weekly_head(self, records: int, customers: int, unclear: int, *, corrected: bool) -> str:
        head = "Fixed. " if corrected else "Your weekly: "
        if not records:
            things = "thing is" if unclear == 1 else "things are"
            return f"{head}{unclear} {things} unclear. Tap Record all and I'll ask one by one:"
        unsure = f", {unclear} unclear" if unclear else ""
        who = "1 customer" if customers == 1 else f"{customers} customers"
        return (
            f"{head}{records} {'record' if records == 1 else 'records'} for {who}{unsure}. Have a look before I save:"
        )

    def weekly_doubt(self, about: str, said: str) -> str:
        return f'❓ "{short(said)}": which {_ABOUT.get(about, "one")}? I\'ll ask once the rest is saved'

    def weekly_more(self, count: int) -> str:
        return f"and {count} more lines, to be saved with these"

    def weekly_recorded(self, records: int, counts: str) -> str:
        return f"✅ Weekly saved, {records} {'record' if records == 1 else 'records'}" + (
            f": {counts}" if counts else ""
        )

    def counted(self, kind: str, count: int) -> str:
        return f"{count} {_COUNTED.get(kind, ('record', 'records'))[count != 1]}"

    def customer_line(self, account: str, parts: list[str]) -> str:
        return f"{account or 'Other'}: {'; '.join(parts)}"

    def brief_activity(self, kind: ActivityType, people: list[str], day: date) -> str:
        return f"{TYPES[kind]} {day:%b} {day.day}" + (f" with {self.joined(people)}" if people else "")

    def brief_follow_up(self, text: str, due: date | None, *, done: bool, moved: bool) -> str:
        if done:
            return f"done: {short(text, 28)}"
        when = f" {due:%b} {due.day}" if due else ""
        return f"{'moved to' if moved else 'to do'}{when}: {short(text, 28)}"

    def brief_payment(self, amount: str, day: date | None, *, received: bool) -> str:
        when = f" {day:%b} {day.day}" if day else ""
        return f"{amount} {'received' if received else 'expected'}{when}"


def _plain(value: Decimal) -> str:
    return f"{value:,.3f}".rstrip("0").rstrip(".")
