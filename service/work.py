"""The state of periodic work, as pages, the API and metrics show it; no personal data in it.

In: what the database knows of the lease, of the worker's tries and of generations. Out: a ``Work``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

STATES = ("running", "published", "held", "failed", "stopped", "lost")
"""What a try of the worker can be, as stored."""

SHOWN = 20
"""Tries and generations that are shown, newest first."""


@dataclass(frozen=True)
class Try:
    """One try of the worker to rank everybody again.

    Attributes:
        cause: nightly or change.
        state: one of ``STATES``.
        generation: what it published.
        problem: code of what went wrong.
        stage, done, total: how far it came.
    """

    number: int
    cause: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    generation: int | None
    problem: str | None
    stage: str | None
    done: int | None
    total: int | None


@dataclass(frozen=True)
class Ranking:
    """One generation of suggestions and what became of it.

    Attributes:
        state: staging, published, retired, failed or removed.
        people, items: how many; None before it was staged whole.
        model: hash of the model.
    """

    number: int
    state: str
    as_of: date
    people: int | None
    items: int | None
    model: str
    created_at: datetime
    published_at: datetime | None


@dataclass(frozen=True)
class Work:
    """How periodic re-ranking stands.

    Attributes:
        held: a worker holds the lease.
        beat_at: its last sign of life by its own clock; None before the first worker.
        patience: silence after which another worker takes over.
        nightly: time of day of the nightly re-ranking; None for never.
        on_change: a change of data, model or rules is a cause, too.
        counts: tries by state.
        tries, rankings: the latest, newest first.
    """

    held: bool
    beat_at: datetime | None
    patience: timedelta
    nightly: str | None
    on_change: bool
    counts: Mapping[str, int]
    tries: tuple[Try, ...]
    rankings: tuple[Ranking, ...]

    @property
    def running(self) -> Try | None:
        """The try that is at work now."""
        return next((one for one in self.tries if one.state == "running"), None)

    def silent(self, now: datetime) -> bool:
        """Whether the holder has shown no life for longer than others wait.

        Only for people to read: two clocks are compared here, and nothing is decided by it.
        """
        return self.held and self.beat_at is not None and now - self.beat_at > 2 * self.patience
