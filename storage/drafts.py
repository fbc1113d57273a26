"""Each kind of draft, planned: what a visit, a deal change, a promise, a payment would write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sales.errors import UnknownRecord
from sales.records import ActivityDraft, DealDraft, FollowUpDraft, PaymentDraft, Read, Reading, Ref
from sales.stages import FollowUpStatus, PaymentStatus, Stage
from storage.history import reach
from storage.kinds import Image, Value
from storage.plan import Evidence, Plan
from storage.scoping import may_change

Record = tuple[str, str]
Values = dict[str, tuple[Value, Evidence]]

# By what a record that is made again in a correction is known, the strictest first.
_ALIKE: dict[str, tuple[tuple[str, ...], ...]] = {
    "activity": (("account", "type", "date", "contacts"), ("account", "type", "date"), ("account",)),
    "follow_up": (("text", "account", "due"), ("text",), ("account",)),
    "payment": (("account", "amount", "date", "status"), ("account", "amount"), ("account",)),
}


def plan_reading(plan: Plan, reading: Reading) -> list[Record]:
    """Plans everything that the reading is sure of; which record each of `reading.drafts` comes to."""
    planner = _Planner(plan, reading)
    deals = [("opportunity", planner.deal(deal)) for deal in reading.deals]
    activities = planner.made("activity", [planner.activity(activity) for activity in reading.activities])
    follow_ups = planner.made("follow_up", [planner.follow_up(follow_up) for follow_up in reading.follow_ups])
    payments = planner.made("payment", [planner.payment(payment) for payment in reading.payments])
    return [*activities, *deals, *follow_ups, *payments]


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


@dataclass
class _Planner:
    plan: Plan
    reading: Reading
    # New customers, contacts and deals of this reading: one a name, however often it is said.
    accounts: dict[str, str] = field(default_factory=dict)
    contacts: dict[tuple[str, str], str] = field(default_factory=dict)
    deals: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def me(self) -> str:
        return self.plan.scope.person

    def account(self, ref: Read[Ref]) -> str:
        if isinstance(ref.value, str):
            self.plan.image("account", ref.value)
            return ref.value
        name = ref.value.name.strip()
        if (key := _plain(name)) not in self.accounts:
            self.accounts[key] = self.plan.create(
                "account",
                {"name": (name, ref.spans), "owner": (self.me, ())},
                # A new customer that was misheard is renamed, not made twice.
                lambda image: _plain(str(image["name"])) == key or len(self.plan.reusable.by_kind["account"]) == 1,
            )
        return self.accounts[key]

    def contact(self, account_id: str, ref: Read[Ref]) -> str:
        if isinstance(ref.value, str):
            if self.plan.image("contact", ref.value)["account"] != account_id:
                raise UnknownRecord("contact", ref.value)
            return ref.value
        name = ref.value.name.strip()
        key = (account_id, _plain(name))
        if key not in self.contacts:

            def like(image: Image) -> bool:
                alone = len(self.plan.reusable.by_kind["contact"]) == 1
                return image["account"] == account_id and (_plain(str(image["name"])) == key[1] or alone)

            self.contacts[key] = self.plan.create(
                "contact", {"account": (account_id, ()), "name": (name, ref.spans)}, like
            )
        return self.contacts[key]

    def deal_of(self, account_id: str | None, ref: Read[str] | None) -> str | None:
        """The deal that an activity, promise or payment belongs to: one of the same customer."""
        if ref is None:
            return None
        image = self.plan.image("opportunity", ref.value)
        if account_id is None or image["account"] != account_id:
            raise UnknownRecord("opportunity", ref.value)
        if not self.plan.is_new("opportunity", ref.value):
            may_change(self.plan.tx, self.plan.scope, "opportunity", ref.value, image)
        return ref.value

    def made(self, kind: str, planned: Sequence[str | Values]) -> list[Record]:
        """The ids of records on record that were changed, and of those made now, in the order of the drafts."""
        new = iter(self.plan.create_several(kind, [one for one in planned if not isinstance(one, str)], _ALIKE[kind]))
        return [(kind, one if isinstance(one, str) else next(new)) for one in planned]

    def activity(self, draft: ActivityDraft) -> Values:
        account = self.account(draft.account)
        contacts = [self.contact(account, contact) for contact in draft.contacts]
        return {
            "user": (self.me, ()),
            "account": (account, draft.account.spans),
            "opportunity": (self.deal_of(account, draft.opportunity), _spans(draft.opportunity)),
            "type": (draft.type.value, draft.type.spans),
            "date": (draft.date.value, draft.date.spans),
            "contacts": (tuple(contacts), tuple(s for contact in draft.contacts for s in contact.spans)),
            "summary": (draft.summary, ()),
        }

    def deal(self, draft: DealDraft) -> str:
        account = self.account(draft.account)
        deal = self._deal_id(account, draft)
        plan, reached = self.plan, draft.stage
        for name in ("name", "amount", "close_date", "probability"):
            read: Read[str] | Read[int] | Read[date] | None = getattr(draft, name)
            if read is not None:
                plan.set("opportunity", deal, name, read.value, read.spans)
        for name, kind, several in (
            ("products", "product", draft.products),
            ("competitors", "competitor", draft.competitors),
        ):
            if several:
                held = plan.image("opportunity", deal)[name]
                assert isinstance(held, tuple)
                ids = (plan.known(kind, one.value) for one in several)
                plan.set("opportunity", deal, name, (*held, *ids), tuple(s for one in several for s in one.spans))
        if reached is not None:
            reach(plan, deal, reached.value, self._day_of(account, deal), reached.spans)
        if draft.lost_reason is not None:
            plan.set("opportunity", deal, "lost_reason", draft.lost_reason.value, draft.lost_reason.spans)
        return deal

    def _deal_id(self, account: str, draft: DealDraft) -> str:
        plan, ref = self.plan, draft.opportunity
        if isinstance(ref.value, str):
            if plan.changeable("opportunity", ref.value)["account"] != account:
                raise UnknownRecord("opportunity", ref.value)
            return ref.value
        plan.needs_account(account)
        name = (draft.name.value if draft.name else ref.value.name).strip()
        spans = draft.name.spans if draft.name else ref.spans
        key = (account, _plain(name))
        if key not in self.deals:

            def like(image: Image) -> bool:
                alone = len(plan.reusable.by_kind["opportunity"]) == 1
                return alone or (image["account"] == account and _plain(str(image["name"])) == key[1])

            self.deals[key] = plan.create(
                "opportunity",
                {
                    "account": (account, draft.account.spans),
                    "name": (name, spans),
                    # A deal is the account's owner's, also where a manager reports it.
                    "owner": (plan.image("account", account)["owner"], ()),
                    "created_on": (plan.today, ()),
                },
                like,
            )
            if draft.stage is None:
                reach(plan, self.deals[key], Stage.LEAD, plan.today)
        return self.deals[key]

    def _day_of(self, account: str, deal: str) -> date:
        """When a stage was reached: the day of the report's activity about this deal or customer, else today."""
        days = [
            (activity.opportunity is not None and activity.opportunity.value == deal, activity.date.value)
            for activity in self.reading.activities
            if activity.date.value <= self.plan.today
            and (activity.opportunity is None or activity.opportunity.value == deal)
            and self._same_account(activity.account.value, account)
        ]
        return max(days)[1] if days else self.plan.today

    def _same_account(self, ref: Ref, account: str) -> bool:
        return ref == account if isinstance(ref, str) else self.accounts.get(_plain(ref.name.strip())) == account

    def follow_up(self, draft: FollowUpDraft) -> str | Values:
        plan = self.plan
        account = self.account(draft.account) if draft.account is not None else None
        done = draft.status is FollowUpStatus.DONE
        if draft.id is None:
            return {
                "user": (self.me, ()),
                "account": (account, _spans(draft.account)),
                "opportunity": (self.deal_of(account, draft.opportunity), _spans(draft.opportunity)),
                "due": (draft.due.value if draft.due else None, _spans(draft.due)),
                "text": (draft.text.value.strip(), draft.text.spans),
                "done_on": (plan.today if done else None, ()),
            }
        held = plan.changeable("follow_up", draft.id)
        if draft.due is not None:
            plan.set("follow_up", draft.id, "due", draft.due.value, draft.due.spans)
        if draft.text.value.strip():
            plan.set("follow_up", draft.id, "text", draft.text.value.strip(), draft.text.spans)
        if not done:
            plan.set("follow_up", draft.id, "done_on", None, draft.text.spans)
        elif held["done_on"] is None:
            plan.set("follow_up", draft.id, "done_on", plan.today, draft.text.spans)
        return draft.id

    def payment(self, draft: PaymentDraft) -> str | Values:
        plan = self.plan
        account = self.account(draft.account)
        deal = self.deal_of(account, draft.opportunity)
        received = draft.status is PaymentStatus.RECEIVED
        day = draft.date.value if draft.date else (plan.today if received else None)
        if draft.id is None:
            if deal is None:
                plan.needs_account(account)
            return {
                "account": (account, draft.account.spans),
                "opportunity": (deal, _spans(draft.opportunity)),
                "amount": (draft.amount.value, draft.amount.spans),
                "date": (day, _spans(draft.date)),
                "status": (draft.status, ()),
            }
        if plan.changeable("payment", draft.id)["account"] != account:
            raise UnknownRecord("payment", draft.id)
        plan.set("payment", draft.id, "amount", draft.amount.value, draft.amount.spans)
        plan.set("payment", draft.id, "status", draft.status, draft.amount.spans)
        if day is not None:
            plan.set("payment", draft.id, "date", day, _spans(draft.date))
        if deal is not None:
            plan.set("payment", draft.id, "opportunity", deal, _spans(draft.opportunity))
        return draft.id


def _spans(read: Read[str] | Read[Ref] | Read[date] | None) -> Evidence:
    return read.spans if read is not None else ()
