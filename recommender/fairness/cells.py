"""Rates by group with intervals, beside the best-placed group; in: measures, out: cells.

The interval is Wilson's; for values between 0 and 1 that are not just yes or no it is wider than
it would have to be. A group is below a floor for sure where even the top of its interval, beside
the bottom of the reference's, is.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.fairness.floors import Floors
from recommender.fairness.groups import UNKNOWN_GROUP, Grouping
from recommender.fairness.outcomes import Measure


@dataclass(frozen=True)
class Cell:
    """One group in one measure.

    Attributes:
        group: its code, empty for unknown.
        hidden: too few people, or needed to hide such a group; every figure is then None.
        n: people; ``rate``: their mean; ``low``, ``high``: its interval; None without people.
        ratio: to the reference group.
    """

    group: str
    hidden: bool = False
    n: int | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    ratio: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the cell as JSON values, figures with six decimals."""
        return {
            "group": self.group,
            "hidden": self.hidden,
            "n": self.n,
            "rate": _rounded(self.rate),
            "low": _rounded(self.low),
            "high": _rounded(self.high),
            "ratio": _rounded(self.ratio),
        }


@dataclass(frozen=True)
class Cells:
    """One measure by one grouping.

    Attributes:
        reference: the shown group that is surely best placed; None where there is none.
        below: groups that are below the floor for sure.
    """

    dimension: str
    reference: str | None
    cells: tuple[Cell, ...]
    below: tuple[str, ...]


def wilson(total: float, n: int, z: float) -> tuple[float, float]:
    """Return Wilson's interval of a share; (0, 1) of nobody."""
    if n == 0:
        return 0.0, 1.0
    p, square = total / n, z * z
    centre = (p + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * sqrt(p * (1 - p) / n + square / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def base_of(measure: Measure, grouping: Grouping) -> NDArray[np.int64]:
    """Return how many people of each group a measure speaks of."""
    return np.bincount(grouping.of[measure.base], minlength=len(grouping.groups)).astype(np.int64)


def overall(measure: Measure, floors: Floors) -> Cell:
    """Return everybody as one cell."""
    n = int(measure.base.sum())
    return _cell("all", n, float(measure.value.sum()), floors, n and n < floors.least)


def cells_of(
    measure: Measure, grouping: Grouping, hidden: NDArray[np.bool_], floors: Floors
) -> Cells:
    """Return a measure by group.

    Parameters:
        hidden: the groups that may not be shown; they are still held to the floor where they hold
            enough people.
    """
    n = base_of(measure, grouping).tolist()
    sums = np.bincount(
        grouping.of, weights=np.where(measure.base, measure.value, 0.0), minlength=len(n)
    ).tolist()
    known = [
        g
        for g, code in enumerate(grouping.groups)
        if n[g] >= floors.least and code != UNKNOWN_GROUP
    ]
    bounds = [wilson(total, people, floors.z) for total, people in zip(sums, n, strict=True)]
    open_ones = [g for g in known if not hidden[g]]
    best = max(open_ones, key=lambda g: (bounds[g][0], -g), default=None)
    cells = [
        _cell(
            code, n[g], sums[g], floors, hidden[g], None if best is None else sums[best] / n[best]
        )
        for g, code in enumerate(grouping.groups)
    ]
    floor = floors.floors.get(measure.name)
    below: tuple[str, ...] = ()
    if best is not None and floor is not None:
        limit = floor * bounds[best][0]
        below = tuple(grouping.groups[g] for g in known if bounds[g][1] < limit)
    reference = None if best is None else grouping.groups[best]
    return Cells(grouping.name, reference, tuple(cells), below)


def _cell(
    group: str, n: int, total: float, floors: Floors, hidden: Any, best: float | None = None
) -> Cell:
    if hidden:
        return Cell(group, hidden=True)
    if n == 0:
        return Cell(group, n=0)
    low, high = wilson(total, n, floors.z)
    return Cell(group, False, n, total / n, low, high, total / n / best if best else None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
