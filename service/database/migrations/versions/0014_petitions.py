"""Corrections of data and objections, with their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "petition",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("employee_id", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("topic", CODE, nullable=False),
        sa.Column("words", CODE, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", CODE),
        sa.Column("answer", CODE),
        sa.Column("answered_by", CODE),
        sa.Column("answered_at", sa.DateTime()),
        sa.Column("by", CODE),
        sa.Column("role", CODE),
        sa.PrimaryKeyConstraint("id", name="pk_petition"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_petition_agency_employee_id", "petition", ["agency", "employee_id"])
    op.create_index("ix_petition_agency_outcome", "petition", ["agency", "outcome"])


def downgrade() -> None:
    op.drop_index("ix_petition_agency_outcome", "petition")
    op.drop_index("ix_petition_agency_employee_id", "petition")
    op.drop_table("petition")
