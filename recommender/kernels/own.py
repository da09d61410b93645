"""Points that each person's own history gives, item by item: roots of whole-number sums.

In: parts of terms, each a sparse table of what a person took and one of what goes with what. Out:
``OwnPoints``. A sum is exact; its root is weighed, the parts of a term are added in their order and
rounded once. This is the NumPy path; ``own_walk`` gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import Ints
from recommender.results import MICRO
from recommender.similarity.gaps import Micro

_AT_ONCE = 64
"""People whose sums are held item by item at a time."""


@dataclass(frozen=True)
class OwnPart:
    """One part of a term: ``weight[p] × √((own[p] · table) / unit)``.

    Attributes:
        term: name of the term.
        own: whole numbers ``[n_people, n_before]``, ``table``: ``[n_before, n_items]``, CSR; no
            sum of their products is below 0 or reaches 2⁵³.
        weight: points per person.
    """

    term: str
    own: sp.csr_matrix
    table: sp.csr_matrix
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class OwnPoints:
    """Items of each person, ascending: ``item[start[p]:start[p + 1]]``; others have no points.

    Attributes:
        micro: micro-points by term, each as long as ``item``.
    """

    start: NDArray[np.int64]
    item: Ints
    micro: Mapping[str, Micro]
    n_items: int

    def total(self) -> Micro:
        """Return the sum of the terms."""
        found: Micro = sum(self.micro.values(), np.zeros(len(self.item), np.int64))
        return found

    def at(self, person: NDArray[np.int64], item: NDArray[np.int64]) -> dict[str, Micro]:
        """Return the terms of pairs."""
        if len(self.item) == 0:
            return {name: np.zeros(len(item), np.int64) for name in self.micro}
        key, wanted = self._owner() * self.n_items + self.item, person * self.n_items + item
        place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        here = key[place] == wanted
        return {name: np.where(here, micro[place], 0) for name, micro in self.micro.items()}

    def dense(self) -> dict[str, Micro]:
        """Return the terms of every pair, each ``[n_people, n_items]``."""
        found = {}
        for name, micro in self.micro.items():
            found[name] = np.zeros((len(self.start) - 1, self.n_items), np.int64)
            found[name][self._owner(), self.item] = micro
        return found

    def _owner(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


def own_points(parts: Sequence[OwnPart], unit: float) -> OwnPoints:
    """Work the points out; at least one part."""
    n_people, n_items = parts[0].own.shape[0], parts[0].table.shape[1]
    names = list(dict.fromkeys(part.term for part in parts))
    items: list[Ints] = [np.zeros(0, np.int32)]
    counts = [np.zeros(0, np.int64)]
    micro: dict[str, list[Micro]] = {name: [np.zeros(0, np.int64)] for name in names}
    for first in range(0, n_people, _AT_ONCE):
        people = slice(first, min(first + _AT_ONCE, n_people))
        points = {name: np.zeros((people.stop - first, n_items)) for name in names}
        for part in parts:
            sums = (part.own[people] @ part.table).toarray().astype(np.float64)
            points[part.term] += np.sqrt(sums / unit) * part.weight[people][:, None]
        whole = {name: np.rint(value * MICRO).astype(np.int64) for name, value in points.items()}
        some = np.logical_or.reduce([value != 0 for value in whole.values()])
        counts.append(some.sum(axis=1))
        items.append(np.nonzero(some)[1].astype(np.int32))
        for name, value in whole.items():
            micro[name].append(value[some])
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.concatenate(counts))])
    found = {name: np.concatenate(pieces) for name, pieces in micro.items()}
    return OwnPoints(start.astype(np.int64), np.concatenate(items), found, n_items)
