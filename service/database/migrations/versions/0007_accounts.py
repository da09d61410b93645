"""Accounts with a password, and the sessions that belong to them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("login", CODE, nullable=False),
        sa.Column("password_hash", CODE, nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("scope", CODE, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("employee_id", CODE),
        sa.Column("label", CODE, nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime()),
        sa.Column("disabled_at", sa.DateTime()),
        sa.Column("seen_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("agency", "login", name="uq_account_agency_login"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("browser_session") as table:
        table.add_column(sa.Column("account_id", NUMBER))
        table.add_column(sa.Column("seen_at", sa.DateTime()))
    op.create_index("ix_browser_session_account_id", "browser_session", ["account_id"])


def downgrade() -> None:
    op.drop_index("ix_browser_session_account_id", "browser_session")
    with op.batch_alter_table("browser_session") as table:
        table.drop_column("seen_at")
        table.drop_column("account_id")
    op.drop_table("account")
