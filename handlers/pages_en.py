"""English: edits and deletions, forms, a person's own page."""

from __future__ import annotations

from datetime import date

from handlers.phrases_en import capital, of, short
from sales.stages import PaymentStatus

_LABELS = {
    "type": "Type",
    "date": "Date",
    "contacts": "Who was there",
    "summary": "Notes",
    "amount": "Amount",
    "stage": "Stage",
    "close_date": "Expected close",
    "probability": "Probability (%)",
    "lost_reason": "Reason lost",
    "text": "What",
    "due": "Due",
    "done_on": "Done?",
    "status": "Received?",
}


class EnglishPages:
    """What is said around the cards."""

    # -- edits and deletions

    def followed_edit(self, what: str) -> str:
        return f"✅ Updated to match your edit: {what}"

    def edit_not_followed(self, stands: str) -> list[str]:
        return [
            "That message answered or corrected an earlier one, so I don't follow edits of it.",
            *([f"On record now: {stands}"] if stands else []),
            'To change it, just tell me: "it\'s 96k", "Thursday".',
        ]

    def nothing_after_edit(self) -> str:
        return "Nothing to record in that message any more, so what it had recorded is gone too."

    def dropped_after_edit(self) -> str:
        return "Nothing to record in that message any more, so I left it out."

    def held_after_edit(self) -> str:
        return "What that message had recorded is off for now, until you decide."

    def deleted(self, what: str) -> str:
        return f"❓ You deleted that message: {what}. Undo what it recorded as well?"

    def kept(self) -> str:
        return "OK, the record stays."

    def dropped_with_message(self) -> str:
        return "You deleted that message, so I dropped what wasn't recorded yet."

    def button_keep(self) -> str:
        return "Keep it"

    def say_it_whole(self) -> str:
        return 'That one came from a button. To change it, name the task too: "move the quote to Friday".'

    # -- forms

    def form_title(self) -> str:
        return "Fix the record"

    def form_submit(self) -> str:
        return "Save"

    def form_cancel(self) -> str:
        return "Cancel"

    def form_label(self, name: str) -> str:
        return _LABELS.get(name, name)

    def form_section(self, kind: str, account: str, name: str) -> str:
        if kind == "opportunity":
            return f"{of(account)}deal {short(name, 32)}" if account else f"Deal {short(name, 32)}"
        what = {"follow_up": "to-do", "payment": "payment"}.get(kind, name)
        return f"{of(account)}{what}" if account else capital(what)

    def follow_up_state(self, *, done: bool) -> str:
        return "Done" if done else "Not yet"

    def payment_state(self, status: PaymentStatus) -> str:
        return "Received" if status is PaymentStatus.RECEIVED else "Not yet"

    def form_unchanged(self) -> str:
        return "Nothing changed, the record is as it was."

    def form_gone(self) -> str:
        return "That card has been undone or is too old for the form. Tell me what it should be now and I'll record it."

    def form_faulty(self, label: str, why: str) -> str:
        return f"Not changed. {label}: {why}"

    def fault_amount(self, example: str) -> str:
        return f"I can't read that amount. Write it like {example}."

    def fault_currency(self, currency: str) -> str:
        return f"The books are in {currency}. Please convert it to {currency}."

    def fault_day(self) -> str:
        return "Please pick a day, such as 2026-03-25."

    def fault_ahead(self) -> str:
        return "That day hasn't come yet. What is still to happen is a to-do."

    def fault_percent(self) -> str:
        return "A whole number from 0 to 100, such as 70."

    def fault_empty(self) -> str:
        return "This can't be empty. To drop the record, tap Undo on the card."

    def fault_long(self, most: int) -> str:
        return f"Too long: {most} characters at most."

    def fault_choice(self) -> str:
        return "Please pick one of those listed."

    def fixed(self, changes: list[str]) -> list[str]:
        return [f"✅ Fixed: {changes[0]}", *map(capital, changes[1:])]

    # -- a person's own page

    def home_title(self) -> str:
        return "My day"

    def quarter(self, number: int) -> str:
        return f"Q{number}"

    def attained(self, percent: int, elapsed: int) -> str:
        return f"{percent}% of quota, {elapsed}% of the time gone"

    def quota_gap(self, quota: str, won: str, gap: str | None) -> str:
        return f"Signed {won} of {quota}, " + (f"{gap} to go" if gap else "quota met")

    def won_only(self, won: str, elapsed: int) -> str:
        return f"Signed {won}, {elapsed}% of the time gone"

    def todo_title(self, count: int) -> str:
        return "1 thing to do today" if count == 1 else f"{count} things to do today"

    def todo_line(self, account: str, text: str, due: date, today: date) -> str:
        late = (today - due).days
        days = "1 day" if late == 1 else f"{late} days"
        when = f" (was due {due:%b} {due.day}, {days} late)" if late > 0 else " (due today)"
        who = "" if account and account.casefold() in text.casefold() else of(account)
        return f"{who}{short(text, 50)}{when}"

    def nothing_due(self) -> str:
        return "Nothing is due today."

    def more_todo(self, count: int) -> str:
        return f"and {count} more due"

    def done_title(self) -> str:
        return "Done today"

    def deals_title(self, count: int, *, mine: bool) -> str:
        deals = "1 open deal" if count == 1 else f"{count} open deals"
        return f"My pipeline: {deals}" if mine else f"The team's pipeline: {deals}"

    def deal_row(self, parts: list[str], close: str | None, past: int, owner: str) -> str:
        days = "1 day" if past == 1 else f"{past} days"
        when = f"was to close {close}, {days} ago" if close and past > 0 else f"closes {close}" if close else "no date"
        return ", ".join([*parts, when, *([owner] if owner else [])])

    def more_deals(self, count: int) -> str:
        return f"{count} more not listed"

    def no_deals(self) -> str:
        return "No open deals right now."

    def button_done(self) -> str:
        return "Done"

    def button_tomorrow(self) -> str:
        return "Tomorrow"

    def button_today(self) -> str:
        return "Today"

    def button_help(self) -> str:
        return "Help"

    def done_already(self, text: str) -> str:
        return f"That one is done already: {short(text)}"

    def open_already(self, text: str) -> str:
        return f"That one is still open, nothing to undo: {short(text)}"

    def due_already(self, text: str, day: str) -> str:
        return f"That one is set for {day} already: {short(text)}"

    def reopened(self, account: str, text: str) -> str:
        return f"✅ To-do open again: {of(account)}{text}"

    def how_to_weekly(self) -> list[str]:
        return [
            "Paste the whole week in one message, a line a customer: who you saw, what changed, what's next.",
            "I'll show it to you as a table first; nothing is saved until you tap Record all.",
        ]
