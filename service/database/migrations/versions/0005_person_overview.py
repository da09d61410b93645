"""What lists of people are filtered by, and what a generation reaches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
INDEXES = {
    "person_overview": (
        ("unit_code",),
        ("tier",),
        ("jp",),
        ("box",),
        ("assessment", "assessed_until"),
        ("gaps",),
    ),
    "person_gap": (("competency_code", "milli"),),
}


def _index(table: str, columns: tuple[str, ...]) -> tuple[str, str, list[str]]:
    whole = ["generation", "agency", *columns]
    return f"ix_{table}_{'_'.join(whole)}", table, whole


def upgrade() -> None:
    op.create_table(
        "person_overview",
        sa.Column("generation", NUMBER, autoincrement=False, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("employee_id", CODE, nullable=False),
        sa.Column("unit_code", CODE),
        sa.Column("job_code", CODE),
        sa.Column("tier", CODE),
        sa.Column("jp", sa.Double()),
        sa.Column("box", sa.Integer()),
        sa.Column("box_published", sa.Boolean()),
        sa.Column("assessment", CODE, nullable=False),
        sa.Column("assessed_until", sa.Date()),
        sa.Column("gaps", sa.Integer()),
        sa.Column("unknown", sa.Integer()),
        sa.PrimaryKeyConstraint("generation", "agency", "employee_id", name="pk_person_overview"),
        sa.ForeignKeyConstraint(
            ["generation"], ["generation.number"], name="fk_person_overview_generation"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "person_gap",
        sa.Column("generation", NUMBER, autoincrement=False, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("competency_code", CODE, nullable=False),
        sa.Column("employee_id", CODE, nullable=False),
        sa.Column("milli", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "generation", "agency", "competency_code", "employee_id", name="pk_person_gap"
        ),
        sa.ForeignKeyConstraint(
            ["generation"], ["generation.number"], name="fk_person_gap_generation"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quality_review",
        sa.Column("generation", NUMBER, autoincrement=False, nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("report", DOCUMENT, nullable=False),
        sa.Column("override_reason", CODE),
        sa.Column("override_by", CODE),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("generation", name="pk_quality_review"),
        sa.ForeignKeyConstraint(
            ["generation"], ["generation.number"], name="fk_quality_review_generation"
        ),
    )
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(*_index(table, columns))


def downgrade() -> None:
    op.drop_table("quality_review")
    for table in ("person_gap", "person_overview"):
        for columns in INDEXES[table]:
            name, _, _ = _index(table, columns)
            op.drop_index(name, table)
        op.drop_table(table)
