"""Kinds of employees by their history: the one place that says where a short history ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

COLD, SHORT, LONG = "cold", "short", "long"
HISTORY_KINDS = (COLD, SHORT, LONG)
"""No training in the past; a few; many."""
LONG_FROM = 5
"""From so many distinct trainings on, a history is long."""


def history_kind(counts: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return the place in ``HISTORY_KINDS`` of each employee, by number of distinct trainings."""
    return np.asarray((counts > 0).astype(np.int8) + (counts >= LONG_FROM), np.int8)
