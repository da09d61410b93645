"""The units of an agency as reports group them: subtrees, the PD above each unit, and its head.

In: a dataset. Out: ``Offices``. The PD is the nearest ancestor of that kind; a unit without one
stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from training_data.dataset import Dataset
from training_data.messages import Text, text

PD = "PD"


@dataclass(frozen=True)
class Offices:
    """Units by code.

    Attributes:
        names: code → name.
        parents: code → the unit above; ``None`` at the top.
        kinds: code → kind.
        heads: code → employee id of the head, where recorded.
    """

    names: Mapping[str, str]
    parents: Mapping[str, str | None]
    kinds: Mapping[str, str | None]
    heads: Mapping[str, str]

    @classmethod
    def of(cls, dataset: Dataset) -> Offices:
        """Read the units."""
        columns = ["unit_code", "name", "parent_code", "kind", "head_employee_id"]
        rows = dataset.table("units").select(columns).to_pylist()
        return cls(
            {r["unit_code"]: r["name"] or r["unit_code"] for r in rows},
            {r["unit_code"]: r["parent_code"] for r in rows},
            {r["unit_code"]: r["kind"] for r in rows},
            {r["unit_code"]: r["head_employee_id"] for r in rows if r["head_employee_id"]},
        )

    def above(self, unit: str | None) -> tuple[str, ...]:
        """Return a unit and everything above it, nearest first; a circle ends where it closes."""
        found: list[str] = []
        while unit is not None and unit not in found:
            found.append(unit)
            unit = self.parents.get(unit)
        return tuple(found)

    def pd_of(self, unit: str | None) -> str | None:
        """Return the PD of a unit; the unit itself where no PD is above it."""
        return next((u for u in self.above(unit) if self.kinds.get(u) == PD), unit)

    def group_of(self, unit: str | None, scope: str | None) -> str | None:
        """Return the group a unit is counted in: its PD, or the part of the scope it lies in.

        Parameters:
            scope: a unit whose direct parts are the groups; ``None`` for the whole agency.
        """
        if scope is None:
            return self.pd_of(unit)
        path = self.above(unit)
        if scope not in path:
            return unit
        place = path.index(scope)
        return path[place - 1] if place else scope

    def holds(self, scope: str | None, unit: str | None) -> bool:
        """Whether a unit lies in a scope; everything lies in the whole agency."""
        return scope is None or scope in self.above(unit)

    def name(self, unit: str | None) -> Text:
        """Return the name of a unit, or that none is recorded."""
        if unit is None:
            return text("report.unknown.unit")
        found = self.names.get(unit, unit)
        return Text(found, found)
