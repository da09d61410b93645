"""The periodic worker: re-ranks when it is due, alone among many, and can be killed at any time.

In: settings, and the work to do. Out: published generations, and a line per try. Of several
workers one holds the lease and works; the others stand by. A holder that sleeps past its lease is
fenced out by the transaction that would have published.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Event, Thread
from typing import TYPE_CHECKING

from recommender.errors import RecommenderError
from recommender.pipeline import Progress
from service.auditing import Actor
from service.database import lease as leases
from service.database import runs
from service.database.generations import Guard
from service.database.lease import Held, Lease
from service.database.publishing import prune
from service.errors import DatabaseError, FencedOut, HeldBack, ServiceError, Stopped, Superseded
from service.settings import TIMEZONE, Settings
from service.usecases.schedule import Due, due_now, inputs_of
from training_data.errors import DataError
from training_data.messages import Text, text

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

    from service.usecases.runners import Workers

LOG = logging.getLogger("selaras.worker")

BEATS_PER_LEASE = 4
LOOK_SECONDS = 5.0
"""How often the schedule and the lease are looked at, and the wait after a database error."""


@dataclass(frozen=True)
class Job:
    """One run as the work sees it.

    Attributes:
        day: the day to rank for.
        inputs: what to write down as the inputs.
        progress: to be called often; raises ``Stopped`` or ``FencedOut`` where the work must end.
        guard: must be passed on to ``publish``.
    """

    day: date
    inputs: str
    progress: Progress
    guard: Guard


Work = Callable[[Job], int]
"""Does a job; returns the number of the generation it published."""

Tell = Callable[[Text], None]


class Worker:
    """Works until it is stopped, or until nothing is due."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        work: Work,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tell: Tell = lambda _: None,
    ) -> None:
        self._settings, self._database, self._work = settings, database, work
        self._now, self._tell = now, tell
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._said: Text | None = None
        self._well = True
        self._stop = Event()
        self._standby = Standby(settings.worker_lease_seconds)
        self._quiet = Quiet(settings.worker_settle_seconds)

    def stop(self) -> None:
        """Ask to end; safe in a signal handler. Work in progress is given up cleanly."""
        self._stop.set()

    def run(self, *, once: bool = False) -> bool:
        """Work until stopped; with ``once``, until nothing is due or another one is at work.

        Returns whether the last try, if there was one, published or was asked to stop.
        """
        look = min(LOOK_SECONDS, self._settings.worker_lease_seconds / BEATS_PER_LEASE)
        while not self._stop.is_set():
            try:
                lease = self._lead()
                if lease is not None:
                    self._hold(lease, look, once)
                if once and (lease is not None or self._standby.busy):
                    break
            except DatabaseError as error:  # it may come back; systemd need not be asked
                self._tell_once(error.text)
            self._stop.wait(look)
        return self._well

    def _lead(self) -> Lease | None:
        """Take the lease if it is free or its holder has fallen silent."""
        seen = leases.held(self._database)
        if not self._standby.may_take(seen, time.monotonic()):
            return None
        return leases.take(self._database, self._holder, seen)

    def _hold(self, lease: Lease, look: float, once: bool) -> None:
        """Work under a lease until stopped, fenced out, or nothing is due with ``once``."""
        self._tell(text("worker.leads", holder=lease.holder))
        heart = Heart(self._database, lease, self._settings.worker_lease_seconds / BEATS_PER_LEASE)
        heart.start()
        try:
            self._tidy()
            while not self._stop.is_set() and not heart.lost.is_set():
                worked = self._turn(lease, heart, once)
                if once and not worked:
                    return
                if not worked:
                    self._stop.wait(look)
        except FencedOut as error:
            self._tell(error.text)
        finally:
            heart.end()
            leases.release(self._database, lease)

    def _tidy(self) -> None:
        """Remove what a killed publication left behind, also where nothing is due any more."""
        try:
            prune(self._database, self._settings.home, self._settings.keep_generations)
        except OSError as error:  # the next publication tries again
            LOG.warning("older generations could not be removed: %s", type(error).__name__)

    def _turn(self, lease: Lease, heart: Heart, once: bool) -> bool:
        """Do what is due; return whether something was."""
        try:
            inputs = inputs_of(self._settings, self._database, self._now())
        except (RecommenderError, DataError, OSError) as error:
            # A model or pack that cannot be read is mended by a person, not by trying.
            self._tell_once(text("worker.inputs_unusable", reason=type(error).__name__))
            return False
        if inputs is None:
            return False
        settled = self._quiet.settled(inputs, time.monotonic()) or once
        found = due_now(self._settings, self._database, self._now(), inputs)
        if found is None or (found.cause == "change" and not settled):
            return False
        self._carry_out(lease, heart, found, inputs)
        return True

    def _tell_once(self, said: Text) -> None:
        if said != self._said:
            self._said = said
            self._tell(said)

    def _carry_out(self, lease: Lease, heart: Heart, found: Due, inputs: str) -> None:
        """Make one try and write down how it ended."""
        run = runs.begin(self._database, lease, found.cause, found.slot, inputs)
        self._tell(text(f"worker.begins_{found.cause}", run=run))
        heart.follow(run)

        def progress(stage: str, done: int, total: int) -> None:
            heart.at = (stage, done, total)
            if heart.lost.is_set():
                raise FencedOut("worker.fenced")
            if self._stop.is_set():
                raise Stopped("worker.stopped")

        day = self._now().astimezone(TIMEZONE).date()
        try:
            number = self._work(Job(day, inputs, progress, leases.guard(lease, run)))
        except Stopped as error:
            self._end(run, "stopped", error)
        except (FencedOut, Superseded) as error:
            self._end(run, "lost", error)
        except HeldBack as error:
            self._end(run, "held", error)
        except Exception as error:  # whatever it was, the schedule goes on
            self._end(run, "failed", error)
        else:
            self._well = True
            self._tell(text("worker.published", number=number))
        finally:
            heart.follow(None)

    def _end(self, run: int, state: runs.State, error: Exception) -> None:
        code = error.code if isinstance(error, ServiceError) else type(error).__name__
        self._well = state == "stopped"
        runs.end(self._database, run, state, code)
        if state == "failed":
            # What an unknown error says may quote a row; its name and place cannot.
            place = "".join(traceback.format_tb(error.__traceback__))
            LOG.error("run %d failed: %s\n%s", run, type(error).__name__, place)
        said = error.text if isinstance(error, ServiceError) else Text(code, code)
        self._tell(text("worker.ended", state=text(f"worker.state.{state}"), reason=said))


