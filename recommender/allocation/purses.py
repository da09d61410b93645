"""Which money pays for whom: budgets by unit and year, in the stage that is furthest.

In: a snapshot. Out: ``Purses``. A seat is paid by the nearest unit at or above the person's that
has money for the year, then by money that no unit is named for. Where nobody has any, what a seat
costs binds nothing and is told: unknown money is not none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.allocation.problem import NONE, Whole
from recommender.columns import Ints, floats, ints
from recommender.snapshot import Snapshot
from recommender.units import UnitTree

STAGES = ("RKA", "DPA", "DPPA")
"""Later ones take the place of earlier ones."""
WHOLE = "*"
"""Code of the one purse there is where an officer names a sum for everything."""
ANY = NONE
"""No unit, or no year, is named."""


@dataclass(frozen=True)
class Purses:
    """Money by unit and year.

    Attributes:
        codes: of the budgets that make up each purse, joined by ``|``.
        amount: rupiah.
        at: (row of the unit, year) → purse.
        line: per unit, the units at and above it.
    """

    codes: tuple[str, ...]
    amount: Whole
    at: dict[tuple[int, int], int]
    line: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, snapshot: Snapshot, tree: UnitTree, instead: dict[str, int]) -> Purses:
        """Read the budgets.

        Parameters:
            instead: budget → rupiah instead of those in the data.
        """
        table = snapshot.dataset.table("budgets")
        columns = ("budget_code", "source", "program", "activity", "sub_activity", "stage")
        rows = table.select(list(columns)).to_pylist()
        unit = snapshot.units.lookup(table["unit_code"]).tolist()
        named = [code is not None for code in table["unit_code"].to_pylist()]
        year, amount = ints(table["year"], np.int32).tolist(), floats(table["amount"]).tolist()
        lines = [
            (unit[row], year[row], *(facts[c] for c in columns[1:5]))
            + (() if facts["stage"] in STAGES else (facts["budget_code"],))
            for row, facts in enumerate(rows)
        ]
        furthest: dict[tuple[object, ...], int] = {}
        for line, facts in zip(lines, rows, strict=True):
            furthest[line] = max(furthest.get(line, 0), _rank(facts["stage"]))
        found: dict[tuple[int, int], tuple[list[str], int]] = {}
        for row, facts in enumerate(rows):
            unknown = named[row] and unit[row] < 0
            if unknown or _rank(facts["stage"]) < furthest[lines[row]]:
                continue
            code, place = facts["budget_code"], (unit[row], year[row])
            codes, before = found.setdefault(place, ([], 0))
            codes.append(code)
            found[place] = (codes, before + instead.get(code, round(amount[row])))
        order = sorted(found, key=lambda place: sorted(found[place][0]))
        return cls(
            tuple("|".join(sorted(found[place][0])) for place in order),
            np.array([found[place][1] for place in order], np.int64),
            {place: number for number, place in enumerate(order)},
            tuple(tree.line(u) for u in range(len(snapshot.units))),
        )

    @classmethod
    def one(cls, amount: int) -> Purses:
        """Return a single purse that pays for everybody, whatever the budgets of the data."""
        return cls((WHOLE,), np.array([amount], np.int64), {(ANY, ANY): 0}, ())

    def paying(self, units: Ints, years: Whole) -> Whole:
        """Return the purse for each unit (−1 none known) and year, ``NONE`` where none is."""
        key = np.stack([units.astype(np.int64), years], axis=1)
        distinct, place = np.unique(key, axis=0, return_inverse=True)
        found = [self._nearest(int(unit), int(year)) for unit, year in distinct]
        return np.array(found, np.int64)[place.ravel()] if len(key) else np.zeros(0, np.int64)

    def _nearest(self, unit: int, year: int) -> int:
        own = self.line[unit] if 0 <= unit < len(self.line) else ()
        for above in (*own, ANY):
            for when in (year, ANY):
                if (above, when) in self.at:
                    return self.at[above, when]
        return NONE


def _rank(stage: str | None) -> int:
    return STAGES.index(stage) if stage in STAGES else 0
