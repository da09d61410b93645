"""The city's needs as weights on competencies: stated, dated, for everybody or for a unit.

In: the snapshot's priorities and the tree of units. Out: ``Priorities``, read by the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.snapshot import Snapshot
from recommender.units import UnitTree


@dataclass(frozen=True)
class Priorities:
    """The city's needs in force: milli-weights per competency, for everybody and per unit.

    Attributes:
        general: int64 ``[n_competencies]``.
        by_unit: row of a unit → what it and the units above add, int64 ``[n_competencies]``.
    """

    general: NDArray[np.int64]
    by_unit: dict[int, NDArray[np.int64]]

    @classmethod
    def of(cls, snapshot: Snapshot, tree: UnitTree) -> Priorities:
        """Sum the weights in force on ``as_of``; a unit inherits from the units above it."""
        n = len(snapshot.competencies)
        own: dict[int, NDArray[np.int64]] = {}
        general = np.zeros(n, np.int64)
        for row in snapshot.dataset.table("priorities").to_pylist():
            if not in_force(row["starts_on"], row["ends_on"], snapshot.as_of):
                continue
            c = snapshot.competencies.rows[row["competency_code"]]
            if row["unit_code"] is None:
                target = general
            else:
                unit = snapshot.units.rows.get(row["unit_code"], UNKNOWN)
                target = own.setdefault(unit, np.zeros(n, np.int64))
            target[c] += round(row["weight"] * MILLI)
        inherited = {}
        if own:
            for unit in range(len(snapshot.units)):
                line = [own[u] for u in tree.line(unit) if u in own]
                if line:
                    inherited[unit] = np.sum(line, axis=0)
        return cls(general, inherited)

    def of_units(self, units: Ints) -> NDArray[np.int64]:
        """Return the milli-weights for people of these units, ``[n, n_competencies]``."""
        weights = np.tile(self.general, (len(units), 1))
        for i, unit in enumerate(units):
            extra = self.by_unit.get(int(unit))
            if extra is not None:
                weights[i] += extra
        return weights


def in_force(starts_on: date | None, ends_on: date | None, as_of: date) -> bool:
    """Whether a dated row counts on ``as_of``; open ends count."""
    return (starts_on is None or starts_on <= as_of) and (ends_on is None or ends_on >= as_of)
