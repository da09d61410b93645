"""Stage 7 of effects: the points a training gains or loses for what it was measured to add.

In: gap points of people and trainings, and ``Effects``. Out: whole micro-points of the same shape.
Gap terms count what a training claims; this term puts right what the claim and the measurement
differ by, against the usual training. What is usual, or not measured in enough people to be told
of, gets none; what does nothing
loses, at a weight of 1, as much as its claim brought.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.effects.results import Effects


def surplus(effects: Effects) -> NDArray[np.float64]:
    """Return per training what it closes beyond the usual one, as a part of what that closes."""
    if effects.usual <= 0:
        return np.zeros(len(effects.share))
    beyond = (np.clip(effects.share, 0.0, 1.0) / effects.usual - 1.0).round(6)
    # Points that no sentence may tell the ground of are not given.
    return np.where(effects.people >= effects.least_people, beyond, 0.0)


def effect_term(
    gap: NDArray[np.int64], beyond: NDArray[np.float64], weight: float
) -> NDArray[np.int64]:
    """Return int64 micro-points ``[n_people, n_trainings]``.

    Parameters:
        gap: micro-points of both gap terms together.
        beyond: what ``surplus`` gave, in the same columns.
        weight: 1 believes the measurement fully, 0 the claim.
    """
    return np.rint(gap * (weight * beyond)).astype(np.int64)
