"""A pool of workers of a Dask cluster: of one that runs already, or of one started here.

In: shards, and the address of a scheduler where there is one. Out: packed lists. Data and model
never travel: workers read them from folders. Dask only carries calls: every shard goes to one
worker by name, so that retries, deadlines and quarantine stay with the supervisor. No call to the
scheduler is waited for without end, since Dask itself waits for ever once its workers are dead.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any, Literal
from uuid import uuid4

from recommender.batch.code import code_version
from recommender.batch.pools import Answer, Event, Failed, Lost, PoolGone, Work, reason_of
from recommender.batch.work import Shard

CONNECT = 5.0
"""Seconds until a scheduler that does not answer is called unreachable."""
REPLY = 10.0
"""Seconds in which a scheduler has to say which workers it has."""
START = 60.0
"""Seconds until the first worker has loaded the code."""
LOOK = 0.25
"""Seconds between questions to the scheduler."""

Refusal = Literal["code", "folder"]
Refused = Callable[[str, Refusal], None]
"""Told of a worker's address and of why it gets no work."""


@dataclass(frozen=True)
class Identity:
    """What a worker is: its code, its process, and whether it can read what it needs."""

    code: str
    pid: int
    reads: bool


@dataclass(frozen=True)
class _Held:
    """A shard in work: where, and Dask's handle of it."""

    number: int
    worker: str
    future: Any


class Cluster:
    """Workers of a cluster, each process on one shard at a time.

    Parameters:
        work: what each does with a shard.
        address: of a scheduler; ``None`` starts one and its workers on this machine.
        workers: processes to start where there is no address.
        folders: what every worker must be able to read.
        refused: told of workers that get no work: other code, or a folder they cannot read.

    Raises:
        PoolGone: the scheduler does not answer, or no worker could be started.
    """

    def __init__(
        self,
        work: Work,
        address: str | None = None,
        workers: int = 1,
        *,
        folders: tuple[str, ...] = (),
        refused: Refused | None = None,
    ) -> None:
        self._work, self._folders, self._tell = work, folders, refused
        self._run, self._calls = uuid4().hex, count()
        self._done: SimpleQueue[tuple[str, object]] = SimpleQueue()
        self._asked: dict[str, tuple[str, Any]] = {}
        self._fit: dict[str, int] = {}
        self._refused: set[str] = set()
        self._running: dict[str, _Held] = {}
        self._looked = 0.0
        self._own = None if address else _Own(workers)
        try:
            self._client = connect(address or self._own_address())
        except PoolGone:
            self._end_own()
            raise
        try:
            self._await_first()
        except PoolGone:
            self.close()
            raise

    def room(self) -> int:
        """Return the number of workers that were found fit."""
        self._look()
        return len(self._fit)

    def submit(self, shard: Shard) -> None:
        """Give a shard to a worker that has none."""
        busy = {held.worker for held in self._running.values()}
        worker = next(one for one in self._fit if one not in busy)
        key, future = self._call(worker, guarded, self._work, shard)
        self._running[key] = _Held(shard.number, worker, future)

    def wait(self, seconds: float) -> Iterable[Event]:
        """Return what happened, after ``seconds`` at most."""
        events = []
        with suppress(Empty):
            found = self._done.get(timeout=seconds)
            while True:
                event = self._event(*found)
                if event is not None:
                    events.append(event)
                found = self._done.get_nowait()
        self._look()
        return [*events, *self._lost()]

    def stop(self, number: int) -> set[int]:
        """Leave the worker of a shard until it answers again; of our own, kill it.

        Asked who it is, a worker answers once it has done with the shard, frozen ones never.
        """
        key = next(key for key, held in self._running.items() if held.number == number)
        held = self._running.pop(key)
        held.future.release()
        pid = self._fit.pop(held.worker, None)
        if self._own is None:
            self._ask(held.worker)
        elif pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)  # its nanny starts another
        return set()

    def close(self) -> None:
        """Let go of the cluster; end what was started here."""
        for _, future in self._asked.values():
            future.release()
        for held in self._running.values():
            held.future.release()
        with suppress(Exception):  # of a scheduler that is gone
            self._client.close(timeout=CONNECT)
        self._end_own()

    def _own_address(self) -> str:
        return str(self._own.address) if self._own is not None else ""

    def _end_own(self) -> None:
        if self._own is not None:
            self._own.close()

    def _await_first(self) -> None:
        """Wait until the first worker is known to be fit, or none can be."""
        until = time.monotonic() + START
        self._look()
        while not self._fit and (self._asked or self._own) and time.monotonic() < until:
            self.wait(LOOK)

    def _look(self) -> None:
        """Compare with the workers the scheduler has; ask new ones who they are."""
        if self._client.status != "running":
            raise PoolGone
        if time.monotonic() - self._looked < LOOK:
            return
        try:
            there = set(self._client.nthreads(callback_timeout=REPLY))
        except (OSError, TimeoutError, CancelledError):
            raise PoolGone from None
        self._looked = time.monotonic()
        for worker in self._fit.keys() - there:
            del self._fit[worker]
        self._asked = {key: one for key, one in self._asked.items() if one[0] in there}
        self._refused &= there
        busy = {held.worker for held in self._running.values()}
        asked = {worker for worker, _ in self._asked.values()}
        for worker in sorted(there - self._fit.keys() - self._refused - asked - busy):
            self._ask(worker)
        if there and there == self._refused:
            raise PoolGone

    def _lost(self) -> list[Event]:
        """Return the shards of workers that are gone; each worked on that one alone."""
        gone = [key for key, held in self._running.items() if held.worker not in self._fit]
        events: list[Event] = []
        for key in gone:
            held = self._running.pop(key)
            held.future.release()
            events.append(Lost(held.number, True))
        return events

    def _ask(self, worker: str) -> None:
        key, future = self._call(worker, identify, self._folders)
        self._asked[key] = (worker, future)

    def _call(self, worker: str, function: Callable[..., object], *given: Any) -> tuple[str, Any]:
        """Send a call to one worker and follow it in the client's own loop."""
        key = f"selaras-{self._run}-{next(self._calls)}"
        future = self._client.submit(
            function, *given, key=key, workers=[worker], allow_other_workers=False, retries=0
        )

        async def follow() -> None:
            try:
                self._done.put((key, await future))
            except (Exception, CancelledError, asyncio.CancelledError) as error:
                self._done.put((key, error))

        asyncio.run_coroutine_threadsafe(follow(), self._client.loop.asyncio_loop)
        return key, future

    def _event(self, key: str, found: object) -> Event | None:
        """Return what an answer means; None for one that nobody waits for any more."""
        if key in self._asked:
            self._judge(self._asked.pop(key)[0], found)
            return None
        held = self._running.pop(key, None)
        if held is None:
            return None
        held.future.release()
        if isinstance(found, bytes):
            return Answer(held.number, found)
        if isinstance(found, str):
            return Failed(held.number, found)
        if isinstance(found, CancelledError | asyncio.CancelledError) or _killed(found):
            return Lost(held.number, False)
        return Failed(held.number, reason_of(found) if isinstance(found, Exception) else "?")

    def _judge(self, worker: str, found: object) -> None:
        """Take a worker, or refuse it: other code may give other bytes."""
        why: Refusal | None = None
        if not isinstance(found, Identity) or found.code != code_version():
            why = "code"
        elif not found.reads:
            why = "folder"
        if why is None and isinstance(found, Identity):
            self._fit[worker] = found.pid
            return
        self._refused.add(worker)
        if self._tell is not None and why is not None:
            self._tell(worker, why)


