"""How many people may leave one unit, so that filling vacant posts drains none.

In: pairs of people and vacancies, everybody's unit and that of each vacancy. Out: ``Leavers``:
which pairs take somebody out of their unit, and how many of each unit may go. The solver holds them
like any quota: they limit every allocation, and nothing is taken off a finished one.

Decision: counted is who leaves, not who leaves less who comes: whoever stays carries the work until
the newcomer is at home, and nobody knows when that is. Who moves within the unit leaves nobody
behind. Where the unit of a vacancy is not recorded, whoever takes it counts as leaving.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.allocation.problem import NONE, Flags, Ragged, Whole
from recommender.allocation.wishes import Leaving
from recommender.snapshot import Snapshot
from recommender.units import UnitTree

PERCENT = 100


@dataclass(frozen=True)
class Leavers:
    """Who would leave which unit.

    Attributes:
        of: row of each person's unit (or department), ``NONE`` unknown.
        people: how many work in each unit, by row.
        most: how many of them may leave.
        leaves: of each pair, whether it takes the person out of the unit.
        person: of each pair.
    """

    asked: Leaving
    of: Whole
    people: Whole
    most: Whole
    leaves: Flags
    person: Whole

    @classmethod
    def among(
        cls, asked: Leaving, of: Whole, to: Whole, n_units: int, person: Whole, session: Whole
    ) -> Leavers:
        """Find out who leaves.

        Parameters:
            of, to: row of each person's unit and of each vacancy's, ``NONE`` unknown.
            person, session: of each pair.
        """
        people = np.bincount(of[of != NONE], minlength=n_units)
        most = np.array([asked.most(int(count)) for count in people], np.int64)
        start = of[person]
        return cls(asked, of, people, most, (start != NONE) & (start != to[session]), person)

    @property
    def unit(self) -> Whole:
        """Return the unit that each pair is taken from."""
        return self.of[self.person]

    @cached_property
    def bound(self) -> Whole:
        """Return the units, by row, of which more people could leave than may."""
        width = len(self.people)
        movers = np.unique(self.person[self.leaves])
        count = np.bincount(self.of[movers], minlength=width)
        return np.flatnonzero(count > self.most)

    @property
    def quotas(self) -> Ragged:
        """Return the pairs that the limit of each bound unit counts."""
        place = np.searchsorted(self.bound, self.unit)
        place[place == len(self.bound)] = 0
        inside = self.leaves & np.isin(self.unit, self.bound)
        pairs = np.flatnonzero(inside)
        order = np.argsort(place[pairs], kind="stable")
        count = np.bincount(place[pairs], minlength=len(self.bound))
        return Ragged(np.concatenate([[0], np.cumsum(count)]).astype(np.int64), pairs[order])

    def left(self, chosen: Flags) -> Whole:
        """Return how many people leave each unit in an allocation."""
        movers = np.unique(self.person[self.leaves & chosen])
        return np.bincount(self.of[movers], minlength=len(self.people))


def leavers(
    snapshot: Snapshot, tree: UnitTree, asked: Leaving, to: Whole, person: Whole, session: Whole
) -> Leavers:
    """Return who would leave which unit, or which department where that is asked for.

    Parameters:
        to: row of each vacancy's unit, ``NONE`` unknown.
    """
    of = snapshot.people.unit.astype(np.int64)
    if asked.by == "department":
        of, to = (_department(tree, units) for units in (of, to))
    return Leavers.among(asked, of, to, len(snapshot.units), person, session)


def _department(tree: UnitTree, units: Whole) -> Whole:
    """Return the department of each unit, the unit itself where it belongs to none."""
    found = tree.department_of(units.astype(np.int32)).astype(np.int64)
    return np.where(found >= 0, found, units)
