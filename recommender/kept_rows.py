"""Rows of micro-points that many people share, worked out when first asked for and kept.

In: keys by kind of row, such as post, tier and kind of history. Out: where the row of each key lies
in one table, which grows and is never copied. Where there is no room for more, another table is
begun; no answer depends on it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints
from recommender.similarity.gaps import Micro

ROOM = 512 << 20
"""Bytes that a table may take; what is not yet written takes none."""
LARGEST = 2**31 - 1
"""Rows with larger points are worked out anew each time."""
_AT_ONCE = 256

Keys = NDArray[np.integer]
"""Whole numbers ``[n, width]``: one key per row."""
WorkOut = Callable[[Keys], Micro]
"""Gives the rows of distinct keys, int64 ``[n_keys, n_items]``; each depends on its key alone."""


@dataclass(frozen=True)
class Kept:
    """Where rows lie.

    Attributes:
        table: micro-points ``[n_rows, n_items]``, of 32 bits where these hold them; it holds rows
            of others as well.
        row: by kind, the row of each key that was asked for.
        most: no number of the table is further from 0.
    """

    table: NDArray[np.integer]
    row: Mapping[str, Ints]
    most: int


class KeptRows:
    """Rows over the same items.

    Parameters:
        work_out: by kind of row.
        n_items: length of a row.
    """

    def __init__(self, work_out: Mapping[str, WorkOut], n_items: int) -> None:
        self._work_out, self._n_items = work_out, n_items
        self._lock = threading.Lock()
        self._slot: dict[tuple[str, bytes], int] = {}
        self._table = np.zeros((0, n_items), np.int32)
        self._largest = 0

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to other processes without what is kept."""
        return KeptRows, (self._work_out, self._n_items)

    def of(self, keys: Mapping[str, Keys]) -> Kept:
        """Return a row for each key of each kind."""
        distinct, back = {}, {}
        for kind, own in keys.items():
            whole = np.ascontiguousarray(own, np.int64)
            distinct[kind], back[kind] = np.unique(whole, axis=0, return_inverse=True)
        with self._lock:
            found = self._found(distinct)
        rows = {kind: found.row[kind][place.ravel()] for kind, place in back.items()}
        return Kept(found.table, rows, found.most)

    def _found(self, distinct: Mapping[str, Keys]) -> Kept:
        capacity = ROOM // max(4 * self._n_items, 1)
        names = {kind: [(kind, key.tobytes()) for key in keys] for kind, keys in distinct.items()}
        if sum(map(len, names.values())) > capacity:
            return self._apart(distinct)
        missing = _without(names, self._slot)
        if len(self._slot) + sum(map(len, missing.values())) > capacity or not len(self._table):
            self._forget(capacity)
            missing = _without(names, self._slot)
        for kind, places in missing.items():
            rows = self._made(kind, distinct[kind][places])
            most = _most(rows)
            if most > LARGEST:
                self._forget(0)
                return self._apart(distinct)
            first = len(self._slot)
            self._table[first : first + len(rows)] = rows
            self._slot |= {names[kind][place]: first + n for n, place in enumerate(places)}
            self._largest = max(self._largest, most)
        row = {
            kind: np.array([self._slot[name] for name in own], np.int32)
            for kind, own in names.items()
        }
        return Kept(self._table, row, self._largest)

    def _forget(self, capacity: int) -> None:
        """Begin another table: whoever reads the one before still has it."""
        self._slot, self._largest = {}, 0
        self._table = np.zeros((capacity, self._n_items), np.int32)

    def _apart(self, distinct: Mapping[str, Keys]) -> Kept:
        """Return a table of these rows alone, which is not kept."""
        none = np.zeros((0, self._n_items), np.int64)
        parts = {kind: self._made(kind, keys) for kind, keys in distinct.items()}
        table = np.concatenate([none, *parts.values()])
        row, first = {}, 0
        for kind, part in parts.items():
            row[kind] = np.arange(first, first + len(part), dtype=np.int32)
            first += len(part)
        return Kept(table, row, _most(table))

    def _made(self, kind: str, keys: Keys) -> Micro:
        parts = [
            self._work_out[kind](keys[start : start + _AT_ONCE])
            for start in range(0, len(keys), _AT_ONCE)
        ]
        return np.concatenate([np.zeros((0, self._n_items), np.int64), *parts])


def _without(
    names: Mapping[str, list[tuple[str, bytes]]], slot: Mapping[tuple[str, bytes], int]
) -> dict[str, list[int]]:
    """Return by kind the places of the names that have no slot."""
    return {
        kind: [place for place, name in enumerate(own) if name not in slot]
        for kind, own in names.items()
    }


def _most(rows: Micro) -> int:
    return max(int(rows.max(initial=0)), -int(rows.min(initial=0)))
