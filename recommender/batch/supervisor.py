"""Sees a batch through: retries, deadlines, poison shards, and workers that are all gone.

In: shards and a pool. Out: one answer per shard, or the shard in quarantine. Nothing waits for
ever: every shard has a deadline, and a pool without workers is left for another one.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from recommender.batch.pools import Answer, Event, Failed, Pool, PoolGone
from recommender.batch.work import Shard


@dataclass(frozen=True)
class Patience:
    """How long and how often.

    Attributes:
        deadline: seconds a shard may take, with the opening of the engine.
        tries: failures after which a shard is put into quarantine.
        without_workers: seconds without any worker after which the pool is left.
        look: seconds between looks at the clock.
    """

    deadline: float = 900.0
    tries: int = 3
    without_workers: float = 20.0
    look: float = 0.5


@dataclass(frozen=True)
class Quarantined:
    """A shard that failed again and again, and how it failed last."""

    shard: Shard
    reason: str


class Supervisor:
    """One run over shards.

    Parameters:
        pool: makes the workers.
        instead: makes other workers once those of ``pool`` are gone; they must outlive a shard
            that kills its worker.
        left: called when those of ``pool`` are gone and the others take over.
    """

    def __init__(
        self,
        pool: Callable[[], Pool],
        instead: Callable[[], Pool],
        patience: Patience,
        left: Callable[[], None] | None = None,
    ) -> None:
        self._next = deque([pool, instead])
        self._left = left
        self._patience = patience
        self._failures: Counter[int] = Counter()
        self._reasons: dict[int, str] = {}
        self._waiting: deque[Shard] = deque()
        self._suspects: deque[Shard] = deque()
        self._running: dict[int, tuple[Shard, float]] = {}
        self._worked = 0.0

    def run(self, shards: Iterable[Shard]) -> Iterator[Answer | Quarantined]:
        """Yield an answer or a quarantine for every shard, in the order in which they come."""
        self._waiting.extend(shards)
        pool = self._following()
        try:
            while self._waiting or self._suspects or self._running:
                try:
                    self._fill(pool)
                    events = list(pool.wait(self._patience.look))
                    late = self._stop_late(pool)
                except PoolGone:
                    pool.close()
                    self._take_back()
                    pool = self._following()
                    continue
                for event in (*events, *late):
                    found = self._settle(event)
                    if found is not None:
                        yield found
        finally:
            pool.close()

    def _following(self) -> Pool:
        """Return the next pool; the last one is made again as often as it takes."""
        first = len(self._next) > 1
        make = self._next.popleft() if first else self._next[0]
        if not first and self._left is not None:
            self._left()
        try:
            pool = make()
        except PoolGone:
            if make is self._next[0]:
                raise
            return self._following()
        self._worked = time.monotonic()
        return pool

    def _fill(self, pool: Pool) -> None:
        room = pool.room()
        now = time.monotonic()
        if room:
            self._worked = now
        elif now - self._worked > self._patience.without_workers:
            raise PoolGone
        while len(self._running) < room and (shard := self._choose()) is not None:
            pool.submit(shard)
            self._running[shard.number] = (shard, now)

    def _choose(self) -> Shard | None:
        """Return the next shard; a suspect works alone, so that its guilt can be told."""
        if any(number in self._reasons for number in self._running):
            return None
        if self._waiting:
            return self._waiting.popleft()
        if self._suspects and not self._running:
            return self._suspects.popleft()
        return None

    def _stop_late(self, pool: Pool) -> list[Event]:
        now = time.monotonic()
        late = [n for n, (_, at) in self._running.items() if now - at > self._patience.deadline]
        events: list[Event] = []
        for number in late:
            if number not in self._running:
                continue  # stopped together with the one before
            for beside in pool.stop(number) & self._running.keys():
                self._waiting.appendleft(self._running.pop(beside)[0])
            events.append(Failed(number, f"no answer within {self._patience.deadline:g} s"))
        return events

    def _settle(self, event: Event) -> Answer | Quarantined | None:
        held = self._running.pop(event.number, None)
        if held is None:
            return None  # an answer that came after its shard had been given up
        if isinstance(event, Answer):
            return event
        shard = held[0]
        self._reasons[shard.number] = (
            event.reason if isinstance(event, Failed) else "the worker died"
        )
        if isinstance(event, Failed) or event.certain:
            self._failures[shard.number] += 1
        if self._failures[shard.number] >= self._patience.tries:
            return Quarantined(shard, self._reasons[shard.number])
        self._suspects.append(shard)
        return None

    def _take_back(self) -> None:
        """Take back what a pool that is gone was working on: nobody can say it was at fault."""
        for shard, _ in self._running.values():
            self._suspects.append(shard)
            self._reasons.setdefault(shard.number, "the worker died")
        self._running.clear()
