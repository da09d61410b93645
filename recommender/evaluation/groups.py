"""Kinds of employees by their history, and other groups that are judged apart.

In: the number of trainings each employee took before the cut, and facts of a dataset. Out: masks
over employees, by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from recommender.kinds import HISTORY_KINDS, history_kind
from training_data.dataset import Dataset

LEAST_SHOWN = 30
"""A smaller group is not shown: its figures would say more of persons than of methods."""
FACTS: Mapping[str, str] = MappingProxyType(
    {"tier": "tier", "employment": "employment", "unit": "unit_code"}
)
"""Groups by a fact of the employee: name → column of ``employees``."""

Mask = NDArray[np.bool_]


def by_history(counts: NDArray[np.int64]) -> dict[str, Mask]:
    """Return a mask per kind of history; every employee is in exactly one."""
    kind = history_kind(counts)
    return {name: kind == place for place, name in enumerate(HISTORY_KINDS)}


def by_fact(dataset: Dataset, fact: str, employees: Sequence[str]) -> dict[str, Mask]:
    """Return a mask per value of a fact, of groups that are large enough to be shown.

    Units are brought together under their PD (the unit of that kind above them, else the one just
    below the top), where the table of units tells. An employee whose fact is unknown is in no
    group.

    Parameters:
        fact: one of ``FACTS``.
        employees: the employees the masks are over, in this order.
    """
    table = dataset.table("employees")
    values = dict(
        zip(table["employee_id"].to_pylist(), table[FACTS[fact]].to_pylist(), strict=True)
    )
    found: list[str | None] = [values.get(employee) for employee in employees]
    if fact == "unit":
        tree = _tree(dataset)
        found = [None if unit is None else _office(unit, tree) for unit in found]
    groups = {
        value: np.array([own == value for own in found], bool)
        for value in sorted({own for own in found if own is not None})
    }
    return {value: mask for value, mask in groups.items() if mask.sum() >= LEAST_SHOWN}


def _tree(dataset: Dataset) -> dict[str, tuple[str | None, str | None]]:
    """Return kind and parent of every unit."""
    units = dataset.table("units")
    return {
        code: (kind, parent)
        for code, kind, parent in zip(
            *(units[name].to_pylist() for name in ("unit_code", "kind", "parent_code")),
            strict=True,
        )
    }


def _office(unit: str, tree: Mapping[str, tuple[str | None, str | None]]) -> str:
    """Return the PD a unit belongs to; a circle of parents ends where it closes."""
    path = [unit]
    while True:
        kind, parent = tree.get(path[-1], (None, None))
        if kind == "PD":
            return path[-1]
        if parent is None or parent in path:
            return path[-2] if len(path) > 1 else path[-1]
        path.append(parent)
