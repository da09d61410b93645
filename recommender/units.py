"""The organisation tree: whose department a unit belongs to, and which units stand above it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.snapshot import Snapshot

DEPARTMENT = "PD"


@dataclass(frozen=True)
class UnitTree:
    """Units by row of ``Snapshot.units``.

    Attributes:
        parent: row of the unit above; −1 top or unknown.
        department: row of the nearest unit of kind PD at or above; −1 none.
    """

    parent: Ints
    department: Ints

    @classmethod
    def of(cls, snapshot: Snapshot) -> UnitTree:
        """Read the tree from the units table; a loop in the data ends the climb."""
        table = snapshot.dataset.table("units")
        row = snapshot.units.lookup(table["unit_code"])
        parent = np.full(len(snapshot.units), UNKNOWN, np.int32)
        parent[row] = snapshot.units.lookup(table["parent_code"])
        is_department = np.zeros(len(snapshot.units), bool)
        is_department[row] = [kind == DEPARTMENT for kind in table["kind"].to_pylist()]
        department = np.full(len(snapshot.units), UNKNOWN, np.int32)
        for unit in range(len(snapshot.units)):
            for above in _climb(parent, unit):
                if is_department[above]:
                    department[unit] = above
                    break
        return cls(parent, department)

    def line(self, unit: int) -> tuple[int, ...]:
        """Return the unit and everything above it; empty for an unknown unit."""
        return tuple(_climb(self.parent, unit))

    def inside(self, wanted: int, units: Ints) -> NDArray[np.bool_]:
        """Return which of the units are the wanted one or stand below it."""
        below = [u for u in set(units.tolist()) if u >= 0 and wanted in self.line(u)]
        return np.isin(units, below)

    def department_of(self, units: Ints) -> Ints:
        """Return the department of each unit; −1 where either is unknown."""
        return np.append(self.department, np.int32(UNKNOWN))[units]


def _climb(parent: Ints, unit: int) -> list[int]:
    line: list[int] = []
    while unit >= 0 and unit not in line:
        line.append(unit)
        unit = int(parent[unit])
    return line
