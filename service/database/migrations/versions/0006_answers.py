"""Answers of people to suggestions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("employee_id", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("item_code", CODE, nullable=False),
        sa.Column("action", CODE, nullable=False),
        sa.Column("reason_code", CODE),
        sa.Column("comment", CODE),
        sa.Column("by", CODE, nullable=False),
        sa.Column("generation", NUMBER, nullable=False),
        sa.Column("request_key", CODE),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
        sa.UniqueConstraint("agency", "request_key", name="uq_answer_agency_request_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_answer_agency_employee_id_kind", "answer", ["agency", "employee_id", "kind"]
    )


def downgrade() -> None:
    op.drop_index("ix_answer_agency_employee_id_kind", "answer")
    op.drop_table("answer")
