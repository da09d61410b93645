"""The scale of a term: its spread over a sample, robust against samples without any."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NOISE = 1e-9
"""A spread below this share of the values' size is rounding noise, not a spread."""


def spread(values: NDArray[np.float64]) -> float:
    """Return the standard deviation; where all values are equal, their size; 0 for none."""
    if values.size == 0:
        return 0.0
    size = float(np.abs(values).mean())
    deviation = float(values.std())
    return deviation if deviation > NOISE * size else size
