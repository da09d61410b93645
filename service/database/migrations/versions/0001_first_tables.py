"""The first tables: the contract's and those of the service."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime()
TYPES: dict[str, Any] = {
    "": CODE,
    "whole": sa.BigInteger(),
    "number": sa.Double(),
    "date": sa.Date(),
    "moment": MOMENT,
    "flag": sa.Boolean(),
}

# name:type, then ! for a part of the key, * for a column that is never empty
DATA = {
    "employees": """
        employee_id! agency_name nip name birth_date:date sex employment unit_code job_code
        target_job_code supervisor_id tier grade education_level education_field
        appointed_on:date job_since:date grade_since:date contract_until:date legal_status
        retirement_age:whole location
    """,
    "units": """
        unit_code! agency_name name kind parent_code head_job_code head_employee_id affair
        location
    """,
    "competencies": """
        competency_code! name* group max_level:number description
    """,
    "jobs": """
        job_code! title* tier family affair unit_code job_class:whole description min_grade
        max_grade min_education education_fields min_experience_years:number
    """,
    "job_conditions": """
        job_code! kind! value! importance:whole
    """,
    "staffing": """
        unit_code! job_code! needed:whole filled:whole acting:whole as_of:date
    """,
    "career_paths": """
        from_job_code! to_job_code! kind source
    """,
    "job_requirements": """
        job_code! competency_code! level:number importance:whole weight:number
    """,
    "competency_scores": """
        employee_id! competency_code! assessed_on:moment! source! level:number*
    """,
    "trainings": """
        training_code! title* description form structural mix method provider provider_kind
        hours:number cost:number international:flag curriculum tiers min_grade max_grade
        min_education affair prerequisites repeat_after_months:whole path accreditation
        mandatory_for language
    """,
    "training_outcomes": """
        training_code! competency_code! level_to:number level_from:number
    """,
    "sessions": """
        session_code! training_code* starts_on:date ends_on:date closes_on:date seats:whole
        min_seats:whole opening_cost:number batch method venue location
    """,
    "training_history": """
        employee_id! training_code! title! completed_on:moment! started_on:moment status
        hours:number score:number rating:number form provider certificate_no
        certificate_date:date fund_source verified:flag
    """,
    "nominations": """
        employee_id! session_code! status* proposed_by decided_by letter_no reason at:moment
    """,
    "certifications": """
        employee_id! name! issued_on:date! number issuer expires_on:date
    """,
    "credit_points": """
        employee_id! as_of:date! cumulative:number* period_points:number level_since:date
    """,
    "vacancies": """
        vacancy_code! job_code* unit_code seats:whole opens_on:date closes_on:date method
        vacant_since:date acting
    """,
    "job_history": """
        employee_id! job_code! title! from_date:date! to_date:date unit_code tier assignment
        decree_no decree_date:date
    """,
    "performance": """
        employee_id! year:whole! period! rating work_result behaviour value:number
    """,
    "talent": """
        employee_id! assessed_on:date! performance_axis:number potential_axis:number
        box:whole published_on:date
    """,
    "discipline": """
        employee_id! starts_on:date! ends_on:date severity
    """,
    "budgets": """
        budget_code! amount:number* unit_code year:whole source program activity
        sub_activity stage
    """,
    "priorities": """
        competency_code! unit_code! source! starts_on:date! weight:number* reason
        ends_on:date
    """,
    "role_pairs": """
        source_job! target_job! gain:number
    """,
    "feedback": """
        employee_id! kind! item_code! at:moment! action reason_code comment
    """,
}
INDEXES = (
    ("employees", ("agency", "ref"), True),
    ("employees", ("agency", "name_folded", "ref"), False),
    ("employees", ("agency", "unit_code"), False),
    ("units", ("agency", "parent_code"), False),
)


def upgrade() -> None:
    for name, words in DATA.items():
        derived = ("ref", "name_folded") if name == "employees" else ()
        op.create_table(
            name,
            sa.Column("agency", CODE, nullable=False),
            *(_column(word) for word in words.split()),
            sa.Column("attributes", DOCUMENT),
            *(sa.Column(one, CODE) for one in derived),
            sa.PrimaryKeyConstraint("agency", *_key(words), name=f"pk_{name}"),
        )
    for table, columns, unique in INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns), unique=unique)
    _create_imports()
    _create_generations()
    _create_access()


def downgrade() -> None:
    for name in ("browser_session", "sign_in_link", "api_token", "recommendation"):
        op.drop_table(name)
    for name in ("generation_switch", "generation", "import_run"):
        op.drop_table(name)
    for table, columns, _ in INDEXES:
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    for name in reversed(DATA):
        op.drop_table(name)


def _column(word: str) -> "sa.Column[Any]":
    name, _, kind = word.rstrip("!*").partition(":")
    return sa.Column(name, TYPES[kind], nullable=word[-1] not in "!*")


def _key(words: str) -> list[str]:
    return [word.rstrip("!").partition(":")[0] for word in words.split() if word[-1] == "!"]


def _create_imports() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.Column("sha256", CODE, nullable=False),
        sa.Column("inserted", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("counts", DOCUMENT, nullable=False),
        sa.Column("report", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_run"),
        sqlite_autoincrement=True,
    )


def _create_generations() -> None:
    op.create_table(
        "generation",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("data", CODE, nullable=False),
        sa.Column("model", CODE, nullable=False),
        sa.Column("rules", CODE, nullable=False),
        sa.Column("not_checked", DOCUMENT, nullable=False),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.Column("people", sa.BigInteger()),
        sa.Column("lists", sa.BigInteger()),
        sa.Column("items", sa.BigInteger()),
        sa.Column("checksum", CODE),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT),
        sa.Column("cleared_at", MOMENT),
        sa.PrimaryKeyConstraint("number", name="pk_generation"),
        sa.CheckConstraint(
            "state in ('staging', 'published', 'retired', 'failed', 'removed')",
            name=op.f("ck_generation_state"),
        ),
        sqlite_autoincrement=True,
    )
    switch = op.create_table(
        "generation_switch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("current", NUMBER),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("switched_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_generation_switch"),
        sa.ForeignKeyConstraint(
            ["current"], ["generation.number"], name="fk_generation_switch_current"
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_generation_switch_one_row")),
    )
    op.bulk_insert(switch, [{"id": 1, "fence": 0}])
    op.create_table(
        "recommendation",
        sa.Column("generation", NUMBER, autoincrement=False, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("employee_id", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "generation", "agency", "employee_id", "kind", name="pk_recommendation"
        ),
        sa.ForeignKeyConstraint(
            ["generation"], ["generation.number"], name="fk_recommendation_generation"
        ),
        sqlite_with_rowid=False,
    )


def _grant() -> "tuple[sa.Column[Any], ...]":
    return (
        sa.Column("role", CODE, nullable=False),
        sa.Column("scope", CODE, nullable=False),
        sa.Column("agency", CODE, nullable=False),
        sa.Column("employee_id", CODE),
        sa.Column("label", CODE, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )


def _create_access() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("secret_hash", CODE, nullable=False),
        *_grant(),
        sa.Column("revoked_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("secret_hash", name="uq_api_token_secret_hash"),
        sqlite_autoincrement=True,
    )
    for name, end in (("sign_in_link", "used_at"), ("browser_session", "revoked_at")):
        op.create_table(
            name,
            sa.Column("secret_hash", CODE, nullable=False),
            *_grant(),
            sa.Column(end, MOMENT),
            sa.PrimaryKeyConstraint("secret_hash", name=f"pk_{name}"),
        )
