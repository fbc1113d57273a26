"""Every table there is: the models say what, the Core tables beside them are what is used."""

from storage.tables.base import metadata, table
from storage.tables.customers import (
    Account,
    Activity,
    ActivityContact,
    Contact,
    FollowUp,
    Opportunity,
    OpportunityCompetitor,
    OpportunityProduct,
    Payment,
    StageChange,
)
from storage.tables.facts import DealFacts, PersonMonth, PersonStage, ProductWin
from storage.tables.history import ChangeRow, ChangeSetRow, Counter
from storage.tables.messages import Conversation, InboxMessage, OutboxMessage, Pace, PictureRow
from storage.tables.organisation import (
    ChannelIdentity,
    CompanySettings,
    Competitor,
    LinkCode,
    LinkTry,
    OrgUnit,
    Person,
    Product,
    Quota,
    RemovedAccount,
)

company_settings = table(CompanySettings)
org_units = table(OrgUnit)
people = table(Person)
channel_identities = table(ChannelIdentity)
products = table(Product)
competitors = table(Competitor)
quotas = table(Quota)
accounts = table(Account)
contacts = table(Contact)
opportunities = table(Opportunity)
opportunity_products = table(OpportunityProduct)
opportunity_competitors = table(OpportunityCompetitor)
stage_changes = table(StageChange)
activities = table(Activity)
activity_contacts = table(ActivityContact)
follow_ups = table(FollowUp)
payments = table(Payment)
change_sets = table(ChangeSetRow)
changes = table(ChangeRow)
counters = table(Counter)
inbox = table(InboxMessage)
outbox = table(OutboxMessage)
conversations = table(Conversation)
paces = table(Pace)
pictures = table(PictureRow)
link_codes = table(LinkCode)
link_tries = table(LinkTry)
removed_accounts = table(RemovedAccount)
deal_facts = table(DealFacts)
person_months = table(PersonMonth)
person_stages = table(PersonStage)
product_wins = table(ProductWin)

__all__ = [
    "accounts",
    "activities",
    "activity_contacts",
    "change_sets",
    "changes",
    "channel_identities",
    "company_settings",
    "competitors",
    "contacts",
    "conversations",
    "counters",
    "deal_facts",
    "follow_ups",
    "inbox",
    "link_codes",
    "link_tries",
    "metadata",
    "opportunities",
    "opportunity_competitors",
    "opportunity_products",
    "org_units",
    "outbox",
    "paces",
    "payments",
    "people",
    "person_months",
    "person_stages",
    "pictures",
    "product_wins",
    "products",
    "quotas",
    "removed_accounts",
    "stage_changes",
]
