"""Groups of people that a limit, a turn or a report of an allocation may speak of.

In: a snapshot and the name of a group. Out: ``Grouping``: the value of everybody. The list is
reviewed: nothing of the confidential or the sensitive kind stands on it (faith, health, discipline,
family, ratings). Sex and education are there for floors and for the report alone, see ``TURNS``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recommender.allocation.problem import Flags, Whole
from recommender.columns import UNKNOWN, Ints
from recommender.snapshot import Snapshot
from recommender.units import UnitTree
from training_data import reference

By = Literal[
    "unit_code", "department", "agency", "location", "employment", "tier", "grade",
    "education_level", "job_code", "family", "sex",
]  # fmt: skip
GROUPED_BY: tuple[str, ...] = get_args(By)
"""What a quota may be for: columns of employees, the department of the unit, the tier and the
family of the post. Sex for floors of fairness only, never a score."""

TurnBy = Literal["person", "unit_code", "department", "location"]
TURNS: tuple[str, ...] = get_args(TurnBy)
"""Whose turn is reckoned over years: each person's own, or that of the place they work at. Nothing
that describes the person stands here: it would become part of what a seat counts for."""


@dataclass(frozen=True)
class Grouping:
    """Everybody's group.

    Attributes:
        names: of the groups, in byte order; empty for those of whom nothing is known.
        of: place in ``names`` per person.
    """

    names: tuple[str, ...]
    of: Whole

    def has(self, name: str) -> Flags:
        """Return who belongs to a group."""
        if name not in self.names:
            return np.zeros(len(self.of), bool)
        return np.asarray(self.of == self.names.index(name))


def grouping(snapshot: Snapshot, tree: UnitTree, by: str) -> Grouping:
    """Return everybody's group; a unit is the person's own, not what stands above it."""
    if by == "department":
        own = tree.department_of(snapshot.people.unit)
        return _coded(snapshot.units.codes, np.where(own >= 0, own, snapshot.people.unit))
    if by == "tier":
        return _coded(tuple(tier.code for tier in reference.tiers()), snapshot.people.tier)
    if by == "family":
        families = pc.fill_null(snapshot.dataset.table("jobs")["family"], "").to_pylist()
        job = snapshot.people.job
        return _named([families[row] if row != UNKNOWN else "" for row in job.tolist()])
    column = snapshot.dataset.table("employees")[by]
    return _named(pc.fill_null(column.cast(pa.string()), "").to_pylist())


def _coded(codes: tuple[str, ...], rows: Ints) -> Grouping:
    return _named([codes[row] if row >= 0 else "" for row in rows.tolist()])


def _named(values: list[str]) -> Grouping:
    names = tuple(sorted(set(values), key=str.encode))
    place = {name: number for number, name in enumerate(names)}
    return Grouping(names, np.array([place[value] for value in values], np.int64))
