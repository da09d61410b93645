"""Past and truth: the events a method may learn from, and those it has to foresee.

In: ``Events``. Out: a ``Split``: the past, the truth per employee, and each employee's own cut.
Events of the truth never become history.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.evaluation.events import Events, Moments, Rows
from recommender.evaluation.ranking import Truth

Kind = Literal["time", "last"]
QUANTILE = 0.8
"""The time split puts this share of the events before the cut."""
MOST_EMPLOYEES = 20_000
"""Of more employees with truth, a seeded sample of this size is judged."""
LEAST_ITEMS = 3
"""Leave-last-out asks employees with at least so many distinct trainings."""


@dataclass(frozen=True)
class Split:
    """One way to part the events.

    Attributes:
        kind: ``time`` or ``last``.
        past: events to learn from.
        employees: rows of the employees with truth, ascending, int64 ``[n]``.
        truth: what they took after the cut, ``[n, n_items]`` in the order of ``employees``.
        cold: bool ``[n]``, no event before the cut.
        cut: moment after which nothing is known (time split), else NaT.
        own_cut: moment after which nothing of this employee is known, datetime64[us]
            ``[len(past.employees)]``; NaT where there is no limit.
    """

    kind: Kind
    past: Events
    employees: Rows
    truth: Truth
    cold: NDArray[np.bool_]
    cut: np.datetime64
    own_cut: Moments

    def part(self, wanted: NDArray[np.bool_]) -> Split:
        """Return the split with the truth of only some employees, bool ``[n]``."""
        truth = Truth(self.truth.gains[np.flatnonzero(wanted)])
        return replace(self, employees=self.employees[wanted], truth=truth, cold=self.cold[wanted])

    def sample(self, most: int, rng: np.random.Generator) -> Split:
        """Return the split with the truth of at most so many employees, drawn alike."""
        n = len(self.employees)
        if n <= most:
            return self
        wanted = np.zeros(n, bool)
        wanted[rng.choice(n, most, replace=False)] = True
        return self.part(wanted)


def split(events: Events, kind: Kind, seed: int) -> Split:
    """Part the events by ``kind``; ``seed`` draws only where no date can decide."""
    return by_time(events) if kind == "time" else leave_last_out(events, seed)


def by_time(events: Events) -> Split:
    """Cut at the moment by which 80 % of the dated events had happened; ties lie before.

    Undated events lie before the cut: nothing says that they are new. Only trainings that somebody
    took before the cut can be the truth: a log does not say when a training entered the catalogue,
    so one that nobody had taken may not have existed yet. All are candidates all the same.
    """
    dated = np.sort(events.at[~np.isnat(events.at)])
    if len(dated) == 0:
        return _split("time", events, np.zeros(len(events), bool), np.datetime64("NaT", "us"))
    cut = dated[max(int(np.ceil(QUANTILE * len(dated))) - 1, 0)]
    later = events.at > cut
    existed = np.zeros(len(events.items), bool)
    existed[events.item[~later]] = True
    return _split("time", events, later, cut, later & existed[events.item])


def leave_last_out(events: Events, seed: int) -> Split:
    """Hold out the last training of each employee with at least three; leave out all others.

    Where an employee has no dated event, a hash of seed, employee and training decides.
    """
    events = events.select((events.per_employee >= LEAST_ITEMS)[events.employee])
    held = np.ones(len(events), bool)
    held[:-1] = events.employee[1:] != events.employee[:-1]
    for end in np.flatnonzero(held & np.isnat(events.at)):  # undated stand first: all of them are
        start = int(np.searchsorted(events.employee, events.employee[end]))
        held[end] = False
        held[min(range(start, int(end) + 1), key=lambda row: _draw(events, row, seed))] = True
    return _split("last", events, held, np.datetime64("NaT", "us"))


def _draw(events: Events, row: int, seed: int) -> bytes:
    who = events.employees[int(events.employee[row])]
    what = events.items[int(events.item[row])]
    return hashlib.blake2b(f"{seed}\0{who}\0{what}".encode(), digest_size=16).digest()


def _split(
    kind: Kind,
    events: Events,
    later: NDArray[np.bool_],
    cut: np.datetime64,
    wanted: NDArray[np.bool_] | None = None,
) -> Split:
    """Part the events; ``wanted`` are the later ones that count as truth, by default all."""
    past, future = events.select(~later), events.select(later if wanted is None else wanted)
    employees = np.unique(future.employee)
    shape = (len(employees), len(events.items))
    row = np.searchsorted(employees, future.employee)
    gains = sp.csr_matrix((np.ones(len(future)), (row, future.item)), shape)
    own_cut = np.full(len(events.employees), cut)
    if kind == "last":
        own_cut[future.employee] = future.at
    return Split(
        kind, past, employees, Truth(gains), past.per_employee[employees] == 0, cut, own_cut
    )
