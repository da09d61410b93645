"""What was measured of each generation before it was published, for whoever has to account for it.

In: a generation's number and a report, of its fairness or of what it reaches. Out: one row in the
table of such reports, written once and never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Table, insert, select

from service.database.engine import reading, writing
from service.database.tables import fairness_review


@dataclass(frozen=True)
class Override:
    """The decision to publish although fairness is below a floor."""

    reason: str
    by: str


@dataclass(frozen=True)
class Review:
    """One generation's review.

    Attributes:
        generation: its number; it was published if ``met`` or ``override`` allowed it.
        met: whether nothing was below a blocking floor.
        report: what was measured, as JSON values with small cells hidden.
        override: who published it all the same, and why; None where nobody had to.
        at: when it was measured.
    """

    generation: int
    met: bool
    report: Mapping[str, Any]
    override: Override | None
    at: datetime


def store_review(
    engine: Engine,
    number: int,
    met: bool,
    report: Mapping[str, Any],
    override: Override | None,
    table: Table = fairness_review,
) -> None:
    """Write a generation's review."""
    statement = insert(table).values(
        generation=number,
        met=met,
        report=dict(report),
        override_reason=override.reason if override else None,
        override_by=override.by if override else None,
        at=datetime.now(UTC),
    )
    with writing(engine) as connection:
        connection.execute(statement)


def review_of(engine: Engine, number: int, table: Table = fairness_review) -> Review | None:
    """Return a generation's review; None where it was ranked before reviews were made."""
    return _first(engine, select(table).where(table.c.generation == number))


def newest_review(engine: Engine) -> Review | None:
    """Return the newest review of fairness, also of a generation that was held back."""
    query = select(fairness_review).order_by(fairness_review.c.generation.desc()).limit(1)
    return _first(engine, query)


def _first(engine: Engine, query: Any) -> Review | None:
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    override = None
    if row.override_reason is not None:
        override = Override(row.override_reason, row.override_by)
    return Review(row.generation, row.met, row.report, override, row.at)
