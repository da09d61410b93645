"""Small cells are hidden, and enough others that subtraction brings none of them back.

In: people per group, of everybody and per measure. Out: which cells are hidden. A group too small
among everybody is hidden in every measure; where another has to be hidden to protect it, the one
with the fewest people goes first, so that measures on nearly the same people hide the same groups.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


def hidden_cells(everybody: Counts, bases: Counts, least: int, parent: Ints | None = None) -> Flags:
    """Return which cells may not be shown, bool ``[n_measures, n_groups]``.

    What is hidden together, below any total that a reader may know, is at least two groups and
    ``least`` people; where that cannot be had, nothing below the total is shown.

    Parameters:
        everybody: people per group.
        bases: of these, whom each measure speaks of; 0 is no cell.
        parent: per group, the coarser group whose total may be known too.
    """
    order = np.argsort(everybody, kind="stable")
    # The narrow totals come first: what protects a group there often protects it everywhere.
    totals = [] if parent is None else [parent == one for one in np.unique(parent)]
    totals.append(np.ones(len(everybody), bool))
    always = np.zeros(len(everybody), bool)
    _hide(everybody, always, totals, order, least)
    hidden = np.tile(always, (len(bases), 1))
    for people, own in zip(bases, hidden, strict=True):
        _hide(people, own, totals, order, least)
    return hidden


def _hide(people: Counts, hidden: Flags, totals: list[Flags], order: Counts, least: int) -> None:
    hidden |= (people > 0) & (people < least)
    while any(_hide_one_more(people, hidden, inside, order, least) for inside in totals):
        pass


def _hide_one_more(people: Counts, hidden: Flags, inside: Flags, order: Counts, least: int) -> bool:
    """Hide the smallest group that protects others; return whether one had to be hidden."""
    covered = people[hidden & inside & (people > 0)]
    if len(covered) == 0 or (len(covered) > 1 and covered.sum() >= least):
        return False
    shown = order[(~hidden & inside & (people > 0))[order]]
    hidden[shown[:1]] = True
    return len(shown) > 0
