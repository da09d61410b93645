"""Compiled: the standard of a few that each of many people matches best.

In: levels, and what the standards ask for, as sparse rows of whole numbers. Out: the place of the
best of each person. Imported where compiled code is available alone.
"""

from __future__ import annotations

import numpy as np

from recommender.kernels.compiled import Array, compiled


@compiled
def best_match(
    levels: Array,
    start: Array,
    competency: Array,
    required: Array,
    weight: Array,
    per_level: Array,
    unit: float,
    best: Array,
) -> None:
    """Write the first standard of the highest match; what is unknown of all is the first.

    Parameters:
        levels: milli-levels ``[n_people, n_competencies]``, −1 unknown.
        start: entries of standard ``j`` are ``start[j]:start[j + 1]``.
        per_level: weight per milli-level, in parts of ``unit``.
    """
    for person in range(len(levels)):
        highest = -1.0
        best[person] = 0
        for j in range(len(start) - 1):
            reached, known = np.int64(0), np.int64(0)
            for at in range(start[j], start[j + 1]):
                h = levels[person, competency[at]]
                if h > -1:
                    reached += np.int64(min(h, required[at])) * per_level[at]
                    known += weight[at]
            if known > 0:
                match = np.float64(reached) / (np.float64(known) * unit)
                if match > highest:
                    highest = match
                    best[person] = j
