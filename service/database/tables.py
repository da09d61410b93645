"""The tables of the database: the contract's, made from its schema, and those of the service.

In: ``training_data.schema.TABLES``. Out: ``METADATA`` and one ``Table`` each. Migrations lead to
exactly this form on SQLite and on PostgreSQL; a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from training_data import schema
from training_data.schema import Kind

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

CODE = String().with_variant(String(collation="C"), "postgresql")
"""Text that sorts by bytes on both databases."""

DOCUMENT = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON object that can be compared on both databases."""

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""A counter: SQLite only counts by itself in a column declared INTEGER."""


class Utc(TypeDecorator[datetime]):
    """A moment in UTC; stored without a zone since SQLite knows none."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Drop the zone after moving to UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


COLUMN_TYPES: Mapping[Kind, TypeEngine[Any]] = {
    Kind.TEXT: CODE,
    Kind.CODE: CODE,
    Kind.LIST: CODE,
    Kind.INTEGER: BigInteger(),
    Kind.NUMBER: Double(),
    Kind.DATE: Date(),
    Kind.MOMENT: DateTime(),
    Kind.FLAG: Boolean(),
}

EMPTY: Mapping[Kind, str] = {
    Kind.TEXT: "",
    Kind.CODE: "",
    Kind.DATE: "0001-01-01",
    Kind.MOMENT: "0001-01-01 00:00:00.000000",
}
"""What stands for an empty part of a key, so that two empty parts are equal in a primary key."""

RENAMED = {"agency": "agency_name"}
"""Contract column → database column. The key column ``agency`` is the installation's agency an
import belongs to; what a file says about a person's or unit's agency is data beside it."""


def _data_table(spec: schema.Table) -> Table:
    """Return the database form of a table of the contract."""
    columns: list[Column[Any]] = [Column("agency", CODE, primary_key=True)]
    for column in spec.columns:
        columns.append(
            Column(
                RENAMED.get(column.name, column.name),
                COLUMN_TYPES[column.kind],
                primary_key=column.key,
                nullable=not (column.key or column.required),
            )
        )
    columns.append(Column("attributes", DOCUMENT))
    return Table(spec.name, METADATA, *columns)


DATA: Mapping[str, Table] = {name: _data_table(spec) for name, spec in schema.TABLES.items()}
"""The contract's tables by name."""

employees = DATA["employees"]
employees.append_column(Column("ref", CODE))
employees.append_column(Column("name_folded", CODE))
Index(None, employees.c.agency, employees.c.ref, unique=True)
Index(None, employees.c.agency, employees.c.name_folded, employees.c.ref)
Index(None, employees.c.agency, employees.c.unit_code)
Index(None, DATA["units"].c.agency, DATA["units"].c.parent_code)

