"""Prices from a part of the people: a start for all of them at a fraction of the work.

In: the rows of a large problem. Out: prices. Each person of the part stands for several, so what
they use together is compared with everything there is. Far from the right prices people want
nearly everything, and looking for their best few is dear; the part goes that way alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from recommender.allocation import dual
from recommender.allocation.problem import Marks, Whole
from recommender.allocation.rows import Rows

PARTS = ((16, 80), (4, 30))
"""One in so many people, and price changes with them; the coarsest first."""
FEWEST = 500
"""People that a part has at least: fewer say little."""


@dataclass(frozen=True)
class Part(Rows):
    """The rows of a part of the people, with the limits and the unit of the whole problem."""

    whole: Rows
    times: int

    @cached_property
    def shift(self) -> int:
        """Bits of a micro-point in prices."""
        return self.whole.shift

    @cached_property
    def high(self) -> Whole:
        """Return what each row holds at most."""
        return self.whole.high

    @cached_property
    def low(self) -> Whole:
        """Return what each row holds at least."""
        return self.whole.low

    def counted(self, used: Whole, chosen: Marks) -> Whole:
        """Return what pairs use of each row when each stands for several."""
        return used * self.times

    def bound(self, prices: Whole, best: Whole) -> int:
        """Return about what the whole problem's bound would be: an estimate, which proves none."""
        return super().bound(prices, best * self.times)


def part_of(rows: Rows, times: int) -> Part:
    """Return the rows with one in ``times`` people."""
    whole = rows.problem
    keep = np.arange(len(whole.people)) % times == 0
    some = whole.without(~keep[whole.pairs.person])
    people = replace(whole.people, most=whole.people.most[keep], target=whole.people.target[keep])
    numbered = (np.cumsum(keep) - 1)[some.pairs.person]
    return Part(
        replace(some, people=people, pairs=replace(some.pairs, person=numbered)),
        rows,
        times,
    )


def start(rows: Rows, *, go_on: Callable[[], bool], threads: int = 1) -> Whole:
    """Return prices to start from; zero where there are too few people to take a part of."""
    prices = np.zeros(len(rows), np.int64)
    for times, steps in PARTS:
        if len(rows.problem.people) < FEWEST * times:
            continue
        prices = dual.descend(
            part_of(rows, times),
            prices,
            steps=steps,
            level=lambda: None,
            go_on=lambda step: go_on(),
            threads=threads,
        ).prices
    return prices
