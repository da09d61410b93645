"""Who may re-rank: one holder at a time, known by a token that only grows.

In: an engine and a name. Out: a ``Lease``, kept alive by beats and released at the end. No clock is
compared: another process takes a lease over when it saw no beat during its own waiting time, and
whatever the earlier holder still tries afterwards is refused by its token.

Decision: a lease that expired by a written time would end early or never where a clock jumps, and
two machines would have to agree on the time. A beat that did not change while *I* waited needs no
agreement; its cost is one waiting time when a holder was killed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, select, text, update

from service.database.engine import reading, writing
from service.database.tables import worker_lease, worker_run
from service.errors import FencedOut


@dataclass(frozen=True)
class Held:
    """The lease as it stands.

    Attributes:
        holder: who holds it; None where it is free.
        token: number of the latest holder.
        beat: grows as long as the holder lives.
        beat_at: when it last grew, by the holder's clock; for people to read, never compared.
    """

    holder: str | None
    token: int
    beat: int
    beat_at: datetime | None


@dataclass(frozen=True)
class Lease:
    """The right to re-rank, until somebody else takes a higher token."""

    holder: str
    token: int


def held(engine: Engine) -> Held:
    """Return the lease as it stands."""
    columns = (worker_lease.c[name] for name in ("holder", "token", "beat", "beat_at"))
    with reading(engine) as connection:
        row = connection.execute(select(*columns)).one()
    return Held(row.holder, row.token, row.beat, row.beat_at)


def take(engine: Engine, holder: str, seen: Held) -> Lease | None:
    """Take the lease if it still stands as it was seen; None where somebody moved meanwhile.

    What an earlier holder left running is marked as lost in the same transaction.
    """
    unchanged = (worker_lease.c.token == seen.token) & (worker_lease.c.beat == seen.beat)
    token, now = seen.token + 1, datetime.now(UTC)
    values = {"holder": holder, "token": token, "beat": seen.beat + 1, "beat_at": now}
    with writing(engine) as connection:
        _not_for_long(connection)
        taken = connection.execute(update(worker_lease).where(unchanged).values(values))
        if taken.rowcount != 1:
            return None
        connection.execute(
            update(worker_run)
            .where(worker_run.c.state == "running")
            .values(state="lost", ended_at=now, problem="worker.lost")
        )
    return Lease(holder, token)


def beat(
    engine: Engine, lease: Lease, run: int | None, progress: tuple[str, int, int] | None
) -> bool:
    """Show that the holder lives, and how far its run is; return whether the lease is its own."""
    mine = worker_lease.c.token == lease.token
    values = {"beat": worker_lease.c.beat + 1, "beat_at": datetime.now(UTC)}
    with writing(engine) as connection:
        _not_for_long(connection)
        alive = connection.execute(update(worker_lease).where(mine).values(values)).rowcount == 1
        if alive and run is not None and progress is not None:
            stage, done, total = progress
            connection.execute(
                update(worker_run)
                .where(worker_run.c.id == run)
                .values(stage=stage, done=done, total=total)
            )
    return alive


def release(engine: Engine, lease: Lease) -> None:
    """Leave the lease to whoever comes next, at once."""
    mine = worker_lease.c.token == lease.token
    with writing(engine) as connection:
        connection.execute(
            update(worker_lease).where(mine).values(holder=None, beat=worker_lease.c.beat + 1)
        )


def require(connection: Connection, lease: Lease) -> None:
    """Refuse where a later holder came; nobody can come until this transaction ends.

    Raises:
        FencedOut: the lease was taken over.
    """
    _not_for_long(connection)
    token = connection.scalar(select(worker_lease.c.token).with_for_update())
    if token != lease.token:
        raise FencedOut("worker.fenced")


def guard(lease: Lease, run: int) -> Callable[[Connection, int], None]:
    """Return what ties a publication to a lease and a run, inside the transaction that switches.

    The run is marked as published there, so that a crash cannot leave a published ranking whose
    run would be repeated.
    """

    def check(connection: Connection, number: int) -> None:
        require(connection, lease)
        connection.execute(
            update(worker_run)
            .where(worker_run.c.id == run)
            .values(state="published", ended_at=datetime.now(UTC), generation=number)
        )

    return check


def _not_for_long(connection: Connection) -> None:
    """Let PostgreSQL end this transaction where its process is frozen in the middle of it.

    Everybody else would have to wait for as long as it sleeps. SQLite has nothing like it: a
    process that is frozen while it writes must be killed or woken.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '60s'"))
