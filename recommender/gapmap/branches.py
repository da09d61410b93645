"""Units as sums of their parts, down to the people who belong to a unit itself.

In: each unit's code and the code above it. Out: ``Branches``, and through ``roll_up`` figures of
whole units from figures of the people who work directly in them.

A node is a whole unit, the agency, or the people of a unit itself. The whole of a unit with units
below it is the sum of its parts: those units and its own people.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Branches:
    """The tree with its nodes: units by row, then the agency, then own people in the same order.

    Attributes:
        codes: of the units, in byte order; the agency's is empty.
        parent: per unit, the node above: a unit or the agency.
    """

    codes: tuple[str, ...]
    parent: tuple[int, ...]

    @classmethod
    def of(cls, units: Sequence[tuple[str, str | None]]) -> Branches:
        """Build the tree of (code, code above); what leads nowhere hangs on the agency.

        A loop in the data is cut at its first code, so that everybody is counted once.
        """
        above = dict(units)
        codes = tuple(sorted(above, key=str.encode))
        row = {code: place for place, code in enumerate(codes)}
        agency = len(codes)
        parent = [agency if above[c] == c else row.get(above[c] or "", agency) for c in codes]
        whole: set[int] = {agency}
        for start in range(agency):
            line: list[int] = []
            unit = start
            while unit not in whole and unit not in line:
                line.append(unit)
                unit = parent[unit]
            if unit not in whole:
                parent[min(line[line.index(unit) :])] = agency
            whole.update(line)
        return cls(codes, tuple(parent))

    @property
    def agency(self) -> int:
        """The node of the agency."""
        return len(self.codes)

    @property
    def n_nodes(self) -> int:
        """How many nodes there are."""
        return 2 * (len(self.codes) + 1)

    def own(self, whole: int) -> int:
        """Return the node of the people who belong to a unit itself, or to none."""
        return len(self.codes) + 1 + whole

    @cached_property
    def parts(self) -> tuple[Rows, ...]:
        """Per whole unit the nodes that add up to it; nothing where there is no unit below."""
        below: list[list[int]] = [[] for _ in range(self.agency + 1)]
        for unit, above in enumerate(self.parent):
            below[above].append(unit)
        return tuple(
            np.array([*nodes, self.own(whole)] if nodes else [], np.int64)
            for whole, nodes in enumerate(below)
        )

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The nodes that have parts, each after the one it is a part of."""
        found, waiting = [], deque([self.agency])
        while waiting:
            node = waiting.popleft()
            if len(self.parts[node]):
                found.append(node)
                waiting.extend(self.parts[node][:-1].tolist())
        return tuple(found)

    @cached_property
    def told(self) -> NDArray[np.bool_]:
        """Which nodes are shown at all: own people only where there is more than them."""
        has_parts = np.array([len(parts) > 0 for parts in self.parts])
        return np.concatenate([np.ones(self.agency + 1, bool), has_parts])

    @cached_property
    def _lines(self) -> tuple[Rows, Rows]:
        """Pairs of a unit and everything above it."""
        below, above = [], []
        for unit in range(self.agency):
            node = unit
            while node != self.agency:
                node = self.parent[node]
                below.append(unit)
                above.append(node)
        return np.array(below, np.int64), np.array(above, np.int64)

    def roll_up(self, own: Counts) -> Counts:
        """Return figures of every node.

        Parameters:
            own: of the people of each unit itself, then of those without one, ``[n + 1, k]``.

        Returns:
            ``[n_nodes, k]``.
        """
        below, above = self._lines
        whole = own.copy()
        np.add.at(whole, above, own[below])
        return np.concatenate([whole, own])
