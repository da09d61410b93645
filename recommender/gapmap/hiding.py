"""Small groups are hidden, and enough others that no subtraction brings one back.

In: people per node of the tree of units. Out: which nodes are hidden. Whoever reads every page
knows each whole as the sum of its parts, so a sum in which one number alone is missing tells it:
wherever something is hidden, at least two numbers of the sum are. That suffices, since every
node stands in two sums at most, as a part and as a whole; a test solves the sums to see that
nothing comes out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.gapmap.branches import Branches, Counts

Flags = NDArray[np.bool_]


def hide(counts: Counts, branches: Branches, least: int, forced: Flags | None = None) -> Flags:
    """Return which nodes may not be shown, bool ``[n_nodes]``.

    What is hidden together under a total that is shown holds nobody of a kind, or ``least`` people
    of it and more.

    Parameters:
        counts: people per node and kind, ``[n_nodes, k]``: the kinds of a node are shown together
            or not at all; parts add up to their whole.
        forced: nodes that are hidden already, with no sum in which one is hidden alone.
    """
    small = ((counts > 0) & (counts < least)).any(axis=1)
    hidden: Flags = np.array(small if forced is None else small | forced, bool)
    size = counts.sum(axis=1)
    for whole in branches.order:
        parts = branches.parts[whole]
        if hidden[whole] or hidden[parts].any():
            _protect(counts, size, hidden, whole, parts, least)
    return hidden


def _protect(
    counts: Counts, size: Counts, hidden: Flags, whole: int, parts: NDArray[np.int64], least: int
) -> None:
    """Hide the smallest parts that are still shown until the hidden ones protect each other."""
    waiting = parts[~hidden[parts] & (size[parts] > 0)]
    waiting = waiting[np.argsort(size[waiting], kind="stable")]
    for part in (*waiting.tolist(), None):
        people = counts[parts[hidden[parts]]].sum(axis=0)
        if hidden[whole]:
            # Its own protection may rest on these parts: they must hide as many people.
            enough = (people >= np.minimum(least, counts[whole])).all()
        else:
            # A part that is too small is never hidden alone: it would be too few by itself.
            enough = ((people == 0) | (people >= least)).all()
        if enough or part is None:
            return
        hidden[part] = True
