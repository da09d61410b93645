"""Accounts that are bound to somebody a provider of single sign-on knows."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account_identity",
        sa.Column("agency", CODE, nullable=False),
        sa.Column("issuer", CODE, nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("bound_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime()),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_identity_account_id")
        ),
        sa.PrimaryKeyConstraint("agency", "issuer", "subject", name=op.f("pk_account_identity")),
        sa.UniqueConstraint(
            "account_id", "issuer", name=op.f("uq_account_identity_account_id_issuer")
        ),
    )
    op.add_column("browser_session", sa.Column("single_sign_on", sa.Boolean()))


def downgrade() -> None:
    with op.batch_alter_table("browser_session") as batch:
        batch.drop_column("single_sign_on")
    op.drop_table("account_identity")
