"""Names that wait for a person, so that the queue is listed and searched page by page."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "name_waiting",
        sa.Column("agency", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("proposed", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("agency", "kind", "key", name=op.f("pk_name_waiting")),
    )


def downgrade() -> None:
    op.drop_table("name_waiting")
