"""Moves between posts that people really made: how usual each is, beside the moves there could be.

In: the job histories known on ``as_of``, definitive posts in order of time. Out: ``MoveModel``:
people per (from, to), and how often moves of each *kind* happen, a kind being from which tier to
which, and whether family and affair stay the same. A pair that few or none have moved along yet is
judged by its kind (empirical Bayes). Nothing in it names a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow.compute as pc
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Days, Ints
from recommender.entities import Jobs
from recommender.snapshot import Snapshot
from training_data import reference

KIND_DAMPING = 2.0
"""Moves added to each kind's own, at the rate of all moves."""
PAIR_DAMPING = 5.0
"""Moves added to those out of each post, at the rate of their kind."""
NATS = 1_000
"""How usual a move is leaves this module in whole thousandths of a natural logarithm."""


@dataclass(frozen=True)
class Moved:
    """Moves of people from one post to the next, one entry per move, by person and time.

    Attributes:
        person, source, target: rows; source and target differ.
        at: day the later post began; NaT unknown.
    """

    person: Ints
    source: Ints
    target: Ints
    at: Days

    @classmethod
    def of(cls, snapshot: Snapshot) -> Moved:
        """Read dated definitive posts; the present post follows where the history ends before."""
        table = snapshot.dataset.table("job_history")
        person = snapshot.people.index.lookup(table["employee_id"])
        job = snapshot.jobs.index.lookup(table["job_code"])
        start = table["from_date"].to_numpy().astype("datetime64[D]")
        held = pc.fill_null(pc.equal(table["assignment"], "definitif"), True).to_numpy()
        use = np.flatnonzero((person >= 0) & ~np.isnat(start) & held)
        now = np.flatnonzero((snapshot.people.job >= 0) & np.isin(np.arange(len(snapshot.people)),
                                                                   person[use]))  # fmt: skip
        person = np.append(person[use], now)
        job = np.append(job[use], snapshot.people.job[now])
        start = np.append(start[use], snapshot.people.job_since[now])
        present = np.append(np.zeros(len(use), bool), np.ones(len(now), bool))
        order = np.lexsort((job, start, present, person))
        person, job, start = person[order], job[order], start[order]
        step = (person[1:] == person[:-1]) & (job[1:] != job[:-1])
        step &= (job[1:] >= 0) & (job[:-1] >= 0)  # across an unknown post nobody knows who moved
        return cls(
            person[1:][step].astype(np.int32),
            job[:-1][step].astype(np.int32),
            job[1:][step].astype(np.int32),
            start[1:][step],
        )

    def part(self, wanted: NDArray[np.bool_]) -> Moved:
        """Return some of the moves."""
        return Moved(self.person[wanted], self.source[wanted], self.target[wanted], self.at[wanted])