class Standby:
    """Decides whether a lease may be taken, by what this process itself saw in its own time.

    Attributes:
        busy: whether somebody else was seen to live at the last look.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seen: tuple[int, int] | None = None
        self._since = 0.0
        self.busy = False

    def may_take(self, seen: Held, moment: float) -> bool:
        """Whether the lease is free, or did not beat for the waiting time.

        Parameters:
            moment: monotonic seconds.
        """
        self.busy = False
        if seen.holder is None:
            return True
        place = (seen.token, seen.beat)
        if place != self._seen:
            self.busy = self._seen is not None
            self._seen, self._since = place, moment
            return False
        return moment - self._since >= self._seconds


class Quiet:
    """Knows for how long the inputs have not changed, in this process's own time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seen: str | None = None
        self._since = 0.0

    def settled(self, inputs: str, moment: float) -> bool:
        """Whether the inputs stayed as they are for the quiet time."""
        if inputs != self._seen:
            self._seen, self._since = inputs, moment
        return moment - self._since >= self._seconds


class Heart:
    """Beats while its owner works; ``lost`` is set once a later holder came."""

    def __init__(self, database: Database, lease: Lease, every: float) -> None:
        self._database, self._lease, self._every = database, lease, every
        self._ended = Event()
        self._run: int | None = None
        self.at: tuple[str, int, int] | None = None
        self.lost = Event()
        self._thread = Thread(target=self._beat, name="selaras-heart", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def end(self) -> None:
        """Stop beating."""
        self._ended.set()
        self._thread.join()

    def follow(self, run: int | None) -> None:
        """Write the progress of this run with every beat."""
        self.at, self._run = None, run

    def _beat(self) -> None:
        while not self._ended.wait(self._every):
            try:
                alive = leases.beat(self._database, self._lease, self._run, self.at)
            except DatabaseError:  # silence is answered by the token, not by this thread
                continue
            if not alive:
                self.lost.set()
                return


def rerank(settings: Settings, workers: Workers | None = None, k: int = 10) -> Work:
    """Return the work of an installation: everybody ranked from the database and published.

    What a killed one had ranked already is kept in the home folder and used by the next.

    Parameters:
        workers: what does the work, by default this process.
    """

    def work(job: Job) -> int:
        from service.usecases.models import model_for
        from service.usecases.publishing import rerank_and_publish
        from service.usecases.runners import Workers
        from service.usecases.sources import from_database

        given = from_database(settings)
        job.progress("read", 1, 1)
        published = rerank_and_publish(
            given.dataset,
            settings,
            as_of=job.day,
            model_folder=model_for(settings, job.day),
            k=k,
            workers=workers or Workers(rules=settings.rules_dir),
            progress=job.progress,
            inputs=job.inputs,
            guard=job.guard,
            actor=Actor("worker"),
        )
        return published.number

    return work