import_run = Table(
    "import_run",
    METADATA,
    Column("id", NUMBER, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("at", Utc, nullable=False),
    Column("name", CODE, nullable=False),
    Column("sha256", CODE, nullable=False),
    Column("inserted", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("unchanged", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("counts", DOCUMENT, nullable=False),
    Column("report", DOCUMENT, nullable=False),
    sqlite_autoincrement=True,
)

generation = Table(
    "generation",
    METADATA,
    Column("number", NUMBER, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("state", CODE, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("data", CODE, nullable=False),
    Column("model", CODE, nullable=False),
    Column("rules", CODE, nullable=False),
    Column("not_checked", DOCUMENT, nullable=False),
    Column("details", DOCUMENT, nullable=False),
    Column("people", BigInteger),
    Column("lists", BigInteger),
    Column("items", BigInteger),
    Column("checksum", CODE),
    Column("created_at", Utc, nullable=False),
    Column("published_at", Utc),
    Column("cleared_at", Utc),
    CheckConstraint(
        "state in ('staging', 'published', 'retired', 'failed', 'removed')", name="state"
    ),
    # A number that once stood for one content must never stand for another.
    sqlite_autoincrement=True,
)

generation_switch = Table(
    "generation_switch",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("current", NUMBER, ForeignKey("generation.number")),
    Column("fence", BigInteger, nullable=False),
    Column("switched_at", Utc),
    CheckConstraint("id = 1", name="one_row"),
)

recommendation = Table(
    "recommendation",
    METADATA,
    Column(
        "generation",
        NUMBER,
        ForeignKey("generation.number"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("agency", CODE, primary_key=True),
    Column("employee_id", CODE, primary_key=True),
    Column("kind", CODE, primary_key=True),
    Column("packed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

person_overview = Table(
    "person_overview",
    METADATA,
    Column(
        "generation",
        NUMBER,
        ForeignKey("generation.number"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("agency", CODE, primary_key=True),
    Column("employee_id", CODE, primary_key=True),
    Column("unit_code", CODE),
    Column("job_code", CODE),
    Column("tier", CODE),
    Column("jp", Double),
    Column("box", Integer),
    Column("box_published", Boolean),
    Column("assessment", CODE, nullable=False),
    Column("assessed_until", Date),
    Column("gaps", Integer),
    Column("unknown", Integer),
    Index(None, "generation", "agency", "unit_code"),
    Index(None, "generation", "agency", "tier"),
    Index(None, "generation", "agency", "jp"),
    Index(None, "generation", "agency", "box"),
    Index(None, "generation", "agency", "assessment", "assessed_until"),
    Index(None, "generation", "agency", "gaps"),
    sqlite_with_rowid=False,
)
"""What lists of people are filtered by, as it was when the generation was ranked."""

person_gap = Table(
    "person_gap",
    METADATA,
    Column(
        "generation",
        NUMBER,
        ForeignKey("generation.number"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("agency", CODE, primary_key=True),
    Column("competency_code", CODE, primary_key=True),
    Column("employee_id", CODE, primary_key=True),
    Column("milli", Integer, nullable=False),
    Index(None, "generation", "agency", "competency_code", "milli"),
    sqlite_with_rowid=False,
)
"""Gaps on the present post, in thousandths of a level."""

unit_overview = Table(
    "unit_overview",
    METADATA,
    Column(
        "generation",
        NUMBER,
        ForeignKey("generation.number"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("agency", CODE, primary_key=True),
    Column("unit_code", CODE, primary_key=True),
    Column("part", CODE, primary_key=True),
    Column("parent_code", CODE),
    Column("people", Integer),
    Column("jp_none", Integer),
    Column("jp_some", Integer),
    Column("jp_enough", Integer),
    Index(None, "generation", "agency", "parent_code"),
    sqlite_with_rowid=False,
)
"""People of units and their hours; null where they are too few to be told."""

unit_gap = Table(
    "unit_gap",
    METADATA,
    Column(
        "generation",
        NUMBER,
        ForeignKey("generation.number"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("agency", CODE, primary_key=True),
    Column("unit_code", CODE, primary_key=True),
    Column("part", CODE, primary_key=True),
    Column("slice", CODE, primary_key=True),
    Column("competency_code", CODE, primary_key=True),
    Column("people", Integer),
    Column("known", Integer),
    Column("below", Integer),
    Column("milli", BigInteger),
    sqlite_with_rowid=False,
)
"""Gaps of units by competency and slice of people; null where people are too few to be told."""


def _grant() -> tuple[Column[Any], ...]:
    """Return the columns that say what the holder of a secret may do."""
    return (
        Column("role", CODE, nullable=False),
        Column("scope", CODE, nullable=False),
        Column("agency", CODE, nullable=False),
        Column("employee_id", CODE),
        Column("label", CODE, nullable=False),
        Column("created_at", Utc, nullable=False),
        Column("expires_at", Utc, nullable=False),
    )


api_token = Table(
    "api_token",
    METADATA,
    Column("id", NUMBER, primary_key=True),
    Column("secret_hash", CODE, nullable=False, unique=True),
    *_grant(),
    Column("revoked_at", Utc),
    sqlite_autoincrement=True,
)

sign_in_link = Table(
    "sign_in_link",
    METADATA,
    Column("secret_hash", CODE, primary_key=True),
    *_grant(),
    Column("used_at", Utc),
)

account = Table(
    "account",
    METADATA,
    Column("id", NUMBER, primary_key=True),
    Column("login", CODE, nullable=False),
    Column("password_hash", CODE, nullable=False),
    Column("role", CODE, nullable=False),
    Column("scope", CODE, nullable=False),
    Column("agency", CODE, nullable=False),
    Column("employee_id", CODE),
    Column("label", CODE, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("locked_until", Utc),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc),
    Column("disabled_at", Utc),
    Column("seen_at", Utc),
    UniqueConstraint("agency", "login"),
    sqlite_autoincrement=True,
)
"""Who signs in with a name and a password, and what they may do then."""

browser_session = Table(
    "browser_session",
    METADATA,
    Column("secret_hash", CODE, primary_key=True),
    *_grant(),
    Column("revoked_at", Utc),
    # No foreign key: a session of a link belongs to no account.
    Column("account_id", NUMBER),
    Column("seen_at", Utc),
    Column("purpose", CODE),
    # Opened with a provider of single sign-on; empty is no.
    Column("single_sign_on", Boolean),
    Index(None, "account_id"),
)

account_identity = Table(
    "account_identity",
    METADATA,
    Column("agency", CODE, primary_key=True),
    Column("issuer", CODE, primary_key=True),
    Column("subject", CODE, primary_key=True),
    Column("account_id", NUMBER, ForeignKey("account.id"), nullable=False),
    Column("bound_at", Utc, nullable=False),
    Column("seen_at", Utc),
    UniqueConstraint("account_id", "issuer"),
)
"""Whom a provider of single sign-on knows as an account: one person each, at each provider."""

name_decision = Table(
    "name_decision",
    METADATA,
    Column("agency", CODE, primary_key=True),
    Column("kind", CODE, primary_key=True),
    Column("key", CODE, primary_key=True),
    Column("name", CODE, nullable=False),
    Column("code", CODE),
    Column("decided_by", CODE, nullable=False),
    Column("at", Utc, nullable=False),
)

name_waiting = Table(
    "name_waiting",
    METADATA,
    Column("agency", CODE, primary_key=True),
    Column("kind", CODE, primary_key=True),
    Column("key", CODE, primary_key=True),
    Column("name", CODE, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("people", BigInteger, nullable=False),
    Column("proposed", DOCUMENT, nullable=False),
)

fairness_review = Table(
    "fairness_review",
    METADATA,
    Column(
        "generation",
        NUMBER,
        ForeignKey("generation.number"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("met", Boolean, nullable=False),
    Column("report", DOCUMENT, nullable=False),
    Column("override_reason", CODE),
    Column("override_by", CODE),
    Column("at", Utc, nullable=False),
)
"""What was measured before a generation was published or held back, and who decided otherwise."""

quality_review = Table(
    "quality_review",
    METADATA,
    Column(
        "generation",
        NUMBER,
        ForeignKey("generation.number"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("met", Boolean, nullable=False),
    Column("report", DOCUMENT, nullable=False),
    Column("override_reason", CODE),
    Column("override_by", CODE),
    Column("at", Utc, nullable=False),
)
"""How many people and items a generation reaches, beside the one it was to replace."""

answer = Table(
    "answer",
    METADATA,
    Column("id", NUMBER, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("employee_id", CODE, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("item_code", CODE, nullable=False),
    Column("action", CODE, nullable=False),
    Column("reason_code", CODE),
    Column("comment", CODE),
    Column("by", CODE, nullable=False),
    Column("generation", NUMBER, nullable=False),
    Column("request_key", CODE),
    Column("at", Utc, nullable=False),
    UniqueConstraint("agency", "request_key"),
    Index(None, "agency", "employee_id", "kind"),
    sqlite_autoincrement=True,
)
"""What people answered to suggestions: rows are added, never changed."""

decision = Table(
    "decision",
    METADATA,
    Column("id", NUMBER, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("employee_id", CODE, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("item_code", CODE, nullable=False),
    Column("act", CODE, nullable=False),
    Column("reason", CODE, nullable=False),
    Column("decided_by", CODE, nullable=False),
    Column("by", CODE, nullable=False),
    Column("role", CODE, nullable=False),
    Column("generation", NUMBER, nullable=False),
    Column("capsule", LargeBinary, nullable=False),
    Column("capsule_hash", CODE, nullable=False),
    Column("request_key", CODE),
    # No foreign key: the trail stands for itself, and its triggers keep it whole.
    Column("audit", NUMBER, nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("agency", "request_key"),
    Index(None, "agency", "employee_id"),
    sqlite_autoincrement=True,
)
"""What named people decided about suggestions, with the bytes they decided on."""

nomination_step = Table(
    "nomination_step",
    METADATA,
    Column("id", NUMBER, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("employee_id", CODE, nullable=False),
    Column("session_code", CODE, nullable=False),
    Column("act", CODE, nullable=False),
    Column("before", CODE),
    Column("after", CODE),
    Column("reason", CODE),
    Column("letter_no", CODE),
    Column("replaces", CODE),
    Column("certificate_no", CODE),
    Column("completed_on", Date),
    Column("decided_by", CODE, nullable=False),
    Column("by", CODE, nullable=False),
    Column("role", CODE, nullable=False),
    Column("audit", NUMBER, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "agency", "session_code"),
    Index(None, "agency", "employee_id"),
    sqlite_autoincrement=True,
)
"""Steps of nominations: rows are added, never changed; how people stand is ``nominations``."""

seat_round = Table(
    "seat_round",
    METADATA,
    Column("id", NUMBER, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("job", NUMBER),
    Column("decided_by", CODE, nullable=False),
    Column("note", CODE, nullable=False),
    Column("by", CODE, nullable=False),
    Column("role", CODE, nullable=False),
    Column("audit", NUMBER, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "agency"),
    sqlite_autoincrement=True,
)
"""Which allocation departments answer with their nominations; the last row is in force, one
without an allocation ends it."""

petition = Table(
    "petition",
    METADATA,
    Column("id", NUMBER, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("employee_id", CODE, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("topic", CODE, nullable=False),
    Column("words", CODE, nullable=False),
    Column("at", Utc, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("outcome", CODE),
    Column("answer", CODE),
    Column("answered_by", CODE),
    Column("answered_at", Utc),
    Column("by", CODE),
    Column("role", CODE),
    Index(None, "agency", "employee_id"),
    Index(None, "agency", "outcome"),
    sqlite_autoincrement=True,
)
"""Corrections of data and objections: asked once, answered once."""

audit_event = Table(
    "audit_event",
    METADATA,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("agency", CODE, nullable=False),
    Column("at", Utc, nullable=False),
    Column("actor", CODE, nullable=False),
    Column("role", CODE, nullable=False),
    Column("action", CODE, nullable=False),
    Column("subject", CODE, nullable=False),
    Column("details", DOCUMENT, nullable=False),
    Column("previous", CODE, nullable=False),
    Column("hash", CODE, nullable=False),
    Index(None, "agency", "number"),
    Index(None, "agency", "subject"),
)
"""Who did what: appended and chained by hashes; triggers refuse every other change."""

job = Table(
    "job",
    METADATA,
    Column("id", NUMBER, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("state", CODE, nullable=False),
    Column("asked", DOCUMENT, nullable=False),
    Column("by", CODE, nullable=False),
    Column("stage", CODE),
    Column("done", BigInteger),
    Column("total", BigInteger),
    Column("result", DOCUMENT),
    Column("problem", CODE),
    Column("created_at", Utc, nullable=False),
    Column("beat_at", Utc),
    Column("ended_at", Utc),
    CheckConstraint("state in ('queued', 'running', 'done', 'failed')", name="state"),
    Index(None, "agency", "state"),
    sqlite_autoincrement=True,
)
"""Long work that was asked for over HTTP."""

worker_lease = Table(
    "worker_lease",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("holder", CODE),
    Column("token", BigInteger, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("beat_at", Utc),
    CheckConstraint("id = 1", name="one_row"),
)
"""Who may work: one holder, a token that grows with every holder, a beat that grows as it lives."""

worker_run = Table(
    "worker_run",
    METADATA,
    Column("id", NUMBER, primary_key=True),
    Column("cause", CODE, nullable=False),
    Column("slot", CODE, nullable=False),
    Column("inputs", CODE, nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("state", CODE, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("generation", NUMBER, ForeignKey("generation.number")),
    Column("problem", CODE),
    Column("stage", CODE),
    Column("done", BigInteger),
    Column("total", BigInteger),
    CheckConstraint(
        "state in ('running', 'published', 'held', 'failed', 'stopped', 'lost')", name="state"
    ),
    Index(None, "cause", "slot"),
    sqlite_autoincrement=True,
)
"""What the worker tried, when, and what became of it."""
