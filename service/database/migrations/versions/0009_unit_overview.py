"""Figures of units for the gap map: people, learning hours, gaps; small groups are null."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARENT = "ix_unit_overview_generation_agency_parent_code"


def _key() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("generation", NUMBER, autoincrement=False, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("unit_code", CODE, nullable=False),
        sa.Column("part", CODE, nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "unit_overview",
        *_key(),
        sa.Column("parent_code", CODE),
        sa.Column("people", sa.Integer()),
        sa.Column("jp_none", sa.Integer()),
        sa.Column("jp_some", sa.Integer()),
        sa.Column("jp_enough", sa.Integer()),
        sa.PrimaryKeyConstraint(
            "generation", "agency", "unit_code", "part", name="pk_unit_overview"
        ),
        sa.ForeignKeyConstraint(
            ["generation"], ["generation.number"], name="fk_unit_overview_generation"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(PARENT, "unit_overview", ["generation", "agency", "parent_code"])
    op.create_table(
        "unit_gap",
        *_key(),
        sa.Column("slice", CODE, nullable=False),
        sa.Column("competency_code", CODE, nullable=False),
        sa.Column("people", sa.Integer()),
        sa.Column("known", sa.Integer()),
        sa.Column("below", sa.Integer()),
        sa.Column("milli", sa.BigInteger()),
        sa.PrimaryKeyConstraint(
            "generation",
            "agency",
            "unit_code",
            "part",
            "slice",
            "competency_code",
            name="pk_unit_gap",
        ),
        sa.ForeignKeyConstraint(
            ["generation"], ["generation.number"], name="fk_unit_gap_generation"
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("unit_gap")
    op.drop_index(PARENT, "unit_overview")
    op.drop_table("unit_overview")
