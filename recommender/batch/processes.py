"""A pool of processes on this machine, by joblib's loky.

One process that dies takes the others with it; the pool then starts anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from recommender.batch.pools import Answer, Event, Failed, Lost, Work, reason_of
from recommender.batch.work import Shard


class Processes:
    """Processes that each open data and model once.

    Parameters:
        work: what each does with a shard.
        workers: how many.
    """

    def __init__(self, work: Work, workers: int) -> None:
        self._work, self._workers = work, workers
        self._executor: Any = None
        self._running: dict[Future[bytes], int] = {}

    def room(self) -> int:
        """Return the number of processes: a new one takes the place of one that died."""
        return self._workers

    def submit(self, shard: Shard) -> None:
        """Give a shard to a process."""
        if self._executor is None:
            from joblib.externals.loky import ProcessPoolExecutor

            self._executor = ProcessPoolExecutor(self._workers)
        self._running[self._executor.submit(self._work, shard)] = shard.number

    def wait(self, seconds: float) -> Iterable[Event]:
        """Return what happened, after ``seconds`` at most."""
        done, _ = wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)
        events = [self._event(future) for future in done]
        if any(isinstance(event, Lost) for event in events):
            # The executor is broken: whatever ran beside is lost as well.
            alone = len(events) + len(self._running) == 1
            events = [Lost(e.number, alone) if isinstance(e, Lost) else e for e in events]
            events += [Lost(number, False) for number in self._running.values()]
            self._drop()
        return events

    def stop(self, number: int) -> set[int]:
        """Stop all processes: there is no telling which one works on the shard."""
        beside = set(self._running.values()) - {number}
        self._drop()
        return beside

    def close(self) -> None:
        """Let the processes go."""
        self._drop()

    def _event(self, future: Future[bytes]) -> Event:
        number = self._running.pop(future)
        error = future.exception()
        if error is None:
            return Answer(number, future.result())
        if isinstance(error, BrokenProcessPool):
            return Lost(number, True)
        return Failed(number, reason_of(error))

    def _drop(self) -> None:
        self._running.clear()
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True, kill_workers=True)
