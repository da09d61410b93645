"""The periodic worker: its lease, and what it tried."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    lease = op.create_table(
        "worker_lease",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", CODE),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_worker_lease"),
        sa.CheckConstraint("id = 1", name=op.f("ck_worker_lease_one_row")),
    )
    op.bulk_insert(lease, [{"id": 1, "token": 0, "beat": 0}])
    op.create_table(
        "worker_run",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("cause", CODE, nullable=False),
        sa.Column("slot", CODE, nullable=False),
        sa.Column("inputs", CODE, nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
        sa.Column("generation", NUMBER),
        sa.Column("problem", CODE),
        sa.Column("stage", CODE),
        sa.Column("done", sa.BigInteger()),
        sa.Column("total", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_worker_run"),
        sa.ForeignKeyConstraint(
            ["generation"], ["generation.number"], name="fk_worker_run_generation"
        ),
        sa.CheckConstraint(
            "state in ('running', 'published', 'held', 'failed', 'stopped', 'lost')",
            name=op.f("ck_worker_run_state"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_worker_run_cause_slot", "worker_run", ["cause", "slot"])


def downgrade() -> None:
    op.drop_index("ix_worker_run_cause_slot", "worker_run")
    op.drop_table("worker_run")
    op.drop_table("worker_lease")