@dataclass(frozen=True)
class MoveModel:
    """What is usual; rows and columns are jobs in the order of ``job_codes``.

    Attributes:
        people: int64 CSR ``[n_jobs, n_jobs]``, people who moved so.
        rate: float64 ``[tiers + 1, tiers + 1, 2, 2]``: chance that a move out of a post of the
            first tier goes to one given post of the second, by whether family and affair are the
            same; the last tier stands for an unknown one.
        base: the chance of one given post among all, 0 where no move is known.
    """

    people: sp.csr_matrix
    rate: NDArray[np.float64]
    base: float

    @classmethod
    def fit(cls, moved: Moved, jobs: Jobs) -> MoveModel:
        """Count moves, and what each kind of move could have been."""
        n, tiers = len(jobs), len(reference.tiers()) + 1
        pairs = np.unique(np.stack([moved.person, moved.source, moved.target], axis=1), axis=0)
        source, target = pairs[:, 1], pairs[:, 2]
        people = sp.csr_matrix((np.ones(len(source), np.int64), (source, target)), (n, n))
        shape = (tiers, tiers, 2, 2)
        if len(source) == 0 or n < 2:
            return cls(people, np.zeros(shape), 0.0)
        happened = np.zeros(shape)
        np.add.at(happened, _kind(jobs, source[:, None], target[:, None]), 1)
        possible = np.zeros(shape)
        froms, times = np.unique(source, return_counts=True)
        for row, count in zip(froms.tolist(), times.tolist(), strict=True):
            others = np.delete(np.arange(n), row)
            np.add.at(possible, _kind(jobs, np.array([[row]]), others[None, :]), count)
        base = 1.0 / (n - 1)
        rate = (happened + KIND_DAMPING) / (possible + KIND_DAMPING / base)
        return cls(people, rate, base)

    def aligned(self, old: Ints) -> MoveModel:
        """Return the model for other jobs: old row of each, −1 for a new one."""
        new = np.flatnonzero(old >= 0)
        shape = (len(old), self.people.shape[0])
        place = sp.csr_matrix((np.ones(len(new), np.int64), (new, old[new])), shape)
        return MoveModel(sp.csr_matrix(place @ self.people @ place.T), self.rate, self.base)

    def usual(self, jobs: Jobs, rows: Ints, columns: Ints) -> NDArray[np.int64]:
        """Return how usual moves are against any move at all, in thousandths of a nat.

        Parameters:
            rows, columns: jobs that are left and joined.

        Returns:
            ``[n_rows, n_columns]``: 0 where nothing is known of any move.
        """
        if self.base == 0 or len(rows) == 0:
            return np.zeros((len(rows), len(columns)), np.int64)
        gone = np.asarray(self.people[rows][:, columns].toarray(), np.float64)
        return self._lift(rows[:, None], gone, self.rate[_kind(jobs, rows[:, None], columns)])

    def usual_by_kind(self, jobs: Jobs) -> NDArray[np.int64]:
        """Return how usual moves are along which nobody went, by the kind of the other post.

        Returns:
            ``[n_jobs, tiers + 1, 2, 2]``: out of each job into a post of a tier (the last stands
            for an unknown one), by whether family and affair are the same.
        """
        rate = self.rate[jobs.tier]
        if self.base == 0:
            return np.zeros(rate.shape, np.int64)
        rows = np.arange(len(rate))[:, None, None, None]
        return self._lift(rows, np.zeros(rate.shape), rate)

    def usual_of_made(self, jobs: Jobs) -> sp.csr_matrix:
        """Return how usual the moves are along which somebody went, int64 CSR by from and to."""
        made = self.people.tocsr().sorted_indices()
        source, target = np.repeat(np.arange(made.shape[0]), np.diff(made.indptr)), made.indices
        rate = self.rate[_kind(jobs, source, target)]
        lift = self._lift(source, made.data.astype(np.float64), rate)
        return sp.csr_matrix((lift, made.indices, made.indptr), made.shape)

    def _lift(
        self, source: NDArray[np.integer], gone: NDArray[np.float64], rate: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        own = self._own[source]
        lift = np.log((gone + PAIR_DAMPING * rate) / ((own + PAIR_DAMPING) * self.base))
        # Thousandths are far coarser than what logarithms of different machines differ by.
        thousandths: NDArray[np.int64] = np.rint(lift * NATS).astype(np.int64)
        return thousandths

    @cached_property
    def _own(self) -> NDArray[np.float64]:
        """People who moved out of each job, counted by move."""
        return np.asarray(self.people.sum(axis=1), np.float64).ravel()


def _kind(
    jobs: Jobs, source: NDArray[np.integer], target: NDArray[np.integer]
) -> tuple[NDArray[np.int64], ...]:
    """Return the place of each move in the table of rates; −1, an unknown tier, is the last."""
    same = [
        (values[source] == values[target]) & (values[source] > UNKNOWN)
        for values in (jobs.family, jobs.affair)
    ]
    places = np.broadcast_arrays(jobs.tier[source], jobs.tier[target], *same)
    return tuple(place.astype(np.int64) for place in places)
