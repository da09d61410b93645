"""What people decided about names that could not be matched for sure."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "name_decision",
        sa.Column("agency", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.Column("code", CODE),
        sa.Column("decided_by", CODE, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "kind", "key", name="pk_name_decision"),
    )


def downgrade() -> None:
    op.drop_table("name_decision")