class _Own:
    """A scheduler and workers on the loopback of this machine, for the time of one run."""

    def __init__(self, workers: int) -> None:
        import dask
        from distributed import LocalCluster

        self._scratch = tempfile.TemporaryDirectory(prefix="selaras-", ignore_cleanup_errors=True)
        quiet = {
            "distributed.scheduler.http.routes": [],
            "distributed.worker.http.routes": [],
            "distributed.scheduler.allowed-failures": 0,
        }
        try:
            with dask.config.set(quiet):
                self._cluster = LocalCluster(  # type: ignore[no-untyped-call]
                    n_workers=workers,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",
                    scheduler_kwargs={"dashboard": False},
                    memory_limit=None,
                    local_directory=self._scratch.name,
                )
        except (OSError, RuntimeError, TimeoutError):
            self._scratch.cleanup()
            raise PoolGone from None
        self.address = self._cluster.scheduler_address

    def close(self) -> None:
        """End scheduler and workers, also those that do not answer."""
        with suppress(TimeoutError, OSError):
            self._cluster.close(timeout=REPLY)
        self._scratch.cleanup()


def connect(address: str) -> Any:
    """Return a client of the scheduler at ``address``.

    Raises:
        PoolGone: it does not answer, or this is no address.
    """
    from distributed import Client

    try:
        return Client(  # type: ignore[no-untyped-call]
            address, timeout=CONNECT, set_as_default=False
        )
    except (OSError, ValueError, TimeoutError):
        raise PoolGone from None


def reachable(address: str) -> bool:
    """Whether a scheduler answers at ``address``, within seconds."""
    try:
        client = connect(address)
    except PoolGone:
        return False
    client.close(timeout=CONNECT)
    return True


def identify(folders: tuple[str, ...]) -> Identity:
    """Say, in a worker, who it is."""
    reads = all(os.access(folder, os.R_OK | os.X_OK) for folder in folders)
    return Identity(code_version(), os.getpid(), reads)


def guarded(work: Work, shard: Shard) -> bytes | str:
    """Do the work, in a worker; an error comes back as its reason.

    Were it raised, Dask would write its words, which may speak of a person, into its log.
    """
    try:
        return work(shard)
    except Exception as error:
        return reason_of(error)


def _killed(found: object) -> bool:
    """Whether Dask gave a call up because its worker died."""
    from distributed import KilledWorker

    return isinstance(found, KilledWorker)
