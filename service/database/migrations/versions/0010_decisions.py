"""Decisions of named people, with what they had before them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("employee_id", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("item_code", CODE, nullable=False),
        sa.Column("act", CODE, nullable=False),
        sa.Column("reason", CODE, nullable=False),
        sa.Column("decided_by", CODE, nullable=False),
        sa.Column("by", CODE, nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("generation", NUMBER, nullable=False),
        sa.Column("capsule", sa.LargeBinary(), nullable=False),
        sa.Column("capsule_hash", CODE, nullable=False),
        sa.Column("request_key", CODE),
        sa.Column("audit", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("agency", "request_key", name="uq_decision_agency_request_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decision_agency_employee_id", "decision", ["agency", "employee_id"])


def downgrade() -> None:
    op.drop_index("ix_decision_agency_employee_id", "decision")
    op.drop_table("decision")
