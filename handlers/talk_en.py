"""English: questions, what was taken back, help, small talk."""

from __future__ import annotations

import re
from datetime import date

from handlers.phrases_en import TYPES, capital, short
from sales.stages import ActivityType


class EnglishTalk:
    """What is said around the records."""

    def question(self, about: str, said: str, where: str, count: int) -> str:
        said = short(said)
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

    def question_again(self) -> str:
        return "I couldn't match that. Tap one or reply with its number:"

    def no_such_customer(self, said: str) -> str:
        return (
            f'There is no customer "{short(said)}". If it\'s a new one, tell me the whole thing again: new customer …'
        )

    def still_open(self, question: str) -> str:
        return f"❓ And the one before. {question.removeprefix('❓').strip()}"

    def not_that(self, about: str) -> str:
        which = {"account": "Which customer then? Just the name", "contact": "Who was it then? The full name will do"}
        return f'❓ {which.get(about, "Which one then? Try other words")}, or "skip" to leave it out'

    def undone(self, gone: str, back: str, *, correction: bool) -> str:
        head = "✅ Correction undone" if correction else "✅ Undone"
        if gone and back:
            return f"{head}: removed {gone}; back {back}"
        return f"{head}: {gone or 'back ' + back}" if gone or back else f"{head}, back to how it was"

    def and_so(self, values: list[str]) -> str:
        return ", ".join(values)

    def restored(self, records: list[str], more: int) -> str:
        return capital("; ".join(records)) + (f"; {more} more are back too" if more > 0 else "")

    def undone_kept(self, names: str) -> str:
        return f"{names} stays: later records use it"

    def open_again(self) -> str:
        return "to-do open again"

    def short_activity(self, account: str, kind: ActivityType) -> str:
        return f"{account} {TYPES[kind]}".strip()

    def short_follow_up(self, text: str) -> str:
        return f'to-do "{short(text, 28)}"'

    def short_payment(self, account: str, amount: str) -> str:
        return f"{account} payment of {amount}".strip()

    def short_record(self, kind: str, name: str) -> str:
        kinds = {"account": "new customer", "contact": "new contact", "opportunity": "new deal"}
        return f"{kinds.get(kind, '')} {name}".strip()

    def nothing_to_undo(self) -> str:
        return "There's nothing left to undo."

    def already_undone(self) -> str:
        return "That has been undone or corrected already; I left it as it is."

    def dropped(self) -> str:
        return "OK, not recorded."

    def dropped_doubt(self) -> str:
        return "OK, I left that out. To record it, say it again with the customer and the person."

    def stale_button(self) -> str:
        return "That button has been used or is out of date. Just type it instead."

    def changed_since(self, what: str, *, undoing: bool) -> str:
        deed = "Not undone" if undoing else "Not changed"
        since = f"{deed}: {what or 'the record'} has changed again since, and this would overwrite that."
        return f"{since} Tell me what it should be now."

    def not_yours(self, account: str, owner: str) -> str:
        if account and owner:
            return f"Deal and payments left alone: {account} is {owner}'s. Ask {owner} to change them."
        return "Not recorded: that one isn't yours to change. Ask whoever owns it."

    def not_settled(self) -> str:
        return "Got it. Nothing settled yet, so nothing recorded. Tell me once it is."

    def nothing_new(self) -> str:
        return "Noted. It matches what is on record, so nothing changes."

    def nothing_read(self) -> str:
        return (
            "I found nothing to record there. Tell me the customer, what happened, an amount or a next step, "
            'e.g. "visited ABC, budget up to 850k, send proposal by Fri".'
        )

    def what_is_right(self) -> str:
        return 'What should it be? Just say it: "it\'s 95k", "Thursday", "it was Jason".'

    def how_to_correct(self, examples: list[str]) -> list[str]:
        shown = examples or ['"not 85k, 95k"', '"no, next Thursday"', '"it was Jason, not May"']
        return [
            "Just tell me what's right, for instance:",
            *(f"· {line}" for line in shown),
            "· or tap Undo to take it all back",
        ]

    def example_amount(self, wrong: str, right: str) -> str:
        return f'"it\'s {right}, not {wrong}"'

    def example_day(self, wrong: date, right: date) -> str:
        return f'"it\'s {right:%b} {right.day}, not {wrong:%b} {wrong.day}"'

    def example_person(self, wrong: str, right: str) -> str:
        return f'"it was {right}, not {wrong}"'

    def help(self) -> list[str]:
        return [
            "Write to me as you would to a colleague:",
            "· Visits and calls: met Tan at ABC, budget now 850k, send quote by Wed",
            "· Won, lost, paid: ABC signed at 1.2M, 30% deposit due next Fri",
            "· Weekly report: paste it whole, I'll turn it into records for you to confirm",
            "· To-dos: remind me tomorrow to call ABC; push it to Monday; done",
            "· Numbers: how far am I from quota; who hasn't visited anyone this week; what's new with ABC",
            "· Slips: not 85k, 95k; undo",
        ]

    def small_talk(self, said: str) -> str | None:
        low = said.lower()
        if re.search(r"\b(thanks|thank you|thx|tks|cheers)\b", low):
            return "Any time."
        if re.search(r"tired|exhausted|stress|bad day|hate|screwed|rough", low):
            return "Sounds like a long day. When you're ready, I can help you sort your deals."
        if re.search(r"\b(hi|hello|hey|morning|evening)\b", low):
            return 'Here. Send me a line after each customer; "help" shows what I can do.'
        if re.search(r"^\s*(?:ok|okay|great|cool|got it|sure)[\s.!]*$", low):
            return "Good."
        return None

    def beyond_me(self) -> str:
        return "That one's beyond me. I do sales: visits, deals, to-dos, numbers."

    def no_picture(self) -> str:
        return "Nothing to draw there: it's a single number or a list."

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
