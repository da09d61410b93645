"""The purpose somebody states for what they read in a session."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("browser_session", sa.Column("purpose", CODE))


def downgrade() -> None:
    with op.batch_alter_table("browser_session") as batch:
        batch.drop_column("purpose")
