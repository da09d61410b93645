"""Centre and scale of a term over a sample, the same on every machine.

Processors add floating-point numbers in different orders; constants are therefore cut to nine
significant digits, far below what matters and far above where machines differ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NOISE = 1e-9
"""Below this, in the units of any term or as a share of the values, all is rounding noise."""


def steady(value: float) -> float:
    """Return the number with nine significant digits."""
    return float(f"{value:.9g}")


def centre(values: NDArray[np.float64]) -> float:
    """Return the mean, 0 for none."""
    return steady(float(values.mean())) if values.size else 0.0


def spread(values: NDArray[np.float64]) -> float:
    """Return the standard deviation; where all values are equal, their size; 0 for none."""
    if values.size == 0:
        return 0.0
    size = float(np.abs(values).mean())
    if size < NOISE:
        return 0.0
    deviation = float(values.std())
    return steady(deviation if deviation > NOISE * size else size)
