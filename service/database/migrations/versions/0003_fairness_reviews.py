"""What was measured of the fairness of each generation, and who published one all the same."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "fairness_review",
        sa.Column("generation", NUMBER, autoincrement=False, nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("report", DOCUMENT, nullable=False),
        sa.Column("override_reason", CODE),
        sa.Column("override_by", CODE),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation"],
            ["generation.number"],
            name="fk_fairness_review_generation",
        ),
        sa.PrimaryKeyConstraint("generation", name="pk_fairness_review"),
    )


def downgrade() -> None:
    op.drop_table("fairness_review")
