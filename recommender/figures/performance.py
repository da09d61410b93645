"""Yearly performance: the newest year with a number or a rating, also from result and behaviour.

In: the snapshot's performance table and the predicate matrix of the packs. Out: ``Ratings``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from recommender.snapshot import Snapshot
from training_data.reference.packs import Rules

YEARLY = (None, "tahunan")


@dataclass(frozen=True)
class Year:
    """One year's performance.

    Attributes:
        value: 0 … 120 where the year has a number.
        rating: as recorded, else by the matrix of result and behaviour.
        derived: the rating comes from the matrix.
    """

    year: int
    value: float | None
    rating: str | None
    derived: bool


class Ratings:
    """The newest yearly performance of everybody."""

    def __init__(self, snapshot: Snapshot, rules: Rules) -> None:
        self.snapshot = snapshot
        self.rules = rules

    def latest(self, person: int) -> Year | None:
        """Return the newest year of which something is known."""
        return self._latest.get(person)

    def predicate(self, result: str | None, behaviour: str | None) -> str | None:
        """Return the rating that result and behaviour give, ``None`` where one is missing."""
        rule = self.rules.get("performance.predicate")
        cells = rule.params["cells"] if rule else {}
        found: str | None = cells.get(result, {}).get(behaviour)
        return found

    @cached_property
    def _latest(self) -> dict[int, Year]:
        table = self.snapshot.dataset.table("performance")
        person = self.snapshot.people.index.lookup(table["employee_id"]).tolist()
        names = ("year", "period", "value", "rating", "work_result", "behaviour")
        columns = (table[name].to_pylist() for name in names)
        found: dict[int, Year] = {}
        for row, year, period, value, rating, result, behaviour in zip(
            person, *columns, strict=True
        ):
            stated = rating or self.predicate(result, behaviour)
            if row < 0 or period not in YEARLY or (value is None and stated is None):
                continue
            if row not in found or year > found[row].year:
                found[row] = Year(year, value, stated, rating is None and stated is not None)
        return found
