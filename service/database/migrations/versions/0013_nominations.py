"""Steps of nominations, and the proposals they answer."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "nomination_step",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("employee_id", CODE, nullable=False),
        sa.Column("session_code", CODE, nullable=False),
        sa.Column("act", CODE, nullable=False),
        sa.Column("before", CODE),
        sa.Column("after", CODE),
        sa.Column("reason", CODE),
        sa.Column("letter_no", CODE),
        sa.Column("replaces", CODE),
        sa.Column("certificate_no", CODE),
        sa.Column("completed_on", sa.Date()),
        sa.Column("decided_by", CODE, nullable=False),
        sa.Column("by", CODE, nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("audit", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_nomination_step"),
        sqlite_autoincrement=True,
    )
    for column in ("session_code", "employee_id"):
        name = f"ix_nomination_step_agency_{column}"
        op.create_index(name, "nomination_step", ["agency", column])
    op.create_table(
        "seat_round",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("job", NUMBER),
        sa.Column("decided_by", CODE, nullable=False),
        sa.Column("note", CODE, nullable=False),
        sa.Column("by", CODE, nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("audit", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seat_round"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_seat_round_agency", "seat_round", ["agency"])


def downgrade() -> None:
    op.drop_index("ix_seat_round_agency", "seat_round")
    op.drop_table("seat_round")
    for column in ("session_code", "employee_id"):
        op.drop_index(f"ix_nomination_step_agency_{column}", "nomination_step")
    op.drop_table("nomination_step")
