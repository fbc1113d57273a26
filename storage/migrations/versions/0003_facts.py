"""Figures kept ready beside the records (filled by storage.migrate), and the indexes that questions need.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deal_facts",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("opportunity_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("probability", sa.Integer(), nullable=True),
        sa.Column("close_date", sa.Date(), nullable=True),
        sa.Column("touched_on", sa.Date(), nullable=True),
        sa.Column("last_activity_on", sa.Date(), nullable=True),
        sa.Column("last_met_on", sa.Date(), nullable=True),
        sa.Column("people_met", sa.Integer(), nullable=False),
        sa.Column("pushes", sa.Integer(), nullable=False),
        sa.Column("pushed_days", sa.Integer(), nullable=False),
        sa.Column("pushed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "owner_id", "opportunity_id", name=op.f("pk_deal_facts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("deal_facts", schema=None) as batch_op:
        batch_op.create_index("ix_deal_facts_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_deal_facts_amount", ["amount"], unique=False)
        batch_op.create_index("ix_deal_facts_opportunity_id", ["opportunity_id"], unique=True)
        batch_op.create_index("ix_deal_facts_owner_id", ["owner_id"], unique=False)
        batch_op.create_index("ix_deal_facts_pushed_on", ["pushed_on"], unique=False)

    op.create_table(
        "person_months",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("won", sa.BigInteger(), nullable=False),
        sa.Column("won_count", sa.Integer(), nullable=False),
        sa.Column("lost_count", sa.Integer(), nullable=False),
        sa.Column("created_count", sa.Integer(), nullable=False),
        sa.Column("activities", sa.Integer(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("quota", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("month", "unit_id", "person_id", name=op.f("pk_person_months")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("person_months", schema=None) as batch_op:
        batch_op.create_index("ix_person_months_person_id", ["person_id"], unique=False)

    op.create_table(
        "person_stages",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("won", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "stage", name=op.f("pk_person_stages")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "product_wins",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("opportunity_id", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "closed_on", "opportunity_id", "product_id", name=op.f("pk_product_wins")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("product_wins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_wins_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_wins_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_product_wins_product_id", ["product_id", "closed_on", "amount"], unique=False)

    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.create_index("ix_activities_happened_on", ["happened_on", "person_id", "type"], unique=False)

    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_ups_done_on_due_on"))
        batch_op.create_index(
            "ix_follow_ups_due",
            ["due_on", "person_id"],
            unique=False,
            sqlite_where=sa.text("done_on IS NULL"),
            postgresql_where=sa.text("done_on IS NULL"),
        )

    with op.batch_alter_table("opportunities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opportunities_owner_id_stage"))
        batch_op.drop_index(batch_op.f("ix_opportunities_stage_closed_on"))
        batch_op.create_index(
            "ix_opportunities_stage_closed_on", ["stage", "closed_on", "owner_id", "amount"], unique=False
        )
        batch_op.create_index(
            "ix_opportunities_owner_id_stage_closed_on", ["owner_id", "stage", "closed_on", "amount"], unique=False
        )
        batch_op.create_index("ix_opportunities_stage_close_date", ["stage", "close_date"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("opportunities", schema=None) as batch_op:
        batch_op.drop_index("ix_opportunities_stage_close_date")
        batch_op.drop_index("ix_opportunities_owner_id_stage_closed_on")
        batch_op.drop_index("ix_opportunities_stage_closed_on")
        batch_op.create_index(batch_op.f("ix_opportunities_stage_closed_on"), ["stage", "closed_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_opportunities_owner_id_stage"), ["owner_id", "stage"], unique=False)

    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_follow_ups_due", sqlite_where=sa.text("done_on IS NULL"), postgresql_where=sa.text("done_on IS NULL")
        )
        batch_op.create_index(batch_op.f("ix_follow_ups_done_on_due_on"), ["done_on", "due_on"], unique=False)

    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_index("ix_activities_happened_on")

    with op.batch_alter_table("product_wins", schema=None) as batch_op:
        batch_op.drop_index("ix_product_wins_product_id")
        batch_op.drop_index(batch_op.f("ix_product_wins_owner_id"))
        batch_op.drop_index(batch_op.f("ix_product_wins_account_id"))

    op.drop_table("product_wins")
    op.drop_table("person_stages")
    with op.batch_alter_table("person_months", schema=None) as batch_op:
        batch_op.drop_index("ix_person_months_person_id")

    op.drop_table("person_months")
    with op.batch_alter_table("deal_facts", schema=None) as batch_op:
        batch_op.drop_index("ix_deal_facts_pushed_on")
        batch_op.drop_index("ix_deal_facts_owner_id")
        batch_op.drop_index("ix_deal_facts_opportunity_id")
        batch_op.drop_index("ix_deal_facts_amount")
        batch_op.drop_index("ix_deal_facts_account_id")

    op.drop_table("deal_facts")
