"""Jobs: queued with their row in the audit trail, taken by one runner at a time, closed once.

In: an engine. Out: jobs. A runner that dies falls silent; its job is closed as lost by whoever
looks next, and never begun twice: work that changes data is asked for again by a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from service.auditing import Actor
from service.database.audit import append
from service.database.engine import reading, wait_for_turn, writing
from service.database.tables import job
from service.jobs import Job, JobKind

SILENT = timedelta(minutes=2)
"""A running job without a sign of life for so long has lost its runner."""
LOST = "jobs.lost"
TWICE = timedelta(seconds=10)
"""A wish repeated so soon, while it is being done, is a second click on one button."""

_LOCK = 7302517


def queue(
    engine: Engine, agency: str, kind: JobKind, asked: Mapping[str, Any], actor: Actor
) -> Job:
    """Add a job at the end of the queue; asked twice, what waits or was just begun is returned."""
    now = datetime.now(UTC)
    row = {"agency": agency, "kind": kind, "state": "queued", "asked": dict(asked),
           "by": actor.name, "created_at": now}  # fmt: skip
    with writing(engine) as connection:
        wait_for_turn(connection, _LOCK)
        same = _same(connection, row)
        if same is not None:
            return same
        found = _job(connection.execute(insert(job).values(row).returning(*_SHOWN)).one())
        append(connection, agency, actor, f"job_{kind}", f"job:{found.number}", {}, now)
    return found


def _same(connection: Connection, row: Mapping[str, Any]) -> Job | None:
    """Return the same person's same wish that waits, or was asked a moment ago and runs."""
    mine = (job.c.agency == row["agency"]) & (job.c.kind == row["kind"]) & (job.c.by == row["by"])
    fresh = (job.c.state == "running") & (job.c.created_at > row["created_at"] - TWICE)
    query = select(*_SHOWN).where(mine, (job.c.state == "queued") | fresh).order_by(job.c.id)
    found = (_job(one) for one in connection.execute(query))
    return next((one for one in found if dict(one.asked) == row["asked"]), None)


def take(engine: Engine, agency: str) -> Job | None:
    """Begin the oldest job that waits; None where none does, or one is being done."""
    now = datetime.now(UTC)
    mine = job.c.agency == agency
    with reading(engine) as connection:  # asked every few seconds: mostly there is nothing to write
        waits = select(job.c.id).where(mine, job.c.state == "queued").limit(1)
        if connection.execute(waits).first() is None:
            gone = mine & (job.c.state == "running") & (job.c.beat_at < now - SILENT)
            if connection.execute(select(job.c.id).where(gone).limit(1)).first() is None:
                return None
    with writing(engine) as connection:
        wait_for_turn(connection, _LOCK)
        silent = mine & (job.c.state == "running") & (job.c.beat_at < now - SILENT)
        lost = {"state": "failed", "problem": LOST, "ended_at": now}
        connection.execute(update(job).where(silent).values(lost))
        busy = select(job.c.id).where(mine, job.c.state == "running").limit(1)
        if connection.execute(busy).first() is not None:
            return None
        oldest = select(job.c.id).where(mine, job.c.state == "queued").order_by(job.c.id).limit(1)
        number = connection.scalar(oldest)
        if number is None:
            return None
        begun = update(job).where(job.c.id == number).values(state="running", beat_at=now)
        return _job(connection.execute(begun.returning(*_SHOWN)).one())


def beat(engine: Engine, number: int, at: tuple[str, int, int] | None = None) -> None:
    """Show that a running job lives, and how far it is."""
    values: dict[str, Any] = {"beat_at": datetime.now(UTC)}
    if at is not None:
        values |= {"stage": at[0], "done": at[1], "total": at[2]}
    running = (job.c.id == number) & (job.c.state == "running")
    with writing(engine) as connection:
        connection.execute(update(job).where(running).values(values))


def close(
    engine: Engine,
    number: int,
    *,
    result: Mapping[str, Any] | None = None,
    problem: str | None = None,
) -> None:
    """Write what became of a running job; one that was closed stays as it is."""
    state = "done" if problem is None else "failed"
    values = {"state": state, "result": None if result is None else dict(result),
              "problem": problem, "ended_at": datetime.now(UTC)}  # fmt: skip
    running = (job.c.id == number) & (job.c.state == "running")
    with writing(engine) as connection:
        connection.execute(update(job).where(running).values(values))


def find(engine: Engine, agency: str, number: int) -> Job | None:
    """Return a job, or None."""
    query = select(*_SHOWN).where(job.c.agency == agency, job.c.id == number)
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _job(row)


def latest(
    engine: Engine, agency: str, kind: JobKind, limit: int = 20, by: Actor | None = None
) -> tuple[Job, ...]:
    """Return the latest jobs of a kind, newest first; perhaps of one who asked for them."""
    mine = (job.c.agency == agency) & (job.c.kind == kind)
    if by is not None:
        mine &= job.c.by == by.name
    query = select(*_SHOWN).where(mine).order_by(job.c.id.desc()).limit(limit)
    with reading(engine) as connection:
        return tuple(map(_job, connection.execute(query)))


_SHOWN = tuple(
    job.c[name]
    for name in (
        "id", "kind", "state", "asked", "stage", "done", "total", "result", "problem",
        "created_at", "ended_at",
    )
)  # fmt: skip


def _job(row: Any) -> Job:
    return Job(
        row.id,
        row.kind,
        row.state,
        row.asked,
        row.stage,
        row.done,
        row.total,
        row.result,
        row.problem,
        row.created_at,
        row.ended_at,
    )
