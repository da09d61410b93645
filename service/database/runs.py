"""What the periodic worker tried, and what became of it.

In: an engine. Out: runs, newest first; and one new line per try. The line of a run that published
is closed by the transaction that moved the switch, see ``lease.guard``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Engine, delete, func, insert, select, update

from service.database.engine import reading, writing
from service.database.lease import Lease, require
from service.database.tables import generation, worker_run

Cause = Literal["nightly", "change"]
State = Literal["running", "published", "held", "failed", "stopped", "lost"]

KEPT = 1_000
"""Lines kept; a worker that fails every hour must not fill the disk."""


@dataclass(frozen=True)
class Run:
    """One try.

    Attributes:
        cause: why it was made.
        slot: the night it was for, or the inputs that changed.
        inputs: what it was made of, see ``usecases.schedule``.
        token: of the lease it was made under.
        state: running, published, held (below a floor), failed, stopped (asked to), lost (killed).
        generation: what it published.
        problem: code of what went wrong.
        stage, done, total: how far it is.
    """

    id: int
    cause: Cause
    slot: str
    inputs: str
    token: int
    state: State
    started_at: datetime
    ended_at: datetime | None
    generation: int | None
    problem: str | None
    stage: str | None
    done: int | None
    total: int | None


def begin(engine: Engine, lease: Lease, cause: Cause, slot: str, inputs: str) -> int:
    """Write that a run begins; return its number.

    Raises:
        FencedOut: the lease was taken over.
    """
    line = insert(worker_run).values(
        cause=cause,
        slot=slot,
        inputs=inputs,
        token=lease.token,
        state="running",
        started_at=datetime.now(UTC),
    )
    with writing(engine) as connection:
        require(connection, lease)
        number: int = connection.execute(line.returning(worker_run.c.id)).scalar_one()
        connection.execute(delete(worker_run).where(worker_run.c.id <= number - KEPT))
    return number


def end(engine: Engine, run: int, state: State, problem: str | None = None) -> None:
    """Write how a run ended; one that published, or was marked as lost, stays as it is."""
    open_ = (worker_run.c.id == run) & (worker_run.c.state == "running")
    values = {"state": state, "ended_at": datetime.now(UTC), "problem": problem}
    with writing(engine) as connection:
        connection.execute(update(worker_run).where(open_).values(values))


def runs(engine: Engine, limit: int = 20) -> tuple[Run, ...]:
    """Return the latest runs, newest first."""
    return _runs(engine, select(worker_run).order_by(worker_run.c.id.desc()).limit(limit))


def runs_for(engine: Engine, cause: Cause, slot: str) -> tuple[Run, ...]:
    """Return every run for one occasion, newest first."""
    same = (worker_run.c.cause == cause) & (worker_run.c.slot == slot)
    return _runs(engine, select(worker_run).where(same).order_by(worker_run.c.id.desc()))


def counts(engine: Engine) -> dict[str, int]:
    """Return how many runs ended, or are, in each state."""
    query = select(worker_run.c.state, func.count()).group_by(worker_run.c.state)
    with reading(engine) as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


@dataclass(frozen=True)
class Newest:
    """The newest ranking that ever was in force, also one that was taken back."""

    published_at: datetime
    inputs: str | None


def newest_published(engine: Engine) -> Newest | None:
    """Return when the newest publication was, and what it was made of; None before the first."""
    query = (
        select(generation.c.published_at, generation.c.details)
        .where(generation.c.published_at.is_not(None))
        .order_by(generation.c.number.desc())
        .limit(1)
    )
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else Newest(row.published_at, row.details.get("inputs"))


def _runs(engine: Engine, query: Any) -> tuple[Run, ...]:
    with reading(engine) as connection:
        return tuple(Run(**row._mapping) for row in connection.execute(query))
