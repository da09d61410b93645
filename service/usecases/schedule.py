"""When to re-rank: each night once, and once for every change, with patience after failures.

In: the settings, the moment, what the database holds and what was tried. Out: what is due, or
nothing. Pure: the moment comes in, so that a test can make clocks jump. An occasion has a name (the
day of the night, or the inputs that changed), and one that was served is never served twice
whatever the clock says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from service.database.runs import Cause, Newest, Run, newest_published, runs_for
from service.settings import TIMEZONE, Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

LONGEST_WAIT = timedelta(hours=1)

Past = Callable[[Cause, str], Sequence[Run]]
"""(cause, slot) → its runs, newest first."""


@dataclass(frozen=True)
class Plan:
    """When to re-rank.

    Attributes:
        nightly: time of day in Asia/Jakarta; None for never.
        on_change: whether a change is an occasion.
        wait: after the first failure; doubled after each one, at most ``LONGEST_WAIT``.
        tries: failures after which an occasion is given up.
    """

    nightly: time | None
    on_change: bool
    wait: timedelta
    tries: int

    @classmethod
    def of(cls, settings: Settings) -> Plan:
        """Read the plan of an installation."""
        return cls(
            settings.worker_nightly,
            settings.worker_on_change,
            timedelta(seconds=settings.worker_retry_seconds),
            settings.worker_tries,
        )


@dataclass(frozen=True)
class Due:
    """An occasion to re-rank now: why, and its name."""

    cause: Cause
    slot: str


def due(plan: Plan, now: datetime, inputs: str, newest: Newest | None, past: Past) -> Due | None:
    """Return what is due; a night goes before a change, since it serves both.

    Parameters:
        now: the moment, with a zone.
        inputs: what a ranking would be made of, see ``inputs_of``.
        newest: the newest publication; None before the first.
    """
    if plan.nightly is not None:
        night = night_before(now, plan.nightly)
        # A publication dated in the future was made under a wrong clock and proves nothing.
        served = newest is not None and night <= newest.published_at <= now
        occasion = Due("nightly", night.date().isoformat())
        if not served and _open(plan, now, past(occasion.cause, occasion.slot)):
            return occasion
    # One that was taken back counts as well: the same inputs would bring it back.
    if plan.on_change and (newest is None or newest.inputs != inputs):
        occasion = Due("change", inputs)
        if _open(plan, now, past(occasion.cause, occasion.slot)):
            return occasion
    return None


def night_before(now: datetime, at: time) -> datetime:
    """Return the latest moment not after ``now`` at which it was ``at`` o'clock in Jakarta."""
    local = now.astimezone(TIMEZONE)
    tonight = datetime.combine(local.date(), at, TIMEZONE)
    return tonight if tonight <= local else tonight - timedelta(days=1)


def wait_after(failures: int, first: timedelta) -> timedelta:
    """Return how long to leave an occasion alone after so many failures."""
    doublings: int = 2 ** min(failures - 1, 30)
    return min(first * doublings, LONGEST_WAIT)


def inputs_of(settings: Settings, database: Database, now: datetime) -> str | None:
    """Return what a ranking would be made of: data, model in force, rules; None without data.

    Raises:
        UnusableModel: a version is in force that cannot be used.
        InvalidPack: the rules cannot be read.
    """
    from service.database.datasets import data_version
    from service.usecases.models import in_force
    from training_data.reference.packs import load_rules

    data = data_version(database)
    if not data:
        return None
    version = in_force(settings)
    model = version.id[:12] if version is not None else "-"
    rules = load_rules(now.astimezone(TIMEZONE).date(), settings.rules_dir)
    return f"{data}/{model}/{rules.hash[:12]}"


def due_now(settings: Settings, database: Database, now: datetime, inputs: str) -> Due | None:
    """Return what is due for an installation."""
    newest = newest_published(database)

    def past(cause: Cause, slot: str) -> Sequence[Run]:
        return runs_for(database, cause, slot)

    return due(Plan.of(settings), now, inputs, newest, past)


def _open(plan: Plan, now: datetime, runs: Sequence[Run]) -> bool:
    """Whether an occasion was neither served nor given up, and has rested after a failure."""
    if any(run.state in ("published", "held") for run in runs):
        return False
    failed = [run for run in runs if run.state in ("failed", "lost")]
    if not failed:
        return True
    if len(failed) >= plan.tries:
        return False
    ended = failed[0].ended_at or now
    # A failure dated in the future: the clock was set back, waiting for it could take years.
    return ended > now or now - ended >= wait_after(len(failed), plan.wait)
