"""Rows of micro-points that many people share, worked out when first asked for and kept.

In: keys, such as post, tier and kind of history. Out: one row of points over all items per distinct
key. Where there is no room for more, what was kept is forgotten; no answer depends on it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints
from recommender.similarity.gaps import Micro

ROOM = 192 << 20
"""Bytes that one kind of rows may take."""
LARGEST = 2**31 - 1
"""Rows with larger points are worked out anew each time."""
_AT_ONCE = 256

Keys = NDArray[np.integer]
"""Whole numbers ``[n, width]``: one key per row."""
Rows = NDArray[np.integer]
"""Micro-points ``[n_rows, n_items]``, of 32 bits where these hold them."""


class KeptRows:
    """Rows over the same items.

    Parameters:
        work_out: gives the rows of distinct keys, int64 ``[n_keys, n_items]``; each row depends on
            its own key alone.
        n_items: length of a row.
    """

    def __init__(self, work_out: Callable[[Keys], Micro], n_items: int) -> None:
        self._work_out, self._n_items = work_out, n_items
        self._slot: dict[bytes, int] = {}
        self._table = np.zeros((0, n_items), np.int32)
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to other processes without what is kept."""
        return KeptRows, (self._work_out, self._n_items)

    def of(self, keys: Keys) -> tuple[Rows, Ints]:
        """Return a row per distinct key, and which of them each key has."""
        keys = np.ascontiguousarray(keys, np.int64)
        distinct, back = np.unique(keys, axis=0, return_inverse=True)
        with self._lock:
            return self._rows(distinct), back.ravel().astype(np.int32)

    def _rows(self, distinct: Keys) -> Rows:
        capacity = ROOM // max(4 * self._n_items, 1)
        if len(distinct) > capacity:
            return self._made(distinct)
        names = [key.tobytes() for key in distinct]
        missing = [place for place, name in enumerate(names) if name not in self._slot]
        if len(self._slot) + len(missing) > capacity:
            self._slot.clear()
            missing = list(range(len(names)))
        if missing:
            rows = self._made(distinct[missing])
            if np.abs(rows).max(initial=0) > LARGEST:
                self._slot.clear()
                return self._made(distinct)
            if len(self._table) == 0:  # memory that is not touched costs nothing
                self._table = np.zeros((capacity, self._n_items), np.int32)
            first = len(self._slot)
            self._table[first : first + len(rows)] = rows
            self._slot |= {names[place]: first + n for n, place in enumerate(missing)}
        return self._table[[self._slot[name] for name in names]]

    def _made(self, keys: Keys) -> Micro:
        parts = [
            self._work_out(keys[start : start + _AT_ONCE])
            for start in range(0, len(keys), _AT_ONCE)
        ]
        return np.concatenate([np.zeros((0, self._n_items), np.int64), *parts])
