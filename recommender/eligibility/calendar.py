"""When trainings can be taken: coming sessions, and several trainings one after another.

In: a snapshot's sessions. Out: ``Calendar``, which fits trainings that wait for one another into
the earliest sessions without a clash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from recommender.snapshot import Snapshot

Taken = tuple[int, date | None, date | None]
"""A training, and first and last day of its session; no days where none is known."""


@dataclass(frozen=True)
class Calendar:
    """Coming sessions that can still be joined.

    Attributes:
        as_of: the day.
        sessions: row of the training → (first day, last day), by last day.
        needed: row of the training → rows of trainings needed before.
    """

    as_of: date
    sessions: dict[int, tuple[tuple[date, date], ...]]
    needed: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Calendar:
        """Read the sessions that begin after the day and do not close before it."""
        table = snapshot.dataset.table("sessions")
        found: dict[int, list[tuple[date, date]]] = {}
        for training, starts, ends, closes in zip(
            snapshot.trainings.index.lookup(table["training_code"]).tolist(),
            *(table[name].to_pylist() for name in ("starts_on", "ends_on", "closes_on")),
            strict=True,
        ):
            first = starts or ends
            open_ = closes is None or closes >= snapshot.as_of
            if training >= 0 and first is not None and first > snapshot.as_of and open_:
                found.setdefault(training, []).append((first, max(first, ends or first)))
        by_end = {t: tuple(sorted(s, key=lambda one: one[::-1])) for t, s in found.items()}
        return cls(snapshot.as_of, by_end, snapshot.trainings.prerequisites)

    def path(self, wanted: Iterable[int], done: Callable[[int], bool]) -> list[Taken]:
        """Return the trainings to take, what comes before first, each in its earliest session.

        A session begins after all that its training needs has ended, and clashes with none taken
        before it. Trainings needed in a circle are taken in the order in which they are met.

        Parameters:
            done: whether a training is completed already.
        """
        taken: dict[int, Taken] = {}
        begun: set[int] = set()

        def take(training: int) -> None:
            if training in begun or done(training):
                return
            begun.add(training)
            for before in self.needed[training]:
                take(before)
            known = [taken[b] for b in self.needed[training] if b in taken]
            free_from = self.as_of
            for _, _, end in known:
                if end is None:
                    taken[training] = (training, None, None)
                    return
                free_from = max(free_from, end)
            busy = [(start, end) for _, start, end in taken.values() if start and end]
            for start, end in self.sessions.get(training, ()):
                clash = any(start <= last and first <= end for first, last in busy)
                if start > free_from and not clash:
                    taken[training] = (training, start, end)
                    return
            taken[training] = (training, None, None)

        for training in wanted:
            take(training)
        return list(taken.values())
